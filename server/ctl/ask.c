/* The commands that are one question to the hub and one answer: link, token, explain, preview, status,
 * backup. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/ctl/ask.h"
#include "server/ctl/client.h"
#include "server/ctl/ctl.h"
#include "server/ctl/qr.h"
#include "server/ctl/show.h"

/* What these commands know of options. */
struct choices {
        bool qr, all, sensed, code;
};

static int read_choices(struct ctl *ctl, struct choices *choices, int argc, char **argv)
{
        static const struct option options[] = {{"qr", no_argument, NULL, 'q'},
                {"all", no_argument, NULL, 'a'}, {"sensed", no_argument, NULL, 's'},
                {"code", no_argument, NULL, 'c'}, {"json", no_argument, NULL, 'j'}, {0}};
        int c;
        while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
                if (c == 'q')
                        choices->qr = true;
                else if (c == 'a')
                        choices->all = true;
                else if (c == 's')
                        choices->sensed = true;
                else if (c == 'c')
                        choices->code = true;
                else if (c == 'j')
                        ctl->json = true;
                else
                        return ctl_usage(argv[0], "that is no option of %s.", argv[0]);
        }
        return 0;
}

json_t *ask_hub(struct ctl *ctl, enum control_type type, json_t *request, int *code)
{
        struct client_error error;
        struct client *client = NULL;
        json_t *answer = NULL;
        int status = 0;
        *code = client_open(ctl->socket, &client, &error);
        if (*code == 0)
                *code = client_ask(client, type, request, &status, &answer, &error);
        client_close(client);
        json_decref(request);
        if (*code != 0)
                ctl_fail(*code, "%s", error.text);
        else if (!answer)
                *code = ctl_fail(CTL_UNREACHABLE, "the hub's answer cannot be read.");
        return answer;
}

static void print_json(json_t *answer)
{
        json_dumpf(answer, stdout, JSON_INDENT(2) | JSON_ENCODE_ANY);
        putchar('\n');
}

static const char *text_of(const json_t *answer, const char *name)
{
        const char *text = json_string_value(json_object_get(answer, name));
        return text ? text : "";
}

static void print_valid(const json_t *answer)
{
        char span[40];
        show_span(json_integer_value(json_object_get(answer, "valid_s")), span, sizeof span);
        printf("Good for %s.\n", span);
}

/* ---- link, token ---- */

/* What is typed, and where. */
static void show_code(const json_t *answer)
{
        const char *code = text_of(answer, "code");
        printf("%.4s-%s\n", code, strlen(code) > 4 ? code + 4 : "");
        if (isatty(STDOUT_FILENO)) {
                printf("Type it at %s\n", text_of(answer, "url"));
                print_valid(answer);
        }
}

static int show_link(struct ctl *ctl, const struct choices *choices, const json_t *answer)
{
        int code = 0;
        puts(text_of(answer, "url"));
        if (choices->qr && qr_draw(text_of(answer, "url"), ctl->colour) != 0)
                code = ctl_fail(CTL_DATA, "the link is too long for a code.");
        if (isatty(STDOUT_FILENO))
                print_valid(answer);
        return code;
}

int ctl_link(struct ctl *ctl, int argc, char **argv)
{
        struct choices choices = {0};
        int code = read_choices(ctl, &choices, argc, argv);
        if (code != 0)
                return code;
        const char *face = optind < argc ? argv[optind] : "";
        const char *subject = optind + 1 < argc ? argv[optind + 1] : "";
        if (strcmp(face, "agent") == 0 && argc - optind == 2)
                return ctl_pair_agent(ctl, subject);
        bool sign = strcmp(face, "sign") == 0;
        bool known =
                sign || !strcmp(face, "handheld") || !strcmp(face, "console") || !strcmp(face, "customer");
        if (!known)
                return ctl_usage("link", "link takes handheld, console, sign, customer or agent, and an id.");
        if (argc - optind != (sign ? 1 : 2))
                return ctl_usage(
                        "link", sign ? "link sign takes nothing more." : "link %s takes one id.", face);
        if (choices.code && (choices.qr || strcmp(face, "handheld") != 0))
                return ctl_usage("link", "--code is for a handheld, and has no --qr.");
        json_t *request = json_pack("{s:s, s:s}", "t", "link", "face", face);
        if (!sign)
                json_object_set_new(request, "subject", json_string(subject));
        if (choices.code)
                json_object_set_new(request, "code", json_true());
        json_t *answer = ask_hub(ctl, CONTROL_CALL, request, &code);
        if (!answer)
                return code;
        if (ctl->json)
                print_json(answer);
        else if (choices.code)
                show_code(answer);
        else
                code = show_link(ctl, &choices, answer);
        json_decref(answer);
        return code;
}

