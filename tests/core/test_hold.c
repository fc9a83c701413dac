/* What she may ask for besides leaving: a pause of everything, and an objection at the desk; and what her
 * browser asks.
 */
#include "server/core/consent.h"
#include "server/core/state.h"
#include "tests/core/managing.h"
#include "tests/core/sensing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char card[] = "\"t\":\"card\"";

static uint16_t pause(struct rig *r, const struct digest *phone, bool on)
{
        struct message m = {.type = MESSAGE_PAUSE, .pause = {.on = on}};
        rig_wait(r, SECOND_MS);
        return rig_request(r, phone, &m);
}

/* At the desk: by the operator, who needs no session, or on a manager's console. */
static uint16_t desk(struct rig *r, const struct digest *console, const char *customer, const char *how)
{
        struct message m = {.type = MESSAGE_HOLD};
        snprintf(m.hold.customer, sizeof(m.hold.customer), "%s", customer);
        snprintf(m.hold.how, sizeof(m.hold.how), "%s", how);
        rig_wait(r, SECOND_MS);
        r->face = console ? FACE_CONSOLE : FACE_OPERATOR;
        uint16_t status = rig_request(r, console, &m);
        r->face = FACE_CUSTOMER;
        return status;
}

/* ---- L18: as if she did not exist ---- */
/* A morning in which Bo comes, beside Anna, who has joined and allowed the Wi-Fi and has then paused
 * everything; or without her doing anything. */
static char *morning(struct rig *r, bool anna_does)
{
        struct digest anna, bo;
        rig_start(r);
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        story_connect_as(r, 2, EVA, SESSION_CONSOLE);
        sensing_begin(r, &anna, true, "keyid", "k-anna");
        assert_int_equal(pause(r, &anna, true), 200);
        assert_true(story_says(r, "\"state\":\"home\"") && story_says(r, "\"paused\":true"));
        const struct rig_person *row = rig_person_of(r, ANNA);
        assert_true(consent_joined(row->consents, row->n_consents, r->wall));
        assert_false(consent_alert_standing(row->consents, row->n_consents, r->wall));
        assert_false(consent_announce(row->consents, row->n_consents, r->wall + DAY_MS));
        assert_false(consent_category_ok(row->consents, row->n_consents, CATEGORY_INSTORE, r->wall));
        assert_int_equal(story_join(r, BO, true, &bo), 200);
        rig_forget_frames(r);
        if (anna_does) {
                assert_int_equal(story_arrive(r, &anna), 409);
                assert_true(story_says(r, "\"error\":\"paused\""));
                sensing_claim(r, AGENT, "join", 0, 0);
        }
        rig_wait(r, 62 * SECOND_MS);
        assert_int_equal(story_arrive(r, &bo), 200);
        if (anna_does) {
                sensing_claim(r, AGENT, "roam", 0, 0);
                assert_int_equal(story_ask(r, &anna, MESSAGE_NOW), 200);
                assert_int_equal(story_ask(r, &anna, MESSAGE_TELL), 200);
                assert_int_equal(story_ask(r, &anna, MESSAGE_MY_CARD), 200);
        }
        rig_wait(r, 30 * SECOND_MS);
        assert_int_equal(story_ask(r, &bo, MESSAGE_LEAVING), 200);
        char *all = sensing_staff_saw(r);
        rig_stop(r);
        return all;
}

static void who_paused_is_as_if_she_did_not_exist(void **state)
{
        static struct rig rig;
        (void)state;
        char *with = morning(&rig, true), *without = morning(&rig, false);
        assert_non_null(strstr(without, card));
        assert_string_equal(with, without);
        free(with);
        free(without);
}

