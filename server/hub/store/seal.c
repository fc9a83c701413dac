#include "server/hub/store/seal.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "server/common/ids.h"

#define VERSION     1
#define NONCE_BYTES crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_BYTES   crypto_aead_xchacha20poly1305_ietf_ABYTES
_Static_assert(SEAL_OVERHEAD == 1 + NONCE_BYTES + TAG_BYTES, "the layout in seal.h");

void seal_row_id(struct seal_place *place, uint32_t id)
{
        snprintf(place->row, sizeof place->row, "%u", id);
}

void seal_row_uuid(struct seal_place *place, const struct uuid *id)
{
        sodium_bin2hex(place->row, sizeof place->row, id->b, sizeof id->b);
}

static size_t aad_of(const struct seal_place *place, char *out, size_t room)
{
        return (size_t)snprintf(out, room, "%s|%s|%s|%d", place->table, place->column, place->row, VERSION);
}

size_t seal(
        const struct key *key, const struct seal_place *place, const void *plain, size_t len, uint8_t *out)
{
        char aad[128];
        size_t aad_len = aad_of(place, aad, sizeof aad);
        out[0] = VERSION;
        ids_random(out + 1, NONCE_BYTES);
        crypto_aead_xchacha20poly1305_ietf_encrypt(out + 1 + NONCE_BYTES, NULL, plain, len,
                (const uint8_t *)aad, aad_len, NULL, out + 1, key->b);
        return len + SEAL_OVERHEAD;
}

int seal_open(
        const struct key *key, const struct seal_place *place, const void *sealed, size_t len, uint8_t *out)
{
        char aad[128];
        const uint8_t *in = sealed;
        if (in == NULL || len < SEAL_OVERHEAD || in[0] != VERSION)
                return 1;
        size_t aad_len = aad_of(place, aad, sizeof aad);
        return crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, in + 1 + NONCE_BYTES,
                       len - 1 - NONCE_BYTES, (const uint8_t *)aad, aad_len, in + 1, key->b)
                       ? 1
                       : 0;
}

size_t seal_pack(const struct slice *fields, size_t n, uint8_t *out, size_t room)
{
        size_t at = 0;
        for (size_t i = 0; i < n && at + 2 <= room; i++) {
                size_t len = fields[i].len;
                if (len > UINT16_MAX || at + 2 + len + 2 * (n - i - 1) > room)
                        len = 0;
                out[at++] = (uint8_t)(len & 0xff);
                out[at++] = (uint8_t)(len >> 8);
                if (len > 0)
                        memcpy(out + at, fields[i].at, len);
                at += len;
        }
        return at;
}

int seal_unpack(const uint8_t *in, size_t len, struct slice *fields, size_t n)
{
        size_t at = 0;
        for (size_t i = 0; i < n; i++) {
                if (len - at < 2)
                        return 1;
                size_t size = (size_t)in[at] | (size_t)in[at + 1] << 8;
                at += 2;
                if (len - at < size)
                        return 1;
                fields[i] = (struct slice){(const char *)in + at, size};
                at += size;
        }
        return at == len ? 0 : 1;
}
