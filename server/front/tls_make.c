#include "server/front/tls_make.h"

#include "server/common/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CA_DAYS    3650
#define LEAF_DAYS  397 /* the longest that browsers take */
#define RENEW_DAYS 30
#define AGO_S      3600 /* valid from an hour ago: phones' clocks are not ours */
#define SANS_BYTES (TLS_NAMES_MAX * (TLS_NAME_MAX + 8))

static EVP_PKEY *read_key(const char *path)
{
        FILE *f = fopen(path, "re");
        EVP_PKEY *key = f ? PEM_read_PrivateKey(f, NULL, NULL, NULL) : NULL;
        if (f)
                fclose(f);
        return key;
}

static X509 *read_certificate(const char *path)
{
        FILE *f = fopen(path, "re");
        X509 *cert = f ? PEM_read_X509(f, NULL, NULL, NULL) : NULL;
        if (f)
                fclose(f);
        return cert;
}

static int write_all(int fd, const char *bytes, size_t len)
{
        while (len > 0) {
                ssize_t n = write(fd, bytes, len);
                if (n < 0 && errno == EINTR)
                        continue;
                if (n <= 0)
                        return -1;
                bytes += n;
                len -= (size_t)n;
        }
        return 0;
}

/* A new name is durable only when its folder is: devices keep to the authority that they have seen once. */
static int sync_folder(const char *path)
{
        char folder[TLS_PATH_MAX];
        const char *slash = strrchr(path, '/');
        snprintf(folder, sizeof folder, "%.*s", slash > path ? (int)(slash - path) : 1, slash ? path : ".");
        int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        int rc = fd >= 0 ? fsync(fd) : -1;
        if (fd >= 0)
                close(fd);
        return rc;
}

/* A whole new file in place of the old one, on disk before it has the name. */
static int replace_file(const char *path, mode_t mode, const char *bytes, size_t len)
{
        char fresh[TLS_PATH_MAX + 8];
        snprintf(fresh, sizeof fresh, "%s.new", path);
        unlink(fresh);
        int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
        if (fd < 0)
                return -1;
        bool ok = fchmod(fd, mode) == 0 && write_all(fd, bytes, len) == 0 && fsync(fd) == 0;
        ok = close(fd) == 0 && ok;
        if (!ok || rename(fresh, path) != 0) {
                unlink(fresh);
                return -1;
        }
        return sync_folder(path);
}

static int write_file(const char *path, mode_t mode, EVP_PKEY *key, X509 *cert, X509 *issuer)
{
        BIO *text = BIO_new(BIO_s_secmem());
        char *bytes = NULL;
        bool ok = text && (!key || PEM_write_bio_PrivateKey(text, key, NULL, NULL, 0, NULL, NULL) == 1);
        ok = ok && (!cert || PEM_write_bio_X509(text, cert) == 1);
        ok = ok && (!issuer || PEM_write_bio_X509(text, issuer) == 1);
        long len = ok ? BIO_get_mem_data(text, &bytes) : 0;
        int rc = len > 0 ? replace_file(path, mode, bytes, (size_t)len) : -1;
        BIO_free(text);
        return rc;
}

static int extend(X509 *cert, X509 *issuer, int nid, const char *value)
{
        X509V3_CTX context;
        X509V3_set_ctx_nodb(&context);
        X509V3_set_ctx(&context, issuer, cert, NULL, NULL, 0);
        X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, &context, nid, value);
        int rc = e && X509_add_ext(cert, e, -1) == 1 ? 0 : -1;
        X509_EXTENSION_free(e);
        return rc;
}

static int name_it(X509_NAME *name, const char *common)
{
        const unsigned char *organisation = (const unsigned char *)"maitred";
        if (X509_NAME_add_entry_by_txt(name, "O", MBSTRING_UTF8, organisation, -1, -1, 0) != 1)
                return -1;
        return X509_NAME_add_entry_by_txt(
                       name, "CN", MBSTRING_UTF8, (const unsigned char *)common, -1, -1, 0) == 1
                       ? 0
                       : -1;
}

/* A certificate with everything that is alike in both kinds. */
static X509 *start_certificate(EVP_PKEY *key, const char *common, long days)
{
        uint8_t serial[16];
        X509 *cert = X509_new();
        if (!cert || RAND_bytes(serial, sizeof serial) != 1)
                goto fail;
        serial[0] = (uint8_t)((serial[0] & 0x7f) | 0x40); /* positive, and of full length */
        BIGNUM *number = BN_bin2bn(serial, sizeof serial, NULL);
        bool ok = number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(cert));
        BN_free(number);
        ok = ok && X509_set_version(cert, 2) == 1 && X509_gmtime_adj(X509_getm_notBefore(cert), -AGO_S);
        ok = ok && X509_gmtime_adj(X509_getm_notAfter(cert), days * 86400L);
        ok = ok && X509_set_pubkey(cert, key) == 1 && name_it(X509_get_subject_name(cert), common) == 0;
        if (ok)
                return cert;
fail:
        X509_free(cert);
        return NULL;
}

