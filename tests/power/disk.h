/* A disk that remembers what a power cut could leave of it: of every file what was flushed and, write by
 * write, what was not; of every folder which names were flushed and which creations, renames and removals
 * were not.
 *
 *            write, truncate            create, rename, remove
 *                   |                            |
 *               [ pending ]                  [ pending ]      a cut lets some of these survive
 *                   | flush of the file          | flush of the folder
 *               [ durable ]                  [ durable ]      a cut never takes these
 *
 * Pure bookkeeping: it is told what happened (by a VFS, see tests/store/shim.h, or from a trace, see trace.h)
 * and writes nothing but what disk_cut is asked for. A file is known by an id as long as it lives, whatever
 * it is called; a name is a path below the folder that is watched, "" is that folder. */
#ifndef TESTS_POWER_DISK_H
#define TESTS_POWER_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DISK_SECTOR   512
#define DISK_NAME_MAX 96

struct disk;

/* `leans`: a folder flush that SQLite made counts for every name. Without it such a flush counts only for the
 * names of SQLite's rollback journal, so that the hub's own flushes must carry all the rest. */
struct disk *disk_new(bool leans);
void disk_free(struct disk *disk);

/* A file (or folder) that was there, durable, from the beginning. */
void disk_holds(
        struct disk *disk, const char *name, uint64_t id, unsigned mode, const void *bytes, size_t len);
/* A name for a new file, or (`mode` has S_IFDIR) folder; takes the name away from what had it. */
void disk_create(struct disk *disk, const char *name, uint64_t id, unsigned mode);
void disk_link(struct disk *disk, const char *name, uint64_t id);
void disk_rename(struct disk *disk, const char *from, const char *to);
void disk_remove(struct disk *disk, const char *name);
void disk_write(struct disk *disk, uint64_t id, uint64_t at, const void *bytes, size_t len);
void disk_truncate(struct disk *disk, uint64_t id, uint64_t size);
void disk_mode(struct disk *disk, uint64_t id, unsigned mode);

/* A flush covers what came before it began: the mark of that moment, for disk_flushed. */
uint64_t disk_mark(const struct disk *disk);
/* The file, or the folder, with this id is durable as it was at the mark. `by_sqlite`: who asked for it. */
void disk_flushed(struct disk *disk, uint64_t id, uint64_t mark, bool by_sqlite);

/* What the file with this id is called now, everything pending included; "" if it has no name. */
const char *disk_called(const struct disk *disk, uint64_t id);
/* Writes into the empty folder `to` what a power cut now could leave. The seed decides:
 *   0  nothing that was not flushed;      1  everything, as if only the program had died;
 *   2, 4, 6 ...  each unflushed sector by the toss of a coin, one of them torn; the oldest few of the
 * unflushed names, as a journal of the file system keeps them; 3, 5, 7 ...  the same, but of the unflushed
 * names any. */
void disk_cut(const struct disk *disk, const char *to, uint64_t seed);
/* What cuts have found pending so far, for the table: sectors, and changes of names. */
void disk_pending(const struct disk *disk, uint64_t *sectors, uint64_t *names);
/* NULL if the folder `dir` is what this disk holds with everything that is pending; else what is not. */
const char *disk_differs(const struct disk *disk, const char *dir);

#endif
