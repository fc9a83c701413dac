/* Visits and their one alert: the table of what is live, its places, the changes of state, and the deadlines.
 * The states and their drawing stand in write.h; who is asked next, in reach.c. */
#include "server/core/state.h"

#include <assert.h>
#include <stddef.h>
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

struct place_row *visit_place(struct live_visit_row *row, uint32_t associate)
{
        for (uint32_t i = 0; i < row->n_places; i++)
                if (row->places[i].associate == associate)
                        return &row->places[i];
        return NULL;
}

const struct place_row *visit_placed(const struct live_visit_row *row, uint32_t associate)
{
        for (uint32_t i = 0; i < row->n_places; i++)
                if (row->places[i].associate == associate)
                        return &row->places[i];
        return NULL;
}

struct seat *visit_seat(struct visit *v, uint32_t associate)
{
        struct seat *left = NULL, *empty = NULL;
        for (uint32_t i = 0; i < LADDER_PLACES; i++) {
                struct seat *seat = &v->seats[i];
                if (seat->view_for == associate)
                        return seat;
                if (seat->view_for == 0)
                        empty = empty ? empty : seat;
                else if (!visit_placed(&v->row, seat->view_for))
                        left = seat;
        }
        empty = empty ? empty : left;
        assert(empty); /* there are as many seats as places */
        empty->view_for = associate;
        empty->view_ok = false;
        return empty;
}

static void empty_seats(struct visit *v)
{
        for (uint32_t i = 0; i < LADDER_PLACES; i++)
                if (v->seats[i].view_for && !visit_placed(&v->row, v->seats[i].view_for)) {
                        v->seats[i].view_for = 0;
                        v->seats[i].view_ok = false;
                }
}

struct visit *visit_take(struct hub *hub)
{
        if (hub->n_free_visits == 0)
                return NULL;
        struct visit *v = &hub->visits[hub->free_visits[--hub->n_free_visits]];
        uint64_t generation = v->generation + 1;
        memset(v, 0, offsetof(struct visit, seats));
        v->used = true;
        v->generation = generation;
        for (uint32_t i = 0; i < LADDER_PLACES; i++) {
                v->seats[i].view_for = 0;
                v->seats[i].view_ok = false;
        }
        return v;
}

/* What a durable visit means for how much its people have to do. */
static void count(struct hub *hub, const struct visit *v, bool comes)
{
        const struct live_visit_row *row = &v->row;
        uint32_t one = comes ? 1 : UINT32_MAX;
        bool meets = row->state == VISIT_OPEN && row->alert_state == ALERT_WITH_HER;
        uint32_t with = meets && !v->with_over ? associate_find(hub, row->served_by) : NONE;
        if (with != NONE)
                hub->associates[with].n_with += one;
        for (uint32_t i = 0; i < row->n_places; i++) {
                uint32_t at = associate_find(hub, row->places[i].associate);
                if (at != NONE)
                        hub->associates[at].n_cards += one;
        }
}

/* Nothing finds it by its cards any more. */
static void leave(struct hub *hub, const struct visit *v)
{
        for (uint32_t i = 0; i < v->row.n_places; i++)
                if (v->row.places[i].card)
                        index_drop(
                                &hub->by_card, card_key(v->row.places[i].associate, v->row.places[i].card));
        if (v->durable)
                count(hub, v, false);
}

static void enter(struct hub *hub, const struct visit *v)
{
        uint32_t slot = visit_slot(hub, v);
        index_put(&hub->by_person, v->row.person, slot);
        for (uint32_t i = 0; i < v->row.n_places; i++)
                if (v->row.places[i].card)
                        index_put(&hub->by_card, card_key(v->row.places[i].associate, v->row.places[i].card),
                                slot);
        count(hub, v, true);
}

