/* A customer's own words and cards, sealed under her key: what a visit carries (hint, wish, meeting place)
 * and the card that a screen showed. Without her key they are not stored. */
#ifndef STORE_WORDS_H
#define STORE_WORDS_H

#include "server/hub/store/base.h"
#include "server/hub/store/seal.h"
#include "server/rulebook/render.h"

#define WORDS_MAX        (84 + 84 + 64 + 6)
#define WORDS_SEALED_MAX (WORDS_MAX + SEAL_OVERHEAD)
#define CARD_SEALED_MAX  (CARD_FRAME_SIZE + SEAL_OVERHEAD)

/* Returns the bytes written; 0 = nothing to keep. */
size_t words_seal(struct base *base, const struct live_visit_row *visit, uint8_t out[WORDS_SEALED_MAX]);
/* Fills the visit's words from `sealed`; leaves them empty when it does not open. */
void words_open(struct base *base, struct live_visit_row *visit, struct slice sealed);
/* Seals the card of a WRITE_DISCLOSURE without its padding, in steps of 512 bytes, so that the size on disk
 * tells little. Returns the bytes written; 0 = nothing to keep. */
size_t words_seal_card(struct base *base, const struct write *w, uint8_t out[CARD_SEALED_MAX]);

#endif
