/* What overtakes, what comes alone, what comes too late: a clock that jumps under an offer, one of several
 * writes that belong together, a dossier read before a withdrawal. */
#include "tests/core/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static uint16_t join(struct rig *r, bool online, struct digest *phone)
{
        struct secret secret = rig_link(r, LINK_JOIN, ANNA, MARIA, 101);
        struct message m = {.type = MESSAGE_JOIN};
        rig_secret_text(&secret, m.join.secret);
        m.join.yes = m.join.age_ok = m.join.instore = m.join.sizes = m.join.choose = true;
        m.join.online = online;
        uint16_t status = rig_request(r, NULL, &m);
        if (status == 200)
                *phone = PHONE_OF(r);
        return status;
}

static uint16_t stop_everything(struct rig *r, const struct digest *phone)
{
        struct message m = {.type = MESSAGE_STOP};
        m.stop.everything = true;
        return rig_request(r, phone, &m);
}

static uint16_t withdraw_online(struct rig *r, const struct digest *phone)
{
        struct message m = {.type = MESSAGE_SHARE};
        m.share.instore = m.share.sizes = true;
        return rig_request(r, phone, &m);
}

/* ---- the offer's turn */

static void offered(struct rig *r)
{
        struct digest phone;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        story_connect_as(r, 2, EVA, SESSION_CONSOLE);
        story_join(r, ANNA, true, &phone);
        assert_int_equal(story_arrive(r, &phone), 200);
        assert_int_equal(rig_frames_of(r, 1, "\"t\":\"card\""), 1);
}

static void an_offer_keeps_its_turn_when_the_clock_runs_ahead(void **state)
{
        struct rig *r = *state;
        offered(r);
        r->wall += DAY_MS;
        rig_wait(r, 24000);
        assert_null(rig_frame(r, 2, "\"t\":\"card\""));
        rig_wait(r, 2000);
        assert_non_null(rig_frame(r, 2, "\"t\":\"card\""));
}

static void an_offer_keeps_its_turn_when_the_clock_goes_back(void **state)
{
        struct rig *r = *state;
        offered(r);
        r->wall -= DAY_MS;
        rig_wait(r, 24000);
        assert_null(rig_frame(r, 2, "\"t\":\"card\""));
        rig_wait(r, 2000);
        assert_non_null(rig_frame(r, 2, "\"t\":\"card\""));
}

/* So do the two hours for which a check-in holds. */
static void a_visit_holds_by_the_clock_that_never_jumps(void **state)
{
        struct rig *r = *state;
        struct hub_counts counts;
        offered(r);
        rig_say(r, 1, MESSAGE_ACCEPT, 1, 0);
        r->wall += DAY_MS;
        rig_wait(r, 2 * HOUR_MS - 2000);
        hub_count(r->hub, &counts);
        assert_int_equal(counts.visits, 1);
        r->wall -= 2 * DAY_MS;
        rig_wait(r, 4000);
        hub_count(r->hub, &counts);
        assert_int_equal(counts.visits, 0);
}

/* ---- "stop everything" is several writes, and each has its own reason */

/* This phone is a stranger's afterwards, also when she joins again with another. */
static void stop_everything_ends_this_phone(void **state)
{
        struct rig *r = *state;
        struct digest old, phone;
        join(r, true, &old);
        assert_int_equal(stop_everything(r, &old), 200);
        rig_wait(r, 60000);
        assert_int_equal(join(r, false, &phone), 200);
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOW), 200);
        assert_true(story_says(r, "\"state\":\"home\""));
        assert_int_equal(story_ask(r, &old, MESSAGE_NOW), 200);
        assert_true(story_says(r, "\"state\":\"stranger\""));
        assert_int_equal(story_arrive(r, &old), 403);
}

/* Whatever other phone of hers still has a session: nobody is told by it. */
static void stop_everything_ends_her_other_phone(void **state)
{
        struct rig *r = *state;
        struct digest one, other;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        join(r, true, &one);
        join(r, true, &other);
        assert_int_equal(stop_everything(r, &one), 200);
        assert_int_equal(story_ask(r, &other, MESSAGE_NOW), 200);
        assert_true(story_says(r, "\"state\":\"stranger\""));
        assert_int_equal(story_arrive(r, &other), 403);
        assert_null(rig_frame(r, 1, "\"t\":\"card\""));
}

/* Of all that she had given nothing stands. */
static void stop_everything_takes_back_each_kind(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        join(r, true, &phone);
        assert_int_equal(r->people[ANNA].row.preferred, MARIA);
        rig_wait(r, 1000);
        assert_int_equal(stop_everything(r, &phone), 200);
        const struct rig_person *anna = &r->people[ANNA];
        assert_true(anna->n_consents >= 4);
        for (uint32_t i = 0; i < anna->n_consents; i++)
                assert_int_equal(anna->consents[i].state, CONSENT_WITHDRAWN);
        assert_int_equal(anna->row.preferred, 0);
}

