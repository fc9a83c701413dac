/* The five numbers over a real database: what counts as what, week by week of the store's own calendar; what
 * is not told; an associate's own week. */
#include <string.h>

#include "proto/civil.h"
#include "server/common/ids.h"
#include "tests/store/weeks.h"

/* ---- the tests ---- */
static void test_an_empty_store(void **state)
{
        struct kit kit;
        (void)state;
        kit_open(&kit);
        struct weeks_told t = weeks_ask_at(&kit, NOW);
        assert_true(json_is_true(json_object_get(t.json, "too_small")));
        assert_string_equal(json_string_value(json_object_get(t.json, "until")), "2026-03-08");
        assert_int_equal(weeks_n_teams(&t), 0);
        assert_null(weeks_now_of(&t, "", "match"));
        assert_true(json_is_null(json_object_get(t.json, "by_hour")));
        weeks_told_free(&t);
        kit_close(&kit);
}

static void test_what_counts_as_what(void **state)
{
        struct kit kit;
        (void)state;
        weeks_shop(&kit);
        weeks_week_of_twenty(&kit);
        wall_ms at = weeks_local(MONDAY " 12:00");
        static const struct weeks_arrival apart[] = {/* taken back by herself: no arrival at all */
                {.person = 30,
                        .client_of = MARIA,
                        .asked = MARIA,
                        .reply = REPLY_NONE,
                        .alert = ALERT_CLEARED},
                /* may be here: no arrival, and a ghost of its source */
                {.person = 31,
                        .client_of = MARIA,
                        .asked = MARIA,
                        .reply = REPLY_NOT_HERE,
                        .alert = ALERT_NOBODY,
                        .seen = VISIT_MAY_BE},
                /* would rather look around: in match, not in response */
                {.person = 32,
                        .client_of = MARIA,
                        .asked = MARIA,
                        .reply = REPLY_BUSY,
                        .alert = ALERT_NOBODY,
                        .if_busy = IF_BUSY_LOOK}};
        for (size_t i = 0; i < ARRAY_LEN(apart); i++)
                weeks_arrives(&kit, at, apart[i]);
        struct weeks_told t = weeks_ask_at(&kit, NOW);
        weeks_expect(&t, "", "match", "of", 20);       /* 12 + 4 + 2 + 1 = 19 */
        weeks_expect(&t, "", "match", "value", 63);    /* 12 of 19 */
        weeks_expect(&t, "", "response", "of", 20);    /* 12 + 4 + 2 + 2 */
        weeks_expect(&t, "", "response", "value", 70); /* 12 + 2 of 20 within 120 s */
        weeks_expect(&t, "", "response", "p50_s", 70); /* the ninth of eighteen: 10 ... 60 60 60 70 */
        weeks_expect(&t, "", "response", "p90_s", 200);
        weeks_expect(&t, "", "response", "nobody", 10);
        weeks_expect(&t, "", "acceptance", "of", 20); /* 18 taken, 2 ran out */
        weeks_expect(&t, "", "acceptance", "value", 90);
        weeks_expect(&t, "", "acceptance", "busy", 5); /* 1 of 21 that were answered */
        weeks_expect(&t, "", "acceptance", "not_here", 0);
        weeks_expect(&t, "", "return", "value", 0);
        weeks_expect(&t, "", "match", "weeks", 1);
        assert_string_equal(
                json_string_value(json_object_get(weeks_now_of(&t, "", "match"), "from")), MONDAY);
        assert_null(weeks_now_of(&t, "", "trust"));
        assert_null(weeks_now_of(&t, "", "liked"));
        weeks_told_free(&t);
        kit_close(&kit);
}

