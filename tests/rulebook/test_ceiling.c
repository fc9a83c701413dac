/* What was promised is a ceiling: what is seen is the lower of the rules and of the notice, line by line and
 * field by field, whatever the lines hold; what lies above it is found exactly; and an explanation names it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
/* cmocka wants the four above */
#include <cmocka.h>

#include "server/rulebook/analyse.h"
#include "server/rulebook/fields.h"
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

static struct rulebook *random_book(struct chance *c, struct model_book *model, int most, uint32_t fields)
{
        static char text[MODEL_TEXT_MAX];
        model_book_random(c, model, most, fields);
        model_book_text(c, model, text);
        return parse(text);
}

static const struct person_fields vera = {.first_name = "Vera",
        .last_name = "Example",
        .hint = "green coat",
        .wish = "a coat",
        .greet_by_name = true,
        .sizes_ok = true,
        .likes_ok = true};

/* ---- the lower of both ---- */
/* Against the second opinion of the model, asked of either book alone. */
static void a_line_is_seen_at_the_lower_of_both(void **state)
{
        (void)state;
        struct chance c = {chance_seed("ceilings")};
        static struct world w;
        uint32_t held = 0, free = 0, silent = 0;
        for (int i = 0; i < 400; i++) {
                struct model_book model[2];
                struct rulebook *book = random_book(&c, &model[0], 12, 0);
                struct rulebook *ceiling = random_book(&c, &model[1], 12, 0);
                world_start(&w, "EUR");
                for (int k = 0; k < 100; k++) {
                        struct viewer v = random_viewer(&c);
                        enum seen seen = (enum seen)chance_below(&c, SEEN_COUNT);
                        struct purchase *l = &w.lines[0];
                        world_random_line(&c, &w, l);
                        struct scene scene = scene_of(book, ceiling, &w.history, &v, seen);
                        struct verdict got = judge_line(&scene, l);
                        struct opinion a = model_judge(&model[0], &w.history, l, &v, seen, 0);
                        struct opinion b = model_judge(&model[1], &w.history, l, &v, seen, 0);
                        int level = a.level < b.level ? a.level : b.level;
                        assert_int_equal(got.level, level);
                        assert_int_equal(got.may_say, level > 0 && a.may_say && b.may_say);
                        assert_int_equal(got.held, level < a.level || (a.may_say && !got.may_say));
                        assert_int_equal(got.show_rule >= 0, level > 0 && a.rule[0] != 0);
                        held += level < a.level && level > 0;
                        free += level == a.level && level > 0;
                        silent += level == a.level && a.may_say && !got.may_say;
                }
                rulebook_destroy(book);
                rulebook_destroy(ceiling);
        }
        printf("# %u lines lowered and still seen, %u as the rules say, %u no longer to be said\n", held,
                free, silent);
        assert_true(held > 100 && free > 100 && silent > 20);
}

static void a_field_is_seen_at_the_lower_of_both(void **state)
{
        (void)state;
        struct chance c = {chance_seed("ceilings of fields")};
        static struct world w;
        uint32_t held = 0;
        world_start(&w, "EUR");
        for (int i = 0; i < 400; i++) {
                struct model_book model[2];
                struct rulebook *book = random_book(&c, &model[0], 12, 90);
                struct rulebook *ceiling = random_book(&c, &model[1], 12, 90);
                for (uint32_t s = SUBJECT_NAME; s < SUBJECT_COUNT; s++) {
                        struct viewer v = random_viewer(&c);
                        enum seen seen = (enum seen)chance_below(&c, SEEN_COUNT);
                        struct scene scene = scene_of(book, ceiling, &w.history, &v, seen);
                        struct verdict got = judge_field(&scene, (enum subject)s);
                        struct opinion a = model_judge_field(&model[0], (enum subject)s, &v, seen);
                        struct opinion b = model_judge_field(&model[1], (enum subject)s, &v, seen);
                        assert_int_equal(got.level, a.level < b.level ? a.level : b.level);
                        held += got.held;
                }
                rulebook_destroy(book);
                rulebook_destroy(ceiling);
        }
        assert_true(held > 50);
}

static void views_equal(const struct view *a, const struct view *b)
{
        assert_memory_equal(a, b, sizeof *a);
}

