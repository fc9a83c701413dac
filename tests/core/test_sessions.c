/* Devices are listed and taken back: what is open closes, what comes back is refused, and nothing else ends.
 */
#include "tests/core/managing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

static uint16_t operator_asks(struct rig *r, struct message m)
{
        r->face = FACE_OPERATOR;
        uint16_t status = rig_request(r, NULL, &m);
        r->face = FACE_ANY;
        return status;
}

static uint16_t list(struct rig *r)
{
        return operator_asks(r, (struct message){.type = MESSAGE_SESSIONS});
}

static uint16_t revoke(struct rig *r, const struct digest *token)
{
        struct message m = {.type = MESSAGE_SESSION_REVOKE};
        session_id(token, m.session_revoke.id);
        return operator_asks(r, m);
}

static uint16_t revoke_all(struct rig *r, const char *associate)
{
        struct message m = {.type = MESSAGE_SESSION_REVOKE};
        snprintf(m.session_revoke.associate, sizeof(m.session_revoke.associate), "%s", associate);
        return operator_asks(r, m);
}

static uint16_t console_revokes(struct rig *r, const struct digest *console, const struct digest *token)
{
        struct message m = {.type = MESSAGE_REVOKE};
        session_id(token, m.revoke.id);
        return managing_ask(r, console, m);
}

static uint16_t closed_with(const struct rig *r, uint64_t peer)
{
        uint16_t code = 0;
        for (uint32_t i = 0; i < r->n_closed; i++)
                if (r->closed[i].peer == peer)
                        code = r->closed[i].code;
        return code;
}

static struct digest connect_as(struct rig *r, uint64_t peer, enum session_kind kind, uint32_t associate)
{
        struct digest token = rig_session(r, kind, associate);
        rig_open(r, peer, kind == SESSION_CONSOLE ? FACE_CONSOLE : FACE_HANDHELD, &token);
        rig_hello(r, peer, "", 0);
        return token;
}

/* Who comes back with this token is refused. */
static void comes_back(struct rig *r, uint64_t peer, const struct digest *token)
{
        rig_open(r, peer, FACE_HANDHELD, token);
        rig_hello(r, peer, "", 0);
        assert_int_equal(closed_with(r, peer), 4401);
        assert_null(rig_frame(r, peer, ""));
}

static void an_id_is_part_of_what_is_kept(void **state)
{
        (void)state;
        struct digest token = {{0x00, 0x44, 0x32, 0x14, 0xc7, 0xff}}, back;
        char id[SESSION_ID_TEXT + 1];
        session_id(&token, id);
        assert_string_equal(id, "01234567");
        assert_true(session_id_parse("o1-23 4567", &back));
        assert_memory_equal(back.b, token.b, SESSION_ID_BYTES);
        for (uint32_t i = SESSION_ID_BYTES; i < sizeof(back.b); i++)
                assert_int_equal(back.b[i], 0);
        assert_false(session_id_parse("0123456", &back));
        assert_false(session_id_parse("012345678", &back));
        assert_false(session_id_parse("0123456u", &back));
        assert_false(session_id_parse("", &back));
}

static void devices_are_listed_and_phones_are_not(void **state)
{
        struct rig *r = *state;
        struct digest phone, maria = connect_as(r, 1, SESSION_HANDHELD, MARIA);
        struct digest till = rig_session(r, SESSION_TILL, 0);
        char id[SESSION_ID_TEXT + 1], text[200];
        snprintf(r->sessions[r->n_sessions - 1].label, sizeof(r->sessions[0].label), "first floor");
        story_join(r, ANNA, true, &phone);
        assert_int_equal(list(r), 200);
        session_id(&maria, id);
        snprintf(text, sizeof(text),
                "{\"id\":\"%s\",\"face\":\"handheld\",\"who\":\"ext-1\",\"seen\":\"now\"", id);
        assert_true(story_says(r, text));
        session_id(&till, id);
        snprintf(text, sizeof(text),
                "{\"id\":\"%s\",\"face\":\"till\",\"who\":\"first floor\",\"seen\":\"never\"", id);
        assert_true(story_says(r, text));
        session_id(&phone, id);
        assert_false(story_says(r, id));
        assert_false(story_says(r, "Maria")); /* ids only */
        rig_close(r, 1);
        assert_int_equal(list(r), 200);
        assert_true(story_says(r, "\"seen\":\"today\""));
        r->wall += 13 * HOUR_MS; /* the rig's minute of the day stays, so that is another day */
        assert_int_equal(list(r), 200);
        assert_true(story_says(r, "\"seen\":\"before\""));
        struct message one = {.type = MESSAGE_SESSIONS, .sessions = {.face = "till"}};
        assert_int_equal(operator_asks(r, one), 200);
        assert_false(story_says(r, "handheld"));
        snprintf(one.sessions.face, sizeof(one.sessions.face), "phone");
        assert_int_equal(operator_asks(r, one), 400);
        snprintf(one.sessions.face, sizeof(one.sessions.face), "%s", "");
        snprintf(one.sessions.associate, sizeof(one.sessions.associate), "ext-1");
        assert_int_equal(operator_asks(r, one), 200);
        assert_true(story_says(r, "handheld") && !story_says(r, "till"));
        snprintf(one.sessions.associate, sizeof(one.sessions.associate), "ext-9");
        assert_int_equal(operator_asks(r, one), 404);
}

