/* The parts of the guard that need no socket: addresses and their budgets, cookies, QR codes. */
#include "server/front/address.h"
#include "server/front/bucket.h"
#include "server/front/guard.h"
#include "server/front/qr.h"

#include "server/common/ids.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <jansson.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

static void a_bucket_holds_its_burst(void **state)
{
        (void)state;
        static const uint32_t rates[] = {1, 7, 20, 600, 1000000};
        for (size_t i = 0; i < ARRAY_LEN(rates); i++) {
                struct bucket b = {0};
                uint32_t burst = rates[i] * 2 < 5000 ? rates[i] * 2 : 5000;
                mono_ms now = 1000000;
                uint32_t taken = 0;
                while (taken <= burst && bucket_take(&b, rates[i], SECOND_MS, burst, now) == 0)
                        taken++;
                assert_int_equal(taken, burst);
                int64_t wait = bucket_take(&b, rates[i], SECOND_MS, burst, now);
                assert_true(wait >= 1 && wait <= SECOND_MS);
                assert_int_equal(bucket_take(&b, rates[i], SECOND_MS, burst, now + wait), 0);
                /* A long rest fills it, and no more than that. */
                for (taken = 0; bucket_take(&b, rates[i], SECOND_MS, burst, now + DAY_MS) == 0;)
                        taken++;
                assert_int_equal(taken, burst);
        }
}

static struct sockaddr *at(const char *text)
{
        static struct sockaddr_in6 six;
        static struct sockaddr_in four;
        four = (struct sockaddr_in){.sin_family = AF_INET};
        six = (struct sockaddr_in6){.sin6_family = AF_INET6};
        if (inet_pton(AF_INET, text, &four.sin_addr) == 1)
                return (struct sockaddr *)&four;
        assert_int_equal(inet_pton(AF_INET6, text, &six.sin6_addr), 1);
        return (struct sockaddr *)&six;
}

static void addresses_have_a_budget_each(void **state)
{
        (void)state;
        struct front_options o;
        front_options_default(&o);
        o.limits.connections_per_address = 2;
        o.limits.accepts_per_s_per_address = 1000;
        o.limits.requests_per_min_per_address = 3;
        assert_int_equal(ids_init(), 0);
        struct addresses *a = addresses_create(&o.limits);
        assert_non_null(a);
        int32_t one = addresses_open(a, at("192.0.2.1"), 1000);
        assert_true(one >= 0);
        assert_int_equal(
                addresses_open(a, at("::ffff:192.0.2.1"), 1000), one); /* the same, written otherwise */
        assert_int_equal(addresses_open(a, at("192.0.2.1"), 1000), -1);
        assert_true(addresses_open(a, at("192.0.2.2"), 1000) >= 0);
        addresses_close(a, one);
        assert_int_equal(addresses_open(a, at("192.0.2.1"), 1000), one);
        /* A whole /64 is one host; the next /64 is another. */
        int32_t six = addresses_open(a, at("2001:db8::1"), 1000);
        assert_int_equal(addresses_open(a, at("2001:db8::ffff:1"), 1000), six);
        assert_int_equal(addresses_open(a, at("2001:db8::2:2"), 1000), -1);
        assert_true(addresses_open(a, at("2001:db8:0:1::1"), 1000) >= 0);
        assert_int_equal(addresses_request(a, one, 1000), 0);
        uint32_t wait = addresses_request(a, one, 1000);
        assert_true(wait >= 1 && wait <= 20);
        assert_int_equal(addresses_request(a, six, 1000), 0);
        assert_int_equal(addresses_request(a, one, 1000 + wait * 1000), 0);
        addresses_destroy(a);
}

/* A hundred thousand addresses pass by: the table stays, and who is connected keeps its count. */
static void strangers_do_not_push_out_who_is_there(void **state)
{
        (void)state;
        struct front_options o;
        front_options_default(&o);
        o.limits.connections_per_address = 1;
        struct addresses *a = addresses_create(&o.limits);
        assert_non_null(a);
        assert_true(addresses_open(a, at("198.51.100.7"), 1) >= 0);
        for (uint32_t i = 0; i < 100000; i++) {
                struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x0a000000u + i)};
                int32_t slot = addresses_open(a, (struct sockaddr *)&from, 2 + i);
                assert_true(slot >= 0);
                addresses_close(a, slot);
        }
        assert_int_equal(addresses_open(a, at("198.51.100.7"), 200000), -1);
        addresses_destroy(a);
}

/* A store full of handhelds, each at an address of its own: as many as may be connected have a place, whoever
 * was there before, and in whatever order they come and go. */
static void everybody_who_may_connect_has_a_place(void **state)
{
        (void)state;
        struct front_options o;
        front_options_default(&o);
        const uint32_t most = o.limits.connections;
        int32_t *slots = calloc(most, sizeof *slots);
        struct addresses *a = addresses_create(&o.limits);
        assert_true(a != NULL && slots != NULL);
        for (uint32_t turn = 0; turn < 3; turn++) {
                for (uint32_t i = 0; i < most; i++) {
                        struct sockaddr_in from = {.sin_family = AF_INET,
                                .sin_addr.s_addr = htonl(0x0a000000u + turn * (most / 2) + i)};
                        slots[i] = addresses_open(a, (struct sockaddr *)&from, 1 + turn);
                        assert_true(slots[i] >= 0);
                }
                for (uint32_t i = 0; i < most; i++)
                        addresses_close(a, slots[(i * 7919) % most]);
        }
        addresses_destroy(a);
        free(slots);
}

