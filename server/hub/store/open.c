#include "server/hub/store/open.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/common/clock.h"
#include "server/common/ids.h"
#include "server/common/log.h"
#include "server/hub/store/evidence.h"
#include "server/hub/store/gather.h"
#include "server/hub/store/pages.h"
#include "server/hub/store/rulebook.h"
#include "server/hub/store/settings.h"
#include "server/hub/store/shown.h"

#define FILE_NAME      "store.db"
#define LOCK_WITHIN_MS 2000
#define LOCK_LOOK_MS   5

static const struct {
        int version;
        const char *sql;
} migrations[] = {
#define MIGRATION(version, sql) {version, sql},
#include "server/hub/store/migrations.inc"
#undef MIGRATION
};

int open_newest_version(void)
{
        return migrations[ARRAY_LEN(migrations) - 1].version;
}

__attribute__((format(printf, 2, 3))) static int refuse(struct store_error *error, const char *format, ...)
{
        va_list args;
        va_start(args, format);
        vsnprintf(error->text, sizeof error->text, format, args);
        va_end(args);
        return -1;
}

static int refuse_system(struct store_error *error, const char *dir, const char *name, int code)
{
        const char *todo = code == EROFS || code == EACCES || code == EPERM ? "let the hub's user write there"
                           : code == ENOSPC || code == EDQUOT               ? "make room on the disk"
                                                                            : "check the disk";
        return refuse(error, "%s/%s: %s; %s", dir, name, strerror(code), todo);
}

/* What SQLite's code means for whoever starts the hub. */
static int refuse_sqlite(struct base *base, struct store_error *error, const char *while_what, int rc)
{
        const char *dir = base->dir;
        switch (rc & 0xff) {
        case SQLITE_NOTADB:
                return refuse(
                        error, "%s/" FILE_NAME " is not a database; move it away, or restore a backup", dir);
        case SQLITE_CORRUPT:
                return refuse(
                        error, "%s/" FILE_NAME " is damaged (%s); restore the last backup", dir, while_what);
        case SQLITE_FULL:
                ballast_full(&base->ballast);
                return refuse(error, "%s: the disk is full (%s); make room and start again", dir, while_what);
        case SQLITE_NOMEM:
                return refuse(error, "%s: there is not enough memory (%s); free some and start again", dir,
                        while_what);
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
                return refuse(
                        error, "%s/" FILE_NAME " is open in another program; end that program first", dir);
        case SQLITE_READONLY:
        case SQLITE_CANTOPEN:
        case SQLITE_PERM:
        case SQLITE_AUTH:
                return refuse(error,
                        "%s/" FILE_NAME " cannot be written (%s); let the hub's user write the folder "
                        "and all its files",
                        dir, while_what);
        default:
                return refuse(error, "%s/" FILE_NAME ": %s while %s (code %d); check the disk", dir,
                        base->all.db ? sqlite3_errmsg(base->all.db) : sqlite3_errstr(rc), while_what, rc);
        }
}

static int check_dir(struct base *base, struct store_error *error)
{
        struct stat st;
        if (stat(base->dir, &st) != 0) {
                if (errno == ENOENT)
                        return refuse(error,
                                "%s does not exist; create the folder with mode 0700 for the hub's user",
                                base->dir);
                return refuse_system(error, base->dir, "", errno);
        }
        if (!S_ISDIR(st.st_mode))
                return refuse(error, "%s is not a folder; name one in data.dir", base->dir);
        if ((st.st_mode & 077) != 0)
                return refuse(error, "%s can be entered by others; chmod 700 %s", base->dir, base->dir);
        if (faccessat(AT_FDCWD, base->dir, W_OK | X_OK, AT_EACCESS) != 0)
                return refuse(error, "%s cannot be written: %s; let the hub's user write there", base->dir,
                        strerror(errno));
        return 0;
}

/* The lock goes with the process, but a killed one is gone only when its last thread is, and that one may be
 * in a flush: so it is waited for a while, and whoever starts a hub right after the end of another gets in.
 */
static bool lock_within(int fd, int64_t ms)
{
        mono_ms last = clock_mono() + ms;
        while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
                if ((errno != EWOULDBLOCK && errno != EINTR) || clock_mono() >= last)
                        return false;
                poll(NULL, 0, LOCK_LOOK_MS);
        }
        return true;
}

