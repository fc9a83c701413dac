/* The language: what is refused, where and with which advice; and that printing and parsing undo one another.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
/* cmocka wants the four above */
#include <cmocka.h>

#include "server/rulebook/book.h"
#include "tests/rulebook/model.h"

#define HEAD "rulebook test version 1 store * notice n 1\n"

static struct rulebook *parse(const char *text)
{
        struct rulebook_error error;
        struct rulebook *book = rulebook_parse(slice_of(text), &error);
        if (!book)
                fail_msg("%d:%d %s\n%s", error.line, error.column, error.text, text);
        return book;
}

static const struct {
        const char *text;
        int line, column;
        const char *says; /* part of the error */
} wrong[] = {
        {"", 1, 1, "found the end of the line; expected rulebook"},
        {"\n\nrulebok x", 3, 1, "did you mean \"rulebook\"?"},
        {"rulebook x version 0 store * notice n 1\n", 1, 20, "whole number from 1"},
        {"rulebook x version 1 store ? notice n 1\n", 1, 28, "found \"?\"; expected * or the store's id"},
        {"rulebook x version 1 store * notice n 1 R1\n", 1, 41, "expected end of line"},
        {HEAD "R1 show full", 2, 4, "found \"show\"; expected :"},
        {HEAD "1R: show", 2, 1, "a rule's id"},
        {HEAD "her: never to anyone of gift", 2, 1, "a rule's id"},
        {HEAD "R2345678901234567: never to anyone of gift", 2, 1, "at most 15"},
        {HEAD "R1: never to anyone of gift\n\nR1: never to anyone of gift", 4, 1, "the id R1 is used twice"},
        {HEAD "R1: shwo full", 2, 5, "found \"shwo\"; expected show, limit or never; did you mean \"show\"?"},
        {HEAD "R1: Hide item", 2, 5, "found \"Hide\""},
        {HEAD "R1: hide to anyone", 2, 5, "did you mean \"never\"?"},
        {HEAD "R1: show category to", 2, 10, "did you mean \"kind\"?"},
        {HEAD "R1: show hide to anyone", 2, 10, "expected tally, kind, brand, item or full"},
        {HEAD "R1: limit full to anyone", 2, 11, "expected tally, kind, brand or item"},
        {HEAD "R1: show full firm to anyone", 2, 15, "expected to"},
        {HEAD "R1: never frim to anyone", 2, 11, "did you mean \"firm\"?"},
        {HEAD "R1: never to everyon except seller of gift", 2, 14, "did you mean \"everyone\"?"},
        {HEAD "R1: never to everyone of gift", 2, 23, "found \"of\"; expected except"},
        {HEAD "R1: never to seller or manager of gift", 2, 24,
                "expected seller, preferred, department or store"},
        {HEAD "R1: never to manager who seller of gift", 2, 26, "expected is"},
        {HEAD "R1: never to anyone gift", 2, 21, "expected of"},
        {HEAD "R1: never to anyone of gfit", 2, 24, "did you mean \"gift\"?"},
        {HEAD "R1: never to anyone of gift,", 2, 29, "found the end of the line; expected in-store"},
        {HEAD "R1: never to anyone of gift or online", 2, 29, "found \"or\"; expected a comma, when"},
        {HEAD "R1: never to anyone of kind Shoes", 2, 29, "a class name in quotes"},
        {HEAD "R1: never to anyone of kind \"\"", 2, 29, "a class name in quotes"},
        {HEAD "R1: never to anyone of price > 10", 2, 30, "expected >= or <"},
        {HEAD "R1: never to anyone of price >= 10.5", 2, 33, "an amount like 1000 or 1000.50"},
        {HEAD "R1: never to anyone of price >= .50", 2, 33, "an amount"},
        {HEAD "R1: never to anyone of price >= 1.0.0", 2, 33, "an amount"},
        {HEAD "R1: never to anyone of price >= 1000000000", 2, 33, "an amount"},
        {HEAD "R1: never to anyone of age > 6 years", 2, 32, "expected months"},
        {HEAD "R1: never to anyone of age > 6 month", 2, 32, "did you mean \"months\"?"},
        {HEAD "R1: never to anyone of age > 1201 months", 2, 30, "from 1 to 1200"},
        {HEAD "R1: never to anyone of age >= 6 months", 2, 28, "expected <= or >"},
        {HEAD "R1: never to anyone of field nmae", 2, 30, "did you mean \"name\"?"},
        {HEAD "R1: never to anyone of field name, gift", 2, 34, "fields or of purchases"},
        {HEAD "R1: never to anyone of gift, field name", 2, 30, "found \"field\""},
        {HEAD "R1: never to seller of field name", 2, 1, "a field has no seller"},
        {HEAD "R1: limit kind to anyone of field greet", 2, 29, "only the name has steps"},
        {HEAD "R1: never to anyone of gift when seen", 2, 34, "expected checked-in or sensed"},
        {HEAD "R1: never to anyone of gift mention ok", 2, 29,
                "expected a comma, when, because or end of line"},
        {HEAD "R1: show full to seller of gift mention maybe", 2, 41, "expected ok or wait"},
        {HEAD "R1: show full to seller of gift", 2, 32, "what is shown needs its reason"},
        {HEAD "R1: show full to seller of gift becuase \"x\"", 2, 33, "did you mean \"because\"?"},
        {HEAD "R1: show full to seller of gift because x", 2, 41, "the reason in quotes"},
        {HEAD "R1: show full to seller of gift because \"\"", 2, 41, "the reason in quotes"},
        {HEAD "R1: show full to seller of gift because \"x\" when sensed", 2, 45, "expected end of line"},
        {HEAD "R1: show full to seller of gift because \"x", 2, 41, "no closing quote"},
        {HEAD "R1: show full to seller of gift because \"a\\n\"", 2, 43, "found \\ inside quotes"},
        {HEAD "R1: show full to seller of gift because \"\tx\"", 2, 42, "control character"},
        {HEAD "R1: show full to seller of gift because \"\xc3\x9f\xc3\x9f\" x", 2, 46, "found \"x\""},
        {HEAD "R1: never to anyone of in-store, online", 2, 24, "nothing can be all of this"},
        {HEAD "R1: never to anyone of this-store, other-store", 2, 24, "nothing can be all of this"},
        {HEAD "R1: never to anyone of this-store, online", 2, 24, "nothing can be all of this"},
        {HEAD "R1: never to department of online", 2, 28, "nothing can be all of this"},
        {HEAD "R1: never to store of online", 2, 23, "nothing can be all of this"},
        {HEAD "R1: never to department of other-store", 2, 28, "nothing can be all of this"},
        {HEAD "R1: never to anyone of bought, returned", 2, 24, "nothing can be all of this"},
        {HEAD "R1: never to anyone of kind \"A\", kind \"B\"", 2, 24, "nothing can be all of this"},
        {HEAD "R1: never to anyone of price >= 5, price < 5", 2, 24, "nothing can be all of this"},
        {HEAD "R1: never to anyone of price < 0", 2, 24, "nothing can be all of this"},
        {HEAD "R1: never to anyone of age > 5 months, age <= 5 months", 2, 24, "nothing can be all of this"},
        {HEAD "R\xc3\xa4", 2, 2, "found \"\xc3\xa4\""},
        {HEAD "# caf\xe9\n", 2, 6, "no UTF-8"},
};

