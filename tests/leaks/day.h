/* A day of two houses: who watches, what happens, and the comparison of all that she could observe. */
#ifndef TESTS_LEAKS_DAY_H
#define TESTS_LEAKS_DAY_H

#include "tests/leaks/house.h"

#define OPS_MAX   16
#define BOOKS_MAX 3

enum op_kind {
        OP_ARRIVE,
        OP_TELL,
        OP_SHARE,
        OP_ACCEPT,
        OP_WITH_HER,
        OP_BUSY,
        OP_NOT_HERE,
        OP_HAND_OVER,
        OP_DONE,
        OP_STRIKE,
        OP_TALK,
        OP_AGAIN,  /* her handheld comes back where it was */
        OP_ANEW,   /* ... as one that knows nothing */
        OP_BEHIND, /* ... as one that is a few events behind */
        OP_SECOND, /* her other handheld comes */
        OP_RENDERED,
        OP_CLEARED,
        OP_WAIT,
        OP_STOP,
        OP_LEAVING,
        OP_NOT_TODAY,
        OP_BOARD,
        OP_SALES,
        OP_INVITE,
        OP_PREVIEW, /* her card for the watcher, as the operator asks for it: for viewers whom no card reaches
                     */
        OP_SENSED,  /* ... if only the Wi-Fi had noticed her */
        OP_WRONG_CARD,
        OP_PASSED, /* the associate who has her card hands it over */
        OP_OTHER,  /* somebody else arrives */
        OP_PUBLISH,
        OP_RESTART,
        OP_WATCH, /* from here on the watcher looks */
        OP_KINDS
};

struct op {
        enum op_kind kind;
        uint32_t value;
};

struct plan {
        enum who watched;
        bool preferred, late;
        uint32_t evidence, categories;
        uint32_t n;
        struct op ops[OPS_MAX];
        struct book books[BOOKS_MAX]; /* in force from the start, and after each publication */
        uint32_t n_books;
        struct twins twins;
};

void plan_random(struct chance *c, struct plan *p);
/* Lets the pair's day happen in a house, for its customer `id`. */
void plan_run(const struct plan *p, struct twin_house *h, uint32_t id, const struct store *store);
const char *op_name(enum op_kind kind);

#endif
