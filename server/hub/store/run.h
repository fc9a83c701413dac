/* What the store does with each job: writes all commits that wait as one transaction, answers reads between
 * transactions, and gives what is left of its time to imports and backups, a few milliseconds at a turn. Who
 * does it and when: thread.h. */
#ifndef STORE_RUN_H
#define STORE_RUN_H

#include <pthread.h>

#include "server/hub/store/base.h"
#include "server/hub/store/flush.h"
#include "server/hub/store/job.h"
#include "server/hub/store/pace.h"

#define RUN_JOBS_MAX   4096 /* submitted, and the answer not yet fetched */
#define RUN_GROUPS_MAX 64   /* groups in one transaction: reads wait for no more than these */
#define RUN_READS_MAX  64   /* reads between two transactions */
/* Log pages after which it is emptied when nobody waits, and when somebody does. */
#define RUN_LOG_PAGES      2000
#define RUN_LOG_PAGES_MOST 6000

struct job_list {
        struct job *first, *last;
};

struct store {
        struct base base; /* of whoever makes the pass, once the thread runs (thread.h) */
        struct flusher *flusher;
        pthread_t thread;
        bool running;
        atomic_int number; /* of the thread; 0: it has not begun yet */
        int wake_fd;
        bool loop_helps; /* see store_options */
        int slice_ms;
        int log_pages;                              /* in the log now */
        struct job_list commits, reads, background; /* of whoever makes the pass */
        struct pace pace;
        bool stopping;
        atomic_bool flushing; /* commits are on their way to the disk */

        pthread_mutex_t lock; /* guards what follows */
        pthread_cond_t work;
        struct job_list queue;
        uint32_t n_jobs;
        struct store_answer *answers, *last_answer;
        /* While the thread sleeps: when it looks for itself what is due, INT64_MAX: not before it is woken.
         * 0: it does not sleep, or was woken. */
        int64_t wakes_at_us;
        bool helped;             /* the loop's thread makes the pass */
        bool log_is_long;        /* found by it: the store's thread is to empty the log */
        int64_t commits_from_us; /* no commit is written before, so none need wake it; INT64_MAX: a flush */
        bool flush_awaited;      /* by a commit */
        bool stop;
        bool fatal; /* the disk cannot be trusted: every answer is -1 from now on */
};

void run_push(struct job_list *list, struct job *job);
struct job *run_pop(struct job_list *list);
/* SQLite's hook after a commit; the context is the store. */
int run_note_pages(void *store, sqlite3 *db, const char *name, int pages);
/* A pass after the commits: so many reads; one slice of what runs in the background; the log emptied, if it
 * is time. */
void run_reads(struct store *store);
void run_background(struct store *store);
void run_checkpoint(struct store *store);
/* Ends a survey; its answer goes to whoever waits for it, on another thread than the loop's. */
void run_end_survey(struct store *store, struct job *job, int result);
/* Gives answers (a list, oldest first) to whoever asks next, and wakes the loop. From any thread. */
void run_answer(struct store *store, struct store_answer *list);
/* Ends a job whose answer is complete and needs no flush. */
void run_answer_now(struct store *store, struct job *job, int result);
/* Hands answers over to be given when the log is on disk. */
void run_when_durable(struct store *store, struct store_answer *list);
/* The disk or the file cannot be trusted any more: nothing is written from now on. */
void run_set_fatal(struct store *store, int rc);
bool run_is_fatal(struct store *store);
/* Copies the log into the database; the next commit starts it over. False: it could not, and the log keeps
 * what the database could not take. */
bool run_empty_log(struct store *store);
/* The flusher's callback. */
void run_flushed(void *store, struct store_answer *list, bool fatal);

#endif
