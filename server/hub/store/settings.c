#include "server/hub/store/settings.h"

#include <stdio.h>
#include <string.h>

#include "server/common/ids.h"
#include "server/hub/store/seal.h"

static const struct {
        const char *name, *expect, *sql;
} settings[] = {
#define SETTING(name, expect, sql) {#name, expect, sql},
#include "server/hub/store/settings.inc"
#undef SETTING
};

/* Copies text with every @ replaced. */
static void fill(char *out, size_t room, const char *text, const char *value)
{
        size_t at = 0;
        for (; *text && at + 1 < room; text++) {
                if (*text == '@')
                        at += (size_t)snprintf(out + at, room - at, "%s", value);
                else
                        out[at++] = *text;
                if (at >= room)
                        at = room - 1;
        }
        out[at] = 0;
}

/* Whether it is one of those that are expected, which | parts. */
static bool is_expected(const char *value, const char *expect)
{
        size_t len = strlen(value);
        for (;;) {
                size_t one = strcspn(expect, "|");
                if (one == len && memcmp(expect, value, len) == 0)
                        return true;
                if (expect[one] == 0)
                        return false;
                expect += one + 1;
        }
}

/* Runs the setting's statements; the last one's value is what SQLite really does now. */
static int apply(sqlite3 *db, const char *sql, const char *expect, bool *stuck)
{
        const char *tail = sql;
        int rc = SQLITE_OK;
        *stuck = false;
        while (rc == SQLITE_OK && *tail) {
                sqlite3_stmt *s = NULL;
                rc = sqlite3_prepare_v2(db, tail, -1, &s, &tail);
                if (rc != SQLITE_OK || s == NULL)
                        break;
                while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
                        const char *value = (const char *)sqlite3_column_text(s, 0);
                        if (value == NULL)
                                break; /* no setting is NULL: there was no memory for its text */
                        *stuck = is_expected(value, expect);
                }
                int end = sqlite3_finalize(s);
                rc = rc == SQLITE_ROW ? SQLITE_NOMEM : end;
        }
        return rc;
}

int settings_apply(sqlite3 *db, size_t cache_bytes, int from, int to, char *what, size_t room)
{
        char cache[24], sql[256], expect[32];
        size_t kib = cache_bytes / 1024;
        snprintf(cache, sizeof cache, "-%zu", kib > 2048 ? kib : 2048);
        for (int i = from; i < to && i < (int)ARRAY_LEN(settings); i++) {
                bool stuck;
                fill(sql, sizeof sql, settings[i].sql, cache);
                fill(expect, sizeof expect, settings[i].expect, cache);
                snprintf(what, room, "%s", settings[i].name);
                int rc = apply(db, sql, expect, &stuck);
                if (rc != SQLITE_OK)
                        return rc;
                if (!stuck)
                        return -1;
        }
        return SQLITE_OK;
}

int settings_flush_elsewhere(struct base *base)
{
        int rc = statement_run(statement_use(&base->all, ST_FLUSH_ELSEWHERE));
        if (rc != SQLITE_OK)
                return rc;
        sqlite3_stmt *s = statement_use(&base->all, ST_FLUSH_SETTING);
        rc = statement_step(s);
        if (rc == SQLITE_ROW)
                rc = statement_get(s, "synchronous") == 1 ? 0 : -1;
        statement_done(s);
        return rc;
}

int settings_own_store(struct base *base, const struct store_options *o)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_STORE_FIND);
        statement_text(s, ":external", slice_of(o->store_id));
        int rc = statement_step(s);
        if (rc == SQLITE_ROW)
                base->own_store = (uint32_t)statement_get(s, "id");
        statement_done(s);
        if (rc != SQLITE_DONE)
                return rc == SQLITE_ROW ? SQLITE_OK : rc;
        s = statement_use(&base->all, ST_STORE_ADD);
        statement_text(s, ":external", slice_of(o->store_id));
        statement_text(s, ":name", slice_of(o->store_name));
        statement_int(s, ":channel", CHANNEL_IN_STORE);
        statement_text(s, ":zone", slice_of(o->zone));
        rc = statement_step(s);
        if (rc == SQLITE_ROW)
                base->own_store = (uint32_t)statement_get(s, "id");
        statement_done(s);
        return rc == SQLITE_ROW ? SQLITE_OK : rc;
}

static const struct seal_place door_place = {.table = "setting", .column = "value", .row = "door_key"};

int settings_door_key(struct base *base, uint8_t out[32])
{
        uint8_t sealed[32 + SEAL_OVERHEAD];
        struct key own;
        int found = base_get_blob(base, "door_key", sealed, sizeof sealed);
        if (found != 0)
                return found;
        keys_own(base->keys, &own);
        int rc = seal_open(&own, &door_place, sealed, sizeof sealed, out);
        ids_wipe(&own, sizeof own);
        return rc;
}

int settings_new_door_key(struct base *base)
{
        uint8_t key[32], sealed[32 + SEAL_OVERHEAD];
        struct key own;
        ids_random(key, sizeof key);
        keys_own(base->keys, &own);
        seal(&own, &door_place, key, sizeof key, sealed);
        ids_wipe(&own, sizeof own);
        ids_wipe(key, sizeof key);
        return base_put_blob(base, "door_key", sealed, sizeof sealed);
}
