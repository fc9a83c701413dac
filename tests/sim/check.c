/* What must be so, whatever breaks: looked at from outside, by what leaves the core and what is on the disk.
 */
#include "tests/sim/sim.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TICK_SLACK_MS 3000 /* a sweep is at most a second late; then a commit */

static bool same(const struct uuid *a, const struct uuid *b)
{
        return memcmp(a, b, sizeof(*a)) == 0;
}

static bool is_open(const struct stream_kept *s, uint32_t card)
{
        for (uint32_t i = 0; i < s->n_open; i++)
                if (s->open[i].card == card)
                        return true;
        return false;
}

/* ---- frames ---- */
/* The head of a stream on a new socket: where it goes on from. */
static void place(struct world *w, struct conn *c, const struct frame *f)
{
        const struct stream_kept *told = &w->told[w->devices[c->device].associate];
        if (f->seq > told->seq)
                world_fails(w, "a place in a stream that is not durable");
        if (f->kind == FRAME_WELCOME && f->resume) {
                if (strcmp(c->epoch, f->epoch) != 0 || c->hello_seq > f->seq)
                        world_fails(w, "a stream is resumed that is not that device's");
                c->sent = c->hello_seq;
                c->placed = true;
        } else if (f->kind == FRAME_RESYNC) {
                c->sent = f->seq;
                c->gap_to = told->seq;
                c->placed = true;
        }
}

/* In order, once, without gaps; and nothing that could still be lost. */
static const struct stream_row *in_order(struct world *w, struct conn *c, const struct frame *f)
{
        const struct stream_kept *told = &w->told[w->devices[c->device].associate];
        const struct stream_row *row = &told->events[f->seq % EVENTS_KEPT];
        if (!c->placed)
                world_fails(w, "an event before the stream's place was told");
        else if (f->seq <= c->sent)
                world_fails(
                        w, "event %" PRIu64 " after %" PRIu64 ": repeated or out of order", f->seq, c->sent);
        else if (f->seq > told->seq)
                world_fails(w, "event %" PRIu64 " leaves before it is durable", f->seq);
        else if (f->seq != c->sent + 1 && f->seq - 1 > c->gap_to)
                world_fails(w, "a gap: event %" PRIu64 " after %" PRIu64, f->seq, c->sent);
        else if (row->seq != f->seq || row->card != f->card)
                world_fails(w, "event %" PRIu64 " is of another card than on the disk", f->seq);
        c->sent = f->seq;
        return w->failed ? NULL : row;
}

/* Whose marks stand in a text, and whether they may. */
void check_ack(struct world *w, uint64_t boot, uint64_t seq)
{
        const struct sensor_row *row = &w->safe->sensors[0];
        if (boot > row->boot || (boot == row->boot && seq > row->seq))
                world_fails(w, "an agent's claim is acknowledged before it is durable");
}

static void marks(struct world *w, uint32_t customer, bool former, const char *text, size_t len)
{
        const struct customer *c = &w->customers[customer];
        const char *end = text + len;
        for (const char *at = text; (at = memchr(at, 'Q', (size_t)(end - at))) && end - at > 12; at++) {
                if (!strchr("nhwiot", at[1]) || at[2] < '0' || at[2] > '9')
                        continue;
                uint32_t whose = (uint32_t)strtoul(at + 2, NULL, 10);
                if (whose != customer)
                        world_fails(w, "something of customer %u on a card of customer %u", whose, customer);
                if (former)
                        continue;
                if ((at[1] == 'i' && c->denied[CATEGORY_INSTORE]) ||
                        (at[1] == 'o' && c->denied[CATEGORY_ONLINE]) ||
                        (at[1] == 't' && c->denied[CATEGORY_OTHER_STORES]))
                        world_fails(w, "a purchase that customer %u has stopped sharing is shown", customer);
                if ((at[1] == 'h' || at[1] == 'w') && strtoul(at + 8, NULL, 10) < c->words_due)
                        world_fails(w, "words that customer %u has taken back are shown", customer);
        }
}

