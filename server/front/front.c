#include "server/front/net.h"
#include "server/front/wipe.h"

#include "server/common/clock.h"
#include "server/common/ids.h"
#include "server/common/log.h"
#include "server/common/memory.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEAD_BYTES   8192
#define RECORD_BYTES 17408
#define STOP_MS      2000
#define REFRESH_MS   MINUTE_MS

void front_options_default(struct front_options *options)
{
        *options = (struct front_options){
                .listen_address = "0.0.0.0",
                .listen_port = 8443,
                .ready_fd = -1,
                .limits =
                        {
                                .connections = 12000,
                                .connections_per_address = 200,
                                .accepts_per_s_per_address = 20,
                                .requests_per_min_per_address = 600,
                                .messages_per_s_per_peer = 20,
                                .head_ms = 10000,
                                .body_ms = 10000,
                                .answer_ms = 10000,
                                .idle_ms = 15000,
                                .stuck_ms = 15000,
                                .ping_ms = 20000,
                                .silent_ms = 45000,
                                .hello_ms = 5000,
                                .sweep_ms = 500,
                                .calm_ms = 3,
                        },
        };
}

mono_ms front_now(const struct front *front)
{
        return (mono_ms)uv_now(&front->loop);
}

/* ---- the options */

static bool limits_ok(const struct front_limits *l)
{
        const uint32_t counts[] = {l->connections, l->connections_per_address, l->accepts_per_s_per_address,
                l->requests_per_min_per_address, l->messages_per_s_per_peer};
        const int32_t times[] = {l->head_ms, l->body_ms, l->answer_ms, l->idle_ms, l->stuck_ms, l->ping_ms,
                l->silent_ms, l->hello_ms, l->sweep_ms, l->calm_ms};
        for (size_t i = 0; i < ARRAY_LEN(counts); i++)
                if (counts[i] == 0 || counts[i] > FRONT_LIMIT_MOST)
                        return false;
        for (size_t i = 0; i < ARRAY_LEN(times); i++)
                if (times[i] <= 0)
                        return false;
        return true;
}

/* "https://" and a host in lower case, with a port perhaps: what a browser puts into Origin. */
static bool origin_ok(const char *origin)
{
        static const char scheme[] = "https://";
        if (strncmp(origin, scheme, sizeof scheme - 1) != 0)
                return false;
        const char *host = origin + sizeof scheme - 1;
        return *host && host[strspn(host, "abcdefghijklmnopqrstuvwxyz0123456789.-:[]")] == '\0';
}

/* Without TLS nothing may leave this machine. */
static bool plain_ok(const struct front_options *o)
{
        return !o->plain || strncmp(o->listen_address, "127.", 4) == 0 ||
               strcmp(o->listen_address, "::1") == 0;
}

static int check_options(struct front *front)
{
        const struct front_options *o = front->options;
        if (o->listen_address && !plain_ok(o)) {
                LOG(LOG_ERROR, "front",
                        "without TLS it listens on 127.0.0.1 or ::1 only: change one of the two",
                        log_word("address", o->listen_address));
                return FRONT_OPTIONS;
        }
        bool ok = o->listen_address && o->n_origins > 0 && limits_ok(&o->limits);
        for (size_t i = 0; ok && i < o->n_origins; i++)
                ok = origin_ok(o->origins[i]);
        if (ok && reply_security(o, front->security, sizeof front->security) == 0)
                return 0;
        LOG(LOG_ERROR, "front",
                "the origins must be like https://hub.store.example:8443, at least one and not too many, and "
                "every"
                " limit between 1 and a million");
        return FRONT_OPTIONS;
}

/* ---- starting */

/* libwebsockets makes a few refusals itself, and adds these to them: our header lines as its list, with the
 * names and values cut apart in a copy of the text. */
static void give_security(struct front *front)
{
        snprintf(front->cut, sizeof front->cut, "%s", front->security);
        char *line = front->cut;
        for (size_t i = 0; i < ARRAY_LEN(front->lines) && *line; i++) {
                char *value = strstr(line, ": ");
                char *end = strstr(line, "\r\n");
                struct lws_protocol_vhost_options *o = &front->lines[i];
                *end = '\0';
                o->name = front->names[i];
                o->value = value + 2;
                snprintf(front->names[i], sizeof front->names[i], "%.*s:", (int)(value - line), line);
                if (i > 0)
                        front->lines[i - 1].next = o;
                line = end + 2;
        }
}

