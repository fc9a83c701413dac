/* Who is on shift, told and obeyed: whole visits in a store that keeps a roster [P80]. */
#include "tests/core/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#define H HOUR_MS
#define M MINUTE_MS

/* Peer 1 is Maria's handheld, 3 the manager's. Arrivals need open doors: the rig's day begins at 08:40 UTC
 * and the story joins at an open minute. */
static void floor_of_two(struct rig *r)
{
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        story_connect_as(r, 3, EVA, SESSION_HANDHELD);
}

static uint16_t anna_comes(struct rig *r)
{
        struct digest phone;
        assert_int_equal(story_join(r, ANNA, true, &phone), 200);
        return story_arrive(r, &phone);
}

static void a_store_without_a_roster_has_everybody_on_shift(void **state)
{
        struct rig *r = *state;
        floor_of_two(r);
        assert_null(rig_frame(r, 1, "duty"));
        assert_int_equal(anna_comes(r), 200);
        assert_non_null(rig_frame(r, 1, "\"t\":\"card\""));
        assert_int_equal(r->asked_roster, 0);
}

static void nothing_reaches_her_off_shift(void **state)
{
        struct rig *r = *state;
        rig_works(r, MARIA, 4 * H, 8 * H);
        rig_works(r, EVA, -H, 8 * H);
        rig_import(r);
        floor_of_two(r);
        assert_non_null(rig_frame(r, 1, "{\"t\":\"duty\",\"on\":false,\"until_ms\":1772714400000}"));
        assert_non_null(rig_frame(r, 3, "{\"t\":\"duty\",\"on\":true,\"until_ms\":1772728800000}"));
        assert_int_equal(anna_comes(r), 200);
        rig_wait(r, 3 * SECOND_MS);
        assert_null(rig_frame(r, 1, "\"t\":\"card\""));
        assert_non_null(rig_frame(r, 3, "\"t\":\"card\""));
        assert_false(story_says(r, "\"in\":true"));
}

static void nobody_is_on_shift_so_nobody_is_told(void **state)
{
        struct rig *r = *state;
        rig_works(r, JONAS, 2 * H, 4 * H);
        rig_import(r);
        floor_of_two(r);
        assert_int_equal(anna_comes(r), 200);
        rig_wait(r, 2 * M);
        assert_null(rig_frame(r, 1, "\"t\":\"card\""));
        assert_null(rig_frame(r, 3, "\"t\":\"card\""));
}

static void a_break_is_off_shift(void **state)
{
        struct rig *r = *state;
        rig_works(r, MARIA, -H, 8 * H);
        rig_rests(r, MARIA, -10 * M, 20 * M);
        rig_works(r, EVA, -H, 8 * H);
        rig_import(r);
        floor_of_two(r);
        assert_int_equal(anna_comes(r), 200);
        rig_wait(r, SECOND_MS);
        assert_null(rig_frame(r, 1, "\"t\":\"card\""));
        assert_non_null(rig_frame(r, 3, "\"t\":\"card\""));
        rig_forget_frames(r);
        rig_wait(r, 21 * M);
        assert_non_null(rig_frame(r, 1, "{\"t\":\"duty\",\"on\":true,\"until_ms\":1772728800000}"));
}

static void an_offer_moves_on_within_a_second_of_her_shifts_end(void **state)
{
        struct rig *r = *state;
        rig_works(r, MARIA, -H, 5 * SECOND_MS);
        rig_works(r, EVA, -H, 8 * H);
        rig_import(r);
        floor_of_two(r);
        assert_int_equal(anna_comes(r), 200);
        assert_non_null(rig_frame(r, 1, "\"t\":\"card\""));
        wall_ms ends = RIG_START + 5 * SECOND_MS;
        rig_wait(r, ends - r->wall - 1);
        assert_null(rig_frame(r, 1, "retract"));
        assert_null(rig_frame(r, 1, "\"on\":false"));
        rig_wait(r, SECOND_MS + 1);
        assert_non_null(rig_frame(r, 1, "retract"));
        assert_non_null(rig_frame(r, 1, "{\"t\":\"duty\",\"on\":false,\"until_ms\":0}"));
        assert_non_null(rig_frame(r, 3, "\"t\":\"card\""));
}

