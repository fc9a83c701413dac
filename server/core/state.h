/* The core's insides: what is live. Only the files of server/core include this.
 *
 * How a request runs: it becomes a `pending` with the step that follows; a LOAD brings the dossier, a COMMIT
 * makes durable what was decided, and only EVENT_COMMITTED changes what is live and answers. Whoever would
 * touch a visit or a stream with a commit in flight waits and starts again from its first step, so nothing
 * needs undoing. A request with a key first claims it, and is done only if the store does not know it: see
 * request.c. */
#ifndef CORE_STATE_H
#define CORE_STATE_H

#include "server/core/book.h"
#include "server/core/door.h"
#include "server/core/flow.h"
#include "server/core/hub.h"
#include "server/core/index.h"
#include "server/core/keep.h"
#include "server/rulebook/render.h"

#define NONE                 UINT32_MAX
#define STREAM_KEPT          64  /* events of a stream kept for resuming */
#define NOTES_MOST           512 /* small frames waiting for a peer's credit, over all peers */
#define NOTE_MAX             1400
#define PEER_NOTES           8
#define ASSOCIATE_PEERS_MOST 8
#define STEP_TURNS           12 /* deadlines or waiting requests that one step takes up */
#define HELLO_WITHIN_MS      (5 * SECOND_MS)
#define SWEEP_MS             SECOND_MS
#define PENDING_WRITES       24
#define PENDING_STREAMS      (2 * LADDER_PLACES) /* those who had a visit's card, and those who get it */
#define BUDGET_MOST          60                  /* most_per_hour is at most this */
#define COLLEAGUES_MAX       12

#include "server/core/peer.h"

struct associate {
        struct associate_row row;
        uint32_t first_peer; /* list through peer.next */
        uint32_t n_peers;
        bool in_flight; /* a commit that numbers an event of this stream is on its way */
        uint64_t seq;   /* of the newest durable event */
        uint32_t last_card;
        struct stream_row ring[STREAM_KEPT]; /* event s lies at s % STREAM_KEPT */
        uint64_t ring_first;                 /* oldest seq in the ring; seq + 1 = empty */
        uint32_t n_with;                     /* customers whom she is with, as far as that keeps her */
        uint32_t n_cards;                    /* places that she has */
        struct remember_ask {                /* one thing that she was asked for, in noted.c */
                uint32_t card, person;
                mono_ms until;
                bool kept;
        } remember;
        uint64_t n_offers; /* offer i was made at offers[i % BUDGET_MOST] */
        mono_ms offers[BUDGET_MOST];
};

/* A card as it was pushed: what a `rendered` puts on the customer's record, also when the visit has moved on
 * meanwhile. */
struct shown {
        uint32_t associate, card, person; /* associate: surrogate, 0 = free */
        uint64_t seq;
        struct uuid visit;
        uint8_t relation, seen, lines;
        struct digest rulebook; /* under which it was made */
        bool notes;             /* it has any */
        bool recorded;
        char frame[CARD_FRAME_SIZE];
};
#define SHOWN_KEPT 512
/* Whose each is, side by side: to look through the frames for it would go through two megabytes. */
struct shown_name {
        uint32_t associate, card;
        uint64_t seq;
};

struct note {
        uint32_t next;
        uint32_t len;
        char text[NOTE_MAX];
};

/* What "now" tells, as far as it comes from the dossier. */
struct now_facts {
        uint32_t person;    /* 0 = stranger */
        uint32_t associate; /* her associate: by choice or evidence; index or NONE */
        bool after, not_today;
        bool instore, online, other_stores, sizes;
        bool notes;        /* her associate may write something down */
        bool wifi, always; /* what the store's Wi-Fi may do */
        bool paused;       /* she has paused the use of her data [P133] */
        bool gpc;          /* her browser asks not to sell or share [P135] */
        int32_t looks;     /* hours that looks at her cards are kept; 0 = the store's time [P167] */
        wall_ms objected;  /* when she objected; 0 = she did not [P134] */
        uint32_t notice;   /* the version that she agreed to; 0 = none */
        uint8_t visits, lines_seen;
        uint32_t served_by; /* index or NONE */
};

