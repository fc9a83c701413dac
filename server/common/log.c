#include "server/common/log.h"

#include "server/common/clock.h"

#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LINE_BYTES    1024
#define WORD_BYTES    160
#define SLOTS         64
#define BURST         5
#define WINDOW_MS     (10 * SECOND_MS)
#define HIDDEN_SUFFIX 40

/* Names that a value may have. None of them can hold what a person is called, owns or bought. */
static const char *const allowed[] = {
        "address",
        "area",
        "associate",
        "batch",
        "bytes",
        "code",
        "connections",
        "count",
        "department",
        "end",
        "errno",
        "file",
        "generation",
        "key",
        "kind",
        "level",
        "limit",
        "line",
        "lines",
        "migration",
        "mode",
        "ms",
        "name",
        "number",
        "path",
        "peers",
        "pid",
        "port",
        "reason",
        "records",
        "rejected",
        "rows",
        "rulebook",
        "seq",
        "signal",
        "size",
        "socket",
        "sqlite",
        "state",
        "status",
        "store",
        "us",
        "version",
        "visit",
        "visits",
        "zone",
};

struct slot {
        uint64_t hash;
        mono_ms since;
        uint32_t written;
        uint32_t hidden;
};

static struct {
        pthread_mutex_t lock;
        const char *who;
        enum log_level least;
        struct slot slots[SLOTS];
} state = {.lock = PTHREAD_MUTEX_INITIALIZER, .who = "maitred", .least = LOG_NOTE};

void log_open(const char *who, enum log_level least)
{
        pthread_mutex_lock(&state.lock);
        state.who = who;
        state.least = least;
        pthread_mutex_unlock(&state.lock);
}

const char *log_level_name(enum log_level level)
{
        static const char *const names[] = {"error", "warn", "note", "detail"};
        return names[level];
}

/* Text that grows to the end of its buffer and stops there. */
struct text {
        char *at;
        size_t len;
        size_t size;
};

static void put(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void put(struct text *t, const char *fmt, ...)
{
        va_list args;
        va_start(args, fmt);
        int n = vsnprintf(t->at + t->len, t->size - t->len, fmt, args);
        va_end(args);
        if (n > 0)
                t->len = t->len + (size_t)n < t->size ? t->len + (size_t)n : t->size - 1;
}

/* A word from outside may carry line ends or terminal codes; nothing but plain ASCII goes out as it is. */
static void put_word(struct text *t, const char *word)
{
        size_t len = strnlen(word, WORD_BYTES + 1);
        bool quote = len == 0 || len > WORD_BYTES || strpbrk(word, " =\"\\") != NULL;
        put(t, "%s", quote ? "\"" : "");
        for (size_t i = 0; i < len && i < WORD_BYTES; i++) {
                unsigned char c = (unsigned char)word[i];
                if (c < 0x20 || c >= 0x7f)
                        put(t, "\\x%02x", c);
                else if (c == '"' || c == '\\')
                        put(t, "\\%c", c);
                else
                        put(t, "%c", c);
        }
        put(t, "%s%s", len > WORD_BYTES ? "..." : "", quote ? "\"" : "");
}

static bool name_allowed(const char *name)
{
        for (size_t i = 0; i < ARRAY_LEN(allowed); i++)
                if (strcmp(allowed[i], name) == 0)
                        return true;
        return false;
}

static void put_value(struct text *t, const struct log_value *v)
{
        if (v->kind == LOG_NOTHING)
                return;
        put(t, " %s=", v->name);
        if (!name_allowed(v->name))
                put(t, "withheld");
        else if (v->kind == LOG_NUMBER)
                put(t, "%lld", (long long)v->number);
        else
                put_word(t, v->word ? v->word : "");
}

size_t log_format(char *out, size_t size, enum log_level level, const char *area, const char *text,
        const struct log_value *values, size_t n)
{
        struct text t = {out, 0, size};
        out[0] = '\0';
        put(&t, "%s %s: %s", log_level_name(level), area, text);
        for (size_t i = 0; i < n; i++)
                put_value(&t, &values[i]);
        return t.len;
}

static uint64_t hash_of(const char *area, const char *text)
{
        uint64_t h = 14695981039346656037u;
        for (const char *s = area; *s != '\0'; s++)
                h = (h ^ (unsigned char)*s) * 1099511628211u;
        h = (h ^ 0xff) * 1099511628211u;
        for (const char *s = text; *s != '\0'; s++)
                h = (h ^ (unsigned char)*s) * 1099511628211u;
        return h == 0 ? 1 : h;
}

/* Two texts that fall on one slot push each other out: then lines are written that could have been
 * counted, never the other way round. */
bool log_admit(const char *area, const char *text, mono_ms now, uint32_t *hidden)
{
        uint64_t hash = hash_of(area, text);
        struct slot *slot = &state.slots[hash % SLOTS];
        *hidden = 0;
        if (slot->hash != hash) {
                *slot = (struct slot){.hash = hash, .since = now, .written = 1};
                return true;
        }
        if (now - slot->since >= WINDOW_MS) {
                *hidden = slot->hidden;
                *slot = (struct slot){.hash = hash, .since = now, .written = 1};
                return true;
        }
        if (slot->written < BURST) {
                slot->written++;
                return true;
        }
        slot->hidden++;
        return false;
}

static void put_time(struct text *t)
{
        /* The machine's time, not the injected one: a log is for comparing with other machines' logs. */
        struct clock machine = {0};
        wall_ms now = clock_wall(&machine);
        struct civil_date d = civil_from_day((store_day)(now / DAY_MS));
        wall_ms in_day = now % DAY_MS;
        put(t, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", d.year, d.month, d.day, (int)(in_day / HOUR_MS),
                (int)(in_day / MINUTE_MS % 60), (int)(in_day / SECOND_MS % 60), (int)(in_day % SECOND_MS));
}

void log_write(
        enum log_level level, const char *area, const char *text, const struct log_value *values, size_t n)
{
        char line[LINE_BYTES];
        uint32_t hidden = 0;
        pthread_mutex_lock(&state.lock);
        const char *who = state.who;
        bool wanted = level <= state.least && log_admit(area, text, clock_mono(), &hidden);
        pthread_mutex_unlock(&state.lock);
        if (!wanted)
                return;

        struct text t = {line, 0, sizeof line - HIDDEN_SUFFIX};
        put_time(&t);
        put(&t, " %s ", who);
        t.len += log_format(t.at + t.len, t.size - t.len, level, area, text, values, n);
        t.size = sizeof line;
        if (hidden > 0)
                put(&t, " (%u like it not shown)", hidden);
        put(&t, "\n");
        /* A log that cannot be written must not stop the store: a reader that no longer reads would hold it
         * up here, so a line that does not fit at once is dropped; and so is the result. */
        struct pollfd out = {.fd = STDERR_FILENO, .events = POLLOUT};
        if (poll(&out, 1, 0) != 1 || !(out.revents & POLLOUT))
                return;
        ssize_t written = write(STDERR_FILENO, line, t.len);
        (void)written;
}
