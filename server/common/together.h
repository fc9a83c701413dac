/* Threads that hand work to one another stay on one processor while one is enough for them. To wake a thread
 * that sleeps on another processor, and to fill that one's caches again, costs more than most of what is
 * handed over: a quarter of an arrival, measured on two virtual processors (tests/bench/README.md).
 *
 *           hardly anything to do, nothing in the way, for so many looks
 *   APART ---------------------------------------------------------------> TOGETHER, on the last processor
 *     ^                                                                      |
 *     +----- too much to do for one, or they waited too long for it <--------+
 *
 * Each process sees its own threads only. That the processor is too small for all of them shows in the one
 * that is never at rest: what it does not run it waits.
 *
 * Looked at ten times a second while there is something to do. How long it must be calm doubles whenever they
 * part soon after they came together, so that on a machine that others use they stay apart. Each process
 * keeps its own; all choose the same processor, and see by how long they wait when it is too much for all.
 * Where the system allows none of it, nothing happens. */
#ifndef COMMON_TOGETHER_H
#define COMMON_TOGETHER_H

#include <sched.h>
#include <sys/types.h>

#include "proto/base.h"

#define TOGETHER_THREADS   4
#define TOGETHER_LOOK_US   100000
#define TOGETHER_CALM      10 /* looks, at first */
#define TOGETHER_CALM_MOST 640
#define TOGETHER_SETTLED   100 /* looks together after which it begins anew with TOGETHER_CALM */
/* Of one processor. What takes so much while they are apart takes less of it together. */
#define TOGETHER_PERCENT 85
/* They wait for one another as well: so many times what they ran, and a tenth of the time, is too much. */
#define TOGETHER_WAITED 3

/* What is decided, apart from the system. The zero value is APART. */
struct together_state {
        bool together;
        uint32_t calm, calm_needed; /* looks; 0 needed: TOGETHER_CALM */
        uint32_t since;             /* looks since they came together */
};
/* One look at the last `span_us`: how long the threads ran and waited for a processor in all, and how long
 * the one of them that rested least did either. True: it has changed. */
bool together_judge(
        struct together_state *s, int64_t ran_us, int64_t waited_us, int64_t busiest_us, int64_t span_us);

struct together {
        struct together_state state;
        cpu_set_t all, one;
        bool possible;
        pid_t threads[TOGETHER_THREADS];
        int64_t ran_us[TOGETHER_THREADS], waited_us[TOGETHER_THREADS]; /* at the last look */
        uint32_t n;
        int64_t looked_us; /* 0: not yet */
};

/* For the calling thread; more are added as they come to be known. Several processors must be allowed. */
void together_begin(struct together *t);
/* 0 and what is known already are ignored. */
void together_add(struct together *t, pid_t thread);
/* Looks if it is time. Once the system refuses any of it they part for good. */
void together_look(struct together *t, int64_t now_us);
/* A new thread is begun where the one that begins it is. One that has work of its own, and is not of those
 * that stay together, calls this first: it may then run wherever the process could when it began. */
void together_apart(void);

#endif
