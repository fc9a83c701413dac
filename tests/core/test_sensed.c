/* The store's Wi-Fi: an agent is paired and told today's tags, and what it claims becomes visits. */
#include "server/core/consent.h"
#include "tests/core/sensing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <sodium.h>

#define CARD "\"t\":\"card\""

static void an_agent_is_told_key_and_tags(void **state)
{
        struct rig *r = *state;
        struct digest phone, wrong = {{1}};
        sensing_seq = 0;
        story_join(r, ANNA, true, &phone);
        sensing_pair(r);
        rig_open(r, 5, FACE_AGENT, &wrong);
        assert_int_equal(r->closed[r->n_closed - 1].code, 4401);
        sensing_open_agent(r, AGENT);
        assert_non_null(rig_frame(r, AGENT, "\"t\":\"welcome\""));
        assert_non_null(rig_frame(r, AGENT, "\"sweep_s\":30"));
        assert_non_null(rig_frame(r, AGENT, "\"t\":\"key\""));
        assert_non_null(rig_frame(r, AGENT, "\"tags\":\"\"")); /* an empty set is a set */
        sensing_notice(r, &phone, true, true);
        assert_int_equal(sensing_bind(r, "mac", "02:00:00:00:00:01"), 200);
        assert_non_null(rig_frame(r, AGENT, "\"t\":\"tag_add\""));
        assert_null(strstr(rig_frame(r, AGENT, "\"t\":\"tag_add\""), "020000000001"));
        rig_forget_frames(r);
        sensing_open_agent(r, 78); /* it came back before its old socket was seen to be dead */
        assert_int_equal(r->closed[r->n_closed - 1].code, 4409);
        assert_non_null(rig_frame(r, 78, "\"part\":1,\"of\":1"));
        rig_agent(r, 78, "{\"t\":\"key\"}");
        assert_int_equal(r->closed[r->n_closed - 1].code, 4400);
}

/* What `maitrectl status` is told. */
static void the_operator_sees_who_is_silent(void **state)
{
        struct rig *r = *state;
        struct hub_sensor sensors[SENSORS_MAX];
        assert_int_equal(hub_sensors(r->hub, r->mono, sensors), 0);
        sensing_seq = 0;
        sensing_pair(r);
        assert_int_equal(hub_sensors(r->hub, r->mono, sensors), 1);
        assert_int_equal(sensors[0].heard_s, -1);
        assert_string_equal(sensors[0].state, "silent");
        sensing_open_agent(r, AGENT);
        rig_wait(r, 5000);
        assert_int_equal(hub_sensors(r->hub, r->mono, sensors), 1);
        assert_string_equal(sensors[0].name, "door");
        assert_string_equal(sensors[0].state, "ok");
        assert_int_equal(sensors[0].heard_s, 5);
        assert_int_equal(hub_sensors(r->hub, r->mono + 3 * MINUTE_MS, sensors), 1);
        assert_string_equal(sensors[0].state, "silent");
        rig_restart(r);
        assert_int_equal(hub_sensors(r->hub, r->mono, sensors), 1);
        assert_int_equal(sensors[0].heard_s, -1);
}

static void codes_cannot_be_guessed(void **state)
{
        struct rig *r = *state;
        struct message m = {.type = MESSAGE_MAKE_AGENT}, use = {.type = MESSAGE_AGENT_PAIR};
        snprintf(m.make_agent.name, sizeof(m.make_agent.name), "door");
        assert_int_equal(rig_request(r, NULL, &m), 200);
        char *code = strstr(r->body, "\"code\":\"") + 8, right[9] = "";
        memcpy(right, code, 8);
        snprintf(use.agent_pair.code, sizeof(use.agent_pair.code), "00000000");
        for (int i = 0; i < 5; i++)
                assert_int_equal(rig_request(r, NULL, &use), 410);
        memcpy(use.agent_pair.code, right, 9);
        assert_int_equal(rig_request(r, NULL, &use), 429); /* even the right one */
        assert_int_equal(rig_request(r, NULL, &m), 200);
        memcpy(use.agent_pair.code, strstr(r->body, "\"code\":\"") + 8, 8);
        rig_wait(r, 10 * MINUTE_MS + 1000);
        assert_int_equal(rig_request(r, NULL, &use), 410); /* run out */
}

