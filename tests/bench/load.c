#include "tests/bench/load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>

#include "server/common/ids.h"
#include "tests/bench/people.h"
#include "tests/bench/people_key.h"

#define LIVE_MOST 15000 /* above that visits end while others begin */

struct load_options options = {.host = "127.0.0.1",
        .handhelds = 100,
        .seconds = 3,
        .warm = 1,
        .limit_ms = 50,
        .ramp_most = 30000,
        .rates = {200},
        .n_rates = 1};

void load_stop(const char *format, ...)
{
        va_list args;
        va_start(args, format);
        fputs("load: ", stderr);
        vfprintf(stderr, format, args);
        fputc('\n', stderr);
        va_end(args);
        exit(2);
}

/* ---- who is where ---- */
static struct {
        uint32_t *list;
        uint32_t first, n, room;
} free_people, to_leave; /* rings */

static uint32_t live;  /* visits that began and are not over */
static bool empty_now; /* everybody leaves */
static uint32_t n_over;

static void ring_start(uint32_t **list, uint32_t room)
{
        *list = calloc(room, sizeof **list);
        if (*list == NULL)
                load_stop("no memory");
}

static void leave_later(uint32_t visit)
{
        to_leave.list[(to_leave.first + to_leave.n++) % to_leave.room] = visit;
}

void load_settled(uint32_t visit)
{
        leave_later(visit);
}

void load_over(uint32_t visit)
{
        free_people.list[(free_people.first + free_people.n++) % free_people.room] = visits[visit].person;
        live--;
        n_over++;
}

static uint32_t take_person(void)
{
        if (free_people.n == 0)
                return NONE;
        free_people.n--;
        return free_people.list[free_people.first++ % free_people.room];
}

static bool somebody_leaves(void)
{
        return to_leave.n > 0 && (empty_now || options.whole || live > LIVE_MOST);
}

/* Gives idle phones what is to be said: who leaves and who arrives in turn, lest either waits for ever. */
static void speak(uint32_t *unsent)
{
        struct conn *phone;
        for (;;) {
                bool leaves = somebody_leaves(), arrives = *unsent < n_visits;
                if ((!leaves && !arrives) || (phone = talk_idle_phone()) == NULL)
                        return;
                if (leaves && (!arrives || wire_draw(2) == 0)) {
                        to_leave.n--;
                        talk_leave(phone, to_leave.list[to_leave.first++ % to_leave.room]);
                } else {
                        talk_arrive(phone, (*unsent)++);
                }
        }
}

/* ---- phases ---- */
struct result {
        double rate, p50, p99, p999, most, answer50, answer99, late99, cpu_us, cpu_each[WATCHED_MAX], own;
        uint32_t sent, shown, answered, over;
        bool ok, hopeless;
};

static void get_code(void)
{
        struct conn *phone;
        int64_t until = wire_now() + 10 * SECOND_NS;
        while ((phone = talk_idle_phone()) == NULL && wire_now() < until)
                wire_poll(wire_now() + SECOND_NS / 100);
        door_code[0] = 0;
        if (phone != NULL)
                talk_ask_code(phone);
        while (door_code[0] == 0 && wire_now() < until)
                wire_poll(wire_now() + SECOND_NS / 100);
        if (door_code[0] == 0)
                load_stop("the sign got no code");
}

/* Draws up the check-ins that are due. */
static int64_t begin_due(int64_t due, int64_t now, int64_t end, double rate)
{
        while (due <= now && due < end) {
                uint32_t person = take_person();
                if (n_visits == VISITS_MOST || person == NONE)
                        load_stop("more check-ins than people");
                visits[n_visits++] = (struct visit){.due = due, .noticed = now, .person = person};
                live++;
                double u = (double)wire_draw(UINT64_C(1) << 50) / (double)(UINT64_C(1) << 50);
                due += (int64_t)(-log(1 - u) / rate * (double)SECOND_NS);
        }
        return due;
}

