/* Managers: enrolling, signing in, what wrong tries cost, stepping up, and how their consoles' sessions end.
 * What PROVE would say is said by the test: `right` and the step of the code. */
#include "tests/core/story.h"

#include "server/core/manager.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define PASSWORD "correct horse battery"

static int64_t step_now(const struct rig *r)
{
        return r->wall / 30000;
}

/* The next tries are with this password and a code of this step. */
static void proof(struct rig *r, bool right, int64_t step)
{
        r->proof = (struct proved){.right = right, .step = step};
}

static uint16_t ask(struct rig *r, const struct digest *console, struct message m)
{
        r->face = FACE_CONSOLE;
        uint16_t status = rig_request(r, console, &m);
        r->face = FACE_ANY;
        return status;
}

static struct message sign_in_as(const char *name)
{
        struct message m = {.type = MESSAGE_SIGN_IN, .sign_in = {.password = PASSWORD, .code = "123456"}};
        snprintf(m.sign_in.name, sizeof m.sign_in.name, "%s", name);
        return m;
}

static uint16_t sign_in(struct rig *r, const char *name)
{
        return ask(r, NULL, sign_in_as(name));
}

static uint16_t step_up(struct rig *r, const struct digest *console)
{
        return ask(r, console,
                (struct message){
                        .type = MESSAGE_STEP_UP, .step_up = {.password = PASSWORD, .code = "123456"}});
}

static uint16_t ask_me(struct rig *r, const struct digest *console)
{
        return ask(r, console, (struct message){.type = MESSAGE_ME});
}

static struct message enrol_with(const char *password)
{
        struct message m = {.type = MESSAGE_ENROL, .enrol = {.code = "123456"}};
        snprintf(m.enrol.password, sizeof m.enrol.password, "%s", password);
        return m;
}

static uint16_t enrol(struct rig *r, const struct digest *console)
{
        assert_int_equal(ask(r, console, (struct message){.type = MESSAGE_ENROL_BEGIN}), 200);
        proof(r, true, step_now(r));
        snprintf(r->proof.made.hash, sizeof r->proof.made.hash, "her hash");
        return ask(r, console, enrol_with(PASSWORD));
}

/* Eva, enrolled, at a console of her own; the code of the present step is used. */
static struct digest eva_enrolled(struct rig *r)
{
        struct digest console = rig_session(r, SESSION_CONSOLE, EVA);
        assert_int_equal(enrol(r, &console), 200);
        return console;
}

static struct digest token_of(const struct rig *r)
{
        struct digest d;
        crypto_generichash(d.b, sizeof d.b, r->cookie_token.b, sizeof r->cookie_token.b, NULL, 0);
        return d;
}

/* ---- enrolling ---- */
static void she_enrols(void **state)
{
        struct rig *r = *state;
        struct digest console = rig_session(r, SESSION_CONSOLE, EVA);
        assert_int_equal(ask_me(r, &console), 200);
        assert_true(
                story_says(r, "\"you\":\"Eva\",\"name\":\"ext-3\",\"enrolled\":false,\"stepped_up_s\":0"));
        memset(r->proof.made.totp, 0xff, sizeof r->proof.made.totp);
        assert_int_equal(ask(r, &console, (struct message){.type = MESSAGE_ENROL_BEGIN}), 200);
        assert_true(story_says(r, "\"secret\":\"77777777777777777777777777777777\""));
        assert_true(story_says(r, "otpauth://totp/Downtown:ext%2D3?secret=7777"));
        proof(r, true, 0);
        assert_int_equal(ask(r, &console, enrol_with(PASSWORD)), 403);
        assert_true(story_says(r, "\"wrong\""));
        assert_int_equal(ask(r, &console, enrol_with("eleven char")), 422);
        proof(r, true, step_now(r));
        snprintf(r->proof.made.hash, sizeof r->proof.made.hash, "her hash");
        assert_int_equal(ask(r, &console, enrol_with("twelve chars")), 200);
        assert_true(story_says(r, "\"enrolled\":true,\"stepped_up_s\":0"));
        assert_int_equal(r->n_managers, 1);
        assert_string_equal(r->managers[0].secret.hash, "her hash");
        assert_int_equal(r->managers[0].secret.totp[0], 0xff);
        assert_int_equal(r->managers[0].step, step_now(r));
        assert_int_equal(ask(r, &console, (struct message){.type = MESSAGE_ENROL_BEGIN}), 409);
        assert_int_equal(ask(r, &console, enrol_with(PASSWORD)), 409);
}

