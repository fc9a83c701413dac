/* What presence means for visits: whoever wants to be announced by the Wi-Fi arrives, a visit pauses and goes
 * on, and ends. Whoever wants to be asked is only known to be here, so that her own page can ask. */
#include "server/core/state.h"
#include "server/core/consent.h"

#include <string.h>

bool sensed_here(const struct hub *hub, uint32_t person)
{
        struct presence_view view;
        return presence_look(hub->presence, person, hub->event->mono, &view) && view.source == SOURCE_WIFI &&
               view.level == LEVEL_HERE;
}

static enum claim_strength strength_of(uint8_t seen)
{
        return seen == VISIT_MAY_BE ? STRENGTH_MAY_BE : STRENGTH_SURE;
}

static enum presence_level level_of(uint8_t state)
{
        switch ((enum visit_state)state) {
        case VISIT_OPEN:
                return LEVEL_HERE;
        case VISIT_PAUSED:
                return LEVEL_AWAY;
        case VISIT_ENDED:
                break;
        }
        return LEVEL_OVER;
}

void sensed_visit(struct hub *hub, const struct live_visit_row *row)
{
        struct presence_view view;
        bool known = presence_look(hub->presence, row->person, hub->event->mono, &view);
        if (row->state == VISIT_OPEN && row->seen == VISIT_CHECKED_IN &&
                (!known || view.level != LEVEL_HERE || view.strength != STRENGTH_SURE)) {
                struct claim_report tap = {.source = SOURCE_CHECK_IN,
                        .kind = CLAIM_JOIN,
                        .strength = STRENGTH_SURE,
                        .person = row->person};
                presence_report(hub->presence, &tap, hub->event->mono);
        }
        presence_told(hub->presence, row->person, level_of(row->state), strength_of(row->seen));
}

/* How long she had been here is not known any more: as if she had just been noticed. */
void sensed_restore(struct hub *hub, const struct visit *v)
{
        const struct presence_settings *set = &hub->set.presence;
        mono_ms now = hub->event->mono;
        bool tapped = v->row.seen == VISIT_CHECKED_IN;
        int64_t lives = (int64_t)set->source[SOURCE_WIFI].ttl_ms + set->source[SOURCE_WIFI].grace_ms;
        struct presence_known known = {.person = v->row.person,
                .told = level_of(v->row.state),
                .strength = strength_of(v->row.seen),
                .source = tapped ? SOURCE_CHECK_IN : SOURCE_WIFI,
                .first = now - (hub->event->wall > v->row.started ? hub->event->wall - v->row.started : 0),
                .last = now,
                .until = tapped                         ? v->hold_ends
                         : v->row.state == VISIT_PAUSED ? now
                                                        : now + lives};
        presence_restore(hub->presence, &known);
}

/* ---- changes ---- */

/* A pending about this person; NULL: none is free. */
static struct pending *about(struct hub *hub, uint32_t person)
{
        struct pending *p = pending_take(hub, FROM_INSIDE);
        if (!p)
                return NULL;
        p->start = pending_free; /* if it must wait, the next sweep finds the same again */
        p->facts.person = person;
        return p;
}

/* A pending that may change this visit; NULL: not now. */
static struct pending *changing(struct hub *hub, struct visit *v)
{
        struct pending *p = v->durable && !v->in_flight ? about(hub, v->row.person) : NULL;
        if (!p || !pending_may_change(hub, p, visit_slot(hub, v)))
                return NULL;
        p->visit = visit_slot(hub, v);
        p->row = v->row;
        return p;
}

static void arrived(struct hub *hub, struct pending *p)
{
        hub->counts.arrivals++;
        hub->today.arrivals++;
        pending_free(hub, p);
}

/* Whether the Wi-Fi alone may announce her now. */
static bool may_announce(const struct hub *hub, const struct pending *p, const struct dossier *d)
{
        bool again = p->request && d->person.alerts_today > 0; /* she may have been here before the hub was */
        return p->facts.person && p->facts.always && !p->facts.not_today && !again &&
               d->person.alerts_today < hub->set.alerts_a_day;
}

static void noticed_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        struct presence_view view;
        uint32_t person = p->facts.person, seen = VISIT_SENSED;
        bool here = presence_look(hub->presence, person, hub->event->mono, &view) &&
                    view.level == LEVEL_HERE && view.strength; /* her sensor may count no more meanwhile */
        if (d && (d->found & DOSSIER_PERSON))
                facts_of(hub, d, &p->facts);
        if (!d || !here || visit_of_person(hub, person)) {
                presence_told(hub->presence, person, LEVEL_NONE, STRENGTH_MAY_BE); /* asked again */
                pending_free(hub, p);
                return;
        }
        if (!may_announce(hub, p, d)) {
                if (!p->facts.wifi)
                        presence_forget(hub->presence, person); /* nobody may know that she is here */
                pending_free(hub, p);
                return;
        }
        if (view.strength == STRENGTH_MAY_BE)
                seen = VISIT_MAY_BE;
        if (!house_wifi(&hub->house, seen == VISIT_MAY_BE)) {
                pending_free(hub, p); /* she is here, and only her own word announces her */
                return;
        }
        struct arrival arrival = {
                .client_of = p->facts.associate, .if_busy = IF_BUSY_ASK, .seen = (uint8_t)seen};
        enum visit_begun begun = visit_begin(hub, p, d, &arrival);
        if (begun != VISIT_BEGUN) {
                presence_told(hub->presence, person, LEVEL_NONE, STRENGTH_MAY_BE);
                if (begun == VISIT_FULL)
                        pending_free(hub, p);
                return;
        }
        pending_commit(hub, p, arrived);
}

