#include "server/front/conn.h"

#include "proto/agent.h"

#include "server/common/log.h"
#include "server/front/api.h"
#include "server/front/head.h"
#include "server/front/net.h"
#include "server/front/peer.h"
#include "server/front/wipe.h"

#include <stdlib.h>
#include <string.h>

#define CHUNK_BYTES 16384 /* one TLS record */
#define LINGER_MS   1000
#define INDEX_BITS  20 /* of a request's or a peer's number; the rest counts up */

struct conns {
        struct front *front;
        uint32_t most, used, open, free; /* used: how many were ever in use, so where a sweep may end */
        uint64_t serial;
        uint8_t scratch[LWS_PRE + CHUNK_BYTES];
        struct conn list[];
};

struct conns *conns_create(struct front *front, uint32_t most)
{
        struct conns *conns = calloc(1, sizeof *conns + most * sizeof(struct conn));
        if (!conns)
                return NULL;
        conns->front = front;
        conns->most = most;
        conns->free = UINT32_MAX;
        return conns;
}

static void forget_request(struct conn *c)
{
        wipe_free(c->body);
        free(c->owned);
        c->body = NULL;
        c->owned = NULL;
        c->rest = NULL;
        c->body_len = c->body_size = 0;
        c->rest_len = 0;
        c->request = 0;
}

void conns_destroy(struct conns *conns)
{
        for (uint32_t i = 0; conns && i < conns->used; i++) {
                forget_request(&conns->list[i]);
                peer_free(&conns->list[i]);
        }
        free(conns);
}

uint32_t conns_open(const struct conns *conns)
{
        return conns->open;
}

struct conn *conns_find(struct conns *conns, uint64_t number)
{
        uint64_t index = number & ((1u << INDEX_BITS) - 1);
        if (number == 0 || index >= conns->used || conns->list[index].request != number)
                return NULL;
        return &conns->list[index];
}

void conn_number(struct conn *c)
{
        c->request = ++c->front->conns->serial << INDEX_BITS | c->index;
}

static struct conn *take_free(struct conns *conns)
{
        uint32_t index = conns->free;
        if (index != UINT32_MAX)
                conns->free = conns->list[index].next_free;
        else if (conns->used < conns->most)
                index = conns->used++;
        else
                return NULL;
        struct conn *c = &conns->list[index];
        *c = (struct conn){.front = conns->front, .index = index};
        conns->open++;
        return c;
}

static void release(struct conn *c)
{
        struct conns *conns = c->front->conns;
        if (c->state == CONN_FREE)
                return;
        peer_gone(c);
        forget_request(c);
        addresses_close(c->front->addresses, c->address);
        c->state = CONN_FREE;
        c->wsi = NULL;
        c->next_free = conns->free;
        conns->free = c->index;
        conns->open--;
}

void conns_adopt(struct front *front, int fd, int32_t address)
{
        struct conn *c = take_free(front->conns);
        if (!c) {
                addresses_close(front->addresses, address);
                close(fd);
                return;
        }
        c->address = address;
        c->state = CONN_HEAD;
        c->deadline = front_now(front) + front->options->limits.head_ms;
        lws_adopt_desc_t info = {
                .vh = front->vhost,
                .type = LWS_ADOPT_SOCKET | LWS_ADOPT_HTTP | (front->options->plain ? 0 : LWS_ADOPT_ALLOW_SSL),
                .fd = {.sockfd = fd},
                .opaque = c,
        };
        c->wsi = lws_adopt_descriptor_vhost_via_info(&info);
        /* It has closed the socket; whether it still calls WSI_DESTROY depends on how far it came, so the
         * place is given back by that or by the sweep, whichever is first. */
        if (!c->wsi && c->state != CONN_FREE)
                c->state = CONN_GONE;
}

/* ---- sending */

static int finish(struct conn *c)
{
        struct front *front = c->front;
        forget_request(c);
        c->state = CONN_HEAD;
        c->done_turn = front->turn;
        c->deadline = front_now(front) + front->options->limits.idle_ms;
        if (front->stopping || lws_http_transaction_completed(c->wsi))
                return -1;
        lws_set_timeout(c->wsi, NO_PENDING_TIMEOUT, 0);
        return 0;
}

static int send_more(struct conn *c)
{
        uint8_t *out = c->front->conns->scratch + LWS_PRE;
        size_t n = c->rest_len < CHUNK_BYTES ? c->rest_len : CHUNK_BYTES;
        memcpy(out, c->rest, n);
        if (lws_write(c->wsi, out, n, LWS_WRITE_HTTP) < 0)
                return -1;
        c->rest += n;
        c->rest_len -= n;
        if (c->rest_len == 0)
                return finish(c);
        c->deadline = front_now(c->front) + c->front->options->limits.stuck_ms;
        lws_callback_on_writable(c->wsi);
        return 0;
}

