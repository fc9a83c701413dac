/* What a text of rules is: its errors, or its rules, what they do, how they differ from what is live, where
 * they lie above a ceiling, and the picture of both [P66]. Pure. */
#ifndef LAB_CHECK_H
#define LAB_CHECK_H

#include "server/lab/ground.h"

/* Answers 200 whether the text is good or not; 422 `too_large` never: a book of too many cells is an error of
 * the text. 503 `no_memory`. */
lab_op lab_check;

/* Only the errors of a text, as the members "ok" and, if there are any, "errors" of the object that is open.
 * Returns the book, which the caller destroys, or NULL. For whoever must refuse a text [P69]. */
struct rulebook *lab_parse(struct slice text, struct json_out *out);

/* What a book is beside a ceiling. */
enum lab_height { LAB_WITHIN, LAB_ABOVE, LAB_TOO_LARGE /* not to be compared: as above */, LAB_NO_MEMORY };
/* E1 and E2. A ceiling that is NULL promised nothing: any book that shows something is above it. */
enum lab_height lab_height(const struct rulebook *book, const struct rulebook *ceiling);

#endif
