#include "server/ctl/roster.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "server/ctl/calendar.h"

/* ---- days ---- */
wall_ms roster_midnight(const struct zone *zone, store_day day)
{
        return zone_to_utc_s(zone, day * (DAY_MS / SECOND_MS)) * SECOND_MS;
}

store_day roster_day_of(const struct zone *zone, wall_ms at)
{
        store_day day = (store_day)(at / DAY_MS) + 1;
        while (roster_midnight(zone, day) > at)
                day--;
        return day;
}

/* ---- the list ---- */
void roster_reject(struct roster_file *file, uint64_t line, const char *why, struct slice raw)
{
        file->rejected++;
        if (file->code == 0 && rejects_add(&file->rejects, line, slice_of(why), raw) != 0)
                file->code = ctl_fail(CTL_CANNOT_WRITE,
                        "%s cannot be written (%s). Name another place with --rejects FILE.",
                        file->rejects.path, strerror(errno));
}

/* False: there is no room for it; said in file->code. */
static bool add(struct roster_file *file, const struct roster_entry *entry)
{
        struct roster_list *list = &file->list;
        if (entry->begins < file->from || entry->begins >= file->until) {
                file->not_kept++;
                return true;
        }
        if (list->n == SHIFTS_MOST) {
                file->code = ctl_fail(CTL_DATA,
                        "%s has more than %d shifts and breaks; import fewer days at once.", file->path,
                        SHIFTS_MOST);
                return false;
        }
        if (list->n == list->room) {
                size_t room = list->room ? 2 * list->room : 1024;
                struct roster_entry *more = realloc(list->entry, room * sizeof *more);
                if (!more) {
                        file->code = ctl_fail(CTL_UNREACHABLE, "there is no memory.");
                        return false;
                }
                list->entry = more;
                list->room = room;
        }
        list->entry[list->n++] = *entry;
        return true;
}

static int order(const void *left, const void *right)
{
        const struct roster_entry *a = left, *b = right;
        if (a->begins != b->begins)
                return a->begins < b->begins ? -1 : 1;
        if (a->who != b->who)
                return a->who < b->who ? -1 : 1;
        if (a->rest != b->rest)
                return a->rest ? 1 : -1;
        return (a->line > b->line) - (a->line < b->line);
}

void roster_sort(struct roster_file *file)
{
        struct roster_list *list = &file->list;
        size_t kept = 0;
        if (list->n)
                qsort(list->entry, list->n, sizeof list->entry[0], order);
        for (size_t i = 0; i < list->n; i++) {
                struct roster_entry *e = &list->entry[i], *last = kept ? &list->entry[kept - 1] : NULL;
                bool same = last && last->begins == e->begins && last->who == e->who && last->rest == e->rest;
                if (!same)
                        list->entry[kept++] = *e;
                else if (last->ends != e->ends)
                        roster_reject(file, e->line,
                                "begins together with another of hers, and ends otherwise",
                                (struct slice){"", 0});
        }
        list->n = kept;
}

/* ---- CSV ---- */
struct line {
        struct roster_entry shift, rest;
        bool has_rest;
};

static const char *moment(const struct roster_file *file, struct slice text, wall_ms *out)
{
        uint8_t precision;
        const char *why;
        if (text.len == 0)
                return "is empty";
        if (zone_parse(file->zone, text, out, &precision, &why) != 0)
                return why;
        return precision == ZONE_DAY ? "has no time of day" : NULL;
}

static int fault(char *reason, const char *field, const char *why)
{
        snprintf(reason, IMPORT_REASON_MAX, "%s %s", field, why);
        return 1;
}

static struct slice field_of(const struct map *map, const struct sheet_record *record, const char *name)
{
        int column = map->column[import_field_find(IMPORT_SHIFTS, name)];
        struct slice s = column < 0 ? (struct slice){"", 0} : record->field[column];
        while (s.len > 0 && *s.at == ' ')
                s.at++, s.len--;
        while (s.len > 0 && s.at[s.len - 1] == ' ')
                s.len--;
        return s;
}

