/* The agent's mind: what the access point says goes in, what the hub is told comes out. Nothing is kept of
 * anybody who is not in today's set, not even a count.
 *
 *   one station            JOINED            answer or 1 s: claim join
 *             (nothing) ----------> NEW -------------------------------> HERE <---------------+
 *                                    |                       LEFT, or   |  |  silent so long  | heard again:
 *                                    | LEFT                  not swept  |  +--> AWAY ---------+ claim join
 *                                    v                                  v        (claim leave)
 *                                (nothing) <---- settle_ms: claim leave - LEAVING -- JOINED or swept: HERE
 * again
 *
 *   A slot is here as long as any station of it is: claims are made for the first that comes and the last
 * that goes. Invariant: a station is held only if its tag was in the set when it was last heard of.
 *
 * Pure: time comes with the events, what is to be done goes out as effects. */
#ifndef AGENT_CORE_CORE_H
#define AGENT_CORE_CORE_H

#include "agent/core/claims.h"
#include "agent/core/tagset.h"

#define CORE_RADIOS_MAX   8
#define CORE_STATIONS_MAX (AGENT_SWEEP_PER_PART * AGENT_SWEEP_PARTS_MOST)
#define CORE_ANSWER_MS    1000   /* how long a join waits for the access point's answer about the signal */
#define CORE_SAVE_MS      3000   /* a claim that the hub has not acknowledged by then goes to the spool */
#define CORE_LOST_MS      300000 /* a station of a radio that is gone is held for so long */
#define CORE_SOON_MS      500    /* from an addition to the sweep that looks whether she is here already */

enum core_event_type {
        CORE_AP_UP,   /* a radio's access point answers */
        CORE_AP_DOWN, /* it does not any more */
        CORE_STATION, /* something about one station */
        CORE_SWEPT,   /* the list that was asked for is through */
        CORE_OPENED,  /* the socket to the hub is open */
        CORE_CLOSED,
        CORE_FRAME, /* from the hub */
        CORE_TICK,  /* core_deadline has come */
};

/* JOINED and LEFT are events of the access point; SEEN is one line of a list or an answer. */
enum core_heard { CORE_JOINED, CORE_LEFT, CORE_SEEN };

struct core_station {
        enum core_heard heard;
        uint8_t mac[6];
        struct slice keyid, user; /* as the access point wrote them; empty if it did not */
        int8_t rssi;              /* dBm; 0: not known */
        int64_t inactive_ms;      /* since it was last heard on the air; -1: not known */
        int64_t connected_s;      /* -1: not known */
};

struct core_event {
        enum core_event_type type;
        mono_ms now;
        wall_ms wall;
        uint8_t radio;               /* AP_UP, AP_DOWN, STATION: below CORE_RADIOS_MAX */
        struct core_station station; /* STATION; borrowed */
        uint32_t listed;             /* SWEPT: a bit for each radio that was listed whole */
        struct slice frame;          /* FRAME; the caller wipes it afterwards */
};

/* What to do, in this order. */
struct core_effects {
        bool boot;    /* keep core->boot in the state file */
        bool save;    /* bring the spool file up to date: core_unsaved, or the whole if claims.rewrite */
        bool ask;     /* ask the access point about ask_mac on ask_radio; the answer is a SEEN */
        bool sweep;   /* ask it for its whole list: a SEEN each, then SWEPT */
        bool send;    /* core_take has something to send */
        bool hang_up; /* close the socket with code 4400: the hub's last word made no sense */
        uint8_t ask_radio, ask_mac[6];
        char why[96]; /* with hang_up: what made no sense, without values */
};

enum core_presence { CORE_NEW, CORE_HERE, CORE_LEAVING, CORE_AWAY };

struct core_held {
        uint8_t mac[6];
        uint8_t radio, state; /* enum core_presence */
        uint16_t slot;
        int8_t rssi;
        int64_t day;
        mono_ms since;  /* NEW: it joined; LEAVING: it went */
        mono_ms due;    /* NEW and LEAVING */
        mono_ms heard;  /* the last time that anything said that it is here */
        mono_ms air;    /* the last time that its radio heard it, as far as the radio says */
        uint32_t swept; /* the sweep that saw it last */
};

struct core_pair { /* of a sweep on its way to the hub */
        uint16_t slot;
        int8_t rssi;
};

struct core {
        /* What the hub gave. */
        struct tagset set, next; /* next: parts have come, but not all */
        uint8_t key[AGENT_KEY_BYTES], next_key[AGENT_KEY_BYTES];
        int64_t key_day, next_day; /* 0: no key */
        mono_ms key_until, next_until;
        int64_t part; /* of the next set: how many are there */
        struct agent_msg_settings settings;

        /* Who is here. */
        struct core_held *held; /* CORE_STATIONS_MAX */
        uint32_t n_held;
        uint32_t radios_up; /* a bit each */
        mono_ms ap_since;
        mono_ms sweep_at, sweep_began;
        uint32_t sweep_no;
        bool sweeping;

        /* What the hub is owed. */
        struct claims claims;
        int64_t boot, seq;
        enum agent_ap kind;
        bool open, greeted, welcome; /* the socket; hello sent; welcome got */
        bool tell_ap, tell_sweep;
        mono_ms tell_ap_at;      /* repeated while the access point is down */
        struct core_pair *pairs; /* the sweep being sent */
        uint32_t n_pairs, parts, parts_sent;
        int64_t pairs_day, sweeps;
        mono_ms save_at;
        char agent[33];

        /* Whatever was computed from an identifier is computed here, and wiped when a step ends. */
        struct {
                char user[AGENT_USER_MAX];
                struct agent_tag tag;
        } scratch;
        struct agent_message message;
};

/* `boot` is this start's number. Claims that an earlier start left are added with core_recall before the
 * first event. 0, or -1: no memory. */
int core_init(struct core *core, enum agent_ap kind, const char *agent, int64_t boot);
void core_finish(struct core *core);
void core_recall(struct core *core, const struct claim *claim);

void core_step(struct core *core, const struct core_event *event, struct core_effects *out);

/* When a TICK is due next; INT64_MAX: nothing is waiting. */
mono_ms core_deadline(const struct core *core);

/* The next frame for the hub into `out`, or 0 if there is none. To be called while the socket can be written.
 */
size_t core_take(struct core *core, mono_ms now, wall_ms wall, char out[AGENT_FRAME_MAX]);

/* How many slots are here now. */
uint32_t core_here(const struct core *core);

#endif
