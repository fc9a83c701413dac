/* Pairing [P41]: with the sixteen characters that an operator carries from the hub. Blocking; for the command
 * line. */
#ifndef AGENT_PAIR_H
#define AGENT_PAIR_H

#include "agent/paired.h"

#define PAIR_SAY_MAX 256

/* `out` has host and port; on success pin and token as well, and `say` the sensor's name. 0; 1: refused or
 * not the hub that made the code, and `say` is one sentence for the person. */
int pair_with(const char typed[AGENT_PAIR_TEXT], struct paired *out, char say[PAIR_SAY_MAX]);

#endif