static void enrolling_is_of_one_console_and_ten_minutes(void **state)
{
        struct rig *r = *state;
        struct digest one = rig_session(r, SESSION_CONSOLE, EVA),
                      other = rig_session(r, SESSION_CONSOLE, EVA);
        proof(r, true, step_now(r));
        assert_int_equal(ask(r, &one, enrol_with(PASSWORD)), 409);
        assert_int_equal(ask(r, &one, (struct message){.type = MESSAGE_ENROL_BEGIN}), 200);
        assert_int_equal(ask(r, &other, enrol_with(PASSWORD)), 409);
        assert_true(story_says(r, "\"begin\""));
        rig_wait(r, 10 * MINUTE_MS - 1);
        r->hold_proofs = true;
        assert_int_equal(ask(r, &one, enrol_with(PASSWORD)), 0); /* at the last moment it is looked at */
        proof(r, true, 0);
        r->hold_proofs = false;
        rig_release_proof(r);
        rig_wait(r, 1);
        assert_int_equal(ask(r, &one, enrol_with(PASSWORD)), 409);
        assert_int_equal(r->n_managers, 0);
}

static void only_a_manager_at_a_console_enrols(void **state)
{
        struct rig *r = *state;
        struct digest maria = rig_session(r, SESSION_CONSOLE, MARIA),
                      eva = rig_session(r, SESSION_HANDHELD, EVA);
        assert_int_equal(ask(r, &maria, (struct message){.type = MESSAGE_ENROL_BEGIN}), 401);
        assert_int_equal(ask(r, &eva, (struct message){.type = MESSAGE_ENROL_BEGIN}), 401);
        assert_int_equal(ask(r, NULL, (struct message){.type = MESSAGE_ENROL_BEGIN}), 401);
        assert_int_equal(r->proofs, 0);
}

static void a_repeat_of_enrolling_changes_nothing(void **state)
{
        struct rig *r = *state;
        static const struct uuid key = {{1, 2, 3, 4}};
        struct digest console = rig_session(r, SESSION_CONSOLE, EVA);
        assert_int_equal(ask(r, &console, (struct message){.type = MESSAGE_ENROL_BEGIN}), 200);
        proof(r, true, step_now(r));
        snprintf(r->proof.made.hash, sizeof r->proof.made.hash, "her hash");
        r->key = &key;
        assert_int_equal(ask(r, &console, enrol_with(PASSWORD)), 200);
        uint32_t proofs = r->proofs;
        assert_int_equal(ask(r, &console, enrol_with(PASSWORD)), 200);
        assert_true(story_says(r, "\"enrolled\":true"));
        assert_int_equal(r->proofs, proofs);
        /* Whatever password: nothing that is kept was made of it. */
        struct digest kept = r->requests[0].row.message;
        assert_int_equal(ask(r, &console, enrol_with("another password")), 200);
        assert_memory_equal(&kept, &r->requests[0].row.message, sizeof kept);
        r->key = NULL;
}

/* ---- signing in ---- */
static void she_signs_in_by_id_or_name(void **state)
{
        struct rig *r = *state;
        static const char *const names[] = {"ext-3", "EXT-3", "Eva", "eva"};
        eva_enrolled(r);
        for (size_t i = 0; i < ARRAY_LEN(names); i++) {
                rig_wait(r, 30 * SECOND_MS);
                proof(r, true, step_now(r));
                assert_int_equal(sign_in(r, names[i]), 200);
                assert_int_equal(r->cookie, COOKIE_SET);
                struct digest console = token_of(r);
                assert_int_equal(ask_me(r, &console), 200);
                assert_true(story_says(r, "\"enrolled\":true,\"stepped_up_s\":0"));
        }
}

