/* The clock: an injected "now", the store's own days across both clock changes, and zones that do not
 * exist. */
#include "server/common/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdlib.h>

static wall_ms at(const char *text)
{
        wall_ms out = 0;
        assert_int_equal(clock_parse(text, &out), 0);
        return out;
}

static void now_can_be_set(void **state)
{
        (void)state;
        struct clock clock = {0};
        wall_ms machine = clock_wall(&clock);
        clock_set_now(&clock, 1000);
        wall_ms seen = clock_wall(&clock);
        assert_in_range(seen, 1000, 60000);
        assert_true(machine > 1600000000000);
        mono_ms before = clock_mono();
        assert_true(clock_mono() >= before);
}

static void unknown_zones_are_refused(void **state)
{
        (void)state;
        assert_int_equal(clock_set_zone("Europe/Paris"), 0);
        wall_ms noon = at("2026-07-01 12:00");
        static const char *const bad[] = {
                "",
                "Europe/Pariss",
                "/etc/passwd",
                "../../etc/passwd",
                "Europe",
                "tzdata.zi",
                "Europe/Paris ",
                "CEST-2",
        };
        for (size_t i = 0; i < ARRAY_LEN(bad); i++)
                assert_int_equal(clock_set_zone(bad[i]), 1);
        assert_int_equal(at("2026-07-01 12:00"), noon);
        assert_int_equal(noon, at("2026-07-01T10:00:00Z"));
}

static void days_are_the_stores_own(void **state)
{
        (void)state;
        assert_int_equal(clock_set_zone("Europe/Paris"), 0);
        store_day day = civil_to_day((struct civil_date){2026, 11, 22});
        assert_int_equal(clock_store_day(at("2026-11-21T22:59:59Z")), day - 1);
        assert_int_equal(clock_store_day(at("2026-11-21T23:00:00Z")), day);
        assert_int_equal(clock_store_minute(at("2026-11-22T09:05:30Z")), 10 * 60 + 5);
        assert_int_equal(clock_store_day(-1), 0); /* nearly one o'clock of 1970 in Paris */
        assert_int_equal(clock_set_zone("America/New_York"), 0);
        assert_int_equal(clock_store_day(at("2026-11-22T04:59:59Z")), day - 1);
        assert_int_equal(clock_store_day(-1), -1);
}

static void clock_changes(void **state)
{
        (void)state;
        assert_int_equal(clock_set_zone("Europe/Paris"), 0);
        assert_int_equal(at("2026-10-25 02:30"), at("2026-10-25T00:30:00Z")); /* twice: the first */
        assert_int_equal(at("2026-10-25 03:30"), at("2026-10-25T02:30:00Z"));
        assert_int_equal(at("2026-03-29 02:30"), at("2026-03-29T01:30:00Z")); /* never: an hour later */
        assert_int_equal(at("2026-03-29 01:59"), at("2026-03-29T00:59:00Z"));
        assert_int_equal(at("2026-03-29 03:00"), at("2026-03-29T01:00:00Z"));
        /* Where the tz database has winter as the exception. */
        assert_int_equal(clock_set_zone("Europe/Dublin"), 0);
        assert_int_equal(at("2026-10-25 01:30"), at("2026-10-25T00:30:00Z"));
        assert_int_equal(at("2026-03-29 01:30"), at("2026-03-29T01:30:00Z"));
        assert_int_equal(at("2026-01-15 12:00"), at("2026-01-15T12:00:00Z"));
        assert_int_equal(at("2026-07-15 12:00"), at("2026-07-15T11:00:00Z"));
}

/* Every hour of two years, there and back again, in zones with and without clock changes. */
static void local_and_back(void **state)
{
        (void)state;
        static const char *const zones[] = {"Europe/Paris", "America/New_York", "Asia/Kathmandu", "UTC",
                "Australia/Lord_Howe", "Europe/Dublin"};
        for (size_t z = 0; z < ARRAY_LEN(zones); z++) {
                assert_int_equal(clock_set_zone(zones[z]), 0);
                wall_ms start = INT64_C(1767225600000);
                int differ = 0;
                for (wall_ms t = start; t < start + 730 * DAY_MS; t += HOUR_MS) {
                        struct clock_local local = clock_to_local(t);
                        wall_ms back = 0;
                        assert_int_equal(clock_from_local(&local, &back), 0);
                        differ += back != t;
                }
                /* Only the repeated hour of each autumn may come back as its first time. */
                assert_in_range(differ, 0, 2);
        }
}

static void texts_that_are_no_times(void **state)
{
        (void)state;
        static const char *const bad[] = {
                "",
                "2026",
                "2026-1-01",
                "2026-13-01",
                "2026-02-29",
                "2026-01-01 24:00",
                "2026-01-01 10:60",
                "2026-01-01 10",
                "2026-01-01 10:00:60",
                "2026-01-01 10:00x",
                "2026-01-01x",
                "now",
                "2026-01-01T10:00+01:00",
        };
        wall_ms out = 7;
        for (size_t i = 0; i < ARRAY_LEN(bad); i++)
                assert_int_equal(clock_parse(bad[i], &out), 1);
        assert_int_equal(out, 7);
        assert_int_equal(clock_set_zone("UTC"), 0);
        assert_int_equal(at("2026-11-22"), at("2026-11-22T12:00:00Z"));
        assert_int_equal(at("1970-01-01T00:00:00Z"), 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(now_can_be_set),
                cmocka_unit_test(unknown_zones_are_refused),
                cmocka_unit_test(days_are_the_stores_own),
                cmocka_unit_test(clock_changes),
                cmocka_unit_test(local_and_back),
                cmocka_unit_test(texts_that_are_no_times),
        };
        return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
