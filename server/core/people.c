#include "server/core/hold.h"
#include "server/core/state.h"
#include "server/core/consent.h"
#include "proto/json.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

uint32_t associate_find(const struct hub *hub, uint32_t surrogate)
{
        return surrogate ? index_find(&hub->by_associate, surrogate) : NONE;
}

uint32_t associate_by_external(const struct hub *hub, const char *external)
{
        for (uint32_t i = 0; i < hub->n_associates; i++)
                if (strcmp(hub->associates[i].row.external, external) == 0)
                        return i;
        return NONE;
}

bool associate_here(const struct hub *hub, uint32_t index)
{
        return index != NONE && hub->associates[index].row.active &&
               hub->associates[index].row.store == hub->store;
}

bool associate_connected(const struct hub *hub, uint32_t index)
{
        return associate_here(hub, index) && hub->associates[index].n_peers > 0;
}

uint32_t associate_stand_in(const struct hub *hub, uint32_t index)
{
        return associate_find(hub, hub->associates[index].row.stand_in);
}

/* Both are words with one space between them; a language may name its region ("fr-CA" is served by "fr"). */
bool associate_speaks(const struct hub *hub, uint32_t index, const char *language)
{
        size_t len = strcspn(language, "-_");
        for (const char *at = hub->associates[index].row.languages; len && *at;) {
                size_t word = strcspn(at, " ");
                if (strcspn(at, "-_ ") == len && memcmp(at, language, len) == 0)
                        return true;
                at += word + (at[word] == ' ');
        }
        return false;
}

bool associate_reachable(const struct hub *hub, uint32_t index)
{
        for (uint32_t i = hub->associates[index].first_peer; i != NONE; i = hub->peers[i].next)
                if (!hub->peers[i].closing && !hub->peers[i].silent)
                        return true;
        return false;
}

bool associate_silent(const struct hub *hub, uint32_t index)
{
        bool any = false;
        for (uint32_t i = hub->associates[index].first_peer; i != NONE; i = hub->peers[i].next)
                any = any || !hub->peers[i].closing;
        return any && !associate_reachable(hub, index);
}

#define BACK_EACH_MS  5
#define BACK_LEAST_MS 500
#define BACK_MOST_MS  30000

/* Over how long the store's handhelds come back when all have lost their hub: so many handshakes at once
 * would keep a guest waiting at the door [P22]. */
int64_t people_back_ms(const struct hub *hub)
{
        int64_t ms = 0;
        /* No further than the most there is: it is asked for whenever anybody comes. */
        for (uint32_t i = 0; i < hub->n_associates && ms < BACK_MOST_MS; i++)
                ms += associate_here(hub, i) ? ASSOCIATE_PEERS_MOST * BACK_EACH_MS : 0;
        return ms < BACK_LEAST_MS ? BACK_LEAST_MS : ms > BACK_MOST_MS ? BACK_MOST_MS : ms;
}

static bool within_budget(const struct hub *hub, const struct associate *a)
{
        uint32_t most = hub->set.most_per_hour;
        mono_ms now = hub->event->mono;
        if (a->n_offers && hub->set.least_gap_ms &&
                now - a->offers[(a->n_offers - 1) % BUDGET_MOST] < hub->set.least_gap_ms)
                return false;
        return most == 0 || a->n_offers < most ||
               now - a->offers[(a->n_offers - most) % BUDGET_MOST] >= HOUR_MS;
}

bool associate_free(const struct hub *hub, uint32_t index)
{
        return associate_available(hub, index) && hub->associates[index].n_with == 0 &&
               associate_reachable(hub, index) && within_budget(hub, &hub->associates[index]) &&
               !house_never(hub, index, HOUSE_ALERT_NOT);
}

void associate_offered(struct hub *hub, uint32_t index, mono_ms at)
{
        if (index != NONE)
                hub->associates[index].offers[hub->associates[index].n_offers++ % BUDGET_MOST] = at;
}

uint32_t her_associate(const struct hub *hub, const struct dossier *d)
{
        uint32_t chosen = associate_find(hub, d->person.preferred);
        if (associate_here(hub, chosen))
                return chosen;
        for (uint32_t i = 0; i < d->n_evidence && i < EVIDENCE_MAX; i++) {
                uint32_t a = associate_find(hub, d->evidence[i].associate);
                if (associate_here(hub, a))
                        return a;
        }
        return NONE;
}

bool hours_open(const struct hub *hub)
{
        return house_open(&hub->house, hub->event->day, hub->event->day_minute);
}

