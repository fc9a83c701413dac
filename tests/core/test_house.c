/* The house rules by themselves: their text, their bounds, and the questions at their edges. */
#include "server/core/house.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "proto/civil.h"
#include "server/common/clock.h"

static struct house usual(void)
{
        struct house h;
        house_default(&h);
        return h;
}

static store_day day(int year, int month, int of)
{
        return civil_to_day((struct civil_date){year, month, of});
}

#define RANGE "2026-10-10 to 2026-11-1"
#define LONGEST                                                                                              \
        RANGE "0, " RANGE "1, " RANGE "2, " RANGE "3, " RANGE "4, " RANGE "5, " RANGE "6, " RANGE            \
              "7, " RANGE "8, " RANGE                                                                        \
              "9, 2027-01-01 to 2027-01-02, 2027-02-01 to 2027-02-02, 2027-03-01 to 2027-03-02, "            \
              "2027-04-01 to 2027-04-02, 2027-05-01 to 2027-05-02, 2027-06-01 to 2027-06-02"

#define NAMES                                                                                                \
        "zone a of the large house, zone b of the large house, zone c of the large house, zone d of the "    \
        "large house, zone e of the large house, zone f of the large house, zone g of the large house, "     \
        "zone h of the large house, zone i of the large house, zone j of the large house, zone k of the "    \
        "large house, zone l of the large house, zone m of the large house, zone n of the large house, "     \
        "zone o of the large house, zone p of the large house"

static void list_is(struct house *h, struct house_days *list, enum house_rule rule, const char *text)
{
        assert_int_equal(house_days_parse(slice_of(text), list), 0);
        h->value[rule] = list->n;
}

static void the_text_reads_back(void **state)
{
        struct house h = usual(), back;
        struct house_error error;
        char text[HOUSE_TEXT_MAX], again[HOUSE_TEXT_MAX];
        (void)state;
        for (int i = 0; i < HOUSE_RULES; i++)
                h.value[i] =
                        i % 2 ? house_info((enum house_rule)i)->least : house_info((enum house_rule)i)->most;
        list_is(&h, &h.closed, HOUSE_CLOSED_DAYS, "monday, sunday, 2026-02-28 to 2026-03-01, 2028-02-29");
        list_is(&h, &h.events, HOUSE_EVENT_DAYS, LONGEST);
        assert_int_equal(house_names_parse(slice_of(NAMES), &h.zones_not), 0);
        h.value[HOUSE_ZONES_NOT] = h.zones_not.n;
        size_t len = house_print(&h, text);
        assert_int_equal(len, strlen(text));
        house_default(&back);
        assert_int_equal(house_parse((struct slice){text, len}, NULL, &back, &error), 0);
        assert_memory_equal(&h, &back, sizeof(h));
        assert_int_equal(house_print(&back, again), len);
        assert_string_equal(text, again);
        /* What is not named keeps its value; units, comments and blanks are as one likes. */
        house_default(&back);
        assert_int_equal(house_parse(slice_of("# ours\n\n  age=18 years # firm\nopens = 9:30\r\nwifi = no"),
                                 NULL, &back, &error),
                0);
        assert_int_equal(back.value[HOUSE_AGE], 18);
        assert_int_equal(back.value[HOUSE_OPENS], 570);
        assert_int_equal(back.value[HOUSE_WIFI], 0);
        assert_int_equal(back.value[HOUSE_ALERTS], 2);
}

