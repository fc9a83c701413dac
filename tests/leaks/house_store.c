/* The house's small store: her purchases out of the twin's rows, and what became durable. */
#include "tests/leaks/house.h"

#include "server/core/consent.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put_texts(struct dossier *d, const struct row *r, struct purchase *l)
{
        static const char *const departments[] = {"Shoes", "Women", "Men"};
        char *pool = (char *)d + d->pool_at;
        const char *texts[] = {r->kind, r->brand, r->item, r->colour, r->size,
                r->department < 3 ? departments[r->department] : "other", r->store_name};
        pooled *to[] = {&l->kind, &l->brand, &l->item, &l->colour, &l->size, &l->department, &l->store_name};
        for (int i = 0; i < 7; i++) {
                size_t n = strlen(texts[i]) + 1;
                *to[i] = n == 1 ? 0 : d->pool_size;
                if (n == 1)
                        continue;
                memcpy(pool + d->pool_size, texts[i], n);
                d->pool_size += (uint32_t)n;
        }
}

static void put_row(struct dossier *d, const struct row *r, uint8_t choice)
{
        struct purchase *l = (struct purchase *)(void *)((char *)d + d->lines_at) + d->n_lines++;
        *l = (struct purchase){.at = r->at,
                .unit_price = r->price,
                .ref = r->ref,
                .age_days = r->age_days,
                .age_months = r->age_months,
                .store = r->store,
                .seller = r->seller,
                .quantity = r->quantity,
                .department_index = r->department,
                .channel = r->channel,
                .status = r->status,
                .gift = r->gift,
                .sensitive = r->sensitive || !r->kind[0], /* as the store has it */
                .choice = choice,
                .month = r->month,
                .year = r->year};
        put_texts(d, r, l);
}

static void put_lines(const struct customer *c, const struct effect *e, struct dossier *d)
{
        for (uint32_t i = 0; c->store && i < c->store->n; i++) {
                const struct row *r = &c->store->rows[i];
                enum category category = r->channel == CHANNEL_ONLINE ? CATEGORY_ONLINE
                                         : r->store != 1              ? CATEGORY_OTHER_STORES
                                                                      : CATEGORY_INSTORE;
                uint8_t choice = r->choice;
                if (!(e->load.assume & CATEGORY_BIT(category)) &&
                        !consent_category_ok(c->consents, c->n_consents, category, e->load.now))
                        continue;
                for (uint32_t k = 0; k < c->n_chosen; k++)
                        if (c->chosen[k].ref == r->ref)
                                choice = c->chosen[k].choice;
                put_row(d, r, choice);
        }
}

static void put_note(struct dossier *d, uint32_t author, const char *text)
{
        struct kept_note *note = &d->notes[d->n_notes++];
        size_t n = strlen(text) + 1;
        *note = (struct kept_note){
                .author = author, .at = HOUSE_WALL - DAY_MS - d->n_notes, .text = d->pool_size};
        memset(note->id.b, (int)d->n_notes, sizeof note->id.b);
        memcpy((char *)d + d->pool_at + d->pool_size, text, n);
        d->pool_size += (uint32_t)n;
}

/* What the watcher wrote herself is the same in both houses; what somebody else did is not, and is nobody's
 * to see but the author's: of a stand-in's view, that of her whom the customer chose. */
static void put_notes(const struct twin_house *h, const struct customer *c, struct dossier *d, wall_ms now)
{
        char text[NOTE_BYTES];
        uint32_t other = c->row.preferred && c->row.preferred != h->watched ? c->row.preferred
                         : h->watched == 1                                  ? 2
                                                                            : 1;
        if (!consent_category_ok(c->consents, c->n_consents, CATEGORY_NOTES, now))
                return;
        snprintf(text, sizeof text, "%s%08x", MARK, (unsigned)((c->store ? c->store->n : 0) * 2654435761u));
        put_note(d, other, text);
        if (h->watched)
                put_note(d, h->watched, "likes it quiet");
}

static void put_person(struct twin_house *h, const struct effect *e, struct dossier *d, uint32_t person)
{
        const struct customer *c = person <= CUSTOMER_OTHER ? &h->customers[person] : &h->customers[0];
        if (c->row.id == 0 || c->erased || !(e->load.want & (WANT_PERSON | WANT_LINES)))
                return;
        d->found |= DOSSIER_PERSON;
        d->person = c->row;
        d->person.alerts_today = c->alerts_today;
        d->n_consents = c->n_consents;
        memcpy(d->consents, c->consents, sizeof c->consents);
        d->n_evidence = c->evidence != 0;
        d->evidence[0] = (struct evidence_row){c->evidence, 3, HOUSE_WALL - DAY_MS};
        d->last = c->last;
        put_notes(h, c, d, e->load.now);
        if (e->load.want & WANT_LINES)
                put_lines(c, e, d);
}

static uint32_t by_token(struct twin_house *h, const struct effect *e, struct dossier *d)
{
        for (enum who w = 1; w < WHO_COUNT; w++) {
                bool first = memcmp(&h->tokens[w], &e->load.key, 32) == 0;
                if (!first && memcmp(&h->seconds[w], &e->load.key, 32) != 0)
                        continue;
                d->found |= DOSSIER_SESSION;
                d->session = (struct session_row){
                        .kind = twin_house_watcher(w, false).role == ROLE_MANAGER && first ? SESSION_CONSOLE
                                                                                           : SESSION_HANDHELD,
                        .subject = w,
                        .expires = INT64_MAX};
        }
        for (uint32_t i = 1; i <= CUSTOMER_OTHER; i++)
                if (h->customers[i].row.id && !h->customers[i].erased &&
                        memcmp(&h->customers[i].phone, &e->load.key, 32) == 0) {
                        d->found |= DOSSIER_SESSION;
                        d->session = (struct session_row){
                                .kind = SESSION_PHONE, .subject = i, .expires = INT64_MAX};
                        return i;
                }
        return 0;
}

