/* The messages' two codecs: strict about what comes in, exact about what goes over the link. */
#include "proto/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct message message;
static struct message_error error;

static int decode(enum face face, enum message_type type, const char *json)
{
        return message_from_json(face, type, slice_of(json), &message, &error);
}

static void calls_are_read(void **state)
{
        (void)state;
        assert_int_equal(decode(FACE_CUSTOMER, MESSAGE_JOIN,
                                 "{ \"secret\" : \"s\", \"yes\":true, \"age_ok\":false,\"strike\":[5,1] }"),
                0);
        assert_int_equal(message.type, MESSAGE_JOIN);
        assert_string_equal(message.join.secret, "s");
        assert_true(message.join.yes);
        assert_false(message.join.age_ok);
        assert_int_equal(message.join.strike.n, 2);
        assert_int_equal(message.join.strike.item[0], 5);
        assert_int_equal(message.join.strike.item[1], 1);
        assert_int_equal(decode(FACE_CUSTOMER, MESSAGE_LEAVING, "{}"), 0);
        assert_int_equal(message.type, MESSAGE_LEAVING);
}

static void sockets_and_operators_name_theirs(void **state)
{
        (void)state;
        assert_int_equal(
                decode(FACE_HANDHELD, MESSAGE_NONE, "{\"t\":\"hello\",\"seq\":9007199254740991}"), 0);
        assert_int_equal(message.type, MESSAGE_HELLO);
        assert_true(message.hello.seq == INT64_C(9007199254740991));
        assert_int_equal(decode(FACE_OPERATOR, MESSAGE_NONE, "{\"t\":\"token\",\"name\":\"till 1\"}"), 0);
        assert_int_equal(message.type, MESSAGE_MAKE_TOKEN);
        /* A call of a page is no message of a socket, and the other way round. */
        assert_int_equal(decode(FACE_HANDHELD, MESSAGE_NONE, "{\"t\":\"pair\",\"secret\":\"x\"}"), 1);
        assert_int_equal(decode(FACE_CUSTOMER, MESSAGE_NONE, "{\"t\":\"leaving\"}"), 1);
        assert_int_equal(decode(FACE_CUSTOMER, MESSAGE_LEAVING, "{\"t\":\"leaving\"}"), 1);
        assert_int_equal(decode(FACE_OPERATOR, MESSAGE_NONE, "{\"t\":\"hello\"}"), 1);
}

static void names_are_found_by_face(void **state)
{
        (void)state;
        assert_int_equal(message_find(FACE_TILL, slice_of("invite")), MESSAGE_TILL_INVITE);
        assert_int_equal(message_find(FACE_HANDHELD, slice_of("invite")), MESSAGE_INVITE);
        assert_int_equal(message_find(FACE_SIGN, slice_of("pair")), MESSAGE_PAIR);
        assert_int_equal(message_find(FACE_HANDHELD, slice_of("pair")), MESSAGE_PAIR);
        assert_int_equal(message_find(FACE_SIGN, slice_of("arrive")), MESSAGE_NONE);
        assert_int_equal(message_find(FACE_CUSTOMER, slice_of("")), MESSAGE_NONE);
        assert_null(message_info(MESSAGE_NONE));
        assert_null(message_info(MESSAGE_TYPE_COUNT));
        /* One name, one meaning: no two messages of a face share it. */
        for (int a = 1; a < MESSAGE_TYPE_COUNT; a++) {
                const struct message_info *info = message_info((enum message_type)a);
                if (info->face != FACE_ANY)
                        assert_int_equal(message_find(info->face, slice_of(info->name)), a);
        }
}

