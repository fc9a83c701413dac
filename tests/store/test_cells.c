/* Which cells are told: small stores of random customers, and for each every set of visits that anybody could
 * work out of what is told by adding and subtracting, found by linear algebra: none has fewer than ten
 * customers. */
#include "tests/store/kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/hub/store/cells.h"

#define PRIME                                                                                                \
        2147483647 /* sums are worked out modulo this: what is no sum of whole numbers is none of these */
#define CELLS_IN 36
#define TEAMS    2
#define GROUPS   (TEAMS + 2)

static uint64_t seed;

static uint32_t draw(uint32_t below)
{
        seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
        return (uint32_t)(seed >> 33) % below;
}

/* ---- the reference: who is in which cell, one bit a customer ---- */
struct cube {
        struct cells groups[GROUPS];
        uint64_t people[TEAMS + 1][CELLS_BLOCK]; /* teams, the rest; of the newest block */
        int weeks;                               /* of it that are over */
        struct cells_told told;
};

#define LAST ((CELLS_BLOCKS - 1) * CELLS_BLOCK) /* the block that is looked at */

static void visit(struct cube *c, uint32_t group, int week, uint32_t person, uint32_t who)
{
        uint32_t both[] = {CELLS_STORE, group};
        for (int i = 0; i < 2; i++) {
                struct cell *cell = &c->groups[both[i]].week[week];
                cell->of++;
                cell_note(cell, person + 1, who);
        }
        if (week >= LAST)
                c->people[group - 1][week - LAST] |= UINT64_C(1) << person;
}

/* Teams that come to very few, to about ten, or to many; some weeks nobody. */
static void fill(struct cube *c, int weeks)
{
        static const uint32_t most[] = {3, 9, 13, 30};
        memset(c, 0, sizeof *c);
        c->weeks = weeks;
        for (uint32_t g = 1; g < GROUPS; g++) {
                uint32_t usual = most[draw(4)];
                for (int w = 0; w < weeks; w++) {
                        uint32_t n = draw(5) == 0 ? draw(4) : draw(usual + 1);
                        for (uint32_t i = 0; i < n; i++)
                                visit(c, g, LAST + w, draw(60), g * 10 + draw(5));
                }
        }
        cells_tell(c->groups, TEAMS, LAST + weeks, &c->told);
}

/* ---- linear algebra ---- */
struct space {
        int n, width;
        int64_t row[96][CELLS_IN];
        int pivot[96];
};

static int64_t power(int64_t base, int64_t to)
{
        int64_t out = 1;
        for (; to; to >>= 1, base = base * base % PRIME)
                if (to & 1)
                        out = out * base % PRIME;
        return out;
}

/* Takes from v what the space has already. */
static void reduce(const struct space *s, int64_t *v)
{
        for (int i = 0; i < s->n; i++) {
                int64_t times = v[s->pivot[i]];
                for (int k = 0; times && k < s->width; k++)
                        v[k] = (v[k] + (PRIME - times) * s->row[i][k]) % PRIME;
        }
}

static void learn(struct space *s, int64_t *v)
{
        int at = 0;
        reduce(s, v);
        while (at < s->width && v[at] == 0)
                at++;
        if (at == s->width)
                return;
        int64_t inverse = power(v[at], PRIME - 2);
        for (int k = 0; k < s->width; k++)
                s->row[s->n][k] = v[k] * inverse % PRIME;
        for (int i = 0; i < s->n; i++) {
                int64_t times = s->row[i][at];
                for (int k = 0; times && k < s->width; k++)
                        s->row[i][k] = (s->row[i][k] + (PRIME - times) * s->row[s->n][k]) % PRIME;
        }
        s->pivot[s->n++] = at;
}

/* Everything that is told, as vectors over (group, week). */
static void learn_told(const struct cube *c, struct space *s)
{
        *s = (struct space){.width = (TEAMS + 1) * c->weeks};
        for (int w = 0; w < c->weeks; w++)
                for (uint32_t g = CELLS_STORE; g <= TEAMS; g++) {
                        int64_t v[CELLS_IN] = {0};
                        int n = g == CELLS_STORE                      ? c->told.store[LAST + w]
                                : c->told.stands[CELLS_BLOCKS - 1][g] ? c->told.teams[LAST + w]
                                                                      : 0;
                        if (n == 0)
                                continue;
                        int first = cells_from(LAST + w, n) - LAST;
                        for (int i = first; i < first + n; i++)
                                for (uint32_t t = 1; t <= TEAMS + 1; t++)
                                        if (g == CELLS_STORE || g == t)
                                                v[(int)(t - 1) * c->weeks + i] = 1;
                        learn(s, v);
                }
}

