/* How long `rules diff` takes over a whole store, and what arrivals notice of it: a store is filled through
 * the store library, then a draft is compared with the balanced book over every customer, as the hub's lab
 * does it, on a thread of its own.
 *
 *   rules_diff FOLDER [CUSTOMERS [ASSOCIATES [LINES]]]     20000 30 40; the folder is filled if it is not
 * there
 *
 * Prints name=value: times, and of arrivals (her dossier is read, then her visit is on disk) the middle, the
 * 99th of a hundred and the worst, alone and while a diff runs. */
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "server/common/clock.h"
#include "server/common/ids.h"
#include "server/hub/lab_compare.h"
#include "server/hub/store/import.h"
#include "server/lab/compare_ops.h"

#define CLASSES  40
#define ARTICLES 4000
#define AHEAD    64   /* commits under way at once */
#define ARRIVALS 1000 /* that are timed alone; and at most so many beside a diff */
#define EVERY_US 4000 /* one arrival every so often */

static struct store *store;
static int wake, flying;
static wall_ms now;
static uint32_t customers = 20000, associates = 30, lines = 40;

static void stop(const char *why)
{
        fprintf(stderr, "rules_diff: %s\n", why);
        exit(1);
}

/* Until fewer than `most` jobs are under way. */
static void pump(int most)
{
        while (flying >= most) {
                struct pollfd p = {.fd = wake, .events = POLLIN};
                uint64_t n;
                if (poll(&p, 1, -1) == 1 && read(wake, &n, sizeof n) < 0)
                        stop("no wake-up");
                for (struct store_answer *a = store_answers(store), *next; a != NULL; a = next) {
                        next = a->next;
                        if (a->result != 0 || (a->batch && a->batch->counts[IMPORT_REJECTED] != 0))
                                stop("the store refused a job");
                        flying--;
                        store_answer_free(a);
                }
        }
}

/* ---- filling ---- */
__attribute__((format(printf, 3, 4))) static void put(
        struct import_batch *b, int field, const char *format, ...)
{
        char *at = b->bytes + b->bytes_len;
        va_list args;
        va_start(args, format);
        int len = vsnprintf(at, 80, format, args);
        va_end(args);
        b->rows[b->n].field[field] = (struct slice){at, (size_t)len};
        b->bytes_len += (size_t)len;
}

static void fill_purchase(struct import_batch *b, uint64_t i)
{
        uint64_t person = i / lines, mix = i * 2654435761u >> 7;
        put(b, 0, "l%" PRIu64, i);
        put(b, 1, "c%" PRIu64, person);
        put(b, 2, "a%" PRIu64, i % 4 == 0 ? person % associates : mix % associates);
        put(b, 3, "%s", mix % 10 < 7 ? "" : mix % 10 < 9 ? "web" : "lyon");
        put(b, 5, "sku-%" PRIu64, mix % ARTICLES);
        put(b, 7, "%" PRIu64 ".90", mix % 53 ? 10 + mix % 390 : 1200);
        put(b, 11, "%s", mix % 31 ? "bought" : "returned");
        put(b, 12, "%s", mix % 29 ? "0" : "1");
        b->rows[b->n].at = now - (wall_ms)(1 + (i * 37) % 720) * DAY_MS;
        b->rows[b->n].precision = 3;
}

static void fill_row(struct import_batch *b, uint64_t i)
{
        static const char *const words[] = {"coat", "boots", "scarf", "shirt", "bag", "belt", "dress", "hat"};
        switch (b->kind) {
        case IMPORT_STORES:
                put(b, 0, "%s", i ? "web" : "lyon");
                put(b, 1, "%s", i ? "Online" : "Lyon");
                put(b, 2, "%s", i ? "online" : "in-store");
                break;
        case IMPORT_ASSOCIATES:
                put(b, 0, "a%" PRIu64, i);
                put(b, 1, "Nadia%" PRIu64 " Example", i);
                put(b, 2, "main");
                put(b, 3, "Department %" PRIu64 "|Department %" PRIu64, i % 8, (i + 3) % 8);
                put(b, 4, "%s", i % 10 == 8 ? "trainee" : i % 15 == 14 ? "manager" : "associate");
                break;
        case IMPORT_CLASSES:
                put(b, 0, "Class %" PRIu64, i);
                put(b, 1, "Department %" PRIu64, i % 8);
                put(b, 2, "0");
                break;
        case IMPORT_PRODUCTS:
                put(b, 0, "sku-%" PRIu64, i);
                put(b, 1, "%s %" PRIu64, words[i % 8], i);
                put(b, 2, "Brand %" PRIu64, i % 300);
                put(b, 3, "Class %" PRIu64, i % CLASSES);
                break;
        case IMPORT_CUSTOMERS:
                put(b, 0, "c%" PRIu64, i);
                put(b, 1, "Carla Number%" PRIu64, i);
                break;
        case IMPORT_PURCHASES:
                fill_purchase(b, i);
                break;
        case IMPORT_SHIFTS:
                break;
        }
        b->n++;
}

