/* Ids carry their time in front, secrets read back exactly, and nothing else passes for either. */
#include "server/common/ids.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static void ids_sort_by_time(void **state)
{
        (void)state;
        struct uuid last = {0};
        for (wall_ms now = 1700000000000; now < 1700000001000; now++) {
                struct uuid id = ids_uuid(now);
                assert_true(memcmp(last.b, id.b, sizeof id.b) < 0);
                assert_int_equal(ids_uuid_time(&id), now);
                assert_int_equal(id.b[6] >> 4, 7);
                assert_int_equal(id.b[8] >> 6, 2);
                last = id;
        }
}

static void ids_differ_within_a_millisecond(void **state)
{
        (void)state;
        struct uuid ids[200];
        for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
                ids[i] = ids_uuid(1700000000000);
                for (size_t j = 0; j < i; j++)
                        assert_memory_not_equal(ids[i].b, ids[j].b, sizeof ids[i].b);
        }
}

static void id_texts(void **state)
{
        (void)state;
        struct uuid id = ids_uuid(1700000000000), back;
        char text[IDS_UUID_TEXT];
        ids_uuid_text(&id, text);
        assert_int_equal(strlen(text), 36);
        assert_int_equal(ids_uuid_parse(slice_of(text), &back), 0);
        assert_memory_equal(id.b, back.b, sizeof id.b);
        text[35] = 'g';
        assert_int_equal(ids_uuid_parse(slice_of(text), &back), 1);
        assert_int_equal(ids_uuid_parse(slice_of("018bcfe5"), &back), 1);
        assert_int_equal(ids_uuid_parse((struct slice){0}, &back), 1);
}

static void secret_texts(void **state)
{
        (void)state;
        struct secret secret = ids_secret(), other = ids_secret(), back;
        assert_memory_not_equal(secret.b, other.b, sizeof secret.b);
        char text[IDS_SECRET_TEXT];
        ids_secret_text(&secret, text);
        assert_int_equal(strlen(text), 43);
        assert_null(strpbrk(text, "+/="));
        assert_int_equal(ids_secret_parse(slice_of(text), &back), 0);
        assert_memory_equal(secret.b, back.b, sizeof secret.b);
        assert_int_equal(ids_secret_parse((struct slice){text, 42}, &back), 1);
        text[10] = '+';
        assert_int_equal(ids_secret_parse(slice_of(text), &back), 1);
        text[10] = '\n';
        assert_int_equal(ids_secret_parse(slice_of(text), &back), 1);
}

/* Test vector of BLAKE2b with a 32-byte output: the empty input. */
/* Nothing comes twice out of a stock, over many fillings, and what came is no longer in it. */
static void stock(void **state)
{
        static struct ids_stock stock;
        static uint64_t drawn[4 * IDS_STOCK_BYTES / 24][3];
        (void)state;
        for (size_t i = 0; i < ARRAY_LEN(drawn); i++) {
                ids_draw(&stock, drawn[i], sizeof drawn[i]);
                for (size_t b = stock.left; b < stock.left + sizeof drawn[i]; b++)
                        assert_int_equal(stock.bytes[b], 0);
                for (size_t before = 0; before < i; before++)
                        assert_memory_not_equal(drawn[before], drawn[i], sizeof drawn[i]);
        }
        ids_draw(&stock, drawn, IDS_STOCK_BYTES); /* all of it */
        struct uuid ids[3];
        ids_draw_uuids(&stock, INT64_C(1700000000000), ids, ARRAY_LEN(ids));
        for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
                assert_true(ids_uuid_time(&ids[i]) == INT64_C(1700000000000));
                assert_int_equal(ids[i].b[6] >> 4, 7);
                assert_int_equal(ids[i].b[8] >> 6, 2);
        }
        assert_memory_not_equal(ids[0].b + 8, ids[1].b + 8, 8);
}

static void digests(void **state)
{
        (void)state;
        struct digest empty = ids_digest_of("", 0);
        char text[IDS_DIGEST_TEXT];
        ids_digest_text(&empty, text);
        assert_string_equal(text, "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
        struct secret secret = ids_secret();
        struct digest a = ids_digest(&secret), b = ids_digest(&secret);
        assert_true(ids_digest_equal(&a, &b));
        b.b[31] ^= 1;
        assert_false(ids_digest_equal(&a, &b));
        ids_wipe(&secret, sizeof secret);
        static const struct secret zero;
        assert_memory_equal(secret.b, zero.b, sizeof zero.b);
}

int main(void)
{
        if (ids_init() != 0)
                abort();
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(ids_sort_by_time),
                cmocka_unit_test(ids_differ_within_a_millisecond),
                cmocka_unit_test(id_texts),
                cmocka_unit_test(secret_texts),
                cmocka_unit_test(stock),
                cmocka_unit_test(digests),
        };
        return cmocka_run_group_tests_name("ids", tests, NULL, NULL);
}
