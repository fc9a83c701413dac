/* The shipped books, as a store manager would check it: who sees what of which purchase, that every level
 * occurs, and that no rule stands there for nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
/* cmocka wants the four above */
#include <cmocka.h>

#include "server/rulebook/book.h"
#include "tests/rulebook/model.h"

enum { ELSE = 9, SELLER = 1 };

static struct rulebook *book;
static struct world w;

static const struct viewer seller = {.associate = SELLER, .store = 1, .role = ROLE_ASSOCIATE};
static const struct viewer chosen = {
        .associate = ELSE, .store = 1, .role = ROLE_ASSOCIATE, .preferred = true};
static const struct viewer chosen_seller = {
        .associate = SELLER, .store = 1, .role = ROLE_ASSOCIATE, .preferred = true};
static const struct viewer colleague = {
        .associate = ELSE, .store = 1, .role = ROLE_ASSOCIATE, .departments = 1};
static const struct viewer stranger = {
        .associate = ELSE, .store = 1, .role = ROLE_ASSOCIATE, .departments = 2};
static const struct viewer manager = {.associate = ELSE, .store = 1, .role = ROLE_MANAGER};
static const struct viewer trainee = {.associate = SELLER, .store = 1, .role = ROLE_TRAINEE};

static int start(void **state)
{
        (void)state;
        world_start(&w, "EUR");
        book = rulebook_balanced();
        return book ? 0 : -1;
}

static int finish(void **state)
{
        (void)state;
        rulebook_destroy(book);
        return 0;
}

static struct purchase coat(void)
{
        return (struct purchase){.at = 1,
                .unit_price = 19900,
                .age_days = 90,
                .age_months = 3,
                .store = 1,
                .seller = SELLER,
                .kind = world_text(&w, "Coats"),
                .department = world_text(&w, "Ladies"),
                .month = 8,
                .year = 2026};
}

static enum level level_of(struct purchase line, const struct viewer *v, enum seen seen)
{
        return rulebook_judge_line(book, &w.history, &line, v, seen).level;
}

#define LINE(...)                                                                                            \
        ({                                                                                                   \
                struct purchase l_ = coat();                                                                 \
                struct purchase *l = &l_;                                                                    \
                (void)l;                                                                                     \
                __VA_ARGS__;                                                                                 \
                l_;                                                                                          \
        })

static void it_says_who_sees_what(void **state)
{
        (void)state;
        struct purchase in_store = coat(), online = LINE(l->channel = CHANNEL_ONLINE, l->seller = 0);
        struct purchase elsewhere = LINE(l->store = 2, l->seller = 2), dear = LINE(l->unit_price = 100000);
        struct purchase gift = LINE(l->gift = 1),
                        gift_online = LINE(l->gift = 1, l->channel = CHANNEL_ONLINE);
        struct purchase pills = LINE(l->sensitive = 1), unmapped = LINE(l->kind = 0);
        struct purchase back = LINE(l->status = STATUS_RETURNED),
                        cancelled = LINE(l->status = STATUS_CANCELLED);
        struct purchase old = LINE(l->age_months = 19), older = LINE(l->age_months = 14);
        const struct {
                const char *what;
                const struct purchase *line;
                enum level seller, chosen, chosen_seller, colleague, stranger, manager, trainee;
        } table[] = {
                {"in store", &in_store, LEVEL_FULL, LEVEL_ITEM, LEVEL_FULL, LEVEL_TALLY, 0, LEVEL_KIND,
                        LEVEL_TALLY},
                {"online", &online, 0, LEVEL_KIND, LEVEL_KIND, 0, 0, 0, 0},
                {"elsewhere", &elsewhere, 0, LEVEL_KIND, LEVEL_KIND, 0, 0, 0, 0},
                {"dear", &dear, LEVEL_FULL, LEVEL_BRAND, LEVEL_FULL, LEVEL_TALLY, 0, LEVEL_KIND, LEVEL_TALLY},
                {"gift", &gift, 0, 0, 0, 0, 0, 0, 0},
                {"gift online", &gift_online, 0, 0, 0, 0, 0, 0, 0},
                {"sensitive", &pills, 0, 0, 0, 0, 0, 0, 0},
                {"unmapped", &unmapped, 0, 0, 0, 0, 0, 0, 0},
                {"returned", &back, LEVEL_ITEM, LEVEL_ITEM, LEVEL_ITEM, 0, 0, 0, LEVEL_TALLY},
                {"cancelled", &cancelled, 0, 0, 0, 0, 0, 0, 0},
                {"14 months", &older, LEVEL_FULL, LEVEL_ITEM, LEVEL_FULL, LEVEL_TALLY, 0, LEVEL_TALLY,
                        LEVEL_TALLY},
                {"19 months", &old, LEVEL_FULL, 0, LEVEL_FULL, 0, 0, 0, LEVEL_TALLY},
        };
        for (size_t i = 0; i < ARRAY_LEN(table); i++) {
                const struct viewer *viewers[] = {
                        &seller, &chosen, &chosen_seller, &colleague, &stranger, &manager, &trainee};
                const enum level want[] = {table[i].seller, table[i].chosen, table[i].chosen_seller,
                        table[i].colleague, table[i].stranger, table[i].manager, table[i].trainee};
                for (size_t v = 0; v < ARRAY_LEN(viewers); v++) {
                        enum level sensed = want[v] > LEVEL_KIND ? LEVEL_KIND : want[v];
                        if (level_of(*table[i].line, viewers[v], SEEN_CHECKED_IN) != want[v])
                                fail_msg("%s: viewer %zu sees %s", table[i].what, v,
                                        level_word(level_of(*table[i].line, viewers[v], SEEN_CHECKED_IN)));
                        assert_int_equal(level_of(*table[i].line, viewers[v], SEEN_SENSED), sensed);
                }
        }
}

