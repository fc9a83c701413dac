#include "server/front/pages.h"

#include "server/common/ids.h"
#include "server/common/log.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES_MAX      256
#define FILE_BYTES_MAX (8 * 1024 * 1024)
#define ETAG_SIZE      36

/* Best first. */
enum coding { CODING_BR, CODING_GZIP, CODING_PLAIN };
#define CODING_COUNT 3
static const struct {
        const char *suffix, *name;
} codings[CODING_COUNT] = {{".br", "br"}, {".gz", "gzip"}, {"", ""}};

struct variant {
        char *bytes; /* NULL: there is no such file */
        size_t len;
        char etag[ETAG_SIZE];
};

struct file {
        char path[128]; /* as in the request */
        const char *type;
        bool hashed; /* its name changes with its content */
        struct variant variants[CODING_COUNT];
};

struct pages {
        size_t n;
        struct file files[FILES_MAX];
};

static const struct {
        const char *path, *name;
} faces[] = {{"/", "index.html"}, {"/h", "handheld.html"}, {"/c", "console.html"}, {"/s", "sign.html"}};

static const struct {
        const char *ending, *type;
} types[] = {
        {".html", "text/html; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".woff2", "font/woff2"},
        {".webmanifest", "application/manifest+json"},
        {".json", "application/json"},
};

static const char *type_of(const char *name)
{
        size_t len = strlen(name);
        for (size_t i = 0; i < ARRAY_LEN(types); i++) {
                size_t n = strlen(types[i].ending);
                if (len > n && strcmp(name + len - n, types[i].ending) == 0)
                        return types[i].type;
        }
        return NULL;
}

/* 0; 1: no such file; -1: it cannot be read. */
static int read_variant(const char *path, struct variant *out)
{
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        struct stat s;
        if (fd < 0)
                return errno == ENOENT ? 1 : -1;
        if (fstat(fd, &s) != 0 || !S_ISREG(s.st_mode) || s.st_size > FILE_BYTES_MAX)
                goto fail;
        size_t size = (size_t)s.st_size;
        out->bytes = malloc(size + 1);
        while (out->bytes && out->len < size) {
                ssize_t n = read(fd, out->bytes + out->len, size - out->len);
                if (n <= 0)
                        goto fail;
                out->len += (size_t)n;
        }
        if (!out->bytes)
                goto fail;
        close(fd);
        struct digest digest = ids_digest_of(out->bytes, out->len);
        char hex[IDS_DIGEST_TEXT];
        ids_digest_text(&digest, hex);
        snprintf(out->etag, sizeof out->etag, "\"%.32s\"", hex);
        return 0;
fail:
        close(fd);
        free(out->bytes);
        *out = (struct variant){0};
        return -1;
}

/* 0; 1: the plain file is missing; -1: unreadable or too many. */
static int add_file(struct pages *pages, const char *root, const char *name, const char *path, bool hashed)
{
        if (pages->n == FILES_MAX || strlen(path) >= sizeof pages->files[0].path)
                return -1;
        struct file *f = &pages->files[pages->n];
        *f = (struct file){.type = type_of(name), .hashed = hashed};
        snprintf(f->path, sizeof f->path, "%s", path);
        pages->n++; /* counted first, so that pages_free() finds what was read */
        for (size_t i = 0; i < CODING_COUNT; i++) {
                char file[1024];
                snprintf(file, sizeof file, "%s/%s%s", root, name, codings[i].suffix);
                int rc = read_variant(file, &f->variants[i]);
                if (rc < 0 || (rc > 0 && i == CODING_PLAIN))
                        return rc;
        }
        return 0;
}

static int add_folder(struct pages *pages, const char *root)
{
        char folder[1024];
        snprintf(folder, sizeof folder, "%s/a", root);
        DIR *dir = opendir(folder);
        if (!dir)
                return errno == ENOENT ? 0 : -1;
        int rc = 0;
        for (struct dirent *e = readdir(dir); e && rc == 0; e = readdir(dir)) {
                char name[300], path[300];
                if (e->d_name[0] == '.' || !type_of(e->d_name))
                        continue; /* the compressed forms are found beside the plain one */
                snprintf(name, sizeof name, "a/%s", e->d_name);
                snprintf(path, sizeof path, "/a/%s", e->d_name);
                rc = add_file(pages, root, name, path, true);
        }
        closedir(dir);
        return rc;
}

static int fail(struct pages *pages, const char *root)
{
        LOG(LOG_ERROR, "pages",
                "the pages cannot be read: this folder must hold index.html, handheld.html, console.html, "
                "sign.html"
                " and a/; build or install them, or set web.root",
                log_word("path", root), log_num("errno", errno));
        pages_free(pages);
        return FRONT_WEB_ROOT;
}

int pages_load(struct pages **out, const char *web_root)
{
        struct pages *pages = calloc(1, sizeof *pages);
        *out = NULL;
        if (!pages)
                return FRONT_FAILED;
        if (!web_root || !*web_root || strlen(web_root) > 700)
                return fail(pages, web_root ? web_root : "");
        for (size_t i = 0; i < ARRAY_LEN(faces); i++)
                if (add_file(pages, web_root, faces[i].name, faces[i].path, false))
                        return fail(pages, web_root);
        if (add_folder(pages, web_root))
                return fail(pages, web_root);
        *out = pages;
        return 0;
}

void pages_free(struct pages *pages)
{
        if (!pages)
                return;
        for (size_t i = 0; i < pages->n; i++)
                for (size_t k = 0; k < CODING_COUNT; k++)
                        free(pages->files[i].variants[k].bytes);
        free(pages);
}

/* Whether a comma-separated list names a word; a weight of 0 is a no. */
static bool lists(const char *list, const char *word)
{
        size_t len = strlen(word);
        for (const char *at = list; *at;) {
                at += strspn(at, " ,\t");
                size_t part = strcspn(at, ",");
                size_t name = strcspn(at, ",; \t");
                if (name == len && strncmp(at, word, len) == 0)
                        return !memmem(at, part, "q=0", 3) || memmem(at, part, "q=0.", 4);
                at += part;
        }
        return false;
}

static const struct file *find(const struct pages *pages, const char *path)
{
        for (size_t i = 0; i < pages->n; i++)
                if (strcmp(pages->files[i].path, path) == 0)
                        return &pages->files[i];
        return NULL;
}

static enum coding choose(const struct file *f, const struct head *head)
{
        if (head->encoding.presence == FIELD_THERE)
                for (int c = CODING_BR; c < CODING_PLAIN; c++)
                        if (f->variants[c].bytes && lists(head->encoding.text, codings[c].name))
                                return (enum coding)c;
        return CODING_PLAIN;
}

/* If-None-Match: a list of marks, each perhaps with W/ before it, or a star. */
static bool same(const struct head_field *known, const char *etag)
{
        return known->presence == FIELD_THERE && (strstr(known->text, etag) || strcmp(known->text, "*") == 0);
}

int pages_reply(
        const struct pages *pages, const struct head *head, struct reply *out, char extra[PAGES_EXTRA_MAX])
{
        const struct file *f = find(pages, head->path);
        if (!f)
                return 1;
        enum coding c = choose(f, head);
        const struct variant *v = &f->variants[c];
        bool coded = c != CODING_PLAIN;
        snprintf(extra, PAGES_EXTRA_MAX, "ETag: %s\r\nVary: Accept-Encoding\r\n%s%s%s", v->etag,
                coded ? "Content-Encoding: " : "", codings[c].name, coded ? "\r\n" : "");
        *out = (struct reply){
                .status = 200,
                .type = f->type,
                .cache = f->hashed ? "public, max-age=31536000, immutable" : "no-cache",
                .extra = extra,
                .body = {v->bytes, v->len},
                .lasting = true,
        };
        if (same(&head->known, v->etag)) {
                out->status = 304;
                out->body = (struct slice){"", 0};
        }
        return 0;
}
