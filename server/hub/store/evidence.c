#include "server/hub/store/evidence.h"

#include <stdlib.h>
#include <string.h>

static int compare(const void *left, const void *right)
{
        const struct candidate *a = left, *b = right;
        if (a->row.lines != b->row.lines)
                return a->row.lines > b->row.lines ? -1 : 1;
        if (a->row.latest != b->row.latest)
                return a->row.latest > b->row.latest ? -1 : 1;
        size_t a_len = strlen(a->external), b_len = strlen(b->external);
        if (a_len != b_len)
                return a_len < b_len ? -1 : 1;
        return strcmp(a->external, b->external);
}

static void name_them(const struct base *base, struct candidate *out, uint32_t n)
{
        for (uint32_t i = 0; i < n; i++) {
                const struct catalog_associate *who = catalog_associate(&base->catalog, out[i].row.associate);
                if (who == NULL)
                        continue;
                out[i].store = who->store;
                memcpy(out[i].external, who->external, sizeof out[i].external);
        }
}

/* The lines come newest first, so a seller's first line is her latest sale. */
static void count_line(struct candidate *out, uint32_t *n, uint32_t seller, wall_ms at)
{
        for (uint32_t i = 0; i < *n; i++) {
                if (out[i].row.associate == seller) {
                        out[i].row.lines++;
                        return;
                }
        }
        if (*n == EVIDENCE_CANDIDATES_MAX)
                return;
        memset(&out[*n], 0, sizeof *out);
        out[(*n)++].row = (struct evidence_row){.associate = seller, .lines = 1, .latest = at};
}

int evidence_all(struct base *base, uint32_t person, wall_ms now, struct candidate *out, uint32_t *n)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_PURCHASE_EVIDENCE);
        int rc;
        *n = 0;
        statement_int(s, ":person", person);
        statement_int(s, ":since", base_months_before(base, now, EVIDENCE_MONTHS));
        statement_int(s, ":now", now);
        int seller = statement_column(s, "seller"), at = statement_column(s, "at");
        while ((rc = statement_step(s)) == SQLITE_ROW)
                count_line(out, n, (uint32_t)sqlite3_column_int64(s, seller), sqlite3_column_int64(s, at));
        statement_done(s);
        if (rc != SQLITE_DONE)
                return rc;
        name_them(base, out, *n);
        qsort(out, *n, sizeof *out, compare);
        return SQLITE_OK;
}

enum decided evidence_decided(const struct candidate *out, uint32_t n)
{
        if (n == 0)
                return DECIDED_NOBODY;
        if (n == 1 || out[0].row.lines != out[1].row.lines)
                return DECIDED_LINES;
        return out[0].row.latest != out[1].row.latest ? DECIDED_LATEST : DECIDED_LOWEST;
}

int evidence_best(
        struct base *base, uint32_t person, wall_ms now, struct evidence_row out[EVIDENCE_MAX], uint32_t *n)
{
        struct candidate *candidates = base->candidates;
        uint32_t found = 0;
        int rc = evidence_all(base, person, now, candidates, &found);
        if (rc != SQLITE_OK)
                return rc;
        bool here = false;
        *n = found < EVIDENCE_MAX ? found : EVIDENCE_MAX;
        for (uint32_t i = 0; i < *n; i++) {
                out[i] = candidates[i].row;
                here = here || candidates[i].store == base->own_store;
        }
        /* Routing can only reach people of this store: somebody of them must be on the list. */
        for (uint32_t i = *n; i < found && !here; i++) {
                if (candidates[i].store != base->own_store)
                        continue;
                out[EVIDENCE_MAX - 1] = candidates[i].row;
                here = true;
        }
        return SQLITE_OK;
}
