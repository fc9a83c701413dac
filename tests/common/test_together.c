/* When threads share a processor: by made-up looks, and by what the system then says of real threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <unistd.h>

#include "server/common/clock.h"
#include "server/common/together.h"

#define SPAN INT64_C(100000)

/* So many looks of one kind; returns how often it changed. */
static uint32_t looks(struct together_state *s, uint32_t n, int64_t ran_percent, int64_t waited_percent)
{
        uint32_t changes = 0;
        for (uint32_t i = 0; i < n; i++)
                changes += together_judge(s, ran_percent * SPAN / 100, waited_percent * SPAN / 100, 0, SPAN);
        return changes;
}

static void test_together_when_calm(void **state)
{
        struct together_state s = {0};
        (void)state;
        assert_int_equal(looks(&s, TOGETHER_CALM - 1, 10, 0), 0);
        assert_int_equal(looks(&s, 1, 90, 0), 0);
        assert_int_equal(looks(&s, TOGETHER_CALM - 1, 70, 0), 0);
        assert_false(s.together);
        assert_int_equal(looks(&s, 1, 70, 0), 1);
        assert_true(s.together);
        /* They wait for one another, and that is no reason to part. */
        assert_int_equal(looks(&s, 50, 60, 120), 0);
        assert_true(s.together);
}

static void test_apart_when_too_much(void **state)
{
        static const int64_t too_much[][2] = {{86, 0}, {10, 41}, {0, 11}};
        (void)state;
        for (size_t i = 0; i < ARRAY_LEN(too_much); i++) {
                struct together_state s = {0};
                looks(&s, TOGETHER_CALM, 10, 0);
                assert_true(s.together);
                assert_int_equal(looks(&s, 1, too_much[i][0], too_much[i][1]), 1);
                assert_false(s.together);
                assert_int_equal(looks(&s, 100, too_much[i][0], too_much[i][1]), 0);
        }
}

/* Two processes fill the one processor together: each runs half of the time and waits the other half. */
static void test_apart_when_never_at_rest(void **state)
{
        struct together_state s = {0};
        (void)state;
        looks(&s, TOGETHER_CALM, 10, 0);
        assert_true(s.together);
        assert_false(together_judge(&s, SPAN / 2, SPAN / 3, SPAN * TOGETHER_PERCENT / 100, SPAN));
        assert_true(together_judge(&s, SPAN / 2, SPAN / 2, SPAN, SPAN));
        assert_false(s.together);
}

/* Where others are in the way again and again they hardly ever try; after a long calm they do again. */
static void test_less_and_less(void **state)
{
        struct together_state s = {0};
        uint32_t before = 0, n;
        (void)state;
        for (int round = 0; round < 12; round++) {
                for (n = 1; looks(&s, 1, 10, 0) == 0; n++)
                        assert_true(n <= TOGETHER_CALM_MOST);
                assert_true(n > before || n == TOGETHER_CALM_MOST);
                before = n;
                assert_int_equal(looks(&s, 1, 10, 90), 1);
        }
        looks(&s, TOGETHER_CALM_MOST, 10, 0);
        assert_true(s.together);
        looks(&s, TOGETHER_SETTLED, 10, 0);
        assert_int_equal(looks(&s, 1, 10, 90), 1);
        assert_int_equal(looks(&s, TOGETHER_CALM, 10, 0), 1);
}

static int processors(void)
{
        cpu_set_t set;
        assert_int_equal(sched_getaffinity(0, sizeof set, &set), 0);
        return CPU_COUNT(&set);
}

/* By itself, by the system's own word; and back. */
static void test_real_thread(void **state)
{
        struct together t;
        int all = processors();
        (void)state;
        together_begin(&t);
        together_add(&t, 0);
        together_add(&t, gettid());
        assert_int_equal(t.n, 1);
        if (!t.possible)
                skip();
        int64_t now = clock_mono_us();
        /* An hour a look: whatever else the machine does is little of that. */
        for (int i = 0; i <= TOGETHER_CALM; i++)
                together_look(&t, now += HOUR_MS * 1000);
        assert_int_equal(processors(), 1);
        t.ran_us[0] -= HOUR_MS * 1000;
        together_look(&t, now += HOUR_MS * 1000);
        assert_int_equal(processors(), all);
        /* Not before it is time. */
        t.ran_us[0] -= HOUR_MS * 1000;
        int64_t looked = t.looked_us;
        together_look(&t, now + TOGETHER_LOOK_US - 1);
        assert_true(t.looked_us == looked);
}

/* Brings this thread to one processor; false: there is only one. */
static bool come_together(struct together *t, int64_t *now)
{
        together_begin(t);
        *now = clock_mono_us();
        for (int i = 0; t->possible && i <= TOGETHER_CALM; i++)
                together_look(t, *now += HOUR_MS * 1000);
        return t->possible;
}

/* One of them is no more, so how it goes cannot be known: the others do not stay on one processor for ever.
 */
static void test_given_up(void **state)
{
        struct together t;
        int all = processors();
        int64_t now;
        (void)state;
        if (!come_together(&t, &now))
                skip();
        assert_int_equal(processors(), 1);
        t.threads[t.n++] = INT32_MAX;
        together_look(&t, now += HOUR_MS * 1000);
        assert_int_equal(processors(), all);
        assert_false(t.possible);
}

static void *of_its_own(void *seen)
{
        int *n = seen;
        n[0] = processors();
        together_apart();
        n[1] = processors();
        return NULL;
}

/* Begun by one of those on one processor, with much to do: it need not be in their way. */
static void test_thread_of_its_own(void **state)
{
        struct together t;
        pthread_t thread;
        int all = processors(), seen[2];
        int64_t now;
        (void)state;
        if (!come_together(&t, &now))
                skip();
        assert_int_equal(pthread_create(&thread, NULL, of_its_own, seen), 0);
        pthread_join(thread, NULL);
        t.ran_us[0] -= HOUR_MS * 1000;
        together_look(&t, now += HOUR_MS * 1000);
        assert_int_equal(seen[0], 1);
        assert_int_equal(seen[1], all);
        assert_int_equal(processors(), all);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_together_when_calm),
                cmocka_unit_test(test_apart_when_too_much),
                cmocka_unit_test(test_apart_when_never_at_rest),
                cmocka_unit_test(test_less_and_less),
                cmocka_unit_test(test_real_thread),
                cmocka_unit_test(test_given_up),
                cmocka_unit_test(test_thread_of_its_own),
        };
        return cmocka_run_group_tests_name("together", tests, NULL, NULL);
}