static void by_her_own_key_she_is_announced_after_the_dwell(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        sensing_begin(r, &phone, true, "keyid", "k-anna");
        sensing_claim(r, AGENT, "join", 0, 0);
        assert_non_null(rig_frame(r, AGENT, "\"t\":\"ack\",\"boot\":1,\"seq\":1"));
        rig_wait(r, 59000);
        assert_null(rig_frame(r, 1, CARD));
        rig_wait(r, 2000);
        const char *card = rig_frame(r, 1, CARD);
        assert_non_null(card);
        assert_non_null(strstr(card, "\"seen\":\"sensed\""));
        assert_null(strstr(card, "\"full\"")); /* at most kind */
        assert_null(strstr(card, "Navy coat"));
        assert_int_equal(r->n_visits, 1);
        sensing_stay(r, 30, "0,-60");
        assert_int_equal(r->n_visits, 1);
        assert_int_equal(rig_frames_of(r, 1, "\"state\":\"offered\""), 1);
}

static void whoever_wants_to_be_asked_is_asked_on_her_own_page(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        sensing_begin(r, &phone, false, "keyid", "k-anna");
        struct message here = {.type = MESSAGE_HERE};
        assert_int_equal(rig_request(r, &phone, &here), 409);
        sensing_claim(r, AGENT, "join", 0, 0);
        rig_wait(r, 62000);
        assert_null(rig_frame(r, 1, CARD));
        assert_int_equal(r->n_visits, 0);
        story_ask(r, &phone, MESSAGE_NOW);
        assert_true(story_says(r, "\"state\":\"home\""));
        assert_true(story_says(r, "\"here\":true"));
        snprintf(here.here.wish, sizeof(here.here.wish), "a winter coat");
        assert_int_equal(rig_request(r, &phone, &here), 200);
        const char *card = rig_frame(r, 1, CARD);
        assert_non_null(card);
        assert_non_null(strstr(card, "\"seen\":\"checked-in\""));
        assert_non_null(strstr(card, "a winter coat"));
}

static void a_bare_address_may_be_anybody(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        sensing_begin(r, &phone, true, "mac", "02-00-00-AA-00-01");
        sensing_claim(r, AGENT, "join", 0, 0);
        rig_wait(r, 62000);
        const char *card = rig_frame(r, 1, CARD);
        assert_non_null(card);
        assert_non_null(strstr(card, "\"seen\":\"may-be\""));
        assert_non_null(strstr(card, "\"fields\":{}"));
        assert_null(strstr(card, "Anna"));
        assert_null(strstr(card, "A.B."));
        assert_null(strstr(card, "Coats"));
        rig_forget_frames(r);
        rig_say(r, 1, MESSAGE_ITS_HER, 1, 0);
        card = rig_frame(r, 1, CARD);
        assert_non_null(card);
        assert_non_null(strstr(card, "\"seen\":\"sensed\""));
        assert_non_null(strstr(card, "Coats"));
        rig_forget_frames(r);
        rig_say(r, 1, MESSAGE_ITS_HER, 1, 0); /* a repeat is harmless */
        assert_null(rig_frame(r, 1, CARD));
        assert_int_equal(r->n_visits, 1);
}

static void her_own_tap_makes_it_sure(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        sensing_begin(r, &phone, true, "mac", "020000aa0001");
        sensing_claim(r, AGENT, "join", 0, 0);
        rig_wait(r, 62000);
        rig_forget_frames(r);
        assert_int_equal(story_arrive(r, &phone), 200);
        assert_non_null(strstr(rig_frame(r, 1, CARD), "\"seen\":\"checked-in\""));
        assert_int_equal(r->n_visits, 1);
}

static void a_pause_takes_the_card_away_and_a_return_brings_it_back(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        sensing_begin(r, &phone, true, "keyid", "k-anna");
        sensing_claim(r, AGENT, "join", 0, 0);
        sensing_stay(r, 2, "0,-60");
        rig_say(r, 1, MESSAGE_ACCEPT, 1, 0);
        sensing_claim(r, AGENT, "leave", 0, 0);
        rig_forget_frames(r);
        sensing_stay(r, 11, "");
        assert_null(rig_frame(r, 1, "\"t\":\"retract\""));
        sensing_stay(r, 2, "");
        assert_non_null(rig_frame(r, 1, "\"t\":\"retract\""));
        assert_int_equal(r->visits[0].state, VISIT_PAUSED);
        assert_int_equal(rig_frames_of(r, 1, CARD), 0);
        sensing_claim(r, AGENT, "join", 0, 0);
        rig_wait(r, 2000);
        const char *card = rig_frame(r, 1, CARD);
        assert_non_null(card);
        assert_non_null(strstr(card, "\"state\":\"accepted\"")); /* no second alert */
        assert_int_equal(r->n_visits, 1);
        assert_int_equal(r->visits[0].state, VISIT_OPEN);
        sensing_claim(r, AGENT, "leave", 0, 0);
        sensing_stay(r, 45, "");
        assert_int_equal(r->visits[0].state, VISIT_ENDED);
        sensing_claim(r, AGENT, "join", 0, 0);
        sensing_stay(r, 2, "0,-60");
        assert_int_equal(
                r->n_visits, 2); /* another day's walk: another visit, and the last alert of the day */
}

