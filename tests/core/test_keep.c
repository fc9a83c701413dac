/* How long things are kept, as far as it is the core's: a clock that leapt is not believed at once [P166],
 * and a customer says how long looks at her cards are kept [P167]. */
#include "tests/core/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>

#define A_STEP (11 * MINUTE_MS)

/* Whether what is old by the present clock has been let go of. */
static bool lets_go(const struct rig *r)
{
        return r->kept.keep.now > r->wall - A_STEP && r->kept.keep.now <= r->wall;
}

static void a_clock_that_leapt_is_believed_after_six_hours(void **state)
{
        struct rig *r = *state;
        rig_wait(r, A_STEP);
        assert_true(lets_go(r));
        r->wall += 32 * DAY_MS;
        rig_wait(r, A_STEP);
        assert_false(lets_go(r));
        assert_true(hub_doubts_clock(r->hub));
        rig_wait(r, 5 * HOUR_MS + 30 * MINUTE_MS);
        assert_false(lets_go(r));
        rig_wait(r, 31 * MINUTE_MS);
        assert_true(lets_go(r));
        assert_false(hub_doubts_clock(r->hub));
}

static void a_month_is_no_leap(void **state)
{
        struct rig *r = *state;
        rig_wait(r, A_STEP);
        r->wall += 31 * DAY_MS - A_STEP;
        rig_wait(r, A_STEP);
        assert_true(lets_go(r));
        r->wall -= 400 * DAY_MS; /* nor is one back, which makes nothing old */
        rig_wait(r, A_STEP);
        assert_true(lets_go(r));
}

static void set_right_it_is_believed_at_once(void **state)
{
        struct rig *r = *state;
        rig_wait(r, A_STEP);
        r->wall += 4000 * DAY_MS;
        rig_wait(r, HOUR_MS);
        assert_true(hub_doubts_clock(r->hub));
        r->wall -= 4000 * DAY_MS;
        rig_wait(r, A_STEP);
        assert_true(lets_go(r));
        assert_false(hub_doubts_clock(r->hub));
}

/* How long it was off nobody knows: a start is no reason to believe a clock. */
static void a_start_believes_no_more(void **state)
{
        struct rig *r = *state;
        rig_wait(r, A_STEP);
        r->wall += 40 * DAY_MS;
        for (int i = 0; i < 3; i++) {
                rig_restart(r);
                rig_wait(r, 4 * HOUR_MS);
                assert_false(lets_go(r));
        }
        rig_wait(r, 2 * HOUR_MS + A_STEP);
        assert_true(lets_go(r));
}

static uint16_t looks(struct rig *r, const struct digest *phone, const char *keep)
{
        struct message m = {.type = MESSAGE_LOOKS};
        snprintf(m.looks.keep, sizeof(m.looks.keep), "%s", keep);
        return rig_request(r, phone, &m);
}

static void she_says_how_long_looks_are_kept(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        assert_int_equal(story_join(r, ANNA, true, &phone), 200);
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOW), 200);
        assert_true(story_says(r, "\"looks\":{\"keep\":\"store\",\"months\":12}"));
        static const struct {
                const char *word;
                int32_t hours;
        } terms[] = {{"month", 720}, {"day", 24}, {"day", 24}, {"week", 168}};
        for (size_t i = 0; i < ARRAY_LEN(terms); i++) {
                assert_int_equal(looks(r, &phone, terms[i].word), 200);
                assert_int_equal(r->people[ANNA].row.looks, terms[i].hours);
        }
        assert_true(story_says(r, "\"looks\":{\"keep\":\"week\",\"months\":12}"));
        assert_int_equal(looks(r, &phone, "hour"), 422);
        assert_true(story_says(r, "\"error\":\"keep\""));
        r->fail_commits = true;
        assert_int_equal(looks(r, &phone, "day"), 503);
        r->fail_commits = false;
        assert_int_equal(r->people[ANNA].row.looks, 168);
        assert_int_equal(looks(r, &phone, "store"), 200);
        assert_int_equal(r->people[ANNA].row.looks, 0);
}

static void also_while_she_pauses_and_after_she_left(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        struct message hold = {.type = MESSAGE_PAUSE, .pause = {.on = true}};
        struct message stop = {.type = MESSAGE_STOP, .stop = {.everything = true}};
        assert_int_equal(story_join(r, ANNA, true, &phone), 200);
        rig_wait(r, SECOND_MS);
        assert_int_equal(rig_request(r, &phone, &hold), 200);
        assert_int_equal(looks(r, &phone, "day"), 200);
        assert_int_equal(rig_request(r, &phone, &stop), 200);
        assert_int_equal(r->people[ANNA].row.looks, 24);
        assert_int_not_equal(looks(r, &phone, "store"), 200); /* nobody's page any more */
        assert_int_equal(r->people[ANNA].row.looks, 24);
}

/* Her own word deletes at once, so it asks the clock, too: else a year that was mistyped makes all of it old.
 */
static void a_clock_that_leapt_takes_no_looks(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        assert_int_equal(story_join(r, ANNA, true, &phone), 200);
        rig_wait(r, A_STEP);
        assert_int_equal(looks(r, &phone, "month"), 200);
        assert_true(r->shortened == r->wall);
        r->wall += 40 * DAY_MS;
        assert_int_equal(looks(r, &phone, "week"), 200);
        assert_int_equal(r->people[ANNA].row.looks, 168); /* it holds, and the steps see to it */
        assert_int_equal(r->shortened, 0);
        rig_wait(r, 6 * HOUR_MS + A_STEP);
        assert_int_equal(looks(r, &phone, "day"), 200);
        assert_true(r->shortened == r->wall);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                STORY(a_clock_that_leapt_is_believed_after_six_hours),
                STORY(a_month_is_no_leap),
                STORY(set_right_it_is_believed_at_once),
                STORY(a_start_believes_no_more),
                STORY(she_says_how_long_looks_are_kept),
                STORY(also_while_she_pauses_and_after_she_left),
                STORY(a_clock_that_leapt_takes_no_looks),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
