/* A batch of an import: whole or not at all, on disk before it is said to be, and its lines have numbers that
 * nothing else ever has. The disk is full where the keys are, which SQLite knows nothing of. */
#include "tests/store/kit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/common/clock.h"
#include "tests/store/shim.h"

#define PEOPLE 600 /* more than have keys made ahead */

/* The linker sends our own writes here (meson.build), and leaves SQLite's alone. */
ssize_t __real_pwrite64(int fd, const void *bytes, size_t len, off_t at);
ssize_t __wrap_pwrite64(int fd, const void *bytes, size_t len, off_t at);

static bool keys_full;

ssize_t __wrap_pwrite64(int fd, const void *bytes, size_t len, off_t at)
{
        if (!keys_full)
                return __real_pwrite64(fd, bytes, len, at);
        errno = ENOSPC;
        return -1;
}

static struct import_batch *people(void)
{
        struct import_batch *batch = calloc(1, sizeof *batch);
        char *at = batch->bytes = malloc(PEOPLE * 32);
        batch->kind = IMPORT_CUSTOMERS;
        batch->now = NOW;
        batch->n = PEOPLE;
        batch->rows = calloc(PEOPLE, sizeof *batch->rows);
        for (uint32_t i = 0; i < PEOPLE; i++) {
                int id = snprintf(at, 16, "c%u", i);
                int name = snprintf(at + id, 16, "Nora %u", i);
                batch->rows[i].line = i + 1;
                batch->rows[i].field[0] = (struct slice){at, (size_t)id};
                batch->rows[i].field[1] = (struct slice){at + id, (size_t)name};
                at += id + name;
        }
        return batch;
}

/* The batch's answer; *counts as the store says. */
static int import_people(struct kit *kit, uint64_t counts[IMPORT_OUTCOMES])
{
        uint64_t tag = ++kit->tag;
        assert_int_equal(store_import(kit->store, tag, people()), 0);
        struct store_answer *answer = kit_wait(kit, tag);
        int result = answer->result;
        assert_non_null(answer->batch);
        memcpy(counts, answer->batch->counts, sizeof answer->batch->counts);
        store_answer_free(answer);
        return result;
}

static bool is_known(struct kit *kit, const char *external)
{
        struct effect load = kit_by_external(external, WANT_PERSON);
        struct dossier *d = kit_load(kit, &load);
        bool known = (d->found & DOSSIER_PERSON) != 0;
        free(d);
        return known;
}

static void open_with_slice(struct kit *kit, int slice_ms)
{
        kit_open(kit);
        kit->options.import_slice_ms = slice_ms;
        kit_reopen(kit);
}

/* There is no room for the key of the 512th: then none of the batch has come. */
static void test_whole_or_not_at_all(void **state)
{
        struct kit kit;
        uint64_t counts[IMPORT_OUTCOMES];
        (void)state;
        open_with_slice(&kit, 60000); /* one transaction */
        keys_full = true;
        assert_int_equal(import_people(&kit, counts), 1);
        keys_full = false;
        assert_false(is_known(&kit, "c0"));
        assert_false(is_known(&kit, "c500"));
        kit_reopen(&kit);
        assert_false(is_known(&kit, "c0"));
        assert_int_equal(import_people(&kit, counts), 0);
        assert_int_equal(counts[IMPORT_NEW], PEOPLE);
        assert_true(is_known(&kit, "c0") && is_known(&kit, "c599"));
        kit_close(&kit);
}

/* A batch that took several transactions may be there in part, and was refused: sent again it is whole. */
static void test_sent_again(void **state)
{
        struct kit kit;
        uint64_t counts[IMPORT_OUTCOMES];
        (void)state;
        open_with_slice(&kit, 1);
        keys_full = true;
        assert_int_equal(import_people(&kit, counts), 1);
        keys_full = false;
        assert_int_equal(import_people(&kit, counts), 0);
        assert_int_equal(counts[IMPORT_NEW] + counts[IMPORT_SAME], PEOPLE);
        kit_reopen(&kit);
        assert_int_equal(import_people(&kit, counts), 0);
        assert_int_equal(counts[IMPORT_SAME], PEOPLE);
        kit_close(&kit);
}

