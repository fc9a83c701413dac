/* Which column of a file is which field: found by the columns' names, overruled by the operator, shown before
 * any work. */
#ifndef CTL_MAP_H
#define CTL_MAP_H

#include "proto/import.h"
#include "server/ctl/sheet.h"

#define MAP_CHOICES_MAX 64

/* --map [KIND.]FIELD=COLUMN; no column: the field is left empty. */
struct map_choice {
        enum import_kind kind; /* 0: any that has the field */
        char field[32];
        char column[128];
        bool used;
};
struct map_choices {
        size_t n;
        struct map_choice choice[MAP_CHOICES_MAX];
};

struct map {
        enum import_kind kind;
        size_t n_columns;
        int column[IMPORT_FIELDS_MAX]; /* of each field; -1: none */
};

struct map_error {
        char text[1200];
};

/* Reads one --map. 0, or 1 with *error filled. */
int map_choose(struct map_choices *choices, const char *text, struct map_error *error);
/* 0, or 1 with *error: a required field has no column, a named column is not there, a name stands twice.
 * Marks the choices that it used. */
int map_make(struct map *map, enum import_kind kind, const struct sheet_record *header,
        struct map_choices *choices, struct map_error *error);
/* True if a column of this name would be taken for a field of the kind (for sheet_likes: ctx is an enum
 * import_kind *). */
bool map_likes(void *kind, struct slice column);
/* Edits between two names, case and separators aside; for "did you mean". */
size_t map_distance(struct slice a, struct slice b);

#endif
