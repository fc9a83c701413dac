/* Who is asked next for a guest: the ladder, as a pure choice. It knows no hub, no clock and no card; it is
 * told who there is and how it stands, and says what to do [P81-P83].
 *
 *   arrival -> OWN -> (her word: ASK) -> STAND_IN -> DEPARTMENT -> FLOOR -> MANAGER -> nobody is free
 *               ^ \__ wait: hers alone     \______ HANDED: named by who gives it over
 *               +-- she is free before anybody else was asked
 *
 *                        her associate has it | she has not, and is free | neither
 *   OWN, ASK, time left  stay                 | OWN                      | by her word:
 *   OWN, time over       by her word          |                          |
 *   ASK, time over       NOBODY               |                          | NOBODY
 *     word "wait"        stay                 | OWN                      | stay, and TAKE it from others;
 *                                             |                          | NOBODY if refused
 *     word "look"        NOBODY               | OWN                      | NOBODY
 *     no word yet        ASK                  | OWN                      | ASK
 *     "other", or no     CLIMB if somebody can be asked; else stay,
 *     associate of hers  and NOBODY if the last one has refused
 *   a higher rung        while it has time and somebody has the card: stay; then by her word
 *   all time over        NOBODY, whatever else
 *
 * Invariants, which tests/core/test_ladder.c looks at in every state there is: nobody is asked twice in a
 * visit; nobody but her associate unless she said "other" or has none; nothing after all time is over but
 * NOBODY; a rung with nobody, or without seconds, is skipped; a guest in whose way nobody stands is never
 * left to herself.
 */
#ifndef CORE_LADDER_H
#define CORE_LADDER_H

#include "proto/base.h"

/* Kept in the database: append only. */
enum rung {
        RUNG_NONE,
        RUNG_OWN,
        RUNG_ASK, /* she has been asked, nobody else is */
        RUNG_STAND_IN,
        RUNG_DEPARTMENT,
        RUNG_FLOOR,
        RUNG_MANAGER,
        RUNG_HANDED
};
#define RUNGS 8

#define LADDER_PLACES     4 /* the most who are offered one visit at a time */
#define LADDER_DEPARTMENT 3

/* What she said for the case that her associate is not free [P83]. */
enum if_busy { IF_BUSY_ASK, IF_BUSY_WAIT, IF_BUSY_OTHER, IF_BUSY_LOOK };

/* Somebody of this store, as this visit sees her. */
struct ladder_person {
        uint32_t id;     /* her surrogate: decides between two who are alike */
        bool free;       /* available [P81] */
        bool asked;      /* in this visit, or she has its card */
        bool own;        /* the visit's own associate */
        bool stand_in;   /* named by the roster for the own one */
        bool manager;    /* on the last rung only, unless she is the own one */
        bool speaks;     /* the guest's language */
        bool department; /* hers is one of the own associate's, or of the wish */
        uint8_t shares;  /* how many departments she shares with the own one */
        uint32_t has;    /* cards that she has now */
};

/* Whom a rung asks: positions in `all`, best first; returns how many, 0 to LADDER_PLACES. */
uint32_t ladder_pick(
        enum rung rung, const struct ladder_person *all, uint32_t n, uint32_t out[LADDER_PLACES]);

/* The first rung after `after` that has somebody to ask, or else the first one at all: somebody may have come
 * meanwhile. RUNG_OWN and RUNG_ASK are never it. RUNG_NONE, and *n_out 0: nobody is left. A rung without time
 * in `rung_ms` is left out. */
enum rung ladder_next(enum rung after, const int32_t rung_ms[RUNGS], const struct ladder_person *all,
        uint32_t n, uint32_t out[LADDER_PLACES], uint32_t *n_out);

/* How an alert stands that nobody has accepted. */
struct ladder_at {
        enum rung rung;
        enum if_busy word;
        bool hers;      /* she has an associate of her own */
        bool held;      /* somebody has her card */
        bool held_own;  /* her associate has it */
        bool refused;   /* the last one who had it has just given it back */
        bool rung_over; /* the time of this rung, or of her word, is over */
        bool all_over;  /* nobody_after_s */
        bool own_free;  /* her associate may be asked (again, if she waits for her) */
        bool others;    /* ladder_next has somebody; only looked at if ladder_wants_others() */
};

/* LADDER_TAKE: from the others; from here on it is her associate's alone. */
enum ladder_do { LADDER_STAY, LADDER_OWN, LADDER_ASK, LADDER_CLIMB, LADDER_TAKE, LADDER_NOBODY };

/* Whether `others` matters as it stands: looking for them is dear. */
bool ladder_wants_others(const struct ladder_at *at);
enum ladder_do ladder_step(const struct ladder_at *at);

/* The departments that a wish names, of `n` names ("" = none), as a bit set. */
uint32_t ladder_wished(const char *wish, const char *const *names, uint32_t n);

const char *rung_word(enum rung rung);

#endif