/* The slots of one day: what agents call a device instead of its name [P46]. */
struct tag_set {
        store_day day; /* 0 = none */
        uint32_t n;
        uint32_t *device; /* slot -> index into hub.devices */
        uint8_t key[AGENT_KEY_BYTES];
};

/* One step from a version of today's set to the next. */
struct tag_change {
        uint32_t slot;
        bool add;
};
#define TAG_CHANGES_KEPT 64

struct agent {
        struct sensor_row row; /* its boot and seq: of the newest claim on disk */
        uint64_t peer;
        bool connected, hello, credit;
        mono_ms opened, heard; /* heard 0: never since the hub started */
        bool down;             /* its access point does not answer */
        bool outside; /* the house rules leave its zone out, or the sign is missing: it counts for nothing */
        uint64_t boot, seq; /* of the newest claim taken */
        uint32_t ticket;    /* of the commit on its way */
        bool in_flight;
        bool owes_welcome, owes_settings, owes_key, owes_ack;
        uint32_t part, parts; /* of the set that is being sent; part 0 = none */
        uint64_t version;     /* of the set that it has, or has when all parts are out; 0 = none */
        int64_t sweep;        /* number of the sweep that is being said */
        int64_t sweep_part;   /* the part that comes next; 0 = none */
        mono_ms sweep_since;
};

/* Tries at one account or PIN, or at one name that nobody has: both close alike. */
struct manager_try {
        bool trying; /* one is on its way: a second has to wait for it */
        uint32_t failures;
        mono_ms closed_until;
        wall_ms closed_at;
        int64_t closed_ms;
};

enum devices_do { DEVICES_LEAVE, DEVICES_SILENT, DEVICES_PAUSED, DEVICES_SPEAK, DEVICES_GONE };

struct pending;
struct visit;
struct seat;
struct around;
struct managers;
struct pin;
struct notices;
typedef void (*load_step)(struct hub *, struct pending *, const struct dossier *);
typedef void (*commit_step)(struct hub *, struct pending *);
typedef void (*proved_step)(struct hub *, struct pending *, const struct proved *);
typedef void (*first_step)(struct hub *, struct pending *);

enum origin { FROM_REQUEST = 1, FROM_PEER, FROM_INSIDE };
enum stage { STAGE_FREE, STAGE_LOADING, STAGE_COMMITTING, STAGE_WAITING, STAGE_PROVING, STAGE_JUDGED };

