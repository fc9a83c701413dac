#include "server/hub/store/managers.h"

#include <stdlib.h>
#include <string.h>

#include "server/common/ids.h"
#include "server/hub/store/pins.h"
#include "server/hub/store/seal.h"

#define SEALED_BYTES (MANAGER_TOTP_BYTES + SEAL_OVERHEAD)

static const struct seal_place totp_place = {.table = "manager", .column = "totp"};

static int write_manager(struct base *base, const struct manager_row *row)
{
        uint8_t sealed[SEALED_BYTES];
        struct seal_place place = totp_place;
        struct key own;
        keys_own(base->keys, &own);
        seal_row_id(&place, row->associate);
        size_t len = seal(&own, &place, row->secret.totp, sizeof row->secret.totp, sealed);
        ids_wipe(&own, sizeof own);
        sqlite3_stmt *s = statement_use(&base->all, ST_MANAGER_PUT);
        statement_int(s, ":associate", row->associate);
        statement_text(s, ":password", slice_of(row->secret.hash));
        statement_blob(s, ":totp", sealed, len);
        statement_int(s, ":step", row->step);
        statement_int(s, ":failures", row->failures);
        statement_int(s, ":closed_at", row->closed_at);
        statement_int(s, ":closed_ms", row->closed_ms);
        return statement_run(s);
}

static int write_seen(struct base *base, const struct write *w)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_SESSION_SEEN);
        statement_blob(s, ":token", w->session_seen.token.b, sizeof w->session_seen.token.b);
        statement_int(s, ":at", w->session_seen.at);
        return statement_run(s);
}

/* An end that is there already is one, too. */
static int write_end(struct base *base, const struct write *w)
{
        uint32_t associate = w->session_end.associate;
        bool all = associate && !w->session_end.consoles_only && !w->session_end.handhelds_only;
        sqlite3_stmt *s = statement_use(&base->all, all                             ? ST_SESSIONS_END
                                                    : !associate                    ? ST_SESSION_END
                                                    : w->session_end.handhelds_only ? ST_HANDHELDS_END
                                                                                    : ST_CONSOLES_END);
        if (associate)
                statement_int(s, ":associate", associate);
        else
                statement_blob(s, ":token", w->session_end.token.b, sizeof w->session_end.token.b);
        int rc = statement_run(s);
        if (rc != SQLITE_OK || !all)
                return rc;
        rc = pins_sign_out(base, associate);
        if (rc != SQLITE_OK)
                return rc;
        s = statement_use(&base->all, ST_LINKS_END); /* what would let her in again */
        statement_int(s, ":associate", associate);
        return statement_run(s);
}

int managers_write(struct base *base, const struct write *w)
{
        if (w->kind == WRITE_MANAGER)
                return write_manager(base, &w->manager);
        if (w->kind == WRITE_SESSION_SEEN)
                return write_seen(base, w);
        if (w->kind == WRITE_SESSION_END)
                return write_end(base, w);
        sqlite3_stmt *s = statement_use(&base->all, ST_MANAGER_GONE);
        statement_int(s, ":associate", w->manager_gone.associate);
        return statement_run(s);
}

static int read_row(const struct key *own, sqlite3_stmt *s, struct manager_row *row)
{
        struct seal_place place = totp_place;
        struct slice sealed = statement_get_slice(s, "totp"), hash = statement_get_slice(s, "password");
        row->associate = (uint32_t)statement_get(s, "associate");
        row->step = statement_get(s, "step");
        row->failures = (uint32_t)statement_get(s, "failures");
        row->closed_at = statement_get(s, "closed_at");
        row->closed_ms = statement_get(s, "closed_ms");
        if (hash.len == 0 || hash.len >= sizeof row->secret.hash || sealed.len != SEALED_BYTES)
                return SQLITE_CORRUPT;
        memcpy(row->secret.hash, hash.at, hash.len);
        seal_row_id(&place, row->associate);
        return seal_open(own, &place, sealed.at, sealed.len, row->secret.totp) == 0 ? SQLITE_OK
                                                                                    : SQLITE_CORRUPT;
}

int managers_read(struct base *base, struct snapshot *out)
{
        out->managers = calloc(MANAGERS_MAX, sizeof *out->managers);
        if (out->managers == NULL)
                return SQLITE_NOMEM;
        struct key own;
        int rc, bad = SQLITE_OK;
        keys_own(base->keys, &own);
        sqlite3_stmt *s = statement_use(&base->all, ST_MANAGER_LIST);
        while ((rc = statement_step(s)) == SQLITE_ROW && bad == SQLITE_OK && out->n_managers < MANAGERS_MAX)
                bad = read_row(&own, s, &out->managers[out->n_managers++]);
        statement_done(s);
        ids_wipe(&own, sizeof own);
        if (bad != SQLITE_OK)
                return bad;
        return rc == SQLITE_DONE || rc == SQLITE_ROW ? SQLITE_OK : rc;
}
