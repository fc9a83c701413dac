/* An associate's first day, and what stays of a visit: practice.c, thank_you.c. */
#ifndef CORE_AFTER_H
#define CORE_AFTER_H

#include "server/core/state.h"

void practice_done(struct hub *, struct pending *);

/* With the commit that ends a visit: whether this associate wants to say thanks for it. */
void thank_you_done(struct hub *hub, struct pending *p, uint32_t associate);
void thank_you_stop(struct hub *hub, struct pending *p); /* she takes it back: nobody is reminded of her */
/* Adds to a card's standing that its viewer wants to, if she does on that day. */
void thank_you_say(const struct hub *hub, const struct dossier *d, uint32_t associate, store_day today,
        char *standing, size_t room);

#endif
