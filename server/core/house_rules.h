/* What the house rules ask of the hub: who may change them. Only the files of server/core include this; what
 * a rule is stands in house.h. */
#ifndef CORE_HOUSE_RULES_H
#define CORE_HOUSE_RULES_H

#include "server/core/hub.h"

struct pending;

/* ---- house_rules.c: the house rules in force [P120] ---- */
void house_begin(struct hub *hub); /* what the settings say */
void house_start(struct hub *hub, const struct snapshot *s);
void house_all(struct hub *, struct pending *);
void house_count(struct hub *, struct pending *);
void house_set(struct hub *, struct pending *);
void house_again(struct hub *, struct pending *, const struct dossier *);
void house_release(struct hub *hub, struct pending *p); /* lets go of what a request held */

#endif
