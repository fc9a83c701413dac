/* What a handheld gets that comes back: the events since, or one resync; and numbers that are never used
 * again. */
#include "tests/core/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* Anna's card is on the handheld (event 1, accepted: event 2), and Bo has changed his mind so often since
 * that the stream no longer keeps those two. */
static void an_old_card(struct rig *r, const struct digest *token, struct digest *bo)
{
        struct digest anna;
        rig_open(r, 1, FACE_HANDHELD, token);
        rig_hello(r, 1, "", 0);
        story_join(r, ANNA, true, &anna);
        story_arrive(r, &anna);
        rig_say(r, 1, MESSAGE_ACCEPT, 1, 0);
        story_join(r, BO, true, bo);
        story_arrive(r, bo);
        for (int i = 0; i < 80; i++) {
                rig_forget_frames(r);
                story_ask(r, bo, MESSAGE_TELL);
        }
        rig_close(r, 1);
        rig_forget_frames(r);
}

/* Each open card once, and then nothing but what happens after: no event twice, at no later visit either. */
static void one_resync_and_then_it_resumes(void **state)
{
        struct rig *r = *state;
        struct digest token = rig_session(r, SESSION_HANDHELD, MARIA), bo;
        an_old_card(r, &token, &bo);
        rig_open(r, 2, FACE_HANDHELD, &token);
        rig_hello(r, 2, EPOCH, 2);
        assert_non_null(rig_frame(r, 2, "\"resume\":false"));
        assert_non_null(rig_frame(r, 2, "\"t\":\"resync\",\"epoch\":\"" EPOCH "\",\"seq\":0,\"open\":2"));
        assert_int_equal(rig_frames_of(r, 2, "\"t\":\"card\""), 2);
        assert_non_null(rig_frame(r, 2, "\"t\":\"card\",\"seq\":1,\"card\":1,\"state\":\"accepted\""));
        assert_non_null(rig_frame(r, 2, "\"t\":\"card\",\"seq\":83,\"card\":2"));
        for (uint64_t peer = 3; peer < 6; peer++) {
                rig_close(r, peer - 1);
                rig_forget_frames(r);
                rig_open(r, peer, FACE_HANDHELD, &token);
                rig_hello(r, peer, EPOCH, 83);
                assert_non_null(rig_frame(r, peer, "\"resume\":true"));
                assert_int_equal(r->n_frames, 1);
        }
        story_ask(r, &bo, MESSAGE_STOP);
        assert_non_null(rig_frame(r, 5, "\"t\":\"retract\",\"seq\":84,\"card\":2"));
}

/* The newest event is of a card that has gone: it comes as well, for its number alone. */
static void the_newest_event_ends_a_resync(void **state)
{
        struct rig *r = *state;
        struct digest token = rig_session(r, SESSION_HANDHELD, MARIA), bo;
        an_old_card(r, &token, &bo);
        story_ask(r, &bo, MESSAGE_STOP);
        rig_open(r, 2, FACE_HANDHELD, &token);
        rig_hello(r, 2, EPOCH, 2);
        assert_int_equal(rig_frames_of(r, 2, "\"t\":\"card\""), 1);
        assert_int_equal(rig_frames_of(r, 2, "\"t\":\"retract\""), 1);
        assert_non_null(rig_frame(r, 2, "\"t\":\"retract\",\"seq\":84,\"card\":2"));
        rig_close(r, 2);
        rig_open(r, 3, FACE_HANDHELD, &token);
        rig_hello(r, 3, EPOCH, 84);
        assert_non_null(rig_frame(r, 3, "\"resume\":true"));
}

/* A card that changes while the open ones are on their way comes once more, and so does its end. */
static void what_happens_during_a_resync_follows_it(void **state)
{
        struct rig *r = *state;
        struct digest token = rig_session(r, SESSION_HANDHELD, MARIA), bo;
        an_old_card(r, &token, &bo);
        r->hold_credit = true;
        rig_open(r, 2, FACE_HANDHELD, &token);
        rig_hello(r, 2, EPOCH, 2); /* takes the one place: welcome */
        story_ask(r, &bo, MESSAGE_TELL);
        story_ask(r, &bo, MESSAGE_STOP);
        r->hold_credit = false;
        rig_ready(r, 2);
        assert_non_null(rig_frame(r, 2, "\"t\":\"card\",\"seq\":1,"));
        assert_int_equal(rig_frames_of(r, 2, "\"t\":\"card\""), 1);
        const char *last = rig_frame(r, 2, "\"t\":\"");
        assert_non_null(strstr(last, "\"t\":\"retract\",\"seq\":85,\"card\":2"));
}

/* A socket so slow that the stream runs away from under its resync gets another one. */
static void a_resync_that_was_overtaken_begins_again(void **state)
{
        struct rig *r = *state;
        struct digest token = rig_session(r, SESSION_HANDHELD, MARIA), bo;
        an_old_card(r, &token, &bo);
        r->hold_credit = true;
        rig_open(r, 2, FACE_HANDHELD, &token);
        rig_hello(r, 2, EPOCH, 2);
        for (int i = 0; i < 80; i++)
                story_ask(r, &bo, MESSAGE_TELL);
        r->hold_credit = false;
        rig_ready(r, 2);
        assert_int_equal(rig_frames_of(r, 2, "\"t\":\"resync\""), 2);
        assert_non_null(rig_frame(r, 2, "\"t\":\"card\",\"seq\":1,"));
        assert_non_null(rig_frame(r, 2, "\"t\":\"card\",\"seq\":163,\"card\":2"));
}

/* The kept events and the open visits name only card 1, but a card 2 was given: a handheld may still hold it.
 */
static void a_card_number_is_never_given_twice(void **state)
{
        struct rig *r = *state;
        struct digest anna, bo;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        story_join(r, BO, true, &bo);
        story_arrive(r, &bo);
        story_join(r, ANNA, true, &anna);
        story_arrive(r, &anna);
        assert_non_null(rig_frame(r, 1, "\"card\":2,"));
        story_ask(r, &anna, MESSAGE_STOP);
        for (int i = 0; i < RIG_STREAM_KEPT; i++) {
                rig_forget_frames(r);
                story_ask(r, &bo, MESSAGE_TELL);
        }
        rig_restart(r);
        rig_forget_frames(r);
        story_connect_as(r, 2, MARIA, SESSION_HANDHELD);
        story_arrive(r, &anna);
        assert_non_null(rig_frame(r, 2, "\"card\":3,"));
        assert_null(rig_frame(r, 2, "\"card\":2,"));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                STORY(one_resync_and_then_it_resumes),
                STORY(the_newest_event_ends_a_resync),
                STORY(what_happens_during_a_resync_follows_it),
                STORY(a_resync_that_was_overtaken_begins_again),
                STORY(a_card_number_is_never_given_twice),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
