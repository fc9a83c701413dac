/* A request that comes twice with one key: done once, answered twice, whatever was lost or in flight between.
 */
#include "tests/core/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const struct uuid one = {{1}}, two = {{2}}, three = {{3}};

static uint16_t keyed(
        struct rig *r, const struct uuid *key, const struct digest *token, const struct message *m)
{
        r->key = key;
        uint16_t status = rig_request(r, token, m);
        r->key = NULL;
        return status;
}

static uint16_t ask(struct rig *r, const struct uuid *key, const struct digest *phone, enum message_type type)
{
        struct message m = {.type = type};
        return keyed(r, key, phone, &m);
}

/* How often something stands in the trace since `from`. */
static uint32_t traced(const struct rig *r, size_t from, const char *piece)
{
        uint32_t n = 0;
        for (const char *at = r->trace + from; (at = strstr(at, piece)) != NULL; at += strlen(piece))
                n++;
        return n;
}

static struct message a_join(struct rig *r, uint32_t person)
{
        struct secret secret = rig_link(r, LINK_JOIN, person, MARIA, 101);
        struct message m = {.type = MESSAGE_JOIN};
        rig_secret_text(&secret, m.join.secret);
        m.join.yes = m.join.age_ok = m.join.instore = m.join.choose = true;
        return m;
}

static struct digest cookie(const struct rig *r)
{
        struct digest d;
        crypto_generichash(d.b, sizeof(d.b), r->cookie_token.b, sizeof(r->cookie_token.b), NULL, 0);
        return d;
}

static void a_lost_join_gets_another_cookie(void **state)
{
        struct rig *r = *state;
        struct message m = a_join(r, ANNA);
        assert_int_equal(keyed(r, &one, NULL, &m), 200);
        struct digest lost = cookie(r);
        size_t from = r->trace_len;
        assert_int_equal(keyed(r, &one, NULL, &m), 200);
        assert_int_equal(r->cookie, COOKIE_SET);
        struct digest phone = cookie(r);
        assert_memory_not_equal(&lost, &phone, sizeof(lost));
        assert_true(story_says(r, "\"state\":\"home\"") && story_says(r, "\"name\":\"Maria\""));
        /* Nothing but the session's token has changed. */
        assert_int_equal(traced(r, from, "commit "), 1);
        assert_int_equal(traced(r, from, " renewal request\n"), 1);
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOW), 200);
        assert_true(story_says(r, "\"state\":\"home\""));
        story_ask(r, &lost, MESSAGE_NOW);
        assert_true(story_says(r, "\"state\":\"stranger\""));
        /* And once more: the next takes the place of that one. */
        assert_int_equal(keyed(r, &one, NULL, &m), 200);
        assert_int_equal(r->n_sessions, 1);
        assert_int_equal(r->n_requests, 1);
        /* Without the key, or with another, the link is used up. */
        assert_int_equal(rig_request(r, NULL, &m), 410);
        assert_int_equal(keyed(r, &two, NULL, &m), 410);
        assert_int_equal(r->cookie, COOKIE_KEEP);
}

static void a_repeated_join_undoes_no_withdrawal(void **state)
{
        struct rig *r = *state;
        struct message m = a_join(r, ANNA), stop = {.type = MESSAGE_STOP};
        assert_int_equal(keyed(r, &one, NULL, &m), 200);
        struct digest phone = cookie(r);
        stop.stop.everything = true;
        assert_int_equal(keyed(r, &two, &phone, &stop), 200);
        assert_int_equal(keyed(r, &one, NULL, &m), 200);
        assert_int_equal(r->cookie, COOKIE_KEEP);
        assert_true(story_says(r, "\"state\":\"stranger\""));
        /* Her own repeat is told the same again, and loses its cookie again. */
        assert_int_equal(keyed(r, &two, &phone, &stop), 200);
        assert_int_equal(r->cookie, COOKIE_CLEAR);
        assert_true(story_says(r, "\"state\":\"stranger\""));
}

static void a_lost_no_stays_a_no(void **state)
{
        struct rig *r = *state;
        struct message m = a_join(r, ANNA);
        m.join.yes = false;
        assert_int_equal(keyed(r, &one, NULL, &m), 200);
        assert_int_equal(keyed(r, &one, NULL, &m), 200);
        assert_int_equal(r->cookie, COOKIE_KEEP);
        assert_int_equal(r->n_sessions, 0);
}