static void what_is_refused(void **state)
{
        (void)state;
        static const struct {
                const char *json, *says;
        } cases[] = {
                {"", "empty"},
                {"{}", "code is missing"},
                {"[]", "must be a JSON object"},
                {"\"arrive\"", "not strict JSON"},
                {"{\"code\":\"A\"} x", "not strict JSON"},
                {"{\"code\":\"A\",}", "not strict JSON"},
                {"{'code':'A'}", "not strict JSON"},
                {"\xef\xbb\xbf{\"code\":\"A\"}", "not strict JSON"},
                {"{\"code\":\"A\",\"code\":\"B\"}", "not strict JSON"},
                {"{\"code\":\"A\\u0000\"}", "not strict JSON"},
                {"{\"code\":\"A\\ud800\"}", "not strict JSON"},
                {"{\"code\":\"A\xc0\xaf\"}", "not strict JSON"},
                {"{\"code\":\"\"}", "code must not be empty"},
                {"{\"code\":1}", "code must be a text"},
                {"{\"code\":null}", "code must be a text"},
                {"{\"code\":[\"A\"]}", "code must be a text"},
                {"{\"code\":\"ABCDEFGHJKMNPQRST\"}", "code must be at most 16 bytes"},
                {"{\"code\":\"A\",\"hint\":\"a\\nb\"}", "hint must be plain text"},
                {"{\"code\":\"A\",\"hint\":\"a\\u007fb\"}", "hint must be plain text"},
                {"{\"code\":\"A\",\"hint\":\"a\\u0085b\"}", "hint must be plain text"},
                {"{\"code\":\"A\",\"hint\":\"a\\u001b[2J\"}", "hint must be plain text"},
                {"{\"code\":\"A\",\"Hint\":\"a\"}", "member that is not known"},
                {"{\"code\":\"A\",\"__proto__\":{}}", "member that is not known"},
                {"{\"code\":\"A\",\"x\":[[[[1]]]]}", "nested too deeply"},
                {"{\"code\":\"A\",\"x\":[[[1]]]}", "member that is not known"},
        };
        for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
                assert_int_equal(decode(FACE_CUSTOMER, MESSAGE_ARRIVE, cases[i].json), 1);
                if (!strstr(error.text, cases[i].says))
                        fail_msg("%s: said \"%s\", not \"%s\"", cases[i].json, error.text, cases[i].says);
        }
        static const char *const others[] = {"{\"t\":\"accept\",\"card\":1.0}",
                "{\"t\":\"accept\",\"card\":1e3}", "{\"t\":\"accept\",\"card\":\"1\"}",
                "{\"t\":\"accept\",\"card\":true}", "{\"t\":\"accept\",\"card\":0}",
                "{\"t\":\"accept\",\"card\":-1}", "{\"t\":\"accept\",\"card\":4294967296}",
                "{\"t\":\"accept\",\"card\":99999999999999999999}", "{\"t\":1,\"card\":1}", "{\"card\":1}",
                "{\"t\":\"accept\\u0000\",\"card\":1}", "{\"t\":\"ACCEPT\",\"card\":1}"};
        for (size_t i = 0; i < ARRAY_LEN(others); i++)
                assert_int_equal(decode(FACE_HANDHELD, MESSAGE_NONE, others[i]), 1);
        static const char *const lists[] = {
                "[0]", "[6]", "[1,1,1,1,1,1,1,1,1]", "{}", "[1.0]", "[\"1\"]", "[[1]]", "1"};
        for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
                char json[128];
                snprintf(json, sizeof json, "{\"yes\":true,\"age_ok\":true,\"strike\":%s}", lists[i]);
                assert_int_equal(decode(FACE_CUSTOMER, MESSAGE_JOIN, json), 1);
        }
        assert_int_equal(decode(FACE_CUSTOMER, MESSAGE_JOIN, "{\"yes\":1,\"age_ok\":true}"), 1);
}

/* An error text may name a field; it never repeats what somebody typed. */
static void errors_keep_values_to_themselves(void **state)
{
        (void)state;
        static const char *const bad[] = {"{\"code\":\"KANARIENVOGEL-KANARIENVOGEL\"}",
                "{\"KANARIENVOGEL\":1}", "{\"code\":KANARIENVOGEL}",
                "{\"code\":\"A\",\"KANARIENVOGEL\":\"KANARIENVOGEL\"}", "KANARIENVOGEL",
                "{\"code\":\"A\",\"hint\":\"KANARIENVOGEL\\u0007\"}"};
        for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
                assert_int_equal(decode(FACE_CUSTOMER, MESSAGE_ARRIVE, bad[i]), 1);
                assert_null(strstr(error.text, "KANARIEN"));
        }
}

