/* The difference between two books: every cell of their common partition is compared, and the cells that
 * change alike are gathered into boxes, greedily, the first cell first. */
#include <stdlib.h>

#include "server/rulebook/analyse.h"
#include "server/rulebook/area.h"
#include "server/rulebook/fields.h"

/* A cell's change in one byte: level and mention before and after. */
static uint8_t code_of(struct sight from, struct sight to)
{
        return (uint8_t)((unsigned)from.level << 5 | (unsigned)from.may_say << 4 | (unsigned)to.level << 1 |
                         (unsigned)to.may_say);
}

/* 1 if anything of it is more, also where something else is less: what then may be said was not before. */
static int direction(uint8_t code)
{
        int from = code >> 5, to = code >> 1 & 7, said = code >> 4 & 1, say = code & 1;
        return to > from || say > said ? 1 : to < from || say < said ? -1 : 0;
}

struct cells {
        struct partition *p;
        uint8_t *codes, *taken;
        uint64_t stride[AXIS_COUNT];
};

static uint64_t cell_number(const struct cells *c, const uint16_t at[AXIS_COUNT])
{
        uint64_t n = 0;
        for (int axis = 0; axis < AXIS_COUNT; axis++)
                n += at[axis] * c->stride[axis];
        return n;
}

/* The next place of a box after `at`, in the cells' order; false after the last. */
static bool next_of_box(const struct cells *c, const struct area_box *box, uint16_t at[AXIS_COUNT])
{
        for (int axis = AXIS_COUNT - 1; axis >= 0; axis--) {
                uint16_t i = (uint16_t)(at[axis] + 1);
                while (i < c->p->axes[axis].n_classes && !box->has[axis][i])
                        i++;
                if (i < c->p->axes[axis].n_classes) {
                        at[axis] = i;
                        return true;
                }
                for (i = 0; !box->has[axis][i]; i++)
                        ;
                at[axis] = i;
        }
        return false;
}

static void first_of_box(const struct area_box *box, uint16_t at[AXIS_COUNT])
{
        for (int axis = 0; axis < AXIS_COUNT; axis++)
                for (at[axis] = 0; !box->has[axis][at[axis]]; at[axis]++)
                        ;
}

static bool all_alike(const struct cells *c, const struct area_box *box, uint8_t code)
{
        uint16_t at[AXIS_COUNT];
        first_of_box(box, at);
        do {
                if (c->codes[cell_number(c, at)] != code)
                        return false;
        } while (next_of_box(c, box, at));
        return true;
}

/* Grows a box from one cell: on each axis, every class whose slab changes alike. */
static void grow(const struct cells *c, const struct walk *w, struct area_box *box)
{
        uint8_t code = c->codes[w->number];
        *box = (struct area_box){0};
        for (int axis = 0; axis < AXIS_COUNT; axis++)
                box->has[axis][w->at[axis]] = true;
        for (int axis = AXIS_COUNT - 1; axis >= 0; axis--) {
                bool grown[AXIS_VALUES_MAX];
                for (uint16_t i = 0; i < c->p->axes[axis].n_classes; i++) {
                        struct area_box slab = *box;
                        for (uint16_t k = 0; k < c->p->axes[axis].n_classes; k++)
                                slab.has[axis][k] = k == i;
                        grown[i] = box->has[axis][i] || all_alike(c, &slab, code);
                }
                for (uint16_t i = 0; i < c->p->axes[axis].n_classes; i++)
                        box->has[axis][i] = grown[i];
        }
}

/* Where the next area of this direction is written; NULL: there are as many as are told. */
static struct area *next_area(struct change *change, int way)
{
        if (way > 0)
                return change->n_wider == CHANGES_MAX ? NULL : &change->wider_areas[change->n_wider++];
        return change->n_narrower == CHANGES_MAX ? NULL : &change->narrower_areas[change->n_narrower++];
}

static struct area area_of(uint8_t code)
{
        return (struct area){.from = (enum level)(code >> 5),
                .to = (enum level)(code >> 1 & 7),
                .may_say_from = code >> 4 & 1,
                .may_say_to = code & 1};
}

