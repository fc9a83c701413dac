/* The lab's thread: quick works first, and in between also while a job runs. */
#include "server/hub/lab_state.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/common/log.h"
#include "server/common/together.h"

/* Newest first. A ceiling that cannot be read, also for want of memory, promised nothing. */
static void open_notices(const struct books *books, struct lab_room *room)
{
        struct rulebook_error error;
        for (uint32_t i = 0; i < books->n_notices; i++) {
                const struct notice_row *row = &books->notices[books->n_notices - 1 - i];
                struct lab_notice *to = &room->notices[i];
                room->ceilings[i] = rulebook_parse(slice_of(row->text), &error);
                *to = (struct lab_notice){.version = row->version, .ceiling = room->ceilings[i]};
                memcpy(to->name, row->name, sizeof to->name);
                for (uint32_t k = 0; k < books->n_counts; k++)
                        if (books->counts[k].version == row->version)
                                to->customers = books->counts[k].customers;
        }
}

bool lab_room_open(const struct lab *lab, const struct lab_work *work, struct lab_room *room)
{
        struct rulebook_error error;
        const struct books *books = work->books;
        *room = (struct lab_room){
                .live = work->live_text ? rulebook_parse(slice_of(work->live_text), &error) : NULL,
                .head_office =
                        lab->o.head_office ? rulebook_parse(slice_of(lab->o.head_office), &error) : NULL,
                .classes = calloc(books->n_classes + 1, sizeof *room->classes)};
        if (!room->classes || (work->live_text && !room->live) ||
                (lab->o.head_office && !room->head_office)) {
                lab_room_close(room);
                return false;
        }
        for (uint32_t i = 0; i < books->n_classes; i++) {
                struct lab_class *to = &room->classes[i];
                memcpy(to->name, books->classes[i].name, sizeof to->name);
                to->department = books->classes[i].department;
                to->sensitive = books->classes[i].sensitive;
        }
        open_notices(books, room);
        room->ground = (struct lab_ground){.live = room->live,
                .live_version = work->live_version,
                .store = work->store,
                .associates = work->associates,
                .n_associates = work->n_associates,
                .departments = work->departments,
                .classes = room->classes,
                .n_classes = books->n_classes,
                .head_office = room->head_office,
                .notices = room->notices,
                .n_notices = books->n_notices,
                .now = work->now,
                .day = work->day};
        memcpy(room->ground.currency, work->currency, sizeof room->ground.currency);
        return true;
}

void lab_room_close(struct lab_room *room)
{
        rulebook_destroy(room->live);
        rulebook_destroy(room->head_office);
        for (uint32_t i = 0; i < NOTICES_MAX; i++)
                rulebook_destroy(room->ceilings[i]);
        free(room->classes);
        *room = (struct lab_room){0};
}

static struct lab_ask ask_of(const struct lab_work *work)
{
        return (struct lab_ask){.text = {work->text, work->text_len}, .days = work->days, .who = work->who};
}

static void no_memory(struct lab_work *work)
{
        lab_refuse(work, 503, "busy", "There is no memory left.", "Try again in a moment.");
}

static void run_op(const struct lab *lab, struct lab_work *work)
{
        lab_op *op = lab_ops.quick[work->type];
        struct lab_ask ask = ask_of(work);
        struct lab_room room;
        struct json_out j;
        if (!op) {
                lab_refuse(work, 503, "not_here", "This hub cannot do that.", "Install a newer maitred.");
                return;
        }
        if (!lab_room_open(lab, work, &room)) {
                no_memory(work);
                return;
        }
        json_start(&j, malloc(LAB_ANSWER_MAX), LAB_ANSWER_MAX);
        j.overflow = !j.at;
        uint16_t status = j.at ? op(&room.ground, &ask, &j) : 503;
        lab_room_close(&room);
        lab_take_json(work, status, &j);
}

void lab_give_later(struct lab *lab, struct lab_work *work)
{
        pthread_mutex_lock(&lab->lock);
        lab_push(&lab->done, work);
        pthread_mutex_unlock(&lab->lock);
        uint64_t one = 1;
        if (write(lab->o.wake_fd, &one, sizeof one) != (ssize_t)sizeof one)
                LOG(LOG_WARN, "lab", "the hub could not be woken; it looks again with its next event");
}

static void run_quick(struct lab *lab, struct lab_work *work)
{
        if (work->what == LAB_JUDGE)
                lab_judge(lab, work);
        else
                run_op(lab, work);
        lab_give_later(lab, work);
}

/* ---- jobs ---- */
struct turn {
        struct lab *lab;
        struct lab_job *job;
};

static bool take_turn(void *ctx, uint64_t done, uint64_t of)
{
        struct turn *turn = ctx;
        struct lab *lab = turn->lab;
        for (;;) {
                pthread_mutex_lock(&lab->lock);
                turn->job->done = done;
                turn->job->of = of;
                bool on = !lab->stop && !turn->job->stop;
                struct lab_work *work = on ? lab_pop(&lab->queue) : NULL;
                pthread_mutex_unlock(&lab->lock);
                if (!work)
                        return on;
                run_quick(lab, work);
        }
}

static uint16_t run_long(struct lab *lab, struct lab_work *work, struct json_out *j)
{
        lab_long_op *op = lab_ops.jobs[work->type];
        struct turn at = {lab, work->job};
        struct lab_turn turn = {.ctx = &at, .take = take_turn};
        struct lab_ask ask = ask_of(work);
        struct lab_room room;
        if (!op || !j->at || !lab_room_open(lab, work, &room))
                return 503;
        struct lab_source *source = lab_source_open(lab->o.store, &room.ground);
        uint16_t status = source ? op(&room.ground, &ask, source, &turn, j) : 503;
        lab_source_close(source);
        lab_room_close(&room);
        return status;
}

static void run_job(struct lab *lab, struct lab_work *work)
{
        struct lab_job *job = work->job;
        struct json_out j;
        pthread_mutex_lock(&lab->lock);
        bool on = !job->stop;
        pthread_mutex_unlock(&lab->lock);
        json_start(&j, malloc(LAB_ANSWER_MAX), LAB_ANSWER_MAX);
        uint16_t status = on ? run_long(lab, work, &j) : 503;
        pthread_mutex_lock(&lab->lock);
        bool good = status == 200 && !j.overflow;
        job->state = good ? JOB_DONE : JOB_FAILED;
        job->result = good ? realloc(j.at, j.len + 1) : NULL;
        job->len = job->result ? j.len : 0;
        pthread_mutex_unlock(&lab->lock);
        if (!good)
                free(j.at);
        lab_work_free(work);
}

void *lab_thread(void *argument)
{
        struct lab *lab = argument;
        together_apart(); /* a comparison takes a processor for seconds */
        for (;;) {
                pthread_mutex_lock(&lab->lock);
                while (!lab->stop && !lab->queue && !lab->job_queue)
                        pthread_cond_wait(&lab->work, &lab->lock);
                bool stop = lab->stop;
                struct lab_work *work = stop ? NULL : lab_pop(&lab->queue);
                struct lab_work *job = stop || work ? NULL : lab_pop(&lab->job_queue);
                pthread_mutex_unlock(&lab->lock);
                if (stop)
                        return NULL;
                if (work)
                        run_quick(lab, work);
                else if (job)
                        run_job(lab, job);
        }
}
