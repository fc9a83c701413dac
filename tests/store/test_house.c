/* What the house rules ask the database: on how many days she said "not today" since she last said "always",
 * against a model that walks through everything that was said. */
#include "tests/store/kit.h"

#include <stdio.h>
#include <stdlib.h>

#include "server/core/house.h"

#define WORDS 40

struct said {
        bool always; /* else "not today" */
        store_day day;
        wall_ms at;
};

static struct write word(uint32_t person, const struct said *said)
{
        struct write w = kit_consent(
                person, said->always ? CATEGORY_SENSED : CATEGORY_PRESENCE, CONSENT_GIVEN, 0, said->at);
        w.consent.row.purpose = PURPOSE_ALERT;
        w.consent.row.mode = said->always ? MODE_STANDING : MODE_NOT_TODAY;
        w.consent.row.state = said->always ? CONSENT_GIVEN : CONSENT_REFUSED;
        w.consent.row.day = said->day;
        w.consent.row.valid_until = said->at + 300 * DAY_MS;
        return w;
}

/* Days with a "not today" from the newest "always" on; none without one. */
static uint32_t model_count(const struct said *all, uint32_t n)
{
        wall_ms since = -1;
        uint32_t days = 0;
        store_day seen[WORDS];
        for (uint32_t i = 0; i < n; i++)
                if (all[i].always && all[i].at > since)
                        since = all[i].at;
        for (uint32_t i = 0; since >= 0 && i < n; i++) {
                bool again = all[i].always || all[i].at < since;
                for (uint32_t k = 0; k < days; k++)
                        again |= seen[k] == all[i].day;
                if (!again)
                        seen[days++] = all[i].day;
        }
        return days;
}

static uint32_t store_count(struct kit *kit, uint32_t person)
{
        struct effect load = kit_by_person(person, WANT_PERSON);
        struct dossier *d = kit_load(kit, &load);
        uint32_t n = d->person.not_todays;
        free(d);
        return n;
}

static uint64_t seed;
static uint32_t draw(uint32_t below)
{
        seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
        return (uint32_t)(seed >> 33) % below;
}

static void not_todays_are_counted_as_the_model_counts_them(void **state)
{
        struct kit kit;
        const char *from = getenv("MAITRED_SEED");
        (void)state;
        seed = from && *from ? strtoull(from, NULL, 10) : 7;
        print_message("seed %llu\n", (unsigned long long)seed);
        kit_open(&kit);
        for (uint32_t person = 1; person <= 12; person++) {
                char row[40];
                struct said all[WORDS];
                wall_ms at = NOW - 200 * DAY_MS;
                snprintf(row, sizeof row, "c%u;Anna Bell;;\n", person);
                kit_import_counts(&kit, IMPORT_CUSTOMERS, row, 1, 0, 0, 0, 0, 0);
                for (uint32_t i = 0; i < WORDS; i++) {
                        struct house h;
                        at += (wall_ms)draw(3) *
                              (draw(2) ? DAY_MS : HOUR_MS); /* also the same moment again */
                        all[i] = (struct said){draw(6) == 0, (store_day)(at / DAY_MS), at};
                        struct write w = word(person, &all[i]);
                        assert_int_equal(kit_commit(&kit, &w, 1), 0);
                        uint32_t n = model_count(all, i + 1), got = store_count(&kit, person);
                        assert_int_equal(got, n);
                        /* and that is what her "always" hangs on */
                        house_default(&h);
                        h.value[HOUSE_NOT_TODAYS] = (int32_t)n + 1;
                        struct house_always always = {
                                .given = all[i].day, .used = all[i].day, .not_todays = got};
                        assert_true(house_always_holds(&h, &always, all[i].day));
                        h.value[HOUSE_NOT_TODAYS] = (int32_t)n;
                        assert_false(house_always_holds(&h, &always, all[i].day));
                }
        }
        kit_close(&kit);
}

int main(void)
{
        const struct CMUnitTest tests[] = {cmocka_unit_test(not_todays_are_counted_as_the_model_counts_them)};
        return cmocka_run_group_tests(tests, NULL, NULL);
}
