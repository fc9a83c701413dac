/* Arrivals an hour and department: what counts, where, for how long, and what stops when a department has as
 * many as it can serve [P164, P165]. */
#include "tests/core/managing.h"

#include "server/core/state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOES, WOMEN };

/* The hub's own time for the calls below: between two events it has none. */
static struct hub *now(struct rig *r)
{
        static struct event event;
        event = (struct event){.mono = r->mono, .wall = r->wall};
        r->hub->event = &event;
        return r->hub;
}

static void come(struct rig *r, uint32_t associate, int times)
{
        while (times-- > 0)
                flow_came(now(r), associate, r->mono);
}

static bool full(struct rig *r, uint32_t associate)
{
        return flow_full(now(r), associate_find(r->hub, associate));
}

static void works_in(struct rig *r, uint32_t associate, uint32_t departments)
{
        r->hub->associates[associate_find(r->hub, associate)].row.departments = departments;
}

static void save(struct rig *r, const char *text)
{
        struct message m = {.type = MESSAGE_HOUSE_SET};
        m.house_set.text = slice_of(text);
        m.house_set.base = r->house.version;
        r->face = FACE_OPERATOR;
        rig_request(r, NULL, &m); /* answered when last week was counted */
        r->face = FACE_ANY;
}

static bool sign_says(struct rig *r, const struct digest *sign, const char *piece)
{
        struct message m = {.type = MESSAGE_CODE};
        r->face = FACE_SIGN;
        assert_int_equal(rig_request(r, sign, &m), 200);
        r->face = FACE_ANY;
        return story_says(r, piece);
}

static bool page_says(struct rig *r, const struct digest *phone, const char *piece)
{
        assert_int_equal(story_ask(r, phone, MESSAGE_NOW), 200);
        return story_says(r, piece);
}

static void the_sixth_fills_it_and_it_is_full_at_the_seventh(void **state)
{
        struct rig *r = *state;
        come(r, MARIA, 5);
        assert_false(full(r, MARIA));
        come(r, MARIA, 1);
        assert_true(full(r, MARIA));
        come(r, MARIA, 1);
        assert_true(full(r, MARIA));
        assert_int_equal(flow_now(now(r), SHOES), 7);
        assert_int_equal(flow_now(now(r), WOMEN), 0);
        assert_false(full(r, JONAS));
        come(r, MARIA, 100);
        assert_int_equal(flow_now(now(r), SHOES), FLOW_MOST);
}

static void an_hour_slides_to_the_millisecond(void **state)
{
        struct rig *r = *state;
        come(r, MARIA, 1);
        r->mono += MINUTE_MS;
        come(r, MARIA, 5);
        r->mono += 59 * MINUTE_MS - SECOND_MS;
        assert_int_equal(flow_now(now(r), SHOES), 6); /* 59:59 */
        r->mono += SECOND_MS - 1;
        assert_true(full(r, MARIA));
        r->mono += 1;
        assert_int_equal(flow_now(now(r), SHOES), 5); /* 60:00 */
        assert_false(full(r, MARIA));
        r->mono += MINUTE_MS;
        assert_int_equal(flow_now(now(r), SHOES), 0);
}

static void who_is_in_two_is_full_when_both_are(void **state)
{
        struct rig *r = *state;
        works_in(r, MARIA, 1u << SHOES | 1u << WOMEN);
        come(r, MARIA, 5); /* in both */
        assert_int_equal(flow_now(now(r), SHOES), 5);
        assert_int_equal(flow_now(now(r), WOMEN), 5);
        come(r, JONAS, 1); /* in Women alone */
        assert_true(full(r, JONAS));
        assert_false(full(r, MARIA));
        come(r, MARIA, 1);
        assert_true(full(r, MARIA));
        assert_false(full(r, EVA)); /* she is in none */
        come(r, 0, 9);
        come(r, EVA, 9);
        assert_int_equal(flow_now(now(r), SHOES), 6);
}

static void a_start_counts_the_visits_of_the_last_hour(void **state)
{
        struct rig *r = *state;
        struct event event = {.mono = 5 * MINUTE_MS, .wall = r->wall};
        struct arrival_row rows[] = {{.associate = MARIA, .started = r->wall - HOUR_MS},
                {.associate = MARIA, .started = r->wall - HOUR_MS + 1},
                {.associate = JONAS, .started = r->wall - 30 * MINUTE_MS}, {.started = r->wall},
                {.associate = MARIA, .started = r->wall}};
        struct snapshot s = {.arrivals = rows, .n_arrivals = ARRAY_LEN(rows)};
        r->hub->event = &event;
        flow_start(r->hub, &s);
        assert_int_equal(flow_now(r->hub, SHOES), 2);
        assert_int_equal(flow_now(r->hub, WOMEN), 1);
        event.mono += 1; /* those of before go on sliding */
        assert_int_equal(flow_now(r->hub, SHOES), 1);
}

