#include "tests/store/shim.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tests/power/disk.h"

#define NAMES_MAX 32
#define FOLDER    1 /* the id of the folder that is watched */

/* A name below the folder, and the file that it is. */
struct known {
        char name[DISK_NAME_MAX]; /* "" = unused */
        uint64_t id;
};

struct shim_file {
        sqlite3_file base;
        sqlite3_file *real;
        uint64_t id; /* on the disk that is kept; 0 = not watched */
        bool log;
        bool new_name; /* a log or journal: SQLite's own VFS flushes the folder with the file's first flush */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static sqlite3_vfs *original;
static sqlite3_vfs shim;
static bool full, bad_flush, quick;
static unsigned slow_us;
static uint64_t log_flushes, log_writes;
static uint64_t cut_in, cut_seed;
static char watched[256], cut_to[256];
static struct disk *disk;
static struct known known[NAMES_MAX];
static uint64_t last_id;
static struct {
        uint64_t in; /* calls to go, 0 = none fails */
        enum shim_fault fault;
        bool for_ever, failing, failed;
} fail;

/* Whether this call is the one; `fault` is how it can fail. */
static bool fails(enum shim_fault fault)
{
        pthread_mutex_lock(&lock);
        bool now = false;
        if (fail.fault == fault && (fail.in > 0 || fail.failing)) {
                now = fail.failing || --fail.in == 0;
                fail.failed |= now;
                fail.failing = now && fail.for_ever;
        }
        pthread_mutex_unlock(&lock);
        return now;
}

/* ---- names ---- */

static const char *below(const char *path)
{
        size_t len = strlen(watched);
        bool is = path != NULL && disk != NULL && strncmp(path, watched, len) == 0 && path[len] == '/';
        return is ? path + len + 1 : NULL;
}

static struct known *find(const char *name)
{
        for (size_t i = 0; i < NAMES_MAX; i++)
                if (strcmp(known[i].name, name) == 0)
                        return &known[i];
        return NULL;
}

static uint64_t new_name(const char *name)
{
        struct known *k = find("");
        if (k == NULL)
                abort();
        snprintf(k->name, sizeof k->name, "%s", name);
        return k->id = ++last_id;
}

/* What is on the disk now is durable: nobody watched how it came there. */
static void hold(const char *path, uint64_t id, const char *name)
{
        struct stat st;
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        char *bytes = fd >= 0 && fstat(fd, &st) == 0 ? malloc((size_t)st.st_size + 1) : NULL;
        if (bytes == NULL || read(fd, bytes, (size_t)st.st_size) != st.st_size)
                abort();
        disk_holds(disk, name, id, st.st_mode, bytes, (size_t)st.st_size);
        free(bytes);
        close(fd);
}

static struct shim_file *of(sqlite3_file *file)
{
        return (struct shim_file *)(void *)file;
}

static int shim_close(sqlite3_file *file)
{
        struct shim_file *f = of(file);
        int rc = f->real->pMethods ? f->real->pMethods->xClose(f->real) : SQLITE_OK;
        free(f->real);
        return rc;
}

static int shim_read(sqlite3_file *file, void *out, int n, sqlite3_int64 at)
{
        if (fails(SHIM_EIO))
                return SQLITE_IOERR_READ;
        int rc = of(file)->real->pMethods->xRead(of(file)->real, out, n, at);
        if (!fails(SHIM_SHORT_READ))
                return rc;
        memset((char *)out + n / 2, 0, (size_t)(n - n / 2));
        return SQLITE_IOERR_SHORT_READ;
}

static int shim_write(sqlite3_file *file, const void *from, int n, sqlite3_int64 at)
{
        struct shim_file *f = of(file);
        if (fails(SHIM_EIO))
                return SQLITE_IOERR_WRITE;
        if (fails(SHIM_NO_ROOM))
                return SQLITE_FULL;
        pthread_mutex_lock(&lock);
        int rc = full ? SQLITE_FULL : f->real->pMethods->xWrite(f->real, from, n, at);
        log_writes += f->log;
        if (rc == SQLITE_OK && f->id != 0)
                disk_write(disk, f->id, (uint64_t)at, from, (size_t)n);
        if (f->id != 0 && cut_in > 0 && --cut_in == 0)
                disk_cut(disk, cut_to, cut_seed);
        pthread_mutex_unlock(&lock);
        return rc;
}

static int shim_truncate(sqlite3_file *file, sqlite3_int64 size)
{
        struct shim_file *f = of(file);
        if (fails(SHIM_EIO))
                return SQLITE_IOERR_TRUNCATE;
        pthread_mutex_lock(&lock);
        int rc = f->real->pMethods->xTruncate(f->real, size);
        if (rc == SQLITE_OK && f->id != 0)
                disk_truncate(disk, f->id, (uint64_t)size);
        pthread_mutex_unlock(&lock);
        return rc;
}

static void flushed(struct shim_file *f, uint64_t mark)
{
        disk_flushed(disk, f->id, mark, true);
        if (f->new_name)
                disk_flushed(disk, FOLDER, mark, true);
        f->new_name = false;
}

/* What was written before the flush began is durable after it; what is written meanwhile is not. */
static int shim_sync(sqlite3_file *file, int flags)
{
        struct shim_file *f = of(file);
        pthread_mutex_lock(&lock);
        bool refuse = f->log && bad_flush;
        unsigned slow = slow_us;
        bool at_once = quick;
        uint64_t mark = f->id != 0 ? disk_mark(disk) : 0;
        pthread_mutex_unlock(&lock);
        if (refuse || fails(SHIM_EIO))
                return SQLITE_IOERR_FSYNC;
        int rc = at_once ? SQLITE_OK : f->real->pMethods->xSync(f->real, flags);
        if (slow > 0)
                ppoll(NULL, 0,
                        &(struct timespec){.tv_sec = slow / 1000000, .tv_nsec = slow % 1000000 * 1000L},
                        NULL);
        pthread_mutex_lock(&lock);
        log_flushes += f->log && rc == SQLITE_OK;
        if (rc == SQLITE_OK && f->id != 0)
                flushed(f, mark);
        pthread_mutex_unlock(&lock);
        return rc;
}

static int shim_size(sqlite3_file *file, sqlite3_int64 *size)
{
        return of(file)->real->pMethods->xFileSize(of(file)->real, size);
}

static int shim_lock(sqlite3_file *file, int level)
{
        return of(file)->real->pMethods->xLock(of(file)->real, level);
}

static int shim_unlock(sqlite3_file *file, int level)
{
        return of(file)->real->pMethods->xUnlock(of(file)->real, level);
}

static int shim_reserved(sqlite3_file *file, int *out)
{
        return of(file)->real->pMethods->xCheckReservedLock(of(file)->real, out);
}

static int shim_control(sqlite3_file *file, int op, void *arg)
{
        return of(file)->real->pMethods->xFileControl(of(file)->real, op, arg);
}

static int shim_sector(sqlite3_file *file)
{
        return of(file)->real->pMethods->xSectorSize(of(file)->real);
}

static int shim_traits(sqlite3_file *file)
{
        return of(file)->real->pMethods->xDeviceCharacteristics(of(file)->real);
}

/* Version 1: no shared memory, so that nothing but EXCLUSIVE locking works. */
static const sqlite3_io_methods methods = {
        .iVersion = 1,
        .xClose = shim_close,
        .xRead = shim_read,
        .xWrite = shim_write,
        .xTruncate = shim_truncate,
        .xSync = shim_sync,
        .xFileSize = shim_size,
        .xLock = shim_lock,
        .xUnlock = shim_unlock,
        .xCheckReservedLock = shim_reserved,
        .xFileControl = shim_control,
        .xSectorSize = shim_sector,
        .xDeviceCharacteristics = shim_traits,
};

/* The file's id on the disk that is kept. Called with the lock. */
static uint64_t watch_file(const char *path, const char *name, bool was_there)
{
        struct known *k = find(name);
        if (k != NULL)
                return k->id;
        uint64_t id = new_name(name);
        if (was_there)
                hold(path, id, name);
        else
                disk_create(disk, name, id, S_IFREG | 0600);
        return id;
}

static int shim_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out)
{
        struct shim_file *f = of(file);
        (void)vfs;
        memset(f, 0, sizeof *f);
        if (fails(SHIM_EIO))
                return SQLITE_CANTOPEN;
        f->real = calloc(1, (size_t)original->szOsFile);
        if (f->real == NULL)
                return SQLITE_NOMEM;
        pthread_mutex_lock(&lock);
        const char *name = below(path);
        bool was_there = name != NULL && access(path, F_OK) == 0;
        int rc = original->xOpen(original, path, f->real, flags, out);
        if (rc == SQLITE_OK && name != NULL)
                f->id = watch_file(path, name, was_there);
        pthread_mutex_unlock(&lock);
        f->base.pMethods = &methods;
        f->log = (flags & SQLITE_OPEN_WAL) != 0;
        f->new_name = (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0;
        return rc;
}

static int shim_delete(sqlite3_vfs *vfs, const char *path, int sync)
{
        (void)vfs;
        if (fails(SHIM_EIO))
                return SQLITE_IOERR_DELETE;
        pthread_mutex_lock(&lock);
        int rc = original->xDelete(original, path, sync);
        const char *name = below(path);
        struct known *k = rc == SQLITE_OK && name != NULL ? find(name) : NULL;
        if (k != NULL) {
                disk_remove(disk, name);
                if (sync)
                        disk_flushed(disk, FOLDER, disk_mark(disk), true);
                k->name[0] = 0;
        }
        pthread_mutex_unlock(&lock);
        return rc;
}

void shim_install(void)
{
        if (original == NULL) {
                original = sqlite3_vfs_find(NULL);
                shim = *original;
                shim.zName = "shim";
                shim.pNext = NULL;
                shim.szOsFile = (int)sizeof(struct shim_file);
                shim.xOpen = shim_open;
                shim.xDelete = shim_delete;
        }
        shim_full(false);
        shim_bad_flush(false);
        shim_fail_at(0, SHIM_EIO, false);
        sqlite3_vfs_register(&shim, 1);
}

void shim_remove(void)
{
        sqlite3_vfs_register(original, 1);
}

void shim_full(bool on)
{
        pthread_mutex_lock(&lock);
        full = on;
        pthread_mutex_unlock(&lock);
}

void shim_bad_flush(bool on)
{
        pthread_mutex_lock(&lock);
        bad_flush = on;
        pthread_mutex_unlock(&lock);
}

void shim_slow(unsigned us)
{
        pthread_mutex_lock(&lock);
        slow_us = us;
        pthread_mutex_unlock(&lock);
}

void shim_quick(bool on)
{
        pthread_mutex_lock(&lock);
        quick = on;
        pthread_mutex_unlock(&lock);
}

uint64_t shim_log_writes(void)
{
        pthread_mutex_lock(&lock);
        uint64_t n = log_writes;
        pthread_mutex_unlock(&lock);
        return n;
}

uint64_t shim_log_flushes(void)
{
        pthread_mutex_lock(&lock);
        uint64_t n = log_flushes;
        pthread_mutex_unlock(&lock);
        return n;
}

void shim_fail_at(uint64_t n, enum shim_fault fault, bool for_ever)
{
        pthread_mutex_lock(&lock);
        fail.in = n;
        fail.fault = fault;
        fail.for_ever = for_ever;
        fail.failing = false;
        if (n > 0)
                fail.failed = false;
        pthread_mutex_unlock(&lock);
}

bool shim_has_failed(void)
{
        pthread_mutex_lock(&lock);
        bool failed = fail.failed;
        pthread_mutex_unlock(&lock);
        return failed;
}

void shim_watch(const char *dir)
{
        shim_unwatch();
        pthread_mutex_lock(&lock);
        snprintf(watched, sizeof watched, "%s", dir);
        disk = disk_new(true);
        disk_holds(disk, "", FOLDER, S_IFDIR | 0700, NULL, 0);
        last_id = FOLDER;
        pthread_mutex_unlock(&lock);
}

void shim_cut(const char *to, uint64_t seed)
{
        pthread_mutex_lock(&lock);
        disk_cut(disk, to, seed);
        pthread_mutex_unlock(&lock);
}

void shim_cut_at(uint64_t n, const char *to, uint64_t seed)
{
        pthread_mutex_lock(&lock);
        cut_in = n;
        cut_seed = seed;
        snprintf(cut_to, sizeof cut_to, "%s", to);
        pthread_mutex_unlock(&lock);
}

bool shim_was_cut(void)
{
        pthread_mutex_lock(&lock);
        bool was = cut_in == 0;
        pthread_mutex_unlock(&lock);
        return was;
}

void shim_unwatch(void)
{
        pthread_mutex_lock(&lock);
        disk_free(disk);
        disk = NULL;
        watched[0] = 0;
        memset(known, 0, sizeof known);
        pthread_mutex_unlock(&lock);
}