static void sizes_at_their_limits(void **state)
{
        (void)state;
        static char json[MESSAGE_JSON_MAX + 64];
        memset(json, ' ', sizeof json - 1);
        memcpy(json, "{}", 2);
        struct slice whole = {json, MESSAGE_JSON_MAX};
        assert_int_equal(message_from_json(FACE_CUSTOMER, MESSAGE_LEAVING, whole, &message, &error), 0);
        whole.len++;
        assert_int_equal(message_from_json(FACE_CUSTOMER, MESSAGE_LEAVING, whole, &message, &error), 1);
        assert_int_equal(
                decode(FACE_CUSTOMER, MESSAGE_TELL,
                        "{\"hint\":\"\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
                        "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3"
                        "\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
                        "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\""
                        "}"),
                0);
        assert_int_equal(strlen(message.tell.hint), 80);
        /* Depth is counted before jansson sees it, so that a long run of brackets costs no stack. */
        memset(json, '[', MESSAGE_JSON_MAX);
        whole.len = MESSAGE_JSON_MAX;
        assert_int_equal(message_from_json(FACE_CUSTOMER, MESSAGE_LEAVING, whole, &message, &error), 1);
        assert_non_null(strstr(error.text, "deeply"));
        assert_int_equal(decode(FACE_CUSTOMER, MESSAGE_TELL, "{\"hint\":\"[[[[[[\\\"{{{{{{\"}"), 0);
        assert_string_equal(message.tell.hint, "[[[[[[\"{{{{{{");
}

/* ---- binary */

static uint64_t seed;

static uint32_t draw(uint32_t below)
{
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        return (uint32_t)(seed >> 16) % below;
}

static char bulk[MESSAGE_BULK_MAX];

static void fill_field(struct message *m, const struct field_info *f)
{
        char *at = (char *)&m->now + f->offset;
        size_t len = 0;
        switch (f->kind) {
        case FIELD_TEXT:
                len = draw((uint32_t)f->most + 1);
                len = len == 0 && f->required ? 1 : len;
                for (size_t i = 0; i < len; i++)
                        at[i] = (char)(' ' + draw(95));
                return;
        case FIELD_FLAG:
                *(bool *)(void *)at = draw(2);
                return;
        case FIELD_NUMBER:
                *(int64_t *)(void *)at =
                        draw(3) == 0 ? f->most : f->least + draw(1000) % (f->most - f->least + 1);
                return;
        case FIELD_LIST: {
                struct message_list *list = (struct message_list *)(void *)at;
                list->n = draw(f->most_items + 1);
                for (uint32_t i = 0; i < list->n; i++)
                        list->item[i] = f->least + draw((uint32_t)(f->most - f->least) + 1);
                return;
        }
        case FIELD_BULK:
                len = draw(8) == 0 ? (size_t)f->most : draw(400);
                len = len == 0 && f->required ? 1 : len;
                for (size_t i = 0; i < len; i++)
                        bulk[i] = draw(20) == 0 ? '\n' : (char)(' ' + draw(95));
                *(struct slice *)(void *)at = len ? (struct slice){bulk, len} : (struct slice){NULL, 0};
                return;
        }
}

/* Bulks are borrowed, so two messages are compared by what they say. */
static void assert_same(const struct message *a, const struct message *b)
{
        static uint8_t one[MESSAGE_BINARY_MAX], two[MESSAGE_BINARY_MAX];
        struct message left = *a, right = *b;
        size_t len = message_pack(a, one);
        assert_int_equal(message_pack(b, two), len);
        assert_memory_equal(one, two, len);
        message_drop_bulk(&left);
        message_drop_bulk(&right);
        assert_memory_equal(&left, &right, sizeof left);
}

static void random_message(struct message *m)
{
        memset(m, 0, sizeof *m);
        m->type = (enum message_type)(1 + draw(MESSAGE_TYPE_COUNT - 1));
        const struct message_info *info = message_info(m->type);
        for (size_t i = 0; i < info->n_fields; i++)
                fill_field(m, &info->fields[i]);
}

