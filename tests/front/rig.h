/* Runs the real front in a process of its own, plays the hub at the other end of its link, and speaks to it
 * over real TLS sockets, byte by byte. */
#ifndef TESTS_FRONT_RIG_H
#define TESTS_FRONT_RIG_H

#include "server/front/front.h"
#include "server/link/frame.h"

#include <openssl/ssl.h>
#include <sys/types.h>

#define RIG_WAIT_MS 10000 /* for whatever must happen */

struct rig {
        struct front_options options;
        char folder[64], web[96], tls[96], origin[64];
        const char *origins[2];
        pid_t pid;
        int link;
        bool ended;
        struct link_queue in;
        size_t taken; /* of it, by the last rig_hub_take() */
};

/* Makes a folder with pages, fills rig->options (a free port, short deadlines where `hasty`), starts nothing
 * yet. */
void rig_init(struct rig *rig, bool hasty);
/* Starts the front, says HELLO if asked, waits until it takes connections. 0, or its exit code. */
int rig_start(struct rig *rig, bool hello);
/* Sends a signal (0: none) and waits; the front's exit code, or 1000 + the signal that killed it. */
int rig_end(struct rig *rig, int signal);
void rig_finish(struct rig *rig); /* removes the folder */

/* ---- the hub's side. A frame that does not come within RIG_WAIT_MS is type 0. */
struct link_frame rig_hub_take(struct rig *rig);
bool rig_hub_quiet(struct rig *rig, int ms); /* nothing comes for that long */
void rig_hub_send(struct rig *rig, enum link_type type, uint8_t a, uint16_t b, uint64_t id, const void *bytes,
        size_t len);
void rig_hub_answer(
        struct rig *rig, uint64_t id, uint16_t status, uint8_t cookie, uint32_t age_s, const char *json);

/* ---- a client */
struct client {
        int fd;
        SSL_CTX *context;
        SSL *ssl;
        char bytes[256 * 1024]; /* what was read and not yet used */
        size_t len;
};

/* Connects; `trusting`: checks the certificate against the rig's ca.pem for "localhost". False: no
 * connection. */
bool client_open(struct client *c, const struct rig *rig, bool trusting);
/* The same up to the handshake, which is the caller's. */
bool client_dial(struct client *c, const struct rig *rig);
void client_close(struct client *c);
bool client_send(struct client *c, const char *text, size_t len); /* false: the other side is gone */
bool client_say(struct client *c, const char *text);

struct response {
        int status; /* 0: the connection ended (or nothing came in time) before a whole head */
        char head[8192];
        char body[128 * 1024];
        size_t body_len;
};

/* Reads one answer: its head, then Content-Length bytes unless `head_only`. */
void client_read(struct client *c, struct response *r, bool head_only);
/* A header's value in `out` ("" if it is not there). */
void response_header(const struct response *r, const char *name, char *out, size_t size);
/* True once the connection has ended; false if it has not within `ms`. */
bool client_ended(struct client *c, int ms);

/* ---- WebSocket frames */
#define WS_TEXT   1
#define WS_BINARY 2
#define WS_CLOSE  8
#define WS_PING   9
#define WS_PONG   10

/* Asks for the upgrade with a token; true if it was granted. */
bool client_upgrade_from(
        struct client *c, const struct rig *rig, const char *origin, const char *path, const char *cookie);
static inline bool client_upgrade(
        struct client *c, const struct rig *rig, const char *path, const char *cookie)
{
        return client_upgrade_from(c, rig, rig->origin, path, cookie);
}
/* Sends a masked frame. `first`: FIN, RSV and opcode as one byte. */
bool client_frame(struct client *c, uint8_t first, const void *bytes, size_t len);
/* Reads one frame: its opcode, payload in `out` (ended with a zero byte); -1: the connection ended or nothing
 * came. */
int client_take(struct client *c, char *out, size_t size, size_t *len);

/* 43 characters that are a token. */
extern const char rig_token[];

#endif
