#include <stdlib.h>
#include <string.h>

#include "tests/rulebook/tuples.h"

/* The words as the language writes them. */
static const char *const written[] = {[W_SELLER] = "seller",
        [W_PREFERRED] = "preferred",
        [W_DEPARTMENT] = "department",
        [W_STORE] = "store",
        [W_ASSOCIATE] = "associate",
        [W_TRAINEE] = "trainee",
        [W_MANAGER] = "manager",
        [W_IN_STORE] = "in-store",
        [W_ONLINE] = "online",
        [W_HERE] = "this-store",
        [W_ELSEWHERE] = "other-store",
        [W_SENSITIVE] = "sensitive",
        [W_GIFT] = "gift",
        [W_BOUGHT] = "bought",
        [W_RETURNED] = "returned",
        [W_CANCELLED] = "cancelled",
        [W_CHECKED_IN] = "checked-in",
        [W_SENSED] = "sensed",
        [W_FIELD] = "name",
        "greet",
        "hint",
        "wish",
        "sizes",
        "likes",
        "notes",
        "presence"};
static const char *const level_written[] = {"hide", "tally", "kind", "brand", "item", "full"};
static const char *const price_written[TUPLE_CUTS] = {"50", "1000.50"};
static const int age_cuts[TUPLE_CUTS] = {6, 24};

/* ---- rules ---- */
/* One rule in the making. */
struct making {
        struct chance *c;
        const struct set_book *book;
        struct set_rule *r;
        int terms;
};

static void narrow(struct making *m, const struct set *to, int also)
{
        if (also < 0 || m->r->verb == MODEL_SHOW) {
                set_meet(&m->r->set, to);
                return;
        }
        struct set wide = *to;
        set_join(&wide, set_of_word(also));
        set_meet(&m->r->set, &wide);
}

/* "a or b": at most `most` of the words from `first` on, written with `between`; the union. */
static struct set some_of(struct making *m, int first, uint32_t choices, uint32_t most, const char *between,
        char *out, size_t room)
{
        struct set u = {{0}};
        uint32_t taken = 0;
        for (uint32_t n = 1 + chance_below(m->c, most); n > 0; n--) {
                uint32_t one = chance_below(m->c, choices);
                if (taken >> one & 1)
                        continue;
                add(out, room, "%s%s", taken ? between : "", written[first + (int)one]);
                set_join(&u, set_of_word(first + (int)one));
                taken |= 1u << one;
        }
        return u;
}

static void say_who(struct making *m)
{
        struct set_rule *r = m->r;
        uint32_t kind = chance_below(m->c, 5), choices = r->of_fields ? 1 : 4;
        int first = r->of_fields ? W_PREFERRED : W_SELLER;
        struct set who;
        if (kind == 0) {
                SET(r->who, "anyone");
                return;
        }
        if (kind >= 3) {
                who = some_of(m, W_ASSOCIATE, 3, 1, "", r->who, sizeof r->who);
                narrow(m, &who, -1);
                if (kind == 3)
                        return;
                add(r->who, sizeof r->who, " who is ");
        }
        if (kind == 2)
                SET(r->who, "everyone except ");
        who = some_of(m, first, choices, 3, " or ", r->who, sizeof r->who);
        if (kind == 2) {
                struct set others = *set_of_all();
                set_without(&others, &who);
                who = others;
        }
        narrow(m, &who, -1);
}

static void comma(struct making *m)
{
        static const char *const commas[] = {", ", ",", " , "};
        if (m->terms++)
                add(m->r->what, sizeof m->r->what, "%s", commas[chance_below(m->c, 3)]);
}

static void plain(struct making *m, int word)
{
        comma(m);
        add(m->r->what, sizeof m->r->what, "%s", written[word]);
        narrow(m, set_of_word(word), -1);
}

static void say_kinds(struct making *m)
{
        struct set u = {{0}};
        uint32_t first = chance_below(m->c, TUPLE_NAMED), n = 1 + chance_below(m->c, 2);
        comma(m);
        add(m->r->what, sizeof m->r->what, "kind ");
        for (uint32_t i = 0; i < n; i++) {
                uint32_t one = (first + i) % TUPLE_NAMED;
                add(m->r->what, sizeof m->r->what, "%s\"", i ? "/" : "");
                for (const char *at = m->book->names[one]; *at; at++)
                        add(m->r->what, sizeof m->r->what, *at == '"' || *at == '\\' ? "\\%c" : "%c", *at);
                add(m->r->what, sizeof m->r->what, "\"");
                set_join(&u, set_of_word(W_KIND + (int)one));
        }
        narrow(m, &u, W_NO_KIND);
}

