/* Projection: what stands on a view at each level, which lines are picked, what is counted and derived. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
/* cmocka wants the four above */
#include <cmocka.h>

#include "tests/rulebook/model.h"

#define HEAD "rulebook test version 1 store * notice n 1\n"
#define HERE "P: show full to anyone of field presence because \"here\"\n"

static struct world w;
static struct view view;
static const struct viewer seller = {.associate = 1, .store = 1, .departments = 1, .role = ROLE_ASSOCIATE};
static const struct person_fields anna = {.first_name = "Anna",
        .last_name = "Berg",
        .hint = "green coat",
        .wish = "a winter coat",
        .greet_by_name = true,
        .sizes_ok = true,
        .likes_ok = true};

static struct rulebook *parse(const char *rules)
{
        static char text[4000];
        struct rulebook_error error;
        snprintf(text, sizeof text, HEAD "%s", rules);
        struct rulebook *book = rulebook_parse(slice_of(text), &error);
        if (!book)
                fail_msg("%d:%d %s\n%s", error.line, error.column, error.text, text);
        return book;
}

/* A coat sold by associate 1 in this store, in March 2026; changed by whoever needs another line. */
static struct purchase coat(void)
{
        return (struct purchase){.at = 20500 * DAY_MS,
                .unit_price = 89900,
                .age_days = 240,
                .age_months = 8,
                .store = 1,
                .seller = 1,
                .quantity = 1,
                .kind = world_text(&w, "Coats"),
                .brand = world_text(&w, "Alder"),
                .item = world_text(&w, "Navy coat"),
                .colour = world_text(&w, "navy"),
                .size = world_text(&w, "38"),
                .department = world_text(&w, "Ladies"),
                .store_name = world_text(&w, "Downtown"),
                .department_index = 0,
                .month = 3,
                .year = 2026};
}

static struct purchase *add_line(struct purchase line)
{
        w.lines[w.history.n_lines] = line;
        return &w.lines[w.history.n_lines++];
}

static void run(const char *rules, enum seen seen)
{
        struct rulebook *book = parse(rules);
        project(book, book, &w.history, &anna, &seller, seen, &view);
        rulebook_destroy(book);
}

static int start(void **state)
{
        (void)state;
        world_start(&w, "EUR");
        memset(&view, 0xa5, sizeof view);
        return 0;
}

#define SHOW(level) HERE "R: show " level " to anyone of anything because \"why\"\n"

static void each_level_shows_its_parts_and_no_more(void **state)
{
        (void)state;
        add_line(coat());
        add_line(coat());
        w.lines[1].item = world_text(&w, "Other coat");
        const struct view_line *l = &view.lines[0];
        run(SHOW("kind"), SEEN_CHECKED_IN);
        assert_int_equal(view.n_lines, 1); /* both look the same at this level */
        assert_string_equal(l->department, "Ladies");
        assert_string_equal(l->kind, "Coats");
        assert_string_equal(l->because, "why");
        assert_string_equal(l->rule, "R");
        assert_int_equal(l->season, 2);
        assert_int_equal(l->year, 2026);
        assert_true(!l->brand[0] && !l->item[0] && !l->size[0] && !l->colour[0] && !l->store_name[0] &&
                    !l->month);
        assert_true(l->age_days == -1 && l->at == 0 && l->unit_price == INT64_MIN && l->quantity == 0);
        run(SHOW("brand"), SEEN_CHECKED_IN);
        assert_int_equal(view.n_lines, 1);
        assert_string_equal(l->brand, "Alder");
        assert_true(l->season == 2 && !l->item[0] && !l->month);
        run(SHOW("item"), SEEN_CHECKED_IN);
        assert_int_equal(view.n_lines, 2);
        assert_string_equal(l->item, "Navy coat");
        assert_string_equal(l->size, "38");
        assert_string_equal(l->colour, "navy");
        assert_true(l->month == 3 && l->season == 0 && !l->store_name[0]);
        assert_true(l->age_days == -1 && l->at == 0 && l->unit_price == INT64_MIN && l->quantity == 0);
        run(SHOW("full"), SEEN_CHECKED_IN);
        assert_string_equal(l->store_name, "Downtown");
        assert_true(
                l->age_days == 240 && l->at == 20500 * DAY_MS && l->unit_price == 89900 && l->quantity == 1);
        assert_string_equal(view.currency, "EUR");
}

