#include "server/hub/control.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proto/control.h"
#include "server/common/log.h"
#include "server/hub/control_path.h"

#define INPUT_ROOM (CONTROL_QUEUED_BATCHES * (size_t)(CONTROL_HEAD_SIZE + CONTROL_BODY_MAX))
#define HELLO_ROOM (64 * 1024) /* the zones of some hundred stores */

struct connection {
        int fd;            /* -1: free */
        uint32_t serial;   /* this connection's number, never used again */
        uint32_t requests; /* how many it has begun */
        bool greeted;      /* a HELLO with the right version came */
        bool busy;         /* a request is with the hub: nothing more is parsed until it is answered */
        bool gone;         /* to be closed once the output is written */
        uint8_t *in;       /* INPUT_ROOM bytes */
        size_t in_from, in_to;
        uint8_t *out; /* the one answer that is being written; NULL if none */
        size_t out_len, out_sent;
};

struct control {
        int fd, spare; /* spare: given up to turn somebody away when there are no descriptors */
        uint32_t serials;
        struct control_calls calls;
        struct connection connections[CONTROL_CONNECTIONS_MAX];
        struct stat file; /* to remove only what is ours */
        char path[CONTROL_PATH_BYTES];
};

/* ---- opening and closing ---- */

int control_open(const char *path, const struct control_calls *calls, struct control **out,
        struct control_error *error)
{
        *out = NULL;
        struct control *c = calloc(1, sizeof *c);
        if (!c) {
                snprintf(error->text, sizeof error->text, "control.socket: there is no memory.");
                return -1;
        }
        c->calls = *calls;
        for (size_t i = 0; i < CONTROL_CONNECTIONS_MAX; i++)
                c->connections[i].fd = -1;
        c->fd = control_path_listen(path, &c->file, error);
        if (c->fd < 0) {
                free(c);
                return -1;
        }
        c->spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
        memcpy(c->path, path, strlen(path) + 1);
        *out = c;
        return 0;
}

static void drop(struct connection *c)
{
        if (c->fd >= 0)
                close(c->fd);
        free(c->in);
        free(c->out);
        *c = (struct connection){.fd = -1};
}

void control_close(struct control *control)
{
        if (!control)
                return;
        for (size_t i = 0; i < CONTROL_CONNECTIONS_MAX; i++)
                drop(&control->connections[i]);
        struct stat st;
        if (lstat(control->path, &st) == 0 && st.st_ino == control->file.st_ino &&
                st.st_dev == control->file.st_dev)
                unlink(control->path);
        if (control->spare >= 0)
                close(control->spare);
        close(control->fd);
        free(control);
}

/* ---- writing ---- */

static void flush(struct connection *c)
{
        while (c->out && c->out_sent < c->out_len) {
                ssize_t n = send(
                        c->fd, c->out + c->out_sent, c->out_len - c->out_sent, MSG_NOSIGNAL | MSG_DONTWAIT);
                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
                        return;
                if (n <= 0) {
                        c->gone = true;
                        break;
                }
                c->out_sent += (size_t)n;
        }
        free(c->out);
        c->out = NULL;
        c->out_len = c->out_sent = 0;
}

/* Queues a frame: a connection has one request at a time, so there is never more than one answer to hold. */
static void reply(struct connection *c, enum control_type type, const void *head, size_t head_len,
        const void *body, size_t body_len)
{
        size_t len = head_len + body_len;
        uint8_t *frame = len <= CONTROL_REPLY_MAX && !c->out ? malloc(CONTROL_HEAD_SIZE + len) : NULL;
        if (!frame) {
                c->gone = true;
                return;
        }
        control_head(frame, type, (uint32_t)len);
        if (head_len > 0)
                memcpy(frame + CONTROL_HEAD_SIZE, head, head_len);
        if (body_len > 0)
                memcpy(frame + CONTROL_HEAD_SIZE + head_len, body, body_len);
        c->out = frame;
        c->out_len = CONTROL_HEAD_SIZE + len;
        c->out_sent = 0;
        flush(c);
}

