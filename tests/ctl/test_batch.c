/* The packed form of an import and the forms of its fields. */
#include "tests/ctl/cm.h"

#include <stdio.h>
#include <stdlib.h>

#include "proto/import.h"
#include "server/ctl/demo.h" /* its random numbers: seeded, the same everywhere */

static uint64_t seed;

static void expect_form(enum import_form form, const char *in, const char *out)
{
        char room[IMPORT_FIELD_MAX + 1];
        struct slice result;
        const char *why = NULL;
        int r = import_normalise(form, slice_of(in), room, &result, &why);
        if (out == NULL) {
                if (r == 0)
                        print_error("\"%s\" was taken\n", in);
                assert_int_equal(r, 1);
                assert_non_null(why);
                assert_null(strlen(in) > 1 ? strstr(why, in) : NULL);
                return;
        }
        assert_int_equal(r, 0);
        if (!slice_is(result, out))
                print_error("\"%s\" became \"%.*s\"\n", in, (int)result.len, result.at);
        assert_true(slice_is(result, out));
}

static void test_forms(void **state)
{
        (void)state;
        expect_form(IMPORT_FORM_STATUS, "COMPLETE", "bought");
        expect_form(IMPORT_FORM_STATUS, "refunded", "returned");
        expect_form(IMPORT_FORM_STATUS, "Canceled", "cancelled");
        expect_form(IMPORT_FORM_STATUS, "lost", NULL);
        expect_form(IMPORT_FORM_CHANNEL, "store", "in-store");
        expect_form(IMPORT_FORM_CHANNEL, "WEB", "online");
        expect_form(IMPORT_FORM_CHANNEL, "pigeon", NULL);
        expect_form(IMPORT_FORM_MONEY, "12,50", "12.50");
        expect_form(IMPORT_FORM_MONEY, " 1299 ", "1299");
        expect_form(IMPORT_FORM_MONEY, "0", "0");
        expect_form(IMPORT_FORM_MONEY, "1,299.00", NULL);
        expect_form(IMPORT_FORM_MONEY, "-3.00", NULL);
        expect_form(IMPORT_FORM_MONEY, "12.", NULL);
        expect_form(IMPORT_FORM_MONEY, ".5", NULL);
        expect_form(IMPORT_FORM_MONEY, "1e3", NULL);
        expect_form(IMPORT_FORM_MONEY, "1234567890123", NULL);
        expect_form(IMPORT_FORM_FLAG, "Yes", "1");
        expect_form(IMPORT_FORM_FLAG, "0", "0");
        expect_form(IMPORT_FORM_FLAG, "maybe", NULL);
        expect_form(IMPORT_FORM_CURRENCY, "eur", "EUR");
        expect_form(IMPORT_FORM_CURRENCY, "EURO", NULL);
        expect_form(IMPORT_FORM_COUNT, "1000000", "1000000");
        expect_form(IMPORT_FORM_COUNT, "1000001", NULL);
        expect_form(IMPORT_FORM_COUNT, "-1", NULL);
        expect_form(IMPORT_FORM_DATE, "1996-02-29", "1996-02-29");
        expect_form(IMPORT_FORM_DATE, "1997-02-29", NULL);
        expect_form(IMPORT_FORM_DATE, "29.02.1996", NULL);
        expect_form(IMPORT_FORM_ROLE, "Manager", "manager");
        expect_form(IMPORT_FORM_ROLE, "queen", NULL);
        expect_form(IMPORT_FORM_TEXT, "  Märta  ", "Märta");
        expect_form(IMPORT_FORM_TEXT,
                "a\x01"
                "b",
                NULL);
        expect_form(IMPORT_FORM_TEXT, "M\xe4rta", NULL);
        expect_form(IMPORT_FORM_TEXT, "\xed\xa0\x80", NULL);
        expect_form(IMPORT_FORM_STATUS, "", "");
}

static void test_ids_and_lengths(void **state)
{
        (void)state;
        char text[IMPORT_FIELD_MAX + 2];
        memset(text, 'x', sizeof text - 1);
        text[IMPORT_ID_MAX] = 0;
        expect_form(IMPORT_FORM_ID, text, text);
        text[IMPORT_ID_MAX] = 'x';
        text[IMPORT_ID_MAX + 1] = 0;
        expect_form(IMPORT_FORM_ID, text, NULL);
        text[IMPORT_ID_MAX + 1] = 'x';
        text[IMPORT_FIELD_MAX] = 0;
        expect_form(IMPORT_FORM_TEXT, text, text);
        text[IMPORT_FIELD_MAX] = 'x';
        text[IMPORT_FIELD_MAX + 1] = 0;
        expect_form(IMPORT_FORM_TEXT, text, NULL);
}

