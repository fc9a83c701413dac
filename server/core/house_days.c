#include "server/core/house_days.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "proto/civil.h"

#define WEEK 7

static const char *const weekdays[WEEK] = {
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

/* As an item has it. 1970-01-01 was a Thursday. */
static int32_t weekday_of(store_day day)
{
        return -1 - ((day % WEEK + WEEK + 3) % WEEK);
}

bool house_days_has(const struct house_days *days, store_day day)
{
        for (int32_t i = 0; i < days->n; i++) {
                const struct house_span *s = &days->at[i];
                if (s->from < 0 ? s->from == weekday_of(day) : day >= s->from && day <= s->to)
                        return true;
        }
        return false;
}

/* ---- text ---- */
static struct slice trimmed(struct slice s)
{
        while (s.len && (s.at[0] == ' ' || s.at[0] == '\t'))
                s = (struct slice){s.at + 1, s.len - 1};
        while (s.len && (s.at[s.len - 1] == ' ' || s.at[s.len - 1] == '\t'))
                s.len--;
        return s;
}

static bool is_word(struct slice s, const char *word)
{
        return s.len == strlen(word) && (s.len == 0 || memcmp(s.at, word, s.len) == 0);
}

/* YYYY-MM-DD, and nothing behind it. */
static bool read_date(struct slice s, int32_t *out)
{
        int32_t part[3] = {0};
        static const uint8_t is_dash[10] = {[4] = 1, [7] = 1};
        if (s.len != sizeof(is_dash))
                return false;
        for (size_t i = 0; i < s.len; i++) {
                char c = s.at[i];
                if (is_dash[i] ? c != '-' : c < '0' || c > '9')
                        return false;
                if (!is_dash[i])
                        part[i < 4 ? 0 : i < 7 ? 1 : 2] = part[i < 4 ? 0 : i < 7 ? 1 : 2] * 10 + (c - '0');
        }
        struct civil_date date = {part[0], part[1], part[2]};
        if (!civil_valid(date) || part[0] < 2000 || part[0] > 2199)
                return false;
        *out = civil_to_day(date);
        return true;
}

static bool read_item(struct slice s, struct house_span *out)
{
        size_t to = 0;
        *out = (struct house_span){0};
        for (int32_t i = 0; i < WEEK; i++)
                if (is_word(s, weekdays[i])) {
                        *out = (struct house_span){-1 - i, -1 - i};
                        return true;
                }
        while (to < s.len && !is_word((struct slice){s.at + to, s.len - to < 4 ? s.len - to : 4}, " to "))
                to++;
        if (to == s.len) {
                bool ok = read_date(s, &out->from);
                out->to = out->from;
                return ok;
        }
        return read_date(trimmed((struct slice){s.at, to}), &out->from) &&
               read_date(trimmed((struct slice){s.at + to + 4, s.len - to - 4}), &out->to) &&
               out->from <= out->to;
}

static bool before(const struct house_span *a, const struct house_span *b)
{
        if ((a->from < 0) != (b->from < 0))
                return a->from < 0;
        if (a->from != b->from)
                return a->from < 0 ? a->from > b->from : a->from < b->from; /* Monday is -1 */
        return a->to < b->to;
}

/* Into its place; one that is there stays the only one. */
static bool put(struct house_days *days, const struct house_span *item)
{
        int32_t at = 0;
        while (at < days->n && before(&days->at[at], item))
                at++;
        if (at < days->n && memcmp(&days->at[at], item, sizeof(*item)) == 0)
                return true;
        if (days->n == HOUSE_DAYS_MAX)
                return false;
        memmove(&days->at[at + 1], &days->at[at], (size_t)(days->n - at) * sizeof(*item));
        days->at[at] = *item;
        days->n++;
        return true;
}

int house_days_parse(struct slice text, struct house_days *out)
{
        struct house_days found = {0};
        text = trimmed(text);
        if (is_word(text, "none")) {
                *out = found;
                return 0;
        }
        for (bool last = false; !last;) {
                size_t n = 0;
                struct house_span item;
                while (n < text.len && text.at[n] != ',')
                        n++;
                if (!read_item(trimmed((struct slice){text.at, n}), &item) || !put(&found, &item))
                        return 1;
                last = n == text.len;
                if (!last)
                        text = (struct slice){text.at + n + 1, text.len - n - 1};
        }
        *out = found;
        return 0;
}

static void date_text(int32_t day, char out[24])
{
        struct civil_date d = civil_from_day(day);
        snprintf(out, 24, "%04u-%02u-%02u", (unsigned)d.year % 10000, (unsigned)d.month % 100,
                (unsigned)d.day % 100);
}

size_t house_days_print(const struct house_days *days, char out[HOUSE_DAYS_TEXT])
{
        size_t len = 0;
        char from[24], to[24];
        if (days->n == 0)
                return (size_t)snprintf(out, HOUSE_DAYS_TEXT, "none");
        for (int32_t i = 0; i < days->n; i++) {
                const struct house_span *s = &days->at[i];
                bool weekday = s->from < 0, range = s->to != s->from;
                date_text(weekday ? 0 : s->from, from);
                date_text(range ? s->to : 0, to);
                int n = snprintf(out + len, HOUSE_DAYS_TEXT - len, "%s%s%s%s", i ? ", " : "",
                        weekday ? weekdays[-1 - s->from] : from, range ? " to " : "", range ? to : "");
                assert(n > 0 && (size_t)n < HOUSE_DAYS_TEXT - len);
                len += (size_t)n;
        }
        return len;
}