static void measure(struct result *r)
{
        uint32_t n = n_visits - phase_first, shown = 0, answered = 0;
        double *card = calloc((size_t)n * 3 + 1, sizeof *card), *answer = card + n, *late = answer + n;
        if (card == NULL)
                load_stop("no memory");
        for (uint32_t i = 0; i < n; i++) {
                const struct visit *v = &visits[phase_first + i];
                late[i] = (double)(v->noticed - v->due) / 1e6;
                if (v->shown)
                        card[shown++] = (double)(v->shown - v->due) / 1e6;
                if (v->answered)
                        answer[answered++] = (double)(v->answered - v->due) / 1e6;
        }
        watch_sort(card, shown);
        watch_sort(answer, answered);
        watch_sort(late, n);
        r->sent = n;
        r->shown = shown;
        r->answered = answered;
        r->p50 = watch_percentile(card, shown, 0.5);
        r->p99 = watch_percentile(card, shown, 0.99);
        r->p999 = watch_percentile(card, shown, 0.999);
        r->most = watch_percentile(card, shown, 1);
        r->answer50 = watch_percentile(answer, answered, 0.5);
        r->answer99 = watch_percentile(answer, answered, 0.99);
        r->late99 = watch_percentile(late, n, 0.99);
        r->ok = !r->hopeless && shown == n && answered == n && r->p99 < options.limit_ms;
        free(card);
}

static void count_cpu(struct result *r, int sign)
{
        r->cpu_us += sign * watch_cpu_s(WATCHED_MAX) * 1e6;
        for (uint32_t i = 0; i < options.n_watched; i++)
                r->cpu_each[i] += sign * watch_cpu_s(i) * 1e6;
        r->own += sign * (double)clock() / CLOCKS_PER_SEC;
}

static void forget_unsent(uint32_t unsent)
{
        while (n_visits > unsent) {
                free_people.list[(free_people.first + free_people.n++) % free_people.room] =
                        visits[--n_visits].person;
                live--;
        }
}

static struct result run_phase(double rate, double seconds)
{
        struct result r = {.rate = rate};
        get_code();
        uint32_t unsent = n_visits, over_before = n_over;
        phase_first = n_visits;
        counts.answered = counts.shown = 0;
        count_cpu(&r, -1);
        int64_t start = wire_now(), end = start + (int64_t)(seconds * (double)SECOND_NS), due = start, now;
        while ((now = wire_now()) < end || unsent < n_visits) {
                due = begin_due(due, now, end, rate);
                speak(&unsent);
                double behind = (double)(n_visits - phase_first - counts.shown);
                if (behind > 200 + rate * 1.5 || now > end + 5 * SECOND_NS) {
                        r.hopeless = true;
                        break;
                }
                wire_poll(due < end ? due : now + SECOND_NS / 1000);
        }
        forget_unsent(unsent);
        uint32_t sent = n_visits - phase_first;
        int64_t until = wire_now() + (r.hopeless ? 10 : 4) * SECOND_NS;
        while ((counts.shown < sent || counts.answered < sent) && wire_now() < until) {
                speak(&unsent);
                wire_poll(wire_now() + SECOND_NS / 500);
        }
        count_cpu(&r, 1);
        r.own /= (double)(wire_now() - start) / 1e9;
        r.over = n_over - over_before;
        measure(&r);
        return r;
}

/* Everybody leaves, as fast as the hub takes it; what is left after a while is given up. */
static void everybody_leaves(void)
{
        uint32_t unsent = n_visits, before = n_over;
        int64_t now = wire_now(), progress = now;
        empty_now = true;
        while (live > 0 && now - progress < 5 * SECOND_NS) {
                speak(&unsent);
                wire_poll(now + SECOND_NS / 500);
                now = wire_now();
                if (n_over != before) {
                        before = n_over;
                        progress = now;
                }
        }
        empty_now = false;
        if (live > 0)
                printf("left_over visits=%" PRIu32 "\n", live);
}

static void tell(const char *what, const struct result *r)
{
        double n = r->shown ? (double)r->shown : (double)NAN;
        printf("%s n=%" PRIu32 " tls=%d whole=%d rate=%.0f sent=%" PRIu32 " shown=%" PRIu32
               " answered=%" PRIu32 " over=%" PRIu32
               " p50_ms=%.3f p99_ms=%.3f p999_ms=%.3f most_ms=%.3f answer50_ms=%.3f "
               "answer99_ms=%.3f late99_ms=%.3f cpu_us=%.1f",
                what, options.handhelds, options.ca != NULL, options.whole, r->rate, r->sent, r->shown,
                r->answered, r->over, r->p50, r->p99, r->p999, r->most, r->answer50, r->answer99, r->late99,
                r->cpu_us / n);
        for (uint32_t i = 0; i < options.n_watched; i++)
                printf(" cpu%" PRIu32 "_us=%.1f", i, r->cpu_each[i] / n);
        printf(" own_cpu=%.2f wrong=%" PRIu32 " twice=%" PRIu32 " refused=%" PRIu32 " dropped=%" PRIu32
               " %s\n",
                r->own, counts.wrong, counts.twice, counts.refused, counts.dropped, r->ok ? "ok" : "missed");
        fflush(stdout);
}

