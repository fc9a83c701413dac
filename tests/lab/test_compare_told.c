/* What the comparison tells: numbers that are too small, rules that fire on nothing or on few (W5, W7), and
 * what is too much or malformed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above */
#include <cmocka.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "server/lab/compare.h"
#include "tests/rulebook/model.h"

#define HEAD "rulebook test version 1 store * notice n 1\n"

static struct rulebook *parse(const char *text)
{
        struct rulebook_error error;
        struct rulebook *book = rulebook_parse(slice_of(text), &error);
        if (!book)
                fail_msg("%d:%d %s\n%s", error.line, error.column, error.text, text);
        return book;
}

/* ---- small worlds by hand ---- */
#define BEFORE HEAD "R1: show full to seller of bought because \"You sold it\"\n"
#define AFTER                                                                                                \
        HEAD "R1: show full to seller of bought because \"You sold it\"\n"                                   \
             "R2: show kind to store of in-store because \"Bought here\"\n"                                  \
             "R3: show item to trainee of kind \"Scarves\" because \"They learn\"\n"                         \
             "F1: show full to preferred of field name because \"She chose you\"\n"

static const struct viewer staff[] = {
        {.associate = 1, .store = 1}, {.associate = 2, .store = 1}, {.associate = 3, .role = ROLE_TRAINEE}};

static struct compare *start(struct rulebook *from, struct rulebook *to)
{
        struct compare_setup setup = {
                .from = from, .to = to, .viewers = staff, .n_viewers = ARRAY_LEN(staff)};
        struct compare *compare = compare_new(&setup);
        assert_non_null(compare);
        return compare;
}

static struct purchase plain_line(struct world *w, const char *kind, int32_t age_days)
{
        return (struct purchase){.unit_price = 5000,
                .store = 1,
                .seller = 1,
                .quantity = 1,
                .kind = world_text(w, kind),
                .age_days = age_days,
                .age_months = age_days / 31,
                .month = 3,
                .year = 2026};
}

static json_t *told(const struct compare *compare)
{
        char *text = malloc(COMPARE_JSON_MAX);
        struct json_out j;
        json_start(&j, text, COMPARE_JSON_MAX);
        json_open(&j, NULL, '{');
        compare_json(compare, &j);
        json_close(&j, '}');
        assert_false(j.overflow);
        json_error_t error;
        json_t *out = json_loadb(text, j.len, JSON_REJECT_DUPLICATES, &error);
        if (!out)
                fail_msg("%s: %.*s", error.text, (int)j.len, text);
        free(text);
        return out;
}

static const char *text_of(const json_t *o, const char *key)
{
        const char *text = json_string_value(json_object_get(o, key));
        return text ? text : "";
}

/* Four customers, then a fifth: from then on numbers are told. */
static void few_are_not_told(void **state)
{
        (void)state;
        static struct world w;
        struct rulebook *from = parse(BEFORE), *to = parse(AFTER);
        struct compare *compare = start(from, to);
        world_start(&w, "EUR");
        for (uint32_t i = 0; i < 8; i++)
                w.lines[i] = plain_line(&w, "Coats", 10);
        w.history.n_lines = 8;
        for (int i = 0; i < 4; i++)
                compare_add(compare, &w.history, 1, COMPARE_NO_CEILING);
        json_t *few = told(compare);
        static const char *const keys[] = {"customers", "customers_changed", "lines", "pairs", "wider"};
        for (size_t i = 0; i < ARRAY_LEN(keys); i++)
                assert_string_equal(text_of(few, keys[i]), "<5");
        assert_int_equal(json_integer_value(json_object_get(few, "narrower")), 0);
        assert_int_equal(json_integer_value(json_object_get(few, "associates")), 3);
        assert_string_equal(text_of(json_array_get(json_object_get(few, "by"), 0), "lines"), "<5");
        assert_string_equal(text_of(json_array_get(json_object_get(few, "fields"), 0), "customers"), "<5");
        json_decref(few);
        compare_add(compare, &w.history, 1, COMPARE_NO_CEILING);
        json_t *all = told(compare), *row = json_array_get(json_object_get(all, "by"), 0);
        assert_int_equal(json_integer_value(json_object_get(all, "customers")), 5);
        assert_int_equal(json_integer_value(json_object_get(all, "lines")), 40);
        assert_int_equal(json_integer_value(json_object_get(all, "pairs")), 120);
        assert_int_equal(json_integer_value(json_object_get(all, "wider")), 40); /* the second associate */
        assert_string_equal(text_of(row, "relation"), "store");
        assert_string_equal(text_of(row, "channel"), "in-store");
        assert_string_equal(text_of(row, "kind"), "Coats");
        assert_string_equal(text_of(row, "from"), "hide");
        assert_string_equal(text_of(row, "to"), "kind");
        assert_int_equal(json_integer_value(json_object_get(row, "lines")), 40);
        json_t *field = json_array_get(json_object_get(all, "fields"), 0);
        assert_string_equal(text_of(field, "field"), "name");
        assert_int_equal(json_integer_value(json_object_get(field, "customers")), 5);
        json_decref(all);
        compare_free(compare);
        rulebook_destroy(from);
        rulebook_destroy(to);
}

