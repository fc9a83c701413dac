/* The hub's answers as people read them: cards, explanations, the state. */
#ifndef CTL_SHOW_H
#define CTL_SHOW_H

#include <jansson.h>

#include "server/ctl/ctl.h"

void show_card(const struct ctl *ctl, const json_t *card);
void show_preferred(const struct ctl *ctl, const json_t *answer);
void show_preferred_all(const struct ctl *ctl, const json_t *answer);
void show_status(const struct ctl *ctl, const json_t *answer);
void show_metrics(const struct ctl *ctl, const json_t *answer);
void show_canary(const struct ctl *ctl, const json_t *answer);

/* "14 days", "24 h", "10 min", "30 s" */
void show_span(int64_t seconds, char *out, size_t size);
/* "12.4 MB" */
void show_bytes(uint64_t bytes, char *out, size_t size);

#endif
