/* How managers' consoles' sessions begin, rise and end. */
#include "tests/core/managing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

/* ---- stepping up ---- */
static enum manager_may may(struct rig *r, const struct digest *console)
{
        assert_int_equal(managing_me(r, console), 200);
        return story_says(r, "\"stepped_up_s\":0}") ? MAY_CHANGE : MAY_PUBLISH;
}

static void stepping_up_ends_after_five_minutes(void **state)
{
        struct rig *r = *state;
        struct digest console = managing_eva(r), other = rig_session(r, SESSION_CONSOLE, EVA);
        rig_wait(r, 30 * SECOND_MS);
        managing_proof(r, true, managing_step(r));
        assert_int_equal(managing_step_up(r, &console), 200);
        assert_true(story_says(r, "\"stepped_up_s\":300"));
        assert_int_equal(may(r, &other), MAY_CHANGE); /* this session only */
        rig_wait(r, 5 * MINUTE_MS - 1);
        assert_int_equal(may(r, &console), MAY_PUBLISH);
        rig_wait(r, 1);
        assert_int_equal(may(r, &console), MAY_CHANGE);
        managing_proof(r, true, managing_step(r));
        assert_int_equal(managing_step_up(r, &console), 200);
        rig_restart(r);
        assert_int_equal(may(r, &console), MAY_CHANGE); /* no start keeps it */
}

static void who_has_no_password_enrols_first(void **state)
{
        struct rig *r = *state;
        struct digest console = rig_session(r, SESSION_CONSOLE, EVA);
        assert_int_equal(managing_step_up(r, &console), 403);
        assert_true(story_says(r, "\"enrol\""));
        assert_int_equal(r->proofs, 0);
}

/* ---- sessions ---- */
/* What takes room before the core has judged the asker is given to those whom it knows. */
static void only_a_live_session_is_known(void **state)
{
        struct rig *r = *state;
        struct digest console = rig_session(r, SESSION_CONSOLE, EVA), nobodys = {{7}};
        assert_false(hub_knows_console(r->hub, &console)); /* not heard of since the start */
        assert_int_equal(managing_me(r, &console), 200);
        assert_int_equal(managing_me(r, &nobodys), 401);
        assert_true(hub_knows_console(r->hub, &console));
        assert_false(hub_knows_console(r->hub, &nobodys));
        assert_int_equal(managing_ask(r, &console, (struct message){.type = MESSAGE_SIGN_OUT}), 200);
        assert_false(hub_knows_console(r->hub, &console));
}

static void a_session_ends_when_nobody_asks(void **state)
{
        struct rig *r = *state;
        struct digest console = rig_session(r, SESSION_CONSOLE, EVA);
        rig_open(r, 2, FACE_CONSOLE, &console);
        rig_hello(r, 2, "", 0);
        rig_wait(r, 30 * MINUTE_MS - 1);
        assert_int_equal(r->n_closed, 0);
        assert_int_equal(managing_me(r, &console), 200);
        rig_wait(r, 30 * MINUTE_MS - 1);
        assert_int_equal(r->n_closed, 0);
        rig_say(r, 2, MESSAGE_SALES, 0, 0); /* what comes over its socket is a request, too */
        rig_wait(r, 30 * MINUTE_MS - 1);
        assert_int_equal(r->n_closed, 0);
        rig_wait(r, SECOND_MS + 1);
        assert_int_equal(r->n_closed, 1);
        assert_int_equal(r->closed[0].code, 4401);
        rig_close(r, 2);
        assert_int_equal(managing_me(r, &console), 401);
        rig_restart(r);
        assert_int_equal(managing_me(r, &console), 401);
}

static void a_session_ends_after_twelve_hours(void **state)
{
        struct rig *r = *state;
        managing_eva(r);
        rig_wait(r, 30 * SECOND_MS);
        managing_proof(r, true, managing_step(r));
        assert_int_equal(managing_sign_in(r, "ext-3"), 200);
        struct digest console = managing_token(r);
        rig_open(r, 2, FACE_CONSOLE, &console);
        rig_hello(r, 2, "", 0);
        for (int hour = 0; hour < 24; hour++) { /* half hours, but for the last millisecond */
                assert_int_equal(r->n_closed, 0);
                assert_int_equal(managing_me(r, &console), 200);
                rig_wait(r, 30 * MINUTE_MS - 1);
        }
        assert_int_equal(managing_me(r, &console), 200);
        rig_wait(r, SECOND_MS + 24);
        assert_int_equal(r->n_closed, 1);
        assert_int_equal(r->closed[0].code, 4401);
        assert_int_equal(managing_me(r, &console), 401);
}

