/* What happens between two steps: commits in flight, failures, late words of a handheld, joining twice, a
 * stream that ran ahead. Each of these was a fault once. */
#include "tests/core/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static uint16_t join_with(struct rig *r, uint32_t person, bool online, struct digest *phone)
{
        struct secret secret = rig_link(r, LINK_JOIN, person, MARIA, 101);
        struct message m = {.type = MESSAGE_JOIN};
        rig_secret_text(&secret, m.join.secret);
        m.join.yes = m.join.age_ok = m.join.instore = m.join.sizes = m.join.choose = true;
        m.join.online = online;
        uint16_t status = rig_request(r, NULL, &m);
        if (status == 200)
                *phone = PHONE_OF(r);
        return status;
}
static void stalled_second_device(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        join_with(r, ANNA, false, &phone);
        story_arrive(r, &phone);
        assert_non_null(rig_frame(r, 1, "\"t\":\"card\""));
        r->hold_commits = true;
        rig_say(r, 1, MESSAGE_RENDERED, 1, 1);
        story_connect_as(r, 2, MARIA, SESSION_HANDHELD);
        assert_null(rig_frame(r, 2, "\"t\":\"card\""));
        r->hold_commits = false;
        rig_release(r);
        rig_wait(r, 20000);
        assert_non_null(rig_frame(r, 2, "\"t\":\"card\""));
}

static void stalled_after_failure(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        join_with(r, ANNA, false, &phone);
        story_arrive(r, &phone);
        r->hold_commits = true;
        story_ask(r, &phone, MESSAGE_TELL);
        story_connect_as(r, 2, MARIA, SESSION_HANDHELD);
        assert_null(rig_frame(r, 2, "\"t\":\"card\""));
        r->hold_commits = false;
        r->fail_commits = true;
        rig_release(r);
        r->fail_commits = false;
        rig_wait(r, 20000);
        assert_non_null(rig_frame(r, 2, "\"t\":\"card\""));
}

static void rendered_after_stop(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        join_with(r, ANNA, false, &phone);
        story_arrive(r, &phone);
        assert_non_null(rig_frame(r, 1, "\"t\":\"card\""));
        story_ask(r, &phone, MESSAGE_STOP);
        rig_say(r, 1, MESSAGE_RENDERED, 1, 1);
        assert_int_equal(r->disclosures, 1);
}

static void withdraw_then_arrive(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        join_with(r, ANNA, true, &phone);
        r->hold_commits = true;
        struct message m = {.type = MESSAGE_SHARE};
        m.share.instore = m.share.sizes = true; /* online withdrawn */
        assert_int_equal(rig_request(r, &phone, &m), 0);
        assert_int_equal(story_arrive(r, &phone), 0);
        r->hold_commits = false;
        rig_release(r);
        const char *card = rig_frame(r, 1, "\"t\":\"card\"");
        assert_non_null(card);
        assert_null(strstr(card, "Wool jumper"));
}

static void stop_everything_then_arrive(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        join_with(r, ANNA, true, &phone);
        r->hold_commits = true;
        struct message m = {.type = MESSAGE_STOP};
        m.stop.everything = true;
        assert_int_equal(rig_request(r, &phone, &m), 0);
        story_arrive(r, &phone);
        r->hold_commits = false;
        rig_release(r);
        assert_null(rig_frame(r, 1, "\"t\":\"card\""));
}

static void rendered_commit_fails(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        join_with(r, ANNA, false, &phone);
        story_arrive(r, &phone);
        r->fail_commits = true;
        rig_say(r, 1, MESSAGE_RENDERED, 1, 1);
        r->fail_commits = false;
        rig_say(r, 1, MESSAGE_RENDERED, 1, 1);
        assert_int_equal(r->disclosures, 1);
}

static void rendered_after_restart(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        struct digest token = rig_session(r, SESSION_HANDHELD, MARIA);
        rig_open(r, 1, FACE_HANDHELD, &token);
        rig_hello(r, 1, "", 0);
        join_with(r, ANNA, false, &phone);
        story_arrive(r, &phone);
        assert_non_null(rig_frame(r, 1, "\"t\":\"card\""));
        rig_restart(r);
        rig_open(r, 2, FACE_HANDHELD, &token);
        rig_hello(r, 2, EPOCH, 1);
        rig_say(r, 2, MESSAGE_RENDERED, 1, 1);
        assert_int_equal(r->disclosures, 1);
}

