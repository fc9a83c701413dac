/* The meaning of rules: C against the second opinion, the five laws, and what is unknown or malformed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
/* cmocka wants the four above */
#include <cmocka.h>

#include "server/rulebook/evaluate.h"
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

static struct rulebook *parse_model(struct chance *c, const struct model_book *model)
{
        static char text[MODEL_TEXT_MAX];
        model_book_text(c, model, text);
        return parse(text);
}

static void differs(const struct rulebook *book, const struct purchase *l, struct verdict v, struct opinion o)
{
        fail_msg("C: %s say %d by %s; model: %s say %d by %s; line age %d price %lld choice %d\n%s",
                level_word(v.level), v.may_say, rulebook_rule_id(book, v.show_rule),
                level_word((enum level)o.level), o.may_say, o.rule, l->age_months, (long long)l->unit_price,
                l->choice, rulebook_text(book));
}

static struct verdict judge_with_share(const struct rulebook *book, const struct world *w,
        const struct purchase *l, const struct viewer *v, enum seen seen, enum level share)
{
        struct scene scene = scene_of(book, book, &w->history, v, seen);
        struct cell cell = cell_of_line(&scene, l);
        return evaluate(book->lines, book->n_lines, &cell, share);
}

static void lines_are_judged_as_the_second_opinion_says(void **state)
{
        (void)state;
        static const char *const currencies[] = {"EUR", "EUR", "JPY", ""};
        struct chance c = {chance_seed("differential")};
        static struct world w;
        uint32_t levels[LEVEL_COUNT] = {0}, said = 0;
        for (int i = 0; i < 4000; i++) {
                struct model_book model;
                model_book_random(&c, &model, 14, 10);
                struct rulebook *book = parse_model(&c, &model);
                world_start(&w, currencies[chance_below(&c, 4)]);
                for (int k = 0; k < 30; k++) {
                        struct viewer v = random_viewer(&c);
                        enum seen seen = (enum seen)chance_below(&c, 2);
                        enum level share = chance_of(&c, 80) ? LEVEL_HIDE : (enum level)chance_below(&c, 6);
                        world_random_line(&c, &w, &w.lines[0]);
                        struct verdict got = judge_with_share(book, &w, &w.lines[0], &v, seen, share);
                        struct opinion want =
                                model_judge(&model, &w.history, &w.lines[0], &v, seen, (int)share);
                        if ((int)got.level != want.level || got.may_say != want.may_say ||
                                strcmp(rulebook_rule_id(book, got.show_rule), want.rule) != 0)
                                differs(book, &w.lines[0], got, want);
                        levels[got.level]++;
                        said += got.may_say;
                }
                rulebook_destroy(book);
        }
        for (int l = 0; l < LEVEL_COUNT; l++)
                assert_true(levels[l] > 1000); /* the cases are not all alike */
        assert_true(said > 1000);
}

static void fields_are_judged_as_the_second_opinion_says(void **state)
{
        (void)state;
        struct chance c = {chance_seed("fields")};
        uint32_t shown = 0;
        for (int i = 0; i < 2000; i++) {
                struct model_book model;
                model_book_random(&c, &model, 14, 80);
                struct rulebook *book = parse_model(&c, &model);
                for (int k = 0; k < 20; k++) {
                        struct viewer v = random_viewer(&c);
                        enum seen seen = (enum seen)chance_below(&c, 2);
                        enum subject s =
                                (enum subject)(SUBJECT_NAME + chance_below(&c, SUBJECT_COUNT - SUBJECT_NAME));
                        struct verdict got = rulebook_judge_field(book, s, &v, seen);
                        struct opinion want = model_judge_field(&model, s, &v, seen);
                        struct purchase none = {0};
                        if ((int)got.level != want.level || got.may_say != want.may_say ||
                                strcmp(rulebook_rule_id(book, got.show_rule), want.rule) != 0)
                                differs(book, &none, got, want);
                        shown += got.level != LEVEL_HIDE;
                }
                rulebook_destroy(book);
        }
        assert_true(shown > 1000);
}

/* ---- the five laws ---- */
struct law {
        struct chance c;
        struct model_book model;
        struct rulebook *before, *after;
        struct world w;
        struct viewer viewer;
        enum seen seen;
        struct verdict was, is;
};

typedef void change(struct chance *c, struct model_book *model);
typedef bool holds(const struct law *l);