static int keep_rest(struct conn *c, struct slice rest, bool lasting)
{
        c->rest = rest.at;
        c->rest_len = rest.len;
        if (!lasting) {
                c->owned = malloc(rest.len);
                if (!c->owned)
                        return -1;
                memcpy(c->owned, rest.at, rest.len);
                c->rest = c->owned;
        }
        c->state = CONN_SEND;
        c->deadline = front_now(c->front) + c->front->options->limits.stuck_ms;
        lws_callback_on_writable(c->wsi);
        return 0;
}

int conn_reply(struct conn *c, const struct reply *reply)
{
        struct front *front = c->front;
        char *out = (char *)front->conns->scratch + LWS_PRE;
        size_t len = reply_head(out, REPLY_HEAD_MAX, reply, front->security);
        size_t left = c->head_only ? 0 : reply->body.len;
        size_t now = left < CHUNK_BYTES - len ? left : CHUNK_BYTES - len;
        if (len == 0)
                return -1;
        if (now > 0)
                memcpy(out + len, reply->body.at, now);
        /* Head and body in one send: two would cost a second system call and often a second packet. */
        if (lws_write(c->wsi, (unsigned char *)out, len + now, LWS_WRITE_HTTP) < 0)
                return -1;
        if (reply->close) {
                if (!c->body_expected)
                        return -1;
                /* Closing now, with its body unread, would reset the connection and take the answer along. */
                conn_listen(c, false);
                c->state = CONN_LINGER;
                c->deadline = front_now(front) + LINGER_MS;
                return 0;
        }
        if (left == now)
                return finish(c);
        return keep_rest(c, (struct slice){reply->body.at + now, left - now}, reply->lasting);
}

int conn_refuse(struct conn *c, enum refusal why, const char *say, bool hostile)
{
        char body[REPLY_REFUSAL_MAX];
        struct reply reply = reply_refusal(why, say, body);
        reply.close = hostile;
        return conn_reply(c, &reply);
}

void conn_listen(struct conn *c, bool on)
{
        lws_rx_flow_control(c->wsi, on);
}

bool conn_sent_ahead(const struct conn *c)
{
        const struct front *front = c->front;
        return !front->polling || (c->done_turn > 0 && front->turn <= c->done_turn + 1);
}

void conn_kill(struct conn *c)
{
        if (c->wsi && c->state != CONN_GONE)
                lws_set_timeout(c->wsi, PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_SYNC);
}

/* ---- what libwebsockets calls */

static int serve_health(struct conn *c)
{
        static const char up[] = "{\"ok\":true}";
        if (!c->front->hub_ready)
                return conn_refuse(c, REFUSE_BUSY, "The hub is not ready yet.", false);
        struct reply reply = {
                .status = 200,
                .type = "application/json; charset=utf-8",
                .cache = "no-store",
                .extra = "",
                .body = {up, sizeof up - 1},
        };
        return conn_reply(c, &reply);
}

static int serve_page(struct conn *c, const struct head *head)
{
        char extra[PAGES_EXTRA_MAX];
        struct reply reply;
        if (head->method == METHOD_POST)
                return conn_refuse(c, REFUSE_METHOD, NULL, true);
        if (pages_reply(c->front->pages, head, &reply, extra))
                return conn_refuse(c, REFUSE_NOT_FOUND, NULL, false);
        return conn_reply(c, &reply);
}

static int on_request(struct conn *c, struct lws *wsi)
{
        /* A second request while one is being answered: nobody who is honest pipelines after a POST. */
        if (c->state != CONN_HEAD)
                return -1;
        struct front *front = c->front;
        struct head head;
        size_t length;
        c->wsi = wsi;
        lws_set_timeout(wsi, NO_PENDING_TIMEOUT, 0); /* the sweep has the deadlines */
        head_read(wsi, &head);
        c->head_only = head.method == METHOD_HEAD;
        c->body_expected = head.method == METHOD_POST || head.length.presence != FIELD_ABSENT ||
                           head.transfer.presence != FIELD_ABSENT;
        if (c->body_expected && conn_sent_ahead(c)) {
                c->body_expected = false; /* no lingering: at once */
                return conn_refuse(
                        c, REFUSE_MALFORMED, "A request with a body waits for the answer before it.", true);
        }
        if (addresses_request(front->addresses, c->address, front_now(front)) > 0)
                return conn_refuse(c, REFUSE_RATE, NULL, true);
        enum refusal why = guard_request(&head, front->options, &length);
        if (why != REFUSE_NONE)
                return conn_refuse(c, why, NULL, true);
        if (strncmp(head.path, "/api/", 5) == 0)
                return api_begin(c, &head, length);
        if (strcmp(head.path, "/healthz") == 0 && head.method != METHOD_POST)
                return serve_health(c);
        if (strncmp(head.path, "/ws/", 4) == 0)
                return conn_refuse(c, REFUSE_UPGRADE, NULL, true);
        return serve_page(c, &head);
}

