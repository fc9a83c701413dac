/* OpenWrt: the `ubus` program as a child a question. One `ubus subscribe` runs for each hostapd object, as
 * its lines do not say which one they are about; `ubus call ... get_clients` runs for a list and ends.
 * libubus would do the same without children, but it exists on OpenWrt only, and these lines can be replayed
 * anywhere. */
#include "agent/ap.h"

#include "agent/core/ubus.h"
#include "agent/scrub.h"
#include "server/common/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_BYTES (256 * 1024) /* get_clients of a full radio; only what is used becomes memory */
#define RETRY_MS       2000
#define OBJECT_MAX     48

struct ubus;
enum job { JOB_NONE, JOB_FIND, JOB_SUBSCRIBE, JOB_CLIENTS };

struct child {
        struct ubus *u;
        enum job job;
        uint8_t radio;
        uv_process_t process;
        uv_pipe_t out;
        int open; /* handles that are not closed yet */
        bool running;
        size_t len;
        char text[LINE_MAX_BYTES + 1];
};

struct ubus_radio {
        char object[OBJECT_MAX];
        bool up;
        struct child *subscribed;
};

struct ubus {
        struct ap ap;
        uv_timer_t timer;
        struct ubus_radio radios[CORE_RADIOS_MAX];
        uint8_t n_radios;
        struct child *job; /* finding or listing; one at a time */
        uint32_t to_list, listed;
        bool sweeping, closing;
        int handles;
};

static int start(struct ubus *u, enum job job, uint8_t radio);
static void next_job(struct ubus *u);

static void maybe_free(struct ubus *u)
{
        if (u->closing && u->handles == 0)
                free(u);
}

static void radio_is(struct ubus *u, uint8_t i, bool up)
{
        if (u->radios[i].up == up)
                return;
        u->radios[i].up = up;
        (up ? u->ap.sink.up : u->ap.sink.down)(u->ap.sink.ctx, i);
}

static void each_client(void *ctx, const struct core_station *s)
{
        struct child *c = ctx;
        c->u->ap.sink.station(c->u->ap.sink.ctx, c->radio, s);
}

static void add_object(struct ubus *u, const char *name, size_t len)
{
        for (uint8_t i = 0; i < u->n_radios; i++)
                if (slice_is((struct slice){name, len}, u->radios[i].object))
                        return;
        if (len <= strlen("hostapd.") || len >= OBJECT_MAX || u->n_radios == CORE_RADIOS_MAX ||
                memcmp(name, "hostapd.", 8) != 0)
                return;
        struct ubus_radio *r = &u->radios[u->n_radios++];
        *r = (struct ubus_radio){0};
        memcpy(r->object, name, len);
}

static void on_line(struct child *c, struct slice line)
{
        struct core_station s;
        if (c->job == JOB_FIND) {
                add_object(c->u, line.at, line.len);
        } else if (c->job == JOB_SUBSCRIBE) {
                radio_is(c->u, c->radio, true);
                if (ubus_event(line, &s))
                        c->u->ap.sink.station(c->u->ap.sink.ctx, c->radio, &s);
        }
        explicit_bzero(&s, sizeof s);
}

/* Whole lines are taken and wiped; what is left over waits for its end. A list is one thing and waits for the
 * end of the child. */
__attribute__((noinline)) static void take_lines(struct child *c)
{
        size_t from = 0;
        if (c->job == JOB_CLIENTS)
                return;
        for (size_t i = 0; i < c->len; i++) {
                if (c->text[i] != '\n')
                        continue;
                on_line(c, (struct slice){c->text + from, i - from});
                from = i + 1;
        }
        memmove(c->text, c->text + from, c->len - from);
        explicit_bzero(c->text + c->len - from, from);
        c->len -= from;
        if (c->len == LINE_MAX_BYTES) { /* a line that long is none of ours */
                explicit_bzero(c->text, c->len);
                c->len = 0;
        }
}

static void on_alloc(uv_handle_t *handle, size_t hint, uv_buf_t *buffer)
{
        struct child *c = handle->data;
        (void)hint;
        *buffer = uv_buf_init(c->text + c->len, (unsigned)(LINE_MAX_BYTES - c->len));
}

__attribute__((noinline)) static void list_ended(struct child *c)
{
        struct ubus *u = c->u;
        if (c->len > 0 && ubus_clients((struct slice){c->text, c->len}, each_client, c) == 0)
                u->listed |= 1u << c->radio;
}

static void on_closed(uv_handle_t *handle)
{
        struct child *c = handle->data;
        struct ubus *u = c->u;
        if (--c->open > 0)
                return;
        if (!u->closing && c->job == JOB_CLIENTS)
                list_ended(c);
        if (!u->closing && c->job == JOB_SUBSCRIBE) {
                u->radios[c->radio].subscribed = NULL;
                radio_is(u, c->radio, false);
        }
        explicit_bzero(c->text, c->len);
        if (u->job == c)
                u->job = NULL;
        enum job job = c->job;
        free(c);
        u->handles--;
        scrub_stack();
        if (!u->closing && job != JOB_SUBSCRIBE)
                next_job(u);
        maybe_free(u);
}

