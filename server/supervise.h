/* The processes of a hub, and who watches over them.
 *
 *   hub starts --ready--> front starts --ready--> open --either ends--> the other is ended, both start again
 *      |  ends first         |  ends first           \--stop asked--> both end, and so do we
 *      +-- its code ---------+-- its code: the operator's to mend; but for a minute after it was open, again
 *
 * Front and hub live and die together: neither can do anything without the other, and both begin again from
 * what is on disk, a little later each time. The announcer hangs on nobody: it starts when the hub is open,
 * is started again half a minute after it ended, and its end ends nothing. */
#ifndef SERVER_SUPERVISE_H
#define SERVER_SUPERVISE_H

#include "proto/base.h"

struct supervised {
        /* Each runs in a process of its own and returns its exit code. A child writes one byte to ready_fd
         * when it takes what it is for, and closes it. `code_before`: how its predecessor ended; 0 the first
         * time. */
        int (*hub)(void *ctx, int link_fd, int ready_fd, int code_before);
        int (*front)(void *ctx, int link_fd, int ready_fd);
        int (*announcer)(void *ctx); /* NULL: nobody is told */
        void *ctx;
        int code_of_disk; /* a hub that ends with this ended for its disk, whoever was reaped first */
        bool one_life;    /* never start the pair again: a journal is of one run */
        int32_t port;     /* for the log */
};

/* Returns when a stop was asked for (SIGTERM, SIGINT): 0; or with the code of whoever could not start. */
int supervise(const struct supervised *s);

#endif
