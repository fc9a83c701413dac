/* A handheld's connection and what its associate answers; the manager's console speaks the same. */
#include "server/core/after.h"
#include "server/core/state.h"
#include "proto/json.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static void attached(struct hub *hub, struct pending *p, const struct dossier *d)
{
        struct peer *peer = peer_find(hub, p->peer);
        pending_free(hub, p);
        if (!peer || peer->closing || peer->attached) /* taken back, or let in, while its session was read */
                return;
        uint8_t kind = peer->face == FACE_CONSOLE ? SESSION_CONSOLE : SESSION_HANDHELD;
        bool ok = d && (d->found & DOSSIER_SESSION) && d->session.kind == kind &&
                  d->session.expires > hub->event->wall;
        uint32_t associate = peer->face == FACE_CONSOLE ? console_of(hub, &peer->token, d)
                             : ok                       ? associate_find(hub, d->session.subject)
                                                        : NONE;
        if (!associate_here(hub, associate)) {
                peer->closing = true;
                if (d) {
                        screens_empty(hub, peer);
                        out_close(hub, peer->id, 4401, "pair this handheld again");
                } else {
                        out_close(hub, peer->id, 1013, "try again in a moment");
                }
                return;
        }
        if (kind == SESSION_HANDHELD) {
                peer->owner = d->session.subject;
                if (proof_wanted(hub, peer, &d->own_key) || sign_wanted(hub, peer, &d->session, &associate))
                        return;
        }
        struct associate *a = &hub->associates[associate];
        uint32_t slot = (uint32_t)(peer - hub->peers);
        for (uint32_t i = a->first_peer; i != NONE; i = hub->peers[i].next) {
                struct peer *other = &hub->peers[i];
                if (memcmp(&other->token, &peer->token, sizeof(peer->token)) == 0 && !other->closing) {
                        /* The same device came back before its old socket was seen to be dead. */
                        other->closing = true;
                        out_close(hub, other->id, 4409, "this handheld connected again");
                }
        }
        if (a->n_peers >= ASSOCIATE_PEERS_MOST) {
                peer->closing = true;
                out_close(hub, peer->id, 1013, "too many handhelds of one associate");
                return;
        }
        if (kind == SESSION_HANDHELD)
                session_note(hub, &peer->token, &d->session);
        peer->attached = true;
        peer->associate = associate;
        peer->next = a->first_peer;
        a->first_peer = slot;
        a->n_peers++;
        if (hub->n_free_visits < hub->set.visits_most)
                hub->sweep_at = hub->event->mono; /* an alert may be waiting for somebody to be there */
        if (peer->has_hello)
                stream_begin(hub, peer);
}

static void read_session(struct hub *hub, const struct peer *peer, struct pending *p)
{
        struct effect load = {.load = {.by = LOAD_BY_TOKEN, .key = peer->token}};
        p->peer = peer->id;
        p->start = pending_free;
        pending_load(hub, p, &load, attached);
}

void handheld_attach(struct hub *hub, struct peer *peer)
{
        struct pending *p = pending_take(hub, FROM_INSIDE);
        if (p) {
                read_session(hub, peer, p);
        } else {
                peer->closing = true;
                out_close(hub, peer->id, 1013, "try again in a moment");
        }
}

void handheld_opened(struct hub *hub)
{
        const struct event *ev = hub->event;
        struct pending *p = hub->n_free_peers ? pending_take(hub, FROM_INSIDE) : NULL;
        if (!p || peer_find(hub, ev->peer_opened.peer)) {
                if (p)
                        pending_free(hub, p);
                out_close(hub, ev->peer_opened.peer, 1013, "too many handhelds");
                return;
        }
        uint32_t slot = hub->free_peers[--hub->n_free_peers];
        struct peer *peer = &hub->peers[slot];
        *peer = (struct peer){.used = true,
                .credit = true,
                .face = ev->peer_opened.face,
                .id = ev->peer_opened.peer,
                .token = ev->peer_opened.token,
                .next = NONE,
                .opened = ev->mono};
        index_put(&hub->by_peer, peer->id, slot);
        if (peer->face == FACE_HANDHELD)
                proof_open(hub, peer);
        read_session(hub, peer, p);
}

