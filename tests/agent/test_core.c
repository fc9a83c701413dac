/* The agent's mind: who joins, who leaves, who only seems to; the trace of what the hub is told is the
 * assertion. */
#include "tests/agent/rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#define ADA   "3c:06:30:aa:00:01"
#define BOB_1 "7e:69:a7:1f:35:d9"
#define BOB_2 "aa:aa:e3:d6:96:82"
#define EVE   "3c:06:30:ee:00:66"

static const char *const enrolled[] = {"kcust-ada", "kcust-bob", "ugrace@example.com", "m3c0630aa0009"};

static struct rig *start(void)
{
        struct rig *rig = calloc(1, sizeof *rig);
        assert_non_null(rig);
        rig_init(rig);
        rig_up(rig, 0);
        rig_greet(rig, enrolled, ARRAY_LEN(enrolled));
        rig_expect(rig, "0.000 {\"t\":\"hello\",\"boot\":7,\"seq\":0,\"ap\":\"fake\",\"agent\":\"test\"}\n"
                        "0.000 {\"t\":\"ap\",\"state\":\"up\",\"age_ms\":0}\n"
                        "0.000 {\"t\":\"sweep\",\"sweep\":1,\"day\":1,\"part\":1,\"of\":1,\"here\":[]}\n");
        return rig;
}

static void stop(struct rig *rig)
{
        rig_finish(rig);
        free(rig);
}

#define CLAIM(at, seq, slot, kind, age, rssi)                                                                \
        at " {\"t\":\"claim\",\"boot\":7,\"seq\":" #seq ",\"day\":1,\"slot\":" #slot ",\"kind\":\"" kind     \
           "\",\"age_ms\":" #age rssi "}\n"
#define SWEEP(at, no, here)                                                                                  \
        at " {\"t\":\"sweep\",\"sweep\":" #no ",\"day\":1,\"part\":1,\"of\":1,\"here\":[" here "]}\n"
#define DB ",\"rssi\":-60"

static void a_phone_with_its_own_key(void **state)
{
        (void)state;
        struct rig *rig = start();
        rig_pass(rig, 5000);
        rig_join(rig, 0, ADA, "cust-ada", "", true);
        rig_expect(rig, CLAIM("5.000", 1, 0, "join", 0, DB));
        rig_hear(rig, "{\"t\":\"ack\",\"boot\":7,\"seq\":1}");
        rig_pass(rig, 25000);
        rig_expect(rig, SWEEP("30.000", 2, "0,-60"));
        rig_leave(rig, 0, ADA, true);
        rig_pass(rig, 1999);
        rig_expect(rig, "");
        rig_pass(rig, 1);
        rig_expect(rig, CLAIM("32.000", 2, 0, "leave", 2000, DB));
        rig_pass(rig, 3000); /* not acknowledged: it goes to the disk */
        rig_expect(rig, "35.000 save\n");
        rig_hear(rig, "{\"t\":\"ack\",\"boot\":7,\"seq\":2}");
        rig_expect(rig, "35.000 save\n");
        stop(rig);
}

/* Strangers: no claim, no place in a sweep, nothing held. */
static void a_stranger_is_nothing(void **state)
{
        (void)state;
        struct rig *rig = start();
        rig_join(rig, 0, EVE, "", "", true);
        rig_join(rig, 0, "3c:06:30:ee:00:67", "cust-nobody", "", true);
        rig_join(rig, 0, "3c:06:30:ee:00:68", "", "mallory@example.com", true);
        rig_pass(rig, 31000);
        rig_leave(rig, 0, EVE, true);
        rig_expect(rig, SWEEP("30.000", 2, ""));
        assert_int_equal(rig->core.n_held, 0);
        stop(rig);
}

/* hostapd says goodbye and hello 0.16 s apart when a phone that was lost comes back. */
static void a_lost_goodbye_is_no_leave(void **state)
{
        (void)state;
        struct rig *rig = start();
        rig_join(rig, 0, ADA, "cust-ada", "", true);
        rig_expect(rig, CLAIM("0.000", 1, 0, "join", 0, DB));
        rig_pass(rig, 9000);
        rig_leave(rig, 0, ADA, true);
        rig_pass(rig, 160);
        rig_join(rig, 0, ADA, "cust-ada", "", true);
        rig_pass(rig, 10000);
        rig_expect(rig, "3.000 save\n");
        stop(rig);
}

