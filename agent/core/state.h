/* What the files of the agent's core share: held.c knows who is here, talk.c what the hub is owed. */
#ifndef AGENT_CORE_STATE_H
#define AGENT_CORE_STATE_H

#include "agent/core/core.h"

#define CORE_NEVER INT64_MAX

/* held.c */
void held_station(struct core *core, const struct core_event *e, struct core_effects *out);
void held_swept(struct core *core, const struct core_event *e);
/* A radio's access point stopped: goodbyes of the last moment were its own, not theirs. */
void held_radio_down(struct core *core, uint8_t radio);
/* What waited for this moment. */
void held_due(struct core *core, const struct core_event *e, struct core_effects *out);
/* After the set changed: whoever is not in it any more was never here. */
void held_proof(struct core *core);
void held_forget_all(struct core *core);
/* The slots that are here, each once with its best signal, sorted, into core->pairs. */
void held_snapshot(struct core *core);
mono_ms held_deadline(const struct core *core);

/* talk.c */
void talk_frame(struct core *core, const struct core_event *e, struct core_effects *out);
void talk_opened(struct core *core, struct core_effects *out);
void talk_closed(struct core *core);
void talk_claim(struct core *core, const struct core_event *e, const struct core_held *held,
        enum agent_kind kind, mono_ms at, struct core_effects *out);
/* The key's time is over: nothing of that day stays but the claims. */
void talk_forget_key(struct core *core);

/* core.c: a sweep at this moment at the latest. */
void core_sweep_by(struct core *core, mono_ms at);

#endif
