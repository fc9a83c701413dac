/* Who is at a handheld: signing in with a PIN, how long that lasts, and what wrong tries cost [P97-P99,
 * P110-P114]. Part of state.h, which includes it. */
#ifndef CORE_SIGN_H
#define CORE_SIGN_H

#include "server/core/state.h"

#define SIGN_TRIES 5 /* wrong PINs at one handheld */

/* One associate's, by her index. */
struct pin {
        char hash[MANAGER_HASH_MAX]; /* "" = none */
        struct manager_try tries;    /* over all handhelds */
};

bool sign_create(struct hub *hub);
void sign_destroy(struct hub *hub);
void sign_start(struct hub *hub, const struct snapshot *s);

/* ---- sign.c: the gate ---- */
/* Whether this peer, whose session has just been read and which has proved itself, stays locked: it was told
 * so. Else *associate (an index) is who is signed in. */
bool sign_wanted(struct hub *hub, struct peer *peer, const struct session_row *row, uint32_t *associate);
/* Whether the session of an attached peer has lapsed by now; then it has been locked. */
bool sign_lapsed(struct hub *hub, struct peer *peer);
/* Takes an attached peer out: nothing that waited for it or that it asked for comes to it any more. False: a
 * frame was on its way already, so its socket was closed instead. */
bool sign_hold(struct hub *hub, struct peer *peer);
/* It said something. */
void sign_life(struct hub *hub, struct peer *peer, enum message_type type);
/* Ends what is over by time, and notes who is awake. */
void sign_sweep(struct hub *hub);
/* Everybody who is signed in as this associate (surrogate) is out, or the peers of this session; they are
 * told how it is now. */
void sign_look_again(struct hub *hub, const struct digest *token, uint32_t associate);

/* ---- sign_pin.c ---- */
bool sign_has_pin(const struct hub *hub, uint32_t index); /* NONE: no */
void sign_pin(struct hub *, struct pending *);
void sign_choose(struct hub *, struct pending *);
void sign_awake(struct hub *, struct pending *);
void sign_leave(struct hub *, struct pending *);

/* ---- sign_manage.c ---- */
/* Takes a PIN away, and whoever is signed in with it out; ends the request. */
void sign_clear(struct hub *hub, struct pending *p, uint32_t associate); /* surrogate */
/* PINs are looked at again at this session's handheld; ends the request. */
void sign_unlock(struct hub *hub, struct pending *p, const struct digest *token);

#endif
