/* maitrectl's reading of a receipt: whatever the file, only what was signed is called good. An input whose
 * first byte is odd is the known receipt with bytes changed: a place (2 bytes) and what is put there. */
#include "server/core/receipt.h"
#include "server/ctl/receipt.h"
#include "tests/fuzz/fuzz.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static char known[RECEIPT_TEXT_MAX], key[RECEIPT_KEY_TEXT + 1];
static size_t known_len;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
        uint8_t seed[crypto_sign_SEEDBYTES] = {1}, pub[crypto_sign_PUBLICKEYBYTES],
                sec[crypto_sign_SECRETKEYBYTES], signature[crypto_sign_BYTES];
        char encoded[87];
        (void)argc, (void)argv;
        MUST(sodium_init() >= 0);
        crypto_sign_seed_keypair(pub, sec, seed);
        sodium_bin2base64(key, sizeof key, pub, sizeof pub, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
        struct receipt_house house = {.name = "Made-up Stores", .jurisdiction = "EU", .key = key};
        struct receipt_row row = {.what = RECEIPT_LEFT,
                .method = METHOD_PAGE,
                .language = "en",
                .n_events = 1,
                .events = {{{{1}}, 1, PURPOSE_ALERT, CATEGORY_PRESENCE, CONSENT_WITHDRAWN, MODE_ASK}}};
        known_len = receipt_text(&row, &house, "her", "", known, sizeof known);
        crypto_sign_detached(signature, NULL, (const uint8_t *)known, known_len, sec);
        sodium_bin2base64(encoded, sizeof encoded, signature, sizeof signature,
                sodium_base64_VARIANT_URLSAFE_NO_PADDING);
        known_len = receipt_text(&row, &house, "her", encoded, known, sizeof known);
        MUST(known_len > 0);
        return 0;
}

static void check(const char *bytes, size_t len)
{
        json_t *receipt;
        enum receipt_verdict verdict = receipt_judge(bytes, len, key, &receipt);
        MUST((receipt == NULL) == (verdict == RECEIPT_NONE));
        if (verdict == RECEIPT_GOOD) {
                char *text = json_dumps(receipt, JSON_SORT_KEYS | JSON_COMPACT);
                MUST(text && strcmp(text, known) == 0);
                free(text);
        }
        json_decref(receipt);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        struct feed feed = {bytes, len};
        if (feed_byte(&feed) % 2) {
                char *text = malloc(known_len);
                MUST(text != NULL);
                memcpy(text, known, known_len);
                while (feed.left >= 3) {
                        size_t at = feed_number(&feed, 2) % known_len;
                        text[at] = (char)feed_byte(&feed);
                }
                check(text, known_len);
                free(text);
        } else {
                struct slice rest = feed_rest(&feed);
                char *text = fuzz_copy(rest);
                check(text, rest.len);
                free(text);
        }
        return 0;
}
