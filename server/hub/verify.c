#include "server/hub/verify.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>

/* Made once and given one point after another: to make it costs a third of what looking at a signature does,
 * and after a start all handhelds prove themselves at once. NULL: no memory. Never freed: it lives as long as
 * the process, and holds nothing but a public point. */
static EVP_PKEY *curve_key(void)
{
        static EVP_PKEY *kept;
        char group[] = "prime256v1";
        OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
                OSSL_PARAM_construct_end()};
        if (kept)
                return kept;
        EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
        if (!ctx || EVP_PKEY_fromdata_init(ctx) != 1 ||
                EVP_PKEY_fromdata(ctx, &kept, EVP_PKEY_KEY_PARAMETERS, params) != 1)
                kept = NULL;
        EVP_PKEY_CTX_free(ctx);
        return kept;
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
        EVP_PKEY *pkey = curve_key();
        uint8_t *der = NULL;
        if (!pkey) {
                ERR_clear_error();
                return VERIFIED_NOT;
        }
        /* A point that is refused may leave the one before in its place, which is somebody else's. */
        if (EVP_PKEY_set1_encoded_public_key(pkey, key->point, sizeof key->point) != 1) {
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
        OPENSSL_free(der);
        ERR_clear_error();
        return result;
}
