/* "Remember one thing?": who is asked, whose the note is, who sees it, and that it goes when she says so
 * [P116-P119]. */
#include "tests/core/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#define QUIET "likes the quiet fitting room"
#define SAYS  "\"texts\":[\"" QUIET "\"]"
#define ASKS  "{\"t\":\"remember\",\"card\":"

static void noting(struct rig *r, const struct digest *phone, bool on, uint16_t status)
{
        struct message m = {.type = MESSAGE_NOTING, .noting = {.on = on, .language = "sv"}};
        assert_int_equal(rig_request(r, phone, &m), status);
}

static struct digest joined(struct rig *r, bool allows)
{
        struct digest phone;
        assert_int_equal(story_join(r, ANNA, true, &phone), 200);
        if (allows)
                noting(r, &phone, true, 200);
        assert_string_equal(r->receipt.language, allows ? "sv" : "en"); /* as she read it */
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        rig_forget_frames(r);
        return phone;
}

static void arrives(struct rig *r, const struct digest *phone)
{
        rig_forget_frames(r);
        assert_int_equal(story_arrive(r, phone), 200);
        assert_int_equal(rig_frames_of(r, 1, "\"t\":\"card\""), 1);
}

static void done(struct rig *r, uint64_t peer, uint32_t card)
{
        rig_say(r, peer, MESSAGE_ACCEPT, card, 0);
        rig_say(r, peer, MESSAGE_WITH_HER, card, 0);
        rig_say(r, peer, MESSAGE_DONE, card, 0);
        assert_int_equal(r->visits[r->n_visits - 1].state, VISIT_ENDED);
}

static void remember(struct rig *r, uint64_t peer, uint32_t card, const char *text)
{
        struct message m = {.type = MESSAGE_REMEMBER, .remember = {.card = card}};
        snprintf(m.remember.text, sizeof m.remember.text, "%s", text);
        rig_message(r, peer, &m);
}

/* A visit of an hour ago, after which Maria wrote it down. */
static struct digest noted(struct rig *r)
{
        struct digest phone = joined(r, true);
        arrives(r, &phone);
        done(r, 1, 1);
        assert_int_equal(rig_frames_of(r, 1, ASKS "1,\"most\":120}"), 1);
        remember(r, 1, 1, QUIET);
        assert_int_equal(rig_frames_of(r, 1, "{\"t\":\"remembered\",\"card\":1}"), 1);
        assert_int_equal(r->people[ANNA].n_notes, 1);
        return phone;
}

static void it_is_on_her_next_card_and_on_her_page(void **state)
{
        struct rig *r = *state;
        struct digest phone = noted(r);
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOTES), 200);
        assert_true(story_says(r, "\"text\":\"" QUIET "\",\"who\":\"Maria\""));
        assert_true(story_says(r, "\"shown_ms\":0}"));
        assert_int_equal(story_ask(r, &phone, MESSAGE_MY_CARD), 200);
        assert_true(story_says(r, SAYS)); /* she reads what Maria would */
        arrives(r, &phone);
        const char *card = rig_frame(r, 1, SAYS);
        assert_non_null(card);
        assert_non_null(strstr(
                card, SAYS ",\"level\":\"full\",\"mention\":\"wait\",\"because\":\"You wrote it down"));
        rig_say(r, 1, MESSAGE_RENDERED, 2, 5);
        assert_true(r->last_disclosure.disclosure.notes);
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOTES), 200);
        assert_false(story_says(r, "\"shown_ms\":0}"));
}

static void without_her_yes_nobody_is_asked_and_nothing_is_taken(void **state)
{
        struct rig *r = *state;
        struct digest phone = joined(r, false);
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOW), 200);
        assert_true(story_says(r, "\"notes\":{\"may\":true,\"on\":false}")); /* off until she ticks it */
        arrives(r, &phone);
        done(r, 1, 1);
        assert_int_equal(rig_frames_of(r, 1, ASKS), 0);
        remember(r, 1, 1, QUIET);
        assert_int_equal(rig_frames_of(r, 1, "note_over"), 1);
        assert_int_equal(r->people[ANNA].n_notes, 0);
}

