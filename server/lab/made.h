/* A made-up customer who bought one of everything that rules can tell apart: for previews, in which no real
 * customer may be seen. The same arguments give the same customer. Pure. */
#ifndef LAB_MADE_H
#define LAB_MADE_H

#include "server/lab/ground.h"
#include "server/rulebook/rulebook.h"

/* Who looks: people who were made up as well, each of one kind. */
enum made_viewer { MADE_SELLER, MADE_PREFERRED, MADE_DEPARTMENT, MADE_MANAGER, MADE_TRAINEE, MADE_OTHER };
#define MADE_VIEWERS 6
const char *made_word(enum made_viewer viewer);
/* The trainee works in every department, so that there is something to see; nobody else but the colleague of
 * the department does. */
struct viewer made_viewer(enum made_viewer viewer);

#define MADE_POOL_MAX (160 * 1024)
struct made {
        struct history history;
        struct person_fields person;
        uint32_t n_lines;
        struct purchase lines[HISTORY_LINES_MAX];
        char pool[MADE_POOL_MAX];
};

/* Every class of the store and of the books (as far as there is room), bought here from the seller and from
 * somebody else, elsewhere, and online; and once a gift, returned, cancelled, below and at each price, up to
 * and beyond each age that a book names. Where the ground names no classes it is a small shop of our own. The
 * books may be NULL. */
void made_customer(struct made *made, const struct lab_ground *ground, const struct rulebook *const books[2]);

#endif
