/* The lab: what rules do before they do it, beside the hub's work [P65-P72]. The core says who may ask
 * (EFFECT_LAB); the lab runs the ops on one thread of its own and answers. Neither hub_step nor a commit ever
 * waits for it.
 *
 *   request --keep--> slot with its text --core says yes--> reads what it needs of the store --> the thread
 *                         | core refuses: dropped               | three wait: 503                 |
 *                                       answered: to whoever asked, or as a verdict to the core <-+
 *
 * Ops that change nothing answer the request themselves. What changes the rules is a pending of the core that
 * waits for the lab's verdict (EVENT_VERDICT), commits, swaps the book and answers: see core/book.c. Jobs
 * (diff, replay) are answered with their number and run when nothing quicker waits; the quick ones have their
 * turn inside them. */
#ifndef HUB_LAB_H
#define HUB_LAB_H

#include "server/core/effect.h"
#include "server/core/event.h"
#include "server/core/hub.h"
#include "server/hub/store/store.h"
#include "server/lab/ground.h"

#define LAB_KEPT_MAX     8 /* texts whose request the core has not judged yet */
#define LAB_KEPT_ANYBODY 2 /* ... and of those, of askers whom nobody knows */
#define LAB_WAITING_MAX  3 /* beside the one that runs [P68] */
#define LAB_JOBS_KEPT    8 /* newest jobs of so many managers */

struct lab;

struct lab_options {
        struct store *store;
        int wake_fd;             /* eventfd, written once whenever lab_drain() has something to do */
        const char *head_office; /* the text of head office's rulebook; NULL: none. Borrowed */
        /* How the lab answers, from lab_begin(), lab_books() and lab_drain(): in the loop's thread. Both
         * copy. */
        void *ctx;
        void (*answer)(void *ctx, uint64_t request, uint16_t status, const char *json, size_t len);
        void (*verdict)(void *ctx, uint32_t ticket, const struct book_verdict *verdict);
};

/* NULL: no memory. */
struct lab *lab_create(const struct lab_options *options);
/* Ends what runs and frees. NULL is accepted. */
void lab_close(struct lab *lab);

/* All below: the loop's thread only. */

/* Keeps a message's text until the core has said what becomes of it; call before the step. `known`: the asker
 * is the operator, or a console whose session the core knows; others share few places, so that strangers take
 * none from managers. 0 (also for a message without one), or 1: too many are kept; the caller answers 503. */
int lab_keep(struct lab *lab, uint64_t request, const struct message *message, bool known);
/* The request was answered: its text goes. */
void lab_forget(struct lab *lab, uint64_t request);
/* An EFFECT_LAB. `live` and `roster` are borrowed for the call. */
void lab_begin(struct lab *lab, const struct effect *e, const struct hub_live *live,
        const struct roster *roster, wall_ms now, store_day day);
/* A STORE_BOOKS answer; the books are taken over. */
void lab_books(struct lab *lab, struct store_answer *answer);
/* Gives the answers that wait. */
void lab_drain(struct lab *lab);

/* What the ops are called from. NULL: not built in, answered 503. The tables stand in lab_ops.c, by message
 * type. */
struct lab_ops {
        lab_op *quick[MESSAGE_TYPE_COUNT];     /* RULES_CHECK, RULES_CARDS */
        lab_long_op *jobs[MESSAGE_TYPE_COUNT]; /* RULES_DIFF, RULES_REPLAY */
};
extern const struct lab_ops lab_ops;

/* Opens and closes what a job reads; made on the lab's thread, for one job. NULL: it cannot be read. */
struct lab_source *lab_source_open(struct store *store, const struct lab_ground *ground);
void lab_source_close(struct lab_source *source);

#endif
