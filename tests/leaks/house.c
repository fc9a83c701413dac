#include "tests/leaks/house.h"

#include "server/core/door.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The notice promised that everything may be seen, so that the rules alone decide. */
#define ALL_PROMISED                                                                                         \
        "rulebook all version 1 store * notice n 1\n"                                                        \
        "A: show full to anyone of anything mention ok because \"All\"\n"                                    \
        "B: show full to anyone of field name/greet/hint/wish/sizes/likes/notes/presence mention ok "        \
        "because "                                                                                           \
        "\"All\"\n"

static const uint8_t door_key[32] = "the door key of twins, no secret";

static void run_jobs(struct twin_house *h);

static const struct {
        const char *name;
        uint32_t store, departments;
        enum role role;
} people[WHO_COUNT] = {[SELLER] = {"Maria", 1, 2, ROLE_ASSOCIATE},
        [CHOSEN] = {"Jonas", 1, 4, ROLE_ASSOCIATE},
        [SHOES] = {"Ida", 1, 1, ROLE_ASSOCIATE},
        [TRAINEE] = {"Tom", 1, 1, ROLE_TRAINEE},
        [MANAGER] = {"Eva", 1, 0, ROLE_MANAGER},
        [SECOND_MANAGER] = {"Ole", 1, 1, ROLE_MANAGER},
        [ELSEWHERE] = {"Pia", 2, 1, ROLE_ASSOCIATE}};

const char *twin_house_name(enum who who)
{
        return people[who].name;
}

struct watcher twin_house_watcher(enum who who, bool preferred)
{
        return (struct watcher){
                who, people[who].store, people[who].departments, (uint8_t)people[who].role, preferred};
}

static void fill(struct twin_house *h, void *bytes, size_t len)
{
        for (size_t i = 0; i < len; i += 8) {
                uint64_t z = chance_next(&h->fresh);
                memcpy((char *)bytes + i, &z, len - i < 8 ? len - i : 8);
        }
}

/* ---- what is observed ---- */
static void log_bytes(struct log *l, const void *bytes, size_t len)
{
        if (l->len + len > l->room) {
                l->room = (l->len + len) * 2 + 65536;
                l->bytes = realloc(l->bytes, l->room);
                assert(l->bytes);
        }
        memcpy(l->bytes + l->len, bytes, len);
        l->len += len;
}

/* 16 bytes before each: whom by, what, how long. */
static void observed(struct twin_house *h, uint64_t peer, char what, const void *bytes, uint32_t len)
{
        char head[17];
        if (!h->listening)
                return;
        snprintf(head, sizeof head, "\n%c%05u %7u:", what, (unsigned)peer, (unsigned)len);
        log_bytes(&h->log, head, 16);
        log_bytes(&h->log, bytes, len);
        h->log.frames++;
}

static uint64_t number_after(const char *text, const char *name)
{
        const char *at = strstr(text, name);
        return at ? strtoull(at + strlen(name), NULL, 10) : 0;
}

static bool is_hers(const struct twin_house *h, uint64_t peer)
{
        return peer / 10 == h->watched;
}

static void pushed(struct twin_house *h, const struct effect *e)
{
        char text[400];
        snprintf(text, sizeof text, "%.*s", (int)(e->push.len < 399 ? e->push.len : 399), e->push.frame);
        bool card = strncmp(text, "{\"t\":\"card\"", 11) == 0;
        if (is_hers(h, e->push.peer)) {
                observed(h, e->push.peer, 'F', e->push.frame, e->push.len);
                h->log.cards += card && h->listening;
                h->log.odd_sizes += card && e->push.len != 4096;
        }
        if (e->push.peer % 10 != 1)
                return;
        uint64_t who = e->push.peer / 10;
        if (card) {
                h->card_at[who] = h->mono;
                h->card[who] = (uint32_t)number_after(text, "\"card\":");
                h->card_seq[who] = number_after(text, "\"seq\":");
        }
        if (strstr(text, "\"seq\":") && !strstr(text, "\"epoch\""))
                h->seq[who] = number_after(text, "\"seq\":");
}

