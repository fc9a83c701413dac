/* The manager's visibility rules: parse, print, evaluate one cell, project a history for one viewer. Pure.
 *
 * A rule is a box over finite attributes; shows raise, limits lower, limits win, nothing shown by default
 * (privacy.md 3.2 with decisions 12-17). Errors in a text are found at parse time; evaluation cannot fail,
 * and whatever is malformed or unknown hides. */
#ifndef RULEBOOK_RULEBOOK_H
#define RULEBOOK_RULEBOOK_H

#include "proto/slice.h"
#include "server/rulebook/purchase.h"
#include "server/rulebook/view.h"

#define RULES_MAX         64
#define RULEBOOK_TEXT_MAX (64 * 1024)

struct rulebook; /* immutable after parsing */

struct rulebook_error {
        int line, column; /* from 1 */
        char text[240];   /* what was found, what was expected, the nearest word */
};

/* Parses a whole book. Returns a new book (free with rulebook_destroy) or NULL with *error filled. */
struct rulebook *rulebook_parse(struct slice text, struct rulebook_error *error);
void rulebook_destroy(struct rulebook *book);

/* The shipped default (Balanced), compiled in. Never NULL: a test parses it. The caller owns the result. */
struct rulebook *rulebook_balanced(void);

/* The shipped books, compiled in, from the most reserved to the warmest: 0 <= which < RULEBOOK_SHIPPED. Their
 * texts as they were written, with comments. Both live for ever. */
#define RULEBOOK_SHIPPED 3
void rulebook_shipped(int which, const char **name, const char **text);

/* Canonical text, NUL-terminated, in a buffer that the book owns; parse(print(x)) == x. */
const char *rulebook_text(const struct rulebook *book);
/* SHA-256 of the canonical text: the name of a version, which disclosures carry. */
struct digest rulebook_digest(const struct rulebook *book);
/* The version of the notice that the book's first line names, and its name, cut to `room` bytes with NUL. */
uint32_t rulebook_notice(const struct rulebook *book, char *name, size_t room);

/* Fields know no seller, department or store: their rules ask for preferred, anyone or a role, and only the
 * name has steps. Among shows of one level the one with "mention ok" decides if the viewer sold the line,
 * then the first id in strcmp's order; so the order of rules never matters. At LEVEL_HIDE show_rule is -1. */

/* How one line or field was decided, for explanations and tests. Rule indexes into the book, -1 = none. */
struct verdict {
        enum level level;
        bool may_say;
        int show_rule;   /* the show that decided */
        uint64_t shows;  /* bit i: rule i is a matching show */
        uint64_t limits; /* bit i: rule i is a matching limit or never that lowers the level */
        bool held;       /* lowered, or no longer to be said, because of what was promised */
};

struct verdict rulebook_judge_line(const struct rulebook *book, const struct history *history,
        const struct purchase *line, const struct viewer *viewer, enum seen seen);
struct verdict rulebook_judge_field(
        const struct rulebook *book, enum subject subject, const struct viewer *viewer, enum seen seen);
/* What is left of a verdict under what was promised of the same line or field: the lower level of both, and
 * said aloud only if both allow it. The rules stay those of the first. */
struct verdict rulebook_under(struct verdict verdict, struct verdict promised);
/* What is left of a verdict under the law: a line of a sensitive class is nobody's to show, whatever a book
 * says or a notice promised. project() applies it to every line; the others above say what a book means. */
struct verdict rulebook_lawful(struct verdict verdict, const struct purchase *line);
const char *rulebook_rule_id(const struct rulebook *book, int rule);
int rulebook_rule_count(const struct rulebook *book);

/* The only reader of raw rows: fills *out with what this viewer may know and nothing else. The ceiling is the
 * rulebook of the notice that she agreed to: what is seen of a line or field is the lower of both. Either may
 * be NULL (an unknown version of the rules or of the notice): everything is hidden. The book itself as
 * ceiling lowers nothing. The work done does not depend on what is hidden. */
void project(const struct rulebook *book, const struct rulebook *ceiling, const struct history *history,
        const struct person_fields *person, const struct viewer *viewer, enum seen seen, struct view *out);

/* Which rows stand behind one line of a view that project() made from the same arguments, for the customer's
 * strike: looks-alike rows share a line, and a tally has at least three. Writes at most `most` row indexes,
 * ascending; returns how many there are. */
uint32_t project_behind(const struct rulebook *book, const struct rulebook *ceiling,
        const struct history *history, const struct viewer *viewer, enum seen seen,
        const struct view_line *shown, uint32_t *rows, uint32_t most);

#endif
