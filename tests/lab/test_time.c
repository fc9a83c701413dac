/* How long the lab takes: told, not judged, since the machine decides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
/* cmocka wants the four above */
#include <cmocka.h>

#include "server/lab/check.h"
#include "server/rulebook/analyse.h"
#include "tests/rulebook/model.h"

/* The example of twelve, as in test_check.c. */
static const char twelve[] =
        "rulebook corner version 7 store s12 notice visits 3\n"
        "R1: show full to seller of in-store, this-store mention ok because \"You sold it\"\n"
        "R2: show item to preferred of in-store because \"You are her associate\"\n"
        "R3: show kind to preferred of online, age <= 12 months because \"She shares what she buys online\"\n"
        "R4: show tally to department of in-store, this-store because \"Bought where you work\"\n"
        "R5: limit brand to everyone except seller of price >= 1000\n"
        "R6: never to everyone except preferred of online\n"
        "R7: never to anyone of gift\n"
        "R8: limit tally to trainee of anything\n"
        "R9: limit kind to anyone of anything when sensed\n"
        "R10: never to anyone of age > 36 months\n"
        "LAW: never firm to anyone of kind \"Pharmacy\"/\"Lingerie\"\n"
        "HQ: never firm to anyone of sensitive, other-store\n";

static double milliseconds(const struct timespec *from)
{
        struct timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        return (double)(now.tv_sec - from->tv_sec) * 1e3 + (double)(now.tv_nsec - from->tv_nsec) / 1e6;
}

static void the_twelve_rules_checked_whole(void **state)
{
        static char answer[LAB_ANSWER_MAX];
        struct lab_ground ground = {.live = NULL};
        struct lab_ask ask = {.text = slice_of(twelve)};
        struct timespec began;
        struct json_out out;
        (void)state;
        clock_gettime(CLOCK_MONOTONIC, &began);
        json_start(&out, answer, sizeof answer);
        assert_int_equal(lab_check(&ground, &ask, &out), 200);
        printf("# the twelve rules: %.1f ms\n", milliseconds(&began));
        assert_true(memmem(answer, out.len, "R6 is a guard", 13) && memmem(answer, out.len, "R5 marks", 8));
}

static void twenty_random_rules_analysed(void **state)
{
        struct chance c = {chance_seed("twenty rules")};
        static struct findings findings;
        uint32_t refused = 0;
        (void)state;
        for (int i = 0; i < 6; i++) {
                struct model_book model = {.n = 20};
                struct rulebook_error error;
                struct timespec began;
                static char text[MODEL_TEXT_MAX];
                for (int r = 0; r < model.n; r++)
                        model_rule_random(&c, &model.rules[r], r + 1, 0);
                model_book_text(&c, &model, text);
                struct rulebook *book = rulebook_parse(slice_of(text), &error);
                assert_non_null(book);
                clock_gettime(CLOCK_MONOTONIC, &began);
                int result = analyse_book(book, &findings);
                printf("# twenty random rules: %.0f ms, %llu cells%s\n", milliseconds(&began),
                        (unsigned long long)findings.cells, result ? ", refused" : "");
                assert_int_equal(result, findings.cells > ANALYSE_CELLS_MAX ? 1 : 0);
                refused += result == 1;
                rulebook_destroy(book);
        }
        assert_true(refused < 6);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(the_twelve_rules_checked_whole),
                cmocka_unit_test(twenty_random_rules_analysed),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
