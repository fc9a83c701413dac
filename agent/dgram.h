/* A Unix datagram socket with a name of its own, as hostapd wants it: bound, connected, polled by the loop,
 * and its file removed whatever happens. */
#ifndef AGENT_DGRAM_H
#define AGENT_DGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <uv.h>

#define DGRAM_PATH 108 /* of sockaddr_un, zero byte included */

struct dgram {
        uv_poll_t poll;
        int fd;
        char own[DGRAM_PATH];
        void *data;
        void (*readable)(struct dgram *d);
};

/* Connects to `to` with a new name in the folder `own`. NULL with errno set. */
struct dgram *dgram_open(
        uv_loop_t *loop, const char *own, const char *to, void (*readable)(struct dgram *d), void *data);

/* Removes the name and frees it once the loop let go of it. NULL is fine. */
void dgram_close(struct dgram *d);

/* True while its name is still there: when it is gone, nothing reaches this socket any more. */
bool dgram_named(const struct dgram *d);

/* Removes names that a process which is gone left in the folder. */
void dgram_clean(const char *own);

#endif