/* ---- stepping ---- */
static void keep_job(struct twin_house *h, bool is_load, const struct effect *e, uint64_t peer)
{
        assert(h->n_jobs < sizeof h->jobs / sizeof h->jobs[0]);
        uint32_t at = (h->first_job + h->n_jobs++) % (sizeof h->jobs / sizeof h->jobs[0]);
        h->jobs[at].load = is_load;
        h->jobs[at].peer = peer;
        h->jobs[at].n = 0;
        if (!e)
                return;
        h->jobs[at].effect = *e;
        if (is_load)
                return;
        assert(e->commit.n <= WRITES_MAX);
        h->jobs[at].n = e->commit.n;
        memcpy(h->jobs[at].writes, h->effects.writes + e->commit.first, e->commit.n * sizeof(struct write));
}

static void take_effect(struct twin_house *h, const struct effect *e)
{
        h->log.work = (h->log.work ^ (uint64_t)e->kind) * UINT64_C(0x100000001b3);
        if (e->kind == EFFECT_LAB && e->lab.what == LAB_JUDGE) {
                h->judged = e->lab.ticket;
        } else if (e->kind == EFFECT_LOAD || e->kind == EFFECT_COMMIT) {
                keep_job(h, e->kind == EFFECT_LOAD, e, 0);
        } else if (e->kind == EFFECT_ANSWER) {
                assert(e->answer.len < sizeof h->body);
                h->status = e->answer.status;
                memcpy(h->body, e->answer.body, e->answer.len);
                h->body[e->answer.len] = 0;
        } else if (e->kind == EFFECT_PUSH) {
                pushed(h, e);
                keep_job(h, false, NULL, e->push.peer);
        } else if (e->kind == EFFECT_CLOSE && is_hers(h, e->close.peer)) {
                observed(h, e->close.peer, 'C', e->close.reason, (uint32_t)strlen(e->close.reason));
        }
}

static void step(struct twin_house *h, struct event *ev)
{
        ev->mono = h->mono;
        ev->wall = h->wall;
        ev->day = 20517 + (store_day)((h->wall - HOUSE_WALL) / DAY_MS);
        ev->day_minute = 700;
        fill(h, &ev->fresh, sizeof ev->fresh);
        hub_step(h->hub, ev, &h->effects);
        for (uint32_t i = 0; i < h->effects.n; i++)
                take_effect(h, &h->effects.list[i]);
}

/* Time passes while something is on its way; what is due meanwhile happens when it is. */
static void pass(struct twin_house *h, int64_t ms)
{
        mono_ms until = h->mono + ms;
        while (hub_deadline(h->hub) < until) {
                struct event ev = {.kind = EVENT_TICK};
                mono_ms next = hub_deadline(h->hub);
                if (next > h->mono) {
                        h->wall += next - h->mono;
                        h->mono = next;
                }
                step(h, &ev);
        }
        h->wall += until - h->mono;
        h->mono = until;
}

static void run_jobs(struct twin_house *h)
{
        while (h->n_jobs || hub_deadline(h->hub) == INT64_MIN) {
                struct event ev = {.kind = EVENT_TICK};
                if (h->n_jobs == 0) {
                        step(h, &ev);
                        continue;
                }
                uint32_t at = h->first_job;
                h->first_job = (h->first_job + 1) % (sizeof h->jobs / sizeof h->jobs[0]);
                h->n_jobs--;
                if (h->jobs[at].peer) {
                        ev.kind = EVENT_PEER_READY;
                        ev.peer_ready.peer = h->jobs[at].peer;
                } else if (h->jobs[at].load) {
                        const struct dossier *d = twin_house_load(h, &h->jobs[at].effect);
                        pass(h, h->load_ms + h->row_us * d->n_lines / 1000);
                        ev.kind = EVENT_LOADED;
                        ev.loaded.ticket = h->jobs[at].effect.load.ticket;
                        ev.loaded.dossier = twin_house_load(h, &h->jobs[at].effect);
                } else {
                        ev.kind = EVENT_COMMITTED;
                        ev.committed.ticket = h->jobs[at].effect.commit.ticket;
                        for (uint32_t i = 0; i < h->jobs[at].n; i++)
                                twin_house_apply(h, &h->jobs[at].writes[i]);
                }
                step(h, &ev);
        }
}

