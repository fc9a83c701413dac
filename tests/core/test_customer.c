/* What a customer's page, a link and the operator may ask of the hub, and what they are told. */
#include "tests/core/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void without_consent_nothing(void **state)
{
        struct rig *r = *state;
        struct digest phone, unknown = {{9}};
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        assert_int_equal(story_arrive(r, &unknown), 403);
        assert_int_equal(story_arrive(r, NULL), 403);
        assert_int_equal(story_ask(r, &unknown, MESSAGE_NOW), 200);
        assert_true(story_says(r, "\"state\":\"stranger\""));
        story_join(r, ANNA, true, &phone);
        struct message m = {.type = MESSAGE_STOP};
        m.stop.everything = true;
        assert_int_equal(rig_request(r, &phone, &m), 200);
        assert_int_equal(r->cookie, COOKIE_CLEAR);
        assert_int_equal(story_arrive(r, &phone), 403);
        assert_int_equal(r->n_visits, 0);
        assert_null(rig_frame(r, 1, "\"t\":\"card\""));
}

static void codes_hours_and_limits(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_join(r, ANNA, true, &phone);
        struct message m = {.type = MESSAGE_ARRIVE};
        rig_door_code(r, m.arrive.code);
        rig_wait(r, 30000);
        assert_int_equal(rig_request(r, &phone, &m), 200); /* the step before still counts */
        story_ask(r, &phone, MESSAGE_STOP);
        rig_wait(r, 31000);
        assert_int_equal(rig_request(r, &phone, &m), 409);
        assert_true(story_says(r, "code_old"));
        r->minute = 605;
        assert_int_equal(story_arrive(r, &phone), 409);
        assert_true(story_says(r, "\"closed\""));
        r->minute = 1180;
        assert_int_equal(story_arrive(r, &phone), 409);
        r->minute = 1179;
        assert_int_equal(story_arrive(r, &phone), 200);
        story_ask(r, &phone, MESSAGE_STOP);
        assert_int_equal(story_arrive(r, &phone), 429); /* the third alert of a day */
        r->day++;
        assert_int_equal(story_arrive(r, &phone), 200);
}

static void not_today_holds_all_day(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_join(r, ANNA, true, &phone);
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOT_TODAY), 200);
        assert_true(story_says(r, "\"state\":\"not_today\""));
        rig_wait(r, 1000);
        story_ask(r, &phone, MESSAGE_NOW);
        assert_true(story_says(r, "\"state\":\"not_today\""));
        r->day++;
        r->wall += DAY_MS;
        story_ask(r, &phone, MESSAGE_NOW);
        assert_true(story_says(r, "\"state\":\"home\""));
}

static void what_she_tells_renews_the_same_card(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        story_join(r, ANNA, true, &phone);
        story_arrive(r, &phone);
        rig_say(r, 1, MESSAGE_RENDERED, 1, 1);
        struct message m = {.type = MESSAGE_TELL};
        snprintf(m.tell.wish, sizeof(m.tell.wish), "a winter coat");
        snprintf(m.tell.meet, sizeof(m.tell.meet), "Shoes, floor 2");
        wall_ms started = r->wall;
        rig_wait(r, 3000);
        assert_int_equal(rig_request(r, &phone, &m), 200);
        assert_true(r->as_of == started); /* ages are frozen at the start of the visit */
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
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        story_join(r, ANNA, true, &phone);
        story_ask(r, &phone, MESSAGE_MY_CARD);
        assert_true(story_says(r, "Navy coat"));
        struct message m = {.type = MESSAGE_STRIKE};
        m.strike.line = 1;
        snprintf(m.strike.how, sizeof(m.strike.how), "hide");
        snprintf(m.strike.preview, sizeof(m.strike.preview), "0123");
        assert_int_equal(rig_request(r, &phone, &m), 409);
        const char *mark = strstr(r->body, "card_changed");
        assert_non_null(mark);
        story_ask(r, &phone, MESSAGE_MY_CARD);
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
        assert_true(story_says(r, "\"state\":\"invited\"") && story_says(r, "Navy coat") &&
                    !story_says(r, "Wool jumper"));
        look.look.online = true;
        assert_int_equal(rig_request(r, NULL, &look), 200); /* looking uses nothing up */
        assert_true(story_says(r, "Knitwear"));
        assert_false(r->people[ANNA].row.enrolled);
        m.join.yes = true;
        assert_int_equal(rig_request(r, NULL, &m), 400); /* her age was not said */
        m.join.yes = false;
        assert_int_equal(rig_request(r, NULL, &m), 200);
        assert_true(story_says(r, "stranger"));
        assert_false(r->people[ANNA].row.enrolled);
        assert_int_equal(r->people[ANNA].n_consents, 0);
        assert_int_equal(rig_request(r, NULL, &look), 410); /* once answered, it is used */
        assert_int_equal(story_join(r, MIA, true, &phone), 403);
        rig_wait(r, 2 * HOUR_MS);
        secret = rig_link(r, LINK_JOIN, BO, MARIA, 5);
        r->wall += 2 * HOUR_MS;
        rig_secret_text(&secret, look.look.secret);
        assert_int_equal(rig_request(r, NULL, &look), 410); /* run out */
}

