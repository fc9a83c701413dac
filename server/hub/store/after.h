/* What stays of a visit and of an associate's first day: whom she wants to thank [P105], whether she has
 * practised [P104]. */
#ifndef STORE_AFTER_H
#define STORE_AFTER_H

#include "server/hub/store/base.h"
#include "server/hub/store/store.h"

/* WRITE_THANK_YOU: kept, or (without a day) dropped; those that are over go with it. WRITE_PRACTISED. An
 * SQLite code. */
int after_write(struct base *base, const struct write *w);

#endif
