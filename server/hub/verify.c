#include "server/hub/verify.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

/* *out NULL: no point of the curve. False: no memory. */
static bool key_of(const struct own_key *key, EVP_PKEY **out)
{
        char group[] = "prime256v1";
        uint8_t point[OWN_KEY_BYTES];
        for (size_t i = 0; i < sizeof point; i++)
                point[i] = key->point[i];
        OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
                OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point),
                OSSL_PARAM_construct_end()};
        EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
        *out = NULL;
        if (!ctx)
                return false;
        if (EVP_PKEY_fromdata_init(ctx) != 1 || EVP_PKEY_fromdata(ctx, out, EVP_PKEY_PUBLIC_KEY, params) != 1)
                *out = NULL;
        EVP_PKEY_CTX_free(ctx);
        return true;
}

/* As libcrypto reads it: DER. Its length, or 0: no memory. */
static size_t der_of(const uint8_t signature[SIGNATURE_BYTES], uint8_t **out)
{
        const int half = SIGNATURE_BYTES / 2;
        ECDSA_SIG *pair = ECDSA_SIG_new();
        BIGNUM *r = BN_bin2bn(signature, half, NULL), *s = BN_bin2bn(signature + half, half, NULL);
        *out = NULL;
        if (!pair || !r || !s || ECDSA_SIG_set0(pair, r, s) != 1) {
                BN_free(r);
                BN_free(s);
                ECDSA_SIG_free(pair);
                return 0;
        }
        int len = i2d_ECDSA_SIG(pair, out);
        ECDSA_SIG_free(pair);
        return len > 0 ? (size_t)len : 0;
}

enum verified verify_signature(
        const struct own_key *key, const struct digest *said, const uint8_t signature[SIGNATURE_BYTES])
{
        EVP_PKEY *pkey;
        uint8_t *der = NULL;
        if (!key_of(key, &pkey))
                return VERIFIED_NOT;
        if (!pkey) {
                ERR_clear_error();
                return VERIFIED_WRONG;
        }
        size_t len = der_of(signature, &der);
        EVP_PKEY_CTX *ctx = len ? EVP_PKEY_CTX_new(pkey, NULL) : NULL;
        enum verified result = VERIFIED_NOT;
        if (ctx && EVP_PKEY_verify_init(ctx) == 1)
                result = EVP_PKEY_verify(ctx, der, len, said->b, sizeof said->b) == 1 ? VERIFIED_RIGHT
                                                                                      : VERIFIED_WRONG;
        EVP_PKEY_CTX_free(ctx);
        EVP_PKEY_free(pkey);
        OPENSSL_free(der);
        ERR_clear_error();
        return result;
}
