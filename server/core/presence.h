/* Who is in the store, from what sensors claim: a customer is present while any claim about her is live.
 * Pure: every time comes in, on one monotonic axis.
 *
 *   what is known of one customer ("stay"), and what the hub is asked to do:
 *
 *              sign, strong enough            held for the dwell          no claim live for `pause`
 *     (nothing) -----------------> PASSING ------------------> HERE ------------------------> AWAY
 *         ^                           |        ARRIVED          ^            PAUSED             |
 *         |                           |                         +-------------------------------+
 *         |                           | no sign for `end`                  RESUMED: a sign      |
 *         |                           v                                                         |
 *         +---- `late` after that --- OVER <----------------------------------------------------+
 *                     forgotten         ^    no sign for `end`, or here longer than `ceiling`
 *                                       |    ENDED
 *                                       +--- HERE, AWAY
 *
 * Whoever is told OVER by the hub itself (the visit is over though her phone is still here) stays so until
 * the stay ends, or she taps.
 *
 *   report           a claim of this sensor        what the stay learns
 *   join             begins or goes on             a sign; the newest word
 *   alive, zone      begins or goes on             a sign; the newest word
 *   roam             begins here; every other of   a sign; ends nothing
 *                    the same source is moved
 *   leave            held no longer; live for      a sign (she was there until then)
 *                    `grace` more
 *   not in a sweep   as leave, without a sign      nothing
 *   outside          as if it had not been made,   nothing
 *                    but a roam ends what others
 *                    of its source hold of it
 *   below the floor  goes on if it is live         nothing, unless it is live
 *   older than `late`, older than the claim's newest word: changes no claim; the second still tells the stay
 *
 * Times. A report carries how long ago it was observed, by its sender's own monotonic clock, so no wall clock
 * takes part: `observed` = receipt - age, and a claim lives `ttl` + `grace` from there unless it is
 * refreshed. A stay is a chain of signs: one follows another in the same stay if it comes within the first
 * one's `ttl` + `grace` + `end`. That is a property of the *set* of signs, so stays do not depend on the
 * order, the repetition or (up to `late`) the delay in which reports arrive. The price: until `late` has
 * passed after a stay's end, a late report may still join what comes next to it. Whoever comes back in that
 * gap is therefore held: her return counts when the gap is closed (a second stay), or when a late report
 * bridges it (the same one).
 *
 * Invariant: ARRIVED is said at most once a stay, and only while a claim about her is held that has been so
 * for the dwell (a check-in needs none); every stay ends, at the latest `ceiling` after it began or after her
 * last check-in. Nothing here outlives a stay: no one is remembered. */
#ifndef CORE_PRESENCE_H
#define CORE_PRESENCE_H

#include "proto/base.h"

enum claim_source { SOURCE_CHECK_IN = 1, SOURCE_WIFI };
#define CLAIM_SOURCES 3 /* indexed by enum claim_source */
enum claim_kind { CLAIM_JOIN = 1, CLAIM_ALIVE, CLAIM_LEAVE, CLAIM_ROAM, CLAIM_ZONE };
/* may be: somebody registered as her may be here (a bare address can be cloned); sure: it is her. */
enum claim_strength { STRENGTH_MAY_BE = 1, STRENGTH_SURE };

struct presence_settings {
        uint32_t claims_most; /* claims, and stays, at once; more are refused */
        struct {
                int32_t ttl_ms;   /* a claim that is not refreshed is held so long */
                int32_t grace_ms; /* and is live so much longer: phones doze and come back */
                bool dwell;       /* counts only after the dwell */
        } source[CLAIM_SOURCES];
        int32_t dwell_ms;
        int32_t pause_ms;   /* without a live claim for so long: AWAY */
        int32_t end_ms;     /* without a live claim for so long: OVER; at least pause_ms */
        int32_t late_ms;    /* what is older at receipt is dropped; less than end_ms */
        int32_t ceiling_ms; /* a sensor alone holds nobody longer: a forgotten phone is not a customer */
        int16_t floor_dbm;  /* weaker signals begin nothing */
        int16_t keep_dbm;   /* weaker signals do not even keep; at most floor_dbm */
};

