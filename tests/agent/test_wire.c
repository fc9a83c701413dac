/* What agent and hub say: every message survives both codecs, strict reading refuses what it should,
 * agent.def and proto/schema say the same, tags and pairing codes are what PROTOCOL.md says. */
#include "proto/agent.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t seed;

/* xorshift64*: the same run for the same seed. */
static uint64_t draw(uint64_t below)
{
        seed ^= seed >> 12;
        seed ^= seed << 25;
        seed ^= seed >> 27;
        return (seed * UINT64_C(2685821657736338717)) % below;
}

static int64_t between(int64_t least, int64_t most)
{
        switch (draw(4)) {
        case 0:
                return least;
        case 1:
                return most;
        default:
                return least + (int64_t)draw((uint64_t)(most - least) + 1);
        }
}

static void fill_text(const struct agent_field *f, char *at)
{
        static const char *const pieces[] = {"a", "\"", "\\", "Zo\xc3\xab", "/", "\xe2\x82\xac", " ", "{"};
        size_t len = 0, want = (size_t)between(f->least, f->most);
        while (len < want) {
                const char *piece = pieces[draw(ARRAY_LEN(pieces))];
                if (len + strlen(piece) > want)
                        piece = "x";
                memcpy(at + len, piece, strlen(piece));
                len += strlen(piece);
        }
}

static void fill_field(const struct agent_field *f, char *base)
{
        char *at = base + f->offset;
        uint32_t n = 0;
        int64_t v = 0;
        switch (f->kind) {
        case AGENT_IS_NUMBER:
                v = between(f->least, f->most);
                memcpy(at, &v, sizeof v);
                break;
        case AGENT_IS_WORD:
                n = (uint32_t)between(f->least, f->most);
                memcpy(at, &n, sizeof n);
                break;
        case AGENT_IS_TEXT:
                fill_text(f, at);
                break;
        case AGENT_IS_HEX:
                n = (uint32_t)between(f->least, f->most);
                for (uint32_t i = 0; i < n; i++)
                        at[i] = (char)draw(256);
                memcpy(base + f->count_offset, &n, sizeof n);
                break;
        case AGENT_IS_LIST:
                n = (uint32_t)between(0, f->most_items);
                for (uint32_t i = 0; i < n; i++) {
                        int32_t item = (int32_t)between(f->least, f->most);
                        memcpy(at + i * sizeof item, &item, sizeof item);
                }
                memcpy(base + f->count_offset, &n, sizeof n);
                break;
        }
}

static void fill(enum agent_type type, struct agent_message *m)
{
        memset(m, 0, sizeof *m);
        m->type = type;
        const struct agent_info *info = agent_info(type);
        for (size_t i = 0; i < info->n_fields; i++)
                fill_field(&info->fields[i], (char *)&m->hello);
}

static void every_message_comes_back(void **state)
{
        (void)state;
        static struct agent_message sent, got;
        char frame[AGENT_FRAME_MAX];
        struct agent_fault fault;
        for (int run = 0; run < 400; run++) {
                for (int t = AGENT_NONE + 1; t < AGENT_TYPE_COUNT; t++) {
                        fill((enum agent_type)t, &sent);
                        size_t len = agent_encode(&sent, frame);
                        const struct agent_info *info = agent_info((enum agent_type)t);
                        assert_true(len > 0 && len <= AGENT_FRAME_MAX);
                        if (agent_decode(info->by, (struct slice){frame, len}, &got, &fault))
                                fail_msg("%s: %s", info->name, fault.text);
                        assert_memory_equal(&sent, &got, sizeof sent);
                        /* And it is JSON for everybody else. */
                        json_t *json = json_loadb(frame, len, JSON_REJECT_DUPLICATES, NULL);
                        assert_non_null(json);
                        json_decref(json);
                        /* The other side may not say it. */
                        enum agent_by other = info->by == AGENT_BY_HUB ? AGENT_BY_AGENT : AGENT_BY_HUB;
                        assert_int_equal(agent_decode(other, (struct slice){frame, len}, &got, &fault), 1);
                        assert_int_equal(got.type, AGENT_NONE);
                }
        }
}

