/* A disk that can be told what to do: a VFS around SQLite's own that fails writes or flushes on demand, makes
 * flushes slow, and keeps an image of what would be on the disk after a power cut. */
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
/* Flushes of the log so far, of those that worked. */
uint64_t shim_log_flushes(void);

/* Starts keeping images: of every file that is opened from now on below `dir`. */
void shim_watch(const char *dir);
/* Writes into `to` what a power cut now would leave of the watched files: everything that was flushed, and of
 * the rest each 512-byte sector by the toss of a coin (seed). */
void shim_cut(const char *to, uint64_t seed);
/* The same by itself at the n-th write from now (1 = the next); 0 = not at all. */
void shim_cut_at(uint64_t n, const char *to, uint64_t seed);
/* Whether that write came. */
bool shim_was_cut(void);
/* Forgets the images. */
void shim_unwatch(void);

#endif
