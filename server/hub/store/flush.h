/* Durable, but not in the way: COMMIT writes the log (synchronous=NORMAL), and the log's file is flushed
 * before anybody is told that the commit is done. A second thread does it, so that the next reads need not
 * wait for the disk; as long as the disk is quick, whoever submits, because to wake another takes as long as
 * the flush.
 *
 * Why this is as durable as synchronous=FULL:
 * - FULL differs from NORMAL in WAL mode by one call: xSync on the log after the frames of a COMMIT are
 * written. Here the same call is made through SQLite's own file methods (so a VFS shim sees it), later and on
 * this thread; whoever waits for the commit waits for that call. Everything submitted before the call began
 * is covered by it.
 * - The log is a sequence and recovery stops at the first frame that is not whole: a commit that was flushed
 * implies all before it, so answers may be released in the order of their flushes.
 * - A checkpoint (on the store's thread) flushes the log itself before it copies pages and flushes the
 * database after it; only then does SQLite start the log over, with a new salt, and it flushes the new log's
 * first header itself under NORMAL. The store waits for the flusher before a checkpoint: the kernel reports a
 * failed write-back once per open file, so two flushes of the same file at the same time could hide an error
 * from the one that matters.
 * - The log's file and its name in the folder: the first commit of a start is made under FULL, which flushes
 * both, and open.c flushes the folder again. While the connection lives (locking_mode=EXCLUSIVE) SQLite
 * neither closes, renames nor deletes the log. That first xSync also clears the only flag in SQLite's file
 * object that xSync changes (UNIXFILE_DIRSYNC), so calling xSync beside writes on the other thread shares
 * nothing that changes.
 * - Without "powersafe overwrite" FULL would also pad each commit to a whole sector; SQLite assumes that
 * property of disks by default and pads in neither way.
 * - A failed flush is never repeated: the kernel may have thrown the pages away and would report success the
 * second time. The flusher answers everybody "fatal" from then on and the hub stops.
 *
 * What a read may see is a commit that is not flushed yet. It may be told to its reader, but nothing that
 * acts follows from it without a commit of its own, which comes later in the same log. A signed receipt is
 * different: whoever has it may rely on it, so it is told when the log is on disk. */
#ifndef STORE_FLUSH_H
#define STORE_FLUSH_H

#include <sqlite3.h>
#include <sys/types.h>

#include "server/hub/store/store.h"

/* A disk is quick while its last flushes, about so many, took less than this on the average. One counts for
 * no more than the most: a single hiccup does not make a disk slow; one that stalls has to earn it anew. */
#define FLUSH_QUICK_TIMES   8
#define FLUSH_QUICK_US      500
#define FLUSH_COUNT_MOST_US 2000
#define FLUSH_STALL_US      20000

struct flusher;

/* Called on the thread that flushed, the flusher's or the one that submits, with a list of answers (linked by
 * next, oldest first) whose commits are durable, or cannot be made so (fatal). */
typedef void flush_done(void *context, struct store_answer *list, bool fatal);

/* NULL: no memory or no thread. */
struct flusher *flush_start(flush_done *done, void *context);
/* Takes a list of answers whose COMMIT has returned, and the log to flush. On a quick disk `done` has been
 * called when this returns. Thread: one at a time. */
void flush_submit(struct flusher *flusher, sqlite3_file *log, struct store_answer *list);
/* Waits until everything that was submitted has been handed to `done`. */
void flush_wait(struct flusher *flusher);
/* Whether all that was submitted has been handed to `done`. Thread: that which submits. */
bool flush_idle(struct flusher *flusher);
/* Whether the disk is quick and nothing is on its way to it. Any thread. */
bool flush_quick(struct flusher *flusher);
/* Its thread's number; 0: it has not begun yet. */
pid_t flush_thread(struct flusher *f);
/* Finishes what was submitted and ends the thread. NULL is accepted. */
void flush_stop(struct flusher *flusher);

#endif
