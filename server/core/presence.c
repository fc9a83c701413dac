#include "server/core/presence_stay.h"

#include <stdlib.h>

struct presence *presence_create(const struct presence_settings *set)
{
        struct presence *p = calloc(1, sizeof(*p));
        if (!p)
                return NULL;
        p->set = *set;
        p->claims = calloc(set->claims_most, sizeof(*p->claims));
        p->stays = calloc(set->claims_most, sizeof(*p->stays));
        if (!p->claims || !p->stays || index_init(&p->by_person, set->claims_most) != 0) {
                presence_destroy(p);
                return NULL;
        }
        for (uint32_t i = 0; i < set->claims_most; i++) {
                p->claims[i].next = i + 1 < set->claims_most ? i + 1 : NO_SLOT;
                p->stays[i].claims = p->claims[i].next; /* free stays are chained through `claims` */
        }
        return p;
}

void presence_settle(struct presence *p, const struct presence_settings *set)
{
        p->set = *set;
}

void presence_destroy(struct presence *p)
{
        if (!p)
                return;
        free(p->claims);
        free(p->stays);
        index_finish(&p->by_person);
        free(p);
}

static int64_t span_of(const struct presence *p, unsigned source)
{
        return (int64_t)p->set.source[source].ttl_ms + p->set.source[source].grace_ms;
}

static struct stay *stay_make(struct presence *p, uint32_t person)
{
        if (p->free_stay == NO_SLOT)
                return NULL;
        uint32_t slot = p->free_stay;
        struct stay *s = &p->stays[slot];
        p->free_stay = s->claims;
        *s = (struct stay){.used = true, .person = person, .claims = NO_SLOT};
        s->now.first = s->then.first = s->since = s->tapped = s->gone = NEVER;
        index_put(&p->by_person, person, slot);
        p->counts.stays++;
        return s;
}

void presence_claim_free(struct presence *p, uint32_t *at)
{
        uint32_t slot = *at;
        *at = p->claims[slot].next;
        p->claims[slot].next = p->free_claim;
        p->free_claim = slot;
        p->counts.claims--;
}

void presence_stay_free(struct presence *p, struct stay *s)
{
        while (s->claims != NO_SLOT)
                presence_claim_free(p, &s->claims);
        index_drop(&p->by_person, s->person);
        s->used = false;
        s->claims = p->free_stay;
        p->free_stay = (uint32_t)(s - p->stays);
        p->counts.stays--;
}

void presence_forget(struct presence *p, uint32_t person)
{
        struct stay *s = stay_find(p, person);
        if (s)
                presence_stay_free(p, s);
}

/* ---- chains ---- */

static void chain_add(struct chain *c, mono_ms at, int64_t span, bool swept)
{
        if (c->first == NEVER) {
                *c = (struct chain){at, at, at + span, swept};
                return;
        }
        if (at < c->first) {
                c->first = at;
                c->swept = swept;
        }
        c->last = later(c->last, at);
        c->reach = later(c->reach, at + span);
}

/* The continuous part that the dwell is counted in: a phone that passes the window twice in an hour has not
 * been here for an hour. */
static void continuous(struct stay *s, mono_ms at, int64_t span)
{
        if (s->since == NEVER || at > s->since_reach) {
                s->since = at;
                s->since_reach = at + span;
                return;
        }
        if (at < s->since && at + span >= s->since)
                s->since = at;
        s->since_reach = later(s->since_reach, at + span);
}

/* After so long in one stay a sensor alone counts no more. */
static mono_ms ceiling_of(const struct presence *p, const struct stay *s)
{
        return later(s->now.first, s->tapped) + p->set.ceiling_ms;
}

static bool is_cut(const struct presence *p, const struct stay *s, mono_ms now)
{
        return now >= ceiling_of(p, s) && s->now.reach > ceiling_of(p, s);
}

/* A sign that came after the stay's end belongs to the next one, which waits until no late report can still
 * close the gap between the two. (A third cannot begin meanwhile: `late` is shorter than `end`.) */
static void sign(struct presence *p, struct stay *s, mono_ms at, unsigned source, bool swept)
{
        int64_t span = span_of(p, source), end = p->set.end_ms;
        bool tap = !p->set.source[source].dwell;
        bool next = s->now.first != NEVER && at > s->now.reach + end;
        if (tap && s->now.first != NEVER && (next || is_cut(p, s, at))) {
                s->now.first = s->then.first = NEVER; /* by her own hand she begins anew, at once */
                next = false;
        }
        if (tap && s->told == LEVEL_OVER)
                s->told = LEVEL_NONE;
        chain_add(next ? &s->then : &s->now, at, span, swept);
        if (s->then.first != NEVER && s->then.first <= s->now.reach + end) {
                s->now.last = s->then.last;
                s->now.reach = later(s->now.reach, s->then.reach);
                s->then.first = NEVER;
        }
        continuous(s, at, span);
        if (tap)
                s->tapped = later(s->tapped, at);
}

/* ---- claims ---- */

