/* Where a long op gets real people's lines from: pages that whoever reads the store fills
 * (server/hub/lab_compare.h), or a test. What is in a page is for counting; nothing of it is told. */
#ifndef LAB_SOURCE_H
#define LAB_SOURCE_H

#include "server/lab/ground.h"

/* A card that was on a screen. */
struct lab_card {
        store_day day; /* in store time */
        uint32_t associate;
        uint8_t seen;             /* enum seen; anything else: "may be here", which shows nothing */
        bool preferred;           /* whoever saw it was the associate of her choice */
        bool greet, sizes, words; /* greeting, sizes and likes were allowed; she said a hint or a wish */
        struct digest rulebook;   /* under which it was made */
};

struct lab_person {
        uint32_t id;            /* only to tell whether two cards are of one customer */
        uint32_t preferred;     /* of her own choice, 0 = none; not of a card */
        uint32_t notice;        /* the newest version that she agreed to */
        struct history history; /* of the categories that she agreed to; of a card: as of its visit */
        struct lab_card card;
};

/* Borrowed until the next is asked for. */
struct lab_page {
        uint64_t done, of; /* how many were met with this page, of how many, about */
        uint64_t gone;     /* cards whose customer is not there any more: in no page */
        const struct lab_person *people;
        uint32_t n; /* may be 0 before the end */
};

enum lab_read { LAB_READ_PAGE, LAB_READ_END, LAB_READ_STOPPED /* by the turn */, LAB_READ_FAILED };

/* The next page of customers, or of the cards that were on screens since then; a source gives one of both. */
struct lab_source {
        enum lab_read (*customers)(
                struct lab_source *source, const struct lab_turn *turn, struct lab_page *page);
        enum lab_read (*cards)(
                struct lab_source *source, const struct lab_turn *turn, wall_ms since, struct lab_page *page);
        int64_t (*spent_ms)(struct lab_source *source); /* since it was opened */
};

#endif
