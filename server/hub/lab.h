/* The lab: what rules do before they do it, beside the hub's work [P65-P72]. The core says who may ask
 * (EFFECT_LAB); the lab runs the ops on one thread of its own and answers. Neither hub_step nor a commit ever
 * waits for it.
 *
 *   request --keep--> slot with its text --core says yes--> reads what it needs of the store --> the thread
 *                         | core refuses: dropped               | three wait: 503                 |
 *                                       answered: to whoever asked, or as a verdict to the core <-+
 *
 * Ops that change nothing answer the request themselves. What changes the rules is a pending of the core that
 * waits for the lab's verdict (EVENT_VERDICT), commits, swaps the book and answers: see core/book.h. */
#ifndef HUB_LAB_H
#define HUB_LAB_H

#include "server/core/effect.h"
#include "server/core/event.h"
#include "server/hub/store/store.h"
#include "server/lab/ground.h"

#define LAB_KEPT_MAX    8 /* texts whose request the core has not judged yet, waits, or runs */
#define LAB_WAITING_MAX 3 /* beside the one that runs [P68] */
#define LAB_JOBS_KEPT   8 /* newest job of so many managers */

struct lab;

/* What the ops are called from: filled once at the lab's making. NULL: not built in, answered 503. The tables
 * stand in lab_ops.c, by message type. */
struct lab_ops {
        lab_op *quick[MESSAGE_TYPE_COUNT];     /* RULES_CHECK, RULES_CARDS */
        lab_long_op *jobs[MESSAGE_TYPE_COUNT]; /* RULES_DIFF, RULES_REPLAY */
};
extern const struct lab_ops lab_ops;

/* Opens and closes what a job reads; made on the lab's thread, for one job. */
struct lab_source *lab_source_open(struct store *store, const struct lab_ground *ground);
void lab_source_close(struct lab_source *source);

#endif
