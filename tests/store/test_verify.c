/* A handheld's key on disk, and signatures of real keys: right ones, and every way in which one is not. */
#include "tests/store/kit.h"

#include "server/common/ids.h"
#include "server/hub/store/sense.h"
#include "server/hub/verify.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

struct signer {
        EVP_PKEY *pkey;
        struct own_key key;
};

static struct signer signer_of(const char *group)
{
        struct signer s = {.pkey = EVP_EC_gen(group)};
        size_t len = 0;
        assert_non_null(s.pkey);
        assert_int_equal(EVP_PKEY_get_octet_string_param(
                                 s.pkey, OSSL_PKEY_PARAM_PUB_KEY, s.key.point, sizeof s.key.point, &len),
                1);
        assert_int_equal(len, OWN_KEY_BYTES);
        s.key.known = true;
        return s;
}

static void sign(const struct signer *s, const struct digest *said, uint8_t out[SIGNATURE_BYTES])
{
        uint8_t der[100];
        size_t len = sizeof der;
        EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(s->pkey, NULL);
        assert_int_equal(EVP_PKEY_sign_init(ctx), 1);
        assert_int_equal(EVP_PKEY_sign(ctx, der, &len, said->b, sizeof said->b), 1);
        const uint8_t *at = der;
        ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &at, (long)len);
        BN_bn2binpad(ECDSA_SIG_get0_r(pair), out, 32);
        BN_bn2binpad(ECDSA_SIG_get0_s(pair), out + 32, 32);
        ECDSA_SIG_free(pair);
        EVP_PKEY_CTX_free(ctx);
}

static void a_signature_is_of_one_key_and_one_text(void **state)
{
        (void)state;
        struct signer hers = signer_of("P-256"), another = signer_of("P-256");
        struct digest said;
        uint8_t good[SIGNATURE_BYTES], bad[SIGNATURE_BYTES];
        for (int round = 0; round < 20; round++) {
                ids_random(said.b, sizeof said.b);
                sign(&hers, &said, good);
                assert_int_equal(verify_signature(&hers.key, &said, good), VERIFIED_RIGHT);
                assert_int_equal(verify_signature(&another.key, &said, good), VERIFIED_WRONG);
                struct digest other = said;
                other.b[round] ^= 1;
                assert_int_equal(verify_signature(&hers.key, &other, good), VERIFIED_WRONG);
        }
        for (int bit = 0; bit < 8 * SIGNATURE_BYTES; bit++) {
                memcpy(bad, good, sizeof bad);
                bad[bit / 8] ^= (uint8_t)(1 << bit % 8);
                assert_int_equal(verify_signature(&hers.key, &said, bad), VERIFIED_WRONG);
        }
        EVP_PKEY_free(hers.pkey);
        EVP_PKEY_free(another.pkey);
}

static void what_is_no_signature_or_no_key(void **state)
{
        (void)state;
        struct signer hers = signer_of("P-256"), elsewhere = signer_of("brainpoolP256r1");
        struct digest said = {{1}};
        uint8_t good[SIGNATURE_BYTES], bad[SIGNATURE_BYTES];
        sign(&hers, &said, good);
        memset(bad, 0, sizeof bad);
        assert_int_equal(verify_signature(&hers.key, &said, bad), VERIFIED_WRONG);
        memset(bad, 0xff, sizeof bad);
        assert_int_equal(verify_signature(&hers.key, &said, bad), VERIFIED_WRONG);
        memcpy(bad, good, sizeof bad);
        memset(bad + 32, 0, 32);
        assert_int_equal(verify_signature(&hers.key, &said, bad), VERIFIED_WRONG);
        /* Points that are none of this curve: another curve's, nonsense, all zero, the compressed form. */
        sign(&elsewhere, &said, bad);
        assert_int_equal(verify_signature(&elsewhere.key, &said, bad), VERIFIED_WRONG);
        struct own_key key = hers.key;
        key.point[64] ^= 1;
        assert_int_equal(verify_signature(&key, &said, good), VERIFIED_WRONG);
        key = (struct own_key){.known = true, .point = {4}};
        assert_int_equal(verify_signature(&key, &said, good), VERIFIED_WRONG);
        key = hers.key;
        key.point[0] = 2;
        assert_int_equal(verify_signature(&key, &said, good), VERIFIED_WRONG);
        assert_int_equal(verify_signature(&hers.key, &said, good), VERIFIED_RIGHT);
        EVP_PKEY_free(hers.pkey);
        EVP_PKEY_free(elsewhere.pkey);
}

