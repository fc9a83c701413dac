#include "tests/core/rig.h"

#include "server/core/door.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

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

static void make_hub(struct rig *r)
{
        struct hub_settings set = rig_settings(r);
        struct roster *roster = rig_roster(r);
        const struct rig_book *live = NULL;
        for (uint32_t i = 0; i < r->n_books; i++)
                live = r->books[i].row.state == BOOK_LIVE ? &r->books[i] : live;
        r->hub = hub_create(&set, r->book);
        assert(r->hub);
        struct live_visit_row open[RIG_HELD];
        struct arrival_row arrivals[RIG_HELD];
        static struct notice_row first = {.version = 1, .name = "rig"}; /* it promised what the rules show */
        snprintf(first.text, sizeof first.text, "%s", rulebook_text(r->book));
        static struct stream_row stream[ARRAY_LEN(r->stream)];
        for (uint32_t i = 0; i < roster->n_associates; i++)
                roster->associates[i].last_card = r->last_card[roster->associates[i].id];
        struct snapshot s = {.roster = roster,
                .visits = open,
                .stream = stream,
                .n_stream = rig_stream(r, stream),
                .offers = r->offer_rows,
                .n_offers = r->offers < RIG_OFFERS ? r->offers : RIG_OFFERS,
                .arrivals = arrivals,
                .n_arrivals = rig_arrivals(r, arrivals),
                .next_guest = 0x80000000u,
                .devices = r->devices,
                .n_devices = r->n_devices,
                .sensors = r->sensors,
                .n_sensors = r->n_sensors,
                .managers = r->managers,
                .n_managers = r->n_managers,
                .pins = r->pin_rows,
                .n_pins = ARRAY_LEN(r->pin_rows),
                .remembered = r->remembered,
                .walkins = r->walkins,
                .notices = r->n_notices ? r->notices : &first,
                .n_notices = r->n_notices ? r->n_notices : 1,
                .house = r->house,
                .oldest_note = rig_oldest_note(r),
                .kept_at = r->kept.keep.now};
        if (live) {
                s.has_book = true;
                s.book = live->row;
                s.book_text = (char *)(uintptr_t)live->text;
                s.book_len = (uint32_t)strlen(live->text);
        }
        for (uint32_t i = 0; i < r->n_visits; i++)
                if (r->visits[i].state != VISIT_ENDED)
                        open[s.n_visits++] = r->visits[i];
        memset(s.epoch.b, 0xe0, sizeof(s.epoch.b));
        memcpy(s.door_key, door_key, sizeof(s.door_key));
        step(r, &(struct event){.kind = EVENT_START, .start = {&s}});
}

void rig_start(struct rig *r)
{
        memset(r, 0, sizeof(*r));
        assert(sodium_init() >= 0);
        r->wall = RIG_START;
        r->mono = 1000;
        r->day = 20517;
        r->minute = 720; /* later than a morning's walk-in test */
        r->random = 42;
        r->book = rulebook_balanced();
        assert(r->book);
        rig_people(r);
        make_hub(r);
}

static void forget_loads(struct rig *r)
{
        while (r->n_loads)
                free(r->loads[--r->n_loads].dossier);
}

void rig_restart(struct rig *r)
{
        hub_destroy(r->hub);
        r->n_held = 0;
        forget_loads(r);
        r->mono = 5000; /* a new process's monotonic clock starts anywhere */
        make_hub(r);
}

void rig_stop(struct rig *r)
{
        hub_destroy(r->hub);
        forget_loads(r);
        rulebook_destroy(r->book);
        free(r->trace);
}

