/* The hub's scenarios under a virtual clock: what people do, what they are told, what reaches a handheld, and
 * when. */
#include "tests/core/rig.h"

#include "server/rulebook/render.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define PHONE_OF(r) ((r)->sessions[(r)->n_sessions - 1].token)
#define EPOCH       "e0e0e0e0-e0e0-e0e0-e0e0-e0e0e0e0e0e0"

static struct rig rig;

static int setup(void **state)
{
        rig_start(&rig);
        *state = &rig;
        return 0;
}

static int teardown(void **state)
{
        rig_stop(*state);
        return 0;
}

static uint16_t join(struct rig *r, uint32_t person, bool choose, struct digest *phone)
{
        struct secret secret = rig_link(r, LINK_JOIN, person, MARIA, 101);
        struct message m = {.type = MESSAGE_JOIN};
        rig_secret_text(&secret, m.join.secret);
        m.join.yes = m.join.age_ok = m.join.instore = m.join.sizes = true;
        m.join.choose = choose;
        uint16_t status = rig_request(r, NULL, &m);
        if (status == 200)
                *phone = PHONE_OF(r);
        return status;
}

static uint16_t arrive(struct rig *r, const struct digest *phone)
{
        struct message m = {.type = MESSAGE_ARRIVE};
        rig_door_code(r, m.arrive.code);
        snprintf(m.arrive.hint, sizeof(m.arrive.hint), "green coat");
        return rig_request(r, phone, &m);
}

static uint16_t ask(struct rig *r, const struct digest *phone, enum message_type type)
{
        struct message m = {.type = type};
        return rig_request(r, phone, &m);
}

static void connect_as(struct rig *r, uint64_t peer, uint32_t associate, enum session_kind kind)
{
        struct digest token = rig_session(r, kind, associate);
        rig_open(r, peer, kind == SESSION_CONSOLE ? FACE_CONSOLE : FACE_HANDHELD, &token);
        rig_hello(r, peer, "", 0);
}

static bool says(const struct rig *r, const char *piece)
{
        return strstr(r->body, piece) != NULL;
}

static void a_whole_visit(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        connect_as(r, 1, MARIA, SESSION_HANDHELD);
        assert_non_null(rig_frame(r, 1, "\"t\":\"welcome\""));
        assert_int_equal(join(r, ANNA, true, &phone), 200);
        assert_int_equal(r->cookie, COOKIE_SET);
        assert_true(says(r, "\"state\":\"home\"") && says(r, "\"name\":\"Maria\",\"in\":true"));
        assert_int_equal(arrive(r, &phone), 200);
        assert_true(says(r, "\"state\":\"told\"") && says(r, "\"who\":\"Maria\""));
        const char *card = rig_frame(r, 1, "\"t\":\"card\"");
        assert_non_null(card);
        assert_int_equal(strlen(card), CARD_FRAME_SIZE);
        assert_non_null(strstr(card, "green coat"));
        assert_non_null(strstr(card, "Navy coat"));
        assert_null(strstr(card, "Wool jumper")); /* online: not consented, so never fetched */
        rig_say(r, 1, MESSAGE_RENDERED, 1, 1);
        assert_int_equal(r->disclosures, 1);
        assert_int_equal(r->last_disclosure.disclosure.associate, MARIA);
        rig_say(r, 1, MESSAGE_RENDERED, 1, 1); /* a repeat is the same look */
        assert_int_equal(r->disclosures, 1);
        rig_say(r, 1, MESSAGE_ACCEPT, 1, 0);
        assert_int_equal(ask(r, &phone, MESSAGE_NOW), 200);
        assert_true(says(r, "\"state\":\"coming\""));
        rig_say(r, 1, MESSAGE_WITH_HER, 1, 0);
        ask(r, &phone, MESSAGE_NOW);
        assert_true(says(r, "\"state\":\"with_her\""));
        rig_say(r, 1, MESSAGE_DONE, 1, 0);
        assert_non_null(rig_frame(r, 1, "\"t\":\"retract\""));
        ask(r, &phone, MESSAGE_NOW);
        assert_true(says(r, "\"state\":\"after\"") && says(r, "\"who\":\"Maria\""));
        assert_int_equal(r->visits[0].served_by, MARIA);
        assert_int_equal(r->visits[0].client_of, MARIA);
        struct message m = {.type = MESSAGE_THANKS};
        snprintf(m.thanks.how, sizeof(m.thanks.how), "good");
        assert_int_equal(rig_request(r, &phone, &m), 200);
        assert_true(says(r, "\"state\":\"home\""));
}