/* The first notice as it ships promised none. */
static void an_older_notice_offers_none(void **state)
{
        struct rig *r = *state;
        r->notices[0] = (struct notice_row){.version = 1, .name = "visit-alerts"};
        snprintf(r->notices[0].text, sizeof r->notices[0].text,
                "rulebook old version 1 store * notice visit-alerts 1\n"
                "F6: show full to anyone of field name/greet/hint/wish/presence because \"x\"\n");
        r->n_notices = 1;
        rig_restart(r);
        struct digest phone = joined(r, false);
        noting(r, &phone, true, 409);
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOW), 200);
        assert_true(story_says(r, "\"notes\":{\"may\":false,\"on\":false}"));
        arrives(r, &phone);
        done(r, 1, 1);
        assert_int_equal(rig_frames_of(r, 1, ASKS), 0);
        /* The store promises more now; she has not accepted it. */
        struct message add = {.type = MESSAGE_NOTICE_ADD};
        add.notice_add.text = slice_of("rulebook newer version 2 store * notice visit-alerts 2\n"
                                       "F6: show full to anyone of field presence because \"x\"\n"
                                       "F8: show full to preferred of field notes because \"x\"\n");
        r->face = FACE_OPERATOR;
        assert_int_equal(rig_request(r, NULL, &add), 200);
        r->face = FACE_CUSTOMER;
        noting(r, &phone, true, 409);
        struct message accept = {.type = MESSAGE_ACCEPT_NOTICE, .accept_notice = {.version = 2}};
        assert_int_equal(rig_request(r, &phone, &accept), 200);
        assert_true(story_says(r, "\"notes\":{\"may\":true,\"on\":false}"));
        noting(r, &phone, true, 200);
        assert_true(story_says(r, "\"notes\":{\"may\":true,\"on\":true}"));
}

static void nobody_else_sees_it(void **state)
{
        struct rig *r = *state;
        struct digest phone = noted(r);
        rig_close(r, 1); /* Maria goes home */
        story_connect_as(r, 2, JONAS, SESSION_HANDHELD);
        rig_forget_frames(r);
        assert_int_equal(story_arrive(r, &phone), 200);
        rig_wait(r, 3 * SECOND_MS);
        assert_int_equal(rig_frames_of(r, 2, "\"t\":\"card\""), 1);
        assert_int_equal(rig_frames_of(r, 2, "quiet"), 0);
        done(r, 2, 1);
        assert_int_equal(rig_frames_of(r, 2, ASKS), 0); /* and who stands in is not asked */
        remember(r, 2, 1, "rather shy");
        assert_int_equal(r->people[ANNA].n_notes, 1);
}

/* Who runs the hub may see what a card would be made of, not what two people keep between them. */
static void a_preview_for_the_operator_has_none(void **state)
{
        struct rig *r = *state;
        noted(r);
        struct message m = {.type = MESSAGE_PREVIEW, .preview = {.customer = "anna"}};
        snprintf(m.preview.associate, sizeof m.preview.associate, "ext-%u", MARIA);
        r->face = FACE_OPERATOR;
        assert_int_equal(rig_request(r, NULL, &m), 200);
        assert_true(story_says(r, "your client"));
        assert_false(story_says(r, "quiet"));
}

/* Whoever she chooses now has not written it. */
static void it_does_not_pass_to_whom_she_chooses_next(void **state)
{
        struct rig *r = *state;
        struct digest phone = noted(r);
        rig_close(r, 1);
        r->people[ANNA].row.preferred = JONAS;
        story_connect_as(r, 2, JONAS, SESSION_HANDHELD);
        rig_forget_frames(r);
        assert_int_equal(story_arrive(r, &phone), 200);
        assert_int_equal(rig_frames_of(r, 2, "\"t\":\"card\""), 1);
        assert_int_equal(rig_frames_of(r, 2, "quiet"), 0);
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOTES), 200);
        assert_true(story_says(r, QUIET)); /* it is still hers to read */
}