static bool has_mark(const char *text, size_t len)
{
        const char *end = text + len;
        for (const char *at = text; (at = memchr(at, 'Q', (size_t)(end - at))) && end - at > 12; at++)
                if (strchr("nhwiot", at[1]) && at[2] >= '0' && at[2] <= '9')
                        return true;
        return false;
}

static bool has_joined(const struct person_kept *p)
{
        for (uint32_t i = 0; i < p->n_consents; i++)
                if (p->consents[i].purpose == PURPOSE_ALERT && p->consents[i].category == CATEGORY_PRESENCE &&
                        p->consents[i].mode == MODE_ASK)
                        return p->consents[i].state == CONSENT_GIVEN;
        return false;
}

static void card(struct world *w, struct conn *c, const struct frame *f, const char *text, size_t len)
{
        struct stream_kept *told = &w->told[w->devices[c->device].associate];
        struct visit_kept *v = table_visit(w->safe, &f->visit);
        uint32_t who = v ? phones_of(w, v->row.person) : UINT32_MAX;
        w->numbers.cards++;
        if (len != CARD_FRAME_SIZE)
                world_fails(w, "a card of %zu bytes", len);
        if (who == UINT32_MAX) {
                world_fails(w, "a card of nobody");
                return;
        }
        const struct customer *k = &w->customers[who];
        bool former = k->surrogate != v->row.person; /* a guest who has joined as somebody new since */
        if (!is_open(told, f->card))
                world_fails(w, "a card that was taken away");
        if (k->withdrawn && !former)
                world_fails(w, "a card of customer %u after her withdrawal was answered", who);
        if (!has_joined(table_person(w->safe, v->row.person)))
                world_fails(w, "a card of customer %u without her consent", who);
        if (k->hushed >= v->began && !former)
                world_fails(w, "a card of customer %u after it was answered that the visit is over", who);
        for (uint32_t i = 0; i < c->shown.n; i++) {
                const struct held *h = &c->shown.held[i];
                const struct visit_kept *other = table_visit(w->safe, &h->visit);
                if (!same(&h->visit, &f->visit) && other && other->row.person == v->row.person)
                        world_fails(w, "customer %u again on a screen that has not been cleared of her", who);
        }
        marks(w, who, former, text, len);
        if (f->may_be && has_mark(text, len))
                world_fails(w, "somebody who only may be customer %u is shown with something of hers", who);
}

void check_push(struct world *w, struct conn *c, struct frame *f, const char *text, size_t len)
{
        const struct stream_row *row;
        if (f->kind == FRAME_OTHER)
                return;
        if (f->kind == FRAME_WELCOME || f->kind == FRAME_RESYNC) {
                place(w, c, f);
                return;
        }
        row = in_order(w, c, f);
        if (!row)
                return;
        f->visit = row->visit;
        if (f->kind == FRAME_CARD)
                card(w, c, f, text, len);
        else if (f->kind == FRAME_RETRACT && row->kind != STREAM_RETRACT &&
                 is_open(&w->told[w->devices[c->device].associate], f->card))
                world_fails(w, "a card that is open is taken away");
        else if (f->kind == FRAME_STATE && row->kind != STREAM_STATE)
                world_fails(w, "a state that is none on the disk");
}

/* ---- answers ---- */
static void over(struct world *w, struct customer *c)
{
        const struct visit_kept *v = table_newest(w->safe, c->surrogate);
        if (v && v->row.state != VISIT_ENDED && v->began <= c->asked_at)
                world_fails(w, "it is answered that the visit is over, and on the disk it is not");
        c->hushed = w->now;
}

