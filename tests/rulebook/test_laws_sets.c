/* The evaluator says what sets of tuples say: of lines, of fields, of what is held under a promise; and a
 * rule is refused exactly if nothing can match it. How much: laws.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
/* cmocka wants the four above */
#include <cmocka.h>

#include "tests/rulebook/laws.h"

/* ---- against the sets ---- */
static void a_rule_is_refused_exactly_if_nothing_can_match_it(void **state)
{
        (void)state;
        static struct set_book book;
        static char text[SET_TEXT_MAX];
        struct chance c = {chance_seed("empty boxes")};
        uint32_t refused = 0, n = laws_some(100000);
        for (uint32_t i = 0; i < n; i++) {
                struct rulebook_error error;
                set_book_start(&c, &book);
                set_rule_random(&c, &book, &book.rules[0], 1, 10);
                book.n = 1;
                set_book_text(&book, 1, text);
                struct rulebook *parsed = rulebook_parse(slice_of(text), &error);
                if ((parsed != NULL) != book.rules[0].possible)
                        fail_msg(
                                "%s:\n%s%s", parsed ? "accepted" : "refused", text, parsed ? "" : error.text);
                if (!parsed)
                        assert_non_null(strstr(error.text, "nothing can be all of this at once"));
                refused += !parsed;
                rulebook_destroy(parsed);
        }
        assert_in_range(refused, n / 50, n / 2);
        laws_row("rules, empty exactly if refused", n);
}

struct judged_case {
        struct set_case it;
        uint32_t tuple;
        enum level share;
        enum line_choice choice;
};

static void compare(const struct rulebook *book, const struct set_book *sets, const struct set_table *table,
        const struct judged_case *k, struct verdict got)
{
        struct set_opinion want = set_judge(sets, table, k->tuple, k->share, k->choice);
        if ((int)got.level == want.level && got.may_say == want.may_say && got.show_rule == want.rule &&
                got.shows == want.shows && got.limits == want.limits)
                return;
        fail_msg("C: %s say %d by %s, %llx lowered by %llx; sets: %s say %d by %s, %llx by %llx; tuple %u "
                 "share %s "
                 "choice %d\n%s",
                level_word(got.level), got.may_say, rulebook_rule_id(book, got.show_rule),
                (unsigned long long)got.shows, (unsigned long long)got.limits,
                level_word((enum level)want.level), want.may_say, rulebook_rule_id(book, want.rule),
                (unsigned long long)want.shows, (unsigned long long)want.limits, k->tuple,
                level_word(k->share), (int)k->choice, rulebook_text(book));
}

static void lines_are_judged_as_the_sets_say(void **state)
{
        (void)state;
        static struct set_book sets;
        static struct set_table table;
        struct chance c = {chance_seed("sets")};
        uint32_t levels[LEVEL_COUNT] = {0}, said = 0, lifted = 0, n = laws_some(10000000),
                 each = laws_percent() > 10 ? 1000 : 200;
        for (uint32_t i = 0; i < n; i++) {
                static struct rulebook *book;
                if (i % each == 0) {
                        rulebook_destroy(book);
                        set_book_random(&c, &sets, 14, 10);
                        set_table_make(&sets, ~UINT64_C(0), &table);
                        book = laws_parse(&sets);
                }
                struct judged_case k = {.tuple = laws_line(&c),
                        .share = chance_of(&c, 75) ? LEVEL_HIDE : (enum level)chance_below(&c, LEVEL_COUNT),
                        .choice = chance_of(&c, 90) ? CHOICE_NONE : (enum line_choice)chance_below(&c, 3)};
                set_case_make(&c, &sets, k.tuple, &k.it);
                struct verdict got = laws_judge(book, &k.it, k.share, k.choice);
                compare(book, &sets, &table, &k, got);
                levels[got.level]++;
                said += got.may_say;
                lifted += k.share > LEVEL_HIDE && got.level == k.share;
                if (i + 1 == n)
                        rulebook_destroy(book);
        }
        for (int l = 0; l < LEVEL_COUNT; l++)
                assert_true(levels[l] > n / 200); /* the cases are not all alike */
        assert_true(said > n / 100 && lifted > n / 100);
        laws_row("cases, evaluator against sets of tuples", n);
}

