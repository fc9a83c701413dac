/* The front's end of the socketpair: frames out are gathered and written once a turn of the loop, frames in
 * are handed to whom they are for. When it breaks, the front ends.
 *
 * To wake the hub costs more than what most frames ask of it, and hardly anybody waits for two: that a card
 * was written to its socket, and that it is on the screen. They go with the next frame that cannot wait, or
 * after calm_ms (front_limits), and all in the order in which they were sent:
 *
 *   EMPTY   -> HELD      one of the two
 *   EMPTY   -> WRITING   any other frame
 *   HELD    -> WRITING   any other frame; HUB_LINK_HELD_MOST bytes; the time is up; the front ends
 *   WRITING -> EMPTY     all is in the socket; while it is full, nothing is held back
 *
 * What it costs: the next frame for a handheld that has just got a card comes so much later, and of a front
 * that is killed so much more of what was on screens is not on the record (the hub itself lets a look wait
 * for longer, see pace.h). */
#ifndef FRONT_HUB_LINK_H
#define FRONT_HUB_LINK_H

#include "server/link/frame.h"

#include <uv.h>

#define HUB_LINK_HELD_MOST (16 * 1024)

struct front;

struct hub_link {
        struct front *front;
        int fd;
        int events; /* what the poll is waiting for */
        bool open;
        bool calm; /* nobody waits for any of what is in `out` */
        uv_poll_t poll;
        uv_prepare_t flush;
        uv_timer_t held; /* runs while something is held back */
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
/* The same for a frame that nobody waits for: it may be held back for calm_ms. */
void hub_link_send_calm(
        struct hub_link *link, enum link_type type, uint64_t id, const void *body, size_t len);

#endif
