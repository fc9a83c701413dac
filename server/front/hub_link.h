/* The front's end of the socketpair: frames out are gathered and written once a turn of the loop, frames in
 * are handed to whom they are for. When it breaks, the front ends. */
#ifndef FRONT_HUB_LINK_H
#define FRONT_HUB_LINK_H

#include "server/link/frame.h"

#include <uv.h>

struct front;

struct hub_link {
        struct front *front;
        int fd;
        int events; /* what the poll is waiting for */
        bool open;
        uv_poll_t poll;
        uv_prepare_t flush;
        struct link_queue in, out;
};

/* 0, or -1: no memory or no such descriptor. */
int hub_link_open(struct hub_link *link, struct front *front, int fd);
void hub_link_close(struct hub_link *link);  /* its handles close with the loop's next turns */
void hub_link_finish(struct hub_link *link); /* after the loop has ended */

/* Whether there is room for what strangers cause (REQUEST, OPENED, MESSAGE). Half the queue is kept for READY
 * and CLOSED, which must not be lost. */
bool hub_link_has_room(const struct hub_link *link);

/* Sends a frame. A queue that is full in spite of hub_link_has_room() means that the hub has stopped reading:
 * the front ends. */
void hub_link_send(struct hub_link *link, enum link_type type, uint8_t a, uint16_t b, uint64_t id,
        const void *part1, size_t len1, const void *part2, size_t len2);

#endif