static void a_whole_world_is_judged_as_the_sets_say(void **state)
{
        (void)state;
        static struct set_book sets;
        static struct set_table table;
        struct chance c = {chance_seed("whole worlds")};
        uint32_t books = laws_some(40), step = laws_percent() >= 100 ? 1 : 7;
        uint64_t n = 0;
        for (uint32_t i = 0; i < books; i++) {
                set_book_random(&c, &sets, 14, 0);
                set_table_make(&sets, ~UINT64_C(0), &table);
                struct rulebook *book = laws_parse(&sets);
                for (uint32_t tuple = 0; tuple < TUPLE_LINES; tuple += step, n++) {
                        struct judged_case k = {.tuple = tuple};
                        set_case_make(&c, &sets, tuple, &k.it);
                        struct verdict got = laws_judge(book, &k.it, LEVEL_HIDE, CHOICE_NONE);
                        compare(book, &sets, &table, &k, got);
                        for (int l = LEVEL_TALLY; l < LEVEL_COUNT; l++)
                                assert_int_equal(set_has(&table.level[l], tuple), (int)got.level >= l);
                        assert_int_equal(set_has(&table.say, tuple), got.may_say);
                }
                rulebook_destroy(book);
        }
        laws_row("cases of whole worlds", n);
}

static void fields_are_judged_as_the_sets_say(void **state)
{
        (void)state;
        static struct set_book sets;
        static struct set_table table;
        struct chance c = {chance_seed("fields")};
        uint32_t books = laws_some(10000), shown = 0;
        for (uint32_t i = 0; i < books; i++) {
                set_book_random(&c, &sets, 14, 85);
                set_table_make(&sets, ~UINT64_C(0), &table);
                struct rulebook *book = laws_parse(&sets);
                for (uint32_t tuple = TUPLE_LINES; tuple < TUPLES; tuple++) {
                        struct judged_case k = {.tuple = tuple};
                        set_case_make(&c, &sets, tuple, &k.it);
                        struct verdict got =
                                rulebook_judge_field(book, tuple_of(tuple)->subject, &k.it.viewer, k.it.seen);
                        compare(book, &sets, &table, &k, got);
                        shown += got.level != LEVEL_HIDE;
                }
                rulebook_destroy(book);
        }
        assert_true(shown > books * 10);
        laws_row("fields, evaluator against sets of tuples", (uint64_t)books * TUPLE_FIELDS);
}

/* Under a promise: the lower level of both, said aloud only if both allow it; the book itself promises
 * everything. */
static void a_line_is_held_under_what_was_promised(void **state)
{
        (void)state;
        static struct set_book sets, promised;
        static struct set_table table, ceiling_table;
        struct chance c = {chance_seed("promises")};
        struct rulebook *book = NULL, *ceiling = NULL;
        uint32_t held = 0, n = laws_some(2000000);
        for (uint32_t i = 0; i < n; i++) {
                if (i % 200 == 0) {
                        rulebook_destroy(book);
                        rulebook_destroy(ceiling);
                        set_book_random(&c, &sets, 12, 0);
                        promised = sets;
                        promised.n = 0;
                        for (uint32_t rules = 1 + chance_below(&c, 8); rules > 0; rules--)
                                set_book_add(&c, &promised, 0);
                        set_table_make(&sets, ~UINT64_C(0), &table);
                        set_table_make(&promised, ~UINT64_C(0), &ceiling_table);
                        book = laws_parse(&sets);
                        ceiling = laws_parse(&promised);
                }
                struct judged_case k = {.tuple = laws_line(&c),
                        .choice = chance_of(&c, 90) ? CHOICE_NONE : (enum line_choice)chance_below(&c, 3)};
                set_case_make(&c, &sets, k.tuple, &k.it);
                k.it.line.choice = (uint8_t)k.choice;
                struct scene scene = scene_of(book, ceiling, &k.it.history, &k.it.viewer, k.it.seen);
                struct verdict got = judge_line(&scene, &k.it.line);
                struct set_opinion own = set_judge(&sets, &table, k.tuple, LEVEL_HIDE, k.choice);
                struct set_opinion most = set_judge(&promised, &ceiling_table, k.tuple, LEVEL_HIDE, k.choice);
                int level = own.level < most.level ? own.level : most.level;
                bool say = own.may_say && most.may_say && level;
                if ((int)got.level != level || got.may_say != say ||
                        got.show_rule != (level ? own.rule : -1) ||
                        got.held != (level < own.level || say < own.may_say))
                        fail_msg("C: %s say %d held %d; sets: %s and %s\n%s%s", level_word(got.level),
                                got.may_say, got.held, level_word((enum level)own.level),
                                level_word((enum level)most.level), rulebook_text(book),
                                rulebook_text(ceiling));
                held += got.held;
        }
        rulebook_destroy(book);
        rulebook_destroy(ceiling);
        assert_true(held > n / 50);
        laws_row("cases under what was promised", n);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_rule_is_refused_exactly_if_nothing_can_match_it),
                cmocka_unit_test(lines_are_judged_as_the_sets_say),
                cmocka_unit_test(a_whole_world_is_judged_as_the_sets_say),
                cmocka_unit_test(fields_are_judged_as_the_sets_say),
                cmocka_unit_test(a_line_is_held_under_what_was_promised),
        };
        tuples_start();
        return cmocka_run_group_tests_name("rulebook_laws_sets", tests, NULL, NULL);
}
