/* What a dossier says of her visits so far: how many, the last of them, who wants to say thanks, on how many
 * days she said "not today". */
#ifndef STORE_PAST_H
#define STORE_PAST_H

#include "server/core/dossier.h"
#include "server/core/effect.h"
#include "server/hub/store/base.h"

/* Fills `head`, whose person and consents are known. *rc stays what it is unless a read fails. */
void past_load(struct base *base, const struct effect *load, struct dossier *head, int *rc);

#endif