static void a_season_has_the_year_it_began_in(void **state)
{
        (void)state;
        static const struct {
                uint8_t month, season;
                uint16_t year;
        } cases[] = {{1, 1, 2025}, {2, 1, 2025}, {3, 2, 2026}, {5, 2, 2026}, {6, 3, 2026}, {8, 3, 2026},
                {9, 4, 2026}, {11, 4, 2026}, {12, 1, 2026}};
        add_line(coat());
        for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
                w.lines[0].month = cases[i].month;
                run(SHOW("kind"), SEEN_CHECKED_IN);
                assert_int_equal(view.lines[0].season, cases[i].season);
                assert_int_equal(view.lines[0].year, cases[i].year);
        }
}

static void tallies_are_bucketed_and_count_nothing_else(void **state)
{
        (void)state;
        static const enum tally want[] = {TALLY_NONE, TALLY_NONE, TALLY_NONE, TALLY_FEW, TALLY_FEW, TALLY_FEW,
                TALLY_SEVERAL, TALLY_SEVERAL, TALLY_SEVERAL, TALLY_SEVERAL, TALLY_SEVERAL, TALLY_SEVERAL,
                TALLY_MANY, TALLY_MANY};
        const char *rules = HERE "R: show tally to anyone of anything because \"why\"\n"
                                 "K: show kind to anyone of kind \"Hats\" because \"hats\"\n"
                                 "N: never to anyone of gift\n";
        struct purchase *other = add_line(coat());
        other->status = STATUS_RETURNED; /* never reads as bought, so it is not counted */
        add_line(coat())->gift = 1;
        add_line(coat())->department_index = 5;
        for (size_t n = 0; n < ARRAY_LEN(want); n++) {
                run(rules, SEEN_CHECKED_IN);
                assert_int_equal(view.n_lines, want[n] != TALLY_NONE);
                if (want[n] != TALLY_NONE) {
                        assert_int_equal(view.lines[0].tally, want[n]);
                        assert_int_equal(view.lines[0].level, LEVEL_TALLY);
                        assert_string_equal(view.lines[0].department, "Ladies");
                        assert_string_equal(view.lines[0].rule, "R");
                        assert_false(view.lines[0].kind[0] || view.lines[0].may_say || view.lines[0].year);
                }
                add_line(coat())->choice = n % 2 ? CHOICE_TALK : CHOICE_NONE;
        }
        add_line(coat())->kind = world_text(&w, "Hats");
        run(rules, SEEN_CHECKED_IN);
        assert_int_equal(view.n_lines, 2);
        assert_int_equal(view.lines[0].level, LEVEL_KIND);
}

static void the_five_most_useful_are_picked(void **state)
{
        (void)state;
        const char *rules = HERE "S: show item to seller of anything mention ok because \"sold\"\n"
                                 "F: show full to anyone of kind \"Shoes\" because \"shoes\"\n"
                                 "K: show kind to anyone of anything because \"kind\"\n";
        for (uint32_t i = 0; i < 3; i++) { /* kind: newer seasons first */
                struct purchase *l = add_line(coat());
                l->seller = 2;
                l->month = (uint8_t)(1 + i * 4); /* January (winter 2025), May, September */
        }
        struct purchase *shoes = add_line(coat());
        shoes->seller = 2;
        shoes->kind = world_text(&w, "Shoes");
        struct purchase *sold = add_line(coat());
        sold->month = 1;
        struct purchase *newer = add_line(coat());
        newer->month = 2;
        struct purchase *told = add_line(coat());
        told->seller = 2;
        told->choice = CHOICE_TALK;
        told->kind = world_text(&w, "Bags");
        run(rules, SEEN_CHECKED_IN);
        assert_int_equal(view.n_lines, 5);
        const char *want[] = {"item 2 say", "item 1 say", "kind 0 say", "full 3", "kind 0"};
        for (int i = 0; i < 5; i++) {
                char got[40];
                const struct view_line *l = &view.lines[i];
                snprintf(
                        got, sizeof got, "%s %d%s", level_word(l->level), l->month, l->may_say ? " say" : "");
                assert_string_equal(got, want[i]);
        }
        assert_int_equal(view.lines[4].season, 4); /* the newest of the three */
        assert_string_equal(view.lines[2].kind, "Bags");
        assert_string_equal(view.lines[2].rule, "K");
}