/* The address changes, the key does not: it is the same slot, and it never left. */
static void a_new_address_with_the_same_key(void **state)
{
        (void)state;
        struct rig *rig = start();
        rig_join(rig, 0, BOB_1, "cust-bob", "", true);
        rig_expect(rig, CLAIM("0.000", 1, 1, "join", 0, DB));
        rig_hear(rig, "{\"t\":\"ack\",\"boot\":7,\"seq\":1}");
        rig_pass(rig, 10000);
        rig_leave(rig, 0, BOB_1, true);
        rig_join(rig, 0, BOB_2, "cust-bob", "", true);
        rig_pass(rig, 20000);
        rig_expect(rig, SWEEP("30.000", 2, "1,-60"));
        rig_leave(rig, 0, BOB_2, true);
        rig_pass(rig, 2000);
        rig_expect(rig, CLAIM("32.000", 2, 1, "leave", 2000, DB));
        stop(rig);
}

static void identity_before_address(void **state)
{
        (void)state;
        struct rig *rig = start();
        /* The address is slot 3's, the identity (in the answer only) slot 2's: the stronger one is told. */
        rig_join(rig, 0, "3c:06:30:aa:00:09", "", "Grace@Example.com", true);
        rig_expect(rig, CLAIM("0.000", 1, 2, "join", 0, DB));
        stop(rig);
}

/* Without an answer about the signal the join is told all the same. */
static void an_answer_that_does_not_come(void **state)
{
        (void)state;
        struct rig *rig = start();
        rig->mute = true;
        rig_join(rig, 0, ADA, "cust-ada", "", true);
        rig_pass(rig, 999);
        rig_expect(rig, "");
        rig_pass(rig, 1);
        rig_expect(rig, CLAIM("1.000", 1, 0, "join", 1000, ""));
        stop(rig);
}

static void roaming_between_two_radios(void **state)
{
        (void)state;
        struct rig *rig = start();
        rig_up(rig, 1);
        rig_pass(rig, 1000);
        rig_expect(rig, SWEEP("0.000", 2, ""));
        rig_join(rig, 0, ADA, "cust-ada", "", true);
        rig_pass(rig, 1000);
        rig_find(rig, ADA)->inactive_ms = 1000;
        rig_join(rig, 1, ADA, "cust-ada", "", true);
        rig_expect(rig, CLAIM("1.000", 1, 0, "join", 0, DB) CLAIM("2.000", 2, 0, "roam", 0, DB));
        rig_hear(rig, "{\"t\":\"ack\",\"boot\":7,\"seq\":2}");
        rig_leave(rig, 0, ADA, true); /* the first radio's late goodbye */
        rig_pass(rig, 20000);
        rig_expect(rig, "");
        stop(rig);
}

/* Somebody who was here before the agent looked: the join says since when. */
static void found_by_a_sweep(void **state)
{
        (void)state;
        struct rig *rig = start();
        rig_join(rig, 0, ADA, "cust-ada", "", false);
        rig_find(rig, ADA)->connected_s = 20;
        rig_pass(rig, 30000);
        rig_expect(rig, CLAIM("30.000", 1, 0, "join", 20000, DB) SWEEP("30.000", 2, "0,-60"));
        rig_leave(rig, 0, ADA, false); /* and the goodbye was missed as well */
        rig_pass(rig, 32000);
        rig_expect(rig, "33.000 save\n" SWEEP("60.000", 3, "0,-60") CLAIM("62.000", 2, 0, "leave", 2000, DB));
        stop(rig);
}

static void silent_on_the_air(void **state)
{
        (void)state;
        struct rig *rig = start();
        rig_join(rig, 0, ADA, "cust-ada", "", true);
        rig_hear(rig, "{\"t\":\"ack\",\"boot\":7,\"seq\":1}");
        rig_find(rig, ADA)->inactive_ms = 240000;
        rig_pass(rig, 30000);
        rig_expect(rig, CLAIM("0.000", 1, 0, "join", 0, DB) CLAIM("30.000", 2, 0, "leave", 0, DB)
                                SWEEP("30.000", 2, ""));
        rig_hear(rig, "{\"t\":\"ack\",\"boot\":7,\"seq\":2}");
        rig_find(rig, ADA)->inactive_ms = 10;
        rig_pass(rig, 30000);
        rig_expect(rig, CLAIM("60.000", 3, 0, "join", 0, DB) SWEEP("60.000", 3, "0,-60"));
        stop(rig);
}

