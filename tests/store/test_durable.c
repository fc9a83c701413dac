/* Acknowledged means durable: kill -9, power cuts, full disks, failing flushes. Each commit makes a session
 * under its own number; whatever was acknowledged must be found afterwards. */
#include "tests/store/kit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/common/clock.h"
#include "server/common/ids.h"
#include "server/rulebook/render.h"
#include "tests/store/shim.h"

static struct digest numbered(uint64_t number)
{
        return ids_digest_of(&number, sizeof number);
}

static char card[CARD_FRAME_SIZE];

/* A group about as large as an arrival's. */
static uint32_t arrival(uint64_t number, struct write out[4])
{
        struct uuid visit = kit_uuid();
        uint32_t guest = 0x80000000u + (uint32_t)number;
        out[0] = (struct write){.kind = WRITE_GUEST, .guest = {.person = guest, .language = "en"}};
        out[1] = (struct write){.kind = WRITE_SESSION,
                .session = {.token = numbered(number),
                        .row = {.kind = SESSION_PHONE, .subject = guest, .expires = NOW + DAY_MS}}};
        out[2] = (struct write){.kind = WRITE_VISIT,
                .visit = {.id = visit,
                        .person = guest,
                        .state = VISIT_OPEN,
                        .started = NOW,
                        .hint = "green coat"}};
        out[3] = (struct write){.kind = WRITE_DISCLOSURE,
                .disclosure = {.id = kit_uuid(), .visit = visit, .person = guest, .card = card, .at = NOW}};
        return 4;
}

static bool is_there(struct kit *kit, uint64_t number)
{
        struct effect load = kit_by_external("", WANT_PERSON);
        load.load.by = LOAD_BY_TOKEN;
        load.load.key = numbered(number);
        struct dossier *d = kit_load(kit, &load);
        bool there = (d->found & DOSSIER_SESSION) != 0;
        /* A group is whole or not there at all. */
        if (there) {
                assert_true(d->session.subject == 0x80000000u + (uint32_t)number);
                assert_true((d->found & DOSSIER_PERSON) != 0);
        }
        free(d);
        return there;
}

/* Submits without waiting, up to `ahead` in flight; *next is the next number; marks what was acknowledged. */
struct driver {
        struct kit *kit;
        uint64_t next, flying;
        bool *acked;
        uint64_t most;
};

static void drive(struct driver *d, uint64_t ahead)
{
        struct write writes[4];
        while (d->flying < ahead && d->next < d->most) {
                uint32_t n = arrival(d->next, writes);
                assert_int_equal(store_commit(d->kit->store, d->next, writes, n), 0);
                d->next++;
                d->flying++;
        }
        for (struct store_answer *a = kit_answers(d->kit), *next; a != NULL; a = next) {
                next = a->next;
                if (a->result == 0)
                        d->acked[a->tag] = true;
                d->flying--;
                store_answer_free(a);
        }
}

static void copy_keys(const char *from, const char *to)
{
        const char *const names[] = {"master.key", "keys", "keys.guests"};
        char a[256], b[256];
        static char bytes[1 << 20];
        for (size_t i = 0; i < ARRAY_LEN(names); i++) {
                snprintf(a, sizeof a, "%s/%s", from, names[i]);
                snprintf(b, sizeof b, "%s/%s", to, names[i]);
                int in = open(a, O_RDONLY), out = open(b, O_WRONLY | O_CREAT | O_TRUNC, i == 0 ? 0400 : 0600);
                ssize_t n = read(in, bytes, sizeof bytes);
                assert_true(in >= 0 && out >= 0 && n >= 0 && (size_t)n < sizeof bytes);
                assert_int_equal(write(out, bytes, (size_t)n), n);
                close(in);
                close(out);
        }
}

