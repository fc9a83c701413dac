/* Small files, read whole and replaced whole. */
#ifndef AGENT_FILE_H
#define AGENT_FILE_H

#include <stddef.h>
#include <sys/types.h>

/* At most `room` bytes; a larger file is an error. Returns how many, or -1 with errno. */
ssize_t file_read(const char *path, void *out, size_t room);

/* Mode 0600, on the disk with its name when it returns; before that the old content stays. 0 or -1 with
 * errno. */
int file_replace(const char *path, const void *bytes, size_t len);

#endif
