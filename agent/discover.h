/* Candidates for the hub on the local network, as Avahi hears them. A candidate is a hint and nothing else:
 * anybody on the network can publish one, so whoever answers there must show the pin before a word is sent.
 *
 *   LISTENING --heard of one--> asking for its address --answer--> on the list --goodbye, or pushed out-->
 * gone |  daemon or bus gone: the list stays (a hub does not move because a daemon died), a new client |
 * after 1, 2, 4 .. 30 s
 *
 * Runs on a thread with a loop of its own, since libavahi-client may wait 25 s for a daemon that hangs; the
 * agent's loop is only woken. */
#ifndef AGENT_DISCOVER_H
#define AGENT_DISCOVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#define DISCOVER_MOST         16 /* candidates kept; the longest known that was not the hub gives way */
#define DISCOVER_ASKING_MOST  32 /* addresses asked for at one time; what is over that is not asked for */
#define DISCOVER_ADDRESS_SIZE 64

struct discover_candidate {
        char address[DISCOVER_ADDRESS_SIZE]; /* a number: "192.0.2.7", "2001:db8::7", "fe80::1%eth0" */
        uint16_t port;
        char id[65]; /* what it says of itself; "" if nothing, or nothing that an id can be */
};

struct discover;

/* Starts to listen. `changed` is called on `loop` when the list has changed. NULL: no memory or no thread. */
struct discover *discover_start(uv_loop_t *loop, void (*changed)(void *userdata), void *userdata);

/* Copies the list, those with this id first, IPv4 before IPv6, then the most recently heard; returns how
 * many. `id` may be NULL. A service has a candidate for each family that it has an address of. From the
 * loop's thread. */
size_t discover_list(struct discover *d, const char *id, struct discover_candidate *out, size_t most);

/* Ends the thread and waits for it; the handle on the loop closes in its next turn. NULL is fine. */
void discover_stop(struct discover *d);

#endif