static void a_pause_takes_the_card_and_keeps_what_she_said(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        assert_int_equal(story_join(r, ANNA, true, &phone), 200);
        assert_int_equal(story_arrive(r, &phone), 200);
        assert_non_null(rig_frame(r, 1, card));
        assert_int_equal(pause(r, &phone, true), 200);
        assert_non_null(rig_frame(r, 1, "\"t\":\"retract\""));
        assert_true(story_says(r, "\"share\":{\"instore\":false,\"online\":false"));
        rig_restart(r);
        rig_forget_frames(r);
        story_connect_as(r, 3, MARIA, SESSION_HANDHELD);
        assert_int_equal(story_arrive(r, &phone), 409);
        /* A "no" that would be lost behind the pause is not taken for done. */
        assert_int_equal(story_ask(r, &phone, MESSAGE_SHARE), 409);
        assert_true(story_says(r, "\"error\":\"paused\""));
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOTING), 409);
        /* What is kept for her stays within reach: her receipts are her own. */
        assert_int_equal(story_ask(r, &phone, MESSAGE_RECEIPTS), 0);
        assert_int_equal(r->asked_receipt.receipt.wanted.person, ANNA);
        assert_int_equal(pause(r, &phone, true), 200); /* once more is no more */
        assert_int_equal(pause(r, &phone, false), 200);
        assert_false(story_says(r, "paused"));
        assert_true(story_says(r, "\"instore\":true"));
        assert_int_equal(story_arrive(r, &phone), 200);
        assert_non_null(rig_frame(r, 3, card));
}

/* She said so once, by a tap that this story leaves out. */
static void said(struct rig *r, uint8_t purpose, uint8_t category, uint8_t mode)
{
        struct rig_person *anna = rig_person_of(r, ANNA);
        assert_true(anna->n_consents < ARRAY_LEN(anna->consents));
        anna->consents[anna->n_consents++] = (struct consent_row){.purpose = purpose,
                .category = category,
                .state = CONSENT_GIVEN,
                .mode = mode,
                .at = r->wall,
                .day = r->day,
                .valid_until = r->wall + 300 * DAY_MS};
}

/* What the lifting tap is answered is all that holds again: the same as she is told when she asks next. */
static void lifting_tells_all_that_holds_again(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        char lifted[sizeof(r->body)];
        assert_int_equal(story_join(r, ANNA, true, &phone), 200);
        said(r, PURPOSE_HISTORY, CATEGORY_NOTES, MODE_ASK);
        said(r, PURPOSE_ALERT, CATEGORY_SENSED, MODE_ASK);
        said(r, PURPOSE_ALERT, CATEGORY_SENSED, MODE_STANDING);
        for (uint8_t not_todays = 0; not_todays <= 2; not_todays += 2) { /* twice is "ask me" again */
                rig_person_of(r, ANNA)->row.not_todays = not_todays;
                assert_int_equal(pause(r, &phone, true), 200);
                assert_int_equal(pause(r, &phone, false), 200);
                assert_true(story_says(r, "\"on\":true"));
                assert_true(story_says(r, not_todays ? "\"always\":false" : "\"always\":true"));
                memcpy(lifted, r->body, sizeof(lifted));
                assert_int_equal(story_ask(r, &phone, MESSAGE_NOW), 200);
                assert_string_equal(lifted, r->body);
        }
}

/* A newer notice is answered when the pause is over: what stands behind it would keep its old dates. */
static void no_notice_is_accepted_behind_a_pause(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        struct message m = {.type = MESSAGE_ACCEPT_NOTICE, .accept_notice = {.version = 1}};
        assert_int_equal(story_join(r, ANNA, true, &phone), 200);
        assert_int_equal(pause(r, &phone, true), 200);
        assert_int_equal(rig_request(r, &phone, &m), 409);
        assert_true(story_says(r, "\"error\":\"paused\""));
        assert_int_equal(pause(r, &phone, false), 200);
        assert_int_equal(rig_request(r, &phone, &m), 200);
}

/* An access point that would know her phone on the days after would look for somebody who has paused it. */
static void her_phone_is_in_no_days_set(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        static const struct agent_tag none = {0};
        sensing_begin(r, &phone, true, "keyid", "k-anna");
        struct agent_tag tag = device_tag(r->hub, 0);
        assert_memory_not_equal(&tag, &none, sizeof(tag));
        assert_int_equal(pause(r, &phone, true), 200);
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOT_TODAY), 200); /* holds for today; this for longer */
        for (int day = 0; day < 3; day++) {
                tag = device_tag(r->hub, 0);
                assert_memory_equal(&tag, &none, sizeof(tag));
                r->wall += DAY_MS;
                r->day++;
                if (day == 1)
                        rig_restart(r);
                rig_wait(r, 2 * SECOND_MS);
        }
        assert_int_equal(pause(r, &phone, false), 200);
        tag = device_tag(r->hub, 0);
        assert_memory_not_equal(&tag, &none, sizeof(tag));
}

