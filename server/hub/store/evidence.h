/* Who served her: decision 12 as one function, used to route a card and to explain why. */
#ifndef STORE_EVIDENCE_H
#define STORE_EVIDENCE_H

#include "server/hub/store/base.h"

#define EVIDENCE_MONTHS         24
#define EVIDENCE_CANDIDATES_MAX 256

struct candidate {
        struct evidence_row row;
        uint32_t store; /* where the associate works */
        char external[EXTERNAL_ID_MAX];
};

/* What decided between the first two. */
enum decided { DECIDED_NOBODY, DECIDED_CHOICE, DECIDED_LINES, DECIDED_LATEST, DECIDED_LOWEST };

/* Everybody who sold her kept lines in the 24 calendar months before `now`, best first: most lines, then the
 * latest sale, then the lowest external id (shorter first, then byte by byte). *n <= EVIDENCE_CANDIDATES_MAX.
 * SQLite code. */
int evidence_all(struct base *base, uint32_t person, wall_ms now, struct candidate *out, uint32_t *n);
/* What put out[0] before out[1]. */
enum decided evidence_decided(const struct candidate *out, uint32_t n);
/* The first EVIDENCE_MAX; if none of them works in this store, the last of them gives way to the best who
 * does. */
int evidence_best(
        struct base *base, uint32_t person, wall_ms now, struct evidence_row out[EVIDENCE_MAX], uint32_t *n);

#endif
