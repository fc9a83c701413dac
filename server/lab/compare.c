/* One line meets the boxes of a book once, as if it were everything to everybody; which of those rules hold
 * for a relation, a role and a way of being noticed is then an intersection of sets. */
#include "server/lab/compare.h"

#include <stdlib.h>
#include <string.h>

#include "server/rulebook/partition.h"

#define STEPS       (2 * LEVEL_COUNT) /* of compare_sight: level and mention together */
#define CLASSES     (RELATION_COMBINATIONS * ROLE_COUNT)
#define NOBODY_YET  UINT32_MAX
#define SEVERAL     (UINT32_MAX - 1)
#define KIND_SLOTS  1024 /* a power of two, well over COMPARE_KINDS_MAX */
#define OTHER_KINDS COMPARE_KINDS_MAX
#define KIND_BYTES  64

/* A book as sets of rules. */
struct lens {
        const struct rulebook *book; /* NULL shows nothing */
        struct ladder ladder;
        uint64_t by_relation[RELATION_COMBINATIONS], by_role[ROLE_COUNT], checked_in;
        int32_t age_from[RULES_MAX]; /* whole months */
        uint64_t aged;               /* rules with an age_from */
};

struct row {
        uint64_t lines, last_line;
        uint32_t customers, last_customer;
};

struct field_row {
        uint32_t customers, last_customer;
};

typedef struct row kind_rows[COMPARE_RELATIONS][CHANNEL_COUNT][STEPS][STEPS];

struct compare {
        struct lens from, to, ceilings[COMPARE_CEILINGS_MAX];
        int n_ceilings;
        uint32_t n_viewers;
        struct viewer *viewers;
        struct compare_totals totals;
        kind_rows *rows; /* COMPARE_KINDS_MAX + 1, by kind; most of it is never touched */
        struct field_row fields[SUBJECT_COUNT][2][STEPS][STEPS];
        uint32_t n_kinds;
        char kinds[COMPARE_KINDS_MAX][KIND_BYTES];
        uint16_t kind_slots[KIND_SLOTS]; /* kind + 1; 0 = free */
        uint64_t recent, hers;           /* rules of `to`: matched lately; matched a line of this customer */
        uint32_t rule_customers[RULES_MAX];
        uint32_t rule_viewer[RULES_MAX]; /* NOBODY_YET, one viewer's index, or SEVERAL */
        uint64_t personal;               /* rules that are not SEVERAL yet */
        bool changed, widened, narrowed; /* this customer's */
};

/* The viewers of one line that no rule tells apart. */
struct class
{
        uint32_t n, first; /* how many, and the index of one */
};

/* ---- making ---- */
static void lens_make(struct lens *lens, const struct rulebook *book)
{
        *lens = (struct lens){.book = book};
        ladder_make(&lens->ladder, book);
        for (int i = 0; book && i < book->n_lines; i++) {
                const struct box *b = &book->lines[i];
                uint64_t bit = UINT64_C(1) << b->index;
                for (unsigned c = 0; c < RELATION_COMBINATIONS; c++)
                        lens->by_relation[c] |= b->relation & BIT(c) ? bit : 0;
                for (unsigned r = 0; r < ROLE_COUNT; r++)
                        lens->by_role[r] |= b->role & BIT(r) ? bit : 0;
                lens->age_from[b->index] = b->age_from;
                lens->aged |= b->age_from > 0 ? bit : 0;
                lens->checked_in |= b->seen & BIT(SEEN_CHECKED_IN) ? bit : 0;
        }
}