static void reply_status(struct connection *c, uint16_t status, const char *json, size_t len)
{
        uint8_t head[2] = {(uint8_t)status, (uint8_t)(status >> 8)};
        c->busy = false;
        reply(c, CONTROL_ANSWER, head, sizeof head, json, len);
}

static void reply_error(
        struct connection *c, uint16_t status, const char *word, const char *say, const char *what)
{
        char text[1024];
        struct json_out j;
        json_start(&j, text, sizeof text);
        json_open(&j, NULL, '{');
        json_text(&j, "error", word);
        json_text(&j, "say", say);
        json_text(&j, "do", what);
        json_close(&j, '}');
        reply_status(c, status, text, j.overflow ? 0 : j.len);
}

/* The connection that waits for this answer; NULL if it has gone. */
static struct connection *waiting(struct control *control, control_request request)
{
        for (size_t i = 0; i < CONTROL_CONNECTIONS_MAX; i++) {
                struct connection *c = &control->connections[i];
                if (c->fd >= 0 && c->busy && c->serial == (uint32_t)(request >> 32) &&
                        c->requests == (uint32_t)request)
                        return c;
        }
        return NULL;
}

void control_answer(
        struct control *control, control_request request, uint16_t status, const char *json, size_t len)
{
        struct connection *c = waiting(control, request);
        if (c)
                reply_status(c, status, json, len);
}

void control_imported(struct control *control, control_request request, const struct import_batch *batch)
{
        struct connection *c = waiting(control, request);
        if (!c)
                return;
        c->busy = false;
        uint8_t *body = malloc(IMPORT_ANSWER_MAX);
        if (!body) {
                c->gone = true;
                return;
        }
        reply(c, CONTROL_IMPORTED, body, import_answer_pack(batch, body), NULL, 0);
        free(body);
}

/* ---- reading ---- */

static void say_hello(struct control *control, struct connection *c, json_t *body)
{
        const json_t *version = json_object_get(body, "version");
        if (!json_is_integer(version) || json_integer_value(version) != CONTROL_VERSION) {
                reply_error(c, 400, "version", "This hub speaks another version of the operator's protocol.",
                        "Use the maitrectl that came with the hub.");
                c->gone = true;
                return;
        }
        char *text = malloc(HELLO_ROOM);
        if (!text) {
                c->gone = true;
                return;
        }
        struct json_out j;
        json_start(&j, text, HELLO_ROOM);
        json_open(&j, NULL, '{');
        json_number(&j, "version", CONTROL_VERSION);
        control->calls.hello(control->calls.ctx, &j);
        json_close(&j, '}');
        c->greeted = true;
        if (j.overflow)
                c->gone = true;
        else
                reply(c, CONTROL_HELLO, text, j.len, NULL, 0);
        free(text);
}

/* A text member of a request's body; NULL if it is missing, no text or has a NUL. */
static const char *member(json_t *body, const char *name)
{
        const json_t *v = json_object_get(body, name);
        return json_is_string(v) && strlen(json_string_value(v)) == json_string_length(v)
                       ? json_string_value(v)
                       : NULL;
}

static void begin(struct connection *c)
{
        c->busy = true;
        c->requests++;
}

static control_request request_of(const struct connection *c)
{
        return (uint64_t)c->serial << 32 | c->requests;
}

static void ask_report(struct control *control, struct connection *c, json_t *body)
{
        const char *what = member(body, "what"), *subject = member(body, "subject");
        static const char *const known[] = {"preferred", "preferred_all", "status", "metrics", "canary",
                "shifts", "associates", "shown", "shown_check"};
        bool found = false;
        for (size_t i = 0; what && i < ARRAY_LEN(known); i++)
                found |= strcmp(what, known[i]) == 0;
        if (!found || (subject && strlen(subject) > IMPORT_ID_MAX)) {
                reply_error(c, 400, "malformed", "The hub knows no such report.",
                        "Ask for preferred, preferred_all, status, metrics, canary, shifts, associates, "
                        "shown or shown_check.");
                return;
        }
        control->calls.report(control->calls.ctx, request_of(c), what, subject ? subject : "");
}