/* Somebody has been here for the dwell. Presence counts as told while her dossier is read. */
static void noticed(struct hub *hub, const struct presence_change *c)
{
        struct pending *p = hours_open(hub) ? about(hub, c->person) : NULL;
        if (!p)
                return; /* nobody would be called: asked again with the next sweep */
        p->request = c->swept;
        presence_told(hub->presence, c->person, LEVEL_HERE, c->strength);
        struct effect load = {
                .load = {.by = LOAD_BY_PERSON, .want = WANT_PERSON | WANT_LINES, .person = c->person}};
        pending_load(hub, p, &load, noticed_loaded);
}

/* False: nothing is to be changed, and presence may take it as told. */
static bool change_visit(struct hub *hub, struct visit *v, const struct presence_change *c)
{
        bool sensed = v->row.seen != VISIT_CHECKED_IN;
        bool surer = v->row.seen == VISIT_MAY_BE && c->strength == STRENGTH_SURE;
        bool resumes = c->to == LEVEL_HERE && v->row.state == VISIT_PAUSED;
        bool pauses = c->to == LEVEL_AWAY && v->row.state == VISIT_OPEN && sensed;
        bool ends = c->to == LEVEL_OVER && sensed;
        if (!resumes && !pauses && !ends && !(c->to == LEVEL_HERE && surer))
                return false;
        struct pending *p = changing(hub, v);
        if (!p)
                return true; /* not now: the next sweep finds it again */
        if (c->to == LEVEL_HERE && surer)
                p->row.seen = VISIT_SENSED;
        if (pauses)
                visit_pause(hub, p);
        else if (ends)
                visit_end(hub, p, v, v->row.alert_state == ALERT_WITH_HER ? ALERT_DONE : ALERT_NOBODY);
        else
                visit_resume(hub, p);
        pending_commit(hub, p, NULL);
        return true;
}

static void change(struct hub *hub, const struct presence_change *c)
{
        struct visit *v = visit_of_person(hub, c->person);
        if (v && change_visit(hub, v, c))
                return;
        if (!v && c->to == LEVEL_HERE && c->from == LEVEL_NONE)
                noticed(hub, c);
        else
                presence_told(hub->presence, c->person, c->to, c->strength);
}

void sensed_sweep(struct hub *hub)
{
        struct presence_change c;
        for (uint32_t at = 0; presence_next(hub->presence, hub->event->mono, &at, &c);) {
                if (!out_room(hub, 4, PENDING_WRITES, 8 * 1024)) {
                        hub->sweep_at = hub->event->mono; /* the rest at once, in the next step */
                        return;
                }
                change(hub, &c);
        }
}

/* ---- what people say ---- */

void sensed_its_her(struct hub *hub, struct pending *p)
{
        struct peer *peer = peer_find(hub, p->peer);
        struct visit *v = peer && peer->attached ? visit_of_card(hub, hub->associates[peer->associate].row.id,
                                                           (uint32_t)p->message.its_her.card)
                                                 : NULL;
        if (!v || !v->durable || v->row.seen != VISIT_MAY_BE) {
                pending_free(hub, p); /* gone, or said already */
                return;
        }
        if (!pending_may_change(hub, p, visit_slot(hub, v)))
                return;
        p->visit = visit_slot(hub, v);
        p->row = v->row;
        p->row.seen = VISIT_SENSED;
        visit_resume(hub, p);
        pending_commit(hub, p, NULL);
}

/* What does not hold just now may hold again with another word: a no takes back what was said, in force or
 * not. */
static void notice_one(
        struct hub *hub, struct pending *p, const struct dossier *d, uint8_t mode, bool has, bool wants)
{
        if (wants ? !has : consent_sensed_said(d->consents, d->n_consents, mode))
                customer_consent(hub, p, PURPOSE_ALERT, CATEGORY_SENSED,
                        wants ? CONSENT_GIVEN : CONSENT_WITHDRAWN, mode,
                        hub->event->wall + (wants ? hub->set.consent_valid_ms : 0));
}

static void notice_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        const struct msg_notice *m = &p->message.notice;
        if (!customer_joined(hub, p, d))
                return;
        bool offered = p->facts.always || p->facts.visits >= hub->house.value[HOUSE_ALWAYS_FROM];
        bool always = m->wifi && m->always && offered; /* what is not noticed cannot be told */
        notice_one(hub, p, d, MODE_ASK, p->facts.wifi, m->wifi);
        notice_one(hub, p, d, MODE_STANDING, p->facts.always, always);
        if (!m->wifi)
                devices_write(hub, p, p->facts.person, DEVICES_GONE);
        p->facts.wifi = m->wifi;
        p->facts.always = always;
        if (p->n_writes == 0)
                request_settle(hub, p);
        else
                pending_commit(hub, p, answer_now);
}

void customer_notice(struct hub *hub, struct pending *p)
{
        customer_load(hub, p, WANT_PERSON, notice_loaded);
}
