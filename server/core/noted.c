#include "server/core/state.h"
#include "server/core/consent.h"
#include "proto/json.h"

#include <string.h>

#define ASKED_MS (10 * MINUTE_MS) /* somebody else stands before her by then */

/* ---- who may ---- */
static bool shown_to(const struct hub *hub, uint32_t notice, enum role role)
{
        struct viewer viewer = {.role = role, .preferred = true};
        struct verdict v = rulebook_judge_field(hub->book, SUBJECT_NOTES, &viewer, SEEN_CHECKED_IN);
        struct verdict promised =
                rulebook_judge_field(notice_ceiling(hub, notice), SUBJECT_NOTES, &viewer, SEEN_CHECKED_IN);
        return hub->set.notes_most > 0 && rulebook_under(v, promised).level > LEVEL_HIDE;
}

bool noted_may(const struct hub *hub, uint32_t notice)
{
        return notice && shown_to(hub, notice, ROLE_ASSOCIATE);
}

static bool allows(const struct hub *hub, const struct dossier *d)
{
        return consent_alert_standing(d->consents, d->n_consents, hub->event->wall) &&
               consent_category_ok(d->consents, d->n_consents, CATEGORY_NOTES, hub->event->wall);
}

/* She allows it, and this is whom she chose: nobody else writes, so nobody else's words are ever shown. */
static bool may_write(const struct hub *hub, const struct dossier *d, uint32_t associate)
{
        const struct associate_row *a = &hub->associates[associate].row;
        return d && (d->found & DOSSIER_PERSON) && allows(hub, d) && d->person.preferred == a->id &&
               shown_to(hub, consent_notice(d->consents, d->n_consents), (enum role)a->role);
}

static bool fresh_enough(const struct hub *hub, const struct kept_note *note)
{
        return hub->event->wall - note->at < hub->set.notes_keep_ms;
}

void noted_show(
        const struct hub *hub, const struct dossier *d, uint32_t associate, const char *notes[NOTES_MAX])
{
        uint32_t n = 0;
        memset(notes, 0, NOTES_MAX * sizeof(notes[0]));
        if (associate == NONE || !allows(hub, d))
                return;
        for (uint32_t i = 0; i < d->n_notes; i++)
                if (d->notes[i].author == hub->associates[associate].row.id &&
                        fresh_enough(hub, &d->notes[i]))
                        notes[n++] = dossier_text(d, d->notes[i].text);
}

/* ---- the handheld ---- */
static void asks(struct hub *hub, struct peer *peer, uint32_t card)
{
        char text[80];
        struct json_out j;
        json_start(&j, text, sizeof(text));
        json_open(&j, NULL, '{');
        json_text(&j, "t", "remember");
        json_number(&j, "card", card);
        json_number(&j, "most", hub->set.note_bytes);
        json_close(&j, '{');
        peer_note(hub, peer, text, j.len);
}

static void done_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        struct peer *peer = peer_find(hub, p->peer);
        uint32_t card = (uint32_t)p->message.done.card, person = p->row.person;
        pending_free(hub, p);
        bool hers = peer && peer->attached && !peer->closing && peer->face == FACE_HANDHELD;
        if (!hers || !may_write(hub, d, peer->associate))
                return;
        hub->associates[peer->associate].remember =
                (struct remember_ask){.card = card, .person = person, .until = hub->event->mono + ASKED_MS};
        asks(hub, peer, card);
}

void noted_done(struct hub *hub, struct pending *p)
{
        struct peer *peer = peer_find(hub, p->peer);
        const struct live_visit_row *row = &p->row;
        uint32_t who = peer && peer->attached ? hub->associates[peer->associate].row.id : 0;
        if (!who || row->client_of != who || row->served_by != who || row->evidence != CLIENT_CHOSEN ||
                row->seen == VISIT_MAY_BE || !row->met) {
                pending_free(hub, p);
                return;
        }
        struct effect load = {.load = {.by = LOAD_BY_PERSON, .want = WANT_PERSON, .person = row->person}};
        p->visit = NONE;
        pending_forget_writes(p);
        p->n_streams = p->n_events = 0;
        p->start = pending_free;
        pending_load(hub, p, &load, done_loaded);
}

