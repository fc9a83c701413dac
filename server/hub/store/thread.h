/* Who does the store's work, and when: a pass takes what is queued, writes the commits that are due, answers
 * reads and gives a slice to the background. Exactly one makes a pass at a time.
 *
 *             a job is queued, the disk is quick            the pass is over
 *   ASLEEP ----------------------------------------> HELPED ----------------> ASLEEP
 *      |                                                                        ^
 *      +----------------------------------------> AWAKE ------------------------+
 *        any other job; its own time has come             nothing is due
 *
 * AWAKE: the store's thread makes passes, so that nobody waits for a slow disk or a long job. HELPED: the
 * hub's loop makes the pass itself (store_help). To wake a thread, and to be woken by its answer, takes
 * longer than a look-up or a commit on a quick disk, and costs both processors more than the work. Only
 * look-ups and commits are left to the loop, and only while the thread sleeps, so that the loop never meets
 * an import. */
#ifndef STORE_THREAD_H
#define STORE_THREAD_H

#include "server/hub/store/run.h"

/* The thread's function; the argument is the store. */
void *thread_run(void *store);
/* With the lock held: ends the thread's sleep. */
void thread_wake(struct store *store);
/* With the lock held: wakes the thread if this job, which was just queued, is due before it wakes by itself.
 */
void thread_wake_for(struct store *store, const struct job *job, int64_t now_us);
/* Whether the commits that wait are to be written now. By whoever makes the pass. */
bool thread_commits_due(const struct store *store);

#endif
