/* The presence core by tables: what sensors say, second by second, and what the hub is told. */
#include "server/core/presence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const struct presence_settings usual = {.claims_most = 64,
        .source = {[SOURCE_CHECK_IN] = {.ttl_ms = 2 * HOUR_MS},
                [SOURCE_WIFI] = {.ttl_ms = 90 * SECOND_MS, .grace_ms = 120 * SECOND_MS, .dwell = true}},
        .dwell_ms = 60 * SECOND_MS,
        .pause_ms = 10 * MINUTE_MS,
        .end_ms = 30 * MINUTE_MS,
        .late_ms = 10 * MINUTE_MS,
        .ceiling_ms = 6 * HOUR_MS,
        .floor_dbm = -75,
        .keep_dbm = -85};

/* A sensor's words: "AT:WHAT@SENSOR", in seconds, separated by spaces. WHAT: join alive leave roam zone swept
 * tap. A further "/-80" is the signal, "~30" how many seconds ago it was, "?" a bare address, "#2" her second
 * device, "!" that the sensor counts for nothing, "*30x9" the same every 30 s, nine times in all; "out" says
 * that the sensor counts no more from then on. What is told comes as "AT:LEVEL", with "?" when she only may
 * be here. */
struct row {
        const char *what, *said, *told;
        int until;
};

