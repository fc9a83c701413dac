/* Handhelds and those who hold them. A device keeps (epoch, seq) and the cards on its screen; sockets come
 * and go. */
#include "tests/sim/sim.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum act { ACT_RENDERED = 1, ACT_DECIDE, ACT_WITH_HER, ACT_DONE, ACT_ITS_HER };

/* ---- pictures ---- */
struct held *picture_find(struct picture *p, uint32_t card)
{
        for (uint32_t i = 0; i < p->n; i++)
                if (p->held[i].card == card)
                        return &p->held[i];
        return NULL;
}

void picture_take(struct picture *p, const struct frame *f, int64_t now)
{
        struct held *h = picture_find(p, f->card);
        if (f->kind == FRAME_RESYNC) {
                p->n = 0;
        } else if (f->kind == FRAME_CARD) {
                if (!h && p->n < HELD_MOST) {
                        h = &p->held[p->n++];
                        *h = (struct held){.card = f->card, .since = now};
                }
                if (!h)
                        return;
                h->seq = f->seq;
                h->visit = f->visit;
                h->may_be = f->may_be;
                h->said = false;
                memcpy(h->state, f->state, sizeof(h->state));
        } else if (f->kind == FRAME_STATE && h && strcmp(f->state, "waits") != 0 &&
                   strcmp(f->state, "done") != 0) {
                memcpy(h->state, f->state, sizeof(h->state));
        } else if (h &&
                   (f->kind == FRAME_RETRACT || (f->kind == FRAME_STATE && strcmp(f->state, "done") == 0))) {
                *h = p->held[--p->n];
        }
}

/* ---- reading frames ---- */
static uint64_t number_of(const char *text, const char *name)
{
        const char *at = strstr(text, name);
        return at ? strtoull(at + strlen(name), NULL, 10) : 0;
}

static void word_of(const char *text, const char *name, char *out, size_t room)
{
        const char *at = strstr(text, name), *end = at ? strchr(at + strlen(name), '"') : NULL;
        if (end)
                snprintf(out, room, "%.*s", (int)(end - at - (long)strlen(name)), at + strlen(name));
}

static void read_frame(const char *text, size_t len, struct frame *out)
{
        static const struct {
                const char *t;
                enum frame_kind kind;
        } kinds[] = {{"{\"t\":\"card\"", FRAME_CARD}, {"{\"t\":\"retract\"", FRAME_RETRACT},
                {"{\"t\":\"state\"", FRAME_STATE}, {"{\"t\":\"welcome\"", FRAME_WELCOME},
                {"{\"t\":\"resync\"", FRAME_RESYNC}};
        char head[321];
        snprintf(head, sizeof(head), "%.*s", (int)(len < 320 ? len : 320), text);
        *out = (struct frame){.kind = FRAME_OTHER};
        for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
                if (strncmp(head, kinds[i].t, strlen(kinds[i].t)) == 0)
                        out->kind = kinds[i].kind;
        out->seq = number_of(head, "\"seq\":");
        out->card = (uint32_t)number_of(head, "\"card\":");
        word_of(head, "\"state\":\"", out->state, sizeof(out->state));
        word_of(head, "\"epoch\":\"", out->epoch, sizeof(out->epoch));
        out->resume = strstr(text, "\"resume\":true") != NULL && out->kind == FRAME_WELCOME;
        out->may_be = out->kind == FRAME_CARD && strstr(head, "\"seen\":\"may-be\"") != NULL;
}

/* ---- sockets ---- */
struct conn *floor_conn(struct world *w, uint64_t peer)
{
        struct conn *c = &w->conns[peer % CONNS_MOST];
        return c->used && c->peer == peer ? c : NULL;
}

static void say(struct world *w, struct conn *c, const struct message *m, int64_t in_ms)
{
        struct message *copy = malloc(sizeof(*copy));
        if (!copy)
                exit(2);
        *copy = *m;
        world_put(w, in_ms, ITEM_SAYS, c->device, c->peer, copy);
}