static void describe(const struct cells *c, const struct area_box *box, uint8_t code, struct area *area)
{
        uint16_t at[AXIS_COUNT];
        *area = area_of(code);
        first_of_box(box, at);
        do {
                uint64_t n = cell_number(c, at);
                area->cells += !c->taken[n];
                c->taken[n] = 1;
        } while (next_of_box(c, box, at));
        area_text(c->p, box, area->text, sizeof area->text);
}

static struct sight lower(struct sight a, struct sight b)
{
        struct sight s = a.level < b.level ? a : b;
        s.may_say = a.may_say && b.may_say;
        return s;
}

static void compare(const struct cells *c, bool above, struct change *change)
{
        struct walk w;
        walk_start(&w, c->p);
        do {
                bool seller = walk_seller(&w);
                struct sight from = ladder_sight(&c->p->ladder[0], walk_rules(&w, 0), seller);
                struct sight to = ladder_sight(&c->p->ladder[1], walk_rules(&w, 1), seller);
                uint8_t code = code_of(above ? lower(from, to) : from, to);
                c->codes[w.number] = code;
                change->wider += direction(code) > 0;
                change->narrower += direction(code) < 0;
        } while (walk_next(&w));
}

static void gather_areas(const struct cells *c, struct change *change)
{
        struct walk w;
        walk_start(&w, c->p);
        do {
                struct area_box box;
                uint8_t code = c->codes[w.number];
                int way = direction(code);
                if (way == 0 || c->taken[w.number])
                        continue;
                struct area *area = next_area(change, way);
                if (!area)
                        continue;
                grow(c, &w, &box);
                describe(c, &box, code, area);
        } while (walk_next(&w));
}

/* The card's fields, few enough to be looked at one by one. */
static void compare_fields(
        const struct rulebook *from, const struct rulebook *to, bool above, struct change *change)
{
        struct fields fields[2];
        uint8_t codes[FIELD_CELLS];
        bool taken[FIELD_CELLS] = {false};
        fields_make(&fields[0], from);
        fields_make(&fields[1], to);
        for (uint32_t n = 0; n < FIELD_CELLS; n++) {
                struct sight a = fields_sight(&fields[0], n), b = fields_sight(&fields[1], n);
                codes[n] = code_of(above ? lower(a, b) : a, b);
                change->wider += direction(codes[n]) > 0;
                change->narrower += direction(codes[n]) < 0;
        }
        for (uint32_t n = 0; n < FIELD_CELLS; n++) {
                int way = direction(codes[n]);
                struct area *area = way == 0 || taken[n] ? NULL : next_area(change, way);
                if (!area)
                        continue;
                *area = area_of(codes[n]);
                area->cells = fields_area(codes, n, taken, area->text, sizeof area->text);
        }
}

static int analyse(const struct rulebook *from, const struct rulebook *to, bool above, struct change *change)
{
        int result = -1;
        struct cells c = {.p = partition_make(from, to)};
        *change = (struct change){.cells = c.p ? c.p->cells : 0};
        if (!c.p)
                return -1;
        if (c.p->cells > ANALYSE_CELLS_MAX) {
                result = 1;
                goto out;
        }
        c.codes = calloc(2, (size_t)c.p->cells);
        if (!c.codes)
                goto out;
        c.taken = c.codes + c.p->cells;
        c.stride[AXIS_COUNT - 1] = 1;
        for (int axis = AXIS_COUNT - 2; axis >= 0; axis--)
                c.stride[axis] = c.stride[axis + 1] * c.p->axes[axis + 1].n_classes;
        compare(&c, above, change);
        compare_fields(from, to, above, change); /* first: the areas of purchases may be more than are told */
        gather_areas(&c, change);
        result = 0;
out:
        free(c.codes);
        partition_free(c.p);
        return result;
}

int analyse_change(const struct rulebook *from, const struct rulebook *to, struct change *change)
{
        return analyse(from, to, false, change);
}

int analyse_above(const struct rulebook *book, const struct rulebook *ceiling, struct change *above)
{
        return analyse(ceiling, book, true, above);
}
