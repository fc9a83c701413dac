/* The purchase lines of a dossier: only of categories she consented to, then capped by age. */
#ifndef STORE_LINES_H
#define STORE_LINES_H

#include "server/hub/store/base.h"

/* Fills lines and pool of base->room, whose head already has the person and her consents. An SQLite code. */
int lines_load(struct base *base, const struct effect *load);

#endif
