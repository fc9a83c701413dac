/* An iCalendar file in whatever state: what is told of it lies in the window and ends after it begins, and
 * each event is told once. What libical itself forgets to free is not ours to find. */
#include "server/ctl/calendar.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

#define FROM  INT64_C(1774000000000) /* 2026-03-20 */
#define UNTIL (FROM + 30 * DAY_MS)
#define MOST  3000

/* Only in a build with the sanitizer. */
__attribute__((weak)) void __lsan_disable(void);
__attribute__((weak)) void __lsan_enable(void);

static const struct zone *zone;
static unsigned occurrences;
static uint64_t line;
static bool told;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
        (void)argc, (void)argv;
        zone = zone_find(slice_of("Europe/Paris"));
        MUST(zone != NULL);
        return 0;
}

static const char *on_event(void *ctx, const struct calendar_event *event)
{
        (void)ctx;
        MUST(event->line >= line && event->summary != NULL);
        line = event->line;
        told = false;
        return event->rest && event->associate ? "is left out" : NULL;
}

static bool on_occurs(void *ctx, wall_ms begins, wall_ms ends)
{
        (void)ctx;
        MUST(!told && begins >= FROM && begins < UNTIL && ends > begins && ends - begins <= 2 * DAY_MS);
        return ++occurrences < MOST;
}

static bool on_reject(void *ctx, uint64_t at, const char *why)
{
        (void)ctx;
        MUST(at >= line && why[0] != 0);
        line = at;
        told = true;
        return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        struct calendar_calls calls = {NULL, on_event, on_occurs, on_reject};
        struct calendar_error error = {{0}};
        char *text = malloc(len + 1);
        MUST(text != NULL);
        memcpy(text, bytes, len);
        text[len] = 0;
        occurrences = 0;
        line = 0;
        told = false;
        if (__lsan_disable)
                __lsan_disable();
        int result = calendar_read(text, zone, FROM, UNTIL, &calls, &error);
        if (__lsan_enable)
                __lsan_enable();
        MUST((result == 1) == (error.text[0] != 0));
        free(text);
        return 0;
}