void visit_drop(struct hub *hub, struct visit *v)
{
        if (!v->used)
                return;
        index_drop(&hub->by_person, v->row.person);
        leave(hub, v);
        v->used = v->durable = false;
        hub->free_visits[hub->n_free_visits++] = visit_slot(hub, v);
}

/* What is left of a duration that began at `since`. A wall clock that went back counts as no time passed:
 * then the whole duration is left, never more. */
static int64_t left_of(const struct event *ev, wall_ms since, int64_t duration_ms)
{
        int64_t passed = ev->wall - since;
        return passed <= 0 ? duration_ms : passed >= duration_ms ? 0 : duration_ms - passed;
}

static int64_t turn_of(const struct hub *hub, const struct live_visit_row *row)
{
        return row->rung < RUNGS ? hub->set.rung_ms[row->rung] : 0;
}

static void set_clocks(struct hub *hub, struct visit *v)
{
        const struct event *ev = hub->event;
        v->hold_ends = ev->mono + left_of(ev, v->row.started, hub->set.visit_holds_ms);
        v->nobody_at = ev->mono + left_of(ev, v->row.since, hub->set.nobody_after_ms);
        v->offer_ends = ev->mono + left_of(ev, v->row.offered, turn_of(hub, &v->row));
        /* `met` is the first meeting of this visit; a later one has changed the row at least. */
        wall_ms met = v->row.met > v->row.changed ? v->row.met : v->row.changed;
        v->with_ends = ev->mono + left_of(ev, met, hub->set.busy_most_ms);
        v->with_over = v->row.met && v->with_ends <= ev->mono;
}

void visit_restore(struct hub *hub, const struct live_visit_row *row)
{
        struct visit *v = visit_take(hub);
        if (!v)
                return;
        v->row = *row;
        if (v->row.rung == RUNG_NONE && row->n_places) /* it is from before there were rungs */
                v->row.rung = row->places[0].associate == row->client_of ? RUNG_OWN : RUNG_MANAGER;
        if (v->row.since == 0)
                v->row.since = row->started;
        v->release_at = hub->event->mono + hub->set.release_tick_ms;
        v->durable = v->restored = true;
        v->flowed = row->client_of != 0; /* flow_start looks after the others */
        set_clocks(hub, v);
        enter(hub, v);
        sensed_restore(hub, v);
        for (uint32_t i = 0; i < row->n_places; i++) {
                uint32_t at = associate_find(hub, row->places[i].associate);
                if (at != NONE && hub->associates[at].last_card < row->places[i].card)
                        hub->associates[at].last_card = row->places[i].card;
        }
}

/* The offers that begin with this row: their budgets count them from now on. */
static void count_offers(struct hub *hub, const struct visit *v, const struct pending *p)
{
        for (uint32_t i = 0; i < p->row.n_places; i++) {
                const struct place_row *place = &p->row.places[i],
                                       *was = visit_placed(&v->row, place->associate);
                if (!was || memcmp(&was->offer, &place->offer, sizeof(was->offer)) != 0)
                        associate_offered(hub, associate_find(hub, place->associate), hub->event->mono);
        }
}

static void move_clocks(struct hub *hub, struct visit *v, const struct pending *p, bool meets)
{
        mono_ms now = hub->event->mono;
        if (p->creates)
                set_clocks(hub, v);
        if (p->turn_anew)
                v->offer_ends = now + turn_of(hub, &v->row);
        if (p->turn_over) {
                v->offer_ends = now;
                hub->sweep_at = now; /* what follows it follows at once */
        }
        if (p->clock_anew)
                v->nobody_at = now + hub->set.nobody_after_ms;
        if (meets) {
                v->with_ends = now + hub->set.busy_most_ms;
                v->with_over = hub->set.busy_most_ms == 0;
        }
}

