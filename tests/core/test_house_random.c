/* The house rules in force over random histories, against a small model that was written beside the core. */
#include "tests/core/managing.h"
#include "tests/core/reach_story.h"
#include "tests/core/sensing.h"
#include "proto/civil.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include <string.h>

/* The operator saves over what is in force. */
static uint16_t save(struct rig *r, const char *text)
{
        struct message m = {.type = MESSAGE_HOUSE_SET};
        m.house_set.text = slice_of(text);
        m.house_set.base = r->house.version;
        r->face = FACE_OPERATOR;
        uint16_t status = rig_request(r, NULL, &m);
        r->face = FACE_ANY;
        return status;
}

static bool always_now(struct rig *r, const struct digest *phone)
{
        assert_int_equal(story_ask(r, phone, MESSAGE_NOW), 200);
        return story_says(r, "\"always\":true");
}

/* Shares nothing with the core but the names of things. */
struct model {
        int opens, closes, first, last, alerts, holds, refusals, fades; /* in force */
        struct days {
                int weekdays; /* bit 0 Sunday */
                int from, to;
        } closed, events;
        bool shoes, women; /* departments that nobody calls: her own associate's, and Jonas's */
        int day, minute;
        int64_t wall;
        bool here;
        int64_t since; /* the visit's arrival */
        int today, today_day;
        int no_day, said_no; /* the day of her newest "not today" since "always"; on how many since then */
        bool always;
        int given_day, used_day;
        struct digest handheld;
        uint64_t jonas; /* a peer of his, a new one each time */
        int on_events, on_others, shut;
};

static uint64_t seed_state;
static int draw(int n)
{
        seed_state = seed_state * 6364136223846793005u + 1442695040888963407u;
        return (int)((seed_state >> 33) % (uint64_t)n);
}

static bool one_of(const struct days *days, int day)
{
        return (days->weekdays >> ((day + 4) % 7) & 1) || (day >= days->from && day <= days->to);
}

/* `hours`: the day to which the hours of this minute belong, where it is open. */
static bool model_open(const struct model *m, int *hours)
{
        *hours = m->day;
        if (m->opens == m->closes)
                return !one_of(&m->closed, m->day);
        int end = m->closes > m->opens ? m->closes : m->closes + 1440;
        for (int at = m->minute; at <= m->minute + 1440; at += 1440) /* of today, or of the night before */
                if (at >= m->opens + m->first && at < end - m->last && at >= m->opens && at < end) {
                        *hours = at == m->minute ? m->day : m->day - 1;
                        return !one_of(&m->closed, *hours);
                }
        return false;
}

static int months_between(int from, int to) /* by walking through the calendar */
{
        int months = 0;
        struct civil_date a = civil_from_day(from);
        for (;; months++) {
                int month = a.month + months + 1, year = a.year + (month - 1) / 12;
                month = (month - 1) % 12 + 1;
                int last = civil_month_days(year, month), of = a.day < last ? a.day : last;
                if (civil_to_day((struct civil_date){year, month, of}) > to)
                        return months;
        }
}

static bool model_always(const struct model *m)
{
        int used = m->used_day > m->given_day ? m->used_day : m->given_day;
        return m->always && m->said_no < m->refusals && months_between(used, m->day) < m->fades;
}

static void move(struct rig *r, struct model *m, int64_t minutes)
{
        int64_t ms = minutes * MINUTE_MS;
        r->wall += ms;
        r->mono += ms;
        m->minute += (int)(minutes % 1440);
        m->day += (int)(minutes / 1440) + m->minute / 1440;
        m->minute %= 1440;
        r->day = m->day;
        r->minute = m->minute;
        rig_wait(r, SECOND_MS + 1);
        m->wall = r->wall;
        if (m->here && m->wall - m->since >= m->holds * HOUR_MS)
                m->here = false;
}

/* Her own is away, and Jonas is there: he is asked on any day but one of the own associates', unless his
 * department is left out, or hers, in whose place nobody is called. */
static void tap(struct rig *r, struct model *m, const struct digest *phone)
{
        uint32_t visits = r->n_visits;
        int hours;
        rig_forget_frames(r); /* it has room for one story's */
        m->jonas++;
        rig_open(r, m->jonas, FACE_HANDHELD, &m->handheld);
        rig_hello(r, m->jonas, "", 0);
        uint16_t wants = 200;
        bool begins = false;
        if (m->today_day != m->day) {
                m->today_day = m->day;
                m->today = 0;
        }
        if (!m->here) {
                wants = !model_open(m, &hours) ? 409 : m->today >= m->alerts ? 429 : 200;
                begins = wants == 200;
        }
        assert_int_equal(story_arrive(r, phone), wants);
        assert_int_equal(r->n_visits, visits + begins); /* an alert neither more nor less */
        rig_close(r, m->jonas);
        if (!begins)
                return;
        bool event = one_of(&m->events, hours), shut = m->shoes || m->women;
        m->on_events += event;
        m->on_others += !event && !shut;
        m->shut += shut && !event;
        assert_int_equal(rig_frames_of(r, m->jonas, CARD), !event && !shut);
        m->here = true;
        m->since = r->wall;
        m->today++;
        m->used_day = m->day;
}