static void sizes_and_likes_come_from_visible_bought_lines(void **state)
{
        (void)state;
        const char *rules = HERE "S: show item to seller of anything because \"sold\"\n"
                                 "B: show brand to anyone of kind \"Bags\" because \"bags\"\n"
                                 "L: show full to anyone of field sizes/likes because \"seen\"\n";
        add_line(coat());
        struct purchase *shoes = add_line(coat());
        shoes->kind = world_text(&w, "Shoes");
        shoes->size = world_text(&w, "39");
        shoes->month = 5;
        run(rules, SEEN_CHECKED_IN);
        assert_string_equal(view.sizes.text, "39 Shoes, 38 Coats");
        assert_string_equal(view.likes.text, "navy, Alder");
        assert_false(view.sizes.may_say || view.likes.may_say);
        shoes->status = STATUS_RETURNED;
        run(rules, SEEN_CHECKED_IN);
        assert_string_equal(view.sizes.text, "38 Coats");
        assert_int_equal(view.likes.level, LEVEL_HIDE);
        assert_false(view.likes.because[0] || view.likes.text[0]);
        shoes->status = STATUS_BOUGHT;
        shoes->seller = 2; /* hidden now */
        run(rules, SEEN_CHECKED_IN);
        assert_string_equal(view.sizes.text, "38 Coats");
        shoes->kind = world_text(&w, "Bags"); /* a brand, no size and no colour */
        run(rules, SEEN_CHECKED_IN);
        assert_string_equal(view.sizes.text, "38 Coats");
        assert_string_equal(view.likes.text, "Alder");
        struct person_fields no = anna;
        no.sizes_ok = no.likes_ok = false;
        struct rulebook *book = parse(rules);
        project(book, book, &w.history, &no, &seller, SEEN_CHECKED_IN, &view);
        assert_true(view.sizes.level == LEVEL_HIDE && view.likes.level == LEVEL_HIDE && !view.sizes.text[0]);
        rulebook_destroy(book);
}

static void only_the_four_latest_sizes_stand(void **state)
{
        (void)state;
        for (uint32_t i = 0; i < 40; i++) {
                char size[8];
                struct purchase *l = add_line(coat());
                snprintf(size, sizeof size, "%u", 30 + i * 7 % 40 % 12);
                l->size = world_text(&w, size);
                l->month = (uint8_t)(1 + i * 7 % 40 % 12);
        }
        run(SHOW("item") "L: show full to anyone of field sizes because \"seen\"\n", SEEN_CHECKED_IN);
        assert_string_equal(view.sizes.text, "41 Coats, 40 Coats, 39 Coats, 38 Coats");
}

