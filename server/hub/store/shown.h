/* The pages on which people agreed, kept by their digests [P158-P160]: whole, with every file that they load
 * and the notice in each language, each once. */
#ifndef STORE_SHOWN_H
#define STORE_SHOWN_H

#include <jansson.h>

#include "server/hub/store/base.h"

#define SHOWN_REPORT_WRONG_MAX 50 /* that a report names one by one */

/* Keeps the page in the file `path` and what it names in the folder beside it, if they are not kept yet, and
 * then lets go what no event names. Only a page whose SHA-256 is `digest`: the one that events will name.
 * What cannot be kept (a file that is missing or too large, another digest) is one line of the log, and the
 * hub goes on; so it is on a full disk. An SQLite code. */
int shown_page_keep(struct base *base, const char *path, const struct digest *digest, wall_ms now);

/* One page as it was. `subject`: its SHA-256 in hexadecimal, or the number of a receipt.
 * {"known":false,"why":"receipt"|"page"}, or {"page","first_at_ms","files":[{"path","sha256","base64"}],
 * "missing":[PATH...]} and for a receipt also "language", "version" and "notice" (the path of hers, if there
 * is one). NULL with *rc where it could not be read. */
json_t *shown_page(struct base *base, const char *subject, int *rc);

/* Whether each page that an event names can be shown: {"events","unnamed" (of them, that name no
 * page),"named" (pages), "kept"
 * (pages),"entries","bytes","wrong":[{"page","path","what":"missing"|"changed"|"unpinned"|"notice"}],"more"}.
 * NULL with *rc where it could not be read. */
json_t *shown_check(struct base *base, int *rc);

#endif
