#include "tests/bench/load.h"

#include <dirent.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* All threads' time on a processor. */
static double cpu_of(int pid)
{
        char path[300];
        double s = 0;
        snprintf(path, sizeof path, "/proc/%d/task", pid);
        DIR *tasks = opendir(path);
        if (tasks == NULL)
                return 0;
        for (struct dirent *task; (task = readdir(tasks)) != NULL;) {
                uint64_t ns = 0;
                snprintf(path, sizeof path, "/proc/%d/task/%s/schedstat", pid, task->d_name);
                FILE *file = task->d_name[0] == '.' ? NULL : fopen(path, "re");
                if (file == NULL)
                        continue;
                if (fscanf(file, "%" SCNu64, &ns) == 1)
                        s += (double)ns / 1e9;
                fclose(file);
        }
        closedir(tasks);
        return s;
}

static double rss_of(int pid)
{
        char path[64];
        uint64_t size = 0, resident = 0;
        snprintf(path, sizeof path, "/proc/%d/statm", pid);
        FILE *file = fopen(path, "re");
        if (file == NULL)
                return 0;
        bool ok = fscanf(file, "%" SCNu64 " %" SCNu64, &size, &resident) == 2;
        fclose(file);
        return ok ? (double)resident * 4 : 0;
}

static double sum(double (*one)(int), uint32_t which)
{
        double all = 0;
        for (uint32_t i = 0; i < options.n_watched; i++)
                if (which == WATCHED_MAX || which == i)
                        all += one(options.watched[i]);
        return all;
}

double watch_cpu_s(uint32_t which)
{
        return sum(cpu_of, which);
}

double watch_rss_kb(uint32_t which)
{
        return sum(rss_of, which);
}

static int compare(const void *a, const void *b)
{
        const double *x = a, *y = b;
        return *x < *y ? -1 : *x > *y;
}

void watch_sort(double *values, size_t n)
{
        qsort(values, n, sizeof *values, compare);
}

double watch_percentile(double *sorted, size_t n, double share)
{
        return n ? sorted[(size_t)((double)(n - 1) * share)] : (double)NAN;
}
