/* The laws of privacy.md 3.2 on random books, and that whatever is malformed is hidden. How much: laws.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
/* cmocka wants the four above */
#include <cmocka.h>

#include "tests/rulebook/laws.h"

/* ---- the laws ---- */
#define LAW_CASES 4

struct law {
        struct chance c;
        struct set_book sets;
        struct rulebook *book; /* as the sets were at first */
        uint32_t tuples[LAW_CASES];
        struct set_case cases[LAW_CASES];
        struct verdict was[LAW_CASES];
        uint32_t changed;
};

static bool same(const struct law *l, int k, const struct rulebook *after, struct verdict is)
{
        const struct verdict *was = &l->was[k];
        return was->level == is.level && was->may_say == is.may_say &&
               strcmp(rulebook_rule_id(l->book, was->show_rule), rulebook_rule_id(after, is.show_rule)) == 0;
}

static bool not_more(const struct law *l, int k, const struct rulebook *after, struct verdict is)
{
        (void)after;
        return is.level <= l->was[k].level && is.may_say <= l->was[k].may_say;
}

static bool not_less(const struct law *l, int k, const struct rulebook *after, struct verdict is)
{
        (void)after;
        return is.level >= l->was[k].level;
}

static bool nothing(const struct law *l, int k, const struct rulebook *after, struct verdict is)
{
        (void)l, (void)k, (void)after;
        return is.level == LEVEL_HIDE && !is.may_say && is.show_rule == -1 && !is.shows && !is.limits;
}

static void holds(struct law *l, const char *name, uint64_t keep,
        bool (*is_so)(const struct law *l, int k, const struct rulebook *after, struct verdict is))
{
        struct rulebook *after = set_book_parse(&l->sets, keep);
        for (int k = 0; k < LAW_CASES; k++) {
                struct verdict is = laws_judge(after, &l->cases[k], LEVEL_HIDE, CHOICE_NONE);
                if (!is_so(l, k, after, is))
                        fail_msg("%s: from %s say %d to %s say %d, tuple %u\n%s%s", name,
                                level_word(l->was[k].level), l->was[k].may_say, level_word(is.level),
                                is.may_say, l->tuples[k], rulebook_text(l->book), rulebook_text(after));
                l->changed += is.level != l->was[k].level;
        }
        rulebook_destroy(after);
}

static void permute(struct law *l)
{
        static struct set_rule r;
        for (int i = l->sets.n - 1; i > 0; i--) {
                int k = (int)chance_below(&l->c, (uint32_t)i + 1);
                r = l->sets.rules[i];
                l->sets.rules[i] = l->sets.rules[k];
                l->sets.rules[k] = r;
        }
        holds(l, "permutation", ~UINT64_C(0), same);
}

static void add_of(struct law *l, bool show)
{
        do {
                set_rule_random(&l->c, &l->sets, &l->sets.rules[l->sets.n], 90, 0);
        } while ((l->sets.rules[l->sets.n].verb == MODEL_SHOW) != show || !l->sets.rules[l->sets.n].possible);
        l->sets.n++;
        holds(l, show ? "one more show" : "one more limit", ~UINT64_C(0), show ? not_less : not_more);
        l->sets.n--;
}

/* What she says herself, against every way to share: her hide wins, her share lifts what is not firm and no
 * more. */
static void her_word(const struct law *l, int k)
{
        const struct set_case *it = &l->cases[k];
        bool firm_meets = false;
        enum level most = LEVEL_FULL;
        for (int i = 0; i < l->sets.n; i++) {
                const struct set_rule *r = &l->sets.rules[i];
                if (!r->firm || !set_has(&r->set, l->tuples[k]))
                        continue;
                firm_meets = true;
                most = r->level < most ? r->level : most;
        }
        for (int share = LEVEL_HIDE; share < LEVEL_COUNT; share++) {
                struct verdict hidden = laws_judge(l->book, it, (enum level)share, CHOICE_HIDE);
                struct verdict shared = laws_judge(l->book, it, (enum level)share, CHOICE_NONE);
                struct verdict talked = laws_judge(l->book, it, (enum level)share, CHOICE_TALK);
                int lifted = share > (int)l->was[k].level ? share : (int)l->was[k].level;
                bool exact = firm_meets ? (int)shared.level <= lifted && shared.level <= most
                                        : (int)shared.level == lifted;
                if (hidden.level != LEVEL_HIDE || hidden.may_say || hidden.show_rule != -1)
                        fail_msg("her hide does not win\n%s", rulebook_text(l->book));
                if (!exact || shared.level < l->was[k].level)
                        fail_msg("her share of %s makes %s of %s, firm %d at %s\n%s",
                                level_word((enum level)share), level_word(shared.level),
                                level_word(l->was[k].level), firm_meets, level_word(most),
                                rulebook_text(l->book));
                if (talked.level != shared.level || talked.may_say != (shared.level > LEVEL_HIDE))
                        fail_msg("her \"you may talk about it\" changes more\n%s", rulebook_text(l->book));
        }
}

