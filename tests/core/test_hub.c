/* The hub's scenarios under a virtual clock: what people do, what they are told, what reaches a handheld, and
 * when. */
#include "tests/core/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void a_whole_visit(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        assert_non_null(rig_frame(r, 1, "\"t\":\"welcome\""));
        assert_int_equal(story_join(r, ANNA, true, &phone), 200);
        assert_int_equal(r->cookie, COOKIE_SET);
        assert_true(story_says(r, "\"state\":\"home\"") && story_says(r, "\"name\":\"Maria\",\"in\":true"));
        assert_int_equal(story_arrive(r, &phone), 200);
        assert_true(story_says(r, "\"state\":\"told\"") && story_says(r, "\"who\":\"Maria\""));
        const char *card = rig_frame(r, 1, "\"t\":\"card\"");
        assert_non_null(card);
        assert_int_equal(strlen(card), CARD_FRAME_SIZE);
        assert_non_null(strstr(card, "green coat"));
        assert_non_null(strstr(card, "Navy coat"));
        assert_null(strstr(card, "Wool jumper")); /* online: not consented, so never fetched */
        rig_say(r, 1, MESSAGE_RENDERED, 1, 1);
        assert_int_equal(r->disclosures, 1);
        assert_int_equal(r->last_disclosure.disclosure.associate, MARIA);
        rig_say(r, 1, MESSAGE_RENDERED, 1, 1); /* a repeat is the same look */
        assert_int_equal(r->disclosures, 1);
        rig_say(r, 1, MESSAGE_ACCEPT, 1, 0);
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOW), 200);
        assert_true(story_says(r, "\"state\":\"coming\""));
        rig_say(r, 1, MESSAGE_WITH_HER, 1, 0);
        story_ask(r, &phone, MESSAGE_NOW);
        assert_true(story_says(r, "\"state\":\"with_her\""));
        rig_say(r, 1, MESSAGE_DONE, 1, 0);
        assert_non_null(rig_frame(r, 1, "\"t\":\"retract\""));
        story_ask(r, &phone, MESSAGE_NOW);
        assert_true(story_says(r, "\"state\":\"after\"") && story_says(r, "\"who\":\"Maria\""));
        assert_int_equal(r->visits[0].served_by, MARIA);
        assert_int_equal(r->visits[0].client_of, MARIA);
        struct message m = {.type = MESSAGE_THANKS};
        snprintf(m.thanks.how, sizeof(m.thanks.how), "good");
        assert_int_equal(rig_request(r, &phone, &m), 200);
        assert_true(story_says(r, "\"state\":\"home\""));
}

static void the_disclosure_is_the_frame(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        story_join(r, ANNA, true, &phone);
        story_arrive(r, &phone);
        char pushed[CARD_FRAME_SIZE];
        memcpy(pushed, rig_frame(r, 1, "\"t\":\"card\""), sizeof(pushed));
        r->hold_commits = true;
        rig_say(r, 1, MESSAGE_RENDERED, 1, 1);
        assert_int_equal(r->n_held, 1);
        assert_int_equal(r->held[0].writes[0].kind, WRITE_DISCLOSURE);
        assert_memory_equal(r->held[0].writes[0].disclosure.card, pushed, sizeof(pushed));
        rig_release(r);
}

static void nothing_before_it_is_durable(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        story_join(r, ANNA, true, &phone);
        r->hold_commits = true;
        assert_int_equal(story_arrive(r, &phone), 0);
        assert_null(rig_frame(r, 1, "\"t\":\"card\""));
        uint32_t answers = r->answers;
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOW), 200);
        assert_true(story_says(r, "\"state\":\"home\"")); /* as far as anybody is told, it has not happened */
        rig_release(r);
        assert_int_equal(r->answers, answers + 2);
        assert_non_null(rig_frame(r, 1, "\"t\":\"card\""));
}

static void a_failed_commit_never_happened(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        story_join(r, ANNA, true, &phone);
        r->fail_commits = true;
        assert_int_equal(story_arrive(r, &phone), 503);
        r->fail_commits = false;
        assert_null(rig_frame(r, 1, "\"t\":\"card\""));
        struct hub_counts counts;
        hub_count(r->hub, &counts);
        assert_int_equal(counts.visits, 0);
        assert_int_equal(story_arrive(r, &phone), 200);
        assert_non_null(rig_frame(r, 1, "\"seq\":1")); /* and its number is used again: no gap */
}

static void a_double_tap_is_one_visit(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        story_join(r, ANNA, true, &phone);
        r->hold_commits = true;
        assert_int_equal(story_arrive(r, &phone), 0);
        assert_int_equal(story_arrive(r, &phone), 0);
        uint32_t answers = r->answers;
        r->hold_commits = false;
        rig_release(r);
        assert_int_equal(r->answers, answers + 2);
        assert_int_equal(r->status, 200);
        assert_int_equal(r->n_visits, 1);
        assert_int_equal(rig_frames_of(r, 1, "\"t\":\"card\""), 1);
}

