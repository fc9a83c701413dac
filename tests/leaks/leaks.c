/* Pairs of days, many of them: everything that a viewer can observe is the same in both houses. Prints what
 * was tested, and of a failure the smallest pair of stores that still shows it. */
#include "tests/leaks/day.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define LANES_MAX 8

struct tally_of_all {
        uint64_t pairs, hide, differ, moved, added, dropped, changed, disguised, frames, cards, bytes, late,
                strikes, looked, empty_and_many;
        uint64_t viewers[WHO_COUNT], ops[OP_KINDS],
                failed_at; /* failed_at: number of the pair from 1, 0 = none */
        bool told;
};

static struct twin_house one, two;
static struct plan plans[CUSTOMERS];

/* ---- comparing ---- */
static const char *differ(const struct twin_house *a, const struct twin_house *b)
{
        struct hub_counts x, y;
        hub_count(a->hub, &x);
        hub_count(b->hub, &y);
        if (a->log.len != b->log.len || memcmp(a->log.bytes, b->log.bytes, a->log.len) != 0)
                return "what the viewer got";
        if (a->log.odd_sizes || b->log.odd_sizes)
                return "the size of a card's frame";
        if (memmem(a->log.bytes, a->log.len, MARK, 4) || memmem(b->log.bytes, b->log.len, MARK, 4))
                return "a hidden text was sent";
        if (a->log.work != b->log.work)
                return "how often the hub asked and wrote";
        if (memcmp(&x, &y, sizeof x) != 0)
                return "the hub's numbers";
        return NULL;
}

/* One pair by itself, in houses of its own. */
static const char *alone(const struct plan *p, uint64_t seed)
{
        twin_house_open(&one, p->books[0].text, seed);
        twin_house_open(&two, p->books[0].text, seed);
        plan_run(p, &one, 1, &p->twins.one);
        plan_run(p, &two, 1, &p->twins.two);
        const char *what = differ(&one, &two);
        twin_house_close(&one);
        twin_house_close(&two);
        return what;
}

/* ---- shrinking ---- */
static void drop(struct store *s, uint32_t at)
{
        memmove(s->rows + at, s->rows + at + 1, (s->n - at - 1) * sizeof s->rows[0]);
        s->n--;
}

static uint32_t twin_of(const struct store *s, uint32_t number)
{
        for (uint32_t i = 0; i < s->n; i++)
                if (s->rows[i].twin == number)
                        return i;
        return UINT32_MAX;
}

/* Keeps `smaller` if it is still a pair of twins and still fails. */
static bool keeps(struct plan *p, const struct plan *smaller, uint64_t seed)
{
        if (!twins_equal(&smaller->twins) || !alone(smaller, seed))
                return false;
        *p = *smaller;
        return true;
}

static bool shrink_rows(struct plan *p, uint64_t seed)
{
        static struct plan q;
        bool smaller = false;
        for (uint32_t i = p->twins.two.n; i-- > 0;) {
                if (i >= p->twins.two.n)
                        continue;
                q = *p;
                uint32_t first = twin_of(&q.twins.one, q.twins.two.rows[i].twin);
                if (q.twins.two.rows[i].twin != UINT32_MAX && first != UINT32_MAX)
                        drop(&q.twins.one, first);
                drop(&q.twins.two, i);
                smaller |= keeps(p, &q, seed);
        }
        for (uint32_t i = p->twins.one.n; i-- > 0;) {
                q = *p;
                if (i >= q.twins.one.n || twin_of(&q.twins.two, q.twins.one.rows[i].twin) != UINT32_MAX)
                        continue;
                drop(&q.twins.one, i);
                smaller |= keeps(p, &q, seed);
        }
        return smaller;
}

static bool shrink_ops(struct plan *p, uint64_t seed)
{
        static struct plan q;
        bool smaller = false;
        for (uint32_t i = p->n; i-- > 0;) {
                q = *p;
                memmove(q.ops + i, q.ops + i + 1, (q.n - i - 1) * sizeof q.ops[0]);
                q.n--;
                if (p->ops[i].kind != OP_WATCH && p->ops[i].kind != OP_PUBLISH && p->ops[i].kind != OP_SHARE)
                        smaller |= keeps(p, &q, seed);
        }
        return smaller;
}

static void print_store(const char *name, const struct plan *p, const struct store *s)
{
        printf("#   %s, %u rows\n", name, (unsigned)s->n);
        for (uint32_t i = 0; i < s->n && i < 30; i++) {
                const struct row *r = &s->rows[i];
                struct judged v =
                        p->twins.n_scenes ? twins_judge(&p->twins, r, 0) : (struct judged){.rule = -1};
                printf("#     %-5s: department %u, %s, %s, %s, %s, %s, %u-%02u, price %lld, seller %u, store "
                       "%u, %s%s%s%s\n",
                        level_word((enum level)v.level), r->department, r->kind, r->brand, r->item, r->size,
                        r->colour, r->year, r->month, (long long)r->price, (unsigned)r->seller,
                        (unsigned)r->store, r->channel ? "online" : "in-store", r->gift ? ", gift" : "",
                        r->status == STATUS_BOUGHT ? "" : ", not kept", r->choice ? ", her word" : "");
        }
}

