/* The insides of the lab, shared by its files: lab.c takes and gives on the loop's thread, lab_thread.c runs,
 * lab_judge.c judges what somebody wants to keep or to publish, lab_tell.c says how versions stand. */
#ifndef HUB_LAB_STATE_H
#define HUB_LAB_STATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "server/hub/lab.h"
#include "server/hub/store/rulebook.h"

struct lab_job;

/* One request from EFFECT_LAB to its answer. Everything in it is its own, so that the thread needs nothing of
 * the loop's. */
struct lab_work {
        struct lab_work *next;
        uint64_t request, serial; /* serial: the store's tag */
        uint32_t ticket, version, who;
        enum lab_what what;
        enum message_type type;
        char *text; /* of the request; NULL: it has none */
        size_t text_len;
        int32_t days;
        char *me; /* JSON */
        char *live_text;
        uint32_t live_version;
        uint32_t store, n_associates;
        char currency[4];
        char departments[DEPARTMENT_COUNT][NAME_MAX_BYTES];
        struct lab_associate *associates;
        wall_ms now;
        store_day day;
        char (*names)[NAME_MAX_BYTES]; /* of the associates above, for who proposed what */
        struct books *books;
        struct lab_job *job; /* the run of a job; NULL: a quick one */
        bool counted;        /* in n_busy */
        /* what came of it */
        uint16_t status;
        char *body;
        size_t len;
        struct book_verdict verdict;
        char *canonical; /* the verdict's text */
};

/* A diff or replay, as rules_job tells of it. */
struct lab_job {
        uint32_t number; /* 0 = free */
        uint32_t who;
        enum message_type type;
        enum { JOB_RUNNING, JOB_DONE, JOB_FAILED } state; /* RUNNING from when it was asked for */
        uint64_t done, of;
        bool stop; /* nobody wants it any more */
        char *result;
        size_t len;
};

struct lab {
        struct lab_options o;
        /* the loop's */
        struct {
                uint64_t request; /* 0 = free */
                char *text;
                size_t len;
                int32_t days;
                bool known; /* whoever asked */
        } kept[LAB_KEPT_MAX];
        uint32_t n_kept, n_unknown; /* unknown: of those kept, by nobody known */
        uint32_t n_busy;            /* quick works begun and not answered, but for those that only tell */
        uint64_t serials;
        uint32_t numbers;
        struct lab_work *reading; /* waits for the store */
        /* So that a verdict is given also without memory: the core waits for it, for one at a time. Never
         * freed. */
        struct lab_work spare;
        bool running;
        pthread_t thread;

        pthread_mutex_t lock; /* guards what follows */
        pthread_cond_t work;
        struct lab_work *queue, *job_queue, *done; /* oldest first */
        struct lab_job jobs[LAB_JOBS_KEPT];
        bool stop;
};

void lab_push(struct lab_work **list, struct lab_work *work);
struct lab_work *lab_pop(struct lab_work **list);
void lab_work_free(struct lab_work *work);

/* lab_thread.c */
/* Leaves an answer for lab_drain(), and wakes the loop. From any thread. */
void lab_give_later(struct lab *lab, struct lab_work *work);
void *lab_thread(void *lab);
/* Opens the ground of a work: parses what is live, and head office's. False: no memory. */
struct lab_room {
        struct lab_ground ground;
        struct rulebook *live, *head_office;
        struct lab_class *classes;
        struct rulebook *ceilings[NOTICES_MAX];
        struct lab_notice notices[NOTICES_MAX];
};
bool lab_room_open(const struct lab *lab, const struct lab_work *work, struct lab_room *room);
void lab_room_close(struct lab_room *room);

/* lab_judge.c: fills verdict, body, len, canonical. */
void lab_judge(const struct lab *lab, struct lab_work *work);
/* A refusal as the work's answer: {"error","say","do"}. */
void lab_refuse(struct lab_work *work, uint16_t status, const char *error, const char *say, const char *todo);

/* lab_tell.c: fills status, body, len. */
void lab_tell(struct lab_work *work);
/* Takes over what a writer wrote into a room of its own. */
void lab_take_json(struct lab_work *work, uint16_t status, struct json_out *j);

#endif