/* The object that holds a point is the same for all: nothing of the one before may serve the next. */
static void no_key_serves_for_the_next(void **state)
{
        (void)state;
        struct signer one = signer_of("P-256"), other = signer_of("P-256");
        struct own_key broken = other.key;
        struct digest said = {{7}};
        uint8_t by_one[SIGNATURE_BYTES], by_other[SIGNATURE_BYTES];
        broken.point[0] = 2; /* that of a shorter form: refused before anything is read of it */
        for (int round = 0; round < 20; round++) {
                said.b[1] = (uint8_t)round;
                sign(&one, &said, by_one);
                sign(&other, &said, by_other);
                assert_int_equal(verify_signature(&one.key, &said, by_one), VERIFIED_RIGHT);
                assert_int_equal(verify_signature(&broken, &said, by_one), VERIFIED_WRONG);
                assert_int_equal(verify_signature(&other.key, &said, by_one), VERIFIED_WRONG);
                assert_int_equal(verify_signature(&other.key, &said, by_other), VERIFIED_RIGHT);
                assert_int_equal(verify_signature(&one.key, &said, by_other), VERIFIED_WRONG);
        }
        EVP_PKEY_free(one.pkey);
        EVP_PKEY_free(other.pkey);
}

static struct write session(uint8_t first, const struct own_key *key)
{
        struct write w = {.kind = WRITE_SESSION};
        w.session.token.b[0] = first;
        w.session.row = (struct session_row){
                .kind = SESSION_HANDHELD, .subject = 1, .expires = NOW + DAY_MS, .paired = NOW};
        w.session.own_key = *key;
        return w;
}

static const struct own_key *read_key(struct kit *kit, uint8_t first)
{
        static struct own_key found;
        struct effect load = {.load = {.by = LOAD_BY_TOKEN, .now = NOW}};
        load.load.key.b[0] = first;
        struct dossier *d = kit_load(kit, &load);
        assert_true(d->found & DOSSIER_SESSION);
        found = d->own_key;
        free(d);
        return &found;
}

static void a_key_is_kept_with_its_session(void **state)
{
        struct kit *kit = *state;
        struct signer hers = signer_of("P-256");
        struct own_key none = {0};
        struct write w[2] = {session(1, &hers.key), session(2, &none)};
        assert_int_equal(kit_commit(kit, w, 2), 0);
        assert_true(read_key(kit, 1)->known);
        assert_memory_equal(read_key(kit, 1)->point, hers.key.point, OWN_KEY_BYTES);
        assert_false(read_key(kit, 2)->known);
        /* Its cookie is renewed after a lost answer: the key stays. */
        struct write renewal = {.kind = WRITE_RENEWAL, .renewal = {.old = {{1}}, .fresh = {{3}}}};
        assert_int_equal(kit_commit(kit, &renewal, 1), 0);
        assert_memory_equal(read_key(kit, 3)->point, hers.key.point, OWN_KEY_BYTES);
        struct effect load = {.load = {.by = LOAD_BY_SESSIONS, .kinds = 1 << SESSION_HANDHELD, .now = NOW}};
        struct dossier *d = kit_load(kit, &load);
        uint32_t keyed = 0;
        for (uint32_t i = 0; i < d->n_sessions; i++)
                keyed += dossier_sessions(d)[i].keyed;
        assert_int_equal(d->n_sessions, 2);
        assert_int_equal(keyed, 1);
        free(d);
        EVP_PKEY_free(hers.pkey);
}

/* The one before ends in the same group; a console and the links stay. */
static void one_handheld_ends_for_another(void **state)
{
        struct kit *kit = *state;
        struct own_key none = {0};
        struct write first[2] = {session(1, &none), session(2, &none)};
        first[1].session.row.kind = SESSION_CONSOLE;
        assert_int_equal(kit_commit(kit, first, 2), 0);
        struct write next[2] = {
                {.kind = WRITE_SESSION_END, .session_end = {.associate = 1, .handhelds_only = true}},
                session(3, &none)};
        assert_int_equal(sense_of(next, 2), SENSE_ADDS); /* not by the room that is kept for taking back */
        assert_int_equal(kit_commit(kit, next, 2), 0);
        struct effect load = {.load = {.by = LOAD_BY_SESSIONS,
                                      .kinds = 1 << SESSION_HANDHELD | 1 << SESSION_CONSOLE,
                                      .now = NOW}};
        struct dossier *d = kit_load(kit, &load);
        uint32_t seen = 0;
        for (uint32_t i = 0; i < d->n_sessions; i++)
                seen |= 1u << dossier_sessions(d)[i].token.b[0];
        assert_int_equal(seen, 1u << 2 | 1u << 3);
        free(d);
}

static int setup(void **state)
{
        static struct kit kit;
        kit_open(&kit);
        *state = &kit;
        return 0;
}

static int teardown(void **state)
{
        kit_close(*state);
        return 0;
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_signature_is_of_one_key_and_one_text),
                cmocka_unit_test(what_is_no_signature_or_no_key),
                cmocka_unit_test(no_key_serves_for_the_next),
                cmocka_unit_test_setup_teardown(a_key_is_kept_with_its_session, setup, teardown),
                cmocka_unit_test_setup_teardown(one_handheld_ends_for_another, setup, teardown),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
