/* What was promised to a customer is the most that is shown of her, whatever the rules say, until she accepts
 * a newer notice herself. */
#include "tests/core/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define SECOND                                                                                               \
        "rulebook wide version 1 store * notice visit-alerts 2\n"                                            \
        "P1: show full to anyone of anything mention ok because \"all\"\n"                                   \
        "F1: show full to anyone of field name/greet/hint/wish/sizes/likes/presence mention ok because "     \
        "\"all\"\n"

/* The first notice promised this; the rules are those that ship. */
static void promise(struct rig *r, const char *rules)
{
        r->notices[0] = (struct notice_row){.version = 1, .name = "visit-alerts"};
        snprintf(r->notices[0].text, sizeof r->notices[0].text,
                "rulebook narrow version 1 store * notice visit-alerts 1\n%s", rules);
        r->n_notices = 1;
        rig_restart(r);
}

static const char *const little = "P1: show kind to anyone of anything because \"little\"\n"
                                  "F1: show full to anyone of field presence/hint because \"little\"\n";

static uint16_t add_notice(struct rig *r, const char *text)
{
        struct message m = {.type = MESSAGE_NOTICE_ADD};
        m.notice_add.text = slice_of(text);
        r->face = FACE_OPERATOR;
        uint16_t status = rig_request(r, NULL, &m);
        r->face = FACE_CUSTOMER;
        return status;
}

static uint16_t accept(struct rig *r, const struct digest *phone, uint32_t version)
{
        struct message m = {.type = MESSAGE_ACCEPT_NOTICE};
        m.accept_notice.version = version;
        return rig_request(r, phone, &m);
}

static const struct consent_row *consent_of(
        struct rig *r, uint32_t person, enum purpose purpose, enum category c)
{
        for (uint32_t i = 0; i < r->people[person].n_consents; i++)
                if (r->people[person].consents[i].purpose == purpose &&
                        r->people[person].consents[i].category == c &&
                        r->people[person].consents[i].mode == MODE_ASK)
                        return &r->people[person].consents[i];
        return NULL;
}

static void a_card_shows_no_more_than_was_promised(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        promise(r, little);
        story_join(r, ANNA, true, &phone);
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        story_arrive(r, &phone);
        const char *card = rig_frame(r, 1, "\"t\":\"card\"");
        assert_non_null(card);
        assert_non_null(strstr(card, "\"level\":\"kind\""));
        assert_null(strstr(card, "\"level\":\"full\",\"mention\":\"ok\",\"because\":\"You sold it\""));
        assert_null(strstr(card, "\"item\""));
        assert_null(strstr(card, "\"name\"")); /* the first notice says nothing of names */
        assert_non_null(strstr(card, "\"hint\""));
        story_ask(r, &phone, MESSAGE_NOW);
        assert_true(story_says(r, "\"newer\":null"));
}

static void what_she_accepts_counts_at_once(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        promise(r, little);
        story_join(r, ANNA, true, &phone);
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        story_arrive(r, &phone);
        assert_int_equal(add_notice(r, SECOND), 200);
        assert_true(story_says(r, "\"version\":2"));
        rig_restart(r); /* it is on disk */
        story_connect_as(r, 2, MARIA, SESSION_HANDHELD);
        const char *before = rig_frame(r, 2, "\"t\":\"card\"");
        assert_non_null(before);
        assert_null(strstr(before, "\"item\"")); /* nobody has asked her yet */
        story_ask(r, &phone, MESSAGE_NOW);
        assert_true(story_says(r,
                "\"newer\":{\"version\":2,\"more\":[{\"who\":\"seller\",\"where\":\"in-store, this "
                "store\",\"what\":\"\",\"from\":\"kind\",\"to\":\"full\",\"say\":true}"));
        assert_int_equal(accept(r, &phone, 1), 409);
        assert_int_equal(accept(r, &phone, 3), 409);
        uint32_t frames = r->n_frames;
        assert_int_equal(accept(r, &phone, 2), 200);
        assert_true(story_says(r, "\"newer\":null"));
        assert_true(r->n_frames > frames);
        assert_non_null(strstr(r->frames[r->n_frames - 1].text, "\"item\"")); /* as the rules say, at once */
        assert_int_equal(consent_of(r, ANNA, PURPOSE_ALERT, CATEGORY_PRESENCE)->notice, 2);
        assert_int_equal(consent_of(r, ANNA, PURPOSE_HISTORY, CATEGORY_INSTORE)->notice, 2);
        const struct consent_row *online = consent_of(r, ANNA, PURPOSE_HISTORY, CATEGORY_ONLINE);
        assert_true(!online || online->state != CONSENT_GIVEN); /* nothing that she had not given */
        uint32_t ids = r->n_consent_ids;
        assert_int_equal(accept(r, &phone, 2), 200); /* again: nothing */
        assert_int_equal(r->n_consent_ids, ids);
}

