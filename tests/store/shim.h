/* A disk that can be told what to do: a VFS around SQLite's own that fails any call on demand, makes flushes
 * slow, and knows what a power cut would leave: of unflushed writes any sectors in any order, one torn; of
 * files that were created or deleted without a flush of their folder, none or all or some. */
#ifndef TESTS_STORE_SHIM_H
#define TESTS_STORE_SHIM_H

#include <stdbool.h>
#include <stdint.h>

/* Becomes the default VFS, until shim_remove. */
void shim_install(void);
void shim_remove(void);

/* From now on every write answers "disk full" (SQLITE_FULL). */
void shim_full(bool full);
/* From now on every flush of the log fails. */
void shim_bad_flush(bool bad);
/* From now on every flush takes so much longer. */
void shim_slow(unsigned us);
/* From now on a flush takes no time, and keeps nothing either. */
void shim_quick(bool quick);
/* Flushes of the log so far, of those that worked. */
uint64_t shim_log_flushes(void);
/* Writes to the log so far. */
uint64_t shim_log_writes(void);

/* What fails. */
enum shim_fault {
        SHIM_EIO,       /* the disk refuses: read, write, flush, change of size, opening, removing */
        SHIM_NO_ROOM,   /* a write finds the disk full */
        SHIM_SHORT_READ /* a read gives the first half, and zeros */
};
/* The n-th call from now on (1 = the next) that can fail so does; with `for_ever` all after it as well. 0 =
 * no more. */
void shim_fail_at(uint64_t n, enum shim_fault fault, bool for_ever);
/* Whether a call has failed since. */
bool shim_has_failed(void);

/* Keeps a disk (tests/power/disk.h) of what SQLite does below `dir` from now on; what is there already is
 * durable. */
void shim_watch(const char *dir);
/* Writes into the empty folder `to` what a power cut now would leave of SQLite's files: see disk_cut. */
void shim_cut(const char *to, uint64_t seed);
/* The same by itself at the n-th write from now (1 = the next); 0 = not at all. */
void shim_cut_at(uint64_t n, const char *to, uint64_t seed);
/* Whether that write came. */
bool shim_was_cut(void);
/* Forgets that disk. */
void shim_unwatch(void);

#endif