/* ---- what was read before she took it back */

static void a_dossier_read_before_a_withdrawal_is_read_again(void **state)
{
        struct rig *r = *state;
        struct digest phone, token = rig_session(r, SESSION_HANDHELD, MARIA);
        rig_open(r, 1, FACE_HANDHELD, &token);
        rig_hello(r, 1, "", 0);
        join(r, true, &phone);
        assert_int_equal(story_arrive(r, &phone), 200);
        assert_non_null(rig_frame(r, 1, "Knitwear"));
        rig_restart(r); /* no card is computed any more */
        rig_forget_frames(r);
        rig_open(r, 2, FACE_HANDHELD, &token);
        r->hold_loads = true;
        rig_hello(r, 2, "", 0);
        assert_int_equal(r->n_loads, 1); /* for the card, and online purchases are in it */
        r->hold_loads = false;
        assert_int_equal(withdraw_online(r, &phone), 200);
        rig_release_loads(r);
        assert_non_null(rig_frame(r, 2, "\"t\":\"card\""));
        assert_null(rig_frame(r, 2, "Knitwear"));
}

/* The card waits for the socket while she takes a kind back: what counts is the moment of sending. */
static void a_card_that_waits_obeys_a_withdrawal(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        join(r, true, &phone);
        r->hold_credit = true;
        rig_say(r, 1, MESSAGE_SALES, 0, 0); /* takes the socket's one place */
        assert_int_equal(story_arrive(r, &phone), 200);
        assert_null(rig_frame(r, 1, "\"t\":\"card\""));
        assert_int_equal(withdraw_online(r, &phone), 200);
        r->hold_credit = false;
        rig_ready(r, 1);
        assert_non_null(rig_frame(r, 1, "\"t\":\"card\""));
        assert_null(rig_frame(r, 1, "Knitwear"));
}

/* She stops while her dossier is being read for a card: it comes to nobody. */
static void a_dossier_read_before_a_stop_shows_nothing(void **state)
{
        struct rig *r = *state;
        struct digest phone, token = rig_session(r, SESSION_HANDHELD, MARIA);
        rig_open(r, 1, FACE_HANDHELD, &token);
        rig_hello(r, 1, "", 0);
        join(r, true, &phone);
        assert_int_equal(story_arrive(r, &phone), 200);
        rig_restart(r);
        rig_forget_frames(r);
        rig_open(r, 2, FACE_HANDHELD, &token);
        r->hold_loads = true;
        rig_hello(r, 2, "", 0);
        assert_int_equal(r->n_loads, 1);
        r->hold_loads = false;
        assert_int_equal(story_ask(r, &phone, MESSAGE_STOP), 200);
        rig_release_loads(r);
        assert_null(rig_frame(r, 2, "\"t\":\"card\""));
        assert_non_null(rig_frame(r, 2, "\"t\":\"retract\""));
}

/* ---- what an operator wants while something else of the same is on its way */

static uint16_t notice(struct rig *r, const struct digest *phone, bool wifi)
{
        struct message m = {.type = MESSAGE_NOTICE, .notice = {.wifi = wifi}};
        return rig_request(r, phone, &m);
}

static uint16_t bind(struct rig *r)
{
        struct message m = {.type = MESSAGE_MAKE_DEVICE};
        snprintf(m.make_device.customer, sizeof(m.make_device.customer), "anna");
        snprintf(m.make_device.kind, sizeof(m.make_device.kind), "keyid");
        snprintf(m.make_device.id, sizeof(m.make_device.id), "k-anna");
        return rig_request(r, NULL, &m);
}

static void let_through(struct rig *r)
{
        r->hold_commits = false;
        rig_release(r);
}

static void no_phone_is_bound_past_a_withdrawal(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_join(r, ANNA, true, &phone);
        assert_int_equal(notice(r, &phone, true), 200);
        r->hold_commits = true;
        assert_int_equal(notice(r, &phone, false), 0);
        assert_int_equal(bind(r), 0);
        let_through(r);
        assert_int_equal(r->status, 409); /* the operator's: no consent */
        assert_int_equal(r->n_devices, 0);
}

static void a_withdrawal_takes_the_phone_that_is_just_bound(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_join(r, ANNA, true, &phone);
        assert_int_equal(notice(r, &phone, true), 200);
        r->hold_commits = true;
        assert_int_equal(bind(r), 0);
        assert_int_equal(notice(r, &phone, false), 0);
        let_through(r);
        assert_int_equal(r->status, 200);
        assert_int_equal(r->n_devices, 1);
        assert_int_equal(r->devices[0].gone, r->day);
}

