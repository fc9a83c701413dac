/* One LOAD: from a token, link, person, customer id or purchase line to a dossier. */
#ifndef STORE_LOAD_H
#define STORE_LOAD_H

#include "server/core/dossier.h"
#include "server/hub/store/base.h"

/* A struct effect of kind EFFECT_LOAD in; a blob to be freed with free() out. NULL when the database could
 * not be read; *rc then has SQLite's code. What is unknown only lacks its `found` bits. */
struct dossier *load_dossier(struct base *base, const struct effect *load, int *rc);

/* The newest event of each scope, of what was said up to `until`; returns how many. *rc is set when they
 * could not be read. */
uint32_t load_consents(struct base *base, uint32_t person, wall_ms until,
        struct consent_row rows[CONSENT_ROWS_MAX], int *rc);

/* Whether her consent to be asked at all stands at `now`. *rc is set when it could not be read. */
bool load_joined(struct base *base, uint32_t person, wall_ms now, int *rc);

#endif