static void a_lost_join_at_the_door_is_one_guest(void **state)
{
        struct rig *r = *state;
        struct message m = {.type = MESSAGE_JOIN};
        rig_door_code(r, m.join.code);
        m.join.yes = m.join.age_ok = true;
        assert_int_equal(keyed(r, &one, NULL, &m), 200);
        size_t from = r->trace_len;
        rig_wait(r, 10 * 60 * SECOND_MS); /* the code has run out, but this is no new tap */
        assert_int_equal(keyed(r, &one, NULL, &m), 200);
        assert_int_equal(r->cookie, COOKIE_SET);
        assert_true(story_says(r, "\"state\":\"home\""));
        assert_int_equal(traced(r, from, " guest"), 0);
        assert_int_equal(r->n_sessions, 1);
        assert_int_equal(keyed(r, &two, NULL, &m), 409);
}

/* The answer was lost, she stopped it elsewhere, and then the retry comes. */
static void a_late_repeat_begins_no_second_visit(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        story_join(r, ANNA, true, &phone);
        struct message m = {.type = MESSAGE_ARRIVE};
        rig_door_code(r, m.arrive.code);
        assert_int_equal(keyed(r, &one, &phone, &m), 200);
        assert_int_equal(ask(r, &two, &phone, MESSAGE_STOP), 200);
        size_t from = r->trace_len;
        assert_int_equal(keyed(r, &one, &phone, &m), 200);
        assert_true(story_says(r, "\"state\":\"home\""));
        rig_wait(r, 5 * 60 * SECOND_MS);
        assert_int_equal(keyed(r, &one, &phone, &m), 200); /* also when the code has run out */
        assert_int_equal(traced(r, from, "commit "), 0);
        assert_int_equal(r->n_visits, 1);
        assert_int_equal(rig_frames_of(r, 1, "\"t\":\"card\""), 1);
        /* A new tap is a new tap. */
        assert_int_equal(ask(r, &three, &phone, MESSAGE_STOP), 200);
        rig_door_code(r, m.arrive.code);
        static const struct uuid four = {{4}};
        assert_int_equal(keyed(r, &four, &phone, &m), 200);
        assert_int_equal(r->n_visits, 2);
}

/* She had nothing to stop then; what she began since is not stopped by the repeat. */
static void what_had_nothing_to_do_does_nothing_later(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_join(r, ANNA, true, &phone);
        assert_int_equal(ask(r, &one, &phone, MESSAGE_STOP), 200);
        assert_int_equal(story_arrive(r, &phone), 200);
        assert_int_equal(ask(r, &one, &phone, MESSAGE_STOP), 200);
        assert_true(story_says(r, "\"state\":\"told\""));
        /* Nor does a second tap of an arrival become one. */
        struct message m = {.type = MESSAGE_ARRIVE};
        rig_door_code(r, m.arrive.code);
        assert_int_equal(keyed(r, &two, &phone, &m), 200);
        assert_int_equal(story_ask(r, &phone, MESSAGE_STOP), 200);
        assert_int_equal(keyed(r, &two, &phone, &m), 200);
        assert_true(story_says(r, "\"state\":\"home\""));
        assert_int_equal(r->n_visits, 1);
}

static void one_consent_event_for_two_not_todays(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_join(r, ANNA, true, &phone);
        size_t from = r->trace_len;
        assert_int_equal(ask(r, &one, &phone, MESSAGE_NOT_TODAY), 200);
        assert_int_equal(ask(r, &one, &phone, MESSAGE_NOT_TODAY), 200);
        assert_true(story_says(r, "\"state\":\"not_today\""));
        assert_int_equal(traced(r, from, " consent("), 1);
        assert_int_equal(ask(r, &two, &phone, MESSAGE_NOT_TODAY), 200);
        assert_int_equal(traced(r, from, " consent("), 2);
}

