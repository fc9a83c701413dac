/* A script in place of an access point, for tests and for trying an agent out. A line is "MILLISECONDS WHAT":
 * `up`, `down`, or an event as hostapd writes it (AP-STA-CONNECTED MAC keyid=NAME); "#" starts a comment. It
 * answers sweeps with the last 64 who joined and did not leave: only made-up stations belong in a script. */
#include "agent/ap.h"

#include "agent/core/hostapd.h"
#include "agent/file.h"
#include "server/common/clock.h"
#include "server/common/log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SCRIPT_MAX (1024 * 1024)
#define HERE_MAX   64
#define SIGNAL_DBM (-55)

struct fake {
        struct ap ap;
        uv_timer_t timer;
        mono_ms began;
        char *script, *at;
        struct core_station here[HERE_MAX];
        size_t n_here;
        bool sweeping, closing;
};

static void say_seen(struct fake *f, const struct core_station *s)
{
        struct core_station seen = *s;
        seen.heard = CORE_SEEN;
        seen.rssi = SIGNAL_DBM;
        seen.inactive_ms = 0;
        f->ap.sink.station(f->ap.sink.ctx, 0, &seen);
}

static void remember(struct fake *f, const struct core_station *s)
{
        for (size_t i = f->n_here; i-- > 0;)
                if (memcmp(f->here[i].mac, s->mac, sizeof s->mac) == 0)
                        f->here[i] = f->here[--f->n_here];
        if (s->heard == CORE_JOINED && f->n_here < HERE_MAX)
                f->here[f->n_here++] = *s; /* its texts point into the script, which stays */
}

static void play(struct fake *f, struct slice line)
{
        struct slice interface;
        struct core_station s;
        if (slice_is(line, "up"))
                f->ap.sink.up(f->ap.sink.ctx, 0);
        else if (slice_is(line, "down"))
                f->ap.sink.down(f->ap.sink.ctx, 0);
        else if (hostapd_event(line, &interface, &s) == HOSTAPD_STATION) {
                remember(f, &s);
                f->ap.sink.station(f->ap.sink.ctx, 0, &s);
        }
}

static void on_timer(uv_timer_t *timer);

/* Plays what is due and sleeps until the next line. */
static void go_on(struct fake *f)
{
        mono_ms now = clock_mono() - f->began;
        while (*f->at) {
                char *end;
                size_t len = strcspn(f->at, "\n");
                long long due = strtoll(f->at, &end, 10);
                if (end == f->at || *f->at == '#' || *end != ' ') {
                        f->at += len + (f->at[len] == '\n');
                        continue;
                }
                if (due > now) {
                        uv_timer_start(&f->timer, on_timer, (uint64_t)(due - now), 0);
                        return;
                }
                struct slice line = {end + 1, (size_t)(f->at + len - end - 1)};
                f->at += len + (f->at[len] == '\n');
                play(f, line);
        }
}

static void on_timer(uv_timer_t *timer)
{
        struct fake *f = timer->data;
        if (f->sweeping) {
                f->sweeping = false;
                for (size_t i = 0; i < f->n_here; i++)
                        say_seen(f, &f->here[i]);
                f->ap.sink.swept(f->ap.sink.ctx, 1);
        }
        if (!f->sweeping)
                go_on(f);
}

static void fake_ask(struct ap *ap, uint8_t radio, const uint8_t mac[6])
{
        struct fake *f = (struct fake *)ap;
        (void)radio;
        for (size_t i = 0; i < f->n_here; i++)
                if (memcmp(f->here[i].mac, mac, 6) == 0)
                        say_seen(f, &f->here[i]);
}

static void fake_sweep(struct ap *ap)
{
        struct fake *f = (struct fake *)ap;
        f->sweeping = true;
        uv_timer_start(&f->timer, on_timer, 0, 0);
}

static void on_closed(uv_handle_t *handle)
{
        struct fake *f = handle->data;
        free(f->script);
        free(f);
}

static void fake_close(struct ap *ap)
{
        struct fake *f = (struct fake *)ap;
        uv_close((uv_handle_t *)&f->timer, on_closed);
}

static const struct ap_ops ops = {fake_ask, fake_sweep, fake_close};

struct ap *ap_fake_open(uv_loop_t *loop, const struct ap_options *options, const struct ap_sink *sink)
{
        struct fake *f = calloc(1, sizeof *f);
        char *script = malloc(SCRIPT_MAX + 1);
        ssize_t len = f && script ? file_read(options->script, script, SCRIPT_MAX) : -1;
        if (len < 0) {
                LOG(LOG_ERROR, "fake",
                        "the script cannot be read: set ap.script to a readable file of at most 1 MiB",
                        log_word("file", options->script), log_num("errno", errno));
                free(script);
                free(f);
                return NULL;
        }
        script[len] = 0;
        f->script = f->at = script;
        f->ap = (struct ap){.ops = &ops, .loop = loop, .sink = *sink, .options = options};
        f->began = clock_mono();
        uv_timer_init(loop, &f->timer);
        f->timer.data = f;
        uv_timer_start(&f->timer, on_timer, 0, 0);
        return &f->ap;
}
