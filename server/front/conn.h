/* One connection from outside, from accept to close: its state, its deadline, and what is still to be sent.
 *
 *              accept                 LWS_CALLBACK_HTTP                       all sent
 *      FREE ----------> HEAD ------------------------------> SEND ----------------------> HEAD (kept alive)
 *                        |  \--- POST ---> BODY --+           ^                       \-> closed
 *                        |   \-- GET  ------------+-> WAIT ---+  (the hub's answer)
 *                        +--- upgrade ---> PEER
 *      any -- refused with a body on its way --> LINGER --> closed;   any -- closed --> GONE --> FREE
 *
 * Each state but PEER has one absolute deadline, looked at by one sweep: libwebsockets' own timers are a
 * sorted list and cost more with every connection. */
#ifndef FRONT_CONN_H
#define FRONT_CONN_H

#include "proto/message.h"
#include "server/front/reply.h"

#include <libwebsockets.h>

struct front;
struct peer;

enum conn_state { CONN_FREE, CONN_HEAD, CONN_BODY, CONN_WAIT, CONN_SEND, CONN_LINGER, CONN_PEER, CONN_GONE };

struct conn {
        struct front *front;
        struct lws *wsi;
        enum conn_state state;
        uint32_t index;
        int32_t address;
        mono_ms deadline;
        bool head_only;     /* HEAD: everything but the body */
        bool body_expected; /* the client may still be sending one */
        bool upgrading;     /* peer_confirm() let it through */
        bool no_neighbour;  /* it comes from behind a router or from this machine, which stays so */
        bool has_token;     /* of the face that is called */
        struct digest token;
        bool gpc;     /* Sec-GPC: 1 */
        bool has_key; /* the sender's own, for what it wants done */
        struct uuid key;
        enum face face;
        uint16_t origin; /* of a page's socket: which of the options' */
        enum message_type type;
        uint64_t done_turn; /* of the loop, in which its last answer was complete; 0: none yet */
        uint64_t request;   /* the number under which the hub answers; 0: none */
        char *body;         /* of the request, while it arrives */
        uint32_t body_len, body_size;
        const char *rest; /* of the answer, still to be sent */
        size_t rest_len;
        char *owned;       /* what `rest` points into, if it must be freed */
        struct peer *peer; /* in PEER */
        uint32_t next_free;
};

struct conns;
struct conns *conns_create(struct front *front, uint32_t most); /* NULL: out of memory */
void conns_destroy(struct conns *conns);
uint32_t conns_open(const struct conns *conns);
/* The connection that a frame of the hub is for, by the number of its request or peer; NULL: it is gone. */
struct conn *conns_find(struct conns *conns, uint64_t number);
/* Gives the connection a fresh number: conn->request. */
void conn_number(struct conn *c);

/* Takes over an accepted socket whose address holds `address`; closes it and gives the address back if it
 * cannot. */
void conns_adopt(struct front *front, int fd, int32_t address);

/* Closes what is over its deadline, pings peers. When stopping, closes whatever owes nothing. */
void conns_sweep(struct conns *conns, mono_ms now);

/* Sends an answer. 0, or -1: the connection is to be closed (inside a callback of libwebsockets: return -1;
 * outside: conn_kill()). */
int conn_reply(struct conn *c, const struct reply *reply);

/* Sends a refusal; `say` may be NULL. `hostile`: the stream can no longer be trusted, so the connection ends.
 * As conn_reply(). */
int conn_refuse(struct conn *c, enum refusal why, const char *say, bool hostile);

/* Stops and starts reading, so that what the client sends ahead stays in its own socket. */
void conn_listen(struct conn *c, bool on);

/* Whether the request whose head has just been read was sent ahead, behind another in one go. If it has a
 * body or is an upgrade the connection must end at once: libwebsockets 4.1.6 then reads the head again as the
 * body, out of memory that it frees meanwhile (tests/front calls_sent_ahead). What was sent ahead lies in a
 * buffer of its own and is looked at in the idle phase of the loop, a turn after the last answer; what comes
 * from a socket, in the polling phase. */
bool conn_sent_ahead(const struct conn *c);

/* Closes at once. Not from inside a callback for the same connection. */
void conn_kill(struct conn *c);

/* The two protocols given to libwebsockets. */
extern const struct lws_protocols conn_protocols[];

#endif
