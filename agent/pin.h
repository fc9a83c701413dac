/* Who the hub is: a public key, nothing else. Names and dates of certificates do not count, since an access
 * point often has neither a clock nor a name service when it starts. */
#ifndef AGENT_PIN_H
#define AGENT_PIN_H

#include "proto/agent.h"

#include <openssl/ssl.h>

/* Looks through the leaf, and whoever of `chain` signed it, for a key whose hash `is` accepts. True if there
 * is one; *pin is that hash then. */
bool pin_find(X509 *leaf, STACK_OF(X509) * chain, bool (*is)(void *ctx, const uint8_t pin[AGENT_PIN_BYTES]),
        void *ctx, uint8_t pin[AGENT_PIN_BYTES]);

/* Makes a TLS context take exactly the peers that hold this key (or one signed by it) instead of its usual
 * checks. `pin` is borrowed for as long as the context lives. */
void pin_insist(SSL_CTX *context, const uint8_t pin[AGENT_PIN_BYTES]);

#endif
