/* The comparison of two books over customers, against the public evaluator, asked for every line and viewer
 * and rule one by one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/lab/compare.h"
#include "tests/rulebook/model.h"

#define HEAD         "rulebook test version 1 store * notice n 1\n"
#define VIEWERS      7
#define CHANGES_ROOM 4096
#define RULES_ROOM   MODEL_RULES_MAX

static struct rulebook *parse(const char *text)
{
        struct rulebook_error error;
        struct rulebook *book = rulebook_parse(slice_of(text), &error);
        if (!book)
                fail_msg("%d:%d %s\n%s", error.line, error.column, error.text, text);
        return book;
}

static struct rulebook *random_book(struct chance *c, uint32_t fields)
{
        static char text[MODEL_TEXT_MAX];
        struct model_book model;
        model_book_random(c, &model, 10, fields);
        model_book_text(c, &model, text);
        return parse(text);
}

/* ---- the other way: one question at a time ---- */
/* What is counted under one name, by lines and by customers. */
struct heap {
        char name[160];
        uint64_t n, last;
        uint32_t customers, last_customer;
};

struct answer {
        struct heap heaps[CHANGES_ROOM];
        uint32_t n;
        uint64_t lines, wider, narrower, changed;
};

static void tally(struct answer *a, const char *name, uint64_t thing, uint32_t customer)
{
        uint32_t i = 0;
        while (i < a->n && strcmp(a->heaps[i].name, name) != 0)
                i++;
        assert_true(i < CHANGES_ROOM);
        struct heap *h = &a->heaps[i];
        if (i == a->n) {
                a->n++;
                snprintf(h->name, sizeof h->name, "%s", name);
        }
        if (h->last == thing)
                return;
        h->last = thing;
        h->n++;
        h->customers += h->last_customer != customer;
        h->last_customer = customer;
}

static const struct heap *found(const struct answer *a, const char *name)
{
        for (uint32_t i = 0; i < a->n; i++)
                if (strcmp(a->heaps[i].name, name) == 0)
                        return &a->heaps[i];
        return NULL;
}

/* The nearest relation, from the definitions (decision 15). */
static const char *relation_in_words(
        const struct history *h, const struct purchase *l, const struct viewer *v)
{
        bool own = l->channel == CHANNEL_IN_STORE && l->store && l->store == h->store;
        if (v->associate && l->seller == v->associate)
                return "seller";
        if (v->preferred)
                return "preferred";
        if (own && l->department_index != DEPARTMENT_OTHER && (v->departments >> l->department_index & 1))
                return "department";
        return l->channel == CHANNEL_IN_STORE && l->store && l->store == v->store ? "store" : "nobody";
}

static struct verdict held(struct verdict v, bool under, struct verdict promised)
{
        return under ? rulebook_under(v, promised) : v;
}

struct asking {
        const struct rulebook *from, *to, *ceiling;
        bool under;
        const struct history *history;
        const struct viewer *viewer;
        uint32_t customer;
};

static bool ask_line(struct answer *a, const struct asking *k, const struct purchase *l)
{
        char name[160];
        const struct history *h = k->history;
        struct verdict top = rulebook_judge_line(k->ceiling, h, l, k->viewer, SEEN_CHECKED_IN);
        struct verdict from =
                held(rulebook_judge_line(k->from, h, l, k->viewer, SEEN_CHECKED_IN), k->under, top);
        struct verdict to = held(rulebook_judge_line(k->to, h, l, k->viewer, SEEN_CHECKED_IN), k->under, top);
        if (from.level == to.level && from.may_say == to.may_say)
                return false;
        bool wider = to.level != from.level ? to.level > from.level : to.may_say;
        a->wider += wider;
        a->narrower += !wider;
        snprintf(name, sizeof name, "%s %s '%s' %s%d %s%d", relation_in_words(h, l, k->viewer),
                channel_word((enum channel)l->channel), h->pool + l->kind, level_word(from.level),
                from.may_say, level_word(to.level), to.may_say);
        tally(a, name, a->lines, k->customer);
        return true;
}

static bool ask_fields(struct answer *a, const struct asking *k)
{
        bool changed = false;
        for (int s = SUBJECT_PURCHASE + 1; s < SUBJECT_COUNT; s++) {
                char name[160];
                enum subject subject = (enum subject)s;
                struct verdict top = rulebook_judge_field(k->ceiling, subject, k->viewer, SEEN_CHECKED_IN);
                struct verdict from = held(
                        rulebook_judge_field(k->from, subject, k->viewer, SEEN_CHECKED_IN), k->under, top);
                struct verdict to =
                        held(rulebook_judge_field(k->to, subject, k->viewer, SEEN_CHECKED_IN), k->under, top);
                if (from.level == to.level && from.may_say == to.may_say)
                        continue;
                snprintf(name, sizeof name, "field %s %s %s%d %s%d", subject_word(subject),
                        k->viewer->preferred ? "preferred" : "nobody", level_word(from.level), from.may_say,
                        level_word(to.level), to.may_say);
                tally(a, name, k->customer, k->customer);
                changed = true;
        }
        return changed;
}

