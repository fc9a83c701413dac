/* The certificate: a given one, or a P-256 leaf under a certificate authority of our own that is made at
 * first start. The private key lives in this process only. */
#ifndef FRONT_TLS_H
#define FRONT_TLS_H

#include "server/front/front.h"

#include <openssl/ssl.h>

#define TLS_NAMES_MAX 16
#define TLS_NAME_MAX  128
#define TLS_PATH_MAX  512

struct tls {
        bool own; /* self-made: we renew it; else somebody else replaces the files */
        char certificate[TLS_PATH_MAX], key[TLS_PATH_MAX];
        char ca_certificate[TLS_PATH_MAX], ca_key[TLS_PATH_MAX];
        char names[TLS_NAMES_MAX][TLS_NAME_MAX]; /* what a self-made leaf answers to: names and addresses */
        size_t n_names;
        int64_t stamp; /* of the files in use */
        SSL_CTX *live; /* borrowed from the vhost */
};

/* Finds or makes the certificate and proves that it and the key belong together. 0, or FRONT_TLS_FILES after
 * one line in the log. */
int tls_prepare(struct tls *tls, const struct front_options *options);

/* Loads the pair into the server's context and sets what we speak: TLS 1.2 and 1.3, no tickets, no
 * renegotiation. 0 or FRONT_TLS_FILES. */
int tls_apply(struct tls *tls, SSL_CTX *context);

/* To be called once a minute or so: takes a replaced pair into use and renews a self-made leaf with less than
 * 30 days left. New handshakes only; a bad pair is reported and the old one stays. */
void tls_refresh(struct tls *tls);

#endif