static void connect_device(struct world *w, uint32_t at)
{
        struct device *d = &w->devices[at];
        if (d->peer || d->away)
                return;
        if (!w->hub) {
                world_put(w, world_idle(w, 300, 5000), ITEM_CONNECT, at, 0, NULL);
                return;
        }
        uint64_t peer = ++w->sockets;
        while (w->conns[peer % CONNS_MOST].used)
                peer = ++w->sockets;
        struct conn *c = &w->conns[peer % CONNS_MOST];
        *c = (struct conn){.used = true, .alive = true, .peer = peer, .device = at, .hello_seq = d->seq};
        memcpy(c->epoch, d->epoch, sizeof(c->epoch));
        c->shown = d->memory;
        d->peer = peer;
        struct event ev = {.kind = EVENT_PEER_OPENED, .peer_opened = {peer, d->face, d->token}};
        world_notes(w, "device %u of associate %u connects as %" PRIu64 ", it knows %" PRIu64, at,
                d->associate, peer, d->seq);
        world_step(w, &ev);
        if (!floor_conn(w, peer))
                return;
        struct message m = {.type = MESSAGE_HELLO};
        snprintf(m.hello.epoch, sizeof(m.hello.epoch), "%s", d->epoch);
        m.hello.seq = (int64_t)d->seq;
        say(w, c, &m, world_idle(w, 0, 30));
}

/* The device's end is gone; the hub hears of it sooner or later. */
static void drop(struct world *w, uint32_t at)
{
        struct device *d = &w->devices[at];
        struct conn *c = d->peer ? floor_conn(w, d->peer) : NULL;
        d->peer = 0;
        if (!c)
                return;
        c->alive = false;
        world_notes(w, "the socket %" PRIu64 " of device %u is gone", c->peer, at);
        world_put(w, chance_of(&w->chance, 70) ? world_idle(w, 0, 300) : world_idle(w, 300, 45000),
                ITEM_CLOSED, at, c->peer, NULL);
}

static int64_t away_for(struct world *w)
{
        if (w->plan.drops)
                return world_idle(w, 1, 6) * MINUTE_MS;
        return chance_of(&w->chance, 60) ? world_idle(w, 0, 3000) : world_idle(w, 3000, 300000);
}

static void dropped_by_fault(struct world *w, const struct item *it)
{
        if (w->storm && (w->plan.drops || (w->plan.faults & FAULT_SOCKETS))) {
                drop(w, it->who);
                world_put(w, away_for(w), ITEM_CONNECT, it->who, 0, NULL);
        }
        if (w->plan.drops && it->who % 2 == 0)
                world_put(w, world_idle(w, 5, 20) * MINUTE_MS, ITEM_DROP, it->who, 0, NULL);
        else if (w->storm && !w->plan.drops)
                world_put(w, world_idle(w, 1, 300) * SECOND_MS, ITEM_DROP, it->who, 0, NULL);
}

/* A device that has forgotten all: another tablet, a page that was closed. */
static void forgets(struct world *w, uint32_t at)
{
        struct device *d = &w->devices[at];
        drop(w, at);
        d->epoch[0] = 0;
        d->seq = 0;
        d->memory.n = 0;
        world_put(w, world_idle(w, 0, 2000), ITEM_CONNECT, at, 0, NULL);
        if (w->storm)
                world_put(w, world_idle(w, 30, 600) * SECOND_MS, ITEM_SPY, at, 0, NULL);
}

void floor_restarted(struct world *w)
{
        for (uint32_t i = 0; i < w->n_devices; i++) {
                w->devices[i].peer = 0;
                world_put(w, world_idle(w, 0, 3000), ITEM_CONNECT, i, 0, NULL);
        }
}

/* ---- what the hub sends ---- */
void floor_push(struct world *w, const struct effect *e)
{
        struct conn *c = floor_conn(w, e->push.peer);
        struct frame f;
        if (!c) {
                world_fails(w, "a frame to a socket that is closed");
                return;
        }
        if (c->waits) {
                world_fails(w, "a second frame before the first was taken");
                return;
        }
        c->waits = true;
        read_frame(e->push.frame, e->push.len, &f);
        world_notes(w, "to %" PRIu64 ": %.*s", c->peer, (int)(e->push.len < 90 ? e->push.len : 90),
                e->push.frame);
        check_push(w, c, &f, e->push.frame, e->push.len);
        picture_take(&c->shown, &f, w->now);
        struct frame *copy = malloc(sizeof(*copy));
        if (!copy)
                exit(2);
        *copy = f;
        int64_t takes = world_fault(w, FAULT_SOCKETS, 10) ? world_idle(w, 100, 15000) : world_idle(w, 0, 2);
        world_put(w, takes, ITEM_READY, c->device, c->peer, NULL);
        world_put(w, takes + 1, ITEM_FRAME, c->device, c->peer, copy);
}

