/* What strangers try over a WebSocket. Deviations of libwebsockets 4.1.6 that we know and can live with: it
 * takes unmasked frames from a client, and ends a connection that breaks the protocol without saying why. */
#include "tests/front/rig.h"

#include "proto/message.h"
#include "server/front/hub_link.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static struct rig rig;
static struct client client;
static char got[70000];
static size_t got_len;

static int start(void **state)
{
        (void)state;
        rig_init(&rig, false);
        rig.options.limits.stuck_ms = 700;
        rig.options.limits.ping_ms = 150;
        rig.options.limits.silent_ms = 1500;
        return rig_start(&rig, true);
}

static int stop(void **state)
{
        (void)state;
        if (client.ssl)
                client_close(&client);
        int rc = rig.ended ? 0 : rig_end(&rig, SIGTERM);
        rig_finish(&rig);
        return rc;
}

/* The next frame that is no ping. */
static int take(void)
{
        int opcode;
        do
                opcode = client_take(&client, got, sizeof got, &got_len);
        while (opcode == WS_PING);
        return opcode;
}

static uint64_t join(void)
{
        assert_true(client_open(&client, &rig, true));
        assert_true(client_upgrade(&client, &rig, "/ws/handheld", "__Host-handheld"));
        struct link_frame f = rig_hub_take(&rig);
        assert_int_equal(f.type, LINK_OPENED);
        return f.id;
}

static void assert_close(int code)
{
        int opcode = take();
        if (opcode != WS_CLOSE || ((uint8_t)got[0] << 8 | (uint8_t)got[1]) != code)
                fail_msg("not closed with %d: opcode %d, %02x%02x", code, opcode, (uint8_t)got[0],
                        (uint8_t)got[1]);
}

static void assert_told_closed(uint64_t peer)
{
        struct link_frame f;
        do
                f = rig_hub_take(&rig);
        while (f.type != LINK_CLOSED && f.type != 0);
        assert_int_equal(f.type, LINK_CLOSED);
        assert_int_equal(f.id, peer);
        client_close(&client);
}

/* Frames as they are on the wire, given as bytes; what follows is a close with that code, or 0: an end of any
 * kind. */
static void frames_that_are_refused(void **state)
{
        (void)state;
#define MASK "\x00\x00\x00\x00"
        static const struct {
                const char *name, *bytes;
                size_t len;
                int code;
        } cases[] = {
                {"binary", "\x82\x82" MASK "{}", 8, 1003},
                {"a length of 2^63-1", "\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff" MASK "{\"t\"", 18, 1009},
                {"4097 bytes announced", "\x81\xfe\x10\x01" MASK "{\"t\"", 12, 1009},
                {"4097 bytes in two fragments", "\x01\xfe\x0f\xff" MASK, 8, 0},
                {"reserved bit 1", "\xc1\x82" MASK "{}", 8, 0},
                {"reserved bit 2", "\xa1\x82" MASK "{}", 8, 0},
                {"reserved bit 3", "\x91\x82" MASK "{}", 8, 0},
                {"opcode 3", "\x83\x82" MASK "{}", 8, 0},
                {"opcode 7", "\x87\x82" MASK "{}", 8, 0},
                {"opcode 11", "\x8b\x82" MASK "{}", 8, 0},
                {"opcode 15", "\x8f\x82" MASK "{}", 8, 0},
                {"a fragment of nothing", "\x80\x82" MASK "{}", 8, 0},
                {"a ping in fragments", "\x09\x82" MASK "{}", 8, 0},
                {"bad UTF-8", "\x81\x82" MASK "\xc0\xaf", 8, 0},
                {"half a character", "\x81\x81" MASK "\xe2", 7, 0},
                {"a surrogate", "\x81\x83" MASK "\xed\xa0\x80", 9, 0},
        };
        for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
                uint64_t peer = join();
                assert_true(client_send(&client, cases[i].bytes, cases[i].len));
                if (cases[i].code == 0 && strncmp(cases[i].name, "4097", 4) != 0) {
                        if (!client_ended(&client, RIG_WAIT_MS))
                                fail_msg("%s: stays open", cases[i].name);
                } else if (cases[i].code != 0) {
                        int opcode = take();
                        int code = (uint8_t)got[0] << 8 | (uint8_t)got[1];
                        if (opcode != WS_CLOSE || code != cases[i].code)
                                fail_msg("%s: opcode %d, code %d", cases[i].name, opcode, code);
                } else {
                        static char part[4095];
                        memset(part, ' ', sizeof part);
                        assert_true(client_send(&client, part, sizeof part));
                        assert_true(client_frame(&client, 0x80, "{}", 2));
                        assert_close(1009);
                }
                assert_told_closed(peer);
        }
}

