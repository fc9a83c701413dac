#include "server/ctl/client.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "server/ctl/ctl.h"

struct client {
        int fd;
        uint8_t *in; /* grows up to one reply */
        size_t from, to, room;
        json_t *facts;
};

static int fail(struct client_error *error, int code, const char *format, ...)
        __attribute__((format(printf, 3, 4)));
static int fail(struct client_error *error, int code, const char *format, ...)
{
        va_list args;
        va_start(args, format);
        vsnprintf(error->text, sizeof error->text, format, args);
        va_end(args);
        return code;
}

static int lost(struct client_error *error)
{
        return fail(error, CTL_UNREACHABLE, "the hub went away in the middle of the work; look at its log.");
}

/* ---- bytes ---- */

/* Room for at least one more read, up to a whole reply. */
static int make_room(struct client *c)
{
        if (c->from > 0) {
                memmove(c->in, c->in + c->from, c->to - c->from);
                c->to -= c->from;
                c->from = 0;
        }
        if (c->to < c->room)
                return 0;
        size_t room = c->room ? c->room * 2 : 64 * 1024;
        if (room > 2 * (CONTROL_HEAD_SIZE + (size_t)CONTROL_REPLY_MAX))
                return -1;
        uint8_t *in = realloc(c->in, room);
        if (!in)
                return -1;
        c->in = in;
        c->room = room;
        return 0;
}

/* Reads what is there. 0, or -1 when the hub has closed. */
static int fill(struct client *c)
{
        if (make_room(c) != 0)
                return -1;
        ssize_t n = recv(c->fd, c->in + c->to, c->room - c->to, MSG_DONTWAIT);
        if (n > 0)
                c->to += (size_t)n;
        else if (n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR))
                return -1;
        return 0;
}

static int send_all(struct client *c, const uint8_t *bytes, size_t len, struct client_error *error)
{
        while (len > 0) {
                struct pollfd p = {.fd = c->fd, .events = POLLIN | POLLOUT};
                if (poll(&p, 1, -1) < 0 && errno != EINTR)
                        return lost(error);
                if ((p.revents & (POLLIN | POLLHUP | POLLERR)) && fill(c) != 0)
                        return lost(error);
                if (!(p.revents & POLLOUT))
                        continue;
                ssize_t n = send(c->fd, bytes, len, MSG_NOSIGNAL | MSG_DONTWAIT);
                if (n > 0) {
                        bytes += n;
                        len -= (size_t)n;
                } else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
                        return lost(error);
                }
        }
        return 0;
}

int client_send(struct client *client, enum control_type type, const void *body, size_t len,
        struct client_error *error)
{
        uint8_t head[CONTROL_HEAD_SIZE];
        control_head(head, type, (uint32_t)len);
        int r = send_all(client, head, sizeof head, error);
        return r != 0 ? r : send_all(client, body, len, error);
}

int client_receive(struct client *client, enum control_type *type, const uint8_t **body, size_t *len,
        struct client_error *error)
{
        struct client *c = client;
        for (;;) {
                uint32_t n = 0;
                if (c->to - c->from >= CONTROL_HEAD_SIZE) {
                        if (control_head_read(c->in + c->from, CONTROL_REPLY_MAX, type, &n) != 0)
                                return fail(error, CTL_UNREACHABLE, "what listens at the socket is no hub.");
                        if (c->to - c->from - CONTROL_HEAD_SIZE >= n) {
                                *body = c->in + c->from + CONTROL_HEAD_SIZE;
                                *len = n;
                                c->from += CONTROL_HEAD_SIZE + n;
                                return 0;
                        }
                }
                struct pollfd p = {.fd = c->fd, .events = POLLIN};
                if (poll(&p, 1, -1) < 0 && errno != EINTR)
                        return lost(error);
                if (p.revents && fill(c) != 0)
                        return lost(error);
        }
}

/* ---- requests ---- */

/* The sentence of a refusal [P5]. */
static void said(const json_t *answer, char *out, size_t size)
{
        const char *say = json_string_value(json_object_get(answer, "say"));
        const char *what = json_string_value(json_object_get(answer, "do"));
        snprintf(out, size, "%s%s%s", say ? say : "the hub refused.", what ? " " : "", what ? what : "");
}

int client_greet(struct client *client, struct client_error *error)
{
        static const char hello[] = "{\"version\":1}";
        enum control_type type;
        const uint8_t *body;
        size_t len;
        int r = client_send(client, CONTROL_HELLO, hello, sizeof hello - 1, error);
        if (r == 0)
                r = client_receive(client, &type, &body, &len, error);
        if (r != 0)
                return r;
        if (type == CONTROL_ANSWER && len > 2) {
                json_t *why = json_loadb((const char *)body + 2, len - 2, 0, NULL);
                said(why, error->text, sizeof error->text);
                json_decref(why);
                return CTL_REFUSED;
        }
        json_t *facts = type == CONTROL_HELLO ? json_loadb((const char *)body, len, 0, NULL) : NULL;
        if (!json_is_object(facts)) {
                json_decref(facts);
                return fail(error, CTL_UNREACHABLE, "what listens at the socket is no hub.");
        }
        json_decref(client->facts);
        client->facts = facts;
        return 0;
}

int client_open(const char *path, struct client **out, struct client_error *error)
{
        struct sockaddr_un address = {.sun_family = AF_UNIX};
        *out = NULL;
        if (strlen(path) >= sizeof address.sun_path)
                return fail(error, CTL_USAGE, "the socket's path is longer than %zu bytes.",
                        sizeof address.sun_path - 1);
        memcpy(address.sun_path, path, strlen(path) + 1);
        struct client *c = calloc(1, sizeof *c);
        if (!c)
                return fail(error, CTL_UNREACHABLE, "there is no memory.");
        c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        int r = 0;
        if (c->fd < 0 || connect(c->fd, (const struct sockaddr *)&address, sizeof address) != 0) {
                bool mine = errno == EACCES || errno == EPERM;
                r = fail(error, CTL_UNREACHABLE, "no hub answers at %s (%s). %s", path, strerror(errno),
                        mine ? "Run maitrectl as the hub's own user or root."
                             : "Start it, or name its socket with --socket PATH or --config FILE.");
        } else {
                r = client_greet(c, error);
        }
        if (r != 0) {
                client_close(c);
                return r;
        }
        *out = c;
        return 0;
}

void client_close(struct client *client)
{
        if (!client)
                return;
        if (client->fd >= 0)
                close(client->fd);
        json_decref(client->facts);
        free(client->in);
        free(client);
}

const json_t *client_facts(const struct client *client)
{
        return client->facts;
}

int client_ask(struct client *client, enum control_type type, const json_t *request, int *status,
        json_t **answer, struct client_error *error)
{
        char *text = json_dumps(request, JSON_COMPACT);
        const uint8_t *body;
        size_t len;
        enum control_type got;
        *answer = NULL;
        if (!text)
                return fail(error, CTL_UNREACHABLE, "there is no memory.");
        int r = client_send(client, type, text, strlen(text), error);
        free(text);
        if (r == 0)
                r = client_receive(client, &got, &body, &len, error);
        if (r != 0)
                return r;
        if (got != CONTROL_ANSWER || len < 2)
                return fail(error, CTL_UNREACHABLE, "what listens at the socket is no hub.");
        *status = body[0] | body[1] << 8;
        *answer = json_loadb((const char *)body + 2, len - 2, JSON_DECODE_ANY, NULL);
        if (*status >= 400) {
                said(*answer, error->text, sizeof error->text);
                json_decref(*answer);
                *answer = NULL;
                return CTL_REFUSED;
        }
        return 0;
}
