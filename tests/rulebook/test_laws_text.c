/* Explanations are faithful and minimal, printing and parsing undo one another, and nothing is allocated
 * while something is judged. How much: laws.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
/* cmocka wants the four above */
#include <cmocka.h>

#include "server/rulebook/analyse.h"
#include "tests/rulebook/laws.h"

/* ---- explanations ---- */
static uint64_t bit_of(int rule)
{
        return rule < 0 ? 0 : UINT64_C(1) << rule;
}

static struct verdict judge_by(const struct set_book *sets, uint64_t rules, const struct set_case *it)
{
        struct rulebook *book = set_book_parse(sets, rules);
        struct verdict v = laws_judge(book, it, LEVEL_HIDE, CHOICE_NONE);
        rulebook_destroy(book);
        return v;
}

/* The cited rules alone give the same level. Without the cited limit more is seen; without the cited show
 * nothing is. (Of a hidden line the show is cited too: the explanation is that it would show the line and the
 * limit hides it.) */
static void explanations_are_faithful_and_minimal(void **state)
{
        (void)state;
        static struct set_book sets;
        struct chance c = {chance_seed("explanations")};
        uint32_t by_limit = 0, by_nothing = 0, n = laws_some(100000);
        for (uint32_t i = 0; i < n; i++) {
                struct set_case it;
                set_book_random(&c, &sets, 12, 0);
                struct rulebook *book = laws_parse(&sets);
                set_case_make(&c, &sets, laws_line(&c), &it);
                struct verdict v = laws_judge(book, &it, LEVEL_HIDE, CHOICE_NONE);
                struct citation cited = rulebook_cite(book, &v);
                uint64_t show = bit_of(cited.show), limit = bit_of(cited.limit);
                struct verdict alone = judge_by(&sets, show | limit, &it);
                struct verdict all = judge_by(&sets, v.shows | v.limits, &it);
                bool faithful = alone.level == v.level && all.level == v.level && all.may_say == v.may_say;
                bool needs_limit = cited.limit < 0 || judge_by(&sets, show, &it).level > v.level;
                bool needs_show = v.level == LEVEL_HIDE ? cited.show < 0 || cited.limit >= 0
                                                        : judge_by(&sets, limit, &it).level == LEVEL_HIDE;
                if (!faithful || !needs_limit || !needs_show)
                        fail_msg("%s: cited %s and %s; faithful %d, needs the limit %d, the show %d\n%s",
                                level_word(v.level), rulebook_rule_id(book, cited.show),
                                rulebook_rule_id(book, cited.limit), faithful, needs_limit, needs_show,
                                rulebook_text(book));
                by_limit += cited.limit >= 0;
                by_nothing += cited.show < 0;
                rulebook_destroy(book);
        }
        assert_true(by_limit > n / 50 && by_nothing > n / 50);
        laws_row("explanations faithful and minimal", n);
}

/* ---- text ---- */
static void printing_and_parsing_undo_one_another(void **state)
{
        (void)state;
        static struct set_book sets;
        struct chance c = {chance_seed("round trip")};
        uint32_t n = laws_some(100000);
        for (uint32_t i = 0; i < n; i++) {
                struct rulebook_error error;
                set_book_random(&c, &sets, SET_RULES_MAX, 20);
                struct rulebook *book = laws_parse(&sets);
                struct rulebook *again = rulebook_parse(slice_of(rulebook_text(book)), &error);
                if (!again)
                        fail_msg("%d:%d %s\n%s", error.line, error.column, error.text, rulebook_text(book));
                assert_string_equal(rulebook_text(book), rulebook_text(again));
                assert_int_equal(book->n_rules, sets.n);
                assert_int_equal(again->n_rules, sets.n);
                assert_memory_equal(book->rules, again->rules, sizeof book->rules);
                assert_memory_equal(book->kinds, again->kinds, sizeof book->kinds);
                struct digest a = rulebook_digest(book), b = rulebook_digest(again);
                assert_memory_equal(&a, &b, sizeof a);
                rulebook_destroy(book);
                rulebook_destroy(again);
        }
        laws_row("books, parse(print(x)) == x", n);
}

/* ---- no memory is asked for ---- */
static uint64_t asked;
void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t of);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t of);
void *__wrap_realloc(void *p, size_t n);

void *__wrap_malloc(size_t n)
{
        asked++;
        return __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t of)
{
        asked++;
        return __real_calloc(n, of);
}

void *__wrap_realloc(void *p, size_t n)
{
        asked++;
        return __real_realloc(p, n);
}

static void judging_and_projecting_ask_for_no_memory(void **state)
{
        (void)state;
        static struct set_book sets;
        static struct world w;
        static struct view view;
        struct chance c = {chance_seed("no memory")};
        const struct person_fields person = {.first_name = "Ada",
                .last_name = "Berg",
                .hint = "green",
                .wish = "a coat",
                .sizes_ok = true};
        uint64_t before = asked;
        for (uint32_t i = 0; i < 200; i++) {
                struct set_case it;
                set_book_random(&c, &sets, 10, 30);
                struct rulebook *book = laws_parse(&sets);
                assert_true(asked > before); /* it is counted: a book needs memory */
                world_start(&w, "EUR");
                for (w.history.n_lines = 0; w.history.n_lines < 40; w.history.n_lines++)
                        world_random_line(&c, &w, &w.lines[w.history.n_lines]);
                set_case_make(&c, &sets, laws_line(&c), &it);
                before = asked;
                struct verdict v = laws_judge(book, &it, LEVEL_HIDE, CHOICE_NONE);
                rulebook_cite(book, &v);
                rulebook_judge_field(book, SUBJECT_NAME, &it.viewer, it.seen);
                project(book, book, &w.history, &person, &it.viewer, it.seen, &view);
                assert_int_equal(asked, before);
                rulebook_destroy(book);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(explanations_are_faithful_and_minimal),
                cmocka_unit_test(printing_and_parsing_undo_one_another),
                cmocka_unit_test(judging_and_projecting_ask_for_no_memory),
        };
        tuples_start();
        return cmocka_run_group_tests_name("rulebook_laws_text", tests, NULL, NULL);
}
