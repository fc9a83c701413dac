/* One function a production of the grammar; each looks at one token (LL(1)).
 *
 *   book  = "rulebook" word "version" int "store" (word | "*") "notice" word int NL { rule NL }
 *   rule  = id ":" verb "to" who "of" what [ "when" seen ] [ "mention" ("ok" | "wait") ] [ "because" string ]
 *   verb  = "show" level | "limit" level [ "firm" ] | "never" [ "firm" ]
 *   who   = "anyone" | [ "everyone" "except" ] rel { "or" rel } | role [ "who" "is" rel { "or" rel } ]
 *   what  = "anything" | term { "," term } | "field" field { "/" field }
 *   term  = "in-store" | "online" | "this-store" | "other-store" | "sensitive" | "gift" | status { "/" status
 * } | "kind" string { "/" string } | "price" (">=" | "<") money | "age" ("<=" | ">") int "months"
 *
 * A rule speaks of purchases or of fields. Of the fields only the name has steps: kind to item show initials.
 * Empty lines and what follows a # are skipped. A comma means and; a slash means or. */
#include <stdio.h>
#include <stdlib.h>

#include "server/rulebook/lex.h"

#define VERSION_MAX 999999999

struct parser {
        struct lexer lexer;
        struct rulebook *book;
        struct rule *rule;
        int rule_line, rule_column, what_line, what_column;
};

static bool failed(const struct parser *p)
{
        return p->lexer.failed;
}

static int choose(struct parser *p, const char *const *words)
{
        return lex_choose(&p->lexer, words);
}

#define CHOOSE(p, ...) choose((p), (const char *const[]){__VA_ARGS__, NULL})

static bool accept(struct parser *p, const char *word)
{
        if (!lex_is(&p->lexer, word))
                return false;
        lex_next(&p->lexer);
        return !failed(p);
}

static uint32_t whole_number(struct parser *p, uint32_t most, const char *what)
{
        const struct token *t = &p->lexer.token;
        uint64_t value = 0;
        bool good = t->kind == TOKEN_WORD && t->text.len <= 9;
        for (size_t i = 0; good && i < t->text.len; i++) {
                good = t->text.at[i] >= '0' && t->text.at[i] <= '9';
                value = value * 10 + (uint64_t)(t->text.at[i] - '0');
        }
        if (!good || value < 1 || value > most) {
                char expected[80];
                snprintf(expected, sizeof expected, "%s, a whole number from 1 to %u", what, most);
                lex_expected(&p->lexer, expected);
                return 0;
        }
        lex_next(&p->lexer);
        return (uint32_t)value;
}

/* "1000" or "1000.50" into hundredths. At most nine digits before the point. */
static int64_t money(struct parser *p)
{
        struct slice s = p->lexer.token.text;
        int64_t value = 0;
        size_t point = s.len;
        bool good = p->lexer.token.kind == TOKEN_WORD;
        for (size_t i = 0; good && i < s.len; i++) {
                if (s.at[i] == '.' && point == s.len)
                        point = i;
                else if (s.at[i] >= '0' && s.at[i] <= '9')
                        value = i > 12 ? value : value * 10 + (s.at[i] - '0');
                else
                        good = false;
        }
        if (point < s.len)
                good = good && point > 0 && point <= 9 && s.len - point == 3;
        else
                good = good && s.len <= 9;
        if (!good) {
                lex_expected(&p->lexer, "an amount like 1000 or 1000.50 in the store's currency");
                return 0;
        }
        lex_next(&p->lexer);
        return point < s.len ? value : value * 100;
}

static void name_word(struct parser *p, char out[BOOK_WORD_MAX], const char *what)
{
        const struct token *t = &p->lexer.token;
        if (failed(p))
                return;
        if (t->kind != TOKEN_WORD || t->text.len >= BOOK_WORD_MAX) {
                char expected[80];
                snprintf(expected, sizeof expected, "%s: letters, digits, - _ . and at most %d", what,
                        BOOK_WORD_MAX - 1);
                lex_expected(&p->lexer, expected);
                return;
        }
        memcpy(out, t->text.at, t->text.len);
        lex_next(&p->lexer);
}

static void parse_header(struct parser *p)
{
        struct rulebook *b = p->book;
        while (p->lexer.token.kind == TOKEN_LINE_END && !failed(p))
                lex_next(&p->lexer);
        CHOOSE(p, "rulebook");
        name_word(p, b->name, "the book's name");
        CHOOSE(p, "version");
        b->version = whole_number(p, VERSION_MAX, "the book's version");
        CHOOSE(p, "store");
        if (lex_is(&p->lexer, "*")) {
                memcpy(b->store, "*", 2);
                lex_next(&p->lexer);
        } else {
                name_word(p, b->store, "* or the store's id");
        }
        CHOOSE(p, "notice");
        name_word(p, b->notice, "the notice's name");
        b->notice_version = whole_number(p, VERSION_MAX, "the notice's version");
        CHOOSE(p, "end of line");
}

