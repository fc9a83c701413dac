/* Receipts of consent looked at without a hub: whether a file is one, whole, and signed by whom [P101, P103].
 */
#ifndef CTL_RECEIPT_H
#define CTL_RECEIPT_H

#include <jansson.h>

#include "proto/base.h"

#define RECEIPT_FILE_MAX (64 * 1024) /* a longer file is no receipt */
#define RECEIPT_KEY_TEXT 43          /* base64url of 32 bytes, without NUL */

enum receipt_verdict {
        RECEIPT_GOOD,
        RECEIPT_NONE,       /* not a receipt */
        RECEIPT_CHANGED_BY, /* one, but not as it was signed */
        RECEIPT_OTHER_KEY   /* whole, but signed by another key than was asked for */
};

/* Judges the bytes of a file. `key` is the text of the public key that must have signed it; NULL: the one
 * that it names itself. *receipt is new (json_decref), also with the last two verdicts; else NULL. */
enum receipt_verdict receipt_judge(const char *bytes, size_t len, const char *key, json_t **receipt);

#endif