/* What she shares or allows under her old notice is no word about the new one. */
static void no_other_tap_accepts_it(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        promise(r, little);
        story_join(r, ANNA, true, &phone);
        assert_int_equal(add_notice(r, SECOND), 200);
        struct message share = {.type = MESSAGE_SHARE};
        share.share.instore = share.share.online = share.share.sizes = true;
        assert_int_equal(rig_request(r, &phone, &share), 200);
        struct message wifi = {.type = MESSAGE_NOTICE};
        wifi.notice.wifi = true;
        assert_int_equal(rig_request(r, &phone, &wifi), 200);
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        assert_int_equal(story_arrive(r, &phone), 200);
        assert_int_equal(consent_of(r, ANNA, PURPOSE_HISTORY, CATEGORY_ONLINE)->notice, 1);
        assert_int_equal(consent_of(r, ANNA, PURPOSE_ALERT, CATEGORY_SENSED)->notice, 1);
        story_ask(r, &phone, MESSAGE_NOW);
        assert_true(story_says(r, "\"newer\":{\"version\":2"));
        const char *card = rig_frame(r, 1, "\"t\":\"card\"");
        assert_non_null(card);
        assert_null(strstr(card, "\"item\""));
}

static void whoever_joins_now_agrees_to_the_newest(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        promise(r, little);
        assert_int_equal(add_notice(r, SECOND), 200);
        /* what she is shown before she joins is what would be shown */
        struct secret secret = rig_link(r, LINK_JOIN, BO, MARIA, 201);
        struct message look = {.type = MESSAGE_LOOK};
        rig_secret_text(&secret, look.look.secret);
        assert_int_equal(rig_request(r, NULL, &look), 200);
        story_join(r, ANNA, true, &phone);
        assert_int_equal(consent_of(r, ANNA, PURPOSE_ALERT, CATEGORY_PRESENCE)->notice, 2);
        story_ask(r, &phone, MESSAGE_NOW);
        assert_true(story_says(r, "\"newer\":null"));
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        story_arrive(r, &phone);
        const char *card = rig_frame(r, 1, "\"t\":\"card\"");
        assert_non_null(card);
        assert_non_null(strstr(card, "\"item\""));
}

static void an_unknown_notice_hides_everything(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        promise(r, little);
        story_join(r, ANNA, true, &phone);
        r->notices[0].version = 7; /* the database lost the one that she agreed to */
        rig_restart(r);
        story_connect_as(r, 1, MARIA, SESSION_HANDHELD);
        story_arrive(r, &phone);
        const char *card = rig_frame(r, 1, "\"t\":\"card\"");
        assert_true(!card || strstr(card, "\"here\":false"));
        promise(r, "P1: show nonsense\n"); /* or what it promised cannot be read */
        struct message m = {.type = MESSAGE_MY_CARD};
        assert_int_equal(rig_request(r, &phone, &m), 200);
        assert_true(story_says(r, "\"here\":false"));
}

static void what_is_no_next_notice_is_refused(void **state)
{
        struct rig *r = *state;
        promise(r, little);
        assert_int_equal(add_notice(r, "rulebook w version 1 store * notice visit-alerts 3\n"), 422);
        assert_true(story_says(r, "The next notice is version 2"));
        assert_int_equal(add_notice(r, "rulebook w version 1 store * notice visit-alerts 2\nX\n"), 422);
        assert_true(story_says(r, "Line 2"));
        assert_int_equal(r->n_notices, 1);
        r->fail_commits = true;
        assert_int_equal(add_notice(r, SECOND), 503);
        r->fail_commits = false;
        struct message list = {.type = MESSAGE_NOTICES};
        r->face = FACE_OPERATOR;
        assert_int_equal(rig_request(r, NULL, &list), 200);
        r->face = FACE_CUSTOMER;
        assert_false(story_says(r, "\"version\":2"));
        assert_int_equal(add_notice(r, SECOND), 200);
        r->hold_commits = true;
        add_notice(r, "rulebook w version 1 store * notice visit-alerts 3\n");
        assert_int_equal(add_notice(r, "rulebook x version 1 store * notice visit-alerts 3\n"), 409);
        r->hold_commits = false;
        rig_release(r);
        assert_int_equal(r->n_notices, 3);
        assert_non_null(strstr(r->notices[2].text, "rulebook w"));
}

/* All seven consents at once, each under an id of its own (the rig asserts it). */
static void who_allowed_everything_can_take_it_all_back(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_join(r, ANNA, true, &phone);
        struct message share = {.type = MESSAGE_SHARE};
        share.share.instore = share.share.online = share.share.other_stores = share.share.sizes = true;
        assert_int_equal(rig_request(r, &phone, &share), 200);
        struct message wifi = {.type = MESSAGE_NOTICE};
        wifi.notice.wifi = wifi.notice.always = true;
        assert_int_equal(rig_request(r, &phone, &wifi), 200);
        assert_int_equal(story_arrive(r, &phone), 200);
        struct message stop = {.type = MESSAGE_STOP};
        stop.stop.everything = true;
        assert_int_equal(rig_request(r, &phone, &stop), 200);
        assert_int_equal(consent_of(r, ANNA, PURPOSE_HISTORY, CATEGORY_SIZES)->state, CONSENT_WITHDRAWN);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                STORY(a_card_shows_no_more_than_was_promised),
                STORY(what_she_accepts_counts_at_once),
                STORY(no_other_tap_accepts_it),
                STORY(whoever_joins_now_agrees_to_the_newest),
                STORY(an_unknown_notice_hides_everything),
                STORY(what_is_no_next_notice_is_refused),
                STORY(who_allowed_everything_can_take_it_all_back),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