/* The peer that asked, and the visit of the card it names if that is still hers; else it was told. */
static struct visit *card_of(struct hub *hub, struct pending *p, int64_t card, struct peer **who)
{
        struct peer *peer = peer_find(hub, p->peer);
        *who = peer;
        struct visit *v = peer && peer->attached ? visit_of_card(hub, hub->associates[peer->associate].row.id,
                                                           (uint32_t)card)
                                                 : NULL;
        if (v && v->durable)
                return v;
        if (peer)
                peer_error(hub, peer, "gone", "This card has gone.",
                        "Nothing: the customer or a colleague moved on.", card);
        pending_free(hub, p);
        return NULL;
}

static void reply_state(
        struct hub *hub, struct pending *p, struct visit *v, uint32_t me, enum alert_state state)
{
        uint64_t seq;
        uint32_t who = hub->associates[me].row.id;
        if (v->row.alert_state == ALERT_OFFERED)
                visit_write_reply(hub, p, who, REPLY_ACCEPT);
        for (uint32_t i = 0; i < p->row.n_places;) { /* she was first: nobody else has it from here on */
                if (p->row.places[i].associate == who)
                        i++;
                else
                        visit_leave(hub, p, v, p->row.places[i].associate, REPLY_TAKEN);
        }
        p->row.alert_state = (uint8_t)state;
        p->row.served_by = who;
        p->row.changed = hub->event->wall;
        if (state == ALERT_WITH_HER && p->row.met == 0) {
                p->row.met = hub->event->wall;
                hub->today.met++;
        }
        pending_event(hub, p, me, STREAM_STATE, &p->row.places[0].card, &seq);
        visit_write(p);
        pending_commit(hub, p, NULL);
}

static void reply_pass_on(struct hub *hub, struct pending *p, struct visit *v, uint32_t me, enum reply reply)
{
        if (reach_leave(hub, p, v, me, reply))
                pending_commit(hub, p, NULL);
}

void handheld_reply(struct hub *hub, struct pending *p)
{
        struct peer *peer;
        /* Every reply has its card as first member; the union lets one name stand for all. */
        struct visit *v = card_of(hub, p, p->message.accept.card, &peer);
        if (!v)
                return;
        uint32_t me = peer->associate;
        if (!pending_may_change(hub, p, visit_slot(hub, v)))
                return;
        p->visit = visit_slot(hub, v);
        p->row = v->row;
        enum message_type type = p->message.type;
        enum alert_state now = (enum alert_state)v->row.alert_state;
        if (type == MESSAGE_ACCEPT && now == ALERT_OFFERED)
                reply_state(hub, p, v, me, ALERT_ACCEPTED);
        else if (type == MESSAGE_WITH_HER && (now == ALERT_OFFERED || now == ALERT_ACCEPTED))
                reply_state(hub, p, v, me, ALERT_WITH_HER);
        else if (type == MESSAGE_BUSY && (now == ALERT_OFFERED || now == ALERT_ACCEPTED))
                reply_pass_on(hub, p, v, me, REPLY_BUSY);
        else if (type == MESSAGE_NOT_HERE && (now == ALERT_OFFERED || now == ALERT_ACCEPTED))
                reply_pass_on(hub, p, v, me, REPLY_NOT_HERE);
        else if (type == MESSAGE_DONE && (now == ALERT_WITH_HER || now == ALERT_ACCEPTED)) {
                visit_end(hub, p, v, ALERT_DONE);
                thank_you_done(hub, p, me);
                pending_commit(hub, p, noted_done);
        } else {
                pending_free(hub, p); /* a repeat: what it wants is so already */
        }
}

/* ---- handing over to somebody [P87] ---- */
static int by_name(const void *a, const void *b)
{
        const struct associate_row *x = &(*(const struct associate *const *)a)->row,
                                   *y = &(*(const struct associate *const *)b)->row;
        int order = strcmp(x->first, y->first);
        return order ? order : x->id < y->id ? -1 : x->id > y->id;
}

