/* Lists of names in the house rules: read, compared without their case, printed in order, bounded. */
#include "server/core/house.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include <string.h>

static int parsed(const char *text, struct house_names *out)
{
        return house_names_parse(slice_of(text), out);
}

static void is_told(const struct house_names *names, const char *wants)
{
        char text[HOUSE_NAMES_TEXT];
        assert_int_equal(house_names_print(names, text), strlen(wants));
        assert_string_equal(text, wants);
}

static void a_list_is_what_it_says(void **state)
{
        struct house_names names = {0}, again = {0};
        (void)state;
        assert_int_equal(parsed(" passage ,Car park,	café", &names), 0);
        assert_int_equal(names.n, 3);
        is_told(&names, "café, Car park, passage");
        assert_true(house_names_has(&names, "CAFÉ"));
        assert_true(house_names_has(&names, "car PARK"));
        assert_true(house_names_has(&names, " passage"));
        assert_false(house_names_has(&names, "cafe")); /* another letter */
        assert_false(house_names_has(&names, "pass"));
        assert_false(house_names_has(&names, "passages"));
        assert_false(house_names_has(&names, "café, Car park"));
        assert_false(house_names_has(&names, ""));
        /* The same items in another order and case are the same list; the first spelling stays. */
        assert_int_equal(parsed("Car park, CAR PARK, café,passage,Café", &again), 0);
        assert_memory_equal(&names, &again, sizeof(names));
        assert_int_equal(parsed("Äpplen, ånga, Öl, äpplen", &names), 0);
        is_told(&names, "Äpplen, ånga, Öl");
        assert_true(house_names_has(&names, "ÅNGA"));
        assert_false(house_names_has(&names, "\xc3\x97")); /* a sign without a case */
        assert_int_equal(parsed("none", &names), 0);
        assert_int_equal(names.n, 0);
        is_told(&names, "none");
        assert_false(house_names_has(&names, "none"));
        assert_false(house_names_has(&names, ""));
}

static void what_is_no_list_changes_nothing(void **state)
{
        static const char *const wrong[] = {"", " ", ",", "café,", ",café", "café,,passage", "none, café",
                "NONE", "caf\xc3", "\xff", "a\nb", "a\x01", "a#b", "a\u202eb", /* turns what follows round */
                "0123456789012345678901234567890123456789012345678901234567890123"};
        struct house_names names, before;
        (void)state;
        memset(&names, 0, sizeof(names));
        assert_int_equal(
                parsed("car park, 012345678901234567890123456789012345678901234567890123456789012", &names),
                0); /* 63 bytes are a name */
        before = names;
        for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
                if (parsed(wrong[i], &names) == 0)
                        fail_msg("\"%s\" is taken for a list", wrong[i]);
                assert_memory_equal(&names, &before, sizeof(names));
        }
}

static void a_list_has_an_end(void **state)
{
        struct house_names names = {0}, back = {0};
        char text[1024] = "", told[HOUSE_NAMES_TEXT];
        (void)state;
        for (int i = 0; i < HOUSE_NAMES_MAX; i++) /* 16 of 26 bytes: 446 with their commas */
                snprintf(text + strlen(text), sizeof(text) - strlen(text), "%szone %c of the larger house",
                        i ? "," : "", 'p' - i);
        assert_int_equal(parsed(text, &names), 0);
        assert_int_equal(names.n, HOUSE_NAMES_MAX);
        size_t len = house_names_print(&names, told);
        assert_int_equal(len, strlen(told));
        assert_int_equal(parsed(told, &back), 0); /* as long as may be, and reads back */
        assert_memory_equal(&names, &back, sizeof(names));
        assert_true(house_names_has(&names, "zone A of the larger house"));
        assert_true(house_names_has(&names, "zone p of the larger house"));
        snprintf(text + strlen(text), sizeof(text) - strlen(text), ",x");
        assert_int_equal(parsed(text, &back), 1); /* one too many */
        snprintf(text, sizeof(text), "%s", "");
        for (int i = 0; i < 8; i++)
                snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%060d", i ? "," : "", i);
        assert_int_equal(parsed(text, &back), 1); /* too long together */
        assert_memory_equal(&names, &back, sizeof(names));
        house_names_cut(&names, 2);
        is_told(&names, "zone a of the larger house, zone b of the larger house");
        house_names_cut(&names, 2);
        assert_int_equal(names.n, 2);
        house_names_cut(&names, 0);
        is_told(&names, "none");
        struct house_names none = {0};
        assert_memory_equal(&names, &none, sizeof(names));
}

