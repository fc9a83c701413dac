/* What hangs at the door and lies in a drawer, by the settings that are in force [P152, P153]. */
#include "server/core/papers.h"
#include "server/core/receipt_words.h"
#include "tests/core/managing.h"
#include "tests/core/sensing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>
#include <string.h>
#include <strings.h>

static uint16_t ask_as(struct rig *r, enum face face, const struct digest *token, enum message_type type)
{
        struct message m = {.type = type};
        r->face = face;
        uint16_t status = rig_request(r, token, &m);
        r->face = FACE_ANY;
        return status;
}

static uint16_t save(struct rig *r, const char *text)
{
        struct message m = {.type = MESSAGE_HOUSE_SET};
        m.house_set.text = slice_of(text);
        m.house_set.base = r->house.version;
        r->face = FACE_OPERATOR;
        uint16_t status = rig_request(r, NULL, &m);
        r->face = FACE_ANY;
        return status;
}

/* What the operator is told of one language: from its title to the next one's. */
static void sign_in(struct rig *r, const char *language, char *out, size_t room)
{
        char from[40];
        assert_int_equal(ask_as(r, FACE_OPERATOR, NULL, MESSAGE_SIGN_TEXT), 200);
        snprintf(from, sizeof(from), "\"language\":\"%s\"", language);
        const char *at = strstr(r->body, from);
        assert_non_null(at);
        const char *end = strstr(at + 1, "\"language\":");
        snprintf(out, room, "%.*s", (int)(end ? (size_t)(end - at) : strlen(at)), at);
}

static void in_every_language_it_says_who_what_for_which_rights_and_where(void **state)
{
        static const char *const languages[] = {"en", "sv", "fr"};
        static const char *const rights[] = {
                "take back every yes", "ta tillbaka varje ja", "retirer chaque oui"};
        static const char *const purposes[] = {"meet you and help you", "möta och hjälpa dig", "vous aider"};
        static const char *const desks[] = {"without a phone", "utan telefon", "sans téléphone"};
        struct rig *r = *state;
        char text[8192];
        for (size_t i = 0; i < ARRAY_LEN(languages); i++) {
                sign_in(r, languages[i], text, sizeof(text));
                assert_non_null(strstr(text, "Nordlund AB")); /* who answers for it, not the store's name */
                assert_non_null(strstr(text, "Storgatan 1, Lund"));
                assert_non_null(strstr(text, "privacy@nordlund.example"));
                assert_non_null(strstr(text, purposes[i]));
                assert_non_null(strstr(text, rights[i]));
                assert_non_null(strstr(text, desks[i]));
                assert_non_null(strstr(text, "https://nordlund.example/notice"));
        }
        assert_string_equal(paper_language(PAPER_LANGUAGES), "en");
}

static void it_follows_the_house_rules(void **state)
{
        struct rig *r = *state;
        char text[8192];
        sign_in(r, "en", text, sizeof(text));
        assert_non_null(strstr(text, "10:00 to 20:00"));
        assert_non_null(strstr(text, "younger than 16"));
        assert_non_null(strstr(text, "last 24 months"));
        assert_int_equal(save(r, "opens = 09:30\nage = 18\npurchases = 7"), 0);
        sign_in(r, "sv", text, sizeof(text));
        assert_non_null(strstr(text, "09:30 till 20:00"));
        assert_non_null(strstr(text, "yngre än 18"));
        assert_non_null(strstr(text, "senaste 7 månaderna"));
        assert_int_equal(save(r, "opens = 20:00"), 0);
        sign_in(r, "fr", text, sizeof(text));
        assert_non_null(strstr(text, "jour et nuit"));
        assert_int_equal(save(r, "opens = 00:00\ncloses = 24:00"), 0);
        sign_in(r, "en", text, sizeof(text));
        assert_non_null(strstr(text, "around the clock"));
}

static void it_tells_of_the_wi_fi_where_that_can_notice_somebody(void **state)
{
        struct rig *r = *state;
        char text[8192];
        sign_in(r, "en", text, sizeof(text));
        assert_non_null(strstr(text, "Sensors: none"));
        sensing_pair(r);
        sign_in(r, "en", text, sizeof(text));
        assert_non_null(strstr(text, "the store's Wi-Fi can notice"));
        assert_null(strstr(text, "Sensors: none"));
        assert_int_equal(save(r, "wifi = no"), 0); /* it announces nobody, and still notices whom it may */
        sign_in(r, "en", text, sizeof(text));
        assert_null(strstr(text, "Sensors: none"));
}

/* To leave the Wi-Fi off is no way to object: whoever wants to be left alone may use the store's network. */
static void nobody_is_told_to_leave_the_wi_fi_off(void **state)
{
        static const char *const words[] = {"turn off", "turn your", "switch off", "disable", "airplane",
                "off your", "stäng", "slå av", "slå ifrån", "flygpläge", "flygplansläge", "désactiv", "étei",
                "coupe", "mode avion"};
        struct rig *r = *state;
        char text[8192], said[PAPER_LINE_MAX];
        sensing_pair(r);
        for (uint32_t i = 0; i < PAPER_LANGUAGES; i++) {
                sign_in(r, paper_language(i), text, sizeof(text));
                for (size_t k = 0; k < ARRAY_LEN(words); k++)
                        assert_null(strcasestr(text, words[k]));
        }
        /* The search finds such a word in a line that has one. */
        struct hub_settings set = {.controller = {.contact = "Turn off your phone"}};
        struct house house;
        house_default(&house);
        struct paper_facts f = {&set, &house, "S", "C", "u", "", 0, true};
        paper_sign(&f, 0, PAPER_WHO, said);
        assert_non_null(strcasestr(said, words[0]));
}

