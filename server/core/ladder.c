#include "server/core/ladder.h"

#include <string.h>

static bool may_ask(const struct ladder_person *p)
{
        return p->free && !p->asked;
}

static bool belongs(enum rung rung, const struct ladder_person *p)
{
        switch (rung) {
        case RUNG_OWN:
                return p->own;
        case RUNG_STAND_IN:
                return !p->own && !p->manager && (p->stand_in || p->shares > 0);
        case RUNG_DEPARTMENT:
                return !p->manager && p->department;
        case RUNG_FLOOR:
                return !p->manager;
        case RUNG_MANAGER:
                return p->manager;
        case RUNG_NONE:
        case RUNG_ASK:
        case RUNG_HANDED:
                return false;
        }
        return false;
}

/* Whether `a` is asked before `b` on this rung. */
static bool before(enum rung rung, const struct ladder_person *a, const struct ladder_person *b)
{
        if (rung == RUNG_STAND_IN && a->stand_in != b->stand_in)
                return a->stand_in;
        if (rung == RUNG_STAND_IN && a->shares != b->shares)
                return a->shares > b->shares;
        if (rung != RUNG_STAND_IN && a->speaks != b->speaks)
                return a->speaks;
        return a->has != b->has ? a->has < b->has : a->id < b->id;
}

static uint32_t room_of(enum rung rung)
{
        if (rung == RUNG_OWN || rung == RUNG_STAND_IN)
                return 1;
        return rung == RUNG_DEPARTMENT ? LADDER_DEPARTMENT : LADDER_PLACES;
}

uint32_t ladder_pick(enum rung rung, const struct ladder_person *all, uint32_t n, uint32_t out[LADDER_PLACES])
{
        uint32_t most = room_of(rung), found = 0;
        for (uint32_t i = 0; i < n; i++) {
                if (!may_ask(&all[i]) || !belongs(rung, &all[i]))
                        continue;
                uint32_t at = found < most ? found++ : most;
                while (at > 0 && before(rung, &all[i], &all[out[at - 1]])) {
                        if (at < most)
                                out[at] = out[at - 1];
                        at--;
                }
                if (at < most)
                        out[at] = i;
        }
        return found;
}

enum rung ladder_next(enum rung after, const int32_t rung_ms[RUNGS], const struct ladder_person *all,
        uint32_t n, uint32_t out[LADDER_PLACES], uint32_t *n_out)
{
        int first = after >= RUNG_STAND_IN && after < RUNG_MANAGER ? (int)after + 1 : RUNG_STAND_IN;
        int rungs = RUNG_MANAGER - RUNG_STAND_IN + 1;
        for (int i = 0; i < rungs; i++) {
                int rung = RUNG_STAND_IN + (first - RUNG_STAND_IN + i) % rungs;
                *n_out = rung_ms[rung] > 0 ? ladder_pick((enum rung)rung, all, n, out) : 0;
                if (*n_out)
                        return (enum rung)rung;
        }
        *n_out = 0;
        return RUNG_NONE;
}

/* Nobody else may be asked: who is named by a colleague is told, but nobody after her without the guest's
 * word. */
static bool hers_alone(const struct ladder_at *at)
{
        return at->hers && (at->rung <= RUNG_ASK || at->word != IF_BUSY_OTHER);
}

static bool turn_lasts(const struct ladder_at *at)
{
        return at->held && !at->rung_over;
}

bool ladder_wants_others(const struct ladder_at *at)
{
        return !at->all_over && !turn_lasts(at) && (!hers_alone(at) || at->word == IF_BUSY_OTHER);
}

static enum ladder_do climb(const struct ladder_at *at)
{
        if (turn_lasts(at))
                return LADDER_STAY;
        if (at->others)
                return LADDER_CLIMB;
        return !at->held && at->refused ? LADDER_NOBODY : LADDER_STAY;
}

enum ladder_do ladder_step(const struct ladder_at *at)
{
        if (at->all_over)
                return LADDER_NOBODY;
        if (!hers_alone(at))
                return climb(at);
        if (at->rung > RUNG_ASK && turn_lasts(at))
                return LADDER_STAY;
        if (!at->held_own && at->own_free)
                return LADDER_OWN;
        if (at->rung != RUNG_ASK && turn_lasts(at))
                return LADDER_STAY;
        switch (at->word) {
        case IF_BUSY_ASK:
                if (at->rung != RUNG_ASK)
                        return LADDER_ASK;
                return at->rung_over ? LADDER_NOBODY : LADDER_STAY;
        case IF_BUSY_WAIT:
                if (at->held && !at->held_own)
                        return LADDER_TAKE;
                return at->refused ? LADDER_NOBODY : LADDER_STAY;
        case IF_BUSY_OTHER:
                return climb(at);
        case IF_BUSY_LOOK:
                return LADDER_NOBODY;
        }
        return LADDER_NOBODY;
}

static char lower(char c)
{
        return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_letter(char c)
{
        return (lower(c) >= 'a' && lower(c) <= 'z') || (unsigned char)c >= 0x80;
}

/* As a word of its own: "women" says nothing of "Men". */
static bool says(const char *text, const char *word)
{
        bool begins = true;
        for (; *text; text++) {
                size_t i = 0;
                while (word[i] && lower(text[i]) == lower(word[i]))
                        i++;
                if (begins && !word[i] && !is_letter(text[i]))
                        return true;
                begins = !is_letter(*text);
        }
        return false;
}

uint32_t ladder_wished(const char *wish, const char *const *names, uint32_t n)
{
        uint32_t set = 0;
        for (uint32_t i = 0; i < n && i < 32; i++)
                if (names[i][0] && says(wish, names[i]))
                        set |= 1u << i;
        return set;
}

const char *rung_word(enum rung rung)
{
        static const char *const words[RUNGS] = {
                "none", "own", "ask", "stand_in", "department", "floor", "manager", "handed"};
        return (unsigned)rung < RUNGS ? words[rung] : words[0];
}
