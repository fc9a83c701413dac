#include "server/rulebook/picture.h"

#include <stdlib.h>
#include <string.h>

#include "server/rulebook/analyse.h"

#define KIND_ANY_OTHER 0
#define KIND_SENSITIVE 1

enum { ROW_SELLER, ROW_PREFERRED, ROW_DEPARTMENT, ROW_STORE, ROW_MANAGER, ROW_NOBODY };
enum { COLUMN_HERE, COLUMN_ELSEWHERE, COLUMN_ONLINE };

const char *picture_row(int row)
{
        static const char *const words[PICTURE_ROWS] = {
                "seller", "preferred", "department", "store", "manager", "nobody"};
        return row >= 0 && row < PICTURE_ROWS ? words[row] : "?";
}

const char *picture_column(int column)
{
        static const char *const words[PICTURE_COLUMNS] = {
                "in-store, this store", "in-store, other store", "online"};
        return column >= 0 && column < PICTURE_COLUMNS ? words[column] : "?";
}

/* Whoever works on this floor is of the store of what was bought here. */
static uint32_t relation_of(int row, int column)
{
        static const uint32_t own[PICTURE_ROWS] = {
                RELATION_SELLER, RELATION_PREFERRED, RELATION_DEPARTMENT, 0, 0, 0};
        bool here = column == COLUMN_HERE;
        uint32_t relation = own[row] & (here ? ~0u : ~(uint32_t)RELATION_DEPARTMENT);
        return relation | (here && row != ROW_NOBODY ? RELATION_STORE : 0);
}

/* The class of the place axis that a row and a column stand for. */
static uint16_t place_of(const struct axis_parts *a, int row, int column)
{
        uint32_t channel = column == COLUMN_ONLINE ? CHANNEL_ONLINE : CHANNEL_IN_STORE;
        uint32_t where = column == COLUMN_HERE ? WHERE_THIS_STORE : WHERE_OTHER_STORE;
        for (uint16_t i = 0; i < a->n_values; i++)
                if (a->values[i].relation == relation_of(row, column) && a->values[i].channel == channel &&
                        a->values[i].where == where)
                        return a->values[i].class;
        return 0; /* never: every such place is listed */
}

static uint16_t role_of(const struct axis_parts *a, int row)
{
        uint32_t role = row == ROW_MANAGER ? ROLE_MANAGER : ROLE_ASSOCIATE;
        uint16_t i = 0;
        while (i + 1 < a->n_values && a->values[i].role != role)
                i++;
        return a->values[i].class;
}

static uint64_t bit_of_kind(const struct rulebook *book, const char *name)
{
        for (int k = 0; name && k < book->n_kinds; k++)
                if (strcmp(book->kinds[k], name) == 0)
                        return UINT64_C(1) << k;
        return UINT64_C(1) << KIND_OTHER;
}

/* Whether a value of the kind axis belongs to a kind of the picture. */
static bool of_kind(
        const struct axis_value *v, const struct rulebook *book, const struct picture *picture, int kind)
{
        if (kind == KIND_SENSITIVE)
                return v->sensitive;
        return !v->sensitive && v->kind[0] == bit_of_kind(book, picture->kinds[kind]);
}

static void take(struct picture_cell *cell, struct sight s)
{
        cell->least = s.level < cell->least ? s.level : cell->least;
        cell->most = s.level > cell->most ? s.level : cell->most;
        cell->may_say = cell->may_say || s.may_say;
}

/* Goes through the classes of the axes that the picture does not show. */
static void take_rest(
        const struct partition *p, int axis, uint64_t rules, bool seller, struct picture_cell *cell)
{
        static const enum axis rest[] = {AXIS_SEEN, AXIS_GIFT, AXIS_STATUS, AXIS_PRICE, AXIS_AGE};
        if (axis == (int)ARRAY_LEN(rest)) {
                take(cell, ladder_sight(&p->ladder[0], rules, seller));
                return;
        }
        const struct axis_parts *a = &p->axes[rest[axis]];
        for (uint16_t i = 0; i < a->n_classes; i++)
                take_rest(p, axis + 1, rules & a->classes[i].rules[0], seller, cell);
}

