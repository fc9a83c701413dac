/* Memory that runs out in the hub's journal, in its door for the operator, and in its lab. */
#include "tests/fault/fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "server/hub/control.h"
#include "server/hub/journal.h"
#include "server/hub/lab.h"
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

/* ---- the lab: the core waits for its verdict, and lets nobody else change the rules until it has come ----
 */
struct told {
        uint32_t answers, verdicts, ticket;
        uint16_t refused;
};

static void answer(void *ctx, uint64_t request, uint16_t status, const char *json, size_t len)
{
        struct told *told = ctx;
        (void)request, (void)status, (void)json, (void)len;
        told->answers++;
}

static void verdict(void *ctx, uint32_t ticket, const struct book_verdict *v)
{
        struct told *told = ctx;
        told->verdicts++;
        told->ticket = ticket;
        told->refused = v->refused;
}

/* There is no store here: what is asked of it finds its queue full. */
int __wrap_store_books(struct store *store, uint64_t tag, uint32_t version);

int __wrap_store_books(struct store *store, uint64_t tag, uint32_t version)
{
        (void)store, (void)tag, (void)version;
        return 1;
}

static void judge(struct lab *lab, uint32_t ticket, struct told *told)
{
        static const struct hub_live live;
        static struct roster roster;
        struct effect e = {.kind = EFFECT_LAB,
                .lab = {.ticket = ticket, .what = LAB_JUDGE, .type = MESSAGE_RULES_PROPOSE}};
        *told = (struct told){0};
        lab_begin(lab, &e, &live, &roster, 0, 0);
        assert_int_equal(told->verdicts, 0); /* the core is in the middle of a step */
        lab_drain(lab);
        assert_int_equal(told->verdicts, 1);
        assert_int_equal(told->ticket, ticket);
        assert_int_equal(told->refused, 503);
        assert_int_equal(told->answers, 0);
}

static void the_lab_owes_its_verdict(void **state)
{
        struct told told;
        int wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
        struct lab_options options = {.wake_fd = wake, .ctx = &told, .answer = answer, .verdict = verdict};
        (void)state;
        struct fault fault = {"lab_begin"};
        while (fault_next(&fault)) {
                struct lab *lab = lab_create(&options);
                assert_non_null(lab);
                fault_go(&fault);
                for (uint32_t ticket = 1; ticket <= 3; ticket++)
                        judge(lab, ticket, &told);
                fault_halt(&fault);
                lab_close(lab);
        }
        close(wake);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(journals),
                cmocka_unit_test(the_operators_door),
                cmocka_unit_test(the_lab_owes_its_verdict),
        };
        fault_libraries();
        return cmocka_run_group_tests(tests, temporary_make, temporary_remove);
}