static void copy_file(const char *from, const char *to, const char *name, mode_t mode)
{
        static char bytes[1 << 20];
        char a[256], b[256];
        snprintf(a, sizeof a, "%s/%s", from, name);
        snprintf(b, sizeof b, "%s/%s", to, name);
        int in = open(a, O_RDONLY), out = open(b, O_WRONLY | O_CREAT | O_TRUNC, mode);
        ssize_t n = read(in, bytes, sizeof bytes);
        assert_true(in >= 0 && out >= 0 && n >= 0 && (size_t)n < sizeof bytes);
        assert_int_equal(write(out, bytes, (size_t)n), n);
        close(in);
        close(out);
}

/* The power fails when the batch has just been acknowledged. */
static void test_on_disk_before_it_is_said(void **state)
{
        struct kit kit;
        char dir[160];
        uint64_t counts[IMPORT_OUTCOMES], seed = (uint64_t)clock_mono_us() | 1;
        (void)state;
        print_message("seed %llu\n", (unsigned long long)seed);
        shim_install();
        kit_open(&kit);
        store_close(kit.store);
        kit_remove(kit.dir);
        assert_int_equal(mkdir(kit.dir, 0700), 0);
        shim_watch(kit.dir);
        struct store_error error;
        if (store_open(&kit.options, &kit.store, &error) != 0)
                fail_msg("%s", error.text);
        assert_int_equal(import_people(&kit, counts), 0);
        snprintf(dir, sizeof dir, "%.100s-cut", kit.dir);
        assert_int_equal(mkdir(dir, 0700), 0);
        shim_cut(dir, seed);
        copy_file(kit.dir, dir, "master.key", 0400);
        copy_file(kit.dir, dir, "keys", 0600);
        copy_file(kit.dir, dir, "keys.guests", 0600);
        struct kit after = kit;
        after.options.data_dir = dir;
        shim_remove();
        if (store_open(&after.options, &after.store, &error) != 0)
                fail_msg("%s", error.text);
        assert_true(is_known(&after, "c0") && is_known(&after, "c599"));
        store_close(after.store);
        kit_remove(dir);
        shim_install();
        kit_close(&kit);
        shim_unwatch();
        shim_remove();
}

#define ROW(id, item) id ";c1;;;;;Coats;1;;1;2026-03-04;;;;" item ";;\n"

static struct dossier *all_of(struct kit *kit)
{
        struct effect load = kit_by_external("c1", WANT_PERSON | WANT_LINES);
        load.load.assume = ~0u;
        return kit_load(kit, &load);
}

/* What she says of a line names it by its number: another line must never get it, also after a restart. */
static void test_numbers_are_given_once(void **state)
{
        struct kit kit;
        (void)state;
        kit_open(&kit);
        kit_import_counts(&kit, IMPORT_PURCHASES, ROW("x1", "First coat"), 1, 0, 0, 0, 0, 0);
        struct dossier *d = all_of(&kit);
        assert_int_equal(d->n_lines, 1);
        struct write hide = {.kind = WRITE_LINE_CHOICE,
                .line_choice = {.person = d->person.id,
                        .n = 1,
                        .line_refs = {dossier_lines(d)[0].ref},
                        .choice = CHOICE_HIDE,
                        .at = NOW}};
        free(d);
        assert_int_equal(kit_commit(&kit, &hide, 1), 0);
        kit_reopen(&kit);
        kit_import_counts(&kit, IMPORT_PURCHASES, ROW("x2", "Second coat"), 1, 0, 0, 0, 0, 0);
        d = all_of(&kit);
        assert_int_equal(d->n_lines, 2);
        for (uint32_t i = 0; i < 2; i++) {
                bool first = strcmp(dossier_text(d, dossier_lines(d)[i].item), "First coat") == 0;
                assert_int_equal(dossier_lines(d)[i].choice, first ? CHOICE_HIDE : CHOICE_NONE);
        }
        assert_true(dossier_lines(d)[0].ref != dossier_lines(d)[1].ref);
        free(d);
        kit_close(&kit);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_whole_or_not_at_all),
                cmocka_unit_test(test_sent_again),
                cmocka_unit_test(test_on_disk_before_it_is_said),
                cmocka_unit_test(test_numbers_are_given_once),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
