#include "server/hub/store/gather.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Of SQLite's file format: the log begins with its own head; then each frame has a head and a page. The
 * second number of a frame's head is 0 but in the last frame of a transaction. */
#define LOG_HEAD   32
#define FRAME_HEAD 24
#define SIZE_AT    4

#define NAME "maitred"

struct gathered {
        sqlite3_file base;
        sqlite3_file *real; /* behind this struct, in the room that SQLite gave */
        sqlite3_int64 from; /* where in the log the kept bytes go */
        size_t len;
        sqlite3_int64 end; /* of the frames in a row; -1: unknown, so nothing is kept */
        bool last;         /* the frame whose head is kept ends the transaction */
        bool page_next;    /* its page was not written yet */
        uint8_t *bytes;    /* GATHER_BYTES */
};

static sqlite3_vfs ours;
static sqlite3_vfs *usual;

static struct gathered *of(sqlite3_file *file)
{
        return (struct gathered *)(void *)file;
}

/* Writes what is kept. What could not be written is not kept either: SQLite begins again at its first frame.
 */
static int write_kept(struct gathered *g)
{
        size_t len = g->len;
        g->len = 0;
        g->page_next = false;
        if (len == 0)
                return SQLITE_OK;
        int rc = g->real->pMethods->xWrite(g->real, g->bytes, (int)len, g->from);
        if (rc != SQLITE_OK)
                g->end = g->from;
        return rc;
}

static void keep(struct gathered *g, const void *bytes, size_t len)
{
        if (g->len == 0)
                g->from = g->end;
        memcpy(g->bytes + g->len, bytes, len);
        g->len += len;
        g->end += (sqlite3_int64)len;
}

static bool ends_transaction(const uint8_t *head)
{
        return (head[SIZE_AT] | head[SIZE_AT + 1] | head[SIZE_AT + 2] | head[SIZE_AT + 3]) != 0;
}

/* As it comes. A frame that is written over lies before the end; the log's own head begins it anew. */
static int write_through(struct gathered *g, const void *bytes, int len, sqlite3_int64 at)
{
        int rc = write_kept(g);
        /* SQLite leaves no gap. There is one only if a read was told that what had been kept could not be
         * written, and nobody undid the transaction for it. */
        if (rc == SQLITE_OK && g->end >= 0 && at > g->end)
                rc = SQLITE_IOERR_WRITE;
        if (rc == SQLITE_OK)
                rc = g->real->pMethods->xWrite(g->real, bytes, len, at);
        if (rc != SQLITE_OK)
                return rc;
        if (at == 0 && len == LOG_HEAD)
                g->end = LOG_HEAD;
        else if (at + len > g->end)
                g->end = at + len;
        return SQLITE_OK;
}

static int log_write(sqlite3_file *file, const void *bytes, int len, sqlite3_int64 at)
{
        struct gathered *g = of(file);
        bool fits = len > 0 && g->len + (size_t)len <= GATHER_BYTES;
        if (at != g->end || !fits || (len == FRAME_HEAD) == g->page_next)
                return write_through(g, bytes, len, at);
        if (len == FRAME_HEAD) {
                keep(g, bytes, FRAME_HEAD);
                g->last = ends_transaction(bytes);
                g->page_next = true;
                return SQLITE_OK;
        }
        keep(g, bytes, (size_t)len);
        g->page_next = false;
        return g->last ? write_kept(g) : SQLITE_OK;
}

static int log_close(sqlite3_file *file)
{
        struct gathered *g = of(file);
        int rc = write_kept(g);
        int closed = g->real->pMethods->xClose(g->real);
        free(g->bytes);
        g->bytes = NULL;
        return rc != SQLITE_OK ? rc : closed;
}

static int log_read(sqlite3_file *file, void *out, int len, sqlite3_int64 at)
{
        struct gathered *g = of(file);
        int rc = write_kept(g);
        return rc != SQLITE_OK ? rc : g->real->pMethods->xRead(g->real, out, len, at);
}

