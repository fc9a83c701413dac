/* The lab: partition and findings against the evaluator itself, with rules taken out one by one; the example
 * of twelve rules; differences between versions; explanations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
/* cmocka wants the four above */
#include <cmocka.h>

#include "server/rulebook/analyse.h"
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

/* The same book with only the rules of `keep`, in their order. */
static struct rulebook *with_rules(const struct rulebook *book, uint64_t keep)
{
        static char text[RULEBOOK_TEXT_MAX];
        char whole[RULEBOOK_TEXT_MAX], *save = NULL;
        int rule = -1;
        snprintf(whole, sizeof whole, "%s", rulebook_text(book));
        text[0] = '\0';
        for (char *line = strtok_r(whole, "\n", &save); line; line = strtok_r(NULL, "\n", &save), rule++)
                if (rule < 0 || (keep >> rule & 1))
                        add(text, sizeof text, "%s\n", line);
        return parse(text);
}

static uint64_t all_rules(const struct rulebook *book)
{
        int n = rulebook_rule_count(book);
        return n == 64 ? ~UINT64_C(0) : (UINT64_C(1) << n) - 1;
}

/* ---- the partition ---- */
static void random_values(struct chance *c, const struct partition *p, uint16_t values[AXIS_COUNT])
{
        for (int axis = 0; axis < AXIS_COUNT; axis++)
                values[axis] = (uint16_t)chance_below(c, p->axes[axis].n_values);
}

static struct sight sight_at(const struct partition *p, const uint16_t values[AXIS_COUNT], int book)
{
        uint64_t rules = ~UINT64_C(0);
        bool seller = false;
        for (int axis = 0; axis < AXIS_COUNT; axis++) {
                const struct axis_parts *a = &p->axes[axis];
                const struct axis_class *class = &a->classes[a->values[values[axis]].class];
                rules &= class->rules[book];
                seller = seller || class->seller;
        }
        return ladder_sight(&p->ladder[book], rules, seller);
}

static void the_partition_says_what_the_evaluator_says(void **state)
{
        (void)state;
        struct chance c = {chance_seed("partition")};
        uint32_t seen[LEVEL_COUNT] = {0};
        for (int i = 0; i < 600; i++) {
                struct model_book model[2];
                struct rulebook *book[2];
                for (int b = 0; b < 2; b++) {
                        model_book_random(&c, &model[b], 14, 10);
                        book[b] = parse_model(&c, &model[b]);
                }
                struct partition *p = partition_make(book[0], book[1]);
                assert_non_null(p);
                for (int k = 0; k < 200; k++) {
                        uint16_t values[AXIS_COUNT];
                        random_values(&c, p, values);
                        for (int b = 0; b < 2; b++) {
                                struct cell cell = partition_cell(p, values, b);
                                struct verdict v =
                                        evaluate(book[b]->lines, book[b]->n_lines, &cell, LEVEL_HIDE);
                                struct sight s = sight_at(p, values, b);
                                assert_int_equal(s.level, v.level);
                                assert_int_equal(s.may_say, v.may_say);
                                seen[s.level]++;
                        }
                }
                partition_free(p);
                rulebook_destroy(book[0]);
                rulebook_destroy(book[1]);
        }
        for (int l = 0; l < LEVEL_COUNT; l++)
                assert_true(seen[l] > 500);
}

/* The value of an axis that a real line has; -1 if the axis has none for it. */
static int value_of(const struct partition *p, enum axis axis, const struct cell *cell)
{
        for (int i = 0; i < p->axes[axis].n_values; i++) {
                const struct axis_value *v = &p->axes[axis].values[i];
                bool price =
                        v->price_known ? cell->price >= v->price_from && cell->price < v->price_below : true;
                bool is[AXIS_COUNT] = {[AXIS_PLACE] = cell->relation == BIT(v->relation) &&
                                                      cell->channel == BIT(v->channel) &&
                                                      cell->where == BIT(v->where),
                        [AXIS_ROLE] = cell->role == BIT(v->role),
                        [AXIS_SEEN] = cell->seen == BIT(v->seen),
                        [AXIS_KIND] = cell->kind == v->kind[0] && cell->sensitive == BIT(v->sensitive),
                        [AXIS_GIFT] = cell->gift == BIT(v->gift),
                        [AXIS_STATUS] = cell->status == BIT(v->status),
                        [AXIS_PRICE] = cell->price_known == v->price_known && price,
                        [AXIS_AGE] = cell->age >= v->age_from && cell->age <= v->age_most};
                if (is[axis])
                        return i;
        }
        return -1;
}

