#include "tests/rulebook/model.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- chance ---- */
uint64_t chance_seed(const char *test)
{
        const char *given = getenv("MAITRED_SEED");
        uint64_t seed = given ? strtoull(given, NULL, 0) : UINT64_C(20261122);
        printf("# %s: MAITRED_SEED=%llu\n", test, (unsigned long long)seed);
        return seed;
}

uint32_t chance_below(struct chance *c, uint32_t n)
{
        uint64_t z = (c->state += UINT64_C(0x9e3779b97f4a7c15));
        z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
        z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
        return (uint32_t)((z ^ (z >> 31)) >> 32) % n;
}

bool chance_of(struct chance *c, uint32_t percent)
{
        return chance_below(c, 100) < percent;
}

/* ---- books ---- */
static const char *const level_names[] = {"hide", "tally", "kind", "brand", "item", "full"};
static const char *const relation_names[] = {"seller", "preferred", "department", "store"};
static const char *const role_names[] = {"associate", "trainee", "manager"};
static const char *const status_names[] = {"bought", "returned", "cancelled"};
static const char *const field_names[] = {
        "name", "greet", "hint", "wish", "sizes", "likes", "notes", "presence"};
static const char *const kind_names[] = {"Coats", "Shoes", "Men/Shirts", "Hats \"Fine\"", "Knitwear"};
static const int64_t price_cuts[] = {5000, 9950, 100000};
static const int age_cuts[] = {1, 6, 12, 24};

void add(char *out, size_t room, const char *format, ...)
{
        size_t len = strlen(out);
        va_list list;
        va_start(list, format);
        vsnprintf(out + len, room - len, format, list);
        va_end(list);
}

static struct clause *clause(struct model_rule *r, bool none_of)
{
        struct clause *c = &r->clauses[r->n++];
        *c = (struct clause){.none_of = none_of};
        return c;
}

static void word(struct clause *c, const char *text)
{
        snprintf(c->words[c->n++], sizeof c->words[0], "%s", text);
}

/* One to three relations out of the first `choices`, written with or. */
static uint32_t random_relations(struct chance *c, struct model_rule *r, bool none_of, uint32_t choices)
{
        struct clause *related = clause(r, none_of);
        uint32_t set = 0;
        for (uint32_t n = 1 + chance_below(c, 2); n > 0; n--) {
                uint32_t one = choices == 1 ? 1 : chance_below(c, choices);
                if (set & (1u << one))
                        continue;
                add(r->who, sizeof r->who, "%s%s", set ? " or " : "", relation_names[one]);
                word(related, relation_names[one]);
                set |= 1u << one;
        }
        return set;
}

/* Returns the relations that the rule asks for; 0 if it asks for none. */
static uint32_t random_who(struct chance *c, struct model_rule *r)
{
        uint32_t kind = chance_below(c, 5);
        uint32_t role = chance_below(c, 3);
        uint32_t choices = r->of_fields ? 1 : 4; /* a field knows only preferred: number 1 */
        if (kind == 0) {
                SET(r->who, "anyone");
                return 0;
        }
        if (kind >= 3) {
                SET(r->who, role_names[role]);
                word(clause(r, false), role_names[role]);
                if (kind == 3)
                        return 0;
                add(r->who, sizeof r->who, " who is ");
                return random_relations(c, r, false, choices);
        }
        if (kind == 2) {
                SET(r->who, "everyone except ");
                random_relations(c, r, true, choices);
                return 0;
        }
        return random_relations(c, r, false, choices);
}

static void quoted(char *out, size_t room, const char *text)
{
        add(out, room, "\"");
        for (; *text; text++)
                add(out, room, *text == '"' || *text == '\\' ? "\\%c" : "%c", *text);
        add(out, room, "\"");
}

static void comma(struct model_rule *r)
{
        if (r->what[0])
                add(r->what, sizeof r->what, ", ");
}

static void plain_term(struct model_rule *r, const char *text)
{
        comma(r);
        add(r->what, sizeof r->what, "%s", text);
        word(clause(r, false), text);
}

