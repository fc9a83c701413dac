#include "agent/dgram.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define NAME "maitred-agent-"

static int bind_own(struct dgram *d, const char *own)
{
        static unsigned count;
        struct sockaddr_un a = {.sun_family = AF_UNIX};
        int n = snprintf(d->own, sizeof d->own, "%s/" NAME "%ld-%u", own, (long)getpid(), count++);
        if (n < 0 || (size_t)n >= sizeof d->own) {
                d->own[0] = 0;
                errno = ENAMETOOLONG;
                return -1;
        }
        memcpy(a.sun_path, d->own, sizeof d->own);
        int rc = bind(d->fd, (struct sockaddr *)&a, sizeof a);
        if (rc != 0 && errno == EADDRINUSE) { /* of an earlier process with our number */
                unlink(d->own);
                rc = bind(d->fd, (struct sockaddr *)&a, sizeof a);
        }
        if (rc != 0)
                d->own[0] = 0;
        return rc;
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
        struct dgram *d = poll->data;
        (void)status;
        (void)events;
        d->readable(d);
}

static void on_closed(uv_handle_t *handle)
{
        struct dgram *d = handle->data;
        close(d->fd);
        free(d);
}

struct dgram *dgram_open(
        uv_loop_t *loop, const char *own, const char *to, void (*readable)(struct dgram *d), void *data)
{
        struct sockaddr_un a = {.sun_family = AF_UNIX};
        struct dgram *d = strlen(to) < sizeof a.sun_path ? calloc(1, sizeof *d) : NULL;
        if (!d)
                return NULL;
        snprintf(a.sun_path, sizeof a.sun_path, "%s", to);
        d->readable = readable;
        d->data = data;
        d->poll.data = d;
        d->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        bool ok = d->fd >= 0 && bind_own(d, own) == 0 && connect(d->fd, (struct sockaddr *)&a, sizeof a) == 0;
        if (ok && uv_poll_init(loop, &d->poll, d->fd) == 0) {
                uv_poll_start(&d->poll, UV_READABLE, on_poll);
                return d;
        }
        int saved = errno;
        if (d->own[0])
                unlink(d->own);
        if (d->fd >= 0)
                close(d->fd);
        free(d);
        errno = saved;
        return NULL;
}

void dgram_close(struct dgram *d)
{
        if (!d)
                return;
        unlink(d->own);
        uv_close((uv_handle_t *)&d->poll, on_closed);
}

bool dgram_named(const struct dgram *d)
{
        struct stat s;
        return stat(d->own, &s) == 0 && S_ISSOCK(s.st_mode);
}

void dgram_clean(const char *own)
{
        DIR *dir = opendir(own);
        char path[DGRAM_PATH + 256];
        for (struct dirent *e = dir ? readdir(dir) : NULL; e; e = readdir(dir)) {
                if (strncmp(e->d_name, NAME, sizeof NAME - 1) != 0)
                        continue;
                long pid = strtol(e->d_name + sizeof NAME - 1, NULL, 10);
                snprintf(path, sizeof path, "%s/%s", own, e->d_name);
                if (pid > 0 && kill((pid_t)pid, 0) != 0 && errno == ESRCH)
                        unlink(path);
        }
        if (dir)
                closedir(dir);
}