static void the_largest_message_that_is_taken(void **state)
{
        (void)state;
        static char text[4096];
        uint64_t peer = join();
        struct message m;
        memset(text, ' ', sizeof text);
        memcpy(text, "{\"t\":\"done\",\"card\":3}", 21);
        assert_true(client_frame(&client, 0x80 | WS_TEXT, text, sizeof text));
        struct link_frame f = rig_hub_take(&rig);
        assert_int_equal(f.type, LINK_MESSAGE);
        assert_int_equal(message_unpack(f.body, f.len, &m), 0);
        assert_int_equal(m.done.card, 3);
        /* The same in pieces of 100 bytes. */
        for (size_t at = 0; at < sizeof text; at += 100) {
                size_t n = sizeof text - at < 100 ? sizeof text - at : 100;
                uint8_t first = (uint8_t)((at == 0 ? WS_TEXT : 0) | (at + n == sizeof text ? 0x80 : 0));
                assert_true(client_frame(&client, first, text + at, n));
        }
        f = rig_hub_take(&rig);
        assert_int_equal(f.type, LINK_MESSAGE);
        client_close(&client);
        assert_told_closed(peer);
}

static void a_drip_of_fragments(void **state)
{
        (void)state;
        uint64_t peer = join();
        assert_true(client_frame(&client, WS_TEXT, "{", 1));
        for (int i = 0; i < 100; i++)
                client_frame(&client, 0, "", 0);
        for (int i = 0; i < 100; i++)
                client_frame(&client, 0, " ", 1);
        assert_close(1009);
        assert_told_closed(peer);
}

static void too_many_messages(void **state)
{
        (void)state;
        static const char done[] = "{\"t\":\"done\",\"card\":3}";
        uint64_t peer = join();
        for (int i = 0; i < 60; i++)
                client_frame(&client, 0x80 | WS_TEXT, done, sizeof done - 1);
        assert_close(1008);
        assert_told_closed(peer);
}

static void nobody_says_hello(void **state)
{
        (void)state;
        rig_end(&rig, SIGTERM);
        rig.options.limits.hello_ms = 200;
        assert_int_equal(rig_start(&rig, true), 0);
        uint64_t peer = join();
        assert_close(4400);
        assert_told_closed(peer);
}

/* A client that answers pings is kept, one that says nothing at all is not. */
static void silent_peers_go(void **state)
{
        (void)state;
        uint64_t peer = join();
        assert_true(client_frame(&client, 0x80 | WS_TEXT, "{\"t\":\"hello\"}", 13));
        assert_int_equal(rig_hub_take(&rig).type, LINK_MESSAGE);
        for (int pings = 0; pings < 15; pings++) { /* longer than silent_ms */
                assert_int_equal(client_take(&client, got, sizeof got, &got_len), WS_PING);
                assert_true(client_frame(&client, 0x80 | WS_PONG, got, got_len));
        }
        assert_true(rig_hub_quiet(&rig, 0));
        assert_told_closed(peer); /* now it only listens */
}

/* A reader that takes nothing: the pushed frame does not fit into the socket, READY does not come, the end
 * does. */
static void stuck_readers_go(void **state)
{
        (void)state;
        static char frame[65536];
        uint64_t peer = join();
        struct link_frame f;
        int pushed = 0;
        memset(frame, ' ', sizeof frame);
        memcpy(frame, "{}", 2);
        do {
                rig_hub_send(&rig, LINK_PUSH, 0, 0, peer, frame, sizeof frame);
                pushed++;
                f = rig_hub_take(&rig);
        } while (f.type == LINK_READY && pushed < 1000);
        assert_int_equal(f.type, LINK_CLOSED);
        assert_true(pushed > 1 && pushed < 1000);
        client_close(&client);
}

