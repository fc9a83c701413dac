/* The articles' words, kept in memory: a line of a purchase names an article, and to join the two costs more
 * than to read the line. Read at the start; forgotten, all of them, when an import changes one, and then read
 * again one by one as dossiers ask for them. Of the store's thread alone. */
#ifndef STORE_ARTICLES_H
#define STORE_ARTICLES_H

#include "proto/slice.h"
#include "server/hub/store/statement.h"

#define ARTICLES_MAX       65536 /* higher numbers are read each time */
#define ARTICLES_BYTES_MAX (16u * 1024 * 1024)

/* What has no text has a slice whose `at` is NULL. */
struct article {
        uint32_t class; /* 0: none */
        struct slice brand, item, colour, size;
};

struct articles {
        struct article_kept **kept; /* index = id */
        uint32_t n;                 /* room of the index */
        size_t bytes;
        struct article_kept *once; /* of one that could not be kept */
};

/* All of them at once, as many as may be kept. 0, or an SQLite code. */
int articles_read(struct articles *a, struct statements *all);
/* The article of a line: SQLITE_ROW and *out, which holds until the next call; SQLITE_DONE: there is none; or
 * an SQLite code. */
int articles_get(struct articles *a, struct statements *all, int64_t id, struct article *out);
/* Also what finishes with them. */
void articles_forget(struct articles *a);

#endif
