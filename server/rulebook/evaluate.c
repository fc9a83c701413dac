/* Boxes against cells. Which rules exist is public, so loops and branches may depend on the book; what a line
 * holds is not, so lines only meet masks, comparisons without jumps, and selections by mask. */
#include "server/rulebook/evaluate.h"

#define LEVEL_NONE_LOWER LEVEL_FULL /* min of nothing */

/* All ones if bit is 1, all zeros if it is 0. */
static uint64_t all_if(uint32_t bit)
{
        return (uint64_t)0 - (uint64_t)(bit & 1u);
}

static uint32_t select32(uint32_t bit, uint32_t yes, uint32_t no)
{
        uint32_t mask = (uint32_t)all_if(bit);
        return (yes & mask) | (no & ~mask);
}

static uint32_t max32(uint32_t a, uint32_t b)
{
        return select32(a > b, a, b);
}

static uint32_t min32(uint32_t a, uint32_t b)
{
        return select32(a < b, a, b);
}

/* ---- rules into boxes ---- */
static uint32_t relation_mask(const struct rule *r)
{
        uint32_t mask = 0;
        for (unsigned combination = 0; combination < RELATION_COMBINATIONS; combination++) {
                bool related = (combination & r->relations) != 0;
                bool in = r->who == WHO_ANYONE || r->who == WHO_ROLE ||
                          (r->who == WHO_UNRELATED ? !related : related);
                mask |= in ? BIT(combination) : 0;
        }
        return mask;
}

bool rule_possible(const struct rule *r)
{
        int64_t least_price = r->price_from > 0 ? r->price_from : 0;
        bool here = (r->channels & BIT(CHANNEL_IN_STORE)) && (r->wheres & BIT(WHERE_THIS_STORE));
        bool elsewhere = r->wheres & BIT(WHERE_OTHER_STORE);
        bool in_store = r->channels & BIT(CHANNEL_IN_STORE);
        uint32_t needs_here = RELATION_DEPARTMENT, needs_in_store = RELATION_STORE;
        bool positive = r->who == WHO_RELATED || r->who == WHO_ROLE_RELATED;
        uint32_t left = r->relations & ~(here ? 0 : needs_here) & ~(in_store ? 0 : needs_in_store);
        return r->channels && (here || elsewhere) && r->sensitive && r->gift && r->statuses && r->kinds &&
               r->price_below > least_price && r->age_from <= r->age_most && (!positive || left);
}

static struct box box_of(const struct rule *r, uint32_t index)
{
        bool show = r->verb == VERB_SHOW;
        bool priced = r->price_from != PRICE_FROM_ANY || r->price_below != PRICE_BELOW_ANY;
        uint64_t unknown_kind = UINT64_C(1) << KIND_UNKNOWN;
        struct box b = {.relation = relation_mask(r),
                .role = BIT(ROLE_COUNT) - 1,
                .channel = r->channels,
                .where = r->wheres,
                .sensitive = r->sensitive,
                .gift = r->gift,
                .status = r->statuses,
                .seen = r->seen,
                .subject = r->subjects,
                .kinds = r->kinds,
                .price_from = r->price_from,
                .price_below = r->price_below,
                .price_unknown_ok = !show || !priced,
                .age_from = r->age_from,
                .age_most = r->age_most,
                .verb = r->verb,
                .level = r->level,
                .firm = r->firm,
                .mention_ok = r->mention_ok,
                .index = index};
        if (r->who == WHO_ROLE || r->who == WHO_ROLE_RELATED)
                b.role = BIT(r->role);
        if (!show)
                b.kinds |= unknown_kind; /* what is unknown matches every limit and no show (decision 7) */
        return b;
}

void book_compile(struct rulebook *book)
{
        book->n_lines = book->n_fields = 0;
        for (int i = 0; i < book->n_rules; i++) {
                const struct rule *r = &book->rules[i];
                struct box b = box_of(r, (uint32_t)i);
                for (int k = 0; k < book->n_rules; k++)
                        b.place += strcmp(book->rules[k].id, r->id) < 0;
                if (r->subjects == BIT(SUBJECT_PURCHASE))
                        book->lines[book->n_lines++] = b;
                else
                        book->fields[book->n_fields++] = b;
        }
}