/* One hub a folder. */
static int take_lock(struct base *base, struct store_error *error)
{
        char path[BASE_PATH_MAX + 16], owner[24] = "";
        snprintf(path, sizeof path, "%s/lock", base->dir);
        base->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (base->lock_fd < 0)
                return refuse_system(error, base->dir, "lock", errno);
        if (!lock_within(base->lock_fd, LOCK_WITHIN_MS)) {
                ssize_t n = pread(base->lock_fd, owner, sizeof owner - 1, 0);
                owner[n > 0 ? strspn(owner, "0123456789") : 0] = 0;
                close(base->lock_fd);
                base->lock_fd = -1;
                return refuse(error, "%s is in use by another hub (process %s); stop that one first",
                        base->dir, owner[0] ? owner : "unknown");
        }
        int n = snprintf(owner, sizeof owner, "%ld\n", (long)getpid());
        /* Only for the message above, so a failure to write it costs nothing. */
        if (ftruncate(base->lock_fd, 0) != 0 || pwrite(base->lock_fd, owner, (size_t)n, 0) != n)
                LOG(LOG_WARN, "store", "the process number could not be written into the lock file");
        return 0;
}

/* Says whether the file is new; refuses what is plainly something else before SQLite touches it. */
static int check_file(struct base *base, const char *path, bool *fresh, struct store_error *error)
{
        char head[16] = "";
        struct stat st;
        *fresh = false;
        if (stat(path, &st) != 0) {
                *fresh = errno == ENOENT;
                return *fresh ? 0 : refuse_system(error, base->dir, FILE_NAME, errno);
        }
        if (!S_ISREG(st.st_mode))
                return refuse(error, "%s is not a file; move it away", path);
        if (st.st_size == 0) {
                *fresh = true;
                return 0;
        }
        int fd = open(path, O_RDWR | O_CLOEXEC);
        if (fd < 0)
                return refuse_system(error, base->dir, FILE_NAME, errno);
        ssize_t n = pread(fd, head, sizeof head, 0);
        close(fd);
        /* A power cut in the very first start can leave a torn first page and the journal that undoes it. */
        char journal[BASE_PATH_MAX + 32];
        snprintf(journal, sizeof journal, "%s-journal", path);
        if (stat(journal, &st) == 0 && st.st_size > 0)
                return 0;
        if (n != (ssize_t)sizeof head || memcmp(head, "SQLite format 3", 16) != 0)
                return refuse(error, "%s is not a database; move it away, or restore a backup", path);
        return 0;
}

static int connect_file(struct base *base, const char *path, struct store_error *error)
{
        int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
        pages_begin();
        int rc = sqlite3_open_v2(path, &base->all.db, flags, gather_begin());
        if (rc != SQLITE_OK)
                return refuse_sqlite(base, error, "opening", rc);
        sqlite3 *db = base->all.db;
        chmod(path, 0600);
        sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
        sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
        sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
        /* Our own statements only, but a limit on everything. */
        sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 16 * 1024 * 1024);
        sqlite3_limit(db, SQLITE_LIMIT_SQL_LENGTH, 64 * 1024);
        sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
        sqlite3_limit(db, SQLITE_LIMIT_VARIABLE_NUMBER, 64);
        return 0;
}

/* Somebody else's database is refused before journal mode and schema are touched. */
static int check_owner(struct base *base, struct store_error *error)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_WHOSE);
        int rc = statement_step(s);
        int64_t application = rc == SQLITE_ROW ? statement_get(s, "application") : 0;
        int64_t version = rc == SQLITE_ROW ? statement_get(s, "version") : 0;
        statement_done(s);
        if (rc != SQLITE_ROW)
                return refuse_sqlite(base, error, "reading its head", sqlite3_extended_errcode(base->all.db));
        s = statement_use(&base->all, ST_TABLES);
        rc = statement_step(s);
        int64_t tables = rc == SQLITE_ROW ? statement_get(s, "tables") : 0;
        statement_done(s);
        if (rc != SQLITE_ROW)
                return refuse_sqlite(base, error, "reading its head", sqlite3_extended_errcode(base->all.db));
        if (application != OPEN_APPLICATION_ID && (application != 0 || tables > 0 || version > 0))
                return refuse(error,
                        "%s/" FILE_NAME " belongs to another program; name another folder in data.dir",
                        base->dir);
        if (version > open_newest_version())
                return refuse(error,
                        "%s/" FILE_NAME " was written by a newer maitred (schema %d, this one knows %d); "
                        "install that version, or restore an older backup",
                        base->dir, (int)version, open_newest_version());
        return 0;
}

/* After a failed flush nobody knows what is on the disk; what is damaged must not be built upon. */
static int check_whole(struct base *base, struct store_error *error)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_WHOLE);
        int rc = statement_step(s);
        struct slice said = rc == SQLITE_ROW ? statement_get_slice(s, "said") : (struct slice){0};
        bool whole = slice_is(said, "ok");
        statement_done(s);
        if (rc != SQLITE_ROW)
                return refuse_sqlite(base, error, "checking it", rc);
        if (!whole)
                return refuse(error,
                        "%s/" FILE_NAME " is damaged (after the disk failed); restore the last backup",
                        base->dir);
        LOG(LOG_NOTE, "store", "the disk had failed: the database was checked, and is whole");
        return 0;
}