static void say_bound(struct making *m)
{
        uint32_t kind = chance_below(m->c, 4), cut = chance_below(m->c, TUPLE_CUTS);
        comma(m);
        if (kind < 2) {
                add(m->r->what, sizeof m->r->what, "price %s %s", kind ? "<" : ">=", price_written[cut]);
                narrow(m, set_of_word((kind ? W_PRICE_BELOW : W_PRICE_FROM) + (int)cut), W_NO_PRICE);
                return;
        }
        add(m->r->what, sizeof m->r->what, "age %s %d months", kind == 2 ? "<=" : ">", age_cuts[cut]);
        narrow(m, set_of_word((kind == 2 ? W_AGE_MOST : W_AGE_OVER) + (int)cut), -1);
}

static void say_what(struct making *m)
{
        narrow(m, set_of_word(W_LINES), -1);
        for (uint32_t n = chance_below(m->c, 4); n > 0; n--) {
                uint32_t kind = chance_below(m->c, 8);
                if (kind == 0)
                        plain(m, chance_of(m->c, 50) ? W_SENSITIVE : W_GIFT);
                else if (kind == 1) {
                        comma(m);
                        struct set statuses = some_of(m, W_BOUGHT, 3, 2, "/", m->r->what, sizeof m->r->what);
                        narrow(m, &statuses, -1);
                } else if (kind <= 3)
                        plain(m, (int)(W_IN_STORE + chance_below(m->c, 4)));
                else if (kind <= 5)
                        say_kinds(m);
                else
                        say_bound(m);
        }
        if (!m->terms)
                SET(m->r->what, "anything");
}

static void say_fields(struct making *m)
{
        bool steps = m->r->level != LEVEL_FULL && m->r->level != LEVEL_HIDE;
        SET(m->r->what, "field ");
        struct set fields = some_of(
                m, W_FIELD, steps ? 1 : SUBJECT_COUNT - SUBJECT_NAME, 3, "/", m->r->what, sizeof m->r->what);
        narrow(m, &fields, -1);
}

bool set_rule_possible(const struct set_rule *r)
{
        const struct set *no_price = set_of_word(W_NO_PRICE), *no_kind = set_of_word(W_NO_KIND);
        uint64_t known = 0;
        for (uint32_t i = 0; i < SET_WORDS && !known; i++)
                known = r->set.words[i] & ~(no_price->words[i] | no_kind->words[i]);
        return known;
}

void set_rule_narrow(struct set_rule *r, int word)
{
        if (strcmp(r->what, "anything") == 0)
                r->what[0] = '\0';
        add(r->what, sizeof r->what, "%s", r->what[0] ? ", " : "");
        if (word >= W_AGE_MOST && word < W_CHECKED_IN)
                add(r->what, sizeof r->what, "age %s %d months", word < W_AGE_OVER ? "<=" : ">",
                        age_cuts[(word - W_AGE_MOST) % TUPLE_CUTS]);
        else
                add(r->what, sizeof r->what, "%s", written[word]);
        set_meet(&r->set, set_of_word(word));
        r->possible = set_rule_possible(r);
}

void set_rule_random(
        struct chance *c, const struct set_book *book, struct set_rule *r, int number, uint32_t fields)
{
        struct making m = {.c = c, .book = book, .r = r};
        memset(r, 0, sizeof *r);
        r->set = *set_of_all();
        snprintf(r->id, sizeof r->id, "%c%d", "RLZ"[chance_below(c, 3)], number);
        r->of_fields = chance_of(c, fields);
        r->verb = chance_of(c, 55) ? MODEL_SHOW : chance_of(c, 60) ? MODEL_LIMIT : MODEL_NEVER;
        if (r->verb != MODEL_NEVER)
                r->level = (enum level)(1 + chance_below(c, r->verb == MODEL_SHOW ? 5 : 4));
        r->firm = r->verb != MODEL_SHOW && chance_of(c, 40);
        r->mention_ok = r->verb == MODEL_SHOW && chance_of(c, 50);
        say_who(&m);
        if (r->of_fields)
                say_fields(&m);
        else
                say_what(&m);
        if (chance_of(c, 20)) {
                int seen = chance_of(c, 50) ? W_SENSED : W_CHECKED_IN;
                add(r->tail, sizeof r->tail, " when %s", written[seen]);
                narrow(&m, set_of_word(seen), -1);
        }
        if (r->verb == MODEL_SHOW && (r->mention_ok || chance_of(c, 20)))
                add(r->tail, sizeof r->tail, " mention %s", r->mention_ok ? "ok" : "wait");
        if (r->verb == MODEL_SHOW || chance_of(c, 30))
                add(r->tail, sizeof r->tail, " because \"Weil \\\"%d\\\" \\\\ gr\xc3\xbc\xc3\x9f\"", number);
        r->possible = set_rule_possible(r);
}

