/* What access points say: the lines of a real hostapd and of real OpenWrt captures (read beside the project,
 * skipped where they are not), hostile variants of them, and claims under want of room and on disk. */
#include "agent/core/claims.h"
#include "agent/core/hostapd.h"
#include "agent/core/ubus.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

static char *read_shared(const char *name, size_t *len)
{
        char path[1024];
        snprintf(path, sizeof path, "%s/%s", SHARED_FOLDER, name);
        FILE *in = fopen(path, "re");
        char *text = calloc(1, 65536);
        assert_non_null(text);
        if (!in) {
                free(text);
                print_message("skipped: %s is not here\n", name);
                skip();
        }
        *len = fread(text, 1, 65535, in);
        fclose(in);
        return text;
}

static const uint8_t first_mac[6] = {0x04, 0xab, 0x00, 0x12, 0x34, 0x56};

static void events_of_a_capture(void **state)
{
        (void)state;
        size_t len, at = 0;
        char *text = read_shared("data/wifi-hostapd-ctrl/events.txt", &len);
        static const enum hostapd_line want[] = {HOSTAPD_STATION, HOSTAPD_STATION, HOSTAPD_STATION,
                HOSTAPD_STATION, HOSTAPD_STATION, HOSTAPD_ENDING, HOSTAPD_OTHER, HOSTAPD_OTHER};
        for (size_t i = 0; i < ARRAY_LEN(want); i++) {
                struct core_station s;
                struct slice interface, line = {text + at, strcspn(text + at, "\n")};
                assert_int_equal(hostapd_event(line, &interface, &s), want[i]);
                if (want[i] == HOSTAPD_STATION) {
                        assert_memory_equal(s.mac, first_mac, 6);
                        assert_int_equal(s.heard, i == 4 ? CORE_LEFT : CORE_JOINED);
                        assert_int_equal(s.keyid.len, 0);
                }
                at += line.len + 1;
        }
        free(text);
}

static void the_emulated_guest_s_events(void **state)
{
        (void)state;
        size_t len;
        char *text = read_shared("wifi-guest/sample-events.txt", &len);
        int joined = 0, left = 0, named = 0;
        for (char *line = text; *line; line += strcspn(line, "\n") + (line[strcspn(line, "\n")] != 0)) {
                struct core_station s;
                struct slice interface, rest;
                if (strncmp(line, "EVENT ", 6) != 0)
                        continue;
                const char *word = line + 6 + strcspn(line + 6, " \n");
                if (*word != ' ')
                        continue;
                rest = (struct slice){word + 1, strcspn(word + 1, "\n")};
                if (hostapd_event(rest, &interface, &s) != HOSTAPD_STATION)
                        continue;
                joined += s.heard == CORE_JOINED;
                left += s.heard == CORE_LEFT;
                named += s.keyid.len > 0;
        }
        assert_true(joined >= 9 && left >= 8);
        assert_int_equal(named, joined); /* every one had her own key */
        free(text);
}

static void a_reply_of_a_capture(void **state)
{
        (void)state;
        size_t len;
        char *text = read_shared("data/wifi-hostapd-ctrl/sta-reply.txt", &len);
        static const uint8_t mac[6] = {0xfa, 0xce, 0xaa, 0xbb, 0x12, 0x34};
        struct core_station s;
        assert_int_equal(hostapd_sta((struct slice){text, len}, &s), HOSTAPD_STA);
        assert_memory_equal(s.mac, mac, 6);
        assert_int_equal(s.rssi, -64);
        assert_int_equal(s.inactive_ms, 590);
        assert_int_equal(s.connected_s, -1);
        free(text);
        char *status = read_shared("data/wifi-hostapd-ctrl/status-reply-1.txt", &len);
        assert_int_equal(hostapd_sta((struct slice){status, len}, &s), HOSTAPD_FAIL);
        free(status);
}

