/* The socket file of the operator's door: made private, an abandoned one replaced, a living one left alone.
 */
#ifndef HUB_CONTROL_PATH_H
#define HUB_CONTROL_PATH_H

#include <sys/stat.h>

#include "server/hub/control.h"

#define CONTROL_PATH_BYTES 108 /* longest path of a Unix socket, with its closing zero byte */

/* A listening socket at `path`, mode 0600 from its first moment; *file says which file it is. The descriptor,
 * or -1 with *error filled. */
int control_path_listen(const char *path, struct stat *file, struct control_error *error);

#endif
