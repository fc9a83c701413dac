/* Twin stores (privacy.md 4): two databases that tell one viewer the same, the same script of a day over two
 * hubs, and everything that the viewer can observe compared byte for byte. The twins are made without the
 * product's own evaluator: book.c reads the rules and judges a line by itself. */
#ifndef TESTS_LEAKS_LEAKS_H
#define TESTS_LEAKS_LEAKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/rulebook/words.h"

/* ---- chance: reproducible from one number ---- */
struct chance {
        uint64_t state;
};
uint64_t chance_next(struct chance *c);
uint32_t chance_below(struct chance *c, uint32_t n); /* 0..n-1 */
bool chance_of(struct chance *c, uint32_t percent);

/* ---- one purchase, as both stores keep it; texts are in the row so that each may be its own marker ---- */
#define MARK       "zq~7" /* every hidden text begins so, and is 16 bytes long: nothing else in the world does */
#define TEXT_MAX   20
#define ROWS_MAX   640
#define PRICE_NONE INT64_MIN

struct row {
        uint32_t twin; /* index of its counterpart in the first store, or UINT32_MAX: made for the second */
        uint32_t ref, seller, store;
        uint8_t department, channel, status, gift, sensitive, month;
        uint8_t choice; /* what she said of it */
        uint16_t year;
        int32_t age_days, age_months, quantity;
        int64_t price, at;
        char kind[TEXT_MAX], brand[TEXT_MAX], item[TEXT_MAX], colour[TEXT_MAX], size[TEXT_MAX],
                store_name[TEXT_MAX];
};
struct store {
        uint32_t n;
        struct row rows[ROWS_MAX];
};

/* ---- who looks ---- */
struct watcher {
        uint32_t associate, store, departments;
        uint8_t role;
        bool preferred;
};

/* ---- book.c: rules read and judged by itself ---- */
#define BOOK_RULES 48
#define BOOK_BYTES (12 * 1024)
struct said {
        char id[16], because[80];
        int verb; /* 0 show, 1 limit, 2 never */
        int level;
        bool firm, mention, field;
        int who; /* 0 anyone, 1 one of relations, 2 none of relations, 3 role, 4 role who is one of relations
                  */
        uint32_t relations;
        int role;
        int channel, here, seen; /* -1 any; here: 1 this store, 0 another */
        bool sensitive, gift;    /* asked for */
        uint32_t statuses;       /* bits, 0 = any */
        char kinds[4][TEXT_MAX];
        int n_kinds;
        int64_t price_from, price_below; /* whole units, -1 none */
        int age_over, age_most;          /* months, -1 none */
        uint32_t fields;                 /* bits of enum subject */
};
struct book {
        char text[BOOK_BYTES];
        int n;
        struct said rules[BOOK_RULES];
};
struct judged {
        uint8_t level, say;
        int8_t rule; /* index into the book, -1 none */
};
/* The rule lines of the shipped books, read once from `folder`. False: they are not there. */
bool book_pool(const char *folder);
/* A shipped book, or one of rules picked among all of them with some changed; the field rules of one book. */
void book_random(struct chance *c, struct book *out);
void book_narrower(
        struct chance *c, const struct book *from, struct book *out); /* `from` and one more limit */
struct judged book_judge(const struct book *b, const struct row *r, const struct watcher *w, enum seen seen);
bool book_presence(const struct book *b, const struct watcher *w, enum seen seen);

/* ---- twins.c: the two stores ---- */
#define SCENES_MAX 12
struct scene_of_day {
        const struct book *book;
        uint32_t categories; /* CATEGORY_BITs of purchases that she shares */
        enum seen seen;
};
struct twins {
        struct watcher watcher;
        struct scene_of_day scenes[SCENES_MAX];
        uint32_t n_scenes;
        bool strikes; /* she strikes lines: a tally's rows must then be of one kind to be moved */
        struct store one, two;
        /* what is different */
        uint32_t dropped, added, changed, disguised, tallies_moved;
};
void twins_first(struct chance *c, struct twins *t);
void twins_second(struct chance *c, struct twins *t);
/* Whether both stores tell the watcher the same in every scene, by the suite's own definition. */
bool twins_equal(const struct twins *t);
struct judged twins_judge(const struct twins *t, const struct row *r, uint32_t scene);
#endif
