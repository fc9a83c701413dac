/* The notices on disk: versions that never change, each with the most that it promised. */
#ifndef STORE_NOTICES_H
#define STORE_NOTICES_H

#include "server/hub/store/base.h"

/* WRITE_NOTICE. An SQLite code; a version that is there is SQLITE_CONSTRAINT. */
int notices_write(struct base *base, const struct notice_row *row);
/* Fills the snapshot's notices, oldest first, the newest NOTICES_MAX. A text that is not what its digest says
 * is left empty: it promised nothing, so nothing is shown under it. An SQLite code. */
int notices_read(struct base *base, struct snapshot *out);

/* How many customers agreed to each version and to no newer one, newest first, at most NOTICES_MAX. */
struct notice_count {
        uint32_t version, customers;
};
int notices_count(struct base *base, struct notice_count out[NOTICES_MAX], uint32_t *n);

#endif
