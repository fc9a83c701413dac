/* How many stations nobody knows an agent drops in a second (target T9): what hostapd says of a phone that
 * came or is listed, read, tagged under the day's key and looked for in today's set; on one core.
 *
 *   sightings [ENROLLED [SIGHTINGS]]      prints "sightings per_s=... words_per_s=... claims=..." */
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/core/core.h"
#include "agent/core/hostapd.h"
#include "server/common/clock.h"

__attribute__((noreturn)) static void stop(const char *why)
{
        fprintf(stderr, "sightings: %s\n", why);
        exit(1);
}

static void enrol(struct core *core, uint32_t n)
{
        uint8_t tag[AGENT_TAG_BYTES];
        randombytes_buf(core->key, sizeof core->key);
        core->key_day = core->set.day = 1;
        core->key_until = INT64_MAX;
        core->set.version = 1;
        for (uint32_t slot = 0; slot < n; slot++) {
                randombytes_buf(tag, sizeof tag);
                if (tagset_append(&core->set, (uint16_t)slot, tag) != 0)
                        stop("the set takes no more");
        }
        tagset_sort(&core->set);
}

/* Strangers' addresses are made up: of the kind that phones draw for themselves. */
static void stranger(uint64_t number, uint8_t mac[6])
{
        uint64_t mixed = number * UINT64_C(0x9e3779b97f4a7c15);
        memcpy(mac, &mixed, 6);
        mac[0] = (uint8_t)((mac[0] & 0xfc) | 2);
}

static void step(struct core *core, const struct core_station *station)
{
        struct core_effects out;
        struct core_event e = {.type = CORE_STATION, .now = 1000, .wall = 1000, .station = *station};
        core_step(core, &e, &out);
}

/* As facts, for the core alone. */
static double rate_of_facts(struct core *core, uint64_t n)
{
        int64_t began = clock_mono_us();
        for (uint64_t i = 0; i < n; i++) {
                struct core_station s = {
                        .heard = CORE_SEEN, .rssi = -60, .inactive_ms = 100, .connected_s = 3};
                stranger(i, s.mac);
                step(core, &s);
        }
        return (double)n * 1e6 / (double)(clock_mono_us() - began);
}

/* As words, the way hostapd answers STA-NEXT. */
static double rate_of_words(struct core *core, uint64_t n)
{
        static char reply[] =
                "02:00:00:00:00:00\nflags=[AUTH][ASSOC][AUTHORIZED][WMM]\naid=3\ncapability=0x1\n"
                "listen_interval=10\nsupported_rates=82 84 8b 96 24 30 48 6c\n"
                "rx_packets=1021\ntx_packets=877\nrx_bytes=90211\ntx_bytes=401332\n"
                "inactive_msec=120\nsignal=-61\nconnected_time=42\n";
        static const char digits[] = "0123456789abcdef";
        uint8_t mac[6];
        int64_t began = clock_mono_us();
        for (uint64_t i = 0; i < n; i++) {
                struct core_station s;
                stranger(n + i, mac);
                for (size_t b = 0; b < 6; b++) {
                        reply[3 * b] = digits[mac[b] >> 4];
                        reply[3 * b + 1] = digits[mac[b] & 15];
                }
                if (hostapd_sta((struct slice){reply, sizeof reply - 1}, &s) != HOSTAPD_STA)
                        stop("the reply was not read");
                step(core, &s);
        }
        return (double)n * 1e6 / (double)(clock_mono_us() - began);
}

int main(int argc, char **argv)
{
        static struct core core;
        uint32_t enrolled = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 10000;
        uint64_t n = argc > 2 ? strtoull(argv[2], NULL, 10) : 1000000;
        if (enrolled > AGENT_TAGS_MAX || n == 0)
                stop("usage: sightings [ENROLLED [SIGHTINGS]]");
        if (sodium_init() < 0 || core_init(&core, AGENT_AP_HOSTAPD, "bench", 1) != 0)
                stop("no memory");
        enrol(&core, enrolled);
        double facts = rate_of_facts(&core, n), words = rate_of_words(&core, n);
        printf("sightings enrolled=%" PRIu32 " n=%" PRIu64 " per_s=%.0f words_per_s=%.0f claims=%" PRIu32
               "\n",
                enrolled, n, facts, words, core.claims.n);
        core_finish(&core);
        return 0;
}
