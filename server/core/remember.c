/* What the hub knows again after a start though no request made it durable. Nobody waits for it, so it is
 * written until the disk has taken it: a start before that knows less, which harms nobody. */
#include "server/core/state.h"

#include <string.h>

#define AGAIN_MS (10 * SECOND_MS)

void remember_start(struct hub *hub, const struct snapshot *s)
{
        hub->remember.now = hub->remember.kept = s->remembered;
}

static bool same(const struct remembered *a, const struct remembered *b)
{
        return a->leak_check.at == b->leak_check.at && a->leak_check.pairs == b->leak_check.pairs &&
               a->leak_check.found == b->leak_check.found && a->renewed == b->renewed;
}

static void kept(struct hub *hub, struct pending *p)
{
        hub->remember.kept = p->writes[0].remember;
        pending_free(hub, p);
}

static void write_it(struct hub *hub)
{
        struct pending *p = out_room(hub, 2, 2, 0) ? pending_take(hub, FROM_INSIDE) : NULL;
        if (!p)
                return;
        p->start = pending_free;
        hub->remember.again = hub->event->mono + AGAIN_MS;
        pending_write(p, WRITE_REMEMBER)->remember = hub->remember.now;
        pending_commit(hub, p, kept);
}

void remember_sweep(struct hub *hub)
{
        hub->remember.now.renewed = book_renewed(hub);
        if (!same(&hub->remember.now, &hub->remember.kept) && hub->event->mono >= hub->remember.again)
                write_it(hub);
}

void remember_leak_check(struct hub *hub, const struct leak_check *result)
{
        hub->remember.now.leak_check = *result;
        write_it(hub);
}
