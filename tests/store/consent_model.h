/* What somebody's words allow, by a model that shares nothing with the product but the names of things: it
 * has the whole history in the order in which it was said, and looks through all of it for each question. */
#ifndef TESTS_STORE_CONSENT_MODEL_H
#define TESTS_STORE_CONSENT_MODEL_H

#include "server/core/dossier.h"

struct model_history {
        struct consent_row said[64]; /* oldest first */
        uint32_t n;
};

/* Until when a word of this purpose, category and mode holds at `now`; 0: none does. */
wall_ms model_until(
        const struct model_history *h, uint8_t purpose, uint8_t category, uint8_t mode, wall_ms now);
bool model_not_today(const struct model_history *h, store_day day);
/* The newest word about it, whether it still holds or not; 0: none was said. */
uint8_t model_newest(const struct model_history *h, uint8_t purpose, uint8_t category, uint8_t mode);
uint32_t model_notice(const struct model_history *h);
bool model_to_come(const struct model_history *h, uint8_t category, wall_ms now);
wall_ms model_said_at(const struct model_history *h, store_day day, wall_ms now);

#endif
