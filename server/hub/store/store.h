/* The database behind a queue: one SQLite connection on one thread of its own. Jobs go in, answers come out;
 * whatever commits are queued when the last flush returns are the next transaction (group commit). An answer
 * to a COMMIT is given only when its bytes are on disk. */
#ifndef HUB_STORE_H
#define HUB_STORE_H

#include <sys/types.h>

#include "server/core/effect.h"

struct store;

struct store_options {
        const char *data_dir; /* must exist, 0700; holds store.db, keys, lock */
        const char *store_id; /* external id of this hub's store: a row is made if it is missing */
        const char *store_name;
        const char *zone; /* IANA */
        char currency[4];
        int retention_months; /* 24: what a dossier fetches */
        int least_age;        /* years; 0 = 16: who is younger by the CRM's birthday is `minor` */
        bool keep_enrolled;   /* import.keep = enrolled: lines of people who have not joined are not kept */
        int import_slice_ms;  /* 5: the most an import holds the thread at a time */
        size_t cache_bytes;
        bool check_whole; /* the disk has failed before this start: the file is checked before it is used */
        int64_t ballast_bytes; /* room that is kept on the disk for what people take back; see ballast.h */
        int wake_fd;           /* eventfd, written once whenever answers wait */
        bool loop_helps;       /* store_help is called after each batch of jobs; see thread.h */
        const char *book_text; /* canonical: version 1 of the rules, if the database has none; NULL: none is
                                  made */
        const char *book_name;
        const struct receipt_house
                *house;   /* copied, but its texts must outlive the store; NULL: all are "" */
        const char *page; /* the file of the page whose digest `house` has: it is kept; NULL: none is */
        wall_ms now;
};

struct store_error {
        char text[400]; /* what, where, what to do; no people's data */
};

/* Opens or creates, migrates, verifies that settings stuck (journal mode, synchronous, locking), starts the
 * thread. 0, or -1 with *error filled: locked by another hub, read-only, full disk, not a maitred database,
 * newer schema... */
int store_open(const struct store_options *options, struct store **out, struct store_error *error);
/* Finishes what is queued, checkpoints, closes. NULL is accepted. */
void store_close(struct store *store);

/* The snapshot of the start: call once, before the first job. Free with snapshot_free. -1 with *error filled.
 */
int store_snapshot(
        struct store *store, wall_ms now, store_day today, struct snapshot *out, struct store_error *error);
void snapshot_free(struct snapshot *snapshot);

enum store_job_kind {
        STORE_LOAD = 1, /* a core LOAD effect */
        STORE_COMMIT,   /* a core COMMIT effect */
        STORE_ROSTER,   /* read the roster again */
        STORE_IMPORT,   /* a batch of rows: see import.h */
        STORE_RECEIPTS, /* a core RECEIPT effect: JSON text back, or none */
        STORE_HOUSE,    /* a core HOUSE effect: JSON text back */
        STORE_REPORT,   /* explain preferred, status: JSON text back */
        STORE_BACKUP,   /* a consistent copy into a new file */
        STORE_SURVEY,   /* a page of everybody's lines: see survey.h, which also answers it */
        STORE_BOOKS,    /* the versions of the rules: see rulebook.h */
        STORE_NUMBERS   /* the five numbers: see numbers.h */
};

enum store_report {
        REPORT_PREFERRED = 1,
        REPORT_STATUS,
        REPORT_PREFERRED_ALL,
        REPORT_SHIFTS, /* the roster's: see shifts.h */
        REPORT_PEOPLE,
        REPORT_ROSTER,
        REPORT_FIRST, /* what the first run finds [P136] */
        REPORT_SHOWN, /* a page on which people agreed, and whether all are there: see shown.h */
        REPORT_SHOWN_CHECK
};

/* Submits; everything borrowed in the effect is copied before return. `tag` comes back in the answer.
 * 0, or 1 if the queue is full (the limit is 4,096 jobs): answer 503. Thread: the loop's only. */
int store_load(struct store *store, uint64_t tag, const struct effect *load);
int store_commit(struct store *store, uint64_t tag, const struct write *writes, uint32_t n);
int store_roster(struct store *store, uint64_t tag, wall_ms now); /* with the shifts around `now` */
int store_report(struct store *store, uint64_t tag, enum store_report what, const char *subject, wall_ms now);
int store_receipts(struct store *store, uint64_t tag, const struct receipt_wanted *wanted);
int store_house(struct store *store, uint64_t tag, const struct house_wanted *wanted);
int store_backup(struct store *store, uint64_t tag, const char *path);
int store_books(struct store *store, uint64_t tag, uint32_t version);
int store_numbers(struct store *store, uint64_t tag, wall_ms now);
struct import_batch; /* import.h; ownership goes to the store */
int store_import(struct store *store, uint64_t tag, struct import_batch *batch);

struct books;
struct numbers;
struct store_answer {
        struct store_answer *next;
        enum store_job_kind kind;
        uint64_t tag;
        int result; /* 0; 1 = refused (full disk, busy: try later); -1 = fatal, the hub must stop */
        struct dossier *dossier;    /* STORE_LOAD: NULL if it could not be read */
        struct roster *roster;      /* STORE_ROSTER */
        struct import_batch *batch; /* STORE_IMPORT: with its rejects and counts */
        struct books *books;        /* STORE_BOOKS */
        struct numbers *numbers;    /* STORE_NUMBERS */
        char *text;                 /* STORE_REPORT, STORE_RECEIPTS, STORE_HOUSE and errors: JSON */
};

/* The public key that receipts are signed with, as text [P102]. It never changes. */
void store_receipt_key(const struct store *store, char out[44]);

/* The numbers of its two threads; 0 for one that has not begun yet. Thread: the loop's only. */
void store_threads(struct store *store, pid_t out[2]);

/* With `loop_helps`: does what is queued on this thread if it is a look-up or a commit, the store's thread
 * sleeps and the disk is quick; else sees to it that the store's thread does it. True: there may be answers,
 * for which `wake_fd` is not written. *next_us: when to call again at the latest, by clock_mono_us;
 * INT64_MAX: after the next job. Thread: the loop's only. */
bool store_help(struct store *store, int64_t *next_us);

/* Takes all answers that wait, oldest first; free each with store_answer_free. Thread: the loop's only. */
struct store_answer *store_answers(struct store *store);
void store_answer_free(struct store_answer *answer);

#endif