static bool can_be_worked_out(const struct space *s, uint64_t set)
{
        int64_t v[CELLS_IN];
        for (int k = 0; k < s->width; k++)
                v[k] = set >> k & 1;
        reduce(s, v);
        for (int k = 0; k < s->width; k++)
                if (v[k] != 0)
                        return false;
        return true;
}

static int people_in(const struct cube *c, uint64_t set)
{
        uint64_t all = 0;
        for (int k = 0; k < (TEAMS + 1) * c->weeks; k++)
                if (set >> k & 1)
                        all |= c->people[k / c->weeks][k % c->weeks];
        return __builtin_popcountll(all);
}

static void hides(const struct cube *c, const struct space *s, uint64_t set)
{
        int n = people_in(c, set);
        if (n > 0 && n < CELLS_LEAST_PEOPLE && can_be_worked_out(s, set))
                fail_msg("%d customers can be worked out (cells %llx of %d weeks)", n,
                        (unsigned long long)set, c->weeks);
}

/* Four weeks: every set of cells there is. */
static void test_nobody_is_worked_out_of_a_quarter(void **state)
{
        static struct cube c;
        static struct space s;
        int told = 0, teams = 0;
        (void)state;
        for (int i = 0; i < 120; i++) {
                fill(&c, CELLS_QUARTER);
                learn_told(&c, &s);
                for (uint64_t set = 1; set < 1u << s.width; set++)
                        hides(&c, &s, set);
                told += s.n > 0;
                teams += c.told.teams[LAST] != 0;
        }
        assert_true(told > 60 && teams > 10); /* and something is told */
}

/* Twelve: whatever is a row, a column, a rectangle, or a few cells. */
static void test_nor_out_of_a_block(void **state)
{
        static struct cube c;
        static struct space s;
        int twelve = 0;
        (void)state;
        for (int i = 0; i < 60; i++) {
                int weeks = i % 3 ? CELLS_BLOCK : 4 + (int)draw(8);
                fill(&c, weeks);
                learn_told(&c, &s);
                for (int n = 0; n < 4000; n++) {
                        uint64_t set = 0;
                        uint32_t columns = 1 + draw((1u << weeks) - 1), rows = 1 + draw(7);
                        for (int k = 0; k < s.width; k++)
                                if ((columns >> (k % weeks) & 1) && (rows >> (k / weeks) & 1))
                                        set |= UINT64_C(1) << k;
                        hides(&c, &s, set);
                }
                for (int a = 0; a < s.width; a++)
                        for (int b = a; b < s.width; b++)
                                for (int d = b; d < s.width; d++)
                                        hides(&c, &s, UINT64_C(1) << a | UINT64_C(1) << b | UINT64_C(1) << d);
                for (int w = 0; w < weeks; w++)
                        twelve += c.told.store[LAST + w] == CELLS_BLOCK;
        }
        assert_true(twelve > 0);
}

/* ---- by example ---- */
static void people(struct cube *c, uint32_t group, int week, uint32_t n, uint32_t from, uint32_t who)
{
        for (uint32_t i = 0; i < n; i++)
                visit(c, group, LAST + week, from + i, who ? who + i % CELLS_LEAST_ASSOCIATES : 0);
}

static void tell(struct cube *c, int weeks)
{
        cells_tell(c->groups, TEAMS, LAST + weeks, &c->told);
}

static void test_ten_are_told_nine_widen(void **state)
{
        static struct cube c;
        (void)state;
        memset(&c, 0, sizeof c);
        people(&c, 1, 0, 10, 0, 1);
        people(&c, 1, 1, 9, 0, 1);
        people(&c, 1, 2, 9, 9, 1);
        people(&c, 1, 3, 20, 0, 1);
        tell(&c, 2);
        assert_int_equal(c.told.store[LAST], 1);
        assert_int_equal(c.told.store[LAST + 1], 0); /* too few to tell, until its quarter is over */
        tell(&c, 4);
        assert_int_equal(c.told.store[LAST], 1); /* what was told stays told */
        assert_int_equal(c.told.store[LAST + 1], CELLS_QUARTER);
        assert_int_equal(c.told.store[LAST + 2], CELLS_QUARTER);
        assert_int_equal(c.told.store[LAST + 3], 1);
}

/* The quarter has fifty; its one thin week has nine, and the quarter would give them away. */
static void test_a_quarter_does_not_give_its_thin_week_away(void **state)
{
        static struct cube c;
        (void)state;
        memset(&c, 0, sizeof c);
        for (int w = 0; w < 3; w++)
                people(&c, 1, w, 20, 0, 1);
        people(&c, 1, 3, 9, 30, 1);
        tell(&c, 4);
        assert_int_equal(c.told.store[LAST + 2], 1);
        assert_int_equal(c.told.store[LAST + 3], 0);
        people(&c, 1, 9, 1, 50, 1); /* one more customer, in a later quarter */
        for (int w = 4; w < 9; w++)
                people(&c, 1, w, 20, 0, 1);
        people(&c, 1, 10, 20, 0, 1);
        people(&c, 1, 11, 20, 0, 1);
        tell(&c, 12);
        assert_int_equal(c.told.store[LAST + 3], CELLS_BLOCK);
        assert_int_equal(c.told.store[LAST + 9], CELLS_BLOCK);
        assert_int_equal(c.told.store[LAST + 8], 1);
}

