#include "tests/sim/disk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct table *table_make(void)
{
        struct table *t = calloc(1, sizeof(*t));
        if (!t) {
                fprintf(stderr, "sim: no memory for a table\n");
                exit(2);
        }
        t->next_guest = 0x80000000u;
        return t;
}

#define COPY(field, n) memcpy(to->field, from->field, (n) * sizeof(from->field[0]))

void table_copy(struct table *to, const struct table *from)
{
        COPY(people, from->n_people);
        COPY(sessions, from->n_sessions);
        COPY(links, from->n_links);
        COPY(requests, from->n_requests);
        COPY(visits, from->n_visits);
        COPY(devices, from->n_devices);
        COPY(looks, from->n_looks);
        memcpy(to->session_cells, from->session_cells, sizeof(from->session_cells));
        memcpy(to->link_cells, from->link_cells, sizeof(from->link_cells));
        memcpy(to->request_cells, from->request_cells, sizeof(from->request_cells));
        memcpy(to->look_cells, from->look_cells, sizeof(from->look_cells));
        memcpy(to->streams, from->streams, sizeof(from->streams));
        memcpy(to->sensors, from->sensors, sizeof(from->sensors));
        to->n_people = from->n_people;
        to->first_guest = from->first_guest;
        to->next_guest = from->next_guest;
        to->n_sessions = from->n_sessions;
        to->n_links = from->n_links;
        to->n_requests = from->n_requests;
        to->n_visits = from->n_visits;
        to->n_devices = from->n_devices;
        to->n_sensors = from->n_sensors;
        to->n_looks = from->n_looks;
        to->n_cleared = from->n_cleared;
}

struct person_kept *table_person(struct table *t, uint32_t surrogate)
{
        uint32_t at = surrogate >= 0x80000000u ? t->first_guest + (surrogate - 0x80000000u) : surrogate - 1;
        if (surrogate == 0 || at >= PEOPLE_MOST || (surrogate < 0x80000000u && at >= t->first_guest))
                return NULL;
        if (at >= t->n_people)
                t->n_people = at + 1;
        return &t->people[at];
}

struct visit_kept *table_newest(struct table *t, uint32_t person)
{
        struct person_kept *p = table_person(t, person);
        return p && p->newest_visit ? &t->visits[p->newest_visit - 1] : NULL;
}

struct visit_kept *table_visit(struct table *t, const struct uuid *id)
{
        for (uint32_t i = t->n_visits; i-- > 0;)
                if (memcmp(&t->visits[i].row.id, id, sizeof(*id)) == 0)
                        return &t->visits[i];
        return NULL;
}

/* ---- open addressing: cells hold an index + 1 and are never emptied one by one ---- */
static uint32_t hash_of(const void *bytes)
{
        uint64_t h;
        memcpy(&h, bytes, sizeof(h));
        return (uint32_t)((h * UINT64_C(0x9E3779B97F4A7C15)) >> 40);
}

uint32_t table_session(const struct table *t, const struct digest *token)
{
        for (uint32_t at = hash_of(token);; at++) {
                uint32_t cell = t->session_cells[at % ARRAY_LEN(t->session_cells)];
                if (cell == 0)
                        return UINT32_MAX;
                if (memcmp(&t->sessions[cell - 1].token, token, sizeof(*token)) == 0)
                        return cell - 1;
        }
}

uint32_t table_link(const struct table *t, const struct digest *secret)
{
        for (uint32_t at = hash_of(secret);; at++) {
                uint32_t cell = t->link_cells[at % ARRAY_LEN(t->link_cells)];
                if (cell == 0)
                        return UINT32_MAX;
                if (memcmp(&t->links[cell - 1].secret, secret, sizeof(*secret)) == 0)
                        return cell - 1;
        }
}

static void into(uint32_t *cells, uint32_t n, const void *key, uint32_t index)
{
        uint32_t at = hash_of(key);
        while (cells[at % n])
                at++;
        cells[at % n] = index + 1;
}

static void full(const char *what)
{
        fprintf(stderr, "sim: the world's table of %s is full; raise it in disk.h\n", what);
        exit(2);
}

void table_put_session(struct table *t, const struct digest *token, const struct session_row *row)
{
        uint32_t at = table_session(t, token);
        if (at == UINT32_MAX) {
                if (t->n_sessions == SESSIONS_MOST)
                        full("sessions");
                at = t->n_sessions++;
                t->sessions[at].token = *token;
                into(t->session_cells, ARRAY_LEN(t->session_cells), token, at);
        }
        t->sessions[at].row = *row;
}

