/* What a text of rules is judged against, and the shape of what judges it. Pure: text and ground in, JSON
 * out.
 *
 * An op is a function of this list; the hub's lab thread (server/hub/lab.h) runs one at a time, and the
 * ground stays as it is until it returns. Quick ops answer the request themselves. Long ones are jobs: the
 * request is answered with the job's number, and rules_job tells how far it is. */
#ifndef LAB_GROUND_H
#define LAB_GROUND_H

#include "proto/json.h"
#include "proto/slice.h"
#include "server/rulebook/rulebook.h"

#define LAB_ANSWER_MAX  (384 * 1024) /* of an op's JSON; what is longer is refused, saying so */
#define LAB_TEXT_MAX    (32 * 1024)  /* of a book, as it is sent and as it is kept */
#define LAB_CLASSES_MAX 1024
#define LAB_NOTICES_MAX 16

/* A class of goods as the store has it now. */
struct lab_class {
        char name[64];
        uint8_t department; /* index into `departments` */
        bool sensitive;
};

/* Who works here. */
struct lab_associate {
        uint32_t id; /* surrogate; never sent anywhere */
        enum role role;
        uint32_t departments; /* bit set */
};

/* A version of the notice: the most that it promised [P73]. */
struct lab_notice {
        uint32_t version;
        char name[33];
        uint32_t customers;             /* who agreed under it and to no newer one */
        const struct rulebook *ceiling; /* NULL: it promised nothing, so nothing may be shown under it */
};

struct lab_ground {
        const struct rulebook *live; /* NULL: none that can be trusted; everything is hidden */
        uint32_t live_version;       /* 0 with it */
        uint32_t store;              /* surrogate of this hub's store */
        char currency[4];
        const struct lab_associate *associates; /* of this store, working here now */
        uint32_t n_associates;
        const char (*departments)[64]; /* DEPARTMENT_COUNT names */
        const struct lab_class *classes;
        uint32_t n_classes;
        const struct rulebook *head_office; /* the most that may be published at all; NULL: not set */
        const struct lab_notice *notices;   /* newest first */
        uint32_t n_notices;
        wall_ms now;
        store_day day;
};

/* What was asked; an op looks at what its message has. */
struct lab_ask {
        struct slice text; /* not empty, valid UTF-8, at most LAB_TEXT_MAX bytes; need not parse */
        int32_t days;
        uint32_t who; /* the manager: an associate's surrogate, 0 for the operator */
};

/* Writes one JSON object and returns its HTTP status: 200, or a refusal {"error","say","do"}. What overflows
 * `out` is thrown away and answered 503 by the caller. Nothing about a customer who is real is written. */
typedef uint16_t lab_op(const struct lab_ground *ground, const struct lab_ask *ask, struct json_out *out);

/* How a long op lets others have a turn: called at least every 50 ms of work, with what is done. False: it is
 * not wanted any more (the hub stops, or the manager asked for another); return 503 at once. Other ops may
 * run inside the call, so nothing static may be in use. */
struct lab_turn {
        void *ctx;
        bool (*take)(void *ctx, uint64_t done, uint64_t of);
};

/* Where a long op reads people's lines or cards, slice by slice; defined beside whatever reads the store. */
struct lab_source;

/* As lab_op, in its own time; what it writes is `result` of P68. */
typedef uint16_t lab_long_op(const struct lab_ground *ground, const struct lab_ask *ask,
        struct lab_source *source, const struct lab_turn *turn, struct json_out *out);

#endif
