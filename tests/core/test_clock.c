/* Clocks that jump, repeat, stand still, and machines that slept: turns and visits go by the clock that never
 * jumps; whatever is kept by the calendar fails closed, and what was taken back stays so when the clock comes
 * back. */
#include "server/core/consent.h"
#include "tests/core/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define AT_1970 0
#define AT_2038 INT64_C(2147483647000) /* 2038-01-19 03:14:07 UTC */
#define AT_2100 INT64_C(4102444800000)

/* ---- turns and visits ---- */
enum moment { UNASSIGNED, OFFERED, PASSED_ON, ACCEPTED, WITH_HER, MOMENTS };

/* Brings a visit of Anna's to this state; peer 1 is Maria, peer 2 the manager. */
static void bring_to(struct rig *r, enum moment moment, struct digest *phone)
{
        story_connect_as(r, 3, JONAS, SESSION_HANDHELD);
        if (moment != UNASSIGNED)
                story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        assert_int_equal(story_join(r, ANNA, true, phone), 200);
        assert_int_equal(story_arrive(r, phone), 200);
        rig_wait(r, 5000);
        if (moment != UNASSIGNED)
                story_connect_as(r, 2, EVA, SESSION_CONSOLE);
        if (moment == PASSED_ON)
                rig_say(r, 1, MESSAGE_BUSY, 1, 0);
        if (moment == ACCEPTED || moment == WITH_HER)
                rig_say(r, 1, MESSAGE_ACCEPT, 1, 0);
        if (moment == WITH_HER)
                rig_say(r, 1, MESSAGE_WITH_HER, 1, 0);
}

/* What anybody is shown, as one number, and when it changed. */
static void look(struct rig *r, int second, uint32_t *before, char *out, size_t room)
{
        struct hub_counts counts;
        hub_count(r->hub, &counts);
        uint32_t now = counts.visits + 2 * rig_frames_of(r, 1, "\"t\":\"retract\"") +
                       8 * rig_frames_of(r, 2, "\"t\":\"card\"") +
                       32 * rig_frames_of(r, 2, "\"t\":\"retract\"");
        size_t len = strlen(out);
        if (now != *before)
                snprintf(out + len, room - len, " %d:%u", second, now);
        *before = now;
}

/* Second by second while there are turns; then at both sides of the visit's end. */
static void follow(struct rig *r, enum moment moment, char *out, size_t room)
{
        uint32_t before = 0;
        out[0] = 0;
        for (int second = 0; second < 120; second++) {
                rig_wait(r, 1000);
                if (second == 20 && moment == UNASSIGNED)
                        story_connect_as(r, 2, EVA, SESSION_CONSOLE);
                look(r, second, &before, out, room);
        }
        for (int part = 0; part < 2; part++) {
                int64_t ms = part == 0 ? 2 * HOUR_MS - 150 * SECOND_MS : MINUTE_MS;
                r->mono += ms;
                r->wall += ms;
                rig_wait(r, 2000);
                look(r, 1000 + part, &before, out, room);
        }
}

static void play(enum moment moment, wall_ms jump, int32_t minutes, char *out, size_t room)
{
        static struct rig r;
        struct digest phone;
        rig_start(&r);
        bring_to(&r, moment, &phone);
        r.wall += jump;
        r.day += (store_day)(jump / DAY_MS);
        r.minute += minutes;
        follow(&r, moment, out, room);
        for (uint32_t i = 0; i < r.n_closed; i++) { /* nobody's stream suffers, but the idle console's */
                assert_int_equal(r.closed[i].peer, 2);
                assert_int_equal(r.closed[i].code, 4401);
        }
        rig_stop(&r);
}

static void no_jump_moves_a_turn(void **state)
{
        (void)state;
        static const struct {
                wall_ms jump;
                int32_t minutes;
                const char *what;
        } jumps[] = {
                {DAY_MS, 0, "a day on"},
                {-DAY_MS, 0, "a day back"},
                {AT_1970 - RIG_START, 0, "to 1970"},
                {AT_2038 - RIG_START, 0, "to 2038"},
                {AT_2100 - RIG_START, 0, "to 2100"},
                {0, 60, "summer time begins"},
                {0, -60, "summer time ends"},
                {-1000, 0, "a leap second is repeated"},
                {1000, 0, "a second is left out"},
                {-5000, 0, "back to the moment of the arrival"},
        };
        for (int moment = 0; moment < MOMENTS; moment++) {
                char calm[256], jumped[256];
                play((enum moment)moment, 0, 0, calm, sizeof calm);
                assert_true(strlen(calm) > 8); /* something happens at all */
                for (size_t i = 0; i < ARRAY_LEN(jumps); i++) {
                        play((enum moment)moment, jumps[i].jump, jumps[i].minutes, jumped, sizeof jumped);
                        if (strcmp(calm, jumped) != 0)
                                fail_msg("state %d, %s: \"%s\", without it \"%s\"", moment, jumps[i].what,
                                        jumped, calm);
                }
        }
}

