/* Access points' agents [P40-P50]: what they are told, and what they claim. How they are paired:
 * agent_pair.c.
 *
 *   opened -> hello -> welcome, settings, (key, tags), then whatever changes; one frame at a time, by credit
 *   claim:  (boot, seq) above the newest taken -> presence; its number is committed, then acknowledged
 *   sweep:  refreshes; when its last part is there, whoever it did not name has left
 *
 * A claim's effect lives in memory until it makes a visit: after a restart of the hub the sweep that follows
 * the next hello says again who is here. */
#include "server/core/state.h"
#include "proto/json.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

static struct agent *agent_find(struct hub *hub, uint64_t peer)
{
        for (uint32_t i = 0; i < hub->n_agents; i++)
                if (hub->agents[i].connected && hub->agents[i].peer == peer)
                        return &hub->agents[i];
        return NULL;
}

void agents_start(struct hub *hub, const struct snapshot *s)
{
        for (uint32_t i = 0; i < s->n_sensors && i < SENSORS_MAX; i++) {
                struct agent *a = &hub->agents[hub->n_agents++];
                *a = (struct agent){
                        .row = s->sensors[i], .boot = s->sensors[i].boot, .seq = s->sensors[i].seq};
        }
        agents_zones(hub);
}

/* ---- what an agent is told ---- */

static void push(struct hub *hub, struct agent *a, const struct agent_message *m)
{
        char *at = hub->out->bytes + hub->out->n_bytes;
        size_t len = agent_encode(m, at);
        struct effect *e = out_effect(hub, EFFECT_PUSH);
        e->push.peer = a->peer;
        e->push.frame = at;
        e->push.len = (uint32_t)len;
        hub->out->n_bytes += (uint32_t)len;
        a->credit = false;
}

static void say_welcome(struct hub *hub, const struct agent *a, struct agent_message *m)
{
        m->type = AGENT_WELCOME;
        memcpy(m->welcome.epoch, hub->epoch_text, sizeof(m->welcome.epoch));
        m->welcome.boot = (int64_t)a->row.boot;
        m->welcome.seq = (int64_t)a->row.seq;
}

/* The agent forgets the key an hour after midnight by itself, should the hub not be there then. */
static void say_key(struct hub *hub, struct agent_message *m)
{
        m->type = AGENT_KEY;
        m->key.day = hub->sets[0].day;
        m->key.key_bytes = AGENT_KEY_BYTES;
        memcpy(m->key.key, hub->sets[0].key, AGENT_KEY_BYTES);
        m->key.left_s = (1440 - hub->event->day_minute) * 60 + 3600;
}

static uint32_t set_size(const struct hub *hub)
{
        return hub->no_tags ? 0 : hub->sets[0].n;
}

static void say_part(struct hub *hub, struct agent *a, struct agent_message *m)
{
        uint32_t first = (a->part - 1) * AGENT_TAGS_PER_PART, n = set_size(hub);
        m->type = AGENT_TAGS;
        m->tags.day = hub->sets[0].day;
        m->tags.version = (int64_t)a->version;
        m->tags.part = a->part;
        m->tags.of = a->parts;
        m->tags.first = first;
        for (uint32_t i = first; i < n && i < first + AGENT_TAGS_PER_PART; i++) {
                struct agent_tag tag = device_tag(hub, i);
                memcpy(m->tags.tags + m->tags.tags_bytes, tag.b, sizeof(tag.b));
                m->tags.tags_bytes += AGENT_TAG_BYTES;
        }
        a->part = a->part == a->parts ? 0 : a->part + 1;
}

static void say_change(struct hub *hub, struct agent *a, struct agent_message *m)
{
        const struct tag_change *c = &hub->changes[++a->version % TAG_CHANGES_KEPT];
        struct agent_tag tag = device_tag(hub, c->slot), none = {0};
        bool add = c->add && memcmp(&tag, &none, sizeof(tag)) != 0;
        m->type = add ? AGENT_TAG_ADD : AGENT_TAG_REMOVE;
        if (!add) {
                m->tag_remove.day = hub->sets[0].day;
                m->tag_remove.version = (int64_t)a->version;
                m->tag_remove.slot = c->slot;
                return;
        }
        m->tag_add.day = hub->sets[0].day;
        m->tag_add.version = (int64_t)a->version;
        m->tag_add.slot = c->slot;
        m->tag_add.tag_bytes = AGENT_TAG_BYTES;
        memcpy(m->tag_add.tag, tag.b, sizeof(tag.b));
}