static void what_else_hostapd_says(void **state)
{
        (void)state;
        struct core_station s;
        struct slice interface;
        const char *global = "IFNAME=wlan1 <3>AP-STA-CONNECTED 3c:06:30:aa:00:01 "
                             "p2p_dev_addr=00:11:22:33:44:55 keyid=cust-ada vlanid=7";
        assert_int_equal(hostapd_event(slice_of(global), &interface, &s), HOSTAPD_STATION);
        assert_true(slice_is(interface, "wlan1") && slice_is(s.keyid, "cust-ada"));
        assert_int_equal(hostapd_event(slice_of("<3>AP-DISABLED "), &interface, &s), HOSTAPD_DISABLED);
        assert_int_equal(
                hostapd_event(slice_of("<3>CTRL-EVENT-TERMINATING "), &interface, &s), HOSTAPD_ENDING);
        static const char *const nothing[] = {"", "<3>", "IFNAME=", "<3>AP-STA-CONNECTED",
                "<3>AP-STA-CONNECTED x", "<3>AP-STA-CONNECTED ff:ff:ff:ff:ff:ff",
                "<3>AP-STA-POSSIBLE-PSK-MISMATCH 02:00:00:00:03:00",
                "<3>RX-PROBE-REQUEST sa=e6:bc:df:1b:37:b8 signal=-30",
                "<3>EAPOL-4WAY-HS-COMPLETED 3c:06:30:aa:00:01", "AP-STA-CONNECTED\n3c:06:30:aa:00:0"};
        for (size_t i = 0; i < ARRAY_LEN(nothing); i++)
                if (hostapd_event(slice_of(nothing[i]), &interface, &s) != HOSTAPD_OTHER)
                        fail_msg("taken: %s", nothing[i]);
        assert_int_equal(hostapd_sta(slice_of(""), &s), HOSTAPD_END);
        assert_int_equal(hostapd_sta(slice_of("FAIL\n"), &s), HOSTAPD_FAIL);
        assert_int_equal(
                hostapd_sta(slice_of("3c:06:30:aa:00:01\nflags=[AUTH][ASSOC]\n"), &s), HOSTAPD_WAITING);
        const char *odd = "3c:06:30:aa:00:01\nflags=[AUTHORIZED]\nsignal=0\ninactive_msec=-4\nconnected_time="
                          "99999999999999999999\n"
                          "dot1xAuthSessionUserName=ada@example.com\nkeyid=x";
        assert_int_equal(hostapd_sta(slice_of(odd), &s), HOSTAPD_STA);
        assert_true(s.rssi == 0 && s.inactive_ms == -1 && s.connected_s == -1);
        assert_true(slice_is(s.user, "ada@example.com") && slice_is(s.keyid, "x"));
}

static void count_client(void *ctx, const struct core_station *s)
{
        int *n = ctx;
        n[0]++;
        n[1] += s->rssi;
}

static void openwrt(void **state)
{
        (void)state;
        struct core_station s;
        int n[2] = {0};
        const char *joined = "{ \"sta-authorized\": "
                             "{\"address\":\"42:48:16:6b:83:ee\",\"auth-alg\":\"open\",\"x\":[1,{\"y\":-"
                             "7160986498777481216}]} }";
        assert_true(ubus_event(slice_of(joined), &s));
        assert_int_equal(s.heard, CORE_JOINED);
        assert_int_equal(s.mac[5], 0xee);
        static const char *const left[] = {"disassoc", "deauth", "local-deauth", "inactive-deauth"};
        static const char *const nothing[] = {"", "{", "{}", "[]",
                "{ \"auth\": {\"address\":\"42:48:16:6b:83:ee\"} }",
                "{ \"assoc\": {\"address\":\"42:48:16:6b:83:ee\",\"signal\":-36} }",
                "{ \"probe\": {\"address\":\"42:48:16:6b:83:ee\"} }",
                "{ \"sta-authorized\": {\"address\":42} }", "{ \"sta-authorized\": {\"address\":\"4",
                "{ \"sta-authorized\": \"x\" }",
                ("{ \"sta-authorized\": "
                 "{\"x\":[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]],\"address\":\"42:48:16:6b:83:ee\"} }")};
        char line[128];
        for (size_t i = 0; i < ARRAY_LEN(left); i++) {
                snprintf(line, sizeof line, "{ \"%s\": {\"address\":\"42:48:16:6b:83:ee\"} }", left[i]);
                assert_true(ubus_event(slice_of(line), &s) && s.heard == CORE_LEFT);
        }
        for (size_t i = 0; i < ARRAY_LEN(nothing); i++)
                if (ubus_event(slice_of(nothing[i]), &s))
                        fail_msg("taken: %s", nothing[i]);
        const char *clients = "{\"freq\":5180,\"clients\":{\"2a:1a:ec:4a:c0:df\":{\"auth\":true,\"assoc\":"
                              "true,\"authorized\":true,"
                              "\"rrm\":[115,0],\"signal\":-61},\"94:27:70:79:aa:18\":{\"authorized\":false,"
                              "\"assoc\":true}}}";
        assert_int_equal(ubus_clients(slice_of(clients), count_client, n), 0);
        assert_true(n[0] == 1 && n[1] == -61);
        assert_int_equal(ubus_clients(slice_of("{\"freq\":5180}"), count_client, n), 1);
        assert_int_equal(ubus_clients((struct slice){clients, strlen(clients) - 3}, count_client, n), 1);
}

static void clients_of_a_capture(void **state)
{
        (void)state;
        size_t len;
        int n[2] = {0};
        char *text = read_shared("presence-samples/ubus-get-clients.json", &len);
        assert_int_equal(ubus_clients((struct slice){text, len}, count_client, n), 0);
        assert_int_equal(n[0], 2);
        free(text);
}

/* ---- claims */

