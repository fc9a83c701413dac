/* The store's Wi-Fi: an agent is paired and told today's tags, and what it claims becomes visits. */
#include "tests/core/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <sodium.h>

#define AGENT 77
#define CARD  "\"t\":\"card\""

static struct digest agent_token;
static int64_t seq;

/* Pairs an agent as an operator and an access point would; its token's digest is kept for its socket. */
static void pair(struct rig *r)
{
        struct message m = {.type = MESSAGE_MAKE_AGENT};
        char code[AGENT_CODE_TEXT + 1] = "";
        snprintf(m.make_agent.name, sizeof(m.make_agent.name), "door");
        assert_int_equal(rig_request(r, NULL, &m), 200);
        assert_non_null(strstr(r->body, "\"code\":\""));
        memcpy(code, strstr(r->body, "\"code\":\"") + 8, AGENT_CODE_TEXT);
        struct message use = {.type = MESSAGE_AGENT_PAIR};
        memcpy(use.agent_pair.code, code, sizeof(code));
        assert_int_equal(rig_request(r, NULL, &use), 200);
        assert_true(story_says(r, "\"sensor\":\"door\""));
        char text[44] = "";
        memcpy(text, strstr(r->body, "\"token\":\"") + 9, 43);
        struct secret secret;
        size_t len;
        assert_int_equal(sodium_base642bin(secret.b, sizeof(secret.b), text, 43, NULL, &len, NULL,
                                 sodium_base64_VARIANT_URLSAFE_NO_PADDING),
                0);
        crypto_generichash(agent_token.b, sizeof(agent_token.b), secret.b, sizeof(secret.b), NULL, 0);
        assert_int_equal(rig_request(r, NULL, &use), 410); /* once */
}

static void open_agent(struct rig *r, uint64_t peer)
{
        rig_open(r, peer, FACE_AGENT, &agent_token);
        rig_agent(r, peer, "{\"t\":\"hello\",\"boot\":1,\"seq\":0,\"ap\":\"fake\",\"agent\":\"test\"}");
}

static void claim(struct rig *r, uint64_t peer, const char *kind, unsigned slot, int age_s)
{
        char text[200];
        snprintf(text, sizeof(text),
                "{\"t\":\"claim\",\"boot\":1,\"seq\":%lld,\"day\":%d,\"slot\":%u,\"kind\":\"%s\",\"age_ms\":%"
                "d,\"rssi\":-60}",
                (long long)++seq, r->day, slot, kind, age_s * 1000);
        rig_agent(r, peer, text);
}

static void sweep(struct rig *r, uint64_t peer, const char *here)
{
        char text[200];
        snprintf(text, sizeof(text),
                "{\"t\":\"sweep\",\"sweep\":%lld,\"day\":%d,\"part\":1,\"of\":1,\"here\":[%s]}",
                (long long)(r->mono / 1000 + 1), r->day, here);
        rig_agent(r, peer, text);
}

/* Everything is in order for so long, with a sweep every half minute. */
static void stay(struct rig *r, int minutes, const char *here)
{
        for (int i = 0; i < minutes * 2; i++) {
                rig_wait(r, 30000);
                sweep(r, AGENT, here);
        }
}

static void notice(struct rig *r, const struct digest *phone, bool wifi, bool always)
{
        struct message m = {.type = MESSAGE_NOTICE, .notice = {.wifi = wifi, .always = always}};
        assert_int_equal(rig_request(r, phone, &m), 200);
}

static uint16_t bind(struct rig *r, const char *kind, const char *id)
{
        struct message m = {.type = MESSAGE_MAKE_DEVICE};
        snprintf(m.make_device.customer, sizeof(m.make_device.customer), "anna");
        snprintf(m.make_device.kind, sizeof(m.make_device.kind), "%s", kind);
        snprintf(m.make_device.id, sizeof(m.make_device.id), "%s", id);
        return rig_request(r, NULL, &m);
}

/* Anna has joined, Maria is there, the agent of the door is connected. */
static void begin(struct rig *r, struct digest *phone, bool always, const char *kind, const char *id)
{
        seq = 0;
        story_join(r, ANNA, true, phone);
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        assert_int_equal(bind(r, kind, id), 409); /* not without her consent */
        notice(r, phone, true, always);
        pair(r);
        assert_int_equal(bind(r, kind, id), 200);
        open_agent(r, AGENT);
        rig_forget_frames(r);
}

