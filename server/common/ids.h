/* Fresh ids and secrets, made at the edge and handed inwards: the pure core draws no random number.
 * An id is public and sortable by time; a secret is 32 random bytes that only its holder keeps, and the
 * hub remembers nothing of it but its digest. */
#ifndef COMMON_IDS_H
#define COMMON_IDS_H

#include "proto/base.h"
#include "proto/slice.h"

#define IDS_UUID_TEXT   37 /* with the closing zero byte */
#define IDS_SECRET_TEXT 44 /* base64url without padding, with the closing zero byte */
#define IDS_DIGEST_TEXT 65 /* lower-case hex, with the closing zero byte */

/* Once at start, before anything else here. 0; -1 when the machine gives no random numbers. */
int ids_init(void);

/* A version 7 UUID: `now` in its first 48 bits, the rest random. Ids of one process that are made in the
 * same millisecond come in no particular order. */
struct uuid ids_uuid(wall_ms now);

/* Several at once, which costs the machine's random numbers only one call. */
void ids_uuids(wall_ms now, struct uuid *out, size_t n);

/* Random bytes in stock, for one thread that draws some all the time: the machine is asked once for many
 * draws, which it counts dearly. A stock is stretched from 32 fresh bytes (ChaCha20) that are forgotten at
 * once, and what was drawn is wiped from it. Never to be had on both sides of a fork. The zero value: empty.
 */
#define IDS_STOCK_BYTES 4096
struct ids_stock {
        uint8_t bytes[IDS_STOCK_BYTES];
        size_t left;
};

/* At most IDS_STOCK_BYTES at a time. */
void ids_draw(struct ids_stock *stock, void *out, size_t len);
/* ids_uuids from a stock. */
void ids_draw_uuids(struct ids_stock *stock, wall_ms now, struct uuid *out, size_t n);

/* The time in an id made by ids_uuid. */
wall_ms ids_uuid_time(const struct uuid *id);

void ids_uuid_text(const struct uuid *id, char out[IDS_UUID_TEXT]);

/* Reads the 36-character form, any letter case. 0; 1 when the text is none. */
int ids_uuid_parse(struct slice text, struct uuid *out);

struct secret ids_secret(void);

/* base64url, 43 characters. The caller wipes `out` when it is done with it (ids_wipe). */
void ids_secret_text(const struct secret *secret, char out[IDS_SECRET_TEXT]);

/* 0; 1 when the text is not exactly such a secret. */
int ids_secret_parse(struct slice text, struct secret *out);

/* What is kept of a secret: BLAKE2b-256. A secret has 256 random bits, so a fast hash is enough. */
struct digest ids_digest(const struct secret *secret);

/* BLAKE2b-256 of any bytes, such as an idempotency key or a file's content. */
struct digest ids_digest_of(const void *bytes, size_t len);

void ids_digest_text(const struct digest *digest, char out[IDS_DIGEST_TEXT]);

/* Equal or not, in a time that does not depend on where they differ. */
bool ids_digest_equal(const struct digest *a, const struct digest *b);

/* Random bytes for keys and nonces. */
void ids_random(void *out, size_t len);

/* Overwrites in a way that the compiler may not leave out. */
void ids_wipe(void *bytes, size_t len);

#endif