/* ---- boxes against cells ---- */
static uint32_t matches(const struct box *b, const struct cell *c)
{
        uint32_t price = (c->price >= b->price_from) & (c->price < b->price_below);
        uint32_t ok = (b->relation & c->relation) != 0;
        ok &= (b->role & c->role) != 0;
        ok &= (b->channel & c->channel) != 0;
        ok &= (b->where & c->where) != 0;
        ok &= (b->sensitive & c->sensitive) != 0;
        ok &= (b->gift & c->gift) != 0;
        ok &= (b->status & c->status) != 0;
        ok &= (b->seen & c->seen) != 0;
        ok &= (b->subject & c->subject) != 0;
        ok &= (b->kinds & c->kind) != 0;
        ok &= (c->price_known & price) | (~c->price_known & b->price_unknown_ok & 1u);
        ok &= (c->age >= b->age_from) & (c->age <= b->age_most);
        return ok & c->valid & 1u;
}

uint64_t evaluate_matches(const struct box *boxes, int n_boxes, const struct cell *c)
{
        uint64_t rules = 0;
        for (int i = 0; i < n_boxes; i++)
                rules |= (UINT64_C(1) << boxes[i].index) & all_if(matches(&boxes[i], c));
        return rules;
}

/* Among shows of the same level the sayable one decides, then the first id: never the order of the rules. */
static uint32_t show_rank(const struct box *b, const struct cell *c)
{
        uint32_t say = b->mention_ok & c->sayable & 1u;
        return ((uint32_t)b->level << 16) | (say << 15) | ((RULES_MAX - 1 - b->place) << 8) | b->index;
}

struct verdict evaluate(const struct box *boxes, int n_boxes, const struct cell *c, enum level share)
{
        uint64_t shows = 0, lower[LEVEL_COUNT] = {0}, limits = 0;
        uint32_t best = 0, limit = LEVEL_NONE_LOWER, firm = LEVEL_NONE_LOWER;
        for (int i = 0; i < n_boxes; i++) {
                const struct box *b = &boxes[i];
                uint32_t match = matches(b, c);
                uint64_t bit = (UINT64_C(1) << b->index) & all_if(match);
                if (b->verb == VERB_SHOW) {
                        shows |= bit;
                        best = max32(best, select32(match, show_rank(b, c), 0));
                        continue;
                }
                uint32_t lowered = select32(match, (uint32_t)b->level, LEVEL_NONE_LOWER);
                lower[b->level] |= bit;
                if (b->firm)
                        firm = min32(firm, lowered);
                else
                        limit = min32(limit, lowered);
        }
        uint32_t shown = best >> 16;
        for (uint32_t l = 0; l < LEVEL_COUNT; l++)
                limits |= lower[l] & all_if(l < shown);
        uint32_t level = max32(min32(shown, limit), (uint32_t)share);
        level = min32(level, firm) & (uint32_t)all_if(c->valid & ~c->her_hide);
        uint32_t visible = level > LEVEL_HIDE;
        uint32_t say = (best >> 15 & 1u) | c->her_talk;
        uint32_t rule = select32(visible & (best > 0), best & 0xffu, UINT32_MAX);
        return (struct verdict){.level = (enum level)level,
                .may_say = say & visible,
                .show_rule = (int)rule,
                .shows = shows,
                .limits = limits};
}

/* ---- cells ---- */
/* Decimal digits of a currency's minor unit (ISO 4217); 2 unless listed; -1 for what is no currency. */
static int minor_digits(const char currency[4])
{
        static const char none[] = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
        static const char three[] = "BHD IQD JOD KWD LYD OMR TND";
        for (int i = 0; i < 3; i++)
                if (currency[i] < 'A' || currency[i] > 'Z')
                        return -1;
        if (currency[3])
                return -1;
        return strstr(none, currency) ? 0 : strstr(three, currency) ? 3 : 2;
}

static bool viewer_valid(const struct viewer *v, enum seen seen)
{
        return v && (unsigned)v->role < ROLE_COUNT && (unsigned)seen < SEEN_COUNT;
}

struct scene scene_of(const struct rulebook *book, const struct rulebook *ceiling,
        const struct history *history, const struct viewer *viewer, enum seen seen)
{
        int digits = minor_digits(history->currency);
        uint32_t valid = viewer_valid(viewer, seen);
        return (struct scene){.book = book,
                .ceiling = ceiling,
                .history = history,
                .viewer = viewer,
                .viewer_valid = valid,
                .role = valid ? BIT(viewer->role) : 0,
                .seen = valid ? BIT(seen) : 0,
                .currency_known = digits >= 0,
                .price_times = digits == 0 ? 100 : 1,
                .price_over = digits == 3 ? 10 : 1};
}

