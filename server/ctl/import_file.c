#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "server/ctl/import.h"
#include "server/ctl/progress.h"

#define FLIGHTS       3             /* one that the hub writes and two that wait there [P31] */
#define RAW_MAX_BYTES (1024 * 1024) /* original lines kept for one batch, in case the hub rejects some */
#define SHOWN_CLASSES 12

/* A batch on its way, with what is needed to write its rejects. */
struct flight {
        uint32_t rows;
        uint64_t line[IMPORT_ROWS_MAX];
        uint32_t raw_at[IMPORT_ROWS_MAX + 1];
        char *raw; /* RAW_MAX_BYTES + SHEET_RECORD_MAX * 3 */
};

struct stream {
        struct import_run *run;
        struct map map;
        struct sheet *sheet;
        struct rejects rejects;
        struct import_totals totals;
        struct progress progress;
        struct flight flight[FLIGHTS];
        unsigned first, n; /* flights that wait for their answer; the next one is being filled */
        struct import_pack pack;
        uint8_t *packed; /* IMPORT_PACKED_MAX */
        char *scratch;   /* IMPORT_SCRATCH */
};

#define RAW_ROOM (RAW_MAX_BYTES + 3 * SHEET_RECORD_MAX)

static struct flight *filling(struct stream *s)
{
        return &s->flight[(s->first + s->n) % FLIGHTS];
}

/* ---- rejects ---- */

static int reject(struct stream *s, uint64_t line, struct slice reason, struct slice raw)
{
        s->totals.counts[IMPORT_REJECTED]++;
        if (rejects_add(&s->rejects, line, reason, raw) != 0)
                return ctl_fail(CTL_CANNOT_WRITE,
                        "%s cannot be written (%s). Name another place with --rejects FILE.", s->rejects.path,
                        strerror(errno));
        return 0;
}

static int hub_rejects(struct stream *s, const struct flight *f, struct import_answer *answer)
{
        struct import_reject r;
        uint32_t at = 0;
        uint64_t n = 0;
        while (import_answer_next(answer, &r)) {
                while (at < f->rows && f->line[at] != r.line)
                        at++;
                struct slice raw = {"", 0};
                if (at < f->rows)
                        raw = (struct slice){f->raw + f->raw_at[at], f->raw_at[at + 1] - f->raw_at[at]};
                int code = reject(s, r.line, r.reason, raw);
                if (code != 0)
                        return code;
                n++;
        }
        if (n != answer->counts[IMPORT_REJECTED])
                return ctl_fail(CTL_UNREACHABLE,
                        "the hub's account of a batch does not add up; nothing more was sent.");
        return 0;
}

/* ---- batches ---- */

static int take_answer(struct stream *s)
{
        struct client_error error;
        enum control_type type;
        const uint8_t *body;
        size_t len;
        struct import_answer answer;
        const struct flight *f = &s->flight[s->first];
        int code = client_receive(s->run->client, &type, &body, &len, &error);
        if (code != 0)
                return ctl_fail(code, "%s", error.text);
        if (type == CONTROL_ANSWER && len > 2) {
                json_t *why = json_loadb((const char *)body + 2, len - 2, 0, NULL);
                const char *say = json_string_value(json_object_get(why, "say"));
                const char *what = json_string_value(json_object_get(why, "do"));
                code = ctl_fail(CTL_LATER, "the hub stopped the import: %s %s",
                        say ? say : "no reason was given.", what ? what : "");
                json_decref(why);
                return code;
        }
        if (type != CONTROL_IMPORTED || import_answer_unpack(body, len, &answer) != 0)
                return ctl_fail(CTL_UNREACHABLE, "what listens at the socket is no hub.");
        uint64_t sum = 0;
        for (int i = 0; i < IMPORT_OUTCOMES; i++) {
                sum += answer.counts[i];
                if (i != IMPORT_REJECTED)
                        s->totals.counts[i] += answer.counts[i];
        }
        s->totals.unmapped |= answer.unmapped_classes > 0;
        if (sum != f->rows)
                return ctl_fail(CTL_UNREACHABLE,
                        "the hub's account of a batch does not add up; nothing more was sent.");
        code = hub_rejects(s, f, &answer);
        s->first = (s->first + 1) % FLIGHTS;
        s->n--;
        return code;
}

