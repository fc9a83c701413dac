#include "server/hub/store/rulebook.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "server/common/log.h"

static void take_row(sqlite3_stmt *s, struct book_row *row)
{
        struct slice hash = statement_get_slice(s, "sha256");
        *row = (struct book_row){.version = (uint32_t)statement_get(s, "version"),
                .state = (uint8_t)statement_get(s, "state"),
                .base = (uint32_t)statement_get(s, "base"),
                .wider = (uint64_t)statement_get(s, "wider"),
                .narrower = (uint64_t)statement_get(s, "narrower"),
                .by = (uint32_t)statement_get(s, "proposer"),
                .at = statement_get(s, "at"),
                .approved_by = (uint32_t)statement_get(s, "approver"),
                .published = statement_get(s, "published")};
        if (hash.len == sizeof row->sha256.b)
                memcpy(row->sha256.b, hash.at, sizeof row->sha256.b);
        base_cut(row->name, sizeof row->name, statement_get_slice(s, "name"));
        base_cut(row->why, sizeof row->why, statement_get_slice(s, "why"));
}

static bool sound(struct slice text, const struct digest *name)
{
        struct digest found;
        crypto_hash_sha256(found.b, (const unsigned char *)text.at, text.len);
        return text.len > 0 && text.len <= BOOK_TEXT_MAX &&
               sodium_memcmp(found.b, name->b, sizeof found.b) == 0;
}

/* The text of the present row, if it is what its name says. SQLITE_OK or SQLITE_NOMEM. */
static int take_text(sqlite3_stmt *s, const struct book_row *row, char **text, uint32_t *len)
{
        struct slice at = statement_get_slice(s, "text");
        *text = NULL;
        *len = 0;
        if (!sound(at, &row->sha256)) {
                LOG(LOG_ERROR, "store",
                        "a version of the rules is not what it was: its text does not match its SHA-256; "
                        "propose it anew, or restore the last backup",
                        log_num("version", row->version));
                return SQLITE_OK;
        }
        *text = malloc(at.len);
        if (*text == NULL)
                return SQLITE_NOMEM;
        memcpy(*text, at.at, at.len);
        *len = (uint32_t)at.len;
        return SQLITE_OK;
}

static int read_newest(struct base *base, uint32_t *newest)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_RULEBOOK_NEWEST);
        int rc = statement_step(s);
        *newest = rc == SQLITE_ROW ? (uint32_t)statement_get(s, "version") : 0;
        statement_done(s);
        return rc == SQLITE_ROW ? SQLITE_OK : rc;
}

static int read_list(struct base *base, struct books *out)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_RULEBOOK_LIST);
        int rc;
        statement_int(s, ":most", BOOKS_LISTED - 1);
        while ((rc = statement_step(s)) == SQLITE_ROW && out->n < BOOKS_LISTED)
                take_row(s, &out->rows[out->n++]);
        statement_done(s);
        return rc == SQLITE_DONE || rc == SQLITE_ROW ? SQLITE_OK : rc;
}

static int read_one(struct base *base, uint32_t version, struct books *out)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_RULEBOOK_GET);
        statement_int(s, ":version", version);
        int rc = statement_step(s);
        if (rc == SQLITE_ROW) {
                out->found = true;
                take_row(s, &out->row);
                rc = take_text(s, &out->row, &out->text, &out->len);
                out->damaged = rc == SQLITE_OK && out->text == NULL;
        }
        statement_done(s);
        return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int by_name(const void *a, const void *b)
{
        return strcmp(((const struct books_class *)a)->name, ((const struct books_class *)b)->name);
}

static void take_classes(const struct catalog *catalog, struct books *out)
{
        for (uint32_t i = 0; i < catalog->n_classes && out->n_classes < BOOKS_CLASSES; i++) {
                const struct catalog_class *class = &catalog->classes[i];
                struct books_class *to = &out->classes[out->n_classes];
                if (!class->name[0])
                        continue;
                base_cut(to->name, sizeof to->name, slice_of(class->name));
                to->department = class->department;
                to->sensitive = class->sensitive;
                out->n_classes++;
        }
        qsort(out->classes, out->n_classes, sizeof out->classes[0], by_name);
}

