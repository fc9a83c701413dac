/* One access point and its agent [P40-P50]: phones come and go on the air, the agent finds them by the tags
 * it was given, claims them, sweeps, and keeps what is not acknowledged. Some phones are known by a key of
 * their own, some by an address only. */
#include "tests/sim/sim.h"

#include "proto/agent.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SPOOL_MOST 64
#define SLOTS_MOST 512

enum what { DO_CONNECT, DO_DROP, DO_SWEEP, DO_PHONE, DO_READY, DO_CLOSED };

struct claim {
        uint64_t seq;
        int64_t day, slot, at;
        enum agent_kind kind;
};

struct agent_sim {
        struct digest token;
        uint64_t peer; /* 0: no socket */
        uint64_t sockets, seq, boot, sweeps;
        bool welcomed, has_key;
        int64_t day, version;
        uint8_t key[AGENT_KEY_BYTES];
        struct agent_tag tags[SLOTS_MOST];
        uint32_t n_spool;
        struct claim spool[SPOOL_MOST];
        bool *here; /* by customer: her phone is on the air */
};

/* Agents' peers are told apart from handhelds' by their highest bit. */
#define AGENT_PEER (UINT64_C(1) << 63)

static void phone_of(const struct world *w, uint32_t customer, struct device_row *out)
{
        char id[16];
        struct chance c = {w->plan.seed * 77 + customer};
        *out = (struct device_row){.id = customer + 1,
                .person = customer + 1,
                .kind = AGENT_ID_KEYID,
                .bound = (store_day)(SIM_START / DAY_MS) - 1,
                .until = (store_day)(SIM_START / DAY_MS) + 13};
        if (chance_of(&c, 40)) {
                out->kind = AGENT_ID_MAC;
                out->len = 6;
                memcpy(out->bytes, "\x02\x00\x00\x00", 4);
                out->bytes[4] = (uint8_t)(customer >> 8);
                out->bytes[5] = (uint8_t)customer;
                return;
        }
        out->len = (uint8_t)snprintf(id, sizeof(id), "key%05u", customer);
        memcpy(out->bytes, id, out->len);
}

bool agents_station(const struct world *w, uint32_t customer, uint8_t out[6])
{
        struct device_row row;
        phone_of(w, customer, &row);
        if (row.kind != AGENT_ID_MAC)
                return false;
        memcpy(out, row.bytes, 6);
        return true;
}

/* ---- what it says ---- */
static void say(struct world *w, const struct agent_message *m, int64_t in_ms)
{
        struct agent_message *copy = malloc(sizeof(*copy));
        if (!copy)
                exit(2);
        *copy = *m;
        world_put(w, in_ms, ITEM_AGENT_SAYS, 0, w->agents->peer, copy);
}

static void say_claim(struct world *w, const struct claim *c, int64_t in_ms)
{
        int64_t age = w->now - c->at;
        struct agent_message m = {.type = AGENT_CLAIM};
        m.claim.boot = (int64_t)w->agents->boot;
        m.claim.seq = (int64_t)c->seq;
        m.claim.day = c->day;
        m.claim.slot = c->slot;
        m.claim.kind = c->kind;
        m.claim.age_ms = age;
        say(w, &m, in_ms);
        if (world_fault(w, FAULT_AGENTS, 150))
                say(w, &m, in_ms + world_idle(w, 0, 5000)); /* once more, perhaps behind later ones */
}

static int64_t slot_of(const struct world *w, uint32_t customer)
{
        const struct agent_sim *a = w->agents;
        struct device_row row;
        struct agent_tag tag;
        if (!a->has_key)
                return -1;
        phone_of(w, customer, &row);
        agent_tag(a->key, (enum agent_id)row.kind, row.bytes, row.len, &tag);
        for (int64_t i = 0; i < SLOTS_MOST; i++)
                if (memcmp(&a->tags[i], &tag, sizeof(tag)) == 0)
                        return i;
        return -1;
}

static void claims(struct world *w, uint32_t customer, enum agent_kind kind)
{
        struct agent_sim *a = w->agents;
        int64_t slot = slot_of(w, customer);
        if (slot < 0 || a->n_spool == SPOOL_MOST)
                return; /* whoever is not in the set does not exist */
        struct claim *c = &a->spool[a->n_spool++];
        *c = (struct claim){.seq = ++a->seq, .day = a->day, .slot = slot, .at = w->now, .kind = kind};
        if (a->peer && a->welcomed)
                say_claim(w, c,
                        world_fault(w, FAULT_AGENTS, 200) ? world_idle(w, 0, 60000) : world_idle(w, 0, 50));
}