void check_answer(struct world *w, struct customer *c, uint16_t status)
{
        const struct message *m = &c->message;
        const struct visit_kept *v;
        if (status != 200)
                return;
        if (m->type == MESSAGE_ARRIVE) {
                v = table_newest(w->safe, c->surrogate);
                if (!v || (v->row.state == VISIT_ENDED && v->ended < c->asked_at))
                        world_fails(w, "an arrival is answered that is not on the disk");
        } else if (m->type == MESSAGE_STOP || m->type == MESSAGE_LEAVING || m->type == MESSAGE_NOT_TODAY) {
                over(w, c);
        } else if (m->type == MESSAGE_SHARE) {
                c->denied[CATEGORY_INSTORE] |= !m->share.instore;
                c->denied[CATEGORY_ONLINE] |= !m->share.online;
                c->denied[CATEGORY_OTHER_STORES] |= !m->share.other_stores;
        } else if (m->type == MESSAGE_TELL) {
                c->words_due = c->words;
        }
        if (m->type == MESSAGE_NOTICE && !m->notice.wifi)
                c->unnoticed = true;
        if (m->type == MESSAGE_NOT_TODAY)
                c->no_today = world_day(w);
        if (m->type == MESSAGE_STOP && m->stop.everything) {
                const struct person_kept *p = table_person(w->safe, c->surrogate);
                if (p && has_joined(p))
                        world_fails(w, "a withdrawal is answered that is not on the disk");
                c->withdrawn = true;
                memset(c->denied, 1, sizeof(c->denied));
        }
}

/* ---- the disk ---- */
static void begun(struct world *w, const struct visit_kept *v)
{
        uint32_t who = phones_of(w, v->row.person);
        w->numbers.visits++;
        if (who == UINT32_MAX)
                return; /* a guest whose cookie is still on its way cannot arrive: the card's check says so */
        const struct customer *c = &w->customers[who];
        if (c->withdrawn)
                world_fails(w, "a visit of customer %u after her withdrawal was answered", who);
        if (c->unnoticed && v->row.seen != VISIT_CHECKED_IN)
                world_fails(w, "customer %u is noticed, who has taken that back", who);
        if (c->no_today && c->no_today == world_day(w))
                world_fails(w, "a visit of customer %u on a day of which she said: not today", who);
}

void check_applied(struct world *w, const struct commit *c)
{
        for (uint32_t i = 0; i < c->n; i++) {
                const struct write *x = &c->writes[i];
                const struct visit_kept *v = x->kind == WRITE_VISIT   ? table_visit(w->seen, &x->visit.id)
                                             : x->kind == WRITE_OFFER ? table_visit(w->seen, &x->offer.visit)
                                                                      : NULL;
                for (uint32_t k = 0; v && x->kind == WRITE_OFFER && x->offer.answered && k < v->n_offers; k++)
                        if (memcmp(&v->offers[k].id, &x->offer.id, sizeof(x->offer.id)) == 0)
                                check_turn(w, v, &v->offers[k]);
                if (v && x->kind == WRITE_VISIT && v->began == w->now && v->row.state != VISIT_ENDED &&
                        v->row.started == v->row.changed)
                        begun(w, v);
        }
}

/* ---- snapshot == replay ---- */
/* The open cards by the visits' rows are those that the streams' events leave. */
static void replay(struct world *w)
{
        uint32_t by_rows = 0, by_events = 0;
        for (uint32_t i = 0; i < w->seen->n_visits; i++) {
                const struct live_visit_row *row = &w->seen->visits[i].row;
                for (uint32_t k = 0; row->state != VISIT_ENDED && k < row->n_places; k++) {
                        const struct place_row *at = &row->places[k];
                        if (at->card == 0)
                                continue;
                        by_rows++;
                        if (!is_open(&w->seen->streams[at->associate], at->card))
                                world_fails(w,
                                        "a card that is open by its visit's row is none by its stream's "
                                        "events");
                }
        }
        for (uint32_t a = 1; a <= w->plan.associates; a++)
                by_events += w->seen->streams[a].n_open;
        if (by_rows != by_events && !w->failed)
                world_fails(w, "%u cards are open by the visits' rows, %u by the streams' events", by_rows,
                        by_events);
}

static const char *state_word(const struct visit_kept *v)
{
        return v->row.alert_state == ALERT_ACCEPTED   ? "accepted"
               : v->row.alert_state == ALERT_WITH_HER ? "with_her"
                                                      : "offered";
}