static void a_day_is_noted_once(void **state)
{
        struct rig *r = *state;
        struct digest maria = connect_as(r, 1, SESSION_HANDHELD, MARIA);
        assert_int_equal(r->seen_noted, 0); /* as it was paired today */
        rig_close(r, 1);
        r->wall += 13 * HOUR_MS;
        rig_open(r, 2, FACE_HANDHELD, &maria);
        wall_ms noted = r->seen_noted;
        assert_true(r->wall - noted < MINUTE_MS);
        rig_close(r, 2);
        r->wall += HOUR_MS;
        rig_open(r, 3, FACE_HANDHELD, &maria);
        assert_int_equal(r->seen_noted, noted);
}

/* A store full of handhelds comes on a new day, and the disk takes its time: to note them all is not worth
 * turning one away. */
static void nobody_is_turned_away_for_a_note(void **state)
{
        struct rig *r = *state;
        struct digest maria = connect_as(r, 1, SESSION_HANDHELD, MARIA);
        rig_close(r, 1);
        r->wall += 13 * HOUR_MS;
        r->hold_commits = true;
        for (uint64_t peer = 2; peer < 62; peer++) {
                rig_open(r, peer, FACE_HANDHELD, &maria);
                assert_int_equal(closed_with(r, peer), 0);
                rig_close(r, peer);
        }
        assert_true(r->n_held > 0);
        rig_release(r);
        assert_true(r->wall - r->seen_noted < MINUTE_MS);
}

static void a_revoked_handheld_is_cut_and_stays_out(void **state)
{
        struct rig *r = *state;
        struct digest phone, maria = connect_as(r, 1, SESSION_HANDHELD, MARIA);
        connect_as(r, 2, SESSION_HANDHELD, MARIA); /* her other one */
        story_join(r, ANNA, true, &phone);
        rig_forget_frames(r);
        assert_int_equal(revoke(r, &maria), 200);
        assert_true(story_says(r, "\"revoked\":1"));
        assert_int_equal(closed_with(r, 1), 4401);
        assert_int_equal(closed_with(r, 2), 0);
        assert_int_equal(story_arrive(r, &phone), 200);
        assert_non_null(rig_frame(r, 2, "\"t\":\"card\""));
        assert_null(rig_frame(r, 1, "")); /* not a word */
        rig_close(r, 1);
        comes_back(r, 3, &maria);
        assert_int_equal(revoke(r, &maria), 404);
        rig_restart(r);
        comes_back(r, 4, &maria);
}

static void who_comes_while_it_is_written_is_cut_as_well(void **state)
{
        struct rig *r = *state;
        struct digest maria = rig_session(r, SESSION_HANDHELD, MARIA);
        for (uint64_t peer = 1; peer < 5; peer += 2) {
                r->hold_commits = true;
                if (peer == 1)
                        assert_int_equal(revoke(r, &maria), 0);
                else
                        assert_int_equal(revoke_all(r, "ext-1"), 0);
                rig_open(r, peer, FACE_HANDHELD, &maria); /* its session is there still */
                rig_hello(r, peer, "", 0);
                assert_non_null(rig_frame(r, peer, "\"t\":\"welcome\""));
                r->hold_commits = false;
                rig_release(r);
                assert_int_equal(r->status, 200);
                assert_int_equal(closed_with(r, peer), 4401);
                rig_close(r, peer);
                comes_back(r, peer + 1, &maria);
                rig_close(r, peer + 1);
                maria = rig_session(r, SESSION_HANDHELD, MARIA);
        }
}

static void who_is_being_read_is_cut_as_well(void **state)
{
        struct rig *r = *state;
        struct digest maria = rig_session(r, SESSION_HANDHELD, MARIA);
        r->hold_loads = true;
        rig_open(r, 1, FACE_HANDHELD, &maria);
        rig_hello(r, 1, "", 0);
        assert_int_equal(revoke(r, &maria), 0); /* its own look waits behind */
        r->hold_commits = true;
        r->hold_loads = false;
        rig_release_loads(r); /* the handheld's session as it was, then the revoking */
        rig_release(r);
        assert_int_equal(closed_with(r, 1), 4401);
}