/* Opens what the cut left with the plain VFS, and looks for everything that was acknowledged before it. */
static void check_cut(struct kit *kit, const char *dir, const bool *acked, uint64_t n)
{
        struct kit after = *kit;
        struct store_error error;
        snprintf(after.dir, sizeof after.dir, "%s", dir);
        after.options.data_dir = after.dir;
        shim_remove();
        if (store_open(&after.options, &after.store, &error) != 0)
                fail_msg("%s", error.text);
        shim_install();
        for (uint64_t i = 0; i < n; i++)
                if (acked[i] && !is_there(&after, i))
                        fail_msg("commit %d was acknowledged and is lost", (int)i);
        store_close(after.store);
}

/* The store runs and is cut many times; every cut is checked. With enough commits for several checkpoints. */
static void test_power_cuts(void **state)
{
        enum { COMMITS = 4000, CUTS = 12 };
        static bool acked[COMMITS], before[COMMITS];
        struct kit kit;
        char dir[128];
        uint64_t seed = (uint64_t)clock_mono_us() | 1;
        (void)state;
        print_message("seed %llu\n", (unsigned long long)seed);
        memset(card, 'x', sizeof card);
        shim_install();
        /* Watches from the start: the folder's name is known only afterwards, so open, close, and watch the
         * second. */
        kit_open(&kit);
        store_close(kit.store);
        kit_remove(kit.dir);
        assert_int_equal(mkdir(kit.dir, 0700), 0);
        shim_watch(kit.dir);
        struct store_error error;
        if (store_open(&kit.options, &kit.store, &error) != 0)
                fail_msg("%s", error.text);
        struct driver d = {.kit = &kit, .acked = acked, .most = COMMITS};
        for (int cut = 0; cut < CUTS; cut++) {
                uint64_t until = (uint64_t)(cut + 1) * COMMITS / CUTS;
                while (d.next < until)
                        drive(&d, 1 + seed % 60);
                drive(&d, 0);
                memcpy(before, acked, sizeof before);
                snprintf(dir, sizeof dir, "%.100s-cut", kit.dir);
                assert_int_equal(mkdir(dir, 0700), 0);
                shim_cut(dir, seed + (uint64_t)cut * 7919);
                copy_keys(kit.dir, dir);
                check_cut(&kit, dir, before, COMMITS);
                kit_remove(dir);
        }
        while (d.flying > 0)
                drive(&d, 0);
        for (uint64_t i = 0; i < COMMITS; i++)
                assert_true(acked[i]);
        kit_close(&kit);
        shim_unwatch();
        shim_remove();
}

/* The power fails at every single write of a first start, migration included: the next start makes it good.
 */
static void test_power_cuts_first_start(void **state)
{
        struct kit kit;
        char dir[128];
        uint64_t seed = (uint64_t)clock_mono_us() | 1, writes = 0;
        (void)state;
        print_message("seed %llu\n", (unsigned long long)seed);
        shim_install();
        kit_open(&kit);
        store_close(kit.store);
        snprintf(dir, sizeof dir, "%.100s-cut", kit.dir);
        for (bool cut = true; cut; writes++) {
                struct store_error error;
                kit_remove(kit.dir);
                assert_int_equal(mkdir(kit.dir, 0700), 0);
                assert_int_equal(mkdir(dir, 0700), 0);
                shim_watch(kit.dir);
                shim_cut_at(writes + 1, dir, seed + writes * 7919);
                if (store_open(&kit.options, &kit.store, &error) != 0)
                        fail_msg("%s", error.text);
                cut = shim_was_cut();
                shim_cut_at(0, "", 0);
                copy_keys(kit.dir, dir);
                store_close(kit.store);
                shim_unwatch();
                if (cut)
                        check_cut(&kit, dir, NULL, 0);
                kit_remove(dir);
        }
        print_message("%d writes\n", (int)writes);
        assert_true(writes > 10);
        close(kit.wake);
        kit_remove(kit.dir);
        shim_remove();
}

