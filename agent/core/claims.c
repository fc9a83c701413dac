#include "agent/core/claims.h"

#include <sodium.h>
#include <stdlib.h>

#define CHECKED (CLAIM_RECORD_SIZE - 4)

int claims_init(struct claims *claims)
{
        *claims = (struct claims){.list = calloc(CLAIMS_MAX, sizeof *claims->list)};
        return claims->list ? 0 : -1;
}

void claims_finish(struct claims *claims)
{
        free(claims->list);
        *claims = (struct claims){0};
}

static void take_out(struct claims *claims, uint32_t i)
{
        claims->rewrite = claims->rewrite || claims->list[i].saved;
        if (i < claims->sent)
                claims->sent--;
        claims->n--;
        memmove(&claims->list[i], &claims->list[i + 1], (claims->n - i) * sizeof claims->list[0]);
}

static bool same_place(const struct claim *a, const struct claim *b)
{
        return a->day == b->day && a->slot == b->slot;
}

/* Where the stay that ends at `leave` began, or `leave` itself: its join has gone to the hub before. */
static uint32_t join_before(const struct claims *claims, uint32_t leave)
{
        const struct claim *end = &claims->list[leave];
        for (uint32_t i = leave; i-- > 0;)
                if (same_place(&claims->list[i], end) && claims->list[i].kind == AGENT_JOIN)
                        return i;
        return leave;
}

static bool drop_a_stay(struct claims *claims)
{
        for (uint32_t leave = 0; leave < claims->n; leave++) {
                if (claims->list[leave].kind != AGENT_LEAVE)
                        continue;
                uint32_t join = join_before(claims, leave);
                if (join == leave)
                        continue;
                struct claim whose = claims->list[join];
                for (uint32_t i = leave + 1; i-- > join;)
                        if (same_place(&claims->list[i], &whose))
                                take_out(claims, i);
                return true;
        }
        return false;
}

static bool drop_a_roam(struct claims *claims)
{
        for (uint32_t i = 0; i < claims->n; i++) {
                if (claims->list[i].kind == AGENT_ROAM) {
                        take_out(claims, i);
                        return true;
                }
        }
        return false;
}

static void make_room(struct claims *claims)
{
        uint32_t before = claims->n;
        if (!drop_a_stay(claims) && !drop_a_roam(claims))
                take_out(claims, 0);
        claims->dropped += before - claims->n;
}

void claims_add(struct claims *claims, const struct claim *claim)
{
        if (claims->n == CLAIMS_MAX)
                make_room(claims);
        claims->list[claims->n++] = *claim;
}

void claims_ack(struct claims *claims, int64_t boot, int64_t seq)
{
        uint32_t gone = 0;
        while (gone < claims->n) {
                const struct claim *c = &claims->list[gone];
                if (c->boot > boot || (c->boot == boot && c->seq > seq))
                        break;
                claims->rewrite = claims->rewrite || c->saved;
                gone++;
        }
        claims->n -= gone;
        claims->sent = claims->sent > gone ? claims->sent - gone : 0;
        memmove(claims->list, &claims->list[gone], claims->n * sizeof claims->list[0]);
}

void claims_forget(struct claims *claims, int64_t day, uint16_t slot)
{
        for (uint32_t i = claims->n; i-- > 0;)
                if (claims->list[i].day == day && claims->list[i].slot == slot)
                        take_out(claims, i);
}

static void put_u64(uint8_t *at, uint64_t v)
{
        for (int i = 0; i < 8; i++)
                at[i] = (uint8_t)(v >> (8 * i));
}

static int64_t get_u64(const uint8_t *at)
{
        uint64_t v = 0;
        for (int i = 0; i < 8; i++)
                v |= (uint64_t)at[i] << (8 * i);
        return (int64_t)v;
}

void claim_pack(const struct claim *claim, uint8_t out[CLAIM_RECORD_SIZE])
{
        uint8_t hash[crypto_generichash_BYTES_MIN];
        put_u64(out, (uint64_t)claim->boot);
        put_u64(out + 8, (uint64_t)claim->seq);
        put_u64(out + 16, (uint64_t)claim->day);
        put_u64(out + 24, (uint64_t)claim->wall);
        out[32] = (uint8_t)claim->slot;
        out[33] = (uint8_t)(claim->slot >> 8);
        out[34] = claim->kind;
        out[35] = (uint8_t)claim->rssi;
        crypto_generichash(hash, sizeof hash, out, CHECKED, NULL, 0);
        memcpy(out + CHECKED, hash, 4);
}

int claim_unpack(const uint8_t bytes[CLAIM_RECORD_SIZE], struct claim *out)
{
        uint8_t hash[crypto_generichash_BYTES_MIN];
        crypto_generichash(hash, sizeof hash, bytes, CHECKED, NULL, 0);
        *out = (struct claim){.boot = get_u64(bytes),
                .seq = get_u64(bytes + 8),
                .day = get_u64(bytes + 16),
                .wall = get_u64(bytes + 24),
                .slot = (uint16_t)(bytes[32] | bytes[33] << 8),
                .kind = bytes[34],
                .rssi = (int8_t)bytes[35],
                .saved = true,
                .recalled = true};
        bool good = memcmp(hash, bytes + CHECKED, 4) == 0 && out->kind <= AGENT_ROAM && out->rssi <= 0;
        return good && out->boot >= 1 && out->boot <= AGENT_NUMBER_MOST && out->seq >= 1 &&
                               out->seq <= AGENT_NUMBER_MOST && out->day >= 1 && out->day <= AGENT_NUMBER_MOST
                       ? 0
                       : 1;
}