static void a_strike_takes_it_from_the_open_card_at_once(void **state)
{
        struct rig *r = *state;
        struct digest phone = noted(r);
        arrives(r, &phone);
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOTES), 200);
        struct message m = {.type = MESSAGE_NOTE_STRIKE};
        const char *id = strstr(r->body, "\"id\":\"");
        assert_non_null(id);
        memcpy(m.note_strike.id, id + 6, 36);
        rig_forget_frames(r);
        assert_int_equal(rig_request(r, &phone, &m), 200);
        assert_int_equal(rig_frames_of(r, 1, "\"t\":\"card\""), 1); /* anew, ... */
        assert_int_equal(rig_frames_of(r, 1, "quiet"), 0);          /* ... without it */
        assert_int_equal(r->people[ANNA].n_notes, 0);
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOTES), 200);
        assert_true(story_says(r, "\"notes\":[]"));
        assert_int_equal(rig_request(r, &phone, &m), 200); /* once more: it is so already */
}

static void off_deletes_all_and_takes_it_from_the_open_card(void **state)
{
        struct rig *r = *state;
        struct digest phone = noted(r);
        arrives(r, &phone);
        rig_forget_frames(r);
        noting(r, &phone, false, 200);
        assert_int_equal(r->receipt.what, RECEIPT_CHANGED);
        assert_int_equal(r->receipt.events[0].category, CATEGORY_NOTES);
        assert_int_equal(rig_frames_of(r, 1, "\"t\":\"card\""), 1);
        assert_int_equal(rig_frames_of(r, 1, "quiet"), 0);
        assert_int_equal(r->people[ANNA].n_notes, 0);
        done(r, 1, 2);
        assert_int_equal(rig_frames_of(r, 1, ASKS), 0);
        noting(r, &phone, true, 200);
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOTES), 200);
        assert_true(story_says(r, "\"notes\":[]")); /* it begins anew */
}

static void stopping_everything_deletes_them(void **state)
{
        struct rig *r = *state;
        struct digest phone = noted(r);
        arrives(r, &phone);
        struct message m = {.type = MESSAGE_STOP, .stop = {.everything = true}};
        assert_int_equal(rig_request(r, &phone, &m), 200);
        assert_int_equal(r->people[ANNA].n_notes, 0);
        assert_int_equal(r->receipt.what, RECEIPT_LEFT);
}

/* While she pauses, notes count as off; her yes stands behind that, and goes with the rest. */
static void stopping_behind_a_pause_takes_the_yes_back(void **state)
{
        struct rig *r = *state;
        struct digest phone = noted(r);
        struct message hold = {.type = MESSAGE_PAUSE, .pause = {.on = true}};
        struct message stop = {.type = MESSAGE_STOP, .stop = {.everything = true}};
        rig_wait(r, SECOND_MS);
        assert_int_equal(rig_request(r, &phone, &hold), 200);
        rig_wait(r, SECOND_MS);
        assert_int_equal(rig_request(r, &phone, &stop), 200);
        const struct rig_person *row = &r->people[ANNA];
        assert_int_equal(row->n_notes, 0);
        uint8_t newest = 0;
        wall_ms at = 0;
        for (uint32_t i = 0; i < row->n_consents; i++)
                if (row->consents[i].category == CATEGORY_NOTES && row->consents[i].at >= at) {
                        at = row->consents[i].at;
                        newest = row->consents[i].state;
                }
        assert_int_equal(newest, CONSENT_WITHDRAWN);
}

/* She takes it back while it is being written: whichever is first on disk, nothing is left. */
static void off_while_it_is_written(void **state)
{
        struct rig *r = *state;
        struct digest phone = joined(r, true);
        arrives(r, &phone);
        done(r, 1, 1);
        r->hold_commits = true;
        struct message off = {.type = MESSAGE_NOTING, .noting = {.on = false}};
        rig_request(r, &phone, &off);
        remember(r, 1, 1, QUIET);
        rig_release(r);
        assert_int_equal(r->people[ANNA].n_notes, 0);
        assert_int_equal(rig_frames_of(r, 1, "note_over"), 1);
}

static void the_oldest_gives_way(void **state)
{
        static const char *const said[] = {"one", "two", "three", "four"};
        struct rig *r = *state;
        struct digest phone = joined(r, true);
        for (uint32_t i = 0; i < ARRAY_LEN(said); i++) {
                arrives(r, &phone);
                done(r, 1, i + 1);
                remember(r, 1, i + 1, said[i]);
                r->day++; /* two alerts a day */
                r->wall += DAY_MS;
        }
        assert_int_equal(r->people[ANNA].n_notes, 3);
        arrives(r, &phone);
        assert_int_equal(rig_frames_of(r, 1, "\"texts\":[\"four\",\"three\",\"two\"]"), 1);
}

