/* Deadlines and counts: slow, greedy and vanished clients cost what the limits say and no more. */
#include "tests/front/rig.h"

#include "server/common/clock.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static struct rig rig;
static struct client client;
static struct response response;

static int start_with(void (*change)(struct front_limits *))
{
        rig_init(&rig, true);
        if (change)
                change(&rig.options.limits);
        return rig_start(&rig, true);
}

static int start(void **state)
{
        (void)state;
        return start_with(NULL);
}

static int stop(void **state)
{
        (void)state;
        if (client.ssl)
                client_close(&client);
        int rc = rig.ended ? 0 : rig_end(&rig, SIGTERM);
        rig_finish(&rig);
        return rc;
}

/* The text with the port for every {P}. */
static void say(const char *text)
{
        char all[1024];
        size_t len = 0;
        for (const char *at = text; *at && len < sizeof all - 8;) {
                if (strncmp(at, "{P}", 3) != 0) {
                        all[len++] = *at++;
                        continue;
                }
                len += (size_t)snprintf(all + len, 8, "%u", rig.options.listen_port);
                at += 3;
        }
        assert_true(client_send(&client, all, len));
}

#define GET_H "GET /h HTTP/1.1\r\nHost: localhost:{P}\r\n\r\n"
#define POST_LEAVING                                                                                         \
        "POST /api/customer/leaving HTTP/1.1\r\nHost: localhost:{P}\r\nOrigin: https://localhost:{P}\r\n"    \
        "Content-Type: application/json\r\n"

static void a_head_that_drips(void **state)
{
        (void)state;
        mono_ms since = clock_mono();
        assert_true(client_open(&client, &rig, true));
        const char *at = "GET /h HTTP/1.1\r\nHost: localhost\r\nX-A: "
                         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
        while (*at && client_send(&client, at, 1) && !client_ended(&client, 50))
                at++;
        assert_true(*at != '\0');
        assert_true(clock_mono() - since < 5 * rig.options.limits.head_ms);
        client_close(&client);
}

static void nothing_at_all(void **state)
{
        (void)state;
        assert_true(client_dial(&client, &rig)); /* not even a TLS hello */
        char byte;
        assert_int_equal(recv(client.fd, &byte, 1, 0), 0);
        client_close(&client);
        assert_true(client_open(&client, &rig, true)); /* TLS, then nothing */
        assert_true(client_ended(&client, RIG_WAIT_MS));
        client_close(&client);
}

static void a_body_that_drips(void **state)
{
        (void)state;
        assert_true(client_open(&client, &rig, true));
        say(POST_LEAVING "Content-Length: 60000\r\n\r\n");
        for (int sent = 0; sent < 10; sent++) { /* each in time, all of them too slow */
                assert_true(client_send(&client, " ", 1));
                assert_true(rig_hub_quiet(&rig, rig.options.limits.body_ms / 15));
        }
        client_read(&client, &response, false);
        assert_int_equal(response.status, 408);
        assert_true(client_ended(&client, RIG_WAIT_MS));
        client_close(&client);
}

static void an_idle_connection(void **state)
{
        (void)state;
        assert_true(client_open(&client, &rig, true));
        say(GET_H);
        client_read(&client, &response, false);
        assert_int_equal(response.status, 200);
        assert_false(client_ended(&client, rig.options.limits.idle_ms / 2));
        say(GET_H);
        client_read(&client, &response, false);
        assert_int_equal(response.status, 200);
        assert_true(client_ended(&client, RIG_WAIT_MS));
        client_close(&client);
}

/* 503 when the hub takes too long; its late answer, and one for nobody, do nothing. */
static void a_hub_that_is_late(void **state)
{
        (void)state;
        char retry[16];
        assert_true(client_open(&client, &rig, true));
        say(POST_LEAVING "Content-Length: 2\r\n\r\n{}");
        struct link_frame f = rig_hub_take(&rig);
        assert_int_equal(f.type, LINK_REQUEST);
        uint64_t id = f.id;
        client_read(&client, &response, false);
        assert_int_equal(response.status, 503);
        response_header(&response, "Retry-After", retry, sizeof retry);
        assert_string_equal(retry, "2");
        rig_hub_answer(&rig, id, 200, 0, 0, "{}");
        rig_hub_answer(&rig, 0, 200, 0, 0, "{}");
        rig_hub_answer(&rig, UINT64_MAX, 200, 0, 0, "{}");
        assert_true(client_ended(&client, RIG_WAIT_MS));
        client_close(&client);
        assert_true(client_open(&client, &rig, true));
        say(GET_H);
        client_read(&client, &response, false);
        assert_int_equal(response.status, 200);
        client_close(&client);
}

/* Gone before the answer: the answer meets nobody. */
static void a_client_that_does_not_wait(void **state)
{
        (void)state;
        for (int i = 0; i < 20; i++) {
                assert_true(client_open(&client, &rig, false));
                say(POST_LEAVING "Content-Length: 2\r\n\r\n{}");
                struct link_frame f = rig_hub_take(&rig);
                assert_int_equal(f.type, LINK_REQUEST);
                uint64_t id = f.id;
                client_close(&client);
                rig_hub_answer(&rig, id, 200, 0, 0, "{}");
        }
}