static bool may_say(struct purchase line, const struct viewer *v)
{
        return rulebook_judge_line(book, &w.history, &line, v, SEEN_CHECKED_IN).may_say;
}

static void only_the_seller_may_say_unless_she_ticked_it(void **state)
{
        (void)state;
        assert_true(may_say(coat(), &seller));
        assert_true(may_say(coat(), &chosen_seller));
        assert_false(may_say(coat(), &chosen));
        assert_false(may_say(coat(), &manager));
        assert_false(may_say(LINE(l->status = STATUS_RETURNED), &seller));
        assert_true(may_say(LINE(l->choice = CHOICE_TALK), &chosen));
        assert_false(may_say(LINE(l->choice = CHOICE_TALK), &stranger));
        assert_false(may_say(LINE(l->choice = CHOICE_TALK, l->gift = 1), &chosen));
        assert_false(may_say(LINE(l->choice = CHOICE_HIDE), &seller));
}

static void fields_go_to_whom_experience_says(void **state)
{
        (void)state;
        struct person_fields anna = {.first_name = "Anna",
                .last_name = "Berg",
                .hint = "green coat",
                .wish = "a coat",
                .greet_by_name = true,
                .sizes_ok = true,
                .likes_ok = true};
        static struct view v;
        w.lines[0] = LINE(l->size = world_text(&w, "38"), l->colour = world_text(&w, "navy"));
        w.lines[1] = w.lines[0];
        w.history.n_lines = 2;
        project(book, book, &w.history, &anna, &chosen, SEEN_CHECKED_IN, &v);
        assert_string_equal(v.name.text, "Anna B.");
        assert_string_equal(v.greet.text, "Anna");
        assert_string_equal(v.sizes.text, "38 Coats");
        assert_string_equal(v.likes.text, "navy");
        project(book, book, &w.history, &anna, &manager, SEEN_CHECKED_IN, &v);
        assert_string_equal(v.name.text, "A.B.");
        assert_string_equal(v.hint.text, "green coat");
        assert_string_equal(v.wish.text, "a coat");
        assert_true(
                v.greet.level == LEVEL_HIDE && v.likes.level == LEVEL_HIDE && v.sizes.level == LEVEL_HIDE);
        project(book, book, &w.history, &anna, &seller, SEEN_CHECKED_IN, &v);
        assert_string_equal(v.sizes.text, "38 Coats");
        project(book, book, &w.history, &anna, &chosen, SEEN_SENSED, &v);
        assert_true(v.presence && v.name.level == LEVEL_HIDE && v.greet.level == LEVEL_HIDE);
        project(book, book, &w.history, &anna, &trainee, SEEN_CHECKED_IN, &v);
        assert_true(v.presence && v.sizes.level == LEVEL_HIDE);
        project(book, book, &w.history, &anna, &trainee, SEEN_SENSED, &v);
        assert_false(v.presence);
}

/* A cell of any kind: a line and a field, seen by somebody. */
struct look {
        struct viewer viewer;
        enum seen seen;
        enum subject subject;
};

static struct look random_look(struct chance *c)
{
        world_random_line(c, &w, &w.lines[0]);
        return (struct look){random_viewer(c), (enum seen)chance_below(c, 2),
                (enum subject)(SUBJECT_NAME + chance_below(c, SUBJECT_COUNT - SUBJECT_NAME))};
}

