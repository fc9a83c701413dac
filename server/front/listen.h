/* The listening socket. It is ours and not libwebsockets': that one listens on every address when asked for
 * one, and says nothing when the port is taken. */
#ifndef FRONT_LISTEN_H
#define FRONT_LISTEN_H

#include "server/front/front.h"

#include <uv.h>

struct front;

struct listener {
        struct front *front;
        int fd;
        int spare; /* given up for a moment when descriptors run out, to turn a caller away */
        bool open, closing;
        uv_poll_t poll;
};

/* Binds; connections wait until listener_start(). 0, or an exit code after one line in the log. */
int listener_bind(struct listener *l, const struct front_options *options);
int listener_start(struct listener *l, struct front *front); /* 0 or -1 */
/* With the sweep of deadlines: listens again once there is a descriptor to spare. */
void listener_sweep(struct listener *l);
void listener_close(struct listener *l);

#endif
