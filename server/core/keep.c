/* How long things are kept [P146]: every ten minutes the store is told what the house rules say, and lets go
 * of what is older, a few rows at a time. Whether something is too old is a comparison with the clock, so a
 * step that the disk refused, or that a stop left out, is made up for by the next. */
#include "server/core/state.h"

#define EVERY_MS (10 * MINUTE_MS)

void keep_start(struct hub *hub)
{
        hub->keep_at = hub->event->mono + EVERY_MS; /* a start has better things to do */
}

void keep_sweep(struct hub *hub)
{
        const int32_t *v = hub->house.value;
        if (hub->event->mono < hub->keep_at)
                return;
        struct pending *p = out_room(hub, 2, 2, 0) ? pending_take(hub, FROM_INSIDE) : NULL;
        if (!p)
                return; /* the next sweep tries again */
        hub->keep_at = hub->event->mono + EVERY_MS;
        p->start = pending_free;
        struct write *w = pending_write(p, WRITE_KEEP);
        w->keep.now = hub->event->wall;
        w->keep.presence_h = v[HOUSE_PRESENCE];
        w->keep.visits_days = v[HOUSE_VISITS];
        w->keep.mirror_months = v[HOUSE_MIRROR];
        pending_commit(hub, p, pending_free);
}