static int log_truncate(sqlite3_file *file, sqlite3_int64 size)
{
        struct gathered *g = of(file);
        int rc = write_kept(g);
        return rc != SQLITE_OK ? rc : g->real->pMethods->xTruncate(g->real, size);
}

static int log_sync(sqlite3_file *file, int flags)
{
        struct gathered *g = of(file);
        int rc = write_kept(g);
        return rc != SQLITE_OK ? rc : g->real->pMethods->xSync(g->real, flags);
}

static int log_size(sqlite3_file *file, sqlite3_int64 *out)
{
        struct gathered *g = of(file);
        int rc = write_kept(g);
        return rc != SQLITE_OK ? rc : g->real->pMethods->xFileSize(g->real, out);
}

static int log_lock(sqlite3_file *file, int how)
{
        return of(file)->real->pMethods->xLock(of(file)->real, how);
}

static int log_unlock(sqlite3_file *file, int how)
{
        return of(file)->real->pMethods->xUnlock(of(file)->real, how);
}

static int log_reserved(sqlite3_file *file, int *out)
{
        return of(file)->real->pMethods->xCheckReservedLock(of(file)->real, out);
}

static int log_control(sqlite3_file *file, int what, void *argument)
{
        return of(file)->real->pMethods->xFileControl(of(file)->real, what, argument);
}

static int log_sector(sqlite3_file *file)
{
        return of(file)->real->pMethods->xSectorSize(of(file)->real);
}

static int log_traits(sqlite3_file *file)
{
        return of(file)->real->pMethods->xDeviceCharacteristics(of(file)->real);
}

static const sqlite3_io_methods methods = {.iVersion = 1,
        .xClose = log_close,
        .xRead = log_read,
        .xWrite = log_write,
        .xTruncate = log_truncate,
        .xSync = log_sync,
        .xFileSize = log_size,
        .xLock = log_lock,
        .xUnlock = log_unlock,
        .xCheckReservedLock = log_reserved,
        .xFileControl = log_control,
        .xSectorSize = log_sector,
        .xDeviceCharacteristics = log_traits};

static int open_log(const char *path, struct gathered *g, int flags, int *out)
{
        *g = (struct gathered){.real = (sqlite3_file *)(void *)(g + 1), .end = -1};
        g->bytes = malloc(GATHER_BYTES);
        if (g->bytes == NULL)
                return SQLITE_NOMEM;
        memset(g->real, 0, (size_t)usual->szOsFile);
        int rc = usual->xOpen(usual, path, g->real, flags, out);
        if (g->real->pMethods != NULL) {
                g->base.pMethods = &methods; /* SQLite closes it, even if it could not be opened */
        } else {
                free(g->bytes);
                g->bytes = NULL;
        }
        return rc;
}

static int vfs_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out)
{
        (void)vfs;
        if (flags & SQLITE_OPEN_WAL)
                return open_log(path, of(file), flags, out);
        return usual->xOpen(usual, path, file, flags, out);
}

static int vfs_delete(sqlite3_vfs *vfs, const char *path, int flush)
{
        (void)vfs;
        return usual->xDelete(usual, path, flush);
}

const char *gather_begin(void)
{
        sqlite3_vfs *now = sqlite3_vfs_find(NULL);
        if (now == NULL)
                return NULL;
        if (now == usual)
                return NAME;
        /* The rest of it takes what belongs to it from the copy. */
        sqlite3_vfs_unregister(&ours);
        usual = now;
        ours = *usual;
        ours.zName = NAME;
        ours.pNext = NULL;
        ours.szOsFile = usual->szOsFile + (int)sizeof(struct gathered);
        ours.xOpen = vfs_open;
        ours.xDelete = vfs_delete;
        return sqlite3_vfs_register(&ours, 0) == SQLITE_OK ? NAME : NULL;
}

sqlite3_file *gather_real(sqlite3_file *log)
{
        return log != NULL && log->pMethods == &methods ? of(log)->real : log;
}
