/* The rig's small store: a few people, and the answers to LOAD and COMMIT that the real store gives. */
#include "tests/core/rig.h"

#include "server/core/consent.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const char pool[] =
        "\0Coats\0Northline\0Navy coat\0navy\00038\0Women\0Downtown\0Knitwear\0Wool jumper";
enum {
        P_COATS = 1,
        P_NORTHLINE = 7,
        P_NAVY_COAT = 17,
        P_NAVY = 27,
        P_38 = 32,
        P_WOMEN = 35,
        P_DOWNTOWN = 41,
        P_KNIT = 50,
        P_JUMPER = 59
};

static void add_line(struct rig_person *p, uint32_t seller, enum channel channel, uint32_t store,
        uint64_t ref, int age_days)
{
        bool online = channel == CHANNEL_ONLINE;
        p->lines[p->n_lines++] = (struct purchase){.at = RIG_START - age_days * DAY_MS,
                .unit_price = 29900,
                .ref = ref,
                .age_days = age_days,
                .age_months = age_days / 30,
                .store = store,
                .seller = seller,
                .quantity = 1,
                .kind = online ? P_KNIT : P_COATS,
                .brand = P_NORTHLINE,
                .item = online ? P_JUMPER : P_NAVY_COAT,
                .colour = P_NAVY,
                .size = P_38,
                .department = P_WOMEN,
                .store_name = P_DOWNTOWN,
                .department_index = 1,
                .channel = (uint8_t)channel,
                .month = 2,
                .year = 2026};
}

void rig_people(struct rig *r)
{
        struct rig_person *anna = &r->people[ANNA], *bo = &r->people[BO], *mia = &r->people[MIA];
        anna->row = (struct person_row){.id = ANNA, .first = "Anna", .last = "Berg"};
        add_line(anna, MARIA, CHANNEL_IN_STORE, 1, 101, 3);
        add_line(anna, JONAS, CHANNEL_IN_STORE, 1, 102, 40);
        add_line(anna, 0, CHANNEL_ONLINE, 9, 103, 10);
        anna->evidence[0] = (struct evidence_row){MARIA, 4, RIG_START - DAY_MS};
        anna->n_evidence = 1;
        bo->row = (struct person_row){.id = BO, .first = "Bo", .last = "Lind"};
        bo->evidence[0] = (struct evidence_row){JONAS, 2, RIG_START - DAY_MS};
        bo->n_evidence = 1;
        mia->row = (struct person_row){.id = MIA, .first = "Mia", .last = "Ek", .minor = true};
}

/* ---- the small store ---- */
static bool category_of(const struct purchase *l, uint32_t *bit)
{
        *bit = CATEGORY_BIT(l->channel == CHANNEL_ONLINE ? CATEGORY_ONLINE
                            : l->store != 1              ? CATEGORY_OTHER_STORES
                                                         : CATEGORY_INSTORE);
        return true;
}

/* Their texts lie behind the pool's own. */
static void put_notes(const struct rig_person *p, const struct effect *e, struct dossier *d)
{
        if (!consent_category_ok(p->consents, p->n_consents, CATEGORY_NOTES, e->load.now))
                return;
        for (uint32_t i = 0; i < p->n_notes; i++) {
                const struct write *w = &p->notes[i];
                size_t len = strlen(w->note.text) + 1;
                char *end = (char *)d + d->pool_at + d->pool_size;
                d->notes[d->n_notes++] = (struct kept_note){.id = w->note.id,
                        .author = w->note.author,
                        .at = w->note.at,
                        .shown = p->note_shown,
                        .text = d->pool_size};
                memcpy(end, w->note.text, len);
                d->pool_size += (uint32_t)len;
                d->size_bytes += (uint32_t)len;
        }
}

