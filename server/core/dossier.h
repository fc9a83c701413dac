/* What the store hands to the core for one decision: flat blobs without pointers, so that a journal can keep
 * them and a test can write them. All of it is plain data; the accessors check the offsets. */
#ifndef CORE_DOSSIER_H
#define CORE_DOSSIER_H

#include "proto/base.h"
#include "proto/shift.h"
#include "server/core/book.h"
#include "server/core/house.h"
#include "server/core/ladder.h"
#include "server/rulebook/purchase.h"

#define NAME_MAX_BYTES    64 /* with NUL; longer names are cut at a character boundary by the store */
#define EXTERNAL_ID_MAX   65
#define LANGUAGES_MAX     24 /* with NUL, as the next */
#define SKILLS_MAX        64
#define DOSSIER_LINES_MAX 2000
#define CONSENT_ROWS_MAX  32
#define EVIDENCE_MAX      4
#define SALES_MAX         10
#define LIVE_ROWS_MAX     8192
#ifndef ROSTER_MAX
#define ROSTER_MAX 512 /* the measurements are built with more */
#endif

/* Every byte of a dossier is a field, which the compiler sees to here and in purchase.h: what is set is all
 * that there is, so that equal dossiers are equal bytes and a trace may hash them. `zero` stays so. */
#if UINTPTR_MAX > UINT32_MAX
#pragma GCC diagnostic push
#pragma GCC diagnostic error "-Wpadded"
#endif

/* ---- tokens and links ---- */
enum session_kind { SESSION_PHONE = 1, SESSION_HANDHELD, SESSION_CONSOLE, SESSION_SIGN, SESSION_TILL };
enum link_kind { LINK_JOIN = 1 /* after a sale */, LINK_CRM, LINK_HANDHELD, LINK_CONSOLE, LINK_SIGN };

struct session_row {
        uint32_t kind;    /* enum session_kind */
        uint32_t subject; /* person (phone) or associate (handheld, console); 0 for sign and till */
        wall_ms expires;
        wall_ms seen; /* of a console: its newest request, to the minute; of a handheld: its first connection
                         of the newest day that it had one; 0 = not noted */
        wall_ms paired; /* when it began; 0 = not noted */
        /* Of a handheld where PINs are asked for [P98]: */
        uint32_t who;  /* who is signed in; 0 = nobody */
        uint8_t tries; /* wrong PINs since the last right one */
        uint8_t zero[3];
        wall_ms signed_at; /* when she signed in, ... */
        wall_ms life_at;   /* ... and her newest sign of life, to the minute */
};

/* A handheld's own key [P95]: a point of P-256 as SEC 1 writes it, uncompressed. */
#define OWN_KEY_BYTES 65
struct own_key {
        bool known;
        uint8_t point[OWN_KEY_BYTES];
};

/* A device's session for whoever may take it back [P93]. */
struct session_listed {
        struct digest token;
        struct session_row row;
        bool keyed;     /* it has a key of its own [P95] */
        char label[41]; /* a till's */
        uint8_t zero[6];
};
#define SESSIONS_LISTED_MAX 256

struct link_row {
        uint8_t kind; /* enum link_kind */
        bool used;
        uint8_t department; /* of what was sold, if a till asks */
        uint8_t zero;
        uint32_t person, associate;
        pooled item;       /* what was sold, for "after your coat"; "" = none */
        uint64_t line_ref; /* the purchase line it is about, 0 = none */
        wall_ms expires;
};

/* ---- requests with a key [P16] ---- */
struct request_key {
        struct digest asker; /* whose key: a session's token, a link's secret, a door's code */
        struct digest key;
};

/* What came of one, for a day: it is written with its effect. */
struct request_row {
        wall_ms at;
        struct digest message; /* what was asked; keyed with the key */
        uint32_t person;       /* whom it was about, 0 = nobody */
        bool has_made;
        struct digest made; /* the session (its token) or link (its secret) that it made */
        uint8_t zero[3];
        wall_ms made_until; /* when that runs out; 0 = gone, or used. Only in a dossier */
};