struct pending {
        enum stage stage;
        enum origin origin;
        uint32_t generation; /* with the slot: the ticket */
        mono_ms began;
        uint32_t next; /* of the waiting list */
        uint64_t request, peer;
        enum face face;
        bool has_token;
        struct digest token;
        struct message message;
        struct fresh fresh;
        first_step start;
        load_step loaded;
        commit_step committed;
        proved_step proved;
        uint32_t visit; /* slot that changes with this commit, or that a release is for; NONE */
        bool creates;   /* ... and is new with it */
        struct live_visit_row row;
        uint32_t n_writes;
        uint32_t streams[PENDING_STREAMS]; /* associates whose stream this commit numbers events of */
        uint32_t n_streams;
        struct stream_row events[PENDING_STREAMS];
        uint32_t n_events;
        bool drop_view;  /* the card must be computed anew */
        bool turn_anew;  /* a rung begins with this commit, ... */
        bool turn_over;  /* ... or the present one is over with it */
        bool clock_anew; /* so does the ladder's whole clock */
        uint32_t to;     /* index of whom a card is handed to, looked up once; NONE */
        struct now_facts facts;
        enum cookie cookie;
        enum session_kind cookie_kind;
        struct secret secret;
        int64_t cookie_age_s;
        uint32_t retry_s; /* with a refusal: when to try again; 0 = soon */
        bool untold;      /* the answer holds what no trace may be made of */
        uint32_t session_subject;
        bool has_key; /* of a request that is done once, however often it comes */
        bool claimed; /* hub.by_request names this one */
        bool judged;  /* the store has been asked for the key ... */
        bool repeats; /* ... and knew it: */
        struct request_row first;
        struct request_key key;
        struct digest asked; /* the message */
        bool has_made;
        struct digest made;       /* the session or link that is made now, or the receipt of her leaving */
        struct uuid receipt;      /* of what is said now; zero = none */
        enum devices_do devices;  /* what becomes of her devices when it is durable */
        struct device_row device; /* a device that is bound with it; id 0 = none */
        bool gpc;                 /* the request came with Sec-GPC: 1 [P135] */
        bool has_station;         /* of the phone that asks: its address on the store's network */
        uint8_t station[6];
        uint32_t agent;             /* of a claim's commit: index into hub.agents */
        struct manager_try *trying; /* whose password and code are being looked at; NULL = nobody's */
        uint32_t by;                /* of what changes the rules: who asks */
        bool changes_book, saves_house, renews;
        struct book_row book_row; /* what becomes of its version */
        struct rulebook *book;    /* what will be in force when it is durable; owned */
        uint8_t wrong_before;     /* of a PIN: wrong ones at this handheld */
        bool signs_in;            /* ... its choice signs her in */
        uint32_t ended;           /* of a revoking: how many sessions */
        enum { DRAFT_NONE, DRAFT_OK, DRAFT_WRONG } draft;
        uint32_t shown; /* of a disclosure: index into hub.shown, and its seq */
        uint64_t shown_seq;
        /* From here on nothing is cleared when it is taken: the counters above say what counts. */
        struct write writes[PENDING_WRITES];
        struct house house;             /* of a draft of the house rules, ... */
        struct house_error house_error; /* ... or what is wrong with it */
};

struct hub {
        struct hub_settings set;
        const struct rulebook *book; /* in force; NULL hides everything */
        struct rulebook *own_book;   /* the same, if it is ours to free */
        struct digest book_digest;
        struct book_row book_row; /* of the version in force; version 0: it came with hub_create() */
        bool book_changing;       /* a request that changes the rules is between its first step and its end */
        struct house house;       /* the house rules in force */
        uint32_t listed[HOUSE_RULES]; /* departments, as bits, of the rules that list such */
        struct house_row house_row;   /* their version, or the one that is being saved */
        uint32_t house_version;
        bool house_changing; /* a save is on its way */
        uint32_t *renew, renew_first,
                n_renew;     /* visits whose card is pushed anew; a ring of set.visits_most */
        bool *renewing;      /* by slot: it is in the ring, and meant */
        uint32_t n_renewals; /* whose commit is on its way */
        bool started;

        /* the present step */
        const struct event *event;
        struct effects *out;
        uint32_t taken_in_step; /* pendings begun by this event */

        uint32_t store;
        char store_name[NAME_MAX_BYTES];
        char departments[DEPARTMENT_COUNT][NAME_MAX_BYTES];
        struct flow flows[DEPARTMENT_COUNT];
        char currency[4];
        struct uuid epoch;
        char epoch_text[37];
        uint8_t door_key[32];
        uint32_t next_guest;

        struct associate *associates; /* ROSTER_MAX */
        uint32_t n_associates;
        struct index by_associate; /* surrogate -> index */

        struct visit *visits; /* set.visits_most */
        uint32_t *free_visits, n_free_visits;
        struct index by_person; /* person -> live visit's slot */
        struct index by_card;   /* associate << 32 | card -> slot */

        struct peer *peers; /* set.peers_most */
        uint32_t *free_peers, n_free_peers;
        struct index by_peer;     /* peer id -> slot */
        struct index by_changing; /* person -> pending whose commit about her is on its way */
        struct index by_request;  /* a request's key -> pending that answers it now */

        struct pending *pending; /* set.pending_most */
        uint32_t *free_pending, n_free_pending;
        uint32_t waiting_first, waiting_last;

        struct note *notes;  /* NOTES_MOST */
        struct shown *shown; /* SHOWN_KEPT, a ring */
        struct shown_name shown_names[SHOWN_KEPT];
        uint32_t shown_next;
        uint32_t free_note;

