/* The made-up store: the same bytes from the same seed, and everything in it that the rules speak of. */
#include "tests/ctl/cm.h"

#include <stdlib.h>
#include <string.h>

#include "server/ctl/demo.h"

#define NOW (INT64_C(20779) * 86400 + 18000) /* a morning in November 2026 */

static void make(struct demo *demo, uint64_t seed)
{
        assert_int_equal(demo_make(demo, seed, 500, 20000, NOW), 0);
        assert_int_equal(demo->n_customers, 500);
        assert_int_equal(demo->n_lines, 20000);
}

static void test_same_seed(void **state)
{
        (void)state;
        struct demo a, b, c;
        make(&a, 1);
        make(&b, 1);
        make(&c, 2);
        assert_memory_equal(a.lines, b.lines, a.n_lines * sizeof *a.lines);
        assert_memory_equal(a.customers, b.customers, a.n_customers * sizeof *a.customers);
        assert_memory_equal(a.products, b.products, a.n_products * sizeof *a.products);
        assert_memory_not_equal(a.lines, c.lines, a.n_lines * sizeof *a.lines);
        demo_finish(&a);
        demo_finish(&b);
        demo_finish(&c);
}

static int by_id(const void *a, const void *b)
{
        return strcmp(((const struct demo_line *)a)->id, ((const struct demo_line *)b)->id);
}

static void test_ids_once_and_times_in_range(void **state)
{
        (void)state;
        struct demo d;
        make(&d, 3);
        for (size_t i = 0; i < d.n_lines; i++) {
                assert_in_range(d.lines[i].local_s, NOW - INT64_C(1500) * 86400, NOW);
                if (i > 0)
                        assert_true(d.lines[i - 1].local_s <= d.lines[i].local_s);
        }
        qsort(d.lines, d.n_lines, sizeof *d.lines, by_id);
        for (size_t i = 1; i < d.n_lines; i++)
                assert_string_not_equal(d.lines[i - 1].id, d.lines[i].id);
        demo_finish(&d);
}

/* Whatever a rule can speak of is there, with every seed. */
static void test_everything_occurs(void **state)
{
        (void)state;
        for (uint64_t seed = 1; seed <= 5; seed++) {
                struct demo d;
                uint32_t store[DEMO_STORES] = {0}, status[3] = {0}, sold[DEMO_ASSOCIATES] = {0},
                         today[DEMO_ASSOCIATES] = {0};
                uint32_t gift = 0, unknown_seller = 0, unknown_price = 0, dear = 0, sensitive = 0,
                         unmapped = 0, nobody = 0;
                uint32_t class[64] = {0};
                make(&d, seed);
                for (size_t i = 0; i < d.n_lines; i++) {
                        const struct demo_line *l = &d.lines[i];
                        const struct demo_class_row *c = &demo_classes[d.products[l->product].class];
                        class[d.products[l->product].class]++;
                        store[l->store]++;
                        status[l->status]++;
                        gift += l->gift;
                        unknown_price += l->price_minor < 0;
                        dear += l->price_minor >= 100000;
                        sensitive += c->sensitive;
                        unmapped += c->department[0] == 0;
                        nobody += l->customer < 0;
                        unknown_seller += l->associate == DEMO_NOBODY;
                        if (l->associate != DEMO_NOBODY) {
                                sold[l->associate]++;
                                today[l->associate] += l->local_s / 86400 == NOW / 86400 && l->customer >= 0;
                        }
                }
                for (size_t i = 0; i < DEMO_STORES; i++)
                        assert_in_range(store[i], 500, 20000);
                for (size_t i = 0; i < 3; i++)
                        assert_in_range(status[i], 100, 20000);
                for (size_t i = 0; i < DEMO_ASSOCIATES; i++) {
                        assert_in_range(sold[i], 100, 20000);
                        assert_in_range(today[i], 1, 10);
                }
                for (size_t i = 0; i < demo_class_count; i++)
                        assert_in_range(class[i], 50, 20000);
                assert_in_range(gift, 200, 20000);
                assert_in_range(unknown_price, 20, 2000);
                assert_in_range(dear, 200, 10000);
                assert_in_range(sensitive, 500, 10000);
                assert_in_range(unmapped, 100, 10000);
                assert_in_range(nobody, 100, 2000);
                assert_in_range(unknown_seller, 1000, 15000);
                demo_finish(&d);
        }
}

static const struct demo_line *line_of(const struct demo *d, const char *id)
{
        for (size_t i = 0; i < d->n_lines; i++)
                if (strcmp(d->lines[i].id, id) == 0)
                        return &d->lines[i];
        fail_msg("no line %s", id);
        abort();
}

/* Anna's sale of today is today whatever the hour. */
static void test_annas_sale_is_today(void **state)
{
        (void)state;
        static const int64_t seconds[] = {0, 1, 600, 1499, 1500, 43200, 86399};
        for (size_t i = 0; i < ARRAY_LEN(seconds); i++) {
                struct demo d;
                int64_t now = INT64_C(20779) * 86400 + seconds[i];
                assert_int_equal(demo_make(&d, 1, DEMO_PEOPLE_LEAST, DEMO_LINES_LEAST, now), 0);
                const struct demo_line *l = line_of(&d, "anna-1");
                assert_int_equal(l->local_s / 86400, 20779);
                assert_true(l->local_s <= now);
                assert_string_equal(demo_associates[l->associate].id, "maria");
                assert_string_equal(d.products[l->product].name, "Navy coat");
                assert_string_equal(d.customers[l->customer].id, "demo-anna");
                demo_finish(&d);
        }
}

/* The named people have no sales by chance: their cards can be foretold. */
static void test_fixed_people_are_fixed(void **state)
{
        (void)state;
        struct demo d;
        make(&d, 9);
        for (size_t i = 0; i < d.n_lines; i++)
                if (d.lines[i].customer >= 0 && d.customers[d.lines[i].customer].fixed)
                        assert_int_not_equal(d.lines[i].id[0], 'L');
        assert_int_equal(demo_customer_find(&d, "demo-anna"), 0);
        assert_true(demo_customer_find(&d, "nobody") == SIZE_MAX);
        demo_finish(&d);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_same_seed),
                cmocka_unit_test(test_ids_once_and_times_in_range),
                cmocka_unit_test(test_everything_occurs),
                cmocka_unit_test(test_annas_sale_is_today),
                cmocka_unit_test(test_fixed_people_are_fixed),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
