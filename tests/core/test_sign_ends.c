/* How long somebody is signed in: by her signs of life, by the clock, by her shift, and until she signs in
 * elsewhere. */
#include "tests/core/signing.h"

#include "server/core/sessions.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#define LOCKED "\"t\":\"locked\""
#define CARD   "\"t\":\"card\""

static void idle_for_a_quarter_of_an_hour(void **state)
{
        struct rig *r = *state;
        signing_in(r, 1, MARIA, PIN);
        rig_wait(r, 14 * MINUTE_MS);
        rig_say(r, 1, MESSAGE_AWAKE, 0, 0);
        rig_wait(r, 14 * MINUTE_MS);
        assert_null(rig_frame(r, 1, LOCKED ",\"why\":\"pin\""));
        struct digest phone = signing_arrival(r);
        assert_non_null(rig_frame(r, 1, CARD));
        struct message painted = {.type = MESSAGE_RENDERED, .rendered = {.card = 1, .seq = 1}};
        rig_message(r, 1, &painted); /* a screen does that by itself */
        rig_wait(r, 2 * MINUTE_MS);
        assert_non_null(rig_frame(r, 1, LOCKED ",\"why\":\"pin\""));
        rig_forget_frames(r);
        struct message tell = {.type = MESSAGE_TELL, .tell = {.hint = "red coat"}};
        assert_int_equal(rig_request(r, &phone, &tell), 200);
        rig_wait(r, 10 * SECOND_MS);
        assert_int_equal(rig_frames_of(r, 1, ""), 0);
        assert_int_equal(signing_closed(r, 1), 0);
        struct hub_counts counts;
        hub_count(r->hub, &counts);
        assert_int_equal(counts.associates_connected, 0);
        rig_message(r, 1, &painted);
        signing_pin(r, 1, PIN, "");
        assert_non_null(rig_frame(r, 1, "\"resume\":false"));
}

/* To the millisecond, not to the next look: what is about to be sent is not. */
static void not_a_frame_too_late(void **state)
{
        struct rig *r = *state;
        signing_in(r, 1, MARIA, PIN);
        rig_wait(r, 15 * MINUTE_MS - SECOND_MS);
        struct digest phone;
        assert_int_equal(story_join(r, ANNA, true, &phone), 200);
        rig_forget_frames(r);
        r->mono += SECOND_MS; /* no tick yet */
        r->wall += SECOND_MS;
        assert_int_equal(story_arrive(r, &phone), 200);
        assert_null(rig_frame(r, 1, CARD));
        assert_non_null(rig_frame(r, 1, LOCKED));
}

/* A frame that was on its way when it ended does not come after it: its socket is closed. */
static void what_is_on_its_way_is_closed(void **state)
{
        struct rig *r = *state;
        signing_in(r, 1, MARIA, PIN);
        r->hold_credit = true;
        signing_arrival(r);
        assert_non_null(rig_frame(r, 1, CARD));
        rig_forget_frames(r);
        rig_wait(r, 16 * MINUTE_MS);
        assert_int_equal(signing_closed(r, 1), 4411);
        assert_int_equal(rig_frames_of(r, 1, ""), 0);
}

static void twelve_hours_at_most(void **state)
{
        struct rig *r = *state;
        struct digest maria = signing_in(r, 1, MARIA, PIN);
        for (int i = 0; i < 71; i++) {
                rig_wait(r, 10 * MINUTE_MS);
                rig_say(r, 1, MESSAGE_AWAKE, 0, 0);
                if (i == 40) { /* also over a connection that was lost, and over a start */
                        rig_wait(r, 2 * SECOND_MS);
                        rig_restart(r);
                        rig_forget_frames(r);
                        signing_connect(r, 1, &maria);
                        assert_true(signing_welcomed(r, 1));
                }
        }
        assert_null(rig_frame(r, 1, LOCKED ",\"why\":\"pin\""));
        rig_wait(r, 11 * MINUTE_MS);
        assert_non_null(rig_frame(r, 1, LOCKED ",\"why\":\"pin\""));
        rig_close(r, 1);
        signing_connect(r, 2, &maria);
        assert_false(signing_welcomed(r, 2));
        signing_pin(r, 2, PIN, "");
        assert_true(signing_welcomed(r, 2));
}