/* Whoever has been sent all there is shows what is open, whether she resumed or began again. */
static void picture(struct world *w, struct conn *c)
{
        struct stream_kept *told = &w->told[w->devices[c->device].associate];
        if (!c->used || !c->placed || c->sent != told->seq)
                return;
        if (c->shown.n != told->n_open) {
                world_fails(
                        w, "device %u shows %u cards where %u are open", c->device, c->shown.n, told->n_open);
                return;
        }
        for (uint32_t i = 0; i < told->n_open; i++) {
                const struct held *h = picture_find(&c->shown, told->open[i].card);
                const struct visit_kept *v = table_visit(w->safe, &told->open[i].visit);
                if (!h || !same(&h->visit, &told->open[i].visit))
                        world_fails(w, "device %u does not show card %u, which is open", c->device,
                                told->open[i].card);
                else if (v && strcmp(h->state, state_word(v)) != 0)
                        world_fails(w, "card %u is %s on device %u, and %s on the disk", h->card, h->state,
                                c->device, state_word(v));
        }
}

/* By when an alert must have found its end: its time after it was made; what ran out while the hub was down,
 * right after it is back, but anew if nobody can say how long it was down, since the clock has jumped. */
static int64_t ends_by(const struct world *w, const struct visit_kept *v)
{
        int64_t time_ms = w->settings.nobody_after_ms + w->settings.rung_ms[RUNG_ASK];
        int64_t by = v->open_since + time_ms;
        int64_t back = w->started + (w->jumps ? time_ms : 0), calm = w->calm_from + 30 * SECOND_MS;
        by = by > back ? by : back;
        return (by > calm ? by : calm) + TICK_SLACK_MS;
}

/* Nothing stays open for ever once nothing breaks. */
static void deadlines(struct world *w)
{
        for (uint32_t i = 0; w->hub && i < w->seen->n_visits; i++) {
                const struct visit_kept *v = &w->seen->visits[i];
                if (v->row.state == VISIT_OPEN && v->row.alert_state == ALERT_OFFERED &&
                        w->now > ends_by(w, v))
                        world_fails(w, "an alert is open %" PRId64 " s after it was made",
                                (w->now - v->open_since) / SECOND_MS);
        }
}

void check_step(struct world *w)
{
        if (w->submitted == w->announced && w->numbers.steps % 4 == 0)
                for (uint32_t i = 0; i < CONNS_MOST && !w->failed; i++)
                        picture(w, &w->conns[i]);
        if (w->numbers.steps % 64 == 0)
                replay(w);
        if (!w->storm && w->numbers.steps % 64 == 0)
                deadlines(w);
}

void check_end(struct world *w)
{
        struct hub_counts counts = {0};
        replay(w);
        deadlines(w);
        if (!w->hub || w->submitted != w->announced)
                return; /* a commit of this very moment */
        hub_count(w->hub, &counts);
        if (counts.pending > w->loads)
                world_fails(w, "%u requests are pending, and only %u reads are on their way", counts.pending,
                        w->loads);
        for (uint32_t i = 0; i < w->plan.customers; i++)
                if (w->customers[i].open && w->now - w->customers[i].asked_at > MINUTE_MS)
                        world_fails(w, "customer %u is not answered", i);
        for (uint32_t i = 0; i < w->n_devices && !w->failed; i++) {
                struct device *d = &w->devices[i];
                struct conn *c = d->peer ? floor_conn(w, d->peer) : NULL;
                if (!c || !c->placed || c->sent != w->told[d->associate].seq) {
                        world_fails(w, "device %u is not where its stream is", i);
                        return;
                }
                picture(w, c);
                for (uint32_t k = 0; k < d->memory.n; k++) {
                        const struct held *h = &d->memory.held[k];
                        const struct look_kept *l = table_look(w->safe, d->associate, h->card, h->seq, false);
                        if (h->said && w->now - h->since > MINUTE_MS && !l)
                                world_fails(w, "a look at card %u by associate %u is on no record", h->card,
                                        d->associate);
                }
        }
}
