#include "server/hub/store/notices.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "server/common/log.h"

int notices_write(struct base *base, const struct notice_row *row)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_NOTICE_ADD);
        statement_int(s, ":version", row->version);
        statement_text(s, ":name", slice_of(row->name));
        statement_text(s, ":ceiling", slice_of(row->text));
        statement_blob(s, ":sha256", row->digest.b, sizeof row->digest.b);
        statement_int(s, ":since", row->since);
        return statement_run(s);
}

static void read_row(sqlite3_stmt *s, struct notice_row *row)
{
        struct slice text = statement_get_slice(s, "ceiling"), digest = statement_get_slice(s, "sha256");
        uint8_t is[crypto_hash_sha256_BYTES];
        row->version = (uint32_t)statement_get(s, "version");
        row->since = statement_get(s, "since");
        base_cut(row->name, sizeof row->name, statement_get_slice(s, "name"));
        crypto_hash_sha256(is, (const unsigned char *)(text.len ? text.at : ""), text.len);
        if (text.len >= sizeof row->text || digest.len != sizeof is ||
                memcmp(is, digest.at, sizeof is) != 0) {
                LOG(LOG_ERROR, "store", "a notice is not what it was; nothing is shown under it");
                return;
        }
        memcpy(row->digest.b, is, sizeof is);
        if (text.len)
                memcpy(row->text, text.at, text.len);
}

int notices_read(struct base *base, struct snapshot *out)
{
        int rc;
        out->notices = calloc(NOTICES_MAX, sizeof *out->notices);
        if (out->notices == NULL)
                return SQLITE_NOMEM;
        sqlite3_stmt *s = statement_use(&base->all, ST_NOTICE_LIST);
        statement_int(s, ":most", NOTICES_MAX);
        uint32_t n = 0;
        while ((rc = statement_step(s)) == SQLITE_ROW && n < NOTICES_MAX)
                read_row(s, &out->notices[NOTICES_MAX - 1 - n++]);
        statement_done(s);
        memmove(out->notices, out->notices + NOTICES_MAX - n, n * sizeof *out->notices);
        out->n_notices = n;
        return rc == SQLITE_DONE || rc == SQLITE_ROW ? SQLITE_OK : rc;
}

int notices_count(struct base *base, struct notice_count out[NOTICES_MAX], uint32_t *n)
{
        int rc;
        sqlite3_stmt *s = statement_use(&base->all, ST_NOTICE_CUSTOMERS);
        *n = 0;
        while ((rc = statement_step(s)) == SQLITE_ROW && *n < NOTICES_MAX)
                out[(*n)++] = (struct notice_count){.version = (uint32_t)statement_get(s, "notice"),
                        .customers = (uint32_t)statement_get(s, "customers")};
        statement_done(s);
        return rc == SQLITE_DONE || rc == SQLITE_ROW ? SQLITE_OK : rc;
}