/* Her sign of life is on disk to the minute: a start neither forgets nor forgives. */
static void a_start_knows_who_was_awake(void **state)
{
        struct rig *r = *state;
        struct digest maria = signing_in(r, 1, MARIA, PIN);
        rig_wait(r, 10 * MINUTE_MS);
        rig_say(r, 1, MESSAGE_AWAKE, 0, 0);
        rig_wait(r, 2 * SECOND_MS);
        rig_restart(r);
        rig_wait(r, 14 * MINUTE_MS);
        signing_connect(r, 2, &maria);
        assert_true(signing_welcomed(r, 2));
        rig_wait(r, 2 * MINUTE_MS);
        assert_non_null(rig_frame(r, 2, LOCKED)); /* to connect again is no sign of a person */
        rig_restart(r);
        rig_forget_frames(r);
        signing_connect(r, 3, &maria);
        assert_non_null(rig_frame(r, 3, LOCKED));
}

static void clocks_that_jump(void **state)
{
        struct rig *r = *state;
        struct digest maria = signing_in(r, 1, MARIA, PIN);
        r->wall += DAY_MS; /* while she is connected this process's clock counts */
        rig_wait(r, 5 * MINUTE_MS);
        r->wall -= 2 * DAY_MS;
        rig_wait(r, 5 * MINUTE_MS);
        assert_null(rig_frame(r, 1, LOCKED ",\"why\":\"pin\""));
        r->wall += DAY_MS;
        rig_say(r, 1, MESSAGE_AWAKE, 0, 0);
        rig_wait(r, 2 * SECOND_MS);
        r->wall -= 6 * HOUR_MS; /* set back: what was written then lies in the future */
        rig_forget_frames(r);
        signing_connect(r, 2, &maria);
        assert_non_null(rig_frame(r, 2, LOCKED));
        signing_pin(r, 2, PIN, "");
        assert_true(signing_welcomed(r, 2));
        r->wall -= 30 * SECOND_MS; /* a clock that is only put right ends nothing */
        rig_forget_frames(r);
        signing_connect(r, 3, &maria);
        assert_true(signing_welcomed(r, 3));
        r->wall += HOUR_MS;
        rig_forget_frames(r);
        signing_connect(r, 4, &maria);
        assert_non_null(rig_frame(r, 4, LOCKED));
}

static void it_ends_with_the_shift(void **state)
{
        struct rig *r = *state;
        rig_works(r, MARIA, -HOUR_MS, HOUR_MS);
        rig_works(r, JONAS, -HOUR_MS, 8 * HOUR_MS);
        rig_import(r);
        signing_in(r, 1, MARIA, PIN);
        signing_in(r, 2, JONAS, OTHER_PIN);
        for (int i = 0; i < 8; i++) { /* to the end of the shift, and twenty minutes more */
                rig_wait(r, 10 * MINUTE_MS);
                rig_say(r, 1, MESSAGE_AWAKE, 0, 0);
                rig_say(r, 2, MESSAGE_AWAKE, 0, 0);
        }
        assert_null(rig_frame(r, 1, LOCKED ",\"why\":\"pin\""));
        rig_wait(r, 11 * MINUTE_MS);
        assert_non_null(rig_frame(r, 1, LOCKED ",\"why\":\"pin\""));
        assert_null(rig_frame(r, 2, LOCKED ",\"why\":\"pin\""));
        rig_forget_frames(r);
        signing_pin(r, 1, PIN, ""); /* without a shift: she may, until she is idle */
        assert_true(signing_welcomed(r, 1));
        rig_wait(r, 5 * MINUTE_MS);
        assert_null(rig_frame(r, 1, LOCKED));
}

static void signing_in_elsewhere_fences(void **state)
{
        struct rig *r = *state;
        struct digest first = signing_in(r, 1, MARIA, PIN), jonas = signing_in(r, 2, JONAS, OTHER_PIN);
        struct digest phone = signing_arrival(r);
        assert_non_null(rig_frame(r, 1, CARD));
        assert_null(rig_frame(r, 2, CARD));
        r->hold_commits = true;
        rig_forget_frames(r);
        signing_pin(r, 2, PIN, "Maria");           /* on Jonas's handheld */
        assert_int_equal(signing_closed(r, 1), 0); /* nothing has happened before it is on disk */
        r->hold_commits = false;
        rig_release(r);
        assert_int_equal(signing_closed(r, 1), 4410);
        assert_true(signing_welcomed(r, 2));
        assert_non_null(rig_frame(r, 2, CARD));
        rig_forget_frames(r);
        struct message tell = {.type = MESSAGE_TELL, .tell = {.hint = "red coat"}};
        assert_int_equal(rig_request(r, &phone, &tell), 200);
        assert_int_equal(rig_frames_of(r, 1, ""), 0); /* also while its socket is still there */
        assert_non_null(rig_frame(r, 2, "red coat"));
        assert_int_equal(signing_row(r, &first)->who, 0);
        assert_int_equal(signing_row(r, &jonas)->who, MARIA);
        rig_restart(r);
        rig_forget_frames(r);
        signing_connect(r, 3, &first); /* still paired, and nobody is there */
        assert_non_null(rig_frame(r, 3, LOCKED ",\"why\":\"pin\",\"you\":\"Maria\""));
        assert_null(rig_frame(r, 3, CARD));
        signing_connect(r, 4, &jonas);
        assert_true(signing_welcomed(r, 4));
        assert_non_null(rig_frame(r, 4, "\"name\":\"Maria\""));
        signing_pin(r, 4, OTHER_PIN, "Jonas"); /* he takes it back: nothing of hers stays with it */
        assert_non_null(rig_frame(r, 4, "\"name\":\"Jonas\""));
        rig_forget_frames(r);
        snprintf(tell.tell.hint, sizeof(tell.tell.hint), "blue coat");
        assert_int_equal(rig_request(r, &phone, &tell), 200);
        assert_int_equal(rig_frames_of(r, 4, ""), 0);
}

