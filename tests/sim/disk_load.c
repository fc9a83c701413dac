/* What the core reads: dossiers, and the snapshot of a start. Every text of a person carries her mark
 * (sim.h), so that whatever leaves the hub can be searched for whose it is. */
#include "tests/sim/disk.h"

#include "server/core/consent.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POOL_BYTES 1024

struct pool {
        char *at;
        uint32_t used;
};

static pooled keep(struct pool *pool, const char *text)
{
        size_t len = strlen(text) + 1;
        uint32_t at = pool->used;
        if (len == 1 || at + len > POOL_BYTES)
                return 0;
        memcpy(pool->at + at, text, len);
        pool->used += (uint32_t)len;
        return at;
}

static void put_line(struct pool *pool, const struct line *from, struct purchase *out)
{
        static const char *const kinds[] = {"Coats", "Boots", "Knitwear"};
        char text[24];
        *out = from->row;
        /* `ref` is person * 100 + number of the line. */
        snprintf(text, sizeof(text), "Q%c%04u-%u",
                from->category == CATEGORY_ONLINE         ? 'o'
                : from->category == CATEGORY_OTHER_STORES ? 't'
                                                          : 'i',
                (unsigned)(from->row.ref / 100) - 1, (unsigned)(from->row.ref % 100));
        out->item = keep(pool, text);
        out->kind = keep(pool, kinds[from->row.ref % 3]);
        out->brand = keep(pool, "Northline");
        out->department = keep(pool, "Shoes");
        out->size = keep(pool, "38");
}

static void put_lines(struct table *t, const struct effect *e, struct dossier *d, struct person_kept *p)
{
        struct purchase *lines = (struct purchase *)(void *)((char *)d + d->lines_at);
        struct pool pool = {(char *)d + d->pool_at, 1};
        (void)t;
        for (uint32_t i = 0; i < p->n_lines; i++)
                if ((e->load.assume & CATEGORY_BIT(p->lines[i].category)) ||
                        consent_category_ok(
                                p->consents, p->n_consents, (enum category)p->lines[i].category, e->load.now))
                        put_line(&pool, &p->lines[i], &lines[d->n_lines++]);
}

static void put_visits(
        struct table *t, const struct effect *e, struct dossier *d, const struct person_kept *p)
{
        uint32_t today = 0, ended = 0;
        for (uint32_t at = p->newest_visit; at; at = t->visits[at - 1].before) {
                const struct visit_kept *v = &t->visits[at - 1];
                today += v->row.day == e->load.day;
                if (v->row.state != VISIT_ENDED)
                        continue;
                if (ended++ == 0)
                        d->last = (struct last_visit_row){.id = v->row.id,
                                .known = true,
                                .served_by = v->row.served_by,
                                .lines_seen = v->row.lines_seen,
                                .ended = v->row.changed,
                                .thanked = v->thanked};
        }
        d->person.alerts_today = (uint8_t)(today > 255 ? 255 : today);
        d->person.visits = (uint8_t)(ended > 255 ? 255 : ended);
}

static void put_person(struct table *t, const struct effect *e, struct dossier *d, uint32_t person)
{
        struct person_kept *p = table_person(t, person);
        if (!p || p->row.id == 0 || !(e->load.want & (WANT_PERSON | WANT_LINES)))
                return;
        d->found |= DOSSIER_PERSON;
        d->person = p->row;
        d->person.enrolled =
                p->row.enrolled && consent_alert_standing(p->consents, p->n_consents, e->load.now);
        d->n_consents = p->n_consents;
        memcpy(d->consents, p->consents, p->n_consents * sizeof(p->consents[0]));
        d->n_evidence = p->n_evidence;
        memcpy(d->evidence, p->evidence, sizeof(p->evidence));
        put_visits(t, e, d, p);
        if (e->load.want & WANT_LINES)
                put_lines(t, e, d, p);
}

static uint32_t request_at(const struct table *t, const struct request_key *key)
{
        uint64_t h;
        memcpy(&h, &key->key, sizeof(h));
        for (uint32_t at = (uint32_t)((h * UINT64_C(0x9E3779B97F4A7C15)) >> 40);; at++) {
                uint32_t cell = t->request_cells[at % ARRAY_LEN(t->request_cells)];
                if (cell == 0)
                        return UINT32_MAX;
                if (memcmp(&t->requests[cell - 1].key, key, sizeof(*key)) == 0)
                        return cell - 1;
        }
}

