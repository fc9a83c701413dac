/* Stands in front of the calls of the C library that change files, and writes down what they did below one
 * folder: see trace.h. Linked into a program, or preloaded. Calls go to the kernel themselves, so that it
 * does not matter who else stands there (a sanitizer); writes to anything but a file of the folder just pass.
 */
#include "tests/power/trace.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define HEAD_BYTES  ((sizeof(struct trace_head) + 7) / 8 * 8)
#define BY_SQLITE() by_sqlite(__builtin_return_address(0))

static struct trace_head *head;
static size_t dir_len;

/* ---- records ---- */

static void take(void)
{
        if (pthread_mutex_lock(&head->lock) == EOWNERDEAD)
                pthread_mutex_consistent(&head->lock);
}

static void give(void)
{
        int saved = errno;
        pthread_mutex_unlock(&head->lock);
        errno = saved;
}

static void put(struct trace_record r, const char *name, const void *bytes)
{
        r.name_len = name ? (uint32_t)strlen(name) + 1 : 1;
        r.size = (uint32_t)((sizeof r + r.name_len + r.len + 7) / 8 * 8);
        if (head->used + r.size > TRACE_BYTES)
                abort();
        char *at = (char *)head + head->used;
        memcpy(at, &r, sizeof r);
        memcpy(at + sizeof r, name ? name : "", r.name_len);
        if (r.len > 0)
                memcpy(at + sizeof r + r.name_len, bytes, r.len);
        head->used += r.size;
}

static bool by_sqlite(const void *caller)
{
        Dl_info info;
        return dladdr(caller, &info) != 0 && info.dli_fname != NULL &&
               strstr(info.dli_fname, "libsqlite3") != NULL;
}

/* ---- what is below the folder ---- */

/* The name of a path below the folder, "" for the folder itself; NULL if it is elsewhere. */
static const char *below(const char *path)
{
        if (head == NULL || strncmp(path, head->dir, dir_len) != 0)
                return NULL;
        if (path[dir_len] == 0)
                return "";
        return path[dir_len] == '/' ? path + dir_len + 1 : NULL;
}

static const char *name_of(int dir, const char *path, char room[PATH_MAX])
{
        char link[40];
        size_t len = 0;
        if (head == NULL)
                return NULL;
        if (path[0] != '/') {
                snprintf(link, sizeof link, dir == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", dir);
                ssize_t n = readlink(link, room, PATH_MAX - 1);
                if (n <= 0)
                        return NULL;
                len = (size_t)n;
                room[len++] = '/';
        }
        if (snprintf(room + len, PATH_MAX - len, "%s", path) >= (int)(PATH_MAX - len))
                return NULL;
        return below(room);
}

/* The id of an open file that lies below the folder, or did when it had a name; 0 else. */
static uint64_t id_of(int fd, char room[PATH_MAX])
{
        char link[40];
        struct stat st;
        int saved = errno;
        uint64_t id = 0;
        if (head == NULL)
                return 0;
        if (fstat(fd, &st) == 0 && (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode))) {
                snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
                ssize_t n = readlink(link, room, PATH_MAX - 1);
                room[n > 0 ? n : 0] = 0;
                if (below(room) != NULL)
                        id = st.st_ino;
        }
        errno = saved;
        return id;
}

static struct stat look(int dir, const char *path)
{
        struct stat st = {0};
        int saved = errno;
        if (fstatat(dir, path, &st, AT_SYMLINK_NOFOLLOW) != 0)
                st.st_ino = 0;
        errno = saved;
        return st;
}

/* ---- beginning and end ---- */