static bool step_holds(double rate)
{
        for (int tries = 0; tries < 3; tries++) {
                struct result r = run_phase(rate, options.seconds);
                tell("step", &r);
                everybody_leaves();
                if (r.ok)
                        return true;
                if (r.hopeless && tries > 0)
                        return false;
        }
        return false;
}

/* Up in steps of 1.6, each tried three times (machines are noisy), then three times halfway. */
static void ramp(void)
{
        double good = 0, bad = 0;
        for (double rate = options.rates[0]; rate <= options.ramp_most && bad <= 0; rate *= 1.6)
                *(step_holds(rate) ? &good : &bad) = rate;
        for (int i = 0; i < 3 && bad > 0; i++) {
                double rate = good > 0 ? sqrt(good * bad) : bad / 2;
                *(step_holds(rate) ? &good : &bad) = rate;
        }
        printf("most n=%" PRIu32 " tls=%d whole=%d per_s=%.0f\n", options.handhelds, options.ca != NULL,
                options.whole, good);
}

/* ---- the program ---- */
static void connect_all(struct conn *list, uint32_t n, const uint32_t *ready)
{
        uint32_t opened = 0, before = 0;
        int64_t progress = wire_now();
        while (*ready < n) {
                while (opened < n && opened - *ready < CONNECTING_MOST)
                        wire_open(&list[opened++]);
                wire_poll(wire_now() + SECOND_NS / 10);
                if (*ready != before)
                        progress = wire_now();
                before = *ready;
                if (wire_now() - progress > 20 * SECOND_NS || counts.dropped > 0)
                        load_stop("only %" PRIu32 " of %" PRIu32 " came in", *ready, n);
        }
}

static void connect_handhelds(void)
{
        double cpu = watch_cpu_s(WATCHED_MAX), rss = watch_rss_kb(WATCHED_MAX), n = options.handhelds;
        double front = watch_rss_kb(0);
        int64_t start = wire_now();
        connect_all(handhelds, options.handhelds, &n_handhelds_ready);
        double took = (double)(wire_now() - start) / 1e9;
        cpu = watch_cpu_s(WATCHED_MAX) - cpu;
        for (int64_t until = wire_now() + SECOND_NS; wire_now() < until;)
                wire_poll(until);
        printf("idle n=%" PRIu32
               " tls=%d connect_s=%.2f connects_per_s=%.0f connect_cpu_us=%.0f rss_before_kb=%.0f "
               "rss_per_handheld_kb=%.2f front_rss_per_handheld_kb=%.2f\n",
                options.handhelds, options.ca != NULL, took, n / took, cpu * 1e6 / n, rss,
                (watch_rss_kb(WATCHED_MAX) - rss) / n, (watch_rss_kb(0) - front) / n);
        fflush(stdout);
}

static void prepare(void)
{
        uint32_t group = people_group(options.handhelds);
        struct rlimit files;
        getrlimit(RLIMIT_NOFILE, &files);
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
        signal(SIGPIPE, SIG_IGN);
        prctl(PR_SET_TIMERSLACK, 1);
        if (ids_init() != 0)
                load_stop("no random numbers");
        if (options.seed == 0)
                ids_random(&options.seed, sizeof options.seed);
        printf("seed=%" PRIu32 "\n", options.seed);
        wire_start();
        if (!options.keyless && !people_keys(options.handhelds))
                load_stop("no keys");
        visits = calloc(VISITS_MOST, sizeof *visits);
        handhelds = calloc(options.handhelds, sizeof *handhelds);
        if (visits == NULL || handhelds == NULL)
                load_stop("no memory");
        ring_start(&free_people.list, free_people.room = free_people.n = PEOPLE_GROUP);
        ring_start(&to_leave.list, to_leave.room = VISITS_MOST);
        for (uint32_t i = 0; i < PEOPLE_GROUP; i++) {
                uint32_t at = (uint32_t)wire_draw(i + 1);
                free_people.list[i] = free_people.list[at];
                free_people.list[at] = group * PEOPLE_GROUP + i;
        }
        for (uint32_t i = 0; i < options.handhelds; i++)
                handhelds[i] = (struct conn){.handheld = true, .index = i, .open = NONE, .visit = NONE};
        for (uint32_t i = 0; i < PHONES; i++)
                phones[i] = (struct conn){.index = i, .open = NONE, .visit = NONE};
}

