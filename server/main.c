/* maitred: reads the options and hands each process what it is for; supervise.h has how they live. Wiring
 * only. */
#include "config/config.h"
#include "server/announce/announce.h"
#include "server/common/clock.h"
#include "server/common/log.h"
#include "server/common/memory.h"
#include "server/common/pin.h"
#include "server/front/front.h"
#include "server/hub/loop.h"
#include "server/supervise.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* What the configuration allows, the front takes. */
_Static_assert(CONFIG_MOST_limits_connections <= FRONT_LIMIT_MOST &&
                       CONFIG_MOST_limits_connections_per_address <= FRONT_LIMIT_MOST &&
                       CONFIG_MOST_limits_accepts_per_address <= FRONT_LIMIT_MOST &&
                       CONFIG_MOST_limits_requests_per_address <= FRONT_LIMIT_MOST,
        "a limit that may be set must be one that the front starts with");

#define EXIT_USAGE   64
#define EXIT_CONFIG  78
#define SETS_MOST    32
#define ORIGINS_MOST 8
#define ORIGIN_BYTES 200

struct options {
        const char *config, *now, *journal, *trace, *replay, *cards;
        const char *sets[SETS_MOST];
        int n_sets;
        bool print, check;
};

struct program {
        struct config config;
        struct clock clock;
        struct options options;
        char origins[ORIGINS_MOST][ORIGIN_BYTES];
        const char *origin_list[ORIGINS_MOST];
        size_t n_origins;
        char tls_dir[CONFIG_PATH_BYTES + 8];
};

static const char help[] =
        "maitred - the hub of one store: who arrives, who comes to her, and what may be seen\n"
        "\n"
        "  maitred [--config FILE] [--set SECTION.KEY=VALUE]... [--now TIME] [--journal FILE] [--trace "
        "FILE]\n"
        "  maitred --replay JOURNAL [--trace FILE] [--cards FILE]\n"
        "  maitred --check-config | --print-config [--config FILE] | --version | --help\n"
        "\n"
        "  --config FILE      the configuration; without it every key has its default\n"
        "  --set KEY=VALUE    sets one key after the file was read (such as listen.port=9443)\n"
        "  --now TIME         starts the hub's calendar at this store-local time (\"2026-03-05 11:30\")\n"
        "  --journal FILE     keeps every event that the hub takes in a new file (it holds people's data; "
        "mode 0600)\n"
        "  --trace FILE       writes what happens, one line an event or effect, to a new file (no people's "
        "data)\n"
        "  --replay JOURNAL   feeds a journal to a fresh hub without network or disk and prints its trace\n"
        "  --cards FILE       with --replay: writes every frame that was pushed to a new file\n"
        "  --check-config     reads the configuration, says what is wrong with it, and ends\n"
        "  --print-config     prints every key with its meaning, range and value, and ends\n"
        "\n"
        "Exit codes: 0 stopped, 64 wrong options, 78 wrong configuration, 20-29 the front could not start "
        "(address,\n"
        "certificate, pages), 30-39 the hub could not start (database, operator's socket). See maitred(8).\n";

static void parse(int argc, char **argv, struct options *o)
{
        enum {
                OPT_CONFIG = 1,
                OPT_SET,
                OPT_NOW,
                OPT_JOURNAL,
                OPT_TRACE,
                OPT_REPLAY,
                OPT_CARDS,
                OPT_PRINT,
                OPT_CHECK,
                OPT_VERSION,
                OPT_HELP
        };
        static const struct option table[] = {{"config", 1, NULL, OPT_CONFIG}, {"set", 1, NULL, OPT_SET},
                {"now", 1, NULL, OPT_NOW}, {"journal", 1, NULL, OPT_JOURNAL}, {"trace", 1, NULL, OPT_TRACE},
                {"replay", 1, NULL, OPT_REPLAY}, {"cards", 1, NULL, OPT_CARDS},
                {"print-config", 0, NULL, OPT_PRINT}, {"check-config", 0, NULL, OPT_CHECK},
                {"version", 0, NULL, OPT_VERSION}, {"help", 0, NULL, OPT_HELP}, {0}};
        int c;
        while ((c = getopt_long(argc, argv, "", table, NULL)) != -1) {
                if (c == OPT_CONFIG)
                        o->config = optarg;
                else if (c == OPT_NOW)
                        o->now = optarg;
                else if (c == OPT_JOURNAL)
                        o->journal = optarg;
                else if (c == OPT_TRACE)
                        o->trace = optarg;
                else if (c == OPT_REPLAY)
                        o->replay = optarg;
                else if (c == OPT_CARDS)
                        o->cards = optarg;
                else if (c == OPT_PRINT)
                        o->print = true;
                else if (c == OPT_CHECK)
                        o->check = true;
                else if (c == OPT_SET && o->n_sets < SETS_MOST)
                        o->sets[o->n_sets++] = optarg;
                else if (c == OPT_VERSION || c == OPT_HELP) {
                        fputs(c == OPT_HELP ? help : "maitred " MAITRED_VERSION "\n", stdout);
                        exit(0);
                } else {
                        fprintf(stderr, "maitred: see maitred --help\n");
                        exit(EXIT_USAGE);
                }
        }
        if (optind < argc) {
                fprintf(stderr, "maitred: \"%s\" is not an option; see maitred --help\n", argv[optind]);
                exit(EXIT_USAGE);
        }
}

