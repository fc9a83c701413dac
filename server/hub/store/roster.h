/* What the core keeps in memory: the roster, and at start the visits that had not ended and the newest events
 * of each stream. */
#ifndef STORE_ROSTER_H
#define STORE_ROSTER_H

#include "server/hub/store/base.h"

/* To be freed with free(); NULL with *rc = SQLite's code. */
struct roster *roster_read(struct base *base, wall_ms now, int *rc);
/* Fills *out (see snapshot_free). An SQLite code; on error nothing is left allocated. */
int roster_snapshot(struct base *base, wall_ms now, store_day today, struct snapshot *out);

#endif