static void stop_clears_it_everywhere(void **state)
{
        struct rig *r = *state;
        struct digest phone, token = rig_session(r, SESSION_HANDHELD, MARIA);
        rig_open(r, 1, FACE_HANDHELD, &token);
        rig_hello(r, 1, "", 0);
        story_connect_as(r, 2, MARIA, SESSION_HANDHELD); /* a second device of hers */
        story_join(r, ANNA, true, &phone);
        story_arrive(r, &phone);
        assert_int_equal(rig_frames_of(r, 1, "\"t\":\"card\""), 1);
        assert_int_equal(rig_frames_of(r, 2, "\"t\":\"card\""), 1);
        rig_close(r, 1); /* this one is out of reach when she stops */
        assert_int_equal(story_ask(r, &phone, MESSAGE_STOP), 200);
        assert_true(story_says(r, "\"state\":\"home\""));
        assert_int_equal(rig_frames_of(r, 2, "\"t\":\"retract\""), 1);
        rig_say(r, 2, MESSAGE_CLEARED, 1, 2);
        assert_int_equal(r->cleared, 1);
        rig_forget_frames(r);
        rig_open(r, 3, FACE_HANDHELD, &token);
        rig_hello(r, 3, EPOCH, 1);
        assert_non_null(rig_frame(r, 3, "\"resume\":true"));
        assert_non_null(rig_frame(r, 3, "\"t\":\"retract\""));
        assert_null(rig_frame(r, 3, "\"t\":\"card\""));
}

static void a_withdrawal_overtakes_a_waiting_card(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        story_join(r, ANNA, true, &phone);
        r->hold_credit = true;
        rig_say(r, 1, MESSAGE_SALES, 0, 0); /* takes the socket's one place */
        story_arrive(r, &phone);
        assert_null(rig_frame(r, 1, "\"t\":\"card\""));
        story_ask(r, &phone, MESSAGE_STOP);
        r->hold_credit = false;
        rig_ready(r, 1);
        assert_null(rig_frame(r, 1, "\"t\":\"card\""));
        assert_non_null(rig_frame(r, 1, "\"t\":\"retract\",\"seq\":1"));
        assert_non_null(rig_frame(r, 1, "\"t\":\"retract\",\"seq\":2"));
}

static void busy_goes_to_the_manager_then_nobody(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        story_connect_as(r, 2, EVA, SESSION_CONSOLE);
        story_join(r, ANNA, true, &phone);
        story_arrive(r, &phone);
        rig_say(r, 1, MESSAGE_BUSY, 1, 0);
        assert_non_null(rig_frame(r, 1, "\"t\":\"retract\""));
        const char *card = rig_frame(r, 2, "\"t\":\"card\"");
        assert_non_null(card);
        assert_non_null(strstr(card, "Maria's client"));
        assert_null(strstr(card, "Navy coat 38"));
        story_ask(r, &phone, MESSAGE_NOW);
        assert_true(story_says(r, "\"who\":\"a colleague\""));
        rig_say(r, 2, MESSAGE_NOT_HERE, 1, 0);
        story_ask(r, &phone, MESSAGE_NOW);
        assert_true(story_says(r, "\"state\":\"nobody\""));
        rig_say(r, 1, MESSAGE_ACCEPT, 1, 0); /* too late, and told so */
        assert_non_null(rig_frame(r, 1, "\"error\":\"gone\""));
}

static void she_would_rather_wait(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        story_connect_as(r, 2, EVA, SESSION_CONSOLE);
        story_join(r, ANNA, true, &phone);
        struct message m = {.type = MESSAGE_ARRIVE};
        rig_door_code(r, m.arrive.code);
        snprintf(m.arrive.if_busy, sizeof(m.arrive.if_busy), "wait");
        rig_request(r, &phone, &m);
        rig_say(r, 1, MESSAGE_BUSY, 1, 0);
        rig_wait(r, 60000);
        assert_null(rig_frame(r, 2, "\"t\":\"card\""));
        rig_wait(r, 31000);
        story_ask(r, &phone, MESSAGE_NOW);
        assert_true(story_says(r, "\"state\":\"nobody\""));
}

