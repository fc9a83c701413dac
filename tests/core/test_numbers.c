/* Who may see which numbers: the store's a manager and the operator, an associate's own week she alone. */
#include "tests/core/managing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

static uint16_t ask(struct rig *r, const struct digest *token, enum face face)
{
        struct message m = {.type = MESSAGE_NUMBERS};
        r->face = face;
        return rig_request(r, token, &m);
}

static void a_manager_sees_the_store(void **state)
{
        struct rig *r = *state;
        struct digest console = rig_session(r, SESSION_CONSOLE, EVA), nobodys = {{7}}, phone;
        struct digest handheld = rig_session(r, SESSION_HANDHELD, MARIA);
        assert_int_equal(ask(r, &console, FACE_CONSOLE), 0); /* past the core */
        assert_int_equal(r->n_numbers, 1);
        assert_int_equal(r->numbers[0].numbers.associate, 0);
        assert_int_equal(r->numbers[0].numbers.request, r->request);
        assert_int_equal(ask(r, NULL, FACE_OPERATOR), 0);
        assert_int_equal(r->n_numbers, 2);
        assert_int_equal(r->numbers[1].numbers.associate, 0);
        assert_int_equal(story_join(r, ANNA, true, &phone), 200);
        assert_int_equal(ask(r, &nobodys, FACE_CONSOLE), 401);
        assert_int_equal(ask(r, NULL, FACE_CONSOLE), 401);
        assert_int_equal(ask(r, &handheld, FACE_CONSOLE), 401);
        assert_int_equal(ask(r, &phone, FACE_CONSOLE), 401);
        rig_role(r, EVA, ROLE_ASSOCIATE);
        rig_wait(r, SECOND_MS + 1);
        assert_int_equal(ask(r, &console, FACE_CONSOLE), 401);
        assert_int_equal(r->n_numbers, 2);
}

static const struct mine week = {.known = true,
        .from = 20514,
        .asked = 17,
        .accepted = 12,
        .p50_s = 60,
        .p90_s = -1,
        .liked = {.weeks = 4, .from = 20500, .value = 80}};

static uint32_t frames_with(const struct rig *r, uint64_t peer, const char *piece)
{
        uint32_t n = 0;
        for (uint32_t i = 0; i < r->n_frames; i++)
                n += r->frames[i].peer == peer && strstr(r->frames[i].text, piece) != NULL;
        return n;
}

static void her_week_goes_to_her_line_only(void **state)
{
        struct rig *r = *state;
        struct mine other = week;
        other.asked = 3;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        story_connect_as(r, 2, JONAS, SESSION_HANDHELD);
        story_connect_as(r, 3, EVA, SESSION_CONSOLE);
        rig_say(r, 1, MESSAGE_MINE, 0, 0);
        rig_say(r, 2, MESSAGE_MINE, 0, 0);
        rig_say(r, 3, MESSAGE_MINE, 0, 0);
        assert_int_equal(r->n_numbers, 3);
        assert_int_equal(r->numbers[0].numbers.associate, MARIA);
        assert_int_equal(r->numbers[1].numbers.associate, JONAS);
        assert_int_equal(r->numbers[2].numbers.associate, EVA); /* a manager is told her own as well */
        rig_mine(r, r->numbers[1].numbers.ticket, &other);
        rig_mine(r, r->numbers[0].numbers.ticket, &week);
        assert_int_equal(frames_with(r, 1, "\"t\":\"mine\",\"from\":\"2026-03-02\",\"asked\":17,"), 1);
        assert_int_equal(frames_with(r, 1,
                                 "\"p50_s\":60,\"p90_s\":null,\"liked\":{\"from\":\"2026-02-16\","
                                 "\"weeks\":4,\"value\":80},\"not_fine\":null}"),
                1);
        assert_int_equal(frames_with(r, 2, "\"asked\":3,"), 1);
        assert_int_equal(frames_with(r, 1, "\"asked\":3,"), 0);
        assert_int_equal(frames_with(r, 2, "\"asked\":17,"), 0);
        assert_int_equal(frames_with(r, 3, "\"mine\""), 0);
        rig_mine(r, r->numbers[0].numbers.ticket, &week); /* once */
        assert_int_equal(frames_with(r, 1, "\"mine\""), 1);
}

static void a_line_that_closed_gets_nothing(void **state)
{
        struct rig *r = *state;
        struct mine nothing = {0};
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        rig_say(r, 1, MESSAGE_MINE, 0, 0);
        rig_close(r, 1);
        story_connect_as(
                r, 1, JONAS, SESSION_HANDHELD); /* the number of the line comes again, with another */
        rig_mine(r, r->numbers[0].numbers.ticket, &week);
        assert_int_equal(frames_with(r, 1, "\"mine\""), 0);
        rig_say(r, 1, MESSAGE_MINE, 0, 0);
        rig_mine(r, r->numbers[1].numbers.ticket, &nothing);
        assert_int_equal(frames_with(r, 1, "not_counted"), 1);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                STORY(a_manager_sees_the_store),
                STORY(her_week_goes_to_her_line_only),
                STORY(a_line_that_closed_gets_nothing),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