static uint32_t numbers(char *text, double *out, uint32_t most)
{
        uint32_t n = 0;
        char *save = NULL;
        for (char *t = strtok_r(text, ",", &save); t && n < most; t = strtok_r(NULL, ",", &save))
                out[n++] = strtod(t, NULL);
        return n;
}

static void read_options(int argc, char **argv)
{
        static const char usage[] = "load --port PORT [--ca FILE] [--handhelds N] [--rate R,R...] [--seconds "
                                    "S] [--warm S] [--whole] [--keyless]\n"
                                    "     [--ramp | --idle | --restart] [--watch PID,PID] [--seed N]";
        static const struct option table[] = {{"port", 1, NULL, 'p'}, {"ca", 1, NULL, 'c'},
                {"handhelds", 1, NULL, 'n'}, {"rate", 1, NULL, 'r'}, {"seconds", 1, NULL, 's'},
                {"warm", 1, NULL, 'w'}, {"whole", 0, NULL, 'v'}, {"ramp", 0, NULL, 'm'},
                {"idle", 0, NULL, 'i'}, {"restart", 0, NULL, 'b'}, {"keyless", 0, NULL, 'k'},
                {"watch", 1, NULL, 'P'}, {"seed", 1, NULL, 'e'}, {0}};
        double pids[WATCHED_MAX];
        int c;
        while ((c = getopt_long(argc, argv, "", table, NULL)) != -1) {
                if (c == 'p')
                        options.port = (int)strtol(optarg, NULL, 10);
                else if (c == 'c')
                        options.ca = optarg;
                else if (c == 'n')
                        options.handhelds = (uint32_t)strtoul(optarg, NULL, 10);
                else if (c == 'r')
                        options.n_rates = numbers(optarg, options.rates, ARRAY_LEN(options.rates));
                else if (c == 's')
                        options.seconds = strtod(optarg, NULL);
                else if (c == 'w')
                        options.warm = strtod(optarg, NULL);
                else if (c == 'v' || c == 'm' || c == 'i')
                        *(c == 'v' ? &options.whole : c == 'm' ? &options.ramp : &options.idle) = true;
                else if (c == 'k')
                        options.keyless = true;
                else if (c == 'b')
                        options.restart = true;
                else if (c == 'e')
                        options.seed = (uint32_t)strtoul(optarg, NULL, 10);
                else if (c == 'P')
                        options.n_watched = numbers(optarg, pids, WATCHED_MAX);
                else
                        load_stop("%s", usage);
        }
        for (uint32_t i = 0; i < options.n_watched; i++)
                options.watched[i] = (int)pids[i];
        if (options.port <= 0 || options.handhelds < people_handhelds(0) || options.n_rates == 0)
                load_stop("%s", usage);
}

/* 0; 1: an answer was wrong, or a card lost. Times fail nothing here. */
int main(int argc, char **argv)
{
        uint32_t missing = 0;
        read_options(argc, argv);
        prepare();
        connect_all(phones, PHONES, &n_phones_ready);
        connect_handhelds();
        if (!options.idle && options.warm > 0) {
                run_phase(options.rates[0], options.warm);
                everybody_leaves();
        }
        if (!options.idle && options.ramp)
                ramp();
        for (uint32_t i = 0; !options.idle && !options.ramp && i < options.n_rates; i++) {
                struct result r = run_phase(options.rates[i], options.seconds);
                tell("load", &r);
                missing += r.sent - r.shown + r.sent - r.answered;
                if (options.restart)
                        missing += !back_measure();
                everybody_leaves();
        }
        return missing || counts.wrong || counts.twice ||
               (!options.ramp && (counts.refused || counts.dropped));
}
