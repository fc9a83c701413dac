/* One walk over the cells gathers, for every rule, whether it ever matched, was needed, decided; the findings
 * are read off afterwards. */
#include "server/rulebook/analyse.h"

#include <stdlib.h>

#include "server/rulebook/fields.h"

/* What the walk learned of one rule. */
struct tally_of_rule {
        uint64_t matched, decided;
        uint64_t needed;  /* limits: cells where something would be seen above it */
        uint64_t instead; /* the rules that made it unnecessary where it would have mattered */
};

struct gathered {
        struct tally_of_rule of[RULES_MAX];
        uint64_t conflict[RULES_MAX][RULES_MAX]; /* show, limit: cells */
        uint64_t marker[RULES_MAX][AXIS_COUNT];
        uint8_t marker_level[RULES_MAX][AXIS_COUNT], marker_beside[RULES_MAX][AXIS_COUNT];
        bool alike[AXIS_VALUES_MAX]
                  [AXIS_VALUES_MAX]; /* classes of the kind axis that share a class of things */
        uint8_t *sights;             /* a cell's level, for looking beside it */
};

#define EACH_BIT(set, i)                                                                                     \
        for (uint64_t left_ = (set); left_ && ((i) = __builtin_ctzll(left_), true); left_ &= left_ - 1)

static bool same_sight(struct sight a, struct sight b)
{
        return a.level == b.level && a.may_say == b.may_say;
}

/* A show can decide only if it is among the highest that match. */
static void look_at_shows(
        struct gathered *g, const struct ladder *ladder, uint64_t rules, bool seller, struct sight sight)
{
        uint64_t top = rules & ladder->shows[sight.shown], all = 0;
        int i;
        for (int l = LEVEL_TALLY; l < LEVEL_COUNT; l++)
                all |= rules & ladder->shows[l];
        EACH_BIT(all, i)
        {
                struct tally_of_rule *t = &g->of[i];
                uint64_t bit = UINT64_C(1) << i;
                t->matched++;
                bool decides = (top & bit) && !same_sight(sight, ladder_sight(ladder, rules & ~bit, seller));
                t->decided += decides;
                if (!decides)
                        t->instead |= (top & ~bit) |
                                      (sight.limit < sight.shown ? rules & ladder->limits[sight.limit] : 0);
        }
}

static void count_conflicts(struct gathered *g, uint64_t shows, int limit)
{
        int show;
        EACH_BIT(shows, show)
        {
                g->conflict[show][limit]++;
        }
}

static void look_at_limits(
        struct gathered *g, const struct ladder *ladder, uint64_t rules, struct sight sight)
{
        uint64_t lowest = sight.limit < sight.shown ? rules & ladder->limits[sight.limit] : 0,
                 at_or_below = 0;
        uint64_t above[LEVEL_COUNT] = {0}; /* shows over each level */
        int i;
        for (int l = LEVEL_FULL; l > LEVEL_HIDE; l--)
                above[l - 1] = above[l] | ladder->shows[l];
        for (int l = LEVEL_HIDE; l < LEVEL_FULL; l++) {
                at_or_below |= rules & ladder->limits[l];
                EACH_BIT(rules & ladder->limits[l], i)
                {
                        struct tally_of_rule *t = &g->of[i];
                        uint64_t bit = UINT64_C(1) << i;
                        t->matched++;
                        t->decided += lowest == bit;
                        if ((int)sight.shown <= l)
                                continue;
                        t->needed++;
                        t->instead |= at_or_below & ~bit;
                        count_conflicts(g, rules & above[l], i);
                }
        }
}

/* ---- markers ---- */
/* Which axes a line of this level does not tell by itself. From kind up a card says when and through which
 * channel a line was bought, at full also its price and store; a gift or a sensitive class it never says. */
static bool axis_hidden(enum axis axis, enum level level)
{
        switch (axis) {
        case AXIS_PRICE:
                return level < LEVEL_FULL;
        case AXIS_AGE:
                return level < LEVEL_KIND;
        case AXIS_GIFT:
                return true;
        case AXIS_KIND: /* the same class, sensitive or not */
                return true;
        case AXIS_PLACE:
        case AXIS_ROLE:
        case AXIS_SEEN:
        case AXIS_STATUS:
                return false;
        }
        return false;
}

