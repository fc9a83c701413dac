#include "server/hub/store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/common/clock.h"
#include "server/common/ids.h"
#include "server/common/log.h"
#include "server/hub/store/numbers.h"
#include "server/hub/store/open.h"
#include "server/hub/store/receipts.h"
#include "server/hub/store/roster.h"
#include "server/hub/store/rulebook.h"
#include "server/hub/store/run.h"
#include "server/hub/store/sense.h"
#include "server/hub/store/survey.h"
#include "server/hub/store/thread.h"

static int no_memory(struct store_error *error)
{
        memcpy(error->text, "no memory for the database; free some", 38);
        return -1;
}

int store_open(const struct store_options *options, struct store **out, struct store_error *error)
{
        struct store *store = calloc(1, sizeof *store);
        if (store == NULL)
                return no_memory(error);
        store->wake_fd = options->wake_fd;
        store->loop_helps = options->loop_helps;
        store->slice_ms = options->import_slice_ms > 0 ? options->import_slice_ms : 5;
        if (open_base(options, &store->base, error) != 0) {
                free(store);
                return -1;
        }
        pthread_mutex_init(&store->lock, NULL);
        /* Waited on with deadlines, which a jump of the wall clock must not move. */
        pthread_condattr_t monotonic;
        pthread_condattr_init(&monotonic);
        pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
        pthread_cond_init(&store->work, &monotonic);
        pthread_condattr_destroy(&monotonic);
        store->flusher = flush_start(run_flushed, store);
        if (store->flusher == NULL) {
                store_close(store);
                return no_memory(error);
        }
        *out = store;
        return 0;
}

/* The thread starts with the first job, so that until then the caller may read the snapshot without a queue.
 */
static int start(struct store *store)
{
        if (store->running)
                return 0;
        if (pthread_create(&store->thread, NULL, thread_run, store) != 0)
                return 1;
        store->running = true;
        return 0;
}

