/* Reading everybody, a page at a time, for questions that no arrival may wait for: each page is one turn of
 * the store's thread, as long as an import's slice at most, and whoever asks says where the next one goes on.
 *
 *   asker's thread:   store_survey(call) --> survey_wait(call) ... works on the page ... store_survey(next)
 *   store's thread:   commits, reads | a page | commits, reads | a slice of an import | commits ...
 *
 * Nothing is remembered between two pages, so commits may come between them, and no memory grows with the
 * store: a page ends at SURVEY_PEOPLE_MAX people or SURVEY_BYTES_MAX bytes. Who joins meanwhile is met if her
 * number is still to come; who leaves is not met any more. Names, contacts and words stay sealed. */
#ifndef STORE_SURVEY_H
#define STORE_SURVEY_H

#include <pthread.h>

#include "server/hub/store/base.h"

#define SURVEY_PEOPLE_MAX 256
#define SURVEY_BYTES_MAX  (1024 * 1024) /* of lines and words; one history may go over it */
#define SURVEY_COUNT_MAX  20000         /* people counted a page */

/* COUNT: how many customers there are. CUSTOMERS: the lines of each, as her card at `now` would be made of.
 * CARDS: the cards that were on screens from `since` on, each with the lines as they were when the visit
 * began. */
enum survey_what { SURVEY_COUNT, SURVEY_CUSTOMERS, SURVEY_CARDS };

struct survey_ask {
        enum survey_what what;
        int64_t after; /* `reached` of the page before, 0 at first */
        wall_ms now, since;
};

/* Of cards only. */
struct survey_card {
        wall_ms started; /* the visit */
        store_day day;   /* of the disclosure, in store time */
        uint32_t associate;
        uint8_t seen;     /* enum write's seen; 2 = may-be */
        uint8_t relation; /* relation bits that held when it was shown */
        bool greet, sizes, words;
        struct digest rulebook;
};

struct survey_person {
        uint32_t id;        /* only to tell whether two cards are of one customer */
        uint32_t preferred; /* of her own choice, 0 = none */
        uint32_t notice;    /* the newest version that she agreed to */
        uint32_t first, n_lines;
        uint32_t pool_at, pool_size;
        struct survey_card card;
};

/* Kept by who asks and filled anew by each call. */
struct survey_page {
        bool end;        /* there is nothing after it */
        int64_t reached; /* where the next one goes on */
        uint64_t count;  /* COUNT: customers met; CARDS: how many rows there are at most, on the first page */
        uint64_t gone;   /* CARDS: whose customer is not there any more, or shares nothing now */
        uint32_t n;
        struct survey_person people[SURVEY_PEOPLE_MAX];
        struct purchase *lines;
        uint32_t n_lines, lines_room;
        char *pool;
        uint32_t pool_size, pool_room;
};

/* NULL: no memory. */
struct survey_page *survey_page_new(void);
void survey_page_free(struct survey_page *page);
/* Her lines in the page: borrowed from it. Store and currency are the caller's to add. */
struct history survey_history(const struct survey_page *page, const struct survey_person *person);

/* One page asked for. From store_survey() until survey_wait() says true it is the store's. */
struct survey_call {
        struct survey_ask ask;
        struct survey_page *page;
        int result; /* 0; 1 no memory, or the store is closing; -1 the database cannot be read */
        pthread_mutex_t lock;
        pthread_cond_t changed;
        bool done;
};

void survey_call_init(struct survey_call *call, struct survey_page *page);
void survey_call_finish(struct survey_call *call);

/* Asks for call->ask. 0, or 1 if the queue is full. From any thread but the store's; not once store_close()
 * may have begun. */
int store_survey(struct store *store, struct survey_call *call);
/* Waits for at most `ms`. True: the call is over. */
bool survey_wait(struct survey_call *call, int ms);

/* The store's side: fills the page until the slice is over. An SQLite code. */
int survey_step(struct base *base, struct survey_call *call, const struct base_slice *slice);
void survey_done(struct survey_call *call, int result);

#endif
