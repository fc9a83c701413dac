/* Reaching somebody, from the arrival to "with her" or an honest "nobody": who is asked, when, how many at
 * once, who wins, what a restart and a withdrawal make of it [P81-P87]. */
#include "tests/core/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define CARD    "\"t\":\"card\""
#define RETRACT "\"t\":\"retract\""

static struct rig rig;

static int large_setup(void **state)
{
        rig_start(&rig);
        rig.large = true;
        rig_restart(&rig);
        *state = &rig;
        return 0;
}

/* Peer 10 + n is associate n's. */
static void connect(struct rig *r, uint32_t who)
{
        story_connect_as(r, 10 + who, who, who == EVA ? SESSION_CONSOLE : SESSION_HANDHELD);
}

static void connect_all(struct rig *r)
{
        static const uint32_t all[] = {MARIA, JONAS, EVA, IDA, OLE, TOM, UTE};
        for (size_t i = 0; i < ARRAY_LEN(all); i++)
                connect(r, all[i]);
}

static uint32_t cards(const struct rig *r, uint32_t who)
{
        return rig_frames_of(r, 10 + who, CARD);
}

static uint32_t retracts(const struct rig *r, uint32_t who)
{
        return rig_frames_of(r, 10 + who, RETRACT);
}

static uint16_t arrive(struct rig *r, const struct digest *phone, const char *if_busy)
{
        struct message m = {.type = MESSAGE_ARRIVE};
        rig_door_code(r, m.arrive.code);
        snprintf(m.arrive.if_busy, sizeof(m.arrive.if_busy), "%s", if_busy);
        return rig_request(r, phone, &m);
}

static uint16_t word(struct rig *r, const struct digest *phone, const char *if_busy)
{
        struct message m = {.type = MESSAGE_TELL};
        snprintf(m.tell.if_busy, sizeof(m.tell.if_busy), "%s", if_busy);
        return rig_request(r, phone, &m);
}

static bool now_says(struct rig *r, const struct digest *phone, const char *piece)
{
        assert_int_equal(story_ask(r, phone, MESSAGE_NOW), 200);
        return story_says(r, piece);
}

/* Anna is at the floor's rung: Jonas, Tom and Ute have her card, and Maria, Ida and Ole had it. */
static void to_the_floor(struct rig *r, struct digest *phone)
{
        connect_all(r);
        assert_int_equal(story_join(r, ANNA, true, phone), 200);
        assert_int_equal(arrive(r, phone, "other"), 200);
        rig_wait(r, 67000);
        assert_int_equal(cards(r, JONAS) + cards(r, TOM) + cards(r, UTE), 3);
        assert_int_equal(retracts(r, JONAS) + retracts(r, TOM) + retracts(r, UTE), 0);
}

static uint8_t reply_to(const struct rig *r, uint32_t who)
{
        for (uint32_t i = r->offers; i-- > 0;)
                if (r->offer_rows[i].associate == who)
                        return r->offer_replies[i];
        return 255;
}

static uint8_t rung_of(const struct rig *r, uint32_t who)
{
        for (uint32_t i = r->offers; i-- > 0;)
                if (r->offer_rows[i].associate == who)
                        return r->offer_rungs[i];
        return RUNG_NONE;
}

/* ---- the climb ---- */
static void every_rung_in_its_time(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        connect_all(r);
        story_join(r, ANNA, true, &phone);
        assert_int_equal(arrive(r, &phone, "other"), 200);
        assert_int_equal(cards(r, MARIA), 1);
        rig_wait(r, 24000);
        assert_int_equal(cards(r, IDA), 0);
        rig_wait(r, 2500); /* 26.5: the stand-in, who shares Shoes with Maria */
        assert_int_equal(cards(r, IDA), 1);
        assert_int_equal(retracts(r, MARIA), 1);
        assert_int_equal(cards(r, OLE) + cards(r, JONAS) + cards(r, EVA), 0);
        rig_wait(r, 20500); /* 47: the department */
        assert_int_equal(cards(r, OLE), 1);
        assert_int_equal(retracts(r, IDA), 1);
        rig_wait(r, 20000); /* 67: the floor, all of it at once */
        assert_int_equal(cards(r, JONAS), 1);
        assert_int_equal(cards(r, TOM), 1);
        assert_int_equal(cards(r, UTE), 1);
        assert_int_equal(cards(r, EVA), 0);
        rig_wait(r, 16000); /* 83: the manager */
        assert_int_equal(cards(r, EVA), 1);
        assert_true(now_says(r, &phone, "\"state\":\"told\""));
        rig_wait(r, 8500); /* 91.5 */
        assert_true(now_says(r, &phone, "\"state\":\"nobody\""));
        static const uint32_t all[] = {MARIA, IDA, OLE, JONAS, TOM, UTE, EVA};
        static const uint8_t rungs[] = {
                RUNG_OWN, RUNG_STAND_IN, RUNG_DEPARTMENT, RUNG_FLOOR, RUNG_FLOOR, RUNG_FLOOR, RUNG_MANAGER};
        for (size_t i = 0; i < ARRAY_LEN(all); i++) {
                assert_int_equal(cards(r, all[i]), 1);
                assert_int_equal(retracts(r, all[i]), 1);
                assert_int_equal(rung_of(r, all[i]), rungs[i]);
                assert_int_equal(reply_to(r, all[i]), REPLY_NO_ANSWER);
        }
}

