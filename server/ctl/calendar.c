#include "server/ctl/calendar.h"

#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "proto/civil.h"

#define DAY_S INT64_C(86400)

/* One instance that an event of its own replaces. */
struct moved {
        const char *uid; /* borrowed from its event */
        wall_ms at;
};

struct reading {
        const struct calendar_calls *calls;
        const struct zone *zone;
        wall_ms from, until;
        icalcomponent *calendar; /* the VCALENDAR of the present event */
        struct moved *moved;
        size_t n_moved;
        const char *text; /* what has not been looked through for the next BEGIN:VEVENT */
        uint64_t line;    /* of `text` */
        bool stop;
};

/* ---- times ---- */
static int64_t local_s(struct icaltimetype t)
{
        struct civil_date date = {t.year, t.month, t.day};
        return civil_to_day(date) * DAY_S + t.hour * 3600 + t.minute * 60 + t.second;
}

static bool sane(struct icaltimetype t)
{
        return civil_valid((struct civil_date){t.year, t.month, t.day}) && t.year >= 1970 && t.year <= 2099 &&
               t.hour >= 0 && t.hour <= 23 && t.minute >= 0 && t.minute <= 59 && t.second >= 0 &&
               t.second <= 60;
}

/* In which clock a property's readings are. */
struct clock_of {
        bool utc;
        const struct zone *zone; /* of the tz database; NULL: `own` */
        const icaltimezone *own; /* as the file describes it */
};

/* False: its zone is known to nobody. */
static bool clock_of(
        const struct reading *r, icalproperty *property, struct icaltimetype t, struct clock_of *out)
{
        icalparameter *parameter = icalproperty_get_first_parameter(property, ICAL_TZID_PARAMETER);
        const char *name = parameter ? icalparameter_get_tzid(parameter) : NULL;
        *out = (struct clock_of){.utc = icaltime_is_utc(t), .zone = r->zone};
        if (out->utc || name == NULL)
                return true;
        out->zone = zone_find((struct slice){name, strlen(name)});
        out->own = out->zone ? NULL : icalcomponent_get_timezone(r->calendar, name);
        return out->zone || out->own;
}

static wall_ms to_utc(const struct clock_of *clock, int64_t local)
{
        if (clock->utc)
                return local * SECOND_MS;
        if (clock->zone)
                return zone_to_utc_s(clock->zone, local) * SECOND_MS;
        struct civil_date date = civil_from_day((store_day)(local / DAY_S));
        struct icaltimetype t = icaltime_null_time();
        int64_t second = local % DAY_S;
        t.year = date.year, t.month = date.month, t.day = date.day;
        t.hour = (int)(second / 3600), t.minute = (int)(second / 60 % 60), t.second = (int)(second % 60);
        return (wall_ms)icaltime_as_timet_with_zone(t, clock->own) * SECOND_MS;
}

/* ---- one event ---- */
struct event {
        icalcomponent *component;
        const char *uid;
        struct clock_of clock;
        int64_t starts_s, length_s; /* by its clock */
        bool instance;              /* it is a moved one itself */
};

static icalproperty *first(const struct event *e, icalproperty_kind kind)
{
        return icalcomponent_get_first_property(e->component, kind);
}

static const char *read_length(const struct reading *r, struct event *e)
{
        icalproperty *end = first(e, ICAL_DTEND_PROPERTY), *duration = first(e, ICAL_DURATION_PROPERTY);
        struct clock_of clock;
        if (end) {
                struct icaltimetype t = icalproperty_get_dtend(end);
                if (!sane(t) || t.is_date || !clock_of(r, end, t, &clock))
                        return "has an end that is no time";
                /* Both by the clock of the beginning, also if the end is written in another zone. */
                bool alike =
                        clock.utc == e->clock.utc && clock.zone == e->clock.zone && clock.own == e->clock.own;
                e->length_s =
                        alike ? local_s(t) - e->starts_s
                              : (to_utc(&clock, local_s(t)) - to_utc(&e->clock, e->starts_s)) / SECOND_MS;
        } else if (duration) {
                e->length_s = icaldurationtype_as_int(icalproperty_get_duration(duration));
        }
        return e->length_s > 0 && e->length_s <= DAY_S ? NULL
                                                       : "does not end after it begins, within 24 hours";
}

static const char *read_times(const struct reading *r, struct event *e)
{
        icalproperty *start = first(e, ICAL_DTSTART_PROPERTY);
        struct icaltimetype t = start ? icalproperty_get_dtstart(start) : icaltime_null_time();
        icalproperty *uid = first(e, ICAL_UID_PROPERTY);
        e->uid = uid ? icalproperty_get_uid(uid) : "";
        e->instance = first(e, ICAL_RECURRENCEID_PROPERTY) != NULL;
        if (!start || !sane(t))
                return "has no beginning that is a time";
        if (t.is_date)
                return "is a whole day; a shift has a beginning and an end";
        if (!clock_of(r, start, t, &e->clock))
                return "has a time zone that neither this file nor the tz database knows";
        e->starts_s = local_s(t);
        return read_length(r, e);
}

