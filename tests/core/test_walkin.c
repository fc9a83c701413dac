/* The walk-in test: each lamp turns green by what really happened, red with its reason, and a morning's comes
 * by itself [P154-P157]. */
#include "tests/core/managing.h"

#include "server/core/state.h"
#include "server/core/walkin.h"
#include "proto/civil.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GREEN(ms) "{\"state\":\"green\",\"ms\":" #ms ",\"why\":\"\"}"
#define RED(why)  "{\"state\":\"red\",\"ms\":0,\"why\":\"" why "\"}"

static struct message start_of(bool phone)
{
        return (struct message){.type = MESSAGE_WALKIN_START, .walkin_start = {.phone = phone}};
}

static bool says(struct rig *r, const struct digest *console, const char *piece)
{
        assert_int_equal(managing_ask(r, console, (struct message){.type = MESSAGE_WALKIN}), 200);
        if (!story_says(r, piece))
                print_message("not in: %s\n", r->body);
        return story_says(r, piece);
}

/* What the link in the answer holds. */
static void secret_of(const struct rig *r, char out[44])
{
        const char *at = strstr(r->body, "#w.");
        assert_non_null(at);
        memcpy(out, at + 3, 43);
        out[43] = 0;
}

static uint16_t walks(struct rig *r, const char *secret, int64_t ms)
{
        struct message m = {.type = MESSAGE_WALKED, .walked = {.ms = ms}};
        snprintf(m.walked.secret, sizeof(m.walked.secret), "%s", secret);
        r->face = FACE_CUSTOMER;
        return rig_request(r, NULL, &m);
}

static uint32_t test_of(const struct rig *r, uint64_t peer)
{
        const char *frame = rig_frame(r, peer, "\"t\":\"walkin_test\"");
        return frame ? (uint32_t)strtoul(strstr(frame, "\"test\":") + 7, NULL, 10) : 0;
}

static void sees(struct rig *r, uint64_t peer, uint32_t test)
{
        struct message m = {.type = MESSAGE_WALKIN_SEEN, .walkin_seen = {.test = test}};
        rig_message(r, peer, &m);
}

static void all_three_turn_green(void **state)
{
        struct rig *r = *state;
        struct digest console = managing_eva(r);
        char secret[44];
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        assert_true(says(r, &console, "\"state\":\"none\""));
        assert_int_equal(managing_ask(r, &console, start_of(true)), 200);
        assert_true(story_says(r, "\"qr_of\":\"url\""));
        secret_of(r, secret);
        assert_true(says(r, &console, "\"state\":\"waiting\""));
        assert_int_equal(test_of(r, 1), 0);
        assert_int_equal(walks(r, secret, 41), 200);
        assert_true(story_says(r, "\"store\":"));
        assert_int_equal(test_of(r, 1), 1);
        assert_true(says(r, &console, "\"state\":\"running\""));
        rig_wait(r, 70);
        sees(r, 1, 1);
        assert_true(says(r, &console, "\"state\":\"green\""));
        assert_true(story_says(r, "\"phone\":" GREEN(41)));
        assert_true(story_says(r, "\"hub\":" GREEN(0)));
        assert_true(story_says(r, "\"handheld\":" GREEN(70)));
        assert_true(story_says(r, "\"name\":\"Maria\",\"lamp\":" GREEN(70)));
        assert_int_equal(r->walkins.n, 1);
        assert_true(r->walkins.row[0].green);
        rig_restart(r);
        assert_true(says(r, &console,
                "\"green\":true,\"why\":\"\",\"phone_ms\":41,\"hub_ms\":0,\"handhelds\":1,"
                "\"answered\":1,\"first_ms\":70}"));
        assert_false(story_says(r, "\"phone_at_ms\":0"));
}

