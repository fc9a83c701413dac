/* From a folder to an open, locked, checked and migrated database, or to one sentence that says why not. */
#ifndef STORE_OPEN_H
#define STORE_OPEN_H

#include "server/hub/store/base.h"

#define OPEN_APPLICATION_ID 0x6d747264 /* "mtrd" */

/* Opens everything in `base`. When it returns 0 the log file exists, its name and first commit are flushed,
 * and COMMIT no longer flushes by itself (see flush.h). -1 with *error filled, and then nothing is left open.
 */
int open_base(const struct store_options *options, struct base *base, struct store_error *error);
/* Checkpoints and closes; accepts what open_base left half done. */
void open_close(struct base *base);
/* The newest migration that this program knows. */
int open_newest_version(void);

#endif
