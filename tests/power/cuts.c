/* The power fails at every call that changes a file. Each scene is played once and recorded; then, for each
 * point of the record and for several ways in which unflushed sectors and names may have survived, the folder
 * is made as the cut would have left it, opened and compared. Prints the table of what was tried.
 *   cuts [POINTS [TEST]]  at least so many power cuts (2000), more than one a point if there are fewer
 * points; of one test only, such as test_import MAITRED_SEED     what survives;  MAITRED_KEEP  leaves the
 * folder of a failed check */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/common/clock.h"
#include "server/common/ids.h"
#include "tests/power/scene.h"

#define WORKERS_MAX 8
#define ROWS_MAX    80
/* Ways to survive at a point beside SQLite (a key file, a folder), or right after somebody was told the
 * epoch: there are few of these points, and they have nobody else to think of them. */
#define BESIDE 6

struct row {
        const char *kind, *detail;
        uint64_t points, cuts, flying, sectors, names;
        double seconds;
        bool failed;
};

/* What workers tell. */
struct shared {
        _Atomic uint64_t cuts, flying, sectors, names;
        struct {
                uint64_t call, seed;
                char record[128];
        } now[WORKERS_MAX];
};

struct job {
        struct kit *kit;
        const struct scene *scene;
        const char *trace;
        uint64_t seed;
        uint32_t seeds, step; /* ways to survive a point; every so many points */
        uint32_t worker, workers;
        struct shared *shared;
};

static struct row rows[ROWS_MAX];
static size_t n_rows;
static struct job current; /* of a worker: cmocka's tests take no argument of their own */

static void marked(void *context, uint64_t what, uint64_t which)
{
        struct ledger *ledger = context;
        switch ((enum mark)what) {
        case MARK_COUNT:
                ledger->counting = which == 1;
                break;
        case MARK_ACKNOWLEDGED:
                if (which < LEDGER_MAX) {
                        ledger->acknowledged[which] = true;
                        ledger->n++;
                }
                break;
        case MARK_EPOCH:
                ledger->epoch = which;
                ledger->just_told = true;
                break;
        }
}

/* A change of a file that is not SQLite's, or of names. */
static bool beside_sqlite(const struct trace_record *r, const struct disk *disk)
{
        const char *name = r->id != 0 ? disk_called(disk, r->id) : replay_name(r);
        return r->kind == TRACE_RENAME || (name[0] != 0 && strncmp(name, "store.db", 8) != 0);
}

static const char *word(const struct trace_record *r)
{
        static const char *const words[] = {"", "holds", "create", "link", "rename", "remove", "mode",
                "write", "size", "flush begins", "flush ends", "mark", "unseen"};
        return words[r->kind];
}

/* One power cut: the folder as it would be, and everything that must hold. */
static void one_cut(
        const struct job *job, const struct disk *disk, const struct ledger *ledger, uint64_t seed)
{
        struct kit after = *job->kit;
        uint64_t sectors = 0, names = 0;
        snprintf(after.dir, sizeof after.dir, "%.100s-%u", job->kit->dir, job->worker);
        kit_remove(after.dir);
        assert_int_equal(mkdir(after.dir, 0700), 0);
        disk_pending(disk, &sectors, &names);
        disk_cut(disk, after.dir, seed);
        job->scene->check(&after, job->scene, ledger);
        job->shared->cuts++;
        job->shared->sectors += sectors;
        job->shared->names += names;
        job->shared->flying += sectors > 0;
        kit_remove(after.dir);
}