/* The ceilings that have an answer known beforehand. */
static void projections_under_known_ceilings(void **state)
{
        (void)state;
        struct chance c = {chance_seed("projections under ceilings")};
        static struct world w;
        static struct view alone, under, nothing;
        struct rulebook *empty = parse(HEAD);
        struct rulebook *all = parse(HEAD
                "A: show full to anyone of anything mention ok because \"all\"\n"
                "F: show full to anyone of field name/greet/hint/wish/sizes/likes/notes/presence mention ok "
                "because \"all\"\n");
        uint32_t shown = 0;
        for (int i = 0; i < 60; i++) {
                struct model_book model;
                static char text[MODEL_TEXT_MAX];
                model_book_random(&c, &model, 14, 40);
                model_book_text(&c, &model, text);
                add(text, sizeof text, "\nShe: show full to anyone of field presence because \"x\"\n");
                struct rulebook *book = parse(text);
                struct viewer v = random_viewer(&c);
                world_start(&w, "EUR");
                for (w.history.n_lines = 0; w.history.n_lines < 30; w.history.n_lines++) {
                        world_random_line(&c, &w, &w.lines[w.history.n_lines]);
                        w.lines[w.history.n_lines].kind =
                                world_text(&w, "Shoes"); /* known: promised by `all` */
                        if (w.lines[w.history.n_lines].unit_price < 0)
                                w.lines[w.history.n_lines].unit_price = 100;
                }
                enum seen seen = (enum seen)chance_below(&c, SEEN_COUNT);
                project(book, book, &w.history, &vera, &v, seen, &alone);
                project(book, all, &w.history, &vera, &v, seen, &under);
                views_equal(&alone, &under);
                project(book, empty, &w.history, &vera, &v, seen, &under);
                memset(&nothing, 0, sizeof nothing);
                views_equal(&nothing, &under);
                project(book, NULL, &w.history, &vera, &v, seen, &under);
                views_equal(&nothing, &under);
                project(NULL, all, &w.history, &vera, &v, seen, &under);
                views_equal(&nothing, &under);
                if (alone.n_lines) {
                        uint32_t rows[30];
                        assert_true(project_behind(
                                            book, all, &w.history, &v, seen, &alone.lines[0], rows, 30) > 0);
                        assert_int_equal(
                                project_behind(book, empty, &w.history, &v, seen, &alone.lines[0], rows, 30),
                                0);
                        assert_int_equal(
                                project_behind(book, NULL, &w.history, &v, seen, &alone.lines[0], rows, 30),
                                0);
                        shown++;
                }
                rulebook_destroy(book);
        }
        assert_true(shown > 5);
        rulebook_destroy(empty);
        rulebook_destroy(all);
}

/* Classes that only the ceiling names are told apart as well; and the other way round. */
static void a_ceiling_has_classes_of_its_own(void **state)
{
        (void)state;
        static struct world w;
        struct rulebook *book =
                parse(HEAD "A: show full to anyone of kind \"Coats\"/\"Shoes\" because \"a\"\n");
        struct rulebook *ceiling = parse(HEAD "A: show item to anyone of anything because \"a\"\n"
                                              "B: limit kind to anyone of kind \"Bags\"/\"Shoes\"\n");
        struct viewer v = {.associate = 1, .store = 1};
        struct chance c = {1};
        world_start(&w, "EUR");
        struct purchase *l = &w.lines[0];
        world_random_line(&c, &w, l);
        l->choice = CHOICE_NONE;
        struct scene scene = scene_of(book, ceiling, &w.history, &v, SEEN_CHECKED_IN);
        l->kind = world_text(&w, "Coats");
        assert_int_equal(judge_line(&scene, l).level, LEVEL_ITEM);
        l->kind = world_text(&w, "Shoes");
        assert_int_equal(judge_line(&scene, l).level, LEVEL_KIND);
        l->kind = world_text(&w, "Bags");
        assert_int_equal(judge_line(&scene, l).level, LEVEL_HIDE);
        l->kind = 0; /* without a class nothing is shown, under whatever ceiling */
        assert_int_equal(judge_line(&scene, l).level, LEVEL_HIDE);
        rulebook_destroy(book);
        rulebook_destroy(ceiling);
}

/* ---- what lies above ---- */
static void what_lies_above_is_found_cell_by_cell(void **state)
{
        (void)state;
        struct chance c = {chance_seed("above")};
        static struct change above;
        uint32_t within = 0, looked = 0;
        for (int i = 0; i < 250; i++) {
                struct model_book model[2];
                struct rulebook *book = random_book(&c, &model[0], 3, 30);
                struct rulebook *ceiling = random_book(&c, &model[1], 6, 30);
                struct partition *p = partition_make(ceiling, book);
                uint64_t cells = 0, told = 0;
                struct walk w;
                if (p->cells > 20000)
                        goto next;
                walk_start(&w, p);
                do {
                        uint16_t values[AXIS_COUNT];
                        for (int axis = 0; axis < AXIS_COUNT; axis++)
                                values[axis] = p->axes[axis].classes[w.at[axis]].first;
                        struct cell a = partition_cell(p, values, 0), b = partition_cell(p, values, 1);
                        struct verdict promised = evaluate(ceiling->lines, ceiling->n_lines, &a, LEVEL_HIDE);
                        struct verdict says = evaluate(book->lines, book->n_lines, &b, LEVEL_HIDE);
                        cells += rulebook_under(says, promised).held;
                } while (walk_next(&w));
                for (uint32_t n = 0; n < FIELD_CELLS; n++) {
                        struct viewer v = {.role = (enum role)(n / SEEN_COUNT % ROLE_COUNT),
                                .preferred = n / (SEEN_COUNT * ROLE_COUNT) % 2 == 1};
                        enum subject s = (enum subject)(1 + n / (SEEN_COUNT * ROLE_COUNT * 2));
                        struct verdict promised =
                                rulebook_judge_field(ceiling, s, &v, (enum seen)(n % SEEN_COUNT));
                        cells += rulebook_under(
                                rulebook_judge_field(book, s, &v, (enum seen)(n % SEEN_COUNT)), promised)
                                         .held;
                }
                assert_int_equal(analyse_above(book, ceiling, &above), 0);
                assert_int_equal(above.wider, cells);
                assert_int_equal(above.narrower, 0);
                for (uint32_t k = 0; k < above.n_wider; k++)
                        told += above.wider_areas[k].cells;
                assert_true(told == cells || above.n_wider == CHANGES_MAX);
                within += cells == 0;
                looked++;
        next:
                partition_free(p);
                rulebook_destroy(book);
                rulebook_destroy(ceiling);
        }
        printf("# %u pairs, %u of them within\n", looked, within);
        assert_true(looked > 100 && within > 5 && within < looked);
}

