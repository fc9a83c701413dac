/* What keeps somebody from being asked: the customer's word, a budget, a customer whom she is with, a device
 * that does not answer; and handing over [P83-P87]. */
#include "tests/core/reach_story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* ---- her word ---- */
static void she_is_asked_and_says(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        reach_connect(r, JONAS);
        reach_connect(r, IDA);
        story_join(r, ANNA, true, &phone);
        assert_int_equal(reach_arrive(r, &phone, ""), 200); /* Maria is not there */
        assert_true(story_says(r, "\"ask\":{\"left_s\":60}"));
        rig_wait(r, 30000);
        assert_true(reach_now_says(r, &phone, "\"ask\":{\"left_s\":30}"));
        assert_int_equal(r->offers, 0);
        assert_int_equal(reach_says(r, &phone, "other"), 200);
        assert_false(story_says(r, "\"ask\""));
        rig_wait(r, 1500);
        assert_int_equal(reach_cards(r, IDA), 1);
        rig_wait(r, 80000); /* the clock began again with her word */
        assert_true(reach_now_says(r, &phone, "\"state\":\"told\""));
        rig_wait(r, 10000);
        assert_true(reach_now_says(r, &phone, "\"state\":\"nobody\""));
}

static void she_is_asked_and_says_nothing(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        reach_connect(r, JONAS);
        reach_connect(r, EVA);
        story_join(r, ANNA, true, &phone);
        reach_arrive(r, &phone, "");
        rig_wait(r, 59000);
        assert_true(reach_now_says(r, &phone, "\"ask\""));
        rig_wait(r, 2500);
        assert_true(reach_now_says(r, &phone, "\"state\":\"nobody\""));
        assert_int_equal(r->offers, 0);
}

static void she_would_rather_look(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        reach_connect(r, MARIA);
        reach_connect(r, IDA);
        story_join(r, ANNA, true, &phone);
        reach_arrive(r, &phone, "");
        assert_false(story_says(r, "\"ask\""));
        rig_say(r, 10 + MARIA, MESSAGE_BUSY, 1, 0);
        assert_true(reach_now_says(r, &phone, "\"ask\""));
        assert_int_equal(reach_cards(r, IDA), 0);
        assert_int_equal(reach_says(r, &phone, "look"), 200);
        assert_true(story_says(r, "\"state\":\"nobody\""));
        rig_wait(r, 120000);
        assert_int_equal(r->offers, 1);
}

static void said_before_that_she_would_look(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        reach_connect(r, IDA);
        story_join(r, ANNA, true, &phone);
        reach_arrive(r, &phone, "look");
        rig_wait(r, 1500);
        assert_true(reach_now_says(r, &phone, "\"state\":\"nobody\""));
        assert_int_equal(r->offers, 0);
}

static void she_waits_for_hers(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        reach_connect(r, IDA);
        reach_connect(r, EVA);
        story_join(r, ANNA, true, &phone);
        reach_arrive(r, &phone, "");
        assert_int_equal(reach_says(r, &phone, "wait"), 200);
        rig_wait(r, 20000);
        assert_int_equal(r->offers, 0);
        reach_connect(r, MARIA);
        rig_wait(r, 1500);
        assert_int_equal(reach_cards(r, MARIA), 1);
        rig_wait(r, 40000); /* her turn is over, and still nobody else */
        assert_int_equal(r->offers, 1);
        rig_say(r, 10 + MARIA, MESSAGE_ACCEPT, 1, 0);
        assert_true(reach_now_says(r, &phone, "\"state\":\"coming\""));
}

