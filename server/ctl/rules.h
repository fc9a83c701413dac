/* maitrectl rules: what its commands share. Those that need no hub are in rules.c and rules_explain.c. */
#ifndef CTL_RULES_H
#define CTL_RULES_H

#include <jansson.h>

#include "server/ctl/ctl.h"
#include "server/rulebook/rulebook.h"

/* A file's text as it is, NUL-terminated, at most RULEBOOK_TEXT_MAX bytes; the caller frees it. 0, or an enum
 * ctl_exit after a sentence on standard error. */
int rules_text(const char *path, char **text, size_t *len);
/* The book in a file; the caller destroys it. Returns as rules_text(), and CTL_DATA for what is no rulebook.
 */
int rules_book(const char *path, struct rulebook **book);
/* Prints an answer of the lab's (proto/json.h) indented. */
void rules_print_json(const char *json, size_t len);

/* Each is one word after `rules`: argv[0] is that word. */
int rules_explain(struct ctl *ctl, int argc, char **argv);
int rules_preview(struct ctl *ctl, int argc, char **argv);

/* list, show, propose, publish, withdraw, rollback (rules_live.c). */
int rules_live(struct ctl *ctl, int argc, char **argv);

/* Both ask the hub, which counts over real people (rules_compare.c). */
int rules_live_diff(struct ctl *ctl, const char *path);
int rules_replay(struct ctl *ctl, int argc, char **argv);

#endif