const char *pool_text(const struct history *history, pooled p)
{
        bool sound = history->pool && history->pool_size > 0 && history->pool[history->pool_size - 1] == '\0';
        return sound && p < history->pool_size ? history->pool + p : "";
}

bool line_valid(const struct history *h, const struct purchase *l)
{
        uint32_t size = h->pool_size;
        bool pool = h->pool && size > 0 && h->pool[size - (size > 0)] == '\0';
        uint32_t texts = (l->kind < size) & (l->brand < size) & (l->item < size) & (l->colour < size) &
                         (l->size < size) & (l->department < size) & (l->store_name < size);
        uint32_t words = (l->channel < CHANNEL_COUNT) & (l->status < STATUS_COUNT) & (l->gift < 2) &
                         (l->sensitive < 2) & (l->choice <= CHOICE_TALK) &
                         (l->department_index < DEPARTMENT_COUNT);
        uint32_t dates = (l->age_days >= 0) & (l->age_months >= 0) & (l->month >= 1) & (l->month <= 12) &
                         (l->year >= 1) & (l->year <= 9999);
        return pool & texts & words & dates;
}

/* The bit of the line's class among those the rules name. Reads the same number of bytes whatever the class
 * is. */
static uint64_t named_kind(const struct rulebook *book, const struct history *h, pooled kind)
{
        uint64_t window[KIND_NAME_MAX / 8] = {0};
        uint8_t *bytes = (uint8_t *)window;
        uint32_t alive = 1;
        uint64_t named = 0;
        for (uint32_t i = 0; i < KIND_NAME_MAX; i++) {
                uint64_t at = (uint64_t)kind + i;
                uint32_t inside = at < h->pool_size;
                uint8_t byte = (uint8_t)h->pool[at & all_if(inside)]; /* pool[0] is 0: the end of a text */
                alive &= byte != 0;
                bytes[i] = (uint8_t)(byte & (uint8_t)all_if(alive));
        }
        for (int k = 0; k < book->n_kinds; k++) {
                uint64_t name[KIND_NAME_MAX / 8], differs = 0;
                memcpy(name, book->kinds[k], sizeof name);
                for (uint32_t w = 0; w < KIND_NAME_MAX / 8; w++)
                        differs |= name[w] ^ window[w];
                named |= (uint64_t)(differs == 0) << k;
        }
        uint32_t known = bytes[0] != 0;
        uint64_t other = (UINT64_C(1) << KIND_OTHER) & all_if(known & (named == 0));
        return named | other | ((UINT64_C(1) << KIND_UNKNOWN) & all_if(!known));
}

static uint64_t kind_bit(const struct rulebook *book, const struct history *h, pooled kind)
{
        uint32_t no_kind = h->pool[kind] == '\0';
        return book->n_kinds ? named_kind(book, h, kind)
                             : (UINT64_C(1) << KIND_OTHER) << no_kind; /* OTHER or UNKNOWN */
}

/* Bought in the store of this hub. */
static uint32_t bought_here(const struct history *h, const struct purchase *l)
{
        return (l->store == h->store) & (l->store != 0) & (l->channel == CHANNEL_IN_STORE);
}

uint32_t relation_of_line(const struct history *h, const struct viewer *v, const struct purchase *l)
{
        uint32_t this_store = bought_here(h, l);
        uint32_t in_store = l->channel == CHANNEL_IN_STORE;
        uint32_t seller = (l->seller == v->associate) & (v->associate != 0);
        uint32_t mapped = l->department_index != DEPARTMENT_OTHER;
        uint32_t department = (v->departments >> (l->department_index & 31u)) & mapped & this_store;
        uint32_t store = (l->store == v->store) & (l->store != 0) & in_store;
        return seller * RELATION_SELLER + v->preferred * (uint32_t)RELATION_PREFERRED +
               (department & 1u) * RELATION_DEPARTMENT + store * RELATION_STORE;
}