static void the_disclosure_is_the_frame(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        connect_as(r, 1, MARIA, SESSION_HANDHELD);
        join(r, ANNA, true, &phone);
        arrive(r, &phone);
        char pushed[CARD_FRAME_SIZE];
        memcpy(pushed, rig_frame(r, 1, "\"t\":\"card\""), sizeof(pushed));
        r->hold_commits = true;
        rig_say(r, 1, MESSAGE_RENDERED, 1, 1);
        assert_int_equal(r->n_held, 1);
        assert_int_equal(r->held[0].writes[0].kind, WRITE_DISCLOSURE);
        assert_memory_equal(r->held[0].writes[0].disclosure.card, pushed, sizeof(pushed));
        rig_release(r);
}

static void nothing_before_it_is_durable(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        connect_as(r, 1, MARIA, SESSION_HANDHELD);
        join(r, ANNA, true, &phone);
        r->hold_commits = true;
        assert_int_equal(arrive(r, &phone), 0);
        assert_null(rig_frame(r, 1, "\"t\":\"card\""));
        uint32_t answers = r->answers;
        assert_int_equal(ask(r, &phone, MESSAGE_NOW), 200);
        assert_true(says(r, "\"state\":\"home\"")); /* as far as anybody is told, it has not happened */
        rig_release(r);
        assert_int_equal(r->answers, answers + 2);
        assert_non_null(rig_frame(r, 1, "\"t\":\"card\""));
}

static void a_failed_commit_never_happened(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        connect_as(r, 1, MARIA, SESSION_HANDHELD);
        join(r, ANNA, true, &phone);
        r->fail_commits = true;
        assert_int_equal(arrive(r, &phone), 503);
        r->fail_commits = false;
        assert_null(rig_frame(r, 1, "\"t\":\"card\""));
        struct hub_counts counts;
        hub_count(r->hub, &counts);
        assert_int_equal(counts.visits, 0);
        assert_int_equal(arrive(r, &phone), 200);
        assert_non_null(rig_frame(r, 1, "\"seq\":1")); /* and its number is used again: no gap */
}

static void a_double_tap_is_one_visit(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        connect_as(r, 1, MARIA, SESSION_HANDHELD);
        join(r, ANNA, true, &phone);
        r->hold_commits = true;
        assert_int_equal(arrive(r, &phone), 0);
        assert_int_equal(arrive(r, &phone), 0);
        uint32_t answers = r->answers;
        r->hold_commits = false;
        rig_release(r);
        assert_int_equal(r->answers, answers + 2);
        assert_int_equal(r->status, 200);
        assert_int_equal(r->n_visits, 1);
        assert_int_equal(rig_frames_of(r, 1, "\"t\":\"card\""), 1);
}

static void stop_clears_it_everywhere(void **state)
{
        struct rig *r = *state;
        struct digest phone, token = rig_session(r, SESSION_HANDHELD, MARIA);
        rig_open(r, 1, FACE_HANDHELD, &token);
        rig_hello(r, 1, "", 0);
        connect_as(r, 2, MARIA, SESSION_HANDHELD); /* a second device of hers */
        join(r, ANNA, true, &phone);
        arrive(r, &phone);
        assert_int_equal(rig_frames_of(r, 1, "\"t\":\"card\""), 1);
        assert_int_equal(rig_frames_of(r, 2, "\"t\":\"card\""), 1);
        rig_close(r, 1); /* this one is out of reach when she stops */
        assert_int_equal(ask(r, &phone, MESSAGE_STOP), 200);
        assert_true(says(r, "\"state\":\"home\""));
        assert_int_equal(rig_frames_of(r, 2, "\"t\":\"retract\""), 1);
        rig_say(r, 2, MESSAGE_CLEARED, 1, 2);
        assert_int_equal(r->cleared, 1);
        rig_forget_frames(r);
        rig_open(r, 3, FACE_HANDHELD, &token);
        rig_hello(r, 3, EPOCH, 1);
        assert_non_null(rig_frame(r, 3, "\"resume\":true"));
        assert_non_null(rig_frame(r, 3, "\"t\":\"retract\""));
        assert_null(rig_frame(r, 3, "\"t\":\"card\""));
}

