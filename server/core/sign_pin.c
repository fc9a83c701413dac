/* PINs: choosing one, signing in with one, and what a wrong one costs [P97] [P98] [P110] [P111].
 *
 *   pin, choose --> the session is read --> PROVE --right--> COMMIT: signed in here, and nowhere else --> its
 * session is one at a time, for a device and for a person   |              read once more, and the peer is
 * let in
 *                                                     '--wrong--> COMMIT: the tries --> told; after five SHUT
 *
 * What counts is on disk before anybody learns whether it was right, so a start forgives nothing. Only
 * whoever carries out PROVE looks at a PIN. */
#include "server/core/state.h"
#include "proto/forget.h"
#include "proto/pin_text.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define FAILURES_FREE  9 /* of one person, over all handhelds */
#define CLOSED_MOST_MS (60 * MINUTE_MS)

bool sign_has_pin(const struct hub *hub, uint32_t index)
{
        return index != NONE && hub->pins[index].hash[0] != 0;
}

/* ---- who asks ---- */
static bool tries_already(const struct hub *hub, const struct pending *p)
{
        for (uint32_t i = 0; i < hub->set.pending_most; i++) {
                const struct pending *other = &hub->pending[i];
                enum message_type type = other->message.type;
                if (other != p && other->stage != STAGE_FREE &&
                        (type == MESSAGE_PIN || type == MESSAGE_CHOOSE) &&
                        memcmp(&other->token, &p->token, sizeof(p->token)) == 0)
                        return true;
        }
        return false;
}

static void refuse_busy(struct hub *hub, struct pending *p)
{
        out_refuse(hub, p, 503, "busy", "Others are signing in at this moment.", "Try again in a moment.");
}

/* The handheld that asks, if it has proved itself; NULL: it was refused. */
static struct peer *asking(struct hub *hub, struct pending *p)
{
        struct peer *peer = peer_find(hub, p->peer);
        if (!hub->set.pins) {
                out_refuse(hub, p, 409, "off", "This store asks for no PIN.", "Nothing.");
                return NULL;
        }
        if (!peer || peer->closing || peer->face != FACE_HANDHELD || peer->proof != PROOF_RIGHT ||
                !(peer->locked || peer->attached)) {
                out_refuse(hub, p, 403, "face", "Only a paired handheld takes a PIN.", "Pair it first.");
                return NULL;
        }
        return peer;
}

/* Reads the session anew: its tries are those on disk. */
static void read_session(struct hub *hub, struct pending *p, load_step then)
{
        struct effect load = {.load = {.by = LOAD_BY_TOKEN, .key = p->token}};
        if (tries_already(hub, p))
                refuse_busy(hub, p);
        else
                pending_load(hub, p, &load, then);
}

static void refuse_shut(struct hub *hub, struct pending *p)
{
        out_refuse(hub, p, 429, "shut", "Too many wrong PINs: this handheld is locked.",
                "A manager can unlock it, or pair it anew.");
}

/* Its peer, if a PIN may be looked at now; NULL: it was told. */
static struct peer *may_try(struct hub *hub, struct pending *p, const struct dossier *d)
{
        struct peer *peer = asking(hub, p);
        if (!peer)
                return NULL;
        bool live = (d->found & DOSSIER_SESSION) && d->session.kind == SESSION_HANDHELD &&
                    d->session.expires > hub->event->wall && d->own_key.known;
        if (!live) {
                peer->closing = true;
                out_close(hub, peer->id, 4401, "pair this handheld again");
                pending_free(hub, p);
                return NULL;
        }
        if (d->session.tries >= SIGN_TRIES) {
                refuse_shut(hub, p);
                return NULL;
        }
        p->wrong_before = d->session.tries;
        return peer;
}

/* Takes the tries for this request. False: closed, or busy, and it was refused. */
static bool take_tries(struct hub *hub, struct pending *p, struct manager_try *tries)
{
        if (!tries || tries->trying) {
                refuse_busy(hub, p);
                return false;
        }
        if (hub->event->mono < tries->closed_until) {
                int64_t minutes = (tries->closed_until - hub->event->mono + MINUTE_MS - 1) / MINUTE_MS;
                char todo[100];
                snprintf(todo, sizeof(todo), "Wait %d min, or let a manager clear the PIN.", (int)minutes);
                out_refuse(hub, p, 429, "closed",
                        "This PIN was typed wrongly too often: it is closed for a while.", todo);
                return false;
        }
        tries->trying = true;
        p->trying = tries;
        return true;
}

