/* The made-up store: people, goods and four years of sales, all from one seed and one time. Pure: the same
 * seed, time and sizes give the same bytes on every machine. Everybody in it is invented. */
#ifndef CTL_DEMO_H
#define CTL_DEMO_H

#include "proto/base.h"

/* ---- randomness of our own, so that no library's change moves a byte (SplitMix64) ---- */
struct demo_random {
        uint64_t state;
};
uint64_t demo_draw(struct demo_random *random);
/* 0 to n - 1; n at least 1. */
uint32_t demo_below(struct demo_random *random, uint32_t n);
/* True in `percent` of cases. */
bool demo_chance(struct demo_random *random, uint32_t percent);

/* ---- the store's fixed parts ---- */
enum demo_store { DEMO_DOWNTOWN, DEMO_UPTOWN, DEMO_HARBOUR, DEMO_ONLINE, DEMO_STORES };
struct demo_store_row {
        const char *id, *name, *channel, *zone, *currency;
};
extern const struct demo_store_row demo_stores[DEMO_STORES];

struct demo_associate_row {
        const char *id, *name, *department, *role;
};
#define DEMO_ASSOCIATES 12
extern const struct demo_associate_row demo_associates[DEMO_ASSOCIATES];
/* Index by id; the id must be one. */
int demo_associate(const char *id);
#define DEMO_NOBODY (-1) /* an unknown seller */

struct demo_class_row {
        const char *name, *department; /* "": in no department, and not in classes.csv */
        bool sensitive;
        int least_price, most_price; /* whole euros */
        const char *items[6];
        const char *sizes; /* separated by spaces; "" = none */
};
extern const struct demo_class_row demo_classes[];
extern const size_t demo_class_count;

/* ---- what is generated ---- */
struct demo_product {
        char sku[32];
        char name[64];
        const char *brand, *colour;
        char size[8];
        uint32_t class;
        int64_t price_minor;
};

struct demo_customer {
        char id[32];
        char name[64];
        char birthday[40];
        char contact[64];
        int favourite; /* associate she likes to go to, or DEMO_NOBODY */
        bool fixed;    /* one of the named ones: gets no sales by chance */
};

enum demo_status { DEMO_BOUGHT, DEMO_RETURNED, DEMO_CANCELLED };

struct demo_line {
        int64_t local_s; /* seconds since 1970 in the store's own time */
        uint32_t order;  /* of making, to sort by where times are equal */
        char id[32];
        int64_t price_minor; /* -1: not known */
        int32_t customer;    /* -1: without a customer */
        int16_t associate;
        uint16_t quantity;
        uint32_t product;
        uint8_t store, status;
        bool gift;
};

struct demo {
        struct demo_random random;
        int64_t now_local_s; /* the end of the four years, time of the store downtown */
        struct demo_product *products;
        size_t n_products;
        struct demo_customer *customers;
        size_t n_customers;
        struct demo_line *lines;
        size_t n_lines, room_lines;
};

#define DEMO_PEOPLE_LEAST 50
#define DEMO_PEOPLE_MOST  1000000
#define DEMO_LINES_LEAST  1000
#define DEMO_LINES_MOST   50000000

/* Makes everything. 0, or -1: no memory. demo_finish in either case. */
int demo_make(struct demo *demo, uint64_t seed, size_t people, size_t lines, int64_t now_local_s);
void demo_finish(struct demo *demo);

/* The parts of demo_make, in their order. */
int demo_make_products(struct demo *demo);
int demo_make_customers(struct demo *demo, size_t people);
int demo_make_fixed(struct demo *demo); /* the named people's histories */
int demo_make_sales(struct demo *demo, size_t lines);

/* Appends a line; at most what was asked for in demo_make. */
struct demo_line *demo_add(struct demo *demo);
/* Index by sku or id; SIZE_MAX if there is none. */
size_t demo_product_find(const struct demo *demo, const char *sku);
size_t demo_customer_find(const struct demo *demo, const char *id);
/* Seconds of local time: `days` before today at hour:minute. */
int64_t demo_day(const struct demo *demo, int days, int hour, int minute);

#define DEMO_FIXED_PEOPLE 8
#define DEMO_FIXED_LINES  64 /* more than demo_make_fixed makes */

#endif
