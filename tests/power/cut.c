/* The other end of record.so: what a power cut would have left of a folder at any point of a trace.
 *   cut list TRACE               the points, one a line: number, bytes of the trace so far, what, name
 *   cut make TRACE N SEED DIR    makes DIR, empty, as the cut after point N would have left the folder
 *   cut check TRACE              fails if the trace does not tell all that happened to its folder */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/power/trace.h"

static const char *what(const struct trace_record *r)
{
        static const char *const words[] = {"", "holds", "create", "link", "rename", "remove", "mode",
                "write", "size", "flush", "flushed", "mark", "unseen"};
        return words[r->kind];
}

static int list(struct replay *replay)
{
        const struct trace_record *r;
        for (uint64_t n = 1; (r = replay_step(replay)) != NULL; n++) {
                const char *name = r->id != 0 ? disk_called(replay->disk, r->id) : replay_name(r);
                if (replay_is_point(r))
                        printf("%llu %llu %s %s\n", (unsigned long long)n, (unsigned long long)replay->at,
                                what(r), name[0] ? name : ".");
        }
        return 0;
}

static int make(struct replay *replay, uint64_t n, uint64_t seed, const char *dir)
{
        for (uint64_t i = 0; i < n; i++)
                if (replay_step(replay) == NULL)
                        return 1;
        disk_cut(replay->disk, dir, seed);
        return 0;
}

static int check(struct replay *replay)
{
        const struct trace_record *r;
        while ((r = replay_step(replay)) != NULL)
                if (r->kind == TRACE_UNSEEN)
                        printf("%s is written in a way that is not recorded\n", replay_name(r));
        const char *differs = disk_differs(replay->disk, replay->head->dir);
        if (differs != NULL)
                printf("%s is not what was recorded\n", differs);
        return differs != NULL || replay->unseen;
}

int main(int argc, char **argv)
{
        struct replay replay;
        const char *wrong = argc > 2 ? replay_open(&replay, argv[2], false) : "cut list|make|check TRACE ...";
        int rc = 2;
        if (wrong != NULL) {
                fprintf(stderr, "%s\n", wrong);
                return rc;
        }
        if (strcmp(argv[1], "list") == 0)
                rc = list(&replay);
        else if (strcmp(argv[1], "make") == 0 && argc == 6)
                rc = make(&replay, strtoull(argv[3], NULL, 10), strtoull(argv[4], NULL, 10), argv[5]);
        else if (strcmp(argv[1], "check") == 0)
                rc = check(&replay);
        replay_close(&replay);
        return rc;
}
