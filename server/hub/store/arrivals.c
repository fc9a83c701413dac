#include "server/hub/store/arrivals.h"

#include <stdlib.h>
#include <string.h>

#include "server/core/flow.h"

/* *from must live as long as the statement is read. */
static sqlite3_stmt *list(struct base *base, wall_ms since, uint32_t most, struct uuid *from)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_ARRIVAL_LIST);
        *from = (struct uuid){{0}};
        for (int i = 0; i < 6; i++)
                from->b[i] = (uint8_t)(since >> (8 * (5 - i)));
        statement_blob(s, ":from", from->b, sizeof from->b);
        statement_int(s, ":most", most);
        return s;
}

static int over(sqlite3_stmt *s, int rc)
{
        statement_done(s);
        return rc == SQLITE_DONE || rc == SQLITE_ROW ? SQLITE_OK : rc;
}

static struct uuid visit_id(sqlite3_stmt *s)
{
        struct slice id = statement_get_slice(s, "id");
        struct uuid out = {{0}};
        if (id.len == sizeof out.b)
                memcpy(out.b, id.at, id.len);
        return out;
}

int arrivals_read(struct base *base, wall_ms since, struct arrival_row *out, uint32_t most, uint32_t *n)
{
        struct uuid from;
        sqlite3_stmt *s = list(base, since, most, &from);
        int rc;
        for (*n = 0; (rc = statement_step(s)) == SQLITE_ROW && *n < most; ++*n)
                out[*n] = (struct arrival_row){
                        (uint32_t)statement_get(s, "associate"), statement_get(s, "started"), visit_id(s)};
        return over(s, rc);
}

/* One arrival more in each of these departments: how many the least busy of them had in the hour up to it. */
static uint32_t came(struct flow flows[DEPARTMENT_COUNT], uint32_t departments, wall_ms at)
{
        uint32_t least = 0;
        for (uint32_t d = 0; d < DEPARTMENT_COUNT; d++) {
                if (!(departments & (1u << d)))
                        continue;
                flow_add(&flows[d], at);
                uint32_t count = flow_count(&flows[d], at);
                least = least == 0 || count < least ? count : least;
        }
        return least;
}

int arrivals_crowds(struct base *base, wall_ms since, uint32_t most, struct arrivals_crowd **out, uint32_t *n)
{
        struct flow *flows = calloc(DEPARTMENT_COUNT, sizeof *flows);
        uint32_t room = 0;
        int rc = SQLITE_NOMEM;
        struct uuid from;
        *out = NULL;
        *n = 0;
        sqlite3_stmt *s = list(base, since, most, &from);
        while (flows != NULL && (rc = statement_step(s)) == SQLITE_ROW) {
                if (*n == room) {
                        room = room ? 2 * room : 256;
                        struct arrivals_crowd *more = realloc(*out, room * sizeof *more);
                        rc = more ? rc : SQLITE_NOMEM;
                        if (more == NULL)
                                break;
                        *out = more;
                }
                (*out)[(*n)++] = (struct arrivals_crowd){visit_id(s),
                        came(flows, (uint32_t)statement_get(s, "departments"), statement_get(s, "started"))};
        }
        free(flows);
        return over(s, rc);
}

static int by_id(const void *key, const void *row)
{
        return memcmp(key, &((const struct arrivals_crowd *)row)->visit, sizeof(struct uuid));
}

uint32_t arrivals_crowd_of(const struct arrivals_crowd *all, uint32_t n, struct slice visit)
{
        const struct arrivals_crowd *found =
                n && visit.len == sizeof(struct uuid) ? bsearch(visit.at, all, n, sizeof *all, by_id) : NULL;
        return found ? found->crowd : 0;
}