static void write_colleague(struct hub *hub, struct json_out *j, uint32_t n, const struct associate *a)
{
        json_open(j, NULL, '{');
        json_number(j, "n", n);
        json_text(j, "name", a->row.first);
        json_open(j, "departments", '[');
        for (uint32_t i = 0, told = 0; i < DEPARTMENT_COUNT && told < 2; i++)
                if (a->row.departments & (1u << i)) {
                        json_text(j, NULL, hub->departments[i]);
                        told++;
                }
        json_close(j, ']');
        json_close(j, '}');
}

/* Who could be asked now; she names one of them by its number in this list. */
void handheld_colleagues(struct hub *hub, struct pending *p)
{
        struct peer *peer = peer_find(hub, p->peer);
        const struct associate *all[ROSTER_MAX];
        uint32_t n = 0;
        pending_free(hub, p);
        if (!peer || !peer->attached)
                return;
        for (uint32_t i = 0; i < hub->n_associates; i++)
                if (i != peer->associate && associate_free(hub, i))
                        all[n++] = &hub->associates[i];
        qsort(all, n, sizeof(all[0]), by_name);
        char text[NOTE_MAX];
        struct json_out j;
        json_start(&j, text, sizeof(text));
        json_open(&j, NULL, '{');
        json_text(&j, "t", "colleagues");
        json_open(&j, "colleagues", '[');
        peer->n_colleagues = 0;
        for (uint32_t i = 0;
                i < n && peer->n_colleagues < COLLEAGUES_MAX && NOTE_MAX - j.len > 80 + 6 * NAME_MAX_BYTES;
                i++) {
                peer->colleagues[peer->n_colleagues++] = (uint32_t)(all[i] - hub->associates);
                write_colleague(hub, &j, peer->n_colleagues, all[i]);
        }
        json_close(&j, ']');
        json_close(&j, '}');
        peer_note(hub, peer, text, j.len);
}

void handheld_hand_over(struct hub *hub, struct pending *p)
{
        struct peer *peer;
        const struct msg_hand_over *m = &p->message.hand_over;
        struct visit *v = card_of(hub, p, m->card, &peer);
        if (!v)
                return;
        /* Of the list that she looked at, however long it waits. */
        if (m->to && p->to == NONE && m->to <= peer->n_colleagues)
                p->to = peer->colleagues[m->to - 1];
        if (!pending_may_change(hub, p, visit_slot(hub, v)))
                return;
        uint32_t me = peer->associate;
        /* Before anybody has accepted, it is the customer's word whether anybody else is told [P83]. */
        bool asks = v->row.alert_state == ALERT_OFFERED && v->row.if_busy != IF_BUSY_OTHER &&
                    associate_find(hub, v->row.client_of) != NONE;
        if (m->to == 0 || asks) {
                reply_pass_on(hub, p, v, me, REPLY_HAND_OVER);
                return;
        }
        if (p->to == NONE || !associate_free(hub, p->to)) {
                out_refuse(hub, p, 409, "not_free", "Your colleague is not free any more.",
                        "Choose somebody else.");
                return;
        }
        if (reach_hand(hub, p, v, me, p->to))
                pending_commit(hub, p, NULL);
}

static void rendered_done(struct hub *hub, struct pending *p)
{
        struct shown *shown = &hub->shown[p->shown];
        if (shown->seq == p->shown_seq)
                shown->recorded = true;
        pending_free(hub, p);
}

/* One look has one id, whichever device says it, before and after a restart: the store keeps the first. */
static struct uuid look_id(const struct shown *shown)
{
        struct uuid id = shown->visit; /* its time stays in front */
        uint8_t of[16] = {0};
        uint64_t who = (uint64_t)shown->associate << 32 | shown->card;
        memcpy(of, &who, sizeof(who));
        memcpy(of + 8, &shown->seq, sizeof(shown->seq));
        uint8_t mixed[16];
        crypto_generichash(mixed, sizeof(mixed), of, sizeof(of), shown->visit.b, sizeof(shown->visit.b));
        memcpy(id.b + 8, mixed, 8);
        id.b[8] = (uint8_t)((id.b[8] & 0x3f) | 0x80);
        return id;
}

