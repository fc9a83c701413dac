#include "agent/core/state.h"

#include <sodium.h>
#include <stdlib.h>

static struct core_held *find(struct core *core, const uint8_t mac[6])
{
        for (uint32_t i = 0; i < core->n_held; i++)
                if (memcmp(core->held[i].mac, mac, 6) == 0)
                        return &core->held[i];
        return NULL;
}

static void forget(struct core *core, struct core_held *held)
{
        core->n_held--;
        *held = core->held[core->n_held];
        sodium_memzero(&core->held[core->n_held], sizeof *held);
}

static int32_t slot_of(struct core *core, enum agent_id kind, const void *id, size_t len)
{
        agent_tag(core->key, kind, id, len, &core->scratch.tag);
        return tagset_find(&core->set, core->scratch.tag.b);
}

/* The strongest sign that is in the set: her own key, an identity, an address. All are looked up, whoever it
 * is. */
static int32_t identify(struct core *core, const struct core_station *s)
{
        if (!core->key_day || !core->set.version)
                return -1;
        int32_t by_key = -1, by_user = -1;
        if (agent_keyid_ok(s->keyid))
                by_key = slot_of(core, AGENT_ID_KEYID, s->keyid.at, s->keyid.len);
        size_t len = agent_user_normalise(s->user, core->scratch.user);
        if (len > 0)
                by_user = slot_of(core, AGENT_ID_USER, core->scratch.user, len);
        int32_t by_mac = slot_of(core, AGENT_ID_MAC, s->mac, sizeof s->mac);
        return by_key >= 0 ? by_key : by_user >= 0 ? by_user : by_mac;
}

static bool counts(const struct core_held *h)
{
        return h->state == CORE_HERE || h->state == CORE_LEAVING;
}

/* Whether another station stands for the same slot: her tablet, or her phone under its next address. */
static bool another(const struct core *core, const struct core_held *held)
{
        for (uint32_t i = 0; i < core->n_held; i++) {
                const struct core_held *h = &core->held[i];
                if (h != held && h->day == held->day && h->slot == held->slot && counts(h))
                        return true;
        }
        return false;
}

static void arrive(struct core *core, const struct core_event *e, struct core_held *held, mono_ms at,
        struct core_effects *out)
{
        held->state = CORE_HERE;
        if (!another(core, held))
                talk_claim(core, e, held, AGENT_JOIN, at, out);
}

static void depart(struct core *core, const struct core_event *e, const struct core_held *held, mono_ms at,
        struct core_effects *out)
{
        if (counts(held) && !another(core, held))
                talk_claim(core, e, held, AGENT_LEAVE, at, out);
}

static struct core_held *hold(struct core *core, const struct core_event *e, int32_t slot)
{
        if (core->n_held == CORE_STATIONS_MAX)
                return NULL;
        struct core_held *h = &core->held[core->n_held++];
        *h = (struct core_held){.radio = e->radio, .slot = (uint16_t)slot, .day = core->set.day};
        memcpy(h->mac, e->station.mac, sizeof h->mac);
        return h;
}

static void refresh(struct core *core, const struct core_event *e, struct core_held *h)
{
        const struct core_station *s = &e->station;
        h->heard = e->now;
        h->air = e->now - (s->inactive_ms > 0 ? s->inactive_ms : 0);
        if (s->rssi != 0)
                h->rssi = s->rssi;
        if (core->sweeping)
                h->swept = core->sweep_no;
}

static bool too_quiet(const struct core *core, const struct core_station *s)
{
        return core->settings.idle_s > 0 && s->inactive_ms >= core->settings.idle_s * SECOND_MS;
}

/* Another slot of the same day: she goes under a stronger sign now. */
static void change_slot(struct core *core, const struct core_event *e, struct core_held *h, int32_t slot,
        struct core_effects *out)
{
        if (h->day == core->set.day && h->slot != slot) {
                depart(core, e, h, e->now, out);
                h->state = CORE_NEW;
                h->since = e->now;
                h->due = e->now;
        }
        h->slot = (uint16_t)slot;
        h->day = core->set.day;
}