/* hostapd killed: no goodbye, and the same stations come back. Or a goodbye to everybody as it stops. */
static void the_access_point_dies_and_returns(void **state)
{
        (void)state;
        struct rig *rig = start();
        rig_join(rig, 0, ADA, "cust-ada", "", true);
        rig_join(rig, 0, BOB_1, "cust-bob", "", true);
        rig_hear(rig, "{\"t\":\"ack\",\"boot\":7,\"seq\":2}");
        rig->len = 0;
        rig->trace[0] = 0;
        rig_pass(rig, 10000);
        rig_leave(rig, 0, ADA, true);
        rig_leave(rig, 0, BOB_1, true);
        rig_down(rig, 0);
        rig_pass(rig, 61000);
        rig_expect(rig, "10.000 {\"t\":\"ap\",\"state\":\"down\",\"age_ms\":0}\n"
                        "40.000 {\"t\":\"ap\",\"state\":\"down\",\"age_ms\":30000}\n"
                        "70.000 {\"t\":\"ap\",\"state\":\"down\",\"age_ms\":60000}\n");
        rig_up(rig, 0);
        rig_join(rig, 0, ADA, "cust-ada", "", true);
        rig_pass(rig, 4000);
        rig_expect(rig, "71.000 {\"t\":\"ap\",\"state\":\"up\",\"age_ms\":0}\n" SWEEP(
                                "71.000", 2, "0,-60,1,-60") CLAIM("73.000", 3, 1, "leave", 2000, DB));
        stop(rig);
}

/* What happens while the hub is away is told afterwards, in order, with its age; then how it is now. */
static void the_hub_is_away(void **state)
{
        (void)state;
        struct rig *rig = start();
        rig_join(rig, 0, ADA, "cust-ada", "", true);
        rig_hear(rig, "{\"t\":\"ack\",\"boot\":7,\"seq\":1}");
        rig_expect(rig, CLAIM("0.000", 1, 0, "join", 0, DB));
        rig_close(rig);
        rig_pass(rig, 10000);
        rig_join(rig, 0, BOB_1, "cust-bob", "", true);
        rig_leave(rig, 0, ADA, true);
        rig_pass(rig, 50000);
        rig_expect(rig, "10.000 save\n12.000 save\n");
        rig_open(rig);
        rig_hear(rig, "{\"t\":\"welcome\",\"epoch\":\"e\",\"boot\":7,\"seq\":1}");
        rig_expect(rig,
                "60.000 "
                "{\"t\":\"hello\",\"boot\":7,\"seq\":3,\"day\":1,\"version\":1,\"ap\":\"fake\",\"agent\":"
                "\"test\"}\n"
                "60.000 {\"t\":\"ap\",\"state\":\"up\",\"age_ms\":60000}\n" CLAIM("60.000", 2, 1, "join",
                        50000, DB) CLAIM("60.000", 3, 0, "leave", 50000, DB) SWEEP("60.000", 2, "1,-60"));
        rig_close(rig); /* no acknowledgement came: all again */
        rig_open(rig);
        rig_hear(rig, "{\"t\":\"welcome\",\"epoch\":\"e\",\"boot\":7,\"seq\":2}");
        rig_expect(rig, "60.000 "
                        "{\"t\":\"hello\",\"boot\":7,\"seq\":3,\"day\":1,\"version\":1,\"ap\":\"fake\","
                        "\"agent\":\"test\"}\n"
                        "60.000 save\n"
                        "60.000 {\"t\":\"ap\",\"state\":\"up\",\"age_ms\":60000}\n" CLAIM(
                                "60.000", 3, 0, "leave", 50000, DB) SWEEP("60.000", 3, "1,-60"));
        stop(rig);
}

/* A withdrawal: the station, its claims and the tag are gone at once, and nobody is told that she left. */
static void a_withdrawal(void **state)
{
        (void)state;
        struct rig *rig = start();
        rig_join(rig, 0, ADA, "cust-ada", "", true);
        rig_join(rig, 0, BOB_1, "cust-bob", "", true);
        rig_expect(rig, CLAIM("0.000", 1, 0, "join", 0, DB) CLAIM("0.000", 2, 1, "join", 0, DB));
        rig_pass(rig, 3000);
        rig_hear(rig, "{\"t\":\"tag_remove\",\"day\":1,\"version\":2,\"slot\":0}");
        rig_expect(rig, "3.000 save\n3.000 save\n");
        assert_int_equal(rig->core.n_held, 1);
        assert_int_equal(rig->core.claims.n, 1);
        assert_int_equal(rig->core.claims.list[0].slot, 1);
        rig_leave(rig, 0, ADA, true);
        rig_join(rig, 0, ADA, "cust-ada", "", true);
        rig_pass(rig, 5000);
        rig_expect(rig, "");
        stop(rig);
}

