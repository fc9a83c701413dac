/* The frames between front and hub over their socketpair: a fixed head, then a body. Pure: bytes in, values
 * out.
 *
 *   head: u32 body length (little endian) | u8 type | u8 a | u16 b | u64 id        16 bytes
 *
 * front -> hub
 *   REQUEST  id=request  a=LINK_HAS_ bits  b=face
 *            body: 32 bytes of token digest, 16 bytes of the sender's key, 6 of its device's hardware
 *                  address (each zero without), packed message
 *   OPENED   id=peer     a=face  b=which of the configuration's origins its page came from
 *            body: 32 bytes of token digest
 *   MESSAGE  id=peer                       body: packed message
 *   AGENT    id=peer                       body: an agent's frame, as it came
 *   READY    id=peer     (the last PUSH was written to the socket; it waits a moment for company after one
 * that is replied to) CLOSED   id=peer
 *
 * hub -> front
 *   HELLO    a=link version                body: JSON of hub facts that pages may know (store name)
 *   ANSWER   id=request  a=cookie | kind<<4  b=HTTP status
 *            body: u32 cookie age in s (without a cookie: when to try again), 32 bytes of secret, JSON
 *   PUSH     id=peer     a=LINK_REPLIED: a card, to which its page replies at once    body: the frame
 *   CLOSE    id=peer     b=close code      body: reason text
 */
#ifndef LINK_FRAME_H
#define LINK_FRAME_H

#include "proto/base.h"

#define LINK_VERSION     7
#define LINK_HEAD_SIZE   16
#define LINK_BODY_MAX    (400 * 1024) /* what the lab says of a book with many classes is long */
#define LINK_WHO_SIZE    54           /* token digest, key and device of a REQUEST */
#define LINK_REPLIED     1
#define LINK_HAS_TOKEN   1
#define LINK_HAS_KEY     2
#define LINK_HAS_STATION 4
#define LINK_HAS_GPC     8 /* the browser asks not to sell or share [P135] */

enum link_type {
        LINK_REQUEST = 1,
        LINK_OPENED,
        LINK_MESSAGE,
        LINK_READY,
        LINK_CLOSED,
        LINK_AGENT,
        LINK_HELLO = 16,
        LINK_ANSWER,
        LINK_PUSH,
        LINK_CLOSE
};

struct link_frame {
        enum link_type type;
        uint8_t a;
        uint16_t b;
        uint64_t id;
        const uint8_t *body; /* borrowed from the buffer it was read from */
        uint32_t len;
};

/* Writes the head of a frame with a body of `len` bytes. */
void link_head(
        uint8_t out[LINK_HEAD_SIZE], enum link_type type, uint8_t a, uint16_t b, uint64_t id, uint32_t len);

/* Reads one frame from the start of a buffer. Returns its whole size, 0 if more bytes are needed, or -1 if
 * the bytes can be no frame (unknown type, body over LINK_BODY_MAX): then the link is broken for good. */
int64_t link_read(const uint8_t *bytes, size_t len, struct link_frame *out);

/* A bounded byte queue for one direction of a non-blocking stream. */
struct link_queue {
        uint8_t *bytes;
        size_t from, to, room;
};
int link_queue_init(struct link_queue *q, size_t room_bytes); /* 0, or -1: no memory */
void link_queue_finish(struct link_queue *q);
/* Appends head and two body parts (either may be empty). 0, or 1 if they do not fit: the caller decides. */
int link_queue_put(struct link_queue *q, enum link_type type, uint8_t a, uint16_t b, uint64_t id,
        const void *part1, size_t len1, const void *part2, size_t len2);
/* Room to read into: *len bytes at the returned place; then link_queue_filled(). */
uint8_t *link_queue_room(struct link_queue *q, size_t *len);
void link_queue_filled(struct link_queue *q, size_t len);
/* The bytes that wait; link_queue_drop() after they were sent or parsed, which wipes them: whoever asked may
 * be nobody here. */
const uint8_t *link_queue_waiting(const struct link_queue *q, size_t *len);
void link_queue_drop(struct link_queue *q, size_t len);

#endif
