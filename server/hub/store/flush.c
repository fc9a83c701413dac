#include "server/hub/store/flush.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "server/common/clock.h"
#include "server/common/log.h"

struct flusher {
        pthread_t thread;
        pthread_mutex_t lock;
        pthread_cond_t work, idle;
        flush_done *done;
        void *context;
        sqlite3_file *log;
        struct store_answer *first, *last;
        bool busy, stop;
        atomic_int number;        /* of the thread */
        bool fatal;               /* of whoever flushes, one at a time: a flush has failed */
        _Atomic int64_t usual_us; /* what a flush takes */
};

static void flush(struct flusher *f, sqlite3_file *log, struct store_answer *list)
{
        int64_t began_us = clock_mono_us();
        if (!f->fatal && log->pMethods->xSync(log, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY) != SQLITE_OK) {
                f->fatal = true;
                LOG(LOG_ERROR, "store", "the disk refused a flush; the hub must stop");
        }
        int64_t took_us = clock_mono_us() - began_us;
        int64_t usual_us = atomic_load(&f->usual_us);
        usual_us += ((took_us < FLUSH_COUNT_MOST_US ? took_us : FLUSH_COUNT_MOST_US) - usual_us) /
                    FLUSH_QUICK_TIMES;
        atomic_store(&f->usual_us, f->fatal || took_us > FLUSH_STALL_US ? FLUSH_COUNT_MOST_US : usual_us);
        f->done(f->context, list, f->fatal);
}

/* Takes the list that waits; false when the thread shall end. */
static bool take(struct flusher *f, struct store_answer **list, sqlite3_file **log)
{
        pthread_mutex_lock(&f->lock);
        f->busy = false;
        if (f->first == NULL)
                pthread_cond_broadcast(&f->idle);
        while (f->first == NULL && !f->stop)
                pthread_cond_wait(&f->work, &f->lock);
        *list = f->first;
        *log = f->log;
        f->first = f->last = NULL;
        f->busy = *list != NULL;
        pthread_mutex_unlock(&f->lock);
        return *list != NULL;
}

static void *run(void *argument)
{
        struct flusher *f = argument;
        struct store_answer *list;
        sqlite3_file *log;
        atomic_store(&f->number, gettid());
        while (take(f, &list, &log))
                flush(f, log, list);
        return NULL;
}

struct flusher *flush_start(flush_done *done, void *context)
{
        struct flusher *f = calloc(1, sizeof *f);
        if (f == NULL)
                return NULL;
        f->done = done;
        f->context = context;
        atomic_store(&f->usual_us, FLUSH_COUNT_MOST_US); /* until it has shown better */
        pthread_mutex_init(&f->lock, NULL);
        pthread_cond_init(&f->work, NULL);
        pthread_cond_init(&f->idle, NULL);
        if (pthread_create(&f->thread, NULL, run, f) != 0) {
                free(f);
                return NULL;
        }
        return f;
}

void flush_submit(struct flusher *f, sqlite3_file *log, struct store_answer *list)
{
        struct store_answer *last = list;
        if (list == NULL)
                return;
        if (flush_quick(f)) {
                flush(f, log, list);
                return;
        }
        while (last->next != NULL)
                last = last->next;
        pthread_mutex_lock(&f->lock);
        f->log = log;
        if (f->last != NULL)
                f->last->next = list;
        else
                f->first = list;
        f->last = last;
        pthread_cond_signal(&f->work);
        pthread_mutex_unlock(&f->lock);
}

pid_t flush_thread(struct flusher *f)
{
        return atomic_load(&f->number);
}

void flush_wait(struct flusher *f)
{
        pthread_mutex_lock(&f->lock);
        while (f->first != NULL || f->busy)
                pthread_cond_wait(&f->idle, &f->lock);
        pthread_mutex_unlock(&f->lock);
}

bool flush_idle(struct flusher *f)
{
        pthread_mutex_lock(&f->lock);
        bool idle = f->first == NULL && !f->busy;
        pthread_mutex_unlock(&f->lock);
        return idle;
}

bool flush_quick(struct flusher *f)
{
        return atomic_load(&f->usual_us) < FLUSH_QUICK_US && flush_idle(f);
}

void flush_stop(struct flusher *f)
{
        if (f == NULL)
                return;
        pthread_mutex_lock(&f->lock);
        f->stop = true;
        pthread_cond_signal(&f->work);
        pthread_mutex_unlock(&f->lock);
        pthread_join(f->thread, NULL);
        pthread_cond_destroy(&f->work);
        pthread_cond_destroy(&f->idle);
        pthread_mutex_destroy(&f->lock);
        free(f);
}