/* This worker's share of the points. */
static void test_points(void **state)
{
        const struct job *job = &current;
        static struct ledger ledger;
        struct replay replay;
        const struct trace_record *r;
        uint64_t point = 0, call = 0;
        (void)state;
        memset(&ledger, 0, sizeof ledger);
        assert_null(replay_open(&replay, job->trace, false));
        replay.marked = marked;
        replay.context = &ledger;
        while ((r = replay_step(&replay)) != NULL) {
                call++;
                if (!ledger.counting || !replay_is_point(r))
                        continue;
                bool told = ledger.just_told;
                ledger.just_told = false;
                if (point++ % job->workers != job->worker)
                        continue;
                bool beside = told || beside_sqlite(r, replay.disk);
                if (!beside && point / job->workers % job->step != 0)
                        continue;
                uint32_t seeds = beside && job->seeds < BESIDE ? BESIDE : job->seeds;
                for (uint32_t s = 0; s < seeds; s++) {
                        /* With one way to survive a point, neighbours take turns between the four kinds. */
                        uint64_t seed = seeds >= 4 && s < 2 ? s : (job->seed + point * 31 + s) % 1000003;
                        job->shared->now[job->worker].call = call;
                        job->shared->now[job->worker].seed = seed;
                        snprintf(job->shared->now[job->worker].record, sizeof job->shared->now->record,
                                "%s %s", word(r), r->id ? disk_called(replay.disk, r->id) : replay_name(r));
                        one_cut(job, replay.disk, &ledger, seed);
                }
        }
        replay_close(&replay);
}

static int work(const struct job *job)
{
        const struct CMUnitTest tests[] = {cmocka_unit_test(test_points)};
        current = *job;
        if (freopen("/dev/null", "w", stdout) == NULL)
                return 1;
        /* What waits for answers must not be shared with the other workers. */
        struct kit kit = *job->kit;
        kit.wake = kit.options.wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        current.kit = &kit;
        cmocka_set_test_filter(NULL);
        return cmocka_run_group_tests_name(job->scene->kind, tests, NULL, NULL);
}

static uint64_t count_points(const char *trace, const char *dir)
{
        static struct ledger ledger;
        struct replay replay;
        const struct trace_record *r;
        uint64_t points = 0;
        memset(&ledger, 0, sizeof ledger);
        assert_null(replay_open(&replay, trace, false));
        replay.marked = marked;
        replay.context = &ledger;
        while ((r = replay_step(&replay)) != NULL)
                points += ledger.counting && replay_is_point(r);
        assert_false(replay.unseen);
        /* The record is all there is to know: with everything that was written it is the folder itself. */
        const char *differs = disk_differs(replay.disk, dir);
        if (differs != NULL)
                fail_msg("%s is not what was recorded", differs);
        assert_true(ledger.n > 0);
        replay_close(&replay);
        return points;
}

/* Says what failed. With MAITRED_KEEP the folder stays as the check left it. */
static bool report(const struct job *job, const struct shared *shared, uint32_t worker)
{
        bool keep = getenv("MAITRED_KEEP") != NULL;
        printf("FAILED   %s %s: power cut after call %llu (%s), seed %llu\n", job->scene->kind,
                job->scene->detail, (unsigned long long)shared->now[worker].call, shared->now[worker].record,
                (unsigned long long)shared->now[worker].seed);
        if (keep)
                printf("  | %.100s-%u is what it was given\n", job->kit->dir, worker);
        return keep;
}

static bool run_workers(struct job *job, struct shared *shared)
{
        pid_t pids[WORKERS_MAX];
        bool failed = false;
        fflush(NULL);
        for (uint32_t w = 0; w < job->workers; w++) {
                pids[w] = fork();
                if (pids[w] == 0) {
                        job->worker = w;
                        _exit(work(job) == 0 ? 0 : 1);
                }
        }
        for (uint32_t w = 0; w < job->workers; w++) {
                int status = 1;
                char dir[128];
                bool kept = false;
                if (pids[w] < 0 || waitpid(pids[w], &status, 0) < 0 || status != 0) {
                        failed = true;
                        kept = report(job, shared, w);
                }
                snprintf(dir, sizeof dir, "%.100s-%u", job->kit->dir, w);
                if (!kept)
                        kit_remove(dir);
        }
        return failed;
}

