#include "server/core/state.h"

#include <sodium.h>
#include <stddef.h>
#include <string.h>

uint32_t pending_ticket(const struct hub *hub, const struct pending *p)
{
        return (p->generation << 16) | (uint32_t)(p - hub->pending);
}

struct pending *pending_by_ticket(struct hub *hub, uint32_t ticket)
{
        uint32_t slot = ticket & 0xffff;
        if (slot >= hub->set.pending_most)
                return NULL;
        struct pending *p = &hub->pending[slot];
        return p->stage != STAGE_FREE && pending_ticket(hub, p) == ticket ? p : NULL;
}

/* One event may begin several commits (a sweep): each gets ids of its own out of the event's. The time in
 * front stays, so that ids remain ordered by time. */
static void spread(struct fresh *fresh, uint32_t turn)
{
        for (uint32_t i = 0; turn && i < FRESH_IDS; i++) {
                uint8_t *tail = fresh->id[i].b + 8, mixed[16];
                crypto_generichash(mixed, sizeof(mixed), fresh->id[i].b, sizeof(fresh->id[i].b),
                        (const uint8_t[16]){(uint8_t)turn}, 16);
                memcpy(tail, mixed, 8);
                tail[0] = (uint8_t)((tail[0] & 0x3f) | 0x80);
        }
}

struct pending *pending_take(struct hub *hub, enum origin origin)
{
        if (hub->n_free_pending == 0)
                return NULL;
        struct pending *p = &hub->pending[hub->free_pending[--hub->n_free_pending]];
        uint32_t generation = (p->generation + 1) & 0xffff;
        memset(p, 0, offsetof(struct pending, writes));
        p->generation = generation;
        p->stage = STAGE_LOADING;
        p->origin = origin;
        p->visit = NONE;
        p->to = NONE;
        p->next = NONE;
        p->fresh = hub->event->fresh;
        p->began = hub->event->mono;
        spread(&p->fresh, hub->taken_in_step++);
        return p;
}

void pending_forget_writes(struct pending *p)
{
        sodium_memzero(p->writes, p->n_writes * sizeof(p->writes[0]));
        p->n_writes = 0;
}

void pending_free(struct hub *hub, struct pending *p)
{
        if (p->stage == STAGE_FREE)
                return;
        request_release(hub, p);
        manager_release(p);
        book_release(hub, p);
        house_release(hub, p);
        /* What was asked, and by whom, is not kept until somebody else needs the place: most who ask are
         * nobody here. */
        sodium_memzero(&p->message, sizeof(p->message));
        sodium_memzero(&p->token, sizeof(p->token));
        sodium_memzero(&p->secret, sizeof(p->secret));
        sodium_memzero(&p->device, sizeof(p->device));
        sodium_memzero(p->station, sizeof(p->station));
        sodium_memzero(&p->fresh, sizeof(p->fresh));
        sodium_memzero(&p->row, sizeof(p->row));
        pending_forget_writes(p);
        p->stage = STAGE_FREE;
        hub->free_pending[hub->n_free_pending++] = (uint32_t)(p - hub->pending);
}

void pending_load(struct hub *hub, struct pending *p, const struct effect *load, load_step loaded)
{
        struct effect *e = out_effect(hub, EFFECT_LOAD);
        if (!e) {
                out_refuse(hub, p, 503, "busy", "We are very busy just now.", "Try again in a moment.");
                return;
        }
        *e = *load;
        e->kind = EFFECT_LOAD;
        e->load.ticket = pending_ticket(hub, p);
        e->load.now = hub->event->wall;
        if (e->load.as_of == 0)
                e->load.as_of = hub->event->wall;
        e->load.day = hub->event->day;
        e->load.least_age = hub->house.value[HOUSE_AGE];
        e->load.purchase_months = hub->set.purchase_months;
        request_ask(hub, p, e);
        receipt_ask(p, e);
        p->stage = STAGE_LOADING;
        p->loaded = loaded;
}