static uint16_t new_agent(struct rig *r, const char *name)
{
        struct message m = {.type = MESSAGE_MAKE_AGENT};
        snprintf(m.make_agent.name, sizeof(m.make_agent.name), "%s", name);
        return rig_request(r, NULL, &m);
}

static uint16_t use_code(struct rig *r, const char *body)
{
        struct message m = {.type = MESSAGE_AGENT_PAIR};
        const char *code = strstr(body, "\"code\":\"");
        assert_non_null(code);
        memcpy(m.agent_pair.code, code + 8, AGENT_CODE_TEXT);
        return rig_request(r, NULL, &m);
}

static void two_agents_at_once_are_two(void **state)
{
        struct rig *r = *state;
        r->hold_commits = true;
        assert_int_equal(new_agent(r, "door"), 0);
        assert_int_equal(new_agent(r, "window"), 0);
        let_through(r);
        assert_int_equal(r->status, 200);
        assert_int_equal(r->n_sensors, 2);
        assert_int_equal(r->sensors[0].id + r->sensors[1].id, 3);
}

/* A refusal has changed nothing: the code is still good, and then used up. */
static void a_pairing_that_was_not_saved_can_be_tried_again(void **state)
{
        struct rig *r = *state;
        char body[200];
        assert_int_equal(new_agent(r, "door"), 200);
        snprintf(body, sizeof(body), "%.190s", r->body);
        r->fail_commits = true;
        assert_int_equal(use_code(r, body), 503);
        r->fail_commits = false;
        r->hold_commits = true;
        assert_int_equal(use_code(r, body), 0);
        assert_int_equal(use_code(r, body), 0);
        let_through(r);
        assert_int_equal(r->status, 410);
        assert_true(r->sensors[0].paired);
}

/* ---- one look, said more than once */

static uint32_t number_of(const char *frame, const char *name)
{
        return (uint32_t)strtoul(strstr(frame, name) + strlen(name), NULL, 10);
}

/* Both her devices show the card, which has gone to the manager by the time they say so. */
static void a_look_said_by_two_devices_at_once_is_one(void **state)
{
        struct rig *r = *state;
        offered(r);
        story_connect_as(r, 3, MARIA, SESSION_HANDHELD);
        const char *card = rig_frame(r, 3, "\"t\":\"card\"");
        assert_non_null(card);
        uint32_t number = number_of(card, "\"card\":"), seq = number_of(card, "\"seq\":");
        rig_wait(r, 26000);
        assert_non_null(rig_frame(r, 1, "retract"));
        r->hold_commits = true;
        rig_say(r, 1, MESSAGE_RENDERED, number, seq);
        rig_say(r, 3, MESSAGE_RENDERED, number, seq);
        r->hold_commits = false;
        rig_release(r);
        assert_int_equal(r->disclosures, 1);
}

static void a_look_said_again_after_a_restart_is_one(void **state)
{
        struct rig *r = *state;
        offered(r);
        const char *card = rig_frame(r, 1, "\"t\":\"card\"");
        uint32_t number = number_of(card, "\"card\":"), seq = number_of(card, "\"seq\":");
        rig_say(r, 1, MESSAGE_RENDERED, number, seq);
        assert_int_equal(r->disclosures, 1);
        rig_restart(r);
        story_connect_as(r, 5, MARIA, SESSION_HANDHELD);
        rig_say(r, 5, MESSAGE_RENDERED, number, seq);
        assert_int_equal(r->disclosures, 1);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                STORY(a_look_said_by_two_devices_at_once_is_one),
                STORY(a_look_said_again_after_a_restart_is_one),
                STORY(an_offer_keeps_its_turn_when_the_clock_runs_ahead),
                STORY(an_offer_keeps_its_turn_when_the_clock_goes_back),
                STORY(a_visit_holds_by_the_clock_that_never_jumps),
                STORY(stop_everything_ends_this_phone),
                STORY(stop_everything_ends_her_other_phone),
                STORY(stop_everything_takes_back_each_kind),
                STORY(a_dossier_read_before_a_withdrawal_is_read_again),
                STORY(a_card_that_waits_obeys_a_withdrawal),
                STORY(a_dossier_read_before_a_stop_shows_nothing),
                STORY(no_phone_is_bound_past_a_withdrawal),
                STORY(a_withdrawal_takes_the_phone_that_is_just_bound),
                STORY(two_agents_at_once_are_two),
                STORY(a_pairing_that_was_not_saved_can_be_tried_again),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