struct claim_report {
        enum claim_source source;
        enum claim_kind kind;
        enum claim_strength strength;
        uint32_t sensor;  /* of this source */
        uint32_t person;  /* not 0 */
        uint32_t device;  /* which of her devices; part of what a claim is about */
        int16_t rssi_dbm; /* 0 = not known, counts as strong */
        int64_t age_ms;   /* observed so long before `now`; below 0 counts as 0 */
        bool outside;     /* its sensor counts for nothing: no part of the store */
};

enum presence_taken {
        PRESENCE_TAKEN,
        PRESENCE_OLD,
        PRESENCE_LATE,
        PRESENCE_WEAK,
        PRESENCE_FULL,
        PRESENCE_OUTSIDE
};

enum presence_level { LEVEL_NONE, LEVEL_HERE, LEVEL_AWAY, LEVEL_OVER };

/* Something the hub has not been told yet: another level, or a better strength at the same one. */
struct presence_change {
        uint32_t person;
        enum presence_level from, to;
        enum claim_strength strength; /* of to == HERE: the best live claim */
        enum claim_source source;     /* and where it comes from */
        bool swept;                   /* the stay began with `alive`, not with `join`: she may have been here
                                         before anybody looked */
        mono_ms first, last;          /* first and newest sign; of a stay that was cut off: where */
};

struct presence_view {
        enum presence_level level;
        enum claim_strength strength; /* 0 if no claim is live */
        enum claim_source source;
        uint32_t device; /* ... and which of her devices; 0: none */
        mono_ms first, last;
};

struct presence_counts {
        uint32_t claims, stays;
        uint64_t taken, old, late, weak, full, outside;
};

struct presence;

/* Allocates everything it will ever need; NULL: out of memory. */
struct presence *presence_create(const struct presence_settings *set);
void presence_destroy(struct presence *p);
/* Other settings from here on, with the same claims_most. */
void presence_settle(struct presence *p, const struct presence_settings *set);

/* What a sensor says about one device. `now` never goes back. */
enum presence_taken presence_report(struct presence *p, const struct claim_report *r, mono_ms now);
/* A sweep of this sensor was complete: what it holds and did not name at or after `since` has left. */
void presence_swept(struct presence *p, enum claim_source source, uint32_t sensor, mono_ms since);
/* This sensor counts for nothing from now on: its claims are dropped. Whoever was told of by it alone has
 * left it now; of whom nobody was told yet, nothing of it is left. */
void presence_outside(struct presence *p, enum claim_source source, uint32_t sensor, mono_ms now);

/* The next thing to be told; false: nothing. The same is offered again until presence_told() says that it has
 * been carried out. `*at` is the caller's place in the round (begin with 0). */
bool presence_next(struct presence *p, mono_ms now, uint32_t *at, struct presence_change *out);
void presence_told(
        struct presence *p, uint32_t person, enum presence_level level, enum claim_strength strength);

/* A stay that the database knew when the hub stopped; its times may lie before this machine's start. What was
 * told of it is not told again. */
struct presence_known {
        uint32_t person;
        enum presence_level told; /* HERE or AWAY */
        enum claim_strength strength;
        enum claim_source source;
        mono_ms first, last;
        mono_ms until; /* she counts as present until then, without any claim */
};
enum presence_taken presence_restore(struct presence *p, const struct presence_known *known);
/* Drops claims and stay at once: she withdrew. */
void presence_forget(struct presence *p, uint32_t person);
/* False: nothing is known of her. */
bool presence_look(const struct presence *p, uint32_t person, mono_ms now, struct presence_view *out);
void presence_count(const struct presence *p, struct presence_counts *out);

#endif
