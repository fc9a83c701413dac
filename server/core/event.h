/* What happens to the hub: the only input of the core. Every event carries the time; the shell fills `fresh`
 * with random bytes and ids, so that the core draws none. */
#ifndef CORE_EVENT_H
#define CORE_EVENT_H

#include "proto/agent.h"
#include "proto/message.h"
#include "server/core/dossier.h"

enum event_kind {
        EVENT_START = 1, /* once, first: what the database knew */
        EVENT_ROSTER,    /* the roster changed (after an import) */
        EVENT_REQUEST,   /* a request that wants exactly one ANSWER */
        EVENT_PEER_OPENED,
        EVENT_PEER_MESSAGE,
        EVENT_AGENT_MESSAGE, /* of a peer of face FACE_AGENT */
        EVENT_PEER_READY,    /* the peer's socket took the last frame: one more may be pushed */
        EVENT_PEER_CLOSED,
        EVENT_LOADED, /* answer to a LOAD effect */
        EVENT_COMMITTED,
        EVENT_COMMIT_FAILED,
        EVENT_PROVED,     /* answer to a PROVE effect */
        EVENT_VERIFIED,   /* answer to a VERIFY effect */
        EVENT_VERDICT,    /* answer to a LAB effect that asks for one */
        EVENT_LEAK_CHECK, /* the nightly check of the cards has ended */
        EVENT_MINE,       /* answer to a NUMBERS effect of an associate */
        EVENT_TICK        /* hub_deadline() passed */
};

#define ORIGIN_MAX    200 /* of a page, with NUL */
#define FRESH_IDS     12
#define FRESH_SECRETS 2
struct fresh {
        struct uuid id[FRESH_IDS];
        struct secret secret[FRESH_SECRETS];
};

/* What came of a PROVE. */
struct proved {
        bool busy;    /* too many wait: nothing was looked at */
        bool right;   /* the password is that of the secret */
        int64_t step; /* which 30 seconds the code is of; 0 = of none that count now */
        struct manager_secret made;
};

/* An associate's own week [P92]: what she was asked and did, to the one. What customers said of their visits
 * with her has ten of them behind it, over a window of its own, or weeks 0: too few to tell. */
struct mine_said {
        uint8_t weeks;
        store_day from;
        uint32_t value; /* good of a hundred answers; "not fine" of a thousand cards */
};
struct mine {
        bool known;     /* false: it could not be counted */
        store_day from; /* its Monday */
        uint32_t asked, accepted, no_answer, busy, not_here, handed_over;
        uint32_t clients, clients_met; /* arrivals of her own customers; those that she took herself */
        uint32_t met, cards;
        int32_t p50_s, p90_s; /* -1: she met nobody */
        struct mine_said liked, not_fine;
};

struct event {
        enum event_kind kind;
        mono_ms mono;
        wall_ms wall;
        store_day day;      /* of wall, in the store's zone */
        int32_t day_minute; /* 0..1439, store-local */
        struct fresh fresh;
        union {
                struct {
                        const struct snapshot *snapshot; /* borrowed for the step */
                } start;
                struct {
                        const struct roster *roster; /* borrowed */
                } roster;
                struct {
                        uint64_t request; /* the shell's number, echoed in the ANSWER */
                        enum face face;   /* where it was asked: a pairing link counts on its own face only */
                        bool has_token;
                        struct digest token;
                        bool has_key;
                        struct uuid key;  /* the sender's own, the same for each repeat [P16] */
                        bool gpc;         /* Sec-GPC: 1 [P135] */
                        bool has_station; /* the address of the phone on the store's own network */
                        uint8_t station[6];
                        const struct message *message; /* borrowed */
                } request;
                struct {
                        uint64_t peer;
                        enum face face; /* FACE_HANDHELD, FACE_CONSOLE or FACE_AGENT */
                        struct digest token;
                        char origin[ORIGIN_MAX]; /* of the page that opened it; not an agent's */
                } peer_opened;
                struct {
                        uint64_t peer;
                        const struct message *message; /* borrowed */
                } peer_message;
                struct {
                        uint64_t peer;
                        const struct agent_message *message; /* borrowed; NULL: it was none */
                } agent_message;
                struct {
                        uint64_t peer;
                } peer_ready, peer_closed;
                struct {
                        uint32_t ticket;
                        const struct dossier *dossier; /* borrowed; NULL = could not be read */
                } loaded;
                struct {
                        uint32_t ticket;
                } committed, commit_failed;
                struct {
                        uint32_t ticket;
                        struct proved result;
                } proved;
                struct {
                        uint64_t peer;
                        bool right, busy; /* busy: it could not be looked at */
                } verified;
                struct leak_check leak_check;
                struct {
                        uint32_t ticket;
                        struct mine mine;
                } mine;
                struct {
                        uint32_t ticket;
                        const struct book_verdict *verdict; /* borrowed, with its body and text */
                } verdict;
        };
};

#endif