/* ... and neither the till nor a preview knows her. */
static void nobody_here_knows_who_paused(void **state)
{
        struct rig *r = *state;
        struct digest phone, till = rig_session(r, SESSION_TILL, 0);
        struct message invite = {.type = MESSAGE_TILL_INVITE, .till_invite = {.line = "line-101"}};
        struct message preview = {
                .type = MESSAGE_PREVIEW, .preview = {.customer = "anna", .associate = "ext-1"}};
        assert_int_equal(story_join(r, ANNA, true, &phone), 200);
        r->face = FACE_OPERATOR;
        assert_int_equal(rig_request(r, NULL, &preview), 200);
        assert_int_equal(desk(r, NULL, "anna", "pause"), 200);
        r->face = FACE_OPERATOR;
        assert_int_equal(rig_request(r, NULL, &preview), 404);
        r->face = FACE_TILL;
        assert_int_equal(rig_request(r, &till, &invite), 404);
        r->face = FACE_CUSTOMER;
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOW), 200);
        assert_true(story_says(r, "\"paused\":true")); /* her own page says it */
        assert_int_equal(desk(r, NULL, "anna", "lift"), 200);
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOW), 200);
        assert_false(story_says(r, "paused"));
}

/* ---- L13, L19: at the desk, and for somebody who never joined ---- */
static void who_never_joined_can_object(void **state)
{
        struct rig *r = *state;
        struct digest till = rig_session(r, SESSION_TILL, 0);
        struct message invite = {.type = MESSAGE_TILL_INVITE, .till_invite = {.line = "line-101"}};
        struct message link = {
                .type = MESSAGE_MAKE_LINK, .make_link = {.face = "customer", .subject = "anna"}};
        assert_int_equal(desk(r, NULL, "anna", "object"), 200);
        const struct rig_person *anna = rig_person_of(r, ANNA);
        assert_true(consent_objected(anna->consents, anna->n_consents) != 0);
        r->face = FACE_TILL;
        assert_int_equal(rig_request(r, &till, &invite), 404);
        r->face = FACE_OPERATOR;
        assert_int_equal(rig_request(r, NULL, &link), 409);
        rig_restart(r); /* and an import tells nothing new */
        rig_import(r);
        r->face = FACE_TILL;
        assert_int_equal(rig_request(r, &till, &invite), 404);
        assert_int_equal(desk(r, NULL, "anna", "object"), 200); /* twice is once */
        assert_int_equal(desk(r, NULL, "anna", "lift"), 200);
        r->face = FACE_TILL;
        assert_int_equal(rig_request(r, &till, &invite), 200);
        r->face = FACE_CUSTOMER;
}

static void she_is_stopped_without_her_phone(void **state)
{
        struct rig *r = *state;
        struct digest phone, console = rig_session(r, SESSION_CONSOLE, EVA);
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        assert_int_equal(story_join(r, ANNA, true, &phone), 200);
        assert_int_equal(story_arrive(r, &phone), 200);
        assert_int_equal(desk(r, &console, "nobody", "object"), 404);
        assert_int_equal(desk(r, &console, "anna", "ask"), 400);
        assert_null(rig_frame(r, 1, "\"t\":\"retract\""));
        assert_int_equal(desk(r, &console, "anna", "object"), 200);
        assert_non_null(rig_frame(r, 1, "\"t\":\"retract\""));
        const struct rig_person *anna = rig_person_of(r, ANNA);
        for (int category = CATEGORY_INSTORE; category <= CATEGORY_SIZES; category++)
                assert_false(consent_category_ok(
                        anna->consents, anna->n_consents, (enum category)category, r->wall));
        assert_false(consent_alert_standing(anna->consents, anna->n_consents, r->wall));
        assert_int_equal(story_arrive(r, &phone), 403);
        /* Her page tells her, with the time. */
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOW), 200);
        assert_true(story_says(r, "\"state\":\"stranger\"") && story_says(r, "\"objected\":{\"at_ms\":"));
        /* Joining by her own hand is a newer word. */
        assert_int_equal(story_join(r, ANNA, true, &phone), 200);
        assert_false(story_says(r, "objected"));
        assert_int_equal(story_arrive(r, &phone), 200);
}

