/* The release tick: with it a card leaves a whole tick after what made it (her tap, a change, a device that
 * came back), however long the making took, so nobody can tell from the time how much there was to look at.
 *
 *   her tap ... read, judged, durable ... |its moment: frame|          one tick, whatever lies between
 *   her tap ........................... a tick missed ... |frame|      at the next multiple
 *
 * A device gets its cards a tick apart. Off unless it is set: it costs its length at every arrival. */
#include "server/core/state.h"

bool release_held(struct hub *hub, struct peer *peer, const struct visit *v, uint64_t seq)
{
        int64_t tick = hub->set.release_tick_ms;
        mono_ms now = hub->event->mono;
        if (tick == 0)
                return false;
        if (hub->releasing && peer->due_seq == seq && peer->due <= now) {
                peer->next_card = peer->due + tick;
                peer->due_seq = 0;
                return false;
        }
        if (peer->due_seq != seq || peer->due <= now) {
                mono_ms due = v->release_at > peer->next_card ? v->release_at : peer->next_card;
                peer->due = due > now ? due : due + ((now - due) / tick + 1) * tick;
                peer->due_seq = seq;
        }
        if (peer->due < hub->release_at)
                hub->release_at = peer->due;
        return true;
}

void release_due(struct hub *hub)
{
        if (hub->event->mono < hub->release_at)
                return;
        hub->release_at = INT64_MAX;
        hub->releasing = true;
        for (uint32_t i = 0; i < hub->set.peers_most; i++) {
                struct peer *peer = &hub->peers[i];
                if (!peer->used || peer->due_seq == 0)
                        continue;
                if (peer->due <= hub->event->mono)
                        stream_pump(hub, peer);
                else if (peer->due < hub->release_at)
                        hub->release_at = peer->due;
        }
        hub->releasing = false;
}
