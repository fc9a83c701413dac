#include "server/core/index.h"

#include <stdlib.h>

static uint32_t home_of(const struct index *ix, uint64_t key)
{
        /* Fibonacci hashing: keys are counters or packed ids, so the high bits of the product spread well. */
        return (uint32_t)((key * UINT64_C(0x9E3779B97F4A7C15)) >> 32) & ix->mask;
}

int index_init(struct index *ix, uint32_t most)
{
        uint32_t size = 16;
        while (size < most * 2)
                size *= 2;
        ix->cells = malloc(size * sizeof(*ix->cells));
        if (!ix->cells)
                return -1;
        ix->mask = size - 1;
        for (uint32_t i = 0; i < size; i++)
                ix->cells[i] = (struct index_cell){0, INDEX_NONE};
        return 0;
}

void index_finish(struct index *ix)
{
        free(ix->cells);
        *ix = (struct index){0};
}

uint32_t index_find(const struct index *ix, uint64_t key)
{
        for (uint32_t i = home_of(ix, key);; i = (i + 1) & ix->mask) {
                const struct index_cell *cell = &ix->cells[i];
                if (cell->slot == INDEX_NONE)
                        return INDEX_NONE;
                if (cell->key == key)
                        return cell->slot;
        }
}

void index_put(struct index *ix, uint64_t key, uint32_t slot)
{
        uint32_t i = home_of(ix, key);
        while (ix->cells[i].slot != INDEX_NONE && ix->cells[i].key != key)
                i = (i + 1) & ix->mask;
        ix->cells[i] = (struct index_cell){key, slot};
}

void index_drop(struct index *ix, uint64_t key)
{
        uint32_t i = home_of(ix, key);
        while (ix->cells[i].key != key || ix->cells[i].slot == INDEX_NONE) {
                if (ix->cells[i].slot == INDEX_NONE)
                        return;
                i = (i + 1) & ix->mask;
        }
        /* Backward-shift deletion: no tombstones, so a long-running hub's probes stay short. */
        for (uint32_t j = (i + 1) & ix->mask; ix->cells[j].slot != INDEX_NONE; j = (j + 1) & ix->mask) {
                uint32_t home = home_of(ix, ix->cells[j].key);
                if (((j - home) & ix->mask) >= ((j - i) & ix->mask)) {
                        ix->cells[i] = ix->cells[j];
                        i = j;
                }
        }
        ix->cells[i].slot = INDEX_NONE;
}
