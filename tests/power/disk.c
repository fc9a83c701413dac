#include "tests/power/disk.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES_MAX 256
#define NAMES_MAX 64

struct bytes {
        char *at;
        size_t len, room;
};

/* A write that no flush has covered yet; `size` is a truncation to `at`. */
struct pending {
        struct pending *next;
        uint64_t number;
        size_t at, len;
        bool size;
        char bytes[];
};

struct file {
        uint64_t id; /* 0 = unused */
        unsigned mode;
        struct bytes durable;
        struct pending *first, *last;
};

struct entry {
        char name[DISK_NAME_MAX];
        uint64_t id; /* 0 = unused */
};

/* A change of names that no flush of the folder has covered yet. `from` "" : `name` is set to `id`, or
 * removed (id 0); else what is called `from` is called `name`. */
struct change {
        struct change *next;
        uint64_t number, id;
        char from[DISK_NAME_MAX], name[DISK_NAME_MAX];
};

struct names {
        struct entry list[NAMES_MAX];
};

struct disk {
        bool leans;
        uint64_t number;
        struct file files[FILES_MAX];
        struct names durable;
        struct change *first, *last;
};

static void *must(void *memory)
{
        if (memory == NULL)
                abort();
        return memory;
}

struct disk *disk_new(bool leans)
{
        struct disk *disk = must(calloc(1, sizeof *disk));
        disk->leans = leans;
        return disk;
}

/* ---- bytes ---- */

static void put(struct bytes *b, size_t at, const char *from, size_t len)
{
        if (at + len > b->room) {
                b->room = (at + len) * 2;
                b->at = must(realloc(b->at, b->room));
        }
        if (at > b->len)
                memset(b->at + b->len, 0, at - b->len);
        if (len > 0)
                memcpy(b->at + at, from, len);
        if (at + len > b->len)
                b->len = at + len;
}

static void apply(struct bytes *b, const struct pending *p)
{
        if (!p->size) {
                put(b, p->at, p->bytes, p->len);
        } else if (p->at < b->len) {
                b->len = p->at;
        } else {
                put(b, p->at, NULL, 0);
                b->len = p->at;
        }
}

static void forget(struct file *file)
{
        for (struct pending *p = file->first, *next; p != NULL; p = next) {
                next = p->next;
                free(p);
        }
        free(file->durable.at);
        memset(file, 0, sizeof *file);
}

static struct file *file_of(struct disk *disk, uint64_t id)
{
        for (size_t i = 0; i < FILES_MAX; i++)
                if (disk->files[i].id == id)
                        return &disk->files[i];
        return NULL;
}

static const struct file *known(const struct disk *disk, uint64_t id)
{
        for (size_t i = 0; i < FILES_MAX; i++)
                if (disk->files[i].id == id)
                        return &disk->files[i];
        return NULL;
}

static void note(struct disk *disk, uint64_t id, bool size, uint64_t at, const void *bytes, size_t len)
{
        struct file *file = file_of(disk, id);
        if (file == NULL)
                return; /* written by a name that is not below the folder */
        struct pending *p = must(malloc(sizeof *p + len));
        *p = (struct pending){.number = ++disk->number, .at = (size_t)at, .len = len, .size = size};
        if (len > 0)
                memcpy(p->bytes, bytes, len);
        if (file->last != NULL)
                file->last->next = p;
        else
                file->first = p;
        file->last = p;
}

void disk_write(struct disk *disk, uint64_t id, uint64_t at, const void *bytes, size_t len)
{
        note(disk, id, false, at, bytes, len);
}

void disk_truncate(struct disk *disk, uint64_t id, uint64_t size)
{
        note(disk, id, true, size, NULL, 0);
}

void disk_mode(struct disk *disk, uint64_t id, unsigned mode)
{
        struct file *file = file_of(disk, id);
        if (file != NULL)
                file->mode = (file->mode & S_IFMT) | (mode & 07777);
}

/* ---- names ---- */

static struct entry *find(struct names *names, const char *name)
{
        for (size_t i = 0; i < NAMES_MAX; i++)
                if (names->list[i].id != 0 && strcmp(names->list[i].name, name) == 0)
                        return &names->list[i];
        return NULL;
}

static void set_name(struct names *names, const char *name, uint64_t id)
{
        struct entry *entry = find(names, name);
        for (size_t i = 0; i < NAMES_MAX && entry == NULL; i++)
                if (names->list[i].id == 0)
                        entry = &names->list[i];
        must(entry);
        entry->id = id;
        snprintf(entry->name, sizeof entry->name, "%s", name);
}

static void apply_change(struct names *names, const struct change *c)
{
        struct entry *from = c->from[0] ? find(names, c->from) : NULL;
        struct entry *there = find(names, c->name);
        /* Of a rename whose source's creation did not survive, nothing does. */
        uint64_t id = c->from[0] ? (from ? from->id : 0) : c->id;
        if (id != 0)
                set_name(names, c->name, id);
        else if (there != NULL && c->from[0] == 0)
                there->id = 0;
        if (from != NULL && from->id == id)
                from->id = 0;
}