static int hold(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
        struct trace_record r = {.kind = TRACE_HOLDS, .mode = st->st_mode, .id = st->st_ino};
        (void)ftw;
        if (type != FTW_F && type != FTW_D)
                return 0;
        if (type == FTW_D || st->st_size == 0) {
                put(r, below(path), NULL);
                return 0;
        }
        int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
        void *bytes = fd >= 0 ? mmap(NULL, (size_t)st->st_size, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
        if (fd >= 0)
                close(fd);
        if (bytes == MAP_FAILED)
                return -1;
        r.len = (uint32_t)st->st_size;
        put(r, below(path), bytes);
        munmap(bytes, (size_t)st->st_size);
        return 0;
}

int record_start(const char *dir, const char *trace)
{
        pthread_mutexattr_t shared;
        int fd = (int)syscall(SYS_openat, AT_FDCWD, trace, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        struct stat st;
        if (fd < 0 || fstat(fd, &st) != 0 ||
                (st.st_size == 0 && syscall(SYS_ftruncate, fd, (off_t)TRACE_BYTES) != 0))
                return -1;
        void *map = mmap(NULL, TRACE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        close(fd);
        if (map == MAP_FAILED)
                return -1;
        head = map;
        dir_len = strlen(dir);
        if (st.st_size != 0)
                return 0;
        snprintf(head->dir, sizeof head->dir, "%s", dir);
        pthread_mutexattr_init(&shared);
        pthread_mutexattr_setpshared(&shared, PTHREAD_PROCESS_SHARED);
        pthread_mutexattr_setrobust(&shared, PTHREAD_MUTEX_ROBUST);
        pthread_mutex_init(&head->lock, &shared);
        head->used = HEAD_BYTES;
        head->magic = TRACE_MAGIC;
        return nftw(dir, hold, 16, FTW_PHYS | FTW_MOUNT);
}

void record_stop(void)
{
        struct trace_head *old = head;
        head = NULL;
        if (old != NULL)
                munmap(old, TRACE_BYTES);
}

void record_mark(uint64_t what, uint64_t which)
{
        if (head == NULL)
                return;
        take();
        put((struct trace_record){.kind = TRACE_MARK, .id = what, .at = which}, NULL, NULL);
        give();
}

__attribute__((constructor)) static void start_preloaded(void)
{
        const char *dir = getenv("MAITRED_POWER_DIR"), *trace = getenv("MAITRED_POWER_TRACE");
        if (dir != NULL && trace != NULL && record_start(dir, trace) != 0)
                abort();
}

/* ---- the calls ---- */

static int do_open(int dir, const char *path, int flags, mode_t mode)
{
        char room[PATH_MAX];
        const char *name = flags & (O_CREAT | O_TRUNC) ? name_of(dir, path, room) : NULL;
        if (name == NULL)
                return (int)syscall(SYS_openat, dir, path, flags, mode);
        take();
        struct stat before = look(dir, path);
        int fd = (int)syscall(SYS_openat, dir, path, flags, mode);
        struct stat after = look(dir, path);
        if (fd >= 0 && before.st_ino == 0)
                put((struct trace_record){.kind = TRACE_CREATE, .id = after.st_ino, .mode = after.st_mode},
                        name, NULL);
        else if (fd >= 0 && (flags & O_TRUNC))
                put((struct trace_record){.kind = TRACE_SIZE, .id = after.st_ino}, NULL, NULL);
        give();
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
        uint64_t id = id_of(fd, room);
        if (id == 0)
                return at < 0 ? syscall(SYS_write, fd, bytes, len)
                              : syscall(SYS_pwrite64, fd, bytes, len, at);
        take();
        ssize_t n = at < 0 ? syscall(SYS_write, fd, bytes, len) : syscall(SYS_pwrite64, fd, bytes, len, at);
        if (n > 0)
                put((struct trace_record){.kind = TRACE_WRITE,
                            .id = id,
                            .at = (uint64_t)(at < 0 ? lseek(fd, 0, SEEK_CUR) - n : at),
                            .len = (uint32_t)n},
                        NULL, bytes);
        give();
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
        uint64_t id = id_of(fd, room);
        if (id == 0)
                return (int)syscall(SYS_ftruncate, fd, size);
        take();
        int rc = (int)syscall(SYS_ftruncate, fd, size);
        if (rc == 0)
                put((struct trace_record){.kind = TRACE_SIZE, .id = id, .at = (uint64_t)size}, NULL, NULL);
        give();
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

/* Others go on while a flush is under way: it has a beginning and an end. */
static int do_flush(int fd, long call, bool sqlite)
{
        char room[PATH_MAX];
        uint64_t id = id_of(fd, room), number = 0;
        if (id != 0) {
                take();
                number = ++head->flushes;
                put((struct trace_record){.kind = TRACE_FLUSH, .id = id, .at = number, .by_sqlite = sqlite},
                        NULL, NULL);
                give();
        }
        int rc = (int)syscall(call, fd);
        if (id != 0 && rc == 0) {
                take();
                put((struct trace_record){.kind = TRACE_FLUSHED, .id = id, .at = number, .by_sqlite = sqlite},
                        NULL, NULL);
                give();
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
        uint64_t id = id_of(fd, room);
        int rc = (int)syscall(SYS_fchmod, fd, mode);
        if (rc == 0 && id != 0) {
                take();
                put((struct trace_record){.kind = TRACE_MODE, .id = id, .at = mode}, NULL, NULL);
                give();
        }
        return rc;
}

static int do_rename(int from_dir, const char *from, int to_dir, const char *to)
{
        char a[PATH_MAX], b[PATH_MAX];
        const char *old = name_of(from_dir, from, a), *new = name_of(to_dir, to, b);
        if (old == NULL && new == NULL)
                return (int)syscall(SYS_renameat2, from_dir, from, to_dir, to, 0);
        take();
        int rc = (int)syscall(SYS_renameat2, from_dir, from, to_dir, to, 0);
        if (rc == 0 && old != NULL && new != NULL)
                put((struct trace_record){.kind = TRACE_RENAME, .len = (uint32_t)strlen(new) + 1}, old, new);
        else if (rc == 0)
                put((struct trace_record){.kind = TRACE_UNSEEN}, old ? old : new, NULL);
        give();
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
        const char *name = name_of(dir, path, room);
        if (name == NULL)
                return (int)syscall(SYS_unlinkat, dir, path, flags);
        take();
        int rc = (int)syscall(SYS_unlinkat, dir, path, flags);
        if (rc == 0)
                put((struct trace_record){.kind = TRACE_REMOVE}, name, NULL);
        give();
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
        const char *name = name_of(dir, path, room);
        if (name == NULL)
                return (int)syscall(SYS_mkdirat, dir, path, mode);
        take();
        int rc = (int)syscall(SYS_mkdirat, dir, path, mode);
        struct stat st = look(dir, path);
        if (rc == 0)
                put((struct trace_record){.kind = TRACE_CREATE, .id = st.st_ino, .mode = st.st_mode}, name,
                        NULL);
        give();
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
        const char *name = name_of(to_dir, to, room);
        if (name == NULL)
                return (int)syscall(SYS_linkat, from_dir, from, to_dir, to, flags);
        take();
        int rc = (int)syscall(SYS_linkat, from_dir, from, to_dir, to, flags);
        struct stat st = look(to_dir, to);
        if (rc == 0)
                put((struct trace_record){.kind = TRACE_LINK, .id = st.st_ino}, name, NULL);
        give();
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
        if (id_of(fd, room) == 0)
                return;
        take();
        put((struct trace_record){.kind = TRACE_UNSEEN}, below(room), NULL);
        give();
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
