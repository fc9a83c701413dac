#include "server/ctl/progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "server/common/clock.h"

#define BAR_EVERY_MS  100
#define LINE_EVERY_MS 10000
#define BAR_CELLS     24

const char *progress_number(uint64_t n, char out[28])
{
        char plain[24];
        int len = snprintf(plain, sizeof plain, "%llu", (unsigned long long)n), at = 0;
        for (int i = 0; i < len; i++) {
                if (i > 0 && (len - i) % 3 == 0)
                        out[at++] = ',';
                out[at++] = plain[i];
        }
        out[at] = 0;
        return out;
}

void progress_start(struct progress *progress, const char *what, uint64_t size_bytes)
{
        *progress = (struct progress){.what = what,
                .unit = "lines",
                .size_bytes = size_bytes,
                .started = clock_mono(),
                .terminal = isatty(STDERR_FILENO) == 1};
        progress->shown = progress->started;
}

/* "0:21", "1:02:09" */
static void duration(int64_t seconds, char *out, size_t size)
{
        if (seconds >= 3600)
                snprintf(out, size, "%lld:%02d:%02d h", (long long)(seconds / 3600), (int)(seconds / 60 % 60),
                        (int)(seconds % 60));
        else
                snprintf(out, size, "%d:%02d min", (int)(seconds / 60), (int)(seconds % 60));
}

static void draw(struct progress *p, uint64_t lines, uint64_t bytes, mono_ms spent)
{
        char count[28], speed[28], left[40] = "", bar[BAR_CELLS + 1] = "";
        uint64_t a_second = lines * 1000 / (uint64_t)spent;
        int percent = -1;
        if (p->size_bytes > 0 && bytes > 0) {
                if (bytes > p->size_bytes)
                        bytes = p->size_bytes;
                double part = (double)bytes / (double)p->size_bytes;
                percent = (int)(part * 100);
                int full = (int)(part * BAR_CELLS);
                memset(bar, '.', BAR_CELLS);
                memset(bar, '#', (size_t)full);
                duration((int64_t)((double)spent / 1000 * (1 - part) / part), left, sizeof left);
        }
        progress_number(lines, count);
        progress_number(a_second, speed);
        if (p->terminal && percent >= 0)
                fprintf(stderr, "\r\033[K%-10s [%s] %3d %%  %s %s  %s %s/s  %s left", p->what, bar, percent,
                        count, p->unit, speed, p->unit, left);
        else if (p->terminal)
                fprintf(stderr, "\r\033[K%-10s %s %s  %s %s/s", p->what, count, p->unit, speed, p->unit);
        else if (percent >= 0)
                fprintf(stderr, "%s: %d %%, %s %s, %s %s/s, %s left\n", p->what, percent, count, p->unit,
                        speed, p->unit, left);
        else
                fprintf(stderr, "%s: %s %s, %s %s/s\n", p->what, count, p->unit, speed, p->unit);
        fflush(stderr);
        p->drawn = true;
}

void progress_at(struct progress *progress, uint64_t lines, uint64_t bytes)
{
        mono_ms now = clock_mono();
        if (now - progress->shown < (progress->terminal ? BAR_EVERY_MS : LINE_EVERY_MS))
                return;
        progress->shown = now;
        draw(progress, lines, bytes, now - progress->started);
}

mono_ms progress_end(struct progress *progress)
{
        if (progress->terminal && progress->drawn)
                fprintf(stderr, "\r\033[K");
        return clock_mono() - progress->started;
}
