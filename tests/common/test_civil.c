/* The calendar against the C library over 400 years, and ages at the month ends where they are disputed. */
#include "proto/civil.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <time.h>

static void days_match_the_c_library(void **state)
{
        (void)state;
        for (store_day day = -73000; day <= 73000; day++) {
                time_t t = (time_t)day * 86400;
                struct tm tm;
                gmtime_r(&t, &tm);
                struct civil_date d = civil_from_day(day);
                assert_int_equal(d.year, tm.tm_year + 1900);
                assert_int_equal(d.month, tm.tm_mon + 1);
                assert_int_equal(d.day, tm.tm_mday);
                assert_int_equal(civil_to_day(d), day);
                assert_true(civil_valid(d));
        }
}

static store_day day_of(int32_t year, int32_t month, int32_t day)
{
        return civil_to_day((struct civil_date){year, month, day});
}

static void ages_in_months(void **state)
{
        (void)state;
        assert_int_equal(civil_age_months(day_of(2026, 1, 31), day_of(2026, 2, 27)), 0);
        assert_int_equal(civil_age_months(day_of(2026, 1, 31), day_of(2026, 2, 28)), 1);
        assert_int_equal(civil_age_months(day_of(2024, 1, 31), day_of(2024, 2, 28)), 0);
        assert_int_equal(civil_age_months(day_of(2024, 1, 31), day_of(2024, 2, 29)), 1);
        assert_int_equal(civil_age_months(day_of(2024, 11, 22), day_of(2026, 11, 21)), 23);
        assert_int_equal(civil_age_months(day_of(2024, 11, 22), day_of(2026, 11, 22)), 24);
        assert_int_equal(civil_age_months(day_of(2026, 11, 22), day_of(2026, 11, 21)), 0);
        assert_int_equal(civil_age_days(day_of(2024, 2, 28), day_of(2024, 3, 1)), 2);
}

static void dates_that_do_not_exist(void **state)
{
        (void)state;
        assert_false(civil_valid((struct civil_date){2026, 2, 29}));
        assert_false(civil_valid((struct civil_date){1900, 2, 29}));
        assert_true(civil_valid((struct civil_date){2000, 2, 29}));
        assert_false(civil_valid((struct civil_date){2026, 13, 1}));
        assert_false(civil_valid((struct civil_date){2026, 0, 1}));
        assert_false(civil_valid((struct civil_date){0, 1, 1}));
        assert_false(civil_valid((struct civil_date){2026, 4, 31}));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(days_match_the_c_library),
                cmocka_unit_test(ages_in_months),
                cmocka_unit_test(dates_that_do_not_exist),
        };
        return cmocka_run_group_tests_name("civil", tests, NULL, NULL);
}
