/* What hostapd and OpenWrt's ubus say about stations: text that contains names of strangers' choosing. What
 * is found points into the text, and says the same when it is read once more. */
#include "agent/core/hostapd.h"
#include "agent/core/ubus.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>

#define NUMBER_END INT64_C(1000000000000000)

static struct slice whole; /* the text being read */
static uint32_t clients;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
        (void)argc, (void)argv;
        return 0;
}

static void inside(struct slice s)
{
        MUST(s.len == 0 || (s.at >= whole.at && s.at + s.len <= whole.at + whole.len));
}

static void check_station(const struct core_station *s)
{
        inside(s->keyid);
        inside(s->user);
        /* At most fifteen digits, so that the core's arithmetic has room. */
        MUST(s->inactive_ms < NUMBER_END && s->connected_s < NUMBER_END && s->rssi <= 0);
        MUST(s->inactive_ms > -NUMBER_END && s->connected_s > -NUMBER_END);
}

static void on_client(void *ctx, const struct core_station *s)
{
        (void)ctx;
        check_station(s);
        clients++;
}

static bool same(const struct core_station *a, const struct core_station *b)
{
        return a->heard == b->heard && memcmp(a->mac, b->mac, 6) == 0 && a->keyid.at == b->keyid.at &&
               a->keyid.len == b->keyid.len && a->user.at == b->user.at && a->user.len == b->user.len &&
               a->rssi == b->rssi && a->inactive_ms == b->inactive_ms && a->connected_s == b->connected_s;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        struct feed feed = {bytes, len};
        uint8_t what = feed_byte(&feed) % 4;
        struct slice rest = feed_rest(&feed), interface = {"", 0};
        struct core_station a = {0}, b = {0};
        char *copy = fuzz_copy(rest);
        whole = (struct slice){copy, rest.len};
        if (what == 0) {
                enum hostapd_line line = hostapd_event(whole, &interface, &a);
                inside(interface);
                MUST(hostapd_event(whole, &interface, &b) == line);
                if (line == HOSTAPD_STATION) {
                        check_station(&a);
                        MUST(same(&a, &b));
                }
        } else if (what == 1) {
                enum hostapd_reply reply = hostapd_sta(whole, &a);
                MUST(hostapd_sta(whole, &b) == reply);
                if (reply == HOSTAPD_STA) {
                        check_station(&a);
                        MUST(same(&a, &b));
                }
        } else if (what == 2) {
                if (ubus_event(whole, &a))
                        check_station(&a);
        } else {
                clients = 0;
                int rc = ubus_clients(whole, on_client, NULL);
                MUST(rc == 0 || rc == 1);
                MUST(clients <= whole.len / 17);
        }
        free(copy);
        return 0;
}
