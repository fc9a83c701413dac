#include "server/front/peer.h"

#include "server/common/ids.h"
#include "server/front/api.h"
#include "server/front/bucket.h"
#include "server/front/head.h"
#include "server/front/net.h"
#include "server/front/qr.h"
#include "server/front/wipe.h"

#include "proto/agent.h"
#include "proto/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FRAGMENTS_MAX 64  /* of one message: a drip of empty fragments is no message */
#define AGENT_RATE    500 /* messages a second: an agent that comes back says at once what it kept */
#define AGENT_BURST   5000
#define BAD_MOST      3    /* bad frames before the socket is closed */
#define CLOSE_MS      1000 /* a peer that must go has this long to take its close frame */
#define REASON_MAX    120
#define ERROR_ROOM    (LWS_PRE + 512)

#define CLOSE_GOING_AWAY 1001
#define CLOSE_NO_BINARY  1003
#define CLOSE_POLICY     1008
#define CLOSE_TOO_LONG   1009
#define CLOSE_TRY_LATER  1013
#define CLOSE_BAD        4400

struct peer {
        struct bucket messages;
        mono_ms heard_at, pinged_at;
        mono_ms waiting_since; /* something is to be sent or not yet taken; 0: nothing */
        mono_ms close_by;
        bool said_something, ping, close_sent;
        bool leaves;   /* its close frame came: nothing is heard of it and nothing sent to it any more */
        bool flushing; /* pushed, but part of it is still in libwebsockets */
        uint8_t bad, fragments;
        uint16_t close_code;
        char close_reason[REASON_MAX + 1];
        uint64_t push_turn; /* of the loop, in which the last one came */
        bool push_replied;  /* a card: its page says at once that it is on the screen */
        uint8_t *push;      /* LWS_PRE bytes, then the frame */
        size_t push_len;
        size_t error_len, in_len;
        char *in;       /* a message in fragments */
        uint8_t *error; /* ERROR_ROOM bytes while one is to be sent */
};

/* ---- the upgrade */

static int refuse(struct conn *c, enum refusal why)
{
        c->body_expected = false;
        conn_refuse(c, why, NULL, true);
        return -1;
}

int peer_confirm(struct conn *c, struct lws *wsi)
{
        static const struct {
                const char *path;
                enum face face;
        } sockets[] = {
                {"/ws/handheld", FACE_HANDHELD}, {"/ws/console", FACE_CONSOLE}, {AGENT_PATH, FACE_AGENT}};
        struct front *front = c->front;
        struct head head;
        c->wsi = wsi;
        if (c->state != CONN_HEAD)
                return -1;
        head_read(wsi, &head);
        /* libwebsockets has answered already and dropped the head: nothing more may be written. */
        if (head.upgrade.presence == FIELD_ABSENT)
                return -1;
        c->head_only = false;
        if (conn_sent_ahead(c))
                return refuse(c, REFUSE_MALFORMED);
        if (addresses_request(front->addresses, c->address, front_now(front)) > 0)
                return refuse(c, REFUSE_RATE);
        enum refusal why = guard_upgrade(&head, front->options);
        if (why != REFUSE_NONE)
                return refuse(c, why);
        size_t i = 0;
        while (i < ARRAY_LEN(sockets) && strcmp(sockets[i].path, head.path) != 0)
                i++;
        if (i == ARRAY_LEN(sockets))
                return refuse(c, REFUSE_NOT_FOUND);
        api_token(c, sockets[i].face, &head);
        if (!c->has_token)
                return refuse(c, REFUSE_TOKEN);
        if (!front->hub_ready || front->stopping || !hub_link_has_room(&front->link))
                return refuse(c, REFUSE_BUSY);
        c->face = sockets[i].face;
        c->origin = c->face == FACE_AGENT ? 0 : (uint16_t)guard_origin(&head, front->options);
        c->upgrading = true;
        return 0;
}

int peer_open(struct conn *c)
{
        struct front *front = c->front;
        struct peer *p = calloc(1, sizeof *p);
        if (!p)
                return -1;
        c->peer = p;
        c->state = CONN_PEER;
        p->heard_at = p->pinged_at = front_now(front);
        c->deadline = p->heard_at + front->options->limits.hello_ms;
        conn_number(c);
        hub_link_send(&front->link, LINK_OPENED, (uint8_t)c->face, c->origin, c->request, c->token.b,
                sizeof c->token.b, NULL, 0);
        return 0;
}

