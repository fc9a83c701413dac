/* Chance that one number makes: SplitMix64, so that a seed is a whole run. */
#ifndef TESTS_SIM_CHANCE_H
#define TESTS_SIM_CHANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct chance {
        uint64_t state;
};

static inline uint64_t chance_next(struct chance *c)
{
        uint64_t z = (c->state += UINT64_C(0x9E3779B97F4A7C15));
        z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
        z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
        return z ^ (z >> 31);
}

/* 0 .. n-1; n is not 0. */
static inline uint32_t chance_below(struct chance *c, uint32_t n)
{
        return (uint32_t)(((chance_next(c) >> 32) * n) >> 32);
}

/* least .. most, both included. */
static inline int64_t chance_from(struct chance *c, int64_t least, int64_t most)
{
        return least + (int64_t)(chance_next(c) % (uint64_t)(most - least + 1));
}

static inline bool chance_of(struct chance *c, uint32_t percent)
{
        return chance_below(c, 100) < percent;
}

static inline void chance_fill(struct chance *c, void *bytes, size_t len)
{
        for (size_t i = 0; i < len; i++)
                ((uint8_t *)bytes)[i] = (uint8_t)(chance_next(c) >> 40);
}

#endif
