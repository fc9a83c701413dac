/* Calls: `POST|GET /api/FACE/NAME` become requests to the hub, its answers become HTTP. Here cookies are read
 * and set: the hub sees the digest of a token, never the token, except when it makes one. [P4] [P5] */
#ifndef FRONT_API_H
#define FRONT_API_H

#include "server/front/conn.h"
#include "server/link/frame.h"

/* A request whose path begins with /api/. Results as conn_reply(). */
int api_begin(struct conn *c, const struct head *head, size_t length);
/* Its body is complete. */
int api_run(struct conn *c);
/* The hub answered. */
void api_answer(struct front *front, const struct link_frame *frame);

/* Reads the token of a face from the head into c->token and c->has_token. */
void api_token(struct conn *c, enum face face, const struct head *head);

#endif