static void let_go(struct child *c)
{
        if (!c)
                return;
        if (c->running)
                uv_process_kill(&c->process, SIGTERM);
        if (!uv_is_closing((uv_handle_t *)&c->out))
                uv_close((uv_handle_t *)&c->out, on_closed);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buffer)
{
        struct child *c = stream->data;
        (void)buffer;
        if (n > 0) {
                c->len += (size_t)n;
                take_lines(c);
        }
        bool full = c->job == JOB_CLIENTS && c->len == LINE_MAX_BYTES;
        if (n < 0 || full)
                let_go(c);
        scrub_stack();
}

static void on_ended(uv_process_t *process, int64_t status, int number)
{
        struct child *c = process->data;
        (void)status;
        (void)number;
        c->running = false;
        uv_close((uv_handle_t *)process, on_closed);
}

static int start(struct ubus *u, enum job job, uint8_t radio)
{
        static char ubus[] = "ubus", quiet[] = "-S", list[] = "list", subscribe[] = "subscribe",
                    call[] = "call", clients[] = "get_clients", all[] = "hostapd.*";
        struct child *c = calloc(1, sizeof *c);
        char *object = u->radios[radio].object;
        char *find_args[] = {ubus, list, all, NULL};
        char *subscribe_args[] = {ubus, subscribe, object, NULL};
        char *clients_args[] = {ubus, quiet, call, object, clients, NULL};
        if (!c)
                return -1;
        *c = (struct child){.u = u, .job = job, .radio = radio, .open = 2};
        uv_pipe_init(u->ap.loop, &c->out, 0);
        c->out.data = c->process.data = c;
        uv_stdio_container_t stdio[3] = {{.flags = UV_IGNORE},
                {.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE, .data.stream = (uv_stream_t *)&c->out},
                {.flags = UV_IGNORE}};
        uv_process_options_t options = {.exit_cb = on_ended,
                .file = ubus,
                .args = job == JOB_FIND        ? find_args
                        : job == JOB_SUBSCRIBE ? subscribe_args
                                               : clients_args,
                .stdio = stdio,
                .stdio_count = 3};
        u->handles++;
        int rc = uv_spawn(u->ap.loop, &c->process, &options);
        c->running = rc == 0;
        if (job == JOB_SUBSCRIBE)
                u->radios[radio].subscribed = c;
        else
                u->job = c;
        if (rc == 0 && uv_read_start((uv_stream_t *)&c->out, on_alloc, on_read) == 0)
                return 0;
        LOG(LOG_WARN, "ubus", "the program ubus cannot be run: is this OpenWrt? Else set ap.kind to hostapd",
                log_num("errno", -rc));
        uv_close((uv_handle_t *)&c->process, on_closed);
        uv_close((uv_handle_t *)&c->out, on_closed);
        return -1;
}

/* `subscribe` says nothing until something happens: that it still runs after a moment has to do. */
static void subscribe_all(struct ubus *u)
{
        for (uint8_t i = 0; i < u->n_radios; i++) {
                if (u->radios[i].subscribed)
                        radio_is(u, i, true);
                else
                        start(u, JOB_SUBSCRIBE, i);
        }
}

static void next_job(struct ubus *u)
{
        if (u->job)
                return;
        for (uint8_t i = 0; i < u->n_radios && u->to_list; i++) {
                if (!(u->to_list & 1u << i))
                        continue;
                u->to_list &= ~(1u << i);
                if (start(u, JOB_CLIENTS, i) == 0)
                        return;
        }
        if (u->sweeping && !u->to_list) {
                u->sweeping = false;
                u->ap.sink.swept(u->ap.sink.ctx, u->listed);
        }
}

static void on_timer(uv_timer_t *timer)
{
        struct ubus *u = timer->data;
        subscribe_all(u);
        if (!u->job && !u->sweeping)
                start(u, JOB_FIND, 0);
        next_job(u);
        uv_timer_start(timer, on_timer, RETRY_MS, 0);
}

static void ubus_ask(struct ap *ap, uint8_t radio, const uint8_t mac[6])
{
        (void)ap; /* it knows nothing that the event did not say */
        (void)radio;
        (void)mac;
}

static void ubus_sweep(struct ap *ap)
{
        struct ubus *u = (struct ubus *)ap;
        u->sweeping = true;
        u->listed = u->to_list = 0;
        for (uint8_t i = 0; i < u->n_radios; i++)
                if (u->radios[i].up)
                        u->to_list |= 1u << i;
        uv_timer_start(&u->timer, on_timer, 1, 0);
}

static void on_timer_closed(uv_handle_t *handle)
{
        struct ubus *u = handle->data;
        u->handles--;
        maybe_free(u);
}

static void ubus_close(struct ap *ap)
{
        struct ubus *u = (struct ubus *)ap;
        u->closing = true;
        let_go(u->job);
        for (uint8_t i = 0; i < u->n_radios; i++)
                let_go(u->radios[i].subscribed);
        uv_close((uv_handle_t *)&u->timer, on_timer_closed);
}

static const struct ap_ops ops = {ubus_ask, ubus_sweep, ubus_close};

/* The configured interfaces; more are found as they come. */
struct ap *ap_ubus_open(uv_loop_t *loop, const struct ap_options *options, const struct ap_sink *sink)
{
        struct ubus *u = calloc(1, sizeof *u);
        if (!u)
                return NULL;
        u->ap = (struct ap){.ops = &ops, .loop = loop, .sink = *sink, .options = options};
        uv_timer_init(loop, &u->timer);
        u->timer.data = u;
        u->handles = 1;
        uv_timer_start(&u->timer, on_timer, 0, 0);
        return &u->ap;
}
