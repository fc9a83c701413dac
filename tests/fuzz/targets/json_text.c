/* Whatever a database holds, the answers that the hub writes are JSON, and a text that is UTF-8 comes out as
 * it went in. */
#include "proto/json.h"
#include "proto/utf8.h"
#include "tests/fuzz/fuzz.h"

#include <jansson.h>
#include <stdlib.h>

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
        (void)argc, (void)argv;
        return 0;
}

static bool is_utf8(const char *text)
{
        uint32_t v;
        for (size_t n; *text; text += n)
                if ((n = utf8_step(text, strlen(text), &v)) == 0)
                        return false;
        return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        struct feed feed = {bytes, len};
        size_t room = (size_t)feed_number(&feed, 2);
        int64_t number = (int64_t)feed_number(&feed, 8);
        char *key = fuzz_string(feed_text(&feed)), *value = fuzz_string(feed_rest(&feed));
        char *out = malloc(room > 0 ? room : 1);
        struct json_out j;
        MUST(out != NULL);
        json_start(&j, out, room);
        json_open(&j, NULL, '{');
        json_text(&j, key, value);
        json_open(&j, "a list", '[');
        json_number(&j, NULL, number);
        json_flag(&j, NULL, number % 2 == 0);
        json_nil(&j, NULL);
        json_close(&j, ']');
        json_close(&j, '}');
        MUST(j.len <= room);
        json_t *read = json_loadb(out, j.len, 0, NULL);
        MUST(j.overflow == (read == NULL));
        if (read && strcmp(key, "a list") != 0 && is_utf8(key) && is_utf8(value)) {
                MUST(strcmp(json_string_value(json_object_get(read, key)), value) == 0);
                MUST(json_integer_value(json_array_get(json_object_get(read, "a list"), 0)) == number);
        }
        json_decref(read);
        free(out);
        free(key);
        free(value);
        return 0;
}