void floor_close(struct world *w, const struct effect *e)
{
        struct conn *c = floor_conn(w, e->close.peer);
        if (!c)
                return;
        struct device *d = &w->devices[c->device];
        world_notes(w, "the hub closes %" PRIu64 " with %u %s", c->peer, e->close.code, e->close.reason);
        if (d->peer == c->peer) {
                d->peer = 0;
                world_put(w, world_idle(w, 100, 3000), ITEM_CONNECT, c->device, 0, NULL);
        }
        c->alive = false;
        world_put(w, 0, ITEM_CLOSED, c->device, c->peer, NULL);
}

/* ---- who holds it ---- */
static void act_later(struct world *w, uint32_t device, uint32_t card, enum act act, int64_t in_ms)
{
        world_put(w, in_ms, ITEM_ACT, device, (uint64_t)card << 8 | act, NULL);
}

static void takes_frame(struct world *w, const struct item *it)
{
        struct conn *c = floor_conn(w, it->extra);
        struct device *d = &w->devices[it->who];
        const struct frame *f = it->what;
        if (!c || !c->alive || d->peer != c->peer)
                return; /* lost with its socket */
        c->welcomed = c->welcomed || f->kind == FRAME_WELCOME;
        if (f->kind == FRAME_RESYNC) {
                memcpy(d->epoch, f->epoch, sizeof(d->epoch));
                d->seq = f->seq;
        }
        if (f->kind == FRAME_WELCOME &&
                f->resume) /* what was said and may be lost is said again, as the page does */
                for (uint32_t i = 0; i < d->memory.n; i++)
                        if (d->memory.held[i].said)
                                act_later(w, it->who, d->memory.held[i].card, ACT_RENDERED, 1);
        if (f->kind == FRAME_CARD || f->kind == FRAME_RETRACT || f->kind == FRAME_STATE) {
                if (f->seq <= d->seq)
                        return;
                d->seq = f->seq;
        }
        picture_take(&d->memory, f, w->now);
        if (f->kind == FRAME_CARD) {
                act_later(w, it->who, f->card, ACT_RENDERED, world_idle(w, 50, 900));
                if (f->may_be)
                        act_later(w, it->who, f->card, ACT_ITS_HER, world_idle(w, 3000, 60000));
                bool offered = strcmp(f->state, "offered") == 0;
                act_later(w, it->who, f->card, offered ? ACT_DECIDE : ACT_WITH_HER,
                        world_idle(w, 1000, w->plan.arrivals_per_hour ? 9000 : 28000));
        } else if (f->kind == FRAME_RETRACT) {
                struct message m = {
                        .type = MESSAGE_CLEARED, .cleared = {.card = f->card, .seq = (int64_t)f->seq}};
                say(w, c, &m, world_idle(w, 1, 50));
        } else if (f->kind == FRAME_STATE) {
                bool with = strcmp(f->state, "with_her") == 0;
                int64_t serves = w->plan.arrivals_per_hour ? world_idle(w, 60, 180) : world_idle(w, 5, 400);
                act_later(w, it->who, f->card, with ? ACT_DONE : ACT_WITH_HER,
                        with ? serves * SECOND_MS : world_idle(w, 2000, 40000));
        }
}

static enum message_type decision(struct world *w, const struct device *d)
{
        uint32_t what = chance_below(&w->chance, 100);
        bool busy = false;
        for (uint32_t i = 0; i < d->memory.n; i++)
                busy = busy || strcmp(d->memory.held[i].state, "offered") != 0;
        if (w->plan.arrivals_per_hour)
                return busy || what >= 97 ? MESSAGE_BUSY : what < 94 ? MESSAGE_ACCEPT : MESSAGE_NONE;
        return what < 55   ? MESSAGE_ACCEPT
               : what < 62 ? MESSAGE_WITH_HER
               : what < 72 ? MESSAGE_BUSY
               : what < 78 ? MESSAGE_NOT_HERE
               : what < 84 ? MESSAGE_HAND_OVER
                           : MESSAGE_NONE;
}