static struct picture_cell cell_of(
        const struct partition *p, const struct picture *picture, int row, int column, int kind)
{
        const struct axis_class *place =
                &p->axes[AXIS_PLACE].classes[place_of(&p->axes[AXIS_PLACE], row, column)];
        const struct axis_class *role = &p->axes[AXIS_ROLE].classes[role_of(&p->axes[AXIS_ROLE], row)];
        const struct axis_parts *kinds = &p->axes[AXIS_KIND];
        struct picture_cell cell = {.least = LEVEL_FULL, .most = LEVEL_HIDE};
        bool seen[AXIS_VALUES_MAX] = {false};
        for (uint16_t i = 0; i < kinds->n_values; i++) {
                const struct axis_value *v = &kinds->values[i];
                if (!of_kind(v, p->book[0], picture, kind) || seen[v->class])
                        continue;
                seen[v->class] = true;
                take_rest(p, 0, place->rules[0] & role->rules[0] & kinds->classes[v->class].rules[0],
                        place->seller, &cell);
        }
        return cell;
}

static void list_kinds(struct picture *picture, const struct rulebook *const books[2])
{
        *picture = (struct picture){.n_kinds = 2};
        for (int b = 0; b < 2; b++) {
                for (int k = 0; books[b] && k < books[b]->n_kinds; k++) {
                        const char *name = books[b]->kinds[k];
                        int at = 2;
                        while (at < picture->n_kinds && strcmp(picture->kinds[at], name) < 0)
                                at++;
                        if (at < picture->n_kinds && strcmp(picture->kinds[at], name) == 0)
                                continue;
                        for (int i = picture->n_kinds++; i > at; i--)
                                picture->kinds[i] = picture->kinds[i - 1];
                        picture->kinds[at] = name;
                }
        }
}

void picture_empty(struct picture *picture, const struct rulebook *other)
{
        list_kinds(picture, (const struct rulebook *const[2]){NULL, other});
}

int picture_make(struct picture *picture, const struct rulebook *book, const struct rulebook *other)
{
        struct partition *p = partition_make(book, NULL);
        list_kinds(picture, (const struct rulebook *const[2]){book, other});
        if (!p)
                return -1;
        int result = p->cells > ANALYSE_CELLS_MAX ? 1 : 0;
        for (int row = 0; row < PICTURE_ROWS && result == 0; row++)
                for (int column = 0; column < PICTURE_COLUMNS; column++)
                        for (int kind = 0; kind < picture->n_kinds; kind++)
                                picture->cells[row][column][kind] = cell_of(p, picture, row, column, kind);
        partition_free(p);
        return result;
}

static void write_cells(struct json_out *j, const struct picture *picture, int row, int column)
{
        json_open(j, NULL, '[');
        for (int kind = 0; kind < picture->n_kinds; kind++) {
                const struct picture_cell *c = &picture->cells[row][column][kind];
                json_open(j, NULL, '{');
                json_text(j, "least", level_word(c->least));
                json_text(j, "most", level_word(c->most));
                json_flag(j, "may_say", c->may_say);
                json_close(j, '{');
        }
        json_close(j, '[');
}

void picture_write(struct json_out *j, const char *key, const struct picture *picture)
{
        json_open(j, key, '{');
        json_open(j, "rows", '[');
        for (int row = 0; row < PICTURE_ROWS; row++)
                json_text(j, NULL, picture_row(row));
        json_close(j, '[');
        json_open(j, "columns", '[');
        for (int column = 0; column < PICTURE_COLUMNS; column++)
                json_text(j, NULL, picture_column(column));
        json_close(j, '[');
        json_open(j, "kinds", '[');
        json_text(j, NULL, "any other");
        json_text(j, NULL, "sensitive");
        for (int kind = 2; kind < picture->n_kinds; kind++)
                json_text(j, NULL, picture->kinds[kind]);
        json_close(j, '[');
        json_open(j, "cells", '[');
        for (int row = 0; row < PICTURE_ROWS; row++) {
                json_open(j, NULL, '[');
                for (int column = 0; column < PICTURE_COLUMNS; column++)
                        write_cells(j, picture, row, column);
                json_close(j, '[');
        }
        json_close(j, '[');
        json_close(j, '{');
}
