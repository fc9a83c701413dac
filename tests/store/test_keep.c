/* What has been kept long enough is gone, from the file too; a second before it is there, and what the
 * numbers are made of stays. */
#include "tests/store/kit.h"
#include "server/hub/store/keep.h"
#include "server/rulebook/render.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The store's midnight twelve months before NOW: 2025-03-10 in Paris. */
#define MIRROR INT64_C(1741561200000)

static struct uuid id_of(wall_ms at, uint8_t mark)
{
        struct uuid id = {{0}};
        for (int i = 0; i < 6; i++)
                id.b[i] = (uint8_t)(at >> (8 * (5 - i)));
        memset(id.b + 6, mark, sizeof id.b - 6);
        return id;
}

static void visit(struct kit *kit, struct uuid id, wall_ms at, uint8_t state)
{
        struct write w = {.kind = WRITE_VISIT,
                .visit = {
                        .id = id, .person = 1, .state = state, .started = at, .changed = at, .n_places = 2}};
        snprintf(w.visit.hint, sizeof w.visit.hint, "green coat");
        w.visit.places[0] = (struct place_row){.associate = 7, .card = 3, .card_seq = 9, .offer = id};
        w.visit.places[1] = (struct place_row){.associate = 8, .card = 4, .card_seq = 2, .offer = id};
        assert_int_equal(kit_commit(kit, &w, 1), 0);
}

static struct write look_row(uint32_t person, struct uuid id, struct uuid of, wall_ms at)
{
        static char card[CARD_FRAME_SIZE];
        memset(card, 'x', sizeof card);
        return (struct write){.kind = WRITE_DISCLOSURE,
                .disclosure = {.id = id,
                        .visit = of,
                        .person = person,
                        .associate = 7,
                        .lines = 3,
                        .card = card,
                        .at = at}};
}

static void look_at(struct kit *kit, uint32_t person, struct uuid id, struct uuid of, wall_ms at)
{
        struct write w = look_row(person, id, of, at);
        assert_int_equal(kit_commit(kit, &w, 1), 0);
}

static void look(struct kit *kit, struct uuid id, struct uuid of, wall_ms at)
{
        look_at(kit, 1, id, of, at);
}

static void event(struct kit *kit, uint32_t associate, uint64_t seq, struct uuid of, wall_ms at)
{
        struct write w = {.kind = WRITE_STREAM,
                .stream = {.row = {.associate = associate,
                                   .seq = seq,
                                   .kind = STREAM_RETRACT,
                                   .card = 1,
                                   .visit = of},
                        .at = at}};
        assert_int_equal(kit_commit(kit, &w, 1), 0);
}

static void cleared(struct kit *kit, struct uuid of, wall_ms at)
{
        struct write w = {.kind = WRITE_CLEARED, .cleared = {of, 7, 1, at}};
        assert_int_equal(kit_commit(kit, &w, 1), 0);
}

static void let_go(struct kit *kit, wall_ms now)
{
        struct write w = {.kind = WRITE_KEEP,
                .keep = {.now = now, .presence_h = 24, .visits_days = 30, .mirror_months = 12}};
        assert_int_equal(kit_commit(kit, &w, 1), 0);
}

/* A number that the closed file answers. */
static int64_t ask(const struct kit *kit, const char *sql)
{
        char path[200];
        sqlite3 *db = NULL;
        sqlite3_stmt *s = NULL;
        snprintf(path, sizeof path, "%s/store.db", kit->dir);
        assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
        if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK || sqlite3_step(s) != SQLITE_ROW)
                fail_msg("%s: %s", sql, sqlite3_errmsg(db));
        int64_t n = sqlite3_column_int64(s, 0);
        sqlite3_finalize(s);
        sqlite3_close(db);
        return n;
}

static bool in_file(const struct kit *kit, const char *name, const struct uuid *id)
{
        char path[200], *bytes = NULL;
        size_t len = 0;
        snprintf(path, sizeof path, "%s/%s", kit->dir, name);
        FILE *f = fopen(path, "rb");
        if (!f)
                return false;
        bytes = malloc(64 << 20);
        assert_non_null(bytes);
        len = fread(bytes, 1, 64 << 20, f);
        fclose(f);
        bool found = memmem(bytes, len, id->b, sizeof id->b) != NULL;
        free(bytes);
        return found;
}

