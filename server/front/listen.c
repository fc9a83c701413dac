#include "server/front/listen.h"

#include "server/common/log.h"
#include "server/front/net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG        1024
#define ACCEPTS_A_TURN 64

/* 0 with *out and *len; 1: no numeric address. */
static int parse(const char *text, uint16_t port, struct sockaddr_storage *out, socklen_t *len)
{
        struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(port)};
        struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
        memset(out, 0, sizeof *out);
        if (inet_pton(AF_INET, text, &v4.sin_addr) == 1) {
                memcpy(out, &v4, *len = sizeof v4);
                return 0;
        }
        if (inet_pton(AF_INET6, text, &v6.sin6_addr) == 1) {
                memcpy(out, &v6, *len = sizeof v6);
                return 0;
        }
        return 1;
}

static int fail(struct listener *l, const struct front_options *o, int error)
{
        struct log_value address = log_word("address", o->listen_address);
        struct log_value port = log_num("port", o->listen_port);
        listener_close(l);
        switch (error) {
        case EADDRINUSE:
                LOG(LOG_ERROR, "listen",
                        "another program already listens on this port: stop it, or set listen.port to a free "
                        "one",
                        address, port);
                return FRONT_ADDRESS_IN_USE;
        case EADDRNOTAVAIL:
                LOG(LOG_ERROR, "listen",
                        "this machine does not have the address: set listen.address to one of its own, or "
                        "0.0.0.0",
                        address, port);
                return FRONT_ADDRESS_NOT_OURS;
        case EACCES:
                LOG(LOG_ERROR, "listen",
                        "this program may not listen there: use a port of 1024 or more, or give it"
                        " CAP_NET_BIND_SERVICE",
                        address, port);
                return FRONT_ADDRESS_DENIED;
        default:
                LOG(LOG_ERROR, "listen", "cannot listen there: look at listen.address and listen.port",
                        address, port, log_num("errno", error));
                return FRONT_FAILED;
        }
}

/* That the socket really is where it was asked to be. */
static bool bound_as_asked(int fd, const struct sockaddr_storage *asked, socklen_t len)
{
        struct sockaddr_storage got;
        socklen_t got_len = sizeof got;
        memset(&got, 0, sizeof got);
        if (getsockname(fd, (struct sockaddr *)&got, &got_len) != 0 || got_len != len)
                return false;
        if (got.ss_family == AF_INET)
                return memcmp(&((struct sockaddr_in *)&got)->sin_addr,
                               &((const struct sockaddr_in *)asked)->sin_addr, sizeof(struct in_addr)) == 0;
        return memcmp(&((struct sockaddr_in6 *)&got)->sin6_addr,
                       &((const struct sockaddr_in6 *)asked)->sin6_addr, sizeof(struct in6_addr)) == 0;
}

int listener_bind(struct listener *l, const struct front_options *o)
{
        struct sockaddr_storage address;
        socklen_t len = 0;
        *l = (struct listener){.fd = -1, .spare = -1};
        if (parse(o->listen_address, o->listen_port, &address, &len)) {
                LOG(LOG_ERROR, "listen",
                        "listen.address must be a numeric address such as 0.0.0.0 or 192.0.2.7",
                        log_word("address", o->listen_address));
                return FRONT_OPTIONS;
        }
        int yes = 1;
        int only = strcmp(o->listen_address, "::") !=
                   0; /* "::" takes IPv4 as well, a single address only itself */
        l->fd = socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        l->spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
        if (l->fd < 0 || l->spare < 0)
                return fail(l, o, errno);
        setsockopt(l->fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        if (address.ss_family == AF_INET6)
                setsockopt(l->fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only);
        if (bind(l->fd, (struct sockaddr *)&address, len) != 0 || listen(l->fd, BACKLOG) != 0)
                return fail(l, o, errno);
        return bound_as_asked(l->fd, &address, len) ? 0 : fail(l, o, EADDRNOTAVAIL);
}

static void on_poll(uv_poll_t *poll, int status, int events);

/* Out of descriptors: without this the waiting caller would wake the loop again at once, for ever. */
static void turn_away(struct listener *l)
{
        LOG(LOG_WARN, "listen", "out of file descriptors: callers are turned away; raise LimitNOFILE",
                log_num("connections", conns_open(l->front->conns)));
        close(l->spare);
        int fd = accept4(l->fd, NULL, NULL, SOCK_CLOEXEC);
        if (fd >= 0)
                close(fd);
        l->spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
        if (l->spare < 0)
                uv_poll_stop(
                        &l->poll); /* somebody else was faster: nobody is looked at until the sweep has one */
}

void listener_sweep(struct listener *l)
{
        if (!l->open || l->spare >= 0)
                return;
        l->spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
        if (l->spare >= 0)
                uv_poll_start(&l->poll, UV_READABLE, on_poll);
}

static void take(struct listener *l, int fd, const struct sockaddr *from)
{
        struct front *front = l->front;
        int yes = 1;
        int32_t address = -1;
        if (conns_open(front->conns) < front->options->limits.connections)
                address = addresses_open(front->addresses, from, front_now(front));
        if (address < 0) {
                LOG(LOG_WARN, "listen", "a connection over the limits was closed",
                        log_num("connections", conns_open(front->conns)));
                close(fd);
                return;
        }
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        conns_adopt(front, fd, address);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
        struct listener *l = poll->data;
        (void)status;
        (void)events;
        for (int i = 0; i < ACCEPTS_A_TURN && l->open; i++) {
                struct sockaddr_storage from;
                socklen_t len = sizeof from;
                memset(&from, 0, sizeof from);
                int fd = accept4(l->fd, (struct sockaddr *)&from, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
                if (fd >= 0) {
                        take(l, fd, (struct sockaddr *)&from);
                        continue;
                }
                if (errno == EMFILE || errno == ENFILE)
                        turn_away(l);
                if (errno != EINTR && errno != ECONNABORTED)
                        return;
        }
}

int listener_start(struct listener *l, struct front *front)
{
        l->front = front;
        if (uv_poll_init(&front->loop, &l->poll, l->fd))
                return -1;
        l->poll.data = l;
        l->open = true;
        return uv_poll_start(&l->poll, UV_READABLE, on_poll) ? -1 : 0;
}

static void on_closed(uv_handle_t *handle)
{
        struct listener *l = handle->data;
        close(l->fd);
        l->fd = -1;
}

void listener_close(struct listener *l)
{
        if (l->spare >= 0)
                close(l->spare);
        l->spare = -1;
        if (l->open) {
                l->open = false;
                l->closing = true;
                uv_close((uv_handle_t *)&l->poll, on_closed);
        } else if (l->fd >= 0 && !l->closing) {
                close(l->fd);
                l->fd = -1;
        }
}
