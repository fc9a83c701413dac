/* Receipts: which words get one, what it says that holds, and who is told its number [P100-P102]. */
#include "tests/core/story.h"

#include "server/core/receipt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#define SHARE(...) (&(struct message){.type = MESSAGE_SHARE, .share = {__VA_ARGS__}})

static const struct receipt_grant *grant(const struct receipt_row *r, uint8_t category, uint8_t mode)
{
        for (uint32_t i = 0; i < r->n_grants; i++)
                if (r->grants[i].category == category && r->grants[i].mode == mode)
                        return &r->grants[i];
        return NULL;
}

static const struct receipt_event *event_of(const struct receipt_row *r, uint8_t category)
{
        for (uint32_t i = 0; i < r->n_events; i++)
                if (r->events[i].category == category)
                        return &r->events[i];
        return NULL;
}

static bool tells_number(const struct rig *r)
{
        char number[RECEIPT_NUMBER], piece[80];
        receipt_number(&r->receipt.id, number);
        snprintf(piece, sizeof(piece), "\"receipt\":\"%s\"", number);
        return story_says(r, piece);
}

static void joining_gets_one(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        assert_int_equal(story_join(r, ANNA, true, &phone), 200);
        const struct receipt_row *row = &r->receipt;
        assert_int_equal(r->receipts, 1);
        assert_true(tells_number(r));
        assert_int_equal(row->what, RECEIPT_JOINED);
        assert_int_equal(row->method, METHOD_INVITED);
        assert_int_equal(row->actor, ACTOR_PRINCIPAL);
        assert_int_equal(row->person, ANNA);
        assert_int_equal(row->at, r->wall);
        assert_string_equal(row->language, "en");
        assert_int_equal(row->notice, 1);
        const struct receipt_grant *here = grant(row, CATEGORY_PRESENCE, MODE_ASK);
        assert_non_null(here);
        assert_int_equal(here->until, r->wall + 365 * DAY_MS);
        assert_null(grant(row, CATEGORY_SENSED, MODE_ASK));
        assert_int_equal(row->n_events, row->n_grants); /* all that she said was yes */
}

static void a_no_gets_none(void **state)
{
        struct rig *r = *state;
        struct secret link = rig_link(r, LINK_JOIN, ANNA, MARIA, 101);
        struct message m = {.type = MESSAGE_JOIN};
        rig_secret_text(&link, m.join.secret);
        assert_int_equal(rig_request(r, NULL, &m), 200);
        assert_int_equal(r->receipts, 0);
        assert_false(story_says(r, "\"receipt\""));
}

/* What one change takes back is gone from what holds, and what it leaves alone stays, until its own time. */
static void a_change_says_what_holds_after_it(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_join(r, ANNA, true, &phone);
        wall_ms joined = r->wall;
        rig_wait(r, 30 * MINUTE_MS);
        assert_int_equal(rig_request(r, &phone, SHARE(.instore = true, .online = true)), 200);
        const struct receipt_row *row = &r->receipt;
        assert_true(tells_number(r));
        assert_int_equal(row->what, RECEIPT_CHANGED);
        assert_int_equal(row->method, METHOD_PAGE);
        assert_non_null(event_of(row, CATEGORY_ONLINE));
        assert_int_equal(grant(row, CATEGORY_ONLINE, MODE_ASK)->until, r->wall + 365 * DAY_MS);
        assert_int_equal(grant(row, CATEGORY_PRESENCE, MODE_ASK)->until, joined + 365 * DAY_MS);
        rig_wait(r, SECOND_MS);
        assert_int_equal(rig_request(r, &phone, SHARE(.instore = false)), 200);
        assert_int_equal(event_of(row, CATEGORY_ONLINE)->state, CONSENT_WITHDRAWN);
        assert_null(grant(row, CATEGORY_ONLINE, MODE_ASK));
        assert_null(grant(row, CATEGORY_INSTORE, MODE_ASK));
        assert_non_null(grant(row, CATEGORY_PRESENCE, MODE_ASK));
        uint32_t before = r->receipts;
        assert_int_equal(rig_request(r, &phone, SHARE(.instore = false)), 200);
        assert_int_equal(r->receipts, before); /* nothing was said */
        assert_false(story_says(r, "\"receipt\""));
}

