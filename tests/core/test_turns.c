/* What ends a turn and what does not, where several things come together: a name, a word that changes, an
 * answer taken back, eyes that look at another card, a start with another clock [P81-P87]. */
#include "tests/core/reach_story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* Maria has accepted, and hands her guest over to Jonas by name. */
static void to_jonas(struct rig *r, struct digest *phone)
{
        reach_connect_all(r);
        story_join(r, ANNA, true, phone);
        reach_arrive(r, phone, "");
        rig_say(r, 10 + MARIA, MESSAGE_ACCEPT, 1, 0);
        rig_say(r, 10 + MARIA, MESSAGE_COLLEAGUES, 0, 0);
        rig_say(r, 10 + MARIA, MESSAGE_HAND_OVER, 1, 3);
        assert_int_equal(reach_cards(r, JONAS), 1);
}

/* Whoever is named is told, and nobody after her: she is asked first. */
static void nobody_after_the_named_one_without_her_word(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        to_jonas(r, &phone);
        rig_wait(r, 27000);
        assert_int_equal(r->offers, 2);
        assert_true(reach_now_says(r, &phone, "\"ask\""));
        rig_say(r, 10 + JONAS, MESSAGE_COLLEAGUES, 0, 0); /* nor may he name another */
        rig_say(r, 10 + JONAS, MESSAGE_HAND_OVER, 1, 1);
        assert_int_equal(r->offers, 2);
        assert_int_equal(reach_says(r, &phone, "other"), 200);
        rig_wait(r, 1500);
        assert_true(r->offers > 2);
}

static void the_named_one_is_busy(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        to_jonas(r, &phone);
        rig_say(r, 10 + JONAS, MESSAGE_BUSY, 1, 0);
        assert_int_equal(r->offers, 2);
        assert_true(reach_now_says(r, &phone, "\"ask\""));
}

/* She changes her word while somebody else has the card: whom he names is not told either. */
static void nobody_is_named_against_a_new_word(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        reach_connect_all(r);
        story_join(r, ANNA, true, &phone);
        reach_arrive(r, &phone, "other");
        rig_say(r, 10 + MARIA, MESSAGE_BUSY, 1, 0);
        assert_int_equal(reach_cards(r, IDA), 1);
        assert_int_equal(reach_says(r, &phone, "look"), 200);
        rig_say(r, 10 + IDA, MESSAGE_COLLEAGUES, 0, 0);
        rig_say(r, 10 + IDA, MESSAGE_HAND_OVER, 1, 1);
        assert_int_equal(r->offers, 2);
        assert_true(reach_now_says(r, &phone, "\"state\":\"nobody\""));
}

/* She would rather wait for Maria: when the others' turn is over it is taken from them, and Maria's as soon
 * as she is there. */
static void wait_takes_it_from_the_others(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        reach_connect(r, IDA);
        story_join(r, ANNA, true, &phone);
        reach_arrive(r, &phone, "other");
        assert_int_equal(reach_cards(r, IDA), 1);
        assert_int_equal(reach_says(r, &phone, "wait"), 200);
        rig_wait(r, 15000);
        assert_int_equal(reach_retracts(r, IDA), 0);
        rig_wait(r, 7000);
        assert_int_equal(reach_retracts(r, IDA), 1);
        assert_true(reach_now_says(r, &phone, "\"state\":\"told\""));
        reach_connect(r, MARIA);
        rig_wait(r, 1500);
        assert_int_equal(reach_cards(r, MARIA), 1);
}

static void wait_asks_hers_when_their_turn_is_over(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        reach_connect(r, IDA);
        story_join(r, ANNA, true, &phone);
        reach_arrive(r, &phone, "other");
        reach_connect(r, MARIA);
        assert_int_equal(reach_says(r, &phone, "wait"), 200);
        rig_wait(r, 22000);
        assert_int_equal(reach_retracts(r, IDA), 1);
        assert_int_equal(reach_cards(r, MARIA), 1);
}

/* "Busy" after "I'm coming", while she would wait: she is not on her way any more, and its clock runs. */
static void busy_after_accept_is_heard(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        reach_connect(r, MARIA);
        story_join(r, ANNA, true, &phone);
        reach_arrive(r, &phone, "wait");
        rig_say(r, 10 + MARIA, MESSAGE_ACCEPT, 1, 0);
        assert_true(reach_now_says(r, &phone, "\"state\":\"coming\""));
        rig_say(r, 10 + MARIA, MESSAGE_BUSY, 1, 0);
        assert_non_null(rig_frame(r, 10 + MARIA, "\"state\":\"waits\""));
        assert_true(reach_now_says(r, &phone, "\"state\":\"told\""));
        rig_wait(r, 92000);
        assert_true(reach_now_says(r, &phone, "\"state\":\"nobody\""));
}