static void a_new_session_ends_the_one_before(void **state)
{
        struct rig *r = *state;
        struct digest before = eva_enrolled(r);
        rig_wait(r, 30 * SECOND_MS);
        proof(r, true, step_now(r));
        assert_int_equal(ask(r, &before, sign_in_as("ext-3")), 200);
        struct digest now = token_of(r);
        assert_int_equal(ask_me(r, &before), 401);
        assert_int_equal(ask_me(r, &now), 200);
}

static void everybody_is_refused_alike(void **state)
{
        struct rig *r = *state;
        static char first[1000];
        eva_enrolled(r);
        static const char *const names[] = {"ext-3", "nobody", "ext-1", "Maria", "' or 1=1"};
        for (size_t i = 0; i < ARRAY_LEN(names); i++) {
                uint32_t proofs = r->proofs;
                proof(r, false, 0);
                r->hold_commits = true;
                assert_int_equal(sign_in(r, names[i]), 0); /* on disk first, whoever it is */
                assert_int_equal(r->n_held, 1);
                assert_int_equal(r->held[0].n, 1);
                assert_int_equal(r->held[0].writes[0].kind, WRITE_MANAGER);
                r->hold_commits = false;
                rig_release(r);
                assert_int_equal(r->status, 401);
                assert_int_equal(r->proofs, proofs + 1);
                assert_int_equal(r->proved.prove.what, PROVE_CHECK);
                if (i == 0)
                        snprintf(first, sizeof first, "%.999s", r->body);
                assert_string_equal(first, r->body);
        }
}

static void a_name_that_nobody_has_closes_as_well(void **state)
{
        struct rig *r = *state;
        static const char *const names[] = {"ext-3", "nobody"};
        eva_enrolled(r);
        for (size_t i = 0; i < ARRAY_LEN(names); i++) {
                proof(r, false, 0);
                for (int n = 0; n < 5; n++)
                        assert_int_equal(sign_in(r, names[i]), 401);
                assert_int_equal(sign_in(r, names[i]), 429);
                assert_int_equal(r->retry_s, 60);
        }
        assert_int_equal(sign_in(r, "somebody else"), 401);
}

static void a_step_is_used_once(void **state)
{
        struct rig *r = *state;
        struct digest console = eva_enrolled(r);
        int64_t used = step_now(r);
        proof(r, true, used); /* with enrolling */
        assert_int_equal(step_up(r, &console), 403);
        assert_int_equal(sign_in(r, "ext-3"), 401);
        proof(r, true, used - 1);
        assert_int_equal(step_up(r, &console), 403);
        for (int n = 0; n < 10; n++) /* a double tap is no wrong try */
                assert_int_equal(step_up(r, &console), 403);
        proof(r, true, used + 1);
        assert_int_equal(step_up(r, &console), 200);
        assert_int_equal(sign_in(r, "ext-3"), 401);
        rig_restart(r);
        assert_int_equal(sign_in(r, "ext-3"), 401);
        proof(r, true, used + 2);
        assert_int_equal(sign_in(r, "ext-3"), 200);
        /* A clock that was set back brings no step back. */
        r->wall -= HOUR_MS;
        proof(r, true, step_now(r));
        assert_int_equal(sign_in(r, "ext-3"), 401);
}

/* Used up also if the disk refuses what it was used for. */
static void a_step_is_used_whatever_becomes_of_it(void **state)
{
        struct rig *r = *state;
        struct digest console = eva_enrolled(r);
        rig_wait(r, 30 * SECOND_MS);
        proof(r, true, step_now(r));
        r->fail_commits = true;
        assert_int_equal(step_up(r, &console), 503);
        r->fail_commits = false;
        assert_int_equal(step_up(r, &console), 403);
        rig_wait(r, 30 * SECOND_MS);
        proof(r, true, step_now(r));
        assert_int_equal(step_up(r, &console), 200);
}

