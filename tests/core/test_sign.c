/* Nobody is shown anything on a handheld before she has signed in with a PIN, and wrong ones count for good.
 */
#include "tests/core/signing.h"

#include "server/core/sessions.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#define LOCKED "\"t\":\"locked\""

static uint32_t connected(const struct rig *r)
{
        struct hub_counts counts;
        hub_count(r->hub, &counts);
        return counts.associates_connected;
}

static void a_pin_is_chosen_first(void **state)
{
        struct rig *r = *state;
        struct digest maria = signing_paired(r, MARIA);
        signing_connect(r, 1, &maria);
        assert_non_null(rig_frame(r, 1, LOCKED ",\"why\":\"choose\",\"you\":\"Maria\",\"left\":5"));
        assert_false(signing_welcomed(r, 1));
        signing_arrival(r);
        rig_wait(r, 10 * SECOND_MS);
        assert_int_equal(signing_closed(r, 1), 0);    /* it stays open, */
        assert_int_equal(rig_frames_of(r, 1, ""), 2); /* and hears nothing but the two questions */
        assert_int_equal(connected(r), 0);
        static const char *const none[] = {"", "12345", "12345a", " 314159", "31415.9"};
        for (size_t i = 0; i < ARRAY_LEN(none); i++) {
                rig_forget_frames(r);
                signing_choose(r, 1, none[i], "");
                assert_non_null(rig_frame(r, 1, "\"error\":\"pin\""));
        }
        static const char *const easy[] = {"000000", "123456", "987654", "890123", "13579135", "975319",
                "121212", "123123", "1231231", "112233", "998877", "111111111111", "7777777"};
        for (size_t i = 0; i < ARRAY_LEN(easy); i++) {
                rig_forget_frames(r);
                signing_choose(r, 1, easy[i], "");
                assert_non_null(rig_frame(r, 1, "\"error\":\"easy\""));
        }
        assert_int_equal(r->proofs, 0);
        rig_forget_frames(r);
        signing_choose(r, 1, PIN, "");
        assert_true(signing_welcomed(r, 1));
        assert_non_null(rig_frame(r, 1, "\"idle_s\":900"));
        assert_int_equal(signing_row(r, &maria)->who, MARIA);
        assert_int_equal(connected(r), 1);
        assert_null(strstr(r->trace, PIN));
}

static void she_signs_in_and_goes_on(void **state)
{
        struct rig *r = *state;
        struct digest maria = signing_in(r, 1, MARIA, PIN);
        rig_close(r, 1);
        rig_forget_frames(r);
        signing_connect(r, 2, &maria); /* she was away for a moment: nothing is asked */
        assert_true(signing_welcomed(r, 2));
        assert_null(rig_frame(r, 2, LOCKED));
        rig_restart(r); /* nor after a start */
        rig_forget_frames(r);
        signing_connect(r, 3, &maria);
        assert_true(signing_welcomed(r, 3));
        rig_say(r, 3, MESSAGE_LEAVE, 0, 0);
        assert_non_null(rig_frame(r, 3, LOCKED ",\"why\":\"pin\",\"you\":\"Maria\""));
        assert_int_equal(signing_row(r, &maria)->who, 0);
        rig_forget_frames(r);
        signing_pin(r, 3, OTHER_PIN, "");
        assert_non_null(rig_frame(r, 3, "\"error\":\"wrong_pin\""));
        assert_non_null(rig_frame(r, 3, "4 tries are left"));
        signing_pin(r, 3, PIN, "");
        assert_true(signing_welcomed(r, 3));
        assert_non_null(rig_frame(r, 3, "\"resume\":false"));
        assert_int_equal(signing_row(r, &maria)->tries, 0); /* a right one resets */
}

/* Whatever is said on a locked socket but a PIN is not heard, and ends nothing. */
static void a_locked_socket_is_deaf(void **state)
{
        struct rig *r = *state;
        struct digest maria = signing_in(r, 1, MARIA, PIN);
        signing_arrival(r);
        rig_say(r, 1, MESSAGE_LEAVE, 0, 0);
        rig_forget_frames(r);
        static const enum message_type all[] = {MESSAGE_SALES, MESSAGE_ACCEPT, MESSAGE_COLLEAGUES,
                MESSAGE_MINE, MESSAGE_RENDERED, MESSAGE_AWAKE, MESSAGE_LEAVE, MESSAGE_DONE};
        for (size_t i = 0; i < ARRAY_LEN(all); i++)
                rig_say(r, 1, all[i], 1, 1);
        rig_wait(r, 30 * SECOND_MS);
        assert_int_equal(rig_frames_of(r, 1, ""), 0);
        assert_int_equal(signing_closed(r, 1), 0);
        assert_int_equal(signing_row(r, &maria)->who, 0);
}