static void the_roster_names_who_stands_in(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        r->stands_in = UTE;
        rig_restart(r);
        connect_all(r);
        story_join(r, ANNA, true, &phone);
        arrive(r, &phone, "other");
        rig_say(r, 10 + MARIA, MESSAGE_BUSY, 1, 0);
        assert_int_equal(cards(r, UTE), 1);
        assert_int_equal(cards(r, IDA), 0);
        assert_int_equal(rung_of(r, UTE), RUNG_STAND_IN);
}

static void a_rung_with_nobody_is_skipped_at_once(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        connect(r, MARIA);
        connect(r, EVA);
        story_join(r, ANNA, true, &phone);
        arrive(r, &phone, "other");
        rig_say(r, 10 + MARIA, MESSAGE_BUSY, 1, 0);
        assert_int_equal(cards(r, EVA), 1);
        rig_say(r, 10 + EVA, MESSAGE_BUSY, 1, 0);
        assert_true(now_says(r, &phone, "\"state\":\"nobody\""));
}

/* ---- one winner ---- */
static void the_first_accept_wins_in_one_commit(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        to_the_floor(r, &phone);
        r->hold_commits = true;
        rig_say(r, 10 + TOM, MESSAGE_ACCEPT, 1, 0);
        rig_say(r, 10 + UTE, MESSAGE_ACCEPT, 1, 0); /* while the other is on its way to the disk */
        assert_int_equal(r->n_held, 1);
        uint32_t taken = 0;
        for (uint32_t i = 0; i < r->held[0].n; i++)
                taken += r->held[0].writes[i].kind == WRITE_STREAM &&
                         r->held[0].writes[i].stream.row.kind == STREAM_RETRACT;
        assert_int_equal(taken, 2);
        assert_int_equal(retracts(r, JONAS), 0); /* not before it is durable */
        r->hold_commits = false;
        rig_release(r);
        assert_int_equal(retracts(r, JONAS), 1);
        assert_int_equal(retracts(r, UTE), 1);
        assert_int_equal(retracts(r, TOM), 0);
        assert_non_null(rig_frame(r, 10 + TOM, "\"state\":\"accepted\""));
        assert_non_null(rig_frame(r, 10 + UTE, "\"error\":\"gone\""));
        assert_null(rig_frame(r, 10 + UTE, "\"state\":\"accepted\""));
        rig_say(r, 10 + JONAS, MESSAGE_ACCEPT, 1, 0);
        assert_non_null(rig_frame(r, 10 + JONAS, "\"error\":\"gone\""));
        assert_int_equal(reply_to(r, TOM), REPLY_ACCEPT);
        assert_int_equal(reply_to(r, JONAS), REPLY_TAKEN);
        assert_int_equal(r->visits[0].served_by, TOM);
        assert_int_equal(r->visits[0].n_places, 1);
        assert_true(now_says(r, &phone, "\"state\":\"coming\""));
}

