/* A receipt looked at without a hub: whatever byte of it is another, it is noticed [P101, P103]. */
#include "server/core/receipt.h"
#include "server/ctl/receipt.h"
#include "tests/ctl/cm.h"

#include <sodium.h>
#include <string.h>

struct signed_receipt {
        char text[RECEIPT_TEXT_MAX], key[RECEIPT_KEY_TEXT + 1];
        size_t len;
};

static void make(struct signed_receipt *out, uint8_t first)
{
        uint8_t seed[crypto_sign_SEEDBYTES] = {first}, pub[crypto_sign_PUBLICKEYBYTES],
                sec[crypto_sign_SECRETKEYBYTES], signature[crypto_sign_BYTES];
        char encoded[87];
        crypto_sign_seed_keypair(pub, sec, seed);
        sodium_bin2base64(
                out->key, sizeof out->key, pub, sizeof pub, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
        struct receipt_house house = {.name = "Åhus Stores",
                .contact = "The manager",
                .jurisdiction = "EU",
                .policy = "https://hub.example.com/\"",
                .key = out->key};
        struct receipt_row row = {.id = {{7}},
                .at = INT64_C(1772706645123),
                .what = RECEIPT_JOINED,
                .method = METHOD_DOOR,
                .steps = 3,
                .language = "en",
                .n_events = 1,
                .n_grants = 1,
                .events = {{{{1}}, 1, PURPOSE_ALERT, CATEGORY_PRESENCE, CONSENT_GIVEN, MODE_ASK}},
                .grants = {{INT64_C(1804242645123), PURPOSE_ALERT, CATEGORY_PRESENCE, MODE_ASK}}};
        out->len = receipt_text(&row, &house, "her", "", out->text, sizeof out->text);
        crypto_sign_detached(signature, NULL, (const uint8_t *)out->text, out->len, sec);
        sodium_bin2base64(encoded, sizeof encoded, signature, sizeof signature,
                sodium_base64_VARIANT_URLSAFE_NO_PADDING);
        out->len = receipt_text(&row, &house, "her", encoded, out->text, sizeof out->text);
}

static enum receipt_verdict judge(const char *bytes, size_t len, const char *key)
{
        json_t *receipt;
        enum receipt_verdict verdict = receipt_judge(bytes, len, key, &receipt);
        assert_int_equal(receipt == NULL, verdict == RECEIPT_NONE);
        json_decref(receipt);
        return verdict;
}

static void test_a_whole_one_is_good(void **state)
{
        struct signed_receipt r, other;
        (void)state;
        make(&r, 1);
        make(&other, 2);
        assert_int_equal(judge(r.text, r.len, NULL), RECEIPT_GOOD);
        assert_int_equal(judge(r.text, r.len, r.key), RECEIPT_GOOD);
        assert_int_equal(judge(r.text, r.len, other.key), RECEIPT_OTHER_KEY);
}

/* Every bit of every byte: what is not noticed could be changed. */
static void test_no_bit_can_change(void **state)
{
        struct signed_receipt r;
        (void)state;
        make(&r, 1);
        for (size_t i = 0; i < r.len; i++) {
                for (int bit = 0; bit < 8; bit++) {
                        r.text[i] = (char)(r.text[i] ^ (1 << bit));
                        if (judge(r.text, r.len, r.key) == RECEIPT_GOOD)
                                fail_msg("bit %d of byte %zu was changed, and nobody noticed", bit, i);
                        r.text[i] = (char)(r.text[i] ^ (1 << bit));
                }
        }
        for (size_t len = 0; len < r.len; len++)
                assert_int_equal(judge(r.text, len, r.key), RECEIPT_NONE);
}

/* Who changes it and signs it anew does so with another key. */
static void test_its_key_cannot_be_exchanged(void **state)
{
        struct signed_receipt r, other;
        char text[RECEIPT_TEXT_MAX];
        (void)state;
        make(&r, 1);
        make(&other, 2);
        memcpy(text, r.text, r.len + 1);
        char *at = strstr(text, r.key);
        assert_non_null(at);
        memcpy(at, other.key, RECEIPT_KEY_TEXT);
        assert_int_equal(judge(text, r.len, NULL), RECEIPT_CHANGED_BY);
        memcpy(text, other.text, other.len + 1);
        at = strstr(text, other.key);
        assert_non_null(at);
        memcpy(at, r.key, RECEIPT_KEY_TEXT);
        assert_int_equal(judge(text, other.len, r.key), RECEIPT_CHANGED_BY);
}

/* Another layout says the same. */
static void test_layout_does_not_count(void **state)
{
        struct signed_receipt r;
        (void)state;
        make(&r, 1);
        json_t *parsed = json_loadb(r.text, r.len, 0, NULL);
        char *pretty = json_dumps(parsed, JSON_INDENT(3) | JSON_ENSURE_ASCII);
        assert_int_equal(judge(pretty, strlen(pretty), r.key), RECEIPT_GOOD);
        json_object_set_new(parsed, "more", json_true());
        char *more = json_dumps(parsed, JSON_COMPACT);
        assert_int_equal(judge(more, strlen(more), r.key), RECEIPT_CHANGED_BY);
        free(pretty);
        free(more);
        json_decref(parsed);
}

/* What readers could take differently is refused before it is judged. */
static void test_what_is_ambiguous_is_none(void **state)
{
        static const char *const more[] = {"\"x\":1.0,", "\"x\":1e3,", "\"x\":9007199254740992,",
                "\"x\":\"\\u001b[2J\",", "\"x\\u0007\":1,", "\"\xc3\xa5\":1,", "\"x\":[{\"y\":\"\\u007f\"}],",
                "\"version\":\"KI-CR-v1.1.0\",", "\"x\":\"\\u0000\",",
                /* what a terminal obeys, or shows in another order than it is signed */
                "\"x\":\"\\u009b2J\",", "\"x\":\"\xc2\x85\",", "\"x\":\"\\u202etxet\",",
                "\"x\":\"\xe2\x81\xa6\",", "\"x\":\"\\u200f\",", "\"x\":\"\\u061c\",", "\"x\":\"\\u2028\","};
        struct signed_receipt r;
        char text[RECEIPT_TEXT_MAX + 64];
        (void)state;
        make(&r, 1);
        for (size_t i = 0; i < ARRAY_LEN(more); i++) {
                int len = snprintf(text, sizeof text, "{%s%s", more[i], r.text + 1);
                assert_int_equal(judge(text, (size_t)len, NULL), RECEIPT_NONE);
        }
}

/* Signed by whoever holds a key, which may be anybody's: its number is a number all the same. */
static void test_a_number_that_is_none(void **state)
{
        static const char *const odd[] = {"", "x", "07000000-0000-0000-0000-00000000000",
                "07000000-0000-0000-0000-0000000000000", "07000000-0000-0000-0000-00000000000G",
                "0700000A-0000-0000-0000-000000000000", "07000000 0000 0000 0000 000000000000", "\"",
                "\", \"good\": false, \"x\": \""};
        struct signed_receipt r;
        (void)state;
        make(&r, 1);
        json_t *parsed = json_loadb(r.text, r.len, 0, NULL);
        for (size_t i = 0; i < ARRAY_LEN(odd); i++) {
                json_object_set_new(parsed, "consentReceiptID", json_string(odd[i]));
                char *text = json_dumps(parsed, JSON_COMPACT | JSON_SORT_KEYS);
                assert_int_equal(judge(text, strlen(text), NULL), RECEIPT_NONE);
                free(text);
        }
        json_decref(parsed);
}

static void test_a_long_file_is_none(void **state)
{
        static char text[RECEIPT_FILE_MAX + 1];
        struct signed_receipt r;
        (void)state;
        make(&r, 1);
        memset(text, ' ', sizeof text);
        memcpy(text, r.text, r.len);
        assert_int_equal(judge(text, RECEIPT_FILE_MAX, r.key), RECEIPT_GOOD);
        assert_int_equal(judge(text, RECEIPT_FILE_MAX + 1, r.key), RECEIPT_NONE);
}

int main(void)
{
        const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_whole_one_is_good),
                cmocka_unit_test(test_no_bit_can_change), cmocka_unit_test(test_its_key_cannot_be_exchanged),
                cmocka_unit_test(test_layout_does_not_count),
                cmocka_unit_test(test_what_is_ambiguous_is_none),
                cmocka_unit_test(test_a_number_that_is_none), cmocka_unit_test(test_a_long_file_is_none)};
        return sodium_init() < 0 ? 1 : cmocka_run_group_tests_name("receipts", tests, NULL, NULL);
}
