/* The house rules in force: who may save them, and that each is what the hub then does. (Random histories:
 * test_house_random.c.) */
#include "tests/core/managing.h"
#include "tests/core/sensing.h"
#include "proto/civil.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include <string.h>

static uint16_t ask_as(struct rig *r, enum face face, const struct digest *token, struct message m)
{
        r->face = face;
        uint16_t status = rig_request(r, token, &m);
        r->face = FACE_ANY;
        return status;
}

static struct message set_to(const char *text, uint32_t base)
{
        struct message m = {.type = MESSAGE_HOUSE_SET};
        m.house_set.text = slice_of(text);
        m.house_set.base = base;
        return m;
}

/* The operator saves over what is in force. */
static uint16_t save(struct rig *r, const char *text)
{
        return ask_as(r, FACE_OPERATOR, NULL, set_to(text, r->house.version));
}

static bool always_now(struct rig *r, const struct digest *phone)
{
        assert_int_equal(story_ask(r, phone, MESSAGE_NOW), 200);
        return story_says(r, "\"always\":true");
}

static void pass_days(struct rig *r, int days)
{
        r->wall += days * DAY_MS;
        r->mono += days * DAY_MS;
        r->day += days;
        rig_wait(r, SECOND_MS + 1);
}

static void saving_asks_for_a_manager_who_has_just_shown_who_she_is(void **state)
{
        struct rig *r = *state;
        struct digest eva = managing_eva(r), nobody = {{9}};
        struct message look = {.type = MESSAGE_HOUSE}, count = {.type = MESSAGE_HOUSE_COUNT};
        count.house_count.text = slice_of("age = 17");
        assert_int_equal(ask_as(r, FACE_CONSOLE, &nobody, look), 401);
        assert_int_equal(ask_as(r, FACE_CONSOLE, &eva, set_to("age = 17", 0)), 403);
        assert_true(story_says(r, "step_up"));
        assert_int_equal(r->house.version, 0);
        assert_int_equal(ask_as(r, FACE_CONSOLE, &eva, look), 0); /* the store answers */
        assert_int_equal(r->asked_house.ask, HOUSE_ASK_ALL);
        assert_int_equal(ask_as(r, FACE_CONSOLE, &eva, count), 0);
        assert_int_equal(r->asked_house.ask, HOUSE_ASK_COUNT);
        assert_int_equal(r->asked_house.draft.value[HOUSE_AGE], 17);
        assert_int_equal(r->asked_house.live.value[HOUSE_AGE], 16);
        r->wall += 60 * SECOND_MS; /* each code counts once */
        managing_proof(r, true, managing_step(r));
        r->face = FACE_CONSOLE;
        assert_int_equal(managing_step_up(r, &eva), 200);
        assert_int_equal(ask_as(r, FACE_CONSOLE, &eva, set_to("age = 17\nwifi = perhaps", 0)), 422);
        assert_true(story_says(r, "Line 2: wifi"));
        assert_int_equal(ask_as(r, FACE_CONSOLE, &eva, set_to("age = 19", 0)), 422);
        assert_true(story_says(r, "Allowed is 13 to 18."));
        assert_int_equal(ask_as(r, FACE_CONSOLE, &eva, set_to("age = 17", 0)), 0);
        assert_int_equal(r->house.version, 1);
        assert_int_equal(r->house.by, EVA);
        assert_non_null(strstr(r->house.text, "age = 17 years\n"));
        assert_int_equal(ask_as(r, FACE_CONSOLE, &eva, set_to("age = 18", 0)), 409); /* another was saved */
        assert_true(story_says(r, "\"changed\""));
        assert_int_equal(ask_as(r, FACE_CONSOLE, &eva, set_to("age = 17", 1)), 409);
        assert_true(story_says(r, "\"same\""));
        assert_int_equal(r->house.version, 1);
}

static void what_the_disk_refused_is_not_in_force(void **state)
{
        struct rig *r = *state;
        r->fail_commits = true;
        assert_int_equal(save(r, "age = 18"), 503);
        r->fail_commits = false;
        struct message look = {.type = MESSAGE_HOUSE};
        assert_int_equal(ask_as(r, FACE_OPERATOR, NULL, look), 0);
        assert_int_equal(r->asked_house.live.value[HOUSE_AGE], 16);
        assert_int_equal(r->asked_house.version, 0);
        assert_int_equal(save(r, "age = 18"), 0); /* nothing holds it up */
        assert_int_equal(r->house.version, 1);
}

