/* The store's Wi-Fi on disk: phones under their owners' keys, places that stay when a phone is taken back,
 * agents and their newest claim; and consents that came through the change of their table. */
#include "tests/store/kit.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TODAY 20522 /* of NOW */

static const char id_text[] = "k-anna-0123456789";

static struct write device(uint32_t id, uint32_t person, store_day bound)
{
        struct write w = {.kind = WRITE_DEVICE,
                .device = {.id = id, .person = person, .kind = 'k', .bound = bound, .until = bound + 14}};
        w.device.len = (uint8_t)strlen(id_text);
        memcpy(w.device.bytes, id_text, w.device.len);
        return w;
}

static void read_all(struct kit *kit, store_day today, struct snapshot *out)
{
        struct store_error error;
        if (store_snapshot(kit->store, NOW, today, out, &error) != 0)
                fail_msg("%s", error.text);
}

/* Whether the bytes stand in the database or its log. */
static bool on_disk(const struct kit *kit, const char *text)
{
        static const char *const names[] = {"store.db", "store.db-wal"};
        bool found = false;
        for (size_t i = 0; i < ARRAY_LEN(names); i++) {
                char path[256];
                snprintf(path, sizeof path, "%s/%s", kit->dir, names[i]);
                FILE *file = fopen(path, "re");
                if (!file)
                        continue;
                fseek(file, 0, SEEK_END);
                size_t len = (size_t)ftell(file);
                char *bytes = malloc(len + 1);
                assert_non_null(bytes);
                rewind(file);
                assert_int_equal(fread(bytes, 1, len, file), len);
                found = found || memmem(bytes, len, text, strlen(text)) != NULL;
                free(bytes);
                fclose(file);
        }
        return found;
}

static uint32_t join_two(struct kit *kit)
{
        kit_open(kit);
        kit_import_counts(kit, IMPORT_CUSTOMERS, "c1;Anna Berg;;\nc2;Bo Lind;;\n", 2, 0, 0, 0, 0, 0);
        struct effect load = kit_by_external("c1", WANT_PERSON);
        struct dossier *d = kit_load(kit, &load);
        uint32_t person = d->person.id;
        free(d);
        assert_int_not_equal(person, 0);
        return person;
}

static void a_phone_is_known_again_and_stands_nowhere(void **state)
{
        struct kit kit;
        struct snapshot s;
        (void)state;
        uint32_t anna = join_two(&kit);
        struct write w = device(1, anna, TODAY);
        assert_int_equal(kit_commit(&kit, &w, 1), 0);
        kit_reopen(&kit);
        read_all(&kit, TODAY, &s);
        assert_int_equal(s.n_devices, 1);
        assert_int_equal(s.devices[0].person, anna);
        assert_int_equal(s.devices[0].kind, 'k');
        assert_int_equal(s.devices[0].len, strlen(id_text));
        assert_memory_equal(s.devices[0].bytes, id_text, strlen(id_text));
        uint8_t key[32];
        memcpy(key, s.wifi_key, sizeof key);
        snapshot_free(&s);
        assert_true(on_disk(&kit, "consent_event")); /* it would be found */
        assert_false(on_disk(&kit, id_text));
        kit_reopen(&kit);
        read_all(&kit, TODAY, &s);
        assert_memory_equal(s.wifi_key, key, sizeof key); /* the same day's key after a restart */
        snapshot_free(&s);
        kit_close(&kit);
}

static void what_is_taken_back_keeps_its_place_for_a_while(void **state)
{
        struct kit kit;
        struct snapshot s;
        (void)state;
        uint32_t anna = join_two(&kit);
        struct write w[2] = {device(1, anna, TODAY), device(2, anna + 1, TODAY)};
        assert_int_equal(kit_commit(&kit, w, 2), 0);
        struct write silent = {.kind = WRITE_DEVICES, .devices = {.person = anna, .silent = TODAY}};
        assert_int_equal(kit_commit(&kit, &silent, 1), 0);
        struct write gone = {.kind = WRITE_DEVICES, .devices = {.person = anna + 1, .gone = TODAY}};
        assert_int_equal(kit_commit(&kit, &gone, 1), 0);
        kit_reopen(&kit);
        read_all(&kit, TODAY + 1, &s);
        assert_int_equal(s.n_devices, 2);
        assert_int_equal(s.devices[0].silent, TODAY);
        assert_int_equal(s.devices[1].person, 0);
        assert_int_equal(s.devices[1].len, 0);
        assert_int_equal(s.devices[1].gone, TODAY);
        snapshot_free(&s);
        kit_reopen(&kit);
        read_all(&kit, TODAY + 2, &s); /* nobody can name its slot any more */
        assert_int_equal(s.n_devices, 1);
        snapshot_free(&s);
        kit_close(&kit);
}