static enum level line_level(const struct rulebook *b, const struct look *l)
{
        return rulebook_judge_line(b, &w.history, w.lines, &l->viewer, l->seen).level;
}

static enum level field_level(const struct rulebook *b, const struct look *l)
{
        return rulebook_judge_field(b, l->subject, &l->viewer, l->seen).level;
}

static struct rulebook *shipped(const char *name)
{
        static char text[RULEBOOK_TEXT_MAX];
        char path[400];
        struct rulebook_error error;
        snprintf(path, sizeof path, "%s/%s.rules", BOOKS_FOLDER, name);
        FILE *f = fopen(path, "r");
        assert_non_null(f);
        size_t n = fread(text, 1, sizeof text, f);
        fclose(f);
        struct rulebook *b = rulebook_parse((struct slice){text, n}, &error);
        if (!b)
                fail_msg("%s:%d:%d: %s", name, error.line, error.column, error.text);
        return b;
}

/* Takes one rule out and looks for a cell whose level changes: a rule without one would be decoration. */
static bool decides(const struct rulebook *whole, const char *name, int without)
{
        struct chance c = {42};
        struct rulebook *less = shipped(name);
        bool found = false;
        for (int i = without; i + 1 < less->n_rules; i++)
                less->rules[i] = less->rules[i + 1];
        less->n_rules--;
        book_compile(less);
        for (int i = 0; i < 60000 && !found; i++) {
                struct look l = random_look(&c);
                found = line_level(whole, &l) != line_level(less, &l) ||
                        field_level(whole, &l) != field_level(less, &l);
        }
        rulebook_destroy(less);
        return found;
}

static const char *const names[] = {"reserved", "balanced", "warm"};

static void every_rule_decides_something(void **state)
{
        (void)state;
        for (size_t b = 0; b < ARRAY_LEN(names); b++) {
                struct rulebook *whole = shipped(names[b]);
                for (int r = 0; r < rulebook_rule_count(whole); r++)
                        if (!decides(whole, names[b], r))
                                fail_msg("%s: %s never decides", names[b], rulebook_rule_id(whole, r));
                rulebook_destroy(whole);
        }
}

/* Reserved shows at most what Balanced shows, and Balanced at most what Warm shows, cell by cell. */
static void the_shipped_books_are_a_ladder(void **state)
{
        (void)state;
        struct chance c = {chance_seed("shipped books")};
        struct rulebook *books[3];
        uint32_t wider[2] = {0};
        for (size_t b = 0; b < ARRAY_LEN(names); b++)
                books[b] = shipped(names[b]);
        assert_string_equal(rulebook_text(books[1]), rulebook_text(book)); /* the one compiled in */
        for (int i = 0; i < 30000; i++) {
                struct look l = random_look(&c);
                for (size_t b = 0; b < 2; b++) {
                        assert_true(line_level(books[b], &l) <= line_level(books[b + 1], &l));
                        assert_true(field_level(books[b], &l) <= field_level(books[b + 1], &l));
                        wider[b] += line_level(books[b], &l) < line_level(books[b + 1], &l);
                }
        }
        assert_true(wider[0] > 300 && wider[1] > 300);
        for (size_t b = 0; b < ARRAY_LEN(names); b++)
                rulebook_destroy(books[b]);
}

static void every_rule_has_a_reason_and_its_text_is_stable(void **state)
{
        (void)state;
        struct rulebook_error error;
        struct rulebook *again = rulebook_parse(slice_of(rulebook_text(book)), &error);
        assert_non_null(again);
        assert_string_equal(rulebook_text(again), rulebook_text(book));
        for (int r = 0; r < rulebook_rule_count(book); r++)
                assert_true(book->rules[r].because[0]);
        assert_string_equal(rulebook_rule_id(book, 0), "R1");
        assert_string_equal(rulebook_rule_id(book, -1), "");
        assert_string_equal(rulebook_rule_id(book, rulebook_rule_count(book)), "");
        rulebook_destroy(again);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(it_says_who_sees_what, start, finish),
                cmocka_unit_test_setup_teardown(only_the_seller_may_say_unless_she_ticked_it, start, finish),
                cmocka_unit_test_setup_teardown(fields_go_to_whom_experience_says, start, finish),
                cmocka_unit_test_setup_teardown(every_rule_decides_something, start, finish),
                cmocka_unit_test_setup_teardown(the_shipped_books_are_a_ladder, start, finish),
                cmocka_unit_test_setup_teardown(
                        every_rule_has_a_reason_and_its_text_is_stable, start, finish),
        };
        return cmocka_run_group_tests_name("rulebook_balanced", tests, NULL, NULL);
}
