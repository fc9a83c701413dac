/* Times as people write them, and the two hours a year that are odd. */
#include "tests/ctl/cm.h"

#include "proto/civil.h"
#include "server/common/clock.h"
#include "server/ctl/demo.h"
#include "server/ctl/zone.h"

static const struct zone *zone(const char *name)
{
        const struct zone *z = zone_find(slice_of(name));
        assert_non_null(z);
        return z;
}

/* UTC as text, to compare. */
static void expect(const char *zone_name, const char *text, const char *utc, uint8_t precision)
{
        wall_ms at = 0, want = 0;
        uint8_t got = 0;
        const char *why = "";
        if (zone_parse(zone(zone_name), slice_of(text), &at, &got, &why) != 0) {
                print_error("%s: %s\n", text, why);
                fail();
        }
        assert_int_equal(clock_parse(utc, &want), 0);
        if (at != want)
                print_error("%s in %s is %lld s off\n", text, zone_name, (long long)(at - want) / 1000);
        assert_int_equal(at, want);
        assert_int_equal(got, precision);
}

static void test_forms(void **state)
{
        (void)state;
        expect("UTC", "2026-03-31T17:05:09", "2026-03-31T17:05:09Z", ZONE_SECOND);
        expect("UTC", "2026-03-31 17:05", "2026-03-31T17:05:00Z", ZONE_MINUTE);
        expect("UTC", "2026-03-31", "2026-03-31T12:00:00Z", ZONE_DAY);
        expect("Europe/Stockholm", "2026-03-31", "2026-03-31T10:00:00Z", ZONE_DAY);
        expect("Europe/Stockholm", "2026-01-31T12:00:00", "2026-01-31T11:00:00Z", ZONE_SECOND);
        expect("Europe/Stockholm", "2026-07-31T12:00:00", "2026-07-31T10:00:00Z", ZONE_SECOND);
        expect("America/New_York", "2005-06-18T03:57:36", "2005-06-18T07:57:36Z", ZONE_SECOND);
        expect("Asia/Kathmandu", "2026-07-31T12:00", "2026-07-31T06:15:00Z", ZONE_MINUTE);
        /* With an offset of its own the zone does not count. */
        expect("Europe/Stockholm", "2026-07-31T12:00:00Z", "2026-07-31T12:00:00Z", ZONE_SECOND);
        expect("Europe/Stockholm", "2026-07-31T12:00:00+05:30", "2026-07-31T06:30:00Z", ZONE_SECOND);
        expect("Europe/Stockholm", "2026-07-31T12:00-0330", "2026-07-31T15:30:00Z", ZONE_MINUTE);
        expect("Europe/Stockholm", "2026-07-31 12:00:00+02", "2026-07-31T10:00:00Z", ZONE_SECOND);
}

static void test_milliseconds(void **state)
{
        (void)state;
        wall_ms at;
        uint8_t precision;
        const char *why;
        assert_int_equal(
                zone_parse(zone("UTC"), slice_of("1970-01-01T00:00:01.234567Z"), &at, &precision, &why), 0);
        assert_int_equal(at, 1234);
        assert_int_equal(
                zone_parse(zone("UTC"), slice_of("1970-01-01 00:00:01,5"), &at, &precision, &why), 0);
        assert_int_equal(at, 1500);
}

