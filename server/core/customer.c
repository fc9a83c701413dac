/* What a customer's own page asks for: now, arrive, tell, not today, stop, leaving, thanks, share, her card.
 */
#include "server/core/after.h"
#include "server/core/state.h"
#include "server/core/consent.h"
#include "proto/json.h"

#include <string.h>

#define THANKS_WITHIN_MS (12 * HOUR_MS)

void customer_load(struct hub *hub, struct pending *p, uint32_t want, load_step then)
{
        if (!p->has_token) {
                then(hub, p, NULL);
                return;
        }
        struct effect load = {.load = {.by = LOAD_BY_TOKEN, .want = want, .key = p->token}};
        pending_load(hub, p, &load, then);
}

/* Her dossier if the token is that of a phone and she has joined; else the request was refused. */
const struct dossier *customer_joined(struct hub *hub, struct pending *p, const struct dossier *d)
{
        bool known = d && (d->found & DOSSIER_SESSION) && d->session.kind == SESSION_PHONE &&
                     d->session.expires > hub->event->wall && (d->found & DOSSIER_PERSON);
        if (known)
                facts_of(hub, d, &p->facts);
        if (known && p->facts.person)
                return pending_may_note(hub, p, NONE) ? d
                                                      : NULL; /* not while something of hers is on its way */
        out_refuse(hub, p, 403, "not_joined", "This phone has not joined here yet.",
                "Scan the code that a seller shows you after a sale, or the sign at the door.");
        return NULL;
}

/* The live visit that this request is about, free to change; NULL: answered or waiting. */
struct visit *customer_changing(struct hub *hub, struct pending *p)
{
        struct visit *v = visit_of_person(hub, p->facts.person);
        if (!v) {
                request_settle(hub, p);
                return NULL;
        }
        if (!pending_may_change(hub, p, visit_slot(hub, v)))
                return NULL;
        p->visit = visit_slot(hub, v);
        p->row = v->row;
        return v;
}

uint8_t customer_if_busy(const char *word)
{
        if (strcmp(word, "wait") == 0)
                return IF_BUSY_WAIT;
        if (strcmp(word, "other") == 0)
                return IF_BUSY_OTHER;
        return strcmp(word, "look") == 0 ? IF_BUSY_LOOK : IF_BUSY_ASK;
}

bool customer_takes_word(struct hub *hub, struct pending *p, const char *word)
{
        if (word[0] == 0 || customer_if_busy(word) != IF_BUSY_ASK)
                return true;
        out_refuse(hub, p, 400, "malformed", "That is no answer to who should come.",
                "Say wait, other or look.");
        return false;
}

void customer_consent(struct hub *hub, struct pending *p, uint8_t purpose, uint8_t category, uint8_t state,
        uint8_t mode, wall_ms valid_until)
{
        struct write *w = pending_write(p, WRITE_CONSENT);
        w->consent.id = p->fresh.id[2 + p->n_writes % (FRESH_IDS - 2)];
        w->consent.person = p->facts.person;
        w->consent.row = (struct consent_row){.purpose = purpose,
                .category = category,
                .state = state,
                .mode = mode,
                .at = hub->event->wall,
                .valid_until = valid_until,
                .day = hub->event->day,
                .notice = p->facts.notice}; /* what she agreed to, not what is newest */
}

/* ---- now ---- */
static void now_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        bool known = d && (d->found & DOSSIER_SESSION) && d->session.kind == SESSION_PHONE &&
                     d->session.expires > hub->event->wall;
        if (known)
                facts_of(hub, d, &p->facts);
        else
                p->facts = (struct now_facts){.associate = NONE, .served_by = NONE};
        answer_now(hub, p);
}

void customer_now(struct hub *hub, struct pending *p)
{
        customer_load(hub, p, WANT_PERSON, now_loaded);
}

void customer_again(struct hub *hub, struct pending *p, const struct dossier *d)
{
        if (p->message.type == MESSAGE_STOP && p->message.stop.everything) {
                p->cookie = COOKIE_CLEAR;
                p->cookie_kind = SESSION_PHONE;
                if (p->first.has_made)
                        memcpy(p->receipt.b, p->first.made.b, sizeof(p->receipt.b));
        }
        now_loaded(hub, p, d);
}

