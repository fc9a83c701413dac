#include "server/supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "server/common/clock.h"
#include "server/common/log.h"

#define RESTART_FIRST_MS  100
#define RESTART_MOST_MS   1000 /* a customer at the door waits for no more than two seconds in all */
#define GIVE_UP_MS        (60 * SECOND_MS) /* what cannot start for so long again needs a person */
#define ANNOUNCER_REST_MS (30 * SECOND_MS)

struct supervisor {
        const struct supervised *of;
        sigset_t waited; /* stop and the end of a child: blocked, so that none is missed between two looks */
        bool stop_asked;
        pid_t hub, front, announcer; /* 0: not running */
        mono_ms announce_at;         /* when the announcer starts (again) */
};

/* ---- children ---- */
/* Forks. In the child: nothing is blocked, and nobody watches over an orphan. */
static pid_t fork_child(const struct supervisor *s)
{
        pid_t pid = fork();
        if (pid != 0)
                return pid;
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        sigprocmask(SIG_UNBLOCK, &s->waited, NULL);
        return 0;
}

static int exit_code(int status)
{
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int reap(pid_t *pid)
{
        int status = 0;
        while (waitpid(*pid, &status, 0) < 0 && errno == EINTR)
                continue;
        *pid = 0;
        return exit_code(status);
}

/* Takes up signals that came, for at most `timeout_ms`; -1 = until one comes. */
static void take_signals(struct supervisor *s, int64_t timeout_ms)
{
        struct timespec t = {
                .tv_sec = (time_t)(timeout_ms / 1000), .tv_nsec = (long)(timeout_ms % 1000) * 1000000};
        int got = timeout_ms < 0 ? sigwaitinfo(&s->waited, NULL) : sigtimedwait(&s->waited, NULL, &t);
        if (got == SIGTERM || got == SIGINT)
                s->stop_asked = true;
}

/* Waits for a child's byte. False: it ended first, or the stop was asked for. */
static bool is_ready(struct supervisor *s, int fd)
{
        char c;
        for (;;) {
                struct pollfd p = {.fd = fd, .events = POLLIN};
                if (poll(&p, 1, 100) > 0)
                        return read(fd, &c, 1) == 1;
                take_signals(s, 0);
                if (s->stop_asked)
                        return false;
        }
}

struct birth {
        pid_t pid; /* 0: could not be started */
        bool ready;
};

/* Starts the hub or the front and waits until it is ready: if it never is, it has ended or is about to. */
static struct birth start(struct supervisor *s, bool is_hub, int link_fd, int other_fd, int code_before)
{
        int pipe_fds[2];
        struct birth born = {0};
        if (pipe2(pipe_fds, O_CLOEXEC) == 0) {
                pid_t pid = fork_child(s);
                if (pid == 0) {
                        if (other_fd >= 0)
                                close(other_fd);
                        close(pipe_fds[0]);
                        exit(is_hub ? s->of->hub(s->of->ctx, link_fd, pipe_fds[1], code_before)
                                    : s->of->front(s->of->ctx, link_fd, pipe_fds[1]));
                }
                close(pipe_fds[1]);
                born.pid = pid > 0 ? pid : 0;
                born.ready = pid > 0 && is_ready(s, pipe_fds[0]);
                close(pipe_fds[0]);
        }
        close(link_fd);
        return born;
}

static void start_announcer(struct supervisor *s)
{
        s->announce_at = INT64_MAX;
        pid_t pid = fork_child(s);
        if (pid == 0)
                exit(s->of->announcer(s->of->ctx));
        if (pid > 0)
                s->announcer = pid;
        else
                s->announce_at = clock_mono() + ANNOUNCER_REST_MS;
}

/* ---- one life of the pair ---- */
/* Takes whoever ended. Returns true, and the code, if it was the hub or the front. */
static bool take_ended(struct supervisor *s, int *code)
{
        int status;
        pid_t pid;
        while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
                if (pid == s->announcer) {
                        s->announcer = 0;
                        s->announce_at = clock_mono() + ANNOUNCER_REST_MS;
                        continue;
                }
                if (pid != s->hub && pid != s->front)
                        continue; /* an orphan that we were given, as the first process of a container */
                *code = exit_code(status);
                if (pid == s->hub)
                        s->hub = 0;
                else
                        s->front = 0;
                return true;
        }
        return false;
}

/* Waits for either to end, then ends the other. Returns the code of the one that ended first; but the hub's,
 * if it ended for its disk: while it still closes, the front may be faster. */
