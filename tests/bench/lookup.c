/* Decision 9's ratio: twenty newest lines of a person, from the store's clustered table and from what is
 * usually written (a table in the order of arrival and an index), the same rows, the same people, in turn.
 *
 *   lookup STORE.db OTHER.db PEOPLE ROUNDS      (STORE.db closed; OTHER.db is made if it is missing) */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ns(void)
{
        struct timespec t;
        clock_gettime(CLOCK_MONOTONIC, &t);
        return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void must(sqlite3 *db, int rc)
{
        if (rc == SQLITE_OK || rc == SQLITE_DONE || rc == SQLITE_ROW)
                return;
        fprintf(stderr, "sqlite: %s\n", sqlite3_errmsg(db));
        exit(1);
}

static sqlite3 *open_db(const char *path)
{
        sqlite3 *db = NULL;
        must(db, sqlite3_open(path, &db));
        must(db, sqlite3_exec(db,
                         "PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -65536; PRAGMA mmap_size = 0;",
                         NULL, NULL, NULL));
        return db;
}

static void make_other(const char *from, const char *to)
{
        char text[2048];
        sqlite3 *db = open_db(to);
        snprintf(text, sizeof text,
                "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; ATTACH '%s' AS s;"
                "CREATE TABLE purchase (id INTEGER PRIMARY KEY, person INTEGER, at INTEGER, line INTEGER, "
                "store INTEGER,"
                " channel INTEGER, seller INTEGER, product INTEGER, class INTEGER, brand TEXT, item TEXT, "
                "colour TEXT,"
                " size TEXT, gift INTEGER, quantity INTEGER, price INTEGER, currency TEXT, status INTEGER,"
                " precision INTEGER);"
                "INSERT INTO purchase SELECT NULL, * FROM s.purchase ORDER BY at, line;"
                "CREATE INDEX purchase_of_person ON purchase (person, at DESC);",
                from);
        must(db, sqlite3_exec(db, text, NULL, NULL, NULL));
        sqlite3_close(db);
}

static sqlite3_stmt *prepare(sqlite3 *db)
{
        sqlite3_stmt *s = NULL;
        must(db, sqlite3_prepare_v2(db,
                         "SELECT at, line, store, channel, seller, product, class, item, price, status FROM "
                         "purchase "
                         "WHERE person = ? ORDER BY at DESC LIMIT 20",
                         -1, &s, NULL));
        return s;
}

static int64_t look_up(sqlite3_stmt *s, int person, int64_t *sum)
{
        int64_t start = now_ns();
        sqlite3_bind_int(s, 1, person);
        while (sqlite3_step(s) == SQLITE_ROW)
                for (int i = 0; i < 10; i++)
                        *sum += sqlite3_column_int64(s, i);
        sqlite3_reset(s);
        return now_ns() - start;
}

static int compare(const void *a, const void *b)
{
        const int64_t *x = a, *y = b;
        return *x < *y ? -1 : *x > *y;
}

static void tell(const char *what, int64_t *took, long n)
{
        qsort(took, (size_t)n, sizeof *took, compare);
        printf("%s: p50 %.1f us, p99 %.1f us\n", what, (double)took[n / 2] / 1e3,
                (double)took[n - 1 - n / 100] / 1e3);
}

int main(int argc, char **argv)
{
        if (argc != 5) {
                fprintf(stderr, "usage: lookup STORE.db OTHER.db PEOPLE ROUNDS\n");
                return 2;
        }
        long people = strtol(argv[3], NULL, 10), n = strtol(argv[4], NULL, 10);
        if (access(argv[2], F_OK) != 0)
                make_other(argv[1], argv[2]);
        sqlite3 *clustered = open_db(argv[1]), *heap = open_db(argv[2]);
        sqlite3_stmt *one = prepare(clustered), *two = prepare(heap);
        int64_t *took_one = calloc((size_t)n, sizeof *took_one),
                *took_two = calloc((size_t)n, sizeof *took_two);
        int64_t sum_one = 0, sum_two = 0;
        if (took_one == NULL || took_two == NULL)
                return 1;
        /* The first half warms the machine's page cache and is not counted. */
        for (long i = -n; i < n; i++) {
                int person = 1 + (int)(((i + n) * 7919L) % people);
                int64_t a = look_up(one, person, &sum_one), b = look_up(two, person, &sum_two);
                if (i >= 0) {
                        took_one[i] = a;
                        took_two[i] = b;
                }
        }
        tell("clustered", took_one, n);
        tell("table and index", took_two, n);
        printf("ratio of the medians: %.2f\n", (double)took_one[n / 2] / (double)took_two[n / 2]);
        sqlite3_finalize(one);
        sqlite3_finalize(two);
        sqlite3_close(clustered);
        sqlite3_close(heap);
        return sum_one == sum_two ? 0 : 1;
}
