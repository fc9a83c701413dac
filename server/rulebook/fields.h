/* The card's fields as cells, beside the partition of purchases: each field, for the chosen associate and for
 * others, for each role, by each way of being noticed. Pure. */
#ifndef RULEBOOK_FIELDS_H
#define RULEBOOK_FIELDS_H

#include "server/rulebook/partition.h"

enum field_axis { FIELD_SUBJECT, FIELD_CHOSEN, FIELD_ROLE, FIELD_SEEN };
#define FIELD_AXES  4
#define FIELD_CELLS ((SUBJECT_COUNT - 1) * 2 * ROLE_COUNT * SEEN_COUNT)

/* Which rules match each cell, and what they make of it. */
struct fields {
        struct ladder ladder;
        uint64_t rules[FIELD_CELLS];
};

/* The book may be NULL: a book without rules. */
void fields_make(struct fields *fields, const struct rulebook *book);
struct sight fields_sight(const struct fields *fields, uint32_t cell);

/* A box of cells that begins with one of them and takes in what is `alike` on every side: writes what it
 * holds
 * ("field hint/wish; preferred; trainee"), marks its cells as taken, returns how many of them are new.
 * `alike` holds one code a cell. */
uint32_t fields_area(
        const uint8_t alike[FIELD_CELLS], uint32_t cell, bool taken[FIELD_CELLS], char *out, size_t room);

#endif