static void a_cut_or_bent_frame_is_refused_or_whole(void **state)
{
        (void)state;
        static struct agent_message m;
        char frame[AGENT_FRAME_MAX];
        struct agent_fault fault;
        for (int run = 0; run < 20000; run++) {
                fill((enum agent_type)(1 + draw(AGENT_TYPE_COUNT - 1)), &m);
                size_t len = agent_encode(&m, frame);
                enum agent_by by = agent_info(m.type)->by;
                size_t cut = (size_t)draw(len);
                char *exact = malloc(cut + 1); /* so that the sanitizer sees a step too far */
                assert_non_null(exact);
                memcpy(exact, frame, cut);
                assert_int_equal(agent_decode(by, (struct slice){exact, cut}, &m, &fault), 1);
                free(exact);
                frame[draw(len)] = (char)draw(256);
                agent_decode(by, (struct slice){frame, len}, &m, &fault);
        }
}

static void strictness(void **state)
{
        (void)state;
        static const char *const bad[] = {
                "",
                "{}",
                "[]",
                "null",
                "{\"t\":\"ack\"}",
                "{\"t\":\"ack\",\"boot\":1}",
                "{\"boot\":1,\"seq\":1,\"t\":\"ack\"}",
                "{\"t\":\"ack\",\"boot\":1,\"seq\":0}",
                "{\"t\":\"ack\",\"boot\":1,\"seq\":01}",
                "{\"t\":\"ack\",\"boot\":1,\"seq\":-0}",
                "{\"t\":\"ack\",\"boot\":1,\"seq\":1.0}",
                "{\"t\":\"ack\",\"boot\":1,\"seq\":1e3}",
                "{\"t\":\"ack\",\"boot\":1,\"seq\":\"1\"}",
                "{\"t\":\"ack\",\"boot\":1,\"seq\":null}",
                "{\"t\":\"ack\",\"boot\":1,\"seq\":9007199254740992}",
                "{\"t\":\"ack\",\"boot\":1,\"seq\":99999999999999999999}",
                "{\"t\":\"ack\",\"boot\":1,\"boot\":1,\"seq\":1}",
                "{\"t\":\"ack\",\"boot\":1,\"seq\":1,\"more\":1}",
                "{\"t\":\"ack\",\"boot\":1,\"seq\":1,}",
                "{\"t\":\"ack\",\"boot\":1,\"seq\":1}}",
                "{\"t\":\"ack\",\"boot\":1,\"seq\":1} x",
                "{\"t\":\"nack\",\"boot\":1,\"seq\":1}",
                "{\"t\":\"error\",\"error\":\"\"}",
                "{\"t\":\"error\",\"error\":\"a\\u0000b\"}",
                "{\"t\":\"error\",\"error\":\"a\\ud800\"}",
                "{\"t\":\"error\",\"error\":\"a\\x\"}",
                "{\"t\":\"error\",\"error\":\"\xff\"}",
                "{\"t\":\"error\",\"error\":\"a\nb\"}",
                "{\"t\":\"tag_add\",\"day\":1,\"version\":2,\"slot\":1,\"tag\":\"00\"}",
                "{\"t\":\"tag_add\",\"day\":1,\"version\":2,\"slot\":1,\"tag\":\"00000000000000000\"}",
                "{\"t\":\"tag_add\",\"day\":1,\"version\":2,\"slot\":1,\"tag\":\"000000000000000g\"}",
                "{\"t\":\"tag_add\",\"day\":1,\"version\":2,\"slot\":65536,\"tag\":\"0000000000000000\"}",
        };
        static const char *const good[] = {
                "{\"t\":\"ack\",\"boot\":1,\"seq\":1}",
                " { \"t\" : \"ack\" , \"seq\" : 2 ,\n \"boot\" : 1 } ",
                "{\"t\":\"error\",\"error\":\"a\\u00eb\\\"\"}",
                "{\"t\":\"tag_add\",\"day\":1,\"version\":2,\"slot\":0,\"tag\":\"00FFab0000000000\"}",
        };
        struct agent_message m;
        struct agent_fault fault;
        for (size_t i = 0; i < ARRAY_LEN(bad); i++)
                if (agent_decode(AGENT_BY_HUB, slice_of(bad[i]), &m, &fault) != 1 || !fault.text[0])
                        fail_msg("taken: %s", bad[i]);
        for (size_t i = 0; i < ARRAY_LEN(good); i++)
                if (agent_decode(AGENT_BY_HUB, slice_of(good[i]), &m, &fault) != 0)
                        fail_msg("refused: %s (%s)", good[i], fault.text);
}