static void every_real_line_lies_in_a_cell_that_is_seen_alike(void **state)
{
        (void)state;
        struct chance c = {chance_seed("lines in cells")};
        static struct world w;
        for (int i = 0; i < 1000; i++) {
                struct model_book model;
                model_book_random(&c, &model, 14, 0);
                struct rulebook *book = parse_model(&c, &model);
                struct partition *p = partition_make(book, NULL);
                world_start(&w, "EUR");
                for (int k = 0; k < 40; k++) {
                        struct viewer v = random_viewer(&c);
                        uint16_t values[AXIS_COUNT];
                        world_random_line(&c, &w, &w.lines[0]);
                        w.lines[0].choice = CHOICE_NONE;
                        struct scene scene =
                                scene_of(book, book, &w.history, &v, (enum seen)chance_below(&c, SEEN_COUNT));
                        struct cell cell = cell_of_line(&scene, &w.lines[0]);
                        struct verdict verdict = evaluate(book->lines, book->n_lines, &cell, LEVEL_HIDE);
                        for (int axis = 0; axis < AXIS_COUNT; axis++) {
                                int value = value_of(p, (enum axis)axis, &cell);
                                if (value < 0)
                                        fail_msg("axis %d has no value for a line\n%s", axis,
                                                rulebook_text(book));
                                values[axis] = (uint16_t)value;
                        }
                        assert_int_equal(sight_at(p, values, 0).level, verdict.level);
                        assert_int_equal(sight_at(p, values, 0).may_say, verdict.may_say);
                }
                partition_free(p);
                rulebook_destroy(book);
        }
}

/* ---- findings, by brute force: a rule is taken out and every cell is evaluated again ---- */
struct brute {
        bool matches, decides, needed;
};

static struct brute brute_force(const struct rulebook *book, const struct partition *p, int rule)
{
        struct rulebook *without = with_rules(book, all_rules(book) & ~(UINT64_C(1) << rule));
        struct rulebook *alone = with_rules(book, UINT64_C(1) << rule);
        struct brute found = {0};
        struct walk w;
        walk_start(&w, p);
        do {
                uint16_t values[AXIS_COUNT];
                for (int axis = 0; axis < AXIS_COUNT; axis++)
                        values[axis] = p->axes[axis].classes[w.at[axis]].first;
                struct cell cell = partition_cell(p, values, 0);
                struct verdict before = evaluate(book->lines, book->n_lines, &cell, LEVEL_HIDE);
                struct cell same = cell;
                int kind = __builtin_ctzll(cell.kind);
                const char *name = kind < book->n_kinds ? book->kinds[kind] : NULL;
                const struct rulebook *others[] = {without, alone};
                struct verdict v[2];
                for (int b = 0; b < 2; b++) {
                        same.kind = cell.kind >= UINT64_C(1) << KIND_OTHER ? cell.kind
                                                                           : UINT64_C(1) << KIND_OTHER;
                        for (int k = 0; name && k < others[b]->n_kinds; k++)
                                if (strcmp(others[b]->kinds[k], name) == 0)
                                        same.kind = UINT64_C(1) << k;
                        v[b] = evaluate(others[b]->lines, others[b]->n_lines, &same, LEVEL_HIDE);
                }
                bool show = book->rules[rule].verb == VERB_SHOW;
                /* A limit alone lowers nothing, so whether it matches is seen in the verdict on all. */
                bool matches = show ? v[1].shows != 0 : (before.limits >> rule & 1);
                found.matches |= matches;
                found.needed |= !show && matches;
                found.decides |= v[0].level != before.level || v[0].may_say != before.may_say;
        } while (walk_next(&w));
        rulebook_destroy(without);
        rulebook_destroy(alone);
        return found;
}

static const struct finding *finding_of(const struct findings *f, int rule)
{
        for (uint32_t i = 0; i < f->n; i++)
                if (f->list[i].rule == rule && f->list[i].kind <= FINDING_GUARD)
                        return &f->list[i];
        return NULL;
}