void facts_agreed(const struct hub *hub, const struct dossier *d, const struct consent_row *rows, uint32_t n,
        struct now_facts *out)
{
        wall_ms now = hub->event->wall;
        out->instore = consent_category_ok(rows, n, CATEGORY_INSTORE, now);
        out->online = consent_category_ok(rows, n, CATEGORY_ONLINE, now);
        out->other_stores = consent_category_ok(rows, n, CATEGORY_OTHER_STORES, now);
        out->sizes = consent_category_ok(rows, n, CATEGORY_SIZES, now);
        out->notes = consent_category_ok(rows, n, CATEGORY_NOTES, now);
        out->wifi = consent_sensed(rows, n, now);
        out->always = consent_announce(rows, n, now) && house_always(hub, d);
}

void facts_of(const struct hub *hub, const struct dossier *d, struct now_facts *out)
{
        const struct event *ev = hub->event;
        *out = (struct now_facts){.associate = NONE, .served_by = NONE};
        if (d->found & DOSSIER_PERSON) {
                out->gpc = consent_gpc(d->consents, d->n_consents);
                out->objected = consent_objected(d->consents, d->n_consents);
        }
        if (!(d->found & DOSSIER_PERSON) || !consent_joined(d->consents, d->n_consents, ev->wall))
                return;
        out->person = d->person.id;
        out->paused = consent_paused(d->consents, d->n_consents);
        out->associate = her_associate(hub, d);
        out->visits = d->person.visits;
        out->looks = d->person.looks;
        out->not_today = consent_not_today(d->consents, d->n_consents, ev->day);
        facts_agreed(hub, d, d->consents, d->n_consents, out);
        out->notice = consent_notice(d->consents, d->n_consents);
        out->after = d->last.known && !d->last.thanked && d->last.served_by &&
                     ev->wall - d->last.ended < 12 * HOUR_MS;
        out->lines_seen = d->last.lines_seen;
        out->served_by = associate_find(hub, d->last.served_by);
}

bool sizes_ok(const struct hub *hub, const struct dossier *d)
{
        return consent_category_ok(d->consents, d->n_consents, CATEGORY_SIZES, hub->event->wall);
}

void initials_of(const struct dossier *d, char out[12])
{
        size_t at = 0;
        const char *names[2] = {d->person.first, d->person.last};
        for (int i = 0; i < 2; i++) {
                size_t n = names[i][0] ? 1 : 0;
                while (n && n < 4 && ((uint8_t)names[i][n] & 0xc0) == 0x80)
                        n++; /* the whole first character */
                memcpy(out + at, names[i], n);
                at += n;
                if (n)
                        out[at++] = '.';
        }
        out[at] = 0;
}

static struct history history_of(const struct hub *hub, const struct dossier *d)
{
        struct history history = {.lines = dossier_lines(d),
                .n_lines = d->n_lines,
                .pool = (const char *)d + d->pool_at,
                .pool_size = d->pool_size,
                .store = hub->store};
        memcpy(history.currency, hub->currency, sizeof(history.currency));
        return history;
}

static struct viewer viewer_of(const struct hub *hub, const struct look *look)
{
        const struct associate_row *a =
                look->associate == NONE ? NULL : &hub->associates[look->associate].row;
        return (struct viewer){.associate = a ? a->id : 0,
                .store = a ? a->store : 0,
                .departments = a ? a->departments : 0,
                .role = a ? (enum role)a->role : ROLE_ASSOCIATE,
                .preferred = look->preferred};
}

/* What was promised to her. Who has agreed to nothing yet (an operator's preview) would agree to the newest.
 */
static const struct rulebook *ceiling_of(
        const struct hub *hub, const struct dossier *d, const struct look *look)
{
        uint32_t notice = look->joining ? 0 : consent_notice(d->consents, d->n_consents);
        return notice_ceiling(hub, notice ? notice : notice_newest(hub));
}

void view_of(const struct hub *hub, const struct dossier *d, const struct look *look, struct view *out)
{
        struct history history = history_of(hub, d);
        struct viewer viewer = viewer_of(hub, look);
        struct person_fields person = {.first_name = d->person.first,
                .last_name = d->person.last,
                .hint = look->row ? look->row->hint : "",
                .wish = look->row ? look->row->wish : "",
                .greet_by_name = d->person.greet,
                .sizes_ok = look->sizes,
                .likes_ok = look->sizes};
        noted_show(hub, d, look->others ? NONE : look->associate, person.notes);
        project(hub->book, ceiling_of(hub, d, look), &history, &person, &viewer, look->seen, out);
}

