#include "tests/core/rig.h"

#include "server/core/consent.h"
#include "server/core/door.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#define START_WALL INT64_C(1772700000000) /* 2026-03-05 08:40 UTC */

static const uint8_t door_key[32] = "the rig's door key, not a secret";

static void step(struct rig *r, struct event *ev);

static uint64_t next_random(struct rig *r)
{
        /* SplitMix64: reproducible ids, never secrets. */
        uint64_t z = (r->random += UINT64_C(0x9E3779B97F4A7C15));
        z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
        z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
        return z ^ (z >> 31);
}

static void fill(struct rig *r, void *bytes, size_t len)
{
        for (size_t i = 0; i < len; i++)
                ((uint8_t *)bytes)[i] = (uint8_t)(next_random(r) >> 32);
}

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
        p->lines[p->n_lines++] = (struct purchase){.at = START_WALL - age_days * DAY_MS,
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

static void make_people(struct rig *r)
{
        struct rig_person *anna = &r->people[ANNA], *bo = &r->people[BO], *mia = &r->people[MIA];
        anna->row = (struct person_row){.id = ANNA, .first = "Anna", .last = "Berg"};
        add_line(anna, MARIA, CHANNEL_IN_STORE, 1, 101, 3);
        add_line(anna, JONAS, CHANNEL_IN_STORE, 1, 102, 40);
        add_line(anna, 0, CHANNEL_ONLINE, 9, 103, 10);
        anna->evidence[0] = (struct evidence_row){MARIA, 4, START_WALL - DAY_MS};
        anna->n_evidence = 1;
        bo->row = (struct person_row){.id = BO, .first = "Bo", .last = "Lind"};
        bo->evidence[0] = (struct evidence_row){JONAS, 2, START_WALL - DAY_MS};
        bo->n_evidence = 1;
        mia->row = (struct person_row){.id = MIA, .first = "Mia", .last = "Ek", .minor = true};
}

static struct associate_row associate(
        uint32_t id, uint32_t store, uint32_t departments, enum role role, const char *first)
{
        struct associate_row a = {
                .id = id, .store = store, .departments = departments, .role = (uint8_t)role, .active = true};
        snprintf(a.first, sizeof(a.first), "%s", first);
        snprintf(a.external, sizeof(a.external), "ext-%u", id);
        return a;
}

static void make_roster(struct roster *roster)
{
        memset(roster, 0, sizeof(*roster));
        roster->store = 1;
        snprintf(roster->store_name, sizeof(roster->store_name), "Downtown");
        memcpy(roster->currency, "EUR", 4);
        snprintf(roster->departments[0], NAME_MAX_BYTES, "Shoes");
        snprintf(roster->departments[1], NAME_MAX_BYTES, "Women");
        roster->associates[0] = associate(MARIA, 1, 1, ROLE_ASSOCIATE, "Maria");
        roster->associates[1] = associate(JONAS, 1, 2, ROLE_ASSOCIATE, "Jonas");
        roster->associates[2] = associate(EVA, 1, 0, ROLE_MANAGER, "Eva");
        roster->associates[3] = associate(PIA, 2, 1, ROLE_ASSOCIATE, "Pia");
        roster->n_associates = 4;
}

static void make_hub(struct rig *r)
{
        struct hub_settings set = {.origin = "https://hub.example:8443",
                .visits_most = 16,
                .peers_most = 16,
                .pending_most = 32,
                .answer_within_ms = 25000,
                .nobody_after_ms = 90000,
                .link_valid_ms = 600000,
                .invite_valid_ms = 86400000,
                .door_step_ms = 30000,
                .visit_holds_ms = 2 * HOUR_MS,
                .consent_valid_ms = 365 * DAY_MS,
                .same_visit_ms = 1800000,
                .alerts_a_day = 2,
                .open_minute = 600,
                .close_minute = 1200,
                .settle_min = 10,
                .last_call_min = 20,
                .notice = 1};
        static struct roster roster;
        make_roster(&roster);
        r->hub = hub_create(&set, r->book);
        assert(r->hub);
        struct live_visit_row open[RIG_HELD];
        struct snapshot s = {.roster = &roster,
                .visits = open,
                .stream = r->stream,
                .n_stream = r->n_stream,
                .next_guest = 0x80000000u};
        for (uint32_t i = 0; i < r->n_visits; i++)
                if (r->visits[i].state != VISIT_ENDED)
                        open[s.n_visits++] = r->visits[i];
        memset(s.epoch.b, 0xe0, sizeof(s.epoch.b));
        memcpy(s.door_key, door_key, sizeof(s.door_key));
        struct event ev = {.kind = EVENT_START, .start = {&s}};
        step(r, &ev);
}

void rig_start(struct rig *r)
{
        memset(r, 0, sizeof(*r));
        assert(sodium_init() >= 0);
        r->wall = START_WALL;
        r->mono = 1000;
        r->day = 20517;
        r->minute = 700;
        r->random = 42;
        r->book = rulebook_balanced();
        assert(r->book);
        make_people(r);
        make_hub(r);
}

void rig_restart(struct rig *r)
{
        hub_destroy(r->hub);
        r->n_held = 0;
        r->mono = 5000; /* a new process's monotonic clock starts anywhere */
        make_hub(r);
}

void rig_stop(struct rig *r)
{
        hub_destroy(r->hub);
        rulebook_destroy(r->book);
        free(r->trace);
}

/* ---- the small store
 * ----------------------------------------------------------------------------------------------- */
static bool category_of(const struct purchase *l, uint32_t *bit)
{
        *bit = CATEGORY_BIT(l->channel == CHANNEL_ONLINE ? CATEGORY_ONLINE
                            : l->store != 1              ? CATEGORY_OTHER_STORES
                                                         : CATEGORY_INSTORE);
        return true;
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
        for (uint32_t i = 0; i < r->n_visits; i++)
                d->person.alerts_today =
                        (uint8_t)(d->person.alerts_today +
                                  (r->visits[i].person == p->row.id && r->visits[i].day == r->day));
        d->n_consents = p->n_consents;
        memcpy(d->consents, p->consents, sizeof(p->consents));
        d->n_evidence = p->n_evidence;
        memcpy(d->evidence, p->evidence, sizeof(p->evidence));
        d->last = p->last;
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

static struct dossier *load(struct rig *r, const struct effect *e)
{
        size_t lines_at = (sizeof(struct dossier) + 15) & ~(size_t)15;
        size_t pool_at = lines_at + RIG_LINES * sizeof(struct purchase), size = pool_at + sizeof(pool);
        struct dossier *d = calloc(1, size);
        assert(d);
        d->size_bytes = (uint32_t)size;
        d->lines_at = (uint32_t)lines_at;
        d->pool_at = (uint32_t)pool_at;
        d->pool_size = sizeof(pool);
        memcpy((char *)d + pool_at, pool, sizeof(pool));
        memcpy(d->currency, "EUR", 4);
        uint32_t person = e->load.by == LOAD_BY_PERSON ? e->load.person : 0;
        if (e->load.by == LOAD_BY_TOKEN)
                for (uint32_t i = 0; i < r->n_sessions; i++)
                        if (memcmp(&r->sessions[i].token, &e->load.key, sizeof(e->load.key)) == 0) {
                                d->found |= DOSSIER_SESSION;
                                d->session = r->sessions[i].row;
                                if (d->session.kind == SESSION_PHONE)
                                        person = d->session.subject;
                        }
        if (e->load.by == LOAD_BY_LINK)
                for (uint32_t i = 0; i < r->n_links; i++)
                        if (memcmp(&r->links[i].secret, &e->load.key, sizeof(e->load.key)) == 0) {
                                d->found |= DOSSIER_LINK;
                                d->link = r->links[i].row;
                                d->link.item = d->link.line_ref ? P_NAVY_COAT : 0;
                                person = d->link.person;
                        }
        if (e->load.by == LOAD_BY_EXTERNAL_ID && strcmp(e->load.external, "anna") == 0)
                person = ANNA;
        if (e->load.want & WANT_SALES) {
                d->found |= DOSSIER_SALES;
                d->n_sales = 1;
                d->sales[0] = (struct sale_row){
                        .line_ref = 101, .person = ANNA, .at = r->wall, .item = P_NAVY_COAT};
        }
        if (person)
                put_person(r, e, d, person);
        assert(dossier_valid(d, size));
        return d;
}

static void apply_consent(struct rig_person *p, const struct consent_row *row)
{
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

static struct rig_person *person_of(struct rig *r, uint32_t id)
{
        return &r->people[id >= 0x80000000u ? RIG_PEOPLE - 1 : id];
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
                person_of(r, row->person)->last = (struct last_visit_row){.id = row->id,
                        .known = true,
                        .served_by = row->served_by,
                        .lines_seen = row->lines_seen,
                        .ended = row->changed};
}

static void apply_session(struct rig *r, const struct write *w)
{
        for (uint32_t i = 0; i < r->n_sessions; i++)
                if (memcmp(&r->sessions[i].token, &w->session.token, sizeof(w->session.token)) == 0) {
                        r->sessions[i].row = w->session.row;
                        return;
                }
        r->sessions[r->n_sessions].token = w->session.token;
        r->sessions[r->n_sessions++].row = w->session.row;
}

static void apply(struct rig *r, const struct write *w)
{
        struct rig_person *p;
        switch (w->kind) {
        case WRITE_GUEST:
                person_of(r, w->guest.person)->row =
                        (struct person_row){.id = w->guest.person, .enrolled = true};
                break;
        case WRITE_ENROL:
                person_of(r, w->enrol.person)->row.enrolled = true;
                person_of(r, w->enrol.person)->row.greet = w->enrol.greet;
                break;
        case WRITE_SESSION:
                apply_session(r, w);
                break;
        case WRITE_LINK:
                r->links[r->n_links].secret = w->link.secret;
                r->links[r->n_links++].row = w->link.row;
                break;
        case WRITE_LINK_USED:
                for (uint32_t i = 0; i < r->n_links; i++)
                        if (memcmp(&r->links[i].secret, &w->link_used.secret, sizeof(w->link_used.secret)) ==
                                0)
                                r->links[i].row.used = true;
                break;
        case WRITE_CONSENT:
                apply_consent(person_of(r, w->consent.person), &w->consent.row);
                break;
        case WRITE_PREFERRED:
                person_of(r, w->preferred.person)->row.preferred = w->preferred.associate;
                break;
        case WRITE_LINE_CHOICE:
                p = person_of(r, w->line_choice.person);
                for (uint32_t i = 0; i < p->n_lines; i++)
                        for (uint32_t k = 0; k < w->line_choice.n; k++)
                                if (p->lines[i].ref == w->line_choice.line_refs[k])
                                        p->lines[i].choice = w->line_choice.choice;
                break;
        case WRITE_VISIT:
                apply_visit(r, &w->visit);
                break;
        case WRITE_STREAM:
                for (uint32_t i = 0; i < r->n_stream; i++)
                        assert(r->stream[i].associate != w->stream.row.associate ||
                                r->stream[i].seq < w->stream.row.seq);
                r->stream[r->n_stream++] = w->stream.row;
                break;
        case WRITE_OFFER:
                r->offers++;
                break;
        case WRITE_DISCLOSURE:
                r->disclosures++;
                r->last_disclosure = *w;
                break;
        case WRITE_CLEARED:
                r->cleared++;
                break;
        case WRITE_THANKS:
                for (uint32_t i = 0; i < RIG_PEOPLE; i++)
                        if (memcmp(&r->people[i].last.id, &w->thanks.visit, sizeof(w->thanks.visit)) == 0)
                                r->people[i].last.thanked = true;
                break;
        case WRITE_CURSOR:
                break;
        }
}

/* ---- stepping
 * -------------------------------------------------------------------------------------------------------- */
static void finish(struct rig *r, const struct rig_held *h)
{
        struct event ev = {.kind = r->fail_commits ? EVENT_COMMIT_FAILED : EVENT_COMMITTED};
        for (uint32_t i = 0; i < h->n && !r->fail_commits; i++)
                apply(r, &h->writes[i]);
        ev.committed.ticket = h->ticket;
        step(r, &ev);
}

static void keep_trace(struct rig *r, const struct event *ev)
{
        static char text[TRACE_MAX];
        size_t len = trace_step(ev, &r->effects, text, sizeof(text));
        if (r->trace_len + len + 1 > r->trace_room) {
                r->trace_room = (r->trace_len + len + 1) * 2;
                r->trace = realloc(r->trace, r->trace_room);
                assert(r->trace);
        }
        memcpy(r->trace + r->trace_len, text, len + 1);
        r->trace_len += len;
}

static void keep_frame(struct rig *r, const struct effect *e)
{
        assert(r->n_frames < RIG_FRAMES && e->push.len < sizeof(r->frames[0].text));
        r->frames[r->n_frames].peer = e->push.peer;
        r->frames[r->n_frames].len = e->push.len;
        memcpy(r->frames[r->n_frames].text, e->push.frame, e->push.len);
        r->frames[r->n_frames++].text[e->push.len] = 0;
}

static void step(struct rig *r, struct event *ev)
{
        ev->mono = r->mono;
        ev->wall = r->wall;
        ev->day = r->day;
        ev->day_minute = r->minute;
        fill(r, &ev->fresh, sizeof(ev->fresh));
        hub_step(r->hub, ev, &r->effects);
        keep_trace(r, ev);
        struct effects *out = malloc(sizeof(*out)); /* the steps below write r->effects anew */
        assert(out);
        memcpy(out, &r->effects, sizeof(*out));
        for (uint32_t i = 0; i < out->n; i++) {
                const struct effect *e = &out->list[i];
                if (e->kind == EFFECT_ANSWER) {
                        assert(e->answer.len < sizeof(r->body));
                        r->answered = e->answer.request;
                        r->status = e->answer.status;
                        r->cookie = e->answer.cookie;
                        r->cookie_token = e->answer.token;
                        memcpy(r->body, e->answer.body, e->answer.len);
                        r->body[e->answer.len] = 0;
                        r->answers++;
                } else if (e->kind == EFFECT_PUSH) {
                        keep_frame(r, e);
                } else if (e->kind == EFFECT_CLOSE) {
                        r->closed[r->n_closed].peer = e->close.peer;
                        r->closed[r->n_closed++].code = e->close.code;
                }
        }
        for (uint32_t i = 0; i < out->n; i++) {
                const struct effect *e = &out->list[i];
                if (e->kind == EFFECT_LOAD) {
                        struct dossier *d = load(r, e);
                        struct event loaded = {.kind = EVENT_LOADED, .loaded = {e->load.ticket, d}};
                        step(r, &loaded);
                        free(d);
                } else if (e->kind == EFFECT_COMMIT) {
                        struct rig_held h = {.ticket = e->commit.ticket, .n = e->commit.n};
                        assert(e->commit.n <= WRITES_MAX);
                        memcpy(h.writes, out->writes + e->commit.first, e->commit.n * sizeof(h.writes[0]));
                        if (r->hold_commits)
                                r->held[r->n_held++] = h;
                        else
                                finish(r, &h);
                } else if (e->kind == EFFECT_PUSH && !r->hold_credit) {
                        rig_ready(r, e->push.peer);
                }
        }
        free(out);
}

void rig_release(struct rig *r)
{
        while (r->n_held) {
                struct rig_held h = r->held[0];
                memmove(r->held, r->held + 1, --r->n_held * sizeof(h));
                finish(r, &h);
        }
}

void rig_wait(struct rig *r, int64_t ms)
{
        for (int64_t left = ms; left > 0;) {
                mono_ms due = hub_deadline(r->hub);
                int64_t part = due <= r->mono ? 0 : due - r->mono < left ? due - r->mono : left;
                r->mono += part;
                r->wall += part;
                left -= part;
                if (r->mono >= due) {
                        struct event ev = {.kind = EVENT_TICK};
                        step(r, &ev);
                        if (part == 0 && hub_deadline(r->hub) <= r->mono)
                                left--; /* a hub in a hurry gets its ticks, but time goes on */
                }
        }
}

struct digest rig_session(struct rig *r, enum session_kind kind, uint32_t subject)
{
        struct digest d;
        fill(r, &d, sizeof(d));
        r->sessions[r->n_sessions].token = d;
        r->sessions[r->n_sessions++].row =
                (struct session_row){.kind = (uint8_t)kind, .subject = subject, .expires = INT64_MAX};
        return d;
}

struct secret rig_link(struct rig *r, enum link_kind kind, uint32_t person, uint32_t who, uint64_t line_ref)
{
        struct secret s;
        fill(r, &s, sizeof(s));
        crypto_generichash(r->links[r->n_links].secret.b, 32, s.b, 32, NULL, 0);
        r->links[r->n_links++].row = (struct link_row){.kind = (uint8_t)kind,
                .person = person,
                .associate = who,
                .line_ref = line_ref,
                .expires = r->wall + HOUR_MS};
        return s;
}

void rig_secret_text(const struct secret *s, char out[44])
{
        sodium_bin2base64(out, 44, s->b, sizeof(s->b), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

uint16_t rig_request(struct rig *r, const struct digest *token, const struct message *m)
{
        struct event ev = {.kind = EVENT_REQUEST, .request = {.request = ++r->request, .message = m}};
        if (token) {
                ev.request.has_token = true;
                ev.request.token = *token;
        }
        r->status = 0;
        step(r, &ev);
        return r->answered == r->request ? r->status : 0;
}

void rig_open(struct rig *r, uint64_t peer, enum face face, const struct digest *token)
{
        struct event ev = {.kind = EVENT_PEER_OPENED, .peer_opened = {peer, face, *token}};
        step(r, &ev);
}

void rig_hello(struct rig *r, uint64_t peer, const char *epoch, uint64_t seq)
{
        struct message m = {.type = MESSAGE_HELLO};
        snprintf(m.hello.epoch, sizeof(m.hello.epoch), "%s", epoch);
        m.hello.seq = (int64_t)seq;
        struct event ev = {.kind = EVENT_PEER_MESSAGE, .peer_message = {peer, &m}};
        step(r, &ev);
}

void rig_say(struct rig *r, uint64_t peer, enum message_type type, uint32_t card, uint64_t seq)
{
        struct message m = {.type = type};
        if (type == MESSAGE_RENDERED || type == MESSAGE_CLEARED) {
                m.rendered.card = card;
                m.rendered.seq = (int64_t)seq;
        } else if (type == MESSAGE_INVITE) {
                m.invite.sale = card;
        } else if (type != MESSAGE_SALES) {
                m.accept.card = card;
        }
        struct event ev = {.kind = EVENT_PEER_MESSAGE, .peer_message = {peer, &m}};
        step(r, &ev);
}

void rig_ready(struct rig *r, uint64_t peer)
{
        struct event ev = {.kind = EVENT_PEER_READY};
        ev.peer_ready.peer = peer;
        step(r, &ev);
}

void rig_close(struct rig *r, uint64_t peer)
{
        struct event ev = {.kind = EVENT_PEER_CLOSED};
        ev.peer_closed.peer = peer;
        step(r, &ev);
}

void rig_door_code(const struct rig *r, char out[17])
{
        door_code(door_key, 1, r->wall / 30000, out);
}

const char *rig_frame(const struct rig *r, uint64_t peer, const char *piece)
{
        for (uint32_t i = r->n_frames; i-- > 0;)
                if (r->frames[i].peer == peer && strstr(r->frames[i].text, piece))
                        return r->frames[i].text;
        return NULL;
}

uint32_t rig_frames_of(const struct rig *r, uint64_t peer, const char *piece)
{
        uint32_t n = 0;
        for (uint32_t i = 0; i < r->n_frames; i++)
                n += r->frames[i].peer == peer && strstr(r->frames[i].text, piece) != NULL;
        return n;
}

void rig_forget_frames(struct rig *r)
{
        r->n_frames = 0;
}
