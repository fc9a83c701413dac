/* What a customer may ask for besides leaving: a pause of everything, and an objection [P133, P134]. Both are
 * words in her consent ledger like any other, so whatever asks the ledger honours them.
 *
 *   customer --pause--> PAUSED --lift--> customer, with all that she had agreed to
 *   anybody the store knows --object--> OBJECTED: no customer, nobody asks her --lift, or joining by her own
 * hand-->
 */
#ifndef CORE_HOLD_H
#define CORE_HOLD_H

#include "proto/json.h"

struct hub;
struct pending;
struct dossier;

void hold_pause(struct hub *, struct pending *);
/* At the desk, by a manager or the operator, for a customer by her id in the store's files. */
void hold_desk(struct hub *, struct pending *);
void hold_again(struct hub *, struct pending *, const struct dossier *);
/* Adds "paused", "objected" and "gpc" to what her page is told, where there is something to tell. */
void hold_write(struct json_out *j, const struct pending *p);

#endif