void visit_apply(struct hub *hub, struct visit *v, const struct pending *p)
{
        bool meets = p->row.alert_state == ALERT_WITH_HER && v->row.alert_state != ALERT_WITH_HER;
        if (p->row.alert_state == ALERT_OFFERED && p->row.n_places < v->row.n_places)
                hub->sweep_at = hub->event->mono; /* others may have lost their turn with her */
        leave(hub, v);
        sensed_visit(hub, &p->row);
        count_offers(hub, v, p);
        if (!v->flowed)
                v->flowed = flow_visit(hub, &p->row);
        v->row = p->row;
        v->release_at = p->began + hub->set.release_tick_ms;
        v->durable = true;
        if (p->drop_view)
                v->generation++;
        empty_seats(v);
        if (v->row.state == VISIT_ENDED) {
                v->row.n_places = 0;
                v->durable = false; /* nothing of it is counted any more */
                visit_drop(hub, v);
                return;
        }
        move_clocks(hub, v, p, meets);
        enter(hub, v);
}

void visit_write(struct pending *p)
{
        pending_write(p, WRITE_VISIT)->visit = p->row;
}

void visit_write_reply(struct hub *hub, struct pending *p, uint32_t associate, enum reply reply)
{
        const struct place_row *place = visit_placed(&p->row, associate);
        static const struct uuid none;
        if (!place || memcmp(&place->offer, &none, sizeof(none)) == 0)
                return;
        struct write *w = pending_write(p, WRITE_OFFER);
        w->offer.id = place->offer;
        w->offer.visit = p->row.id;
        w->offer.associate = associate;
        w->offer.offered = p->row.offered;
        w->offer.answered = hub->event->wall;
        w->offer.reply = (uint8_t)reply;
        w->offer.rung = p->row.rung;
}

static void note_asked(struct live_visit_row *row, uint32_t associate)
{
        for (uint32_t i = 0; i < row->n_asked; i++)
                if (row->asked[i] == associate)
                        return;
        if (row->n_asked < ASKED_MAX)
                row->asked[row->n_asked++] = associate;
}

void visit_offer(struct hub *hub, struct pending *p, enum rung rung, const uint32_t *associates, uint32_t n)
{
        p->row.offered = hub->event->wall;
        p->row.alert_state = ALERT_OFFERED;
        p->row.rung = (uint8_t)rung;
        p->row.served_by = 0;
        p->row.n_places = 0;
        p->turn_anew = true;
        for (uint32_t i = 0; i < n && i < LADDER_PLACES; i++) {
                struct place_row *place = &p->row.places[p->row.n_places++];
                *place = (struct place_row){
                        .associate = hub->associates[associates[i]].row.id, .offer = p->fresh.id[1 + i]};
                note_asked(&p->row, place->associate);
                pending_event(hub, p, associates[i], STREAM_CARD, &place->card, &place->card_seq);
                struct write *w = pending_write(p, WRITE_OFFER);
                w->offer.id = place->offer;
                w->offer.visit = p->row.id;
                w->offer.associate = place->associate;
                w->offer.offered = p->row.offered;
                w->offer.rung = (uint8_t)rung;
        }
}

/* Takes the card of one place from her screens. */
static void retract(struct hub *hub, struct pending *p, const struct place_row *place)
{
        uint32_t at = associate_find(hub, place->associate), card = place->card;
        uint64_t seq;
        if (at == NONE || card == 0)
                return;
        pending_event(hub, p, at, STREAM_RETRACT, &card, &seq);
        hub->counts.retracts++;
}

void visit_leave(
        struct hub *hub, struct pending *p, const struct visit *v, uint32_t associate, enum reply reply)
{
        struct place_row *place = visit_place(&p->row, associate);
        if (!place)
                return;
        if (v->row.alert_state == ALERT_OFFERED || reply != REPLY_NONE)
                visit_write_reply(hub, p, associate, reply);
        retract(hub, p, place);
        uint32_t after = p->row.n_places - (uint32_t)(place - p->row.places) - 1;
        memmove(place, place + 1, after * sizeof(*place));
        p->row.places[--p->row.n_places] = (struct place_row){0};
}

