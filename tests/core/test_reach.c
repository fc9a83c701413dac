/* Reaching somebody, from the arrival to "with her" or an honest "nobody": who is asked, when, how many at
 * once, who wins, what a restart and a withdrawal make of it [P81, P82]. */
#include "tests/core/reach_story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* ---- the climb ---- */
static void every_rung_in_its_time(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        reach_connect_all(r);
        story_join(r, ANNA, true, &phone);
        assert_int_equal(reach_arrive(r, &phone, "other"), 200);
        assert_int_equal(reach_cards(r, MARIA), 1);
        rig_wait(r, 24000);
        assert_int_equal(reach_cards(r, IDA), 0);
        rig_wait(r, 2500); /* 26.5: the stand-in, who shares Shoes with Maria */
        assert_int_equal(reach_cards(r, IDA), 1);
        assert_int_equal(reach_retracts(r, MARIA), 1);
        assert_int_equal(reach_cards(r, OLE) + reach_cards(r, JONAS) + reach_cards(r, EVA), 0);
        rig_wait(r, 20500); /* 47: the department */
        assert_int_equal(reach_cards(r, OLE), 1);
        assert_int_equal(reach_retracts(r, IDA), 1);
        rig_wait(r, 20000); /* 67: the floor, all of it at once */
        assert_int_equal(reach_cards(r, JONAS), 1);
        assert_int_equal(reach_cards(r, TOM), 1);
        assert_int_equal(reach_cards(r, UTE), 1);
        assert_int_equal(reach_cards(r, EVA), 0);
        rig_wait(r, 16000); /* 83: the manager */
        assert_int_equal(reach_cards(r, EVA), 1);
        assert_true(reach_now_says(r, &phone, "\"state\":\"told\""));
        rig_wait(r, 8500); /* 91.5 */
        assert_true(reach_now_says(r, &phone, "\"state\":\"nobody\""));
        static const uint32_t all[] = {MARIA, IDA, OLE, JONAS, TOM, UTE, EVA};
        static const uint8_t rungs[] = {
                RUNG_OWN, RUNG_STAND_IN, RUNG_DEPARTMENT, RUNG_FLOOR, RUNG_FLOOR, RUNG_FLOOR, RUNG_MANAGER};
        for (size_t i = 0; i < ARRAY_LEN(all); i++) {
                assert_int_equal(reach_cards(r, all[i]), 1);
                assert_int_equal(reach_retracts(r, all[i]), 1);
                assert_int_equal(reach_rung_of(r, all[i]), rungs[i]);
                assert_int_equal(reach_reply_to(r, all[i]), REPLY_NO_ANSWER);
        }
}

/* House rule 5: nobody stands in for her associate, whatever she says, and whoever has none finds nobody. */
static void on_an_event_day_only_her_own_is_asked(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        struct message m = {.type = MESSAGE_HOUSE_SET};
        m.house_set.text =
                slice_of("event_days = monday, tuesday, wednesday, thursday, friday, saturday, sunday");
        r->face = FACE_OPERATOR;
        assert_int_equal(rig_request(r, NULL, &m), 0);
        r->face = FACE_ANY;
        reach_connect_all(r);
        story_join(r, ANNA, true, &phone);
        assert_int_equal(reach_arrive(r, &phone, "other"), 200);
        assert_int_equal(reach_cards(r, MARIA), 1);
        rig_say(r, 10 + MARIA, MESSAGE_BUSY, 1, 0);
        rig_wait(r, 2000);
        assert_true(reach_now_says(r, &phone, "\"state\":\"nobody\""));
        rig_wait(r, 100000);
        static const uint32_t others[] = {IDA, OLE, JONAS, TOM, UTE, EVA};
        for (size_t i = 0; i < ARRAY_LEN(others); i++)
                assert_int_equal(reach_cards(r, others[i]), 0);
        assert_int_equal(reach_cards(r, MARIA), 1);
}

static void alert_not(struct rig *r, const char *text)
{
        struct message m = {.type = MESSAGE_HOUSE_SET};
        m.house_set.text = slice_of(text);
        m.house_set.base = r->house.version;
        r->face = FACE_OPERATOR;
        assert_int_equal(rig_request(r, NULL, &m), 0);
        r->face = FACE_ANY;
}

/* House rule 3: nobody of such a department is called, as a stand-in or by the floor. */
static void a_listed_department_is_never_called(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        r->stands_in = UTE;
        rig_restart(r);
        alert_not(r, "alert_not = children, intimates, pharmacy, WOMEN");
        reach_connect_all(r);
        story_join(r, ANNA, true, &phone);
        assert_int_equal(reach_arrive(r, &phone, "other"), 200);
        assert_int_equal(reach_cards(r, MARIA), 1);
        rig_wait(r, 100000);
        static const uint32_t women[] = {JONAS, TOM, UTE}, others[] = {MARIA, IDA, OLE, EVA};
        for (size_t i = 0; i < ARRAY_LEN(women); i++)
                assert_int_equal(reach_cards(r, women[i]), 0);
        for (size_t i = 0; i < ARRAY_LEN(others); i++)
                assert_int_equal(reach_cards(r, others[i]), 1);
        assert_true(reach_now_says(r, &phone, "\"state\":\"nobody\""));
}

