/* Rows of the console's import before they reach the store: what is kept for whom, what is refused and why,
 * and that looking only writes nothing. */
#include "server/hub/intake.h"
#include "proto/import.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static struct {
        uint64_t request;
        uint16_t status;
        char body[4096];
        int n;
} last;

static void keep_answer(void *ctx, uint64_t request, uint16_t status, const char *json, size_t len)
{
        (void)ctx;
        last.request = request;
        last.status = status;
        last.n++;
        snprintf(last.body, sizeof last.body, "%.*s", (int)len, json);
}

static struct intake *opened(void)
{
        struct intake_options options = {.answer = keep_answer};
        struct intake *intake = intake_create(&options);
        memset(&last, 0, sizeof last);
        assert_non_null(intake);
        return intake;
}

static int keep(struct intake *intake, uint64_t request, const char *kind, const char *rows, bool known)
{
        struct message m = {.type = MESSAGE_IMPORT, .import = {.dry = true}};
        snprintf(m.import.kind, sizeof m.import.kind, "%s", kind);
        m.import.rows = slice_of(rows);
        return intake_keep(intake, request, &m, known);
}

static void begin(struct intake *intake, uint64_t request)
{
        struct effect e = {.kind = EFFECT_FIRST, .first = {.request = request, .import = true}};
        snprintf(e.first.who, sizeof e.first.who, "boss");
        intake_begin(intake, &e, 1);
}

static void says(const char *piece)
{
        if (!strstr(last.body, piece))
                fail_msg("%s has no %s", last.body, piece);
}

static void every_row_is_counted_and_a_refused_one_says_why(void **state)
{
        (void)state;
        struct intake *intake = opened();
        assert_int_equal(keep(intake, 7, "customers",
                                 "2\t0\t0\tc-1\tBerg, Anna\t1979-02-03\t\n"
                                 "3\t0\t0\t\tNobody\t\t\n"
                                 "4\t0\t0\tc-2\tVera\t1980-13-01\t",
                                 true),
                0);
        begin(intake, 7);
        assert_int_equal(last.request, 7);
        assert_int_equal(last.status, 200);
        says("\"good\":1");
        says("\"rejected\":2");
        says("{\"line\":3,\"reason\":\"id is empty\"}");
        says("{\"line\":4,\"reason\":\"birthday is not a date such as 1990-05-31\"}");
        assert_null(strstr(last.body, "1980"));
        intake_close(intake);
}

static void purchases_are_read_as_maitrectl_reads_them(void **state)
{
        (void)state;
        const char *why;
        const char *rows =
                "2\t1772370300000\t2\tp-1\tc-1\tmaria\t\tpos\t\tShoes\t189,50\teur\t-1\t\tpaid\tno\t\t\t\t\n"
                "3\t1772370300000\t2\tp-2\t\tmaria\t\t\t\t\t\t\t\t\t\t\t\t\t\t\n"
                "4\t0\t0\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\n"
                "5\t0\t0\tp-3\tc-1\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t";
        struct import_batch *b = import_read_lines(IMPORT_PURCHASES, slice_of(rows), &why);
        assert_non_null(b);
        assert_int_equal(b->n, 4);
        assert_true(slice_is(b->rows[0].field[import_field_find(IMPORT_PURCHASES, "status")], "returned"));
        assert_true(slice_is(b->rows[0].field[import_field_find(IMPORT_PURCHASES, "price")], "189.50"));
        assert_true(slice_is(b->rows[0].field[import_field_find(IMPORT_PURCHASES, "currency")], "EUR"));
        assert_int_equal(b->rows[0].at, INT64_C(1772370300000));
        assert_int_equal(b->rows[1].outcome, IMPORT_NEW);
        assert_int_equal(b->rows[1].field[import_field_find(IMPORT_PURCHASES, "associate")].len, 0);
        assert_int_equal(b->rows[2].outcome, IMPORT_NO_CUSTOMER);
        assert_int_equal(b->rows[3].outcome, IMPORT_REJECTED);
        assert_string_equal(b->rows[3].reason, "at is no time such as 2026-03-05 14:30");
        import_batch_free(b);
}

static void nobody_takes_the_console_from_herself(void **state)
{
        (void)state;
        struct intake *intake = opened();
        assert_int_equal(keep(intake, 1, "associates",
                                 "2\t0\t0\tboss\tKarin Ek\t\t\tassociate\t\t\t\t\n"
                                 "3\t0\t0\tboss\tKarin Ek\t\t\tmanager\tno\t\t\t\n"
                                 "4\t0\t0\tboss\tKarin Ek\t\tShoes\tmanager\t\t\t\t\n"
                                 "5\t0\t0\tother\tOlle Ek\t\t\tassociate\t\t\t\t",
                                 true),
                0);
        begin(intake, 1);
        says("\"good\":2");
        says("\"line\":2,");
        says("\"line\":3,");
        intake_close(intake);
}

static void what_is_no_row_is_refused_whole(void **state)
{
        (void)state;
        static char many[16 * (IMPORT_LINES_MAX + 1) + 1];
        const char *why;
        size_t len = 0;
        for (int i = 0; i <= IMPORT_LINES_MAX; i++)
                len += (size_t)snprintf(many + len, sizeof many - len, "%s1\t0\t0\tc\t\t\t", i ? "\n" : "");
        assert_null(import_read_lines(IMPORT_CUSTOMERS, (struct slice){many, len}, &why));
        const char *const bad[] = {"c-1\tAnna", "0\t0\t0\tc\t\t\t", "1\t0\t4\tc\t\t\t", "1\t-1\t0\tc\t\t\t",
                "1\t0\t0\tc\t\t\t\t", "1\t0\t0\tc\t\t\t\n"};
        struct intake *intake = opened();
        for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
                assert_int_equal(keep(intake, 10 + i, "customers", bad[i], true), 0);
                begin(intake, 10 + i);
                assert_int_equal(last.status, 400);
        }
        assert_int_equal(keep(intake, 9, "shifts", "1\t0\t0\tm\t1\t2\t\t", true), 0);
        begin(intake, 9);
        assert_int_equal(last.status, 400);
        intake_close(intake);
}

static void few_wait_and_strangers_take_no_place(void **state)
{
        (void)state;
        const char *row = "2\t0\t0\tc\t\t\t";
        struct intake *intake = opened();
        for (uint64_t i = 1; i <= 2 * INTAKE_MAX; i++)
                assert_int_equal(keep(intake, 100 + i, "customers", row, false), 0);
        for (uint64_t i = 1; i <= INTAKE_MAX; i++)
                assert_int_equal(keep(intake, i, "customers", row, true), 0);
        assert_int_equal(keep(intake, 50, "customers", row, true), 1);
        intake_forget(intake, 2); /* the core refused it */
        assert_int_equal(keep(intake, 50, "customers", row, true), 0);
        begin(intake, 101); /* nothing was kept of it */
        assert_int_equal(last.status, 503);
        begin(intake, 50);
        assert_int_equal(last.status, 200);
        assert_int_equal(last.n, 2);
        intake_close(intake);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(every_row_is_counted_and_a_refused_one_says_why),
                cmocka_unit_test(purchases_are_read_as_maitrectl_reads_them),
                cmocka_unit_test(nobody_takes_the_console_from_herself),
                cmocka_unit_test(what_is_no_row_is_refused_whole),
                cmocka_unit_test(few_wait_and_strangers_take_no_place),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