/* ---- consent ---- */
enum purpose { PURPOSE_ALERT = 1, PURPOSE_HISTORY };
enum category {
        CATEGORY_PRESENCE = 1,
        CATEGORY_INSTORE, /* purchases in this store */
        CATEGORY_ONLINE,
        CATEGORY_OTHER_STORES,
        CATEGORY_SIZES,
        CATEGORY_SENSED, /* her phone, noticed by the store's Wi-Fi; of purpose alert */
        CATEGORY_NOTES   /* what her associate wrote down about her */
};
#define CATEGORY_BIT(c) (1u << (c))
enum consent_state { CONSENT_GIVEN = 1, CONSENT_REFUSED, CONSENT_WITHDRAWN };
/* STANDING: she is announced by herself whenever she is noticed. PAUSED: of all her data; refused while she
 * keeps it so, given again when she lifts it [P133]. */
enum consent_mode { MODE_ASK = 1, MODE_NOT_TODAY, MODE_VISIT, MODE_STANDING, MODE_PAUSED };

/* The newest event of one scope (purpose x category x store x mode). */
struct consent_row {
        uint8_t purpose, category, state, mode;
        uint32_t store; /* 0 = every store */
        wall_ms at, valid_until;
        store_day day;   /* the store's day of the event: "not today" holds on it */
        uint32_t notice; /* version of the notice it answered */
        bool gpc;        /* said by a browser that asks not to sell or share [P135] */
        uint8_t zero[7];
};

/* ---- people ---- */
#define THANKS_MOST 4 /* the newest */
struct person_row {
        uint32_t id;        /* surrogate; never sent anywhere */
        uint32_t preferred; /* associate of her own choice, 0 = none */
        int32_t looks;      /* hours that she wants looks at her cards kept; 0 = the store's time [P167] */
        bool enrolled;
        bool greet;             /* may be greeted by name */
        bool minor;             /* by the CRM's birthday: no joining */
        uint8_t visits;         /* earlier visits, capped at 255 */
        uint8_t alerts_today;   /* visits begun on the LOAD's `day`, capped at 255 */
        uint8_t not_todays;     /* days with a "not today" since she last said "always", capped at 255 */
        uint8_t receipts_today; /* given on the LOAD's `day`, up to RECEIPTS_A_DAY; if WANT_RECEIPTS */
        uint8_t n_thanks;
        store_day last_day; /* of her newest visit; 0: none */
        char first[NAME_MAX_BYTES], last[NAME_MAX_BYTES];
        char language[9];
        uint8_t zero[3];
        struct thanks_row { /* somebody wants to thank her for a visit on that day [P105] */
                uint32_t associate;
                store_day day;
        } thanks[THANKS_MOST];
};

/* What an associate wrote down about her [P117]: hers, not the associate's. */
struct kept_note {
        struct uuid id;
        uint32_t author; /* associate */
        pooled text;
        wall_ms at, shown; /* when it was written, when a card last showed it; 0 = never */
};

/* Who served her: best first by lines in 24 months, then latest sale, then lowest external id (decision 12).
 */
struct evidence_row {
        uint32_t associate;
        uint32_t lines;
        wall_ms latest;
};

struct last_visit_row {
        struct uuid id;
        uint32_t served_by; /* 0 = nobody */
        bool known;
        bool thanked;
        uint8_t lines_seen;
        uint8_t zero;
        wall_ms ended;
};

/* A sale of an associate, today, with a known customer who has not joined and was not invited for it. */
struct sale_row {
        uint64_t line_ref;
        wall_ms at;
        uint32_t person;
        pooled item;
        uint8_t department;
        uint8_t zero[7];
};

enum dossier_part {
        DOSSIER_SESSION = 1,
        DOSSIER_LINK = 2,
        DOSSIER_PERSON = 4, /* person, consent, last visit, lines; evidence, unless her choice works here */
        DOSSIER_SALES = 8,
        DOSSIER_REQUEST = 16,
        DOSSIER_SESSIONS = 32
};

