/* A customer says that she is here: by the code at the door, or by a phone that is on the store's own Wi-Fi.
 */
#include "server/core/state.h"
#include "server/core/consent.h"
#include "server/core/door.h"

#include <string.h>

static void arrive_done(struct hub *hub, struct pending *p)
{
        hub->counts.arrivals++;
        hub->today.arrivals++;
        p->facts.not_today = false;
        answer_now(hub, p);
}

/* Everything but her own tap may say no, and says it honestly. */
static bool may_arrive(struct hub *hub, struct pending *p, const struct dossier *d)
{
        if (!customer_unpaused(hub, p))
                return false;
        if (!hours_open(hub)) {
                out_refuse(hub, p, 409, "closed", "The store is closing or closed: nobody would be called.",
                        "Come back in opening hours.");
                return false;
        }
        if (d->person.alerts_today >= hub->set.alerts_a_day) {
                out_refuse(hub, p, 429, "enough_today", "You have told us often enough today.",
                        "Any seller will gladly help you.");
                return false;
        }
        return true;
}

static void arrive_begin(struct hub *hub, struct pending *p, const struct dossier *d, uint32_t client_of)
{
        const struct msg_arrive *m = &p->message.arrive;
        struct arrival arrival = {.client_of = client_of,
                .if_busy = customer_if_busy(m->if_busy),
                .seen = VISIT_CHECKED_IN,
                .hint = m->hint,
                .wish = m->wish,
                .meet = m->meet};
        enum visit_begun begun = visit_begin(hub, p, d, &arrival);
        if (begun == VISIT_FULL)
                out_refuse(hub, p, 503, "busy", "We are very busy just now.", "Try again in a moment.");
        if (begun != VISIT_BEGUN)
                return;
        customer_consent(hub, p, PURPOSE_ALERT, CATEGORY_PRESENCE, CONSENT_GIVEN, MODE_VISIT,
                hub->event->wall + hub->set.visit_holds_ms);
        struct write *yes = &p->writes[p->n_writes - 1];
        yes->consent.visit = p->row.id;
        yes->consent.row.at = consent_said_at(d->consents, d->n_consents, hub->event->day, hub->event->wall);
        devices_write(hub, p, d->person.id, DEVICES_SPEAK); /* "not today" is taken back by her own hand */
        device_bind_station(hub, p, d->person.id);
        pending_commit(hub, p, arrive_done);
}

/* A second tap in the same visit changes nothing and is told the same, once the first is durable. Whoever was
 * only noticed so far now says so herself: the same visit, and surely. */
static void arrive_again(struct hub *hub, struct pending *p, struct visit *v)
{
        if (!pending_may_change(hub, p, visit_slot(hub, v)))
                return;
        if (v->row.seen == VISIT_CHECKED_IN && v->row.state == VISIT_OPEN) {
                request_settle(hub, p);
                return;
        }
        p->visit = visit_slot(hub, v);
        p->row = v->row;
        p->row.seen = VISIT_CHECKED_IN;
        visit_resume(hub, p);
        device_bind_station(hub, p, v->row.person);
        pending_commit(hub, p, answer_now);
}

/* The code may have run out since the tap that is repeated: that one was in time. */
static bool code_ok(struct hub *hub, struct pending *p)
{
        int64_t step = hub->event->wall / hub->set.door_step_ms;
        if (door_accepts(hub->door_key, hub->store, step, p->message.arrive.code))
                return true;
        out_refuse(hub, p, 409, "code_old", "That code has run out.", "Scan the sign at the door again.");
        return false;
}

static void arrive_known(struct hub *hub, struct pending *p, const struct dossier *d)
{
        d = customer_joined(hub, p, d);
        if (!d)
                return;
        struct visit *v = visit_of_person(hub, d->person.id);
        if (v)
                arrive_again(hub, p, v);
        else if (may_arrive(hub, p, d))
                arrive_begin(hub, p, d, p->facts.associate);
}

static void arrive_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        if (!p->has_key || code_ok(hub, p))
                arrive_known(hub, p, d);
}

void customer_arrive(struct hub *hub, struct pending *p)
{
        if (customer_takes_word(hub, p, p->message.arrive.if_busy) && (p->has_key || code_ok(hub, p)))
                customer_load(hub, p, WANT_PERSON | WANT_LINES, arrive_loaded);
}

static void here_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        uint32_t person = d && (d->found & DOSSIER_PERSON) ? d->person.id : 0;
        if (person && !sensed_here(hub, person) && !visit_of_person(hub, person))
                out_refuse(hub, p, 409, "not_here", "Your phone is not on the store's Wi-Fi just now.",
                        "Scan the sign at the door.");
        else
                arrive_known(hub, p, d);
}

/* Her phone on the store's own Wi-Fi says as much as the code of the sign at the door. */
void customer_here(struct hub *hub, struct pending *p)
{
        if (p->message.type == MESSAGE_HERE) { /* else it has waited, and is the other message already */
                struct msg_here said = p->message.here;
                struct msg_arrive *m = &p->message.arrive;
                *m = (struct msg_arrive){0};
                memcpy(m->hint, said.hint, sizeof(m->hint));
                memcpy(m->wish, said.wish, sizeof(m->wish));
                memcpy(m->meet, said.meet, sizeof(m->meet));
                memcpy(m->if_busy, said.if_busy, sizeof(m->if_busy));
                p->message.type = MESSAGE_ARRIVE;
        }
        if (customer_takes_word(hub, p, p->message.arrive.if_busy))
                customer_load(hub, p, WANT_PERSON | WANT_LINES, here_loaded);
}
