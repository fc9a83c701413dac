/* The notices: what customers agreed to, and the most that each version promised [P73]. Part of state.h,
 * which includes it.
 *
 *   a version:  added by the operator, durable -> newest; whoever joins from then on agrees to it
 *   a customer: her notice = the newest that a consent of hers was given under; every consent she gives later
 * carries that one, until she joins anew or accepts a newer one on her page */
#ifndef CORE_NOTICE_H
#define CORE_NOTICE_H

#include "server/core/state.h"

#define NOTICE_MORE_MAX 6 /* of what a newer notice would let be seen, as much is told */

/* One thing that the newest notice promises more of than an older one: words of the rulebook. */
struct notice_more {
        const char *who, *where; /* a row and a column of the picture; "field" for a field of the card */
        const char *what;        /* "" = anything, "sensitive", a class, or a field; of a book that stays */
        enum level from, to;
        bool say; /* it may be said aloud, and might not before */
};

bool notices_create(struct hub *hub);
void notices_destroy(struct hub *hub);
void notices_start(struct hub *hub, const struct snapshot *s);

/* The version that whoever joins now agrees to; 0 = there is none. */
uint32_t notice_newest(const struct hub *hub);
/* What that version promised; NULL for one that nobody knows: then nothing is shown. */
const struct rulebook *notice_ceiling(const struct hub *hub, uint32_t version);
/* Its name and the SHA-256 of what it promised; "" and zeroes for one that nobody knows. */
void notice_name(
        const struct hub *hub, uint32_t version, char name[NOTICE_NAME_MAX], struct digest *promised);
/* What the newest promises more than that version, at most NOTICE_MORE_MAX; *rest: there is still more. */
uint32_t notice_more(const struct hub *hub, uint32_t version, struct notice_more *more, bool *rest);
/* "newer": of the object now. */
struct json_out;
void notice_write_newer(const struct hub *hub, struct json_out *j, uint32_t hers);

void customer_accept_notice(struct hub *, struct pending *);
void operator_notices(struct hub *, struct pending *);
void operator_notice_add(struct hub *, struct pending *);

#endif