/* Others have been asked already: whoever has the card may still come, but nobody else is told. */
static void another_word_counts_when_the_turn_is_over(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        reach_connect_all(r);
        story_join(r, ANNA, true, &phone);
        reach_arrive(r, &phone, "other");
        rig_say(r, 10 + MARIA, MESSAGE_BUSY, 1, 0);
        assert_int_equal(reach_cards(r, IDA), 1);
        assert_int_equal(reach_says(r, &phone, "look"), 200);
        rig_wait(r, 15000);
        assert_int_equal(reach_retracts(r, IDA), 0);
        rig_wait(r, 7000);
        assert_int_equal(reach_retracts(r, IDA), 1);
        assert_true(reach_now_says(r, &phone, "\"state\":\"nobody\""));
        assert_int_equal(r->offers, 2);
}

/* Hers did not answer: she keeps the card while the customer is asked, for nobody else has it. */
static void asked_while_hers_may_still_come(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        reach_connect(r, MARIA);
        reach_connect(r, IDA);
        story_join(r, ANNA, true, &phone);
        reach_arrive(r, &phone, "");
        rig_wait(r, 27000);
        assert_true(reach_now_says(r, &phone, "\"ask\""));
        assert_int_equal(reach_retracts(r, MARIA), 0);
        rig_say(r, 10 + MARIA, MESSAGE_ACCEPT, 1, 0);
        assert_true(reach_now_says(r, &phone, "\"state\":\"coming\""));
        assert_false(story_says(r, "\"ask\""));
}

/* Asked, and then the hub starts again: she is still asked, for what is left of the minute. */
static void asked_over_a_restart(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_join(r, ANNA, true, &phone);
        reach_arrive(r, &phone, "");
        r->wall += 20000;
        rig_restart(r);
        reach_connect(r, IDA);
        assert_true(reach_now_says(r, &phone, "\"ask\":{\"left_s\":40}"));
        rig_wait(r, 42000);
        assert_true(reach_now_says(r, &phone, "\"state\":\"nobody\""));
        assert_int_equal(r->offers, 0);
}

/* ---- budgets ---- */
static void budget(struct rig *r, uint32_t most, int32_t gap_ms)
{
        r->most_per_hour = most;
        r->least_gap_ms = gap_ms;
        rig_restart(r);
        reach_connect(r, MARIA);
}

static void come_and_go(struct rig *r, const struct digest *phone, uint32_t expected)
{
        uint32_t before = r->offers;
        for (uint32_t i = 0; i < RIG_HELD; i++) /* whatever was made today does not count */
                r->visits[i].day = 0;
        assert_int_equal(reach_arrive(r, phone, "other"), 200);
        assert_int_equal(r->offers - before, expected);
        assert_int_equal(story_ask(r, phone, MESSAGE_STOP), 200);
}

static void no_more_than_so_many_in_an_hour(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        budget(r, 3, 0);
        story_join(r, ANNA, true, &phone);
        for (int i = 0; i < 3; i++) {
                come_and_go(r, &phone, 1);
                rig_wait(r, MINUTE_MS);
        }
        come_and_go(r, &phone, 0);
        r->wall += 2 * HOUR_MS; /* the clock on the wall says nothing */
        come_and_go(r, &phone, 0);
        r->wall -= 2 * HOUR_MS;
        rig_wait(r, 56 * MINUTE_MS);
        come_and_go(r, &phone, 0);
        rig_wait(r, 90000); /* the first was an hour ago */
        come_and_go(r, &phone, 1);
        come_and_go(r, &phone, 0);
}

static void a_budget_lives_through_a_restart(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        budget(r, 2, 0);
        story_join(r, ANNA, true, &phone);
        come_and_go(r, &phone, 1);
        rig_wait(r, 10 * MINUTE_MS);
        come_and_go(r, &phone, 1);
        rig_restart(r);
        reach_connect(r, MARIA);
        come_and_go(r, &phone, 0);
        rig_wait(r, 51 * MINUTE_MS);
        come_and_go(r, &phone, 1);
        come_and_go(r, &phone, 0);
}

