/* Shifts on disk: rows that come, change and go, what the core is given of them, and a day as a page reads
 * it. */
#include "tests/store/kit.h"

#include <jansson.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOW_DAY (NOW / DAY_MS)

static void open_with_two(struct kit *kit)
{
        kit_open(kit);
        kit_import_counts(kit, IMPORT_ASSOCIATES,
                "a1;Maria Lind;;Shoes;;;a2;en, sv;shoes|gifts\na2;Jonas Ek;;Shoes|Women;;;;en;\n", 2, 0, 0, 0,
                0, 0);
}

/* One wire row, appended: kind is 's' or 'b'; to 0 takes it away. There is room for 128 bytes. */
static void row(char *out, const char *who, char kind, wall_ms from, wall_ms to)
{
        char ends[32] = "";
        if (to)
                snprintf(ends, sizeof ends, "%lld", (long long)to);
        size_t n = strlen(out);
        snprintf(out + n, 128, kind == 's' ? "%s;%lld;%s;;\n" : "%s;;;%lld;%s\n", who, (long long)from, ends);
}

static struct roster *roster_at(struct kit *kit, wall_ms now)
{
        uint64_t tag = ++kit->tag;
        assert_int_equal(store_roster(kit->store, tag, now), 0);
        struct store_answer *answer = kit_wait(kit, tag);
        assert_int_equal(answer->result, 0);
        struct roster *roster = answer->roster;
        answer->roster = NULL;
        store_answer_free(answer);
        assert_non_null(roster);
        return roster;
}

static void an_associate_keeps_who_stands_in_and_what_she_speaks(void **state)
{
        struct kit kit;
        (void)state;
        open_with_two(&kit);
        /* What is left empty stays; what changes is a correction. */
        kit_import_counts(&kit, IMPORT_ASSOCIATES, "a1;Maria Lind;;;;;;;\n", 0, 0, 1, 0, 0, 0);
        kit_import_counts(&kit, IMPORT_ASSOCIATES, "a2;Jonas Ek;;;;;a9;;\n", 0, 1, 0, 0, 0, 0);
        kit_import_counts(
                &kit, IMPORT_ASSOCIATES, "a3;Li;;;;;;one two three four five six;\n", 0, 0, 0, 0, 0, 1);
        kit_reopen(&kit);
        struct roster *r = roster_at(&kit, NOW);
        assert_int_equal(r->n_associates, 2);
        assert_int_equal(r->associates[0].stand_in, r->associates[1].id);
        assert_string_equal(r->associates[0].languages, "en sv");
        assert_string_equal(r->associates[0].skills, "shoes gifts");
        assert_int_equal(r->associates[1].stand_in, 0); /* a9 is nobody yet */
        free(r);
        kit_close(&kit);
}

static void shifts_come_change_and_go(void **state)
{
        struct kit kit;
        char rows[512] = "";
        (void)state;
        open_with_two(&kit);
        row(rows, "a1", 's', NOW, NOW + 8 * HOUR_MS);
        row(rows, "a1", 'b', NOW + HOUR_MS, NOW + 2 * HOUR_MS);
        row(rows, "a2", 's', NOW, NOW + HOUR_MS);
        kit_import_counts(&kit, IMPORT_SHIFTS, rows, 3, 0, 0, 0, 0, 0);
        kit_import_counts(&kit, IMPORT_SHIFTS, rows, 0, 0, 3, 0, 0, 0);
        *rows = 0;
        row(rows, "a2", 's', NOW, NOW + 2 * HOUR_MS);
        row(rows, "a1", 'b', NOW + HOUR_MS, 0);
        row(rows, "a1", 'b', NOW + 3 * HOUR_MS, 0); /* there is none */
        kit_import_counts(&kit, IMPORT_SHIFTS, rows, 0, 2, 1, 0, 0, 0);
        kit_reopen(&kit);
        struct roster *r = roster_at(&kit, NOW);
        assert_true(r->keeps_shifts);
        assert_int_equal(r->n_shifts, 2);
        assert_int_equal(r->shifts[0].begins, NOW);
        assert_int_equal(r->shifts[0].ends, NOW + 8 * HOUR_MS);
        assert_int_equal(r->shifts[1].ends, NOW + 2 * HOUR_MS);
        assert_int_equal(r->of_day[NOW_DAY - r->first_day], 2);
        free(r);
        kit_close(&kit);
}

