/* Practice arrivals: the hub knows that somebody has done them, on disk, and nothing else of them [P104]. */
#include "tests/core/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

static bool welcomed(const struct rig *r, uint64_t peer, bool practised)
{
        const char *frame = rig_frame(r, peer, "\"t\":\"welcome\"");
        assert_non_null(frame);
        return strstr(frame, practised ? "\"practised\":true" : "\"practised\":false") != NULL;
}

static void it_is_asked_for_once_also_after_a_start(void **state)
{
        struct rig *r = *state;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        story_connect_as(r, 2, JONAS, SESSION_HANDHELD);
        assert_true(welcomed(r, 1, false));
        rig_say(r, 1, MESSAGE_PRACTISED, 0, 0);
        assert_true(r->practised[MARIA]);
        assert_false(r->practised[JONAS]);
        rig_forget_frames(r);
        story_connect_as(r, 3, MARIA, SESSION_HANDHELD); /* another handheld of hers */
        assert_true(welcomed(r, 3, true));
        rig_restart(r);
        rig_forget_frames(r);
        story_connect_as(r, 4, MARIA, SESSION_HANDHELD);
        story_connect_as(r, 5, JONAS, SESSION_HANDHELD);
        assert_true(welcomed(r, 4, true));
        assert_true(welcomed(r, 5, false));
        rig_role(r, MARIA, ROLE_MANAGER); /* an import does not forget it */
        rig_wait(r, SECOND_MS + 1);
        rig_forget_frames(r);
        story_connect_as(r, 6, MARIA, SESSION_HANDHELD);
        assert_true(welcomed(r, 6, true));
}

static void it_writes_that_and_nothing_else(void **state)
{
        struct rig *r = *state;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        uint32_t frames = r->n_frames;
        r->hold_commits = true;
        rig_say(r, 1, MESSAGE_PRACTISED, 0, 0);
        assert_int_equal(r->n_held, 1);
        assert_int_equal(r->held[0].n, 1);
        assert_int_equal(r->held[0].writes[0].kind, WRITE_PRACTISED);
        assert_int_equal(r->held[0].writes[0].practised.associate, MARIA);
        rig_say(r, 1, MESSAGE_PRACTISED, 0, 0); /* tapped twice: at most the same once more */
        r->hold_commits = false;
        rig_release(r);
        rig_say(r, 1, MESSAGE_PRACTISED, 0, 0);
        assert_int_equal(r->n_frames, frames);
        assert_int_equal(r->disclosures, 0);
        assert_int_equal(r->offers, 0);
        assert_int_equal(r->n_stream, 0);
        assert_int_equal(r->n_visits, 0);
}

static void what_the_disk_refused_is_asked_for_again(void **state)
{
        struct rig *r = *state;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        r->fail_commits = true;
        rig_say(r, 1, MESSAGE_PRACTISED, 0, 0);
        r->fail_commits = false;
        assert_int_equal(rig_frames_of(r, 1, "not_saved"), 1);
        rig_forget_frames(r);
        story_connect_as(r, 2, MARIA, SESSION_HANDHELD);
        assert_true(welcomed(r, 2, false));
        rig_say(r, 2, MESSAGE_PRACTISED, 0, 0);
        assert_true(r->practised[MARIA]);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                STORY(it_is_asked_for_once_also_after_a_start),
                STORY(it_writes_that_and_nothing_else),
                STORY(what_the_disk_refused_is_asked_for_again),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
