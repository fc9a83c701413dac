/* The hub as it is, for measurements: front and hub in two processes, with what `maitred` has no setting for:
 * no TLS if asked, more visits and messages than a store has, alerts that wait. If either ends, both are
 * started again, as `maitred` does it.
 *
 *   stage CONFIG plain|tls      prints "ready FRONT HUB" (process ids), also after each new start; ends when
 * its standard input does */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

#include "config/config.h"
#include "server/common/clock.h"
#include "server/common/log.h"
#include "server/front/front.h"
#include "server/hub/loop.h"

#define HANDHELDS 12000
#define VISITS    20000

static struct config config;
static struct clock wall;
static char origin[200], tls_dir[CONFIG_PATH_BYTES + 8];
static sigset_t before; /* the signals that were blocked when it began */

static int run_front(int link_fd, int ready_fd, bool plain)
{
        struct front_options o;
        const char *origins[] = {origin};
        log_open("front", (enum log_level)config.log_level);
        front_options_default(&o);
        o.listen_address = config.listen_address;
        o.listen_port = (uint16_t)config.listen_port;
        o.origins = origins;
        o.n_origins = 1;
        o.tls_dir = tls_dir;
        o.web_root = config.web_root;
        o.plain = plain;
        o.ready_fd = ready_fd;
        o.limits.connections = HANDHELDS;
        o.limits.requests_per_min_per_address = 1000000;
        o.limits.messages_per_s_per_peer = 1000;
        return front_run(&o, link_fd);
}

static int run_hub(int link_fd, int ready_fd)
{
        log_open("hub", (enum log_level)config.log_level);
        struct loop_options o = {.config = &config, .clock = &wall, .origin = origin, .ready_fd = ready_fd};
        return loop_run(&o, link_fd);
}

/* Forks front or hub, and waits until it is ready. */
static pid_t start(bool hub, const int link[2], bool plain)
{
        int ready[2];
        char c;
        if (pipe(ready) != 0)
                return -1;
        pid_t pid = fork();
        if (pid == 0) {
                prctl(PR_SET_PDEATHSIG, SIGKILL);
                sigprocmask(SIG_SETMASK, &before, NULL);
                close(ready[0]);
                close(link[hub ? 1 : 0]);
                exit(hub ? run_hub(link[0], ready[1]) : run_front(link[1], ready[1], plain));
        }
        close(ready[1]);
        bool ok = pid > 0 && read(ready[0], &c, 1) == 1;
        close(ready[0]);
        return ok ? pid : -1;
}

struct pair {
        pid_t front, hub;
};

/* False, and then neither runs. */
static bool begin(struct pair *p, bool plain)
{
        int link[2];
        *p = (struct pair){0};
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, link) != 0)
                return false;
        p->hub = start(true, link, false);
        close(link[0]);
        p->front = p->hub > 0 ? start(false, link, plain) : -1;
        close(link[1]);
        if (p->front <= 0)
                return false;
        printf("ready %d %d\n", (int)p->front, (int)p->hub);
        fflush(stdout);
        return true;
}

static void end(const struct pair *p, int number)
{
        const pid_t pids[] = {p->front, p->hub};
        for (size_t i = 0; i < ARRAY_LEN(pids); i++) {
                if (pids[i] <= 0)
                        continue;
                kill(pids[i], number);
                waitpid(pids[i], NULL, 0);
        }
}

/* Until a child has ended (true), or the standard input has. */
static bool wait_for_end(void)
{
        struct pollfd in = {STDIN_FILENO, POLLIN, 0};
        siginfo_t ended = {0};
        char byte;
        for (;;) {
                if (waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 && ended.si_pid != 0)
                        return true;
                int n = ppoll(&in, 1, NULL, &before);
                if (n > 0 && read(STDIN_FILENO, &byte, 1) <= 0)
                        return false;
                if (n < 0 && errno != EINTR)
                        return false;
        }
}

static void on_child(int number)
{
        (void)number;
}

static void set_up(void)
{
        config.limits_handhelds = HANDHELDS;
        config.limits_visits = VISITS;
        config.visit_alerts_per_day = 250;
        config.alert_answer_within_s = 900;
        config.alert_nobody_after_s = 900;
        config.alert_most_per_hour = config.alert_least_gap_s = 0;
        config.alert_rendered_within_s = 60;
        config.hours_open = config.hours_close = 0;
        snprintf(origin, sizeof origin, "https://localhost:%d", config.listen_port);
        snprintf(tls_dir, sizeof tls_dir, "%s/tls", config.data_dir);
        struct rlimit files;
        getrlimit(RLIMIT_NOFILE, &files);
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
        sigset_t child;
        struct sigaction action = {.sa_handler = on_child};
        sigemptyset(&child);
        sigaddset(&child, SIGCHLD);
        sigaction(SIGCHLD, &action, NULL);
        sigprocmask(SIG_BLOCK, &child, &before);
}

int main(int argc, char **argv)
{
        struct config_error error;
        struct pair pair;
        if (argc != 3 || config_load(argv[1], &config, &error) != 0 || clock_set_zone("UTC") != 0) {
                fprintf(stderr, "stage: %s\n", argc == 3 ? error.text : "usage: stage CONFIG plain|tls");
                return 2;
        }
        set_up();
        bool up = begin(&pair, strcmp(argv[2], "plain") == 0);
        while (up && wait_for_end()) {
                end(&pair, SIGKILL);
                up = begin(&pair, strcmp(argv[2], "plain") == 0);
        }
        end(&pair, SIGTERM);
        return up ? 0 : 1;
}
