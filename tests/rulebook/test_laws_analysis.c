/* The analysis against sets of tuples, which see a small world whole: two books differ exactly where it is
 * said, one lies above a ceiling exactly if it is said, and the findings are those that taking rules out one
 * by one gives. How much: laws.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
/* cmocka wants the four above */
#include <cmocka.h>

#include "server/rulebook/analyse.h"
#include "server/rulebook/area.h"
#include "tests/rulebook/laws.h"

#define ALL_RULES (~UINT64_C(0))

/* ---- differences ---- */
/* Another version: half of the changes change nothing that anybody sees. */
static void edit(struct chance *c, struct set_book *b)
{
        int i = (int)chance_below(c, (uint32_t)b->n), k;
        struct set_rule *r = &b->rules[i];
        switch (chance_below(c, 7)) {
        case 0:
                set_book_remove(b, i);
                return;
        case 1:
                set_book_add(c, b, 15);
                return;
        case 2:
                set_book_copy_rule(b, i);
                return;
        case 3: /* firm or not shows only against her share */
                r->firm = r->verb != MODEL_SHOW && !r->firm;
                return;
        case 4:
                r->level = r->verb == MODEL_SHOW && r->level > LEVEL_TALLY && !r->of_fields ? r->level - 1
                                                                                            : r->level;
                return;
        case 5: /* in two halves */
                if (r->of_fields)
                        return;
                set_book_copy_rule(b, i);
                k = (int)chance_below(c, TUPLE_CUTS);
                set_rule_narrow(&b->rules[i], W_AGE_MOST + k);
                set_rule_narrow(&b->rules[b->n - 1], W_AGE_OVER + k);
                for (k = b->n - 1; k >= 0; k--)
                        if (!b->rules[k].possible)
                                set_book_remove(b, k);
                return;
        default:
                if (!r->of_fields) {
                        set_rule_narrow(r, (int)(W_IN_STORE + chance_below(c, 2)));
                        if (!r->possible)
                                set_book_remove(b, i);
                }
        }
}

/* Somewhere more is seen, or said that was not; and somewhere neither is more and one is less. */
struct ways {
        bool wider, narrower;
};

static struct ways compare(const struct set_table *from, const struct set_table *to)
{
        static struct set more, less;
        more = to->say;
        set_without(&more, &from->say);
        less = from->say;
        set_without(&less, &to->say);
        for (int l = LEVEL_TALLY; l < LEVEL_COUNT; l++) {
                struct set up = to->level[l], down = from->level[l];
                set_without(&up, &from->level[l]);
                set_without(&down, &to->level[l]);
                set_join(&more, &up);
                set_join(&less, &down);
        }
        set_without(&less, &more);
        return (struct ways){.wider = !set_empty(&more), .narrower = !set_empty(&less)};
}

static void versions_differ_exactly_where_their_tables_do(void **state)
{
        (void)state;
        static struct set_book a, b;
        static struct set_table from, to;
        static struct change change;
        struct chance c = {chance_seed("versions")};
        uint32_t alike = 0, wider = 0, narrower = 0, n = laws_some(20000);
        for (uint32_t i = 0; i < n; i++) {
                set_book_random(&c, &a, 8, 15);
                b = a;
                for (uint32_t edits = 1 + chance_below(&c, 2); edits > 0 && b.n > 0; edits--)
                        edit(&c, &b);
                set_table_make(&a, ALL_RULES, &from);
                set_table_make(&b, ALL_RULES, &to);
                struct rulebook *was = laws_parse(&a), *is = laws_parse(&b);
                struct ways ways = compare(&from, &to);
                bool equal = set_table_equal(&from, &to);
                assert_int_equal(analyse_change(was, is, &change), 0);
                if ((change.wider > 0) != ways.wider || (change.narrower > 0) != ways.narrower ||
                        equal != !(change.wider + change.narrower))
                        fail_msg("wider %llu, narrower %llu; sets: equal %d, wider %d, narrower %d\n%s%s",
                                (unsigned long long)change.wider, (unsigned long long)change.narrower, equal,
                                ways.wider, ways.narrower, rulebook_text(was), rulebook_text(is));
                assert_int_equal(change.n_wider > 0, ways.wider);
                assert_int_equal(change.n_narrower > 0, ways.narrower);
                alike += equal;
                wider += ways.wider;
                narrower += ways.narrower;
                rulebook_destroy(was);
                rulebook_destroy(is);
        }
        assert_true(alike > n / 10 && wider > n / 10 && narrower > n / 10);
        laws_row("pairs of versions, difference empty iff the tables are equal", n);
}

