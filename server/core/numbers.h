/* The five numbers: who may see which [P90-P92]. Part of state.h, which includes it. */
#ifndef CORE_NUMBERS_H
#define CORE_NUMBERS_H

#include "server/core/state.h"

void numbers_asked(struct hub *, struct pending *);
void numbers_mine_asked(struct hub *, struct pending *);
void numbers_mine_counted(struct hub *hub); /* EVENT_MINE */

#endif