static void rules_without_effect_are_exactly_those(void **state)
{
        (void)state;
        struct chance c = {chance_seed("effects")};
        static struct findings f;
        uint32_t kinds[FINDING_MARKER + 1] = {0}, effective = 0;
        for (int i = 0; i < 500; i++) {
                struct model_book model;
                model_book_random(&c, &model, 8, 0);
                struct rulebook *book = parse_model(&c, &model);
                struct partition *p = partition_make(book, NULL);
                if (p->cells < 20000) {
                        assert_int_equal(analyse_book(book, &f), 0);
                        for (int rule = 0; rule < book->n_rules; rule++) {
                                struct brute b = brute_force(book, p, rule);
                                const struct finding *finding = finding_of(&f, rule);
                                if (b.decides != (finding == NULL))
                                        fail_msg("rule %d decides: %d\n%s", rule, b.decides,
                                                rulebook_text(book));
                                effective += b.decides;
                                if (!finding)
                                        continue;
                                kinds[finding->kind]++;
                                if (finding->kind == FINDING_NEVER_MATCHES)
                                        assert_false(b.matches);
                                if (finding->kind == FINDING_GUARD)
                                        assert_false(b.needed);
                                if (finding->kind == FINDING_COVERED)
                                        assert_true(b.needed);
                        }
                }
                partition_free(p);
                rulebook_destroy(book);
        }
        printf("# %u deciding, %u dead, %u covered, %u guards\n", effective, kinds[FINDING_DEAD],
                kinds[FINDING_COVERED], kinds[FINDING_GUARD]);
        assert_true(effective > 20 && kinds[FINDING_DEAD] > 5 && kinds[FINDING_GUARD] > 5);
        assert_true(kinds[FINDING_COVERED] > 5);
}

/* The book printed in privacy.md 3.2, in today's words. */
static const char twelve[] =
        HEAD "R1: show full to seller of in-store, this-store mention ok because \"You sold it\"\n"
             "R2: show item to preferred of in-store because \"You are the chosen associate\"\n"
             "R3: show kind to preferred of online, age <= 12 months because \"Online purchases are shared "
             "with you\"\n"
             "R4: show tally to department of in-store, this-store because \"Bought in your department\"\n"
             "R5: limit brand to everyone except seller of price >= 1000\n"
             "R6: never to everyone except preferred of online\n"
             "R7: never to anyone of gift\n"
             "R8: limit tally to trainee of anything\n"
             "R9: limit kind to anyone of anything when sensed\n"
             "R10: never to anyone of age > 36 months\n"
             "LAW: never firm to anyone of kind \"Pharmacy\"/\"Intimate health\"\n"
             "HQ: never firm to anyone of sensitive, other-store\n";

static const struct finding *find(
        const struct findings *f, const struct rulebook *book, enum finding_kind kind, const char *rule)
{
        for (uint32_t i = 0; i < f->n; i++)
                if (f->list[i].kind == kind && strcmp(rulebook_rule_id(book, f->list[i].rule), rule) == 0)
                        return &f->list[i];
        return NULL;
}

static void the_twelve_rules_have_a_guard_and_a_marker(void **state)
{
        (void)state;
        static struct findings f;
        struct rulebook *book = parse(twelve);
        assert_int_equal(analyse_book(book, &f), 0);
        printf("# %llu cells of %llu\n", (unsigned long long)f.cells, (unsigned long long)f.raw);
        assert_non_null(find(&f, book, FINDING_GUARD, "R6"));
        const struct finding *marker = find(&f, book, FINDING_MARKER, "R5");
        assert_non_null(marker);
        assert_int_equal(marker->axis, AXIS_PRICE);
        assert_int_equal(marker->level, LEVEL_BRAND);
        assert_int_equal(marker->beside, LEVEL_ITEM);
        assert_false(marker->grave);
        for (int rule = 0; rule < book->n_rules; rule++)
                if (finding_of(&f, rule))
                        assert_string_equal(rulebook_rule_id(book, rule), "R6");
        const struct finding *conflict = find(&f, book, FINDING_CONFLICT, "R2");
        assert_non_null(conflict);
        rulebook_destroy(book);
}

