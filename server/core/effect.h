/* What the hub wants done: the only output of the core. Order is part of the contract: a COMMIT stands before
 * whatever depends on it, and what depends on it waits for EVENT_COMMITTED. */
#ifndef CORE_EFFECT_H
#define CORE_EFFECT_H

#include "proto/message.h"
#include "server/core/write.h"

enum effect_kind {
        EFFECT_LOAD = 1, /* answered by EVENT_LOADED */
        EFFECT_COMMIT,   /* answered by EVENT_COMMITTED or EVENT_COMMIT_FAILED */
        EFFECT_ANSWER,   /* ends one EVENT_REQUEST */
        EFFECT_PROVE,  /* answered by EVENT_PROVED: what takes long, or randomness, to know who somebody is */
        EFFECT_VERIFY, /* answered by EVENT_VERIFIED: whether a signature is that of a handheld's key */
        EFFECT_LAB,    /* the lab ends the EVENT_REQUEST, or answers by EVENT_VERDICT */
        EFFECT_BOOK,   /* another book is in force from here on */
        EFFECT_ROSTER, /* answered by EVENT_ROSTER, unless the database cannot be read */
        EFFECT_SHIFTS, /* the store ends the EVENT_REQUEST: a day of the roster [P88] */
        EFFECT_RECEIPT, /* the store ends the EVENT_REQUEST: of receipts [P102] */
        EFFECT_HOUSE,   /* the store ends the EVENT_REQUEST: the house rules, or a count over last week [P121]
                         */
        EFFECT_NUMBERS, /* ends the EVENT_REQUEST with the store's numbers, or answers by EVENT_MINE */
        EFFECT_FIRST,   /* ends the EVENT_REQUEST: what the first run asks of the hub [P136-P139] */
        EFFECT_PUSH,    /* one frame to one peer; no more until its EVENT_PEER_READY */
        EFFECT_CLOSE    /* close a peer */
};

/* TOKEN: session by digest, and the person if it is a phone's. LINK: link by the secret's digest, and its
 * person. PERSON: by surrogate. EXTERNAL_ID: the customer's id at the till or CRM. LINE: the till's id of a
 * purchase line: fills `link` as an invitation for it would look (person, associate = seller, line_ref, item;
 * used = one was made already) and the person. REQUEST: nothing but the row of `request`, and its person.
 * SALES come for the load's associate, else the session's; sales of people who joined or were invited are
 * left out. SESSIONS: devices' sessions that have not run out, never a phone's: of these kinds, this
 * associate and a token that begins so, each if it is said. */
enum load_by {
        LOAD_BY_TOKEN = 1,
        LOAD_BY_LINK,
        LOAD_BY_PERSON,
        LOAD_BY_EXTERNAL_ID,
        LOAD_BY_LINE,
        LOAD_BY_REQUEST,
        LOAD_BY_SESSIONS
};
enum load_want {
        WANT_PERSON = 1,  /* with consents, evidence, last visit */
        WANT_LINES = 2,   /* only of categories that she consented to, plus `assume` */
        WANT_SALES = 4,   /* of the session's associate, on `day` */
        WANT_RECEIPTS = 8 /* how many receipts the person was given on `day` */
};

/* PIN: checks the password against the hash, as CHECK does. PIN_SET: makes the hash of the password, if
 * `code` is the PIN of the hash given, or none is given. BEGIN: makes a second factor's key. SET: makes the
 * password's hash, checks the code under the key given. CHECK: checks both; with an empty hash it works as
 * long, against a hash that no password has. */
enum prove_what { PROVE_BEGIN = 1, PROVE_SET, PROVE_CHECK, PROVE_PIN, PROVE_PIN_SET };

/* JUDGE: the text, or the version, of a request that changes the rules; by EVENT_VERDICT. All others answer
 * the request: TELL_ALL [P65], TELL_VERSION a VERSION, TELL_TEXT with its text, OP by the op of its message,
 * JOB how far the manager's newest is. */
enum lab_what { LAB_JUDGE = 1, LAB_TELL_ALL, LAB_TELL_VERSION, LAB_TELL_TEXT, LAB_OP, LAB_JOB };

#define SIGNATURE_BYTES 64 /* ECDSA over P-256: r and s */
/* LIST: those of a person; ONE: hers by its number, or the last one of somebody who has left since then; KEY:
 * what they are signed with. */
enum receipt_ask { RECEIPT_ASK_LIST = 1, RECEIPT_ASK_ONE, RECEIPT_ASK_KEY };
struct receipt_wanted {
        enum receipt_ask ask;
        uint32_t person; /* 0 = nobody that the hub knows */
        struct uuid id;
        wall_ms left_since;
};

/* What is told of the house rules: all of them with every version, or of how many visits of the last seven
 * days a draft would have made something else. */