static void what_she_accepted_stays_for_half_an_hour(void **state)
{
        struct rig *r = *state;
        rig_works(r, MARIA, -H, 10 * SECOND_MS);
        rig_works(r, EVA, -H, 8 * H);
        rig_import(r);
        floor_of_two(r);
        assert_int_equal(anna_comes(r), 200);
        assert_non_null(rig_frame(r, 1, "\"t\":\"card\""));
        rig_say(r, 1, MESSAGE_ACCEPT, 1, 0);
        rig_wait(r, 30 * M);
        assert_null(rig_frame(r, 1, "retract"));
        rig_wait(r, 15 * SECOND_MS);
        assert_non_null(rig_frame(r, 1, "retract"));
}

static void a_shift_that_follows_at_once_is_no_change(void **state)
{
        struct rig *r = *state;
        rig_works(r, MARIA, -H, 10 * M);
        rig_works(r, MARIA, 10 * M, H);
        rig_works(r, MARIA, 30 * M, 2 * H);
        rig_import(r);
        floor_of_two(r);
        assert_non_null(rig_frame(r, 1, "{\"t\":\"duty\",\"on\":true,\"until_ms\":1772707200000}"));
        rig_forget_frames(r);
        rig_wait(r, 90 * M);
        assert_null(rig_frame(r, 1, "duty"));
}

/* Her shift began yesterday and ends tomorrow, in UTC: both midnights pass while she works. */
static void a_shift_over_midnight_goes_on(void **state)
{
        struct rig *r = *state;
        int64_t midnight = DAY_MS - RIG_START % DAY_MS;
        rig_works(r, MARIA, midnight - 2 * H, midnight + 6 * H);
        rig_works(r, EVA, midnight + 3 * DAY_MS, midnight + 3 * DAY_MS + H);
        rig_import(r);
        rig_wait(r, midnight - H);
        floor_of_two(r);
        assert_non_null(rig_frame(r, 1, "\"on\":true"));
        rig_forget_frames(r);
        rig_wait(r, 2 * H);
        assert_int_equal(r->asked_roster, 1);
        assert_null(rig_frame(r, 1, "\"on\":false"));
        rig_wait(r, 6 * H);
        assert_non_null(rig_frame(r, 1, "\"on\":false"));
        /* What was too far away to be known comes into view day by day. */
        rig_forget_frames(r);
        rig_wait(r, 3 * DAY_MS);
        assert_true(r->asked_roster >= 4);
        assert_non_null(rig_frame(r, 3, "{\"t\":\"duty\",\"on\":true,"));
        assert_non_null(rig_frame(r, 3, "{\"t\":\"duty\",\"on\":false,"));
}

static void a_clock_that_jumps_is_believed(void **state)
{
        struct rig *r = *state;
        rig_works(r, MARIA, -H, H);
        rig_works(r, EVA, -H, 8 * H);
        rig_import(r);
        floor_of_two(r);
        r->wall += 3 * H;
        rig_wait(r, SECOND_MS);
        assert_non_null(rig_frame(r, 1, "\"on\":false"));
        rig_forget_frames(r);
        r->wall -= 3 * H;
        rig_wait(r, SECOND_MS);
        assert_non_null(rig_frame(r, 1, "\"on\":true"));
        /* So far that nothing is known: nobody is told anything before it is. */
        rig_forget_frames(r);
        r->hold_roster = true;
        uint32_t asked = r->asked_roster;
        r->wall += 40 * DAY_MS;
        rig_wait(r, 12 * SECOND_MS);
        assert_int_equal(r->asked_roster, asked + 3); /* at first, and every five seconds */
        assert_null(rig_frame(r, 1, "duty"));
        r->hold_roster = false;
        rig_import(r);
        assert_non_null(rig_frame(r, 1, "{\"t\":\"duty\",\"on\":false,\"until_ms\":0}"));
}

static void a_restart_in_the_middle_of_a_shift_changes_nothing(void **state)
{
        struct rig *r = *state;
        rig_works(r, MARIA, 10 * M, H);
        rig_works(r, EVA, -H, 20 * M);
        rig_import(r);
        rig_wait(r, 15 * M);
        rig_restart(r);
        floor_of_two(r);
        assert_non_null(rig_frame(r, 1, "{\"t\":\"duty\",\"on\":true,\"until_ms\":1772703600000}"));
        assert_int_equal(anna_comes(r), 200);
        assert_non_null(rig_frame(r, 1, "\"t\":\"card\""));
        rig_wait(r, 6 * M);
        assert_non_null(rig_frame(r, 3, "\"on\":false"));
}