/* ---- tell ---- */
static void tell_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        const struct msg_tell *m = &p->message.tell;
        struct visit *v = customer_joined(hub, p, d) ? customer_changing(hub, p) : NULL;
        if (!v)
                return;
        memcpy(p->row.hint, m->hint, sizeof(m->hint));
        memcpy(p->row.wish, m->wish, sizeof(m->wish));
        memcpy(p->row.meet, m->meet, sizeof(m->meet));
        p->row.changed = hub->event->wall;
        if (m->if_busy[0])
                reach_word(hub, p, v, customer_if_busy(m->if_busy));
        if (p->row.alert_state != ALERT_NOBODY || v->row.alert_state == ALERT_NOBODY) {
                visit_renew_card(hub, p);
                visit_write(p);
        }
        pending_commit(hub, p, answer_now);
}

void customer_tell(struct hub *hub, struct pending *p)
{
        if (customer_takes_word(hub, p, p->message.tell.if_busy))
                customer_load(hub, p, WANT_PERSON, tell_loaded);
}

/* ---- not today, stop, leaving ---- */
static void not_today_done(struct hub *hub, struct pending *p)
{
        p->facts.not_today = true;
        p->facts.after = false;
        answer_now(hub, p);
}

static void not_today_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        if (!customer_joined(hub, p, d))
                return;
        if (visit_of_person(hub, p->facts.person)) {
                struct visit *v = customer_changing(hub, p);
                if (!v)
                        return;
                visit_end(hub, p, v, ALERT_CLEARED);
        }
        customer_consent(hub, p, PURPOSE_ALERT, CATEGORY_PRESENCE, CONSENT_REFUSED, MODE_NOT_TODAY,
                hub->event->wall + DAY_MS);
        p->writes[p->n_writes - 1].consent.row.at =
                consent_said_at(d->consents, d->n_consents, hub->event->day, hub->event->wall);
        if (!p->facts.paused) /* they are silent already, for longer */
                devices_write(hub, p, p->facts.person, DEVICES_SILENT);
        pending_commit(hub, p, not_today_done);
}

void customer_not_today(struct hub *hub, struct pending *p)
{
        customer_load(hub, p, WANT_PERSON, not_today_loaded);
}

static void stop_done(struct hub *hub, struct pending *p)
{
        p->facts.after = false;
        if (p->message.stop.everything) {
                p->facts = (struct now_facts){.associate = NONE, .served_by = NONE};
                p->cookie = COOKIE_CLEAR;
                p->cookie_kind = SESSION_PHONE;
        }
        answer_now(hub, p);
}

void customer_take_all(struct hub *hub, struct pending *p, const struct dossier *d, uint8_t state)
{
        static const uint8_t categories[] = {
                CATEGORY_INSTORE, CATEGORY_ONLINE, CATEGORY_OTHER_STORES, CATEGORY_SIZES};
        wall_ms now = hub->event->wall;
        customer_consent(hub, p, PURPOSE_ALERT, CATEGORY_PRESENCE, state, MODE_ASK, now);
        if (consent_sensed_said(d->consents, d->n_consents, MODE_ASK))
                customer_consent(hub, p, PURPOSE_ALERT, CATEGORY_SENSED, CONSENT_WITHDRAWN, MODE_ASK, now);
        if (consent_sensed_said(d->consents, d->n_consents, MODE_STANDING))
                customer_consent(
                        hub, p, PURPOSE_ALERT, CATEGORY_SENSED, CONSENT_WITHDRAWN, MODE_STANDING, now);
        for (size_t i = 0; i < ARRAY_LEN(categories); i++)
                customer_consent(hub, p, PURPOSE_HISTORY, categories[i], CONSENT_WITHDRAWN, MODE_ASK, now);
        noted_stop(hub, p, d);
        struct write *w = pending_write(p, WRITE_PREFERRED); /* joining again begins anew */
        w->preferred.person = p->facts.person;
        w->preferred.at = now;
}

