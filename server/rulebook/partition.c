/* First all values of each axis are listed, cut where any rule cuts; then values with the same rules become
 * one class. */
#include "server/rulebook/partition.h"

#include <stdlib.h>
#include <string.h>

/* ---- the values of each axis ---- */
static struct axis_value *add_value(struct axis_parts *a)
{
        struct axis_value *v = &a->values[a->n_values++];
        *v = (struct axis_value){0};
        return v;
}

/* The combinations that can be: the department's relation holds in this store, the store's in a store. */
static void list_places(struct axis_parts *a)
{
        for (uint32_t relation = 0; relation < RELATION_COMBINATIONS; relation++) {
                for (uint32_t channel = 0; channel < CHANNEL_COUNT; channel++) {
                        for (uint32_t where = 0; where < 2; where++) {
                                bool in_store = channel == CHANNEL_IN_STORE;
                                bool here = where == WHERE_THIS_STORE;
                                if ((here && !in_store) || ((relation & RELATION_DEPARTMENT) && !here) ||
                                        ((relation & RELATION_STORE) && !in_store))
                                        continue;
                                struct axis_value *v = add_value(a);
                                v->relation = relation;
                                v->channel = channel;
                                v->where = where;
                        }
                }
        }
}

static void add_kind(struct axis_parts *a, uint64_t bit0, uint64_t bit1, uint32_t sensitive)
{
        struct axis_value *v = add_value(a);
        v->kind[0] = bit0;
        v->kind[1] = bit1;
        v->sensitive = sensitive;
}

static uint64_t kind_bit_of(const struct rulebook *book, const char *name)
{
        for (int k = 0; book && k < book->n_kinds; k++)
                if (strcmp(book->kinds[k], name) == 0)
                        return UINT64_C(1) << k;
        return UINT64_C(1) << KIND_OTHER;
}

static void list_kinds(struct axis_parts *a, const struct rulebook *const book[2])
{
        uint64_t other = UINT64_C(1) << KIND_OTHER, unknown = UINT64_C(1) << KIND_UNKNOWN;
        for (int b = 0; b < 2; b++) {
                for (int k = 0; book[b] && k < book[b]->n_kinds; k++) {
                        const char *name = book[b]->kinds[k];
                        if (b == 1 && kind_bit_of(book[0], name) != other)
                                continue; /* it stands there already */
                        for (uint32_t sensitive = 0; sensitive < 2; sensitive++)
                                add_kind(
                                        a, kind_bit_of(book[0], name), kind_bit_of(book[1], name), sensitive);
                }
        }
        for (uint32_t sensitive = 0; sensitive < 2; sensitive++)
                add_kind(a, other, other, sensitive);
        add_kind(a, unknown, unknown, 1);
}

static int compare_cuts(const void *a, const void *b)
{
        int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
        return (left > right) - (left < right);
}

#define CUTS_MAX (4 * RULES_MAX + 2)
struct cuts {
        int n;
        int64_t at[CUTS_MAX];
};

/* A cut at x parts what is below x from x and above. */
static void cut(struct cuts *cuts, int64_t x, int64_t least, int64_t most)
{
        if (x > least && x <= most)
                cuts->at[cuts->n++] = x;
}

static void sort_cuts(struct cuts *cuts)
{
        int n = 0;
        qsort(cuts->at, (size_t)cuts->n, sizeof cuts->at[0], compare_cuts);
        for (int i = 0; i < cuts->n; i++)
                if (n == 0 || cuts->at[n - 1] != cuts->at[i])
                        cuts->at[n++] = cuts->at[i];
        cuts->n = n;
}

static void list_prices(struct axis_parts *a, const struct rulebook *const book[2])
{
        struct cuts cuts = {.n = 0};
        for (int b = 0; b < 2; b++) {
                for (int i = 0; book[b] && i < book[b]->n_lines; i++) {
                        cut(&cuts, book[b]->lines[i].price_from, 0, PRICE_BELOW_ANY - 1);
                        cut(&cuts, book[b]->lines[i].price_below, 0, PRICE_BELOW_ANY - 1);
                }
        }
        sort_cuts(&cuts);
        for (int i = 0; i <= cuts.n; i++) {
                struct axis_value *v = add_value(a);
                v->price_known = 1;
                v->price_from = i ? cuts.at[i - 1] : 0;
                v->price_below = i < cuts.n ? cuts.at[i] : PRICE_BELOW_ANY;
        }
        add_value(a); /* no price, or one in an unknown currency */
}

