/* When commits are written: the bounds of what may wait, and that nothing waits for what does not come. The
 * times are made up; the store that keeps to them is tried at the end. */
#include "tests/store/kit.h"

#include <poll.h>
#include <sqlite3.h>
#include <stdio.h>
#include <unistd.h>

#include "server/common/clock.h"
#include "server/hub/store/pace.h"
#include "server/hub/store/sense.h"

#define T0 INT64_C(1000000000)

/* What somebody waits for is due when it comes, beside any number of others that can wait. */
static void test_due(void **state)
{
        struct pace p = {0};
        (void)state;
        assert_true(pace_next(&p) == INT64_MAX);
        pace_came(&p, true, T0);
        assert_true(pace_next(&p) == T0 + PACE_RECORDS_US);
        pace_came(&p, true, T0 + 3000);
        assert_true(pace_next(&p) == T0 + PACE_RECORDS_US);
        pace_came(&p, false, T0 + 5000);
        assert_true(pace_next(&p) == T0 + 5000);
        pace_came(&p, true, T0 + 6000);
        assert_true(pace_next(&p) == T0 + 5000);
        pace_began(&p, 0, T0 + 7000);
        assert_true(pace_next(&p) == INT64_MAX);
        /* What was left over is due at once, whatever it is. */
        pace_began(&p, 1, T0 + 8000);
        assert_true(pace_next(&p) == T0 + 8000);
}

static void test_not_too_many(void **state)
{
        struct pace p = {0};
        (void)state;
        for (int i = 1; i < PACE_RECORDS_MOST; i++)
                pace_came(&p, true, T0 + i);
        assert_true(pace_next(&p) == T0 + 1 + PACE_RECORDS_US);
        pace_came(&p, true, T0 + 100);
        assert_true(pace_next(&p) == T0 + 100);
        pace_began(&p, 0, T0 + 200);
        pace_came(&p, true, T0 + 300);
        assert_true(pace_next(&p) == T0 + 300 + PACE_RECORDS_US);
}

/* So many so close that they share, and one less or a little slower that do not. */
static void test_rush(void **state)
{
        const int64_t took = 300, share = took * PACE_SHARE_TIMES;
        (void)state;
        for (int64_t apart = 400; apart <= 3000; apart += 100) {
                struct pace p = {0};
                int64_t at = T0;
                for (int i = 0; i < PACE_RUSH - 1; i++, at += apart) {
                        pace_came(&p, false, at);
                        pace_began(&p, 0, at);
                        pace_wrote(&p, at + took);
                }
                assert_true(pace_not_before(&p) == at - apart);
                pace_came(&p, false, at);
                bool rush = apart * (PACE_RUSH - 1) <= PACE_RUSH_US;
                assert_true(pace_next(&p) == (rush && apart < share ? at - apart + share : at));
                /* Long after it, one comes alone. */
                pace_began(&p, 0, at);
                pace_came(&p, false, at + SECOND_MS * 1000);
                assert_true(pace_next(&p) == at + SECOND_MS * 1000);
        }
}

/* The dearer a transaction, the longer they wait to share the next: never longer than there is to it. */
static void test_share(void **state)
{
        struct pace p = {0};
        (void)state;
        for (int i = 0; i < PACE_RUSH; i++)
                pace_came(&p, false, T0 + i);
        for (int64_t took = 0; took <= 4000; took += 50) {
                int64_t share = took * PACE_SHARE_TIMES;
                pace_began(&p, 0, T0 + 100);
                pace_wrote(&p, T0 + 100 + took);
                pace_came(&p, false, T0 + 100);
                assert_true(pace_next(&p) ==
                            T0 + 100 + (share < PACE_SHARE_MOST_US ? share : PACE_SHARE_MOST_US));
                assert_true(pace_next(&p) <= T0 + 100 + PACE_SHARE_MOST_US);
        }
}

static struct write cleared(uint32_t card)
{
        return (struct write){
                .kind = WRITE_CLEARED, .cleared = {.visit = {{1}}, .associate = 1, .card = card, .at = NOW}};
}

