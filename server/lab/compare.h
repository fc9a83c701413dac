/* What another rulebook would change for real people: customers' histories go in one at a time, every line is
 * judged for every associate under both books, and only counts come out. Pure.
 *
 * Agrees with rulebook_judge_line() and _field() for everybody as checked in. It is quick because which rules
 * match is looked up once a line; viewers of the same relation and role are then told apart by no rule. */
#ifndef LAB_COMPARE_H
#define LAB_COMPARE_H

#include "proto/json.h"
#include "server/rulebook/rulebook.h"

#define COMPARE_VIEWERS_MAX  4096 /* over it compare_new() refuses */
#define COMPARE_CEILINGS_MAX 64
#define COMPARE_KINDS_MAX    256 /* class names told apart; what comes after them is "other kinds" */
/* Of a result's `by`, the largest first; the rest is counted in `by_left_out`. */
#define COMPARE_ROWS_MAX 200
/* W5: a rule that no line came under for so long, by being bought or by growing as old as it asks */
#define COMPARE_RECENT_DAYS   90
#define COMPARE_RECENT_MONTHS 3
#define COMPARE_FEW           5 /* below it numbers are not told, and a rule singles out (W7) */
/* Room for compare_json() at its longest: COMPARE_ROWS_MAX rows, all fields, all rules. */
#define COMPARE_JSON_MAX (160 * 1024)

struct compare;

struct compare_setup {
        const struct rulebook *from, *to;       /* borrowed until compare_free(); NULL shows nothing */
        const struct rulebook *const *ceilings; /* the most that a notice promised; the books are borrowed */
        int n_ceilings;
        const struct viewer *viewers; /* copied; `preferred` is not read: it is each customer's own */
        uint32_t n_viewers;
};

/* NULL: no memory, or more than the limits above. */
struct compare *compare_new(const struct compare_setup *setup);
void compare_free(struct compare *compare);

/* One customer: the lines of the categories that she agreed to, as a dossier has them (a history of more than
 * HISTORY_LINES_MAX lines counts as one without any, as in project()). `preferred` is the associate of her
 * own choice, 0 for none. `ceiling` is the index of the ceiling that holds for her, COMPARE_NO_CEILING where
 * none does; any other index is a notice that nobody knows, and hides everything. */
#define COMPARE_NO_CEILING (-1)
void compare_add(struct compare *compare, const struct history *history, uint32_t preferred, int ceiling);

/* ---- what came out ---- */
/* The nearest of what a viewer is to a line; for fields PREFERRED or NOBODY. */
enum compare_relation {
        COMPARE_SELLER,
        COMPARE_PREFERRED,
        COMPARE_DEPARTMENT,
        COMPARE_STORE,
        COMPARE_NOBODY
};
#define COMPARE_RELATIONS 5
const char *compare_relation_word(enum compare_relation relation);

/* What is seen of a line or field: a ladder on which "may be said" is half a step. */
struct compare_sight {
        enum level level;
        bool may_say; /* never at LEVEL_HIDE */
};
/* Lines that are seen differently, each counted once however many viewers of that relation there are. */
struct compare_row {
        enum compare_relation relation;
        enum channel channel;
        const char *kind; /* class name; "" = no class; borrowed from the comparison */
        struct compare_sight from, to;
        uint64_t lines;
        uint32_t customers;
};

/* Customers of whom some associate sees a field differently. */
struct compare_field {
        enum subject subject;
        enum compare_relation relation;
        struct compare_sight from, to;
        uint32_t customers;
};

/* A rule of the new book, on real lines. Counts whoever's card it would touch, checked in or sensed. */
struct compare_rule {
        bool of_lines;       /* false: it speaks of fields, and nothing below holds */
        bool recent;         /* a line came under it in COMPARE_RECENT_DAYS */
        uint32_t customers;  /* whose lines it matches */
        uint32_t associates; /* for whom it matches some line: 0, 1, or 2 for more */
};

struct compare_totals {
        uint64_t customers, associates, lines, pairs; /* pairs: each line as each associate sees it */
        uint64_t customers_changed;                   /* by a line or a field, for some associate */
        uint64_t wider, narrower;                     /* pairs */
        uint64_t customers_wider, customers_narrower; /* who stand behind them */
};

struct compare_totals compare_totals(const struct compare *compare);
/* Rows that changed, those of most lines first; at most `most`; returns how many there are. */
uint32_t compare_rows(const struct compare *compare, struct compare_row *rows, uint32_t most);
uint32_t compare_fields(const struct compare *compare, struct compare_field *fields, uint32_t most);
struct compare_rule compare_rule(const struct compare *compare, int rule);
/* The new book, as it was given. */
const struct rulebook *compare_book(const struct compare *compare);

/* The members of a result as in [P68] into the object that is open, without took_ms. Takes at most
 * COMPARE_JSON_MAX bytes. */
void compare_json(const struct compare *compare, struct json_out *j);
/* A number that is told: "<5" from 1 to 4, and wherever fewer than five customers stand behind it; else
 * rounded down, to 5s below 100 and to two digits above. */
uint64_t compare_rounded(uint64_t n);
void compare_count(struct json_out *j, const char *key, uint64_t n, uint64_t customers);

#endif
