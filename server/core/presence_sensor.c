/* What holds for a sensor as a whole: a sweep that is complete, and that what it says counts no more. */
#include "server/core/presence_stay.h"

static void has_left(struct claim *c, mono_ms since, int64_t grace)
{
        c->left = true;
        c->held = sooner(c->held, since);
        c->until = sooner(c->until, since + grace);
}

void presence_swept(struct presence *p, enum claim_source source, uint32_t sensor, mono_ms since)
{
        int64_t grace = p->set.source[source].grace_ms;
        uint32_t left = p->counts.stays;
        for (uint32_t i = 0; left; i++) {
                if (!p->stays[i].used)
                        continue;
                left--;
                for (uint32_t at = p->stays[i].claims; at != NO_SLOT; at = p->claims[at].next) {
                        struct claim *c = &p->claims[at];
                        if (c->source != source || c->sensor != sensor || c->left || c->newest >= since)
                                continue;
                        has_left(c, since, grace);
                }
        }
}

void presence_moved_out(struct presence *p, const struct claim_report *r, mono_ms at)
{
        struct stay *s = stay_find(p, r->person);
        for (uint32_t i = s ? s->claims : NO_SLOT; i != NO_SLOT; i = p->claims[i].next) {
                struct claim *c = &p->claims[i];
                if (c->source != r->source || c->device != r->device || c->sensor == r->sensor ||
                        c->newest > at)
                        continue;
                c->newest = at; /* what was seen before, and is told later, does not bring it back */
                has_left(c, at, p->set.source[r->source].grace_ms);
        }
}

/* ---- a sensor counts no more ---- */
/* Until when the claims that are left of a stay hold; `now` at least. */
static mono_ms reach_of(const struct presence *p, const struct stay *s, mono_ms now)
{
        mono_ms reach = now;
        for (uint32_t i = s->claims; i != NO_SLOT; i = p->claims[i].next)
                reach = later(reach, p->claims[i].until);
        return reach;
}

/* A stay that has lost a claim. Whoever was told of has left that sensor now. Of the others it is not known
 * since when the rest has seen them: their dwell begins anew. */
static void lost(struct presence *p, struct stay *s, bool live, mono_ms now)
{
        mono_ms reach = reach_of(p, s, now);
        if (live)
                s->gone = later(s->gone, now);
        if (s->told != LEVEL_NONE) {
                s->now.reach = sooner(s->now.reach, reach);
                if (s->claims == NO_SLOT)
                        s->then.first = NEVER;
                return;
        }
        if (s->claims == NO_SLOT) {
                presence_stay_free(p, s);
                return;
        }
        s->now = (struct chain){now, now, reach, s->now.swept};
        s->then.first = NEVER;
        s->since = now;
        s->since_reach = reach;
}

void presence_outside(struct presence *p, enum claim_source source, uint32_t sensor, mono_ms now)
{
        uint32_t left = p->counts.stays;
        for (uint32_t i = 0; left; i++) {
                struct stay *s = &p->stays[i];
                bool any = false, live = false;
                if (!s->used)
                        continue;
                left--;
                for (uint32_t *at = &s->claims; *at != NO_SLOT;) {
                        const struct claim *c = &p->claims[*at];
                        if (c->source != source || c->sensor != sensor) {
                                at = &p->claims[*at].next;
                                continue;
                        }
                        any = true;
                        live = live || c->until > now;
                        presence_claim_free(p, at);
                }
                if (any)
                        lost(p, s, live, now);
        }
}