static void put_person(struct rig *r, const struct effect *e, struct dossier *d, uint32_t person)
{
        if (person >= 0x80000000u)
                person = RIG_PEOPLE - 1;
        const struct rig_person *p = &r->people[person < RIG_PEOPLE ? person : 0];
        if (p->row.id == 0 || !(e->load.want & (WANT_PERSON | WANT_LINES)))
                return;
        d->found |= DOSSIER_PERSON;
        d->person = p->row;
        for (uint32_t i = 0; i < r->n_visits; i++) {
                if (r->visits[i].person != p->row.id)
                        continue;
                d->person.alerts_today = (uint8_t)(d->person.alerts_today + (r->visits[i].day == r->day));
                if (r->visits[i].day > d->person.last_day)
                        d->person.last_day = r->visits[i].day;
        }
        if ((e->load.want & WANT_RECEIPTS) && p->receipts_day == e->load.day)
                d->person.receipts_today =
                        (uint8_t)(p->receipts < RECEIPTS_A_DAY ? p->receipts : RECEIPTS_A_DAY);
        d->n_consents = p->n_consents;
        memcpy(d->consents, p->consents, sizeof(p->consents));
        d->n_evidence = p->n_evidence;
        memcpy(d->evidence, p->evidence, sizeof(p->evidence));
        d->last = p->last;
        put_notes(p, e, d);
        if (!(e->load.want & WANT_LINES))
                return;
        struct purchase *lines = (struct purchase *)(void *)((char *)d + d->lines_at);
        for (uint32_t i = 0; i < p->n_lines; i++) {
                uint32_t bit;
                category_of(&p->lines[i], &bit);
                enum category c = bit == CATEGORY_BIT(CATEGORY_ONLINE)         ? CATEGORY_ONLINE
                                  : bit == CATEGORY_BIT(CATEGORY_OTHER_STORES) ? CATEGORY_OTHER_STORES
                                                                               : CATEGORY_INSTORE;
                if ((e->load.assume & bit) || consent_category_ok(p->consents, p->n_consents, c, e->load.now))
                        lines[d->n_lines++] = p->lines[i];
        }
}

/* The till's "line-101" is Anna's coat, which Maria sold. */
static uint32_t put_line(const struct rig *r, const struct effect *e, struct dossier *d)
{
        if (strcmp(e->load.external, "line-101") != 0)
                return 0;
        d->found |= DOSSIER_LINK;
        d->link = (struct link_row){.kind = LINK_JOIN, .person = ANNA, .associate = MARIA, .line_ref = 101};
        d->link.department = r->sold_in;
        for (uint32_t i = 0; i < r->n_links; i++)
                d->link.used |= r->links[i].row.line_ref == 101;
        return ANNA;
}

static uint32_t find_request(const struct rig *r, const struct request_key *key)
{
        uint32_t i = 0;
        while (i < r->n_requests && memcmp(&r->requests[i].key, key, sizeof(*key)) != 0)
                i++;
        return i;
}

/* What was done for this request before, and until when what it made is good. */
static void put_request(const struct rig *r, const struct effect *e, struct dossier *d)
{
        uint32_t at = find_request(r, &e->load.request);
        if (at == r->n_requests || r->requests[at].row.at <= e->load.request_since)
                return;
        d->found |= DOSSIER_REQUEST;
        d->request = r->requests[at].row;
        for (uint32_t i = 0; d->request.has_made && i < r->n_sessions; i++)
                if (memcmp(&r->sessions[i].token, &d->request.made, sizeof(d->request.made)) == 0)
                        d->request.made_until = r->sessions[i].row.expires;
        for (uint32_t i = 0; d->request.has_made && i < r->n_links; i++)
                if (!r->links[i].row.used &&
                        memcmp(&r->links[i].secret, &d->request.made, sizeof(d->request.made)) == 0)
                        d->request.made_until = r->links[i].row.expires;
}

static void apply_request(struct rig *r, const struct write *w)
{
        uint32_t at = find_request(r, &w->request.key);
        assert(at < RIG_REQUESTS);
        if (at == r->n_requests)
                r->n_requests++;
        r->requests[at].key = w->request.key;
        r->requests[at].row = w->request.row;
}

