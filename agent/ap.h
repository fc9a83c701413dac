/* One access point, watched: hostapd's socket, OpenWrt's ubus or a script say who joins and leaves, in one
 * voice. What they say is handed on at once and wiped; a watcher keeps no station. */
#ifndef AGENT_AP_H
#define AGENT_AP_H

#include "agent/core/core.h"

#include <uv.h>

struct ap_sink {
        void *ctx;
        void (*up)(void *ctx, uint8_t radio);
        void (*down)(void *ctx, uint8_t radio);
        void (*station)(void *ctx, uint8_t radio, const struct core_station *station); /* borrowed */
        void (*swept)(void *ctx, uint32_t listed); /* after each ap_sweep, sooner or later */
};

struct ap_options {
        enum agent_ap kind;
        const char *socket, *interfaces, *own, *script; /* as the configuration has them; borrowed */
        int64_t ping_ms;
};

struct ap;
struct ap_ops {
        void (*ask)(struct ap *ap, uint8_t radio, const uint8_t mac[6]);
        void (*sweep)(struct ap *ap);
        void (*close)(struct ap *ap);
};
struct ap {
        const struct ap_ops *ops;
        uv_loop_t *loop;
        struct ap_sink sink;
        const struct ap_options *options;
};

/* Starts watching; an access point that is not there is waited for. NULL, after a line in the log, if it can
 * never be: a missing folder, a bad script, no memory. */
struct ap *ap_open(uv_loop_t *loop, const struct ap_options *options, const struct ap_sink *sink);

/* Asks about one station: a SEEN follows, or nothing if it is gone. Without room the question is left out;
 * the next sweep answers it. */
static inline void ap_ask(struct ap *ap, uint8_t radio, const uint8_t mac[6])
{
        ap->ops->ask(ap, radio, mac);
}

/* A SEEN for each station, then swept. One at a time. */
static inline void ap_sweep(struct ap *ap)
{
        ap->ops->sweep(ap);
}

/* Stops; memory and handles go when the loop runs on. NULL is fine. */
static inline void ap_close(struct ap *ap)
{
        if (ap)
                ap->ops->close(ap);
}

/* The watchers, by kind. */
struct ap *ap_hostapd_open(uv_loop_t *loop, const struct ap_options *options, const struct ap_sink *sink);
struct ap *ap_ubus_open(uv_loop_t *loop, const struct ap_options *options, const struct ap_sink *sink);
struct ap *ap_fake_open(uv_loop_t *loop, const struct ap_options *options, const struct ap_sink *sink);

#endif
