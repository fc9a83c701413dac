/* Shifts and breaks: their two kinds, and what a roster may hold. Pure. */
#ifndef PROTO_SHIFT_H
#define PROTO_SHIFT_H

#include "proto/base.h"

enum shift_kind { SHIFT_WORK = 1, SHIFT_BREAK };

#define SHIFT_LONGEST_MS DAY_MS
#define SHIFTS_BACK_MS   (14 * DAY_MS) /* older ones go, later ones are not taken */
#define SHIFTS_AHEAD_MS  (90 * DAY_MS)
#define SHIFTS_MOST      100000 /* shifts and breaks of a store */
#define SHIFTS_DAY_MOST  2000   /* of those, in one UTC day that they begin in */

#endif
