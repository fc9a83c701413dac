/* Memory that runs out: the n-th allocation from a moment on fails, once or for ever, for n = 1, 2, 3 ...
 * until none fails any more. The linker sends our own allocations here (meson.build), SQLite and libcsv are
 * asked to use these. jansson is not: it never meets a failure (server/common/memory.h).
 *
 *      struct fault fault = {"what is tried"};
 *      while (fault_next(&fault)) {
 *              fault_go(&fault);
 *              int rc = the_call();
 *              bool hit = fault_halt(&fault);
 *              ... success is whole, a failure is the documented one; give back what there is ...
 *      }
 *
 * fault_next fails the test when a round has lost a block. MAITRED_FAULT=all tries every allocation also
 * where rounds are apart; MAITRED_SEED tries the same ones again. */
#ifndef TESTS_FAULT_FAULT_H
#define TESTS_FAULT_FAULT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

struct fault {
        const char *what;
        uint64_t n; /* which allocation fails, from 1 */
        bool for_ever, hit, ended;
        bool lasting;   /* what is called keeps blocks beyond a round: fault_all_back() tells at its end */
        uint32_t apart; /* where a round is dear: the next is up to so many further, as the seed says */
        uint64_t rounds, hits;
};

/* The next round; false after the last. */
bool fault_next(struct fault *fault);
/* From here on allocations count, and fail as the round says ... */
void fault_go(struct fault *fault);
/* ... until here. Whether one failed. */
bool fault_halt(struct fault *fault);

/* Whether every block of the rounds so far was given back. */
bool fault_all_back(void);

/* Allocations since the last fault_count_from; none fails because of this. */
void fault_count_from(void);
uint64_t fault_counted(void);

/* For libraries that take an allocator: these fail as ours do, and the library accounts for its blocks. */
void *fault_malloc(size_t size);
void *fault_realloc(void *old, size_t size);
void fault_free(void *block);
/* As malloc(), and never fails. */
void *fault_plain(size_t size);
/* Makes jansson and SQLite use them; before anything of theirs is used. */
void fault_libraries(void);

#endif
