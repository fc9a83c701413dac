/* The operator's door: the hub's end of the Unix socket that maitrectl speaks to [P30, P31]. It checks who
 * calls, keeps every buffer bounded and takes one request at a time from a connection; the loop polls its
 * descriptors and answers when it can. Nothing here blocks, and nothing here knows the store. */
#ifndef HUB_CONTROL_H
#define HUB_CONTROL_H

#include <poll.h>

#include "proto/import.h"
#include "proto/json.h"
#include "proto/message.h"

#define CONTROL_CONNECTIONS_MAX 8
#define CONTROL_FDS_MAX         (CONTROL_CONNECTIONS_MAX + 1)
#define CONTROL_QUEUED_BATCHES  2 /* per connection, beside the one that is being written */

struct control;

struct control_error {
        char text[400]; /* what, where, what to do */
};

/* Names one request until it is answered; never used again. A request whose client has gone may still be
 * answered: the answer is dropped. */
typedef uint64_t control_request;

/* What the hub does with a request. Each takes place inside control_serve; the answer may be given at once or
 * later. Every request but hello must be answered exactly once, by control_answer or (import)
 * control_imported. */
struct control_calls {
        void *ctx;
        /* Writes members into an open object: store, zone, now_ms, zones. Called when a client says hello. */
        void (*hello)(void *ctx, struct json_out *out);
        /* A message of FACE_OPERATOR; borrowed for the call. */
        void (*call)(void *ctx, control_request request, const struct message *message);
        /* A batch; ownership goes to the callee. `now` is not set. */
        void (*import)(void *ctx, control_request request, struct import_batch *batch);
        /* "preferred", "preferred_all", "status", "metrics" or "canary"; subject "" if none. */
        void (*report)(void *ctx, control_request request, const char *what, const char *subject);
        /* An absolute path that did not exist when the client looked. */
        void (*backup)(void *ctx, control_request request, const char *path);
        /* The roster is to be read again. */
        void (*roster)(void *ctx, control_request request);
};

/* Binds and listens at `path` (mode 0600). A socket file that nobody listens on any more is replaced. 0, or
 * -1 with *error filled: another hub is running, the path is too long or something else, the folder is
 * missing. `calls` is copied. */
int control_open(const char *path, const struct control_calls *calls, struct control **out,
        struct control_error *error);
/* Closes every connection and removes the socket file if it is still ours. NULL is accepted. */
void control_close(struct control *control);

/* Fills at most CONTROL_FDS_MAX entries with what to wait for; returns how many. */
size_t control_fds(const struct control *control, struct pollfd *fds);
/* Serves what poll() found; `fds` as filled by control_fds just before. */
void control_serve(struct control *control, const struct pollfd *fds, size_t n);

/* Answers with a status as in [P5] and a JSON object or list. */
void control_answer(
        struct control *control, control_request request, uint16_t status, const char *json, size_t len);
/* Answers an import with the batch's counts and rejects; the batch stays the caller's. */
void control_imported(struct control *control, control_request request, const struct import_batch *batch);

#endif