/* ---- books ---- */
static uint32_t pool_add(struct set_book *b, const char *text)
{
        uint32_t at = b->pool_size;
        size_t n = strlen(text) + 1;
        if (at + n > sizeof b->pool)
                abort();
        memcpy(b->pool + at, text, n);
        b->pool_size += (uint32_t)n;
        return at;
}

#define TEN   "kkkkkkkkkk"
#define SIXTY TEN TEN TEN TEN TEN TEN

void set_book_start(struct chance *c, struct set_book *b)
{
        static const char *const named[] = {
                "Coats", "Men/Shirts", "Hats \"Fine\"", "a\\b", SIXTY "kkk", "W\xc3\xa4sche"};
        static const char *const others[] = {"Coat", "coats", "Coats ", SIXTY "kkkk", "Men", "x"};
        uint32_t first = chance_below(c, ARRAY_LEN(named)),
                 step = 1 + chance_below(c, (uint32_t)ARRAY_LEN(named) - 1);
        b->n = b->named = 0;
        b->n_kinds = 0;
        b->pool_size = 1;
        b->pool[0] = '\0';
        b->names[0] = named[first];
        b->names[1] = named[(first + step) % ARRAY_LEN(named)];
        for (int i = 0; i < TUPLE_NAMED; i++)
                b->kinds[b->n_kinds++] = pool_add(b, b->names[i]);
        for (size_t i = 0; i < ARRAY_LEN(others); i++)
                b->kinds[b->n_kinds++] = pool_add(b, others[i]);
}

struct set_rule *set_book_add(struct chance *c, struct set_book *b, uint32_t fields)
{
        struct set_rule *r = &b->rules[b->n];
        if (b->n == SET_RULES_MAX)
                abort();
        b->named++;
        do {
                set_rule_random(c, b, r, b->named, fields);
        } while (!r->possible);
        b->n++;
        return r;
}

void set_book_copy_rule(struct set_book *b, int rule)
{
        if (b->n == SET_RULES_MAX)
                abort();
        b->rules[b->n] = b->rules[rule];
        snprintf(b->rules[b->n].id, sizeof b->rules[b->n].id, "Zzz%d", ++b->named);
        b->n++;
}

void set_book_remove(struct set_book *b, int rule)
{
        b->n--;
        memmove(&b->rules[rule], &b->rules[rule + 1], (size_t)(b->n - rule) * sizeof b->rules[0]);
}

void set_book_random(struct chance *c, struct set_book *b, int most, uint32_t fields)
{
        set_book_start(c, b);
        for (uint32_t n = 1 + chance_below(c, (uint32_t)most); n > 0; n--)
                set_book_add(c, b, fields);
}

void set_book_text(const struct set_book *b, uint64_t keep, char out[SET_TEXT_MAX])
{
        static const char *const verbs[] = {"show", "limit", "never"};
        size_t n = (size_t)snprintf(out, SET_TEXT_MAX, "rulebook sets version 1 store * notice n 1\n");
        for (int i = 0; i < b->n; i++) {
                const struct set_rule *r = &b->rules[i];
                if (!(keep >> i & 1))
                        continue;
                n += (size_t)snprintf(out + n, SET_TEXT_MAX - n, "%s: %s%s%s%s to %s of %s%s\n", r->id,
                        verbs[r->verb], r->verb == MODEL_NEVER ? "" : " ",
                        r->verb == MODEL_NEVER ? "" : level_written[r->level], r->firm ? " firm" : "", r->who,
                        r->what, r->tail);
                if (n >= SET_TEXT_MAX)
                        abort();
        }
}

struct rulebook *set_book_parse(const struct set_book *b, uint64_t keep)
{
        static char text[SET_TEXT_MAX];
        struct rulebook_error error;
        set_book_text(b, keep, text);
        struct rulebook *book = rulebook_parse(slice_of(text), &error);
        if (!book) {
                fprintf(stderr, "%d:%d %s\n%s", error.line, error.column, error.text, text);
                abort();
        }
        return book;
}

