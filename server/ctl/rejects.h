/* The file of lines that were not taken, each with its reason: made at the first of them, private, in CSV. It
 * holds the lines as they were, so it is people's data and says so. */
#ifndef CTL_REJECTS_H
#define CTL_REJECTS_H

#include <stdio.h>

#include "proto/base.h"
#include "proto/slice.h"

struct rejects {
        const char *path; /* borrowed */
        FILE *file;       /* NULL until the first reject */
        uint64_t n;
        bool failed;
};

void rejects_init(struct rejects *rejects, const char *path);
/* Appends "line,reason,row". 0, or -1 if it cannot be written (errno says why). */
int rejects_add(struct rejects *rejects, uint64_t line, struct slice reason, struct slice row);
/* Closes. 0, or -1 if something could not be written. */
int rejects_finish(struct rejects *rejects);

#endif
