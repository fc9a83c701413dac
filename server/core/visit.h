/* Visits that are live, with their one alert: the table of them, their places, and who is asked next. Only
 * the files of server/core include this, through state.h. */
#ifndef CORE_VISIT_H
#define CORE_VISIT_H

#include "server/core/state.h"

/* What one viewer of a visit sees. It is looked up by who she is, never by her place's number: a view is
 * nobody else's, whoever comes and goes. */
struct seat {
        uint32_t view_for; /* her surrogate; 0 = free */
        bool view_ok;      /* the view below is of view_generation */
        uint64_t view_generation;
        uint8_t relation; /* as far as it is fixed: preferred, store */
        /* What the newest push said beside the view: the disclosure is of exactly that frame. */
        uint8_t pushed_state;
        int32_t pushed_left_ms, pushed_age_s;
        char standing[96];
        struct view view;
};

struct visit {
        bool used, in_flight;
        bool restored;  /* it began before this hub did */
        bool flowed;    /* counted as an arrival of somebody's department [P164] */
        bool durable;   /* false while the commit that makes it is on its way */
        bool with_over; /* she has been with her for busy_most_ms: that keeps nobody any more */
        struct live_visit_row row;
        mono_ms offer_ends, nobody_at, hold_ends, with_ends;
        mono_ms release_at; /* with a release tick: when its card may leave */
        uint64_t generation;
        bool named; /* initials and language were read; "" is an answer too */
        char initials[12], language[9];
        struct seat seats[LADDER_PLACES]; /* must be last: visit_take() clears what is before it */
};

/* ---- visit.c ---- */
struct visit *visit_of_person(struct hub *hub, uint32_t person); /* NULL if none is live */
uint32_t visit_slot(const struct hub *hub, const struct visit *v);
struct visit *visit_of_card(struct hub *hub, uint32_t associate, uint32_t card);
/* Her place in a visit, by her surrogate; NULL if she has none. */
struct place_row *visit_place(struct live_visit_row *row, uint32_t associate);
const struct place_row *visit_placed(const struct live_visit_row *row, uint32_t associate);
/* The seat of this viewer: her own, or a free one that is hers from now on. */
struct seat *visit_seat(struct visit *v, uint32_t associate);
struct visit *visit_take(struct hub *hub); /* NULL: too many */
void visit_drop(struct hub *hub, struct visit *v);
void visit_restore(struct hub *hub, const struct live_visit_row *row);
/* Applies a durable row to what is live. */
void visit_apply(struct hub *hub, struct visit *v, const struct pending *p);
/* Fills the pending's row and writes so that the visit ends in these states: it leaves every screen. */
void visit_end(struct hub *hub, struct pending *p, struct visit *v, enum alert_state alert);
void visit_write(struct pending *p);
/* Her initials, for the board and locked screens, and her language; once read they stay. */
void visit_named(struct visit *v, const struct dossier *d);
/* Makes places for these associates (indices), with their cards and offers; nobody else has one then. */
void visit_offer(struct hub *hub, struct pending *p, enum rung rung, const uint32_t *associates, uint32_t n);
/* Takes one place, or all of them, from the row and the screens; an offer that was still open ends with
 * `reply`. */
void visit_leave(
        struct hub *hub, struct pending *p, const struct visit *v, uint32_t associate, enum reply reply);
void visit_leave_all(struct hub *hub, struct pending *p, const struct visit *v, enum reply reply);
/* An answer is kept on the row of her offer. */
void visit_write_reply(struct hub *hub, struct pending *p, uint32_t associate, enum reply reply);
/* Whom she is with may be called by others again, though nobody has said that it is over [P85]. */
void visit_with_over(struct hub *hub, struct visit *v);

/* ---- sweep.c ---- */
void visit_sweep(struct hub *hub);

/* ---- reach.c: who is asked next ---- */
size_t reach_around_bytes(void); /* of hub.around */
/* The turn of this associate (index) is over with this answer, and she has no place any more: on to the next,
 * or nobody, unless others still have the card. False: it waits for a commit in flight. */
bool reach_leave(struct hub *hub, struct pending *p, struct visit *v, uint32_t associate, enum reply reply);
/* The visit goes from one associate to another by name. False: it waits. */
bool reach_hand(struct hub *hub, struct pending *p, struct visit *v, uint32_t from, uint32_t to);
/* What a new visit begins with: fills `out` with the indices of who is asked, and returns the rung. */
enum rung reach_first(struct hub *hub, const struct live_visit_row *row, const char *language,
        uint32_t out[LADDER_PLACES], uint32_t *n);
/* The pending's row becomes one of whom nobody comes to. */
void reach_nobody(struct hub *hub, struct pending *p, const struct visit *v, enum reply reply);
/* Her word for the case that her associate is not free; she may have been asked for it [P83]. */
void reach_word(struct hub *hub, struct pending *p, const struct visit *v, uint8_t if_busy);
/* A deadline of an alert that nobody has accepted, or somebody who is free again. */
void reach_sweep(struct hub *hub, struct visit *v);
/* Devices that have painted nothing for too long [P84]. */
void reach_silent(struct hub *hub);

/* A new visit with its first offer: gathers the pending's writes; the caller commits. It may have to wait for
 * a commit in flight: then the pending does. */
struct arrival {
        uint32_t client_of; /* index or NONE */
        uint8_t if_busy, seen;
        const char *hint, *wish, *meet; /* NULL = "" */
};
enum visit_begun { VISIT_BEGUN, VISIT_WAITS, VISIT_FULL };
enum visit_begun visit_begin(
        struct hub *hub, struct pending *p, const struct dossier *d, const struct arrival *a);
/* A pending for what the hub does by itself; if it must wait, the next sweep finds the same again. NULL:
 * none. */
struct pending *visit_inside(struct hub *hub);
/* A new event of the card's stream makes every device that holds the card take it anew. */
void visit_renew_card(struct hub *hub, struct pending *p);
/* Takes the card off the screens, and puts it back, without another alert. */
void visit_pause(struct hub *hub, struct pending *p);
void visit_resume(struct hub *hub, struct pending *p);

#endif