struct dossier {
        uint32_t size_bytes; /* of the whole blob: this struct, lines, pool */
        uint32_t found;      /* dossier_part bits */
        struct session_row session;
        struct link_row link;
        struct request_row request;
        struct person_row person;
        uint32_t n_consents, n_evidence, n_notes, n_sales, n_lines;
        struct consent_row consents[CONSENT_ROWS_MAX];
        struct evidence_row evidence[EVIDENCE_MAX];
        struct last_visit_row last;
        struct kept_note notes[NOTES_MAX]; /* the newest first; none without her consent */
        struct sale_row sales[SALES_MAX];
        uint32_t n_sessions, sessions_rest;                 /* newest first; so many more there are */
        uint32_t lines_at, sessions_at, pool_at, pool_size; /* offsets from the start of the blob */
        struct own_key own_key;                             /* of the session */
        char currency[4];
        uint8_t zero[2];
};
#if UINTPTR_MAX > UINT32_MAX
#pragma GCC diagnostic pop
#endif

/* Checks sizes, offsets, counts and string ends; everything else may then trust the blob. */
bool dossier_valid(const struct dossier *d, size_t size);
const struct purchase *dossier_lines(const struct dossier *d);
const struct session_listed *dossier_sessions(const struct dossier *d);
const char *dossier_text(const struct dossier *d, pooled p); /* "" if p lies outside */

/* ---- the roster and what is live at start ---- */
struct associate_row {
        uint32_t id;
        uint32_t store;
        uint32_t departments; /* bit set */
        uint8_t role;         /* enum role */
        bool active;
        bool practised;     /* she need not be asked for the practice arrivals any more [P104] */
        uint32_t last_card; /* highest card ordinal that her stream ever gave, also long ago */
        uint32_t stand_in;  /* the associate who stands in for her, 0 = nobody is named */
        char first[NAME_MAX_BYTES], last[NAME_MAX_BYTES];
        char external[EXTERNAL_ID_MAX];
        char languages[LANGUAGES_MAX]; /* "en sv": words with one space between them */
        char skills[SKILLS_MAX];       /* the same */
};

/* ---- shifts [P80] ---- */
/* Holds from `begins` until just before `ends`. Of one kind, nobody begins two at once. */
struct shift_row {
        uint32_t associate;
        uint8_t kind; /* enum shift_kind */
        wall_ms begins, ends;
};

#define SHIFTS_DAYS      108 /* UTC days that those which are kept begin in */
#define SHIFTS_LIVE_DAYS 5   /* from the day before yesterday to the day after tomorrow */
#define SHIFTS_LIVE_MOST (SHIFTS_LIVE_DAYS * SHIFTS_DAY_MOST)

/* A store that purchases may name, for whoever reads times without a zone. */
struct store_zone {
        char external[EXTERNAL_ID_MAX];
        char zone[40]; /* IANA */
};
#define STORE_ZONES_MAX 64

/* As large as its shifts are many: roster_size() says. */
struct roster {
        uint32_t store; /* surrogate of this hub's store */
        char store_name[NAME_MAX_BYTES];
        char currency[4];
        uint32_t n_associates;
        char departments[DEPARTMENT_COUNT][NAME_MAX_BYTES];
        struct associate_row associates[ROSTER_MAX];
        uint32_t n_zones;
        struct store_zone zones[STORE_ZONES_MAX];
        bool keeps_shifts;              /* any shift is on record: else everybody is on shift */
        uint16_t of_day[SHIFTS_DAYS];   /* how many begin on each UTC day from `first_day` on */
        int32_t first_day, shifts_from; /* UTC days; `shifts` begin in SHIFTS_LIVE_DAYS from shifts_from on */
        uint32_t n_shifts;
        struct shift_row shifts[]; /* as they begin */
};

static inline size_t roster_size(const struct roster *roster)
{
        return sizeof(*roster) + roster->n_shifts * sizeof(roster->shifts[0]);
}

/* Somebody who has a visit's card, or whose card waits while the visit pauses. */
struct place_row {
        uint32_t associate;
        uint32_t card;     /* ordinal in her stream; 0 = on no screen */
        uint64_t card_seq; /* seq of its newest card event there */
        struct uuid offer; /* her offer's row, which the answer completes; zero = none */
};
#define ASKED_MAX 16 /* so many are asked for one visit, and nobody more */

