/* Who makes the store's pass: on a quick disk whoever calls store_help, else the store's own thread. */
#include "tests/store/kit.h"

#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "server/common/clock.h"
#include "server/hub/store/flush.h"
#include "server/hub/store/pace.h"
#include "tests/store/shim.h"

#define COMMITS_MOST 2000 /* until the disk counts as quick */

static void open_helped(struct kit *kit)
{
        shim_install();
        shim_quick(true);
        kit_open(kit);
        kit->options.loop_helps = true;
        kit_reopen(kit);
        kit_import_counts(kit, IMPORT_CUSTOMERS, "c1;Anna Bergqvist;;\n", 1, 0, 0, 0, 0, 0);
}

static void close_helped(struct kit *kit)
{
        kit_close(kit);
        shim_quick(false);
        shim_slow(0);
        shim_remove();
}

/* Takes something back, so it is written as soon as it can be. */
static void submit_no(struct kit *kit)
{
        struct write no = kit_consent(1, CATEGORY_INSTORE, CONSENT_WITHDRAWN, 0, NOW + (wall_ms)kit->tag);
        assert_int_equal(store_commit(kit->store, ++kit->tag, &no, 1), 0);
}

/* A record, which may wait for others. */
static void submit_record(struct kit *kit)
{
        struct write seen = {.kind = WRITE_SESSION_SEEN};
        assert_int_equal(store_commit(kit->store, ++kit->tag, &seen, 1), 0);
}

static bool is_woken(const struct kit *kit)
{
        struct pollfd wake = {.fd = kit->wake, .events = POLLIN};
        return poll(&wake, 1, 0) == 1;
}

/* Commits until one is made by this thread; false: none was. The answers are taken. */
static bool becomes_quick(struct kit *kit)
{
        for (int i = 0; i < COMMITS_MOST; i++) {
                int64_t next_us;
                submit_no(kit);
                /* What is not due yet is the caller's as well: it is told when. */
                bool helped = store_help(kit->store, &next_us) || next_us != INT64_MAX;
                struct store_answer *answer = kit_wait(kit, kit->tag);
                assert_int_equal(answer->result, 0);
                store_answer_free(answer);
                if (helped)
                        return true;
        }
        return false;
}

/* A look-up and a commit by this thread alone. False: the store's thread was just awake. */
static bool both_are_helped(struct kit *kit)
{
        int64_t next_us = 0;
        uint64_t count;
        while (is_woken(kit))
                assert_int_equal(read(kit->wake, &count, sizeof count), (int)sizeof count);
        struct effect load = kit_by_person(1, WANT_PERSON);
        uint64_t flushes = shim_log_flushes();
        assert_int_equal(store_load(kit->store, ++kit->tag, &load), 0);
        bool helped = store_help(kit->store, &next_us);
        store_answer_free(kit_wait(kit, kit->tag));
        assert_true(shim_log_flushes() == flushes);
        submit_no(kit);
        struct store_answer *answer = NULL;
        while (helped && !answer) { /* commits of a rush share what writing costs */
                helped = store_help(kit->store, &next_us) || next_us != INT64_MAX;
                answer = store_answers(kit->store);
        }
        if (!answer)
                answer = kit_wait(kit, kit->tag);
        assert_true(answer->tag == kit->tag && answer->result == 0);
        assert_true(shim_log_flushes() == flushes + 1); /* it was on disk before it was told */
        store_answer_free(answer);
        return helped && !is_woken(kit);
}

static void quick_disk_is_served_at_once(void **state)
{
        struct kit kit;
        (void)state;
        open_helped(&kit);
        assert_true(becomes_quick(&kit));
        bool both = false;
        for (int i = 0; i < COMMITS_MOST && !both; i++)
                both = both_are_helped(&kit);
        assert_true(both);
        close_helped(&kit);
}

static void record_waits_for_its_time(void **state)
{
        struct kit kit;
        int64_t next_us;
        (void)state;
        open_helped(&kit);
        assert_true(becomes_quick(&kit));
        int64_t before_us = clock_mono_us();
        submit_record(&kit);
        store_help(kit.store, &next_us);
        assert_true(next_us >=
                    before_us + PACE_RECORDS_US); /* INT64_MAX: the thread was just awake, and has it */
        struct store_answer *answer = NULL;
        while (!answer) {
                store_help(kit.store, &next_us);
                answer = store_answers(kit.store);
        }
        assert_true(clock_mono_us() >= before_us + PACE_RECORDS_US);
        assert_true(answer->tag == kit.tag);
        store_answer_free(answer);
        close_helped(&kit);
}

/* What the caller left for later is the thread's as soon as there is work that takes long. */
static void long_work_is_the_threads(void **state)
{
        struct kit kit;
        int64_t next_us;
        (void)state;
        open_helped(&kit);
        assert_true(becomes_quick(&kit));
        submit_record(&kit);
        uint64_t record = kit.tag;
        store_help(kit.store, &next_us);
        assert_int_equal(store_report(kit.store, ++kit.tag, REPORT_STATUS, "", NOW), 0);
        uint64_t report = kit.tag;
        bool record_came = false, report_came = false;
        while (!record_came || !report_came) {
                struct pollfd wake = {.fd = kit.wake, .events = POLLIN};
                uint64_t count;
                assert_true(poll(&wake, 1, 20000) == 1); /* nobody helps any more */
                assert_int_equal(read(kit.wake, &count, sizeof count), (int)sizeof count);
                struct store_answer *next;
                for (struct store_answer *a = store_answers(kit.store); a; a = next) {
                        next = a->next;
                        record_came |= a->tag == record;
                        report_came |= a->tag == report;
                        store_answer_free(a);
                }
        }
        close_helped(&kit);
}

static void slow_disk_is_the_threads(void **state)
{
        struct kit kit;
        (void)state;
        open_helped(&kit);
        assert_true(becomes_quick(&kit));
        shim_slow(4 * FLUSH_COUNT_MOST_US);
        bool helped = true;
        for (int i = 0; helped; i++) {
                int64_t next_us;
                assert_true(i < 10 * FLUSH_QUICK_TIMES);
                submit_no(&kit);
                helped = store_help(kit.store, &next_us) || next_us != INT64_MAX;
                struct store_answer *answer = kit_wait(&kit, kit.tag);
                assert_int_equal(answer->result, 0);
                store_answer_free(answer);
        }
        close_helped(&kit);
}

/* A disk that refuses a flush ends everything, whoever flushed. */
static void bad_flush_is_fatal(void **state)
{
        struct kit kit;
        (void)state;
        open_helped(&kit);
        assert_true(becomes_quick(&kit));
        shim_bad_flush(true);
        for (int i = 0; i < 3; i++) {
                submit_no(&kit);
                struct store_answer *answer = kit_wait(&kit, kit.tag);
                assert_int_equal(answer->result, -1);
                store_answer_free(answer);
        }
        shim_bad_flush(false);
        close_helped(&kit);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(quick_disk_is_served_at_once),
                cmocka_unit_test(record_waits_for_its_time),
                cmocka_unit_test(long_work_is_the_threads),
                cmocka_unit_test(slow_disk_is_the_threads),
                cmocka_unit_test(bad_flush_is_fatal),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
