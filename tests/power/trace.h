/* A trace: what one or more processes did to a folder, in the order in which it happened, in a file that they
 * share. record.c writes it, from inside these processes; replay.c makes a disk of its beginning, as long as
 * one likes. So one run of a program gives every point at which the power could have failed.
 *
 * The file: a head, then records one after the other, each on an 8-byte boundary: struct trace_record, the
 * name with its NUL, the bytes. */
#ifndef TESTS_POWER_TRACE_H
#define TESTS_POWER_TRACE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "tests/power/disk.h"

#define TRACE_MAGIC UINT64_C(0x6d74726470777231)
#define TRACE_BYTES (UINT64_C(1) << 30) /* of a sparse file: what is used is what is written */

enum trace_kind {
        TRACE_HOLDS = 1, /* was there when the recording began: name, id, bytes */
        TRACE_CREATE,    /* name, id */
        TRACE_LINK,      /* name, id */
        TRACE_RENAME,    /* name; the new one in bytes */
        TRACE_REMOVE,    /* name */
        TRACE_MODE,      /* id, at = mode */
        TRACE_WRITE,     /* id, at, bytes */
        TRACE_SIZE,      /* id, at = size */
        TRACE_FLUSH,     /* id, at = the flush's number: it begins */
        TRACE_FLUSHED,   /* id, at = the number: it has returned 0 */
        TRACE_MARK,      /* of the test itself: id = what, at = which */
        TRACE_UNSEEN /* name: written in a way that is not recorded; no cut of this trace is worth anything */
};

struct trace_head {
        uint64_t magic;
        _Atomic uint64_t
                used; /* bytes, the head included; a driver reads it as "up to here it has happened" */
        _Atomic uint64_t flushes;
        pthread_mutex_t lock; /* of all processes: the order of records is the order of the calls */
        char dir[256];
};

struct trace_record {
        uint32_t size; /* to the next record */
        uint16_t kind;
        uint8_t by_sqlite, pad;
        uint32_t mode;
        uint32_t name_len, len;
        uint32_t pad2;
        uint64_t id, at;
};

/* ---- writing ---- */

/* Begins a trace of what this process and its children do below `dir` from now on. 0 or -1. A process that
 * is started with record.so preloaded does it by itself, if MAITRED_POWER_DIR and MAITRED_POWER_TRACE name
 * both; a trace that exists is continued. */
int record_start(const char *dir, const char *trace);
/* Nothing is recorded any more. */
void record_stop(void);
/* Puts a mark of the test's own between what has happened and what will. */
void record_mark(uint64_t what, uint64_t which);

/* ---- reading ---- */

struct replay {
        const struct trace_head *head;
        uint64_t at, used;
        struct disk *disk;
        bool unseen;
        struct {
                uint64_t number, mark;
        } flushes[64]; /* that have begun */
        void (*marked)(void *context, uint64_t what, uint64_t which);
        void *context;
};

/* NULL on success, else what is wrong with the trace. Whoever replays calls replay_step until it is false. */
const char *replay_open(struct replay *replay, const char *trace, bool leans);
/* Applies the next record and gives it; NULL at the end. Marks are told to `marked`. */
const struct trace_record *replay_step(struct replay *replay);
/* Whether a power cut right after this record is a point of its own. */
bool replay_is_point(const struct trace_record *record);
const char *replay_name(const struct trace_record *record);
void replay_close(struct replay *replay);

#endif