static void two_at_once_do_not_share_a_code(void **state)
{
        struct rig *r = *state;
        eva_enrolled(r);
        rig_wait(r, 30 * SECOND_MS);
        proof(r, true, step_now(r));
        r->hold_proofs = true;
        assert_int_equal(sign_in(r, "ext-3"), 0);
        assert_int_equal(sign_in(r, "ext-3"), 503);
        r->hold_proofs = false;
        rig_release_proof(r);
        assert_int_equal(r->status, 200);
        assert_int_equal(sign_in(r, "ext-3"), 401);
}

static void too_many_at_once_cost_nothing(void **state)
{
        struct rig *r = *state;
        eva_enrolled(r);
        rig_wait(r, 30 * SECOND_MS);
        r->proof = (struct proved){.busy = true};
        for (int n = 0; n < 40; n++)
                assert_int_equal(sign_in(r, "ext-3"), 503);
        proof(r, true, step_now(r));
        assert_int_equal(sign_in(r, "ext-3"), 200);
}

/* ---- lockout ---- */
static void wrong_tries_close_for_longer_each(void **state)
{
        struct rig *r = *state;
        static const int64_t minutes[] = {1, 2, 4, 8, 16, 32, 60, 60};
        struct digest console = eva_enrolled(r);
        proof(r, false, 0);
        for (int n = 0; n < 4; n++)
                assert_int_equal(sign_in(r, "ext-3"), 401);
        for (size_t i = 0; i < ARRAY_LEN(minutes); i++) {
                assert_int_equal(sign_in(r, "ext-3"), 401);
                rig_wait(r, minutes[i] * MINUTE_MS - 1);
                uint32_t proofs = r->proofs;
                proof(r, true, step_now(r)); /* the right one does not open it now */
                assert_int_equal(sign_in(r, "ext-3"), 429);
                assert_int_equal(r->retry_s, 1);
                if (minutes[i] < 16)
                        assert_int_equal(step_up(r, &console), 429);
                assert_int_equal(r->proofs, proofs);
                proof(r, false, 0);
                rig_wait(r, 1);
        }
        proof(r, true, step_now(r));
        assert_int_equal(sign_in(r, "ext-3"), 200);
        proof(r, false, 0);
        for (int n = 0; n < 5; n++)
                assert_int_equal(sign_in(r, "ext-3"), 401);
        rig_wait(r, MINUTE_MS);
        assert_int_equal(sign_in(r, "ext-3"), 401);
}

static void a_start_forgives_nothing(void **state)
{
        struct rig *r = *state;
        eva_enrolled(r);
        proof(r, false, 0);
        for (int n = 0; n < 4; n++)
                assert_int_equal(sign_in(r, "ext-3"), 401);
        rig_restart(r);
        assert_int_equal(sign_in(r, "ext-3"), 401);
        rig_wait(r, 20 * SECOND_MS);
        rig_restart(r);
        rig_wait(r, 40 * SECOND_MS - 1);
        proof(r, true, step_now(r));
        assert_int_equal(sign_in(r, "ext-3"), 429);
        rig_wait(r, 1);
        assert_int_equal(sign_in(r, "ext-3"), 200);
        assert_int_equal(r->managers[0].failures, 0);
        assert_int_equal(r->managers[0].closed_ms, 0);
}

static void no_jump_of_the_clock_opens_or_shuts(void **state)
{
        struct rig *r = *state;
        static const wall_ms jumps[] = {-DAY_MS, -30 * SECOND_MS, DAY_MS};
        eva_enrolled(r);
        for (size_t i = 0; i < ARRAY_LEN(jumps); i++) {
                proof(r, false, 0);
                while (sign_in(r, "ext-3") == 401)
                        ;
                uint32_t left_s = r->retry_s;
                r->wall += jumps[i];
                assert_int_equal(sign_in(r, "ext-3"), 429);
                assert_int_equal(r->retry_s, left_s);
                if (jumps[i] < 0) { /* over a start it is closed for no longer than it was */
                        rig_restart(r);
                        assert_int_equal(sign_in(r, "ext-3"), 429);
                        assert_true(r->retry_s <= r->managers[0].closed_ms / SECOND_MS);
                }
                r->wall -= jumps[i];
                rig_wait(r, HOUR_MS);
                proof(r, true, step_now(r));
                assert_int_equal(sign_in(r, "ext-3"), 200);
        }
}

