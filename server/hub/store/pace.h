/* When the commits that wait become the next transaction. Always all of them, in the order in which they
 * came; and at once, but for three reasons to wait a little, because what several share is written once:
 *
 * - A look that goes on a record, or a card that has gone from a screen (sense_can_wait), goes with the next
 *   transaction of others: PACE_RECORDS_US after it came at the latest, or when PACE_RECORDS_MOST wait. Half
 *   of all groups are such, and with a transaction and a flush of its own each would cost as much as an
 *   arrival. Nothing is said to be done before it is on disk; what is lost in a power cut was not said.
 * - While a flush is on its way none begins: its own flush could not begin before that one's end. (run.c)
 * - In a rush (PACE_RUSH commits that somebody waits for within PACE_RUSH_US) as much time lies between the
 *   beginnings of two as the first took to be written, PACE_SHARE_TIMES over, PACE_SHARE_MOST_US at most. So
 *   writing takes one part of the time and no more: a few hundred microseconds of waiting where a transaction
 *   is cheap; and where the machine has more to do, or commits come faster, the more of them share.
 *
 * Of whoever makes the pass (thread.h). All times are of clock_mono_us. */
#ifndef STORE_PACE_H
#define STORE_PACE_H

#include "proto/base.h"

#define PACE_RECORDS_US    20000
#define PACE_RECORDS_MOST  32
#define PACE_RUSH          8
#define PACE_RUSH_US       16000
#define PACE_SHARE_TIMES   4
#define PACE_SHARE_MOST_US 2000

/* The zero value: nothing waits, nothing was written yet. */
struct pace {
        uint32_t n, n_records; /* that wait */
        int64_t due_us;        /* of the most urgent of them */
        int64_t began_us;      /* the transaction before */
        int64_t share_us;      /* after its beginning none begins in a rush */
        int64_t came_us[PACE_RUSH];
        uint32_t next_came;
};

/* A commit came that was submitted at `since_us`. */
void pace_came(struct pace *p, bool can_wait, int64_t since_us);
/* A transaction begins, and leaves so many to wait for the next. */
void pace_began(struct pace *p, uint32_t left, int64_t now_us);
/* ... and has been written, but for its flush. */
void pace_wrote(struct pace *p, int64_t now_us);
/* No transaction begins before this. */
int64_t pace_not_before(const struct pace *p);
/* When the next begins, flushes aside; INT64_MAX: nothing waits. */
int64_t pace_next(const struct pace *p);

#endif
