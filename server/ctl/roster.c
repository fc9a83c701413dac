#include "server/ctl/roster.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/civil.h"
#include "server/common/clock.h"

/* What is to be done to the hub's roster, and how often. */
struct change {
        struct roster_list put, drop;
        struct roster_list worked; /* the shifts that the hub has of these days */
        uint64_t new, updated, same;
        uint64_t left; /* not in the file, and left since lines were rejected */
};

/* ---- what the hub has ---- */
static int ask(struct import_run *run, const char *what, const char *subject, json_t **answer)
{
        struct client_error error;
        json_t *request = json_pack("{s:s, s:s}", "what", what, "subject", subject);
        int status = 0;
        int code = client_ask(run->client, CONTROL_REPORT, request, &status, answer, &error);
        json_decref(request);
        if (code != 0)
                return ctl_fail(code, "%s", error.text);
        return status == 200 && json_is_object(*answer)
                       ? 0
                       : ctl_fail(CTL_LATER,
                                 "the hub could not say what its roster has; try again in a moment.");
}

static void copy(char *out, size_t room, const json_t *text)
{
        snprintf(out, room, "%s", json_is_string(text) ? json_string_value(text) : "");
}

static int ask_people(struct roster_file *file)
{
        json_t *answer = NULL;
        int code = ask(file->run, "associates", "", &answer);
        const json_t *list = json_object_get(answer, "associates");
        size_t n = code == 0 ? json_array_size(list) : 0;
        file->people.one = calloc(n + 1, sizeof *file->people.one);
        if (!file->people.one)
                code = ctl_fail(CTL_UNREACHABLE, "there is no memory.");
        for (; code == 0 && file->people.n < n; file->people.n++) {
                const json_t *one = json_array_get(list, file->people.n);
                struct roster_person *p = &file->people.one[file->people.n];
                copy(p->id, sizeof p->id, json_object_get(one, "id"));
                copy(p->name, sizeof p->name, json_object_get(one, "name"));
        }
        json_decref(answer);
        return code;
}

/* One of the hub's rows as an entry; false: of somebody who is not to be changed here. */
static bool entry_of(const struct roster_people *people, const json_t *row, struct roster_entry *out)
{
        const char *why, *id = json_string_value(json_array_get(row, 0));
        const char *kind = json_string_value(json_array_get(row, 1));
        int who = id ? roster_who(people, id, NULL, "", &why) : -1;
        if (who < 0 || !kind)
                return false;
        *out = (struct roster_entry){.who = (uint32_t)who,
                .rest = strcmp(kind, "break") == 0,
                .begins = json_integer_value(json_array_get(row, 2)),
                .ends = json_integer_value(json_array_get(row, 3))};
        return true;
}

static int push(struct roster_list *list, const struct roster_entry *entry)
{
        if (list->n == list->room) {
                size_t room = list->room ? 2 * list->room : 256;
                struct roster_entry *more = realloc(list->entry, room * sizeof *more);
                if (!more)
                        return ctl_fail(CTL_UNREACHABLE, "there is no memory.");
                list->entry = more;
                list->room = room;
        }
        list->entry[list->n++] = *entry;
        return 0;
}

/* ---- the difference ---- */
static const struct roster_entry *find(const struct roster_list *list, const struct roster_entry *like)
{
        size_t low = 0, high = list->n;
        while (low < high) {
                size_t middle = low + (high - low) / 2;
                const struct roster_entry *e = &list->entry[middle];
                int64_t d = e->begins != like->begins ? (e->begins < like->begins ? -1 : 1)
                            : e->who != like->who     ? (e->who < like->who ? -1 : 1)
                                                      : (int64_t)e->rest - (int64_t)like->rest;
                if (d == 0)
                        return e;
                if (d < 0)
                        low = middle + 1;
                else
                        high = middle;
        }
        return NULL;
}

static bool in_these_days(const struct roster_file *file, const struct roster_days *days, const json_t *row,
        struct roster_entry *out)
{
        if (!entry_of(&file->people, row, out) || out->begins < days->from)
                return false;
        /* The last night's breaks lie in the day after; nothing else of it is the file's business. */
        return out->begins < days->until || (out->rest && find(&file->list, out));
}