/* ---- stepping ---- */
static void finish(struct rig *r, const struct rig_held *h)
{
        struct event ev = {.kind = r->fail_commits ? EVENT_COMMIT_FAILED : EVENT_COMMITTED};
        for (uint32_t i = 0; i < h->n && !r->fail_commits; i++)
                rig_apply(r, &h->writes[i]);
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

/* Answers the LOAD at `at`; the later ones move up. */
static void loaded(struct rig *r, uint32_t at)
{
        struct dossier *d = r->loads[at].dossier;
        struct event ev = {.kind = EVENT_LOADED, .loaded = {r->loads[at].ticket, d}};
        memmove(r->loads + at, r->loads + at + 1, (r->n_loads - at) * sizeof(r->loads[0]));
        step(r, &ev);
        free(d);
}

void rig_release_loads(struct rig *r)
{
        while (r->n_loads) {
                r->n_loads--;
                loaded(r, 0);
        }
}

static void verify(struct rig *r, const struct effect *e)
{
        r->verify = *e;
        r->verifies++;
        if (!r->hold_verified)
                rig_verified(r, e->verify.peer, r->signs);
}

static struct effects *spare; /* what the last step was copied to */

/* A large block from the system for each tick of a day would take minutes. */
static struct effects *copy_of(const struct effects *effects)
{
        struct effects *out = spare ? spare : malloc(sizeof(*out));
        assert(out);
        spare = NULL;
        memcpy(out, effects, sizeof(*out));
        return out;
}

static void keep_answer(struct rig *r, const struct effect *e)
{
        assert(e->answer.len < sizeof(r->body));
        r->answered = e->answer.request;
        r->status = e->answer.status;
        r->retry_s = e->answer.retry_s;
        r->cookie = e->answer.cookie;
        r->cookie_token = e->answer.token;
        memcpy(r->body, e->answer.body, e->answer.len);
        r->body[e->answer.len] = 0;
        r->answers++;
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
        struct effects *out = copy_of(&r->effects); /* the steps below write r->effects anew */
        for (uint32_t i = 0; i < out->n; i++) {
                const struct effect *e = &out->list[i];
                if (e->kind == EFFECT_ANSWER) {
                        keep_answer(r, e);
                } else if (e->kind == EFFECT_PUSH) {
                        keep_frame(r, e);
                } else if (e->kind == EFFECT_CLOSE) {
                        r->closed[r->n_closed].peer = e->close.peer;
                        r->closed[r->n_closed++].code = e->close.code;
                } else if (e->kind == EFFECT_LAB) {
                        r->lab = *e;
                        r->labs++;
                } else if (e->kind == EFFECT_NUMBERS) {
                        r->numbers[r->n_numbers++ % 4] = *e;
                } else if (e->kind == EFFECT_FIRST) {
                        r->asked_first = *e;
                } else if (e->kind == EFFECT_BOOK) {
                        r->swaps++;
                } else if (e->kind == EFFECT_RECEIPT) {
                        r->asked_receipt = *e;
                } else if (e->kind == EFFECT_HOUSE) {
                        r->asked_house = *e->house.wanted;
                } else if (e->kind == EFFECT_SHIFTS) {
                        r->asked_shifts = *e;
                }
        }
        for (uint32_t i = 0; i < out->n; i++) {
                const struct effect *e = &out->list[i];
                if (e->kind == EFFECT_LOAD) {
                        assert(r->n_loads < RIG_HELD);
                        r->loads[r->n_loads].ticket = e->load.ticket;
                        r->loads[r->n_loads++].dossier = rig_load(r, e);
                        if (!r->hold_loads)
                                loaded(r, --r->n_loads);
                } else if (e->kind == EFFECT_PROVE) {
                        r->proved = *e;
                        r->proofs++;
                        r->proof_ticket = e->prove.ticket;
                        if (!r->hold_proofs)
                                rig_release_proof(r);
                } else if (e->kind == EFFECT_VERIFY) {
                        verify(r, e);
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
                } else if (e->kind == EFFECT_ROSTER) {
                        r->asked_roster++;
                        if (!r->hold_roster)
                                rig_import(r);
                }
        }
        free(spare);
        spare = out;
}

void rig_release_proof(struct rig *r)
{
        struct event ev = {.kind = EVENT_PROVED, .proved = {r->proof_ticket, r->proof}};
        step(r, &ev);
}

void rig_verified(struct rig *r, uint64_t peer, bool right)
{
        struct event ev = {.kind = EVENT_VERIFIED, .verified = {.peer = peer, .right = right}};
        step(r, &ev);
}

void rig_release_one(struct rig *r)
{
        struct rig_held h = r->held[0];
        memmove(r->held, r->held + 1, --r->n_held * sizeof(h));
        finish(r, &h);
}

void rig_release(struct rig *r)
{
        while (r->n_held)
                rig_release_one(r);
}

void rig_role(struct rig *r, uint32_t associate, enum role role)
{
        r->roles[associate] = (uint8_t)(role + 1);
        rig_import(r);
}

void rig_import(struct rig *r)
{
        struct event ev = {.kind = EVENT_ROSTER, .roster = {rig_roster(r)}};
        step(r, &ev);
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
        r->sessions[r->n_sessions++].row = (struct session_row){.kind = (uint8_t)kind,
                .subject = subject,
                .expires = INT64_MAX,
                .seen = kind == SESSION_HANDHELD ? r->wall : 0,
                .paired = r->wall};
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
        struct event ev = {
                .kind = EVENT_REQUEST, .request = {.request = ++r->request, .face = r->face, .message = m}};
        if (token) {
                ev.request.has_token = true;
                ev.request.token = *token;
        }
        ev.request.gpc = r->gpc;
        if (r->key) {
                ev.request.has_key = true;
                ev.request.key = *r->key;
        }
        if (r->station) {
                ev.request.has_station = true;
                memcpy(ev.request.station, r->station, sizeof(ev.request.station));
        }
        r->status = 0;
        step(r, &ev);
        return r->answered == r->request ? r->status : 0;
}

void rig_open(struct rig *r, uint64_t peer, enum face face, const struct digest *token)
{
        struct event ev = {.kind = EVENT_PEER_OPENED, .peer_opened = {peer, face, *token}};
        snprintf(ev.peer_opened.origin, sizeof(ev.peer_opened.origin), "%s", r->origin ? r->origin : "");
        step(r, &ev);
}

void rig_agent(struct rig *r, uint64_t peer, const char *frame)
{
        struct agent_message m;
        struct agent_fault fault;
        struct event ev = {.kind = EVENT_AGENT_MESSAGE, .agent_message = {.peer = peer}};
        if (agent_decode(AGENT_BY_AGENT, slice_of(frame), &m, &fault) == 0)
                ev.agent_message.message = &m;
        step(r, &ev);
}

void rig_hello(struct rig *r, uint64_t peer, const char *epoch, uint64_t seq)
{
        struct message m = {.type = MESSAGE_HELLO};
        snprintf(m.hello.epoch, sizeof(m.hello.epoch), "%s", epoch);
        m.hello.seq = (int64_t)seq;
        rig_message(r, peer, &m);
}

void rig_message(struct rig *r, uint64_t peer, const struct message *m)
{
        struct event ev = {.kind = EVENT_PEER_MESSAGE, .peer_message = {peer, m}};
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
        } else if (type == MESSAGE_HAND_OVER) {
                m.hand_over.card = card;
                m.hand_over.to = (int64_t)seq;
        } else if (type != MESSAGE_SALES && type != MESSAGE_COLLEAGUES) {
                m.accept.card = card;
        }
        struct event ev = {.kind = EVENT_PEER_MESSAGE, .peer_message = {peer, &m}};
        step(r, &ev);
}

void rig_mine(struct rig *r, uint32_t ticket, const struct mine *mine)
{
        struct event ev = {.kind = EVENT_MINE, .mine = {ticket, *mine}};
        step(r, &ev);
}

void rig_verdict(struct rig *r, const struct book_verdict *verdict)
{
        struct event ev = {.kind = EVENT_VERDICT, .verdict = {r->lab.lab.ticket, verdict}};
        step(r, &ev);
}

void rig_leak_check(struct rig *r, const struct leak_check *result)
{
        struct event ev = {.kind = EVENT_LEAK_CHECK, .leak_check = *result};
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