static void random_kinds(struct chance *c, struct model_rule *r)
{
        struct clause *kinds = clause(r, false);
        comma(r);
        add(r->what, sizeof r->what, "kind ");
        for (uint32_t n = 1 + chance_below(c, 3), i = 0; i < n; i++) {
                const char *kind = kind_names[chance_below(c, ARRAY_LEN(kind_names))];
                char as_word[72];
                add(r->what, sizeof r->what, "%s", i ? "/" : "");
                quoted(r->what, sizeof r->what, kind);
                snprintf(as_word, sizeof as_word, "kind:%s", kind);
                word(kinds, as_word);
        }
        if (r->verb != MODEL_SHOW)
                word(kinds, "kind?");
}

static void random_price(struct chance *c, struct model_rule *r)
{
        uint32_t cut = chance_below(c, ARRAY_LEN(price_cuts));
        bool least = chance_of(c, 60), below = !least || chance_of(c, 30);
        if (least) {
                comma(r);
                r->price_least = price_cuts[cut];
                add(r->what, sizeof r->what, "price >= %lld.%02lld", (long long)price_cuts[cut] / 100,
                        (long long)price_cuts[cut] % 100);
        }
        if (below) {
                comma(r);
                r->price_below = price_cuts[cut] + (least ? 7000 : 0);
                add(r->what, sizeof r->what, "price<%lld.%02lld", (long long)r->price_below / 100,
                        (long long)r->price_below % 100);
        }
}

static void random_age(struct chance *c, struct model_rule *r)
{
        uint32_t cut = chance_below(c, ARRAY_LEN(age_cuts));
        comma(r);
        if (chance_of(c, 50)) {
                r->age_most = age_cuts[cut];
                add(r->what, sizeof r->what, "age <= %d months", age_cuts[cut]);
                return;
        }
        r->age_over = age_cuts[cut];
        add(r->what, sizeof r->what, "age > %d months", age_cuts[cut]);
        if (chance_of(c, 30)) {
                r->age_most = age_cuts[cut] + 5;
                add(r->what, sizeof r->what, ", age <= %d months", r->age_most);
        }
}

/* `relations`: what the rule asks of the viewer; asked only for department or store, it cannot speak of
 * online. */
static void random_what(struct chance *c, struct model_rule *r, uint32_t relations)
{
        bool only_here = relations && !(relations & 3u);
        uint32_t place = chance_below(c, only_here ? 3 : 6);
        static const char *const places[][2] = {{NULL, NULL}, {"in-store", NULL}, {"in-store", "this-store"},
                {"online", NULL}, {"other-store", "in-store"}, {"other-store", NULL}};
        if (place && places[place][0])
                plain_term(r, places[place][0]);
        if (chance_of(c, 12))
                plain_term(r, "sensitive");
        if (chance_of(c, 12))
                plain_term(r, "gift");
        if (chance_of(c, 20)) {
                struct clause *statuses = clause(r, false);
                uint32_t first = chance_below(c, 3), second = chance_below(c, 3);
                comma(r);
                add(r->what, sizeof r->what, "%s%s%s", status_names[first], second != first ? " / " : "",
                        second != first ? status_names[second] : "");
                word(statuses, status_names[first]);
                word(statuses, status_names[second]);
        }
        if (chance_of(c, 25))
                random_kinds(c, r);
        if (chance_of(c, 25))
                random_price(c, r);
        if (chance_of(c, 25))
                random_age(c, r);
        if (place && places[place][1])
                plain_term(r, places[place][1]);
        if (!r->what[0])
                SET(r->what, "anything");
}

static void random_fields(struct chance *c, struct model_rule *r)
{
        struct clause *fields = clause(r, false);
        uint32_t set = 0;
        bool name_only = r->level != LEVEL_FULL && r->level != LEVEL_HIDE;
        SET(r->what, "field ");
        for (uint32_t n = 1 + chance_below(c, 3); n > 0; n--) {
                uint32_t one = name_only ? 0 : chance_below(c, ARRAY_LEN(field_names));
                if (set & (1u << one))
                        continue;
                add(r->what, sizeof r->what, "%s%s", set ? "/" : "", field_names[one]);
                word(fields, field_names[one]);
                set |= 1u << one;
        }
}