static void test_kinds(void **state)
{
        (void)state;
        for (int k = 1; k <= IMPORT_KINDS; k++) {
                enum import_kind kind = (enum import_kind)k;
                assert_int_equal(import_kind_find(import_kind_word(kind)), kind);
                assert_in_range(import_field_count(kind), 1, IMPORT_FIELDS_MAX);
                for (const struct import_field *f = import_fields(kind); f->name; f++)
                        assert_ptr_equal(import_fields(kind) + import_field_find(kind, f->name), f);
        }
        assert_int_equal(import_kind_find("spoons"), 0);
        assert_int_equal(import_field_count((enum import_kind)9), 0);
        assert_int_equal(import_field_find(IMPORT_STORES, "colour"), -1);
}

/* A row of printable rubbish. */
static void draw_row(struct demo_random *r, enum import_kind kind, struct import_row *row, char *text)
{
        row->line = demo_draw(r);
        row->at = (wall_ms)demo_draw(r);
        row->precision = (uint8_t)demo_below(r, 4);
        for (size_t i = 0; i < import_field_count(kind); i++) {
                size_t len = demo_chance(r, 3) ? IMPORT_FIELD_MAX : demo_below(r, 30);
                for (size_t j = 0; j < len; j++)
                        text[j] = (char)(' ' + demo_below(r, 95));
                row->field[i] = (struct slice){text, len};
                text += len;
        }
}

static void test_round_trip(void **state)
{
        (void)state;
        struct demo_random r = {seed};
        uint8_t *packed = malloc(IMPORT_PACKED_MAX);
        char *text = malloc(IMPORT_ROWS_MAX * (size_t)IMPORT_FIELDS_MAX * IMPORT_FIELD_MAX);
        struct import_row *rows = calloc(IMPORT_ROWS_MAX, sizeof *rows);
        assert_non_null(packed);
        assert_non_null(text);
        assert_non_null(rows);
        for (int round = 0; round < 40; round++) {
                enum import_kind kind = (enum import_kind)(1 + demo_below(&r, IMPORT_KINDS));
                uint32_t wanted = 1 + demo_below(&r, 300), n = 0;
                struct import_pack pack;
                import_pack_start(&pack, kind, packed);
                for (; n < wanted; n++) {
                        draw_row(&r, kind, &rows[n], text + (size_t)n * IMPORT_FIELDS_MAX * IMPORT_FIELD_MAX);
                        if (import_pack_row(&pack, &rows[n]) != 0)
                                break;
                }
                const char *why;
                struct import_batch *b = import_unpack(packed, pack.len, &why);
                assert_non_null(b);
                assert_int_equal(b->n, n);
                assert_int_equal(b->kind, kind);
                for (uint32_t i = 0; i < n; i++) {
                        assert_int_equal(b->rows[i].line, rows[i].line);
                        assert_int_equal(b->rows[i].at, rows[i].at);
                        assert_int_equal(b->rows[i].precision, rows[i].precision);
                        for (size_t f = 0; f < import_field_count(kind); f++) {
                                assert_int_equal(b->rows[i].field[f].len, rows[i].field[f].len);
                                assert_memory_equal(
                                        b->rows[i].field[f].at, rows[i].field[f].at, rows[i].field[f].len);
                        }
                }
                import_batch_free(b);
        }
        free(packed);
        free(text);
        free(rows);
}

/* What was cut or changed is refused or is another whole batch: it packs to the same bytes again. */
static void test_spoilt(void **state)
{
        (void)state;
        struct demo_random r = {seed + 1};
        uint8_t *packed = malloc(IMPORT_PACKED_MAX), *again = malloc(IMPORT_PACKED_MAX);
        char text[IMPORT_FIELDS_MAX * IMPORT_FIELD_MAX];
        struct import_row row = {0};
        assert_non_null(packed);
        assert_non_null(again);
        uint32_t refused = 0;
        for (int round = 0; round < 20000; round++) {
                enum import_kind kind = (enum import_kind)(1 + demo_below(&r, IMPORT_KINDS));
                struct import_pack pack;
                import_pack_start(&pack, kind, packed);
                for (uint32_t n = 1 + demo_below(&r, 4); n > 0; n--) {
                        draw_row(&r, kind, &row, text);
                        assert_int_equal(import_pack_row(&pack, &row), 0);
                }
                size_t len = demo_chance(&r, 30) ? demo_below(&r, (uint32_t)pack.len) : pack.len;
                for (uint32_t n = demo_below(&r, 4); n > 0 && len > 0; n--)
                        packed[demo_below(&r, (uint32_t)(demo_chance(&r, 50) && len > 40 ? 40 : len))] =
                                (uint8_t)demo_draw(&r);
                uint8_t *exact = malloc(len ? len : 1); /* so that a read past the end is seen */
                assert_non_null(exact);
                memcpy(exact, packed, len);
                const char *why = NULL;
                struct import_batch *b = import_unpack(exact, len, &why);
                if (!b) {
                        assert_non_null(why);
                        refused++;
                } else {
                        import_pack_start(&pack, b->kind, again);
                        for (uint32_t i = 0; i < b->n; i++)
                                assert_int_equal(import_pack_row(&pack, &b->rows[i]), 0);
                        assert_int_equal(pack.len, len);
                        assert_memory_equal(again, exact, len);
                }
                import_batch_free(b);
                free(exact);
        }
        assert_in_range(refused, 4000, 19000);
        free(packed);
        free(again);
}