struct compare *compare_new(const struct compare_setup *setup)
{
        if (setup->n_viewers > COMPARE_VIEWERS_MAX || setup->n_ceilings > COMPARE_CEILINGS_MAX)
                return NULL;
        struct compare *c = calloc(1, sizeof *c);
        if (!c)
                return NULL;
        c->rows = calloc(COMPARE_KINDS_MAX + 1, sizeof *c->rows);
        c->viewers = calloc(setup->n_viewers + 1u, sizeof *c->viewers);
        if (!c->rows || !c->viewers) {
                compare_free(c);
                return NULL;
        }
        lens_make(&c->from, setup->from);
        lens_make(&c->to, setup->to);
        for (int i = 0; i < setup->n_ceilings; i++)
                lens_make(&c->ceilings[i], setup->ceilings[i]);
        c->n_ceilings = setup->n_ceilings;
        c->n_viewers = setup->n_viewers;
        for (uint32_t i = 0; i < setup->n_viewers; i++)
                c->viewers[i] = setup->viewers[i];
        c->totals.associates = setup->n_viewers;
        c->personal = ~UINT64_C(0);
        for (int r = 0; r < RULES_MAX; r++)
                c->rule_viewer[r] = NOBODY_YET;
        return c;
}

void compare_free(struct compare *compare)
{
        if (!compare)
                return;
        free(compare->rows);
        free(compare->viewers);
        free(compare);
}

/* ---- sights ---- */
static unsigned step_of(struct compare_sight s)
{
        return (unsigned)s.level * 2 + s.may_say;
}

static struct compare_sight sight_at(unsigned step)
{
        return (struct compare_sight){(enum level)(step / 2), step % 2};
}

static struct compare_sight lower(struct compare_sight a, struct compare_sight b)
{
        enum level level = a.level < b.level ? a.level : b.level;
        return (struct compare_sight){level, a.may_say && b.may_say && level > LEVEL_HIDE};
}

static struct compare_sight sight_of_rules(
        const struct lens *lens, uint64_t rules, unsigned relation, const struct purchase *line)
{
        struct sight s = ladder_sight(&lens->ladder, rules, relation & RELATION_SELLER);
        if (line->choice == CHOICE_HIDE)
                return (struct compare_sight){LEVEL_HIDE, false};
        bool talk = line->choice == CHOICE_TALK && s.level > LEVEL_HIDE;
        return (struct compare_sight){s.level, s.may_say || talk};
}

/* ---- kinds ---- */
static uint32_t kind_of(struct compare *c, const char *name)
{
        char cut[KIND_BYTES] = {0};
        uint32_t h = 2166136261u;
        for (size_t i = 0; i < KIND_BYTES - 1 && name[i]; i++) {
                cut[i] = name[i];
                h = (h ^ (uint8_t)name[i]) * 16777619u;
        }
        for (uint32_t i = (h ^ h >> 16) % KIND_SLOTS;; i = (i + 1) % KIND_SLOTS) {
                uint32_t kind = c->kind_slots[i];
                if (kind && memcmp(c->kinds[kind - 1], cut, sizeof cut) == 0)
                        return kind - 1;
                if (kind)
                        continue;
                if (c->n_kinds == COMPARE_KINDS_MAX)
                        return OTHER_KINDS;
                memcpy(c->kinds[c->n_kinds], cut, sizeof cut);
                c->kind_slots[i] = (uint16_t)++c->n_kinds;
                return c->n_kinds - 1;
        }
}

/* ---- one line ---- */
/* What is the same for all lines of one customer. */
struct looking {
        const struct history *history;
        const struct lens *ceiling; /* NULL: none holds */
        struct scene from, to, top;
        uint32_t customer; /* her number, from 1 */
};

/* The rules that match the line for somebody: of any relation and role, however she was noticed. */
static uint64_t rules_for_all(const struct lens *lens, const struct scene *scene, const struct purchase *line)
{
        if (!lens->book)
                return 0;
        struct cell cell = cell_of_line(scene, line);
        cell.relation = cell.role = cell.seen = ~0u;
        return evaluate_matches(lens->book->lines, lens->book->n_lines, &cell);
}

static uint64_t rules_for(const struct lens *lens, uint64_t all, unsigned relation, unsigned role)
{
        return all & lens->by_relation[relation] & lens->by_role[role];
}

