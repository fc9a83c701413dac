/* Managers' accounts and the ends of consoles' sessions, on disk. The second factor's key is sealed under the
 * hub's own key (keys_own()), bound to its row. */
#ifndef STORE_MANAGERS_H
#define STORE_MANAGERS_H

#include "server/hub/store/base.h"

/* WRITE_MANAGER, WRITE_MANAGER_GONE, WRITE_SESSION_SEEN, WRITE_SESSION_END. An SQLite code. */
int managers_write(struct base *base, const struct write *w);
/* Fills the snapshot's managers. An SQLite code; a key that does not open is SQLITE_CORRUPT: nobody must be
 * signed in past it. */
int managers_read(struct base *base, struct snapshot *out);

#endif
