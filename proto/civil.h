/* The calendar as arithmetic: civil dates against days since 1970, and ages in calendar days and months.
 * Pure: the time zone is applied by server/common/clock before anything gets here. */
#ifndef PROTO_CIVIL_H
#define PROTO_CIVIL_H

#include "proto/base.h"

/* A date of the proleptic Gregorian calendar. month 1-12, day 1-31. */
struct civil_date {
        int32_t year;
        int32_t month;
        int32_t day;
};

static inline bool civil_leap(int32_t year)
{
        return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Days in the month, 28-31; month must be 1-12. */
static inline int32_t civil_month_days(int32_t year, int32_t month)
{
        if (month == 2)
                return civil_leap(year) ? 29 : 28;
        return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/* True for a date that exists, in the years 1 to 9999. */
static inline bool civil_valid(struct civil_date d)
{
        return d.year >= 1 && d.year <= 9999 && d.month >= 1 && d.month <= 12 && d.day >= 1 &&
               d.day <= civil_month_days(d.year, d.month);
}

/* Days from 1970-01-01 to a valid date; negative before it. Years run from March here, so that the leap
 * day is the last of its year and months have a plain formula. */
static inline store_day civil_to_day(struct civil_date d)
{
        int32_t y = d.month <= 2 ? d.year - 1 : d.year;
        int32_t m = d.month <= 2 ? d.month + 9 : d.month - 3;
        return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + d.day - 1 - 719468;
}

/* The date of a day in the years 1 to 9999; the inverse of civil_to_day. */
static inline struct civil_date civil_from_day(store_day day)
{
        int32_t n = day + 719468;
        int32_t era = n / 146097;
        int32_t in_era = n % 146097;
        int32_t y = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
        int32_t in_year = in_era - (365 * y + y / 4 - y / 100);
        int32_t m = (5 * in_year + 2) / 153;
        struct civil_date d = {
                .year = y + era * 400 + (m >= 10 ? 1 : 0),
                .month = m < 10 ? m + 3 : m - 9,
                .day = in_year - (153 * m + 2) / 5 + 1,
        };
        return d;
}

/* Whole calendar days from `then` to `now`; negative when `then` is later. */
static inline int32_t civil_age_days(store_day then, store_day now)
{
        return now - then;
}

/* Whole calendar months from `then` to `now`. A month is complete on the same day of the month, or on the
 * month's last day where that day does not exist (31 January to 28 February is one month). 0 when `then`
 * is later. */
static inline int32_t civil_age_months(store_day then, store_day now)
{
        if (then >= now)
                return 0;
        struct civil_date a = civil_from_day(then);
        struct civil_date b = civil_from_day(now);
        int32_t months = (b.year - a.year) * 12 + (b.month - a.month);
        int32_t due = a.day;
        if (due > civil_month_days(b.year, b.month))
                due = civil_month_days(b.year, b.month);
        return b.day < due ? months - 1 : months;
}

#endif
