/* What an honest client gets: pages, calls, cookies, sockets, and an orderly end. */
#include "tests/front/rig.h"

#include "proto/message.h"
#include "server/common/ids.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static struct rig rig;
static struct client client;
static struct response response;

static int start(void **state)
{
        (void)state;
        rig_init(&rig, false);
        return rig_start(&rig, true);
}

/* Every test ends with an orderly stop: exit code 0, and under a sanitizer nothing leaked. */
static int stop(void **state)
{
        (void)state;
        if (client.ssl)
                client_close(&client); /* a test that failed half-way */
        int rc = rig.ended ? 0 : rig_end(&rig, SIGTERM);
        rig_finish(&rig);
        if (rc != 0)
                print_error("the front ended with %d\n", rc);
        return rc;
}

static void ask(const char *method, const char *path, const char *more)
{
        char text[2048];
        snprintf(text, sizeof text, "%s %s HTTP/1.1\r\nHost: localhost:%u\r\n%s\r\n", method, path,
                rig.options.listen_port, more);
        assert_true(client_say(&client, text));
        client_read(&client, &response, strcmp(method, "HEAD") == 0);
}

static void post(const char *path, const char *more, const char *body)
{
        char text[4096];
        snprintf(text, sizeof text,
                "POST %s HTTP/1.1\r\nHost: localhost:%u\r\nOrigin: %s\r\nContent-Type: application/json\r\n"
                "Content-Length: %zu\r\n%s\r\n%s",
                path, rig.options.listen_port, rig.origin, strlen(body), more, body);
        assert_true(client_say(&client, text));
}

static void assert_header(const char *name, const char *value)
{
        char got[1024];
        response_header(&response, name, got, sizeof got);
        assert_string_equal(got, value);
}

static void pages_are_served(void **state)
{
        (void)state;
        static const char *const pages[][2] = {
                {"/", "customer"}, {"/h", "handheld"}, {"/c", "console"}, {"/s", "sign"}};
        assert_true(client_open(&client, &rig, true));
        for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
                ask("GET", pages[i][0], "");
                assert_int_equal(response.status, 200);
                assert_header("Content-Type", "text/html; charset=utf-8");
                assert_header("Cache-Control", "no-cache");
                assert_non_null(strstr(response.body, pages[i][1]));
        }
        client_close(&client);
}

static void files_come_as_the_browser_likes(void **state)
{
        (void)state;
        char etag[128], more[256];
        assert_true(client_open(&client, &rig, true));
        ask("GET", "/a/face.12345678.js", "");
        assert_string_equal(response.body, "export const plain = 1;");
        assert_header("Content-Encoding", "");
        assert_header("Cache-Control", "public, max-age=31536000, immutable");
        ask("GET", "/a/face.12345678.js", "Accept-Encoding: gzip\r\n");
        assert_non_null(strstr(response.body, "gzip form"));
        assert_header("Content-Encoding", "gzip");
        ask("GET", "/a/face.12345678.js", "Accept-Encoding: gzip, deflate, br\r\n");
        assert_non_null(strstr(response.body, "brotli form"));
        assert_header("Content-Encoding", "br");
        assert_header("Vary", "Accept-Encoding");
        response_header(&response, "ETag", etag, sizeof etag);
        assert_int_equal(strlen(etag), 34);
        snprintf(more, sizeof more, "Accept-Encoding: br\r\nIf-None-Match: W/\"x\", %s\r\n", etag);
        ask("GET", "/a/face.12345678.js", more);
        assert_int_equal(response.status, 304);
        assert_int_equal(response.body_len, 0);
        snprintf(more, sizeof more, "If-None-Match: %s\r\n", etag); /* the plain form has another mark */
        ask("GET", "/a/face.12345678.js", more);
        assert_int_equal(response.status, 200);
        ask("HEAD", "/a/face.12345678.css", "");
        assert_int_equal(response.status, 200);
        assert_header("Content-Length", "14");
        assert_header("Content-Type", "text/css; charset=utf-8");
        ask("GET", "/a/big.12345678.js", "");
        assert_int_equal(response.body_len, 100000);
        for (size_t i = 0; i < 100000; i++)
                if (response.body[i] != (char)('a' + i % 23))
                        fail_msg("byte %zu is wrong", i);
        ask("GET", "/a/notes.txt", "");
        assert_int_equal(response.status, 404);
        client_close(&client);
}

