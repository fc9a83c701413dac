/* A handheld is paired by a code that somebody types: once, in ten minutes, and not by guessing. */
#include "tests/core/managing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

static uint16_t operator_asks(struct rig *r, struct message m)
{
        r->face = FACE_OPERATOR;
        uint16_t status = rig_request(r, NULL, &m);
        r->face = FACE_ANY;
        return status;
}

static void make_code(struct rig *r, const char *associate, char code[CODE_TEXT + 1])
{
        struct message m = {.type = MESSAGE_MAKE_LINK, .make_link = {.face = "handheld", .code = true}};
        snprintf(m.make_link.subject, sizeof(m.make_link.subject), "%s", associate);
        assert_int_equal(operator_asks(r, m), 200);
        assert_true(
                story_says(r, "\"url\":\"https://hub.example:8443/h\"") && story_says(r, "\"valid_s\":600"));
        memcpy(code, strstr(r->body, "\"code\":\"") + 8, CODE_TEXT);
        code[CODE_TEXT] = 0;
}

static uint16_t type_code(struct rig *r, const char *code)
{
        struct message m = {.type = MESSAGE_PAIR};
        snprintf(m.pair.code, sizeof(m.pair.code), "%s", code);
        r->face = FACE_HANDHELD;
        uint16_t status = rig_request(r, NULL, &m);
        r->face = FACE_ANY;
        return status;
}

static void a_code_pairs_a_handheld_once(void **state)
{
        struct rig *r = *state;
        char code[CODE_TEXT + 1], typed[16];
        make_code(r, "ext-1", code);
        assert_int_equal(strspn(code, "0123456789ABCDEFGHJKMNPQRSTVWXYZ"), CODE_TEXT);
        struct message console = {.type = MESSAGE_PAIR};
        snprintf(console.pair.code, sizeof(console.pair.code), "%s", code);
        assert_int_equal(managing_ask(r, NULL, console), 410); /* no other face, and not used up by it */
        snprintf(typed, sizeof(typed), "%.4s-%.4s ", code, code + 4);
        for (char *c = typed; *c; c++)
                *c = (char)(*c >= 'A' && *c <= 'Z' ? *c - 'A' + 'a' : *c);
        assert_int_equal(type_code(r, typed), 200);
        assert_true(story_says(r, "\"face\":\"handheld\"") && story_says(r, "Maria"));
        assert_int_equal(r->cookie, COOKIE_SET);
        struct digest token = managing_token(r);
        rig_open(r, 1, FACE_HANDHELD, &token);
        rig_hello(r, 1, "", 0);
        assert_non_null(rig_frame(r, 1, "\"t\":\"welcome\""));
        assert_int_equal(type_code(r, code), 410); /* once */
}

static void a_code_ends_after_ten_minutes(void **state)
{
        struct rig *r = *state;
        char code[CODE_TEXT + 1];
        make_code(r, "ext-1", code);
        rig_wait(r, 10 * MINUTE_MS - 1);
        struct uuid key = {{9}};
        r->key = &key;
        assert_int_equal(type_code(r, code), 200);
        assert_int_equal(type_code(r, code), 200); /* its answer was lost: the same session, another cookie */
        r->key = NULL;
        make_code(r, "ext-1", code);
        rig_wait(r, 10 * MINUTE_MS);
        assert_int_equal(type_code(r, code), 410);
}

static void five_wrong_tries_close_all_codes(void **state)
{
        struct rig *r = *state;
        char maria[CODE_TEXT + 1], jonas[CODE_TEXT + 1], wrong[CODE_TEXT + 1] = "00000000";
        make_code(r, "ext-1", maria);
        make_code(r, "ext-2", jonas);
        for (int i = 0; i < 10; i++)
                assert_int_equal(type_code(r, "unlucky"), 410); /* nothing that could be right: no try */
        for (int i = 0; i < 4; i++)
                assert_int_equal(type_code(r, wrong), 410);
        assert_int_equal(type_code(r, maria), 200);
        assert_int_equal(type_code(r, wrong), 410);
        assert_int_equal(type_code(r, wrong), 429);
        assert_int_equal(type_code(r, jonas), 429); /* even the right one */
        make_code(r, "ext-1", maria);
        assert_int_equal(type_code(r, maria), 200);
}

static void many_tries_at_once_are_five(void **state)
{
        struct rig *r = *state;
        char code[CODE_TEXT + 1], wrong[CODE_TEXT + 1] = "00000000";
        make_code(r, "ext-1", code);
        r->hold_loads = true;
        uint32_t before = r->answers;
        for (int i = 0; i < 9; i++) {
                wrong[7] = (char)('0' + i);
                uint16_t status = type_code(r, wrong);
                assert_int_equal(status, i < 5 ? 0 : 429);
        }
        assert_int_equal(r->answers - before, 4);
        r->hold_loads = false;
        rig_release_loads(r);
        assert_int_equal(type_code(r, code), 429);
}

static void what_is_kept_of_a_code_is_not_its_hash(void **state)
{
        struct rig *r = *state;
        char code[CODE_TEXT + 1];
        struct digest plain;
        make_code(r, "ext-1", code);
        crypto_generichash(plain.b, sizeof(plain.b), (const uint8_t *)code, CODE_TEXT, NULL, 0);
        for (uint32_t i = 0; i < r->n_links; i++)
                assert_memory_not_equal(&r->links[i].secret, &plain, sizeof(plain));
        assert_null(strstr(r->trace, code));
        struct message m = {.type = MESSAGE_MAKE_LINK,
                .make_link = {.face = "console", .subject = "ext-3", .code = true}};
        assert_int_equal(operator_asks(r, m), 400);
        struct message none = {.type = MESSAGE_PAIR};
        r->face = FACE_HANDHELD;
        assert_int_equal(rig_request(r, NULL, &none), 400);
        r->face = FACE_ANY;
        struct message end = {.type = MESSAGE_SESSION_REVOKE, .session_revoke = {.associate = "ext-1"}};
        assert_int_equal(operator_asks(r, end), 200); /* a code that waits is taken back with her */
        assert_int_equal(type_code(r, code), 410);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                STORY(a_code_pairs_a_handheld_once),
                STORY(a_code_ends_after_ten_minutes),
                STORY(five_wrong_tries_close_all_codes),
                STORY(many_tries_at_once_are_five),
                STORY(what_is_kept_of_a_code_is_not_its_hash),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