static void test_who_can_wait(void **state)
{
        struct write w[3] = {
                cleared(1), {.kind = WRITE_VISIT, .visit = {.state = VISIT_OPEN}}, {.kind = WRITE_REQUEST}};
        (void)state;
        assert_true(sense_can_wait(w, 1));
        assert_true(sense_can_wait(w, 2));
        assert_false(sense_can_wait(w + 1, 1));
        assert_false(sense_can_wait(w + 2, 1)); /* somebody asked, and waits */
        w[1].visit.state = VISIT_ENDED;
        assert_false(sense_can_wait(w, 2));
        w[1] = kit_consent(1, CATEGORY_PRESENCE, CONSENT_WITHDRAWN, 0, NOW);
        assert_false(sense_can_wait(w, 2));
}

/* Takes `most` answers as they come; returns how many, and the tags in their order. */
static uint32_t answers(struct kit *kit, uint64_t *tags, uint32_t most)
{
        uint32_t n = 0;
        while (n < most) {
                struct pollfd wait = {.fd = kit->wake, .events = POLLIN};
                uint64_t count;
                if (poll(&wait, 1, 20000) != 1 || read(kit->wake, &count, sizeof count) < 0)
                        return n;
                for (struct store_answer *a = store_answers(kit->store), *next; a != NULL; a = next) {
                        next = a->next;
                        assert_int_equal(a->result, 0);
                        assert_true(n < most);
                        tags[n++] = a->tag;
                        store_answer_free(a);
                }
        }
        return n;
}

static int cleared_in(const struct kit *kit)
{
        char path[160];
        sqlite3 *db = NULL;
        sqlite3_stmt *s = NULL;
        snprintf(path, sizeof path, "%s/store.db", kit->dir);
        assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
        assert_int_equal(sqlite3_prepare_v2(db, "SELECT count(*) FROM cleared", -1, &s, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_step(s), SQLITE_ROW);
        int n = sqlite3_column_int(s, 0);
        sqlite3_finalize(s);
        sqlite3_close(db);
        return n;
}

/* Whatever waits is written in the order in which it came, by itself when nothing else comes, and at the end.
 */
static void test_in_the_store(void **state)
{
        struct kit kit;
        uint64_t tags[PACE_RECORDS_MOST + 8];
        (void)state;
        kit_open(&kit);
        struct write w = cleared(1), asked = kit_consent(1, CATEGORY_PRESENCE, CONSENT_GIVEN, 0, NOW);
        kit_import_counts(&kit, IMPORT_CUSTOMERS, "c1;Carla Example;;\n", 1, 0, 0, 0, 0, 0);
        int64_t began = clock_mono_us();
        assert_int_equal(store_commit(kit.store, 1, &w, 1), 0);
        assert_int_equal(answers(&kit, tags, 1), 1);
        assert_true(clock_mono_us() - began >= PACE_RECORDS_US);
        w.cleared.card = 2;
        assert_int_equal(store_commit(kit.store, 2, &w, 1), 0);
        assert_int_equal(store_commit(kit.store, 3, &asked, 1), 0);
        w.cleared.card = 3;
        assert_int_equal(store_commit(kit.store, 4, &w, 1), 0);
        assert_int_equal(answers(&kit, tags, 3), 3);
        assert_true(tags[0] == 2 && tags[1] == 3 && tags[2] == 4);
        for (uint64_t i = 0; i < PACE_RECORDS_MOST; i++) {
                w.cleared.card = (uint32_t)(10 + i);
                assert_int_equal(store_commit(kit.store, 10 + i, &w, 1), 0);
        }
        assert_int_equal(answers(&kit, tags, PACE_RECORDS_MOST), PACE_RECORDS_MOST);
        for (uint64_t i = 0; i < PACE_RECORDS_MOST; i++)
                assert_true(tags[i] == 10 + i);
        /* The end of the store waits for nobody, and loses nothing. */
        w.cleared.card = 99;
        assert_int_equal(store_commit(kit.store, 99, &w, 1), 0);
        store_close(kit.store);
        kit.store = NULL;
        assert_int_equal(cleared_in(&kit), 3 + PACE_RECORDS_MOST + 1);
        kit_close(&kit);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_due),
                cmocka_unit_test(test_not_too_many),
                cmocka_unit_test(test_rush),
                cmocka_unit_test(test_share),
                cmocka_unit_test(test_who_can_wait),
                cmocka_unit_test(test_in_the_store),
        };
        return cmocka_run_group_tests_name("store pace", tests, NULL, NULL);
}