/* She is told so; nobody else is called in her associate's place, and she is not asked to wait. */
static void whose_associate_is_never_called_is_told(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        alert_not(r, "alert_not = children, intimates, pharmacy, shoes");
        reach_connect_all(r);
        story_join(r, ANNA, true, &phone);
        assert_int_equal(reach_arrive(r, &phone, "other"), 200);
        rig_wait(r, 2000);
        assert_true(reach_now_says(r, &phone, "\"state\":\"nobody\""));
        rig_wait(r, 100000);
        static const uint32_t all[] = {MARIA, IDA, OLE, JONAS, TOM, UTE, EVA};
        for (size_t i = 0; i < ARRAY_LEN(all); i++)
                assert_int_equal(reach_cards(r, all[i]), 0);
}

/* The rule comes while her own has the card: she keeps it for her turn, and nobody comes after her. */
static void a_department_is_left_out_while_one_of_it_is_asked(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        reach_connect_all(r);
        story_join(r, ANNA, true, &phone);
        assert_int_equal(reach_arrive(r, &phone, "other"), 200);
        assert_int_equal(reach_cards(r, MARIA), 1);
        alert_not(r, "alert_not = children, intimates, pharmacy, shoes");
        rig_wait(r, 100000);
        static const uint32_t others[] = {IDA, OLE, JONAS, TOM, UTE, EVA};
        for (size_t i = 0; i < ARRAY_LEN(others); i++)
                assert_int_equal(reach_cards(r, others[i]), 0);
        assert_true(reach_now_says(r, &phone, "\"state\":\"nobody\""));
}

static void the_roster_names_who_stands_in(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        r->stands_in = UTE;
        rig_restart(r);
        reach_connect_all(r);
        story_join(r, ANNA, true, &phone);
        reach_arrive(r, &phone, "other");
        rig_say(r, 10 + MARIA, MESSAGE_BUSY, 1, 0);
        assert_int_equal(reach_cards(r, UTE), 1);
        assert_int_equal(reach_cards(r, IDA), 0);
        assert_int_equal(reach_rung_of(r, UTE), RUNG_STAND_IN);
}

static void a_rung_with_nobody_is_skipped_at_once(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        reach_connect(r, MARIA);
        reach_connect(r, EVA);
        story_join(r, ANNA, true, &phone);
        reach_arrive(r, &phone, "other");
        rig_say(r, 10 + MARIA, MESSAGE_BUSY, 1, 0);
        assert_int_equal(reach_cards(r, EVA), 1);
        rig_say(r, 10 + EVA, MESSAGE_BUSY, 1, 0);
        assert_true(reach_now_says(r, &phone, "\"state\":\"nobody\""));
}

/* ---- one winner ---- */
static void the_first_accept_wins_in_one_commit(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        reach_to_the_floor(r, &phone);
        r->hold_commits = true;
        rig_say(r, 10 + TOM, MESSAGE_ACCEPT, 1, 0);
        rig_say(r, 10 + UTE, MESSAGE_ACCEPT, 1, 0); /* while the other is on its way to the disk */
        assert_int_equal(r->n_held, 1);
        uint32_t taken = 0;
        for (uint32_t i = 0; i < r->held[0].n; i++)
                taken += r->held[0].writes[i].kind == WRITE_STREAM &&
                         r->held[0].writes[i].stream.row.kind == STREAM_RETRACT;
        assert_int_equal(taken, 2);
        assert_int_equal(reach_retracts(r, JONAS), 0); /* not before it is durable */
        r->hold_commits = false;
        rig_release(r);
        assert_int_equal(reach_retracts(r, JONAS), 1);
        assert_int_equal(reach_retracts(r, UTE), 1);
        assert_int_equal(reach_retracts(r, TOM), 0);
        assert_non_null(rig_frame(r, 10 + TOM, "\"state\":\"accepted\""));
        assert_non_null(rig_frame(r, 10 + UTE, "\"error\":\"gone\""));
        assert_null(rig_frame(r, 10 + UTE, "\"state\":\"accepted\""));
        rig_say(r, 10 + JONAS, MESSAGE_ACCEPT, 1, 0);
        assert_non_null(rig_frame(r, 10 + JONAS, "\"error\":\"gone\""));
        assert_int_equal(reach_reply_to(r, TOM), REPLY_ACCEPT);
        assert_int_equal(reach_reply_to(r, JONAS), REPLY_TAKEN);
        assert_int_equal(r->visits[0].served_by, TOM);
        assert_int_equal(r->visits[0].n_places, 1);
        assert_true(reach_now_says(r, &phone, "\"state\":\"coming\""));
}