static void happen(struct twin_house *h, struct event *ev)
{
        step(h, ev);
        run_jobs(h);
}

/* ---- opening ---- */
static void make_roster(const struct twin_house *h, struct roster *roster)
{
        memset(roster, 0, sizeof *roster);
        roster->store = 1;
        snprintf(roster->store_name, sizeof roster->store_name, "Downtown");
        memcpy(roster->currency, "EUR", 4);
        snprintf(roster->departments[0], NAME_MAX_BYTES, "Shoes");
        snprintf(roster->departments[1], NAME_MAX_BYTES, "Women");
        snprintf(roster->departments[2], NAME_MAX_BYTES, "Men");
        for (enum who w = 1; w < WHO_COUNT; w++) {
                struct associate_row *a = &roster->associates[roster->n_associates++];
                *a = (struct associate_row){.id = w,
                        .store = people[w].store,
                        .departments = people[w].departments,
                        .role = (uint8_t)people[w].role,
                        .active = true,
                        .last_card = h->last_card[w]};
                snprintf(a->first, sizeof a->first, "%s", people[w].name);
                snprintf(a->external, sizeof a->external, "%d", (int)w);
        }
}

static void make_hub(struct twin_house *h)
{
        static struct roster roster;
        static struct live_visit_row open[CUSTOMERS * 6];
        struct hub_settings set = {.origin = "https://hub.example:8443",
                .visits_most = 8,
                .peers_most = 32,
                .pending_most = 32,
                /* Her own associate, then the managers: whom else it goes to is the ladder's own test. */
                .rung_ms = {[RUNG_OWN] = 25000,
                        [RUNG_ASK] = 60000,
                        [RUNG_MANAGER] = 10000,
                        [RUNG_HANDED] = 25000},
                .nobody_after_ms = 90000,
                .release_tick_ms = h->tick_ms,
                .link_valid_ms = 600000,
                .invite_valid_ms = 86400000,
                .door_step_ms = 30000,
                .full_step_ms = 600000,
                .notes_most = NOTES_MAX,
                .notes_keep_ms = 365 * DAY_MS,
                .note_bytes = NOTE_BYTES - 1,
                .visit_holds_ms = 2 * HOUR_MS,
                .consent_valid_ms = 365 * DAY_MS,
                .alerts_a_day = 5,
                .presence = {.claims_most = 8,
                        .source = {[SOURCE_CHECK_IN] = {.ttl_ms = 2 * HOUR_MS}},
                        .pause_ms = 10 * MINUTE_MS,
                        .end_ms = 30 * MINUTE_MS,
                        .late_ms = 10 * MINUTE_MS,
                        .ceiling_ms = 6 * HOUR_MS},
                .devices_most = 4,
                .device_valid_days = 14};
        make_roster(h, &roster);
        h->hub = hub_create(&set, h->book);
        assert(h->hub);
        static struct notice_row promised = {.version = 1, .name = "n", .text = ALL_PROMISED};
        struct snapshot s = {.roster = &roster,
                .notices = &promised,
                .n_notices = 1,
                .visits = open,
                .stream = h->stream,
                .n_stream = h->n_stream,
                .next_guest = 0x80000000u};
        for (uint32_t i = 0; i < h->n_visits; i++)
                if (h->visits[i].state != VISIT_ENDED)
                        open[s.n_visits++] = h->visits[i];
        memset(s.epoch.b, 0xe0, sizeof s.epoch.b);
        memcpy(s.door_key, door_key, sizeof s.door_key);
        struct event ev = {.kind = EVENT_START, .start = {&s}};
        happen(h, &ev);
}

