#include "agent/core/state.h"

#include <sodium.h>
#include <stdio.h>

void talk_claim(struct core *core, const struct core_event *e, const struct core_held *held,
        enum agent_kind kind, mono_ms at, struct core_effects *out)
{
        struct claim claim = {.boot = core->boot,
                .seq = ++core->seq,
                .day = held->day,
                .at = at,
                .wall = e->wall - (e->now - at),
                .slot = held->slot,
                .kind = (uint8_t)kind,
                .rssi = held->rssi};
        claims_add(&core->claims, &claim);
        if (!core->welcome)
                out->save = true;
        else if (e->now + CORE_SAVE_MS < core->save_at)
                core->save_at = e->now + CORE_SAVE_MS;
}

void talk_opened(struct core *core, struct core_effects *out)
{
        (void)out;
        talk_closed(core);
        core->open = true;
}

/* What was on its way may not have arrived. */
void talk_closed(struct core *core)
{
        core->open = core->greeted = core->welcome = false;
        core->tell_sweep = false;
        core->claims.sent = core->parts = core->parts_sent = 0;
        tagset_finish(&core->next);
        core->part = 0;
}

void talk_forget_key(struct core *core)
{
        sodium_memzero(core->key, sizeof core->key);
        core->key_day = 0;
        tagset_finish(&core->set);
        held_forget_all(core);
        core->tell_sweep = false;
}

static void no_sense(struct core *core, struct core_effects *out, const char *why)
{
        out->hang_up = true;
        snprintf(out->why, sizeof out->why, "%s", why);
        core->set.version = core->set.version ? -1 : 0; /* in use still, but not to be built upon */
}

/* After a restored or lost state file this start's number may be one that the hub has seen. */
static void jump_above(struct core *core, int64_t boot, struct core_effects *out)
{
        core->boot = boot + 1;
        core->seq = 0;
        for (uint32_t i = 0; i < core->claims.n; i++) {
                core->claims.list[i].boot = core->boot;
                core->claims.list[i].seq = ++core->seq;
                core->claims.rewrite = core->claims.rewrite || core->claims.list[i].saved;
        }
        out->boot = true;
}

static void on_welcome(struct core *core, const struct core_event *e, struct core_effects *out)
{
        const struct agent_msg_welcome *w = &core->message.welcome;
        bool ahead = w->boot > core->boot || (w->boot == core->boot && w->seq > core->seq);
        if (ahead)
                jump_above(core, w->boot, out);
        else
                claims_ack(&core->claims, w->boot, w->seq);
        core->welcome = true;
        core->claims.sent = 0;
        core->tell_ap = true;
        core_sweep_by(core, e->now);
}

static void on_key(struct core *core, const struct core_event *e)
{
        const struct agent_msg_key *k = &core->message.key;
        mono_ms until = e->now + k->left_s * SECOND_MS;
        if (core->key_day == k->day) {
                core->key_until = until;
                return;
        }
        /* The one in use goes on until the set that belongs to the new one is whole. */
        memcpy(core->next_key, k->key, sizeof core->next_key);
        core->next_day = k->day;
        core->next_until = until;
        tagset_finish(&core->next);
        core->part = 0;
}

static void set_is_whole(struct core *core, const struct core_event *e)
{
        tagset_sort(&core->next);
        tagset_finish(&core->set);
        core->set = core->next;
        core->next = (struct tagset){0};
        core->part = 0;
        if (core->next_day == core->set.day) {
                memcpy(core->key, core->next_key, sizeof core->key);
                core->key_day = core->next_day;
                core->key_until = core->next_until;
                sodium_memzero(core->next_key, sizeof core->next_key);
                core->next_day = 0;
        }
        held_proof(core);
        for (uint32_t i = core->claims.n; i-- > 0;) {
                struct claim c = core->claims.list[i];
                if (c.day == core->set.day && !tagset_holds(&core->set, c.slot))
                        claims_forget(&core->claims, c.day, c.slot);
                i = i > core->claims.n ? core->claims.n : i;
        }
        core_sweep_by(core, e->now);
}