static void classify(struct compare *c, const struct history *h, const struct purchase *line,
        struct class classes[CLASSES])
{
        memset(classes, 0, sizeof *classes * CLASSES);
        for (uint32_t i = 0; i < c->n_viewers; i++) {
                const struct viewer *v = &c->viewers[i];
                if ((unsigned)v->role >= ROLE_COUNT)
                        continue; /* malformed: sees nothing */
                struct class *class = &classes[relation_of_line(h, v, line) * ROLE_COUNT + v->role];
                class->first = i;
                class->n++;
        }
}

static enum compare_relation nearest(unsigned relation)
{
        if (relation & RELATION_SELLER)
                return COMPARE_SELLER;
        if (relation & RELATION_PREFERRED)
                return COMPARE_PREFERRED;
        if (relation & RELATION_DEPARTMENT)
                return COMPARE_DEPARTMENT;
        return relation & RELATION_STORE ? COMPARE_STORE : COMPARE_NOBODY;
}

static void note_rules(struct compare *c, const struct class *class, uint64_t rules)
{
        c->hers |= rules;
        for (uint64_t left = rules & c->personal; left; left &= left - 1) {
                int r = __builtin_ctzll(left);
                if (class->n > 1 || (c->rule_viewer[r] != NOBODY_YET && c->rule_viewer[r] != class->first)) {
                        c->rule_viewer[r] = SEVERAL;
                        c->personal &= ~(UINT64_C(1) << r);
                } else {
                        c->rule_viewer[r] = class->first;
                }
        }
}

/* W5: bought lately; or, for a rule of older lines, as old as it asks since lately. */
static uint64_t lately(const struct compare *c, const struct purchase *line, uint64_t rules)
{
        uint64_t recent = line->age_days <= COMPARE_RECENT_DAYS ? rules : 0;
        for (uint64_t left = rules & c->to.aged & ~c->recent; left; left &= left - 1) {
                int r = __builtin_ctzll(left);
                if (line->age_months - c->to.age_from[r] < COMPARE_RECENT_MONTHS)
                        recent |= UINT64_C(1) << r;
        }
        return recent;
}

static void note_change(struct compare *c, const struct looking *l, const struct purchase *line,
        unsigned relation, unsigned from, unsigned to)
{
        uint32_t kind = kind_of(c, l->history->pool + line->kind);
        struct row *row = &c->rows[kind][nearest(relation)][line->channel][from][to];
        if (row->last_line == c->totals.lines)
                return;
        row->last_line = c->totals.lines;
        row->lines++;
        row->customers += row->last_customer != l->customer;
        row->last_customer = l->customer;
        c->changed = true;
}

static void compare_line(struct compare *c, const struct looking *l, const struct purchase *line)
{
        struct class classes[CLASSES];
        c->totals.lines++;
        c->totals.pairs += c->n_viewers;
        if (!line_valid(l->history, line))
                return; /* hidden from everybody, and no rule matches it */
        uint64_t from_all = rules_for_all(&c->from, &l->from, line);
        uint64_t to_all = rules_for_all(&c->to, &l->to, line), matched = 0;
        uint64_t top_all = l->ceiling ? rules_for_all(l->ceiling, &l->top, line) : 0;
        classify(c, l->history, line, classes);
        for (unsigned i = 0; i < CLASSES; i++) {
                unsigned relation = i / ROLE_COUNT, role = i % ROLE_COUNT;
                if (classes[i].n == 0)
                        continue;
                uint64_t to_rules = rules_for(&c->to, to_all, relation, role);
                uint64_t from_rules = rules_for(&c->from, from_all, relation, role);
                note_rules(c, &classes[i], to_rules);
                matched |= to_rules;
                struct compare_sight from =
                        sight_of_rules(&c->from, from_rules & c->from.checked_in, relation, line);
                struct compare_sight to = sight_of_rules(&c->to, to_rules & c->to.checked_in, relation, line);
                if (l->ceiling) {
                        uint64_t rules =
                                rules_for(l->ceiling, top_all, relation, role) & l->ceiling->checked_in;
                        struct compare_sight top = sight_of_rules(l->ceiling, rules, relation, line);
                        from = lower(from, top);
                        to = lower(to, top);
                }
                unsigned before = step_of(from), after = step_of(to);
                if (before == after)
                        continue;
                c->widened |= after > before;
                c->narrowed |= after < before;
                c->totals.wider += after > before ? classes[i].n : 0;
                c->totals.narrower += after < before ? classes[i].n : 0;
                note_change(c, l, line, relation, before, after);
        }
        c->recent |= lately(c, line, matched);
}