static void a_start_knows_them_within_head_offices_bounds(void **state)
{
        struct rig *r = *state;
        struct message look = {.type = MESSAGE_HOUSE};
        assert_int_equal(save(r, "age = 13\nalerts = 5\nopens = 11:00"), 0);
        r->bounds[HOUSE_AGE] = (struct house_bound){.set = true, .least = 16, .most = 18};
        rig_restart(r);
        assert_int_equal(ask_as(r, FACE_OPERATOR, NULL, look), 0);
        const struct house_wanted *w = &r->asked_house;
        assert_int_equal(w->version, 1);
        assert_int_equal(w->live.value[HOUSE_AGE], 16);
        assert_int_equal(w->live.value[HOUSE_ALERTS], 5);
        assert_int_equal(w->live.value[HOUSE_OPENS], 660);
        assert_int_equal(save(r, "age = 15"), 422);
        assert_true(story_says(r, "Allowed is 16 to 18."));
}

#define FIRM "children, intimates, pharmacy, "

/* House rule 3, at the handheld and at the till: by what was sold, and by who would invite. */
static void listed_departments_never_invite(void **state)
{
        struct rig *r = *state;
        struct digest till = rig_session(r, SESSION_TILL, 0);
        struct message invite = {.type = MESSAGE_TILL_INVITE, .till_invite = {.line = "line-101"}};
        r->sold_in = 1; /* Women; Maria is of Shoes */
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        rig_say(r, 1, MESSAGE_SALES, 0, 0);
        assert_non_null(rig_frame(r, 1, "\"sale\":1,"));
        assert_int_equal(save(r, "invite_not = " FIRM "women"), 0);
        rig_say(r, 1, MESSAGE_INVITE, 1, 0); /* the list is older than the rule */
        assert_non_null(rig_frame(r, 1, "\"department\""));
        rig_forget_frames(r);
        rig_say(r, 1, MESSAGE_SALES, 0, 0);
        assert_non_null(rig_frame(r, 1, "\"sales\":[]"));
        assert_int_equal(ask_as(r, FACE_ANY, &till, invite), 409);
        assert_true(story_says(r, "\"department\""));
        rig_forget_frames(r);
        assert_int_equal(save(r, "invite_not = " FIRM "shoes"), 0);
        assert_non_null(rig_frame(r, 1, "{\"t\":\"invites\",\"on\":false}"));
        rig_say(r, 1, MESSAGE_SALES, 0, 0);
        assert_non_null(rig_frame(r, 1, "\"sales\":[]"));
        assert_int_equal(ask_as(r, FACE_ANY, &till, invite), 409);
        story_connect_as(r, 2, MARIA, SESSION_HANDHELD);
        assert_non_null(rig_frame(r, 2, "\"invites\":false"));
        assert_int_equal(r->n_links, 0);
        assert_int_equal(rig_frames_of(r, 2, "\"t\":\"invites\""), 0);
        assert_int_equal(save(r, "invite_not = " FIRM "men"), 0); /* no department of the store */
        assert_non_null(rig_frame(r, 1, "{\"t\":\"invites\",\"on\":true}"));
        assert_non_null(rig_frame(r, 2, "{\"t\":\"invites\",\"on\":true}"));
        assert_int_equal(ask_as(r, FACE_ANY, &till, invite), 200);
}

static void hours_and_alerts_are_what_was_saved(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_join(r, ANNA, true, &phone);
        assert_int_equal(save(r, "opens = 18:00\ncloses = 02:00\nalerts = 1"), 0);
        r->minute = 12 * 60;
        assert_int_equal(story_arrive(r, &phone), 409);
        assert_true(story_says(r, "\"closed\""));
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOW), 200);
        assert_true(story_says(r, "\"open\":false"));
        r->minute = 100;
        assert_int_equal(story_arrive(r, &phone), 409);
        r->minute = 99;
        assert_int_equal(story_arrive(r, &phone), 200);
        assert_int_equal(story_ask(r, &phone, MESSAGE_LEAVING), 200);
        assert_int_equal(story_arrive(r, &phone), 429);
        pass_days(r, 1);
        assert_int_equal(story_arrive(r, &phone), 200);
}