/* ---- explanations ---- */
static uint64_t bit_of(int rule)
{
        return rule < 0 ? 0 : UINT64_C(1) << rule;
}

static enum level level_with(const struct rulebook *book, uint64_t rules, const struct cell *cell)
{
        struct box boxes[RULES_MAX];
        int n = 0;
        for (int i = 0; i < book->n_lines; i++)
                if (rules >> book->lines[i].index & 1)
                        boxes[n++] = book->lines[i];
        return evaluate(boxes, n, cell, LEVEL_HIDE).level;
}

static enum level lower(enum level a, enum level b)
{
        return a < b ? a : b;
}

static void explanations_under_a_ceiling_are_faithful_and_minimal(void **state)
{
        (void)state;
        struct chance c = {chance_seed("explanations under ceilings")};
        static struct world w;
        uint32_t held = 0, own = 0, hidden = 0;
        for (int i = 0; i < 2500; i++) {
                struct model_book model[2];
                struct rulebook *book = random_book(&c, &model[0], 14, 0);
                struct rulebook *ceiling = random_book(&c, &model[1], 10, 0);
                world_start(&w, "EUR");
                for (int k = 0; k < 40; k++) {
                        struct viewer viewer = random_viewer(&c);
                        enum seen seen = (enum seen)chance_below(&c, SEEN_COUNT);
                        world_random_line(&c, &w, &w.lines[0]);
                        w.lines[0].choice = CHOICE_NONE;
                        struct scene one = scene_of(book, book, &w.history, &viewer, seen);
                        struct scene two = scene_of(ceiling, ceiling, &w.history, &viewer, seen);
                        struct cell a = cell_of_line(&one, &w.lines[0]), b = cell_of_line(&two, &w.lines[0]);
                        struct verdict v = judge_line(&one, &w.lines[0]),
                                       promised = judge_line(&two, &w.lines[0]);
                        struct verdict seen_as = rulebook_under(v, promised);
                        struct citation cited = rulebook_cite_under(book, &v, ceiling, &promised);
                        uint64_t show = bit_of(cited.show), limit = bit_of(cited.limit);
                        bool lowers = cited.held && seen_as.level < v.level;
                        uint64_t p_show = bit_of(cited.promised_show), p_limit = bit_of(cited.promised_limit);
                        enum level of_book = level_with(book, show | limit, &a);
                        enum level of_notice =
                                lowers ? level_with(ceiling, p_show | p_limit, &b) : LEVEL_FULL;
                        /* faithful */
                        assert_int_equal(lower(of_book, of_notice), seen_as.level);
                        assert_int_equal(cited.held, seen_as.held);
                        /* minimal */
                        if (seen_as.level > LEVEL_HIDE)
                                assert_int_equal(level_with(book, limit, &a), LEVEL_HIDE);
                        if (cited.limit >= 0)
                                assert_true(lower(level_with(book, show, &a), of_notice) > seen_as.level);
                        if (cited.promised_limit >= 0)
                                assert_true(lower(of_book, level_with(ceiling, p_show, &b)) > seen_as.level);
                        if (lowers)
                                assert_true(of_book > seen_as.level);
                        held += cited.held && seen_as.level > LEVEL_HIDE;
                        hidden += cited.held && seen_as.level == LEVEL_HIDE;
                        own += !cited.held && seen_as.level > LEVEL_HIDE;
                }
                rulebook_destroy(book);
                rulebook_destroy(ceiling);
        }
        printf("# 100000 lines: %u lowered by the notice, %u hidden by it, %u seen as the rules say\n", held,
                hidden, own);
        assert_true(held > 500 && hidden > 1000 && own > 500);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_line_is_seen_at_the_lower_of_both),
                cmocka_unit_test(a_field_is_seen_at_the_lower_of_both),
                cmocka_unit_test(projections_under_known_ceilings),
                cmocka_unit_test(a_ceiling_has_classes_of_its_own),
                cmocka_unit_test(what_lies_above_is_found_cell_by_cell),
                cmocka_unit_test(explanations_under_a_ceiling_are_faithful_and_minimal),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
