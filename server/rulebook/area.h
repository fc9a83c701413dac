/* Boxes of cells in words that a manager reads: "preferred, not seller; online; price from 1000". */
#ifndef RULEBOOK_AREA_H
#define RULEBOOK_AREA_H

#include "server/rulebook/partition.h"

/* Some classes of each axis. */
struct area_box {
        bool has[AXIS_COUNT][AXIS_VALUES_MAX];
};

/* Writes what the box holds; an axis that is in it whole is not mentioned; "everything" for a box of all.
 * Ends with "..." where the room does not suffice. */
void area_text(const struct partition *p, const struct area_box *box, char *out, size_t room);

/* What an axis is called in a sentence: "the price", "the age". Static text. */
const char *axis_word(enum axis axis);

#endif
