/* A fixed-size map from a 64-bit key to a 32-bit slot: how the core finds a peer or a visit without
 * searching. */
#ifndef CORE_INDEX_H
#define CORE_INDEX_H

#include "proto/base.h"

#define INDEX_NONE UINT32_MAX

struct index_cell {
        uint64_t key;
        uint32_t slot; /* INDEX_NONE = free */
};

struct index {
        struct index_cell *cells;
        uint32_t mask;
};

/* Room for `most` keys at a load of at most one half. 0, or -1: no memory. */
int index_init(struct index *ix, uint32_t most);
void index_finish(struct index *ix);
/* The slot of a key, or INDEX_NONE. */
uint32_t index_find(const struct index *ix, uint64_t key);
/* Adds or replaces. The caller never holds more than `most` keys. */
void index_put(struct index *ix, uint64_t key, uint32_t slot);
void index_drop(struct index *ix, uint64_t key);

#endif