/* ---- fields ---- */
static unsigned field_step(const struct lens *lens, const struct lens *ceiling, enum subject subject,
        const struct viewer *viewer)
{
        struct verdict v = rulebook_judge_field(lens->book, subject, viewer, SEEN_CHECKED_IN);
        if (ceiling)
                v = rulebook_under(v, rulebook_judge_field(ceiling->book, subject, viewer, SEEN_CHECKED_IN));
        return step_of((struct compare_sight){v.level, v.may_say});
}

/* Fields hang on role and preference alone. */
static void compare_her_fields(struct compare *c, const struct looking *l)
{
        bool there[2][ROLE_COUNT] = {{false}};
        for (uint32_t i = 0; i < c->n_viewers; i++)
                if ((unsigned)c->viewers[i].role < ROLE_COUNT)
                        there[c->viewers[i].preferred][c->viewers[i].role] = true;
        for (unsigned i = 0; i < 2 * ROLE_COUNT; i++) {
                struct viewer viewer = {.role = (enum role)(i / 2), .preferred = i % 2};
                for (unsigned s = SUBJECT_PURCHASE + 1; there[i % 2][i / 2] && s < SUBJECT_COUNT; s++) {
                        unsigned from = field_step(&c->from, l->ceiling, (enum subject)s, &viewer);
                        unsigned to = field_step(&c->to, l->ceiling, (enum subject)s, &viewer);
                        struct field_row *row = &c->fields[s][i % 2][from][to];
                        if (from == to)
                                continue;
                        c->changed = true;
                        row->customers += row->last_customer != l->customer;
                        row->last_customer = l->customer;
                }
        }
}

/* ---- one customer ---- */
void compare_add(struct compare *c, const struct history *history, uint32_t preferred, int ceiling)
{
        static const struct viewer anybody = {.role = ROLE_ASSOCIATE};
        static const struct lens nothing; /* a notice that nobody knows promised nothing */
        struct looking l = {.history = history, .customer = (uint32_t)++c->totals.customers};
        if (ceiling != COMPARE_NO_CEILING)
                l.ceiling = ceiling >= 0 && ceiling < c->n_ceilings ? &c->ceilings[ceiling] : &nothing;
        l.from = scene_of(c->from.book, c->from.book, history, &anybody, SEEN_CHECKED_IN);
        l.to = scene_of(c->to.book, c->to.book, history, &anybody, SEEN_CHECKED_IN);
        const struct rulebook *top = l.ceiling ? l.ceiling->book : NULL;
        l.top = scene_of(top, top, history, &anybody, SEEN_CHECKED_IN);
        for (uint32_t i = 0; i < c->n_viewers; i++)
                c->viewers[i].preferred = preferred != 0 && c->viewers[i].associate == preferred;
        c->changed = c->widened = c->narrowed = false;
        c->hers = 0;
        compare_her_fields(c, &l);
        for (uint32_t i = 0; history->n_lines <= HISTORY_LINES_MAX && i < history->n_lines; i++)
                compare_line(c, &l, &history->lines[i]);
        c->totals.customers_changed += c->changed;
        c->totals.customers_wider += c->widened;
        c->totals.customers_narrower += c->narrowed;
        for (uint64_t left = c->hers; left; left &= left - 1)
                c->rule_customers[__builtin_ctzll(left)]++;
}

/* ---- what came out ---- */
struct compare_totals compare_totals(const struct compare *c)
{
        return c->totals;
}

