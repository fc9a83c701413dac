/* One CSV file, record by record, whatever state it is in: dialect and encoding are found out, a record that
 * cannot be read is handed over as such, and reading goes on with the next line. Memory is bounded by one
 * record. */
#ifndef CTL_SHEET_H
#define CTL_SHEET_H

#include "proto/base.h"
#include "proto/slice.h"

#define SHEET_COLUMNS_MAX 64
#define SHEET_RECORD_MAX  65536 /* bytes of one record, its line ends included */

enum sheet_encoding { SHEET_UTF_8, SHEET_LATIN_1, SHEET_WINDOWS_1252 };

struct sheet;

struct sheet_error {
        char text[400];
};

struct sheet_record {
        uint64_t line;     /* of its first line, from 1 */
        struct slice raw;  /* as in the file (as UTF-8 if it was converted), without the last line end */
        const char *fault; /* NULL, or why it cannot be read, such as "has a quote in a wrong place"; then no
                              fields */
        size_t n;
        struct slice field[SHEET_COLUMNS_MAX]; /* borrowed until the next call, like raw */
};

/* Tells whether a column of this name would be of use. */
typedef bool sheet_likes(void *ctx, struct slice column);

/* Opens and reads the header record. `delimiter` 0: the one that gives the most columns that `likes` knows.
 * 0, or an enum ctl_exit with *error filled: no such file, a folder, empty, UTF-16, no header. */
int sheet_open(const char *path, char delimiter, enum sheet_encoding encoding, sheet_likes *likes, void *ctx,
        struct sheet **out, struct sheet_error *error);
void sheet_close(struct sheet *sheet);

const struct sheet_record *sheet_header(const struct sheet *sheet);
char sheet_delimiter(const struct sheet *sheet);
/* The next record: 1; 0 at the end; -1 if the file cannot be read on (*error filled). Blank lines are
 * skipped. */
int sheet_next(struct sheet *sheet, struct sheet_record *out, struct sheet_error *error);
uint64_t sheet_size_bytes(const struct sheet *sheet); /* 0: not known */
uint64_t sheet_read_bytes(const struct sheet *sheet);

const char *sheet_encoding_word(enum sheet_encoding encoding);
const char *sheet_delimiter_word(char delimiter);

#endif