static void a_withdrawal_overtakes_a_waiting_card(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        connect_as(r, 1, MARIA, SESSION_HANDHELD);
        join(r, ANNA, true, &phone);
        r->hold_credit = true;
        rig_say(r, 1, MESSAGE_SALES, 0, 0); /* takes the socket's one place */
        arrive(r, &phone);
        assert_null(rig_frame(r, 1, "\"t\":\"card\""));
        ask(r, &phone, MESSAGE_STOP);
        r->hold_credit = false;
        rig_ready(r, 1);
        assert_null(rig_frame(r, 1, "\"t\":\"card\""));
        assert_non_null(rig_frame(r, 1, "\"t\":\"retract\",\"seq\":1"));
        assert_non_null(rig_frame(r, 1, "\"t\":\"retract\",\"seq\":2"));
}

static void without_consent_nothing(void **state)
{
        struct rig *r = *state;
        struct digest phone, unknown = {{9}};
        connect_as(r, 1, MARIA, SESSION_HANDHELD);
        assert_int_equal(arrive(r, &unknown), 403);
        assert_int_equal(arrive(r, NULL), 403);
        assert_int_equal(ask(r, &unknown, MESSAGE_NOW), 200);
        assert_true(says(r, "\"state\":\"stranger\""));
        join(r, ANNA, true, &phone);
        struct message m = {.type = MESSAGE_STOP};
        m.stop.everything = true;
        assert_int_equal(rig_request(r, &phone, &m), 200);
        assert_int_equal(r->cookie, COOKIE_CLEAR);
        assert_int_equal(arrive(r, &phone), 403);
        assert_int_equal(r->n_visits, 0);
        assert_null(rig_frame(r, 1, "\"t\":\"card\""));
}

static void codes_hours_and_limits(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        join(r, ANNA, true, &phone);
        struct message m = {.type = MESSAGE_ARRIVE};
        rig_door_code(r, m.arrive.code);
        rig_wait(r, 30000);
        assert_int_equal(rig_request(r, &phone, &m), 200); /* the step before still counts */
        ask(r, &phone, MESSAGE_STOP);
        rig_wait(r, 31000);
        assert_int_equal(rig_request(r, &phone, &m), 409);
        assert_true(says(r, "code_old"));
        r->minute = 605;
        assert_int_equal(arrive(r, &phone), 409);
        assert_true(says(r, "\"closed\""));
        r->minute = 1180;
        assert_int_equal(arrive(r, &phone), 409);
        r->minute = 1179;
        assert_int_equal(arrive(r, &phone), 200);
        ask(r, &phone, MESSAGE_STOP);
        assert_int_equal(arrive(r, &phone), 429); /* the third alert of a day */
        r->day++;
        assert_int_equal(arrive(r, &phone), 200);
}

static void not_today_holds_all_day(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        join(r, ANNA, true, &phone);
        assert_int_equal(ask(r, &phone, MESSAGE_NOT_TODAY), 200);
        assert_true(says(r, "\"state\":\"not_today\""));
        rig_wait(r, 1000);
        ask(r, &phone, MESSAGE_NOW);
        assert_true(says(r, "\"state\":\"not_today\""));
        r->day++;
        r->wall += DAY_MS;
        ask(r, &phone, MESSAGE_NOW);
        assert_true(says(r, "\"state\":\"home\""));
}