static void fields_follow_their_own_rules(void **state)
{
        (void)state;
        run(HERE "N: show full to anyone of field name/greet/hint/wish mention ok because \"n\"\n",
                SEEN_CHECKED_IN);
        assert_string_equal(view.name.text, "Anna B.");
        assert_string_equal(view.greet.text, "Anna");
        assert_string_equal(view.hint.text, "green coat");
        assert_string_equal(view.wish.text, "a winter coat");
        assert_true(view.name.may_say && view.greet.may_say && view.wish.may_say);
        run(HERE "N: show kind to anyone of field name mention ok because \"n\"\n"
                 "G: show full to anyone of field greet mention ok because \"g\"\n",
                SEEN_CHECKED_IN);
        assert_string_equal(view.name.text, "A.B.");
        assert_int_equal(view.greet.level, LEVEL_HIDE); /* a first name would say more than the initials */
        assert_false(view.name.may_say);
        run(HERE "N: show tally to anyone of field name because \"n\"\n", SEEN_CHECKED_IN);
        assert_true(view.name.level == LEVEL_HIDE && !view.name.text[0] && !view.name.because[0]);
        struct person_fields shy = anna;
        struct rulebook *book =
                parse(HERE "N: show full to anyone of field name/greet/hint mention ok because \"n\"\n");
        shy.greet_by_name = false;
        shy.hint = "";
        shy.first_name = "Özgür";
        shy.last_name = "Çelik";
        project(book, book, &w.history, &shy, &seller, SEEN_CHECKED_IN, &view);
        assert_string_equal(view.name.text, "Özgür Ç.");
        assert_true(view.greet.level == LEVEL_HIDE && !view.name.may_say && view.hint.level == LEVEL_HIDE);
        shy.first_name = "";
        project(book, book, &w.history, &shy, &seller, SEEN_CHECKED_IN, &view);
        assert_string_equal(view.name.text, "Ç.");
        shy.last_name = NULL;
        project(book, book, &w.history, &shy, &seller, SEEN_CHECKED_IN, &view);
        assert_int_equal(view.name.level, LEVEL_HIDE);
        rulebook_destroy(book);
}

static void notes_are_known_and_never_said(void **state)
{
        (void)state;
        struct person_fields noted = anna;
        noted.notes[0] = "likes the quiet fitting room";
        noted.notes[1] = "two\nlines";
        struct rulebook *book =
                parse(HERE "N: show full to anyone of field notes mention ok because \"n\"\n");
        project(book, book, &w.history, &noted, &seller, SEEN_CHECKED_IN, &view);
        assert_true(view.notes.level == LEVEL_FULL && view.notes.n == 2);
        assert_string_equal(view.notes.text[0], "likes the quiet fitting room");
        assert_string_equal(view.notes.text[1], "two lines");
        assert_string_equal(view.notes.rule, "N");
        rulebook_destroy(book);
        book = parse(HERE "N: show full to preferred of field notes because \"n\"\n");
        project(book, book, &w.history, &noted, &seller, SEEN_CHECKED_IN, &view);
        assert_true(view.notes.level == LEVEL_HIDE && view.notes.n == 0 && !view.notes.text[0][0]);
        rulebook_destroy(book);
}

static void without_presence_or_book_there_is_nothing(void **state)
{
        (void)state;
        static const struct view nothing;
        add_line(coat());
        run("N: show full to anyone of field name/hint/wish/greet because \"n\"\n"
            "R: show full to anyone of anything because \"r\"\n",
                SEEN_CHECKED_IN);
        assert_memory_equal(&view, &nothing, sizeof view);
        memset(&view, 0xa5, sizeof view);
        project(NULL, NULL, &w.history, &anna, &seller, SEEN_CHECKED_IN, &view);
        assert_memory_equal(&view, &nothing, sizeof view);
}

/* L21: what no rule shows is shown to nobody, whoever she is to the customer. */
static void a_book_without_rules_shows_no_line(void **state)
{
        static const struct view nothing;
        struct viewer anyone[] = {seller, seller, seller};
        (void)state;
        anyone[1].preferred = true;
        anyone[2].role = ROLE_MANAGER;
        add_line(coat());
        struct rulebook *none = parse(""), *here = parse(HERE);
        for (size_t i = 0; i < ARRAY_LEN(anyone); i++) {
                memset(&view, 0xa5, sizeof view);
                project(none, none, &w.history, &anna, &anyone[i], SEEN_CHECKED_IN, &view);
                assert_memory_equal(&view, &nothing, sizeof view);
                project(here, here, &w.history, &anna, &anyone[i], SEEN_CHECKED_IN, &view);
                assert_int_equal(view.n_lines, 0);
                assert_int_equal(view.name.level, LEVEL_HIDE);
        }
        rulebook_destroy(none);
        rulebook_destroy(here);
}