enum house_ask { HOUSE_ASK_ALL = 1, HOUSE_ASK_COUNT };
struct house_wanted {
        enum house_ask ask;
        uint32_t version; /* in force; 0: none was saved */
        store_day today;
        wall_ms now;
        struct house live, draft;
        struct house_bound bounds[HOUSE_RULES];
        uint32_t n_zones;                  /* where sensors stand: the choices of `zones_not` ... */
        char zones[SENSORS_MAX][ZONE_MAX]; /* ... each once, as it is written */
};

/* The token a face keeps in a cookie: the front sets or clears it. */
enum cookie { COOKIE_KEEP, COOKIE_SET, COOKIE_CLEAR };

struct effect {
        enum effect_kind kind;
        union {
                struct {
                        uint32_t ticket;
                        enum load_by by;
                        uint32_t want;   /* load_want bits */
                        uint32_t assume; /* CATEGORY_BITs to fetch as if she had consented: for her own
                                            preview only */
                        struct digest key;
                        uint8_t key_bytes;  /* BY_SESSIONS: so many of `key` must be the token's; 0 = any */
                        uint8_t kinds;      /* BY_SESSIONS: bits, 1 << enum session_kind */
                        uint32_t associate; /* BY_SESSIONS: whose; 0 = anybody's. SALES: whose */
                        uint32_t person;
                        char external[EXTERNAL_ID_MAX]; /* customer id (BY_EXTERNAL_ID) or line id (BY_LINE)
                                                         */
                        bool ask; /* whether this request was done before, not earlier than `request_since` */
                        struct request_key request;
                        wall_ms request_since;
                        wall_ms now; /* consent is judged at this time, ages are frozen at `as_of` */
                        wall_ms as_of;
                        store_day day;
                        int32_t least_age;       /* years: who is younger is `minor` [P122] */
                        int32_t purchase_months; /* older lines are left out; 0: the store's own word */
                } load;
                struct {
                        uint32_t ticket;
                        uint32_t first, n; /* writes[first .. first+n) of the list below */
                } commit;
                struct {
                        uint32_t ticket;
                        enum prove_what what;
                        int64_t step; /* the present 30 seconds; the ones beside it count as well */
                        struct manager_secret secret;
                        char password[129]; /* wiped by who carries it out */
                        char code[13];
                } prove;
                struct {
                        uint64_t peer;
                        struct own_key key;
                        struct digest said; /* SHA-256 of what was to be signed */
                        uint8_t signature[SIGNATURE_BYTES];
                } verify;
                struct {
                        uint64_t request;
                        uint16_t status; /* HTTP status; for the operator 200 = done */
                        enum cookie cookie;
                        enum session_kind cookie_kind;
                        struct secret token;
                        int64_t cookie_age_s;
                        uint32_t retry_s; /* 429, 503: when to try again; 0 = soon */
                        bool untold;      /* holds what no trace may be made of */
                        const char *body; /* JSON; borrowed until the next step */
                        uint32_t len;
                } answer;
                struct {
                        uint64_t request;
                        uint32_t ticket; /* JUDGE */
                        enum lab_what what;
                        enum message_type type; /* which message asked */
                        uint32_t version; /* of JUDGE, TELL_VERSION, TELL_TEXT; 0 = the request's text */
                        uint32_t who;     /* an associate's surrogate, or BOOK_BY_OPERATOR */
                        const char *me;   /* P62's object for TELL_ALL; borrowed until the next step */
                        uint32_t me_len;
                } lab;
                struct {
                        uint32_t version; /* hub_live() has the book */
                } book;
                struct {
                        uint64_t request;
                        char day[11]; /* YYYY-MM-DD in the store's zone; "": today */
                } shifts;
                struct {
                        uint64_t request;
                        struct receipt_wanted wanted;
                } receipt;
                struct {
                        uint64_t request;
                        struct house_wanted wanted;
                } house;
                struct {
                        uint32_t associate; /* surrogate: her own week. 0: the store's, for `request` */
                        uint32_t ticket;    /* hers */
                        uint64_t request;
                } numbers;
                struct {
                        uint64_t request;
                        bool import;               /* else: what there is */
                        char who[EXTERNAL_ID_MAX]; /* the manager who asks */
                } first;
                struct {
                        uint64_t peer;
                        const char *frame; /* borrowed until the next step */
                        uint32_t len;
                } push;
                struct {
                        uint64_t peer;
                        uint16_t code;      /* WebSocket close code */
                        const char *reason; /* static text */
                } close;
        };
};

#define EFFECTS_MAX       64
#define EFFECT_WRITES_MAX 96
#define EFFECT_BYTES_MAX  (160 * 1024)

struct effects {
        uint32_t n, n_writes, n_bytes;
        struct effect list[EFFECTS_MAX];
        struct write writes[EFFECT_WRITES_MAX];
        char bytes[EFFECT_BYTES_MAX]; /* answer bodies and frames */
};

#endif
