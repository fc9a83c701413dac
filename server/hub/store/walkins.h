/* Walk-in tests on disk: the newest of each kind that came to an end, and the one that is under way [P154].
 */
#ifndef STORE_WALKINS_H
#define STORE_WALKINS_H

#include "server/core/dossier.h"
#include "server/hub/store/base.h"

/* Those that came to an end, newest first. An SQLite code. */
int walkins_read(struct base *base, struct walkins *out);
/* WRITE_WALKIN: in place of one of the same time and, when it is over, of another try of that morning. An
 * SQLite code. */
int walkins_write(struct base *base, const struct walkin_row *row, bool over);

#endif
