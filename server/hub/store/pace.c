#include "server/hub/store/pace.h"

void pace_came(struct pace *p, bool can_wait, int64_t since_us)
{
        int64_t due = since_us;
        if (can_wait) {
                p->n_records++;
                due += p->n_records < PACE_RECORDS_MOST ? PACE_RECORDS_US : 0;
        } else {
                p->came_us[p->next_came++ % PACE_RUSH] = since_us;
        }
        if (p->n == 0 || due < p->due_us)
                p->due_us = due;
        p->n++;
}

void pace_began(struct pace *p, uint32_t left, int64_t now_us)
{
        p->n = left;
        p->n_records = 0;
        p->due_us = now_us; /* of those that are left, if any */
        p->began_us = now_us;
}

void pace_wrote(struct pace *p, int64_t now_us)
{
        int64_t share = (now_us - p->began_us) * PACE_SHARE_TIMES;
        p->share_us = share < PACE_SHARE_MOST_US ? share : PACE_SHARE_MOST_US;
}

/* The oldest of the last few, which is the next to be overwritten, was not long before the newest. */
static bool in_a_rush(const struct pace *p)
{
        int64_t oldest = p->came_us[p->next_came % PACE_RUSH];
        int64_t newest = p->came_us[(p->next_came + PACE_RUSH - 1) % PACE_RUSH];
        return oldest != 0 && newest - oldest <= PACE_RUSH_US;
}

int64_t pace_not_before(const struct pace *p)
{
        return in_a_rush(p) ? p->began_us + p->share_us : p->began_us;
}

int64_t pace_next(const struct pace *p)
{
        int64_t from = pace_not_before(p);
        if (p->n == 0)
                return INT64_MAX;
        return p->due_us > from ? p->due_us : from;
}
