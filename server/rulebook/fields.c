#include "server/rulebook/fields.h"

#include <stdio.h>
#include <string.h>

static const uint32_t sizes[FIELD_AXES] = {SUBJECT_COUNT - 1, 2, ROLE_COUNT, SEEN_COUNT};

static void place_of(uint32_t cell, uint32_t at[FIELD_AXES])
{
        for (int axis = FIELD_AXES - 1; axis >= 0; axis--) {
                at[axis] = cell % sizes[axis];
                cell /= sizes[axis];
        }
}

void fields_make(struct fields *f, const struct rulebook *book)
{
        *f = (struct fields){.rules = {0}};
        for (int i = 0; book && i < book->n_fields; i++) {
                const struct box *b = &book->fields[i];
                uint64_t bit = UINT64_C(1) << b->index;
                if (b->verb == VERB_SHOW)
                        f->ladder.shows[b->level] |= bit;
                else
                        f->ladder.limits[b->level] |= bit;
                if (b->mention_ok)
                        f->ladder.mention |= bit;
        }
        for (uint32_t n = 0; book && n < FIELD_CELLS; n++) {
                uint32_t at[FIELD_AXES];
                place_of(n, at);
                struct viewer viewer = {
                        .role = (enum role)at[FIELD_ROLE], .preferred = at[FIELD_CHOSEN] == 1};
                struct cell cell = cell_of_field(
                        (enum subject)(at[FIELD_SUBJECT] + 1), &viewer, (enum seen)at[FIELD_SEEN]);
                f->rules[n] = evaluate_matches(book->fields, book->n_fields, &cell);
        }
}

struct sight fields_sight(const struct fields *f, uint32_t cell)
{
        return ladder_sight(&f->ladder, f->rules[cell], true);
}

/* ---- boxes ---- */
struct field_box {
        bool has[FIELD_AXES][SUBJECT_COUNT];
};

static bool in_box(const struct field_box *box, uint32_t cell)
{
        uint32_t at[FIELD_AXES];
        place_of(cell, at);
        for (int axis = 0; axis < FIELD_AXES; axis++)
                if (!box->has[axis][at[axis]])
                        return false;
        return true;
}

static bool all_alike(const uint8_t alike[FIELD_CELLS], const struct field_box *box, uint8_t code)
{
        for (uint32_t n = 0; n < FIELD_CELLS; n++)
                if (in_box(box, n) && alike[n] != code)
                        return false;
        return true;
}

static struct field_box grow(const uint8_t alike[FIELD_CELLS], uint32_t cell)
{
        struct field_box box = {0};
        uint32_t at[FIELD_AXES];
        place_of(cell, at);
        for (int axis = 0; axis < FIELD_AXES; axis++)
                box.has[axis][at[axis]] = true;
        for (int axis = FIELD_AXES - 1; axis >= 0; axis--) {
                for (uint32_t i = 0; i < sizes[axis]; i++) {
                        struct field_box wider = box;
                        wider.has[axis][i] = true;
                        if (all_alike(alike, &wider, alike[cell]))
                                box = wider;
                }
        }
        return box;
}

static const char *word_of(enum field_axis axis, uint32_t i)
{
        switch (axis) {
        case FIELD_SUBJECT:
                return subject_word((enum subject)(i + 1));
        case FIELD_CHOSEN:
                return i ? "preferred" : "not preferred";
        case FIELD_ROLE:
                return role_word((enum role)i);
        case FIELD_SEEN:
                return seen_word((enum seen)i);
        }
        return "?";
}

static void box_text(const struct field_box *box, char *out, size_t room)
{
        size_t len = 0;
        for (int axis = 0; axis < FIELD_AXES; axis++) {
                const char *before = axis == FIELD_SUBJECT ? "field " : "; ";
                bool whole = axis != FIELD_SUBJECT;
                for (uint32_t i = 0; i < sizes[axis]; i++)
                        whole = whole && box->has[axis][i];
                for (uint32_t i = 0; i < sizes[axis] && !whole; i++) {
                        if (!box->has[axis][i])
                                continue;
                        int n = snprintf(
                                out + len, room - len, "%s%s", before, word_of((enum field_axis)axis, i));
                        len += n > 0 && (size_t)n < room - len ? (size_t)n : 0;
                        before = "/";
                }
        }
}

uint32_t fields_area(
        const uint8_t alike[FIELD_CELLS], uint32_t cell, bool taken[FIELD_CELLS], char *out, size_t room)
{
        struct field_box box = grow(alike, cell);
        uint32_t fresh = 0;
        for (uint32_t n = 0; n < FIELD_CELLS; n++) {
                if (!in_box(&box, n))
                        continue;
                fresh += !taken[n];
                taken[n] = true;
        }
        box_text(&box, out, room);
        return fresh;
}
