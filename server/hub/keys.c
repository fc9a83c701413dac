#include "server/hub/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/common/ids.h"

#define SLOT_BYTES  80  /* state 1, zero 7, nonce 24, wrapped key 48 */
#define BLOCK_SLOTS 512 /* keys made ahead at a time */
#define NONCE_AT    8
#define WRAPPED_AT  32
#define CONTEXT     "maitred1" /* of key derivation; crypto_kdf_CONTEXTBYTES long */

enum slot_state { SLOT_EMPTY = 0, SLOT_ACTIVE = 1, SLOT_DESTROYED = 2 };
enum derived { DERIVED_WRAP = 1, DERIVED_TAG, DERIVED_OWN, DERIVED_SIGN };

struct key_file {
        int fd;
        char name[16];
        uint32_t made; /* slots in the file, slot 0 (the file's own check) included */
};

/* Of the last people's keys, because an arrival needs hers three times. Whoever destroys a slot must forget
 * it here first. */
#define RECENT 64

struct recent {
        uint32_t person; /* 0: empty */
        struct key key;
};

struct keys {
        struct key wrap, tag, own;
        uint8_t sign[crypto_sign_SECRETKEYBYTES], verify[crypto_sign_PUBLICKEYBYTES];
        struct key_file known, guests;
        struct recent recent[RECENT];
};

static int refuse(
        char *error, size_t room, const char *dir, const char *name, const char *what, const char *todo)
{
        snprintf(error, room, "%s/%s %s; %s", dir, name, what, todo);
        return -1;
}

static struct key_file *file_of(struct keys *keys, uint32_t person)
{
        return person >= KEYS_GUEST_FIRST ? &keys->guests : &keys->known;
}

static uint32_t slot_of(uint32_t person)
{
        return person >= KEYS_GUEST_FIRST ? person - KEYS_GUEST_FIRST + 1 : person;
}

/* Binds a slot to its file and place, so that slots cannot be swapped. */
static size_t slot_aad(const struct key_file *file, uint32_t slot, char *out, size_t room)
{
        return (size_t)snprintf(out, room, "%s|slot|%u|1", file->name, slot);
}

static void wrap(const struct keys *keys, const struct key_file *file, uint32_t slot, uint8_t *out)
{
        char aad[48];
        struct key fresh;
        size_t aad_len = slot_aad(file, slot, aad, sizeof aad);
        memset(out, 0, SLOT_BYTES);
        out[0] = SLOT_ACTIVE;
        ids_random(fresh.b, sizeof fresh.b);
        ids_random(out + NONCE_AT, WRAPPED_AT - NONCE_AT);
        crypto_aead_xchacha20poly1305_ietf_encrypt(out + WRAPPED_AT, NULL, fresh.b, sizeof fresh.b,
                (const uint8_t *)aad, aad_len, NULL, out + NONCE_AT, keys->wrap.b);
        ids_wipe(&fresh, sizeof fresh);
}

static int unwrap(const struct keys *keys, const struct key_file *file, uint32_t slot, const uint8_t *in,
        struct key *out)
{
        char aad[48];
        size_t aad_len = slot_aad(file, slot, aad, sizeof aad);
        if (in[0] != SLOT_ACTIVE)
                return 1;
        return crypto_aead_xchacha20poly1305_ietf_decrypt(out->b, NULL, NULL, in + WRAPPED_AT,
                       SLOT_BYTES - WRAPPED_AT, (const uint8_t *)aad, aad_len, in + NONCE_AT, keys->wrap.b)
                       ? -1
                       : 0;
}

static int write_all(int fd, const uint8_t *bytes, size_t len, off_t at)
{
        while (len > 0) {
                ssize_t n = pwrite(fd, bytes, len, at);
                if (n < 0 && errno == EINTR)
                        continue;
                if (n <= 0)
                        return -1;
                bytes += n;
                len -= (size_t)n;
                at += n;
        }
        return 0;
}

static int read_slot(const struct key_file *file, uint32_t slot, uint8_t out[SLOT_BYTES])
{
        ssize_t n;
        do
                n = pread(file->fd, out, SLOT_BYTES, (off_t)slot * SLOT_BYTES);
        while (n < 0 && errno == EINTR);
        if (n < 0)
                return -1;
        if (n < SLOT_BYTES)
                memset(out, 0, SLOT_BYTES);
        return 0;
}

/* Fills slots [from, to) with new keys and flushes: when it returns 0 they survive a power cut. */
static int make_slots(struct keys *keys, struct key_file *file, uint32_t from, uint32_t to)
{
        uint8_t *block = malloc((size_t)(to - from) * SLOT_BYTES);
        if (block == NULL) {
                errno = ENOMEM;
                return -1;
        }
        for (uint32_t slot = from; slot < to; slot++)
                wrap(keys, file, slot, block + (size_t)(slot - from) * SLOT_BYTES);
        int rc = write_all(file->fd, block, (size_t)(to - from) * SLOT_BYTES, (off_t)from * SLOT_BYTES);
        if (rc == 0)
                rc = fdatasync(file->fd);
        int saved = errno;
        ids_wipe(block, (size_t)(to - from) * SLOT_BYTES);
        free(block);
        errno = saved;
        return rc;
}

