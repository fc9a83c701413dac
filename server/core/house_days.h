/* A list of days in the house rules: dates, ranges of dates, weekdays. Pure.
 *
 *   none | ITEM, ITEM ...     ITEM: 2026-12-24 | 2026-12-24 to 2027-01-02 | sunday
 *
 * Kept in order, weekdays first, each once, so that two lists of the same items are the same bytes. */
#ifndef CORE_HOUSE_DAYS_H
#define CORE_HOUSE_DAYS_H

#include "proto/base.h"
#include "proto/slice.h"

#define HOUSE_DAYS_MAX  16  /* items of a list */
#define HOUSE_DAYS_TEXT 448 /* bytes of its canonical text, with NUL */

struct house_span {
        int32_t from, to; /* store_day, both included; a weekday: both -1 (Monday) to -7 */
};
struct house_days {
        int32_t n;
        struct house_span at[HOUSE_DAYS_MAX]; /* zero behind n */
};

/* Whether the day is in it. */
bool house_days_has(const struct house_days *days, store_day day);
/* Reads a whole list. 0; 1: it is none, or has too many items, and *out is as it was. A range ends on the day
 * it begins or later, and lies within 2000 and 2199. */
int house_days_parse(struct slice text, struct house_days *out);
size_t house_days_print(const struct house_days *days, char out[HOUSE_DAYS_TEXT]);

#endif
