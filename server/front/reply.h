/* The text of answers: status lines, the headers that every answer carries, and the words of refusals. */
#ifndef FRONT_REPLY_H
#define FRONT_REPLY_H

#include "server/front/guard.h"
#include "proto/slice.h"

#define REPLY_HEAD_MAX 2048

struct reply {
        uint16_t status;
        const char *type;  /* Content-Type; NULL: none */
        const char *cache; /* Cache-Control */
        const char *extra; /* whole lines, or "" */
        struct slice body;
        bool lasting; /* the body outlives the connection, so that it need not be copied */
        bool close;   /* this connection ends with it */
};

/* The lines that every answer carries, refusals and files included; made once from the origins. 0; 1: they do
 * not fit (too many or too long origins). */
int reply_security(const struct front_options *options, char *out, size_t size);

/* Writes the head; its length, or 0 if it does not fit. */
size_t reply_head(char *out, size_t size, const struct reply *reply, const char *security);

/* The answer to a refusal. `body` is the room for its text; `extra` (may be NULL) goes into `say` instead of
 * the usual words. [P5] */
#define REPLY_REFUSAL_MAX 640
struct reply reply_refusal(enum refusal why, const char *say, char body[REPLY_REFUSAL_MAX]);

/* The words alone, for a socket's error frame: *word, *say and *act are set. */
void reply_words(enum refusal why, const char **word, const char **say, const char **act);

#endif
