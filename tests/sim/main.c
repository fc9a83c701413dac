/* Runs seeds: so many in a row, or as many as fit into some seconds, or one plan with its last steps printed;
 * and shrinks what failed. See README.md. */
#include "tests/sim/sim.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SHRINKS_MOST  60
#define FAILURES_MOST 8 /* then it is known that something is wrong */

static int64_t now_ms(clockid_t which)
{
        struct timespec t;
        clock_gettime(which, &t);
        return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct outcome {
        bool ok;
        char why[300];
        struct numbers numbers;
        int64_t at; /* virtual time of the end */
};

static struct outcome run(const struct plan *plan, uint64_t trace_from)
{
        struct outcome out = {0};
        struct world *w = world_make(plan);
        w->trace_from = trace_from;
        out.ok = world_run(w);
        memcpy(out.why, w->why, sizeof(out.why));
        out.numbers = w->numbers;
        out.at = w->now;
        world_free(w);
        return out;
}

/* ---- a plan as one line ---- */
static const struct {
        const char *name;
        size_t offset;
} words[] = {{"customers", offsetof(struct plan, customers)},
        {"associates", offsetof(struct plan, associates)}, {"faults", offsetof(struct plan, faults)},
        {"storm_s", 0}, {"hours", 0}, {"tick_ms", 0}, {"shifts", 0}, {"most", 0}};

static void plan_print(const struct plan *p)
{
        printf("%" PRIu64 " customers=%u associates=%u faults=%u storm_s=%" PRId64
               " hours=%d tick_ms=%u shifts=%d most=%u",
                p->seed, p->customers, p->associates, p->faults, p->storm_ms / SECOND_MS, p->hours,
                p->release_tick_ms, p->shifts, p->most_per_hour);
}

/* "SEED word=number ...", as plan_print says it; what is not said is what the seed makes. False: it is none.
 */
static bool plan_read(const char *text, struct plan *out)
{
        char *at;
        uint64_t seed = strtoull(text, &at, 10);
        if (at == text)
                return false;
        plan_of_seed(seed, out);
        while (*at == ' ')
                at++;
        while (*at && *at != '#') {
                size_t i = 0, len = strcspn(at, "=");
                while (i < ARRAY_LEN(words) &&
                        (strlen(words[i].name) != len || strncmp(words[i].name, at, len) != 0))
                        i++;
                if (i == ARRAY_LEN(words) || at[len] != '=')
                        return false;
                int64_t value = strtoll(at + len + 1, &at, 10);
                if (i < 3)
                        *(uint32_t *)(void *)((char *)out + words[i].offset) = (uint32_t)value;
                else if (i == 3)
                        out->storm_ms = value * SECOND_MS;
                else if (i == 4)
                        out->hours = value != 0;
                else if (i == 5)
                        out->release_tick_ms = (uint32_t)value;
                else if (i == 6)
                        out->shifts = value != 0;
                else
                        out->most_per_hour = (uint32_t)value;
                while (*at == ' ' || *at == '\n')
                        at++;
        }
        return out->customers > 0 && out->customers <= 2000 && out->associates > 1 &&
               out->associates <= ASSOCIATES_MOST;
}

/* ---- smaller ---- */
/* The nth attempt at something smaller; false: it would be the same, or there is no nth. */
static bool smaller(const struct plan *from, uint32_t n, int64_t failed_at, struct plan *out)
{
        *out = *from;
        if (n < 8)
                out->faults &= ~(1u << n);
        else if (n == 8)
                out->customers = (from->customers + 1) / 2;
        else if (n == 9)
                out->customers = from->customers > 1 ? from->customers - 1 : 1;
        else if (n == 10)
                out->associates = from->associates > 3 ? from->associates / 2 : 2;
        else if (n == 11)
                out->associates = from->associates > 2 ? from->associates - 1 : 2;
        else if (n == 12 && failed_at < from->storm_ms)
                out->storm_ms = failed_at + 1000;
        else if (n == 13)
                out->storm_ms = from->storm_ms / 2;
        else if (n == 14)
                out->hours = false;
        else if (n == 15)
                out->release_tick_ms = 0;
        else if (n == 16)
                out->shifts = false;
        else if (n == 17)
                out->most_per_hour = 0;
        return memcmp(out, from, sizeof(*out)) != 0;
}

/* A plan that fails with the same words and has less in it. A plan with less in it is another run, so this is
 * a search. */
static struct plan shrink(struct plan plan, struct outcome *o)
{
        uint32_t tries = 0;
        for (bool again = true; again && tries < SHRINKS_MOST;) {
                again = false;
                for (uint32_t n = 0; n < 18 && tries < SHRINKS_MOST; n++) {
                        struct plan less;
                        if (!smaller(&plan, n, o->at, &less))
                                continue;
                        tries++;
                        struct outcome found = run(&less, UINT64_MAX);
                        if (found.ok || strncmp(found.why, o->why, 12) != 0)
                                continue;
                        plan = less;
                        *o = found;
                        again = true;
                }
        }
        return plan;
}

/* ---- runs ---- */
static struct numbers all;
static uint32_t seeds, failures;

static void add(const struct outcome *o)
{
        all.steps += o->numbers.steps;
        all.cards += o->numbers.cards;
        all.crashes += o->numbers.crashes;
        all.visits += o->numbers.visits;
        seeds++;
        failures += !o->ok;
}

static void tell(const struct plan *plan, struct outcome o, uint64_t trace)
{
        printf("FAILED   seed %" PRIu64 ", step %" PRIu64 ": %s\n", plan->seed, o.numbers.steps, o.why);
        if (failures > 1)
                return; /* one in small is enough to begin with */
        struct plan least = shrink(*plan, &o);
        printf("         again, in small (step %" PRIu64 ": %s): MAITRED_SIM_PLAN=\"", o.numbers.steps,
                o.why);
        plan_print(&least);
        printf("\"\n");
        if (trace)
                run(&least, o.numbers.steps > trace ? o.numbers.steps - trace : 0);
}

static bool one(const struct plan *plan, uint64_t trace)
{
        struct outcome o = run(plan, UINT64_MAX);
        add(&o);
        if (!o.ok)
                tell(plan, o, trace);
        return o.ok;
}

static int usage(void)
{
        fprintf(stderr, "usage: sim [--seed FIRST] [--seeds N | --seconds N] [--until-failure] [--trace "
                        "STEPS] [--all]\n"
                        "       sim --plan \"SEED word=number ...\" [--trace STEPS]\n"
                        "       sim --file SEEDS        a plan a line, # begins a comment\n"
                        "       sim --day SEED [--drops]\n");
        return 2;
}

static bool run_file(const char *path)
{
        char line[300];
        FILE *file = fopen(path, "r");
        if (!file) {
                fprintf(stderr, "sim: %s cannot be read\n", path);
                return false;
        }
        bool ok = true;
        while (fgets(line, sizeof(line), file)) {
                struct plan plan;
                if (line[0] == '#' || line[0] == '\n')
                        continue;
                if (!plan_read(line, &plan)) {
                        fprintf(stderr, "sim: %s: no plan: %s", path, line);
                        ok = false;
                } else {
                        ok = one(&plan, 40) && ok;
                }
        }
        fclose(file);
        return ok;
}

struct options {
        uint64_t seed, n, trace;
        int64_t ms;
        bool until_failure, drops, all;
        const char *plan, *file, *day;
};

static bool read_options(int argc, char **argv, struct options *o)
{
        *o = (struct options){.seed = 1, .n = 1};
        for (int i = 1; i < argc; i++) {
                const char *value = i + 1 < argc ? argv[i + 1] : NULL;
                bool takes = true;
                if (strcmp(argv[i], "--seed") == 0 && value)
                        o->seed = strtoull(value, NULL, 10);
                else if (strcmp(argv[i], "--seeds") == 0 && value)
                        o->n = strtoull(value, NULL, 10);
                else if (strcmp(argv[i], "--seconds") == 0 && value)
                        o->ms = strtoll(value, NULL, 10) * SECOND_MS;
                else if (strcmp(argv[i], "--trace") == 0 && value)
                        o->trace = strtoull(value, NULL, 10);
                else if (strcmp(argv[i], "--plan") == 0 && value)
                        o->plan = value;
                else if (strcmp(argv[i], "--file") == 0 && value)
                        o->file = value;
                else if (strcmp(argv[i], "--day") == 0 && value)
                        o->day = value;
                else
                        takes = false;
                if (strcmp(argv[i], "--until-failure") == 0)
                        o->until_failure = true;
                else if (strcmp(argv[i], "--drops") == 0)
                        o->drops = true;
                else if (strcmp(argv[i], "--all") == 0)
                        o->all = true;
                else if (!takes)
                        return false;
                i += takes;
        }
        return true;
}

int main(int argc, char **argv)
{
        struct options o;
        struct plan plan;
        if (sodium_init() < 0 || !read_options(argc, argv, &o))
                return usage();
        if (o.day)
                return day_run(strtoull(o.day, NULL, 10), o.drops);
        int64_t began = now_ms(CLOCK_MONOTONIC), cpu = now_ms(CLOCK_PROCESS_CPUTIME_ID);
        if (o.plan && plan_read(o.plan, &plan)) {
                one(&plan, o.trace);
        } else if (o.plan) {
                return usage();
        } else if (o.file) {
                failures += !run_file(o.file) && failures == 0;
        } else {
                plan_of_seed(o.seed, &plan);
                if (o.all)
                        run(&plan, 0);
                for (uint64_t i = 0; o.ms ? now_ms(CLOCK_MONOTONIC) - began < o.ms : i < o.n; i++) {
                        plan_of_seed(o.seed + i, &plan);
                        if (!one(&plan, o.trace) && (o.until_failure || failures == FAILURES_MOST))
                                break;
                }
        }
        int64_t took = now_ms(CLOCK_MONOTONIC) - began;
        cpu = now_ms(CLOCK_PROCESS_CPUTIME_ID) - cpu;
        printf("%u seeds, %u failed; %" PRIu64 " events, %" PRIu64 " cards, %" PRIu64 " visits, %" PRIu64
               " kills; %" PRId64 " ms, %" PRId64 " events a second of one processor\n",
                seeds, failures, all.steps, all.cards, all.visits, all.crashes, took,
                cpu ? (int64_t)all.steps * 1000 / cpu : 0);
        return failures != 0;
}
