/* What the store hands to the core, damaged in any place: dossier_valid() refuses it, or the core takes it
 * for what it says, and everybody still gets one answer, in JSON. The input's head says who asks what; the
 * rest are places in the blob and what is written there. */
#include "server/core/hub.h"
#include "tests/fuzz/fuzz.h"

#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#define LINES       6
#define PATCHES_MAX 24
#define TODO_MAX    64
#define NOW         INT64_C(1772700000000)

static const char pool[] = "\0Coats\0Navy coat\0navy\00038\0Women\0Downtown\0Boots";
enum {
        POOL_COATS = 1,
        POOL_ITEM = 7,
        POOL_COLOUR = 17,
        POOL_SIZE = 22,
        POOL_WOMEN = 25,
        POOL_TOWN = 31,
        POOL_BOOTS = 40
};

static struct roster roster;
static struct rulebook *book;
static struct hub_settings settings = {
        .origin = "https://hub.store.example",
        .visits_most = 8,
        .peers_most = 4,
        .pending_most = 8,
        .rung_ms = {[RUNG_OWN] = 25000, [RUNG_ASK] = 60000, [RUNG_FLOOR] = 15000, [RUNG_MANAGER] = 10000},
        .nobody_after_ms = 90000,
        .link_valid_ms = 900000,
        .invite_valid_ms = 86400000,
        .door_step_ms = 30000,
        .full_step_ms = 600000,
        .visit_holds_ms = 7200000,
        .consent_valid_ms = INT64_C(31536000000),
        .alerts_a_day = 2,
};

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
        (void)argc, (void)argv;
        MUST(sodium_init() >= 0);
        book = rulebook_balanced();
        roster = (struct roster){.store = 1, .store_name = "Downtown", .currency = "EUR", .n_associates = 2};
        memcpy(roster.departments[0], "Women", 6);
        roster.associates[0] = (struct associate_row){
                .id = 1, .store = 1, .departments = 1, .active = true, .first = "Maria", .external = "maria"};
        roster.associates[1] = (struct associate_row){
                .id = 2, .store = 1, .role = ROLE_MANAGER, .active = true, .first = "Eva", .external = "eva"};
        MUST(book != NULL);
        return 0;
}

static struct dossier *honest(size_t *size)
{
        size_t lines_at = (sizeof(struct dossier) + 15) / 16 * 16;
        size_t pool_at = lines_at + LINES * sizeof(struct purchase);
        *size = pool_at + sizeof pool;
        struct dossier *d = calloc(1, *size);
        MUST(d != NULL);
        d->size_bytes = (uint32_t)*size;
        d->found = DOSSIER_SESSION | DOSSIER_LINK | DOSSIER_PERSON | DOSSIER_SALES;
        d->session = (struct session_row){.kind = SESSION_PHONE, .subject = 3, .expires = NOW + DAY_MS};
        d->link = (struct link_row){.kind = LINK_JOIN,
                .person = 3,
                .associate = 1,
                .line_ref = 101,
                .expires = NOW + DAY_MS,
                .item = POOL_ITEM};
        d->person = (struct person_row){.id = 3,
                .preferred = 1,
                .enrolled = true,
                .greet = true,
                .visits = 2,
                .first = "Anna",
                .last = "Berg",
                .language = "en"};
        d->n_consents = 6;
        for (uint32_t i = 0; i < 6; i++)
                d->consents[i] = (struct consent_row){.purpose = i == 0 ? PURPOSE_ALERT : PURPOSE_HISTORY,
                        .category = (uint8_t)(i == 0 ? CATEGORY_PRESENCE : i),
                        .state = CONSENT_GIVEN,
                        .mode = MODE_ASK,
                        .at = NOW - DAY_MS,
                        .valid_until = NOW + 30 * DAY_MS,
                        .notice = 1};
        d->consents[1].category = CATEGORY_INSTORE;
        d->n_evidence = 1;
        d->evidence[0] = (struct evidence_row){1, 4, NOW - DAY_MS};
        d->last = (struct last_visit_row){
                .known = true, .served_by = 1, .lines_seen = 3, .ended = NOW - HOUR_MS};
        d->n_sales = 1;
        d->sales[0] = (struct sale_row){.line_ref = 101, .at = NOW - HOUR_MS, .person = 3, .item = POOL_ITEM};
        d->n_lines = LINES;
        d->lines_at = (uint32_t)lines_at;
        d->pool_at = (uint32_t)pool_at;
        d->pool_size = sizeof pool;
        memcpy(d->currency, "EUR", 4);
        struct purchase *lines = (void *)((char *)d + lines_at);
        for (int i = 0; i < LINES; i++)
                lines[i] = (struct purchase){.at = NOW - (i + 1) * DAY_MS,
                        .unit_price = 4900,
                        .ref = 101u + (unsigned)i,
                        .age_days = i + 1,
                        .store = 1,
                        .seller = 1 + (unsigned)i % 2,
                        .quantity = 1,
                        .kind = i % 2 ? POOL_BOOTS : POOL_COATS,
                        .item = POOL_ITEM,
                        .colour = POOL_COLOUR,
                        .size = POOL_SIZE,
                        .department = POOL_WOMEN,
                        .store_name = POOL_TOWN,
                        .month = 3,
                        .year = 2026};
        memcpy((char *)d + pool_at, pool, sizeof pool);
        return d;
}

