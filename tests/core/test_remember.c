/* What the hub knows again after a start though nobody asked for it. */
#include "tests/core/book_story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

/* ---- the leak check ---- */
static bool her_page_says(struct rig *r, const char *piece)
{
        assert_int_equal(story_ask(r, NULL, MESSAGE_NOW), 200);
        return story_says(r, piece);
}

static void checked(struct rig *r)
{
        rig_leak_check(r, &(struct leak_check){.at = RIG_START, .pairs = 500, .found = 2});
        assert_true(her_page_says(r, "\"leak_check\":{\"at_ms\":1772700000000,\"pairs\":500,\"found\":2}"));
}

static void the_newest_check_is_told_after_a_start(void **state)
{
        struct rig *r = *state;
        assert_true(her_page_says(r, "\"leak_check\":null"));
        checked(r);
        rig_restart(r);
        assert_true(her_page_says(r, "\"leak_check\":{\"at_ms\":1772700000000,\"pairs\":500,\"found\":2}"));
        rig_leak_check(r, &(struct leak_check){.at = RIG_START + DAY_MS, .pairs = 40});
        rig_restart(r);
        assert_true(her_page_says(r, "\"pairs\":40,\"found\":0}"));
}

/* A disk that refuses it is asked again, and not every second. */
static void it_is_written_until_the_disk_has_it(void **state)
{
        struct rig *r = *state;
        r->hold_commits = r->fail_commits = true;
        checked(r);
        assert_int_equal(r->n_held, 1); /* at once */
        assert_int_equal(r->held[0].writes[0].kind, WRITE_REMEMBER);
        rig_release(r);
        rig_wait(r, 5000);
        assert_int_equal(r->n_held, 0);
        r->hold_commits = r->fail_commits = false;
        rig_wait(r, 6000);
        assert_int_equal(r->remembered.leak_check.pairs, 500);
        r->hold_commits = true;
        rig_wait(r, MINUTE_MS);
        assert_int_equal(r->n_held, 0); /* once */
        r->hold_commits = false;
}

/* ---- cards under other rules ---- */
/* How many cards Maria's device gets anew that comes back after a start with what it had. */
static uint32_t anew_after_a_start(struct rig *r)
{
        uint64_t seq = r->stream[r->n_stream - 1].seq;
        rig_restart(r);
        rig_forget_frames(r);
        struct digest token = rig_session(r, SESSION_HANDHELD, MARIA);
        rig_open(r, 7, FACE_HANDHELD, &token);
        rig_hello(r, 7, EPOCH, seq);
        rig_wait(r, 3000);
        assert_non_null(rig_frame(r, 7, "\"resume\":true"));
        return rig_frames_of(r, 7, "\"t\":\"card\"");
}

/* The hub dies when the new rules are on disk and before the card was made anew. */
static void published_and_killed(struct scene *s)
{
        struct draft d = rules_narrower(s->r);
        rules_propose(s->r, &s->eva, &d);
        s->r->hold_commits = true;
        assert_int_equal(rules_publish(s->r, &s->eva, &d), 0);
        rig_release_one(s->r);
        assert_int_equal(rules_live_version(s->r), 2);
        s->r->hold_commits = false;
        rules_drop(&d);
}

/* Her visit began ten minutes after the publication, says the clock, which was set back in between. */
static void a_clock_that_went_back_leaves_no_card_as_it_was(void **state)
{
        struct scene s = rules_scene_of(state);
        s.r->wall -= 10 * MINUTE_MS;
        published_and_killed(&s);
        s.r->wall += 10 * MINUTE_MS; /* and right again: nothing shows that it was wrong */
        assert_int_equal(anew_after_a_start(s.r), 1);
        assert_null(rig_frame(s.r, 7, "Navy coat"));
        assert_int_equal(s.r->remembered.renewed, 2);
}

static void a_start_leaves_cards_alone_that_were_made_anew(void **state)
{
        struct scene s = rules_scene_of(state);
        published_and_killed(&s);
        assert_int_equal(anew_after_a_start(s.r), 1);
        rig_close(s.r, 7);
        assert_int_equal(anew_after_a_start(s.r), 0);
}

static void a_start_leaves_cards_alone_where_nothing_was_published(void **state)
{
        struct scene s = rules_scene_of(state);
        rig_wait(s.r, 1000);
        assert_int_equal(anew_after_a_start(s.r), 0);
}

/* Not remembered before the last of them is on disk. */
static void it_is_remembered_when_the_last_is_durable(void **state)
{
        struct scene s = rules_scene_of(state);
        struct draft d = rules_narrower(s.r);
        rig_wait(s.r, 1000);
        assert_int_equal(s.r->remembered.renewed, 1);
        rules_propose(s.r, &s.eva, &d);
        s.r->hold_commits = true;
        assert_int_equal(rules_publish(s.r, &s.eva, &d), 0);
        rig_release_one(s.r);
        rig_wait(s.r, MINUTE_MS);
        for (uint32_t i = 0; i < s.r->n_held; i++)
                assert_int_not_equal(s.r->held[i].writes[0].kind, WRITE_REMEMBER);
        assert_true(s.r->n_held > 0); /* the card's */
        s.r->hold_commits = false;
        rig_release(s.r);
        rig_wait(s.r, 1000);
        assert_int_equal(s.r->remembered.renewed, 2);
        rules_drop(&d);
}

int main(void)
{
        const struct CMUnitTest tests[] = {STORY(the_newest_check_is_told_after_a_start),
                STORY(it_is_written_until_the_disk_has_it),
                STORY(a_clock_that_went_back_leaves_no_card_as_it_was),
                STORY(a_start_leaves_cards_alone_that_were_made_anew),
                STORY(a_start_leaves_cards_alone_where_nothing_was_published),
                STORY(it_is_remembered_when_the_last_is_durable)};
        return cmocka_run_group_tests_name("core_remember", tests, NULL, NULL);
}
