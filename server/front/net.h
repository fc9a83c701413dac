/* The whole front as one value, and the few ways in which its parts reach one another. Everything runs on one
 * libuv loop in one thread; libwebsockets is a guest on it. */
#ifndef FRONT_NET_H
#define FRONT_NET_H

#include "server/common/together.h"
#include "server/front/address.h"
#include "server/front/conn.h"
#include "server/front/hub_link.h"
#include "server/front/listen.h"
#include "server/front/pages.h"
#include "server/front/tls.h"

#include <libwebsockets.h>
#include <uv.h>

struct front {
        const struct front_options *options;
        uv_loop_t loop;
        uv_timer_t sweep;
        uv_signal_t term, interrupt;
        struct lws_context *context; /* set to NULL by libwebsockets when it is really gone */
        struct lws_vhost *vhost;
        struct tls tls;
        struct pages *pages;
        struct addresses *addresses;
        struct conns *conns;
        struct hub_link link;
        struct listener listener;
        char security[2048]; /* header lines of every answer */
        char cut[2048], names[8][48];
        struct lws_protocol_vhost_options lines[8]; /* the same for what libwebsockets answers itself */
        uv_prepare_t before_poll;
        uv_check_t after_poll;
        uint64_t turn;            /* of the loop, from 1 */
        bool polling;             /* in its polling phase: what happens now was caused by a socket */
        struct together together; /* this thread, and the hub's by the same rule */
        bool hub_ready;           /* it has said HELLO */
        bool stopping;
        mono_ms stop_by;
        mono_ms refresh_at; /* when to look at the certificate again */
        int exit_code;
};

/* Monotonic time as of this turn of the loop. */
mono_ms front_now(const struct front *front);

/* Begins the end: no new connections, peers are told to go away, what is owed is still sent for a moment. The
 * first code counts. */
void front_stop(struct front *front, int exit_code);

#endif
