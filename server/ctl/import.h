/* The import command's inside: files into rows, rows into batches, batches to the hub, and an account of
 * every line. */
#ifndef CTL_IMPORT_H
#define CTL_IMPORT_H

#include "server/ctl/client.h"
#include "server/ctl/ctl.h"
#include "server/ctl/map.h"
#include "server/ctl/rejects.h"
#include "server/ctl/zone.h"

/* What holds for all files of one run. */
struct import_run {
        struct ctl *ctl;
        struct client *client; /* NULL in a dry run */
        struct map_choices choices;
        char delimiter; /* 0: to be found out */
        enum sheet_encoding encoding;
        const char *rejects_path; /* NULL: FILE.rejects.csv in the working folder */
        const struct zone *zone;  /* --zone: of every time without one; else NULL */
        const struct zone *hub_zone;
        json_t *zones;    /* store id -> zone name; owned */
        json_t *classes;  /* class -> department, as met in this run; owned */
        json_t *unmapped; /* class -> true: met without a department, if classes were imported in this run;
                             owned */
        bool yes, dry_run;
        bool classes_met; /* a file of classes was part of this run */
};

/* Where each line of a file went. `read` is the sum of the others. */
struct import_totals {
        uint64_t read;
        uint64_t counts[IMPORT_OUTCOMES];
        uint64_t sendable; /* dry run: what would have been sent */
        bool unmapped;     /* the hub met classes without a department */
        mono_ms took_ms;
};

/* Shows the mapping, reads the file, sends it, prints the account. An enum ctl_exit. */
int import_file(struct import_run *run, enum import_kind kind, const char *path);

/* One record as a row: fields brought into form, the time converted. `scratch` (IMPORT_SCRATCH bytes) holds
 * what was rewritten. 0; 1 with row->reason filled; 2 for a purchase without a customer and without an id,
 * which is only counted. */
#define IMPORT_SCRATCH (IMPORT_FIELDS_MAX * (IMPORT_FIELD_MAX + 1))
int import_row_make(struct import_run *run, const struct map *map, const struct sheet_record *record,
        char *scratch, struct import_row *row);

#endif