static void a_book_lies_above_a_ceiling_exactly_where_its_table_does(void **state)
{
        (void)state;
        static struct set_book a, b;
        static struct set_table most, own;
        static struct change above;
        struct chance c = {chance_seed("ceilings")};
        uint32_t under = 0, n = laws_some(10000);
        for (uint32_t i = 0; i < n; i++) {
                set_book_random(&c, &a, 8, 15);
                b = a;
                edit(&c, &b);
                if (chance_of(&c, 20)) {
                        struct set_book swap = a;
                        a = b;
                        b = swap;
                }
                set_table_make(&a, ALL_RULES, &most);
                set_table_make(&b, ALL_RULES, &own);
                struct rulebook *ceiling = laws_parse(&a), *book = laws_parse(&b);
                struct ways ways = compare(&most, &own);
                assert_int_equal(analyse_above(book, ceiling, &above), 0);
                assert_int_equal(above.narrower, 0);
                if ((above.wider > 0) != ways.wider)
                        fail_msg("above in %llu cells; sets: %d\n%s%s", (unsigned long long)above.wider,
                                ways.wider, rulebook_text(book), rulebook_text(ceiling));
                under += !ways.wider;
                rulebook_destroy(book);
                rulebook_destroy(ceiling);
        }
        assert_true(under > n / 10 && under < n - n / 10);
        laws_row("books against a ceiling", n);
}

/* ---- findings ---- */
struct expected {
        int effect[SET_RULES_MAX]; /* a kind of finding, -1 = it decides */
        bool conflict[SET_RULES_MAX][SET_RULES_MAX], marker[SET_RULES_MAX][AXIS_COUNT];
};

static void expect_effects(const struct set_book *b, const struct set_table *whole, struct expected *e)
{
        static struct set_table without;
        for (int i = 0; i < b->n; i++) {
                const struct set_rule *r = &b->rules[i];
                set_table_make(b, ALL_RULES & ~(UINT64_C(1) << i), &without);
                bool show = r->verb == MODEL_SHOW;
                bool held_back = !show && set_meets(&r->set, &whole->shown[r->level + 1]);
                e->effect[i] = !set_table_equal(whole, &without) ? -1
                               : show                            ? (int)FINDING_DEAD
                               : held_back                       ? (int)FINDING_COVERED
                                                                 : (int)FINDING_GUARD;
                for (int k = 0; show && k < b->n; k++)
                        e->conflict[i][k] = b->rules[k].verb != MODEL_SHOW && r->level > b->rules[k].level &&
                                            set_meets(&r->set, &b->rules[k].set);
        }
}

/* Tuples that differ from `t` in something that a line of this level does not say, one axis at a time. */
static uint32_t beside(const struct tuple *t, enum axis axis, int step)
{
        struct tuple other = *t;
        switch (axis) {
        case AXIS_PRICE:
                other.price = step - 1;
                return step <= TUPLE_CUTS + 1 ? tuple_like(&other) : UINT32_MAX;
        case AXIS_AGE:
                other.age = step;
                return step <= TUPLE_CUTS ? tuple_like(&other) : UINT32_MAX;
        case AXIS_GIFT:
                other.gift = !t->gift;
                return step == 0 ? tuple_like(&other) : UINT32_MAX;
        case AXIS_KIND:
                other.sensitive = !t->sensitive;
                return step == 0 && t->kind <= TUPLE_NAMED ? tuple_like(&other) : UINT32_MAX;
        case AXIS_PLACE:
        case AXIS_ROLE:
        case AXIS_SEEN:
        case AXIS_STATUS:
                return UINT32_MAX;
        }
        return UINT32_MAX;
}

static bool axis_told(enum axis axis, int level)
{
        return (axis == AXIS_PRICE && level >= LEVEL_FULL) || (axis == AXIS_AGE && level >= LEVEL_KIND);
}

