#include "server/lab/write.h"

#include <stdio.h>
#include <string.h>

#include "server/lab/say.h"

/* ---- rules ---- */
#define LINE_MAX 8192 /* a rule that names every class there can be */

/* The rule's own line of the canonical text: the header is the first. */
static void write_line(struct json_out *j, const struct rulebook *book, int rule)
{
        char line[LINE_MAX];
        const char *at = rulebook_text(book);
        for (int i = 0; i <= rule; i++)
                at = strchr(at, '\n') + 1;
        size_t len = (size_t)(strchr(at, '\n') - at);
        len = len < sizeof line ? len : sizeof line - 1;
        memcpy(line, at, len);
        line[len] = '\0';
        json_text(j, "line", line);
}

static void write_relations(struct json_out *j, uint32_t relations)
{
        static const char *const words[] = {"seller", "preferred", "department", "store"};
        json_open(j, "relations", '[');
        for (unsigned i = 0; i < ARRAY_LEN(words); i++)
                if (relations & BIT(i))
                        json_text(j, NULL, words[i]);
        json_close(j, '[');
}

static void write_who(struct json_out *j, const struct rule *r)
{
        static const char *const kinds[] = {"anyone", "related", "unrelated", "role", "role_related"};
        bool role = r->who == WHO_ROLE || r->who == WHO_ROLE_RELATED;
        json_open(j, "who", '{');
        json_text(j, "kind", kinds[r->who]);
        write_relations(j, r->relations);
        if (role)
                json_text(j, "role", role_word(r->role));
        else
                json_nil(j, "role");
        json_close(j, '{');
}

static void write_money(struct json_out *j, const char *key, int64_t hundredths, bool any)
{
        char text[32];
        if (any) {
                json_nil(j, key);
                return;
        }
        snprintf(text, sizeof text, "%lld.%02d", (long long)(hundredths / 100), (int)(hundredths % 100));
        json_text(j, key, text);
}

static void write_months(struct json_out *j, const char *key, int32_t months, bool any)
{
        if (any)
                json_nil(j, key);
        else
                json_number(j, key, months);
}

/* Words of the allowed values; an empty list if all are. */
static void write_words(
        struct json_out *j, const char *key, const char *const *words, unsigned n, uint32_t bits)
{
        json_open(j, key, '[');
        for (unsigned i = 0; i < n && bits != BIT(n) - 1; i++)
                if (bits & BIT(i))
                        json_text(j, NULL, words[i]);
        json_close(j, '[');
}

static void write_subjects(struct json_out *j, const struct rule *r)
{
        bool purchase = r->subjects == BIT(SUBJECT_PURCHASE);
        json_text(j, "subject", purchase ? "purchase" : "field");
        json_open(j, "fields", '[');
        for (unsigned s = SUBJECT_NAME; s < SUBJECT_COUNT && !purchase; s++)
                if (r->subjects & BIT(s))
                        json_text(j, NULL, subject_word((enum subject)s));
        json_close(j, '[');
}

static void write_kinds(struct json_out *j, const struct rulebook *book, const struct rule *r)
{
        json_open(j, "kinds", '[');
        for (int k = 0; k < book->n_kinds && r->kinds != ~UINT64_C(0); k++)
                if (r->kinds >> k & 1)
                        json_text(j, NULL, book->kinds[k]);
        json_close(j, '[');
}

/* Both values are allowed: nothing is said of it. */
static void write_either(struct json_out *j, const char *key, uint32_t bits)
{
        if (bits == 3)
                json_nil(j, key);
        else
                json_flag(j, key, bits == BIT(1));
}

