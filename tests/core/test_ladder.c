/* The ladder as a table: every state that an alert can stand in, and every small store; then larger ones by
 * chance. */
#include "server/core/ladder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const int32_t all_ms[RUNGS] = {0, 25, 60, 20, 20, 15, 10, 25};

/* ---- how it stands -> what to do ---- */
static struct ladder_at at_of(uint32_t bits, enum rung rung, enum if_busy word)
{
        return (struct ladder_at){.rung = rung,
                .word = word,
                .hers = bits & 1,
                .held = bits & 2,
                .refused = bits & 4,
                .rung_over = bits & 8,
                .all_over = bits & 16,
                .own_free = (bits & 32) && (bits & 1),
                .others = bits & 64,
                .held_own = (bits & 128) && (bits & 3) == 3};
}

/* The drawing of ladder.h once more, as sentences. */
static enum ladder_do drawn(const struct ladder_at *a)
{
        bool high = a->rung > RUNG_ASK, lasts = a->held && !a->rung_over;
        bool alone = a->hers && !(high && a->word == IF_BUSY_OTHER);
        if (a->all_over)
                return LADDER_NOBODY;
        if (high && lasts)
                return LADDER_STAY;
        if (alone && !a->held_own && a->own_free)
                return LADDER_OWN;
        if (alone && a->rung != RUNG_ASK && lasts)
                return LADDER_STAY;
        if (alone && a->word == IF_BUSY_LOOK)
                return LADDER_NOBODY;
        if (alone && a->word == IF_BUSY_WAIT && a->held && !a->held_own)
                return LADDER_TAKE;
        if (alone && a->word == IF_BUSY_WAIT)
                return a->refused ? LADDER_NOBODY : LADDER_STAY;
        if (alone && a->word == IF_BUSY_ASK)
                return a->rung != RUNG_ASK ? LADDER_ASK : a->rung_over ? LADDER_NOBODY : LADDER_STAY;
        if (lasts)
                return LADDER_STAY;
        if (a->others)
                return LADDER_CLIMB;
        return a->refused && !a->held ? LADDER_NOBODY : LADDER_STAY;
}

static void every_state_is_as_drawn(void **state)
{
        (void)state;
        for (uint32_t bits = 0; bits < 256; bits++)
                for (int rung = RUNG_NONE; rung < RUNGS; rung++)
                        for (int word = IF_BUSY_ASK; word <= IF_BUSY_LOOK; word++) {
                                struct ladder_at a = at_of(bits, (enum rung)rung, (enum if_busy)word);
                                if (ladder_step(&a) != drawn(&a))
                                        fail_msg("bits %u, rung %s, word %d: %d, drawn is %d", bits,
                                                rung_word((enum rung)rung), word, ladder_step(&a), drawn(&a));
                        }
}

static void what_holds_in_every_state(void **state)
{
        (void)state;
        for (uint32_t bits = 0; bits < 256; bits++)
                for (int rung = RUNG_NONE; rung < RUNGS; rung++)
                        for (int word = IF_BUSY_ASK; word <= IF_BUSY_LOOK; word++) {
                                struct ladder_at a = at_of(bits, (enum rung)rung, (enum if_busy)word);
                                enum ladder_do what = ladder_step(&a);
                                assert_true(!a.all_over || what == LADDER_NOBODY);
                                assert_true(what != LADDER_CLIMB || (a.others && ladder_wants_others(&a)));
                                /* Nobody else is asked without her word, whatever was before. */
                                assert_true(what != LADDER_CLIMB || !a.hers || a.word == IF_BUSY_OTHER);
                                assert_true(what != LADDER_ASK || (a.hers && a.word == IF_BUSY_ASK));
                                assert_true(what != LADDER_OWN || (a.hers && a.own_free && !a.held_own));
                                /* And nobody keeps it whose turn is over, if she waits for her own. */
                                assert_true(what != LADDER_STAY || !a.hers || a.word != IF_BUSY_WAIT ||
                                            !a.held || a.held_own || !a.rung_over);
                                /* Whoever cannot be asked makes no difference where others do not count. */
                                struct ladder_at b = a;
                                b.others = !b.others;
                                assert_true(ladder_wants_others(&a) || ladder_step(&b) == what);
                        }
}