static uint32_t by_link(struct twin_house *h, const struct effect *e, struct dossier *d)
{
        for (uint32_t i = 0; i < h->n_links; i++)
                if (memcmp(&h->links[i].secret, &e->load.key, 32) == 0) {
                        d->found |= DOSSIER_LINK;
                        d->link = h->links[i].row;
                        return d->link.person;
                }
        return 0;
}

/* Her own sales of today with somebody who has not joined: what she rang up herself an hour ago. */
static void put_sales(struct twin_house *h, const struct effect *e, struct dossier *d)
{
        struct dossier session = {0};
        by_token(h, e, &session);
        d->found |= DOSSIER_SALES;
        d->n_sales = 1;
        d->sales[0] = (struct sale_row){.line_ref = 77, .person = CUSTOMER_OTHER, .at = HOUSE_WALL - HOUR_MS};
        char *pool = (char *)d + d->pool_at;
        d->sales[0].item = d->pool_size;
        memcpy(pool + d->pool_size, "Evening bag", 12);
        d->pool_size += 12;
}

struct dossier *twin_house_load(struct twin_house *h, const struct effect *e)
{
        size_t lines_at = (sizeof(struct dossier) + 15) & ~(size_t)15;
        struct dossier *d = h->dossier;
        memset(d, 0, lines_at);
        d->lines_at = (uint32_t)lines_at;
        d->pool_at = (uint32_t)(lines_at + ROWS_MAX * sizeof(struct purchase));
        ((char *)d)[d->pool_at] = 0;
        d->pool_size = 1;
        memcpy(d->currency, "EUR", 4);
        uint32_t person = e->load.by == LOAD_BY_PERSON ? e->load.person : 0;
        if (e->load.by == LOAD_BY_TOKEN)
                person = by_token(h, e, d);
        if (e->load.by == LOAD_BY_LINK)
                person = by_link(h, e, d);
        if (e->load.by == LOAD_BY_EXTERNAL_ID)
                person = (uint32_t)strtoul(e->load.external, NULL, 10);
        if (e->load.want & WANT_SALES)
                put_sales(h, e, d);
        if (person)
                put_person(h, e, d, person);
        d->size_bytes = d->pool_at + d->pool_size;
        return d;
}

static void apply_consent(struct customer *p, const struct consent_row *row)
{
        if (row->purpose == PURPOSE_ALERT && row->category == CATEGORY_PRESENCE && row->mode == MODE_ASK &&
                row->state != CONSENT_GIVEN)
                p->row.enrolled = false;
        for (uint32_t i = 0; i < p->n_consents; i++) {
                struct consent_row *c = &p->consents[i];
                if (c->purpose == row->purpose && c->category == row->category && c->mode == row->mode &&
                        c->store == row->store) {
                        *c = *row;
                        return;
                }
        }
        assert(p->n_consents < CONSENT_ROWS_MAX);
        p->consents[p->n_consents++] = *row;
}

static void apply_visit(struct twin_house *h, const struct live_visit_row *row)
{
        uint32_t i = 0;
        while (i < h->n_visits && memcmp(&h->visits[i].id, &row->id, sizeof row->id) != 0)
                i++;
        assert(i < sizeof h->visits / sizeof h->visits[0]);
        h->visits[i] = *row;
        struct customer *c = &h->customers[row->person];
        if (i == h->n_visits) {
                h->n_visits++;
                c->alerts_today++;
        }
        if (row->state == VISIT_ENDED)
                c->last = (struct last_visit_row){.id = row->id,
                        .known = true,
                        .served_by = row->served_by,
                        .lines_seen = row->lines_seen,
                        .ended = row->changed};
}

static void apply_choice(struct twin_house *h, const struct write *w)
{
        struct customer *c = &h->customers[w->line_choice.person];
        for (uint32_t i = 0; i < w->line_choice.n; i++) {
                assert(c->n_chosen < sizeof c->chosen / sizeof c->chosen[0]);
                c->chosen[c->n_chosen].ref = w->line_choice.line_refs[i];
                c->chosen[c->n_chosen++].choice = w->line_choice.choice;
        }
}

void twin_house_apply(struct twin_house *h, const struct write *w)
{
        if (w->kind == WRITE_CONSENT)
                apply_consent(&h->customers[w->consent.person], &w->consent.row);
        else if (w->kind == WRITE_VISIT)
                apply_visit(h, &w->visit);
        else if (w->kind == WRITE_LINE_CHOICE)
                apply_choice(h, w);
        else if (w->kind == WRITE_PREFERRED)
                h->customers[w->preferred.person].row.preferred = w->preferred.associate;
        else if (w->kind == WRITE_SESSION && w->session.row.kind == SESSION_PHONE)
                h->customers[w->session.row.subject].phone =
                        w->session.row.expires > h->wall ? w->session.token : (struct digest){0};
        else if (w->kind == WRITE_ENROL)
                h->customers[w->enrol.person].row.enrolled = true;
        else if (w->kind == WRITE_LINK) {
                assert(h->n_links < sizeof h->links / sizeof h->links[0]);
                h->links[h->n_links].secret = w->link.secret;
                h->links[h->n_links++].row = w->link.row;
        } else if (w->kind == WRITE_STREAM) {
                assert(h->n_stream < sizeof h->stream / sizeof h->stream[0]);
                h->stream[h->n_stream++] = w->stream.row;
                if (w->stream.row.card > h->last_card[w->stream.row.associate])
                        h->last_card[w->stream.row.associate] = w->stream.row.card;
        }
}
