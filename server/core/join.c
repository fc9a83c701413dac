/* Joining: an invitation is looked at, her own card is shown before she says yes, and yes makes her a
 * customer. */
#include "server/core/state.h"
#include "server/core/consent.h"
#include "proto/json.h"

#include <string.h>

static const struct dossier *invitation(struct hub *hub, struct pending *p, const struct dossier *d)
{
        bool known = d && (d->found & DOSSIER_LINK) &&
                     (d->link.kind == LINK_JOIN || d->link.kind == LINK_CRM) && (d->found & DOSSIER_PERSON);
        if (known && !d->link.used && hub->event->wall < d->link.expires)
                return d;
        out_refuse(hub, p, 410, "link_over", "This invitation has been used or has run out.",
                "Ask a seller for a new one.");
        return NULL;
}

/* What the inviting associate would see if she joined now: the same pipeline as a real card. Her consents are
 * not made yet; the categories ticked stand in for them, for this answer to her own phone only. */
static struct look invited_look(struct hub *hub, const struct dossier *d, bool choose, bool sizes)
{
        uint32_t associate = associate_find(hub, d->link.associate);
        if (associate == NONE)
                associate = her_associate(hub, d);
        return (struct look){.associate = associate,
                .preferred = choose && associate != NONE && d->link.associate != 0,
                .seen = SEEN_CHECKED_IN,
                .sizes = sizes,
                .joining = true};
}

static uint32_t ticked(bool online, bool other_stores)
{
        return CATEGORY_BIT(CATEGORY_INSTORE) | (online ? CATEGORY_BIT(CATEGORY_ONLINE) : 0) |
               (other_stores ? CATEGORY_BIT(CATEGORY_OTHER_STORES) : 0);
}

static void look_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        d = invitation(hub, p, d);
        if (!d)
                return;
        char body[CARD_FRAME_SIZE + 700], standing[96];
        struct json_out j;
        uint32_t associate = associate_find(hub, d->link.associate);
        json_start(&j, body, sizeof(body));
        json_open(&j, NULL, '{');
        json_text(&j, "state", d->person.minor ? "refused_minor" : "invited");
        json_text(&j, "store", hub->store_name);
        if (associate != NONE) {
                json_open(&j, "associate", '{');
                json_text(&j, "name", hub->associates[associate].row.first);
                json_close(&j, '}');
        } else {
                json_nil(&j, "associate");
        }
        json_text(&j, "item", d->person.minor ? "" : dossier_text(d, d->link.item));
        if (!d->person.minor) {
                struct view view;
                struct look look = invited_look(hub, d, true, p->message.look.sizes);
                view_of(hub, d, &look, &view);
                standing_of(hub, associate, associate, associate != NONE, false, standing, sizeof(standing));
                preview_write(&j, &view, standing, look.seen);
        } else {
                json_nil(&j, "card");
        }
        json_close(&j, '}');
        out_answer(hub, p, 200, body, j.len);
}

static void load_link(struct hub *hub, struct pending *p, const char *secret, uint32_t want, uint32_t assume,
        load_step then)
{
        struct effect load = {.load = {.by = LOAD_BY_LINK, .want = want, .assume = assume}};
        if (!digest_of_secret(secret, &load.load.key)) {
                out_refuse(hub, p, 410, "link_over", "This invitation has been used or has run out.",
                        "Ask a seller for a new one.");
                return;
        }
        pending_load(hub, p, &load, then);
}

void join_look(struct hub *hub, struct pending *p)
{
        const struct msg_look *m = &p->message.look;
        load_link(
                hub, p, m->secret, WANT_PERSON | WANT_LINES, ticked(m->online, m->other_stores), look_loaded);
}

/* ---- yes or no ---- */
static void consent(struct hub *hub, struct pending *p, uint8_t purpose, uint8_t category, uint8_t state)
{
        bool given = state == CONSENT_GIVEN;
        struct write *w = pending_write(p, WRITE_CONSENT);
        w->consent.id = p->fresh.id[p->n_writes % FRESH_IDS];
        w->consent.person = p->facts.person;
        w->consent.row = (struct consent_row){.purpose = purpose,
                .category = category,
                .state = state,
                .mode = MODE_ASK,
                .at = hub->event->wall,
                .valid_until = hub->event->wall + (given ? hub->set.consent_valid_ms : 0),
                .day = hub->event->day,
                .notice = p->facts.notice};
}

