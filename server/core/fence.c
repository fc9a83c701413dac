/* Whoever pairs a handheld leaves the one before [P96].
 *
 *   LIVE --the same browser is paired anew, or (one at a time) its associate is on another handheld--> FENCED
 *
 * The session ends in the commit in which the new one begins, so there is no moment with both or, after a
 * crash, with neither. Its socket is closed in the step in which that is durable, before the new device is
 * answered, and so before it can have a card; whoever comes later finds no session. A peer that is being
 * closed is sent nothing, neither what the core had for it nor what the front still holds. If the disk
 * refuses, nothing has ended. Whoever still owes a proof has been told nothing, and finds no session when
 * the proof has come: these are left to that, since a thief could have any number of them. */
#include "server/core/state.h"

#include <string.h>

static void cut(struct hub *hub, const struct digest *token, uint32_t associate)
{
        for (uint32_t i = 0; i < hub->set.peers_most; i++) {
                struct peer *peer = &hub->peers[i];
                if (!peer->used || peer->closing || peer->face != FACE_HANDHELD || peer->proof == PROOF_ASKED)
                        continue;
                bool before = token && memcmp(&peer->token, token, sizeof(*token)) == 0;
                bool hers = associate &&
                            (peer->owner == associate ||
                                    (peer->attached && hub->associates[peer->associate].row.id == associate));
                if ((!before && !hers) || !out_room(hub, 2, 0, 0)) /* the answer needs room, too */
                        continue;
                peer->closing = true;
                out_close(hub, peer->id, 4410, "another handheld was paired in place of this one");
        }
}

void fence_begin(struct hub *hub, struct pending *p)
{
        struct write *w;
        if (p->has_token) {
                w = pending_write(p, WRITE_SESSION_END);
                w->session_end.token = p->token;
        }
        if (hub->set.one_handheld) {
                w = pending_write(p, WRITE_SESSION_END);
                w->session_end.associate = p->session_subject;
                w->session_end.handhelds_only = true;
        }
}

void fence_done(struct hub *hub, const struct pending *p)
{
        cut(hub, p->has_token ? &p->token : NULL, hub->set.one_handheld ? p->session_subject : 0);
}