/* Several have the card when the hub stops: all of them have it afterwards, and still one wins. */
static void places_live_through_a_restart(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        reach_to_the_floor(r, &phone);
        rig_restart(r);
        rig_forget_frames(r);
        reach_connect(r, JONAS);
        reach_connect(r, TOM);
        reach_connect(r, UTE);
        assert_int_equal(reach_cards(r, JONAS) + reach_cards(r, TOM) + reach_cards(r, UTE), 3);
        rig_say(r, 10 + UTE, MESSAGE_ACCEPT, 1, 0);
        assert_int_equal(reach_retracts(r, JONAS) + reach_retracts(r, TOM), 2);
        rig_restart(r);
        rig_forget_frames(r);
        reach_connect(r, TOM);
        reach_connect(r, UTE);
        assert_int_equal(reach_cards(r, TOM), 0);
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
        reach_connect_all(r);
        story_join(r, ANNA, true, &phone);
        reach_arrive(r, &phone, "other");
        r->wall += 40000;
        rig_restart(r);
        rig_forget_frames(r);
        reach_connect_all(r);
        rig_wait(r, 2000);
        assert_int_equal(reach_cards(r, IDA), 1);
        assert_int_equal(rig_frames_of(r, 10 + MARIA, RETRACT), 1);
        rig_wait(r, 15000);
        assert_int_equal(reach_cards(r, IDA), 1);
        assert_int_equal(reach_cards(r, MARIA), 1); /* shown again after the restart, and taken away */
        assert_int_equal(r->offers, 2);
        rig_restart(r);
        reach_connect_all(r);
        rig_wait(r, 2000);
        assert_int_equal(r->offers, 2);
}

/* ---- taking it back ---- */
/* The most important: what is stopped leaves every place, in the commit that her answer waits for. */
static void stop_clears_every_place(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        reach_to_the_floor(r, &phone);
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
        assert_int_equal(reach_retracts(r, JONAS), 1);
        assert_int_equal(reach_retracts(r, UTE), 1);
        rig_forget_frames(r);
        struct digest token = rig_session(r, SESSION_HANDHELD, TOM);
        rig_open(r, 10 + TOM, FACE_HANDHELD, &token);
        rig_hello(r, 10 + TOM, EPOCH, 1);
        assert_int_equal(reach_retracts(r, TOM), 1);
        assert_int_equal(reach_cards(r, TOM), 0);
        rig_wait(r, 100000);
        assert_int_equal(r->offers, 6); /* nobody is asked any more */
}

/* What she stops sharing leaves the card of each of them. */
static void a_withdrawal_renews_every_card(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        reach_to_the_floor(r, &phone);
        rig_forget_frames(r);
        struct message m = {.type = MESSAGE_SHARE};
        m.share.instore = m.share.online = true; /* no sizes */
        assert_int_equal(rig_request(r, &phone, &m), 200);
        assert_int_equal(reach_cards(r, JONAS), 1);
        assert_int_equal(reach_cards(r, TOM), 1);
        assert_int_equal(reach_cards(r, UTE), 1);
}

/* Each sees what she may: Jonas has sold her something, Ute has not. */
static void nobody_sees_by_anothers_eyes(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        reach_to_the_floor(r, &phone);
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
        reach_connect(r, UTE);
        reach_connect(r, JONAS);
        assert_null(strstr(rig_frame(r, 10 + UTE, CARD), "\"price\":29900"));
        assert_non_null(strstr(rig_frame(r, 10 + JONAS, CARD), "\"price\":29900"));
}

static void each_look_is_recorded_as_it_was(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        reach_to_the_floor(r, &phone);
        rig_say(r, 10 + JONAS, MESSAGE_RENDERED, 1, 1);
        assert_int_equal(r->last_disclosure.disclosure.associate, JONAS);
        rig_say(r, 10 + UTE, MESSAGE_RENDERED, 1, 1);
        assert_int_equal(r->last_disclosure.disclosure.associate, UTE);
        assert_int_equal(r->disclosures, 2);
        rig_say(r, 10 + UTE, MESSAGE_RENDERED, 1, 1);
        assert_int_equal(r->disclosures, 2);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                LARGE(every_rung_in_its_time),
                LARGE(on_an_event_day_only_her_own_is_asked),
                LARGE(a_listed_department_is_never_called),
                LARGE(whose_associate_is_never_called_is_told),
                LARGE(a_department_is_left_out_while_one_of_it_is_asked),
                LARGE(the_roster_names_who_stands_in),
                LARGE(a_rung_with_nobody_is_skipped_at_once),
                LARGE(the_first_accept_wins_in_one_commit),
                LARGE(places_live_through_a_restart),
                LARGE(a_rung_that_ran_out_meanwhile),
                LARGE(stop_clears_every_place),
                LARGE(a_withdrawal_renews_every_card),
                LARGE(nobody_sees_by_anothers_eyes),
                LARGE(each_look_is_recorded_as_it_was),
        };
        return cmocka_run_group_tests_name("reach", tests, NULL, NULL);
}
