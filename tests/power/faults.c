/* The disk fails under the store: its n-th call, for n = 1, 2, 3 ... until a whole run had no fault; each
 * kind of fault, once and for ever. The store may refuse or stop, and says so; it never answers "done" for
 * what is not there afterwards, and leaves nothing half there. faults [STRIDE]   every STRIDE-th call only
 * (1);  MAITRED_SEED  with which the stride begins */
#include "tests/power/scene.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/common/clock.h"
#include "tests/store/shim.h"

#define BEFORE  3 /* check-ins that are there */
#define NUMBERS 8 /* more that are tried under faults */
#define IMPORTS 3 /* after so many of them, customers are imported */
#define ROWS    6

static uint64_t stride = 1, seed;

struct result {
        struct ledger ledger;
        bool opened, imported, failed;
};

static void copy_file(const char *from, const char *to, const char *name)
{
        static char bytes[1 << 22];
        char path[256];
        struct stat st;
        snprintf(path, sizeof path, "%s/%s", from, name);
        int in = open(path, O_RDONLY | O_CLOEXEC);
        if (in < 0)
                return;
        ssize_t n = read(in, bytes, sizeof bytes);
        assert_true(n >= 0 && (size_t)n < sizeof bytes && fstat(in, &st) == 0);
        close(in);
        snprintf(path, sizeof path, "%s/%s", to, name);
        int out = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, st.st_mode & 07777);
        assert_true(out >= 0 && write(out, bytes, (size_t)n) == n);
        close(out);
}

/* The folder as every run finds it: a log with commits that no checkpoint has taken over, as a killed hub
 * leaves it, so that opening reads and writes as much as it ever does. */
static void prepare(struct kit *kit, char dir[128])
{
        static const char *const names[] = {"store.db", "store.db-wal", "master.key", "keys", "keys.guests"};
        snprintf(dir, 128, "%.100s-before", kit->dir);
        kit_remove(dir);
        assert_int_equal(mkdir(dir, 0700), 0);
        for (uint32_t n = 0; n < BEFORE; n++)
                assert_int_equal(scene_check_in_one(kit, n), 0);
        for (size_t i = 0; i < ARRAY_LEN(names); i++)
                copy_file(kit->dir, dir, names[i]);
        scene_close(kit);
}

static void fresh_folder(const struct kit *kit, const char *before)
{
        static const char *const names[] = {"store.db", "store.db-wal", "master.key", "keys", "keys.guests"};
        kit_remove(kit->dir);
        assert_int_equal(mkdir(kit->dir, 0700), 0);
        for (size_t i = 0; i < ARRAY_LEN(names); i++)
                copy_file(before, kit->dir, names[i]);
}

static int import(struct kit *kit)
{
        static const char ids[] = "abcdef";
        struct import_batch *batch = calloc(1, sizeof *batch);
        uint64_t tag = ++kit->tag;
        assert_non_null(batch);
        batch->kind = IMPORT_CUSTOMERS;
        batch->now = NOW;
        batch->n = ROWS;
        batch->rows = calloc(ROWS, sizeof *batch->rows);
        batch->bytes = strdup(ids);
        batch->bytes_len = ROWS;
        for (uint32_t i = 0; i < ROWS; i++)
                batch->rows[i].field[0] = (struct slice){batch->bytes + i, 1};
        assert_int_equal(store_import(kit->store, tag, batch), 0);
        struct store_answer *answer = kit_wait(kit, tag);
        int result = answer->result;
        store_answer_free(answer);
        return result;
}