/* Her word by phone is one of three; anything else changes nothing. */
static void no_other_word(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        reach_connect(r, IDA);
        story_join(r, ANNA, true, &phone);
        assert_int_equal(reach_arrive(r, &phone, "anybody"), 400);
        assert_int_equal(reach_arrive(r, &phone, "look"), 200);
        assert_int_equal(reach_says(r, &phone, "x"), 400);
        rig_wait(r, 1500);
        assert_int_equal(r->offers, 0);
}

/* What she has had before may lie behind another card: when it changes, nobody loses a turn by it. */
static void a_card_that_changes_costs_no_turn(void **state)
{
        struct rig *r = *state;
        struct digest phone, bo;
        r->rendered_within_ms = 5000;
        rig_restart(r);
        reach_connect(r, MARIA);
        story_join(r, ANNA, true, &phone);
        story_join(r, BO, true, &bo);
        reach_arrive(r, &phone, "wait");
        rig_say(r, 10 + MARIA, MESSAGE_RENDERED, 1, 1);
        rig_say(r, 10 + MARIA, MESSAGE_ACCEPT, 1, 0);
        reach_arrive(r, &bo, "wait");
        assert_int_equal(reach_cards(r, MARIA), 2);
        rig_say(r, 10 + MARIA, MESSAGE_RENDERED, 2, 3);
        struct message m = {.type = MESSAGE_TELL};
        snprintf(m.tell.hint, sizeof(m.tell.hint), "green coat");
        assert_int_equal(rig_request(r, &phone, &m), 200);
        rig_wait(r, 15000);
        assert_int_equal(reach_retracts(r, MARIA), 0);
        rig_say(r, 10 + MARIA, MESSAGE_ACCEPT, 2, 0);
        assert_true(reach_now_says(r, &bo, "\"state\":\"coming\""));
}

/* A second meeting of one visit: a restart does not make her free, though the first was long ago. */
static void with_her_again_over_a_restart(void **state)
{
        struct rig *r = *state;
        struct digest phone, bo;
        r->busy_most_ms = 45 * MINUTE_MS;
        rig_restart(r);
        reach_connect(r, MARIA);
        reach_connect(r, JONAS);
        story_join(r, ANNA, true, &phone);
        story_join(r, BO, true, &bo);
        reach_arrive(r, &phone, "");
        rig_say(r, 10 + MARIA, MESSAGE_WITH_HER, 1, 0);
        rig_wait(r, 30 * MINUTE_MS);
        rig_say(r, 10 + MARIA, MESSAGE_COLLEAGUES, 0, 0);
        rig_say(r, 10 + MARIA, MESSAGE_HAND_OVER, 1, 1);
        rig_say(r, 10 + JONAS, MESSAGE_WITH_HER, 1, 0);
        rig_wait(r, 20 * MINUTE_MS);
        rig_restart(r);
        rig_forget_frames(r);
        reach_connect(r, JONAS);
        reach_arrive(r, &bo, "other");
        rig_wait(r, 5000);
        assert_int_equal(reach_cards(r, JONAS), 1); /* Anna's, once more */
}

/* A box whose clock starts in the past: what it offered "in the future" was not all offered just now. */
static void a_clock_that_went_back_keeps_nobody_from_being_asked(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        r->most_per_hour = 3;
        rig_restart(r);
        reach_connect(r, MARIA);
        story_join(r, ANNA, true, &phone);
        rig_wait(r, 3 * HOUR_MS);
        for (int i = 0; i < 3; i++) {
                for (uint32_t k = 0; k < RIG_HELD; k++)
                        r->visits[k].day = 0;
                assert_int_equal(reach_arrive(r, &phone, "other"), 200);
                assert_int_equal(story_ask(r, &phone, MESSAGE_STOP), 200);
                rig_wait(r, 40 * MINUTE_MS);
        }
        assert_int_equal(r->offers, 3);
        r->wall -= 200 * MINUTE_MS; /* after she joined, before the offers */
        rig_restart(r);
        reach_connect(r, MARIA);
        for (uint32_t k = 0; k < RIG_HELD; k++)
                r->visits[k].day = 0;
        assert_int_equal(reach_arrive(r, &phone, "other"), 200);
        assert_int_equal(r->offers, 4);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                LARGE(nobody_after_the_named_one_without_her_word),
                LARGE(the_named_one_is_busy),
                LARGE(nobody_is_named_against_a_new_word),
                LARGE(wait_takes_it_from_the_others),
                LARGE(wait_asks_hers_when_their_turn_is_over),
                LARGE(busy_after_accept_is_heard),
                LARGE(no_other_word),
                LARGE(a_card_that_changes_costs_no_turn),
                LARGE(with_her_again_over_a_restart),
                LARGE(a_clock_that_went_back_keeps_nobody_from_being_asked),
        };
        return cmocka_run_group_tests_name("turns", tests, NULL, NULL);
}