static void a_roster_that_comes_and_goes_is_told(void **state)
{
        struct rig *r = *state;
        floor_of_two(r);
        rig_works(r, EVA, -H, H);
        rig_import(r);
        assert_non_null(rig_frame(r, 1, "{\"t\":\"duty\",\"on\":false,\"until_ms\":0}"));
        assert_non_null(rig_frame(r, 3, "{\"t\":\"duty\",\"on\":true,\"until_ms\":1772703600000}"));
        rig_forget_frames(r);
        r->n_shifts = 0;
        rig_import(r);
        assert_non_null(rig_frame(r, 1, "{\"t\":\"duty\",\"on\":true,\"until_ms\":0}"));
        assert_non_null(rig_frame(r, 3, "{\"t\":\"duty\",\"on\":true,\"until_ms\":0}"));
}

/* ---- the manager's page */
static struct digest console_of_eva(struct rig *r)
{
        r->face = FACE_CONSOLE;
        return rig_session(r, SESSION_CONSOLE, EVA);
}

static uint16_t put(struct rig *r, const struct digest *console, const char *who, const char *kind,
        int64_t from, int64_t to)
{
        struct message m = {.type = MESSAGE_SHIFT_PUT};
        snprintf(m.shift_put.associate, sizeof(m.shift_put.associate), "%s", who);
        snprintf(m.shift_put.kind, sizeof(m.shift_put.kind), "%s", kind);
        m.shift_put.begins_ms = RIG_START + from;
        m.shift_put.ends_ms = RIG_START + to;
        return rig_request(r, console, &m);
}

static uint16_t drop(struct rig *r, const struct digest *console, const char *who, int64_t from)
{
        struct message m = {.type = MESSAGE_SHIFT_DROP, .shift_drop = {.kind = "shift"}};
        snprintf(m.shift_drop.associate, sizeof(m.shift_drop.associate), "%s", who);
        m.shift_drop.begins_ms = RIG_START + from;
        return rig_request(r, console, &m);
}

static void a_manager_changes_the_roster_and_it_holds_at_once(void **state)
{
        struct rig *r = *state;
        floor_of_two(r);
        struct digest console = console_of_eva(r);
        assert_int_equal(put(r, &console, "ext-1", "shift", -H, H), 200);
        assert_int_equal(r->n_shifts, 1);
        assert_non_null(rig_frame(r, 1, "{\"t\":\"duty\",\"on\":true,\"until_ms\":1772703600000}"));
        assert_non_null(rig_frame(r, 3, "{\"t\":\"duty\",\"on\":false,\"until_ms\":0}"));
        rig_forget_frames(r);
        assert_int_equal(put(r, &console, "ext-1", "break", -M, M), 200);
        assert_non_null(rig_frame(r, 1, "{\"t\":\"duty\",\"on\":false,\"until_ms\":1772700060000}"));
        rig_forget_frames(r);
        assert_int_equal(put(r, &console, "ext-1", "break", -M, 2 * M), 200);
        assert_int_equal(r->n_shifts, 2);
        assert_int_equal(drop(r, &console, "ext-1", -H), 200);
        assert_int_equal(drop(r, &console, "ext-1", -H), 200); /* it was gone */
        assert_int_equal(r->n_shifts, 1);
}

/* The roster then knows of no shift of hers at all: what counts is when she was seen to go off. */
static void a_shift_that_is_taken_away_ends_only_now(void **state)
{
        struct rig *r = *state;
        floor_of_two(r);
        struct digest console = console_of_eva(r);
        assert_int_equal(put(r, &console, "ext-1", "shift", -H, 8 * H), 200);
        assert_int_equal(put(r, &console, "ext-3", "shift", -H, 8 * H), 200);
        assert_int_equal(anna_comes(r), 200);
        assert_non_null(rig_frame(r, 1, "\"t\":\"card\""));
        rig_say(r, 1, MESSAGE_ACCEPT, 1, 0);
        assert_int_equal(drop(r, &console, "ext-1", -H), 200);
        assert_non_null(rig_frame(r, 1, "\"on\":false"));
        rig_wait(r, 29 * M);
        assert_null(rig_frame(r, 1, "retract"));
        rig_wait(r, 2 * M);
        assert_non_null(rig_frame(r, 1, "retract"));
}