/* Why it is not kept is between the customer and the hub. */
static void not_kept(struct hub *hub, struct pending *p)
{
        out_refuse(hub, p, 409, "note_over", "This note was not kept.", "Nothing: its moment has passed.");
}

static void tell_kept(struct hub *hub, struct peer *peer, uint32_t card)
{
        char text[80];
        struct json_out j;
        json_start(&j, text, sizeof(text));
        json_open(&j, NULL, '{');
        json_text(&j, "t", "remembered");
        json_number(&j, "card", card);
        json_close(&j, '{');
        peer_note(hub, peer, text, j.len);
}

static void remembered(struct hub *hub, struct pending *p)
{
        struct peer *peer = peer_find(hub, p->peer);
        uint32_t card = (uint32_t)p->message.remember.card;
        if (!hub->keep.notes)
                hub->keep.notes = p->writes[0].note.at + hub->set.notes_keep_ms;
        pending_free(hub, p);
        if (!peer || !peer->attached)
                return;
        struct remember_ask *ask = &hub->associates[peer->associate].remember;
        if (ask->card == card)
                ask->kept = true;
        tell_kept(hub, peer, card);
}

static void remember_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        struct peer *peer = peer_find(hub, p->peer);
        if (!peer || !peer->attached || !may_write(hub, d, peer->associate)) {
                not_kept(hub, p);
                return;
        }
        p->facts.person = d->person.id;
        if (!pending_may_note(hub, p, NONE))
                return; /* perhaps she is taking it back just now */
        struct write *w = pending_write(p, WRITE_NOTE);
        w->note.id = p->fresh.id[0];
        w->note.person = d->person.id;
        w->note.author = hub->associates[peer->associate].row.id;
        w->note.at = hub->event->wall;
        w->note.before = keep_believes(hub) ? hub->event->wall - hub->set.notes_keep_ms : 0;
        w->note.most = hub->set.notes_most;
        memcpy(w->note.text, p->message.remember.text, sizeof(w->note.text));
        pending_commit(hub, p, remembered);
}

void handheld_remember(struct hub *hub, struct pending *p)
{
        const struct msg_remember *m = &p->message.remember;
        struct peer *peer = peer_find(hub, p->peer);
        const struct remember_ask *ask =
                peer && peer->attached ? &hub->associates[peer->associate].remember : NULL;
        if (!ask || ask->card != (uint32_t)m->card || hub->event->mono > ask->until ||
                strlen(m->text) > hub->set.note_bytes) {
                not_kept(hub, p);
                return;
        }
        if (ask->kept || strspn(m->text, " ") == strlen(m->text)) { /* a repeat, or nothing to keep */
                pending_free(hub, p);
                tell_kept(hub, peer, (uint32_t)m->card);
                return;
        }
        struct effect load = {.load = {.by = LOAD_BY_PERSON, .want = WANT_PERSON, .person = ask->person}};
        pending_load(hub, p, &load, remember_loaded);
}

/* ---- too old ---- */
void noted_start(struct hub *hub, const struct snapshot *s)
{
        hub->keep.notes = s->oldest_note ? s->oldest_note + hub->set.notes_keep_ms : 0;
}

void noted_sweep(struct hub *hub)
{
        wall_ms now = hub->event->wall;
        if (!hub->keep.notes || now < hub->keep.notes || !out_room(hub, 2, 2, 0))
                return;
        struct pending *p = keep_believes(hub) ? pending_take(hub, FROM_INSIDE) : NULL;
        if (!p)
                return;
        p->start = pending_free;
        hub->keep.notes = now + DAY_MS; /* also when it could not be done now */
        pending_write(p, WRITE_NOTES_GONE)->notes_gone.before = now - hub->set.notes_keep_ms;
        pending_commit(hub, p, NULL);
}

/* ---- her page ---- */
static void write_one(
        const struct hub *hub, struct json_out *j, const struct dossier *d, const struct kept_note *note)
{
        char id[RECEIPT_NUMBER];
        uint32_t author = associate_find(hub, note->author);
        receipt_number(&note->id, id);
        json_open(j, NULL, '{');
        json_text(j, "id", id);
        json_text(j, "text", dossier_text(d, note->text));
        /* She chose whoever wrote it, so the name is no news to her. */
        json_text(j, "who", author == NONE ? "a colleague" : hub->associates[author].row.first);
        json_number(j, "at_ms", note->at);
        json_number(j, "shown_ms", note->shown);
        json_close(j, '{');
}