static void a_word_for_one_visit_gets_none(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_join(r, ANNA, true, &phone);
        assert_int_equal(story_arrive(r, &phone), 200);
        assert_false(story_says(r, "\"receipt\""));
        assert_int_equal(story_ask(r, &phone, MESSAGE_LEAVING), 200);
        assert_int_equal(story_arrive(r, &phone), 200);
        assert_int_equal(story_ask(r, &phone, MESSAGE_STOP), 200);
        assert_int_equal(r->receipts, 1);
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOT_TODAY), 200);
        assert_int_equal(r->receipts, 2);
        assert_int_equal(r->receipt.what, RECEIPT_NOT_TODAY);
        assert_int_equal(r->receipt.events[0].mode, MODE_NOT_TODAY);
        assert_non_null(
                grant(&r->receipt, CATEGORY_PRESENCE, MODE_ASK)); /* tomorrow she may be asked again */
}

/* Nothing of what she agreed to may still be read out of a receipt of leaving. */
static void leaving_leaves_nothing(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_join(r, ANNA, true, &phone);
        rig_wait(r, SECOND_MS);
        struct message wifi = {.type = MESSAGE_NOTICE, .notice = {.wifi = true, .always = true}};
        assert_int_equal(rig_request(r, &phone, &wifi), 200);
        assert_non_null(grant(&r->receipt, CATEGORY_SENSED, MODE_STANDING));
        assert_int_equal(story_arrive(r, &phone), 200);
        rig_wait(r, SECOND_MS);
        struct message stop = {.type = MESSAGE_STOP, .stop = {.everything = true}};
        struct uuid key = {{9, 9, 9}};
        r->key = &key;
        assert_int_equal(rig_request(r, &phone, &stop), 200);
        assert_int_equal(r->receipt.what, RECEIPT_LEFT);
        assert_int_equal(r->receipt.n_grants, 0);
        assert_int_equal(r->receipt.n_events, 7);
        assert_true(tells_number(r));
        uint32_t receipts = r->receipts;
        assert_int_equal(rig_request(r, &phone, &stop), 200); /* the answer was lost */
        assert_true(tells_number(r));
        assert_int_equal(r->receipts, receipts);
        r->key = NULL;
}

static struct message notice(bool wifi, bool always)
{
        return (struct message){.type = MESSAGE_NOTICE, .notice = {.wifi = wifi, .always = always}};
}

/* A word that works only beside another is not said to hold when that other one has run out. */
static void what_does_not_work_does_not_hold(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        struct message wifi = notice(true, false), always = notice(true, true);
        story_join(r, ANNA, true, &phone);
        r->wall += 10 * DAY_MS;
        assert_int_equal(rig_request(r, &phone, &wifi), 200);
        r->wall += 10 * DAY_MS;
        assert_int_equal(rig_request(r, &phone, &always), 200);
        r->wall += 340 * DAY_MS;
        assert_int_equal(story_join(r, ANNA, true, &phone), 200);
        assert_non_null(grant(&r->receipt, CATEGORY_SENSED, MODE_STANDING));
        r->wall += 16 * DAY_MS; /* being noticed is over, being announced by it would not be */
        assert_int_equal(rig_request(r, &phone, SHARE(.instore = true, .online = true)), 200);
        assert_non_null(grant(&r->receipt, CATEGORY_PRESENCE, MODE_ASK));
        assert_null(grant(&r->receipt, CATEGORY_SENSED, MODE_ASK));
        assert_null(grant(&r->receipt, CATEGORY_SENSED, MODE_STANDING));
}

/* The newest word of a scope is the last one that was said, whatever the clock did meanwhile. */
static void a_clock_that_went_back_hides_no_word(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_join(r, ANNA, true, &phone);
        r->wall += 2 * HOUR_MS;
        assert_int_equal(rig_request(r, &phone, SHARE(.instore = false)), 200);
        r->wall -= HOUR_MS;
        assert_int_equal(rig_request(r, &phone, SHARE(.instore = true)), 200);
        assert_true(story_says(r, "\"instore\":true"));
        assert_int_equal(story_ask(r, &phone, MESSAGE_NOW), 200);
        assert_true(story_says(r, "\"instore\":true"));
        assert_non_null(grant(&r->receipt, CATEGORY_INSTORE, MODE_ASK));
}