static void all_names_together_have_a_rate(void **state)
{
        struct rig *r = *state;
        char name[32];
        eva_enrolled(r);
        rig_wait(r, 30 * SECOND_MS);
        proof(r, false, 0);
        for (int n = 0; n < 30; n++) {
                snprintf(name, sizeof name, "name %d", n);
                assert_int_equal(sign_in(r, name), 401);
        }
        proof(r, true, step_now(r));
        assert_int_equal(sign_in(r, "ext-3"), 429);
        assert_int_equal(r->retry_s, 20);
        rig_wait(r, 20 * SECOND_MS - 1);
        assert_int_equal(sign_in(r, "ext-3"), 429);
        rig_wait(r, 1);
        assert_int_equal(sign_in(r, "ext-3"), 200);
}

/* ---- stepping up ---- */
static enum manager_may may(struct rig *r, const struct digest *console)
{
        assert_int_equal(ask_me(r, console), 200);
        return story_says(r, "\"stepped_up_s\":0}") ? MAY_CHANGE : MAY_PUBLISH;
}

static void stepping_up_ends_after_five_minutes(void **state)
{
        struct rig *r = *state;
        struct digest console = eva_enrolled(r), other = rig_session(r, SESSION_CONSOLE, EVA);
        rig_wait(r, 30 * SECOND_MS);
        proof(r, true, step_now(r));
        assert_int_equal(step_up(r, &console), 200);
        assert_true(story_says(r, "\"stepped_up_s\":300"));
        assert_int_equal(may(r, &other), MAY_CHANGE); /* this session only */
        rig_wait(r, 5 * MINUTE_MS - 1);
        assert_int_equal(may(r, &console), MAY_PUBLISH);
        rig_wait(r, 1);
        assert_int_equal(may(r, &console), MAY_CHANGE);
        proof(r, true, step_now(r));
        assert_int_equal(step_up(r, &console), 200);
        rig_restart(r);
        assert_int_equal(may(r, &console), MAY_CHANGE); /* no start keeps it */
}

static void who_has_no_password_enrols_first(void **state)
{
        struct rig *r = *state;
        struct digest console = rig_session(r, SESSION_CONSOLE, EVA);
        assert_int_equal(step_up(r, &console), 403);
        assert_true(story_says(r, "\"enrol\""));
        assert_int_equal(r->proofs, 0);
}

/* ---- sessions ---- */
static void a_session_ends_when_nobody_asks(void **state)
{
        struct rig *r = *state;
        struct digest console = rig_session(r, SESSION_CONSOLE, EVA);
        rig_open(r, 2, FACE_CONSOLE, &console);
        rig_hello(r, 2, "", 0);
        rig_wait(r, 30 * MINUTE_MS - 1);
        assert_int_equal(r->n_closed, 0);
        assert_int_equal(ask_me(r, &console), 200);
        rig_wait(r, 30 * MINUTE_MS - 1);
        assert_int_equal(r->n_closed, 0);
        rig_say(r, 2, MESSAGE_SALES, 0, 0); /* what comes over its socket is a request, too */
        rig_wait(r, 30 * MINUTE_MS - 1);
        assert_int_equal(r->n_closed, 0);
        rig_wait(r, SECOND_MS + 1);
        assert_int_equal(r->n_closed, 1);
        assert_int_equal(r->closed[0].code, 4401);
        rig_close(r, 2);
        assert_int_equal(ask_me(r, &console), 401);
        rig_restart(r);
        assert_int_equal(ask_me(r, &console), 401);
}

