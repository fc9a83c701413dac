/* A hub under a virtual clock with a small store of its own: tests say what happens, the rig answers LOAD and
 * COMMIT the way the real store does, and keeps what the hub sent. Commits can be held back, so that a test
 * decides what comes between. */
#ifndef TESTS_CORE_RIG_H
#define TESTS_CORE_RIG_H

#include "server/core/hub.h"
#include "server/core/trace.h"

#define RIG_START       INT64_C(1772700000000) /* 2026-03-05 08:40 UTC */
#define RIG_PEOPLE      8
#define RIG_SESSIONS    32
#define RIG_LINKS       32
#define RIG_REQUESTS    16
#define RIG_FRAMES      128
#define RIG_HELD        32
#define RIG_SHIFTS      64
#define RIG_LINES       8
#define RIG_OFFERS      128
#define RIG_STREAM_KEPT 128 /* events of a stream that the store keeps */

/* Associates: 1 maria (Shoes, store 1), 2 jonas (Women, store 1), 3 eva (manager, store 1), 4 pia (store 2).
 */
enum { MARIA = 1, JONAS, EVA, PIA };
/* And in a large store: 5 ida (Shoes), 6 ole (Shoes), 7 tom (Women, trainee), 8 ute (Women), all of store 1.
 */
enum { IDA = PIA + 1, OLE, TOM, UTE, RIG_ASSOCIATES = UTE };
enum { ANNA = 1, BO, MIA /* a minor by the store's records */ };

struct rig_person {
        struct person_row row;
        store_day not_today; /* the newest day on which she said so */
        struct consent_row consents[CONSENT_ROWS_MAX];
        uint32_t n_consents;
        struct evidence_row evidence[EVIDENCE_MAX];
        uint32_t n_evidence;
        struct purchase lines[RIG_LINES];
        uint32_t n_lines;
        struct last_visit_row last;
        struct write notes[NOTES_MAX]; /* the newest first */
        uint32_t n_notes;
        wall_ms note_shown;
        uint32_t receipts; /* of receipts_day */
        store_day receipts_day;
};

/* A version of the rules, as the store keeps it. */
#define RIG_BOOKS 8
struct rig_book {
        struct book_row row;
        char text[8192];
};

struct rig_held {
        uint32_t ticket;
        struct write writes[WRITES_MAX];
        uint32_t n;
};

struct rig {
        struct hub *hub;
        struct rulebook *book;
        mono_ms mono;
        wall_ms wall;
        store_day day;
        int32_t minute;
        uint64_t random;
        struct effects effects;

        struct rig_person people[RIG_PEOPLE];
        struct {
                struct digest token;
                struct session_row row; /* kind 0: it has ended */
                struct own_key own_key;
                char label[41];
        } sessions[RIG_SESSIONS];
        uint32_t n_sessions;
        struct {
                struct digest secret;
                struct link_row row;
        } links[RIG_LINKS];
        uint32_t n_links;
        struct {
                struct request_key key;
                struct request_row row;
        } requests[RIG_REQUESTS];
        uint32_t n_requests;
        struct live_visit_row visits[RIG_HELD];
        uint32_t n_visits;
        struct stream_row stream[512];
        uint32_t n_stream;
        uint32_t last_card[RIG_ASSOCIATES + 1]; /* by associate: the highest ordinal that was ever given */
        struct device_row devices[RIG_HELD];
        uint32_t n_devices;
        struct sensor_row sensors[4];
        uint32_t n_sensors;
        bool practised[RIG_ASSOCIATES + 1];
        uint8_t roles[RIG_ASSOCIATES + 1]; /* by associate: 1 + what an import said; 0 = as at first */
        struct manager_row managers[4];
        uint32_t n_managers;
        struct pin_row pin_rows[RIG_ASSOCIATES + 1]; /* by associate; "": none */
        struct notice_row notices[4];                /* none: one that promised what the rules show */
        uint32_t n_notices;
        struct uuid consent_ids[256]; /* of all consent events: none is given twice */
        uint32_t n_consent_ids;
        wall_ms seen_noted; /* of the newest WRITE_SESSION_SEEN */
        struct remembered remembered;
        struct walkins walkins; /* newest first */
        struct write kept;      /* the newest WRITE_KEEP */
        wall_ms shortened;      /* the clock of the newest WRITE_LOOKS */
        uint8_t first_step;
        uint32_t disclosures, offers, cleared;
        struct offer_row offer_rows[RIG_OFFERS]; /* of those that began */
        uint8_t offer_rungs[RIG_OFFERS], offer_replies[RIG_OFFERS];
        struct uuid offer_ids[RIG_OFFERS];
        /* Settings of the next hub; all of them off at first. */
        bool large;         /* of the next hub's roster */
        uint8_t sold_in;    /* the department of the sale that there is */
        uint32_t stands_in; /* who is named there for Maria; 0 = nobody */
        int32_t rendered_within_ms, least_gap_ms;
        uint32_t most_per_hour;
        int64_t busy_most_ms;
        struct write last_disclosure;
        struct {
                struct consent_row row;
                uint8_t method, actor, steps;
        } last_consent;
        struct receipt_row receipt; /* the newest */
        char said_in[9];            /* the language of the newest word in the ledger */
        uint32_t receipts;
        struct effect asked_receipt; /* the newest EFFECT_RECEIPT */