/* Several have the card when the hub stops: all of them have it afterwards, and still one wins. */
static void places_live_through_a_restart(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        to_the_floor(r, &phone);
        rig_restart(r);
        rig_forget_frames(r);
        connect(r, JONAS);
        connect(r, TOM);
        connect(r, UTE);
        assert_int_equal(cards(r, JONAS) + cards(r, TOM) + cards(r, UTE), 3);
        rig_say(r, 10 + UTE, MESSAGE_ACCEPT, 1, 0);
        assert_int_equal(retracts(r, JONAS) + retracts(r, TOM), 2);
        rig_restart(r);
        rig_forget_frames(r);
        connect(r, TOM);
        connect(r, UTE);
        assert_int_equal(cards(r, TOM), 0);
        assert_non_null(strstr(rig_frame(r, 10 + UTE, CARD), "\"state\":\"accepted\""));
        rig_say(r, 10 + TOM, MESSAGE_ACCEPT, 1, 0);
        assert_non_null(rig_frame(r, 10 + TOM, "\"error\":\"gone\""));
        assert_int_equal(r->visits[0].served_by, UTE);
}

/* It ran out while the hub was down: it is left within two seconds, once. */
static void a_rung_that_ran_out_meanwhile(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        connect_all(r);
        story_join(r, ANNA, true, &phone);
        arrive(r, &phone, "other");
        r->wall += 40000;
        rig_restart(r);
        rig_forget_frames(r);
        connect_all(r);
        rig_wait(r, 2000);
        assert_int_equal(cards(r, IDA), 1);
        assert_int_equal(rig_frames_of(r, 10 + MARIA, RETRACT), 1);
        rig_wait(r, 15000);
        assert_int_equal(cards(r, IDA), 1);
        assert_int_equal(cards(r, MARIA), 1); /* shown again after the restart, and taken away */
        assert_int_equal(r->offers, 2);
        rig_restart(r);
        connect_all(r);
        rig_wait(r, 2000);
        assert_int_equal(r->offers, 2);
}

/* ---- taking it back ---- */
/* The most important: what is stopped leaves every place, in the commit that her answer waits for. */
static void stop_clears_every_place(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        to_the_floor(r, &phone);
        rig_close(r, 10 + TOM); /* out of reach */
        r->hold_commits = true;
        assert_int_equal(story_ask(r, &phone, MESSAGE_STOP), 0);
        assert_int_equal(r->n_held, 1);
        uint32_t taken = 0;
        for (uint32_t i = 0; i < r->held[0].n; i++)
                taken += r->held[0].writes[i].kind == WRITE_STREAM &&
                         r->held[0].writes[i].stream.row.kind == STREAM_RETRACT;
        assert_int_equal(taken, 3);
        r->hold_commits = false;
        rig_release(r);
        assert_int_equal(r->status, 200);
        assert_int_equal(retracts(r, JONAS), 1);
        assert_int_equal(retracts(r, UTE), 1);
        rig_forget_frames(r);
        struct digest token = rig_session(r, SESSION_HANDHELD, TOM);
        rig_open(r, 10 + TOM, FACE_HANDHELD, &token);
        rig_hello(r, 10 + TOM, EPOCH, 1);
        assert_int_equal(retracts(r, TOM), 1);
        assert_int_equal(cards(r, TOM), 0);
        rig_wait(r, 100000);
        assert_int_equal(r->offers, 6); /* nobody is asked any more */
}

/* What she stops sharing leaves the card of each of them. */
static void a_withdrawal_renews_every_card(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        to_the_floor(r, &phone);
        rig_forget_frames(r);
        struct message m = {.type = MESSAGE_SHARE};
        m.share.instore = m.share.online = true; /* no sizes */
        assert_int_equal(rig_request(r, &phone, &m), 200);
        assert_int_equal(cards(r, JONAS), 1);
        assert_int_equal(cards(r, TOM), 1);
        assert_int_equal(cards(r, UTE), 1);
}

/* Each sees what she may: Jonas has sold her something, Ute has not. */
static void nobody_sees_by_anothers_eyes(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        to_the_floor(r, &phone);
        const char *jonas = rig_frame(r, 10 + JONAS, CARD), *ute = rig_frame(r, 10 + UTE, CARD);
        const char *maria = rig_frame(r, 10 + MARIA, CARD);
        assert_non_null(strstr(maria, "your client"));
        assert_non_null(strstr(jonas, "Maria's client"));
        assert_non_null(strstr(ute, "Maria's client"));
        assert_non_null(strstr(jonas, "\"price\":29900"));
        assert_null(strstr(ute, "\"price\":29900"));
        /* And again when all of them begin anew. */
        rig_restart(r);
        rig_forget_frames(r);
        connect(r, UTE);
        connect(r, JONAS);
        assert_null(strstr(rig_frame(r, 10 + UTE, CARD), "\"price\":29900"));
        assert_non_null(strstr(rig_frame(r, 10 + JONAS, CARD), "\"price\":29900"));
}