static bool works_before(const struct roster_list *list, const struct roster_entry *rest)
{
        for (size_t i = 0; i < list->n; i++) {
                const struct roster_entry *e = &list->entry[i];
                if (!e->rest && e->who == rest->who && e->begins <= rest->begins)
                        return true;
        }
        return false;
}

/* A break of the first day, before the first of her shifts in these days: it belongs to the night before, of
 * which the file says nothing. */
static bool of_the_night_before(const struct roster_file *file, const struct roster_days *days,
        const struct roster_list *worked, const struct roster_entry *have)
{
        return have->rest && roster_day_of(file->zone, have->begins) == days->first &&
               !works_before(&file->list, have) && !works_before(worked, have);
}

/* Looks at one UTC day of the hub's roster. `seen` marks the file's entries that are there. */
static int compare_day(struct roster_file *file, const struct roster_days *days, int64_t utc_day, bool *seen,
        struct change *change)
{
        char subject[24];
        json_t *answer = NULL;
        snprintf(subject, sizeof subject, "%lld", (long long)utc_day);
        int code = ask(file->run, "shifts", subject, &answer);
        const json_t *list = json_object_get(answer, "shifts");
        for (size_t i = 0; code == 0 && i < json_array_size(list); i++) {
                struct roster_entry have;
                if (in_these_days(file, days, json_array_get(list, i), &have) && !have.rest)
                        code = push(&change->worked, &have);
        }
        for (size_t i = 0; code == 0 && i < json_array_size(list); i++) {
                struct roster_entry have;
                if (!in_these_days(file, days, json_array_get(list, i), &have))
                        continue;
                const struct roster_entry *want = find(&file->list, &have);
                if (!want && of_the_night_before(file, days, &change->worked, &have))
                        continue;
                if (!want && file->rejected) {
                        change->left++;
                } else if (!want) {
                        have.ends = 0;
                        code = push(&change->drop, &have);
                } else if (want->ends == have.ends) {
                        change->same++;
                        seen[want - file->list.entry] = true;
                } else {
                        change->updated++;
                        seen[want - file->list.entry] = true;
                        code = push(&change->put, want);
                }
        }
        json_decref(answer);
        return code;
}

static int compare(struct roster_file *file, const struct roster_days *days, struct change *change)
{
        bool *seen = calloc(file->list.n + 1, sizeof *seen);
        int code = seen ? 0 : ctl_fail(CTL_UNREACHABLE, "there is no memory.");
        for (int64_t day = days->from / DAY_MS; code == 0 && day * DAY_MS < days->until + DAY_MS; day++)
                code = compare_day(file, days, day, seen, change);
        for (size_t i = 0; code == 0 && i < file->list.n; i++) {
                if (seen[i])
                        continue;
                change->new ++;
                code = push(&change->put, &file->list.entry[i]);
        }
        free(seen);
        return code;
}

/* ---- sending ---- */
static int send_batch(struct roster_file *file, struct import_pack *pack)
{
        struct client_error error;
        enum control_type type;
        const uint8_t *body;
        size_t len;
        struct import_answer answer;
        struct import_reject r;
        if (pack->rows == 0)
                return 0;
        int code = client_send(file->run->client, CONTROL_IMPORT, pack->at, pack->len, &error);
        if (code == 0)
                code = client_receive(file->run->client, &type, &body, &len, &error);
        if (code != 0)
                return ctl_fail(code, "%s", error.text);
        if (type == CONTROL_ANSWER)
                return ctl_fail(CTL_LATER,
                        "the hub stopped the import; free some space and give the same command "
                        "again: what is in already stays as it is.");
        if (type != CONTROL_IMPORTED || import_answer_unpack(body, len, &answer) != 0)
                return ctl_fail(CTL_UNREACHABLE, "what listens at the socket is no hub.");
        while (import_answer_next(&answer, &r)) {
                char why[IMPORT_REASON_MAX + 1];
                snprintf(why, sizeof why, "%.*s", (int)r.reason.len, r.reason.at);
                roster_reject(file, r.line, why, (struct slice){"", 0});
        }
        import_pack_start(pack, IMPORT_SHIFTS, pack->at);
        return file->code;
}

