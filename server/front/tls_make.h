/* Makes what a store without a certificate needs: keys, a certificate authority, and a leaf that it signs. */
#ifndef FRONT_TLS_MAKE_H
#define FRONT_TLS_MAKE_H

#include "server/front/tls.h"

/* Makes the folder, if it is not there, and its name durable: whoever has seen the authority once keeps to
 * it, also when the power failed. 0 or -1 with errno. */
int tls_make_folder(const char *folder);

/* Makes ca.pem and ca.key if there are none. 0; -1 when a file could not be read, made or written (errno or
 * OpenSSL's queue say more). */
int tls_make_authority(const struct tls *tls);

/* Makes a leaf for tls->names, signed by the authority, over whatever leaf is there. 0 or -1. */
int tls_make_leaf(const struct tls *tls);

/* True when the leaf is there, names exactly tls->names, is signed by the authority and has more than 30 days
 * left. */
bool tls_leaf_good(const struct tls *tls);

#endif