static void apply_renewal(struct rig *r, const struct write *w)
{
        uint32_t done = 0;
        for (uint32_t i = 0; !w->renewal.link && i < r->n_sessions; i++)
                if (memcmp(&r->sessions[i].token, &w->renewal.old, sizeof(w->renewal.old)) == 0) {
                        r->sessions[i].token = w->renewal.fresh;
                        done++;
                }
        for (uint32_t i = 0; w->renewal.link && i < r->n_links; i++)
                if (memcmp(&r->links[i].secret, &w->renewal.old, sizeof(w->renewal.old)) == 0) {
                        assert(!r->links[i].row.used);
                        r->links[i].secret = w->renewal.fresh;
                        done++;
                }
        assert(done == 1);
}

struct dossier *rig_load(struct rig *r, const struct effect *e)
{
        size_t lines_at = (sizeof(struct dossier) + 15) & ~(size_t)15;
        size_t sessions_at = lines_at + RIG_LINES * sizeof(struct purchase);
        size_t pool_at = sessions_at + RIG_SESSIONS * sizeof(struct session_listed);
        size_t size = pool_at + sizeof(pool);
        struct dossier *d = calloc(1, size + NOTES_MAX * NOTE_BYTES);
        assert(d);
        d->size_bytes = (uint32_t)size;
        d->lines_at = (uint32_t)lines_at;
        d->sessions_at = (uint32_t)sessions_at;
        d->pool_at = (uint32_t)pool_at;
        d->pool_size = sizeof(pool);
        memcpy((char *)d + pool_at, pool, sizeof(pool));
        memcpy(d->currency, "EUR", 4);
        uint32_t person = e->load.by == LOAD_BY_PERSON ? e->load.person : 0;
        if (person)
                r->as_of = e->load.as_of;
        if (e->load.ask)
                put_request(r, e, d);
        if (e->load.by == LOAD_BY_REQUEST)
                person = d->request.person;
        if (e->load.by == LOAD_BY_TOKEN)
                rig_find_session(r, e, d);
        if (d->session.kind == SESSION_PHONE)
                person = d->session.subject;
        if (e->load.by == LOAD_BY_SESSIONS)
                rig_list_sessions(r, e, d);
        if (e->load.by == LOAD_BY_LINK)
                for (uint32_t i = 0; i < r->n_links; i++)
                        if (memcmp(&r->links[i].secret, &e->load.key, sizeof(e->load.key)) == 0) {
                                d->found |= DOSSIER_LINK;
                                d->link = r->links[i].row;
                                d->link.item = d->link.line_ref ? P_NAVY_COAT : 0;
                                person = d->link.person;
                        }
        if (e->load.by == LOAD_BY_LINE)
                person = put_line(r, e, d);
        if (e->load.by == LOAD_BY_EXTERNAL_ID && strcmp(e->load.external, "anna") == 0)
                person = ANNA;
        if (e->load.want & WANT_SALES) {
                d->found |= DOSSIER_SALES;
                d->n_sales = 1;
                d->sales[0] = (struct sale_row){.line_ref = 101,
                        .person = ANNA,
                        .at = r->wall,
                        .item = P_NAVY_COAT,
                        .department = r->sold_in};
        }
        if (person)
                put_person(r, e, d, person);
        assert(dossier_valid(d, d->size_bytes));
        return d;
}

/* The database refuses an id that it has. */
static void apply_consent_id(struct rig *r, const struct uuid *id)
{
        for (uint32_t i = 0; i < r->n_consent_ids; i++)
                assert(memcmp(&r->consent_ids[i], id, sizeof(*id)) != 0);
        assert(r->n_consent_ids < ARRAY_LEN(r->consent_ids));
        r->consent_ids[r->n_consent_ids++] = *id;
}

struct rig_person *rig_person_of(struct rig *r, uint32_t id)
{
        return &r->people[id >= 0x80000000u ? RIG_PEOPLE - 1 : id];
}

static void apply_consent_row(struct rig_person *p, const struct consent_row *row)
{
        if (row->purpose == PURPOSE_ALERT && row->category == CATEGORY_PRESENCE && row->mode == MODE_ASK &&
                row->state != CONSENT_GIVEN)
                p->row.enrolled = false;
        if (row->mode == MODE_STANDING && row->state == CONSENT_GIVEN)
                p->row.not_todays = 0, p->not_today = 0;
        if (row->mode == MODE_NOT_TODAY && p->not_today != row->day) {
                p->row.not_todays++; /* the store counts days, and only those since the last "always" */
                p->not_today = row->day;
        }
        for (uint32_t i = 0; i < p->n_consents; i++) {
                struct consent_row *c = &p->consents[i];
                if (c->purpose == row->purpose && c->category == row->category && c->mode == row->mode &&
                        c->store == row->store) {
                        *c = *row;
                        return;
                }
        }
        p->consents[p->n_consents++] = *row;
}

