#include "server/hub/store/remembered.h"
#include "server/hub/store/walkins.h"

static int read_one(struct base *base, const char *name, int64_t *out)
{
        *out = 0;
        return base_get_int(base, name, out) >= 0 ? SQLITE_OK : sqlite3_extended_errcode(base->all.db);
}

int remembered_read(struct base *base, struct remembered *out)
{
        int64_t at, pairs = 0, found = 0, renewed = 0;
        int rc = read_one(base, "leak_check_at", &at);
        if (rc == SQLITE_OK)
                rc = read_one(base, "leak_check_pairs", &pairs);
        if (rc == SQLITE_OK)
                rc = read_one(base, "leak_check_found", &found);
        if (rc == SQLITE_OK)
                rc = read_one(base, "book_renewed", &renewed);
        if (rc == SQLITE_OK)
                *out = (struct remembered){
                        .leak_check = {.at = at, .pairs = (uint32_t)pairs, .found = (uint32_t)found},
                        .renewed = (uint32_t)renewed};
        return rc;
}

int remembered_write(struct base *base, const struct write *w)
{
        const struct remembered *in = &w->remember;
        if (w->kind == WRITE_WALKIN)
                return walkins_write(base, &w->walkin.row, w->walkin.over);
        if (w->kind == WRITE_FIRST_STEP)
                return base_put_int(base, "first_step", w->first_step);
        int rc = base_put_int(base, "leak_check_at", in->leak_check.at);
        if (rc == SQLITE_OK)
                rc = base_put_int(base, "leak_check_pairs", in->leak_check.pairs);
        if (rc == SQLITE_OK)
                rc = base_put_int(base, "leak_check_found", in->leak_check.found);
        if (rc == SQLITE_OK)
                rc = base_put_int(base, "book_renewed", in->renewed);
        return rc;
}