/* Whatever a page says that it had, it has dropped it: it is given what is open. */
static void a_locked_page_begins_anew(void **state)
{
        struct rig *r = *state;
        struct digest maria = signing_in(r, 1, MARIA, PIN);
        signing_arrival(r);
        rig_say(r, 1, MESSAGE_LEAVE, 0, 0);
        rig_close(r, 1);
        struct message proof = {.type = MESSAGE_PROOF};
        memset(proof.proof.signature, 'A', 86);
        rig_open(r, 2, FACE_HANDHELD, &maria);
        rig_hello(r, 2, EPOCH, 1);
        rig_message(r, 2, &proof);
        rig_forget_frames(r);
        signing_pin(r, 2, PIN, "");
        assert_non_null(rig_frame(r, 2, "\"resume\":false"));
        assert_non_null(rig_frame(r, 2, "\"t\":\"card\""));
}

/* Its page has dropped what it showed, and says so: no device is out of reach because somebody signed out. */
static void a_locked_page_shows_nothing(void **state)
{
        struct rig *r = *state;
        signing_in(r, 1, MARIA, PIN);
        struct digest phone = signing_arrival(r);
        assert_non_null(rig_frame(r, 1, "\"t\":\"card\""));
        rig_say(r, 1, MESSAGE_LEAVE, 0, 0);
        assert_int_equal(story_ask(r, &phone, MESSAGE_STOP), 200);
        assert_true(story_says(r, "\"clearing\":{\"waiting\":1,\"away\":1}"));
        rig_hello(r, 1, "", 0);
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOW), 200);
        assert_true(story_says(r, "\"clearing\":{\"waiting\":0,\"away\":0}"));
}

/* A tap that comes when the time is over does not bring it back. */
static void a_tap_comes_too_late(void **state)
{
        struct rig *r = *state;
        signing_in(r, 1, MARIA, PIN);
        r->mono += HOUR_MS; /* no sweep has been since */
        r->wall += HOUR_MS;
        rig_forget_frames(r);
        rig_say(r, 1, MESSAGE_AWAKE, 0, 0);
        assert_non_null(rig_frame(r, 1, LOCKED));
}

/* What she had asked for when she left is answered to nobody. */
static void what_was_asked_before_is_not_told(void **state)
{
        struct rig *r = *state;
        signing_in(r, 1, MARIA, PIN);
        r->hold_loads = true;
        rig_say(r, 1, MESSAGE_SALES, 0, 0);
        rig_say(r, 1, MESSAGE_LEAVE, 0, 0);
        rig_forget_frames(r);
        rig_release_loads(r);
        rig_release_loads(r);
        assert_null(rig_frame(r, 1, "\"t\":\"sales\""));
        assert_non_null(rig_frame(r, 1, LOCKED));
}

static void five_wrong_ones_shut_it(void **state)
{
        struct rig *r = *state;
        struct digest maria = signing_in(r, 1, MARIA, PIN);
        rig_say(r, 1, MESSAGE_LEAVE, 0, 0);
        for (int i = 1; i <= 3; i++)
                signing_pin(r, 1, OTHER_PIN, "");
        assert_int_equal(signing_row(r, &maria)->tries, 3);
        rig_restart(r); /* forgives nothing */
        rig_forget_frames(r);
        signing_connect(r, 2, &maria);
        assert_non_null(rig_frame(r, 2, "\"why\":\"pin\",\"you\":\"Maria\",\"left\":2"));
        signing_pin(r, 2, OTHER_PIN, "");
        assert_non_null(rig_frame(r, 2, "One try is left"));
        signing_pin(r, 2, OTHER_PIN, "");
        assert_non_null(rig_frame(r, 2, "\"error\":\"shut\""));
        assert_non_null(rig_frame(r, 2, LOCKED ",\"why\":\"shut\""));
        uint32_t proofs = r->proofs;
        rig_forget_frames(r);
        signing_pin(r, 2, PIN, ""); /* the right one is not even looked at */
        assert_non_null(rig_frame(r, 2, "\"error\":\"shut\""));
        rig_restart(r);
        rig_forget_frames(r);
        signing_connect(r, 3, &maria);
        assert_non_null(rig_frame(r, 3, "\"why\":\"shut\""));
        signing_pin(r, 3, PIN, "");
        assert_int_equal(r->proofs, proofs);
        assert_false(signing_welcomed(r, 3));
        struct digest again = signing_paired(r, MARIA); /* paired anew: her PIN is the same */
        rig_forget_frames(r);
        signing_connect(r, 4, &again);
        assert_non_null(rig_frame(r, 4, "\"why\":\"pin\""));
        signing_pin(r, 4, PIN, "");
        assert_true(signing_welcomed(r, 4));
}

