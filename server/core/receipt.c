/* Which requests get a receipt, and what stands on it; and her asking for it. The text is receipt_text.c's.
 */
#include "server/core/receipt.h"
#include "server/core/consent.h"
#include "server/core/receipt_words.h"
#include "server/core/state.h"

#include <stdio.h>
#include <string.h>

static const struct {
        uint8_t purpose, category, mode;
} held[] = {{PURPOSE_ALERT, CATEGORY_PRESENCE, MODE_ASK}, {PURPOSE_ALERT, CATEGORY_SENSED, MODE_ASK},
        {PURPOSE_ALERT, CATEGORY_SENSED, MODE_STANDING}, {PURPOSE_HISTORY, CATEGORY_INSTORE, MODE_ASK},
        {PURPOSE_HISTORY, CATEGORY_ONLINE, MODE_ASK}, {PURPOSE_HISTORY, CATEGORY_OTHER_STORES, MODE_ASK},
        {PURPOSE_HISTORY, CATEGORY_SIZES, MODE_ASK}, {PURPOSE_HISTORY, CATEGORY_NOTES, MODE_ASK}};
_Static_assert(ARRAY_LEN(held) <= RECEIPT_SCOPES, "every scope has room on a receipt");

/* What a message says; 0: nothing that gets a receipt. "Yes, tell her" is one word for one visit: it is kept
 * with the consent events, and dies with the visit. */
static uint8_t said_by(const struct message *m)
{
        if (m->type == MESSAGE_JOIN)
                return RECEIPT_JOINED;
        if (m->type == MESSAGE_SHARE || m->type == MESSAGE_NOTICE || m->type == MESSAGE_NOTING)
                return RECEIPT_CHANGED;
        if (m->type == MESSAGE_ACCEPT_NOTICE)
                return RECEIPT_ACCEPTED;
        if (m->type == MESSAGE_NOT_TODAY)
                return RECEIPT_NOT_TODAY;
        return m->type == MESSAGE_STOP && m->stop.everything ? RECEIPT_LEFT : 0;
}

/* In what language she read what she says, by her page; the first, where it names none that the pages have
 * [P130]. */
static const char *language_of(const struct message *m)
{
        const char *named = m->type == MESSAGE_JOIN            ? m->join.language
                            : m->type == MESSAGE_ARRIVE        ? m->arrive.language
                            : m->type == MESSAGE_HERE          ? m->here.language
                            : m->type == MESSAGE_SHARE         ? m->share.language
                            : m->type == MESSAGE_NOTICE        ? m->notice.language
                            : m->type == MESSAGE_ACCEPT_NOTICE ? m->accept_notice.language
                            : m->type == MESSAGE_NOT_TODAY     ? m->not_today.language
                            : m->type == MESSAGE_STOP          ? m->stop.language
                            : m->type == MESSAGE_NOTING        ? m->noting.language
                            : m->type == MESSAGE_PAUSE         ? m->pause.language
                                                               : "";
        return receipt_words(named)->language;
}

uint8_t receipt_steps(enum message_type type)
{
        /* clang-format off */
        static const uint8_t steps[MESSAGE_TYPE_COUNT] = {
                [MESSAGE_JOIN] = 3,          /* the scan, "yes", "I am old enough" */
                [MESSAGE_ARRIVE] = 2,        /* the scan, "yes" */
                [MESSAGE_HERE] = 1,
                [MESSAGE_NOT_TODAY] = 1,
                [MESSAGE_ACCEPT_NOTICE] = 1,
                [MESSAGE_SHARE] = 2,         /* "what may be seen", its tick */
                [MESSAGE_PAUSE] = 2,         /* "what may be seen", "pause" or "go on" */
                [MESSAGE_HOLD] = 1,          /* she says so to somebody */
                [MESSAGE_NOTICE] = 2,
                [MESSAGE_NOTING] = 2,
                [MESSAGE_STOP] = 3};         /* "what may be seen", "stop everything", "yes" */
        /* clang-format on */
        return steps[type];
}

/* Joining and leaving have one however many there were: they are rare, and each is needed for itself. */
static bool counted(uint8_t what)
{
        return what && what != RECEIPT_JOINED && what != RECEIPT_LEFT;
}

void receipt_ask(const struct pending *p, struct effect *load)
{
        if (counted(said_by(&p->message)))
                load->load.want |= WANT_RECEIPTS;
}

static bool enough_today(const struct hub *hub)
{
        const struct event *ev = hub->event;
        const struct dossier *d = ev->kind == EVENT_LOADED ? ev->loaded.dossier : NULL;
        return d && (d->found & DOSSIER_PERSON) && d->person.receipts_today >= RECEIPTS_A_DAY;
}

static uint8_t method_of(const struct message *m)
{
        if (m->type == MESSAGE_HOLD)
                return METHOD_DESK;
        if (m->type != MESSAGE_JOIN)
                return METHOD_PAGE;
        return m->join.secret[0] ? METHOD_INVITED : METHOD_DOOR;
}

