#include "server/hub/store/arrivals.h"

#include <stdlib.h>
#include <string.h>

#include "server/core/flow.h"

void arrivals_id(sqlite3_stmt *s, struct uuid *out)
{
        struct slice id = statement_get_slice(s, "id");
        *out = (struct uuid){{0}};
        if (id.len == sizeof out->b)
                memcpy(out->b, id.at, sizeof out->b);
}

static void swap(void *a, void *b, size_t size)
{
        uint8_t kept[sizeof(struct arrival_row) + sizeof(struct uuid)];
        memcpy(kept, a, size);
        memcpy(a, b, size);
        memcpy(b, kept, size);
}

int arrivals_read(struct base *base, wall_ms since, struct uuid *ids, struct arrival_row *out, uint32_t most,
        uint32_t *n)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_ARRIVAL_LIST);
        struct uuid from = {{0}};
        int rc;
        for (int i = 0; i < 6; i++)
                from.b[i] = (uint8_t)(since >> (8 * (5 - i)));
        *n = 0;
        statement_blob(s, ":from", from.b, sizeof from.b);
        statement_int(s, ":most", most);
        while ((rc = statement_step(s)) == SQLITE_ROW && *n < most) {
                out[*n] = (struct arrival_row){
                        (uint32_t)statement_get(s, "associate"), statement_get(s, "started")};
                if (ids)
                        arrivals_id(s, &ids[*n]);
                ++*n;
        }
        statement_done(s);
        for (uint32_t low = 0, high = *n; low + 1 < high; low++, high--) {
                swap(&out[low], &out[high - 1], sizeof *out);
                if (ids)
                        swap(&ids[low], &ids[high - 1], sizeof *ids);
        }
        return rc == SQLITE_DONE || rc == SQLITE_ROW ? SQLITE_OK : rc;
}

/* ---- how busy it was ---- */
struct team {
        uint64_t n;
        wall_ms at[FLOW_MOST];
};

/* By an associate's surrogate; 0 of who is not of this store. */
struct team_of {
        uint32_t n;
        struct {
                uint32_t id, departments;
        } of[ROSTER_MAX];
};

static int read_teams(struct base *base, struct team_of *out)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_NUMBERS_ASSOCIATES);
        int rc;
        statement_int(s, ":store", base->own_store);
        statement_int(s, ":most", ROSTER_MAX);
        while ((rc = statement_step(s)) == SQLITE_ROW && out->n < ROSTER_MAX) {
                out->of[out->n].id = (uint32_t)statement_get(s, "id");
                out->of[out->n++].departments = (uint32_t)statement_get(s, "departments");
        }
        statement_done(s);
        return rc == SQLITE_DONE || rc == SQLITE_ROW ? SQLITE_OK : rc;
}

static uint32_t departments_of(const struct team_of *teams, uint32_t associate)
{
        for (uint32_t i = 0; i < teams->n; i++)
                if (teams->of[i].id == associate)
                        return teams->of[i].departments;
        return 0;
}

/* One arrival more in each of these: how many the least busy of them had in the hour. */
static uint32_t came(struct team teams[DEPARTMENT_COUNT], uint32_t departments, wall_ms at)
{
        uint32_t least = 0;
        for (uint32_t d = 0; d < DEPARTMENT_COUNT; d++) {
                uint32_t count = 0;
                if (!(departments & (1u << d)))
                        continue;
                struct team *t = &teams[d];
                uint64_t kept = t->n < FLOW_MOST ? t->n : FLOW_MOST;
                while (count < kept && at - t->at[(t->n - 1 - count) % FLOW_MOST] < HOUR_MS)
                        count++;
                t->at[t->n++ % FLOW_MOST] = at;
                least = least == 0 || count + 1 < least ? count + 1 : least;
        }
        return least;
}

int arrivals_crowds(struct base *base, wall_ms since, uint32_t most, struct arrivals_crowd **out, uint32_t *n)
{
        struct arrival_row *rows = calloc(most, sizeof *rows);
        struct uuid *ids = calloc(most, sizeof *ids);
        struct team *teams = calloc(DEPARTMENT_COUNT, sizeof *teams);
        struct team_of *of = calloc(1, sizeof *of);
        *out = calloc(most, sizeof **out);
        int rc = rows && ids && teams && of && *out ? read_teams(base, of) : SQLITE_NOMEM;
        *n = 0;
        if (rc == SQLITE_OK)
                rc = arrivals_read(base, since, ids, rows, most, n);
        for (uint32_t i = 0; rc == SQLITE_OK && i < *n; i++)
                (*out)[i] = (struct arrivals_crowd){
                        ids[i], came(teams, departments_of(of, rows[i].associate), rows[i].started)};
        free(rows);
        free(ids);
        free(teams);
        free(of);
        return rc;
}

static int by_id(const void *key, const void *row)
{
        return memcmp(key, &((const struct arrivals_crowd *)row)->id, sizeof(struct uuid));
}

uint32_t arrivals_crowd_of(const struct arrivals_crowd *all, uint32_t n, const struct uuid *id)
{
        const struct arrivals_crowd *found = n ? bsearch(id, all, n, sizeof *all, by_id) : NULL;
        return found ? found->crowd : 0;
}
