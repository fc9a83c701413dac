#include "agent/pair.h"

#include "agent/pin.h"

#include <errno.h>
#include <netdb.h>
#include <openssl/err.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_MAX 8192

static enum pair_result say_error(enum pair_result result, char *say, const char *text)
{
        snprintf(say, PAIR_SAY_MAX, "%s", text);
        return result;
}

static int dial(const struct paired *to, int wait_s, char *say)
{
        struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_family = AF_UNSPEC}, *list = NULL;
        struct timeval wait = {.tv_sec = wait_s};
        char port[8];
        int fd = -1, error = 0;
        snprintf(port, sizeof port, "%d", to->port);
        int rc = getaddrinfo(to->host, port, &hints, &list);
        if (rc != 0) {
                snprintf(say, PAIR_SAY_MAX,
                        "there is no host %s (%s); give the hub's address as --hub ADDRESS:PORT", to->host,
                        gai_strerror(rc));
                return -1;
        }
        for (struct addrinfo *a = list; a && fd < 0; a = a->ai_next) {
                fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, a->ai_protocol);
                if (fd < 0)
                        continue;
                setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
                setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
                if (connect(fd, a->ai_addr, a->ai_addrlen) != 0) {
                        error = errno;
                        close(fd);
                        fd = -1;
                }
        }
        freeaddrinfo(list);
        if (fd < 0)
                snprintf(say, PAIR_SAY_MAX,
                        "nobody answers at %s port %d (%s); is the hub running, and is this its address?",
                        to->host, to->port, strerror(error));
        return fd;
}

static bool is_proven(void *ctx, const uint8_t pin[AGENT_PIN_BYTES])
{
        const char *typed = ctx;
        char proof[AGENT_CODE_TEXT];
        agent_pair_proof(typed, pin, proof);
        return sodium_memcmp(proof, typed + AGENT_CODE_TEXT, AGENT_CODE_TEXT) == 0;
}

/* One answer, up to the end of the connection. Returns its length. */
static size_t exchange(SSL *ssl, const char *request, char *answer)
{
        size_t len = 0;
        int n = SSL_write(ssl, request, (int)strlen(request));
        while (n > 0 && len < ANSWER_MAX - 1) {
                n = SSL_read(ssl, answer + len, (int)(ANSWER_MAX - 1 - len));
                len += n > 0 ? (size_t)n : 0;
        }
        answer[len] = 0;
        return len;
}

/* The text of a member of a flat answer; 0, or 1. What it is made of is checked by its user. */
static int member(const char *body, const char *name, char *out, size_t room)
{
        char mark[40];
        snprintf(mark, sizeof mark, "\"%s\":\"", name);
        const char *at = strstr(body, mark);
        size_t n = 0;
        for (at = at ? at + strlen(mark) : NULL; at && *at && *at != '"' && n + 1 < room; at++) {
                if (*at == '\\' && at[1])
                        at++;
                out[n++] = *at;
        }
        out[n] = 0;
        return at && *at == '"' && n > 0 ? 0 : 1;
}

static enum pair_result take_answer(const char *answer, struct paired *out, char *say)
{
        const char *body = strstr(answer, "\r\n\r\n");
        char sensor[96] = "";
        int status = strncmp(answer, "HTTP/1.1 ", 9) == 0 ? (int)strtol(answer + 9, NULL, 10) : 0;
        if (status == 410 || status == 401)
                return say_error(PAIR_REFUSED, say,
                        "the hub does not take this code: it was used, or is older than ten "
                        "minutes. Make a new one with "
                        "`maitrectl link agent NAME`");
        if (status == 429)
                return say_error(PAIR_REFUSED, say,
                        "too many wrong codes were tried; wait ten minutes and make a new one");
        if (status != 200 || !body || member(body, "token", out->token, sizeof out->token)) {
                snprintf(say, PAIR_SAY_MAX,
                        "the hub answered %d and no token; are hub and agent of the same version?", status);
                return PAIR_REFUSED;
        }
        member(body, "sensor", sensor, sizeof sensor);
        snprintf(say, PAIR_SAY_MAX, "%s", sensor);
        return PAIR_DONE;
}

static enum pair_result talk(SSL *ssl, const char *typed, struct paired *out, char *say)
{
        char request[512], *answer = calloc(1, ANSWER_MAX);
        if (!answer)
                return say_error(PAIR_REFUSED, say, "there is not enough memory");
        if (SSL_connect(ssl) != 1) {
                free(answer);
                return say_error(PAIR_ELSEWHERE, say,
                        "what answers there does not speak TLS as a hub does; is the port right?");
        }
        X509 *leaf = SSL_get0_peer_certificate(ssl);
        if (!pin_find(leaf, SSL_get_peer_cert_chain(ssl), is_proven, (void *)(uintptr_t)typed, out->pin)) {
                free(answer);
                return say_error(PAIR_ELSEWHERE, say,
                        "whoever answers there is not the hub that made this code: nothing was "
                        "sent. Look at the address, and at "
                        "each of the sixteen characters");
        }
        /* It is the hub: its answer waits for its disk. */
        struct timeval wait = {.tv_sec = PAIR_WAIT_S};
        setsockopt(SSL_get_fd(ssl), SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
        int n = snprintf(request, sizeof request,
                "POST " AGENT_PAIR_PATH " HTTP/1.1\r\nHost: %s:%d\r\nContent-Type: application/json\r\n"
                "Content-Length: 19\r\nConnection: close\r\n\r\n{\"code\":\"%.8s\"}",
                out->host, out->port, typed);
        (void)n;
        exchange(ssl, request, answer);
        enum pair_result rc = take_answer(answer, out, say);
        sodium_memzero(answer, ANSWER_MAX);
        sodium_memzero(request, sizeof request);
        free(answer);
        return rc;
}

enum pair_result pair_with(
        const char typed[AGENT_PAIR_TEXT], int wait_s, struct paired *out, char say[PAIR_SAY_MAX])
{
        enum pair_result rc = PAIR_REFUSED;
        int fd = dial(out, wait_s, say);
        if (fd < 0)
                return PAIR_ELSEWHERE;
        SSL_CTX *context = SSL_CTX_new(TLS_client_method());
        SSL *ssl = context ? SSL_new(context) : NULL;
        if (ssl && SSL_set_fd(ssl, fd) == 1 && SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1) {
                SSL_set_verify(
                        ssl, SSL_VERIFY_NONE, NULL); /* the proof is looked at before anything is sent */
                rc = talk(ssl, typed, out, say);
        } else {
                say_error(rc, say, "TLS could not be set up: there is not enough memory");
        }
        SSL_free(ssl);
        SSL_CTX_free(context);
        ERR_clear_error();
        close(fd);
        return rc;
}