static void change(struct disk *disk, const char *from, const char *name, uint64_t id)
{
        struct change *c = must(calloc(1, sizeof *c));
        c->number = ++disk->number;
        c->id = id;
        snprintf(c->from, sizeof c->from, "%s", from);
        snprintf(c->name, sizeof c->name, "%s", name);
        if (disk->last != NULL)
                disk->last->next = c;
        else
                disk->first = c;
        disk->last = c;
}

static struct file *new_file(struct disk *disk, uint64_t id, unsigned mode)
{
        struct file *file = file_of(disk, id);
        if (file != NULL)
                forget(file); /* the number of a file that is gone */
        file = must(file_of(disk, 0));
        file->id = id;
        file->mode = mode;
        return file;
}

void disk_holds(
        struct disk *disk, const char *name, uint64_t id, unsigned mode, const void *bytes, size_t len)
{
        struct file *file = new_file(disk, id, mode);
        put(&file->durable, 0, bytes, len);
        if (name[0] != 0)
                set_name(&disk->durable, name, id);
}

void disk_create(struct disk *disk, const char *name, uint64_t id, unsigned mode)
{
        new_file(disk, id, mode);
        change(disk, "", name, id);
}

void disk_link(struct disk *disk, const char *name, uint64_t id)
{
        change(disk, "", name, id);
}

void disk_rename(struct disk *disk, const char *from, const char *to)
{
        change(disk, from, to, 0);
}

void disk_remove(struct disk *disk, const char *name)
{
        change(disk, "", name, 0);
}

/* The folder that a name lies in. */
static void folder_of(const char *name, char out[DISK_NAME_MAX])
{
        const char *slash = strrchr(name, '/');
        snprintf(out, DISK_NAME_MAX, "%.*s", slash ? (int)(slash - name) : 0, name);
}

static bool counts(const struct disk *disk, const struct change *c, const char *folder, bool by_sqlite)
{
        char own[DISK_NAME_MAX];
        folder_of(c->name, own);
        return strcmp(own, folder) == 0 && (!by_sqlite || disk->leans || strstr(c->name, "-journal") != NULL);
}

static void folder_flushed(struct disk *disk, const char *folder, uint64_t mark, bool by_sqlite)
{
        struct change **at = &disk->first, *last = NULL;
        while (*at != NULL) {
                struct change *c = *at;
                if (c->number <= mark && counts(disk, c, folder, by_sqlite)) {
                        apply_change(&disk->durable, c);
                        *at = c->next;
                        free(c);
                } else {
                        last = c;
                        at = &c->next;
                }
        }
        disk->last = last;
}

static const char *name_now(const struct disk *disk, uint64_t id, struct names *now)
{
        *now = disk->durable;
        for (const struct change *c = disk->first; c != NULL; c = c->next)
                apply_change(now, c);
        for (size_t i = 0; i < NAMES_MAX; i++)
                if (now->list[i].id == id)
                        return now->list[i].name;
        return "";
}

const char *disk_called(const struct disk *disk, uint64_t id)
{
        static struct names now;
        return name_now(disk, id, &now);
}

uint64_t disk_mark(const struct disk *disk)
{
        return disk->number;
}

void disk_flushed(struct disk *disk, uint64_t id, uint64_t mark, bool by_sqlite)
{
        struct file *file = file_of(disk, id);
        struct names now;
        if (file == NULL)
                return;
        if (S_ISDIR(file->mode)) {
                folder_flushed(disk, name_now(disk, id, &now), mark, by_sqlite);
                return;
        }
        while (file->first != NULL && file->first->number <= mark) {
                struct pending *p = file->first;
                apply(&file->durable, p);
                file->first = p->next;
                free(p);
        }
        if (file->first == NULL)
                file->last = NULL;
}

void disk_free(struct disk *disk)
{
        if (disk == NULL)
                return;
        for (size_t i = 0; i < FILES_MAX; i++)
                forget(&disk->files[i]);
        for (struct change *c = disk->first, *next; c != NULL; c = next) {
                next = c->next;
                free(c);
        }
        free(disk);
}

/* ---- what is left ---- */

struct dice {
        uint64_t state;
        bool all, none, torn;
};

static uint64_t toss(struct dice *dice)
{
        dice->state ^= dice->state << 13;
        dice->state ^= dice->state >> 7;
        dice->state ^= dice->state << 17;
        return dice->state;
}

static bool survives(struct dice *dice)
{
        return dice->all || (!dice->none && toss(dice) % 2 == 0);
}

/* Each sector of a write reached the disk or did not, in any order; one of all is cut in its middle. A change
 * of size did as a whole. */