static void list_ages(struct axis_parts *a, const struct rulebook *const book[2])
{
        struct cuts cuts = {.n = 0};
        for (int b = 0; b < 2; b++) {
                for (int i = 0; book[b] && i < book[b]->n_lines; i++) {
                        cut(&cuts, book[b]->lines[i].age_from, 0, AGE_MOST_ANY);
                        cut(&cuts, (int64_t)book[b]->lines[i].age_most + 1, 0, AGE_MOST_ANY);
                }
        }
        sort_cuts(&cuts);
        for (int i = 0; i <= cuts.n; i++) {
                struct axis_value *v = add_value(a);
                v->age_from = i ? (int32_t)cuts.at[i - 1] : 0;
                v->age_most = i < cuts.n ? (int32_t)cuts.at[i] - 1 : AGE_MOST_ANY;
        }
}

static void list_values(struct partition *p)
{
        struct axis_parts *axes = p->axes;
        list_places(&axes[AXIS_PLACE]);
        list_kinds(&axes[AXIS_KIND], p->book);
        list_prices(&axes[AXIS_PRICE], p->book);
        list_ages(&axes[AXIS_AGE], p->book);
        for (uint32_t i = 0; i < ROLE_COUNT; i++)
                add_value(&axes[AXIS_ROLE])->role = i;
        for (uint32_t i = 0; i < SEEN_COUNT; i++)
                add_value(&axes[AXIS_SEEN])->seen = i;
        for (uint32_t i = 0; i < 2; i++)
                add_value(&axes[AXIS_GIFT])->gift = i;
        for (uint32_t i = 0; i < STATUS_COUNT; i++)
                add_value(&axes[AXIS_STATUS])->status = i;
}

/* ---- classes ---- */
static bool allows(const struct box *b, enum axis axis, const struct axis_value *v, int book)
{
        switch (axis) {
        case AXIS_PLACE:
                return (b->relation & BIT(v->relation)) && (b->channel & BIT(v->channel)) &&
                       (b->where & BIT(v->where));
        case AXIS_ROLE:
                return b->role & BIT(v->role);
        case AXIS_SEEN:
                return b->seen & BIT(v->seen);
        case AXIS_KIND:
                return (b->kinds & v->kind[book]) && (b->sensitive & BIT(v->sensitive));
        case AXIS_GIFT:
                return b->gift & BIT(v->gift);
        case AXIS_STATUS:
                return b->status & BIT(v->status);
        case AXIS_PRICE:
                return v->price_known ? v->price_from >= b->price_from && v->price_from < b->price_below
                                      : b->price_unknown_ok != 0;
        case AXIS_AGE:
                return v->age_from >= b->age_from && v->age_from <= b->age_most;
        }
        return false;
}

static struct axis_class class_of(const struct partition *p, enum axis axis, const struct axis_value *v)
{
        struct axis_class c = {.seller = axis == AXIS_PLACE && (v->relation & RELATION_SELLER)};
        for (int b = 0; b < 2; b++)
                for (int i = 0; p->book[b] && i < p->book[b]->n_lines; i++)
                        if (allows(&p->book[b]->lines[i], axis, v, b))
                                c.rules[b] |= UINT64_C(1) << p->book[b]->lines[i].index;
        return c;
}

static void merge(struct partition *p, enum axis axis)
{
        struct axis_parts *a = &p->axes[axis];
        for (uint16_t i = 0; i < a->n_values; i++) {
                struct axis_class c = class_of(p, axis, &a->values[i]);
                uint16_t k = 0;
                while (k < a->n_classes &&
                        (a->classes[k].rules[0] != c.rules[0] || a->classes[k].rules[1] != c.rules[1] ||
                                a->classes[k].seller != c.seller))
                        k++;
                if (k == a->n_classes) {
                        c.first = i;
                        a->classes[a->n_classes++] = c;
                }
                a->values[i].class = k;
        }
}

