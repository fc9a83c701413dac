/* The frames between front and hub: read in whatever pieces the socket gives, they are the same frames, and a
 * queue gives back the very bytes it was given. */
#include "server/link/frame.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>

#define QUEUE_BYTES (2 * (LINK_HEAD_SIZE + LINK_BODY_MAX))
#define FRAMES_MOST 256

struct seen {
        struct link_frame frame;
        size_t body_at; /* in the input */
};

static struct link_queue in;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
        (void)argc, (void)argv;
        MUST(link_queue_init(&in, QUEUE_BYTES) == 0);
        return 0;
}

/* All at once: the frames, and how many bytes they took; *broken if it ended in bytes that are none. */
static size_t at_once(
        const uint8_t *bytes, size_t len, struct seen list[FRAMES_MOST], size_t *n, bool *broken)
{
        size_t at = 0;
        *n = 0;
        *broken = false;
        while (*n < FRAMES_MOST) {
                struct seen *s = &list[*n];
                int64_t size = link_read(bytes + at, len - at, &s->frame);
                *broken = size < 0;
                if (size <= 0)
                        break;
                MUST((uint64_t)size == LINK_HEAD_SIZE + (uint64_t)s->frame.len && (size_t)size <= len - at);
                MUST(s->frame.len <= LINK_BODY_MAX && s->frame.body == bytes + at + LINK_HEAD_SIZE);
                s->body_at = at + LINK_HEAD_SIZE;
                at += (size_t)size;
                (*n)++;
        }
        return at;
}

static bool same(const struct link_frame *a, const struct link_frame *b)
{
        return a->type == b->type && a->a == b->a && a->b == b->b && a->id == b->id && a->len == b->len &&
               memcmp(a->body, b->body, a->len) == 0;
}

/* What comes in pieces of `step` bytes. */
static void piecewise(const uint8_t *bytes, size_t len, size_t step, const struct seen *list, size_t n)
{
        size_t met = 0;
        for (size_t at = 0; at < len && met < n;) {
                size_t room, take = step < len - at ? step : len - at, waits;
                uint8_t *to = link_queue_room(&in, &room);
                MUST(room > 0);
                take = take < room ? take : room;
                memcpy(to, bytes + at, take);
                link_queue_filled(&in, take);
                at += take;
                while (met < n) {
                        struct link_frame frame;
                        const uint8_t *have = link_queue_waiting(&in, &waits);
                        int64_t size = link_read(have, waits, &frame);
                        MUST(size >= 0);
                        if (size == 0)
                                break;
                        MUST(same(&frame, &list[met++].frame));
                        link_queue_drop(&in, (size_t)size);
                }
        }
        MUST(met == n);
        size_t left;
        link_queue_waiting(&in, &left);
        link_queue_drop(&in, left);
}

/* Writes every frame into a queue of so much room, its body in two parts; what waits is what was put. */
static void write_back(
        const uint8_t *bytes, size_t used, size_t room, size_t split, const struct seen *list, size_t n)
{
        struct link_queue out;
        size_t from = 0, waits;
        MUST(link_queue_init(&out, room) == 0);
        for (size_t i = 0; i < n; i++) {
                const struct link_frame *f = &list[i].frame;
                size_t first = split < f->len ? split : f->len;
                while (link_queue_put(&out, f->type, f->a, f->b, f->id, f->body, first, f->body + first,
                               f->len - first) != 0) {
                        const uint8_t *have = link_queue_waiting(&out, &waits);
                        size_t drop = (1 + waits) / 2;
                        MUST(LINK_HEAD_SIZE + f->len + waits > room);
                        MUST(waits == 0 || memcmp(have, bytes + from, waits) == 0);
                        from += drop;
                        link_queue_drop(&out, drop);
                        if (waits == 0) { /* larger than all of it */
                                link_queue_finish(&out);
                                return;
                        }
                }
        }
        const uint8_t *have = link_queue_waiting(&out, &waits);
        MUST(from + waits == used && (waits == 0 || memcmp(have, bytes + from, waits) == 0));
        link_queue_finish(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        static struct seen list[FRAMES_MOST];
        size_t n;
        bool broken;
        if (len < 3)
                return 0;
        size_t step = 1 + bytes[0], split = bytes[1], room = 32 + (size_t)bytes[2] * 8;
        bytes += 3, len -= 3;
        size_t used = at_once(bytes, len, list, &n, &broken);
        piecewise(bytes, len, step, list, n);
        write_back(bytes, used, room, split, list, n);
        return 0;
}