/* A kill between the look and the disk: nobody was told anything, and whoever comes again has one try less
 * only if the disk has it. */
static void told_only_when_it_is_counted(void **state)
{
        struct rig *r = *state;
        struct digest maria = signing_in(r, 1, MARIA, PIN);
        rig_say(r, 1, MESSAGE_LEAVE, 0, 0);
        rig_forget_frames(r);
        r->hold_commits = true;
        signing_pin(r, 1, OTHER_PIN, "");
        assert_int_equal(rig_frames_of(r, 1, ""), 0);
        signing_pin(r, 1, PIN, ""); /* nor may a second be looked at meanwhile */
        assert_non_null(rig_frame(r, 1, "\"error\":\"busy\""));
        rig_restart(r);
        r->hold_commits = false;
        signing_connect(r, 2, &maria);
        assert_non_null(rig_frame(r, 2, "\"left\":5"));
        r->fail_commits =
                true; /* a disk that takes nothing lets nobody in, and tells nobody what was right */
        rig_forget_frames(r);
        signing_pin(r, 2, PIN, "");
        assert_non_null(rig_frame(r, 2, "\"error\":\"not_saved\""));
        rig_forget_frames(r);
        signing_pin(r, 2, OTHER_PIN, "");
        assert_non_null(rig_frame(r, 2, "\"error\":\"not_saved\""));
        assert_false(signing_welcomed(r, 2));
}

/* Several sockets of one device are no more tries than one. */
static void one_try_at_a_time(void **state)
{
        struct rig *r = *state;
        struct digest maria = signing_in(r, 1, MARIA, PIN);
        rig_say(r, 1, MESSAGE_LEAVE, 0, 0);
        struct message m = {.type = MESSAGE_PIN, .pin = {.pin = OTHER_PIN}};
        uint32_t proofs = r->proofs;
        rig_message(r, 1, &m);
        assert_int_equal(r->proofs, proofs + 1);
        rig_close(r, 1);
        for (uint64_t peer = 2; peer <= 6; peer++) {
                signing_connect(r, peer, &maria);
                if (peer > 2)
                        assert_int_equal(signing_closed(r, peer - 1), 4409);
                snprintf(m.pin.who, sizeof(m.pin.who), "nobody %u", (unsigned)peer); /* not at hers either */
                rig_message(r, peer, &m);
                assert_non_null(rig_frame(r, peer, "\"error\":\"busy\""));
        }
        assert_int_equal(r->proofs, proofs + 1);
        signing_look(r); /* its socket has gone: it is counted all the same */
        assert_int_equal(signing_row(r, &maria)->tries, 1);
}

static void a_pin_needs_its_device(void **state)
{
        struct rig *r = *state;
        struct digest maria = signing_in(r, 1, MARIA, PIN), bare = rig_session(r, SESSION_HANDHELD, MARIA);
        uint32_t proofs = r->proofs;
        rig_open(r, 2, FACE_HANDHELD, &bare); /* without a key */
        rig_hello(r, 2, "", 0);
        assert_int_equal(signing_closed(r, 2), 4401);
        signing_pin(r, 2, PIN, "");
        rig_open(r, 3, FACE_HANDHELD, &maria); /* a copied cookie: it has proved nothing */
        rig_hello(r, 3, "", 0);
        signing_pin(r, 3, PIN, "");
        assert_int_equal(r->proofs, proofs);
        assert_int_equal(rig_frames_of(r, 2, ""), 0);
        assert_false(signing_welcomed(r, 3));
        assert_null(rig_frame(r, 3, "Maria"));
        struct message pair = {.type = MESSAGE_PAIR};
        struct secret link = rig_link(r, LINK_HANDHELD, 0, MARIA, 0);
        rig_secret_text(&link, pair.pair.secret);
        r->face = FACE_HANDHELD;
        assert_int_equal(rig_request(r, NULL, &pair), 403);
}

