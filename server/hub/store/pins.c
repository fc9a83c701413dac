#include "server/hub/store/pins.h"

#include <stdlib.h>
#include <string.h>

#include "server/common/ids.h"
#include "server/hub/store/seal.h"

#define SEALED_BYTES (MANAGER_HASH_MAX + SEAL_OVERHEAD)

static const struct seal_place hash_place = {.table = "pin", .column = "hash"};

static int write_pin(struct base *base, const struct pin_row *row)
{
        uint8_t sealed[SEALED_BYTES], padded[MANAGER_HASH_MAX] = {0};
        struct seal_place place = hash_place;
        struct key own;
        keys_own(base->keys, &own);
        seal_row_id(&place, row->associate);
        memcpy(padded, row->hash, strnlen(row->hash, sizeof row->hash));
        size_t len = seal(&own, &place, padded, sizeof padded, sealed);
        ids_wipe(&own, sizeof own);
        ids_wipe(padded, sizeof padded);
        sqlite3_stmt *s = statement_use(&base->all, ST_PIN_PUT);
        statement_int(s, ":associate", row->associate);
        statement_blob(s, ":hash", sealed, len);
        statement_int(s, ":failures", row->failures);
        statement_int(s, ":closed_at", row->closed_at);
        statement_int(s, ":closed_ms", row->closed_ms);
        return statement_run(s);
}

static int write_gone(struct base *base, uint32_t associate)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_PIN_GONE);
        statement_int(s, ":associate", associate);
        return statement_run(s);
}

int pins_sign_out(struct base *base, uint32_t associate)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_SIGN_OUT_OF_ALL);
        statement_int(s, ":associate", associate);
        return statement_run(s);
}

static sqlite3_stmt *of_token(struct base *base, enum statement id, const struct write *w)
{
        sqlite3_stmt *s = statement_use(&base->all, id);
        statement_blob(s, ":token", w->sign.token.b, sizeof w->sign.token.b);
        return s;
}

/* She is out everywhere first, also here. */
static int write_in(struct base *base, const struct write *w)
{
        int rc = w->sign.nowhere_else ? pins_sign_out(base, w->sign.associate) : SQLITE_OK;
        if (rc != SQLITE_OK)
                return rc;
        sqlite3_stmt *s = of_token(base, ST_SIGN_IN, w);
        statement_int(s, ":who", w->sign.associate);
        statement_int(s, ":at", w->sign.at);
        return statement_run(s);
}

int pins_write(struct base *base, const struct write *w)
{
        sqlite3_stmt *s;
        if (w->kind == WRITE_PIN)
                return write_pin(base, &w->pin);
        if (w->kind == WRITE_PIN_GONE)
                return write_gone(base, w->sign.associate);
        if (w->kind == WRITE_SIGN_IN)
                return write_in(base, w);
        if (w->kind == WRITE_SIGN_OUT && w->sign.associate)
                return pins_sign_out(base, w->sign.associate);
        if (w->kind == WRITE_SIGN_OUT)
                return statement_run(of_token(base, ST_SIGN_OUT, w));
        if (w->kind == WRITE_SIGN_LIFE) {
                s = of_token(base, ST_SIGN_LIFE, w);
                statement_int(s, ":at", w->sign.at);
                return statement_run(s);
        }
        s = of_token(base, ST_SIGN_TRIES, w);
        statement_int(s, ":tries", w->sign.tries);
        statement_int(s, ":out", w->sign.out);
        return statement_run(s);
}

static int read_row(const struct key *own, sqlite3_stmt *s, struct pin_row *row)
{
        struct seal_place place = hash_place;
        struct slice sealed = statement_get_slice(s, "hash");
        row->associate = (uint32_t)statement_get(s, "associate");
        row->failures = (uint32_t)statement_get(s, "failures");
        row->closed_at = statement_get(s, "closed_at");
        row->closed_ms = statement_get(s, "closed_ms");
        if (sealed.len != SEALED_BYTES)
                return SQLITE_CORRUPT;
        seal_row_id(&place, row->associate);
        bool opened = seal_open(own, &place, sealed.at, sealed.len, (uint8_t *)row->hash) == 0 &&
                      memchr(row->hash, 0, sizeof row->hash);
        return opened ? SQLITE_OK : SQLITE_CORRUPT;
}

int pins_read(struct base *base, struct snapshot *out)
{
        out->pins = calloc(ROSTER_MAX, sizeof *out->pins);
        if (out->pins == NULL)
                return SQLITE_NOMEM;
        struct key own;
        int rc, bad = SQLITE_OK;
        keys_own(base->keys, &own);
        sqlite3_stmt *s = statement_use(&base->all, ST_PIN_LIST);
        while ((rc = statement_step(s)) == SQLITE_ROW && bad == SQLITE_OK && out->n_pins < ROSTER_MAX)
                bad = read_row(&own, s, &out->pins[out->n_pins++]);
        statement_done(s);
        ids_wipe(&own, sizeof own);
        if (bad != SQLITE_OK)
                return bad;
        return rc == SQLITE_DONE || rc == SQLITE_ROW ? SQLITE_OK : rc;
}

void pins_read_signed(sqlite3_stmt *s, struct session_row *row)
{
        int64_t tries = statement_get(s, "tries");
        row->who = (uint32_t)statement_get(s, "who");
        row->tries = (uint8_t)(tries < 0 || tries > UINT8_MAX ? UINT8_MAX : tries);
        row->signed_at = statement_get(s, "signed_at");
        row->life_at = statement_get(s, "life_at");
}
