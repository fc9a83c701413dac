/* Who works when: the rows of the roster, what of them the core keeps in memory, and a day of it as people
 * read it. */
#ifndef STORE_SHIFTS_H
#define STORE_SHIFTS_H

#include <jansson.h>

#include "server/hub/store/base.h"
#include "server/hub/store/store.h"

/* Puts the shifts around `now` into a roster, which may move: the new one, or NULL with *rc = an SQLite code;
 * then the old one is freed. */
struct roster *shifts_read(struct base *base, wall_ms now, struct roster *roster, int *rc);

/* One shift or break, put or (without an end) taken away. An SQLite code; SQLITE_CONSTRAINT if it is none. */
int shifts_write(struct base *base, const struct shift_row *row);

/* Forgets what is older than the roster keeps. An SQLite code. */
int shifts_prune(struct base *base, wall_ms now);

/* How many begin in [from, until). An SQLite code. */
int shifts_count(struct base *base, wall_ms from, wall_ms until, int64_t *n);

/* A new JSON object; NULL with *rc = an SQLite code.
 * REPORT_SHIFTS: `subject` is a UTC day (days since 1970): all that begin in it, as
 *   {"shifts":[[ASSOCIATE,"shift"|"break",BEGINS_MS,ENDS_MS],...]}, ASSOCIATE her external id.
 * REPORT_PEOPLE: who works in this store: {"associates":[{"id","name"}]}, ROSTER_MAX at most.
 * REPORT_ROSTER: `subject` is a day of the store, YYYY-MM-DD, or "" for today: the answer of [P88]. */
json_t *shifts_report(struct base *base, enum store_report what, const char *subject, wall_ms now, int *rc);

#endif