static void at_the_door_without_a_purchase(void **state)
{
        struct rig *r = *state;
        story_connect_as(r, 2, EVA, SESSION_CONSOLE);
        struct message m = {.type = MESSAGE_JOIN};
        rig_door_code(r, m.join.code);
        m.join.yes = m.join.age_ok = true;
        m.join.instore = true; /* asked for, but nobody proved whose history it would be */
        assert_int_equal(rig_request(r, NULL, &m), 200);
        assert_true(story_says(r, "\"state\":\"home\"") && story_says(r, "\"instore\":false"));
        struct digest phone = PHONE_OF(r);
        assert_int_equal(story_arrive(r, &phone), 200);
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
        r->face = FACE_CONSOLE;
        assert_int_equal(
                rig_request(r, NULL, &pair), 410); /* a link counts on its own face, and is not used up */
        r->face = FACE_HANDHELD;
        assert_int_equal(rig_request(r, NULL, &pair), 200);
        assert_true(story_says(r, "\"face\":\"handheld\"") && story_says(r, "Maria"));
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
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
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
        assert_true(story_says(r, "\"name\":\"Maria\""));
}

static void only_its_own_face_may(void **state)
{
        struct rig *r = *state;
        struct digest phone, sign = rig_session(r, SESSION_SIGN, 0),
                             desk = rig_session(r, SESSION_CONSOLE, EVA);
        story_join(r, ANNA, true, &phone);
        assert_int_equal(story_ask(r, &sign, MESSAGE_CODE), 200);
        assert_int_equal(story_ask(r, &phone, MESSAGE_CODE), 401);
        assert_int_equal(story_ask(r, NULL, MESSAGE_CODE), 401);
        assert_int_equal(story_ask(r, &desk, MESSAGE_BOARD), 200);
        assert_true(story_says(r, "\"rules\":[{\"id\":"));
        assert_int_equal(story_ask(r, &phone, MESSAGE_BOARD), 401);
        assert_int_equal(story_arrive(r, &desk), 403);
        rig_open(r, 9, FACE_HANDHELD, &phone);
        assert_int_equal(r->closed[0].code, 4401);
        rig_open(r, 10, FACE_HANDHELD, &desk);
        assert_int_equal(r->closed[1].code, 4401);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                STORY(without_consent_nothing),
                STORY(codes_hours_and_limits),
                STORY(not_today_holds_all_day),
                STORY(what_she_tells_renews_the_same_card),
                STORY(a_struck_line_is_gone),
                STORY(joining_asks_first),
                STORY(at_the_door_without_a_purchase),
                STORY(pairing_links_work_once),
                STORY(an_invitation_from_the_handheld),
                STORY(only_its_own_face_may),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