static uint64_t stride_of(const struct partition *p, int axis)
{
        uint64_t stride = 1;
        for (int i = axis + 1; i < AXIS_COUNT; i++)
                stride *= p->axes[i].n_classes;
        return stride;
}

/* Classes of things are told by name; only the sensitivity of one and the same is hidden. */
static void find_alike(struct gathered *g, const struct axis_parts *kinds)
{
        for (uint16_t i = 0; i < kinds->n_values; i++)
                for (uint16_t k = 0; k < kinds->n_values; k++)
                        if (kinds->values[i].kind[0] == kinds->values[k].kind[0])
                                g->alike[kinds->values[i].class][kinds->values[k].class] = true;
}

/* Remembers, for every limit that lowers this cell to a still visible level, a cell beside it that the limit
 * does not reach and that shows more. */
static void look_beside(
        struct gathered *g, const struct walk *w, enum axis axis, uint64_t stride, uint64_t lowest)
{
        enum level level = (enum level)g->sights[w->number];
        const struct axis_parts *parts = &w->p->axes[axis];
        uint16_t here = w->at[axis];
        int i;
        for (uint16_t other = 0; other < parts->n_classes; other++) {
                uint64_t beside = w->number + (uint64_t)other * stride - (uint64_t)here * stride;
                uint64_t outside = lowest & ~parts->classes[other].rules[0];
                if (!outside || g->sights[beside] <= level || (axis == AXIS_KIND && !g->alike[here][other]))
                        continue;
                EACH_BIT(outside, i)
                {
                        g->marker[i][axis]++;
                        g->marker_level[i][axis] = (uint8_t)level;
                        g->marker_beside[i][axis] = g->sights[beside];
                }
        }
}

static void gather_markers(struct gathered *g, const struct partition *p)
{
        const struct ladder *ladder = &p->ladder[0];
        struct walk w;
        find_alike(g, &p->axes[AXIS_KIND]);
        walk_start(&w, p);
        do {
                struct sight s = ladder_sight(ladder, walk_rules(&w, 0), walk_seller(&w));
                if (s.level == LEVEL_HIDE || s.limit >= s.shown)
                        continue;
                uint64_t lowest = walk_rules(&w, 0) & ladder->limits[s.limit];
                for (int axis = 0; axis < AXIS_COUNT; axis++)
                        if (axis_hidden((enum axis)axis, s.level))
                                look_beside(g, &w, (enum axis)axis, stride_of(p, axis), lowest);
        } while (walk_next(&w));
}

/* ---- findings ---- */
static void add(struct findings *f, struct finding finding)
{
        if (f->n == FINDINGS_MAX)
                f->left_out++;
        else
                f->list[f->n++] = finding;
}

static void effects_of_rules(const struct rulebook *book, const struct gathered *g, struct findings *f)
{
        for (int i = 0; i < book->n_rules; i++) {
                const struct tally_of_rule *t = &g->of[i];
                struct finding finding = {.rule = i, .other = -1, .cells = t->matched};
                if (t->decided)
                        continue;
                if (!t->matched)
                        finding.kind = FINDING_NEVER_MATCHES;
                else if (book->rules[i].verb == VERB_SHOW)
                        finding.kind = FINDING_DEAD;
                else
                        finding.kind = t->needed ? FINDING_COVERED : FINDING_GUARD;
                if (finding.kind == FINDING_DEAD || finding.kind == FINDING_COVERED)
                        finding.rules = t->instead;
                add(f, finding);
        }
}

static void pairs_of_rules(const struct rulebook *book, const struct gathered *g, struct findings *f)
{
        for (int show = 0; show < book->n_rules; show++)
                for (int limit = 0; limit < book->n_rules; limit++)
                        if (g->conflict[show][limit])
                                add(f, (struct finding){.kind = FINDING_CONFLICT,
                                               .rule = show,
                                               .other = limit,
                                               .level = book->rules[limit].level,
                                               .cells = g->conflict[show][limit]});
}

static void markers_of_rules(const struct rulebook *book, const struct gathered *g, struct findings *f)
{
        for (int rule = 0; rule < book->n_rules; rule++)
                for (int axis = 0; axis < AXIS_COUNT; axis++)
                        if (g->marker[rule][axis])
                                add(f, (struct finding){.kind = FINDING_MARKER,
                                               .rule = rule,
                                               .other = -1,
                                               .axis = (enum axis)axis,
                                               .grave = axis == AXIS_KIND || axis == AXIS_GIFT,
                                               .level = (enum level)g->marker_level[rule][axis],
                                               .beside = (enum level)g->marker_beside[rule][axis],
                                               .cells = g->marker[rule][axis]});
}