/* Whether a time of a property (an EXDATE) is that of this occurrence: the moment, or the day it names. */
static bool same_time(
        const struct reading *r, icalproperty *property, struct icaltimetype t, int64_t local, wall_ms at)
{
        struct clock_of clock;
        if (!sane(t))
                return false;
        if (t.is_date)
                return local_s(t) / DAY_S == local / DAY_S;
        return clock_of(r, property, t, &clock) && to_utc(&clock, local_s(t)) == at;
}

static bool taken_away(const struct reading *r, const struct event *e, int64_t local, wall_ms at)
{
        for (icalproperty *x = first(e, ICAL_EXDATE_PROPERTY); x;
                x = icalcomponent_get_next_property(e->component, ICAL_EXDATE_PROPERTY))
                if (same_time(r, x, icalproperty_get_exdate(x), local, at))
                        return true;
        for (size_t i = 0; !e->instance && i < r->n_moved; i++)
                if (r->moved[i].at == at && strcmp(r->moved[i].uid, e->uid) == 0)
                        return true;
        return false;
}

/* One occurrence, by the event's clock. */
static void occurs(struct reading *r, const struct event *e, int64_t local)
{
        wall_ms at = to_utc(&e->clock, local), ends = to_utc(&e->clock, local + e->length_s);
        if (at >= r->from && at < r->until && ends > at && !taken_away(r, e, local, at))
                r->stop |= !r->calls->occurs(r->calls->ctx, at, ends);
}

/* The rule without its end is libical's; the end is compared here, since it may be in UTC where the rest is
 * not. */
static const char *repeat(struct reading *r, const struct event *e, icalproperty *rule)
{
        struct icalrecurrencetype rr = icalproperty_get_rrule(rule);
        struct icaltimetype until = rr.until,
                            start = icalproperty_get_dtstart(first(e, ICAL_DTSTART_PROPERTY));
        bool ends = !icaltime_is_null_time(until);
        if (rr.freq == ICAL_NO_RECURRENCE || (ends && !sane(until)))
                return "has a rule that cannot be read";
        rr.until = icaltime_null_time();
        start.zone = NULL;
        icalrecur_iterator *turns = icalrecur_iterator_new(rr, start);
        const char *why = turns ? NULL : "has a rule that cannot be read";
        for (int n = 0; turns && !r->stop; n++) {
                struct icaltimetype t = icalrecur_iterator_next(turns);
                if (icaltime_is_null_time(t) || !sane(t))
                        break;
                wall_ms at = to_utc(&e->clock, local_s(t));
                bool over = ends && (until.is_date               ? local_s(t) / DAY_S > local_s(until) / DAY_S
                                            : until.zone == NULL ? local_s(t) > local_s(until)
                                                                 : at > local_s(until) * SECOND_MS);
                if (over || at >= r->until)
                        break;
                if (n >= CALENDAR_TURNS_MAX) {
                        why = "is repeated more often than 20000 times; begin it later";
                        break;
                }
                occurs(r, e, local_s(t));
        }
        if (turns)
                icalrecur_iterator_free(turns);
        return why;
}

static const char *all_occurrences(struct reading *r, const struct event *e)
{
        icalproperty *rule = first(e, ICAL_RRULE_PROPERTY);
        const char *why = NULL;
        if (rule && !e->instance)
                why = repeat(r, e, rule);
        else
                occurs(r, e, e->starts_s);
        for (icalproperty *x = first(e, ICAL_RDATE_PROPERTY); x && !r->stop;
                x = icalcomponent_get_next_property(e->component, ICAL_RDATE_PROPERTY)) {
                struct icaltimetype t = icalproperty_get_rdate(x).time;
                struct event other = *e;
                if (sane(t) && !t.is_date && clock_of(r, x, t, &other.clock))
                        occurs(r, &other, local_s(t));
        }
        return why;
}

/* ---- what it says of itself ---- */
static const char *x_property(const struct event *e, const char *name)
{
        for (icalproperty *x = first(e, ICAL_X_PROPERTY); x;
                x = icalcomponent_get_next_property(e->component, ICAL_X_PROPERTY))
                if (icalproperty_get_x_name(x) && strcasecmp(icalproperty_get_x_name(x), name) == 0)
                        return icalproperty_get_x(x);
        return NULL;
}

static bool is_rest(const struct event *e)
{
        const char *kind = x_property(e, "X-MAITRED-KIND");
        if (kind)
                return strcasecmp(kind, "break") == 0;
        for (icalproperty *x = first(e, ICAL_CATEGORIES_PROPERTY); x;
                x = icalcomponent_get_next_property(e->component, ICAL_CATEGORIES_PROPERTY))
                if (icalproperty_get_categories(x) &&
                        strcasecmp(icalproperty_get_categories(x), "break") == 0)
                        return true;
        return false;
}