static void sweeps(struct world *w)
{
        struct agent_sim *a = w->agents;
        struct agent_message m = {.type = AGENT_SWEEP};
        if (!a->peer || !a->welcomed || !a->has_key)
                return;
        m.sweep.sweep = (int64_t)++a->sweeps;
        m.sweep.day = a->day;
        m.sweep.part = m.sweep.of = 1;
        for (uint32_t i = 0; i < w->plan.customers && m.sweep.here_items + 2 <= AGENT_SWEEP_ITEMS; i++) {
                int64_t slot = a->here[i] ? slot_of(w, i) : -1;
                if (slot < 0)
                        continue;
                m.sweep.here[m.sweep.here_items++] = (int32_t)slot;
                m.sweep.here[m.sweep.here_items++] = -50;
        }
        say(w, &m, world_idle(w, 0, 50));
}

/* ---- sockets ---- */
static void connects(struct world *w)
{
        struct agent_sim *a = w->agents;
        if (a->peer)
                return;
        if (!w->hub) {
                world_put(w, world_idle(w, 1000, 5000), ITEM_AGENT, 0, DO_CONNECT, NULL);
                return;
        }
        a->peer = AGENT_PEER | ++a->sockets;
        a->welcomed = false;
        struct event ev = {.kind = EVENT_PEER_OPENED, .peer_opened = {a->peer, FACE_AGENT, a->token}};
        world_step(w, &ev);
        struct agent_message m = {.type = AGENT_HELLO};
        m.hello.boot = (int64_t)a->boot;
        m.hello.seq = (int64_t)a->seq;
        m.hello.day = a->has_key ? a->day : 0;
        m.hello.version = a->has_key ? a->version : 0;
        m.hello.ap = AGENT_AP_FAKE;
        snprintf(m.hello.agent, sizeof(m.hello.agent), "sim");
        say(w, &m, world_idle(w, 0, 50));
}

static void drops(struct world *w)
{
        struct agent_sim *a = w->agents;
        if (a->peer)
                world_put(w, world_idle(w, 0, 45000), ITEM_AGENT_SAYS, 1, a->peer, NULL);
        a->peer = 0;
        if (world_fault(w, FAULT_AGENTS, 300)) { /* it starts anew, and knows nothing any more */
                a->boot++;
                a->seq = 0;
                a->n_spool = 0;
                a->has_key = false;
        }
        world_put(w, world_idle(w, 1000, 120000), ITEM_AGENT, 0, DO_CONNECT, NULL);
}

static void phone_moves(struct world *w, uint32_t customer)
{
        struct agent_sim *a = w->agents;
        a->here[customer] = !a->here[customer];
        claims(w, customer, a->here[customer] ? AGENT_JOIN : AGENT_LEAVE);
        int64_t stays =
                chance_of(&w->chance, 30) ? world_idle(w, 1000, 60000) : world_idle(w, 60000, 1500000);
        if (w->storm || a->here[customer])
                world_put(w, stays, ITEM_AGENT, customer, DO_PHONE, NULL);
}

/* ---- what the hub says ---- */
static void acknowledged(struct agent_sim *a, uint64_t boot, uint64_t seq)
{
        uint32_t kept = 0;
        for (uint32_t i = 0; i < a->n_spool; i++)
                if (boot < a->boot || (boot == a->boot && a->spool[i].seq > seq))
                        a->spool[kept++] = a->spool[i];
        a->n_spool = kept;
}

static void told(struct world *w, const struct agent_message *m)
{
        struct agent_sim *a = w->agents;
        if (m->type == AGENT_WELCOME) {
                a->welcomed = true;
                if ((uint64_t)m->welcome.boot > a->boot)
                        a->boot = (uint64_t)m->welcome.boot + 1;
                acknowledged(a, (uint64_t)m->welcome.boot, (uint64_t)m->welcome.seq);
                for (uint32_t i = 0; i < a->n_spool; i++)
                        say_claim(w, &a->spool[i], 1 + i);
        } else if (m->type == AGENT_KEY) {
                a->has_key = true;
                a->day = m->key.day;
                memcpy(a->key, m->key.key, sizeof(a->key));
                memset(a->tags, 0, sizeof(a->tags));
        } else if (m->type == AGENT_TAGS) {
                a->version = m->tags.version;
                for (uint32_t i = 0; i < m->tags.tags_bytes / AGENT_TAG_BYTES; i++)
                        if (m->tags.first + i < SLOTS_MOST)
                                memcpy(&a->tags[m->tags.first + i], m->tags.tags + i * AGENT_TAG_BYTES,
                                        AGENT_TAG_BYTES);
        } else if (m->type == AGENT_TAG_ADD && m->tag_add.slot < SLOTS_MOST) {
                a->version = m->tag_add.version;
                memcpy(&a->tags[m->tag_add.slot], m->tag_add.tag, AGENT_TAG_BYTES);
        } else if (m->type == AGENT_TAG_REMOVE && m->tag_remove.slot < SLOTS_MOST) {
                a->version = m->tag_remove.version;
                memset(&a->tags[m->tag_remove.slot], 0, AGENT_TAG_BYTES);
        } else if (m->type == AGENT_ACK) {
                check_ack(w, (uint64_t)m->ack.boot, (uint64_t)m->ack.seq);
                acknowledged(a, (uint64_t)m->ack.boot, (uint64_t)m->ack.seq);
        }
}

