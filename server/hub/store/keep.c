#include "server/hub/store/keep.h"

#include <string.h>

#include "server/hub/store/cells.h"
#include "server/hub/store/numbers.h"

/* The numbers look so far back, and one week more is never over yet; each visit looks back on its own. */
#define TALLY_MS ((CELLS_WEEKS + 2) * 7 * DAY_MS + NUMBERS_RETURN_MS)

static int before(struct base *base, enum statement which, wall_ms at)
{
        sqlite3_stmt *s = statement_use(&base->all, which);
        statement_int(s, ":before", at);
        if (which != ST_KEEP_STREAM_LAST)
                statement_int(s, ":most", KEEP_ROWS);
        return statement_run(s);
}

/* Version 7 ids begin with their time. */
static int made_before(struct base *base, enum statement which, wall_ms at)
{
        struct uuid id = {{0}};
        sqlite3_stmt *s = statement_use(&base->all, which);
        for (int i = 0; i < 6; i++)
                id.b[i] = (uint8_t)(at >> (8 * (5 - i)));
        statement_blob(s, ":before", id.b, sizeof id.b);
        statement_int(s, ":most", KEEP_ROWS);
        return statement_run(s);
}

static int keep_visits(struct base *base, wall_ms until)
{
        struct uuid from = {{0}};
        if (base_get_blob(base, "kept_visit", from.b, sizeof from.b) < 0)
                return sqlite3_extended_errcode(base->all.db);
        struct uuid last = from;
        int rc;
        sqlite3_stmt *s = statement_use(&base->all, ST_KEEP_VISITS_NEXT);
        statement_blob(s, ":after", from.b, sizeof from.b);
        statement_int(s, ":most", KEEP_ROWS);
        while ((rc = statement_step(s)) == SQLITE_ROW && statement_get(s, "at") < until)
                memcpy(last.b, statement_get_slice(s, "id").at, sizeof last.b);
        statement_done(s);
        if ((rc != SQLITE_ROW && rc != SQLITE_DONE) || memcmp(from.b, last.b, sizeof from.b) == 0)
                return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
        s = statement_use(&base->all, ST_KEEP_VISITS);
        statement_blob(s, ":after", from.b, sizeof from.b);
        statement_blob(s, ":last", last.b, sizeof last.b);
        rc = statement_run(s);
        return rc == SQLITE_OK ? base_put_blob(base, "kept_visit", last.b, sizeof last.b) : rc;
}

static int keep_looks(struct base *base, wall_ms until)
{
        int64_t from = 0;
        if (base_get_int(base, "kept_look", &from) < 0)
                return sqlite3_extended_errcode(base->all.db);
        int64_t last = from;
        int rc;
        sqlite3_stmt *s = statement_use(&base->all, ST_KEEP_LOOKS_NEXT);
        statement_int(s, ":after", from);
        statement_int(s, ":most", KEEP_ROWS);
        while ((rc = statement_step(s)) == SQLITE_ROW && statement_get(s, "at") < until)
                last = statement_get(s, "seq");
        statement_done(s);
        if ((rc != SQLITE_ROW && rc != SQLITE_DONE) || from == last)
                return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
        s = statement_use(&base->all, ST_KEEP_LOOKS);
        statement_int(s, ":after", from);
        statement_int(s, ":last", last);
        rc = statement_run(s);
        return rc == SQLITE_OK ? base_put_int(base, "kept_look", last) : rc;
}

static int keep_tally(struct base *base, wall_ms tally, wall_ms mirror)
{
        int rc = before(base, ST_KEEP_LOOKS_GONE, mirror < tally ? mirror : tally);
        if (rc == SQLITE_OK)
                rc = made_before(base, ST_KEEP_OFFERS_GONE, tally);
        if (rc == SQLITE_OK)
                rc = made_before(base, ST_KEEP_THANKS_GONE, tally);
        return rc == SQLITE_OK ? made_before(base, ST_KEEP_VISITS_GONE, tally) : rc;
}

int keep_read(struct base *base, wall_ms *at)
{
        *at = 0;
        return base_get_int(base, "kept_at", at) >= 0 ? SQLITE_OK : sqlite3_extended_errcode(base->all.db);
}

static int keep_looks_of(struct base *base, uint32_t person, wall_ms until)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_KEEP_LOOKS_OF);
        statement_int(s, ":person", person);
        statement_int(s, ":before", until);
        return statement_run(s);
}

/* Those who shortened it, some with each step and then from the first again. */
static int keep_hers(struct base *base, wall_ms now)
{
        struct {
                uint32_t id;
                int64_t hours;
        } people[KEEP_ROWS];
        int64_t from = 0;
        int n = 0, rc;
        if (base_get_int(base, "kept_person", &from) < 0)
                return sqlite3_extended_errcode(base->all.db);
        sqlite3_stmt *s = statement_use(&base->all, ST_KEEP_PEOPLE_NEXT);
        statement_int(s, ":after", from);
        statement_int(s, ":most", KEEP_ROWS);
        while ((rc = statement_step(s)) == SQLITE_ROW && n < KEEP_ROWS) {
                people[n].id = (uint32_t)statement_get(s, "id");
                people[n++].hours = statement_get(s, "hours");
        }
        statement_done(s);
        if (rc == SQLITE_DONE)
                rc = SQLITE_OK;
        for (int i = 0; rc == SQLITE_OK && i < n; i++)
                rc = keep_looks_of(base, people[i].id, now - people[i].hours * HOUR_MS);
        int64_t reached = n == KEEP_ROWS ? people[n - 1].id : 0;
        return rc == SQLITE_OK && reached != from ? base_put_int(base, "kept_person", reached) : rc;
}

int keep_shorten(struct base *base, const struct write *w)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_PERSON_LOOKS);
        statement_int(s, ":id", w->looks.person);
        statement_int(s, ":hours", w->looks.hours);
        int rc = statement_run(s);
        if (rc == SQLITE_OK && sqlite3_changes(base->all.db) != 1)
                return SQLITE_CONSTRAINT;
        if (rc != SQLITE_OK || w->looks.hours == 0)
                return rc;
        return keep_looks_of(base, w->looks.person, w->looks.now - w->looks.hours * HOUR_MS);
}

int keep_write(struct base *base, const struct write *w)
{
        wall_ms now = w->keep.now, presence = now - w->keep.presence_h * HOUR_MS;
        wall_ms mirror = base_months_before(base, now, w->keep.mirror_months);
        int rc = before(base, ST_KEEP_STREAM, presence);
        if (rc == SQLITE_OK)
                rc = before(base, ST_KEEP_STREAM_LAST, presence);
        if (rc == SQLITE_OK)
                rc = before(base, ST_KEEP_CLEARED, presence);
        if (rc == SQLITE_OK)
                rc = keep_visits(base, now - w->keep.visits_days * DAY_MS);
        if (rc == SQLITE_OK)
                rc = keep_looks(base, mirror);
        if (rc == SQLITE_OK)
                rc = keep_hers(base, now);
        if (rc == SQLITE_OK)
                rc = base_put_int(base, "kept_at", now);
        return rc == SQLITE_OK ? keep_tally(base, now > TALLY_MS ? now - TALLY_MS : 0, mirror) : rc;
}
