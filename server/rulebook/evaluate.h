/* One cell, one verdict: what the boxes say about a line or a field, without a branch on hidden data. */
#ifndef RULEBOOK_EVALUATE_H
#define RULEBOOK_EVALUATE_H

#include "server/rulebook/book.h"

/* A line or field as single bits, ready to be tested against masks. */
struct cell {
        uint32_t relation; /* one of 16 bits: the combination */
        uint32_t role, channel, where, sensitive, gift, status, seen, subject;
        uint64_t kind;
        int64_t price; /* hundredths; meaningless unless price_known */
        uint32_t price_known;
        int32_t age;    /* whole months */
        uint32_t valid; /* 0: something was malformed or unknown, so it is hidden */
        uint32_t her_hide, her_talk;
        uint32_t sayable; /* 1: a rule's "mention ok" counts: the viewer sold it, or it is a field */
};

/* What is the same for every line of one projection. The ceiling is what was promised to this customer:
 * public beside her lines, so code may branch on which it is; the book itself is a ceiling that lowers
 * nothing. */
struct scene {
        const struct rulebook *book, *ceiling;
        const struct history *history;
        const struct viewer *viewer;
        uint32_t viewer_valid, role, seen;
        uint32_t currency_known;
        int64_t price_times, price_over; /* minor units to hundredths */
};

struct scene scene_of(const struct rulebook *book, const struct rulebook *ceiling,
        const struct history *history, const struct viewer *viewer, enum seen seen);
struct cell cell_of_line(const struct scene *scene, const struct purchase *line);
struct cell cell_of_field(enum subject subject, const struct viewer *viewer, enum seen seen);

/* What the viewer is to the line: enum relation bits. The line must be valid. */
uint32_t relation_of_line(
        const struct history *history, const struct viewer *viewer, const struct purchase *line);

/* The rules that match the cell, shows and limits alike: bit i is rule i of the book. */
uint64_t evaluate_matches(const struct box *boxes, int n_boxes, const struct cell *cell);

/* level = min(max(min(max(shows), min(limits)), share), min(firm limits, her hide)). `share` is the most that
 * the customer herself shares of this cell; LEVEL_HIDE if she shares nothing. */
struct verdict evaluate(const struct box *boxes, int n_boxes, const struct cell *cell, enum level share);

/* What the scene's book says of a line or a field, held under its ceiling. */
struct verdict judge_line(const struct scene *scene, const struct purchase *line);
struct verdict judge_field(const struct scene *scene, enum subject subject);

/* The text at p; "" if p lies outside the pool. */
const char *pool_text(const struct history *history, pooled p);
/* Whether every number and text of the line is one that the vocabularies know. */
bool line_valid(const struct history *history, const struct purchase *line);

#endif