static void on_joined(struct core *core, const struct core_event *e, struct core_effects *out)
{
        int32_t slot = identify(core, &e->station);
        struct core_held *h = find(core, e->station.mac);
        if (core->key_day && core->set.version) {
                /* Signal and 802.1X identity stand in the answer only. */
                out->ask = true;
                out->ask_radio = e->radio;
                memcpy(out->ask_mac, e->station.mac, sizeof out->ask_mac);
        }
        if (h && slot >= 0)
                change_slot(core, e, h, slot, out);
        if (!h && slot >= 0)
                h = hold(core, e, slot);
        if (!h)
                return;
        bool moved = h->heard && h->radio != e->radio && counts(h);
        bool began = !h->heard || h->state == CORE_AWAY;
        h->radio = e->radio;
        refresh(core, e, h);
        if (began) {
                h->state = CORE_NEW;
                h->since = e->now;
                h->due = e->now + CORE_ANSWER_MS;
        } else if (h->state == CORE_LEAVING) {
                h->state = CORE_HERE;
        }
        if (moved)
                talk_claim(core, e, h, AGENT_ROAM, e->now, out);
}

static void on_left(struct core *core, const struct core_event *e)
{
        struct core_held *h = find(core, e->station.mac);
        /* Of a radio that it has left already: late news. */
        if (!h || h->radio != e->radio || h->state == CORE_LEAVING)
                return;
        if (!counts(h)) {
                forget(core, h);
                return;
        }
        h->state = CORE_LEAVING;
        h->since = e->now;
        h->due = e->now + core->settings.settle_ms;
}

static void first_seen(struct core *core, const struct core_event *e, int32_t slot, struct core_effects *out)
{
        const struct core_station *s = &e->station;
        struct core_held *h = slot >= 0 && !too_quiet(core, s) ? hold(core, e, slot) : NULL;
        if (!h)
                return;
        int64_t ago = s->connected_s > 0 ? s->connected_s * SECOND_MS : 0;
        refresh(core, e, h);
        arrive(core, e, h, e->now - (ago < DAY_MS ? ago : DAY_MS), out);
}

/* The state machine's edges for a station that is held and was seen on its radio. */
static void seen_again(
        struct core *core, const struct core_event *e, struct core_held *h, struct core_effects *out)
{
        bool quiet = too_quiet(core, &e->station);
        enum core_presence was = (enum core_presence)h->state;
        refresh(core, e, h);
        switch (was) {
        case CORE_NEW:
                arrive(core, e, h, h->since, out);
                break;
        case CORE_LEAVING:
                /* An answer from before the goodbye may come after it; a sweep that began later cannot. */
                if (core->sweeping && core->sweep_began > h->since)
                        h->state = CORE_HERE;
                break;
        case CORE_AWAY:
                if (!quiet)
                        arrive(core, e, h, e->now, out);
                break;
        case CORE_HERE:
                if (quiet) {
                        depart(core, e, h, e->now, out);
                        h->state = CORE_AWAY;
                }
                break;
        }
}

static void on_seen(struct core *core, const struct core_event *e, struct core_effects *out)
{
        const struct core_station *s = &e->station;
        int32_t slot = identify(core, s);
        struct core_held *h = find(core, s->mac);
        if (!h) {
                first_seen(core, e, slot, out);
                return;
        }
        if (slot < 0 && (h->day != core->set.day || !tagset_holds(&core->set, h->slot))) {
                forget(core, h);
                return;
        }
        if (h->radio != e->radio) {
                /* Two radios list it: it is where it was heard last. */
                if (s->inactive_ms >= 0 && e->now - s->inactive_ms < h->air)
                        return;
                h->radio = e->radio;
        }
        if (slot >= 0)
                change_slot(core, e, h, slot, out);
        seen_again(core, e, h, out);
}

void held_station(struct core *core, const struct core_event *e, struct core_effects *out)
{
        switch (e->station.heard) {
        case CORE_JOINED:
                on_joined(core, e, out);
                break;
        case CORE_LEFT:
                on_left(core, e);
                break;
        case CORE_SEEN:
                on_seen(core, e, out);
                break;
        }
}