/* Down to fives below a hundred, to two digits above: never more than there are, and never out of order. */
static void larger_numbers_are_rounded(void **state)
{
        (void)state;
        static const uint64_t pairs[][2] = {{0, 0}, {4, 0}, {5, 5}, {9, 5}, {10, 10}, {87, 85}, {99, 95},
                {100, 100}, {109, 100}, {110, 110}, {999, 990}, {1000, 1000}, {1099, 1000},
                {1234567, 1200000}};
        for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
                assert_int_equal(compare_rounded(pairs[i][0]), pairs[i][1]);
        for (uint64_t n = 1; n < 20000; n++) {
                assert_true(compare_rounded(n) <= n && compare_rounded(n) >= compare_rounded(n - 1));
                assert_true(n < 5 || compare_rounded(n) * 2 > n);
        }
        assert_true(compare_rounded(UINT64_MAX) > UINT64_MAX / 2);
}

/* One customer more, who is like the others: nothing of what is told differs. */
static void one_more_customer_does_not_show(void **state)
{
        (void)state;
        static struct world w;
        struct rulebook *from = parse(BEFORE), *to = parse(AFTER);
        char *texts[2];
        for (int more = 0; more < 2; more++) {
                struct compare *compare = start(from, to);
                world_start(&w, "EUR");
                w.lines[0] = plain_line(&w, "Coats", 10);
                w.history.n_lines = 1;
                for (int i = 0; i < 61 + more; i++)
                        compare_add(compare, &w.history, 1, COMPARE_NO_CEILING);
                json_t *o = told(compare);
                texts[more] = json_dumps(o, JSON_SORT_KEYS);
                json_decref(o);
                compare_free(compare);
        }
        assert_string_equal(texts[0], texts[1]);
        assert_non_null(strstr(texts[0], "\"customers\": 60"));
        free(texts[0]);
        free(texts[1]);
        rulebook_destroy(from);
        rulebook_destroy(to);
}

/* W5 and W7 at their edges: the 90th day and the 91st, four customers and five, one associate and two. */
static void rules_that_fire_on_nothing_or_on_few(void **state)
{
        (void)state;
        static struct world w;
        struct rulebook *from = parse(BEFORE), *to = parse(AFTER);
        struct compare *compare = start(from, to);
        world_start(&w, "EUR");
        w.history.n_lines = 1;
        for (int i = 0; i < 5; i++) {
                w.lines[0] = plain_line(&w, i == 4 ? "Coats" : "Scarves", 91);
                compare_add(compare, &w.history, 0, COMPARE_NO_CEILING);
        }
        json_t *o = told(compare), *unused = json_object_get(o, "unused"),
               *singles = json_object_get(o, "singles_out");
        assert_int_equal(json_array_size(unused), 3); /* not the rule of a field */
        assert_string_equal(json_string_value(json_array_get(unused, 2)), "R3");
        assert_int_equal(json_array_size(singles), 2);
        assert_string_equal(text_of(json_array_get(singles, 0), "rule"), "R1"); /* one seller */
        assert_int_equal(json_integer_value(json_object_get(json_array_get(singles, 0), "customers")), 5);
        assert_true(json_is_true(json_object_get(json_array_get(singles, 0), "one_associate")));
        assert_string_equal(text_of(json_array_get(singles, 1), "rule"), "R3");
        assert_string_equal(text_of(json_array_get(singles, 1), "customers"), "<5");
        json_decref(o);
        w.lines[0] = plain_line(&w, "Scarves", 90);
        w.lines[0].seller = 2;
        compare_add(compare, &w.history, 0, COMPARE_NO_CEILING);
        o = told(compare);
        assert_int_equal(json_array_size(json_object_get(o, "unused")), 0);
        singles = json_object_get(o, "singles_out");
        assert_int_equal(json_array_size(singles), 1); /* R3: five by now, but one trainee */
        assert_int_equal(json_integer_value(json_object_get(json_array_get(singles, 0), "customers")), 5);
        json_decref(o);
        compare_free(compare);
        rulebook_destroy(from);
        rulebook_destroy(to);
}

