/* Random histories of one store's sensors, of which some count for nothing: leaving a sensor out is the same
 * as deleting what it says. Its roams say one thing more: that she has left where she was, which is what a
 * sweep would say that does not name her. MAITRED_SEED repeats a run; MAITRED_HISTORIES says how many. */
#include "tests/presence/usual.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#define SENSORS   4
#define TELLS_MAX 65536

struct step {
        mono_ms now;
        bool swept; /* else a report */
        struct claim_report r;
};

struct history {
        unsigned left_out; /* sensors that count for nothing, bit by bit */
        struct step steps[120];
        unsigned n;
};

static bool is_left_out(const struct history *h, uint32_t sensor)
{
        return h->left_out >> sensor & 1;
}

static struct claim_report random_report(const struct history *h, uint32_t people, bool plain)
{
        static const enum claim_kind kinds[] = {
                CLAIM_JOIN, CLAIM_ALIVE, CLAIM_ALIVE, CLAIM_LEAVE, CLAIM_ROAM};
        struct claim_report r = {.source = draw(12) ? SOURCE_WIFI : SOURCE_CHECK_IN,
                .kind = kinds[draw(ARRAY_LEN(kinds))],
                .strength = draw(4) ? STRENGTH_SURE : STRENGTH_MAY_BE,
                .sensor = (uint32_t)draw(SENSORS),
                .person = 1 + (uint32_t)draw(people),
                .device = plain ? 1 : 1 + (uint32_t)draw(2),
                .rssi_dbm = plain || draw(5) ? 0 : (int16_t)-(int)(60 + draw(40)),
                .age_ms = plain || draw(3) ? 0 : (int64_t)draw(15 * MINUTE_MS)};
        if (r.source == SOURCE_CHECK_IN) { /* her own act, wherever her phone is heard */
                r.kind = CLAIM_JOIN;
                r.sensor = 0;
                r.age_ms = 0;
                r.strength = STRENGTH_SURE;
        } else {
                r.outside = is_left_out(h, r.sensor);
        }
        return r;
}

/* Plain: one customer with one phone, everything in its order, so that a sweep of another sensor says of her
 * what a roam does. */
static void make_history(struct history *h, bool plain)
{
        mono_ms now = 0;
        *h = (struct history){.left_out = (unsigned)draw(1U << SENSORS), .n = ARRAY_LEN(h->steps)};
        for (unsigned i = 0; i < h->n; i++) {
                struct step *s = &h->steps[i];
                now += 1 + (mono_ms)(draw(10) ? draw(3 * MINUTE_MS) : draw(45 * MINUTE_MS));
                *s = (struct step){.now = now, .swept = draw(6) == 0};
                s->r = random_report(h, plain ? 1 : 3, plain);
                if (!plain && s->r.outside && s->r.kind == CLAIM_ROAM)
                        s->r.kind = CLAIM_JOIN;
        }
}

static void tell_all(struct presence *p, mono_ms now, char *log, size_t *len)
{
        struct presence_change c;
        for (uint32_t at = 0; presence_next(p, now, &at, &c);) {
                int n = snprintf(log + *len, TELLS_MAX - *len, "%lld %u %d>%d %d %d %d %lld %lld\n",
                        (long long)now, c.person, c.from, c.to, c.strength, c.source, c.swept,
                        (long long)c.first, (long long)c.last);
                *len += (size_t)n;
                assert_true(*len < TELLS_MAX);
                presence_told(p, c.person, c.to, c.strength);
        }
}

/* Her roam to nowhere, in the words of the sensors that she roamed from. */
static void she_is_not_named(struct presence *p, const struct history *h, const struct step *s)
{
        for (uint32_t sensor = 0; sensor < SENSORS; sensor++)
                if (!is_left_out(h, sensor))
                        presence_swept(p, SOURCE_WIFI, sensor, s->now);
}

static void do_step(struct presence *p, const struct history *h, const struct step *s, bool deleted)
{
        if (s->swept) {
                if (!deleted || !is_left_out(h, s->r.sensor))
                        presence_swept(p, SOURCE_WIFI, s->r.sensor, s->now);
        } else if (!deleted || !s->r.outside) {
                presence_report(p, &s->r, s->now);
        } else if (s->r.kind == CLAIM_ROAM) {
                she_is_not_named(p, h, s);
        }
}