void peer_free(struct conn *c)
{
        if (!c->peer)
                return;
        wipe_free(c->peer->push);
        wipe_free(c->peer->in);
        free(c->peer->error);
        free(c->peer);
        c->peer = NULL;
}

void peer_gone(struct conn *c)
{
        if (!c->peer)
                return;
        peer_free(c);
        hub_link_send(&c->front->link, LINK_CLOSED, 0, 0, c->request, NULL, 0, NULL, 0);
        c->request = 0;
}

void peer_heard(struct conn *c)
{
        if (c->peer)
                c->peer->heard_at = front_now(c->front);
}

/* ---- what it says */

/* Asks for a close frame with this code; the first reason counts. */
static void leave(struct conn *c, uint16_t code, const char *reason)
{
        struct peer *p = c->peer;
        if (p->close_code != 0)
                return;
        p->close_code = code;
        p->close_by = front_now(c->front) + CLOSE_MS;
        snprintf(p->close_reason, sizeof p->close_reason, "%s", reason);
        lws_callback_on_writable(c->wsi);
}

static void want_write(struct conn *c)
{
        if (c->peer->waiting_since == 0)
                c->peer->waiting_since = front_now(c->front);
        lws_callback_on_writable(c->wsi);
}

static void complain(struct conn *c, const char *say)
{
        struct peer *p = c->peer;
        const char *word, *usual, *act;
        struct json_out j;
        reply_words(REFUSE_MALFORMED, &word, &usual, &act);
        if (!p->error)
                p->error = malloc(ERROR_ROOM);
        if (!p->error) {
                leave(c, CLOSE_TRY_LATER, "out of memory");
                return;
        }
        json_start(&j, (char *)p->error + LWS_PRE, ERROR_ROOM - LWS_PRE);
        json_open(&j, NULL, '{');
        json_text(&j, "t", "error");
        json_text(&j, "error", word);
        json_text(&j, "say", say);
        json_text(&j, "do", act);
        json_close(&j, '}');
        p->error_len = j.overflow ? 0 : j.len;
        if (++p->bad >= BAD_MOST)
                leave(c, CLOSE_BAD, "too many messages that could not be read");
        else
                want_write(c);
}

/* What an agent says goes on as it is: the hub reads it again. One bad frame ends it, for it is no person. */
static void take_agent(struct conn *c, struct slice json)
{
        struct front *front = c->front;
        struct agent_message message;
        struct agent_fault fault;
        if (bucket_take(&c->peer->messages, AGENT_RATE, SECOND_MS, AGENT_BURST, front_now(front)) > 0) {
                leave(c, CLOSE_POLICY, "too many messages");
        } else if (agent_decode(AGENT_BY_AGENT, json, &message, &fault) != 0) {
                leave(c, CLOSE_BAD, fault.text);
        } else if (!hub_link_has_room(&front->link)) {
                leave(c, CLOSE_TRY_LATER, "the hub has too much to do");
        } else {
                c->peer->said_something = true;
                hub_link_send(&front->link, LINK_AGENT, 0, 0, c->request, json.at, json.len, NULL, 0);
        }
}

static void take_message(struct conn *c, struct slice json)
{
        struct front *front = c->front;
        const struct front_limits *limits = &front->options->limits;
        struct message message;
        struct message_error error;
        uint8_t packed[MESSAGE_BINARY_MAX];
        uint32_t rate = limits->messages_per_s_per_peer;
        if (c->face == FACE_AGENT) {
                take_agent(c, json);
                return;
        }
        if (bucket_take(&c->peer->messages, rate, SECOND_MS, rate * 2, front_now(front)) > 0) {
                leave(c, CLOSE_POLICY, "too many messages");
                return;
        }
        /* The console speaks as the handheld does. */
        if (message_from_json(FACE_HANDHELD, MESSAGE_NONE, json, &message, &error)) {
                complain(c, error.text);
                return;
        }
        if (!hub_link_has_room(&front->link)) {
                leave(c, CLOSE_TRY_LATER, "the hub has too much to do");
                return;
        }
        c->peer->said_something = true;
        size_t packed_len = message_pack(&message, packed);
        if (message.type == MESSAGE_RENDERED)
                hub_link_send_calm(&front->link, LINK_MESSAGE, c->request, packed, packed_len);
        else
                hub_link_send(&front->link, LINK_MESSAGE, 0, 0, c->request, packed, packed_len, NULL, 0);
        ids_wipe(packed, packed_len); /* it may be a PIN */
        ids_wipe(&message, sizeof message);
}