/* ---- too much, and what is malformed ---- */
static void more_kinds_than_are_told_apart(void **state)
{
        (void)state;
        static struct world w;
        struct rulebook *from = parse(BEFORE), *to = parse(AFTER);
        struct compare *compare = start(from, to);
        struct compare_row *rows = calloc(COMPARE_KINDS_MAX * 2, sizeof *rows);
        uint64_t lines = 0;
        for (uint32_t i = 0; i < COMPARE_KINDS_MAX + 20; i++) {
                char kind[80];
                world_start(&w, "EUR");
                snprintf(kind, sizeof kind, "Kind number %u", i);
                w.lines[0] = plain_line(&w, kind, 1);
                w.lines[0].seller = 3;
                w.history.n_lines = 1;
                compare_add(compare, &w.history, 0, COMPARE_NO_CEILING);
        }
        uint32_t n = compare_rows(compare, rows, COMPARE_KINDS_MAX * 2);
        assert_int_equal(n, COMPARE_KINDS_MAX + 1);
        assert_string_equal(rows[0].kind, "other kinds"); /* the most lines */
        assert_int_equal(rows[0].lines, 20);
        for (uint32_t i = 0; i < n; i++)
                lines += rows[i].lines;
        assert_int_equal(lines, COMPARE_KINDS_MAX + 20);
        json_t *o = told(compare);
        assert_int_equal(json_array_size(json_object_get(o, "by")), COMPARE_ROWS_MAX);
        assert_int_equal(json_integer_value(json_object_get(o, "by_left_out")), n - COMPARE_ROWS_MAX);
        assert_int_equal(
                json_integer_value(json_object_get(json_array_get(json_object_get(o, "by"), 0), "lines")),
                20);
        json_decref(o);
        free(rows);
        compare_free(compare);
        rulebook_destroy(from);
        rulebook_destroy(to);
}

static void what_is_malformed_changes_nothing(void **state)
{
        (void)state;
        static struct world w;
        static struct purchase many[HISTORY_LINES_MAX + 1];
        struct rulebook *from = parse(BEFORE), *to = parse(AFTER);
        struct compare *compare = start(from, to);
        world_start(&w, "EUR");
        w.lines[0] = plain_line(&w, "Coats", 1);
        w.lines[0].month = 13;
        w.lines[1] = plain_line(&w, "Coats", 1);
        w.lines[1].kind = WORLD_POOL_MAX * 2;
        w.history.n_lines = 2;
        compare_add(compare, &w.history, 0, COMPARE_NO_CEILING);
        for (size_t i = 0; i < ARRAY_LEN(many); i++)
                many[i] = plain_line(&w, "Coats", 1);
        w.history.lines = many;
        w.history.n_lines = HISTORY_LINES_MAX + 1;
        compare_add(compare, &w.history, 0, COMPARE_NO_CEILING);
        struct compare_totals t = compare_totals(compare);
        assert_int_equal(t.customers, 2);
        assert_int_equal(t.lines, 2);
        assert_int_equal(t.wider + t.narrower + t.customers_changed, 0);
        w.history.n_lines = HISTORY_LINES_MAX;
        compare_add(compare, &w.history, 0, COMPARE_NO_CEILING);
        assert_int_equal(compare_totals(compare).wider, HISTORY_LINES_MAX);
        compare_add(compare, &w.history, 1, 0); /* no such ceiling: nothing was promised */
        assert_int_equal(compare_totals(compare).wider, HISTORY_LINES_MAX);
        assert_int_equal(compare_totals(compare).customers_changed, 1);
        compare_free(compare);
        rulebook_destroy(from);
        rulebook_destroy(to);
}

static void too_many_are_refused(void **state)
{
        (void)state;
        struct compare_setup setup = {.n_viewers = COMPARE_VIEWERS_MAX + 1};
        assert_null(compare_new(&setup));
        setup = (struct compare_setup){.n_ceilings = COMPARE_CEILINGS_MAX + 1};
        assert_null(compare_new(&setup));
        setup = (struct compare_setup){0}; /* two books that show nothing, and nobody to see it */
        struct compare *compare = compare_new(&setup);
        assert_non_null(compare);
        compare_free(compare);
        compare_free(NULL);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(few_are_not_told),
                cmocka_unit_test(larger_numbers_are_rounded),
                cmocka_unit_test(one_more_customer_does_not_show),
                cmocka_unit_test(rules_that_fire_on_nothing_or_on_few),
                cmocka_unit_test(more_kinds_than_are_told_apart),
                cmocka_unit_test(what_is_malformed_changes_nothing),
                cmocka_unit_test(too_many_are_refused),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
