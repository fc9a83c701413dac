/* Who is asked, by the protocol's text [P80-P87]: there to be asked, in the ladder's order, within her
 * budget, once; one winner; nobody else without the customer's word. Written against the text, not against
 * the core. */
#include "tests/sim/sim.h"

#include <inttypes.h>
#include <string.h>

static const uint32_t most_on[RUNGS] = {[RUNG_OWN] = 1,
        [RUNG_STAND_IN] = 1,
        [RUNG_DEPARTMENT] = 3,
        [RUNG_FLOOR] = 4,
        [RUNG_MANAGER] = 4,
        [RUNG_HANDED] = 1};

static bool has_handheld(const struct world *w, uint32_t associate)
{
        for (uint32_t k = 0; k < CONNS_MOST; k++)
                if (w->conns[k].used && w->devices[w->conns[k].device].associate == associate)
                        return true;
        return false;
}

/* With a customer, as far as that keeps her [P85]: by what the hub knows to be durable or may know. */
static bool is_serving(struct world *w, uint32_t associate, const struct uuid *but)
{
        for (uint32_t i = 0; i < w->safe->n_visits; i++) {
                const struct visit_kept *v = &w->safe->visits[i], *newer = &w->seen->visits[i];
                if (v->row.state != VISIT_ENDED && v->row.alert_state == ALERT_WITH_HER &&
                        v->winner == associate && newer->row.state != VISIT_ENDED &&
                        newer->row.alert_state == ALERT_WITH_HER && newer->winner == associate &&
                        memcmp(&v->row.id, but, sizeof(*but)) != 0 &&
                        w->now - v->reached < w->settings.busy_most_ms &&
                        (w->jumps == 0 ||
                                v->reached > w->started)) /* after a jump a start cannot say how long */
                        return true;
        }
        return false;
}

/* Offers of the last hour, and when the newest was made: over restarts, as long as the wall clock can be
 * believed. */
static uint32_t offers_of(const struct world *w, uint32_t associate, int64_t *newest)
{
        uint32_t n = 0;
        *newest = INT64_MIN / 2;
        for (uint32_t i = 0; i < w->seen->n_visits; i++)
                for (uint32_t k = 0; k < w->seen->visits[i].n_offers; k++) {
                        const struct offer *o = &w->seen->visits[i].offers[k];
                        int64_t at = o->offered - SIM_START;
                        if (o->associate != associate || at <= w->now - HOUR_MS)
                                continue;
                        n++;
                        *newest = at > *newest ? at : *newest;
                }
        return n;
}

static void within_budget(struct world *w, uint32_t associate)
{
        int64_t newest;
        if (w->jumps || w->settings.most_per_hour == 0)
                return;
        uint32_t n = offers_of(w, associate, &newest);
        if (n >= w->settings.most_per_hour)
                world_fails(w, "associate %u is asked for the %u. time in an hour", associate, n + 1);
        if (w->now - newest < w->settings.least_gap_ms)
                world_fails(
                        w, "associate %u is asked again after %" PRId64 " ms", associate, w->now - newest);
}

/* One offer that is made at this moment. */
static void is_asked(struct world *w, const struct write *x, const struct live_visit_row *row)
{
        uint32_t who = x->offer.associate;
        const struct associate_row *a = &w->roster->associates[who - 1];
        enum rung rung = (enum rung)x->offer.rung;
        bool hers = row->client_of == who, handed = rung == RUNG_HANDED;
        if (!has_handheld(w, who))
                world_fails(w, "associate %u is asked, who has no handheld", who);
        if (house_knows(w) && !house_on_shift(w, who, world_wall(w)))
                world_fails(w, "associate %u is asked, who is off shift", who);
        if (is_serving(w, who, &row->id))
                world_fails(w, "associate %u is asked, who is with a customer", who);
        within_budget(w, who);
        if (rung == RUNG_OWN && !hers)
                world_fails(w, "associate %u is asked as hers, who is not", who);
        if (rung == RUNG_MANAGER && a->role != ROLE_MANAGER)
                world_fails(w, "associate %u is asked as a manager, who is none", who);
        struct visit_kept *v = table_visit(w->seen, &row->id);
        bool taken = v && v->winner; /* somebody had accepted, and gives it to one whom she names [P87] */
        if (!hers && !(handed && taken) && row->client_of && row->if_busy != IF_BUSY_OTHER)
                world_fails(w,
                        "associate %u is asked without the customer's word (%u, her own is %u, rung %u)", who,
                        row->if_busy, row->client_of, rung);
        for (uint32_t k = 0; v && k < v->n_offers; k++)
                if (v->offers[k].associate == who && !handed && v->offers[k].reply != REPLY_SILENT &&
                        !(hers && row->if_busy == IF_BUSY_WAIT))
                        world_fails(w, "associate %u is asked twice in one visit", who);
}

/* A group that is on its way to the disk. */
void check_submitted(struct world *w, const struct commit *c)
{
        const struct live_visit_row *row = NULL;
        uint32_t on[RUNGS] = {0};
        for (uint32_t i = 0; i < c->n; i++)
                if (c->writes[i].kind == WRITE_VISIT)
                        row = &c->writes[i].visit;
        for (uint32_t i = 0; i < c->n && !w->failed; i++) {
                const struct write *x = &c->writes[i];
                if (x->kind != WRITE_OFFER || x->offer.answered)
                        continue;
                if (!row || memcmp(&row->id, &x->offer.visit, sizeof(row->id)) != 0 || x->offer.rung >= RUNGS)
                        world_fails(w, "an offer without its visit");
                else
                        is_asked(w, x, row);
                if (!w->failed && ++on[x->offer.rung] > most_on[x->offer.rung])
                        world_fails(w, "too many are asked at once on rung %u", x->offer.rung);
        }
        if (row && (row->alert_state == ALERT_ACCEPTED || row->alert_state == ALERT_WITH_HER) &&
                row->n_places > 1)
                world_fails(w, "%u have the card of a visit that somebody has accepted", row->n_places);
}

/* A turn that ends because nobody answered has had its time; on a slow disk it began before it could be seen
 * here. */
void check_turn(struct world *w, const struct visit_kept *v, const struct offer *o)
{
        int64_t slack = (w->plan.faults & FAULT_SLOW) ? 15 * SECOND_MS : 100;
        int64_t had = w->now - o->made, sought = w->now - v->sought_since;
        bool all_over = sought + slack >= w->settings.nobody_after_ms;
        if (o->reply == REPLY_NO_ANSWER && o->rung < RUNGS && o->made >= w->started && !all_over &&
                had + slack < w->settings.rung_ms[o->rung])
                world_fails(w, "associate %u had %" PRId64 " ms to answer on rung %u", o->associate, had,
                        o->rung);
}
