/* Times as people write them, in the zone of the store where they were written down: the offsets of a zone
 * are worked out once, so that a conversion is arithmetic. */
#ifndef CTL_ZONE_H
#define CTL_ZONE_H

#include "proto/base.h"
#include "proto/slice.h"

struct zone;

/* The zone by its IANA name, from a table that lives as long as the program (at most 64 zones). NULL if the
 * tz database has no such zone, or, with errno ENOMEM, for want of memory. Not for more than one thread: it
 * sets the process's zone for a moment. */
const struct zone *zone_find(struct slice name);

/* UTC of a local reading (seconds since 1970-01-01T00:00 local). A reading that the spring change skips
 * counts as an hour later, one that the autumn change repeats as its first time. */
int64_t zone_to_utc_s(const struct zone *zone, int64_t local_s);

enum zone_precision { ZONE_DAY = 1, ZONE_MINUTE, ZONE_SECOND };

/* Reads YYYY-MM-DD, YYYY-MM-DD HH:MM, YYYY-MM-DD HH:MM:SS[.fff]; a T may stand for the space; after a time Z
 * or an offset such as +02:00 may follow and then the zone does not count. A bare date means noon there. The
 * years are 1970 to 2099. 0, or 1 with *why. */
int zone_parse(const struct zone *zone, struct slice text, wall_ms *at, uint8_t *precision, const char **why);

#endif
