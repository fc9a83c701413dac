#include "server/hub/store/articles.h"

#include <stdlib.h>
#include <string.h>

#define TEXTS 4

struct article_kept {
        uint32_t class;
        int32_t len[TEXTS]; /* -1: none */
        char bytes[];
};

static void tell(const struct article_kept *k, struct article *out)
{
        struct slice *const texts[TEXTS] = {&out->brand, &out->item, &out->colour, &out->size};
        const char *at = k->bytes;
        out->class = k->class;
        for (int i = 0; i < TEXTS; i++) {
                *texts[i] = k->len[i] < 0 ? (struct slice){0} : (struct slice){at, (size_t)k->len[i]};
                at += k->len[i] < 0 ? 0 : k->len[i];
        }
}

/* The row where the statement stands, in one piece; NULL: no memory. */
static struct article_kept *read_row(sqlite3_stmt *s, size_t *size)
{
        static const char *const names[TEXTS] = {"brand", "name", "colour", "size"};
        struct slice texts[TEXTS];
        *size = sizeof(struct article_kept);
        for (int i = 0; i < TEXTS; i++) {
                texts[i] = statement_get_slice(s, names[i]);
                *size += texts[i].len;
        }
        struct article_kept *k = malloc(*size);
        if (k == NULL)
                return NULL;
        k->class = (uint32_t)statement_get(s, "class");
        char *at = k->bytes;
        for (int i = 0; i < TEXTS; i++) {
                bool none = sqlite3_column_type(s, statement_column(s, names[i])) == SQLITE_NULL;
                k->len[i] = none ? -1 : (int32_t)texts[i].len;
                if (texts[i].len > 0)
                        memcpy(at, texts[i].at, texts[i].len);
                at += texts[i].len;
        }
        return k;
}

static bool has_place(struct articles *a, int64_t id, size_t size)
{
        if (id <= 0 || id >= ARTICLES_MAX || a->bytes + size > ARTICLES_BYTES_MAX)
                return false;
        if (id < a->n)
                return true;
        uint32_t n = a->n ? a->n : 1024;
        while (n <= id)
                n *= 2;
        struct article_kept **more = realloc(a->kept, n * sizeof *more);
        if (more == NULL)
                return false;
        memset(more + a->n, 0, (n - a->n) * sizeof *more);
        a->kept = more;
        a->n = n;
        return true;
}

int articles_get(struct articles *a, struct statements *all, int64_t id, struct article *out)
{
        size_t size;
        *out = (struct article){0};
        if (id > 0 && id < a->n && a->kept[id] != NULL) {
                tell(a->kept[id], out);
                return SQLITE_ROW;
        }
        sqlite3_stmt *s = statement_use(all, ST_PRODUCT_GET);
        statement_int(s, ":id", id);
        int rc = statement_step(s);
        struct article_kept *k = rc == SQLITE_ROW ? read_row(s, &size) : NULL;
        statement_done(s);
        if (rc != SQLITE_ROW)
                return rc;
        if (k == NULL)
                return SQLITE_NOMEM;
        if (has_place(a, id, size)) {
                a->kept[id] = k;
                a->bytes += size;
        } else {
                free(a->once);
                a->once = k;
        }
        tell(k, out);
        return SQLITE_ROW;
}

int articles_read(struct articles *a, struct statements *all)
{
        size_t size;
        int rc;
        sqlite3_stmt *s = statement_use(all, ST_PRODUCT_LIST);
        articles_forget(a);
        statement_int(s, ":most", ARTICLES_MAX);
        while ((rc = statement_step(s)) == SQLITE_ROW) {
                struct article_kept *k = read_row(s, &size);
                if (k == NULL || !has_place(a, statement_get(s, "id"), size)) {
                        free(k);
                        break; /* the others are read when they are asked for */
                }
                a->kept[statement_get(s, "id")] = k;
                a->bytes += size;
        }
        statement_done(s);
        return rc == SQLITE_DONE || rc == SQLITE_ROW ? SQLITE_OK : rc;
}

void articles_forget(struct articles *a)
{
        for (uint32_t i = 0; i < a->n; i++)
                free(a->kept[i]);
        free(a->kept);
        free(a->once);
        *a = (struct articles){0};
}
