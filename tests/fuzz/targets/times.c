/* Times and zones as people write them: what is taken is a time in the years that are meant, and reads back
 * as the same local reading; a zone is one of the tz database or none. */
#include "server/common/clock.h"
#include "server/ctl/zone.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>

static const struct zone *zones[4];

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
        static const char *const names[] = {
                "Europe/Paris", "America/New_York", "Asia/Kathmandu", "Europe/Dublin"};
        (void)argc, (void)argv;
        for (size_t i = 0; i < ARRAY_LEN(names); i++) {
                zones[i] = zone_find(slice_of(names[i]));
                MUST(zones[i] != NULL);
        }
        MUST(clock_set_zone("Europe/Paris") == 0);
        return 0;
}

/* 1970 to 2099, and what an offset or a zone may add on both sides. */
static bool in_range(wall_ms at)
{
        return at >= -2 * DAY_MS && at < (INT64_C(47482) + 2) * DAY_MS;
}

static void check_zone(const char *name)
{
        struct clock_local local;
        wall_ms back;
        int rc = clock_set_zone(name);
        MUST(rc == 0 || rc == 1);
        if (rc != 0)
                return;
        MUST(name[0] != '/' && strstr(name, "..") == NULL);
        local = clock_to_local(INT64_C(1772700000000));
        MUST(clock_from_local(&local, &back) == 0);
        MUST(clock_set_zone("Europe/Paris") == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        struct feed feed = {bytes, len};
        const struct zone *zone = zones[feed_byte(&feed) % ARRAY_LEN(zones)];
        struct slice rest = feed_rest(&feed);
        char *text = fuzz_copy(rest), *ended = fuzz_string(rest);
        const char *why = NULL;
        uint8_t precision = 0;
        wall_ms at = 0, plain = -1;
        int rc = zone_parse(zone, (struct slice){text, rest.len}, &at, &precision, &why);
        MUST(rc == 0 || (rc == 1 && why != NULL));
        if (rc == 0)
                MUST(in_range(at) && precision >= ZONE_DAY && precision <= ZONE_SECOND);
        if (clock_parse(ended, &plain) == 0) {
                struct clock_local local = clock_to_local(plain);
                wall_ms back;
                MUST(clock_from_local(&local, &back) == 0);
                /* Of an hour that occurs twice the first is meant. */
                MUST(back == plain || back == plain - HOUR_MS);
                int32_t minute = clock_store_minute(plain);
                MUST(minute >= 0 && minute < 1440);
                /* Both readers agree where both read a time of the store's. */
                if (rc == 0 && zone == zones[0] && strlen(ended) == rest.len)
                        MUST(at / SECOND_MS == plain / SECOND_MS);
        } else {
                MUST(plain == -1);
        }
        check_zone(ended);
        free(text);
        free(ended);
        return 0;
}