static void she_changes_it(void **state)
{
        struct rig *r = *state;
        struct digest maria = signing_in(r, 1, MARIA, PIN);
        signing_choose(r, 1, OTHER_PIN, "999999");
        assert_non_null(rig_frame(r, 1, "\"error\":\"wrong_pin\""));
        assert_int_equal(signing_row(r, &maria)->tries, 1);
        signing_choose(r, 1, OTHER_PIN, ""); /* whoever finds it lying about knows none */
        assert_int_equal(signing_row(r, &maria)->tries, 2);
        signing_choose(r, 1, OTHER_PIN, PIN);
        assert_non_null(rig_frame(r, 1, "{\"t\":\"chosen\"}"));
        rig_restart(r);
        signing_connect(r, 2, &maria);
        rig_say(r, 2, MESSAGE_LEAVE, 0, 0);
        rig_forget_frames(r);
        signing_choose(r, 2, PIN, OTHER_PIN); /* only where she is signed in */
        assert_non_null(rig_frame(r, 2, "\"error\":\"has_pin\""));
        signing_pin(r, 2, PIN, "");
        assert_non_null(rig_frame(r, 2, "\"error\":\"wrong_pin\""));
        signing_pin(r, 2, OTHER_PIN, "");
        assert_true(signing_welcomed(r, 2));
}

/* Guessing her PIN from one handheld after another closes it for a while, over a start as well. */
static void tries_count_over_all_handhelds(void **state)
{
        struct rig *r = *state;
        signing_in(r, 1, MARIA, PIN);
        struct digest device[3];
        for (uint64_t d = 0; d < 3; d++) {
                device[d] = rig_session(r, SESSION_HANDHELD, EVA);
                r->sessions[r->n_sessions - 1].own_key = (struct own_key){true, {4}};
                signing_connect(r, 10 + d, &device[d]);
        }
        for (int i = 0; i < 5; i++) {
                signing_pin(r, 10, OTHER_PIN, "ext-1");
                signing_pin(r, 11, OTHER_PIN, "mARia");
        }
        assert_int_equal(r->pin_rows[MARIA].failures, 10);
        assert_int_equal(r->pin_rows[MARIA].closed_ms, MINUTE_MS);
        rig_forget_frames(r);
        signing_pin(r, 12, PIN, "ext-1");
        assert_non_null(rig_frame(r, 12, "\"error\":\"closed\""));
        assert_int_equal(signing_row(r, &device[2])->tries, 0); /* it was not looked at */
        assert_int_equal(signing_closed(r, 1), 0);              /* whoever is signed in is left alone */
        rig_restart(r);
        signing_connect(r, 20, &device[2]);
        rig_forget_frames(r);
        signing_pin(r, 20, PIN, "ext-1");
        assert_non_null(rig_frame(r, 20, "\"error\":\"closed\""));
        rig_wait(r, MINUTE_MS);
        signing_pin(r, 20, OTHER_PIN, "ext-1");
        assert_int_equal(r->pin_rows[MARIA].closed_ms, 2 * MINUTE_MS);
        rig_wait(r, 2 * MINUTE_MS);
        signing_pin(r, 20, PIN, "ext-1");
        assert_true(signing_welcomed(r, 20));
        assert_int_equal(r->pin_rows[MARIA].failures, 0);
}

static void a_name_that_nobody_has(void **state)
{
        struct rig *r = *state;
        signing_in(r, 1, MARIA, PIN);
        struct digest jonas = signing_paired(r, JONAS);
        signing_connect(r, 2, &jonas);
        static const char *const names[] = {"nobody", "ext-3", "Eva"}; /* the manager has no PIN */
        for (size_t i = 0; i < ARRAY_LEN(names); i++) {
                uint32_t proofs = r->proofs;
                rig_forget_frames(r);
                signing_pin(r, 2, PIN, names[i]);
                assert_int_equal(r->proofs, proofs + 1); /* it takes as long */
                assert_int_equal(r->proved.prove.secret.hash[0], 0);
                assert_non_null(rig_frame(r, 2, "\"error\":\"wrong_pin\""));
        }
        assert_int_equal(signing_row(r, &jonas)->tries, 3);
}

static uint16_t operators(struct rig *r, struct message m)
{
        r->face = FACE_OPERATOR;
        uint16_t status = rig_request(r, NULL, &m);
        r->face = FACE_ANY;
        return status;
}

static struct message about(enum message_type type, const struct digest *token)
{
        struct message m = {.type = type};
        session_id(token, m.unlock.id); /* of all of them the first member */
        return m;
}