static void stop_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        if (!customer_joined(hub, p, d))
                return;
        bool here = visit_of_person(hub, p->facts.person) != NULL;
        if (here) {
                struct visit *v = customer_changing(hub, p);
                if (!v)
                        return;
                visit_end(hub, p, v, ALERT_CLEARED);
        } else if (!p->message.stop.everything && d->person.n_thanks == 0) {
                request_settle(hub, p);
                return;
        }
        thank_you_stop(hub, p);
        if (here || p->message.stop.everything)
                devices_write(
                        hub, p, p->facts.person, p->message.stop.everything ? DEVICES_GONE : DEVICES_SILENT);
        if (p->message.stop.everything) {
                customer_take_all(hub, p, d, CONSENT_WITHDRAWN);
                struct write *w = pending_write(p, WRITE_SESSION);
                w->session.token = p->token;
                w->session.row = (struct session_row){
                        .kind = SESSION_PHONE, .subject = p->facts.person, .expires = hub->event->wall};
        }
        pending_commit(hub, p, stop_done);
}

void customer_stop(struct hub *hub, struct pending *p)
{
        customer_load(hub, p, WANT_PERSON, stop_loaded);
}

static void leaving_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        struct visit *v = customer_joined(hub, p, d) ? customer_changing(hub, p) : NULL;
        if (!v)
                return;
        bool served = v->row.alert_state == ALERT_WITH_HER;
        visit_end(hub, p, v, served ? ALERT_DONE : ALERT_CLEARED);
        p->facts.after = served;
        p->facts.served_by = associate_find(hub, v->row.served_by);
        p->facts.lines_seen = v->row.lines_seen;
        pending_commit(hub, p, answer_now);
}

void customer_leaving(struct hub *hub, struct pending *p)
{
        customer_load(hub, p, WANT_PERSON, leaving_loaded);
}

/* ---- thanks ---- */
static uint8_t one_of(const char *word, const char *a, const char *b, const char *c)
{
        const char *words[3] = {a, b, c};
        for (uint8_t i = 0; i < 3; i++)
                if (words[i] && strcmp(word, words[i]) == 0)
                        return (uint8_t)(i + 1);
        return 0;
}

static void thanks_done(struct hub *hub, struct pending *p)
{
        p->facts.after = false;
        answer_now(hub, p);
}

static void thanks_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        const struct msg_thanks *m = &p->message.thanks;
        if (!customer_joined(hub, p, d))
                return;
        if (!d->last.known || hub->event->wall - d->last.ended > THANKS_WITHIN_MS) {
                request_settle(hub, p);
                return;
        }
        struct write *w = pending_write(p, WRITE_THANKS);
        w->thanks.visit = d->last.id;
        w->thanks.how = one_of(m->how, "good", "soso", "bad");
        w->thanks.odd = one_of(m->odd, "fine", "not_fine", NULL);
        w->thanks.at = hub->event->wall;
        pending_commit(hub, p, thanks_done);
}

void customer_thanks(struct hub *hub, struct pending *p)
{
        customer_load(hub, p, WANT_PERSON, thanks_loaded);
}

/* ---- share ---- */
void customer_share_one(struct hub *hub, struct pending *p, const struct dossier *d, enum category category,
        bool *has, bool wants)
{
        bool to_come = consent_to_come(d->consents, d->n_consents, category, hub->event->wall);
        if (*has == wants && (wants || !to_come))
                return;
        customer_consent(hub, p, PURPOSE_HISTORY, (uint8_t)category,
                wants ? CONSENT_GIVEN : CONSENT_WITHDRAWN, MODE_ASK,
                wants ? hub->event->wall + hub->set.consent_valid_ms : hub->event->wall);
        *has = wants;
}

/* Who paused everything changes nothing of it before she lifts that: what stands behind the pause is not
 * looked at, so a no would be lost. Answers, and is false then. */
bool customer_unpaused(struct hub *hub, struct pending *p)
{
        if (!p->facts.paused)
                return true;
        out_refuse(hub, p, 409, "paused", "You have paused all this: nobody is told of you.",
                "Lift the pause on this page first.");
        return false;
}

