#include "agent/core/tagset.h"

#include <sodium.h>
#include <stdlib.h>

#define FIRST_ROOM 256

void tagset_init(struct tagset *set)
{
        *set = (struct tagset){0};
}

void tagset_finish(struct tagset *set)
{
        if (set->entries)
                sodium_memzero(set->entries, set->room * sizeof *set->entries);
        free(set->entries);
        free(set->used);
        *set = (struct tagset){0};
}

/* Not realloc: what it leaves behind would not be wiped. */
static int grow(struct tagset *set)
{
        uint32_t room = set->room ? set->room * 2 : FIRST_ROOM;
        struct tag_entry *entries = calloc(room, sizeof *entries);
        if (!entries)
                return -1;
        if (set->entries) {
                memcpy(entries, set->entries, set->n * sizeof *entries);
                sodium_memzero(set->entries, set->room * sizeof *entries);
                free(set->entries);
        }
        set->entries = entries;
        set->room = room;
        return 0;
}

bool tagset_holds(const struct tagset *set, uint16_t slot)
{
        return set->used && set->used[slot / 8] & 1u << slot % 8;
}

int tagset_append(struct tagset *set, uint16_t slot, const uint8_t tag[AGENT_TAG_BYTES])
{
        static const uint8_t none[AGENT_TAG_BYTES];
        if (memcmp(tag, none, sizeof none) == 0)
                return 0;
        if (!set->used)
                set->used = calloc(AGENT_TAGS_MAX / 8, 1);
        if (!set->used || (set->n == set->room && grow(set)))
                return -1;
        if (tagset_holds(set, slot))
                return 1;
        set->used[slot / 8] |= (uint8_t)(1u << slot % 8);
        struct tag_entry *e = &set->entries[set->n++];
        memcpy(e->tag, tag, sizeof e->tag);
        e->slot = slot;
        return 0;
}

static int by_tag(const void *a, const void *b)
{
        const struct tag_entry *x = a, *y = b;
        return memcmp(x->tag, y->tag, sizeof x->tag);
}

void tagset_sort(struct tagset *set)
{
        if (set->n > 1)
                qsort(set->entries, set->n, sizeof *set->entries, by_tag);
}

/* Big-endian, so that numbers have the order of the bytes. */
static uint64_t number_of(const uint8_t tag[AGENT_TAG_BYTES])
{
        uint64_t v = 0;
        for (int i = 0; i < AGENT_TAG_BYTES; i++)
                v = v << 8 | tag[i];
        return v;
}

/* How many entries are before the tag. The halves are taken by arithmetic, and there is no early end. */
static uint32_t place_of(const struct tagset *set, uint64_t tag)
{
        uint32_t from = 0;
        for (uint32_t left = set->n; left > 0;) {
                uint32_t half = (left + 1) / 2;
                uint32_t before = number_of(set->entries[from + half - 1].tag) < tag;
                from += half * before;
                left -= half;
        }
        return from;
}

int tagset_add(struct tagset *set, uint16_t slot, const uint8_t tag[AGENT_TAG_BYTES])
{
        uint32_t before = set->n, at = place_of(set, number_of(tag));
        int rc = tagset_append(set, slot, tag);
        if (rc || set->n == before)
                return rc;
        struct tag_entry added = set->entries[before];
        memmove(&set->entries[at + 1], &set->entries[at], (before - at) * sizeof added);
        set->entries[at] = added;
        return 0;
}

void tagset_remove(struct tagset *set, uint16_t slot)
{
        for (uint32_t i = 0; i < set->n; i++) {
                if (set->entries[i].slot != slot)
                        continue;
                memmove(&set->entries[i], &set->entries[i + 1], (set->n - i - 1) * sizeof set->entries[0]);
                set->n--;
                sodium_memzero(&set->entries[set->n], sizeof set->entries[0]);
                break;
        }
        if (set->used)
                set->used[slot / 8] &= (uint8_t)~(1u << slot % 8);
}

int32_t tagset_find(const struct tagset *set, const uint8_t tag[AGENT_TAG_BYTES])
{
        uint64_t wanted = number_of(tag);
        uint32_t at = place_of(set, wanted);
        if (at >= set->n || number_of(set->entries[at].tag) != wanted)
                return -1;
        return set->entries[at].slot;
}