static void a_gap_between_two(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        budget(r, 0, 60000);
        story_join(r, ANNA, true, &phone);
        come_and_go(r, &phone, 1);
        rig_wait(r, 58000);
        come_and_go(r, &phone, 0);
        rig_wait(r, 3000);
        come_and_go(r, &phone, 1);
}

/* Over budget goes on down the ladder. */
static void over_budget_the_next_one_is_asked(void **state)
{
        struct rig *r = *state;
        struct digest phone, bo;
        budget(r, 1, 0);
        reach_connect(r, IDA);
        story_join(r, ANNA, true, &phone);
        story_join(r, BO, true, &bo);
        assert_int_equal(reach_arrive(r, &phone, "other"), 200);
        assert_int_equal(reach_cards(r, MARIA), 1);
        assert_int_equal(reach_arrive(r, &bo, "other"), 200);
        assert_int_equal(reach_cards(r, MARIA), 1);
        assert_int_equal(reach_cards(r, IDA), 1);
}

static void whoever_is_with_a_customer_is_left_alone(void **state)
{
        struct rig *r = *state;
        struct digest phone, bo;
        r->busy_most_ms = 45 * MINUTE_MS;
        rig_restart(r);
        reach_connect(r, MARIA);
        story_join(r, ANNA, true, &phone);
        story_join(r, BO, true, &bo);
        reach_arrive(r, &phone, "other");
        rig_say(r, 10 + MARIA, MESSAGE_WITH_HER, 1, 0);
        assert_true(r->visits[0].met == r->wall);
        reach_arrive(r, &bo, "wait");
        rig_wait(r, 60000);
        assert_int_equal(reach_cards(r, MARIA), 1);
        rig_restart(r); /* nor does a restart make her free */
        rig_forget_frames(r);
        reach_connect(r, MARIA);
        rig_wait(r, 5000);
        assert_int_equal(reach_cards(r, MARIA), 1);
        rig_say(r, 10 + MARIA, MESSAGE_DONE, 1, 0);
        rig_wait(r, 1500);
        assert_int_equal(reach_cards(r, MARIA), 2); /* Bo waited for her */
}

static void busy_clears_itself(void **state)
{
        struct rig *r = *state;
        struct digest phone, bo;
        r->busy_most_ms = 5 * MINUTE_MS;
        rig_restart(r);
        reach_connect(r, MARIA);
        story_join(r, ANNA, true, &phone);
        story_join(r, BO, true, &bo);
        reach_arrive(r, &phone, "other");
        rig_say(r, 10 + MARIA, MESSAGE_WITH_HER, 1, 0);
        rig_wait(r, 5 * MINUTE_MS - 30000);
        r->wall += 20 * MINUTE_MS; /* the clock on the wall says nothing */
        reach_arrive(r, &bo, "wait");
        rig_wait(r, 25000);
        assert_int_equal(reach_cards(r, MARIA), 1);
        rig_wait(r, 8000);
        assert_int_equal(reach_cards(r, MARIA), 2);
        rig_say(r, 10 + MARIA, MESSAGE_DONE, 1, 0); /* and counts no less than nothing afterwards */
        rig_say(r, 10 + MARIA, MESSAGE_ACCEPT, 2, 0);
        assert_true(reach_now_says(r, &bo, "\"state\":\"coming\""));
}

/* ---- devices that do not answer ---- */
static void a_silent_device_is_skipped(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        r->rendered_within_ms = 5000;
        rig_restart(r);
        reach_connect(r, MARIA);
        reach_connect(r, IDA);
        story_join(r, ANNA, true, &phone);
        reach_arrive(r, &phone, "other");
        rig_wait(r, 4000);
        assert_int_equal(reach_cards(r, IDA), 0);
        rig_wait(r, 3000);
        assert_int_equal(reach_cards(r, IDA), 1);
        assert_int_equal(reach_retracts(r, MARIA), 1);
        assert_int_equal(reach_reply_to(r, MARIA), REPLY_SILENT);
        rig_say(r, 10 + IDA, MESSAGE_RENDERED, 1, 1);
        rig_say(r, 10 + IDA, MESSAGE_BUSY, 1, 0);
        assert_int_equal(r->offers, 2); /* hers is still silent */
}