struct compare_rule compare_rule(const struct compare *c, int rule)
{
        struct compare_rule out = {0};
        if (!c->to.book || rule < 0 || rule >= c->to.book->n_rules)
                return out;
        out.of_lines = c->to.book->rules[rule].subjects == BIT(SUBJECT_PURCHASE);
        out.recent = c->recent >> rule & 1;
        out.customers = c->rule_customers[rule];
        out.associates = c->rule_viewer[rule] == NOBODY_YET ? 0 : c->rule_viewer[rule] == SEVERAL ? 2 : 1;
        return out;
}

const struct rulebook *compare_book(const struct compare *c)
{
        return c->to.book;
}

static int compare_two_rows(const struct compare_row *a, const struct compare_row *b)
{
        uint64_t more = compare_rounded(a->lines), less = compare_rounded(b->lines);
        if (more != less) /* what is not told must not show in the order */
                return more > less ? -1 : 1;
        if (a->relation != b->relation)
                return a->relation < b->relation ? -1 : 1;
        if (a->channel != b->channel)
                return a->channel < b->channel ? -1 : 1;
        int kind = strcmp(a->kind, b->kind);
        if (kind)
                return kind;
        unsigned x = step_of(a->from) * STEPS + step_of(a->to), y = step_of(b->from) * STEPS + step_of(b->to);
        return (x > y) - (x < y);
}

/* Keeps the largest rows in order. */
static void keep_row(struct compare_row *rows, uint32_t *n, uint32_t most, const struct compare_row *row)
{
        if (most == 0 || (*n == most && compare_two_rows(row, &rows[most - 1]) > 0))
                return;
        uint32_t at = *n < most ? (*n)++ : most - 1;
        for (; at > 0 && compare_two_rows(row, &rows[at - 1]) < 0; at--)
                rows[at] = rows[at - 1];
        rows[at] = *row;
}

uint32_t compare_rows(const struct compare *c, struct compare_row *rows, uint32_t most)
{
        const unsigned pairs = STEPS * STEPS, kind_size = COMPARE_RELATIONS * CHANNEL_COUNT * pairs;
        uint32_t there = 0, kept = 0;
        for (uint32_t kind = 0; kind <= OTHER_KINDS; kind++) {
                if (kind >= c->n_kinds && kind != OTHER_KINDS)
                        continue;
                const struct row *all = &c->rows[kind][0][0][0][0];
                for (unsigned i = 0; i < kind_size; i++) {
                        struct compare_row row = {
                                .relation = (enum compare_relation)(i / pairs / CHANNEL_COUNT),
                                .channel = (enum channel)(i / pairs % CHANNEL_COUNT),
                                .kind = kind == OTHER_KINDS ? "other kinds" : c->kinds[kind],
                                .from = sight_at(i % pairs / STEPS),
                                .to = sight_at(i % STEPS),
                                .lines = all[i].lines,
                                .customers = all[i].customers};
                        if (row.lines == 0)
                                continue;
                        there++;
                        keep_row(rows, &kept, most, &row);
                }
        }
        return there;
}

uint32_t compare_fields(const struct compare *c, struct compare_field *fields, uint32_t most)
{
        uint32_t n = 0;
        for (unsigned s = SUBJECT_PURCHASE + 1; s < SUBJECT_COUNT; s++)
                for (unsigned i = 0; i < 2 * STEPS * STEPS; i++) {
                        unsigned preferred = i / (STEPS * STEPS), from = i / STEPS % STEPS, to = i % STEPS;
                        uint32_t customers = c->fields[s][preferred][from][to].customers;
                        if (customers == 0)
                                continue;
                        if (n < most)
                                fields[n] = (struct compare_field){.subject = (enum subject)s,
                                        .relation = preferred ? COMPARE_PREFERRED : COMPARE_NOBODY,
                                        .from = sight_at(from),
                                        .to = sight_at(to),
                                        .customers = customers};
                        n++;
                }
        return n;
}
