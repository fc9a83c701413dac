/* The log that is gathered holds, whenever a COMMIT has returned, what SQLite alone would have written: with
 * transactions longer than what is kept, pages that leave a small cache early and are written over, undone
 * groups, and writes that fail. */
#include "tests/store/kit.h"
#include "tests/store/shim.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/hub/store/gather.h"

static char dir[100];
static uint32_t state_of_draw;

static uint32_t draw(uint32_t below)
{
        state_of_draw = state_of_draw * 1664525u + 1013904223u;
        return (state_of_draw >> 8) % below;
}

static void path_of(const char *name, char out[128])
{
        snprintf(out, 128, "%s/%s", dir, name);
}

static sqlite3 *open_at(const char *name, const char *vfs)
{
        char path[128];
        sqlite3 *db = NULL;
        path_of(name, path);
        assert_int_equal(
                sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, vfs), SQLITE_OK);
        return db;
}

static int run(sqlite3 *db, const char *sql)
{
        return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

static void must(sqlite3 *db, const char *sql)
{
        if (run(db, sql) != SQLITE_OK)
                fail_msg("%s: %s", sql, sqlite3_errmsg(db));
}

static sqlite3 *make(const char *name, const char *vfs, int cache_pages)
{
        char sql[64];
        sqlite3 *db = open_at(name, vfs);
        must(db, "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
                 "PRAGMA wal_autocheckpoint = 0");
        snprintf(sql, sizeof sql, "PRAGMA cache_size = %d", cache_pages);
        must(db, sql);
        must(db, "CREATE TABLE t (k INTEGER PRIMARY KEY, v BLOB NOT NULL)");
        return db;
}

static int64_t sum_of(sqlite3 *db)
{
        sqlite3_stmt *s = NULL;
        assert_int_equal(
                sqlite3_prepare_v2(db, "SELECT count(*) * 1000003 + coalesce(sum(k * length(v)), 0) FROM t",
                        -1, &s, NULL),
                SQLITE_OK);
        assert_int_equal(sqlite3_step(s), SQLITE_ROW);
        int64_t sum = sqlite3_column_int64(s, 0);
        sqlite3_finalize(s);
        return sum;
}

static void copy(const char *from, const char *to)
{
        char path[128], block[65536];
        size_t n;
        path_of(from, path);
        FILE *in = fopen(path, "re");
        path_of(to, path);
        FILE *out = fopen(path, "we");
        assert_non_null(in);
        assert_non_null(out);
        while ((n = fread(block, 1, sizeof block, in)) > 0)
                assert_int_equal(fwrite(block, 1, n, out), n);
        fclose(in);
        assert_int_equal(fclose(out), 0);
}

/* What whoever finds the files now would read. */
static int64_t found(const char *name)
{
        char log[16];
        snprintf(log, sizeof log, "%s-wal", name);
        copy(name, "found");
        copy(log, "found-wal");
        sqlite3 *db = open_at("found", "unix"); /* past the shim, which shares no memory */
        sqlite3_stmt *s = NULL;
        assert_int_equal(sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &s, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_step(s), SQLITE_ROW);
        assert_string_equal((const char *)sqlite3_column_text(s, 0), "ok");
        sqlite3_finalize(s);
        int64_t sum = sum_of(db);
        sqlite3_close(db);
        return sum;
}

/* The same in both, at any length; some of it undone within the transaction. */
static void one_transaction(sqlite3 *a, sqlite3 *b)
{
        char sql[200];
        uint32_t statements = 1 + draw(draw(4) == 0 ? 400 : 12);
        bool group = false;
        must(a, "BEGIN IMMEDIATE");
        must(b, "BEGIN IMMEDIATE");
        for (uint32_t i = 0; i < statements; i++) {
                uint32_t what = draw(12), k = draw(600);
                if (what == 0)
                        snprintf(sql, sizeof sql, "DELETE FROM t WHERE k = %" PRIu32, k);
                else if (what == 1 && group)
                        snprintf(sql, sizeof sql, "%s", draw(2) ? "ROLLBACK TO g; RELEASE g" : "RELEASE g");
                else if (what == 1)
                        snprintf(sql, sizeof sql, "SAVEPOINT g");
                else if (what == 2)
                        snprintf(sql, sizeof sql, "UPDATE t SET v = zeroblob(length(v)) WHERE k > %" PRIu32,
                                k);
                else
                        snprintf(sql, sizeof sql,
                                "INSERT OR REPLACE INTO t VALUES (%" PRIu32 ", zeroblob(%" PRIu32 "))", k,
                                draw(3000));
                group = what == 1 ? !group : group;
                must(a, sql);
                must(b, sql);
        }
        snprintf(sql, sizeof sql, "%s", draw(8) == 0 ? "ROLLBACK" : "COMMIT");
        must(a, sql);
        must(b, sql);
}

static void test_same_as_alone(void **state)
{
        const char *given = getenv("MAITRED_SEED");
        uint32_t seed = given ? (uint32_t)strtoul(given, NULL, 10) : 20261122;
        (void)state;
        printf("seed %" PRIu32 "\n", seed);
        state_of_draw = seed;
        sqlite3 *ours = make("ours", gather_begin(), 10), *alone = make("alone", NULL, 10);
        for (int i = 0; i < 40; i++) {
                one_transaction(ours, alone);
                /* First of all: to read would write what is kept. Not against what is read from `alone`
                 * itself, because SQLite 3.40 leaves a log that is not read to its end after part of a
                 * transaction was undone whose pages had left the cache; the store's cache is larger than any
                 * transaction. */
                assert_true(found("ours") == found("alone"));
                assert_true(sum_of(ours) == sum_of(alone));
                if (draw(15) == 0) {
                        must(ours, "PRAGMA wal_checkpoint(PASSIVE)");
                        must(alone, "PRAGMA wal_checkpoint(PASSIVE)");
                }
        }
        sqlite3_close(ours);
        sqlite3_close(alone);
        ours = open_at("ours", NULL);
        alone = open_at("alone", NULL);
        assert_true(sum_of(ours) == sum_of(alone));
        sqlite3_close(ours);
        sqlite3_close(alone);
        kit_empty(dir);
}

/* Twenty pages and more are one write; without the gathering they are forty. */
static void test_one_write(void **state)
{
        (void)state;
        shim_install();
        sqlite3 *db = make("ours", gather_begin(), 1000);
        must(db, "INSERT INTO t SELECT value, zeroblob(3500) FROM (WITH RECURSIVE n(value) AS (SELECT 1 "
                 "UNION ALL"
                 " SELECT value + 1 FROM n WHERE value < 60) SELECT value FROM n)");
        uint64_t before = shim_log_writes();
        must(db, "UPDATE t SET v = zeroblob(3400) WHERE k <= 20");
        assert_true(shim_log_writes() - before == 1);
        before = shim_log_writes();
        must(db, "UPDATE t SET v = zeroblob(3500)"); /* longer than what is kept */
        assert_true(shim_log_writes() - before <= 3);
        sqlite3_close(db);
        shim_remove();
        kit_empty(dir);
}

/* A write that fails is the answer of COMMIT, whichever write it is; what was there stays, and the next
 * transaction is whole. */
static void test_failing(void **state)
{
        (void)state;
        shim_install();
        for (uint64_t at = 1; at < 4; at++) {
                sqlite3 *db = make("ours", gather_begin(), 1000);
                must(db, "INSERT INTO t VALUES (1, zeroblob(100))");
                int64_t sum = sum_of(db);
                shim_fail_at(at, SHIM_NO_ROOM, true);
                int rc = run(db, "INSERT INTO t SELECT value, zeroblob(3500) FROM (WITH RECURSIVE n(value) AS"
                                 " (SELECT 2 UNION ALL SELECT value + 1 FROM n WHERE value < 100)"
                                 " SELECT value FROM n)");
                bool failed = shim_has_failed();
                shim_fail_at(0, SHIM_NO_ROOM, false);
                assert_true(failed == (rc == SQLITE_FULL));
                assert_true(failed || at > 1);
                sum = failed ? sum : sum_of(db);
                assert_true(sum_of(db) == sum);
                assert_true(found("ours") == sum);
                must(db, "INSERT INTO t VALUES (1000, zeroblob(200))");
                assert_true(found("ours") == sum_of(db) && sum_of(db) != sum);
                sqlite3_close(db);
                kit_empty(dir);
        }
        shim_remove();
}

/* The file beneath is another one, and a stranger's file is its own. */
static void test_real(void **state)
{
        (void)state;
        sqlite3_file *log = NULL;
        sqlite3 *db = make("ours", gather_begin(), 100);
        assert_int_equal(sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log), SQLITE_OK);
        sqlite3_file *real = gather_real(log);
        assert_true(real != log && real->pMethods != NULL);
        assert_true(gather_real(real) == real);
        assert_null(gather_real(NULL));
        sqlite3_close(db);
        kit_empty(dir);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_same_as_alone),
                cmocka_unit_test(test_one_write),
                cmocka_unit_test(test_failing),
                cmocka_unit_test(test_real),
        };
        const char *tmp = getenv("TMPDIR");
        snprintf(dir, sizeof dir, "%.80s/gather-XXXXXX", tmp ? tmp : "/tmp");
        if (mkdtemp(dir) == NULL)
                abort();
        int rc = cmocka_run_group_tests_name("gather", tests, NULL, NULL);
        kit_remove(dir);
        return rc;
}
