/* CSV files in every state: dialects, quotes, encodings, lines that cannot be read. */
#include "tests/ctl/cm.h"

#include "server/ctl/ctl.h"
#include "server/ctl/demo.h" /* its random numbers */
#include "server/ctl/map.h"
#include "server/ctl/sheet.h"
#include "tests/ctl/temporary.h"

static struct sheet *open_sheet(const char *text, size_t len, char delimiter, enum sheet_encoding encoding)
{
        static enum import_kind kind = IMPORT_CUSTOMERS;
        struct sheet *s;
        struct sheet_error error = {{0}};
        temporary_file("t.csv", text, len);
        if (sheet_open("t.csv", delimiter, encoding, map_likes, &kind, &s, &error) != 0) {
                print_error("%s\n", error.text);
                fail();
        }
        return s;
}

/* The file's records as one text: fields in brackets, faults after a "!", line numbers first. */
static void expect(
        const char *text, size_t len, char delimiter, enum sheet_encoding encoding, const char *want)
{
        char got[4096] = "";
        size_t at = 0;
        struct sheet_record r;
        struct sheet_error error;
        struct sheet *s = open_sheet(text, len, delimiter, encoding);
        while (sheet_next(s, &r, &error) == 1 && at < sizeof got - 200) {
                at += (size_t)snprintf(got + at, sizeof got - at, "%llu", (unsigned long long)r.line);
                if (r.fault)
                        at += (size_t)snprintf(got + at, sizeof got - at, "!%.12s", r.fault);
                for (size_t i = 0; i < r.n; i++)
                        at += (size_t)snprintf(
                                got + at, sizeof got - at, "[%.*s]", (int)r.field[i].len, r.field[i].at);
                at += (size_t)snprintf(got + at, sizeof got - at, " ");
        }
        sheet_close(s);
        assert_string_equal(got, want);
}

#define EXPECT(text, want) expect(text, sizeof(text) - 1, 0, SHEET_UTF_8, want)

static void test_dialects(void **state)
{
        (void)state;
        EXPECT("id,name\n1,Anna\n", "2[1][Anna] ");
        EXPECT("id;name\r\n1;Anna\r\n2;Bo, the elder\r\n", "2[1][Anna] 3[2][Bo, the elder] ");
        EXPECT("id\tname\n1\tAnna Berg\n2\t\n", "2[1][Anna Berg] 3[2][] ");
        EXPECT("id|name\n1|Anna\n", "2[1|Anna] ");
        EXPECT("\xef\xbb\xbfid,name\n1,Anna\n", "2[1][Anna] ");
        EXPECT("id,name\n1,Anna", "2[1][Anna] ");
        EXPECT("id,name\n\n\n1,Anna\n\r\n2,Bo\n\n", "4[1][Anna] 6[2][Bo] ");
        EXPECT("id,name\n", "");
        EXPECT("id,name", "");
        /* The name has more commas than the header has semicolons. */
        EXPECT("id;name;contact\n1;a,b,c,d,e;f\n", "2[1][a,b,c,d,e][f] ");
        expect("id;name\n1;2\n", 12, ',', SHEET_UTF_8, "2[1;2] ");
}

static void test_quotes(void **state)
{
        (void)state;
        EXPECT("id,name\n1,\"Berg, Anna\"\n", "2[1][Berg, Anna] ");
        EXPECT("id,name\n1,\"the \"\"late\"\" Bo\"\n", "2[1][the \"late\" Bo] ");
        EXPECT("id,name\n1,\"two\nlines\"\n2,Bo\n", "2[1][two\nlines] 4[2][Bo] ");
        EXPECT("id,name\n1,\"two\r\nlines\"\r\n2,Bo\r\n", "2[1][two\nlines] 4[2][Bo] ");
        EXPECT("id,name\n1,17\" screen\n2,Bo\n", "2!has a quote  3[2][Bo] ");
        EXPECT("id,name\n1,\"Anna\" Berg\n2,Bo\n", "2!has a quote  3[2][Bo] ");
        /* A quote that is never closed takes its own line only. */
        EXPECT("id,name\n1,\"Anna\n2,Bo\n3,Cy\n", "2!opens a quot 3[2][Bo] 4[3][Cy] ");
        EXPECT("id,name\n1,Anna\n2,\"Bo", "2[1][Anna] 3!opens a quot ");
        EXPECT("id,name\n1,\"Anna\n2,\"Bo\"\n3,Cy\n", "2!has a quote  3[2][Bo] 4[3][Cy] ");
}

static void test_encodings(void **state)
{
        (void)state;
        EXPECT("id,name\n1,M\xc3\xa4rta\n", "2[1][M\xc3\xa4rta] ");
        EXPECT("id,name\n1,M\xe4rta\n2,Bo\n", "2!is not UTF-8 3[2][Bo] ");
        EXPECT("id,name\n1,\x1b[2J\n2,Bo\n", "2!has control  3[2][Bo] ");
}