/* Nothing of a customer's or an associate's record has a test in it. */
static void nobody_came(void **state)
{
        struct rig *r = *state;
        struct digest console = managing_eva(r);
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        uint32_t disclosures = r->disclosures, offers = r->offers, visits = r->n_visits, stream = r->n_stream;
        mono_ms life = peer_find(r->hub, 1)->life_at;
        peer_find(r->hub, 1)->unpainted = 7;
        assert_int_equal(managing_ask(r, &console, start_of(false)), 200);
        assert_true(story_says(r, "\"url\":\"\""));
        assert_false(story_says(r, "qr_of"));
        rig_wait(r, 20);
        sees(r, 1, 1);
        assert_true(says(r, &console, "\"state\":\"green\""));
        assert_true(story_says(r, "\"phone\":{\"state\":\"none\""));
        assert_int_equal(r->disclosures, disclosures);
        assert_int_equal(r->offers, offers);
        assert_int_equal(r->n_visits, visits);
        assert_int_equal(r->n_stream, stream);
        assert_int_equal(peer_find(r->hub, 1)->life_at, life);
        assert_int_equal(peer_find(r->hub, 1)->unpainted, 7);
        assert_int_equal(r->hub->today.arrivals, 0);
}

static void the_link_counts_once_and_for_five_minutes(void **state)
{
        struct rig *r = *state;
        struct digest console = managing_eva(r);
        char first[44], second[44], wrong[44];
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        assert_int_equal(managing_ask(r, &console, start_of(true)), 200);
        secret_of(r, first);
        rig_wait(r, 1);
        assert_int_equal(managing_ask(r, &console, start_of(true)), 200);
        secret_of(r, second);
        assert_int_equal(walks(r, first, 5), 404); /* the newer test counts */
        memcpy(wrong, second, sizeof(wrong));
        wrong[10] = wrong[10] == 'A' ? 'B' : 'A';
        assert_int_equal(walks(r, wrong, 5), 404);
        assert_int_equal(walks(r, "not a secret", 5), 404);
        assert_int_equal(walks(r, second, 5), 200);
        assert_int_equal(walks(r, second, 5), 404);
        assert_true(story_says(r, "\"no_test\""));
        rig_wait(r, 10 * SECOND_MS);
        assert_int_equal(managing_ask(r, &console, start_of(true)), 200);
        secret_of(r, first);
        rig_wait(r, WALKIN_PHONE_MS + 1);
        assert_int_equal(walks(r, first, 5), 404);
        rig_wait(r, SECOND_MS);
        assert_true(says(r, &console, "\"phone\":" RED("no_phone")));
        assert_true(story_says(r, "\"state\":\"red\""));
}

static void red_says_why(void **state)
{
        struct rig *r = *state;
        struct digest console = managing_eva(r);
        assert_int_equal(managing_ask(r, &console, start_of(false)), 200);
        assert_true(says(r, &console, "\"handheld\":" RED("no_handheld")));
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        story_connect_as(r, 2, JONAS, SESSION_HANDHELD);
        assert_int_equal(managing_ask(r, &console, start_of(false)), 200);
        rig_wait(r, WALKIN_ANSWER_MS + SECOND_MS);
        assert_true(says(r, &console, "\"handheld\":" RED("silent")));
        assert_true(story_says(r, "\"name\":\"Maria\",\"lamp\":" RED("silent")));
        sees(r, 1, 2); /* too late */
        assert_true(says(r, &console, "\"state\":\"red\""));
        assert_int_equal(managing_ask(r, &console, start_of(false)), 200);
        sees(r, 1, 2); /* of the test before */
        rig_close(r, 1);
        rig_wait(r, 30);
        sees(r, 2, 3);
        rig_wait(r, 2 * SECOND_MS);
        assert_true(says(r, &console, "\"state\":\"green\"")); /* one is enough, and the other is named */
        assert_true(story_says(r, "\"name\":\"Maria\",\"lamp\":" RED("gone")));
        r->fail_commits = true;
        assert_int_equal(managing_ask(r, &console, start_of(false)), 200);
        rig_wait(r, 2 * SECOND_MS);
        assert_true(says(r, &console, "\"hub\":" RED("not_saved")));
        r->fail_commits = false;
        rig_wait(r, 20 * SECOND_MS); /* its end is kept when there is room again */
        assert_int_equal(r->walkins.row[0].why, WALKIN_NOT_SAVED);
        r->hold_commits = true;
        assert_int_equal(managing_ask(r, &console, start_of(false)), 200);
        rig_wait(r, WALKIN_ANSWER_MS + SECOND_MS);
        assert_true(says(r, &console, "\"hub\":" RED("late")));
        r->hold_commits = false;
        rig_release(r); /* the disk answers after all: that changes nothing */
        assert_true(says(r, &console, "\"hub\":" RED("late")));
}