/* The child acknowledges by writing the number into a pipe. */
static void child(struct kit *kit, int pipe_end, uint64_t from)
{
        static bool acked[100000], told[100000];
        struct store_error error;
        if (store_open(&kit->options, &kit->store, &error) != 0)
                _exit(2);
        struct driver d = {.kit = kit, .acked = acked, .next = from, .most = 100000};
        for (uint64_t low = from;;) {
                drive(&d, 20);
                for (uint64_t i = low; i < d.next; i++) {
                        if (!acked[i] || told[i])
                                continue;
                        if (write(pipe_end, &i, sizeof i) != sizeof i)
                                _exit(3);
                        told[i] = true;
                }
                while (low < d.next && told[low])
                        low++;
        }
}

static void test_kills(void **state)
{
        enum { KILLS = 12 };
        static uint64_t acked[100000];
        struct kit kit;
        uint64_t n_acked = 0, next = 0;
        unsigned seed = (unsigned)clock_mono_us();
        (void)state;
        print_message("seed %u\n", seed);
        kit_open(&kit);
        for (int i = 0; i < KILLS; i++) {
                int ends[2];
                store_close(kit.store);
                kit.store = NULL;
                assert_int_equal(pipe(ends), 0);
                pid_t pid = fork();
                assert_true(pid >= 0);
                if (pid == 0) {
                        close(ends[0]);
                        child(&kit, ends[1], next);
                }
                close(ends[1]);
                /* Not before it has acknowledged something; then at a moment of no meaning. */
                uint64_t first_new = n_acked, most = 1 + (uint64_t)rand_r(&seed) % 300;
                while (n_acked - first_new < most) {
                        ssize_t got = read(ends[0], &acked[n_acked], sizeof *acked);
                        assert_int_equal(got, (int)sizeof *acked);
                        n_acked++;
                }
                kill(pid, SIGKILL);
                waitpid(pid, NULL, 0);
                while (read(ends[0], &acked[n_acked], sizeof *acked) == (ssize_t)sizeof *acked)
                        n_acked++;
                close(ends[0]);
                struct store_error error;
                if (store_open(&kit.options, &kit.store, &error) != 0)
                        fail_msg("%s", error.text);
                for (uint64_t k = first_new; k < n_acked; k++)
                        if (!is_there(&kit, acked[k]))
                                fail_msg("commit %d was acknowledged and is lost", (int)acked[k]);
                for (next = n_acked ? acked[n_acked - 1] : 0; is_there(&kit, next); next++)
                        continue;
                next += 30; /* past what was in flight */
        }
        print_message("%d commits acknowledged\n", (int)n_acked);
        kit_close(&kit);
}

static int commit_number(struct kit *kit, uint64_t number)
{
        struct write writes[4];
        return kit_commit(kit, writes, arrival(number, writes));
}

static void test_full_disk(void **state)
{
        struct kit kit;
        (void)state;
        shim_install();
        kit_open(&kit);
        assert_int_equal(commit_number(&kit, 1), 0);
        shim_full(true);
        assert_int_equal(commit_number(&kit, 2), 1);
        /* Reads go on. */
        assert_true(is_there(&kit, 1));
        assert_false(is_there(&kit, 2));
        shim_full(false);
        /* And so does the store, without a restart. */
        assert_int_equal(commit_number(&kit, 2), 0);
        assert_true(is_there(&kit, 2));
        kit_reopen(&kit);
        assert_true(is_there(&kit, 1) && is_there(&kit, 2));
        kit_close(&kit);
        shim_remove();
}

static void test_full_disk_at_start(void **state)
{
        struct kit kit;
        struct store_error error;
        (void)state;
        shim_install();
        kit_open(&kit);
        assert_int_equal(commit_number(&kit, 1), 0);
        store_close(kit.store);
        shim_full(true);
        assert_int_equal(store_open(&kit.options, &kit.store, &error), -1);
        kit.store = NULL;
        if (strstr(error.text, "the disk is full") == NULL)
                fail_msg("%s", error.text);
        shim_full(false);
        /* Nothing was lost by trying. */
        kit_reopen(&kit);
        assert_true(is_there(&kit, 1));
        kit_close(&kit);
        shim_remove();
}