struct cell cell_of_line(const struct scene *s, const struct purchase *l)
{
        const struct history *h = s->history;
        bool valid = line_valid(h, l) & s->viewer_valid;
        if (!valid) /* malformed rows do not come from the store; they need no even timing */
                return (struct cell){0};
        uint32_t this_store = bought_here(h, l);
        uint32_t relation = relation_of_line(h, s->viewer, l);
        uint32_t no_kind = h->pool[l->kind] == '\0';
        int64_t most = INT64_MAX / 100;
        int64_t price = (int64_t)((uint64_t)l->unit_price & all_if(l->unit_price >= 0));
        price = (int64_t)(((uint64_t)price & all_if(price < most)) |
                          ((uint64_t)most & all_if(price >= most)));
        uint64_t kind = kind_bit(s->book, h, l->kind);
        return (struct cell){.relation = BIT(relation),
                .role = s->role,
                .channel = BIT(l->channel),
                .where = BIT(WHERE_OTHER_STORE) >> this_store,
                .sensitive = BIT(l->sensitive | no_kind),
                .gift = BIT(l->gift),
                .status = BIT(l->status),
                .seen = s->seen,
                .subject = BIT(SUBJECT_PURCHASE),
                .kind = kind,
                .price = price * s->price_times / s->price_over,
                .price_known = s->currency_known & (l->unit_price >= 0),
                .age = l->age_months,
                .valid = 1,
                .her_hide = l->choice == CHOICE_HIDE,
                .her_talk = l->choice == CHOICE_TALK,
                .sayable = relation & RELATION_SELLER};
}

struct cell cell_of_field(enum subject subject, const struct viewer *viewer, enum seen seen)
{
        if (!viewer_valid(viewer, seen) || (unsigned)subject >= SUBJECT_COUNT || subject == SUBJECT_PURCHASE)
                return (struct cell){0};
        return (struct cell){.relation = BIT(viewer->preferred ? RELATION_PREFERRED : 0),
                .role = BIT(viewer->role),
                .channel = ~0u,
                .where = ~0u,
                .sensitive = ~0u,
                .gift = ~0u,
                .status = ~0u,
                .kind = ~UINT64_C(0),
                .seen = BIT(seen),
                .subject = BIT(subject),
                .valid = 1,
                .sayable = 1};
}

/* ---- under what was promised ---- */
struct verdict rulebook_under(struct verdict v, struct verdict promised)
{
        uint32_t level = min32((uint32_t)v.level, (uint32_t)promised.level), visible = level > LEVEL_HIDE;
        uint32_t say = v.may_say & promised.may_say & visible;
        v.held |= (level < (uint32_t)v.level) | (say < (uint32_t)v.may_say);
        v.show_rule = (int)select32(visible, (uint32_t)v.show_rule, UINT32_MAX);
        v.level = (enum level)level;
        v.may_say = say;
        return v;
}

struct verdict rulebook_lawful(struct verdict v, const struct purchase *line)
{
        uint32_t open = line->sensitive == 0;
        v.level = (enum level)select32(open, (uint32_t)v.level, LEVEL_HIDE);
        v.show_rule = (int)select32(open, (uint32_t)v.show_rule, UINT32_MAX);
        v.may_say &= open;
        return v;
}

struct verdict judge_line(const struct scene *s, const struct purchase *line)
{
        struct cell cell = cell_of_line(s, line);
        struct verdict v = evaluate(s->book->lines, s->book->n_lines, &cell, LEVEL_HIDE);
        if (s->ceiling == s->book)
                return v;
        if (cell.valid)
                cell.kind = kind_bit(s->ceiling, s->history, line->kind);
        return rulebook_under(v, evaluate(s->ceiling->lines, s->ceiling->n_lines, &cell, LEVEL_HIDE));
}

struct verdict judge_field(const struct scene *s, enum subject subject)
{
        enum seen seen = s->seen == BIT(SEEN_SENSED) ? SEEN_SENSED : SEEN_CHECKED_IN;
        struct verdict v = rulebook_judge_field(s->book, subject, s->viewer, seen);
        return s->ceiling == s->book
                       ? v
                       : rulebook_under(v, rulebook_judge_field(s->ceiling, subject, s->viewer, seen));
}

/* ---- the module's face ---- */
static const struct verdict hidden = {.level = LEVEL_HIDE, .show_rule = -1};

struct verdict rulebook_judge_line(const struct rulebook *book, const struct history *history,
        const struct purchase *line, const struct viewer *viewer, enum seen seen)
{
        if (!book)
                return hidden;
        struct scene scene = scene_of(book, book, history, viewer, seen);
        return judge_line(&scene, line);
}

struct verdict rulebook_judge_field(
        const struct rulebook *book, enum subject subject, const struct viewer *viewer, enum seen seen)
{
        if (!book)
                return hidden;
        struct cell cell = cell_of_field(subject, viewer, seen);
        return evaluate(book->fields, book->n_fields, &cell, LEVEL_HIDE);
}

const char *rulebook_rule_id(const struct rulebook *book, int rule)
{
        return book && rule >= 0 && rule < book->n_rules ? book->rules[rule].id : "";
}

int rulebook_rule_count(const struct rulebook *book)
{
        return book ? book->n_rules : 0;
}
