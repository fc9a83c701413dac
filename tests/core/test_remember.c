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

int main(void)
{
        const struct CMUnitTest tests[] = {STORY(the_newest_check_is_told_after_a_start),
                STORY(it_is_written_until_the_disk_has_it)};
        return cmocka_run_group_tests_name("core_remember", tests, NULL, NULL);
}