static void no_answer_moves_on_in_time(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        story_connect_as(r, 2, EVA, SESSION_CONSOLE);
        story_join(r, ANNA, true, &phone);
        story_arrive(r, &phone);
        rig_wait(r, 24000);
        assert_null(rig_frame(r, 2, "\"t\":\"card\""));
        rig_wait(r, 2000);
        assert_non_null(rig_frame(r, 2, "\"t\":\"card\""));
        rig_wait(r, 63000);
        story_ask(r, &phone, MESSAGE_NOW);
        assert_true(story_says(r, "\"state\":\"told\""));
        rig_wait(r, 2000);
        story_ask(r, &phone, MESSAGE_NOW);
        assert_true(story_says(r, "\"state\":\"nobody\""));
        rig_wait(r, 2 * HOUR_MS);
        struct hub_counts counts;
        hub_count(r->hub, &counts);
        assert_int_equal(counts.visits, 0); /* no visit that never ends */
}

static void whoever_comes_first_gets_a_waiting_alert(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        struct message m = {.type = MESSAGE_ARRIVE};
        story_join(r, ANNA, true, &phone);
        rig_door_code(r, m.arrive.code);
        snprintf(m.arrive.if_busy, sizeof(m.arrive.if_busy), "wait");
        assert_int_equal(rig_request(r, &phone, &m), 200);
        assert_true(story_says(r, "\"who\":\"\""));
        rig_wait(r, 5000);
        story_connect_as(r, 1, JONAS, SESSION_HANDHELD); /* she would rather wait for hers */
        rig_wait(r, 2000);
        assert_null(rig_frame(r, 1, "\"t\":\"card\""));
        story_connect_as(r, 2, MARIA, SESSION_HANDHELD);
        rig_wait(r, 2000);
        assert_non_null(rig_frame(r, 2, "your client"));
}

static void evidence_routes_but_shows_no_more(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        story_join(r, ANNA, false, &phone);
        story_arrive(r, &phone);
        const char *card = rig_frame(r, 1, "\"t\":\"card\"");
        assert_non_null(card);
        assert_null(strstr(card, "your client"));
        assert_non_null(strstr(card, "a customer of the store"));
        assert_null(strstr(card, "Berg"));
}

static void a_reload_resyncs_and_a_reconnect_resumes(void **state)
{
        struct rig *r = *state;
        struct digest phone, token = rig_session(r, SESSION_HANDHELD, MARIA);
        rig_open(r, 1, FACE_HANDHELD, &token);
        rig_hello(r, 1, "", 0);
        story_join(r, ANNA, true, &phone);
        story_arrive(r, &phone);
        rig_forget_frames(r);
        rig_open(r, 2, FACE_HANDHELD, &token); /* the old socket is still there: it must go */
        assert_int_equal(r->closed[0].peer, 1);
        assert_int_equal(r->closed[0].code, 4409);
        rig_hello(r, 2, EPOCH, 1);
        assert_non_null(rig_frame(r, 2, "\"resume\":true"));
        assert_int_equal(rig_frames_of(r, 2, "\"t\":\"card\""), 0); /* carried out already */
        rig_close(r, 2);
        rig_open(r, 3, FACE_HANDHELD, &token);
        rig_hello(r, 3, "", 0);
        assert_non_null(rig_frame(r, 3, "\"resume\":false"));
        assert_non_null(rig_frame(r, 3, "\"open\":1"));
        assert_int_equal(rig_frames_of(r, 3, "\"t\":\"card\""), 1);
}

static void a_restart_keeps_the_card_and_the_clock(void **state)
{
        struct rig *r = *state;
        struct digest phone, token = rig_session(r, SESSION_HANDHELD, MARIA);
        rig_open(r, 1, FACE_HANDHELD, &token);
        rig_hello(r, 1, "", 0);
        story_join(r, ANNA, true, &phone);
        story_arrive(r, &phone);
        rig_forget_frames(r);
        r->wall += 20000; /* it was down for 20 s */
        rig_restart(r);
        rig_open(r, 1, FACE_HANDHELD, &token);
        rig_hello(r, 1, EPOCH, 1);
        assert_int_equal(rig_frames_of(r, 1, "\"t\":\"card\""), 0);
        rig_close(r, 1);
        rig_open(r, 1, FACE_HANDHELD, &token);
        rig_hello(r, 1, "", 0);
        assert_int_equal(rig_frames_of(r, 1, "\"t\":\"card\""), 1);
        assert_non_null(rig_frame(r, 1, "Navy coat"));
        story_connect_as(r, 2, EVA, SESSION_CONSOLE);
        rig_wait(r, 6000); /* 26 s after the offer */
        assert_non_null(rig_frame(r, 2, "\"t\":\"card\""));
        assert_int_equal(rig_frames_of(r, 1, "\"t\":\"retract\""), 1);
}

/* A box without a clock of its own may start in the past: what is open stays open, and its turns do not come
 * early. */