static int migrate(struct base *base, struct store_error *error)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_WHOSE);
        int rc = statement_step(s);
        int version = rc == SQLITE_ROW ? (int)statement_get(s, "version") : 0;
        statement_done(s);
        if (rc != SQLITE_ROW)
                return refuse_sqlite(base, error, "reading its version", rc);
        for (size_t i = 0; i < ARRAY_LEN(migrations); i++) {
                if (migrations[i].version <= version)
                        continue;
                rc = base_begin(base);
                if (rc == SQLITE_OK)
                        rc = sqlite3_exec(base->all.db, migrations[i].sql, NULL, NULL, NULL);
                if (rc == SQLITE_OK)
                        rc = base_commit(base);
                if (rc != SQLITE_OK) {
                        refuse_sqlite(base, error, "bringing it to this version", rc);
                        base_rollback(base);
                        return -1;
                }
                LOG(LOG_NOTE, "store", "migrated", log_num("version", migrations[i].version));
        }
        return 0;
}

/* The first things a database of ours must know. Runs at every start; what is there stays. */
static int first_rows(struct base *base, const struct store_options *o)
{
        uint8_t bytes[32];
        int64_t starts = 0;
        int rc = settings_own_store(base, o);
        if (rc == SQLITE_OK)
                rc = rulebook_first(base, o);
        int found = rc == SQLITE_OK ? base_get_blob(base, "epoch", bytes, 16) : 0;
        if (found > 0) {
                ids_random(bytes, 16);
                bytes[6] = (uint8_t)((bytes[6] & 0x0f) | 0x40);
                bytes[8] = (uint8_t)((bytes[8] & 0x3f) | 0x80);
                rc = base_put_blob(base, "epoch", bytes, 16);
        }
        if (rc == SQLITE_OK && found >= 0)
                found = settings_door_key(base, bytes);
        if (rc == SQLITE_OK && found > 0)
                rc = settings_new_door_key(base);
        ids_wipe(bytes, sizeof bytes);
        if (rc == SQLITE_OK && found >= 0)
                found = base_get_int(base, "starts", &starts);
        if (rc == SQLITE_OK && found < 0)
                return sqlite3_extended_errcode(base->all.db); /* what cannot be read is not missing */
        /* Always one write: the log's file, its name and this commit are flushed before anything relies on
         * them. */
        return rc == SQLITE_OK ? base_put_int(base, "starts", starts + 1) : rc;
}

