/* The canonical text of a book: one space between words, fixed order of conditions, class names sorted. What
 * says nothing ("mention wait") is left out. */
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/rulebook/book.h"

struct printer {
        char *at;
        size_t len, room; /* len grows on beyond room, to say how much is needed */
};

static void put(struct printer *p, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put(struct printer *p, const char *format, ...)
{
        va_list list;
        va_start(list, format);
        bool fits = p->len < p->room;
        int n = vsnprintf(fits ? p->at + p->len : NULL, fits ? p->room - p->len : 0, format, list);
        va_end(list);
        p->len += n > 0 ? (size_t)n : 0;
}

static void put_quoted(struct printer *p, const char *text)
{
        put(p, "\"");
        for (; *text; text++)
                put(p, *text == '"' || *text == '\\' ? "\\%c" : "%c", *text);
        put(p, "\"");
}

static const char *const relation_words[] = {"seller", "preferred", "department", "store"};

static void put_relations(struct printer *p, uint32_t relations)
{
        const char *before = "";
        for (unsigned i = 0; i < ARRAY_LEN(relation_words); i++) {
                if (relations & BIT(i)) {
                        put(p, "%s%s", before, relation_words[i]);
                        before = " or ";
                }
        }
}

static void put_who(struct printer *p, const struct rule *r)
{
        switch (r->who) {
        case WHO_ANYONE:
                put(p, "anyone");
                break;
        case WHO_UNRELATED:
                put(p, "everyone except ");
                put_relations(p, r->relations);
                break;
        case WHO_RELATED:
                put_relations(p, r->relations);
                break;
        case WHO_ROLE:
                put(p, "%s", role_word(r->role));
                break;
        case WHO_ROLE_RELATED:
                put(p, "%s who is ", role_word(r->role));
                put_relations(p, r->relations);
                break;
        }
}

static void put_money(struct printer *p, int64_t hundredths)
{
        put(p, "%lld", (long long)(hundredths / 100));
        if (hundredths % 100)
                put(p, ".%02d", (int)(hundredths % 100));
}

/* Starts a condition: a comma before all but the first. */
static void term(struct printer *p, bool *first)
{
        if (!*first)
                put(p, ", ");
        *first = false;
}

static void put_kinds(struct printer *p, const struct rulebook *b, const struct rule *r)
{
        const char *before = "kind ";
        for (int k = 0; k < b->n_kinds; k++) {
                if (r->kinds >> k & 1) {
                        put(p, "%s", before);
                        put_quoted(p, b->kinds[k]);
                        before = "/";
                }
        }
}

static void put_statuses(struct printer *p, uint32_t statuses)
{
        const char *before = "";
        for (unsigned s = 0; s < STATUS_COUNT; s++) {
                if (statuses & BIT(s)) {
                        put(p, "%s%s", before, status_word((enum status)s));
                        before = "/";
                }
        }
}

static void put_bounds(struct printer *p, const struct rule *r, bool *first)
{
        if (r->price_from != PRICE_FROM_ANY) {
                term(p, first);
                put(p, "price >= ");
                put_money(p, r->price_from);
        }
        if (r->price_below != PRICE_BELOW_ANY) {
                term(p, first);
                put(p, "price < ");
                put_money(p, r->price_below);
        }
        if (r->age_most != AGE_MOST_ANY) {
                term(p, first);
                put(p, "age <= %d months", r->age_most);
        }
        if (r->age_from != AGE_FROM_ANY) {
                term(p, first);
                put(p, "age > %d months", r->age_from - 1);
        }
}

static void put_purchases(struct printer *p, const struct rulebook *b, const struct rule *r)
{
        static const char *const places[] = {"this-store", "other-store"};
        bool first = true;
        if (r->channels != 3) {
                term(p, &first);
                put(p, "%s",
                        channel_word(r->channels == BIT(CHANNEL_ONLINE) ? CHANNEL_ONLINE : CHANNEL_IN_STORE));
        }
        if (r->wheres != 3) {
                term(p, &first);
                put(p, "%s", places[r->wheres == BIT(WHERE_OTHER_STORE)]);
        }
        if (r->sensitive != 3) {
                term(p, &first);
                put(p, "sensitive");
        }
        if (r->gift != 3) {
                term(p, &first);
                put(p, "gift");
        }
        if (r->statuses != 7) {
                term(p, &first);
                put_statuses(p, r->statuses);
        }
        if (r->kinds != ~UINT64_C(0)) {
                term(p, &first);
                put_kinds(p, b, r);
        }
        put_bounds(p, r, &first);
        if (first)
                put(p, "anything");
}

static void put_fields(struct printer *p, uint32_t subjects)
{
        const char *before = "field ";
        for (unsigned s = SUBJECT_NAME; s < SUBJECT_COUNT; s++) {
                if (subjects & BIT(s)) {
                        put(p, "%s%s", before, subject_word((enum subject)s));
                        before = "/";
                }
        }
}

static void put_rule(struct printer *p, const struct rulebook *b, const struct rule *r)
{
        static const char *const verbs[] = {"show", "limit", "never"};
        put(p, "%s: %s", r->id, verbs[r->verb]);
        if (r->verb != VERB_NEVER)
                put(p, " %s", level_word(r->level));
        put(p, "%s to ", r->firm ? " firm" : "");
        put_who(p, r);
        put(p, " of ");
        if (r->subjects == BIT(SUBJECT_PURCHASE))
                put_purchases(p, b, r);
        else
                put_fields(p, r->subjects);
        if (r->seen != 3)
                put(p, " when %s", seen_word(r->seen == BIT(SEEN_SENSED) ? SEEN_SENSED : SEEN_CHECKED_IN));
        if (r->mention_ok)
                put(p, " mention ok");
        if (r->because[0]) {
                put(p, " because ");
                put_quoted(p, r->because);
        }
        put(p, "\n");
}

int book_print(struct rulebook *b)
{
        struct printer p = {.room = RULEBOOK_TEXT_MAX + 1};
        p.at = malloc(p.room);
        if (!p.at)
                return -1;
        put(&p, "rulebook %s version %u store %s notice %s %u\n", b->name, b->version, b->store, b->notice,
                b->notice_version);
        for (int r = 0; r < b->n_rules; r++)
                put_rule(&p, b, &b->rules[r]);
        b->text = p.at;
        if (p.len > RULEBOOK_TEXT_MAX)
                return 1;
        crypto_hash_sha256(b->digest.b, (const unsigned char *)b->text, p.len);
        _Static_assert(sizeof b->digest.b == crypto_hash_sha256_BYTES, "a digest is 32 bytes");
        return 0;
}

const char *rulebook_text(const struct rulebook *book)
{
        return book->text;
}

struct digest rulebook_digest(const struct rulebook *book)
{
        return book->digest;
}

uint32_t rulebook_notice(const struct rulebook *book, char *name, size_t room)
{
        snprintf(name, room, "%s", book->notice);
        return book->notice_version;
}
