/* How long things are kept: what the house rules say [P146], by a clock that is believed [P166], and what a
 * customer shortened herself [P167]. Part of state.h, which includes it. */
#ifndef CORE_KEEP_H
#define CORE_KEEP_H

#include "server/core/hub.h"

struct json_out;
struct pending;

struct keeping {
        mono_ms at;       /* when the store is told next what to let go of */
        wall_ms believed; /* the newest time that was; on disk since the newest WRITE_KEEP. 0 = none yet */
        mono_ms since; /* when it was that time; after a start, the start: how long it was off nobody knows */
        mono_ms doubted; /* since when the clock is not believed; -1 = it is */
        wall_ms notes;   /* when notes may have grown too old [P117]; 0 = there are none */
};

void keep_start(struct hub *hub, const struct snapshot *s);
void keep_sweep(struct hub *hub);
/* Whether what is old by the clock may be let go of: asked by whoever deletes for good, each time. A yes is
 * what the next leap is measured against. */
bool keep_believes(struct hub *hub);

/* Adds "looks" to what her page is told; hours as in struct person_row. */
void keep_write_looks(const struct hub *hub, struct json_out *j, int32_t hours);
void customer_looks(struct hub *, struct pending *);

#endif