/* `deleted`: what sensors that are left out have said is not there at all. */
static char *told_of(const struct history *h, bool deleted)
{
        char *log = calloc(1, TELLS_MAX);
        size_t len = 0;
        struct presence *p = presence_create(&usual);
        struct presence_counts counts;
        mono_ms now = 0;
        assert_non_null(log);
        for (unsigned i = 0; i < h->n; i++) {
                for (; now < h->steps[i].now; now += 10 * SECOND_MS)
                        tell_all(p, now, log, &len);
                do_step(p, h, &h->steps[i], deleted);
                tell_all(p, h->steps[i].now, log, &len);
        }
        for (mono_ms end = now + 12 * HOUR_MS; now < end; now += 10 * SECOND_MS)
                tell_all(p, now, log, &len);
        presence_count(p, &counts);
        assert_int_equal(counts.stays, 0);
        assert_int_equal(counts.claims, 0);
        presence_destroy(p);
        return log;
}

static void compare(const struct history *h, uint64_t seed, unsigned *told)
{
        char *with = told_of(h, false), *without = told_of(h, true);
        size_t at = 0;
        while (with[at] && with[at] == without[at])
                at++;
        if (with[at] != without[at]) {
                while (at > 0 && with[at - 1] != '\n')
                        at--;
                fail_msg("MAITRED_SEED=%llu, left out %x: \"%.60s\" without the reports, \"%.60s\" with them",
                        (unsigned long long)seed, h->left_out, without + at, with + at);
        }
        *told += with[0] != 0;
        free(with);
        free(without);
}

static unsigned begin(void)
{
        const char *of = getenv("MAITRED_HISTORIES"), *from = getenv("MAITRED_SEED");
        dice = from ? strtoull(from, NULL, 10) : (uint64_t)time(NULL);
        print_message("MAITRED_SEED=%llu\n", (unsigned long long)dice);
        return of ? (unsigned)strtoul(of, NULL, 10) : 150;
}

static void leaving_out_is_deleting(void **state)
{
        (void)state;
        struct history h;
        uint64_t seed = 0;
        unsigned told = 0, n = begin();
        for (unsigned i = 0; i < n; i++) {
                seed = dice;
                make_history(&h, false);
                compare(&h, seed, &told);
        }
        assert_true(told > n / 3);
}

static void a_roam_out_is_a_sweep_without_her(void **state)
{
        (void)state;
        struct history h;
        uint64_t seed = 0;
        unsigned told = 0, n = begin();
        for (unsigned i = 0; i < n; i++) {
                seed = dice;
                make_history(&h, true);
                compare(&h, seed, &told);
        }
        assert_true(told > n / 3);
}

/* Whatever is said there, nobody is told anything, and nothing is kept. */
static void only_there_is_nowhere(void **state)
{
        (void)state;
        struct history h;
        struct presence_view view;
        unsigned n = begin();
        for (unsigned i = 0; i < n; i++) {
                struct presence *p = presence_create(&usual);
                make_history(&h, i % 2 == 0);
                for (unsigned k = 0; k < h.n; k++) {
                        struct presence_change c;
                        struct claim_report r = h.steps[k].r;
                        uint32_t at = 0;
                        r.source = SOURCE_WIFI;
                        r.outside = true;
                        assert_int_equal(presence_report(p, &r, h.steps[k].now),
                                r.age_ms > usual.late_ms ? PRESENCE_LATE : PRESENCE_OUTSIDE);
                        assert_false(presence_next(p, h.steps[k].now + 2 * MINUTE_MS, &at, &c));
                        assert_false(presence_look(p, r.person, h.steps[k].now, &view));
                }
                presence_destroy(p);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {cmocka_unit_test(leaving_out_is_deleting),
                cmocka_unit_test(a_roam_out_is_a_sweep_without_her), cmocka_unit_test(only_there_is_nowhere)};
        return cmocka_run_group_tests(tests, NULL, NULL);
}
