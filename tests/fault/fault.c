#include "tests/fault/fault.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/common/clock.h"

/* What the linker calls the functions behind ours. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
void __real_free(void *block);
FILE *__real_fopen64(const char *path, const char *mode);
void *__real_sodium_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);
void __wrap_free(void *block);
char *__wrap_strdup(const char *text);
FILE *__wrap_fopen64(const char *path, const char *mode);
void *__wrap_sodium_malloc(size_t size);

#define KEPT_MAX (1u << 18) /* a power of two; a quarter of it may be in use */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static void *kept[KEPT_MAX]; /* blocks of the present round: open addressing */
static size_t n_kept;
static bool counting, for_ever, hit;
static uint64_t left, counted;

static size_t place_of(const void *block)
{
        uintptr_t x = (uintptr_t)block >> 4;
        return (size_t)(x * UINT64_C(0x9E3779B97F4A7C15) >> 20) & (KEPT_MAX - 1);
}

static void keep(void *block)
{
        size_t at = place_of(block);
        if (n_kept >= KEPT_MAX / 4)
                return; /* more than a round may ever hold: the round is judged by what is kept */
        while (kept[at] != NULL)
                at = (at + 1) & (KEPT_MAX - 1);
        kept[at] = block;
        n_kept++;
}

static void forget(const void *block)
{
        size_t at = place_of(block);
        while (kept[at] != NULL && kept[at] != block)
                at = (at + 1) & (KEPT_MAX - 1);
        if (kept[at] == NULL)
                return;
        kept[at] = NULL;
        n_kept--;
        /* What stood behind it may have to move up. */
        for (at = (at + 1) & (KEPT_MAX - 1); kept[at] != NULL; at = (at + 1) & (KEPT_MAX - 1)) {
                void *moved = kept[at];
                kept[at] = NULL;
                n_kept--;
                keep(moved);
        }
}

/* Whether this allocation is the one to fail. */
static bool fails(void)
{
        pthread_mutex_lock(&lock);
        bool now = false;
        counted++;
        if (counting) {
                now = left == 1 || (left == 0 && for_ever);
                if (left > 0)
                        left--;
                hit |= now;
        }
        pthread_mutex_unlock(&lock);
        if (now)
                errno = ENOMEM;
        return now;
}

static void *note(void *block)
{
        pthread_mutex_lock(&lock);
        if (counting && block != NULL)
                keep(block);
        pthread_mutex_unlock(&lock);
        return block;
}

void *__wrap_malloc(size_t size)
{
        return fails() ? NULL : note(__real_malloc(size));
}

void *__wrap_calloc(size_t n, size_t size)
{
        return fails() ? NULL : note(__real_calloc(n, size));
}

void *__wrap_realloc(void *old, size_t size)
{
        if (fails())
                return NULL;
        pthread_mutex_lock(&lock);
        size_t before = n_kept;
        forget(old);
        bool was_kept = n_kept != before;
        void *block = __real_realloc(old, size);
        if (block != NULL && (counting || was_kept))
                keep(block);
        pthread_mutex_unlock(&lock);
        return block;
}

void __wrap_free(void *block)
{
        pthread_mutex_lock(&lock);
        if (block != NULL)
                forget(block);
        pthread_mutex_unlock(&lock);
        __real_free(block);
}

char *__wrap_strdup(const char *text)
{
        size_t size = strlen(text) + 1;
        char *copy = __wrap_malloc(size);
        if (copy != NULL)
                memcpy(copy, text, size);
        return copy;
}

/* These allocate inside a library and say so when they cannot. */
FILE *__wrap_fopen64(const char *path, const char *mode)
{
        return fails() ? NULL : __real_fopen64(path, mode);
}

void *__wrap_sodium_malloc(size_t size)
{
        return fails() ? NULL : __real_sodium_malloc(size);
}

void *fault_malloc(size_t size)
{
        return fails() ? NULL : __real_malloc(size);
}

void *fault_realloc(void *old, size_t size)
{
        return fails() ? NULL : __real_realloc(old, size);
}

void fault_free(void *block)
{
        __real_free(block);
}

void *fault_plain(size_t size)
{
        return __real_malloc(size);
}

bool fault_all_back(void)
{
        pthread_mutex_lock(&lock);
        bool all = n_kept == 0;
        pthread_mutex_unlock(&lock);
        return all;
}

/* How much further the next round is. */
static uint64_t step_of(const struct fault *fault)
{
        static uint64_t seed;
        const char *all = getenv("MAITRED_FAULT"), *given = getenv("MAITRED_SEED");
        if (fault->apart < 2 || (all != NULL && strcmp(all, "all") == 0))
                return 1;
        if (seed == 0) {
                seed = given != NULL ? strtoull(given, NULL, 10) : (uint64_t)clock_mono_us() % 1000000;
                print_message("seed %llu\n", (unsigned long long)seed);
                seed = seed * 2 + 1;
        }
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        return 1 + seed % fault->apart;
}

bool fault_next(struct fault *fault)
{
        pthread_mutex_lock(&lock);
        bool fresh = fault->rounds == 0 || !fault->lasting;
        size_t lost = fault->rounds == 0 || fault->lasting ? 0 : n_kept;
        if (fresh)
                memset(kept, 0, sizeof kept);
        n_kept = fresh ? 0 : n_kept;
        pthread_mutex_unlock(&lock);
        if (lost != 0)
                fail_msg("%s: %d blocks are lost when allocation %d fails%s", fault->what, (int)lost,
                        (int)fault->n, fault->for_ever ? " and all after it" : "");
        if (fault->rounds > 0 && !fault->hit) {
                fault->ended = fault->for_ever;
                fault->for_ever = true;
                fault->n = 0;
        }
        if (fault->ended) {
                print_message("%s: %d allocations failed, one by one\n", fault->what, (int)fault->hits);
                assert_true(fault->hits > 0);
                return false;
        }
        fault->n += step_of(fault);
        fault->rounds++;
        fault->hit = false;
        return true;
}

void fault_go(struct fault *fault)
{
        pthread_mutex_lock(&lock);
        left = fault->n;
        for_ever = fault->for_ever;
        hit = false;
        counting = true;
        pthread_mutex_unlock(&lock);
}

bool fault_halt(struct fault *fault)
{
        pthread_mutex_lock(&lock);
        counting = false;
        fault->hit |= hit;
        fault->hits += hit;
        bool was = hit;
        pthread_mutex_unlock(&lock);
        return was;
}

void fault_count_from(void)
{
        pthread_mutex_lock(&lock);
        counted = 0;
        pthread_mutex_unlock(&lock);
}

uint64_t fault_counted(void)
{
        pthread_mutex_lock(&lock);
        uint64_t n = counted;
        pthread_mutex_unlock(&lock);
        return n;
}