void ladder_make(struct ladder *ladder, const struct rulebook *book)
{
        *ladder = (struct ladder){0};
        for (int i = 0; book && i < book->n_lines; i++) {
                const struct box *b = &book->lines[i];
                uint64_t bit = UINT64_C(1) << b->index;
                if (b->verb == VERB_SHOW)
                        ladder->shows[b->level] |= bit;
                else
                        ladder->limits[b->level] |= bit;
                if (b->mention_ok)
                        ladder->mention |= bit;
        }
}

struct partition *partition_make(const struct rulebook *book, const struct rulebook *other)
{
        struct partition *p = calloc(1, sizeof *p);
        if (!p)
                return NULL;
        p->book[0] = book;
        p->book[1] = other;
        p->cells = p->raw = 1;
        list_values(p);
        for (int axis = 0; axis < AXIS_COUNT; axis++) {
                merge(p, (enum axis)axis);
                p->cells *= p->axes[axis].n_classes; /* at most 264^4 * 64 * 36: fits */
                p->raw *= p->axes[axis].n_values;
        }
        ladder_make(&p->ladder[0], book);
        ladder_make(&p->ladder[1], other);
        return p;
}

void partition_free(struct partition *p)
{
        free(p);
}

/* ---- the walk ---- */
static void fill(struct walk *w, int from)
{
        for (int axis = from; axis < AXIS_COUNT; axis++) {
                const struct axis_class *c = &w->p->axes[axis].classes[w->at[axis]];
                w->sets[axis + 1][0] = w->sets[axis][0] & c->rules[0];
                w->sets[axis + 1][1] = w->sets[axis][1] & c->rules[1];
        }
}

void walk_start(struct walk *w, const struct partition *p)
{
        *w = (struct walk){.p = p, .sets = {{~UINT64_C(0), ~UINT64_C(0)}}};
        fill(w, 0);
}

bool walk_next(struct walk *w)
{
        int axis = AXIS_COUNT - 1;
        while (axis >= 0 && w->at[axis] + 1 == w->p->axes[axis].n_classes)
                w->at[axis--] = 0;
        if (axis < 0)
                return false;
        w->at[axis]++;
        w->number++;
        fill(w, axis);
        return true;
}

bool walk_seller(const struct walk *w)
{
        return w->p->axes[AXIS_PLACE].classes[w->at[AXIS_PLACE]].seller;
}

struct sight ladder_sight(const struct ladder *ladder, uint64_t rules, bool seller)
{
        struct sight s = {.shown = LEVEL_HIDE, .limit = LEVEL_FULL};
        for (int l = LEVEL_FULL; l > LEVEL_HIDE && s.shown == LEVEL_HIDE; l--)
                if (rules & ladder->shows[l])
                        s.shown = (enum level)l;
        for (int l = LEVEL_HIDE; l < LEVEL_FULL && s.limit == LEVEL_FULL; l++)
                if (rules & ladder->limits[l])
                        s.limit = (enum level)l;
        s.level = s.shown < s.limit ? s.shown : s.limit;
        s.may_say = s.level > LEVEL_HIDE && seller && (rules & ladder->shows[s.shown] & ladder->mention);
        return s;
}

struct cell partition_cell(const struct partition *p, const uint16_t values[AXIS_COUNT], int book)
{
        const struct axis_value *v[AXIS_COUNT];
        for (int axis = 0; axis < AXIS_COUNT; axis++)
                v[axis] = &p->axes[axis].values[values[axis]];
        return (struct cell){.relation = BIT(v[AXIS_PLACE]->relation),
                .role = BIT(v[AXIS_ROLE]->role),
                .channel = BIT(v[AXIS_PLACE]->channel),
                .where = BIT(v[AXIS_PLACE]->where),
                .sensitive = BIT(v[AXIS_KIND]->sensitive),
                .gift = BIT(v[AXIS_GIFT]->gift),
                .status = BIT(v[AXIS_STATUS]->status),
                .seen = BIT(v[AXIS_SEEN]->seen),
                .subject = BIT(SUBJECT_PURCHASE),
                .kind = v[AXIS_KIND]->kind[book],
                .price = v[AXIS_PRICE]->price_from,
                .price_known = v[AXIS_PRICE]->price_known,
                .age = v[AXIS_AGE]->age_from,
                .valid = 1,
                .sayable = v[AXIS_PLACE]->relation & RELATION_SELLER ? 1 : 0};
}
