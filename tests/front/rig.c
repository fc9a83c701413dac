#include "tests/front/rig.h"

#include "server/common/clock.h"
#include "server/common/log.h"
#include "server/front/wipe.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

const char rig_token[] = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

/* ---- files */

static void put_file(const char *folder, const char *name, const char *text)
{
        char path[256];
        snprintf(path, sizeof path, "%s/%s", folder, name);
        FILE *f = fopen(path, "we");
        if (!f || fputs(text, f) < 0 || fclose(f) != 0)
                abort();
}

static void put_pages(const char *web)
{
        char a[128];
        snprintf(a, sizeof a, "%s/a", web);
        if (mkdir(web, 0755) != 0 || mkdir(a, 0755) != 0)
                abort();
        put_file(web, "index.html", "<!doctype html><title>customer</title>");
        put_file(web, "handheld.html", "<!doctype html><title>handheld</title>");
        put_file(web, "console.html", "<!doctype html><title>console</title>");
        put_file(web, "sign.html", "<!doctype html><title>sign</title>");
        put_file(a, "face.12345678.js", "export const plain = 1;");
        put_file(a, "face.12345678.js.gz", "(this stands for the gzip form)");
        put_file(a, "face.12345678.js.br", "(this stands for the brotli form)");
        put_file(a, "face.12345678.css", "body{margin:0}");
        put_file(a, "notes.txt", "no type, so it is not served");
        char *big = malloc(100001);
        if (!big)
                abort();
        for (size_t i = 0; i < 100000; i++)
                big[i] = (char)('a' + i % 23);
        big[100000] = '\0';
        put_file(a, "big.12345678.js", big);
        free(big);
}

static uint16_t free_port(void)
{
        struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        socklen_t len = sizeof any;
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd < 0 || bind(fd, (struct sockaddr *)&any, len) ||
                getsockname(fd, (struct sockaddr *)&any, &len))
                abort();
        close(fd);
        return ntohs(any.sin_port);
}

void rig_init(struct rig *rig, bool hasty)
{
        memset(rig, 0, sizeof *rig);
        rig->link = -1;
        /* The front is forked from here, where TLS is spoken as well: it must find its own memory in use. */
        if (wipe_install() != 0)
                abort();
        snprintf(rig->folder, sizeof rig->folder, "/tmp/maitred-front-XXXXXX");
        if (!mkdtemp(rig->folder))
                abort();
        snprintf(rig->web, sizeof rig->web, "%s/web", rig->folder);
        snprintf(rig->tls, sizeof rig->tls, "%s/tls", rig->folder);
        put_pages(rig->web);
        front_options_default(&rig->options);
        struct front_options *o = &rig->options;
        o->listen_address = "127.0.0.1";
        o->listen_port = free_port();
        snprintf(rig->origin, sizeof rig->origin, "https://localhost:%u", o->listen_port);
        rig->origins[0] = rig->origin;
        rig->origins[1] = "https://hub.store.example:8443";
        o->origins = rig->origins;
        o->n_origins = 2;
        o->tls_dir = rig->tls;
        o->web_root = rig->web;
        o->limits.accepts_per_s_per_address = 100000;
        o->limits.requests_per_min_per_address = 1000000;
        o->limits.sweep_ms = 20;
        if (!hasty)
                return;
        o->limits.head_ms = 1000; /* TLS included, on a busy machine */
        o->limits.body_ms = o->limits.answer_ms = 500;
        o->limits.idle_ms = 1000;
        o->limits.stuck_ms = 500;
        o->limits.hello_ms = 600;
        o->limits.ping_ms = 100;
        o->limits.silent_ms = 900;
}

static void run_child(struct rig *rig, int link, int ready)
{
        close(rig->link);
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that is killed takes its front along */
        rig->options.ready_fd = ready;
        if (!getenv("MAITRED_TEST_LOG"))
                log_open("front", LOG_ERROR);
        int rc = front_run(&rig->options, link);
        exit(rc); /* not _exit: the leak check runs at exit */
}

