/* Versions of the rulebook as the core, the store and the lab hand them to one another. A version is a
 * canonical text, named by its SHA-256, that never changes; only its state does:
 *
 *   proposed --publish--> live --another is published--> past
 *      | withdraw                                          | rollback: its text is proposed as a new version
 *      v                                                   v
 *   withdrawn                                           (proposed)
 */
#ifndef CORE_BOOK_H
#define CORE_BOOK_H

#include "proto/base.h"
#include "proto/slice.h"

#define BOOK_NAME_MAX 33
#define BOOK_WHY_MAX  201
#define BOOK_TEXT_MAX (32 * 1024) /* of a canonical text that is kept */

enum book_state { BOOK_PROPOSED = 1, BOOK_LIVE, BOOK_PAST, BOOK_WITHDRAWN };

/* Who proposed or published: an associate's surrogate, or one of these. */
#define BOOK_BY_OPERATOR 0
#define BOOK_BY_MAITRED  UINT32_MAX

struct book_row {
        uint32_t version; /* from 1, without gaps */
        uint8_t state;    /* enum book_state */
        struct digest sha256;
        uint32_t base;            /* the version that it was compared with, 0 = none */
        uint64_t wider, narrower; /* cells, against that one */
        uint32_t by;
        wall_ms at;
        uint32_t approved_by; /* who published it; means nothing while published is 0 */
        wall_ms published;    /* 0 = never */
        char name[BOOK_NAME_MAX], why[BOOK_WHY_MAX];
};

/* What the lab found about a text that somebody wants to keep or to publish. Either a refusal, ready to be
 * sent, or a row. */
struct book_verdict {
        uint16_t refused; /* HTTP status; 0 = not */
        const char *body; /* ... with this JSON */
        uint32_t len;
        /* As it is on disk, or, if it is to be kept, as it will be but for who, when and why. */
        struct book_row row;
        uint32_t base;            /* what it was compared with now: the live version */
        uint64_t wider, narrower; /* ... and what came out */
        struct slice text;        /* canonical; empty for a withdrawal */
};

#endif