int tls_make_folder(const char *folder)
{
        if (mkdir(folder, 0755) != 0 && errno != EEXIST)
                return -1;
        return sync_folder(folder);
}

int tls_make_authority(const struct tls *tls)
{
        if (access(tls->ca_certificate, F_OK) == 0 && access(tls->ca_key, F_OK) == 0)
                return 0;
        EVP_PKEY *key = EVP_EC_gen("P-256");
        uint8_t mark[2] = {0};
        char common[64];
        RAND_bytes(mark, sizeof mark);
        snprintf(common, sizeof common, "maitred store authority %02x%02x", mark[0], mark[1]);
        X509 *cert = key ? start_certificate(key, common, CA_DAYS) : NULL;
        bool ok = cert && X509_set_issuer_name(cert, X509_get_subject_name(cert)) == 1;
        ok = ok && extend(cert, cert, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") == 0;
        ok = ok && extend(cert, cert, NID_key_usage, "critical,keyCertSign,cRLSign") == 0;
        ok = ok && extend(cert, cert, NID_subject_key_identifier, "hash") == 0;
        ok = ok && X509_sign(cert, key, EVP_sha256()) > 0;
        /* The key first: a certificate without its key would look like an authority and be none. */
        ok = ok && write_file(tls->ca_key, 0600, key, NULL, NULL) == 0;
        ok = ok && write_file(tls->ca_certificate, 0644, NULL, cert, NULL) == 0;
        X509_free(cert);
        EVP_PKEY_free(key);
        return ok ? 0 : -1;
}

static bool is_address(const char *name)
{
        uint8_t bytes[16];
        return inet_pton(AF_INET, name, bytes) == 1 || inet_pton(AF_INET6, name, bytes) == 1;
}

static void list_names(const struct tls *tls, char out[SANS_BYTES])
{
        size_t len = 0;
        for (size_t i = 0; i < tls->n_names; i++)
                len += (size_t)snprintf(out + len, SANS_BYTES - len, "%s%s:%s", i ? "," : "",
                        is_address(tls->names[i]) ? "IP" : "DNS", tls->names[i]);
}

int tls_make_leaf(const struct tls *tls)
{
        char names[SANS_BYTES] = "";
        list_names(tls, names);
        X509 *ca = read_certificate(tls->ca_certificate);
        EVP_PKEY *ca_key = read_key(tls->ca_key);
        EVP_PKEY *key = EVP_EC_gen("P-256");
        X509 *cert = ca && ca_key && key ? start_certificate(key, tls->names[0], LEAF_DAYS) : NULL;
        bool ok = cert && X509_set_issuer_name(cert, X509_get_subject_name(ca)) == 1;
        ok = ok && extend(cert, ca, NID_basic_constraints, "critical,CA:FALSE") == 0;
        ok = ok && extend(cert, ca, NID_key_usage, "critical,digitalSignature") == 0;
        ok = ok && extend(cert, ca, NID_ext_key_usage, "serverAuth") == 0;
        ok = ok && extend(cert, ca, NID_subject_key_identifier, "hash") == 0;
        ok = ok && extend(cert, ca, NID_authority_key_identifier, "keyid") == 0;
        ok = ok && extend(cert, ca, NID_subject_alt_name, names) == 0;
        ok = ok && X509_sign(cert, ca_key, EVP_sha256()) > 0;
        ok = ok && write_file(tls->key, 0600, key, NULL, NULL) == 0;
        ok = ok && write_file(tls->certificate, 0644, NULL, cert, ca) == 0;
        X509_free(cert);
        X509_free(ca);
        EVP_PKEY_free(key);
        EVP_PKEY_free(ca_key);
        return ok ? 0 : -1;
}

static bool names_match(const struct tls *tls, X509 *cert)
{
        GENERAL_NAMES *have = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
        bool same = have && (size_t)sk_GENERAL_NAME_num(have) == tls->n_names;
        GENERAL_NAMES_free(have);
        for (size_t i = 0; same && i < tls->n_names; i++) {
                const char *name = tls->names[i];
                same = is_address(name) ? X509_check_ip_asc(cert, name, 0) == 1
                                        : X509_check_host(cert, name, 0, 0, NULL) == 1;
        }
        return same;
}

bool tls_leaf_good(const struct tls *tls)
{
        X509 *cert = read_certificate(tls->certificate);
        X509 *ca = read_certificate(tls->ca_certificate);
        EVP_PKEY *key = read_key(tls->key);
        struct clock machine = {0}; /* certificates are about the world's time, not an injected one */
        time_t later = (time_t)(clock_wall(&machine) / SECOND_MS) + RENEW_DAYS * 86400L;
        bool good = cert && ca && key && X509_check_private_key(cert, key) == 1 && names_match(tls, cert) &&
                    X509_verify(cert, X509_get0_pubkey(ca)) == 1 &&
                    X509_cmp_time(X509_get0_notAfter(cert), &later) > 0;
        X509_free(cert);
        X509_free(ca);
        EVP_PKEY_free(key);
        return good;
}
