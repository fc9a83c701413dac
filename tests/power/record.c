#include "tests/power/record.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define HEAD_BYTES ((sizeof(struct trace_head) + 7) / 8 * 8)

static struct trace_head *head;
static size_t dir_len;

/* ---- records ---- */

void record_take(void)
{
        if (pthread_mutex_lock(&head->lock) == EOWNERDEAD)
                pthread_mutex_consistent(&head->lock);
}

void record_give(void)
{
        int saved = errno;
        pthread_mutex_unlock(&head->lock);
        errno = saved;
}

void record_put(struct trace_record r, const char *name, const void *bytes)
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

bool record_by_sqlite(const void *caller)
{
        Dl_info info;
        return dladdr(caller, &info) != 0 && info.dli_fname != NULL &&
               strstr(info.dli_fname, "libsqlite3") != NULL;
}

bool record_on(void)
{
        return head != NULL;
}

uint64_t record_flush_number(void)
{
        return ++head->flushes;
}

/* ---- what is below the folder ---- */

/* The name of a path below the folder, "" for the folder itself; NULL if it is elsewhere. */
const char *record_below(const char *path)
{
        if (head == NULL || strncmp(path, head->dir, dir_len) != 0)
                return NULL;
        if (path[dir_len] == 0)
                return "";
        return path[dir_len] == '/' ? path + dir_len + 1 : NULL;
}

const char *record_name(int dir, const char *path, char room[PATH_MAX])
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
        return record_below(room);
}

/* The id of an open file that lies below the folder, or did when it had a name; 0 else. */
uint64_t record_id(int fd, char room[PATH_MAX])
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
                if (record_below(room) != NULL)
                        id = st.st_ino;
        }
        errno = saved;
        return id;
}

struct stat record_look(int dir, const char *path)
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
                record_put(r, record_below(path), NULL);
                return 0;
        }
        int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
        void *bytes = fd >= 0 ? mmap(NULL, (size_t)st->st_size, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
        if (fd >= 0)
                close(fd);
        if (bytes == MAP_FAILED)
                return -1;
        r.len = (uint32_t)st->st_size;
        record_put(r, record_below(path), bytes);
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
        record_take();
        record_put((struct trace_record){.kind = TRACE_MARK, .id = what, .at = which}, NULL, NULL);
        record_give();
}

__attribute__((constructor)) static void start_preloaded(void)
{
        const char *dir = getenv("MAITRED_POWER_DIR"), *trace = getenv("MAITRED_POWER_TRACE");
        if (dir != NULL && trace != NULL && record_start(dir, trace) != 0)
                abort();
}