static void check_law(const char *name, change *make, holds *hold)
{
        static struct law l;
        l = (struct law){.c = {chance_seed(name)}};
        int changed = 0;
        for (int i = 0; i < 1500; i++) {
                model_book_random(&l.c, &l.model, MODEL_RULES_MAX - 1, 0);
                l.before = parse_model(&l.c, &l.model);
                make(&l.c, &l.model);
                l.after = parse_model(&l.c, &l.model);
                world_start(&l.w, "EUR");
                for (int k = 0; k < 20; k++) {
                        world_random_line(&l.c, &l.w, &l.w.lines[0]);
                        l.viewer = random_viewer(&l.c);
                        l.seen = (enum seen)chance_below(&l.c, 2);
                        l.was = rulebook_judge_line(l.before, &l.w.history, &l.w.lines[0], &l.viewer, l.seen);
                        l.is = rulebook_judge_line(l.after, &l.w.history, &l.w.lines[0], &l.viewer, l.seen);
                        if (!hold(&l))
                                fail_msg("%s: from %s say %d to %s say %d\n%s%s", name,
                                        level_word(l.was.level), l.was.may_say, level_word(l.is.level),
                                        l.is.may_say, rulebook_text(l.before), rulebook_text(l.after));
                        changed += l.was.level != l.is.level;
                }
                rulebook_destroy(l.before);
                rulebook_destroy(l.after);
        }
        printf("# %s: %d of 30000 cells changed\n", name, changed);
}

static void permute(struct chance *c, struct model_book *m)
{
        for (int i = m->n - 1; i > 0; i--) {
                int k = (int)chance_below(c, (uint32_t)i + 1);
                struct model_rule r = m->rules[i];
                m->rules[i] = m->rules[k];
                m->rules[k] = r;
        }
}

static void duplicate(struct chance *c, struct model_book *m)
{
        if (m->n == 0)
                return;
        m->rules[m->n] = m->rules[chance_below(c, (uint32_t)m->n)];
        SET(m->rules[m->n].id, "Zzz"); /* after all others, so that ties keep their rule */
        m->n++;
}

static void add_rule(struct chance *c, struct model_book *m, bool show)
{
        do {
                model_rule_random(c, &m->rules[m->n], m->n + 1, 0);
        } while ((m->rules[m->n].verb == MODEL_SHOW) != show);
        m->n++;
}

static void add_limit(struct chance *c, struct model_book *m)
{
        add_rule(c, m, false);
}

static void add_show(struct chance *c, struct model_book *m)
{
        add_rule(c, m, true);
}

static void empty(struct chance *c, struct model_book *m)
{
        (void)c;
        m->n = 0;
}

static bool same(const struct law *l)
{
        return l->was.level == l->is.level && l->was.may_say == l->is.may_say &&
               strcmp(rulebook_rule_id(l->before, l->was.show_rule),
                       rulebook_rule_id(l->after, l->is.show_rule)) == 0;
}

static bool not_more(const struct law *l)
{
        return l->is.level <= l->was.level && l->is.may_say <= l->was.may_say;
}

static bool not_less(const struct law *l)
{
        return l->is.level >= l->was.level;
}

static bool nothing(const struct law *l)
{
        return l->is.level == LEVEL_HIDE && !l->is.may_say && l->is.show_rule == -1 && !l->is.shows &&
               !l->is.limits;
}

static void five_laws(void **state)
{
        (void)state;
        check_law("permutation", permute, same);
        check_law("duplicate", duplicate, same);
        check_law("one more limit", add_limit, not_more);
        check_law("one more show", add_show, not_less);
        check_law("empty book", empty, nothing);
}