static void each_look_is_recorded_as_it_was(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        to_the_floor(r, &phone);
        rig_say(r, 10 + JONAS, MESSAGE_RENDERED, 1, 1);
        assert_int_equal(r->last_disclosure.disclosure.associate, JONAS);
        rig_say(r, 10 + UTE, MESSAGE_RENDERED, 1, 1);
        assert_int_equal(r->last_disclosure.disclosure.associate, UTE);
        assert_int_equal(r->disclosures, 2);
        rig_say(r, 10 + UTE, MESSAGE_RENDERED, 1, 1);
        assert_int_equal(r->disclosures, 2);
}

/* ---- her word ---- */
static void she_is_asked_and_says(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        connect(r, JONAS);
        connect(r, IDA);
        story_join(r, ANNA, true, &phone);
        assert_int_equal(arrive(r, &phone, ""), 200); /* Maria is not there */
        assert_true(story_says(r, "\"ask\":{\"left_s\":60}"));
        rig_wait(r, 30000);
        assert_true(now_says(r, &phone, "\"ask\":{\"left_s\":30}"));
        assert_int_equal(r->offers, 0);
        assert_int_equal(word(r, &phone, "other"), 200);
        assert_false(story_says(r, "\"ask\""));
        rig_wait(r, 1500);
        assert_int_equal(cards(r, IDA), 1);
        rig_wait(r, 80000); /* the clock began again with her word */
        assert_true(now_says(r, &phone, "\"state\":\"told\""));
        rig_wait(r, 10000);
        assert_true(now_says(r, &phone, "\"state\":\"nobody\""));
}

static void she_is_asked_and_says_nothing(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        connect(r, JONAS);
        connect(r, EVA);
        story_join(r, ANNA, true, &phone);
        arrive(r, &phone, "");
        rig_wait(r, 59000);
        assert_true(now_says(r, &phone, "\"ask\""));
        rig_wait(r, 2500);
        assert_true(now_says(r, &phone, "\"state\":\"nobody\""));
        assert_int_equal(r->offers, 0);
}

static void she_would_rather_look(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        connect(r, MARIA);
        connect(r, IDA);
        story_join(r, ANNA, true, &phone);
        arrive(r, &phone, "");
        assert_false(story_says(r, "\"ask\""));
        rig_say(r, 10 + MARIA, MESSAGE_BUSY, 1, 0);
        assert_true(now_says(r, &phone, "\"ask\""));
        assert_int_equal(cards(r, IDA), 0);
        assert_int_equal(word(r, &phone, "look"), 200);
        assert_true(story_says(r, "\"state\":\"nobody\""));
        rig_wait(r, 120000);
        assert_int_equal(r->offers, 1);
}

static void said_before_that_she_would_look(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        connect(r, IDA);
        story_join(r, ANNA, true, &phone);
        arrive(r, &phone, "look");
        rig_wait(r, 1500);
        assert_true(now_says(r, &phone, "\"state\":\"nobody\""));
        assert_int_equal(r->offers, 0);
}

static void she_waits_for_hers(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        connect(r, IDA);
        connect(r, EVA);
        story_join(r, ANNA, true, &phone);
        arrive(r, &phone, "");
        assert_int_equal(word(r, &phone, "wait"), 200);
        rig_wait(r, 20000);
        assert_int_equal(r->offers, 0);
        connect(r, MARIA);
        rig_wait(r, 1500);
        assert_int_equal(cards(r, MARIA), 1);
        rig_wait(r, 40000); /* her turn is over, and still nobody else */
        assert_int_equal(r->offers, 1);
        rig_say(r, 10 + MARIA, MESSAGE_ACCEPT, 1, 0);
        assert_true(now_says(r, &phone, "\"state\":\"coming\""));
}

/* Hers did not answer: she keeps the card while the customer is asked, for nobody else has it. */
static void asked_while_hers_may_still_come(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        connect(r, MARIA);
        connect(r, IDA);
        story_join(r, ANNA, true, &phone);
        arrive(r, &phone, "");
        rig_wait(r, 27000);
        assert_true(now_says(r, &phone, "\"ask\""));
        assert_int_equal(retracts(r, MARIA), 0);
        rig_say(r, 10 + MARIA, MESSAGE_ACCEPT, 1, 0);
        assert_true(now_says(r, &phone, "\"state\":\"coming\""));
        assert_false(story_says(r, "\"ask\""));
}

