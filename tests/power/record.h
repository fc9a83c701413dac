/* The recorder's inside: what calls.c writes into the trace, and how it knows whether a call is about a file
 * of the folder. A record is put between record_take and record_give, together with the call that it tells
 * of. */
#ifndef TESTS_POWER_RECORD_H
#define TESTS_POWER_RECORD_H

#include <limits.h>
#include <sys/stat.h>

#include "tests/power/trace.h"

/* Whether anything is recorded at all. */
bool record_on(void);
/* For all processes of the trace: nobody else calls or records until record_give, which leaves errno alone.
 */
void record_take(void);
void record_give(void);
/* size and name_len are filled in; name may be NULL; `bytes` has r.len. */
void record_put(struct trace_record r, const char *name, const void *bytes);
/* A number for a flush that begins. */
uint64_t record_flush_number(void);

/* The name of an absolute path below the folder, "" for the folder itself; NULL if it is elsewhere. */
const char *record_below(const char *path);
/* The same of a path relative to a folder's descriptor; points into room. */
const char *record_name(int dir, const char *path, char room[PATH_MAX]);
/* The id of an open file that lies below the folder, or did when it had a name; 0 else. Fills room with its
 * path. */
uint64_t record_id(int fd, char room[PATH_MAX]);
/* What has this name; st_ino 0 if nothing has. */
struct stat record_look(int dir, const char *path);
/* Whether a call came from SQLite: by its return address. */
bool record_by_sqlite(const void *caller);

#endif
