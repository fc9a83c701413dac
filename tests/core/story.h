/* What people do in the core's tests, in one line each: join, arrive, ask, connect; over the rig. */
#ifndef TESTS_CORE_STORY_H
#define TESTS_CORE_STORY_H

#include "server/rulebook/render.h"
#include "tests/core/rig.h"

#define PHONE_OF(r) ((r)->sessions[(r)->n_sessions - 1].token)
#define EPOCH       "e0e0e0e0-e0e0-e0e0-e0e0-e0e0e0e0e0e0"

int story_setup(void **state);
int story_teardown(void **state);
uint16_t story_join(struct rig *r, uint32_t person, bool choose, struct digest *phone);
uint16_t story_arrive(struct rig *r, const struct digest *phone);
uint16_t story_ask(struct rig *r, const struct digest *phone, enum message_type type);
void story_connect_as(struct rig *r, uint64_t peer, uint32_t associate, enum session_kind kind);
bool story_says(const struct rig *r, const char *piece);

#define STORY(f) cmocka_unit_test_setup_teardown(f, story_setup, story_teardown)

#endif
