/* Where the hub is when it is not where it was. After some failures each turn of dialling is a round: the
 * paired address, then every candidate that the local network names, one after the other, and only then the
 * wait. Nobody is believed: whoever answers must hold the pinned key. */
#ifndef AGENT_FIND_H
#define AGENT_FIND_H

#include "agent/pair.h"

#include <uv.h>

#define FIND_AFTER    3     /* failures in a row, before the network is asked */
#define FIND_ID_BYTES 8     /* a hub publishes the beginning of its pin; that only sorts the list */
#define FIND_PAIR_MS  30000 /* how long pairing without an address listens */
#define FIND_AGAIN_MS 5000  /* pairing dials those that did not answer as the hub once more */
#define FIND_WAIT_S   3     /* ... and waits no longer for each step: they are near, and there may be many */

struct discover;
struct find {
        struct discover *discover; /* only while the hub is missing */
        size_t next;               /* in the round: 0 is the paired address, i the i-th candidate */
        bool used;                 /* the address last dialled came from the network */
        char host[PAIRED_HOST_MAX + 1];
        int port;
};

/* Changes *to, which holds the paired address, into the one to dial after so many failures. True if another
 * candidate of this round is left to dial. */
bool find_where(struct find *find, uv_loop_t *loop, uint32_t failures, struct paired *to);

/* The hub answered: stops listening. True if it was at a new address, which is in *paired then. */
bool find_found(struct find *find, struct paired *paired);

void find_stop(struct find *find);

/* pair_with for every candidate until one is the hub that made the code. Blocking. As pair_with. */
enum pair_result find_and_pair(const char *typed, struct paired *out, char *say);

#endif