/* What the spring skips counts as an hour later; what the autumn repeats is its first time. */
static void test_odd_hours(void **state)
{
        (void)state;
        expect("Europe/Stockholm", "2026-03-29T01:59:59", "2026-03-29T00:59:59Z", ZONE_SECOND);
        expect("Europe/Stockholm", "2026-03-29T02:30:00", "2026-03-29T01:30:00Z", ZONE_SECOND);
        expect("Europe/Stockholm", "2026-03-29T03:00:00", "2026-03-29T01:00:00Z", ZONE_SECOND);
        expect("Europe/Stockholm", "2026-10-25T01:59:59", "2026-10-24T23:59:59Z", ZONE_SECOND);
        expect("Europe/Stockholm", "2026-10-25T02:30:00", "2026-10-25T00:30:00Z", ZONE_SECOND);
        expect("Europe/Stockholm", "2026-10-25T03:00:00", "2026-10-25T02:00:00Z", ZONE_SECOND);
        /* In Ireland the winter is the exception, not the summer. */
        expect("Europe/Dublin", "2026-03-29T01:30:00", "2026-03-29T01:30:00Z", ZONE_SECOND);
        expect("Europe/Dublin", "2026-10-25T01:30:00", "2026-10-25T00:30:00Z", ZONE_SECOND);
        expect("America/New_York", "2026-03-08T02:30:00", "2026-03-08T07:30:00Z", ZONE_SECOND);
        expect("America/New_York", "2026-11-01T01:30:00", "2026-11-01T05:30:00Z", ZONE_SECOND);
        expect("Australia/Lord_Howe", "2026-10-04T02:15:00", "2026-10-03T15:45:00Z", ZONE_SECOND);
        /* Samoa left out the 30th of December 2011. */
        expect("Pacific/Apia", "2011-12-29T23:00:00", "2011-12-30T09:00:00Z", ZONE_SECOND);
        expect("Pacific/Apia", "2011-12-31T01:00:00", "2011-12-30T11:00:00Z", ZONE_SECOND);
}

/* The same answer as the program's clock, all over the years. */
static void test_agrees_with_the_clock(void **state)
{
        (void)state;
        static const char *const zones[] = {"Europe/Stockholm", "America/Sao_Paulo", "Australia/Sydney",
                "Europe/Dublin", "Pacific/Apia", "Asia/Tehran"};
        struct demo_random r = {7};
        for (size_t z = 0; z < ARRAY_LEN(zones); z++) {
                const struct zone *mine = zone(zones[z]);
                assert_int_equal(clock_set_zone(zones[z]), 0);
                for (int i = 0; i < 3000; i++) {
                        store_day day = (store_day)(365 + demo_below(&r, 365 * 90));
                        struct clock_local l = {.date = civil_from_day(day),
                                .hour = (int32_t)demo_below(&r, 24),
                                .minute = (int32_t)demo_below(&r, 60),
                                .second = (int32_t)demo_below(&r, 60)};
                        wall_ms want;
                        assert_int_equal(clock_from_local(&l, &want), 0);
                        int64_t local_s = day * INT64_C(86400) + l.hour * 3600 + l.minute * 60 + l.second;
                        int64_t got = zone_to_utc_s(mine, local_s);
                        if (got * 1000 != want)
                                print_error("%s, %04d-%02d-%02d %02d:%02d: %lld s off\n", zones[z],
                                        l.date.year, l.date.month, l.date.day, l.hour, l.minute,
                                        (long long)(got - want / 1000));
                        assert_int_equal(got * 1000, want);
                }
        }
}

static void test_refused(void **state)
{
        (void)state;
        static const char *const bad[] = {"", "2026", "2026-13-01", "2026-02-29", "2026-3-1", "31.03.2026",
                "03/31/2026", "2026-03-31T", "2026-03-31T24:00:00", "2026-03-31T17:60", "2026-03-31T17:05:60",
                "2026-03-31T1705", "2026-03-31T17:05:09.", "2026-03-31T17:05:09X", "2026-03-31Z",
                "2026-03-31+02:00", "2026-03-31T17:05:09+2", "2026-03-31T17:05:09+02:0",
                "2026-03-31T17:05:09+02:00x", "1969-12-31", "2100-01-01", "today", "2026-03-31T17:05:09 "};
        for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
                wall_ms at;
                uint8_t precision;
                const char *why = NULL;
                int got = zone_parse(zone("UTC"), slice_of(bad[i]), &at, &precision, &why);
                if (got != 1)
                        print_error("\"%s\" was taken\n", bad[i]);
                assert_int_equal(got, 1);
                assert_non_null(why);
        }
        assert_null(zone_find(slice_of("Europe/Nowhere")));
        assert_null(zone_find(slice_of("../../etc/passwd")));
        assert_null(zone_find(slice_of("")));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_forms),
                cmocka_unit_test(test_milliseconds),
                cmocka_unit_test(test_odd_hours),
                cmocka_unit_test(test_agrees_with_the_clock),
                cmocka_unit_test(test_refused),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
