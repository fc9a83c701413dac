/* maitrectl's end of the hub's socket [P30]: one connection, requests answered in order. Blocking, but never
 * stuck with both sides writing. */
#ifndef CTL_CLIENT_H
#define CTL_CLIENT_H

#include <jansson.h>

#include "proto/control.h"
#include "proto/slice.h"

struct client;

struct client_error {
        char text[300]; /* what, where, what to do */
};

/* Connects and says hello. 0, or an enum ctl_exit with *error filled. */
int client_open(const char *path, struct client **out, struct client_error *error);
void client_close(struct client *client);

/* What the hub said of itself: store, zone, now_ms, zones. Borrowed; valid until client_greet or
 * client_close. */
const json_t *client_facts(const struct client *client);
/* Says hello again: the facts may have changed after an import of stores. */
int client_greet(struct client *client, struct client_error *error);

/* Sends one frame whole; what arrives meanwhile is kept. */
int client_send(struct client *client, enum control_type type, const void *body, size_t len,
        struct client_error *error);
/* Waits for one frame. The body is borrowed until the next call. */
int client_receive(struct client *client, enum control_type *type, const uint8_t **body, size_t *len,
        struct client_error *error);

/* One request with a JSON body and its answer: *status as in [P5], *answer new (json_decref), NULL if empty.
 */
int client_ask(struct client *client, enum control_type type, const json_t *request, int *status,
        json_t **answer, struct client_error *error);

#endif