static void test_cards_answers_and_words(void **state)
{
        struct kit kit;
        wall_ms at = weeks_local(MONDAY " 10:00");
        (void)state;
        weeks_shop(&kit);
        for (uint32_t i = 0; i < 20; i++) {
                struct uuid visit = weeks_met(&kit, at + i * HOUR_MS, 1 + i, MARIA + i % 3, 30);
                weeks_card(&kit, visit, 1 + i, MARIA + i % 3, at + i * HOUR_MS);
                weeks_card(&kit, visit, 1 + i, MARIA + i % 3, at + i * HOUR_MS + MINUTE_MS);
                if (i < 12)
                        weeks_thanks(&kit, visit, i < 9 ? 1 : i < 11 ? 2 : 3, i == 0 ? 2 : 1, at + DAY_MS);
        }
        /* Of these one left and one objected who had joined. To pause takes nothing back, and whoever never
         * joined cannot leave: not by an objection, nor by lifting that. */
        struct write words[] = {kit_consent(1, CATEGORY_PRESENCE, CONSENT_GIVEN, 0, at),
                kit_consent(1, CATEGORY_PRESENCE, CONSENT_WITHDRAWN, 0, at),
                kit_consent(2, CATEGORY_PRESENCE, CONSENT_REFUSED, 0, at),
                kit_consent(3, CATEGORY_PRESENCE, CONSENT_GIVEN, 0, at),
                kit_consent(3, CATEGORY_PRESENCE, CONSENT_REFUSED, 0, at),
                kit_consent(5, CATEGORY_PRESENCE, CONSENT_GIVEN, 0, at),
                kit_consent(5, CATEGORY_PRESENCE, CONSENT_REFUSED, 0, at),
                kit_consent(5, CATEGORY_PRESENCE, CONSENT_WITHDRAWN, 0, at),
                kit_consent(6, CATEGORY_PRESENCE, CONSENT_REFUSED, 0, at),
                kit_consent(6, CATEGORY_PRESENCE, CONSENT_WITHDRAWN, 0, at),
                {.kind = WRITE_LINE_CHOICE,
                        .line_choice = {.person = 4,
                                .choice = CHOICE_HIDE,
                                .n = 3,
                                .line_refs = {5, 6, 7},
                                .at = at}}};
        words[2].consent.row.mode = MODE_NOT_TODAY;
        words[4].consent.row.mode = MODE_PAUSED;
        for (uint32_t i = 0; i < ARRAY_LEN(words) - 1; i++)
                words[i].consent.id = ids_uuid(at);
        assert_int_equal(kit_commit(&kit, words, ARRAY_LEN(words)), 0);
        struct weeks_told t = weeks_ask_at(&kit, NOW);
        weeks_expect(&t, "", "trust", "of", 40);
        weeks_expect(&t, "", "trust", "value", 25); /* 1 of 40, of a thousand */
        weeks_expect(&t, "", "trust", "struck", 25);
        weeks_expect(&t, "", "trust", "left", 50);
        weeks_expect(&t, "", "trust", "not_today", 25);
        weeks_expect(&t, "", "liked", "of", 10); /* 12 */
        weeks_expect(&t, "", "liked", "value", 75);
        weeks_expect(&t, "", "liked", "soso", 17);
        weeks_expect(&t, "", "liked", "bad", 8);
        const struct mine *own = numbers_mine(t.numbers, MARIA);
        assert_int_equal(own->cards, 14);
        assert_int_equal(own->liked.weeks, 0); /* four of hers answered */
        assert_int_equal(own->not_fine.weeks, 0);
        weeks_told_free(&t);
        kit_close(&kit);
}

/* The clock stops at "with her"; a device that is silent, a colleague who was faster and a shift's end are no
 * miss. */
static void test_with_her_and_replies_that_are_none(void **state)
{
        struct kit kit;
        wall_ms at = weeks_local(MONDAY " 10:00");
        static const enum reply replies[] = {REPLY_SILENT, REPLY_TAKEN, REPLY_OFF_SHIFT};
        (void)state;
        weeks_shop(&kit);
        for (uint32_t i = 0; i < 12; i++)
                weeks_arrives(&kit, at + i * HOUR_MS,
                        (struct weeks_arrival){.person = 1 + i,
                                .client_of = MARIA,
                                .asked = MARIA,
                                .served_by = MARIA,
                                .reply = REPLY_ACCEPT,
                                .alert = ALERT_DONE,
                                .took_s = 20,
                                .with_her_s = i < 6 ? 90 : 200});
        for (size_t i = 0; i < ARRAY_LEN(replies); i++)
                weeks_arrives(&kit, at,
                        (struct weeks_arrival){
                                .person = 20, .asked = MARIA, .reply = replies[i], .alert = ALERT_NOBODY});
        struct weeks_told t = weeks_ask_at(&kit, NOW);
        weeks_expect(&t, "", "response", "value", 40); /* 6 of 15 */
        weeks_expect(&t, "", "response", "p50_s", 90);
        weeks_expect(&t, "", "response", "p90_s", 200);
        weeks_expect(&t, "", "acceptance", "value", 100);
        weeks_expect(&t, "", "acceptance", "silent", 8); /* 1 of 13 */
        assert_int_equal(numbers_mine(t.numbers, MARIA)->asked, 12);
        weeks_told_free(&t);
        kit_close(&kit);
}