static void write_conditions(struct json_out *j, const struct rulebook *book, const struct rule *r)
{
        static const char *const channels[] = {"in-store", "online"};
        static const char *const wheres[] = {"this-store", "other-store"};
        static const char *const statuses[] = {"bought", "returned", "cancelled"};
        write_words(j, "channels", channels, ARRAY_LEN(channels), r->channels);
        write_words(j, "wheres", wheres, ARRAY_LEN(wheres), r->wheres);
        write_kinds(j, book, r);
        write_either(j, "sensitive", r->sensitive);
        write_either(j, "gift", r->gift);
        write_words(j, "statuses", statuses, ARRAY_LEN(statuses), r->statuses);
        write_money(j, "price_from", r->price_from, r->price_from == PRICE_FROM_ANY);
        write_money(j, "price_below", r->price_below, r->price_below == PRICE_BELOW_ANY);
        write_months(j, "age_more_months", r->age_from - 1, r->age_from == AGE_FROM_ANY);
        write_months(j, "age_most_months", r->age_most, r->age_most == AGE_MOST_ANY);
        if (r->seen == 3)
                json_nil(j, "seen");
        else
                json_text(j, "seen", seen_word(r->seen == BIT(SEEN_SENSED) ? SEEN_SENSED : SEEN_CHECKED_IN));
}

void write_rules(struct json_out *j, const char *key, const struct rulebook *book)
{
        static const char *const verbs[] = {"show", "limit", "never"};
        json_open(j, key, '[');
        for (int i = 0; i < book->n_rules; i++) {
                const struct rule *r = &book->rules[i];
                json_open(j, NULL, '{');
                json_text(j, "id", r->id);
                write_line(j, book, i);
                json_text(j, "verb", verbs[r->verb]);
                json_text(j, "level", level_word(r->level));
                json_flag(j, "firm", r->firm);
                write_who(j, r);
                write_subjects(j, r);
                write_conditions(j, book, r);
                json_flag(j, "mention_ok", r->mention_ok);
                json_text(j, "because", r->because);
                json_close(j, '{');
        }
        json_close(j, '[');
}

/* ---- findings ---- */
static void write_ids(struct json_out *j, const struct rulebook *book, uint64_t rules)
{
        json_open(j, "rules", '[');
        for (int i = 0; i < book->n_rules; i++)
                if (rules >> i & 1)
                        json_text(j, NULL, book->rules[i].id);
        json_close(j, '[');
}

static void write_finding(struct json_out *j, const struct rulebook *book, const struct finding *f)
{
        char say[SAY_MAX];
        say_finding(book, f, say);
        json_open(j, NULL, '{');
        json_text(j, "kind", say_kind(f->kind));
        json_flag(j, "warning", say_warning(f));
        json_text(j, "rule", rulebook_rule_id(book, f->rule));
        if (f->other >= 0)
                json_text(j, "other", rulebook_rule_id(book, f->other));
        if (f->kind == FINDING_DEAD || f->kind == FINDING_COVERED)
                write_ids(j, book, f->rules);
        json_text(j, "say", say);
        json_close(j, '{');
}

void write_findings(
        struct json_out *j, const char *key, const struct rulebook *book, const struct findings *findings)
{
        json_open(j, key, '[');
        for (uint32_t i = 0; i < findings->n; i++)
                write_finding(j, book, &findings->list[i]);
        json_close(j, '[');
}

/* ---- differences ---- */
void write_areas(struct json_out *j, const char *key, const struct area *areas, uint32_t n)
{
        json_open(j, key, '[');
        for (uint32_t i = 0; i < n; i++) {
                json_open(j, NULL, '{');
                json_text(j, "from", level_word(areas[i].from));
                json_text(j, "to", level_word(areas[i].to));
                json_flag(j, "may_say_from", areas[i].may_say_from);
                json_flag(j, "may_say_to", areas[i].may_say_to);
                json_text(j, "what", areas[i].text);
                json_close(j, '{');
        }
        json_close(j, '[');
}

void write_change(struct json_out *j, const char *key, const struct change *c)
{
        json_open(j, key, '{');
        json_number(j, "wider", (int64_t)c->wider);
        json_number(j, "narrower", (int64_t)c->narrower);
        write_areas(j, "more", c->wider_areas, c->n_wider);
        write_areas(j, "less", c->narrower_areas, c->n_narrower);
        json_close(j, '{');
}

void write_digest(struct json_out *j, const char *key, struct digest digest)
{
        static const char hex[] = "0123456789abcdef";
        char text[2 * sizeof digest.b + 1];
        for (size_t i = 0; i < sizeof digest.b; i++) {
                text[2 * i] = hex[digest.b[i] >> 4];
                text[2 * i + 1] = hex[digest.b[i] & 15];
        }
        text[2 * sizeof digest.b] = '\0';
        json_text(j, key, text);
}