static void apply_wish(struct rig *r, const struct write *w)
{
        if (w->kind == WRITE_PREFERRED) {
                rig_person_of(r, w->preferred.person)->row.preferred = w->preferred.associate;
                return;
        }
        apply_consent_id(r, &w->consent.id);
        r->last_consent.row = w->consent.row;
        r->last_consent.method = w->consent.method;
        r->last_consent.actor = w->consent.actor;
        r->last_consent.steps = w->consent.steps;
        apply_consent_row(rig_person_of(r, w->consent.person), &w->consent.row);
}

static void apply_visit(struct rig *r, const struct live_visit_row *row)
{
        uint32_t i = 0;
        while (i < r->n_visits && memcmp(&r->visits[i].id, &row->id, sizeof(row->id)) != 0)
                i++;
        assert(i < RIG_HELD);
        r->visits[i] = *row;
        if (i == r->n_visits)
                r->n_visits++;
        if (row->state == VISIT_ENDED)
                rig_person_of(r, row->person)->last = (struct last_visit_row){.id = row->id,
                        .known = true,
                        .served_by = row->served_by,
                        .lines_seen = row->lines_seen,
                        .ended = row->changed};
}

static void apply_device(struct rig *r, const struct device_row *row)
{
        uint32_t i = 0;
        while (i < r->n_devices && r->devices[i].id != row->id)
                i++;
        assert(i < RIG_HELD);
        r->devices[i] = *row;
        r->n_devices += i == r->n_devices;
}

static void apply_devices(struct rig *r, const struct write *w)
{
        for (uint32_t i = 0; i < r->n_devices; i++) {
                struct device_row *d = &r->devices[i];
                if (d->person != w->devices.person || d->gone)
                        continue;
                d->silent = w->devices.silent;
                if (w->devices.gone)
                        *d = (struct device_row){
                                .id = d->id, .bound = d->bound, .until = d->until, .gone = w->devices.gone};
        }
}

static void apply_sensor(struct rig *r, const struct sensor_row *row)
{
        uint32_t i = 0;
        while (i < r->n_sensors && r->sensors[i].id != row->id)
                i++;
        assert(i < ARRAY_LEN(r->sensors));
        r->sensors[i] = *row;
        r->n_sensors += i == r->n_sensors;
}

static void apply_wifi(struct rig *r, const struct write *w)
{
        if (w->kind == WRITE_DEVICE)
                apply_device(r, &w->device);
        if (w->kind == WRITE_DEVICES)
                apply_devices(r, w);
        if (w->kind == WRITE_SENSOR)
                apply_sensor(r, &w->sensor);
        for (uint32_t i = 0; w->kind == WRITE_CLAIMED && i < r->n_sensors; i++)
                if (r->sensors[i].id == w->claimed.sensor) {
                        r->sensors[i].boot = w->claimed.boot;
                        r->sensors[i].seq = w->claimed.seq;
                }
}

static void apply_choice(struct rig *r, const struct write *w)
{
        struct rig_person *p = rig_person_of(r, w->line_choice.person);
        for (uint32_t i = 0; i < p->n_lines; i++)
                for (uint32_t k = 0; k < w->line_choice.n; k++)
                        if (p->lines[i].ref == w->line_choice.line_refs[k])
                                p->lines[i].choice = w->line_choice.choice;
}

/* As the store: a version is added with its text, and only its state changes after that. */
static void apply_book(struct rig *r, const struct write *w)
{
        const struct book_row *row = &w->book.row;
        assert(row->version >= 1 && row->version <= RIG_BOOKS);
        struct rig_book *b = &r->books[row->version - 1];
        if (w->book.text.len) {
                assert(row->version == r->n_books + 1);
                memcpy(b->text, w->book.text.at, w->book.text.len);
                b->text[w->book.text.len] = 0;
                r->n_books++;
        }
        assert(row->version <= r->n_books);
        b->row = *row;
        uint32_t live = 0;
        for (uint32_t i = 0; i < r->n_books; i++)
                live += r->books[i].row.state == BOOK_LIVE;
        assert(live <= 1);
}

