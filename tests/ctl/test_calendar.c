/* iCalendar files, as other programs write them: what is read of them, and what is refused. */
#include "tests/ctl/cm.h"

#include "server/common/clock.h"
#include "server/ctl/calendar.h"
#include "server/ctl/roster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What was told, one line each: "summary begins/ends", "break: ...", "line N why". */
struct told {
        char text[8192];
        char summary[128];
        unsigned n;
        unsigned most; /* occurrences until it says stop; 0: all */
};

static void add(struct told *t, const char *line)
{
        size_t n = strlen(t->text);
        snprintf(t->text + n, sizeof t->text - n, "%s\n", line);
}

static const char *on_event(void *ctx, const struct calendar_event *e)
{
        struct told *t = ctx;
        snprintf(t->summary, sizeof t->summary, "%s%s", e->rest ? "break: " : "",
                e->associate  ? e->associate
                : e->attendee ? e->attendee
                              : e->summary);
        return strcmp(e->summary, "nobody") == 0 ? "names nobody" : NULL;
}

static void stamp(wall_ms at, char out[24])
{
        int64_t minute = at / MINUTE_MS;
        struct civil_date d = civil_from_day((store_day)(minute / 1440));
        snprintf(out, 24, "%02d-%02dT%02d:%02d", (int)d.month % 100, (int)d.day % 100,
                (int)(minute % 1440 / 60), (int)(minute % 60));
}

static bool on_occurs(void *ctx, wall_ms begins, wall_ms ends)
{
        struct told *t = ctx;
        char line[256], from[24], to[24];
        stamp(begins, from);
        stamp(ends, to);
        snprintf(line, sizeof line, "%s %s/%s", t->summary, from, to);
        add(t, line);
        return t->most == 0 || ++t->n < t->most;
}

static bool on_reject(void *ctx, uint64_t line, const char *why)
{
        char text[256];
        snprintf(text, sizeof text, "line %u %s", (unsigned)line, why);
        add(ctx, text);
        return true;
}

static int read_text(const char *text, const char *from, const char *until, struct told *out)
{
        struct calendar_calls calls = {out, on_event, on_occurs, on_reject};
        struct calendar_error error;
        wall_ms a, b;
        assert_int_equal(clock_parse(from, &a), 0);
        assert_int_equal(clock_parse(until, &b), 0);
        const struct zone *zone = zone_find(slice_of("Europe/Paris"));
        assert_non_null(zone);
        return calendar_read(text, zone, a, b, &calls, &error);
}

/* The events between BEGIN and END of a calendar, in March 2026, where the clocks change on the 29th. */
static void expect(const char *events, const char *told)
{
        static struct told t;
        char text[8192];
        memset(&t, 0, sizeof t);
        snprintf(text, sizeof text, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n%sEND:VCALENDAR\r\n",
                events);
        assert_int_equal(read_text(text, "2026-03-20T00:00Z", "2026-04-10T00:00Z", &t), 0);
        assert_string_equal(t.text, told);
}

#define EVENT(body) "BEGIN:VEVENT\r\nUID:u1\r\n" body "END:VEVENT\r\n"

static void test_one(void **state)
{
        (void)state;
        expect(EVENT("SUMMARY:Maria\r\nDTSTART:20260323T090000\r\nDTEND:20260323T170000\r\n"),
                "Maria 03-23T08:00/03-23T16:00\n");
        expect(EVENT("SUMMARY:Maria\r\nDTSTART:20260323T090000Z\r\nDURATION:PT8H\r\n"),
                "Maria 03-23T09:00/03-23T17:00\n");
        expect(EVENT("SUMMARY:M\r\nDTSTART;TZID=America/New_York:20260323T090000\r\nDTEND;TZID=America/"
                     "New_York:"
                     "20260323T170000\r\n"),
                "M 03-23T13:00/03-23T21:00\n");
        /* A folded line, and what says more surely whose it is. */
        expect(EVENT("SUMMARY:Ma\r\n ria Lindgren\r\nDTSTART:20260323T090000\r\nDTEND:20260323T170000\r\n"),
                "Maria Lindgren 03-23T08:00/03-23T16:00\n");
        expect(EVENT("SUMMARY:Early\r\nX-MAITRED-ASSOCIATE:a-17\r\nDTSTART:20260323T090000\r\nDTEND:"
                     "20260323T170000\r\n"),
                "a-17 03-23T08:00/03-23T16:00\n");
        expect(EVENT("SUMMARY:Early\r\nATTENDEE;CN=Maria:mailto:m@x.example\r\nCATEGORIES:BREAK\r\n"
                     "DTSTART:20260323T120000\r\nDTEND:20260323T123000\r\n"),
                "break: Maria 03-23T11:00/03-23T11:30\n");
}

