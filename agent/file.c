#include "agent/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

ssize_t file_read(const char *path, void *out, size_t room)
{
        int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
        size_t have = 0;
        ssize_t n = fd < 0 ? -1 : 1;
        while (n > 0 && have < room) {
                n = read(fd, (char *)out + have, room - have);
                have += n > 0 ? (size_t)n : 0;
        }
        char more;
        if (n > 0 && read(fd, &more, 1) > 0) {
                errno = EFBIG;
                n = -1;
        }
        int saved = errno;
        if (fd >= 0)
                close(fd);
        errno = saved;
        return n < 0 ? -1 : (ssize_t)have;
}

static int write_all(int fd, const char *bytes, size_t len)
{
        while (len > 0) {
                ssize_t n = write(fd, bytes, len);
                if (n < 0 && errno != EINTR)
                        return -1;
                bytes += n > 0 ? n : 0;
                len -= n > 0 ? (size_t)n : 0;
        }
        return fsync(fd);
}

static int sync_folder(const char *path)
{
        char folder[4096];
        const char *slash = strrchr(path, '/');
        snprintf(folder, sizeof folder, "%.*s", slash && slash > path ? (int)(slash - path) : 1,
                slash ? path : ".");
        int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        int rc = fd < 0 ? -1 : fsync(fd);
        if (fd >= 0)
                close(fd);
        return rc;
}

int file_replace(const char *path, const void *bytes, size_t len)
{
        char next[4096];
        int n = snprintf(next, sizeof next, "%s.new", path);
        if (n < 0 || (size_t)n >= sizeof next) {
                errno = ENAMETOOLONG;
                return -1;
        }
        unlink(next);
        int fd = open(next, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (fd < 0)
                return -1;
        int rc = write_all(fd, bytes, len);
        if (close(fd) != 0)
                rc = -1;
        if (rc == 0)
                rc = rename(next, path);
        if (rc == 0)
                rc = sync_folder(path);
        else
                unlink(next);
        return rc;
}
