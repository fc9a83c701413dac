/* A token bucket: so many a period, and as many at once as fit in. Kept in microseconds, so that a rate of
 * many thousands a second does not round to nothing. */
#ifndef FRONT_BUCKET_H
#define FRONT_BUCKET_H

#include "proto/base.h"

/* The zero value is a full bucket. */
struct bucket {
        int64_t full_at_us; /* when it will be (or was) full again */
};

/* Takes one of `rate` per `period_ms`, at most `burst` at once. 0, or the milliseconds until there is one. */
static inline int64_t bucket_take(
        struct bucket *b, uint32_t rate, int64_t period_ms, uint32_t burst, mono_ms now)
{
        int64_t now_us = now * 1000;
        int64_t each = period_ms * 1000 / rate > 0 ? period_ms * 1000 / rate : 1;
        int64_t from = b->full_at_us > now_us ? b->full_at_us : now_us;
        int64_t over = from + each - now_us - each * (int64_t)burst;
        if (over > 0)
                return (over + 999) / 1000;
        b->full_at_us = from + each;
        return 0;
}

#endif