static void parse_id(struct parser *p)
{
        const struct token *t = &p->lexer.token;
        char first = t->text.len ? t->text.at[0] : '0';
        bool letter = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z');
        if (failed(p))
                return;
        if (t->kind != TOKEN_WORD || !letter || t->text.len >= VIEW_RULE_MAX || slice_is(t->text, "her") ||
                memchr(t->text.at, '.', t->text.len)) {
                lex_expected(&p->lexer,
                        "a rule's id: a letter, then letters, digits, - or _, at most 15 (\"her\" is taken)");
                return;
        }
        for (int i = 0; i < p->book->n_rules; i++) {
                if (slice_is(t->text, p->book->rules[i].id)) {
                        lex_fail(&p->lexer, t->line, t->column,
                                "the id %s is used twice; give this rule another one", p->book->rules[i].id);
                        return;
                }
        }
        memcpy(p->rule->id, t->text.at, t->text.len);
        lex_next(&p->lexer);
        CHOOSE(p, ":");
}

static void parse_verb(struct parser *p)
{
        struct rule *r = p->rule;
        int verb = CHOOSE(p, "show", "limit", "never");
        if (verb == VERB_SHOW)
                r->level = (enum level)(LEVEL_TALLY + CHOOSE(p, "tally", "kind", "brand", "item", "full"));
        else if (verb == VERB_LIMIT)
                r->level = (enum level)(LEVEL_TALLY + CHOOSE(p, "tally", "kind", "brand", "item"));
        if (failed(p))
                return;
        r->verb = (enum verb)verb;
        if (verb == VERB_SHOW)
                CHOOSE(p, "to");
        else
                r->firm = CHOOSE(p, "to", "firm") == 1;
        if (r->firm)
                CHOOSE(p, "to");
}

static const char *const who_words[] = {"anyone", "everyone", "seller", "preferred", "department", "store",
        "associate", "trainee", "manager", NULL};

/* rel { "or" rel }, the first one taken already if it is not 0. */
static void parse_relations(struct parser *p, uint32_t first)
{
        p->rule->relations = first;
        do {
                if (p->rule->relations && !accept(p, "or"))
                        return;
                int rel = CHOOSE(p, "seller", "preferred", "department", "store");
                if (rel >= 0)
                        p->rule->relations |= BIT(rel);
        } while (!failed(p));
}

static void parse_who(struct parser *p)
{
        struct rule *r = p->rule;
        int word = choose(p, who_words);
        if (word < 0 || word == 0)
                return;
        if (word == 1) {
                r->who = WHO_UNRELATED;
                CHOOSE(p, "except");
                parse_relations(p, 0);
        } else if (word <= 5) {
                r->who = WHO_RELATED;
                parse_relations(p, BIT(word - 2));
        } else {
                r->who = WHO_ROLE;
                r->role = (enum role)(word - 6);
                if (!accept(p, "who"))
                        return;
                r->who = WHO_ROLE_RELATED;
                CHOOSE(p, "is");
                parse_relations(p, 0);
        }
}

static void parse_kind_name(struct parser *p, uint64_t *kinds)
{
        const struct token *t = &p->lexer.token;
        struct rulebook *b = p->book;
        if (t->kind != TOKEN_STRING || t->string_len == 0 || t->string_len >= KIND_NAME_MAX) {
                lex_expected(&p->lexer, "a class name in quotes, at most 63 bytes");
                return;
        }
        int i = 0;
        while (i < b->n_kinds && strcmp(b->kinds[i], t->string) != 0)
                i++;
        if (i == BOOK_KINDS_MAX) {
                lex_fail(&p->lexer, t->line, t->column, "this is class name %d of the book; at most %d",
                        i + 1, BOOK_KINDS_MAX);
                return;
        }
        if (i == b->n_kinds) {
                memcpy(b->kinds[i], t->string, t->string_len);
                b->n_kinds++;
        }
        *kinds |= UINT64_C(1) << i;
        lex_next(&p->lexer);
}

static void parse_kinds(struct parser *p)
{
        uint64_t kinds = 0;
        do {
                parse_kind_name(p, &kinds);
        } while (accept(p, "/"));
        p->rule->kinds &= kinds;
}