static void answers_that_make_no_sense(void **state)
{
        (void)state;
        static const uint16_t statuses[] = {0, 99, 600, 65535};
        for (size_t i = 0; i <= ARRAY_LEN(statuses); i++) {
                assert_true(client_open(&client, &rig, true));
                say(POST_LEAVING "Content-Length: 2\r\n\r\n{}");
                struct link_frame f = rig_hub_take(&rig);
                if (i < ARRAY_LEN(statuses))
                        rig_hub_answer(&rig, f.id, statuses[i], 0, 0, "{}");
                else
                        rig_hub_send(&rig, LINK_ANSWER, 0, 200, f.id, "short", 5);
                client_read(&client, &response, false);
                assert_int_equal(response.status, 503);
                client_close(&client);
        }
}

static void few_requests(struct front_limits *l)
{
        l->requests_per_min_per_address = 30; /* so ten at once */
}

static void too_many_requests(void **state)
{
        (void)state;
        assert_int_equal(start_with(few_requests), 0);
        char retry[16];
        for (int i = 0; i < 11; i++) {
                assert_true(client_open(&client, &rig, true));
                say(GET_H);
                client_read(&client, &response, false);
                assert_int_equal(response.status, i < 10 ? 200 : 429);
                client_close(&client);
        }
        response_header(&response, "Retry-After", retry, sizeof retry);
        assert_true(strtol(retry, NULL, 10) >= 1 && strtol(retry, NULL, 10) <= 60);
}

static void few_connections(struct front_limits *l)
{
        l->connections_per_address = 3;
        l->head_ms = 5000;
}

static void too_many_connections(void **state)
{
        (void)state;
        static struct client more[4];
        assert_int_equal(start_with(few_connections), 0);
        for (int i = 0; i < 3; i++)
                assert_true(client_open(&more[i], &rig, true));
        assert_false(client_open(&more[3], &rig, true));
        client_close(&more[0]);
        mono_ms by = clock_mono() + RIG_WAIT_MS;
        while (!client_open(&more[3], &rig, true)) /* until the front has seen the close */
                assert_true(clock_mono() < by);
        for (int i = 1; i < 4; i++)
                client_close(&more[i]);
}

static void few_in_all(struct front_limits *l)
{
        l->connections = 2;
        l->head_ms = 5000;
}

static void too_many_in_all(void **state)
{
        (void)state;
        static struct client more[3];
        assert_int_equal(start_with(few_in_all), 0);
        assert_true(client_open(&more[0], &rig, true));
        assert_true(client_open(&more[1], &rig, true));
        assert_false(client_open(&more[2], &rig, true));
        client_close(&more[0]);
        client_close(&more[1]);
}

static void few_accepts(struct front_limits *l)
{
        l->accepts_per_s_per_address = 2; /* so eight at once */
}

static void too_many_new_connections(void **state)
{
        (void)state;
        assert_int_equal(start_with(few_accepts), 0);
        int taken = 0;
        for (int i = 0; i < 12; i++) {
                if (client_open(&client, &rig, false)) {
                        taken++;
                        client_close(&client);
                }
        }
        assert_true(taken >= 8 && taken < 12);
}

/* Out of descriptors: callers are turned away, the loop does not spin, and it goes on afterwards. */
static void no_descriptors_left(void **state)
{
        (void)state;
        static struct client many[64];
        struct rlimit few = {48, 48}, before;
        int opened = 0;
        assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
        rig_init(&rig, true);
        rig.options.limits.head_ms = 3000;
        few.rlim_max = before.rlim_max;
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
        int rc = rig_start(&rig, true);
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
        assert_int_equal(rc, 0);
        for (size_t i = 0; i < ARRAY_LEN(many); i++)
                opened += client_open(&many[i], &rig, false);
        assert_true(opened > 8 && opened < (int)ARRAY_LEN(many));
        for (size_t i = 0; i < ARRAY_LEN(many); i++)
                if (many[i].ssl)
                        client_close(&many[i]);
        mono_ms by = clock_mono() + RIG_WAIT_MS;
        while (!client_open(&client, &rig, true))
                assert_true(clock_mono() < by);
        client_close(&client);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(a_head_that_drips, start, stop),
                cmocka_unit_test_setup_teardown(nothing_at_all, start, stop),
                cmocka_unit_test_setup_teardown(a_body_that_drips, start, stop),
                cmocka_unit_test_setup_teardown(an_idle_connection, start, stop),
                cmocka_unit_test_setup_teardown(a_hub_that_is_late, start, stop),
                cmocka_unit_test_setup_teardown(a_client_that_does_not_wait, start, stop),
                cmocka_unit_test_setup_teardown(answers_that_make_no_sense, start, stop),
                cmocka_unit_test_teardown(too_many_requests, stop),
                cmocka_unit_test_teardown(too_many_connections, stop),
                cmocka_unit_test_teardown(too_many_in_all, stop),
                cmocka_unit_test_teardown(too_many_new_connections, stop),
                cmocka_unit_test_teardown(no_descriptors_left, stop),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
