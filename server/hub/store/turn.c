#include "server/hub/store/turn.h"

#include <stdio.h>

#include "server/common/clock.h"
#include "server/common/log.h"
#include "server/hub/store/commit.h"
#include "server/hub/store/sense.h"
#include "server/hub/store/thread.h"

#define PIECES_MOST 2 /* of the ballast, for one group */

struct turn {
        struct job *jobs[RUN_GROUPS_MAX];
        int results[RUN_GROUPS_MAX];
        uint32_t n;
};

static bool is_full(const struct store *store)
{
        return store->base.ballast.full;
}

static enum sense sense_of_job(const struct job *job)
{
        return sense_of(job->commit.writes, job->commit.n);
}

/* Each group of the turn gets the same answer: nothing of it was written. */
static void refuse_turn(struct store *store, struct turn *turn, int result)
{
        for (uint32_t i = 0; i < turn->n; i++)
                run_answer_now(store, turn->jobs[i], result);
        turn->n = 0;
}

static void turn_done(struct store *store, struct turn *turn)
{
        struct store_answer *first = NULL, **next = &first;
        for (uint32_t i = 0; i < turn->n; i++) {
                struct job *job = turn->jobs[i];
                job->answer->result = turn->results[i];
                *next = job->answer;
                next = &job->answer->next;
                job->answer = NULL;
                job_free(job);
        }
        turn->n = 0;
        run_when_durable(store, first);
}

/* Keys first: they must be on disk before anything that is sealed under them. While the disk is full, what
 * adds something is not even tried. */
static void gather_turn(struct store *store, struct turn *turn)
{
        struct job *job;
        turn->n = 0;
        if (!thread_commits_due(store))
                return;
        while (turn->n < RUN_GROUPS_MAX && (job = run_pop(&store->commits)) != NULL) {
                int result = is_full(store) && sense_of_job(job) == SENSE_ADDS
                                     ? 1
                                     : commit_prepare(&store->base, job->commit.writes, job->commit.n);
                if (result < 0)
                        run_set_fatal(store, SQLITE_IOERR);
                if (result != 0)
                        run_answer_now(store, job, result);
                else
                        turn->jobs[turn->n++] = job;
        }
        pace_began(&store->pace, store->commits.first != NULL ? 1 : 0, clock_mono_us());
}

/* Writes the turn's groups, or as many as can be: 0; 1: one was refused, or there is no room or memory; -1:
 * the disk failed. `apart`: each can be undone alone, so that one that is refused has no part in the result.
 */
static int write_groups(struct store *store, struct turn *turn, bool apart)
{
        int worst = 0;
        for (uint32_t i = 0; worst == 0 && i < turn->n; i++) {
                struct job *job = turn->jobs[i];
                int result =
                        (apart ? commit_group : commit_rows)(&store->base, job->commit.writes, job->commit.n);
                turn->results[i] = result;
                worst = apart && result == 1 ? 0 : result;
        }
        return worst;
}

/* The turn as one transaction. 0: its results stand; 1: no room or no memory, -1: the disk failed, and then
 * nothing of it is written. Hardly ever is a group refused, so at first none can be undone alone. */
static int write_turn(struct store *store, struct turn *turn)
{
        int worst = 0;
        int rc = base_begin(&store->base);
        if (rc == SQLITE_OK)
                worst = write_groups(store, turn, false);
        if (worst == 1) {
                base_rollback(&store->base);
                worst = 0;
                rc = base_begin(&store->base);
                if (rc == SQLITE_OK)
                        worst = write_groups(store, turn, true);
        }
        if (worst != 0)
                rc = sqlite3_extended_errcode(store->base.all.db);
        else if (rc == SQLITE_OK)
                rc = base_commit(&store->base);
        if (rc == SQLITE_OK && worst == 0)
                return 0;
        int result = worst < 0 || base_result(&store->base, rc) < 0 ? -1 : 1;
        if (base_is_full(&store->base, rc))
                ballast_full(&store->base.ballast);
        base_rollback(&store->base);
        if (result < 0)
                run_set_fatal(store, rc);
        else
                LOG(LOG_WARN, "store", "commits were refused: disk or memory is full", log_num("sqlite", rc));
        return result;
}

/* Finds room for what takes something back. False: there is none left. */
static bool make_room(struct store *store, int turn)
{
        char log[BASE_PATH_MAX + 16];
        if (!is_full(store) || turn >= PIECES_MOST)
                return false;
        if (turn == 0 && run_empty_log(store))
                return true;
        snprintf(log, sizeof log, "%s/store.db-wal", store->base.dir);
        int rc = run_is_fatal(store) ? 1 : ballast_give(&store->base.ballast, log);
        if (rc < 0)
                run_set_fatal(store, SQLITE_IOERR);
        return rc == 0;
}

/* One group that must not fail for the sake of others: alone, and again while room can be made for it. */
static void write_alone(struct store *store, struct job *job)
{
        struct turn turn = {.jobs = {job}, .n = 1};
        int result = write_turn(store, &turn);
        for (int times = 0; result == 1 && make_room(store, times); times++)
                result = write_turn(store, &turn);
        if (result == 0)
                turn_done(store, &turn);
        else
                refuse_turn(store, &turn, run_is_fatal(store) ? -1 : result);
}

/* The turn as a whole found no room: what adds is refused, what takes back is written before what records. */
static void run_turn_apart(struct store *store, struct turn *turn)
{
        struct turn records = {.n = 0};
        for (uint32_t i = 0; i < turn->n; i++) {
                struct job *job = turn->jobs[i];
                enum sense sense = run_is_fatal(store) ? SENSE_ADDS : sense_of_job(job);
                if (sense == SENSE_TAKES_BACK)
                        write_alone(store, job);
                else if (sense == SENSE_RECORDS)
                        records.jobs[records.n++] = job;
                else
                        run_answer_now(store, job, run_is_fatal(store) ? -1 : 1);
        }
        int result = records.n == 0 || run_is_fatal(store) ? -1 : write_turn(store, &records);
        if (result == 0)
                turn_done(store, &records);
        else
                refuse_turn(store, &records, run_is_fatal(store) ? -1 : 1);
}

void turn_run(struct store *store)
{
        struct turn turn;
        ballast_look(&store->base.ballast, store->base.dir);
        gather_turn(store, &turn);
        if (turn.n == 0)
                return;
        int result = write_turn(store, &turn);
        pace_wrote(&store->pace, clock_mono_us()); /* without the flush, which may come at once */
        if (result == 0)
                turn_done(store, &turn);
        else if (result < 0)
                refuse_turn(store, &turn, -1);
        else
                run_turn_apart(store, &turn);
}