/* Adds a part of a message that did not come whole. 0, or 1: no memory. */
static int gather(struct peer *p, const void *bytes, size_t len)
{
        if (!p->in)
                p->in = malloc(PEER_MESSAGE_MAX);
        if (!p->in)
                return 1;
        if (len > 0)
                memcpy(p->in + p->in_len, bytes, len);
        p->in_len += len;
        return 0;
}

int peer_receive(struct conn *c, const void *bytes, size_t len)
{
        struct peer *p = c->peer;
        if (!p || p->close_code != 0 || p->leaves)
                return 0; /* what it says on its way out is not heard */
        peer_heard(c);
        if (lws_frame_is_binary(c->wsi)) {
                leave(c, CLOSE_NO_BINARY, "text only");
                return 0;
        }
        size_t to_come = lws_remaining_packet_payload(c->wsi);
        if (to_come > PEER_MESSAGE_MAX || p->in_len + len + to_come > PEER_MESSAGE_MAX ||
                ++p->fragments > FRAGMENTS_MAX) {
                leave(c, CLOSE_TOO_LONG, "a message is at most 4096 bytes long");
                return 0;
        }
        bool last = lws_is_final_fragment(c->wsi) && to_come == 0;
        if (last && p->in_len == 0) {
                p->fragments = 0;
                take_message(c, (struct slice){bytes, len});
                ids_wipe((void *)(uintptr_t)bytes,
                        len); /* libwebsockets' own, which it uses again and again */
                return 0;
        }
        if (gather(p, bytes, len)) {
                leave(c, CLOSE_TRY_LATER, "out of memory");
                return 0;
        }
        if (!last)
                return 0;
        take_message(c, (struct slice){p->in, p->in_len});
        wipe_free(p->in);
        p->in = NULL;
        p->in_len = 0;
        p->fragments = 0;
        return 0;
}

/* ---- what it is sent */

static void taken(struct conn *c)
{
        c->peer->flushing = false;
        if (c->peer->push_replied)
                hub_link_send_calm(&c->front->link, LINK_READY, c->request, NULL, 0);
        else
                hub_link_send(&c->front->link, LINK_READY, 0, 0, c->request, NULL, 0, NULL, 0);
}

static int write_push(struct conn *c)
{
        struct peer *p = c->peer;
        int n = lws_write(c->wsi, p->push + LWS_PRE, p->push_len, LWS_WRITE_TEXT);
        wipe_free(p->push);
        p->push = NULL;
        if (n < 0)
                return -1;
        p->flushing = true;
        if (!lws_partial_buffered(c->wsi))
                taken(c);
        return 0;
}

/* Not by lws_close_reason(): 4.1.6 as Debian builds it closes a second time "to test" before the frame is
 * out. As LWS_WRITE_HTTP the bytes go out as they are. The other side answers with its own close, or the
 * sweep ends it. */
static int write_close(struct conn *c)
{
        struct peer *p = c->peer;
        uint8_t frame[LWS_PRE + 4 + REASON_MAX];
        size_t len = strlen(p->close_reason);
        if (p->close_sent)
                return 0;
        p->close_sent = true;
        frame[LWS_PRE] = 0x88; /* the last fragment of a close */
        frame[LWS_PRE + 1] = (uint8_t)(2 + len);
        frame[LWS_PRE + 2] = (uint8_t)(p->close_code >> 8);
        frame[LWS_PRE + 3] = (uint8_t)p->close_code;
        memcpy(frame + LWS_PRE + 4, p->close_reason, len);
        return lws_write(c->wsi, frame + LWS_PRE, 4 + len, LWS_WRITE_HTTP) < 0 ? -1 : 0;
}

int peer_leaves(struct conn *c, size_t len)
{
        /* Ours is sent already, so its answer is the end; else libwebsockets echoes it, and would also echo
         * half of a code. */
        if (c->peer)
                c->peer->leaves = true;
        return len == 1 || (c->peer && c->peer->close_sent) ? -1 : 0;
}