/* Where several may show her cards, another sign-in ends none. */
static void several_at_once(void **state)
{
        struct rig *r = *state;
        r->one_handheld = false;
        rig_restart(r);
        signing_in(r, 1, MARIA, PIN);
        signing_in(r, 2, JONAS, OTHER_PIN);
        signing_pin(r, 2, PIN, "Maria");
        assert_int_equal(signing_closed(r, 1), 0);
        signing_arrival(r);
        assert_non_null(rig_frame(r, 1, CARD));
        assert_non_null(rig_frame(r, 2, CARD));
}

/* A card for her that is in the queue of the handheld which she leaves does not come there. */
static void its_queue_goes_with_it(void **state)
{
        struct rig *r = *state;
        signing_in(r, 1, MARIA, PIN);
        signing_in(r, 2, JONAS, OTHER_PIN);
        struct digest phone;
        assert_int_equal(story_join(r, ANNA, true, &phone), 200);
        r->hold_credit = true;
        rig_say(r, 1, MESSAGE_COLLEAGUES, 0, 0); /* its one place is taken, the card waits behind it */
        assert_int_equal(story_arrive(r, &phone), 200);
        assert_null(rig_frame(r, 1, CARD));
        r->hold_credit = false;
        signing_pin(r, 2, PIN, "Maria");
        assert_int_equal(signing_closed(r, 1), 4410);
        rig_ready(r, 1);
        assert_null(rig_frame(r, 1, CARD));
        assert_non_null(rig_frame(r, 2, CARD));
}

/* Taken back, locked or not: its socket closes, and a PIN does not bring it back. */
static void taken_back(void **state)
{
        struct rig *r = *state;
        struct digest maria = signing_in(r, 1, MARIA, PIN);
        rig_say(r, 1, MESSAGE_LEAVE, 0, 0);
        struct message m = {.type = MESSAGE_SESSION_REVOKE, .session_revoke = {.associate = "ext-1"}};
        r->face = FACE_OPERATOR;
        assert_int_equal(rig_request(r, NULL, &m), 200);
        r->face = FACE_ANY;
        assert_int_equal(signing_closed(r, 1), 4401);
        signing_connect(r, 2, &maria);
        assert_int_equal(signing_closed(r, 2), 4401);
}

/* Two starts with the same past ask the same: what is in the database is all that counts. */
static void a_replay_is_locked_alike(void **state)
{
        struct rig *r = *state;
        struct digest maria = signing_in(r, 1, MARIA, PIN);
        rig_say(r, 1, MESSAGE_LEAVE, 0, 0);
        signing_pin(r, 1, OTHER_PIN, "");
        signing_pin(r, 1, OTHER_PIN, "");
        char text[2][200];
        for (int i = 0; i < 2; i++) {
                rig_restart(r);
                rig_forget_frames(r);
                signing_connect(r, 2, &maria);
                const char *frame = rig_frame(r, 2, LOCKED);
                assert_non_null(frame);
                snprintf(text[i], sizeof(text[i]), "%s", frame);
        }
        assert_string_equal(text[0], text[1]);
        assert_non_null(strstr(text[0], "\"left\":3"));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                SIGNING(idle_for_a_quarter_of_an_hour),
                SIGNING(not_a_frame_too_late),
                SIGNING(what_is_on_its_way_is_closed),
                SIGNING(twelve_hours_at_most),
                SIGNING(a_start_knows_who_was_awake),
                SIGNING(clocks_that_jump),
                SIGNING(it_ends_with_the_shift),
                SIGNING(signing_in_elsewhere_fences),
                SIGNING(several_at_once),
                SIGNING(its_queue_goes_with_it),
                SIGNING(taken_back),
                SIGNING(a_replay_is_locked_alike),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