void store_close(struct store *store)
{
        if (store == NULL)
                return;
        if (store->running) {
                pthread_mutex_lock(&store->lock);
                store->stop = true;
                pthread_cond_signal(&store->work);
                pthread_mutex_unlock(&store->lock);
                pthread_join(store->thread, NULL);
        }
        flush_stop(store->flusher);
        /* After a failed flush nothing more is written: what is in the log is what the next start will find.
         */
        if (store->fatal)
                sqlite3_db_config(store->base.all.db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
        open_close(&store->base);
        struct store_answer *next;
        for (struct store_answer *a = store->answers; a != NULL; a = next) {
                next = a->next;
                store_answer_free(a);
        }
        pthread_cond_destroy(&store->work);
        pthread_mutex_destroy(&store->lock);
        free(store);
}

int store_snapshot(
        struct store *store, wall_ms now, store_day today, struct snapshot *out, struct store_error *error)
{
        int rc = roster_snapshot(&store->base, now, today, out);
        if (rc == SQLITE_OK)
                return 0;
        snprintf(error->text, sizeof error->text,
                "%.300s/store.db could not be read (code %d); check the disk, or restore "
                "the last backup",
                store->base.dir, rc);
        return -1;
}

void snapshot_free(struct snapshot *snapshot)
{
        free(snapshot->roster);
        free(snapshot->book_text);
        free(snapshot->visits);
        free(snapshot->stream);
        free(snapshot->offers);
        free(snapshot->arrivals);
        free(snapshot->sensors);
        if (snapshot->devices)
                ids_wipe(snapshot->devices, snapshot->n_devices * sizeof *snapshot->devices);
        free(snapshot->devices);
        if (snapshot->managers)
                ids_wipe(snapshot->managers, snapshot->n_managers * sizeof *snapshot->managers);
        free(snapshot->managers);
        if (snapshot->pins)
                ids_wipe(snapshot->pins, snapshot->n_pins * sizeof *snapshot->pins);
        free(snapshot->pins);
        free(snapshot->notices);
        memset(snapshot, 0, sizeof *snapshot);
}

/* Takes the job over. 0, or 1 when it is refused; then it is freed. */
static int submit(struct store *store, struct job *job)
{
        if (job == NULL)
                return 1;
        int64_t now = clock_mono_us();
        if (job->kind == STORE_COMMIT)
                job->commit.since_us = now;
        pthread_mutex_lock(&store->lock);
        int rc = store->n_jobs >= RUN_JOBS_MAX ? 1 : start(store);
        if (rc == 0) {
                store->n_jobs++;
                run_push(&store->queue, job);
                if (job->kind != STORE_IMPORT && job->kind != STORE_BACKUP && job->kind != STORE_SURVEY)
                        atomic_store(&store->base.waited_for, true);
                if (!store->loop_helps || (job->kind != STORE_LOAD && job->kind != STORE_COMMIT))
                        thread_wake_for(store, job, now);
        }
        pthread_mutex_unlock(&store->lock);
        if (rc != 0)
                job_free(job);
        return rc;
}

int store_load(struct store *store, uint64_t tag, const struct effect *load)
{
        struct job *job = job_new(STORE_LOAD, tag);
        if (job != NULL)
                job->load = *load;
        return submit(store, job);
}

int store_commit(struct store *store, uint64_t tag, const struct write *writes, uint32_t n)
{
        struct job *job = job_commit(tag, writes, n);
        if (job != NULL)
                job->commit.can_wait = sense_can_wait(writes, n);
        return submit(store, job);
}

int store_roster(struct store *store, uint64_t tag, wall_ms now)
{
        struct job *job = job_new(STORE_ROSTER, tag);
        if (job != NULL)
                job->now = now;
        return submit(store, job);
}

int store_report(struct store *store, uint64_t tag, enum store_report what, const char *subject, wall_ms now)
{
        struct job *job = job_new(STORE_REPORT, tag);
        if (job != NULL) {
                job->report.what = what;
                job->report.now = now;
                base_cut(job->report.subject, sizeof job->report.subject, slice_of(subject));
        }
        return submit(store, job);
}

int store_receipts(struct store *store, uint64_t tag, const struct receipt_wanted *wanted)
{
        struct job *job = job_new(STORE_RECEIPTS, tag);
        if (job != NULL)
                job->receipts = *wanted;
        return submit(store, job);
}

int store_house(struct store *store, uint64_t tag, const struct house_wanted *wanted)
{
        struct job *job = job_new(STORE_HOUSE, tag);
        if (job != NULL && (job->house = malloc(sizeof *wanted)) == NULL) {
                job_free(job);
                return 1;
        }
        if (job != NULL)
                *job->house = *wanted;
        return submit(store, job);
}

int store_backup(struct store *store, uint64_t tag, const char *path)
{
        struct job *job = job_new(STORE_BACKUP, tag);
        if (job != NULL && (job->backup.path = strdup(path)) == NULL) {
                job_free(job);
                return 1;
        }
        return submit(store, job);
}

int store_books(struct store *store, uint64_t tag, uint32_t version)
{
        struct job *job = job_new(STORE_BOOKS, tag);
        if (job != NULL)
                job->version = version;
        return submit(store, job);
}

int store_numbers(struct store *store, uint64_t tag, wall_ms now)
{
        struct job *job = job_new(STORE_NUMBERS, tag);
        if (job != NULL)
                job->numbers.now = now;
        return submit(store, job);
}

int store_import(struct store *store, uint64_t tag, struct import_batch *batch)
{
        struct job *job = job_new(STORE_IMPORT, tag);
        if (job == NULL) {
                import_batch_free(batch);
                return 1;
        }
        job->import.batch = batch;
        return submit(store, job);
}

int store_survey(struct store *store, struct survey_call *call)
{
        struct job *job = job_new(STORE_SURVEY, 0);
        call->done = false;
        if (job != NULL)
                job->survey = call;
        return submit(store, job);
}

void store_receipt_key(const struct store *store, char out[44])
{
        receipts_key(&store->base, out);
}

void store_threads(struct store *store, pid_t out[2])
{
        out[0] = atomic_load(&store->number);
        out[1] = flush_thread(store->flusher);
}

struct store_answer *store_answers(struct store *store)
{
        pthread_mutex_lock(&store->lock);
        struct store_answer *list = store->answers;
        store->answers = store->last_answer = NULL;
        for (struct store_answer *a = list; a != NULL; a = a->next)
                store->n_jobs--;
        pthread_mutex_unlock(&store->lock);
        return list;
}

void store_answer_free(struct store_answer *answer)
{
        if (answer == NULL)
                return;
        free(answer->dossier);
        free(answer->roster);
        import_batch_free(answer->batch);
        books_free(answer->books);
        numbers_free(answer->numbers);
        free(answer->text);
        free(answer);
}
