/* The leak check of the night (privacy: nothing hidden gets through). A thread of its own, in no hurry, takes
 * some hundred customers page by page from the store, makes of each a twin (server/lab/twin.h) for one of
 * those who work here, and compares the two cards. Arrivals do not wait for it: a page is one turn of the
 * store's thread.
 *
 *   loop: canary_begin --> thread: count | page, twins | page, twins ... --> wake_fd --> loop: canary_take
 *
 * What comes of it are three numbers. Whose cards they were is written nowhere. */
#ifndef HUB_CANARY_H
#define HUB_CANARY_H

#include "server/core/hub.h"
#include "server/hub/store/store.h"

struct canary;

/* NULL: no memory. `wake_fd` is written once when a check has ended. */
struct canary *canary_open(struct store *store, int wake_fd);
/* Stops a check that runs, and waits for it: before store_close(). NULL is accepted. */
void canary_close(struct canary *canary);

/* What the check looks at: copied, so that rules and roster may change meanwhile. */
struct canary_ask {
        const struct rulebook *book;      /* NULL: everything is hidden, there is nothing to check */
        const struct hub_notice *notices; /* what was promised: a card is held under it */
        uint32_t n_notices;
        const struct roster *roster;
        wall_ms now;
        uint32_t pairs;
        uint64_t seed;
};

/* 0; 1: one runs already; -1: no memory, or no thread. Thread of these three: the loop's only. */
int canary_begin(struct canary *canary, const struct canary_ask *ask);
bool canary_runs(const struct canary *canary);
/* True once after each check. `failed`: the store could not be read, or the hub was about to stop; then there
 * is no result. */
bool canary_take(struct canary *canary, struct leak_check *out, bool *failed);

#endif
