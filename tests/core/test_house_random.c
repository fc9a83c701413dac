/* The house rules in force over random histories, against a small model that was written beside the core. */
#include "tests/core/managing.h"
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
        int closed;                                                     /* weekdays, bit 0 Sunday */
        int closed_from, closed_to;
        int day, minute;
        int64_t wall;
        bool here;
        int64_t since; /* the visit's arrival */
        int today, today_day;
        int no_day, said_no; /* the day of her newest "not today" since "always"; on how many since then */
        bool always;
        int given_day, used_day;
};

static uint64_t seed_state;
static int draw(int n)
{
        seed_state = seed_state * 6364136223846793005u + 1442695040888963407u;
        return (int)((seed_state >> 33) % (uint64_t)n);
}

static bool model_shut(const struct model *m, int day)
{
        return (m->closed >> ((day + 4) % 7) & 1) || (day >= m->closed_from && day <= m->closed_to);
}

static bool model_open(const struct model *m)
{
        if (m->opens == m->closes)
                return !model_shut(m, m->day);
        int end = m->closes > m->opens ? m->closes : m->closes + 1440;
        for (int at = m->minute; at <= m->minute + 1440; at += 1440) /* of today, or of the night before */
                if (at >= m->opens + m->first && at < end - m->last && at >= m->opens && at < end)
                        return !model_shut(m, at == m->minute ? m->day : m->day - 1);
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

static void tap(struct rig *r, struct model *m, const struct digest *phone)
{
        uint32_t visits = r->n_visits;
        uint16_t wants = 200;
        bool begins = false;
        if (m->today_day != m->day) {
                m->today_day = m->day;
                m->today = 0;
        }
        if (!m->here) {
                wants = !model_open(m) ? 409 : m->today >= m->alerts ? 429 : 200;
                begins = wants == 200;
        }
        assert_int_equal(story_arrive(r, phone), wants);
        assert_int_equal(r->n_visits, visits + begins); /* an alert neither more nor less */
        if (!begins)
                return;
        m->here = true;
        m->since = r->wall;
        m->today++;
        m->used_day = m->day;
}

static const char *closed_text(struct model *to)
{
        static const char *const names[] = {
                "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};
        static char text[400];
        to->closed = draw(3) ? 0 : 1 << draw(7) | 1 << draw(7);
        to->closed_from = to->closed_to = -1;
        if (draw(3) == 0) {
                to->closed_from = to->day + draw(5);
                to->closed_to = to->closed_from + draw(4);
        }
        size_t len = 0;
        for (int i = 0; i < 7; i++)
                if (to->closed >> i & 1)
                        len += (size_t)snprintf(
                                text + len, sizeof(text) - len, "%s%s", len ? ", " : "", names[i]);
        if (to->closed_from >= 0) {
                struct civil_date a = civil_from_day(to->closed_from), b = civil_from_day(to->closed_to);
                len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%04d-%02d-%02d to %04d-%02d-%02d",
                        len ? ", " : "", a.year, a.month, a.day, b.year, b.month, b.day);
        }
        return len ? text : "none";
}

static void choose_rules(struct rig *r, struct model *m)
{
        char text[700];
        struct model to = *m;
        to.opens = draw(4) ? 15 * draw(96) : 600;
        to.closes = draw(4) ? 15 * draw(96) : 1200;
        to.first = 5 * draw(10);
        to.last = 5 * draw(10);
        to.alerts = 1 + draw(4);
        to.refusals = 1 + draw(3);
        to.fades = 1 + draw(6);
        if (!m->here) /* what holds a visit was settled when it began */
                to.holds = 1 + draw(5);
        snprintf(text, sizeof(text),
                "opens = %02d:%02d\ncloses = %02d:%02d\nfirst_call = %d\nlast_call = %d min\nalerts = %d\n"
                "not_todays = %d\nfades = %d\nholds = %d\nclosed_days = %s\n",
                to.opens / 60, to.opens % 60, to.closes / 60, to.closes % 60, to.first, to.last, to.alerts,
                to.refusals, to.fades, to.holds, closed_text(&to));
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

static void one_history(struct rig *r)
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
                .closed_from = -1,
                .closed_to = -1,
                .day = r->day,
                .minute = r->minute,
                .no_day = -1};
        store_day end = r->day + 300; /* her consent as a whole holds for a year */
        assert_int_equal(story_join(r, ANNA, true, &phone), 200);
        for (int i = 0; i < 120 && r->day < end && r->n_visits + 2 < RIG_HELD; i++) {
                do_one(r, &m, &phone);
                assert_int_equal(always_now(r, &phone), model_always(&m));
        }
}

static void random_histories_alert_as_the_model_says(void **state)
{
        const char *of = getenv("MAITRED_HISTORIES"), *from = getenv("MAITRED_SEED");
        int n = of ? (int)strtol(of, NULL, 10) : 60;
        seed_state = from ? strtoull(from, NULL, 10) : 7;
        print_message("seed %llu, %d histories\n", (unsigned long long)seed_state, n);
        (void)state;
        for (int i = 0; i < n; i++) {
                void *rig = NULL;
                assert_int_equal(story_setup(&rig), 0);
                one_history(rig);
                assert_int_equal(story_teardown(&rig), 0);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {cmocka_unit_test(random_histories_alert_as_the_model_says)};
        return cmocka_run_group_tests(tests, NULL, NULL);
}