/* What she has taken back by one phone, the others have no part in any more: not in its receipts either. */
static void her_other_phones_have_none_when_she_has_left(void **state)
{
        struct rig *r = *state;
        struct digest phone, other;
        story_join(r, ANNA, true, &other);
        story_join(r, ANNA, true, &phone);
        assert_int_not_equal(story_ask(r, &other, MESSAGE_RECEIPTS), 403);
        struct message stop = {.type = MESSAGE_STOP, .stop = {.everything = true}};
        rig_wait(r, SECOND_MS);
        assert_int_equal(rig_request(r, &phone, &stop), 200);
        assert_int_equal(story_ask(r, &other, MESSAGE_RECEIPTS), 403);
        struct message ask = {.type = MESSAGE_RECEIPT};
        receipt_number(&r->receipt.id, ask.receipt.id);
        rig_request(r, &other, &ask); /* but that of leaving, as anybody who has its number */
        assert_int_equal(r->asked_receipt.receipt.wanted.person, 0);
}

/* Whose word has only run out may still look up what it was. */
static void who_let_it_run_out_still_has_hers(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_join(r, ANNA, true, &phone);
        r->sessions[r->n_sessions - 1].row.expires += 30 * DAY_MS;
        r->wall += 370 * DAY_MS;
        story_ask(r, &phone, MESSAGE_RECEIPTS);
        assert_int_equal(r->asked_receipt.receipt.wanted.ask, RECEIPT_ASK_LIST);
        assert_int_equal(r->asked_receipt.receipt.wanted.person, ANNA);
}

/* What she says counts however often she says it; only so many of a day are written up one by one. */
static void the_last_word_counts_without_a_receipt(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_join(r, ANNA, true, &phone);
        for (uint32_t i = 1; i < RECEIPTS_A_DAY; i++) {
                rig_wait(r, SECOND_MS);
                assert_int_equal(rig_request(r, &phone, SHARE(.instore = i % 2 == 0)), 200);
                assert_true(tells_number(r));
        }
        assert_int_equal(r->receipts, RECEIPTS_A_DAY);
        rig_wait(r, SECOND_MS);
        assert_int_equal(rig_request(r, &phone, SHARE(.online = true, .instore = true)), 200);
        assert_int_equal(r->receipts, RECEIPTS_A_DAY);
        assert_false(story_says(r, "\"receipt\""));
        assert_true(story_says(r, "\"online\":true"));
        rig_wait(r, SECOND_MS);
        struct message stop = {.type = MESSAGE_STOP, .stop = {.everything = true}};
        assert_int_equal(rig_request(r, &phone, &stop), 200); /* who leaves always gets one */
        assert_int_equal(r->receipt.what, RECEIPT_LEFT);
        assert_true(tells_number(r));
        assert_int_equal(story_join(r, ANNA, true, &phone), 200); /* and who joins */
        assert_true(tells_number(r));
        rig_wait(r, SECOND_MS);
        assert_int_equal(rig_request(r, &phone, SHARE(.instore = false)), 200);
        assert_false(story_says(r, "\"receipt\""));
        r->wall += DAY_MS;
        r->day++;
        assert_int_equal(rig_request(r, &phone, SHARE(.instore = true)), 200);
        assert_true(tells_number(r));
}

/* Its number is of bytes of its own: the ids of the events on it give nothing of it away. */
static void its_number_is_no_event_s(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        story_join(r, ANNA, true, &phone);
        for (uint32_t i = 0; i < r->receipt.n_events; i++) {
                assert_memory_not_equal(r->receipt.id.b + 8, r->receipt.events[i].id.b + 8, 8);
                for (uint32_t k = 0; k < i; k++)
                        assert_memory_not_equal(&r->receipt.events[k].id, &r->receipt.events[i].id, 16);
        }
        assert_int_equal(r->receipt.id.b[6] >> 4, 7);
        assert_int_equal(r->receipt.id.b[8] >> 6, 2);
}