static void what_is_as_long_as_can_be_fits(void **state)
{
        static struct hub_settings set;
        struct house house;
        char long_name[513], url[257], out[PAPER_LINE_MAX];
        (void)state;
        struct hub_controller *c = &set.controller;
        memset(c->contact, 'c', sizeof(c->contact) - 1);
        memset(c->street, 's', sizeof(c->street) - 1);
        memset(c->country, 'l', sizeof(c->country) - 1);
        memset(c->email, 'e', sizeof(c->email) - 1);
        memset(c->phone, '1', sizeof(c->phone) - 1);
        memset(long_name, 'n', sizeof(long_name) - 1);
        memset(url, 'u', sizeof(url) - 1);
        long_name[sizeof(long_name) - 1] = url[sizeof(url) - 1] = 0;
        house_default(&house);
        struct paper_facts f = {&set, &house, "S", long_name, url, "n", 1, true};
        for (uint32_t i = 0; i < PAPER_LANGUAGES; i++)
                for (int k = 0; k < PAPER_LINES; k++) {
                        paper_sign(&f, i, (enum paper_line)k, out);
                        assert_true(strlen(out) > 0 && strlen(out) < PAPER_LINE_MAX - 1);
                        assert_null(strstr(out, "{}"));
                }
        paper_sign(&f, 0, PAPER_WHO, out);
        assert_non_null(strstr(out, "1111.")); /* the last of them, whole */
}

static void the_record_has_each_scope_of_consent_and_each_house_rule(void **state)
{
        struct rig *r = *state;
        char key[64];
        const struct receipt_words *words = receipt_words("en");
        assert_int_equal(ask_as(r, FACE_OPERATOR, NULL, MESSAGE_RECORD), 200);
        for (size_t i = 0; i < RECEIPT_SCOPE_WORDS; i++)
                assert_true(story_says(r, words->scopes[i].why));
        for (int i = 0; i < HOUSE_RULES; i++) {
                snprintf(key, sizeof(key), "\"key\":\"%s\"", house_info((enum house_rule)i)->key);
                assert_true(story_says(r, key));
        }
        assert_true(story_says(r, "Nordlund AB"));
        assert_true(story_says(r, "not done: the store has no sensors"));
        sensing_pair(r);
        assert_int_equal(ask_as(r, FACE_OPERATOR, NULL, MESSAGE_RECORD), 200);
        assert_false(story_says(r, "not done"));
        assert_int_equal(save(r, "wifi_sign = no"), 0);
        assert_int_equal(ask_as(r, FACE_OPERATOR, NULL, MESSAGE_RECORD), 200);
        assert_true(story_says(r, "not done: the sign that tells of the sensors does not hang yet"));
        assert_int_equal(save(r, "closed_days = sunday"), 0);
        assert_int_equal(ask_as(r, FACE_OPERATOR, NULL, MESSAGE_RECORD), 200);
        assert_true(story_says(r, "\"value\":\"sunday\""));
        assert_true(story_says(r, "3 notes of one customer at most, 365 days each"));
        assert_true(story_says(r, "bought in the last 24 months"));
        assert_int_equal(save(r, "purchases = 9"), 0);
        assert_int_equal(ask_as(r, FACE_OPERATOR, NULL, MESSAGE_RECORD), 200);
        assert_true(story_says(r, "bought in the last 9 months"));
}

static void whoever_manages_may_look_at_both(void **state)
{
        static const enum message_type both[] = {MESSAGE_SIGN_TEXT, MESSAGE_RECORD};
        struct rig *r = *state;
        struct digest eva = managing_eva(r), handheld = rig_session(r, SESSION_HANDHELD, MARIA),
                      nobody = {{7}};
        for (size_t i = 0; i < ARRAY_LEN(both); i++) {
                assert_int_equal(ask_as(r, FACE_CONSOLE, &nobody, both[i]), 401);
                assert_int_equal(ask_as(r, FACE_CONSOLE, &handheld, both[i]), 401);
                assert_int_equal(ask_as(r, FACE_CONSOLE, &eva, both[i]), 200);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                STORY(in_every_language_it_says_who_what_for_which_rights_and_where),
                STORY(it_follows_the_house_rules),
                STORY(it_tells_of_the_wi_fi_where_that_can_notice_somebody),
                STORY(nobody_is_told_to_leave_the_wi_fi_off),
                cmocka_unit_test(what_is_as_long_as_can_be_fits),
                STORY(the_record_has_each_scope_of_consent_and_each_house_rule),
                STORY(whoever_manages_may_look_at_both),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