static struct claim made(int64_t seq, uint16_t slot, enum agent_kind kind)
{
        return (struct claim){.boot = 1, .seq = seq, .day = 1, .slot = slot, .kind = (uint8_t)kind};
}

static int place(const struct claims *c, int64_t seq)
{
        for (uint32_t i = 0; i < c->n; i++)
                if (c->list[i].seq == seq)
                        return (int)i;
        return -1;
}

/* Full: the oldest whole stay goes; then roams; then the oldest; what is left keeps its order. */
static void no_room(void **state)
{
        (void)state;
        struct claims c;
        assert_int_equal(claims_init(&c), 0);
        for (int64_t seq = 1; seq <= CLAIMS_MAX; seq++) {
                struct claim one = made(seq, (uint16_t)seq, AGENT_JOIN);
                if (seq == 10 || seq == 30)
                        one = made(seq, 5, seq == 10 ? AGENT_ROAM : AGENT_LEAVE);
                if (seq == 20)
                        one = made(seq, 9999, AGENT_LEAVE); /* its join is on the hub's disk already */
                claims_add(&c, &one);
        }
        struct claim next = made(CLAIMS_MAX + 1, 60000, AGENT_ROAM);
        claims_add(&c, &next);
        assert_int_equal(c.n, CLAIMS_MAX - 2);
        assert_true(place(&c, 5) < 0 && place(&c, 10) < 0 && place(&c, 30) < 0);
        assert_true(place(&c, 20) >= 0 && place(&c, 1) == 0);
        for (int64_t seq = CLAIMS_MAX + 2; seq <= CLAIMS_MAX + 4; seq++) {
                next = made(seq, (uint16_t)(50000 + seq), AGENT_JOIN);
                claims_add(&c, &next);
        }
        assert_true(c.n == CLAIMS_MAX && place(&c, CLAIMS_MAX + 1) < 0 && place(&c, 1) == 0);
        next = made(CLAIMS_MAX + 5, 3, AGENT_JOIN);
        claims_add(&c, &next);
        assert_true(c.n == CLAIMS_MAX && place(&c, 1) < 0 && c.dropped == 5);
        for (uint32_t i = 1; i < c.n; i++)
                assert_true(c.list[i].seq > c.list[i - 1].seq);
        claims_finish(&c);
}

static void on_disk(void **state)
{
        (void)state;
        uint8_t record[CLAIM_RECORD_SIZE];
        struct claim back, one = {.boot = 3,
                                   .seq = 9007199254740991,
                                   .day = 5,
                                   .wall = -7,
                                   .slot = 65535,
                                   .kind = AGENT_ROAM,
                                   .rssi = -128};
        claim_pack(&one, record);
        assert_int_equal(claim_unpack(record, &back), 0);
        assert_true(back.boot == 3 && back.seq == one.seq && back.day == 5 && back.wall == -7 &&
                    back.slot == 65535 && back.kind == AGENT_ROAM && back.rssi == -128 && back.recalled);
        for (size_t i = 0; i < sizeof record; i++) {
                record[i] ^= 1;
                assert_int_equal(claim_unpack(record, &back), 1);
                record[i] ^= 1;
        }
}

static void a_set_under_change(void **state)
{
        (void)state;
        static uint8_t tags[2000][AGENT_TAG_BYTES];
        struct tagset set;
        tagset_init(&set);
        for (uint32_t i = 0; i < ARRAY_LEN(tags); i++) {
                uint8_t key[AGENT_KEY_BYTES] = {1};
                struct agent_tag tag;
                agent_tag(key, AGENT_ID_KEYID, &i, sizeof i, &tag);
                memcpy(tags[i], tag.b, sizeof tag.b);
                if (i < 1000)
                        assert_int_equal(tagset_append(&set, (uint16_t)i, tags[i]), 0);
        }
        tagset_sort(&set);
        for (uint16_t i = 1000; i < 2000; i++)
                assert_int_equal(tagset_add(&set, i, tags[i]), 0);
        assert_int_equal(tagset_add(&set, 7, tags[8]), 1);
        for (uint16_t i = 0; i < 2000; i += 3)
                tagset_remove(&set, i);
        for (uint16_t i = 0; i < 2000; i++) {
                assert_int_equal(tagset_find(&set, tags[i]), i % 3 == 0 ? -1 : i);
                assert_int_equal(tagset_holds(&set, i), i % 3 != 0);
        }
        tagset_finish(&set);
        assert_int_equal(tagset_find(&set, tags[1]), -1);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(events_of_a_capture),
                cmocka_unit_test(the_emulated_guest_s_events),
                cmocka_unit_test(a_reply_of_a_capture),
                cmocka_unit_test(what_else_hostapd_says),
                cmocka_unit_test(openwrt),
                cmocka_unit_test(clients_of_a_capture),
                cmocka_unit_test(no_room),
                cmocka_unit_test(on_disk),
                cmocka_unit_test(a_set_under_change),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
