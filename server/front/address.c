#include "server/front/address.h"

#include "server/front/bucket.h"

#include <netinet/in.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define SETS 1024
#define WAYS 8

struct slot {
        uint8_t key[16];
        uint32_t open;
        mono_ms seen;
        struct bucket accepts, requests;
};

struct addresses {
        const struct front_limits *limits;
        uint8_t hash_key[crypto_shorthash_KEYBYTES]; /* so that nobody can choose who shares a set with whom
                                                      */
        struct slot slots[SETS * WAYS];
};

struct addresses *addresses_create(const struct front_limits *limits)
{
        struct addresses *a = calloc(1, sizeof *a);
        if (!a)
                return NULL;
        a->limits = limits;
        crypto_shorthash_keygen(a->hash_key);
        return a;
}

void addresses_destroy(struct addresses *a)
{
        free(a);
}

static void key_of(const struct sockaddr *from, uint8_t key[16])
{
        memset(key, 0, 16);
        if (from->sa_family == AF_INET) {
                struct sockaddr_in in;
                memcpy(&in, from, sizeof in);
                key[10] = key[11] = 0xff;
                memcpy(key + 12, &in.sin_addr, 4);
        } else if (from->sa_family == AF_INET6) {
                struct sockaddr_in6 in;
                memcpy(&in, from, sizeof in);
                /* One host owns a whole /64; a mapped IPv4 address is that IPv4 address. */
                memcpy(key, &in.sin6_addr, IN6_IS_ADDR_V4MAPPED(&in.sin6_addr) ? 16 : 8);
        }
}

static struct slot *find(struct addresses *a, const uint8_t key[16])
{
        uint8_t hash[crypto_shorthash_BYTES];
        crypto_shorthash(hash, key, 16, a->hash_key);
        struct slot *set = &a->slots[(((size_t)hash[0] << 8 | hash[1]) % SETS) * WAYS];
        struct slot *oldest = NULL;
        for (size_t i = 0; i < WAYS; i++) {
                if (set[i].seen != 0 && memcmp(set[i].key, key, 16) == 0)
                        return &set[i];
                if (set[i].open == 0 && (!oldest || set[i].seen < oldest->seen))
                        oldest = &set[i];
        }
        if (oldest) {
                *oldest = (struct slot){0};
                memcpy(oldest->key, key, 16);
        }
        return oldest;
}

int32_t addresses_open(struct addresses *a, const struct sockaddr *from, mono_ms now)
{
        uint8_t key[16];
        key_of(from, key);
        struct slot *s = find(a, key);
        uint32_t rate = a->limits->accepts_per_s_per_address;
        if (!s)
                return -1;
        s->seen = now > 0 ? now : 1;
        if (s->open >= a->limits->connections_per_address)
                return -1;
        if (bucket_take(&s->accepts, rate, SECOND_MS, rate * 4, now) > 0)
                return -1;
        s->open++;
        return (int32_t)(s - a->slots);
}

void addresses_close(struct addresses *a, int32_t slot)
{
        if (slot >= 0 && a->slots[slot].open > 0)
                a->slots[slot].open--;
}

uint32_t addresses_request(struct addresses *a, int32_t slot, mono_ms now)
{
        uint32_t rate = a->limits->requests_per_min_per_address;
        uint32_t burst = rate / 3 > 0 ? rate / 3 : 1;
        a->slots[slot].seen = now > 0 ? now : 1;
        int64_t wait = bucket_take(&a->slots[slot].requests, rate, MINUTE_MS, burst, now);
        return (uint32_t)((wait + SECOND_MS - 1) / SECOND_MS);
}
