/* The events of an iCalendar file (RFC 5545) as stretches of time: read by libical, repeated ones counted out
 * within a window, in UTC. */
#ifndef CTL_CALENDAR_H
#define CTL_CALENDAR_H

#include "proto/base.h"
#include "server/ctl/zone.h"

#define CALENDAR_BYTES_MAX  (8 * 1024 * 1024)
#define CALENDAR_EVENTS_MAX 20000
#define CALENDAR_TURNS_MAX  20000 /* occurrences of one event that are looked at */

/* What an event says of whose it is. Borrowed for the call. */
struct calendar_event {
        uint64_t line;         /* of its BEGIN:VEVENT, from 1 */
        const char *associate; /* X-MAITRED-ASSOCIATE: an id; NULL: not said */
        const char *attendee;  /* the CN of its only ATTENDEE; NULL: none, or several */
        const char *summary;   /* "" if there is none */
        bool rest;             /* a break: one of its CATEGORIES is BREAK, or X-MAITRED-KIND is break */
};

struct calendar_calls {
        void *ctx;
        /* Once for an event before its occurrences; NULL, or why it is no use. */
        const char *(*event)(void *ctx, const struct calendar_event *event);
        /* One occurrence of the newest event. False: stop reading. */
        bool (*occurs)(void *ctx, wall_ms begins, wall_ms ends);
        /* An event was left out. False: stop reading. */
        bool (*reject)(void *ctx, uint64_t line, const char *why);
};

struct calendar_error {
        char text[200];
};

/* Reads a text that ends with a zero. Occurrences that begin in [from, until) are reported; cancelled ones
 * and those taken away (EXDATE) are not, moved ones (RECURRENCE-ID) as they were moved. A time without a
 * zone, or of a zone that neither the tz database nor the file knows, is of `zone`, or refused. Ends go by
 * the clock: a night from 22:00 to 06:00 ends at 06:00 also when the clocks change. 0, or 1 with *error: it
 * is no calendar.
 */
int calendar_read(const char *text, const struct zone *zone, wall_ms from, wall_ms until,
        const struct calendar_calls *calls, struct calendar_error *error);

#endif
