/* Stands in front of the calls of the C library that change files, and has written down what they did below
 * one folder. Linked into a program, or preloaded. Calls go to the kernel themselves, so that it does not
 * matter who else stands there (a sanitizer); writes to anything but a file of the folder just pass. */
#include "tests/power/record.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define BY_SQLITE() record_by_sqlite(__builtin_return_address(0))

static int do_open(int dir, const char *path, int flags, mode_t mode)
{
        char room[PATH_MAX];
        const char *name = flags & (O_CREAT | O_TRUNC) ? record_name(dir, path, room) : NULL;
        if (name == NULL)
                return (int)syscall(SYS_openat, dir, path, flags, mode);
        record_take();
        struct stat before = record_look(dir, path);
        int fd = (int)syscall(SYS_openat, dir, path, flags, mode);
        struct stat after = record_look(dir, path);
        if (fd >= 0 && before.st_ino == 0)
                record_put(
                        (struct trace_record){
                                .kind = TRACE_CREATE, .id = after.st_ino, .mode = after.st_mode},
                        name, NULL);
        else if (fd >= 0 && (flags & O_TRUNC))
                record_put((struct trace_record){.kind = TRACE_SIZE, .id = after.st_ino}, NULL, NULL);
        record_give();
        return fd;
}

static mode_t mode_of(int flags, va_list args)
{
        return flags & (O_CREAT | O_TMPFILE) ? va_arg(args, mode_t) : 0;
}

#define OPEN(name, parameters, dir)                                                                          \
        __attribute__((visibility("default"))) int name parameters;                                          \
        int name parameters                                                                                  \
        {                                                                                                    \
                va_list args;                                                                                \
                va_start(args, flags);                                                                       \
                mode_t mode = mode_of(flags, args);                                                          \
                va_end(args);                                                                                \
                return do_open(dir, path, flags, mode);                                                      \
        }

OPEN(open, (const char *path, int flags, ...), AT_FDCWD)
OPEN(open64, (const char *path, int flags, ...), AT_FDCWD)
OPEN(openat, (int dir, const char *path, int flags, ...), dir)
OPEN(openat64, (int dir, const char *path, int flags, ...), dir)

int creat(const char *path, mode_t mode)
{
        return do_open(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, mode);
}

/* What was really written, at a place of the file: `at` -1 = where the descriptor stands. */
static ssize_t do_write(int fd, const void *bytes, size_t len, off_t at)
{
        char room[PATH_MAX];
        uint64_t id = record_id(fd, room);
        if (id == 0)
                return at < 0 ? syscall(SYS_write, fd, bytes, len)
                              : syscall(SYS_pwrite64, fd, bytes, len, at);
        record_take();
        ssize_t n = at < 0 ? syscall(SYS_write, fd, bytes, len) : syscall(SYS_pwrite64, fd, bytes, len, at);
        if (n > 0)
                record_put((struct trace_record){.kind = TRACE_WRITE,
                                   .id = id,
                                   .at = (uint64_t)(at < 0 ? lseek(fd, 0, SEEK_CUR) - n : at),
                                   .len = (uint32_t)n},
                        NULL, bytes);
        record_give();
        return n;
}

ssize_t write(int fd, const void *bytes, size_t len)
{
        return do_write(fd, bytes, len, -1);
}