static void done_is_done_though_her_phone_is_still_here(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        sensing_begin(r, &phone, true, "keyid", "k-anna");
        sensing_claim(r, AGENT, "join", 0, 0);
        sensing_stay(r, 2, "0,-60");
        rig_say(r, 1, MESSAGE_WITH_HER, 1, 0);
        rig_say(r, 1, MESSAGE_DONE, 1, 0);
        assert_int_equal(r->visits[0].state, VISIT_ENDED);
        sensing_stay(r, 60, "0,-60");
        assert_int_equal(r->n_visits, 1);
}

static void stop_and_not_today_take_the_tag_away_at_once(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        sensing_begin(r, &phone, true, "keyid", "k-anna");
        sensing_claim(r, AGENT, "join", 0, 0);
        sensing_stay(r, 2, "0,-60");
        assert_int_equal(story_ask(r, &phone, MESSAGE_STOP), 200);
        assert_non_null(rig_frame(r, AGENT, "\"t\":\"tag_remove\""));
        assert_non_null(rig_frame(r, 1, "\"t\":\"retract\""));
        rig_forget_frames(r);
        sensing_stay(r, 3, "0,-60"); /* the agent has not heard of it yet */
        sensing_claim(r, AGENT, "join", 0, 0);
        sensing_stay(r, 2, "0,-60");
        assert_null(rig_frame(r, 1, CARD));
        assert_int_equal(r->n_visits, 1);
        rig_restart(r);
        sensing_open_agent(r, AGENT);
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        assert_non_null(rig_frame(r, AGENT, "\"tags\":\"0000000000000000\"")); /* also after a restart */
        rig_forget_frames(r);
        assert_int_equal(story_arrive(r, &phone), 200); /* her own yes takes it back */
        assert_non_null(rig_frame(r, AGENT, "\"t\":\"tag_add\""));
}

static void what_she_withdraws_is_gone(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        sensing_begin(r, &phone, true, "keyid", "k-anna");
        sensing_claim(r, AGENT, "join", 0, 0);
        sensing_stay(r, 2, "0,-60");
        assert_int_equal(r->visits[0].state, VISIT_OPEN);
        sensing_notice(r, &phone, false, true);
        assert_true(story_says(r, "\"wifi\":false,\"always\":false"));
        assert_non_null(rig_frame(r, AGENT, "\"t\":\"tag_remove\""));
        rig_wait(r, 2000);
        assert_int_equal(r->visits[0].state, VISIT_ENDED); /* nothing else said that she is here */
        assert_int_equal(r->devices[0].person, 0);
        assert_int_equal(r->devices[0].len, 0);
        sensing_stay(r, 5, "0,-60");
        assert_int_equal(r->n_visits, 1);
}

/* Words of different ages: what has run out and what has not go together, and come back together for nobody.
 */
static void stop_takes_back_what_does_not_hold_just_now(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_join(r, ANNA, true, &phone);
        sensing_notice(r, &phone, true, false);
        r->wall += 200 * DAY_MS;
        sensing_notice(r, &phone, true, true);
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOW), 200);
        assert_true(story_says(r, "\"always\":true"));
        r->wall += 170 * DAY_MS; /* a year since she joined: she is asked anew */
        story_join(r, ANNA, true, &phone);
        struct message m = {.type = MESSAGE_STOP};
        m.stop.everything = true;
        assert_int_equal(rig_request(r, &phone, &m), 200);
        const struct rig_person *anna = &r->people[ANNA];
        assert_false(consent_sensed_said(anna->consents, anna->n_consents, MODE_ASK));
        assert_false(consent_sensed_said(anna->consents, anna->n_consents, MODE_STANDING));
        story_join(r, ANNA, true, &phone);
        sensing_notice(r, &phone, true, false);
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOW), 200);
        assert_true(story_says(r, "\"always\":false"));
}