void table_put_link(struct table *t, const struct digest *secret, const struct link_row *row)
{
        if (t->n_links == LINKS_MOST)
                full("links");
        t->links[t->n_links].secret = *secret;
        t->links[t->n_links].row = *row;
        into(t->link_cells, ARRAY_LEN(t->link_cells), secret, t->n_links++);
}

struct look_kept *table_look(struct table *t, uint32_t associate, uint32_t card, uint64_t seq, bool make)
{
        uint64_t key = ((uint64_t)associate << 56) ^ ((uint64_t)card << 32) ^ seq;
        for (uint32_t at = hash_of(&key);; at++) {
                uint32_t cell = t->look_cells[at % ARRAY_LEN(t->look_cells)];
                if (cell == 0)
                        break;
                struct look_kept *l = &t->looks[cell - 1];
                if (l->associate == associate && l->card == card && l->seq == seq)
                        return l;
        }
        if (!make)
                return NULL;
        if (t->n_looks == LOOKS_MOST)
                full("looks");
        t->looks[t->n_looks] = (struct look_kept){.associate = associate, .card = card, .seq = seq};
        into(t->look_cells, ARRAY_LEN(t->look_cells), &key, t->n_looks);
        return &t->looks[t->n_looks++];
}

/* ---- requests ---- */
static uint32_t find_request(const struct table *t, const struct request_key *key)
{
        for (uint32_t at = hash_of(&key->key);; at++) {
                uint32_t cell = t->request_cells[at % ARRAY_LEN(t->request_cells)];
                if (cell == 0)
                        return UINT32_MAX;
                if (memcmp(&t->requests[cell - 1].key, key, sizeof(*key)) == 0)
                        return cell - 1;
        }
}

static void put_request(struct table *t, const struct write *w)
{
        uint32_t at = find_request(t, &w->request.key);
        if (at == UINT32_MAX) {
                if (t->n_requests == REQUESTS_MOST)
                        full("requests");
                at = t->n_requests++;
                t->requests[at].key = w->request.key;
                into(t->request_cells, ARRAY_LEN(t->request_cells), &w->request.key.key, at);
        }
        t->requests[at].row = w->request.row;
}

static void rebuild_sessions(struct table *t)
{
        memset(t->session_cells, 0, sizeof(t->session_cells));
        for (uint32_t i = 0; i < t->n_sessions; i++)
                into(t->session_cells, ARRAY_LEN(t->session_cells), &t->sessions[i].token, i);
}

static void rebuild_links(struct table *t)
{
        memset(t->link_cells, 0, sizeof(t->link_cells));
        for (uint32_t i = 0; i < t->n_links; i++)
                into(t->link_cells, ARRAY_LEN(t->link_cells), &t->links[i].secret, i);
}

static const char *renew(struct table *t, const struct write *w)
{
        uint32_t at = w->renewal.link ? table_link(t, &w->renewal.old) : table_session(t, &w->renewal.old);
        if (at == UINT32_MAX)
                return "something is renewed that is not there";
        if (w->renewal.link && t->links[at].row.used)
                return "a used link is renewed";
        if (w->renewal.link) {
                t->links[at].secret = w->renewal.fresh;
                rebuild_links(t);
        } else {
                t->sessions[at].token = w->renewal.fresh;
                rebuild_sessions(t);
        }
        return NULL;
}

/* ---- rows ---- */
static void put_consent(struct table *t, uint32_t person, const struct consent_row *row)
{
        struct person_kept *p = table_person(t, person);
        for (uint32_t i = 0; i < p->n_consents; i++) {
                struct consent_row *c = &p->consents[i];
                if (c->purpose == row->purpose && c->category == row->category && c->mode == row->mode &&
                        c->store == row->store) {
                        *c = *row;
                        return;
                }
        }
        if (p->n_consents == CONSENT_ROWS_MAX)
                full("consents");
        p->consents[p->n_consents++] = *row;
}

