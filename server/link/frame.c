#include "server/link/frame.h"

#include <stdlib.h>
#include <string.h>

static void put_uint(uint8_t *out, uint64_t v, size_t bytes)
{
        for (size_t i = 0; i < bytes; i++)
                out[i] = (uint8_t)(v >> (8 * i));
}

static uint64_t get_uint(const uint8_t *in, size_t bytes)
{
        uint64_t v = 0;
        for (size_t i = 0; i < bytes; i++)
                v |= (uint64_t)in[i] << (8 * i);
        return v;
}

void link_head(
        uint8_t out[LINK_HEAD_SIZE], enum link_type type, uint8_t a, uint16_t b, uint64_t id, uint32_t len)
{
        put_uint(out, len, 4);
        out[4] = (uint8_t)type;
        out[5] = a;
        put_uint(out + 6, b, 2);
        put_uint(out + 8, id, 8);
}

static bool known(uint8_t type)
{
        return (type >= LINK_REQUEST && type <= LINK_AGENT) || (type >= LINK_HELLO && type <= LINK_CLOSE);
}

int64_t link_read(const uint8_t *bytes, size_t len, struct link_frame *out)
{
        if (len < LINK_HEAD_SIZE)
                return 0;
        uint32_t body = (uint32_t)get_uint(bytes, 4);
        if (body > LINK_BODY_MAX || !known(bytes[4]))
                return -1;
        if (len - LINK_HEAD_SIZE < body)
                return 0;
        *out = (struct link_frame){
                .type = (enum link_type)bytes[4],
                .a = bytes[5],
                .b = (uint16_t)get_uint(bytes + 6, 2),
                .id = get_uint(bytes + 8, 8),
                .body = bytes + LINK_HEAD_SIZE,
                .len = body,
        };
        return LINK_HEAD_SIZE + (int64_t)body;
}

int link_queue_init(struct link_queue *q, size_t room_bytes)
{
        *q = (struct link_queue){.bytes = malloc(room_bytes), .room = room_bytes};
        return q->bytes ? 0 : -1;
}

void link_queue_finish(struct link_queue *q)
{
        free(q->bytes);
        *q = (struct link_queue){0};
}

/* Moves what waits to the front when the end is near: seldom, since an emptied queue starts over anyway. */
static void make_room(struct link_queue *q, size_t wanted)
{
        if (q->from == 0 || q->room - q->to >= wanted)
                return;
        size_t waiting = q->to - q->from;
        memmove(q->bytes, q->bytes + q->from, waiting);
        memset(q->bytes + waiting, 0, q->to - waiting);
        q->to = waiting;
        q->from = 0;
}

static void append(struct link_queue *q, const void *bytes, size_t len)
{
        if (len == 0)
                return;
        memcpy(q->bytes + q->to, bytes, len);
        q->to += len;
}

int link_queue_put(struct link_queue *q, enum link_type type, uint8_t a, uint16_t b, uint64_t id,
        const void *part1, size_t len1, const void *part2, size_t len2)
{
        if (len1 > LINK_BODY_MAX || len2 > LINK_BODY_MAX - len1)
                return 1;
        size_t whole = LINK_HEAD_SIZE + len1 + len2;
        if (whole > q->room - (q->to - q->from))
                return 1;
        make_room(q, whole);
        uint8_t head[LINK_HEAD_SIZE];
        link_head(head, type, a, b, id, (uint32_t)(len1 + len2));
        append(q, head, sizeof head);
        append(q, part1, len1);
        append(q, part2, len2);
        return 0;
}

uint8_t *link_queue_room(struct link_queue *q, size_t *len)
{
        /* Whole frames must fit after what is there, so a half-read one is moved down first. */
        make_room(q, LINK_HEAD_SIZE + LINK_BODY_MAX);
        *len = q->room - q->to;
        return q->bytes + q->to;
}

void link_queue_filled(struct link_queue *q, size_t len)
{
        q->to += len;
}

const uint8_t *link_queue_waiting(const struct link_queue *q, size_t *len)
{
        *len = q->to - q->from;
        return q->bytes + q->from;
}

void link_queue_drop(struct link_queue *q, size_t len)
{
        memset(q->bytes + q->from, 0, len);
        q->from += len;
        if (q->from == q->to)
                q->from = q->to = 0;
}