/* At most one lws_write a call: a second would be copied aside by libwebsockets. */
int peer_writeable(struct conn *c)
{
        struct peer *p = c->peer;
        if (!p)
                return -1;
        if (p->flushing)
                taken(c); /* it calls again only when its own buffer is empty */
        if (p->close_code != 0)
                return write_close(c);
        int rc = 0;
        if (p->error_len > 0) {
                rc = lws_write(c->wsi, p->error + LWS_PRE, p->error_len, LWS_WRITE_TEXT);
                p->error_len = 0;
                free(p->error);
                p->error = NULL;
        } else if (p->push) {
                rc = write_push(c);
        } else if (p->ping) {
                /* With something in it: of an empty pong libwebsockets 4.1.6 tells nobody. */
                uint8_t frame[LWS_PRE + 1];
                frame[LWS_PRE] = '?';
                rc = lws_write(c->wsi, frame + LWS_PRE, 1, LWS_WRITE_PING);
                p->ping = false;
        }
        if (rc < 0)
                return -1;
        p->waiting_since = 0;
        if (p->error_len > 0 || p->push || p->ping || p->flushing)
                want_write(c);
        return 0;
}

/* At once where nothing is before it and the socket has room: that spares a turn of the loop, and the wait
 * for the socket to be writeable, which libwebsockets turns into three calls of the system. */
static void push_now(struct conn *c)
{
        struct peer *p = c->peer;
        bool first = p->close_code == 0 && p->error_len == 0 && !p->ping;
        if (first && !lws_partial_buffered(c->wsi) && !lws_send_pipe_choked(c->wsi)) {
                if (write_push(c) != 0)
                        conn_kill(c);
                else if (p->flushing)
                        want_write(c);
        } else {
                want_write(c);
        }
}

void peer_push(struct front *front, const struct link_frame *frame)
{
        struct conn *c = conns_find(front->conns, frame->id);
        if (!c || c->state != CONN_PEER || c->peer->leaves)
                return;
        struct peer *p = c->peer;
        /* The hub keeps the credit; this is a bug of its own, and bounded here. It cannot have heard in this
         * turn that the one before was taken. */
        if (p->push || p->flushing || p->push_turn == front->turn) {
                leave(c, CLOSE_TRY_LATER, "too much is waiting");
                return;
        }
        p->push_turn = front->turn;
        size_t drawn_len = 0;
        char *drawn = qr_drawn((struct slice){(const char *)frame->body, frame->len}, &drawn_len);
        const void *bytes = drawn ? (const void *)drawn : frame->body;
        size_t len = drawn ? drawn_len : frame->len;
        p->push = malloc(LWS_PRE + len + 1);
        if (p->push) {
                memcpy(p->push + LWS_PRE, bytes, len);
                p->push_len = len;
                p->push_replied = frame->a == LINK_REPLIED;
                push_now(c);
        } else {
                leave(c, CLOSE_TRY_LATER, "out of memory");
        }
        free(drawn);
}

void peer_close(struct front *front, const struct link_frame *frame)
{
        struct conn *c = conns_find(front->conns, frame->id);
        char reason[REASON_MAX + 1] = "";
        if (!c || c->state != CONN_PEER)
                return;
        size_t len = frame->len < REASON_MAX ? frame->len : REASON_MAX;
        if (len > 0)
                memcpy(reason, frame->body, len);
        leave(c, frame->b >= 1000 && frame->b < 5000 ? frame->b : CLOSE_GOING_AWAY, reason);
}

void peer_say_goodbye(struct conn *c)
{
        leave(c, CLOSE_GOING_AWAY, "the hub stops");
}

void peer_sweep(struct conn *c, mono_ms now)
{
        struct peer *p = c->peer;
        const struct front_limits *limits = &c->front->options->limits;
        bool stuck = p->waiting_since != 0 && now - p->waiting_since >= limits->stuck_ms;
        if ((p->close_code != 0 && now >= p->close_by) || stuck || now - p->heard_at >= limits->silent_ms) {
                conn_kill(c);
                return;
        }
        if (!p->said_something && now >= c->deadline)
                leave(c, CLOSE_BAD, "no hello");
        if (now - p->pinged_at >= limits->ping_ms) {
                p->pinged_at = now;
                p->ping = true;
                want_write(c);
        }
}
