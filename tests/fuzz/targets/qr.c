/* The code drawn into an answer: what was JSON stays JSON, with as many rows as the code is wide. */
#include "server/front/qr.h"
#include "tests/fuzz/fuzz.h"

#include <jansson.h>
#include <stdlib.h>

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
        (void)argc, (void)argv;
        return 0;
}

static void check_drawn(const char *out, size_t len)
{
        json_t *root = json_loadb(out, len, 0, NULL);
        const json_t *qr = json_object_get(root, "qr");
        size_t size = (size_t)json_integer_value(json_object_get(qr, "size"));
        const json_t *rows = json_object_get(qr, "rows");
        MUST(root && size >= 21 && size <= 177 && json_array_size(rows) == size);
        for (size_t i = 0; i < size; i++) {
                const char *row = json_string_value(json_array_get(rows, i));
                MUST(row && strlen(row) == size && strspn(row, "01") == size);
        }
        MUST(json_object_get(root, "qr_of") == NULL);
        json_decref(root);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        struct feed feed = {bytes, len};
        bool whole = feed_byte(&feed) % 2 == 0;
        struct slice rest = feed_rest(&feed);
        size_t drawn_len = 0;
        char *json = NULL;
        size_t json_len = rest.len;
        if (whole) {
                json = fuzz_copy(rest);
        } else {
                /* An answer as the hub writes it, about any link. */
                char *url = fuzz_string(rest);
                json_t *root = json_pack("{s:i,s:s,s:s}", "n", 1, "qr_of", "url", "url", url);
                json = root ? json_dumps(root, JSON_COMPACT) : NULL;
                json_len = json ? strlen(json) : 0;
                json_decref(root);
                free(url);
        }
        char *drawn = json ? qr_drawn((struct slice){json, json_len}, &drawn_len) : NULL;
        json_t *good = drawn ? json_loadb(json, json_len, JSON_REJECT_DUPLICATES, NULL) : NULL;
        if (good && !json_object_get(good, "qr") && json_is_object(good))
                check_drawn(drawn, drawn_len);
        json_decref(good);
        free(drawn);
        free(json);
        return 0;
}
