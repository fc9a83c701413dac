/* What lies sealed in the database: texts packed into one value, opened again. What opens is what was sealed
 * for this person and this place; anything else does not open, and nothing in it is taken for longer than it
 * is. */
#include "proto/utf8.h"
#include "server/common/ids.h"
#include "server/common/log.h"
#include "server/hub/store/base.h"
#include "server/hub/store/seal.h"
#include "server/hub/store/words.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>

#define PERSON 3

static struct base base;
static struct key key;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
        char error[300];
        (void)argc, (void)argv;
        MUST(ids_init() == 0);
        log_open("fuzz", LOG_ERROR);
        MUST(keys_open(fuzz_folder(), true, &base.keys, error, sizeof error) == 0);
        MUST(keys_ready(base.keys, PERSON) == 0 && keys_get(base.keys, PERSON, &key) == 0);
        return 0;
}

static void check_unpack(struct slice plain)
{
        struct slice fields[SEAL_FIELDS_MAX];
        uint8_t *back = malloc(plain.len + 1);
        MUST(back != NULL);
        for (size_t n = 1; n <= SEAL_FIELDS_MAX; n++) {
                if (seal_unpack((const uint8_t *)plain.at, plain.len, fields, n) != 0)
                        continue;
                MUST(seal_pack(fields, n, back, plain.len) == plain.len);
                MUST(memcmp(back, plain.at, plain.len) == 0);
        }
        free(back);
}

/* Cut where a character ends, and always closed. */
static void check_cut(const char *text, size_t room)
{
        MUST(memchr(text, 0, room) != NULL);
}

static void check_identity(struct slice plain, size_t flip, uint8_t bits)
{
        struct seal_place place = {.table = "person", .column = "identity"};
        uint8_t *sealed = malloc(plain.len + SEAL_OVERHEAD), *opened = malloc(IDENTITY_MAX);
        struct identity identity;
        char first[NAME_MAX_BYTES], last[NAME_MAX_BYTES];
        MUST(sealed && opened);
        seal_row_id(&place, PERSON);
        struct slice all = {(const char *)sealed, seal(&key, &place, plain.at, plain.len, sealed)};
        MUST(all.len == plain.len + SEAL_OVERHEAD);
        if (base_open_identity(&base, PERSON, all, opened, &identity) == 0) {
                MUST(memcmp(opened, plain.at, plain.len) == 0);
                base_split_name(identity.name, first, last);
                check_cut(first, sizeof first);
                check_cut(last, sizeof last);
        } else {
                struct slice fields[4];
                MUST(plain.len > IDENTITY_MAX ||
                        seal_unpack((const uint8_t *)plain.at, plain.len, fields, 4) != 0);
        }
        MUST(base_open_identity(&base, PERSON + 1, all, opened, &identity) == 1);
        sealed[flip % all.len] ^= bits;
        if (bits != 0)
                MUST(base_open_identity(&base, PERSON, all, opened, &identity) == 1);
        free(sealed);
        free(opened);
}

static void check_words(struct slice plain)
{
        struct seal_place place = {.table = "visit", .column = "words"};
        struct live_visit_row visit = {.person = PERSON, .id = {{1, 2, 3}}}, back = visit;
        uint8_t *sealed = malloc(plain.len + SEAL_OVERHEAD), again[WORDS_SEALED_MAX];
        MUST(sealed != NULL);
        seal_row_uuid(&place, &visit.id);
        size_t len = seal(&key, &place, plain.at, plain.len, sealed);
        words_open(&base, &visit, (struct slice){(const char *)sealed, len});
        check_cut(visit.hint, sizeof visit.hint);
        check_cut(visit.wish, sizeof visit.wish);
        check_cut(visit.meet, sizeof visit.meet);
        len = words_seal(&base, &visit, again);
        MUST(len <= sizeof again);
        words_open(&base, &back, (struct slice){(const char *)again, len});
        MUST(strcmp(back.hint, visit.hint) == 0 && strcmp(back.wish, visit.wish) == 0 &&
                strcmp(back.meet, visit.meet) == 0);
        free(sealed);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        struct feed feed = {bytes, len};
        size_t flip = (size_t)feed_number(&feed, 2);
        uint8_t bits = feed_byte(&feed);
        struct slice rest = feed_rest(&feed);
        char *copy = fuzz_copy(rest);
        struct slice plain = {copy, rest.len};
        check_unpack(plain);
        check_identity(plain, flip, bits);
        check_words(plain);
        free(copy);
        return 0;
}
