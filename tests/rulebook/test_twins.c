/* Two histories that differ only in what a viewer may not know must give the same card, byte for byte
 * (privacy.md 4): hidden rows come, go and change; what lies above a line's level changes; tallies move
 * inside their bucket; rows, refs, strangers' ids and the pool are shuffled. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
/* cmocka wants the four above */
#include <cmocka.h>

#include "server/rulebook/render.h"
#include "tests/rulebook/model.h"

#define PAIRS      25000
#define BOOK_PAIRS 5 /* pairs under one book: parsing is most of the time */
#define ROWS_MOST  24
#define BUCKET_TOP 12 /* from here on a tally is "many" however much it grows */

struct twins {
        struct chance c;
        struct rulebook *book;
        struct viewer viewer;
        enum seen seen;
        struct world one, other;
        struct person_fields person;
        /* what happened over all pairs, so that the test can tell it tested something */
        uint32_t dropped, added, changed_hidden, changed_above, tallies_moved, cards_with_lines,
                cards_with_tally;
};

static struct verdict judge(const struct twins *t, const struct world *w, const struct purchase *l)
{
        return rulebook_lawful(rulebook_judge_line(t->book, &w->history, l, &t->viewer, t->seen), l);
}

static bool same_verdict(struct verdict a, struct verdict b)
{
        return a.level == b.level && a.may_say == b.may_say && a.show_rule == b.show_rule;
}

static bool is_counted(const struct purchase *l, struct verdict v)
{
        return v.level == LEVEL_TALLY && l->status == STATUS_BOUGHT;
}

static void push(struct world *w, struct purchase l)
{
        if (w->history.n_lines < WORLD_LINES_MAX)
                w->lines[w->history.n_lines++] = l;
}

/* The line's texts, moved into the other world's pool. */
static struct purchase moved(const struct world *from, struct world *to, struct purchase l)
{
        pooled *texts[] = {&l.kind, &l.brand, &l.item, &l.colour, &l.size, &l.department, &l.store_name};
        for (size_t i = 0; i < ARRAY_LEN(texts); i++)
                *texts[i] = world_text(to, from->pool + *texts[i]);
        return l;
}

/* A random line that keeps of `l` what its level shows. */
static struct purchase above_changed(struct twins *t, const struct purchase *l, enum level level)
{
        struct purchase r;
        world_random_line(&t->c, &t->other, &r);
        if (chance_of(&t->c, 20))
                r.item = world_text(&t->other, "Hidden item");
        if (level == LEVEL_TALLY) {
                r.department = l->department;
                r.department_index = l->department_index;
                r.status = l->status;
                return r;
        }
        r.department = l->department;
        r.department_index = l->department_index;
        r.kind = l->kind;
        r.status = l->status;
        r.channel = l->channel;
        r.year = l->year;
        r.month = l->month;
        if (level <= LEVEL_BRAND && l->month % 3 != 2 &&
                chance_of(&t->c, 50)) /* another month of the same season */
                r.month = (uint8_t)(l->month % 3 == 0 ? l->month % 12 + 1 : l->month - 1);
        if (r.month == 1 && l->month == 12)
                r.year++;
        if (r.month == 12 && l->month == 1)
                r.year--;
        if (level >= LEVEL_BRAND)
                r.brand = l->brand;
        if (level >= LEVEL_ITEM) {
                r.item = l->item;
                r.size = l->size;
                r.colour = l->colour;
                r.month = l->month;
                r.year = l->year;
        }
        if (level >= LEVEL_FULL) {
                r.store_name = l->store_name;
                r.at = l->at;
                r.age_days = l->age_days;
                r.unit_price = l->unit_price;
                r.quantity = l->quantity;
        }
        return r;
}

/* Changes a line where its viewer cannot see; gives it back unchanged if no change keeps the verdict. */
static struct purchase disguised(
        struct twins *t, const struct purchase *l, struct verdict v, uint32_t *changed)
{
        for (int tries = 0; tries < 6; tries++) {
                struct purchase r = above_changed(t, l, v.level);
                if (!same_verdict(judge(t, &t->other, &r), v))
                        continue;
                (*changed)++;
                return r;
        }
        return *l;
}

static void twin_of_hidden(struct twins *t, const struct purchase *l, struct verdict v)
{
        if (chance_of(&t->c, 40)) {
                t->dropped++;
                return;
        }
        struct purchase r;
        for (int tries = 0; tries < 4; tries++) {
                world_random_line(&t->c, &t->other, &r);
                if (judge(t, &t->other, &r).level == LEVEL_HIDE) {
                        t->changed_hidden++;
                        push(&t->other, r);
                        return;
                }
        }
        (void)v;
        push(&t->other, *l);
}

