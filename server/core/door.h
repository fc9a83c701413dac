/* The door sign's rotating code: HMAC-SHA256 over store and step, 80 bits as 16 characters of Crockford
 * base32. It proves that whoever posts it stood at the door within the last step or two; it identifies
 * nobody. */
#ifndef CORE_DOOR_H
#define CORE_DOOR_H

#include "proto/base.h"

#define DOOR_CODE_SIZE 17 /* 16 characters and a NUL */

/* The code of a step; step = wall time / door step. */
void door_code(const uint8_t key[32], uint32_t store, int64_t step, char out[DOOR_CODE_SIZE]);
/* Whether `code` (letters in either case; I, L read as 1, O as 0) is that of this step or the one before.
 * Takes the same time for any code of 16 characters. */
bool door_accepts(const uint8_t key[32], uint32_t store, int64_t step, const char *code);

#endif
