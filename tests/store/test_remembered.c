/* What the hub wants to know again after a start is on disk, and 0 where it never was. */
#include "tests/store/kit.h"

#include <string.h>

static struct remembered read_again(struct kit *kit)
{
        struct snapshot s;
        struct store_error error;
        kit_reopen(kit);
        if (store_snapshot(kit->store, NOW, 20522, &s, &error) != 0)
                fail_msg("%s", error.text);
        struct remembered found = s.remembered;
        snapshot_free(&s);
        return found;
}

static void test_what_was_kept_comes_back(void **state)
{
        struct kit kit;
        (void)state;
        kit_open(&kit);
        struct remembered found = read_again(&kit);
        assert_int_equal(found.leak_check.at, 0);
        for (uint32_t i = 1; i <= 2; i++) {
                struct write w = {.kind = WRITE_REMEMBER,
                        .remember = {.leak_check = {.at = NOW + i, .pairs = UINT32_MAX - i, .found = 7 * i},
                                .renewed = 9 * i}};
                assert_int_equal(kit_commit(&kit, &w, 1), 0);
                found = read_again(&kit);
                assert_int_equal(found.leak_check.at, NOW + i);
                assert_int_equal(found.leak_check.pairs, UINT32_MAX - i);
                assert_int_equal(found.leak_check.found, 7 * i);
                assert_int_equal(found.renewed, 9 * i);
        }
        kit_close(&kit);
}

static void who_has_practised_stays_so(void **state)
{
        struct kit kit;
        (void)state;
        kit_open(&kit);
        kit_import_counts(&kit, IMPORT_ASSOCIATES,
                "a1;Maria Lopez;main;Shoes;associate;1\na2;Jonas Berg;main;Shoes;associate;1\n", 2, 0, 0, 0,
                0, 0);
        struct write w = {.kind = WRITE_PRACTISED, .practised = {1}};
        for (int i = 0; i < 2; i++) /* a repeat is none */
                assert_int_equal(kit_commit(&kit, &w, 1), 0);
        kit_import_counts(&kit, IMPORT_ASSOCIATES, "a1;Maria Lopez;main;Shoes;manager;1\n", 0, 1, 0, 0, 0, 0);
        struct snapshot s;
        struct store_error error;
        kit_reopen(&kit);
        if (store_snapshot(kit.store, NOW, 20522, &s, &error) != 0)
                fail_msg("%s", error.text);
        assert_int_equal(s.roster->n_associates, 2);
        assert_true(s.roster->associates[0].practised);
        assert_false(s.roster->associates[1].practised);
        snapshot_free(&s);
        kit_close(&kit);
}

int main(void)
{
        const struct CMUnitTest tests[] = {cmocka_unit_test(test_what_was_kept_comes_back),
                cmocka_unit_test(who_has_practised_stays_so)};
        return cmocka_run_group_tests(tests, NULL, NULL);
}
