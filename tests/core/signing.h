/* Handhelds with PINs in the core's tests, in one line each: paired with a key, proved, signed in. What PROVE
 * says is worked out as the real one does, over "hashes" that can be read. */
#ifndef TESTS_CORE_SIGNING_H
#define TESTS_CORE_SIGNING_H

#include "tests/core/managing.h"

#define PIN       "314159"
#define OTHER_PIN "265358"

int signing_setup(void **state); /* a store that asks for PINs, one handheld at a time */
#define SIGNING(f) cmocka_unit_test_setup_teardown(f, signing_setup, story_teardown)

/* A handheld that was paired for her with a key of its own. */
struct digest signing_paired(struct rig *r, uint32_t associate);
/* Its socket opens, proves itself and says hello. */
void signing_connect(struct rig *r, uint64_t peer, const struct digest *token);
void signing_pin(struct rig *r, uint64_t peer, const char *pin, const char *who);
void signing_choose(struct rig *r, uint64_t peer, const char *pin, const char *old);
/* Whoever looks at PINs looks at the newest. */
void signing_look(struct rig *r);
/* Paired, connected, and PIN chosen. */
struct digest signing_in(struct rig *r, uint64_t peer, uint32_t associate, const char *pin);

uint16_t signing_closed(const struct rig *r, uint64_t peer); /* 0: it is not */
bool signing_welcomed(const struct rig *r, uint64_t peer);   /* since the frames were forgotten */
const struct session_row *signing_row(const struct rig *r, const struct digest *token);
/* Anna has joined, chose Maria, and is at the door. */
struct digest signing_arrival(struct rig *r);

#endif
