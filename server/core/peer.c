/* A peer as such: found, let go, and told small things, which wait in a list of their own until it takes
 * them. */
#include "server/core/state.h"
#include "proto/json.h"

#include <string.h>

struct peer *peer_find(struct hub *hub, uint64_t id)
{
        uint32_t slot = index_find(&hub->by_peer, id);
        return slot == INDEX_NONE ? NULL : &hub->peers[slot];
}

void peer_note(struct hub *hub, struct peer *peer, const char *text, size_t len)
{
        if (hub->free_note == NONE || peer->n_notes == PEER_NOTES || len > NOTE_MAX) {
                if (!peer->closing)
                        out_close(hub, peer->id, 1013, "too much waits for you");
                peer->closing = true;
                return;
        }
        uint32_t at = hub->free_note;
        struct note *note = &hub->notes[at];
        hub->free_note = note->next;
        memcpy(note->text, text, len);
        note->len = (uint32_t)len;
        note->next = NONE;
        if (peer->n_notes++ == 0)
                peer->notes_first = at;
        else
                hub->notes[peer->notes_last].next = at;
        peer->notes_last = at;
        stream_pump(hub, peer);
}

void peer_drop_note(struct hub *hub, struct peer *peer)
{
        uint32_t at = peer->notes_first;
        peer->notes_first = hub->notes[at].next;
        peer->n_notes--;
        hub->notes[at].next = hub->free_note;
        hub->free_note = at;
}

void peer_detach(struct hub *hub, struct peer *peer)
{
        while (peer->n_notes)
                peer_drop_note(hub, peer);
        if (!peer->attached)
                return;
        struct associate *a = &hub->associates[peer->associate];
        uint32_t slot = (uint32_t)(peer - hub->peers), *at = &a->first_peer;
        while (*at != slot)
                at = &hub->peers[*at].next;
        *at = peer->next; /* its own stays: somebody may be on the way along the list */
        a->n_peers--;
        peer->attached = false;
}

void peer_release(struct hub *hub, struct peer *peer)
{
        peer_detach(hub, peer);
        index_drop(&hub->by_peer, peer->id);
        peer->used = false;
        hub->free_peers[hub->n_free_peers++] = (uint32_t)(peer - hub->peers);
}

void peer_error(struct hub *hub, struct peer *peer, const char *error, const char *say, const char *todo,
        int64_t card)
{
        char text[600];
        struct json_out j;
        json_start(&j, text, sizeof(text));
        json_open(&j, NULL, '{');
        json_text(&j, "t", "error");
        json_text(&j, "error", error);
        json_text(&j, "say", say);
        json_text(&j, "do", todo);
        if (card)
                json_number(&j, "card", card);
        json_close(&j, '}');
        peer_note(hub, peer, text, j.len);
}
