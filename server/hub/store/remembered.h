/* What the hub wants to know again after a start, as settings: `leak_check_at`, `_pairs`, `_found`,
 * `book_renewed`, `first_step`. */
#ifndef STORE_REMEMBERED_H
#define STORE_REMEMBERED_H

#include "server/core/dossier.h"
#include "server/core/write.h"
#include "server/hub/store/base.h"

/* What is not there is 0. An SQLite code. */
int remembered_read(struct base *base, struct remembered *out);
/* WRITE_REMEMBER, WRITE_FIRST_STEP, WRITE_WALKIN. An SQLite code. */
int remembered_write(struct base *base, const struct write *w);

#endif
