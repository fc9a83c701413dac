/* A twin of a customer's history: the same to one viewer, and otherwise as different as can be. The hub makes
 * twins of real customers each night and renders both; if the two cards are not the same bytes, something
 * hidden has got through (the leak check). Pure: what is random comes from the seed.
 *
 *   rows hidden from this viewer   dropped, changed, added
 *   rows shown up to a level       what lies above that level is changed, where the rules then say the same
 *   rows counted in a tally        as many as the tally's bucket allows
 *   all of them                    shuffled, with other numbers
 */
#ifndef LAB_TWIN_H
#define LAB_TWIN_H

#include "server/rulebook/render.h"
#include "server/rulebook/rulebook.h"

#define TWIN_ADDED_MAX  24 /* rows that a twin may have more */
#define TWIN_MARKS_MAX  64 /* texts of its own */
#define TWIN_MARK_BYTES 17 /* "~", 15 characters of the seed's, NUL: found anywhere, it tells where from */
#define TWIN_POOL_MORE  (TWIN_MARKS_MAX * TWIN_MARK_BYTES)

/* Of whom, for whom, under which rules: all borrowed. */
struct twin_ask {
        const struct rulebook *book, *ceiling; /* as project() takes them */
        const struct history *history;
        const struct viewer *viewer;
        enum seen seen;
        uint64_t seed;
};

/* Room that the caller owns: lines for as many rows as the history has and TWIN_ADDED_MAX more, a pool for as
 * many bytes and TWIN_POOL_MORE. */
struct twin_room {
        struct purchase *lines;
        uint32_t n_lines;
        char *pool;
        uint32_t pool_size;
};

/* What was made of it; the history lies in the room. */
struct twin {
        struct history history;
        uint32_t dropped, added, changed; /* hidden rows */
        uint32_t above;                   /* rows changed above their level */
        int32_t tallied;                  /* rows more or fewer in tallies */
};

/* 0; 1: the room is too small, or the history longer than a card may be made of. */
int twin_make(const struct twin_ask *ask, const struct twin_room *room, struct twin *out);

/* Whether the twin's card is the same bytes. */
bool twin_same(const struct twin_ask *ask, const struct twin *twin, const struct person_fields *person);

#endif
