/* What the store alone takes of a processor for a check-in: look-up, arrival, and the look that is put on her
 * record, so many check-ins at a time. For comparing two versions on a machine that others use as well: it
 * tells the least of many short spans, which is what a span costs when nobody is in the way.
 *
 *   cost STORE AHEAD [CHECK-INS]      STORE is a copy of what `fill` made; it is written to */
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "server/common/clock.h"
#include "server/common/ids.h"
#include "server/hub/store/store.h"
#include "server/rulebook/render.h"
#include "tests/bench/people.h"

#define SPAN  32 /* check-ins */
#define CARD  900
#define AHEAD 64

static struct store *store;
static int wake;
static uint32_t flying;
static wall_ms now;
static char card[CARD_FRAME_SIZE];

__attribute__((noreturn)) static void stop(const char *why)
{
        fprintf(stderr, "cost: %s\n", why);
        exit(1);
}

static void wait_for_all(void)
{
        while (flying > 0) {
                struct pollfd p = {.fd = wake, .events = POLLIN};
                uint64_t count;
                if (poll(&p, 1, 10000) < 1 || read(wake, &count, sizeof count) < 0)
                        stop("no answer came");
                for (struct store_answer *a = store_answers(store), *next; a != NULL; a = next) {
                        next = a->next;
                        if (a->result != 0 || (a->kind == STORE_LOAD && a->dossier->n_lines == 0))
                                stop("the store refused something");
                        store_answer_free(a);
                        flying--;
                }
        }
}

static struct digest digest_of(const char *what, uint64_t number)
{
        char text[40];
        int len = snprintf(text, sizeof text, "%s %" PRIu64, what, number);
        return ids_digest_of(text, (size_t)len);
}

struct check_in {
        struct live_visit_row visit;
        uint64_t number;
};

static struct check_in draw(uint64_t number)
{
        uint32_t person = (uint32_t)(number * 7919 % PEOPLE_JOINED);
        struct check_in c = {.number = number};
        struct live_visit_row *v = &c.visit;
        *v = (struct live_visit_row){.id = ids_uuid(now),
                .person = person + 1,
                .client_of = people_associate(person) + 1,
                .state = VISIT_OPEN,
                .alert_state = ALERT_OFFERED,
                .started = now,
                .changed = now,
                .offered = now,
                .day = clock_store_day(now),
                .rung = RUNG_OWN,
                .since = now,
                .n_places = 1,
                .places = {{.associate = people_associate(person) + 1,
                        .card = (uint32_t)number + 1,
                        .card_seq = number + 1,
                        .offer = ids_uuid(now)}},
                .n_asked = 1,
                .asked = {people_associate(person) + 1}};
        return c;
}

static void look_up(const struct check_in *c)
{
        struct secret token = people_token(PEOPLE_PHONE, c->visit.person - 1);
        struct effect load = {.kind = EFFECT_LOAD,
                .load = {.by = LOAD_BY_TOKEN,
                        .want = WANT_PERSON | WANT_LINES,
                        .key = ids_digest(&token),
                        .ask = true,
                        .request = {digest_of("asker", c->visit.person), digest_of("key", c->number)},
                        .now = now,
                        .as_of = now,
                        .day = c->visit.day}};
        flying += store_load(store, 1, &load) == 0;
}

static void arrive(const struct check_in *c)
{
        const struct live_visit_row *v = &c->visit;
        struct write w[] = {{.kind = WRITE_VISIT, .visit = *v},
                {.kind = WRITE_CONSENT,
                        .consent = {.id = ids_uuid(now),
                                .person = v->person,
                                .row = {PURPOSE_ALERT, CATEGORY_PRESENCE, CONSENT_GIVEN, MODE_VISIT, 0, now,
                                        now + 12 * HOUR_MS, v->day, 1},
                                .visit = v->id,
                                .steps = 1}},
                {.kind = WRITE_OFFER,
                        .offer = {.id = v->places[0].offer,
                                .visit = v->id,
                                .associate = v->places[0].associate,
                                .offered = now}},
                {.kind = WRITE_STREAM,
                        .stream = {{v->places[0].associate, v->places[0].card_seq, STREAM_CARD,
                                           v->places[0].card, v->id},
                                now}},
                {.kind = WRITE_REQUEST,
                        .request = {.key = {digest_of("asker", v->person), digest_of("key", c->number)},
                                .row = {.at = now,
                                        .message = digest_of("said", c->number),
                                        .person = v->person},
                                .before = now - DAY_MS,
                                .most = 64}}};
        flying += store_commit(store, 2, w, ARRAY_LEN(w)) == 0;
}