static void an_agent_is_told_key_and_tags(void **state)
{
        struct rig *r = *state;
        struct digest phone, wrong = {{1}};
        seq = 0;
        story_join(r, ANNA, true, &phone);
        pair(r);
        rig_open(r, 5, FACE_AGENT, &wrong);
        assert_int_equal(r->closed[r->n_closed - 1].code, 4401);
        open_agent(r, AGENT);
        assert_non_null(rig_frame(r, AGENT, "\"t\":\"welcome\""));
        assert_non_null(rig_frame(r, AGENT, "\"sweep_s\":30"));
        assert_non_null(rig_frame(r, AGENT, "\"t\":\"key\""));
        assert_non_null(rig_frame(r, AGENT, "\"tags\":\"\"")); /* an empty set is a set */
        notice(r, &phone, true, true);
        assert_int_equal(bind(r, "mac", "02:00:00:00:00:01"), 200);
        assert_non_null(rig_frame(r, AGENT, "\"t\":\"tag_add\""));
        assert_null(strstr(rig_frame(r, AGENT, "\"t\":\"tag_add\""), "020000000001"));
        rig_forget_frames(r);
        open_agent(r, 78); /* it came back before its old socket was seen to be dead */
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
        seq = 0;
        pair(r);
        assert_int_equal(hub_sensors(r->hub, r->mono, sensors), 1);
        assert_int_equal(sensors[0].heard_s, -1);
        assert_string_equal(sensors[0].state, "silent");
        open_agent(r, AGENT);
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
        begin(r, &phone, true, "keyid", "k-anna");
        claim(r, AGENT, "join", 0, 0);
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
        stay(r, 30, "0,-60");
        assert_int_equal(r->n_visits, 1);
        assert_int_equal(rig_frames_of(r, 1, "\"state\":\"offered\""), 1);
}

static void whoever_wants_to_be_asked_is_asked_on_her_own_page(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        begin(r, &phone, false, "keyid", "k-anna");
        struct message here = {.type = MESSAGE_HERE};
        assert_int_equal(rig_request(r, &phone, &here), 409);
        claim(r, AGENT, "join", 0, 0);
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
        begin(r, &phone, true, "mac", "02-00-00-AA-00-01");
        claim(r, AGENT, "join", 0, 0);
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
        begin(r, &phone, true, "mac", "020000aa0001");
        claim(r, AGENT, "join", 0, 0);
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
        begin(r, &phone, true, "keyid", "k-anna");
        claim(r, AGENT, "join", 0, 0);
        stay(r, 2, "0,-60");
        rig_say(r, 1, MESSAGE_ACCEPT, 1, 0);
        claim(r, AGENT, "leave", 0, 0);
        rig_forget_frames(r);
        stay(r, 11, "");
        assert_null(rig_frame(r, 1, "\"t\":\"retract\""));
        stay(r, 2, "");
        assert_non_null(rig_frame(r, 1, "\"t\":\"retract\""));
        assert_int_equal(r->visits[0].state, VISIT_PAUSED);
        assert_int_equal(rig_frames_of(r, 1, CARD), 0);
        claim(r, AGENT, "join", 0, 0);
        rig_wait(r, 2000);
        const char *card = rig_frame(r, 1, CARD);
        assert_non_null(card);
        assert_non_null(strstr(card, "\"state\":\"accepted\"")); /* no second alert */
        assert_int_equal(r->n_visits, 1);
        assert_int_equal(r->visits[0].state, VISIT_OPEN);
        claim(r, AGENT, "leave", 0, 0);
        stay(r, 45, "");
        assert_int_equal(r->visits[0].state, VISIT_ENDED);
        claim(r, AGENT, "join", 0, 0);
        stay(r, 2, "0,-60");
        assert_int_equal(
                r->n_visits, 2); /* another day's walk: another visit, and the last alert of the day */
}

static void done_is_done_though_her_phone_is_still_here(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        begin(r, &phone, true, "keyid", "k-anna");
        claim(r, AGENT, "join", 0, 0);
        stay(r, 2, "0,-60");
        rig_say(r, 1, MESSAGE_WITH_HER, 1, 0);
        rig_say(r, 1, MESSAGE_DONE, 1, 0);
        assert_int_equal(r->visits[0].state, VISIT_ENDED);
        stay(r, 60, "0,-60");
        assert_int_equal(r->n_visits, 1);
}

static void stop_and_not_today_take_the_tag_away_at_once(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        begin(r, &phone, true, "keyid", "k-anna");
        claim(r, AGENT, "join", 0, 0);
        stay(r, 2, "0,-60");
        assert_int_equal(story_ask(r, &phone, MESSAGE_STOP), 200);
        assert_non_null(rig_frame(r, AGENT, "\"t\":\"tag_remove\""));
        assert_non_null(rig_frame(r, 1, "\"t\":\"retract\""));
        rig_forget_frames(r);
        stay(r, 3, "0,-60"); /* the agent has not heard of it yet */
        claim(r, AGENT, "join", 0, 0);
        stay(r, 2, "0,-60");
        assert_null(rig_frame(r, 1, CARD));
        assert_int_equal(r->n_visits, 1);
        rig_restart(r);
        open_agent(r, AGENT);
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
        begin(r, &phone, true, "keyid", "k-anna");
        claim(r, AGENT, "join", 0, 0);
        stay(r, 2, "0,-60");
        assert_int_equal(r->visits[0].state, VISIT_OPEN);
        notice(r, &phone, false, true);
        assert_true(story_says(r, "\"wifi\":false,\"always\":false"));
        assert_non_null(rig_frame(r, AGENT, "\"t\":\"tag_remove\""));
        rig_wait(r, 2000);
        assert_int_equal(r->visits[0].state, VISIT_ENDED); /* nothing else said that she is here */
        assert_int_equal(r->devices[0].person, 0);
        assert_int_equal(r->devices[0].len, 0);
        stay(r, 5, "0,-60");
        assert_int_equal(r->n_visits, 1);
}