/* By her id, else by "First Last", else by a first name that nobody else here has; NONE: nobody. */
static uint32_t by_name(const struct hub *hub, const char *name)
{
        char asked[NAME_MAX_BYTES * 2 + 2], hers[NAME_MAX_BYTES * 2 + 2], full[NAME_MAX_BYTES * 2 + 2];
        uint32_t found[2] = {NONE, NONE}, n[2] = {0};
        manager_lower(name, asked, sizeof(asked));
        for (uint32_t i = 0; i < hub->n_associates; i++) {
                const struct associate_row *row = &hub->associates[i].row;
                if (!associate_here(hub, i))
                        continue;
                manager_lower(row->external, hers, sizeof(hers));
                if (strcmp(asked, hers) == 0)
                        return i;
                snprintf(full, sizeof(full), "%s%s%s", row->first, row->last[0] ? " " : "", row->last);
                const char *const names[2] = {full, row->first};
                for (int k = 0; k < 2; k++) {
                        manager_lower(names[k], hers, sizeof(hers));
                        if (strcmp(asked, hers) == 0 && n[k]++ == 0)
                                found[k] = i;
                }
        }
        return n[0] ? (n[0] == 1 ? found[0] : NONE) : n[1] == 1 ? found[1] : NONE;
}

/* ---- wrong ---- */
static void told_wrong(struct hub *hub, struct pending *p)
{
        unsigned left = SIGN_TRIES - p->wrong_before - 1u;
        struct digest token = p->token;
        char todo[60];
        snprintf(todo, sizeof(todo), left == 1 ? "One try is left." : "%u tries are left.", left);
        if (left)
                out_refuse(hub, p, 403, "wrong_pin", "That is not the right PIN.", todo);
        else
                refuse_shut(hub, p);
        if (!left)
                sign_look_again(hub, &token, 0);
}

static void write_pin(struct pending *p, uint32_t associate, const struct pin *pin, uint32_t failures)
{
        struct write *w = pending_write(p, WRITE_PIN);
        w->pin.associate = associate;
        if (pin) {
                memcpy(w->pin.hash, pin->hash, sizeof(w->pin.hash));
                w->pin.closed_at = failures ? pin->tries.closed_at : 0;
                w->pin.closed_ms = failures ? pin->tries.closed_ms : 0;
        }
        w->pin.failures = failures;
}

/* The disk has as much to do for a name that nobody has. */
static void wrong(struct hub *hub, struct pending *p, struct pin *pin)
{
        struct manager_try *tries = p->trying;
        if (++tries->failures > FAILURES_FREE) {
                uint32_t more = tries->failures - FAILURES_FREE - 1;
                tries->closed_ms = more < 6 ? MINUTE_MS << more : CLOSED_MOST_MS;
                tries->closed_at = hub->event->wall;
                tries->closed_until = hub->event->mono + tries->closed_ms;
        }
        write_pin(p, pin ? p->session_subject : 0, pin, tries->failures);
        struct write *w = pending_write(p, WRITE_SIGN_TRIES);
        w->sign.token = p->token;
        w->sign.tries = (uint8_t)(p->wrong_before + 1);
        w->sign.out = w->sign.tries >= SIGN_TRIES;
        pending_commit(hub, p, told_wrong);
}

/* ---- signed in ---- */
static void write_signed(struct hub *hub, struct pending *p)
{
        struct write *w = pending_write(p, WRITE_SIGN_IN);
        w->sign.token = p->token;
        w->sign.associate = p->session_subject;
        w->sign.at = hub->event->wall;
        w->sign.nowhere_else = hub->set.one_handheld;
}

/* Her other handhelds: what waited for them is dropped, here and in the front [P96]. */
static void fence_others(struct hub *hub, const struct pending *p)
{
        for (uint32_t i = 0; hub->set.one_handheld && i < hub->set.peers_most; i++) {
                struct peer *peer = &hub->peers[i];
                if (!peer->used || peer->closing || peer->face != FACE_HANDHELD || !peer->attached ||
                        hub->associates[peer->associate].row.id != p->session_subject ||
                        memcmp(&peer->token, &p->token, sizeof(p->token)) == 0 || !out_room(hub, 4, 0, 0))
                        continue;
                peer->closing = true;
                out_close(hub, peer->id, 4410, "signed in on another handheld");
        }
}

static void signed_in(struct hub *hub, struct pending *p)
{
        struct digest token = p->token;
        p->trying->failures = 0;
        p->trying->closed_until = 0;
        fence_others(hub, p);
        pending_free(hub, p);
        sign_look_again(hub, &token, 0); /* whoever was there before is out of it, too */
}

/* What it was proved against, if she still works here. */
static struct pin *proved_against(struct hub *hub, const struct pending *p)
{
        uint32_t who = p->session_subject ? associate_find(hub, p->session_subject) : NONE;
        return associate_here(hub, who) ? &hub->pins[who] : NULL;
}

static void entered(struct hub *hub, struct pending *p, const struct proved *r)
{
        struct pin *pin = proved_against(hub, p);
        if (!pin || !r->right || pin->hash[0] == 0) {
                wrong(hub, p, pin);
                return;
        }
        write_signed(hub, p);
        if (pin->tries.failures)
                write_pin(p, p->session_subject, pin, 0);
        pending_commit(hub, p, signed_in);
}

