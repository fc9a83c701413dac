/* A store in one process: the real core, and around it simulated phones, handhelds, sensors, people, disk and
 * clock.
 *
 * One seed makes everything. Time is virtual: whatever happens next lies in a heap, ordered by its time and
 * then by when it was put there, so a seed is one and the same run everywhere. After every step of the core
 * the world looks at what came out and at what became durable (check.c). A run has two phases: in the first
 * everything may break; in the second nothing does any more, and everything must come to its end. */
#ifndef TESTS_SIM_SIM_H
#define TESTS_SIM_SIM_H

#include "server/core/hub.h"
#include "server/rulebook/render.h"
#include "tests/sim/chance.h"
#include "tests/sim/disk.h"

#define SIM_START      INT64_C(1772704800000) /* 2026-03-05 10:00 UTC */
#define CONNS_MOST     256
#define HELD_MOST      32 /* cards on one device */
#define COMMITS_KEPT   512
#define HANDHELDS_MOST 64

/* ---- the plan: what a seed means; a shrinker makes it smaller ---- */
enum fault {
        FAULT_CRASH = 1,    /* the hub is killed, and comes back */
        FAULT_FULL = 2,     /* the disk is full for a while: what takes back passes, the rest fails */
        FAULT_SLOW = 4,     /* commits and reads that take seconds; reads that overtake one another */
        FAULT_READS = 8,    /* reads that fail */
        FAULT_SOCKETS = 16, /* handhelds that drop, lose frames, come back late or twice */
        FAULT_REPEATS = 32, /* requests that come twice, late, again after an answer that was lost */
        FAULT_CLOCK = 64,   /* the wall clock jumps by seconds, an hour, a day, either way */
        FAULT_AGENTS = 128, /* agents that drop, repeat, come late */
        FAULT_ALL = 255
};

struct plan {
        uint64_t seed;
        uint32_t customers, associates; /* the last associate is a manager */
        uint32_t faults;                /* enum fault bits */
        int64_t storm_ms, calm_ms;      /* the two phases */
        uint32_t
                arrivals_per_hour; /* 0: customers do all sorts of things; else they only arrive, at random */
        bool drops;                /* a day: half the handhelds drop off for minutes */
        bool hours;                /* the store has opening hours */
        bool shifts;               /* it keeps a roster */
        uint32_t most_per_hour;    /* the budget of an associate; 0: none */
        uint32_t release_tick_ms;
};
void plan_of_seed(uint64_t seed, struct plan *out);

/* ---- the heap ---- */
enum item_kind {
        ITEM_APPLY = 1, /* commits, in order */
        ITEM_FLUSH,
        ITEM_TOLD,
        ITEM_READ,   /* a load reads ... */
        ITEM_LOADED, /* ... and is answered */
        ITEM_READY,
        ITEM_FRAME,  /* a frame reaches a device */
        ITEM_CLOSED, /* the hub learns that a socket is gone */
        ITEM_CONNECT,
        ITEM_DROP,
        ITEM_SAYS,  /* a device's message reaches the hub */
        ITEM_ACT,   /* whoever holds a handheld does something about a card */
        ITEM_THINK, /* a customer does something */
        ITEM_ASKS,  /* a copy of her request reaches the hub */
        ITEM_RETRY,
        ITEM_CRASH,
        ITEM_START,
        ITEM_DISK_FULL,
        ITEM_DISK_FREE,
        ITEM_CLOCK,
        ITEM_AGENT, /* an access point's agent, agents.c */
        ITEM_AGENT_SAYS,
        ITEM_AGENT_FRAME,
        ITEM_SPY,    /* a device forgets all it knows */
        ITEM_ROSTER, /* the roster was read again */
        ITEM_KINDS
};

struct item {
        int64_t at;
        uint64_t order;
        enum item_kind kind;
        uint32_t who, life;
        uint64_t extra;
        void *what; /* malloc'ed; whoever takes the item frees it */
};

