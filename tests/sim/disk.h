/* The world's own idea of the disk: what was written, by plain tables, without the product's store.
 *
 *   submitted --> applied (loads see it) --> durable --> COMMITTED is told
 *
 * There are two tables: `seen` holds what is applied, `safe` what is durable. A crash keeps `safe` and some
 * of what was applied after it, in order. */
#ifndef TESTS_SIM_DISK_H
#define TESTS_SIM_DISK_H

#include "server/core/effect.h"
#include "server/core/event.h"
#include "tests/sim/chance.h"

#define PEOPLE_MOST     3000
#define SESSIONS_MOST   8192
#define LINKS_MOST      8192
#define REQUESTS_MOST   16384
#define VISITS_MOST     8192
#define ASSOCIATES_MOST 24
#define EVENTS_KEPT     256 /* of a stream, for looking up what a number was */
#define STREAM_SAVED    128 /* ... that a snapshot brings */
#define OFFERS_MOST     24  /* of one visit */
#define LINES_MOST      6
#define OPEN_MOST       64 /* cards of one associate at once */
#define DEVICES_MOST    1024
#define LOOKS_MOST      32768

struct line {
        struct purchase row; /* its texts are made when it is read */
        uint8_t category;
};

struct offer {
        struct uuid id;
        uint32_t associate;
        wall_ms offered, answered;
        uint8_t reply, rung;
        int64_t made; /* true time at which it was applied */
};

struct visit_kept {
        struct live_visit_row row;
        uint32_t before; /* her visit before this one, + 1; 0 = none */
        uint32_t n_offers;
        struct offer offers[OFFERS_MOST];
        bool thanked;
        uint32_t winner;      /* associate who has accepted, or is with her; 0 = nobody */
        int64_t began;        /* true time */
        int64_t sought_since; /* ... when somebody began to be looked for, whatever she said since */
        int64_t open_since;   /* ... since which somebody is looked for */
        int64_t reached;      /* true time at which somebody was with her; 0 = not yet */
        int64_t told_none;    /* ... at which nobody was found */
        int64_t ended;
        int64_t accepted;
};

struct person_kept {
        struct person_row row;
        uint32_t n_consents, n_evidence, n_lines;
        struct consent_row consents[CONSENT_ROWS_MAX];
        struct evidence_row evidence[EVIDENCE_MAX];
        struct line lines[LINES_MOST];
        uint32_t newest_visit; /* + 1 */
};

/* A stream, and what its events leave open when they are carried out one after another. */
struct stream_kept {
        uint64_t seq;
        uint32_t last_card;
        uint32_t n_open;
        struct {
                uint32_t card;
                struct uuid visit;
        } open[OPEN_MOST];
        struct stream_row events[EVENTS_KEPT]; /* s lies at s % EVENTS_KEPT */
};

/* Whose card was put on a record: one a rendered event. */
struct look_kept {
        uint32_t associate, card;
        uint64_t seq;
        uint32_t times;
        struct uuid id;
};

struct table {
        uint32_t n_people;
        struct person_kept people[PEOPLE_MOST]; /* surrogate 1 .. ; guests follow, see table_person */
        uint32_t first_guest;                   /* index of surrogate 0x80000000 */
        uint32_t next_guest;
        uint32_t n_sessions, n_links, n_requests, n_visits, n_devices, n_sensors;
        struct {
                struct digest token;
                struct session_row row;
        } sessions[SESSIONS_MOST];
        struct {
                struct digest secret;
                struct link_row row;
        } links[LINKS_MOST];
        struct {
                struct request_key key;
                struct request_row row;
        } requests[REQUESTS_MOST];
        uint32_t session_cells[2 * SESSIONS_MOST], link_cells[2 * LINKS_MOST],
                request_cells[2 * REQUESTS_MOST];
        struct visit_kept visits[VISITS_MOST];
        struct stream_kept streams[ASSOCIATES_MOST + 1]; /* by associate */
        struct device_row devices[DEVICES_MOST];
        struct sensor_row sensors[4];
        struct look_kept looks[LOOKS_MOST];
        uint32_t look_cells[2 * LOOKS_MOST];
        uint32_t n_looks, n_cleared;
};

struct table *table_make(void); /* zeroed; ends the program if there is no memory */
void table_copy(struct table *to, const struct table *from);

/* NULL: no such person. Surrogates from 0x80000000 on joined at the door. */
struct person_kept *table_person(struct table *t, uint32_t surrogate);
struct visit_kept *table_visit(struct table *t, const struct uuid *id);    /* NULL if there is none */
struct visit_kept *table_newest(struct table *t, uint32_t person);         /* her newest visit, NULL */
uint32_t table_session(const struct table *t, const struct digest *token); /* index or UINT32_MAX */
void table_put_session(struct table *t, const struct digest *token, const struct session_row *row);
void table_put_link(struct table *t, const struct digest *secret, const struct link_row *row);
uint32_t table_link(const struct table *t, const struct digest *secret);
struct look_kept *table_look(struct table *t, uint32_t associate, uint32_t card, uint64_t seq, bool make);

/* One row. Returns NULL, or what about it cannot be: a number given twice, a gap, a second winner ... Of a
 * group the offers go last: a new visit's row stands behind its first offer. */
const char *table_apply(struct table *t, const struct write *w, int64_t now);

/* One event, carried out; NULL or what about it cannot be. */
const char *table_stream(struct stream_kept *s, const struct stream_row *row);

/* The answer to a LOAD; malloc'ed. */
struct dossier *table_load(struct table *t, const struct effect *e);

struct saved {
        struct snapshot snapshot;
        struct notice_row notice;
        struct live_visit_row visits[VISITS_MOST];
        struct stream_row stream[(ASSOCIATES_MOST + 1) * STREAM_SAVED];
        struct offer_row offers[OFFERS_MAX];
};
/* What the hub starts from. The roster is the caller's; its last cards are filled in. */
void table_snapshot(struct table *t, struct roster *roster, store_day day, wall_ms now, struct saved *out);

#endif
