/* What becomes of a card that is taken back: which devices have said that it is gone, and what she is told
 * [P115]. */
#include "tests/core/story.h"

#include "server/core/screens.h"
#include "server/core/state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CARD "\"t\":\"card\""

static bool clearing(struct rig *r, const struct digest *phone, uint32_t waiting, uint32_t away)
{
        char piece[64];
        snprintf(piece, sizeof(piece), "\"clearing\":{\"waiting\":%u,\"away\":%u}", waiting, away);
        assert_int_equal(story_ask(r, phone, MESSAGE_NOW), 200);
        return story_says(r, piece);
}

static bool nothing_said(struct rig *r, const struct digest *phone)
{
        assert_int_equal(story_ask(r, phone, MESSAGE_NOW), 200);
        return !story_says(r, "\"clearing\"");
}

/* The device has carried out its newest retract. */
static void obeys(struct rig *r, uint64_t peer)
{
        const char *retract = rig_frame(r, peer, "\"t\":\"retract\"");
        assert_non_null(retract);
        unsigned long seq = strtoul(strstr(retract, "\"seq\":") + 6, NULL, 10);
        unsigned long card = strtoul(strstr(retract, "\"card\":") + 7, NULL, 10);
        rig_say(r, peer, MESSAGE_CLEARED, (uint32_t)card, seq);
}

/* Anna's card is on two devices of Maria's: peer 1, whose token is told, and peer 2. */
static struct digest on_two_screens(struct rig *r, struct digest *phone)
{
        struct digest token = rig_session(r, SESSION_HANDHELD, MARIA);
        rig_open(r, 1, FACE_HANDHELD, &token);
        rig_hello(r, 1, "", 0);
        story_connect_as(r, 2, MARIA, SESSION_HANDHELD);
        story_join(r, ANNA, true, phone);
        assert_int_equal(story_arrive(r, phone), 200);
        assert_non_null(rig_frame(r, 1, CARD));
        assert_non_null(rig_frame(r, 2, CARD));
        return token;
}

static void it_is_cleared_when_each_has_said_so(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        on_two_screens(r, &phone);
        assert_true(nothing_said(r, &phone)); /* it is meant to be there */
        assert_int_equal(story_ask(r, &phone, MESSAGE_STOP), 200);
        assert_true(story_says(r, "\"clearing\":{\"waiting\":2,\"away\":0}"));
        obeys(r, 1);
        assert_true(clearing(r, &phone, 1, 0));
        obeys(r, 2);
        assert_true(clearing(r, &phone, 0, 0));
        r->wall += 13 * HOUR_MS;
        assert_true(nothing_said(r, &phone));
}

static void who_is_away_is_waited_for(void **state)
{
        struct rig *r = *state;
        struct digest phone, token = on_two_screens(r, &phone);
        rig_close(r, 1);
        assert_int_equal(story_ask(r, &phone, MESSAGE_STOP), 200);
        obeys(r, 2);
        assert_true(clearing(r, &phone, 1, 1));
        rig_forget_frames(r);
        rig_open(r, 3, FACE_HANDHELD, &token);
        rig_hello(r, 3, EPOCH, 1); /* the same page, with what it had */
        assert_null(rig_frame(r, 3, CARD));
        assert_true(clearing(r, &phone, 1, 0));
        obeys(r, 3);
        assert_true(clearing(r, &phone, 0, 0));
}

static void a_page_that_begins_anew_shows_nothing(void **state)
{
        struct rig *r = *state;
        struct digest phone, token = on_two_screens(r, &phone);
        rig_close(r, 1);
        assert_int_equal(story_ask(r, &phone, MESSAGE_STOP), 200);
        obeys(r, 2);
        rig_open(r, 3, FACE_HANDHELD, &token);
        rig_hello(r, 3, "", 0);
        assert_true(clearing(r, &phone, 0, 0));
}

/* A device may have had the card before this hub began: what is not known is not claimed. */
static void after_a_start_nothing_is_claimed(void **state)
{
        struct rig *r = *state;
        struct digest phone, token = on_two_screens(r, &phone);
        rig_restart(r);
        rig_forget_frames(r);
        rig_open(r, 3, FACE_HANDHELD, &token);
        rig_hello(r, 3, "", 0);
        assert_non_null(rig_frame(r, 3, CARD));
        assert_int_equal(story_ask(r, &phone, MESSAGE_STOP), 200);
        obeys(r, 3);
        assert_true(nothing_said(r, &phone));
        rig_wait(r, SECOND_MS);
        assert_int_equal(story_arrive(r, &phone), 200); /* of the next visit it is known again */
        assert_int_equal(story_ask(r, &phone, MESSAGE_STOP), 200);
        assert_true(clearing(r, &phone, 1, 0));
        obeys(r, 3);
        assert_true(clearing(r, &phone, 0, 0));
}

/* One customer's screens are nothing to another. */
static void it_is_hers_alone(void **state)
{
        struct rig *r = *state;
        struct digest phone, other;
        on_two_screens(r, &phone);
        story_join(r, BO, true, &other);
        assert_int_equal(story_ask(r, &phone, MESSAGE_STOP), 200);
        assert_true(nothing_said(r, &other));
        assert_true(clearing(r, &phone, 2, 0));
}

/* More cards on more devices than are kept: of a visit of which one was forgotten nothing is claimed, and
 * what had been cleared is no loss. */
static void what_was_forgotten_is_not_claimed(void **state)
{
        struct rig *r = *state;
        struct digest phone, other;
        on_two_screens(r, &phone);
        story_join(r, BO, true, &other);
        assert_int_equal(story_ask(r, &phone, MESSAGE_STOP), 200);
        obeys(r, 2); /* which was sent it first */
        struct event now = {.wall = r->wall};
        struct visit somebodys = {.row = {.person = 9999}};
        struct peer device = {0};
        r->hub->event = &now;
        for (uint32_t i = 0; i < SCREENS_KEPT - 1; i++) {
                memcpy(device.token.b, &i, sizeof(i));
                screens_shown(r->hub, &device, &somebodys, 1);
        }
        assert_true(clearing(r, &phone, 1, 0)); /* the cleared one made room */
        r->hub->event = &now;
        device.token.b[31] = 1;
        screens_shown(r->hub, &device, &somebodys, 1);
        assert_true(nothing_said(r, &phone));
}

int main(void)
{
        const struct CMUnitTest tests[] = {STORY(it_is_cleared_when_each_has_said_so),
                STORY(who_is_away_is_waited_for), STORY(a_page_that_begins_anew_shows_nothing),
                STORY(after_a_start_nothing_is_claimed), STORY(it_is_hers_alone),
                STORY(what_was_forgotten_is_not_claimed)};
        return cmocka_run_group_tests_name("screens", tests, NULL, NULL);
}