static void a_session_ends_after_twelve_hours(void **state)
{
        struct rig *r = *state;
        eva_enrolled(r);
        rig_wait(r, 30 * SECOND_MS);
        proof(r, true, step_now(r));
        assert_int_equal(sign_in(r, "ext-3"), 200);
        struct digest console = token_of(r);
        rig_open(r, 2, FACE_CONSOLE, &console);
        rig_hello(r, 2, "", 0);
        for (int hour = 0; hour < 24; hour++) { /* half hours, but for the last millisecond */
                assert_int_equal(r->n_closed, 0);
                assert_int_equal(ask_me(r, &console), 200);
                rig_wait(r, 30 * MINUTE_MS - 1);
        }
        assert_int_equal(ask_me(r, &console), 200);
        rig_wait(r, SECOND_MS + 24);
        assert_int_equal(r->n_closed, 1);
        assert_int_equal(r->closed[0].code, 4401);
        assert_int_equal(ask_me(r, &console), 401);
}

static void a_start_neither_ends_nor_lengthens_a_session(void **state)
{
        struct rig *r = *state;
        eva_enrolled(r);
        rig_wait(r, 30 * SECOND_MS);
        proof(r, true, step_now(r));
        assert_int_equal(sign_in(r, "ext-3"), 200);
        struct digest console = token_of(r);
        rig_wait(r, 10 * MINUTE_MS);
        rig_restart(r);
        assert_int_equal(ask_me(r, &console), 200);
        rig_wait(r, 2 * MINUTE_MS); /* the use is noted to the minute */
        assert_true(r->wall - r->seen_noted >= 2 * MINUTE_MS - SECOND_MS);
        rig_restart(r);
        r->wall += 29 * MINUTE_MS; /* it was off */
        assert_int_equal(ask_me(r, &console), 401);
        rig_restart(r);
        assert_int_equal(ask_me(r, &console), 401);
}

static void an_end_is_written_until_the_disk_has_it(void **state)
{
        struct rig *r = *state;
        struct digest console = rig_session(r, SESSION_CONSOLE, EVA);
        assert_int_equal(ask_me(r, &console), 200);
        r->fail_commits = true;
        assert_int_equal(ask(r, &console, (struct message){.type = MESSAGE_SIGN_OUT}), 503);
        assert_int_equal(ask_me(r, &console), 401); /* out all the same */
        rig_wait(r, MINUTE_MS);
        r->fail_commits = false;
        rig_wait(r, 10 * SECOND_MS);
        rig_restart(r);
        assert_int_equal(ask_me(r, &console), 401);
}

static void signing_out_closes_the_socket(void **state)
{
        struct rig *r = *state;
        struct digest console = rig_session(r, SESSION_CONSOLE, EVA);
        rig_open(r, 2, FACE_CONSOLE, &console);
        rig_hello(r, 2, "", 0);
        for (int n = 0; n < 2; n++) {
                assert_int_equal(ask(r, &console, (struct message){.type = MESSAGE_SIGN_OUT}), 200);
                assert_int_equal(r->cookie, COOKIE_CLEAR);
                assert_int_equal(r->n_closed, 1);
        }
        assert_int_equal(r->closed[0].code, 4401);
        assert_int_equal(ask_me(r, &console), 401);
        assert_int_equal(ask(r, NULL, (struct message){.type = MESSAGE_SIGN_OUT}), 200);
}

static void her_role_taken_away_ends_her_sessions(void **state)
{
        struct rig *r = *state;
        struct digest console = eva_enrolled(r), unseen = rig_session(r, SESSION_CONSOLE, EVA);
        rig_open(r, 2, FACE_CONSOLE, &console);
        rig_hello(r, 2, "", 0);
        rig_role(r, EVA, ROLE_ASSOCIATE);
        rig_wait(r, SECOND_MS + 1);
        assert_int_equal(r->n_closed, 1);
        assert_int_equal(r->closed[0].code, 4401);
        rig_wait(r, 30 * SECOND_MS);
        proof(r, true, step_now(r));
        assert_int_equal(sign_in(r, "ext-3"), 401);
        rig_role(r, EVA, ROLE_MANAGER);
        assert_int_equal(ask_me(r, &console), 401);
        assert_int_equal(ask_me(r, &unseen), 401); /* on disk, too */
        rig_wait(r, 30 * SECOND_MS);
        proof(r, true, step_now(r));
        assert_int_equal(sign_in(r, "ext-3"), 200);
}

