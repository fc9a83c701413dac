/* What the analysis found, in whole sentences for a store manager: the one place where they are worded. Pure.
 */
#ifndef LAB_SAY_H
#define LAB_SAY_H

#include "server/rulebook/analyse.h"

#define SAY_MAX 480 /* with NUL; what does not fit ends in "..." */

/* "never-matches", "dead", "covered", "guard", "conflict", "marker". */
const char *say_kind(enum finding_kind kind);
/* Whether the manager should do something about it; else it is good to know. */
bool say_warning(const struct finding *finding);
/* The sentence: which rule, what is so, what to do. */
void say_finding(const struct rulebook *book, const struct finding *finding, char out[SAY_MAX]);

/* "R1, R2 and R7"; at most `most` ids, then "and N more". */
void say_rules(const struct rulebook *book, uint64_t rules, int most, char *out, size_t room);
/* What a level shows, as a noun: "the item, its size, colour and month". Static text. */
const char *say_level(enum level level);

/* Why a text is no rulebook, as a sentence; the place is told beside it. */
void say_error(const struct rulebook_error *error, char out[SAY_MAX]);
/* That a book has more cells than are looked at. */
void say_too_large(uint64_t cells, char out[SAY_MAX]);
/* How far a book lies above a ceiling: of is "head office" or "notice 1"; `customers` agreed under it. */
void say_above(
        const struct change *above, const char *of, bool head_office, uint64_t customers, char out[SAY_MAX]);

#endif