static void record(struct hub *hub, struct pending *p, struct shown *shown, struct visit *v)
{
        struct write *w = pending_write(p, WRITE_DISCLOSURE);
        w->disclosure.id = look_id(shown);
        w->disclosure.visit = shown->visit;
        w->disclosure.person = shown->person;
        w->disclosure.associate = shown->associate;
        w->disclosure.relation = shown->relation;
        w->disclosure.seen = shown->seen;
        w->disclosure.lines = shown->lines;
        w->disclosure.rulebook = shown->rulebook;
        w->disclosure.notes = shown->notes;
        w->disclosure.card = shown->frame;
        w->disclosure.at = hub->event->wall;
        p->shown = (uint32_t)(shown - hub->shown);
        p->shown_seq = shown->seq;
        if (v && v->durable) {
                p->visit = visit_slot(hub, v);
                p->row = v->row;
                if (shown->lines > p->row.lines_seen)
                        p->row.lines_seen = shown->lines;
                visit_write(p);
        }
        pending_commit(hub, p, rendered_done);
}

/* The hub has started again between push and `rendered`: what was pushed is made once more from the same
 * visit. */
static void rendered_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        const struct msg_rendered *m = &p->message.rendered;
        struct peer *peer = peer_find(hub, p->peer);
        uint32_t me = peer && peer->attached ? hub->associates[peer->associate].row.id : 0;
        struct visit *v = me ? visit_of_card(hub, me, (uint32_t)m->card) : NULL;
        if (!v || !pending_may_note(hub, p, visit_slot(hub, v))) {
                if (!v)
                        pending_free(hub, p);
                return;
        }
        const struct place_row *place = visit_placed(&v->row, me);
        if (place->card_seq != (uint64_t)m->seq || !visit_look(hub, v, peer->associate, d)) {
                pending_free(hub, p);
                return;
        }
        struct seat *seat = visit_seat(v, me);
        seat->pushed_state = v->row.alert_state;
        struct shown *shown = shown_keep(hub, v, place, seat, (uint64_t)m->seq);
        struct card_head head;
        card_head_of(v, place, seat, (uint64_t)m->seq, &head);
        render(&seat->view, &head, shown->frame);
        record(hub, p, shown, v);
}

/* A card was painted on a screen: that look goes on the customer's record, once per event, exactly as it was
 * pushed, also if the visit has moved on or ended since. */
void handheld_rendered(struct hub *hub, struct pending *p)
{
        const struct msg_rendered *m = &p->message.rendered;
        struct peer *peer = peer_find(hub, p->peer);
        uint32_t me = peer && peer->attached ? hub->associates[peer->associate].row.id : 0;
        struct shown *shown = me ? shown_find(hub, me, (uint32_t)m->card, (uint64_t)m->seq) : NULL;
        struct visit *v = me ? visit_of_card(hub, me, (uint32_t)m->card) : NULL;
        if ((shown && shown->recorded) || (!shown && !v)) {
                pending_free(hub, p);
                return;
        }
        if (v && !pending_may_note(hub, p, visit_slot(hub, v)))
                return;
        if (shown) {
                record(hub, p, shown, v);
                return;
        }
        struct effect load = {.load = {.by = LOAD_BY_PERSON,
                                      .want = WANT_PERSON | WANT_LINES,
                                      .person = v->row.person,
                                      .as_of = v->row.started}};
        pending_load(hub, p, &load, rendered_loaded);
}

void handheld_cleared(struct hub *hub, struct pending *p)
{
        struct peer *peer = peer_find(hub, p->peer);
        const struct msg_cleared *m = &p->message.cleared;
        struct associate *a = peer && peer->attached ? &hub->associates[peer->associate] : NULL;
        uint64_t seq = (uint64_t)m->seq;
        if (a)
                screens_cleared(hub, peer, (uint32_t)m->card);
        if (!a || seq > a->seq || seq < a->ring_first ||
                a->ring[seq % STREAM_KEPT].card != (uint32_t)m->card) {
                pending_free(hub, p);
                return;
        }
        struct write *w = pending_write(p, WRITE_CLEARED);
        w->cleared.visit = a->ring[seq % STREAM_KEPT].visit;
        w->cleared.associate = a->row.id;
        w->cleared.card = (uint32_t)m->card;
        w->cleared.at = hub->event->wall;
        pending_commit(hub, p, NULL);
}