/* What was done for this request before, and until when what it made is good. */
static void put_request(const struct table *t, const struct effect *e, struct dossier *d)
{
        uint32_t at = request_at(t, &e->load.request);
        if (at == UINT32_MAX || t->requests[at].row.at <= e->load.request_since)
                return;
        d->found |= DOSSIER_REQUEST;
        d->request = t->requests[at].row;
        if (!d->request.has_made)
                return;
        uint32_t session = table_session(t, &d->request.made), link = table_link(t, &d->request.made);
        if (session != UINT32_MAX)
                d->request.made_until = t->sessions[session].row.expires;
        if (link != UINT32_MAX && !t->links[link].row.used)
                d->request.made_until = t->links[link].row.expires;
}

struct dossier *table_load(struct table *t, const struct effect *e)
{
        size_t lines_at = (sizeof(struct dossier) + 15) & ~(size_t)15;
        size_t pool_at = lines_at + LINES_MOST * sizeof(struct purchase), size = pool_at + POOL_BYTES;
        struct dossier *d = calloc(1, size);
        if (!d)
                exit(2);
        d->size_bytes = (uint32_t)size;
        d->lines_at = (uint32_t)lines_at;
        d->pool_at = (uint32_t)pool_at;
        d->pool_size = POOL_BYTES;
        memcpy(d->currency, "EUR", 4);
        uint32_t person = e->load.by == LOAD_BY_PERSON ? e->load.person : 0, at;
        if (e->load.ask)
                put_request(t, e, d);
        if (e->load.by == LOAD_BY_REQUEST)
                person = d->request.person;
        if (e->load.by == LOAD_BY_TOKEN && (at = table_session(t, &e->load.key)) != UINT32_MAX) {
                d->found |= DOSSIER_SESSION;
                d->session = t->sessions[at].row;
                if (d->session.kind == SESSION_PHONE)
                        person = d->session.subject;
        }
        if (e->load.by == LOAD_BY_LINK && (at = table_link(t, &e->load.key)) != UINT32_MAX) {
                d->found |= DOSSIER_LINK;
                d->link = t->links[at].row;
                person = d->link.person;
        }
        if (e->load.by == LOAD_BY_EXTERNAL_ID) /* "c17" is surrogate 17 */
                person = (uint32_t)strtoul(e->load.external + 1, NULL, 10);
        if (e->load.want & WANT_SALES)
                d->found |= DOSSIER_SALES;
        if (person)
                put_person(t, e, d, person);
        return d;
}

static int as_offered(const void *a, const void *b)
{
        const struct offer_row *x = a, *y = b;
        return x->offered < y->offered ? -1 : x->offered > y->offered;
}

/* Of the last hour, by the wall clock. */
static void put_offers(const struct table *t, wall_ms now, struct saved *out)
{
        struct snapshot *s = &out->snapshot;
        s->offers = out->offers;
        for (uint32_t i = 0; i < t->n_visits; i++)
                for (uint32_t k = 0; k < t->visits[i].n_offers && s->n_offers < OFFERS_MAX; k++)
                        if (t->visits[i].offers[k].offered > now - HOUR_MS)
                                out->offers[s->n_offers++] = (struct offer_row){
                                        t->visits[i].offers[k].associate, t->visits[i].offers[k].offered};
        qsort(out->offers, s->n_offers, sizeof(out->offers[0]), as_offered);
}

void table_snapshot(struct table *t, struct roster *roster, store_day day, wall_ms now, struct saved *out)
{
        struct snapshot *s = &out->snapshot;
        *s = (struct snapshot){.roster = roster,
                .visits = out->visits,
                .stream = out->stream,
                .next_guest = t->next_guest,
                .devices = t->devices,
                .n_devices = t->n_devices,
                .sensors = t->sensors,
                .n_sensors = t->n_sensors,
                .notices = &out->notice,
                .n_notices = 1};
        for (uint32_t i = 0; i < roster->n_associates; i++) {
                const struct stream_kept *k = &t->streams[roster->associates[i].id];
                roster->associates[i].last_card = k->last_card;
                uint64_t from = k->seq > STREAM_SAVED ? k->seq - STREAM_SAVED + 1 : 1;
                for (uint64_t seq = from; seq <= k->seq; seq++)
                        out->stream[s->n_stream++] = k->events[seq % EVENTS_KEPT];
        }
        for (uint32_t i = 0; i < t->n_visits; i++) {
                const struct visit_kept *v = &t->visits[i];
                if (v->row.state != VISIT_ENDED)
                        out->visits[s->n_visits++] = v->row;
                if (v->row.day != day)
                        continue;
                s->arrivals_today++;
                s->met_today += v->reached != 0;
                s->nobody_today += v->row.alert_state == ALERT_NOBODY;
        }
        put_offers(t, now, out);
        memset(s->epoch.b, 0xe0, sizeof(s->epoch.b));
}