static void test_full_batch(void **state)
{
        (void)state;
        uint8_t *packed = malloc(IMPORT_PACKED_MAX);
        struct import_pack pack;
        struct import_row row = {.line = 1};
        static char text[IMPORT_FIELD_MAX + 1];
        assert_non_null(packed);
        memset(text, 'x', sizeof text);
        import_pack_start(&pack, IMPORT_CLASSES, packed);
        uint32_t n = 0;
        while (import_pack_row(&pack, &row) == 0)
                n++;
        assert_int_equal(n, IMPORT_ROWS_MAX);
        for (size_t i = 0; i < IMPORT_FIELDS_MAX; i++)
                row.field[i] = (struct slice){text, IMPORT_FIELD_MAX};
        import_pack_start(&pack, IMPORT_PURCHASES, packed);
        for (n = 0; import_pack_row(&pack, &row) == 0; n++)
                assert_in_range(pack.len, 1, IMPORT_PACKED_MAX);
        assert_in_range(n, 10, IMPORT_ROWS_MAX);
        row.field[0].len++;
        assert_int_equal(import_pack_row(&pack, &row), -1);
        free(packed);
}

static void test_answer(void **state)
{
        (void)state;
        struct import_row rows[4] = {{.line = 7, .outcome = IMPORT_REJECTED, .reason = "price is below 0"},
                {.line = 8, .outcome = IMPORT_NEW}, {.line = 9, .outcome = IMPORT_REJECTED, .reason = ""},
                {.line = 10, .outcome = IMPORT_REJECTED}};
        memset(rows[3].reason, 'r', sizeof rows[3].reason); /* a reason that fills its room */
        struct import_batch batch = {.kind = IMPORT_PURCHASES, .n = 4, .rows = rows, .unmapped_classes = 3};
        batch.counts[IMPORT_NEW] = 1;
        batch.counts[IMPORT_REJECTED] = 3;
        uint8_t *bytes = malloc(IMPORT_ANSWER_MAX);
        struct import_answer answer;
        struct import_reject reject;
        assert_non_null(bytes);
        size_t len = import_answer_pack(&batch, bytes);
        assert_int_equal(import_answer_unpack(bytes, len, &answer), 0);
        assert_int_equal(answer.counts[IMPORT_NEW], 1);
        assert_int_equal(answer.unmapped_classes, 3);
        assert_int_equal(answer.n_rejects, 3);
        assert_true(import_answer_next(&answer, &reject));
        assert_int_equal(reject.line, 7);
        assert_true(slice_is(reject.reason, "price is below 0"));
        assert_true(import_answer_next(&answer, &reject));
        assert_int_equal(reject.reason.len, 0);
        assert_true(import_answer_next(&answer, &reject));
        assert_int_equal(reject.reason.len, IMPORT_REASON_MAX);
        assert_false(import_answer_next(&answer, &reject));
        for (size_t cut = 0; cut < len; cut++)
                assert_int_equal(import_answer_unpack(bytes, cut, &answer), 1);
        free(bytes);
}

int main(void)
{
        const char *given = getenv("MAITRED_SEED");
        seed = given ? strtoull(given, NULL, 10) : 20261122;
        print_message("seed %llu\n", (unsigned long long)seed);
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_forms),
                cmocka_unit_test(test_ids_and_lengths),
                cmocka_unit_test(test_kinds),
                cmocka_unit_test(test_round_trip),
                cmocka_unit_test(test_spoilt),
                cmocka_unit_test(test_full_batch),
                cmocka_unit_test(test_answer),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