static void an_agent_and_its_newest_claim(void **state)
{
        struct kit kit;
        struct snapshot s;
        (void)state;
        kit_open(&kit);
        struct write w = {.kind = WRITE_SENSOR,
                .sensor = {.id = 1,
                        .name = "door",
                        .zone = "café",
                        .code = kit_digest("code"),
                        .code_until = NOW + 1}};
        assert_int_equal(kit_commit(&kit, &w, 1), 0);
        w.sensor.paired = true;
        w.sensor.token = kit_digest("token");
        w.sensor.code_until = 0;
        assert_int_equal(kit_commit(&kit, &w, 1), 0);
        struct write claimed = {.kind = WRITE_CLAIMED, .claimed = {.sensor = 1, .boot = 3, .seq = 70}};
        assert_int_equal(kit_commit(&kit, &claimed, 1), 0);
        assert_int_equal(kit_commit(&kit, &w, 1), 0); /* pairing again forgets no claim */
        kit_reopen(&kit);
        read_all(&kit, TODAY, &s);
        assert_int_equal(s.n_sensors, 1);
        assert_string_equal(s.sensors[0].name, "door");
        assert_string_equal(s.sensors[0].zone, "café");
        assert_true(s.sensors[0].paired);
        struct digest token = kit_digest("token");
        assert_memory_equal(&s.sensors[0].token, &token, sizeof token);
        assert_int_equal(s.sensors[0].boot, 3);
        assert_int_equal(s.sensors[0].seq, 70);
        assert_int_equal(s.sensors[0].code_until, 0);
        snapshot_free(&s);
        kit_close(&kit);
}

static const struct {
        int version;
        const char *sql;
} migrations[] = {
#define MIGRATION(version, sql) {version, sql},
#include "server/hub/store/migrations.inc"
#undef MIGRATION
};

static int run(sqlite3 *db, const char *sql)
{
        return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

static void consents_come_through_the_new_table(void **state)
{
        sqlite3 *db;
        sqlite3_stmt *s;
        (void)state;
        assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
        for (size_t i = 0; i < ARRAY_LEN(migrations); i++) {
                if (migrations[i].version == 4) {
                        assert_int_equal(run(db, "INSERT INTO person (id) VALUES (7);"
                                                 "INSERT INTO consent_event VALUES (41, x'01', 7, 1, 1, 1, "
                                                 "1, 0, 5, 9, 3, 1, NULL, 1),"
                                                 "(42, x'02', 7, 1, 1, 1, 3, 0, 6, 9, 3, 1, x'aa', 1);"),
                                SQLITE_OK);
                        assert_int_not_equal(run(db, "INSERT INTO consent_event VALUES (43, x'03', 7, 1, 6, "
                                                     "1, 4, 0, 7, 9, 3, 1, NULL, 1);"),
                                SQLITE_OK);
                }
                assert_int_equal(run(db, migrations[i].sql), SQLITE_OK);
        }
        assert_int_equal(
                run(db, "INSERT INTO consent_event (seq, id, person, purpose, category, state, mode, "
                        "store, at, valid_until, day, notice, visit, steps) VALUES (43, x'03', 7, 1, "
                        "6, 1, 4, 0, 7, 9, 3, 1, NULL, 1);"),
                SQLITE_OK);
        assert_int_equal(sqlite3_prepare_v2(db,
                                 "SELECT group_concat(seq || '/' || mode) FROM (SELECT * FROM consent_event "
                                 "ORDER BY seq)",
                                 -1, &s, NULL),
                SQLITE_OK);
        assert_int_equal(sqlite3_step(s), SQLITE_ROW);
        assert_string_equal((const char *)sqlite3_column_text(s, 0), "41/1,42/3,43/4");
        sqlite3_finalize(s);
        assert_int_not_equal(
                run(db, "UPDATE consent_event SET state = 1;"), SQLITE_OK); /* still append-only */
        assert_int_not_equal(run(db, "DELETE FROM consent_event;"), SQLITE_OK);
        sqlite3_close(db);
}

/* L25: of where in the store somebody was there is nothing to be kept in. "zone" is a store's clock, or where
 * an access point stands, and "meeting place" is in the sealed words of a visit while it lives. */
static void no_table_keeps_where_she_was(void **state)
{
        static const char question[] = "SELECT t.name || '.' || c.name FROM sqlite_schema t, "
                                       "pragma_table_xinfo(t.name) c WHERE t.type = "
                                       "'table' AND t.name || '.' || c.name NOT IN ('store.zone', "
                                       "'sensor.zone') AND (c.name LIKE '%zone%' OR c.name LIKE "
                                       "'%place%' OR c.name LIKE '%area%' OR c.name LIKE '%position%' OR "
                                       "c.name LIKE '%rssi%' OR c.name "
                                       "LIKE '%heard%' OR (c.name LIKE '%sensor%' AND t.name <> 'sensor'))";
        struct kit kit;
        sqlite3 *db = NULL;
        sqlite3_stmt *ask = NULL;
        char path[256];
        (void)state;
        kit_open(&kit);
        store_close(kit.store); /* it lets nobody else in */
        kit.store = NULL;
        snprintf(path, sizeof path, "%s/store.db", kit.dir);
        assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_prepare_v2(db, question, -1, &ask, NULL), SQLITE_OK);
        while (sqlite3_step(ask) == SQLITE_ROW)
                fail_msg("%s could keep where somebody was", (const char *)sqlite3_column_text(ask, 0));
        sqlite3_finalize(ask);
        sqlite3_close(db);
        kit_close(&kit);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_phone_is_known_again_and_stands_nowhere),
                cmocka_unit_test(what_is_taken_back_keeps_its_place_for_a_while),
                cmocka_unit_test(an_agent_and_its_newest_claim),
                cmocka_unit_test(consents_come_through_the_new_table),
                cmocka_unit_test(no_table_keeps_where_she_was),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
