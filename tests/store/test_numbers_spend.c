/* What was spent on a day on which she came: which lines, whose day, of whom; and of how many it is told. */
#include <stdio.h>
#include <string.h>

#include "tests/store/weeks.h"

#define OTHER (MARIA + 1)

static unsigned lines;

/* A line of customer c(person - 1): as weeks_shop() made them, in their order. */
static void line(struct kit *kit, uint32_t person, const char *what)
{
        char row[200];
        snprintf(row, sizeof row, "x%u;c%u;a1;%s\n", ++lines, person - 1, what);
        kit_import_counts(kit, IMPORT_PURCHASES, row, 1, 0, 0, 0, 0, 0);
}

static void buys(struct kit *kit, uint32_t person, const char *price, const char *at)
{
        char what[120];
        snprintf(what, sizeof what, "main;in-store;;Coats;%s;;1;%s;bought;;;Coat;;", price, at);
        line(kit, person, what);
}

static void shares(struct kit *kit, uint32_t person, uint8_t state, wall_ms at)
{
        struct write w = kit_consent(person, CATEGORY_INSTORE, state, 0, at);
        assert_int_equal(kit_commit(kit, &w, 1), 0);
}

static void met(struct kit *kit, uint32_t person, uint32_t by, const char *at)
{
        weeks_arrives(kit, weeks_local(at),
                (struct weeks_arrival){.person = person,
                        .client_of = MARIA,
                        .asked = by,
                        .served_by = by,
                        .reply = REPLY_ACCEPT,
                        .alert = by ? ALERT_DONE : ALERT_NOBODY,
                        .took_s = 30});
}

/* Of person 1 on: so many come on Monday, share what they buy, and are met. */
static void comers(struct kit *kit, uint32_t first, uint32_t n, uint32_t by)
{
        for (uint32_t i = first; i < first + n; i++) {
                shares(kit, i, CONSENT_GIVEN, NOW - 30 * DAY_MS);
                met(kit, i, by, MONDAY " 11:00");
        }
}

static void expect(struct kit *kit, const char *number, long of, long value, long half)
{
        struct weeks_told t = weeks_ask_at(kit, NOW);
        weeks_expect(&t, "", number, "of", of);
        weeks_expect(&t, "", number, "value", of < 0 ? -1 : value);
        weeks_expect(&t, "", number, "half", of < 0 ? -1 : half);
        weeks_told_free(&t);
}

static void test_of_fewer_than_ten_nothing_is_told(void **state)
{
        struct kit kit;
        (void)state;
        weeks_shop(&kit);
        comers(&kit, 1, 9, MARIA);
        for (uint32_t i = 1; i <= 9; i++)
                buys(&kit, i, "100", MONDAY " 12:00");
        expect(&kit, "spend_own", -1, 0, 0);
        comers(&kit, 10, 1, MARIA); /* the tenth buys nothing */
        expect(&kit, "spend_own", 10, 90, -2);
        buys(&kit, 10, "100", MONDAY " 12:00");
        expect(&kit, "spend_own", 10, 100, 10000);
        expect(&kit, "spend_other", -1, 0, 0);
        comers(&kit, 11, 10, OTHER);
        expect(&kit, "spend_other", 10, 0, -2);
        kit_close(&kit);
}

static void test_a_median_in_steps(void **state)
{
        struct kit kit;
        char price[24];
        (void)state;
        weeks_shop(&kit);
        comers(&kit, 1, 11, MARIA);
        for (uint32_t i = 1; i <= 11; i++) {
                snprintf(price, sizeof price, "%u.01", i == 11 ? 900000 : 20 * i);
                buys(&kit, i, price, MONDAY " 12:00");
        }
        expect(&kit, "spend_own", 10, 100, 15000); /* the sixth of eleven: 120.01, of which 150 is the step */
        kit_close(&kit);
}