static void a_history_over_the_limit_is_hidden(void **state)
{
        (void)state;
        static struct purchase many[HISTORY_LINES_MAX + 1];
        for (size_t i = 0; i < ARRAY_LEN(many); i++)
                many[i] = coat();
        w.history.lines = many;
        w.history.n_lines = HISTORY_LINES_MAX;
        run(SHOW("full") "L: show full to anyone of field likes because \"l\"\n", SEEN_CHECKED_IN);
        assert_int_equal(view.n_lines, 1);
        assert_string_equal(view.likes.text, "navy, Alder");
        w.history.n_lines = HISTORY_LINES_MAX + 1;
        run(SHOW("full") "L: show full to anyone of field likes because \"l\"\n", SEEN_CHECKED_IN);
        assert_true(view.presence && view.n_lines == 0 && view.likes.level == LEVEL_HIDE);
}

static void texts_are_cleaned_and_cut_between_characters(void **state)
{
        (void)state;
        char text[80] = "a\tb\xff";
        struct purchase *l = add_line(coat());
        l->brand = world_text(&w, text);
        memset(text, 'x', 62);
        memcpy(text + 62, "\xc3\xbcz", 4);
        l->item = world_text(&w, text);
        run(SHOW("item"), SEEN_CHECKED_IN);
        assert_string_equal(view.lines[0].brand, "a b?");
        assert_int_equal(strlen(view.lines[0].item), 62); /* 63 would halve the u-umlaut */
}

static void a_strike_finds_the_rows_behind_a_line(void **state)
{
        (void)state;
        const char *rules = HERE "R: show tally to anyone of anything because \"why\"\n"
                                 "K: show kind to anyone of kind \"Hats\" because \"hats\"\n";
        uint32_t rows[2];
        for (int i = 0; i < 7; i++)
                add_line(coat());
        w.lines[2].kind = w.lines[5].kind = world_text(&w, "Hats");
        w.lines[3].status = STATUS_RETURNED;
        struct rulebook *book = parse(rules);
        project(book, book, &w.history, &anna, &seller, SEEN_CHECKED_IN, &view);
        assert_int_equal(view.n_lines, 2);
        assert_int_equal(
                project_behind(book, book, &w.history, &seller, SEEN_CHECKED_IN, &view.lines[0], rows, 2), 2);
        assert_true(rows[0] == 2 && rows[1] == 5);
        assert_int_equal(
                project_behind(book, book, &w.history, &seller, SEEN_CHECKED_IN, &view.lines[1], rows, 2), 4);
        assert_true(rows[0] == 0 && rows[1] == 1);
        assert_int_equal(
                project_behind(NULL, NULL, &w.history, &seller, SEEN_CHECKED_IN, &view.lines[1], rows, 2), 0);
        rulebook_destroy(book);
}

/* ---- what the law protects ---- */
static const struct viewer *any_viewer(struct chance *c)
{
        static struct viewer viewer;
        viewer = random_viewer(c);
        return &viewer;
}

/* Half of them as generous as a book can be, below and above a random one. */
static struct rulebook *a_book(struct chance *c)
{
        static char text[MODEL_TEXT_MAX];
        struct model_book model;
        struct rulebook_error error;
        bool generous = chance_of(c, 50);
        model_book_random(c, &model, generous ? 3 : 12, 15);
        model_book_text(c, &model, text);
        add(text, sizeof text, "%s",
                "Pr: show full to anyone of field presence because \"p\"\n"
                "Pd: show full to anyone of field sizes/likes because \"p\"\n");
        if (generous)
                add(text, sizeof text, "%s",
                        "Ps: show full to anyone of sensitive mention ok because \"s\"\n"
                        "Pa: show full to anyone of anything mention ok because \"a\"\n");
        struct rulebook *book = rulebook_parse(slice_of(text), &error);
        if (!book)
                fail_msg("%d:%d %s\n%s", error.line, error.column, error.text, text);
        return book;
}

