/* maitred-agent: runs on or beside an access point and tells the hub who of those who asked for it is here.
 * Wiring only: the access point's words go into the core, what the core wants done is done in its order. */
#include "agent/ap.h"
#include "agent/find.h"
#include "agent/options.h"
#include "agent/pair.h"
#include "agent/paired.h"
#include "agent/replay.h"
#include "agent/scrub.h"
#include "agent/spool.h"
#include "agent/uplink.h"
#include "server/common/clock.h"
#include "server/common/ids.h"
#include "server/common/log.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

struct agent {
        struct options options;
        struct paired paired;
        struct clock clock;
        struct core core;
        struct ap_options ap_options;
        struct ap *ap;
        struct uplink *uplink;
        struct find find;
        uv_loop_t loop;
        uv_timer_t tick;
        uv_signal_t term, interrupt;
        bool stopping;
};

static void arm(struct agent *a);

static void carry_out(struct agent *a, struct core_effects *e)
{
        const struct config *c = &a->options.config;
        if (e->boot && paired_save_boot(c->hub_file, a->core.boot) != 0)
                LOG(LOG_WARN, "agent", "the count of starts cannot be written", log_num("errno", errno));
        if (e->save)
                spool_save(c->spool_file, &a->core);
        if (e->ask)
                ap_ask(a->ap, e->ask_radio, e->ask_mac);
        if (e->sweep)
                ap_sweep(a->ap);
        if (e->hang_up) {
                LOG(LOG_WARN, "agent", "the hub said something that makes no sense here",
                        log_word("reason", e->why));
                uplink_hang_up(a->uplink, 4400);
        } else if (e->send && a->uplink) {
                uplink_wanted(a->uplink);
        }
        explicit_bzero(e, sizeof *e);
}

static void step(struct agent *a, struct core_event *event)
{
        struct core_effects effects;
        if (a->stopping)
                return;
        event->now = clock_mono();
        event->wall = clock_wall(&a->clock);
        core_step(&a->core, event, &effects);
        carry_out(a, &effects);
        explicit_bzero(event, sizeof *event);
        arm(a);
}

static void on_tick(uv_timer_t *timer)
{
        struct core_event e = {.type = CORE_TICK};
        step(timer->data, &e);
}

static void arm(struct agent *a)
{
        mono_ms at = core_deadline(&a->core), now = clock_mono();
        if (at == INT64_MAX)
                uv_timer_stop(&a->tick);
        else
                uv_timer_start(&a->tick, on_tick, at > now ? (uint64_t)(at - now) : 0, 0);
}

static void on_up(void *ctx, uint8_t radio)
{
        struct core_event e = {.type = CORE_AP_UP, .radio = radio};
        step(ctx, &e);
}

static void on_down(void *ctx, uint8_t radio)
{
        struct core_event e = {.type = CORE_AP_DOWN, .radio = radio};
        step(ctx, &e);
}

static void on_station(void *ctx, uint8_t radio, const struct core_station *station)
{
        struct core_event e = {.type = CORE_STATION, .radio = radio, .station = *station};
        step(ctx, &e);
}

static void on_swept(void *ctx, uint32_t listed)
{
        struct core_event e = {.type = CORE_SWEPT, .listed = listed};
        step(ctx, &e);
}

static void on_opened(void *ctx)
{
        struct core_event e = {.type = CORE_OPENED};
        step(ctx, &e);
}

static void on_closed(void *ctx)
{
        struct core_event e = {.type = CORE_CLOSED};
        step(ctx, &e);
}

static void on_frame(void *ctx, struct slice text)
{
        struct agent *a = ctx;
        struct core_event e = {.type = CORE_FRAME, .frame = text};
        bool welcome = a->core.welcome;
        step(a, &e);
        if (a->core.welcome && !welcome) {
                uplink_is_good(a->uplink);
                if (find_found(&a->find, &a->paired) &&
                        paired_save(a->options.config.hub_file, &a->paired) != 0)
                        LOG(LOG_WARN, "agent", "the hub's new address cannot be kept",
                                log_num("errno", errno));
        }
        scrub_stack();
}

static size_t on_take(void *ctx, char out[AGENT_FRAME_MAX])
{
        struct agent *a = ctx;
        return core_take(&a->core, clock_mono(), clock_wall(&a->clock), out);
}

static bool on_where(void *ctx, uint32_t failures, struct paired *to)
{
        struct agent *a = ctx;
        return find_where(&a->find, &a->loop, failures, to);
}

static void on_signal(uv_signal_t *handle, int number)
{
        struct agent *a = handle->data;
        if (a->stopping)
                return;
        LOG(LOG_NOTE, "agent", "stopping", log_num("signal", number));
        spool_save(a->options.config.spool_file, &a->core);
        a->stopping = true;
        ap_close(a->ap);
        uplink_close(a->uplink);
        find_stop(&a->find);
        uv_close((uv_handle_t *)&a->tick, NULL);
        uv_close((uv_handle_t *)&a->term, NULL);
        uv_close((uv_handle_t *)&a->interrupt, NULL);
}

