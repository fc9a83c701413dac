/* What presence keeps of a customer, for its own files alone: presence.c says what it means. */
#ifndef CORE_PRESENCE_STAY_H
#define CORE_PRESENCE_STAY_H

#include "server/core/index.h"
#include "server/core/presence.h"

#define NO_SLOT UINT32_MAX
#define NEVER   INT64_MIN

/* One sensor's newest word about one device. */
struct claim {
        uint32_t next; /* of the same stay, or of the free list */
        uint32_t sensor, device;
        uint8_t source, strength;
        bool left;
        mono_ms newest; /* when the newest word was observed */
        mono_ms held;   /* she is taken to be there until then */
        mono_ms until;  /* and the claim is live until then */
};

/* A chain of signs. */
struct chain {
        mono_ms first, last;
        mono_ms reach; /* the claims of its signs run out then, if no goodbye is heard */
        bool swept;
};

struct stay {
        bool used;
        uint8_t told;          /* enum presence_level */
        uint8_t told_strength; /* enum claim_strength */
        uint32_t person;
        uint32_t claims; /* list */
        struct chain now;
        struct chain then;   /* a return after the end that is not closed yet; first == NEVER: none */
        mono_ms since;       /* of the continuous part that the dwell is counted in */
        mono_ms since_reach; /* it goes on while signs come before this */
        mono_ms tapped;      /* newest sign that needs no dwell; NEVER: none */
        mono_ms gone;        /* when the last of those claims that are freed ran out */
};

struct presence {
        struct presence_settings set;
        struct claim *claims;
        struct stay *stays;
        uint32_t free_claim, free_stay;
        struct index by_person;
        struct presence_counts counts;
};

static inline mono_ms later(mono_ms a, mono_ms b)
{
        return a > b ? a : b;
}

static inline mono_ms sooner(mono_ms a, mono_ms b)
{
        return a < b ? a : b;
}

static inline struct stay *stay_find(const struct presence *p, uint32_t person)
{
        uint32_t slot = index_find(&p->by_person, person);
        return slot == INDEX_NONE ? NULL : &p->stays[slot];
}

/* Frees the claim at this place of a list, which then has the next. */
void presence_claim_free(struct presence *p, uint32_t *at);
void presence_stay_free(struct presence *p, struct stay *s);
/* She roamed to a sensor that counts for nothing: whatever other sensors of its source hold of the device has
 * left by then. It is no sign. */
void presence_moved_out(struct presence *p, const struct claim_report *r, mono_ms at);

#endif