static bool on_disk(const struct kit *kit, const struct uuid *id)
{
        return in_file(kit, "store.db", id) || in_file(kit, "store.db-wal", id);
}

static void shut(struct kit *kit)
{
        store_close(kit->store);
        kit->store = NULL;
}

static void open_kit(struct kit *kit)
{
        kit_open(kit);
        kit_import_counts(kit, IMPORT_CUSTOMERS, "c1;Anna Bell;;\n", 1, 0, 0, 0, 0, 0);
}

static void which_screen_had_it_goes_after_presence(void **state)
{
        struct kit kit;
        (void)state;
        open_kit(&kit);
        struct uuid old = id_of(NOW, 0xa1), young = id_of(NOW, 0xa2), lone = id_of(NOW, 0xa3);
        wall_ms due = NOW - 24 * HOUR_MS;
        event(&kit, 7, 1, old, due - SECOND_MS);
        event(&kit, 7, 2, young, due + SECOND_MS);
        event(&kit, 8, 5, lone, due - SECOND_MS);
        cleared(&kit, old, due - SECOND_MS);
        cleared(&kit, young, due + SECOND_MS);
        let_go(&kit, NOW);
        shut(&kit);
        assert_int_equal(ask(&kit, "SELECT count(*) FROM stream_event WHERE associate = 7"), 1);
        assert_int_equal(ask(&kit, "SELECT max(seq) FROM stream_event WHERE associate = 8"), 5);
        assert_int_equal(ask(&kit, "SELECT count(*) FROM cleared"), 1);
        assert_false(on_disk(&kit, &old));
        assert_false(on_disk(&kit, &lone));
        assert_true(on_disk(&kit, &young));
        kit_close(&kit);
}

static void what_she_said_goes_with_the_visit(void **state)
{
        struct kit kit;
        (void)state;
        open_kit(&kit);
        struct uuid id = id_of(NOW, 0xb1);
        visit(&kit, id, NOW, VISIT_OPEN);
        shut(&kit);
        assert_int_equal(ask(&kit, "SELECT count(*) FROM visit WHERE length(words) > 0"), 1);
        kit_reopen(&kit);
        visit(&kit, id, NOW, VISIT_ENDED);
        shut(&kit);
        assert_int_equal(ask(&kit, "SELECT count(*) FROM visit WHERE length(words) > 0"), 0);
        assert_int_equal(ask(&kit, "SELECT count(*) FROM visit"), 1);
        kit_close(&kit);
}

static void whom_it_was_offered_to_goes_after_visits(void **state)
{
        struct kit kit;
        (void)state;
        open_kit(&kit);
        wall_ms due = NOW - 30 * DAY_MS;
        visit(&kit, id_of(due - SECOND_MS, 0xc1), due - SECOND_MS, VISIT_ENDED);
        visit(&kit, id_of(due + SECOND_MS, 0xc2), due + SECOND_MS, VISIT_ENDED);
        let_go(&kit, NOW);
        shut(&kit);
        assert_int_equal(ask(&kit, "SELECT count(*) FROM visit"), 2); /* the numbers' */
        assert_int_equal(ask(&kit, "SELECT count(*) FROM visit WHERE recipient = 7 AND more IS NOT NULL"), 1);
        assert_int_equal(
                ask(&kit, "SELECT count(*) FROM visit WHERE recipient = 0 AND card = 0 AND more IS NULL"), 1);
        kit_reopen(&kit);
        let_go(&kit, NOW + 2 * SECOND_MS); /* the walk goes on where it stands, also after a start */
        let_go(&kit, NOW + 3 * SECOND_MS);
        shut(&kit);
        assert_int_equal(ask(&kit, "SELECT count(*) FROM visit WHERE recipient = 0"), 2);
        kit_close(&kit);
}

