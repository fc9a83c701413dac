/* Visits and their one alert: the table of what is live, the changes of state, and the deadlines. The states
 * and their drawing stand in write.h. */
#include "server/core/state.h"

#include <stdio.h>
#include <string.h>

static uint64_t card_key(uint32_t associate, uint32_t card)
{
        return (uint64_t)associate << 32 | card;
}

uint32_t visit_slot(const struct hub *hub, const struct visit *v)
{
        return (uint32_t)(v - hub->visits);
}

struct visit *visit_of_person(struct hub *hub, uint32_t person)
{
        uint32_t slot = index_find(&hub->by_person, person);
        return slot == INDEX_NONE ? NULL : &hub->visits[slot];
}

struct visit *visit_of_card(struct hub *hub, uint32_t associate, uint32_t card)
{
        uint32_t slot = index_find(&hub->by_card, card_key(associate, card));
        return slot == INDEX_NONE ? NULL : &hub->visits[slot];
}

struct visit *visit_take(struct hub *hub)
{
        if (hub->n_free_visits == 0)
                return NULL;
        struct visit *v = &hub->visits[hub->free_visits[--hub->n_free_visits]];
        uint64_t generation = v->generation + 1;
        *v = (struct visit){.used = true, .generation = generation};
        return v;
}

void visit_drop(struct hub *hub, struct visit *v)
{
        if (!v->used)
                return;
        index_drop(&hub->by_person, v->row.person);
        if (v->row.card)
                index_drop(&hub->by_card, card_key(v->row.recipient, v->row.card));
        v->used = false;
        hub->free_visits[hub->n_free_visits++] = visit_slot(hub, v);
}

/* What is left of a duration that began at `since`. A wall clock that went back counts as no time passed:
 * then the whole duration is left, never more. */
static int64_t left_of(const struct event *ev, wall_ms since, int64_t duration_ms)
{
        int64_t passed = ev->wall - since;
        return passed <= 0 ? duration_ms : passed >= duration_ms ? 0 : duration_ms - passed;
}

static void set_clocks(struct hub *hub, struct visit *v)
{
        const struct event *ev = hub->event;
        v->hold_ends = ev->mono + left_of(ev, v->row.started, hub->set.visit_holds_ms);
        v->nobody_at = ev->mono + left_of(ev, v->row.started, hub->set.nobody_after_ms);
        v->offer_ends = ev->mono + left_of(ev, v->row.offered, hub->set.answer_within_ms);
}

static void enter(struct hub *hub, struct visit *v)
{
        uint32_t slot = visit_slot(hub, v);
        index_put(&hub->by_person, v->row.person, slot);
        if (v->row.recipient && v->row.card)
                index_put(&hub->by_card, card_key(v->row.recipient, v->row.card), slot);
}

void visit_restore(struct hub *hub, const struct live_visit_row *row)
{
        struct visit *v = visit_take(hub);
        if (!v)
                return;
        v->row = *row;
        v->release_at = hub->event->mono + hub->set.release_tick_ms;
        v->durable = true;
        set_clocks(hub, v);
        enter(hub, v);
        sensed_restore(hub, v);
        uint32_t recipient = associate_find(hub, row->recipient);
        if (recipient != NONE && hub->associates[recipient].last_card < row->card)
                hub->associates[recipient].last_card = row->card;
}

void visit_apply(struct hub *hub, struct visit *v, const struct pending *p)
{
        if (v->row.card && (v->row.card != p->row.card || v->row.recipient != p->row.recipient)) {
                index_drop(&hub->by_card, card_key(v->row.recipient, v->row.card));
                if (!p->creates)
                        v->view_ok = false;
        }
        sensed_visit(hub, &p->row);
        /* By its id: two turns may begin at the same wall time, when the clock goes back between them. */
        bool offered_anew = memcmp(&v->row.offer, &p->row.offer, sizeof(v->row.offer)) != 0 || p->creates;
        v->row = p->row;
        v->release_at = p->began + hub->set.release_tick_ms;
        v->durable = true;
        if (p->drop_view) {
                v->generation++;
                v->view_ok = false;
        }
        if (v->row.state == VISIT_ENDED) {
                v->row.card =
                        0; /* the key was dropped above or is dropped here: nothing finds an ended visit */
                index_drop(&hub->by_card, card_key(p->row.recipient, p->row.card));
                visit_drop(hub, v);
                return;
        }
        if (p->creates)
                set_clocks(hub, v);
        else if (offered_anew)
                v->offer_ends = hub->event->mono + hub->set.answer_within_ms;
        enter(hub, v);
}

