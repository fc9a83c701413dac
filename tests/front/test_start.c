/* What may be wrong at the start, each with its own exit code; and the certificate that the front makes. */
#include "tests/front/rig.h"

#include "server/front/tls_make.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <openssl/x509.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static struct rig rig;
static struct client client;

static int start(void **state)
{
        (void)state;
        rig_init(&rig, false);
        return rig_start(&rig, true);
}

/* Every test ends with an orderly stop: exit code 0, and under a sanitizer nothing leaked. */
static int stop(void **state)
{
        (void)state;
        if (client.ssl)
                client_close(&client); /* a test that failed half-way */
        int rc = rig.ended ? 0 : rig_end(&rig, SIGTERM);
        rig_finish(&rig);
        if (rc != 0)
                print_error("the front ended with %d\n", rc);
        return rc;
}

/* ---- what may be wrong at the start */

static void a_port_in_use(void **state)
{
        (void)state;
        struct rig other;
        rig_init(&other, false);
        other.options.listen_port = rig.options.listen_port;
        assert_int_equal(rig_start(&other, false), FRONT_ADDRESS_IN_USE);
        rig_finish(&other);
}

static void start_fails_with(int code, void (*spoil)(struct rig *))
{
        struct rig other;
        rig_init(&other, false);
        spoil(&other);
        assert_int_equal(rig_start(&other, false), code);
        rig_finish(&other);
}

static void foreign_address(struct rig *r)
{
        r->options.listen_address = "192.0.2.77";
}

static void no_address(struct rig *r)
{
        r->options.listen_address = "localhost";
}

static void no_pages(struct rig *r)
{
        r->options.web_root = "/nonexistent/pages";
}

static void only_a_key(struct rig *r)
{
        r->options.key = "/nonexistent/key.pem";
}

static void no_certificate(struct rig *r)
{
        r->options.key = "/nonexistent/key.pem";
        r->options.certificate = "/nonexistent/certificate.pem";
}

static void bad_origin(struct rig *r)
{
        r->origins[1] = "http://hub.store.example";
}

static void unwritable_tls(struct rig *r)
{
        r->options.tls_dir = "/proc/nonexistent";
}

static void plain_for_everybody(struct rig *r)
{
        r->options.plain = true;
        r->options.listen_address = "0.0.0.0";
}

static void no_limit(struct rig *r)
{
        r->options.limits.connections = 0;
}

static void starts_that_fail_say_which(void **state)
{
        (void)state;
        start_fails_with(FRONT_ADDRESS_NOT_OURS, foreign_address);
        start_fails_with(FRONT_OPTIONS, no_address);
        start_fails_with(FRONT_WEB_ROOT, no_pages);
        start_fails_with(FRONT_TLS_FILES, only_a_key);
        start_fails_with(FRONT_TLS_FILES, no_certificate);
        start_fails_with(FRONT_TLS_FILES, unwritable_tls);
        start_fails_with(FRONT_OPTIONS, bad_origin);
        start_fails_with(FRONT_OPTIONS, plain_for_everybody);
        start_fails_with(FRONT_OPTIONS, no_limit);
}

static void read_file(const char *folder, const char *name, char out[8192])
{
        char path[256];
        snprintf(path, sizeof path, "%s/%s", folder, name);
        FILE *f = fopen(path, "re");
        assert_non_null(f);
        size_t n = fread(out, 1, 8191, f);
        out[n] = '\0';
        fclose(f);
}

/* The authority stays, the leaf follows the names; keys are for the owner only. */
static void a_made_certificate_lasts(void **state)
{
        (void)state;
        static char ca[8192], leaf[8192], again[8192];
        struct stat s;
        char path[256];
        read_file(rig.tls, "ca.pem", ca);
        read_file(rig.tls, "server.pem", leaf);
        snprintf(path, sizeof path, "%s/server.key", rig.tls);
        assert_int_equal(stat(path, &s), 0);
        assert_int_equal(s.st_mode & 0777, 0600);
        snprintf(path, sizeof path, "%s/ca.key", rig.tls);
        assert_int_equal(stat(path, &s), 0);
        assert_int_equal(s.st_mode & 0777, 0600);
        assert_int_equal(rig_end(&rig, SIGTERM), 0);
        assert_int_equal(rig_start(&rig, true), 0);
        read_file(rig.tls, "server.pem", again);
        assert_string_equal(leaf, again);
        assert_int_equal(rig_end(&rig, SIGTERM), 0);
        rig.origins[1] = "https://other.store.example";
        assert_int_equal(rig_start(&rig, true), 0);
        read_file(rig.tls, "server.pem", again);
        assert_string_not_equal(leaf, again);
        read_file(rig.tls, "ca.pem", again);
        assert_string_equal(ca, again);
        assert_true(client_open(&client, &rig, true));
        client_close(&client);
        assert_int_equal(rig_end(&rig, SIGTERM), 0);

        /* A key of another pair is noticed before the port is offered. */
        char certificate[256];
        snprintf(certificate, sizeof certificate, "%s/server.pem", rig.tls);
        rig.options.certificate = certificate;
        rig.options.key = path; /* the authority's */
        assert_int_equal(rig_start(&rig, true), FRONT_TLS_FILES);
}

