#include "agent/pin.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <sodium.h>

static int hash_of(X509 *cert, uint8_t out[AGENT_PIN_BYTES])
{
        uint8_t *der = NULL;
        int len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(cert), &der);
        if (len <= 0)
                return -1;
        crypto_hash_sha256(out, der, (unsigned long long)len);
        OPENSSL_free(der);
        return 0;
}

bool pin_find(X509 *leaf, STACK_OF(X509) * chain, bool (*is)(void *ctx, const uint8_t pin[AGENT_PIN_BYTES]),
        void *ctx, uint8_t pin[AGENT_PIN_BYTES])
{
        bool found = leaf && hash_of(leaf, pin) == 0 && is(ctx, pin);
        for (int i = 0; !found && leaf && i < sk_X509_num(chain); i++) {
                X509 *issuer = sk_X509_value(chain, i);
                EVP_PKEY *key = X509_get0_pubkey(issuer);
                found = key && hash_of(issuer, pin) == 0 && is(ctx, pin) && X509_verify(leaf, key) == 1;
        }
        ERR_clear_error();
        return found;
}

static bool is_pinned(void *ctx, const uint8_t pin[AGENT_PIN_BYTES])
{
        return sodium_memcmp(ctx, pin, AGENT_PIN_BYTES) == 0;
}

static int verify(X509_STORE_CTX *store, void *pinned)
{
        uint8_t found[AGENT_PIN_BYTES];
        bool good = pin_find(X509_STORE_CTX_get0_cert(store), X509_STORE_CTX_get0_untrusted(store), is_pinned,
                pinned, found);
        X509_STORE_CTX_set_error(store, good ? X509_V_OK : X509_V_ERR_CERT_UNTRUSTED);
        return good;
}

void pin_insist(SSL_CTX *context, const uint8_t pin[AGENT_PIN_BYTES])
{
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
        SSL_CTX_set_cert_verify_callback(context, verify, (void *)(uintptr_t)pin);
}