/* The place that holds the claim of this report; the list's end if there is none. */
static uint32_t *claim_place(struct presence *p, struct stay *s, const struct claim_report *r)
{
        uint32_t *at = &s->claims;
        for (; *at != NO_SLOT; at = &p->claims[*at].next) {
                const struct claim *c = &p->claims[*at];
                if (c->source == r->source && c->sensor == r->sensor && c->device == r->device)
                        break;
        }
        return at;
}

static bool claim_add(struct presence *p, uint32_t *at, const struct claim *claim)
{
        if (p->free_claim == NO_SLOT)
                return false;
        uint32_t slot = p->free_claim;
        p->free_claim = p->claims[slot].next;
        p->claims[slot] = *claim;
        p->claims[slot].next = *at;
        *at = slot;
        p->counts.claims++;
        return true;
}

static struct claim claim_of(const struct presence *p, const struct claim_report *r, mono_ms at)
{
        bool left = r->kind == CLAIM_LEAVE;
        mono_ms held = left ? at : at + p->set.source[r->source].ttl_ms;
        return (struct claim){.sensor = r->sensor,
                .device = r->device,
                .source = (uint8_t)r->source,
                .strength = (uint8_t)r->strength,
                .left = left,
                .newest = at,
                .held = held,
                .until = held + p->set.source[r->source].grace_ms};
}

/* She has moved: what other sensors of this source hold of the device is now held here. */
static void claim_moved(struct presence *p, struct stay *s, const struct claim_report *r, mono_ms at)
{
        for (uint32_t *place = &s->claims; *place != NO_SLOT;) {
                struct claim *c = &p->claims[*place];
                if (c->source == r->source && c->device == r->device && c->sensor != r->sensor &&
                        c->newest <= at)
                        presence_claim_free(p, place);
                else
                        place = &c->next;
        }
}

/* A claim that ran out is kept for `late`, so that an older report does not bring it back to life. */
static void claims_expire(struct presence *p, struct stay *s, mono_ms now)
{
        for (uint32_t *place = &s->claims; *place != NO_SLOT;) {
                struct claim *c = &p->claims[*place];
                if (c->until <= now - p->set.late_ms) {
                        s->gone = later(s->gone, c->until);
                        presence_claim_free(p, place);
                } else {
                        place = &c->next;
                }
        }
}

static bool too_weak(
        const struct presence *p, const struct claim_report *r, const struct claim *c, mono_ms now)
{
        if (r->rssi_dbm == 0 || r->kind == CLAIM_LEAVE || r->rssi_dbm >= p->set.floor_dbm)
                return false;
        return r->rssi_dbm < p->set.keep_dbm || !c || c->left || c->until <= now;
}

static enum presence_taken report(struct presence *p, const struct claim_report *r, mono_ms now)
{
        if (r->age_ms > p->set.late_ms)
                return PRESENCE_LATE;
        mono_ms at = r->age_ms > 0 ? now - r->age_ms : now;
        if (r->outside) {
                if (r->kind == CLAIM_ROAM)
                        presence_moved_out(p, r, at);
                return PRESENCE_OUTSIDE;
        }
        struct stay *s = stay_find(p, r->person);
        uint32_t none = NO_SLOT, *place = s ? claim_place(p, s, r) : &none;
        struct claim *c = *place == NO_SLOT ? NULL : &p->claims[*place];
        if (too_weak(p, r, c, now))
                return PRESENCE_WEAK;
        if (!s) {
                s = p->free_claim == NO_SLOT ? NULL : stay_make(p, r->person);
                place = s ? &s->claims : &none;
        }
        if (!s || (!c && p->free_claim == NO_SLOT))
                return PRESENCE_FULL;
        bool old = c && (at < c->newest || (at == c->newest && (r->kind == CLAIM_LEAVE || !c->left)));
        struct claim claim = claim_of(p, r, at);
        if (!c)
                claim_add(p, place, &claim);
        else if (!old)
                claim.next = c->next, *c = claim;
        if (r->kind == CLAIM_ROAM)
                claim_moved(p, s, r, at);
        sign(p, s, at, r->source, r->kind == CLAIM_ALIVE || r->kind == CLAIM_ZONE);
        return old ? PRESENCE_OLD : PRESENCE_TAKEN;
}

enum presence_taken presence_report(struct presence *p, const struct claim_report *r, mono_ms now)
{
        enum presence_taken taken = report(p, r, now);
        uint64_t *counters[] = {[PRESENCE_TAKEN] = &p->counts.taken,
                [PRESENCE_OLD] = &p->counts.old,
                [PRESENCE_LATE] = &p->counts.late,
                [PRESENCE_WEAK] = &p->counts.weak,
                [PRESENCE_FULL] = &p->counts.full,
                [PRESENCE_OUTSIDE] = &p->counts.outside};
        (*counters[taken])++;
        return taken;
}