/* Time-ordered like every id, but of random bytes that nothing else is made of: who has left gets her receipt
 * by it. */
static struct uuid number_of(const struct pending *p)
{
        struct uuid id = p->fresh.id[0];
        memcpy(id.b + 6, p->fresh.secret[1].b, sizeof(id.b) - 6);
        id.b[6] = (uint8_t)((id.b[6] & 0x0f) | 0x70);
        id.b[8] = (uint8_t)((id.b[8] & 0x3f) | 0x80);
        return id;
}

static bool of_scope(const struct consent_row *a, const struct consent_row *b)
{
        return a->purpose == b->purpose && a->category == b->category && a->store == b->store &&
               a->mode == b->mode;
}

static bool said_anew(const struct pending *p, const struct consent_row *row)
{
        for (uint32_t i = 0; i < p->n_writes; i++)
                if (p->writes[i].kind == WRITE_CONSENT && of_scope(&p->writes[i].consent.row, row))
                        return true;
        return false;
}

/* Her dossier, as it was read for this request; NULL: she has none yet. */
static const struct dossier *dossier_of(const struct hub *hub, uint32_t person)
{
        const struct event *ev = hub->event;
        const struct dossier *d = ev->kind == EVENT_LOADED ? ev->loaded.dossier : NULL;
        return d && (d->found & DOSSIER_PERSON) && d->person.id == person ? d : NULL;
}

/* What the dossier will have when all of it is durable: the newest event of each scope, by the order in which
 * they were said. By their times an older one could seem newer, if the clock went back meanwhile. */
static uint32_t gather_rows(
        const struct hub *hub, const struct pending *p, uint32_t person, struct consent_row *rows)
{
        const struct dossier *d = dossier_of(hub, person);
        uint32_t n = 0;
        if (d)
                for (uint32_t i = 0; i < d->n_consents && i < CONSENT_ROWS_MAX; i++)
                        if (!said_anew(p, &d->consents[i]))
                                rows[n++] = d->consents[i];
        for (uint32_t i = 0; i < p->n_writes; i++)
                if (p->writes[i].kind == WRITE_CONSENT)
                        rows[n++] = p->writes[i].consent.row;
        return n;
}

static wall_ms always_at(const struct consent_row *rows, uint32_t n)
{
        wall_ms at = INT64_MIN;
        for (uint32_t i = 0; i < n; i++)
                if (rows[i].mode == MODE_STANDING && rows[i].state == CONSENT_GIVEN && rows[i].at > at)
                        at = rows[i].at;
        return at;
}

/* On how many days since "always" she has said "not today", with what is said now. A day counts once. */
static uint32_t not_todays(const struct hub *hub, const struct pending *p, const struct dossier *d)
{
        uint32_t n = d ? d->person.not_todays : 0;
        wall_ms since = d ? always_at(d->consents, d->n_consents) : INT64_MIN;
        bool counted_today = false;
        for (uint32_t i = 0; d && i < d->n_consents; i++)
                counted_today |= d->consents[i].mode == MODE_NOT_TODAY &&
                                 d->consents[i].day == hub->event->day && d->consents[i].at >= since;
        for (uint32_t i = 0; i < p->n_writes; i++) {
                const struct consent_row *row = &p->writes[i].consent.row;
                if (p->writes[i].kind != WRITE_CONSENT)
                        continue;
                if (row->mode == MODE_STANDING && row->state == CONSENT_GIVEN)
                        return 0;
                if (row->mode == MODE_NOT_TODAY && !counted_today)
                        n++, counted_today = true;
        }
        return n;
}

/* Whether a scope has an effect when this is durable: being noticed needs that she is a customer, and to be
 * announced by it that she may be noticed, and that the house still takes it for "always". */
static bool works(const struct hub *hub, const struct pending *p, const struct consent_row *rows, uint32_t n,
        const struct receipt_row *r, size_t scope)
{
        wall_ms now = hub->event->wall;
        if (held[scope].category != CATEGORY_SENSED)
                return true;
        if (held[scope].mode != MODE_STANDING)
                return consent_sensed(rows, n, now);
        const struct dossier *d = dossier_of(hub, r->person);
        return consent_announce(rows, n, now) &&
               house_always_said(hub, rows, n, d ? d->person.last_day : 0, not_todays(hub, p, d));
}

static void gather_grants(const struct hub *hub, const struct pending *p, struct receipt_row *r)
{
        struct consent_row rows[CONSENT_ROWS_MAX + PENDING_WRITES];
        const struct event *ev = hub->event;
        uint32_t n = gather_rows(hub, p, r->person, rows);
        for (size_t i = 0; i < ARRAY_LEN(held); i++) {
                if (!works(hub, p, rows, n, r, i))
                        continue;
                wall_ms until =
                        consent_until(rows, n, held[i].purpose, held[i].category, held[i].mode, ev->wall);
                if (until)
                        r->grants[r->n_grants++] = (struct receipt_grant){
                                until, held[i].purpose, held[i].category, held[i].mode};
        }
        r->notice = consent_notice(rows, n);
}