static void acts(struct world *w, const struct item *it)
{
        struct device *d = &w->devices[it->who];
        uint32_t card = (uint32_t)(it->extra >> 8);
        enum act act = (enum act)(it->extra & 0xff);
        bool day = w->plan.arrivals_per_hour != 0;
        struct held *h = picture_find(&d->memory, card);
        struct conn *c = d->peer ? floor_conn(w, d->peer) : NULL;
        if (!h)
                return;
        if (!c || !c->welcomed) {
                act_later(w, it->who, card, act, world_idle(w, 2000, 8000));
                return;
        }
        /* Every reply has its card as first member; the union lets one name stand for all. */
        struct message m = {.type = MESSAGE_NONE, .accept = {.card = card}};
        if (act == ACT_RENDERED) {
                m = (struct message){
                        .type = MESSAGE_RENDERED, .rendered = {.card = card, .seq = (int64_t)h->seq}};
                h->said = true;
        } else if (act == ACT_DECIDE && strcmp(h->state, "offered") == 0) {
                m.type = decision(w, d);
        } else if (act == ACT_WITH_HER && strcmp(h->state, "accepted") == 0) {
                m.type = day || chance_of(&w->chance, 85) ? MESSAGE_WITH_HER : MESSAGE_HAND_OVER;
                act_later(w, it->who, card, act, world_idle(w, 5000, 20000)); /* until it is so */
        } else if (act == ACT_DONE && strcmp(h->state, "with_her") == 0) {
                m.type = day || chance_of(&w->chance, 90) ? MESSAGE_DONE : MESSAGE_HAND_OVER;
                act_later(w, it->who, card, act, world_idle(w, 5000, 20000));
        } else if (act == ACT_ITS_HER && h->may_be) {
                m.type = MESSAGE_ITS_HER;
        }
        if (m.type != MESSAGE_NONE)
                say(w, c, &m, world_idle(w, 1, 40));
        if (m.type != MESSAGE_NONE && world_fault(w, FAULT_REPEATS, 100))
                say(w, c, &m, world_idle(w, 1, 400));
}

static void reaches_hub(struct world *w, const struct item *it)
{
        struct conn *c = floor_conn(w, it->extra);
        const struct message *m = it->what;
        if (!c || !w->hub || (!c->alive && m->type == MESSAGE_HELLO))
                return;
        if (!c->alive && chance_of(&w->chance, 50))
                return; /* lost with its socket; or it had left already */
        struct event ev = {.kind = EVENT_PEER_MESSAGE, .peer_message = {c->peer, m}};
        world_step(w, &ev);
}

static void socket_item(struct world *w, const struct item *it)
{
        struct conn *c = floor_conn(w, it->extra);
        struct event ev = {.kind = EVENT_PEER_READY, .peer_ready = {it->extra}};
        if (!c)
                return;
        if (it->kind == ITEM_READY) {
                c->waits = false;
        } else {
                c->used = false;
                ev.kind = EVENT_PEER_CLOSED;
        }
        world_step(w, &ev);
}

void floor_item(struct world *w, struct item *it)
{
        if (it->kind == ITEM_READY || it->kind == ITEM_CLOSED)
                socket_item(w, it);
        else if (it->kind == ITEM_FRAME)
                takes_frame(w, it);
        else if (it->kind == ITEM_CONNECT)
                connect_device(w, it->who);
        else if (it->kind == ITEM_DROP)
                dropped_by_fault(w, it);
        else if (it->kind == ITEM_SPY && w->storm)
                forgets(w, it->who);
        else if (it->kind == ITEM_SAYS)
                reaches_hub(w, it);
        else if (it->kind == ITEM_ACT)
                acts(w, it);
}

void floor_make(struct world *w)
{
        for (uint32_t a = 1; a <= w->plan.associates; a++) {
                uint32_t n = w->plan.arrivals_per_hour ? 1 : 1 + chance_below(&w->chance, 2);
                for (uint32_t i = 0; i < n && w->n_devices < HANDHELDS_MOST; i++) {
                        uint32_t at = w->n_devices++;
                        struct device *d = &w->devices[at];
                        *d = (struct device){.associate = a, .face = FACE_HANDHELD};
                        chance_fill(&w->chance, &d->token, sizeof(d->token));
                        table_put_session(w->seen, &d->token,
                                &(struct session_row){
                                        .kind = SESSION_HANDHELD, .subject = a, .expires = INT64_MAX});
                        if (!w->plan.arrivals_per_hour && i == 1)
                                world_put(w, world_idle(w, 30, 600) * SECOND_MS, ITEM_SPY, at, 0, NULL);
                        if ((w->plan.faults & FAULT_SOCKETS) || (w->plan.drops && at % 2 == 0))
                                world_put(w, world_idle(w, 10, 300) * SECOND_MS, ITEM_DROP, at, 0, NULL);
                }
        }
}