static const struct row rows[] = {
        {"a join that is held for the dwell; no goodbye", "0:join@1", "60:HERE 810:AWAY 2610:OVER", 4000},
        {"a goodbye before the dwell", "0:join@1 30:leave@1", "2640:over", 4000},
        {"a goodbye: grace, pause, end", "0:join@1 80:leave@1", "60:HERE 800:AWAY 2690:OVER", 4000},
        {"a lost goodbye and a swept one end alike", "0:join@1 80:swept@1", "60:HERE 800:AWAY 2610:OVER",
                4000},
        {"refreshed by a sweep", "0:join@1 30:alive@1*30x40", "60:HERE 2010:AWAY 3810:OVER", 5000},
        {"a pause, and back", "0:join@1 900:join@1", "60:HERE 810:AWAY 900:HERE 1710:AWAY 3510:OVER", 5000},
        {"back after 29 minutes: the same stay", "0:join@1 1950:join@1",
                "60:HERE 810:AWAY 1950:HERE 2760:AWAY 4560:OVER", 6000},
        {"back after the end: held, then another stay", "0:join@1 2100:join@1 2130:alive@1*30x30",
                "60:HERE 810:AWAY 2610:OVER 2610:HERE 3810:AWAY 5610:OVER", 7000},
        {"back after end and lateness: told after the dwell", "0:join@1 2700:join@1",
                "60:HERE 810:AWAY 2610:OVER 2760:HERE 3510:AWAY 5310:OVER", 7000},
        {"a late report bridges two signs", "0:join@1 2100:join@1 2130:alive@1*30x4 2200:alive@1~300",
                "60:HERE 810:AWAY 2200:HERE 3030:AWAY 4830:OVER", 6000},
        {"too late to count", "0:join@1 2100:join@1~601", "60:HERE 810:AWAY 2610:OVER", 4000},
        {"a report that was under way: the dwell is counted from then", "100:join@1~50",
                "110:HERE 860:AWAY 2660:OVER", 4000},
        {"join and leave that come late together", "400:join@1~300 400:leave@1~100", "2910:over", 4000},
        {"a leave that overtakes its join", "50:leave@1 50:join@1~40", "2660:over", 4000},
        {"a join that overtakes an older leave", "100:join@1 100:leave@1~5", "155:HERE 910:AWAY 2710:OVER",
                4000},
        {"repeats", "0:join@1 0:join@1 5:join@1~5 80:leave@1 81:leave@1~1 82:join@1~82",
                "60:HERE 800:AWAY 2690:OVER", 4000},
        {"two access points: one that times out ends nothing",
                "0:join@1 40:join@2 70:alive@2*30x20 340:leave@1", "60:HERE 1450:AWAY 3250:OVER", 5000},
        {"two access points: one says goodbye before the dwell is over", "0:join@1 40:join@2 45:leave@1",
                "60:HERE 850:AWAY 2655:OVER", 4000},
        {"a roam moves the claim", "0:join@1 70:roam@2 100:swept@1", "60:HERE 880:AWAY 2680:OVER", 4000},
        {"an access point dies: its claims run out", "0:join@1 30:alive@1*30x20",
                "60:HERE 1410:AWAY 3210:OVER", 5000},
        {"weak signals begin nothing", "0:join@1/-80 30:alive@1/-76*30x20", "", 4000},
        {"weak signals keep what is live", "0:join@1/-70 30:alive@1/-80*30x20", "60:HERE 1410:AWAY 3210:OVER",
                5000},
        {"a stuck driver keeps nobody", "0:join@1/-70 30:alive@1/-97*30x20", "60:HERE 810:AWAY 2610:OVER",
                5000},
        {"past the window twice in an hour is no dwell", "0:join@1 20:leave@1 1500:join@1 1520:leave@1",
                "4130:over", 6000},
        {"a tap needs no dwell", "0:tap", "0:HERE 7800:AWAY 9600:OVER", 10000},
        {"a tap during the dwell", "0:join@1 10:tap", "10:HERE 7810:AWAY 9610:OVER", 10000},
        {"a tap holds though the Wi-Fi says goodbye", "0:tap 30:join@1 60:leave@1",
                "0:HERE 7800:AWAY 9600:OVER", 10000},
        {"a tap after the end counts at once", "0:join@1 2100:tap",
                "60:HERE 810:AWAY 2100:HERE 9900:AWAY 11700:OVER", 12000},
        {"a bare address: may be", "0:join@1?", "60:HERE? 810:AWAY 2610:OVER", 4000},
        {"may be, then sure", "0:join@1? 100:join@1#2", "60:HERE? 100:HERE 910:AWAY 2710:OVER", 4000},
        {"may be, then a tap", "0:join@1? 100:tap", "60:HERE? 100:HERE 7900:AWAY 9700:OVER", 10000},
        {"sure, then only may be: told once", "0:join@1 50:alive@1#2? 80:leave@1 80:alive@1#2?*30x9",
                "60:HERE 1130:AWAY 2930:OVER", 4000},
        {"a sensor that counts for nothing: no dwell, no stay", "0:join@2! 30:alive@2!*30x40 1300:roam@2!",
                "", 4000},
        {"its claims keep nobody", "0:join@1 30:join@2! 60:alive@2!*30x40", "60:HERE 810:AWAY 2610:OVER",
                4000},
        {"from it into the store: the dwell begins there", "0:join@2! 30:alive@2!*30x9 300:roam@1",
                "360:HERE 1110:AWAY 2910:OVER", 5000},
        {"from the store into it: she has left, though the other access point still names her",
                "0:join@1 30:alive@1*30x4 130:roam@2! 160:alive@2!*30x9", "60:HERE 850:AWAY 2730:OVER", 5000},
        {"and is no sign: nothing is longer for it", "0:join@1 205:roam@2!", "60:HERE 810:AWAY 2610:OVER",
                5000},
        {"what was seen before the roam, and is told after it, brings nothing back",
                "0:join@1 100:roam@2! 120:alive@1~40 130:alive@1~31", "60:HERE 810:AWAY 2709:OVER", 5000},
        {"her second phone stays", "0:join@1 10:join@1#2 50:alive@1#2*30x20 70:roam@2!",
                "60:HERE 1430:AWAY 3230:OVER", 5000},
        {"out and in again: the same stay", "0:join@1 100:roam@2! 400:roam@1", "60:HERE 1210:AWAY 3010:OVER",
                5000},
        {"a goodbye there ends nothing here", "0:join@1 40:leave@2!", "60:HERE 810:AWAY 2610:OVER", 4000},
        {"counts no more during the dwell: forgotten at once", "0:join@1 30:out@1", "", 3000},
        {"counts no more while she is here: as if she left", "0:join@1 30:alive@1*30x9 300:out@1",
                "60:HERE 900:AWAY 2700:OVER", 5000},
        {"another that counts holds her", "0:join@1 30:alive@1*30x9 100:join@2 130:alive@2*30x20 300:out@1",
                "60:HERE 1510:AWAY 3310:OVER", 5000},
        {"nobody told yet, two sensors: the dwell begins anew", "0:join@1 30:join@2 40:out@1",
                "100:HERE 840:AWAY 2640:OVER", 5000},
        {"a tap holds", "0:join@1 10:tap 100:out@1", "10:HERE 7810:AWAY 9610:OVER", 10000},
        {"a phone left behind is cut off, and forgotten when it is silent", "0:join@1 30:alive@1*30x800",
                "60:HERE 21600:OVER", 40000},
        {"a tap after the cut begins anew", "0:join@1 30:alive@1*30x800 22000:tap",
                "60:HERE 21600:OVER 22000:HERE 29800:AWAY 31600:OVER", 40000},
};

