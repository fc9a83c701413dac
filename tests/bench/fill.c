/* Fills a folder with a store for the measurements, through the store library that the hub itself uses: an
 * associate for each of 10,000 handhelds, each of which has a key of its own, people with twenty lines each,
 * the first 60,000 of whom have joined, chosen their associate and own a phone (people.h).
 *
 *   fill FOLDER PEOPLE      (a new folder; at least 60,000 people)
 *
 * Beside the folder, in FOLDER.people, it lists their tokens and the handhelds' public points, a line each,
 * for a peer that keeps them in its own way (alike.mjs). */
#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/common/clock.h"
#include "server/common/ids.h"
#include "server/hub/store/import.h"
#include "server/hub/store/store.h"
#include "tests/bench/people.h"
#include "tests/bench/people_key.h"

#define ROWS       IMPORT_ROWS_MAX
#define ASSOCIATES 10000
#define ARTICLES   20000
#define LINES      20
#define AHEAD      64 /* commits under way at once */

static struct store *store;
static int wake;
static wall_ms now;
static uint32_t people;
static int flying;
static uint64_t outcomes[IMPORT_OUTCOMES];

static void stop(const char *why)
{
        fprintf(stderr, "fill: %s\n", why);
        exit(1);
}

static void answered(struct store_answer *a)
{
        if (a->result != 0)
                stop("the store refused a job");
        flying--;
        if (a->kind == STORE_IMPORT)
                for (int i = 0; i < IMPORT_OUTCOMES; i++)
                        outcomes[i] += a->batch->counts[i];
        store_answer_free(a);
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
                        answered(a);
                }
        }
}

/* ---- rows ---- */
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

static void fill_row(struct import_batch *b, uint64_t i)
{
        static const char *const words[] = {"coat", "boots", "scarf", "shirt", "bag", "belt", "dress", "hat"};
        switch (b->kind) {
        case IMPORT_STORES:
                break;
        case IMPORT_ASSOCIATES:
                put(b, 0, "a%05" PRIu64, i);
                put(b, 1, "Nadia%" PRIu64 " Example", i);
                put(b, 2, "main");
                break;
        case IMPORT_CLASSES:
                put(b, 0, "Class %" PRIu64, i);
                put(b, 1, "Department %" PRIu64, i % 8);
                put(b, 2, "0");
                break;
        case IMPORT_PRODUCTS:
                put(b, 0, "sku-%06" PRIu64, i);
                put(b, 1, "%s %" PRIu64, words[i % 8], i);
                put(b, 2, "Brand %" PRIu64, i % 300);
                put(b, 3, "Class %" PRIu64, i % 40);
                break;
        case IMPORT_CUSTOMERS:
                put(b, 0, "c%07" PRIu64, i);
                put(b, 1, "Carla Number%" PRIu64, i);
                put(b, 3, "c%" PRIu64 "@mail.example", i);
                break;
        case IMPORT_SHIFTS:
                break;
        case IMPORT_PURCHASES: {
                uint64_t person = i / LINES;
                uint32_t hers = person < PEOPLE_JOINED ? people_associate((uint32_t)person) : 0;
                put(b, 0, "l%010" PRIu64, i);
                put(b, 1, "c%07" PRIu64, person);
                put(b, 2, "a%05" PRIu64, i % 4 == 0 ? hers : (i * 7919) % ASSOCIATES);
                put(b, 3, "main");
                put(b, 5, "sku-%06" PRIu64, (i * 104729) % ARTICLES);
                put(b, 7, "%" PRIu64 ".90", 10 + i % 390);
                b->rows[b->n].at = now - (wall_ms)(1 + (i * 37) % 699) * DAY_MS;
                b->rows[b->n].precision = 3;
                break;
        }
        }
        b->n++;
}

static void import_all(enum import_kind kind, uint64_t most)
{
        int64_t began = clock_mono_us();
        for (uint64_t i = 0; i < most;) {
                struct import_batch *b = calloc(1, sizeof *b);
                if (b == NULL || (b->rows = calloc(ROWS, sizeof *b->rows)) == NULL ||
                        (b->bytes = malloc((size_t)ROWS * 10 * 80)) == NULL)
                        stop("no memory");
                b->kind = kind;
                b->now = now;
                while (b->n < ROWS && i < most)
                        fill_row(b, i++);
                if (store_import(store, 1, b) != 0)
                        stop("the queue is full");
                flying++;
                pump(2);
        }
        pump(1);
        double s = (double)(clock_mono_us() - began) / 1e6;
        printf("%s=%" PRIu64 " %s_per_s=%.0f\n", import_kind_word(kind), most, import_kind_word(kind),
                (double)most / s);
        fflush(stdout);
}

/* ---- who has joined ---- */
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

static struct write session(enum people_face face, uint32_t number, enum session_kind kind, uint32_t subject)
{
        struct secret token = people_token(face, number);
        return (struct write){.kind = WRITE_SESSION,
                .session = {.token = ids_digest(&token),
                        .row = {.kind = (uint8_t)kind, .subject = subject, .expires = now + 365 * DAY_MS}}};
}

