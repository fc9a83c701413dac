#include "server/hub/store/shown.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/shown.h"
#include "server/common/log.h"

enum kind { KIND_PAGE = 1, KIND_FILE, KIND_NOTICE };

/* What a keeping works on. */
struct keeping {
        struct base *base;
        const char *page; /* the page's path */
        const struct digest *digest;
        wall_ms now;
        size_t bytes; /* so far */
        char *room;   /* SHOWN_FILE_MAX + 1 */
};

/* Into k->room; false: not there, or too large. */
static bool read_whole(struct keeping *k, const char *path, struct slice *out)
{
        FILE *file = fopen(path, "re");
        size_t len = file ? fread(k->room, 1, SHOWN_FILE_MAX + 1, file) : 0;
        bool ok = file && !ferror(file) && len <= SHOWN_FILE_MAX;
        if (file)
                fclose(file);
        *out = (struct slice){k->room, len};
        k->bytes += len;
        return ok && k->bytes <= SHOWN_PAGE_MAX;
}

static struct digest digest_of(struct slice bytes)
{
        struct digest out;
        crypto_hash_sha256(out.b, (const uint8_t *)bytes.at, bytes.len);
        return out;
}

static int add(struct keeping *k, const struct digest *digest, enum kind kind, struct slice bytes)
{
        sqlite3_stmt *s = statement_use(&k->base->all, ST_SHOWN_ADD);
        statement_blob(s, ":digest", digest->b, sizeof digest->b);
        statement_int(s, ":kind", kind);
        statement_blob(s, ":bytes", bytes.at, bytes.len);
        statement_int(s, ":at", k->now);
        return statement_run(s);
}

/* A file that the page names. SQLITE_OK with *whole false: it is not what the page says. */
static int keep_file(struct keeping *k, const struct shown_file *named, bool *whole)
{
        char path[BASE_PATH_MAX + SHOWN_PATH_MAX], sha[SHOWN_SHA_TEXT + 1];
        const char *slash = strrchr(k->page, '/');
        struct slice bytes;
        snprintf(path, sizeof path, "%.*s%.*s", slash ? (int)(slash + 1 - k->page) : 0, k->page,
                (int)named->path.len, named->path.at);
        *whole = read_whole(k, path, &bytes);
        if (!*whole)
                return SQLITE_OK;
        struct digest digest = digest_of(bytes);
        sodium_bin2base64(sha, sizeof sha, digest.b, sizeof digest.b, sodium_base64_VARIANT_ORIGINAL);
        *whole = memcmp(sha, named->sha.at, SHOWN_SHA_TEXT) == 0;
        if (!*whole)
                return SQLITE_OK;
        bool notice = named->path.len > 9 && memcmp(named->path.at, "a/notice-", 9) == 0;
        int rc = add(k, &digest, notice ? KIND_NOTICE : KIND_FILE, bytes);
        if (rc != SQLITE_OK)
                return rc;
        sqlite3_stmt *s = statement_use(&k->base->all, ST_SHOWN_PART_ADD);
        statement_blob(s, ":page", k->digest->b, sizeof k->digest->b);
        statement_text(s, ":path", named->path);
        statement_blob(s, ":digest", digest.b, sizeof digest.b);
        return statement_run(s);
}

static int keep_all(struct keeping *k, struct slice html, bool *whole)
{
        struct shown_file named;
        size_t at = 0;
        int more, rc = add(k, k->digest, KIND_PAGE, html);
        for (int n = 0; rc == SQLITE_OK && *whole && (more = shown_next(html, &at, &named)) != 0; n++) {
                *whole = more > 0 && n < SHOWN_FILES_MAX;
                if (*whole)
                        rc = keep_file(k, &named, whole);
        }
        return rc;
}

/* Looked for only when a page is new: it reads every event, which a start after a kill has no time for. */
static int let_go(struct base *base, const struct digest *now)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_SHOWN_LET_GO);
        statement_blob(s, ":now", now->b, sizeof now->b);
        int rc = statement_run(s);
        if (rc == SQLITE_OK)
                rc = statement_run(statement_use(&base->all, ST_SHOWN_PART_LET_GO));
        return rc == SQLITE_OK ? statement_run(statement_use(&base->all, ST_SHOWN_FILE_LET_GO)) : rc;
}

/* SQLITE_ROW: it is kept already. */
static int look_for(struct base *base, const struct digest *digest)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_SHOWN_GET);
        statement_blob(s, ":digest", digest->b, sizeof digest->b);
        int rc = statement_step(s);
        statement_done(s);
        return rc;
}

static int keep_new(struct keeping *k, struct slice html)
{
        bool whole = true;
        int rc = base_begin(k->base);
        if (rc == SQLITE_OK)
                rc = keep_all(k, html, &whole);
        if (rc == SQLITE_OK && whole)
                rc = let_go(k->base, k->digest);
        if (rc == SQLITE_OK && whole)
                rc = base_commit(k->base);
        if (rc != SQLITE_OK || !whole)
                base_rollback(k->base);
        if ((rc & 0xff) == SQLITE_FULL)
                LOG(LOG_WARN, "store",
                        "the disk is full, so the customers' page is not kept; start again when there is "
                        "room");
        else if (!whole)
                LOG(LOG_WARN, "store",
                        "the customers' page is not kept: a file that it names is missing, too large or "
                        "another; install the pages whole");
        return (rc & 0xff) == SQLITE_FULL ? SQLITE_OK : rc;
}

int shown_page_keep(struct base *base, const char *path, const struct digest *digest, wall_ms now)
{
        struct keeping k = {.base = base, .page = path, .digest = digest, .now = now};
        struct slice html;
        int rc = look_for(base, digest);
        if (rc != SQLITE_DONE)
                return rc == SQLITE_ROW ? SQLITE_OK : rc;
        size_t room = SHOWN_FILE_MAX + 1, len = strlen(path);
        k.room = len < BASE_PATH_MAX ? malloc(2 * room) : NULL;
        if (!k.room)
                return SQLITE_NOMEM;
        bool ok = read_whole(&k, path, &html);
        struct digest is = digest_of(html);
        if (ok && memcmp(is.b, digest->b, sizeof is.b) == 0) {
                memcpy(k.room + room, html.at, html.len); /* the files are read over it */
                rc = keep_new(&k, (struct slice){k.room + room, html.len});
        } else {
                LOG(LOG_WARN, "store",
                        "the customers' page is not kept: it cannot be read, or has just changed");
                rc = SQLITE_OK;
        }
        free(k.room);
        return rc;
}
