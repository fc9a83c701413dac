/* Knowing who somebody is takes long on purpose (Argon2id), so it is done on a thread of its own, one try
 * after another; two wait at most, whoever comes then is told to come again. Passwords are wiped as soon as
 * they were looked at.
 *
 * Argon2id is libsodium's. The second factor (RFC 6238 over RFC 4226: SHA-1, 30 s, 6 digits) is libcrypto's
 * HMAC, which the hub has anyway; libsodium has no SHA-1. */
#ifndef HUB_PROVE_H
#define HUB_PROVE_H

#include "server/core/effect.h"
#include "server/core/event.h"

#define PROVE_WAITING_MOST 2

struct prove_options {
        int memory_mib, passes; /* what a password's hash costs from now on */
        int wake_fd;            /* eventfd, written once whenever something is done */
};

struct prove_done {
        uint32_t ticket;
        struct proved result;
};

struct prove;

/* Starts the thread. 0, or -1: no memory or no thread. */
int prove_open(const struct prove_options *options, struct prove **out);
/* What waits is not looked at any more; it comes back after the try that runs. NULL is accepted. */
void prove_close(struct prove *prove);
/* Takes over a PROVE effect: the password in it is wiped. 0; 1: too many wait. Thread: the loop's only. */
int prove_submit(struct prove *prove, struct effect *effect);
/* The next that is done; false: none. Thread: the loop's only. */
bool prove_take(struct prove *prove, struct prove_done *out);

/* The code of a step of 30 seconds, as text. */
void prove_code(const uint8_t *key, size_t len, int64_t step, char out[7]);
/* Which of the step and the ones beside it has this code, the newest first; 0 = none. In the same time,
 * whichever it is. */
int64_t prove_step(const uint8_t *key, size_t len, int64_t now, const char code[7]);

#endif
