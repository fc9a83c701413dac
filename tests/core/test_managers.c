/* Managers: enrolling, signing in, what wrong tries cost, and what the operator does. */
#include "tests/core/managing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

/* ---- enrolling ---- */
static void she_enrols(void **state)
{
        struct rig *r = *state;
        struct digest console = rig_session(r, SESSION_CONSOLE, EVA);
        assert_int_equal(managing_me(r, &console), 200);
        assert_true(
                story_says(r, "\"you\":\"Eva\",\"name\":\"ext-3\",\"enrolled\":false,\"stepped_up_s\":0"));
        memset(r->proof.made.totp, 0xff, sizeof r->proof.made.totp);
        assert_int_equal(managing_ask(r, &console, (struct message){.type = MESSAGE_ENROL_BEGIN}), 200);
        assert_true(story_says(r, "\"secret\":\"77777777777777777777777777777777\""));
        assert_true(story_says(r, "otpauth://totp/Downtown:ext%2D3?secret=7777"));
        managing_proof(r, true, 0);
        assert_int_equal(managing_ask(r, &console, managing_enrol_with(PASSWORD)), 403);
        assert_true(story_says(r, "\"wrong\""));
        assert_int_equal(managing_ask(r, &console, managing_enrol_with("eleven char")), 422);
        managing_proof(r, true, managing_step(r));
        snprintf(r->proof.made.hash, sizeof r->proof.made.hash, "her hash");
        assert_int_equal(managing_ask(r, &console, managing_enrol_with("twelve chars")), 200);
        assert_true(story_says(r, "\"enrolled\":true,\"stepped_up_s\":0"));
        assert_int_equal(r->n_managers, 1);
        assert_string_equal(r->managers[0].secret.hash, "her hash");
        assert_int_equal(r->managers[0].secret.totp[0], 0xff);
        assert_int_equal(r->managers[0].step, managing_step(r));
        assert_int_equal(managing_ask(r, &console, (struct message){.type = MESSAGE_ENROL_BEGIN}), 409);
        assert_int_equal(managing_ask(r, &console, managing_enrol_with(PASSWORD)), 409);
}

static void enrolling_is_of_one_console_and_ten_minutes(void **state)
{
        struct rig *r = *state;
        struct digest one = rig_session(r, SESSION_CONSOLE, EVA),
                      other = rig_session(r, SESSION_CONSOLE, EVA);
        managing_proof(r, true, managing_step(r));
        assert_int_equal(managing_ask(r, &one, managing_enrol_with(PASSWORD)), 409);
        assert_int_equal(managing_ask(r, &one, (struct message){.type = MESSAGE_ENROL_BEGIN}), 200);
        assert_int_equal(managing_ask(r, &other, managing_enrol_with(PASSWORD)), 409);
        assert_true(story_says(r, "\"begin\""));
        rig_wait(r, 10 * MINUTE_MS - 1);
        r->hold_proofs = true;
        assert_int_equal(managing_ask(r, &one, managing_enrol_with(PASSWORD)),
                0); /* at the last moment it is looked at */
        managing_proof(r, true, 0);
        r->hold_proofs = false;
        rig_release_proof(r);
        rig_wait(r, 1);
        assert_int_equal(managing_ask(r, &one, managing_enrol_with(PASSWORD)), 409);
        assert_int_equal(r->n_managers, 0);
}

static void only_a_manager_at_a_console_enrols(void **state)
{
        struct rig *r = *state;
        struct digest maria = rig_session(r, SESSION_CONSOLE, MARIA),
                      eva = rig_session(r, SESSION_HANDHELD, EVA);
        assert_int_equal(managing_ask(r, &maria, (struct message){.type = MESSAGE_ENROL_BEGIN}), 401);
        assert_int_equal(managing_ask(r, &eva, (struct message){.type = MESSAGE_ENROL_BEGIN}), 401);
        assert_int_equal(managing_ask(r, NULL, (struct message){.type = MESSAGE_ENROL_BEGIN}), 401);
        assert_int_equal(r->proofs, 0);
}

static void a_repeat_of_enrolling_changes_nothing(void **state)
{
        struct rig *r = *state;
        static const struct uuid key = {{1, 2, 3, 4}};
        struct digest console = rig_session(r, SESSION_CONSOLE, EVA);
        assert_int_equal(managing_ask(r, &console, (struct message){.type = MESSAGE_ENROL_BEGIN}), 200);
        managing_proof(r, true, managing_step(r));
        snprintf(r->proof.made.hash, sizeof r->proof.made.hash, "her hash");
        r->key = &key;
        assert_int_equal(managing_ask(r, &console, managing_enrol_with(PASSWORD)), 200);
        uint32_t proofs = r->proofs;
        assert_int_equal(managing_ask(r, &console, managing_enrol_with(PASSWORD)), 200);
        assert_true(story_says(r, "\"enrolled\":true"));
        assert_int_equal(r->proofs, proofs);
        /* Whatever password: nothing that is kept was made of it. */
        struct digest kept = r->requests[0].row.message;
        assert_int_equal(managing_ask(r, &console, managing_enrol_with("another password")), 200);
        assert_memory_equal(&kept, &r->requests[0].row.message, sizeof kept);
        r->key = NULL;
}

