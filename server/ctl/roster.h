/* A file of shifts on its way into the hub: read from CSV or iCalendar, compared with what the hub has for
 * the same days, and only the difference is sent. */
#ifndef CTL_ROSTER_H
#define CTL_ROSTER_H

#include "proto/shift.h"
#include "server/ctl/import.h"

/* Who works here, as the hub says. */
struct roster_people {
        size_t n;
        struct roster_person {
                char id[IMPORT_ID_MAX + 1];
                char name[IMPORT_FIELD_MAX + 1];
        } *one;
};

/* One shift or break. Sorted by when it begins, whose it is, and which of the two. */
struct roster_entry {
        wall_ms begins, ends;
        uint64_t line;
        uint32_t who; /* index of the people */
        bool rest;
};

struct roster_list {
        struct roster_entry *entry;
        size_t n, room;
};

struct roster_days {
        store_day first, last; /* in the store's zone; last < first: none */
        wall_ms from, until;
};

/* A file being read. */
struct roster_file {
        struct import_run *run;
        const char *path;
        const struct zone *zone;
        struct roster_people people;
        struct roster_list list;
        wall_ms from, until; /* what the roster keeps */
        struct rejects rejects;
        char rejects_name[300];
        uint64_t read, not_kept, rejected;
        int code; /* of a reject that could not be written */
};

/* roster_read.c: the file into file->list, its faults into the reject file. An enum ctl_exit. */
int roster_read(struct roster_file *file);
/* Index of the associate whom an event means, or -1 with *why. */
int roster_who(const struct roster_people *people, const char *id, const char *name, const char *summary,
        const char **why);
/* Sorts; what stands twice and is the same is dropped, what contradicts is rejected. */
void roster_sort(struct roster_file *file);
void roster_reject(struct roster_file *file, uint64_t line, const char *why, struct slice raw);

/* The store's day of a time, and when that day begins. */
store_day roster_day_of(const struct zone *zone, wall_ms at);
wall_ms roster_midnight(const struct zone *zone, store_day day);

/* The whole command for one file. An enum ctl_exit. */
int roster_import(struct import_run *run, const char *path);

#endif