static void expect_markers(const struct set_book *b, const uint8_t *levels, struct expected *e)
{
        for (uint32_t tuple = 0; tuple < TUPLE_LINES; tuple++) {
                int least = LEVEL_FULL, top = LEVEL_HIDE;
                for (int i = 0; levels[tuple] && i < b->n; i++) {
                        const struct set_rule *r = &b->rules[i];
                        bool in = set_has(&r->set, tuple), show = r->verb == MODEL_SHOW;
                        top = in && show && (int)r->level > top ? (int)r->level : top;
                        least = in && !show && (int)r->level < least ? (int)r->level : least;
                }
                if (!levels[tuple] || least >= top)
                        continue;
                for (int axis = 0; axis < AXIS_COUNT; axis++) {
                        for (int step = 0;
                                step <= TUPLE_CUTS + 1 && !axis_told((enum axis)axis, levels[tuple]);
                                step++) {
                                uint32_t other = beside(tuple_of(tuple), (enum axis)axis, step);
                                if (other == UINT32_MAX || levels[other] <= levels[tuple])
                                        continue;
                                for (int i = 0; i < b->n; i++)
                                        e->marker[i][axis] |= b->rules[i].verb != MODEL_SHOW &&
                                                              (int)b->rules[i].level == least &&
                                                              set_has(&b->rules[i].set, tuple) &&
                                                              !set_has(&b->rules[i].set, other);
                        }
                }
        }
}

static void found_as_expected(const struct rulebook *book, const struct findings *f, const struct expected *e)
{
        struct expected got;
        memset(&got, 0, sizeof got);
        for (int i = 0; i < SET_RULES_MAX; i++)
                got.effect[i] = -1;
        for (uint32_t i = 0; i < f->n; i++) {
                const struct finding *one = &f->list[i];
                if (one->kind == FINDING_CONFLICT)
                        got.conflict[one->rule][one->other] = true;
                else if (one->kind == FINDING_MARKER)
                        got.marker[one->rule][one->axis] = true;
                else
                        got.effect[one->rule] = (int)one->kind;
        }
        assert_int_equal(f->left_out, 0);
        for (int i = 0; i < book->n_rules; i++) {
                if (got.effect[i] != e->effect[i])
                        fail_msg("rule %d: found %d, sets say %d\n%s", i, got.effect[i], e->effect[i],
                                rulebook_text(book));
                for (int k = 0; k < book->n_rules; k++)
                        if (got.conflict[i][k] != e->conflict[i][k])
                                fail_msg("rules %d and %d: conflict found %d, sets say %d\n%s", i, k,
                                        got.conflict[i][k], e->conflict[i][k], rulebook_text(book));
                for (int axis = 0; axis < AXIS_COUNT; axis++)
                        if (got.marker[i][axis] != e->marker[i][axis])
                                fail_msg("rule %d marks by %s: found %d, sets say %d\n%s", i,
                                        axis_word((enum axis)axis), got.marker[i][axis], e->marker[i][axis],
                                        rulebook_text(book));
        }
}

static void findings_are_what_taking_rules_out_shows(void **state)
{
        (void)state;
        static struct set_book sets;
        static struct set_table table;
        static struct findings f;
        static uint8_t levels[TUPLES];
        struct chance c = {chance_seed("findings")};
        uint32_t counts[FINDING_MARKER + 1] = {0}, n = laws_some(20000);
        for (uint32_t i = 0; i < n; i++) {
                struct expected e;
                memset(&e, 0, sizeof e);
                set_book_random(&c, &sets, 8, 10);
                set_table_make(&sets, ALL_RULES, &table);
                for (uint32_t tuple = 0; tuple < TUPLES; tuple++) {
                        levels[tuple] = 0;
                        for (int l = LEVEL_TALLY; l < LEVEL_COUNT; l++)
                                levels[tuple] = (uint8_t)(levels[tuple] + set_has(&table.level[l], tuple));
                }
                expect_effects(&sets, &table, &e);
                expect_markers(&sets, levels, &e);
                struct rulebook *book = laws_parse(&sets);
                assert_int_equal(analyse_book(book, &f), 0);
                found_as_expected(book, &f, &e);
                for (uint32_t k = 0; k < f.n; k++)
                        counts[f.list[k].kind]++;
                rulebook_destroy(book);
        }
        printf("# %u dead, %u covered, %u guards, %u conflicts, %u markers\n", counts[FINDING_DEAD],
                counts[FINDING_COVERED], counts[FINDING_GUARD], counts[FINDING_CONFLICT],
                counts[FINDING_MARKER]);
        assert_int_equal(counts[FINDING_NEVER_MATCHES], 0); /* the parser refuses those */
        for (int kind = FINDING_DEAD; kind <= FINDING_MARKER; kind++)
                assert_true(counts[kind] > n / 100);
        laws_row("books whose findings were expected", n);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(versions_differ_exactly_where_their_tables_do),
                cmocka_unit_test(a_book_lies_above_a_ceiling_exactly_where_its_table_does),
                cmocka_unit_test(findings_are_what_taking_rules_out_shows),
        };
        tuples_start();
        return cmocka_run_group_tests_name("rulebook_laws_analysis", tests, NULL, NULL);
}
