/* Rules as a picture: who looks (rows) at what was bought where (columns) of which kind, and the least and
 * the most that is seen of it. Pure.
 *
 * A row is a person on this floor, nothing but that: the one who sold it, the one she chose, a colleague of
 * the department, anyone of the store, the manager; and somebody of no relation at all. What was bought
 * elsewhere is nobody's department, so a colleague of the department then sees what anyone sees. */
#ifndef RULEBOOK_PICTURE_H
#define RULEBOOK_PICTURE_H

#include "proto/json.h"
#include "server/rulebook/partition.h"

#define PICTURE_ROWS    6
#define PICTURE_COLUMNS 3
#define PICTURE_KINDS   (2 + 2 * BOOK_KINDS_MAX) /* any other, sensitive, and the classes of two books */

/* What is seen over all ages, prices, states, gifts or not, by checking in or by Wi-Fi. */
struct picture_cell {
        enum level least, most;
        bool may_say; /* somewhere */
};

struct picture {
        int n_kinds;
        const char *kinds[PICTURE_KINDS]; /* of the books, borrowed; the first two are NULL */
        struct picture_cell cells[PICTURE_ROWS][PICTURE_COLUMNS][PICTURE_KINDS];
};

/* The kinds are those that either book names; so the pictures of two books that were given crosswise have the
 * same cells. `other` may be NULL. 0; 1: the book has more cells than are looked at; -1: out of memory. */
int picture_make(struct picture *picture, const struct rulebook *book, const struct rulebook *other);
/* The picture of no rules, with the kinds of `other`: nothing is seen. */
void picture_empty(struct picture *picture, const struct rulebook *other);

const char *picture_row(int row);
const char *picture_column(int column);
void picture_write(struct json_out *j, const char *key, const struct picture *picture);

#endif
