/* Sealing: XChaCha20-Poly1305 over a value of one person, bound to the place where it is kept, so that a
 * sealed value copied into another row, column or table does not open. Layout: version 1, nonce 24,
 * ciphertext, tag 16. */
#ifndef STORE_SEAL_H
#define STORE_SEAL_H

#include "proto/slice.h"
#include "server/hub/keys.h"

#define SEAL_OVERHEAD 41

/* Where the value lives. `row` is an integer id, or a 16-byte id as hex (see seal_row_uuid). */
struct seal_place {
        const char *table, *column;
        char row[36];
};

void seal_row_id(struct seal_place *place, uint32_t id);
void seal_row_uuid(struct seal_place *place, const struct uuid *id);

/* Writes len + SEAL_OVERHEAD bytes into out and returns that number. */
size_t seal(
        const struct key *key, const struct seal_place *place, const void *plain, size_t len, uint8_t *out);
/* Writes len - SEAL_OVERHEAD bytes into out. 0; 1 when it does not open (another place, key or version). */
int seal_open(
        const struct key *key, const struct seal_place *place, const void *sealed, size_t len, uint8_t *out);

/* A few short texts as one value: u16 length and bytes each. */
#define SEAL_FIELDS_MAX 4
/* Returns the bytes used; what does not fit into room is cut field by field to nothing. */
size_t seal_pack(const struct slice *fields, size_t n, uint8_t *out, size_t room);
/* Fills exactly n slices into `in`. 0; 1 when the bytes are no such value. */
int seal_unpack(const uint8_t *in, size_t len, struct slice *fields, size_t n);

#endif
