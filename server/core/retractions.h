/* How soon cards that were taken back left the screens, and which devices still owe that: for the manager
 * [P124]. A number says how long a device took, never whose card it was nor who carried it.
 *
 * It is kept in memory only, as what is owed is (screens.h): since when is told with it. Part of state.h,
 * which includes it. */
#ifndef CORE_RETRACTIONS_H
#define CORE_RETRACTIONS_H

#include "server/core/state.h"

#define RETRACTIONS_KEPT  8192 /* newest; a store with forty devices has a thousand a day */
#define RETRACTIONS_LEAST 5    /* fewer are told as "fewer than five", and none of their times */
#define RETRACTIONS_OWED  32   /* devices that are named; of more it is said how many */

/* NULL: no memory. */
struct retractions *retractions_create(void);
void retractions_free(struct retractions *);
/* The hub has started: what is counted is counted from here. */
void retractions_begin(struct hub *hub);
/* A device has said that a card is gone, so long after it was taken back. */
void retractions_note(struct hub *hub, int64_t after_ms);
void retractions_asked(struct hub *, struct pending *);

#endif