/* The wall clock went back two hours while the hub was down: the newest visit tells how long ago the others
 * were. */
static void a_clock_that_went_back_makes_nothing_new(void **state)
{
        struct rig *r = *state;
        struct event event = {.mono = 5 * MINUTE_MS, .wall = r->wall};
        wall_ms ahead = r->wall + 2 * HOUR_MS;
        struct arrival_row rows[] = {{.associate = MARIA, .started = ahead - HOUR_MS},
                {.associate = MARIA, .started = ahead - 10 * MINUTE_MS},
                {.associate = MARIA, .started = ahead}};
        struct snapshot s = {.arrivals = rows, .n_arrivals = ARRAY_LEN(rows)};
        r->hub->event = &event;
        flow_start(r->hub, &s);
        assert_int_equal(flow_now(r->hub, SHOES), 2);
        event.mono += 50 * MINUTE_MS;
        assert_int_equal(flow_now(r->hub, SHOES), 1);
        event.wall -= 5 * HOUR_MS; /* nor while it runs */
        assert_int_equal(flow_now(r->hub, SHOES), 1);
}

/* To where what is full is told anew. */
static void next_step(struct rig *r)
{
        mono_ms step = 10 * MINUTE_MS, ahead = step - r->mono % step;
        r->mono += ahead;
        r->wall += ahead;
}

static void nobody_is_invited_and_the_sign_says_so(void **state)
{
        struct rig *r = *state;
        struct digest phone, sign = rig_session(r, SESSION_SIGN, 0);
        save(r, "arrivals = 4"); /* a fifth is needed for anybody at a door to be told */
        assert_int_equal(r->house.version, 1);
        come(r, MARIA, FLOW_LEAST - 2);
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        rig_say(r, 1, MESSAGE_SALES, 0, 0);
        assert_int_equal(story_join(r, BO, true, &phone), 200);
        r->hold_commits = true;
        story_arrive(r, &phone);
        assert_int_equal(flow_now(now(r), SHOES), FLOW_LEAST - 2); /* it is not durable */
        r->hold_commits = false;
        rig_release(r);
        assert_int_equal(flow_now(now(r), SHOES), FLOW_LEAST - 1);
        next_step(r);
        assert_true(sign_says(r, &sign, "\"full\":[]")); /* who stands there has seen the four */
        uint32_t links = r->n_links;
        rig_forget_frames(r);                /* a card says "full" of something else */
        rig_say(r, 1, MESSAGE_INVITE, 1, 0); /* but they are as many as may be */
        assert_non_null(rig_frame(r, 1, "\"error\":\"full\""));
        assert_null(rig_frame(r, 1, "\"t\":\"invited\""));
        assert_int_equal(r->n_links, links);
        come(r, MARIA, 1);
        next_step(r);
        assert_true(sign_says(r, &sign, "\"full\":[\"Shoes\"]"));
        assert_true(page_says(r, &phone, "\"full\":[\"Shoes\"]"));
        rig_restart(r); /* one of the five has a visit on disk */
        next_step(r);
        assert_true(sign_says(r, &sign, "\"full\":[]"));
        come(r, MARIA, FLOW_LEAST - 1);
        next_step(r);
        assert_true(sign_says(r, &sign, "\"full\":[\"Shoes\"]"));
        r->mono += HOUR_MS;
        r->wall += HOUR_MS;
        assert_true(sign_says(r, &sign, "\"full\":[]"));
}

/* Whoever looks each second sees neither the arrival that fills it nor the one that is an hour ago. */
static void no_single_arrival_can_be_seen(void **state)
{
        struct rig *r = *state;
        struct digest phone, nobody = {{0}}, sign = rig_session(r, SESSION_SIGN, 0);
        assert_int_equal(story_join(r, BO, true, &phone), 200);
        next_step(r);
        r->mono += MINUTE_MS;
        come(r, MARIA, 5);
        r->mono += MINUTE_MS;
        come(r, MARIA, 1);
        for (int i = 0; i < 7; i++, r->mono += MINUTE_MS)
                assert_true(sign_says(r, &sign, "\"full\":[]"));
        next_step(r);
        assert_true(sign_says(r, &sign, "\"full\":[\"Shoes\"]"));
        assert_true(page_says(r, &phone, "\"full\":[\"Shoes\"]"));
        assert_true(page_says(r, &nobody, "\"full\":[]")); /* wherever that is */
        r->mono += HOUR_MS - 1; /* all of them are over, but at the last step they were six */
        assert_int_equal(flow_now(now(r), SHOES), 0);
        assert_true(sign_says(r, &sign, "\"full\":[\"Shoes\"]"));
        next_step(r);
        assert_true(sign_says(r, &sign, "\"full\":[]"));
}

