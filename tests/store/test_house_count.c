/* What a draft of the house rules would have changed of last week, over weeks of a made-up store. */
#include "tests/store/weeks.h"

#include <stdlib.h>

#include "server/common/clock.h"
#include "server/core/house.h"

#define DRESSED "children, intimates, pharmacy"

static void of(struct house *house, const char *text)
{
        struct house_error error;
        house_default(house);
        if (house_parse(slice_of(text), NULL, house, &error) != 0)
                fail_msg("%s: %s", text, error.text);
}

/* How many visits the draft would have changed: as it is told, and of how many. */
static void counted(struct kit *kit, const char *live, const char *draft, int changed, bool fewer, int all)
{
        static struct house_wanted wanted;
        uint64_t tag = ++kit->tag;
        wanted = (struct house_wanted){.ask = HOUSE_ASK_COUNT, .today = clock_store_day(NOW), .now = NOW};
        of(&wanted.live, live);
        of(&wanted.draft, draft);
        assert_int_equal(store_house(kit->store, tag, &wanted), 0);
        struct store_answer *answer = kit_wait(kit, tag);
        assert_int_equal(answer->result, 0);
        json_t *told = json_loads(answer->text, 0, NULL);
        if (json_integer_value(json_object_get(told, "changed")) != changed ||
                json_is_true(json_object_get(told, "fewer")) != fewer ||
                json_integer_value(json_object_get(told, "of")) != all)
                fail_msg("%s -> %s: %s", live, draft, answer->text);
        json_decref(told);
        store_answer_free(answer);
}

/* Ten visits of last Thursday, an hour apart: six of Hal's customers, whom Hal met; two of Ada's whom Ida
 * met; two of nobody's whom Jo met. */
static void a_thursday(struct kit *kit)
{
        enum { HAL = 8, IDA = 9, JO = 10 };
        wall_ms at = weeks_local("2026-03-05 10:30");
        weeks_shop(kit);
        for (uint32_t i = 0; i < 6; i++)
                weeks_met(kit, at + i * HOUR_MS, 1 + i, HAL, 20);
        for (uint32_t i = 0; i < 4; i++)
                weeks_arrives(kit, at + i * HOUR_MS,
                        (struct weeks_arrival){.person = 7 + i,
                                .client_of = i < 2 ? MARIA : 0,
                                .asked = i < 2 ? IDA : JO,
                                .served_by = i < 2 ? IDA : JO,
                                .reply = REPLY_ACCEPT,
                                .alert = ALERT_DONE,
                                .took_s = 30});
}

static void departments_count_by_her_associate_and_by_who_came(void **state)
{
        struct kit kit;
        (void)state;
        a_thursday(&kit);
        counted(&kit, "", "", 0, false, 10);
        counted(&kit, "", "alert_not = " DRESSED ", SHOES", 8, false, 10); /* Hal and Ida */
        counted(&kit, "", "alert_not = " DRESSED ", coats", 5, true, 10);  /* two: not told how few */
        counted(&kit, "", "alert_not = " DRESSED ", Shoes, Gloves, Coats", 10, false, 10);
        counted(&kit, "", "alert_not = " DRESSED ", Garden", 0, false, 10); /* no department of the store */
        counted(&kit, "", "invite_not = " DRESSED ", Shoes", 0, false,
                10); /* about who invites, not who comes */
        counted(&kit, "alert_not = " DRESSED ", Shoes", "", 8, false, 10);
        counted(&kit, "alert_not = " DRESSED ", Shoes", "alert_not = " DRESSED ", Shoes, Bags", 0, false, 10);
        kit_close(&kit);
}

/* Seven of Hal's customers within the hour, and one an hour after the first. */
static void arrivals_count_by_the_hour_up_to_each(void **state)
{
        struct kit kit;
        wall_ms at = weeks_local("2026-03-05 14:00");
        (void)state;
        weeks_shop(&kit);
        for (uint32_t i = 0; i < 7; i++)
                weeks_met(&kit, at + i * 8 * MINUTE_MS, 1 + i, 8, 20);
        weeks_met(&kit, at + HOUR_MS, 8, 8, 20);       /* the first does not count any more: seven again */
        counted(&kit, "", "arrivals = 7", 5, true, 8); /* two would not have found it full */
        counted(&kit, "arrivals = 8", "arrivals = 7", 0, false, 8);
        counted(&kit, "arrivals = 7", "arrivals = 2", 6, false, 8); /* from the third on */
        counted(&kit, "arrivals = 7", "arrivals = 5", 5, true, 8);
        counted(&kit, "arrivals = 60", "arrivals = 1", 7, false, 8);
        kit_close(&kit);
}

static void other_rules_count_as_they_are(void **state)
{
        struct kit kit;
        (void)state;
        a_thursday(&kit);
        counted(&kit, "", "opens = 13:00\nfirst_call = 0", 6, false, 10); /* until 12:30, two an hour */
        counted(&kit, "", "closed_days = thursday", 10, false, 10);
        counted(&kit, "", "closed_days = friday", 0, false, 10);
        counted(&kit, "", "event_days = 2026-03-05", 5, true, 10); /* four had another than their own */
        kit_close(&kit);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(departments_count_by_her_associate_and_by_who_came),
                cmocka_unit_test(arrivals_count_by_the_hour_up_to_each),
                cmocka_unit_test(other_rules_count_as_they_are),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