/* A handshake with what the given list offers; what was chosen, or "". */
static void negotiate(int newest, const unsigned char *offer, unsigned offer_len, char out[16])
{
        const unsigned char *chosen = NULL;
        unsigned len = 0;
        assert_true(client_dial(&client, &rig));
        SSL_CTX_set_max_proto_version(client.context, newest);
        SSL_set_max_proto_version(client.ssl, newest);
        SSL_set_alpn_protos(client.ssl, offer, offer_len);
        int rc = SSL_connect(client.ssl);
        SSL_get0_alpn_selected(client.ssl, &chosen, &len);
        snprintf(out, 16, "%s%.*s", rc == 1 ? "" : "no", (int)len, (const char *)chosen);
        client_close(&client);
}

static void what_tls_offers(void **state)
{
        (void)state;
        static const unsigned char both[] = {2, 'h', '2', 8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
        char got[16];
        negotiate(TLS1_3_VERSION, both, sizeof both, got);
        assert_string_equal(got, "http/1.1");
        negotiate(TLS1_2_VERSION, both, sizeof both, got);
        assert_string_equal(got, "http/1.1");
        negotiate(TLS1_3_VERSION, both, 3, got);
        assert_string_not_equal(got, "h2");
        negotiate(TLS1_1_VERSION, both, sizeof both, got);
        assert_memory_equal(got, "no", 2);
}

/* A pair that is replaced while the front runs is taken into use; one that does not fit is not. */
static void a_new_certificate_is_taken_up(void **state)
{
        (void)state;
        struct tls tls;
        struct rig other;
        rig_init(&other, false);
        assert_int_equal(tls_prepare(&tls, &other.options), 0);
        SSL_CTX *context = SSL_CTX_new(TLS_server_method());
        assert_int_equal(tls_apply(&tls, context), 0);
        X509 *first = X509_dup(SSL_CTX_get0_certificate(context));
        tls_refresh(&tls);
        assert_int_equal(X509_cmp(first, SSL_CTX_get0_certificate(context)), 0);
        assert_true(tls_leaf_good(&tls));
        assert_int_equal(tls_make_leaf(&tls), 0);
        tls_refresh(&tls);
        assert_int_not_equal(X509_cmp(first, SSL_CTX_get0_certificate(context)), 0);
        X509 *second = X509_dup(SSL_CTX_get0_certificate(context));
        tls.own = false; /* else the next would be mended rather than refused */
        char key[TLS_PATH_MAX];
        snprintf(key, sizeof key, "%s", tls.key);
        snprintf(tls.key, sizeof tls.key, "%s", tls.ca_key);
        tls_refresh(&tls);
        assert_int_equal(X509_cmp(second, SSL_CTX_get0_certificate(context)), 0);
        /* A leaf whose key is gone is made again. */
        snprintf(tls.key, sizeof tls.key, "%s", key);
        tls.own = true;
        assert_int_equal(remove(key), 0);
        assert_false(tls_leaf_good(&tls));
        tls_refresh(&tls);
        assert_true(tls_leaf_good(&tls));
        assert_int_not_equal(X509_cmp(second, SSL_CTX_get0_certificate(context)), 0);
        X509_free(first);
        X509_free(second);
        SSL_CTX_free(context);
        rig_finish(&other);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(a_port_in_use, start, stop),
                cmocka_unit_test(starts_that_fail_say_which),
                cmocka_unit_test_setup_teardown(a_made_certificate_lasts, start, stop),
                cmocka_unit_test_setup_teardown(what_tls_offers, start, stop),
                cmocka_unit_test(a_new_certificate_is_taken_up),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