void held_swept(struct core *core, const struct core_event *e)
{
        if (!core->sweeping)
                return;
        for (uint32_t i = core->n_held; i-- > 0;) {
                struct core_held *h = &core->held[i];
                bool missed = e->listed & 1u << h->radio && h->swept != core->sweep_no &&
                              h->heard < core->sweep_began;
                if (!missed || h->state == CORE_LEAVING)
                        continue;
                if (h->state == CORE_HERE) {
                        h->state = CORE_LEAVING;
                        h->since = e->now;
                        h->due = e->now + core->settings.settle_ms;
                } else {
                        forget(core, h);
                }
        }
        core->sweeping = false;
        core->tell_sweep = true;
        core_sweep_by(core, e->now + core->settings.sweep_s * SECOND_MS);
}

void held_radio_down(struct core *core, uint8_t radio)
{
        for (uint32_t i = 0; i < core->n_held; i++)
                if (core->held[i].radio == radio && core->held[i].state == CORE_LEAVING)
                        core->held[i].state = CORE_HERE;
}

static bool lost(const struct core *core, const struct core_held *h, mono_ms now)
{
        return !(core->radios_up & 1u << h->radio) && now - h->heard >= CORE_LOST_MS;
}

void held_due(struct core *core, const struct core_event *e, struct core_effects *out)
{
        for (uint32_t i = core->n_held; i-- > 0;) {
                struct core_held *h = &core->held[i];
                bool waited = e->now >= h->due;
                if (h->state == CORE_NEW && waited) {
                        arrive(core, e, h, h->since, out);
                } else if (h->state == CORE_LEAVING && waited) {
                        depart(core, e, h, h->since, out);
                        forget(core, h);
                } else if (lost(core, h, e->now)) {
                        depart(core, e, h, e->now, out);
                        forget(core, h);
                }
        }
}

mono_ms held_deadline(const struct core *core)
{
        mono_ms at = CORE_NEVER;
        for (uint32_t i = 0; i < core->n_held; i++) {
                const struct core_held *h = &core->held[i];
                mono_ms due = h->state == CORE_NEW || h->state == CORE_LEAVING ? h->due : CORE_NEVER;
                if (!(core->radios_up & 1u << h->radio) && h->heard + CORE_LOST_MS < due)
                        due = h->heard + CORE_LOST_MS;
                at = due < at ? due : at;
        }
        return at;
}

void held_proof(struct core *core)
{
        for (uint32_t i = core->n_held; i-- > 0;) {
                struct core_held *h = &core->held[i];
                if (h->day == core->set.day && !tagset_holds(&core->set, h->slot))
                        forget(core, h);
        }
}

void held_forget_all(struct core *core)
{
        sodium_memzero(core->held, core->n_held * sizeof *core->held);
        core->n_held = 0;
        core->sweeping = false;
}

static int by_slot(const void *a, const void *b)
{
        const struct core_pair *x = a, *y = b;
        if (x->slot != y->slot)
                return x->slot < y->slot ? -1 : 1;
        /* The better signal first; 0 is none. */
        int xs = x->rssi ? x->rssi : -200, ys = y->rssi ? y->rssi : -200;
        return ys - xs;
}

void held_snapshot(struct core *core)
{
        uint32_t n = 0, kept = 0;
        for (uint32_t i = 0; i < core->n_held; i++) {
                const struct core_held *h = &core->held[i];
                if (counts(h) && h->day == core->set.day && core->radios_up & 1u << h->radio)
                        core->pairs[n++] = (struct core_pair){h->slot, h->rssi};
        }
        if (n > 1)
                qsort(core->pairs, n, sizeof *core->pairs, by_slot);
        for (uint32_t i = 0; i < n; i++)
                if (i == 0 || core->pairs[i].slot != core->pairs[i - 1].slot)
                        core->pairs[kept++] = core->pairs[i];
        core->n_pairs = kept;
        core->pairs_day = core->set.day;
}

uint32_t core_here(const struct core *core)
{
        uint32_t n = 0;
        for (uint32_t i = 0; i < core->n_held; i++) {
                bool first = counts(&core->held[i]);
                for (uint32_t j = 0; j < i && first; j++)
                        first = !(counts(&core->held[j]) && core->held[j].slot == core->held[i].slot);
                n += first;
        }
        return n;
}