bool agents_push(struct world *w, const struct effect *e)
{
        if (!(e->push.peer & AGENT_PEER))
                return false;
        struct agent_message *m = calloc(1, sizeof(*m));
        struct agent_fault fault;
        if (!m)
                exit(2);
        if (agent_decode(AGENT_BY_HUB, (struct slice){e->push.frame, e->push.len}, m, &fault) != 0)
                world_fails(w, "a frame that no agent can read: %s", fault.text);
        if (m->type == AGENT_ACK)
                check_ack(w, (uint64_t)m->ack.boot, (uint64_t)m->ack.seq);
        world_put(w, world_idle(w, 0, 20), ITEM_AGENT_FRAME, 0, e->push.peer, m);
        return true;
}

bool agents_close(struct world *w, uint64_t peer)
{
        if (!(peer & AGENT_PEER))
                return false;
        if (peer == w->agents->peer)
                drops(w);
        return true;
}

static void agent_says(struct world *w, const struct item *it)
{
        struct event ev = {.kind = EVENT_AGENT_MESSAGE, .agent_message = {it->extra, it->what}};
        if (it->life != w->life)
                return;
        if (it->who == 1)
                ev = (struct event){.kind = EVENT_PEER_CLOSED, .peer_closed = {it->extra}};
        else if (it->extra != w->agents->peer)
                return; /* lost with its socket */
        world_step(w, &ev);
}

void agents_item(struct world *w, struct item *it)
{
        struct event ready = {.kind = EVENT_PEER_READY, .peer_ready = {it->extra}};
        if (it->kind == ITEM_AGENT_SAYS) {
                agent_says(w, it);
        } else if (it->kind == ITEM_AGENT_FRAME) {
                if (it->extra != w->agents->peer || it->life != w->life)
                        return;
                told(w, it->what);
                world_step(w, &ready);
        } else if (it->extra == DO_CONNECT) {
                connects(w);
        } else if (it->extra == DO_PHONE) {
                phone_moves(w, it->who);
        } else if (it->extra == DO_SWEEP) {
                sweeps(w);
                world_put(w, 30000, ITEM_AGENT, 0, DO_SWEEP, NULL);
        } else if (it->extra == DO_DROP && w->storm) {
                drops(w);
                world_put(w, world_idle(w, 10, 900) * SECOND_MS, ITEM_AGENT, 0, DO_DROP, NULL);
        }
}

void agents_restarted_all(struct world *w)
{
        w->agents->peer = 0;
        world_put(w, world_idle(w, 200, 5000), ITEM_AGENT, 0, DO_CONNECT, NULL);
}

void agents_make(struct world *w)
{
        w->agents = calloc(1, sizeof(*w->agents));
        struct agent_sim *a = w->agents;
        if (!a)
                exit(2);
        a->boot = 1;
        a->here = calloc(w->plan.customers, sizeof(*a->here));
        if (!a->here)
                exit(2);
        chance_fill(&w->chance, &a->token, sizeof(a->token));
        w->seen->sensors[0] = (struct sensor_row){.id = 1, .name = "door", .paired = true, .token = a->token};
        w->seen->n_sensors = 1;
        if (w->plan.arrivals_per_hour)
                return;
        for (uint32_t i = 0; i < w->plan.customers; i++) {
                if (w->customers[i].guest || !chance_of(&w->chance, 50))
                        continue;
                struct device_row *row = &w->seen->devices[w->seen->n_devices++];
                phone_of(w, i, row);
                row->id = w->seen->n_devices;
                world_put(w, world_idle(w, 0, 600000), ITEM_AGENT, i, DO_PHONE, NULL);
        }
        world_put(w, 10000, ITEM_AGENT, 0, DO_SWEEP, NULL);
        if (w->plan.faults & FAULT_AGENTS)
                world_put(w, world_idle(w, 10, 600) * SECOND_MS, ITEM_AGENT, 0, DO_DROP, NULL);
}

void agents_free(struct world *w)
{
        if (w->agents)
                free(w->agents->here);
        free(w->agents);
}