static void packed_and_unpacked_is_the_same(void **state)
{
        (void)state;
        for (int i = 0; i < 20000; i++) {
                static struct message in, out;
                uint8_t packed[MESSAGE_BINARY_MAX];
                random_message(&in);
                size_t len = message_pack(&in, packed);
                assert_true(len <= MESSAGE_BINARY_MAX);
                assert_int_equal(message_unpack(packed, len, &out), 0);
                assert_same(&in, &out);
                /* Exact: one byte less or more is no message. */
                assert_int_equal(message_unpack(packed, len - 1, &out), 1);
                packed[len] = 0;
                assert_int_equal(message_unpack(packed, len + 1, &out), 1);
        }
}

/* What the hub reads from a front that was broken into: any bytes, and nothing but whole messages within
 * limits. */
static void damaged_bytes_are_refused_or_mean_something(void **state)
{
        (void)state;
        int refused = 0;
        for (int i = 0; i < 100000; i++) {
                static struct message in, out;
                uint8_t packed[MESSAGE_BINARY_MAX], again[MESSAGE_BINARY_MAX];
                random_message(&in);
                size_t len = message_pack(&in, packed);
                for (uint32_t k = 1 + draw(3); k > 0; k--)
                        packed[draw((uint32_t)len)] = (uint8_t)draw(256);
                if (message_unpack(packed, len, &out)) {
                        refused++;
                        continue;
                }
                assert_int_equal(message_pack(&out, again), len);
                assert_memory_equal(packed, again, len);
        }
        assert_true(refused > 1000);
}

/* A long text has lines, lies where the caller says, and goes when it is dropped. */
static void a_bulk_is_borrowed_and_bounded(void **state)
{
        (void)state;
        static char json[MESSAGE_JSON_MAX], room[MESSAGE_JSON_MAX];
        static uint8_t packed[MESSAGE_BINARY_MAX];
        static struct message out;
        static const char book[] = "{\"text\":\"rulebook a version 1\\n\\tR1: show \\\"x\\\"\\r\\n\"}";
        struct slice plain = slice_of(book);
        assert_int_equal(
                message_from_json_at(room, FACE_CONSOLE, MESSAGE_RULES_CHECK, plain, &out, &error), 0);
        assert_ptr_equal(out.rules_check.text.at, room);
        assert_true(slice_is(out.rules_check.text, "rulebook a version 1\n\tR1: show \"x\"\r\n"));
        size_t len = message_pack(&out, packed);
        static struct message back;
        assert_int_equal(message_unpack(packed, len, &back), 0);
        assert_ptr_equal(back.rules_check.text.at, packed + len - back.rules_check.text.len);
        assert_same(&out, &back);
        message_drop_bulk(&back);
        assert_int_equal(back.rules_check.text.len, 0);
        assert_null(back.rules_check.text.at);
        /* In the JSON's own place. */
        memcpy(json, book, sizeof book);
        plain.at = json;
        assert_int_equal(
                message_from_json_at(json, FACE_CONSOLE, MESSAGE_RULES_CHECK, plain, &out, &error), 0);
        assert_true(slice_is(out.rules_check.text, "rulebook a version 1\n\tR1: show \"x\"\r\n"));
        assert_ptr_equal(out.rules_check.text.at, json);
        /* Who has no place for it gets none. */
        assert_int_equal(decode(FACE_CONSOLE, MESSAGE_RULES_CHECK, book), 1);
        assert_non_null(strstr(error.text, "text"));
        /* The longest, and one byte more; on the link as well. */
        for (int more = 0; more < 2; more++) {
                int n = snprintf(json, sizeof json, "{\"text\":\"%0*d\"}", MESSAGE_BULK_MAX + more, 0);
                plain = (struct slice){json, (size_t)n};
                assert_int_equal(
                        message_from_json_at(room, FACE_CONSOLE, MESSAGE_RULES_CHECK, plain, &out, &error),
                        more);
        }
        assert_non_null(strstr(error.text, "at most 32768 bytes"));
        packed[0] = MESSAGE_RULES_CHECK;
        packed[2] = 1, packed[3] = 0x80, packed[4] = packed[5] = 0;
        memset(packed + 6, 'a', 32769);
        assert_int_equal(message_unpack(packed, 6 + 32769, &back), 1);
        packed[2] = 0;
        assert_int_equal(message_unpack(packed, 6 + 32768, &back), 0);
        packed[100] = 0x1b;
        assert_int_equal(message_unpack(packed, 6 + 32768, &back), 1);
        static const char *const bad[] = {"{\"text\":\"\"}", "{\"text\":1}", "{\"text\":\"a\\u0007\"}",
                "{\"text\":\"a\\u0000b\"}", "{\"text\":\"\\ud800\"}", "{\"text\":\"a\\n\\u0085\"}"};
        for (size_t i = 0; i < ARRAY_LEN(bad); i++)
                assert_int_equal(message_from_json_at(room, FACE_CONSOLE, MESSAGE_RULES_CHECK,
                                         slice_of(bad[i]), &out, &error),
                        1);
}