static int read_span(const struct roster_file *file, const struct map *map, const struct sheet_record *record,
        const char *from, const char *to, struct roster_entry *out, char *reason)
{
        const char *why = moment(file, field_of(map, record, from), &out->begins);
        if (why)
                return fault(reason, from, why);
        if ((why = moment(file, field_of(map, record, to), &out->ends)) != NULL)
                return fault(reason, to, why);
        if (out->ends <= out->begins)
                return fault(reason, to, "is not after its beginning; a night ends on the next day");
        if (out->ends - out->begins > SHIFT_LONGEST_MS)
                return fault(reason, to, "is more than 24 hours after its beginning");
        return 0;
}

static int read_line(const struct roster_file *file, const struct map *map, const struct sheet_record *record,
        struct line *out, char *reason)
{
        const char *why;
        if (record->fault)
                return fault(reason, "the line", record->fault);
        if (record->n != map->n_columns)
                return fault(reason, "the line", "has not as many columns as the header");
        char id[IMPORT_ID_MAX + 1] = "";
        struct slice who = field_of(map, record, "associate");
        if (who.len > 0 && who.len <= IMPORT_ID_MAX)
                memcpy(id, who.at, who.len), id[who.len] = 0;
        int index = roster_who(&file->people, id, NULL, "", &why);
        if (index < 0)
                return fault(reason, "associate", who.len ? why : "is empty");
        *out = (struct line){.shift = {.who = (uint32_t)index, .line = record->line}};
        out->rest = out->shift;
        out->rest.rest = true;
        if (read_span(file, map, record, "start", "end", &out->shift, reason) != 0)
                return 1;
        out->has_rest =
                field_of(map, record, "break_start").len > 0 || field_of(map, record, "break_end").len > 0;
        if (!out->has_rest)
                return 0;
        if (read_span(file, map, record, "break_start", "break_end", &out->rest, reason) != 0)
                return 1;
        if (out->rest.begins < out->shift.begins || out->rest.ends > out->shift.ends)
                return fault(reason, "break_start", "lies outside of the shift");
        return 0;
}

static int read_records(struct roster_file *file, struct sheet *sheet, const struct map *map)
{
        struct sheet_record record;
        struct sheet_error error;
        char reason[IMPORT_REASON_MAX];
        struct line line;
        int more;
        while (file->code == 0 && (more = sheet_next(sheet, &record, &error)) != 0) {
                if (more < 0)
                        return ctl_fail(CTL_NO_INPUT, "%s: %s", file->path, error.text);
                file->read++;
                if (read_line(file, map, &record, &line, reason) != 0)
                        roster_reject(file, record.line, reason, record.raw);
                else if (add(file, &line.shift) && line.has_rest)
                        add(file, &line.rest);
        }
        return file->code;
}

static int read_csv(struct roster_file *file)
{
        struct import_run *run = file->run;
        enum import_kind kind = IMPORT_SHIFTS;
        struct sheet_error error;
        struct map_error wrong;
        struct map map = {.kind = kind};
        struct sheet *sheet = NULL;
        int code = sheet_open(file->path, run->delimiter, run->encoding, map_likes, &kind, &sheet, &error);
        if (code != 0)
                return ctl_fail(code, "%s", error.text);
        if (map_make(&map, kind, sheet_header(sheet), &run->choices, &wrong) != 0)
                code = ctl_fail(CTL_DATA, "%s: %s", file->path, wrong.text);
        else
                code = read_records(file, sheet, &map);
        sheet_close(sheet);
        return code;
}

/* ---- iCalendar ---- */
static bool starts_word(const char *text, size_t at)
{
        return at == 0 || strchr(" \t,;:.-/()[]", text[at - 1]) != NULL;
}

static bool ends_word(const char *text, size_t at)
{
        return text[at] == 0 || strchr(" \t,;:.-/()[]", text[at]) != NULL;
}

