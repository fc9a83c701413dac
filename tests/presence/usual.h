/* What the tests of presence share: the settings of a store as it comes, and dice that can be thrown again.
 */
#ifndef TESTS_PRESENCE_USUAL_H
#define TESTS_PRESENCE_USUAL_H

#include "server/core/presence.h"

static const struct presence_settings usual = {.claims_most = 64,
        .source = {[SOURCE_CHECK_IN] = {.ttl_ms = 2 * HOUR_MS},
                [SOURCE_WIFI] = {.ttl_ms = 90 * SECOND_MS, .grace_ms = 120 * SECOND_MS, .dwell = true}},
        .dwell_ms = 60 * SECOND_MS,
        .pause_ms = 10 * MINUTE_MS,
        .end_ms = 30 * MINUTE_MS,
        .late_ms = 10 * MINUTE_MS,
        .ceiling_ms = 6 * HOUR_MS,
        .floor_dbm = -75,
        .keep_dbm = -85};

static uint64_t dice;

static inline uint64_t draw(uint64_t below)
{
        dice += UINT64_C(0x9E3779B97F4A7C15); /* splitmix64 */
        uint64_t z = dice;
        z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
        z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
        return (z ^ (z >> 31)) % below;
}

#endif