/* Each rule alone: a show by itself, a limit beside a show of everything. */
struct alone {
        struct rulebook *book[RULES_ROOM];
        bool limit[RULES_ROOM];
        int n;
        uint32_t customers[RULES_ROOM], last_customer[RULES_ROOM], viewers[RULES_ROOM];
        bool recent[RULES_ROOM];
        int over[RULES_ROOM]; /* the least age in months; 0: any */
};

static void each_alone(const struct rulebook *book, struct alone *out)
{
        const char *all = rulebook_text(book);
        memset(out, 0, sizeof *out);
        out->n = rulebook_rule_count(book);
        for (int r = 0; r < out->n; r++) {
                char text[2048], start[32];
                snprintf(start, sizeof start, "\n%s:", rulebook_rule_id(book, r));
                const char *at = strstr(all, start);
                assert_non_null(at);
                int len = (int)strcspn(at + 1, "\n");
                out->limit[r] = strncmp(at + strlen(start), " show", 5) != 0;
                snprintf(text, sizeof text, HEAD "%s%.*s\n",
                        out->limit[r] ? "ALL: show full to anyone of anything because \"it is a test\"\n"
                                      : "",
                        len, at + 1);
                out->book[r] = parse(text);
                const char *age = strstr(at, "age > ");
                if (age && age < at + len)
                        out->over[r] = (int)strtol(age + 6, NULL, 10) + 1;
        }
}

static void ask_rules(struct alone *rules, const struct asking *k, const struct purchase *l, uint32_t index)
{
        for (int r = 0; r < rules->n; r++)
                for (int seen = 0; seen < SEEN_COUNT; seen++) {
                        struct verdict v = rulebook_judge_line(
                                rules->book[r], k->history, l, k->viewer, (enum seen)seen);
                        if (rules->limit[r] ? v.limits == 0 : v.shows == 0)
                                continue;
                        rules->recent[r] |= l->age_days <= 90 ||
                                            (rules->over[r] > 0 && l->age_months < rules->over[r] + 3);
                        rules->viewers[r] |= 1u << index;
                        rules->customers[r] += rules->last_customer[r] != k->customer;
                        rules->last_customer[r] = k->customer;
                }
}

/* ---- both ways on random worlds ---- */
struct store_world {
        struct rulebook *from, *to, *ceiling;
        struct viewer viewers[VIEWERS];
        uint32_t n_viewers;
};

static void random_store(struct chance *c, struct store_world *s)
{
        *s = (struct store_world){.from = random_book(c, 25), .ceiling = random_book(c, 25)};
        s->to = chance_of(c, 10) ? parse(rulebook_text(s->from)) : random_book(c, 25);
        s->n_viewers = chance_below(c, VIEWERS + 1);
        for (uint32_t i = 0; i < s->n_viewers; i++) {
                s->viewers[i] = random_viewer(c);
                s->viewers[i].associate = i + 1;
        }
}

static void drop_store(struct store_world *s)
{
        rulebook_destroy(s->from);
        rulebook_destroy(s->to);
        rulebook_destroy(s->ceiling);
}

/* -1: none holds; 0: the store's; 1: one that nobody knows. */
static void ask_customer(struct answer *a, struct alone *rules, const struct store_world *s,
        const struct history *h, uint32_t preferred, int ceiling, uint32_t customer)
{
        bool changed = false;
        for (uint32_t i = 0; i < s->n_viewers; i++) {
                struct viewer v = s->viewers[i];
                v.preferred = preferred == v.associate;
                struct asking k = {
                        s->from, s->to, ceiling == 0 ? s->ceiling : NULL, ceiling >= 0, h, &v, customer};
                changed |= ask_fields(a, &k);
        }
        for (uint32_t n = 0; n < h->n_lines; n++) {
                a->lines++;
                for (uint32_t i = 0; i < s->n_viewers; i++) {
                        struct viewer v = s->viewers[i];
                        v.preferred = preferred == v.associate;
                        struct asking k = {s->from, s->to, ceiling == 0 ? s->ceiling : NULL, ceiling >= 0, h,
                                &v, customer};
                        changed |= ask_line(a, &k, &h->lines[n]);
                        ask_rules(rules, &k, &h->lines[n], i);
                }
        }
        a->changed += changed;
}

