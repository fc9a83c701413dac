/* Who came when, and of whose department: what is full is known by it [P164], and what a draft would change.
 */
#ifndef STORE_ARRIVALS_H
#define STORE_ARRIVALS_H

#include "server/hub/store/base.h"

/* The visit's id in the row that stands there, all zero if it has none. */
void arrivals_id(sqlite3_stmt *s, struct uuid *out);

/* The newest `most` arrivals since then, oldest first; `ids` may be NULL. Returns SQLITE_OK or what is wrong.
 */
int arrivals_read(struct base *base, wall_ms since, struct uuid *ids, struct arrival_row *out, uint32_t most,
        uint32_t *n);

/* How busy it was when each came. */
struct arrivals_crowd {
        struct uuid id; /* of the visit */
        uint32_t crowd; /* as in struct house_visit */
};
/* Of the newest `most` since then, by id; *out is to be freed. */
int arrivals_crowds(
        struct base *base, wall_ms since, uint32_t most, struct arrivals_crowd **out, uint32_t *n);
/* 0 of one that is not there. */
uint32_t arrivals_crowd_of(const struct arrivals_crowd *all, uint32_t n, const struct uuid *id);

#endif
