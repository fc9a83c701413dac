#include "server/hub/store/load.h"

#include <string.h>

#include "server/common/clock.h"
#include "server/common/ids.h"
#include "server/core/consent.h"
#include "server/core/receipt.h"
#include "server/hub/store/evidence.h"
#include "server/hub/store/lines.h"
#include "server/hub/store/noted.h"
#include "server/hub/store/past.h"
#include "server/hub/store/pins.h"
#include "server/hub/store/seal.h"

struct loading {
        struct base *base;
        const struct effect *load;
        struct history_room *room;
        struct dossier *head;
        int rc; /* SQLITE_OK until a read fails */
};

static struct statements *all(struct loading *l)
{
        return &l->base->all;
}

/* One row or none; remembers what failed. */
static bool row(struct loading *l, sqlite3_stmt *s)
{
        int rc = statement_step(s);
        if (rc != SQLITE_ROW && rc != SQLITE_DONE)
                l->rc = rc;
        return rc == SQLITE_ROW;
}

static struct slice text_of(const char *text)
{
        return slice_of(text);
}

static void read_digest(sqlite3_stmt *s, const char *column, struct digest *out)
{
        struct slice bytes = statement_get_slice(s, column);
        if (bytes.len == sizeof out->b)
                memcpy(out->b, bytes.at, sizeof out->b);
}

static void read_own_key(sqlite3_stmt *s, struct own_key *out)
{
        struct slice bytes = statement_get_slice(s, "key");
        out->known = bytes.len == sizeof out->point;
        if (out->known)
                memcpy(out->point, bytes.at, sizeof out->point);
}

static void load_session(struct loading *l)
{
        sqlite3_stmt *s = statement_use(all(l), ST_SESSION_GET);
        statement_blob(s, ":token", l->load->load.key.b, sizeof l->load->load.key.b);
        if (row(l, s)) {
                l->head->session = (struct session_row){
                        .kind = (uint8_t)statement_get(s, "kind"),
                        .subject = (uint32_t)statement_get(s, "subject"),
                        .expires = statement_get(s, "expires"),
                        .seen = statement_get(s, "seen"),
                        .paired = statement_get(s, "paired"),
                };
                pins_read_signed(s, &l->head->session);
                read_own_key(s, &l->head->own_key);
                l->head->found |= DOSSIER_SESSION;
        }
        statement_done(s);
}

/* The devices that somebody asks for; those over SESSIONS_LISTED_MAX are counted. */
static void list_sessions(struct loading *l)
{
        const struct effect *load = l->load;
        struct digest from = {0}, to;
        memset(to.b, 0xff, sizeof to.b);
        memcpy(from.b, load->load.key.b, load->load.key_bytes);
        memcpy(to.b, load->load.key.b, load->load.key_bytes);
        sqlite3_stmt *s = statement_use(all(l), ST_SESSION_LIST);
        statement_int(s, ":now", load->load.now);
        statement_int(s, ":associate", load->load.associate);
        statement_int(s, ":kinds", load->load.kinds);
        statement_blob(s, ":from", from.b, sizeof from.b);
        statement_blob(s, ":to", to.b, sizeof to.b);
        while (row(l, s)) {
                if (l->head->n_sessions == SESSIONS_LISTED_MAX) {
                        l->head->sessions_rest++;
                        continue;
                }
                struct session_listed *one = &l->room->sessions[l->head->n_sessions++];
                *one = (struct session_listed){.row = {
                                                       .kind = (uint8_t)statement_get(s, "kind"),
                                                       .subject = (uint32_t)statement_get(s, "subject"),
                                                       .expires = statement_get(s, "expires"),
                                                       .seen = statement_get(s, "seen"),
                                                       .paired = statement_get(s, "paired"),
                                               }};
                pins_read_signed(s, &one->row);
                read_digest(s, "token", &one->token);
                one->keyed = statement_get(s, "keyed") != 0;
                base_cut(one->label, sizeof one->label, statement_get_slice(s, "label"));
        }
        statement_done(s);
        l->head->found |= DOSSIER_SESSIONS;
}

static bool link_made(struct loading *l, uint64_t line)
{
        sqlite3_stmt *s = statement_use(all(l), ST_LINK_FOR_LINE);
        statement_int(s, ":line", (int64_t)line);
        bool made = row(l, s);
        statement_done(s);
        return made;
}

