/* What a first run asks for: who may, what is written, and what goes past the core. */
#include "tests/core/managing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static struct message import_of(const char *rows)
{
        struct message m = {.type = MESSAGE_IMPORT};
        snprintf(m.import.kind, sizeof(m.import.kind), "customers");
        m.import.rows = (struct slice){rows, strlen(rows)};
        return m;
}

static struct message link_for(const char *associate)
{
        struct message m = {.type = MESSAGE_PAIR_LINK};
        snprintf(m.pair_link.associate, sizeof(m.pair_link.associate), "%s", associate);
        return m;
}

static void only_a_manager_who_has_shown_who_she_is_reads_files_in(void **state)
{
        struct rig *r = *state;
        struct digest console = managing_eva(r), handheld = rig_session(r, SESSION_HANDHELD, MARIA);
        struct digest nobodys = {{7}};
        struct message m = import_of("2\t0\t0\tc\t\t\t");
        assert_int_equal(managing_ask(r, &nobodys, m), 401);
        assert_int_equal(managing_ask(r, &handheld, m), 401);
        assert_int_equal(managing_ask(r, &console, m), 403);
        assert_non_null(strstr(r->body, "step_up"));
        assert_false(r->asked_first.first.import);
        rig_wait(r, 31 * SECOND_MS);
        managing_proof(r, true, managing_step(r));
        assert_int_equal(managing_step_up(r, &console), 200);
        assert_int_equal(managing_ask(r, &console, m), 0); /* past the core */
        assert_true(r->asked_first.first.import);
        assert_int_equal(r->asked_first.first.request, r->request);
        assert_string_equal(r->asked_first.first.who, "ext-3");
        rig_wait(r, STEPPED_UP_MS + SECOND_MS);
        assert_int_equal(managing_ask(r, &console, m), 403);
}

static void whoever_is_signed_in_is_told_what_there_is(void **state)
{
        struct rig *r = *state;
        struct digest console = rig_session(r, SESSION_CONSOLE, EVA), phone;
        struct message m = {.type = MESSAGE_FIRST};
        assert_int_equal(managing_ask(r, &console, m), 0);
        assert_false(r->asked_first.first.import);
        assert_int_equal(r->asked_first.first.request, r->request);
        assert_int_equal(story_join(r, ANNA, true, &phone), 200);
        assert_int_equal(managing_ask(r, &phone, m), 401);
}

static void where_it_was_left_is_on_disk_before_it_is_answered(void **state)
{
        struct rig *r = *state;
        struct digest bare = rig_session(r, SESSION_CONSOLE, EVA);
        struct message m = {.type = MESSAGE_FIRST_AT, .first_at = {.step = 4}};
        assert_int_equal(managing_ask(r, &bare, m), 403); /* no password yet */
        assert_int_equal(r->first_step, 0);
        struct digest console = managing_eva(r);
        assert_int_equal(managing_ask(r, &console, m), 200);
        assert_int_equal(r->first_step, 4);
}

static void a_handheld_s_link_is_for_who_works_here(void **state)
{
        struct rig *r = *state;
        struct digest console = managing_eva(r);
        assert_int_equal(managing_ask(r, &console, link_for("ext-1")), 403);
        rig_wait(r, 31 * SECOND_MS);
        managing_proof(r, true, managing_step(r));
        assert_int_equal(managing_step_up(r, &console), 200);
        assert_int_equal(managing_ask(r, &console, link_for("nobody")), 404);
        assert_int_equal(managing_ask(r, &console, link_for("ext-1")), 200);
        assert_non_null(strstr(r->body, "/h#p."));
        assert_non_null(strstr(r->body, "\"qr_of\":\"url\""));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                STORY(only_a_manager_who_has_shown_who_she_is_reads_files_in),
                STORY(whoever_is_signed_in_is_told_what_there_is),
                STORY(where_it_was_left_is_on_disk_before_it_is_answered),
                STORY(a_handheld_s_link_is_for_who_works_here),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