static struct slice digits(char *out, size_t room, wall_ms at)
{
        int n = snprintf(out, room, "%lld", (long long)at);
        return (struct slice){out, at ? (size_t)n : 0};
}

static int send_list(struct roster_file *file, const struct roster_list *list, struct import_pack *pack)
{
        int code = 0;
        for (size_t i = 0; code == 0 && i < list->n; i++) {
                const struct roster_entry *e = &list->entry[i];
                char begins[24], ends[24];
                struct import_row row = {.line = e->line};
                int first = import_field_find(IMPORT_SHIFTS, e->rest ? "break_start" : "start");
                row.field[0] = slice_of(file->people.one[e->who].id);
                row.field[first] = digits(begins, sizeof begins, e->begins);
                row.field[first + 1] = digits(ends, sizeof ends, e->ends);
                if (import_pack_row(pack, &row) == 0)
                        continue;
                code = send_batch(file, pack);
                import_pack_row(pack, &row); /* an empty batch has room for any row */
        }
        return code;
}

/* First what comes, then what goes: whoever reads in between sees nobody off shift who is not. */
static int send_all(struct roster_file *file, const struct change *change)
{
        struct import_pack pack;
        uint8_t *bytes = malloc(IMPORT_PACKED_MAX);
        if (!bytes)
                return ctl_fail(CTL_UNREACHABLE, "there is no memory.");
        import_pack_start(&pack, IMPORT_SHIFTS, bytes);
        uint64_t rejected = file->rejected;
        int code = send_list(file, &change->put, &pack);
        if (code == 0)
                code = send_batch(file, &pack);
        if (code == 0 && file->rejected == rejected)
                code = send_list(file, &change->drop, &pack);
        else if (code == 0 && change->drop.n > 0)
                fprintf(stderr,
                        "maitrectl: the hub did not take all of it, so nothing was taken away: mend the "
                        "rejected lines and import again\n");
        if (code == 0)
                code = send_batch(file, &pack);
        free(bytes);
        return code;
}

/* ---- what is said ---- */
static void date(store_day day, char out[16])
{
        struct civil_date d = civil_from_day(day);
        snprintf(out, 16, "%04d-%02d-%02d", (int)d.year % 10000, (int)d.month % 100, (int)d.day % 100);
}

static void say_json(
        const struct roster_file *file, const struct roster_days *days, const struct change *change)
{
        char from[16], to[16];
        date(days->first, from);
        date(days->last, to);
        json_t *o = json_pack("{s:s, s:I, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b}", "kind",
                "shifts", "read", (json_int_t)file->read, "from", from, "to", to, "new",
                (json_int_t)change->new, "updated", (json_int_t)change->updated, "same",
                (json_int_t)change->same, "removed", (json_int_t)change->drop.n, "left",
                (json_int_t)change->left, "not_kept", (json_int_t)file->not_kept, "rejected",
                (json_int_t)file->rejected, "dry_run", file->run->dry_run);
        json_dumpf(o, stdout, JSON_COMPACT);
        printf("\n");
        json_decref(o);
}

static void say(const struct roster_file *file, const struct roster_days *days, const struct change *change)
{
        char from[16], to[16];
        int n = days->last - days->first + 1;
        if (file->run->ctl->json) {
                say_json(file, days, change);
                return;
        }
        date(days->first, from);
        date(days->last, to);
        printf("%s: shifts from %s to %s (%d day%s); what the roster has for these days is replaced\n",
                file->path, from, to, n, n == 1 ? "" : "s");
        printf("  %s%llu new, %llu changed, %llu same, %llu removed; %llu outside of what is kept, %llu "
               "rejected\n",
                file->run->dry_run ? "would be: " : "", (unsigned long long)change->new,
                (unsigned long long)change->updated, (unsigned long long)change->same,
                (unsigned long long)change->drop.n, (unsigned long long)file->not_kept,
                (unsigned long long)file->rejected);
        if (change->left)
                printf("  %llu that the file has no more were left, since something was rejected: mend it "
                       "and "
                       "import again\n",
                        (unsigned long long)change->left);
        if (file->rejects.n > 0)
                printf("  rejected lines with their reasons: %s (mode 0600: it holds people's data; delete "
                       "it "
                       "when done)\n",
                        file->rejects.path);
        fflush(stdout);
}