static void what_a_card_said_goes_after_mirror(void **state)
{
        struct kit kit;
        (void)state;
        open_kit(&kit);
        struct uuid old = id_of(MIRROR, 0xd1), young = id_of(MIRROR, 0xd2);
        look(&kit, id_of(MIRROR, 0xd3), old, MIRROR - SECOND_MS);
        look(&kit, id_of(MIRROR, 0xd4), young, MIRROR + SECOND_MS);
        let_go(&kit, NOW);
        shut(&kit);
        assert_int_equal(ask(&kit, "SELECT count(*) FROM disclosure"), 2);
        assert_int_equal(ask(&kit, "SELECT count(*) FROM disclosure WHERE card IS NOT NULL"), 1);
        assert_int_equal(
                ask(&kit, "SELECT count(*) FROM disclosure WHERE lines = 3 AND card IS NOT NULL"), 1);
        assert_int_equal(ask(&kit, "SELECT count(*) FROM disclosure WHERE lines = 0 AND person = 1"), 1);
        assert_false(on_disk(&kit, &old));
        assert_true(on_disk(&kit, &young));
        kit_close(&kit);
}

static void the_rows_go_when_the_numbers_look_no_further_back(void **state)
{
        struct kit kit;
        (void)state;
        open_kit(&kit);
        wall_ms long_ago = NOW - 800 * DAY_MS, lately = NOW - 600 * DAY_MS;
        for (uint8_t i = 0; i < 2; i++) {
                wall_ms at = i ? lately : long_ago;
                visit(&kit, id_of(at, 0xe1), at, VISIT_ENDED);
                look(&kit, id_of(at, 0xe2), id_of(at, 0xe1), at);
                struct write w[2] = {{.kind = WRITE_OFFER,
                                             .offer = {.id = id_of(at, 0xe3),
                                                     .visit = id_of(at, 0xe1),
                                                     .associate = 7,
                                                     .offered = at}},
                        {.kind = WRITE_THANKS, .thanks = {id_of(at, 0xe1), 1, 1, at}}};
                assert_int_equal(kit_commit(&kit, w, 2), 0);
        }
        let_go(&kit, NOW);
        shut(&kit);
        assert_int_equal(ask(&kit, "SELECT count(*) FROM visit"), 1);
        assert_int_equal(ask(&kit, "SELECT count(*) FROM disclosure"), 1);
        assert_int_equal(ask(&kit, "SELECT count(*) FROM offer"), 1);
        assert_int_equal(ask(&kit, "SELECT count(*) FROM thanks"), 1);
        assert_int_equal(ask(&kit, "SELECT min(started) FROM visit"), lately);
        kit_close(&kit);
}

static void shortens(struct kit *kit, int32_t hours, wall_ms now)
{
        struct write w = {.kind = WRITE_LOOKS, .looks = {.person = 1, .hours = hours, .now = now}};
        assert_int_equal(kit_commit(kit, &w, 1), 0);
}

#define WHOLE "SELECT count(*) FROM disclosure WHERE card IS NOT NULL"

/* [P167] Hers goes at once and from then on; nobody else's. */
static void what_she_shortens_goes_sooner(void **state)
{
        struct kit kit;
        (void)state;
        open_kit(&kit);
        kit_import_counts(&kit, IMPORT_CUSTOMERS, "c2;Bea Cole;;\n", 1, 0, 0, 0, 0, 0);
        wall_ms due = NOW - 24 * HOUR_MS;
        struct uuid old = id_of(NOW, 0xf1), young = id_of(NOW, 0xf2), others = id_of(NOW, 0xf3);
        look(&kit, id_of(NOW, 0xf4), old, due - 1);
        look(&kit, id_of(NOW, 0xf5), young, due);
        look_at(&kit, 2, id_of(NOW, 0xf6), others, due - 1);
        shortens(&kit, 24, NOW);
        shut(&kit);
        assert_int_equal(ask(&kit, WHOLE), 2);
        assert_int_equal(ask(&kit, "SELECT count(*) FROM disclosure"), 3);
        assert_int_equal(ask(&kit, "SELECT looks FROM person WHERE id = 1"), 24);
        assert_false(on_disk(&kit, &old));
        assert_true(on_disk(&kit, &young));
        kit_reopen(&kit);
        let_go(&kit, NOW);
        let_go(&kit, NOW + 1);
        shut(&kit);
        assert_int_equal(ask(&kit, WHOLE), 1);
        assert_false(on_disk(&kit, &young));
        assert_true(on_disk(&kit, &others));
        kit_reopen(&kit);
        look(&kit, id_of(NOW, 0xf7), young, NOW);
        shortens(&kit, 0, NOW + 2 * DAY_MS); /* lengthened: nothing goes, and nothing comes back */
        let_go(&kit, NOW + 2 * DAY_MS);
        shut(&kit);
        assert_int_equal(ask(&kit, WHOLE), 2);
        assert_int_equal(ask(&kit, "SELECT value FROM setting WHERE name = 'kept_at'"), NOW + 2 * DAY_MS);
        kit_close(&kit);
}

