/* The frames of the operator's socket [P30]: what maitrectl and the hub's control agree on. Pure. */
#ifndef PROTO_CONTROL_H
#define PROTO_CONTROL_H

#include "proto/base.h"
#include "proto/import.h"

#define CONTROL_VERSION   1
#define CONTROL_HEAD_SIZE 8
#define CONTROL_BODY_MAX  (IMPORT_PACKED_MAX) /* from the client */
#define CONTROL_REPLY_MAX (16 * 1024 * 1024)  /* from the hub: a report over everybody may be long */

enum control_type {
        CONTROL_HELLO = 1,
        CONTROL_CALL,
        CONTROL_ANSWER,
        CONTROL_REPORT,
        CONTROL_IMPORT,
        CONTROL_IMPORTED,
        CONTROL_BACKUP,
        CONTROL_ROSTER
};

/* Head of a frame: u32 length of the body (little endian), u8 type, 3 zero bytes. */
static inline void control_head(uint8_t out[CONTROL_HEAD_SIZE], enum control_type type, uint32_t len)
{
        for (int i = 0; i < 4; i++)
                out[i] = (uint8_t)(len >> (8 * i));
        out[4] = (uint8_t)type;
        out[5] = out[6] = out[7] = 0;
}

/* Reads a head. 0, or 1 if it can be none: unknown type, stray bytes, a body over `most`. */
static inline int control_head_read(
        const uint8_t head[CONTROL_HEAD_SIZE], uint32_t most, enum control_type *type, uint32_t *len)
{
        uint32_t n = 0;
        for (int i = 0; i < 4; i++)
                n |= (uint32_t)head[i] << (8 * i);
        if (n > most || head[4] < CONTROL_HELLO || head[4] > CONTROL_ROSTER || head[5] || head[6] || head[7])
                return 1;
        *type = (enum control_type)head[4];
        *len = n;
        return 0;
}

#endif