void model_rule_random(struct chance *c, struct model_rule *r, int number, uint32_t fields)
{
        *r = (struct model_rule){.price_least = -1, .price_below = -1, .age_most = -1, .age_over = -1};
        snprintf(r->id, sizeof r->id, "%c%d", "RLZ"[chance_below(c, 3)], number);
        r->of_fields = chance_of(c, fields);
        r->verb = chance_of(c, 50) ? MODEL_SHOW : chance_of(c, 60) ? MODEL_LIMIT : MODEL_NEVER;
        if (r->verb == MODEL_SHOW)
                r->level = 1 + (int)chance_below(c, 5);
        else if (r->verb == MODEL_LIMIT)
                r->level = 1 + (int)chance_below(c, 4);
        r->firm = r->verb != MODEL_SHOW && chance_of(c, 40);
        r->mention_ok = r->verb == MODEL_SHOW && chance_of(c, 50);
        if (r->verb == MODEL_SHOW || chance_of(c, 50))
                snprintf(r->because, sizeof r->because,
                        "Weil \"%d\" \\ gr\xc3\xbc\xc3\x9f"
                        "e",
                        number);
        uint32_t relations = random_who(c, r);
        if (r->of_fields)
                random_fields(c, r);
        else
                random_what(c, r, relations);
        if (chance_of(c, 20)) {
                bool sensed = chance_of(c, 50);
                word(clause(r, false), sensed ? "sensed" : "checked-in");
                add(r->what, sizeof r->what, " when %s", sensed ? "sensed" : "checked-in");
        }
}

void model_book_random(struct chance *c, struct model_book *book, int most, uint32_t fields)
{
        book->n = (int)chance_below(c, (uint32_t)most + 1);
        for (int i = 0; i < book->n; i++)
                model_rule_random(c, &book->rules[i], i + 1, fields);
}

void model_book_text(struct chance *c, const struct model_book *book, char out[MODEL_TEXT_MAX])
{
        static const char *const verbs[] = {"show", "limit", "never"};
        snprintf(out, MODEL_TEXT_MAX, "%s", chance_of(c, 30) ? "\n# made up\n" : "");
        add(out, MODEL_TEXT_MAX, "rulebook test version 3 store * notice n-1 2 %s\n",
                chance_of(c, 30) ? "# x" : "");
        for (int i = 0; i < book->n; i++) {
                const struct model_rule *r = &book->rules[i];
                add(out, MODEL_TEXT_MAX, "%s%s%s %s", chance_of(c, 20) ? "\t" : "", r->id,
                        chance_of(c, 50) ? ":" : " :", verbs[r->verb]);
                if (r->verb != MODEL_NEVER)
                        add(out, MODEL_TEXT_MAX, " %s", level_names[r->level]);
                add(out, MODEL_TEXT_MAX, "%s  to %s of %s", r->firm ? " firm" : "", r->who, r->what);
                if (r->mention_ok || (r->verb == MODEL_SHOW && chance_of(c, 30)))
                        add(out, MODEL_TEXT_MAX, " mention %s", r->mention_ok ? "ok" : "wait");
                if (r->because[0]) {
                        add(out, MODEL_TEXT_MAX, " because");
                        quoted(out, MODEL_TEXT_MAX, r->because);
                }
                add(out, MODEL_TEXT_MAX, "%s", chance_of(c, 10) ? "\r\n\n" : "\n");
        }
}

/* ---- the second opinion ---- */
struct facts {
        int n;
        char words[16][72];
        int64_t price; /* hundredths, -1 = unknown */
        int age;
};

static void fact(struct facts *f, const char *text)
{
        snprintf(f->words[f->n++], sizeof f->words[0], "%s", text);
}

static bool has(const struct facts *f, const char *text)
{
        for (int i = 0; i < f->n; i++)
                if (strcmp(f->words[i], text) == 0)
                        return true;
        return false;
}

