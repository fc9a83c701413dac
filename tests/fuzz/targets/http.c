/* Raw bytes to the front as it is, libwebsockets included, without TLS: heads, bodies, pipelines, and after
 * an honest upgrade WebSocket frames. The hub at the other end of the link answers everything. Every answer
 * is whole and armoured, what reaches the hub is well-formed, and nothing stays open at the end. */
#include "proto/agent.h"
#include "server/common/ids.h"
#include "server/common/log.h"
#include "server/front/net.h"
#include "server/front/peer.h"
#include "tests/fuzz/fuzz.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEARD_MAX    (256 * 1024)
#define ANSWER_FIXED 36 /* cookie age and secret, before an answer's JSON */
#define UPGRADE                                                                                              \
        "GET /ws/handheld HTTP/1.1\r\nHost: hub.store.example:8443\r\nOrigin: "                              \
        "https://hub.store.example:8443\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"                    \
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"                       \
        "Sec-WebSocket-Protocol: maitred.handheld.1\r\n"                                                     \
        "Cookie: __Host-handheld=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\r\n\r\n"

static const char *const origins[] = {"https://hub.store.example:8443"};
static struct front_options options;
static struct front front;
static struct link_queue hub_in;
static int hub_fd;
static char heard[HEARD_MAX];
static size_t heard_len;

static void on_before_poll(uv_prepare_t *handle)
{
        (void)handle;
        front.turn++;
        front.polling = true;
}

static void on_after_poll(uv_check_t *handle)
{
        (void)handle;
        front.polling = false;
}

static void start_loop(void)
{
        static const lws_retry_bo_t no_timers = {0};
        static const struct lws_protocol_vhost_options armour = {
                NULL, NULL, "content-security-policy:", "default-src 'none'"};
        static struct lws_context_creation_info info;
        static void *loops[1];
        MUST(uv_loop_init(&front.loop) == 0);
        loops[0] = &front.loop;
        info.options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS |
                       LWS_SERVER_OPTION_VALIDATE_UTF8 | LWS_SERVER_OPTION_UV_NO_SIGSEGV_SIGFPE_SPIN;
        info.foreign_loops = loops;
        info.pcontext = &front.context;
        info.user = &front;
        info.port = CONTEXT_PORT_NO_LISTEN_SERVER;
        info.protocols = conn_protocols;
        info.vhost_name = "hub";
        info.max_http_header_data2 = 8192;
        info.retry_and_idle_policy = &no_timers;
        info.pt_serv_buf_size = 17408;
        info.server_string = "maitred";
        info.headers = &armour; /* of what it answers by itself */
        lws_set_log_level(0, NULL);
        front.context = lws_create_context(&info);
        MUST(front.context != NULL);
        front.vhost = lws_create_vhost(front.context, &info);
        MUST(front.vhost != NULL);
        uv_prepare_init(&front.loop, &front.before_poll);
        uv_check_init(&front.loop, &front.after_poll);
        uv_prepare_start(&front.before_poll, on_before_poll);
        uv_check_start(&front.after_poll, on_after_poll);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
        static const char *const pages[] = {"index.html", "handheld.html", "console.html", "sign.html"};
        int pair[2];
        (void)argc, (void)argv;
        MUST(ids_init() == 0);
        log_open("fuzz", LOG_ERROR);
        for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
                char path[128];
                snprintf(path, sizeof path, "%s/%s", fuzz_folder(), pages[i]);
                fuzz_file(path, "<!doctype html>", 15);
        }
        front_options_default(&options);
        options.origins = origins;
        options.n_origins = 1;
        options.web_root = fuzz_folder();
        options.limits.accepts_per_s_per_address = options.limits.requests_per_min_per_address = 1000000;
        options.limits.connections = 8;
        front.options = &options;
        MUST(reply_security(&options, front.security, sizeof front.security) == 0);
        MUST(pages_load(&front.pages, options.web_root) == 0);
        front.addresses = addresses_create(&options.limits);
        front.conns = conns_create(&front, options.limits.connections);
        MUST(front.addresses && front.conns);
        start_loop();
        MUST(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) == 0);
        hub_fd = pair[1];
        MUST(hub_link_open(&front.link, &front, pair[0]) == 0);
        MUST(link_queue_init(&hub_in, 1024 * 1024) == 0);
        front.hub_ready = true;
        return 0;
}

/* ---- the hub */

static void hub_say(enum link_type type, uint16_t b, uint64_t id, const void *body, uint32_t len)
{
        uint8_t head[LINK_HEAD_SIZE];
        link_head(head, type, 0, b, id, len);
        MUST(send(hub_fd, head, sizeof head, MSG_NOSIGNAL) == (ssize_t)sizeof head);
        MUST(len == 0 || send(hub_fd, body, len, MSG_NOSIGNAL) == (ssize_t)len);
}