static int start_web(struct front *front)
{
        static const lws_retry_bo_t no_timers = {
                0}; /* else every connection gets a timer in one sorted list */
        void *loops[] = {&front->loop};
        struct lws_context_creation_info info;
        memset(&info, 0, sizeof info);
        info.options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS |
                       LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT | LWS_SERVER_OPTION_VALIDATE_UTF8 |
                       LWS_SERVER_OPTION_UV_NO_SIGSEGV_SIGFPE_SPIN;
        if (!front->options->plain)
                info.options |= LWS_SERVER_OPTION_CREATE_VHOST_SSL_CTX;
        info.foreign_loops = loops;
        info.pcontext = &front->context;
        info.user = front;
        info.port = CONTEXT_PORT_NO_LISTEN_SERVER;
        info.protocols = conn_protocols;
        info.vhost_name = "hub";
        info.max_http_header_data2 = HEAD_BYTES;
        info.timeout_secs = (unsigned)(front->options->limits.head_ms / 1000 + 1);
        info.retry_and_idle_policy = &no_timers;
        info.alpn = "http/1.1";
        info.pt_serv_buf_size =
                RECORD_BYTES; /* a whole TLS record at a time, so that heads come in the polling phase */
        info.server_string = "maitred";
        give_security(front);
        info.headers = front->lines;
        lws_set_log_level(0, NULL); /* its lines hold addresses and paths */
        front->context = lws_create_context(&info);
        if (front->context)
                front->vhost = lws_create_vhost(front->context, &info);
        if (front->vhost)
                return 0;
        LOG(LOG_ERROR, "front",
                "libwebsockets could not start: is its libuv plugin installed (libwebsockets-evlib-uv)?");
        return FRONT_FAILED;
}

static void begin_destroy(struct front *front)
{
        if (front->sweep.data == NULL)
                return;
        front->sweep.data = NULL;
        listener_close(&front->listener);
        if (front->context)
                lws_context_destroy(front->context);
        hub_link_close(&front->link);
        uv_close((uv_handle_t *)&front->sweep, NULL);
        uv_close((uv_handle_t *)&front->term, NULL);
        uv_close((uv_handle_t *)&front->interrupt, NULL);
        uv_close((uv_handle_t *)&front->before_poll, NULL);
        uv_close((uv_handle_t *)&front->after_poll, NULL);
}

static void on_sweep(uv_timer_t *timer)
{
        struct front *front = timer->data;
        mono_ms now = front_now(front);
        conns_sweep(front->conns, now);
        listener_sweep(&front->listener);
        memory_wipe_stack();
        if (now >= front->refresh_at) {
                front->refresh_at = now + REFRESH_MS;
                tls_refresh(&front->tls);
        }
        if (front->stopping && (conns_open(front->conns) == 0 || now >= front->stop_by))
                begin_destroy(front);
}

void front_stop(struct front *front, int exit_code)
{
        if (front->stopping)
                return;
        front->stopping = true;
        front->exit_code = exit_code;
        /* Without the hub nothing is owed that could still be given. */
        front->stop_by = front_now(front) + (exit_code == FRONT_STOPPED ? STOP_MS : 0);
        listener_close(&front->listener);
        if (front->sweep.data)
                uv_timer_start(&front->sweep, on_sweep, 0, 20);
}

static void on_signal(uv_signal_t *handle, int number)
{
        LOG(LOG_NOTE, "front", "stopping", log_num("signal", number));
        front_stop(handle->data, FRONT_STOPPED);
}

static void on_before_poll(uv_prepare_t *handle)
{
        struct front *front = handle->data;
        front->turn++;
        front->polling = true;
        together_look(&front->together, (int64_t)uv_now(&front->loop) * 1000);
}

static void on_after_poll(uv_check_t *handle)
{
        struct front *front = handle->data;
        front->polling = false;
}