static void no_more_are_asked_than_it_has_room_for(void **state)
{
        struct rig *r = *state;
        struct digest console = managing_eva(r), device = rig_session(r, SESSION_HANDHELD, MARIA);
        r->hold_credit = true;
        rig_open(r, 1, FACE_HANDHELD, &device);
        rig_hello(r, 1, "", 0);
        for (int i = 0; i < PEER_NOTES; i++) {
                assert_int_equal(managing_ask(r, &console, start_of(false)), 200);
                rig_wait(r, WALKIN_ANSWER_MS + SECOND_MS);
        }
        assert_true(says(r, &console, "\"handhelds\":[],\"rest\":1"));
        assert_int_equal(r->n_closed, 0); /* it is not put out for what it has not asked for */
        assert_int_equal(r->walkins.n, PEER_NOTES);
}

static void managers_alone(void **state)
{
        struct rig *r = *state;
        struct digest handheld = rig_session(r, SESSION_HANDHELD, MARIA), nobody = {{9}};
        struct digest fresh = rig_session(r, SESSION_CONSOLE, EVA); /* without a password yet */
        assert_int_equal(managing_ask(r, &nobody, start_of(false)), 401);
        assert_int_equal(managing_ask(r, &handheld, start_of(false)), 401);
        assert_int_equal(managing_ask(r, &handheld, (struct message){.type = MESSAGE_WALKIN}), 401);
        assert_int_equal(managing_ask(r, &fresh, start_of(false)), 403);
        assert_int_equal(r->walkins.n, 0);
}

/* Minutes of the store's clock; a sweep for each. */
static void clock_shows(struct rig *r, int32_t minute)
{
        r->minute = minute;
        rig_wait(r, SECOND_MS + 1);
}

static void every_morning(void **state)
{
        struct rig *r = *state;
        struct digest console = managing_eva(r);
        int32_t opens = r->hub->house.value[HOUSE_OPENS];
        clock_shows(r, opens - 1);
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        rig_wait(r, 5 * SECOND_MS);
        assert_int_equal(test_of(r, 1), 0);
        clock_shows(r, opens);
        assert_int_equal(test_of(r, 1), 1);
        sees(r, 1, 1);
        assert_true(says(r, &console, "\"state\":\"green\",\"morning\":true"));
        rig_wait(r, WALKIN_AGAIN_MS + MINUTE_MS);
        clock_shows(r, opens + 30); /* once a morning */
        assert_true(says(r, &console, "\"test\":1,"));
        rig_restart(r);
        clock_shows(r, opens + 40); /* also after a start */
        assert_true(says(r, &console, "\"test\":0,"));
        r->day++;
        clock_shows(
                r, opens + WALKIN_MORNING); /* a hub that starts late in the day does not make up for it */
        assert_true(says(r, &console, "\"test\":0,"));
        assert_int_equal(r->walkins.n, 1);
}