static struct facts facts_of(
        const struct history *h, const struct purchase *l, const struct viewer *v, enum seen seen)
{
        struct facts f = {.age = l->age_months, .price = -1};
        const char *kind = h->pool + l->kind;
        char named[72];
        bool online = l->channel == CHANNEL_ONLINE, here = !online && l->store == h->store;
        if (v->associate && v->associate == l->seller)
                fact(&f, "seller");
        if (v->preferred)
                fact(&f, "preferred");
        if (here && l->department_index < 31 && (v->departments & (1u << l->department_index)))
                fact(&f, "department");
        if (!online && l->store == v->store)
                fact(&f, "store");
        fact(&f, role_names[v->role]);
        fact(&f, online ? "online" : "in-store");
        fact(&f, here ? "this-store" : "other-store");
        if (l->sensitive || !kind[0])
                fact(&f, "sensitive");
        if (l->gift)
                fact(&f, "gift");
        fact(&f, status_names[l->status]);
        snprintf(named, sizeof named, kind[0] ? "kind:%s" : "kind?", kind);
        fact(&f, named);
        fact(&f, seen == SEEN_SENSED ? "sensed" : "checked-in");
        if (strcmp(h->currency, "EUR") == 0 && l->unit_price >= 0)
                f.price = l->unit_price;
        if (strcmp(h->currency, "JPY") == 0 && l->unit_price >= 0)
                f.price = l->unit_price * 100;
        return f;
}

static bool rule_matches(const struct model_rule *r, const struct facts *f)
{
        bool priced = r->price_least >= 0 || r->price_below >= 0;
        for (int i = 0; i < r->n; i++) {
                bool any = false;
                for (int k = 0; k < r->clauses[i].n; k++)
                        any = any || has(f, r->clauses[i].words[k]);
                if (any == r->clauses[i].none_of)
                        return false;
        }
        if (priced && f->price < 0 && r->verb == MODEL_SHOW)
                return false;
        if (priced && f->price >= 0) {
                if (r->price_least >= 0 && f->price < r->price_least)
                        return false;
                if (r->price_below >= 0 && f->price >= r->price_below)
                        return false;
        }
        return !(r->age_most >= 0 && f->age > r->age_most) && !(r->age_over >= 0 && f->age <= r->age_over);
}

/* Is it at least this level? Each answer is a sentence over the matching rules, not a minimum of maxima. */
static bool at_least(const struct model_book *b, const bool *match, int level, int share)
{
        bool shown = false, held = false;
        for (int i = 0; i < b->n; i++) {
                const struct model_rule *r = &b->rules[i];
                if (!match[i])
                        continue;
                if (r->verb == MODEL_SHOW)
                        shown = shown || r->level >= level;
                else if (r->level < level && r->firm)
                        return false;
                else if (r->level < level)
                        held = true;
        }
        return (shown && !held) || share >= level;
}

static struct opinion judge(
        const struct model_book *b, const struct facts *f, int share, bool sayable, bool fields)
{
        bool match[MODEL_RULES_MAX] = {false};
        struct opinion o = {.rule = ""};
        const struct model_rule *best = NULL;
        for (int i = 0; i < b->n; i++)
                match[i] = b->rules[i].of_fields == fields && rule_matches(&b->rules[i], f);
        for (int level = 5; level >= 1 && !o.level; level--)
                if (at_least(b, match, level, share))
                        o.level = level;
        for (int i = 0; i < b->n; i++) {
                const struct model_rule *r = &b->rules[i];
                if (!match[i] || r->verb != MODEL_SHOW)
                        continue;
                bool say = r->mention_ok && sayable, best_say = best && best->mention_ok && sayable;
                if (!best || r->level > best->level || (r->level == best->level && say > best_say) ||
                        (r->level == best->level && say == best_say && strcmp(r->id, best->id) < 0))
                        best = r;
        }
        if (o.level && best) {
                o.rule = best->id;
                o.may_say = best->mention_ok && sayable;
        }
        return o;
}

struct opinion model_judge(const struct model_book *b, const struct history *h, const struct purchase *l,
        const struct viewer *v, enum seen seen, int share)
{
        struct facts f = facts_of(h, l, v, seen);
        struct opinion o = judge(b, &f, share, has(&f, "seller"), false);
        if (l->choice == CHOICE_HIDE)
                return (struct opinion){.rule = ""};
        o.may_say = o.may_say || (o.level && l->choice == CHOICE_TALK);
        return o;
}

struct opinion model_judge_field(
        const struct model_book *b, enum subject subject, const struct viewer *v, enum seen seen)
{
        struct facts f = {.price = -1};
        fact(&f, field_names[subject - SUBJECT_NAME]);
        if (v->preferred)
                fact(&f, "preferred");
        fact(&f, role_names[v->role]);
        fact(&f, seen == SEEN_SENSED ? "sensed" : "checked-in");
        return judge(b, &f, 0, true, true);
}
