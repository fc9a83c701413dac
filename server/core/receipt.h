/* Receipts of consent [P100, P101]: what somebody said, and what holds from then on, as one text that the hub
 * signs and that says the same to whoever reads it later, with the hub or without.
 *
 *   a request that writes consent -> WRITE_RECEIPT in the same commit: kept with the events, or neither is
 *   receipt_text(row, house, "")  -> the bytes that are signed
 *   receipt_text(row, house, sig) -> the receipt: the same object with its signature in it
 */
#ifndef CORE_RECEIPT_H
#define CORE_RECEIPT_H

#include "proto/message.h"
#include "server/core/dossier.h"

#define RECEIPT_SCOPES    8
#define RECEIPTS_A_DAY    30          /* of one person: what she says beyond counts without one [P100] */
#define RECEIPT_TEXT_MAX  (12 * 1024) /* with NUL; a receipt of every scope under the longest names fits */
#define RECEIPT_SIG_BYTES 64
#define RECEIPT_LEFT_MS   DAY_MS /* so long who has left gets her last receipt by its number [P102] */

enum receipt_what { RECEIPT_JOINED = 1, RECEIPT_CHANGED, RECEIPT_ACCEPTED, RECEIPT_NOT_TODAY, RECEIPT_LEFT };
/* How she came to say it: a link after a sale or from the CRM, the sign at the door, her own page. */
enum consent_method { METHOD_INVITED = 1, METHOD_DOOR, METHOD_PAGE };
enum consent_actor { ACTOR_PRINCIPAL = 1 };

/* Something that she said now. */
struct receipt_event {
        struct uuid id;
        wall_ms until;
        uint8_t purpose, category, state, mode;
};

/* Something that holds after it. */
struct receipt_grant {
        wall_ms until;
        uint8_t purpose, category, mode;
};

struct receipt_row {
        struct uuid id;
        uint32_t person;
        wall_ms at;
        uint8_t what, method, actor, steps; /* steps: what she did for it, see receipt_steps() */
        uint8_t n_events, n_grants;
        store_day day;
        char language[9];       /* of the page that she saw */
        uint32_t notice;        /* what she agreed to; 0 = nothing yet */
        char name[33];          /* of the notice */
        struct digest promised; /* SHA-256 of the most that it promised */
        struct receipt_event events[RECEIPT_SCOPES];
        struct receipt_grant grants[RECEIPT_SCOPES];
};

/* What stands on every receipt of a hub. Texts are borrowed; NULL is as "". */
struct receipt_house {
        const char *name, *contact, *street, *country, *email, *phone, *url, *policy, *jurisdiction;
        const char *store;         /* its id in the store's files */
        const char *key;           /* the public key as text */
        const struct digest *page; /* SHA-256 of the customer's page; NULL: not known */
};

/* The receipt of one person, whom `principal` stands for, in canonical JSON (RFC 8785); `signature` "" leaves
 * the member out. Returns its length; 0 if it does not fit into room. */
size_t receipt_text(const struct receipt_row *row, const struct receipt_house *house, const char *principal,
        const char *signature, char *out, size_t room);

const char *receipt_what_word(enum receipt_what what);

#define RECEIPT_NUMBER 37 /* of its text, with NUL */
void receipt_number(const struct uuid *id, char out[RECEIPT_NUMBER]);
bool receipt_number_read(const char *text, struct uuid *out); /* false: not as we write it, in lower case */

/* What she does on her page for a message that says something, from where it begins: the scan that leads
 * there is one, each tap is one. It is the page that makes them so many, and tests/web counts them there. */
uint8_t receipt_steps(enum message_type type);

/* ---- inside the core ---- */
struct hub;
struct pending;
struct effect;
/* Adds to a LOAD what a receipt of this request would have to know. */
void receipt_ask(const struct pending *p, struct effect *load);
/* Adds the receipt to a commit that is about to be made, if it says something that has one, and completes its
 * consent events. */
void receipt_write(struct hub *hub, struct pending *p);
void receipt_list(struct hub *, struct pending *);
void receipt_one(struct hub *, struct pending *);
void receipt_key(struct hub *, struct pending *);

#endif
