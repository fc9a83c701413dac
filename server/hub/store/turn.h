/* The commits that wait, as one transaction; and what becomes of each of them when the disk has no room for
 * all (see ballast.h). */
#ifndef STORE_TURN_H
#define STORE_TURN_H

#include "server/hub/store/run.h"

/* Writes the groups at the head of store->commits, or refuses them; every one of them gets its answer. On the
 * store's thread. */
void turn_run(struct store *store);

#endif