/* Somebody enrols while her phone is here already. */
static void an_enrolment(void **state)
{
        (void)state;
        struct rig *rig = start();
        char tag[17], frame[256];
        rig_pass(rig, 1000);
        rig_join(rig, 0, EVE, "cust-eve", "", true);
        rig_find(rig, EVE)->connected_s = 1;
        rig_expect(rig, "");
        rig_tag(1, "kcust-eve", tag);
        snprintf(frame, sizeof frame, "{\"t\":\"tag_add\",\"day\":1,\"version\":2,\"slot\":9,\"tag\":\"%s\"}",
                tag);
        rig_hear(rig, frame);
        rig_pass(rig, 500);
        rig_expect(rig, CLAIM("1.500", 1, 9, "join", 1000, DB) SWEEP("1.500", 2, "9,-60"));
        rig_hear(rig, frame); /* not the next version: the hub must begin anew */
        rig_expect(rig, "1.500 hang up: tag_add: not the next version, or the slot is taken\n");
        rig_open(rig);
        rig_expect(rig, "1.500 {\"t\":\"hello\",\"boot\":7,\"seq\":1,\"ap\":\"fake\",\"agent\":\"test\"}\n");
        stop(rig);
}

static void without_a_key_nothing(void **state)
{
        (void)state;
        struct rig *rig = calloc(1, sizeof *rig);
        assert_non_null(rig);
        rig_init(rig);
        rig_up(rig, 0);
        rig_join(rig, 0, ADA, "cust-ada", "", true);
        rig_pass(rig, 100000);
        rig_expect(rig, "");
        rig_greet(rig, enrolled, ARRAY_LEN(enrolled));
        rig_expect(rig, "100.000 {\"t\":\"hello\",\"boot\":7,\"seq\":0,\"ap\":\"fake\",\"agent\":\"test\"}\n"
                        "100.000 {\"t\":\"ap\",\"state\":\"up\",\"age_ms\":100000}\n" CLAIM(
                                "100.000", 1, 0, "join", 0, DB) SWEEP("100.000", 1, "0,-60"));
        rig_close(rig);
        rig_pass(rig, 86400000); /* the key's time is over */
        rig->len = 0;
        rig->trace[0] = 0;
        assert_int_equal(rig->core.n_held, 0);
        assert_int_equal(rig->core.set.n, 0);
        rig_join(rig, 0, BOB_1, "cust-bob", "", true);
        rig_pass(rig, 100000);
        rig_expect(rig, "");
        stop(rig);
}

/* A new day: another key, other slots, the same people; nobody joins or leaves. */
static void the_day_changes(void **state)
{
        (void)state;
        struct rig *rig = start();
        char frame[512], tag[17], key[65];
        rig_join(rig, 0, ADA, "cust-ada", "", true);
        rig_hear(rig, "{\"t\":\"ack\",\"boot\":7,\"seq\":1}");
        rig_expect(rig, CLAIM("0.000", 1, 0, "join", 0, DB));
        memset(key, '0', 64);
        for (int i = 1; i < 64; i += 2)
                key[i] = '2';
        key[64] = 0;
        snprintf(frame, sizeof frame, "{\"t\":\"key\",\"day\":2,\"key\":\"%s\",\"left_s\":86400}", key);
        rig_hear(rig, frame);
        rig_pass(rig, 1000);
        rig_join(rig, 0, BOB_1, "cust-bob", "", true); /* still under the old one */
        rig_hear(rig, "{\"t\":\"ack\",\"boot\":7,\"seq\":2}");
        rig_expect(rig, CLAIM("1.000", 2, 1, "join", 0, DB));
        rig_tag(2, "kcust-ada", tag);
        snprintf(frame, sizeof frame,
                "{\"t\":\"tags\",\"day\":2,\"version\":1,\"part\":1,\"of\":2,\"first\":77,\"tags\":\"%s\"}",
                tag);
        rig_hear(rig, frame);
        rig_expect(rig, "");
        rig_tag(2, "kcust-bob", tag);
        snprintf(frame, sizeof frame,
                "{\"t\":\"tags\",\"day\":2,\"version\":1,\"part\":2,\"of\":2,\"first\":500,\"tags\":\"%s\"}",
                tag);
        rig_hear(rig, frame);
        rig_expect(rig,
                "1.000 "
                "{\"t\":\"sweep\",\"sweep\":2,\"day\":2,\"part\":1,\"of\":1,\"here\":[77,-60,500,-60]}\n");
        rig_leave(rig, 0, ADA, true);
        rig_pass(rig, 2000);
        rig_expect(rig, "3.000 "
                        "{\"t\":\"claim\",\"boot\":7,\"seq\":3,\"day\":2,\"slot\":77,\"kind\":\"leave\","
                        "\"age_ms\":2000"
                        ",\"rssi\":-60}\n");
        stop(rig);
}

