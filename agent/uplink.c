#include "agent/uplink.h"

#include "agent/pin.h"
#include "server/common/clock.h"
#include "server/common/ids.h"
#include "server/common/log.h"

#include <libwebsockets.h>
#include <stdlib.h>
#include <string.h>

#define BUFFER_BYTES    4096 /* libwebsockets' own, for heads and records */
#define CLOSE_MALFORMED 4400
#define CLOSE_TOKEN     4401
#define CLOSE_OTHER     4409
#define WELCOME_MS      10000 /* a hub that opens and says nothing is none */

enum state { WAITING, DIALLING, OPEN };

struct uplink {
        uv_loop_t *loop;
        const struct paired *paired;
        struct paired to; /* the address being dialled; its other fields are not used */
        struct uplink_sink sink;
        struct lws_context *context;
        struct lws_vhost *vhost;
        struct lws *wsi;
        uv_timer_t timer;
        enum state state;
        uint32_t failures;
        int64_t least_wait_ms; /* by what the hub said at the end */
        bool more;             /* addresses left in this round */
        bool closing, good, hang_up;
        int hang_up_code;
        size_t len;
        char frame[AGENT_FRAME_MAX + 1];
        uint8_t out[LWS_PRE + AGENT_FRAME_MAX];
};

int64_t uplink_wait_ms(uint32_t failures, uint32_t random)
{
        int64_t most = UPLINK_FIRST_MS;
        while (failures-- > 0 && most < UPLINK_MOST_MS)
                most *= 2;
        most = most < UPLINK_MOST_MS ? most : UPLINK_MOST_MS;
        return (int64_t)(random % (uint64_t)(most + 1));
}

static void dial(struct uplink *u);