static void damage(struct dossier *d, size_t size, struct feed *feed)
{
        for (int i = 0; i < PATCHES_MAX && feed->left > 0; i++) {
                size_t at = (size_t)feed_number(feed, 2) % size, width = (size_t)1 << feed_byte(feed) % 4;
                uint64_t value = feed_number(feed, width);
                memcpy((char *)d + at, &value, width < size - at ? width : size - at);
        }
}

/* ---- the hub around it */

struct todo {
        enum event_kind kind;
        uint32_t ticket;
};

struct run {
        struct hub *hub;
        const struct dossier *dossier;
        struct effects effects;
        struct todo todo[TODO_MAX];
        uint32_t n, answers, serial;
        mono_ms mono;
};

static void check_json(const char *text, size_t len)
{
        json_t *root = json_loadb(text, len, 0, NULL);
        MUST(root != NULL);
        json_decref(root);
}

static void step(struct run *r, struct event *ev)
{
        r->serial++;
        r->mono += 7;
        ev->mono = r->mono;
        ev->wall = NOW + r->mono;
        ev->day = 20517;
        ev->day_minute = 600;
        memset(&ev->fresh, (int)(r->serial % 251 + 1), sizeof ev->fresh);
        hub_step(r->hub, ev, &r->effects);
        MUST(r->effects.n <= EFFECTS_MAX && r->effects.n_writes <= EFFECT_WRITES_MAX);
        for (uint32_t i = 0; i < r->effects.n; i++) {
                const struct effect *e = &r->effects.list[i];
                switch (e->kind) {
                case EFFECT_LOAD:
                        MUST(r->n < TODO_MAX);
                        r->todo[r->n++] = (struct todo){EVENT_LOADED, e->load.ticket};
                        break;
                case EFFECT_COMMIT:
                        MUST(r->n < TODO_MAX && e->commit.first + e->commit.n <= r->effects.n_writes);
                        r->todo[r->n++] = (struct todo){EVENT_COMMITTED, e->commit.ticket};
                        break;
                case EFFECT_PROVE:
                        MUST(r->n < TODO_MAX);
                        r->todo[r->n++] = (struct todo){EVENT_PROVED, e->prove.ticket};
                        break;
                case EFFECT_VERIFY:
                        MUST(r->n < TODO_MAX);
                        r->todo[r->n++] = (struct todo){EVENT_VERIFIED, (uint32_t)e->verify.peer};
                        break;
                case EFFECT_ANSWER:
                        r->answers++;
                        MUST(e->answer.status >= 200 && e->answer.status < 600);
                        check_json(e->answer.body, e->answer.len);
                        break;
                case EFFECT_PUSH:
                        check_json(e->push.frame, e->push.len);
                        break;
                case EFFECT_LAB:
                case EFFECT_BOOK:
                case EFFECT_ROSTER:
                case EFFECT_SHIFTS:
                case EFFECT_NUMBERS:
                case EFFECT_FIRST:
                        break;
                case EFFECT_HOUSE:
                case EFFECT_RECEIPT: /* the store answers */
                        r->answers++;
                        break;
                case EFFECT_CLOSE:
                        MUST(e->close.reason != NULL);
                        break;
                }
        }
}