static void test_full_disk_in_import(void **state)
{
        struct kit kit;
        (void)state;
        shim_install();
        kit_open(&kit);
        shim_full(true);
        struct import_batch *batch = calloc(1, sizeof *batch);
        batch->kind = IMPORT_CUSTOMERS;
        batch->now = NOW;
        batch->n = 1;
        batch->rows = calloc(1, sizeof *batch->rows);
        batch->bytes = strdup("c1");
        batch->rows[0].field[0] = (struct slice){batch->bytes, 2};
        assert_int_equal(store_import(kit.store, 99, batch), 0);
        struct store_answer *answer = kit_wait(&kit, 99);
        assert_int_equal(answer->result, 1);
        assert_non_null(answer->batch);
        store_answer_free(answer);
        shim_full(false);
        kit_import_counts(&kit, IMPORT_CUSTOMERS, "c1;Nora Lind;;\n", 1, 0, 0, 0, 0, 0);
        kit_close(&kit);
        shim_remove();
}

/* Nobody knows what a failed flush left on the disk: it is not tried again, and nothing is acknowledged any
 * more. */
static void test_failed_flush(void **state)
{
        struct kit kit;
        struct effect load = kit_by_external("c1", WANT_PERSON);
        (void)state;
        shim_install();
        kit_open(&kit);
        assert_int_equal(commit_number(&kit, 1), 0);
        shim_bad_flush(true);
        assert_int_equal(commit_number(&kit, 2), -1);
        shim_bad_flush(false);
        uint64_t flushes = shim_log_flushes();
        assert_int_equal(commit_number(&kit, 3), -1);
        assert_int_equal(store_load(kit.store, 77, &load), 0);
        struct store_answer *answer = kit_wait(&kit, 77);
        assert_int_equal(answer->result, -1);
        assert_null(answer->dossier);
        store_answer_free(answer);
        assert_true(shim_log_flushes() == flushes);
        /* A restart finds what was acknowledged. */
        kit_reopen(&kit);
        assert_true(is_there(&kit, 1));
        assert_false(is_there(&kit, 3));
        assert_int_equal(commit_number(&kit, 3), 0);
        kit_close(&kit);
        shim_remove();
}

/* One flush for many: commits that wait while the disk works go together. */
static void test_groups(void **state)
{
        enum { COMMITS = 2000 };
        static bool acked[COMMITS];
        struct kit kit;
        (void)state;
        shim_install();
        kit_open(&kit);
        uint64_t flushes = shim_log_flushes();
        struct driver d = {.kit = &kit, .acked = acked, .most = COMMITS};
        while (d.next < COMMITS || d.flying > 0)
                drive(&d, 200);
        flushes = shim_log_flushes() - flushes;
        print_message("%d commits, %d flushes\n", COMMITS, (int)flushes);
        for (int i = 0; i < COMMITS; i++)
                assert_true(acked[i]);
        assert_true(flushes > 0 && flushes < COMMITS);
        kit_close(&kit);
        shim_remove();
}

/* The queue has an end, and says so; answers that nobody fetched count as well. */
static void test_queue_limit(void **state)
{
        struct kit kit;
        struct effect load = kit_by_external("nobody", WANT_PERSON);
        uint32_t taken = 0, answers = 0;
        (void)state;
        kit_open(&kit);
        while (taken < 10000 && store_load(kit.store, 1, &load) == 0)
                taken++;
        assert_int_equal(taken, 4096);
        while (answers < taken) {
                for (struct store_answer *a = kit_answers(&kit), *next; a != NULL; a = next) {
                        next = a->next;
                        answers++;
                        store_answer_free(a);
                }
        }
        assert_int_equal(store_load(kit.store, 1, &load), 0);
        kit_close(&kit);
}

int main(void)
{
        ids_init();
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_power_cuts),
                cmocka_unit_test(test_power_cuts_first_start),
                cmocka_unit_test(test_kills),
                cmocka_unit_test(test_full_disk),
                cmocka_unit_test(test_full_disk_at_start),
                cmocka_unit_test(test_full_disk_in_import),
                cmocka_unit_test(test_failed_flush),
                cmocka_unit_test(test_groups),
                cmocka_unit_test(test_queue_limit),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