static void apply_some(struct bytes *b, const struct pending *p, struct dice *dice)
{
        if (p->size) {
                if (survives(dice))
                        apply(b, p);
                return;
        }
        for (size_t at = 0; at < p->len;) {
                size_t n = DISK_SECTOR - (p->at + at) % DISK_SECTOR;
                if (n > p->len - at)
                        n = p->len - at;
                size_t kept = n;
                if (!dice->all && !dice->none && !dice->torn && toss(dice) % 8 == 0) {
                        dice->torn = true;
                        kept = toss(dice) % n;
                        put(b, p->at + at, p->bytes + at, kept);
                } else if (survives(dice)) {
                        put(b, p->at + at, p->bytes + at, n);
                }
                at += n;
        }
}

static void left_of_names(const struct disk *disk, struct names *out, uint64_t seed, struct dice *dice)
{
        uint64_t n = 0;
        *out = disk->durable;
        for (const struct change *c = disk->first; c != NULL; c = c->next)
                n++;
        uint64_t oldest = n > 0 ? toss(dice) % (n + 1) : 0, at = 0;
        for (const struct change *c = disk->first; c != NULL; c = c->next, at++)
                if (dice->all || (!dice->none && (seed % 2 == 0 ? at < oldest : survives(dice))))
                        apply_change(out, c);
}

static void write_file(const char *path, const struct file *file, struct dice *dice)
{
        struct bytes copy = {0};
        put(&copy, 0, file->durable.at, file->durable.len);
        for (const struct pending *p = file->first; p != NULL; p = p->next)
                apply_some(&copy, p, dice);
        int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        if (fd < 0 || write(fd, copy.at, copy.len) != (ssize_t)copy.len ||
                fchmod(fd, file->mode & 07777) != 0)
                abort();
        close(fd);
        free(copy.at);
}

static void write_entry(const struct disk *disk, const char *to, const struct entry *e, struct dice *dice)
{
        char path[512];
        const struct file *file = known(disk, e->id);
        struct stat st;
        snprintf(path, sizeof path, "%s/%s", to, e->name);
        char *slash = strrchr(path, '/');
        *slash = 0;
        bool reachable = stat(path, &st) == 0;
        *slash = '/';
        if (file == NULL || !reachable || S_ISDIR(file->mode))
                return;
        write_file(path, file, dice);
}

void disk_cut(const struct disk *disk, const char *to, uint64_t seed)
{
        struct dice dice = {
                .state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1, .none = seed == 0, .all = seed == 1};
        struct names names;
        char path[512];
        for (int i = 0; i < 8; i++)
                toss(&dice);
        left_of_names(disk, &names, seed, &dice);
        for (size_t i = 0; i < NAMES_MAX; i++) {
                const struct file *file = names.list[i].id ? known(disk, names.list[i].id) : NULL;
                snprintf(path, sizeof path, "%s/%s", to, names.list[i].name);
                if (file != NULL && S_ISDIR(file->mode) && mkdir(path, file->mode & 07777) != 0)
                        abort();
        }
        for (size_t i = 0; i < NAMES_MAX; i++)
                if (names.list[i].id != 0)
                        write_entry(disk, to, &names.list[i], &dice);
}

void disk_pending(const struct disk *disk, uint64_t *sectors, uint64_t *names)
{
        for (size_t i = 0; i < FILES_MAX; i++)
                for (const struct pending *p = disk->files[i].first; p != NULL; p = p->next)
                        *sectors += p->size ? 1 : (p->len + DISK_SECTOR - 1) / DISK_SECTOR;
        for (const struct change *c = disk->first; c != NULL; c = c->next)
                ++*names;
}

static bool same_bytes(const char *path, const struct file *file)
{
        struct bytes whole = {0};
        struct stat st;
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        put(&whole, 0, file->durable.at, file->durable.len);
        for (const struct pending *p = file->first; p != NULL; p = p->next)
                apply(&whole, p);
        bool same = fd >= 0 && fstat(fd, &st) == 0 && (size_t)st.st_size == whole.len;
        char *real = same ? must(malloc(whole.len + 1)) : NULL;
        same = same && read(fd, real, whole.len) == (ssize_t)whole.len &&
               (whole.len == 0 || memcmp(real, whole.at, whole.len) == 0);
        if (fd >= 0)
                close(fd);
        free(real);
        free(whole.at);
        return same;
}

const char *disk_differs(const struct disk *disk, const char *dir)
{
        static char wrong[DISK_NAME_MAX];
        struct names now;
        char path[512];
        name_now(disk, 0, &now);
        for (size_t i = 0; i < NAMES_MAX; i++) {
                const struct file *file = now.list[i].id ? known(disk, now.list[i].id) : NULL;
                snprintf(path, sizeof path, "%s/%s", dir, now.list[i].name);
                if (file == NULL || S_ISDIR(file->mode) || same_bytes(path, file))
                        continue;
                snprintf(wrong, sizeof wrong, "%s", now.list[i].name);
                return wrong;
        }
        return NULL;
}
