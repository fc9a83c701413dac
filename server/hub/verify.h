/* Whether a signature is that of a handheld's own key [P95]: ECDSA over P-256, by libcrypto. It takes a
 * fraction of a millisecond, so it is done on the loop's thread, and on no other. */
#ifndef HUB_VERIFY_H
#define HUB_VERIFY_H

#include "server/core/effect.h"

enum verified { VERIFIED_WRONG, VERIFIED_RIGHT, VERIFIED_NOT /* no memory to look at it */ };

/* A key that is no point of the curve has no right signature. */
enum verified verify_signature(
        const struct own_key *key, const struct digest *said, const uint8_t signature[SIGNATURE_BYTES]);

#endif