static void busy_goes_to_the_manager_then_nobody(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        connect_as(r, 1, MARIA, SESSION_HANDHELD);
        connect_as(r, 2, EVA, SESSION_CONSOLE);
        join(r, ANNA, true, &phone);
        arrive(r, &phone);
        rig_say(r, 1, MESSAGE_BUSY, 1, 0);
        assert_non_null(rig_frame(r, 1, "\"t\":\"retract\""));
        const char *card = rig_frame(r, 2, "\"t\":\"card\"");
        assert_non_null(card);
        assert_non_null(strstr(card, "Maria's client"));
        assert_null(strstr(card, "Navy coat 38"));
        ask(r, &phone, MESSAGE_NOW);
        assert_true(says(r, "\"who\":\"a colleague\""));
        rig_say(r, 2, MESSAGE_NOT_HERE, 1, 0);
        ask(r, &phone, MESSAGE_NOW);
        assert_true(says(r, "\"state\":\"nobody\""));
        rig_say(r, 1, MESSAGE_ACCEPT, 1, 0); /* too late, and told so */
        assert_non_null(rig_frame(r, 1, "\"error\":\"gone\""));
}

static void she_would_rather_wait(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        connect_as(r, 1, MARIA, SESSION_HANDHELD);
        connect_as(r, 2, EVA, SESSION_CONSOLE);
        join(r, ANNA, true, &phone);
        struct message m = {.type = MESSAGE_ARRIVE};
        rig_door_code(r, m.arrive.code);
        snprintf(m.arrive.if_busy, sizeof(m.arrive.if_busy), "wait");
        rig_request(r, &phone, &m);
        rig_say(r, 1, MESSAGE_BUSY, 1, 0);
        rig_wait(r, 60000);
        assert_null(rig_frame(r, 2, "\"t\":\"card\""));
        rig_wait(r, 31000);
        ask(r, &phone, MESSAGE_NOW);
        assert_true(says(r, "\"state\":\"nobody\""));
}

static void no_answer_moves_on_in_time(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        connect_as(r, 1, MARIA, SESSION_HANDHELD);
        connect_as(r, 2, EVA, SESSION_CONSOLE);
        join(r, ANNA, true, &phone);
        arrive(r, &phone);
        rig_wait(r, 24000);
        assert_null(rig_frame(r, 2, "\"t\":\"card\""));
        rig_wait(r, 2000);
        assert_non_null(rig_frame(r, 2, "\"t\":\"card\""));
        rig_wait(r, 63000);
        ask(r, &phone, MESSAGE_NOW);
        assert_true(says(r, "\"state\":\"told\""));
        rig_wait(r, 2000);
        ask(r, &phone, MESSAGE_NOW);
        assert_true(says(r, "\"state\":\"nobody\""));
        rig_wait(r, 2 * HOUR_MS);
        struct hub_counts counts;
        hub_count(r->hub, &counts);
        assert_int_equal(counts.visits, 0); /* no visit that never ends */
}

static void whoever_comes_first_gets_a_waiting_alert(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        join(r, ANNA, true, &phone);
        assert_int_equal(arrive(r, &phone), 200);
        assert_true(says(r, "\"who\":\"\""));
        rig_wait(r, 5000);
        connect_as(r, 1, JONAS, SESSION_HANDHELD); /* neither hers nor a manager */
        rig_wait(r, 2000);
        assert_null(rig_frame(r, 1, "\"t\":\"card\""));
        connect_as(r, 2, MARIA, SESSION_HANDHELD);
        rig_wait(r, 2000);
        assert_non_null(rig_frame(r, 2, "your client"));
}

static void evidence_routes_but_shows_no_more(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        connect_as(r, 1, MARIA, SESSION_HANDHELD);
        join(r, ANNA, false, &phone);
        arrive(r, &phone);
        const char *card = rig_frame(r, 1, "\"t\":\"card\"");
        assert_non_null(card);
        assert_null(strstr(card, "your client"));
        assert_non_null(strstr(card, "a customer of the store"));
        assert_null(strstr(card, "Berg"));
}

