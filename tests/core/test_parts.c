/* The core's small parts: the door's code, consent over its newest events, the index against a plain list. */
#include "server/core/consent.h"
#include "server/core/door.h"
#include "server/core/index.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

static const uint8_t key[32] = "a key for the tests of the door!";

/* Computed apart with Python's hmac, hashlib and a Crockford table over the same 16 bytes. */
static void the_code_is_the_one_written_down(void **state)
{
        (void)state;
        char code[DOOR_CODE_SIZE];
        door_code(key, 7, 59090000, code);
        assert_string_equal(code, "35CJK9850AB7N6QF");
}

static void current_and_previous_step_count(void **state)
{
        (void)state;
        char code[DOOR_CODE_SIZE];
        door_code(key, 1, 100, code);
        assert_true(door_accepts(key, 1, 100, code));
        assert_true(door_accepts(key, 1, 101, code));
        assert_false(door_accepts(key, 1, 102, code));
        assert_false(door_accepts(key, 1, 99, code));  /* from the future */
        assert_false(door_accepts(key, 2, 100, code)); /* another store's door */
        uint8_t other[32] = {1};
        assert_false(door_accepts(other, 1, 100, code));
        code[15] = code[15] == '0' ? '1' : '0';
        assert_false(door_accepts(key, 1, 100, code));
        assert_false(door_accepts(key, 1, 100, ""));
        assert_false(door_accepts(key, 1, 100, "0000000000000000X"));
}

static void a_code_may_be_read_out(void **state)
{
        (void)state;
        char code[DOOR_CODE_SIZE];
        for (int64_t step = 0; step < 200; step++) {
                door_code(key, 1, step, code);
                for (char *c = code; *c; c++)
                        *c = (char)(*c == '1' ? 'l' : *c == '0' ? 'o' : *c >= 'A' ? *c + 32 : *c);
                assert_true(door_accepts(key, 1, step, code));
        }
}

static struct consent_row row(uint8_t purpose, uint8_t category, uint8_t state, uint32_t store, wall_ms at)
{
        return (struct consent_row){.purpose = purpose,
                .category = category,
                .state = state,
                .mode = MODE_ASK,
                .store = store,
                .at = at,
                .valid_until = at + 1000};
}

static void consent_expires_by_comparison(void **state)
{
        (void)state;
        struct consent_row r[] = {row(PURPOSE_HISTORY, CATEGORY_ONLINE, CONSENT_GIVEN, 0, 100)};
        assert_false(consent_category_ok(r, 1, CATEGORY_ONLINE, 99));
        assert_true(consent_category_ok(r, 1, CATEGORY_ONLINE, 100));
        assert_true(consent_category_ok(r, 1, CATEGORY_ONLINE, 1099));
        assert_false(consent_category_ok(r, 1, CATEGORY_ONLINE, 1100));
        assert_false(consent_category_ok(r, 1, CATEGORY_INSTORE, 500));
        assert_false(consent_alert_standing(r, 1, 500));
        assert_false(consent_category_ok(r, 0, CATEGORY_ONLINE, 500));
}

/* Given for every store, later withdrawn for this one: the narrower, later word wins. */
static void a_later_withdrawal_beats_a_wider_grant(void **state)
{
        (void)state;
        struct consent_row r[] = {row(PURPOSE_HISTORY, CATEGORY_INSTORE, CONSENT_GIVEN, 0, 100),
                row(PURPOSE_HISTORY, CATEGORY_INSTORE, CONSENT_WITHDRAWN, 12, 200)};
        assert_false(consent_category_ok(r, 2, CATEGORY_INSTORE, 500));
        r[0].at = 201;
        assert_true(consent_category_ok(r, 2, CATEGORY_INSTORE, 500));
        r[0].at = 200; /* in the same millisecond nothing is shown */
        assert_false(consent_category_ok(r, 2, CATEGORY_INSTORE, 500));
}

static void not_today_and_back(void **state)
{
        (void)state;
        struct consent_row no = row(PURPOSE_ALERT, CATEGORY_PRESENCE, CONSENT_REFUSED, 0, 100);
        no.mode = MODE_NOT_TODAY;
        no.day = 5;
        struct consent_row yes = row(PURPOSE_ALERT, CATEGORY_PRESENCE, CONSENT_GIVEN, 0, 150);
        yes.mode = MODE_VISIT;
        yes.day = 5;
        struct consent_row both[] = {no, yes};
        assert_true(consent_not_today(both, 1, 5));
        assert_false(consent_not_today(both, 1, 6));
        assert_false(consent_not_today(both, 2, 5)); /* she tapped yes herself after it */
        both[1].at = 50;
        assert_true(consent_not_today(both, 2, 5));
}

static void the_index_against_a_plain_list(void **state)
{
        (void)state;
        enum { MOST = 64 };
        uint64_t keys[MOST];
        uint32_t n = 0;
        const char *given = getenv("MAITRED_SEED");
        unsigned seed = given ? (unsigned)strtoul(given, NULL, 10) : (unsigned)time(NULL);
        printf("MAITRED_SEED=%u\n", seed);
        struct index ix;
        assert_int_equal(index_init(&ix, MOST), 0);
        for (int i = 0; i < 200000; i++) {
                seed = seed * 1664525u + 1013904223u;
                uint64_t k = (seed >> 8) % 100;
                k |= (uint64_t)(seed >> 28) << 32; /* keys that share their low half */
                uint32_t at = 0;
                while (at < n && keys[at] != k)
                        at++;
                assert_int_equal(index_find(&ix, k), at < n ? (uint32_t)(k ^ k >> 32) : INDEX_NONE);
                if (at < n) {
                        index_drop(&ix, k);
                        keys[at] = keys[--n];
                } else if (n < MOST) {
                        index_put(&ix, k, (uint32_t)(k ^ k >> 32));
                        keys[n++] = k;
                }
        }
        index_finish(&ix);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(the_code_is_the_one_written_down),
                cmocka_unit_test(current_and_previous_step_count),
                cmocka_unit_test(a_code_may_be_read_out),
                cmocka_unit_test(consent_expires_by_comparison),
                cmocka_unit_test(a_later_withdrawal_beats_a_wider_grant),
                cmocka_unit_test(not_today_and_back),
                cmocka_unit_test(the_index_against_a_plain_list),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