/* The hub keeps the credit; should it ever not, one peer suffers and no memory grows. */
static void a_push_without_credit(void **state)
{
        (void)state;
        uint64_t peer = join();
        struct link_queue q; /* all at once, so that they meet in one turn of the loop */
        size_t len;
        assert_int_equal(link_queue_init(&q, 256), 0);
        for (int i = 0; i < 3; i++)
                assert_int_equal(link_queue_put(&q, LINK_PUSH, 0, 0, peer, "{\"a\":1}", 7, NULL, 0), 0);
        const uint8_t *bytes = link_queue_waiting(&q, &len);
        assert_int_equal(send(rig.link, bytes, len, 0), len);
        link_queue_finish(&q);
        int opcode = take();
        while (opcode == WS_TEXT)
                opcode = take();
        assert_int_equal(opcode, WS_CLOSE);
        assert_int_equal((uint8_t)got[0] << 8 | (uint8_t)got[1], 1013);
        assert_int_equal(rig_hub_take(&rig).type, LINK_READY); /* the first was taken */
        assert_told_closed(peer);
        rig_hub_send(&rig, LINK_PUSH, 0, 0, peer, "{}", 2); /* to one who is gone: nothing happens */
        rig_hub_send(&rig, LINK_CLOSE, 0, 4401, peer, "x", 1);
        assert_true(rig_hub_quiet(&rig, 100));
}

static void assert_says(enum message_type type)
{
        struct message m;
        struct link_frame f = rig_hub_take(&rig);
        assert_int_equal(f.type, LINK_MESSAGE);
        assert_int_equal(message_unpack(f.body, f.len, &m), 0);
        assert_int_equal(m.type, type);
}

static const char rendered[] = "{\"t\":\"rendered\",\"card\":9,\"seq\":1}";
static const char accepted[] = "{\"t\":\"accept\",\"card\":9}";

static void say(const char *text)
{
        assert_true(client_frame(&client, 0x80 | WS_TEXT, text, strlen(text)));
}

/* That a card was written, and that it is on the screen, is told also when nothing else follows. */
static void what_can_wait_comes(void **state)
{
        (void)state;
        uint64_t peer = join();
        rig_hub_send(&rig, LINK_PUSH, LINK_REPLIED, 0, peer, "{\"a\":1}", 7);
        assert_int_equal(take(), WS_TEXT);
        assert_int_equal(rig_hub_take(&rig).type, LINK_READY);
        say(rendered);
        assert_says(MESSAGE_RENDERED);
        client_close(&client);
        assert_told_closed(peer);
}

static int start_patiently(void **state)
{
        (void)state;
        rig_init(&rig, false);
        rig.options.limits.calm_ms = 3600000;
        rig.options.limits.messages_per_s_per_peer = 10000;
        return rig_start(&rig, true);
}

/* It goes with what cannot wait, which does not overtake it; and when there is much of it, by itself. */
static void what_can_wait_is_held(void **state)
{
        const int many = HUB_LINK_HELD_MOST / LINK_HEAD_SIZE;
        (void)state;
        uint64_t peer = join();
        rig_hub_send(&rig, LINK_PUSH, LINK_REPLIED, 0, peer, "{\"a\":1}", 7);
        assert_int_equal(take(), WS_TEXT);
        say(rendered);
        assert_true(rig_hub_quiet(&rig, 100));
        say(accepted);
        assert_int_equal(rig_hub_take(&rig).type, LINK_READY);
        assert_says(MESSAGE_RENDERED);
        assert_says(MESSAGE_ACCEPT);
        rig_hub_send(&rig, LINK_PUSH, 0, 0, peer, "{\"a\":2}", 7);
        assert_int_equal(take(), WS_TEXT);
        assert_int_equal(rig_hub_take(&rig).type, LINK_READY); /* its page replies nothing */
        for (int i = 0; i < many; i++)
                say(rendered);
        assert_says(MESSAGE_RENDERED);
        say(accepted);
        for (int i = 1; i < many; i++)
                assert_says(MESSAGE_RENDERED);
        assert_says(MESSAGE_ACCEPT);
        client_close(&client);
        assert_told_closed(peer);
}

