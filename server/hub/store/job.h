/* One job in the queue: what was asked, copied so that it needs nothing of the asker, and the answer it will
 * get. */
#ifndef STORE_JOB_H
#define STORE_JOB_H

#include "server/hub/store/import.h"
#include "server/hub/store/report.h"
#include "server/hub/store/store.h"

struct survey_call;
struct numbers_run;

struct job {
        struct job *next;
        enum store_job_kind kind;
        struct store_answer *answer; /* owned until it is given */
        union {
                struct effect load;
                struct {
                        struct write *writes; /* with their cards in the same allocation */
                        uint32_t n;
                        bool can_wait;    /* sense.h */
                        int64_t since_us; /* when it was submitted, of clock_mono_us */
                } commit;
                struct {
                        struct import_batch *batch; /* owned; NULL once it is in the answer */
                        uint32_t at;                /* next row */
                        uint64_t line;              /* the counters when the open slice began */
                } import;
                struct {
                        enum store_report what;
                        char subject[EXTERNAL_ID_MAX];
                        wall_ms now;
                        struct report_all all;
                } report;
                struct {
                        char *path;
                        struct backup *running; /* NULL until it has begun */
                } backup;
                struct survey_call *survey; /* the asker's */
                struct receipt_wanted receipts;
                struct house_wanted *house; /* owned */
                uint32_t version;           /* STORE_BOOKS */
                wall_ms now;                /* STORE_ROSTER */
                struct {
                        wall_ms now;
                        struct numbers_run *run; /* NULL until it has begun */
                } numbers;
        };
};

/* NULL: out of memory. */
struct job *job_new(enum store_job_kind kind, uint64_t tag);
struct job *job_commit(uint64_t tag, const struct write *writes, uint32_t n);
/* With everything it still owns. NULL is accepted. */
void job_free(struct job *job);

#endif