/* ---- frames as the world reads them ---- */
enum frame_kind { FRAME_OTHER, FRAME_WELCOME, FRAME_RESYNC, FRAME_CARD, FRAME_RETRACT, FRAME_STATE };
struct frame {
        enum frame_kind kind;
        uint64_t seq;
        uint32_t card;
        char state[12]; /* of card and state */
        char epoch[37];
        bool resume, may_be;
        struct uuid visit;
};

struct held {
        uint32_t card;
        uint64_t seq;
        char state[12];
        struct uuid visit;
        bool said; /* rendered */
        bool may_be;
        int64_t since;
};
struct picture {
        uint32_t n;
        struct held held[HELD_MOST];
};
struct held *picture_find(struct picture *p, uint32_t card);
/* Carries one frame out, as a device does. */
void picture_take(struct picture *p, const struct frame *f, int64_t now);

/* One socket, as the hub sees it; the device's end may be gone already. */
struct conn {
        bool used, alive; /* alive: the device's end */
        uint64_t peer;
        uint32_t device;
        bool waits;      /* a frame was pushed and READY has not been said */
        bool welcomed;   /* the device has its welcome */
        bool placed;     /* the hub has said where its stream stands */
        uint64_t sent;   /* newest number pushed */
        uint64_t gap_to; /* after a resync: up to here numbers may be left out */
        struct picture shown;
        char epoch[37];
        uint64_t hello_seq;
};

struct device {
        uint32_t associate;
        enum face face;
        struct digest token;
        uint64_t peer; /* of its live socket; 0 = none */
        bool away;     /* does not try */
        char epoch[37];
        uint64_t seq;
        struct picture memory;
};

struct customer {
        uint32_t surrogate;            /* 0 until a guest has joined */
        bool guest;                    /* joins at the door: each time as somebody new */
        uint32_t n_former, former[16]; /* who she was before */
        bool has_token, has_link;
        struct digest token;
        struct secret link;
        /* her request: one at a time, however many copies of it are on their way */
        bool asking, keyed, unsure;
        struct uuid key;
        struct message message;
        uint32_t serial, copies;
        uint32_t open; /* copies that the hub has not answered */
        uint32_t done; /* the newest serial that was answered 200 */
        uint32_t life;
        uint32_t refused;
        int64_t asked_at;
        char state[12]; /* what her page says */
        uint32_t words; /* versions of her hint and wish */
        /* what has been answered, and so holds from then on */
        bool withdrawn;
        bool denied[8];     /* by category */
        int64_t hushed;     /* true time: visits begun before it are over; -1 = none */
        store_day no_today; /* 0 = not said */
        bool unnoticed;     /* it is answered that the Wi-Fi may not notice her */
        uint32_t words_due; /* no older version of her words may be shown */
};

struct commit {
        uint32_t ticket;
        uint32_t n;
        bool failed;
        struct write writes[WRITES_MAX];
        char card[CARD_FRAME_SIZE];
};

struct agent_sim;
struct numbers {
        uint64_t steps, requests, cards, crashes, visits;
};

struct world {
        struct plan plan;
        struct chance chance, fresh;
        int64_t now, wall_offset;
        int32_t zone_min;
        mono_ms mono_base;
        uint32_t jumps;
        struct hub *hub; /* NULL: down */
        uint32_t life;
        int64_t started; /* true time of the newest start */
        struct hub_settings settings;
        struct rulebook *book;
        struct roster *roster;   /* with room for the shifts of SHIFTS_LIVE_DAYS */
        int32_t roster_day;      /* UTC day for which it was given to the hub */
        struct effects *effects; /* of the step that is looked at */
        struct saved *saved;

        struct item *heap;
        uint32_t n_heap, room_heap;
        uint64_t order;

        struct table *seen, *safe;
        struct stream_kept *told;                        /* by associate: what the hub knows to be durable */
        struct commit *commits;                          /* a ring of COMMITS_KEPT */
        uint64_t applied, flushed, announced, submitted; /* how many ever */
        int64_t apply_at, flush_at, told_at;
        bool full;
        uint32_t loads;

