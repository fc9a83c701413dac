#include "server/hub/store/cells.h"

/* ---- one cell ---- */
static uint8_t remember(uint32_t *list, uint8_t n, uint8_t most, uint32_t id)
{
        if (id == 0 || n == most)
                return n;
        for (uint8_t i = 0; i < n; i++)
                if (list[i] == id)
                        return n;
        list[n] = id;
        return (uint8_t)(n + 1);
}

void cell_note(struct cell *cell, uint32_t person, uint32_t who)
{
        cell->n_people = remember(cell->people, cell->n_people, CELLS_LEAST_PEOPLE, person);
        cell->n_who = remember(cell->who, cell->n_who, CELLS_LEAST_ASSOCIATES, who);
}

void cell_join(struct cell *into, const struct cell *from)
{
        into->of += from->of;
        into->hit += from->hit;
        for (int i = 0; i < CELLS_MORE; i++)
                into->more[i] += from->more[i];
        for (int i = 0; i < from->n_people; i++)
                into->n_people = remember(into->people, into->n_people, CELLS_LEAST_PEOPLE, from->people[i]);
        for (int i = 0; i < from->n_who; i++)
                into->n_who = remember(into->who, into->n_who, CELLS_LEAST_ASSOCIATES, from->who[i]);
}

bool cell_enough(const struct cell *cell)
{
        return cell->n_people >= CELLS_LEAST_PEOPLE;
}

bool cell_team_enough(const struct cell *cell)
{
        return cell_enough(cell) && cell->n_who >= CELLS_LEAST_ASSOCIATES;
}

/* ---- sets of weeks: what is left of a quarter or a block ---- */
static struct cell over(const struct cells *group, const uint8_t *told, int first, int n)
{
        struct cell sum = {0};
        for (int w = first; w < first + n; w++)
                if (told[w] == 0)
                        cell_join(&sum, &group->week[w]);
        return sum;
}

static bool any_left(const uint8_t *told, int first, int n)
{
        for (int w = first; w < first + n; w++)
                if (told[w] == 0)
                        return true;
        return false;
}

static void tell_left(uint8_t *told, int first, int n)
{
        for (int w = first; w < first + n; w++)
                if (told[w] == 0)
                        told[w] = (uint8_t)n;
}

static void tell_store(const struct cells *store, int first, int n, uint8_t *told)
{
        struct cell left = over(store, told, first, n);
        if (any_left(told, first, n) && cell_enough(&left))
                tell_left(told, first, n);
}

/* ---- teams, in step ---- */
/* Nobody, or so many that it is nobody in particular. */
static bool rest_safe(const struct cell *rest)
{
        return rest->n_people == 0 ||
               (cell_enough(rest) && (rest->n_who == 0 || rest->n_who >= CELLS_LEAST_ASSOCIATES));
}

static bool store_told(const struct cells_told *out, int first, int n)
{
        for (int w = first; w < first + n; w++)
                if (out->teams[w] == 0 && out->store[w] == 0)
                        return false;
        return true;
}

static void tell_teams(const struct cells *groups, uint32_t n_teams, int first, int n, struct cells_told *out)
{
        const bool *stands = out->stands[first / CELLS_BLOCK];
        struct cell rest = over(&groups[n_teams + 1], out->teams, first, n);
        bool any = false;
        if (!any_left(out->teams, first, n) || !store_told(out, first, n))
                return;
        for (uint32_t g = 1; g <= n_teams; g++) {
                struct cell left = over(&groups[g], out->teams, first, n);
                if (!stands[g])
                        cell_join(&rest, &left);
                else if (!cell_team_enough(&left))
                        return;
                any |= stands[g];
        }
        if (any && rest_safe(&rest))
                tell_left(out->teams, first, n);
}

/* Each quarter of the block before had its ten; or there was no block before to tell by. */
static void who_stands(const struct cells *groups, uint32_t n_teams, int block, struct cells_told *out)
{
        int before = (block - 1) * CELLS_BLOCK;
        bool whole = block > 0;
        for (int q = before; whole && q < before + CELLS_BLOCK; q++)
                whole = out->store[q] != 0;
        for (uint32_t g = 1; g <= n_teams; g++) {
                static const uint8_t untold[CELLS_WEEKS];
                bool stands = true;
                for (int q = before; whole && q < before + CELLS_BLOCK; q += CELLS_QUARTER) {
                        struct cell sum = over(&groups[g], untold, q, CELLS_QUARTER);
                        stands = stands && cell_team_enough(&sum);
                }
                out->stands[block][g] = stands;
        }
}

static void tell_block(
        const struct cells *groups, uint32_t n_teams, int block, int closed, struct cells_told *out)
{
        int first = block * CELLS_BLOCK, until = first + CELLS_BLOCK;
        who_stands(groups, n_teams, block, out);
        for (int n = 1; n <= CELLS_BLOCK; n = n == 1               ? CELLS_QUARTER
                                              : n == CELLS_QUARTER ? CELLS_BLOCK
                                                                   : until + 1)
                for (int w = first; w + n <= until && w + n <= closed; w += n) {
                        tell_store(&groups[CELLS_STORE], w, n, out->store);
                        if (n_teams > 0)
                                tell_teams(groups, n_teams, w, n, out);
                }
}

void cells_tell(const struct cells *groups, uint32_t n_teams, int closed, struct cells_told *out)
{
        *out = (struct cells_told){0};
        for (int block = 0; block < CELLS_BLOCKS; block++)
                tell_block(groups, n_teams, block, closed, out);
}

int cells_from(int week, int weeks)
{
        return week - week % weeks;
}

/* ---- splits ---- */
static bool held_back_safe(const struct cell *parts, uint32_t n, const bool *shown)
{
        struct cell held = {0};
        for (uint32_t i = 0; i < n; i++)
                if (!shown[i])
                        cell_join(&held, &parts[i]);
        return held.n_people == 0 || cell_enough(&held);
}

void cells_split(const struct cell *parts, uint32_t n, bool *shown)
{
        for (uint32_t i = 0; i < n; i++)
                shown[i] = cell_enough(&parts[i]);
        while (!held_back_safe(parts, n, shown)) {
                uint32_t least = n;
                for (uint32_t i = 0; i < n; i++)
                        if (shown[i] && (least == n || parts[i].of < parts[least].of))
                                least = i;
                if (least == n)
                        return; /* nothing is shown */
                shown[least] = false;
        }
}