        struct presence *presence;
        struct device_row *devices; /* set.devices_most, by id */
        uint32_t n_devices, next_device;
        bool device_in_flight;
        uint32_t agent_ticket;  /* of the newest who changes an agent's row */
        struct tag_set sets[2]; /* today, yesterday */
        bool no_tags;           /* agents get an empty set: the sign that tells of them does not hang */
        uint64_t tag_version;   /* of today's set; never used twice, whenever the hub starts */
        struct tag_change changes[TAG_CHANGES_KEPT]; /* the step to version v lies at v % TAG_CHANGES_KEPT */
        uint64_t changes_from;                       /* the oldest version that steps lead on from */
        uint8_t wifi_key[32];
        struct agent agents[SENSORS_MAX];
        uint32_t n_agents;
        uint32_t pair_tries; /* wrong codes since the newest was made */
        uint32_t code_tries; /* the same of handhelds' */

        struct around *around;           /* reach.c: who is there, while somebody is looked for */
        struct managers *managers;       /* manager.h */
        struct pin *pins;                /* sign.h; by associates' indices */
        struct duties *duties;           /* roster.h */
        struct notices *notices;         /* notice.h */
        struct screens *screens;         /* screens.h */
        struct retractions *retractions; /* retractions.h */
        struct walkin *walkin;           /* walkin.h */
        struct keeping keep;             /* keep.h */
        struct {
                struct remembered now, kept; /* kept: on disk, or not known to be */
                mono_ms again;               /* when it is written, after it was tried */
        } remember;
        mono_ms release_at; /* when the next card is due; INT64_MAX: none waits */
        bool releasing;
        mono_ms sweep_at;
        bool hurry; /* something was left for the next tick for want of room */
        struct hub_counts counts;
        struct {
                store_day day;
                uint32_t arrivals, met, nobody;
        } today;
};

/* ---- out.c: effects ---- */
struct effect *out_effect(struct hub *hub, enum effect_kind kind); /* NULL when the list is full */
bool out_room(const struct hub *hub, uint32_t effects, uint32_t writes, uint32_t bytes);
void out_answer(struct hub *hub, struct pending *p, uint16_t status, const char *body, size_t len);
/* {"error","say","do"} to whoever asked: an ANSWER, or an error frame to the peer; frees the pending. */
void out_refuse(struct hub *hub, struct pending *p, uint16_t status, const char *error, const char *say,
        const char *todo);
void out_close(struct hub *hub, uint64_t peer, uint16_t code, const char *reason);

/* ---- pending.c ---- */
/* A free pending, or NULL: the hub is full; the caller refuses. */
struct pending *pending_take(struct hub *hub, enum origin origin);
void pending_free(struct hub *hub, struct pending *p);
void pending_forget_writes(struct pending *p);
struct pending *pending_by_ticket(struct hub *hub, uint32_t ticket);
uint32_t pending_ticket(const struct hub *hub, const struct pending *p);
/* Emits the LOAD and remembers the step that follows. */
void pending_load(struct hub *hub, struct pending *p, const struct effect *load, load_step loaded);
/* Lets the pending begin again when a commit in flight has ended. */
void pending_wait(struct hub *hub, struct pending *p);
struct write *pending_write(struct pending *p, enum write_kind kind);
/* Numbers an event of an associate's stream; `kind` CARD with card 0 makes a new card's number and stores it
 * in the row. */
void pending_event(struct hub *hub, struct pending *p, uint32_t associate, enum stream_kind kind,
        uint32_t *card, uint64_t *seq);
/* Whether what this pending wants to change (also the person it is about, and the streams of all who have a
 * place in the visit) is free; if not it was put to wait. */
bool pending_may_change(struct hub *hub, struct pending *p, uint32_t visit);
/* ... without the streams: nothing is told to a handheld. */
bool pending_may_note(struct hub *hub, struct pending *p, uint32_t visit);
/* ... and the streams of these associates as well. */
bool pending_may_offer(
        struct hub *hub, struct pending *p, uint32_t visit, const uint32_t *associates, uint32_t n);
