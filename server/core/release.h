/* Cards leave on their tick, if there is one (release.c). Only the files of server/core include this. */
#ifndef CORE_RELEASE_H
#define CORE_RELEASE_H

#include "server/core/state.h"

/* Whether the visit's card, the peer's event `seq`, must wait; if so the hub's deadline knows until when. */
bool release_held(struct hub *hub, struct peer *peer, const struct visit *v, uint64_t seq);
/* In a tick: the cards whose moment has come leave. */
void release_due(struct hub *hub);

#endif