static void the_hub_talks_nonsense(void **state)
{
        (void)state;
        static const char *const bad[] = {
                "{\"t\":\"hello\"}",
                "{\"t\":\"tags\",\"day\":3,\"version\":1,\"part\":1,\"of\":1,\"first\":0,\"tags\":\"\"}",
                "{\"t\":\"tags\",\"day\":1,\"version\":2,\"part\":2,\"of\":2,\"first\":0,\"tags\":\"\"}",
                ("{\"t\":\"tags\",\"day\":1,\"version\":2,\"part\":1,\"of\":2,\"first\":65535,\"tags\":"
                 "\"00000000000000010000000000000002\"}"),
                "{\"t\":\"tags\",\"day\":1,\"version\":2,\"part\":1,\"of\":1,\"first\":0,\"tags\":\"00\"}",
                "{\"t\":\"tag_remove\",\"day\":1,\"version\":9,\"slot\":0}",
        };
        for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
                struct rig *rig = start();
                rig_hear(rig, bad[i]);
                if (!strstr(rig->trace, "hang up: "))
                        fail_msg("taken: %s", bad[i]);
                stop(rig);
        }
}

/* A state file from yesterday's backup: the hub has seen higher numbers. */
static void numbers_only_rise(void **state)
{
        (void)state;
        struct rig *rig = calloc(1, sizeof *rig);
        assert_non_null(rig);
        rig_init(rig);
        struct claim old = {.boot = 6,
                .seq = 4,
                .day = 1,
                .wall = rig->wall - 5000,
                .slot = 1,
                .saved = true,
                .recalled = true};
        core_recall(&rig->core, &old);
        rig_open(rig);
        rig_hear(rig, "{\"t\":\"welcome\",\"epoch\":\"e\",\"boot\":9,\"seq\":3}");
        rig_expect(rig, "0.000 {\"t\":\"hello\",\"boot\":7,\"seq\":0,\"ap\":\"fake\",\"agent\":\"test\"}\n"
                        "0.000 boot\n0.000 save\n"
                        "0.000 {\"t\":\"ap\",\"state\":\"down\",\"age_ms\":1000000}\n"
                        "0.000 "
                        "{\"t\":\"claim\",\"boot\":10,\"seq\":1,\"day\":1,\"slot\":1,\"kind\":\"join\",\"age_"
                        "ms\":5000}\n");
        stop(rig);
}

/* Two devices of hers: one slot. */
static void two_devices_are_one_slot(void **state)
{
        (void)state;
        struct rig *rig = start();
        rig_join(rig, 0, BOB_1, "cust-bob", "", true);
        rig_join(rig, 0, BOB_2, "cust-bob", "", true);
        rig_find(rig, BOB_2)->rssi = -40;
        rig_hear(rig, "{\"t\":\"ack\",\"boot\":7,\"seq\":1}");
        rig_leave(rig, 0, BOB_1, true);
        rig_pass(rig, 30000);
        rig_expect(rig, CLAIM("0.000", 1, 1, "join", 0, DB) SWEEP("30.000", 2, "1,-40"));
        assert_int_equal(core_here(&rig->core), 1);
        rig_leave(rig, 0, BOB_2, true);
        rig_pass(rig, 2000);
        rig_expect(rig, CLAIM("32.000", 2, 1, "leave", 2000, ",\"rssi\":-40"));
        stop(rig);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_phone_with_its_own_key),
                cmocka_unit_test(a_stranger_is_nothing),
                cmocka_unit_test(a_lost_goodbye_is_no_leave),
                cmocka_unit_test(a_new_address_with_the_same_key),
                cmocka_unit_test(identity_before_address),
                cmocka_unit_test(an_answer_that_does_not_come),
                cmocka_unit_test(roaming_between_two_radios),
                cmocka_unit_test(found_by_a_sweep),
                cmocka_unit_test(silent_on_the_air),
                cmocka_unit_test(the_access_point_dies_and_returns),
                cmocka_unit_test(the_hub_is_away),
                cmocka_unit_test(a_withdrawal),
                cmocka_unit_test(an_enrolment),
                cmocka_unit_test(without_a_key_nothing),
                cmocka_unit_test(the_day_changes),
                cmocka_unit_test(the_hub_talks_nonsense),
                cmocka_unit_test(numbers_only_rise),
                cmocka_unit_test(two_devices_are_one_slot),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