static void load_link(struct loading *l)
{
        struct link_row *link = &l->head->link;
        sqlite3_stmt *s = statement_use(all(l), ST_LINK_GET);
        statement_blob(s, ":secret", l->load->load.key.b, sizeof l->load->load.key.b);
        if (row(l, s)) {
                link->kind = (uint8_t)statement_get(s, "kind");
                link->person = (uint32_t)statement_get(s, "person");
                link->associate = (uint32_t)statement_get(s, "associate");
                link->line_ref = (uint64_t)statement_get(s, "line");
                link->expires = statement_get(s, "expires");
                link->used = statement_get(s, "used") != 0;
                l->head->found |= DOSSIER_LINK;
        }
        statement_done(s);
        if (link->line_ref == 0 || link->person == 0)
                return;
        s = statement_use(all(l), ST_PURCHASE_ITEM_OF_LINE);
        statement_int(s, ":person", link->person);
        statement_int(s, ":line", (int64_t)link->line_ref);
        if (row(l, s))
                link->item = history_text(l->room, statement_get_slice(s, "item"));
        statement_done(s);
}

/* As an invitation for this line would look. */
/* Nobody is invited over a purchase of a protected kind: the code would be shown where others can see it
 * (opt-in rule 3). */
static bool may_invite(const struct loading *l, int64_t id)
{
        const struct catalog_class *class = catalog_class(&l->base->catalog, (uint32_t)id);
        return class != NULL && !class->sensitive;
}

/* Of a class that may_invite() knows. */
static uint8_t department_of(const struct loading *l, int64_t id)
{
        return catalog_class(&l->base->catalog, (uint32_t)id)->department;
}

static bool is_listed(uint32_t departments, uint8_t department)
{
        return department < DEPARTMENT_COUNT && (departments & (1u << department)) != 0;
}

static void load_line(struct loading *l)
{
        struct link_row *link = &l->head->link;
        sqlite3_stmt *s = statement_use(all(l), ST_LINE_FIND);
        wall_ms at = 0;
        statement_text(s, ":external", text_of(l->load->load.external));
        if (row(l, s)) {
                link->kind = LINK_JOIN;
                link->person = (uint32_t)statement_get(s, "person");
                link->line_ref = (uint64_t)statement_get(s, "line");
                at = statement_get(s, "at");
                l->head->found |= DOSSIER_LINK;
        }
        statement_done(s);
        if (link->line_ref == 0)
                return;
        s = statement_use(all(l), ST_PURCHASE_ITEM);
        statement_int(s, ":person", link->person);
        statement_int(s, ":at", at);
        statement_int(s, ":line", (int64_t)link->line_ref);
        if (row(l, s)) {
                link->associate = (uint32_t)statement_get(s, "seller");
                link->item = history_text(l->room, statement_get_slice(s, "item"));
                if (may_invite(l, statement_get(s, "class")))
                        link->department = department_of(l, statement_get(s, "class"));
                else
                        l->head->found &= ~(uint32_t)DOSSIER_LINK;
        }
        statement_done(s);
        link->used = link_made(l, link->line_ref);
}

static uint32_t person_by_external(struct loading *l)
{
        const char *external = l->load->load.external;
        uint8_t tag[KEYS_TAG_BYTES];
        uint32_t id = 0;
        if (external[0] == 0)
                return 0;
        keys_tag(l->base->keys, external, strlen(external), tag);
        sqlite3_stmt *s = statement_use(all(l), ST_PERSON_BY_TAG);
        statement_blob(s, ":tag", tag, sizeof tag);
        if (row(l, s))
                id = (uint32_t)statement_get(s, "id");
        statement_done(s);
        return id;
}

/* Younger than the least age on the store's day of `now`, by a birthday "YYYY-MM-DD". Unknown is not minor:
 * the CRM does not know everybody's, and she says herself that she is old enough. */
static bool is_minor(struct slice birthday, wall_ms now, int32_t least_age)
{
        char text[16];
        wall_ms noon;
        base_cut(text, sizeof text, birthday);
        if (birthday.len != 10 || clock_parse(text, &noon) != 0)
                return false;
        return house_minor(least_age, clock_store_day(noon), clock_store_day(now));
}

static void load_identity(struct loading *l, uint32_t id, struct slice sealed)
{
        uint8_t plain[IDENTITY_MAX];
        struct identity identity;
        struct person_row *person = &l->head->person;
        if (sealed.len == 0 || base_open_identity(l->base, id, sealed, plain, &identity) != 0)
                return;
        base_split_name(identity.name, person->first, person->last);
        person->minor = is_minor(identity.birthday, l->load->load.now,
                l->load->load.least_age ? l->load->load.least_age : l->base->least_age);
        ids_wipe(plain, sizeof plain);
}

