/* The operator's socket, hub's side, over a real socket: any bytes, in pieces of any size. Every request is
 * passed on with a number of its own and answered once, and what the hub says is frames. */
#include "proto/control.h"
#include "server/hub/control.h"
#include "tests/fuzz/fuzz.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define TURNS_MOST 4000
#define SAID_MOST  (1024 * 1024)

static struct control *control;
static struct sockaddr_un address = {.sun_family = AF_UNIX};
static char *said;

/* The hub, which answers at once or a turn later. */
static struct {
        bool late;
        control_request waiting, last;
        struct import_batch *batch;
        uint32_t asked, answered;
} hub;

static void answer(control_request request)
{
        hub.answered++;
        if (hub.batch)
                control_imported(control, request, hub.batch);
        else
                control_answer(control, request, 200, "{\"n\":1}", 7);
        import_batch_free(hub.batch);
        hub.batch = NULL;
        hub.waiting = 0;
}

static void ask(control_request request)
{
        MUST(request != 0 && request != hub.last && hub.waiting == 0);
        hub.asked++;
        hub.last = hub.waiting = request;
        if (!hub.late)
                answer(request);
}

static void on_hello(void *ctx, struct json_out *out)
{
        (void)ctx;
        json_text(out, "store", "main");
}

static void on_call(void *ctx, control_request request, const struct message *message)
{
        (void)ctx;
        MUST(message_info(message->type)->face == FACE_OPERATOR);
        ask(request);
}

static void on_import(void *ctx, control_request request, struct import_batch *batch)
{
        (void)ctx;
        MUST(batch != NULL && batch->n > 0);
        hub.batch = batch;
        ask(request);
}

static void on_report(void *ctx, control_request request, const char *what, const char *subject)
{
        (void)ctx;
        MUST(what[0] != '\0' && strlen(subject) <= IMPORT_ID_MAX);
        ask(request);
}

static void on_backup(void *ctx, control_request request, const char *path)
{
        (void)ctx;
        MUST(path[0] == '/');
        ask(request);
}

static void on_roster(void *ctx, control_request request)
{
        (void)ctx;
        ask(request);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
        static const struct control_calls calls = {
                NULL, on_hello, on_call, on_import, on_report, on_backup, on_roster};
        struct control_error error;
        (void)argc, (void)argv;
        said = malloc(SAID_MOST);
        snprintf(address.sun_path, sizeof address.sun_path, "%s/control", fuzz_folder());
        MUST(said && control_open(address.sun_path, &calls, &control, &error) == 0);
        return 0;
}

static void turn(void)
{
        struct pollfd fds[CONTROL_FDS_MAX];
        size_t n = control_fds(control, fds);
        MUST(n <= CONTROL_FDS_MAX && poll(fds, n, 0) >= 0);
        control_serve(control, fds, n);
}

static uint32_t check_frames(size_t len)
{
        uint32_t n = 0;
        for (size_t at = 0; at < len; n++) {
                enum control_type type;
                uint32_t body;
                MUST(len - at >= CONTROL_HEAD_SIZE);
                MUST(control_head_read((const uint8_t *)said + at, CONTROL_REPLY_MAX, &type, &body) == 0);
                MUST(type == CONTROL_HELLO || type == CONTROL_ANSWER || type == CONTROL_IMPORTED);
                at += CONTROL_HEAD_SIZE + body;
                MUST(at <= len);
        }
        return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        struct feed feed = {bytes, len};
        size_t step = 1 + (size_t)feed_number(&feed, 2), heard = 0;
        hub.late = feed_byte(&feed) % 2;
        hub.asked = hub.answered = 0;
        int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        MUST(fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof address) == 0);
        bool ended = false, shut = false;
        for (int i = 0; !ended && i < TURNS_MOST; i++) {
                size_t n = step < feed.left ? step : feed.left;
                if (n > 0 && send(fd, feed.at, n, MSG_NOSIGNAL) == (ssize_t)n) {
                        feed.at += n;
                        feed.left -= n;
                }
                if (hub.waiting)
                        answer(hub.waiting);
                turn();
                /* Whoever leaves before its answer is not told; so leave when all is quiet. */
                if (feed.left == 0 && !hub.waiting && !shut && i > 16)
                        shut = shutdown(fd, SHUT_WR) == 0;
                ssize_t got = recv(fd, said + heard, SAID_MOST - heard, 0);
                heard += got > 0 ? (size_t)got : 0;
                ended = got == 0;
                /* It closed with something unread: then what it had said may be lost. */
                if (got < 0 && errno != EAGAIN)
                        break;
        }
        close(fd);
        turn();
        turn();
        if (hub.waiting)
                answer(hub.waiting);
        MUST(hub.asked == hub.answered && hub.batch == NULL);
        if (ended)
                MUST(check_frames(heard) >= hub.answered);
        return 0;
}
