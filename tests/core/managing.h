/* What a manager does in the core's tests, in one line each. What PROVE would say is said by the test:
 * whether the password is right, and the step of the code. */
#ifndef TESTS_CORE_MANAGING_H
#define TESTS_CORE_MANAGING_H

#include "server/core/manager.h"
#include "tests/core/story.h"

#define PASSWORD "correct horse battery"

int64_t managing_step(const struct rig *r); /* the present one */
/* The next tries are with this password and a code of this step. */
void managing_proof(struct rig *r, bool right, int64_t step);
uint16_t managing_ask(struct rig *r, const struct digest *console, struct message m);
struct message managing_sign_in_as(const char *name);
uint16_t managing_sign_in(struct rig *r, const char *name);
uint16_t managing_step_up(struct rig *r, const struct digest *console);
uint16_t managing_me(struct rig *r, const struct digest *console);
struct message managing_enrol_with(const char *password);
uint16_t managing_enrol(struct rig *r, const struct digest *console);
/* Eva, enrolled, at a console of her own; the code of the present step is used. */
struct digest managing_eva(struct rig *r);
struct digest managing_token(const struct rig *r); /* of the session that was just begun */

#endif
