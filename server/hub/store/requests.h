/* What was asked and with which key, so that a repeat is no second act [P16]. */
#ifndef STORE_REQUESTS_H
#define STORE_REQUESTS_H

#include "server/core/dossier.h"
#include "server/core/effect.h"
#include "server/hub/store/base.h"

/* Writes a WRITE_REQUEST, and lets go of those that are too old or too many. A code of SQLite's. */
int requests_write(struct base *base, const struct write *w);

#endif