static void ring_overflow(void **state)
{
        struct rig *r = *state;
        struct digest phone, bo;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        join_with(r, ANNA, false, &phone);
        story_arrive(r, &phone);
        assert_non_null(rig_frame(r, 1, "\"t\":\"card\""));
        join_with(r, BO, false, &bo);
        r->hold_credit = true;
        rig_say(r, 1, MESSAGE_SALES, 0, 0);
        story_ask(r, &phone, MESSAGE_STOP); /* retract of card 1 */
        story_arrive(r, &bo);
        for (int i = 0; i < 80; i++)
                story_ask(r, &bo, MESSAGE_TELL);
        r->hold_credit = false;
        rig_ready(r, 1);
        bool retracted = rig_frame(r, 1, "\"t\":\"retract\",\"seq\":2") != NULL;
        bool resync = rig_frames_of(r, 1, "\"t\":\"resync\"") > 1 || r->n_closed > 0;
        assert_true(retracted || resync);
}

static void late_manager(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        join_with(r, ANNA, false, &phone);
        story_arrive(r, &phone);
        rig_wait(r, 27000);
        story_connect_as(r, 2, EVA, SESSION_CONSOLE);
        rig_wait(r, 5000);
        assert_non_null(rig_frame(r, 2, "\"t\":\"card\""));
}

static void rejoin_unticked(void **state)
{
        struct rig *r = *state;
        struct digest phone, phone2;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        join_with(r, ANNA, true, &phone);
        rig_wait(r, 60000);
        assert_int_equal(join_with(r, ANNA, false, &phone2), 200);
        story_ask(r, &phone2, MESSAGE_NOW);
        assert_null(strstr(r->body, "\"online\":true"));
}

static void rejoin_unchosen(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        join_with(r, ANNA, true, &phone);
        struct message m = {.type = MESSAGE_STOP};
        m.stop.everything = true;
        rig_request(r, &phone, &m);
        rig_wait(r, 60000);
        struct secret secret = rig_link(r, LINK_JOIN, ANNA, JONAS, 101);
        struct message j = {.type = MESSAGE_JOIN};
        rig_secret_text(&secret, j.join.secret);
        j.join.yes = j.join.age_ok = j.join.instore = true;
        assert_int_equal(rig_request(r, NULL, &j), 200);
        phone = PHONE_OF(r);
        story_arrive(r, &phone);
        const char *card = rig_frame(r, 1, "\"t\":\"card\"");
        assert_true(card == NULL || !strstr(card, "your client"));
}

static void wait_but_away(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_connect_as(r, 2, EVA, SESSION_CONSOLE);
        join_with(r, ANNA, false, &phone);
        struct message m = {.type = MESSAGE_ARRIVE};
        rig_door_code(r, m.arrive.code);
        snprintf(m.arrive.if_busy, sizeof(m.arrive.if_busy), "wait");
        rig_request(r, &phone, &m);
        assert_null(rig_frame(r, 2, "\"t\":\"card\""));
}

static void invite_three_times(void **state)
{
        struct rig *r = *state;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        rig_say(r, 1, MESSAGE_SALES, 0, 0);
        uint32_t before = r->n_links;
        for (int i = 0; i < 3; i++) {
                struct message m = {.type = MESSAGE_INVITE};
                m.invite.sale = 1;
                struct event ev = {.kind = EVENT_PEER_MESSAGE, .peer_message = {1, &m}};
                (void)ev;
                rig_say(r, 1, MESSAGE_INVITE, 1, 0);
        }
        assert_true(r->n_links - before <= 1);
}

static void late_rendered_records_another_card(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        join_with(r, ANNA, false, &phone);
        story_arrive(r, &phone);
        struct message m = {.type = MESSAGE_TELL};
        snprintf(m.tell.hint, sizeof m.tell.hint, "red hat");
        rig_request(r, &phone, &m);
        r->hold_commits = true;
        rig_say(r, 1, MESSAGE_RENDERED, 1, 1);
        assert_int_equal(r->n_held, 1);
        char frame[CARD_FRAME_SIZE + 1] = "";
        memcpy(frame, r->held[0].writes[0].disclosure.card, CARD_FRAME_SIZE);
        bool hat = strstr(frame, "red hat") != NULL;
        r->hold_commits = false;
        rig_release(r);
        assert_false(hat); /* seq 1 had no hat */
}

