/* Rows on their way into the database: what maitrectl read from a CSV file, already split into fields and
 * brought into one form, packed into batches for the operator's socket [P31]. The client packs, the hub
 * unpacks, the store resolves and writes in slices so that arrivals go on. Pure. */
#ifndef PROTO_IMPORT_H
#define PROTO_IMPORT_H

#include "proto/base.h"
#include "proto/slice.h"

enum import_kind {
        IMPORT_STORES = 1, /* id name channel zone */
        IMPORT_ASSOCIATES, /* id name store department role active stand_in languages skills */
        IMPORT_CLASSES,    /* class department sensitive */
        IMPORT_PRODUCTS,   /* sku name brand class price colour size */
        IMPORT_CUSTOMERS,  /* id name birthday contact */
        IMPORT_PURCHASES,  /* id customer associate store channel sku class price currency quantity at status
                              gift   brand item colour size (the last four win over the product's) */
        IMPORT_SHIFTS      /* associate start end break_start break_end. A row on its way is one shift (start,
                              end) or one break (break_start, break_end); without its end it is taken away */
};
#define IMPORT_KINDS      7
#define IMPORT_FIELDS_MAX 20
#define IMPORT_FIELD_MAX  512  /* bytes */
#define IMPORT_ROWS_MAX   2000 /* in a batch */
#define IMPORT_ID_MAX     64   /* bytes of an id (decision 6) */

/* The form in which a field travels. An empty field always means "not known" and is not checked further. */
enum import_form {
        IMPORT_FORM_ID,       /* 1 to 64 bytes */
        IMPORT_FORM_TEXT,     /* free text */
        IMPORT_FORM_CHANNEL,  /* "in-store" or "online" */
        IMPORT_FORM_ROLE,     /* "associate", "trainee" or "manager" */
        IMPORT_FORM_STATUS,   /* "bought", "returned" or "cancelled" */
        IMPORT_FORM_FLAG,     /* "1" or "0" */
        IMPORT_FORM_MONEY,    /* digits, at most 12 before and 4 after a ".", never negative */
        IMPORT_FORM_CURRENCY, /* three capital letters */
        IMPORT_FORM_COUNT,    /* 0 to 1000000, digits */
        IMPORT_FORM_DATE,     /* YYYY-MM-DD */
        IMPORT_FORM_TIME,     /* travels as struct import_row.at; the field itself stays empty */
        IMPORT_FORM_MOMENT    /* travels as milliseconds since 1970 UTC, in digits */
};

/* The fields of a kind in their fixed order; an entry without a name ends the list. */
struct import_field {
        const char *name;
        bool required;
        enum import_form form;
        const char *help;
};
const struct import_field *import_fields(enum import_kind kind);
/* How many fields the kind has; 0 for what is no kind. */
size_t import_field_count(enum import_kind kind);
/* Index of a field by its name; -1 if the kind has none of that name. */
int import_field_find(enum import_kind kind, const char *name);
const char *import_kind_word(enum import_kind kind); /* "purchases"; "?" for what is no kind */
enum import_kind import_kind_find(const char *word); /* 0 if none */

/* Brings what people write ("COMPLETE", "store", "12,50", "yes") into the field's form. `out` has
 * IMPORT_FIELD_MAX + 1 bytes; the result may also point into `in`. 0, or 1 with *why a sentence part that
 * never repeats the value, such as "is not a status (bought, returned, cancelled)". Times are not handled
 * here: the zone is the client's business. */
int import_normalise(
        enum import_form form, struct slice in, char *out, struct slice *result, const char **why);

/* Valid UTF-8 without NUL and without control characters other than tab, line feed and carriage return. */
bool import_text_ok(struct slice text);