static void hub_take(const struct link_frame *f)
{
        static const char json[] = "{\"n\":1}";
        char body[ANSWER_FIXED + sizeof json - 1] = {0};
        struct message m;
        memcpy(body + ANSWER_FIXED, json, sizeof json - 1);
        switch (f->type) {
        case LINK_REQUEST:
                MUST(f->len >= LINK_WHO_SIZE);
                MUST(message_unpack(f->body + LINK_WHO_SIZE, f->len - LINK_WHO_SIZE, &m) == 0);
                MUST(message_info(m.type)->how == HOW_POST || message_info(m.type)->how == HOW_GET);
                MUST(message_info(m.type)->face == FACE_ANY || message_info(m.type)->face == (enum face)f->b);
                hub_say(LINK_ANSWER, 200, f->id, body, sizeof body);
                return;
        case LINK_OPENED:
                MUST(f->len == sizeof(struct digest) &&
                        (f->a == FACE_HANDHELD || f->a == FACE_CONSOLE || f->a == FACE_AGENT));
                hub_say(LINK_PUSH, 0, f->id, "{\"t\":\"hello\"}", 13);
                return;
        case LINK_MESSAGE:
                MUST(message_unpack(f->body, f->len, &m) == 0 && message_info(m.type)->how == HOW_SOCKET);
                if (m.type == MESSAGE_DONE)
                        hub_say(LINK_CLOSE, 4401, f->id, "gone", 4);
                else
                        hub_say(LINK_PUSH, 0, f->id, "{\"t\":\"card\"}", 12);
                return;
        case LINK_AGENT:
                MUST(f->len > 0 && f->len <= AGENT_FRAME_MAX);
                return;
        case LINK_READY:
        case LINK_CLOSED:
                MUST(f->len == 0);
                return;
        case LINK_HELLO:
        case LINK_ANSWER:
        case LINK_PUSH:
        case LINK_CLOSE:
                break;
        }
        fuzz_broken(__FILE__, __LINE__, "the front sends what is its to send");
}

/* One turn of everything; true if something happened. */
static bool turn(int client)
{
        bool any = false;
        size_t room, len;
        uv_run(&front.loop, UV_RUN_NOWAIT);
        MUST(!front.stopping);
        uint8_t *at = link_queue_room(&hub_in, &room);
        ssize_t n = recv(hub_fd, at, room, MSG_DONTWAIT);
        if (n > 0) {
                link_queue_filled(&hub_in, (size_t)n);
                any = true;
        }
        for (;;) {
                struct link_frame frame;
                const uint8_t *bytes = link_queue_waiting(&hub_in, &len);
                int64_t size = link_read(bytes, len, &frame);
                MUST(size >= 0);
                if (size == 0)
                        break;
                hub_take(&frame);
                link_queue_drop(&hub_in, (size_t)size);
        }
        n = client >= 0 ? recv(client, heard + heard_len, HEARD_MAX - heard_len, MSG_DONTWAIT) : -1;
        if (n > 0)
                heard_len += (size_t)n;
        return any || n > 0;
}

static void settle(int client)
{
        for (int quiet = 0; quiet < 4;)
                quiet = turn(client) ? 0 : quiet + 1;
}

/* ---- the stranger */

static void say(int client, const char *bytes, size_t len, size_t step)
{
        while (len > 0) {
                size_t n = step < len ? step : len;
                if (send(client, bytes, n, MSG_NOSIGNAL) != (ssize_t)n)
                        return;
                bytes += n;
                len -= n;
                settle(client);
        }
}

/* Texts of the input as masked frames, so that it need not know how: first byte, then what is in it. */
static void say_frames(int client, struct feed *feed)
{
        for (int i = 0; i < 16 && feed->left > 0; i++) {
                uint8_t first = feed_byte(feed);
                struct slice text = feed_text(feed);
                char frame[2 + 2 + 4 + 256];
                size_t at = 0;
                frame[at++] = (char)first;
                frame[at++] = (char)(0x80 | (text.len < 126 ? text.len : 126));
                if (text.len >= 126) {
                        frame[at++] = 0;
                        frame[at++] = (char)text.len;
                }
                memset(frame + at, 0, 4); /* a mask of zeroes */
                at += 4;
                if (text.len > 0)
                        memcpy(frame + at, text.at, text.len);
                say(client, frame, at + text.len, SIZE_MAX);
        }
}

/* The first answer: a status, our armour, and a body as long as it says. */
static void check_answer(void)
{
        if (heard_len == 0)
                return;
        const char *end = memmem(heard, heard_len, "\r\n\r\n", 4);
        MUST(heard_len >= 12 && memcmp(heard, "HTTP/1.", 7) == 0 && end != NULL);
        int status = (int)strtol(heard + 9, NULL, 10);
        MUST(status == 101 || (status >= 200 && status < 600));
        if (status != 101)
                MUST(memmem(heard, (size_t)(end - heard), "default-src 'none'", 18) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        static const struct sockaddr_in from = {.sin_family = AF_INET};
        struct feed feed = {bytes, len};
        uint8_t how = feed_byte(&feed);
        size_t step = feed_byte(&feed);
        int pair[2];
        uv_update_time(&front.loop);
        int32_t address = addresses_open(front.addresses, (const struct sockaddr *)&from, front_now(&front));
        MUST(address >= 0 && socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) == 0);
        heard_len = 0;
        conns_adopt(&front, pair[0], address);
        if (how % 4 >= 1)
                say(pair[1], UPGRADE, sizeof UPGRADE - 1, SIZE_MAX);
        MUST(how % 4 == 0 || (heard_len > 12 && memcmp(heard, "HTTP/1.1 101", 12) == 0));
        if (how % 4 == 2) {
                say_frames(pair[1], &feed);
        } else {
                struct slice rest = feed_rest(&feed);
                char *copy = fuzz_copy(rest);
                say(pair[1], copy, rest.len, step > 0 ? step * 4 : SIZE_MAX);
                free(copy);
        }
        settle(pair[1]);
        /* Time passes: whoever said half a head, or nothing, is sent away. */
        if (how & 4) {
                conns_sweep(front.conns, front_now(&front) + options.limits.silent_ms * 4);
                settle(pair[1]);
        }
        check_answer();
        close(pair[1]);
        settle(-1);
        for (int i = 0; i < 8 && conns_open(front.conns) > 0; i++) {
                conns_sweep(front.conns, front_now(&front) + (i + 2) * DAY_MS);
                settle(-1);
        }
        MUST(conns_open(front.conns) == 0);
        return 0;
}
