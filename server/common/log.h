/* One line a happening, on standard error: time, level, area, a fixed text, and values under names that are
 * on a list. What people are called, own or bought never gets here: the text is a literal, and a value under
 * a name that is not on the list is withheld. */
#ifndef COMMON_LOG_H
#define COMMON_LOG_H

#include "proto/base.h"

enum log_level {
        LOG_ERROR,  /* the program cannot go on, or somebody's data is at risk */
        LOG_WARN,   /* somebody should look at it */
        LOG_NOTE,   /* starts, stops, imports, publishing */
        LOG_DETAIL, /* for whoever is changing the code */
};

enum log_kind { LOG_NOTHING, LOG_NUMBER, LOG_WORD };

/* One value. `name` must be on the list in log.c, else "withheld" is printed in the value's place. */
struct log_value {
        const char *name;
        enum log_kind kind;
        int64_t number;
        const char *word; /* borrowed; cut at 160 bytes, anything but plain ASCII is escaped */
};

/* Sets what is printed and the name of this process ("hub", "front") in each line; `who` must stay valid.
 * Before the call the level is LOG_NOTE and the name is "maitred". */
void log_open(const char *who, enum log_level least);

/* "error", "warn", "note", "detail". */
const char *log_level_name(enum log_level level);

/* Writes one line in one write(2); from any thread. The same text more than 5 times in 10 seconds is
 * counted instead of written, and the count stands on the next line that is. */
void log_write(
        enum log_level level, const char *area, const char *text, const struct log_value *values, size_t n);

static inline struct log_value log_num(const char *name, int64_t number)
{
        return (struct log_value){name, LOG_NUMBER, number, NULL};
}

static inline struct log_value log_word(const char *name, const char *word)
{
        return (struct log_value){name, LOG_WORD, 0, word};
}

/* LOG(LOG_WARN, "store", "a commit took long", log_num("ms", 812)). The text must be a literal. */
#define LOG(level, area, text, ...)                                                                          \
        log_write((level), (area), "" text, ((const struct log_value[]){{0}, ##__VA_ARGS__}) + 1,            \
                ARRAY_LEN(((const struct log_value[]){{0}, ##__VA_ARGS__})) - 1)

/* For tests: formats a line as log_write would, without time and process. Returns its length, at most
 * size - 1. */
size_t log_format(char *out, size_t size, enum log_level level, const char *area, const char *text,
        const struct log_value *values, size_t n);

/* For tests: whether a line with this text would be written at that time; *hidden = how many were not since
 * the last one that was. */
bool log_admit(const char *area, const char *text, mono_ms now, uint32_t *hidden);

#endif
