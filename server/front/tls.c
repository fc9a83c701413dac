#include "server/front/tls.h"

#include "server/common/log.h"
#include "server/front/tls_make.h"

#include <errno.h>
#include <openssl/err.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static int fail(const char *file)
{
        ERR_clear_error();
        LOG(LOG_ERROR, "tls",
                "the certificate or its key cannot be used: they must be readable PEM files and belong "
                "together;"
                " mend the file, or leave both settings empty for a self-made certificate",
                log_word("file", file), log_num("errno", errno));
        return FRONT_TLS_FILES;
}

static void add_name(struct tls *tls, const char *name, size_t len)
{
        if (len == 0 || len >= TLS_NAME_MAX || tls->n_names == TLS_NAMES_MAX)
                return;
        for (size_t i = 0; i < tls->n_names; i++)
                if (strlen(tls->names[i]) == len && strncmp(tls->names[i], name, len) == 0)
                        return;
        memcpy(tls->names[tls->n_names], name, len);
        tls->names[tls->n_names++][len] = '\0';
}

/* The host of "https://host:port" or "https://[::1]:port". */
static void add_host_of(struct tls *tls, const char *origin)
{
        const char *at = strstr(origin, "://");
        at = at ? at + 3 : origin;
        if (*at == '[')
                add_name(tls, at + 1, strcspn(at + 1, "]"));
        else
                add_name(tls, at, strcspn(at, ":/"));
}

static void collect_names(struct tls *tls, const struct front_options *o)
{
        for (size_t i = 0; i < o->n_origins; i++)
                add_host_of(tls, o->origins[i]);
        add_name(tls, "localhost", 9);
        add_name(tls, "127.0.0.1", 9);
        if (strcmp(o->listen_address, "0.0.0.0") != 0 && strcmp(o->listen_address, "::") != 0)
                add_name(tls, o->listen_address, strlen(o->listen_address));
}

/* Changes when either file does. */
static int64_t stamp_of(const struct tls *tls)
{
        struct stat cert = {0}, key = {0};
        if (stat(tls->certificate, &cert) != 0 || stat(tls->key, &key) != 0)
                return 0;
        return (int64_t)cert.st_mtim.tv_sec * 31 + cert.st_mtim.tv_nsec + (int64_t)cert.st_ino * 7 +
               (int64_t)key.st_mtim.tv_sec * 37 + key.st_mtim.tv_nsec + (int64_t)key.st_ino * 11;
}

static int prepare_own(struct tls *tls, const struct front_options *o)
{
        tls->own = true;
        snprintf(tls->ca_certificate, sizeof tls->ca_certificate, "%s/ca.pem", o->tls_dir);
        snprintf(tls->ca_key, sizeof tls->ca_key, "%s/ca.key", o->tls_dir);
        snprintf(tls->certificate, sizeof tls->certificate, "%s/server.pem", o->tls_dir);
        snprintf(tls->key, sizeof tls->key, "%s/server.key", o->tls_dir);
        collect_names(tls, o);
        if (tls_make_folder(o->tls_dir) != 0)
                return fail(o->tls_dir);
        if (tls_make_authority(tls))
                return fail(tls->ca_certificate);
        if (tls_leaf_good(tls))
                return 0;
        if (tls_make_leaf(tls))
                return fail(tls->certificate);
        LOG(LOG_NOTE, "tls", "made a certificate for this hub; devices trust it once they trust this file",
                log_word("file", tls->ca_certificate));
        return 0;
}

static bool given(const char *path)
{
        return path && *path;
}

int tls_prepare(struct tls *tls, const struct front_options *o)
{
        *tls = (struct tls){0};
        if (given(o->certificate) != given(o->key)) {
                LOG(LOG_ERROR, "tls",
                        "a certificate needs its key and a key its certificate: set both or neither",
                        log_word("file", given(o->key) ? o->key : o->certificate));
                return FRONT_TLS_FILES;
        }
        if (!given(o->certificate)) {
                if (!given(o->tls_dir) || strlen(o->tls_dir) > TLS_PATH_MAX - 32)
                        return fail("");
                int rc = prepare_own(tls, o);
                if (rc)
                        return rc;
        } else {
                snprintf(tls->certificate, sizeof tls->certificate, "%s", o->certificate);
                snprintf(tls->key, sizeof tls->key, "%s", o->key);
        }
        SSL_CTX *trial = SSL_CTX_new(TLS_server_method());
        int rc = trial ? tls_apply(tls, trial) : fail(tls->certificate);
        SSL_CTX_free(trial);
        tls->live = NULL;
        return rc;
}

int tls_apply(struct tls *tls, SSL_CTX *context)
{
        errno = 0;
        int64_t stamp = stamp_of(tls);
        if (SSL_CTX_use_certificate_chain_file(context, tls->certificate) != 1)
                return fail(tls->certificate);
        if (SSL_CTX_use_PrivateKey_file(context, tls->key, SSL_FILETYPE_PEM) != 1 ||
                SSL_CTX_check_private_key(context) != 1)
                return fail(tls->key);
        SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
        SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20");
        char groups[] = "X25519:P-256"; /* the macro casts const away, which clang refuses */
        SSL_CTX_set1_groups_list(context, groups);
        /* Tickets would be under one key for as long as the process lives; sessions in memory resume as well.
         */
        SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                             SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
        static const unsigned char sessions[] = "maitred";
        SSL_CTX_set_session_id_context(context, sessions, sizeof sessions - 1);
        SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
        tls->stamp = stamp;
        tls->live = context;
        return 0;
}

/* True when the two files, as they are now, are a pair. */
static bool pair_good(const struct tls *tls)
{
        SSL_CTX *trial = SSL_CTX_new(TLS_server_method());
        bool good = trial && SSL_CTX_use_certificate_chain_file(trial, tls->certificate) == 1 &&
                    SSL_CTX_use_PrivateKey_file(trial, tls->key, SSL_FILETYPE_PEM) == 1 &&
                    SSL_CTX_check_private_key(trial) == 1;
        SSL_CTX_free(trial);
        ERR_clear_error();
        return good;
}

void tls_refresh(struct tls *tls)
{
        if (!tls->live)
                return;
        if (tls->own && !tls_leaf_good(tls) && tls_make_leaf(tls) != 0)
                LOG(LOG_WARN, "tls",
                        "the certificate must be renewed and could not be: look at the folder's rights",
                        log_word("file", tls->certificate));
        ERR_clear_error();
        int64_t stamp = stamp_of(tls);
        if (stamp == 0 || stamp == tls->stamp)
                return;
        if (!pair_good(tls)) {
                LOG(LOG_WARN, "tls",
                        "a new certificate is there but is not a pair with its key; the old one stays",
                        log_word("file", tls->certificate));
                return;
        }
        if (tls_apply(tls, tls->live) == 0)
                LOG(LOG_NOTE, "tls", "took a new certificate into use", log_word("file", tls->certificate));
}
