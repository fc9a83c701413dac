#include "server/hub/store/run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "server/common/clock.h"
#include "server/common/log.h"
#include "server/hub/store/backup.h"
#include "server/hub/store/gather.h"
#include "server/hub/store/import_run.h"
#include "server/hub/store/load.h"
#include "server/hub/store/numbers.h"
#include "server/hub/store/house.h"
#include "server/hub/store/receipts.h"
#include "server/hub/store/report.h"
#include "server/hub/store/roster.h"
#include "server/hub/store/rulebook.h"
#include "server/hub/store/sense.h"
#include "server/hub/store/survey.h"
#include "server/hub/store/thread.h"

void run_push(struct job_list *list, struct job *job)
{
        job->next = NULL;
        if (list->last != NULL)
                list->last->next = job;
        else
                list->first = job;
        list->last = job;
}

struct job *run_pop(struct job_list *list)
{
        struct job *job = list->first;
        if (job != NULL) {
                list->first = job->next;
                if (list->first == NULL)
                        list->last = NULL;
        }
        return job;
}

void run_answer(struct store *store, struct store_answer *list)
{
        uint64_t one = 1;
        struct store_answer *last = list;
        if (list == NULL)
                return;
        while (last->next != NULL)
                last = last->next;
        pthread_mutex_lock(&store->lock);
        bool waiting = store->answers != NULL;
        bool looks = waiting || store->helped;
        if (waiting)
                store->last_answer->next = list;
        else
                store->answers = list;
        store->last_answer = last;
        pthread_mutex_unlock(&store->lock);
        /* Once is enough for all that waits; a counter that is full is awake already; who helps, looks. */
        if (!looks && store->wake_fd >= 0)
                while (write(store->wake_fd, &one, sizeof one) < 0 && errno == EINTR)
                        continue;
}

void run_flushed(void *context, struct store_answer *list, bool fatal)
{
        struct store *store = context;
        for (struct store_answer *a = fatal ? list : NULL; a != NULL; a = a->next)
                a->result = -1;
        if (fatal) {
                pthread_mutex_lock(&store->lock);
                store->fatal = true;
                pthread_mutex_unlock(&store->lock);
        }
        run_answer(store, list);
        pthread_mutex_lock(&store->lock);
        atomic_store(&store->flushing, false);
        store->commits_from_us = 0;
        if (store->flush_awaited)
                thread_wake(store);
        pthread_mutex_unlock(&store->lock);
}

bool run_is_fatal(struct store *store)
{
        pthread_mutex_lock(&store->lock);
        bool fatal = store->fatal;
        pthread_mutex_unlock(&store->lock);
        return fatal;
}

void run_set_fatal(struct store *store, int rc)
{
        LOG(LOG_ERROR, "store", "the database failed; the hub must stop", log_num("sqlite", rc));
        pthread_mutex_lock(&store->lock);
        store->fatal = true;
        pthread_mutex_unlock(&store->lock);
}

/* Ends a job whose answer is complete and needs no flush. */
void run_answer_now(struct store *store, struct job *job, int result)
{
        struct store_answer *answer = job->answer;
        answer->result = result;
        job->answer = NULL;
        job_free(job);
        run_answer(store, answer);
}

