/* The hub as one deterministic state machine: an event in, ordered effects out. It reads no clock, draws no
 * random number, opens nothing; what is live is bounded by the limits given at creation. */
#ifndef CORE_HUB_H
#define CORE_HUB_H

#include "server/core/effect.h"
#include "server/core/event.h"
#include "server/core/house.h"
#include "server/core/presence.h"
#include "server/rulebook/rulebook.h"

/* Who answers for customers' data, as the configuration has it; "" where it says nothing. */
struct hub_controller {
        char name[81], contact[81], street[121], country[3], email[81], phone[41], policy[161],
                jurisdiction[41];
};

struct hub_settings {
        char origin[128];     /* "https://hub.store.example:8443": what links begin with */
        uint32_t visits_most; /* live visits at once; more arrivals are refused with 503 */
        uint32_t peers_most;
        uint32_t pending_most;      /* requests between LOAD/COMMIT and their answer */
        int32_t rung_ms[RUNGS];     /* an offer's turn, by enum rung; of ASK: hers to answer; 0: left out */
        int32_t rendered_within_ms; /* a device that does not paint its card is skipped after this; 0: never
                                     */
        uint32_t most_per_hour;     /* offers an associate, BUDGET_MOST at most; 0: no limit */
        int32_t least_gap_ms;       /* between two offers to one associate */
        int64_t busy_most_ms;       /* whoever is with a customer is left alone so long; 0: she is not */
        int32_t release_tick_ms; /* cards leave so long after what made them, to the millisecond; 0 = at once
                                  */
        int32_t nobody_after_ms; /* from her tap to an honest "nobody is free" */
        int32_t link_valid_ms;   /* pairing links */
        bool one_handheld;       /* pairing one ends the others of its associate [P96] */
        bool keys_required;      /* a handheld without a key of its own is not let in [P95] */
        bool pins;               /* a handheld asks who is there [P97]; then it has a key, too */
        int64_t idle_ms, signed_in_ms, after_shift_ms; /* how long that holds [P99] */
        int32_t invite_valid_ms;                       /* invitations after a sale and from the CRM */
        int32_t door_step_ms;                          /* a door code's step */
        int32_t full_step_ms;                          /* what is full is told as of the last such step */
        int32_t thanks_days;    /* so long somebody is reminded to say thanks; 0 = never */
        uint32_t notes_most;    /* of a customer are kept, NOTES_MAX at most; 0: nobody is asked for one */
        int64_t notes_keep_ms;  /* so long each */
        uint32_t note_bytes;    /* of one, NOTE_BYTES - 1 at most */
        int64_t visit_holds_ms; /* a check-in without further sign ends after this */
        int64_t consent_valid_ms;
        uint8_t alerts_a_day;              /* most alerts a customer makes in a day */
        int32_t open_minute, close_minute; /* store-local; equal = always open */
        int32_t settle_min,
                last_call_min; /* nobody is called so long after opening, before closing (opt-in rule 5) */
        struct presence_settings presence;
        uint32_t devices_most;     /* phones known by the Wi-Fi, and those taken back lately */
        int32_t device_valid_days; /* a phone that has not checked in for so long is forgotten */
        int32_t agent_sweep_s, agent_settle_ms, agent_idle_s; /* what agents are told [P44] */
        /* The house rules begin with what stands above; once a manager has saved some, these count. */
        uint8_t always_from;     /* visits before "always" is offered */
        int32_t purchase_months; /* lines that a card may be made of; 0: the store's own word */
        struct house_bound house_bounds[HOUSE_RULES]; /* head office's */
        struct hub_controller controller;             /* for what is printed [P152, P153] */
        bool sign_missing; /* the sign that tells of the Wi-Fi does not hang: it notices nobody */
        bool joined_only;  /* purchases of nobody else are kept; for the record of processing */
};

struct hub;

/* Allocates everything it will ever need, but for the books that are published while it lives. The rulebook
 * is borrowed and must outlive the hub; it is in force until a snapshot or a publication brings another.
 * NULL: out of memory. */
struct hub *hub_create(const struct hub_settings *settings, const struct rulebook *book);
void hub_destroy(struct hub *hub);

/* One step. *effects is cleared first. Never fails: what cannot be done is answered so. */
void hub_step(struct hub *hub, const struct event *event, struct effects *effects);

/* When the hub next wants an EVENT_TICK; INT64_MAX = never. */
mono_ms hub_deadline(const struct hub *hub);

/* The notices that are known, newest first, at most `most`; returns how many were written. The books are the
 * hub's and live as long as it does, also when a version is added; a ceiling is NULL if it cannot be read. */
struct hub_notice {
        uint32_t version;
        char name[NOTICE_NAME_MAX];
        wall_ms since;
        const struct rulebook *ceiling;
};
uint32_t hub_notices(const struct hub *hub, struct hub_notice *out, uint32_t most);

/* The book in force. NULL: none that can be trusted, so everything is hidden. Borrowed until the next step.
 */
struct hub_live {
        const struct rulebook *book;
        uint32_t version;     /* 0: it came with hub_create() */
        struct digest sha256; /* zero without a book */
};
void hub_live(const struct hub *hub, struct hub_live *out);

/* Whether this is the token of a console's session that the hub has heard of since it started, and that has
 * not ended. Only EVENT_REQUEST's answer says whether it may do anything. */
bool hub_knows_console(const struct hub *hub, const struct digest *token);
/* Whether anybody on the roster may manage this store. */
bool hub_is_managed(const struct hub *hub);

/* The access points' agents, in the order in which they were made; at most SENSORS_MAX. Returns how many. */
struct hub_sensor {
        char name[33];
        const char
                *state;  /* "new": not paired yet; "ok", "silent"; "down": its access point does not answer */
        int64_t heard_s; /* so long ago; -1: never since the hub started */
};
uint32_t hub_sensors(const struct hub *hub, mono_ms now, struct hub_sensor out[SENSORS_MAX]);

/* Numbers for `maitrectl status` and tests. */
struct hub_counts {
        uint32_t visits, peers, pending, associates_connected;
        uint64_t arrivals, cards, retracts, refused;
};
void hub_count(const struct hub *hub, struct hub_counts *out);
/* The clock has leapt ahead: nothing that is too old by it is let go of [P166]. */
bool hub_doubts_clock(const struct hub *hub);

#endif