        struct rig_book books[RIG_BOOKS];
        uint32_t n_books;
        struct effect lab;        /* the newest EFFECT_LAB */
        uint32_t labs;            /* how many there were */
        uint32_t swaps;           /* EFFECT_BOOKs */
        struct effect numbers[4]; /* EFFECT_NUMBERS */
        uint32_t n_numbers;
        struct effect asked_first;

        struct house_wanted asked_house;        /* of the newest EFFECT_HOUSE */
        struct house_row house;                 /* version 0: none was saved */
        struct house_bound bounds[HOUSE_RULES]; /* head office's, of the next hub */
        uint8_t always_from;                    /* of the next hub */

        struct shift_row shifts[RIG_SHIFTS]; /* none: the store keeps no roster */
        uint32_t n_shifts;
        uint32_t asked_roster; /* EFFECT_ROSTERs */
        uint16_t more_of_day;  /* shifts of others, on the present UTC day */
        bool hold_roster;      /* they are not answered: rig_import does it */
        struct effect asked_shifts;

        wall_ms as_of; /* of the newest LOAD by person */
        /* What PROVE says of the next tries; the test knows who types the right things. */
        struct proved proof;
        bool hold_proofs; /* keep them until rig_release_proof */
        uint32_t proof_ticket, proofs;
        struct effect proved; /* the newest PROVE */
        bool signs;           /* what VERIFY says of the next signatures */
        bool hold_verified;   /* nothing is said of them */
        uint32_t verifies;
        struct effect verify;             /* the newest VERIFY */
        bool keys_required, one_handheld; /* of the next hub */
        bool pins;                        /* ... with a quarter of an hour, twelve hours, half an hour */
        const char *origin;               /* of the next peers' pages */
        bool hold_commits;                /* keep commits until rig_release */
        bool fail_commits;
        struct rig_held held[RIG_HELD];
        uint32_t n_held;
        bool hold_credit; /* do not say READY by itself */
        bool hold_loads;  /* keep what was read, as it was when it was read, until rig_release_loads */
        struct {
                uint32_t ticket;
                struct dossier *dossier;
        } loads[RIG_HELD];
        uint32_t n_loads;

        /* the newest answer */
        uint64_t request, answered;
        enum face face;         /* of the next requests */
        bool gpc;               /* of the next requests: they come with Sec-GPC: 1 */
        const struct uuid *key; /* of the next requests; NULL: none */
        const uint8_t
                *station; /* of the next requests: the phone's address on the store's network; NULL: none */
        uint16_t status;
        uint32_t retry_s;
        enum cookie cookie;
        struct secret cookie_token;
        char body[64 * 1024];
        uint32_t answers;

        struct {
                uint64_t peer;
                char text[4200];
                uint32_t len;
        } frames[RIG_FRAMES];
        uint32_t n_frames;
        struct {
                uint64_t peer;
                uint16_t code;
        } closed[16];
        uint32_t n_closed;
        char *trace; /* everything so far; grows */
        size_t trace_len, trace_room;
};

