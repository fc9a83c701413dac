/* The sender's own key for what it wants done: which ones count, and that they reach the hub. */
#include "tests/front/rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "proto/message.h"
#include "server/front/guard.h"

#define KEY "f81d4fae-7dec-4dd0-a765-00a0c91e6bf6"

static const uint8_t key_bytes[16] = {
        0xf8, 0x1d, 0x4f, 0xae, 0x7d, 0xec, 0x4d, 0xd0, 0xa7, 0x65, 0x00, 0xa0, 0xc9, 0x1e, 0x6b, 0xf6};

static enum refusal judge(const char *text, bool *has_key, struct uuid *key)
{
        struct head head = {.key = {.presence = FIELD_THERE}};
        snprintf(head.key.text, sizeof head.key.text, "%s", text);
        return guard_key(&head, has_key, key);
}

static void only_random_uuids_count(void **state)
{
        (void)state;
        static const char *const good[] = {
                "\"" KEY "\"", KEY, KEY " \t ", "F81D4FAE-7DEC-4DD0-A765-00A0C91E6BF6"};
        static const char *const bad[] = {"", "\"\"", "\"", "x", "\"" KEY, KEY "\"", "'" KEY "'",
                "\"" KEY "0\"", KEY "0", " " KEY, "\"" KEY "\";a=1",
                "\"my order, number 66, of this very morning\"", "f81d4fae7-dec-4dd0-a765-00a0c91e6bf6",
                "f81d4fae+7dec-4dd0-a765-00a0c91e6bf6", "f81d4fae-7dec-4dd0-a765-00a0c91e6bg6",
                "f81d4fae-7dec-11d0-a765-00a0c91e6bf6" /* of the clock */,
                "f81d4fae-7dec-7dd0-a765-00a0c91e6bf6", "f81d4fae-7dec-4dd0-c765-00a0c91e6bf6",
                "00000000-0000-0000-0000-000000000001", "{" KEY "}"};
        bool has_key;
        struct uuid key;
        for (size_t i = 0; i < ARRAY_LEN(good); i++) {
                memset(&key, 0, sizeof key);
                assert_int_equal(judge(good[i], &has_key, &key), REFUSE_NONE);
                assert_true(has_key);
                assert_memory_equal(key.b, key_bytes, sizeof key_bytes);
        }
        for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
                if (judge(bad[i], &has_key, &key) != REFUSE_MALFORMED)
                        fail_msg("[%s] was taken for a key", bad[i]);
                assert_false(has_key);
        }
        struct head head = {.key = {.presence = FIELD_ABSENT}};
        assert_int_equal(guard_key(&head, &has_key, &key), REFUSE_NONE);
        assert_false(has_key);
        head.key.presence = FIELD_TOO_LONG;
        assert_int_equal(guard_key(&head, &has_key, &key), REFUSE_MALFORMED);
}

static struct rig rig;
static struct client client;
static struct response response;

/* Sends, and takes what reaches the hub: its flags and its key. */
static uint64_t reaches(const char *line, const char *more, const char *body, uint8_t *flags, uint8_t key[16])
{
        char text[1024];
        snprintf(text, sizeof text, "%s HTTP/1.1\r\nHost: localhost:%u\r\n%s%s\r\n%s", line,
                rig.options.listen_port,
                body[0] ? "Content-Type: application/json\r\nContent-Length: 2\r\n" : "", more, body);
        assert_true(client_say(&client, text));
        struct link_frame f = rig_hub_take(&rig);
        assert_int_equal(f.type, LINK_REQUEST);
        assert_true(f.len > LINK_WHO_SIZE);
        *flags = f.a;
        memcpy(key, f.body + 32, 16);
        struct message m;
        assert_int_equal(message_unpack(f.body + LINK_WHO_SIZE, f.len - LINK_WHO_SIZE, &m), 0);
        return f.id;
}

static void answered(uint64_t id, uint16_t status)
{
        rig_hub_answer(&rig, id, status, 0, 0, "{}");
        client_read(&client, &response, false);
        assert_int_equal(response.status, status);
}

