#include "tests/power/scene.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/common/clock.h"
#include "server/common/ids.h"
#include "server/rulebook/render.h"

#define GUEST_FIRST UINT32_C(0x80000000)
#define GROUP       8 /* rows of one check-in */

static char card[CARD_FRAME_SIZE];

void scene_open(struct kit *kit)
{
        struct store_error error;
        kit->options.data_dir = kit->dir;
        kit->store = NULL;
        if (store_open(&kit->options, &kit->store, &error) != 0)
                fail_msg("%s", error.text);
}

void scene_close(struct kit *kit)
{
        store_close(kit->store);
        kit->store = NULL;
}

static struct uuid numbered(uint32_t n, uint8_t what)
{
        struct uuid id = {{0x01, 0x99, 0, 0, 0, 0, 0x70, 0, 0x80, what}};
        memcpy(id.b + 12, &n, sizeof n);
        return id;
}

static struct digest token_of(uint32_t n)
{
        return ids_digest_of(&n, sizeof n);
}

static uint32_t group(uint32_t n, struct write out[GROUP])
{
        struct uuid visit = numbered(n, 1);
        uint32_t guest = GUEST_FIRST + n;
        memset(card, 'x', sizeof card);
        out[0] = (struct write){.kind = WRITE_GUEST, .guest = {.person = guest, .language = "en"}};
        out[1] = (struct write){.kind = WRITE_SESSION,
                .session = {.token = token_of(n),
                        .row = {.kind = SESSION_PHONE, .subject = guest, .expires = NOW + DAY_MS}}};
        out[2] = kit_consent(guest, CATEGORY_PRESENCE, CONSENT_GIVEN, 1, NOW);
        out[3] = kit_consent(guest, CATEGORY_INSTORE, CONSENT_GIVEN, 1, NOW);
        out[4] = (struct write){.kind = WRITE_VISIT,
                .visit = {.id = visit,
                        .person = guest,
                        .state = VISIT_OPEN,
                        .started = NOW,
                        .n_places = 1,
                        .places = {{.associate = 1,
                                .card = n + 1,
                                .card_seq = n + 1,
                                .offer = numbered(n, 2)}}}};
        snprintf(out[4].visit.hint, sizeof out[4].visit.hint, "coat %u", n);
        out[5] = (struct write){.kind = WRITE_OFFER,
                .offer = {.id = numbered(n, 2), .visit = visit, .associate = 1, .offered = NOW}};
        out[6] = (struct write){.kind = WRITE_STREAM,
                .stream = {.row = {.associate = 1,
                                   .seq = n + 1,
                                   .kind = STREAM_CARD,
                                   .card = n + 1,
                                   .visit = visit},
                        .at = NOW}};
        out[7] = (struct write){.kind = WRITE_DISCLOSURE,
                .disclosure = {
                        .id = numbered(n, 3), .visit = visit, .person = guest, .card = card, .at = NOW}};
        return GROUP;
}

int scene_check_in_one(struct kit *kit, uint32_t n)
{
        struct write writes[GROUP];
        int result = kit_commit(kit, writes, group(n, writes));
        if (result == 0)
                record_mark(MARK_ACKNOWLEDGED, n);
        return result;
}

void scene_submit(struct kit *kit, uint32_t n)
{
        struct write writes[GROUP];
        assert_int_equal(store_commit(kit->store, n, writes, group(n, writes)), 0);
}

uint32_t scene_answers(struct kit *kit)
{
        uint32_t n = 0;
        for (struct store_answer *a = store_answers(kit->store), *next; a != NULL; a = next, n++) {
                next = a->next;
                assert_int_equal(a->result, 0);
                record_mark(MARK_ACKNOWLEDGED, a->tag);
                store_answer_free(a);
        }
        return n;
}

