/* maitrectl shown: a page on which people agreed, as it was, and whether each can be shown again [P158-P160].
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/shown.h"
#include "server/ctl/ask.h"
#include "server/ctl/ctl.h"

#define PATH_ROOM 1024

struct wanted {
        const char *subject, *to;
        bool dry_run, check;
};

static const char *text_of(const json_t *object, const char *key)
{
        const char *text = json_string_value(json_object_get(object, key));
        return text ? text : "";
}

static long long number_of(const json_t *object, const char *key)
{
        return (long long)json_integer_value(json_object_get(object, key));
}

/* ---- what came ---- */

/* The bytes of the file of that path, with a zero behind them; free with free(). NULL: none, or not what its
 * text says. */
static char *bytes_of(const json_t *answer, struct slice path, size_t *len)
{
        size_t i;
        json_t *file;
        json_array_foreach(json_object_get(answer, "files"), i, file)
        {
                const char *name = text_of(file, "path"), *text = text_of(file, "base64");
                if (strlen(name) != path.len || memcmp(name, path.at, path.len) != 0)
                        continue;
                size_t room = strlen(text) / 4 * 3 + 1;
                char *bytes = malloc(room);
                if (bytes &&
                        sodium_base642bin((uint8_t *)bytes, room, text, strlen(text), NULL, len, NULL,
                                sodium_base64_VARIANT_ORIGINAL) == 0 &&
                        *len < room) {
                        bytes[*len] = 0;
                        return bytes;
                }
                free(bytes);
                return NULL;
        }
        return NULL;
}

static bool is_as_named(const json_t *answer, const struct shown_file *named)
{
        uint8_t is[32];
        char sha[SHOWN_SHA_TEXT + 1];
        size_t len = 0;
        char *bytes = bytes_of(answer, named->path, &len);
        if (!bytes)
                return false;
        crypto_hash_sha256(is, (const uint8_t *)bytes, len);
        sodium_bin2base64(sha, sizeof sha, is, sizeof is, sodium_base64_VARIANT_ORIGINAL);
        free(bytes);
        return memcmp(sha, named->sha.at, SHOWN_SHA_TEXT) == 0;
}

/* The page against its digest, each of its files against the page. Not by what the hub says of them. */
static int verify(const json_t *answer, struct slice html, int *files)
{
        uint8_t is[32];
        char hex[65];
        struct shown_file named;
        size_t at = 0;
        int more;
        crypto_hash_sha256(is, (const uint8_t *)html.at, html.len);
        sodium_bin2hex(hex, sizeof hex, is, sizeof is);
        if (strcmp(hex, text_of(answer, "page")) != 0)
                return ctl_fail(CTL_DATA, "the page that the hub keeps is not the one of that digest: it was "
                                          "changed. Restore a backup.");
        while ((more = shown_next(html, &at, &named)) > 0) {
                ++*files;
                if (!is_as_named(answer, &named))
                        return ctl_fail(CTL_DATA, "%.*s is missing or was changed. Restore a backup.",
                                (int)named.path.len, named.path.at);
        }
        return more == 0 ? CTL_OK
                         : ctl_fail(CTL_DATA,
                                   "the page names a file without its digest, so it says nothing of it.");
}

/* ---- into a folder ---- */

static int write_file(const char *folder, struct slice path, const char *bytes, size_t len)
{
        char name[PATH_ROOM + SHOWN_PATH_MAX + 2];
        snprintf(name, sizeof name, "%s/%.*s", folder, (int)path.len, path.at);
        int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
        bool ok = file && fwrite(bytes, 1, len, file) == len && fflush(file) == 0;
        int why = errno;
        if (file && fclose(file) != 0)
                ok = false;
        return ok ? CTL_OK : ctl_fail(CTL_CANNOT_WRITE, "%s cannot be written (%s).", name, strerror(why));
}

/* The sentences of the notice, one a line. */
static int write_notice(const char *folder, const json_t *answer)
{
        size_t i, len = 0, filled = 0;
        char *bytes = bytes_of(answer, slice_of(text_of(answer, "notice")), &len);
        json_t *claim, *notice = bytes ? json_loadb(bytes, len, JSON_REJECT_DUPLICATES, NULL) : NULL;
        char *text = calloc(1, 2 * len + 2);
        json_array_foreach(json_object_get(notice, "claims"), i, claim) if (text) filled +=
                (size_t)snprintf(text + filled, 2 * len + 2 - filled, "%s\n", text_of(claim, "say"));
        int code = text && filled ? write_file(folder, slice_of("notice.txt"), text, filled) : CTL_OK;
        free(text);
        json_decref(notice);
        free(bytes);
        return code;
}