static int on_body(struct conn *c, const void *bytes, size_t len)
{
        if (c->state == CONN_LINGER)
                return 0;
        if (c->state != CONN_BODY || len > c->body_size - c->body_len)
                return -1;
        if (len > 0)
                memcpy(c->body + c->body_len, bytes, len);
        c->body_len += (uint32_t)len;
        return 0;
}

static int on_body_complete(struct conn *c)
{
        /* libwebsockets says this again for every byte that follows a body. */
        if (c->state != CONN_BODY || c->body_len != c->body_size)
                return -1;
        return api_run(c);
}

static int on_writeable(struct conn *c)
{
        return c->state == CONN_SEND && c->rest_len > 0 ? send_more(c) : 0;
}

static void on_closed(struct conn *c)
{
        peer_gone(c);
        forget_request(c);
        c->state = CONN_GONE;
        c->wsi = NULL;
        c->deadline = INT64_MAX; /* WSI_DESTROY will come */
}

static int http_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
        /* At this one the wsi is not a real one. */
        if (reason == LWS_CALLBACK_OPENSSL_LOAD_EXTRA_SERVER_VERIFY_CERTS) {
                struct front *front = lws_context_user(lws_get_context(wsi));
                return tls_apply(&front->tls, user) ? -1 : 0;
        }
        struct conn *c = wsi ? lws_get_opaque_user_data(wsi) : NULL;
        if (!c)
                return 0;
        switch ((int)reason) {
        case LWS_CALLBACK_RAW_ADOPT: /* the method CONNECT would make a raw connection of this one */
        case LWS_CALLBACK_RAW_RX:
                return -1;
        case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
                return peer_confirm(c, wsi);
        case LWS_CALLBACK_HTTP:
                return on_request(c, wsi);
        case LWS_CALLBACK_HTTP_BODY:
                return on_body(c, in, len);
        case LWS_CALLBACK_HTTP_BODY_COMPLETION:
                return on_body_complete(c);
        case LWS_CALLBACK_HTTP_WRITEABLE:
                return on_writeable(c);
        case LWS_CALLBACK_CLOSED_HTTP:
                on_closed(c);
                return 0;
        case LWS_CALLBACK_WSI_DESTROY:
                release(c);
                return 0;
        default:
                return 0;
        }
}

static int socket_callback(
        struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
        struct conn *c = wsi ? lws_get_opaque_user_data(wsi) : NULL;
        (void)user;
        if (!c)
                return 0;
        switch ((int)reason) {
        case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
                return c->state == CONN_HEAD && c->upgrading ? 0 : -1;
        case LWS_CALLBACK_ESTABLISHED:
                c->wsi = wsi;
                return peer_open(c);
        case LWS_CALLBACK_RECEIVE:
                return peer_receive(c, in, len);
        case LWS_CALLBACK_RECEIVE_PONG:
                peer_heard(c);
                return 0;
        case LWS_CALLBACK_SERVER_WRITEABLE:
                return peer_writeable(c);
        case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
                return peer_leaves(c, len);
        case LWS_CALLBACK_CLOSED:
                on_closed(c);
                return 0;
        default:
                return 0;
        }
}

const struct lws_protocols conn_protocols[] = {
        {.name = "http", .callback = http_callback, .tx_packet_size = CHUNK_BYTES},
        {.name = GUARD_SUBPROTOCOL,
                .callback = socket_callback,
                .rx_buffer_size = PEER_PART_BYTES,
                .tx_packet_size = CHUNK_BYTES},
        {.name = AGENT_SUBPROTOCOL,
                .callback = socket_callback,
                .rx_buffer_size = PEER_PART_BYTES,
                .tx_packet_size = CHUNK_BYTES},
        {.name = NULL},
};

/* ---- the sweep */

static void over_deadline(struct conn *c)
{
        switch (c->state) {
        case CONN_BODY:
                conn_refuse(c, REFUSE_SLOW, NULL, true);
                break;
        case CONN_WAIT:
                conn_listen(c, true);
                conn_refuse(c, REFUSE_LATE, NULL, true);
                break;
        case CONN_GONE: /* an adoption that failed before libwebsockets had anything to destroy */
                release(c);
                return;
        case CONN_FREE:
        case CONN_HEAD:
        case CONN_SEND:
        case CONN_LINGER:
        case CONN_PEER:
                break;
        }
        /* Whatever the refusal's fate: it is in the socket, and the connection has had its time. */
        conn_kill(c);
}

static void sweep_one(struct conn *c, mono_ms now)
{
        struct front *front = c->front;
        if (c->state == CONN_FREE)
                return;
        if (c->state == CONN_PEER) {
                if (front->stopping)
                        peer_say_goodbye(c);
                peer_sweep(c, now);
                return;
        }
        bool owes_nothing = c->state == CONN_HEAD || c->state == CONN_LINGER;
        if (front->stopping && owes_nothing)
                conn_kill(c);
        else if (now >= c->deadline)
                over_deadline(c);
}

void conns_sweep(struct conns *conns, mono_ms now)
{
        for (uint32_t i = 0; i < conns->used; i++)
                sweep_one(&conns->list[i], now);
}
