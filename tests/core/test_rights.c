/* What customers are owed, where no other suite has it: the rows of tests/rights/rows that are kept by
 * consent alone. */
#include "server/core/consent.h"
#include "tests/core/sensing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#define NOW INT64_C(1000)

struct scope {
        uint8_t purpose, category, mode;
};

static const struct scope scopes[] = {{PURPOSE_ALERT, CATEGORY_PRESENCE, MODE_ASK},
        {PURPOSE_ALERT, CATEGORY_SENSED, MODE_ASK}, {PURPOSE_ALERT, CATEGORY_SENSED, MODE_STANDING},
        {PURPOSE_HISTORY, CATEGORY_INSTORE, MODE_ASK}, {PURPOSE_HISTORY, CATEGORY_ONLINE, MODE_ASK},
        {PURPOSE_HISTORY, CATEGORY_OTHER_STORES, MODE_ASK}, {PURPOSE_HISTORY, CATEGORY_SIZES, MODE_ASK}};

static struct consent_row given(const struct scope *s, uint32_t store)
{
        return (struct consent_row){.purpose = s->purpose,
                .category = s->category,
                .mode = s->mode,
                .state = CONSENT_GIVEN,
                .store = store,
                .at = NOW - 1,
                .valid_until = NOW + 1};
}

/* Every question that other code may ask, as bits: the first four are the kinds of purchases and sizes. */
static uint32_t answers(const struct consent_row *rows, uint32_t n)
{
        return (uint32_t)consent_category_ok(rows, n, CATEGORY_INSTORE, NOW) |
               (uint32_t)consent_category_ok(rows, n, CATEGORY_ONLINE, NOW) << 1 |
               (uint32_t)consent_category_ok(rows, n, CATEGORY_OTHER_STORES, NOW) << 2 |
               (uint32_t)consent_category_ok(rows, n, CATEGORY_SIZES, NOW) << 3 |
               (uint32_t)consent_alert_standing(rows, n, NOW) << 4 |
               (uint32_t)consent_sensed(rows, n, NOW) << 5 | (uint32_t)consent_announce(rows, n, NOW) << 6;
}

/* L2: nothing is on by default, and a yes to one scope answers no question about another. */
static void one_scope_is_one_cell(void **state)
{
        (void)state;
        assert_int_equal(answers(NULL, 0), 0);
        for (size_t i = 0; i < ARRAY_LEN(scopes); i++) {
                struct consent_row row = given(&scopes[i], 0);
                for (size_t k = 0; k < ARRAY_LEN(scopes); k++) {
                        wall_ms until = consent_until(
                                &row, 1, scopes[k].purpose, scopes[k].category, scopes[k].mode, NOW);
                        assert_int_equal(until, i == k ? row.valid_until : 0);
                }
        }
        static const uint32_t alone[] = {1u << 4, 0, 0, 1, 1u << 1, 1u << 2, 1u << 3};
        for (size_t i = 0; i < ARRAY_LEN(scopes); i++) {
                struct consent_row row = given(&scopes[i], 0);
                assert_int_equal(answers(&row, 1), alone[i]); /* what needs two is not there by one */
        }
}

/* ... and what needs several is there by all of them only. */
static void what_needs_several_needs_each(void **state)
{
        struct consent_row rows[3] = {given(&scopes[0], 0), given(&scopes[1], 0), given(&scopes[2], 0)};
        (void)state;
        assert_int_equal(answers(rows, 3), 7u << 4);
        assert_int_equal(answers(rows, 2), 3u << 4);
        assert_int_equal(answers(rows + 1, 2), 0);
        struct consent_row skipped[2] = {rows[0], rows[2]};
        assert_int_equal(answers(skipped, 2), 1u << 4);
}

static bool shares(const struct rig *r, bool instore, bool online, bool other_stores, bool sizes)
{
        static const char *const words[2] = {"false", "true"};
        char share[120];
        snprintf(share, sizeof(share),
                "\"share\":{\"instore\":%s,\"online\":%s,\"other_stores\":%s,\"sizes\":%s}", words[instore],
                words[online], words[other_stores], words[sizes]);
        return story_says(r, share);
}

/* ... and so it is through the whole hub: who joins and ticks nothing shares nothing, and each tick is one.
 */
static void one_tick_is_one_kind(void **state)
{
        struct rig *r = *state;
        struct secret link = rig_link(r, LINK_JOIN, ANNA, MARIA, 101);
        struct message join = {.type = MESSAGE_JOIN, .join = {.yes = true, .age_ok = true}};
        rig_secret_text(&link, join.join.secret);
        assert_int_equal(rig_request(r, NULL, &join), 200);
        assert_true(shares(r, false, false, false, false));
        struct digest phone = PHONE_OF(r);
        for (int i = 0; i < 4; i++) {
                struct message tick = {.type = MESSAGE_SHARE,
                        .share = {.instore = i == 0,
                                .online = i == 1,
                                .other_stores = i == 2,
                                .sizes = i == 3}};
                rig_wait(r, SECOND_MS);
                assert_int_equal(rig_request(r, &phone, &tick), 200);
                assert_int_equal(story_ask(r, &phone, MESSAGE_NOW), 200);
                assert_true(shares(r, i == 0, i == 1, i == 2, i == 3));
        }
}

/* L3: she wants to be asked each time; her phone is noticed all the while. When a visit that she said yes to
 * is over, that yes is over: nobody is told of her again until she says it again. */
static void a_yes_dies_with(struct rig *r, enum message_type end)
{
        static const char card[] = "\"t\":\"card\"";
        struct digest phone;
        struct message here = {.type = MESSAGE_HERE};
        sensing_begin(r, &phone, false, "keyid", "k-anna");
        sensing_claim(r, AGENT, "join", 0, 0);
        rig_wait(r, 62 * SECOND_MS);
        assert_null(rig_frame(r, 1, card));
        assert_int_equal(rig_request(r, &phone, &here), 200);
        assert_non_null(rig_frame(r, 1, card));
        if (end == MESSAGE_NONE)
                rig_wait(r, 3 * HOUR_MS); /* it has run out */
        else
                assert_int_equal(story_ask(r, &phone, end), 200);
        assert_non_null(rig_frame(r, 1, "\"t\":\"retract\""));
        rig_forget_frames(r);
        sensing_claim(r, AGENT, "join", 0, 0);
        sensing_stay(r, 5, "0,-60");
        assert_null(rig_frame(r, 1, card));
        assert_int_equal(r->n_visits, 1);
        assert_int_equal(story_arrive(r, &phone), 200);
        assert_non_null(rig_frame(r, 1, card));
        assert_int_equal(r->n_visits, 2);
}

static void a_yes_dies_with_her_leaving(void **state)
{
        a_yes_dies_with(*state, MESSAGE_LEAVING);
}

static void a_yes_dies_with_her_stopping(void **state)
{
        a_yes_dies_with(*state, MESSAGE_STOP);
}

static void a_yes_runs_out(void **state)
{
        a_yes_dies_with(*state, MESSAGE_NONE);
}

int main(void)
{
        const struct CMUnitTest tests[] = {cmocka_unit_test(one_scope_is_one_cell),
                cmocka_unit_test(what_needs_several_needs_each), STORY(one_tick_is_one_kind),
                STORY(a_yes_dies_with_her_leaving), STORY(a_yes_dies_with_her_stopping),
                STORY(a_yes_runs_out)};
        return cmocka_run_group_tests_name("rights", tests, NULL, NULL);
}