static void a_reload_resyncs_and_a_reconnect_resumes(void **state)
{
        struct rig *r = *state;
        struct digest phone, token = rig_session(r, SESSION_HANDHELD, MARIA);
        rig_open(r, 1, FACE_HANDHELD, &token);
        rig_hello(r, 1, "", 0);
        join(r, ANNA, true, &phone);
        arrive(r, &phone);
        rig_forget_frames(r);
        rig_open(r, 2, FACE_HANDHELD, &token); /* the old socket is still there: it must go */
        assert_int_equal(r->closed[0].peer, 1);
        assert_int_equal(r->closed[0].code, 4409);
        rig_hello(r, 2, EPOCH, 1);
        assert_non_null(rig_frame(r, 2, "\"resume\":true"));
        assert_int_equal(rig_frames_of(r, 2, "\"t\":\"card\""), 0); /* carried out already */
        rig_close(r, 2);
        rig_open(r, 3, FACE_HANDHELD, &token);
        rig_hello(r, 3, "", 0);
        assert_non_null(rig_frame(r, 3, "\"resume\":false"));
        assert_non_null(rig_frame(r, 3, "\"open\":1"));
        assert_int_equal(rig_frames_of(r, 3, "\"t\":\"card\""), 1);
}

static void a_restart_keeps_the_card_and_the_clock(void **state)
{
        struct rig *r = *state;
        struct digest phone, token = rig_session(r, SESSION_HANDHELD, MARIA);
        rig_open(r, 1, FACE_HANDHELD, &token);
        rig_hello(r, 1, "", 0);
        join(r, ANNA, true, &phone);
        arrive(r, &phone);
        rig_forget_frames(r);
        r->wall += 20000; /* it was down for 20 s */
        rig_restart(r);
        rig_open(r, 1, FACE_HANDHELD, &token);
        rig_hello(r, 1, EPOCH, 1);
        assert_int_equal(rig_frames_of(r, 1, "\"t\":\"card\""), 0);
        rig_close(r, 1);
        rig_open(r, 1, FACE_HANDHELD, &token);
        rig_hello(r, 1, "", 0);
        assert_int_equal(rig_frames_of(r, 1, "\"t\":\"card\""), 1);
        assert_non_null(rig_frame(r, 1, "Navy coat"));
        connect_as(r, 2, EVA, SESSION_CONSOLE);
        rig_wait(r, 6000); /* 26 s after the offer */
        assert_non_null(rig_frame(r, 2, "\"t\":\"card\""));
        assert_int_equal(rig_frames_of(r, 1, "\"t\":\"retract\""), 1);
}

/* A box without a clock of its own may start in the past: what is open stays open, and its turns do not come
 * early. */
static void a_clock_that_went_back(void **state)
{
        struct rig *r = *state;
        struct digest phone, token = rig_session(r, SESSION_HANDHELD, MARIA);
        rig_open(r, 1, FACE_HANDHELD, &token);
        rig_hello(r, 1, "", 0);
        join(r, ANNA, true, &phone);
        arrive(r, &phone);
        rig_forget_frames(r);
        r->wall -= DAY_MS;
        rig_restart(r);
        rig_open(r, 1, FACE_HANDHELD, &token);
        rig_hello(r, 1, "", 0);
        assert_int_equal(rig_frames_of(r, 1, "\"t\":\"card\""), 1);
        rig_say(r, 1, MESSAGE_ACCEPT, 1, 0);
        rig_wait(r, 3 * HOUR_MS);
        struct hub_counts counts;
        hub_count(r->hub, &counts);
        assert_int_equal(counts.visits, 0); /* it holds two hours from the start, whatever the clock says */
}