void pending_wait(struct hub *hub, struct pending *p)
{
        p->stage = STAGE_WAITING;
        p->next = NONE;
        p->visit = NONE;
        p->creates = false;
        p->judged = false;
        p->n_writes = p->n_streams = p->n_events = 0;
        p->drop_view = p->turn_anew = p->turn_over = p->clock_anew = false;
        uint32_t slot = (uint32_t)(p - hub->pending);
        if (hub->waiting_first == NONE)
                hub->waiting_first = slot;
        else
                hub->pending[hub->waiting_last].next = slot;
        hub->waiting_last = slot;
}

void pending_run_waiting(struct hub *hub)
{
        /* Only those that wait now: one that must wait again goes to the end and is not taken up twice in a
         * step. */
        uint32_t first = hub->waiting_first, turns = 0;
        hub->waiting_first = hub->waiting_last = NONE;
        while (first != NONE) {
                struct pending *p = &hub->pending[first];
                uint32_t next = p->next;
                if (turns++ < STEP_TURNS && out_room(hub, 8, 16, 16 * 1024)) {
                        p->stage = STAGE_LOADING;
                        p->start(hub, p);
                } else {
                        pending_wait(hub, p);
                        hub->hurry = true;
                }
                first = next;
        }
}

struct write *pending_write(struct pending *p, enum write_kind kind)
{
        /* PENDING_WRITES is the most that any one request writes; a test of each request would show it
         * exceeded. */
        struct write *w = &p->writes[p->n_writes < PENDING_WRITES ? p->n_writes++ : PENDING_WRITES - 1];
        *w = (struct write){.kind = kind};
        return w;
}

void pending_event(struct hub *hub, struct pending *p, uint32_t associate, enum stream_kind kind,
        uint32_t *card, uint64_t *seq)
{
        const struct associate *a = &hub->associates[associate];
        uint64_t next = a->seq + 1;
        for (uint32_t i = 0; i < p->n_events; i++)
                if (p->events[i].associate == a->row.id)
                        next++;
        if (*card == 0)
                *card = a->last_card + 1;
        struct write *w = pending_write(p, WRITE_STREAM);
        w->stream.row = (struct stream_row){a->row.id, next, (uint8_t)kind, *card, p->row.id};
        w->stream.at = hub->event->wall;
        p->events[p->n_events++] = w->stream.row;
        *seq = next;
        for (uint32_t i = 0; i < p->n_streams; i++)
                if (p->streams[i] == associate)
                        return;
        p->streams[p->n_streams++] = associate;
}

static bool is_busy(const struct hub *hub, const struct pending *p, uint32_t visit)
{
        return (p->facts.person && index_find(&hub->by_changing, p->facts.person) != INDEX_NONE) ||
               (visit != NONE && hub->visits[visit].in_flight);
}

bool pending_may_note(struct hub *hub, struct pending *p, uint32_t visit)
{
        bool busy = is_busy(hub, p, visit);
        if (busy)
                pending_wait(hub, p);
        return !busy;
}

bool pending_may_change(struct hub *hub, struct pending *p, uint32_t visit)
{
        return pending_may_offer(hub, p, visit, NULL, 0);
}

bool pending_may_offer(
        struct hub *hub, struct pending *p, uint32_t visit, const uint32_t *associates, uint32_t n)
{
        bool busy = is_busy(hub, p, visit);
        const struct live_visit_row *row = visit == NONE ? NULL : &hub->visits[visit].row;
        for (uint32_t i = 0; row && i < row->n_places; i++) {
                uint32_t at = associate_find(hub, row->places[i].associate);
                busy |= at != NONE && hub->associates[at].in_flight;
        }
        for (uint32_t i = 0; i < n; i++)
                busy |= hub->associates[associates[i]].in_flight;
        if (busy)
                pending_wait(hub, p);
        return !busy;
}

