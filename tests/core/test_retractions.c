/* What the manager is told of cards that were taken back: how soon they left the screens, which devices still
 * owe that, and nothing of whose they were [P124]. */
#include "tests/core/managing.h"

#include "server/core/screens.h"
#include "server/core/state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* On Eva's console. */
static void asked(struct rig *r, const struct digest *console)
{
        assert_int_equal(managing_ask(r, console, (struct message){.type = MESSAGE_RETRACTIONS}), 200);
}

static bool says(struct rig *r, const struct digest *console, const char *piece)
{
        asked(r, console);
        return story_says(r, piece);
}

/* This device's page carries out its newest retract, after so long. */
static void obeys(struct rig *r, uint64_t peer, int64_t after_ms)
{
        const char *retract = rig_frame(r, peer, "\"t\":\"retract\"");
        assert_non_null(retract);
        unsigned long seq = strtoul(strstr(retract, "\"seq\":") + 6, NULL, 10);
        unsigned long card = strtoul(strstr(retract, "\"card\":") + 7, NULL, 10);
        rig_wait(r, after_ms);
        rig_say(r, peer, MESSAGE_CLEARED, (uint32_t)card, seq);
}

/* The hub's own view: somebody's card is on a device of Maria's, is taken back, and goes after so long. */
static void cleared(struct rig *r, uint32_t card, int64_t after_ms)
{
        struct event now = {.wall = r->wall, .mono = r->mono};
        struct visit somebodys = {.row = {.person = 9999}};
        struct peer device = {.associate = associate_find(r->hub, MARIA)};
        r->hub->event = &now;
        screens_shown(r->hub, &device, &somebodys, card);
        screens_taken(r->hub, MARIA, card);
        screens_taken(r->hub, MARIA, card); /* once more, which changes nothing */
        now.mono += after_ms;
        screens_cleared(r->hub, &device, card);
        screens_cleared(r->hub, &device, card);
}

struct floor {
        struct digest console, device, phone;
};

/* Maria has a handheld, as peer 1; Anna has joined. */
static struct floor begin(struct rig *r)
{
        struct floor f = {.console = rig_session(r, SESSION_CONSOLE, EVA),
                .device = rig_session(r, SESSION_HANDHELD, MARIA)};
        rig_open(r, 1, FACE_HANDHELD, &f.device);
        rig_hello(r, 1, "", 0);
        story_join(r, ANNA, true, &f.phone);
        return f;
}

static void times_are_told_from_five_on(void **state)
{
        struct rig *r = *state;
        struct floor f = begin(r);
        static const int64_t took[] = {40, 80, 120, 200, 3000, 160};
        assert_true(says(r, &f.console, "\"day\":{\"cleared\":0,\"fewer\":false},\"week\""));
        for (unsigned i = 0; i < ARRAY_LEN(took); i++) {
                cleared(r, i + 1, took[i]);
                if (i < 4)
                        assert_true(says(r, &f.console, "\"day\":{\"cleared\":5,\"fewer\":true},"));
        }
        const char *all = "{\"cleared\":6,\"fewer\":false,\"p50_ms\":120,\"p99_ms\":3000,\"worst_ms\":3000,"
                          "\"quick\":5,\"soon\":5}";
        asked(r, &f.console);
        char day[160], week[160];
        snprintf(day, sizeof(day), "\"day\":%s,", all);
        snprintf(week, sizeof(week), "\"week\":%s,\"owed\":[],\"rest\":0}", all);
        assert_true(story_says(r, day));
        assert_true(story_says(r, week));
        assert_false(story_says(r, "Anna"));
        assert_false(story_says(r, "Maria")); /* nobody owes anything: no associate's name either */

        r->wall += DAY_MS + HOUR_MS;
        asked(r, &f.console);
        assert_true(story_says(r, "\"day\":{\"cleared\":0,\"fewer\":false},"));
        assert_true(story_says(r, week));
        r->wall += 7 * DAY_MS;
        assert_true(says(r, &f.console, "\"week\":{\"cleared\":0,\"fewer\":false},"));
}

/* Said twice, or of a card that nobody took back, it is no second one. */
static void each_counts_once(void **state)
{
        struct rig *r = *state;
        struct floor f = begin(r);
        for (uint32_t i = 1; i <= 5; i++)
                cleared(r, i, 10);
        assert_true(says(r, &f.console, "\"day\":{\"cleared\":5,\"fewer\":false,"));
        rig_forget_frames(r);
        assert_int_equal(story_arrive(r, &f.phone), 200);
        rig_close(r, 1);
        rig_open(r, 2, FACE_HANDHELD, &f.device); /* its page begins anew: that card was not taken back */
        rig_hello(r, 2, "", 0);
        assert_true(says(r, &f.console, "\"day\":{\"cleared\":5,\"fewer\":false,"));
}