/* ---- the operator ---- */
static uint16_t reset(struct rig *r, const char *name)
{
        struct message m = {.type = MESSAGE_MANAGER_RESET};
        snprintf(m.manager_reset.name, sizeof m.manager_reset.name, "%s", name);
        return rig_request(r, NULL, &m);
}

static void the_operator_resets_her(void **state)
{
        struct rig *r = *state;
        struct message list = {.type = MESSAGE_MANAGERS};
        struct digest console = eva_enrolled(r);
        assert_int_equal(rig_request(r, NULL, &list), 200);
        assert_true(story_says(r, "{\"managers\":[{\"id\":\"ext-3\",\"name\":\"Eva\",\"enrolled\":true,"
                                  "\"closed_s\":0,\"consoles\":1}]}"));
        proof(r, false, 0);
        for (int n = 0; n < 5; n++)
                assert_int_equal(sign_in(r, "ext-3"), 401);
        assert_int_equal(rig_request(r, NULL, &list), 200);
        assert_true(story_says(r, "\"closed_s\":60"));
        assert_int_equal(reset(r, "ext-9"), 404);
        assert_int_equal(reset(r, "ext-3"), 200);
        assert_int_equal(r->n_managers, 0);
        assert_int_equal(ask_me(r, &console), 401);
        rig_restart(r);
        assert_int_equal(rig_request(r, NULL, &list), 200);
        assert_true(story_says(r, "\"enrolled\":false,\"closed_s\":0,\"consoles\":0"));
        struct digest next = rig_session(r, SESSION_CONSOLE, EVA);
        assert_int_equal(enrol(r, &next), 200);
}

static void nothing_tells_of_a_password(void **state)
{
        struct rig *r = *state;
        struct digest console = eva_enrolled(r);
        rig_wait(r, 30 * SECOND_MS);
        proof(r, true, step_now(r));
        assert_int_equal(step_up(r, &console), 200);
        assert_int_equal(sign_in(r, "ext-3"), 401);
        assert_null(strstr(r->trace, PASSWORD));
        assert_null(strstr(r->trace, "123456"));
        assert_non_null(strstr(r->trace, " untold"));
        assert_string_equal(r->proved.prove.password, PASSWORD); /* so it was there to tell */
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                STORY(she_enrols),
                STORY(enrolling_is_of_one_console_and_ten_minutes),
                STORY(only_a_manager_at_a_console_enrols),
                STORY(a_repeat_of_enrolling_changes_nothing),
                STORY(she_signs_in_by_id_or_name),
                STORY(a_new_session_ends_the_one_before),
                STORY(everybody_is_refused_alike),
                STORY(a_name_that_nobody_has_closes_as_well),
                STORY(a_step_is_used_once),
                STORY(a_step_is_used_whatever_becomes_of_it),
                STORY(two_at_once_do_not_share_a_code),
                STORY(too_many_at_once_cost_nothing),
                STORY(wrong_tries_close_for_longer_each),
                STORY(a_start_forgives_nothing),
                STORY(no_jump_of_the_clock_opens_or_shuts),
                STORY(all_names_together_have_a_rate),
                STORY(stepping_up_ends_after_five_minutes),
                STORY(who_has_no_password_enrols_first),
                STORY(a_session_ends_when_nobody_asks),
                STORY(a_session_ends_after_twelve_hours),
                STORY(a_start_neither_ends_nor_lengthens_a_session),
                STORY(an_end_is_written_until_the_disk_has_it),
                STORY(signing_out_closes_the_socket),
                STORY(her_role_taken_away_ends_her_sessions),
                STORY(the_operator_resets_her),
                STORY(nothing_tells_of_a_password),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