/* Three in Coats and in Bags is a team; Shoes and Gloves are too few, and neither is the store without them.
 */
static void test_teams(void **state)
{
        struct kit kit;
        wall_ms at = weeks_local(MONDAY " 10:00");
        (void)state;
        weeks_shop(&kit);
        for (uint32_t i = 0; i < 12; i++) {
                weeks_met(&kit, at + i * HOUR_MS, 1 + i, MARIA + i % 3, 30);
                weeks_met(&kit, at + i * HOUR_MS, 13 + i, BAGS + i % 3, 150);
        }
        struct weeks_told t = weeks_ask_at(&kit, NOW);
        assert_int_equal(weeks_n_teams(&t), 2);
        weeks_expect(&t, "Coats", "response", "value", 100);
        weeks_expect(&t, "Bags", "response", "value", 0);
        weeks_expect(&t, "", "response", "value", 50);
        weeks_told_free(&t);
        /* One customer of somebody who is in no team: subtracting the teams would leave her. */
        weeks_met(&kit, at, 40, ALONE, 60);
        t = weeks_ask_at(&kit, NOW);
        assert_null(weeks_now_of(&t, "Coats", "response"));
        assert_null(weeks_now_of(&t, "Bags", "response"));
        weeks_expect(&t, "", "response", "of", 25);
        weeks_told_free(&t);
        kit_close(&kit);
}

/* Whatever a manager is told names no associate, and no team of one or two. */
static void test_no_team_of_one(void **state)
{
        struct kit kit;
        wall_ms at = weeks_local(MONDAY " 10:00");
        (void)state;
        weeks_shop(&kit);
        for (uint32_t i = 0; i < 40; i++) {
                weeks_met(&kit, at + i * HOUR_MS, 1 + i, ALONE, 30);
                weeks_met(&kit, at + i * HOUR_MS, 1 + i, MARIA + i % 4, 30);
                weeks_met(&kit, at + i * HOUR_MS, 1 + i, BAGS, 30);
        }
        struct weeks_told t = weeks_ask_at(&kit, NOW);
        size_t i;
        json_t *group;
        json_array_foreach(json_object_get(t.json, "groups"), i, group)
                assert_string_not_equal(json_string_value(json_object_get(group, "team")), "Shoes");
        assert_int_equal(weeks_n_teams(&t), 2);
        assert_null(weeks_now_of(&t, "Bags", "match")); /* a team, but one of them did it all */
        assert_true(weeks_value(&t, "", "match", "of") > 0);
        static const char *const names[] = {"Ada", "Hal", "\"a1\"", "\"s1\"", "Eva"};
        for (size_t n = 0; n < ARRAY_LEN(names); n++)
                assert_null(strstr(t.numbers->json, names[n]));
        weeks_told_free(&t);
        kit_close(&kit);
}

/* Two associates work here: every number would be one's or the other's. */
static void test_a_store_of_two(void **state)
{
        struct kit kit;
        (void)state;
        kit_open(&kit);
        kit_import_counts(
                &kit, IMPORT_ASSOCIATES, "a1;Ada A;main;Coats;;\na2;Bea B;main;Coats;;\n", 2, 0, 0, 0, 0, 0);
        for (uint32_t i = 0; i < 20; i++)
                weeks_met(&kit, weeks_local(MONDAY " 10:00"), 100 + i, MARIA + i % 2, 30);
        struct weeks_told t = weeks_ask_at(&kit, NOW);
        assert_null(weeks_now_of(&t, "", "match"));
        assert_int_equal(numbers_mine(t.numbers, MARIA)->asked, 10); /* her own is hers */
        weeks_told_free(&t);
        kit_close(&kit);
}

