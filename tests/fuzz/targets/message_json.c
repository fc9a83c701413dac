/* A stranger's JSON as a message: whatever passes survives the way over the link, and whatever does not is
 * refused in plain words. */
#include "proto/message.h"
#include "proto/utf8.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
        (void)argc, (void)argv;
        return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        struct feed feed = {bytes, len};
        enum face face = (enum face)(feed_byte(&feed) % FACE_COUNT);
        enum message_type type = (enum message_type)(feed_byte(&feed) % MESSAGE_TYPE_COUNT);
        struct slice rest = feed_rest(&feed);
        char *copy = fuzz_copy(rest);
        struct message first, again, back;
        struct message_error error;
        uint8_t packed[MESSAGE_BINARY_MAX];
        int rc = message_from_json(face, type, (struct slice){copy, rest.len}, &first, &error);
        MUST(rc == 0 || rc == 1);
        if (rc != 0)
                MUST(error.text[0] != '\0' && utf8_plain(error.text, strlen(error.text)));
        MUST(message_from_json(face, type, (struct slice){copy, rest.len}, &again, &error) == rc);
        free(copy);
        if (rc != 0)
                return 0;
        const struct message_info *info = message_info(first.type);
        MUST(info && memcmp(&first, &again, sizeof first) == 0);
        MUST(type == MESSAGE_NONE
                        ? info->face == face && (info->how == HOW_SOCKET || info->how == HOW_CONTROL)
                        : first.type == type);
        size_t n = message_pack(&first, packed);
        MUST(n >= 2 && n <= sizeof packed);
        MUST(message_unpack(packed, n, &back) == 0 && memcmp(&first, &back, sizeof first) == 0);
        return 0;
}
