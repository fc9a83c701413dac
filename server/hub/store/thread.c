#include "server/hub/store/thread.h"

#include <errno.h>
#include <time.h>
#include <unistd.h>

#include "server/common/clock.h"
#include "server/hub/store/backup.h"
#include "server/hub/store/turn.h"

void thread_wake(struct store *store)
{
        if (store->wakes_at_us == 0)
                return;
        store->wakes_at_us = 0;
        pthread_cond_signal(&store->work);
}

void thread_wake_for(struct store *store, const struct job *job, int64_t now_us)
{
        int64_t due = now_us;
        if (job->kind == STORE_COMMIT && job->commit.can_wait) {
                due = now_us + PACE_RECORDS_US;
        } else if (job->kind == STORE_COMMIT) {
                due = store->commits_from_us > now_us ? store->commits_from_us : now_us;
                store->flush_awaited |= due == INT64_MAX;
        }
        if (due < store->wakes_at_us)
                thread_wake(store);
}

bool thread_commits_due(const struct store *store)
{
        if (store->commits.first == NULL)
                return false;
        return store->stopping ||
               (!atomic_load(&store->flushing) && clock_mono_us() >= pace_next(&store->pace));
}

static bool idle(const struct store *store)
{
        return !thread_commits_due(store) && store->reads.first == NULL && store->background.first == NULL;
}

static void sort_in(struct store *store, struct job *job)
{
        switch (job->kind) {
        case STORE_COMMIT:
                pace_came(&store->pace, job->commit.can_wait, job->commit.since_us);
                run_push(&store->commits, job);
                break;
        case STORE_LOAD:
        case STORE_ROSTER:
        case STORE_RECEIPTS:
        case STORE_HOUSE:
        case STORE_BOOKS:
                run_push(&store->reads, job);
                break;
        case STORE_REPORT:
                run_push(job->report.what == REPORT_PREFERRED_ALL ? &store->background : &store->reads, job);
                break;
        case STORE_IMPORT:
        case STORE_BACKUP:
        case STORE_SURVEY:
        case STORE_NUMBERS:
                run_push(&store->background, job);
                break;
        }
}

/* When there is something to do without a job's coming: room to be looked for on a full disk, commits that
 * wait. After a transaction records may be expected, and are looked for without being woken by each. */
static int64_t next_look(const struct store *store)
{
        int64_t at = INT64_MAX, records = store->pace.began_us + PACE_RECORDS_US;
        if (store->base.ballast.full && !store->fatal)
                at = store->base.ballast.look_at * 1000;
        if (!atomic_load(&store->flushing) && pace_next(&store->pace) < at)
                at = pace_next(&store->pace);
        return records < at && records > clock_mono_us() ? records : at;
}

/* When the thread wakes by itself. Whoever helps sees to what is due meanwhile, and to what it leaves. */
static int64_t sleep_until(struct store *store)
{
        bool flushing = !store->helped && atomic_load(&store->flushing);
        int64_t at = store->helped ? clock_mono_us() + PACE_RECORDS_US : next_look(store);
        store->commits_from_us = flushing ? INT64_MAX : store->helped ? 0 : pace_not_before(&store->pace);
        store->flush_awaited = flushing && pace_next(&store->pace) < at;
        return at;
}

/* Waits for a job that is due, or the next look. True: there is no job, but it is time to look. With the lock
 * held. */
static bool wait_for_work(struct store *store)
{
        int rc;
        int64_t at = store->wakes_at_us = sleep_until(store);
        if (at == INT64_MAX) {
                rc = pthread_cond_wait(&store->work, &store->lock);
        } else {
                struct timespec until = {at / 1000000, at % 1000000 * 1000};
                rc = pthread_cond_timedwait(&store->work, &store->lock, &until);
        }
        store->wakes_at_us = 0;
        return rc == ETIMEDOUT;
}

/* With the lock held: the queue, to be sorted in without it. */
static struct job_list take_queue(struct store *store)
{
        struct job_list taken = store->queue;
        store->queue = (struct job_list){0};
        atomic_store(&store->base.waited_for, false);
        return taken;
}

