/* A third opinion on rulebooks, by sets: everything that can be bought by anybody for any viewer in a small
 * world is a numbered tuple, every word of the language is the set of tuples that it is true of, a rule is
 * unions and intersections of words, and what is shown at least so much is a set as well. Nothing here knows
 * masks, boxes, ranks or minima. */
#ifndef TESTS_RULEBOOK_TUPLES_H
#define TESTS_RULEBOOK_TUPLES_H

#include "tests/rulebook/model.h"

/* Two classes are named by a book, the others are not; two cuts of the price, two of the age. */
#define TUPLE_NAMED   2
#define TUPLE_CUTS    2
#define TUPLE_LINES   84672
#define TUPLE_FIELDS  96
#define TUPLES        (TUPLE_LINES + TUPLE_FIELDS)
#define SET_WORDS     ((TUPLES + 63) / 64)
#define SET_RULES_MAX 16
#define SET_TEXT_MAX  8192

struct tuple {
        enum subject subject; /* a field says nothing below `seen` */
        bool seller, preferred, department, store;
        enum role role;
        enum seen seen;
        bool online, here;
        int kind; /* 0.. named, TUPLE_NAMED = not named, TUPLE_NAMED + 1 = no class */
        bool sensitive, gift;
        enum status status;
        int price; /* how many cuts it reaches; -1 = not known */
        int age;   /* how many cuts it is over */
};

/* The words of the language; what is not written is "no price" and "no class". */
enum word {
        W_LINES,
        W_SELLER,
        W_PREFERRED,
        W_DEPARTMENT,
        W_STORE,
        W_ASSOCIATE,
        W_TRAINEE,
        W_MANAGER,
        W_IN_STORE,
        W_ONLINE,
        W_HERE,
        W_ELSEWHERE,
        W_SENSITIVE,
        W_GIFT,
        W_BOUGHT,
        W_RETURNED,
        W_CANCELLED,
        W_KIND, /* and the next: the named ones */
        W_NO_KIND = W_KIND + TUPLE_NAMED,
        W_PRICE_FROM,
        W_PRICE_BELOW = W_PRICE_FROM + TUPLE_CUTS,
        W_NO_PRICE = W_PRICE_BELOW + TUPLE_CUTS,
        W_AGE_MOST,
        W_AGE_OVER = W_AGE_MOST + TUPLE_CUTS,
        W_CHECKED_IN = W_AGE_OVER + TUPLE_CUTS,
        W_SENSED,
        W_FIELD, /* and the next: SUBJECT_NAME.. */
        W_COUNT = W_FIELD + SUBJECT_COUNT - SUBJECT_NAME
};

struct set {
        uint64_t words[SET_WORDS];
};
static inline bool set_has(const struct set *s, uint32_t tuple)
{
        return s->words[tuple / 64] >> (tuple % 64) & 1;
}
void set_join(struct set *a, const struct set *b);
void set_meet(struct set *a, const struct set *b);
void set_without(struct set *a, const struct set *b);
bool set_empty(const struct set *s);
bool set_meets(const struct set *a, const struct set *b); /* whether they have a tuple in common */
bool set_equal(const struct set *a, const struct set *b);
bool set_within(const struct set *a, const struct set *b);

struct set_rule {
        char id[16];
        int verb; /* MODEL_SHOW, ... */
        enum level level;
        bool firm, mention_ok, of_fields;
        char who[96], what[400], tail[160]; /* as written */
        struct set set;
        bool possible; /* some tuple with a known price and class is in it: else the parser refuses it */
};

/* A book in its world: the names of its classes, where its cuts are, and the texts that lines of it point to.
 */
struct set_book {
        int n, named; /* rules, and how many have had an id */
        struct set_rule rules[SET_RULES_MAX];
        const char *names[TUPLE_NAMED];
        char pool[512];
        uint32_t pool_size, kinds[8], n_kinds; /* kinds: the named ones, then those that are not */
};

/* What a book makes of every tuple, before the customer's own word. */
struct set_table {
        struct set shown[LEVEL_COUNT];   /* some show says at least this level */
        struct set held[LEVEL_COUNT];    /* a limit that is not firm says less */
        struct set firm[LEVEL_COUNT];    /* a firm one does */
        struct set mention[LEVEL_COUNT]; /* a show of just this level with "mention ok" */
        struct set level[LEVEL_COUNT];   /* seen at this level or above */
        struct set say;                  /* may be said aloud, where the viewer sold it */
};

/* Numbers the tuples and makes the words' sets; once, first. */
void tuples_start(void);
const struct set *set_of_word(int word); /* enum word, or one counted on from it */
const struct set *set_of_all(void);
const struct tuple *tuple_of(uint32_t number);
/* The number of a line's tuple, UINT32_MAX if it cannot be. */
uint32_t tuple_like(const struct tuple *t);

/* A book without rules in a world drawn at random. */
void set_book_start(struct chance *c, struct set_book *book);
/* A random rule, which may be one that nothing can match; its id is its number. */
void set_rule_random(
        struct chance *c, const struct set_book *book, struct set_rule *rule, int number, uint32_t fields);
bool set_rule_possible(const struct set_rule *rule);
/* One condition more, of a line's place, gift, status or age. */
void set_rule_narrow(struct set_rule *rule, int word);
/* Appends a possible random rule. */
struct set_rule *set_book_add(struct chance *c, struct set_book *book, uint32_t fields);
/* Appends a copy of one under an id that comes after all others. */
void set_book_copy_rule(struct set_book *book, int rule);
void set_book_remove(struct set_book *book, int rule);
/* One to `most` rules. */
void set_book_random(struct chance *c, struct set_book *book, int most, uint32_t fields);
/* The text with only the rules of `keep` (bit i: rule i). */
void set_book_text(const struct set_book *book, uint64_t keep, char out[SET_TEXT_MAX]);
struct rulebook *set_book_parse(
        const struct set_book *book, uint64_t keep); /* prints and aborts if refused */

/* By the rules of `keep` alone. */
void set_table_make(const struct set_book *book, uint64_t keep, struct set_table *table);
/* Whether every tuple is seen and said alike. */
bool set_table_equal(const struct set_table *a, const struct set_table *b);

/* The third opinion. `rule` is an index, -1 = none. */
struct set_opinion {
        int level, rule;
        bool may_say;
        uint64_t shows, limits;
};
struct set_opinion set_judge(const struct set_book *book, const struct set_table *table, uint32_t tuple,
        enum level share, enum line_choice choice);

/* One line, viewer and way of being noticed that the tuple tells of, otherwise at random. */
struct set_case {
        struct history history;
        struct purchase line;
        struct viewer viewer;
        enum seen seen;
};
void set_case_make(struct chance *c, const struct set_book *book, uint32_t tuple, struct set_case *out);

#endif
