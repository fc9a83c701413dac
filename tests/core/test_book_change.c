/* Who may change the rules, what they are compared with, what is refused, and what a repeat is told. */
#include "tests/core/book_story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <sodium.h>
#include <string.h>

/* ---- who may ---- */
static void more_needs_a_second_manager(void **state)
{
        struct scene s = rules_scene_of(state);
        struct draft d = rules_wider(s.r);
        rules_propose(s.r, &s.eva, &d);
        assert_int_equal(rules_publish(s.r, &s.eva, &d), 409);
        assert_true(story_says(s.r, "second_manager"));
        assert_int_equal(rules_live_version(s.r), 1);
        assert_int_equal(rules_publish(s.r, &s.jonas, &d), 0);
        assert_int_equal(rules_live_version(s.r), 2);
        assert_int_equal(s.r->books[1].row.by, EVA);
        assert_int_equal(s.r->books[1].row.approved_by, JONAS);
        rules_drop(&d);
}

/* The operator is one person: what a manager proposed she may publish, what she proposed a manager must. */
static void the_operator_is_one_person(void **state)
{
        struct scene s = rules_scene_of(state);
        struct draft d = rules_wider(s.r);
        struct message m = rules_proposal();
        s.r->face = FACE_OPERATOR;
        assert_int_equal(rig_request(s.r, NULL, &m), 0);
        assert_int_equal(s.r->lab.lab.who, BOOK_BY_OPERATOR);
        rig_verdict(s.r, &d.verdict);
        m = rules_publication(&d);
        s.r->face = FACE_OPERATOR;
        assert_int_equal(rig_request(s.r, NULL, &m), 0);
        d.verdict.row = s.r->books[1].row;
        rig_verdict(s.r, &d.verdict);
        assert_int_equal(s.r->status, 409);
        s.r->face = FACE_ANY;
        assert_int_equal(rules_publish(s.r, &s.eva, &d), 0);
        assert_int_equal(rules_live_version(s.r), 2);
        rules_drop(&d);
}

static void who_may_not(void **state)
{
        struct scene s = rules_scene_of(state);
        struct message look = {.type = MESSAGE_RULES}, keep = rules_proposal();
        struct digest maria = rig_session(s.r, SESSION_CONSOLE, MARIA),
                      handheld = rig_session(s.r, SESSION_HANDHELD, EVA);
        uint32_t labs = s.r->labs;
        assert_int_equal(rules_ask(s.r, NULL, &look), 401);
        assert_int_equal(rules_ask(s.r, &maria, &look), 401);
        assert_int_equal(rules_ask(s.r, &handheld, &look), 401);
        assert_int_equal(s.r->labs, labs);
        assert_int_equal(rules_ask(s.r, &s.eva, &look), 0);
        assert_int_equal(s.r->lab.lab.what, LAB_TELL_ALL);
        rig_wait(s.r, 5 * MINUTE_MS); /* she has stepped up too long ago */
        labs = s.r->labs;
        assert_int_equal(rules_ask(s.r, &s.eva, &keep), 403);
        assert_true(story_says(s.r, "step_up"));
        assert_int_equal(rules_ask(s.r, &s.eva, &look), 0);
        assert_int_equal(s.r->labs, labs + 1);
}

/* ---- what it was compared with ---- */
static void other_rules_meanwhile_are_compared_anew(void **state)
{
        struct scene s = rules_scene_of(state);
        struct draft first = rules_narrower(s.r), second;
        rules_propose(s.r, &s.eva, &first);
        second = rules_draft_of(s.r, "L4: limit tally to trainee", "L4: limit kind to trainee", 0);
        rules_propose(s.r, &s.eva, &second);
        assert_int_equal(rules_publish(s.r, &s.eva, &first), 0);
        second.verdict.base = 2;
        second.verdict.wider = 9; /* beside the new rules it shows more */
        assert_int_equal(rules_publish(s.r, &s.eva, &second), 409);
        assert_true(story_says(s.r, "live_changed"));
        assert_int_equal(s.r->books[2].row.base, 2);
        assert_int_equal(s.r->books[2].row.wider, 9);
        assert_int_equal(rules_publish(s.r, &s.eva, &second), 409);
        assert_true(story_says(s.r, "second_manager"));
        assert_int_equal(rules_publish(s.r, &s.jonas, &second), 0);
        assert_int_equal(rules_live_version(s.r), 3);
        rules_drop(&first);
        rules_drop(&second);
}

