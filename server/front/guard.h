/* What strangers may send: judges the head of a request before anything is done for it. Pure, and the only
 * place where these rules stand. [P2] [P20] */
#ifndef FRONT_GUARD_H
#define FRONT_GUARD_H

#include "server/front/front.h"

enum method { METHOD_GET, METHOD_HEAD, METHOD_POST, METHOD_OTHER };

/* One header field: absent, there, or longer than any honest one (or with a zero byte in it). */
enum presence { FIELD_ABSENT, FIELD_THERE, FIELD_TOO_LONG };

#define HEAD_PATH_MAX   256
#define HEAD_FIELD_MAX  256
#define HEAD_COOKIE_MAX 2048

struct head_field {
        enum presence presence;
        char text[HEAD_FIELD_MAX];
};

struct head {
        enum method method;
        bool doubtful; /* a program on the way may read it differently: two request lines, or a space before
                          the colon of a field that says where the request ends */
        bool http_1, http_1_1; /* of a version 1.0 or 1.1; of 1.1 */
        enum presence path_presence;
        char path[HEAD_PATH_MAX]; /* decoded, without the query */
        bool query;               /* there was one */
        struct head_field host, origin, length, transfer, type, upgrade, version, protocol, site, encoding,
                known, bearer, key, gpc;
        enum presence cookie_presence;
        char cookie[HEAD_COOKIE_MAX];
};

/* What is wrong; REFUSE_NONE: nothing. reply.c has the words for each. */
enum refusal {
        REFUSE_NONE,
        REFUSE_MALFORMED,
        REFUSE_QUERY,
        REFUSE_TOKEN,
        REFUSE_ORIGIN,
        REFUSE_NOT_FOUND,
        REFUSE_METHOD,
        REFUSE_SLOW,
        REFUSE_LENGTH,
        REFUSE_TOO_LARGE,
        REFUSE_TYPE,
        REFUSE_HOST,
        REFUSE_RATE,
        REFUSE_TRANSFER,
        REFUSE_UPGRADE,
        REFUSE_VERSION,
        REFUSE_BUSY,
        REFUSE_LATE
};
#define REFUSAL_COUNT 18

#define GUARD_BODY_MAX    (64 * 1024)
#define GUARD_SUBPROTOCOL "maitred.handheld.1"

/* What every request must keep: one request line of HTTP/1.0 or 1.1, Host, no Transfer-Encoding, a plain
 * Content-Length if any and only with POST, no Upgrade, a method that we have. *length: the body's, 0 without
 * one. */
enum refusal guard_request(const struct head *head, const struct front_options *options, size_t *length);

/* What acts must keep besides: JSON, and our own page as its origin. A till is no page: it may leave the
 * origin out. */
enum refusal guard_post(const struct head *head, const struct front_options *options, bool till);

/* Whether the browser asks not to sell or share: Sec-GPC with the value 1, or several of which one is 1.
 * Anything else is as if it were not there. [P135] */
bool guard_gpc(const struct head *head);

/* The sender's own key for what it wants done, if there is one: a random UUID (version 4), in quotes or
 * without. Anything else is malformed. [P16] */
enum refusal guard_key(const struct head *head, bool *has_key, struct uuid *key);

/* What an upgrade must keep besides Host: exactly `websocket` of version 13, GET, no body, our own origin,
 * our subprotocol.
 */
enum refusal guard_upgrade(const struct head *head, const struct front_options *options);

/* Which of the options' origins the page came from that asks; n_origins: none of them. */
size_t guard_origin(const struct head *head, const struct front_options *options);

/* Finds `name`'s value in a Cookie field. 0 with *value borrowed from `cookie`; 1 if it is not there. */
int guard_cookie(const char *cookie, const char *name, const char **value, size_t *len);

#endif
