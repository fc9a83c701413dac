/* Cells of the five numbers, and which of them may be told: none that fewer than ten customers stand behind,
 * and none from which one could be worked out.
 *
 * A cell is one number of one team in one week. It knows its first ten customers and first three associates,
 * which is enough: a union of cells has ten customers if and only if the union of what they remember has.
 *
 * Weeks lie in fixed blocks, four to a quarter and three quarters to a block of twelve, so that no two
 * windows overlap but by one lying inside the other:
 *
 *   |              block              |
 *   | quarter | quarter   | quarter   |     1. a week with ten customers is told by itself
 *   |w w w w  | w w w w   | w w w w   |     2. the weeks of a quarter that were not are told as their
 * quarter, thin ^      ^ ^thin                      once it is over, if ten stand behind *those weeks
 * together*
 *                                           3. what is left of a block is told as the block, in the same way
 *                                           4. what is still left is never told
 *
 * Rule 2 asks for the thin weeks, not for the quarter: who subtracts the other weeks from the quarter is left
 * with them. What can be worked out of one line of weeks is therefore a sum of atoms (a week told by itself,
 * the thin weeks of a quarter, those of a block), and each atom has its ten.
 *
 * Teams stand beside the store, and the store less its teams is what is left. So teams go in step: in a week,
 * a quarter, a block all of them are told or none, only where the store itself is, and only if whoever is in
 * none of them ("the rest") is nobody, or ten customers. Let c be what somebody takes of each of the store's
 * atoms and d of each team within one such set of weeks: for the sum to be a set of visits, c + d is 0 or 1
 * everywhere, so one of both is constant, and the set is a union of the store's atoms or of teams with the
 * rest. Each has its ten.
 *
 * A team also needs three associates behind each set, and so does the rest if any is: its number would be one
 * person's otherwise. A team that was too thin in a quarter of the block before belongs to the rest, so that
 * it does not hold up the others.
 *
 * Limits, said aloud. A share of 0 or 100 of a hundred says something of everybody behind it. Whoever knows
 * nine of ten can work out the tenth. The five numbers are of different counts, rounded to five each, so
 * subtracting one from another shows too little to single out somebody, but there is no proof of that. Weeks
 * are made from what the database holds: an associate who changes her team, or a customer who is forgotten,
 * changes past weeks. */
#ifndef STORE_CELLS_H
#define STORE_CELLS_H

#include "proto/base.h"

#define CELLS_LEAST_PEOPLE     10
#define CELLS_LEAST_ASSOCIATES 3
#define CELLS_QUARTER          4
#define CELLS_BLOCK            12
#define CELLS_BLOCKS           7 /* a year, the block before that, and the present one */
#define CELLS_WEEKS            (CELLS_BLOCKS * CELLS_BLOCK)
#define CELLS_TEAMS_MAX        16
#define CELLS_STORE            0 /* groups: the store, its teams from 1 on, the rest */
#define CELLS_GROUPS_MAX       (CELLS_TEAMS_MAX + 2)
#define CELLS_MORE             6

struct cell {
        uint32_t of, hit;          /* so many, and so many of them */
        uint32_t more[CELLS_MORE]; /* what else is counted beside them: numbers.h */
        uint8_t n_people, n_who;
        uint32_t people[CELLS_LEAST_PEOPLE];
        uint32_t who[CELLS_LEAST_ASSOCIATES];
};

/* Somebody stands behind it: a customer, and the associate whose doing it is (0: nobody's). */
void cell_note(struct cell *cell, uint32_t person, uint32_t who);
/* Adds another's counts, customers and associates. */
void cell_join(struct cell *into, const struct cell *from);
bool cell_enough(const struct cell *cell);
/* ... and, for what is told of a team, its three associates. */
bool cell_team_enough(const struct cell *cell);

/* One group's cells, by week since the first of the oldest block. */
struct cells {
        struct cell week[CELLS_WEEKS];
};

/* By week: 0 it is not told; 1, 4 or 12: it is told with a window of so many weeks. */
struct cells_told {
        uint8_t store[CELLS_WEEKS];
        uint8_t teams[CELLS_WEEKS];
        bool stands[CELLS_BLOCKS]
                   [CELLS_GROUPS_MAX]; /* by group: a team that is told by itself in this block */
};

/* `groups`: the store, n_teams teams, the rest (without teams: the store alone). The weeks before `closed`
 * are over. */
void cells_tell(const struct cells *groups, uint32_t n_teams, int closed, struct cells_told *out);

/* Counts that are split once more (by hour, by source), over the weeks of a block that the store is told in:
 * which of the parts may be told beside it. What is held back has its ten together, or is nobody. */
void cells_split(const struct cell *parts, uint32_t n, bool *shown);

/* The first week of the window with which a week is told. */
int cells_from(int week, int weeks);

#endif