static int compare_findings(const void *a, const void *b)
{
        const struct finding *left = a, *right = b;
        if (left->kind != right->kind)
                return (int)left->kind - (int)right->kind;
        if (left->rule != right->rule)
                return left->rule - right->rule;
        return left->other != right->other ? left->other - right->other : (int)left->axis - (int)right->axis;
}

static void gather(struct gathered *g, const struct partition *p)
{
        const struct ladder *ladder = &p->ladder[0];
        struct walk w;
        walk_start(&w, p);
        do {
                uint64_t rules = walk_rules(&w, 0);
                struct sight sight = ladder_sight(ladder, rules, walk_seller(&w));
                g->sights[w.number] = (uint8_t)sight.level;
                look_at_shows(g, ladder, rules, walk_seller(&w), sight);
                look_at_limits(g, ladder, rules, sight);
        } while (walk_next(&w));
        gather_markers(g, p);
}

static void gather_fields(struct gathered *g, const struct rulebook *book)
{
        struct fields fields;
        fields_make(&fields, book);
        for (uint32_t n = 0; n < FIELD_CELLS; n++) {
                struct sight sight = fields_sight(&fields, n);
                look_at_shows(g, &fields.ladder, fields.rules[n], true, sight);
                look_at_limits(g, &fields.ladder, fields.rules[n], sight);
        }
}

int analyse_book(const struct rulebook *book, struct findings *findings)
{
        int result = -1;
        struct partition *p = partition_make(book, NULL);
        struct gathered *g = calloc(1, sizeof *g);
        *findings = (struct findings){.n = 0};
        if (!p || !g)
                goto out;
        findings->cells = p->cells;
        findings->raw = p->raw;
        result = 1;
        if (p->cells > ANALYSE_CELLS_MAX)
                goto out;
        result = -1;
        g->sights = malloc((size_t)p->cells);
        if (!g->sights)
                goto out;
        gather(g, p);
        gather_fields(g, book);
        effects_of_rules(book, g, findings);
        pairs_of_rules(book, g, findings);
        markers_of_rules(book, g, findings);
        qsort(findings->list, findings->n, sizeof findings->list[0], compare_findings);
        result = 0;
out:
        if (g)
                free(g->sights);
        free(g);
        partition_free(p);
        return result;
}

/* ---- explanations ---- */
struct citation rulebook_cite(const struct rulebook *book, const struct verdict *v)
{
        struct citation cited = {
                .show = v->show_rule, .limit = -1, .promised_show = -1, .promised_limit = -1};
        for (int i = 0; i < book->n_rules; i++) {
                const struct rule *r = &book->rules[i];
                const struct rule *best = cited.limit < 0 ? NULL : &book->rules[cited.limit];
                bool lower = !best || r->level < best->level ||
                             (r->level == best->level && strcmp(r->id, best->id) < 0);
                if ((v->limits >> i & 1) && lower)
                        cited.limit = i;
        }
        for (int i = 0; i < book->n_rules && v->show_rule < 0; i++) {
                const struct rule *r = &book->rules[i];
                const struct rule *best = cited.show < 0 ? NULL : &book->rules[cited.show];
                bool higher = !best || r->level > best->level ||
                              (r->level == best->level && strcmp(r->id, best->id) < 0);
                if ((v->shows >> i & 1) && higher)
                        cited.show = i; /* a hidden line names no rule; its highest show explains it */
        }
        return cited;
}

struct citation rulebook_cite_under(const struct rulebook *book, const struct verdict *v,
        const struct rulebook *ceiling, const struct verdict *promised)
{
        struct citation cited = rulebook_cite(book, v);
        if (!rulebook_under(*v, *promised).held)
                return cited;
        cited.held = true;
        if (promised->level >= v->level)
                return cited; /* seen as the rules say, but not to be said */
        struct citation notice = rulebook_cite(ceiling, promised);
        cited.promised_show = notice.show;
        cited.promised_limit = notice.limit;
        cited.limit = -1; /* the show alone reaches higher than the notice lets it */
        return cited;
}