/* Where the two logs part, with a little before it. */
static void print_parting(void)
{
        size_t at = 0, least = one.log.len < two.log.len ? one.log.len : two.log.len;
        while (at < least && one.log.bytes[at] == two.log.bytes[at])
                at++;
        size_t from = at > 60 ? at - 60 : 0;
        if (at == one.log.len && at == two.log.len)
                return;
        printf("#   first:  %.*s\n#   second: %.*s\n",
                (int)(one.log.len - from < 160 ? one.log.len - from : 160), one.log.bytes + from,
                (int)(two.log.len - from < 160 ? two.log.len - from : 160), two.log.bytes + from);
}

static void report(const struct plan *found, uint64_t seed, uint64_t day, uint64_t pair, const char *what)
{
        static struct plan p;
        p = *found;
        printf("# pair %llu: %s differs (MAITRED_SEED=%llu, day %llu)\n", (unsigned long long)pair, what,
                (unsigned long long)seed, (unsigned long long)day);
        if (!alone(&p, seed)) {
                printf("#   only after the pairs before it in the same houses\n");
                return;
        }
        for (int turns = 0; turns < 6 && (shrink_rows(&p, seed) | shrink_ops(&p, seed)); turns++)
                ;
        what = alone(&p, seed);
        printf("#   the smallest: %s; viewer %s%s; it happens:", what ? what : "nothing",
                twin_house_name(p.watched), p.preferred ? ", whom she chose" : "");
        for (uint32_t i = 0; i < p.n; i++)
                printf(" %s", op_name(p.ops[i].kind));
        printf("\n");
        print_store("first store", &p, &p.twins.one);
        print_store("second store", &p, &p.twins.two);
        print_parting();
}

/* ---- days ---- */
static uint64_t seed_of(uint64_t seed, uint64_t day)
{
        struct chance c = {seed ^ (day + 1) * UINT64_C(0xd1342543de82ef95)};
        return chance_next(&c);
}

static void note(struct tally_of_all *all, const struct plan *p)
{
        const struct twins *t = &p->twins;
        uint32_t hidden = 0;
        for (uint32_t i = 0; i < t->two.n && !hidden; i++) {
                hidden = 1;
                for (uint32_t s = 0; s < t->n_scenes; s++)
                        hidden &= twins_judge(t, &t->two.rows[i], s).level == LEVEL_HIDE;
        }
        all->hide += hidden || t->dropped;
        all->differ += t->dropped + t->added + t->changed > 0;
        all->moved += t->tallies_moved > 0;
        all->added += t->added;
        all->dropped += t->dropped;
        all->changed += t->changed;
        all->disguised += t->disguised;
        all->late += p->late;
        all->strikes += t->strikes;
        all->empty_and_many += t->two.n > t->one.n + 100;
        all->viewers[p->watched]++;
        for (uint32_t i = 0; i < p->n; i++)
                all->ops[p->ops[i].kind]++;
}

/* False: a pair failed. */
static bool a_day(struct tally_of_all *all, uint64_t seed, uint64_t day, uint64_t pairs)
{
        struct chance c = {seed_of(seed, day)};
        uint64_t own = c.state;
        twin_house_open(&one, "rulebook none version 1 store * notice n 1\n", own);
        twin_house_open(&two, "rulebook none version 1 store * notice n 1\n", own);
        const char *what = NULL;
        uint64_t done = 0;
        while (!what && done < CUSTOMERS && done < pairs) {
                struct plan *p = &plans[done];
                plan_random(&c, p);
                note(all, p);
                if (chance_of(&c, 2) && !twins_equal(&p->twins)) {
                        what = "the suite's own twins: nothing of the hub";
                        break;
                }
                plan_run(p, &one, (uint32_t)done + 1, &p->twins.one);
                plan_run(p, &two, (uint32_t)done + 1, &p->twins.two);
                what = differ(&one, &two);
                all->frames += one.log.frames;
                all->cards += one.log.cards;
                all->bytes += one.log.len;
                all->looked += one.log.cards + one.log.answers > 0;
                done++;
        }
        twin_house_close(&one);
        twin_house_close(&two);
        all->pairs += done;
        if (what) {
                all->failed_at = day * CUSTOMERS + done;
                report(&plans[done ? done - 1 : 0], own, day, all->failed_at, what);
        }
        return !what;
}

static void sum(struct tally_of_all *to, const struct tally_of_all *from)
{
        const uint64_t *f = &from->pairs;
        uint64_t *t = &to->pairs;
        for (size_t i = 0; i < offsetof(struct tally_of_all, failed_at) / 8; i++)
                t[i] += f[i];
        if (from->failed_at && (!to->failed_at || from->failed_at < to->failed_at))
                to->failed_at = from->failed_at;
}

