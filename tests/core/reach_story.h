/* What happens around somebody who is to be reached, in one line each; over the rig with its large store. */
#ifndef TESTS_CORE_REACH_STORY_H
#define TESTS_CORE_REACH_STORY_H

#include "tests/core/story.h"

#define CARD    "\"t\":\"card\""
#define RETRACT "\"t\":\"retract\""

int reach_large_setup(void **state);
void reach_connect(struct rig *r, uint32_t who);
void reach_connect_all(struct rig *r);
uint32_t reach_cards(const struct rig *r, uint32_t who);
uint32_t reach_retracts(const struct rig *r, uint32_t who);
uint16_t reach_arrive(struct rig *r, const struct digest *phone, const char *if_busy);
uint16_t reach_says(struct rig *r, const struct digest *phone, const char *if_busy);
bool reach_now_says(struct rig *r, const struct digest *phone, const char *piece);
void reach_to_the_floor(struct rig *r, struct digest *phone);
uint8_t reach_reply_to(const struct rig *r, uint32_t who);
uint8_t reach_rung_of(const struct rig *r, uint32_t who);

#define LARGE(f) cmocka_unit_test_setup_teardown(f, reach_large_setup, story_teardown)

#endif
