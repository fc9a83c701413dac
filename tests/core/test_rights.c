/* What customers are owed, where no other suite has it: the rows of tests/rights/rows that are kept by
 * consent alone. */
#include "server/core/consent.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>

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

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(one_scope_is_one_cell), cmocka_unit_test(what_needs_several_needs_each)};
        return cmocka_run_group_tests_name("rights", tests, NULL, NULL);
}
