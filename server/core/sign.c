/* The gate of a handheld that has proved itself [P98] [P99]; what is behind it is the one of proof.c: a peer
 * that is not attached is nobody's.
 *
 *   attached --lapsed: idle, too old, her shift over--> LOCKED --pin, right--> its session is read once more
 * --> attached |  ^                                               |  ^ |  '-- signed in on disk, and not
 * lapsed ---- proof right
 *      '-- signed in elsewhere: closed 4410
 *
 * Times are this process's while a peer is attached, and the database's when it comes: what lies in the
 * future by more than a minute was written before the clock was set back, and counts as over. A lapse is
 * looked at before each frame; the sweep sees to it for those to whom nothing is sent. */
#include "server/core/state.h"
#include "proto/json.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define NOTE_EVERY_MS MINUTE_MS

bool sign_create(struct hub *hub)
{
        hub->pins = calloc(ROSTER_MAX, sizeof(*hub->pins));
        if (hub->set.pins)
                hub->set.keys_required = true; /* a PIN counts only together with a device [P97] */
        return hub->pins != NULL;
}

void sign_destroy(struct hub *hub)
{
        if (hub->pins)
                sodium_memzero(hub->pins, ROSTER_MAX * sizeof(*hub->pins));
        free(hub->pins);
}

void sign_start(struct hub *hub, const struct snapshot *s)
{
        for (uint32_t i = 0; i < s->n_pins; i++) {
                const struct pin_row *row = &s->pins[i];
                uint32_t at = associate_find(hub, row->associate);
                if (at == NONE)
                        continue;
                struct pin *pin = &hub->pins[at];
                int64_t left = row->closed_at + row->closed_ms - hub->event->wall;
                memcpy(pin->hash, row->hash, sizeof(pin->hash));
                pin->tries = (struct manager_try){
                        .failures = row->failures, .closed_at = row->closed_at, .closed_ms = row->closed_ms};
                if (left > 0) /* a clock that was set back does not close it for longer than it was */
                        pin->tries.closed_until =
                                hub->event->mono + (left < row->closed_ms ? left : row->closed_ms);
        }
}

/* ---- how long a session lasts ---- */
static bool idle_or_old(const struct hub *hub, const struct peer *peer)
{
        mono_ms now = hub->event->mono;
        return now - peer->life_at >= hub->set.idle_ms || now - peer->signed_at >= hub->set.signed_in_ms;
}

/* The shift in which, or before which, she signed in is over. Whoever signs in without one is there until she
 * is idle. */
static bool shift_over(const struct hub *hub, const struct peer *peer, uint32_t associate)
{
        int64_t off_ms = associate_off_for_ms(hub, associate);
        return off_ms > hub->set.after_shift_ms && off_ms < hub->event->mono - peer->signed_at;
}

/* False: what the row says cannot be so. */
static bool take_times(const struct hub *hub, struct peer *peer, const struct session_row *row)
{
        int64_t age = hub->event->wall - row->signed_at, idle = hub->event->wall - row->life_at;
        peer->signed_at = hub->event->mono - (age > 0 ? age : 0);
        peer->life_at = hub->event->mono - (idle > 0 ? idle : 0);
        peer->life_noted = row->life_at;
        return age >= -MINUTE_MS && idle >= -MINUTE_MS;
}

/* ---- locked ---- */
static void tell_locked(struct hub *hub, struct peer *peer, uint8_t tries)
{
        uint32_t asked = associate_find(hub, peer->asked);
        bool shut = tries >= SIGN_TRIES;
        char text[300];
        struct json_out j;
        json_start(&j, text, sizeof(text));
        json_open(&j, NULL, '{');
        json_text(&j, "t", "locked");
        json_text(&j, "why", shut ? "shut" : sign_has_pin(hub, asked) ? "pin" : "choose");
        json_text(&j, "you", asked == NONE ? "" : hub->associates[asked].row.first);
        json_number(&j, "left", shut ? 0 : SIGN_TRIES - tries);
        json_close(&j, '}');
        peer_note(hub, peer, text, j.len);
}

/* The same device came back before its old socket was seen to be dead. */
static void close_before(struct hub *hub, const struct peer *peer)
{
        for (uint32_t i = 0; i < hub->set.peers_most; i++) {
                struct peer *other = &hub->peers[i];
                if (!other->used || other == peer || other->closing || !(other->locked || other->attached) ||
                        memcmp(&other->token, &peer->token, sizeof(peer->token)) != 0 ||
                        !out_room(hub, 2, 0, 0))
                        continue;
                other->closing = true;
                out_close(hub, other->id, 4409, "this handheld connected again");
        }
}

