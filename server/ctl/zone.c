#include "server/ctl/zone.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "proto/civil.h"
#include "server/common/clock.h"

#define ZONES_MAX     64
#define NAME_BYTES    65
#define CHANGES_MAX   512
#define FIRST_YEAR    1970
#define LAST_YEAR     2099
#define DAY_S         INT64_C(86400)
#define CHANGE_LAST_S (INT64_C(47482) * DAY_S + DAY_S) /* a day into 2100 */

struct zone {
        char name[NAME_BYTES];
        size_t n;
        struct {
                int64_t from_s;   /* UTC from when on */
                int64_t offset_s; /* local minus UTC */
        } change[CHANGES_MAX];
};

static struct {
        size_t n;
        struct zone *zone[ZONES_MAX];
} known;

static int64_t offset_at(int64_t utc_s)
{
        time_t t = (time_t)utc_s;
        struct tm tm;
        localtime_r(&t, &tm);
        return tm.tm_gmtoff;
}

/* Steps through the years a day at a time and halves the day where the offset changed. */
static void find_changes(struct zone *z)
{
        int64_t offset = offset_at(-DAY_S);
        z->change[0].from_s = INT64_MIN;
        z->change[0].offset_s = offset;
        z->n = 1;
        for (int64_t day = 0; day <= CHANGE_LAST_S && z->n < CHANGES_MAX; day += DAY_S) {
                int64_t next = offset_at(day);
                if (next == offset)
                        continue;
                int64_t before = day - DAY_S, after = day;
                while (after - before > 1) {
                        int64_t middle = before + (after - before) / 2;
                        if (offset_at(middle) == offset)
                                before = middle;
                        else
                                after = middle;
                }
                offset = next;
                z->change[z->n].from_s = after;
                z->change[z->n++].offset_s = offset;
        }
}

const struct zone *zone_find(struct slice name)
{
        for (size_t i = 0; i < known.n; i++)
                if (slice_is(name, known.zone[i]->name))
                        return known.zone[i];
        errno = ENOENT;
        if (known.n == ZONES_MAX || name.len == 0 || name.len >= NAME_BYTES)
                return NULL;
        struct zone *z = calloc(1, sizeof *z);
        if (!z)
                return NULL; /* errno says so */
        memcpy(z->name, name.at, name.len);
        if (clock_set_zone(z->name) != 0) {
                free(z);
                errno = ENOENT;
                return NULL;
        }
        find_changes(z);
        known.zone[known.n++] = z;
        return z;
}

int64_t zone_to_utc_s(const struct zone *zone, int64_t local_s)
{
        /* The last change that is surely over; a local clock is never more than a day off. */
        size_t low = 0, high = zone->n;
        while (high - low > 1) {
                size_t middle = low + (high - low) / 2;
                if (zone->change[middle].from_s <= local_s - DAY_S)
                        low = middle;
                else
                        high = middle;
        }
        for (;; low++) {
                int64_t utc_s = local_s - zone->change[low].offset_s;
                if (low + 1 == zone->n || utc_s < zone->change[low + 1].from_s)
                        return utc_s; /* where a reading occurs twice, the first time is met first */
                if (local_s - zone->change[low + 1].offset_s < zone->change[low + 1].from_s)
                        return utc_s; /* skipped: the old offset makes it later by what was skipped */
        }
}

/* ---- reading ---- */

static bool digits(struct slice s, size_t at, size_t n, int32_t *out)
{
        int32_t v = 0;
        if (at + n > s.len)
                return false;
        for (size_t i = at; i < at + n; i++) {
                if (s.at[i] < '0' || s.at[i] > '9')
                        return false;
                v = v * 10 + (s.at[i] - '0');
        }
        *out = v;
        return true;
}

static bool is(struct slice s, size_t at, const char *any)
{
        return at < s.len && s.at[at] != 0 && strchr(any, s.at[at]) != NULL;
}

/* "Z", "+02", "+0200", "+02:00" from `at` to the end. */
static bool read_offset(struct slice s, size_t at, int64_t *offset_s)
{
        int32_t hours = 0, minutes = 0;
        if (is(s, at, "Zz") && at + 1 == s.len) {
                *offset_s = 0;
                return true;
        }
        if (!is(s, at, "+-") || !digits(s, at + 1, 2, &hours))
                return false;
        size_t rest = at + 3 + is(s, at + 3, ":");
        if (at + 3 < s.len && (!digits(s, rest, 2, &minutes) || rest + 2 != s.len))
                return false;
        *offset_s = (hours * INT64_C(3600) + minutes * INT64_C(60)) * (s.at[at] == '-' ? -1 : 1);
        return hours <= 18 && minutes <= 59;
}

/* The clock reading after the date; *next is where it ends. */
static bool read_clock(struct slice s, int64_t *second, int64_t *ms, uint8_t *precision, size_t *next)
{
        int32_t h = 0, m = 0, sec = 0;
        if (!digits(s, 11, 2, &h) || !is(s, 13, ":") || !digits(s, 14, 2, &m))
                return false;
        size_t at = 16;
        *precision = ZONE_MINUTE;
        *ms = 0;
        if (is(s, at, ":")) {
                if (!digits(s, at + 1, 2, &sec))
                        return false;
                at += 3;
                *precision = ZONE_SECOND;
                if (is(s, at, ".,")) {
                        int64_t scale = 100;
                        size_t begin = ++at;
                        for (; is(s, at, "0123456789"); at++, scale /= 10)
                                *ms += (s.at[at] - '0') * scale;
                        if (at == begin)
                                return false;
                }
        }
        *next = at;
        *second = h * INT64_C(3600) + m * INT64_C(60) + sec;
        return h < 24 && m < 60 && sec < 60;
}

int zone_parse(const struct zone *zone, struct slice text, wall_ms *at, uint8_t *precision, const char **why)
{
        struct civil_date date;
        int64_t second = 12 * INT64_C(3600), ms = 0, offset_s = 0;
        *why = "is no time such as 2026-03-31 or 2026-03-31T17:05:00";
        if (!digits(text, 0, 4, &date.year) || !is(text, 4, "-") || !digits(text, 5, 2, &date.month) ||
                !is(text, 7, "-") || !digits(text, 8, 2, &date.day))
                return 1;
        size_t next = 10;
        *precision = ZONE_DAY;
        if (text.len > 10 && (!is(text, 10, "T t") || !read_clock(text, &second, &ms, precision, &next)))
                return 1;
        bool absolute = next < text.len;
        if (absolute && (next == 10 || !read_offset(text, next, &offset_s)))
                return 1;
        if (!civil_valid(date) || date.year < FIRST_YEAR || date.year > LAST_YEAR) {
                *why = "is a day that does not exist, or not in 1970 to 2099";
                return 1;
        }
        int64_t local_s = civil_to_day(date) * DAY_S + second;
        *at = (absolute ? local_s - offset_s : zone_to_utc_s(zone, local_s)) * SECOND_MS + ms;
        return 0;
}