static void test_nul_far_in(void **state)
{
        (void)state;
        char text[2000];
        size_t at = (size_t)snprintf(text, sizeof text, "id,name\n");
        for (int i = 0; i < 100; i++)
                at += (size_t)snprintf(text + at, sizeof text - at, "%d,Anna\n", i);
        size_t nul = at;
        at += (size_t)snprintf(text + at, sizeof text - at, "1,A-b\n2,Bo\n");
        text[nul + 3] = 0;
        struct sheet *s = open_sheet(text, at, 0, SHEET_UTF_8);
        struct sheet_record r;
        struct sheet_error error;
        for (int i = 0; i < 100; i++)
                assert_int_equal(sheet_next(s, &r, &error), 1);
        assert_int_equal(sheet_next(s, &r, &error), 1);
        assert_string_equal(r.fault, "has a NUL byte");
        assert_int_equal(r.raw.len, 5);
        assert_int_equal(sheet_next(s, &r, &error), 1);
        assert_null(r.fault);
        sheet_close(s);
}

static void test_converted(void **state)
{
        (void)state;
        const char latin[] = "id;name\n1;M\xe4rta\n2;\"a\nb\xe9\"\n3;\"open\n4;Bo\n";
        expect(latin, sizeof latin - 1, 0, SHEET_LATIN_1,
                "2[1][M\xc3\xa4rta] 3[2][a\nb\xc3\xa9] 5!opens a quot 6[4][Bo] ");
        const char windows[] = "id,name\n1,5 \x80\n2,\x81\n3,Bo\n";
        expect(windows, sizeof windows - 1, 0, SHEET_WINDOWS_1252,
                "2[1][5 \xe2\x82\xac] 3!has a byte t 4[3][Bo] ");
        const char control[] = "id,name\n1,a\x01\n";
        expect(control, sizeof control - 1, 0, SHEET_LATIN_1, "2!has control  ");
}

static void test_raw(void **state)
{
        (void)state;
        const char text[] = "id,name\n1,\"a\nb\"\r\n2,\"x\n3,y\n";
        struct sheet *s = open_sheet(text, sizeof text - 1, 0, SHEET_UTF_8);
        struct sheet_record r;
        struct sheet_error error;
        assert_int_equal(sheet_next(s, &r, &error), 1);
        assert_true(slice_is(r.raw, "1,\"a\nb\""));
        assert_int_equal(sheet_next(s, &r, &error), 1);
        assert_non_null(r.fault);
        assert_true(slice_is(r.raw, "2,\"x"));
        assert_int_equal(sheet_next(s, &r, &error), 1);
        assert_true(slice_is(r.raw, "3,y"));
        assert_int_equal(sheet_next(s, &r, &error), 0);
        assert_int_equal(sheet_read_bytes(s), sizeof text - 1);
        sheet_close(s);
}

/* Lines around the limit, and one that is longer than everything in memory. */
static void test_long(void **state)
{
        (void)state;
        size_t lengths[] = {SHEET_RECORD_MAX - 3, SHEET_RECORD_MAX + 1, 20 * SHEET_RECORD_MAX};
        for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
                size_t n = lengths[i];
                char *text = malloc(n + 64);
                assert_non_null(text);
                memcpy(text, "id,name\n1,", 10);
                memset(text + 10, 'x', n);
                memcpy(text + 10 + n, "\n2,Bo\n", 6);
                struct sheet *s = open_sheet(text, n + 16, 0, SHEET_UTF_8);
                struct sheet_record r;
                struct sheet_error error;
                assert_int_equal(sheet_next(s, &r, &error), 1);
                if (i == 0) {
                        assert_null(r.fault);
                        assert_int_equal(r.field[1].len, n);
                } else {
                        assert_string_equal(r.fault, "is longer than 65536 bytes");
                }
                assert_int_equal(sheet_next(s, &r, &error), 1);
                assert_int_equal(r.line, 3);
                assert_true(slice_is(r.field[1], "Bo"));
                assert_int_equal(sheet_next(s, &r, &error), 0);
                sheet_close(s);
                free(text);
        }
}

/* An open quote at the start of a large file costs one line, not the rest. */
static void test_open_quote_in_a_large_file(void **state)
{
        (void)state;
        size_t room = 40 * SHEET_RECORD_MAX, at = 0;
        char *text = malloc(room);
        assert_non_null(text);
        at += (size_t)snprintf(text, room, "id,name\n0,\"open\n");
        uint64_t n = 0;
        while (at < room - 64)
                at += (size_t)snprintf(text + at, room - at, "%llu,Anna\n", (unsigned long long)++n);
        struct sheet *s = open_sheet(text, at, 0, SHEET_UTF_8);
        struct sheet_record r;
        struct sheet_error error;
        uint64_t good = 0, bad = 0;
        while (sheet_next(s, &r, &error) == 1) {
                good += r.fault == NULL;
                bad += r.fault != NULL;
        }
        assert_int_equal(bad, 1);
        assert_int_equal(good, n);
        sheet_close(s);
        free(text);
}