/* It is awake again: she is asked in the same visit, when it comes to her. */
static void a_silent_device_costs_nobody_her_turn(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        r->rendered_within_ms = 5000;
        rig_restart(r);
        reach_connect(r, MARIA);
        reach_connect(r, IDA);
        story_join(r, ANNA, true, &phone);
        reach_arrive(r, &phone, "other");
        rig_wait(r, 7000);
        assert_int_equal(reach_cards(r, IDA), 1);
        rig_say(r, 10 + IDA, MESSAGE_RENDERED, 1, 1);
        rig_say(r, 10 + MARIA, MESSAGE_CLEARED, 1, 2);
        rig_say(r, 10 + IDA, MESSAGE_BUSY, 1, 0);
        assert_int_equal(reach_cards(r, MARIA), 2);
}

static void a_device_that_paints_keeps_its_turn(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        r->rendered_within_ms = 5000;
        rig_restart(r);
        reach_connect(r, MARIA);
        reach_connect(r, IDA);
        story_join(r, ANNA, true, &phone);
        reach_arrive(r, &phone, "other");
        rig_wait(r, 3000);
        rig_say(r, 10 + MARIA, MESSAGE_RENDERED, 1, 1);
        rig_wait(r, 21000);
        assert_int_equal(reach_cards(r, IDA), 0);
}

/* Her other handheld is awake: she keeps the card. And whoever woke up is asked again in the same visit. */
static void her_other_device_will_do(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        r->rendered_within_ms = 5000;
        rig_restart(r);
        reach_connect(r, MARIA);
        story_connect_as(r, 30, MARIA, SESSION_HANDHELD);
        story_join(r, ANNA, true, &phone);
        reach_arrive(r, &phone, "wait");
        rig_say(r, 30, MESSAGE_RENDERED, 1, 1);
        rig_wait(r, 10000);
        assert_int_equal(reach_retracts(r, MARIA), 0);
        rig_close(r, 30); /* now there is only the silent one */
        rig_wait(r, 2000);
        assert_int_equal(reach_retracts(r, MARIA), 1);
        rig_say(r, 10 + MARIA, MESSAGE_CLEARED, 1, 2);
        rig_wait(r, 2000);
        assert_int_equal(reach_cards(r, MARIA), 2);
}

/* ---- handing over ---- */
static void handed_over_by_name(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        reach_connect_all(r);
        story_join(r, ANNA, true, &phone);
        reach_arrive(r, &phone, "");
        rig_say(r, 10 + MARIA, MESSAGE_ACCEPT, 1, 0);
        rig_say(r, 10 + MARIA, MESSAGE_COLLEAGUES, 0, 0);
        const char *list = rig_frame(r, 10 + MARIA, "\"t\":\"colleagues\"");
        assert_non_null(list);
        assert_non_null(
                strstr(list, "{\"n\":1,\"name\":\"Eva\",\"departments\":[]},{\"n\":2,\"name\":\"Ida\","
                             "\"departments\":[\"Shoes\"]},{\"n\":3,\"name\":\"Jonas\""));
        assert_null(strstr(list, "Maria"));
        assert_null(strstr(list, "Pia"));
        rig_say(r, 10 + MARIA, MESSAGE_HAND_OVER, 1, 9);
        assert_non_null(rig_frame(r, 10 + MARIA, "\"error\":\"not_free\""));
        rig_say(r, 10 + MARIA, MESSAGE_HAND_OVER, 1, 3);
        assert_int_equal(reach_retracts(r, MARIA), 1);
        assert_int_equal(reach_cards(r, JONAS), 1);
        assert_int_equal(reach_cards(r, IDA), 0);
        assert_int_equal(reach_rung_of(r, JONAS), RUNG_HANDED);
        assert_int_equal(reach_reply_to(r, MARIA), REPLY_HAND_OVER);
        assert_null(strstr(rig_frame(r, 10 + JONAS, CARD), "your client"));
        assert_true(reach_now_says(r, &phone, "\"state\":\"told\""));
        rig_say(r, 10 + JONAS, MESSAGE_WITH_HER, 1, 0);
        assert_int_equal(r->visits[0].served_by, JONAS);
        assert_int_equal(r->visits[0].client_of, MARIA);
        assert_int_equal(r->visits[0].evidence, CLIENT_CHOSEN);
}