int keys_ready(struct keys *keys, uint32_t person)
{
        struct key_file *file = file_of(keys, person);
        uint32_t slot = slot_of(person);
        uint8_t have[SLOT_BYTES];
        struct key key;
        while (file->made <= slot) {
                if (make_slots(keys, file, file->made, file->made + BLOCK_SLOTS) != 0)
                        return -1;
                file->made += BLOCK_SLOTS;
        }
        if (read_slot(file, slot, have) != 0)
                return -1;
        /* A power cut while a block was made can leave a hole in it, or half a slot. Nothing is sealed under
         * the key of somebody who is new. */
        int rc = unwrap(keys, file, slot, have, &key);
        ids_wipe(&key, sizeof key);
        return have[0] == SLOT_DESTROYED || rc == 0 ? 0 : make_slots(keys, file, slot, slot + 1);
}

int keys_get(struct keys *keys, uint32_t person, struct key *out)
{
        struct key_file *file = file_of(keys, person);
        struct recent *recent = &keys->recent[person % RECENT];
        uint8_t slot[SLOT_BYTES];
        if (slot_of(person) == 0 || slot_of(person) >= file->made)
                return 1;
        if (recent->person == person) {
                *out = recent->key;
                return 0;
        }
        if (read_slot(file, slot_of(person), slot) != 0)
                return -1;
        int rc = unwrap(keys, file, slot_of(person), slot, out);
        if (rc == 0)
                *recent = (struct recent){person, *out};
        return rc;
}

void keys_own(const struct keys *keys, struct key *out)
{
        *out = keys->own;
}

void keys_public(const struct keys *keys, uint8_t out[KEYS_PUBLIC_BYTES])
{
        memcpy(out, keys->verify, KEYS_PUBLIC_BYTES);
}

void keys_sign(const struct keys *keys, const void *bytes, size_t len, uint8_t out[KEYS_SIGNATURE_BYTES])
{
        crypto_sign_detached(out, NULL, bytes, len, keys->sign);
}

void keys_tag(const struct keys *keys, const void *text, size_t len, uint8_t out[KEYS_TAG_BYTES])
{
        crypto_generichash(out, KEYS_TAG_BYTES, text, len, keys->tag.b, sizeof keys->tag.b);
}

/* A new name in a folder is durable only when the folder is flushed too. */
static int sync_dir(int dir)
{
        return fsync(dir);
}

static int make_master(int dir, struct key *master)
{
        static const char part[] = "master.key.part";
        unlinkat(dir, part, 0); /* of a first start that was cut short */
        int fd = openat(dir, part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400);
        if (fd < 0)
                return -1;
        ids_random(master->b, sizeof master->b);
        int rc = write_all(fd, master->b, sizeof master->b, 0);
        if (rc == 0)
                rc = fsync(fd);
        close(fd);
        if (rc == 0)
                rc = renameat(dir, part, dir, "master.key");
        return rc == 0 ? sync_dir(dir) : -1;
}

static int read_master(int fd, struct key *master)
{
        struct stat st;
        if (fstat(fd, &st) != 0)
                return -1;
        if (st.st_size != sizeof master->b || (st.st_mode & 077) != 0)
                return 1;
        return pread(fd, master->b, sizeof master->b, 0) == (ssize_t)sizeof master->b ? 0 : -1;
}

