/* Rows on their way into the database: what maitrectl read from a CSV file, already split into fields and checked for
 * syntax, now resolved, deduplicated and written in slices so that arrivals go on. */
#ifndef HUB_IMPORT_H
#define HUB_IMPORT_H

#include "proto/base.h"
#include "proto/slice.h"

enum import_kind {
        IMPORT_STORES = 1,  /* id name channel zone */
        IMPORT_ASSOCIATES,  /* id name store department role active */
        IMPORT_CLASSES,     /* class department sensitive */
        IMPORT_PRODUCTS,    /* sku name brand class price colour size */
        IMPORT_CUSTOMERS,   /* id name birthday contact */
        IMPORT_PURCHASES    /* id customer associate store channel sku class price currency quantity at status gift
                               brand item colour size (the last four win over the product's) */
};
#define IMPORT_KINDS      6
#define IMPORT_FIELDS_MAX 20
#define IMPORT_FIELD_MAX  512  /* bytes */
#define IMPORT_ROWS_MAX   2000 /* in a batch */

/* The fields of a kind in their fixed order, NULL-terminated; which are required. */
struct import_field {
        const char *name;
        bool required;
        const char *help;
};
const struct import_field *import_fields(enum import_kind kind);
const char *import_kind_word(enum import_kind kind);       /* "purchases" */
enum import_kind import_kind_find(const char *word);       /* 0 if none */

enum import_outcome {
        IMPORT_NEW = 0,
        IMPORT_UPDATED,   /* a correction: the same id with other values */
        IMPORT_SAME,      /* already there, equal */
        IMPORT_NO_CUSTOMER, /* a purchase without a customer: counted, not stored (decision 8) */
        IMPORT_NOT_KEPT,  /* import.keep = enrolled and she has not joined */
        IMPORT_REJECTED
};
#define IMPORT_OUTCOMES 6

struct import_row {
        uint64_t line;  /* in the CSV file, from 1: for the reject file */
        struct slice field[IMPORT_FIELDS_MAX]; /* into the batch's bytes; len 0 = empty */
        wall_ms at;     /* purchases: converted by the client with the store's zone; else 0 */
        uint8_t precision; /* of at: 1 day, 2 minute, 3 second */
        uint8_t outcome;   /* enum import_outcome, filled by the store */
        char reason[96];   /* of a reject: what is wrong with which field, never its value */
};

struct import_batch {
        enum import_kind kind;
        wall_ms now;
        uint32_t n;
        struct import_row *rows;
        char *bytes;
        size_t bytes_len;
        uint64_t counts[IMPORT_OUTCOMES];
        uint64_t unmapped_classes; /* classes met here that have no department yet */
};
void import_batch_free(struct import_batch *batch);

#endif