static void a_lowered_gift_or_sensitive_line_is_a_grave_marker(void **state)
{
        (void)state;
        static struct findings f;
        struct rulebook *book = parse(HEAD "S: show item to preferred of anything because \"chosen\"\n"
                                           "G: limit kind to anyone of gift\n"
                                           "T: limit tally to anyone of sensitive\n"
                                           "A: limit kind to anyone of age > 6 months\n"
                                           "W: limit tally to trainee of anything\n");
        assert_int_equal(analyse_book(book, &f), 0);
        const struct finding *gift = find(&f, book, FINDING_MARKER, "G");
        const struct finding *sensitive = find(&f, book, FINDING_MARKER, "T");
        assert_non_null(gift);
        assert_true(gift->grave && gift->axis == AXIS_GIFT);
        assert_non_null(sensitive);
        assert_true(sensitive->grave && sensitive->axis == AXIS_KIND);
        assert_null(find(&f, book, FINDING_MARKER, "A")); /* a card says the season anyway */
        assert_null(find(&f, book, FINDING_MARKER, "W")); /* and the viewer knows her own role */
        rulebook_destroy(book);
}

static void too_many_cells_are_refused_and_counted(void **state)
{
        (void)state;
        static struct findings f;
        static struct change change;
        static char text[RULEBOOK_TEXT_MAX];
        snprintf(text, sizeof text, "%s", HEAD);
        for (int i = 0; i < 60; i++)
                add(text, sizeof text,
                        "X%d: limit item to %s of price >= %d, age > %d months, kind \"K%d\"%s%s%s\n", i,
                        i % 3 ? "anyone" : "trainee who is seller or store", 100 + i, 1 + i, i,
                        i % 2 ? ", online" : ", in-store", i % 5 ? "" : ", gift", i % 7 ? "" : ", sensitive");
        struct rulebook *book = parse(text);
        assert_int_equal(analyse_book(book, &f), 1);
        assert_true(f.cells > ANALYSE_CELLS_MAX);
        assert_int_equal(f.n, 0);
        assert_int_equal(analyse_change(book, book, &change), 1);
        assert_true(change.cells > ANALYSE_CELLS_MAX);
        rulebook_destroy(book);
}

/* ---- versions ---- */
static void a_version_differs_from_itself_in_nothing(void **state)
{
        (void)state;
        static struct change change;
        struct rulebook *book = parse(twelve);
        assert_int_equal(analyse_change(book, book, &change), 0);
        assert_int_equal(change.wider + change.narrower, 0);
        assert_int_equal(change.n_wider + change.n_narrower, 0);
        rulebook_destroy(book);
}

static void a_change_is_told_in_words(void **state)
{
        (void)state;
        static struct change change;
        struct rulebook *from = parse(HEAD "S: show item to preferred of in-store because \"chosen\"\n");
        struct rulebook *to = parse(HEAD "S: show item to preferred of in-store because \"chosen\"\n"
                                         "T: show full to manager of online, price >= 1000 because \"more\"\n"
                                         "L: limit kind to trainee of age > 6 months\n");
        assert_int_equal(analyse_change(from, to, &change), 0);
        assert_int_equal(change.n_wider, 1);
        assert_int_equal(change.wider_areas[0].from, LEVEL_HIDE);
        assert_int_equal(change.wider_areas[0].to, LEVEL_FULL);
        assert_string_equal(change.wider_areas[0].text, "online; manager; price from 1000.00");
        assert_int_equal(change.n_narrower, 1);
        assert_int_equal(change.narrower_areas[0].from, LEVEL_ITEM);
        assert_int_equal(change.narrower_areas[0].to, LEVEL_KIND);
        assert_string_equal(change.narrower_areas[0].text, "preferred, in-store; trainee; age > 6 months");
        rulebook_destroy(from);
        rulebook_destroy(to);
}