static void every_answer_is_armoured(void **state)
{
        (void)state;
        static const char *const asked[] = {
                "/", "/h", "/a/face.12345678.js", "/nothing", "/healthz", "/api/x/y"};
        assert_true(client_open(&client, &rig, true));
        for (size_t i = 0; i < ARRAY_LEN(asked); i++) {
                char csp[1024], want[128];
                ask("GET", asked[i], "");
                assert_true(response.status >= 200);
                response_header(&response, "Content-Security-Policy", csp, sizeof csp);
                assert_non_null(strstr(csp, "default-src 'none'; script-src 'self'; style-src 'self'"));
                snprintf(want, sizeof want,
                        "connect-src 'self' wss://localhost:%u wss://hub.store.example:8443;",
                        rig.options.listen_port);
                assert_non_null(strstr(csp, want));
                assert_non_null(strstr(csp, "frame-ancestors 'none'"));
                assert_non_null(strstr(csp, "require-trusted-types-for 'script'"));
                assert_header("X-Content-Type-Options", "nosniff");
                assert_header("Referrer-Policy", "no-referrer");
                assert_header("Cross-Origin-Opener-Policy", "same-origin");
                assert_header("Cross-Origin-Resource-Policy", "same-origin");
                assert_header("Strict-Transport-Security", "max-age=31536000");
                assert_header("Server", "");
        }
        client_close(&client);
}

/* Takes the request that must come and checks its message and its token. */
static uint64_t expect_request(enum message_type type, bool with_token, struct message *message)
{
        struct link_frame f = rig_hub_take(&rig);
        assert_int_equal(f.type, LINK_REQUEST);
        assert_int_equal(f.a, with_token ? LINK_HAS_TOKEN : 0);
        assert_true(f.len > LINK_WHO_SIZE);
        struct secret secret;
        assert_int_equal(ids_secret_parse(slice_of(rig_token), &secret), 0);
        struct digest digest = ids_digest(&secret);
        if (with_token)
                assert_memory_equal(f.body, digest.b, 32);
        assert_int_equal(message_unpack(f.body + LINK_WHO_SIZE, f.len - LINK_WHO_SIZE, message), 0);
        assert_int_equal(message->type, type);
        return f.id;
}

static void calls_reach_the_hub(void **state)
{
        (void)state;
        struct message m;
        char more[256];
        assert_true(client_open(&client, &rig, true));
        post("/api/customer/arrive", "", "{\"code\":\"ABCDEFGHJKMNPQRS\",\"hint\":\"gr\\u00fcner Mantel\"}");
        uint64_t id = expect_request(MESSAGE_ARRIVE, false, &m);
        assert_string_equal(m.arrive.hint, "gr\xc3\xbcner Mantel");
        rig_hub_answer(&rig, id, 403, 0, 0, "{\"error\":\"not_joined\",\"say\":\"x\",\"do\":\"y\"}");
        client_read(&client, &response, false);
        assert_int_equal(response.status, 403);
        assert_header("Cache-Control", "no-store");
        assert_header("Set-Cookie", "");
        assert_string_equal(response.body, "{\"error\":\"not_joined\",\"say\":\"x\",\"do\":\"y\"}");

        /* When to come again is the hub's to say; else it is soon. */
        for (uint32_t after = 0; after <= 61; after += 61) {
                post("/api/console/sign_in", "", "{\"name\":\"k\",\"password\":\"p\",\"code\":\"123456\"}");
                id = expect_request(MESSAGE_SIGN_IN, false, &m);
                assert_string_equal(m.sign_in.password, "p");
                rig_hub_answer(&rig, id, 429, 0, after, "{\"error\":\"closed\",\"say\":\"x\",\"do\":\"y\"}");
                client_read(&client, &response, false);
                assert_int_equal(response.status, 429);
                assert_header("Retry-After", after ? "61" : "2");
        }

        /* The same connection, now with a token, and the hub sets a new one. */
        snprintf(more, sizeof more, "Cookie: other=1; __Host-phone=%s; x=y\r\n", rig_token);
        char text[1024];
        snprintf(text, sizeof text, "GET /api/customer/now HTTP/1.1\r\nHost: LOCALHOST:%u\r\n%s\r\n",
                rig.options.listen_port, more);
        assert_true(client_say(&client, text));
        id = expect_request(MESSAGE_NOW, true, &m);
        rig_hub_answer(&rig, id, 200, 1 | 1 << 4, 86400, "{\"state\":\"home\"}");
        client_read(&client, &response, false);
        assert_int_equal(response.status, 200);
        snprintf(text, sizeof text, "__Host-phone=%s; Max-Age=86400; Path=/; Secure; HttpOnly; SameSite=Lax",
                rig_token);
        assert_header("Set-Cookie", text);
        client_close(&client);
}

