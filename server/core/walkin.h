/* The walk-in test: somebody who is nobody tries the way from the door to the handhelds, so that a store sees
 * in the morning what its first customer would find [P154-P157]. Only the files of server/core include this;
 * proto/PROTOCOL.md has the drawing. */
#ifndef CORE_WALKIN_H
#define CORE_WALKIN_H

#include "server/core/hub.h"

struct pending;
struct peer;

#define WALKIN_PHONE_MS  (5 * MINUTE_MS) /* a phone may come */
#define WALKIN_ANSWER_MS (5 * SECOND_MS) /* for the disk, and for all handhelds together */
#define WALKIN_AGAIN_MS  (10 * MINUTE_MS)
#define WALKIN_MORNING   120 /* minutes after `opens` in which a morning's test may begin */
#define WALKIN_SETTLED   10  /* ... from which one does not wait for a handheld any more, at the earliest */

enum lamp_state { LAMP_NONE, LAMP_WAITING, LAMP_GREEN, LAMP_RED };

struct lamp {
        enum lamp_state state;
        enum walkin_why why;
        uint32_t ms;
};

struct asked {
        uint64_t peer;
        struct digest device;
        uint32_t associate; /* surrogate */
        struct lamp lamp;
};

struct walkin {
        uint32_t test; /* 0: there was none yet */
        bool over;
        struct walkin_row row; /* of the newest */
        mono_ms since, until;  /* of what it waits for now */
        struct digest secret;  /* of the link, while a phone may come */
        uint32_t ticket;       /* of what the hub's own lamp waits for */
        struct lamp phone, hub, handheld;
        struct asked asked[WALKIN_ASKED];
        uint32_t n_asked, rest;
        struct walkins past;
        mono_ms morning_again, keep_again;
        bool keep; /* its end is still to be written */
};

struct walkin *walkin_create(void); /* NULL: no memory */
void walkin_free(struct walkin *);  /* NULL is fine */
void walkin_remember(struct hub *hub, const struct snapshot *s);
void walkin_sweep(struct hub *hub); /* deadlines, mornings, and what is still to be kept */
void walkin_start(struct hub *, struct pending *);
void walkin_walked(struct hub *, struct pending *);
/* A handheld has painted the test's word; whoever was not asked says nothing by it. */
void walkin_seen(struct hub *hub, struct peer *peer, uint32_t test);

/* ---- walkin_told.c ---- */
void walkin_told(struct hub *, struct pending *);

#endif
