#include "server/hub/store/shifts.h"

#include <stdlib.h>
#include <string.h>

#include "server/common/clock.h"

/* ---- for the core ---- */
static int32_t utc_day(wall_ms at)
{
        return (int32_t)(at >= 0 ? at / DAY_MS : -((DAY_MS - 1 - at) / DAY_MS));
}

static int read_kept(struct base *base, bool *kept)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_SHIFT_ANY);
        int rc = statement_step(s);
        *kept = rc == SQLITE_ROW && statement_get(s, "kept") != 0;
        statement_done(s);
        return rc == SQLITE_ROW ? SQLITE_OK : rc;
}

static void between(sqlite3_stmt *s, wall_ms from, wall_ms until)
{
        statement_int(s, ":from", from);
        statement_int(s, ":until", until);
}

static int read_days(struct base *base, struct roster *roster)
{
        wall_ms from = roster->first_day * DAY_MS;
        sqlite3_stmt *s = statement_use(&base->all, ST_SHIFT_DAYS);
        int rc;
        between(s, from, from + SHIFTS_DAYS * DAY_MS);
        while ((rc = statement_step(s)) == SQLITE_ROW) {
                int64_t day = statement_get(s, "day"), n = statement_get(s, "n");
                if (day >= 0 && day < SHIFTS_DAYS)
                        roster->of_day[day] = n < UINT16_MAX ? (uint16_t)n : UINT16_MAX;
        }
        statement_done(s);
        return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

int shifts_count(struct base *base, wall_ms from, wall_ms until, int64_t *n)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_SHIFT_COUNT);
        between(s, from, until);
        int rc = statement_step(s);
        *n = rc == SQLITE_ROW ? statement_get(s, "n") : 0;
        statement_done(s);
        return rc == SQLITE_ROW ? SQLITE_OK : rc;
}

static int read_live(struct base *base, struct roster *roster, int64_t most)
{
        wall_ms from = roster->shifts_from * DAY_MS;
        sqlite3_stmt *s = statement_use(&base->all, ST_SHIFT_BETWEEN);
        int rc;
        between(s, from, from + SHIFTS_LIVE_DAYS * DAY_MS);
        statement_int(s, ":most", most);
        while ((rc = statement_step(s)) == SQLITE_ROW && roster->n_shifts < most) {
                struct shift_row *row = &roster->shifts[roster->n_shifts++];
                *row = (struct shift_row){.associate = (uint32_t)statement_get(s, "associate"),
                        .kind = (uint8_t)statement_get(s, "kind"),
                        .begins = statement_get(s, "begins"),
                        .ends = statement_get(s, "ends")};
        }
        statement_done(s);
        return rc == SQLITE_DONE || rc == SQLITE_ROW ? SQLITE_OK : rc;
}

struct roster *shifts_read(struct base *base, wall_ms now, struct roster *roster, int *rc)
{
        int64_t n = 0;
        roster->shifts_from = utc_day(now) - 2;
        roster->first_day = utc_day(now) - (int32_t)(SHIFTS_BACK_MS / DAY_MS) - 1;
        wall_ms from = roster->shifts_from * DAY_MS;
        *rc = read_kept(base, &roster->keeps_shifts);
        if (*rc == SQLITE_OK)
                *rc = read_days(base, roster);
        if (*rc == SQLITE_OK)
                *rc = shifts_count(base, from, from + SHIFTS_LIVE_DAYS * DAY_MS, &n);
        n = n < SHIFTS_LIVE_MOST ? n : SHIFTS_LIVE_MOST;
        struct roster *more = NULL;
        if (*rc == SQLITE_OK)
                more = realloc(roster, sizeof *roster + (size_t)n * sizeof roster->shifts[0]);
        if (*rc == SQLITE_OK && more == NULL)
                *rc = SQLITE_NOMEM;
        if (more != NULL)
                roster = more;
        if (*rc == SQLITE_OK)
                *rc = read_live(base, roster, n);
        if (*rc == SQLITE_OK)
                return roster;
        free(roster);
        return NULL;
}

/* ---- what is written ---- */
int shifts_write(struct base *base, const struct shift_row *row)
{
        sqlite3_stmt *s = statement_use(&base->all, row->ends ? ST_SHIFT_PUT : ST_SHIFT_DROP);
        statement_int(s, ":begins", row->begins);
        statement_int(s, ":associate", row->associate);
        statement_int(s, ":kind", row->kind);
        if (row->ends)
                statement_int(s, ":ends", row->ends);
        return statement_run(s);
}

int shifts_prune(struct base *base, wall_ms now)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_SHIFT_PRUNE);
        statement_int(s, ":before", now - SHIFTS_BACK_MS - DAY_MS);
        return statement_run(s);
}