static void notes_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        char body[2400];
        struct json_out j;
        if (!customer_joined(hub, p, d))
                return;
        json_start(&j, body, sizeof(body));
        json_open(&j, NULL, '{');
        json_open(&j, "notes", '[');
        for (uint32_t i = 0; i < d->n_notes && p->facts.notes; i++)
                if (fresh_enough(hub, &d->notes[i]))
                        write_one(hub, &j, d, &d->notes[i]);
        json_close(&j, '[');
        json_number(&j, "keep_days", hub->set.notes_keep_ms / DAY_MS);
        json_close(&j, '{');
        out_answer(hub, p, 200, body, j.len);
}

void customer_notes(struct hub *hub, struct pending *p)
{
        customer_load(hub, p, WANT_PERSON, notes_loaded);
}

/* An open card is made anew, as after a struck line. False: it waits. */
static bool renews_card(struct hub *hub, struct pending *p)
{
        if (!visit_of_person(hub, p->facts.person))
                return true;
        if (!customer_changing(hub, p))
                return false;
        visit_renew_card(hub, p);
        visit_write(p);
        return true;
}

static void noting_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        bool on = p->message.noting.on;
        if (!customer_joined(hub, p, d) || !customer_unpaused(hub, p))
                return;
        if (on && !p->facts.notes && !noted_may(hub, p->facts.notice)) {
                out_refuse(hub, p, 409, "no_notes", "Nobody writes notes here under what you agreed to.",
                        "Nothing: all stays as it is.");
                return;
        }
        bool to_come = consent_to_come(d->consents, d->n_consents, CATEGORY_NOTES, hub->event->wall);
        if (p->facts.notes == on && (on || !to_come)) {
                request_settle(hub, p);
                return;
        }
        if (!renews_card(hub, p))
                return;
        customer_share_one(hub, p, d, CATEGORY_NOTES, &p->facts.notes, on);
        /* Off: none is left. On: it begins anew, whatever ran out before. */
        struct write *w = pending_write(p, WRITE_NOTES_GONE);
        w->notes_gone.person = p->facts.person;
        w->notes_gone.all = true;
        pending_commit(hub, p, answer_now);
}

void customer_noting(struct hub *hub, struct pending *p)
{
        customer_load(hub, p, WANT_PERSON, noting_loaded);
}

static void strike_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        struct uuid id;
        bool there = false;
        if (!customer_joined(hub, p, d) || !customer_unpaused(hub, p))
                return;
        if (receipt_number_read(p->message.note_strike.id, &id))
                for (uint32_t i = 0; i < d->n_notes; i++)
                        there |= memcmp(&d->notes[i].id, &id, sizeof(id)) == 0;
        if (!there) { /* what she wants is so already */
                request_settle(hub, p);
                return;
        }
        if (!renews_card(hub, p))
                return;
        struct write *w = pending_write(p, WRITE_NOTES_GONE);
        w->notes_gone.person = p->facts.person;
        w->notes_gone.id = id;
        pending_commit(hub, p, answer_now);
}

void customer_note_strike(struct hub *hub, struct pending *p)
{
        customer_load(hub, p, WANT_PERSON, strike_loaded);
}

void noted_stop(struct hub *hub, struct pending *p, const struct dossier *d)
{
        bool said = false;
        for (uint32_t i = 0; i < d->n_consents; i++)
                said |= d->consents[i].purpose == PURPOSE_HISTORY &&
                        d->consents[i].category == CATEGORY_NOTES;
        if (!said)
                return;
        /* Whatever counts now: behind a pause it still stands. */
        customer_consent(
                hub, p, PURPOSE_HISTORY, CATEGORY_NOTES, CONSENT_WITHDRAWN, MODE_ASK, hub->event->wall);
        p->facts.notes = false;
        struct write *w = pending_write(p, WRITE_NOTES_GONE);
        w->notes_gone.person = p->facts.person;
        w->notes_gone.all = true;
}
