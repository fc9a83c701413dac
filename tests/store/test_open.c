/* Opening: settings, migrations, and every way in which it can be refused. */
#include "tests/store/kit.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/hub/store/open.h"
#include "server/hub/store/statement.h"

static void test_first_start(void **state)
{
        struct kit kit;
        struct snapshot snapshot;
        struct store_error error;
        struct stat st;
        char path[256];
        (void)state;
        kit_open(&kit);
        assert_int_equal(store_snapshot(kit.store, NOW, 20522, &snapshot, &error), 0);
        assert_string_equal(snapshot.roster->store_name, "Test house");
        assert_string_equal(snapshot.roster->currency, "EUR");
        assert_string_equal(snapshot.roster->departments[DEPARTMENT_OTHER], "other");
        assert_int_equal(snapshot.roster->n_associates, 0);
        assert_int_equal(snapshot.n_visits, 0);
        assert_true(snapshot.next_guest == 0x80000000u);
        struct uuid epoch = snapshot.epoch;
        uint8_t door_key[32];
        memcpy(door_key, snapshot.door_key, 32);
        snapshot_free(&snapshot);
        snprintf(path, sizeof path, "%s/master.key", kit.dir);
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 0777, 0400);
        assert_int_equal(st.st_size, 32);
        snprintf(path, sizeof path, "%s/store.db", kit.dir);
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 0777, 0600);
        /* The second start finds what the first one made. */
        kit_reopen(&kit);
        assert_int_equal(store_snapshot(kit.store, NOW, 20522, &snapshot, &error), 0);
        assert_memory_equal(&epoch, &snapshot.epoch, sizeof epoch);
        assert_memory_equal(door_key, snapshot.door_key, 32);
        snapshot_free(&snapshot);
        kit_close(&kit);
}

static void path_in(char out[256], const struct kit *kit, const char *name)
{
        snprintf(out, 256, "%s/%s", kit->dir, name);
}

static void write_file(const struct kit *kit, const char *name, const char *bytes, size_t len)
{
        char path[256];
        path_in(path, kit, name);
        unlink(path);
        int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        assert_true(fd >= 0);
        assert_int_equal(write(fd, bytes, len), len);
        close(fd);
}

/* An open that must fail, and say these words. */
static void refuses(struct kit *kit, const char *words)
{
        struct store *store = NULL;
        struct store_error error = {""};
        if (store_open(&kit->options, &store, &error) == 0) {
                store_close(store);
                fail_msg("opened, expected: %s", words);
        }
        if (strstr(error.text, words) == NULL || strstr(error.text, "; ") == NULL)
                fail_msg("\"%s\" lacks \"%s\"", error.text, words);
}

/* An own connection to the closed store's file. */
static void sql(const struct kit *kit, const char *text)
{
        char path[256];
        sqlite3 *db = NULL;
        path_in(path, kit, "store.db");
        assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
        assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
        sqlite3_close(db);
}

/* A store's folder without a running store. */
static void closed(struct kit *kit)
{
        kit_open(kit);
        store_close(kit->store);
        kit->store = NULL;
}

static void test_wrong_folder(void **state)
{
        struct kit kit;
        char path[256];
        (void)state;
        closed(&kit);
        kit.options.data_dir = "/nowhere/at/all";
        refuses(&kit, "/nowhere/at/all does not exist");
        path_in(path, &kit, "store.db");
        kit.options.data_dir = path;
        refuses(&kit, "is not a folder");
        kit.options.data_dir = kit.dir;
        assert_int_equal(chmod(kit.dir, 0750), 0);
        refuses(&kit, "can be entered by others; chmod 700");
        assert_int_equal(chmod(kit.dir, 0700), 0);
        kit_close(&kit);
}

/* Root may write everywhere, so the check is made as somebody else. */
static void test_read_only_folder(void **state)
{
        struct kit kit;
        int status;
        (void)state;
        closed(&kit);
        if (geteuid() == 0)
                assert_int_equal(chown(kit.dir, 65534, 65534), 0);
        assert_int_equal(chmod(kit.dir, 0500), 0);
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) {
                struct store *store = NULL;
                struct store_error error = {""};
                if (geteuid() == 0 &&
                        (setresgid(65534, 65534, 65534) != 0 || setresuid(65534, 65534, 65534) != 0))
                        _exit(2);
                if (store_open(&kit.options, &store, &error) == 0)
                        _exit(3);
                _exit(strstr(error.text, "cannot be written: ") != NULL ? 0 : 4);
        }
        waitpid(pid, &status, 0);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
        chmod(kit.dir, 0700);
        kit_close(&kit);
}