/* Whether her newest receipt says that she is announced by herself. */
static bool on_receipt(const struct rig *r)
{
        for (uint8_t i = 0; i < r->receipt.n_grants; i++)
                if (r->receipt.grants[i].mode == MODE_STANDING)
                        return true;
        return false;
}

static void how_long_things_are_kept_is_told_to_the_store(void **state)
{
        struct rig *r = *state;
        rig_wait(r, 11 * MINUTE_MS);
        assert_int_equal(r->kept.keep.presence_h, 24);
        assert_int_equal(r->kept.keep.visits_days, 30);
        assert_int_equal(r->kept.keep.mirror_months, 12);
        assert_int_equal(save(r, "presence = 48 h\nvisits = 7 days\nmirror = 3 months"), 0);
        rig_wait(r, 11 * MINUTE_MS);
        assert_int_equal(r->kept.keep.presence_h, 48);
        assert_int_equal(r->kept.keep.visits_days, 7);
        assert_int_equal(r->kept.keep.mirror_months, 3);
        assert_true(r->kept.keep.now <= r->wall && r->kept.keep.now > r->wall - 11 * MINUTE_MS);
        r->fail_commits = true; /* what the disk refused is asked for again */
        wall_ms then = r->wall;
        rig_wait(r, 11 * MINUTE_MS);
        r->fail_commits = false;
        rig_wait(r, 11 * MINUTE_MS);
        assert_true(r->kept.keep.now > then + 10 * MINUTE_MS);
}

static void a_closed_day_calls_nobody(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        char text[80];
        struct civil_date d = civil_from_day(r->day + 1);
        story_join(r, ANNA, true, &phone);
        snprintf(text, sizeof(text), "opens = 00:00\ncloses = 00:00\nclosed_days = %04d-%02d-%02d", d.year,
                d.month, d.day);
        assert_int_equal(save(r, text), 0);
        assert_int_equal(story_arrive(r, &phone), 200);
        assert_int_equal(story_ask(r, &phone, MESSAGE_LEAVING), 200);
        pass_days(r, 1);
        assert_int_equal(story_arrive(r, &phone), 409);
        assert_true(story_says(r, "\"closed\""));
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOW), 200);
        assert_true(story_says(r, "\"open\":false"));
        pass_days(r, 1);
        assert_int_equal(story_arrive(r, &phone), 200);
        rig_restart(r); /* and a start knows it */
        struct message look = {.type = MESSAGE_HOUSE};
        assert_int_equal(ask_as(r, FACE_OPERATOR, NULL, look), 0);
        assert_int_equal(r->asked_house.live.closed.n, 1);
}

static void not_today_ends_at_midnight(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        assert_int_equal(save(r, "opens = 18:00\ncloses = 02:00"), 0);
        story_join(r, ANNA, true, &phone);
        sensing_notice(r, &phone, true, true);
        r->minute = 1439;
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOT_TODAY), 200);
        assert_true(story_says(r, "\"state\":\"not_today\""));
        r->wall += MINUTE_MS;
        r->mono += MINUTE_MS;
        r->minute = 0;
        r->day++;
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOW), 200);
        assert_true(story_says(r, "\"state\":\"home\""));
        assert_true(story_says(r, "\"always\":true")); /* once is not twice */
        assert_true(on_receipt(r));
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOT_TODAY), 200);
        assert_false(on_receipt(r));         /* the very word that ends it says so */
        assert_false(always_now(r, &phone)); /* on a second day */
        sensing_notice(r, &phone, true, true);
        assert_true(always_now(r, &phone)); /* she may say it anew */
        assert_true(on_receipt(r));
        for (int again = 0; again < 3; again++) { /* all of one day are one */
                rig_wait(r, SECOND_MS);
                assert_int_equal(story_ask(r, &phone, MESSAGE_NOT_TODAY), 200);
                assert_true(on_receipt(r));
        }
        pass_days(r, 1);
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOT_TODAY), 200);
        assert_false(on_receipt(r));
}