static int take_notices(struct base *base, struct books *out)
{
        struct snapshot read = {.n_notices = 0};
        int rc = notices_read(base, &read);
        out->notices = read.notices;
        out->n_notices = read.n_notices;
        return rc == SQLITE_OK ? notices_count(base, out->counts, &out->n_counts) : rc;
}

struct books *rulebook_books(struct base *base, uint32_t version, int *rc)
{
        struct books *books = calloc(1, sizeof *books);
        *rc = books ? read_newest(base, &books->newest) : SQLITE_NOMEM;
        if (*rc == SQLITE_OK)
                *rc = read_list(base, books);
        if (*rc == SQLITE_OK && version != 0)
                *rc = read_one(base, version, books);
        if (*rc == SQLITE_OK)
                *rc = take_notices(base, books);
        if (*rc == SQLITE_OK) {
                take_classes(&base->catalog, books);
                return books;
        }
        books_free(books);
        return NULL;
}

void books_free(struct books *books)
{
        if (books == NULL)
                return;
        free(books->text);
        free(books->notices);
        free(books);
}

static void bind_state(sqlite3_stmt *s, const struct book_row *row)
{
        statement_int(s, ":version", row->version);
        statement_blob(s, ":sha256", row->sha256.b, sizeof row->sha256.b);
        statement_int(s, ":state", row->state);
        statement_int(s, ":base", row->base);
        statement_int(s, ":wider", (int64_t)row->wider);
        statement_int(s, ":narrower", (int64_t)row->narrower);
        statement_int(s, ":approver", row->approved_by);
        statement_int(s, ":published", row->published);
}

static int add(struct base *base, const struct book_row *row, struct slice text, const struct digest *former)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_RULEBOOK_ADD);
        bind_state(s, row);
        if (former)
                statement_blob(s, ":former", former->b, sizeof former->b);
        else
                statement_null(s, ":former");
        statement_text(s, ":text", text);
        statement_text(s, ":name", slice_of(row->name));
        statement_int(s, ":proposer", row->by);
        statement_int(s, ":at", row->at);
        statement_text(s, ":why", slice_of(row->why));
        return statement_run(s);
}

int rulebook_write(struct base *base, const struct write *w)
{
        if (w->book.text.len > 0)
                return sound(w->book.text, &w->book.row.sha256) ? add(base, &w->book.row, w->book.text, NULL)
                                                                : SQLITE_CONSTRAINT;
        sqlite3_stmt *s = statement_use(&base->all, ST_RULEBOOK_PUT);
        bind_state(s, &w->book.row);
        int rc = statement_run(s);
        return rc == SQLITE_OK && sqlite3_changes(base->all.db) != 1 ? SQLITE_CONSTRAINT : rc;
}

int rulebook_first(struct base *base, const struct store_options *options)
{
        struct slice text = slice_of(options->book_text);
        struct digest former;
        uint32_t newest = 0;
        int rc = text.len > 0 ? read_newest(base, &newest) : SQLITE_OK;
        if (rc != SQLITE_OK || text.len == 0 || newest > 0)
                return rc;
        struct book_row row = {.version = 1,
                .state = BOOK_LIVE,
                .by = BOOK_BY_MAITRED,
                .approved_by = BOOK_BY_MAITRED,
                .at = options->now,
                .published = options->now,
                .why = "The rules that a store starts with."};
        base_cut(row.name, sizeof row.name, slice_of(options->book_name));
        crypto_hash_sha256(row.sha256.b, (const unsigned char *)text.at, text.len);
        crypto_generichash(former.b, sizeof former.b, (const unsigned char *)text.at, text.len, NULL, 0);
        return add(base, &row, text, &former);
}

int rulebook_snapshot(struct base *base, struct snapshot *out)
{
        uint32_t newest = 0;
        int rc = read_newest(base, &newest);
        if (rc != SQLITE_OK || newest == 0)
                return rc;
        out->has_book = true;
        sqlite3_stmt *s = statement_use(&base->all, ST_RULEBOOK_LIVE);
        rc = statement_step(s);
        if (rc == SQLITE_ROW) {
                take_row(s, &out->book);
                rc = take_text(s, &out->book, &out->book_text, &out->book_len);
        } else if (rc == SQLITE_DONE) {
                LOG(LOG_ERROR, "store", "no version of the rules is in force; publish one");
        }
        statement_done(s);
        return rc == SQLITE_DONE ? SQLITE_OK : rc;
}