static void test_wrong_file(void **state)
{
        struct kit kit;
        static char garbage[8192];
        (void)state;
        closed(&kit);
        memset(garbage, 'g', sizeof garbage);
        write_file(&kit, "store.db", garbage, sizeof garbage);
        refuses(&kit, "store.db is not a database");
        write_file(&kit, "store.db", "short", 5);
        refuses(&kit, "store.db is not a database");
        /* The right first bytes are not enough. */
        memcpy(garbage, "SQLite format 3", 16);
        write_file(&kit, "store.db", garbage, sizeof garbage);
        refuses(&kit, "store.db");
        write_file(&kit, "store.db", "", 0);
        sql(&kit, "CREATE TABLE other (a); INSERT INTO other VALUES (1);");
        refuses(&kit, "belongs to another program");
        kit_close(&kit);
}

static void test_newer(void **state)
{
        struct kit kit;
        (void)state;
        closed(&kit);
        sql(&kit, "PRAGMA user_version = 4711;");
        refuses(&kit, "newer maitred (schema 4711, this one knows ");
        kit_close(&kit);
}

static void test_second_hub(void **state)
{
        struct kit kit;
        (void)state;
        kit_open(&kit);
        refuses(&kit, "in use by another hub (process ");
        kit_close(&kit);
}

static void test_other_program(void **state)
{
        struct kit kit;
        char path[256];
        sqlite3 *db = NULL;
        (void)state;
        closed(&kit);
        path_in(path, &kit, "store.db");
        assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
        assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE;", NULL, NULL, NULL), SQLITE_OK);
        refuses(&kit, "is open in another program");
        sqlite3_close(db);
        kit_close(&kit);
}

static void test_keys(void **state)
{
        struct kit kit;
        char path[256], aside[256];
        (void)state;
        closed(&kit);
        path_in(path, &kit, "master.key");
        path_in(aside, &kit, "aside");
        assert_int_equal(rename(path, aside), 0);
        refuses(&kit, "master.key is missing");
        write_file(&kit, "master.key", "too short", 9);
        refuses(&kit, "master.key is not 32 bytes");
        write_file(&kit, "master.key", "0123456789abcdef0123456789abcdef", 32);
        refuses(&kit, "does not belong to this master.key");
        assert_int_equal(chmod(path, 0644), 0);
        refuses(&kit, "only its owner may read");
        assert_int_equal(rename(aside, path), 0);
        path_in(path, &kit, "keys");
        assert_int_equal(rename(path, aside), 0);
        refuses(&kit, "keys is missing");
        assert_int_equal(rename(aside, path), 0);
        kit_reopen(&kit);
        kit_close(&kit);
}

/* Every statement compiles on a migrated database, and every parameter has a name. */
static void test_statements(void **state)
{
        struct kit kit;
        char path[256];
        sqlite3 *db = NULL;
        (void)state;
        closed(&kit);
        path_in(path, &kit, "store.db");
        assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
        for (int i = 0; i < STATEMENT_COUNT; i++) {
                sqlite3_stmt *s = NULL;
                const char *tail = NULL;
                if (sqlite3_prepare_v2(db, statement_sql((enum statement)i), -1, &s, &tail) != SQLITE_OK)
                        fail_msg("%s: %s", statement_name((enum statement)i), sqlite3_errmsg(db));
                assert_string_equal(tail, "\n");
                for (int p = 1; p <= sqlite3_bind_parameter_count(s); p++)
                        assert_int_equal(sqlite3_bind_parameter_name(s, p)[0], ':');
                sqlite3_finalize(s);
        }
        sqlite3_close(db);
        kit_close(&kit);
}