static void refuse(const char *bytes, size_t len, enum sheet_encoding encoding, int code, const char *word)
{
        enum import_kind kind = IMPORT_CUSTOMERS;
        struct sheet *s;
        struct sheet_error error = {{0}};
        temporary_file("t.csv", bytes, len);
        assert_int_equal(sheet_open("t.csv", 0, encoding, map_likes, &kind, &s, &error), code);
        assert_null(s);
        if (!strstr(error.text, word))
                print_error("%s\n", error.text);
        assert_non_null(strstr(error.text, word));
}

static void test_refused(void **state)
{
        (void)state;
        enum import_kind kind = IMPORT_CUSTOMERS;
        struct sheet *s;
        struct sheet_error error;
        refuse("", 0, SHEET_UTF_8, CTL_DATA, "empty");
        refuse("\n\n", 2, SHEET_UTF_8, CTL_DATA, "header");
        refuse("\xff\xfei\0d\0\n\0", 8, SHEET_UTF_8, CTL_DATA, "UTF-16");
        refuse("\xfe\xff\0i\0d\0\n", 8, SHEET_LATIN_1, CTL_DATA, "UTF-16");
        refuse("i\0d\0\n\0", 6, SHEET_UTF_8, CTL_DATA, "UTF-16");
        refuse("id,name\r1,Anna\r", 15, SHEET_UTF_8, CTL_DATA, "carriage");
        refuse("\xef\xbb\xbfid\n", 6, SHEET_LATIN_1, CTL_DATA, "--encoding");
        refuse("id,\"na\n1,2\n", 11, SHEET_UTF_8, CTL_DATA, "quote");
        assert_int_equal(sheet_open("none.csv", 0, SHEET_UTF_8, map_likes, &kind, &s, &error), CTL_NO_INPUT);
        assert_int_equal(sheet_open(".", 0, SHEET_UTF_8, map_likes, &kind, &s, &error), CTL_NO_INPUT);
        assert_non_null(strstr(error.text, "folder"));
}

/* Rubbish made of what matters: reading ends, goes forward, and leaves nothing out. */
static void test_rubbish(void **state)
{
        (void)state;
        static const char bits[] = "aaa,,;\t\"\"\"\n\n\r \xc3\xa4\xe4";
        const char *given = getenv("MAITRED_SEED");
        struct demo_random r = {given ? strtoull(given, NULL, 10) : 20261122};
        print_message("seed %llu\n", (unsigned long long)r.state);
        for (int round = 0; round < 3000; round++) {
                char text[400] = "id,name\n";
                size_t len = 8 + demo_below(&r, 390);
                for (size_t i = 8; i < len; i++)
                        text[i] = bits[demo_below(&r, sizeof bits - 1)];
                struct sheet *s = open_sheet(text, len, ',', (enum sheet_encoding)demo_below(&r, 3));
                struct sheet_record record;
                struct sheet_error error;
                uint64_t line = 1, lines = 0;
                for (size_t i = 0; i < len; i++)
                        lines += text[i] == '\n';
                while (sheet_next(s, &record, &error) == 1) {
                        assert_true(record.line > line);
                        assert_true(record.line <= lines + 1);
                        assert_true((record.fault == NULL) == (record.n > 0));
                        line = record.line;
                }
                assert_int_equal(sheet_read_bytes(s), len);
                sheet_close(s);
        }
}

static void test_many_columns(void **state)
{
        (void)state;
        char text[1000];
        size_t at = (size_t)snprintf(text, sizeof text, "id,name\n");
        for (int i = 0; i < SHEET_COLUMNS_MAX; i++)
                at += (size_t)snprintf(text + at, sizeof text - at, "x,");
        expect(text, at, 0, SHEET_UTF_8, "2!has more tha ");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_dialects),
                cmocka_unit_test(test_quotes),
                cmocka_unit_test(test_encodings),
                cmocka_unit_test(test_nul_far_in),
                cmocka_unit_test(test_converted),
                cmocka_unit_test(test_raw),
                cmocka_unit_test(test_long),
                cmocka_unit_test(test_open_quote_in_a_large_file),
                cmocka_unit_test(test_refused),
                cmocka_unit_test(test_many_columns),
                cmocka_unit_test(test_rubbish),
        };
        return cmocka_run_group_tests(tests, temporary_make, temporary_remove);
}
