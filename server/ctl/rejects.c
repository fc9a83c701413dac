#include "server/ctl/rejects.h"

#include <csv.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

void rejects_init(struct rejects *rejects, const char *path)
{
        *rejects = (struct rejects){.path = path};
}

/* A file that is there is written anew, but never one that somebody else put there as a link. */
static int start(struct rejects *r)
{
        int fd = open(r->path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        struct stat st;
        if (fd < 0)
                return -1;
        if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_uid != geteuid()) {
                close(fd);
                errno = EPERM;
                return -1;
        }
        if (fchmod(fd, 0600) != 0 || ftruncate(fd, 0) != 0 || !(r->file = fdopen(fd, "w"))) {
                close(fd);
                return -1;
        }
        return fputs("line,reason,row\n", r->file) < 0 ? -1 : 0;
}

int rejects_add(struct rejects *rejects, uint64_t line, struct slice reason, struct slice row)
{
        if (rejects->failed || (!rejects->file && start(rejects) != 0)) {
                rejects->failed = true;
                return -1;
        }
        rejects->n++;
        FILE *f = rejects->file;
        if (fprintf(f, "%llu,", (unsigned long long)line) < 0 || csv_fwrite(f, reason.at, reason.len) != 0 ||
                fputc(',', f) == EOF || csv_fwrite(f, row.at, row.len) != 0 || fputc('\n', f) == EOF)
                rejects->failed = true;
        return rejects->failed ? -1 : 0;
}

int rejects_finish(struct rejects *rejects)
{
        if (rejects->file && fclose(rejects->file) != 0)
                rejects->failed = true;
        rejects->file = NULL;
        return rejects->failed ? -1 : 0;
}