static void apply_link(struct rig *r, const struct write *w)
{
        for (uint32_t i = 0; w->kind == WRITE_LINK_USED && i < r->n_links; i++)
                if (memcmp(&r->links[i].secret, &w->link_used.secret, sizeof(w->link_used.secret)) == 0)
                        r->links[i].row.used = true;
        if (w->kind == WRITE_LINK_USED)
                return;
        r->links[r->n_links].secret = w->link.secret;
        r->links[r->n_links++].row = w->link.row;
}

static void apply_stream(struct rig *r, const struct stream_row *row)
{
        for (uint32_t i = 0; i < r->n_stream; i++)
                assert(r->stream[i].associate != row->associate || r->stream[i].seq < row->seq);
        assert(r->n_stream < ARRAY_LEN(r->stream));
        r->stream[r->n_stream++] = *row;
        if (row->card > r->last_card[row->associate])
                r->last_card[row->associate] = row->card;
}

static void apply_person(struct rig *r, const struct write *w)
{
        struct person_row *row = &rig_person_of(r, w->guest.person)->row;
        if (w->kind == WRITE_GUEST)
                *row = (struct person_row){.id = w->guest.person};
        else
                row->greet = w->enrol.greet;
        row->enrolled = true;
}

void rig_apply(struct rig *r, const struct write *w)
{
        switch (w->kind) {
        case WRITE_GUEST:
        case WRITE_ENROL:
                apply_person(r, w);
                break;
        case WRITE_SESSION:
        case WRITE_SESSION_SEEN:
        case WRITE_SESSION_END:
                rig_apply_session(r, w);
                break;
        case WRITE_LINK:
        case WRITE_LINK_USED:
        case WRITE_PREFERRED:
        case WRITE_CONSENT:
                (w->kind == WRITE_LINK || w->kind == WRITE_LINK_USED ? apply_link : apply_wish)(r, w);
                memcpy(r->said_in, w->consent.language, sizeof(r->said_in));
                break;
        case WRITE_LINE_CHOICE:
                apply_choice(r, w);
                break;
        case WRITE_VISIT:
                apply_visit(r, &w->visit);
                break;
        case WRITE_STREAM:
                apply_stream(r, &w->stream.row);
                break;
        case WRITE_OFFER:
        case WRITE_RECEIPT:
        case WRITE_DISCLOSURE:
        case WRITE_CLEARED:
        case WRITE_THANKS:
                rig_apply_record(r, w);
                break;
        case WRITE_DEVICE:
        case WRITE_DEVICES:
        case WRITE_SENSOR:
        case WRITE_CLAIMED:
                apply_wifi(r, w);
                break;
        case WRITE_REQUEST:
        case WRITE_RENEWAL:
                (w->kind == WRITE_REQUEST ? apply_request : apply_renewal)(r, w);
                break;
        case WRITE_SHIFT:
        case WRITE_PRACTISED:
        case WRITE_MANAGER:
        case WRITE_MANAGER_GONE:
        case WRITE_NOTICE:
        case WRITE_HOUSE:
        case WRITE_REMEMBER:
        case WRITE_FIRST_STEP:
        case WRITE_WALKIN:
        case WRITE_KEEP:
        case WRITE_LOOKS:
        case WRITE_THANK_YOU:
        case WRITE_NOTE:
        case WRITE_NOTES_GONE:
                rig_apply_managing(r, w);
                break;
        case WRITE_PIN:
        case WRITE_PIN_GONE:
        case WRITE_SIGN_IN:
        case WRITE_SIGN_OUT:
        case WRITE_SIGN_TRIES:
        case WRITE_SIGN_LIFE:
                rig_apply_pin(r, w);
                break;
        case WRITE_BOOK:
                apply_book(r, w);
        }
}
