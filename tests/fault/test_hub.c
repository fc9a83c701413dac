/* Memory that runs out in the hub's journal and in its door for the operator. */
#include "tests/fault/fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/hub/control.h"
#include "server/hub/journal.h"
#include "tests/ctl/temporary.h"

static void journals(void **state)
{
        static struct hub_settings settings = {.visits_most = 7}, found;
        struct journal_error error;
        struct journal *journal = NULL;
        (void)state;
        struct fault making = {"journal_create"};
        while (fault_next(&making)) {
                fault_go(&making);
                int rc = journal_create("journal", &settings, &journal, &error);
                bool hit = fault_halt(&making);
                assert_int_equal(rc, hit ? -1 : 0);
                /* Nothing is in the way of trying again. */
                if (hit && journal_create("journal", &settings, &journal, &error) != 0)
                        fail_msg("%s", error.text);
                journal_close(journal);
                assert_int_equal(unlink("journal"), 0);
        }
        assert_int_equal(journal_create("journal", &settings, &journal, &error), 0);
        journal_close(journal);
        struct fault reading = {"journal_open"};
        while (fault_next(&reading)) {
                fault_go(&reading);
                int rc = journal_open("journal", &found, &journal, &error);
                bool hit = fault_halt(&reading);
                assert_int_equal(rc, hit ? -1 : 0);
                if (rc == 0)
                        journal_close(journal);
        }
        assert_int_equal(found.visits_most, 7);
}

static void the_operators_door(void **state)
{
        static const struct control_calls calls = {0};
        struct control_error error;
        (void)state;
        struct fault fault = {"control_open"};
        while (fault_next(&fault)) {
                struct control *control = NULL;
                fault_go(&fault);
                int rc = control_open("control", &calls, &control, &error);
                bool hit = fault_halt(&fault);
                assert_int_equal(rc, hit ? -1 : 0);
                if (hit && strstr(error.text, "memory") == NULL)
                        fail_msg("%s", error.text);
                if (hit)
                        assert_int_equal(control_open("control", &calls, &control, &error), 0);
                control_close(control);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(journals),
                cmocka_unit_test(the_operators_door),
        };
        fault_libraries();
        return cmocka_run_group_tests(tests, temporary_make, temporary_remove);
}