static void on_tags(struct core *core, const struct core_event *e, struct core_effects *out)
{
        const struct agent_msg_tags *t = &core->message.tags;
        bool day_known = t->day == core->key_day || t->day == core->next_day;
        bool follows = t->part == core->part + 1 && t->part <= t->of &&
                       (t->part == 1 || (t->day == core->next.day && t->version == core->next.version));
        uint32_t n = t->tags_bytes / AGENT_TAG_BYTES;
        if (!day_known || !follows || t->tags_bytes % AGENT_TAG_BYTES || t->first + n > AGENT_TAGS_MAX) {
                no_sense(core, out, "tags: not the next part of a set of a known day");
                return;
        }
        core->next.day = t->day;
        core->next.version = t->version;
        core->part = t->part;
        for (uint32_t i = 0; i < n; i++) {
                if (tagset_append(&core->next, (uint16_t)(t->first + i), &t->tags[i * AGENT_TAG_BYTES])) {
                        no_sense(core, out, "tags: a slot is given twice, or there is no memory for the set");
                        return;
                }
        }
        if (t->part == t->of)
                set_is_whole(core, e);
}

static bool next_version(const struct core *core, int64_t day, int64_t version)
{
        return core->set.version > 0 && day == core->set.day && version == core->set.version + 1;
}

static void on_add(struct core *core, const struct core_event *e, struct core_effects *out)
{
        const struct agent_msg_tag_add *t = &core->message.tag_add;
        if (!next_version(core, t->day, t->version) || tagset_add(&core->set, (uint16_t)t->slot, t->tag)) {
                no_sense(core, out, "tag_add: not the next version, or the slot is taken");
                return;
        }
        core->set.version = t->version;
        core_sweep_by(core, e->now + CORE_SOON_MS);
}

static void on_remove(struct core *core, struct core_effects *out)
{
        const struct agent_msg_tag_remove *t = &core->message.tag_remove;
        if (!next_version(core, t->day, t->version)) {
                no_sense(core, out, "tag_remove: not the next version");
                /* Better one too many gone than one too few. */
                if (t->day != core->set.day)
                        return;
        } else {
                core->set.version = t->version;
        }
        tagset_remove(&core->set, (uint16_t)t->slot);
        held_proof(core);
        claims_forget(&core->claims, t->day, (uint16_t)t->slot);
}

static void on_settings(struct core *core, const struct core_event *e)
{
        core->settings = core->message.settings;
        if (core->sweep_at != CORE_NEVER)
                core_sweep_by(core, e->now + core->settings.sweep_s * SECOND_MS);
}

static void take_in(struct core *core, const struct core_event *e, struct core_effects *out)
{
        const struct agent_message *m = &core->message;
        if (!core->welcome && m->type != AGENT_WELCOME && m->type != AGENT_ERROR) {
                no_sense(core, out, "something came before welcome");
                return;
        }
        switch (m->type) {
        case AGENT_WELCOME:
                on_welcome(core, e, out);
                break;
        case AGENT_SETTINGS:
                on_settings(core, e);
                break;
        case AGENT_KEY:
                on_key(core, e);
                break;
        case AGENT_TAGS:
                on_tags(core, e, out);
                break;
        case AGENT_TAG_ADD:
                on_add(core, e, out);
                break;
        case AGENT_TAG_REMOVE:
                on_remove(core, out);
                break;
        case AGENT_ACK:
                claims_ack(&core->claims, m->ack.boot, m->ack.seq);
                if (core->claims.n == 0)
                        core->save_at = CORE_NEVER;
                break;
        case AGENT_ERROR: /* said for the log; the hub closes by itself */
        case AGENT_NONE:
        case AGENT_HELLO:
        case AGENT_CLAIM:
        case AGENT_SWEEP:
        case AGENT_AP:
        case AGENT_TYPE_COUNT:
                break;
        }
}

