/* A second opinion on rulebooks, of another build: rules are lists of clauses over words, a line is a set of
 * words, and a level is found by asking "is it at least this much?" from the top. Random books, lines and
 * viewers too. */
#ifndef TESTS_RULEBOOK_MODEL_H
#define TESTS_RULEBOOK_MODEL_H

#include <stdio.h>

#include "server/rulebook/rulebook.h"

/* ---- chance ---- */
/* The seed of this run: MAITRED_SEED or a fixed one. Prints it with the test's name. */
uint64_t chance_seed(const char *test);
struct chance {
        uint64_t state;
};
uint32_t chance_below(struct chance *c, uint32_t n); /* 0..n-1 */
bool chance_of(struct chance *c, uint32_t percent);

/* ---- books ---- */
/* Appends to a text in a buffer of `room` bytes. */
void add(char *out, size_t room, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Sets a char array to a text. */
#define SET(array, text) snprintf((array), sizeof(array), "%s", (text))

#define MODEL_RULES_MAX 20
#define MODEL_TEXT_MAX  16384

enum { MODEL_SHOW, MODEL_LIMIT, MODEL_NEVER };

struct clause {
        bool none_of; /* the line must have none of the words; else at least one */
        int n;
        char words[8][72];
};

struct model_rule {
        char id[16], because[80];
        int verb, level;
        bool firm, mention_ok;
        char who[96], what[512]; /* as written */
        bool of_fields;
        int n;
        struct clause clauses[12];
        int64_t price_least, price_below; /* hundredths; -1 = none */
        int age_most, age_over;           /* months; -1 = none */
};

struct model_book {
        int n;
        struct model_rule rules[MODEL_RULES_MAX];
};

/* A random book of possible rules; `fields` percent of them speak of fields. */
void model_book_random(struct chance *c, struct model_book *book, int most, uint32_t fields);
void model_rule_random(struct chance *c, struct model_rule *rule, int number, uint32_t fields);
/* Its text, with random spaces, empty lines and remarks. */
void model_book_text(struct chance *c, const struct model_book *book, char out[MODEL_TEXT_MAX]);

/* ---- lines ---- */
#define WORLD_POOL_MAX  16384
#define WORLD_LINES_MAX 96
#define WORLD_TEXTS_MAX 256

/* A history with its own pool. */
struct world {
        struct history history;
        struct purchase lines[WORLD_LINES_MAX];
        char pool[WORLD_POOL_MAX];
        pooled texts[WORLD_TEXTS_MAX]; /* where each text of the pool starts */
        uint32_t n_texts;
};

void world_start(struct world *w, const char *currency);
pooled world_text(struct world *w, const char *text); /* reuses an equal text */
void world_random_line(struct chance *c, struct world *w, struct purchase *line);
struct viewer random_viewer(struct chance *c);

/* ---- the second opinion ---- */
struct opinion {
        int level;
        bool may_say;
        const char *rule; /* id, "" = none */
};
struct opinion model_judge(const struct model_book *book, const struct history *history,
        const struct purchase *line, const struct viewer *viewer, enum seen seen, int share);
struct opinion model_judge_field(
        const struct model_book *book, enum subject subject, const struct viewer *viewer, enum seen seen);

#endif