static int says(const char *what, bool ok)
{
        printf("%s %s\n", ok ? "ok      " : "FAILED  ", what);
        return !ok;
}

static int verdict(const struct tally_of_all *all)
{
        char text[300];
        double pairs = all->pairs ? (double)all->pairs : 1;
        printf("# %llu pairs: %.1f %% hide rows, %.1f %% differ in hidden rows, %.1f %% move a tally inside "
               "its bucket; "
               "%llu dropped, %llu added, %llu changed, %llu changed above their level; %llu look only after "
               "a "
               "narrowing, %llu strike lines, %llu with over 100 hidden rows more\n",
                (unsigned long long)all->pairs, 100 * (double)all->hide / pairs,
                100 * (double)all->differ / pairs, 100 * (double)all->moved / pairs,
                (unsigned long long)all->dropped, (unsigned long long)all->added,
                (unsigned long long)all->changed, (unsigned long long)all->disguised,
                (unsigned long long)all->late, (unsigned long long)all->strikes,
                (unsigned long long)all->empty_and_many);
        printf("# %llu frames, %llu cards, %llu bytes; viewers:", (unsigned long long)all->frames,
                (unsigned long long)all->cards, (unsigned long long)all->bytes);
        for (enum who w = 1; w < WHO_COUNT; w++)
                printf(" %s %llu", twin_house_name(w), (unsigned long long)all->viewers[w]);
        printf("\n#");
        for (int i = 0; i < OP_KINDS; i++)
                printf(" %s %llu", op_name((enum op_kind)i), (unsigned long long)all->ops[i]);
        printf("\n");
        snprintf(text, sizeof text, "%llu pairs of days tell their viewer the same",
                (unsigned long long)all->pairs);
        int bad = says(text, !all->failed_at);
        if (all->failed_at)
                return bad;
        bad += says("at least 80 % of the pairs hide rows, and differ in them",
                (double)all->hide >= 0.8 * pairs && (double)all->differ >= 0.8 * pairs);
        bad += says("at least 10 % move a tally inside its bucket", (double)all->moved >= 0.1 * pairs);
        bad += says("in at least 60 % something of hers is shown to the viewer",
                (double)all->looked >= 0.6 * pairs);
        return bad;
}

int main(void)
{
        const char *given = getenv("MAITRED_SEED"), *many = getenv("MAITRED_LEAKS_PAIRS"),
                   *n_lanes = getenv("MAITRED_LANES"), *only = getenv("MAITRED_LEAKS_DAY");
        uint64_t seed = given ? strtoull(given, NULL, 0) : 20261122,
                 pairs = many ? strtoull(many, NULL, 0) : 100000;
        long lanes = n_lanes ? strtol(n_lanes, NULL, 10) : sysconf(_SC_NPROCESSORS_ONLN);
        lanes = lanes < 1 ? 1 : lanes > LANES_MAX ? LANES_MAX : lanes;
        if (sodium_init() < 0 ||
                !book_pool(getenv("MAITRED_BOOKS") ? getenv("MAITRED_BOOKS") : "config/rulebooks")) {
                fprintf(stderr, "cannot read the shipped books; MAITRED_BOOKS names their folder\n");
                return 1;
        }
        printf("# leaks: MAITRED_SEED=%llu MAITRED_LEAKS_PAIRS=%llu\n", (unsigned long long)seed,
                (unsigned long long)pairs);
        fflush(stdout);
        struct tally_of_all *all = mmap(
                NULL, LANES_MAX * sizeof *all, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (all == MAP_FAILED)
                return 1;
        if (only) {
                a_day(&all[0], seed, strtoull(only, NULL, 0), CUSTOMERS);
                return verdict(&all[0]) != 0;
        }
        uint64_t days = (pairs + CUSTOMERS - 1) / CUSTOMERS;
        for (long lane = 0; lane < lanes; lane++) {
                if (fork() != 0)
                        continue;
                bool ok = true;
                for (uint64_t day = (uint64_t)lane; ok && day < days; day += (uint64_t)lanes) {
                        for (long k = 0; k < lanes; k++)
                                ok &= !all[k].failed_at;
                        ok = ok && a_day(&all[lane], seed, day, pairs - day * CUSTOMERS);
                }
                fflush(stdout);
                _exit(0);
        }
        int status, ended_badly = 0;
        while (wait(&status) > 0)
                ended_badly += !WIFEXITED(status) || WEXITSTATUS(status) != 0;
        struct tally_of_all total = {0};
        for (long lane = 0; lane < lanes; lane++)
                sum(&total, &all[lane]);
        int bad = verdict(&total);
        if (ended_badly)
                printf("FAILED   a lane ended badly\n");
        return bad + ended_badly != 0;
}