/* ---- lines that a tuple tells of ---- */
#define PICK(c, list) ((list)[chance_below((c), ARRAY_LEN(list))])

static void give_price(struct chance *c, const struct tuple *t, struct set_case *out)
{
        static const struct {
                char currency[4];
                int64_t from[TUPLE_CUTS]; /* the least minor units that reach the cut */
        } known[] = {{"EUR", {5000, 100050}}, {"EUR", {5000, 100050}}, {"JPY", {50, 1001}},
                {"KWD", {50000, 1000500}}};
        static const char unknown[][5] = {"", "eur", "E1R", "EURO"};
        uint32_t k = chance_below(c, ARRAY_LEN(known));
        memcpy(out->history.currency, known[k].currency, 4);
        if (t->price >= 0) {
                int64_t from = t->price ? known[k].from[t->price - 1] : 0;
                int64_t below = t->price < TUPLE_CUTS ? known[k].from[t->price] : INT64_MAX;
                int64_t choices[] = {
                        from, below - 1, from + (int64_t)chance_below(c, (uint32_t)(from ? 40 : 30))};
                out->line.unit_price = PICK(c, choices);
                return;
        }
        int64_t negative[] = {PRICE_UNKNOWN, -1, -5000};
        out->line.unit_price = PICK(c, negative);
        if (chance_of(c, 40)) {
                out->line.unit_price = chance_below(c, 200000);
                memcpy(out->history.currency, PICK(c, unknown), 4);
        }
}

static void give_place(struct chance *c, const struct tuple *t, struct set_case *out)
{
        struct purchase *l = &out->line;
        struct viewer *v = &out->viewer;
        v->associate = t->seller ? 1 + chance_below(c, 3) : chance_below(c, 4);
        l->seller = t->seller      ? v->associate
                    : v->associate ? (v->associate + 1 + chance_below(c, 3)) % 4
                                   : chance_below(c, 4);
        l->department_index = (uint8_t)chance_below(c, DEPARTMENT_OTHER);
        v->departments = chance_of(c, 50) ? ~0u : chance_below(c, UINT32_MAX);
        if (t->here && t->department)
                v->departments |= 1u << l->department_index;
        else if (t->here && chance_of(c, 30))
                l->department_index = DEPARTMENT_OTHER;
        else if (t->here)
                v->departments &= ~(1u << l->department_index);
        l->channel = t->online ? CHANNEL_ONLINE : CHANNEL_IN_STORE;
        out->history.store = 1 + chance_below(c, 3);
        l->store = t->here     ? out->history.store
                   : t->online ? chance_below(c, 5)
                               : out->history.store + 1 + chance_below(c, 3);
        if (!t->online && !t->here && !t->store && chance_of(c, 20))
                l->store = 0; /* of no store: nobody's, even a viewer's of none */
        v->store = t->store ? l->store : t->online ? chance_below(c, 5) : l->store ? l->store - 1 : 0;
}

void set_case_make(struct chance *c, const struct set_book *b, uint32_t tuple, struct set_case *out)
{
        const struct tuple *t = tuple_of(tuple);
        static const int least_months[] = {0, 7, 25}, most_months[] = {6, 24, 1300};
        struct purchase *l = &out->line;
        memset(out, 0, sizeof *out);
        out->viewer.role = t->role;
        out->viewer.preferred = t->preferred;
        out->seen = t->seen;
        if (t->subject != SUBJECT_PURCHASE) {
                out->viewer.associate = chance_below(c, 4);
                return;
        }
        give_place(c, t, out);
        give_price(c, t, out);
        out->history.lines = l;
        out->history.n_lines = 1;
        out->history.pool = b->pool;
        out->history.pool_size = b->pool_size;
        if (t->kind < TUPLE_NAMED)
                l->kind = b->kinds[t->kind];
        else if (t->kind == TUPLE_NAMED)
                l->kind = b->kinds[TUPLE_NAMED + chance_below(c, b->n_kinds - TUPLE_NAMED)];
        l->brand = l->item = b->kinds[chance_below(c, b->n_kinds)];
        l->sensitive = t->kind > TUPLE_NAMED ? chance_of(c, 50) : t->sensitive;
        l->gift = t->gift;
        l->status = (uint8_t)t->status;
        int months[] = {least_months[t->age], most_months[t->age]};
        l->age_months = PICK(c, months);
        l->age_days = l->age_months * 30;
        l->month = (uint8_t)(1 + chance_below(c, 12));
        l->year = (uint16_t)(1990 + chance_below(c, 40));
        l->quantity = 1;
}