static void test_widening(void **state)
{
        struct kit kit;
        (void)state;
        weeks_shop(&kit);
        /* 9 March 2026 begins a quarter of weeks. */
        static const char *const mondays[] = {"2026-03-09", "2026-03-16", "2026-03-23", "2026-03-30"};
        assert_int_equal(numbers_last_week(weeks_local("2026-03-17")) % CELLS_QUARTER, 0);
        for (uint32_t w = 0; w < 4; w++) {
                char at[40];
                snprintf(at, sizeof at, "%s 10:00", mondays[w]);
                for (uint32_t i = 0; i < (w == 1 ? 12 : 5); i++)
                        weeks_met(&kit, weeks_local(at), 1 + 5 * w + i, MARIA + i % 3, 30);
        }
        struct weeks_told t = weeks_ask_at(&kit, weeks_local("2026-03-17 12:00"));
        assert_null(weeks_now_of(&t, "", "match")); /* five, of a quarter that has just begun */
        weeks_told_free(&t);
        t = weeks_ask_at(&kit, weeks_local("2026-03-24 12:00"));
        weeks_expect(&t, "", "match", "weeks", 1);
        weeks_told_free(&t);
        t = weeks_ask_at(&kit, weeks_local("2026-03-31 12:00"));
        assert_string_equal(
                json_string_value(json_object_get(weeks_now_of(&t, "", "match"), "from")), mondays[1]);
        weeks_told_free(&t);
        t = weeks_ask_at(&kit, weeks_local("2026-04-07 12:00"));
        weeks_expect(&t, "", "match", "weeks", 4);
        weeks_expect(&t, "", "match", "of", 25); /* 27, with the week that was told before */
        assert_string_equal(
                json_string_value(json_object_get(weeks_now_of(&t, "", "match"), "from")), mondays[0]);
        weeks_told_free(&t);
        kit_close(&kit);
}

/* One more arrival, seen by asking before and after: not today's, and not of a week that is not over. */
static void test_one_arrival_is_not_seen(void **state)
{
        struct kit kit;
        (void)state;
        weeks_shop(&kit);
        weeks_week_of_twenty(&kit);
        struct weeks_told before = weeks_ask_at(&kit, NOW);
        weeks_met(&kit, NOW - HOUR_MS, 40, MARIA, 20);
        weeks_met(&kit, weeks_local("2026-03-09 11:00"), 41, MARIA, 20);
        struct weeks_told after = weeks_ask_at(&kit, NOW);
        assert_string_equal(before.numbers->json, after.numbers->json);
        const struct mine *a = numbers_mine(before.numbers, MARIA), *b = numbers_mine(after.numbers, MARIA);
        assert_int_equal(a->met, b->met);
        weeks_told_free(&after);
        kit_reopen(&kit); /* nor by a start */
        after = weeks_ask_at(&kit, NOW);
        assert_string_equal(before.numbers->json, after.numbers->json);
        weeks_told_free(&after);
        /* A week is over from Tuesday on: what began late on Sunday has ended by then. */
        assert_int_equal(numbers_last_week(weeks_local("2026-03-09 23:59")) + 1,
                numbers_last_week(weeks_local("2026-03-10 00:00")));
        weeks_told_free(&before);
        kit_close(&kit);
}

/* Weeks are the store's, from midnight to midnight: of 167 hours in March, of 169 in October, over New Year.
 */
static void test_weeks_of_the_calendar(void **state)
{
        static const struct {
                const char *monday, *first, *last, *before, *after, *asked;
        } weeks[] = {{"2026-03-23", "2026-03-23 00:00", "2026-03-29 23:59", "2026-03-22 23:59",
                             "2026-03-30 00:00", "2026-03-31 00:00"},
                {"2025-10-20", "2025-10-20 00:00", "2025-10-26 23:59", "2025-10-19 23:59", "2025-10-27 00:00",
                        "2025-10-28 00:00"},
                {"2025-12-29", "2025-12-31 23:59", "2026-01-01 00:01", "2025-12-28 23:59", "2026-01-05 00:00",
                        "2026-01-06 00:00"}};
        (void)state;
        for (size_t i = 0; i < ARRAY_LEN(weeks); i++) {
                struct kit kit;
                weeks_shop(&kit);
                for (uint32_t p = 0; p < 10; p++)
                        weeks_met(
                                &kit, weeks_local(p % 2 ? weeks[i].first : weeks[i].last), 1 + p, MARIA, 60);
                weeks_met(&kit, weeks_local(weeks[i].before), 20, MARIA, 60);
                weeks_met(&kit, weeks_local(weeks[i].after), 21, MARIA, 60);
                struct weeks_told t = weeks_ask_at(&kit, weeks_local(weeks[i].asked));
                assert_string_equal(json_string_value(json_object_get(weeks_now_of(&t, "", "match"), "from")),
                        weeks[i].monday);
                assert_int_equal(numbers_mine(t.numbers, MARIA)->met, 10);
                weeks_told_free(&t);
                kit_close(&kit);
        }
}

