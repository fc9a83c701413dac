/* Frames over a stream that is cut anywhere, and queues at their limits. */
#include "server/link/frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static const enum link_type types[] = {LINK_REQUEST, LINK_OPENED, LINK_MESSAGE, LINK_READY, LINK_CLOSED,
        LINK_AGENT, LINK_HELLO, LINK_ANSWER, LINK_PUSH, LINK_CLOSE};

static void a_head_is_laid_out_as_written(void **state)
{
        (void)state;
        static const uint8_t want[LINK_HEAD_SIZE] = {
                0x34, 0x12, 0, 0, LINK_ANSWER, 7, 0xcd, 0xab, 8, 7, 6, 5, 4, 3, 2, 1};
        uint8_t head[LINK_HEAD_SIZE];
        link_head(head, LINK_ANSWER, 7, 0xabcd, 0x0102030405060708u, 0x1234);
        assert_memory_equal(head, want, sizeof want);
}

static void every_type_and_no_other(void **state)
{
        (void)state;
        uint8_t bytes[LINK_HEAD_SIZE + 4] = {0};
        struct link_frame frame;
        for (int t = 0; t < 256; t++) {
                bool known = false;
                for (size_t i = 0; i < ARRAY_LEN(types); i++)
                        known = known || (int)types[i] == t;
                link_head(bytes, (enum link_type)t, 1, 2, 3, 4);
                assert_int_equal(link_read(bytes, sizeof bytes, &frame), known ? (int)sizeof bytes : -1);
        }
        link_head(bytes, LINK_PUSH, 0, 0, 0, LINK_BODY_MAX);
        assert_int_equal(link_read(bytes, sizeof bytes, &frame), 0);
        link_head(bytes, LINK_PUSH, 0, 0, 0, LINK_BODY_MAX + 1);
        assert_int_equal(link_read(bytes, sizeof bytes, &frame), -1);
        assert_int_equal(link_read(bytes, LINK_HEAD_SIZE - 1, &frame), 0);
}

/* Many frames through a small queue, handed over in every size of piece: all arrive, in order, whole. */
static void a_stream_in_pieces(void **state)
{
        (void)state;
        for (size_t piece = 1; piece < 64; piece += 3) {
                struct link_queue out, in;
                uint32_t sent = 0, taken = 0;
                assert_int_equal(link_queue_init(&out, 600), 0);
                assert_int_equal(link_queue_init(&in, LINK_HEAD_SIZE + LINK_BODY_MAX), 0);
                while (taken < 500) {
                        uint8_t body[100];
                        uint32_t len = sent % 100;
                        memset(body, (int)(sent & 0xff), sizeof body);
                        while (sent < 500 &&
                                link_queue_put(&out, types[sent % ARRAY_LEN(types)], (uint8_t)sent,
                                        (uint16_t)sent, sent, body, len / 2, body, len - len / 2) == 0) {
                                sent++;
                                len = sent % 100;
                                memset(body, (int)(sent & 0xff), sizeof body);
                        }
                        size_t waiting, room;
                        const uint8_t *from = link_queue_waiting(&out, &waiting);
                        uint8_t *to = link_queue_room(&in, &room);
                        size_t n = waiting < piece ? waiting : piece;
                        assert_true(n > 0 && n <= room);
                        memcpy(to, from, n);
                        link_queue_filled(&in, n);
                        link_queue_drop(&out, n);
                        struct link_frame f;
                        int64_t size;
                        const uint8_t *bytes = link_queue_waiting(&in, &waiting);
                        while ((size = link_read(bytes, waiting, &f)) > 0) {
                                assert_int_equal(f.id, taken);
                                assert_int_equal(f.type, types[taken % ARRAY_LEN(types)]);
                                assert_int_equal(f.a, taken & 0xff);
                                assert_int_equal(f.len, taken % 100);
                                for (uint32_t i = 0; i < f.len; i++)
                                        assert_int_equal(f.body[i], taken & 0xff);
                                taken++;
                                link_queue_drop(&in, (size_t)size);
                                bytes = link_queue_waiting(&in, &waiting);
                        }
                        assert_int_equal(size, 0);
                }
                link_queue_finish(&out);
                link_queue_finish(&in);
        }
}

static void a_full_queue_takes_nothing(void **state)
{
        (void)state;
        struct link_queue q;
        static uint8_t body[LINK_BODY_MAX + 1];
        size_t len;
        assert_int_equal(link_queue_init(&q, 3 * (LINK_HEAD_SIZE + 10)), 0);
        for (int i = 0; i < 3; i++)
                assert_int_equal(link_queue_put(&q, LINK_PUSH, 0, 0, 1, body, 10, NULL, 0), 0);
        assert_int_equal(link_queue_put(&q, LINK_READY, 0, 0, 1, NULL, 0, NULL, 0), 1);
        link_queue_waiting(&q, &len);
        assert_int_equal(len, 3 * (LINK_HEAD_SIZE + 10));
        link_queue_drop(&q, LINK_HEAD_SIZE);
        assert_int_equal(link_queue_put(&q, LINK_READY, 0, 0, 1, NULL, 0, NULL, 0), 0);
        link_queue_finish(&q);
        link_queue_finish(&q); /* twice is once */
        assert_int_equal(link_queue_init(&q, 4 * LINK_BODY_MAX), 0);
        assert_int_equal(link_queue_put(&q, LINK_PUSH, 0, 0, 1, body, LINK_BODY_MAX, body, 1), 1);
        assert_int_equal(link_queue_put(&q, LINK_PUSH, 0, 0, 1, body, LINK_BODY_MAX - 1, body, 1), 0);
        link_queue_finish(&q);
}

/* A whole frame always fits behind a half-read one, wherever that lies in the buffer. */
static void there_is_always_room_for_a_frame(void **state)
{
        (void)state;
        struct link_queue q;
        size_t len;
        assert_int_equal(link_queue_init(&q, 2 * (LINK_HEAD_SIZE + LINK_BODY_MAX)), 0);
        for (size_t used = 0; used <= LINK_HEAD_SIZE + LINK_BODY_MAX; used += 9973) {
                link_queue_room(&q, &len);
                assert_true(len >= LINK_HEAD_SIZE + LINK_BODY_MAX);
                link_queue_filled(&q, LINK_HEAD_SIZE + LINK_BODY_MAX);
                link_queue_drop(&q, LINK_HEAD_SIZE + LINK_BODY_MAX - used);
                link_queue_room(&q, &len);
                assert_true(len >= LINK_HEAD_SIZE + LINK_BODY_MAX);
                link_queue_drop(&q, used);
        }
        link_queue_finish(&q);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_head_is_laid_out_as_written),
                cmocka_unit_test(every_type_and_no_other),
                cmocka_unit_test(a_stream_in_pieces),
                cmocka_unit_test(a_full_queue_takes_nothing),
                cmocka_unit_test(there_is_always_room_for_a_frame),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
