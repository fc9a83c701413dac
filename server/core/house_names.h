/* A list of departments' names in the house rules. Pure.
 *
 *   none | NAME, NAME ...      as the store writes them; A to Z count as a to z
 *
 * Kept as its canonical text, in order, each once, so that two lists of the same names are the same bytes. */
#ifndef CORE_HOUSE_NAMES_H
#define CORE_HOUSE_NAMES_H

#include "proto/base.h"
#include "proto/slice.h"

#define HOUSE_NAMES_MAX   16  /* names of a list */
#define HOUSE_NAMES_TEXT  224 /* bytes of its text, with NUL */
#define HOUSE_FIRM_TEXT   72  /* bytes of the text of names that must stay in, with NUL */
#define HOUSE_NAMES_USUAL "children, intimates, pharmacy"

struct house_names {
        int32_t n;
        char text[HOUSE_NAMES_TEXT]; /* zero behind it; empty if there are none */
};

/* Whether the name is in it. */
bool house_names_has(const struct house_names *names, const char *name);
/* Reads a whole list. 0; 1: it is none, has too many names or bytes, or one that is not plain text; *out is
 * then as it was. */
int house_names_parse(struct slice text, struct house_names *out);
/* Whether every name of `firm`, a canonical text, is in it. */
bool house_names_keep(const struct house_names *names, const char *firm);
/* Puts in what is missing of `firm`; the last ones of the others go if there is no room. */
void house_names_hold(struct house_names *names, const char *firm);
/* Its text, or "none". Lives as long as *names. */
const char *house_names_text(const struct house_names *names);

#endif