        struct customer *customers;
        struct device devices[HANDHELDS_MOST];
        uint32_t n_devices;
        struct conn conns[CONNS_MOST];
        uint64_t sockets;
        struct agent_sim *agents;

        bool storm;        /* the first phase */
        int64_t calm_from; /* true time */
        struct numbers numbers;
        int64_t spun_at;
        uint32_t spins;

        bool failed;
        char why[300];
        uint64_t trace_from; /* step; UINT64_MAX = never */
};

/* ---- world.c ---- */
struct world *world_make(const struct plan *plan);
void world_free(struct world *w);
/* Runs both phases; false: something was wrong, and w->why says what. */
bool world_run(struct world *w);
void world_put(struct world *w, int64_t in_ms, enum item_kind kind, uint32_t who, uint64_t extra, void *what);
void world_step(struct world *w, struct event *ev);
__attribute__((format(printf, 2, 3))) void world_fails(struct world *w, const char *format, ...);
__attribute__((format(printf, 2, 3))) void world_notes(struct world *w, const char *format, ...);
wall_ms world_wall(const struct world *w);
store_day world_day(const struct world *w);
int64_t world_idle(struct world *w, int64_t least, int64_t most); /* chance_from, of the world's chance */
bool world_fault(struct world *w, enum fault fault, uint32_t per_mille); /* whether it strikes now */
void door_key_of(uint8_t out[32]);
void digest_of_bytes(const void *bytes, size_t len, struct digest *out);

/* ---- storage.c: the disk's time ---- */
void storage_effect(struct world *w, const struct effects *out, const struct effect *e);
void storage_item(struct world *w, struct item *it);
void storage_crash(struct world *w);

/* ---- house.c: who works here and who comes ---- */
void house_make(struct world *w);
void house_faults(struct world *w); /* puts the first of every fault into the heap */
void house_item(struct world *w, struct item *it);
/* The roster as it is read on this day. */
const struct roster *house_roster(struct world *w);
bool house_on_shift(const struct world *w, uint32_t associate, wall_ms at);
bool house_knows(const struct world *w); /* the shifts around now are among those that the hub was given */

/* ---- phones.c: customers ---- */
void phones_make(struct world *w);
void phones_item(struct world *w, struct item *it);
void phones_answer(struct world *w, const struct effect *e);
void phones_restarted(struct world *w); /* what was asked of the hub that died */
/* Whoever stands in a visit: index of a customer, UINT32_MAX. */
uint32_t phones_of(const struct world *w, uint32_t surrogate);

/* ---- floor.c: handhelds and who holds them ---- */
void floor_make(struct world *w);
void floor_item(struct world *w, struct item *it);
void floor_push(struct world *w, const struct effect *e);
void floor_close(struct world *w, const struct effect *e);
void floor_restarted(struct world *w);
struct conn *floor_conn(struct world *w, uint64_t peer);

/* ---- agents.c: access points' agents ---- */
void agents_make(struct world *w);
void agents_item(struct world *w, struct item *it);
bool agents_push(struct world *w, const struct effect *e); /* false: not an agent's peer */
bool agents_close(struct world *w, uint64_t peer);
void agents_restarted_all(struct world *w);
void agents_free(struct world *w);
/* The address of her phone on the store's network; false: it has none that is told. */
bool agents_station(const struct world *w, uint32_t customer, uint8_t out[6]);

/* ---- day.c: a day of a busy store ---- */
int day_run(uint64_t seed, bool drops); /* prints what came of it; the exit status */

/* ---- check.c: what must be so ---- */
/* ask.c */
void check_submitted(struct world *w, const struct commit *c);
void check_turn(struct world *w, const struct visit_kept *v, const struct offer *o);
void check_applied(struct world *w, const struct commit *c);
void check_push(struct world *w, struct conn *c, struct frame *f, const char *text, size_t len);
void check_answer(struct world *w, struct customer *c, uint16_t status);
void check_ack(struct world *w, uint64_t boot, uint64_t seq); /* an agent's claims up to here are durable */
void check_step(struct world *w);
void check_end(struct world *w); /* at the end of the calm */

#endif