void pending_commit(struct hub *hub, struct pending *p, commit_step committed)
{
        receipt_write(hub, p);
        request_write(hub, p);
        struct effect *e = out_room(hub, 1, p->n_writes, 0) ? out_effect(hub, EFFECT_COMMIT) : NULL;
        if (!e) {
                if (p->device.id)
                        hub->device_in_flight = false;
                if (p->creates)
                        visit_drop(hub, &hub->visits[p->visit]);
                out_refuse(hub, p, 503, "busy", "We are very busy just now.", "Try again in a moment.");
                return;
        }
        e->commit.ticket = pending_ticket(hub, p);
        e->commit.first = hub->out->n_writes;
        e->commit.n = p->n_writes;
        memcpy(hub->out->writes + hub->out->n_writes, p->writes, p->n_writes * sizeof(p->writes[0]));
        hub->out->n_writes += p->n_writes;
        p->stage = STAGE_COMMITTING;
        p->committed = committed;
        if (p->facts.person)
                index_put(&hub->by_changing, p->facts.person, (uint32_t)(p - hub->pending));
        if (p->visit != NONE)
                hub->visits[p->visit].in_flight = true;
        for (uint32_t i = 0; i < p->n_streams; i++)
                hub->associates[p->streams[i]].in_flight = true;
}

static void undo(struct hub *hub, struct pending *p)
{
        if (p->device.id)
                hub->device_in_flight = false;
        if (p->creates)
                visit_drop(hub, &hub->visits[p->visit]);
        if (p->renews)
                book_renew_again(hub, p->visit);
        if (p->origin == FROM_INSIDE)
                pending_free(hub, p);
        else
                out_refuse(hub, p, 503, "not_saved", "This could not be saved, so it has not happened.",
                        p->face == FACE_CONSOLE || p->face == FACE_OPERATOR
                                ? "Try again in a moment. If it stays so, the hub's disk is full: maitrectl "
                                  "status says how much room it needs."
                                : "Try again in a moment.");
}

/* Whoever shows this visit's card may have held it back while the commit was on its way. */
static void pump_after(struct hub *hub, const uint32_t *streams, uint32_t n, uint32_t visit)
{
        for (uint32_t i = 0; i < n; i++)
                stream_pump_associate(hub, streams[i]);
        const struct visit *v = visit == NONE || !hub->visits[visit].used ? NULL : &hub->visits[visit];
        for (uint32_t i = 0; v && i < v->row.n_places; i++) {
                uint32_t at = associate_find(hub, v->row.places[i].associate);
                if (at != NONE)
                        stream_pump_associate(hub, at);
        }
        pending_run_waiting(hub);
}

void pending_committed(struct hub *hub, uint32_t ticket, bool ok)
{
        struct pending *p = pending_by_ticket(hub, ticket);
        if (!p || p->stage != STAGE_COMMITTING)
                return;
        uint32_t streams[PENDING_STREAMS], n_streams = p->n_streams, visit = p->visit;
        memcpy(streams, p->streams, sizeof(streams));
        if (p->facts.person)
                index_drop(&hub->by_changing, p->facts.person);
        if (visit != NONE)
                hub->visits[visit].in_flight = false;
        for (uint32_t i = 0; i < n_streams; i++)
                hub->associates[streams[i]].in_flight = false;
        if (!ok) {
                undo(hub, p);
                pump_after(hub, streams, n_streams, visit);
                return;
        }
        if (p->visit != NONE)
                visit_apply(hub, &hub->visits[p->visit], p);
        for (uint32_t i = 0; i < p->n_events; i++)
                stream_append(hub, &p->events[i]);
        devices_committed(hub, p);
        if (p->committed)
                p->committed(hub, p);
        else
                pending_free(hub, p);
        pump_after(hub, streams, n_streams, visit);
        if (hub->n_renew) /* not after a failure: the disk would be asked again and again */
                book_renew(hub);
}
