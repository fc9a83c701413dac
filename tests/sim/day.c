/* A busy day: 200 arrivals an hour on 12 associates and a manager; how many of those who came had somebody
 * with them in two minutes, how many were told that nobody is free, and what queueing allows at most.
 *
 * The yardstick is Erlang's C: with `c` associates, arrivals at rate L and S seconds from accepting to done,
 * the offered load is a = L S, and an arrival would wait longer than t with probability C(c, a) exp(-(c - a)
 * t / S) if nobody ever gave up. Whoever is told after 90 s that nobody is free leaves the queue, so the real
 * one is a little shorter. */
#include "tests/sim/sim.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define DAY_ARRIVALS   2000
#define DAY_ASSOCIATES 12
#define REACHED_MS     (120 * SECOND_MS)

struct day {
        uint32_t visits, in_time, late, nobody, open;
        double serves_s; /* from accepting to done, at the mean */
        double offers;   /* a visit, at the mean */
};

static void count(struct world *w, struct day *out)
{
        int64_t serves = 0, served = 0, offers = 0;
        for (uint32_t i = 0; i < w->safe->n_visits; i++) {
                const struct visit_kept *v = &w->safe->visits[i];
                int64_t took = v->reached - v->began;
                out->visits++;
                offers += v->n_offers;
                out->in_time += v->reached && took <= REACHED_MS;
                out->late += v->reached && took > REACHED_MS;
                out->nobody += !v->reached && v->told_none;
                out->open += !v->reached && !v->told_none;
                if (v->accepted && v->row.alert_state == ALERT_DONE) {
                        serves += v->ended - v->accepted;
                        served++;
                }
        }
        out->serves_s = served ? (double)serves / (double)served / 1000.0 : 0;
        out->offers = out->visits ? (double)offers / (double)out->visits : 0;
}

/* The share that waits longer than `t_s`, of those who come. */
static double erlang_c(double c, double per_s, double serves_s, double t_s)
{
        double a = per_s * serves_s, term = 1, sum = 0;
        if (a >= c)
                return 1;
        for (uint32_t k = 0; k < (uint32_t)c; k++) {
                sum += term;
                term *= a / (k + 1);
        }
        double last = term * c / (c - a);
        return last / (sum + last) * exp(-(c - a) * t_s / serves_s);
}

int day_run(uint64_t seed, bool drops)
{
        struct plan plan = {.seed = seed,
                .customers = DAY_ARRIVALS,
                .associates = DAY_ASSOCIATES + 1,
                .storm_ms = 10 * HOUR_MS,
                .calm_ms = 10 * MINUTE_MS,
                .arrivals_per_hour = 200,
                .most_per_hour = 30,
                .drops = drops};
        struct day d = {0};
        struct world *w = world_make(&plan);
        bool ok = world_run(w);
        if (!ok)
                printf("FAILED   day %" PRIu64 ", step %" PRIu64 ": %s\n", seed, w->numbers.steps, w->why);
        count(w, &d);
        double per_s = plan.arrivals_per_hour / 3600.0;
        double there = drops ? DAY_ASSOCIATES * (1 - 0.5 * 3.5 / 16) : DAY_ASSOCIATES;
        printf("day %" PRIu64 "%s: %u came, %.1f %% reached in 120 s, %.1f %% later, %.1f %% told that "
               "nobody is free, %u open; "
               "%.0f s with each, %.1f offers each; Erlang C at %.1f: %.1f %% wait at most 60 s; %" PRIu64
               " events\n",
                seed, drops ? ", half the handhelds come and go" : "", d.visits, 100.0 * d.in_time / d.visits,
                100.0 * d.late / d.visits, 100.0 * d.nobody / d.visits, d.open, d.serves_s, d.offers, there,
                100 * (1 - erlang_c(floor(there), per_s, d.serves_s, 60)), w->numbers.steps);
        world_free(w);
        /* The budget and the hands of this day are enough for it; with handhelds that come and go nothing is
         * promised. */
        return !ok || (!drops && d.in_time * 100 < d.visits * 95);
}