static void test_year_on_year_and_returns(void **state)
{
        struct kit kit;
        (void)state;
        weeks_shop(&kit);
        for (uint32_t i = 0; i < 12; i++) {
                weeks_met(&kit, weeks_local("2025-03-04 10:00"), 1 + i, MARIA, 200); /* 52 weeks before */
                weeks_met(&kit, weeks_local("2026-03-03 10:00"), 1 + i, MARIA, 60);
        }
        for (uint32_t i = 0; i < 6; i++) /* half of them had been here in between, 90 days before or less */
                weeks_met(
                        &kit, weeks_local(i % 2 ? "2025-12-04 10:00" : "2026-03-01 10:00"), 1 + i, MARIA, 60);
        weeks_met(&kit, weeks_local("2025-12-02 09:00"), 12, MARIA, 60); /* 91 days */
        struct weeks_told t = weeks_ask_at(&kit, NOW);
        weeks_expect(&t, "", "return", "value", 50);
        weeks_expect(&t, "", "response", "value", 100);
        size_t i;
        json_t *group;
        json_array_foreach(json_object_get(t.json, "groups"), i, group)
        {
                json_t *before = json_object_get(json_object_get(group, "response"), "year_before");
                if (i == 0) {
                        assert_string_equal(json_string_value(json_object_get(before, "from")), "2025-03-03");
                        assert_int_equal(json_integer_value(json_object_get(before, "value")), 0);
                }
        }
        weeks_told_free(&t);
        kit_close(&kit);
}

/* To the one, and hers alone: a colleague's is another's. */
static void test_her_own_week(void **state)
{
        struct kit kit;
        (void)state;
        weeks_shop(&kit);
        weeks_week_of_twenty(&kit);
        wall_ms at = weeks_local(MONDAY " 12:00");
        static const enum reply replies[] = {REPLY_BUSY, REPLY_NOT_HERE, REPLY_HAND_OVER, REPLY_NO_ANSWER};
        for (size_t i = 0; i < ARRAY_LEN(replies); i++)
                weeks_arrives(&kit, at,
                        (struct weeks_arrival){
                                .person = 40, .asked = MARIA, .reply = replies[i], .alert = ALERT_NOBODY});
        struct weeks_told t = weeks_ask_at(&kit, NOW);
        const struct mine *m = numbers_mine(t.numbers, MARIA);
        assert_int_equal(m->from, civil_to_day((struct civil_date){2026, 3, 2}));
        assert_int_equal(m->asked, 16);
        assert_int_equal(m->accepted, 12);
        assert_true(m->busy == 1 && m->not_here == 1 && m->handed_over == 1 && m->no_answer == 1);
        assert_int_equal(m->clients, 18);
        assert_int_equal(m->clients_met, 12);
        assert_int_equal(m->met, 12);
        assert_int_equal(m->p50_s, 60);
        assert_int_equal(m->p90_s, 110);
        const struct mine *other = numbers_mine(t.numbers, MARIA + 1);
        assert_true(other->asked == 4 && other->met == 4 && other->p50_s == 200 && other->clients == 0);
        const struct mine *idle = numbers_mine(t.numbers, BAGS);
        assert_true(idle->known && idle->asked == 0 && idle->p50_s == -1);
        assert_null(numbers_mine(t.numbers, 4711));
        weeks_told_free(&t);
        kit_close(&kit);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_an_empty_store),
                cmocka_unit_test(test_what_counts_as_what),
                cmocka_unit_test(test_cards_answers_and_words),
                cmocka_unit_test(test_with_her_and_replies_that_are_none),
                cmocka_unit_test(test_teams),
                cmocka_unit_test(test_no_team_of_one),
                cmocka_unit_test(test_a_store_of_two),
                cmocka_unit_test(test_widening),
                cmocka_unit_test(test_one_arrival_is_not_seen),
                cmocka_unit_test(test_weeks_of_the_calendar),
                cmocka_unit_test(test_year_on_year_and_returns),
                cmocka_unit_test(test_her_own_week),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