/* ---- who ---- */
static struct ladder_person person_of(uint32_t bits, uint32_t id)
{
        return (struct ladder_person){.id = id,
                .free = bits & 1,
                .asked = bits & 2,
                .own = bits & 4,
                .stand_in = bits & 8,
                .manager = bits & 16,
                .speaks = bits & 32,
                .department = bits & 64,
                .shares = (bits & 64) ? 1 : 0,
                .has = id & 1};
}

static uint32_t most_of(enum rung rung)
{
        return rung <= RUNG_STAND_IN ? 1 : rung == RUNG_DEPARTMENT ? 3 : 4;
}

static bool may(enum rung rung, const struct ladder_person *p)
{
        if (!p->free || p->asked)
                return false;
        if (rung == RUNG_OWN)
                return p->own;
        if (rung == RUNG_STAND_IN)
                return !p->own && !p->manager && (p->stand_in || p->shares);
        if (rung == RUNG_DEPARTMENT)
                return p->department && !p->manager;
        return rung == RUNG_FLOOR ? !p->manager : rung == RUNG_MANAGER && p->manager;
}

/* Where she comes among all who may: the order that P81 says, written as one number. */
static uint64_t order(enum rung rung, const struct ladder_person *p)
{
        uint64_t first = rung == RUNG_STAND_IN ? (p->stand_in ? 0u : 1u) : (p->speaks ? 0u : 1u);
        uint64_t second = rung == RUNG_STAND_IN ? 255u - p->shares : 0;
        return first << 60 | second << 48 | (uint64_t)p->has << 32 | p->id;
}

static void check_pick(enum rung rung, const struct ladder_person *all, uint32_t n)
{
        uint32_t out[LADDER_PLACES], fits = 0, got = ladder_pick(rung, all, n, out);
        for (uint32_t i = 0; i < n; i++)
                fits += may(rung, &all[i]);
        assert_int_equal(got, fits < most_of(rung) ? fits : most_of(rung));
        for (uint32_t i = 0; i < got; i++) {
                uint32_t before = 0;
                assert_true(out[i] < n && may(rung, &all[out[i]]));
                for (uint32_t k = 0; k < n; k++)
                        before += may(rung, &all[k]) && order(rung, &all[k]) < order(rung, &all[out[i]]);
                assert_int_equal(
                        before, i); /* so many come before her: she is the right one, and no other twice */
        }
}

static void check_next(enum rung after, const int32_t ms[RUNGS], const struct ladder_person *all, uint32_t n)
{
        uint32_t out[LADDER_PLACES], n_out = 99;
        enum rung got = ladder_next(after, ms, all, n, out, &n_out), want = RUNG_NONE;
        for (int round = 0; round < 2 && want == RUNG_NONE; round++)
                for (int rung = RUNG_STAND_IN; rung <= RUNG_MANAGER && want == RUNG_NONE; rung++) {
                        bool later = after < RUNG_STAND_IN || after >= RUNG_MANAGER || rung > (int)after;
                        bool any = false;
                        for (uint32_t i = 0; i < n; i++)
                                any |= may((enum rung)rung, &all[i]);
                        if (any && ms[rung] && (later || round == 1))
                                want = (enum rung)rung;
                }
        if (got != want)
                fail_msg("after %s: %s, expected %s", rung_word(after), rung_word(got), rung_word(want));
        assert_true((n_out > 0) == (got != RUNG_NONE));
}