static void draw_days(const struct model *m, struct days *to, char *text, size_t room)
{
        static const char *const names[] = {
                "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};
        to->weekdays = draw(3) ? 0 : 1 << draw(7) | 1 << draw(7);
        to->from = to->to = -1;
        if (draw(3) == 0) {
                to->from = m->day + draw(5);
                to->to = to->from + draw(4);
        }
        size_t len = 0;
        for (int i = 0; i < 7; i++)
                if (to->weekdays >> i & 1)
                        len += (size_t)snprintf(text + len, room - len, "%s%s", len ? ", " : "", names[i]);
        if (to->from >= 0) {
                struct civil_date a = civil_from_day(to->from), b = civil_from_day(to->to);
                len += (size_t)snprintf(text + len, room - len, "%s%04d-%02d-%02d to %04d-%02d-%02d",
                        len ? ", " : "", a.year, a.month, a.day, b.year, b.month, b.day);
        }
        if (len == 0)
                snprintf(text, room, "none");
}

static void choose_rules(struct rig *r, struct model *m)
{
        char text[1200], closed[400], events[400];
        struct model to = *m;
        draw_days(m, &to.closed, closed, sizeof(closed));
        draw_days(m, &to.events, events, sizeof(events));
        to.opens = draw(4) ? 15 * draw(96) : 600;
        to.closes = draw(4) ? 15 * draw(96) : 1200;
        to.first = 5 * draw(10);
        to.last = 5 * draw(10);
        to.alerts = 1 + draw(4);
        to.refusals = 1 + draw(3);
        to.fades = 1 + draw(6);
        to.shoes = draw(5) == 0;
        to.women = draw(5) == 0;
        if (!m->here) /* what holds a visit was settled when it began */
                to.holds = 1 + draw(5);
        snprintf(text, sizeof(text),
                "opens = %02d:%02d\ncloses = %02d:%02d\nfirst_call = %d\nlast_call = %d min\nalerts = %d\n"
                "not_todays = %d\nfades = %d\nholds = %d\nclosed_days = %s\nevent_days = %s\n"
                "alert_not = children, intimates, pharmacy%s%s\n",
                to.opens / 60, to.opens % 60, to.closes / 60, to.closes % 60, to.first, to.last, to.alerts,
                to.refusals, to.fades, to.holds, closed, events, to.shoes ? ", SHOES" : "",
                to.women ? ", women" : "");
        uint16_t status = save(r, text);
        assert_true(status == 0 || (status == 409 && story_says(r, "\"same\"")));
        *m = to;
}

static void do_one(struct rig *r, struct model *m, const struct digest *phone)
{
        switch (draw(8)) {
        case 0:
        case 1:
        case 2:
                tap(r, m, phone);
                break;
        case 3:
                assert_int_equal(story_ask(r, phone, MESSAGE_NOT_TODAY), 200);
                if (m->given_day && m->no_day != m->day)
                        m->said_no++;
                m->no_day = m->day;
                m->here = false;
                break;
        case 4:
                assert_int_equal(story_ask(r, phone, MESSAGE_LEAVING), 200);
                m->here = false;
                break;
        case 5:
                move(r, m, draw(3) ? 1 + draw(200) : 1 + draw(20 * 1440));
                break;
        case 6:
                choose_rules(r, m);
                break;
        default:
                if (!model_always(m)) {
                        sensing_notice(r, phone, true, true);
                        m->always = true;
                        m->given_day = m->day;
                        m->said_no = 0;
                        m->no_day = -1;
                }
        }
}

static void one_history(struct rig *r, int seen[3])
{
        struct digest phone;
        struct model m = {.opens = 600,
                .closes = 1200,
                .first = 10,
                .last = 20,
                .alerts = 2,
                .holds = 2,
                .refusals = 2,
                .fades = 6,
                .closed = {.from = -1, .to = -1},
                .events = {.from = -1, .to = -1},
                .handheld = rig_session(r, SESSION_HANDHELD, JONAS),
                .jonas = 1000,
                .day = r->day,
                .minute = r->minute,
                .no_day = -1};
        store_day end = r->day + 300; /* her consent as a whole holds for a year */
        assert_int_equal(story_join(r, ANNA, true, &phone), 200);
        for (int i = 0; i < 120 && r->day < end && r->n_visits + 2 < RIG_HELD; i++) {
                do_one(r, &m, &phone);
                assert_int_equal(always_now(r, &phone), model_always(&m));
        }
        seen[0] += m.on_events;
        seen[1] += m.on_others;
        seen[2] += m.shut;
}

static void random_histories_alert_as_the_model_says(void **state)
{
        const char *of = getenv("MAITRED_HISTORIES"), *from = getenv("MAITRED_SEED");
        int n = of ? (int)strtol(of, NULL, 10) : 60;
        seed_state = from ? strtoull(from, NULL, 10) : 7;
        print_message("seed %llu, %d histories\n", (unsigned long long)seed_state, n);
        int seen[3] = {0};
        (void)state;
        for (int i = 0; i < n; i++) {
                void *rig = NULL;
                assert_int_equal(story_setup(&rig), 0);
                one_history(rig, seen);
                assert_int_equal(story_teardown(&rig), 0);
        }
        print_message("%d visits began on event days, %d on others, %d where nobody may be called\n", seen[0],
                seen[1], seen[2]);
        assert_true(n < 20 || (seen[0] > 0 && seen[1] > 0 && seen[2] > 0));
}

int main(void)
{
        const struct CMUnitTest tests[] = {cmocka_unit_test(random_histories_alert_as_the_model_says)};
        return cmocka_run_group_tests(tests, NULL, NULL);
}
