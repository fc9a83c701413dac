#include "tests/bench/load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define EVENTS_A_POLL 256
#define READ_BYTES    (64 * 1024)

static int poll_fd;
static SSL_CTX *tls;
static uint64_t state;

int64_t wire_now(void)
{
        struct timespec t;
        clock_gettime(CLOCK_MONOTONIC, &t);
        return (int64_t)t.tv_sec * SECOND_NS + t.tv_nsec;
}

uint64_t wire_draw(uint64_t below)
{
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        return (state >> 11) % below;
}

void wire_start(void)
{
        state = UINT64_C(0x9e3779b97f4a7c15) ^ options.seed;
        poll_fd = epoll_create1(EPOLL_CLOEXEC);
        if (poll_fd < 0)
                load_stop("no epoll");
        if (options.ca == NULL)
                return;
        tls = SSL_CTX_new(TLS_client_method());
        if (tls == NULL || SSL_CTX_load_verify_locations(tls, options.ca, NULL) != 1)
                load_stop("the authority %s cannot be read", options.ca);
        SSL_CTX_set_verify(tls, SSL_VERIFY_PEER, NULL);
        SSL_CTX_set_mode(tls, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

static void watch_out(struct conn *c, bool out)
{
        struct epoll_event ev = {.events = EPOLLIN | (out ? EPOLLOUT : 0), .data = {.ptr = c}};
        if (c->wants_out != out)
                epoll_ctl(poll_fd, EPOLL_CTL_MOD, c->fd, &ev);
        c->wants_out = out;
}

/* Every phone and every handheld has an address of its own, as in a store: so the hub's limits of one address
 * hold as they are, and there are ports for all. */
static void bind_own(const struct conn *c)
{
        struct sockaddr_in from = {.sin_family = AF_INET,
                .sin_addr.s_addr = htonl((127u << 24) | (c->handheld ? 1u : 2u) << 16 | (c->index + 1))};
        int yes = 1;
        setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
        if (bind(c->fd, (struct sockaddr *)&from, sizeof from) != 0)
                load_stop("no address: %s", strerror(errno));
}

void wire_open(struct conn *c)
{
        struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)options.port)};
        struct linger at_once = {1, 0}; /* leaves nothing behind that would use up the ports */
        struct epoll_event ev = {.events = EPOLLIN | EPOLLOUT, .data = {.ptr = c}};
        int yes = 1;
        inet_pton(AF_INET, options.host, &to.sin_addr);
        c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (c->fd < 0)
                load_stop("no socket: %s", strerror(errno));
        setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        bind_own(c);
        if (connect(c->fd, (struct sockaddr *)&to, sizeof to) != 0 && errno != EINPROGRESS)
                load_stop("no connection: %s", strerror(errno));
        c->state = CONN_CONNECTING;
        c->wants_out = true;
        c->upgraded = c->asked = c->welcomed = false;
        epoll_ctl(poll_fd, EPOLL_CTL_ADD, c->fd, &ev);
}

void wire_close(struct conn *c)
{
        if (c->state == CONN_CLOSED)
                return;
        SSL_free(c->ssl);
        close(c->fd);
        free(c->in);
        free(c->out);
        c->ssl = NULL;
        c->in = c->out = NULL;
        c->in_len = c->out_len = 0;
        c->state = CONN_CLOSED;
}

static void lost(struct conn *c)
{
        enum conn_state was = c->state;
        wire_close(c);
        talk_lost(c, was);
}

/* Above 0: bytes; 0: not now; -1: it is over. */
static ssize_t result_of(struct conn *c, int n)
{
        if (n > 0)
                return n;
        int why = SSL_get_error(c->ssl, n);
        return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? 0 : -1;
}

static ssize_t put(struct conn *c, const char *bytes, size_t len)
{
        if (c->ssl)
                return result_of(c, SSL_write(c->ssl, bytes, (int)len));
        ssize_t n = send(c->fd, bytes, len, MSG_NOSIGNAL);
        return n >= 0 ? n : errno == EAGAIN ? 0 : -1;
}

