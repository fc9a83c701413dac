/* The key files, damaged in any place: opening them is refused, or each person's key is the one it was or
 * none; never another. */
#include "server/common/ids.h"
#include "server/hub/keys.h"
#include "tests/fuzz/fuzz.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES       3
#define PEOPLE      6
#define PATCHES_MAX 8
#define FILE_MAX    (128 * 1024)

static const char *const names[FILES] = {"master.key", "keys", "keys.guests"};
static const uint32_t people[PEOPLE] = {
        1, 2, 511, KEYS_GUEST_FIRST, KEYS_GUEST_FIRST + 1, KEYS_GUEST_FIRST + 510};
static struct {
        char path[128];
        uint8_t *bytes, *damaged;
        size_t len;
} files[FILES];
static struct key right[PEOPLE];

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
        char error[300];
        struct keys *keys;
        (void)argc, (void)argv;
        MUST(ids_init() == 0 && keys_open(fuzz_folder(), true, &keys, error, sizeof error) == 0);
        for (size_t i = 0; i < PEOPLE; i++)
                MUST(keys_ready(keys, people[i]) == 0 && keys_get(keys, people[i], &right[i]) == 0);
        keys_close(keys);
        for (size_t i = 0; i < FILES; i++) {
                snprintf(files[i].path, sizeof files[i].path, "%s/%s", fuzz_folder(), names[i]);
                files[i].bytes = malloc(FILE_MAX);
                files[i].damaged = malloc(FILE_MAX);
                int fd = open(files[i].path, O_RDONLY | O_CLOEXEC);
                MUST(files[i].bytes && files[i].damaged && fd >= 0);
                ssize_t n = read(fd, files[i].bytes, FILE_MAX);
                MUST(n > 0 && n < FILE_MAX);
                files[i].len = (size_t)n;
                close(fd);
        }
        return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        struct feed feed = {bytes, len};
        struct keys *keys = NULL;
        char error[300] = "";
        size_t sizes[FILES];
        for (size_t i = 0; i < FILES; i++) {
                memcpy(files[i].damaged, files[i].bytes, files[i].len);
                sizes[i] = files[i].len;
        }
        for (int p = 0; p < PATCHES_MAX && feed.left > 0; p++) {
                uint8_t how = feed_byte(&feed);
                size_t i = how % FILES, slot = feed_byte(&feed) / 16 % 16;
                size_t at = (slot < 3           ? slot * 80
                                    : slot == 3 ? 511 * 80
                                                : slot * 1000) +
                            feed_byte(&feed) % 80;
                uint8_t value = feed_byte(&feed);
                if (how >= 250)
                        sizes[i] = at < sizes[i] ? at : sizes[i];
                else
                        files[i].damaged[at % files[i].len] = value;
        }
        for (size_t i = 0; i < FILES; i++) {
                unlink(files[i].path);
                fuzz_file(files[i].path, files[i].damaged, sizes[i]);
                MUST(i != 0 || chmod(files[i].path, 0400) == 0);
        }
        if (keys_open(fuzz_folder(), false, &keys, error, sizeof error) != 0) {
                MUST(error[0] != '\0');
                return 0;
        }
        for (size_t i = 0; i < PEOPLE; i++) {
                struct key found;
                if (keys_get(keys, people[i], &found) == 0)
                        MUST(memcmp(&found, &right[i], sizeof found) == 0);
        }
        keys_close(keys);
        return 0;
}