static void a_clock_that_jumps_changes_no_turn(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        connect_as(r, 1, MARIA, SESSION_HANDHELD);
        connect_as(r, 2, EVA, SESSION_CONSOLE);
        join(r, ANNA, true, &phone);
        arrive(r, &phone);
        r->wall += DAY_MS;
        rig_say(r, 1, MESSAGE_BUSY, 1, 0);
        rig_wait(r, 2000);
        assert_int_equal(rig_frames_of(r, 2, "\"t\":\"card\""), 1);
        assert_int_equal(rig_frames_of(r, 2, "\"t\":\"retract\""), 0);
        r->wall -= 2 * DAY_MS;
        rig_wait(r, 86000);
        ask(r, &phone, MESSAGE_NOW);
        rig_wait(r, 4000);
        assert_int_equal(rig_frames_of(r, 2, "\"t\":\"retract\""),
                1); /* 90 s after her tap, by the clock that never jumps */
}

static void what_she_tells_renews_the_same_card(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        connect_as(r, 1, MARIA, SESSION_HANDHELD);
        join(r, ANNA, true, &phone);
        arrive(r, &phone);
        rig_say(r, 1, MESSAGE_RENDERED, 1, 1);
        struct message m = {.type = MESSAGE_TELL};
        snprintf(m.tell.wish, sizeof(m.tell.wish), "a winter coat");
        snprintf(m.tell.meet, sizeof(m.tell.meet), "Shoes, floor 2");
        assert_int_equal(rig_request(r, &phone, &m), 200);
        const char *card = rig_frame(r, 1, "a winter coat");
        assert_non_null(card);
        assert_non_null(strstr(card, "\"seq\":2"));
        assert_non_null(strstr(card, "\"card\":1"));
        assert_non_null(strstr(card, "Shoes, floor 2"));
        rig_say(r, 1, MESSAGE_RENDERED, 1, 2);
        assert_int_equal(r->disclosures, 2);
}

static void a_struck_line_is_gone(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        connect_as(r, 1, MARIA, SESSION_HANDHELD);
        join(r, ANNA, true, &phone);
        ask(r, &phone, MESSAGE_MY_CARD);
        assert_true(says(r, "Navy coat"));
        struct message m = {.type = MESSAGE_STRIKE};
        m.strike.line = 1;
        snprintf(m.strike.how, sizeof(m.strike.how), "hide");
        snprintf(m.strike.preview, sizeof(m.strike.preview), "0123");
        assert_int_equal(rig_request(r, &phone, &m), 409);
        const char *mark = strstr(r->body, "card_changed");
        assert_non_null(mark);
        ask(r, &phone, MESSAGE_MY_CARD);
        mark = strstr(r->body, "\"preview\":\"");
        assert_non_null(mark);
        snprintf(m.strike.preview, sizeof(m.strike.preview), "%.32s", mark + strlen("\"preview\":\""));
        assert_int_equal(rig_request(r, &phone, &m), 200);
        assert_int_equal(r->people[ANNA].lines[0].choice + r->people[ANNA].lines[1].choice, CHOICE_HIDE);
}

static void joining_asks_first(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        struct secret secret = rig_link(r, LINK_JOIN, ANNA, MARIA, 101);
        struct message look = {.type = MESSAGE_LOOK}, m = {.type = MESSAGE_JOIN};
        rig_secret_text(&secret, look.look.secret);
        rig_secret_text(&secret, m.join.secret);
        assert_int_equal(rig_request(r, NULL, &look), 200);
        assert_true(says(r, "\"state\":\"invited\"") && says(r, "Navy coat") && !says(r, "Wool jumper"));
        look.look.online = true;
        assert_int_equal(rig_request(r, NULL, &look), 200); /* looking uses nothing up */
        assert_true(says(r, "Knitwear"));
        assert_false(r->people[ANNA].row.enrolled);
        m.join.yes = true;
        assert_int_equal(rig_request(r, NULL, &m), 400); /* her age was not said */
        m.join.yes = false;
        assert_int_equal(rig_request(r, NULL, &m), 200);
        assert_true(says(r, "stranger"));
        assert_false(r->people[ANNA].row.enrolled);
        assert_int_equal(r->people[ANNA].n_consents, 0);
        assert_int_equal(rig_request(r, NULL, &look), 410); /* once answered, it is used */
        assert_int_equal(join(r, MIA, true, &phone), 403);
        rig_wait(r, 2 * HOUR_MS);
        secret = rig_link(r, LINK_JOIN, BO, MARIA, 5);
        r->wall += 2 * HOUR_MS;
        rig_secret_text(&secret, look.look.secret);
        assert_int_equal(rig_request(r, NULL, &look), 410); /* run out */
}