/* The link in a pushed frame is drawn as well. */
static void an_invitation_gets_its_code(void **state)
{
        (void)state;
        static const char invited[] =
                "{\"t\":\"invited\",\"url\":\"https://hub.store.example/#j.x\",\"qr_of\":\"url\"}";
        uint64_t peer = join();
        rig_hub_send(&rig, LINK_PUSH, 0, 0, peer, invited, sizeof invited - 1);
        assert_int_equal(take(), WS_TEXT);
        assert_non_null(strstr(
                got, "{\"t\":\"invited\",\"url\":\"https://hub.store.example/#j.x\",\"qr\":{\"size\":"));
        assert_int_equal(rig_hub_take(&rig).type, LINK_READY);
        client_close(&client);
        assert_told_closed(peer);
}

static void a_client_that_leaves_politely(void **state)
{
        (void)state;
        uint64_t peer = join();
        assert_true(client_frame(&client, 0x80 | WS_CLOSE, "\x03\xe8", 2));
        assert_close(1000);
        assert_true(client_ended(&client, RIG_WAIT_MS));
        assert_told_closed(peer);
}

/* Many come and go in the middle of everything; the hub hears of each exactly twice. */
static void a_coming_and_going(void **state)
{
        (void)state;
        int opened = 0, closed = 0;
        for (int i = 0; i < 40; i++) {
                assert_true(client_open(&client, &rig, false));
                if (client_upgrade(&client, &rig, "/ws/handheld", "__Host-handheld") && i % 3 == 0)
                        client_frame(&client, 0x80 | WS_TEXT, "{\"t\":\"hello\"}", (size_t)(i % 13 + 1));
                client_close(&client);
        }
        while (closed < 40) {
                struct link_frame f = rig_hub_take(&rig);
                assert_int_not_equal(f.type, 0);
                opened += f.type == LINK_OPENED;
                closed += f.type == LINK_CLOSED;
        }
        assert_int_equal(opened, 40);
        assert_true(rig_hub_quiet(&rig, 50));
}

/* A handheld signs where its page came from: the hub is told which of the origins that was. */
static void a_socket_names_its_origin(void **state)
{
        (void)state;
        for (uint16_t i = 0; i < 2; i++) {
                assert_true(client_open(&client, &rig, true));
                assert_true(client_upgrade_from(
                        &client, &rig, rig.origins[i], "/ws/handheld", "__Host-handheld"));
                struct link_frame f = rig_hub_take(&rig);
                assert_int_equal(f.type, LINK_OPENED);
                assert_int_equal(f.b, i);
                client_close(&client);
                f = rig_hub_take(&rig);
                assert_int_equal(f.type, LINK_CLOSED);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(a_socket_names_its_origin, start, stop),
                cmocka_unit_test_setup_teardown(frames_that_are_refused, start, stop),
                cmocka_unit_test_setup_teardown(the_largest_message_that_is_taken, start, stop),
                cmocka_unit_test_setup_teardown(a_drip_of_fragments, start, stop),
                cmocka_unit_test_setup_teardown(too_many_messages, start, stop),
                cmocka_unit_test_setup_teardown(nobody_says_hello, start, stop),
                cmocka_unit_test_setup_teardown(silent_peers_go, start, stop),
                cmocka_unit_test_setup_teardown(stuck_readers_go, start, stop),
                cmocka_unit_test_setup_teardown(a_push_without_credit, start, stop),
                cmocka_unit_test_setup_teardown(what_can_wait_comes, start, stop),
                cmocka_unit_test_setup_teardown(what_can_wait_is_held, start_patiently, stop),
                cmocka_unit_test_setup_teardown(an_invitation_gets_its_code, start, stop),
                cmocka_unit_test_setup_teardown(a_client_that_leaves_politely, start, stop),
                cmocka_unit_test_setup_teardown(a_coming_and_going, start, stop),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