static const char *put_visit(struct table *t, const struct live_visit_row *row, int64_t now)
{
        struct person_kept *p = table_person(t, row->person);
        struct visit_kept *newest = table_newest(t, row->person), *v = newest;
        if (!v || memcmp(&v->row.id, &row->id, sizeof(row->id)) != 0)
                v = table_visit(t, &row->id);
        if (!v) {
                if (newest && newest->row.state != VISIT_ENDED)
                        return "a second visit of hers while one is open";
                if (t->n_visits == VISITS_MOST)
                        full("visits");
                v = &t->visits[t->n_visits++];
                *v = (struct visit_kept){.before = p->newest_visit, .began = now};
                p->newest_visit = t->n_visits;
        } else if (v->row.state == VISIT_ENDED) {
                return "a visit that has ended is changed";
        }
        bool won = row->alert_state == ALERT_ACCEPTED || row->alert_state == ALERT_WITH_HER;
        if (won && v->winner && v->winner != row->served_by)
                return "a second associate has won";
        if (row->if_busy != v->row.if_busy) /* if she was asked for it, the clock begins anew */
                v->open_since = now;
        if (row->alert_state == ALERT_OFFERED && v->row.alert_state != ALERT_OFFERED)
                v->sought_since = now;
        if (row->alert_state == ALERT_OFFERED &&
                (v->row.alert_state != ALERT_OFFERED || v->row.state != VISIT_OPEN))
                v->open_since = now;
        if (row->alert_state == ALERT_OFFERED)
                v->winner = 0;
        if (won && !v->accepted)
                v->accepted = now;
        if (won)
                v->winner = row->served_by;
        if (row->alert_state == ALERT_WITH_HER && !v->reached)
                v->reached = now;
        if (row->alert_state == ALERT_NOBODY && !v->told_none)
                v->told_none = now;
        if (row->state == VISIT_ENDED)
                v->ended = now;
        v->row = *row;
        return NULL;
}

const char *table_stream(struct stream_kept *s, const struct stream_row *row)
{
        if (row->seq != s->seq + 1)
                return row->seq <= s->seq ? "a number of a stream is given twice" : "a stream has a gap";
        s->seq = row->seq;
        s->events[row->seq % EVENTS_KEPT] = *row;
        uint32_t at = 0;
        while (at < s->n_open && s->open[at].card != row->card)
                at++;
        if (row->kind == STREAM_CARD && at == s->n_open) {
                if (row->card <= s->last_card)
                        return "a card's number is given twice";
                if (s->n_open == OPEN_MOST)
                        full("open cards");
                s->open[s->n_open].card = row->card;
                s->open[s->n_open++].visit = row->visit;
        } else if (row->kind == STREAM_RETRACT && at < s->n_open) {
                s->open[at] = s->open[--s->n_open];
        } else if (row->kind == STREAM_STATE && at == s->n_open) {
                return "a state of a card that is not open";
        }
        if (row->card > s->last_card)
                s->last_card = row->card;
        return NULL;
}

static const char *put_offer(struct table *t, const struct write *w, int64_t now)
{
        struct visit_kept *v = table_visit(t, &w->offer.visit);
        if (!v)
                return "an offer of a visit that is not there";
        uint32_t at = 0;
        while (at < v->n_offers && memcmp(&v->offers[at].id, &w->offer.id, sizeof(w->offer.id)) != 0)
                at++;
        if (at == OFFERS_MOST)
                return "a visit is offered without end";
        struct offer *o = &v->offers[at];
        if (at == v->n_offers) {
                v->n_offers++;
                *o = (struct offer){
                        .id = w->offer.id, .made = now, .rung = w->offer.rung, .offered = w->offer.offered};
        } else if (o->answered && w->offer.answered && o->reply != w->offer.reply &&
                   o->reply == REPLY_ACCEPT) {
                return NULL; /* accepted, and handed over later: the row of the turn says so */
        }
        o->associate = w->offer.associate;
        o->answered = w->offer.answered;
        o->reply = w->offer.reply;
        return NULL;
}

static uint64_t number_after(const char *text, const char *name)
{
        const char *at = strstr(text, name);
        return at ? strtoull(at + strlen(name), NULL, 10) : 0;
}

static const char *put_look(struct table *t, const struct write *w)
{
        char head[201];
        memcpy(head, w->disclosure.card, 200);
        head[200] = 0;
        struct look_kept *l = table_look(t, w->disclosure.associate,
                (uint32_t)number_after(head, "\"card\":"), number_after(head, "\"seq\":"), true);
        if (l->times++ == 0)
                l->id = w->disclosure.id;
        /* As the store: an id that is there already changes nothing. */
        return memcmp(&l->id, &w->disclosure.id, sizeof(l->id)) != 0 ? "one look is on her record twice"
                                                                     : NULL;
}

static void put_device(struct table *t, const struct device_row *row)
{
        uint32_t i = 0;
        while (i < t->n_devices && t->devices[i].id != row->id)
                i++;
        if (i == DEVICES_MOST)
                full("devices");
        t->devices[i] = *row;
        t->n_devices += i == t->n_devices;
}

static void put_devices(struct table *t, const struct write *w)
{
        for (uint32_t i = 0; i < t->n_devices; i++) {
                struct device_row *d = &t->devices[i];
                if (d->person != w->devices.person || d->gone)
                        continue;
                d->silent = w->devices.silent;
                if (w->devices.gone)
                        *d = (struct device_row){
                                .id = d->id, .bound = d->bound, .until = d->until, .gone = w->devices.gone};
        }
}

