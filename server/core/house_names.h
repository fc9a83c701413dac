/* A list of names in the house rules: of zones, or of whatever else a store calls by a name of its own. Pure.
 *
 *   none | NAME, NAME ...
 *
 * Kept as its canonical text: in order, each name once, as it was written first. Two spellings are one name
 * if only their case tells them apart, also for letters such as É and Å. */
#ifndef CORE_HOUSE_NAMES_H
#define CORE_HOUSE_NAMES_H

#include "proto/base.h"
#include "proto/slice.h"

#define HOUSE_NAMES_MAX  16  /* names of a list */
#define HOUSE_NAME_BYTES 64  /* of one name, with NUL */
#define HOUSE_NAMES_TEXT 448 /* bytes of a list's canonical text, with NUL */

struct house_names {
        int32_t n;
        char text[HOUSE_NAMES_TEXT]; /* names with ", " between them; zero behind them, "" if there are none
                                      */
};

/* Whether the name is in it. "" never is. */
bool house_names_has(const struct house_names *names, const char *name);
/* The i-th name, borrowed; empty if there is none. */
struct slice house_names_at(const struct house_names *names, int32_t i);
/* Reads a whole list. 0; 1: it is none, or too long, and *out is as it was. A name has 1 to 63 bytes that can
 * be shown, no comma and no #, and is not `none`. */
int house_names_parse(struct slice text, struct house_names *out);
/* Keeps the first n names. */
void house_names_cut(struct house_names *names, int32_t n);
size_t house_names_print(const struct house_names *names, char out[HOUSE_NAMES_TEXT]);

#endif