static ssize_t get(struct conn *c, char *bytes, size_t room)
{
        if (c->ssl)
                return result_of(c, SSL_read(c->ssl, bytes, (int)room));
        ssize_t n = recv(c->fd, bytes, room, 0);
        return n > 0 ? n : n < 0 && errno == EAGAIN ? 0 : -1;
}

void wire_send(struct conn *c, const char *bytes, size_t len)
{
        ssize_t n = c->state == CONN_CLOSED ? (ssize_t)len : c->out_len ? 0 : put(c, bytes, len);
        if (n < 0 || (size_t)n == len)
                return; /* an end is seen by the next poll */
        size_t rest = len - (size_t)n;
        char *out = realloc(c->out, c->out_len + rest);
        if (out == NULL)
                load_stop("no memory");
        memcpy(out + c->out_len, bytes + n, rest);
        c->out = out;
        c->out_len += rest;
        watch_out(c, true);
}

static void flush(struct conn *c)
{
        ssize_t n = c->out_len ? put(c, c->out, c->out_len) : 0;
        if (n > 0) {
                c->out_len -= (size_t)n;
                memmove(c->out, c->out + n, c->out_len);
        }
        if (c->out_len == 0) {
                free(c->out);
                c->out = NULL;
                watch_out(c, false);
        }
}

/* What talk.c did not take waits for more. */
static void keep(struct conn *c, const char *bytes, size_t len)
{
        char *in = len ? malloc(len) : NULL;
        if (len && in == NULL)
                load_stop("no memory");
        if (len)
                memcpy(in, bytes, len);
        free(c->in);
        c->in = in;
        c->in_len = len;
}

static void hear(struct conn *c)
{
        static char buffer[2 * READ_BYTES];
        for (;;) {
                if (c->in_len > READ_BYTES)
                        load_stop("a message that is too long");
                if (c->in_len)
                        memcpy(buffer, c->in, c->in_len);
                ssize_t n = get(c, buffer + c->in_len, READ_BYTES);
                if (n == 0)
                        return;
                if (n < 0) {
                        lost(c);
                        return;
                }
                size_t len = c->in_len + (size_t)n;
                size_t used = talk_hear(c, buffer, len);
                if (c->state == CONN_CLOSED)
                        return;
                keep(c, buffer + used, len - used);
                if (n < READ_BYTES && c->ssl == NULL)
                        return; /* the socket was emptied */
        }
}

static void shake(struct conn *c)
{
        static char name[] = "localhost"; /* that macro takes no const */
        if (c->state == CONN_CONNECTING) {
                int error = 0;
                socklen_t len = sizeof error;
                getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &len);
                if (error != 0) {
                        lost(c);
                        return;
                }
                if (tls) {
                        c->ssl = SSL_new(tls);
                        SSL_set_fd(c->ssl, c->fd);
                        SSL_set1_host(c->ssl, "localhost");
                        SSL_set_tlsext_host_name(c->ssl, name);
                }
                c->state = CONN_SHAKING;
        }
        int n = c->ssl ? SSL_connect(c->ssl) : 1;
        if (n != 1 && result_of(c, n) < 0) {
                lost(c);
                return;
        }
        watch_out(c, n != 1 && SSL_want_write(c->ssl));
        if (n != 1)
                return;
        c->state = CONN_GREETING;
        talk_ready(c);
}

void wire_poll(int64_t until)
{
        struct epoll_event events[EVENTS_A_POLL];
        int64_t wait = until - wire_now();
        wait = wait < 0 ? 0 : wait;
        struct timespec t = {wait / SECOND_NS, wait % SECOND_NS};
        int n = epoll_pwait2(poll_fd, events, EVENTS_A_POLL, &t, NULL);
        for (int i = 0; i < n; i++) {
                struct conn *c = events[i].data.ptr;
                if (c->state == CONN_CONNECTING || c->state == CONN_SHAKING)
                        shake(c);
                else if (c->state != CONN_CLOSED && (events[i].events & EPOLLOUT))
                        flush(c);
                if (c->state >= CONN_GREETING && (events[i].events & ~(uint32_t)EPOLLOUT))
                        hear(c);
        }
}