static int watch(struct supervisor *s)
{
        int code = 0;
        bool told = false;
        while (!take_ended(s, &code)) {
                mono_ms now = clock_mono();
                if (s->stop_asked && !told) {
                        kill(s->front, SIGTERM);
                        kill(s->hub, SIGTERM);
                        told = true;
                }
                if (!s->stop_asked && s->announce_at <= now)
                        start_announcer(s);
                take_signals(s, s->announce_at == INT64_MAX ? -1
                                : s->announce_at > now      ? s->announce_at - now
                                                            : 0);
        }
        pid_t *other = s->hub ? &s->hub : &s->front;
        bool other_is_hub = s->hub != 0;
        kill(*other, SIGTERM);
        int other_code = reap(other);
        return other_is_hub && other_code == s->of->code_of_disk ? other_code : code;
}

/* The hub comes first: while it cannot start there is nothing to let in, and one message says why. */
static int run_pair(struct supervisor *s, int code_before, bool *was_ready)
{
        int link[2];
        struct birth hub = {0}, front = {0};
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, link) != 0) {
                fprintf(stderr,
                        "maitred: no socket for the two processes (%s); raise the limit of open files\n",
                        strerror(errno));
                return 1;
        }
        hub = start(s, true, link[0], link[1], code_before);
        if (hub.ready)
                front = start(s, false, link[1], -1, 0);
        else
                close(link[1]);
        s->hub = hub.pid;
        s->front = front.pid;
        *was_ready = front.ready;
        if (front.ready) {
                LOG(LOG_NOTE, "main", "maitred is open", log_num("port", s->of->port));
                return watch(s);
        }
        if (hub.pid == 0 || (hub.ready && front.pid == 0))
                fprintf(stderr,
                        "maitred: no second process could be started; raise the limit of processes\n");
        int code = 1;
        if (front.pid) {
                if (s->stop_asked)
                        kill(front.pid, SIGTERM); /* it is still starting, and ends for nothing else */
                code = reap(&s->front); /* why the front could not start is what matters: the hub only lost
                                           its link */
        }
        if (hub.pid) {
                kill(hub.pid, SIGTERM);
                int hub_code = reap(&s->hub);
                code = hub.ready && hub_code != s->of->code_of_disk ? code : hub_code;
        }
        return code;
}

/* Waits before the next life, unless a stop is asked for. */
static void rest(struct supervisor *s, int32_t ms)
{
        int code;
        mono_ms until = clock_mono() + ms;
        for (mono_ms now = clock_mono(); now < until && !s->stop_asked; now = clock_mono()) {
                take_signals(s, until - now);
                take_ended(s, &code); /* only the announcer is left */
        }
}

static int lives(struct supervisor *s)
{
        int32_t wait_ms = RESTART_FIRST_MS;
        int code = 0, code_before = 0;
        bool was_open = false;
        mono_ms closed_at = 0;
        for (;;) {
                bool was_ready = false;
                mono_ms began = clock_mono();
                code = run_pair(s, code_before, &was_ready);
                if (s->stop_asked)
                        return 0;
                /* That the disk had failed is told until a pair was open: one that could not start, for
                 * whatever else, may not have looked. */
                if (was_ready || code_before != s->of->code_of_disk)
                        code_before = code;
                if (was_ready) {
                        was_open = true;
                        closed_at = clock_mono();
                }
                /* After a first success something else may stand in the way for a moment: a port, a disk. */
                if (!was_open || clock_mono() - closed_at > GIVE_UP_MS)
                        return code ? code : 1;
                if (s->of->one_life)
                        return code;
                LOG(LOG_ERROR, "main", "front or hub ended; both are started again", log_num("code", code),
                        log_num("ms", wait_ms));
                if (clock_mono() - began > 60 * SECOND_MS)
                        wait_ms = RESTART_FIRST_MS;
                rest(s, wait_ms);
                if (s->stop_asked)
                        return 0;
                wait_ms = wait_ms * 2 < RESTART_MOST_MS ? wait_ms * 2 : RESTART_MOST_MS;
        }
}

int supervise(const struct supervised *of)
{
        struct supervisor s = {.of = of, .announce_at = of->announcer ? 0 : INT64_MAX};
        sigemptyset(&s.waited);
        sigaddset(&s.waited, SIGTERM);
        sigaddset(&s.waited, SIGINT);
        sigaddset(&s.waited, SIGCHLD);
        sigprocmask(SIG_BLOCK, &s.waited, NULL);
        signal(SIGPIPE, SIG_IGN); /* nobody may be reading the log any more; the children inherit this */
        int code = lives(&s);
        if (s.announcer) {
                kill(s.announcer, SIGTERM);
                reap(&s.announcer);
        }
        return code;
}