static void a_wrong_line_is_named_and_changes_nothing(void **state)
{
        static const struct {
                const char *text;
                int line;
        } wrong[] = {{"age = 16\nage = 17", 2}, {"age = 19", 1}, {"age = 12", 1}, {"\nage", 2},
                {"ages = 16", 1}, {"age = sixteen", 1}, {"age = 16 moons", 1}, {"closes = 24:01", 1},
                {"opens = 9:60", 1}, {"opens = 9", 1}, {"wifi = maybe", 1}, {"wifi = yesno", 1},
                {"age = 9999999", 1}, {"signal = --75", 1}, {"age = 16 to 18", 1}, {"age = ", 1}, {"= 16", 1},
                {"closed_days = 2026-02-29", 1}, {"event_days = 2026-12-26 to 2026-12-24", 1},
                {"closed_days = sundays", 1}, {"closed_days =", 1}, {"closed_days = sunday,", 1},
                {"event_days = 1999-12-31", 1}, {"event_days = 2200-01-01", 1},
                {"event_days = none, sunday", 1}, {"event_days = 2026-1-01", 1},
                {"event_days = monday to friday", 1}, {"event_days = " LONGEST ", 2028-01-01", 1}};
        struct house h, before = usual();
        struct house_error error;
        (void)state;
        for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
                h = before;
                assert_int_equal(house_parse(slice_of(wrong[i].text), NULL, &h, &error), 1);
                assert_int_equal(error.line, wrong[i].line);
                assert_true(error.text[0] && error.todo[0]);
                assert_memory_equal(&h, &before, sizeof(h));
        }
}

static void head_office_bounds_what_may_be_chosen(void **state)
{
        struct house_bound bounds[HOUSE_RULES], none[HOUSE_RULES] = {0};
        struct house_error error;
        struct house h = usual();
        (void)state;
        assert_int_equal(
                house_parse_bounds(
                        slice_of("age = 18 to 18\nwifi = no to no\nopens = 09:00 to 11:00"), bounds, &error),
                0);
        assert_int_equal(house_parse(slice_of("age = 16"), bounds, &h, &error), 1);
        assert_string_equal(error.todo, "Allowed is 18 to 18.");
        assert_int_equal(house_parse(slice_of("age = 18"), bounds, &h, &error), 0);
        assert_int_equal(house_parse(slice_of("wifi = yes"), bounds, &h, &error), 1);
        assert_int_equal(house_parse(slice_of("opens = 11:01"), bounds, &h, &error), 1);
        h = usual();
        house_within(bounds, &h);
        assert_int_equal(h.value[HOUSE_AGE], 18);
        assert_int_equal(h.value[HOUSE_WIFI], 0);
        assert_int_equal(h.value[HOUSE_OPENS], 600);
        h.value[HOUSE_AGE] = 99; /* without head office's, the table's own count */
        house_within(none, &h);
        assert_int_equal(h.value[HOUSE_AGE], 18);
        assert_int_equal(house_parse_bounds(slice_of("age = 18 to 16"), bounds, &error), 1);
        assert_int_equal(house_parse_bounds(slice_of("age = 18"), bounds, &error), 1);
        assert_int_equal(house_parse_bounds(slice_of("age = 10 to 18"), bounds, &error), 1);
}

static void hours_begin_and_end_to_the_minute(void **state)
{
        struct house h = usual(); /* 10:00 to 20:00, 10 min after, 20 min before */
        (void)state;
        assert_false(house_open(&h, 0, 609));
        assert_true(house_open(&h, 0, 610));
        assert_true(house_open(&h, 0, 1179));
        assert_false(house_open(&h, 0, 1180));
        assert_false(house_open(&h, 0, 0));
        h.value[HOUSE_OPENS] = 18 * 60; /* to two in the night */
        h.value[HOUSE_CLOSES] = 2 * 60;
        assert_false(house_open(&h, 0, 18 * 60 + 9));
        assert_true(house_open(&h, 0, 18 * 60 + 10));
        assert_true(house_open(&h, 0, 1439));
        assert_true(house_open(&h, 0, 0));
        assert_true(house_open(&h, 0, 99));
        assert_false(house_open(&h, 0, 100));
        assert_false(house_open(&h, 0, 12 * 60));
        h.value[HOUSE_CLOSES] = 1440; /* midnight itself */
        assert_true(house_open(&h, 0, 1419));
        assert_false(house_open(&h, 0, 1420));
        assert_false(house_open(&h, 0, 0));
        h.value[HOUSE_OPENS] = h.value[HOUSE_FIRST_CALL] = h.value[HOUSE_LAST_CALL] = 0;
        for (int32_t m = 0; m < 1440; m++)
                assert_true(house_open(&h, 0, m)); /* around the clock */
        h = usual();
        h.value[HOUSE_CLOSES] = h.value[HOUSE_OPENS] = 18 * 60;
        assert_true(house_open(&h, 0, 0));
        h.value[HOUSE_CLOSES] = h.value[HOUSE_OPENS] + 30; /* shorter than the two margins */
        for (int32_t m = 0; m < 1440; m++)
                assert_false(house_open(&h, 0, m));
}

