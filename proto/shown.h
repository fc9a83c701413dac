/* What a page that customers saw is made of [P158]: it names each of its files with the file's SHA-256, so
 * that its own digest says all of it. Read alike by the hub, which keeps it, and by whoever shows it again.
 */
#ifndef PROTO_SHOWN_H
#define PROTO_SHOWN_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/slice.h"

#define SHOWN_FILES_MAX 256               /* that one page names */
#define SHOWN_PATH_MAX  128               /* bytes of a name, with NUL */
#define SHOWN_FILE_MAX  (1024 * 1024)     /* bytes of one file, and of the page itself */
#define SHOWN_PAGE_MAX  (4 * 1024 * 1024) /* bytes of a page and all its files */
#define SHOWN_SHA_TEXT  44 /* a SHA-256 as a page writes it: base64 with padding, without NUL */
#define SHOWN_HTML      "index.html"

struct shown_file {
        struct slice path; /* "a/NAME": a single folder, letters, digits, '.', '_' and '-' */
        struct slice sha;  /* SHOWN_SHA_TEXT characters */
};

/* The next file that the page names from *at on, which moves behind it; slices point into `html`. 1 = one; 0
 * = no more; -1 = a tag that names a file without a digest, or with a name or digest that is none: the page
 * pins nothing. */
int shown_next(struct slice html, size_t *at, struct shown_file *out);

/* Of a file "a/notice-NAME-VERSION-LANGUAGE.HASH.json": true, with its version, if it is a notice in that
 * language. */
bool shown_notice(struct slice path, struct slice language, uint32_t *version);

/* Which of two versions of a notice the page shows to who agreed to `agreed`: the newest that is no newer,
 * else the oldest. */
bool shown_nearer(uint32_t agreed, uint32_t than, uint32_t version);

#endif