static int first_int(sqlite3 *db, const char *text)
{
        sqlite3_stmt *s = NULL;
        assert_int_equal(sqlite3_prepare_v2(db, text, -1, &s, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_step(s), SQLITE_ROW);
        int value = sqlite3_column_int(s, 0);
        sqlite3_finalize(s);
        return value;
}

/* The schema's own promises: strict tables, and consent events that neither change nor go. */
static void test_schema(void **state)
{
        struct kit kit;
        char path[256];
        sqlite3 *db = NULL;
        (void)state;
        kit_open(&kit);
        kit_import_counts(&kit, IMPORT_CUSTOMERS, "c1;Nora Lind;;\n", 1, 0, 0, 0, 0, 0);
        struct write w = kit_consent(1, CATEGORY_INSTORE, CONSENT_GIVEN, 0, NOW);
        assert_int_equal(kit_commit(&kit, &w, 1), 0);
        /* Nor twice under the same id. */
        assert_int_equal(kit_commit(&kit, &w, 1), 1);
        store_close(kit.store);
        kit.store = NULL;
        path_in(path, &kit, "store.db");
        assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
        assert_int_equal(first_int(db, "PRAGMA user_version"), open_newest_version());
        assert_int_equal(first_int(db, "PRAGMA application_id"), OPEN_APPLICATION_ID);
        assert_int_equal(
                first_int(db, "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND strict = 0 "
                              "AND name NOT LIKE 'sqlite%'"),
                0);
        assert_int_equal(first_int(db, "SELECT count(*) FROM consent_event"), 1);
        assert_int_not_equal(
                sqlite3_exec(db, "UPDATE consent_event SET state = 3", NULL, NULL, NULL), SQLITE_OK);
        assert_string_equal(sqlite3_errmsg(db), "consent events are append-only");
        assert_int_not_equal(sqlite3_exec(db, "DELETE FROM consent_event", NULL, NULL, NULL), SQLITE_OK);
        assert_int_equal(first_int(db, "SELECT count(*) FROM consent_event WHERE state = 1"), 1);
        sqlite3_close(db);
        kit_close(&kit);
}

static void assert_page_bytes(const struct kit *kit, int bytes)
{
        char path[256];
        sqlite3 *db = NULL;
        path_in(path, kit, "store.db");
        assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
        assert_int_equal(first_int(db, "PRAGMA page_size"), bytes);
        sqlite3_close(db);
}

/* A store that was made when pages were larger opens and keeps them; one that nobody made so does not. */
static void test_page_size(void **state)
{
        struct kit kit;
        (void)state;
        closed(&kit);
        assert_page_bytes(&kit, 2048);
        sql(&kit, "PRAGMA journal_mode = DELETE; PRAGMA page_size = 4096; VACUUM;");
        kit_reopen(&kit);
        kit_import_counts(&kit, IMPORT_CUSTOMERS, "c1;Nora Lind;;\n", 1, 0, 0, 0, 0, 0);
        store_close(kit.store);
        kit.store = NULL;
        assert_page_bytes(&kit, 4096);
        sql(&kit, "PRAGMA journal_mode = DELETE; PRAGMA page_size = 8192; VACUUM;");
        refuses(&kit, "page_size");
        kit_close(&kit);
}

/* A first start that was cut off anywhere is finished by the next. */
static void test_half_made(void **state)
{
        struct kit kit;
        char path[256];
        (void)state;
        closed(&kit);
        path_in(path, &kit, "store.db");
        assert_int_equal(unlink(path), 0);
        kit_reopen(&kit); /* keys, but no database */
        store_close(kit.store);
        kit.store = NULL;
        write_file(&kit, "store.db", "", 0);
        kit_reopen(&kit); /* an empty database */
        store_close(kit.store);
        kit.store = NULL;
        write_file(&kit, "store.db", "", 0);
        path_in(path, &kit, "keys.guests");
        assert_int_equal(unlink(path), 0);
        path_in(path, &kit, "master.key.part");
        write_file(&kit, "master.key.part", "half", 4);
        kit_reopen(&kit); /* not all keys */
        kit_close(&kit);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_first_start),
                cmocka_unit_test(test_wrong_folder),
                cmocka_unit_test(test_read_only_folder),
                cmocka_unit_test(test_wrong_file),
                cmocka_unit_test(test_newer),
                cmocka_unit_test(test_second_hub),
                cmocka_unit_test(test_other_program),
                cmocka_unit_test(test_keys),
                cmocka_unit_test(test_statements),
                cmocka_unit_test(test_schema),
                cmocka_unit_test(test_page_size),
                cmocka_unit_test(test_half_made),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
