/* Check-ins with several commits in flight, across the point where new keys are made; and the log's way into
 * the database, while the store runs and when it is closed. */
#include "tests/power/scene.h"

#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define BEFORE       500 /* the next block of keys is made at number 511 */
#define COUNTED      24
#define LOG_PAGE     (24 + 2048) /* bytes that a page takes in the log */
#define PAGES_BEFORE 1985        /* of RUN_LOG_PAGES, 2000 */
#define ROUND        5           /* groups before and after the log goes into the database */
#define MORE         8           /* check-ins after the cut */

static void wait_for_answers(struct kit *kit)
{
        struct pollfd wait = {.fd = kit->wake, .events = POLLIN};
        uint64_t n;
        assert_int_equal(poll(&wait, 1, 20000), 1);
        assert_int_equal(read(kit->wake, &n, sizeof n), (int)sizeof n);
}

/* Numbers from..to-1, at most `ahead` at a time in flight. */
static void check_ins(struct kit *kit, uint32_t from, uint32_t to, uint32_t ahead)
{
        uint32_t flying = 0;
        while (from < to || flying > 0) {
                for (; flying < ahead && from < to; flying++)
                        scene_submit(kit, from++);
                wait_for_answers(kit);
                flying -= scene_answers(kit);
        }
}

static void prepare_visits(struct kit *kit, const struct scene *scene)
{
        (void)scene;
        check_ins(kit, 0, BEFORE, 60);
        scene_close(kit);
}

static void play_check_in(struct kit *kit, const struct scene *scene)
{
        (void)scene;
        scene_open(kit);
        for (uint32_t n = 0; n < BEFORE; n++)
                record_mark(MARK_ACKNOWLEDGED, n);
        record_mark(MARK_COUNT, 1);
        /* One by one, by twos, by threes ...: a flush for one, a flush for many, commits during a flush. */
        for (uint32_t n = BEFORE, ahead = 1; n < BEFORE + COUNTED; n += ahead, ahead++)
                check_ins(kit, n, n + ahead < BEFORE + COUNTED ? n + ahead : BEFORE + COUNTED, ahead);
        record_mark(MARK_COUNT, 0);
        scene_close(kit);
}

static long log_pages(const struct kit *kit)
{
        char path[160];
        struct stat st;
        snprintf(path, sizeof path, "%s/store.db-wal", kit->dir);
        return stat(path, &st) == 0 ? st.st_size / LOG_PAGE : 0;
}

static void prepare_checkpoint(struct kit *kit, const struct scene *scene)
{
        (void)scene;
        scene_close(kit);
}

static void play_checkpoint(struct kit *kit, const struct scene *scene)
{
        uint32_t n = 0;
        (void)scene;
        scene_open(kit);
        for (; log_pages(kit) < PAGES_BEFORE; n++)
                assert_int_equal(scene_check_in_one(kit, n), 0);
        record_mark(MARK_COUNT, 1);
        check_ins(kit, n, n + ROUND, 2);
        check_ins(kit, n + ROUND, n + 2 * ROUND, 3);
        scene_close(kit);
        record_mark(MARK_COUNT, 0);
}

static void check_visits(struct kit *kit, const struct scene *scene, const struct ledger *ledger)
{
        (void)scene;
        scene_open(kit);
        uint32_t next = scene_visits(kit, ledger, 0), last = next + MORE;
        for (; next < last; next++)
                assert_int_equal(scene_check_in_one(kit, next), 0);
        scene_close(kit);
        scene_whole(kit, last);
        /* And once more: what was just acknowledged is there as well. */
        scene_open(kit);
        assert_int_equal(scene_visits(kit, ledger, 0), last);
        scene_close(kit);
}

const struct scene scene_check_in = {.kind = "check-in",
        .detail = "",
        .share = 35,
        .prepare = prepare_visits,
        .play = play_check_in,
        .check = check_visits};
const struct scene scene_checkpoint = {.kind = "checkpoint",
        .detail = "",
        .share = 25,
        .prepare = prepare_checkpoint,
        .play = play_checkpoint,
        .check = check_visits};
