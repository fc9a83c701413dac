/* The hub as it is, for measurements: front and hub in two processes, with what `maitred` has no setting for:
 * no TLS if asked, more visits and messages than a store has, alerts that wait.
 *
 *   stage CONFIG plain|tls      prints "ready FRONT HUB" (process ids); ends when its standard input does */
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
        o.limits.connections_per_address = HANDHELDS;
        o.limits.accepts_per_s_per_address = 1000000;
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
                close(ready[0]);
                close(link[hub ? 1 : 0]);
                exit(hub ? run_hub(link[0], ready[1]) : run_front(link[1], ready[1], plain));
        }
        close(ready[1]);
        bool ok = pid > 0 && read(ready[0], &c, 1) == 1;
        close(ready[0]);
        return ok ? pid : -1;
}

static void end(pid_t pid)
{
        if (pid <= 0)
                return;
        kill(pid, SIGTERM);
        waitpid(pid, NULL, 0);
}

int main(int argc, char **argv)
{
        struct config_error error;
        int link[2];
        char byte;
        if (argc != 3 || config_load(argv[1], &config, &error) != 0 || clock_set_zone("UTC") != 0) {
                fprintf(stderr, "stage: %s\n", argc == 3 ? error.text : "usage: stage CONFIG plain|tls");
                return 2;
        }
        config.limits_handhelds = HANDHELDS;
        config.limits_visits = VISITS;
        config.visit_alerts_per_day = 250;
        config.alert_answer_within_s = 900;
        config.alert_nobody_after_s = 900;
        config.hours_open = config.hours_close = 0;
        snprintf(origin, sizeof origin, "https://localhost:%d", config.listen_port);
        snprintf(tls_dir, sizeof tls_dir, "%s/tls", config.data_dir);
        struct rlimit files;
        getrlimit(RLIMIT_NOFILE, &files);
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, link) != 0)
                return 1;
        pid_t hub = start(true, link, false);
        close(link[0]);
        pid_t front = hub > 0 ? start(false, link, strcmp(argv[2], "plain") == 0) : -1;
        close(link[1]);
        if (front > 0) {
                printf("ready %d %d\n", (int)front, (int)hub);
                fflush(stdout);
                while (read(STDIN_FILENO, &byte, 1) > 0)
                        continue;
        }
        end(front);
        end(hub);
        return front > 0 ? 0 : 1;
}