static void add_hidden(struct twins *t)
{
        for (uint32_t n = chance_below(&t->c, 8); n > 0; n--) {
                struct purchase r;
                world_random_line(&t->c, &t->other, &r);
                struct verdict v = judge(t, &t->other, &r);
                bool returned_tally = v.level == LEVEL_TALLY && r.status != STATUS_BOUGHT;
                if (v.level != LEVEL_HIDE && !returned_tally)
                        continue;
                t->added++;
                push(&t->other, r);
        }
}

/* Least and most rows of a tally that looks like one of n rows. */
static void bucket_of(uint32_t n, uint32_t *least, uint32_t *most)
{
        static const uint32_t edges[] = {0, 3, 6, BUCKET_TOP, 30};
        for (size_t i = 0; i + 1 < ARRAY_LEN(edges); i++) {
                if (n >= edges[i] && n < edges[i + 1]) {
                        *least = edges[i];
                        *most = edges[i + 1] - 1;
                }
        }
}

/* The counted rows of one department: as many as its bucket allows, each decided by a rule that decided one
 * before. */
static void twin_of_tally(struct twins *t, uint8_t department)
{
        struct purchase rows[WORLD_LINES_MAX];
        struct verdict verdicts[WORLD_LINES_MAX];
        uint32_t n = 0, least = 0, most = 0;
        const struct purchase *first = NULL; /* the row whose rule names the tally's reason */
        struct verdict first_verdict = {0};
        for (uint32_t i = 0; i < t->one.history.n_lines; i++) {
                if (t->one.lines[i].department_index != department)
                        continue;
                struct purchase l = moved(&t->one, &t->other, t->one.lines[i]);
                struct verdict v = judge(t, &t->other, &l);
                if (!is_counted(&l, v))
                        continue;
                rows[n] = l;
                verdicts[n] = v;
                if (!first || strcmp(rulebook_rule_id(t->book, v.show_rule),
                                      rulebook_rule_id(t->book, first_verdict.show_rule)) < 0) {
                        first = &rows[n];
                        first_verdict = v;
                }
                n++;
        }
        bucket_of(n, &least, &most);
        uint32_t want = least + chance_below(&t->c, most - least + 1);
        if (n == 0)
                return;
        t->tallies_moved += want != n;
        for (uint32_t i = 0; i < want; i++) {
                uint32_t from = i == 0 ? (uint32_t)(first - rows) : chance_below(&t->c, n);
                push(&t->other, disguised(t, &rows[from], verdicts[from], &t->changed_above));
        }
}

static void shuffle(struct twins *t)
{
        for (uint32_t i = t->other.history.n_lines; i > 1; i--) {
                uint32_t k = chance_below(&t->c, i);
                struct purchase l = t->other.lines[i - 1];
                t->other.lines[i - 1] = t->other.lines[k];
                t->other.lines[k] = l;
        }
        for (uint32_t i = 0; i < t->other.history.n_lines; i++) {
                struct purchase *l = &t->other.lines[i];
                l->ref = chance_below(&t->c, 1000000000);
                if (l->seller != t->viewer.associate && l->seller != 0)
                        l->seller += 10;
        }
}

static void make_twin(struct twins *t)
{
        world_start(&t->other, "EUR");
        if (chance_of(&t->c, 50))
                world_text(&t->other, "shifts every offset");
        for (uint32_t i = 0; i < t->one.history.n_lines; i++) {
                struct purchase l = moved(&t->one, &t->other, t->one.lines[i]);
                struct verdict v = judge(t, &t->other, &l);
                if (v.level == LEVEL_HIDE || (v.level == LEVEL_TALLY && l.status != STATUS_BOUGHT))
                        twin_of_hidden(t, &l, v);
                else if (v.level > LEVEL_TALLY)
                        push(&t->other, disguised(t, &l, v, &t->changed_above));
        }
        for (uint8_t d = 0; d < DEPARTMENT_COUNT; d++)
                twin_of_tally(t, d);
        add_hidden(t);
        shuffle(t);
}

static void card(struct twins *t, const struct world *w, struct view *v, char frame[CARD_FRAME_SIZE])
{
        static const struct card_head head = {
                .seq = 4, .card = 2, .standing = "your client", .state = "offered"};
        project(t->book, t->book, &w->history, &t->person, &t->viewer, t->seen, v);
        render(v, &head, frame);
}

