/* What the house rules say of a moment, a person, a visit. */
#include "server/core/house.h"

#include "proto/civil.h"

/* The day whose hours these are. */
static store_day day_of_hours(const struct house *house, store_day day, int32_t minute)
{
        const int32_t *v = house->value;
        return v[HOUSE_CLOSES] < v[HOUSE_OPENS] && minute < v[HOUSE_CLOSES] ? day - 1 : day;
}

bool house_open(const struct house *house, store_day day, int32_t minute)
{
        const int32_t *v = house->value, whole = 24 * 60;
        if (house_days_has(&house->closed, day_of_hours(house, day, minute)))
                return false;
        if (v[HOUSE_OPENS] == v[HOUSE_CLOSES])
                return true;
        int32_t length = v[HOUSE_CLOSES] - v[HOUSE_OPENS];
        length += length < 0 ? whole : 0; /* after midnight; but 24:00 is today's */
        int32_t since = (minute - v[HOUSE_OPENS] + whole) % whole;
        return since >= v[HOUSE_FIRST_CALL] && since < length - v[HOUSE_LAST_CALL];
}

bool house_event(const struct house *house, store_day day, int32_t minute)
{
        return house_days_has(&house->events, day_of_hours(house, day, minute));
}

bool house_minor(int32_t least_age, store_day born, store_day today)
{
        struct civil_date from = civil_from_day(born), to = civil_from_day(today);
        int32_t years = to.year - from.year;
        if (to.month < from.month || (to.month == from.month && to.day < from.day))
                years--;
        return years < least_age;
}

bool house_always_holds(const struct house *house, const struct house_always *always, store_day today)
{
        store_day used = always->used > always->given ? always->used : always->given;
        return always->not_todays < (uint32_t)house->value[HOUSE_NOT_TODAYS] &&
               civil_age_months(used, today) < house->value[HOUSE_FADES] &&
               civil_age_months(always->given, today) < house->value[HOUSE_ENDS];
}

bool house_wifi(const struct house *house, bool may_be)
{
        const int32_t *v = house->value;
        return v[HOUSE_WIFI] && v[HOUSE_WIFI_SIGN] && (!may_be || v[HOUSE_MAY_BE]);
}

bool house_zone_not(const struct house *house, const char *zone, const char *name)
{
        return house_names_has(&house->zones_not, zone) || house_names_has(&house->zones_not, name);
}

/* What becomes of a visit: 0 she is called for as long as she stayed; each other answer has a number. */
static int fate(const struct house *h, const struct house_visit *v, bool shut)
{
        if (!house_open(h, v->day, v->minute))
                return 1;
        if (shut)
                return 7;
        if (!v->own && house_event(h, v->day, v->minute))
                return 6;
        if (v->nth > (uint32_t)h->value[HOUSE_ALERTS])
                return 2;
        if (v->sensed && !house_wifi(h, v->may_be))
                return 3;
        if (v->sensed && v->gap_min >= 0 && v->gap_min < h->value[HOUSE_SAME_VISIT])
                return 4;
        if (!v->sensed && v->held_min > h->value[HOUSE_HOLDS] * 60)
                return 5;
        return v->crowd > (uint32_t)h->value[HOUSE_ARRIVALS] ? 8 : 0; /* called, but more than it can serve */
}

bool house_changes(const struct house *live, const struct house *draft, const struct house_visit *visit)
{
        return fate(live, visit, visit->shut[0]) != fate(draft, visit, visit->shut[1]);
}