/* Asked, and then the hub starts again: she is still asked, for what is left of the minute. */
static void asked_over_a_restart(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_join(r, ANNA, true, &phone);
        arrive(r, &phone, "");
        r->wall += 20000;
        rig_restart(r);
        connect(r, IDA);
        assert_true(now_says(r, &phone, "\"ask\":{\"left_s\":40}"));
        rig_wait(r, 42000);
        assert_true(now_says(r, &phone, "\"state\":\"nobody\""));
        assert_int_equal(r->offers, 0);
}

/* ---- budgets ---- */
static void budget(struct rig *r, uint32_t most, int32_t gap_ms)
{
        r->most_per_hour = most;
        r->least_gap_ms = gap_ms;
        rig_restart(r);
        connect(r, MARIA);
}

static void come_and_go(struct rig *r, const struct digest *phone, uint32_t expected)
{
        uint32_t before = r->offers;
        for (uint32_t i = 0; i < RIG_HELD; i++) /* whatever was made today does not count */
                r->visits[i].day = 0;
        assert_int_equal(arrive(r, phone, "other"), 200);
        assert_int_equal(r->offers - before, expected);
        assert_int_equal(story_ask(r, phone, MESSAGE_STOP), 200);
}

static void no_more_than_so_many_in_an_hour(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        budget(r, 3, 0);
        story_join(r, ANNA, true, &phone);
        for (int i = 0; i < 3; i++) {
                come_and_go(r, &phone, 1);
                rig_wait(r, MINUTE_MS);
        }
        come_and_go(r, &phone, 0);
        r->wall += 2 * HOUR_MS; /* the clock on the wall says nothing */
        come_and_go(r, &phone, 0);
        r->wall -= 2 * HOUR_MS;
        rig_wait(r, 56 * MINUTE_MS);
        come_and_go(r, &phone, 0);
        rig_wait(r, 90000); /* the first was an hour ago */
        come_and_go(r, &phone, 1);
        come_and_go(r, &phone, 0);
}

static void a_budget_lives_through_a_restart(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        budget(r, 2, 0);
        story_join(r, ANNA, true, &phone);
        come_and_go(r, &phone, 1);
        rig_wait(r, 10 * MINUTE_MS);
        come_and_go(r, &phone, 1);
        rig_restart(r);
        connect(r, MARIA);
        come_and_go(r, &phone, 0);
        rig_wait(r, 51 * MINUTE_MS);
        come_and_go(r, &phone, 1);
        come_and_go(r, &phone, 0);
}

static void a_gap_between_two(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        budget(r, 0, 60000);
        story_join(r, ANNA, true, &phone);
        come_and_go(r, &phone, 1);
        rig_wait(r, 58000);
        come_and_go(r, &phone, 0);
        rig_wait(r, 3000);
        come_and_go(r, &phone, 1);
}

/* Over budget goes on down the ladder. */
static void over_budget_the_next_one_is_asked(void **state)
{
        struct rig *r = *state;
        struct digest phone, bo;
        budget(r, 1, 0);
        connect(r, IDA);
        story_join(r, ANNA, true, &phone);
        story_join(r, BO, true, &bo);
        assert_int_equal(arrive(r, &phone, "other"), 200);
        assert_int_equal(cards(r, MARIA), 1);
        assert_int_equal(arrive(r, &bo, "other"), 200);
        assert_int_equal(cards(r, MARIA), 1);
        assert_int_equal(cards(r, IDA), 1);
}

static void whoever_is_with_a_customer_is_left_alone(void **state)
{
        struct rig *r = *state;
        struct digest phone, bo;
        r->busy_most_ms = 45 * MINUTE_MS;
        rig_restart(r);
        connect(r, MARIA);
        story_join(r, ANNA, true, &phone);
        story_join(r, BO, true, &bo);
        arrive(r, &phone, "other");
        rig_say(r, 10 + MARIA, MESSAGE_WITH_HER, 1, 0);
        assert_true(r->visits[0].met == r->wall);
        arrive(r, &bo, "wait");
        rig_wait(r, 60000);
        assert_int_equal(cards(r, MARIA), 1);
        rig_restart(r); /* nor does a restart make her free */
        rig_forget_frames(r);
        connect(r, MARIA);
        rig_wait(r, 5000);
        assert_int_equal(cards(r, MARIA), 1);
        rig_say(r, 10 + MARIA, MESSAGE_DONE, 1, 0);
        rig_wait(r, 1500);
        assert_int_equal(cards(r, MARIA), 2); /* Bo waited for her */
}

