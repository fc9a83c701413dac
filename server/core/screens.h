/* Which devices may still have a customer's card on their screens: each from the moment the card is pushed to
 * it until it has said that the card is gone [P115].
 *
 *   SHOWN --cleared, "done", or a page that begins with nothing--> GONE
 *     |
 *     +-- the card is taken back: SHOWN is now what is left to be cleared; "away" if the device has no line;
 *         the time from here to GONE is what retractions.h counts [P124]
 *
 * It is kept in memory only. Of a visit that began before the hub did, or of which something had to be
 * dropped for want of room, nothing is claimed.
 */
#ifndef CORE_SCREENS_H
#define CORE_SCREENS_H

#include "server/core/dossier.h"

#define SCREENS_KEPT 1024 /* newest; a store has a few dozen devices and open cards */

struct hub;
struct peer;
struct visit;
struct json_out;
struct screens;

/* NULL: no memory. */
struct screens *screens_create(void);
void screens_free(struct screens *screens);

/* A visit's card is on its way to this device. */
void screens_shown(struct hub *hub, const struct peer *peer, const struct visit *v, uint32_t card);
/* This card has been taken back from this associate (surrogate), and the event that says so is on disk. */
void screens_taken(struct hub *hub, uint32_t associate, uint32_t card);
/* The device has taken this card off its screen. */
void screens_cleared(struct hub *hub, const struct peer *peer, uint32_t card);
/* The device has nothing on its screen: its page has just begun, or was turned away. */
void screens_empty(struct hub *hub, const struct peer *peer);

/* A device that has not said yet that a card is gone which was taken back. */
struct screens_owing {
        struct digest device;
        uint32_t associate; /* index of whom the card was for */
        wall_ms since;      /* of the oldest that it owes */
        bool away;          /* it has no line */
};
/* Those that owe one of not before `from`, of this store, the longest first; at most `most` are written.
 * Gives how many there are. */
uint32_t screens_owed(const struct hub *hub, wall_ms from, struct screens_owing *out, uint32_t most);

/* The member `clearing` of her `now` [P115]: of her newest visit, when its card has been taken back; nothing
 * else is said. */
void screens_write(const struct hub *hub, struct json_out *j, uint32_t person);

#endif
