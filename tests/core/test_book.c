/* Rules that change while the store is open: in which order, what reaches a screen after that, and what a
 * start makes of it. The lab's verdicts are said by the test. */
#include "tests/core/book_story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

/* ---- swap ---- */
static void an_open_card_narrows_at_once(void **state)
{
        struct scene s = rules_scene_of(state);
        struct draft d = rules_narrower(s.r);
        assert_non_null(rig_frame(s.r, HANDHELD, "Navy coat"));
        rules_propose(s.r, &s.eva, &d);
        assert_int_equal(rig_frames_of(s.r, HANDHELD, "\"t\":\"card\""), 1);
        rig_forget_frames(s.r);
        assert_int_equal(rules_publish(s.r, &s.eva, &d), 0);
        assert_int_equal(s.r->lab.lab.what, LAB_TELL_ALL);
        assert_int_equal(s.r->swaps, 2); /* the start's, and this one */
        assert_int_equal(rules_live_version(s.r), 2);
        assert_int_equal(s.r->books[0].row.state, BOOK_PAST);
        assert_int_equal(s.r->books[1].row.state, BOOK_LIVE);
        assert_int_equal(s.r->books[1].row.approved_by, EVA);
        rig_wait(s.r, 1);
        const char *card = rig_frame(s.r, HANDHELD, "\"t\":\"card\"");
        assert_non_null(card);
        assert_non_null(strstr(card, "\"card\":1"));
        assert_null(strstr(card, "Navy coat"));
        assert_int_equal(rig_frames_of(s.r, HANDHELD, "\"t\":\"card\""), 1);
        rules_drop(&d);
}

/* N11: a card in which nothing changes comes anew as well, so a change tells nobody whom it is about. */
static void a_card_without_a_change_comes_anew_too(void **state)
{
        struct scene s = rules_scene_of(state);
        struct draft d = rules_draft_of(s.r, "L4: limit tally to trainee", "L4: limit kind to trainee", 0);
        rules_propose(s.r, &s.eva, &d);
        rig_forget_frames(s.r);
        assert_int_equal(rules_publish(s.r, &s.eva, &d), 0);
        rig_wait(s.r, 1);
        assert_non_null(rig_frame(s.r, HANDHELD, "Navy coat"));
        assert_int_equal(rig_frames_of(s.r, HANDHELD, "\"t\":\"card\""), 1);
        rules_drop(&d);
}

/* What was computed before the swap and not yet released is computed again. */
static void no_card_leaves_under_the_old_rules(void **state)
{
        struct scene s = rules_scene_of(state);
        struct digest bo;
        struct draft d = rules_narrower(s.r);
        rules_propose(s.r, &s.eva, &d);
        story_join(s.r, BO, true, &bo);
        rig_forget_frames(s.r);
        s.r->hold_commits = true;
        assert_int_equal(story_arrive(s.r, &bo), 0); /* decided under the old rules, on its way to the disk */
        assert_int_equal(rules_publish(s.r, &s.eva, &d), 0);
        assert_int_equal(rules_live_version(s.r), 1);
        struct rig_held arrival = s.r->held[0];
        memmove(s.r->held, s.r->held + 1, --s.r->n_held * sizeof arrival);
        rig_release_one(s.r); /* the publication */
        assert_int_equal(rules_live_version(s.r), 2);
        s.r->held[s.r->n_held++] = arrival;
        s.r->hold_commits = false;
        rig_release(s.r);
        rig_wait(s.r, 1);
        assert_true(rig_frames_of(s.r, HANDHELD, "\"t\":\"card\"") >= 2);
        assert_null(rig_frame(s.r, HANDHELD, "Navy coat"));
        rules_drop(&d);
}

static void nothing_changes_before_it_is_durable(void **state)
{
        struct scene s = rules_scene_of(state);
        struct draft d = rules_narrower(s.r);
        rules_propose(s.r, &s.eva, &d);
        uint32_t labs = s.r->labs, answers = s.r->answers;
        rig_forget_frames(s.r);
        s.r->hold_commits = true;
        assert_int_equal(rules_publish(s.r, &s.eva, &d), 0);
        assert_int_equal(s.r->labs, labs + 1); /* the verdict was asked for, nothing told */
        assert_int_equal(s.r->answers, answers);
        assert_int_equal(rules_live_version(s.r), 1);
        rig_wait(s.r, 3000);
        assert_null(rig_frame(s.r, HANDHELD, "\"t\":\"card\""));
        s.r->hold_commits = false;
        s.r->fail_commits = true;
        s.r->status = 0;
        rig_release(s.r);
        s.r->fail_commits = false;
        assert_int_equal(s.r->status, 503);
        assert_int_equal(rules_live_version(s.r), 1);
        rig_wait(s.r, 1000);
        assert_null(rig_frame(s.r, HANDHELD, "\"t\":\"card\""));
        assert_int_equal(rules_publish(s.r, &s.eva, &d), 0); /* and it can be tried again */
        assert_int_equal(rules_live_version(s.r), 2);
        rules_drop(&d);
}

/* The record is of what was on the screen, under the rules of that moment. */
static void a_disclosure_names_the_rules_of_its_card(void **state)
{
        struct scene s = rules_scene_of(state);
        struct draft d = rules_narrower(s.r);
        struct digest old = rulebook_digest(s.r->book);
        uint64_t seq = s.r->stream[s.r->n_stream - 1].seq;
        rules_propose(s.r, &s.eva, &d);
        assert_int_equal(rules_publish(s.r, &s.eva, &d), 0);
        rig_say(s.r, HANDHELD, MESSAGE_RENDERED, 1, seq);
        assert_memory_equal(&s.r->last_disclosure.disclosure.rulebook, &old, sizeof old);
        rig_wait(s.r, 1);
        rig_say(s.r, HANDHELD, MESSAGE_RENDERED, 1, s.r->stream[s.r->n_stream - 1].seq);
        assert_int_equal(s.r->disclosures, 2);
        assert_memory_equal(&s.r->last_disclosure.disclosure.rulebook, &d.verdict.row.sha256, sizeof old);
        rules_drop(&d);
}