static bool load_person(struct loading *l, uint32_t id)
{
        struct person_row *person = &l->head->person;
        sqlite3_stmt *s = statement_use(all(l), ST_PERSON_GET);
        statement_int(s, ":id", id);
        bool found = row(l, s);
        if (found) {
                person->id = id;
                person->preferred = (uint32_t)statement_get(s, "preferred");
                person->looks = (int32_t)statement_get(s, "looks");
                person->enrolled = statement_get(s, "enrolled") != 0;
                person->greet = statement_get(s, "greet") != 0;
                base_cut(person->language, sizeof person->language, statement_get_slice(s, "language"));
                load_identity(l, id, statement_get_slice(s, "identity"));
                l->head->found |= DOSSIER_PERSON;
        }
        statement_done(s);
        return found;
}

static bool same_scope(const struct consent_row *a, const struct consent_row *b)
{
        return a->purpose == b->purpose && a->category == b->category && a->store == b->store &&
               a->mode == b->mode;
}

uint32_t load_consents(
        struct base *base, uint32_t person, wall_ms until, struct consent_row rows[CONSENT_ROWS_MAX], int *rc)
{
        uint32_t n = 0;
        int step = SQLITE_DONE;
        sqlite3_stmt *s = statement_use(&base->all, ST_CONSENT_LIST);
        statement_int(s, ":person", person);
        /* The rows come newest said first, so the first of a scope is its newest, whatever the clock did. */
        while (n < CONSENT_ROWS_MAX && (step = statement_step(s)) == SQLITE_ROW) {
                struct consent_row next = {
                        .purpose = (uint8_t)statement_get(s, "purpose"),
                        .category = (uint8_t)statement_get(s, "category"),
                        .state = (uint8_t)statement_get(s, "state"),
                        .mode = (uint8_t)statement_get(s, "mode"),
                        .store = (uint32_t)statement_get(s, "store"),
                        .at = statement_get(s, "at"),
                        .valid_until = statement_get(s, "valid_until"),
                        .day = (store_day)statement_get(s, "day"),
                        .notice = (uint32_t)statement_get(s, "notice"),
                        .gpc = statement_get(s, "gpc") != 0,
                };
                bool older = next.at > until;
                for (uint32_t i = 0; i < n && !older; i++)
                        older = same_scope(&rows[i], &next);
                if (!older)
                        rows[n++] = next;
        }
        statement_done(s);
        if (step != SQLITE_ROW && step != SQLITE_DONE)
                *rc = step;
        return n;
}

bool load_joined(struct base *base, uint32_t person, wall_ms now, int *rc)
{
        struct consent_row rows[CONSENT_ROWS_MAX];
        uint32_t n = load_consents(base, person, INT64_MAX, rows, rc);
        return consent_alert_standing(rows, n, now);
}

/* Who has joined needs no invitation; who objected wants none, and who paused everything is nobody here. */
static bool may_be_asked(struct loading *l, uint32_t person)
{
        struct consent_row rows[CONSENT_ROWS_MAX];
        uint32_t n = load_consents(l->base, person, INT64_MAX, rows, &l->rc);
        return !consent_joined(rows, n, l->load->load.now) && !consent_objected(rows, n) &&
               !consent_paused(rows, n);
}

/* Joined is who enrolled and whose consent stands: who left, or let it run out, may be invited again. */
static void judge_consents(struct loading *l)
{
        struct dossier *head = l->head;
        head->n_consents = load_consents(l->base, head->person.id, INT64_MAX, head->consents, &l->rc);
        head->person.enrolled = head->person.enrolled &&
                                consent_alert_standing(head->consents, head->n_consents, l->load->load.now);
}

static uint8_t capped(int64_t n)
{
        return n > 255 ? 255 : (uint8_t)n;
}

static void load_receipts(struct loading *l)
{
        sqlite3_stmt *s = statement_use(all(l), ST_RECEIPT_TODAY);
        statement_int(s, ":person", l->head->person.id);
        statement_int(s, ":day", l->load->load.day);
        statement_int(s, ":most", RECEIPTS_A_DAY);
        if (row(l, s))
                l->head->person.receipts_today = capped(statement_get(s, "n"));
        statement_done(s);
}

static void load_notes(struct loading *l)
{
        const struct dossier *head = l->head;
        if (l->rc == SQLITE_OK &&
                consent_category_ok(head->consents, head->n_consents, CATEGORY_NOTES, l->load->load.now))
                l->rc = noted_load(l->base);
}