static void on_timer(uv_timer_t *timer)
{
        struct uplink *u = timer->data;
        if (u->state == WAITING)
                dial(u);
        else if (u->state == OPEN && !u->good)
                lws_set_timeout(u->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
}

static void fail(struct uplink *u, const char *why)
{
        uint32_t random;
        bool was_open = u->state == OPEN;
        if (u->state == WAITING)
                return;
        u->state = WAITING;
        u->wsi = NULL;
        u->len = 0;
        if (u->closing)
                return;
        ids_random(&random, sizeof random);
        int64_t wait = u->more ? 0 : uplink_wait_ms(u->failures, random);
        wait = wait > u->least_wait_ms ? wait : u->least_wait_ms;
        u->failures += !u->more && u->failures < 16;
        u->least_wait_ms = 0;
        LOG(was_open ? LOG_NOTE : LOG_DETAIL, "uplink", "no connection to the hub; dialling again",
                log_word("reason", why), log_num("ms", wait));
        uv_timer_start(&u->timer, on_timer, (uint64_t)wait, 0);
        if (was_open)
                u->sink.closed(u->sink.ctx);
}

static void opened(struct uplink *u)
{
        u->state = OPEN;
        u->good = u->hang_up = false;
        u->len = 0;
        LOG(LOG_NOTE, "uplink", "connected to the hub");
        uv_timer_start(&u->timer, on_timer, WELCOME_MS, 0);
        u->sink.opened(u->sink.ctx);
        uplink_wanted(u);
}

/* Collects a message that came in pieces; over the limit it ends the connection. */
static int receive(struct uplink *u, struct lws *wsi, const char *in, size_t len)
{
        if (lws_is_first_fragment(wsi))
                u->len = 0;
        if (lws_frame_is_binary(wsi) || len > AGENT_FRAME_MAX - u->len) {
                lws_close_reason(wsi, (enum lws_close_status)CLOSE_MALFORMED, NULL, 0);
                return -1;
        }
        memcpy(u->frame + u->len, in, len);
        u->len += len;
        if (!lws_is_final_fragment(wsi) || lws_remaining_packet_payload(wsi) > 0)
                return 0;
        u->sink.frame(u->sink.ctx, (struct slice){u->frame, u->len});
        explicit_bzero(u->frame, sizeof u->frame);
        u->len = 0;
        if (!u->hang_up)
                return 0;
        lws_close_reason(wsi, (enum lws_close_status)u->hang_up_code, NULL, 0);
        return -1;
}

static int writable(struct uplink *u, struct lws *wsi)
{
        size_t len = u->sink.take(u->sink.ctx, (char *)u->out + LWS_PRE);
        if (len == 0)
                return 0;
        if (lws_write(wsi, u->out + LWS_PRE, len, LWS_WRITE_TEXT) < (int)len)
                return -1;
        lws_callback_on_writable(wsi);
        return 0;
}

static void peer_closes(struct uplink *u, const uint8_t *in, size_t len)
{
        int code = len >= 2 ? in[0] << 8 | in[1] : 0;
        if (code == CLOSE_TOKEN) {
                u->least_wait_ms = UPLINK_BANNED_MS;
                LOG(LOG_ERROR, "uplink",
                        "the hub does not know this agent any more: pair it again with `maitred-agent pair`");
        } else if (code == CLOSE_OTHER) {
                u->least_wait_ms = UPLINK_MOST_MS;
                LOG(LOG_WARN, "uplink", "another agent uses the same token: pair each one by itself");
        } else if (code == CLOSE_MALFORMED) {
                LOG(LOG_WARN, "uplink",
                        "the hub did not understand this agent: are both of the same version?");
        }
}

static int add_token(struct uplink *u, struct lws *wsi, void *in, size_t len)
{
        uint8_t **at = in, *end = *at + len;
        char value[PAIRED_TOKEN_MAX + 8];
        int n = lws_snprintf(value, sizeof value, "Bearer %s", u->paired->token);
        int rc =
                lws_add_http_header_by_token(wsi, WSI_TOKEN_HTTP_AUTHORIZATION, (uint8_t *)value, n, at, end);
        explicit_bzero(value, sizeof value);
        return rc ? -1 : 0;
}

static void refused(struct uplink *u, struct lws *wsi, const char *why)
{
        if (wsi && lws_http_client_http_response(wsi) == 401) {
                u->least_wait_ms = UPLINK_BANNED_MS;
                LOG(LOG_ERROR, "uplink",
                        "the hub does not know this agent: pair it again with `maitred-agent pair`");
        }
        fail(u, why ? why : "refused");
}

static int callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
        struct uplink *u = lws_context_user(lws_get_context(wsi));
        /* Not an enumeration of ours, and most of it is none of our business. */
        switch ((int)reason) {
        case LWS_CALLBACK_OPENSSL_LOAD_EXTRA_CLIENT_VERIFY_CERTS:
                SSL_CTX_set_min_proto_version(user, TLS1_2_VERSION);
                SSL_CTX_set_mode(user, SSL_MODE_RELEASE_BUFFERS);
                SSL_CTX_set_session_cache_mode(user, SSL_SESS_CACHE_OFF);
                pin_insist(user, u->paired->pin);
                return 0;
        case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
                return add_token(u, wsi, in, len);
        case LWS_CALLBACK_CLIENT_ESTABLISHED:
                opened(u);
                return 0;
        case LWS_CALLBACK_CLIENT_RECEIVE:
                return receive(u, wsi, in, len);
        case LWS_CALLBACK_CLIENT_WRITEABLE:
                return writable(u, wsi);
        case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
                peer_closes(u, in, len);
                return 0;
        case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
                refused(u, wsi, in);
                return 0;
        case LWS_CALLBACK_CLIENT_CLOSED:
                fail(u, "closed");
                return 0;
        default:
                return 0;
        }
}

static const struct lws_protocols protocols[] = {
        {.name = AGENT_SUBPROTOCOL, .callback = callback, .rx_buffer_size = AGENT_FRAME_MAX},
        {0},
};