static void show(struct check_in *c)
{
        struct live_visit_row *v = &c->visit;
        v->lines_seen = 3;
        struct write w[] = {{.kind = WRITE_DISCLOSURE,
                                    .disclosure = {.id = ids_uuid(now),
                                            .visit = v->id,
                                            .person = v->person,
                                            .associate = v->places[0].associate,
                                            .lines = 3,
                                            .card = card,
                                            .at = now}},
                {.kind = WRITE_VISIT, .visit = *v}};
        flying += store_commit(store, 3, w, ARRAY_LEN(w)) == 0;
}

/* So many at once: all look-ups, then all arrivals together with the looks of those before, as in a hub. */
static void round_of(struct check_in *at, uint32_t n, uint64_t first)
{
        static struct check_in before[AHEAD];
        static uint32_t n_before;
        for (uint32_t i = 0; i < n; i++)
                look_up(at + i);
        wait_for_all();
        for (uint32_t i = 0; i < n_before; i++)
                show(&before[i]);
        for (uint32_t i = 0; i < n; i++)
                arrive(at + i);
        wait_for_all();
        memcpy(before, at, n * sizeof *at);
        n_before = n;
        (void)first;
}

static int64_t cpu_ns(void)
{
        struct timespec t;
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
        return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
        const int64_t *x = a, *y = b;
        return *x < *y ? -1 : *x > *y;
}

static void measure(uint32_t ahead, uint64_t most)
{
        struct check_in at[AHEAD];
        int64_t *spans = calloc(most / SPAN + 1, sizeof *spans);
        size_t n = 0;
        uint64_t number = 0;
        while (spans != NULL && number < most) {
                int64_t began = cpu_ns();
                uint64_t until = number + SPAN;
                while (number < until) {
                        now++;
                        for (uint32_t i = 0; i < ahead; i++)
                                at[i] = draw(number + i);
                        round_of(at, ahead, number);
                        number += ahead;
                }
                spans[n++] = (cpu_ns() - began) / (int64_t)SPAN;
        }
        if (n == 0)
                stop("no memory, or nothing to do");
        qsort(spans, n, sizeof *spans, compare);
        printf("ahead=%" PRIu32 " check_ins=%" PRIu64 " least_us=%.1f tenth_us=%.1f median_us=%.1f\n", ahead,
                number, (double)spans[0] / 1e3, (double)spans[n / 10] / 1e3, (double)spans[n / 2] / 1e3);
        free(spans);
}

int main(int argc, char **argv)
{
        struct store_error error;
        struct snapshot snapshot;
        uint32_t ahead = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 0;
        if (argc < 3 || ahead < 1 || ahead > AHEAD)
                stop("usage: cost STORE AHEAD [CHECK-INS], and 1 to 64 ahead");
        struct clock clock = {0};
        if (ids_init() != 0 || clock_set_zone("UTC") != 0)
                stop("no random numbers");
        memset(card, ' ', sizeof card);
        memset(card, 'x', CARD);
        now = clock_wall(&clock);
        wake = eventfd(0, EFD_CLOEXEC);
        struct store_options options = {.data_dir = argv[1],
                .store_id = "main",
                .store_name = "Bench",
                .zone = "UTC",
                .currency = "EUR",
                .retention_months = 24,
                .import_slice_ms = 5,
                .cache_bytes = 64 << 20,
                .wake_fd = wake};
        if (store_open(&options, &store, &error) != 0 ||
                store_snapshot(store, now, clock_store_day(now), &snapshot, &error) != 0)
                stop(error.text);
        snapshot_free(&snapshot);
        measure(ahead, argc > 3 ? strtoull(argv[3], NULL, 10) : 4000);
        store_close(store);
        return 0;
}