static const char *only_attendee(const struct event *e)
{
        icalproperty *one = first(e, ICAL_ATTENDEE_PROPERTY);
        if (!one || icalcomponent_get_next_property(e->component, ICAL_ATTENDEE_PROPERTY))
                return NULL;
        icalparameter *cn = icalproperty_get_first_parameter(one, ICAL_CN_PARAMETER);
        return cn ? icalparameter_get_cn(cn) : NULL;
}

static bool cancelled(const struct event *e)
{
        icalproperty *status = first(e, ICAL_STATUS_PROPERTY);
        return status && icalproperty_get_status(status) == ICAL_STATUS_CANCELLED;
}

/* The line on which the next event begins: libical keeps none. */
static uint64_t next_line(struct reading *r)
{
        while (*r->text) {
                const char *end = strchr(r->text, '\n');
                bool here = strncasecmp(r->text, "BEGIN:VEVENT", 12) == 0;
                uint64_t line = r->line;
                r->text = end ? end + 1 : r->text + strlen(r->text);
                r->line += end != NULL;
                if (here)
                        return line;
        }
        return r->line;
}

static void take(struct reading *r, icalcomponent *component)
{
        struct event e = {.component = component};
        uint64_t line = next_line(r);
        if (cancelled(&e))
                return;
        icalproperty *summary = first(&e, ICAL_SUMMARY_PROPERTY);
        const char *said = summary ? icalproperty_get_summary(summary) : NULL;
        const char *why = read_times(r, &e);
        if (!why) {
                struct calendar_event event = {.line = line,
                        .associate = x_property(&e, "X-MAITRED-ASSOCIATE"),
                        .attendee = only_attendee(&e),
                        .summary = said ? said : "",
                        .rest = is_rest(&e)};
                why = r->calls->event(r->calls->ctx, &event);
        }
        if (!why)
                why = all_occurrences(r, &e);
        if (why)
                r->stop |= !r->calls->reject(r->calls->ctx, line, why);
}

/* ---- the file ---- */
typedef void visit(struct reading *r, icalcomponent *event);

/* Every event of every calendar, in the order of the file. */
static void for_each(struct reading *r, icalcomponent *root, visit *then)
{
        bool one = icalcomponent_isa(root) == ICAL_VCALENDAR_COMPONENT;
        icalcomponent *calendar =
                one ? root : icalcomponent_get_first_component(root, ICAL_VCALENDAR_COMPONENT);
        while (calendar && !r->stop) {
                icalcompiter events = icalcomponent_begin_component(calendar, ICAL_VEVENT_COMPONENT);
                r->calendar = calendar;
                for (icalcomponent *e; !r->stop && (e = icalcompiter_deref(&events)) != NULL;
                        icalcompiter_next(&events))
                        then(r, e);
                calendar = one ? NULL : icalcomponent_get_next_component(root, ICAL_VCALENDAR_COMPONENT);
        }
}

static void count(struct reading *r, icalcomponent *component)
{
        (void)component;
        r->n_moved++;
}

static void note_moved(struct reading *r, icalcomponent *component)
{
        struct event e = {.component = component};
        icalproperty *id = first(&e, ICAL_RECURRENCEID_PROPERTY), *uid = first(&e, ICAL_UID_PROPERTY);
        struct icaltimetype t = id ? icalproperty_get_recurrenceid(id) : icaltime_null_time();
        struct clock_of clock;
        if (id && uid && sane(t) && clock_of(r, id, t, &clock))
                r->moved[r->n_moved++] =
                        (struct moved){icalproperty_get_uid(uid), to_utc(&clock, local_s(t))};
}

static int fail(struct calendar_error *error, const char *text)
{
        snprintf(error->text, sizeof error->text, "%s", text);
        return 1;
}

int calendar_read(const char *text, const struct zone *zone, wall_ms from, wall_ms until,
        const struct calendar_calls *calls, struct calendar_error *error)
{
        struct reading r = {
                .calls = calls, .zone = zone, .from = from, .until = until, .text = text, .line = 1};
        icalerror_set_errors_are_fatal(0);
        icalcomponent *root = icalparser_parse_string(text);
        icalcomponent_kind kind = root ? icalcomponent_isa(root) : ICAL_NO_COMPONENT;
        int result = 0;
        if (kind != ICAL_VCALENDAR_COMPONENT && kind != ICAL_XROOT_COMPONENT)
                result = fail(error, "is no iCalendar file: it does not begin with BEGIN:VCALENDAR");
        if (result == 0)
                for_each(&r, root, count);
        if (r.n_moved > CALENDAR_EVENTS_MAX)
                result = fail(error, "has more than 20000 events; export a shorter time");
        r.moved = result == 0 ? calloc(r.n_moved + 1, sizeof *r.moved) : NULL;
        if (result == 0 && !r.moved)
                result = fail(error, "cannot be read: there is no memory");
        r.n_moved = 0;
        if (result == 0) {
                for_each(&r, root, note_moved);
                for_each(&r, root, take);
        }
        free(r.moved);
        if (root)
                icalcomponent_free(root);
        return result;
}
