#include "server/common/together.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

/* What this process may use, for threads that are begun while they are together. */
static cpu_set_t everywhere;
static bool everywhere_known;

static bool part(struct together_state *s)
{
        uint32_t needed = s->calm_needed ? s->calm_needed : TOGETHER_CALM;
        bool soon = s->since < TOGETHER_SETTLED;
        s->calm_needed = !soon                             ? TOGETHER_CALM
                         : needed * 2 < TOGETHER_CALM_MOST ? needed * 2
                                                           : TOGETHER_CALM_MOST;
        s->together = false;
        s->calm = 0;
        return true;
}

bool together_judge(
        struct together_state *s, int64_t ran_us, int64_t waited_us, int64_t busiest_us, int64_t span_us)
{
        int64_t most_us = ran_us > busiest_us ? ran_us : busiest_us;
        bool much = most_us * 100 > span_us * TOGETHER_PERCENT;
        bool calm = !much && waited_us <= ran_us * TOGETHER_WAITED + span_us / 10;
        if (s->together) {
                s->since++;
                return calm ? false : part(s);
        }
        s->calm = calm ? s->calm + 1 : 0;
        if (s->calm < (s->calm_needed ? s->calm_needed : TOGETHER_CALM))
                return false;
        s->together = true;
        s->since = 0;
        return true;
}

void together_begin(struct together *t)
{
        *t = (struct together){.threads = {gettid()}, .n = 1};
        if (sched_getaffinity(0, sizeof t->all, &t->all) != 0 || CPU_COUNT(&t->all) < 2)
                return;
        int last = CPU_SETSIZE - 1;
        while (!CPU_ISSET((size_t)last, &t->all))
                last--;
        CPU_ZERO(&t->one);
        CPU_SET((size_t)last, &t->one);
        t->possible = true;
        everywhere = t->all;
        everywhere_known = true;
}

void together_apart(void)
{
        if (everywhere_known)
                (void)sched_setaffinity(0, sizeof everywhere, &everywhere);
}

/* "nanoseconds run, nanoseconds waited, times"; a system that does not count them says 0 of a thread that has
 * run. */
static bool read_times(pid_t thread, int64_t *ran_us, int64_t *waited_us)
{
        char path[64], text[96];
        uint64_t ran, waited;
        snprintf(path, sizeof path, "/proc/self/task/%d/schedstat", (int)thread);
        FILE *file = fopen(path, "re");
        bool ok = file != NULL && fgets(text, sizeof text, file) != NULL &&
                  sscanf(text, "%" SCNu64 " %" SCNu64, &ran, &waited) == 2 && ran > 0;
        if (file != NULL)
                fclose(file);
        if (!ok)
                return false;
        *ran_us = (int64_t)(ran / 1000);
        *waited_us = (int64_t)(waited / 1000);
        return true;
}

static void move(struct together *t, pid_t thread)
{
        if (sched_setaffinity(thread, sizeof t->one, t->state.together ? &t->one : &t->all) != 0)
                t->possible = false;
}

/* A thread has ended, or the system says no more how it goes: none stays where it can no longer leave. */
static void give_up(struct together *t)
{
        t->possible = false;
        t->state = (struct together_state){0};
        for (uint32_t i = 0; i < t->n; i++)
                (void)sched_setaffinity(t->threads[i], sizeof t->all, &t->all);
}

void together_add(struct together *t, pid_t thread)
{
        bool known = thread == 0 || t->n == TOGETHER_THREADS;
        for (uint32_t i = 0; i < t->n; i++)
                known |= t->threads[i] == thread;
        if (known)
                return;
        t->threads[t->n++] = thread;
        t->looked_us = 0; /* all begin anew */
        if (t->possible)
                move(t, thread);
}

void together_look(struct together *t, int64_t now_us)
{
        int64_t ran_us = 0, waited_us = 0, busiest_us = 0, span_us = now_us - t->looked_us;
        if (!t->possible || (t->looked_us != 0 && span_us < TOGETHER_LOOK_US))
                return;
        for (uint32_t i = 0; i < t->n; i++) {
                int64_t ran = t->ran_us[i], waited = t->waited_us[i];
                if (!read_times(t->threads[i], &t->ran_us[i], &t->waited_us[i])) {
                        t->possible = false;
                        continue;
                }
                ran = t->ran_us[i] - ran;
                waited = t->waited_us[i] - waited;
                ran_us += ran;
                waited_us += waited;
                busiest_us = ran + waited > busiest_us ? ran + waited : busiest_us;
        }
        bool changed = t->possible && t->looked_us != 0 &&
                       together_judge(&t->state, ran_us, waited_us, busiest_us, span_us);
        t->looked_us = now_us;
        for (uint32_t i = 0; changed && i < t->n; i++)
                move(t, t->threads[i]);
        if (!t->possible)
                give_up(t);
}
