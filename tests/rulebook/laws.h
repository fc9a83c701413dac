/* What the suites of laws share. MAITRED_LAWS is the share of the full numbers in percent (1);
 * tests/rulebook-long/run runs all of it. */
#ifndef TESTS_RULEBOOK_LAWS_H
#define TESTS_RULEBOOK_LAWS_H

#include "server/rulebook/evaluate.h"
#include "tests/rulebook/tuples.h"

uint32_t laws_percent(void);
/* So many of so many in a full run, at least one. */
uint32_t laws_some(uint32_t full);
/* One line of the table that rulebook-long prints. */
void laws_row(const char *what, uint64_t n);

struct rulebook *laws_parse(const struct set_book *book);
/* A line's tuple. */
uint32_t laws_line(struct chance *c);
/* What the book says of a case; the customer's word and share beside it. The book may be NULL without a
 * share. */
struct verdict laws_judge(
        const struct rulebook *book, const struct set_case *it, enum level share, enum line_choice choice);

#endif
