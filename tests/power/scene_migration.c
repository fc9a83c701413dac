/* A database of each older schema is brought up to this one, and the first start makes one from nothing. The
 * old one is made by the first migrations themselves, filled at version 1, whose shape can never change. */
#include "tests/power/scene.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/common/ids.h"
#include "server/hub/store/open.h"
#include "server/hub/store/words.h"

#define KNOWN     20 /* people with a sealed identity */
#define VISITS    20 /* theirs, with sealed words */
#define VERSIONS  64
#define MORE      3
#define OLD_EPOCH "0123456789abcdef"

static const struct {
        int version;
        const char *sql;
} migrations[] = {
#define MIGRATION(version, sql) {version, sql},
#include "server/hub/store/migrations.inc"
#undef MIGRATION
};

static void run(sqlite3 *db, const char *sql)
{
        char *error = NULL;
        if (sqlite3_exec(db, sql, NULL, NULL, &error) != SQLITE_OK)
                fail_msg("%s: %s", sql, error);
}

static void put(
        sqlite3 *db, const char *sql, uint32_t n, const void *a, size_t a_len, const void *b, size_t b_len)
{
        sqlite3_stmt *s = NULL;
        if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK)
                fail_msg("%s", sqlite3_errmsg(db));
        sqlite3_bind_int64(s, 1, n);
        sqlite3_bind_blob(s, 2, a, (int)a_len, SQLITE_STATIC);
        sqlite3_bind_blob(s, 3, b, (int)b_len, SQLITE_STATIC);
        assert_int_equal(sqlite3_step(s), SQLITE_DONE);
        sqlite3_finalize(s);
}

static struct uuid visit_id(uint32_t n)
{
        struct uuid id = {{0x01, 0x98, 0, 0, 0, 0, 0x70, 0, 0x80}};
        id.b[15] = (uint8_t)n;
        return id;
}

static void put_person(sqlite3 *db, struct base *base, uint32_t n)
{
        char external[16], name[24];
        uint8_t sealed[IDENTITY_MAX + SEAL_OVERHEAD], tag[KEYS_TAG_BYTES];
        snprintf(external, sizeof external, "c%u", n);
        snprintf(name, sizeof name, "Nora%u Lind", n);
        struct identity identity = {.external = slice_of(external), .name = slice_of(name)};
        assert_int_equal(keys_ready(base->keys, n), 0);
        size_t len = base_seal_identity(base, n, &identity, sealed);
        assert_true(len > 0);
        keys_tag(base->keys, external, strlen(external), tag);
        put(db, "INSERT INTO person (id, tag, identity, enrolled) VALUES (?1, ?2, ?3, 1)", n, tag, sizeof tag,
                sealed, len);
}

static void put_visit(sqlite3 *db, struct base *base, uint32_t n)
{
        struct live_visit_row visit = {.id = visit_id(n), .person = n};
        struct digest token = ids_digest_of(visit.id.b, sizeof visit.id.b);
        uint8_t words[WORDS_SEALED_MAX];
        snprintf(visit.hint, sizeof visit.hint, "scarf %u", n);
        size_t len = words_seal(base, &visit, words);
        put(db,
                "INSERT INTO visit VALUES (?2, ?1, 0, 0, 0, 1, 0, 0, 0, 1773144000000, 1773144000000, 0, "
                "20522, "
                "0, 0, 0, ?3)",
                n, visit.id.b, sizeof visit.id.b, words, len);
        put(db, "INSERT INTO session VALUES (?2, 1, ?1, 1904480000000, 0, '')", n, token.b, sizeof token.b,
                NULL, 0);
        put(db,
                "INSERT INTO consent_event (id, person, purpose, category, state, mode, store, at, "
                "valid_until, "
                "day, notice, steps) VALUES (?2, ?1, 1, 1, 1, 1, 1, 1773144000000, 1904480000000, 20522, 1, "
                "3)",
                n, visit.id.b, sizeof visit.id.b, NULL, 0);
        put(db, "INSERT INTO offer VALUES (?2, ?2, 1, 1773144000000, NULL, 0)", n, visit.id.b,
                sizeof visit.id.b, NULL, 0);
        put(db, "INSERT INTO stream_event VALUES (2, ?1, 1, ?1, ?2, 1773144000000)", n, visit.id.b,
                sizeof visit.id.b, NULL, 0);
        /* Two live invitations for one line, as version 1 allowed. */
        put(db, "INSERT INTO link VALUES (?2, 1, ?1, 1, ?1, 1904480000000, NULL)", n, visit.id.b,
                sizeof visit.id.b, NULL, 0);
        put(db, "INSERT INTO link VALUES (?2, 1, ?1, 1, ?1, 1904480000001, NULL)", n, token.b, sizeof token.b,
                NULL, 0);
        put(db,
                "INSERT INTO purchase VALUES (?1, 1770000000000, ?1, 1, 0, 1, 1, 1, NULL, 'coat', NULL, "
                "NULL, 0, 1, "
                "9900, NULL, 0, 3)",
                n, NULL, 0, NULL, 0);
        put(db, "INSERT INTO line VALUES ('l' || ?1, ?1, ?1, 1770000000000)", n, NULL, 0, NULL, 0);
}