static void all_of_an_associate(void **state)
{
        struct rig *r = *state;
        struct digest maria = connect_as(r, 1, SESSION_HANDHELD, EVA);
        struct digest console = connect_as(r, 2, SESSION_CONSOLE, EVA);
        connect_as(r, 3, SESSION_HANDHELD, MARIA);
        struct secret hers = rig_link(r, LINK_HANDHELD, 0, EVA, 0),
                      another = rig_link(r, LINK_HANDHELD, 0, MARIA, 0);
        assert_int_equal(revoke_all(r, "ext-3"), 200);
        assert_true(story_says(r, "\"revoked\":2"));
        assert_int_equal(closed_with(r, 1), 4401);
        assert_int_equal(closed_with(r, 2), 4401);
        assert_int_equal(closed_with(r, 3), 0);
        assert_int_equal(managing_me(r, &console), 401);
        comes_back(r, 4, &maria);
        struct message pair = {.type = MESSAGE_PAIR};
        r->face = FACE_HANDHELD;
        rig_secret_text(&hers, pair.pair.secret);
        assert_int_equal(rig_request(r, NULL, &pair), 410); /* nor does a link let her in again */
        rig_secret_text(&another, pair.pair.secret);
        assert_int_equal(rig_request(r, NULL, &pair), 200);
        r->face = FACE_ANY;
        assert_int_equal(revoke_all(r, "ext-3"), 200);
        assert_true(story_says(r, "\"revoked\":0"));
        assert_int_equal(revoke_all(r, "ext-9"), 404);
        assert_int_equal(revoke_all(r, ""), 400);
}

static void till_sign_and_console_are_taken_back(void **state)
{
        struct rig *r = *state;
        struct digest till = rig_session(r, SESSION_TILL, 0), sign = rig_session(r, SESSION_SIGN, 0);
        struct digest console = connect_as(r, 1, SESSION_CONSOLE, EVA), phone;
        struct message invite = {.type = MESSAGE_TILL_INVITE, .till_invite = {.line = "line-101"}};
        struct message code = {.type = MESSAGE_CODE};
        assert_int_equal(rig_request(r, &sign, &code), 200);
        assert_int_equal(rig_request(r, &till, &invite), 200);
        assert_int_equal(managing_me(r, &console), 200);
        assert_int_equal(revoke(r, &till), 200);
        assert_int_equal(revoke(r, &sign), 200);
        assert_int_equal(revoke(r, &console), 200);
        assert_int_equal(rig_request(r, &sign, &code), 401);
        assert_int_equal(rig_request(r, &till, &invite), 401);
        assert_int_equal(managing_me(r, &console), 401);
        assert_int_equal(closed_with(r, 1), 4401);
        assert_int_equal(story_join(r, ANNA, true, &phone), 200);
        assert_int_equal(revoke(r, &phone), 404); /* hers alone to end */
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOW), 200);
        assert_true(story_says(r, "\"state\":\"home\""));
}

static void what_cannot_be_saved_is_said(void **state)
{
        struct rig *r = *state;
        struct digest maria = connect_as(r, 1, SESSION_HANDHELD, MARIA);
        r->fail_commits = true;
        assert_int_equal(revoke(r, &maria), 503);
        assert_int_equal(closed_with(r, 1), 4401); /* cut all the same: rather too early than too late */
        r->fail_commits = false;
        rig_close(r, 1);
        assert_int_equal(revoke(r, &maria), 200);
        comes_back(r, 2, &maria);
}

static void a_manager_takes_handhelds_back(void **state)
{
        struct rig *r = *state;
        struct digest maria = connect_as(r, 1, SESSION_HANDHELD, MARIA);
        struct digest elsewhere = rig_session(r, SESSION_HANDHELD, PIA),
                      till = rig_session(r, SESSION_TILL, 0);
        struct digest console = rig_session(r, SESSION_CONSOLE, EVA);
        struct message look = {.type = MESSAGE_HANDHELDS};
        char id[SESSION_ID_TEXT + 1], text[120];
        assert_int_equal(managing_ask(r, NULL, look), 401);
        assert_int_equal(managing_ask(r, &maria, look), 401);
        assert_int_equal(managing_ask(r, &console, look), 200);
        session_id(&maria, id);
        snprintf(text, sizeof(text), "{\"handhelds\":[{\"id\":\"%s\",\"name\":\"Maria\",\"seen\":\"now\",",
                id);
        assert_true(story_says(r, text));
        session_id(&elsewhere, id);
        assert_false(story_says(r, id)); /* another store's is not hers to see */
        assert_int_equal(console_revokes(r, &console, &elsewhere), 404);
        assert_int_equal(console_revokes(r, &console, &till), 404);
        assert_int_equal(console_revokes(r, &console, &console), 404);
        assert_int_equal(console_revokes(r, NULL, &maria), 401);
        assert_int_equal(console_revokes(r, &maria, &maria), 401);
        assert_int_equal(closed_with(r, 1), 0);
        assert_int_equal(console_revokes(r, &console, &maria), 200);
        assert_int_equal(closed_with(r, 1), 4401);
        comes_back(r, 2, &maria);
}