/* ---- inviting after a sale ---- */
static void sales_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        struct peer *peer = peer_find(hub, p->peer);
        pending_free(hub, p);
        if (!peer || !d)
                return;
        char text[NOTE_MAX];
        struct json_out j;
        json_start(&j, text, sizeof(text));
        json_open(&j, NULL, '{');
        json_text(&j, "t", "sales");
        json_open(&j, "sales", '[');
        peer->n_sales = 0;
        for (uint32_t i = 0; i < d->n_sales && i < SALES_MAX && NOTE_MAX - j.len > 120 + NAME_MAX_BYTES;
                i++) {
                if (!house_may_invite(hub, peer->associate, d->sales[i].department))
                        continue;
                peer->sales[peer->n_sales].line_ref = d->sales[i].line_ref;
                peer->sales[peer->n_sales].person = d->sales[i].person;
                peer->sales[peer->n_sales++].department = d->sales[i].department;
                json_open(&j, NULL, '{');
                json_number(&j, "sale", peer->n_sales);
                json_text(&j, "item", dossier_text(d, d->sales[i].item));
                json_number(&j, "at_ms", d->sales[i].at);
                json_close(&j, '}');
        }
        json_close(&j, ']');
        json_close(&j, '}');
        peer_note(hub, peer, text, j.len);
}

void handheld_sales(struct hub *hub, struct pending *p)
{
        struct peer *peer = peer_find(hub, p->peer);
        struct effect load = {.load = {.by = LOAD_BY_TOKEN,
                                      .want = WANT_SALES,
                                      .key = p->token,
                                      .sales_not = hub->listed[HOUSE_INVITE_NOT]}};
        if (peer && peer->attached) /* whoever is signed in, not for whom it was paired */
                load.load.associate = hub->associates[peer->associate].row.id;
        pending_load(hub, p, &load, sales_loaded);
}

static void invited(struct hub *hub, struct pending *p)
{
        struct peer *peer = peer_find(hub, p->peer);
        int64_t sale = p->message.invite.sale;
        if (peer && sale <= peer->n_sales)
                peer->sales[sale - 1].line_ref = 0; /* one purchase, one invitation */
        char url[256], text[700];
        struct json_out j;
        link_url(hub, "", 'j', &p->fresh.secret[0], url, sizeof(url));
        json_start(&j, text, sizeof(text));
        json_open(&j, NULL, '{');
        json_text(&j, "t", "invited");
        json_text(&j, "url", url);
        json_text(&j, "qr_of", "url");
        json_number(&j, "valid_s", hub->set.invite_valid_ms / SECOND_MS);
        json_close(&j, '}');
        pending_free(hub, p);
        if (peer)
                peer_note(hub, peer, text, j.len);
}

void handheld_invite(struct hub *hub, struct pending *p)
{
        struct peer *peer = peer_find(hub, p->peer);
        int64_t sale = p->message.invite.sale;
        if (!peer || !peer->attached || sale > peer->n_sales) {
                out_refuse(hub, p, 409, "no_sale", "That sale is not on the list any more.",
                        "Look at the list again.");
                return;
        }
        if (peer->sales[sale - 1].line_ref == 0) {
                out_refuse(hub, p, 409, "invited", "An invitation was made for this sale already.",
                        "Show that one; after the next sale you can invite again.");
                return;
        }
        if (link_refused(hub, p, peer->associate, peer->sales[sale - 1].department))
                return;
        link_write_invite(hub, p, peer->sales[sale - 1].person, hub->associates[peer->associate].row.id,
                peer->sales[sale - 1].line_ref, hub->event->wall + hub->set.invite_valid_ms);
        pending_commit(hub, p, invited);
}

/* The roster changed: whoever no longer works here is let go, and every card is computed anew. */
void handheld_roster(struct hub *hub)
{
        for (uint32_t i = 0; i < hub->set.peers_most; i++) {
                struct peer *peer = &hub->peers[i];
                if (peer->used && peer->attached && !peer->closing && !associate_here(hub, peer->associate) &&
                        out_room(hub, 1, 0, 0)) {
                        peer->closing = true;
                        out_close(hub, peer->id, 4401, "pair this handheld again");
                }
        }
        for (uint32_t i = 0; i < hub->set.visits_most; i++)
                hub->visits[i].generation++; /* no view of before counts */
}
