/* Prepared statements by name: each is compiled once, at its first use; parameters and columns go by their
 * names in statements.sql. After a mistake in a name the program stops: a test prepares and tries them all.
 */
#ifndef STORE_STATEMENT_H
#define STORE_STATEMENT_H

#include <sqlite3.h>

#include "proto/base.h"
#include "proto/slice.h"

enum statement {
#define STATEMENT(name, sql) ST_##name,
#include "server/hub/store/statements.inc"
#undef STATEMENT
        STATEMENT_COUNT
};

/* The connection and what was compiled on it. */
struct statements {
        sqlite3 *db;
        sqlite3_stmt *compiled[STATEMENT_COUNT];
};

const char *statement_name(enum statement which);
/* The statement's SQL and its length: for the test that prepares all. */
const char *statement_sql(enum statement which);

/* Ready to be bound: reset, with no bindings. NULL when it cannot be compiled (out of memory, damaged
 * schema); every function below takes NULL and then does nothing, and statement_step and statement_run return
 * SQLITE_ERROR. */
sqlite3_stmt *statement_use(struct statements *all, enum statement which);
/* Compiles all that are not yet, so that later neither a lack of memory nor a damaged schema can keep one
 * from being used. SQLITE_OK, or why one cannot be compiled. */
int statement_compile(struct statements *all);
void statement_finish(struct statements *all);

void statement_int(sqlite3_stmt *s, const char *name, int64_t value);
void statement_null(sqlite3_stmt *s, const char *name);
/* Text and blobs are borrowed until the statement is used again. An empty text is bound as ''. */
void statement_text(sqlite3_stmt *s, const char *name, struct slice text);
/* An empty text is bound as NULL. */
void statement_text_or_null(sqlite3_stmt *s, const char *name, struct slice text);
void statement_blob(sqlite3_stmt *s, const char *name, const void *bytes, size_t len);

/* SQLITE_ROW, SQLITE_DONE or an error code. */
int statement_step(sqlite3_stmt *s);
/* Steps to the end and resets: SQLITE_OK or an error code. */
int statement_run(sqlite3_stmt *s);

/* Ends a read before its last row: an open read would keep the log from being emptied. */
void statement_done(sqlite3_stmt *s);
/* The same for whatever is still open. */
void statement_reset_all(struct statements *all);

/* The column's number; take it once before a loop over rows. */
int statement_column(sqlite3_stmt *s, const char *name);
/* The value of the present row's column by its name. */
int64_t statement_get(sqlite3_stmt *s, const char *name);
/* Borrowed until the next step. NULL in the database is the empty slice. */
struct slice statement_slice(sqlite3_stmt *s, int column);
struct slice statement_get_slice(sqlite3_stmt *s, const char *name);

#endif