static void every_face_has_its_cookie(void **state)
{
        (void)state;
        static const struct {
                const char *path, *cookie;
                uint8_t kind;
        } faces[] = {{"/api/handheld/pair", "__Host-handheld", 2}, {"/api/console/pair", "__Host-console", 3},
                {"/api/sign/pair", "__Host-sign", 4}};
        assert_true(client_open(&client, &rig, true));
        for (size_t i = 0; i < ARRAY_LEN(faces); i++) {
                struct message m;
                char want[256], more[128];
                snprintf(more, sizeof more, "Cookie: %s=%s\r\n", faces[i].cookie, rig_token);
                post(faces[i].path, more, "{\"secret\":\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\"}");
                uint64_t id = expect_request(MESSAGE_PAIR, true, &m);
                rig_hub_answer(&rig, id, 200, (uint8_t)(1 | faces[i].kind << 4), 7, "{}");
                client_read(&client, &response, false);
                snprintf(want, sizeof want, "%s=%s; Max-Age=7; Path=/; Secure; HttpOnly; SameSite=Strict",
                        faces[i].cookie, rig_token);
                assert_header("Set-Cookie", want);
                post(faces[i].path, "", "{\"secret\":\"x\"}");
                id = expect_request(MESSAGE_PAIR, false, &m);
                rig_hub_answer(&rig, id, 200, (uint8_t)(2 | faces[i].kind << 4), 7, "{}");
                client_read(&client, &response, false);
                snprintf(want, sizeof want, "%s=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Strict",
                        faces[i].cookie);
                assert_header("Set-Cookie", want);
        }
        client_close(&client);
}

/* A till is a program: a bearer token, no Origin. */
static void a_till_calls(void **state)
{
        (void)state;
        struct message m;
        char text[1024];
        assert_true(client_open(&client, &rig, true));
        snprintf(text, sizeof text,
                "POST /api/till/invite HTTP/1.1\r\nHost: localhost:%u\r\nAuthorization: Bearer %s\r\n"
                "Content-Type: application/json; charset=utf-8\r\nContent-Length: "
                "14\r\n\r\n{\"line\":\"L-1\"}",
                rig.options.listen_port, rig_token);
        assert_true(client_say(&client, text));
        uint64_t id = expect_request(MESSAGE_TILL_INVITE, true, &m);
        assert_string_equal(m.till_invite.line, "L-1");
        rig_hub_answer(&rig, id, 200, 0, 0,
                "{\"url\":\"https://hub.store.example:8443/#j.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\","
                "\"qr_of\":\"url\",\"valid_s\":600}");
        client_read(&client, &response, false);
        assert_int_equal(response.status, 200);
        assert_null(strstr(response.body, "qr_of"));
        const char *size = strstr(response.body, "\"qr\":{\"size\":");
        assert_non_null(size);
        long n = strtol(size + strlen("\"qr\":{\"size\":"), NULL, 10);
        assert_true(n >= 21 && n <= 177 && n % 4 == 1);
        const char *row = strstr(size, "\"rows\":[\"");
        assert_non_null(row);
        row += strlen("\"rows\":[\"");
        assert_int_equal((long)strspn(row, "01"), n);
        assert_memory_equal(row, "1111111", 7); /* the corner mark */
        assert_non_null(strstr(response.body, "\"]},\"valid_s\":600}"));
        client_close(&client);
}

