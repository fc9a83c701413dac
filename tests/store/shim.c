#include "tests/store/shim.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define IMAGES_MAX 16
#define SECTOR     512

struct bytes {
        char *at;
        size_t len, room;
};

/* A write that no flush has covered yet; len 0 = a truncation to `offset`. */
struct pending {
        struct pending *next;
        size_t offset, len;
        char bytes[];
};

struct image {
        char name[64]; /* "" = unused */
        struct bytes durable;
        struct pending *first, *last;
};

struct shim_file {
        sqlite3_file base;
        sqlite3_file *real;
        struct image *image;
        bool log;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static sqlite3_vfs *original;
static sqlite3_vfs shim;
static bool full, bad_flush;
static unsigned slow_us;
static uint64_t log_flushes;
static uint64_t cut_in, cut_seed;
static char watched[256], cut_to[256];
static struct image images[IMAGES_MAX];

static void put(struct bytes *b, size_t offset, const char *from, size_t len)
{
        if (offset + len > b->room) {
                b->room = (offset + len) * 2;
                b->at = realloc(b->at, b->room);
                if (b->at == NULL)
                        abort();
        }
        if (offset > b->len)
                memset(b->at + b->len, 0, offset - b->len);
        if (len > 0)
                memcpy(b->at + offset, from, len);
        if (offset + len > b->len)
                b->len = offset + len;
}

static void apply(struct bytes *b, const struct pending *p)
{
        if (p->len > 0)
                put(b, p->offset, p->bytes, p->len);
        else if (p->offset < b->len)
                b->len = p->offset;
}

static void note(struct image *image, const void *bytes, size_t offset, size_t len)
{
        struct pending *p = malloc(sizeof *p + len);
        if (p == NULL)
                abort();
        p->next = NULL;
        p->offset = offset;
        p->len = len;
        if (len > 0)
                memcpy(p->bytes, bytes, len);
        if (image->last != NULL)
                image->last->next = p;
        else
                image->first = p;
        image->last = p;
}

static void forget_pending(struct image *image)
{
        for (struct pending *p = image->first; p != NULL;) {
                struct pending *next = p->next;
                free(p);
                p = next;
        }
        image->first = image->last = NULL;
}

static uint64_t toss(uint64_t *seed)
{
        *seed ^= *seed << 13;
        *seed ^= *seed >> 7;
        *seed ^= *seed << 17;
        return *seed;
}

/* Each sector of an unflushed write reached the disk or did not; a truncation as a whole. */
static void apply_some(struct bytes *b, const struct pending *p, uint64_t *seed)
{
        if (p->len == 0) {
                if (toss(seed) % 2)
                        apply(b, p);
                return;
        }
        for (size_t at = 0; at < p->len;) {
                size_t n = SECTOR - (p->offset + at) % SECTOR;
                if (n > p->len - at)
                        n = p->len - at;
                if (toss(seed) % 2)
                        put(b, p->offset + at, p->bytes + at, n);
                at += n;
        }
}

static void write_image(const char *to, const struct image *image, uint64_t *seed)
{
        char path[512];
        struct bytes copy = {0};
        put(&copy, 0, image->durable.at ? image->durable.at : "", image->durable.len);
        for (const struct pending *p = image->first; p != NULL; p = p->next)
                apply_some(&copy, p, seed);
        snprintf(path, sizeof path, "%s/%s", to, image->name);
        int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        if (fd < 0 || write(fd, copy.at, copy.len) != (ssize_t)copy.len)
                abort();
        close(fd);
        free(copy.at);
}

static void cut_locked(const char *to, uint64_t seed)
{
        uint64_t state = seed | 1;
        for (size_t i = 0; i < IMAGES_MAX; i++)
                if (images[i].name[0])
                        write_image(to, &images[i], &state);
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
        return of(file)->real->pMethods->xRead(of(file)->real, out, n, at);
}

static int shim_write(sqlite3_file *file, const void *from, int n, sqlite3_int64 at)
{
        struct shim_file *f = of(file);
        pthread_mutex_lock(&lock);
        int rc = full ? SQLITE_FULL : f->real->pMethods->xWrite(f->real, from, n, at);
        if (rc == SQLITE_OK && f->image != NULL)
                note(f->image, from, (size_t)at, (size_t)n);
        if (f->image != NULL && cut_in > 0 && --cut_in == 0)
                cut_locked(cut_to, cut_seed);
        pthread_mutex_unlock(&lock);
        return rc;
}

static int shim_truncate(sqlite3_file *file, sqlite3_int64 size)
{
        struct shim_file *f = of(file);
        pthread_mutex_lock(&lock);
        int rc = f->real->pMethods->xTruncate(f->real, size);
        if (rc == SQLITE_OK && f->image != NULL)
                note(f->image, NULL, (size_t)size, 0);
        pthread_mutex_unlock(&lock);
        return rc;
}

/* What was written before the flush began is durable after it; what is written meanwhile is not. */
static int shim_sync(sqlite3_file *file, int flags)
{
        struct shim_file *f = of(file);
        pthread_mutex_lock(&lock);
        bool fail = f->log && bad_flush;
        unsigned slow = slow_us;
        struct pending *last = f->image ? f->image->last : NULL;
        pthread_mutex_unlock(&lock);
        if (fail)
                return SQLITE_IOERR_FSYNC;
        int rc = f->real->pMethods->xSync(f->real, flags);
        if (slow > 0)
                ppoll(NULL, 0,
                        &(struct timespec){.tv_sec = slow / 1000000, .tv_nsec = slow % 1000000 * 1000L},
                        NULL);
        pthread_mutex_lock(&lock);
        log_flushes += f->log && rc == SQLITE_OK;
        while (rc == SQLITE_OK && last != NULL && f->image->first != NULL) {
                struct pending *p = f->image->first;
                apply(&f->image->durable, p);
                f->image->first = p->next;
                if (p->next == NULL)
                        f->image->last = NULL;
                bool end = p == last;
                free(p);
                if (end)
                        break;
        }
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

static struct image *image_of(const char *path)
{
        size_t len = strlen(watched);
        struct image *unused = NULL;
        if (path == NULL || len == 0 || strncmp(path, watched, len) != 0 || path[len] != '/')
                return NULL;
        const char *name = path + len + 1;
        for (size_t i = 0; i < IMAGES_MAX; i++) {
                if (strcmp(images[i].name, name) == 0)
                        return &images[i];
                if (images[i].name[0] == 0 && unused == NULL)
                        unused = &images[i];
        }
        if (unused == NULL)
                abort();
        snprintf(unused->name, sizeof unused->name, "%s", name);
        return unused;
}

static int shim_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out)
{
        struct shim_file *f = of(file);
        (void)vfs;
        memset(f, 0, sizeof *f);
        f->real = calloc(1, (size_t)original->szOsFile);
        if (f->real == NULL)
                return SQLITE_NOMEM;
        int rc = original->xOpen(original, path, f->real, flags, out);
        f->base.pMethods = &methods;
        f->log = (flags & SQLITE_OPEN_WAL) != 0;
        pthread_mutex_lock(&lock);
        f->image = image_of(path);
        pthread_mutex_unlock(&lock);
        return rc;
}

static int shim_delete(sqlite3_vfs *vfs, const char *path, int sync)
{
        (void)vfs;
        pthread_mutex_lock(&lock);
        struct image *image = image_of(path);
        if (image != NULL) {
                forget_pending(image);
                image->durable.len = 0;
                image->name[0] = 0;
        }
        pthread_mutex_unlock(&lock);
        return original->xDelete(original, path, sync);
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

uint64_t shim_log_flushes(void)
{
        pthread_mutex_lock(&lock);
        uint64_t n = log_flushes;
        pthread_mutex_unlock(&lock);
        return n;
}

void shim_watch(const char *dir)
{
        snprintf(watched, sizeof watched, "%s", dir);
}

void shim_cut(const char *to, uint64_t seed)
{
        pthread_mutex_lock(&lock);
        cut_locked(to, seed);
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
        watched[0] = 0;
        for (size_t i = 0; i < IMAGES_MAX; i++) {
                forget_pending(&images[i]);
                free(images[i].durable.at);
                memset(&images[i], 0, sizeof images[i]);
        }
        pthread_mutex_unlock(&lock);
}
