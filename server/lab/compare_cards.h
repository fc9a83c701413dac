/* The cards that were on screens, as other rules would have made them: card for card, on the lines of that
 * day, and only counts come out. Pure. */
#ifndef LAB_COMPARE_CARDS_H
#define LAB_COMPARE_CARDS_H

#include "server/lab/compare.h"
#include "server/lab/source.h"

#define CARDS_DAYS_MAX 32 /* days told apart; earlier and later ones count with the first and the last */

/* A number, and how many customers stand behind it, as far as it matters: up to COMPARE_FEW. */
struct compare_cards_n {
        uint64_t n;
        uint32_t customers, ids[COMPARE_FEW - 1];
};

struct compare_cards_count {
        struct compare_cards_n cards, changed; /* changed: something else would have stood on the screen */
        struct compare_cards_n more,
                less; /* ... because something of it is seen more, or less; may be both */
};

struct compare_cards {
        const struct rulebook *from, *to; /* borrowed */
        struct digest from_digest;
        store_day first;
        struct compare_cards_count all, days[CARDS_DAYS_MAX];
        struct compare_cards_n other_rules; /* were made under other rules than `from` */
};

/* Compares what `from` and `to` make of each card; day `first` is the earliest. */
void compare_cards_start(
        struct compare_cards *cards, const struct rulebook *from, const struct rulebook *to, store_day first);
/* One card: the person with her history, who saw it, and the most that was promised to her (NULL: nothing;
 * `uncapped`: no ceiling at all). */
void compare_cards_add(struct compare_cards *cards, const struct lab_person *person,
        const struct viewer *viewer, const struct rulebook *ceiling, bool uncapped);

#endif
