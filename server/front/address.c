#include "server/front/address.h"

#include "server/front/bucket.h"

#include <netinet/in.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define KEPT 8192 /* addresses without a connection that are remembered besides */
#define NONE 0    /* places and chains count from 1, so that memory of zeros is an empty table */

/* Every place is in one chain (of those with its hash), and besides, while no connection is open, in the list
 * of those that may be forgotten, which begins with the one that was seen longest ago. */
struct slot {
        uint8_t key[16];
        uint32_t open;
        uint32_t next;         /* of its chain */
        uint32_t older, newer; /* of the list */
        struct bucket accepts, requests;
};

struct addresses {
        const struct front_limits *limits;
        uint8_t hash_key[crypto_shorthash_KEYBYTES]; /* so that nobody can choose whose chain is long */
        uint32_t most, used, chains;                 /* chains: a power of two */
        uint32_t oldest, newest;
        uint32_t *first; /* of each chain */
        struct slot slots[];
};

struct addresses *addresses_create(const struct front_limits *limits)
{
        uint32_t most = limits->connections + KEPT, chains = KEPT;
        while (chains < most)
                chains *= 2;
        struct addresses *a = calloc(1, sizeof *a + (most + (size_t)1) * sizeof a->slots[0]);
        if (!a)
                return NULL;
        a->first = calloc(chains, sizeof a->first[0]);
        if (!a->first) {
                free(a);
                return NULL;
        }
        a->limits = limits;
        a->most = most;
        a->chains = chains;
        crypto_shorthash_keygen(a->hash_key);
        return a;
}

void addresses_destroy(struct addresses *a)
{
        if (a)
                free(a->first);
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

static uint32_t *chain_of(struct addresses *a, const uint8_t key[16])
{
        uint8_t hash[crypto_shorthash_BYTES];
        uint32_t of;
        crypto_shorthash(hash, key, 16, a->hash_key);
        memcpy(&of, hash, sizeof of);
        return &a->first[of & (a->chains - 1)];
}

/* ---- who may be forgotten */

static void list_put(struct addresses *a, uint32_t at)
{
        struct slot *s = &a->slots[at];
        s->older = a->newest;
        s->newer = NONE;
        *(a->newest == NONE ? &a->oldest : &a->slots[a->newest].newer) = at;
        a->newest = at;
}

static void list_drop(struct addresses *a, uint32_t at)
{
        struct slot *s = &a->slots[at];
        *(s->older == NONE ? &a->oldest : &a->slots[s->older].newer) = s->newer;
        *(s->newer == NONE ? &a->newest : &a->slots[s->newer].older) = s->older;
}

/* A place for another address: one that was never used, or that of whoever was seen longest ago. Each open
 * connection holds one place at most and there are more places than connections, so there is one. */
static uint32_t take_place(struct addresses *a)
{
        uint32_t at = a->oldest;
        if (a->used < a->most)
                return ++a->used;
        if (at == NONE)
                return NONE;
        list_drop(a, at);
        uint32_t *from = chain_of(a, a->slots[at].key);
        while (*from != at)
                from = &a->slots[*from].next;
        *from = a->slots[at].next;
        return at;
}

/* The address's place, which is now the newest of those that may be forgotten if it may; NONE: there is none.
 */
static uint32_t find(struct addresses *a, const uint8_t key[16])
{
        uint32_t *first = chain_of(a, key), at = *first;
        while (at != NONE && memcmp(a->slots[at].key, key, 16) != 0)
                at = a->slots[at].next;
        if (at != NONE) {
                if (a->slots[at].open == 0) {
                        list_drop(a, at);
                        list_put(a, at);
                }
                return at;
        }
        at = take_place(a);
        if (at == NONE)
                return NONE;
        a->slots[at] = (struct slot){.next = *first};
        memcpy(a->slots[at].key, key, 16);
        *first = at;
        list_put(a, at);
        return at;
}

int32_t addresses_open(struct addresses *a, const struct sockaddr *from, mono_ms now)
{
        uint8_t key[16];
        key_of(from, key);
        uint32_t rate = a->limits->accepts_per_s_per_address, at = find(a, key);
        struct slot *s = &a->slots[at];
        if (at == NONE || s->open >= a->limits->connections_per_address)
                return -1;
        if (bucket_take(&s->accepts, rate, SECOND_MS, rate * 4, now) > 0)
                return -1;
        if (s->open++ == 0)
                list_drop(a, at);
        return (int32_t)at;
}

void addresses_close(struct addresses *a, int32_t slot)
{
        if (slot > 0 && a->slots[slot].open > 0 && --a->slots[slot].open == 0)
                list_put(a, (uint32_t)slot);
}

uint32_t addresses_request(struct addresses *a, int32_t slot, mono_ms now)
{
        uint32_t rate = a->limits->requests_per_min_per_address;
        uint32_t burst = rate / 3 > 0 ? rate / 3 : 1;
        int64_t wait = bucket_take(&a->slots[slot].requests, rate, MINUTE_MS, burst, now);
        return (uint32_t)((wait + SECOND_MS - 1) / SECOND_MS);
}
