/* The hub process: events from the front, the operator and the store go through hub_step, and its effects are
 * carried out. One thread here, one in the store; no network. */
#ifndef HUB_LOOP_H
#define HUB_LOOP_H

#include "config/config.h"
#include "server/common/clock.h"

struct loop_options {
        const struct config *config;
        const struct clock *clock;
        const char *origin;         /* what links begin with */
        const char *const *origins; /* all that pages may come from, in the front's order, that one first;
                                       NULL: no other */
        size_t n_origins;
        const char
                *page; /* the file of the customers' page, whose digest goes with every consent; NULL: none */
        const char
                *certificate; /* agents know the hub by its key [P41]; it may not be there yet; NULL: none */
        const char *journal;  /* NULL: none */
        const char *trace;    /* NULL: none */
        bool disk_failed;     /* the hub before this one stopped for that: the database is checked first */
        int ready_fd; /* a byte is written when the store is open and the front was greeted; then closed */
};

/* What loop_run returns; each failure comes with one line that says what, where and what to do. */
enum loop_exit {
        LOOP_STOPPED = 0,
        LOOP_FAILED = 1,
        LOOP_STORE = 30,      /* the database could not be opened */
        LOOP_CONTROL = 31,    /* the operator's socket could not be opened */
        LOOP_FRONT_LOST = 32, /* the link ended or carried nonsense */
        LOOP_DISK = 33, /* a flush failed: what is on disk is unknown, so the hub stops and starts again from
                           it */
        LOOP_JOURNAL = 34
};

/* Runs until SIGTERM or SIGINT, or until the front goes. Takes over `link_fd` and the signals of the process.
 */
int loop_run(const struct loop_options *options, int link_fd);

/* The core's settings as this configuration asks for. */
struct hub_settings;
void loop_settings(const struct config *config, const char *origin, struct hub_settings *out);

/* Replays a journal through a new core and writes its trace; frames pushed go to `cards`, one after the
 * other, if it is not NULL. 0, or 1 after a message on standard error. */
int loop_replay(const char *journal, const char *trace, const char *cards);

#endif