static void a_restart_forgets_nobody_and_alerts_nobody_twice(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        begin(r, &phone, true, "keyid", "k-anna");
        claim(r, AGENT, "join", 0, 0);
        stay(r, 3, "0,-60");
        assert_int_equal(r->n_visits, 1);
        rig_restart(r);
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        open_agent(r, AGENT);
        assert_non_null(rig_frame(r, AGENT, "\"boot\":1,\"seq\":1}"));
        rig_forget_frames(r);
        seq = 0;
        claim(r, AGENT, "join", 0, 200); /* not acknowledged before, as far as the agent knows */
        assert_non_null(rig_frame(r, AGENT, "\"t\":\"ack\",\"boot\":1,\"seq\":1"));
        stay(r, 20, "0,-60");
        assert_int_equal(r->n_visits, 1);
        assert_int_equal(r->visits[0].state, VISIT_OPEN);
        claim(r, AGENT, "leave", 0, 0);
        stay(r, 45, "");
        assert_int_equal(r->visits[0].state, VISIT_ENDED);
}

static void an_acknowledgement_waits_for_the_disk(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        begin(r, &phone, true, "keyid", "k-anna");
        r->hold_commits = true;
        claim(r, AGENT, "join", 0, 0);
        seq = 0;
        claim(r, AGENT, "join", 0, 0); /* again, while nothing of this agent is on the disk */
        assert_null(rig_frame(r, AGENT, "\"t\":\"ack\""));
        claim(r, AGENT, "leave", 0, 0);
        claim(r, AGENT, "join", 0, 0);
        assert_null(rig_frame(r, AGENT, "\"t\":\"ack\""));
        r->hold_commits = false;
        rig_release(r);
        assert_non_null(
                rig_frame(r, AGENT, "\"t\":\"ack\",\"boot\":1,\"seq\":3")); /* covers those before it */
        r->fail_commits = true;
        claim(r, AGENT, "leave", 0, 0);
        rig_forget_frames(r);
        r->fail_commits = false;
        rig_wait(r, 1500);
        assert_non_null(rig_frame(r, AGENT, "\"seq\":4")); /* tried again */
}

static void a_day_has_its_own_key_and_slots(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        begin(r, &phone, true, "keyid", "k-anna");
        assert_int_equal(bind(r, "mac", "020000aa0001"), 200);
        assert_int_equal(bind(r, "keyid", "k-anna"), 200); /* renewed, not another */
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
        open_agent(r, AGENT);
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
        seq = 0;
        story_join(r, ANNA, true, &phone);
        pair(r);
        open_agent(r, AGENT);
        r->station = hers;
        assert_int_equal(story_arrive(r, &phone), 200);
        assert_int_equal(r->n_devices, 0); /* she has not allowed it */
        story_ask(r, &phone, MESSAGE_STOP);
        notice(r, &phone, true, false);
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
        notice(r, &bo, true, false);
        assert_int_equal(story_arrive(r, &bo), 200); /* by a phone that is lent: it stays Anna's */
        assert_int_equal(r->n_devices, 1);
        r->day += 15;
        rig_wait(r, 1000);
        claim(r, AGENT, "join", 0, 0);
        rig_wait(r, 62000);
        story_ask(r, &phone, MESSAGE_NOW);
        assert_true(story_says(r, "\"here\":false")); /* a binding runs out */
}

/* A check-in renews what the Wi-Fi knows her by, also if the page itself came by another way. */
static void a_check_in_renews_what_the_wifi_holds(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        begin(r, &phone, false, "keyid", "k-anna");
        store_day until = r->devices[0].until;
        assert_int_equal(bind(r, "keyid", "k-other"), 200);
        r->day += 3;
        rig_wait(r, 1000); /* another day, other slots */
        assert_null(r->station);
        assert_int_equal(story_arrive(r, &phone), 200); /* neither is here: neither is renewed */
        assert_int_equal(r->devices[0].until, until);
        assert_int_equal(r->devices[1].until, until);
        story_ask(r, &phone, MESSAGE_STOP);
        r->day++;
        rig_wait(r, 1000);
        claim(r, AGENT, "join", 0, 0);
        stay(r, 2, "0,-60");
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
        begin(r, &phone, true, "keyid", "k-anna");
        r->day += 3;
        rig_wait(r, 1000);
        claim(r, AGENT, "join", 0, 0);
        stay(r, 2, "0,-60");
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
        begin(r, &phone, true, "keyid", "k-anna");
        r->minute = 602; /* too early: nobody would be called */
        claim(r, AGENT, "join", 0, 0);
        stay(r, 3, "0,-60");
        assert_int_equal(r->n_visits, 0);
        r->minute = 615;
        stay(r, 1, "0,-60");
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
