#include "server/hub/lab_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/common/log.h"

/* ---- lists, and one work ---- */
void lab_push(struct lab_work **list, struct lab_work *work)
{
        while (*list)
                list = &(*list)->next;
        work->next = NULL;
        *list = work;
}

struct lab_work *lab_pop(struct lab_work **list)
{
        struct lab_work *work = *list;
        if (work)
                *list = work->next;
        return work;
}

/* Frees what it holds. */
static void empty(struct lab_work *work)
{
        free(work->text);
        free(work->me);
        free(work->live_text);
        free(work->associates);
        free(work->names);
        books_free(work->books);
        free(work->body);
        free(work->canonical);
}

void lab_work_free(struct lab_work *work)
{
        if (!work)
                return;
        empty(work);
        free(work);
}

/* A work of this lab, which may be the spare one. */
static void give_up(struct lab *lab, struct lab_work *work)
{
        if (work != &lab->spare) {
                lab_work_free(work);
                return;
        }
        empty(work);
        *work = (struct lab_work){0};
}

static void free_list(struct lab *lab, struct lab_work **list)
{
        struct lab_work *work;
        while ((work = lab_pop(list)))
                give_up(lab, work);
}

/* ---- start and end ---- */
struct lab *lab_create(const struct lab_options *options)
{
        struct lab *lab = calloc(1, sizeof *lab);
        if (!lab)
                return NULL;
        lab->o = *options;
        pthread_mutex_init(&lab->lock, NULL);
        pthread_cond_init(&lab->work, NULL);
        return lab;
}

void lab_close(struct lab *lab)
{
        if (!lab)
                return;
        if (lab->running) {
                pthread_mutex_lock(&lab->lock);
                lab->stop = true;
                pthread_cond_signal(&lab->work);
                pthread_mutex_unlock(&lab->lock);
                pthread_join(lab->thread, NULL);
        }
        free_list(lab, &lab->reading);
        free_list(lab, &lab->queue);
        free_list(lab, &lab->job_queue);
        free_list(lab, &lab->done);
        for (int i = 0; i < LAB_JOBS_KEPT; i++)
                free(lab->jobs[i].result);
        for (int i = 0; i < LAB_KEPT_MAX; i++)
                free(lab->kept[i].text);
        pthread_cond_destroy(&lab->work);
        pthread_mutex_destroy(&lab->lock);
        free(lab);
}

/* Most hubs' managers ask for nothing for days: the thread starts with the first who does. */
static bool start(struct lab *lab)
{
        if (!lab->running)
                lab->running = pthread_create(&lab->thread, NULL, lab_thread, lab) == 0;
        return lab->running;
}

/* ---- texts that wait for the core's word ---- */
static struct slice text_of(const struct message *m, int32_t *days)
{
        *days = 0;
        if (m->type == MESSAGE_RULES_CHECK)
                return m->rules_check.text;
        if (m->type == MESSAGE_RULES_CARDS)
                return m->rules_cards.text;
        if (m->type == MESSAGE_RULES_DIFF)
                return m->rules_diff.text;
        if (m->type == MESSAGE_RULES_PROPOSE)
                return m->rules_propose.text;
        if (m->type != MESSAGE_RULES_REPLAY)
                return (struct slice){NULL, 0};
        *days = (int32_t)m->rules_replay.days;
        return m->rules_replay.text;
}

int lab_keep(struct lab *lab, uint64_t request, const struct message *message, bool known)
{
        int32_t days;
        struct slice text = text_of(message, &days);
        if (text.len == 0)
                return 0;
        if (!known && lab->n_unknown == LAB_KEPT_ANYBODY)
                return 1;
        for (int i = 0; i < LAB_KEPT_MAX; i++) {
                if (lab->kept[i].request)
                        continue;
                char *copy = malloc(text.len);
                if (!copy)
                        return 1;
                memcpy(copy, text.at, text.len);
                lab->kept[i].request = request;
                lab->kept[i].text = copy;
                lab->kept[i].len = text.len;
                lab->kept[i].days = days;
                lab->kept[i].known = known;
                lab->n_kept++;
                lab->n_unknown += !known;
                return 0;
        }
        return 1;
}

/* Takes the text out of its slot; NULL if the request has none. */
static char *kept_text(struct lab *lab, uint64_t request, size_t *len, int32_t *days)
{
        for (int i = 0; lab->n_kept && i < LAB_KEPT_MAX; i++) {
                if (lab->kept[i].request != request)
                        continue;
                char *text = lab->kept[i].text;
                *len = lab->kept[i].len;
                *days = lab->kept[i].days;
                lab->n_unknown -= !lab->kept[i].known;
                memset(&lab->kept[i], 0, sizeof lab->kept[i]);
                lab->n_kept--;
                return text;
        }
        return NULL;
}

