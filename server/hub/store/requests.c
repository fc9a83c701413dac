#include "server/hub/store/requests.h"

static void bind_digest(sqlite3_stmt *s, const char *name, const struct digest *d)
{
        statement_blob(s, name, d->b, sizeof d->b);
}

/* The asker's oldest go first, never the one just written. Nobody is refused: it may be a withdrawal. */
static int trim_requests(struct base *base, const struct write *w)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_REQUEST_COUNT);
        bind_digest(s, ":asker", &w->request.key.asker);
        int rc = statement_step(s);
        int64_t n = rc == SQLITE_ROW ? statement_get(s, "n") : 0;
        statement_done(s);
        if (rc != SQLITE_ROW || n <= w->request.most)
                return rc == SQLITE_ROW ? SQLITE_OK : rc;
        s = statement_use(&base->all, ST_REQUEST_TRIM);
        bind_digest(s, ":asker", &w->request.key.asker);
        bind_digest(s, ":newest", &w->request.key.key);
        statement_int(s, ":n", n - w->request.most);
        return statement_run(s);
}

/* To look at the oldest is a tenth of the work of looking for all that are too old, and hardly ever is one.
 */
static int prune_requests(struct base *base, const struct write *w)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_REQUEST_OLDEST);
        int rc = statement_step(s);
        bool old = rc == SQLITE_ROW && statement_get(s, "at") <= w->request.before;
        statement_done(s);
        if (!old)
                return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
        s = statement_use(&base->all, ST_REQUEST_PRUNE);
        statement_int(s, ":before", w->request.before);
        return statement_run(s);
}

int requests_write(struct base *base, const struct write *w)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_REQUEST_PUT);
        bind_digest(s, ":asker", &w->request.key.asker);
        bind_digest(s, ":key", &w->request.key.key);
        statement_int(s, ":at", w->request.row.at);
        bind_digest(s, ":message", &w->request.row.message);
        statement_int(s, ":person", w->request.row.person);
        if (w->request.row.has_made)
                bind_digest(s, ":made", &w->request.row.made);
        int rc = statement_run(s);
        if (rc != SQLITE_OK)
                return rc;
        rc = prune_requests(base, w);
        return rc == SQLITE_OK ? trim_requests(base, w) : rc;
}