static void what_is_asked_of_the_store(void **state)
{
        struct rig *r = *state;
        struct digest phone, nobodys = {{9}};
        struct message ask = {.type = MESSAGE_RECEIPT};
        assert_int_equal(story_ask(r, &nobodys, MESSAGE_RECEIPTS), 403);
        assert_int_equal(story_ask(r, NULL, MESSAGE_RECEIPTS), 403);
        assert_int_equal(r->asked_receipt.kind, 0);
        story_join(r, ANNA, true, &phone);
        story_ask(r, &phone, MESSAGE_RECEIPTS);
        assert_int_equal(r->asked_receipt.receipt.wanted.ask, RECEIPT_ASK_LIST);
        assert_int_equal(r->asked_receipt.receipt.wanted.person, ANNA);
        receipt_number(&r->receipt.id, ask.receipt.id);
        rig_request(r, &phone, &ask);
        assert_int_equal(r->asked_receipt.receipt.wanted.ask, RECEIPT_ASK_ONE);
        assert_memory_equal(&r->asked_receipt.receipt.wanted.id, &r->receipt.id, 16);
        rig_request(r, NULL, &ask); /* by its number alone: only one of leaving, and only for a day */
        assert_int_equal(r->asked_receipt.receipt.wanted.person, 0);
        assert_int_equal(r->asked_receipt.receipt.wanted.left_since, r->wall - DAY_MS);
        static const char *const wrong[] = {"x", "00000000-0000-7000-8000-00000000000",
                "00000000-0000-7000-8000-00000000000G", "00000000 0000-7000-8000-000000000000",
                "0000000A-0000-7000-8000-000000000000"};
        for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
                snprintf(ask.receipt.id, sizeof(ask.receipt.id), "%s", wrong[i]);
                assert_int_equal(rig_request(r, &phone, &ask), 404);
        }
        story_ask(r, NULL, MESSAGE_RECEIPT_KEY);
        assert_int_equal(r->asked_receipt.receipt.wanted.ask, RECEIPT_ASK_KEY);
}

/* ---- the text ---- */
static const struct receipt_house house = {.name = "Example Stores AB",
        .contact = "The manager",
        .street = "1 Made-up Street",
        .country = "SE",
        .email = "privacy@example.com",
        .phone = "",
        .url = "https://hub.example.com",
        .policy = "https://hub.example.com",
        .jurisdiction = "EU",
        .store = "main",
        .key = "KEY"};

static void the_text_is_this(void **state)
{
        struct receipt_row row = {.id = {{1, 2}},
                .at = INT64_C(1772706645123),
                .what = RECEIPT_LEFT,
                .method = METHOD_PAGE,
                .steps = 1,
                .n_events = 1,
                .language = "en",
                .events = {{.id = {{3}},
                        .until = INT64_C(1772706645123),
                        .purpose = PURPOSE_ALERT,
                        .category = CATEGORY_PRESENCE,
                        .state = CONSENT_WITHDRAWN,
                        .mode = MODE_ASK}}};
        char text[RECEIPT_TEXT_MAX];
        (void)state;
        size_t len = receipt_text(&row, &house, "her", "SIG", text, sizeof(text));
        assert_int_equal(len, strlen(text));
        assert_string_equal(text,
                "{\"collectionMethod\":\"Your own tap on your page\","
                "\"consentReceiptID\":\"01020000-0000-0000-0000-000000000000\",\"consentTimestamp\":"
                "1772706645,"
                "\"jurisdiction\":\"EU\",\"language\":\"en\",\"maitred\":{\"actor\":\"principal\",\"at_ms\":"
                "1772706645123,\"events\":[{\"category\":\"presence\",\"id\":\"03000000-0000-0000-0000-"
                "000000000000\",\"mode\":\"ask\",\"purpose\":\"alert\",\"state\":\"withdrawn\",\"until_ms\":"
                "1772706645123}],\"format\":1,\"method\":\"page\",\"notice\":{\"name\":\"\","
                "\"promised_sha256\":\"\",\"version\":0},\"page_sha256\":\"\",\"steps\":1,\"store\":\"main\","
                "\"what\":\"left\"},\"piiControllers\":[{\"address\":{\"addressCountry\":\"SE\","
                "\"streetAddress\":\"1 Made-up Street\"},\"contact\":\"The manager\",\"email\":"
                "\"privacy@example.com\",\"onBehalf\":false,\"phone\":\"\",\"piiController\":\"Example "
                "Stores "
                "AB\",\"piiControllerUrl\":\"https://hub.example.com\"}],\"piiPrincipalId\":\"her\","
                "\"policyUrl\":\"https://hub.example.com\",\"publicKey\":\"KEY\",\"sensitive\":false,"
                "\"services\":[],\"signature\":\"SIG\",\"spiCat\":[],\"version\":\"KI-CR-v1.1.0\"}");
        receipt_text(&row, &house, "her", "", text, sizeof(text));
        assert_null(strstr(text, "signature"));
}

