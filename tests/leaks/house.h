/* A house: one hub over one of the two stores, with a virtual clock and ids that both houses share. It
 * answers LOAD and COMMIT as the real store does, and writes down what each viewer can observe. */
#ifndef TESTS_LEAKS_HOUSE_H
#define TESTS_LEAKS_HOUSE_H

#include "server/core/hub.h"
#include "tests/leaks/leaks.h"

/* The roster: every kind of viewer [N2]. */
enum who { SELLER = 1, CHOSEN, SHOES, TRAINEE, MANAGER, SECOND_MANAGER, ELSEWHERE, WHO_COUNT };
#define PEER_OF(who)   (10u * (who) + 1) /* her handheld, or console */
#define SECOND_OF(who) (10u * (who) + 2) /* her other one */
#define CUSTOMERS      24
#define CUSTOMER_OTHER (CUSTOMERS + 1)        /* somebody else in the store at the time */
#define HOUSE_WALL     INT64_C(1772700000000) /* 2026-03-05 08:40 UTC: when its day begins */
#define ANSWER_MAX     (50 * 1024)

struct customer {
        const struct store *store; /* her purchases; NULL: none */
        bool erased;
        struct person_row row;
        struct consent_row consents[CONSENT_ROWS_MAX];
        uint32_t n_consents, evidence;
        struct last_visit_row last;
        uint8_t alerts_today;
        struct digest phone;
        struct {
                uint64_t ref;
                uint8_t choice;
        } chosen[200];
        uint32_t n_chosen;
};

/* What was observed, one after the other: whom by (a peer, or 0 for an answer to her console), and the bytes.
 */
struct log {
        char *bytes;
        size_t len, room;
        uint32_t frames, cards, odd_sizes, answers;
        uint64_t
                work; /* what the hub asked of its shell, as a hash: how often and in which order, not what */
};

struct twin_house {
        struct hub *hub;
        struct rulebook *book, *books[4 * CUSTOMERS];
        uint32_t n_books;
        mono_ms mono;
        wall_ms wall;
        struct chance fresh;
        struct effects effects;
        struct dossier *dossier;
        size_t dossier_room;
        struct customer customers[CUSTOMERS + 2];
        struct digest tokens[WHO_COUNT], seconds[WHO_COUNT];
        struct log log;
        enum who watched;
        bool listening;
        uint64_t requests;
        uint32_t judged; /* the ticket of what waits for the lab's verdict */
        uint16_t status;
        char body[ANSWER_MAX];
        /* of each handheld: its newest card, and the newest event it carried out */
        uint32_t card[WHO_COUNT];
        uint64_t card_seq[WHO_COUNT], seq[WHO_COUNT];
        mono_ms card_at[WHO_COUNT]; /* when that card left */
        int32_t tick_ms;            /* the release tick */
        int64_t load_ms, row_us;    /* how long a look into the store takes: at least, and for each row */
        struct stream_row stream[1024];
        uint32_t n_stream, last_card[WHO_COUNT];
        struct live_visit_row visits[CUSTOMERS * 6];
        uint32_t n_visits;
        struct {
                struct digest secret;
                struct link_row row;
        } links[CUSTOMERS * 4];
        uint32_t n_links;
        struct {
                bool load;
                struct effect effect;
                struct write writes[WRITES_MAX];
                uint32_t n;
                uint64_t peer;
        } jobs[128];
        uint32_t first_job, n_jobs;
};

/* house_store.c: what answers a LOAD (the house owns it), and what a COMMIT writes. */
struct dossier *twin_house_load(struct twin_house *h, const struct effect *e);
void twin_house_apply(struct twin_house *h, const struct write *w);

const char *twin_house_name(enum who who);
struct watcher twin_house_watcher(enum who who, bool preferred);
/* A hub under this book, with its roster, and nobody there yet. */
void twin_house_open(struct twin_house *h, const char *book, uint64_t seed);
void twin_house_open_timed(struct twin_house *h, const char *book, uint64_t seed, int32_t tick_ms);
void twin_house_close(struct twin_house *h);
void twin_house_restart(struct twin_house *h); /* over the same store */
/* Puts another book in force. */
void twin_house_publish(struct twin_house *h, const char *book);
void twin_house_everybody(struct twin_house *h); /* each handheld and console of this store connects */
void twin_house_customer(struct twin_house *h, uint32_t id, const struct store *store, uint32_t categories,
        uint32_t preferred, uint32_t evidence);
/* The watcher's log begins, ends. */
void twin_house_watch(struct twin_house *h, enum who who);
void twin_house_unwatch(struct twin_house *h);

void twin_house_connect(
        struct twin_house *h, uint64_t peer, enum who who, bool second, bool console, bool old, uint64_t seq);
void twin_house_hang_up(struct twin_house *h, uint64_t peer);
void twin_house_say(struct twin_house *h, uint64_t peer, const struct message *m);
uint16_t twin_house_ask(
        struct twin_house *h, const struct digest *token, enum face face, const struct message *m);
void twin_house_wait(struct twin_house *h, int64_t ms);
void twin_house_door(const struct twin_house *h, char out[17]);

#endif
