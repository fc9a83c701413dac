/* The house rules on disk [P120]: versions that never change, the newest in force; and last week's visits, to
 * count a draft against. */
#ifndef STORE_HOUSE_H
#define STORE_HOUSE_H

#include "server/hub/store/base.h"

/* WRITE_HOUSE. An SQLite code; a version that is there is SQLITE_CONSTRAINT. */
int house_write(struct base *base, const struct house_row *row);
/* The version in force; version 0 if there is none, or if its text is not one of the rules. An SQLite code.
 */
int house_read(struct base *base, struct house_row *out);
/* What is asked for, as JSON [P121] (free it); NULL with an SQLite code. */
char *house_text(struct base *base, const struct house_wanted *wanted, int *rc);

#endif