void visit_leave_all(struct hub *hub, struct pending *p, const struct visit *v, enum reply reply)
{
        while (p->row.n_places)
                visit_leave(hub, p, v, p->row.places[0].associate, reply);
}

void visit_renew_card(struct hub *hub, struct pending *p)
{
        p->drop_view = true;
        for (uint32_t i = 0; i < p->row.n_places && p->row.state == VISIT_OPEN; i++) {
                struct place_row *place = &p->row.places[i];
                uint32_t at = associate_find(hub, place->associate);
                if (at != NONE)
                        pending_event(hub, p, at, STREAM_CARD, &place->card, &place->card_seq);
        }
}

static struct live_visit_row new_row(
        struct hub *hub, const struct pending *p, const struct arrival *a, const struct person_row *person)
{
        uint32_t client_of = a->client_of == NONE ? 0 : hub->associates[a->client_of].row.id;
        struct live_visit_row row = {.id = p->fresh.id[0],
                .person = person->id,
                .client_of = client_of,
                .evidence = client_of == 0                   ? CLIENT_NONE
                            : client_of == person->preferred ? CLIENT_CHOSEN
                                                             : CLIENT_SERVED,
                .state = VISIT_OPEN,
                .alert_state = ALERT_OFFERED,
                .if_busy = a->if_busy,
                .seen = a->seen,
                .started = hub->event->wall,
                .changed = hub->event->wall,
                .offered = hub->event->wall,
                .since = hub->event->wall,
                .day = hub->event->day};
        snprintf(row.hint, sizeof(row.hint), "%s", a->hint ? a->hint : "");
        snprintf(row.wish, sizeof(row.wish), "%s", a->wish ? a->wish : "");
        snprintf(row.meet, sizeof(row.meet), "%s", a->meet ? a->meet : "");
        return row;
}

enum visit_begun visit_begin(
        struct hub *hub, struct pending *p, const struct dossier *d, const struct arrival *a)
{
        uint32_t asked[LADDER_PLACES], n;
        struct live_visit_row row = new_row(hub, p, a, &d->person);
        enum rung rung = reach_first(hub, &row, d->person.language, asked, &n);
        if (!pending_may_offer(hub, p, NONE, asked, n))
                return VISIT_WAITS;
        struct visit *v = visit_take(hub);
        if (!v)
                return VISIT_FULL;
        p->visit = visit_slot(hub, v);
        p->creates = true;
        p->row = row;
        p->row.rung = (uint8_t)rung;
        v->row = p->row; /* so that a second tap finds it in flight; it has no place until it is durable */
        index_put(&hub->by_person, p->row.person, p->visit);
        if (n)
                visit_offer(hub, p, rung, asked, n);
        for (uint32_t i = 0; i < n; i++)
                visit_look(hub, v, asked[i], d);
        visit_named(v, d);
        visit_write(p);
        return VISIT_BEGUN;
}

void visit_end(struct hub *hub, struct pending *p, struct visit *v, enum alert_state alert)
{
        visit_leave_all(hub, p, v, REPLY_NONE);
        p->row.state = VISIT_ENDED;
        p->row.alert_state = (uint8_t)alert;
        p->row.changed = hub->event->wall;
        visit_write(p);
}

void visit_pause(struct hub *hub, struct pending *p)
{
        for (uint32_t i = 0; i < p->row.n_places; i++) {
                retract(hub, p, &p->row.places[i]);
                p->row.places[i].card = 0;
        }
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

struct pending *visit_inside(struct hub *hub)
{
        struct pending *p = pending_take(hub, FROM_INSIDE);
        if (p)
                p->start = pending_free;
        return p;
}

void visit_with_over(struct hub *hub, struct visit *v)
{
        count(hub, v, false);
        v->with_over = true;
        count(hub, v, true);
}