/* Until nothing is left to do; an honest store answers everything. */
static void settle(struct run *r)
{
        for (uint32_t done = 0; done < r->n; done++) {
                struct event ev = {.kind = r->todo[done].kind};
                if (ev.kind == EVENT_LOADED) {
                        ev.loaded.ticket = r->todo[done].ticket;
                        ev.loaded.dossier = r->dossier;
                } else if (ev.kind == EVENT_PROVED) {
                        ev.proved.ticket = r->todo[done].ticket;
                        ev.proved.result = (struct proved){.right = true, .step = NOW / 30000};
                } else if (ev.kind == EVENT_VERIFIED) {
                        ev.verified.peer = r->todo[done].ticket;
                        ev.verified.right = true;
                } else {
                        ev.committed.ticket = r->todo[done].ticket;
                }
                step(r, &ev);
        }
        r->n = 0;
}

static void request(struct run *r, enum message_type type, struct feed *feed)
{
        const struct message_info *info = message_info(type);
        struct message m = {.type = type};
        uint32_t answers = r->answers;
        if (!info || info->how == HOW_SOCKET)
                return;
        if (type == MESSAGE_STRIKE)
                m.strike = (struct msg_strike){.line = 1 + feed_byte(feed) % 5, .how = "hide"};
        if (type == MESSAGE_JOIN)
                m.join = (struct msg_join){.secret = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
                        .yes = true,
                        .age_ok = true,
                        .choose = true,
                        .instore = true};
        if (type == MESSAGE_PREVIEW)
                m.preview = (struct msg_preview){.customer = "anna", .associate = "maria"};
        struct event ev = {.kind = EVENT_REQUEST};
        ev.request.request = r->serial + 1;
        ev.request.face = info->face;
        ev.request.has_token = info->face != FACE_OPERATOR;
        ev.request.message = &m;
        step(r, &ev);
        settle(r);
        MUST(r->answers == answers + 1);
}

static void socket_of(struct run *r)
{
        struct event ev = {.kind = EVENT_PEER_OPENED};
        struct message m = {.type = MESSAGE_HELLO};
        ev.peer_opened.peer = 9;
        ev.peer_opened.face = FACE_HANDHELD;
        step(r, &ev);
        settle(r);
        struct message proof = {.type = MESSAGE_PROOF};
        memset(proof.proof.signature, 'A', sizeof proof.proof.signature - 1);
        if (r->dossier->own_key.known) {
                ev = (struct event){.kind = EVENT_PEER_MESSAGE, .peer_message = {9, &proof}};
                step(r, &ev);
                settle(r);
        }
        ev = (struct event){.kind = EVENT_PEER_MESSAGE, .peer_message = {9, &m}};
        step(r, &ev);
        settle(r);
        for (int i = 0; i < 3; i++) {
                ev = (struct event){.kind = EVENT_PEER_READY, .peer_ready = {9}};
                step(r, &ev);
                settle(r);
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        static struct run run;
        struct feed feed = {bytes, len};
        uint8_t socket_first = feed_byte(&feed);
        enum message_type calls[2] = {(enum message_type)(feed_byte(&feed) % MESSAGE_TYPE_COUNT),
                (enum message_type)(feed_byte(&feed) % MESSAGE_TYPE_COUNT)};
        size_t size;
        struct dossier *d = honest(&size);
        if (socket_first % 2)
                d->session =
                        (struct session_row){.kind = SESSION_HANDHELD, .subject = 1, .expires = NOW + DAY_MS};
        MUST(dossier_valid(d, size));
        damage(d, size, &feed);
        if (!dossier_valid(d, size)) {
                free(d);
                return 0;
        }
        static struct notice_row promised = {.version = 1, .name = "n"};
        snprintf(promised.text, sizeof promised.text, "%s", rulebook_text(book));
        struct snapshot snapshot = {
                .roster = &roster, .next_guest = 0x80000000u, .notices = &promised, .n_notices = 1};
        struct event start = {.kind = EVENT_START, .start = {&snapshot}};
        run = (struct run){.dossier = d, .hub = hub_create(&settings, book), .mono = 1000};
        MUST(run.hub != NULL);
        step(&run, &start);
        if (socket_first % 2)
                socket_of(&run);
        request(&run, calls[0], &feed);
        request(&run, calls[1], &feed);
        struct event tick = {.kind = EVENT_TICK};
        run.mono += 200000;
        step(&run, &tick);
        settle(&run);
        hub_destroy(run.hub);
        free(d);
        return 0;
}