static void errors_say_where_what_and_the_nearest_word(void **state)
{
        (void)state;
        for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
                struct rulebook_error e;
                struct rulebook *book = rulebook_parse(slice_of(wrong[i].text), &e);
                if (book)
                        fail_msg("accepted: %s", wrong[i].text);
                if (e.line != wrong[i].line || e.column != wrong[i].column || !strstr(e.text, wrong[i].says))
                        fail_msg("case %zu wanted %d:%d ..%s.., got %d:%d %s", i, wrong[i].line,
                                wrong[i].column, wrong[i].says, e.line, e.column, e.text);
        }
}

static void limits_are_refused_beyond_and_accepted_at(void **state)
{
        (void)state;
        struct rulebook_error e;
        static char text[RULEBOOK_TEXT_MAX + 100];
        SET(text, HEAD);
        for (int i = 0; i < RULES_MAX; i++)
                add(text, sizeof text, "R%d: never to anyone of gift\n", i);
        struct rulebook *book = parse(text);
        assert_int_equal(rulebook_rule_count(book), RULES_MAX);
        rulebook_destroy(book);
        add(text, sizeof text, "R64: never to anyone of gift\n");
        assert_null(rulebook_parse(slice_of(text), &e));
        assert_int_equal(e.line, RULES_MAX + 2);
        assert_non_null(strstr(e.text, "at most 64"));

        char because[81];
        memset(because, 'x', 80);
        for (int len = 79; len <= 80; len++) {
                because[len] = '\0';
                snprintf(text, sizeof text, HEAD "R1: show full to seller of gift because \"%.*s\"", len,
                        because);
                book = rulebook_parse(slice_of(text), &e);
                assert_int_equal(book != NULL, len == 79);
                rulebook_destroy(book);
                because[len] = 'x';
        }
        SET(text, HEAD);
        size_t head = strlen(text);
        memset(text + head, ' ', sizeof text - head);
        book = rulebook_parse((struct slice){text, RULEBOOK_TEXT_MAX}, &e);
        assert_non_null(book);
        rulebook_destroy(book);
        assert_null(rulebook_parse((struct slice){text, RULEBOOK_TEXT_MAX + 1}, &e));
        assert_null(rulebook_parse((struct slice){HEAD "\0", sizeof HEAD}, &e));
        assert_null(rulebook_parse((struct slice){NULL, 0}, &e));
}