/* ---- what people read ---- */
static const char *kind_word(int64_t kind)
{
        return kind == SHIFT_BREAK ? "break" : "shift";
}

static json_t *text_of(sqlite3_stmt *s, const char *column)
{
        struct slice text = statement_get_slice(s, column);
        return json_stringn(text.at ? text.at : "", text.len);
}

static json_t *shifts_of_day(struct base *base, wall_ms from, int *rc)
{
        json_t *list = json_array();
        sqlite3_stmt *s = statement_use(&base->all, ST_SHIFT_NAMED);
        int step;
        between(s, from, from + DAY_MS);
        statement_int(s, ":most", SHIFTS_DAY_MOST);
        while ((step = statement_step(s)) == SQLITE_ROW)
                json_array_append_new(list,
                        json_pack("[o, s, I, I]", text_of(s, "external"), kind_word(statement_get(s, "kind")),
                                (json_int_t)statement_get(s, "begins"),
                                (json_int_t)statement_get(s, "ends")));
        statement_done(s);
        *rc = step == SQLITE_DONE ? SQLITE_OK : step;
        return json_pack("{s:o}", "shifts", list);
}

static json_t *people(struct base *base, int *rc)
{
        json_t *list = json_array();
        sqlite3_stmt *s = statement_use(&base->all, ST_ASSOCIATE_PEOPLE);
        int step;
        statement_int(s, ":store", base->own_store);
        statement_int(s, ":most", ROSTER_MAX);
        while ((step = statement_step(s)) == SQLITE_ROW)
                json_array_append_new(list,
                        json_pack("{s:o, s:o}", "id", text_of(s, "external"), "name", text_of(s, "name")));
        statement_done(s);
        *rc = step == SQLITE_DONE ? SQLITE_OK : step;
        return json_pack("{s:o}", "associates", list);
}

/* A day of the store: from its midnight to the next, which is not always a day later. */
struct day {
        struct civil_date date;
        wall_ms from, until;
};

static wall_ms midnight(struct civil_date date)
{
        struct clock_local local = {.date = date};
        wall_ms at = 0;
        clock_from_local(&local, &at);
        return at;
}

static struct day day_of(struct civil_date date)
{
        return (struct day){date, midnight(date), midnight(civil_from_day(civil_to_day(date) + 1))};
}

/* The day that `text` names; else, also if there is none of that name, today. */
static struct day day_named(const char *text, wall_ms now)
{
        wall_ms noon;
        bool named = strlen(text) == 10 && clock_parse(text, &noon) == 0;
        return day_of(clock_to_local(named ? noon : now).date);
}

static int32_t offset_min(wall_ms at)
{
        struct clock_local l = clock_to_local(at);
        int64_t local_ms = civil_to_day(l.date) * DAY_MS + l.hour * HOUR_MS + l.minute * MINUTE_MS;
        return (int32_t)((local_ms - (at - at % MINUTE_MS)) / MINUTE_MS);
}

/* What the store's clocks are ahead of UTC, from when on: so that a page need know no zones. */
static json_t *offsets(const struct day *day)
{
        json_t *list = json_array();
        int32_t last = INT32_MIN;
        for (wall_ms at = day->from; at < day->until + DAY_MS; at += 15 * MINUTE_MS) {
                int32_t now = offset_min(at);
                if (now != last)
                        json_array_append_new(
                                list, json_pack("{s:I, s:i}", "from_ms", (json_int_t)at, "minutes", now));
                last = now;
        }
        return list;
}

static json_t *clock_text(wall_ms at)
{
        struct clock_local l = clock_to_local(at);
        return json_sprintf("%02d:%02d", l.hour, l.minute);
}

static json_t *date_text(struct civil_date d)
{
        return json_sprintf("%04d-%02d-%02d", d.year, d.month, d.day);
}

static json_t *ticks(const struct day *day)
{
        json_t *list = json_array();
        for (int32_t hour = 0; hour < 24; hour += 3) {
                struct clock_local local = {.date = day->date, .hour = hour};
                wall_ms at = 0;
                clock_from_local(&local, &at);
                json_array_append_new(
                        list, json_pack("{s:I, s:o}", "at_ms", (json_int_t)at, "text", clock_text(at)));
        }
        return list;
}