/* Every store of two people, and every rung. */
static void every_small_store(void **state)
{
        (void)state;
        for (uint32_t one = 0; one < 128; one++)
                for (uint32_t two = 0; two < 128; two++) {
                        struct ladder_person all[2] = {person_of(one, 7), person_of(two, 4)};
                        for (int rung = RUNG_NONE; rung < RUNGS; rung++) {
                                if (rung == RUNG_OWN || (rung >= RUNG_STAND_IN && rung <= RUNG_MANAGER))
                                        check_pick((enum rung)rung, all, 2);
                                check_next((enum rung)rung, all_ms, all, 2);
                        }
                }
}

static uint64_t random_of(uint64_t *s)
{
        uint64_t z = (*s += UINT64_C(0x9E3779B97F4A7C15));
        z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
        z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
        return z ^ (z >> 31);
}

static uint64_t seed_of(void)
{
        const char *text = getenv("MAITRED_SEED");
        uint64_t seed = text ? strtoull(text, NULL, 10) : 20261122;
        printf("MAITRED_SEED=%llu\n", (unsigned long long)seed);
        return seed;
}

static void larger_stores_by_chance(void **state)
{
        (void)state;
        uint64_t s = seed_of();
        for (int round = 0; round < 3000; round++) {
                struct ladder_person all[24];
                int32_t ms[RUNGS];
                uint32_t n = (uint32_t)(random_of(&s) % 25);
                for (uint32_t i = 0; i < n; i++) {
                        all[i] = person_of((uint32_t)random_of(&s) & 127, 100 + (i * 7) % 24);
                        all[i].shares = (uint8_t)(random_of(&s) % 3);
                        all[i].has = (uint32_t)(random_of(&s) % 3);
                        all[i].free |= random_of(&s) % 2 == 0;
                }
                for (int rung = 0; rung < RUNGS; rung++)
                        ms[rung] = random_of(&s) % 5 ? 10 : 0;
                for (int rung = RUNG_STAND_IN; rung <= RUNG_MANAGER; rung++)
                        check_pick((enum rung)rung, all, n);
                for (int rung = RUNG_NONE; rung < RUNGS; rung++)
                        check_next((enum rung)rung, ms, all, n);
        }
}

/* A whole climb in which nobody ever answers: everybody is asked once, and then it ends. */
static void nobody_is_asked_twice_in_a_climb(void **state)
{
        (void)state;
        uint64_t s = seed_of();
        for (int round = 0; round < 2000; round++) {
                struct ladder_person all[12];
                uint32_t n = 1 + (uint32_t)(random_of(&s) % 12), asked = 0, out[LADDER_PLACES], n_out;
                enum rung rung = RUNG_OWN;
                for (uint32_t i = 0; i < n; i++) {
                        all[i] = person_of((uint32_t)random_of(&s) & 127, i + 1);
                        all[i].free = true;
                        all[i].asked = all[i].own = false;
                }
                for (int turn = 0; (rung = ladder_next(rung, all_ms, all, n, out, &n_out)) != RUNG_NONE;
                        turn++) {
                        assert_true(turn < 64);
                        for (uint32_t i = 0; i < n_out; i++) {
                                assert_false(all[out[i]].asked);
                                all[out[i]].asked = true;
                                asked++;
                        }
                }
                assert_int_equal(asked, n);
        }
}

static void a_wish_names_departments(void **state)
{
        (void)state;
        const char *names[] = {"Shoes", "Women", "", "Men"};
        assert_int_equal(
                ladder_wished("find shoes for women", names, 4), 1 | 2); /* "women" says nothing of "Men" */
        assert_int_equal(ladder_wished("SHOES", names, 4), 1);
        assert_int_equal(ladder_wished("a coat", names, 4), 0);
        assert_int_equal(ladder_wished("", names, 4), 0);
        assert_int_equal(ladder_wished("shoe", names, 4), 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(every_state_is_as_drawn),
                cmocka_unit_test(what_holds_in_every_state),
                cmocka_unit_test(every_small_store),
                cmocka_unit_test(larger_stores_by_chance),
                cmocka_unit_test(nobody_is_asked_twice_in_a_climb),
                cmocka_unit_test(a_wish_names_departments),
        };
        return cmocka_run_group_tests_name("ladder", tests, NULL, NULL);
}