static void busy_clears_itself(void **state)
{
        struct rig *r = *state;
        struct digest phone, bo;
        r->busy_most_ms = 5 * MINUTE_MS;
        rig_restart(r);
        connect(r, MARIA);
        story_join(r, ANNA, true, &phone);
        story_join(r, BO, true, &bo);
        arrive(r, &phone, "other");
        rig_say(r, 10 + MARIA, MESSAGE_WITH_HER, 1, 0);
        rig_wait(r, 5 * MINUTE_MS - 30000);
        arrive(r, &bo, "wait");
        rig_wait(r, 25000);
        assert_int_equal(cards(r, MARIA), 1);
        rig_wait(r, 8000);
        assert_int_equal(cards(r, MARIA), 2);
        rig_say(r, 10 + MARIA, MESSAGE_DONE, 1, 0); /* and counts no less than nothing afterwards */
        rig_say(r, 10 + MARIA, MESSAGE_ACCEPT, 2, 0);
        assert_true(now_says(r, &bo, "\"state\":\"coming\""));
}

/* ---- devices that do not answer ---- */
static void a_silent_device_is_skipped(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        r->rendered_within_ms = 5000;
        rig_restart(r);
        connect(r, MARIA);
        connect(r, IDA);
        story_join(r, ANNA, true, &phone);
        arrive(r, &phone, "other");
        rig_wait(r, 4000);
        assert_int_equal(cards(r, IDA), 0);
        rig_wait(r, 3000);
        assert_int_equal(cards(r, IDA), 1);
        assert_int_equal(retracts(r, MARIA), 1);
        assert_int_equal(reply_to(r, MARIA), REPLY_SILENT);
        rig_say(r, 10 + IDA, MESSAGE_RENDERED, 1, 1);
        rig_say(r, 10 + IDA, MESSAGE_BUSY, 1, 0);
        assert_int_equal(r->offers, 2); /* hers is still silent */
        rig_wait(r, 2000);
        rig_say(r, 10 + MARIA, MESSAGE_CLEARED, 1, 2); /* it says something: she has not lost her turn */
        rig_wait(r, 2000);
        story_ask(r, &phone, MESSAGE_NOW);
}

static void a_device_that_paints_keeps_its_turn(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        r->rendered_within_ms = 5000;
        rig_restart(r);
        connect(r, MARIA);
        connect(r, IDA);
        story_join(r, ANNA, true, &phone);
        arrive(r, &phone, "other");
        rig_wait(r, 3000);
        rig_say(r, 10 + MARIA, MESSAGE_RENDERED, 1, 1);
        rig_wait(r, 21000);
        assert_int_equal(cards(r, IDA), 0);
}

/* Her other handheld is awake: she keeps the card. And whoever woke up is asked again in the same visit. */
static void her_other_device_will_do(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        r->rendered_within_ms = 5000;
        rig_restart(r);
        connect(r, MARIA);
        story_connect_as(r, 30, MARIA, SESSION_HANDHELD);
        story_join(r, ANNA, true, &phone);
        arrive(r, &phone, "wait");
        rig_say(r, 30, MESSAGE_RENDERED, 1, 1);
        rig_wait(r, 10000);
        assert_int_equal(retracts(r, MARIA), 0);
        rig_close(r, 30); /* now there is only the silent one */
        rig_wait(r, 2000);
        assert_int_equal(retracts(r, MARIA), 1);
        rig_say(r, 10 + MARIA, MESSAGE_CLEARED, 1, 2);
        rig_wait(r, 2000);
        assert_int_equal(cards(r, MARIA), 2);
}

