/* What must outlive its own log: card ordinals, and what was done for a request with a key. */
#include "tests/store/kit.h"

#include <stdlib.h>
#include <string.h>

#include "server/hub/store/commit.h"

#define MARIA 1u /* the first imported associate's surrogate */

static struct write event_of(uint64_t seq, enum stream_kind kind, uint32_t card)
{
        return (struct write){.kind = WRITE_STREAM,
                .stream = {.row = {.associate = MARIA,
                                   .seq = seq,
                                   .kind = (uint8_t)kind,
                                   .card = card,
                                   .visit = kit_uuid()},
                        .at = NOW}};
}

static uint32_t last_card(struct kit *kit)
{
        struct snapshot snapshot;
        struct store_error error;
        if (store_snapshot(kit->store, NOW, 20522, &snapshot, &error) != 0)
                fail_msg("%s", error.text);
        assert_int_equal(snapshot.roster->n_associates, 1);
        for (uint32_t i = 0; i < snapshot.n_stream; i++)
                assert_int_not_equal(snapshot.stream[i].card, 7);
        uint32_t last = snapshot.roster->associates[0].last_card;
        snapshot_free(&snapshot);
        return last;
}

/* Card 7 is long gone from the kept events, but 7 is what the next one counts from. */
static void a_card_number_outlives_its_events(void **state)
{
        struct kit kit;
        (void)state;
        kit_open(&kit);
        kit_import_counts(
                &kit, IMPORT_ASSOCIATES, "a1;Maria Lopez;main;Shoes;associate;1\n", 1, 0, 0, 0, 0, 0);
        assert_int_equal(last_card(&kit), 0);
        struct write first = event_of(1, STREAM_CARD, 7);
        assert_int_equal(kit_commit(&kit, &first, 1), 0);
        for (uint64_t seq = 2; seq <= 3 * COMMIT_STREAM_KEPT; seq++) {
                struct write w = event_of(seq, seq % 2 ? STREAM_CARD : STREAM_STATE, 3);
                assert_int_equal(kit_commit(&kit, &w, 1), 0);
        }
        kit_reopen(&kit);
        assert_int_equal(last_card(&kit), 7);
        kit_close(&kit);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_card_number_outlives_its_events),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