static void test_repeats(void **state)
{
        (void)state;
        /* Nine in the morning stays nine when the clocks change: 08:00 UTC becomes 07:00. */
        expect(EVENT("SUMMARY:M\r\nDTSTART:20260327T090000\r\nDTEND:20260327T170000\r\n"
                     "RRULE:FREQ=DAILY;COUNT=4\r\nEXDATE:20260328T090000\r\n"),
                "M 03-27T08:00/03-27T16:00\nM 03-29T07:00/03-29T15:00\nM 03-30T07:00/03-30T15:00\n");
        /* A night over the change ends by the clock, an hour earlier than it would. */
        expect(EVENT("SUMMARY:N\r\nDTSTART:20260328T220000\r\nDTEND:20260329T060000\r\n"),
                "N 03-28T21:00/03-29T04:00\n");
        /* The skipped hour: half past two counts as half past three. */
        expect(EVENT("SUMMARY:S\r\nDTSTART:20260329T023000\r\nDTEND:20260329T080000\r\n"),
                "S 03-29T01:30/03-29T06:00\n");
        /* Begun long ago, weekly on two days, until a moment in UTC that is just the last one's. */
        expect(EVENT("SUMMARY:W\r\nDTSTART;TZID=Europe/Paris:20250106T100000\r\nDTEND;TZID=Europe/Paris:"
                     "20250106T120000\r\nRRULE:FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20260326T090000Z\r\n"),
                "W 03-23T09:00/03-23T11:00\nW 03-26T09:00/03-26T11:00\n");
        expect(EVENT("SUMMARY:R\r\nDTSTART:20260323T090000\r\nDTEND:20260323T100000\r\nRDATE:"
                     "20260325T110000\r\n"),
                "R 03-23T08:00/03-23T09:00\nR 03-25T10:00/03-25T11:00\n");
        /* Outside of the window nothing is told. */
        expect(EVENT("SUMMARY:O\r\nDTSTART:20260101T090000\r\nDTEND:20260101T100000\r\n"), "");
}

static void test_moved_and_cancelled(void **state)
{
        (void)state;
        expect(EVENT("SUMMARY:M\r\nDTSTART:20260323T090000\r\nDTEND:20260323T170000\r\nRRULE:FREQ=DAILY;"
                     "COUNT=3\r\n") EVENT("SUMMARY:M\r\nRECURRENCE-ID:20260324T090000\r\nDTSTART:"
                                          "20260324T130000\r\nDTEND:"
                                          "20260324T170000\r\n")
                        EVENT("SUMMARY:M\r\nRECURRENCE-ID:20260325T090000\r\nSTATUS:CANCELLED\r\n"
                              "DTSTART:20260325T090000\r\nDTEND:20260325T170000\r\n"),
                "M 03-23T08:00/03-23T16:00\nM 03-24T12:00/03-24T16:00\n");
        expect(EVENT("SUMMARY:M\r\nSTATUS:CANCELLED\r\nDTSTART:20260323T090000\r\nDTEND:20260323T170000\r\n"),
                "");
}

/* A zone that only the file knows, as some programs write them. */
static void test_own_zone(void **state)
{
        (void)state;
        expect("BEGIN:VTIMEZONE\r\nTZID:Far\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+"
               "0530\r\n"
               "TZOFFSETTO:+0530\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n" EVENT(
                       "SUMMARY:F\r\nDTSTART;TZID=Far:20260323T090000\r\nDTEND;TZID=Far:20260323T170000\r\n"),
                "F 03-23T03:30/03-23T11:30\n");
        expect(EVENT("SUMMARY:F\r\nDTSTART;TZID=Nowhere:20260323T090000\r\nDTEND;TZID=Nowhere:"
                     "20260323T170000\r\n"),
                "line 4 has a time zone that neither this file nor the tz database knows\n");
}

