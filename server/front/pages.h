/* The pages and the files they load, read once at start and served from memory, compressed as the browser
 * likes. */
#ifndef FRONT_PAGES_H
#define FRONT_PAGES_H

#include "server/front/reply.h"

struct pages;

/* Reads the web root. 0 with *out; FRONT_WEB_ROOT after one line in the log; FRONT_FAILED: out of memory. */
int pages_load(struct pages **out, const char *web_root);
void pages_free(struct pages *pages);

/* The answer for a path: 0, or 1 if there is no such file. `extra` is the room for its own header lines. */
#define PAGES_EXTRA_MAX 192
int pages_reply(
        const struct pages *pages, const struct head *head, struct reply *out, char extra[PAGES_EXTRA_MAX]);

#endif
