/* A large store's history through the import, once: how long, how large, and what arrivals feel meanwhile.
 *
 *   import_big FOLDER LINES PEOPLE      (a new folder, mode 0700)
 *
 * Lines come in the order of time, as tills write them, each of a person drawn at random; 200,000 articles,
 * 60 associates. Beside the import a check-in (look-up, then a commit) is made every 20 ms and timed. */
#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/common/clock.h"
#include "server/common/ids.h"
#include "server/hub/store/import.h"
#include "server/hub/store/store.h"

#define NOW        INT64_C(1773144000000)
#define ROWS       2000
#define AHEAD      2
#define ARTICLES   200000
#define ASSOCIATES 60
#define EVERY_US   20000
#define TIMES_MAX  1000000

enum { TAG_BATCH = 1, TAG_LOAD, TAG_COMMIT };

static struct store *store;
static int wake;
static uint64_t seed = 88172645463325252u;
static uint32_t people;
static int flying;
static uint64_t outcomes[IMPORT_OUTCOMES];
static uint32_t *times_us, n_times;
static int64_t due_us, asked_us; /* of the check-in under way; asked_us 0 = none */
static uint32_t n_visits;

static uint64_t draw(uint64_t below)
{
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        return seed % below;
}

static void stop(const char *why)
{
        fprintf(stderr, "import_big: %s\n", why);
        exit(1);
}

static void ask_load(void)
{
        struct effect load = {.kind = EFFECT_LOAD,
                .load = {.by = LOAD_BY_PERSON,
                        .want = WANT_PERSON | WANT_LINES,
                        .now = NOW,
                        .as_of = NOW,
                        .assume = CATEGORY_BIT(CATEGORY_INSTORE) | CATEGORY_BIT(CATEGORY_ONLINE)}};
        load.load.person = 1 + (uint32_t)draw(people);
        if (store_load(store, TAG_LOAD, &load) != 0)
                stop("the queue is full");
}

static void ask_commit(void)
{
        struct uuid id = ids_uuid(NOW + n_visits++);
        struct write w[2] = {
                {.kind = WRITE_VISIT,
                        .visit =
                                {.id = id, .person = 1 + (uint32_t)draw(people), .state = 3, .started = NOW}},
                {.kind = WRITE_STREAM,
                        .stream = {.row = {.associate = 1, .seq = n_visits, .kind = 1, .visit = id},
                                .at = NOW}},
        };
        if (store_commit(store, TAG_COMMIT, w, 2) != 0)
                stop("the queue is full");
}

static void arrivals(void)
{
        int64_t now = clock_mono_us();
        if (asked_us != 0 || now < due_us)
                return;
        asked_us = now;
        due_us = now + EVERY_US;
        ask_load();
}

static void answered(struct store_answer *a)
{
        if (a->result != 0)
                stop("a job was refused");
        if (a->tag == TAG_BATCH) {
                flying--;
                for (int i = 0; i < IMPORT_OUTCOMES; i++)
                        outcomes[i] += a->batch->counts[i];
        } else if (a->tag == TAG_LOAD) {
                ask_commit();
        } else {
                if (n_times < TIMES_MAX)
                        times_us[n_times++] = (uint32_t)(clock_mono_us() - asked_us);
                asked_us = 0;
        }
}

/* Until fewer than `most` batches are under way. */
static void pump(int most)
{
        do {
                struct pollfd p = {.fd = wake, .events = POLLIN};
                uint64_t n;
                arrivals();
                if (poll(&p, 1, flying >= most ? 5 : 0) == 1 && read(wake, &n, sizeof n) < 0)
                        stop("no wake-up");
                for (struct store_answer *a = store_answers(store), *next; a != NULL; a = next) {
                        next = a->next;
                        answered(a);
                        store_answer_free(a);
                }
        } while (flying >= most);
}

static struct import_batch *new_batch(enum import_kind kind)
{
        struct import_batch *b = calloc(1, sizeof *b);
        if (b == NULL || (b->rows = calloc(ROWS, sizeof *b->rows)) == NULL ||
                (b->bytes = malloc(ROWS * 256)) == NULL)
                stop("no memory");
        b->kind = kind;
        b->now = NOW;
        return b;
}

static void field(struct import_batch *b, int index, const char *text)
{
        size_t len = strlen(text);
        memcpy(b->bytes + b->bytes_len, text, len);
        b->rows[b->n].field[index] = (struct slice){b->bytes + b->bytes_len, len};
        b->bytes_len += len;
}

__attribute__((format(printf, 3, 4))) static void numbered(
        struct import_batch *b, int index, const char *format, ...)
{
        char text[80];
        va_list args;
        va_start(args, format);
        vsnprintf(text, sizeof text, format, args);
        va_end(args);
        field(b, index, text);
}

static bool by_customer; /* a first export, sorted by customer; else as tills write, in the order of time */

