/* The practice arrivals of an associate's first day [P104]. Their cards are the page's own, of people whom
 * nobody has ever seen, so nothing of them comes here: no visit, no offer, no look. All that the hub knows is
 * that she need not be asked again, whatever handheld she gets next. */
#include "server/core/after.h"

static void kept(struct hub *hub, struct pending *p)
{
        uint32_t at = associate_find(hub, p->by);
        if (at != NONE)
                hub->associates[at].row.practised = true;
        pending_free(hub, p);
}

void practice_done(struct hub *hub, struct pending *p)
{
        struct peer *peer = peer_find(hub, p->peer);
        if (!peer || !peer->attached || hub->associates[peer->associate].row.practised) {
                pending_free(hub, p); /* a repeat: it is so already */
                return;
        }
        p->by = hub->associates[peer->associate].row.id;
        pending_write(p, WRITE_PRACTISED)->practised.associate = p->by;
        pending_commit(hub, p, kept);
}
