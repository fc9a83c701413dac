#include "server/hub/control_path.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int fail(struct control_error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));
static int fail(struct control_error *error, const char *format, ...)
{
        va_list args;
        va_start(args, format);
        vsnprintf(error->text, sizeof error->text, format, args);
        va_end(args);
        return -1;
}

/* True if a hub answers there. Only a refused connection proves that nobody does. */
static bool somebody_listens(const struct sockaddr_un *address)
{
        int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (fd < 0)
                return true;
        int r = connect(fd, (const struct sockaddr *)address, sizeof *address);
        bool refused = r != 0 && (errno == ECONNREFUSED || errno == ENOENT);
        close(fd);
        return !refused;
}

/* Makes room for our socket: 0 if the path is free now. */
static int clear_path(const char *path, const struct sockaddr_un *address, struct control_error *error)
{
        struct stat st;
        if (lstat(path, &st) != 0) {
                if (errno == ENOENT)
                        return 0;
                return fail(error, "control.socket: cannot look at %s (%s). Check the folder and its owner.",
                        path, strerror(errno));
        }
        if (!S_ISSOCK(st.st_mode))
                return fail(error,
                        "control.socket: %s is there already and is no socket. Move it away or name another "
                        "path.",
                        path);
        if (somebody_listens(address))
                return fail(error,
                        "control.socket: another hub is running at %s. Stop it first, or give this one its "
                        "own socket.",
                        path);
        if (unlink(path) != 0)
                return fail(error, "control.socket: cannot remove the old socket %s (%s). Remove it by hand.",
                        path, strerror(errno));
        return 0;
}

static int listen_private(int fd, const char *path, struct stat *file, struct control_error *error)
{
        struct sockaddr_un address = {.sun_family = AF_UNIX};
        memcpy(address.sun_path, path, strlen(path) + 1);
        if (clear_path(path, &address, error) != 0)
                return -1;
        mode_t before = umask(0177); /* never open to others, not even for a moment */
        int r = bind(fd, (const struct sockaddr *)&address, sizeof address);
        int why = errno;
        umask(before);
        if (r != 0)
                return fail(error,
                        "control.socket: cannot make %s (%s). Check that its folder is there and writable.",
                        path, strerror(why));
        if (listen(fd, CONTROL_CONNECTIONS_MAX) != 0 || lstat(path, file) != 0)
                return fail(error, "control.socket: cannot listen at %s (%s).", path, strerror(errno));
        return 0;
}

int control_path_listen(const char *path, struct stat *file, struct control_error *error)
{
        size_t most = sizeof((struct sockaddr_un *)0)->sun_path - 1;
        if (path[0] == 0 || strlen(path) > most)
                return fail(error,
                        "control.socket: a socket's path has 1 to %zu bytes, this one %zu. Choose a shorter "
                        "one.",
                        most, strlen(path));
        int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (fd < 0)
                return fail(error, "control.socket: cannot make a socket (%s).", strerror(errno));
        if (listen_private(fd, path, file, error) == 0)
                return fd;
        close(fd);
        return -1;
}