static bool go_on(const struct import_run *run)
{
        char answer[16] = "";
        if (run->yes || run->dry_run || run->ctl->json || !isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
                return true;
        printf("Replace them? [y/N] ");
        fflush(stdout);
        return fgets(answer, sizeof answer, stdin) && (answer[0] == 'y' || answer[0] == 'Y');
}

/* ---- one file ---- */
/* The days on which its shifts begin: a break after midnight belongs to the night before. */
static int covered(const struct roster_file *file, struct roster_days *out)
{
        const struct roster_entry *first = NULL, *last = NULL;
        for (size_t i = 0; i < file->list.n; i++) {
                if (file->list.entry[i].rest)
                        continue;
                last = &file->list.entry[i];
                first = first ? first : last;
        }
        if (!first) {
                return ctl_fail(file->rejected ? CTL_REFUSED : CTL_DATA,
                        "%s has no shift from 14 days ago to 90 days ahead that could be taken%s; nothing "
                        "was "
                        "changed.",
                        file->path, file->rejected ? " (see the rejected lines)" : "");
        }
        out->first = roster_day_of(file->zone, first->begins);
        out->last = roster_day_of(file->zone, last->begins);
        out->from = roster_midnight(file->zone, out->first);
        out->until = roster_midnight(file->zone, out->last + 1);
        return 0;
}

static int work(struct roster_file *file)
{
        struct roster_days days;
        struct change change = {0};
        int code = ask_people(file);
        if (code == 0)
                code = roster_read(file);
        if (code != 0)
                return code;
        roster_sort(file);
        if (file->code != 0)
                return file->code;
        code = covered(file, &days);
        if (code == 0)
                code = compare(file, &days, &change);
        if (code == 0) {
                say(file, &days, &change);
                if (!go_on(file->run))
                        code = ctl_fail(CTL_REFUSED, "nothing was imported.");
                else if (!file->run->dry_run)
                        code = send_all(file, &change);
        }
        free(change.put.entry);
        free(change.drop.entry);
        free(change.worked.entry);
        return code == 0 && file->rejected ? CTL_REFUSED : code;
}

static void name_rejects(struct roster_file *file)
{
        const char *name = strrchr(file->path, '/') ? strrchr(file->path, '/') + 1 : file->path;
        size_t len = strlen(name);
        if (len > 4 && name[len - 4] == '.')
                len -= 4;
        snprintf(file->rejects_name, sizeof file->rejects_name, "%.*s.rejects.csv", (int)len, name);
        rejects_init(&file->rejects, file->run->rejects_path ? file->run->rejects_path : file->rejects_name);
}

/* In a dry run, too, the hub is asked: what would change is the difference from what it has. */
static int connect_too(struct import_run *run, bool *mine)
{
        struct client_error error;
        *mine = run->client == NULL;
        int code = *mine ? client_open(run->ctl->socket, &run->client, &error) : 0;
        return code == 0 ? 0 : ctl_fail(code, "%s A dry run of shifts needs the hub.", error.text);
}

int roster_import(struct import_run *run, const char *path)
{
        bool mine;
        int code = connect_too(run, &mine);
        if (code != 0)
                return code;
        struct roster_file file = {.run = run, .path = path, .zone = run->zone ? run->zone : run->hub_zone};
        wall_ms now = json_integer_value(json_object_get(client_facts(run->client), "now_ms"));
        store_day today = roster_day_of(file.zone, now);
        file.from = roster_midnight(file.zone, today - (store_day)(SHIFTS_BACK_MS / DAY_MS));
        file.until = roster_midnight(file.zone, today + (store_day)(SHIFTS_AHEAD_MS / DAY_MS) + 1);
        name_rejects(&file);
        code = work(&file);
        if (rejects_finish(&file.rejects) != 0 && code == 0)
                code = ctl_fail(CTL_CANNOT_WRITE, "%s could not be written whole.", file.rejects.path);
        free(file.list.entry);
        free(file.people.one);
        if (mine) {
                client_close(run->client);
                run->client = NULL;
        }
        return code;
}
