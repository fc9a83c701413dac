/* Today's set of tags: which device stands for which slot. A look-up takes the same steps for everybody: how
 * many depends on the size of the set alone, not on whether somebody is in it. Pure; it owns its memory. */
#ifndef AGENT_CORE_TAGSET_H
#define AGENT_CORE_TAGSET_H

#include "proto/agent.h"

struct tag_entry {
        uint8_t tag[AGENT_TAG_BYTES];
        uint16_t slot;
};

struct tagset {
        int64_t day, version;      /* version 0: there is no set */
        struct tag_entry *entries; /* sorted by tag once the set is whole */
        uint32_t n, room;
        uint8_t *used; /* a bit a slot */
};

/* An empty set without a version. */
void tagset_init(struct tagset *set);
/* Wipes and frees. */
void tagset_finish(struct tagset *set);

/* Puts a tag in without keeping the order, or replaces its slot's tag. Zeroes are no tag and are left out. 0;
 * 1: the slot is taken already or the set is full; -1: no memory. */
int tagset_append(struct tagset *set, uint16_t slot, const uint8_t tag[AGENT_TAG_BYTES]);
/* Puts the entries in order after the last tagset_append. */
void tagset_sort(struct tagset *set);

/* On a sorted set. tagset_add as tagset_append; tagset_remove does nothing for a free slot. */
int tagset_add(struct tagset *set, uint16_t slot, const uint8_t tag[AGENT_TAG_BYTES]);
void tagset_remove(struct tagset *set, uint16_t slot);

/* The tag's slot, or -1. */
int32_t tagset_find(const struct tagset *set, const uint8_t tag[AGENT_TAG_BYTES]);
bool tagset_holds(const struct tagset *set, uint16_t slot);

#endif