/* Emits the COMMIT of the gathered writes; what is live changes when it is durable. */
void pending_commit(struct hub *hub, struct pending *p, commit_step committed);
void pending_committed(struct hub *hub, uint32_t ticket, bool ok);
void pending_run_waiting(struct hub *hub);

/* ---- people.c ---- */
uint32_t associate_find(const struct hub *hub, uint32_t surrogate); /* index or NONE */
uint32_t associate_by_external(const struct hub *hub, const char *external);
bool associate_connected(const struct hub *hub, uint32_t index);
bool associate_here(const struct hub *hub, uint32_t index); /* active and of this store */
/* Whom the roster names to stand in for her: an index, or NONE. */
uint32_t associate_stand_in(const struct hub *hub, uint32_t index);
bool associate_speaks(const struct hub *hub, uint32_t index, const char *language);
/* Whether she may be offered a card now [P81]: here, on shift, with a handheld that answers, with nobody,
 * within her budget. */
bool associate_free(const struct hub *hub, uint32_t index);
/* At least one of her devices is there and not silent; or some are, and all of them silent [P84]. */
bool associate_reachable(const struct hub *hub, uint32_t index);
bool associate_silent(const struct hub *hub, uint32_t index);
/* Over how long the store's handhelds come back when all have lost their hub: so many handshakes at once
 * would keep a guest waiting at the door [P22]. */
int64_t people_back_ms(const struct hub *hub);
/* An offer to her became durable at `at`, or was found on disk. */
void associate_offered(struct hub *hub, uint32_t index, mono_ms at);
/* Her associate by decision 12: her choice, else the best evidence who works here; NONE if nobody. */
uint32_t her_associate(const struct hub *hub, const struct dossier *d);
bool hours_open(const struct hub *hub); /* whether somebody may be called now */
/* Of these what she has agreed to, as far as it holds under these of her words. */
void facts_agreed(const struct hub *hub, const struct dossier *d, const struct consent_row *rows, uint32_t n,
        struct now_facts *out);
void facts_of(const struct hub *hub, const struct dossier *d, struct now_facts *out);
/* One look at a customer: who looks, how sure it is that she is here, and what she tells of today. */
struct look {
        uint32_t associate; /* index, or NONE */
        bool preferred;     /* by her own choice */
        enum seen seen;
        bool sizes;                       /* the data category is consented */
        const struct live_visit_row *row; /* hint and wish; may be NULL */
        bool others;                      /* somebody looks on who is none of the two: no notes */
        bool joining; /* what counts is the newest notice, not the one that she agreed to before */
};
/* The pipeline: dossier -> view for a viewer. */
void view_of(const struct hub *hub, const struct dossier *d, const struct look *look, struct view *out);
/* Gathers the choice of hiding (or talking about) every line behind one shown line. False: more than a card
 * can be asked to strike at once. */
bool choose_line(const struct hub *hub, struct pending *p, const struct dossier *d, const struct look *look,
        const struct view_line *shown, enum line_choice choice);
bool sizes_ok(const struct hub *hub, const struct dossier *d);
void preview_mark(const struct view *view, char out[33]);
/* The card object for her own eyes, appended to `j` under "card", and its mark under "preview". */
struct json_out;
void preview_write(struct json_out *j, const struct view *view, const char *standing, enum seen seen);
void standing_of(const struct hub *hub, uint32_t viewer, uint32_t client_of, bool preferred, bool guest,
        char *out, size_t room);
/* 201 + now object: ends the request. */
void answer_now(struct hub *hub, struct pending *p);