static void what_is_no_shift_is_refused(void **state)
{
        struct rig *r = *state;
        struct digest console = console_of_eva(r), phone = rig_session(r, SESSION_HANDHELD, MARIA);
        assert_int_equal(put(r, &console, "ext-9", "shift", 0, H), 404);
        assert_int_equal(put(r, &console, "ext-4", "shift", 0, H), 404); /* in another store */
        assert_int_equal(put(r, &console, "ext-1", "nap", 0, H), 400);
        assert_int_equal(put(r, &console, "ext-1", "shift", H, H), 422);
        assert_int_equal(put(r, &console, "ext-1", "shift", 0, 24 * H + 1), 422);
        assert_int_equal(put(r, &console, "ext-1", "shift", -14 * DAY_MS - 1, -14 * DAY_MS + H), 422);
        assert_int_equal(put(r, &console, "ext-1", "shift", 90 * DAY_MS, 90 * DAY_MS + H), 422);
        assert_true(story_says(r, "too_far"));
        assert_int_equal(put(r, &phone, "ext-1", "shift", 0, H), 401);
        assert_int_equal(put(r, NULL, "ext-1", "shift", 0, H), 401);
        assert_int_equal(r->n_shifts, 0);
}

static void a_full_roster_says_so(void **state)
{
        struct rig *r = *state;
        struct digest console = console_of_eva(r);
        rig_works(r, MARIA, 0, H);
        r->more_of_day = SHIFTS_DAY_MOST - 1;
        rig_import(r);
        assert_int_equal(put(r, &console, "ext-2", "shift", 0, H), 409);
        assert_true(story_says(r, "\"full\""));
        assert_int_equal(
                put(r, &console, "ext-1", "shift", 0, 2 * H), 200); /* hers ends later: no more room */
        assert_int_equal(put(r, &console, "ext-1", "break", 0, H), 409);
        assert_int_equal(put(r, &console, "ext-2", "shift", 2 * DAY_MS, 2 * DAY_MS + H), 200);
}

static void only_a_managers_console_sees_the_roster(void **state)
{
        struct rig *r = *state;
        struct digest console = console_of_eva(r), hers = rig_session(r, SESSION_HANDHELD, MARIA);
        struct message m = {.type = MESSAGE_ROSTER, .roster = {.day = "2026-03-06"}};
        assert_int_equal(rig_request(r, &hers, &m), 401);
        assert_int_equal(r->asked_shifts.shifts.request, 0);
        assert_int_equal(rig_request(r, &console, &m), 0); /* the store answers */
        assert_int_equal(r->asked_shifts.shifts.request, r->request);
        assert_string_equal(r->asked_shifts.shifts.day, "2026-03-06");
}

static void a_change_said_twice_is_one(void **state)
{
        struct rig *r = *state;
        static const struct uuid key = {{7, 7, 7}};
        struct digest console = console_of_eva(r);
        r->key = &key;
        assert_int_equal(put(r, &console, "ext-1", "shift", 0, H), 200);
        assert_int_equal(drop(r, &console, "ext-1", 0), 422); /* the key was used for something else */
        r->key = NULL;
        assert_int_equal(drop(r, &console, "ext-1", 0), 200);
        r->key = &key;
        assert_int_equal(put(r, &console, "ext-1", "shift", 0, H), 200); /* done once: it stays away */
        assert_int_equal(r->n_shifts, 0);
        r->key = NULL;
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                STORY(a_store_without_a_roster_has_everybody_on_shift),
                STORY(nothing_reaches_her_off_shift),
                STORY(nobody_is_on_shift_so_nobody_is_told),
                STORY(a_break_is_off_shift),
                STORY(an_offer_moves_on_within_a_second_of_her_shifts_end),
                STORY(what_she_accepted_stays_for_half_an_hour),
                STORY(a_shift_that_is_taken_away_ends_only_now),
                STORY(a_shift_that_follows_at_once_is_no_change),
                STORY(a_shift_over_midnight_goes_on),
                STORY(a_clock_that_jumps_is_believed),
                STORY(a_restart_in_the_middle_of_a_shift_changes_nothing),
                STORY(a_roster_that_comes_and_goes_is_told),
                STORY(a_manager_changes_the_roster_and_it_holds_at_once),
                STORY(what_is_no_shift_is_refused),
                STORY(a_full_roster_says_so),
                STORY(only_a_managers_console_sees_the_roster),
                STORY(a_change_said_twice_is_one),
        };
        return cmocka_run_group_tests_name("core: who is on shift", tests, NULL, NULL);
}
