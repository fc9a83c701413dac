/* The text of what happened: one line an event, one line an effect, with ids and digests in place of people's
 * data. Equal journals give equal traces, byte for byte; tests compare them. */
#ifndef CORE_TRACE_H
#define CORE_TRACE_H

#include "server/core/effect.h"
#include "server/core/event.h"

#define TRACE_MAX (24 * 1024)

/* Writes the event's line, then a line for each effect, all ending in a newline. Returns the length, at most
 * room - 1; what does not fit is cut at a line's end and said so. */
size_t trace_step(const struct event *event, const struct effects *effects, char *out, size_t room);

#endif
