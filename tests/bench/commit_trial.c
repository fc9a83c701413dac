/* Decision 4's trial: which way makes a check-in durable with the least waiting?
 *
 *   full      synchronous=FULL and group commit: COMMIT flushes, reads wait meanwhile
 *   flusher   synchronous=NORMAL, then a second thread flushes the log; reads go on
 *
 * Open loop: check-ins arrive at a fixed rate whatever happens. Each is a look-up of 20 lines and then a
 * commit of three rows; its time runs from when it was due to when its rows are on disk.
 *
 *   commit_trial FOLDER RATE SECONDS SLOW_US full|flusher     -> one line: rate slow way p50 p99 most flushes
 */
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/store/shim.h"

#define PEOPLE 20000
#define LINES  20
#define GROUP  64

struct check_in {
        int64_t due_us, done_us;
        int person;
};

static struct check_in *all;
static int n_all, n_due, n_loaded, n_written, n_done; /* n_due and n_written cross threads under the lock */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t more = PTHREAD_COND_INITIALIZER, flush = PTHREAD_COND_INITIALIZER;
static bool stop;
static sqlite3_file *log_file;
static sqlite3_stmt *find, *add[3], *begin, *commit;
static sqlite3 *db;

static int64_t now_us(void)
{
        struct timespec t;
        clock_gettime(CLOCK_MONOTONIC, &t);
        return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void must(int rc)
{
        if (rc == SQLITE_OK || rc == SQLITE_DONE || rc == SQLITE_ROW)
                return;
        fprintf(stderr, "sqlite: %s\n", sqlite3_errmsg(db));
        exit(1);
}

static void sql(const char *text)
{
        must(sqlite3_exec(db, text, NULL, NULL, NULL));
}

static sqlite3_stmt *prepare(const char *text)
{
        sqlite3_stmt *s = NULL;
        must(sqlite3_prepare_v3(db, text, -1, SQLITE_PREPARE_PERSISTENT, &s, NULL));
        return s;
}

static void run(sqlite3_stmt *s)
{
        must(sqlite3_step(s));
        must(sqlite3_reset(s));
}

static void build(const char *folder)
{
        char path[512];
        snprintf(path, sizeof path, "%s/trial.db", folder);
        unlink(path);
        must(sqlite3_open(path, &db));
        sql("PRAGMA page_size = 4096; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;"
            "PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -65536;"
            "CREATE TABLE line (person INTEGER, at INTEGER, id INTEGER, item TEXT, price INTEGER,"
            " PRIMARY KEY (person, at DESC, id)) WITHOUT ROWID;"
            "CREATE TABLE visit (id BLOB PRIMARY KEY, person INTEGER, at INTEGER) WITHOUT ROWID;"
            "CREATE TABLE stream (associate INTEGER, seq INTEGER, visit BLOB, PRIMARY KEY (associate, seq)) "
            "WITHOUT ROWID;"
            "CREATE TABLE shown (seq INTEGER PRIMARY KEY, visit BLOB, card BLOB);");
        sql("BEGIN; WITH RECURSIVE p (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM p WHERE n < 400000)"
            " INSERT INTO line SELECT (n * 7919) % 20000, n, n, 'a purchased thing ' || n, n FROM p; COMMIT;"
            "PRAGMA wal_checkpoint (TRUNCATE);");
        find = prepare("SELECT at, item, price FROM line WHERE person = ? ORDER BY at DESC LIMIT 20");
        add[0] = prepare("INSERT INTO visit VALUES (?1, ?2, ?3)");
        add[1] = prepare("INSERT INTO stream VALUES (?2 % 12, ?3, ?1)");
        add[2] = prepare("INSERT INTO shown VALUES (NULL, ?1, zeroblob (1024))");
        begin = prepare("BEGIN IMMEDIATE");
        commit = prepare("COMMIT");
}

static void load(struct check_in *c)
{
        must(sqlite3_bind_int(find, 1, c->person));
        for (int i = 0; sqlite3_step(find) == SQLITE_ROW; i++)
                if (sqlite3_column_text(find, 1) == NULL)
                        exit(1);
        must(sqlite3_reset(find));
}

static void write_rows(int number)
{
        uint8_t id[16] = {0};
        /* Ordered by time, as the product's ids are. */
        for (int i = 0; i < 4; i++)
                id[i] = (uint8_t)(number >> (24 - 8 * i));
        for (int i = 0; i < 3; i++) {
                must(sqlite3_bind_blob(add[i], 1, id, sizeof id, SQLITE_STATIC));
                if (i < 2) {
                        must(sqlite3_bind_int(add[i], 2, all[number].person));
                        must(sqlite3_bind_int(add[i], 3, number));
                }
                run(add[i]);
        }
}

static void done(int from, int to)
{
        int64_t at = now_us();
        for (int i = from; i < to; i++)
                all[i].done_us = at;
        n_done = to;
}

/* Way two's second thread. */
static void *flusher(void *unused)
{
        int flushed = 0;
        (void)unused;
        for (;;) {
                pthread_mutex_lock(&lock);
                while (n_written == flushed && !stop)
                        pthread_cond_wait(&flush, &lock);
                int to = n_written;
                pthread_mutex_unlock(&lock);
                if (to == flushed)
                        return NULL;
                must(log_file->pMethods->xSync(log_file, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY));
                done(flushed, to);
                flushed = to;
        }
}

/* Arrivals, by the clock. */
static void *arrivals(void *rate)
{
        int64_t start = now_us() + 20000;
        for (int i = 0; i < n_all; i++) {
                all[i].due_us = start + (int64_t)i * 1000000 / *(int *)rate;
                int64_t wait = all[i].due_us - now_us();
                if (wait > 0)
                        ppoll(NULL, 0,
                                &(struct timespec){
                                        .tv_sec = wait / 1000000, .tv_nsec = wait % 1000000 * 1000},
                                NULL);
                pthread_mutex_lock(&lock);
                n_due = i + 1;
                pthread_cond_signal(&more);
                pthread_mutex_unlock(&lock);
        }
        return NULL;
}

static int log_pages;

static int on_commit(void *unused, sqlite3 *connection, const char *name, int pages)
{
        (void)unused, (void)connection, (void)name;
        log_pages = pages;
        return SQLITE_OK;
}

/* As the store does it: what is loaded is written in the next transaction, up to 64 together. */
static void turn(bool full, int due)
{
        int to = n_loaded < n_written + GROUP ? n_loaded : n_written + GROUP;
        int from = n_written;
        if (to > from) {
                run(begin);
                for (int i = from; i < to; i++)
                        write_rows(i);
                run(commit);
                if (full)
                        done(from, to);
                pthread_mutex_lock(&lock);
                n_written = to;
                pthread_cond_signal(&flush);
                pthread_mutex_unlock(&lock);
        }
        for (int i = 0; n_loaded < due && i < GROUP; i++)
                load(&all[n_loaded++]);
        if (log_pages > 1000 &&
                sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL) == SQLITE_OK)
                log_pages = 0;
}