static void a_clock_that_went_back(void **state)
{
        struct rig *r = *state;
        struct digest phone, token = rig_session(r, SESSION_HANDHELD, MARIA);
        rig_open(r, 1, FACE_HANDHELD, &token);
        rig_hello(r, 1, "", 0);
        story_join(r, ANNA, true, &phone);
        story_arrive(r, &phone);
        rig_forget_frames(r);
        r->wall -= DAY_MS;
        rig_restart(r);
        rig_open(r, 1, FACE_HANDHELD, &token);
        rig_hello(r, 1, "", 0);
        assert_int_equal(rig_frames_of(r, 1, "\"t\":\"card\""), 1);
        rig_say(r, 1, MESSAGE_ACCEPT, 1, 0);
        rig_wait(r, 3 * HOUR_MS);
        struct hub_counts counts;
        hub_count(r->hub, &counts);
        assert_int_equal(counts.visits, 0); /* it holds two hours from the start, whatever the clock says */
}

static void a_clock_that_jumps_changes_no_turn(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        story_connect_as(r, 2, EVA, SESSION_CONSOLE);
        story_join(r, ANNA, true, &phone);
        story_arrive(r, &phone);
        r->wall += DAY_MS;
        rig_say(r, 1, MESSAGE_BUSY, 1, 0);
        rig_wait(r, 2000);
        assert_int_equal(rig_frames_of(r, 2, "\"t\":\"card\""), 1);
        assert_int_equal(rig_frames_of(r, 2, "\"t\":\"retract\""), 0);
        r->wall -= 2 * DAY_MS;
        rig_wait(r, 86000);
        story_ask(r, &phone, MESSAGE_NOW);
        rig_wait(r, 4000);
        assert_int_equal(rig_frames_of(r, 2, "\"t\":\"retract\""),
                1); /* 90 s after her tap, by the clock that never jumps */
}

static void too_many_visits_are_refused_not_lost(void **state)
{
        struct rig *r = *state;
        struct message m = {.type = MESSAGE_JOIN};
        m.join.yes = m.join.age_ok = true;
        for (int i = 0; i < 16; i++) {
                rig_door_code(r, m.join.code);
                assert_int_equal(rig_request(r, NULL, &m), 200);
                struct digest phone = PHONE_OF(r);
                /* The rig knows one guest: give each phone a person of its own number. */
                r->people[RIG_PEOPLE - 1].row.id = 0x80000000u + (uint32_t)i;
                assert_int_equal(story_arrive(r, &phone), 200);
        }
        struct digest phone;
        story_join(r, ANNA, true, &phone);
        assert_int_equal(story_arrive(r, &phone), 503);
        assert_true(story_says(r, "\"busy\""));
        rig_wait(r, 2 * HOUR_MS + 2000);
        assert_int_equal(story_arrive(r, &phone), 200);
}

static void silent_peers_and_too_many_notes(void **state)
{
        struct rig *r = *state;
        struct digest token = rig_session(r, SESSION_HANDHELD, MARIA);
        rig_open(r, 1, FACE_HANDHELD, &token);
        rig_wait(r, 7000);
        assert_int_equal(r->closed[0].code, 4400); /* never said hello */
        story_connect_as(r, 2, JONAS, SESSION_HANDHELD);
        r->hold_credit = true;
        for (int i = 0; i < 12; i++)
                rig_say(r, 2, MESSAGE_SALES, 0, 0);
        assert_int_equal(r->closed[1].peer, 2);
        assert_int_equal(r->closed[1].code, 1013);
}

static void the_same_story_makes_the_same_trace(void **state)
{
        struct rig *r = *state;
        static struct rig other;
        a_whole_visit(state);
        rig_start(&other);
        void *again = &other;
        a_whole_visit(&again);
        assert_int_equal(r->trace_len, other.trace_len);
        assert_memory_equal(r->trace, other.trace, r->trace_len);
        assert_null(strstr(r->trace, "Anna"));
        assert_null(strstr(r->trace, "coat"));
        rig_stop(&other);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                STORY(a_whole_visit),
                STORY(the_disclosure_is_the_frame),
                STORY(nothing_before_it_is_durable),
                STORY(a_failed_commit_never_happened),
                STORY(a_double_tap_is_one_visit),
                STORY(stop_clears_it_everywhere),
                STORY(a_withdrawal_overtakes_a_waiting_card),
                STORY(busy_goes_to_the_manager_then_nobody),
                STORY(she_would_rather_wait),
                STORY(no_answer_moves_on_in_time),
                STORY(whoever_comes_first_gets_a_waiting_alert),
                STORY(evidence_routes_but_shows_no_more),
                STORY(a_reload_resyncs_and_a_reconnect_resumes),
                STORY(a_restart_keeps_the_card_and_the_clock),
                STORY(a_clock_that_went_back),
                STORY(a_clock_that_jumps_changes_no_turn),
                STORY(too_many_visits_are_refused_not_lost),
                STORY(silent_peers_and_too_many_notes),
                STORY(the_same_story_makes_the_same_trace),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