static void a_manager_unlocks_it(void **state)
{
        struct rig *r = *state;
        struct digest maria = signing_in(r, 1, MARIA, PIN);
        r->hold_proofs = false;
        struct digest eva = managing_eva(r);
        r->hold_proofs = true;
        rig_say(r, 1, MESSAGE_LEAVE, 0, 0);
        for (int i = 0; i < 5; i++)
                signing_pin(r, 1, OTHER_PIN, "");
        assert_int_equal(managing_ask(r, &eva, (struct message){.type = MESSAGE_HANDHELDS}), 200);
        assert_true(story_says(r, "\"state\":\"shut\""));
        assert_int_equal(managing_ask(r, &eva, about(MESSAGE_UNLOCK, &maria)), 403); /* who are you? */
        assert_int_equal(signing_row(r, &maria)->tries, 5);
        r->hold_proofs = false;
        managing_proof(r, true, managing_step(r) + 1);
        assert_int_equal(managing_step_up(r, &eva), 200);
        r->hold_proofs = true;
        rig_forget_frames(r);
        assert_int_equal(managing_ask(r, &eva, about(MESSAGE_UNLOCK, &maria)), 200);
        assert_non_null(rig_frame(r, 1, LOCKED ",\"why\":\"pin\",\"you\":\"Maria\",\"left\":5"));
        signing_pin(r, 1, PIN, "");
        assert_true(signing_welcomed(r, 1));
        struct digest phone = rig_session(r, SESSION_PHONE, ANNA);
        assert_int_equal(managing_ask(r, &eva, about(MESSAGE_UNLOCK, &phone)), 404);
        assert_int_equal(operators(r, about(MESSAGE_SESSION_UNLOCK, &maria)), 200);
}

static void a_manager_clears_a_pin(void **state)
{
        struct rig *r = *state;
        struct digest maria = signing_in(r, 1, MARIA, PIN);
        signing_arrival(r);
        rig_forget_frames(r);
        struct message m = {.type = MESSAGE_PIN_GONE, .pin_gone = {.associate = "ext-1"}};
        assert_int_equal(operators(r, m), 200);
        assert_non_null(rig_frame(r, 1, LOCKED ",\"why\":\"choose\""));
        assert_null(rig_frame(r, 1, "\"t\":\"card\""));
        assert_int_equal(operators(r, (struct message){.type = MESSAGE_SESSIONS}), 200);
        assert_true(story_says(r, "\"state\":\"no_pin\""));
        rig_restart(r);
        rig_forget_frames(r);
        signing_connect(r, 2, &maria);
        assert_non_null(rig_frame(r, 2, "\"why\":\"choose\""));
        signing_choose(r, 2, OTHER_PIN, "");
        assert_true(signing_welcomed(r, 2));
        snprintf(m.pin_gone.associate, sizeof(m.pin_gone.associate), "ext-99");
        assert_int_equal(operators(r, m), 404);
}

/* Where the store asks for none, all is as before. */
static void a_store_without_pins(void **state)
{
        struct rig *r = *state;
        r->pins = false;
        rig_restart(r);
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        assert_true(signing_welcomed(r, 1));
        assert_non_null(rig_frame(r, 1, "\"idle_s\":0"));
        signing_pin(r, 1, PIN, "");
        signing_choose(r, 1, PIN, "");
        assert_int_equal(rig_frames_of(r, 1, "\"error\":\"off\""), 2);
        rig_wait(r, 13 * HOUR_MS);
        assert_null(rig_frame(r, 1, LOCKED));
        assert_int_equal(r->proofs, 0);
        struct message m = {.type = MESSAGE_PIN_GONE, .pin_gone = {.associate = "ext-1"}};
        assert_int_equal(operators(r, m), 200);
        rig_forget_frames(r);
        rig_say(r, 1, MESSAGE_SALES, 0, 0);
        assert_non_null(rig_frame(r, 1, "\"t\":\"sales\"")); /* it is heard as before */
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                SIGNING(a_pin_is_chosen_first),
                SIGNING(she_signs_in_and_goes_on),
                SIGNING(a_locked_socket_is_deaf),
                SIGNING(a_locked_page_begins_anew),
                SIGNING(a_locked_page_shows_nothing),
                SIGNING(a_tap_comes_too_late),
                SIGNING(what_was_asked_before_is_not_told),
                SIGNING(five_wrong_ones_shut_it),
                SIGNING(told_only_when_it_is_counted),
                SIGNING(one_try_at_a_time),
                SIGNING(a_pin_needs_its_device),
                SIGNING(she_changes_it),
                SIGNING(tries_count_over_all_handhelds),
                SIGNING(a_name_that_nobody_has),
                SIGNING(a_manager_unlocks_it),
                SIGNING(a_manager_clears_a_pin),
                SIGNING(a_store_without_pins),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