static void failed_busy_says_which_card(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        story_connect_as(r, 2, EVA, SESSION_CONSOLE);
        join_with(r, ANNA, false, &phone);
        story_arrive(r, &phone);
        r->fail_commits = true;
        rig_say(r, 1, MESSAGE_BUSY, 1, 0);
        r->fail_commits = false;
        assert_non_null(strstr(rig_frame(r, 1, "\"t\":\"error\""), "\"card\":1"));
}

/* What she stops sharing leaves a card that is already on a screen. */
static void a_withdrawn_kind_leaves_the_screen(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        join_with(r, ANNA, true, &phone);
        story_arrive(r, &phone);
        assert_non_null(rig_frame(r, 1, "Knitwear"));
        rig_forget_frames(r);
        struct message m = {.type = MESSAGE_SHARE};
        m.share.instore = m.share.sizes = true;
        assert_int_equal(rig_request(r, &phone, &m), 200);
        const char *card = rig_frame(r, 1, "\"t\":\"card\"");
        assert_non_null(card);
        assert_non_null(strstr(card, "\"seq\":2"));
        assert_null(strstr(card, "Knitwear"));
}

/* So does a line that she strikes meanwhile. */
static void a_struck_line_leaves_the_screen(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        join_with(r, ANNA, false, &phone);
        story_arrive(r, &phone);
        uint32_t before = rig_frames_of(r, 1, "\"t\":\"card\"");
        assert_non_null(strstr(rig_frame(r, 1, "\"t\":\"card\""), "\"price\":29900"));
        story_ask(r, &phone, MESSAGE_MY_CARD);
        const char *mark = strstr(r->body, "\"preview\":\"");
        assert_non_null(mark);
        struct message m = {.type = MESSAGE_STRIKE};
        m.strike.line = 1;
        snprintf(m.strike.how, sizeof(m.strike.how), "hide");
        snprintf(m.strike.preview, sizeof(m.strike.preview), "%.32s", mark + strlen("\"preview\":\""));
        assert_int_equal(rig_request(r, &phone, &m), 200);
        assert_int_equal(rig_frames_of(r, 1, "\"t\":\"card\""), before + 1);
        assert_null(strstr(rig_frame(r, 1, "\"t\":\"card\""), "\"price\":29900")); /* it was the only one */
}

/* Her only handheld is out of reach when she stops: the retract waits for it. */
static void a_retract_waits_for_the_only_handheld(void **state)
{
        struct rig *r = *state;
        struct digest phone, token = rig_session(r, SESSION_HANDHELD, MARIA);
        rig_open(r, 1, FACE_HANDHELD, &token);
        rig_hello(r, 1, "", 0);
        join_with(r, ANNA, false, &phone);
        story_arrive(r, &phone);
        assert_int_equal(rig_frames_of(r, 1, "\"t\":\"card\""), 1);
        rig_close(r, 1);
        story_ask(r, &phone, MESSAGE_STOP);
        rig_open(r, 2, FACE_HANDHELD, &token);
        rig_hello(r, 2, EPOCH, 1);
        assert_non_null(rig_frame(r, 2, "\"t\":\"retract\",\"seq\":2"));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                STORY(stalled_second_device),
                STORY(stalled_after_failure),
                STORY(rendered_after_stop),
                STORY(withdraw_then_arrive),
                STORY(stop_everything_then_arrive),
                STORY(rendered_commit_fails),
                STORY(rendered_after_restart),
                STORY(ring_overflow),
                STORY(late_manager),
                STORY(rejoin_unticked),
                STORY(rejoin_unchosen),
                STORY(wait_but_away),
                STORY(invite_three_times),
                STORY(late_rendered_records_another_card),
                STORY(failed_busy_says_which_card),
                STORY(a_withdrawn_kind_leaves_the_screen),
                STORY(a_struck_line_leaves_the_screen),
                STORY(a_retract_waits_for_the_only_handheld),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
