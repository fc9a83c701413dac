/* Secrets and ids as text: only the one text that we write ourselves is read, so no two texts are the same
 * secret. */
#include "server/common/ids.h"
#include "server/core/door.h"
#include "tests/fuzz/fuzz.h"

#include <ctype.h>
#include <stdlib.h>

static const uint8_t key[32] = "thirty-two bytes of a door's key";

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
        (void)argc, (void)argv;
        MUST(ids_init() == 0);
        return 0;
}

static void check_secret(struct slice text)
{
        struct secret secret;
        char back[IDS_SECRET_TEXT];
        if (ids_secret_parse(text, &secret) != 0)
                return;
        ids_secret_text(&secret, back);
        MUST(slice_is(text, back));
}

static void check_uuid(struct slice text)
{
        struct uuid id;
        char back[IDS_UUID_TEXT];
        if (ids_uuid_parse(text, &id) != 0)
                return;
        ids_uuid_text(&id, back);
        MUST(text.len == IDS_UUID_TEXT - 1);
        for (size_t i = 0; i < text.len; i++)
                MUST(tolower((uint8_t)text.at[i]) == back[i]);
}

/* The letters that people mix up mean the same; nothing else does. */
static char plain(char c)
{
        c = (char)toupper((uint8_t)c);
        return c == 'I' || c == 'L' ? '1' : c == 'O' ? '0' : c;
}

static bool shown(const char *text, int64_t step)
{
        char code[DOOR_CODE_SIZE];
        door_code(key, 7, step, code);
        if (strlen(text) != DOOR_CODE_SIZE - 1)
                return false;
        for (int i = 0; i < DOOR_CODE_SIZE - 1; i++)
                if (plain(text[i]) != code[i])
                        return false;
        return true;
}

/* The text as given, and laid over a right code: as XOR, so that few bytes make a near miss. */
static void check_door(struct slice text, int64_t step)
{
        char *given = fuzz_string(text), near[DOOR_CODE_SIZE];
        door_code(key, 7, step - (text.len % 3 == 0), near);
        for (size_t i = 0; i < text.len && i < DOOR_CODE_SIZE - 1; i++)
                near[i] = (char)(near[i] ^ text.at[i]);
        MUST(door_accepts(key, 7, step, given) == (shown(given, step) || shown(given, step - 1)));
        MUST(door_accepts(key, 7, step, near) == (shown(near, step) || shown(near, step - 1)));
        free(given);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        struct feed feed = {bytes, len};
        int64_t step = (int64_t)feed_number(&feed, 4);
        struct slice rest = feed_rest(&feed);
        char *copy = fuzz_copy(rest);
        struct slice text = {copy, rest.len};
        check_secret(text);
        check_uuid(text);
        check_door(text, step);
        free(copy);
        return 0;
}
