/* What was shown, told again, and whether it is still what it was. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "proto/shown.h"
#include "server/hub/store/shown.h"

/* The bytes of an entry, copied: free with free(). SQLITE_ROW = there; SQLITE_DONE = not there. */
static int fetch(struct base *base, const uint8_t digest[32], char **bytes, size_t *len, wall_ms *at)
{
        *bytes = NULL;
        *len = 0;
        sqlite3_stmt *s = statement_use(&base->all, ST_SHOWN_GET);
        statement_blob(s, ":digest", digest, 32);
        int rc = statement_step(s);
        if (rc == SQLITE_ROW) {
                struct slice found = statement_get_slice(s, "bytes");
                *at = statement_get(s, "first_at");
                *bytes = malloc(found.len + 1);
                *len = found.len;
                if (*bytes && found.len)
                        memcpy(*bytes, found.at, found.len);
                rc = *bytes ? SQLITE_ROW : SQLITE_NOMEM;
        }
        statement_done(s);
        return rc;
}

static bool is_digest(const char *bytes, size_t len, const uint8_t digest[32])
{
        uint8_t is[32];
        crypto_hash_sha256(is, (const uint8_t *)bytes, len);
        return memcmp(is, digest, sizeof is) == 0;
}

static bool named_digest(const struct shown_file *file, uint8_t out[32])
{
        size_t len = 0;
        return sodium_base642bin(out, 32, file->sha.at, file->sha.len, NULL, &len, NULL,
                       sodium_base64_VARIANT_ORIGINAL) == 0 &&
               len == 32;
}

/* ---- one page ---- */

static bool append(json_t *files, struct slice path, const char *bytes, size_t len)
{
        uint8_t is[32];
        char hex[65];
        size_t room = sodium_base64_encoded_len(len, sodium_base64_VARIANT_ORIGINAL);
        char *text = malloc(room);
        if (!text)
                return false;
        crypto_hash_sha256(is, (const uint8_t *)bytes, len);
        sodium_bin2hex(hex, sizeof hex, is, sizeof is);
        sodium_bin2base64(text, room, (const uint8_t *)bytes, len, sodium_base64_VARIANT_ORIGINAL);
        json_array_append_new(files,
                json_pack("{s:s%, s:s, s:s}", "path", path.at, path.len, "sha256", hex, "base64", text));
        free(text);
        return true;
}

static json_t *tell_files(struct base *base, struct slice html, json_t *missing, int *rc)
{
        json_t *files = json_array();
        struct shown_file file;
        size_t at = 0;
        append(files, slice_of(SHOWN_HTML), html.at, html.len);
        while (*rc == SQLITE_OK && shown_next(html, &at, &file) > 0) {
                uint8_t digest[32];
                char *bytes = NULL;
                size_t len = 0;
                wall_ms first;
                int found =
                        named_digest(&file, digest) ? fetch(base, digest, &bytes, &len, &first) : SQLITE_DONE;
                if (found == SQLITE_ROW && !append(files, file.path, bytes, len))
                        *rc = SQLITE_NOMEM;
                else if (found == SQLITE_DONE)
                        json_array_append_new(missing, json_stringn(file.path.at, file.path.len));
                else if (found != SQLITE_ROW)
                        *rc = found;
                free(bytes);
        }
        return files;
}

/* The notice that the page shows to who agreed to that version in that language; empty: none. */
static struct slice notice_of(struct slice html, struct slice language, uint32_t agreed)
{
        struct slice best = {"", 0};
        struct shown_file file;
        uint32_t has = 0, version = 0;
        size_t at = 0;
        while (shown_next(html, &at, &file) > 0)
                if (shown_notice(file.path, language, &version) && shown_nearer(agreed, has, version)) {
                        best = file.path;
                        has = version;
                }
        return best;
}

static json_t *unknown(const char *why)
{
        return json_pack("{s:b, s:s}", "known", 0, "why", why);
}

/* What the subject names: SQLITE_ROW with the digest, for a receipt also language and version. */
static int look_up(
        struct base *base, const char *subject, uint8_t digest[32], char language[9], uint32_t *version)
{
        uint8_t id[17];
        size_t len = 0;
        if (strlen(subject) == 64)
                return sodium_hex2bin(digest, 32, subject, 64, NULL, &len, NULL) == 0 && len == 32
                               ? SQLITE_ROW
                               : SQLITE_DONE;
        if (sodium_hex2bin(id, sizeof id, subject, strlen(subject), "-", &len, NULL) != 0 || len != 16)
                return SQLITE_DONE;
        sqlite3_stmt *s = statement_use(&base->all, ST_SHOWN_RECEIPT);
        statement_blob(s, ":id", id, 16);
        int rc = statement_step(s);
        if (rc == SQLITE_ROW) {
                struct slice page = statement_get_slice(s, "page");
                memcpy(digest, page.at, 32);
                base_cut(language, 9, statement_get_slice(s, "language"));
                *version = (uint32_t)statement_get(s, "notice");
        }
        statement_done(s);
        return rc;
}

static json_t *tell(struct base *base, struct slice html, const uint8_t digest[32], wall_ms first, int *rc)
{
        char hex[65];
        json_t *missing = json_array();
        json_t *files = tell_files(base, html, missing, rc);
        sodium_bin2hex(hex, sizeof hex, digest, 32);
        return json_pack("{s:b, s:s, s:I, s:o, s:o}", "known", 1, "page", hex, "first_at_ms",
                (json_int_t)first, "files", files, "missing", missing);
}