/* The store's own clock decides: an hour that is skipped or repeated changes when that is, not what it says.
 */
static void hours_go_by_the_stores_clock_on_the_days_it_changes(void **state)
{
        static const struct {
                const char *utc;
                bool open;
        } times[] = {{"2026-03-29 08:09Z", false},
                {"2026-03-29 08:10Z", true}, /* summer time since 01:00 UTC */
                {"2026-03-28 08:10Z", false}, {"2026-03-28 09:10Z", true}, {"2026-10-25 08:10Z", false},
                {"2026-10-25 09:09Z", false}, {"2026-10-25 09:10Z", true}, {"2026-10-24 08:10Z", true}};
        struct house h = usual();
        (void)state;
        assert_int_equal(clock_set_zone("Europe/Paris"), 0);
        for (size_t i = 0; i < ARRAY_LEN(times); i++) {
                wall_ms at;
                assert_int_equal(clock_parse(times[i].utc, &at), 0);
                assert_int_equal(house_open(&h, 0, clock_store_minute(at)), times[i].open);
        }
        h.value[HOUSE_OPENS] = 22 * 60; /* a night in which two o'clock comes twice */
        h.value[HOUSE_CLOSES] = 3 * 60;
        wall_ms first, last;
        assert_int_equal(clock_parse("2026-10-25 00:39Z", &first), 0); /* 02:39, in summer time */
        assert_int_equal(clock_parse("2026-10-25 01:41Z", &last), 0);  /* 02:41, an hour later */
        assert_true(house_open(&h, 0, clock_store_minute(first)));
        assert_false(house_open(&h, 0, clock_store_minute(last)));
}

static void a_list_of_days_is_what_it_says(void **state)
{
        struct house_days days = {0};
        char text[HOUSE_DAYS_TEXT];
        (void)state;
        assert_int_equal(
                house_days_parse(
                        slice_of(" 2026-12-24 to 2027-01-02 ,sunday, 2028-02-29,monday,sunday"), &days),
                0);
        house_days_print(&days, text);
        assert_string_equal(text, "monday, sunday, 2026-12-24 to 2027-01-02, 2028-02-29");
        assert_false(house_days_has(&days, day(2026, 12, 23)));
        assert_true(house_days_has(&days, day(2026, 12, 24)));
        assert_true(house_days_has(&days, day(2027, 1, 2))); /* over the new year, both ends */
        assert_false(house_days_has(&days, day(2027, 1, 5)));
        assert_true(house_days_has(&days, day(2028, 2, 29)));
        assert_false(house_days_has(&days, day(2028, 3, 1)));
        assert_true(house_days_has(&days, day(2026, 11, 22))); /* a Sunday */
        assert_true(house_days_has(&days, day(2026, 11, 23)));
        assert_false(house_days_has(&days, day(2026, 11, 24)));
        assert_int_equal(house_days_parse(slice_of("none"), &days), 0);
        assert_int_equal(days.n, 0);
        assert_false(house_days_has(&days, day(2026, 11, 22)));
        assert_int_equal(house_days_print(&days, text), 4);
}