static void parse_price(struct parser *p)
{
        struct rule *r = p->rule;
        int sign = CHOOSE(p, ">=", "<");
        int64_t bound = failed(p) ? 0 : money(p);
        if (sign == 0 && bound > r->price_from)
                r->price_from = bound;
        if (sign == 1 && bound < r->price_below)
                r->price_below = bound;
}

static void parse_age(struct parser *p)
{
        struct rule *r = p->rule;
        int sign = CHOOSE(p, "<=", ">");
        int32_t months = failed(p) ? 0 : (int32_t)whole_number(p, AGE_MONTHS_MAX, "months");
        CHOOSE(p, "months");
        if (sign == 0 && months < r->age_most)
                r->age_most = months;
        if (sign == 1 && months + 1 > r->age_from)
                r->age_from = months + 1;
}

static void parse_statuses(struct parser *p, int first)
{
        uint32_t statuses = BIT(first);
        while (accept(p, "/")) {
                int more = CHOOSE(p, "bought", "returned", "cancelled");
                if (more >= 0)
                        statuses |= BIT(more);
        }
        p->rule->statuses &= statuses;
}

static void parse_fields(struct parser *p)
{
        struct rule *r = p->rule;
        r->subjects = 0;
        do {
                int field = CHOOSE(p, "name", "greet", "hint", "wish", "sizes", "likes", "notes", "presence");
                if (field >= 0)
                        r->subjects |= BIT(SUBJECT_NAME + field);
        } while (accept(p, "/"));
        if (lex_is(&p->lexer, ","))
                lex_fail(&p->lexer, p->lexer.token.line, p->lexer.token.column,
                        "a rule speaks of fields or of purchases; write a second rule for what follows the "
                        "comma");
}

static void parse_term(struct parser *p)
{
        struct rule *r = p->rule;
        int term = CHOOSE(p, "in-store", "online", "this-store", "other-store", "sensitive", "gift", "bought",
                "returned", "cancelled", "kind", "price", "age");
        if (term < 0)
                return;
        if (term <= 1)
                r->channels &= BIT(term);
        else if (term <= 3)
                r->wheres &= BIT(term - 2);
        else if (term == 4)
                r->sensitive &= BIT(1);
        else if (term == 5)
                r->gift &= BIT(1);
        else if (term <= 8)
                parse_statuses(p, term - 6);
        else if (term == 9)
                parse_kinds(p);
        else if (term == 10)
                parse_price(p);
        else
                parse_age(p);
}

static void parse_what(struct parser *p)
{
        p->what_line = p->lexer.token.line;
        p->what_column = p->lexer.token.column;
        if (accept(p, "anything"))
                return;
        if (accept(p, "field")) {
                parse_fields(p);
                return;
        }
        do {
                parse_term(p);
        } while (accept(p, ","));
}

/* What the grammar allows and the meaning does not. */
static void check_rule(struct parser *p)
{
        struct rule *r = p->rule;
        bool of_purchases = r->subjects == BIT(SUBJECT_PURCHASE);
        if (failed(p))
                return;
        if (r->verb == VERB_SHOW && !r->because[0])
                lex_expected(&p->lexer, "because \"...\": what is shown needs its reason");
        else if (!of_purchases && (r->relations & ~(uint32_t)RELATION_PREFERRED))
                lex_fail(&p->lexer, p->rule_line, p->rule_column,
                        "a field has no seller, department or store; say preferred, anyone or a role");
        else if (r->level != LEVEL_FULL && r->level != LEVEL_HIDE && !of_purchases &&
                 r->subjects != BIT(SUBJECT_NAME))
                lex_fail(&p->lexer, p->what_line, p->what_column,
                        "only the name has steps (kind is initials); for other fields say show full or "
                        "never");
        else if (!rule_possible(r))
                lex_fail(&p->lexer, p->what_line, p->what_column,
                        "nothing can be all of this at once (comma means and; online counts as other-store); "
                        "write two rules");
}

static void parse_because(struct parser *p)
{
        const struct token *t = &p->lexer.token;
        if (t->kind != TOKEN_STRING || t->string_len == 0) {
                lex_expected(&p->lexer, "the reason in quotes, at most 79 bytes");
                return;
        }
        memcpy(p->rule->because, t->string, t->string_len);
        lex_next(&p->lexer);
}