/* The clock goes back by just as long as the first turn took: the next turn is a new one all the same. */
static void two_turns_at_one_time(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        bring_to(r, OFFERED, &phone);
        rig_wait(r, 15000);
        r->wall = r->visits[0].offered;
        rig_forget_frames(r);
        rig_say(r, 1, MESSAGE_BUSY, 1, 0);
        const char *card = rig_frame(r, 3, "\"t\":\"card\"");
        assert_non_null(card);
        const char *left = strstr(card, "\"answer_within_ms\":");
        assert_non_null(left);
        assert_true(strtol(strchr(left, ':') + 1, NULL, 10) > 14000); /* the floor has 15 s */
}

/* The machine slept for hours, or the process stood still: both clocks are ahead at once. What ended
 * meanwhile ends once. */
static void a_machine_that_slept(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        struct hub_counts counts;
        bring_to(r, OFFERED, &phone);
        r->mono += 3 * HOUR_MS;
        r->wall += 3 * HOUR_MS;
        rig_wait(r, 5000);
        assert_int_equal(rig_frames_of(r, 1, "\"t\":\"retract\""), 1);
        assert_int_equal(rig_frames_of(r, 2, "\"t\":\"card\""), 0);
        hub_count(r->hub, &counts);
        assert_int_equal(counts.visits, 0);
}

/* ---- what is kept by the calendar ---- */
static uint16_t arrive_with(struct rig *r, const struct digest *phone, const char *code)
{
        struct message m = {.type = MESSAGE_ARRIVE};
        snprintf(m.arrive.code, sizeof m.arrive.code, "%s", code);
        return rig_request(r, phone, &m);
}

static void a_door_code_of_another_time(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        char code[17];
        const wall_ms others[] = {DAY_MS, -DAY_MS, -RIG_START, AT_2038 - RIG_START, AT_2100 - RIG_START};
        assert_int_equal(story_join(r, ANNA, true, &phone), 200);
        wall_ms now = r->wall;
        for (size_t i = 0; i < ARRAY_LEN(others); i++) {
                r->wall = now + others[i];
                rig_door_code(r, code);
                assert_int_equal(strlen(code), 16);
                r->wall = now;
                assert_int_equal(arrive_with(r, &phone, code), 409);
        }
        /* A second that comes twice is no other time. */
        rig_door_code(r, code);
        r->wall -= 1000;
        r->wall += 1000;
        assert_int_equal(arrive_with(r, &phone, code), 200);
}

static bool is_known(struct rig *r, const struct digest *phone)
{
        assert_int_equal(story_ask(r, phone, MESSAGE_NOW), 200);
        return !story_says(r, "\"state\":\"stranger\"");
}

/* A clock that is wrong shows nobody; when it is right again everything is as it was. */
static void a_consent_under_a_wrong_clock(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        assert_int_equal(story_join(r, ANNA, true, &phone), 200);
        wall_ms now = r->wall;
        assert_true(is_known(r, &phone));
        r->wall = AT_1970;
        assert_false(is_known(r, &phone));
        r->wall = AT_2100;
        assert_false(is_known(r, &phone));
        assert_int_equal(story_arrive(r, &phone), 403);
        r->wall = now + 364 * DAY_MS;
        assert_true(is_known(r, &phone));
        r->wall = now + 366 * DAY_MS;
        assert_false(is_known(r, &phone));
        r->wall = now;
        assert_true(is_known(r, &phone));
}

/* Anna shares her online purchases; then the clock goes back before that; there she stops sharing them, and
 * is told so. When the clock is right again she still does not share them. */
