/* A handheld's or console's WebSocket: checks what it says, carries what the hub pushes, one frame at a time.
 * The hub keeps the credit: it pushes again when READY says that the last frame was taken. [P20] [P27] */
#ifndef FRONT_PEER_H
#define FRONT_PEER_H

#include "server/front/conn.h"
#include "server/link/frame.h"

#define PEER_MESSAGE_MAX 4096
/* Of a longer message libwebsockets tells part by part: what it reads into is held by every idle handheld. */
#define PEER_PART_BYTES 1024

/* The upgrade is asked for: 0 lets it through, -1 ends the connection (a refusal has been sent). Must not
 * touch what libwebsockets hands to the callback: in 4.1.6 that memory may be gone (CVE-2025-11677). */
int peer_confirm(struct conn *c, struct lws *wsi);

/* Callbacks of libwebsockets; 0, or -1 to close. */
int peer_open(struct conn *c);
int peer_receive(struct conn *c, const void *bytes, size_t len);
int peer_writeable(struct conn *c);
int peer_leaves(struct conn *c, size_t len); /* it sent a close frame */
void peer_heard(struct conn *c);

/* The connection is closing: tells the hub. Does nothing if it is no peer or was told already. */
void peer_gone(struct conn *c);
void peer_free(struct conn *c);

void peer_sweep(struct conn *c, mono_ms now);
void peer_say_goodbye(struct conn *c); /* the front stops */

/* Frames of the hub. */
void peer_push(struct front *front, const struct link_frame *frame);
void peer_close(struct front *front, const struct link_frame *frame);

#endif