bool choose_line(const struct hub *hub, struct pending *p, const struct dossier *d, const struct look *look,
        const struct view_line *shown, enum line_choice choice)
{
        struct history history = history_of(hub, d);
        struct viewer viewer = viewer_of(hub, look);
        uint32_t rows[LINE_CHOICES_MAX];
        uint32_t n = project_behind(hub->book, ceiling_of(hub, d, look), &history, &viewer, look->seen, shown,
                rows, LINE_CHOICES_MAX);
        if (n > LINE_CHOICES_MAX)
                return false;
        struct write *w = pending_write(p, WRITE_LINE_CHOICE);
        w->line_choice.person = d->person.id;
        w->line_choice.choice = (uint8_t)choice;
        w->line_choice.at = hub->event->wall;
        w->line_choice.n = n;
        for (uint32_t i = 0; i < n; i++)
                w->line_choice.line_refs[i] = history.lines[rows[i]].ref;
        return true;
}

void preview_mark(const struct view *view, char out[33])
{
        static const char hex[] = "0123456789abcdef";
        struct card_head head = {.standing = "", .meet = "", .state = "preview"};
        char frame[CARD_FRAME_SIZE];
        uint8_t mark[16];
        render(view, &head, frame);
        crypto_generichash(mark, sizeof(mark), (const uint8_t *)frame, sizeof(frame), NULL, 0);
        for (int i = 0; i < 16; i++) {
                out[2 * i] = hex[mark[i] >> 4];
                out[2 * i + 1] = hex[mark[i] & 15];
        }
        out[32] = 0;
}

void preview_write(struct json_out *j, const struct view *view, const char *standing, enum seen seen)
{
        struct card_head head = {.standing = standing, .meet = "", .seen = seen, .state = "preview"};
        char frame[CARD_FRAME_SIZE];
        char mark[33];
        render(view, &head, frame);
        size_t len = sizeof(frame);
        while (len && frame[len - 1] == ' ')
                len--;
        json_raw(j, "card", frame, len);
        preview_mark(view, mark);
        json_text(j, "preview", mark);
}

void standing_of(const struct hub *hub, uint32_t viewer, uint32_t client_of, bool preferred, bool guest,
        char *out, size_t room)
{
        /* "Maria's client" only where the customer chose Maria herself: evidence routes, it is not told
         * (decision 12). */
        if (guest)
                snprintf(out, room, "new here");
        else if (preferred && viewer == client_of)
                snprintf(out, room, "your client");
        else if (preferred && client_of != NONE)
                snprintf(out, room, "%s's client", hub->associates[client_of].row.first);
        else
                snprintf(out, room, "a customer of the store");
}

static const char *state_word(const struct pending *p, const struct visit *v)
{
        if (p->facts.person == 0)
                return "stranger";
        if (v) {
                switch ((enum alert_state)v->row.alert_state) {
                case ALERT_OFFERED:
                        return "told";
                case ALERT_ACCEPTED:
                        return "coming";
                case ALERT_WITH_HER:
                        return "with_her";
                case ALERT_NOBODY:
                        return "nobody";
                case ALERT_DONE:
                case ALERT_CLEARED:
                        break;
                }
        }
        if (p->facts.after)
                return "after";
        return p->facts.not_today ? "not_today" : "home";
}

static const char *if_busy_word(uint8_t if_busy)
{
        switch ((enum if_busy)if_busy) {
        case IF_BUSY_ASK:
                return "";
        case IF_BUSY_WAIT:
                return "wait";
        case IF_BUSY_OTHER:
                return "other";
        case IF_BUSY_LOOK:
                return "look";
        }
        return "";
}

static void write_visit(struct hub *hub, struct json_out *j, const struct visit *v)
{
        uint32_t client_of = associate_find(hub, v->row.client_of);
        uint32_t served_by = associate_find(hub, v->row.served_by);
        uint32_t first = v->row.n_places ? associate_find(hub, v->row.places[0].associate) : NONE;
        uint32_t who = served_by != NONE ? served_by : first;
        json_open(j, "visit", '{');
        json_text(j, "meet", v->row.meet);
        json_text(j, "hint", v->row.hint);
        json_text(j, "wish", v->row.wish);
        json_text(j, "if_busy", if_busy_word(v->row.if_busy));
        json_text(j, "who",
                who == NONE        ? ""
                : who == client_of ? hub->associates[who].row.first
                                   : "a colleague");
        json_number(j, "about_s", who == NONE ? 0 : 120); /* 0: nobody has been told yet */
        if (v->row.alert_state == ALERT_OFFERED && v->row.rung == RUNG_ASK) {
                int64_t left = (v->offer_ends - hub->event->mono + SECOND_MS - 1) / SECOND_MS;
                json_open(j, "ask", '{');
                json_number(j, "left_s", left > 0 ? left : 0);
                json_close(j, '}');
        }
        json_close(j, '}');
}