#define LAW_BOOKS 10000

/* L11: whatever 10,000 books say, and whatever was promised, a line of a sensitive class leaves no trace on a
 * view: not as a line, nor in a tally, nor in what is derived; also where the viewer sold it, and she lets it
 * be said. */
static void no_book_shows_what_is_sensitive(void **state)
{
        (void)state;
        struct chance c = {chance_seed("sensitive")};
        static struct view with, without;
        uint32_t shown = 0, kept_back = 0;
        for (int i = 0; i < LAW_BOOKS; i++) {
                struct rulebook *book = a_book(&c), *ceiling = chance_of(&c, 50) ? a_book(&c) : NULL;
                struct viewer viewer = *any_viewer(&c);
                enum seen seen = (enum seen)chance_below(&c, SEEN_COUNT);
                world_start(&w, "EUR");
                for (uint32_t n = 1 + chance_below(&c, 12); n > 0; n--) {
                        struct purchase line;
                        world_random_line(&c, &w, &line);
                        line.sensitive = chance_of(&c, 40);
                        if (line.sensitive && chance_of(&c, 30))
                                line.choice = CHOICE_TALK;
                        add_line(line);
                        struct verdict v =
                                rulebook_judge_line(book, &w.history, &line, &viewer, SEEN_CHECKED_IN);
                        kept_back += line.sensitive && v.level > LEVEL_HIDE;
                }
                project(book, ceiling ? ceiling : book, &w.history, &anna, &viewer, seen, &with);
                uint32_t open = 0;
                for (uint32_t k = 0; k < w.history.n_lines; k++)
                        if (!w.lines[k].sensitive)
                                w.lines[open++] = w.lines[k];
                w.history.n_lines = open;
                project(book, ceiling ? ceiling : book, &w.history, &anna, &viewer, seen, &without);
                shown += without.n_lines > 0;
                if (memcmp(&with, &without, sizeof with) != 0)
                        fail_msg("book %d shows something sensitive\n%s", i, rulebook_text(book));
                rulebook_destroy(ceiling);
                rulebook_destroy(book);
        }
        printf("# %u cards with lines; %u sensitive lines that a book would have shown\n", shown, kept_back);
        assert_true(shown > LAW_BOOKS / 4 && kept_back > LAW_BOOKS / 2);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup(each_level_shows_its_parts_and_no_more, start),
                cmocka_unit_test_setup(a_season_has_the_year_it_began_in, start),
                cmocka_unit_test_setup(tallies_are_bucketed_and_count_nothing_else, start),
                cmocka_unit_test_setup(the_five_most_useful_are_picked, start),
                cmocka_unit_test_setup(sizes_and_likes_come_from_visible_bought_lines, start),
                cmocka_unit_test_setup(only_the_four_latest_sizes_stand, start),
                cmocka_unit_test_setup(fields_follow_their_own_rules, start),
                cmocka_unit_test_setup(notes_are_known_and_never_said, start),
                cmocka_unit_test_setup(without_presence_or_book_there_is_nothing, start),
                cmocka_unit_test_setup(a_book_without_rules_shows_no_line, start),
                cmocka_unit_test_setup(a_history_over_the_limit_is_hidden, start),
                cmocka_unit_test_setup(texts_are_cleaned_and_cut_between_characters, start),
                cmocka_unit_test_setup(a_strike_finds_the_rows_behind_a_line, start),
                cmocka_unit_test(no_book_shows_what_is_sensitive),
        };
        return cmocka_run_group_tests_name("rulebook_project", tests, NULL, NULL);
}
