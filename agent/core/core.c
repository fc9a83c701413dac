#include "agent/core/core.h"

#include "agent/core/state.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

int core_init(struct core *core, enum agent_ap kind, const char *agent, int64_t boot)
{
        memset(core, 0, sizeof *core);
        core->kind = kind;
        core->boot = boot;
        core->settings = (struct agent_msg_settings){.sweep_s = 30, .settle_ms = 2000};
        core->sweep_at = core->save_at = core->tell_ap_at = CORE_NEVER;
        snprintf(core->agent, sizeof core->agent, "%s", agent);
        core->held = calloc(CORE_STATIONS_MAX, sizeof *core->held);
        core->pairs = calloc(CORE_STATIONS_MAX, sizeof *core->pairs);
        if (core->held && core->pairs && claims_init(&core->claims) == 0)
                return 0;
        core_finish(core);
        return -1;
}

void core_finish(struct core *core)
{
        if (core->held)
                sodium_memzero(core->held, CORE_STATIONS_MAX * sizeof *core->held);
        free(core->held);
        free(core->pairs);
        tagset_finish(&core->set);
        tagset_finish(&core->next);
        claims_finish(&core->claims);
        sodium_memzero(core, sizeof *core);
}

void core_recall(struct core *core, const struct claim *claim)
{
        claims_add(&core->claims, claim);
}

void core_sweep_by(struct core *core, mono_ms at)
{
        if (at < core->sweep_at)
                core->sweep_at = at;
}

static void radio_up(struct core *core, const struct core_event *e)
{
        if (core->radios_up == 0)
                core->ap_since = e->now;
        core->tell_ap = core->tell_ap || core->radios_up == 0;
        core->radios_up |= 1u << e->radio;
        core_sweep_by(core, e->now);
}

static void radio_down(struct core *core, const struct core_event *e)
{
        bool was = core->radios_up != 0;
        core->radios_up &= ~(1u << e->radio);
        held_radio_down(core, e->radio);
        if (was && core->radios_up == 0) {
                core->ap_since = e->now;
                core->tell_ap = true;
        }
}

/* What time alone brings about, after whatever else happened. */
static void see_to_time(struct core *core, const struct core_event *e, struct core_effects *out)
{
        if (core->key_day && e->now >= core->key_until)
                talk_forget_key(core);
        held_due(core, e, out);
        bool can = core->radios_up && core->key_day && core->set.version && !core->sweeping;
        if (can && e->now >= core->sweep_at) {
                core->sweeping = out->sweep = true;
                core->sweep_at = CORE_NEVER;
                core->sweep_began = e->now;
                core->sweep_no++;
        }
        if (e->now >= core->save_at) {
                core->save_at = CORE_NEVER;
                out->save = true;
        }
        if (core->welcome && !core->radios_up && e->now >= core->tell_ap_at)
                core->tell_ap = true;
}

void core_step(struct core *core, const struct core_event *event, struct core_effects *out)
{
        *out = (struct core_effects){0};
        switch (event->type) {
        case CORE_AP_UP:
                radio_up(core, event);
                break;
        case CORE_AP_DOWN:
                radio_down(core, event);
                break;
        case CORE_STATION:
                held_station(core, event, out);
                break;
        case CORE_SWEPT:
                held_swept(core, event);
                break;
        case CORE_OPENED:
                talk_opened(core, out);
                break;
        case CORE_CLOSED:
                talk_closed(core);
                break;
        case CORE_FRAME:
                talk_frame(core, event, out);
                break;
        case CORE_TICK:
                break;
        }
        see_to_time(core, event, out);
        out->save = out->save || core->claims.rewrite;
        bool owed = core->tell_ap || core->tell_sweep || core->claims.sent < core->claims.n;
        out->send = core->open && (!core->greeted || (core->welcome && owed));
        sodium_memzero(&core->scratch, sizeof core->scratch);
}

mono_ms core_deadline(const struct core *core)
{
        mono_ms at = held_deadline(core);
        bool can = core->radios_up && core->key_day && core->set.version && !core->sweeping;
        if (can && core->sweep_at < at)
                at = core->sweep_at;
        if (core->key_day && core->key_until < at)
                at = core->key_until;
        if (core->save_at < at)
                at = core->save_at;
        if (core->welcome && !core->radios_up && !core->tell_ap && core->tell_ap_at < at)
                at = core->tell_ap_at;
        return at;
}