/* Whether the text holds these words, whatever the case of ASCII. */
static bool says(const char *text, const char *words)
{
        size_t n = strlen(words);
        for (size_t i = 0; n > 0 && text[i]; i++)
                if (strncasecmp(text + i, words, n) == 0 && starts_word(text, i) && ends_word(text, i + n))
                        return true;
        return false;
}

int roster_who(const struct roster_people *people, const char *id, const char *name, const char *summary,
        const char **why)
{
        int found = -1;
        *why = "names nobody who works here; name her by id or by her whole name";
        for (size_t i = 0; i < people->n; i++) {
                const struct roster_person *p = &people->one[i];
                bool meant = id     ? strcmp(p->id, id) == 0
                             : name ? strcasecmp(p->name, name) == 0 || strcmp(p->id, name) == 0
                                    : says(summary, p->name) || says(summary, p->id);
                if (meant && found >= 0) {
                        *why = "names more than one who works here; name one by her id in "
                               "X-MAITRED-ASSOCIATE";
                        return -1;
                }
                if (meant)
                        found = (int)i;
        }
        if (found < 0 && !id && name)
                return roster_who(people, NULL, NULL, summary, why);
        if (found < 0 && id)
                *why = "is not known here; import the associates first";
        return found;
}

struct calendar_file {
        struct roster_file *file;
        struct roster_entry entry;
};

static const char *on_event(void *ctx, const struct calendar_event *event)
{
        struct calendar_file *c = ctx;
        const char *why;
        int who = roster_who(&c->file->people, event->associate, event->attendee, event->summary, &why);
        c->entry = (struct roster_entry){.line = event->line, .who = (uint32_t)who, .rest = event->rest};
        c->file->read++;
        return who < 0 ? why : NULL;
}

static bool on_occurrence(void *ctx, wall_ms begins, wall_ms ends)
{
        struct calendar_file *c = ctx;
        c->entry.begins = begins;
        c->entry.ends = ends;
        return add(c->file, &c->entry);
}

static bool on_reject(void *ctx, uint64_t line, const char *why)
{
        struct calendar_file *c = ctx;
        char reason[IMPORT_REASON_MAX];
        snprintf(reason, sizeof reason, "the event %s", why);
        roster_reject(c->file, line, reason, (struct slice){"", 0});
        return c->file->code == 0;
}

/* The whole file, ended by a zero. NULL after a message. */
static char *whole(struct roster_file *file)
{
        FILE *in = fopen(file->path, "re");
        char *text = in ? malloc(CALENDAR_BYTES_MAX + 2) : NULL;
        size_t len = text ? fread(text, 1, CALENDAR_BYTES_MAX + 1, in) : 0;
        bool bad = !text || ferror(in);
        if (bad)
                file->code = ctl_fail(CTL_NO_INPUT, "%s cannot be read (%s).", file->path, strerror(errno));
        else if (len > CALENDAR_BYTES_MAX)
                file->code =
                        ctl_fail(CTL_DATA, "%s is larger than 8 MiB; export a shorter time.", file->path);
        else if (memchr(text, 0, len))
                file->code = ctl_fail(CTL_DATA, "%s is no text.", file->path);
        if (in)
                fclose(in);
        if (file->code != 0) {
                free(text);
                return NULL;
        }
        text[len] = 0;
        return text;
}

static int read_calendar(struct roster_file *file)
{
        struct calendar_file c = {.file = file};
        struct calendar_calls calls = {&c, on_event, on_occurrence, on_reject};
        struct calendar_error error;
        char *text = whole(file);
        if (!text)
                return file->code;
        if (calendar_read(text, file->zone, file->from, file->until, &calls, &error) != 0)
                file->code = ctl_fail(CTL_DATA, "%s %s.", file->path, error.text);
        free(text);
        return file->code;
}

int roster_read(struct roster_file *file)
{
        size_t n = strlen(file->path);
        bool calendar = n > 4 && strcasecmp(file->path + n - 4, ".ics") == 0;
        return calendar ? read_calendar(file) : read_csv(file);
}