/* Ten come; what else they bought is none of this day's, or not known well enough. */
static void test_which_lines_count(void **state)
{
        struct kit kit;
        static const char *const none[] = {"main;online;;Coats;70;;1;" MONDAY " 12:00:00;bought;;;Coat;;",
                "elsewhere;in-store;;Coats;70;;1;" MONDAY " 12:00:00;bought;;;Coat;;",
                "main;in-store;;Coats;70;;1;" MONDAY " 12:00:00;returned;;;Coat;;",
                "main;in-store;;Coats;70;;1;" MONDAY " 12:00:00;cancelled;;;Coat;;",
                "main;in-store;;Coats;;;1;" MONDAY " 12:00:00;bought;;;Coat;;",
                "main;in-store;;Coats;70;XTS;1;" MONDAY " 12:00:00;bought;;;Coat;;",
                "main;in-store;;Coats;70;;1;2026-03-01 23:59:59;bought;;;Coat;;",
                "main;in-store;;Coats;70;;1;2026-03-03 00:00:00;bought;;;Coat;;"};
        (void)state;
        weeks_shop(&kit);
        kit_import_counts(&kit, IMPORT_STORES, "elsewhere;Lyon;in-store;\n", 1, 0, 0, 0, 0, 0);
        comers(&kit, 1, 10, MARIA);
        for (uint32_t i = 0; i < 10; i++)
                line(&kit, 1 + i, none[i % ARRAY_LEN(none)]);
        expect(&kit, "spend_own", 10, 0, -2);
        for (uint32_t i = 1; i <= 10; i++) { /* the first and the last minute of the store's day, and three */
                buys(&kit, i, "10", i % 2 ? MONDAY " 00:00:00" : MONDAY " 23:59:59");
                line(&kit, i, "main;in-store;;Coats;30;;3;" MONDAY ";bought;;;Coat;;");
        }
        expect(&kit, "spend_own", 10, 100, 10000);
        kit_close(&kit);
}

static void test_whose_day_it_is(void **state)
{
        struct kit kit;
        (void)state;
        weeks_shop(&kit);
        for (uint32_t i = 1; i <= 10; i++)
                met(&kit, i, 0, MONDAY " 09:00"); /* nobody came: the day is not theirs yet */
        comers(&kit, 1, 10, OTHER);
        for (uint32_t i = 1; i <= 10; i++) {
                met(&kit, i, MARIA, MONDAY " 16:00");
                buys(&kit, i, "40", MONDAY " 17:00:00");
        }
        expect(&kit, "spend_own", -1, 0, 0);
        expect(&kit, "spend_other", 10, 100, 4700);
        kit_close(&kit);
}

static void test_only_of_those_who_share_it(void **state)
{
        struct kit kit;
        (void)state;
        weeks_shop(&kit);
        comers(&kit, 1, 11, MARIA);
        for (uint32_t i = 12; i <= 30; i++) /* they share nothing */
                met(&kit, i, MARIA, MONDAY " 11:00");
        for (uint32_t i = 1; i <= 30; i++)
                buys(&kit, i, "100", MONDAY " 12:00:00");
        expect(&kit, "spend_own", 10, 100, 10000);
        shares(&kit, 11, CONSENT_WITHDRAWN, NOW - DAY_MS);
        expect(&kit, "spend_own", 10, 100, 10000);
        shares(&kit, 10, CONSENT_WITHDRAWN, NOW - DAY_MS);
        expect(&kit, "spend_own", -1, 0, 0);
        kit_close(&kit);
}

static void test_of_a_team(void **state)
{
        struct kit kit;
        (void)state;
        weeks_shop(&kit);
        comers(&kit, 1, 12, MARIA); /* one associate behind it: the store's, and no team's */
        for (uint32_t i = 1; i <= 12; i++)
                buys(&kit, i, "100", MONDAY " 12:00:00");
        struct weeks_told t = weeks_ask_at(&kit, NOW);
        weeks_expect(&t, "", "spend_own", "half", 10000);
        weeks_expect(&t, "Coats", "spend_own", "half", -1);
        weeks_told_free(&t);
        kit_close(&kit);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_of_fewer_than_ten_nothing_is_told),
                cmocka_unit_test(test_a_median_in_steps),
                cmocka_unit_test(test_which_lines_count),
                cmocka_unit_test(test_whose_day_it_is),
                cmocka_unit_test(test_only_of_those_who_share_it),
                cmocka_unit_test(test_of_a_team),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