static void store(bool full)
{
        while (n_written < n_all) {
                pthread_mutex_lock(&lock);
                while (n_due == n_loaded && n_loaded == n_written)
                        pthread_cond_wait(&more, &lock);
                int due = n_due;
                pthread_mutex_unlock(&lock);
                turn(full, due);
        }
}

static int compare(const void *a, const void *b)
{
        const int64_t *x = a, *y = b;
        return *x < *y ? -1 : *x > *y;
}

int main(int argc, char **argv)
{
        if (argc != 6) {
                fprintf(stderr, "usage: commit_trial FOLDER RATE SECONDS SLOW_US full|flusher\n");
                return 2;
        }
        int rate = (int)strtol(argv[2], NULL, 10);
        bool full = strcmp(argv[5], "full") == 0;
        pthread_t arriving, flushing;
        n_all = rate * (int)strtol(argv[3], NULL, 10);
        all = calloc((size_t)n_all, sizeof *all);
        int64_t *took = calloc((size_t)n_all, sizeof *took);
        if (all == NULL || took == NULL)
                return 1;
        for (int i = 0; i < n_all; i++)
                all[i].person = (int)(((int64_t)i * 104729) % PEOPLE);
        shim_install();
        build(argv[1]);
        sqlite3_wal_hook(db, on_commit, NULL);
        sql("PRAGMA synchronous = FULL; INSERT INTO shown VALUES (NULL, NULL, NULL);");
        if (!full)
                sql("PRAGMA synchronous = NORMAL");
        must(sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log_file));
        shim_slow((unsigned)strtol(argv[4], NULL, 10));
        uint64_t flushes = shim_log_flushes();
        pthread_create(&arriving, NULL, arrivals, &rate);
        if (!full)
                pthread_create(&flushing, NULL, flusher, NULL);
        store(full);
        pthread_join(arriving, NULL);
        pthread_mutex_lock(&lock);
        stop = true;
        pthread_cond_signal(&flush);
        pthread_mutex_unlock(&lock);
        if (!full)
                pthread_join(flushing, NULL);
        for (int i = 0; i < n_all; i++)
                took[i] = all[i].done_us - all[i].due_us;
        qsort(took, (size_t)n_all, sizeof *took, compare);
        printf("%d %s %s %.2f %.2f %.2f %" PRIu64 "\n", rate, argv[4], argv[5],
                (double)took[n_all / 2] / 1000, (double)took[n_all - 1 - n_all / 100] / 1000,
                (double)took[n_all - 1] / 1000, shim_log_flushes() - flushes);
        shim_slow(0);
        return 0;
}