int ctl_token(struct ctl *ctl, int argc, char **argv)
{
        struct choices choices = {0};
        int code = read_choices(ctl, &choices, argc, argv);
        if (code != 0)
                return code;
        if (argc - optind != 2 || strcmp(argv[optind], "till") != 0)
                return ctl_usage("token", "token takes \"till\" and a name for it.");
        json_t *answer = ask_hub(
                ctl, CONTROL_CALL, json_pack("{s:s, s:s}", "t", "token", "name", argv[optind + 1]), &code);
        if (!answer)
                return code;
        if (ctl->json)
                print_json(answer);
        else
                puts(text_of(answer, "token"));
        json_decref(answer);
        return 0;
}

/* ---- explain, status, preview ---- */

static int report(struct ctl *ctl, const char *what, const char *subject,
        void (*show)(const struct ctl *, const json_t *))
{
        int code;
        json_t *answer = ask_hub(
                ctl, CONTROL_REPORT, json_pack("{s:s, s:s}", "what", what, "subject", subject), &code);
        if (!answer)
                return code;
        if (json_is_false(json_object_get(answer, "known"))) {
                json_decref(answer);
                return ctl_fail(CTL_REFUSED,
                        "the hub knows no customer of that id. Import customers first, or check the id.");
        }
        if (ctl->json)
                print_json(answer);
        else
                show(ctl, answer);
        json_decref(answer);
        return 0;
}

int ctl_explain(struct ctl *ctl, int argc, char **argv)
{
        struct choices choices = {0};
        int code = read_choices(ctl, &choices, argc, argv);
        if (code != 0)
                return code;
        bool preferred = optind < argc && strcmp(argv[optind], "preferred") == 0;
        if (!preferred || argc - optind != (choices.all ? 1 : 2))
                return ctl_usage("explain", "explain takes \"preferred\" and a customer's id, or --all.");
        if (choices.all)
                return report(ctl, "preferred_all", "", show_preferred_all);
        return report(ctl, "preferred", argv[optind + 1], show_preferred);
}

/* One word, and what came of it. */
static int plain_report(struct ctl *ctl, int argc, char **argv, const char *what,
        void (*show)(const struct ctl *, const json_t *))
{
        struct choices choices = {0};
        int code = read_choices(ctl, &choices, argc, argv);
        if (code != 0)
                return code;
        if (argc != optind)
                return ctl_usage(what, "%s takes no arguments.", what);
        return report(ctl, what, "", show);
}

int ctl_status(struct ctl *ctl, int argc, char **argv)
{
        return plain_report(ctl, argc, argv, "status", show_status);
}

int ctl_metrics(struct ctl *ctl, int argc, char **argv)
{
        return plain_report(ctl, argc, argv, "metrics", show_metrics);
}

int ctl_canary(struct ctl *ctl, int argc, char **argv)
{
        return plain_report(ctl, argc, argv, "canary", show_canary);
}

int ctl_preview(struct ctl *ctl, int argc, char **argv)
{
        struct choices choices = {0};
        int code = read_choices(ctl, &choices, argc, argv);
        if (code != 0)
                return code;
        if (argc - optind != 2)
                return ctl_usage("preview", "preview takes the ids of a customer and of an associate.");
        json_t *request = json_pack(
                "{s:s, s:s, s:s}", "t", "preview", "customer", argv[optind], "associate", argv[optind + 1]);
        if (choices.sensed)
                json_object_set_new(request, "sensed", json_true());
        json_t *answer = ask_hub(ctl, CONTROL_CALL, request, &code);
        if (!answer)
                return code;
        if (ctl->json)
                print_json(answer);
        else
                show_card(ctl, json_object_get(answer, "card"));
        json_decref(answer);
        return 0;
}

/* ---- backup ---- */

/* The hub writes the file, from its own working folder: it needs the whole path. */
static int whole_path(const char *path, char *out, size_t size)
{
        char folder[PATH_MAX] = "";
        if (path[0] != '/' && !getcwd(folder, sizeof folder))
                return -1;
        int n = snprintf(out, size, "%s%s%s", folder, folder[0] ? "/" : "", path);
        return n < 0 || (size_t)n >= size ? -1 : 0;
}

int ctl_backup(struct ctl *ctl, int argc, char **argv)
{
        struct choices choices = {0};
        char path[1024], size[40];
        struct stat st;
        int code = read_choices(ctl, &choices, argc, argv);
        if (code != 0)
                return code;
        if (argc - optind != 1)
                return ctl_usage("backup", "backup takes the name of a file that is not there yet.");
        if (whole_path(argv[optind], path, sizeof path) != 0)
                return ctl_usage("backup", "the file's name is too long.");
        if (lstat(path, &st) == 0)
                return ctl_fail(CTL_CANNOT_WRITE, "%s is there already. Name a file that is not.", path);
        json_t *answer = ask_hub(ctl, CONTROL_BACKUP, json_pack("{s:s}", "path", path), &code);
        if (!answer)
                return code;
        if (ctl->json) {
                print_json(answer);
        } else if (stat(path, &st) == 0) {
                show_bytes((uint64_t)st.st_size, size, sizeof size);
                printf("%s: %s\n", path, size);
        } else {
                printf("%s\n", path);
        }
        json_decref(answer);
        return 0;
}