static int start_handles(struct front *front, int link_fd)
{
        int32_t sweep_ms = front->options->limits.sweep_ms;
        uv_timer_init(&front->loop, &front->sweep);
        uv_signal_init(&front->loop, &front->term);
        uv_signal_init(&front->loop, &front->interrupt);
        together_begin(&front->together);
        uv_prepare_init(&front->loop, &front->before_poll);
        uv_check_init(&front->loop, &front->after_poll);
        front->sweep.data = front->term.data = front->interrupt.data = front;
        front->before_poll.data = front->after_poll.data = front;
        uv_prepare_start(&front->before_poll, on_before_poll);
        uv_check_start(&front->after_poll, on_after_poll);
        front->refresh_at = front_now(front) + REFRESH_MS;
        uv_timer_start(&front->sweep, on_sweep, (uint64_t)sweep_ms, (uint64_t)sweep_ms);
        bool ok = uv_signal_start(&front->term, on_signal, SIGTERM) == 0 &&
                  uv_signal_start(&front->interrupt, on_signal, SIGINT) == 0 &&
                  hub_link_open(&front->link, front, link_fd) == 0 &&
                  listener_start(&front->listener, front) == 0;
        if (ok)
                return 0;
        LOG(LOG_ERROR, "front", "the event loop could not be set up: out of memory or descriptors",
                log_num("errno", errno));
        return FRONT_FAILED;
}

static void say_ready(const struct front *front)
{
        const struct front_options *o = front->options;
        LOG(LOG_NOTE, "front", "listening", log_word("address", o->listen_address),
                log_num("port", o->listen_port));
        if (o->ready_fd < 0)
                return;
        ssize_t n = write(o->ready_fd, "1", 1);
        (void)n; /* whoever waited for it and went is not our business */
        close(o->ready_fd);
}

/* Everything that can be wrong before the loop is there. */
static int prepare(struct front *front)
{
        const struct front_options *o = front->options;
        signal(SIGPIPE, SIG_IGN);
        if (wipe_install() != 0) {
                LOG(LOG_ERROR, "front",
                        "what passes through could not be wiped: the TLS library was used before the front "
                        "began; nothing may use it first");
                return FRONT_FAILED;
        }
        if (ids_init())
                return FRONT_FAILED;
        int rc = check_options(front);
        if (rc == 0)
                rc = pages_load(&front->pages, o->web_root);
        if (rc == 0)
                rc = listener_bind(&front->listener, o);
        if (rc == 0 && !o->plain)
                rc = tls_prepare(&front->tls, o);
        if (rc)
                return rc;
        front->addresses = addresses_create(&o->limits);
        front->conns = conns_create(front, o->limits.connections);
        if (front->addresses && front->conns)
                return 0;
        LOG(LOG_ERROR, "front", "out of memory for this many connections: lower limits.connections",
                log_num("connections", o->limits.connections));
        return FRONT_FAILED;
}

static int run_loop(struct front *front, int link_fd)
{
        if (uv_loop_init(&front->loop))
                return FRONT_FAILED;
        int rc = start_web(front);
        if (rc == 0) {
                rc = start_handles(front, link_fd);
                if (rc == 0)
                        say_ready(front);
                else
                        front_stop(front, rc);
                if (rc != 0)
                        begin_destroy(front);
        } else if (front->context) {
                lws_context_destroy(front->context);
        }
        uv_run(&front->loop, UV_RUN_DEFAULT);
        if (front->context) /* the second of its two steps: the first only began to close its handles */
                lws_context_destroy(front->context);
        uv_run(&front->loop, UV_RUN_DEFAULT);
        if (uv_loop_close(&front->loop) != 0)
                LOG(LOG_DETAIL, "front", "the loop still had handles at its end");
        return rc ? rc : front->exit_code;
}

int front_run(const struct front_options *options, int link_fd)
{
        struct front *front = calloc(1, sizeof *front);
        if (!front)
                return FRONT_FAILED;
        front->options = options;
        front->listener.fd = front->listener.spare = -1;
        int rc = prepare(front);
        if (rc == 0)
                rc = run_loop(front, link_fd);
        listener_close(&front->listener);
        hub_link_finish(&front->link);
        conns_destroy(front->conns);
        addresses_destroy(front->addresses);
        pages_free(front->pages);
        free(front);
        close(link_fd);
        return rc;
}