enum presence_taken presence_restore(struct presence *p, const struct presence_known *known)
{
        struct stay *s =
                stay_find(p, known->person) || p->free_claim == NO_SLOT ? NULL : stay_make(p, known->person);
        if (!s)
                return PRESENCE_FULL;
        s->now = (struct chain){known->first, known->last, known->until, false};
        s->now.reach = later(known->until, known->last + span_of(p, known->source));
        s->since = known->first;
        s->since_reach = s->now.reach;
        s->tapped = known->source == SOURCE_CHECK_IN ? known->last : NEVER;
        s->told = (uint8_t)known->told;
        s->told_strength = (uint8_t)known->strength;
        struct claim claim = {.sensor = UINT32_MAX,
                .source = (uint8_t)known->source,
                .strength = (uint8_t)known->strength,
                .newest = known->last,
                .held = known->until,
                .until = known->until};
        claim_add(p, &s->claims, &claim);
        return PRESENCE_TAKEN;
}

/* ---- levels ---- */
/* What the claims say at a moment. */
struct standing {
        bool live, held; /* any claim; any that may begin a visit now */
        uint8_t strength, source;
        uint32_t device;
        mono_ms gone; /* when the last one ran out; meaningful while none is live */
};

static struct standing standing_of(const struct presence *p, const struct stay *s, mono_ms now)
{
        struct standing out = {.gone = s->gone};
        mono_ms newest = NEVER;
        bool dwelt = now >= s->since + p->set.dwell_ms;
        for (uint32_t at = s->claims; at != NO_SLOT; at = p->claims[at].next) {
                const struct claim *c = &p->claims[at];
                out.gone = later(out.gone, c->until);
                if (c->until <= now)
                        continue;
                out.live = true;
                if (!c->left && c->held > now && (dwelt || !p->set.source[c->source].dwell))
                        out.held = true;
                if (c->strength > out.strength || (c->strength == out.strength && c->newest > newest)) {
                        out.strength = c->strength;
                        out.source = c->source;
                        out.device = c->device;
                        newest = c->newest;
                }
        }
        return out;
}

static bool is_closed(const struct presence *p, const struct stay *s, mono_ms now)
{
        return now >= s->now.reach + p->set.end_ms + p->set.late_ms;
}

static enum presence_level level_of(
        const struct presence *p, const struct stay *s, const struct standing *st, mono_ms now)
{
        bool known = s->told == LEVEL_HERE || s->told == LEVEL_AWAY;
        if (is_cut(p, s, now) || is_closed(p, s, now) || s->told == LEVEL_OVER)
                return LEVEL_OVER;
        if (s->then.first != NEVER)
                return known ? LEVEL_AWAY : LEVEL_NONE;
        if (!known)
                return st->held ? LEVEL_HERE : LEVEL_NONE;
        if (st->live)
                return LEVEL_HERE;
        return now >= st->gone + p->set.pause_ms ? LEVEL_AWAY : (enum presence_level)s->told;
}

/* The stay is over and everybody knows: what comes next begins, or nothing is left. */
static void roll(struct presence *p, struct stay *s)
{
        if (s->then.first == NEVER) {
                presence_stay_free(p, s);
                return;
        }
        s->now = s->then;
        s->then.first = NEVER;
        s->told = LEVEL_NONE;
        s->told_strength = 0;
}

/* Whether there is something to tell about one stay; one that is over and told of moves on. */
static bool change_of(struct presence *p, struct stay *s, mono_ms now, struct presence_change *out)
{
        claims_expire(p, s, now);
        while (s->told == LEVEL_OVER && is_closed(p, s, now)) {
                roll(p, s);
                if (!s->used)
                        return false;
        }
        struct standing st = standing_of(p, s, now);
        enum presence_level level = level_of(p, s, &st, now);
        bool better = level == LEVEL_HERE && st.strength > s->told_strength;
        if (level == s->told && !better)
                return false;
        *out = (struct presence_change){.person = s->person,
                .from = (enum presence_level)s->told,
                .to = level,
                .strength = (enum claim_strength)st.strength,
                .source = (enum claim_source)st.source,
                .swept = s->now.swept,
                .first = s->now.first,
                .last = is_cut(p, s, now) ? ceiling_of(p, s) : s->now.last};
        return true;
}

bool presence_next(struct presence *p, mono_ms now, uint32_t *at, struct presence_change *out)
{
        for (; *at < p->set.claims_most; (*at)++) {
                struct stay *s = &p->stays[*at];
                if (s->used && change_of(p, s, now, out)) {
                        (*at)++;
                        return true;
                }
        }
        return false;
}

void presence_told(
        struct presence *p, uint32_t person, enum presence_level level, enum claim_strength strength)
{
        struct stay *s = stay_find(p, person);
        if (!s)
                return;
        s->told = (uint8_t)level;
        s->told_strength = (uint8_t)strength;
}

bool presence_look(const struct presence *p, uint32_t person, mono_ms now, struct presence_view *out)
{
        const struct stay *s = stay_find(p, person);
        if (!s)
                return false;
        struct standing st = standing_of(p, s, now);
        *out = (struct presence_view){.level = level_of(p, s, &st, now),
                .strength = (enum claim_strength)st.strength,
                .source = (enum claim_source)st.source,
                .device = st.device,
                .first = s->now.first,
                .last = s->now.last};
        return true;
}

void presence_count(const struct presence *p, struct presence_counts *out)
{
        *out = p->counts;
}
