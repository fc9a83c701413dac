/* The insides of the hub process's loop, shared by its files: loop.c starts and turns, step.c feeds the core
 * and carries out, sides.c takes what front, store and operator bring. */
#ifndef HUB_LOOP_STATE_H
#define HUB_LOOP_STATE_H

#include "server/common/ids.h"
#include "server/common/together.h"
#include "server/core/trace.h"
#include "server/hub/canary.h"
#include "server/hub/control.h"
#include "server/hub/journal.h"
#include "server/hub/intake.h"
#include "server/hub/lab.h"
#include "server/hub/loop.h"
#include "server/hub/prove.h"
#include "server/hub/store/store.h"
#include "server/hub/verify.h"
#include "server/hub/weekly.h"
#include "server/link/frame.h"

#include <stdio.h>

#define LINK_OUT_BYTES  (16u * 1024 * 1024)
#define LINK_IN_BYTES   (1024u * 1024)
#define FROM_CONTROL    (UINT64_C(1) << 63) /* marks a request number of the operator's socket */
#define FROM_STATUS     (UINT64_C(1) << 62) /* ... of a status, to which the hub adds its own part */
#define FAILED_MOST     64
#define HELP_TURNS_MOST 4 /* passes of the store in one turn; then others have theirs */

/* When the leak check was made and is to be made, and who waits for it (leak.c). */
struct leak_watch {
        mono_ms opened, not_before;
        store_day night; /* of the newest that the clock began */
        struct leak_check newest;
        uint32_t checks; /* since the start, with what they found */
        uint64_t found;
        control_request waiting[CONTROL_CONNECTIONS_MAX];
        uint32_t n_waiting;
};

struct loop {
        const struct loop_options *options;
        struct hub *hub;
        struct rulebook *book;
        struct store *store;
        struct prove *prove;
        struct control *control;
        struct canary *canary;
        struct leak_watch leak;
        struct journal *journal;
        struct lab *lab;
        struct intake *intake;
        struct weekly *weekly;
        struct receipt_house house;
        struct digest page;
        char receipt_key[44];
        char *head_office; /* the text of its rulebook; NULL: none */
        FILE *trace;
        struct effects effects;
        struct ids_stock stock; /* of what events bring that begin something */
        struct link_queue in, out;
        int link_fd, store_fd, signal_fd;
        int64_t store_next_us; /* when the store is to be helped again, without a job */
        bool clock_doubted;    /* as it was said last */
        mono_ms wipe_at;       /* when what calls left on the stack is wiped next */
        int result;            /* what loop_run returns once `stop` is set */
        bool stop;
        /* effects that could not even be queued: their events follow the present step */
        struct {
                enum event_kind kind;
                uint32_t ticket;
        } failed[FAILED_MOST];
        uint32_t n_failed;
        /* A step asks for one at most: it is answered after it. */
        struct event verified;
        bool has_verified;
        struct together together; /* this thread and the store's */
        struct roster *roster;    /* the newest, for hello's zones */
        char trace_text[TRACE_MAX];
};

/* step.c */
void loop_end(struct loop *l, int result);
void loop_step(struct loop *l, struct event *ev);
void loop_to_front(struct loop *l, enum link_type type, uint8_t a, uint16_t b, uint64_t id, const void *part1,
        size_t len1, const void *part2, size_t len2);

/* Answers a request of the front or the operator without a step. */
void loop_answer(void *loop, uint64_t request, uint16_t status, const char *json, size_t len);
/* An associate's own week, or that it could not be counted. */
void loop_mine(void *loop, uint32_t ticket, const struct mine *mine);
/* The lab's word on what changes the rules. */
void loop_verdict(void *loop, uint32_t ticket, const struct book_verdict *verdict);
/* Steps a request, with its text kept for the lab; 503 if there is no room for it. */
void loop_request(struct loop *l, struct event *ev);

/* sides.c */
void loop_read_front(struct loop *l);
void loop_write_front(struct loop *l);
void loop_drain_store(struct loop *l);
void loop_help_store(struct loop *l);
void loop_drain_prove(struct loop *l);
void loop_operator_calls(struct loop *l, struct control_calls *out);

/* leak.c */
void loop_leak_turn(struct loop *l); /* begins a check when it is time, takes what has ended */
void loop_leak_asked(struct loop *l, control_request request);
/* The store's status with what the checks found and the access points' agents added. */
void loop_status(const struct loop *l, const char *text, char *out, size_t room);
void loop_metrics(struct loop *l, control_request request);

#endif