/* ---- proto/schema */

static int64_t number_of(const json_t *o, const char *key)
{
        const json_t *n = json_object_get(o, key);
        return json_is_integer(n) ? json_integer_value(n) : INT64_MIN;
}

static bool same_words(const json_t *list, const char *words)
{
        char text[64] = "";
        for (size_t i = 0; i < json_array_size(list); i++) {
                size_t len = strlen(text);
                snprintf(text + len, sizeof text - len, "%s%s", i ? "|" : "",
                        json_string_value(json_array_get(list, i)));
        }
        return strcmp(text, words) == 0;
}

static bool same_field(const struct agent_field *f, const json_t *p)
{
        const json_t *items = json_object_get(p, "items");
        int64_t digits = f->kind == AGENT_IS_HEX ? 2 : 1;
        switch (f->kind) {
        case AGENT_IS_NUMBER:
                return number_of(p, "minimum") == f->least && number_of(p, "maximum") == f->most;
        case AGENT_IS_WORD:
                return same_words(json_object_get(p, "enum"), f->words);
        case AGENT_IS_TEXT:
        case AGENT_IS_HEX:
                return number_of(p, "maxLength") == digits * f->most &&
                       (number_of(p, "minLength") == digits * f->least ||
                               (f->kind == AGENT_IS_TEXT && f->least == 0));
        case AGENT_IS_LIST:
                return number_of(p, "maxItems") == f->most_items && number_of(items, "minimum") == f->least &&
                       number_of(items, "maximum") == f->most;
        }
        return false;
}

static void schemas_say_the_same(void **state)
{
        (void)state;
        for (int t = AGENT_NONE + 1; t < AGENT_TYPE_COUNT; t++) {
                const struct agent_info *info = agent_info((enum agent_type)t);
                char path[512];
                snprintf(path, sizeof path, "%s/agent.%s.json", SCHEMA_FOLDER, info->name);
                json_t *schema = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
                if (!schema)
                        fail_msg("%s cannot be read", path);
                const json_t *properties = json_object_get(schema, "properties");
                size_t needed = 1;
                for (size_t i = 0; i < info->n_fields; i++) {
                        const json_t *p = json_object_get(properties, info->fields[i].name);
                        if (!p || !same_field(&info->fields[i], p))
                                fail_msg("%s: %s differs from agent.def", path, info->fields[i].name);
                        needed += info->fields[i].required;
                }
                assert_int_equal(json_object_size(properties), info->n_fields + 1);
                assert_int_equal(json_array_size(json_object_get(schema, "required")), needed);
                json_decref(schema);
        }
}

/* ---- tags and codes */

/* Against libsodium's one-call form, and that kinds do not meet. */
static void a_tag_is_what_the_protocol_says(void **state)
{
        (void)state;
        uint8_t key[AGENT_KEY_BYTES], hash[32];
        struct agent_tag tag, other;
        memset(key, 7, sizeof key);
        crypto_generichash(hash, sizeof hash, (const uint8_t *)"kcust-ada", 9, key, sizeof key);
        agent_tag(key, AGENT_ID_KEYID, "cust-ada", 8, &tag);
        assert_memory_equal(tag.b, hash, sizeof tag.b);
        agent_tag(key, AGENT_ID_USER, "cust-ada", 8, &other);
        assert_memory_not_equal(tag.b, other.b, sizeof tag.b);
}

static void addresses(void **state)
{
        (void)state;
        static const char *const good[] = {
                "3c:06:30:aa:00:01", "3C-06-30-AA-00-01", "3c06.30aa.0001", "3C0630AA0001"};
        static const char *const bad[] = {"", "3c:06:30:aa:00", "3c:06:30:aa:00:01:02", "3c:06:30:aa:00:0g",
                "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01", "3c:0:630:aa:00:01",
                "xx:xx:xx:aa:00:01"};
        static const uint8_t want[6] = {0x3c, 0x06, 0x30, 0xaa, 0x00, 0x01};
        uint8_t mac[6];
        for (size_t i = 0; i < ARRAY_LEN(good); i++) {
                assert_int_equal(agent_mac_parse(slice_of(good[i]), mac), 0);
                assert_memory_equal(mac, want, 6);
        }
        for (size_t i = 0; i < ARRAY_LEN(bad); i++)
                if (agent_mac_parse(slice_of(bad[i]), mac) == 0)
                        fail_msg("taken: %s", bad[i]);
}

