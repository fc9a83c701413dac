/* Words derived from visible lines: sizes she wears, what she likes. They see rows only through the list of
 * those that the viewer sees anyway, so they tell nothing that the lines do not. */
#ifndef RULEBOOK_DERIVE_H
#define RULEBOOK_DERIVE_H

#include "server/rulebook/purchase.h"
#include "server/rulebook/view.h"

#define DERIVED_TEXT_MAX (VIEW_TEXT_MAX * 2)

/* Rows of a history by index. */
struct row_list {
        uint32_t n;
        uint16_t rows[HISTORY_LINES_MAX];
};

/* "38 Coats, 39 Shoes": the latest sizes of bought lines visible at item or above; "" if there are none. */
void derive_sizes(const struct history *history, const struct row_list *items, char out[DERIVED_TEXT_MAX]);

/* "navy, green, Acme": colours (of items) and a brand (of brands: lines visible at brand or above) that occur
 * at least twice among bought lines; "" if there are none. */
void derive_likes(const struct history *history, const struct row_list *items, const struct row_list *brands,
        char out[DERIVED_TEXT_MAX]);

#endif
