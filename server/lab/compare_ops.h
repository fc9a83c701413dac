/* The two long ops of the lab [P68]: what a draft would change for every customer as each associate of the
 * store would see her, and what it would have made of the cards that were on screens. Pure.
 *
 * Both answer 200 with the result; 422 `rules` when the text is no rulebook; 503 when it was stopped, there
 * is no memory, or the store could not be read. */
#ifndef LAB_COMPARE_OPS_H
#define LAB_COMPARE_OPS_H

#include "server/lab/source.h"

lab_long_op compare_diff;
lab_long_op compare_replay;

#endif
