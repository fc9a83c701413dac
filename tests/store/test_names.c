/* A name in a folder is durable when the folder is flushed: the keys' names before anything stands in the
 * database, and the database's own before the store is open. And keys are, before a start relies on them. */
#include "tests/store/kit.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The linker sends our own calls here (meson.build). */
int __real_fsync(int fd);
int __wrap_fsync(int fd);
int __real_renameat(int from_dir, const char *from, int to_dir, const char *to);
int __wrap_renameat(int from_dir, const char *from, int to_dir, const char *to);
int __real_openat64(int dir, const char *name, int flags, mode_t mode);
int __wrap_openat64(int dir, const char *name, int flags, mode_t mode);
int __real_fdatasync(int fd);
int __wrap_fdatasync(int fd);

static char database[160];
static char loose[8][64]; /* names that were made since the folder was flushed */
static size_t n_loose;
/* Names that got theirs while another's was loose: of two the second alone might survive, and keys without
 * the master key that they are wrapped under are of no use. */
static unsigned early;
static unsigned late;           /* keys' names that were loose when the database had been written */
static bool flushed_at_the_end; /* the folder, after the database had been written */
static unsigned keys_flushed;   /* files of keys */

static bool written(void)
{
        struct stat st;
        return stat(database, &st) == 0 && st.st_size > 0;
}

static void made(const char *name)
{
        early += (unsigned)n_loose;
        if (n_loose < ARRAY_LEN(loose))
                snprintf(loose[n_loose++], sizeof loose[0], "%s", name);
}

int __wrap_fsync(int fd)
{
        struct stat st;
        int rc = __real_fsync(fd);
        if (rc != 0 || fstat(fd, &st) != 0 || !S_ISDIR(st.st_mode))
                return rc;
        if (written()) {
                late += (unsigned)n_loose;
                flushed_at_the_end = true;
        }
        n_loose = 0;
        return 0;
}

int __wrap_renameat(int from_dir, const char *from, int to_dir, const char *to)
{
        int rc = __real_renameat(from_dir, from, to_dir, to);
        if (rc == 0)
                made(to);
        return rc;
}

int __wrap_openat64(int dir, const char *name, int flags, mode_t mode)
{
        int fd = __real_openat64(dir, name, flags, mode);
        /* What is made under another name first counts when it gets its own. */
        if (fd >= 0 && (flags & O_CREAT) != 0 && strstr(name, ".part") == NULL)
                made(name);
        return fd;
}

int __wrap_fdatasync(int fd)
{
        char link[64], name[256] = "";
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        if (readlink(link, name, sizeof name - 1) > 0 && strstr(name, "/keys") != NULL)
                keys_flushed++;
        return __real_fdatasync(fd);
}

static void test_names(void **state)
{
        struct kit kit;
        struct store_error error;
        (void)state;
        kit_open(&kit);
        store_close(kit.store);
        kit_remove(kit.dir);
        assert_int_equal(mkdir(kit.dir, 0700), 0);
        snprintf(database, sizeof database, "%s/store.db", kit.dir);
        late = early = 0;
        n_loose = 0;
        flushed_at_the_end = false;
        if (store_open(&kit.options, &kit.store, &error) != 0)
                fail_msg("%s", error.text);
        assert_int_equal(early, 0);
        assert_int_equal(late, 0);
        assert_true(flushed_at_the_end);
        assert_int_equal(n_loose, 0);
        kit_close(&kit);
}

/* A hub that was killed between making keys and flushing them left them where a start finds them, and perhaps
 * not on disk: nothing may be sealed under them before they are. */
static void test_keys_of_before(void **state)
{
        struct kit kit;
        (void)state;
        kit_open(&kit);
        keys_flushed = 0;
        kit_reopen(&kit);
        assert_int_equal(keys_flushed, 2);
        kit_close(&kit);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_names),
                cmocka_unit_test(test_keys_of_before),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