json_t *shown_page(struct base *base, const char *subject, int *rc)
{
        uint8_t digest[32];
        char language[9] = "", *html = NULL;
        uint32_t version = 0;
        size_t len = 0;
        wall_ms first = 0;
        int found = look_up(base, subject, digest, language, &version);
        *rc = SQLITE_OK;
        if (found == SQLITE_DONE)
                return unknown("receipt");
        if (found == SQLITE_ROW)
                found = fetch(base, digest, &html, &len, &first);
        if (found == SQLITE_DONE)
                return unknown("page");
        if (found != SQLITE_ROW) {
                *rc = found;
                return NULL;
        }
        struct slice text = {html, len};
        json_t *object = tell(base, text, digest, first, rc);
        if (version) {
                struct slice notice = notice_of(text, slice_of(language), version);
                json_object_set_new(object, "language", json_string(language));
                json_object_set_new(object, "version", json_integer(version));
                json_object_set_new(object, "notice", json_stringn(notice.at, notice.len));
        }
        free(html);
        return object;
}

/* ---- all of them ---- */

struct checking {
        struct base *base;
        json_t *wrong;
        json_int_t events, named, more;
        uint8_t page[32]; /* the page that was looked at last */
        char *html;       /* its bytes, NULL: it is not there or is not what it was */
        size_t len;
};

static void blame(struct checking *c, struct slice path, const char *what)
{
        char hex[65];
        sodium_bin2hex(hex, sizeof hex, c->page, sizeof c->page);
        if (json_array_size(c->wrong) >= SHOWN_REPORT_WRONG_MAX)
                c->more++;
        else
                json_array_append_new(c->wrong,
                        json_pack("{s:s, s:s%, s:s}", "page", hex, "path", path.at, path.len, "what", what));
}

/* SQLITE_OK: it was looked at, and what is wrong with it is on the list. */
static int check_entry(
        struct checking *c, struct slice path, const uint8_t digest[32], char **bytes, size_t *len)
{
        wall_ms at;
        int rc = fetch(c->base, digest, bytes, len, &at);
        if (rc != SQLITE_ROW && rc != SQLITE_DONE)
                return rc;
        if (rc == SQLITE_ROW && is_digest(*bytes, *len, digest))
                return SQLITE_OK;
        blame(c, path, rc == SQLITE_DONE ? "missing" : "changed");
        free(*bytes);
        *bytes = NULL;
        return SQLITE_OK;
}

static int check_page(struct checking *c)
{
        struct shown_file file;
        size_t at = 0, len;
        int more = 0, rc = check_entry(c, slice_of(SHOWN_HTML), c->page, &c->html, &c->len);
        c->named++;
        while (rc == SQLITE_OK && c->html &&
                (more = shown_next((struct slice){c->html, c->len}, &at, &file)) > 0) {
                uint8_t digest[32];
                char *bytes = NULL;
                if (named_digest(&file, digest))
                        rc = check_entry(c, file.path, digest, &bytes, &len);
                else
                        blame(c, file.path, "unpinned");
                free(bytes);
        }
        if (more < 0)
                blame(c, slice_of(SHOWN_HTML), "unpinned");
        return rc;
}

/* One page, language and version that events name; they come sorted by page. */
static int check_named(struct checking *c, sqlite3_stmt *s)
{
        int rc = SQLITE_OK;
        char language[9];
        struct slice page = statement_get_slice(s, "page");
        base_cut(language, sizeof language, statement_get_slice(s, "language"));
        uint32_t version = (uint32_t)statement_get(s, "notice");
        c->events += statement_get(s, "events");
        if (c->named == 0 || memcmp(c->page, page.at, sizeof c->page) != 0) {
                free(c->html);
                c->html = NULL;
                memcpy(c->page, page.at, sizeof c->page);
                rc = check_page(c);
        }
        if (rc == SQLITE_OK && c->html &&
                notice_of((struct slice){c->html, c->len}, slice_of(language), version).len == 0)
                blame(c, slice_of(language), "notice");
        return rc;
}

static int count(struct base *base, enum statement which, const char *column, json_t *object, const char *as)
{
        sqlite3_stmt *s = statement_use(&base->all, which);
        int rc = statement_step(s);
        if (rc == SQLITE_ROW)
                json_object_set_new(object, as, json_integer(statement_get(s, column)));
        statement_done(s);
        return rc == SQLITE_ROW ? SQLITE_OK : rc;
}

json_t *shown_check(struct base *base, int *rc)
{
        struct checking c = {.base = base, .wrong = json_array()};
        sqlite3_stmt *s = statement_use(&base->all, ST_SHOWN_NAMED);
        int step;
        *rc = SQLITE_OK;
        while (*rc == SQLITE_OK && (step = statement_step(s)) == SQLITE_ROW)
                *rc = check_named(&c, s);
        statement_done(s);
        if (*rc == SQLITE_OK && step != SQLITE_DONE)
                *rc = step;
        free(c.html);
        json_t *object = json_pack("{s:I, s:I, s:o, s:I}", "events", c.events, "named", c.named, "wrong",
                c.wrong, "more", c.more);
        static const char *const sizes[][2] = {{"pages", "kept"}, {"entries", "entries"}, {"bytes", "bytes"}};
        for (size_t i = 0; *rc == SQLITE_OK && i < ARRAY_LEN(sizes); i++)
                *rc = count(base, ST_SHOWN_SIZE, sizes[i][0], object, sizes[i][1]);
        if (*rc == SQLITE_OK)
                *rc = count(base, ST_SHOWN_UNNAMED, "n", object, "unnamed");
        return object;
}