static void pin_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        const struct msg_pin *m = &p->message.pin;
        struct peer *peer = may_try(hub, p, d);
        if (!peer)
                return;
        uint32_t who = m->who[0]        ? by_name(hub, m->who)
                       : peer->attached ? peer->associate
                                        : associate_find(hub, peer->asked);
        struct pin *pin = sign_has_pin(hub, who) ? &hub->pins[who] : NULL;
        if (!take_tries(hub, p, pin ? &pin->tries : manager_stranger(hub, m->who)))
                return;
        struct manager_secret secret = {{0}, {0}};
        if (pin)
                memcpy(secret.hash, pin->hash, sizeof(secret.hash));
        p->session_subject = pin ? hub->associates[who].row.id : 0;
        manager_prove(hub, p, PROVE_PIN, &secret, m->pin, "", entered);
        sodium_memzero(&secret, sizeof(secret));
}

void sign_pin(struct hub *hub, struct pending *p)
{
        if (!asking(hub, p))
                return;
        if (pin_judge(p->message.pin.pin) == PIN_NONE)
                out_refuse(hub, p, 422, "pin", "A PIN is 6 to 12 digits.", "Type it once more.");
        else
                read_session(hub, p, pin_loaded);
}

/* ---- choosing ---- */
static void told_chosen(struct hub *hub, struct pending *p)
{
        static const char text[] = "{\"t\":\"chosen\"}";
        struct peer *peer = peer_find(hub, p->peer);
        pending_free(hub, p);
        if (peer && !peer->closing)
                peer_note(hub, peer, text, sizeof(text) - 1);
}

static void chosen(struct hub *hub, struct pending *p)
{
        uint32_t who = associate_find(hub, p->session_subject);
        memcpy(hub->pins[who].hash, p->writes[0].pin.hash, sizeof(hub->pins[who].hash));
        sodium_memzero(&p->writes[0].pin, sizeof(p->writes[0].pin));
        p->trying->failures = 0;
        p->trying->closed_until = 0;
        if (p->signs_in)
                signed_in(hub, p);
        else
                told_chosen(hub, p);
}

static void hash_made(struct hub *hub, struct pending *p, const struct proved *r)
{
        struct pin *pin = proved_against(hub, p);
        if (!pin || !r->right) {
                wrong(hub, p, pin);
                return;
        }
        struct write *w = pending_write(p, WRITE_PIN);
        w->pin.associate = p->session_subject;
        memcpy(w->pin.hash, r->made.hash, sizeof(w->pin.hash));
        if (p->signs_in)
                write_signed(hub, p);
        pending_commit(hub, p, chosen);
}

static void choose_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        const struct msg_choose *m = &p->message.choose;
        struct peer *peer = may_try(hub, p, d);
        if (!peer)
                return;
        uint32_t who = peer->attached ? peer->associate : associate_find(hub, peer->asked);
        bool first = !peer->attached && associate_here(hub, who) && peer->asked == d->session.subject;
        if (who == NONE || sign_has_pin(hub, who) == first || (peer->locked && !first)) {
                out_refuse(hub, p, 409, "has_pin", "There is a PIN already.",
                        "Sign in with it; a manager can clear it.");
                return;
        }
        struct pin *pin = &hub->pins[who];
        if (!take_tries(hub, p, &pin->tries))
                return;
        struct manager_secret secret = {{0}, {0}};
        memcpy(secret.hash, pin->hash, sizeof(secret.hash));
        p->session_subject = hub->associates[who].row.id;
        p->signs_in = first;
        manager_prove(hub, p, PROVE_PIN_SET, &secret, m->pin, m->old, hash_made);
        sodium_memzero(&secret, sizeof(secret));
}

void sign_choose(struct hub *hub, struct pending *p)
{
        if (!asking(hub, p))
                return;
        switch (pin_judge(p->message.choose.pin)) {
        case PIN_NONE:
                out_refuse(
                        hub, p, 422, "pin", "A PIN is 6 to 12 digits.", "Choose one, and type it once more.");
                return;
        case PIN_EASY:
                out_refuse(hub, p, 422, "easy", "That PIN is one of the first that anybody would try.",
                        "Choose digits without a pattern.");
                return;
        case PIN_FINE:
                read_session(hub, p, choose_loaded);
                return;
        }
}

/* ---- there, and gone ---- */
void sign_awake(struct hub *hub, struct pending *p)
{
        pending_free(hub, p); /* that she said it is all */
}

static void left(struct hub *hub, struct pending *p)
{
        struct digest token = p->token;
        pending_free(hub, p);
        sign_look_again(hub, &token, 0);
}

void sign_leave(struct hub *hub, struct pending *p)
{
        if (!asking(hub, p))
                return;
        struct write *w = pending_write(p, WRITE_SIGN_OUT);
        w->sign.token = p->token;
        pending_commit(hub, p, left);
}