static void at_the_door_without_a_purchase(void **state)
{
        struct rig *r = *state;
        connect_as(r, 2, EVA, SESSION_CONSOLE);
        struct message m = {.type = MESSAGE_JOIN};
        rig_door_code(r, m.join.code);
        m.join.yes = m.join.age_ok = true;
        m.join.instore = true; /* asked for, but nobody proved whose history it would be */
        assert_int_equal(rig_request(r, NULL, &m), 200);
        assert_true(says(r, "\"state\":\"home\"") && says(r, "\"instore\":false"));
        struct digest phone = PHONE_OF(r);
        assert_int_equal(arrive(r, &phone), 200);
        const char *card = rig_frame(r, 2, "\"t\":\"card\"");
        assert_non_null(card);
        assert_non_null(strstr(card, "new here"));
        assert_non_null(strstr(card, "green coat"));
}

static void pairing_links_work_once(void **state)
{
        struct rig *r = *state;
        struct message make = {.type = MESSAGE_MAKE_LINK}, pair = {.type = MESSAGE_PAIR};
        snprintf(make.make_link.face, sizeof(make.make_link.face), "handheld");
        snprintf(make.make_link.subject, sizeof(make.make_link.subject), "ext-1");
        assert_int_equal(rig_request(r, NULL, &make), 200);
        const char *secret = strstr(r->body, "/h#p.");
        assert_non_null(secret);
        snprintf(pair.pair.secret, sizeof(pair.pair.secret), "%.43s", secret + 5);
        assert_int_equal(rig_request(r, NULL, &pair), 200);
        assert_true(says(r, "\"face\":\"handheld\"") && says(r, "Maria"));
        assert_int_equal(r->cookie, COOKIE_SET);
        assert_int_equal(rig_request(r, NULL, &pair), 410);
        snprintf(make.make_link.face, sizeof(make.make_link.face), "console");
        assert_int_equal(rig_request(r, NULL, &make), 403); /* Maria is no manager */
        snprintf(make.make_link.subject, sizeof(make.make_link.subject), "ext-4");
        assert_int_equal(rig_request(r, NULL, &make), 404); /* Pia works elsewhere */
}

static void an_invitation_from_the_handheld(void **state)
{
        struct rig *r = *state;
        connect_as(r, 1, MARIA, SESSION_HANDHELD);
        rig_say(r, 1, MESSAGE_INVITE, 1, 0);
        assert_non_null(rig_frame(r, 1, "no_sale"));
        rig_say(r, 1, MESSAGE_SALES, 0, 0);
        assert_non_null(rig_frame(r, 1, "\"sale\":1,\"item\":\"Navy coat\""));
        rig_say(r, 1, MESSAGE_INVITE, 1, 0);
        const char *frame = rig_frame(r, 1, "\"t\":\"invited\"");
        assert_non_null(frame);
        const char *at = strstr(frame, "/#j.");
        assert_non_null(at);
        struct message look = {.type = MESSAGE_LOOK};
        snprintf(look.look.secret, sizeof(look.look.secret), "%.43s", at + 4);
        assert_int_equal(rig_request(r, NULL, &look), 200);
        assert_true(says(r, "\"name\":\"Maria\""));
}

static void only_its_own_face_may(void **state)
{
        struct rig *r = *state;
        struct digest phone, sign = rig_session(r, SESSION_SIGN, 0),
                             desk = rig_session(r, SESSION_CONSOLE, EVA);
        join(r, ANNA, true, &phone);
        assert_int_equal(ask(r, &sign, MESSAGE_CODE), 200);
        assert_int_equal(ask(r, &phone, MESSAGE_CODE), 401);
        assert_int_equal(ask(r, NULL, MESSAGE_CODE), 401);
        assert_int_equal(ask(r, &desk, MESSAGE_BOARD), 200);
        assert_true(says(r, "\"rules\":[{\"id\":"));
        assert_int_equal(ask(r, &phone, MESSAGE_BOARD), 401);
        assert_int_equal(arrive(r, &desk), 403);
        rig_open(r, 9, FACE_HANDHELD, &phone);
        assert_int_equal(r->closed[0].code, 4401);
        rig_open(r, 10, FACE_HANDHELD, &desk);
        assert_int_equal(r->closed[1].code, 4401);
}