static int start(struct agent *a)
{
        const struct config *c = &a->options.config;
        const struct ap_sink ap_sink = {a, on_up, on_down, on_station, on_swept};
        const struct uplink_sink uplink_sink = {a, on_opened, on_closed, on_frame, on_take, on_where};
        a->ap_options = (struct ap_options){.kind = (enum agent_ap)c->ap_kind,
                .socket = c->ap_socket,
                .interfaces = c->ap_interfaces,
                .own = c->ap_own,
                .script = c->ap_script,
                .ping_ms = c->ap_ping_s * SECOND_MS};
        uv_timer_init(&a->loop, &a->tick);
        uv_signal_init(&a->loop, &a->term);
        uv_signal_init(&a->loop, &a->interrupt);
        a->tick.data = a->term.data = a->interrupt.data = a;
        uv_signal_start(&a->term, on_signal, SIGTERM);
        uv_signal_start(&a->interrupt, on_signal, SIGINT);
        a->uplink = uplink_open(&a->loop, &a->paired, &uplink_sink);
        a->ap = a->uplink ? ap_open(&a->loop, &a->ap_options, &ap_sink) : NULL;
        if (!a->uplink)
                return EXIT_UPLINK;
        return a->ap ? 0 : EXIT_AP;
}

static int run(struct agent *a)
{
        if (uv_loop_init(&a->loop) != 0)
                return EXIT_UPLINK;
        int rc = start(a);
        if (rc != 0) {
                a->stopping = true;
                uplink_close(a->uplink);
                uv_close((uv_handle_t *)&a->tick, NULL);
                uv_close((uv_handle_t *)&a->term, NULL);
                uv_close((uv_handle_t *)&a->interrupt, NULL);
        } else {
                LOG(LOG_NOTE, "agent", "watching", log_num("number", a->core.boot));
        }
        uv_run(&a->loop, UV_RUN_DEFAULT);
        uplink_finish(a->uplink);
        uv_run(&a->loop, UV_RUN_DEFAULT);
        if (uv_loop_close(&a->loop) != 0)
                LOG(LOG_DETAIL, "agent", "the loop still had handles at its end");
        return rc;
}

/* Nobody reads this process's memory from a core file, and a growing heap is given back. */
static void keep_to_itself(void)
{
        const struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        prctl(PR_SET_DUMPABLE, 0);
        mallopt(M_ARENA_MAX, 1);
        mallopt(M_TRIM_THRESHOLD, 65536);
        signal(SIGPIPE, SIG_IGN);
}

static int watch(struct agent *a)
{
        const struct config *c = &a->options.config;
        log_open("agent", (enum log_level)c->log_level);
        int rc = paired_load(c->hub_file, &a->paired);
        if (rc == 0 && c->hub_address[0] && paired_address(c->hub_address, &a->paired) != 0)
                rc = -1;
        if (rc != 0) {
                fprintf(stderr,
                        rc > 0 ? "maitred-agent: %s: this agent is not paired yet; make a code with "
                                 "`maitrectl link agent NAME` "
                                 "at the hub, then run `maitred-agent pair CODE --hub HOST:PORT` here\n"
                               : "maitred-agent: %s cannot be read, or is not what pairing wrote; pair "
                                 "again, and look at hub.address\n",
                        c->hub_file);
                return EXIT_NOT_PAIRED;
        }
        int64_t boot = paired_boot(c->hub_file) + 1;
        if (core_init(&a->core, (enum agent_ap)c->ap_kind, MAITRED_VERSION, boot) != 0)
                return EXIT_UPLINK;
        if (paired_save_boot(c->hub_file, boot) != 0)
                LOG(LOG_WARN, "agent", "the count of starts cannot be written; the hub will give another",
                        log_word("file", c->hub_file), log_num("errno", errno));
        spool_load(c->spool_file, &a->core);
        rc = run(a);
        core_finish(&a->core);
        explicit_bzero(&a->paired, sizeof a->paired);
        return rc;
}

static int pair(struct agent *a)
{
        char typed[AGENT_PAIR_TEXT], say[PAIR_SAY_MAX] = "";
        const struct options *o = &a->options;
        if (agent_pair_parse(slice_of(o->code), AGENT_PAIR_TEXT, typed) != 0) {
                fprintf(stderr, "maitred-agent: the code has sixteen letters and digits, such as "
                                "ABCD-EFGH-JKMN-PQRS; one is missing or "
                                "mistyped\n");
                return EXIT_USAGE;
        }
        if (o->hub && paired_address(o->hub, &a->paired) != 0) {
                fprintf(stderr, "maitred-agent: --hub wants HOST:PORT, such as 192.0.2.7:8443\n");
                return EXIT_USAGE;
        }
        enum pair_result rc = o->hub ? pair_with(typed, PAIR_WAIT_S, &a->paired, say)
                                     : find_and_pair(typed, &a->paired, say);
        if (rc != PAIR_DONE) {
                fprintf(stderr, "maitred-agent: %s\n", say);
                return EXIT_REFUSED;
        }
        if (paired_save(o->config.hub_file, &a->paired) != 0) {
                fprintf(stderr,
                        "maitred-agent: %s cannot be written: %s; set hub.file to a place that can, and make "
                        "a new code\n",
                        o->config.hub_file, strerror(errno));
                return EXIT_NOT_PAIRED;
        }
        printf("Paired with %s:%d as \"%s\".\n", a->paired.host, a->paired.port, say);
        explicit_bzero(&a->paired, sizeof a->paired);
        return 0;
}

int main(int argc, char **argv)
{
        static struct agent a;
        umask(0077);
        keep_to_itself();
        options_read(argc, argv, &a.options);
        if (ids_init() != 0) {
                fprintf(stderr, "maitred-agent: the machine gives no random numbers\n");
                return EXIT_UPLINK;
        }
        switch (a.options.verb) {
        case VERB_WATCH:
                return watch(&a);
        case VERB_PAIR:
                return pair(&a);
        case VERB_REPLAY:
                return replay_run(a.options.replay, a.options.tags);
        }
        return EXIT_USAGE;
}