/* ---- handing over ---- */
static void handed_over_by_name(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        connect_all(r);
        story_join(r, ANNA, true, &phone);
        arrive(r, &phone, "");
        rig_say(r, 10 + MARIA, MESSAGE_ACCEPT, 1, 0);
        rig_say(r, 10 + MARIA, MESSAGE_COLLEAGUES, 0, 0);
        const char *list = rig_frame(r, 10 + MARIA, "\"t\":\"colleagues\"");
        assert_non_null(list);
        assert_non_null(
                strstr(list, "{\"n\":1,\"name\":\"Eva\",\"departments\":[]},{\"n\":2,\"name\":\"Ida\","
                             "\"departments\":[\"Shoes\"]},{\"n\":3,\"name\":\"Jonas\""));
        assert_null(strstr(list, "Maria"));
        assert_null(strstr(list, "Pia"));
        rig_say(r, 10 + MARIA, MESSAGE_HAND_OVER, 1, 9);
        assert_non_null(rig_frame(r, 10 + MARIA, "\"error\":\"not_free\""));
        rig_say(r, 10 + MARIA, MESSAGE_HAND_OVER, 1, 3);
        assert_int_equal(retracts(r, MARIA), 1);
        assert_int_equal(cards(r, JONAS), 1);
        assert_int_equal(cards(r, IDA), 0);
        assert_int_equal(rung_of(r, JONAS), RUNG_HANDED);
        assert_int_equal(reply_to(r, MARIA), REPLY_HAND_OVER);
        assert_null(strstr(rig_frame(r, 10 + JONAS, CARD), "your client"));
        assert_true(now_says(r, &phone, "\"state\":\"told\""));
        rig_say(r, 10 + JONAS, MESSAGE_WITH_HER, 1, 0);
        assert_int_equal(r->visits[0].served_by, JONAS);
        assert_int_equal(r->visits[0].client_of, MARIA);
        assert_int_equal(r->visits[0].evidence, CLIENT_CHOSEN);
}

/* Before they have met it is her word, not her associate's, whether anybody else is told. */
static void handing_over_asks_her_first(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        connect_all(r);
        story_join(r, ANNA, true, &phone);
        arrive(r, &phone, "");
        rig_say(r, 10 + MARIA, MESSAGE_COLLEAGUES, 0, 0);
        rig_say(r, 10 + MARIA, MESSAGE_HAND_OVER, 1, 3);
        assert_int_equal(cards(r, JONAS), 0);
        assert_true(now_says(r, &phone, "\"ask\""));
}

static void handed_over_down_the_ladder(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        connect_all(r);
        story_join(r, ANNA, true, &phone);
        arrive(r, &phone, "other");
        rig_say(r, 10 + MARIA, MESSAGE_WITH_HER, 1, 0);
        rig_wait(r, 10 * MINUTE_MS);
        rig_say(r, 10 + MARIA, MESSAGE_HAND_OVER, 1, 0);
        assert_int_equal(cards(r, IDA), 1);
        rig_wait(r, 5000);
        assert_true(now_says(r, &phone, "\"state\":\"told\"")); /* the clock has begun again */
}

#define LARGE(f) cmocka_unit_test_setup_teardown(f, large_setup, story_teardown)

int main(void)
{
        const struct CMUnitTest tests[] = {
                LARGE(every_rung_in_its_time),
                LARGE(the_roster_names_who_stands_in),
                LARGE(a_rung_with_nobody_is_skipped_at_once),
                LARGE(the_first_accept_wins_in_one_commit),
                LARGE(places_live_through_a_restart),
                LARGE(a_rung_that_ran_out_meanwhile),
                LARGE(stop_clears_every_place),
                LARGE(a_withdrawal_renews_every_card),
                LARGE(nobody_sees_by_anothers_eyes),
                LARGE(each_look_is_recorded_as_it_was),
                LARGE(she_is_asked_and_says),
                LARGE(she_is_asked_and_says_nothing),
                LARGE(she_would_rather_look),
                LARGE(said_before_that_she_would_look),
                LARGE(she_waits_for_hers),
                LARGE(asked_while_hers_may_still_come),
                LARGE(asked_over_a_restart),
                LARGE(no_more_than_so_many_in_an_hour),
                LARGE(a_budget_lives_through_a_restart),
                LARGE(a_gap_between_two),
                LARGE(over_budget_the_next_one_is_asked),
                LARGE(whoever_is_with_a_customer_is_left_alone),
                LARGE(busy_clears_itself),
                LARGE(a_silent_device_is_skipped),
                LARGE(a_device_that_paints_keeps_its_turn),
                LARGE(her_other_device_will_do),
                LARGE(handed_over_by_name),
                LARGE(handing_over_asks_her_first),
                LARGE(handed_over_down_the_ladder),
        };
        return cmocka_run_group_tests_name("reach", tests, NULL, NULL);
}
