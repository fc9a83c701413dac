/* Once a second: what is over by time. One look at all visits: no timer for each, and a deadline is at most a
 * second late. */
#include "server/core/state.h"

static void sweep_over(struct hub *hub, struct visit *v)
{
        struct pending *p = visit_inside(hub);
        if (!p || !pending_may_change(hub, p, visit_slot(hub, v)))
                return;
        p->visit = visit_slot(hub, v);
        p->row = v->row;
        visit_end(hub, p, v, v->row.alert_state == ALERT_WITH_HER ? ALERT_DONE : ALERT_NOBODY);
        pending_commit(hub, p, NULL);
}

/* What somebody has accepted stays hers for a while after her shift, no longer [P80]. False: it is hers. */
static bool sweep_off_shift(struct hub *hub, struct visit *v)
{
        bool with = v->row.alert_state == ALERT_WITH_HER;
        uint32_t at = v->row.n_places ? associate_find(hub, v->row.places[0].associate) : NONE;
        if ((!with && v->row.alert_state != ALERT_ACCEPTED) || at == NONE ||
                associate_off_for_ms(hub, at) <= OFF_SHIFT_KEEPS_MS)
                return false;
        if (with) {
                sweep_over(hub, v);
                return true;
        }
        struct pending *p = visit_inside(hub);
        if (p && reach_leave(hub, p, v, at, REPLY_OFF_SHIFT))
                pending_commit(hub, p, NULL);
        return true;
}

/* Whoever is with a customer for very long has forgotten to say that it is over: others may call her. */
static void sweep_with(struct hub *hub, struct visit *v)
{
        if (v->row.alert_state != ALERT_WITH_HER || v->with_over || hub->event->mono < v->with_ends)
                return;
        visit_with_over(hub, v);
}

static void sweep_one(struct hub *hub, struct visit *v)
{
        struct presence_view noticed;
        bool sensed = v->row.seen != VISIT_CHECKED_IN;
        if (!v->named) {
                v->named = true; /* asked once; a card's release asks again */
                stream_read_again(hub, v, 0);
        }
        sweep_with(hub, v);
        if (sensed && !presence_look(hub->presence, v->row.person, hub->event->mono, &noticed)) {
                sweep_over(hub, v); /* she took her consent to be noticed back */
                return;
        }
        if (v->row.state == VISIT_PAUSED)
                return;
        if (hub->event->mono >= v->hold_ends && !sensed && !sensed_here(hub, v->row.person))
                sweep_over(hub, v);
        else if (!sweep_off_shift(hub, v) && v->row.alert_state == ALERT_OFFERED)
                reach_sweep(hub, v);
}

void visit_sweep(struct hub *hub)
{
        uint32_t live = hub->set.visits_most - hub->n_free_visits;
        reach_silent(hub);
        for (uint32_t i = 0; i < hub->set.visits_most && live; i++) {
                struct visit *v = &hub->visits[i];
                if (!v->used)
                        continue;
                live--;
                if (!v->durable || v->in_flight)
                        continue;
                if (!out_room(hub, 4, PENDING_WRITES, 8 * 1024)) {
                        hub->sweep_at = hub->event->mono; /* the rest at once, in the next step */
                        return;
                }
                sweep_one(hub, v);
        }
        for (uint32_t i = 0; i < hub->set.peers_most; i++) {
                struct peer *peer = &hub->peers[i];
                if (peer->used && !peer->hello && !peer->locked && !peer->closing && out_room(hub, 1, 0, 0) &&
                        hub->event->mono - peer->opened > HELLO_WITHIN_MS) {
                        peer->closing = true;
                        out_close(hub, peer->id, 4400,
                                peer->proof == PROOF_ASKED ? "the handheld did not prove itself in time"
                                                           : "say hello first");
                }
        }
}
