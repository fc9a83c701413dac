#include "tests/bench/people_key.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>
#include <stdlib.h>

#include "tests/bench/people.h"

/* The digest of a name is below the curve's order but for one in 2^32. */
static BIGNUM *scalar_of(uint32_t number)
{
        struct secret secret = people_token(PEOPLE_KEY, number);
        return BN_bin2bn(secret.b, sizeof secret.b, NULL);
}

static bool point_of(const BIGNUM *scalar, uint8_t out[PEOPLE_POINT_BYTES])
{
        EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
        EC_POINT *point = group ? EC_POINT_new(group) : NULL;
        bool ok = point && EC_POINT_mul(group, point, scalar, NULL, NULL, NULL) == 1 &&
                  EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, out, PEOPLE_POINT_BYTES,
                          NULL) == PEOPLE_POINT_BYTES;
        EC_POINT_free(point);
        EC_GROUP_free(group);
        return ok;
}

bool people_point(uint32_t number, uint8_t out[PEOPLE_POINT_BYTES])
{
        BIGNUM *scalar = scalar_of(number);
        bool ok = scalar && point_of(scalar, out);
        BN_clear_free(scalar);
        return ok;
}

static EVP_PKEY *key_of(uint32_t number)
{
        uint8_t point[PEOPLE_POINT_BYTES];
        EVP_PKEY *key = NULL;
        BIGNUM *scalar = scalar_of(number);
        OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
        EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
        bool ok =
                scalar && build && ctx && point_of(scalar, point) &&
                OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) == 1 &&
                OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point) == 1 &&
                OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, scalar) == 1;
        OSSL_PARAM *params = ok ? OSSL_PARAM_BLD_to_param(build) : NULL;
        if (!params || EVP_PKEY_fromdata_init(ctx) != 1 ||
                EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEYPAIR, params) != 1)
                key = NULL;
        OSSL_PARAM_free(params);
        OSSL_PARAM_BLD_free(build);
        EVP_PKEY_CTX_free(ctx);
        BN_clear_free(scalar);
        return key;
}

static EVP_PKEY **kept;
static uint32_t n_kept;

bool people_keys(uint32_t n)
{
        kept = calloc(n, sizeof *kept);
        for (n_kept = 0; kept && n_kept < n; n_kept++)
                if (!(kept[n_kept] = key_of(n_kept)))
                        return false;
        return kept != NULL;
}

bool people_sign(uint32_t number, const char *text, size_t len, uint8_t out[PEOPLE_SIGNATURE_BYTES])
{
        const int half = PEOPLE_SIGNATURE_BYTES / 2;
        uint8_t der[80];
        const uint8_t *at = der;
        size_t size = sizeof der;
        EVP_PKEY *made = number < n_kept ? NULL : key_of(number);
        EVP_PKEY *key = made ? made : number < n_kept ? kept[number] : NULL;
        EVP_MD_CTX *ctx = EVP_MD_CTX_new();
        bool ok = key && ctx && EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
                  EVP_DigestSign(ctx, der, &size, (const uint8_t *)text, len) == 1;
        ECDSA_SIG *pair = ok ? d2i_ECDSA_SIG(NULL, &at, (long)size) : NULL;
        ok = pair && BN_bn2binpad(ECDSA_SIG_get0_r(pair), out, half) == half &&
             BN_bn2binpad(ECDSA_SIG_get0_s(pair), out + half, half) == half;
        ECDSA_SIG_free(pair);
        EVP_MD_CTX_free(ctx);
        EVP_PKEY_free(made);
        return ok;
}