static void who_is_away_owes_it(void **state)
{
        struct rig *r = *state;
        struct floor f = begin(r);
        char id[SESSION_ID_TEXT + 1], owes[160];
        session_id(&f.device, id);
        assert_int_equal(story_arrive(r, &f.phone), 200);
        assert_true(says(r, &f.console, "\"owed\":[]")); /* it is meant to be there */
        rig_close(r, 1);
        rig_wait(r, 5 * SECOND_MS);
        assert_int_equal(story_ask(r, &f.phone, MESSAGE_STOP), 200);
        wall_ms since = r->wall;
        rig_wait(r, MINUTE_MS);
        snprintf(owes, sizeof(owes),
                "\"owed\":[{\"id\":\"%s\",\"name\":\"Maria\",\"since_ms\":%lld,\"away\":true}],\"rest\":0}",
                id, (long long)since);
        assert_true(says(r, &f.console, owes));
        assert_false(story_says(r, "Anna"));
        rig_open(r, 2, FACE_HANDHELD, &f.device);
        rig_hello(r, 2, EPOCH, 1); /* the same page, with what it had */
        assert_true(says(r, &f.console, "\"away\":false}]"));
        obeys(r, 2, 10);
        assert_true(says(r, &f.console, "\"owed\":[],\"rest\":0}"));
        assert_true(story_says(r, "\"day\":{\"cleared\":5,\"fewer\":true}")); /* one, with its minute */
}

/* What is not known after a start is not claimed; since when is told. */
static void it_is_counted_since_the_start(void **state)
{
        struct rig *r = *state;
        struct floor f = begin(r);
        cleared(r, 1, 10);
        r->wall += HOUR_MS;
        char since[60];
        rig_restart(r);
        snprintf(since, sizeof(since), "\"since_ms\":%lld,\"day\":{\"cleared\":0,", (long long)r->wall);
        assert_true(says(r, &f.console, since));
}

/* More than are kept: the oldest go, and "since" moves with them. */
static void the_newest_are_kept(void **state)
{
        struct rig *r = *state;
        struct floor f = begin(r);
        struct event now = {.wall = r->wall};
        for (uint32_t i = 0; i < RETRACTIONS_KEPT + 3; i++) {
                r->hub->event = &now;
                now.wall = r->wall + i;
                retractions_note(r->hub, i < 3 ? 60000 : 100);
        }
        char piece[120];
        wall_ms before = r->wall;
        r->wall += RETRACTIONS_KEPT + 3;
        snprintf(piece, sizeof(piece),
                "\"since_ms\":%lld,\"day\":{\"cleared\":%d,\"fewer\":false,\"p50_ms\":100,",
                (long long)before + 2, RETRACTIONS_KEPT);
        assert_true(says(r, &f.console, piece));
        assert_true(story_says(r, "\"worst_ms\":100,"));
}

/* More devices owe one than are named. */
static void many_devices_are_counted(void **state)
{
        struct rig *r = *state;
        struct floor f = begin(r);
        struct event now = {.wall = r->wall};
        struct visit somebodys = {.row = {.person = 9999}};
        struct peer device = {.associate = associate_find(r->hub, MARIA)};
        for (uint32_t i = 0; i < RETRACTIONS_OWED + 5; i++) {
                r->hub->event = &now;
                memcpy(device.token.b, &i, sizeof(i));
                screens_shown(r->hub, &device, &somebodys, 7);
        }
        screens_taken(r->hub, MARIA, 7);
        assert_true(says(r, &f.console, "\"rest\":5}"));
}

static void managers_only(void **state)
{
        struct rig *r = *state;
        struct floor f = begin(r);
        struct message look = {.type = MESSAGE_RETRACTIONS};
        assert_int_equal(managing_ask(r, NULL, look), 401);
        assert_int_equal(managing_ask(r, &f.device, look), 401);
}

int main(void)
{
        const struct CMUnitTest tests[] = {STORY(times_are_told_from_five_on), STORY(each_counts_once),
                STORY(who_is_away_owes_it), STORY(it_is_counted_since_the_start), STORY(the_newest_are_kept),
                STORY(many_devices_are_counted), STORY(managers_only)};
        return cmocka_run_group_tests_name("retractions", tests, NULL, NULL);
}