/* A rule of the law or of head office stands whatever is added, and whatever she shares. */
static void firm_stands(struct law *l)
{
        struct set_rule *r = &l->sets.rules[l->sets.n];
        static const char *const levels[] = {
                "never", "limit tally", "limit kind", "limit brand", "limit item"};
        struct rulebook *after;
        int level = (int)chance_below(&l->c, 5);
        static char text[SET_TEXT_MAX];
        struct rulebook_error error;
        do {
                set_rule_random(&l->c, &l->sets, r, 91, 0);
        } while (r->verb == MODEL_SHOW || !r->possible);
        set_book_text(&l->sets, ~UINT64_C(0), text);
        add(text, sizeof text,
                "LAW: %s firm to %s of %s%s\nAll: show full to anyone of anything because \"all\"\n",
                levels[level], r->who, r->what, r->tail);
        after = rulebook_parse(slice_of(text), &error);
        assert_non_null(after);
        for (int k = 0; k < LAW_CASES; k++) {
                enum level share = (enum level)chance_below(&l->c, LEVEL_COUNT);
                struct verdict is = laws_judge(
                        after, &l->cases[k], share, (enum line_choice)(2 * chance_below(&l->c, 2)));
                if (set_has(&r->set, l->tuples[k]) && (int)is.level > level)
                        fail_msg("a firm limit was lifted to %s\n%s", level_word(is.level), text);
        }
        rulebook_destroy(after);
}

static void laws_hold_for_every_book(void **state)
{
        (void)state;
        static struct law l;
        l.c = (struct chance){chance_seed("laws")};
        uint32_t n = laws_some(laws_percent() < 10 ? 250000 : 1000000);
        for (uint32_t i = 0; i < n; i++) {
                set_book_random(&l.c, &l.sets, 10, 0);
                l.book = laws_parse(&l.sets);
                for (int k = 0; k < LAW_CASES; k++) {
                        l.tuples[k] = laws_line(&l.c);
                        set_case_make(&l.c, &l.sets, l.tuples[k], &l.cases[k]);
                        l.was[k] = laws_judge(l.book, &l.cases[k], LEVEL_HIDE, CHOICE_NONE);
                        her_word(&l, k);
                }
                add_of(&l, false);
                add_of(&l, true);
                set_book_copy_rule(&l.sets, (int)chance_below(&l.c, (uint32_t)l.sets.n));
                holds(&l, "duplicate", ~UINT64_C(0), same);
                l.sets.n--;
                firm_stands(&l);
                permute(&l);
                holds(&l, "empty book", 0, nothing);
                rulebook_destroy(l.book);
        }
        assert_true(l.changed > n / 2);
        laws_row("random books, every law on each", n);
}

/* ---- what is malformed ---- */
static void spoil(struct chance *c, struct set_case *it)
{
        struct purchase *l = &it->line;
        uint32_t beyond = it->history.pool_size + chance_below(c, 3) * 1000000;
        pooled *texts[] = {
                &l->kind, &l->brand, &l->item, &l->colour, &l->size, &l->department, &l->store_name};
        uint8_t bad = (uint8_t)(3 + chance_below(c, 253));
        switch (chance_below(c, 14)) {
        case 0:
                *texts[chance_below(c, ARRAY_LEN(texts))] = beyond;
                return;
        case 1:
                l->channel = bad;
                return;
        case 2:
                l->status = bad;
                return;
        case 3:
                l->gift = bad;
                return;
        case 4:
                l->sensitive = bad;
                return;
        case 5:
                l->choice = bad;
                return;
        case 6:
                l->department_index = (uint8_t)(DEPARTMENT_COUNT + chance_below(c, 224));
                return;
        case 7:
                l->age_days = -1 - (int32_t)chance_below(c, 1000);
                return;
        case 8:
                l->age_months = INT32_MIN + (int32_t)chance_below(c, 1000);
                return;
        case 9:
                l->month = chance_of(c, 50) ? 0 : (uint8_t)(13 + chance_below(c, 243));
                return;
        case 10:
                l->year = chance_of(c, 50) ? 0 : (uint16_t)(10000 + chance_below(c, 55536));
                return;
        case 11:
                it->viewer.role = (enum role)(ROLE_COUNT + chance_below(c, 100));
                return;
        case 12:
                it->seen = (enum seen)(SEEN_COUNT + chance_below(c, 100));
                return;
        default:
                it->history.pool = NULL;
                return;
        }
}

static void what_is_malformed_is_hidden(void **state)
{
        (void)state;
        static struct set_book sets;
        struct chance c = {chance_seed("malformed")};
        uint32_t n = laws_some(1000000);
        for (uint32_t i = 0; i < n; i++) {
                static struct rulebook *book;
                struct set_case it;
                if (i % 50 == 0) {
                        rulebook_destroy(book);
                        set_book_random(&c, &sets, 6, 0);
                        book = laws_parse(&sets);
                }
                set_case_make(&c, &sets, laws_line(&c), &it);
                assert_int_equal(laws_judge(NULL, &it, LEVEL_HIDE, CHOICE_NONE).level, LEVEL_HIDE);
                spoil(&c, &it);
                enum level share = (enum level)chance_below(&c, LEVEL_COUNT);
                struct verdict is = laws_judge(book, &it, share, (enum line_choice)it.line.choice);
                if (is.level != LEVEL_HIDE || is.may_say || is.shows || is.limits)
                        fail_msg("shown at %s\n%s", level_word(is.level), rulebook_text(book));
                if (i + 1 == n)
                        rulebook_destroy(book);
        }
        laws_row("malformed lines, viewers and histories hidden", n);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(laws_hold_for_every_book),
                cmocka_unit_test(what_is_malformed_is_hidden),
        };
        tuples_start();
        return cmocka_run_group_tests_name("rulebook_laws", tests, NULL, NULL);
}