static void same_rows(const struct compare *compare, const struct answer *a)
{
        static struct compare_row rows[CHANGES_ROOM];
        struct compare_field fields[CHANGES_ROOM / 8];
        char name[160];
        uint32_t n = compare_rows(compare, rows, CHANGES_ROOM);
        uint32_t m = compare_fields(compare, fields, ARRAY_LEN(fields));
        assert_int_equal(n + m, a->n);
        for (uint32_t i = 0; i < n; i++) {
                const struct compare_row *r = &rows[i];
                snprintf(name, sizeof name, "%s %s '%s' %s%d %s%d", compare_relation_word(r->relation),
                        channel_word(r->channel), r->kind, level_word(r->from.level), r->from.may_say,
                        level_word(r->to.level), r->to.may_say);
                const struct heap *h = found(a, name);
                if (!h || h->n != r->lines || h->customers != r->customers)
                        fail_msg("%s: %d lines of %u, asked %d of %u", name, (int)r->lines, r->customers,
                                h ? (int)h->n : -1, h ? h->customers : 0);
                assert_true(i == 0 || compare_rounded(rows[i - 1].lines) >= compare_rounded(r->lines));
        }
        for (uint32_t i = 0; i < m; i++) {
                const struct compare_field *f = &fields[i];
                snprintf(name, sizeof name, "field %s %s %s%d %s%d", subject_word(f->subject),
                        compare_relation_word(f->relation), level_word(f->from.level), f->from.may_say,
                        level_word(f->to.level), f->to.may_say);
                const struct heap *h = found(a, name);
                if (!h || h->n != f->customers)
                        fail_msg("%s: %u, asked %d", name, f->customers, h ? (int)h->n : -1);
        }
}

static void same_rules(const struct compare *compare, const struct alone *rules)
{
        for (int r = 0; r < rules->n; r++) {
                struct compare_rule got = compare_rule(compare, r);
                uint32_t viewers = (uint32_t)__builtin_popcount(rules->viewers[r]);
                if (got.customers != rules->customers[r] || got.recent != rules->recent[r] ||
                        got.associates != (viewers > 2 ? 2 : viewers))
                        fail_msg("rule %s: customers %u, recent %d, associates %u; asked %u %d %u\n%s",
                                rulebook_rule_id(compare_book(compare), r), got.customers, got.recent,
                                got.associates, rules->customers[r], rules->recent[r], viewers,
                                rulebook_text(compare_book(compare)));
        }
}

static void agrees_with_the_evaluator(void **state)
{
        (void)state;
        struct chance c = {chance_seed("compare")};
        static struct world w;
        static struct answer a;
        static struct alone rules;
        uint64_t wider = 0, narrower = 0, singles = 0, unused = 0;
        for (int i = 0; i < 1000; i++) {
                struct store_world s;
                random_store(&c, &s);
                struct compare_setup setup = {.from = s.from,
                        .to = s.to,
                        .ceilings = (const struct rulebook *const *)&s.ceiling,
                        .n_ceilings = 1,
                        .viewers = s.viewers,
                        .n_viewers = s.n_viewers};
                struct compare *compare = compare_new(&setup);
                assert_non_null(compare);
                a = (struct answer){0};
                each_alone(s.to, &rules);
                uint32_t customers = 1 + chance_below(&c, 4);
                for (uint32_t k = 1; k <= customers; k++) {
                        world_start(&w, chance_of(&c, 90) ? "EUR" : "JPY");
                        w.history.n_lines = chance_below(&c, 7);
                        for (uint32_t n = 0; n < w.history.n_lines; n++)
                                world_random_line(&c, &w, &w.lines[n]);
                        uint32_t preferred = chance_below(&c, VIEWERS + 1);
                        int ceiling = chance_of(&c, 60) ? COMPARE_NO_CEILING : (int)chance_below(&c, 10) / 9;
                        compare_add(compare, &w.history, preferred, ceiling);
                        ask_customer(&a, &rules, &s, &w.history, preferred, ceiling, k);
                }
                struct compare_totals t = compare_totals(compare);
                assert_int_equal(t.customers, customers);
                assert_int_equal(t.lines, a.lines);
                assert_int_equal(t.pairs, a.lines * s.n_viewers);
                assert_int_equal(t.wider, a.wider);
                assert_int_equal(t.narrower, a.narrower);
                assert_int_equal(t.customers_changed, a.changed);
                same_rows(compare, &a);
                same_rules(compare, &rules);
                wider += t.wider;
                narrower += t.narrower;
                for (int r = 0; r < rules.n; r++) {
                        singles += compare_rule(compare, r).associates == 1;
                        unused += !compare_rule(compare, r).recent;
                        rulebook_destroy(rules.book[r]);
                }
                compare_free(compare);
                drop_store(&s);
        }
        assert_true(wider > 500 && narrower > 500); /* the worlds are not all alike */
        assert_true(singles > 50 && unused > 50);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(agrees_with_the_evaluator),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