/* What she did not tick now is not shared, whatever she ticked when she joined before. */
static void history_consent(
        struct hub *hub, struct pending *p, const struct dossier *d, uint8_t category, bool ticked)
{
        if (ticked)
                consent(hub, p, PURPOSE_HISTORY, category, CONSENT_GIVEN);
        else if (consent_category_ok(d->consents, d->n_consents, (enum category)category, hub->event->wall))
                consent(hub, p, PURPOSE_HISTORY, category, CONSENT_WITHDRAWN);
}

/* The phone's token, the consents, and the cookie: the same for every way of joining. */
static void become_customer(struct hub *hub, struct pending *p)
{
        struct write *w = pending_write(p, WRITE_SESSION);
        digest_of(&p->fresh.secret[0], &w->session.token);
        w->session.row = (struct session_row){.kind = SESSION_PHONE,
                .subject = p->facts.person,
                .expires = hub->event->wall + hub->set.consent_valid_ms};
        request_made(p, &p->fresh.secret[0]);
        p->cookie = COOKIE_SET;
        p->cookie_kind = SESSION_PHONE;
        p->secret = p->fresh.secret[0];
        p->cookie_age_s = hub->set.consent_valid_ms / SECOND_MS;
        p->facts.notice = notice_newest(hub);
        consent(hub, p, PURPOSE_ALERT, CATEGORY_PRESENCE, CONSENT_GIVEN);
}

static void share_history(struct hub *hub, struct pending *p, const struct dossier *d)
{
        const struct msg_join *m = &p->message.join;
        history_consent(hub, p, d, CATEGORY_INSTORE, m->instore);
        history_consent(hub, p, d, CATEGORY_ONLINE, m->online);
        history_consent(hub, p, d, CATEGORY_OTHER_STORES, m->other_stores);
        history_consent(hub, p, d, CATEGORY_SIZES, m->sizes);
        p->facts.instore = m->instore;
        p->facts.online = m->online;
        p->facts.other_stores = m->other_stores;
        p->facts.sizes = m->sizes;
}

enum struck { STRUCK_OK, STRUCK_CHANGED, STRUCK_TOO_MANY };

/* Turns the struck ordinals of the preview she saw into lines; the preview may no longer be that one. */
static enum struck strike(struct hub *hub, struct pending *p, const struct dossier *d)
{
        const struct msg_join *m = &p->message.join;
        if (m->strike.n == 0)
                return STRUCK_OK;
        struct view view;
        char mark[33];
        struct look look = invited_look(hub, d, true, m->sizes);
        view_of(hub, d, &look, &view);
        preview_mark(&view, mark);
        if (strcmp(mark, m->preview) != 0)
                return STRUCK_CHANGED;
        for (uint32_t i = 0; i < m->strike.n && i < VIEW_LINES_MAX; i++) {
                if (m->strike.item[i] > view.n_lines)
                        return STRUCK_CHANGED;
                if (!choose_line(hub, p, d, &look, &view.lines[m->strike.item[i] - 1], CHOICE_HIDE))
                        return STRUCK_TOO_MANY;
        }
        return STRUCK_OK;
}

static void enrol(struct hub *hub, struct pending *p, const struct dossier *d)
{
        const struct msg_join *m = &p->message.join;
        uint32_t associate = associate_find(hub, d->link.associate);
        bool choose = m->choose && associate_here(hub, associate);
        struct write *w = pending_write(p, WRITE_ENROL);
        w->enrol.person = d->person.id;
        w->enrol.greet = m->greet;
        memcpy(w->enrol.language, m->language, sizeof(m->language));
        become_customer(hub, p);
        share_history(hub, p, d);
        if (choose || d->person.preferred) {
                w = pending_write(p, WRITE_PREFERRED);
                w->preferred.person = d->person.id;
                w->preferred.associate = choose ? d->link.associate : 0;
                w->preferred.at = hub->event->wall;
        }
        struct dossier anew = *d;
        anew.person.preferred = 0;
        p->facts.associate = choose ? associate : her_associate(hub, &anew);
        p->facts.visits = d->person.visits;
}