bool sign_wanted(struct hub *hub, struct peer *peer, const struct session_row *row, uint32_t *associate)
{
        uint32_t who = row->who ? associate_find(hub, row->who) : NONE;
        if (!hub->set.pins)
                return false;
        bool known = associate_here(hub, who) && sign_has_pin(hub, who);
        bool right_times = take_times(hub, peer, row);
        if (known && right_times && row->tries < SIGN_TRIES && !idle_or_old(hub, peer) &&
                !shift_over(hub, peer, who)) {
                if (peer->locked)
                        peer->hello_epoch[0] =
                                0; /* the page has dropped what it had: it begins from what is open */
                peer->locked = false;
                *associate = who;
                return false;
        }
        peer->locked = true;
        peer->asked = known ? row->who : row->subject;
        close_before(hub, peer);
        tell_locked(hub, peer, row->tries);
        return true;
}

/* Whatever it asked for is answered to nobody. */
static void forget_asked(struct hub *hub, uint64_t id)
{
        for (uint32_t i = 0; i < hub->set.pending_most; i++)
                if (hub->pending[i].stage != STAGE_FREE && hub->pending[i].peer == id)
                        hub->pending[i].peer = 0;
}

bool sign_hold(struct hub *hub, struct peer *peer)
{
        peer_detach(hub, peer);
        forget_asked(hub, peer->id);
        peer->hello = peer->resyncing = peer->loading = peer->silent = peer->owes_duty = false;
        peer->hello_epoch[0] = 0; /* what it had is gone: it begins again from what is open */
        peer->hello_seq = peer->cursor = peer->resync_to = peer->due_seq = 0;
        peer->unpainted = 0;
        peer->newest = 0;
        peer->n_sales = 0;
        peer->n_colleagues = 0;
        if (peer->credit)
                return true;
        peer->closing = true;
        out_close(hub, peer->id, 4411, "signed out; connect again");
        return false;
}

static void lock(struct hub *hub, struct peer *peer)
{
        peer->asked = hub->associates[peer->associate].row.id;
        if (!sign_hold(hub, peer))
                return;
        peer->locked = true;
        tell_locked(hub, peer, 0);
}

bool sign_lapsed(struct hub *hub, struct peer *peer)
{
        if (!hub->set.pins || !peer->attached || peer->face != FACE_HANDHELD || !idle_or_old(hub, peer))
                return false;
        lock(hub, peer);
        return true;
}

void sign_look_again(struct hub *hub, const struct digest *token, uint32_t associate)
{
        for (uint32_t i = 0; hub->set.pins && i < hub->set.peers_most; i++) {
                struct peer *peer = &hub->peers[i];
                if (!peer->used || peer->closing || peer->face != FACE_HANDHELD ||
                        !(peer->attached || peer->locked) || !out_room(hub, 4, 0, 2 * NOTE_MAX))
                        continue;
                bool hers = associate &&
                            ((peer->attached && hub->associates[peer->associate].row.id == associate) ||
                                    peer->owner == associate);
                if (!hers && !(token && memcmp(&peer->token, token, sizeof(*token)) == 0))
                        continue;
                if (!peer->attached || sign_hold(hub, peer)) {
                        peer->locked = true; /* until its session has been read */
                        handheld_attach(hub, peer);
                }
        }
}

/* ---- signs of life ---- */
void sign_life(struct hub *hub, struct peer *peer, enum message_type type)
{
        if (type != MESSAGE_HELLO && type != MESSAGE_PROOF && type != MESSAGE_RENDERED &&
                type != MESSAGE_CLEARED && peer->attached)
                peer->life_at = hub->event->mono;
}

static void note_life(struct hub *hub, struct peer *peer)
{
        wall_ms at = hub->event->wall - (hub->event->mono - peer->life_at);
        if (at - peer->life_noted < NOTE_EVERY_MS)
                return;
        struct pending *p = pending_take(hub, FROM_INSIDE);
        if (!p)
                return;
        peer->life_noted = at;
        p->start = pending_free;
        struct write *w = pending_write(p, WRITE_SIGN_LIFE);
        w->sign.token = peer->token;
        w->sign.at = at;
        pending_commit(hub, p, NULL);
}

void sign_sweep(struct hub *hub)
{
        for (uint32_t i = 0; hub->set.pins && i < hub->set.peers_most; i++) {
                struct peer *peer = &hub->peers[i];
                if (!peer->used || !peer->attached || peer->closing || peer->face != FACE_HANDHELD)
                        continue;
                if (!out_room(hub, 4, 2, 2 * NOTE_MAX)) {
                        hub->sweep_at = hub->event->mono; /* the rest at once, in the next step */
                        return;
                }
                if (idle_or_old(hub, peer) || shift_over(hub, peer, peer->associate))
                        lock(hub, peer);
                else
                        note_life(hub, peer);
        }
}