static void ask_backup(struct control *control, struct connection *c, json_t *body)
{
        const char *path = member(body, "path");
        if (!path || path[0] != '/' || strlen(path) >= 1024) {
                reply_error(c, 400, "malformed",
                        "A backup needs the absolute path of a file that is not there yet.",
                        "Give such a path.");
                return;
        }
        control->calls.backup(control->calls.ctx, request_of(c), path);
}

static void take_call(struct control *control, struct connection *c, struct slice body)
{
        struct message message;
        struct message_error error = {{0}};
        char *room = (char *)c->in + (body.at - (const char *)c->in); /* a long text stays in its frame */
        if (message_from_json_at(room, FACE_OPERATOR, MESSAGE_NONE, body, &message, &error) != 0) {
                reply_error(c, 400, "malformed", error.text, "Use the maitrectl that came with the hub.");
                return;
        }
        control->calls.call(control->calls.ctx, request_of(c), &message);
}

static void take_import(struct control *control, struct connection *c, struct slice body)
{
        const char *why = NULL;
        struct import_batch *batch = import_unpack((const uint8_t *)body.at, body.len, &why);
        if (!batch) {
                reply_error(c, 400, "malformed", why, "Use the maitrectl that came with the hub.");
                return;
        }
        control->calls.import(control->calls.ctx, request_of(c), batch);
}

/* One frame. Bodies but the import's are JSON objects. */
static void take_frame(
        struct control *control, struct connection *c, enum control_type type, struct slice body)
{
        if (!c->greeted && type != CONTROL_HELLO) {
                c->gone = true;
                return;
        }
        begin(c);
        if (type == CONTROL_IMPORT) {
                take_import(control, c, body);
                return;
        }
        if (type == CONTROL_CALL) {
                take_call(control, c, body);
                return;
        }
        if (type == CONTROL_ROSTER) {
                control->calls.roster(control->calls.ctx, request_of(c));
                return;
        }
        json_t *json = json_loadb(body.at, body.len, JSON_REJECT_DUPLICATES, NULL);
        if (!json_is_object(json)) {
                reply_error(c, 400, "malformed", "The request is no JSON object.",
                        "Use the maitrectl that came with the hub.");
        } else if (type == CONTROL_HELLO) {
                c->busy = false;
                say_hello(control, c, json);
        } else if (type == CONTROL_REPORT) {
                ask_report(control, c, json);
        } else if (type == CONTROL_BACKUP) {
                ask_backup(control, c, json);
        } else {
                c->gone = true; /* ANSWER and IMPORTED go the other way */
        }
        json_decref(json);
}

/* True if a whole frame, or one that breaks the connection, waits in the buffer. */
static bool frame_waits(const struct connection *c)
{
        enum control_type type;
        uint32_t len;
        size_t have = c->in_to - c->in_from;
        if (have < CONTROL_HEAD_SIZE)
                return false;
        return control_head_read(c->in + c->in_from, CONTROL_BODY_MAX, &type, &len) != 0 ||
               have - CONTROL_HEAD_SIZE >= len;
}

/* Takes whole frames until a request is with the hub or its answer waits to be read by the client. */
static void parse(struct control *control, struct connection *c)
{
        while (!c->gone && !c->busy && !c->out && frame_waits(c)) {
                enum control_type type;
                uint32_t len;
                if (control_head_read(c->in + c->in_from, CONTROL_BODY_MAX, &type, &len) != 0) {
                        c->gone = true;
                        return;
                }
                struct slice body = {(const char *)c->in + c->in_from + CONTROL_HEAD_SIZE, len};
                c->in_from += CONTROL_HEAD_SIZE + len;
                take_frame(control, c, type, body);
        }
}

/* Reads what there is room for; the rest waits in the kernel and holds the client back. */
static void fill(struct connection *c)
{
        if (c->in_from > 0) {
                memmove(c->in, c->in + c->in_from, c->in_to - c->in_from);
                c->in_to -= c->in_from;
                c->in_from = 0;
        }
        while (c->in_to < INPUT_ROOM) {
                ssize_t n = recv(c->fd, c->in + c->in_to, INPUT_ROOM - c->in_to, MSG_DONTWAIT);
                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
                        return;
                if (n <= 0) {
                        c->gone = true;
                        return;
                }
                c->in_to += (size_t)n;
        }
}