static void always_is_offered_from_a_visit_on(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        assert_int_equal(save(r, "always_from = 2"), 0);
        story_join(r, ANNA, true, &phone);
        r->people[ANNA].row.visits = 1;
        sensing_notice(r, &phone, true, true);
        assert_true(story_says(r, "\"always\":false"));
        assert_true(story_says(r, "\"always_from\":2"));
        r->people[ANNA].row.visits = 2;
        sensing_notice(r, &phone, true, true);
        assert_true(story_says(r, "\"always\":true"));
        assert_int_equal(save(r, "always_from = 5"), 0);
        sensing_notice(r, &phone, true, true); /* who has it keeps it */
        assert_true(story_says(r, "\"always\":true"));
}

static void walk_in(struct rig *r, uint64_t agent)
{
        rig_close(r, agent - 1);
        sensing_open_agent(r, agent);
        rig_forget_frames(r);
        char text[200];
        snprintf(text, sizeof(text),
                "{\"t\":\"claim\",\"boot\":1,\"seq\":%lld,\"day\":%d,\"slot\":0,\"kind\":\"join\",\"age_ms\":"
                "0,"
                "\"rssi\":-60}",
                (long long)++sensing_seq, r->day);
        rig_agent(r, agent, text);
        for (int i = 0; i < 4; i++) {
                rig_wait(r, 30000);
                sensing_sweep(r, agent, "0,-60");
        }
}

static void the_wifi_announces_nobody_where_it_may_not(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        sensing_begin(r, &phone, true, "keyid", "k-anna");
        assert_int_equal(save(r, "wifi = no"), 0);
        walk_in(r, AGENT + 1);
        assert_int_equal(r->n_visits, 0);
        pass_days(r, 1);
        assert_int_equal(save(r, "wifi = yes"), 0);
        walk_in(r, AGENT + 2);
        assert_int_equal(r->n_visits, 1);
}

static void the_wifi_announces_nobody_before_its_sign_hangs(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        sensing_begin(r, &phone, true, "keyid", "k-anna");
        assert_int_equal(save(r, "wifi_sign = no"), 0);
        walk_in(r, AGENT + 1);
        assert_int_equal(r->n_visits, 0);
        pass_days(r, 1);
        assert_int_equal(save(r, "wifi_sign = yes"), 0);
        walk_in(r, AGENT + 2);
        assert_int_equal(r->n_visits, 1);
}

static void a_bare_address_announces_nobody_where_it_may_not(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        sensing_begin(r, &phone, true, "mac", "02:00:00:00:00:05");
        assert_int_equal(save(r, "may_be = no"), 0);
        walk_in(r, AGENT + 1);
        assert_int_equal(r->n_visits, 0);
        pass_days(r, 1);
        assert_int_equal(save(r, "may_be = yes"), 0);
        walk_in(r, AGENT + 2);
        assert_int_equal(r->n_visits, 1);
}

static void always_fades_where_nobody_came(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_join(r, ANNA, true, &phone);
        sensing_notice(r, &phone, true, true);
        assert_int_equal(save(r, "fades = 1"), 0);
        pass_days(r, 27);
        assert_true(always_now(r, &phone));
        assert_int_equal(story_arrive(r, &phone), 200);
        pass_days(r, 27); /* she was here meanwhile */
        assert_true(always_now(r, &phone));
        pass_days(r, 5);
        assert_false(always_now(r, &phone));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                STORY(saving_asks_for_a_manager_who_has_just_shown_who_she_is),
                STORY(what_the_disk_refused_is_not_in_force),
                STORY(a_start_knows_them_within_head_offices_bounds),
                STORY(listed_departments_never_invite),
                STORY(hours_and_alerts_are_what_was_saved),
                STORY(how_long_things_are_kept_is_told_to_the_store),
                STORY(a_closed_day_calls_nobody),
                STORY(not_today_ends_at_midnight),
                STORY(always_is_offered_from_a_visit_on),
                STORY(the_wifi_announces_nobody_where_it_may_not),
                STORY(the_wifi_announces_nobody_before_its_sign_hangs),
                STORY(a_bare_address_announces_nobody_where_it_may_not),
                STORY(always_fades_where_nobody_came),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