/* The store can tell it from a card that is new: it takes it also when the disk is full. */
static bool holds_a_card_made_anew(const struct rig *r)
{
        const struct rig_held *h = &r->held[0];
        for (uint32_t i = 0; r->n_held == 1 && i < h->n; i++)
                if (h->writes[i].kind == WRITE_STREAM && h->writes[i].stream.anew)
                        return true;
        return false;
}

/* A card whose commit the disk refused is tried until it is taken. */
static void a_card_that_could_not_be_renewed_is_tried_again(void **state)
{
        struct scene s = rules_scene_of(state);
        struct draft d = rules_narrower(s.r);
        rules_propose(s.r, &s.eva, &d);
        rig_forget_frames(s.r);
        s.r->hold_commits = true;
        assert_int_equal(rules_publish(s.r, &s.eva, &d), 0);
        rig_release_one(s.r);
        assert_int_equal(rules_live_version(s.r), 2);
        assert_true(holds_a_card_made_anew(s.r));
        s.r->fail_commits = true;
        rig_release(s.r); /* the card's */
        s.r->hold_commits = false;
        rig_wait(s.r, 3000);
        assert_null(rig_frame(s.r, HANDHELD, "\"t\":\"card\""));
        s.r->fail_commits = false;
        rig_wait(s.r, 1500);
        assert_int_equal(rig_frames_of(s.r, HANDHELD, "\"t\":\"card\""), 1);
        rules_drop(&d);
}

/* ---- starts ---- */
/* The publication is on disk, and the hub dies before any card was renewed: the device that comes back with
 * what it had gets the card anew. */
static void a_start_renews_what_was_shown_under_older_rules(void **state)
{
        struct scene s = rules_scene_of(state);
        struct draft d = rules_narrower(s.r);
        uint64_t seq = s.r->stream[s.r->n_stream - 1].seq;
        rig_wait(s.r, 1000);
        rules_propose(s.r, &s.eva, &d);
        s.r->hold_commits = true;
        assert_int_equal(rules_publish(s.r, &s.eva, &d), 0);
        rig_release_one(s.r);
        s.r->hold_commits = false;
        rig_restart(s.r);
        assert_int_equal(rules_live_version(s.r), 2);
        rig_forget_frames(s.r);
        struct digest token = rig_session(s.r, SESSION_HANDHELD, MARIA);
        rig_open(s.r, 7, FACE_HANDHELD, &token);
        rig_hello(s.r, 7, EPOCH, seq);
        rig_wait(s.r, 1500);
        assert_non_null(rig_frame(s.r, 7, "\"resume\":true"));
        assert_int_equal(rig_frames_of(s.r, 7, "\"t\":\"card\""), 1);
        assert_null(rig_frame(s.r, 7, "Navy coat"));
        uint32_t stream = s.r->n_stream;
        rig_wait(s.r, 5000);
        assert_int_equal(s.r->n_stream, stream); /* once */
        rules_drop(&d);
}

static void a_start_with_damaged_rules_hides_everything(void **state)
{
        struct scene s = rules_scene_of(state);
        rig_say(s.r, HANDHELD, MESSAGE_ACCEPT, 1, 0); /* so that it stays with her */
        uint64_t seq = s.r->stream[s.r->n_stream - 1].seq;
        s.r->books[0].text[100] ^= 1; /* the store says so as well; the core looks for itself */
        rig_restart(s.r);
        struct hub_live live;
        hub_live(s.r->hub, &live);
        assert_null(live.book);
        assert_int_equal(live.version, 1);
        rig_forget_frames(s.r);
        struct digest token = rig_session(s.r, SESSION_HANDHELD, MARIA);
        rig_open(s.r, 7, FACE_HANDHELD, &token);
        rig_hello(s.r, 7, EPOCH, seq);
        rig_wait(s.r, 1500);
        const char *card = rig_frame(s.r, 7, "\"t\":\"card\"");
        assert_non_null(card);
        assert_null(strstr(card, "coat"));
        assert_null(strstr(card, "Anna"));
        /* A version that is sound brings the cards back. */
        struct draft d = rules_narrower(s.r);
        d.verdict.base = 1;
        d.verdict.wider = 50;
        s.r->face = FACE_OPERATOR;
        struct message m = rules_proposal();
        assert_int_equal(rig_request(s.r, NULL, &m), 0);
        rig_verdict(s.r, &d.verdict);
        s.r->face = FACE_ANY;
        rig_wait(s.r, 30 * SECOND_MS);
        rules_step_up(s.r, &s.eva);
        rig_forget_frames(s.r);
        assert_int_equal(rules_publish(s.r, &s.eva, &d), 0);
        rig_wait(s.r, 1500);
        assert_non_null(rig_frame(s.r, 7, "Anna"));
        rules_drop(&d);
}

int main(void)
{
        const struct CMUnitTest tests[] = {STORY(an_open_card_narrows_at_once),
                STORY(a_card_without_a_change_comes_anew_too), STORY(no_card_leaves_under_the_old_rules),
                STORY(nothing_changes_before_it_is_durable), STORY(a_disclosure_names_the_rules_of_its_card),
                STORY(a_card_that_could_not_be_renewed_is_tried_again),
                STORY(a_start_renews_what_was_shown_under_older_rules),
                STORY(a_start_with_damaged_rules_hides_everything)};
        return cmocka_run_group_tests_name("core_book", tests, NULL, NULL);
}
