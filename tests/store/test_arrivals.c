/* Arrivals of the last hour, as a start reads them: whose each was, and in which order [P164]. */
#include "tests/store/kit.h"

#include "server/common/clock.h"
#include "server/common/ids.h"

enum { MARIA = 1, EVA = 2, JONAS = 3 };

static struct write visit_at(uint32_t person, uint32_t client_of, wall_ms at)
{
        return (struct write){.kind = WRITE_VISIT,
                .visit = {.id = ids_uuid(at),
                        .person = person,
                        .client_of = client_of,
                        .evidence = client_of ? CLIENT_CHOSEN : CLIENT_NONE,
                        .state = VISIT_ENDED,
                        .alert_state = ALERT_OFFERED,
                        .started = at,
                        .since = at,
                        .changed = at,
                        .day = clock_store_day(at)}};
}

static void offers(struct kit *kit, const struct write *visit, uint32_t associate, wall_ms at)
{
        struct write w = {.kind = WRITE_OFFER,
                .offer = {
                        .id = ids_uuid(at), .visit = visit->visit.id, .associate = associate, .offered = at}};
        assert_int_equal(kit_commit(kit, &w, 1), 0);
}

static void whose_each_was_oldest_first(void **state)
{
        struct kit kit;
        struct snapshot s;
        struct store_error error;
        (void)state;
        kit_open(&kit);
        kit_import_counts(&kit, IMPORT_CUSTOMERS, "c1;Anna Bell;;\nc2;Bo Lind;;\n", 2, 0, 0, 0, 0, 0);
        struct write visits[] = {visit_at(1, MARIA, NOW - 3 * HOUR_MS),
                visit_at(1, MARIA, NOW - 50 * MINUTE_MS), visit_at(2, 0, NOW - 40 * MINUTE_MS),
                visit_at(1, 0, NOW - 30 * MINUTE_MS)};
        for (size_t i = 0; i < ARRAY_LEN(visits); i++)
                assert_int_equal(kit_commit(&kit, &visits[i], 1), 0);
        offers(&kit, &visits[1], JONAS, NOW - 49 * MINUTE_MS); /* she is Maria's all the same */
        offers(&kit, &visits[2], JONAS, NOW - 39 * MINUTE_MS);
        offers(&kit, &visits[2], EVA, NOW - 38 * MINUTE_MS); /* not the first */
        kit_reopen(&kit);
        assert_int_equal(store_snapshot(kit.store, NOW, clock_store_day(NOW), &s, &error), 0);
        assert_int_equal(s.n_arrivals, 3);
        assert_int_equal(s.arrivals[0].associate, MARIA);
        assert_true(s.arrivals[0].started == NOW - 50 * MINUTE_MS);
        assert_int_equal(s.arrivals[1].associate, JONAS);
        assert_memory_equal(&s.arrivals[1].visit, &visits[2].visit.id, sizeof(struct uuid));
        assert_int_equal(s.arrivals[2].associate, 0);
        snapshot_free(&s);
        kit_close(&kit);
}

int main(void)
{
        const struct CMUnitTest tests[] = {cmocka_unit_test(whose_each_was_oldest_first)};
        return cmocka_run_group_tests(tests, NULL, NULL);
}