static void share_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        const struct msg_share *m = &p->message.share;
        if (!customer_joined(hub, p, d) || !customer_unpaused(hub, p))
                return;
        if (visit_of_person(hub, p->facts.person)) {
                if (!customer_changing(hub, p))
                        return;
                visit_renew_card(hub, p);
                visit_write(p);
        }
        customer_share_one(hub, p, d, CATEGORY_INSTORE, &p->facts.instore, m->instore);
        customer_share_one(hub, p, d, CATEGORY_ONLINE, &p->facts.online, m->online);
        customer_share_one(hub, p, d, CATEGORY_OTHER_STORES, &p->facts.other_stores, m->other_stores);
        customer_share_one(hub, p, d, CATEGORY_SIZES, &p->facts.sizes, m->sizes);
        if (p->n_writes == 0)
                request_settle(hub, p);
        else
                pending_commit(hub, p, answer_now);
}

void customer_share(struct hub *hub, struct pending *p)
{
        customer_load(hub, p, WANT_PERSON, share_loaded);
}

/* ---- her card, as her associate would see it ---- */
/* What is seen of her: by whoever has her card now, else by her own associate. */
static struct look her_look(struct hub *hub, struct pending *p, const struct dossier *d)
{
        const struct visit *v = visit_of_person(hub, p->facts.person);
        uint32_t associate =
                v && v->durable && v->row.n_places ? associate_find(hub, v->row.places[0].associate) : NONE;
        if (associate == NONE)
                associate = p->facts.associate;
        return (struct look){.associate = associate,
                .preferred = associate != NONE && d->person.preferred == hub->associates[associate].row.id,
                .seen = SEEN_CHECKED_IN,
                .sizes = sizes_ok(hub, d),
                .row = v ? &v->row : NULL};
}

static void card_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        if (!customer_joined(hub, p, d))
                return;
        char body[CARD_FRAME_SIZE + 256], standing[96];
        struct json_out j;
        struct view view;
        struct look look = her_look(hub, p, d);
        view_of(hub, d, &look, &view);
        uint32_t hers = p->facts.associate;
        bool chosen = hers != NONE && d->person.preferred == hub->associates[hers].row.id;
        standing_of(
                hub, look.associate, hers, chosen, d->person.id >= 0x80000000u, standing, sizeof(standing));
        if (look.associate != NONE && chosen && look.associate == hers)
                thank_you_say(
                        hub, d, hers, look.row ? look.row->day : hub->event->day, standing, sizeof(standing));
        json_start(&j, body, sizeof(body));
        json_open(&j, NULL, '{');
        preview_write(&j, &view, standing, look.seen);
        json_close(&j, '}');
        out_answer(hub, p, 200, body, j.len);
}

void customer_card(struct hub *hub, struct pending *p)
{
        customer_load(hub, p, WANT_PERSON | WANT_LINES, card_loaded);
}

static void strike_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        const struct msg_strike *m = &p->message.strike;
        if (!customer_joined(hub, p, d))
                return;
        struct view view;
        char mark[33];
        struct look look = her_look(hub, p, d);
        view_of(hub, d, &look, &view);
        preview_mark(&view, mark);
        if (strcmp(mark, m->preview) != 0 || m->line > view.n_lines) {
                out_refuse(
                        hub, p, 409, "card_changed", "Your card has changed meanwhile.", "Look at it again.");
                return;
        }
        if (visit_of_person(hub, p->facts.person)) {
                if (!customer_changing(hub, p))
                        return;
                visit_renew_card(hub, p);
                visit_write(p);
        }
        enum line_choice choice = strcmp(m->how, "talk") == 0 ? CHOICE_TALK : CHOICE_HIDE;
        if (!choose_line(hub, p, d, &look, &view.lines[m->line - 1], choice)) {
                out_refuse(hub, p, 409, "too_many_alike", "Too many purchases stand behind this one line.",
                        "Stop sharing their kind instead.");
                return;
        }
        pending_commit(hub, p, answer_now);
}

void customer_strike(struct hub *hub, struct pending *p)
{
        customer_load(hub, p, WANT_PERSON | WANT_LINES, strike_loaded);
}