static void differences_are_those_of_the_evaluator(void **state)
{
        (void)state;
        struct chance c = {chance_seed("differences")};
        static struct change change;
        uint32_t listed = 0, wider = 0, narrower = 0;
        for (int i = 0; i < 200; i++) {
                struct model_book model;
                model_book_random(&c, &model, 5, 0);
                struct rulebook *from = parse_model(&c, &model);
                model_rule_random(&c, &model.rules[model.n], model.n + 1, 0);
                model.n++;
                struct rulebook *to = parse_model(&c, &model);
                struct partition *p = partition_make(from, to);
                uint64_t cells[3] = {0};
                struct walk w;
                if (p->cells > 30000)
                        goto next;
                walk_start(&w, p);
                do {
                        uint16_t values[AXIS_COUNT];
                        for (int axis = 0; axis < AXIS_COUNT; axis++)
                                values[axis] = p->axes[axis].classes[w.at[axis]].first;
                        struct cell a = partition_cell(p, values, 0), b = partition_cell(p, values, 1);
                        struct verdict was = evaluate(from->lines, from->n_lines, &a, LEVEL_HIDE);
                        struct verdict is = evaluate(to->lines, to->n_lines, &b, LEVEL_HIDE);
                        bool more = is.level > was.level || is.may_say > was.may_say;
                        cells[more ? 2 : is.level == was.level && is.may_say == was.may_say]++;
                } while (walk_next(&w));
                assert_int_equal(analyse_change(from, to, &change), 0);
                assert_int_equal(change.wider, cells[2]);
                assert_int_equal(change.narrower, cells[0]);
                wider += cells[2] > 0;
                narrower += cells[0] > 0;
                if (change.n_wider < CHANGES_MAX && change.n_narrower < CHANGES_MAX) {
                        uint64_t sum = 0;
                        for (uint32_t k = 0; k < change.n_wider; k++)
                                sum += change.wider_areas[k].cells;
                        for (uint32_t k = 0; k < change.n_narrower; k++)
                                sum += change.narrower_areas[k].cells;
                        assert_int_equal(sum, cells[0] + cells[2]);
                        listed++;
                }
        next:
                partition_free(p);
                rulebook_destroy(from);
                rulebook_destroy(to);
        }
        printf("# %u books wider, %u narrower, %u listed whole\n", wider, narrower, listed);
        assert_true(wider > 10 && narrower > 10 && listed > 50);
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

static void explanations_are_faithful_and_minimal(void **state)
{
        (void)state;
        struct chance c = {chance_seed("explanations")};
        static struct world w;
        uint32_t by_show = 0, by_limit = 0, by_nothing = 0;
        for (int i = 0; i < 2500; i++) {
                struct model_book model;
                model_book_random(&c, &model, 14, 0);
                struct rulebook *book = parse_model(&c, &model);
                world_start(&w, "EUR");
                for (int k = 0; k < 40; k++) {
                        struct viewer v = random_viewer(&c);
                        world_random_line(&c, &w, &w.lines[0]);
                        w.lines[0].choice = CHOICE_NONE;
                        struct scene scene =
                                scene_of(book, book, &w.history, &v, (enum seen)chance_below(&c, SEEN_COUNT));
                        struct cell cell = cell_of_line(&scene, &w.lines[0]);
                        struct verdict verdict = evaluate(book->lines, book->n_lines, &cell, LEVEL_HIDE);
                        struct citation cited = rulebook_cite(book, &verdict);
                        uint64_t show = bit_of(cited.show), limit = bit_of(cited.limit);
                        /* faithful */
                        assert_int_equal(level_with(book, show | limit, &cell), verdict.level);
                        /* minimal: without the one nothing is seen, without the other more */
                        if (verdict.level > LEVEL_HIDE)
                                assert_int_equal(level_with(book, limit, &cell), LEVEL_HIDE);
                        if (cited.limit >= 0)
                                assert_true(level_with(book, show, &cell) > verdict.level);
                        by_show += cited.show >= 0;
                        by_limit += cited.limit >= 0;
                        by_nothing += cited.show < 0 && cited.limit < 0;
                }
                rulebook_destroy(book);
        }
        printf("# 100000 lines: %u by a show, %u of them lowered by a limit, %u by nothing\n", by_show,
                by_limit, by_nothing);
        assert_true(by_show > 10000 && by_limit > 5000 && by_nothing > 10000);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(the_partition_says_what_the_evaluator_says),
                cmocka_unit_test(every_real_line_lies_in_a_cell_that_is_seen_alike),
                cmocka_unit_test(rules_without_effect_are_exactly_those),
                cmocka_unit_test(the_twelve_rules_have_a_guard_and_a_marker),
                cmocka_unit_test(a_lowered_gift_or_sensitive_line_is_a_grave_marker),
                cmocka_unit_test(too_many_cells_are_refused_and_counted),
                cmocka_unit_test(a_version_differs_from_itself_in_nothing),
                cmocka_unit_test(a_change_is_told_in_words),
                cmocka_unit_test(differences_are_those_of_the_evaluator),
                cmocka_unit_test(explanations_are_faithful_and_minimal),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