/* What the hub found out about itself is anybody's to know. */
static void write_leak_check(const struct hub *hub, struct json_out *j)
{
        const struct leak_check *check = &hub->remember.now.leak_check;
        if (check->at == 0) {
                json_nil(j, "leak_check");
                return;
        }
        json_open(j, "leak_check", '{');
        json_number(j, "at_ms", check->at);
        json_number(j, "pairs", check->pairs);
        json_number(j, "found", check->found);
        json_close(j, '}');
}

/* The number of the receipt that this very request made. */
static void write_receipt(struct json_out *j, const struct uuid *id)
{
        static const struct uuid none;
        if (memcmp(id, &none, sizeof(none)) != 0) {
                char text[RECEIPT_NUMBER];
                receipt_number(id, text);
                json_text(j, "receipt", text);
        }
}

/* Where she may have to wait longer: her associate's departments if each of them is full, any while she has
 * none. Whoever has not joined may be anywhere, and is told nothing. */
static void write_full(const struct hub *hub, struct json_out *j, const struct now_facts *facts)
{
        uint32_t told = facts->person ? flow_told(hub) : 0;
        if (facts->associate != NONE) {
                uint32_t hers = hub->associates[facts->associate].row.departments;
                told = (hers & ~told) == 0 ? hers : 0;
        }
        flow_write(hub, j, told);
}

void answer_now(struct hub *hub, struct pending *p)
{
        char body[3500];
        struct json_out j;
        struct visit *v = p->facts.person ? visit_of_person(hub, p->facts.person) : NULL;
        if (v && !v->durable)
                v = NULL; /* not yet on disk: as far as anybody is told, it has not happened */
        const char *state = state_word(p, v);
        json_start(&j, body, sizeof(body));
        json_open(&j, NULL, '{');
        json_text(&j, "state", state);
        json_text(&j, "store", hub->store_name);
        if (p->facts.associate != NONE) {
                json_open(&j, "associate", '{');
                json_text(&j, "name", hub->associates[p->facts.associate].row.first);
                json_flag(&j, "in", associate_available(hub, p->facts.associate));
                json_close(&j, '}');
        } else {
                json_nil(&j, "associate");
        }
        if (v)
                write_visit(hub, &j, v);
        else
                json_nil(&j, "visit");
        if (strcmp(state, "after") == 0) {
                uint32_t who = p->facts.served_by;
                json_open(&j, "after", '{');
                /* Named only where she knows the name already: her own associate (C-579/21). */
                json_text(&j, "who",
                        who != NONE && who == p->facts.associate ? hub->associates[who].row.first
                                                                 : "a colleague");
                json_number(&j, "lines", p->facts.lines_seen);
                json_flag(&j, "thanked", false);
                json_close(&j, '}');
        } else {
                json_nil(&j, "after");
        }
        json_open(&j, "share", '{');
        json_flag(&j, "instore", p->facts.instore);
        json_flag(&j, "online", p->facts.online);
        json_flag(&j, "other_stores", p->facts.other_stores);
        json_flag(&j, "sizes", p->facts.sizes);
        json_close(&j, '}');
        json_open(&j, "notes", '{');
        json_flag(&j, "may", noted_may(hub, p->facts.notice));
        json_flag(&j, "on", p->facts.notes);
        json_close(&j, '{');
        json_open(&j, "notice", '{');
        json_flag(&j, "wifi", p->facts.wifi);
        json_flag(&j, "always", p->facts.always);
        json_flag(&j, "here", p->facts.person && sensed_here(hub, p->facts.person));
        json_number(&j, "version", p->facts.notice ? p->facts.notice : notice_newest(hub));
        json_close(&j, '}');
        write_leak_check(hub, &j);
        notice_write_newer(hub, &j, p->facts.notice);
        json_flag(&j, "open", hours_open(hub));
        write_full(hub, &j, &p->facts);
        json_number(&j, "visits", p->facts.visits);
        hold_write(&j, p);
        json_open(&j, "house", '{');
        json_number(&j, "age", hub->house.value[HOUSE_AGE]);
        json_number(&j, "always_from", hub->house.value[HOUSE_ALWAYS_FROM]);
        json_number(&j, "rest_days", hub->house.value[HOUSE_REFUSAL]);
        json_close(&j, '}');
        keep_write_looks(hub, &j, p->facts.looks);
        write_receipt(&j, &p->receipt);
        screens_write(hub, &j, p->facts.person);
        json_close(&j, '}');
        out_answer(hub, p, 200, body, j.len);
}
