/* Rows of files that a manager drops into the console, on their way to the store [P137-P139]. The core says
 * who may (EFFECT_FIRST); the text goes past it, is checked row by row as maitrectl's is, and becomes a batch
 * of the store, which writes it in slices between the commits of arrivals.
 *
 *   request --keep--> text --core says yes--> rows --dry, or none is left--> answered
 *                      | core refuses: dropped  \--> the store --> answered with its counts and rejects
 */
#ifndef HUB_INTAKE_H
#define HUB_INTAKE_H

#include "server/core/effect.h"
#include "server/hub/store/store.h"

#define INTAKE_MAX 4 /* requests at a time; a page sends one after another */

struct intake;

struct intake_options {
        struct store *store;
        /* How it answers, from intake_begin() and intake_stored(). Copies. */
        void *ctx;
        void (*answer)(void *ctx, uint64_t request, uint16_t status, const char *json, size_t len);
};

/* NULL: no memory. All of it is the loop's thread only. */
struct intake *intake_create(const struct intake_options *options);
void intake_close(struct intake *intake); /* NULL is accepted */

/* Keeps the text of an `import` until the core has said what becomes of it; call before the step. `known`:
 * the asker's session is live; of others nothing is kept. 0 (also for every other message), or 1: too many
 * are kept; the caller answers 503. */
int intake_keep(struct intake *intake, uint64_t request, const struct message *message, bool known);
/* The request was answered: its text goes. */
void intake_forget(struct intake *intake, uint64_t request);
/* An EFFECT_FIRST that imports. */
void intake_begin(struct intake *intake, const struct effect *e, wall_ms now);
/* A STORE_IMPORT answer of ours. True: people or stores were changed, so the roster is to be read again. */
bool intake_stored(struct intake *intake, const struct store_answer *a);

#endif
