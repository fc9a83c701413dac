/* The walk-in test: somebody who is nobody tries the way from the door to the handhelds, so that a store sees
 * in the morning what its first customer would find [P154-P157]. Only the files of server/core include this;
 * proto/PROTOCOL.md has the drawing. */
#ifndef CORE_WALKIN_H
#define CORE_WALKIN_H

#include "server/core/hub.h"

struct pending;
struct peer;
struct walkin;

#define WALKIN_PHONE_MS  (5 * MINUTE_MS) /* a phone may come */
#define WALKIN_ANSWER_MS (5 * SECOND_MS) /* for the disk, and for all handhelds together */
#define WALKIN_AGAIN_MS  (10 * MINUTE_MS)
#define WALKIN_MORNING   120 /* minutes after `opens` in which a morning's test may begin */
#define WALKIN_SETTLED   10  /* ... from which one does not wait for a handheld any more, at the earliest */

struct walkin *walkin_create(void); /* NULL: no memory */
void walkin_free(struct walkin *);  /* NULL is fine */
void walkin_remember(struct hub *hub, const struct snapshot *s);
void walkin_sweep(struct hub *hub); /* deadlines, mornings, and what is still to be kept */
void walkin_told(struct hub *, struct pending *);
void walkin_start(struct hub *, struct pending *);
void walkin_walked(struct hub *, struct pending *);
/* A handheld has painted the test's word; whoever was not asked says nothing by it. */
void walkin_seen(struct hub *hub, struct peer *peer, uint32_t test);

#endif