static void a_restart_forgets_nobody_and_alerts_nobody_twice(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        sensing_begin(r, &phone, true, "keyid", "k-anna");
        sensing_claim(r, AGENT, "join", 0, 0);
        sensing_stay(r, 3, "0,-60");
        assert_int_equal(r->n_visits, 1);
        rig_restart(r);
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        sensing_open_agent(r, AGENT);
        assert_non_null(rig_frame(r, AGENT, "\"boot\":1,\"seq\":1}"));
        rig_forget_frames(r);
        sensing_seq = 0;
        sensing_claim(r, AGENT, "join", 0, 200); /* not acknowledged before, as far as the agent knows */
        assert_non_null(rig_frame(r, AGENT, "\"t\":\"ack\",\"boot\":1,\"seq\":1"));
        sensing_stay(r, 20, "0,-60");
        assert_int_equal(r->n_visits, 1);
        assert_int_equal(r->visits[0].state, VISIT_OPEN);
        sensing_claim(r, AGENT, "leave", 0, 0);
        sensing_stay(r, 45, "");
        assert_int_equal(r->visits[0].state, VISIT_ENDED);
}

static void an_acknowledgement_waits_for_the_disk(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        sensing_begin(r, &phone, true, "keyid", "k-anna");
        r->hold_commits = true;
        sensing_claim(r, AGENT, "join", 0, 0);
        sensing_seq = 0;
        sensing_claim(r, AGENT, "join", 0, 0); /* again, while nothing of this agent is on the disk */
        assert_null(rig_frame(r, AGENT, "\"t\":\"ack\""));
        sensing_claim(r, AGENT, "leave", 0, 0);
        sensing_claim(r, AGENT, "join", 0, 0);
        assert_null(rig_frame(r, AGENT, "\"t\":\"ack\""));
        r->hold_commits = false;
        rig_release(r);
        assert_non_null(
                rig_frame(r, AGENT, "\"t\":\"ack\",\"boot\":1,\"seq\":3")); /* covers those before it */
        r->fail_commits = true;
        sensing_claim(r, AGENT, "leave", 0, 0);
        rig_forget_frames(r);
        r->fail_commits = false;
        rig_wait(r, 1500);
        assert_non_null(rig_frame(r, AGENT, "\"seq\":4")); /* tried again */
}

static void a_day_has_its_own_key_and_slots(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        sensing_begin(r, &phone, true, "keyid", "k-anna");
        assert_int_equal(sensing_bind(r, "mac", "020000aa0001"), 200);
        assert_int_equal(sensing_bind(r, "keyid", "k-anna"), 200); /* renewed, not another */
        assert_int_equal(r->n_devices, 2);
        int yesterday = r->day;
        r->day++;
        rig_wait(r, 1000);
        assert_non_null(rig_frame(r, AGENT, "\"t\":\"key\""));
        const char *tags = rig_frame(r, AGENT, "\"t\":\"tags\"");
        assert_non_null(tags);
        char before[400];
        snprintf(before, sizeof(before), "%s", strstr(tags, "\"first\""));
        rig_restart(r);
        sensing_open_agent(r, AGENT);
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        assert_string_equal(strstr(rig_frame(r, AGENT, "\"t\":\"tags\""), "\"first\""), before);
        char text[200];
        snprintf(text, sizeof(text),
                "{\"t\":\"claim\",\"boot\":1,\"seq\":9,\"day\":%d,\"slot\":0,\"kind\":\"join\",\"age_ms\":"
                "5000}",
                yesterday);
        rig_agent(r, AGENT, text); /* still under way at midnight */
        rig_wait(r, 62000);
        assert_non_null(rig_frame(r, 1, CARD));
}

static void a_check_in_on_the_store_s_network_binds_her_phone(void **state)
{
        static const uint8_t hers[6] = {2, 0, 0, 0xaa, 0, 1};
        struct rig *r = *state;
        struct digest phone, bo;
        sensing_seq = 0;
        story_join(r, ANNA, true, &phone);
        sensing_pair(r);
        sensing_open_agent(r, AGENT);
        r->station = hers;
        assert_int_equal(story_arrive(r, &phone), 200);
        assert_int_equal(r->n_devices, 0); /* she has not allowed it */
        story_ask(r, &phone, MESSAGE_STOP);
        sensing_notice(r, &phone, true, false);
        assert_int_equal(story_arrive(r, &phone), 200);
        assert_int_equal(r->n_devices, 1);
        assert_int_equal(r->devices[0].kind, AGENT_ID_MAC);
        assert_int_equal(r->devices[0].until, r->day + 14);
        assert_non_null(rig_frame(r, AGENT, "\"t\":\"tag_add\""));
        story_ask(r, &phone, MESSAGE_STOP);
        r->day += 3;
        assert_int_equal(story_arrive(r, &phone), 200);
        assert_int_equal(r->n_devices, 1); /* renewed by each check-in */
        assert_int_equal(r->devices[0].until, r->day + 14);
        story_ask(r, &phone, MESSAGE_STOP);
        rig_forget_frames(r);
        assert_int_equal(story_arrive(r, &phone), 200);
        assert_non_null(rig_frame(r, AGENT, "\"t\":\"tag_add\"")); /* bound and speaking again in one */
        story_join(r, BO, false, &bo);
        sensing_notice(r, &bo, true, false);
        assert_int_equal(story_arrive(r, &bo), 200); /* by a phone that is lent: it stays Anna's */
        assert_int_equal(r->n_devices, 1);
        r->day += 15;
        rig_wait(r, 1000);
        sensing_claim(r, AGENT, "join", 0, 0);
        rig_wait(r, 62000);
        story_ask(r, &phone, MESSAGE_NOW);
        assert_true(story_says(r, "\"here\":false")); /* a binding runs out */
}