enum import_outcome {
        IMPORT_NEW = 0,
        IMPORT_UPDATED,     /* a correction: the same id with other values */
        IMPORT_SAME,        /* already there, equal */
        IMPORT_NO_CUSTOMER, /* a purchase without a customer: counted, not stored (decision 8) */
        IMPORT_NOT_KEPT,    /* import.keep = enrolled and she has not joined */
        IMPORT_REJECTED
};
#define IMPORT_OUTCOMES 6

#define IMPORT_REASON_MAX 96

struct import_row {
        uint64_t line;                         /* in the CSV file, from 1: for the reject file */
        struct slice field[IMPORT_FIELDS_MAX]; /* into the batch's bytes; len 0 = empty */
        wall_ms at;                     /* purchases: converted by the client with the store's zone; else 0 */
        uint8_t precision;              /* of at: 1 day, 2 minute, 3 second; 0 = no time given */
        uint8_t outcome;                /* enum import_outcome, filled by the store */
        char reason[IMPORT_REASON_MAX]; /* of a reject: what is wrong with which field, never its value */
};

struct import_batch {
        enum import_kind kind;
        wall_ms now;
        uint32_t n;
        struct import_row *rows; /* owned */
        char *bytes;             /* owned */
        size_t bytes_len;
        uint64_t counts[IMPORT_OUTCOMES];
        uint64_t unmapped_classes; /* classes met here that have no department yet */
};
/* Frees the batch itself and what it owns. NULL is accepted. */
void import_batch_free(struct import_batch *batch);

/* ---- the packed form [P31] ---- */
#define IMPORT_PACKED_MAX (512 * 1024) /* bytes of one packed batch: what does not fit goes into the next */
#define IMPORT_ANSWER_MAX (8 + (IMPORT_OUTCOMES + 1) * 8 + 4 + IMPORT_ROWS_MAX * (8 + 1 + IMPORT_REASON_MAX))

/* Fills a caller's buffer row by row. */
struct import_pack {
        uint8_t *at; /* IMPORT_PACKED_MAX bytes */
        size_t len;
        uint32_t rows;
        enum import_kind kind;
};
void import_pack_start(struct import_pack *pack, enum import_kind kind, uint8_t *buffer);
/* Adds line, at, precision and the kind's fields of `row`. 0, or 1 if it does not fit (send the batch, start
 * again). A field over IMPORT_FIELD_MAX is the caller's mistake and is refused as -1. */
int import_pack_row(struct import_pack *pack, const struct import_row *row);

/* Reads a packed batch into a new one (free with import_batch_free); every limit above is checked and every
 * text must be import_text_ok. NULL with *why filled if the bytes are none, or if there is no memory. */
struct import_batch *import_unpack(const uint8_t *bytes, size_t len, const char **why);

#define IMPORT_LINES_MAX 300 /* rows in one request of the console */
/* Reads rows as the console sends them [P137] into a new batch (free with import_batch_free) and brings each
 * field into its form; nothing of `text` is borrowed. A row that may not go in has the outcome REJECTED with
 * its reason, a purchase without customer and id NO_CUSTOMER; the caller keeps both from the store. NULL with
 * *why filled if the text is none, or if there is no memory. */
struct import_batch *import_read_lines(enum import_kind kind, struct slice text, const char **why);

/* The answer to a batch: counts and rejects. Returns its length; `out` has IMPORT_ANSWER_MAX bytes. */
size_t import_answer_pack(const struct import_batch *batch, uint8_t *out);

struct import_reject {
        uint64_t line;
        struct slice reason; /* borrowed from the answer's bytes */
};
struct import_answer {
        uint64_t counts[IMPORT_OUTCOMES];
        uint64_t unmapped_classes;
        uint32_t n_rejects;
        const uint8_t *rejects; /* borrowed; read with import_answer_next */
        size_t left;
};
/* Exact: checks the whole answer. 0, or 1 if the bytes are none. */
int import_answer_unpack(const uint8_t *bytes, size_t len, struct import_answer *out);
/* The next reject, in file order of the batch; false when there is none left. */
bool import_answer_next(struct import_answer *answer, struct import_reject *out);

#endif
