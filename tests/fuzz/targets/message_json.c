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

/* Bulks are borrowed, so they are compared by what they say. */
static void check_same(const struct message *a, const struct message *b)
{
        const struct message_info *info = message_info(a->type);
        struct message one = *a, two = *b;
        MUST(info && a->type == b->type);
        for (size_t i = 0; i < info->n_fields; i++) {
                size_t at = offsetof(struct message, now) + info->fields[i].offset;
                struct slice in_a, in_b;
                if (info->fields[i].kind != FIELD_BULK)
                        continue;
                memcpy(&in_a, (const char *)a + at, sizeof in_a);
                memcpy(&in_b, (const char *)b + at, sizeof in_b);
                MUST(in_a.len == in_b.len && in_a.len <= (size_t)info->fields[i].most);
                MUST(in_a.len == 0 || memcmp(in_a.at, in_b.at, in_a.len) == 0);
        }
        message_drop_bulk(&one);
        message_drop_bulk(&two);
        MUST(memcmp(&one, &two, sizeof one) == 0);
}

static void check_packed(enum face face, enum message_type type, const struct message *m)
{
        uint8_t packed[MESSAGE_BINARY_MAX];
        struct message back;
        const struct message_info *info = message_info(m->type);
        bool named = info->how == HOW_SOCKET || info->how == HOW_CONTROL;
        bool operators = face == FACE_OPERATOR && info->face == FACE_CONSOLE;
        MUST(type == MESSAGE_NONE ? (info->face == face && named) || operators : m->type == type);
        size_t n = message_pack(m, packed);
        MUST(n >= 2 && n <= sizeof packed);
        MUST(message_unpack(packed, n, &back) == 0);
        check_same(m, &back);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        struct feed feed = {bytes, len};
        enum face face = (enum face)(feed_byte(&feed) % FACE_COUNT);
        enum message_type type = (enum message_type)(feed_byte(&feed) % MESSAGE_TYPE_COUNT);
        struct slice rest = feed_rest(&feed);
        char *copy = fuzz_copy(rest);
        struct message first, again;
        struct message_error error;
        char *room = malloc(rest.len + 1);
        int rc = message_from_json_at(room, face, type, (struct slice){copy, rest.len}, &first, &error);
        MUST(rc == 0 || rc == 1);
        if (rc != 0)
                MUST(error.text[0] != '\0' && utf8_plain(error.text, strlen(error.text)));
        /* In its own place: no text is longer than its JSON. */
        MUST(message_from_json_at(copy, face, type, (struct slice){copy, rest.len}, &again, &error) == rc);
        if (rc == 0)
                check_same(&first, &again);
        free(copy);
        if (rc == 0)
                check_packed(face, type, &first);
        free(room);
        return 0;
}