static void run_scene(const struct scene *scene, uint64_t wanted, uint64_t seed)
{
        struct kit kit;
        char trace[160];
        struct row *row = &rows[n_rows++];
        double began = (double)clock_mono_us();
        struct shared *shared =
                mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        assert_true(shared != MAP_FAILED);
        kit_open(&kit);
        scene->prepare(&kit, scene);
        snprintf(trace, sizeof trace, "%.100s-trace", kit.dir);
        unlink(trace);
        assert_int_equal(record_start(kit.dir, trace), 0);
        scene->play(&kit, scene);
        record_stop();
        uint64_t points = count_points(trace, kit.dir);
        assert_true(points > 0);
        long cores = sysconf(_SC_NPROCESSORS_ONLN);
        uint64_t share = wanted * scene->share / 100;
        struct job job = {.kit = &kit,
                .scene = scene,
                .trace = trace,
                .seed = seed,
                .seeds = share > points ? (uint32_t)((share + points - 1) / points) : 1,
                .step = share > 0 && share < points ? (uint32_t)(points / share) : 1,
                .workers = cores < 1             ? 1
                           : cores > WORKERS_MAX ? WORKERS_MAX
                                                 : (uint32_t)cores,
                .shared = shared};
        row->failed = run_workers(&job, shared);
        row->kind = scene->kind;
        row->detail = scene->detail;
        row->points = points;
        row->cuts = shared->cuts;
        row->flying = shared->flying;
        row->sectors = shared->sectors;
        row->names = shared->names;
        row->seconds = ((double)clock_mono_us() - began) / 1e6;
        munmap(shared, sizeof *shared);
        if (!row->failed || getenv("MAITRED_KEEP") == NULL)
                unlink(trace);
        close(kit.wake);
        kit_remove(kit.dir);
        assert_false(row->failed);
        assert_true(row->cuts >= points / job.step / 2);
}

/* ---- as cmocka's tests ---- */

static uint64_t wanted = 2000, seed;

static void test_check_in(void **state)
{
        (void)state;
        run_scene(&scene_check_in, wanted, seed);
}

static void test_checkpoint(void **state)
{
        (void)state;
        run_scene(&scene_checkpoint, wanted, seed);
}

static void test_migrations(void **state)
{
        size_t n;
        const struct scene *scenes = scene_migrations(&n);
        (void)state;
        for (size_t i = 0; i < n; i++)
                run_scene(&scenes[i], wanted, seed);
}

static void test_import(void **state)
{
        (void)state;
        run_scene(&scene_import, wanted, seed);
}

static void table(void)
{
        uint64_t cuts = 0;
        printf("%-12s %-16s %7s %7s %10s %9s %6s %8s\n", "power cut", "", "calls", "cuts", "unflushed",
                "sectors", "names", "seconds");
        for (size_t i = 0; i < n_rows; i++) {
                const struct row *r = &rows[i];
                printf("%-12s %-16s %7llu %7llu %10llu %9llu %6llu %8.1f  %s\n", r->kind, r->detail,
                        (unsigned long long)r->points, (unsigned long long)r->cuts,
                        (unsigned long long)r->flying, (unsigned long long)r->sectors,
                        (unsigned long long)r->names, r->seconds, r->failed ? "LOST" : "0 lost, 0 half");
                cuts += r->cuts;
        }
        printf("%llu power cuts\n", (unsigned long long)cuts);
}

int main(int argc, char **argv)
{
        const char *text = getenv("MAITRED_SEED");
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_check_in),
                cmocka_unit_test(test_checkpoint),
                cmocka_unit_test(test_migrations),
                cmocka_unit_test(test_import),
        };
        if (argc > 1)
                wanted = strtoull(argv[1], NULL, 10);
        if (argc > 2)
                cmocka_set_test_filter(argv[2]);
        ids_init();
        seed = text ? strtoull(text, NULL, 10) : (uint64_t)clock_mono_us() % 1000000;
        /* Where a flush costs nothing, if there is such a place: what is flushed is in the record. */
        if (getenv("TMPDIR") == NULL && access("/dev/shm", W_OK) == 0)
                setenv("TMPDIR", "/dev/shm", 1);
        printf("seed %llu\n", (unsigned long long)seed);
        int failed = cmocka_run_group_tests(tests, NULL, NULL);
        table();
        return failed;
}
