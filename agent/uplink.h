/* The way to the hub: one WebSocket over TLS to a pinned key, dialled again and again for as long as the
 * program runs.
 *
 *   WAITING -- time --> DIALLING -- 101 --> OPEN
 *      ^                    | refused          | closed, silent for 60 s, nonsense
 *      +--------------------+------------------+      wait: a random part of 0.5 s, 1 s, 2 s ... 30 s;
 *                                                     none while another address is left in the round;
 *                                                     5 minutes when the hub does not know us */
#ifndef AGENT_UPLINK_H
#define AGENT_UPLINK_H

#include "agent/paired.h"

#include <uv.h>

#define UPLINK_FIRST_MS  500
#define UPLINK_MOST_MS   30000
#define UPLINK_BANNED_MS 300000

struct uplink_sink {
        void *ctx;
        void (*opened)(void *ctx);
        void (*closed)(void *ctx);
        void (*frame)(void *ctx, struct slice text);          /* borrowed; wiped afterwards */
        size_t (*take)(void *ctx, char out[AGENT_FRAME_MAX]); /* the next frame, or 0 */
        /* Where to dial after so many failures in a row: host and port of *to, which hold the paired ones.
         * True if there is another address to dial before the next wait; a round must end. */
        bool (*where)(void *ctx, uint32_t failures, struct paired *to);
};

struct uplink;

/* Starts dialling. `paired` is borrowed. NULL after a line in the log. */
struct uplink *uplink_open(uv_loop_t *loop, const struct paired *paired, const struct uplink_sink *sink);

/* There is something to take. */
void uplink_wanted(struct uplink *uplink);

/* The hub talks nonsense: to be said while its frame is being handed on. */
void uplink_hang_up(struct uplink *uplink, int code);

/* After a good frame: the next failure starts with the shortest wait again. */
void uplink_is_good(struct uplink *uplink);

/* In two steps, as libwebsockets wants it: close while the loop runs, finish when it has run out. NULL is
 * fine. */
void uplink_close(struct uplink *uplink);
void uplink_finish(struct uplink *uplink);

/* A random part of what the n-th failure in a row may wait at most (full jitter). */
int64_t uplink_wait_ms(uint32_t failures, uint32_t random);

#endif
