#include "server/core/hold.h"

#include "server/core/after.h"
#include "server/core/consent.h"
#include "server/core/manager.h"
#include "server/core/request.h"
#include "server/core/state.h"

#include <string.h>

void hold_write(struct json_out *j, const struct pending *p)
{
        if (p->facts.paused)
                json_flag(j, "paused", true);
        if (p->facts.objected && !p->facts.person) {
                json_open(j, "objected", '{');
                json_number(j, "at_ms", p->facts.objected);
                json_close(j, '}');
        }
        if (p->gpc || p->facts.gpc)
                json_flag(j, "gpc", true);
}

/* Her visit ends with it, wherever it stands. False: somebody else has to end first, and the request waits.
 */
static bool end_visit(struct hub *hub, struct pending *p)
{
        struct visit *v = visit_of_person(hub, p->facts.person);
        if (!v)
                return true;
        if (!pending_may_change(hub, p, visit_slot(hub, v)))
                return false;
        p->visit = visit_slot(hub, v);
        p->row = v->row;
        visit_end(hub, p, v, ALERT_CLEARED);
        return true;
}

/* A word about all of her data counts after every one that she said before it, whatever the clock did since.
 */
static void say_paused(struct hub *hub, struct pending *p, const struct dossier *d, bool on)
{
        wall_ms at = hub->event->wall;
        for (uint32_t i = 0; i < d->n_consents; i++)
                if (d->consents[i].mode == MODE_PAUSED && d->consents[i].at >= at)
                        at = d->consents[i].at + 1;
        customer_consent(hub, p, PURPOSE_ALERT, CATEGORY_PRESENCE, on ? CONSENT_REFUSED : CONSENT_GIVEN,
                MODE_PAUSED, at);
        p->writes[p->n_writes - 1].consent.row.at = at;
        bool not_today = consent_not_today(d->consents, d->n_consents, hub->event->day);
        devices_write(hub, p, p->facts.person,
                on          ? DEVICES_PAUSED
                : not_today ? DEVICES_SILENT
                            : DEVICES_SPEAK);
}

/* ---- her own page ---- */
static void paused(struct hub *hub, struct pending *p)
{
        bool known = p->facts.person != 0;
        p->facts = (struct now_facts){.person = p->facts.person,
                .associate = NONE,
                .served_by = NONE,
                .paused = known,
                .notice = p->facts.notice,
                .visits = p->facts.visits};
        answer_now(hub, p);
}

/* What counts again when the pause is over: all that she had agreed to, as far as it has not run out. */
static void lift_facts(const struct hub *hub, const struct dossier *d, struct now_facts *facts)
{
        struct consent_row rows[CONSENT_ROWS_MAX];
        uint32_t n = 0;
        for (uint32_t i = 0; i < d->n_consents; i++)
                if (d->consents[i].mode != MODE_PAUSED)
                        rows[n++] = d->consents[i];
        facts->paused = false;
        facts_agreed(hub, d, rows, n, facts);
}

static void pause_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        bool on = p->message.pause.on;
        if (!customer_joined(hub, p, d))
                return;
        if (p->facts.paused == on) {
                request_settle(hub, p);
                return;
        }
        if (on && !end_visit(hub, p))
                return;
        say_paused(hub, p, d, on);
        if (!on)
                lift_facts(hub, d, &p->facts);
        pending_commit(hub, p, on ? paused : answer_now);
}

void hold_pause(struct hub *hub, struct pending *p)
{
        customer_load(hub, p, WANT_PERSON, pause_loaded);
}

/* ---- the desk ---- */
static void desk_done(struct hub *hub, struct pending *p)
{
        out_answer(hub, p, 200, "{}", 2);
}

/* There is nothing to do: all that may be kept is that it was asked. */
static void desk_settle(struct hub *hub, struct pending *p)
{
        if (p->has_key)
                pending_commit(hub, p, desk_done);
        else
                desk_done(hub, p);
}

void hold_again(struct hub *hub, struct pending *p, const struct dossier *d)
{
        if (p->face == FACE_OPERATOR || manager_may(hub, p, d, MAY_LOOK) != NONE)
                desk_done(hub, p);
}

static void object(struct hub *hub, struct pending *p, const struct dossier *d)
{
        if (consent_objected(d->consents, d->n_consents)) {
                desk_settle(hub, p);
                return;
        }
        if (!end_visit(hub, p))
                return;
        thank_you_stop(hub, p);
        devices_write(hub, p, d->person.id, DEVICES_GONE);
        customer_take_all(hub, p, d, CONSENT_REFUSED);
        pending_commit(hub, p, desk_done);
}

/* Whoever lets herself be asked again is no customer by that: it takes her own yes. */
static void lift(struct hub *hub, struct pending *p, const struct dossier *d)
{
        bool off = consent_paused(d->consents, d->n_consents);
        bool objected = consent_objected(d->consents, d->n_consents) != 0;
        if (off)
                say_paused(hub, p, d, false);
        if (objected)
                customer_consent(hub, p, PURPOSE_ALERT, CATEGORY_PRESENCE, CONSENT_WITHDRAWN, MODE_ASK,
                        hub->event->wall);
        if (off || objected)
                pending_commit(hub, p, desk_done);
        else
                desk_settle(hub, p);
}

static void desk_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        const char *how = p->message.hold.how;
        if (!d || !(d->found & DOSSIER_PERSON)) {
                out_refuse(hub, p, 404, "no_customer", "No customer has that id.",
                        "Look it up in the store's customer file.");
                return;
        }
        p->facts = (struct now_facts){.person = d->person.id,
                .associate = NONE,
                .served_by = NONE,
                .notice = consent_notice(d->consents, d->n_consents)};
        if (!pending_may_note(hub, p, NONE))
                return;
        if (strcmp(how, "object") == 0) {
                object(hub, p, d);
        } else if (strcmp(how, "lift") == 0) {
                lift(hub, p, d);
        } else if (consent_paused(d->consents, d->n_consents)) {
                desk_settle(hub, p);
        } else if (end_visit(hub, p)) {
                say_paused(hub, p, d, true);
                pending_commit(hub, p, desk_done);
        }
}

static void desk_find(struct hub *hub, struct pending *p)
{
        const struct msg_hold *m = &p->message.hold;
        if (strcmp(m->how, "object") != 0 && strcmp(m->how, "pause") != 0 && strcmp(m->how, "lift") != 0) {
                out_refuse(hub, p, 400, "malformed", "That is nothing that a customer may ask for.",
                        "Say object, pause or lift.");
                return;
        }
        struct effect load = {.load = {.by = LOAD_BY_EXTERNAL_ID, .want = WANT_PERSON}};
        memcpy(load.load.external, m->customer, sizeof(m->customer));
        pending_load(hub, p, &load, desk_loaded);
}

/* What only takes back needs no second proof: whoever asks for it has it at once. To lift lets the store have
 * her data again, so that is asked for like everything that changes what others see [P62]. */
static void desk_asked(struct hub *hub, struct pending *p, const struct dossier *d)
{
        bool lifts = strcmp(p->message.hold.how, "lift") == 0;
        if (manager_may(hub, p, d, lifts ? MAY_PUBLISH : MAY_LOOK) != NONE)
                desk_find(hub, p);
}

void hold_desk(struct hub *hub, struct pending *p)
{
        if (p->face == FACE_OPERATOR)
                desk_find(hub, p);
        else
                manager_load(hub, p, desk_asked);
}