static void put_sensor(struct table *t, const struct write *w)
{
        for (uint32_t i = 0; i < t->n_sensors; i++) {
                struct sensor_row *row = &t->sensors[i];
                if (w->kind == WRITE_SENSOR && row->id == w->sensor.id)
                        *row = w->sensor;
                if (w->kind == WRITE_CLAIMED && row->id == w->claimed.sensor) {
                        row->boot = w->claimed.boot;
                        row->seq = w->claimed.seq;
                }
        }
}

static void put_choice(struct table *t, const struct write *w)
{
        struct person_kept *p = table_person(t, w->line_choice.person);
        for (uint32_t i = 0; i < p->n_lines; i++)
                for (uint32_t k = 0; k < w->line_choice.n; k++)
                        if (p->lines[i].row.ref == w->line_choice.line_refs[k])
                                p->lines[i].row.choice = w->line_choice.choice;
}

static void put_person(struct table *t, const struct write *w)
{
        struct person_kept *p = table_person(t, w->guest.person);
        if (w->kind == WRITE_GUEST) {
                *p = (struct person_kept){.row = {.id = w->guest.person}};
                if (w->guest.person >= t->next_guest)
                        t->next_guest = w->guest.person + 1;
        } else {
                p->row.greet = w->enrol.greet;
        }
        p->row.enrolled = true;
}

static const char *put_link(struct table *t, const struct write *w)
{
        if (w->kind == WRITE_LINK) {
                table_put_link(t, &w->link.secret, &w->link.row);
                return NULL;
        }
        uint32_t at = table_link(t, &w->link_used.secret);
        if (at == UINT32_MAX)
                return "a link is used up that is not there";
        if (t->links[at].row.used)
                return "a link is used up twice";
        t->links[at].row.used = true;
        return NULL;
}

static void put_thanks(struct table *t, const struct write *w)
{
        struct visit_kept *v = table_visit(t, &w->thanks.visit);
        if (v)
                v->thanked = true;
}

const char *table_apply(struct table *t, const struct write *w, int64_t now)
{
        switch (w->kind) {
        case WRITE_GUEST:
        case WRITE_ENROL:
                return put_person(t, w), NULL;
        case WRITE_PREFERRED:
                return table_person(t, w->preferred.person)->row.preferred = w->preferred.associate, NULL;
        case WRITE_SESSION:
                table_put_session(t, &w->session.token, &w->session.row);
                return NULL;
        case WRITE_LINK:
        case WRITE_LINK_USED:
                return put_link(t, w);
        case WRITE_CONSENT:
                return put_consent(t, w->consent.person, &w->consent.row), NULL;
        case WRITE_LINE_CHOICE:
                put_choice(t, w);
                return NULL;
        case WRITE_VISIT:
                return put_visit(t, &w->visit, now);
        case WRITE_STREAM:
                if (w->stream.row.associate == 0 || w->stream.row.associate > ASSOCIATES_MOST)
                        return "an event of nobody's stream";
                return table_stream(&t->streams[w->stream.row.associate], &w->stream.row);
        case WRITE_OFFER:
                return put_offer(t, w, now);
        case WRITE_DISCLOSURE:
                return put_look(t, w);
        case WRITE_CLEARED:
                t->n_cleared++;
                return NULL;
        case WRITE_THANKS:
                return put_thanks(t, w), NULL;
        case WRITE_DEVICE:
                return put_device(t, &w->device), NULL;
        case WRITE_DEVICES:
                return put_devices(t, w), NULL;
        case WRITE_SENSOR:
        case WRITE_CLAIMED:
                return put_sensor(t, w), NULL;
        case WRITE_REQUEST:
                return put_request(t, w), NULL;
        case WRITE_RENEWAL:
                return renew(t, w);
        case WRITE_RECEIPT: /* says what the consent events say */
        case WRITE_MANAGER: /* no manager signs in here */
        case WRITE_MANAGER_GONE:
        case WRITE_PIN:
        case WRITE_PIN_GONE:
        case WRITE_SIGN_IN:
        case WRITE_SIGN_OUT:
        case WRITE_SIGN_TRIES:
        case WRITE_SIGN_LIFE:
        case WRITE_SESSION_SEEN:
        case WRITE_SESSION_END:
        case WRITE_NOTICE:
        case WRITE_HOUSE:
        case WRITE_REMEMBER: /* nothing is checked here, and no rules change */
        case WRITE_SHIFT:
        case WRITE_PRACTISED:
        case WRITE_FIRST_STEP:
        case WRITE_WALKIN:
        case WRITE_KEEP:
        case WRITE_LOOKS:
        case WRITE_THANK_YOU:
        case WRITE_NOTE:
        case WRITE_NOTES_GONE:
        case WRITE_BOOK:
                return NULL;
        }
        return "a write of no known kind";
}