static int write_all(const char *folder, const json_t *answer, struct slice html)
{
        char inner[PATH_ROOM + 4];
        struct shown_file named;
        size_t at = 0;
        snprintf(inner, sizeof inner, "%s/a", folder);
        if (strlen(folder) >= PATH_ROOM || mkdir(folder, 0700) != 0 || mkdir(inner, 0700) != 0)
                return ctl_fail(CTL_CANNOT_WRITE,
                        "the folder %s cannot be made (%s); name one that is not there yet.", folder,
                        strerror(errno));
        int code = write_file(folder, slice_of(SHOWN_HTML), html.at, html.len);
        while (code == CTL_OK && shown_next(html, &at, &named) > 0) {
                size_t len = 0;
                char *bytes = bytes_of(answer, named.path, &len);
                code = bytes ? write_file(folder, named.path, bytes, len) : CTL_DATA;
                free(bytes);
        }
        return code == CTL_OK ? write_notice(folder, answer) : code;
}

static void print_page(const json_t *answer, int files, const struct wanted *wanted)
{
        printf("page      %s\nfiles     %d, each as the page names it\n", text_of(answer, "page"), files);
        if (text_of(answer, "language")[0])
                printf("language  %s\nnotice    version %lld, %s\n", text_of(answer, "language"),
                        number_of(answer, "version"), text_of(answer, "notice"));
        if (wanted->to)
                printf("%s  %s\n", wanted->dry_run ? "would go" : "written ", wanted->to);
}

static int show(struct ctl *ctl, const struct wanted *wanted)
{
        int code, files = 0;
        size_t len = 0;
        json_t *answer = ask_hub(ctl, CONTROL_REPORT,
                json_pack("{s:s, s:s}", "what", "shown", "subject", wanted->subject), &code);
        if (!answer)
                return code;
        if (json_is_false(json_object_get(answer, "known"))) {
                bool page = strcmp(text_of(answer, "why"), "page") == 0;
                json_decref(answer);
                return ctl_fail(CTL_REFUSED, "%s",
                        page ? "that page is not kept: no event named it, or it was of a hub that kept none "
                               "yet."
                             : "there is no receipt of that number that names a page; check the number.");
        }
        char *bytes = bytes_of(answer, slice_of(SHOWN_HTML), &len);
        struct slice html = {bytes ? bytes : "", len};
        code = verify(answer, html, &files);
        if (code == CTL_OK && wanted->to && wanted->dry_run && access(wanted->to, F_OK) == 0)
                code = ctl_fail(
                        CTL_CANNOT_WRITE, "%s is there already; name a folder that is not.", wanted->to);
        else if (code == CTL_OK && wanted->to && !wanted->dry_run)
                code = write_all(wanted->to, answer, html);
        if (code == CTL_OK && ctl->json)
                json_dumpf(answer, stdout, JSON_INDENT(2));
        else if (code == CTL_OK)
                print_page(answer, files, wanted);
        free(bytes);
        json_decref(answer);
        return code;
}

/* ---- all of them ---- */

static int check(struct ctl *ctl)
{
        int code;
        size_t i;
        json_t *one, *answer = ask_hub(ctl, CONTROL_REPORT, json_pack("{s:s}", "what", "shown_check"), &code);
        if (!answer)
                return code;
        const json_t *wrong = json_object_get(answer, "wrong");
        if (ctl->json) {
                json_dumpf(answer, stdout, JSON_INDENT(2));
                putchar('\n');
        } else {
                printf("events    %lld that name a page, %lld that name none\npages     %lld named, %lld "
                       "kept\n"
                       "entries   %lld, %lld bytes\n",
                        number_of(answer, "events"), number_of(answer, "unnamed"), number_of(answer, "named"),
                        number_of(answer, "kept"), number_of(answer, "entries"), number_of(answer, "bytes"));
                json_array_foreach(wrong, i, one) printf("wrong     %s %s: %s\n", text_of(one, "page"),
                        text_of(one, "path"), text_of(one, "what"));
        }
        long long n = (long long)json_array_size(wrong) + number_of(answer, "more");
        json_decref(answer);
        return n == 0 ? CTL_OK
                      : ctl_fail(CTL_REFUSED,
                                "%lld of what people saw cannot be shown as it was. Restore a backup.", n);
}

int ctl_shown(struct ctl *ctl, int argc, char **argv)
{
        static const struct option options[] = {{"json", no_argument, NULL, 'j'},
                {"to", required_argument, NULL, 't'}, {"dry-run", no_argument, NULL, 'd'},
                {"check", no_argument, NULL, 'c'}, {0}};
        struct wanted wanted = {0};
        int c;
        while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
                if (c != 'j' && c != 't' && c != 'd' && c != 'c')
                        return ctl_usage("shown", "that is no option of shown.");
                ctl->json |= c == 'j';
                wanted.to = c == 't' ? optarg : wanted.to;
                wanted.dry_run |= c == 'd';
                wanted.check |= c == 'c';
        }
        if (wanted.check && optind == argc && !wanted.to && !wanted.dry_run)
                return check(ctl);
        if (wanted.check || argc - optind != 1 || (wanted.dry_run && !wanted.to))
                return ctl_usage(
                        "shown", "shown takes a digest or the number of a receipt, or --check alone.");
        wanted.subject = argv[optind];
        if (strlen(wanted.subject) != 64 && strlen(wanted.subject) != 36)
                return ctl_usage("shown", "a digest has 64 characters and the number of a receipt 36.");
        return show(ctl, &wanted);
}
