/* Receipts on disk [P100]: the text is made of what the core decided and of what the store is called, signed
 * when its consent events are written, and kept beside them. */
#ifndef STORE_RECEIPTS_H
#define STORE_RECEIPTS_H

#include "server/hub/store/base.h"

/* WRITE_RECEIPT. An SQLite code. */
int receipts_write(struct base *base, const struct receipt_row *row);
#define RECEIPTS_KEY_TEXT 44 /* base64url without padding, with NUL */
void receipts_key(const struct base *base, char out[RECEIPTS_KEY_TEXT]);
/* What is asked for, as JSON (free it); NULL with *rc SQLITE_OK: there is no such receipt. */
char *receipts_text(struct base *base, const struct receipt_wanted *wanted, int *rc);

#endif