static void what_is_refused(void **state)
{
        struct scene s = rules_scene_of(state);
        struct draft d = rules_narrower(s.r), same = rules_draft_of(s.r, "R1:", "R1:", 0);
        struct message m = rules_proposal();
        assert_int_equal(rules_ask(s.r, &s.eva, &m), 0);
        rig_verdict(s.r, &same.verdict);
        assert_int_equal(s.r->status, 409);
        assert_true(story_says(s.r, "\"same\""));
        rules_propose(s.r, &s.eva, &d);
        d.hex[0] = d.hex[0] == '0' ? '1' : '0';
        assert_int_equal(rules_publish(s.r, &s.eva, &d), 409);
        assert_true(story_says(s.r, "other_text"));
        struct message away = {.type = MESSAGE_RULES_WITHDRAW, .rules_withdraw = {.version = 2}};
        assert_int_equal(rules_ask(s.r, &s.jonas, &away), 0);
        rig_verdict(s.r, &d.verdict);
        assert_int_equal(s.r->books[1].row.state, BOOK_WITHDRAWN);
        d.hex[0] = d.hex[0] == '0' ? '1' : '0';
        sodium_bin2hex(d.hex, sizeof d.hex, d.verdict.row.sha256.b, 32);
        assert_int_equal(rules_publish(s.r, &s.eva, &d), 409);
        assert_true(story_says(s.r, "not_proposed"));
        /* What the lab refuses is passed on as it is, and the next may begin. */
        struct book_verdict no = {.refused = 422, .body = "{\"error\":\"rules\"}", .len = 17};
        assert_int_equal(rules_ask(s.r, &s.eva, &m), 0);
        rig_verdict(s.r, &no);
        assert_int_equal(s.r->status, 422);
        assert_int_equal(rules_ask(s.r, &s.eva, &m), 0);
        assert_int_equal(s.r->lab.lab.what, LAB_JUDGE);
        assert_int_equal(rules_live_version(s.r), 1);
        rules_drop(&d);
        rules_drop(&same);
}

/* A text that is not what its name says is never put in force, whoever says it. */
static void a_text_that_does_not_match_its_name_is_refused(void **state)
{
        struct scene s = rules_scene_of(state);
        struct draft d = rules_narrower(s.r), other = rules_wider(s.r);
        rules_propose(s.r, &s.eva, &d);
        d.verdict.text = other.verdict.text;
        assert_int_equal(rules_publish(s.r, &s.eva, &d), 503);
        assert_int_equal(rules_live_version(s.r), 1);
        rules_drop(&d);
        rules_drop(&other);
}

static void one_change_is_on_its_way_at_a_time(void **state)
{
        struct scene s = rules_scene_of(state);
        struct draft d = rules_narrower(s.r);
        struct message m = rules_proposal();
        uint32_t labs = s.r->labs;
        assert_int_equal(rules_ask(s.r, &s.eva, &m), 0);
        struct effect first = s.r->lab;
        assert_int_equal(rules_ask(s.r, &s.jonas, &m), 0);
        assert_int_equal(s.r->labs, labs + 1); /* he waits */
        rig_verdict(s.r, &d.verdict);
        rig_wait(s.r, 1);
        assert_int_equal(s.r->lab.lab.what, LAB_JUDGE); /* his turn */
        assert_int_equal(s.r->lab.lab.who, JONAS);
        assert_true(s.r->lab.lab.ticket != first.lab.ticket);
        rules_drop(&d);
}

/* ---- repeats ---- */
static void a_repeated_publication_is_told_how_it_stands(void **state)
{
        struct scene s = rules_scene_of(state);
        struct draft d = rules_narrower(s.r);
        struct uuid key = {{1, 2, 3, 4, 5, 6, 0x47, 8, 0x89}};
        rules_propose(s.r, &s.eva, &d);
        s.r->key = &key;
        assert_int_equal(rules_publish(s.r, &s.eva, &d), 0);
        struct message m = rules_publication(&d);
        uint32_t labs = s.r->labs, swaps = s.r->swaps;
        assert_int_equal(rules_ask(s.r, &s.eva, &m), 0);
        assert_int_equal(s.r->labs, labs + 1);
        assert_int_equal(s.r->lab.lab.what, LAB_TELL_ALL);
        assert_int_equal(s.r->swaps, swaps);
        m.rules_publish.version = 9;
        assert_int_equal(rules_ask(s.r, &s.eva, &m), 422);
        rules_drop(&d);
}

/* The text is part of what the key is for. */
static void a_key_is_for_one_text(void **state)
{
        struct scene s = rules_scene_of(state);
        struct draft d = rules_narrower(s.r);
        struct uuid key = {{9, 2, 3, 4, 5, 6, 0x47, 8, 0x89}};
        struct message m = rules_proposal();
        s.r->key = &key;
        assert_int_equal(rules_ask(s.r, &s.eva, &m), 0);
        rig_verdict(s.r, &d.verdict);
        assert_int_equal(s.r->n_books, 2);
        assert_int_equal(rules_ask(s.r, &s.eva, &m), 0);
        assert_int_equal(s.r->lab.lab.what, LAB_TELL_VERSION);
        assert_int_equal(s.r->lab.lab.version, 2);
        m.rules_propose.text = slice_of("what the lab has reae");
        assert_int_equal(rules_ask(s.r, &s.eva, &m), 422);
        s.r->key = NULL;
        rules_drop(&d);
}

int main(void)
{
        const struct CMUnitTest tests[] = {STORY(more_needs_a_second_manager),
                STORY(the_operator_is_one_person), STORY(who_may_not),
                STORY(other_rules_meanwhile_are_compared_anew), STORY(what_is_refused),
                STORY(a_text_that_does_not_match_its_name_is_refused),
                STORY(one_change_is_on_its_way_at_a_time),
                STORY(a_repeated_publication_is_told_how_it_stands), STORY(a_key_is_for_one_text)};
        return cmocka_run_group_tests_name("core_book_change", tests, NULL, NULL);
}