/* ---- signing in ---- */
static void she_signs_in_by_id_or_name(void **state)
{
        struct rig *r = *state;
        static const char *const names[] = {"ext-3", "EXT-3", "Eva", "eva"};
        managing_eva(r);
        for (size_t i = 0; i < ARRAY_LEN(names); i++) {
                rig_wait(r, 30 * SECOND_MS);
                managing_proof(r, true, managing_step(r));
                assert_int_equal(managing_sign_in(r, names[i]), 200);
                assert_int_equal(r->cookie, COOKIE_SET);
                struct digest console = managing_token(r);
                assert_int_equal(managing_me(r, &console), 200);
                assert_true(story_says(r, "\"enrolled\":true,\"stepped_up_s\":0"));
        }
}

static void a_new_session_ends_the_one_before(void **state)
{
        struct rig *r = *state;
        struct digest before = managing_eva(r);
        rig_wait(r, 30 * SECOND_MS);
        managing_proof(r, true, managing_step(r));
        assert_int_equal(managing_ask(r, &before, managing_sign_in_as("ext-3")), 200);
        struct digest now = managing_token(r);
        assert_int_equal(managing_me(r, &before), 401);
        assert_int_equal(managing_me(r, &now), 200);
}

static void everybody_is_refused_alike(void **state)
{
        struct rig *r = *state;
        static char first[1000];
        managing_eva(r);
        static const char *const names[] = {"ext-3", "nobody", "ext-1", "Maria", "' or 1=1"};
        for (size_t i = 0; i < ARRAY_LEN(names); i++) {
                uint32_t proofs = r->proofs;
                managing_proof(r, false, 0);
                r->hold_commits = true;
                assert_int_equal(managing_sign_in(r, names[i]), 0); /* on disk first, whoever it is */
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
        managing_eva(r);
        for (size_t i = 0; i < ARRAY_LEN(names); i++) {
                managing_proof(r, false, 0);
                for (int n = 0; n < 5; n++)
                        assert_int_equal(managing_sign_in(r, names[i]), 401);
                assert_int_equal(managing_sign_in(r, names[i]), 429);
                assert_int_equal(r->retry_s, 60);
        }
        assert_int_equal(managing_sign_in(r, "somebody else"), 401);
}

static void a_step_is_used_once(void **state)
{
        struct rig *r = *state;
        struct digest console = managing_eva(r);
        int64_t used = managing_step(r);
        managing_proof(r, true, used); /* with enrolling */
        assert_int_equal(managing_step_up(r, &console), 403);
        assert_int_equal(managing_sign_in(r, "ext-3"), 401);
        managing_proof(r, true, used - 1);
        assert_int_equal(managing_step_up(r, &console), 403);
        for (int n = 0; n < 10; n++) /* a double tap is no wrong try */
                assert_int_equal(managing_step_up(r, &console), 403);
        managing_proof(r, true, used + 1);
        assert_int_equal(managing_step_up(r, &console), 200);
        assert_int_equal(managing_sign_in(r, "ext-3"), 401);
        rig_restart(r);
        assert_int_equal(managing_sign_in(r, "ext-3"), 401);
        managing_proof(r, true, used + 2);
        assert_int_equal(managing_sign_in(r, "ext-3"), 200);
        /* A clock that was set back brings no step back. */
        r->wall -= HOUR_MS;
        managing_proof(r, true, managing_step(r));
        assert_int_equal(managing_sign_in(r, "ext-3"), 401);
}

/* Used up also if the disk refuses what it was used for. */
static void a_step_is_used_whatever_becomes_of_it(void **state)
{
        struct rig *r = *state;
        struct digest console = managing_eva(r);
        rig_wait(r, 30 * SECOND_MS);
        managing_proof(r, true, managing_step(r));
        r->fail_commits = true;
        assert_int_equal(managing_step_up(r, &console), 503);
        r->fail_commits = false;
        assert_int_equal(managing_step_up(r, &console), 403);
        rig_wait(r, 30 * SECOND_MS);
        managing_proof(r, true, managing_step(r));
        assert_int_equal(managing_step_up(r, &console), 200);
}

/* A session must be durable, and a full disk takes none: she is told what may be wrong, and where to look. */
static void a_full_disk_says_so_to_who_signs_in(void **state)
{
        struct rig *r = *state;
        managing_eva(r);
        rig_wait(r, 30 * SECOND_MS);
        managing_proof(r, true, managing_step(r));
        r->fail_commits = true;
        assert_int_equal(managing_sign_in(r, "ext-3"), 503);
        assert_true(story_says(r, "\"not_saved\""));
        assert_true(story_says(r, "the hub's disk is full: maitrectl status says"));
        r->fail_commits = false;
}

static void two_at_once_do_not_share_a_code(void **state)
{
        struct rig *r = *state;
        managing_eva(r);
        rig_wait(r, 30 * SECOND_MS);
        managing_proof(r, true, managing_step(r));
        r->hold_proofs = true;
        assert_int_equal(managing_sign_in(r, "ext-3"), 0);
        assert_int_equal(managing_sign_in(r, "ext-3"), 503);
        r->hold_proofs = false;
        rig_release_proof(r);
        assert_int_equal(r->status, 200);
        assert_int_equal(managing_sign_in(r, "ext-3"), 401);
}

static void too_many_at_once_cost_nothing(void **state)
{
        struct rig *r = *state;
        managing_eva(r);
        rig_wait(r, 30 * SECOND_MS);
        r->proof = (struct proved){.busy = true};
        for (int n = 0; n < 40; n++)
                assert_int_equal(managing_sign_in(r, "ext-3"), 503);
        managing_proof(r, true, managing_step(r));
        assert_int_equal(managing_sign_in(r, "ext-3"), 200);
}

/* ---- lockout ---- */
static void wrong_tries_close_for_longer_each(void **state)
{
        struct rig *r = *state;
        static const int64_t minutes[] = {1, 2, 4, 8, 16, 32, 60, 60};
        struct digest console = managing_eva(r);
        managing_proof(r, false, 0);
        for (int n = 0; n < 4; n++)
                assert_int_equal(managing_sign_in(r, "ext-3"), 401);
        for (size_t i = 0; i < ARRAY_LEN(minutes); i++) {
                assert_int_equal(managing_sign_in(r, "ext-3"), 401);
                rig_wait(r, minutes[i] * MINUTE_MS - 1);
                uint32_t proofs = r->proofs;
                managing_proof(r, true, managing_step(r)); /* the right one does not open it now */
                assert_int_equal(managing_sign_in(r, "ext-3"), 429);
                assert_int_equal(r->retry_s, 1);
                if (minutes[i] < 16)
                        assert_int_equal(managing_step_up(r, &console), 429);
                assert_int_equal(r->proofs, proofs);
                managing_proof(r, false, 0);
                rig_wait(r, 1);
        }
        managing_proof(r, true, managing_step(r));
        assert_int_equal(managing_sign_in(r, "ext-3"), 200);
        managing_proof(r, false, 0);
        for (int n = 0; n < 5; n++)
                assert_int_equal(managing_sign_in(r, "ext-3"), 401);
        rig_wait(r, MINUTE_MS);
        assert_int_equal(managing_sign_in(r, "ext-3"), 401);
}

static void a_start_forgives_nothing(void **state)
{
        struct rig *r = *state;
        managing_eva(r);
        managing_proof(r, false, 0);
        for (int n = 0; n < 4; n++)
                assert_int_equal(managing_sign_in(r, "ext-3"), 401);
        rig_restart(r);
        assert_int_equal(managing_sign_in(r, "ext-3"), 401);
        rig_wait(r, 20 * SECOND_MS);
        rig_restart(r);
        rig_wait(r, 40 * SECOND_MS - 1);
        managing_proof(r, true, managing_step(r));
        assert_int_equal(managing_sign_in(r, "ext-3"), 429);
        rig_wait(r, 1);
        assert_int_equal(managing_sign_in(r, "ext-3"), 200);
        assert_int_equal(r->managers[0].failures, 0);
        assert_int_equal(r->managers[0].closed_ms, 0);
}

static void no_jump_of_the_clock_opens_or_shuts(void **state)
{
        struct rig *r = *state;
        static const wall_ms jumps[] = {-DAY_MS, -30 * SECOND_MS, DAY_MS};
        managing_eva(r);
        for (size_t i = 0; i < ARRAY_LEN(jumps); i++) {
                managing_proof(r, false, 0);
                while (managing_sign_in(r, "ext-3") == 401)
                        ;
                uint32_t left_s = r->retry_s;
                r->wall += jumps[i];
                assert_int_equal(managing_sign_in(r, "ext-3"), 429);
                assert_int_equal(r->retry_s, left_s);
                if (jumps[i] < 0) { /* over a start it is closed for no longer than it was */
                        rig_restart(r);
                        assert_int_equal(managing_sign_in(r, "ext-3"), 429);
                        assert_true(r->retry_s <= r->managers[0].closed_ms / SECOND_MS);
                }
                r->wall -= jumps[i];
                rig_wait(r, HOUR_MS);
                managing_proof(r, true, managing_step(r));
                assert_int_equal(managing_sign_in(r, "ext-3"), 200);
        }
}

static void all_names_together_have_a_rate(void **state)
{
        struct rig *r = *state;
        char name[32];
        managing_eva(r);
        rig_wait(r, 30 * SECOND_MS);
        managing_proof(r, false, 0);
        for (int n = 0; n < 30; n++) {
                snprintf(name, sizeof name, "name %d", n);
                assert_int_equal(managing_sign_in(r, name), 401);
        }
        managing_proof(r, true, managing_step(r));
        assert_int_equal(managing_sign_in(r, "ext-3"), 429);
        assert_int_equal(r->retry_s, 20);
        rig_wait(r, 20 * SECOND_MS - 1);
        assert_int_equal(managing_sign_in(r, "ext-3"), 429);
        rig_wait(r, 1);
        assert_int_equal(managing_sign_in(r, "ext-3"), 200);
}

/* Who has a session goes on confirming herself, whatever others try; and costs nobody else a try. */
static void what_strangers_try_keeps_nobody_from_stepping_up(void **state)
{
        struct rig *r = *state;
        char name[32];
        struct digest console = managing_eva(r);
        rig_wait(r, 30 * SECOND_MS);
        managing_proof(r, false, 0);
        for (int n = 0; n < 30; n++) {
                snprintf(name, sizeof name, "name %d", n);
                assert_int_equal(managing_sign_in(r, name), 401);
        }
        assert_int_equal(managing_sign_in(r, "another"), 429);
        assert_int_equal(managing_step_up(r, &console), 403);
        managing_proof(r, true, managing_step(r));
        assert_int_equal(managing_step_up(r, &console), 200);
        managing_proof(r, false, 0);
        for (int n = 0; n < 5; n++) /* her own account closes all the same */
                assert_int_equal(managing_step_up(r, &console), 403);
        assert_int_equal(managing_step_up(r, &console), 429);
        assert_int_equal(r->retry_s, 60);
        rig_wait(r, 20 * SECOND_MS); /* one more try for all, as if she had tried nothing */
        assert_int_equal(managing_sign_in(r, "another"), 401);
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
        struct digest console = managing_eva(r);
        assert_int_equal(rig_request(r, NULL, &list), 200);
        assert_true(story_says(r, "{\"managers\":[{\"id\":\"ext-3\",\"name\":\"Eva\",\"enrolled\":true,"
                                  "\"closed_s\":0,\"consoles\":1}]}"));
        managing_proof(r, false, 0);
        for (int n = 0; n < 5; n++)
                assert_int_equal(managing_sign_in(r, "ext-3"), 401);
        assert_int_equal(rig_request(r, NULL, &list), 200);
        assert_true(story_says(r, "\"closed_s\":60"));
        assert_int_equal(reset(r, "ext-9"), 404);
        assert_int_equal(reset(r, "ext-3"), 200);
        assert_int_equal(r->n_managers, 0);
        assert_int_equal(managing_me(r, &console), 401);
        rig_restart(r);
        assert_int_equal(rig_request(r, NULL, &list), 200);
        assert_true(story_says(r, "\"enrolled\":false,\"closed_s\":0,\"consoles\":0"));
        struct digest next = rig_session(r, SESSION_CONSOLE, EVA);
        assert_int_equal(managing_enrol(r, &next), 200);
}

static void nothing_tells_of_a_password(void **state)
{
        struct rig *r = *state;
        struct digest console = managing_eva(r);
        rig_wait(r, 30 * SECOND_MS);
        managing_proof(r, true, managing_step(r));
        assert_int_equal(managing_step_up(r, &console), 200);
        assert_int_equal(managing_sign_in(r, "ext-3"), 401);
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
                STORY(a_full_disk_says_so_to_who_signs_in),
                STORY(two_at_once_do_not_share_a_code),
                STORY(too_many_at_once_cost_nothing),
                STORY(wrong_tries_close_for_longer_each),
                STORY(a_start_forgives_nothing),
                STORY(no_jump_of_the_clock_opens_or_shuts),
                STORY(all_names_together_have_a_rate),
                STORY(what_strangers_try_keeps_nobody_from_stepping_up),
                STORY(the_operator_resets_her),
                STORY(nothing_tells_of_a_password),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
