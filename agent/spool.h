/* The spool file: the claims that the hub has not acknowledged, so that a restart does not lose them. Records
 * of slot, time and kind are appended; when the hub has them they go. */
#ifndef AGENT_SPOOL_H
#define AGENT_SPOOL_H

#include "agent/core/core.h"

/* Hands every whole record to core_recall; what follows a torn one is not read. An empty path: there is none.
 * 0; 1: the file cannot be read or is something else (one line in the log; it is replaced at the next save).
 */
int spool_load(const char *path, struct core *core);

/* Brings the file up to date. 0 or -1 (one line in the log). */
int spool_save(const char *path, struct core *core);

#endif