static void a_socket_carries_cards(void **state)
{
        (void)state;
        static char card[4097], got[8192];
        size_t len;
        struct message m;
        memset(card, ' ', 4096);
        memcpy(card, "{\"t\":\"card\"}", 12);
        assert_true(client_open(&client, &rig, true));
        assert_true(client_upgrade(&client, &rig, "/ws/handheld", "__Host-handheld"));
        struct link_frame f = rig_hub_take(&rig);
        assert_int_equal(f.type, LINK_OPENED);
        assert_int_equal(f.a, FACE_HANDHELD);
        assert_int_equal(f.len, 32);
        uint64_t peer = f.id;
        const char *hello = "{\"t\":\"hello\",\"seq\":7}";
        assert_true(client_frame(&client, 0x80 | WS_TEXT, hello, strlen(hello)));
        f = rig_hub_take(&rig);
        assert_int_equal(f.type, LINK_MESSAGE);
        assert_int_equal(f.id, peer);
        assert_int_equal(message_unpack(f.body, f.len, &m), 0);
        assert_int_equal(m.type, MESSAGE_HELLO);
        assert_int_equal(m.hello.seq, 7);
        rig_hub_send(&rig, LINK_PUSH, 0, 0, peer, card, 4096);
        assert_int_equal(client_take(&client, got, sizeof got, &len), WS_TEXT);
        assert_int_equal(len, 4096);
        assert_string_equal(got, card);
        f = rig_hub_take(&rig);
        assert_int_equal(f.type, LINK_READY);
        assert_int_equal(f.id, peer);

        /* A message in three frames with a ping between them. */
        assert_true(client_frame(&client, WS_TEXT, "{\"t\":\"ac", 8));
        assert_true(client_frame(&client, 0, "cept\",\"c", 8));
        assert_true(client_frame(&client, 0x80 | WS_PING, "hi", 2));
        assert_true(client_frame(&client, 0x80, "ard\":9}", 7));
        assert_int_equal(client_take(&client, got, sizeof got, &len), WS_PONG);
        assert_string_equal(got, "hi");
        f = rig_hub_take(&rig);
        assert_int_equal(f.type, LINK_MESSAGE);
        assert_int_equal(message_unpack(f.body, f.len, &m), 0);
        assert_int_equal(m.accept.card, 9);

        rig_hub_send(&rig, LINK_CLOSE, 0, 4401, peer, "revoked", 7);
        assert_int_equal(client_take(&client, got, sizeof got, &len), WS_CLOSE);
        assert_int_equal((uint8_t)got[0] << 8 | (uint8_t)got[1], 4401);
        assert_string_equal(got + 2, "revoked");
        f = rig_hub_take(&rig);
        assert_int_equal(f.type, LINK_CLOSED);
        assert_int_equal(f.id, peer);
        client_close(&client);
}

static void two_sockets_of_a_token_both_reach_the_hub(void **state)
{
        (void)state;
        static struct client second;
        assert_true(client_open(&client, &rig, true));
        assert_true(client_open(&second, &rig, true));
        assert_true(client_upgrade(&client, &rig, "/ws/console", "__Host-console"));
        assert_true(client_upgrade(&second, &rig, "/ws/console", "__Host-console"));
        struct link_frame one = rig_hub_take(&rig);
        uint64_t first = one.id;
        assert_int_equal(one.a, FACE_CONSOLE);
        struct link_frame two = rig_hub_take(&rig);
        assert_int_equal(two.type, LINK_OPENED);
        assert_true(first != two.id);
        client_close(&client);
        struct link_frame gone = rig_hub_take(&rig);
        assert_int_equal(gone.type, LINK_CLOSED);
        assert_int_equal(gone.id, first);
        client_close(&second);
}

static void a_bad_message_is_answered_then_closed(void **state)
{
        (void)state;
        char got[1024];
        size_t len;
        assert_true(client_open(&client, &rig, true));
        assert_true(client_upgrade(&client, &rig, "/ws/handheld", "__Host-handheld"));
        rig_hub_take(&rig);
        for (int i = 0; i < 2; i++) {
                assert_true(client_frame(&client, 0x80 | WS_TEXT, "{\"t\":\"accept\"}", 14));
                assert_int_equal(client_take(&client, got, sizeof got, &len), WS_TEXT);
                assert_non_null(
                        strstr(got, "{\"t\":\"error\",\"error\":\"malformed\",\"say\":\"card is missing\""));
        }
        assert_true(client_frame(&client, 0x80 | WS_TEXT, "nonsense", 8));
        int opcode = client_take(&client, got, sizeof got, &len);
        assert_int_equal(opcode, WS_CLOSE);
        assert_int_equal((uint8_t)got[0] << 8 | (uint8_t)got[1], 4400);
        client_close(&client);
}

static void health_follows_the_hub(void **state)
{
        (void)state;
        rig_init(&rig, false);
        assert_int_equal(rig_start(&rig, false), 0);
        assert_true(client_open(&client, &rig, true));
        ask("GET", "/healthz", "");
        assert_int_equal(response.status, 503);
        assert_header("Retry-After", "2");
        ask("GET", "/api/customer/now", "");
        assert_int_equal(response.status, 503);
        rig_hub_send(&rig, LINK_HELLO, LINK_VERSION, 0, 0, "{}", 2);
        do
                ask("GET", "/healthz", "");
        while (response.status == 503);
        assert_int_equal(response.status, 200);
        client_close(&client);
}