/* Who was turned away for coming too often is not forgotten for it while others pass by. */
static void the_oldest_is_forgotten_first(void **state)
{
        (void)state;
        struct front_options o;
        front_options_default(&o);
        o.limits.connections = 1;
        o.limits.accepts_per_s_per_address = 1;
        struct addresses *a = addresses_create(&o.limits);
        assert_non_null(a);
        for (uint32_t i = 0; i < 4; i++) {
                int32_t slot = addresses_open(a, at("198.51.100.7"), 1);
                assert_true(slot >= 0);
                addresses_close(a, slot);
        }
        for (uint32_t i = 0; i < 20000; i++) {
                struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x0a000000u + i)};
                int32_t slot = addresses_open(a, (struct sockaddr *)&from, 1);
                assert_true(slot >= 0);
                addresses_close(a, slot);
                if (i < 12000 && i % 4000 == 0)
                        assert_int_equal(addresses_open(a, at("198.51.100.7"), 1), -1);
        }
        assert_true(addresses_open(a, at("198.51.100.7"), 1) >= 0); /* 8,193 places, and 12,000 passed by */
        addresses_destroy(a);
}

static void cookies(void **state)
{
        (void)state;
        static const struct {
                const char *text, *value; /* NULL: not there */
        } cases[] = {
                {"", NULL},
                {"a", NULL},
                {"__Host-phone", NULL},
                {"__Host-phone=", ""},
                {"__Host-phone=x", "x"},
                {"a=b; __Host-phone=x", "x"},
                {"a=b;__Host-phone=x ;c", "x"},
                {"a=b; x__Host-phone=y; __Host-phone=z", "z"},
                {"a=__Host-phone=y", NULL},
                {"__Host-phone2=y", NULL},
                {"__host-phone=y", NULL},
                {";;; ; __Host-phone=one; __Host-phone=two", "one"},
        };
        for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
                const char *value = NULL;
                size_t len = 0;
                int rc = guard_cookie(cases[i].text, "__Host-phone", &value, &len);
                assert_int_equal(rc, cases[i].value == NULL);
                if (rc == 0) {
                        assert_int_equal(len, strlen(cases[i].value));
                        assert_memory_equal(value, cases[i].value, len);
                }
        }
}

static void codes_are_drawn_where_they_are_asked_for(void **state)
{
        (void)state;
        static const char *const none[] = {"", "{}", "{\"url\":\"https://x.example/\"}",
                "{\"qr_of\":\"url\"}", "{\"qr_of\":\"url\",\"url\":5}",
                "{\"url\":\"x\",\"say\":\"\\\"qr_of\\\":\\\"url\\\"\"}"};
        size_t len;
        for (size_t i = 0; i < ARRAY_LEN(none); i++)
                assert_null(qr_drawn(slice_of(none[i]), &len));
        static const char asked[] =
                "{\"a\":1,\"qr_of\":\"url\",\"url\":\"https://hub.store.example/#d.ABCDEFGH\",\"z\":2}";
        char *drawn = qr_drawn(slice_of(asked), &len);
        assert_non_null(drawn);
        json_t *root = json_loadb(drawn, len, JSON_REJECT_DUPLICATES, NULL);
        assert_non_null(root);
        assert_int_equal(json_object_size(root), 4);
        const json_t *qr = json_object_get(root, "qr");
        const json_t *rows = json_object_get(qr, "rows");
        size_t size = (size_t)json_integer_value(json_object_get(qr, "size"));
        assert_int_equal(json_array_size(rows), size);
        for (size_t i = 0; i < size; i++) {
                const char *row = json_string_value(json_array_get(rows, i));
                assert_int_equal(strlen(row), size);
                assert_int_equal(strspn(row, "01"), size);
        }
        /* The three corner marks: dark rings of seven modules. */
        assert_memory_equal(json_string_value(json_array_get(rows, 0)), "1111111", 7);
        assert_memory_equal(json_string_value(json_array_get(rows, 1)), "1000001", 7);
        assert_memory_equal(json_string_value(json_array_get(rows, 0)) + size - 7, "1111111", 7);
        assert_memory_equal(json_string_value(json_array_get(rows, size - 1)), "1111111", 7);
        json_decref(root);
        free(drawn);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_bucket_holds_its_burst),
                cmocka_unit_test(addresses_have_a_budget_each),
                cmocka_unit_test(everybody_who_may_connect_has_a_place),
                cmocka_unit_test(the_oldest_is_forgotten_first),
                cmocka_unit_test(strangers_do_not_push_out_who_is_there),
                cmocka_unit_test(cookies),
                cmocka_unit_test(codes_are_drawn_where_they_are_asked_for),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
