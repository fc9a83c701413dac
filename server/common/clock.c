#include "server/common/clock.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ZONE_DIR       "/usr/share/zoneinfo"
#define ZONE_MAX_BYTES 64

int64_t clock_mono_us(void)
{
        struct timespec t;
        clock_gettime(CLOCK_MONOTONIC, &t);
        return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

mono_ms clock_mono(void)
{
        return clock_mono_us() / 1000;
}

static wall_ms machine_wall(void)
{
        struct timespec t;
        clock_gettime(CLOCK_REALTIME, &t);
        return (wall_ms)t.tv_sec * SECOND_MS + t.tv_nsec / 1000000;
}

wall_ms clock_wall(const struct clock *clock)
{
        return machine_wall() + clock->offset_ms;
}

void clock_set_now(struct clock *clock, wall_ms now)
{
        clock->offset_ms = now - machine_wall();
}

/* Only names that stay inside the tz database's folder: the name becomes a path. */
static bool zone_name_ok(const char *iana)
{
        size_t len = strlen(iana);
        if (len == 0 || len > ZONE_MAX_BYTES || iana[0] == '/' || strstr(iana, "..") != NULL)
                return false;
        return strspn(iana, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/") == len;
}

static bool zone_exists(const char *iana)
{
        char path[sizeof ZONE_DIR + ZONE_MAX_BYTES + 2];
        snprintf(path, sizeof path, "%s/%s", ZONE_DIR, iana);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
                return false;
        char magic[4] = {0};
        ssize_t n = read(fd, magic, sizeof magic);
        close(fd);
        return n == (ssize_t)sizeof magic && memcmp(magic, "TZif", sizeof magic) == 0;
}

int clock_set_zone(const char *iana)
{
        /* tzset() takes any text and falls back to UTC in silence, so the database is asked first. */
        if (!zone_name_ok(iana) || !zone_exists(iana))
                return 1;
        char value[ZONE_MAX_BYTES + 2];
        snprintf(value, sizeof value, ":%s", iana);
        if (setenv("TZ", value, 1) != 0)
                return 1;
        tzset();
        return 0;
}

static time_t seconds_of(wall_ms at)
{
        wall_ms s = at / SECOND_MS;
        return (time_t)(at % SECOND_MS < 0 ? s - 1 : s);
}

struct clock_local clock_to_local(wall_ms at)
{
        time_t t = seconds_of(at);
        struct tm tm = {0};
        localtime_r(&t, &tm);
        return (struct clock_local){
                .date = {tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday},
                .hour = tm.tm_hour,
                .minute = tm.tm_min,
                .second = tm.tm_sec > 59 ? 59 : tm.tm_sec,
        };
}

store_day clock_store_day(wall_ms at)
{
        return civil_to_day(clock_to_local(at).date);
}

int32_t clock_store_minute(wall_ms at)
{
        struct clock_local local = clock_to_local(at);
        return local.hour * 60 + local.minute;
}

static bool local_valid(const struct clock_local *l)
{
        return civil_valid(l->date) && l->hour >= 0 && l->hour <= 23 && l->minute >= 0 && l->minute <= 59 &&
               l->second >= 0 && l->second <= 59;
}

static time_t ask_mktime(const struct clock_local *l, int dst, struct tm *out)
{
        *out = (struct tm){
                .tm_year = l->date.year - 1900,
                .tm_mon = l->date.month - 1,
                .tm_mday = l->date.day,
                .tm_hour = l->hour,
                .tm_min = l->minute,
                .tm_sec = l->second,
                .tm_isdst = dst,
        };
        return mktime(out);
}

static bool reads(const struct tm *tm, const struct clock_local *l)
{
        return tm->tm_mday == l->date.day && tm->tm_hour == l->hour && tm->tm_min == l->minute;
}

int clock_from_local(const struct clock_local *local, wall_ms *out)
{
        if (!local_valid(local))
                return 1;
        /* mktime's own guess depends on what it was asked before, so both readings are asked. Of those that
         * come back unchanged the earlier is right; if neither does, the hour was skipped, and the later one
         * reads an hour later. Which of the two is called summer does not matter: in Dublin winter is the
         * exception. */
        struct tm first, second;
        time_t a = ask_mktime(local, 1, &first), b = ask_mktime(local, 0, &second);
        bool a_fits = reads(&first, local), b_fits = reads(&second, local);
        time_t found = a_fits && b_fits ? (a < b ? a : b) : a_fits ? a : b_fits ? b : a > b ? a : b;
        *out = (wall_ms)found * SECOND_MS;
        return 0;
}

/* Digits exactly `width` wide at *at; moves *at. -1 when they are not there. */
static int32_t digits(const char **at, int width)
{
        int32_t value = 0;
        for (int i = 0; i < width; i++) {
                char c = (*at)[i];
                if (c < '0' || c > '9')
                        return -1;
                value = value * 10 + (c - '0');
        }
        *at += width;
        return value;
}

static bool take(const char **at, char c)
{
        if (**at != c)
                return false;
        (*at)++;
        return true;
}

static bool parse_date(const char **at, struct civil_date *d)
{
        return (d->year = digits(at, 4)) >= 0 && take(at, '-') && (d->month = digits(at, 2)) >= 0 &&
               take(at, '-') && (d->day = digits(at, 2)) >= 0;
}

static bool parse_hours(const char **at, struct clock_local *l)
{
        if ((l->hour = digits(at, 2)) < 0 || !take(at, ':') || (l->minute = digits(at, 2)) < 0)
                return false;
        return !take(at, ':') || (l->second = digits(at, 2)) >= 0;
}

int clock_parse(const char *text, wall_ms *out)
{
        const char *at = text;
        struct clock_local local = {.hour = 12};
        if (!parse_date(&at, &local.date))
                return 1;
        if ((take(&at, 'T') || take(&at, ' ')) && !parse_hours(&at, &local))
                return 1;
        bool utc = take(&at, 'Z');
        if (*at != '\0' || !local_valid(&local))
                return 1;
        if (!utc)
                return clock_from_local(&local, out);
        *out = civil_to_day(local.date) * DAY_MS + local.hour * HOUR_MS + local.minute * MINUTE_MS +
               local.second * SECOND_MS;
        return 0;
}
