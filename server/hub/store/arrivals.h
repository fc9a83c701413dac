/* Who came when, and of which departments: what is full is known by it [P164], and what a draft of the house
 * rules would have changed. */
#ifndef STORE_ARRIVALS_H
#define STORE_ARRIVALS_H

#include "server/hub/store/base.h"

/* The newest `most` arrivals since then, oldest first. Returns SQLITE_OK or what is wrong. */
int arrivals_read(struct base *base, wall_ms since, struct arrival_row *out, uint32_t most, uint32_t *n);

/* How busy it was when each came, by id. */
struct arrivals_crowd {
        struct uuid visit;
        uint32_t crowd; /* as in struct house_visit */
};
/* Of the newest `most` since then; *out is to be freed, also after an error. Returns SQLITE_OK or what is
 * wrong. */
int arrivals_crowds(
        struct base *base, wall_ms since, uint32_t most, struct arrivals_crowd **out, uint32_t *n);
/* 0 of a visit that is not there. */
uint32_t arrivals_crowd_of(const struct arrivals_crowd *all, uint32_t n, struct slice visit);

#endif
