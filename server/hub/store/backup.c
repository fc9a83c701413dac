#include "server/hub/store/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/common/clock.h"
#include "server/common/log.h"

#define STEP_PAGES 64

struct backup {
        sqlite3 *copy;
        sqlite3_backup *step;
        char *path; /* of the copy: removed when it is given up */
        int fd;     /* a second handle on the copy, to have its pages written out while it grows */
};

static void close_copy(struct backup *b)
{
        if (b->step != NULL)
                sqlite3_backup_finish(b->step);
        b->step = NULL;
        sqlite3_close(b->copy);
        b->copy = NULL;
}

static void forget(struct backup **running)
{
        close((*running)->fd);
        free((*running)->path);
        free(*running);
        *running = NULL;
}

void backup_abandon(struct backup **running)
{
        struct backup *b = *running;
        if (b == NULL)
                return;
        close_copy(b);
        if (b->path != NULL)
                unlink(b->path);
        forget(running);
}

static int give_up(struct backup **running, char **text, const char *say)
{
        backup_abandon(running);
        json_t *object = json_pack("{s:s, s:s}", "error", "backup", "say", say);
        *text = object ? json_dumps(object, JSON_COMPACT) : NULL;
        json_decref(object);
        return -1;
}

/* Never over a file that is there: O_EXCL before SQLite sees the name. */
static int start(struct base *base, const char *path, struct backup **running, char **text)
{
        int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (fd < 0 && errno == EEXIST)
                return give_up(running, text, "there is a file of that name already; choose another");
        if (fd < 0)
                return give_up(running, text,
                        "the file cannot be made; name a folder that the hub's user may write");
        struct backup *b = calloc(1, sizeof *b);
        if (b == NULL || (b->path = strdup(path)) == NULL) {
                close(fd);
                unlink(path);
                free(b);
                return give_up(running, text, "no memory; try again later");
        }
        b->fd = fd;
        *running = b;
        if (sqlite3_open_v2(path, &b->copy, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
                return give_up(running, text, "the file cannot be opened; check the disk");
        b->step = sqlite3_backup_init(b->copy, "main", base->all.db, "main");
        return b->step != NULL ? 1 : give_up(running, text, "SQLite cannot copy there; check the disk");
}

/* The copy's head says "write-ahead log" as the original's does; alone, and on a disk that only reads, it
 * shall not need one. And a hub that starts on it makes an epoch of its own. */
static int make_own(sqlite3 *copy)
{
        static const enum statement steps[] = {ST_BACKUP_PLAIN, ST_BACKUP_WIPE, ST_BACKUP_EPOCH};
        int rc = SQLITE_OK;
        for (size_t i = 0; i < ARRAY_LEN(steps) && rc == SQLITE_OK; i++)
                rc = sqlite3_exec(copy, statement_sql(steps[i]), NULL, NULL, NULL);
        return rc;
}

static int finish(struct backup **running, char **text)
{
        struct backup *b = *running;
        int pages = sqlite3_backup_pagecount(b->step);
        int rc = sqlite3_backup_finish(b->step);
        b->step = NULL;
        if (rc != SQLITE_OK)
                return give_up(
                        running, text, rc == SQLITE_FULL ? "the disk is full; make room" : "the copy failed");
        rc = make_own(b->copy);
        if (rc != SQLITE_OK)
                return give_up(running, text, "the copy failed; check the disk");
        close_copy(b);
        struct stat st = {0};
        fstat(b->fd, &st);
        json_t *object = json_pack(
                "{s:s, s:i, s:I}", "path", b->path, "pages", pages, "bytes", (json_int_t)st.st_size);
        *text = object ? json_dumps(object, JSON_COMPACT) : NULL;
        json_decref(object);
        forget(running);
        return 0;
}

int backup_step(struct base *base, const char *path, struct backup **running, int slice_ms, char **text)
{
        if (*running == NULL)
                return start(base, path, running, text);
        struct base_slice slice = base_slice(slice_ms);
        int rc;
        do
                rc = sqlite3_backup_step((*running)->step, STEP_PAGES);
        while (rc == SQLITE_OK && !base_slice_over(base, &slice));
        if (rc == SQLITE_DONE)
                return finish(running, text);
        /* Starts writing out and does not wait: the flush at the end then has little left to do. */
        sync_file_range((*running)->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
        if (rc == SQLITE_OK || rc == SQLITE_BUSY || rc == SQLITE_LOCKED)
                return 1;
        return give_up(running, text, rc == SQLITE_FULL ? "the disk is full; make room" : "the copy failed");
}