/* Both copies are on their way at once: the second waits for the first. */
static void two_copies_in_flight(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_join(r, ANNA, true, &phone);
        r->hold_commits = true;
        size_t from = r->trace_len;
        uint32_t answers = r->answers;
        assert_int_equal(ask(r, &one, &phone, MESSAGE_NOT_TODAY), 0);
        assert_int_equal(ask(r, &one, &phone, MESSAGE_NOT_TODAY), 0);
        assert_int_equal(traced(r, from, "load "), 1);
        r->hold_commits = false;
        rig_release(r);
        rig_wait(r, 1);
        assert_int_equal(r->answers, answers + 2);
        assert_int_equal(r->status, 200);
        assert_int_equal(traced(r, from, " consent("), 1);
        struct message m = a_join(r, BO);
        r->hold_commits = true;
        assert_int_equal(keyed(r, &two, NULL, &m), 0);
        assert_int_equal(keyed(r, &two, NULL, &m), 0);
        r->hold_commits = false;
        rig_release(r);
        rig_wait(r, 1);
        assert_int_equal(r->answers, answers + 4);
        assert_int_equal(r->cookie, COOKIE_SET);
        struct digest bo = cookie(r);
        story_ask(r, &bo, MESSAGE_NOW);
        assert_true(story_says(r, "\"state\":\"home\""));
}

/* The first was refused without a commit: whoever waited for it is not forgotten. */
static void a_copy_outlives_a_refused_first(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_join(r, ANNA, true, &phone);
        r->hold_loads = true;
        uint32_t answers = r->answers;
        r->minute = 605; /* nobody would be called */
        struct message m = {.type = MESSAGE_ARRIVE};
        rig_door_code(r, m.arrive.code);
        assert_int_equal(keyed(r, &one, &phone, &m), 0);
        assert_int_equal(keyed(r, &one, &phone, &m), 0);
        r->hold_loads = false;
        rig_release_loads(r);
        rig_wait(r, 1);
        assert_int_equal(r->answers, answers + 2);
        assert_int_equal(r->status, 409);
        /* A refusal is not kept: the same key may try again. */
        assert_int_equal(r->n_requests, 0);
        r->minute = 700;
        assert_int_equal(keyed(r, &one, &phone, &m), 200);
        assert_int_equal(r->n_visits, 1);
}

static void a_failed_commit_is_tried_again_with_its_key(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_join(r, ANNA, true, &phone);
        r->fail_commits = true;
        assert_int_equal(ask(r, &one, &phone, MESSAGE_NOT_TODAY), 503);
        r->fail_commits = false;
        assert_int_equal(ask(r, &one, &phone, MESSAGE_NOT_TODAY), 200);
        assert_true(story_says(r, "\"state\":\"not_today\""));
        assert_int_equal(r->n_requests, 1);
}

static void after_a_restart_it_is_still_a_repeat(void **state)
{
        struct rig *r = *state;
        struct message m = a_join(r, ANNA);
        assert_int_equal(keyed(r, &one, NULL, &m), 200);
        rig_restart(r);
        assert_int_equal(keyed(r, &one, NULL, &m), 200);
        struct digest phone = cookie(r);
        struct message arrive = {.type = MESSAGE_ARRIVE};
        rig_door_code(r, arrive.arrive.code);
        assert_int_equal(keyed(r, &two, &phone, &arrive), 200);
        rig_restart(r);
        assert_int_equal(keyed(r, &two, &phone, &arrive), 200);
        assert_true(story_says(r, "\"state\":\"told\""));
        assert_int_equal(r->n_visits, 1);
}

static void another_message_under_the_same_key(void **state)
{
        struct rig *r = *state;
        struct digest phone, bo;
        story_join(r, ANNA, true, &phone);
        story_join(r, BO, true, &bo);
        assert_int_equal(ask(r, &one, &phone, MESSAGE_STOP), 200);
        assert_int_equal(ask(r, &one, &phone, MESSAGE_NOT_TODAY), 422);
        assert_true(story_says(r, "key_reused"));
        struct message m = {.type = MESSAGE_STOP};
        m.stop.everything = true;
        assert_int_equal(keyed(r, &one, &phone, &m), 422);
        /* Somebody else's key is another key. */
        assert_int_equal(ask(r, &one, &bo, MESSAGE_NOT_TODAY), 200);
        assert_true(story_says(r, "\"state\":\"not_today\""));
        assert_int_equal(r->n_requests, 2);
}