/* Somebody who is not there shortens nothing, and of many each has her turn. */
static void everybody_who_shortened_has_her_turn(void **state)
{
        struct kit kit;
        enum { MANY = KEEP_ROWS + 3 };
        (void)state;
        open_kit(&kit);
        struct write w = {.kind = WRITE_LOOKS, .looks = {.person = 999999, .hours = 24, .now = NOW}};
        assert_int_not_equal(kit_commit(&kit, &w, 1), 0);
        for (uint32_t i = 0; i < MANY; i += 8) {
                struct write joins[24];
                uint32_t n = 0;
                for (uint32_t k = i; k < i + 8 && k < MANY; k++) {
                        uint32_t person = 0x80000000u + k;
                        joins[n++] = (struct write){
                                .kind = WRITE_GUEST, .guest = {.person = person, .language = "en"}};
                        joins[n++] = (struct write){
                                .kind = WRITE_LOOKS, .looks = {.person = person, .hours = 24, .now = NOW}};
                        joins[n++] = look_row(person, id_of(NOW + (wall_ms)k, 3), id_of(NOW, 4), NOW);
                }
                assert_int_equal(kit_commit(&kit, joins, n), 0);
        }
        for (int step = 1; step <= 2; step++) {
                let_go(&kit, NOW + 24 * HOUR_MS + 1);
                shut(&kit);
                assert_int_equal(ask(&kit, WHOLE), step == 1 ? MANY - KEEP_ROWS : 0);
                kit_reopen(&kit);
        }
        look_at(&kit, 0x80000000u, id_of(NOW, 5), id_of(NOW, 6), NOW); /* and then the first again */
        let_go(&kit, NOW + 24 * HOUR_MS + 1);
        shut(&kit);
        assert_int_equal(ask(&kit, WHOLE), 0);
        kit_close(&kit);
}

/* More than a step takes goes in several. */
static void a_long_past_goes_step_by_step(void **state)
{
        struct kit kit;
        struct write w[20];
        (void)state;
        open_kit(&kit);
        for (uint32_t i = 0; i < 620; i += 20) {
                for (uint32_t k = 0; k < 20; k++)
                        w[k] = (struct write){.kind = WRITE_DISCLOSURE,
                                .disclosure = {.id = id_of(MIRROR + i + k, 1),
                                        .visit = id_of(MIRROR, 2),
                                        .person = 1,
                                        .lines = 3,
                                        .at = MIRROR - DAY_MS}};
                assert_int_equal(kit_commit(&kit, w, 20), 0);
        }
        let_go(&kit, NOW);
        shut(&kit);
        assert_int_equal(ask(&kit, "SELECT count(*) FROM disclosure WHERE lines = 0"), 500);
        kit_reopen(&kit); /* where it stood is known: one that is switched off every night gets on, too */
        let_go(&kit, NOW);
        shut(&kit);
        assert_int_equal(ask(&kit, "SELECT count(*) FROM disclosure WHERE lines = 0"), 620);
        kit_close(&kit);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(which_screen_had_it_goes_after_presence),
                cmocka_unit_test(what_she_said_goes_with_the_visit),
                cmocka_unit_test(whom_it_was_offered_to_goes_after_visits),
                cmocka_unit_test(what_a_card_said_goes_after_mirror),
                cmocka_unit_test(the_rows_go_when_the_numbers_look_no_further_back),
                cmocka_unit_test(what_she_shortens_goes_sooner),
                cmocka_unit_test(everybody_who_shortened_has_her_turn),
                cmocka_unit_test(a_long_past_goes_step_by_step),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