static void load_sales(struct loading *l)
{
        struct dossier *head = l->head;
        struct clock_local midnight = {.date = civil_from_day(l->load->load.day)};
        struct clock_local next = {.date = civil_from_day(l->load->load.day + 1)};
        wall_ms since = 0, before = 0;
        uint32_t person = 0; /* the last of whom it is known whether she may be asked */
        bool ask = false;
        if (head->session.subject == 0 || head->session.kind == SESSION_PHONE ||
                clock_from_local(&midnight, &since) != 0 || clock_from_local(&next, &before) != 0)
                return;
        sqlite3_stmt *s = statement_use(all(l), ST_RECENT_SALES);
        statement_int(
                s, ":seller", l->load->load.associate ? l->load->load.associate : head->session.subject);
        statement_int(s, ":since", since);
        statement_int(s, ":before", before);
        while (head->n_sales < SALES_MAX && row(l, s)) {
                uint32_t of = (uint32_t)statement_get(s, "person");
                if (of != person) {
                        person = of;
                        ask = may_be_asked(l, person);
                }
                int64_t class = statement_get(s, "class");
                if (!ask || !may_invite(l, class) ||
                        is_listed(l->load->load.sales_not, department_of(l, class)))
                        continue;
                struct sale_row *sale = &head->sales[head->n_sales++];
                sale->line_ref = (uint64_t)statement_get(s, "line");
                sale->person = person;
                sale->department = department_of(l, class);
                sale->at = statement_get(s, "at");
                sale->item = history_text(l->room, statement_get_slice(s, "item"));
        }
        statement_done(s);
        head->found |= DOSSIER_SALES;
}

static void load_request(struct loading *l)
{
        struct request_row *request = &l->head->request;
        const struct request_key *key = &l->load->load.request;
        sqlite3_stmt *s = statement_use(all(l), ST_REQUEST_GET);
        statement_blob(s, ":asker", key->asker.b, sizeof key->asker.b);
        statement_blob(s, ":key", key->key.b, sizeof key->key.b);
        statement_int(s, ":since", l->load->load.request_since);
        if (row(l, s)) {
                request->at = statement_get(s, "at");
                request->person = (uint32_t)statement_get(s, "person");
                request->made_until = statement_get(s, "made_until");
                request->has_made = statement_get_slice(s, "made").len != 0;
                read_digest(s, "message", &request->message);
                read_digest(s, "made", &request->made);
                l->head->found |= DOSSIER_REQUEST;
        }
        statement_done(s);
}

static uint32_t who(struct loading *l)
{
        switch (l->load->load.by) {
        case LOAD_BY_TOKEN:
                load_session(l);
                return l->head->session.kind == SESSION_PHONE ? l->head->session.subject : 0;
        case LOAD_BY_LINK:
                load_link(l);
                return l->head->link.person;
        case LOAD_BY_PERSON:
                return l->load->load.person;
        case LOAD_BY_EXTERNAL_ID:
                return person_by_external(l);
        case LOAD_BY_LINE:
                load_line(l);
                return l->head->link.person;
        case LOAD_BY_REQUEST:
                return l->head->request.person;
        case LOAD_BY_SESSIONS:
                list_sessions(l);
                return 0;
        }
        return 0;
}

/* Whom she chose works here: then it is not asked who served her, which costs a look at all her lines. */
static bool choice_is_here(const struct loading *l)
{
        const struct catalog_associate *a = catalog_associate(&l->base->catalog, l->head->person.preferred);
        return a != NULL && a->active && a->store == l->base->own_store;
}

static void load_all(struct loading *l)
{
        const struct effect *load = l->load;
        if (load->load.ask)
                load_request(l);
        uint32_t person = who(l);
        if (person != 0 && l->rc == SQLITE_OK && load_person(l, person)) {
                judge_consents(l);
                past_load(l->base, load, l->head, &l->rc);
                load_notes(l);
                if (load->load.want & WANT_RECEIPTS)
                        load_receipts(l);
                if (l->rc == SQLITE_OK && (load->load.by == LOAD_BY_LINK || !choice_is_here(l)))
                        l->rc = evidence_best(
                                l->base, person, load->load.now, l->head->evidence, &l->head->n_evidence);
                if (l->rc == SQLITE_OK && (load->load.want & WANT_LINES))
                        l->rc = lines_load(l->base, load);
        }
        if (l->rc == SQLITE_OK && (load->load.want & WANT_SALES))
                load_sales(l);
}

struct dossier *load_dossier(struct base *base, const struct effect *load, int *rc)
{
        struct loading l = {.base = base, .load = load, .room = &base->room, .rc = SQLITE_OK};
        history_clear(l.room);
        l.head = &l.room->head;
        memcpy(l.head->currency, base->currency, sizeof l.head->currency);
        l.rc = statement_run(statement_use(&base->all, ST_BEGIN_READING));
        if (l.rc == SQLITE_OK) {
                load_all(&l);
                if (l.rc == SQLITE_OK)
                        l.rc = base_commit(base);
                if (l.rc != SQLITE_OK)
                        base_rollback(base);
        }
        struct dossier *dossier = l.rc == SQLITE_OK ? history_blob(l.room) : NULL;
        *rc = dossier == NULL && l.rc == SQLITE_OK ? SQLITE_NOMEM : l.rc;
        return dossier;
}