static struct rulebook *parsed(struct twin_house *h, const char *text)
{
        struct rulebook_error error;
        struct rulebook *book = rulebook_parse(slice_of(text), &error);
        if (!book) {
                fprintf(stderr, "%s\nline %d: %s\n", text, error.line, error.text);
                abort();
        }
        assert(h->n_books < sizeof h->books / sizeof h->books[0]);
        h->books[h->n_books++] = book;
        return book;
}

void twin_house_open(struct twin_house *h, const char *book, uint64_t seed)
{
        twin_house_open_timed(h, book, seed, 0);
}

void twin_house_open_timed(struct twin_house *h, const char *book, uint64_t seed, int32_t tick_ms)
{
        struct log log = h->log;
        struct dossier *dossier = h->dossier;
        memset(h, 0, offsetof(struct twin_house, jobs));
        h->first_job = h->n_jobs = 0;
        h->log = (struct log){.bytes = log.bytes, .room = log.room};
        h->dossier = dossier;
        if (!dossier)
                h->dossier = malloc(sizeof(struct dossier) + 16 +
                                    ROWS_MAX * (sizeof(struct purchase) + 7 * TEXT_MAX) + 64 +
                                    NOTES_MAX * NOTE_BYTES);
        assert(h->dossier);
        h->tick_ms = tick_ms;
        h->wall = HOUSE_WALL;
        h->mono = 1000;
        h->fresh.state = seed;
        h->book = parsed(h, book);
        for (enum who w = 1; w < WHO_COUNT; w++) {
                fill(h, &h->tokens[w], 32);
                fill(h, &h->seconds[w], 32);
        }
        make_hub(h);
}

void twin_house_close(struct twin_house *h)
{
        hub_destroy(h->hub);
        h->hub = NULL;
        while (h->n_books)
                rulebook_destroy(h->books[--h->n_books]);
}

void twin_house_restart(struct twin_house *h)
{
        hub_destroy(h->hub);
        h->first_job = h->n_jobs = 0;
        h->mono = 5000;
        make_hub(h);
}

void twin_house_everybody(struct twin_house *h)
{
        for (enum who w = 1; w < ELSEWHERE; w++)
                twin_house_connect(h, PEER_OF(w), w, false, people[w].role == ROLE_MANAGER, false, 0);
}

/* As the lab would say it: a proposal that only narrows, compared with what is live. */
void twin_house_publish(struct twin_house *h, const char *text)
{
        struct rulebook *book = parsed(h, text);
        struct hub_live live;
        hub_live(h->hub, &live);
        struct digest sha = rulebook_digest(book);
        if (memcmp(&sha, &live.sha256, sizeof sha) == 0)
                return;
        struct message m = {.type = MESSAGE_RULES_PUBLISH, .rules_publish = {.version = live.version + 1}};
        sodium_bin2hex(m.rules_publish.sha256, sizeof m.rules_publish.sha256, sha.b, sizeof sha.b);
        struct book_verdict verdict = {.row = {.version = live.version + 1,
                                               .state = BOOK_PROPOSED,
                                               .sha256 = sha,
                                               .base = live.version,
                                               .by = BOOK_BY_MAITRED,
                                               .at = h->wall,
                                               .name = "twins"},
                .base = live.version,
                .text = slice_of(rulebook_text(book))};
        struct event ev = {.kind = EVENT_VERDICT};
        twin_house_ask(h, NULL, FACE_OPERATOR, &m);
        ev.verdict.ticket = h->judged;
        ev.verdict.verdict = &verdict;
        happen(h, &ev);
        hub_live(h->hub, &live);
        if (memcmp(&sha, &live.sha256, sizeof sha) != 0)
                abort(); /* nothing else may be compared then */
        h->book = book;
}

