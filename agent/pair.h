/* Pairing [P41]: with the sixteen characters that an operator carries from the hub. Blocking; for the command
 * line. */
#ifndef AGENT_PAIR_H
#define AGENT_PAIR_H

#include "agent/paired.h"

#define PAIR_SAY_MAX 256

#define PAIR_WAIT_S 10 /* for each step of somebody whose address was given */

/* `out` has host and port; on success pin and token as well, and `say` the sensor's name. Else `say` is one
 * sentence for the person, and it is PAIR_REFUSED: the hub that made the code does not take it, or
 * PAIR_ELSEWHERE: nobody answered within `wait_s` seconds a step, or it is not that hub. */
enum pair_result { PAIR_DONE, PAIR_REFUSED, PAIR_ELSEWHERE };
enum pair_result pair_with(
        const char typed[AGENT_PAIR_TEXT], int wait_s, struct paired *out, char say[PAIR_SAY_MAX]);

#endif