/* Hands answers over to be given when the log is on disk. */
void run_when_durable(struct store *store, struct store_answer *list)
{
        sqlite3_file *log = NULL;
        sqlite3_file_control(store->base.all.db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
        if (log == NULL || log->pMethods == NULL) {
                run_set_fatal(store, SQLITE_INTERNAL);
                run_flushed(store, list, true);
                return;
        }
        atomic_store(&store->flushing, true);
        flush_submit(store->flusher, gather_real(log), list);
}

/* ---- the log's size
 * -------------------------------------------------------------------------------------------- */

int run_note_pages(void *context, sqlite3 *db, const char *name, int pages)
{
        (void)db;
        (void)name;
        ((struct store *)context)->log_pages = pages;
        return SQLITE_OK;
}

/* Copies the log into the database; the next commit starts it over. False: it could not, and the log keeps
 * what the database could not take. */
bool run_empty_log(struct store *store)
{
        flush_wait(store->flusher); /* see flush.h: no two flushes of the log at once here */
        if (run_is_fatal(store))
                return false;
        statement_reset_all(&store->base.all);
        int rc = sqlite3_wal_checkpoint_v2(store->base.all.db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
        if (rc == SQLITE_OK) {
                store->log_pages = 0;
                return true;
        }
        if (base_is_full(&store->base, rc))
                ballast_full(&store->base.ballast);
        if (base_result(&store->base, rc) < 0)
                run_set_fatal(store, rc);
        else
                LOG(LOG_WARN, "store", "the log could not be emptied", log_num("sqlite", rc));
        return false;
}

/* Between transactions, when nobody waits; or when the log has grown too far for that. Not while the disk is
 * full: then it is done when it helps. */
void run_checkpoint(struct store *store)
{
        bool waiting = thread_commits_due(store) || store->reads.first != NULL;
        int limit = waiting ? RUN_LOG_PAGES_MOST : RUN_LOG_PAGES;
        if (store->log_pages >= limit && !store->base.ballast.full)
                run_empty_log(store);
}

/* ---- reads
 * ----------------------------------------------------------------------------------------------------- */

static int read_failed(struct store *store, int rc)
{
        int result = base_result(&store->base, rc);
        if (result < 0)
                run_set_fatal(store, rc);
        return result;
}

/* A receipt is told only when it is on disk: whoever has it may rely on it, and a read may see what a power
 * cut would still undo. */
static void run_receipts(struct store *store, struct job *job)
{
        int rc = SQLITE_OK;
        job->answer->text = receipts_text(&store->base, &job->receipts, &rc);
        if (rc != SQLITE_OK || flush_idle(store->flusher)) {
                /* A flush that has just failed leaves the flusher idle, too. */
                run_answer_now(store, job,
                        rc != SQLITE_OK       ? read_failed(store, rc)
                        : run_is_fatal(store) ? -1
                                              : 0);
                return;
        }
        struct store_answer *answer = job->answer;
        job->answer = NULL;
        job_free(job);
        run_when_durable(store, answer);
}

static void run_read(struct store *store, struct job *job)
{
        int rc = SQLITE_OK;
        switch (job->kind) {
        case STORE_LOAD:
                job->answer->dossier = load_dossier(&store->base, &job->load, &rc);
                break;
        case STORE_ROSTER:
                rc = catalog_read(&store->base.catalog, &store->base.all);
                if (rc == SQLITE_OK)
                        job->answer->roster = roster_read(&store->base, job->now, &rc);
                break;
        case STORE_REPORT:
                job->answer->text = report_text(
                        &store->base, job->report.what, job->report.subject, job->report.now, &rc);
                break;
        case STORE_RECEIPTS:
                run_receipts(store, job);
                return;
        case STORE_HOUSE:
                job->answer->text = house_text(&store->base, job->house, &rc);
                break;
        case STORE_BOOKS:
                job->answer->books = rulebook_books(&store->base, job->version, &rc);
                break;
        case STORE_COMMIT:
        case STORE_IMPORT:
        case STORE_BACKUP:
        case STORE_SURVEY:
        case STORE_NUMBERS:
                break;
        }
        run_answer_now(store, job, rc == SQLITE_OK ? 0 : read_failed(store, rc));
}

void run_reads(struct store *store)
{
        struct job *job;
        for (int i = 0; i < RUN_READS_MAX && (job = run_pop(&store->reads)) != NULL; i++)
                run_read(store, job);
}

/* ---- imports and backups
 * --------------------------------------------------------------------------------------- */

static void run_import(struct store *store, struct job *job)
{
        int rc = SQLITE_FULL;
        /* Part of the slice is for its COMMIT. */
        struct base_slice slice = base_slice(store->slice_ms);
        slice.until_us -= (slice.until_us - slice.least_us) / 4;
        enum import_progress progress = IMPORT_FAILED;
        ballast_look(&store->base.ballast, store->base.dir);
        if (!store->base.ballast.full) {
                rc = SQLITE_OK;
                progress = import_slice(&store->base, &job->import.at, job->import.batch, &slice, &rc);
        }
        if (progress == IMPORT_MORE)
                return;
        run_pop(&store->background);
        job->answer->batch = job->import.batch;
        job->import.batch = NULL;
        if (progress == IMPORT_FAILED) {
                if (base_is_full(&store->base, rc))
                        ballast_full(&store->base.ballast);
                run_answer_now(store, job, read_failed(store, rc) < 0 ? -1 : 1);
                return;
        }
        struct store_answer *answer = job->answer;
        job->answer = NULL;
        job_free(job);
        run_when_durable(store, answer);
}

static void run_backup(struct store *store, struct job *job)
{
        int progress = backup_step(
                &store->base, job->backup.path, &job->backup.running, store->slice_ms, &job->answer->text);
        if (progress > 0)
                return;
        run_pop(&store->background);
        run_answer_now(store, job, progress < 0 ? 1 : 0);
}

static void run_report_all(struct store *store, struct job *job)
{
        int rc = SQLITE_OK;
        struct base_slice slice = base_slice(store->slice_ms);
        int progress = report_all_step(
                &store->base, &job->report.all, job->report.now, &slice, &job->answer->text, &rc);
        if (progress > 0)
                return;
        run_pop(&store->background);
        run_answer_now(store, job, progress < 0 ? read_failed(store, rc) : 0);
}

/* Its answer goes to whoever waits for it, on another thread than the loop's. */
void run_end_survey(struct store *store, struct job *job, int result)
{
        struct survey_call *call = job->survey;
        pthread_mutex_lock(&store->lock);
        store->n_jobs--;
        pthread_mutex_unlock(&store->lock);
        job_free(job);
        survey_done(call, result);
}

static void run_survey(struct store *store, struct job *job)
{
        struct base_slice slice = base_slice(store->slice_ms);
        int rc = survey_step(&store->base, job->survey, &slice);
        run_pop(&store->background);
        run_end_survey(store, job, rc == SQLITE_OK ? 0 : read_failed(store, rc));
}

static void run_numbers(struct store *store, struct job *job)
{
        int rc = SQLITE_OK;
        struct base_slice slice = base_slice(store->slice_ms);
        int progress = numbers_step(
                &store->base, &job->numbers.run, job->numbers.now, &slice, &job->answer->numbers, &rc);
        if (progress > 0)
                return;
        run_pop(&store->background);
        run_answer_now(store, job, progress < 0 ? read_failed(store, rc) : 0);
}

/* One slice of one job a turn. */
void run_background(struct store *store)
{
        struct job *job = store->background.first;
        if (job == NULL)
                return;
        if (job->kind == STORE_IMPORT)
                run_import(store, job);
        else if (job->kind == STORE_BACKUP)
                run_backup(store, job);
        else if (job->kind == STORE_SURVEY)
                run_survey(store, job);
        else if (job->kind == STORE_NUMBERS)
                run_numbers(store, job);
        else
                run_report_all(store, job);
}