void twin_house_customer(struct twin_house *h, uint32_t id, const struct store *store, uint32_t categories,
        uint32_t preferred, uint32_t evidence)
{
        struct customer *c = &h->customers[id];
        *c = (struct customer){.store = store, .evidence = evidence};
        c->row = (struct person_row){.id = id,
                .preferred = preferred,
                .enrolled = true,
                .greet = id % 2 == 0,
                .first = "Anna",
                .last = "Berg"};
        fill(h, &c->phone, 32);
        c->consents[c->n_consents++] = (struct consent_row){.purpose = PURPOSE_ALERT,
                .category = CATEGORY_PRESENCE,
                .state = CONSENT_GIVEN,
                .mode = MODE_ASK,
                .at = h->wall - DAY_MS,
                .valid_until = INT64_MAX,
                .notice = 1};
        for (uint8_t k = CATEGORY_INSTORE; k <= CATEGORY_NOTES; k++)
                if (k == CATEGORY_NOTES || (k <= CATEGORY_SIZES && (categories & CATEGORY_BIT(k))))
                        c->consents[c->n_consents++] = (struct consent_row){.purpose = PURPOSE_HISTORY,
                                .category = k,
                                .state = CONSENT_GIVEN,
                                .mode = MODE_ASK,
                                .at = h->wall - DAY_MS,
                                .valid_until = INT64_MAX,
                                .notice = 1};
}

void twin_house_watch(struct twin_house *h, enum who who)
{
        h->watched = who;
        h->listening = true;
        h->log.len = h->log.frames = h->log.cards = h->log.odd_sizes = h->log.answers = 0;
        h->log.work = 0;
}

void twin_house_unwatch(struct twin_house *h)
{
        h->listening = false;
}

/* ---- what people do ---- */
void twin_house_connect(
        struct twin_house *h, uint64_t peer, enum who who, bool second, bool console, bool old, uint64_t seq)
{
        struct event ev = {.kind = EVENT_PEER_OPENED,
                .peer_opened = {peer, console ? FACE_CONSOLE : FACE_HANDHELD,
                        second ? h->seconds[who] : h->tokens[who]}};
        happen(h, &ev);
        struct message m = {.type = MESSAGE_HELLO};
        if (old)
                snprintf(m.hello.epoch, sizeof m.hello.epoch, "e0e0e0e0-e0e0-e0e0-e0e0-e0e0e0e0e0e0");
        m.hello.seq = (int64_t)seq;
        twin_house_say(h, peer, &m);
}

void twin_house_hang_up(struct twin_house *h, uint64_t peer)
{
        struct event ev = {.kind = EVENT_PEER_CLOSED};
        ev.peer_closed.peer = peer;
        happen(h, &ev);
}

void twin_house_say(struct twin_house *h, uint64_t peer, const struct message *m)
{
        struct event ev = {.kind = EVENT_PEER_MESSAGE, .peer_message = {peer, m}};
        happen(h, &ev);
}

uint16_t twin_house_ask(
        struct twin_house *h, const struct digest *token, enum face face, const struct message *m)
{
        struct event ev = {
                .kind = EVENT_REQUEST, .request = {.request = ++h->requests, .face = face, .message = m}};
        if (token) {
                ev.request.has_token = true;
                ev.request.token = *token;
        }
        h->status = 0;
        h->body[0] = 0;
        happen(h, &ev);
        return h->status;
}

void twin_house_wait(struct twin_house *h, int64_t ms)
{
        mono_ms until = h->mono + ms;
        while (h->mono < until) {
                mono_ms next = hub_deadline(h->hub);
                mono_ms to = next > until ? until : next > h->mono ? next : h->mono + 1;
                h->wall += to - h->mono;
                h->mono = to;
                struct event ev = {.kind = EVENT_TICK};
                if (h->mono >= hub_deadline(h->hub))
                        happen(h, &ev);
        }
}

void twin_house_door(const struct twin_house *h, char out[17])
{
        door_code(door_key, 1, h->wall / 30000, out);
}
