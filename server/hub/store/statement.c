#include "server/hub/store/statement.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
        const char *name, *sql;
} list[STATEMENT_COUNT] = {
#define STATEMENT(name, sql) {#name, sql},
#include "server/hub/store/statements.inc"
#undef STATEMENT
};

const char *statement_name(enum statement which)
{
        return list[which].name;
}

const char *statement_sql(enum statement which)
{
        return list[which].sql;
}

/* A name that is not in the statement is our own mistake and found by the first test that runs it. */
static void misnamed(sqlite3_stmt *s, const char *name)
{
        fprintf(stderr, "store: no \"%s\" in: %s\n", name, sqlite3_sql(s));
        abort();
}

sqlite3_stmt *statement_use(struct statements *all, enum statement which)
{
        sqlite3_stmt **s = &all->compiled[which];
        if (*s == NULL) {
                if (sqlite3_prepare_v3(all->db, list[which].sql, -1, SQLITE_PREPARE_PERSISTENT, s, NULL) !=
                        SQLITE_OK)
                        return NULL;
                return *s;
        }
        sqlite3_reset(*s);
        sqlite3_clear_bindings(*s);
        return *s;
}

int statement_compile(struct statements *all)
{
        for (size_t i = 0; i < STATEMENT_COUNT; i++) {
                /* SQLite obeys this one while it compiles it, and the first commit must still be flushed. */
                if (i == ST_FLUSH_ELSEWHERE)
                        continue;
                if (statement_use(all, (enum statement)i) == NULL)
                        return sqlite3_extended_errcode(all->db);
        }
        return SQLITE_OK;
}

/* Where names were found last, because SQLite compares them one by one, and an arrival names three hundred.
 * A name is a literal of ours, so that its address is enough; one that stands in two places is found twice.
 */
#define FOUND 2048 /* six times as many: two that share a place push each other out */
struct found {
        const sqlite3_stmt *s;
        const char *name;
        int at;
};
static _Thread_local struct found found[FOUND];

void statement_finish(struct statements *all)
{
        memset(found, 0, sizeof found); /* another statement may come to stand where one of these did */
        for (size_t i = 0; i < STATEMENT_COUNT; i++) {
                sqlite3_finalize(all->compiled[i]);
                all->compiled[i] = NULL;
        }
}

static struct found *found_of(const sqlite3_stmt *s, const char *name)
{
        return &found[((uintptr_t)s / 64 * 31 + (uintptr_t)name) % FOUND];
}

static int parameter(sqlite3_stmt *s, const char *name)
{
        struct found *f = found_of(s, name);
        if (f->s == s && f->name == name)
                return f->at;
        *f = (struct found){s, name, sqlite3_bind_parameter_index(s, name)};
        if (f->at == 0)
                misnamed(s, name);
        return f->at;
}

void statement_int(sqlite3_stmt *s, const char *name, int64_t value)
{
        if (s != NULL)
                sqlite3_bind_int64(s, parameter(s, name), value);
}

void statement_null(sqlite3_stmt *s, const char *name)
{
        if (s != NULL)
                sqlite3_bind_null(s, parameter(s, name));
}

void statement_text(sqlite3_stmt *s, const char *name, struct slice text)
{
        if (s != NULL)
                sqlite3_bind_text(
                        s, parameter(s, name), text.len ? text.at : "", (int)text.len, SQLITE_STATIC);
}

void statement_text_or_null(sqlite3_stmt *s, const char *name, struct slice text)
{
        if (text.len > 0)
                statement_text(s, name, text);
        else
                statement_null(s, name);
}

void statement_blob(sqlite3_stmt *s, const char *name, const void *bytes, size_t len)
{
        if (s == NULL)
                return;
        if (bytes == NULL)
                sqlite3_bind_null(s, parameter(s, name));
        else
                sqlite3_bind_blob(s, parameter(s, name), bytes, (int)len, SQLITE_STATIC);
}

int statement_step(sqlite3_stmt *s)
{
        return s != NULL ? sqlite3_step(s) : SQLITE_ERROR;
}

int statement_run(sqlite3_stmt *s)
{
        int rc;
        if (s == NULL)
                return SQLITE_ERROR;
        do
                rc = sqlite3_step(s);
        while (rc == SQLITE_ROW);
        int end = sqlite3_reset(s);
        return rc == SQLITE_DONE ? SQLITE_OK : end != SQLITE_OK ? end : rc;
}

void statement_done(sqlite3_stmt *s)
{
        if (s != NULL)
                sqlite3_reset(s);
}

void statement_reset_all(struct statements *all)
{
        for (size_t i = 0; i < STATEMENT_COUNT; i++)
                if (all->compiled[i] != NULL && sqlite3_stmt_busy(all->compiled[i]))
                        sqlite3_reset(all->compiled[i]);
}

int statement_column(sqlite3_stmt *s, const char *name)
{
        if (s == NULL)
                return 0;
        struct found *f = found_of(s, name);
        if (f->s == s && f->name == name)
                return f->at;
        int n = sqlite3_column_count(s), at = 0;
        while (at < n && strcmp(sqlite3_column_name(s, at), name) != 0)
                at++;
        if (at == n)
                misnamed(s, name);
        *f = (struct found){s, name, at};
        return at;
}

int64_t statement_get(sqlite3_stmt *s, const char *name)
{
        return s != NULL ? sqlite3_column_int64(s, statement_column(s, name)) : 0;
}

struct slice statement_slice(sqlite3_stmt *s, int column)
{
        if (s == NULL)
                return (struct slice){0};
        const char *at = sqlite3_column_blob(s, column);
        return (struct slice){at, at ? (size_t)sqlite3_column_bytes(s, column) : 0};
}

struct slice statement_get_slice(sqlite3_stmt *s, const char *name)
{
        return statement_slice(s, statement_column(s, name));
}