/* ---- serving ---- */

static bool same_user(int fd)
{
        struct ucred who;
        socklen_t len = sizeof who;
        return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &len) == 0 &&
               (who.uid == geteuid() || who.uid == 0);
}

static struct connection *free_connection(struct control *control)
{
        for (size_t i = 0; i < CONTROL_CONNECTIONS_MAX; i++)
                if (control->connections[i].fd < 0)
                        return &control->connections[i];
        return NULL;
}

/* Out of descriptors: who waits at the door would wake the loop again at once, for ever. */
static void turn_away(struct control *control)
{
        LOG(LOG_WARN, "control", "out of file descriptors: an operator is turned away; raise LimitNOFILE");
        if (control->spare >= 0)
                close(control->spare);
        struct connection refused = {.fd = accept4(control->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)};
        if (refused.fd >= 0)
                reply_error(&refused, 503, "busy", "The hub has no file descriptor left.",
                        "Raise LimitNOFILE in its unit.");
        drop(&refused);
        control->spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void admit(struct control *control)
{
        for (;;) {
                int fd = accept4(control->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
                if (fd < 0 && (errno == EMFILE || errno == ENFILE))
                        turn_away(control);
                if (fd < 0)
                        return;
                struct connection *c = free_connection(control);
                if (!c || !same_user(fd)) {
                        struct connection refused = {.fd = fd};
                        if (c)
                                reply_error(&refused, 403, "not_you",
                                        "This socket is the hub's own user's and root's.",
                                        "Run maitrectl as that user.");
                        else
                                reply_error(&refused, 503, "busy", "Eight operators are connected already.",
                                        "Wait until one of them has finished.");
                        drop(&refused);
                        continue;
                }
                *c = (struct connection){.fd = fd, .serial = ++control->serials, .in = malloc(INPUT_ROOM)};
                if (!c->in)
                        drop(c);
        }
}

size_t control_fds(const struct control *control, struct pollfd *fds)
{
        size_t n = 0;
        fds[n++] = (struct pollfd){.fd = control->fd, .events = POLLIN};
        if (control->spare < 0)
                fds[0].fd = -1; /* without a spare one, whoever waits would wake the loop for ever */
        for (size_t i = 0; i < CONTROL_CONNECTIONS_MAX; i++) {
                const struct connection *c = &control->connections[i];
                if (c->fd < 0)
                        continue;
                bool room = c->in_to - c->in_from < INPUT_ROOM;
                /* A frame that was held back while its forerunner was with the hub is taken at the next turn.
                 */
                bool due = c->out || c->gone || (!c->busy && frame_waits(c));
                fds[n++] = (struct pollfd){
                        .fd = c->fd, .events = (short)((room ? POLLIN : 0) | (due ? POLLOUT : 0))};
        }
        return n;
}

/* What poll said about this descriptor; 0 if it was not asked. */
static short found(const struct pollfd *fds, size_t n, int fd)
{
        for (size_t i = 0; i < n; i++)
                if (fds[i].fd == fd)
                        return fds[i].revents;
        return 0;
}

void control_serve(struct control *control, const struct pollfd *fds, size_t n)
{
        if (control->spare < 0)
                control->spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
        for (size_t i = 0; i < CONTROL_CONNECTIONS_MAX; i++) {
                struct connection *c = &control->connections[i];
                if (c->fd < 0)
                        continue;
                short events = found(fds, n, c->fd);
                if (events & (POLLOUT | POLLHUP | POLLERR))
                        flush(c);
                if (!c->gone && (events & (POLLIN | POLLHUP | POLLERR)))
                        fill(c);
                parse(control, c);
                if (c->gone && !c->out)
                        drop(c);
        }
        if (found(fds, n, control->fd) & POLLIN)
                admit(control);
}