int rig_start(struct rig *rig, bool hello)
{
        int ends[2], ready[2];
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) || pipe(ready) || link_queue_init(&rig->in, 512 * 1024))
                abort();
        rig->link = ends[0];
        rig->ended = false;
        rig->taken = 0;
        fflush(NULL);
        rig->pid = fork();
        if (rig->pid == 0) {
                close(ready[0]);
                run_child(rig, ends[1], ready[1]);
        }
        close(ends[1]);
        close(ready[1]);
        if (hello)
                rig_hub_send(rig, LINK_HELLO, LINK_VERSION, 0, 0, "{}", 2);
        char byte;
        ssize_t n = read(ready[0], &byte, 1);
        close(ready[0]);
        return n == 1 ? 0 : rig_end(rig, 0);
}

int rig_end(struct rig *rig, int signal_number)
{
        int status = 0;
        if (rig->ended)
                return -1;
        if (signal_number)
                kill(rig->pid, signal_number);
        if (waitpid(rig->pid, &status, 0) != rig->pid)
                abort();
        rig->ended = true;
        close(rig->link);
        rig->link = -1;
        link_queue_finish(&rig->in);
        return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static void remove_files(const char *folder)
{
        static const char *const names[] = {"web/a/face.12345678.js", "web/a/face.12345678.js.gz",
                "web/a/face.12345678.js.br", "web/a/face.12345678.css", "web/a/big.12345678.js",
                "web/a/notes.txt", "web/a", "web/index.html", "web/handheld.html", "web/console.html",
                "web/sign.html", "web", "tls/ca.pem", "tls/ca.key", "tls/server.pem", "tls/server.key",
                "tls/other.key", "tls", "."};
        for (size_t i = 0; i < ARRAY_LEN(names); i++) {
                char path[256];
                snprintf(path, sizeof path, "%s/%s", folder, names[i]);
                if (unlink(path) != 0)
                        rmdir(path);
        }
        rmdir(folder);
}

void rig_finish(struct rig *rig)
{
        if (!rig->ended && rig->pid > 0)
                rig_end(rig, SIGKILL);
        remove_files(rig->folder);
}

/* ---- the hub */

static bool readable(int fd, int ms)
{
        struct pollfd p = {.fd = fd, .events = POLLIN};
        return poll(&p, 1, ms) > 0;
}

struct link_frame rig_hub_take(struct rig *rig)
{
        struct link_frame frame = {0};
        mono_ms by = clock_mono() + RIG_WAIT_MS;
        /* The frame stays valid until the next call: what was taken is dropped only then. */
        link_queue_drop(&rig->in, rig->taken);
        rig->taken = 0;
        while (clock_mono() < by) {
                size_t len;
                const uint8_t *bytes = link_queue_waiting(&rig->in, &len);
                int64_t size = link_read(bytes, len, &frame);
                if (size < 0)
                        break;
                if (size > 0) {
                        rig->taken = (size_t)size;
                        return frame;
                }
                if (!readable(rig->link, (int)(by - clock_mono())))
                        break;
                uint8_t *at = link_queue_room(&rig->in, &len);
                ssize_t n = recv(rig->link, at, len, 0);
                if (n <= 0)
                        break;
                link_queue_filled(&rig->in, (size_t)n);
        }
        return (struct link_frame){0};
}

bool rig_hub_quiet(struct rig *rig, int ms)
{
        return !readable(rig->link, ms);
}

static void send_all(int fd, const void *bytes, size_t len)
{
        const char *at = bytes;
        while (len > 0) {
                ssize_t n = send(fd, at, len, MSG_NOSIGNAL);
                if (n <= 0)
                        return;
                at += n;
                len -= (size_t)n;
        }
}

void rig_hub_send(struct rig *rig, enum link_type type, uint8_t a, uint16_t b, uint64_t id, const void *bytes,
        size_t len)
{
        uint8_t head[LINK_HEAD_SIZE];
        link_head(head, type, a, b, id, (uint32_t)len);
        send_all(rig->link, head, sizeof head);
        send_all(rig->link, bytes, len);
}

void rig_hub_answer(
        struct rig *rig, uint64_t id, uint16_t status, uint8_t cookie, uint32_t age_s, const char *json)
{
        static uint8_t body[LINK_BODY_MAX];
        size_t len = strlen(json);
        memset(body, 0, 36);
        for (int i = 0; i < 4; i++)
                body[i] = (uint8_t)(age_s >> (8 * i));
        for (int i = 0; i < 32; i++)
                body[4 + i] = (uint8_t)i;
        memcpy(body + 36, json, len);
        rig_hub_send(rig, LINK_ANSWER, cookie, status, id, body, 36 + len);
}

/* ---- the client */

static int dial(uint16_t port)
{
        struct sockaddr_in to = {
                .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        struct timeval wait = {.tv_sec = RIG_WAIT_MS / 1000};
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
        if (connect(fd, (struct sockaddr *)&to, sizeof to) == 0)
                return fd;
        close(fd);
        return -1;
}

bool client_dial(struct client *c, const struct rig *rig)
{
        signal(SIGPIPE, SIG_IGN);
        memset(c, 0, sizeof *c);
        c->fd = dial(rig->options.listen_port);
        if (c->fd < 0)
                return false;
        c->context = SSL_CTX_new(TLS_client_method());
        SSL_CTX_clear_mode(c->context, SSL_MODE_AUTO_RETRY);
        c->ssl = SSL_new(c->context);
        SSL_set_fd(c->ssl, c->fd);
        char host[] = "localhost"; /* the macro casts const away, which clang refuses */
        SSL_set_tlsext_host_name(c->ssl, host);
        return true;
}

bool client_open(struct client *c, const struct rig *rig, bool trusting)
{
        if (!client_dial(c, rig))
                return false;
        if (trusting) {
                char ca[128];
                snprintf(ca, sizeof ca, "%s/ca.pem", rig->tls);
                SSL_CTX_load_verify_locations(c->context, ca, NULL);
                SSL_set_verify(c->ssl, SSL_VERIFY_PEER, NULL);
                SSL_set1_host(c->ssl, "localhost");
        }
        if (SSL_connect(c->ssl) == 1)
                return true;
        client_close(c);
        return false;
}

void client_close(struct client *c)
{
        SSL_free(c->ssl);
        SSL_CTX_free(c->context);
        if (c->fd >= 0)
                close(c->fd);
        c->ssl = NULL;
        c->context = NULL;
        c->fd = -1;
}

bool client_send(struct client *c, const char *text, size_t len)
{
        while (len > 0) {
                int n = SSL_write(c->ssl, text, len > 16384 ? 16384 : (int)len);
                if (n <= 0)
                        return false;
                text += n;
                len -= (size_t)n;
        }
        return true;
}

bool client_say(struct client *c, const char *text)
{
        return client_send(c, text, strlen(text));
}

/* 1: more bytes; 0: a record without any (a session ticket); -1: there are none any more, or none in time. */
static int fill_once(struct client *c)
{
        size_t room = sizeof c->bytes - c->len;
        if (room == 0)
                return -1;
        errno = 0;
        int n = SSL_read(c->ssl, c->bytes + c->len, (int)room);
        if (n > 0)
                c->len += (size_t)n;
        else if (SSL_get_error(c->ssl, n) == SSL_ERROR_WANT_READ && errno != EAGAIN)
                return 0;
        return n > 0 ? 1 : -1;
}

/* More bytes; false when there are none any more. */
static bool fill(struct client *c)
{
        int rc;
        while ((rc = fill_once(c)) == 0)
                ;
        return rc > 0;
}

static void use(struct client *c, size_t n)
{
        memmove(c->bytes, c->bytes + n, c->len - n);
        c->len -= n;
}

void response_header(const struct response *r, const char *name, char *out, size_t size)
{
        size_t len = strlen(name);
        out[0] = '\0';
        for (const char *line = strstr(r->head, "\r\n"); line && line[2]; line = strstr(line + 2, "\r\n")) {
                if (strncasecmp(line + 2, name, len) != 0 || line[2 + len] != ':')
                        continue;
                const char *value = line + 2 + len + 1;
                value += strspn(value, " ");
                snprintf(out, size, "%.*s", (int)strcspn(value, "\r"), value);
                return;
        }
}

void client_read(struct client *c, struct response *r, bool head_only)
{
        char *end;
        r->status = 0;
        r->head[0] = r->body[0] = '\0';
        r->body_len = 0;
        while (!(end = memmem(c->bytes, c->len, "\r\n\r\n", 4)))
                if (!fill(c))
                        return;
        size_t head = (size_t)(end - c->bytes) + 2;
        if (head >= sizeof r->head)
                return;
        memcpy(r->head, c->bytes, head);
        r->head[head] = '\0';
        use(c, head + 2);
        char length[32];
        response_header(r, "Content-Length", length, sizeof length);
        size_t want = head_only ? 0 : (size_t)strtoul(length, NULL, 10);
        while (c->len < want)
                if (!fill(c))
                        return;
        if (want >= sizeof r->body)
                return;
        memcpy(r->body, c->bytes, want);
        r->body[want] = '\0';
        r->body_len = want;
        use(c, want);
        r->status = (int)strtol(r->head + sizeof "HTTP/1.1", NULL, 10);
}

bool client_ended(struct client *c, int ms)
{
        mono_ms by = clock_mono() + ms;
        while (clock_mono() < by) {
                if (SSL_pending(c->ssl) == 0 && !readable(c->fd, (int)(by - clock_mono())))
                        return false;
                c->len = 0;
                if (fill_once(c) < 0)
                        return true;
        }
        return false;
}

/* ---- WebSocket */

bool client_upgrade_from(
        struct client *c, const struct rig *rig, const char *origin, const char *path, const char *cookie)
{
        char text[1024];
        struct response *r = malloc(sizeof *r);
        snprintf(text, sizeof text,
                "GET %s HTTP/1.1\r\nHost: localhost:%u\r\nOrigin: %s\r\nConnection: Upgrade\r\n"
                "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                "Sec-WebSocket-Protocol: maitred.handheld.1\r\nCookie: %s=%s\r\n\r\n",
                path, rig->options.listen_port, origin, cookie, rig_token);
        bool granted = r && client_say(c, text);
        if (granted) {
                client_read(c, r, true);
                granted = r->status == 101;
        }
        free(r);
        return granted;
}

bool client_frame(struct client *c, uint8_t first, const void *bytes, size_t len)
{
        static uint8_t frame[80 * 1024];
        static const uint8_t mask[4] = {0x1f, 0x2e, 0x3d, 0x4c};
        const uint8_t *in = bytes;
        size_t at = 2;
        frame[0] = first;
        if (len < 126) {
                frame[1] = (uint8_t)(0x80 | len);
        } else if (len < 65536) {
                frame[1] = 0x80 | 126;
                frame[at++] = (uint8_t)(len >> 8);
                frame[at++] = (uint8_t)len;
        } else {
                frame[1] = 0x80 | 127;
                for (int i = 7; i >= 0; i--)
                        frame[at++] = (uint8_t)(len >> (8 * i));
        }
        memcpy(frame + at, mask, 4);
        at += 4;
        for (size_t i = 0; i < len; i++)
                frame[at++] = in[i] ^ mask[i % 4];
        return client_send(c, (const char *)frame, at);
}

int client_take(struct client *c, char *out, size_t size, size_t *len)
{
        while (c->len < 2)
                if (!fill(c))
                        return -1;
        size_t head = 2;
        size_t n = (uint8_t)c->bytes[1] & 0x7f;
        size_t extra = n == 126 ? 2 : n == 127 ? 8 : 0;
        while (c->len < head + extra)
                if (!fill(c))
                        return -1;
        if (extra > 0)
                n = 0;
        for (size_t i = 0; i < extra; i++)
                n = n << 8 | (uint8_t)c->bytes[head++];
        while (c->len < head + n)
                if (!fill(c))
                        return -1;
        int opcode = c->bytes[0] & 15;
        *len = n < size ? n : size - 1;
        memcpy(out, c->bytes + head, *len);
        out[*len] = '\0';
        use(c, head + n);
        return opcode;
}
