#include "server/common/ids.h"

#include <sodium.h>
#include <string.h>
#include <uuid/uuid.h>

int ids_init(void)
{
        return sodium_init() < 0 ? -1 : 0;
}

/* libuuid's own generators are not used: the one by time writes the machine's address into the id, the random
 * one asks the machine a dozen times for each id, which was a tenth of a check-in. */
static void stamp(wall_ms now, struct uuid *out, size_t n)
{
        for (struct uuid *id = out; id < out + n; id++) {
                for (int i = 0; i < 6; i++)
                        id->b[i] = (uint8_t)((uint64_t)now >> (40 - 8 * i));
                id->b[6] = (uint8_t)(0x70 | (id->b[6] & 0x0f));
                id->b[8] = (uint8_t)(0x80 | (id->b[8] & 0x3f));
        }
}

void ids_uuids(wall_ms now, struct uuid *out, size_t n)
{
        randombytes_buf(out, n * sizeof *out);
        stamp(now, out, n);
}

void ids_draw(struct ids_stock *stock, void *out, size_t len)
{
        if (stock->left < len) {
                uint8_t seed[randombytes_SEEDBYTES];
                randombytes_buf(seed, sizeof seed);
                randombytes_buf_deterministic(stock->bytes, sizeof stock->bytes, seed);
                sodium_memzero(seed, sizeof seed);
                stock->left = sizeof stock->bytes;
        }
        stock->left -= len;
        memcpy(out, stock->bytes + stock->left, len);
        sodium_memzero(stock->bytes + stock->left, len);
}

void ids_draw_uuids(struct ids_stock *stock, wall_ms now, struct uuid *out, size_t n)
{
        ids_draw(stock, out, n * sizeof *out);
        stamp(now, out, n);
}

struct uuid ids_uuid(wall_ms now)
{
        struct uuid id;
        ids_uuids(now, &id, 1);
        return id;
}

wall_ms ids_uuid_time(const struct uuid *id)
{
        wall_ms at = 0;
        for (int i = 0; i < 6; i++)
                at = at << 8 | id->b[i];
        return at;
}

void ids_uuid_text(const struct uuid *id, char out[IDS_UUID_TEXT])
{
        uuid_unparse_lower(id->b, out);
}

int ids_uuid_parse(struct slice text, struct uuid *out)
{
        if (text.len != IDS_UUID_TEXT - 1)
                return 1;
        return uuid_parse_range(text.at, text.at + text.len, out->b) == 0 ? 0 : 1;
}

struct secret ids_secret(void)
{
        struct secret secret;
        randombytes_buf(secret.b, sizeof secret.b);
        return secret;
}

void ids_secret_text(const struct secret *secret, char out[IDS_SECRET_TEXT])
{
        _Static_assert(sodium_base64_ENCODED_LEN(
                               sizeof secret->b, sodium_base64_VARIANT_URLSAFE_NO_PADDING) == IDS_SECRET_TEXT,
                "a secret's text fits exactly");
        sodium_bin2base64(
                out, IDS_SECRET_TEXT, secret->b, sizeof secret->b, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

int ids_secret_parse(struct slice text, struct secret *out)
{
        if (text.len != IDS_SECRET_TEXT - 1)
                return 1;
        size_t len = 0;
        char back[IDS_SECRET_TEXT];
        if (sodium_base642bin(out->b, sizeof out->b, text.at, text.len, NULL, &len, NULL,
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
                len != sizeof out->b)
                return 1;
        /* libsodium takes some bytes above 127 for letters: only the text that it would write itself counts.
         */
        ids_secret_text(out, back);
        int rc = sodium_memcmp(back, text.at, text.len);
        sodium_memzero(back, sizeof back);
        return rc == 0 ? 0 : 1;
}

struct digest ids_digest_of(const void *bytes, size_t len)
{
        struct digest digest;
        crypto_generichash(digest.b, sizeof digest.b, bytes, len, NULL, 0);
        return digest;
}

struct digest ids_digest(const struct secret *secret)
{
        return ids_digest_of(secret->b, sizeof secret->b);
}

void ids_digest_text(const struct digest *digest, char out[IDS_DIGEST_TEXT])
{
        sodium_bin2hex(out, IDS_DIGEST_TEXT, digest->b, sizeof digest->b);
}

bool ids_digest_equal(const struct digest *a, const struct digest *b)
{
        return sodium_memcmp(a->b, b->b, sizeof a->b) == 0;
}

void ids_random(void *out, size_t len)
{
        randombytes_buf(out, len);
}

void ids_wipe(void *bytes, size_t len)
{
        sodium_memzero(bytes, len);
}