/* The hub's end answers pings by itself; one that does not answer for a minute is gone. */
static const lws_retry_bo_t alive = {.secs_since_valid_ping = 20, .secs_since_valid_hangup = 60};

static void dial(struct uplink *u)
{
        char host[PAIRED_HOST_MAX + 10];
        struct paired *p = &u->to;
        memcpy(p->host, u->paired->host, sizeof p->host);
        memcpy(p->pin, u->paired->pin, sizeof p->pin);
        p->port = u->paired->port;
        u->more = u->sink.where(u->sink.ctx, u->failures, p);
        lws_snprintf(host, sizeof host, strchr(p->host, ':') ? "[%s]:%d" : "%s:%d", p->host, p->port);
        struct lws_client_connect_info info = {.context = u->context,
                .vhost = u->vhost,
                .address = p->host,
                .port = p->port,
                .path = AGENT_PATH,
                .host = host,
                .protocol = AGENT_SUBPROTOCOL,
                .local_protocol_name = AGENT_SUBPROTOCOL,
                .ssl_connection = LCCSCF_USE_SSL,
                .alpn = "http/1.1",
                .retry_and_idle_policy = &alive,
                .pwsi = &u->wsi};
        u->state = DIALLING;
        if (!lws_client_connect_via_info(&info))
                fail(u, "cannot dial");
}

static int start_web(struct uplink *u)
{
        void *loops[] = {u->loop};
        struct lws_context_creation_info info = {
                .options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS |
                           LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT |
                           LWS_SERVER_OPTION_UV_NO_SIGSEGV_SIGFPE_SPIN |
                           LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS, /* the pin is all that counts */
                .foreign_loops = loops,
                .user = u,
                .port = CONTEXT_PORT_NO_LISTEN,
                .protocols = protocols,
                .vhost_name = "agent",
                .pt_serv_buf_size = BUFFER_BYTES,
                .max_http_header_data2 = 2048,
                .max_http_header_pool2 = 2,
                .fd_limit_per_thread = 8,
                .timeout_secs = 15,
                .alpn = "http/1.1"};
        lws_set_log_level(0, NULL); /* its lines hold addresses and paths */
        u->context = lws_create_context(&info);
        u->vhost = u->context ? lws_create_vhost(u->context, &info) : NULL;
        return u->vhost ? 0 : -1;
}

struct uplink *uplink_open(uv_loop_t *loop, const struct paired *paired, const struct uplink_sink *sink)
{
        struct uplink *u = calloc(1, sizeof *u);
        if (!u)
                return NULL;
        u->loop = loop;
        u->paired = paired;
        u->sink = *sink;
        if (start_web(u) != 0) {
                LOG(LOG_ERROR, "uplink",
                        "libwebsockets could not start: is its libuv plugin installed "
                        "(libwebsockets-evlib-uv)?");
                if (u->context)
                        lws_context_destroy(u->context);
                free(u);
                return NULL;
        }
        uv_timer_init(loop, &u->timer);
        u->timer.data = u;
        uv_timer_start(&u->timer, on_timer, 0, 0);
        return u;
}

void uplink_wanted(struct uplink *u)
{
        if (u->state == OPEN && u->wsi)
                lws_callback_on_writable(u->wsi);
}

void uplink_hang_up(struct uplink *u, int code)
{
        u->hang_up = true;
        u->hang_up_code = code;
}

void uplink_is_good(struct uplink *u)
{
        u->good = true;
        u->failures = 0;
}

void uplink_close(struct uplink *u)
{
        if (!u)
                return;
        u->closing = true;
        uv_close((uv_handle_t *)&u->timer, NULL);
        lws_context_destroy(u->context);
}

void uplink_finish(struct uplink *u)
{
        if (!u)
                return;
        lws_context_destroy(u->context); /* the second of its two steps */
        explicit_bzero(u, sizeof *u);
        free(u);
}