/* A visit that had not ended when the hub stopped, with its alert. See write.h for the states. */
struct live_visit_row {
        struct uuid id;
        uint32_t person, client_of, served_by;
        uint8_t state, alert_state, if_busy, seen;
        uint8_t evidence; /* enum client_evidence: why client_of */
        uint8_t rung;     /* enum rung */
        uint8_t n_places, n_asked;
        wall_ms started, changed, offered; /* offered: when the present rung, or her being asked, began */
        wall_ms since;                     /* when the ladder's clock began: her arrival, or her answer */
        wall_ms met;                       /* with_her; 0 = not yet */
        store_day day;
        uint8_t lines_seen;
        struct place_row places[LADDER_PLACES];
        uint32_t asked[ASKED_MAX]; /* surrogates of those who were asked, the places among them */
        char hint[84], wish[84], meet[64];
};

/* An offer of the last hour, of whatever visit: what budgets are counted by [P85]. */
struct offer_row {
        uint32_t associate;
        wall_ms offered;
};
#define OFFERS_MAX 16384 /* the newest are read */

/* An arrival of the last hour: what is full is known by them [P164]. */
struct arrival_row {
        uint32_t associate; /* hers, else who was asked first; 0 = nobody */
        wall_ms started;
        struct uuid visit;
};
#define ARRIVALS_MAX 16384 /* the newest are read */

struct stream_row {
        uint32_t associate;
        uint64_t seq;
        uint8_t kind; /* enum stream_kind */
        uint32_t card;
        struct uuid visit;
};

/* ---- the store's Wi-Fi ---- */
#define DEVICE_ID_MAX 64
#define SENSORS_MAX   32
#define ZONE_MAX      33 /* bytes of a zone's name, with NUL; of a sensor's as well */

/* What one phone of hers is known by. It is never renamed: what it is called today hangs on `id` (device.h).
 */
struct device_row {
        uint32_t id, person; /* person 0: taken back; only its number still counts */
        uint8_t kind;        /* enum agent_id: 'k', 'u', 'm' */
        uint8_t len;
        uint8_t bytes[DEVICE_ID_MAX];
        store_day bound;  /* first known */
        store_day until;  /* last day on which it counts */
        store_day gone;   /* taken back on this day; 0 = not */
        store_day silent; /* "not today" or "stop" on this day; DEVICE_PAUSED: until she lifts her pause */
#define DEVICE_PAUSED INT32_MAX
};

/* An access point's agent. */
struct sensor_row {
        uint32_t id;
        char name[33];
        char zone[ZONE_MAX]; /* "": nobody said where it stands */
        bool paired;
        struct digest token;
        uint64_t boot, seq; /* of its newest claim on disk */
        struct digest code; /* of the pairing code that waits; until 0 = none */
        wall_ms code_until;
};

/* ---- managers' accounts [P60] ---- */
#define MANAGERS_MAX       64
#define MANAGER_HASH_MAX   128 /* of libsodium's text of a password's hash, with NUL */
#define MANAGER_TOTP_BYTES 20

/* What proves that she is she. The core carries it and never looks into it, so that a journal can leave it
 * out. */
struct manager_secret {
        char hash[MANAGER_HASH_MAX];      /* of the password: Argon2id with its salt and cost */
        uint8_t totp[MANAGER_TOTP_BYTES]; /* the second factor's key */
};

struct manager_row {
        uint32_t associate; /* 0: names that nobody has; nothing of it is ever read */
        struct manager_secret secret;
        int64_t step;      /* the newest 30 seconds whose code she has used */
        uint32_t failures; /* wrong tries since the last right one */
        wall_ms closed_at; /* when they closed it, and for how long; 0 = open */
        int64_t closed_ms;
};

/* ---- associates' PINs [P97] ---- */
struct pin_row {
        uint32_t associate;          /* 0: names that nobody has; nothing of it is ever read */
        char hash[MANAGER_HASH_MAX]; /* Argon2id; the core carries it as it does a manager's */
        uint32_t failures;           /* wrong tries over all handhelds since the last right one */
        wall_ms closed_at;           /* when they closed it, and for how long; 0 = open */
        int64_t closed_ms;
};

/* ---- the notices [P73] ---- */
#define NOTICES_MAX     16
#define NOTICE_NAME_MAX 33
#define NOTICE_TEXT_MAX (32 * 1024 + 1)