ssize_t pwrite(int fd, const void *bytes, size_t len, off_t at)
{
        return do_write(fd, bytes, len, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t len, off64_t at)
{
        return do_write(fd, bytes, len, at);
}

static int do_size(int fd, off_t size)
{
        char room[PATH_MAX];
        uint64_t id = record_id(fd, room);
        if (id == 0)
                return (int)syscall(SYS_ftruncate, fd, size);
        record_take();
        int rc = (int)syscall(SYS_ftruncate, fd, size);
        if (rc == 0)
                record_put((struct trace_record){.kind = TRACE_SIZE, .id = id, .at = (uint64_t)size}, NULL,
                        NULL);
        record_give();
        return rc;
}

int ftruncate(int fd, off_t size)
{
        return do_size(fd, size);
}

int ftruncate64(int fd, off64_t size)
{
        return do_size(fd, size);
}

/* Room for a file is zeros in it. */
int posix_fallocate(int fd, off_t at, off_t len)
{
        char room[PATH_MAX];
        struct stat before = {0};
        uint64_t id = record_id(fd, room);
        int saved = errno, rc = 0;
        if (id != 0)
                record_take();
        if (fstat(fd, &before) != 0 || syscall(SYS_fallocate, fd, 0, at, len) != 0)
                rc = errno;
        if (id != 0 && rc == 0 && at + len > before.st_size)
                record_put((struct trace_record){.kind = TRACE_SIZE, .id = id, .at = (uint64_t)(at + len)},
                        NULL, NULL);
        if (id != 0)
                record_give();
        errno = saved;
        return rc;
}

int posix_fallocate64(int fd, off64_t at, off64_t len)
{
        return posix_fallocate(fd, at, len);
}

/* Others go on while a flush is under way: it has a beginning and an end. */
static int do_flush(int fd, long call, bool sqlite)
{
        char room[PATH_MAX];
        uint64_t id = record_id(fd, room), number = 0;
        if (id != 0) {
                record_take();
                number = record_flush_number();
                record_put(
                        (struct trace_record){
                                .kind = TRACE_FLUSH, .id = id, .at = number, .by_sqlite = sqlite},
                        NULL, NULL);
                record_give();
        }
        int rc = (int)syscall(call, fd);
        if (id != 0 && rc == 0) {
                record_take();
                record_put(
                        (struct trace_record){
                                .kind = TRACE_FLUSHED, .id = id, .at = number, .by_sqlite = sqlite},
                        NULL, NULL);
                record_give();
        }
        return rc;
}

int fsync(int fd)
{
        return do_flush(fd, SYS_fsync, BY_SQLITE());
}

int fdatasync(int fd)
{
        return do_flush(fd, SYS_fdatasync, BY_SQLITE());
}

int fchmod(int fd, mode_t mode)
{
        char room[PATH_MAX];
        uint64_t id = record_id(fd, room);
        int rc = (int)syscall(SYS_fchmod, fd, mode);
        if (rc == 0 && id != 0) {
                record_take();
                record_put((struct trace_record){.kind = TRACE_MODE, .id = id, .at = mode}, NULL, NULL);
                record_give();
        }
        return rc;
}

static int do_rename(int from_dir, const char *from, int to_dir, const char *to)
{
        char a[PATH_MAX], b[PATH_MAX];
        const char *old = record_name(from_dir, from, a), *new = record_name(to_dir, to, b);
        if (old == NULL && new == NULL)
                return (int)syscall(SYS_renameat2, from_dir, from, to_dir, to, 0);
        record_take();
        int rc = (int)syscall(SYS_renameat2, from_dir, from, to_dir, to, 0);
        if (rc == 0 && old != NULL && new != NULL)
                record_put((struct trace_record){.kind = TRACE_RENAME, .len = (uint32_t)strlen(new) + 1}, old,
                        new);
        else if (rc == 0)
                record_put((struct trace_record){.kind = TRACE_UNSEEN}, old ? old : new, NULL);
        record_give();
        return rc;
}

int rename(const char *from, const char *to)
{
        return do_rename(AT_FDCWD, from, AT_FDCWD, to);
}

int renameat(int from_dir, const char *from, int to_dir, const char *to)
{
        return do_rename(from_dir, from, to_dir, to);
}

static int do_remove(int dir, const char *path, int flags)
{
        char room[PATH_MAX];
        const char *name = record_name(dir, path, room);
        if (name == NULL)
                return (int)syscall(SYS_unlinkat, dir, path, flags);
        record_take();
        int rc = (int)syscall(SYS_unlinkat, dir, path, flags);
        if (rc == 0)
                record_put((struct trace_record){.kind = TRACE_REMOVE}, name, NULL);
        record_give();
        return rc;
}

int unlink(const char *path)
{
        return do_remove(AT_FDCWD, path, 0);
}

int unlinkat(int dir, const char *path, int flags)
{
        return do_remove(dir, path, flags);
}

int rmdir(const char *path)
{
        return do_remove(AT_FDCWD, path, AT_REMOVEDIR);
}

static int do_mkdir(int dir, const char *path, mode_t mode)
{
        char room[PATH_MAX];
        const char *name = record_name(dir, path, room);
        if (name == NULL)
                return (int)syscall(SYS_mkdirat, dir, path, mode);
        record_take();
        int rc = (int)syscall(SYS_mkdirat, dir, path, mode);
        struct stat st = record_look(dir, path);
        if (rc == 0)
                record_put((struct trace_record){.kind = TRACE_CREATE, .id = st.st_ino, .mode = st.st_mode},
                        name, NULL);
        record_give();
        return rc;
}

int mkdir(const char *path, mode_t mode)
{
        return do_mkdir(AT_FDCWD, path, mode);
}

int mkdirat(int dir, const char *path, mode_t mode)
{
        return do_mkdir(dir, path, mode);
}

static int do_link(int from_dir, const char *from, int to_dir, const char *to, int flags)
{
        char room[PATH_MAX];
        const char *name = record_name(to_dir, to, room);
        if (name == NULL)
                return (int)syscall(SYS_linkat, from_dir, from, to_dir, to, flags);
        record_take();
        int rc = (int)syscall(SYS_linkat, from_dir, from, to_dir, to, flags);
        struct stat st = record_look(to_dir, to);
        if (rc == 0)
                record_put((struct trace_record){.kind = TRACE_LINK, .id = st.st_ino}, name, NULL);
        record_give();
        return rc;
}

int link(const char *from, const char *to)
{
        return do_link(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int linkat(int from_dir, const char *from, int to_dir, const char *to, int flags)
{
        return do_link(from_dir, from, to_dir, to, flags);
}

/* What the C library writes by itself is not seen: nobody may write the folder's files like that. */
static void unseen(int fd)
{
        char room[PATH_MAX];
        if (record_id(fd, room) == 0)
                return;
        record_take();
        record_put((struct trace_record){.kind = TRACE_UNSEEN}, record_below(room), NULL);
        record_give();
}

ssize_t writev(int fd, const struct iovec *parts, int n)
{
        unseen(fd);
        return syscall(SYS_writev, fd, parts, n);
}

FILE *fdopen(int fd, const char *mode)
{
        FILE *(*next)(int, const char *) = NULL;
        void *symbol = dlsym(RTLD_NEXT, "fdopen");
        memcpy(&next, &symbol, sizeof next);
        if (mode[0] != 'r' || strchr(mode, '+') != NULL)
                unseen(fd);
        return next(fd, mode);
}