static void a_key_reaches_the_hub(void **state)
{
        (void)state;
        char origin[128], both[256];
        uint8_t flags, key[16];
        static const uint8_t none[16];
        rig_init(&rig, false);
        assert_int_equal(rig_start(&rig, true), 0);
        snprintf(origin, sizeof origin, "Origin: %s\r\n", rig.origin);
        snprintf(both, sizeof both, "%sIdempotency-Key:   \"" KEY "\"  \r\n", origin);
        assert_true(client_open(&client, &rig, true));
        uint64_t id = reaches("POST /api/customer/leaving", both, "{}", &flags, key);
        assert_int_equal(flags, LINK_HAS_KEY);
        assert_memory_equal(key, key_bytes, sizeof key);
        answered(id, 200);
        /* The next request on the same connection has none. */
        id = reaches("POST /api/customer/leaving", origin, "{}", &flags, key);
        assert_int_equal(flags, 0);
        assert_memory_equal(key, none, sizeof key);
        answered(id, 422);
        assert_non_null(strstr(response.head, "422 Unprocessable Content"));
        /* What only reads has no use for one, whatever it is. */
        id = reaches("GET /api/customer/now", "Idempotency-Key: nonsense\r\n", "", &flags, key);
        assert_int_equal(flags, 0);
        answered(id, 200);
        /* A till is no page, and may have one. */
        snprintf(both, sizeof both, "Idempotency-Key: " KEY "\r\nAuthorization: Bearer %s\r\n", rig_token);
        char text[512];
        snprintf(text, sizeof text,
                "POST /api/till/invite HTTP/1.1\r\nHost: localhost:%u\r\nContent-Type: application/json\r\n"
                "Content-Length: 12\r\n%s\r\n{\"line\":\"l\"}",
                rig.options.listen_port, both);
        assert_true(client_say(&client, text));
        struct link_frame f = rig_hub_take(&rig);
        assert_int_equal(f.a, LINK_HAS_TOKEN | LINK_HAS_KEY);
        answered(f.id, 200);
        client_close(&client);
        assert_int_equal(rig_end(&rig, SIGTERM), 0);
        rig_finish(&rig);
}

/* L26: what asks not to sell or share is the value 1 and nothing else; of several one is enough, and the next
 * request on the same connection says for itself. */
static void a_signal_reaches_the_hub(void **state)
{
        (void)state;
        static const struct {
                const char *fields;
                bool gpc;
        } cases[] = {{"Sec-GPC: 1\r\n", true}, {"Sec-GPC: 0\r\n", false}, {"", false},
                {"sec-gpc:1 \r\n", true}, {"Sec-GPC: 01\r\n", false}, {"Sec-GPC: true\r\n", false},
                {"Sec-GPC: \"1\"\r\n", false}, {"Sec-GPC: 11\r\n", false}, {"Sec-GPC: 1;x\r\n", false},
                {"Sec-GPC:\r\n", false}, {"Sec-GPC: -1\r\n", false}, {"Sec-GPC: 1\r\nSec-GPC: 1\r\n", true},
                {"Sec-GPC: 1\r\nSec-GPC: 0\r\n", true}, {"Sec-GPC: 0, 1\r\n", true},
                {"Sec-GPC: 0,\r\n", false}, {"X-Sec-GPC: 1\r\n", false}};
        uint8_t flags, key[16];
        rig_init(&rig, false);
        assert_int_equal(rig_start(&rig, true), 0);
        assert_true(client_open(&client, &rig, true));
        for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
                char fields[256];
                uint64_t id = reaches("GET /api/customer/now", cases[i].fields, "", &flags, key);
                if ((flags & LINK_HAS_GPC) != (cases[i].gpc ? LINK_HAS_GPC : 0))
                        fail_msg("%s is read as %s", cases[i].fields, flags & LINK_HAS_GPC ? "yes" : "no");
                answered(id, 200);
                snprintf(fields, sizeof fields, "Origin: %s\r\n%s", rig.origin, cases[i].fields);
                id = reaches("POST /api/customer/leaving", fields, "{}", &flags, key);
                assert_int_equal(flags, cases[i].gpc ? LINK_HAS_GPC : 0);
                answered(id, 200);
        }
        client_close(&client);
        assert_int_equal(rig_end(&rig, SIGTERM), 0);
        rig_finish(&rig);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(only_random_uuids_count),
                cmocka_unit_test(a_key_reaches_the_hub),
                cmocka_unit_test(a_signal_reaches_the_hub),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
