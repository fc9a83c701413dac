/* How far a long piece of work is: a bar with speed and time left on a terminal, a plain line now and then
 * elsewhere. */
#ifndef CTL_PROGRESS_H
#define CTL_PROGRESS_H

#include "proto/base.h"

struct progress {
        const char *what;    /* "purchases" */
        const char *unit;    /* "lines", unless the caller says otherwise after progress_start() */
        uint64_t size_bytes; /* 0: not known */
        mono_ms started, shown;
        bool terminal;
        bool drawn;
};

void progress_start(struct progress *progress, const char *what, uint64_t size_bytes);
void progress_at(struct progress *progress, uint64_t lines, uint64_t bytes);
/* Takes the bar away. Returns the time taken. */
mono_ms progress_end(struct progress *progress);

/* "1,234,567"; `out` has 28 bytes. */
const char *progress_number(uint64_t n, char out[28]);

#endif