static int read_config(struct program *p)
{
        struct config_error error;
        if (!p->options.config)
                config_defaults(&p->config);
        else if (config_load(p->options.config, &p->config, &error) != 0) {
                fprintf(stderr, "maitred: %s\n", error.text);
                return EXIT_CONFIG;
        }
        for (int i = 0; i < p->options.n_sets; i++) {
                char key[80];
                const char *equals = strchr(p->options.sets[i], '=');
                size_t len = equals ? (size_t)(equals - p->options.sets[i]) : 0;
                if (len == 0 || len >= sizeof(key)) {
                        fprintf(stderr,
                                "maitred: --set wants SECTION.KEY=VALUE, such as --set listen.port=9443\n");
                        return EXIT_USAGE;
                }
                memcpy(key, p->options.sets[i], len);
                key[len] = 0;
                if (config_set(&p->config, key, equals + 1, &error) != 0) {
                        fprintf(stderr, "maitred: --set %s: %s\n", key, error.text);
                        return EXIT_CONFIG;
                }
        }
        return 0;
}

static int set_time(struct program *p)
{
        wall_ms now;
        if (clock_set_zone(p->config.store_zone) != 0) {
                fprintf(stderr, "maitred: store.zone: the tz database has no zone of that name; use one such "
                                "as Europe/Paris\n");
                return EXIT_CONFIG;
        }
        if (!p->options.now)
                return 0;
        if (clock_parse(p->options.now, &now) != 0) {
                fprintf(stderr, "maitred: --now wants a store-local time such as 2026-03-05 or \"2026-03-05 "
                                "11:30\"\n");
                return EXIT_USAGE;
        }
        clock_set_now(&p->clock, now);
        return 0;
}

/* With port 0 the machine chooses, but links must name the port before the front listens: so it is chosen
 * here. */
static int choose_port(struct program *p)
{
        struct sockaddr_in a = {.sin_family = AF_INET};
        socklen_t len = sizeof(a);
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        bool ok = fd >= 0 && inet_pton(AF_INET, p->config.listen_address, &a.sin_addr) == 1 &&
                  bind(fd, (struct sockaddr *)&a, len) == 0 &&
                  getsockname(fd, (struct sockaddr *)&a, &len) == 0;
        if (fd >= 0)
                close(fd);
        if (ok)
                p->config.listen_port = ntohs(a.sin_port);
        return ok ? 0 : -1;
}

static int make_origins(struct program *p)
{
        const struct config *c = &p->config;
        if (c->listen_port == 0 && choose_port(p) != 0) {
                fprintf(stderr, "maitred: no free port at listen.address; name a port in listen.port\n");
                return EXIT_CONFIG;
        }
        int port = c->public_port ? c->public_port : c->listen_port;
        if (port == 443)
                snprintf(p->origins[0], ORIGIN_BYTES, "https://%s", c->public_host);
        else
                snprintf(p->origins[0], ORIGIN_BYTES, "https://%s:%d", c->public_host, port);
        p->n_origins = 1;
        const char *rest = c->public_origins;
        while (*rest && p->n_origins < ORIGINS_MOST) {
                size_t skip = strspn(rest, ", "), len = strcspn(rest + skip, ", ");
                if (len && len < ORIGIN_BYTES)
                        snprintf(p->origins[p->n_origins++], ORIGIN_BYTES, "%.*s", (int)len, rest + skip);
                rest += skip + len;
        }
        for (size_t i = 0; i < p->n_origins; i++)
                p->origin_list[i] = p->origins[i];
        snprintf(p->tls_dir, sizeof(p->tls_dir), "%s/tls", c->data_dir);
        return 0;
}

