/* Imports: a batch of rows becomes rows of the database, a slice at a time, each slice one transaction.
 * Everything is found by the store's own ids, so a file that comes twice changes nothing and a corrected row
 * corrects. */
#ifndef STORE_IMPORT_RUN_H
#define STORE_IMPORT_RUN_H

#include "server/hub/store/base.h"
#include "server/hub/store/import.h"

enum import_progress { IMPORT_MORE, IMPORT_DONE, IMPORT_FAILED };

/* Goes on at row *at until the slice is over and commits; fills outcomes and, at the end, the
 * counts. IMPORT_FAILED with *rc = SQLite's code: the slice was rolled back, slices before it are kept. */
enum import_progress import_slice(
        struct base *base, uint32_t *at, struct import_batch *batch, const struct base_slice *slice, int *rc);

#endif
