/* "Say thanks": for whom it is kept, for how long, on whose card it is said, and what ends it [P105]. */
#include "tests/core/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#define SAID "your client · you want to say thanks\""

/* Her card is on Maria's handheld; its number there. */
static uint32_t arrives(struct rig *r, const struct digest *phone, uint32_t card)
{
        rig_forget_frames(r);
        assert_int_equal(story_arrive(r, phone), 200);
        assert_int_equal(rig_frames_of(r, 1, "\"t\":\"card\""), 1);
        return card;
}

static void done(struct rig *r, uint32_t card, bool thank)
{
        struct message m = {.type = MESSAGE_DONE, .done = {.card = card, .thank = thank}};
        rig_say(r, 1, MESSAGE_ACCEPT, card, 0);
        rig_say(r, 1, MESSAGE_WITH_HER, card, 0);
        rig_message(r, 1, &m);
        assert_int_equal(r->visits[r->n_visits - 1].state, VISIT_ENDED);
}

static bool said(const struct rig *r)
{
        return rig_frames_of(r, 1, SAID) == 1;
}

/* So many store days later, at the same hour. */
static void days(struct rig *r, int n)
{
        rig_close(r, 1);
        rig_wait(r, SECOND_MS);
        r->wall += n * DAY_MS;
        r->mono += n * DAY_MS;
        r->day += n;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
}

static struct digest joined(struct rig *r)
{
        struct digest phone;
        assert_int_equal(story_join(r, ANNA, true, &phone), 200);
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        return phone;
}

static void it_is_said_on_her_next_card_and_to_herself(void **state)
{
        struct rig *r = *state;
        struct digest phone = joined(r);
        done(r, arrives(r, &phone, 1), true);
        assert_int_equal(r->people[ANNA].row.n_thanks, 1);
        days(r, 7);
        assert_int_equal(story_ask(r, &phone, MESSAGE_MY_CARD), 200);
        assert_true(story_says(r, SAID)); /* she reads what Maria would */
        arrives(r, &phone, 2);
        assert_true(said(r));
        rig_say(r, 1, MESSAGE_RENDERED, 2, 5);
        done(r, 2, false);
        assert_int_equal(r->people[ANNA].row.n_thanks, 0);
        days(r, 1);
        arrives(r, &phone, 3);
        assert_false(said(r)); /* once */
}

static void not_on_the_same_day_and_not_after_seven(void **state)
{
        struct rig *r = *state;
        struct digest phone = joined(r);
        done(r, arrives(r, &phone, 1), true);
        arrives(r, &phone, 2);
        assert_false(said(r));
        done(r, 2, true);
        days(r, 8);
        assert_int_equal(story_ask(r, &phone, MESSAGE_MY_CARD), 200);
        assert_false(story_says(r, SAID));
        arrives(r, &phone, 3);
        assert_false(said(r));
}

static void a_start_and_a_clock_that_jumps_change_nothing(void **state)
{
        struct rig *r = *state;
        struct digest phone = joined(r);
        done(r, arrives(r, &phone, 1), true);
        rig_restart(r);
        days(r, 3);
        arrives(r, &phone, 2);
        assert_true(said(r));
        rig_restart(r); /* in the middle of the visit: the same card again */
        rig_forget_frames(r);
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        assert_true(said(r));
        r->wall -= 2 * HOUR_MS; /* a clock that goes back, on the same day of the store */
        done(r, 2, false);
        rig_restart(r);
        days(r, 1);
        arrives(r, &phone, 3);
        assert_false(said(r));
}

static void she_takes_it_back_with_stop(void **state)
{
        struct rig *r = *state;
        struct digest phone = joined(r);
        done(r, arrives(r, &phone, 1), true);
        days(r, 1);
        arrives(r, &phone, 2);
        assert_true(said(r));
        assert_int_equal(story_ask(r, &phone, MESSAGE_STOP), 200);
        assert_int_equal(r->people[ANNA].row.n_thanks, 0);
        days(r, 1);
        arrives(r, &phone, 3);
        assert_false(said(r));
}

static void leaving_for_good_takes_it_back_without_a_visit(void **state)
{
        struct rig *r = *state;
        struct digest phone = joined(r);
        struct message m = {.type = MESSAGE_STOP, .stop = {.everything = true}};
        done(r, arrives(r, &phone, 1), true);
        assert_int_equal(rig_request(r, &phone, &m), 200);
        assert_int_equal(r->people[ANNA].row.n_thanks, 0);
}

static void a_stop_after_the_visit_takes_it_back(void **state)
{
        struct rig *r = *state;
        struct digest phone = joined(r);
        done(r, arrives(r, &phone, 1), true);
        assert_int_equal(r->people[ANNA].row.n_thanks, 1);
        assert_int_equal(story_ask(r, &phone, MESSAGE_STOP), 200); /* her page still showed the visit */
        assert_int_equal(r->people[ANNA].row.n_thanks, 0);
}

/* She withdraws between the tap on Done and its commit: whichever is first, nothing is left. */
static void stop_between_done_and_its_commit(void **state)
{
        struct rig *r = *state;
        struct digest phone = joined(r);
        struct message m = {.type = MESSAGE_DONE, .done = {.card = 1, .thank = true}};
        struct message stop = {.type = MESSAGE_STOP, .stop = {.everything = true}};
        arrives(r, &phone, 1);
        rig_say(r, 1, MESSAGE_WITH_HER, 1, 0);
        r->hold_commits = true;
        rig_message(r, 1, &m);
        rig_request(r, &phone, &stop);
        r->hold_commits = false;
        rig_release(r);
        rig_wait(r, 2 * SECOND_MS);
        assert_int_equal(r->people[ANNA].row.n_thanks, 0);
        assert_int_equal(r->visits[r->n_visits - 1].state, VISIT_ENDED);
}

static void only_whom_she_chose_and_who_met_her(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        struct message m = {.type = MESSAGE_DONE, .done = {.card = 1, .thank = true}};
        assert_int_equal(story_join(r, ANNA, false, &phone), 200); /* Maria is hers by evidence only */
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        done(r, arrives(r, &phone, 1), true);
        assert_int_equal(r->people[ANNA].row.n_thanks, 0);
        assert_int_equal(story_join(r, BO, true, &phone), 200);
        arrives(r, &phone, 2);
        rig_say(r, 1, MESSAGE_ACCEPT, 2, 0);
        m.done.card = 2;
        rig_message(r, 1, &m); /* done without having met */
        assert_int_equal(r->people[BO].row.n_thanks, 0);
}

static void somebody_elses_wish_is_not_said(void **state)
{
        struct rig *r = *state;
        struct digest phone = joined(r);
        r->people[ANNA].row.thanks[0] =
                (struct thanks_row){JONAS, r->day - 1}; /* whom she had chosen before */
        r->people[ANNA].row.n_thanks = 1;
        done(r, arrives(r, &phone, 1), false);
        assert_int_equal(rig_frames_of(r, 1, "thanks"), 0);
        assert_int_equal(r->people[ANNA].row.n_thanks, 1); /* his own */
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                STORY(it_is_said_on_her_next_card_and_to_herself),
                STORY(not_on_the_same_day_and_not_after_seven),
                STORY(a_start_and_a_clock_that_jumps_change_nothing),
                STORY(she_takes_it_back_with_stop),
                STORY(leaving_for_good_takes_it_back_without_a_visit),
                STORY(a_stop_after_the_visit_takes_it_back),
                STORY(stop_between_done_and_its_commit),
                STORY(somebody_elses_wish_is_not_said),
                STORY(only_whom_she_chose_and_who_met_her),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
