/* Access points' agents. */
#include "tests/sim/sim.h"

void agents_make(struct world *w)
{
        (void)w;
}

void agents_item(struct world *w, struct item *it)
{
        (void)w;
        (void)it;
}

bool agents_push(struct world *w, const struct effect *e)
{
        (void)w;
        (void)e;
        return false;
}

bool agents_close(struct world *w, uint64_t peer)
{
        (void)w;
        (void)peer;
        return false;
}

void agents_restarted_all(struct world *w)
{
        (void)w;
}

void agents_free(struct world *w)
{
        (void)w;
}
