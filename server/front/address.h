/* What each address on the network has used up: open connections, new ones, requests. A table of fixed size
 * with a place for every connection that may be open, so that nobody is turned away because of others'
 * addresses; an address that has no connection open may be forgotten, and then starts with a fresh allowance.
 */
#ifndef FRONT_ADDRESS_H
#define FRONT_ADDRESS_H

#include "server/front/front.h"

#include <sys/socket.h>

struct addresses;

/* NULL: out of memory. `limits` is borrowed. */
struct addresses *addresses_create(const struct front_limits *limits);
void addresses_destroy(struct addresses *a);

/* Counts a new connection. Its slot, to be given back by addresses_close(); -1: it is over a limit. */
int32_t addresses_open(struct addresses *a, const struct sockaddr *from, mono_ms now);
void addresses_close(struct addresses *a, int32_t slot);

/* Counts a request. 0, or the seconds after which the next one may come. */
uint32_t addresses_request(struct addresses *a, int32_t slot, mono_ms now);

#endif
