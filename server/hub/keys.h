/* The keys under which people's own data are sealed: one a person, in a file of its own, wrapped by a master
 * key that is made at the first start. Who destroys a person's slot destroys all that was sealed for her.
 *
 * Files in the data folder: `master.key` (32 bytes, 0400), `keys` (people the store knows) and `keys.guests`
 * (people who joined at the door), each an array of fixed slots numbered by the person's id. Keys are made
 * ahead in blocks and flushed before anybody gets such an id, so a key is always on disk before the first
 * byte sealed under it. */
#ifndef HUB_KEYS_H
#define HUB_KEYS_H

#include "proto/base.h"

#define KEYS_GUEST_FIRST UINT32_C(0x80000000) /* people from this id on joined at the door */
#define KEYS_TAG_BYTES   16

struct key {
        uint8_t b[32];
};

struct keys;

/* Opens the keys in `dir`; with `create` they are made if they are missing (the database is new). 0, or -1
 * with one sentence for the operator in error[room]: missing, not readable, of another master key. Needs
 * ids_init(). */
int keys_open(const char *dir, bool create, struct keys **out, char *error, size_t room);
/* Wipes and frees. NULL is accepted. */
void keys_close(struct keys *keys);

/* Makes sure that this person's key is on disk; call before anything is sealed for a new person. 0; -1 when
 * it could not be written (errno says why: ENOSPC can be tried again, the rest cannot). */
int keys_ready(struct keys *keys, uint32_t person);
/* 0; 1 when there is none (never made, or destroyed); -1 when the file cannot be read. */
int keys_get(struct keys *keys, uint32_t person, struct key *out);

/* The key for what belongs to the hub itself (the door key). */
void keys_own(const struct keys *keys, struct key *out);
/* The public half of the key that receipts are signed with [P103], and an Ed25519 signature by the other. */
#define KEYS_PUBLIC_BYTES    32
#define KEYS_SIGNATURE_BYTES 64
void keys_public(const struct keys *keys, uint8_t out[KEYS_PUBLIC_BYTES]);
void keys_sign(const struct keys *keys, const void *bytes, size_t len, uint8_t out[KEYS_SIGNATURE_BYTES]);
/* Keyed BLAKE2b of a customer's external id: finds her without her id standing in the database. */
void keys_tag(const struct keys *keys, const void *text, size_t len, uint8_t out[KEYS_TAG_BYTES]);

#endif
