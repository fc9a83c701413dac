/* The versions of the rulebook in the database: canonical texts that never change, named by their SHA-256.
 * What does not hash to its name any more is not given out. */
#ifndef STORE_RULEBOOK_H
#define STORE_RULEBOOK_H

#include "server/hub/store/base.h"
#include "server/hub/store/notices.h"

#define BOOKS_LISTED 100

/* A class of goods as the catalog has it. */
struct books_class {
        char name[NAME_MAX_BYTES];
        uint8_t department;
        bool sensitive;
};
#define BOOKS_CLASSES 1024

/* What the lab reads at once; free with books_free(). */
struct books {
        uint32_t newest; /* the highest version, 0 = none */
        uint32_t n;
        struct book_row rows[BOOKS_LISTED]; /* newest first */
        bool found;                         /* the version that was asked for is there: */
        bool damaged;                       /* ... but its text does not hash to its name */
        struct book_row row;
        char *text; /* not ended by a zero byte; NULL unless found and sound */
        uint32_t len;
        uint32_t n_classes; /* named ones, by name; of more than BOOKS_CLASSES the first */
        struct books_class classes[BOOKS_CLASSES];
        struct notice_row *notices; /* oldest first */
        uint32_t n_notices;
        struct notice_count
                counts[NOTICES_MAX]; /* of customers; a version that nobody agreed to is not here */
        uint32_t n_counts;
};

/* The list, and the row and text of `version` (0 = none is wanted). NULL with *rc: an SQLite code. */
struct books *rulebook_books(struct base *base, uint32_t version, int *rc);
void books_free(struct books *books);

/* Version 1, by maitred, if there is none at all and the options bring a text. In a transaction. */
int rulebook_first(struct base *base, const struct store_options *options);
/* The live version into the snapshot: see dossier.h. */
int rulebook_snapshot(struct base *base, struct snapshot *out);
/* A WRITE_BOOK. */
int rulebook_write(struct base *base, const struct write *w);

#endif