/* Only the cited rules give the same level, and without a show nothing is visible. */
static void cited_rules_explain_the_level(void **state)
{
        (void)state;
        struct chance c = {chance_seed("explanations")};
        static struct world w;
        for (int i = 0; i < 1500; i++) {
                struct model_book model, cited = {.n = 0};
                model_book_random(&c, &model, 14, 0);
                struct rulebook *book = parse_model(&c, &model);
                struct viewer v = random_viewer(&c);
                world_start(&w, "EUR");
                world_random_line(&c, &w, &w.lines[0]);
                w.lines[0].choice = CHOICE_NONE;
                struct verdict full = rulebook_judge_line(book, &w.history, &w.lines[0], &v, SEEN_CHECKED_IN);
                for (int r = 0; r < model.n; r++)
                        if (((full.shows | full.limits) >> r & 1))
                                cited.rules[cited.n++] = model.rules[r];
                struct rulebook *less = parse_model(&c, &cited);
                struct verdict again =
                        rulebook_judge_line(less, &w.history, &w.lines[0], &v, SEEN_CHECKED_IN);
                assert_int_equal(full.level, again.level);
                assert_int_equal(full.may_say, again.may_say);
                if (full.level != LEVEL_HIDE)
                        assert_true(full.shows >> full.show_rule & 1);
                rulebook_destroy(book);
                rulebook_destroy(less);
        }
}

/* ---- unknown and malformed ---- */
struct malformed {
        struct world w;
        struct purchase good;
        struct viewer viewer;
        struct rulebook *book;
};

static void start(struct malformed *m)
{
        struct chance c = {1};
        world_start(&m->w, "EUR");
        world_random_line(&c, &m->w, &m->good);
        m->good.kind = world_text(&m->w, "Coats");
        m->good.sensitive = m->good.gift = m->good.choice = 0;
        m->good.unit_price = 5000;
        m->viewer = (struct viewer){.associate = 1, .store = 1, .role = ROLE_ASSOCIATE};
        m->book = parse(HEAD "R1: show full to anyone of anything because \"all\"\n");
}

static enum level level_of(struct malformed *m, const struct purchase *line, enum seen seen)
{
        return rulebook_judge_line(m->book, &m->w.history, line, &m->viewer, seen).level;
}

static void malformed_rows_are_hidden(void **state)
{
        (void)state;
        static struct malformed m;
        start(&m);
        assert_int_equal(level_of(&m, &m.good, SEEN_CHECKED_IN), LEVEL_FULL);
#define HIDES(member, value)                                                                                 \
        do {                                                                                                 \
                struct purchase bad = m.good;                                                                \
                bad.member = (value);                                                                        \
                if (level_of(&m, &bad, SEEN_CHECKED_IN) != LEVEL_HIDE)                                       \
                        fail_msg("shown with " #member " = " #value);                                        \
        } while (0)
        HIDES(channel, 2);
        HIDES(channel, 9);
        HIDES(channel, 255);
        HIDES(status, 3);
        HIDES(gift, 2);
        HIDES(sensitive, 2);
        HIDES(choice, 3);
        HIDES(choice, CHOICE_HIDE);
        HIDES(department_index, 32);
        HIDES(age_days, -1);
        HIDES(age_months, -1);
        HIDES(month, 0);
        HIDES(month, 13);
        HIDES(year, 0);
        HIDES(kind, m.w.history.pool_size);
        HIDES(brand, UINT32_MAX);
        HIDES(item, m.w.history.pool_size);
        HIDES(colour, m.w.history.pool_size);
        HIDES(size, m.w.history.pool_size);
        HIDES(department, m.w.history.pool_size);
        HIDES(store_name, m.w.history.pool_size);
        assert_int_equal(level_of(&m, &m.good, (enum seen)7), LEVEL_HIDE);
        m.viewer.role = (enum role)3;
        assert_int_equal(level_of(&m, &m.good, SEEN_SENSED), LEVEL_HIDE);
        m.viewer.role = ROLE_ASSOCIATE;
        m.w.history.pool = NULL;
        assert_int_equal(level_of(&m, &m.good, SEEN_SENSED), LEVEL_HIDE);
        rulebook_destroy(m.book);
        m.book = NULL;
        m.w.history.pool = m.w.pool;
        assert_int_equal(level_of(&m, &m.good, SEEN_CHECKED_IN), LEVEL_HIDE);
        assert_int_equal(
                rulebook_judge_field(NULL, SUBJECT_NAME, &m.viewer, SEEN_CHECKED_IN).level, LEVEL_HIDE);
}

static enum level level_by(struct malformed *m, const char *rules, const struct purchase *line)
{
        static char text[2000];
        snprintf(text, sizeof text, HEAD "%s", rules);
        rulebook_destroy(m->book);
        m->book = parse(text);
        return level_of(m, line, SEEN_CHECKED_IN);
}

#define ALL "R0: show full to anyone of anything because \"all\"\n"

static void unknown_prices_and_classes_meet_every_limit_and_no_show(void **state)
{
        (void)state;
        static struct malformed m;
        start(&m);
        struct purchase no_price = m.good, no_kind = m.good;
        no_price.unit_price = PRICE_UNKNOWN;
        no_kind.kind = 0;
        const char *priced = "R1: show item to anyone of price >= 1 because \"x\"\n";
        assert_int_equal(level_by(&m, priced, &m.good), LEVEL_ITEM);
        assert_int_equal(level_by(&m, priced, &no_price), LEVEL_HIDE);
        assert_int_equal(
                level_by(&m, ALL "L: limit kind to anyone of price >= 900000\n", &m.good), LEVEL_FULL);
        assert_int_equal(
                level_by(&m, ALL "L: limit kind to anyone of price >= 900000\n", &no_price), LEVEL_KIND);
        assert_int_equal(level_by(&m, ALL "L: never to anyone of price < 1\n", &no_price), LEVEL_HIDE);
        assert_int_equal(level_by(&m, "R1: show item to anyone of kind \"Coats\" because \"x\"\n", &no_kind),
                LEVEL_HIDE);
        assert_int_equal(level_by(&m, ALL "L: never to anyone of kind \"Hats\"\n", &m.good), LEVEL_FULL);
        assert_int_equal(level_by(&m, ALL "L: never to anyone of kind \"Hats\"\n", &no_kind), LEVEL_HIDE);
        assert_int_equal(level_by(&m, ALL "L: limit tally to anyone of sensitive\n", &no_kind), LEVEL_TALLY);
        memset(m.w.history.currency, 0, 4);
        assert_int_equal(
                level_by(&m, ALL "L: limit kind to anyone of price >= 900000\n", &m.good), LEVEL_KIND);
        rulebook_destroy(m.book);
}

static void prices_are_compared_in_the_stores_currency(void **state)
{
        (void)state;
        static struct malformed m;
        start(&m);
        static const struct {
                const char *currency;
                int64_t below, at;
        } cases[] = {{"EUR", 100049, 100050}, {"JPY", 1000, 1001}, {"KWD", 1000499, 1000500},
                {"EUR", 100049, INT64_MAX}, {"JPY", 0, INT64_MAX}};
        for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
                const char *rules = ALL "L: limit kind to anyone of price >= 1000.50\n";
                struct purchase line = m.good;
                SET(m.w.history.currency, cases[i].currency);
                line.unit_price = cases[i].below;
                assert_int_equal(level_by(&m, rules, &line), LEVEL_FULL);
                line.unit_price = cases[i].at;
                assert_int_equal(level_by(&m, rules, &line), LEVEL_KIND);
        }
        rulebook_destroy(m.book);
}