void lab_forget(struct lab *lab, uint64_t request)
{
        size_t len;
        int32_t days;
        if (lab->n_kept && request)
                free(kept_text(lab, request, &len, &days));
}

/* ---- begin ---- */
static void give(struct lab *lab, struct lab_work *work)
{
        lab->n_busy -= work->counted;
        if (work->what == LAB_JUDGE)
                lab->o.verdict(lab->o.ctx, work->ticket, &work->verdict);
        else
                lab->o.answer(lab->o.ctx, work->request, work->status, work->body ? work->body : "{}",
                        work->body ? work->len : 2);
        give_up(lab, work);
}

/* Not at once: the core is in the middle of a step when it asks. */
static void give_busy(struct lab *lab, struct lab_work *work)
{
        lab_refuse(work, 503, "busy", "The lab has enough to do just now.", "Try again in a moment.");
        lab_give_later(lab, work);
}

static bool take_roster(struct lab_work *work, const struct roster *r)
{
        work->store = r->store;
        memcpy(work->currency, r->currency, sizeof work->currency);
        memcpy(work->departments, r->departments, sizeof work->departments);
        work->associates = calloc(r->n_associates + 1, sizeof *work->associates);
        work->names = calloc(r->n_associates + 1, sizeof *work->names);
        if (!work->associates || !work->names)
                return false;
        for (uint32_t i = 0; i < r->n_associates; i++) {
                const struct associate_row *row = &r->associates[i];
                work->associates[i] = (struct lab_associate){row->id, (enum role)row->role, row->departments};
                memcpy(work->names[i], row->first, sizeof work->names[i]);
        }
        work->n_associates = r->n_associates;
        return true;
}

static struct lab_work *work_of(const struct effect *e, const struct hub_live *live,
        const struct roster *roster, wall_ms now, store_day day)
{
        struct lab_work *work = calloc(1, sizeof *work);
        if (!work)
                return NULL;
        work->request = e->lab.request;
        work->ticket = e->lab.ticket;
        work->what = e->lab.what;
        work->type = e->lab.type;
        work->version = e->lab.version;
        work->who = e->lab.who;
        work->now = now;
        work->day = day;
        work->live_version = live->version;
        work->live_text = live->book ? strdup(rulebook_text(live->book)) : NULL;
        work->me = strndup(e->lab.me ? e->lab.me : "", e->lab.me_len);
        if ((live->book && !work->live_text) || !work->me || !take_roster(work, roster)) {
                lab_work_free(work);
                return NULL;
        }
        return work;
}

static void tell_job(struct lab *lab, struct lab_work *work);
static void begin_job(struct lab *lab, struct lab_work *work);

static void read_store(struct lab *lab, struct lab_work *work)
{
        work->serial = ++lab->serials;
        if (store_books(lab->o.store, work->serial, work->version) == 0)
                lab_push(&lab->reading, work);
        else
                give_busy(lab, work);
}

/* Whoever is owed a verdict is not answered here: the core would wait for it, and let nobody else change the
 * rules. One is waited for at a time, so the spare work is free. */
static void begin_without_memory(struct lab *lab, const struct effect *e)
{
        struct lab_work *work = &lab->spare;
        if (e->lab.what != LAB_JUDGE) {
                static const char busy[] = "{\"error\":\"busy\",\"say\":\"There is no memory left.\","
                                           "\"do\":\"Try again in a moment.\"}";
                lab->o.answer(lab->o.ctx, e->lab.request, 503, busy, sizeof busy - 1);
                return;
        }
        work->what = LAB_JUDGE;
        work->ticket = e->lab.ticket;
        give_busy(lab, work);
}

void lab_begin(struct lab *lab, const struct effect *e, const struct hub_live *live,
        const struct roster *roster, wall_ms now, store_day day)
{
        size_t len = 0;
        int32_t days = 0;
        char *text = kept_text(lab, e->lab.request, &len, &days);
        struct lab_work *work = work_of(e, live, roster, now, day);
        if (!work) {
                free(text);
                begin_without_memory(lab, e);
                return;
        }
        work->text = text;
        work->text_len = len;
        work->days = days;
        bool tells =
                work->what == LAB_TELL_ALL || work->what == LAB_TELL_VERSION || work->what == LAB_TELL_TEXT;
        if (work->what == LAB_JOB) {
                tell_job(lab, work);
        } else if (tells) {
                read_store(lab, work);
        } else if (lab->n_busy > LAB_WAITING_MAX || !start(lab)) {
                give_busy(lab, work);
        } else {
                work->counted = true;
                lab->n_busy++;
                read_store(lab, work);
        }
}

