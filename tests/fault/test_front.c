/* Memory that runs out in the front's pieces that need no socket. */
#include "tests/fault/fault.h"

#include <openssl/x509v3.h>
#include <qrencode.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/common/ids.h"
#include "server/common/log.h"
#include "server/front/net.h"
#include "server/front/qr.h"
#include "server/front/tls_make.h"
#include "tests/ctl/temporary.h"

/* These allocate inside their libraries and say so when they cannot. */
X509 *__real_X509_new(void);
X509 *__wrap_X509_new(void);
BIGNUM *__real_BN_bin2bn(const unsigned char *bytes, int len, BIGNUM *into);
BIGNUM *__wrap_BN_bin2bn(const unsigned char *bytes, int len, BIGNUM *into);
X509_EXTENSION *__real_X509V3_EXT_conf_nid(
        LHASH_OF(CONF_VALUE) * conf, X509V3_CTX *context, int nid, const char *value);
X509_EXTENSION *__wrap_X509V3_EXT_conf_nid(
        LHASH_OF(CONF_VALUE) * conf, X509V3_CTX *context, int nid, const char *value);
QRcode *__real_QRcode_encodeString8bit(const char *text, int version, QRecLevel level);
QRcode *__wrap_QRcode_encodeString8bit(const char *text, int version, QRecLevel level);

/* One allocation that comes and goes stands for all of the library's. */
static bool none_left(void)
{
        void *block = fault_malloc(1);
        fault_free(block);
        return block == NULL;
}

X509 *__wrap_X509_new(void)
{
        return none_left() ? NULL : __real_X509_new();
}

BIGNUM *__wrap_BN_bin2bn(const unsigned char *bytes, int len, BIGNUM *into)
{
        return none_left() ? NULL : __real_BN_bin2bn(bytes, len, into);
}

X509_EXTENSION *__wrap_X509V3_EXT_conf_nid(
        LHASH_OF(CONF_VALUE) * conf, X509V3_CTX *context, int nid, const char *value)
{
        return none_left() ? NULL : __real_X509V3_EXT_conf_nid(conf, context, nid, value);
}

QRcode *__wrap_QRcode_encodeString8bit(const char *text, int version, QRecLevel level)
{
        return none_left() ? NULL : __real_QRcode_encodeString8bit(text, version, level);
}

static void addresses(void **state)
{
        static const struct front_limits limits = {.connections_per_address = 4};
        (void)state;
        struct fault fault = {"addresses_create"};
        while (fault_next(&fault)) {
                fault_go(&fault);
                struct addresses *a = addresses_create(&limits);
                assert_true((a == NULL) == fault_halt(&fault));
                addresses_destroy(a);
        }
}

static void connections(void **state)
{
        (void)state;
        struct fault fault = {"conns_create"};
        while (fault_next(&fault)) {
                fault_go(&fault);
                struct conns *c = conns_create(NULL, 64);
                assert_true((c == NULL) == fault_halt(&fault));
                conns_destroy(c);
        }
}

static void pages(void **state)
{
        static const char *const names[] = {
                "web/index.html", "web/handheld.html", "web/console.html", "web/sign.html", "web/a/x.js"};
        (void)state;
        assert_int_equal(mkdir("web", 0700), 0);
        assert_int_equal(mkdir("web/a", 0700), 0);
        for (size_t i = 0; i < ARRAY_LEN(names); i++)
                temporary_text(names[i], "hello");
        struct fault fault = {"pages_load"};
        while (fault_next(&fault)) {
                struct pages *loaded;
                struct head head = {.path = "/a/x.js"};
                struct reply reply;
                char extra[PAGES_EXTRA_MAX];
                fault_go(&fault);
                int rc = pages_load(&loaded, "web");
                bool hit = fault_halt(&fault);
                assert_true((rc != 0) == hit && (loaded == NULL) == hit);
                if (rc == 0)
                        assert_int_equal(pages_reply(loaded, &head, &reply, extra), 0);
                pages_free(loaded);
        }
}

/* Without memory the answer goes out as it was, and the page can still show the link. */
static void codes(void **state)
{
        static const char json[] = "{\"url\":\"https://hub.example/j#abc\",\"qr_of\":\"url\"}";
        (void)state;
        struct fault fault = {"qr_drawn"};
        while (fault_next(&fault)) {
                size_t len = 0;
                fault_go(&fault);
                char *drawn = qr_drawn(slice_of(json), &len);
                assert_true((drawn == NULL) == fault_halt(&fault));
                free(drawn);
        }
}

/* A certificate is there with its key, or neither counts; and the next start makes what is missing. */
static void certificates(void **state)
{
        static struct tls tls = {.own = true,
                .certificate = "leaf.pem",
                .key = "leaf.key",
                .ca_certificate = "ca.pem",
                .ca_key = "ca.key",
                .names = {"hub.example", "127.0.0.1"},
                .n_names = 2};
        (void)state;
        struct fault fault = {"tls_make"};
        while (fault_next(&fault)) {
                unlink("leaf.pem");
                unlink("leaf.key");
                unlink("ca.pem");
                unlink("ca.key");
                fault_go(&fault);
                bool made = tls_make_authority(&tls) == 0 && tls_make_leaf(&tls) == 0;
                bool hit = fault_halt(&fault);
                assert_true(made != hit);
                assert_int_equal(tls_leaf_good(&tls), made);
                if (made)
                        continue;
                assert_int_equal(tls_make_authority(&tls), 0);
                assert_int_equal(tls_make_leaf(&tls), 0);
                assert_true(tls_leaf_good(&tls));
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(addresses),
                cmocka_unit_test(connections),
                cmocka_unit_test(pages),
                cmocka_unit_test(codes),
                cmocka_unit_test(certificates),
        };
        fault_libraries();
        ids_init();
        log_open("fault", LOG_ERROR);
        return cmocka_run_group_tests(tests, temporary_make, temporary_remove);
}