uint32_t scene_visits(struct kit *kit, const struct ledger *ledger, uint32_t besides)
{
        static bool there[LEDGER_MAX];
        struct store_error error;
        struct snapshot now;
        uint64_t epoch;
        memset(there, 0, sizeof there);
        assert_int_equal(store_snapshot(kit->store, NOW, clock_store_day(NOW), &now, &error), 0);
        memcpy(&epoch, now.epoch.b, sizeof epoch);
        if (ledger->epoch != 0 && epoch != ledger->epoch)
                fail_msg("the epoch is another one, and streams were told the old");
        uint32_t guests = 0;
        for (uint32_t i = 0; i < now.n_visits; i++) {
                const struct live_visit_row *v = &now.visits[i];
                char hint[32];
                uint32_t n = v->person - GUEST_FIRST;
                if (v->person < GUEST_FIRST)
                        continue;
                assert_true(n < LEDGER_MAX && !there[n]);
                there[n] = true;
                guests++;
                snprintf(hint, sizeof hint, "coat %u", n);
                if (strcmp(v->hint, hint) != 0)
                        fail_msg("the words of number %u do not open: her key is not what they were sealed "
                                 "under",
                                n);
        }
        /* Groups are written one after the other: what survives is a beginning. */
        for (uint32_t n = 0; n < guests; n++)
                if (!there[n])
                        fail_msg("number %u is missing, and a later one is there", n);
        for (uint32_t n = 0; n < LEDGER_MAX; n++)
                if (ledger->acknowledged[n] && !there[n])
                        fail_msg("number %u was acknowledged and is lost", n);
        assert_int_equal(now.n_visits, guests + besides);
        snapshot_free(&now);
        return guests;
}

static sqlite3 *plain(const struct kit *kit)
{
        char path[160];
        sqlite3 *db;
        snprintf(path, sizeof path, "%s/store.db", kit->dir);
        assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
        return db;
}

static void first_text(sqlite3 *db, const char *sql, char *out, size_t room)
{
        sqlite3_stmt *s = NULL;
        if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK)
                fail_msg("%s", sqlite3_errmsg(db));
        const char *text = sqlite3_step(s) == SQLITE_ROW ? (const char *)sqlite3_column_text(s, 0) : NULL;
        snprintf(out, room, "%s", text ? text : "");
        sqlite3_finalize(s);
}

int64_t scene_number(const struct kit *kit, const char *sql)
{
        char text[64];
        sqlite3 *db = plain(kit);
        first_text(db, sql, text, sizeof text);
        sqlite3_close(db);
        return strtoll(text, NULL, 10);
}

void scene_whole(const struct kit *kit, uint32_t guests)
{
        /* One digit a table: 1 row each, 2 consents. */
        static const char groups[] =
                "SELECT group_concat(n || ':' || parts) FROM (SELECT n, sum(part) AS parts FROM ("
                "SELECT id - 2147483648 AS n, 1 AS part FROM person WHERE id >= 2147483648"
                " UNION ALL SELECT subject - 2147483648, 10 FROM session WHERE subject >= 2147483648"
                " UNION ALL SELECT person - 2147483648, 100 FROM consent_event WHERE person >= 2147483648"
                " UNION ALL SELECT person - 2147483648, 1000 FROM visit WHERE person >= 2147483648"
                " UNION ALL SELECT v.person - 2147483648, 10000 FROM offer AS o JOIN visit AS v ON v.id = "
                "o.visit WHERE v.person >= 2147483648"
                " UNION ALL SELECT person - 2147483648, 100000 FROM disclosure WHERE person >= 2147483648"
                ") GROUP BY n HAVING sum(part) <> 111211)";
        char text[256];
        sqlite3 *db = plain(kit);
        first_text(db, "PRAGMA integrity_check", text, sizeof text);
        assert_string_equal(text, "ok");
        first_text(db, "PRAGMA foreign_key_check", text, sizeof text);
        assert_string_equal(text, "");
        first_text(db, groups, text, sizeof text);
        if (text[0] != 0)
                fail_msg("groups that are there in part (number:parts): %s", text);
        first_text(db, "SELECT count(*) FROM person WHERE id >= 2147483648", text, sizeof text);
        assert_int_equal(strtol(text, NULL, 10), guests);
        first_text(db,
                "SELECT count(*) FROM (SELECT max(seq) - min(seq) + 1 - count(*) AS gap FROM stream_event "
                "GROUP BY associate HAVING gap <> 0)",
                text, sizeof text);
        assert_string_equal(text, "0");
        first_text(
                db, "SELECT coalesce(max(seq), 0) FROM stream_event WHERE associate = 1", text, sizeof text);
        assert_int_equal(strtol(text, NULL, 10), guests);
        sqlite3_close(db);
}
