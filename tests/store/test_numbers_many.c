/* Counting stays out of everybody's way, and the store may be closed in the middle of it. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/common/clock.h"
#include "tests/store/weeks.h"

/* ---- many ---- */
static void id_at(wall_ms at, int what, int n, uint8_t id[16])
{
        memset(id, 0, 16);
        for (int i = 5; i >= 0; i--, at >>= 8)
                id[i] = (uint8_t)at;
        id[6] = (uint8_t)(0x70 + what);
        memcpy(id + 8, &n, sizeof n);
}

static const char *const rows_of[] = {"INSERT INTO visit (id, person, client_of, served_by, recipient, "
                                      "state, alert_state, if_busy, seen, started, changed, "
                                      "offered, day, lines_seen, card, card_seq, offer) SELECT ?1, 1+?3%997, "
                                      "1+?3%10, 1+?3%7, 0, 3, 4, 0, ?3%19=0, ?4, ?4, "
                                      "?4, ?4/86400000, 0, 0, 0, ?2",
        "INSERT INTO offer (id, visit, associate, offered, answered, reply) SELECT ?2, ?1, 1+?3%7, ?4, "
        "?4+?3%300*1000, 1+?3%5",
        "INSERT INTO thanks (visit, how, odd, at) SELECT ?1, 1+?3%3, 1+(?3%50=0), ?4 WHERE ?2 IS NOT NULL",
        "INSERT INTO disclosure (id, visit, person, associate, relation, seen, lines, rulebook, at) SELECT "
        "?2, ?1, 1+?3%997, "
        "1+?3%7, 0, 0, 1, zeroblob(32), ?4"};

static void make_many(const struct kit *kit, int n)
{
        char path[200];
        sqlite3 *db;
        sqlite3_stmt *s[ARRAY_LEN(rows_of)];
        snprintf(path, sizeof path, "%s/store.db", kit->dir);
        assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
        assert_int_equal(sqlite3_exec(db, "PRAGMA synchronous=OFF; BEGIN", NULL, NULL, NULL), SQLITE_OK);
        for (size_t i = 0; i < ARRAY_LEN(rows_of); i++)
                assert_int_equal(sqlite3_prepare_v2(db, rows_of[i], -1, &s[i], NULL), SQLITE_OK);
        for (int k = 0; k < n; k++) {
                wall_ms at = NOW - 500 * DAY_MS + k * (490 * DAY_MS / n);
                uint8_t visit[16], offer[16];
                id_at(at, 0, k, visit);
                id_at(at, 1, k, offer);
                for (size_t i = 0; i < ARRAY_LEN(rows_of); i++) {
                        sqlite3_bind_blob(s[i], 1, visit, 16, SQLITE_STATIC);
                        sqlite3_bind_blob(s[i], 2, offer, 16, SQLITE_STATIC);
                        sqlite3_bind_int(s[i], 3, k);
                        sqlite3_bind_int64(s[i], 4, at);
                        if (sqlite3_step(s[i]) != SQLITE_DONE)
                                fail_msg("%s", sqlite3_errmsg(db));
                        sqlite3_reset(s[i]);
                }
        }
        for (size_t i = 0; i < ARRAY_LEN(rows_of); i++)
                sqlite3_finalize(s[i]);
        assert_int_equal(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* While they are counted, commits go in between; how long each waits is printed. MAITRED_NUMBERS=1000000 for
 * a store that has had a million. */
static void test_counting_is_in_nobodys_way(void **state)
{
        struct kit kit;
        const char *asked = getenv("MAITRED_NUMBERS");
        int n = asked ? (int)strtol(asked, NULL, 10) : 20000;
        (void)state;
        weeks_shop(&kit);
        store_close(kit.store);
        make_many(&kit, n);
        kit.store = NULL;
        struct store_error error;
        assert_int_equal(store_open(&kit.options, &kit.store, &error), 0);
        uint64_t tag = ++kit.tag;
        int64_t began = clock_mono_us(), worst = 0;
        assert_int_equal(store_numbers(kit.store, tag, NOW), 0);
        uint32_t commits = 0;
        struct store_answer *counted = NULL;
        while (!counted) {
                struct write w = kit_consent(1, CATEGORY_SIZES, CONSENT_GIVEN, 0, NOW);
                uint64_t mine = ++kit.tag;
                int64_t since = clock_mono_us();
                assert_int_equal(store_commit(kit.store, mine, &w, 1), 0);
                for (bool done = false; !done;) {
                        struct store_answer *next, *a = store_answers(kit.store);
                        for (; a; a = next) {
                                next = a->next;
                                done |= a->tag == mine;
                                assert_int_equal(a->result, 0);
                                if (a->kind == STORE_NUMBERS) {
                                        a->next = NULL;
                                        counted = a;
                                } else {
                                        store_answer_free(a);
                                }
                        }
                }
                commits++;
                int64_t took = clock_mono_us() - since;
                worst = took > worst ? took : worst;
        }
        print_message("%d visits: counted in %lld ms with %u commits in between, of which the slowest took "
                      "%lld ms\n",
                n, (long long)(clock_mono_us() - began) / 1000, commits, (long long)worst / 1000);
        assert_true(n < 20000 || commits > 1); /* it was in slices */
        assert_non_null(counted->numbers);
        assert_non_null(strstr(counted->numbers->json, "\"team\":\"Coats\""));
        store_answer_free(counted);
        kit_close(&kit);
}

/* The store is closed in the middle: what was begun is not lost, and nothing of it stays. */
static void test_closed_in_the_middle(void **state)
{
        struct kit kit;
        (void)state;
        weeks_shop(&kit);
        weeks_week_of_twenty(&kit);
        for (int i = 0; i < 3; i++)
                assert_int_equal(store_numbers(kit.store, 0, NOW), 0);
        kit_reopen(&kit);
        struct weeks_told t = weeks_ask_at(&kit, NOW);
        weeks_told_free(&t);
        kit_close(&kit);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_counting_is_in_nobodys_way),
                cmocka_unit_test(test_closed_in_the_middle),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
