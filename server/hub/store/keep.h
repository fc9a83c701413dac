/* What has been kept long enough goes [P146], a few rows a step.
 *
 *   after `presence` hours   which screen had whose card when (stream_event, cleared). An associate's newest
 *                            event stays as a bare number, so that no number comes twice.
 *   after `visits` days      of a visit: who had it last, as which card, and who else was asked
 *   after `mirror` months, or when a customer wants it sooner [P167]
 *                            of a look: the sealed card, its lines, relation, rules and visit
 *   once the numbers look no further back (and not before `mirror` is over)
 *                            the rows of visits, offers, answers and looks themselves
 *
 * What she said on a visit goes with its end (commit.c). Visits and looks are walked in the order of their
 * ids; how far is kept with each step (`kept_visit`, `kept_look`), so that a hub that is switched off every
 * night catches up, too. Those who shortened the time of their looks are walked round and round
 * (`kept_person`). `kept_at`: the clock at the newest step [P166]. */
#ifndef STORE_KEEP_H
#define STORE_KEEP_H

#include "server/hub/store/base.h"

#define KEEP_ROWS 500 /* of each table at most in one step */

/* WRITE_KEEP. An SQLite code. */
int keep_write(struct base *base, const struct write *w);
/* The clock at the newest WRITE_KEEP; 0 = there was none. An SQLite code. */
int keep_read(struct base *base, wall_ms *at);
/* WRITE_LOOKS: what is hers and too old goes at once, unless the write names no clock. An SQLite code. */
int keep_shorten(struct base *base, const struct write *w);

#endif
