/* Associates' PINs and who is signed in at a handheld, on disk. A PIN has so few digits that its Argon2id
 * alone would not withstand whoever has the database: it is sealed under the hub's own key as well, bound to
 * its row. */
#ifndef STORE_PINS_H
#define STORE_PINS_H

#include "server/hub/store/base.h"

/* WRITE_PIN, WRITE_PIN_GONE and WRITE_SIGN_*. An SQLite code. */
int pins_write(struct base *base, const struct write *w);
/* Nobody is signed in as this associate any more, at any handheld. An SQLite code. */
int pins_sign_out(struct base *base, uint32_t associate);
/* Fills the snapshot's pins. An SQLite code; one that does not open is SQLITE_CORRUPT. */
int pins_read(struct base *base, struct snapshot *out);
/* The columns of a session's row that say who is there. */
void pins_read_signed(sqlite3_stmt *s, struct session_row *row);

#endif
