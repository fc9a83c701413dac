/* What pairing left on this machine: where the hub is, by which key it is known, and the token. One file of
 * mode 0600; and beside it the count of this agent's starts. */
#ifndef AGENT_PAIRED_H
#define AGENT_PAIRED_H

#include "proto/agent.h"

#define PAIRED_HOST_MAX  127
#define PAIRED_TOKEN_MAX 64

struct paired {
        char host[PAIRED_HOST_MAX + 1];
        int port;
        uint8_t pin[AGENT_PIN_BYTES];
        char token[PAIRED_TOKEN_MAX + 1];
};

/* "HOST:PORT", "[v6]:PORT" or "HOST" (then the port is 8443). 0, or 1. */
int paired_address(const char *text, struct paired *out);

/* 0; 1: there is no such file; -1: it is not what pairing writes, or cannot be read (errno, or 0). */
int paired_load(const char *path, struct paired *out);
/* Written whole or not at all. 0 or -1 with errno. */
int paired_save(const char *path, const struct paired *paired);

/* The last start's number, 0 if there is none. */
int64_t paired_boot(const char *path);
/* On the disk when it returns. 0 or -1 with errno. */
int paired_save_boot(const char *path, int64_t boot);

#endif