/* ---- what the store said ---- */
static struct lab_work *take_reading(struct lab *lab, uint64_t serial)
{
        struct lab_work **at = &lab->reading;
        while (*at && (*at)->serial != serial)
                at = &(*at)->next;
        return lab_pop(at);
}

static bool is_job(const struct lab_work *work)
{
        return work->what == LAB_OP &&
               (work->type == MESSAGE_RULES_DIFF || work->type == MESSAGE_RULES_REPLAY);
}

static void to_thread(struct lab *lab, struct lab_work **list, struct lab_work *work)
{
        pthread_mutex_lock(&lab->lock);
        lab_push(list, work);
        pthread_cond_signal(&lab->work);
        pthread_mutex_unlock(&lab->lock);
}

void lab_books(struct lab *lab, struct store_answer *answer)
{
        struct lab_work *work = take_reading(lab, answer->tag);
        if (!work)
                return;
        work->books = answer->books;
        answer->books = NULL;
        bool tells = work->what != LAB_JUDGE && work->what != LAB_OP;
        if (!work->books) {
                give_busy(lab, work);
        } else if (tells) {
                lab_tell(work);
                give(lab, work);
        } else if (is_job(work)) {
                begin_job(lab, work);
        } else {
                to_thread(lab, &lab->queue, work);
        }
}

void lab_drain(struct lab *lab)
{
        for (;;) {
                pthread_mutex_lock(&lab->lock);
                struct lab_work *work = lab_pop(&lab->done);
                pthread_mutex_unlock(&lab->lock);
                if (!work)
                        return;
                give(lab, work);
        }
}

/* ---- jobs ---- */
/* A place for her next one: her own newest is given up, else the oldest of all that has ended. With the lock
 * held. */
static struct lab_job *job_place(struct lab *lab, uint32_t who)
{
        struct lab_job *best = NULL;
        for (int i = 0; i < LAB_JOBS_KEPT; i++) {
                struct lab_job *job = &lab->jobs[i];
                if (job->number && job->who == who)
                        job->stop = true;
                bool mine = job->number && job->who == who && job->state != JOB_RUNNING;
                bool free_now = job->number == 0 || job->state != JOB_RUNNING;
                if (mine || (free_now && (!best || job->number < best->number)))
                        best = job;
                if (mine)
                        break;
        }
        return best;
}

static uint32_t queued(const struct lab_work *list)
{
        uint32_t n = 0;
        for (; list; list = list->next)
                n++;
        return n;
}

/* Answers with the job's number at once; the job itself is another work, without a request. */
static void begin_job(struct lab *lab, struct lab_work *work)
{
        char text[64];
        pthread_mutex_lock(&lab->lock);
        struct lab_job *job = queued(lab->job_queue) < LAB_WAITING_MAX ? job_place(lab, work->who) : NULL;
        if (job) {
                free(job->result);
                *job = (struct lab_job){.number = ++lab->numbers, .who = work->who, .type = work->type};
                work->job = job;
        }
        pthread_mutex_unlock(&lab->lock);
        lab->n_busy -= work->counted;
        work->counted = false;
        if (!job) {
                give_busy(lab, work);
                return;
        }
        int len = snprintf(text, sizeof text, "{\"job\":%u}", job->number);
        lab->o.answer(lab->o.ctx, work->request, 200, text, (size_t)len);
        to_thread(lab, &lab->job_queue, work);
}

static const char *job_word(const struct lab_job *job)
{
        return job->type == MESSAGE_RULES_DIFF ? "diff" : "replay";
}

static void tell_job(struct lab *lab, struct lab_work *work)
{
        static const char *const states[] = {"running", "done", "failed"};
        const struct lab_job *newest = NULL;
        struct json_out j;
        pthread_mutex_lock(&lab->lock);
        for (int i = 0; i < LAB_JOBS_KEPT; i++)
                if (lab->jobs[i].number && lab->jobs[i].who == work->who &&
                        (!newest || newest->number < lab->jobs[i].number))
                        newest = &lab->jobs[i];
        size_t room = 200 + (newest ? newest->len : 0);
        json_start(&j, malloc(room), room);
        j.overflow = !j.at;
        json_open(&j, NULL, '{');
        json_number(&j, "job", newest ? newest->number : 0);
        json_text(&j, "what", newest ? job_word(newest) : "");
        json_text(&j, "state", newest ? states[newest->state] : "none");
        json_number(&j, "done", newest ? (int64_t)newest->done : 0);
        json_number(&j, "of", newest ? (int64_t)newest->of : 0);
        if (newest && newest->result)
                json_raw(&j, "result", newest->result, newest->len);
        else
                json_nil(&j, "result");
        json_close(&j, '}');
        pthread_mutex_unlock(&lab->lock);
        lab_take_json(work, 200, &j);
        give(lab, work);
}