/* The next thing that it is told; false: nothing. */
static bool next_word(struct hub *hub, struct agent *a, struct agent_message *m)
{
        uint64_t oldest = hub->no_tags ? hub->tag_version : hub->changes_from;
        if (!a->part && a->version && a->version < oldest)
                a->owes_key = true; /* the steps it would need are not kept, or would tell of slots */
        if (a->owes_welcome) {
                a->owes_welcome = false;
                say_welcome(hub, a, m);
        } else if (a->owes_settings) {
                a->owes_settings = false;
                m->type = AGENT_SETTINGS;
                m->settings.sweep_s = hub->set.agent_sweep_s;
                m->settings.settle_ms = hub->set.agent_settle_ms;
                m->settings.idle_s = hub->set.agent_idle_s;
        } else if (a->owes_key) {
                a->owes_key = false;
                a->version = hub->tag_version;
                a->parts = (set_size(hub) + AGENT_TAGS_PER_PART - 1) / AGENT_TAGS_PER_PART;
                a->parts = a->parts ? a->parts : 1;
                a->part = 1;
                say_key(hub, m);
        } else if (a->part) {
                say_part(hub, a, m);
        } else if (a->version < hub->tag_version) {
                say_change(hub, a, m);
        } else if (a->owes_ack) {
                a->owes_ack = false;
                m->type = AGENT_ACK;
                m->ack.boot = (int64_t)a->row.boot;
                m->ack.seq = (int64_t)a->row.seq;
        }
        return m->type != AGENT_NONE;
}

static void pump(struct hub *hub, struct agent *a)
{
        struct agent_message m = {0};
        if (!a->connected || !a->hello || !a->credit)
                return;
        if (!out_room(hub, 1, 0, AGENT_FRAME_MAX))
                hub->hurry = true; /* agents_sweep pumps again */
        else if (next_word(hub, a, &m))
                push(hub, a, &m);
        sodium_memzero(&m, sizeof(m));
}

void agents_pump(struct hub *hub)
{
        for (uint32_t i = 0; i < hub->n_agents; i++)
                pump(hub, &hub->agents[i]);
}

void agents_new_set(struct hub *hub)
{
        for (uint32_t i = 0; i < hub->n_agents; i++) {
                hub->agents[i].owes_key = true;
                hub->agents[i].part = 0;
        }
        agents_pump(hub);
}

/* ---- connections ---- */

void agent_let_go(struct hub *hub, struct agent *a, uint16_t code, const char *why)
{
        out_close(hub, a->peer, code, why);
        a->connected = false;
}

void agent_opened(struct hub *hub)
{
        const struct event *ev = hub->event;
        for (uint32_t i = 0; i < hub->n_agents; i++) {
                struct agent *a = &hub->agents[i];
                if (!a->row.paired ||
                        memcmp(&a->row.token, &ev->peer_opened.token, sizeof(a->row.token)) != 0)
                        continue;
                if (a->connected)
                        agent_let_go(hub, a, 4409, "this agent connected again");
                a->peer = ev->peer_opened.peer;
                a->connected = a->credit = true;
                a->hello = false;
                a->opened = ev->mono;
                a->sweep_part = 0;
                return;
        }
        out_close(hub, ev->peer_opened.peer, 4401, "pair this agent again");
}

void agent_ready(struct hub *hub, uint64_t peer)
{
        struct agent *a = agent_find(hub, peer);
        if (!a)
                return;
        a->credit = true;
        pump(hub, a);
}

void agent_closed(struct hub *hub, uint64_t peer)
{
        struct agent *a = agent_find(hub, peer);
        if (a)
                a->connected = false;
}

static void hello(struct hub *hub, struct agent *a, const struct agent_msg_hello *m)
{
        bool same_day = m->day == hub->sets[0].day;
        uint64_t version = (uint64_t)m->version;
        a->hello = true;
        a->owes_welcome = a->owes_settings = true;
        a->owes_ack = false;
        a->part = 0;
        a->version = version;
        a->owes_key = !same_day || version < hub->changes_from || version > hub->tag_version ||
                      (hub->no_tags && version != hub->tag_version);
}

/* ---- claims ---- */

static bool is_newer(uint64_t boot, uint64_t seq, uint64_t than_boot, uint64_t than_seq)
{
        return boot != than_boot ? boot > than_boot : seq > than_seq;
}

static void claimed(struct hub *hub, struct pending *p);

/* The number of the newest claim goes to disk; one commit at a time, which covers all before it. */
static void commit_claims(struct hub *hub, struct agent *a)
{
        if (a->in_flight && pending_by_ticket(hub, a->ticket))
                return;
        a->in_flight = false;
        if (!is_newer(a->boot, a->seq, a->row.boot, a->row.seq))
                return;
        struct pending *p = out_room(hub, 1, 1, 0) ? pending_take(hub, FROM_INSIDE) : NULL;
        if (!p)
                return; /* the sweep tries again */
        p->start = pending_free;
        p->agent = (uint32_t)(a - hub->agents);
        struct write *w = pending_write(p, WRITE_CLAIMED);
        w->claimed.sensor = a->row.id;
        w->claimed.boot = a->boot;
        w->claimed.seq = a->seq;
        a->ticket = pending_ticket(hub, p);
        a->in_flight = true;
        pending_commit(hub, p, claimed);
}