static void who_has_a_password_shows_it_first(void **state)
{
        struct rig *r = *state;
        struct digest console = managing_eva(r), maria = connect_as(r, 1, SESSION_HANDHELD, MARIA);
        assert_int_equal(console_revokes(r, &console, &maria), 403);
        assert_true(story_says(r, "\"step_up\""));
        assert_int_equal(closed_with(r, 1), 0);
        rig_wait(r, 30 * SECOND_MS);
        managing_proof(r, true, managing_step(r));
        assert_int_equal(managing_step_up(r, &console), 200);
        struct uuid key = {{7}};
        r->key = &key;
        assert_int_equal(console_revokes(r, &console, &maria), 200);
        assert_true(story_says(r, "\"revoked\":1"));
        assert_int_equal(console_revokes(r, &console, &maria), 200); /* its answer was lost */
        assert_true(story_says(r, "\"revoked\":0"));
        r->key = NULL;
        assert_int_equal(console_revokes(r, &console, &maria), 404);
}

/* ---- agents ---- */
static struct digest agent(struct rig *r, const char *name)
{
        struct message m = {.type = MESSAGE_MAKE_AGENT}, use = {.type = MESSAGE_AGENT_PAIR};
        struct secret token;
        struct digest out;
        char text[44] = "";
        snprintf(m.make_agent.name, sizeof(m.make_agent.name), "%s", name);
        assert_int_equal(operator_asks(r, m), 200);
        memcpy(use.agent_pair.code, strstr(r->body, "\"code\":\"") + 8, 8);
        assert_int_equal(rig_request(r, NULL, &use), 200);
        memcpy(text, strstr(r->body, "\"token\":\"") + 9, 43);
        assert_int_equal(sodium_base642bin(token.b, sizeof(token.b), text, 43, NULL, NULL, NULL,
                                 sodium_base64_VARIANT_URLSAFE_NO_PADDING),
                0);
        crypto_generichash(out.b, sizeof(out.b), token.b, sizeof(token.b), NULL, 0);
        return out;
}

static void an_agent_is_taken_back(void **state)
{
        struct rig *r = *state;
        struct digest door = agent(r, "door"), floor = agent(r, "floor");
        struct message look = {.type = MESSAGE_AGENTS};
        struct message end = {.type = MESSAGE_AGENT_REVOKE, .agent_revoke = {.name = "door"}};
        struct message none = {.type = MESSAGE_AGENT_REVOKE, .agent_revoke = {.name = "cellar"}};
        rig_open(r, 1, FACE_AGENT, &door);
        rig_open(r, 2, FACE_AGENT, &floor);
        assert_int_equal(operator_asks(r, look), 200);
        assert_true(story_says(r, "{\"name\":\"door\",\"zone\":\"\",\"counts\":true,\"state\":\"silent\","
                                  "\"connected\":true,\"heard_s\":-1}"));
        assert_int_equal(operator_asks(r, none), 404);
        assert_int_equal(operator_asks(r, end), 200);
        assert_int_equal(closed_with(r, 1), 4401);
        assert_int_equal(closed_with(r, 2), 0);
        rig_open(r, 3, FACE_AGENT, &door);
        assert_int_equal(closed_with(r, 3), 4401);
        assert_int_equal(operator_asks(r, look), 200);
        assert_true(story_says(r, "\"state\":\"new\",\"connected\":false"));
        rig_restart(r);
        rig_open(r, 4, FACE_AGENT, &door);
        assert_int_equal(closed_with(r, 4), 4401);
        rig_open(r, 5, FACE_AGENT, &floor);
        assert_int_equal(closed_with(r, 5), 0);
        struct digest again = agent(r, "door"); /* the name can be paired anew */
        rig_open(r, 6, FACE_AGENT, &again);
        assert_int_equal(closed_with(r, 6), 0);
        assert_memory_not_equal(&again, &door, sizeof(door));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(an_id_is_part_of_what_is_kept),
                STORY(devices_are_listed_and_phones_are_not),
                STORY(a_day_is_noted_once),
                STORY(nobody_is_turned_away_for_a_note),
                STORY(a_revoked_handheld_is_cut_and_stays_out),
                STORY(who_comes_while_it_is_written_is_cut_as_well),
                STORY(who_is_being_read_is_cut_as_well),
                STORY(all_of_an_associate),
                STORY(till_sign_and_console_are_taken_back),
                STORY(what_cannot_be_saved_is_said),
                STORY(a_manager_takes_handhelds_back),
                STORY(who_has_a_password_shows_it_first),
                STORY(an_agent_is_taken_back),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
