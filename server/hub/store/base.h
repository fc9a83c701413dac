/* What the store's thread owns: the connection, its statements, the keys, and the few small tables that are
 * kept in memory. Everything below store.c works on this and on nothing else. */
#ifndef STORE_BASE_H
#define STORE_BASE_H

#include <stdatomic.h>

#include "server/hub/keys.h"
#include "server/hub/store/articles.h"
#include "server/hub/store/ballast.h"
#include "server/hub/store/catalog.h"
#include "server/hub/store/history.h"
#include "server/hub/store/statement.h"
#include "server/hub/store/store.h"

#define BASE_PATH_MAX 1024

/* base_months_before asks for the same one or two answers all day, and mktime is slow. */
struct base_since {
        store_day day;
        int months; /* 0 = unused */
        wall_ms at;
};

/* The numbers of purchase_history's columns, found once. */
struct base_columns {
        bool known;
        int at, line, store, channel, seller, product, class, brand, item, colour, size, gift, quantity,
                price, currency, status;
};

/* How long background work may hold the thread: until `until_us`, or, when somebody waits, `least_us`. */
struct base_slice {
        int64_t least_us, until_us; /* clock_mono_us */
};

struct base {
        atomic_bool waited_for; /* a read or a commit is in the queue; the only field other threads touch */
        struct statements all;
        struct keys *keys;
        struct catalog catalog;
        struct articles articles;
        struct history_room room;     /* where a dossier is gathered */
        struct candidate *candidates; /* EVIDENCE_CANDIDATES_MAX: see evidence.h */
        int lock_fd;
        struct ballast ballast;
        char dir[BASE_PATH_MAX];
        char currency[4];
        char store_name[NAME_MAX_BYTES];
        struct receipt_house house; /* what stands on receipts; its texts are the configuration's */
        uint32_t own_store;
        struct base_since since[2];
        struct base_columns line_columns;
        int retention_months;
        int least_age;
        bool keep_enrolled;
        uint32_t next_person; /* of the people the store knows */
        uint64_t next_line;
};

/* What an SQLite code means for a job: 0 done, 1 refused (full disk, no memory, a rule of the schema: nothing
 * was changed, try later), -1 fatal (the disk or the file cannot be trusted any more). */
int base_result(const struct base *base, int rc);
/* Whether the code says that the disk (or a quota) has no room; asked right after it came. */
bool base_is_full(const struct base *base, int rc);

/* A transaction around a job's writes; SQLite's codes. */
int base_begin(struct base *base);
int base_commit(struct base *base);
/* Always ends the transaction, if one is open. */
void base_rollback(struct base *base);

/* A slice of slice_ms from now. */
struct base_slice base_slice(int slice_ms);
bool base_slice_over(const struct base *base, const struct base_slice *slice);

/* Settings of our own. Reading one: 0; 1 when there is none, and -1 when it cannot be read
 * (sqlite3_extended_errcode says why): *out is left alone. Blobs must have exactly `len` bytes. */
int base_get_blob(struct base *base, const char *name, void *out, size_t len);
int base_put_blob(struct base *base, const char *name, const void *bytes, size_t len);
int base_get_int(struct base *base, const char *name, int64_t *out);
int base_put_int(struct base *base, const char *name, int64_t value);

/* Copies a text into room bytes, cut at the last whole UTF-8 character that fits, always ended by a zero
 * byte. */
void base_cut(char *out, size_t room, struct slice text);
/* First and last name of "First Last", "Last, First" or a single word; each cut to NAME_MAX_BYTES. */
void base_split_name(struct slice name, char first[NAME_MAX_BYTES], char last[NAME_MAX_BYTES]);

/* What is sealed in person.identity. */
struct identity {
        struct slice external, name, birthday, contact;
};
#define IDENTITY_MAX 2048 /* bytes of plain text */
/* Seals for person `id` into out[IDENTITY_MAX + SEAL_OVERHEAD]; returns the length, 0 when her key cannot be
 * had. */
size_t base_seal_identity(struct base *base, uint32_t id, const struct identity *identity, uint8_t *out);
/* Opens into plain[IDENTITY_MAX], which the slices point into. 0; 1 when it does not open. */
int base_open_identity(
        struct base *base, uint32_t id, struct slice sealed, uint8_t *plain, struct identity *identity);

/* The store's midnight `months` calendar months before the day of `now`. */
wall_ms base_months_before(struct base *base, wall_ms now, int months);

#endif
