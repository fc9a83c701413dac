#include "tests/power/trace.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD_BYTES ((sizeof(struct trace_head) + 7) / 8 * 8)

const char *replay_open(struct replay *replay, const char *trace, bool leans)
{
        struct stat st;
        memset(replay, 0, sizeof *replay);
        int fd = open(trace, O_RDONLY | O_CLOEXEC);
        if (fd < 0 || fstat(fd, &st) != 0)
                return "the trace cannot be read";
        void *map = mmap(NULL, TRACE_BYTES, PROT_READ, MAP_SHARED, fd, 0);
        close(fd);
        if (map == MAP_FAILED)
                return "the trace cannot be mapped";
        replay->head = map;
        replay->used = replay->head->used;
        replay->at = HEAD_BYTES;
        replay->disk = disk_new(leans);
        return replay->head->magic == TRACE_MAGIC ? NULL : "this is not a trace";
}

void replay_close(struct replay *replay)
{
        disk_free(replay->disk);
        munmap((void *)(uintptr_t)replay->head, TRACE_BYTES);
}

const char *replay_name(const struct trace_record *record)
{
        return (const char *)(record + 1);
}

static const char *bytes_of(const struct trace_record *record)
{
        return (const char *)(record + 1) + record->name_len;
}

static void flush_begins(struct replay *replay, uint64_t number)
{
        for (size_t i = 0; i < sizeof replay->flushes / sizeof *replay->flushes; i++) {
                if (replay->flushes[i].number != 0)
                        continue;
                replay->flushes[i].number = number;
                replay->flushes[i].mark = disk_mark(replay->disk);
                return;
        }
}

static void flush_ends(struct replay *replay, const struct trace_record *r)
{
        for (size_t i = 0; i < sizeof replay->flushes / sizeof *replay->flushes; i++) {
                if (replay->flushes[i].number != r->at)
                        continue;
                disk_flushed(replay->disk, r->id, replay->flushes[i].mark, r->by_sqlite);
                replay->flushes[i].number = 0;
                return;
        }
}

static void apply(struct replay *replay, const struct trace_record *r)
{
        struct disk *disk = replay->disk;
        switch ((enum trace_kind)r->kind) {
        case TRACE_HOLDS:
                disk_holds(disk, replay_name(r), r->id, r->mode, bytes_of(r), r->len);
                break;
        case TRACE_CREATE:
                disk_create(disk, replay_name(r), r->id, r->mode);
                break;
        case TRACE_LINK:
                disk_link(disk, replay_name(r), r->id);
                break;
        case TRACE_RENAME:
                disk_rename(disk, replay_name(r), bytes_of(r));
                break;
        case TRACE_REMOVE:
                disk_remove(disk, replay_name(r));
                break;
        case TRACE_MODE:
                disk_mode(disk, r->id, (unsigned)r->at);
                break;
        case TRACE_WRITE:
                disk_write(disk, r->id, r->at, bytes_of(r), r->len);
                break;
        case TRACE_SIZE:
                disk_truncate(disk, r->id, r->at);
                break;
        case TRACE_FLUSH:
                flush_begins(replay, r->at);
                break;
        case TRACE_FLUSHED:
                flush_ends(replay, r);
                break;
        case TRACE_MARK:
                if (replay->marked != NULL)
                        replay->marked(replay->context, r->id, r->at);
                break;
        case TRACE_UNSEEN:
                replay->unseen = true;
                break;
        }
}

const struct trace_record *replay_step(struct replay *replay)
{
        if (replay->at >= replay->used)
                return NULL;
        const struct trace_record *r =
                (const struct trace_record *)(const void *)((const char *)replay->head + replay->at);
        replay->at += r->size;
        apply(replay, r);
        return r;
}

bool replay_is_point(const struct trace_record *record)
{
        switch ((enum trace_kind)record->kind) {
        case TRACE_CREATE:
        case TRACE_LINK:
        case TRACE_RENAME:
        case TRACE_REMOVE:
        case TRACE_WRITE:
        case TRACE_SIZE:
        case TRACE_FLUSH:
        case TRACE_FLUSHED:
                return true;
        case TRACE_HOLDS:
        case TRACE_MODE:
        case TRACE_MARK:
        case TRACE_UNSEEN:
                break;
        }
        return false;
}