static void a_start_neither_ends_nor_lengthens_a_session(void **state)
{
        struct rig *r = *state;
        managing_eva(r);
        rig_wait(r, 30 * SECOND_MS);
        managing_proof(r, true, managing_step(r));
        assert_int_equal(managing_sign_in(r, "ext-3"), 200);
        struct digest console = managing_token(r);
        rig_wait(r, 10 * MINUTE_MS);
        rig_restart(r);
        assert_int_equal(managing_me(r, &console), 200);
        rig_wait(r, 2 * MINUTE_MS); /* the use is noted to the minute */
        assert_true(r->wall - r->seen_noted >= 2 * MINUTE_MS - SECOND_MS);
        rig_restart(r);
        r->wall += 29 * MINUTE_MS; /* it was off */
        assert_int_equal(managing_me(r, &console), 401);
        rig_restart(r);
        assert_int_equal(managing_me(r, &console), 401);
}

static void an_end_is_written_until_the_disk_has_it(void **state)
{
        struct rig *r = *state;
        struct digest console = rig_session(r, SESSION_CONSOLE, EVA);
        assert_int_equal(managing_me(r, &console), 200);
        r->fail_commits = true;
        assert_int_equal(managing_ask(r, &console, (struct message){.type = MESSAGE_SIGN_OUT}), 503);
        assert_int_equal(managing_me(r, &console), 401); /* out all the same */
        rig_wait(r, MINUTE_MS);
        r->fail_commits = false;
        rig_wait(r, 10 * SECOND_MS);
        rig_restart(r);
        assert_int_equal(managing_me(r, &console), 401);
}

static void signing_out_closes_the_socket(void **state)
{
        struct rig *r = *state;
        struct digest console = rig_session(r, SESSION_CONSOLE, EVA);
        rig_open(r, 2, FACE_CONSOLE, &console);
        rig_hello(r, 2, "", 0);
        for (int n = 0; n < 2; n++) {
                assert_int_equal(managing_ask(r, &console, (struct message){.type = MESSAGE_SIGN_OUT}), 200);
                assert_int_equal(r->cookie, COOKIE_CLEAR);
                assert_int_equal(r->n_closed, 1);
        }
        assert_int_equal(r->closed[0].code, 4401);
        assert_int_equal(managing_me(r, &console), 401);
        assert_int_equal(managing_ask(r, NULL, (struct message){.type = MESSAGE_SIGN_OUT}), 401);
}

static void her_role_taken_away_ends_her_sessions(void **state)
{
        struct rig *r = *state;
        struct digest console = managing_eva(r), unseen = rig_session(r, SESSION_CONSOLE, EVA);
        rig_open(r, 2, FACE_CONSOLE, &console);
        rig_hello(r, 2, "", 0);
        rig_role(r, EVA, ROLE_ASSOCIATE);
        rig_wait(r, SECOND_MS + 1);
        assert_int_equal(r->n_closed, 1);
        assert_int_equal(r->closed[0].code, 4401);
        rig_wait(r, 30 * SECOND_MS);
        managing_proof(r, true, managing_step(r));
        assert_int_equal(managing_sign_in(r, "ext-3"), 401);
        rig_role(r, EVA, ROLE_MANAGER);
        assert_int_equal(managing_me(r, &console), 401);
        assert_int_equal(managing_me(r, &unseen), 401); /* on disk, too */
        rig_wait(r, 30 * SECOND_MS);
        managing_proof(r, true, managing_step(r));
        assert_int_equal(managing_sign_in(r, "ext-3"), 200);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                STORY(only_a_live_session_is_known),
                STORY(stepping_up_ends_after_five_minutes),
                STORY(who_has_no_password_enrols_first),
                STORY(a_session_ends_when_nobody_asks),
                STORY(a_session_ends_after_twelve_hours),
                STORY(a_start_neither_ends_nor_lengthens_a_session),
                STORY(an_end_is_written_until_the_disk_has_it),
                STORY(signing_out_closes_the_socket),
                STORY(her_role_taken_away_ends_her_sessions),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