static void a_day_later_a_key_is_new(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_join(r, ANNA, true, &phone);
        size_t from = r->trace_len;
        assert_int_equal(ask(r, &one, &phone, MESSAGE_NOT_TODAY), 200);
        r->wall += DAY_MS - 1;
        assert_int_equal(ask(r, &one, &phone, MESSAGE_NOT_TODAY), 200);
        assert_int_equal(traced(r, from, " consent("), 1);
        r->wall += 1;
        assert_int_equal(ask(r, &one, &phone, MESSAGE_NOT_TODAY), 200);
        assert_int_equal(traced(r, from, " consent("), 2);
}

static void a_lost_pairing_gets_another_cookie(void **state)
{
        struct rig *r = *state;
        struct secret secret = rig_link(r, LINK_HANDHELD, 0, MARIA, 0);
        struct message m = {.type = MESSAGE_PAIR};
        rig_secret_text(&secret, m.pair.secret);
        r->face = FACE_HANDHELD;
        assert_int_equal(keyed(r, &one, NULL, &m), 200);
        struct digest lost = cookie(r);
        assert_int_equal(keyed(r, &one, NULL, &m), 200);
        assert_true(story_says(r, "\"you\":\"Maria\""));
        struct digest token = cookie(r);
        assert_int_equal(rig_request(r, NULL, &m), 410);
        r->face = FACE_CONSOLE;
        assert_int_equal(keyed(r, &one, NULL, &m), 422);
        assert_int_equal(r->n_sessions, 1);
        rig_open(r, 1, FACE_HANDHELD, &lost);
        assert_int_equal(r->closed[0].code, 4401);
        rig_open(r, 2, FACE_HANDHELD, &token);
        rig_hello(r, 2, "", 0);
        assert_non_null(rig_frame(r, 2, "\"t\":\"welcome\""));
}

static void a_till_gets_a_code_for_the_one_it_lost(void **state)
{
        struct rig *r = *state;
        struct digest till = rig_session(r, SESSION_TILL, 0);
        struct message m = {.type = MESSAGE_TILL_INVITE};
        snprintf(m.till_invite.line, sizeof(m.till_invite.line), "line-101");
        assert_int_equal(keyed(r, &one, &till, &m), 200);
        char first[200];
        snprintf(first, sizeof(first), "%.180s", strstr(r->body, "#j."));
        assert_int_equal(rig_request(r, &till, &m), 409);
        assert_true(story_says(r, "\"invited\""));
        rig_wait(r, HOUR_MS);
        assert_int_equal(keyed(r, &one, &till, &m), 200);
        assert_null(strstr(r->body, first));
        assert_true(story_says(r, "\"valid_s\":82800")); /* what is left of a day */
        assert_int_equal(r->n_links, 1);
        /* It was used: the repeat is told so, and makes nothing. */
        r->links[0].row.used = true;
        assert_int_equal(keyed(r, &one, &till, &m), 409);
        assert_int_equal(r->n_links, 1);
        /* And a token that was taken back gets nothing at all. */
        r->links[0].row.used = false;
        r->sessions[0].row.expires = r->wall;
        assert_int_equal(keyed(r, &one, &till, &m), 401);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                STORY(a_lost_join_gets_another_cookie),
                STORY(a_repeated_join_undoes_no_withdrawal),
                STORY(a_lost_no_stays_a_no),
                STORY(a_lost_join_at_the_door_is_one_guest),
                STORY(a_late_repeat_begins_no_second_visit),
                STORY(what_had_nothing_to_do_does_nothing_later),
                STORY(one_consent_event_for_two_not_todays),
                STORY(two_copies_in_flight),
                STORY(a_copy_outlives_a_refused_first),
                STORY(a_failed_commit_is_tried_again_with_its_key),
                STORY(after_a_restart_it_is_still_a_repeat),
                STORY(another_message_under_the_same_key),
                STORY(a_day_later_a_key_is_new),
                STORY(a_lost_pairing_gets_another_cookie),
                STORY(a_till_gets_a_code_for_the_one_it_lost),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
