/* Which device on the local network a connection comes from, by the system's own table of neighbours. */
#ifndef FRONT_NEIGHBOUR_H
#define FRONT_NEIGHBOUR_H

#include <stdint.h>

#define NEIGHBOUR_BYTES 6
#define NEIGHBOUR_TABLE "/proc/net/arp"

/* The hardware address of an IPv4 neighbour in a table of that form. 0; 1 when there is none: it comes from
 * behind a router, from this machine, or by IPv6. */
int neighbour_find(const char *table, const char *address, uint8_t out[NEIGHBOUR_BYTES]);
/* The same for whoever is at the other end of a socket. */
int neighbour_of_socket(int fd, uint8_t out[NEIGHBOUR_BYTES]);

#endif