static void a_grant_says_until_when(void **state)
{
        static const struct {
                wall_ms at;
                const char *date;
        } dates[] = {{INT64_C(1772706645123), "2026-03-05T10:30:45Z"}, {0, "1970-01-01T00:00:00Z"},
                {INT64_C(1709164799999), "2024-02-28T23:59:59Z"},
                {INT64_C(1709164800000), "2024-02-29T00:00:00Z"},
                {INT64_C(1709251200000), "2024-03-01T00:00:00Z"},
                {INT64_C(1798761599000), "2026-12-31T23:59:59Z"},
                {INT64_C(4107542400000), "2100-03-01T00:00:00Z"}};
        char text[RECEIPT_TEXT_MAX], wanted[96];
        (void)state;
        for (size_t i = 0; i < ARRAY_LEN(dates); i++) {
                struct receipt_row row = {.what = RECEIPT_JOINED,
                        .method = METHOD_DOOR,
                        .n_grants = 1,
                        .grants = {{dates[i].at, PURPOSE_ALERT, CATEGORY_PRESENCE, MODE_ASK}}};
                assert_true(receipt_text(&row, &house, "her", "", text, sizeof(text)) > 0);
                snprintf(wanted, sizeof(wanted), "\"termination\":\"%s, or as soon", dates[i].date);
                assert_non_null(strstr(text, wanted));
                assert_non_null(strstr(text, "\"sensitive\":true"));
                assert_non_null(strstr(text, "\"spiCat\":[\"Location\"]"));
        }
}

/* Whatever the configuration says, a withdrawal must not fail for want of room on its receipt. */
static void the_longest_fits(void **state)
{
        char longest[161];
        memset(longest, '"', sizeof(longest) - 1);
        longest[160] = 0;
        struct digest page = {{1}};
        struct receipt_house most = {longest, longest, longest, longest, longest, longest, longest, longest,
                longest, longest, longest, &page};
        struct receipt_row row = {.what = RECEIPT_ACCEPTED,
                .method = METHOD_INVITED,
                .at = INT64_C(4107542400000),
                .notice = UINT32_MAX,
                .steps = 255,
                .n_events = RECEIPT_SCOPES,
                .n_grants = RECEIPT_SCOPES};
        memset(row.name, '"', sizeof(row.name) - 1);
        for (int i = 0; i < RECEIPT_SCOPES; i++) {
                row.events[i] = (struct receipt_event){{{1}}, INT64_C(4107542400000), PURPOSE_HISTORY,
                        CATEGORY_OTHER_STORES, CONSENT_WITHDRAWN, MODE_NOT_TODAY};
                row.grants[i] = (struct receipt_grant){
                        INT64_C(4107542400000), PURPOSE_HISTORY, CATEGORY_OTHER_STORES, MODE_ASK};
        }
        static char text[RECEIPT_TEXT_MAX];
        (void)state;
        size_t len = receipt_text(&row, &most, longest, longest, text, sizeof(text));
        assert_true(len > 0 && len < RECEIPT_TEXT_MAX);
        for (size_t room = 0; room < len; room += 97)
                assert_int_equal(receipt_text(&row, &most, longest, longest, text, room), 0);
}