static void closed_and_event_days_end_with_their_hours(void **state)
{
        struct house h = usual();
        store_day sunday = day(2026, 11, 22);
        (void)state;
        list_is(&h, &h.closed, HOUSE_CLOSED_DAYS, "sunday");
        list_is(&h, &h.events, HOUSE_EVENT_DAYS, "2026-11-21");
        assert_true(house_open(&h, sunday - 1, 12 * 60));
        assert_true(house_event(&h, sunday - 1, 12 * 60));
        assert_false(house_open(&h, sunday, 12 * 60));
        assert_false(house_event(&h, sunday, 12 * 60));
        assert_true(house_open(&h, sunday + 1, 12 * 60));
        h.value[HOUSE_OPENS] = 18 * 60; /* to two in the night: one o'clock is still Saturday's */
        h.value[HOUSE_CLOSES] = 2 * 60;
        assert_true(house_open(&h, sunday, 60));
        assert_true(house_event(&h, sunday, 60));
        assert_false(house_event(&h, sunday, 120));
        assert_false(house_open(&h, sunday, 20 * 60));
        assert_false(house_open(&h, sunday + 1, 60));
        assert_true(house_open(&h, sunday + 1, 20 * 60));
        h.value[HOUSE_OPENS] = h.value[HOUSE_CLOSES] = 0; /* around the clock: from midnight to midnight */
        assert_true(house_open(&h, sunday - 1, 1439));
        assert_false(house_open(&h, sunday, 0));
        assert_false(house_open(&h, sunday, 1439));
        assert_true(house_open(&h, sunday + 1, 0));
        /* The night of 2026-10-25 has an hour twice; it is one day all the same. */
        wall_ms first, last;
        assert_int_equal(clock_set_zone("Europe/Paris"), 0);
        assert_int_equal(clock_parse("2026-10-24 22:00Z", &first), 0);
        assert_int_equal(clock_parse("2026-10-25 22:59Z", &last), 0);
        assert_false(house_open(&h, clock_store_day(first), clock_store_minute(first)));
        assert_false(house_open(&h, clock_store_day(last), clock_store_minute(last)));
        assert_true(house_open(&h, clock_store_day(last + MINUTE_MS), clock_store_minute(last + MINUTE_MS)));
}

static void head_office_bounds_how_many_days(void **state)
{
        struct house_bound bounds[HOUSE_RULES];
        struct house_error error;
        struct house h = usual();
        char text[HOUSE_DAYS_TEXT];
        (void)state;
        assert_int_equal(house_parse_bounds(slice_of("event_days = 0 to 2"), bounds, &error), 0);
        assert_int_equal(
                house_parse(slice_of("event_days = monday, tuesday, friday"), bounds, &h, &error), 1);
        assert_string_equal(error.todo, "Allowed is 0 to 2 of them.");
        assert_int_equal(house_parse(slice_of("event_days = monday, tuesday, friday"), NULL, &h, &error), 0);
        house_within(bounds, &h);
        assert_int_equal(h.value[HOUSE_EVENT_DAYS], 2);
        house_days_print(&h.events, text);
        assert_string_equal(text, "monday, tuesday");
        assert_int_equal(house_parse_bounds(slice_of("event_days = 1 to 2"), bounds, &error), 1);
        assert_int_equal(house_parse_bounds(slice_of("event_days = none to 2"), bounds, &error), 1);
        assert_int_equal(house_parse_bounds(slice_of("event_days = 0 to 17"), bounds, &error), 1);
}

static void age_counts_birthdays(void **state)
{
        (void)state;
        assert_true(house_minor(16, day(2010, 11, 24), day(2026, 11, 23)));
        assert_false(house_minor(16, day(2010, 11, 23), day(2026, 11, 23)));
        assert_true(house_minor(17, day(2010, 11, 23), day(2026, 11, 23)));
        /* Born on 29 February: on 28 February of a common year it is not her birthday yet. */
        assert_true(house_minor(17, day(2008, 2, 29), day(2025, 2, 28)));
        assert_false(house_minor(17, day(2008, 2, 29), day(2025, 3, 1)));
        assert_true(house_minor(16, day(2008, 2, 29), day(2024, 2, 28)));
        assert_false(house_minor(16, day(2008, 2, 29), day(2024, 2, 29)));
        assert_true(house_minor(13, day(2030, 1, 1), day(2026, 1, 1))); /* not born yet, by the records */
}