static void start_batch(struct stream *s)
{
        struct flight *f = filling(s);
        f->rows = 0;
        f->raw_at[0] = 0;
        import_pack_start(&s->pack, s->map.kind, s->packed);
}

/* Sends what is packed and makes place for the next: at most FLIGHTS - 1 stay on their way. */
static int send_batch(struct stream *s)
{
        struct client_error error;
        int code = 0;
        if (s->pack.rows > 0 && !s->run->client) {
                s->totals.sendable += s->pack.rows;
        } else if (s->pack.rows > 0) {
                code = client_send(s->run->client, CONTROL_IMPORT, s->pack.at, s->pack.len, &error);
                if (code != 0)
                        return ctl_fail(code, "%s", error.text);
                s->n++;
                while (code == 0 && s->n == FLIGHTS)
                        code = take_answer(s);
        }
        start_batch(s);
        return code;
}

static int add_row(struct stream *s, const struct import_row *row, struct slice raw)
{
        struct flight *f = filling(s);
        int code = 0;
        if (f->raw_at[f->rows] + raw.len > RAW_MAX_BYTES || import_pack_row(&s->pack, row) != 0) {
                code = send_batch(s);
                if (code != 0)
                        return code;
                f = filling(s);
                import_pack_row(&s->pack, row); /* an empty batch has room for any row */
        }
        f->line[f->rows] = row->line;
        memcpy(f->raw + f->raw_at[f->rows], raw.at, raw.len);
        f->raw_at[f->rows + 1] = f->raw_at[f->rows] + (uint32_t)raw.len;
        f->rows++;
        return 0;
}

/* ---- what the run remembers of a row ---- */

static void set_text(json_t *object, struct slice key, struct slice value)
{
        char name[IMPORT_FIELD_MAX + 1];
        memcpy(name, key.at, key.len);
        name[key.len] = 0;
        json_object_set_new(object, name, json_stringn(value.at, value.len));
}

static struct slice field_of(const struct import_row *row, enum import_kind kind, const char *name)
{
        int i = import_field_find(kind, name);
        return i < 0 ? (struct slice){"", 0} : row->field[i];
}

static void remember(struct import_run *run, enum import_kind kind, const struct import_row *row)
{
        if (kind == IMPORT_STORES) {
                struct slice zone = field_of(row, kind, "zone");
                if (zone.len > 0)
                        set_text(run->zones, field_of(row, kind, "id"), zone);
        } else if (kind == IMPORT_CLASSES) {
                set_text(run->classes, field_of(row, kind, "class"), field_of(row, kind, "department"));
        } else if (run->classes_met) {
                struct slice class = field_of(row, kind, "class");
                char name[IMPORT_FIELD_MAX + 1];
                memcpy(name, class.at, class.len);
                name[class.len] = 0;
                const char *department = json_string_value(json_object_get(run->classes, name));
                if (class.len > 0 && (!department || !department[0]) &&
                        json_object_size(run->unmapped) < 1000)
                        set_text(run->unmapped, class, (struct slice){"", 0});
        }
}

/* ---- the file ---- */

static int take_record(struct stream *s, const struct sheet_record *record)
{
        struct import_row row;
        int made = 1;
        s->totals.read++;
        row.line = record->line;
        if (record->fault)
                snprintf(row.reason, sizeof row.reason, "the line %s", record->fault);
        else
                made = import_row_make(s->run, &s->map, record, s->scratch, &row);
        if (made == 1)
                return reject(s, record->line, slice_of(row.reason), record->raw);
        if (made == 2) {
                s->totals.counts[IMPORT_NO_CUSTOMER]++;
                return 0;
        }
        bool nobody =
                s->map.kind == IMPORT_PURCHASES && field_of(&row, IMPORT_PURCHASES, "customer").len == 0;
        if (nobody && s->run->dry_run) {
                s->totals.counts[IMPORT_NO_CUSTOMER]++;
                return 0;
        }
        remember(s->run, s->map.kind, &row);
        return add_row(s, &row, record->raw);
}

static int read_all(struct stream *s, const char *path)
{
        struct sheet_record record;
        struct sheet_error error;
        int more, code = 0;
        start_batch(s);
        while (code == 0 && (more = sheet_next(s->sheet, &record, &error)) != 0) {
                if (more < 0)
                        return ctl_fail(CTL_NO_INPUT, "%s: %s", path, error.text);
                code = take_record(s, &record);
                if (s->totals.read % 256 == 0)
                        progress_at(&s->progress, s->totals.read, sheet_read_bytes(s->sheet));
        }
        if (code == 0)
                code = send_batch(s);
        while (code == 0 && s->n > 0)
                code = take_answer(s);
        return code;
}

