#include "agent/spool.h"

#include "agent/file.h"
#include "server/common/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define HEAD      "maitred spool 1\n"
#define HEAD_SIZE (sizeof HEAD - 1)
/* Appending stops at this size and the file is written anew; double the most, since what was acknowledged
 * lies there for a while. */
#define MOST_BYTES (HEAD_SIZE + (size_t)2 * CLAIMS_MAX * CLAIM_RECORD_SIZE)

int spool_load(const char *path, struct core *core)
{
        if (!*path)
                return 0;
        uint8_t *bytes = malloc(MOST_BYTES);
        ssize_t len = bytes ? file_read(path, bytes, MOST_BYTES) : -1;
        bool missing = len < 0 && errno == ENOENT;
        bool ours = len >= (ssize_t)HEAD_SIZE && memcmp(bytes, HEAD, HEAD_SIZE) == 0;
        struct claim claim;
        for (size_t at = HEAD_SIZE; ours && at + CLAIM_RECORD_SIZE <= (size_t)len; at += CLAIM_RECORD_SIZE) {
                if (claim_unpack(bytes + at, &claim) != 0)
                        break;
                core_recall(core, &claim);
        }
        free(bytes);
        core->claims.rewrite = true; /* without the torn end, if there is one */
        if (ours || missing || len == 0)
                return 0;
        LOG(LOG_WARN, "spool", "the spool file cannot be read or is something else; it will be replaced",
                log_word("file", path), log_num("errno", errno));
        return 1;
}

static int save_whole(const char *path, struct core *core)
{
        size_t len = HEAD_SIZE + core->claims.n * CLAIM_RECORD_SIZE;
        uint8_t *bytes = malloc(len);
        if (!bytes)
                return -1;
        memcpy(bytes, HEAD, HEAD_SIZE);
        for (uint32_t i = 0; i < core->claims.n; i++)
                claim_pack(&core->claims.list[i], bytes + HEAD_SIZE + i * CLAIM_RECORD_SIZE);
        int rc = file_replace(path, bytes, len);
        free(bytes);
        return rc;
}

/* Appends what is not there yet, with one flush. A torn record is found by its check. */
static int append(const char *path, struct core *core)
{
        int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW);
        int rc = fd < 0 ? -1 : 0;
        for (uint32_t i = 0; rc == 0 && i < core->claims.n; i++) {
                uint8_t record[CLAIM_RECORD_SIZE];
                claim_pack(&core->claims.list[i], record);
                if (!core->claims.list[i].saved && write(fd, record, sizeof record) != sizeof record)
                        rc = -1;
        }
        if (rc == 0)
                rc = lseek(fd, 0, SEEK_END) > (off_t)MOST_BYTES - CLAIM_RECORD_SIZE ? -1 : fdatasync(fd);
        if (fd >= 0)
                close(fd);
        return rc;
}

static bool unsaved(const struct core *core)
{
        for (uint32_t i = 0; i < core->claims.n; i++)
                if (!core->claims.list[i].saved)
                        return true;
        return false;
}

int spool_save(const char *path, struct core *core)
{
        int rc = 0;
        if (core->claims.rewrite || (unsaved(core) && *path && append(path, core) != 0))
                rc = *path ? save_whole(path, core) : 0;
        if (rc != 0) {
                LOG(LOG_WARN, "spool",
                        "the spool file cannot be written: what the hub does not know yet is in memory only",
                        log_word("file", path), log_num("errno", errno));
                core->claims.rewrite = true; /* tried again with the next claim */
                return -1;
        }
        core->claims.rewrite = false;
        for (uint32_t i = 0; i < core->claims.n; i++)
                core->claims.list[i].saved = true;
        return 0;
}