/* Five departments at once: the first four of the store's list. */
static void four_are_told_and_none_that_nobody_calls(void **state)
{
        struct rig *r = *state;
        struct digest phone, sign = rig_session(r, SESSION_SIGN, 0);
        assert_int_equal(story_join(r, BO, true, &phone), 200); /* Maria's */
        for (uint32_t d = 0; d < 6; d++)
                snprintf(r->hub->departments[d], sizeof(r->hub->departments[d]), "%c", (char)('A' + d));
        works_in(r, JONAS, 0x3f);
        works_in(r, MARIA, 0x03);
        come(r, JONAS, 6);
        next_step(r);
        assert_true(sign_says(r, &sign, "\"full\":[\"A\",\"B\",\"C\",\"D\"]"));
        assert_true(page_says(r, &phone, "\"full\":[\"A\",\"B\"]"));
        save(r, "alert_not = children, intimates, pharmacy, b");
        assert_true(sign_says(r, &sign, "\"full\":[\"A\",\"C\",\"D\",\"E\"]"));
        assert_true(page_says(r, &phone, "\"full\":[]")); /* one of hers is not told */
}

static struct live_visit_row asked_at_once(void)
{
        return (struct live_visit_row){.n_places = 2,
                .places = {{.associate = MARIA, .offer = {{9}}}, {.associate = JONAS, .offer = {{3}}}}};
}

/* Several were asked in one moment: whose guest it is must be the same after a start, which knows the ids
 * only. */
static void of_several_the_lowest_offer_counts(void **state)
{
        struct rig *r = *state;
        struct live_visit_row row = asked_at_once();
        assert_true(flow_visit(now(r), &row));
        assert_int_equal(flow_now(now(r), SHOES), 0);
        assert_int_equal(flow_now(now(r), WOMEN), 1);
        row = (struct live_visit_row){0};
        assert_false(flow_visit(now(r), &row));
}

/* Whoever was asked has no place left when the hub stops, but the offer is on disk: it counts once. */
static void a_start_counts_nobody_twice(void **state)
{
        struct rig *r = *state;
        struct visit *v = visit_take(r->hub), *old = visit_take(r->hub), *none = visit_take(r->hub);
        v->row = (struct live_visit_row){.id = {{7}}, .started = r->wall - MINUTE_MS};
        old->row = (struct live_visit_row){.id = {{8}}, .started = r->wall - HOUR_MS};
        none->row = (struct live_visit_row){.id = {{9}}, .started = r->wall - MINUTE_MS};
        struct arrival_row rows[] = {
                {JONAS, v->row.started, v->row.id}, {0, none->row.started, none->row.id}};
        struct snapshot s = {.arrivals = rows, .n_arrivals = ARRAY_LEN(rows)};
        flow_start(now(r), &s);
        assert_int_equal(flow_now(now(r), WOMEN), 1);
        assert_true(v->flowed);
        assert_true(old->flowed);
        assert_false(none->flowed);
        v->used = old->used = none->used = false;
}

static void a_till_waits_until_the_hour_is_over(void **state)
{
        struct rig *r = *state;
        struct digest till = rig_session(r, SESSION_TILL, 0);
        struct message link = {.type = MESSAGE_TILL_INVITE, .till_invite = {.line = "line-101"}};
        r->face = FACE_TILL;
        come(r, MARIA, 6);
        assert_int_equal(rig_request(r, &till, &link), 409);
        assert_true(story_says(r, "\"error\":\"full\""));
        assert_int_equal(r->n_links, 0);
        r->mono += HOUR_MS;
        assert_int_equal(rig_request(r, &till, &link), 200);
        r->face = FACE_ANY;
}

static void who_is_at_the_door_is_never_refused(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        assert_int_equal(story_join(r, ANNA, true, &phone), 200);
        come(r, MARIA, 60);
        come(r, JONAS, 60);
        assert_int_equal(story_arrive(r, &phone), 200);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                STORY(the_sixth_fills_it_and_it_is_full_at_the_seventh),
                STORY(an_hour_slides_to_the_millisecond),
                STORY(who_is_in_two_is_full_when_both_are),
                STORY(a_start_counts_the_visits_of_the_last_hour),
                STORY(a_clock_that_went_back_makes_nothing_new),
                STORY(nobody_is_invited_and_the_sign_says_so),
                STORY(no_single_arrival_can_be_seen),
                STORY(four_are_told_and_none_that_nobody_calls),
                STORY(of_several_the_lowest_offer_counts),
                STORY(a_start_counts_nobody_twice),
                STORY(a_till_waits_until_the_hour_is_over),
                STORY(who_is_at_the_door_is_never_refused),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