static void fill(struct import_batch *b, uint64_t i, uint64_t most)
{
        static const char *const words[] = {"coat", "boots", "scarf", "shirt", "bag", "belt", "dress", "hat"};
        switch (b->kind) {
        case IMPORT_ASSOCIATES:
                numbered(b, 0, "a%" PRIu64, i);
                numbered(b, 1, "First%" PRIu64 " Last", i);
                break;
        case IMPORT_PRODUCTS:
                numbered(b, 0, "sku-%06" PRIu64, i);
                field(b, 1, words[i % 8]);
                numbered(b, 2, "Brand %" PRIu64, i % 300);
                numbered(b, 3, "Class %" PRIu64, i % 80);
                break;
        case IMPORT_CUSTOMERS:
                numbered(b, 0, "c%" PRIu64, i);
                numbered(b, 1, "Person Number%" PRIu64, i);
                numbered(b, 3, "p%" PRIu64 "@mail.example", i);
                break;
        case IMPORT_PURCHASES:
                numbered(b, 0, "2026-%09" PRIu64, i);
                numbered(b, 1, "c%" PRIu64, by_customer ? i * people / most : draw(people));
                numbered(b, 2, "a%" PRIu64, draw(ASSOCIATES));
                numbered(b, 5, "sku-%06" PRIu64, draw(ARTICLES));
                numbered(b, 7, "%" PRIu64 ".90", draw(400));
                if (by_customer)
                        b->rows[b->n].at = NOW - (wall_ms)(1 + draw(699)) * DAY_MS;
                else
                        b->rows[b->n].at =
                                NOW - 700 * DAY_MS + (wall_ms)(i * (uint64_t)(699 * DAY_MS) / most);
                b->rows[b->n].precision = 3;
                break;
        case IMPORT_STORES:
        case IMPORT_CLASSES:
        case IMPORT_SHIFTS:
                break;
        }
        b->n++;
}

static void import_all(enum import_kind kind, uint64_t most)
{
        int64_t began = clock_mono_us(), told = began;
        for (uint64_t i = 0; i < most;) {
                struct import_batch *b = new_batch(kind);
                while (b->n < ROWS && i < most)
                        fill(b, i++, most);
                if (store_import(store, TAG_BATCH, b) != 0)
                        stop("the queue is full");
                flying++;
                pump(AHEAD);
                if (clock_mono_us() - told > 30000000) {
                        told = clock_mono_us();
                        fprintf(stderr, "%s %" PRIu64 " in %.0f s\n", import_kind_word(kind), i,
                                (double)(told - began) / 1e6);
                }
        }
        pump(1);
        printf("%s: %" PRIu64 " in %.1f s\n", import_kind_word(kind), most,
                (double)(clock_mono_us() - began) / 1e6);
        fflush(stdout);
}

static int compare(const void *a, const void *b)
{
        const uint32_t *x = a, *y = b;
        return *x < *y ? -1 : *x > *y;
}

static void tell_files(const char *folder)
{
        const char *const names[] = {"store.db", "store.db-wal", "keys"};
        for (size_t i = 0; i < ARRAY_LEN(names); i++) {
                char path[512];
                struct stat st;
                snprintf(path, sizeof path, "%s/%s", folder, names[i]);
                if (stat(path, &st) == 0)
                        printf("%s: %.1f MB\n", names[i], (double)st.st_size / 1e6);
        }
}

int main(int argc, char **argv)
{
        struct store_error error;
        struct rusage usage;
        by_customer = argc == 5 && strcmp(argv[4], "by-customer") == 0;
        if (argc != 4 && !by_customer)
                stop("usage: import_big FOLDER LINES PEOPLE [by-customer]");
        ids_init();
        clock_set_zone("UTC");
        mkdir(argv[1], 0700);
        people = (uint32_t)strtoul(argv[3], NULL, 10);
        times_us = calloc(TIMES_MAX, sizeof *times_us);
        wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        struct store_options options = {.data_dir = argv[1],
                .store_id = "main",
                .store_name = "Bench",
                .zone = "UTC",
                .currency = "EUR",
                .retention_months = 24,
                .import_slice_ms = 5,
                .cache_bytes = 64 << 20,
                .wake_fd = wake};
        if (store_open(&options, &store, &error) != 0)
                stop(error.text);
        import_all(IMPORT_ASSOCIATES, ASSOCIATES);
        import_all(IMPORT_PRODUCTS, ARTICLES);
        import_all(IMPORT_CUSTOMERS, people);
        n_times = 0;
        import_all(IMPORT_PURCHASES, strtoull(argv[2], NULL, 10));
        printf("new %" PRIu64 ", rejected %" PRIu64 "\n", outcomes[IMPORT_NEW], outcomes[IMPORT_REJECTED]);
        if (n_times > 0) {
                qsort(times_us, n_times, sizeof *times_us, compare);
                printf("check-ins meanwhile: %u, p50 %.1f ms, p99 %.1f ms, most %.1f ms\n", n_times,
                        times_us[n_times / 2] / 1e3, times_us[n_times - 1 - n_times / 100] / 1e3,
                        times_us[n_times - 1] / 1e3);
        }
        tell_files(argv[1]);
        store_close(store);
        getrusage(RUSAGE_SELF, &usage);
        printf("most memory: %.0f MB; processor %.0f s + %.0f s system\n", (double)usage.ru_maxrss / 1e3,
                (double)usage.ru_utime.tv_sec, (double)usage.ru_stime.tv_sec);
        return 0;
}
