/* What happens between a tap and the moment at which it counts: the colleague who was named stays the one,
 * and a guest who has gone for a while keeps nobody from the next [P85, P87]. */
#include "tests/core/reach_story.h"
#include "tests/core/sensing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static void the_named_one_is_looked_up_once(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        reach_connect_all(r);
        story_join(r, ANNA, true, &phone);
        reach_arrive(r, &phone, "");
        rig_say(r, 10 + MARIA, MESSAGE_ACCEPT, 1, 0);
        rig_say(r, 10 + MARIA, MESSAGE_COLLEAGUES, 0, 0); /* Eva, Ida, Jonas, Ole, ... */
        r->hold_commits = true;
        assert_int_equal(
                reach_says(r, &phone, "other"), 0); /* something about her is on its way to the disk */
        rig_say(r, 10 + MARIA, MESSAGE_HAND_OVER, 1, 3);
        rig_close(r, 10 + IDA);
        rig_say(r, 10 + MARIA, MESSAGE_COLLEAGUES, 0, 0); /* Eva, Jonas, Ole, ... */
        r->hold_commits = false;
        rig_release(r);
        assert_int_equal(reach_cards(r, JONAS), 1);
        assert_int_equal(reach_cards(r, OLE), 0);
        assert_int_equal(reach_rung_of(r, JONAS), RUNG_HANDED);
}

/* It was taken back in the middle of her turn: a device that is on its way out is not one that does not
 * answer. */
static void a_socket_that_closes_is_not_silent(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        struct message m = {.type = MESSAGE_SESSION_REVOKE};
        r->rendered_within_ms = 5000;
        rig_restart(r);
        reach_connect(r, MARIA);
        reach_connect(r, IDA);
        story_join(r, ANNA, true, &phone);
        reach_arrive(r, &phone, "other");
        rig_wait(r, 3000);
        snprintf(m.session_revoke.associate, sizeof(m.session_revoke.associate), "ext-1");
        r->face = FACE_OPERATOR;
        assert_int_equal(rig_request(r, NULL, &m), 200);
        assert_int_equal(r->n_closed, 1);
        rig_wait(r, 8000); /* her socket is not closed yet */
        assert_int_equal(reach_cards(r, IDA), 0);
        rig_close(r, 10 + MARIA);
        rig_wait(r, 16000); /* her turn is over */
        assert_int_equal(reach_cards(r, IDA), 1);
        assert_int_equal(reach_reply_to(r, MARIA), REPLY_NO_ANSWER);
}

static void a_paused_visit_keeps_nobody_busy(void **state)
{
        struct rig *r = *state;
        struct digest anna, bo;
        r->busy_most_ms = 45 * MINUTE_MS;
        rig_restart(r);
        sensing_begin(r, &anna, true, "keyid", "k-anna");
        assert_int_equal(story_join(r, BO, true, &bo), 200);
        sensing_claim(r, AGENT, "join", 0, 0);
        sensing_stay(r, 2, "0,-60");
        rig_say(r, 1, MESSAGE_WITH_HER, 1, 0);
        assert_int_equal(r->visits[0].alert_state, ALERT_WITH_HER);
        sensing_claim(r, AGENT, "leave", 0, 0);
        sensing_stay(r, 13, "");
        assert_int_equal(r->visits[0].state, VISIT_PAUSED);
        rig_forget_frames(r);
        assert_int_equal(story_arrive(r, &bo), 200); /* Maria has nobody with her any more */
        assert_int_equal(rig_frames_of(r, 1, CARD), 1);
        assert_int_equal(r->visits[0].state, VISIT_PAUSED);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                LARGE(the_named_one_is_looked_up_once),
                LARGE(a_socket_that_closes_is_not_silent),
                STORY(a_paused_visit_keeps_nobody_busy),
        };
        return cmocka_run_group_tests_name("meanwhile", tests, NULL, NULL);
}