void visit_write(struct pending *p)
{
        pending_write(p, WRITE_VISIT)->visit = p->row;
}

void visit_write_offer(struct hub *hub, struct pending *p, struct visit *v, enum reply reply)
{
        struct write *w = pending_write(p, WRITE_OFFER);
        w->offer.id = v->row.offer;
        w->offer.visit = v->row.id;
        w->offer.associate = v->row.recipient;
        w->offer.offered = v->row.offered;
        w->offer.answered = hub->event->wall;
        w->offer.reply = (uint8_t)reply;
}

void visit_offer(struct hub *hub, struct pending *p, uint32_t associate)
{
        p->row.offer = p->fresh.id[1];
        p->row.recipient = hub->associates[associate].row.id;
        p->row.offered = hub->event->wall;
        p->row.alert_state = ALERT_OFFERED;
        p->row.card = 0;
        pending_event(hub, p, associate, STREAM_CARD, &p->row.card, &p->row.card_seq);
        struct write *w = pending_write(p, WRITE_OFFER);
        w->offer.id = p->row.offer;
        w->offer.visit = p->row.id;
        w->offer.associate = p->row.recipient;
        w->offer.offered = p->row.offered;
}

void visit_renew_card(struct hub *hub, struct pending *p)
{
        uint32_t recipient = associate_find(hub, p->row.recipient);
        p->drop_view = true;
        if (recipient != NONE && p->row.state == VISIT_OPEN)
                pending_event(hub, p, recipient, STREAM_CARD, &p->row.card, &p->row.card_seq);
}

static struct live_visit_row new_row(struct hub *hub, const struct pending *p, const struct arrival *a)
{
        struct live_visit_row row = {.id = p->fresh.id[0],
                .client_of = a->client_of == NONE ? 0 : hub->associates[a->client_of].row.id,
                .state = VISIT_OPEN,
                .alert_state = ALERT_OFFERED,
                .if_busy = a->if_busy,
                .seen = a->seen,
                .started = hub->event->wall,
                .changed = hub->event->wall,
                .day = hub->event->day};
        snprintf(row.hint, sizeof(row.hint), "%s", a->hint ? a->hint : "");
        snprintf(row.wish, sizeof(row.wish), "%s", a->wish ? a->wish : "");
        snprintf(row.meet, sizeof(row.meet), "%s", a->meet ? a->meet : "");
        return row;
}

enum visit_begun visit_begin(
        struct hub *hub, struct pending *p, const struct dossier *d, const struct arrival *a)
{
        uint32_t recipient = visit_first_recipient(hub, a->client_of, a->if_busy);
        if (!pending_may_change(hub, p, NONE, recipient, NONE))
                return VISIT_WAITS;
        struct visit *v = visit_take(hub);
        if (!v)
                return VISIT_FULL;
        p->visit = visit_slot(hub, v);
        p->creates = true;
        p->row = new_row(hub, p, a);
        p->row.person = d->person.id;
        v->row = p->row; /* so that a second tap finds it in flight */
        index_put(&hub->by_person, p->row.person, p->visit);
        if (recipient != NONE) {
                visit_offer(hub, p, recipient);
                v->row.recipient = p->row.recipient;
                visit_look(hub, v, d);
                v->row.recipient = 0; /* until it is durable */
        }
        initials_of(d, v->initials);
        v->named = true;
        visit_write(p);
        return VISIT_BEGUN;
}

/* Takes the card from whoever has it. */
static void retract(struct hub *hub, struct pending *p)
{
        uint32_t recipient = associate_find(hub, p->row.recipient);
        if (recipient == NONE || p->row.card == 0)
                return;
        uint32_t card = p->row.card;
        uint64_t seq;
        pending_event(hub, p, recipient, STREAM_RETRACT, &card, &seq);
        hub->counts.retracts++;
}

