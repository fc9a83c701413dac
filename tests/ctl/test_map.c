/* Which column is which field: by name, by synonym, by the operator's word. */
#include "tests/ctl/cm.h"

#include <stdio.h>

#include "server/ctl/map.h"

static struct sheet_record header_of(const char *const *names)
{
        struct sheet_record h = {0};
        for (; names[h.n]; h.n++)
                h.field[h.n] = slice_of(names[h.n]);
        return h;
}
#define HEADER(...) header_of((const char *const[]){__VA_ARGS__, NULL})

static int column(const struct map *map, const char *field)
{
        return map->column[import_field_find(map->kind, field)];
}

static void test_names_and_synonyms(void **state)
{
        (void)state;
        struct sheet_record h = HEADER("ID", "Customer", "associate", "store", "channel", "sku", "Category",
                "Unit Price", "quantity", "Sold-At", "status", "Color", "gender");
        struct map_choices none = {0};
        struct map_error error;
        struct map map;
        assert_int_equal(map_make(&map, IMPORT_PURCHASES, &h, &none, &error), 0);
        assert_int_equal(column(&map, "id"), 0);
        assert_int_equal(column(&map, "class"), 6);
        assert_int_equal(column(&map, "price"), 7);
        assert_int_equal(column(&map, "at"), 9);
        assert_int_equal(column(&map, "colour"), 11);
        assert_int_equal(column(&map, "gift"), -1);
        assert_int_equal(map.n_columns, 13);
}

/* A column is one field's only, and its own name goes before a synonym of another. */
static void test_own_name_first(void **state)
{
        (void)state;
        struct map_choices none = {0};
        struct map_error error;
        struct map map;
        struct sheet_record h = HEADER("id", "customer", "date", "at", "product", "name", "brand");
        assert_int_equal(map_make(&map, IMPORT_PURCHASES, &h, &none, &error), 0);
        assert_int_equal(column(&map, "at"), 3);
        assert_int_equal(column(&map, "sku"), 4);
        assert_int_equal(column(&map, "item"), 5);
        struct sheet_record classes = HEADER("name", "department");
        assert_int_equal(map_make(&map, IMPORT_CLASSES, &classes, &none, &error), 0);
        assert_int_equal(column(&map, "class"), 0);
}

static void test_choices(void **state)
{
        (void)state;
        struct map_choices choices = {0};
        struct map_error error;
        struct map map;
        struct sheet_record h = HEADER("id", "customer", "associate", "at", "genre");
        assert_int_equal(map_choose(&choices, "associate=", &error), 0);
        assert_int_equal(map_choose(&choices, "purchases.class=Genre", &error), 0);
        assert_int_equal(map_choose(&choices, "class=at", &error), 0); /* less particular: does not win */
        assert_int_equal(map_make(&map, IMPORT_PURCHASES, &h, &choices, &error), 0);
        assert_int_equal(column(&map, "associate"), -1);
        assert_int_equal(column(&map, "class"), 4);
        assert_true(choices.choice[0].used);
        assert_true(choices.choice[1].used);
        assert_false(choices.choice[2].used);
        assert_int_equal(map_choose(&choices, "clas=genre", &error), 1);
        assert_non_null(strstr(error.text, "Did you mean \"class\"?"));
        assert_int_equal(map_choose(&choices, "spoons.class=genre", &error), 1);
        assert_non_null(strstr(error.text, "purchases"));
        assert_int_equal(map_choose(&choices, "class", &error), 1);
        assert_int_equal(map_choose(&choices, "=class", &error), 1);
        for (size_t i = choices.n; i < MAP_CHOICES_MAX; i++)
                assert_int_equal(map_choose(&choices, "class=genre", &error), 0);
        assert_int_equal(map_choose(&choices, "class=genre", &error), 1);
}

static void test_errors(void **state)
{
        (void)state;
        struct map_choices choices = {0};
        struct map_error error;
        struct map map;
        struct sheet_record lacks = HEADER("id", "custmer", "at");
        assert_int_equal(map_make(&map, IMPORT_PURCHASES, &lacks, &choices, &error), 1);
        assert_non_null(strstr(error.text, "\"customer\""));
        assert_non_null(strstr(error.text, "id, custmer, at"));
        assert_non_null(strstr(error.text, "--map customer=custmer"));
        struct sheet_record twice = HEADER("id", "customer", "at", "Price", "price");
        assert_int_equal(map_make(&map, IMPORT_PURCHASES, &twice, &choices, &error), 1);
        assert_non_null(strstr(error.text, "two columns"));
        struct sheet_record fine = HEADER("id", "customer", "at");
        assert_int_equal(map_choose(&choices, "class=genre", &error), 0);
        assert_int_equal(map_make(&map, IMPORT_PURCHASES, &fine, &choices, &error), 1);
        assert_non_null(strstr(error.text, "no column \"genre\""));
        /* A required field cannot be left empty by choice. */
        struct map_choices emptied = {0};
        assert_int_equal(map_choose(&emptied, "customer=", &error), 0);
        assert_int_equal(map_make(&map, IMPORT_PURCHASES, &fine, &emptied, &error), 1);
}

static void test_distance(void **state)
{
        (void)state;
        assert_int_equal(map_distance(slice_of("Unit Price"), slice_of("unit_price")), 0);
        assert_int_equal(map_distance(slice_of("custmer"), slice_of("customer")), 1);
        assert_int_equal(map_distance(slice_of(""), slice_of("at")), 2);
        assert_int_equal(map_distance(slice_of("kitten"), slice_of("sitting")), 3);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_names_and_synonyms),
                cmocka_unit_test(test_own_name_first),
                cmocka_unit_test(test_choices),
                cmocka_unit_test(test_errors),
                cmocka_unit_test(test_distance),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