static const char *word_of(const struct presence_change *c)
{
        switch (c->to) {
        case LEVEL_HERE:
                return c->strength == STRENGTH_SURE ? "HERE" : "HERE?";
        case LEVEL_AWAY:
                return "AWAY";
        case LEVEL_OVER:
                return c->from == LEVEL_NONE ? "over" : "OVER"; /* lower case: nobody was ever told of it */
        case LEVEL_NONE:
                break;
        }
        return "NONE";
}

static void tell(struct presence *p, mono_ms now, char *log, size_t room)
{
        struct presence_change c;
        for (uint32_t at = 0, round = 0; round < 3; round++, at = 0)
                while (presence_next(p, now, &at, &c)) {
                        size_t n = strlen(log);
                        snprintf(log + n, room - n, "%s%lld:%s", n ? " " : "", (long long)(now / SECOND_MS),
                                word_of(&c));
                        presence_told(p, c.person, c.to, c.strength);
                }
}

struct said {
        int at, every, times, sensor;
        char what[8];
        struct claim_report r;
};

static int number_after(const char *word, const char *sign, int otherwise)
{
        const char *at = strpbrk(word, sign);
        return at ? (int)strtol(at + 1, NULL, 10) : otherwise;
}

static struct said said_of(const char *from)
{
        char word[64] = "";
        assert_true(strcspn(from, " ") < sizeof(word));
        memcpy(word, from, strcspn(from, " "));
        static const char *const kinds[] = {"", "join", "alive", "leave", "roam", "zone"};
        struct said s = {.at = (int)strtol(word, NULL, 10), .times = 1};
        const char *what = strchr(word, ':') + 1;
        size_t n = strcspn(what, "@~/?#*!");
        assert_true(n < sizeof(s.what));
        memcpy(s.what, what, n);
        s.sensor = number_after(what, "@", 0);
        s.every = number_after(what, "*", 0);
        s.times = number_after(strchr(what, '*') ? strchr(what, '*') : "", "x", 1);
        s.r = (struct claim_report){.source = strcmp(s.what, "tap") == 0 ? SOURCE_CHECK_IN : SOURCE_WIFI,
                .kind = CLAIM_JOIN,
                .strength = strchr(what, '?') ? STRENGTH_MAY_BE : STRENGTH_SURE,
                .sensor = (uint32_t)s.sensor,
                .person = 7,
                .device = (uint32_t)number_after(what, "#", 1),
                .rssi_dbm = (int16_t)number_after(what, "/", 0),
                .age_ms = number_after(what, "~", 0) * SECOND_MS,
                .outside = strchr(what, '!') != NULL};
        for (unsigned i = 1; i < ARRAY_LEN(kinds); i++)
                if (strcmp(s.what, kinds[i]) == 0)
                        s.r.kind = (enum claim_kind)i;
        return s;
}

static void run(const struct row *row, char *log, size_t room)
{
        struct presence *p = presence_create(&usual);
        struct said said[16];
        unsigned n = 0;
        log[0] = 0;
        for (const char *at = row->said; *at; at += strcspn(at, " "), at += *at == ' ')
                said[n++] = said_of(at);
        for (int second = 0; second <= row->until; second++) {
                mono_ms now = second * SECOND_MS;
                for (unsigned i = 0; i < n; i++) {
                        struct said *s = &said[i];
                        if (s->at != second || s->times == 0)
                                continue;
                        s->times--;
                        s->at += s->every;
                        if (strcmp(s->what, "swept") == 0)
                                presence_swept(p, SOURCE_WIFI, (uint32_t)s->sensor, now);
                        else if (strcmp(s->what, "out") == 0)
                                presence_outside(p, SOURCE_WIFI, (uint32_t)s->sensor, now);
                        else
                                presence_report(p, &s->r, now);
                }
                tell(p, now, log, room);
        }
        struct presence_counts counts;
        presence_count(p, &counts);
        assert_int_equal(counts.stays, 0); /* nobody is remembered */
        assert_int_equal(counts.claims, 0);
        presence_destroy(p);
}

static void every_row_of_the_table(void **state)
{
        (void)state;
        char log[400];
        int bad = 0;
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
                run(&rows[i], log, sizeof(log));
                if (strcmp(log, rows[i].told) != 0) {
                        print_message("%s\n  said %s\n  told %s\n  want %s\n", rows[i].what, rows[i].said,
                                log, rows[i].told);
                        bad++;
                }
        }
        assert_int_equal(bad, 0);
}