static void fill(sqlite3 *db, struct base *base)
{
        run(db, "INSERT INTO store VALUES (1, 'main', 'Test house', 0, 'Europe/Paris');"
                "INSERT INTO department VALUES (0, 'Coats');"
                "INSERT INTO class VALUES (1, 'Coats', 0, 0);"
                "INSERT INTO product (id, sku, name, class) VALUES (1, 'sku1', 'Navy coat', 1);"
                "INSERT INTO associate VALUES (1, 'maria', 1, 'Maria Lopez', 1, 0, 1);"
                "INSERT INTO setting VALUES ('epoch', CAST('" OLD_EPOCH "' AS BLOB)), ('next_line', 21)");
        for (uint32_t n = 1; n <= KNOWN; n++)
                put_person(db, base, n);
        for (uint32_t n = 1; n <= VISITS; n++)
                put_visit(db, base, n);
}

/* Leaves the keys of the store that was open, and a database of the scene's version. */
static void prepare_migration(struct kit *kit, const struct scene *scene)
{
        static const char *const names[] = {"store.db", "store.db-wal", "store.db-journal"};
        char path[160], error[400];
        struct base base = {0};
        sqlite3 *db;
        scene_close(kit);
        if (scene->version == 0) {
                kit_empty(kit->dir);
                return;
        }
        for (size_t i = 0; i < ARRAY_LEN(names); i++) {
                snprintf(path, sizeof path, "%s/%s", kit->dir, names[i]);
                unlink(path);
        }
        snprintf(path, sizeof path, "%s/store.db", kit->dir);
        assert_int_equal(keys_open(kit->dir, false, &base.keys, error, sizeof error), 0);
        assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
        run(db, "PRAGMA page_size = 4096; PRAGMA auto_vacuum = NONE; PRAGMA journal_mode = WAL; BEGIN");
        for (size_t i = 0; i < ARRAY_LEN(migrations) && migrations[i].version <= scene->version; i++) {
                run(db, migrations[i].sql);
                if (i == 0)
                        fill(db, &base);
        }
        run(db, "COMMIT");
        sqlite3_close(db);
        keys_close(base.keys);
}

static void play_migration(struct kit *kit, const struct scene *scene)
{
        struct store_error error;
        struct snapshot now;
        uint64_t epoch;
        (void)scene;
        record_mark(MARK_COUNT, 1);
        scene_open(kit);
        assert_int_equal(store_snapshot(kit->store, NOW, 20522, &now, &error), 0);
        memcpy(&epoch, now.epoch.b, sizeof epoch);
        snapshot_free(&now);
        record_mark(MARK_EPOCH, epoch);
        assert_int_equal(scene_check_in_one(kit, 0), 0);
        scene_close(kit);
        record_mark(MARK_COUNT, 0);
}

static void old_rows(struct kit *kit)
{
        for (uint32_t n = 1; n <= KNOWN; n++) {
                char external[16], first[16];
                struct uuid id = visit_id(n);
                snprintf(external, sizeof external, "c%u", n);
                snprintf(first, sizeof first, "Nora%u", n);
                struct effect load = kit_by_external(external, WANT_PERSON);
                struct dossier *d = kit_load(kit, &load);
                if ((d->found & DOSSIER_PERSON) == 0 || strcmp(d->person.first, first) != 0)
                        fail_msg("the name of person %u is lost or does not open", n);
                assert_int_equal(d->n_consents, 1);
                free(d);
                load = kit_by_external("", WANT_PERSON);
                load.load.by = LOAD_BY_TOKEN;
                load.load.key = ids_digest_of(id.b, sizeof id.b);
                d = kit_load(kit, &load);
                assert_true((d->found & DOSSIER_SESSION) != 0 && d->session.subject == n);
                free(d);
        }
}

static void check_migration(struct kit *kit, const struct scene *scene, const struct ledger *ledger)
{
        struct ledger want = *ledger;
        uint32_t old = scene->version == 0 ? 0 : VISITS;
        if (old > 0)
                memcpy(&want.epoch, OLD_EPOCH, sizeof want.epoch);
        scene_open(kit);
        uint32_t next = scene_visits(kit, &want, old), last = next + MORE;
        for (; next < last; next++)
                assert_int_equal(scene_check_in_one(kit, next), 0);
        if (old > 0)
                old_rows(kit);
        scene_close(kit);
        scene_whole(kit, last);
        assert_int_equal(scene_number(kit, "PRAGMA user_version"), open_newest_version());
        assert_int_equal(scene_number(kit, "SELECT count(*) FROM purchase"), old);
        assert_int_equal(scene_number(kit, "SELECT count(*) FROM link WHERE used_at IS NULL"),
                scene->version == 0 ? 0 : VISITS);
}

const struct scene *scene_migrations(size_t *n)
{
        static struct scene scenes[VERSIONS];
        static char details[VERSIONS][24];
        *n = ARRAY_LEN(migrations) < VERSIONS ? ARRAY_LEN(migrations) : VERSIONS;
        for (size_t i = 0; i < *n; i++) {
                int version = i == 0 ? 0 : migrations[i - 1].version;
                snprintf(details[i], sizeof details[i], version ? "from version %d" : "first start", version);
                scenes[i] = (struct scene){.kind = "migration",
                        .detail = details[i],
                        .share = 20 / (uint32_t)*n,
                        .version = version,
                        .prepare = prepare_migration,
                        .play = play_migration,
                        .check = check_migration};
        }
        return scenes;
}