static int first_commit(struct base *base, const struct store_options *o, struct store_error *error)
{
        int rc = base_begin(base);
        if (rc == SQLITE_OK)
                rc = first_rows(base, o);
        if (rc == SQLITE_OK)
                rc = base_commit(base);
        if (rc != SQLITE_OK) {
                refuse_sqlite(base, error, "writing its first rows", rc);
                base_rollback(base);
                return -1;
        }
        int dir = open(base->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (dir < 0 || fsync(dir) != 0) {
                refuse_system(error, base->dir, "", errno);
                if (dir >= 0)
                        close(dir);
                return -1;
        }
        close(dir);
        return 0;
}

static int read_counters(struct base *base, struct store_error *error)
{
        int64_t line = 1;
        sqlite3_stmt *s = statement_use(&base->all, ST_PERSON_LAST_KNOWN);
        int rc = statement_step(s);
        if (rc == SQLITE_ROW)
                base->next_person = (uint32_t)statement_get(s, "id") + 1;
        statement_done(s);
        if (rc == SQLITE_ROW)
                rc = catalog_read(&base->catalog, &base->all);
        if (rc == SQLITE_OK)
                rc = articles_read(&base->articles, &base->all);
        if (rc != SQLITE_OK)
                return refuse_sqlite(base, error, "reading it", rc);
        if (base_get_int(base, "next_line", &line) < 0)
                return refuse_sqlite(base, error, "reading it", sqlite3_extended_errcode(base->all.db));
        base->next_line = (uint64_t)line;
        return 0;
}

static int open_database(const struct store_options *o, struct base *base, struct store_error *error)
{
        char path[BASE_PATH_MAX + 16];
        bool fresh = false;
        snprintf(path, sizeof path, "%s/" FILE_NAME, base->dir);
        if (check_file(base, path, &fresh, error) != 0)
                return -1;
        if (connect_file(base, path, error) != 0)
                return -1;
        char what[64];
        int rc = settings_apply(base->all.db, o->cache_bytes, 0, SETTINGS_BEFORE_USE, what, sizeof what);
        if (rc == SQLITE_OK && check_owner(base, error) != 0)
                return -1;
        /* Only for a database that is ours, or shall be: another program's needs no keys of ours. */
        if (rc == SQLITE_OK && keys_open(base->dir, fresh, &base->keys, error->text, sizeof error->text) != 0)
                return -1;
        if (rc == SQLITE_OK)
                rc = settings_apply(
                        base->all.db, o->cache_bytes, SETTINGS_BEFORE_USE, INT32_MAX, what, sizeof what);
        if (rc > 0)
                return refuse_sqlite(base, error, what, rc);
        if (rc < 0)
                return refuse(error,
                        "%s/" FILE_NAME ": SQLite did not take the setting %s; use a local disk and the "
                        "packaged SQLite",
                        base->dir, what);
        if ((o->check_whole && check_whole(base, error) != 0) || migrate(base, error) != 0)
                return -1;
        rc = statement_compile(&base->all);
        if (rc != SQLITE_OK)
                return refuse_sqlite(base, error, "reading its tables", rc);
        if (first_commit(base, o, error) != 0 || read_counters(base, error) != 0)
                return -1;
        rc = o->page && o->house && o->house->page ? shown_page_keep(base, o->page, o->house->page, o->now)
                                                   : SQLITE_OK;
        if (rc != SQLITE_OK)
                return refuse_sqlite(base, error, "keeping the customers' page", rc);
        rc = settings_flush_elsewhere(base);
        if (rc > 0)
                return refuse_sqlite(base, error, "setting synchronous", rc);
        if (rc < 0)
                return refuse(error,
                        "%s/" FILE_NAME ": SQLite did not take the setting synchronous; use the packaged "
                        "SQLite",
                        base->dir);
        return 0;
}

static void close_database(struct base *base)
{
        statement_finish(&base->all);
        /* Closing the last connection checkpoints and removes the log. */
        sqlite3_close(base->all.db);
        base->all.db = NULL;
        keys_close(base->keys);
        base->keys = NULL;
        catalog_finish(&base->catalog);
        articles_forget(&base->articles);
}

/* On a full disk the start itself needs room for its first commit: it takes a piece of what a former start
 * has kept. Then, with everything open, the ballast is made whole; without room for it the hub starts as on a
 * full disk, and goes on when there is some. */
static int open_with_ballast(const struct store_options *o, struct base *base, struct store_error *error)
{
        char log[BASE_PATH_MAX + 16];
        snprintf(log, sizeof log, "%s/" FILE_NAME "-wal", base->dir);
        int rc = ballast_open(&base->ballast, base->dir, o->ballast_bytes);
        if (rc != 0)
                return refuse_system(error, base->dir, "ballast", rc);
        while (open_database(o, base, error) != 0) {
                if (!base->ballast.full || ballast_give(&base->ballast, log) != 0)
                        return -1;
                base->ballast.full = false; /* the next attempt says for itself what is wrong with it */
                close_database(base);
        }
        rc = ballast_fill(&base->ballast, base->dir);
        if (rc == 0)
                base->ballast.full = false;
        return rc == 0 || base->ballast.full ? 0 : refuse_system(error, base->dir, "ballast", rc);
}

int open_base(const struct store_options *o, struct base *base, struct store_error *error)
{
        memset(base, 0, sizeof *base);
        base->lock_fd = base->ballast.fd = -1;
        error->text[0] = 0;
        if (strlen(o->data_dir) >= sizeof base->dir)
                return refuse(
                        error, "data.dir is longer than %d bytes; name a shorter one", BASE_PATH_MAX - 1);
        snprintf(base->dir, sizeof base->dir, "%s", o->data_dir);
        base_cut(base->store_name, sizeof base->store_name, slice_of(o->store_name));
        memcpy(base->currency, o->currency, sizeof base->currency);
        if (o->house)
                base->house = *o->house;
        base->retention_months = o->retention_months > 0 ? o->retention_months : 24;
        base->least_age = o->least_age > 0 ? o->least_age : 16;
        base->keep_enrolled = o->keep_enrolled;
        base->candidates = calloc(EVIDENCE_CANDIDATES_MAX, sizeof *base->candidates);
        if (base->candidates == NULL || history_init(&base->room) != 0) {
                open_close(base);
                return refuse(error, "no memory for the database; free some");
        }
        if (check_dir(base, error) != 0 || take_lock(base, error) != 0 ||
                open_with_ballast(o, base, error) != 0) {
                open_close(base);
                return -1;
        }
        return 0;
}

void open_close(struct base *base)
{
        close_database(base);
        ballast_close(&base->ballast);
        history_finish(&base->room);
        free(base->candidates);
        base->candidates = NULL;
        if (base->lock_fd >= 0)
                close(base->lock_fd);
        base->lock_fd = -1;
}
