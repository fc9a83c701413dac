/* The core's writes as rows. A group is atomic: all of its writes or none. */
#ifndef STORE_COMMIT_H
#define STORE_COMMIT_H

#include "server/hub/store/base.h"

/* Newest events of a stream that stay in the database, with room for a core that keeps fewer. */
#define COMMIT_STREAM_KEPT 128
/* One more place of a visit in its blob `more`. */
#define COMMIT_PLACE_BYTES 32

/* Writes one group inside the open transaction. 0; 1 = refused, nothing of it was written; 2 = disk or memory
 * is full: the caller rolls everything back; -1 = the disk cannot be trusted. A group that can be undone
 * alone costs a second copy of every page that it changes. */
int commit_group(struct base *base, const struct write *writes, uint32_t n);
/* The same without the means to undo it alone: after 1 a part of it may stand, and the caller rolls
 * everything back as well. */
int commit_rows(struct base *base, const struct write *writes, uint32_t n);
/* Makes the keys of people who are new in this group; before the transaction begins. 0, 1 or -1 as above. */
int commit_prepare(struct base *base, const struct write *writes, uint32_t n);

#endif