static void class_names_are_limited_to_what_the_masks_hold(void **state)
{
        (void)state;
        struct rulebook_error e;
        static char text[RULEBOOK_TEXT_MAX];
        for (int names = BOOK_KINDS_MAX; names <= BOOK_KINDS_MAX + 1; names++) {
                SET(text, HEAD "R1: never to anyone of kind \"0\"");
                for (int i = 1; i < names; i++)
                        add(text, sizeof text, "/\"%d\"", i);
                struct rulebook *book = rulebook_parse(slice_of(text), &e);
                assert_int_equal(book != NULL, names == BOOK_KINDS_MAX);
                rulebook_destroy(book);
        }
        assert_non_null(strstr(e.text, "at most 62"));
}

static void the_canonical_text_is_as_written_here(void **state)
{
        (void)state;
        struct rulebook *book =
                parse("# x\nrulebook  a-b version 7 store 12 notice visit-alerts 3\r\n\r\n"
                      "R1 :show kind to manager who is store or seller of age<=12 months , price>=9.50,"
                      "returned/bought, kind \"b\\\"\\\\\" / \"a/b\",gift,sensitive, other-store,in-store,"
                      "age > 2 months, price<1000.00 when sensed mention wait because \"w\"\n"
                      "N: never firm to everyone except preferred of field greet/name");
        assert_string_equal(rulebook_text(book),
                "rulebook a-b version 7 store 12 notice visit-alerts 3\n"
                "R1: show kind to manager who is seller or store of in-store, other-store, sensitive, gift, "
                "bought/returned, kind \"a/b\"/\"b\\\"\\\\\", price >= 9.50, price < 1000, age <= 12 months, "
                "age > 2 months when sensed because \"w\"\n"
                "N: never firm to everyone except preferred of field name/greet\n");
        rulebook_destroy(book);
}

static void printing_and_parsing_undo_one_another(void **state)
{
        (void)state;
        struct chance c = {chance_seed("round trip")};
        static char text[MODEL_TEXT_MAX];
        for (int i = 0; i < 3000; i++) {
                struct model_book model;
                model_book_random(&c, &model, MODEL_RULES_MAX, 20);
                model_book_text(&c, &model, text);
                struct rulebook *book = parse(text), *again = parse(rulebook_text(book));
                assert_string_equal(rulebook_text(book), rulebook_text(again));
                assert_memory_equal(book->rules, again->rules, sizeof book->rules);
                assert_memory_equal(book->kinds, again->kinds, sizeof book->kinds);
                struct digest a = rulebook_digest(book), b = rulebook_digest(again);
                assert_memory_equal(&a, &b, sizeof a);
                assert_int_equal(rulebook_rule_count(book), model.n);
                rulebook_destroy(book);
                rulebook_destroy(again);
        }
}

/* Any text is refused or understood; nothing else happens (the sanitizers watch). */
static void damaged_texts_are_refused_or_understood(void **state)
{
        (void)state;
        struct chance c = {chance_seed("damaged texts")};
        static char text[MODEL_TEXT_MAX];
        int refused = 0;
        for (int i = 0; i < 5000; i++) {
                struct model_book model;
                struct rulebook_error e;
                model_book_random(&c, &model, 4, 20);
                model_book_text(&c, &model, text);
                size_t len = strlen(text);
                for (uint32_t n = 1 + chance_below(&c, 3); n > 0; n--) {
                        size_t at = chance_below(&c, (uint32_t)len);
                        if (chance_of(&c, 50))
                                text[at] = (char)chance_below(&c, 256);
                        else
                                memmove(text + at, text + at + 1, len - at);
                }
                char *exact = malloc(len); /* so that reading past the end is seen */
                memcpy(exact, text, len);
                struct rulebook *book = rulebook_parse((struct slice){exact, len}, &e);
                refused += !book;
                if (!book) {
                        assert_true(e.line >= 1 && e.column >= 1 && e.text[0]);
                        assert_true(strlen(e.text) < sizeof e.text);
                }
                rulebook_destroy(book);
                free(exact);
        }
        assert_in_range(refused, 1000, 4999);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(errors_say_where_what_and_the_nearest_word),
                cmocka_unit_test(limits_are_refused_beyond_and_accepted_at),
                cmocka_unit_test(class_names_are_limited_to_what_the_masks_hold),
                cmocka_unit_test(the_canonical_text_is_as_written_here),
                cmocka_unit_test(printing_and_parsing_undo_one_another),
                cmocka_unit_test(damaged_texts_are_refused_or_understood),
        };
        return cmocka_run_group_tests_name("rulebook_parse", tests, NULL, NULL);
}