/* What the core would do: a number that was refused is used again. */
static void live(struct kit *kit, struct result *r)
{
        struct store_error error;
        memset(r, 0, sizeof *r);
        for (uint32_t n = 0; n < BEFORE; n++)
                r->ledger.acknowledged[n] = true;
        kit->options.data_dir = kit->dir;
        kit->store = NULL;
        r->opened = store_open(&kit->options, &kit->store, &error) == 0;
        if (!r->opened && error.text[0] == 0)
                fail_msg("the store did not open, and does not say why");
        bool stopped = false;
        for (uint32_t n = BEFORE, tries = 0; r->opened && tries < NUMBERS; tries++) {
                int result = scene_check_in_one(kit, n);
                if (stopped && result != -1)
                        fail_msg("after \"the hub must stop\" came the answer %d", result);
                stopped |= result < 0;
                if (result == 0)
                        r->ledger.acknowledged[n++] = true;
                if (tries == IMPORTS)
                        r->imported = import(kit) == 0;
        }
        r->failed = shim_has_failed();
        /* The disk is well again for the last answers: a fault that came once must not stay in anybody's
         * head. */
        store_close(kit->store);
        kit->store = NULL;
        shim_fail_at(0, SHIM_EIO, false);
}

static void look(struct kit *kit, const struct result *r)
{
        scene_open(kit);
        uint32_t next = scene_visits(kit, &r->ledger, 0);
        assert_int_equal(scene_check_in_one(kit, next), 0);
        scene_close(kit);
        scene_whole(kit, next + 1);
        int64_t known = scene_number(kit, "SELECT count(*) FROM person WHERE tag IS NOT NULL");
        if (known != 0 && known != ROWS)
                fail_msg("%d of %d imported rows are there", (int)known, ROWS);
        if (r->imported)
                assert_int_equal(known, ROWS);
}

static void faults(enum shim_fault fault, bool for_ever, const char *what)
{
        struct kit kit;
        char before[128];
        struct result r;
        uint64_t n = 1 + (stride > 1 ? seed % stride : 0), runs = 0, refused = 0;
        kit_open(&kit);
        prepare(&kit, before);
        for (r.failed = true; r.failed; n += stride, runs++) {
                fresh_folder(&kit, before);
                shim_install();
                shim_fail_at(n, fault, for_ever);
                live(&kit, &r);
                shim_remove();
                refused += !r.opened;
                look(&kit, &r);
        }
        print_message("%s: %d runs, %d did not open\n", what, (int)runs, (int)refused);
        assert_true(runs > 1);
        close(kit.wake);
        kit_remove(kit.dir);
        kit_remove(before);
}

static void test_eio_once(void **state)
{
        (void)state;
        faults(SHIM_EIO, false, "a call fails");
}

static void test_eio_for_ever(void **state)
{
        (void)state;
        faults(SHIM_EIO, true, "every call fails from then on");
}

static void test_no_room_once(void **state)
{
        (void)state;
        faults(SHIM_NO_ROOM, false, "a write finds no room");
}

static void test_no_room_for_ever(void **state)
{
        (void)state;
        faults(SHIM_NO_ROOM, true, "every write finds no room");
}

static void test_short_read_once(void **state)
{
        (void)state;
        faults(SHIM_SHORT_READ, false, "a read is short");
}

static void test_short_read_for_ever(void **state)
{
        (void)state;
        faults(SHIM_SHORT_READ, true, "every read is short");
}

int main(int argc, char **argv)
{
        const char *text = getenv("MAITRED_SEED");
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_eio_once),
                cmocka_unit_test(test_eio_for_ever),
                cmocka_unit_test(test_no_room_once),
                cmocka_unit_test(test_no_room_for_ever),
                cmocka_unit_test(test_short_read_once),
                cmocka_unit_test(test_short_read_for_ever),
        };
        if (argc > 1)
                stride = strtoull(argv[1], NULL, 10);
        seed = text ? strtoull(text, NULL, 10) : (uint64_t)clock_mono_us() % 1000;
        if (getenv("TMPDIR") == NULL && access("/dev/shm", W_OK) == 0)
                setenv("TMPDIR", "/dev/shm", 1);
        print_message("seed %d, every %d. call\n", (int)seed, (int)stride);
        return cmocka_run_group_tests(tests, NULL, NULL);
}
