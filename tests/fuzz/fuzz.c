#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void fuzz_broken(const char *file, int line, const char *what)
{
        fprintf(stderr, "%s:%d: this must hold: %s\n", file, line, what);
        abort();
}

uint64_t feed_number(struct feed *feed, size_t bytes)
{
        uint64_t value = 0;
        for (size_t i = 0; i < bytes; i++)
                value |= (uint64_t)feed_byte(feed) << (8 * i);
        return value;
}

uint8_t feed_byte(struct feed *feed)
{
        if (feed->left == 0)
                return 0;
        feed->left--;
        return *feed->at++;
}

struct slice feed_text(struct feed *feed)
{
        size_t len = feed_byte(feed);
        struct slice text = {(const char *)feed->at, len < feed->left ? len : feed->left};
        feed->at += text.len;
        feed->left -= text.len;
        return text;
}

struct slice feed_rest(struct feed *feed)
{
        struct slice text = {(const char *)feed->at, feed->left};
        feed->at += feed->left;
        feed->left = 0;
        return text;
}

char *fuzz_copy(struct slice text)
{
        /* Even an empty copy is a place of its own: one byte, which nobody may read. */
        char *copy = malloc(text.len > 0 ? text.len : 1);
        MUST(copy != NULL);
        if (text.len > 0)
                memcpy(copy, text.at, text.len);
        return copy;
}

char *fuzz_string(struct slice text)
{
        char *copy = text.len > 0 ? strndup(text.at, text.len) : strdup("");
        MUST(copy != NULL);
        return copy;
}

static char folder[64];

static void remove_folder(void)
{
        DIR *dir = opendir(folder);
        for (const struct dirent *e; dir && (e = readdir(dir)) != NULL;)
                unlinkat(dirfd(dir), e->d_name, 0);
        if (dir)
                closedir(dir);
        rmdir(folder);
}

const char *fuzz_folder(void)
{
        if (folder[0] == '\0') {
                snprintf(folder, sizeof folder, "%s/maitred-fuzz.XXXXXX",
                        access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
                MUST(mkdtemp(folder) != NULL);
                atexit(remove_folder);
        }
        return folder;
}

void fuzz_file(const char *path, const void *bytes, size_t len)
{
        int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        MUST(fd >= 0);
        MUST(len == 0 || write(fd, bytes, len) == (ssize_t)len);
        MUST(close(fd) == 0);
}