static void what_is_handed_over_is_for_the_receivers_eyes(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        reach_connect(r, MARIA);
        reach_connect(r, UTE);
        story_join(r, ANNA, true, &phone);
        reach_arrive(r, &phone, "");
        rig_say(r, 10 + MARIA, MESSAGE_ACCEPT, 1, 0);
        rig_say(r, 10 + MARIA, MESSAGE_COLLEAGUES, 0, 0);
        rig_say(r, 10 + MARIA, MESSAGE_HAND_OVER, 1, 1);
        assert_non_null(strstr(rig_frame(r, 10 + MARIA, CARD), "\"price\":29900")); /* she sold it */
        const char *ute = rig_frame(r, 10 + UTE, CARD);
        assert_non_null(strstr(ute, "Maria's client"));
        assert_null(strstr(ute, "\"price\":29900"));
}

/* Before they have met it is her word, not her associate's, whether anybody else is told. */
static void handing_over_asks_her_first(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        reach_connect_all(r);
        story_join(r, ANNA, true, &phone);
        reach_arrive(r, &phone, "");
        rig_say(r, 10 + MARIA, MESSAGE_COLLEAGUES, 0, 0);
        rig_say(r, 10 + MARIA, MESSAGE_HAND_OVER, 1, 3);
        assert_int_equal(reach_cards(r, JONAS), 0);
        assert_true(reach_now_says(r, &phone, "\"ask\""));
}

static void handed_over_down_the_ladder(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        reach_connect_all(r);
        story_join(r, ANNA, true, &phone);
        reach_arrive(r, &phone, "other");
        rig_say(r, 10 + MARIA, MESSAGE_WITH_HER, 1, 0);
        rig_wait(r, 10 * MINUTE_MS);
        rig_say(r, 10 + MARIA, MESSAGE_HAND_OVER, 1, 0);
        assert_int_equal(reach_cards(r, IDA), 1);
        rig_wait(r, 5000);
        assert_true(reach_now_says(r, &phone, "\"state\":\"told\"")); /* the clock has begun again */
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                LARGE(she_is_asked_and_says),
                LARGE(she_is_asked_and_says_nothing),
                LARGE(she_would_rather_look),
                LARGE(said_before_that_she_would_look),
                LARGE(she_waits_for_hers),
                LARGE(another_word_counts_when_the_turn_is_over),
                LARGE(asked_while_hers_may_still_come),
                LARGE(asked_over_a_restart),
                LARGE(no_more_than_so_many_in_an_hour),
                LARGE(a_budget_lives_through_a_restart),
                LARGE(a_gap_between_two),
                LARGE(over_budget_the_next_one_is_asked),
                LARGE(whoever_is_with_a_customer_is_left_alone),
                LARGE(busy_clears_itself),
                LARGE(a_silent_device_is_skipped),
                LARGE(a_silent_device_costs_nobody_her_turn),
                LARGE(a_device_that_paints_keeps_its_turn),
                LARGE(her_other_device_will_do),
                LARGE(handed_over_by_name),
                LARGE(what_is_handed_over_is_for_the_receivers_eyes),
                LARGE(handing_over_asks_her_first),
                LARGE(handed_over_down_the_ladder),
        };
        return cmocka_run_group_tests_name("word", tests, NULL, NULL);
}