static void taken_back_under_a_clock_that_went_back(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        struct message share = {.type = MESSAGE_SHARE};
        assert_int_equal(story_join(r, ANNA, true, &phone), 200);
        r->wall += DAY_MS;
        share.share.instore = share.share.online = share.share.sizes = true;
        assert_int_equal(rig_request(r, &phone, &share), 200);
        assert_true(story_says(r, "\"online\":true"));
        r->wall -= HOUR_MS;
        share.share.online = false;
        assert_int_equal(rig_request(r, &phone, &share), 200);
        assert_true(story_says(r, "\"online\":false"));
        r->wall += 2 * HOUR_MS;
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOW), 200);
        assert_true(story_says(r, "\"online\":false"));
        assert_true(story_says(r, "\"instore\":true"));
        /* And what she gives anew, by the right clock, counts. */
        share.share.online = true;
        assert_int_equal(rig_request(r, &phone, &share), 200);
        r->wall += 1;
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOW), 200);
        assert_true(story_says(r, "\"online\":true"));
}

static void stopped_under_a_clock_that_went_back(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        struct message m = {.type = MESSAGE_STOP};
        assert_int_equal(story_join(r, ANNA, true, &phone), 200);
        struct message share = {.type = MESSAGE_SHARE};
        r->wall += DAY_MS;
        share.share.instore = share.share.online = share.share.sizes = true;
        assert_int_equal(rig_request(r, &phone, &share), 200);
        r->wall -= HOUR_MS;
        m.stop.everything = true;
        assert_int_equal(rig_request(r, &phone, &m), 200);
        r->wall += 2 * HOUR_MS;
        assert_false(is_known(r, &phone));
        /* Nor does any kind of hers stand. */
        const struct rig_person *anna = &r->people[ANNA];
        assert_int_equal(anna->row.id, ANNA);
        for (int category = CATEGORY_INSTORE; category <= CATEGORY_SIZES; category++)
                assert_false(consent_category_ok(
                        anna->consents, anna->n_consents, (enum category)category, r->wall));
}

/* The clock is put back by a few seconds while she is here: her newest word counts, not the later time. */
static void not_today_after_a_small_step_back(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        assert_int_equal(story_join(r, ANNA, true, &phone), 200);
        rig_wait(r, 10000);
        assert_int_equal(story_arrive(r, &phone), 200);
        r->wall -= 3000;
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOT_TODAY), 200);
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOW), 200);
        assert_true(story_says(r, "\"state\":\"not_today\""));
        r->wall -= 3000;
        rig_forget_frames(r);
        assert_int_equal(story_arrive(r, &phone), 200);
        assert_non_null(rig_frame(r, 1, "\"t\":\"card\""));
        story_ask(r, &phone, MESSAGE_STOP);
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOW), 200);
        assert_false(story_says(r, "\"state\":\"not_today\""));
}

static void links_and_sessions(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        struct message m = {.type = MESSAGE_JOIN};
        struct secret secret = rig_link(r, LINK_JOIN, ANNA, MARIA, 101);
        wall_ms now = r->wall, expires = r->links[r->n_links - 1].row.expires;
        rig_secret_text(&secret, m.join.secret);
        m.join.yes = m.join.age_ok = true;
        r->wall = expires;
        assert_int_equal(rig_request(r, NULL, &m), 410);
        r->wall = AT_2100;
        assert_int_equal(rig_request(r, NULL, &m), 410);
        r->wall = now - DAY_MS;
        assert_int_equal(rig_request(r, NULL, &m), 200);
        phone = PHONE_OF(r);
        /* Used is used, whatever the clock says. */
        r->wall = now - 2 * DAY_MS;
        assert_int_equal(rig_request(r, NULL, &m), 410);
        r->wall = now;
        assert_true(is_known(r, &phone));
        r->wall = now + 400 * DAY_MS;
        assert_false(is_known(r, &phone));
}

/* "Not today" and the alerts of a day go by the store's day: going back and forth wins nothing. */
static void a_day_is_counted_by_its_name(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        assert_int_equal(story_join(r, ANNA, true, &phone), 200);
        r->wall += HOUR_MS;
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOT_TODAY), 200);
        assert_true(story_says(r, "\"state\":\"not_today\""));
        r->day--;
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOW), 200);
        assert_false(story_says(r, "\"state\":\"not_today\""));
        r->day += 2;
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOW), 200);
        assert_false(story_says(r, "\"state\":\"not_today\""));
        r->day--;
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOW), 200);
        assert_true(story_says(r, "\"state\":\"not_today\""));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(no_jump_moves_a_turn),
                STORY(two_turns_at_one_time),
                STORY(a_machine_that_slept),
                STORY(a_door_code_of_another_time),
                STORY(a_consent_under_a_wrong_clock),
                STORY(taken_back_under_a_clock_that_went_back),
                STORY(stopped_under_a_clock_that_went_back),
                STORY(not_today_after_a_small_step_back),
                STORY(links_and_sessions),
                STORY(a_day_is_counted_by_its_name),
        };
        return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