void visit_end(struct hub *hub, struct pending *p, struct visit *v, enum alert_state alert)
{
        if (v->row.alert_state == ALERT_OFFERED && v->row.recipient)
                visit_write_offer(hub, p, v, REPLY_NONE);
        retract(hub, p);
        p->row.state = VISIT_ENDED;
        p->row.alert_state = (uint8_t)alert;
        p->row.changed = hub->event->wall;
        visit_write(p);
}

void visit_pause(struct hub *hub, struct pending *p)
{
        retract(hub, p);
        p->row.card = 0;
        p->row.state = VISIT_PAUSED;
        p->row.changed = hub->event->wall;
        visit_write(p);
}

void visit_resume(struct hub *hub, struct pending *p)
{
        p->row.state = VISIT_OPEN;
        p->row.changed = hub->event->wall;
        visit_renew_card(hub, p);
        visit_write(p);
}

static void nobody(struct hub *hub, struct pending *p)
{
        retract(hub, p);
        p->row.alert_state = ALERT_NOBODY;
        p->row.recipient = 0;
        p->row.card = 0;
        p->row.changed = hub->event->wall;
        visit_write(p);
        hub->today.nobody++;
}

bool visit_pass_on(struct hub *hub, struct pending *p, struct visit *v, enum reply reply)
{
        uint32_t now = associate_find(hub, v->row.recipient);
        uint32_t next = manager_connected(hub, now);
        if (v->row.if_busy == IF_BUSY_LOOK || (now != NONE && hub->associates[now].row.role == ROLE_MANAGER))
                next = NONE; /* she would rather look around alone, or the last rung was reached */
        if (!pending_may_change(hub, p, visit_slot(hub, v), now, next))
                return false;
        p->visit = visit_slot(hub, v);
        p->row = v->row;
        visit_write_offer(hub, p, v, reply);
        if (reply == REPLY_BUSY && v->row.if_busy == IF_BUSY_WAIT) {
                /* She said she would wait for her: the card stays where it is, and the handheld is told so.
                 */
                uint64_t seq;
                pending_event(hub, p, now, STREAM_STATE, &p->row.card, &seq);
                p->row.changed = hub->event->wall;
                visit_write(p);
                return true;
        }
        if (next == NONE) {
                nobody(hub, p);
                return true;
        }
        retract(hub, p);
        visit_offer(hub, p, next);
        p->row.served_by = 0;
        p->row.changed = hub->event->wall;
        p->drop_view = true;
        visit_write(p);
        return true;
}

static struct pending *inside(struct hub *hub)
{
        struct pending *p = pending_take(hub, FROM_INSIDE);
        if (p)
                p->start = pending_free; /* if it must wait, the next sweep finds the same deadline again */
        return p;
}

uint32_t visit_first_recipient(const struct hub *hub, uint32_t client_of, uint8_t if_busy)
{
        if (associate_available(hub, client_of))
                return client_of;
        bool only_hers = client_of != NONE && (if_busy == IF_BUSY_WAIT || if_busy == IF_BUSY_LOOK);
        return only_hers ? NONE : manager_connected(hub, NONE);
}

static void sweep_unassigned(struct hub *hub, struct visit *v)
{
        uint32_t next = visit_first_recipient(hub, associate_find(hub, v->row.client_of), v->row.if_busy);
        bool over = hub->event->mono >= v->nobody_at;
        if (next == NONE && !over)
                return;
        struct pending *p = inside(hub);
        if (!p || !pending_may_change(hub, p, visit_slot(hub, v), next, NONE))
                return;
        p->visit = visit_slot(hub, v);
        p->row = v->row;
        if (over) {
                nobody(hub, p);
        } else {
                visit_offer(hub, p, next);
                p->drop_view = true;
                visit_write(p);
        }
        pending_commit(hub, p, NULL);
}