/* Lists of random words against a plain list of them. */
static void random_lists_read_back(void **state)
{
        const char *from = getenv("MAITRED_SEED");
        uint64_t dice = from ? strtoull(from, NULL, 10) : 3;
        static const char *const words[] = {"a", "A", "é", "É", "b c", "B C", "zz", "Ö", "ö", "car park"};
        static const unsigned same_as[] = {0, 0, 2, 2, 4, 4, 6, 7, 7, 9};
        (void)state;
        print_message("MAITRED_SEED=%llu\n", (unsigned long long)dice);
        for (int i = 0; i < 3000; i++) {
                char text[200] = "", told[HOUSE_NAMES_TEXT];
                struct house_names names = {0}, back = {0};
                unsigned in = 0, n = 1 + (unsigned)(i % 12);
                for (unsigned k = 0; k < n; k++) {
                        dice = dice * 6364136223846793005u + 1442695040888963407u;
                        unsigned w = (unsigned)((dice >> 33) % ARRAY_LEN(words));
                        in |= 1u << same_as[w];
                        snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s", k ? " , " : "",
                                words[w]);
                }
                assert_int_equal(parsed(text, &names), 0);
                assert_int_equal(names.n, __builtin_popcount(in));
                for (unsigned w = 0; w < ARRAY_LEN(words); w++)
                        if (house_names_has(&names, words[w]) != (in >> same_as[w] & 1))
                                fail_msg("\"%s\" and \"%s\"", text, words[w]);
                house_names_print(&names, told);
                assert_int_equal(parsed(told, &back), 0);
                assert_memory_equal(&names, &back, sizeof(names));
        }
}

static void a_store_begins_with_the_usual_zones(void **state)
{
        struct house h;
        struct house_error error;
        struct house_bound bounds[HOUSE_RULES];
        char text[HOUSE_LIST_MAX];
        (void)state;
        house_default(&h);
        assert_int_equal(h.value[HOUSE_ZONES_NOT], h.zones_not.n);
        assert_true(house_zone_not(&h, "Café", "ap-7"));
        assert_true(house_zone_not(&h, "", "passage"));
        assert_true(house_zone_not(&h, "shoes", "CAR PARK")); /* by the one or the other */
        assert_false(house_zone_not(&h, "", "door"));
        assert_false(house_zone_not(&h, "shoes", ""));
        assert_int_equal(house_parse(slice_of("zones_not = stair, Café # ours"), NULL, &h, &error), 0);
        assert_int_equal(h.value[HOUSE_ZONES_NOT], 2);
        assert_true(house_list_text(&h, HOUSE_ZONES_NOT, text));
        assert_string_equal(text, "Café, stair");
        assert_false(house_zone_not(&h, "passage", "passage"));
        assert_int_equal(house_parse(slice_of("zones_not = café,"), NULL, &h, &error), 1);
        assert_string_equal(error.text, "zones_not: this is no list of names");
        assert_int_equal(house_parse_bounds(slice_of("zones_not = 0 to 1"), bounds, &error), 0);
        assert_int_equal(house_parse(slice_of("zones_not = a, b"), bounds, &h, &error), 1);
        assert_string_equal(error.todo, "Allowed is 0 to 1 of them.");
        house_within(bounds, &h);
        assert_int_equal(h.zones_not.n, 1);
        assert_int_equal(h.value[HOUSE_ZONES_NOT], 1);
        assert_int_equal(house_parse_bounds(slice_of("zones_not = 1 to 2"), bounds, &error), 1);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_list_is_what_it_says),
                cmocka_unit_test(what_is_no_list_changes_nothing),
                cmocka_unit_test(a_list_has_an_end),
                cmocka_unit_test(random_lists_read_back),
                cmocka_unit_test(a_store_begins_with_the_usual_zones),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
