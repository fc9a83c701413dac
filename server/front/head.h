/* Copies the head of a request out of libwebsockets, field by field and with limits: nothing else may look at
 * its tables, whose pointers die when a request is refused. */
#ifndef FRONT_HEAD_H
#define FRONT_HEAD_H

#include "server/front/guard.h"

#include <libwebsockets.h>

void head_read(struct lws *wsi, struct head *out);

#endif