/* ---- customer.c ---- */
void customer_load(struct hub *hub, struct pending *p, uint32_t want, load_step then);
/* Her dossier if the token is that of a phone and she has joined; else NULL: refused, or waiting. */
const struct dossier *customer_joined(struct hub *hub, struct pending *p, const struct dossier *d);
/* The live visit that this request is about, free to change; NULL: answered or waiting. */
struct visit *customer_changing(struct hub *hub, struct pending *p);
uint8_t customer_if_busy(const char *word);
/* False: it is none of the words, and that has been answered. None at all is fine. */
bool customer_takes_word(struct hub *hub, struct pending *p, const char *word);
/* One category as she wants it now, if that is anything new. */
void customer_share_one(struct hub *hub, struct pending *p, const struct dossier *d, enum category category,
        bool *has, bool wants);
void customer_consent(struct hub *hub, struct pending *p, uint8_t purpose, uint8_t category, uint8_t state,
        uint8_t mode, wall_ms valid_until);

/* ---- stream.c ---- */
void stream_append(struct hub *hub, const struct stream_row *row);
void stream_pump(struct hub *hub, struct peer *peer);
void stream_pump_associate(struct hub *hub, uint32_t associate);
void stream_begin(struct hub *hub, struct peer *peer); /* after hello: welcome, resume or resync */
void initials_of(const struct dossier *d, char out[12]);
void stream_read_again(struct hub *hub, struct visit *v, uint64_t peer);
/* Computes what one associate (index) may see of a live visit, from a dossier just read; her name for the
 * board as well. False: nobody to show it to. */
bool visit_look(struct hub *hub, struct visit *v, uint32_t associate, const struct dossier *d);
struct shown *shown_keep(struct hub *hub, const struct visit *v, const struct place_row *place,
        const struct seat *seat, uint64_t seq);
struct shown *shown_find(
        struct hub *hub, uint32_t associate, uint32_t card, uint64_t seq); /* NULL if not kept */
const char *alert_word(enum alert_state state);
/* The head of a visit's card as it was last pushed to this place. */
void card_head_of(const struct visit *v, const struct place_row *place, const struct seat *seat, uint64_t seq,
        struct card_head *out);

/* ---- first.c: what the first run asks for ---- */
void first_told(struct hub *, struct pending *);
void first_at(struct hub *, struct pending *);
void first_import(struct hub *, struct pending *);
void first_pair_link(struct hub *, struct pending *);

/* ---- book.c: the rules in force ---- */
void book_ask(struct hub *, struct pending *); /* every message of the lab */
void book_again(struct hub *, struct pending *, const struct dossier *);
void book_verdict(struct hub *hub);
/* Lets go of what a request held. */
void book_release(struct hub *hub, struct pending *p);
/* Takes the version that the database says is live. */
void book_start(struct hub *hub, const struct snapshot *s);
/* Pushes the next of the cards that were made under an older book. */
void book_renew(struct hub *hub);
/* Such a card's commit failed: it is tried again. */
void book_renew_again(struct hub *hub, uint32_t visit);
/* The version that every open card has been made under, on disk too. */
uint32_t book_renewed(const struct hub *hub);

/* ---- start.c: takes what the database knew when the process began, and later what an import changes ---- */
void start_hub(struct hub *hub, const struct snapshot *s);
/* An associate keeps her index for the hub's life: an import adds and changes, it never moves her stream. */
void start_roster(struct hub *hub, const struct roster *roster);

/* ---- remember.c: what is known again after a start ---- */
void remember_start(struct hub *hub, const struct snapshot *s);
void remember_leak_check(struct hub *hub, const struct leak_check *result);
void remember_sweep(struct hub *hub);

bool digest_of_secret(const char *text, struct digest *out); /* base64url of 32 bytes; false if it is none */
void digest_of(const struct secret *secret, struct digest *out);

#include "server/core/entries.h"
#include "server/core/house_rules.h"
#include "server/core/manager.h"
#include "server/core/noted.h"
#include "server/core/notice.h"
#include "server/core/numbers.h"
#include "server/core/receipt.h"
#include "server/core/release.h"
#include "server/core/request.h"
#include "server/core/retractions.h"
#include "server/core/roster.h"
#include "server/core/screens.h"
#include "server/core/sessions.h"
#include "server/core/sign.h"
#include "server/core/visit.h"
#include "server/core/walkin.h"
#include "server/core/wifi.h"

#endif
