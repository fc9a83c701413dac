/* Plays sightings through the presence core and prints the visits that come of them: "person first last".
 * Standard input has lines "milliseconds person", by time. Arguments: a seed, the longest delay in seconds,
 * the most copies of a report. Each copy arrives after its own random delay, from one of three access points.
 */
#include "server/core/presence.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct arrival {
        mono_ms at, age;
        uint32_t person, sensor, order;
};

static uint64_t seed;

static uint64_t draw(uint64_t below)
{
        seed += UINT64_C(0x9E3779B97F4A7C15); /* splitmix64 */
        uint64_t z = seed;
        z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
        z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
        return (z ^ (z >> 31)) % below;
}

static int by_time(const void *a, const void *b)
{
        const struct arrival *x = a, *y = b;
        if (x->at != y->at)
                return x->at < y->at ? -1 : 1;
        return x->order < y->order ? -1 : x->order > y->order;
}

static void tell(struct presence *p, mono_ms now)
{
        struct presence_change c;
        for (uint32_t at = 0; presence_next(p, now, &at, &c);) {
                if (c.to == LEVEL_OVER)
                        printf("%" PRIu32 " %" PRId64 " %" PRId64 "\n", c.person, c.first, c.last);
                presence_told(p, c.person, c.to, c.strength);
        }
}

int main(int argc, char **argv)
{
        if (argc != 4)
                return 2;
        seed = strtoull(argv[1], NULL, 10);
        uint64_t delay_ms = strtoull(argv[2], NULL, 10) * 1000, copies = strtoull(argv[3], NULL, 10);
        struct arrival *list = NULL;
        size_t n = 0, room = 0;
        int64_t at;
        uint32_t person;
        while (scanf("%" SCNd64 " %" SCNu32, &at, &person) == 2) {
                for (uint64_t copy = 1 + draw(copies); copy; copy--) {
                        if (n == room) {
                                room = room ? room * 2 : 4096;
                                list = realloc(list, room * sizeof(*list));
                                if (!list)
                                        return 1;
                        }
                        int64_t age = (int64_t)draw(delay_ms + 1);
                        list[n++] = (struct arrival){
                                at + age, age, person, 1 + (uint32_t)draw(3), (uint32_t)draw(1u << 30)};
                }
        }
        qsort(list, n, sizeof(*list), by_time);
        const struct presence_settings set = {.claims_most = 4096,
                .source = {[SOURCE_WIFI] = {.ttl_ms = 90 * SECOND_MS,
                                   .grace_ms = 120 * SECOND_MS,
                                   .dwell = true}},
                .dwell_ms = 60 * SECOND_MS,
                .pause_ms = 10 * MINUTE_MS,
                .end_ms = 30 * MINUTE_MS,
                .late_ms = 10 * MINUTE_MS,
                .ceiling_ms = 6 * HOUR_MS,
                .floor_dbm = -75,
                .keep_dbm = -85};
        struct presence *p = presence_create(&set);
        mono_ms tick = n ? list[0].at : 0;
        for (size_t i = 0; i < n; i++) {
                for (; tick <= list[i].at; tick += 15 * SECOND_MS)
                        tell(p, tick);
                struct claim_report r = {.source = SOURCE_WIFI,
                        .kind = draw(4)   ? CLAIM_ALIVE
                                : draw(2) ? CLAIM_JOIN
                                          : CLAIM_ROAM,
                        .strength = STRENGTH_SURE,
                        .sensor = list[i].sensor,
                        .person = list[i].person,
                        .age_ms = list[i].age};
                enum presence_taken taken = presence_report(p, &r, list[i].at);
                if (taken != PRESENCE_TAKEN && taken != PRESENCE_OLD)
                        return 3;
        }
        struct presence_counts counts;
        for (presence_count(p, &counts); counts.stays; presence_count(p, &counts), tick += 15 * SECOND_MS)
                tell(p, tick);
        presence_destroy(p);
        free(list);
        return 0;
}
