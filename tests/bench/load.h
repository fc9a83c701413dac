/* The load: phones and handhelds of the made-up store (people.h), thousands of them in one thread. An open
 * loop: check-ins come by the clock whatever the hub does, and each one's time runs from when it was due, so
 * a hub that stalls is charged for the stall.
 *
 *   load.c        the phases, what was measured, the program
 *   load_talk.c   what phones and handhelds say (HTTP/1.1, WebSocket), and how a visit goes on
 *   load_wire.c   connections: epoll, TLS, bytes
 *   load_back.c   the hub is killed, and all come back
 *   load_watch.c  what the hub's processes use, and percentiles
 *
 * A visit:  due -> POST arrive -> answered          \
 *                             \-> card -> rendered  -> (stays, or) POST leaving -> retract -> cleared -> over
 */
#ifndef TESTS_BENCH_LOAD_H
#define TESTS_BENCH_LOAD_H

#include <openssl/ssl.h>
#include <sys/types.h>

#include "proto/base.h"

#define NONE        UINT32_MAX
#define SECOND_NS   INT64_C(1000000000)
#define VISITS_MOST (1u << 21)
#define PHONES      64
#define WATCHED_MAX 8
/* That have no line yet, but are about to. */
#define CONNECTING_MOST 64

/* ---- wire ---- */
enum conn_state { CONN_CLOSED, CONN_CONNECTING, CONN_SHAKING, CONN_GREETING, CONN_READY };
struct conn {
        enum conn_state state;
        bool handheld, wants_out;
        bool upgraded; /* of a handheld: the 101 has come */
        bool asked;    /* ... it was asked for its proof, and gave it */
        bool welcomed; /* ... and was let in */
        int fd;
        uint32_t index;
        uint32_t visit; /* of a phone: what it waits for an answer to, NONE, or ASKS_CODE */
        bool leaving;   /* ... and that it asked for the visit's end */
        uint32_t open;  /* of a handheld: the visits whose cards it shows, a list through visit.next */
        SSL *ssl;
        char *in, *out; /* what is left over; NULL mostly */
        size_t in_len, out_len;
};

struct load_options {
        const char *host, *ca; /* ca: NULL is plain */
        int port;
        uint32_t handhelds, seed;
        double seconds, warm, limit_ms, ramp_most;
        double rates[8];
        uint32_t n_rates;
        bool ramp, whole, idle, restart; /* whole: visits end as soon as their card was shown */
        bool keyless;                    /* handhelds show a token and nothing else, as the peers do */
        int watched[WATCHED_MAX];
        uint32_t n_watched;
};
extern struct load_options options;
__attribute__((noreturn, format(printf, 1, 2))) void load_stop(const char *format, ...);

int64_t wire_now(void); /* monotonic, ns */
void wire_start(void);
void wire_open(struct conn *c);
void wire_close(struct conn *c);
void wire_send(struct conn *c, const char *bytes, size_t len);
/* Waits until `until` at most, and lets talk.c hear what came. */
void wire_poll(int64_t until);
uint64_t wire_draw(uint64_t below);

/* ---- talk ---- */
#define ASKS_CODE (NONE - 1)

struct visit {
        int64_t due, noticed, answered, shown, left, retracted;
        uint32_t person;
        uint32_t card; /* its number in the handheld's stream; 0: none yet */
        uint64_t seq;  /* of the newest event that showed it: a newer one replaces it (P23) */
        uint32_t next; /* of the handheld's open cards */
};

struct counts {
        uint32_t answered, shown;                /* of the present phase */
        uint32_t wrong, twice, refused, dropped; /* of the whole run: each is a fault */
};
extern struct counts counts;
extern struct visit *visits;
extern uint32_t n_visits, phase_first;
extern struct conn *handhelds, phones[PHONES];
extern uint32_t n_handhelds_ready, n_phones_ready;
extern char door_code[17];

void talk_ready(struct conn *c); /* connected, TLS done */
/* Takes what it can of these bytes; returns how many. */
size_t talk_hear(struct conn *c, const char *bytes, size_t len);
void talk_lost(struct conn *c, enum conn_state was);
struct conn *talk_idle_phone(void); /* NULL: all wait for an answer */
void talk_arrive(struct conn *phone, uint32_t visit);
void talk_leave(struct conn *phone, uint32_t visit);
void talk_ask_code(struct conn *phone);
/* load.c is told of a visit whose card was shown and which was answered, and of one that is over. */
void load_settled(uint32_t visit);
void load_over(uint32_t visit);

/* ---- back ---- */
extern bool coming_back; /* the hub was killed, and not all are back */
/* While coming back: this one has no line; `refused`: nobody took it. */
void back_lost(struct conn *c, bool refused);
/* Kills the watched processes, which somebody else starts again. False: not everybody, or not every card of
 * the newest phase, came back. */
bool back_measure(void);

/* ---- watch ---- */
double watch_cpu_s(uint32_t which); /* WATCHED_MAX: all */
double watch_rss_kb(uint32_t which);
double watch_percentile(double *sorted, size_t n, double share); /* NaN of nothing */
void watch_sort(double *values, size_t n);

#endif
