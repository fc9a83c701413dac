/* Who is on shift, and what becomes of it when time passes [P80]. The core keeps the shifts of five days
 * around today, as the database has them; when the day is over it asks for them anew. Part of state.h, which
 * includes it.
 *
 *             her shift begins                    her break begins
 *   OFF SHIFT ----------------> ON SHIFT <---------------------------> ON A BREAK (is off shift)
 *       ^                          |   \                                   |
 *       +--------------------------+    +-- a shift that follows at once --+
 *          her shift ends: an open offer moves on, what she has accepted stays for OFF_SHIFT_KEEPS_MS
 *
 * A store without any shift on record does not keep a roster: everybody is on shift, and nobody is told so.
 */
#ifndef CORE_ROSTER_H
#define CORE_ROSTER_H

#include "server/core/state.h"

#define OFF_SHIFT_KEEPS_MS (30 * MINUTE_MS)

struct duties;

bool roster_create(struct hub *hub);
void roster_destroy(struct hub *hub);
/* The newest from the database: at the start, after an import, when the day is over. */
void roster_take(struct hub *hub, const struct roster *roster);
/* Tells the peers of those whose shift or break has begun or ended, and asks for the next days in time. */
void roster_sweep(struct hub *hub);

/* By the event's time. `index` may be NONE: nobody is never on shift. */
bool associate_on_shift(const struct hub *hub, uint32_t index);
/* Whether something new may reach her: works here, is on shift, and has a live handheld. */
bool associate_available(const struct hub *hub, uint32_t index);
/* For how long she has been off shift: what is open with her moves on at once, what she has accepted after
 * OFF_SHIFT_KEEPS_MS. 0: she is on shift, or nobody knows before the roster has been read again. */
int64_t associate_off_for_ms(const struct hub *hub, uint32_t index);

/* The frame that tells a peer's associate whether she is on shift, once: what stream_pump() sends. False:
 * there is nothing to tell. */
struct peer;
bool roster_duty(struct hub *hub, struct peer *peer, char *text, size_t room, size_t *len);
/* A peer has been welcomed. */
void roster_welcome(const struct hub *hub, struct peer *peer);

/* The manager's page of the roster [P88, P89]. */
void roster_day(struct hub *, struct pending *);
void roster_shift_put(struct hub *, struct pending *);
void roster_shift_drop(struct hub *, struct pending *);
void roster_again(struct hub *, struct pending *, const struct dossier *);

#endif