void talk_frame(struct core *core, const struct core_event *e, struct core_effects *out)
{
        struct agent_fault fault;
        if (agent_decode(AGENT_BY_HUB, e->frame, &core->message, &fault))
                no_sense(core, out, fault.text);
        else
                take_in(core, e, out);
        sodium_memzero(&core->message, sizeof core->message); /* a key may have been in it */
}

/* ---- going out */

static void fill_hello(struct core *core)
{
        struct agent_message *m = &core->message;
        m->type = AGENT_HELLO;
        m->hello.boot = core->boot;
        m->hello.seq = core->seq;
        m->hello.ap = core->kind;
        if (core->key_day && core->set.version > 0) {
                m->hello.day = core->set.day;
                m->hello.version = core->set.version;
        }
        memcpy(m->hello.agent, core->agent, sizeof m->hello.agent);
        core->greeted = true;
}

static void fill_ap(struct core *core, mono_ms now)
{
        int64_t age = now - core->ap_since;
        core->message.type = AGENT_AP;
        core->message.ap.state = core->radios_up ? AGENT_AP_UP : AGENT_AP_DOWN;
        core->message.ap.age_ms = age < 0 ? 0 : age > AGENT_AGE_MOST_MS ? AGENT_AGE_MOST_MS : age;
        core->tell_ap = false;
        core->tell_ap_at = now + core->settings.sweep_s * SECOND_MS;
}

/* The age of a claim of another start hangs on a wall clock that may have been wrong: what cannot be is said
 * to be a day old. */
static int64_t age_of(const struct claim *c, mono_ms now, wall_ms wall)
{
        int64_t age = c->recalled ? wall - c->wall : now - c->at;
        if (c->recalled && age < 0)
                return AGENT_AGE_MOST_MS;
        return age < 0 ? 0 : age > AGENT_AGE_MOST_MS ? AGENT_AGE_MOST_MS : age;
}

static void fill_claim(struct core *core, mono_ms now, wall_ms wall)
{
        const struct claim *c = &core->claims.list[core->claims.sent++];
        core->message.type = AGENT_CLAIM;
        core->message.claim = (struct agent_msg_claim){.boot = c->boot,
                .seq = c->seq,
                .day = c->day,
                .slot = c->slot,
                .kind = (enum agent_kind)c->kind,
                .age_ms = age_of(c, now, wall),
                .rssi = c->rssi};
}

static void fill_sweep(struct core *core)
{
        struct agent_msg_sweep *s = &core->message.sweep;
        if (core->parts_sent == core->parts) {
                held_snapshot(core);
                core->tell_sweep = false;
                core->sweeps++;
                core->parts = core->n_pairs == 0
                                      ? 1
                                      : (core->n_pairs + AGENT_SWEEP_PER_PART - 1) / AGENT_SWEEP_PER_PART;
                core->parts_sent = 0;
        }
        core->message.type = AGENT_SWEEP;
        s->sweep = core->sweeps;
        s->day = core->pairs_day;
        s->of = core->parts;
        for (uint32_t i = core->parts_sent * AGENT_SWEEP_PER_PART;
                i < core->n_pairs && s->here_items < AGENT_SWEEP_ITEMS; i++) {
                s->here[s->here_items++] = core->pairs[i].slot;
                s->here[s->here_items++] = core->pairs[i].rssi;
        }
        s->part = ++core->parts_sent;
}

size_t core_take(struct core *core, mono_ms now, wall_ms wall, char out[AGENT_FRAME_MAX])
{
        memset(&core->message, 0, sizeof core->message);
        if (!core->open || (core->greeted && !core->welcome))
                return 0;
        if (!core->greeted)
                fill_hello(core);
        else if (core->parts_sent < core->parts)
                fill_sweep(core);
        else if (core->tell_ap)
                fill_ap(core, now);
        else if (core->claims.sent < core->claims.n)
                fill_claim(core, now, wall);
        else if (core->tell_sweep && core->key_day)
                fill_sweep(core);
        else
                return 0;
        return agent_encode(&core->message, out);
}
