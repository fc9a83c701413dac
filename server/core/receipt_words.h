/* The sentences of a receipt in each language of the pages: what she keeps is written as she read it [P130].
 * Codes of Kantara's own lists (purpose categories, "Location") stay as that list has them.
 */
#ifndef SERVER_CORE_RECEIPT_WORDS_H
#define SERVER_CORE_RECEIPT_WORDS_H

#include "server/core/receipt.h"

/* What one scope of consent is for. */
struct receipt_scope {
        uint8_t purpose, category, mode;
        const char *why, *what; /* purpose, piiCategory */
};

#define RECEIPT_SCOPE_WORDS 8

struct receipt_words {
        const char *language;
        const char *until; /* after the moment, which comes first in every language: the page reads it */
        const char *service;
        const char *by_invitation, *by_door, *by_page;
        struct receipt_scope scopes[RECEIPT_SCOPE_WORDS];
};

/* The words of a language ("sv"), of the first one if there is none of that name. Never NULL. */
const struct receipt_words *receipt_words(const char *language);

/* NULL: no receipt tells of such a scope. */
const struct receipt_scope *receipt_scope(
        const struct receipt_words *words, const struct receipt_grant *grant);

const char *receipt_method(const struct receipt_words *words, enum consent_method method);

#endif
