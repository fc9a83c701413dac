/* The inside of a rulebook: each rule as it was written (struct rule) and as it is evaluated (struct box).
 * Only the files of this library and its tests include this. */
#ifndef RULEBOOK_BOOK_H
#define RULEBOOK_BOOK_H

#include "server/rulebook/rulebook.h"

#define BOOK_WORD_MAX  33 /* names of book, store and notice, with NUL */
#define BOOK_KINDS_MAX 62 /* distinct class names in one book */
#define KIND_NAME_MAX  64 /* with NUL; compared as words, so a multiple of 8 */
#define KIND_OTHER     62 /* bit of a class that no rule names */
#define KIND_UNKNOWN   63 /* bit of a line without a class */

#define PRICE_FROM_ANY  INT64_MIN
#define PRICE_BELOW_ANY INT64_MAX
#define AGE_FROM_ANY    0
#define AGE_MOST_ANY    INT32_MAX
#define AGE_MONTHS_MAX  1200
#define BIT(n)          (1u << (unsigned)(n))

enum verb { VERB_SHOW, VERB_LIMIT, VERB_NEVER };
enum who { WHO_ANYONE, WHO_RELATED, WHO_UNRELATED /* everyone except */, WHO_ROLE, WHO_ROLE_RELATED };
enum where { WHERE_THIS_STORE, WHERE_OTHER_STORE };

/* One rule as written; conditions that were not written hold their widest value. Zeroed before it is filled,
 * so two equal rules are equal bytes. */
struct rule {
        char id[VIEW_RULE_MAX];
        char because[VIEW_BECAUSE_MAX];
        enum verb verb;
        enum level level; /* LEVEL_HIDE for never */
        bool firm, mention_ok;
        enum who who;
        uint32_t relations; /* enum relation bits, as named in the rule */
        enum role role;
        uint32_t subjects; /* bits of enum subject: SUBJECT_PURCHASE alone, or fields */
        uint32_t channels, wheres, sensitive, gift, statuses, seen; /* bits of the allowed values */
        uint64_t kinds;                  /* bits of the allowed classes; ~0 = any */
        int64_t price_from, price_below; /* hundredths of the store's currency; from <= price < below */
        int32_t age_from, age_most;      /* whole months, both included */
};

/* The same rule as masks. A cell matches when every mask has the cell's bit: no branch on the data. */
struct box {
        uint32_t relation; /* bit per combination of relations: 16 */
        uint32_t role, channel, where, sensitive, gift, status, seen, subject;
        uint64_t kinds;
        int64_t price_from, price_below;
        uint32_t price_unknown_ok;
        int32_t age_from, age_most;
        enum verb verb;
        enum level level;
        uint32_t firm, mention_ok, index;
        uint32_t place; /* of the id among all ids, sorted: makes ties independent of the order of rules */
};

struct rulebook {
        char name[BOOK_WORD_MAX], store[BOOK_WORD_MAX], notice[BOOK_WORD_MAX];
        uint32_t version, notice_version;
        int n_rules, n_kinds, n_lines, n_fields;
        struct rule rules[RULES_MAX];
        _Alignas(8) char kinds[BOOK_KINDS_MAX][KIND_NAME_MAX]; /* sorted, zero-padded */
        struct box lines[RULES_MAX];                           /* the rules that speak of purchases */
        struct box fields[RULES_MAX];                          /* the rules that speak of fields */
        char *text;
        struct digest digest;
};

/* Makes boxes from rules. */
void book_compile(struct rulebook *book);
/* Whether some cell can match the rule at all. */
bool rule_possible(const struct rule *rule);
/* Fills book->text and book->digest. 0; 1 if the canonical text is longer than a book may be; -1 out of
 * memory. */
int book_print(struct rulebook *book);

#endif