void rig_start(struct rig *r);
void rig_stop(struct rig *r);
/* A second hub over the same store, as after a restart. */
void rig_restart(struct rig *r);
/* An import gives an associate another role. */
void rig_role(struct rig *r, uint32_t associate, enum role role);
void rig_wait(struct rig *r, int64_t ms); /* time passes; ticks come when due */

/* A token of a session that exists, as after a pairing. */
struct digest rig_session(struct rig *r, enum session_kind kind, uint32_t subject);
struct secret rig_link(
        struct rig *r, enum link_kind kind, uint32_t person, uint32_t associate, uint64_t line_ref);
void rig_secret_text(const struct secret *s, char out[44]);

/* One request; returns the status, 0 if there was no answer yet. r->body holds the answer. */
uint16_t rig_request(struct rig *r, const struct digest *token, const struct message *m);
void rig_open(struct rig *r, uint64_t peer, enum face face, const struct digest *token);
void rig_hello(struct rig *r, uint64_t peer, const char *epoch, uint64_t seq);
void rig_message(struct rig *r, uint64_t peer, const struct message *m);
void rig_say(struct rig *r, uint64_t peer, enum message_type type, uint32_t card, uint64_t seq);
/* An agent says this frame; one that cannot be read arrives as none. */
void rig_agent(struct rig *r, uint64_t peer, const char *frame);
void rig_ready(struct rig *r, uint64_t peer);
void rig_close(struct rig *r, uint64_t peer);
void rig_release(struct rig *r); /* lets held commits through, oldest first */
void rig_release_one(struct rig *r);
void rig_release_loads(struct rig *r);
void rig_release_proof(struct rig *r);
void rig_verified(struct rig *r, uint64_t peer, bool right);
void rig_door_code(const struct rig *r, char out[17]);

/* The lab's verdict on the newest EFFECT_LAB. Borrowed. */
void rig_verdict(struct rig *r, const struct book_verdict *verdict);

/* An associate's week has been counted. */
void rig_mine(struct rig *r, uint32_t ticket, const struct mine *mine);

void rig_leak_check(struct rig *r, const struct leak_check *result);

/* rig_settings.c */
struct hub_settings rig_settings(const struct rig *r);
/* As the store: whose each arrival was, newest last. */
uint32_t rig_arrivals(const struct rig *r, struct arrival_row out[RIG_HELD]);
/* Of each stream the newest events, as the store keeps them; oldest first. Returns how many. */
uint32_t rig_stream(const struct rig *r, struct stream_row *out);

/* rig_roster.c */
struct roster *rig_roster(const struct rig *r);             /* as the store would read it now; borrowed */
void rig_shift(struct rig *r, const struct shift_row *row); /* on disk; the hub is not told */
/* The same in one line: from and to are milliseconds after RIG_START. */
void rig_works(struct rig *r, uint32_t associate, int64_t from, int64_t to);
void rig_rests(struct rig *r, uint32_t associate, int64_t from, int64_t to);
/* The hub is given the roster, as after an import. */
void rig_import(struct rig *r);

/* rig_store.c */
void rig_people(struct rig *r);
struct dossier *rig_load(struct rig *r, const struct effect *e); /* malloc'ed */
void rig_apply(struct rig *r, const struct write *w);
/* rig_managing.c */
void rig_apply_managing(struct rig *r, const struct write *w);
wall_ms rig_oldest_note(const struct rig *r); /* when it was written; 0 = there is none */
void rig_apply_record(struct rig *r, const struct write *w);
struct rig_person *rig_person_of(struct rig *r, uint32_t id);

/* rig_pins.c */
void rig_apply_pin(struct rig *r, const struct write *w);

/* rig_sessions.c */
void rig_apply_session(struct rig *r, const struct write *w);
void rig_find_session(const struct rig *r, const struct effect *e, struct dossier *d);
void rig_list_sessions(const struct rig *r, const struct effect *e, struct dossier *d);

/* The newest frame of a peer that holds `piece`; NULL if none. */
const char *rig_frame(const struct rig *r, uint64_t peer, const char *piece);
uint32_t rig_frames_of(const struct rig *r, uint64_t peer, const char *piece);
void rig_forget_frames(struct rig *r);

#endif