static void the_ledger_says_who_did_it(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        assert_int_equal(story_join(r, ANNA, true, &phone), 200);
        assert_int_equal(r->last_consent.actor, ACTOR_PRINCIPAL);
        assert_int_equal(desk(r, NULL, "anna", "object"), 200);
        assert_int_equal(r->last_consent.actor, ACTOR_STORE);
        assert_int_equal(r->last_consent.method, METHOD_DESK);
        assert_int_equal(r->last_consent.steps, 1);
}

static void only_who_is_signed_in_does_it(void **state)
{
        struct rig *r = *state;
        struct digest phone, handheld = rig_session(r, SESSION_HANDHELD, MARIA);
        assert_int_equal(story_join(r, ANNA, true, &phone), 200);
        assert_int_equal(desk(r, &handheld, "anna", "object"), 401);
        assert_int_equal(desk(r, &phone, "anna", "object"), 401);
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOW), 200);
        assert_true(story_says(r, "\"state\":\"home\""));
}

/* What only takes back needs no second proof; what lets the store have her data again does [P62]. */
static void lifting_at_the_desk_needs_a_step_up(void **state)
{
        struct rig *r = *state;
        struct digest phone, bare = rig_session(r, SESSION_CONSOLE, EVA);
        assert_int_equal(story_join(r, ANNA, true, &phone), 200);
        assert_int_equal(desk(r, &bare, "anna", "pause"), 200);
        assert_int_equal(desk(r, &bare, "anna", "lift"), 403);
        assert_true(story_says(r, "\"error\":\"enrol\""));
        struct digest console = managing_eva(r);
        assert_int_equal(desk(r, &console, "anna", "lift"), 403);
        assert_true(story_says(r, "\"error\":\"step_up\""));
        assert_int_equal(desk(r, &console, "anna", "pause"), 200);
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOW), 200);
        assert_true(story_says(r, "\"paused\":true"));
        rig_wait(r, 30 * SECOND_MS);
        managing_proof(r, true, managing_step(r));
        assert_int_equal(managing_step_up(r, &console), 200);
        assert_int_equal(desk(r, &console, "anna", "lift"), 200);
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOW), 200);
        assert_false(story_says(r, "paused"));
}

/* ---- L26: what her browser asks ---- */
static void the_signal_is_kept_with_what_she_says(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        assert_int_equal(story_join(r, ANNA, true, &phone), 200);
        assert_false(r->last_consent.row.gpc || story_says(r, "gpc"));
        r->gpc = true;
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOW), 200);
        assert_true(story_says(r, "\"gpc\":true"));
        assert_int_equal(story_arrive(r, &phone), 200);
        assert_true(r->last_consent.row.gpc && r->last_consent.row.mode == MODE_VISIT);
        r->gpc = false; /* also from a browser of hers that does not say so */
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOW), 200);
        assert_true(story_says(r, "\"gpc\":true"));
}

int main(void)
{
        const struct CMUnitTest tests[] = {cmocka_unit_test(who_paused_is_as_if_she_did_not_exist),
                STORY(a_pause_takes_the_card_and_keeps_what_she_said), STORY(nobody_here_knows_who_paused),
                STORY(her_phone_is_in_no_days_set), STORY(lifting_tells_all_that_holds_again),
                STORY(no_notice_is_accepted_behind_a_pause), STORY(lifting_at_the_desk_needs_a_step_up),
                STORY(who_never_joined_can_object), STORY(she_is_stopped_without_her_phone),
                STORY(the_ledger_says_who_did_it), STORY(only_who_is_signed_in_does_it),
                STORY(the_signal_is_kept_with_what_she_says)};
        return cmocka_run_group_tests_name("hold", tests, NULL, NULL);
}
