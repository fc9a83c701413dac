/* The hub's name on the local network: publishes _maitred._tcp through Avahi, so that an access point's agent
 * finds the hub by itself. A process of its own: libavahi-client may wait 25 s for a daemon that hangs, and
 * nobody's arrival waits with it.
 *
 *   WAITING ---daemon runs---> ASKING ---established---> PUBLISHED
 *      ^ ^                      | ^ \___name taken: the next name, at most NAMES_MOST times a minute___/
 *      | +--daemon registers----+
 *      +-----daemon or bus gone: after 1, 2, 4 .. 30 s a new client----- any state
 *
 * What is said there is a hint, never proof: an agent trusts only the pin that it was paired with. So the
 * record holds no more than the protocol's version and the hub's id, and the hub itself never browses. */
#ifndef ANNOUNCE_ANNOUNCE_H
#define ANNOUNCE_ANNOUNCE_H

#include "proto/base.h"

#define ANNOUNCE_TYPE "_maitred._tcp"

struct announce_options {
        const char *name; /* the service's name, such as "maitred at Downtown"; cut at 63 bytes */
        uint16_t port;
        const char *hub_id; /* opaque: tells hubs of one network apart; at most 64 characters */
};

/* Runs until SIGTERM or SIGINT: 0, or 1 if it could not start. Takes over the process's signals. Without a
 * daemon it waits for one; that is no error. */
int announce_run(const struct announce_options *options);

#endif
