/* The only place that reads the time: a monotonic clock, a wall clock that can be set to an injected "now",
 * and the store's own calendar day. */
#ifndef COMMON_CLOCK_H
#define COMMON_CLOCK_H

#include "proto/base.h"
#include "proto/civil.h"

/* The zero value is the machine's own time. A program makes one and hands it down. */
struct clock {
        int64_t offset_ms; /* added to the machine's wall time; see clock_set_now */
};

/* A time as people write it, without a zone: it means the store's own. second is 0-59. */
struct clock_local {
        struct civil_date date;
        int32_t hour;
        int32_t minute;
        int32_t second;
};

/* Time for measuring and for deadlines; never jumps, means nothing outside this process. */
mono_ms clock_mono(void);

/* The same in microseconds, for the benches and for time lines. */
int64_t clock_mono_us(void);

/* Wall time as this program sees it: the machine's, moved by the injected "now". */
wall_ms clock_wall(const struct clock *clock);

/* From now on clock_wall counts from `now` (at this moment), at the machine's pace. */
void clock_set_now(struct clock *clock, wall_ms now);

/* Reads "YYYY-MM-DD", "YYYY-MM-DD HH:MM[:SS]" or the same with a "T": store-local time. A bare date means
 * noon. With a trailing "Z" it is UTC. 0; 1 when the text is not such a time (*out is left alone). */
int clock_parse(const char *text, wall_ms *out);

/* Sets the zone of the whole process, once, before any thread starts. `iana` is a name of the tz database
 * such as "Europe/Paris". 0; 1 when the database has no such zone (the zone in force stays). */
int clock_set_zone(const char *iana);

/* The store's calendar day at that time. */
store_day clock_store_day(wall_ms at);

/* Minutes since the store's midnight at that time, 0-1439. */
int32_t clock_store_minute(wall_ms at);

/* The store-local reading of a time. */
struct clock_local clock_to_local(wall_ms at);

/* UTC time of a store-local reading. A reading that the spring change skips counts as an hour later, one
 * that the autumn change repeats as its first time. 0; 1 when date or time do not exist. */
int clock_from_local(const struct clock_local *local, wall_ms *out);

#endif