static void sort_all(struct store *store, struct job_list *taken)
{
        struct job *job;
        while ((job = run_pop(taken)) != NULL)
                sort_in(store, job);
}

/* Waits while there is nothing to do. False when the store was told to stop and everything is done. */
static bool take_jobs(struct store *store)
{
        pthread_mutex_lock(&store->lock);
        bool time = false; /* to look */
        while (store->helped || (store->queue.first == NULL && idle(store) && !store->stop && !time))
                time = wait_for_work(store) || store->log_is_long;
        store->log_is_long = false;
        store->stopping = store->stop;
        struct job_list taken = take_queue(store);
        bool on = taken.first != NULL || store->commits.first != NULL || !idle(store) || !store->stop;
        pthread_mutex_unlock(&store->lock);
        sort_all(store, &taken);
        return on;
}

static void fail_all(struct store *store, struct job_list *list)
{
        struct job *job;
        while ((job = run_pop(list)) != NULL) {
                if (job->kind == STORE_SURVEY) {
                        run_end_survey(store, job, -1);
                        continue;
                }
                if (job->kind == STORE_IMPORT) {
                        job->answer->batch = job->import.batch;
                        job->import.batch = NULL;
                } else if (job->kind == STORE_BACKUP) {
                        backup_abandon(&job->backup.running);
                }
                run_answer_now(store, job, -1);
        }
}

static void pass(struct store *store)
{
        turn_run(store);
        run_reads(store);
        run_background(store);
        run_checkpoint(store);
}

void *thread_run(void *argument)
{
        struct store *store = argument;
        atomic_store(&store->number, gettid());
        sqlite3_wal_hook(store->base.all.db, run_note_pages, store);
        while (take_jobs(store)) {
                if (run_is_fatal(store)) {
                        fail_all(store, &store->commits);
                        pace_began(&store->pace, 0, clock_mono_us());
                        fail_all(store, &store->reads);
                        fail_all(store, &store->background);
                        continue;
                }
                pass(store);
        }
        flush_wait(store->flusher);
        return NULL;
}

/* With the lock held. When the thread sleeps nothing runs in the background, and nobody else looks at the
 * base. */
static bool may_help(const struct store *store)
{
        if (store->wakes_at_us == 0 || store->stop || store->fatal || store->base.ballast.full ||
                !flush_quick(store->flusher))
                return false;
        for (const struct job *job = store->queue.first; job != NULL; job = job->next)
                if (job->kind != STORE_LOAD && job->kind != STORE_COMMIT)
                        return false;
        return true;
}

/* With the lock held: the thread shall do what is queued. */
static void leave(struct store *store)
{
        int64_t now = clock_mono_us();
        for (const struct job *job = store->queue.first; job != NULL && store->wakes_at_us != 0;
                job = job->next)
                thread_wake_for(store, job, now);
        if (store->wakes_at_us != 0 && pace_next(&store->pace) < store->wakes_at_us) /* the loop left it */
                thread_wake(store);
}

bool store_help(struct store *store, int64_t *next_us)
{
        *next_us = INT64_MAX;
        pthread_mutex_lock(&store->lock);
        if (!may_help(store)) {
                leave(store);
                pthread_mutex_unlock(&store->lock);
                return false;
        }
        store->helped = true;
        struct job_list taken = take_queue(store);
        pthread_mutex_unlock(&store->lock);
        sort_all(store, &taken);
        bool due = !idle(store);
        if (due) {
                turn_run(store);
                run_reads(store);
        }
        *next_us = idle(store) ? pace_next(&store->pace) : 0;
        pthread_mutex_lock(&store->lock);
        store->helped = false;
        store->log_is_long = store->log_pages >= RUN_LOG_PAGES;
        if (store->log_is_long ||
                store->base.ballast.full) /* to empty it takes long; to look for room, a clock */
                thread_wake(store);
        if (store->queue.first != NULL) /* of another thread meanwhile */
                leave(store);
        pthread_mutex_unlock(&store->lock);
        return due;
}
