/* A slower disk, for measurements: preloaded, it lets every flush take so many microseconds more
 * (MAITRED_SLOW_US). */
#include <dlfcn.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static void rest(void)
{
        const char *us = getenv("MAITRED_SLOW_US");
        long wait = us ? strtol(us, NULL, 10) : 2000;
        struct timespec t = {wait / 1000000, wait % 1000000 * 1000};
        ppoll(NULL, 0, &t, NULL);
}

static int flush(const char *name, int fd)
{
        int (*real)(int) = NULL;
        *(void **)&real = dlsym(RTLD_NEXT, name);
        rest();
        return real(fd);
}

int fsync(int fd)
{
        return flush("fsync", fd);
}

int fdatasync(int fd)
{
        return flush("fdatasync", fd);
}
