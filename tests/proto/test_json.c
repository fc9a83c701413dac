/* The JSON writer against jansson: what is written is read back as the same values, and never past the
 * buffer. */
#include "proto/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static void every_kind_of_value(void **state)
{
        (void)state;
        char text[512];
        struct json_out j;
        json_start(&j, text, sizeof text);
        json_open(&j, NULL, '{');
        json_text(&j, "name", "Anna \"B.\" \\ Zo\xc3\xab\n\t\x01");
        json_text(&j, "none", NULL);
        json_number(&j, "least", INT64_MIN);
        json_number(&j, "zero", 0);
        json_open(&j, "list", '[');
        json_number(&j, NULL, -7);
        json_flag(&j, NULL, true);
        json_nil(&j, NULL);
        json_open(&j, NULL, '{');
        json_close(&j, '}');
        json_close(&j, ']');
        json_raw(&j, "raw", "[1]", 3);
        json_flag(&j, "no", false);
        json_close(&j, '}');
        assert_false(j.overflow);
        assert_int_equal(j.len,
                strlen("{\"name\":\"Anna \\\"B.\\\" \\\\ Zo\xc3\xab\\n\\u0009\\u0001\",\"none\":\"\","
                       "\"least\":-9223372036854775808,\"zero\":0,\"list\":[-7,true,null,{}],\"raw\":[1],"
                       "\"no\":false}"));
        json_t *root = json_loadb(text, j.len, JSON_REJECT_DUPLICATES, NULL);
        assert_non_null(root);
        assert_string_equal(
                json_string_value(json_object_get(root, "name")), "Anna \"B.\" \\ Zo\xc3\xab\n\t\x01");
        assert_true(json_integer_value(json_object_get(root, "least")) == INT64_MIN);
        json_decref(root);
}

/* Old imports hold bytes of other encodings; a card with one must still be JSON. */
static void bytes_that_are_no_utf8(void **state)
{
        (void)state;
        static const char *const texts[] = {
                "caf\xe9", "\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "a\xe2\x82", "\x80\x80"};
        for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
                char text[128];
                struct json_out j;
                json_start(&j, text, sizeof text);
                json_open(&j, NULL, '[');
                json_text(&j, NULL, texts[i]);
                json_close(&j, ']');
                json_t *root = json_loadb(text, j.len, 0, NULL);
                assert_non_null(root);
                assert_non_null(strstr(json_string_value(json_array_get(root, 0)), "\xef\xbf\xbd"));
                json_decref(root);
        }
}

/* With every room from nothing to plenty: either all of it, or overflow and no byte outside. */
static void every_room(void **state)
{
        (void)state;
        static const char want[] = "{\"a\":\"x\\ny\",\"b\":[12345,null]}";
        for (size_t room = 0; room <= sizeof want; room++) {
                char *text = malloc(room + 1); /* the sanitizer watches its end */
                struct json_out j;
                assert_non_null(text);
                json_start(&j, text, room);
                json_open(&j, NULL, '{');
                json_text(&j, "a", "x\ny");
                json_open(&j, "b", '[');
                json_number(&j, NULL, 12345);
                json_nil(&j, NULL);
                json_close(&j, ']');
                json_close(&j, '}');
                assert_int_equal(j.overflow, room < sizeof want - 1);
                assert_true(j.len <= room);
                if (!j.overflow)
                        assert_memory_equal(text, want, sizeof want - 1);
                free(text);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(every_kind_of_value),
                cmocka_unit_test(bytes_that_are_no_utf8),
                cmocka_unit_test(every_room),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