static void none_is_shown_that_is_too_old(void **state)
{
        struct rig *r = *state;
        struct digest phone = noted(r);
        r->people[ANNA].notes[0].note.at -= 365 * DAY_MS;
        arrives(r, &phone);
        assert_int_equal(rig_frames_of(r, 1, "quiet"), 0);
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOTES), 200);
        assert_true(story_says(r, "\"notes\":[]"));
}

/* Nobody has to write another for it; also if the hub was not there when its time was over. */
static void the_old_leave_the_disk_by_themselves(void **state)
{
        struct rig *r = *state;
        noted(r);
        for (int i = 0; i < 13; i++) {
                r->wall += 28 * DAY_MS;
                rig_wait(r, 11 * MINUTE_MS);
                assert_int_equal(r->people[ANNA].n_notes, 1);
        }
        r->wall += DAY_MS;
        rig_wait(r, 2 * SECOND_MS);
        assert_int_equal(r->people[ANNA].n_notes, 0);
}

/* [P166] Nor may a clock that leapt take them. */
static void a_clock_that_leapt_takes_none(void **state)
{
        struct rig *r = *state;
        noted(r);
        r->wall += 400 * DAY_MS;
        rig_wait(r, 2 * SECOND_MS);
        assert_int_equal(r->people[ANNA].n_notes, 1);
        rig_wait(r, 6 * HOUR_MS);
        assert_int_equal(r->people[ANNA].n_notes, 0);
}

static void the_old_leave_the_disk_after_a_start(void **state)
{
        struct rig *r = *state;
        noted(r);
        r->people[ANNA].notes[0].note.at -= 365 * DAY_MS;
        rig_restart(r);
        rig_wait(r, 2 * SECOND_MS);
        assert_int_equal(r->people[ANNA].n_notes, 0);
}

static void its_moment_passes(void **state)
{
        struct rig *r = *state;
        struct digest phone = joined(r, true);
        arrives(r, &phone);
        done(r, 1, 1);
        rig_wait(r, 11 * MINUTE_MS);
        remember(r, 1, 1, QUIET);
        assert_int_equal(rig_frames_of(r, 1, "note_over"), 1);
        assert_int_equal(r->people[ANNA].n_notes, 0);
}

static void a_repeat_is_one_note_and_blanks_are_none(void **state)
{
        struct rig *r = *state;
        struct digest phone = joined(r, true);
        arrives(r, &phone);
        done(r, 1, 1);
        remember(r, 1, 1, "   ");
        assert_int_equal(r->people[ANNA].n_notes, 0);
        remember(r, 1, 1, QUIET);
        remember(r, 1, 1, QUIET);
        assert_int_equal(r->people[ANNA].n_notes, 1);
        assert_int_equal(rig_frames_of(r, 1, "{\"t\":\"remembered\""), 3);
        remember(r, 1, 7, QUIET); /* a card that she was not asked about */
        assert_int_equal(rig_frames_of(r, 1, "note_over"), 1);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                STORY(it_is_on_her_next_card_and_on_her_page),
                STORY(without_her_yes_nobody_is_asked_and_nothing_is_taken),
                STORY(an_older_notice_offers_none),
                STORY(nobody_else_sees_it),
                STORY(a_preview_for_the_operator_has_none),
                STORY(it_does_not_pass_to_whom_she_chooses_next),
                STORY(a_strike_takes_it_from_the_open_card_at_once),
                STORY(off_deletes_all_and_takes_it_from_the_open_card),
                STORY(stopping_everything_deletes_them),
                STORY(stopping_behind_a_pause_takes_the_yes_back),
                STORY(off_while_it_is_written),
                STORY(the_oldest_gives_way),
                STORY(none_is_shown_that_is_too_old),
                STORY(the_old_leave_the_disk_by_themselves),
                STORY(a_clock_that_leapt_takes_none),
                STORY(the_old_leave_the_disk_after_a_start),
                STORY(its_moment_passes),
                STORY(a_repeat_is_one_note_and_blanks_are_none),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
