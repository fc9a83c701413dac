/* Everything that can be bought by anybody for any viewer, as few cells: on each axis, values that no rule
 * tells apart are one class, so going through all cells is exact and quick.
 *
 * A line is one value on each of eight axes; a cell is one class on each. Which rules match a cell is the
 * intersection, over the axes, of the rules that allow the class: sets of 64 bits, one for each of two books,
 * so that two versions can be compared cell by cell. The customer's own hides and shares are not part of it.
 */
#ifndef RULEBOOK_PARTITION_H
#define RULEBOOK_PARTITION_H

#include "server/rulebook/evaluate.h"

/* PLACE is relation, channel and store together, because they depend on one another: who is of the department
 * is so in this store only, and what was bought online was bought in no store (decision 15). KIND is the
 * class with its sensitivity: a line without a class counts as sensitive. */
enum axis { AXIS_PLACE, AXIS_ROLE, AXIS_SEEN, AXIS_KIND, AXIS_GIFT, AXIS_STATUS, AXIS_PRICE, AXIS_AGE };
#define AXIS_COUNT      8
#define AXIS_VALUES_MAX (4 * RULES_MAX + 8) /* the axes with most: price and age with two cuts a rule */

/* One value of an axis; only what belongs to the axis is meant. */
struct axis_value {
        uint32_t relation; /* the combination, 0..15 */
        uint32_t channel, where, role, seen, sensitive, gift, status;
        uint64_t kind[2];                /* the class's bit in either book */
        int64_t price_from, price_below; /* hundredths; from <= price < below */
        uint32_t price_known;
        int32_t age_from, age_most; /* whole months, both included */
        uint16_t class;
};

struct axis_class {
        uint64_t rules[2]; /* bit i: rule i of the book allows this class */
        bool seller;       /* the viewer sold it: a rule's "mention ok" counts */
        uint16_t first;    /* one of its values */
};

struct axis_parts {
        uint16_t n_values, n_classes;
        struct axis_value values[AXIS_VALUES_MAX];
        struct axis_class classes[AXIS_VALUES_MAX];
};

/* What a set of matching rules makes of a cell, without going through boxes. */
struct ladder {
        uint64_t shows[LEVEL_COUNT], limits[LEVEL_COUNT]; /* by level; never is a limit at hide */
        uint64_t mention;                                 /* the shows with "mention ok" */
};

/* The book may be NULL: a book without rules. */
void ladder_make(struct ladder *ladder, const struct rulebook *book);

struct partition {
        const struct rulebook *book[2]; /* borrowed; the second may be NULL: a book without rules */
        struct axis_parts axes[AXIS_COUNT];
        struct ladder ladder[2];
        uint64_t cells, raw; /* cells: classes multiplied; raw: values multiplied */
};

/* Makes the partition of purchase lines under one book or two. NULL: out of memory. The books are borrowed.
 */
struct partition *partition_make(const struct rulebook *book, const struct rulebook *other);
void partition_free(struct partition *p);

/* A walk over all cells. Begins with partition_walk(); a walk of no cells does not exist, every axis has a
 * class. */
struct walk {
        const struct partition *p;
        uint16_t at[AXIS_COUNT];          /* class on each axis */
        uint64_t sets[AXIS_COUNT + 1][2]; /* rules that match the classes before axis i */
        uint64_t number;                  /* of the cell, from 0 */
};
void walk_start(struct walk *w, const struct partition *p);
bool walk_next(struct walk *w); /* false after the last */
/* The rules of book 0 or 1 that match the present cell. */
static inline uint64_t walk_rules(const struct walk *w, int book)
{
        return w->sets[AXIS_COUNT][book];
}
/* Whether the viewer of the present cell sold the line. */
bool walk_seller(const struct walk *w);

/* What is seen of a cell: its level, and whether it may be said aloud. */
struct sight {
        enum level level;
        bool may_say;
        enum level shown, limit; /* the highest matching show, the lowest matching limit */
};
struct sight ladder_sight(const struct ladder *ladder, uint64_t rules, bool seller);

/* The cell at these values, for evaluate(): what proves the partition against the evaluator. */
struct cell partition_cell(const struct partition *p, const uint16_t values[AXIS_COUNT], int book);

#endif
