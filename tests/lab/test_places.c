/* What the lab keeps before anybody has said that the asker may ask: room for managers whatever strangers do.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above */
#include <cmocka.h>

#include "server/hub/lab.h"

static struct lab *lab;

static int keep(uint64_t request, bool known)
{
        struct message m = {.type = MESSAGE_RULES_CHECK, .rules_check = {.text = slice_of("rulebook x")}};
        return lab_keep(lab, request, &m, known);
}

static int make(void **state)
{
        static const struct lab_options options;
        (void)state;
        lab = lab_create(&options);
        return lab ? 0 : -1;
}

static int drop(void **state)
{
        (void)state;
        lab_close(lab);
        return 0;
}

static void strangers_take_no_managers_place(void **state)
{
        (void)state;
        for (uint64_t i = 1; i <= 100; i++)
                assert_int_equal(keep(i, false), i > LAB_KEPT_ANYBODY);
        for (uint64_t i = 101; i <= 100 + LAB_KEPT_MAX - LAB_KEPT_ANYBODY; i++)
                assert_int_equal(keep(i, true), 0);
        assert_int_equal(keep(200, true), 1);
}

static void a_place_is_free_again(void **state)
{
        (void)state;
        for (uint64_t round = 0; round < 3; round++) {
                for (uint64_t i = 1; i <= LAB_KEPT_ANYBODY; i++)
                        assert_int_equal(keep(i, false), 0);
                assert_int_equal(keep(50, false), 1);
                for (uint64_t i = 1; i <= LAB_KEPT_ANYBODY; i++)
                        lab_forget(lab, i);
                assert_int_equal(keep(60, true), 0);
                lab_forget(lab, 60);
                lab_forget(lab, 60);
        }
}

static void what_has_no_text_takes_none(void **state)
{
        struct message m = {.type = MESSAGE_RULES};
        (void)state;
        for (uint64_t i = 1; i <= 100; i++)
                assert_int_equal(lab_keep(lab, i, &m, false), 0);
        for (uint64_t i = 1; i <= LAB_KEPT_ANYBODY; i++)
                assert_int_equal(keep(i, false), 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(strangers_take_no_managers_place, make, drop),
                cmocka_unit_test_setup_teardown(a_place_is_free_again, make, drop),
                cmocka_unit_test_setup_teardown(what_has_no_text_takes_none, make, drop),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
