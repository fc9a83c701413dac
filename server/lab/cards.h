/* The cards that rules make: what each kind of viewer would get of a made-up customer, under the live book
 * and under a draft, by project() and render() themselves [P67]. Pure. */
#ifndef LAB_CARDS_H
#define LAB_CARDS_H

#include "server/lab/ground.h"

/* She agreed to the newest notice. 200; 422 `rules` with the errors of the text as in P66. */
lab_op lab_cards;

#endif