/* Everybody's of that day, by external id: also those that began on the day before. */
static json_t *shifts_by_name(struct base *base, const struct day *day, int *rc)
{
        json_t *all = json_object();
        sqlite3_stmt *s = statement_use(&base->all, ST_SHIFT_NAMED);
        int step;
        between(s, day->from - SHIFT_LONGEST_MS, day->until);
        statement_int(s, ":most", 3 * SHIFTS_DAY_MOST);
        while ((step = statement_step(s)) == SQLITE_ROW) {
                wall_ms begins = statement_get(s, "begins"), ends = statement_get(s, "ends");
                char who[EXTERNAL_ID_MAX];
                if (ends <= day->from)
                        continue;
                base_cut(who, sizeof who, statement_get_slice(s, "external"));
                json_t *hers = json_object_get(all, who);
                if (hers == NULL) {
                        hers = json_array();
                        json_object_set_new(all, who, hers);
                }
                json_array_append_new(hers,
                        json_pack("{s:s, s:I, s:I, s:o, s:o}", "kind", kind_word(statement_get(s, "kind")),
                                "begins_ms", (json_int_t)begins, "ends_ms", (json_int_t)ends, "begins",
                                clock_text(begins), "ends", clock_text(ends)));
        }
        statement_done(s);
        *rc = step == SQLITE_DONE ? SQLITE_OK : step;
        return all;
}

static json_t *numbers_of(uint32_t bits)
{
        json_t *list = json_array();
        for (int i = 0; i < DEPARTMENT_COUNT; i++)
                if (bits & (1u << i))
                        json_array_append_new(list, json_integer(i));
        return list;
}

static json_t *one_associate(sqlite3_stmt *s, const json_t *shifts)
{
        static const char *const roles[ROLE_COUNT] = {"associate", "trainee", "manager"};
        int64_t role = statement_get(s, "role");
        json_t *id = text_of(s, "external");
        json_t *hers = json_object_get(shifts, json_string_value(id));
        return json_pack("{s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o}", "id", id, "name", text_of(s, "name"),
                "role", roles[role >= 0 && role < ROLE_COUNT ? role : 0], "departments",
                numbers_of((uint32_t)statement_get(s, "departments")), "stand_in", text_of(s, "stand_in"),
                "languages", text_of(s, "languages"), "skills", text_of(s, "skills"), "shifts",
                hers ? json_incref(hers) : json_array());
}

/* An answer has a limit (LINK_BODY_MAX): whoever does not fit is counted. */
#define ANSWER_MOST  (380 * 1024)
#define PERSON_BYTES 700
#define SHIFT_BYTES  110

static json_t *associates_on(struct base *base, const json_t *shifts, int64_t *left_off, int *rc)
{
        json_t *list = json_array();
        size_t bytes = 0;
        sqlite3_stmt *s = statement_use(&base->all, ST_ASSOCIATE_PEOPLE);
        int step;
        statement_int(s, ":store", base->own_store);
        statement_int(s, ":most", ROSTER_MAX);
        while ((step = statement_step(s)) == SQLITE_ROW) {
                json_t *one = one_associate(s, shifts);
                bytes += PERSON_BYTES + SHIFT_BYTES * json_array_size(json_object_get(one, "shifts"));
                *left_off += bytes > ANSWER_MOST;
                if (bytes <= ANSWER_MOST)
                        json_array_append(list, one);
                json_decref(one);
        }
        statement_done(s);
        *rc = step == SQLITE_DONE ? SQLITE_OK : step;
        return list;
}

static json_t *department_names(const struct base *base)
{
        json_t *list = json_array();
        for (int i = 0; i < DEPARTMENT_COUNT; i++)
                json_array_append_new(list, json_string(base->catalog.departments[i]));
        return list;
}

static json_t *roster_of(struct base *base, const struct day *day, wall_ms now, int *rc)
{
        bool kept = false;
        int64_t left_off = 0;
        *rc = read_kept(base, &kept);
        json_t *shifts = *rc == SQLITE_OK ? shifts_by_name(base, day, rc) : NULL;
        json_t *list = *rc == SQLITE_OK ? associates_on(base, shifts, &left_off, rc) : NULL;
        json_decref(shifts);
        if (*rc != SQLITE_OK) {
                json_decref(list);
                return NULL;
        }
        return json_pack("{s:o, s:o, s:I, s:I, s:I, s:b, s:o, s:o, s:o, s:o, s:I}", "day",
                date_text(day->date), "today", date_text(clock_to_local(now).date), "from_ms",
                (json_int_t)day->from, "until_ms", (json_int_t)day->until, "now_ms", (json_int_t)now, "kept",
                kept, "offsets", offsets(day), "ticks", ticks(day), "departments", department_names(base),
                "associates", list, "left_off", (json_int_t)left_off);
}

json_t *shifts_report(struct base *base, enum store_report what, const char *subject, wall_ms now, int *rc)
{
        if (what == REPORT_PEOPLE)
                return people(base, rc);
        if (what == REPORT_SHIFTS) {
                long day = strtol(subject, NULL, 10);
                return shifts_of_day(base, (day < 0 || day > 100000 ? 0 : day) * DAY_MS, rc);
        }
        struct day day = day_named(subject, now);
        return roster_of(base, &day, now, rc);
}