static void what_is_no_shift_is_rejected(void **state)
{
        struct kit kit;
        (void)state;
        static const struct {
                const char *who;
                int64_t from, to;
        } wrong[] = {{"a9", 0, HOUR_MS}, {"a1", 0, -1}, {"a1", 0, DAY_MS + 1},
                {"a1", -16 * DAY_MS, -15 * DAY_MS}, {"a1", 93 * DAY_MS, 93 * DAY_MS + 1}};
        open_with_two(&kit);
        for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
                char rows[128] = "";
                row(rows, wrong[i].who, 's', NOW + wrong[i].from, NOW + wrong[i].to);
                kit_import_counts(&kit, IMPORT_SHIFTS, rows, 0, 0, 0, 0, 0, 1);
        }
        kit_import_counts(&kit, IMPORT_SHIFTS, "a1;now;then;;\na1;;;;\n", 0, 0, 0, 0, 0, 2);
        struct roster *r = roster_at(&kit, NOW);
        assert_false(r->keeps_shifts);
        free(r);
        kit_close(&kit);
}

/* The core gets five UTC days around its clock, whatever else there is; what is long over goes with the next
 * import. */
static void the_core_gets_the_days_around_now(void **state)
{
        struct kit kit;
        char rows[8192] = "";
        (void)state;
        open_with_two(&kit);
        for (int day = -14; day <= 60; day++)
                row(rows, "a1", 's', (NOW_DAY + day) * DAY_MS, (NOW_DAY + day) * DAY_MS + HOUR_MS);
        kit_import_counts(&kit, IMPORT_SHIFTS, rows, 75, 0, 0, 0, 0, 0);
        for (int later = 0; later < 30; later += 7) {
                struct roster *r = roster_at(&kit, NOW + later * DAY_MS);
                assert_int_equal(r->n_shifts, SHIFTS_LIVE_DAYS);
                assert_int_equal(r->shifts[0].begins, (NOW_DAY + later - 2) * DAY_MS);
                assert_int_equal(r->shifts_from, NOW_DAY + later - 2);
                free(r);
        }
        *rows = 0;
        row(rows, "a2", 's', NOW + 20 * DAY_MS, NOW + 20 * DAY_MS + 1);
        import_batch_free(kit_import(&kit, IMPORT_SHIFTS, NOW + 20 * DAY_MS, rows));
        struct roster *r = roster_at(&kit, NOW + 6 * DAY_MS);
        assert_int_equal(r->n_shifts, 3); /* of the first two of these days nothing is kept any more */
        free(r);
        kit_close(&kit);
}

static void fill(const struct kit *kit, const char *sql)
{
        char path[256], *why = NULL;
        sqlite3 *db;
        snprintf(path, sizeof path, "%s/store.db", kit->dir);
        assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
        if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
                fail_msg("%s", why);
        sqlite3_close(db);
}

static void a_full_roster_says_so(void **state)
{
        struct kit kit;
        char rows[128] = "", sql[512];
        (void)state;
        open_with_two(&kit);
        store_close(kit.store);
        kit.store = NULL;
        snprintf(sql, sizeof sql,
                "INSERT INTO shift WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < "
                "1999) "
                "SELECT %lld + i, 1, 1, %lld + i + 1 FROM n",
                (long long)(NOW_DAY * DAY_MS), (long long)(NOW_DAY * DAY_MS));
        fill(&kit, sql);
        kit_reopen(&kit);
        row(rows, "a2", 's', NOW, NOW + HOUR_MS);
        struct import_batch *batch = kit_import(&kit, IMPORT_SHIFTS, NOW, rows);
        assert_string_equal(batch->rows[0].reason, "start would be one too many; on a day 2000 can begin");
        import_batch_free(batch);
        struct roster *r = roster_at(&kit, NOW);
        assert_int_equal(r->n_shifts, 2000);
        assert_int_equal(r->of_day[NOW_DAY - r->first_day], 2000);
        free(r);
        store_close(kit.store);
        kit.store = NULL;
        snprintf(sql, sizeof sql,
                "INSERT INTO shift WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < "
                "97999) "
                "SELECT %lld + i * 70000, 2, 1, %lld + i * 70000 + 1 FROM n",
                (long long)((NOW_DAY + 1) * DAY_MS), (long long)((NOW_DAY + 1) * DAY_MS));
        fill(&kit, sql);
        kit_reopen(&kit);
        *rows = 0;
        row(rows, "a2", 's', NOW - DAY_MS, NOW - DAY_MS + HOUR_MS);
        batch = kit_import(&kit, IMPORT_SHIFTS, NOW, rows);
        assert_string_equal(batch->rows[0].reason, "start would be one too many; a store can have 100000");
        import_batch_free(batch);
        kit_close(&kit);
}