static void sweep_offered(struct hub *hub, struct visit *v)
{
        mono_ms now = hub->event->mono;
        bool waits = v->row.if_busy == IF_BUSY_WAIT && v->row.recipient == v->row.client_of;
        if ((now < v->offer_ends || waits) && now < v->nobody_at)
                return;
        uint32_t recipient = associate_find(hub, v->row.recipient);
        bool over = now >= v->nobody_at;
        if (!over && manager_connected(hub, recipient) == NONE)
                return; /* nobody else is there: it stays with her, unless somebody comes */
        struct pending *p = inside(hub);
        if (!p)
                return;
        if (!over) {
                if (visit_pass_on(hub, p, v, REPLY_NO_ANSWER))
                        pending_commit(hub, p, NULL);
                return;
        }
        if (!pending_may_change(hub, p, visit_slot(hub, v), recipient, NONE))
                return;
        p->visit = visit_slot(hub, v);
        p->row = v->row;
        visit_write_offer(hub, p, v, REPLY_NO_ANSWER);
        nobody(hub, p);
        pending_commit(hub, p, NULL);
}

/* Nothing new reaches her any more, and what she has accepted stays hers for a while only [P80]. */
static bool off_shift(const struct hub *hub, const struct visit *v)
{
        int64_t off_ms = associate_off_for_ms(hub, associate_find(hub, v->row.recipient));
        bool taken = v->row.alert_state == ALERT_ACCEPTED || v->row.alert_state == ALERT_WITH_HER;
        return off_ms > (taken ? OFF_SHIFT_KEEPS_MS : 0);
}

static void sweep_over(struct hub *hub, struct visit *v);

static void sweep_off_shift(struct hub *hub, struct visit *v)
{
        if (v->row.alert_state == ALERT_WITH_HER) {
                sweep_over(hub, v);
                return;
        }
        struct pending *p = inside(hub);
        if (p && visit_pass_on(hub, p, v, REPLY_OFF_SHIFT))
                pending_commit(hub, p, NULL);
}

static void sweep_over(struct hub *hub, struct visit *v)
{
        struct pending *p = inside(hub);
        if (!p ||
                !pending_may_change(hub, p, visit_slot(hub, v), associate_find(hub, v->row.recipient), NONE))
                return;
        p->visit = visit_slot(hub, v);
        p->row = v->row;
        visit_end(hub, p, v, v->row.alert_state == ALERT_WITH_HER ? ALERT_DONE : ALERT_NOBODY);
        pending_commit(hub, p, NULL);
}

void visit_sweep(struct hub *hub)
{
        uint32_t live = hub->set.visits_most - hub->n_free_visits;
        for (uint32_t i = 0; i < hub->set.visits_most && live; i++) {
                struct visit *v = &hub->visits[i];
                if (!v->used)
                        continue;
                live--;
                if (!v->durable || v->in_flight)
                        continue;
                if (!out_room(hub, 4, 12, 8 * 1024)) {
                        hub->sweep_at = hub->event->mono; /* the rest at once, in the next step */
                        return;
                }
                if (!v->named) {
                        v->named = true; /* asked once; a card's release asks again */
                        stream_read_again(hub, v, 0);
                }
                struct presence_view noticed;
                bool sensed = v->row.seen != VISIT_CHECKED_IN;
                if (sensed && !presence_look(hub->presence, v->row.person, hub->event->mono, &noticed)) {
                        sweep_over(hub, v); /* she took her consent to be noticed back */
                        continue;
                }
                if (v->row.state == VISIT_PAUSED)
                        continue;
                if (hub->event->mono >= v->hold_ends && !sensed && !sensed_here(hub, v->row.person))
                        sweep_over(hub, v);
                else if (v->row.recipient && off_shift(hub, v))
                        sweep_off_shift(hub, v);
                else if (v->row.alert_state == ALERT_OFFERED && v->row.recipient == 0)
                        sweep_unassigned(hub, v);
                else if (v->row.alert_state == ALERT_OFFERED)
                        sweep_offered(hub, v);
        }
        for (uint32_t i = 0; i < hub->set.peers_most; i++) {
                struct peer *peer = &hub->peers[i];
                if (peer->used && !peer->hello && !peer->closing && out_room(hub, 1, 0, 0) &&
                        hub->event->mono - peer->opened > HELLO_WITHIN_MS) {
                        peer->closing = true;
                        out_close(hub, peer->id, 4400, "say hello first");
                }
        }
}
