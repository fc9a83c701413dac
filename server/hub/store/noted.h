/* Notes about customers [P117]: sealed under the customer's key, always of one size, so that the disk does
 * not tell how much was written; deleted when she says so, when they are too old, or one too many. */
#ifndef STORE_NOTED_H
#define STORE_NOTED_H

#include "server/hub/store/base.h"
#include "server/hub/store/store.h"

/* WRITE_NOTE, WRITE_NOTES_GONE. An SQLite code. */
int noted_write(struct base *base, const struct write *w);
/* When the oldest that is kept was written, into *at; 0 = there is none. An SQLite code. */
int noted_oldest(struct base *base, wall_ms *at);
/* With a WRITE_DISCLOSURE whose card had notes: when they were last shown. An SQLite code. */
int noted_shown(struct base *base, const struct write *w);
/* Fills the notes of the dossier that is gathered in base->room, whose person is known. An SQLite code. */
int noted_load(struct base *base);

#endif