/* A version of the notice, and the most that it promised: a rulebook's canonical text. */
struct notice_row {
        uint32_t version;
        wall_ms since;
        char name[NOTICE_NAME_MAX];
        struct digest digest;       /* SHA-256 of the text */
        char text[NOTICE_TEXT_MAX]; /* "" = not what was written: it promised nothing */
};

/* ---- the house rules [P120] ---- */
struct house_row {
        uint32_t version; /* from 1; 0: none was saved yet */
        uint32_t by;      /* an associate; BOOK_BY_OPERATOR */
        wall_ms at;
        char text[HOUSE_TEXT_MAX]; /* canonical */
};

/* ---- what the hub wants to know again after a start ---- */
/* Twins of so many cards were compared at `at`; `found` were not the same [P74]. */
struct leak_check {
        wall_ms at; /* 0: never */
        uint32_t pairs, found;
};

/* What no request makes durable: see core/remember.c. Zeroes: nothing is known. */
struct remembered {
        struct leak_check leak_check; /* the newest */
        uint32_t renewed; /* the version of the rules that every open card was made under, or newer */
};

/* ---- walk-in tests [P154] ---- */
enum walkin_why {
        WALKIN_FINE,
        WALKIN_NO_PHONE,
        WALKIN_NOT_READ,
        WALKIN_NOT_SAVED,
        WALKIN_LATE,
        WALKIN_NO_HANDHELD,
        WALKIN_SILENT,
        WALKIN_GONE
};
#define WALKINS_MORNINGS 14 /* kept, and those by hand beside them: neither takes the other's place */
#define WALKINS_BY_HAND  16
#define WALKINS_KEPT     (WALKINS_MORNINGS + WALKINS_BY_HAND)
#define WALKIN_ASKED     64 /* handhelds at most */

/* One that is over. Nobody is in it. */
struct walkin_row {
        wall_ms at;    /* when it began, and its name: no two are alike */
        store_day day; /* of the store's clock; of a morning, the day that opens */
        bool morning;  /* it began by itself */
        bool phone;    /* a phone was part of it */
        bool green;
        uint8_t why; /* enum walkin_why: the first red lamp's */
        uint8_t handhelds, answered;
        uint32_t phone_ms, hub_ms, first_ms;
};

struct walkins {
        uint32_t n;
        struct walkin_row row[WALKINS_KEPT]; /* newest first */
};

struct snapshot {
        struct roster *roster; /* owned by whoever made the snapshot, as all below */
        struct live_visit_row *visits;
        uint32_t n_visits;
        struct stream_row *stream; /* per associate the newest STREAM_KEPT events, ascending */
        uint32_t n_stream;
        struct offer_row *offers; /* of the last hour, oldest first */
        uint32_t n_offers;
        struct arrival_row *arrivals; /* of the last hour, oldest first */
        uint32_t n_arrivals;
        struct uuid epoch;
        uint8_t door_key[32]; /* HMAC key of the door code */
        uint32_t next_guest;  /* surrogate for the next person who joins at the door; >= 0x80000000 */
        uint32_t arrivals_today, met_today, nobody_today;
        struct remembered remembered;
        struct walkins walkins;
        struct device_row *devices; /* those that count, and those that were taken back lately */
        uint32_t n_devices;
        struct sensor_row *sensors;
        uint32_t n_sensors;
        uint8_t wifi_key[32]; /* the days' keys are made from it */
        struct manager_row *managers;
        uint32_t n_managers;
        struct pin_row *pins;
        uint32_t n_pins;            /* ROSTER_MAX at most */
        struct notice_row *notices; /* oldest first */
        uint32_t n_notices;
        bool has_book;        /* false: whoever made the core chose its book */
        struct book_row book; /* the live version ... */
        char *book_text;      /* ... and its text; NULL: what is there cannot be trusted, so all is hidden */
        uint32_t book_len;
        struct house_row house; /* the version in force */
        wall_ms kept_at;        /* the clock at the newest WRITE_KEEP; 0 = there was none */
        wall_ms oldest_note;    /* when it was written; 0 = there is none */
};

#endif
