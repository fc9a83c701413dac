/* The pin of a certificate is the hash of its public key, whatever name and dates it bears. */
#include "server/common/pin.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
/* cmocka wants the seven above */
#include <cmocka.h>

static char folder[] = "/tmp/maitred-pin.XXXXXX";
static EVP_PKEY *key;

static FILE *create(const char *name, char path[64])
{
        snprintf(path, 64, "%s/%s", folder, name);
        FILE *file = fopen(path, "we");
        assert_non_null(file);
        return file;
}

static void write_certificate(const char *file_name, const char *subject, EVP_PKEY *of, long seconds)
{
        char path[64];
        X509 *x = X509_new();
        X509_NAME *name = X509_NAME_new();
        assert_true(X509_NAME_add_entry_by_txt(
                name, "CN", MBSTRING_ASC, (const unsigned char *)subject, -1, -1, 0));
        assert_true(
                X509_set_version(x, 2) && X509_set_subject_name(x, name) && X509_set_issuer_name(x, name));
        assert_true(X509_gmtime_adj(X509_getm_notBefore(x), 0) &&
                    X509_gmtime_adj(X509_getm_notAfter(x), seconds));
        assert_true(X509_set_pubkey(x, of) && X509_sign(x, of, EVP_sha256()) > 0);
        FILE *file = create(file_name, path);
        assert_true(PEM_write_X509(file, x));
        assert_int_equal(fclose(file), 0);
        X509_NAME_free(name);
        X509_free(x);
}

static int make(void **state)
{
        char path[64];
        (void)state;
        assert_non_null(mkdtemp(folder));
        key = EVP_EC_gen("P-256");
        EVP_PKEY *other = EVP_EC_gen("P-256");
        write_certificate("one.pem", "one", key, 1000);
        write_certificate("two.pem", "two", key, 2000);
        write_certificate("other.pem", "one", other, 1000);
        FILE *file = create("key.pem", path);
        assert_true(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL));
        assert_int_equal(fclose(file), 0);
        assert_int_equal(fclose(create("empty.pem", path)), 0);
        EVP_PKEY_free(other);
        return 0;
}

static int take_away(void **state)
{
        static const char *const names[] = {"one.pem", "two.pem", "other.pem", "key.pem", "empty.pem"};
        (void)state;
        EVP_PKEY_free(key);
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
                char path[64];
                snprintf(path, sizeof path, "%s/%s", folder, names[i]);
                unlink(path);
        }
        return rmdir(folder);
}

static int pin_of(const char *name, uint8_t pin[PIN_BYTES])
{
        char path[64];
        snprintf(path, sizeof path, "%s/%s", folder, name);
        return pin_of_certificate(path, pin);
}

static void a_pin_is_of_the_key(void **state)
{
        uint8_t one[PIN_BYTES], two[PIN_BYTES], other[PIN_BYTES], want[PIN_BYTES];
        unsigned char *der = NULL;
        char word[PIN_WORD_SIZE], digits[3];
        (void)state;
        int len = i2d_PUBKEY(key, &der);
        assert_true(len > 0 && EVP_Digest(der, (size_t)len, want, NULL, EVP_sha256(), NULL) == 1);
        OPENSSL_free(der);
        assert_int_equal(pin_of("one.pem", one), 0);
        assert_int_equal(pin_of("two.pem", two), 0);
        assert_int_equal(pin_of("other.pem", other), 0);
        assert_memory_equal(one, want, PIN_BYTES);
        assert_memory_equal(two, want, PIN_BYTES);
        assert_memory_not_equal(other, want, PIN_BYTES);
        pin_word(want, word);
        assert_int_equal(strlen(word), 16);
        snprintf(digits, sizeof digits, "%02x", want[7]);
        assert_string_equal(word + 14, digits);
}

static void what_holds_no_certificate_has_none(void **state)
{
        uint8_t pin[PIN_BYTES];
        (void)state;
        assert_int_equal(pin_of("empty.pem", pin), -1);
        assert_int_equal(pin_of("key.pem", pin), -1);
        assert_int_equal(pin_of("none.pem", pin), -1);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_pin_is_of_the_key),
                cmocka_unit_test(what_holds_no_certificate_has_none),
        };
        return cmocka_run_group_tests(tests, make, take_away);
}