static int open_master(const char *dir, int dir_fd, bool create, struct key *master, char *error, size_t room)
{
        int fd = openat(dir_fd, "master.key", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
        if (fd < 0 && errno == ENOENT && create) {
                if (make_master(dir_fd, master) == 0)
                        return 0;
                return refuse(
                        error, room, dir, "master.key", strerror(errno), "make room or allow writing there");
        }
        if (fd < 0 && errno == ENOENT)
                return refuse(error, room, dir, "master.key",
                        "is missing, and without it no name can be read",
                        "put it back from the copy that was kept apart");
        if (fd < 0)
                return refuse(error, room, dir, "master.key", strerror(errno), "let the hub's user read it");
        int rc = read_master(fd, master);
        close(fd);
        if (rc > 0)
                return refuse(error, room, dir, "master.key", "is not 32 bytes that only its owner may read",
                        "put the right file back, mode 0400");
        return rc == 0 ? 0 : refuse(error, room, dir, "master.key", strerror(errno), "check the disk");
}

/* The first block of a new file, which gets its name only when it is whole: slot 0 must never be half there.
 */
static int make_file(int dir_fd, struct keys *keys, struct key_file *file)
{
        char part[sizeof file->name + 8];
        snprintf(part, sizeof part, "%s.part", file->name);
        unlinkat(dir_fd, part, 0); /* of a first start that was cut short */
        file->fd = openat(dir_fd, part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (file->fd < 0 || make_slots(keys, file, 0, BLOCK_SLOTS) != 0 ||
                renameat(dir_fd, part, dir_fd, file->name) != 0)
                return -1;
        return sync_dir(dir_fd);
}

/* Opens what is there; an empty file of a new database counts as none. 0; 1 when there is none. */
static int find_file(int dir_fd, bool create, struct key_file *file)
{
        struct stat st;
        file->fd = openat(dir_fd, file->name, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
        if (file->fd < 0)
                return errno == ENOENT ? 1 : -1;
        if (fstat(file->fd, &st) != 0)
                return -1;
        file->made = (uint32_t)(st.st_size / SLOT_BYTES);
        /* Whoever was killed before the flush left keys that look as if they were on disk. */
        if (file->made > 0 && fdatasync(file->fd) != 0)
                return -1;
        if (file->made > 0 || !create)
                return 0;
        close(file->fd);
        file->fd = -1;
        return 1;
}

/* Slot 0 proves that file and master key belong together. */
static int open_file(const char *dir, int dir_fd, bool create, struct keys *keys, struct key_file *file,
        char *error, size_t room)
{
        struct key check;
        uint8_t slot[SLOT_BYTES];
        int found = find_file(dir_fd, create, file);
        if (found < 0)
                return refuse(error, room, dir, file->name, strerror(errno),
                        errno == EIO ? "check the disk" : "let the hub's user write it");
        if (found > 0 && !create)
                return refuse(error, room, dir, file->name, "is missing, and without it no name can be read",
                        "put it back from the last backup of the keys");
        if (found > 0 && make_file(dir_fd, keys, file) != 0)
                return refuse(error, room, dir, file->name, strerror(errno), "make room on the disk");
        if (found > 0)
                file->made = BLOCK_SLOTS;
        if (file->made == 0)
                return refuse(error, room, dir, file->name, "is empty, and without it no name can be read",
                        "put it back from the last backup of the keys");
        if (read_slot(file, 0, slot) != 0 || unwrap(keys, file, 0, slot, &check) != 0)
                return refuse(error, room, dir, file->name, "does not belong to this master.key",
                        "put both back from the same time");
        ids_wipe(&check, sizeof check);
        return 0;
}

static void derive(struct keys *keys, const struct key *master)
{
        crypto_kdf_derive_from_key(keys->wrap.b, sizeof keys->wrap.b, DERIVED_WRAP, CONTEXT, master->b);
        crypto_kdf_derive_from_key(keys->tag.b, sizeof keys->tag.b, DERIVED_TAG, CONTEXT, master->b);
        crypto_kdf_derive_from_key(keys->own.b, sizeof keys->own.b, DERIVED_OWN, CONTEXT, master->b);
        struct key seed;
        crypto_kdf_derive_from_key(seed.b, sizeof seed.b, DERIVED_SIGN, CONTEXT, master->b);
        crypto_sign_seed_keypair(keys->verify, keys->sign, seed.b);
        ids_wipe(&seed, sizeof seed);
}

int keys_open(const char *dir, bool create, struct keys **out, char *error, size_t room)
{
        struct key master = {{0}};
        int dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (dir_fd < 0)
                return refuse(error, room, dir, "", strerror(errno), "create the folder, mode 0700");
        /* Locked into memory and kept out of core dumps where the machine allows it. */
        struct keys *keys = sodium_malloc(sizeof *keys);
        if (keys == NULL) {
                close(dir_fd);
                return refuse(error, room, dir, "keys", "no memory", "free some");
        }
        memset(keys, 0, sizeof *keys);
        keys->known = (struct key_file){.fd = -1, .name = "keys"};
        keys->guests = (struct key_file){.fd = -1, .name = "keys.guests"};
        int rc = open_master(dir, dir_fd, create, &master, error, room);
        if (rc == 0) {
                derive(keys, &master);
                rc = open_file(dir, dir_fd, create, keys, &keys->known, error, room);
        }
        if (rc == 0)
                rc = open_file(dir, dir_fd, create, keys, &keys->guests, error, room);
        ids_wipe(&master, sizeof master);
        close(dir_fd);
        if (rc != 0) {
                keys_close(keys);
                return -1;
        }
        *out = keys;
        return 0;
}

void keys_close(struct keys *keys)
{
        if (keys == NULL)
                return;
        if (keys->known.fd >= 0)
                close(keys->known.fd);
        if (keys->guests.fd >= 0)
                close(keys->guests.fd);
        sodium_free(keys);
}