/* ---- what is shown ---- */

static void show_mapping(const struct stream *s, const char *path)
{
        const struct import_field *f = import_fields(s->map.kind);
        const struct sheet_record *h = sheet_header(s->sheet);
        bool used[SHEET_COLUMNS_MAX] = {false};
        printf("%s: %s, %s, %s\n", path, import_kind_word(s->map.kind),
                sheet_delimiter_word(sheet_delimiter(s->sheet)), sheet_encoding_word(s->run->encoding));
        for (size_t i = 0; f[i].name; i++) {
                int c = s->map.column[i];
                if (c < 0) {
                        printf("  %-11s -   %s\n", f[i].name, f[i].help);
                        continue;
                }
                used[c] = true;
                printf("  %-11s <- %.*s\n", f[i].name, (int)h->field[c].len, h->field[c].at);
        }
        bool any = false;
        for (size_t i = 0; i < h->n; i++) {
                if (used[i])
                        continue;
                printf("%s%.*s", any ? ", " : "  not used: ", (int)h->field[i].len, h->field[i].at);
                any = true;
        }
        printf("%s", any ? "\n" : "");
        fflush(stdout);
}

static bool go_on(const struct import_run *run)
{
        char answer[16] = "";
        if (run->yes || run->dry_run || !isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
                return true;
        printf("Import with this mapping? [y/N] ");
        fflush(stdout);
        return fgets(answer, sizeof answer, stdin) && (answer[0] == 'y' || answer[0] == 'Y');
}

static void show_unmapped(const struct stream *s)
{
        size_t n = json_object_size(s->run->unmapped), shown = 0;
        const char *class;
        json_t *value;
        if (n > 0) {
                printf("  %zu class%s without a department, treated as sensitive: ", n, n == 1 ? "" : "es");
                json_object_foreach(s->run->unmapped, class, value)
                {
                        if (shown++ == SHOWN_CLASSES)
                                break;
                        printf("%s%s", shown > 1 ? ", " : "", class);
                }
                printf("%s\n", n > SHOWN_CLASSES ? ", ..." : "");
        } else if (s->totals.unmapped) {
                printf("  some classes have no department and are treated as sensitive; map them with: "
                       "maitrectl import "
                       "classes FILE.csv\n");
        }
        json_object_clear(s->run->unmapped);
}

static void show_departments(const struct stream *s)
{
        const char *class;
        json_t *department;
        if (s->map.kind != IMPORT_CLASSES)
                return;
        json_object_foreach(s->run->classes, class, department)
        {
                const char *d = json_string_value(department);
                printf("  %-20s -> %s\n", class, d && d[0] ? d : "(none: treated as sensitive)");
        }
}

static void show_json(const struct stream *s)
{
        static const char *const word[IMPORT_OUTCOMES] = {
                "new", "updated", "same", "no_customer", "not_kept", "rejected"};
        json_t *o = json_object();
        json_object_set_new(o, "kind", json_string(import_kind_word(s->map.kind)));
        json_object_set_new(o, "read", json_integer((json_int_t)s->totals.read));
        for (int i = 0; i < IMPORT_OUTCOMES; i++)
                json_object_set_new(o, word[i], json_integer((json_int_t)s->totals.counts[i]));
        if (s->run->dry_run)
                json_object_set_new(o, "would_send", json_integer((json_int_t)s->totals.sendable));
        json_object_set_new(o, "took_ms", json_integer(s->totals.took_ms));
        if (s->rejects.n > 0)
                json_object_set_new(o, "rejects_file", json_string(s->rejects.path));
        json_dumpf(o, stdout, JSON_COMPACT);
        printf("\n");
        json_decref(o);
}

static void show_totals(const struct stream *s)
{
        static const char *const word[IMPORT_OUTCOMES] = {
                "new", "updated", "same", "without customer", "not kept", "rejected"};
        char number[28], speed[28];
        mono_ms ms = s->totals.took_ms > 0 ? s->totals.took_ms : 1;
        if (s->run->ctl->json) {
                show_json(s);
                return;
        }
        show_departments(s);
        printf("%s: %s line%s read in %lld.%03lld s (%s lines/s)\n", import_kind_word(s->map.kind),
                progress_number(s->totals.read, number), s->totals.read == 1 ? "" : "s",
                (long long)(ms / 1000), (long long)(ms % 1000),
                progress_number(s->totals.read * 1000 / (uint64_t)ms, speed));
        if (s->run->dry_run)
                printf("  %s would be sent", progress_number(s->totals.sendable, number));
        for (int i = 0; i < IMPORT_OUTCOMES; i++)
                if (!s->run->dry_run || i == IMPORT_NO_CUSTOMER || i == IMPORT_REJECTED)
                        printf("%s%s %s", i == 0 ? "  " : ", ", progress_number(s->totals.counts[i], number),
                                word[i]);
        printf("\n");
        if (s->rejects.n > 0)
                printf("  rejected lines with their reasons: %s (mode 0600: it holds people's data; delete "
                       "it when done)\n",
                        s->rejects.path);
        show_unmapped(s);
        fflush(stdout);
}

static int close_account(struct stream *s, const char *path)
{
        uint64_t sum = s->totals.sendable;
        for (int i = 0; i < IMPORT_OUTCOMES; i++)
                sum += s->totals.counts[i];
        if (sum != s->totals.read)
                return ctl_fail(
                        CTL_UNREACHABLE, "%s: not every line is accounted for; please report this.", path);
        return s->totals.counts[IMPORT_REJECTED] > 0 ? CTL_REFUSED : CTL_OK;
}

/* ---- one file from the outside ---- */

static int prepare(struct stream *s, const char *path)
{
        struct sheet_error error;
        struct map_error wrong;
        int code = sheet_open(
                path, s->run->delimiter, s->run->encoding, map_likes, &s->map.kind, &s->sheet, &error);
        if (code != 0)
                return ctl_fail(code, "%s", error.text);
        if (map_make(&s->map, s->map.kind, sheet_header(s->sheet), &s->run->choices, &wrong) != 0)
                return ctl_fail(CTL_DATA, "%s: %s", path, wrong.text);
        s->packed = malloc(IMPORT_PACKED_MAX);
        s->scratch = malloc(IMPORT_SCRATCH);
        bool whole = s->packed && s->scratch;
        for (size_t i = 0; i < FLIGHTS; i++)
                whole &= (s->flight[i].raw = malloc(RAW_ROOM)) != NULL;
        return whole ? 0 : ctl_fail(CTL_UNREACHABLE, "there is no memory.");
}

static int work(struct stream *s, const char *path)
{
        if (!s->run->ctl->json)
                show_mapping(s, path);
        if (!go_on(s->run))
                return ctl_fail(
                        CTL_REFUSED, "nothing was imported. Change the mapping with --map FIELD=COLUMN.");
        progress_start(&s->progress, import_kind_word(s->map.kind), sheet_size_bytes(s->sheet));
        int code = read_all(s, path);
        s->totals.took_ms = progress_end(&s->progress);
        if (rejects_finish(&s->rejects) != 0 && code == 0)
                code = ctl_fail(CTL_CANNOT_WRITE, "%s could not be written whole.", s->rejects.path);
        if (code != 0)
                return code;
        show_totals(s);
        return close_account(s, path);
}

/* "purchases.csv" -> "purchases.rejects.csv", in the working folder: the file's own may be read-only. */
static void rejects_name(const char *path, char *out, size_t size)
{
        const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
        size_t len = strlen(name);
        if (len > 4 && strcmp(name + len - 4, ".csv") == 0)
                len -= 4;
        snprintf(out, size, "%.*s.rejects.csv", (int)len, name);
}

int import_file(struct import_run *run, enum import_kind kind, const char *path)
{
        char name[300];
        struct stream *s = calloc(1, sizeof *s);
        if (!s)
                return ctl_fail(CTL_UNREACHABLE, "there is no memory.");
        rejects_name(path, name, sizeof name);
        s->run = run;
        s->map.kind = kind;
        rejects_init(&s->rejects, run->rejects_path ? run->rejects_path : name);
        run->classes_met |= kind == IMPORT_CLASSES;
        int code = prepare(s, path);
        if (code == 0)
                code = work(s, path);
        rejects_finish(&s->rejects);
        sheet_close(s->sheet);
        for (size_t i = 0; i < FLIGHTS; i++)
                free(s->flight[i].raw);
        free(s->packed);
        free(s->scratch);
        free(s);
        return code;
}
