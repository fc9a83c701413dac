/* A peer: the socket of a handheld or of a console, and what waits for it. Part of state.h, which includes
 * it. */
#ifndef CORE_PEER_H
#define CORE_PEER_H

#include "server/core/state.h"

/* How far a handheld is with showing that it is the one that was paired: proof.c has the drawing. */
enum proof { PROOF_NONE, PROOF_ASKED, PROOF_LOOKED_AT, PROOF_RIGHT };

struct peer {
        bool used, attached, hello, has_hello, bare, credit, loading, closing;
        bool owes_duty; /* it must be told whether its associate is on shift */
        bool invites,
                owes_invites; /* whether she may invite, as it was told; that it has changed since [P161] */
        bool resyncing;       /* on its way through the open cards, up to the event `resync_to` */
        enum face face;
        uint64_t id;
        struct digest token;
        uint32_t associate; /* index into hub.associates */
        uint32_t next;      /* of the same associate */
        uint64_t cursor;    /* newest seq pushed */
        uint64_t resync_to; /* the stream's newest event when its resync began */
        uint32_t newest;    /* the highest card that was sent to it */
        mono_ms opened;
        mono_ms unpainted;      /* since when a card was sent that it has said nothing about; 0 = none */
        bool silent;            /* ... for too long: it does not count until it says anything [P84] */
        mono_ms due, next_card; /* release.c: when the card that waits leaves, when the next may */
        uint64_t due_seq;       /* ... which that is; 0 = none */
        char hello_epoch[37];
        uint64_t hello_seq;
        bool locked;    /* sign.c: nobody is signed in, and that is all that it is told */
        uint32_t owner; /* surrogate of whom it was paired for */
        uint32_t asked; /* ... of whose PIN it was asked for */
        mono_ms signed_at, life_at;
        wall_ms life_noted; /* the sign of life that is on disk, or on its way */
        enum proof proof;
        struct own_key own_key; /* while it is to be proved */
        struct secret nonce;
        struct digest said; /* SHA-256 of what is to be signed */
        uint32_t notes_first, notes_last, n_notes;
        uint8_t n_sales;
        struct {
                uint64_t line_ref;
                uint32_t person;
                uint8_t department;
        } sales[SALES_MAX];
        uint32_t colleagues[COLLEAGUES_MAX]; /* indices: whom the newest list named [P87] */
        uint32_t n_colleagues;
};

struct hub;
struct peer *peer_find(struct hub *hub, uint64_t id);
void peer_note(struct hub *hub, struct peer *peer, const char *text, size_t len);
void peer_drop_note(struct hub *hub, struct peer *peer); /* the first that waits: there is one */
void peer_error(struct hub *hub, struct peer *peer, const char *error, const char *say, const char *todo,
        int64_t card);
/* It is nobody's any more, and nothing waits for it. */
void peer_detach(struct hub *hub, struct peer *peer);
void peer_release(struct hub *hub, struct peer *peer);

#endif
