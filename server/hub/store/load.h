/* One LOAD: from a token, link, person, customer id or purchase line to a dossier. */
#ifndef STORE_LOAD_H
#define STORE_LOAD_H

#include "server/hub/store/base.h"

/* A struct effect of kind EFFECT_LOAD in; a blob to be freed with free() out. NULL when the database could
 * not be read; *rc then has SQLite's code. What is unknown only lacks its `found` bits. */
struct dossier *load_dossier(struct base *base, const struct effect *load, int *rc);

#endif