static const char *web_root(const struct program *p)
{
        return p->config.web_root[0] ? p->config.web_root : MAITRED_WEB_ROOT;
}

static int run_front(void *ctx, int link_fd, int ready_fd)
{
        const struct program *p = ctx;
        const struct config *c = &p->config;
        struct front_options o;
        log_open("front", (enum log_level)c->log_level);
        front_options_default(&o);
        o.listen_address = c->listen_address;
        o.listen_port = (uint16_t)c->listen_port;
        o.origins = p->origin_list;
        o.n_origins = p->n_origins;
        o.certificate = c->tls_certificate;
        o.key = c->tls_key;
        o.tls_dir = p->tls_dir;
        o.web_root = web_root(p);
        o.ready_fd = ready_fd;
        o.limits.connections = (uint32_t)c->limits_connections;
        o.limits.connections_per_address = (uint32_t)c->limits_connections_per_address;
        o.limits.accepts_per_s_per_address = (uint32_t)c->limits_accepts_per_address;
        o.limits.requests_per_min_per_address = (uint32_t)c->limits_requests_per_address;
        return front_run(&o, link_fd);
}

/* The certificate whose key agents keep to. */
static const char *known_by(const struct program *p, char *path, size_t room)
{
        snprintf(path, room, "%s/ca.pem", p->tls_dir);
        return p->config.tls_certificate[0] ? p->config.tls_certificate : path;
}

static int run_hub(void *ctx, int link_fd, int ready_fd, int code_before)
{
        struct program *p = ctx;
        log_open("hub", (enum log_level)p->config.log_level);
        char certificate[CONFIG_PATH_BYTES + 16], page[CONFIG_PATH_BYTES + 16];
        snprintf(page, sizeof page, "%s/index.html", web_root(p));
        struct loop_options o = {.config = &p->config,
                .certificate = known_by(p, certificate, sizeof certificate),
                .clock = &p->clock,
                .origin = p->origins[0],
                .origins = p->origin_list,
                .n_origins = p->n_origins,
                .page = page,
                .journal = p->options.journal,
                .trace = p->options.trace,
                .disk_failed = code_before == LOOP_DISK,
                .ready_fd = ready_fd};
        return loop_run(&o, link_fd);
}

/* The hub's id on the network: the beginning of the pin that an agent knows it by. */
static int run_announcer(void *ctx)
{
        struct program *p = ctx;
        char certificate[CONFIG_PATH_BYTES + 16], name[sizeof p->config.store_name + 16], id[PIN_WORD_SIZE];
        uint8_t pin[PIN_BYTES];
        log_open("announce", (enum log_level)p->config.log_level);
        if (pin_of_certificate(known_by(p, certificate, sizeof certificate), pin) != 0) {
                LOG(LOG_WARN, "announce", "the certificate cannot be read, so the hub is not announced");
                return 1;
        }
        pin_word(pin, id);
        snprintf(name, sizeof name, "maitred at %s", p->config.store_name);
        struct announce_options o = {.name = name, .port = (uint16_t)p->config.listen_port, .hub_id = id};
        return announce_run(&o);
}

static bool is_loopback(const char *address)
{
        return strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0;
}

static int run(struct program *p)
{
        bool announced = p->config.listen_announce == 0 && !is_loopback(p->config.listen_address);
        struct supervised s = {.hub = run_hub,
                .front = run_front,
                .announcer = announced ? run_announcer : NULL,
                .ctx = p,
                .code_of_disk = LOOP_DISK,
                .one_life = p->options.journal || p->options.trace,
                .port = p->config.listen_port};
        return supervise(&s);
}

/* With standard error closed the next file that is opened would get its number, and the log be written into
 * it: the store's keys, say. */
static void hold_standard_files(void)
{
        int fd;
        do
                fd = open("/dev/null", O_RDWR);
        while (fd >= 0 && fd <= STDERR_FILENO);
        if (fd >= 0)
                close(fd);
}

int main(int argc, char **argv)
{
        static struct program p;
        hold_standard_files();
        json_set_alloc_funcs(memory_or_end, free);
        parse(argc, argv, &p.options);
        umask(077);
        if (p.options.replay)
                return loop_replay(p.options.replay, p.options.trace, p.options.cards);
        int result = read_config(&p);
        if (result == 0)
                result = set_time(&p);
        if (result == 0 && p.options.print) {
                config_print(stdout, &p.config);
                return 0;
        }
        if (result == 0 && !p.options.check)
                result = make_origins(&p);
        if (result != 0 || p.options.check)
                return result;
        log_open("maitred", (enum log_level)p.config.log_level);
        return run(&p);
}