static void identities(void **state)
{
        (void)state;
        static const char *const nobody[] = {"", "N/A", "anonymous", "Anonymous@example.com", "@example.com",
                "3c:06:30:aa:00:01", "3c0630aa0001"};
        char out[AGENT_USER_MAX];
        for (size_t i = 0; i < ARRAY_LEN(nobody); i++)
                if (agent_user_normalise(slice_of(nobody[i]), out) != 0)
                        fail_msg("somebody: %s", nobody[i]);
        assert_int_equal(agent_user_normalise(slice_of("Ada@Example.com"), out), 15);
        assert_memory_equal(out, "ada@example.com", 15);
        assert_int_equal(agent_user_normalise(slice_of("anonymously"), out), 11);
        char longest[AGENT_USER_MAX + 2];
        memset(longest, 'x', sizeof longest);
        assert_int_equal(agent_user_normalise((struct slice){longest, AGENT_USER_MAX}, out), AGENT_USER_MAX);
        assert_int_equal(agent_user_normalise((struct slice){longest, AGENT_USER_MAX + 1}, out), 0);
        assert_true(agent_keyid_ok(slice_of("cust-ada")));
        assert_false(agent_keyid_ok(slice_of("cust ada")));
        assert_false(agent_keyid_ok(slice_of("")));
}

static void a_code_proves_one_hub(void **state)
{
        (void)state;
        uint8_t pin[AGENT_PIN_BYTES] = {1, 2, 3}, hash[32];
        char proof[AGENT_CODE_TEXT], other[AGENT_CODE_TEXT], typed[AGENT_PAIR_TEXT];
        uint8_t text[15 + 8 + 32];
        memcpy(text, "maitred agent 1ABCDEFGH", 23);
        memcpy(text + 23, pin, sizeof pin);
        crypto_generichash(hash, sizeof hash, text, sizeof text, NULL, 0);
        agent_pair_proof("ABCDEFGH", pin, proof);
        assert_int_equal(proof[0], "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[hash[0] >> 3]);
        pin[31] ^= 1;
        agent_pair_proof("ABCDEFGH", pin, other);
        assert_memory_not_equal(proof, other, sizeof proof);
        assert_int_equal(agent_pair_parse(slice_of("abcd-efgh jkmn-pqrs"), AGENT_PAIR_TEXT, typed), 0);
        assert_memory_equal(typed, "ABCDEFGHJKMNPQRS", 16);
        assert_int_equal(agent_pair_parse(slice_of("oIl0-0000"), AGENT_CODE_TEXT, typed), 0);
        assert_memory_equal(typed, "01100000", 8);
        assert_int_equal(agent_pair_parse(slice_of("ABCD-EFG"), AGENT_CODE_TEXT, typed), 1);
        assert_int_equal(agent_pair_parse(slice_of("ABCD-EFGHJ"), AGENT_CODE_TEXT, typed), 1);
        assert_int_equal(agent_pair_parse(slice_of("ABCD-EFGU"), AGENT_CODE_TEXT, typed), 1);
}

int main(void)
{
        const char *given = getenv("MAITRED_SEED");
        seed = given ? strtoull(given, NULL, 0) : randombytes_random() | 1u;
        printf("MAITRED_SEED=%llu\n", (unsigned long long)seed);
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(every_message_comes_back),
                cmocka_unit_test(a_cut_or_bent_frame_is_refused_or_whole),
                cmocka_unit_test(strictness),
                cmocka_unit_test(schemas_say_the_same),
                cmocka_unit_test(a_tag_is_what_the_protocol_says),
                cmocka_unit_test(addresses),
                cmocka_unit_test(identities),
                cmocka_unit_test(a_code_proves_one_hub),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