static void a_morning_waits_for_a_handheld_and_is_tried_again(void **state)
{
        struct rig *r = *state;
        struct digest console = managing_eva(r);
        int32_t opens = r->hub->house.value[HOUSE_OPENS];
        r->walkins = (struct walkins){.n = 1, .row = {{.at = 1, .day = r->day - 1, .handhelds = 1}}};
        rig_restart(r);
        clock_shows(r, opens + WALKIN_SETTLED - 1);
        assert_true(says(r, &console, "\"test\":0,"));
        clock_shows(r, opens + WALKIN_SETTLED);
        assert_true(says(r, &console, "\"handheld\":" RED("no_handheld")));
        assert_int_equal(r->walkins.n, 2);
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        rig_wait(r, WALKIN_AGAIN_MS / 2);
        assert_int_equal(test_of(r, 1), 0);
        rig_wait(r, WALKIN_AGAIN_MS / 2);
        assert_int_equal(test_of(r, 1), 2);
        sees(r, 1, 2);
        assert_true(says(r, &console, "\"state\":\"green\""));
        assert_int_equal(r->walkins.n, 2); /* the newest counts for the day */
        assert_true(r->walkins.row[0].green);
        rig_wait(r, WALKIN_AGAIN_MS);
        assert_int_equal(test_of(r, 1), 2);
        r->day++;
        clock_shows(r, opens + 1);
        assert_int_equal(test_of(r, 1), 3);
}

/* Before a handheld could be asked once, no morning is red for the lack of one; after that each is. */
static void mornings_begin_with_the_first_handheld(void **state)
{
        struct rig *r = *state;
        struct digest console = managing_eva(r);
        int32_t opens = r->hub->house.value[HOUSE_OPENS];
        clock_shows(r, opens + WALKIN_SETTLED);
        clock_shows(r, opens + WALKIN_MORNING - 1);
        assert_true(says(r, &console, "\"test\":0,"));
        r->day++;
        assert_int_equal(managing_ask(r, &console, start_of(false)), 200); /* red, and nobody was asked */
        clock_shows(r, opens + WALKIN_SETTLED);
        assert_true(says(r, &console, "\"test\":1,"));
        assert_int_equal(r->walkins.n, 1);
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        clock_shows(r, opens + WALKIN_MORNING - 1); /* the last minute is soon enough */
        assert_int_equal(test_of(r, 1), 2);
        rig_wait(r, WALKIN_ANSWER_MS + SECOND_MS); /* it sleeps: that counts as the first all the same */
        assert_int_equal(r->walkins.n, 2);
        rig_close(r, 1);
        r->day++;
        rig_restart(r);
        clock_shows(r, opens + WALKIN_SETTLED);
        assert_true(says(r, &console, "\"handheld\":" RED("no_handheld")));
        assert_true(r->walkins.row[0].morning);
}

/* A test by hand that asked somebody is a beginning as well. */
static void a_test_by_hand_begins_the_mornings(void **state)
{
        struct rig *r = *state;
        struct digest console = managing_eva(r);
        int32_t opens = r->hub->house.value[HOUSE_OPENS];
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        assert_int_equal(managing_ask(r, &console, start_of(false)), 200);
        rig_wait(r, 20);
        sees(r, 1, 1);
        rig_close(r, 1);
        r->day++;
        clock_shows(r, opens + WALKIN_SETTLED);
        assert_true(says(r, &console, "\"handheld\":" RED("no_handheld")));
}

static void not_on_a_closed_day(void **state)
{
        struct rig *r = *state;
        struct house_error error;
        struct house house = r->hub->house;
        char text[64];
        struct civil_date d = civil_from_day(r->day);
        snprintf(text, sizeof(text), "closed_days = %04d-%02d-%02d\n", d.year, d.month, d.day);
        assert_int_equal(house_parse((struct slice){text, strlen(text)}, NULL, &house, &error), 0);
        r->hub->house = house;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        clock_shows(r, house.value[HOUSE_OPENS] + 20);
        assert_int_equal(test_of(r, 1), 0);
        r->day++;
        clock_shows(r, house.value[HOUSE_OPENS] + 20);
        assert_int_equal(test_of(r, 1), 1);
}