static void parse_tail(struct parser *p)
{
        struct rule *r = p->rule;
        if (accept(p, "when"))
                r->seen = BIT(CHOOSE(p, "checked-in", "sensed") & 1);
        if (r->verb == VERB_SHOW && accept(p, "mention"))
                r->mention_ok = CHOOSE(p, "ok", "wait") == 0;
        if (accept(p, "because"))
                parse_because(p);
        if (!failed(p) && !lex_is(&p->lexer, "end of line")) {
                static const char *const show[] = {
                        "a comma", "when", "mention", "because", "end of line", NULL};
                static const char *const limit[] = {"a comma", "when", "because", "end of line", NULL};
                bool whened = r->seen != 3;
                if (r->verb == VERB_SHOW)
                        lex_reject(&p->lexer, show + (r->because[0]          ? 4
                                                             : r->mention_ok ? 3
                                                             : whened        ? 2
                                                                             : 0));
                else
                        lex_reject(&p->lexer, limit + (r->because[0] ? 3 : whened ? 2 : 0));
        }
        check_rule(p);
        CHOOSE(p, "end of line");
}

static void parse_rule(struct parser *p)
{
        const struct token *t = &p->lexer.token;
        if (p->book->n_rules == RULES_MAX) {
                lex_fail(&p->lexer, t->line, t->column, "this is rule %d; a book has at most %d",
                        RULES_MAX + 1, RULES_MAX);
                return;
        }
        p->rule = &p->book->rules[p->book->n_rules];
        *p->rule = (struct rule){.subjects = BIT(SUBJECT_PURCHASE),
                .channels = 3,
                .wheres = 3,
                .sensitive = 3,
                .gift = 3,
                .statuses = 7,
                .seen = 3,
                .kinds = ~UINT64_C(0),
                .price_from = PRICE_FROM_ANY,
                .price_below = PRICE_BELOW_ANY,
                .age_from = AGE_FROM_ANY,
                .age_most = AGE_MOST_ANY};
        p->rule_line = t->line;
        p->rule_column = t->column;
        parse_id(p);
        parse_verb(p);
        parse_who(p);
        if (failed(p))
                return;
        CHOOSE(p, "of");
        parse_what(p);
        parse_tail(p);
        p->book->n_rules += !failed(p);
}

static int compare_kinds(const void *a, const void *b)
{
        return strcmp(a, b);
}

/* Keeps the class names that some rule speaks of ("kind A, kind A/B" speaks of A only), sorts them and
 * renumbers the rules' bits, so that a book depends neither on who was named first nor on what its canonical
 * text does not name. */
static void sort_kinds(struct rulebook *b)
{
        char old[BOOK_KINDS_MAX][KIND_NAME_MAX];
        int n = b->n_kinds;
        uint64_t named = 0;
        for (int r = 0; r < b->n_rules; r++)
                named |= b->rules[r].kinds == ~UINT64_C(0) ? 0 : b->rules[r].kinds;
        memcpy(old, b->kinds, sizeof old);
        memset(b->kinds, 0, sizeof b->kinds);
        b->n_kinds = 0;
        for (int i = 0; i < n; i++)
                if (named >> i & 1)
                        memcpy(b->kinds[b->n_kinds++], old[i], KIND_NAME_MAX);
        qsort(b->kinds, (size_t)b->n_kinds, KIND_NAME_MAX, compare_kinds);
        for (int r = 0; r < b->n_rules; r++) {
                uint64_t was = b->rules[r].kinds, kinds = 0;
                for (int i = 0; i < n; i++)
                        for (int k = 0; k < b->n_kinds && (was >> i & 1); k++)
                                kinds |= (uint64_t)(strcmp(old[i], b->kinds[k]) == 0) << k;
                b->rules[r].kinds = was == ~UINT64_C(0) ? was : kinds;
        }
}

struct rulebook *rulebook_parse(struct slice text, struct rulebook_error *error)
{
        struct parser p = {.book = calloc(1, sizeof *p.book)};
        lex_start(&p.lexer, text, error);
        if (!p.book) {
                lex_fail(&p.lexer, 1, 1, "not enough memory for the rulebook");
                return NULL;
        }
        parse_header(&p);
        while (!failed(&p) && p.lexer.token.kind != TOKEN_END)
                if (!accept(&p, "end of line"))
                        parse_rule(&p);
        if (!failed(&p)) {
                sort_kinds(p.book);
                book_compile(p.book);
                int printed = book_print(p.book);
                if (printed)
                        lex_fail(&p.lexer, 1, 1, "%s",
                                printed < 0 ? "not enough memory for the rulebook"
                                            : "the rulebook is too long: at most 64 KiB with its spaces "
                                              "normalised");
        }
        if (failed(&p)) {
                rulebook_destroy(p.book);
                return NULL;
        }
        return p.book;
}

void rulebook_destroy(struct rulebook *book)
{
        if (!book)
                return;
        free(book->text);
        free(book);
}