static struct claim_report joined(uint32_t person, uint32_t device)
{
        return (struct claim_report){.source = SOURCE_WIFI,
                .kind = CLAIM_JOIN,
                .strength = STRENGTH_SURE,
                .sensor = 1,
                .person = person,
                .device = device};
}

static void what_is_not_carried_out_is_offered_again(void **state)
{
        (void)state;
        struct presence *p = presence_create(&usual);
        struct claim_report r = joined(1, 1);
        struct presence_change c;
        presence_report(p, &r, 0);
        for (int i = 0; i < 3; i++) {
                uint32_t at = 0;
                assert_true(presence_next(p, 61 * SECOND_MS, &at, &c));
                assert_int_equal(c.to, LEVEL_HERE);
                assert_false(presence_next(p, 61 * SECOND_MS, &at, &c)); /* once a round */
        }
        presence_told(p, 1, LEVEL_HERE, STRENGTH_SURE);
        uint32_t at = 0;
        assert_false(presence_next(p, 62 * SECOND_MS, &at, &c));
        presence_destroy(p);
}

static void more_than_the_table_holds_is_refused_and_counted(void **state)
{
        (void)state;
        struct presence_settings small = usual;
        small.claims_most = 4;
        struct presence *p = presence_create(&small);
        struct presence_counts counts;
        for (uint32_t person = 1; person <= 4; person++) {
                struct claim_report r = joined(person, 1);
                assert_int_equal(presence_report(p, &r, 0), PRESENCE_TAKEN);
        }
        struct claim_report fifth = joined(5, 1), second = joined(1, 2), known = joined(1, 1);
        assert_int_equal(presence_report(p, &fifth, 1), PRESENCE_FULL);
        assert_int_equal(presence_report(p, &second, 1), PRESENCE_FULL);
        assert_int_equal(presence_report(p, &known, 1), PRESENCE_TAKEN); /* those inside go on */
        presence_count(p, &counts);
        assert_int_equal(counts.full, 2);
        presence_forget(p, 2); /* a place is free at once */
        assert_int_equal(presence_report(p, &fifth, 2), PRESENCE_TAKEN);
        struct presence_view view;
        assert_false(presence_look(p, 2, 2, &view));
        presence_destroy(p);
}

static void after_a_restart_nobody_is_told_twice(void **state)
{
        (void)state;
        struct presence *p = presence_create(&usual);
        struct presence_known known = {.person = 3,
                .told = LEVEL_HERE,
                .strength = STRENGTH_SURE,
                .source = SOURCE_WIFI,
                .first = -20 * MINUTE_MS,
                .last = -2 * MINUTE_MS,
                .until = 90 * SECOND_MS};
        char log[200] = "";
        assert_int_equal(presence_restore(p, &known), PRESENCE_TAKEN);
        struct claim_report r = joined(3, 1), other = joined(4, 1);
        r.kind = other.kind = CLAIM_ALIVE;
        for (int second = 0; second < 1000; second++) {
                if (second == 20) {
                        presence_report(p, &r, second * SECOND_MS);
                        presence_report(p, &other, second * SECOND_MS);
                }
                tell(p, second * SECOND_MS, log, sizeof(log));
        }
        assert_string_equal(log, "80:HERE 830:AWAY 830:AWAY"); /* only the other one arrives */
        presence_destroy(p);
}

static void a_look_says_how_sure_and_since_when(void **state)
{
        (void)state;
        struct presence *p = presence_create(&usual);
        struct claim_report r = joined(1, 1);
        struct presence_view view;
        char log[100] = "";
        r.strength = STRENGTH_MAY_BE;
        presence_report(p, &r, 5 * SECOND_MS);
        tell(p, 65 * SECOND_MS, log, sizeof(log));
        assert_true(presence_look(p, 1, 70 * SECOND_MS, &view));
        assert_int_equal(view.level, LEVEL_HERE);
        assert_int_equal(view.strength, STRENGTH_MAY_BE);
        assert_int_equal(view.source, SOURCE_WIFI);
        assert_int_equal(view.first, 5 * SECOND_MS);
        presence_destroy(p);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(every_row_of_the_table),
                cmocka_unit_test(what_is_not_carried_out_is_offered_again),
                cmocka_unit_test(more_than_the_table_holds_is_refused_and_counted),
                cmocka_unit_test(after_a_restart_nobody_is_told_twice),
                cmocka_unit_test(a_look_says_how_sure_and_since_when),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