static void the_core_puts_one_and_takes_it_away(void **state)
{
        struct kit kit;
        (void)state;
        open_with_two(&kit);
        struct write w = {.kind = WRITE_SHIFT, .shift = {1, SHIFT_WORK, NOW, NOW + HOUR_MS}};
        assert_int_equal(kit_commit(&kit, &w, 1), 0);
        struct write longer = w, wrong = w, gone = w;
        longer.shift.ends = NOW + 2 * HOUR_MS;
        wrong.shift.ends = NOW - 1;
        gone.shift.ends = 0;
        assert_int_equal(kit_commit(&kit, &longer, 1), 0);
        assert_int_equal(kit_commit(&kit, &wrong, 1), 1); /* the schema refuses it, the group is undone */
        struct roster *r = roster_at(&kit, NOW);
        assert_int_equal(r->n_shifts, 1);
        assert_int_equal(r->shifts[0].ends, NOW + 2 * HOUR_MS);
        free(r);
        assert_int_equal(kit_commit(&kit, &gone, 1), 0);
        assert_int_equal(kit_commit(&kit, &gone, 1), 0);
        r = roster_at(&kit, NOW);
        assert_false(r->keeps_shifts);
        free(r);
        kit_close(&kit);
}

static json_t *report(struct kit *kit, enum store_report what, const char *subject, wall_ms now)
{
        char *text = kit_report(kit, what, subject, now);
        json_t *json = json_loads(text, 0, NULL);
        free(text);
        assert_non_null(json);
        return json;
}

static const char *text_at(const json_t *o, const char *name)
{
        return json_string_value(json_object_get(o, name));
}

/* Paris, where the clocks go forward on 2026-03-29: the day has 23 hours, and a night belongs to two days. */
static void a_day_is_the_stores_own(void **state)
{
        struct kit kit;
        char rows[256] = "";
        const wall_ms midnight = INT64_C(1774738800000); /* 2026-03-28 23:00 UTC */
        (void)state;
        open_with_two(&kit);
        row(rows, "a1", 's', midnight - 2 * HOUR_MS, midnight + 5 * HOUR_MS);
        row(rows, "a2", 's', midnight + 22 * HOUR_MS, midnight + 23 * HOUR_MS);
        kit_import_counts(&kit, IMPORT_SHIFTS, rows, 2, 0, 0, 0, 0, 0);
        json_t *day = report(&kit, REPORT_ROSTER, "2026-03-29", NOW);
        assert_string_equal(text_at(day, "day"), "2026-03-29");
        assert_string_equal(text_at(day, "today"), "2026-03-10");
        assert_int_equal(json_integer_value(json_object_get(day, "from_ms")), midnight);
        assert_int_equal(json_integer_value(json_object_get(day, "until_ms")), midnight + 23 * HOUR_MS);
        assert_true(json_is_true(json_object_get(day, "kept")));
        const json_t *offsets = json_object_get(day, "offsets");
        assert_int_equal(json_array_size(offsets), 2);
        assert_int_equal(json_integer_value(json_object_get(json_array_get(offsets, 0), "minutes")), 60);
        assert_int_equal(json_integer_value(json_object_get(json_array_get(offsets, 1), "minutes")), 120);
        assert_int_equal(json_integer_value(json_object_get(json_array_get(offsets, 1), "from_ms")),
                midnight + 2 * HOUR_MS);
        const json_t *people = json_object_get(day, "associates");
        assert_int_equal(json_array_size(people), 2); /* by name: Jonas, Maria */
        const json_t *night = json_array_get(json_object_get(json_array_get(people, 1), "shifts"), 0);
        assert_string_equal(text_at(night, "begins"), "22:00");
        assert_string_equal(text_at(night, "ends"), "06:00");
        assert_string_equal(text_at(json_array_get(people, 1), "languages"), "en sv");
        json_decref(day);
        day = report(&kit, REPORT_ROSTER, "2026-03-30", NOW);
        people = json_object_get(day, "associates");
        assert_int_equal(json_array_size(json_object_get(json_array_get(people, 0), "shifts")), 0);
        json_decref(day);
        day = report(&kit, REPORT_ROSTER, "2026-02-30", NOW); /* no such day: today */
        assert_string_equal(text_at(day, "day"), "2026-03-10");
        json_decref(day);
        day = report(&kit, REPORT_SHIFTS, "20540", NOW); /* the UTC day of 2026-03-28 */
        assert_int_equal(json_array_size(json_object_get(day, "shifts")), 1);
        json_decref(day);
        kit_close(&kit);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(an_associate_keeps_who_stands_in_and_what_she_speaks),
                cmocka_unit_test(shifts_come_change_and_go),
                cmocka_unit_test(what_is_no_shift_is_rejected),
                cmocka_unit_test(the_core_gets_the_days_around_now),
                cmocka_unit_test(a_full_roster_says_so),
                cmocka_unit_test(the_core_puts_one_and_takes_it_away),
                cmocka_unit_test(a_day_is_the_stores_own),
        };
        return cmocka_run_group_tests_name("store: shifts", tests, NULL, NULL);
}