static void add_event(struct receipt_row *r, const struct write *w)
{
        const struct consent_row *row = &w->consent.row;
        r->person = w->consent.person;
        if (row->at > r->at)
                r->at = row->at;
        if (r->n_events < RECEIPT_SCOPES)
                r->events[r->n_events++] = (struct receipt_event){
                        w->consent.id, row->valid_until, row->purpose, row->category, row->state, row->mode};
}

void receipt_write(struct hub *hub, struct pending *p)
{
        struct receipt_row r = {.id = number_of(p),
                .what = said_by(&p->message),
                .method = method_of(&p->message),
                .actor = p->message.type == MESSAGE_HOLD ? ACTOR_STORE : ACTOR_PRINCIPAL,
                .steps = receipt_steps(p->message.type),
                .day = hub->event->day};
        if (counted(r.what) && enough_today(hub))
                r.what = 0;
        snprintf(r.language, sizeof(r.language), "%s", language_of(&p->message));
        for (uint32_t i = 0; i < p->n_writes; i++) {
                struct write *w = &p->writes[i];
                if (w->kind != WRITE_CONSENT)
                        continue;
                w->consent.row.gpc = p->gpc;
                w->consent.method = r.method;
                w->consent.actor = r.actor;
                w->consent.steps = r.steps;
                memcpy(w->consent.language, r.language, sizeof(r.language));
                if (r.what) {
                        w->consent.receipt = r.id;
                        add_event(&r, w);
                }
        }
        if (r.n_events == 0)
                return;
        gather_grants(hub, p, &r);
        notice_name(hub, r.notice, r.name, &r.promised);
        pending_write(p, WRITE_RECEIPT)->receipt = r;
        p->receipt = r.id;
        if (r.what == RECEIPT_LEFT && p->has_key) {
                /* Her session ends: a repeat of this must find the number again [P17]. */
                p->has_made = true;
                memset(&p->made, 0, sizeof(p->made));
                memcpy(p->made.b, r.id.b, sizeof(r.id.b));
        }
}

/* ---- she asks ---- */
static void ask_store(struct hub *hub, struct pending *p, enum receipt_ask ask, const struct uuid *id)
{
        struct effect *e = out_effect(hub, EFFECT_RECEIPT);
        if (!e) {
                out_refuse(hub, p, 503, "busy", "We are very busy just now.", "Try again in a moment.");
                return;
        }
        e->receipt.request = p->request;
        e->receipt.wanted = (struct receipt_wanted){
                .ask = ask, .person = p->facts.person, .left_since = hub->event->wall - RECEIPT_LEFT_MS};
        if (id)
                e->receipt.wanted.id = *id;
        pending_free(hub, p);
}

/* Whose phone it is, also while something of hers is on its way, and if what she agreed to has only run out:
 * what was said was said. But who has left has left on all her phones, also on one that is no longer hers. */
static uint32_t whose(const struct hub *hub, const struct dossier *d)
{
        bool known = d && (d->found & DOSSIER_SESSION) && d->session.kind == SESSION_PHONE &&
                     d->session.expires > hub->event->wall && (d->found & DOSSIER_PERSON);
        return known && !consent_left(d->consents, d->n_consents) ? d->session.subject : 0;
}

static void list_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        p->facts.person = whose(hub, d);
        if (p->facts.person)
                ask_store(hub, p, RECEIPT_ASK_LIST, NULL);
        else
                out_refuse(hub, p, 403, "not_joined", "This phone has not joined here yet.",
                        "Scan the code that a seller shows you after a sale, or the sign at the door.");
}

void receipt_list(struct hub *hub, struct pending *p)
{
        customer_load(hub, p, WANT_PERSON, list_loaded);
}

static int nibble(char c)
{
        return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool receipt_number_read(const char *text, struct uuid *out)
{
        for (int i = 0; i < 16; i++) {
                if ((i == 4 || i == 6 || i == 8 || i == 10) && *text++ != '-')
                        return false;
                int high = nibble(text[0]), low = high < 0 ? -1 : nibble(text[1]);
                if (low < 0)
                        return false;
                out->b[i] = (uint8_t)(high << 4 | low);
                text += 2;
        }
        return *text == 0;
}

static void one_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        struct uuid id;
        p->facts.person = whose(hub, d);
        if (receipt_number_read(p->message.receipt.id, &id))
                ask_store(hub, p, RECEIPT_ASK_ONE, &id);
        else
                out_refuse(hub, p, 404, "no_receipt", "There is no such receipt for this phone.",
                        "Look at the list of your receipts.");
}

void receipt_one(struct hub *hub, struct pending *p)
{
        customer_load(hub, p, WANT_PERSON, one_loaded);
}

void receipt_key(struct hub *hub, struct pending *p)
{
        ask_store(hub, p, RECEIPT_ASK_KEY, NULL);
}