static void print_lines(const struct twins *t, const struct world *w)
{
        for (uint32_t i = 0; i < w->history.n_lines; i++) {
                const struct purchase *l = &w->lines[i];
                struct verdict v = judge(t, w, l);
                printf("#  %-5s by %s: department %u kind %s brand %s item %s size %s colour %s %u-%02u "
                       "status %u gift %u\n",
                        level_word(v.level), rulebook_rule_id(t->book, v.show_rule), l->department_index,
                        w->pool + l->kind, w->pool + l->brand, w->pool + l->item, w->pool + l->size,
                        w->pool + l->colour, l->year, l->month, l->status, l->gift);
        }
}

static void check_pair(struct twins *t, int pair)
{
        static struct view one, other;
        char a[CARD_FRAME_SIZE], b[CARD_FRAME_SIZE];
        card(t, &t->one, &one, a);
        card(t, &t->other, &other, b);
        t->cards_with_lines += one.n_lines > 0;
        t->cards_with_tally += one.n_lines > 0 && one.lines[one.n_lines - 1].level == LEVEL_TALLY;
        if (memcmp(a, b, sizeof a) == 0)
                return;
        printf("# first history\n");
        print_lines(t, &t->one);
        printf("# second history\n");
        print_lines(t, &t->other);
        fail_msg("pair %d differs\n%s\n%.1500s\n%.1500s", pair, rulebook_text(t->book), a, b);
}

static struct rulebook *some_book(struct twins *t)
{
        static char text[MODEL_TEXT_MAX];
        struct model_book model;
        struct rulebook_error e;
        if (chance_of(&t->c, 40))
                return rulebook_balanced();
        model_book_random(&t->c, &model, 12, 15);
        model_book_text(&t->c, &model, text);
        add(text, sizeof text, "%s",
                "Pr: show full to anyone of field presence because \"p\"\n"
                "Pd: show full to anyone of field sizes/likes because \"p\"\n"
                "Pt: show tally to anyone of in-store because \"t\"\n");
        return rulebook_parse(slice_of(text), &e);
}

static void equal_knowledge_gives_equal_cards(void **state)
{
        (void)state;
        static struct twins t;
        t = (struct twins){.c = {chance_seed("twins")}};
        t.person = (struct person_fields){.first_name = "Anna",
                .last_name = "Berg",
                .hint = "green coat",
                .wish = "",
                .greet_by_name = true,
                .sizes_ok = true,
                .likes_ok = true};
        for (int pair = 0; pair < PAIRS; pair++) {
                if (pair % BOOK_PAIRS == 0) {
                        rulebook_destroy(t.book);
                        t.book = some_book(&t);
                        assert_non_null(t.book);
                }
                t.viewer = random_viewer(&t.c);
                t.seen = (enum seen)(chance_of(&t.c, 20));
                world_start(&t.one, "EUR");
                for (uint32_t n = chance_below(&t.c, ROWS_MOST + 1); n > 0; n--) {
                        struct purchase l;
                        world_random_line(&t.c, &t.one, &l);
                        if (n > 1 && chance_of(&t.c, 30)) /* so that tallies are reached */
                                push(&t.one, l);
                        push(&t.one, l);
                }
                make_twin(&t);
                check_pair(&t, pair);
        }
        rulebook_destroy(t.book);
        printf("# %u dropped, %u added, %u hidden changed, %u changed above their level, %u tallies moved; "
               "%u cards with lines, %u with tallies\n",
                t.dropped, t.added, t.changed_hidden, t.changed_above, t.tallies_moved, t.cards_with_lines,
                t.cards_with_tally);
        assert_true(t.dropped > PAIRS && t.added > PAIRS / 2 && t.changed_hidden > PAIRS &&
                    t.changed_above > PAIRS);
        assert_true(t.tallies_moved > PAIRS / 2 && t.cards_with_lines > PAIRS / 2 &&
                    t.cards_with_tally > PAIRS / 10);
}

/* A customer without purchases and one of whom everything is hidden are the same person to a stranger. */
static void nothing_and_all_hidden_are_the_same_card(void **state)
{
        (void)state;
        static struct twins t;
        t = (struct twins){.c = {chance_seed("absent and hidden")}};
        t.viewer = (struct viewer){.associate = 9, .store = 1, .role = ROLE_ASSOCIATE};
        t.book = rulebook_balanced();
        world_start(&t.one, "EUR");
        world_start(&t.other, "EUR");
        for (int i = 0; i < WORLD_LINES_MAX; i++) {
                struct purchase l;
                world_random_line(&t.c, &t.other, &l);
                push(&t.other, l);
        }
        check_pair(&t, 0);
        rulebook_destroy(t.book);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(equal_knowledge_gives_equal_cards),
                cmocka_unit_test(nothing_and_all_hidden_are_the_same_card),
        };
        return cmocka_run_group_tests_name("rulebook_twins", tests, NULL, NULL);
}
