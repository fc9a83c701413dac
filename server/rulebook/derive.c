/* Rows are sorted by the text in question, runs of equal text are groups, and the best few groups are kept.
 * All comparisons look at texts as a card would show them, so what a card cuts off cannot decide anything. */
#include "server/rulebook/derive.h"

#include <stdio.h>
#include <string.h>

#include "server/rulebook/evaluate.h"
#include "server/rulebook/text.h"

#define LIKED_LEAST  2 /* bought once is no liking */
#define COLOURS_MOST (VIEW_LIKES_MAX - 1)
#define TOP_MAX      VIEW_SIZES_MAX

enum topic { TOPIC_SIZE, TOPIC_COLOUR, TOPIC_BRAND };

struct group {
        char text[DERIVED_TEXT_MAX];
        uint32_t count;
        int32_t latest; /* months since year 0; 0 where the month is not visible */
};

struct top {
        uint32_t n, room;
        struct group best[TOP_MAX];
};

/* The text of one row on a topic; "" if it has none. */
static void topic_text(const struct history *h, uint16_t row, enum topic topic, char out[DERIVED_TEXT_MAX])
{
        const struct purchase *l = &h->lines[row];
        char size[VIEW_TEXT_MAX], kind[VIEW_TEXT_MAX - 1];
        out[0] = '\0';
        switch (topic) {
        case TOPIC_SIZE:
                text_copy(size, sizeof size, pool_text(h, l->size));
                text_copy(kind, sizeof kind, pool_text(h, l->kind));
                if (size[0])
                        snprintf(out, DERIVED_TEXT_MAX, "%s%s%s", size, kind[0] ? " " : "", kind);
                break;
        case TOPIC_COLOUR:
                text_copy(out, VIEW_TEXT_MAX, pool_text(h, l->colour));
                break;
        case TOPIC_BRAND:
                text_copy(out, VIEW_TEXT_MAX, pool_text(h, l->brand));
                break;
        }
}

static int compare_rows(const struct history *h, uint16_t a, uint16_t b, enum topic topic)
{
        char left[DERIVED_TEXT_MAX], right[DERIVED_TEXT_MAX];
        topic_text(h, a, topic, left);
        topic_text(h, b, topic, right);
        return strcmp(left, right);
}

/* Shell's sort: no allocation, no recursion, quick enough for the most lines a history has. */
static void sort_rows(const struct history *h, struct row_list *list, enum topic topic)
{
        static const uint32_t gaps[] = {701, 301, 132, 57, 23, 10, 4, 1};
        for (size_t g = 0; g < ARRAY_LEN(gaps); g++) {
                for (uint32_t i = gaps[g]; i < list->n; i++) {
                        uint16_t row = list->rows[i];
                        uint32_t k = i;
                        for (; k >= gaps[g] && compare_rows(h, row, list->rows[k - gaps[g]], topic) < 0;
                                k -= gaps[g])
                                list->rows[k] = list->rows[k - gaps[g]];
                        list->rows[k] = row;
                }
        }
}

/* Sizes change, so the latest comes first; likings last, so the most frequent does. */
static bool before(const struct group *a, const struct group *b, enum topic topic)
{
        if (topic == TOPIC_SIZE && a->latest != b->latest)
                return a->latest > b->latest;
        if (topic != TOPIC_SIZE && a->count != b->count)
                return a->count > b->count;
        return strcmp(a->text, b->text) < 0;
}

static void keep(struct top *top, const struct group *g, enum topic topic)
{
        if (!g->text[0] || (topic != TOPIC_SIZE && g->count < LIKED_LEAST))
                return;
        uint32_t at = top->n;
        while (at > 0 && before(g, &top->best[at - 1], topic))
                at--;
        if (at == top->room)
                return;
        uint32_t last = top->n < top->room ? top->n++ : top->room - 1;
        for (uint32_t i = last; i > at; i--)
                top->best[i] = top->best[i - 1];
        top->best[at] = *g;
}

static void best_groups(const struct history *h, const struct row_list *rows, enum topic topic, uint32_t room,
        struct top *top)
{
        struct row_list sorted = {.n = rows->n};
        struct group group = {.count = 0};
        memcpy(sorted.rows, rows->rows, rows->n * sizeof rows->rows[0]);
        sort_rows(h, &sorted, topic);
        top->n = 0;
        top->room = room;
        for (uint32_t i = 0; i < sorted.n; i++) {
                const struct purchase *l = &h->lines[sorted.rows[i]];
                int32_t month = topic == TOPIC_BRAND ? 0 : l->year * 12 + l->month;
                char text[DERIVED_TEXT_MAX];
                topic_text(h, sorted.rows[i], topic, text);
                if (group.count == 0 || strcmp(text, group.text) != 0) {
                        if (group.count)
                                keep(top, &group, topic);
                        group = (struct group){.count = 0};
                        memcpy(group.text, text, sizeof text);
                }
                group.count++;
                group.latest = month > group.latest ? month : group.latest;
        }
        if (group.count)
                keep(top, &group, topic);
}

/* Adds whole texts only: what does not fit is left out, not cut. */
static void append(char out[DERIVED_TEXT_MAX], const struct top *top)
{
        for (uint32_t i = 0; i < top->n; i++) {
                size_t len = strlen(out), more = strlen(top->best[i].text);
                if (len + more + 3 > DERIVED_TEXT_MAX)
                        continue;
                snprintf(out + len, DERIVED_TEXT_MAX - len, "%s%s", len ? ", " : "", top->best[i].text);
        }
}

void derive_sizes(const struct history *h, const struct row_list *items, char out[DERIVED_TEXT_MAX])
{
        struct top top;
        out[0] = '\0';
        best_groups(h, items, TOPIC_SIZE, VIEW_SIZES_MAX, &top);
        append(out, &top);
}

void derive_likes(const struct history *h, const struct row_list *items, const struct row_list *brands,
        char out[DERIVED_TEXT_MAX])
{
        struct top top;
        out[0] = '\0';
        best_groups(h, items, TOPIC_COLOUR, COLOURS_MOST, &top);
        append(out, &top);
        best_groups(h, brands, TOPIC_BRAND, 1, &top);
        append(out, &top);
}
