/* The core asks for all its memory when it is made and when it is told what the database knew (the rules in
 * force and the notices are read then), and after that for none: a whole visit, with a restart and a clock
 * that runs on, in which not one allocation is made. Only a publication reads another book. */
#include "tests/core/story.h"
#include "tests/fault/fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void __real_hub_step(struct hub *hub, const struct event *event, struct effects *effects);
void __wrap_hub_step(struct hub *hub, const struct event *event, struct effects *effects);

static uint64_t steps, asked;

void __wrap_hub_step(struct hub *hub, const struct event *event, struct effects *effects)
{
        fault_count_from();
        __real_hub_step(hub, event, effects);
        if (event->kind != EVENT_START)
                asked += fault_counted();
        steps++;
}

static void the_hub_is_made_or_not(void **state)
{
        struct hub_settings set = {.visits_most = 16, .peers_most = 16, .pending_most = 32};
        (void)state;
        struct fault fault = {"hub_create"};
        while (fault_next(&fault)) {
                fault_go(&fault);
                struct hub *hub = hub_create(&set, NULL);
                bool hit = fault_halt(&fault);
                assert_true((hub == NULL) == hit);
                hub_destroy(hub);
        }
}

static void a_visit_asks_for_no_memory(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        story_connect_as(r, 2, EVA, SESSION_CONSOLE);
        assert_int_equal(story_join(r, ANNA, true, &phone), 200);
        assert_int_equal(story_arrive(r, &phone), 200);
        assert_non_null(rig_frame(r, 1, "\"t\":\"card\""));
        rig_say(r, 1, MESSAGE_RENDERED, 1, 1);
        story_ask(r, &phone, MESSAGE_TELL);
        story_ask(r, &phone, MESSAGE_MY_CARD);
        rig_say(r, 1, MESSAGE_SALES, 0, 0);
        rig_say(r, 1, MESSAGE_INVITE, 1, 0);
        rig_say(r, 1, MESSAGE_BUSY, 1, 0);
        rig_wait(r, 30000);
        rig_restart(r);
        story_connect_as(r, 3, EVA, SESSION_CONSOLE);
        assert_non_null(rig_frame(r, 3, "\"t\":\"card\""));
        struct message m = {.type = MESSAGE_SHARE};
        m.share.instore = true;
        assert_int_equal(rig_request(r, &phone, &m), 200);
        story_ask(r, &phone, MESSAGE_NOT_TODAY);
        m = (struct message){.type = MESSAGE_STOP};
        m.stop.everything = true;
        assert_int_equal(rig_request(r, &phone, &m), 200);
        rig_wait(r, 3 * HOUR_MS);
        print_message("%d steps\n", (int)steps);
        assert_true(steps > 100);
        assert_int_equal(asked, 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(the_hub_is_made_or_not),
                STORY(a_visit_asks_for_no_memory),
        };
        fault_libraries();
        return cmocka_run_group_tests(tests, NULL, NULL);
}
