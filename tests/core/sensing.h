/* The store's Wi-Fi in one line each: an agent that is paired, what it claims, and a customer who allowed it.
 */
#ifndef TESTS_CORE_SENSING_H
#define TESTS_CORE_SENSING_H

#include "tests/core/story.h"

#define AGENT 77

extern int64_t sensing_seq; /* of the newest claim */

void sensing_pair(struct rig *r); /* it is called "door" */
void sensing_pair_as(struct rig *r, const char *name);
void sensing_open_agent(struct rig *r, uint64_t peer);
void sensing_claim(struct rig *r, uint64_t peer, const char *kind, unsigned slot, int age_s);
void sensing_sweep(struct rig *r, uint64_t peer, const char *here);
void sensing_stay(struct rig *r, int minutes, const char *here);
void sensing_notice(struct rig *r, const struct digest *phone, bool wifi, bool always);
uint16_t sensing_bind(struct rig *r, const char *kind, const char *id);
void sensing_begin(struct rig *r, struct digest *phone, bool always, const char *kind, const char *id);

/* Everything that reached a handheld or console, one frame after the other; to be freed. */
char *sensing_staff_saw(const struct rig *r);

#endif