static void import_all(enum import_kind kind, uint64_t most)
{
        for (uint64_t i = 0; i < most;) {
                struct import_batch *b = calloc(1, sizeof *b);
                if (b == NULL || (b->rows = calloc(IMPORT_ROWS_MAX, sizeof *b->rows)) == NULL ||
                        (b->bytes = malloc((size_t)IMPORT_ROWS_MAX * 10 * 80)) == NULL)
                        stop("no memory");
                b->kind = kind;
                b->now = now;
                while (b->n < IMPORT_ROWS_MAX && i < most)
                        fill_row(b, i++);
                if (store_import(store, 1, b) != 0)
                        stop("the queue is full");
                flying++;
                pump(2);
        }
        pump(1);
}

static struct write consent(uint32_t person, uint8_t purpose, uint8_t category)
{
        return (struct write){.kind = WRITE_CONSENT,
                .consent = {.id = ids_uuid(now),
                        .person = person,
                        .row = {.purpose = purpose,
                                .category = category,
                                .state = CONSENT_GIVEN,
                                .mode = MODE_ASK,
                                .at = now,
                                .valid_until = now + 365 * DAY_MS,
                                .day = clock_store_day(now),
                                .notice = 1},
                        .steps = 3}};
}

static void commit(const struct write *writes, uint32_t n)
{
        if (store_commit(store, 2, writes, n) != 0)
                stop("the queue is full");
        flying++;
        pump(AHEAD);
}

/* Surrogates are given in the order of import, from 1. */
static void join(uint32_t id)
{
        struct write w[] = {{.kind = WRITE_ENROL, .enrol = {.person = id, .language = "en"}},
                consent(id, PURPOSE_ALERT, CATEGORY_PRESENCE), consent(id, PURPOSE_HISTORY, CATEGORY_INSTORE),
                consent(id, PURPOSE_HISTORY, CATEGORY_ONLINE),
                consent(id, PURPOSE_HISTORY, CATEGORY_OTHER_STORES),
                consent(id, PURPOSE_HISTORY, CATEGORY_SIZES),
                {.kind = WRITE_PREFERRED,
                        .preferred = {.person = id, .associate = id % associates + 1, .at = now}}};
        commit(w, ARRAY_LEN(w));
}

static void fill(void)
{
        import_all(IMPORT_STORES, 2);
        import_all(IMPORT_ASSOCIATES, associates);
        import_all(IMPORT_CLASSES, CLASSES);
        import_all(IMPORT_PRODUCTS, ARTICLES);
        import_all(IMPORT_CUSTOMERS, customers);
        import_all(IMPORT_PURCHASES, (uint64_t)customers * lines);
        for (uint32_t id = 1; id <= customers; id++)
                join(id);
        pump(1);
}

/* ---- the diff ---- */
static struct lab_associate *staff;
static struct lab_ground ground;
static struct rulebook *live;
static char *draft, *answer;
static uint16_t status;
static size_t answer_len;
static double cpu_s;

static void make_ground(void)
{
        struct snapshot snapshot;
        struct store_error error;
        if (store_snapshot(store, now, clock_store_day(now), &snapshot, &error) != 0)
                stop(error.text);
        live = rulebook_balanced();
        staff = calloc(snapshot.roster->n_associates + 1u, sizeof *staff);
        ground = (struct lab_ground){.live = live,
                .live_version = 1,
                .store = snapshot.roster->store,
                .associates = staff,
                .now = now,
                .day = clock_store_day(now)};
        memcpy(ground.currency, snapshot.roster->currency, sizeof ground.currency);
        for (uint32_t i = 0; i < snapshot.roster->n_associates; i++)
                staff[ground.n_associates++] = (struct lab_associate){.id = snapshot.roster->associates[i].id,
                        .role = (enum role)snapshot.roster->associates[i].role,
                        .departments = snapshot.roster->associates[i].departments};
        snapshot_free(&snapshot);
        if (asprintf(&draft, "%s%s%s", rulebook_text(live),
                    "X1: never to everyone except seller of online, price >= 1000 because \"Dear\"\n",
                    "X2: show brand to department of in-store, this-store, kind \"Class 3\"/\"Class 4\" "
                    "because \"Try\"\n") < 0)
                stop("no memory");
}