static void test_teams_go_in_step(void **state)
{
        static struct cube c;
        (void)state;
        memset(&c, 0, sizeof c);
        for (int w = 0; w < 4; w++)
                people(&c, 1, w, 20, 0, 10);
        people(&c, 2, 0, 12, 20, 20);
        people(&c, 2, 1, 4, 20, 20);
        people(&c, 2, 2, 4, 24, 20);
        people(&c, 2, 3, 4, 28, 20);
        tell(&c, 4);
        assert_int_equal(c.told.teams[LAST], 1);
        for (int w = 1; w < 4; w++) {
                assert_int_equal(c.told.store[LAST + w], 1);
                assert_int_equal(c.told.teams[LAST + w], CELLS_QUARTER);
        }
        people(&c, 3, 2, 1, 40, 0); /* one who belongs to no team is left when they are subtracted */
        tell(&c, 4);
        assert_int_equal(c.told.teams[LAST], 1);
        assert_int_equal(c.told.teams[LAST + 1], 0);
}

static void test_two_associates_are_no_team(void **state)
{
        static struct cube c;
        (void)state;
        memset(&c, 0, sizeof c);
        people(&c, 1, 0, 20, 0, 10);
        for (uint32_t i = 0; i < 20; i++)
                visit(&c, 2, LAST, 20 + i, 20 + i % 2);
        tell(&c, 1);
        assert_int_equal(c.told.store[LAST], 1);
        assert_int_equal(c.told.teams[LAST], 0);
        visit(&c, 2, LAST, 40, 22);
        tell(&c, 1);
        assert_int_equal(c.told.teams[LAST], 1);
        people(&c, 3, 0, 12, 41, 0); /* the rest: nobody's doing */
        tell(&c, 1);
        assert_int_equal(c.told.teams[LAST], 1);
        visit(&c, 3, LAST, 41, 30); /* ... but for one of them, whose it then would be */
        tell(&c, 1);
        assert_int_equal(c.told.teams[LAST], 0);
}

/* Too thin in a quarter of the block before: it does not hold up the others any more. */
static void test_a_thin_team_joins_the_rest(void **state)
{
        static struct cube c;
        (void)state;
        memset(&c, 0, sizeof c);
        for (int w = -CELLS_BLOCK; w < 4; w++) {
                people(&c, 1, w, 20, 0, 10);
                people(&c, 2, w, w < -8 ? 4 : 12, 20, 20);
        }
        tell(&c, 4);
        assert_true(c.told.stands[CELLS_BLOCKS - 1][1]);
        assert_false(c.told.stands[CELLS_BLOCKS - 1][2]);
        assert_int_equal(c.told.teams[LAST], 1);
        assert_int_equal(c.told.teams[LAST - CELLS_BLOCK], 0); /* there it was a team, too thin to be told */
}

static void test_parts(void **state)
{
        struct cell parts[4] = {0};
        bool shown[4];
        (void)state;
        for (uint32_t i = 0; i < 4; i++)
                for (uint32_t p = 0; p < (i == 3 ? 4 : 10 + 10 * i); p++) {
                        parts[i].of++;
                        cell_note(&parts[i], 1 + 40 * i + p, 0);
                }
        cells_split(parts, 4, shown);
        assert_false(shown[3]);
        assert_false(shown[0]); /* else the four would be what is left */
        assert_true(shown[1] && shown[2]);
        cells_split(parts, 3, shown);
        assert_true(shown[0] && shown[1] && shown[2]);
        cells_split(parts + 3, 1, shown);
        assert_false(shown[0]);
}

int main(void)
{
        const char *text = getenv("MAITRED_SEED");
        seed = text ? strtoull(text, NULL, 10) : 20260310;
        print_message("seed %llu\n", (unsigned long long)seed);
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_nobody_is_worked_out_of_a_quarter),
                cmocka_unit_test(test_nor_out_of_a_block),
                cmocka_unit_test(test_ten_are_told_nine_widen),
                cmocka_unit_test(test_a_quarter_does_not_give_its_thin_week_away),
                cmocka_unit_test(test_teams_go_in_step),
                cmocka_unit_test(test_two_associates_are_no_team),
                cmocka_unit_test(test_a_thin_team_joins_the_rest),
                cmocka_unit_test(test_parts),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
