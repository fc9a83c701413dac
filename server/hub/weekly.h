/* The five numbers between the core, which says who may see them, and the store, which counts them: once a
 * store's day, at its first asking, however often they are asked for; whoever asks meanwhile waits.
 *
 *   ask --> today's are there --------------------> answered with the loop's next turn
 *       \-> none yet: store_numbers(), once --> STORE_NUMBERS --^
 *
 * Nothing of it is kept on the disk: after a start the same weeks are counted anew, to the same numbers. */
#ifndef HUB_WEEKLY_H
#define HUB_WEEKLY_H

#include "server/core/effect.h"
#include "server/core/event.h"
#include "server/hub/store/store.h"

#define WEEKLY_WAITING_MAX 64

struct weekly;

struct weekly_options {
        struct store *store;
        /* How it answers, from weekly_turn(). Both copy. */
        void *ctx;
        void (*answer)(void *ctx, uint64_t request, uint16_t status, const char *json, size_t len);
        void (*mine)(void *ctx, uint32_t ticket, const struct mine *mine);
};

/* NULL: no memory. */
struct weekly *weekly_create(const struct weekly_options *options);
void weekly_close(struct weekly *weekly);

/* All below: the loop's thread only. */

/* An EFFECT_NUMBERS on this day. 0, or 1: too many wait, and the caller answers. */
int weekly_ask(struct weekly *weekly, const struct effect *e, wall_ms now, store_day day);
/* A STORE_NUMBERS answer; the numbers are taken over. */
void weekly_counted(struct weekly *weekly, struct store_answer *answer);
/* Answers whoever waits, if there is something to answer. Once a turn, outside of a step. */
void weekly_turn(struct weekly *weekly);

#endif
