/* What SQLite writes to the log, gathered into one write for a transaction.
 *
 * A transaction is a row of frames at the log's end, and SQLite writes each as two: a head of 24 bytes and a
 * page. For an arrival that is some twenty calls of the system. This file layer, which stands before the
 * usual one and for the log alone, keeps frames that follow one another until the one that ends the
 * transaction (its head says so) and then writes them all, inside the very call that brought the last page.
 * So when COMMIT returns everything is written as before, and what could not be written is the answer of a
 * call of that COMMIT: SQLite undoes the transaction as it does anyway. Anything else that is asked of the
 * log - a read, a flush, a write elsewhere - first writes what is kept.
 *
 * All of it belongs to the thread of the connection, but for gather_real: the flusher asks the file beneath,
 * after COMMIT, when nothing is kept. */
#ifndef STORE_GATHER_H
#define STORE_GATHER_H

#include <sqlite3.h>

/* Kept at most; a longer transaction is several writes. SQLite's own file layer writes less than 128 KiB at
 * once. */
#define GATHER_BYTES (124 * 1024)

/* The name to open a database by, so that its log is gathered; over what is the default just now. NULL when
 * there is none: then SQLite's own does as well. */
const char *gather_begin(void);
/* The file beneath, to be flushed from another thread. */
sqlite3_file *gather_real(sqlite3_file *log);

#endif