/* Over the operator's socket the lab's messages are called by name; a page names none. */
static void the_operator_names_what_a_console_says(void **state)
{
        (void)state;
        assert_int_equal(decode(FACE_OPERATOR, MESSAGE_NONE, "{\"t\":\"rules_withdraw\",\"version\":3}"), 0);
        assert_int_equal(message.type, MESSAGE_RULES_WITHDRAW);
        assert_int_equal(message.rules_withdraw.version, 3);
        assert_int_equal(decode(FACE_HANDHELD, MESSAGE_NONE, "{\"t\":\"rules_withdraw\",\"version\":3}"), 1);
        assert_int_equal(decode(FACE_CONSOLE, MESSAGE_NONE, "{\"t\":\"rules_withdraw\",\"version\":3}"), 1);
        assert_int_equal(decode(FACE_OPERATOR, MESSAGE_NONE, "{\"t\":\"accept\",\"card\":3}"), 1);
}

/* ---- hostile JSON that others collected */

static bool read_file(const char *path, char *out, size_t room, size_t *len)
{
        FILE *f = fopen(path, "re");
        if (!f)
                return false;
        *len = fread(out, 1, room, f);
        fclose(f);
        return true;
}

/* None of them is an object that we know, so all must be refused; a y_ or i_ file for its content, an n_ file
 * as JSON. */
static void the_json_test_suite(void **state)
{
        (void)state;
        static const char folder[] = SUITE_FOLDER;
        static char json[256 * 1024];
        DIR *dir = opendir(folder);
        int seen = 0;
        if (!dir) {
                print_message("skipped: %s is not there\n", folder);
                skip();
        }
        for (struct dirent *e = readdir(dir); e; e = readdir(dir)) {
                char path[512];
                size_t len;
                snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
                if (!strstr(e->d_name, ".json") || !read_file(path, json, sizeof json, &len))
                        continue;
                seen++;
                for (int t = MESSAGE_NONE; t < MESSAGE_TYPE_COUNT; t++) {
                        struct slice text = {json, len};
                        int rc = message_from_json(
                                FACE_HANDHELD, (enum message_type)t, text, &message, &error);
                        bool empty_object = rc == 0 && message_info(message.type) && memchr(json, '{', len);
                        if (rc == 0 && (e->d_name[0] == 'n' || !empty_object))
                                fail_msg("%s was taken as %d", e->d_name, t);
                }
        }
        closedir(dir);
        assert_true(seen > 50);
        print_message("%d files\n", seen);
}

int main(void)
{
        const char *given = getenv("MAITRED_SEED");
        seed = given ? strtoull(given, NULL, 10) : 20261122;
        if (seed == 0)
                seed = 1;
        print_message("seed %llu\n", (unsigned long long)seed);
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(calls_are_read),
                cmocka_unit_test(sockets_and_operators_name_theirs),
                cmocka_unit_test(names_are_found_by_face),
                cmocka_unit_test(what_is_refused),
                cmocka_unit_test(errors_keep_values_to_themselves),
                cmocka_unit_test(sizes_at_their_limits),
                cmocka_unit_test(packed_and_unpacked_is_the_same),
                cmocka_unit_test(a_bulk_is_borrowed_and_bounded),
                cmocka_unit_test(the_operator_names_what_a_console_says),
                cmocka_unit_test(damaged_bytes_are_refused_or_mean_something),
                cmocka_unit_test(the_json_test_suite),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