static void long_class_names_are_not_taken_for_their_beginnings(void **state)
{
        (void)state;
        static struct malformed m;
        char name[66], rules[400];
        start(&m);
        memset(name, 'k', 65);
        name[65] = '\0';
        struct purchase line = m.good;
        for (size_t len = 62; len <= 65; len++) {
                name[len] = '\0';
                line.kind = world_text(&m.w, name);
                snprintf(rules, sizeof rules, "R1: show item to anyone of kind \"%.63s\" because \"x\"\n",
                        name);
                assert_int_equal(level_by(&m, rules, &line), len <= 63 ? LEVEL_ITEM : LEVEL_HIDE);
                name[len] = 'k';
        }
        /* a class at the very end of the pool is read no further */
        m.w.history.pool_size = line.kind + 66;
        line.kind = m.w.history.pool_size - 3;
        assert_int_equal(
                level_by(&m, "R1: show item to anyone of kind \"kk\" because \"x\"\n", &line), LEVEL_ITEM);
        rulebook_destroy(m.book);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(lines_are_judged_as_the_second_opinion_says),
                cmocka_unit_test(fields_are_judged_as_the_second_opinion_says),
                cmocka_unit_test(five_laws),
                cmocka_unit_test(cited_rules_explain_the_level),
                cmocka_unit_test(malformed_rows_are_hidden),
                cmocka_unit_test(unknown_prices_and_classes_meet_every_limit_and_no_show),
                cmocka_unit_test(prices_are_compared_in_the_stores_currency),
                cmocka_unit_test(long_class_names_are_not_taken_for_their_beginnings),
        };
        return cmocka_run_group_tests_name("rulebook_evaluate", tests, NULL, NULL);
}
