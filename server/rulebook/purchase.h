/* Raw rows: one purchase line and the person it belongs to, as loaded from the database. Only project() may
 * look into them; nothing that renders or sends sees these types (the style suite checks who includes this).
 */
#ifndef RULEBOOK_PURCHASE_H
#define RULEBOOK_PURCHASE_H

#include "proto/base.h"
#include "server/rulebook/words.h"

/* A string in the pool that lies behind the rows: an offset; 0 is the empty string. UTF-8, NUL-terminated. */
typedef uint32_t pooled;

/* Unknown price or currency: matches every limit and no show (decision 7). */
#define PRICE_UNKNOWN INT64_MIN

/* Every byte is a field, as core/dossier.h says why. */
#pragma GCC diagnostic push
#pragma GCC diagnostic error "-Wpadded"
struct purchase {
        wall_ms at;         /* when it was bought, UTC */
        int64_t unit_price; /* minor units of the store's currency, or PRICE_UNKNOWN */
        uint64_t ref;       /* names the line inside the database (see core/dossier.h); never sent anywhere */
        int32_t age_days;   /* calendar days in the store's zone, frozen at the start of the visit; >= 0 */
        int32_t age_months; /* whole calendar months, frozen alike; >= 0 */
        uint32_t store;     /* surrogate id of the store of the line */
        uint32_t seller;    /* surrogate id of the associate, 0 = unknown */
        int32_t quantity;
        pooled kind; /* class name, "" = unknown: then the line is treated as sensitive */
        pooled brand, item, colour, size;
        pooled department; /* name of the department of the class; "other" if unmapped */
        pooled store_name;
        uint16_t year;
        uint8_t department_index; /* 0..31, the roster's index; 31 = other/unmapped */
        uint8_t channel;          /* enum channel */
        uint8_t status;           /* enum status */
        uint8_t gift;             /* 0 or 1 */
        uint8_t sensitive;        /* 0 or 1: class is on the shipped or head office's list, or unmapped */
        uint8_t choice;           /* enum line_choice: what the customer said of this line */
        uint8_t month;            /* 1..12 of the purchase in store time */
        uint8_t zero[7];
};
#pragma GCC diagnostic pop

#define DEPARTMENT_OTHER 31
#define DEPARTMENT_COUNT 32

#define HISTORY_LINES_MAX 2000 /* decision 9; a longer history is malformed and hides all its lines */

/* What a projection reads: borrowed for the call. */
struct history {
        const struct purchase *lines; /* newest first */
        uint32_t n_lines;
        const char *pool; /* pool_size bytes; pool[0] == 0; the last byte is 0 */
        uint32_t pool_size;
        uint32_t store; /* surrogate id of this hub's store */
        char currency[4];
};

/* The customer's own fields, as the pipeline may show them if the rules allow. Borrowed strings, "" = none.
 */
struct person_fields {
        const char *first_name, *last_name;
        const char *hint, *wish;
        const char *
                notes[NOTES_MAX]; /* that this viewer wrote herself; the newest first, up to the first NULL */
        bool greet_by_name;       /* she allowed it herself */
        bool sizes_ok;            /* she consented to the data category "sizes" */
        bool likes_ok;
};

struct viewer {
        uint32_t associate;   /* surrogate id, 0 = nobody in particular */
        uint32_t store;       /* surrogate id */
        uint32_t departments; /* bit set of department indexes */
        enum role role;
        bool preferred; /* by the customer's own choice (decision 12), never by evidence */
};

#endif