/* Of this thread, or of all. */
static double cpu_of(int who)
{
        struct rusage used;
        getrusage(who, &used);
        return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
               (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static bool go_on(void *ctx, uint64_t done, uint64_t of)
{
        (void)ctx;
        (void)done;
        (void)of;
        return true;
}

static void *diff(void *over)
{
        struct lab_turn turn = {.take = go_on};
        struct lab_ask ask = {.text = slice_of(draft)};
        struct lab_source *source = lab_compare_source(store, now);
        struct json_out out;
        double began = cpu_of(RUSAGE_THREAD);
        json_start(&out, answer, LAB_ANSWER_MAX);
        if (source == NULL)
                stop("no memory");
        status = compare_diff(&ground, &ask, source, &turn, &out);
        lab_compare_source_close(source);
        answer_len = out.len;
        cpu_s = cpu_of(RUSAGE_THREAD) - began;
        *(_Atomic bool *)over = true;
        return NULL;
}

/* ---- arrivals ---- */
static int64_t took_us[ARRIVALS];

static void wait_for(uint64_t tag)
{
        for (;;) {
                struct pollfd p = {.fd = wake, .events = POLLIN};
                uint64_t n;
                if (poll(&p, 1, -1) == 1 && read(wake, &n, sizeof n) < 0)
                        stop("no wake-up");
                for (struct store_answer *a = store_answers(store), *next; a != NULL; a = next) {
                        next = a->next;
                        bool mine = a->tag == tag && a->result == 0;
                        store_answer_free(a);
                        if (mine)
                                return;
                }
        }
}

static void arrive(uint32_t id)
{
        struct effect load = {.kind = EFFECT_LOAD,
                .load = {.by = LOAD_BY_PERSON,
                        .person = id,
                        .want = WANT_PERSON | WANT_LINES,
                        .now = now,
                        .as_of = now}};
        struct write visit = {.kind = WRITE_VISIT,
                .visit = {.id = ids_uuid(now), .person = id, .state = 3, .started = now}};
        if (store_load(store, 7, &load) != 0)
                stop("the queue is full");
        wait_for(7);
        if (store_commit(store, 8, &visit, 1) != 0)
                stop("the queue is full");
        wait_for(8);
}

static int compare_us(const void *a, const void *b)
{
        const int64_t *x = a, *y = b;
        return (*x > *y) - (*x < *y);
}

/* One every EVERY_US until there are enough, or it is over. */
static void arrivals(const char *when, _Atomic bool *over)
{
        uint32_t n = 0;
        int64_t next = clock_mono_us();
        while (n < ARRIVALS && !*over) {
                int64_t began = clock_mono_us();
                if (began < next) {
                        struct timespec rest = {0, (next - began) * 1000};
                        ppoll(NULL, 0, &rest, NULL);
                        continue;
                }
                next += EVERY_US;
                arrive(1 + n * 7919 % customers);
                took_us[n++] = clock_mono_us() - began;
        }
        qsort(took_us, n, sizeof took_us[0], compare_us);
        if (n > 0)
                printf("arrivals_%s=%u p50_us=%" PRId64 " p99_us=%" PRId64 " worst_us=%" PRId64 "\n", when, n,
                        took_us[n / 2], took_us[n * 99 / 100], took_us[n - 1]);
}

static void run_diff(const char *when, bool beside)
{
        static _Atomic bool over;
        pthread_t thread;
        int64_t began = clock_mono_us();
        double before_s = cpu_of(RUSAGE_SELF);
        over = false;
        if (pthread_create(&thread, NULL, diff, &over) != 0)
                stop("no thread");
        if (beside)
                arrivals("beside_a_diff", &over);
        pthread_join(thread, NULL);
        if (status != 200)
                stop("the diff was refused");
        printf("diff_%s_s=%.2f judging_cpu_s=%.2f other_cpu_s=%.2f\n", when,
                (double)(clock_mono_us() - began) / 1e6, cpu_s, cpu_of(RUSAGE_SELF) - before_s - cpu_s);
}

int main(int argc, char **argv)
{
        struct store_error error;
        struct clock clock = {0};
        struct stat st;
        if (argc < 2 || argc > 5)
                stop("usage: rules_diff FOLDER [CUSTOMERS [ASSOCIATES [LINES]]]");
        customers = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : customers;
        associates = argc > 3 ? (uint32_t)strtoul(argv[3], NULL, 10) : associates;
        lines = argc > 4 ? (uint32_t)strtoul(argv[4], NULL, 10) : lines;
        bool made = stat(argv[1], &st) != 0;
        if (ids_init() != 0 || clock_set_zone("UTC") != 0 || (made && mkdir(argv[1], 0700) != 0))
                stop("the folder cannot be made");
        now = clock_wall(&clock);
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
        if (!customers || !associates || !lines || (answer = malloc(LAB_ANSWER_MAX)) == NULL ||
                store_open(&options, &store, &error) != 0)
                stop(customers && associates && lines && answer ? error.text : "numbers from 1");
        int64_t began = clock_mono_us();
        if (made)
                fill();
        printf("customers=%u associates=%u lines=%u filled_s=%.1f\n", customers, associates, lines,
                (double)(clock_mono_us() - began) / 1e6);
        store_close(store); /* the snapshot is read before the first job */
        if (store_open(&options, &store, &error) != 0)
                stop(error.text);
        make_ground();
        static _Atomic bool never;
        run_diff("cold", false);
        run_diff("warm", false);
        arrivals("alone", &never);
        run_diff("with_arrivals", true);
        printf("%.*s\n", answer_len < 900 ? (int)answer_len : 900, answer);
        store_close(store);
        rulebook_destroy(live);
        free(staff);
        free(draft);
        free(answer);
        return 0;
}