static void claimed(struct hub *hub, struct pending *p)
{
        struct agent *a = &hub->agents[p->agent];
        a->row.boot = p->writes[0].claimed.boot;
        a->row.seq = p->writes[0].claimed.seq;
        pending_free(hub, p);
        a->in_flight = false;
        a->owes_ack = true;
        pump(hub, a);
        commit_claims(hub, a);
}

static void report(struct hub *hub, const struct agent *a, int64_t day, int64_t slot, enum claim_kind kind,
        int64_t rssi, int64_t age_ms)
{
        const struct device_row *d = device_of_slot(hub, day, slot);
        if (!d)
                return; /* taken back meanwhile, or of a day that is long over */
        struct claim_report r = {.source = SOURCE_WIFI,
                .kind = kind,
                .strength = d->kind == AGENT_ID_MAC ? STRENGTH_MAY_BE : STRENGTH_SURE,
                .sensor = a->row.id,
                .person = d->person,
                .device = d->id,
                .rssi_dbm = (int16_t)rssi,
                .age_ms = age_ms,
                .outside = a->outside};
        presence_report(hub->presence, &r, hub->event->mono);
}

static void claim(struct hub *hub, struct agent *a, const struct agent_msg_claim *m)
{
        static const enum claim_kind kinds[] = {
                [AGENT_JOIN] = CLAIM_JOIN, [AGENT_LEAVE] = CLAIM_LEAVE, [AGENT_ROAM] = CLAIM_ROAM};
        if (is_newer((uint64_t)m->boot, (uint64_t)m->seq, a->boot, a->seq)) {
                a->boot = (uint64_t)m->boot;
                a->seq = (uint64_t)m->seq;
                report(hub, a, m->day, m->slot, kinds[m->kind], m->rssi, m->age_ms);
        } else {
                a->owes_ack = a->row.boot != 0; /* else its first is still on its way to the disk */
        }
        commit_claims(hub, a);
        pump(hub, a);
}

static void sweep(struct hub *hub, struct agent *a, const struct agent_msg_sweep *m)
{
        bool begins = m->part == 1;
        if (begins)
                a->sweep_since = hub->event->mono;
        else if (m->sweep != a->sweep || m->part != a->sweep_part)
                return; /* a part is missing: the next sweep is whole again */
        a->sweep = m->sweep;
        a->sweep_part = m->part + 1;
        for (uint32_t i = 0; i + 1 < m->here_items; i += 2)
                report(hub, a, m->day, m->here[i], CLAIM_ALIVE, m->here[i + 1] < 0 ? m->here[i + 1] : 0, 0);
        if (m->part < m->of)
                return;
        a->sweep_part = 0;
        if (m->day == hub->sets[0].day || m->day == hub->sets[1].day)
                presence_swept(hub->presence, SOURCE_WIFI, a->row.id, a->sweep_since);
}

void agent_message(struct hub *hub)
{
        const struct agent_message *m = hub->event->agent_message.message;
        struct agent *a = agent_find(hub, hub->event->agent_message.peer);
        if (!a)
                return;
        if (!m || (m->type == AGENT_HELLO) == a->hello) {
                agent_let_go(
                        hub, a, 4400, m ? "say hello, once and first" : "this is no message of an agent");
                return;
        }
        a->heard = hub->event->mono;
        switch (m->type) {
        case AGENT_HELLO:
                hello(hub, a, &m->hello);
                break;
        case AGENT_CLAIM:
                claim(hub, a, &m->claim);
                break;
        case AGENT_SWEEP:
                sweep(hub, a, &m->sweep);
                break;
        case AGENT_AP:
                a->down = m->ap.state == AGENT_AP_DOWN;
                break;
        case AGENT_NONE:
        case AGENT_WELCOME:
        case AGENT_SETTINGS:
        case AGENT_KEY:
        case AGENT_TAGS:
        case AGENT_TAG_ADD:
        case AGENT_TAG_REMOVE:
        case AGENT_ACK:
        case AGENT_ERROR:
        case AGENT_TYPE_COUNT:
                break;
        }
        pump(hub, a);
}

void agents_sweep(struct hub *hub)
{
        for (uint32_t i = 0; i < hub->n_agents; i++) {
                struct agent *a = &hub->agents[i];
                if (a->connected && !a->hello && hub->event->mono - a->opened > HELLO_WITHIN_MS &&
                        out_room(hub, 1, 0, 0))
                        agent_let_go(hub, a, 4400, "say hello first");
                commit_claims(hub, a);
                pump(hub, a);
        }
}