static void without_the_hub_it_ends(void **state)
{
        (void)state;
        assert_true(client_open(&client, &rig, true));
        ask("GET", "/", "");
        shutdown(rig.link, SHUT_RDWR);
        assert_int_equal(rig_end(&rig, 0), FRONT_HUB_LOST);
        assert_true(client_ended(&client, RIG_WAIT_MS));
        client_close(&client);
}

static void nonsense_on_the_link_ends_it(void **state)
{
        (void)state;
        uint8_t bad[LINK_HEAD_SIZE] = {0xff, 0xff, 0xff, 0xff, 77};
        assert_int_equal(send(rig.link, bad, sizeof bad, 0), sizeof bad);
        assert_int_equal(rig_end(&rig, 0), FRONT_HUB_LOST);
}

static void a_stop_says_goodbye(void **state)
{
        (void)state;
        char got[256];
        size_t len;
        assert_true(client_open(&client, &rig, true));
        assert_true(client_upgrade(&client, &rig, "/ws/handheld", "__Host-handheld"));
        rig_hub_take(&rig);
        kill(rig.pid, SIGTERM);
        assert_int_equal(client_take(&client, got, sizeof got, &len), WS_CLOSE);
        assert_int_equal((uint8_t)got[0] << 8 | (uint8_t)got[1], 1001);
        client_close(&client);
        assert_int_equal(rig_end(&rig, 0), FRONT_STOPPED);
}

/* A long but honest head comes in one piece with its body; HTTP/1.0 and "Connection: close" end after their
 * answer. */
static void heads_of_every_length(void **state)
{
        (void)state;
        static char pad[6100], text[8192];
        struct message m;
        for (size_t len = 0; len <= 6000; len += 1500) {
                memset(pad, 'a', len);
                pad[len] = '\0';
                assert_true(client_open(&client, &rig, true));
                ask("GET", "/h", "");
                snprintf(text, sizeof text,
                        "POST /api/customer/leaving HTTP/1.1\r\nHost: localhost:%u\r\nOrigin: %s\r\nX-Pad: "
                        "%s\r\n"
                        "Sec-Fetch-Site: same-origin\r\nContent-Type: application/json\r\nContent-Length: "
                        "2\r\n\r\n{}",
                        rig.options.listen_port, rig.origin, pad);
                assert_true(client_say(&client, text));
                uint64_t id = expect_request(MESSAGE_LEAVING, false, &m);
                rig_hub_answer(&rig, id, 200, 0, 0, "{}");
                client_read(&client, &response, false);
                assert_int_equal(response.status, 200);
                client_close(&client);
        }
        static const char *const last[] = {"GET /h HTTP/1.0\r\nHost: localhost:%u\r\n\r\n",
                "GET /h HTTP/1.1\r\nHost: localhost:%u\r\nConnection: close\r\n\r\n"};
        for (size_t i = 0; i < ARRAY_LEN(last); i++) {
                char port[8], *at;
                snprintf(port, sizeof port, "%u", rig.options.listen_port);
                snprintf(text, sizeof text, "%s", last[i]);
                at = strstr(text, "%u");
                snprintf(at, 64, "%s%s", port, strstr(last[i], "%u") + 2);
                assert_true(client_open(&client, &rig, true));
                assert_true(client_say(&client, text));
                client_read(&client, &response, false);
                assert_int_equal(response.status, 200);
                assert_true(client_ended(&client, RIG_WAIT_MS));
                client_close(&client);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(pages_are_served, start, stop),
                cmocka_unit_test_setup_teardown(files_come_as_the_browser_likes, start, stop),
                cmocka_unit_test_setup_teardown(every_answer_is_armoured, start, stop),
                cmocka_unit_test_setup_teardown(calls_reach_the_hub, start, stop),
                cmocka_unit_test_setup_teardown(every_face_has_its_cookie, start, stop),
                cmocka_unit_test_setup_teardown(a_till_calls, start, stop),
                cmocka_unit_test_setup_teardown(a_socket_carries_cards, start, stop),
                cmocka_unit_test_setup_teardown(two_sockets_of_a_token_both_reach_the_hub, start, stop),
                cmocka_unit_test_setup_teardown(a_bad_message_is_answered_then_closed, start, stop),
                cmocka_unit_test_teardown(health_follows_the_hub, stop),
                cmocka_unit_test_setup_teardown(without_the_hub_it_ends, start, stop),
                cmocka_unit_test_setup_teardown(nonsense_on_the_link_ends_it, start, stop),
                cmocka_unit_test_setup_teardown(a_stop_says_goodbye, start, stop),
                cmocka_unit_test_setup_teardown(heads_of_every_length, start, stop),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