static void test_refused(void **state)
{
        (void)state;
        expect(EVENT("SUMMARY:D\r\nDTSTART;VALUE=DATE:20260323\r\nDTEND;VALUE=DATE:20260324\r\n"),
                "line 4 is a whole day; a shift has a beginning and an end\n");
        expect(EVENT("SUMMARY:D\r\nDTSTART:20260323T090000\r\n"),
                "line 4 does not end after it begins, within 24 hours\n");
        expect(EVENT("SUMMARY:D\r\nDTSTART:20260323T090000\r\nDTEND:20260324T100000\r\n"),
                "line 4 does not end after it begins, within 24 hours\n");
        expect(EVENT("SUMMARY:fine\r\nDTSTART:20260323T090000\r\nDTEND:20260323T100000\r\n")
                        EVENT("SUMMARY:nobody\r\nDTSTART:20260323T090000\r\nDTEND:20260323T100000\r\n"),
                "fine 03-23T08:00/03-23T09:00\nline 10 names nobody\n");
        expect(EVENT("SUMMARY:S\r\nDTSTART:20260101T090000Z\r\nDTEND:20260101T090001Z\r\nRRULE:FREQ="
                     "SECONDLY\r\n"),
                "line 4 is repeated more often than 20000 times; begin it later\n");
        expect(EVENT("SUMMARY:D\r\nDTEND:20260324T100000\r\n"), "line 4 has no beginning that is a time\n");
}

static void test_no_calendar(void **state)
{
        (void)state;
        static const char *const texts[] = {
                "", "hello", "associate,start,end\n", "BEGIN:VEVENT\r\nEND:VEVENT\r\n"};
        for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
                struct told t = {{0}};
                assert_int_equal(read_text(texts[i], "2026-03-20", "2026-04-10", &t), 1);
                assert_string_equal(t.text, "");
        }
}

static void test_stop(void **state)
{
        (void)state;
        struct told t = {.most = 2};
        assert_int_equal(read_text("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" EVENT(
                                           "SUMMARY:M\r\nDTSTART:20260323T090000\r\nDTEND:20260323T100000\r\n"
                                           "RRULE:FREQ=DAILY\r\n") "END:VCALENDAR\r\n",
                                 "2026-03-20T00:00Z", "2026-04-10T00:00Z", &t),
                0);
        assert_string_equal(t.text, "M 03-23T08:00/03-23T09:00\nM 03-24T08:00/03-24T09:00\n");
}

/* Who is meant: by id, by whole name, by the words of a summary; never by guessing. */
static void test_who(void **state)
{
        (void)state;
        static struct roster_person one[] = {
                {"a-1", "Maria Lindgren"}, {"a-2", "Jonas Ek"}, {"a-3", "Maria Lind"}};
        const struct roster_people people = {3, one};
        const char *why;
        assert_int_equal(roster_who(&people, "a-2", NULL, "", &why), 1);
        assert_int_equal(roster_who(&people, "a-9", NULL, "", &why), -1);
        assert_int_equal(roster_who(&people, NULL, "maria lind", "", &why), 2);
        assert_int_equal(roster_who(&people, NULL, NULL, "Early shift: JONAS EK (shoes)", &why), 1);
        assert_int_equal(roster_who(&people, NULL, NULL, "Maria Lindgren", &why), 0);
        assert_int_equal(roster_who(&people, NULL, NULL, "a-3 late", &why), 2);
        assert_int_equal(roster_who(&people, NULL, NULL, "Maria", &why), -1);
        assert_int_equal(roster_who(&people, NULL, NULL, "Jonas Ek and Maria Lind", &why), -1);
        assert_non_null(strstr(why, "more than one"));
        assert_int_equal(roster_who(&people, NULL, "Front desk", "Jonas Ek", &why), 1);
}

/* Days of the store, where midnight is. */
static void test_days(void **state)
{
        (void)state;
        const struct zone *paris = zone_find(slice_of("Europe/Paris")),
                          *apia = zone_find(slice_of("Pacific/Apia"));
        assert_non_null(apia);
        wall_ms at;
        assert_int_equal(clock_parse("2026-03-28T23:00Z", &at), 0);
        assert_int_equal(roster_day_of(paris, at), civil_to_day((struct civil_date){2026, 3, 29}));
        assert_int_equal(roster_day_of(paris, at - 1), civil_to_day((struct civil_date){2026, 3, 28}));
        assert_int_equal(
                roster_midnight(paris, civil_to_day((struct civil_date){2026, 3, 30})) - at, 23 * HOUR_MS);
        assert_int_equal(roster_day_of(apia, at), civil_to_day((struct civil_date){2026, 3, 29}));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_one),
                cmocka_unit_test(test_repeats),
                cmocka_unit_test(test_moved_and_cancelled),
                cmocka_unit_test(test_own_zone),
                cmocka_unit_test(test_refused),
                cmocka_unit_test(test_no_calendar),
                cmocka_unit_test(test_stop),
                cmocka_unit_test(test_who),
                cmocka_unit_test(test_days),
        };
        return cmocka_run_group_tests_name("ctl: calendars", tests, NULL, NULL);
}