/* What opens before midnight has its morning then, and it is one, whatever the date says. */
static void a_morning_over_midnight_is_one(void **state)
{
        struct rig *r = *state;
        r->hub->house.value[HOUSE_OPENS] = 24 * 60 - 5;
        r->hub->house.value[HOUSE_CLOSES] = 6 * 60;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        clock_shows(r, 24 * 60 - 1);
        assert_int_equal(test_of(r, 1), 1);
        sees(r, 1, 1);
        store_day day = r->walkins.row[0].day;
        assert_int_equal(day, r->day);
        rig_wait(r, WALKIN_AGAIN_MS);
        r->day++;
        clock_shows(r, 20);
        assert_int_equal(rig_frames_of(r, 1, "walkin_test"), 1);
        clock_shows(r, 24 * 60 - 4);
        assert_int_equal(rig_frames_of(r, 1, "walkin_test"), 2);
}

/* Neither kind takes the other's place: a manager who tries all afternoon still has her mornings. */
static void so_many_of_each_kind_are_kept(void **state)
{
        struct rig *r = *state;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        for (int i = 0; i < WALKINS_MORNINGS + 2; i++) {
                r->day++;
                clock_shows(r, r->hub->house.value[HOUSE_OPENS]);
                rig_wait(r, WALKIN_AGAIN_MS + SECOND_MS);
        }
        struct digest console = managing_eva(r);
        for (int i = 0; i < WALKINS_BY_HAND + 3; i++) {
                assert_int_equal(managing_ask(r, &console, start_of(false)), 200);
                rig_wait(r, WALKIN_ANSWER_MS + 2 * SECOND_MS);
        }
        uint32_t mornings = 0;
        for (uint32_t i = 0; i < r->walkins.n; i++)
                mornings += r->walkins.row[i].morning;
        assert_int_equal(mornings, WALKINS_MORNINGS);
        assert_int_equal(r->walkins.n, WALKINS_KEPT);
        assert_memory_equal(&r->hub->walkin->past, &r->walkins, sizeof(r->walkins));
        r->wall -= HOUR_MS; /* a clock that goes back names none like another */
        wall_ms newest = r->walkins.row[0].at;
        assert_int_equal(managing_ask(r, &console, start_of(false)), 200);
        rig_wait(r, WALKIN_ANSWER_MS + 2 * SECOND_MS);
        assert_true(r->walkins.row[0].at > newest);
}

/* Neither red nor green, and a morning is tried again. */
static void a_stop_cuts_one_short(void **state)
{
        struct rig *r = *state;
        struct digest console = managing_eva(r);
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        assert_int_equal(managing_ask(r, &console, start_of(false)), 200);
        assert_int_equal(test_of(r, 1), 1); /* it has been on the disk, and waits for the handheld */
        rig_restart(r);
        assert_true(says(r, &console, "\"past\":[]"));
        assert_true(story_says(r, "\"state\":\"none\""));
}

/* Five seconds are five seconds, whoever looks first. */
static void the_disk_was_too_slow(void **state)
{
        struct rig *r = *state;
        struct digest console = managing_eva(r);
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        r->hold_commits = true;
        assert_int_equal(managing_ask(r, &console, start_of(false)), 200);
        r->mono += WALKIN_ANSWER_MS; /* and no tick yet */
        r->wall += WALKIN_ANSWER_MS;
        r->hold_commits = false;
        rig_release(r);
        assert_true(says(r, &console, "\"hub\":" RED("late")));
        assert_int_equal(test_of(r, 1), 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {STORY(all_three_turn_green), STORY(nobody_came),
                STORY(the_link_counts_once_and_for_five_minutes), STORY(red_says_why),
                STORY(no_more_are_asked_than_it_has_room_for), STORY(managers_alone), STORY(every_morning),
                STORY(a_morning_waits_for_a_handheld_and_is_tried_again),
                STORY(mornings_begin_with_the_first_handheld), STORY(a_test_by_hand_begins_the_mornings),
                STORY(not_on_a_closed_day), STORY(a_morning_over_midnight_is_one),
                STORY(so_many_of_each_kind_are_kept), STORY(a_stop_cuts_one_short),
                STORY(the_disk_was_too_slow)};
        return cmocka_run_group_tests(tests, NULL, NULL);
}