/* A check-in renews what the Wi-Fi knows her by, also if the page itself came by another way. */
static void a_check_in_renews_what_the_wifi_holds(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        sensing_begin(r, &phone, false, "keyid", "k-anna");
        store_day until = r->devices[0].until;
        assert_int_equal(sensing_bind(r, "keyid", "k-other"), 200);
        r->day += 3;
        rig_wait(r, 1000); /* another day, other slots */
        assert_null(r->station);
        assert_int_equal(story_arrive(r, &phone), 200); /* neither is here: neither is renewed */
        assert_int_equal(r->devices[0].until, until);
        assert_int_equal(r->devices[1].until, until);
        story_ask(r, &phone, MESSAGE_STOP);
        r->day++;
        rig_wait(r, 1000);
        sensing_claim(r, AGENT, "join", 0, 0);
        sensing_stay(r, 2, "0,-60");
        assert_int_equal(story_ask(r, &phone, MESSAGE_HERE), 200);
        assert_int_equal(r->n_devices, 2);
        uint32_t renewed = r->devices[0].until == r->day + 14 ? 0 : 1; /* whichever has that slot today */
        assert_int_equal(r->devices[renewed].until, r->day + 14);
        assert_int_equal(r->devices[1 - renewed].until, until);
}

/* Announced by the Wi-Fi, she checks in by herself as well: the same visit, and her phone is renewed. */
static void a_check_in_in_a_sensed_visit_renews(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        sensing_begin(r, &phone, true, "keyid", "k-anna");
        r->day += 3;
        rig_wait(r, 1000);
        sensing_claim(r, AGENT, "join", 0, 0);
        sensing_stay(r, 2, "0,-60");
        assert_int_equal(r->n_visits, 1);
        assert_int_equal(r->devices[0].until, r->day - 3 + 14);
        assert_int_equal(story_arrive(r, &phone), 200);
        assert_int_equal(r->n_visits, 1);
        assert_int_equal(r->devices[0].until, r->day + 14);
}

static void closing_time_and_a_full_house(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        sensing_begin(r, &phone, true, "keyid", "k-anna");
        r->minute = 602; /* too early: nobody would be called */
        sensing_claim(r, AGENT, "join", 0, 0);
        sensing_stay(r, 3, "0,-60");
        assert_int_equal(r->n_visits, 0);
        r->minute = 615;
        sensing_stay(r, 1, "0,-60");
        assert_int_equal(r->n_visits, 1);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                STORY(an_agent_is_told_key_and_tags),
                STORY(the_operator_sees_who_is_silent),
                STORY(codes_cannot_be_guessed),
                STORY(by_her_own_key_she_is_announced_after_the_dwell),
                STORY(whoever_wants_to_be_asked_is_asked_on_her_own_page),
                STORY(a_bare_address_may_be_anybody),
                STORY(her_own_tap_makes_it_sure),
                STORY(a_pause_takes_the_card_away_and_a_return_brings_it_back),
                STORY(done_is_done_though_her_phone_is_still_here),
                STORY(stop_and_not_today_take_the_tag_away_at_once),
                STORY(what_she_withdraws_is_gone),
                STORY(stop_takes_back_what_does_not_hold_just_now),
                STORY(a_restart_forgets_nobody_and_alerts_nobody_twice),
                STORY(an_acknowledgement_waits_for_the_disk),
                STORY(a_day_has_its_own_key_and_slots),
                STORY(a_check_in_on_the_store_s_network_binds_her_phone),
                STORY(a_check_in_renews_what_the_wifi_holds),
                STORY(a_check_in_in_a_sensed_visit_renews),
                STORY(closing_time_and_a_full_house),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
