/* Who is in which team, and which rules were in force when: what the counting begins with. */
#include "server/hub/store/numbers.h"

#include <stdlib.h>

static int first_department(int64_t departments)
{
        for (int d = 0; d < DEPARTMENT_COUNT; d++)
                if (departments & (INT64_C(1) << d))
                        return d;
        return -1;
}

/* Which departments are teams, when so many work in each: those with enough of them, the largest if there are
 * too many; and never so that one or two associates are left over. */
static void choose_teams(const uint32_t here[DEPARTMENT_COUNT + 1], bool team[DEPARTMENT_COUNT])
{
        uint32_t n = 0, left = here[DEPARTMENT_COUNT];
        for (int d = 0; d < DEPARTMENT_COUNT; d++) {
                team[d] = here[d] >= CELLS_LEAST_ASSOCIATES;
                n += team[d];
                left += team[d] ? 0 : here[d];
        }
        while (n > CELLS_TEAMS_MAX || (n > 0 && left > 0 && left < CELLS_LEAST_ASSOCIATES)) {
                int least = -1;
                for (int d = 0; d < DEPARTMENT_COUNT; d++)
                        if (team[d] && (least < 0 || here[d] < here[least]))
                                least = d;
                team[least] = false;
                left += here[least];
                n--;
        }
}

static int read_associates(struct base *base, struct numbers_count *c, int8_t home[ROSTER_MAX],
        uint32_t here[DEPARTMENT_COUNT + 1])
{
        sqlite3_stmt *s = statement_use(&base->all, ST_NUMBERS_ASSOCIATES);
        int rc;
        statement_int(s, ":store", base->own_store);
        statement_int(s, ":most", ROSTER_MAX);
        while ((rc = statement_step(s)) == SQLITE_ROW && c->n_associates < ROSTER_MAX) {
                int department = first_department(statement_get(s, "departments"));
                home[c->n_associates] = (int8_t)department;
                c->associates[c->n_associates++].id = (uint32_t)statement_get(s, "id");
                if (statement_get(s, "active")) {
                        here[department < 0 ? DEPARTMENT_COUNT : department]++;
                        c->n_here++;
                }
        }
        statement_done(s);
        return rc == SQLITE_DONE || rc == SQLITE_ROW ? SQLITE_OK : rc;
}

static int read_teams(struct base *base, struct numbers_count *c)
{
        int8_t home[ROSTER_MAX];
        uint32_t here[DEPARTMENT_COUNT + 1] = {0}, group[DEPARTMENT_COUNT] = {0};
        bool team[DEPARTMENT_COUNT];
        c->associates = calloc(ROSTER_MAX, sizeof *c->associates);
        if (c->associates == NULL)
                return SQLITE_NOMEM;
        int rc = read_associates(base, c, home, here);
        choose_teams(here, team);
        for (int d = 0; d < DEPARTMENT_COUNT; d++) {
                if (!team[d])
                        continue;
                group[d] = ++c->n_teams;
                base_cut(c->teams[group[d]], NAME_MAX_BYTES, slice_of(base->catalog.departments[d]));
        }
        for (uint32_t i = 0; i < c->n_associates; i++)
                c->associates[i].group =
                        home[i] >= 0 && team[(int)home[i]] ? group[(int)home[i]] : c->n_teams + 1;
        return rc;
}

static int read_versions(struct base *base, struct numbers_count *c)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_NUMBERS_VERSIONS);
        int rc;
        statement_int(s, ":most", NUMBERS_VERSIONS);
        while ((rc = statement_step(s)) == SQLITE_ROW && c->n_versions < NUMBERS_VERSIONS)
                c->versions[c->n_versions++] =
                        (struct numbers_version){.version = (uint32_t)statement_get(s, "version"),
                                .published = statement_get(s, "published")};
        statement_done(s);
        return rc == SQLITE_DONE || rc == SQLITE_ROW ? SQLITE_OK : rc;
}

int numbers_read_house(struct base *base, struct numbers_count *c)
{
        int rc = read_teams(base, c);
        return rc == SQLITE_OK ? read_versions(base, c) : rc;
}