static void join_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        const struct msg_join *m = &p->message.join;
        d = invitation(hub, p, d);
        if (!d)
                return;
        p->facts = (struct now_facts){.associate = NONE, .served_by = NONE};
        struct write *w = pending_write(p, WRITE_LINK_USED);
        digest_of_secret(m->secret, &w->link_used.secret);
        w->link_used.at = hub->event->wall;
        if (m->yes) {
                if (d->person.minor) {
                        out_refuse(hub, p, 403, "guardian",
                                "By the store's records you are too young to join alone.",
                                "Ask a parent or guardian to join with you.");
                        return;
                }
                p->facts.person = d->person.id;
                if (!pending_may_note(hub, p, NONE))
                        return;
                enum struck struck = strike(hub, p, d);
                if (struck == STRUCK_CHANGED) {
                        out_refuse(hub, p, 409, "card_changed", "Your card has changed meanwhile.",
                                "Look at it again.");
                        return;
                }
                if (struck == STRUCK_TOO_MANY) {
                        out_refuse(hub, p, 409, "too_many_alike",
                                "Too many purchases stand behind one of these lines.",
                                "Leave that line, or do not share its kind.");
                        return;
                }
                enrol(hub, p, d);
        }
        pending_commit(hub, p, answer_now);
}

/* At the door, without a purchase: arrival and wishes, never history. */
static void join_at_door(struct hub *hub, struct pending *p)
{
        const struct msg_join *m = &p->message.join;
        p->facts = (struct now_facts){.associate = NONE, .served_by = NONE};
        if (!m->yes) {
                answer_now(hub, p);
                return;
        }
        if (!door_accepts(hub->door_key, hub->store, hub->event->wall / hub->set.door_step_ms, m->code)) {
                out_refuse(hub, p, 409, "code_old", "That code has run out.",
                        "Scan the sign at the door again.");
                return;
        }
        p->facts.person = hub->next_guest++; /* a number skipped after a failure is no loss */
        struct write *w = pending_write(p, WRITE_GUEST);
        w->guest.person = p->facts.person;
        w->guest.greet = false;
        memcpy(w->guest.language, m->language, sizeof(m->language));
        become_customer(hub, p);
        pending_commit(hub, p, answer_now);
}

static void door_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        (void)d;
        join_at_door(hub, p);
}

/* The answer with her cookie was lost. She gets a new one, and the session that nobody holds takes it; but
 * only while it lives, so that no repeat undoes a "stop everything" of meanwhile. */
void join_again(struct hub *hub, struct pending *p, const struct dossier *d)
{
        p->facts = (struct now_facts){.associate = NONE, .served_by = NONE};
        if (p->first.made_until > hub->event->wall && (d->found & DOSSIER_PERSON))
                facts_of(hub, d, &p->facts);
        if (p->facts.person == 0) {
                answer_now(hub, p);
                return;
        }
        if (!pending_may_note(hub, p, NONE))
                return;
        request_renew(p, false);
        p->cookie = COOKIE_SET;
        p->cookie_kind = SESSION_PHONE;
        p->secret = p->fresh.secret[0];
        p->cookie_age_s = (p->first.made_until - hub->event->wall) / SECOND_MS;
        pending_commit(hub, p, answer_now);
}

void join_join(struct hub *hub, struct pending *p)
{
        const struct msg_join *m = &p->message.join;
        if (m->yes && !m->age_ok) {
                out_refuse(hub, p, 400, "age", "Joining is for people of the age the store states.",
                        "Tick the line about your age, if it is true.");
                return;
        }
        if (m->secret[0])
                load_link(hub, p, m->secret, WANT_PERSON | WANT_LINES, ticked(m->online, m->other_stores),
                        join_loaded);
        else if (p->has_key && m->yes) {
                struct effect load = {.load = {.by = LOAD_BY_REQUEST, .want = WANT_PERSON}};
                pending_load(hub, p, &load, door_loaded);
        } else {
                join_at_door(hub, p);
        }
}