static void commit(const struct write *writes, uint32_t n)
{
        if (store_commit(store, 2, writes, n) != 0)
                stop("the queue is full");
        flying++;
        pump(AHEAD);
}

/* Surrogates are given in the order of import, from 1; `check` makes sure of it. */
static void join(uint32_t person)
{
        uint32_t id = person + 1;
        struct write w[6] = {
                {.kind = WRITE_ENROL, .enrol = {.person = id, .language = "en"}},
                consent(id, PURPOSE_ALERT, CATEGORY_PRESENCE),
                consent(id, PURPOSE_HISTORY, CATEGORY_INSTORE),
                consent(id, PURPOSE_HISTORY, CATEGORY_SIZES),
                {.kind = WRITE_PREFERRED,
                        .preferred = {.person = id, .associate = people_associate(person) + 1, .at = now}},
                session(PEOPLE_PHONE, person, SESSION_PHONE, id),
        };
        commit(w, ARRAY_LEN(w));
}

static void check(uint32_t person)
{
        struct effect load = {.kind = EFFECT_LOAD,
                .load = {.by = LOAD_BY_EXTERNAL_ID,
                        .want = WANT_PERSON | WANT_LINES,
                        .now = now,
                        .as_of = now}};
        snprintf(load.load.external, sizeof load.load.external, "c%07" PRIu32, person);
        if (store_load(store, 3, &load) != 0)
                stop("the queue is full");
        struct store_answer *a = NULL;
        while ((a = store_answers(store)) == NULL) {
                struct pollfd p = {.fd = wake, .events = POLLIN};
                poll(&p, 1, 1000);
        }
        bool ok = a->dossier != NULL && a->dossier->person.id == person + 1 && a->dossier->person.enrolled &&
                  a->dossier->person.preferred == people_associate(person) + 1 && a->dossier->n_lines > 0;
        store_answer_free(a);
        if (!ok)
                stop("a customer is not as she was written");
}

static void list_token(FILE *file, const char *kind, enum people_face face, uint32_t number)
{
        char text[IDS_SECRET_TEXT];
        struct secret token = people_token(face, number);
        ids_secret_text(&token, text);
        fprintf(file, "%s %" PRIu32 " %s", kind, number, text);
}

static void list_people(const char *folder)
{
        char path[4096];
        uint8_t point[PEOPLE_POINT_BYTES];
        snprintf(path, sizeof path, "%s.people", folder);
        FILE *file = fopen(path, "we");
        if (file == NULL)
                stop("the list of people cannot be written");
        for (uint32_t i = 0; i < PEOPLE_JOINED; i++) {
                list_token(file, "phone", PEOPLE_PHONE, i);
                fputc('\n', file);
        }
        for (uint32_t i = 0; i < ASSOCIATES; i++) {
                list_token(file, "handheld", PEOPLE_HANDHELD, i);
                if (!people_point(i, point))
                        stop("no memory");
                fputc(' ', file);
                for (size_t k = 0; k < sizeof point; k++)
                        fprintf(file, "%02x", point[k]);
                fputc('\n', file);
                list_token(file, "keyless", PEOPLE_KEYLESS, i);
                fputc('\n', file);
        }
        list_token(file, "sign", PEOPLE_SIGN, 0);
        fputc('\n', file);
        if (fclose(file) != 0)
                stop("the list of people cannot be written");
}

int main(int argc, char **argv)
{
        struct store_error error;
        if (argc != 3 || (people = (uint32_t)strtoul(argv[2], NULL, 10)) < PEOPLE_JOINED)
                stop("usage: fill FOLDER PEOPLE, and at least 60000 people");
        struct clock clock = {0};
        if (ids_init() != 0 || clock_set_zone("UTC") != 0 || mkdir(argv[1], 0700) != 0)
                stop("the folder must be a new one");
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
        if (store_open(&options, &store, &error) != 0)
                stop(error.text);
        import_all(IMPORT_ASSOCIATES, ASSOCIATES);
        import_all(IMPORT_CLASSES, 40);
        import_all(IMPORT_PRODUCTS, ARTICLES);
        import_all(IMPORT_CUSTOMERS, people);
        import_all(IMPORT_PURCHASES, (uint64_t)people * LINES);
        if (outcomes[IMPORT_REJECTED] != 0 || outcomes[IMPORT_NO_CUSTOMER] != 0)
                stop("rows were rejected");
        for (uint32_t i = 0; i < PEOPLE_JOINED; i++)
                join(i);
        for (uint32_t i = 0; i < ASSOCIATES; i++) {
                struct write w = session(PEOPLE_HANDHELD, i, SESSION_HANDHELD, i + 1);
                w.session.own_key.known = people_point(i, w.session.own_key.point);
                if (!w.session.own_key.known)
                        stop("no memory");
                commit(&w, 1);
                w = session(PEOPLE_KEYLESS, i, SESSION_HANDHELD, i + 1);
                commit(&w, 1);
        }
        struct write sign = session(PEOPLE_SIGN, 0, SESSION_SIGN, 0);
        commit(&sign, 1);
        pump(1);
        check(0);
        check(PEOPLE_JOINED - 1);
        store_close(store);
        list_people(argv[1]);
        return 0;
}