static void too_many_visits_are_refused_not_lost(void **state)
{
        struct rig *r = *state;
        struct message m = {.type = MESSAGE_JOIN};
        m.join.yes = m.join.age_ok = true;
        for (int i = 0; i < 16; i++) {
                rig_door_code(r, m.join.code);
                assert_int_equal(rig_request(r, NULL, &m), 200);
                struct digest phone = PHONE_OF(r);
                /* The rig knows one guest: give each phone a person of its own number. */
                r->people[RIG_PEOPLE - 1].row.id = 0x80000000u + (uint32_t)i;
                assert_int_equal(arrive(r, &phone), 200);
        }
        struct digest phone;
        join(r, ANNA, true, &phone);
        assert_int_equal(arrive(r, &phone), 503);
        assert_true(says(r, "\"busy\""));
        rig_wait(r, 2 * HOUR_MS + 2000);
        assert_int_equal(arrive(r, &phone), 200);
}

static void silent_peers_and_too_many_notes(void **state)
{
        struct rig *r = *state;
        struct digest token = rig_session(r, SESSION_HANDHELD, MARIA);
        rig_open(r, 1, FACE_HANDHELD, &token);
        rig_wait(r, 7000);
        assert_int_equal(r->closed[0].code, 4400); /* never said hello */
        connect_as(r, 2, JONAS, SESSION_HANDHELD);
        r->hold_credit = true;
        for (int i = 0; i < 12; i++)
                rig_say(r, 2, MESSAGE_SALES, 0, 0);
        assert_int_equal(r->closed[1].peer, 2);
        assert_int_equal(r->closed[1].code, 1013);
}

static void the_same_story_makes_the_same_trace(void **state)
{
        struct rig *r = *state;
        static struct rig other;
        a_whole_visit(state);
        rig_start(&other);
        void *again = &other;
        a_whole_visit(&again);
        assert_int_equal(r->trace_len, other.trace_len);
        assert_memory_equal(r->trace, other.trace, r->trace_len);
        assert_null(strstr(r->trace, "Anna"));
        assert_null(strstr(r->trace, "coat"));
        rig_stop(&other);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
        const struct CMUnitTest tests[] = {
                T(a_whole_visit),
                T(the_disclosure_is_the_frame),
                T(nothing_before_it_is_durable),
                T(a_failed_commit_never_happened),
                T(a_double_tap_is_one_visit),
                T(stop_clears_it_everywhere),
                T(a_withdrawal_overtakes_a_waiting_card),
                T(without_consent_nothing),
                T(codes_hours_and_limits),
                T(not_today_holds_all_day),
                T(busy_goes_to_the_manager_then_nobody),
                T(she_would_rather_wait),
                T(no_answer_moves_on_in_time),
                T(whoever_comes_first_gets_a_waiting_alert),
                T(evidence_routes_but_shows_no_more),
                T(a_reload_resyncs_and_a_reconnect_resumes),
                T(a_restart_keeps_the_card_and_the_clock),
                T(a_clock_that_went_back),
                T(a_clock_that_jumps_changes_no_turn),
                T(what_she_tells_renews_the_same_card),
                T(a_struck_line_is_gone),
                T(joining_asks_first),
                T(at_the_door_without_a_purchase),
                T(pairing_links_work_once),
                T(an_invitation_from_the_handheld),
                T(only_its_own_face_may),
                T(too_many_visits_are_refused_not_lost),
                T(silent_peers_and_too_many_notes),
                T(the_same_story_makes_the_same_trace),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