static void always_fades_ends_and_is_answered(void **state)
{
        struct house h = usual();
        struct house_always a = {.given = day(2026, 1, 31)};
        (void)state;
        assert_true(house_always_holds(&h, &a, day(2026, 7, 30)));
        assert_false(house_always_holds(&h, &a, day(2026, 7, 31))); /* six months without a visit */
        a.used = day(2026, 7, 1);
        assert_true(house_always_holds(&h, &a, day(2026, 12, 31)));
        assert_false(house_always_holds(&h, &a, day(2027, 1, 1)));
        a.used = day(2027, 1, 29);
        assert_true(house_always_holds(&h, &a, day(2027, 1, 30)));
        assert_false(house_always_holds(&h, &a, day(2027, 1, 31))); /* a year, whatever happened */
        a = (struct house_always){.given = day(2026, 2, 1), .not_todays = 1};
        assert_true(house_always_holds(&h, &a, day(2026, 2, 2)));
        a.not_todays = 2;
        assert_false(house_always_holds(&h, &a, day(2026, 2, 2)));
        a = (struct house_always){.given = day(2024, 2, 29)};
        h.value[HOUSE_FADES] = 12;
        assert_true(house_always_holds(&h, &a, day(2025, 2, 27)));
        assert_false(house_always_holds(&h, &a, day(2025, 2, 28)));
}

static void a_draft_is_counted_against_a_visit(void **state)
{
        struct house live = usual(), draft;
        struct house_visit v = {.minute = 615, .nth = 1, .gap_min = -1, .held_min = 60};
        (void)state;
        live.value[HOUSE_WIFI_SIGN] = 1;
        draft = live;
        assert_false(house_changes(&live, &draft, &v));
        draft.value[HOUSE_FIRST_CALL] = 16;
        assert_true(house_changes(&live, &draft, &v));
        draft = live;
        draft.value[HOUSE_ALERTS] = 1;
        assert_false(house_changes(&live, &draft, &v));
        v.nth = 2;
        assert_true(house_changes(&live, &draft, &v));
        draft = live;
        draft.value[HOUSE_WIFI] = 0;
        assert_false(house_changes(&live, &draft, &v));
        v.sensed = true;
        assert_true(house_changes(&live, &draft, &v));
        draft = live;
        draft.value[HOUSE_WIFI_SIGN] = 0;
        assert_true(house_changes(&live, &draft, &v));
        draft = live;
        draft.value[HOUSE_SAME_VISIT] = 60;
        v.gap_min = 59;
        assert_true(house_changes(&live, &draft, &v));
        v.gap_min = 60;
        assert_false(house_changes(&live, &draft, &v));
        draft = live;
        list_is(&draft, &draft.closed, HOUSE_CLOSED_DAYS, "2026-11-20");
        v.day = day(2026, 11, 20);
        assert_true(house_changes(&live, &draft, &v));
        v.day++;
        assert_false(house_changes(&live, &draft, &v));
        draft = live;
        list_is(&draft, &draft.events, HOUSE_EVENT_DAYS, "saturday"); /* the 21st */
        assert_true(house_changes(&live, &draft, &v));
        v.own = true;
        assert_false(house_changes(&live, &draft, &v));
        draft = live;
        draft.value[HOUSE_HOLDS] = 1;
        v = (struct house_visit){.minute = 700, .nth = 1, .gap_min = -1, .held_min = 61};
        assert_true(house_changes(&live, &draft, &v));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(the_text_reads_back),
                cmocka_unit_test(a_wrong_line_is_named_and_changes_nothing),
                cmocka_unit_test(head_office_bounds_what_may_be_chosen),
                cmocka_unit_test(hours_begin_and_end_to_the_minute),
                cmocka_unit_test(hours_go_by_the_stores_clock_on_the_days_it_changes),
                cmocka_unit_test(a_list_of_days_is_what_it_says),
                cmocka_unit_test(closed_and_event_days_end_with_their_hours),
                cmocka_unit_test(head_office_bounds_how_many_days),
                cmocka_unit_test(age_counts_birthdays),
                cmocka_unit_test(always_fades_ends_and_is_answered),
                cmocka_unit_test(a_draft_is_counted_against_a_visit),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