static void no_control_character_gets_on_it(void **state)
{
        struct receipt_house odd = house;
        struct receipt_row row = {.what = RECEIPT_LEFT, .method = METHOD_PAGE};
        char text[RECEIPT_TEXT_MAX];
        (void)state;
        odd.name = "A\x1b[2J\nB\x7f";
        assert_true(receipt_text(&row, &odd, "her", "", text, sizeof(text)) > 0);
        assert_non_null(strstr(text, "\"piiController\":\"A [2J B \""));
        odd.name = "A\xc2\x9b"
                   "2J\xe2\x80\xae"
                   "B\xff"
                   "\xc3\xa5\xe2\x81\xa6.\xe2";
        assert_true(receipt_text(&row, &odd, "her", "", text, sizeof(text)) > 0);
        assert_non_null(strstr(text, "\"piiController\":\"A 2J B \xc3\xa5 . \""));
}

/* What she says is kept in the language in which she read it, and written so, each time anew [P130]. */
static void the_language_is_the_one_shown(void **state)
{
        struct rig *r = *state;
        struct digest phone;
        char text[RECEIPT_TEXT_MAX];
        assert_int_equal(story_join(r, ANNA, true, &phone), 200);
        assert_string_equal(r->receipt.language, "en"); /* its page named none */
        rig_wait(r, SECOND_MS);
        assert_int_equal(
                rig_request(r, &phone, SHARE(.instore = true, .online = true, .language = "sv")), 200);
        assert_string_equal(r->receipt.language, "sv");
        assert_true(receipt_text(&r->receipt, &house, "her", "", text, sizeof(text)) > 0);
        assert_non_null(strstr(text, "\"language\":\"sv\""));
        assert_non_null(strstr(text, "Ditt eget tryck på din sida"));
        assert_non_null(strstr(text, "Köp på nätet"));
        assert_null(strstr(text, "Purchases"));
        rig_wait(r, SECOND_MS);
        assert_int_equal(rig_request(r, &phone, SHARE(.instore = true, .language = "fr")), 200);
        assert_string_equal(r->receipt.language, "fr");
        assert_true(receipt_text(&r->receipt, &house, "her", "", text, sizeof(text)) > 0);
        assert_non_null(strstr(text, "Achats dans ce magasin"));
        assert_non_null(strstr(text, "Z, ou dès que vous le retirez"));
        struct message pause = {.type = MESSAGE_PAUSE, .pause = {.on = true, .language = "sv"}};
        rig_wait(r, SECOND_MS);
        assert_int_equal(rig_request(r, &phone, &pause), 200);
        assert_string_equal(r->said_in, "sv"); /* it has no receipt; its words in the ledger have it */
        struct message stop = {.type = MESSAGE_STOP, .stop = {.everything = true, .language = "tlh"}};
        rig_wait(r, SECOND_MS);
        assert_int_equal(rig_request(r, &phone, &stop), 200);
        assert_string_equal(r->receipt.language, "en"); /* no page of ours is in that one */
}

int main(void)
{
        const struct CMUnitTest tests[] = {STORY(joining_gets_one), STORY(the_language_is_the_one_shown),
                STORY(a_no_gets_none), STORY(a_change_says_what_holds_after_it),
                STORY(a_word_for_one_visit_gets_none), STORY(leaving_leaves_nothing),
                STORY(what_does_not_work_does_not_hold), STORY(a_clock_that_went_back_hides_no_word),
                STORY(her_other_phones_have_none_when_she_has_left), STORY(who_let_it_run_out_still_has_hers),
                STORY(the_last_word_counts_without_a_receipt), STORY(its_number_is_no_event_s),
                STORY(what_is_asked_of_the_store), cmocka_unit_test(the_text_is_this),
                cmocka_unit_test(a_grant_says_until_when), cmocka_unit_test(the_longest_fits),
                cmocka_unit_test(no_control_character_gets_on_it)};
        return cmocka_run_group_tests_name("receipts", tests, NULL, NULL);
}
