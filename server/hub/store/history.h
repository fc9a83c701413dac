/* Where a dossier is gathered before it becomes one flat blob: lines, and a pool of strings in which equal
 * strings are kept once. Allocated once and used again for every dossier. */
#ifndef STORE_HISTORY_H
#define STORE_HISTORY_H

#include "proto/slice.h"
#include "server/core/dossier.h"

#define HISTORY_SLOTS 4096 /* of the pool's index; a power of two */

struct history_room {
        struct dossier head;
        struct purchase *lines;          /* DOSSIER_LINES_MAX */
        struct session_listed *sessions; /* SESSIONS_LISTED_MAX */
        char *pool;
        uint32_t pool_size, pool_room;
        uint32_t generation; /* of the dossier being gathered: slots of older ones are free */
        uint32_t n_slots;    /* taken in this generation */
        struct {
                uint32_t generation;
                pooled at;
        } slots[HISTORY_SLOTS];
        bool failed; /* out of memory while gathering */
};

/* 0, or -1 out of memory. */
int history_init(struct history_room *room);
void history_finish(struct history_room *room);

/* Starts a dossier: everything zero, an empty pool. */
void history_clear(struct history_room *room);
/* The text's place in the pool; 0 for an empty one. */
pooled history_text(struct history_room *room, struct slice text);
/* The finished blob, to be freed with free(); NULL out of memory. */
struct dossier *history_blob(struct history_room *room);

#endif
