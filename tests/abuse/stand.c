/* The real front and the real hub, wired as server/main.c wires them, with what maitred has no key for: short
 * deadlines, and HTTP without TLS.
 *
 *   stand --config FILE [--now TIME] [--set SECTION.KEY=VALUE]... [--plain] [--limit NAME=NUMBER]...
 *   stand --library                  which libwebsockets this is
 */
#include "config/config.h"
#include "server/common/clock.h"
#include "server/common/log.h"
#include "server/front/front.h"
#include "server/hub/loop.h"

#include <errno.h>
#include <libwebsockets.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct config config;
static struct clock now;
static struct front_options front;

static const struct {
        const char *name;
        size_t at;
} limits[] = {
#define LIMIT(name) {#name, offsetof(struct front_limits, name)}
        LIMIT(connections),
        LIMIT(connections_per_address),
        LIMIT(accepts_per_s_per_address),
        LIMIT(requests_per_min_per_address),
        LIMIT(messages_per_s_per_peer),
        LIMIT(head_ms),
        LIMIT(body_ms),
        LIMIT(answer_ms),
        LIMIT(idle_ms),
        LIMIT(stuck_ms),
        LIMIT(ping_ms),
        LIMIT(silent_ms),
        LIMIT(hello_ms),
        LIMIT(sweep_ms),
#undef LIMIT
};

static int give_up(const char *what)
{
        fprintf(stderr, "stand: %s; see the head of tests/abuse/stand.c\n", what);
        exit(64);
}

/* All limits are 32 bits wide. */
static void set_limit(const char *text)
{
        const char *equals = strchr(text, '=');
        for (size_t i = 0; equals && i < sizeof limits / sizeof *limits; i++) {
                uint32_t value = (uint32_t)strtoul(equals + 1, NULL, 10);
                if (strlen(limits[i].name) == (size_t)(equals - text) &&
                        strncmp(limits[i].name, text, (size_t)(equals - text)) == 0) {
                        memcpy((char *)&front.limits + limits[i].at, &value, sizeof value);
                        return;
                }
        }
        give_up("an unknown limit");
}

static void set_key(char *text)
{
        struct config_error error;
        char *equals = strchr(text, '=');
        if (!equals)
                give_up("--set wants SECTION.KEY=VALUE");
        *equals = '\0';
        if (config_set(&config, text, equals + 1, &error))
                give_up(error.text);
}

static void read_options(int argc, char **argv)
{
        struct config_error error;
        wall_ms at;
        front_options_default(&front);
        for (int i = 1; i < argc; i++) {
                char *value = i + 1 < argc ? argv[i + 1] : NULL;
                if (strcmp(argv[i], "--plain") == 0) {
                        front.plain = true;
                        continue;
                }
                if (strcmp(argv[i], "--library") == 0) {
                        puts(LWS_LIBRARY_VERSION);
                        exit(0);
                }
                if (!value)
                        give_up("an option without its value");
                if (strcmp(argv[i], "--config") == 0 && config_load(value, &config, &error) != 0)
                        give_up(error.text);
                else if (strcmp(argv[i], "--set") == 0)
                        set_key(value);
                else if (strcmp(argv[i], "--limit") == 0)
                        set_limit(value);
                else if (strcmp(argv[i], "--now") == 0 && clock_parse(value, &at) == 0)
                        clock_set_now(&now, at);
                i++;
        }
}

/* Starts a process that is this one's in name and fate; waits until it says that it is ready. */
static pid_t start(int (*run)(int, int), int link_fd, int other_fd)
{
        int ready[2];
        char byte;
        if (pipe(ready) != 0)
                give_up("no pipe");
        pid_t pid = fork();
        if (pid == 0) {
                prctl(PR_SET_PDEATHSIG, SIGKILL);
                signal(SIGTERM, SIG_DFL);
                close(ready[0]);
                if (other_fd >= 0)
                        close(other_fd);
                exit(run(link_fd, ready[1]));
        }
        close(ready[1]);
        close(link_fd);
        if (read(ready[0], &byte, 1) != 1)
                give_up("it could not be started");
        close(ready[0]);
        return pid;
}

static char origin[256];

static int run_hub(int link_fd, int ready_fd)
{
        struct loop_options o = {.config = &config, .clock = &now, .origin = origin, .ready_fd = ready_fd};
        log_open("hub", (enum log_level)config.log_level);
        return loop_run(&o, link_fd);
}

static int run_front(int link_fd, int ready_fd)
{
        static const char *origins[1] = {origin};
        static char tls_dir[CONFIG_PATH_BYTES + 8];
        snprintf(tls_dir, sizeof tls_dir, "%s/tls", config.data_dir);
        log_open("front", (enum log_level)config.log_level);
        front.listen_address = config.listen_address;
        front.listen_port = (uint16_t)config.listen_port;
        front.origins = origins;
        front.n_origins = 1;
        front.tls_dir = tls_dir;
        front.web_root = config.web_root;
        front.ready_fd = ready_fd;
        return front_run(&front, link_fd);
}

static volatile sig_atomic_t stop_asked;

static void on_stop(int number)
{
        (void)number;
        stop_asked = 1;
}

/* Ends with the worse of the two codes. */
static int watch(pid_t hub, pid_t door)
{
        int worst = 0, status = 0;
        bool told = false;
        for (int left = 2; left > 0;) {
                pid_t pid = waitpid(-1, &status, 0);
                if (pid > 0) {
                        int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
                        worst = code > worst ? code : worst;
                        left--;
                } else if (errno != EINTR) {
                        break;
                }
                if (!told) {
                        kill(door, SIGTERM);
                        kill(hub, SIGTERM);
                        told = true;
                }
        }
        return stop_asked ? worst : 1;
}

int main(int argc, char **argv)
{
        int link[2];
        struct sigaction action = {.sa_handler = on_stop};
        config_defaults(&config);
        read_options(argc, argv);
        umask(077);
        if (clock_set_zone(config.store_zone) != 0)
                give_up("store.zone is not known");
        snprintf(origin, sizeof origin, "https://%s:%d", config.public_host, config.listen_port);
        sigaction(SIGTERM, &action, NULL);
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, link) != 0)
                give_up("no socket pair");
        pid_t hub = start(run_hub, link[0], link[1]);
        return watch(hub, start(run_front, link[1], -1));
}
