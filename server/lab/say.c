#include "server/lab/say.h"

#include <stdarg.h>
#include <stdio.h>

#include "server/rulebook/area.h"
#include "server/rulebook/text.h"

#define RULES_TOLD 6
#define RULES_TEXT 160

struct sentence {
        char *out;
        size_t len;
};

static void add(struct sentence *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct sentence *s, const char *format, ...)
{
        va_list list;
        va_start(list, format);
        int n = vsnprintf(s->out + s->len, SAY_MAX - s->len, format, list);
        va_end(list);
        if (n >= 0 && (size_t)n < SAY_MAX - s->len) {
                s->len += (size_t)n;
        } else {
                memcpy(s->out + SAY_MAX - 4, "...", 4);
                s->len = SAY_MAX - 1;
        }
}

const char *say_kind(enum finding_kind kind)
{
        switch (kind) {
        case FINDING_NEVER_MATCHES:
                return "never-matches";
        case FINDING_DEAD:
                return "dead";
        case FINDING_COVERED:
                return "covered";
        case FINDING_GUARD:
                return "guard";
        case FINDING_CONFLICT:
                return "conflict";
        case FINDING_MARKER:
                return "marker";
        }
        return "?";
}

bool say_warning(const struct finding *f)
{
        switch (f->kind) {
        case FINDING_NEVER_MATCHES:
        case FINDING_DEAD:
        case FINDING_COVERED:
                return true;
        case FINDING_MARKER:
                return f->grave;
        case FINDING_GUARD:
        case FINDING_CONFLICT:
                return false;
        }
        return false;
}

const char *say_level(enum level level)
{
        switch (level) {
        case LEVEL_HIDE:
                return "nothing";
        case LEVEL_TALLY:
                return "a rough count";
        case LEVEL_KIND:
                return "the kind";
        case LEVEL_BRAND:
                return "the brand";
        case LEVEL_ITEM:
                return "the item";
        case LEVEL_FULL:
                return "everything";
        }
        return "?";
}

void say_rules(const struct rulebook *book, uint64_t rules, int most, char *out, size_t room)
{
        int all = __builtin_popcountll(rules), told = all <= most ? all : most, n = 0;
        size_t len = 0;
        out[0] = '\0';
        for (int i = 0; i < rulebook_rule_count(book) && n < told; i++) {
                if (!(rules >> i & 1))
                        continue;
                const char *before = n == 0 ? "" : n + 1 == all ? " and " : ", ";
                int wrote = snprintf(out + len, room - len, "%s%s", before, rulebook_rule_id(book, i));
                len += wrote > 0 && (size_t)wrote < room - len ? (size_t)wrote : 0;
                n++;
        }
        if (all > told)
                snprintf(out + len, room - len, " and %d more", all - told);
}

static bool of_field(const struct rulebook *book, int rule)
{
        return book->rules[rule].subjects != BIT(SUBJECT_PURCHASE);
}

static void say_marker(struct sentence *s, const char *id, const struct finding *f)
{
        add(s, "%s marks purchases: ", id);
        if (f->level == LEVEL_TALLY)
                add(s, "what is only counted");
        else
                add(s, "one that shows only %s", say_level(f->level));
        add(s, " beside others that show %s gives away %s.", say_level(f->beside), axis_word(f->axis));
        if (f->grave)
                add(s, " Say \"never\" instead.");
}

void say_finding(const struct rulebook *book, const struct finding *f, char out[SAY_MAX])
{
        struct sentence s = {.out = out};
        const char *id = rulebook_rule_id(book, f->rule);
        const char *these = of_field(book, f->rule) ? "this" : "those purchases";
        bool several = (f->rules & (f->rules - 1)) != 0;
        char rules[RULES_TEXT];
        out[0] = '\0';
        say_rules(book, f->rules, RULES_TOLD, rules, sizeof rules);
        switch (f->kind) {
        case FINDING_NEVER_MATCHES:
                add(&s,
                        "%s never matches: no %s can meet all its conditions at once. Loosen it or take it "
                        "out.",
                        id, of_field(book, f->rule) ? "card" : "purchase");
                return;
        case FINDING_DEAD:
                add(&s,
                        "%s changes nothing: where it matches, %s decide%s without it. Take it out, or "
                        "change "
                        "what it shows.",
                        id, rules, several ? "" : "s");
                return;
        case FINDING_COVERED:
                add(&s,
                        "%s changes nothing: %s hold%s back as much wherever it matters. It can be taken "
                        "out.",
                        id, rules, several ? "" : "s");
                return;
        case FINDING_GUARD:
                add(&s, "%s is a guard: nothing shows %s today. Keep it: it protects from a later rule.", id,
                        these);
                return;
        case FINDING_CONFLICT:
                add(&s, "%s would show more than %s lets be seen: %s wins, and %s is seen%s.", id,
                        rulebook_rule_id(book, f->other), rulebook_rule_id(book, f->other),
                        say_level(f->level), f->level == LEVEL_HIDE ? "" : " at most");
                return;
        case FINDING_MARKER:
                say_marker(&s, id, f);
                return;
        }
}

/* The parser's words begin small, for they stand behind "line 3:". */
void say_error(const struct rulebook_error *error, char out[SAY_MAX])
{
        size_t len = text_copy(out, SAY_MAX - 1, error->text);
        if (out[0] >= 'a' && out[0] <= 'z')
                out[0] = (char)(out[0] - 'a' + 'A');
        if (len && !strchr(".?!)\"", out[len - 1]))
                memcpy(out + len, ".", 2);
}

void say_too_large(uint64_t cells, char out[SAY_MAX])
{
        struct sentence s = {.out = out};
        add(&s,
                "The rules part purchases into %llu cells, and at most %llu are looked at. Name fewer "
                "classes, or "
                "fewer different prices and ages.",
                (unsigned long long)cells, (unsigned long long)ANALYSE_CELLS_MAX);
}

void say_above(
        const struct change *above, const char *of, bool head_office, uint64_t customers, char out[SAY_MAX])
{
        struct sentence s = {.out = out};
        if (head_office)
                add(&s, "Head office allows less than these rules show: they cannot be published.");
        else if (customers == 1)
                add(&s,
                        "These rules show more than %s promised: the customer who agreed to it is shown "
                        "less, until "
                        "she accepts a newer one.",
                        of);
        else
                add(&s,
                        "These rules show more than %s promised: the %llu customers who agreed to it are "
                        "shown less, "
                        "until they accept a newer one.",
                        of, (unsigned long long)customers);
        if (above->n_wider)
                add(&s, " For instance: %s.", above->wider_areas[0].text);
}
