#include "server/hub/store/ballast.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "server/common/clock.h"
#include "server/common/log.h"

int ballast_open(struct ballast *b, const char *dir, int64_t whole)
{
        char path[1100];
        struct stat st;
        *b = (struct ballast){.fd = -1, .whole = whole};
        if (whole <= 0)
                return 0;
        snprintf(path, sizeof path, "%s/ballast", dir);
        b->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (b->fd < 0 || fstat(b->fd, &st) != 0)
                return errno;
        /* A copy of a folder may hold it without its blocks: such a file takes up no room. */
        if ((int64_t)st.st_blocks * 512 < st.st_size && ftruncate(b->fd, 0) != 0)
                return errno;
        b->bytes = (int64_t)st.st_blocks * 512 < st.st_size ? 0 : st.st_size;
        return 0;
}

static int sync_names(const char *dir)
{
        int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        int rc = fd >= 0 && fsync(fd) == 0 ? 0 : errno;
        if (fd >= 0)
                close(fd);
        return rc;
}

int ballast_fill(struct ballast *b, const char *dir)
{
        int rc = 0;
        if (b->fd >= 0 && b->bytes < b->whole) {
                do
                        rc = posix_fallocate(b->fd, 0, b->whole);
                while (rc == EINTR);
                if (rc == 0 && fsync(b->fd) != 0)
                        rc = errno;
                if (rc == 0)
                        rc = sync_names(dir);
        }
        if (rc == 0 && b->fd >= 0 && b->bytes > b->whole && ftruncate(b->fd, b->whole) != 0)
                rc = errno;
        if (rc == 0) {
                b->bytes = b->whole;
                return 0;
        }
        if (ftruncate(b->fd, b->bytes) != 0)
                LOG(LOG_WARN, "store", "the ballast could not be cut back", log_num("errno", errno));
        if (rc == ENOSPC || rc == EDQUOT)
                ballast_full(b);
        return rc;
}

void ballast_close(struct ballast *b)
{
        if (b->fd >= 0)
                close(b->fd);
        b->fd = -1;
}

void ballast_full(struct ballast *b)
{
        if (!b->full)
                LOG(LOG_WARN, "store",
                        "the disk is full: arrivals are refused, and only what people take back is written; "
                        "make "
                        "room, and the hub goes on by itself");
        b->full = true;
        b->look_at = clock_mono() + BALLAST_LOOK_MS;
}

/* The log takes the blocks that it will write next before another program does. If it cannot, its next write
 * tells. */
static void claim(const char *log, int64_t bytes)
{
        struct stat st;
        int fd = open(log, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
        if (fd >= 0 && fstat(fd, &st) == 0 && fallocate(fd, FALLOC_FL_KEEP_SIZE, st.st_size, bytes) != 0)
                LOG(LOG_WARN, "store", "another program took what the ballast gave up",
                        log_num("errno", errno));
        if (fd >= 0)
                close(fd); /* SQLite holds no lock on the log that this could drop */
}

int ballast_give(struct ballast *b, const char *log)
{
        if (b->bytes <= 0)
                return 1;
        int64_t piece = b->whole / BALLAST_PIECES;
        int64_t left = b->bytes > piece ? b->bytes - piece : 0;
        /* The flush matters: blocks that were given up may be used only when the file system has written
         * down that they were. */
        if (ftruncate(b->fd, left) != 0 || fsync(b->fd) != 0) {
                LOG(LOG_ERROR, "store", "the ballast could not be given up", log_num("errno", errno));
                return -1;
        }
        claim(log, b->bytes - left);
        b->bytes = left;
        LOG(LOG_WARN, "store", "a piece of the ballast was given up for what people take back",
                log_num("bytes", left));
        return 0;
}

int64_t ballast_wants(const struct ballast *b, const char *dir)
{
        struct statvfs fs;
        if (statvfs(dir, &fs) != 0)
                return 0; /* then the next write tells */
        int64_t room = (int64_t)(geteuid() == 0 ? fs.f_bfree : fs.f_bavail) * (int64_t)fs.f_frsize;
        int64_t wants = b->whole - b->bytes + BALLAST_SPARE - room;
        return wants > 0 ? wants : 0;
}

bool ballast_look(struct ballast *b, const char *dir)
{
        mono_ms now = clock_mono();
        if (!b->full)
                return false;
        if (now >= b->look_at)
                b->look_at = now + BALLAST_LOOK_MS;
        if (now < b->not_before || ballast_wants(b, dir) > 0)
                return false;
        if (ballast_fill(b, dir) != 0) {
                b->not_before = now + BALLAST_LOOK_MS;
                return false;
        }
        b->full = false;
        LOG(LOG_NOTE, "store", "the disk has room again: everything is written");
        return true;
}
