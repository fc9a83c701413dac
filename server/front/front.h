/* The door to the outside: TLS, HTTP and WebSockets for phones, handhelds, signs and tills, in a process of
 * its own that has no database and no data keys. Everything it lets through goes to the hub as frames of
 * server/link. */
#ifndef FRONT_FRONT_H
#define FRONT_FRONT_H

#include "proto/base.h"

/* What one address, one connection and all of them together may take. Every value must be positive, and every
 * count at most FRONT_LIMIT_MOST. */
#define FRONT_LIMIT_MOST 1000000
struct front_limits {
        uint32_t connections;                  /* open at once, in all */
        uint32_t connections_per_address;      /* open at once; an IPv6 address counts as its /64 */
        uint32_t accepts_per_s_per_address;    /* new connections, with bursts of four seconds' worth */
        uint32_t requests_per_min_per_address; /* then 429; with bursts of twenty seconds' worth */
        uint32_t messages_per_s_per_peer;      /* WebSocket messages, with bursts of two seconds' worth */
        int32_t head_ms;                       /* from accepting to a complete head, TLS included */
        int32_t body_ms;                       /* for the whole body */
        int32_t answer_ms;                     /* how long the hub may take, then 503 */
        int32_t idle_ms;                       /* between an answer and the next complete head */
        int32_t stuck_ms;                      /* a reader that takes nothing */
        int32_t ping_ms;                       /* between pings */
        int32_t silent_ms;                     /* a peer that says nothing, not even pong */
        int32_t hello_ms;                      /* from the upgrade to the first message */
        int32_t sweep_ms;                      /* how often the deadlines above are looked at */
        int32_t calm_ms; /* how long the hub is not woken for what can wait (hub_link.h) */
};

/* All texts are borrowed for the whole run. Start from front_options_default(). */
struct front_options {
        const char *listen_address; /* a number, not a name: "0.0.0.0", "192.0.2.7", "::" */
        uint16_t listen_port;       /* 0: any free port */
        const char *const *origins; /* "https://hub.store.example:8443", exactly as a browser sends it; the
                                       first is the public one */
        size_t n_origins; /* at least 1; their hosts are what Host may say and what a self-made certificate
                             names */
        const char *certificate; /* PEM chain; NULL or "": a self-made one from tls_dir */
        const char *key;         /* PEM; both or neither */
        const char *tls_dir;     /* ca.pem, ca.key, server.pem, server.key; made at first start */
        const char *web_root;    /* index.html handheld.html console.html sign.html a/ */
        bool plain;   /* HTTP without TLS: for tests and measurements, on a loopback address only. maitred has
                         no   setting for it. */
        int ready_fd; /* one byte is written when connections are taken; -1: none. Closed then. */
        struct front_limits limits;
};

/* What front_run returns; each comes with one line in the log that says what, where and what to do. */
enum front_exit {
        FRONT_STOPPED = 0,         /* orderly, after SIGTERM or SIGINT */
        FRONT_FAILED = 1,          /* memory, or libwebsockets could not start */
        FRONT_OPTIONS = 20,        /* an option that cannot be right */
        FRONT_ADDRESS_IN_USE = 21, /* another program listens there */
        FRONT_ADDRESS_NOT_OURS = 22,
        FRONT_ADDRESS_DENIED = 23, /* a port under 1024 without the right */
        FRONT_TLS_FILES = 24,      /* certificate, key or tls_dir: missing, unreadable, or not a pair */
        FRONT_WEB_ROOT = 25,       /* a page is missing */
        FRONT_HUB_LOST = 26        /* the link ended or carried nonsense */
};

void front_options_default(struct front_options *options);

/* Runs until SIGTERM or SIGINT, or until the hub goes. Takes over `link_fd` (a non-blocking stream socket)
 * and the signals of the process; call it in a process of its own that has only one thread. */
int front_run(const struct front_options *options, int link_fd);

#endif
