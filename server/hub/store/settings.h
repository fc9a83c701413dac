/* How the connection is set up (settings.sql), and the few values of ours that the database keeps about
 * itself. */
#ifndef STORE_SETTINGS_H
#define STORE_SETTINGS_H

#include "server/hub/store/base.h"

/* So many settings of settings.sql come before the file is read for the first time. */
#define SETTINGS_BEFORE_USE 2

/* Applies settings [from, to) and reads each back. SQLITE_OK; a positive SQLite code; -1 when one did not
 * stick. what[room] then names it. */
int settings_apply(sqlite3 *db, size_t cache_bytes, int from, int to, char *what, size_t room);
/* Turns COMMIT's own flush off, once the flusher stands ready, and reads it back. An SQLite code; -1 when it
 * did not stick. */
int settings_flush_elsewhere(struct base *base);

/* This hub's store: its row is made if it is missing; base->own_store is set. An SQLite code. */
int settings_own_store(struct base *base, const struct store_options *options);
/* The key of the door's code, sealed at rest. 0; 1 when there is none, -1 when it cannot be read. */
int settings_door_key(struct base *base, uint8_t out[32]);
/* An SQLite code. */
int settings_new_door_key(struct base *base);

#endif
