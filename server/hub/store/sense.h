/* What a group of writes means for the people in it, read from its rows: on a full disk that decides whether
 * it is written. Read from the rows and not handed down, so that nobody can forget to say it. */
#ifndef STORE_SENSE_H
#define STORE_SENSE_H

#include "server/core/write.h"

enum sense {
        SENSE_ADDS = 1,  /* somebody joins, arrives, is told of; waits for room */
        SENSE_RECORDS,   /* says what was seen or cleared; written if it fits */
        SENSE_TAKES_BACK /* a consent, a line, a visit or a card is taken back; must be written */
};

/* A group that takes something back counts as that, also if it gives something beside it (she shares one kind
 * instead of another): the part that takes back cannot be written alone. Joining never does, whatever she
 * leaves out at it: before it there was nothing. */
enum sense sense_of(const struct write *writes, uint32_t n);

/* Nobody waits for the answer: a look that goes on a record, or a card that has gone from a screen. */
bool sense_can_wait(const struct write *writes, uint32_t n);

#endif
