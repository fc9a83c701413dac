#include "server/core/state.h"
#include "proto/json.h"

#include <stdlib.h>
#include <string.h>

#define TOLD_MS (12 * HOUR_MS) /* so long after a card was shown she may hear what became of it */

struct screen {
        struct digest device; /* its session's token */
        struct uuid visit;
        uint32_t associate, card; /* associate: surrogate */
        wall_ms at;
        wall_ms taken;       /* when the card was taken back; 0 = it may be there */
        mono_ms taken_since; /* the same moment */
        bool gone;
        bool unsure; /* other devices may have had a card of this visit */
};

struct screens {
        uint32_t person[SCREENS_KEPT]; /* 0 = free; apart, since it is what is looked through */
        struct screen of[SCREENS_KEPT];
        uint32_t next;
};

struct screens *screens_create(void)
{
        return calloc(1, sizeof(struct screens));
}

void screens_free(struct screens *screens)
{
        free(screens);
}

static bool of_visit(const struct screens *s, uint32_t i, uint32_t person, const struct uuid *visit)
{
        return s->person[i] == person && memcmp(&s->of[i].visit, visit, sizeof(*visit)) == 0;
}

/* A place for one more. What makes room and has not been cleared is forgotten; then nothing is claimed of the
 * others of its visit either. */
static uint32_t make_room(struct screens *s)
{
        uint32_t at = s->next++ % SCREENS_KEPT;
        struct uuid visit = s->of[at].visit;
        uint32_t person = s->person[at];
        bool matters = person && !s->of[at].gone;
        s->person[at] = 0;
        for (uint32_t i = 0; i < SCREENS_KEPT && matters; i++)
                if (of_visit(s, i, person, &visit))
                        s->of[i].unsure = true;
        return at;
}

static bool is_of(const struct screen *s, const struct peer *peer, uint32_t associate, uint32_t card)
{
        return s->associate == associate && s->card == card &&
               memcmp(&s->device, &peer->token, sizeof(s->device)) == 0;
}

void screens_shown(struct hub *hub, const struct peer *peer, const struct visit *v, uint32_t card)
{
        struct screens *s = hub->screens;
        uint32_t me = hub->associates[peer->associate].row.id, at = 0;
        bool unsure = v->restored;
        for (uint32_t i = 0; i < SCREENS_KEPT; i++)
                if (of_visit(s, i, v->row.person, &v->row.id))
                        unsure |= s->of[i].unsure;
        while (at < SCREENS_KEPT && !(s->person[at] == v->row.person && is_of(&s->of[at], peer, me, card)))
                at++;
        if (at == SCREENS_KEPT)
                at = make_room(s);
        s->person[at] = v->row.person;
        s->of[at] = (struct screen){.device = peer->token,
                .visit = v->row.id,
                .associate = me,
                .card = card,
                .at = hub->event->wall,
                .unsure = unsure};
}

void screens_taken(struct hub *hub, uint32_t associate, uint32_t card)
{
        struct screens *s = hub->screens;
        for (uint32_t i = 0; i < SCREENS_KEPT; i++) {
                struct screen *one = &s->of[i];
                if (s->person[i] && one->associate == associate && one->card == card && !one->gone &&
                        !one->taken) {
                        one->taken = hub->event->wall;
                        one->taken_since = hub->event->mono;
                }
        }
}

static void gone(struct hub *hub, struct screen *one)
{
        if (!one->gone && one->taken)
                retractions_note(hub, hub->event->mono - one->taken_since);
        one->gone = true;
}

void screens_cleared(struct hub *hub, const struct peer *peer, uint32_t card)
{
        struct screens *s = hub->screens;
        uint32_t me = hub->associates[peer->associate].row.id;
        for (uint32_t i = 0; i < SCREENS_KEPT; i++)
                if (s->person[i] && is_of(&s->of[i], peer, me, card))
                        gone(hub, &s->of[i]);
}

void screens_empty(struct hub *hub, const struct peer *peer)
{
        struct screens *s = hub->screens;
        for (uint32_t i = 0; i < SCREENS_KEPT; i++)
                if (s->person[i] && memcmp(&s->of[i].device, &peer->token, sizeof(peer->token)) == 0)
                        gone(hub, &s->of[i]);
}

static bool has_line(const struct hub *hub, const struct screen *s)
{
        uint32_t at = associate_find(hub, s->associate);
        for (uint32_t i = at == NONE ? NONE : hub->associates[at].first_peer; i != NONE;
                i = hub->peers[i].next)
                if (!hub->peers[i].closing &&
                        memcmp(&hub->peers[i].token, &s->device, sizeof(s->device)) == 0)
                        return true;
        return false;
}

/* Which comes first of two that owe: the one that has for longer, else by its name. */
static int by_since(const void *a, const void *b)
{
        const struct screens_owing *x = a, *y = b;
        if (x->since != y->since)
                return x->since < y->since ? -1 : 1;
        return memcmp(&x->device, &y->device, sizeof(x->device));
}

uint32_t screens_owed(const struct hub *hub, wall_ms from, struct screens_owing *out, uint32_t most)
{
        const struct screens *s = hub->screens;
        struct screens_owing all[SCREENS_KEPT];
        uint32_t n = 0;
        for (uint32_t i = 0; i < SCREENS_KEPT; i++) {
                const struct screen *one = &s->of[i];
                uint32_t at = associate_find(hub, one->associate), k = 0;
                if (!s->person[i] || one->gone || !one->taken || one->taken < from ||
                        !associate_here(hub, at))
                        continue;
                while (k < n && memcmp(&all[k].device, &one->device, sizeof(one->device)) != 0)
                        k++;
                if (k == n)
                        all[n++] = (struct screens_owing){one->device, at, one->taken, !has_line(hub, one)};
                else if (one->taken < all[k].since)
                        all[k].since = one->taken;
        }
        qsort(all, n, sizeof(all[0]), by_since);
        memcpy(out, all, (n < most ? n : most) * sizeof(out[0]));
        return n;
}

/* Of her newest visit that any device was shown; NULL: of none lately. */
static const struct screen *newest_of(const struct hub *hub, uint32_t person)
{
        const struct screens *s = hub->screens;
        const struct screen *newest = NULL;
        for (uint32_t i = 0; i < SCREENS_KEPT && person; i++)
                if (s->person[i] == person && (newest == NULL || s->of[i].at >= newest->at))
                        newest = &s->of[i];
        return newest && hub->event->wall - newest->at < TOLD_MS ? newest : NULL;
}

void screens_write(const struct hub *hub, struct json_out *j, uint32_t person)
{
        const struct screens *s = hub->screens;
        const struct screen *newest = newest_of(hub, person);
        const struct visit *live = visit_of_person((struct hub *)(uintptr_t)hub, person);
        uint32_t waiting = 0, away = 0;
        if (newest == NULL || newest->unsure || (live && live->row.state == VISIT_OPEN))
                return;
        for (uint32_t i = 0; i < SCREENS_KEPT; i++) {
                if (!of_visit(s, i, person, &newest->visit) || s->of[i].gone)
                        continue;
                waiting++;
                away += !has_line(hub, &s->of[i]);
        }
        json_open(j, "clearing", '{');
        json_number(j, "waiting", waiting);
        json_number(j, "away", away);
        json_close(j, '}');
}
