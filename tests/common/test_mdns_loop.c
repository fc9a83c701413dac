/* Avahi's poll interface on libuv, as D-Bus uses it: several watches on one descriptor, changed and freed
 * inside their own callbacks, descriptors whose number comes back, timeouts that set themselves again. */
#include "server/common/mdns_loop.h"

#include <avahi-common/timeval.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct stage {
        uv_loop_t loop;
        struct mdns_loop *mdns;
        const AvahiPoll *api;
        int fd[2];
        AvahiWatch *in, *out, *later;
        AvahiTimeout *timeout;
        int n_in, n_out, n_later, n_timeout;
};

static int set_up(void **state)
{
        static struct stage s;
        memset(&s, 0, sizeof s);
        assert_int_equal(uv_loop_init(&s.loop), 0);
        s.mdns = mdns_loop_create(&s.loop);
        assert_non_null(s.mdns);
        s.api = mdns_loop_api(s.mdns);
        assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, s.fd), 0);
        *state = &s;
        return 0;
}

static int tear_down(void **state)
{
        struct stage *s = *state;
        mdns_loop_destroy(s->mdns);
        uv_run(&s->loop, UV_RUN_DEFAULT);
        assert_int_equal(uv_loop_close(&s->loop), 0); /* no handle was forgotten */
        close(s->fd[0]);
        close(s->fd[1]);
        return 0;
}

static void run_until(struct stage *s, const int *count, int least)
{
        for (int turn = 0; turn < 1000 && *count < least; turn++)
                uv_run(&s->loop, UV_RUN_ONCE);
        assert_true(*count >= least);
}

static void turn(struct stage *s)
{
        uv_run(&s->loop, UV_RUN_NOWAIT);
}

static void read_all(AvahiWatch *w, int fd, AvahiWatchEvent event, void *userdata)
{
        struct stage *s = userdata;
        char bytes[64];
        assert_int_equal(event, AVAHI_WATCH_IN);
        assert_int_equal(s->api->watch_get_events(w), AVAHI_WATCH_IN);
        while (read(fd, bytes, sizeof bytes) > 0)
                ;
        s->n_in++;
}

static void write_once(AvahiWatch *w, int fd, AvahiWatchEvent event, void *userdata)
{
        struct stage *s = userdata;
        (void)fd;
        assert_int_equal(event, AVAHI_WATCH_OUT);
        s->n_out++;
        s->api->watch_update(w, (AvahiWatchEvent)0);
}

static void two_watches_share_a_descriptor(void **state)
{
        struct stage *s = *state;
        s->in = s->api->watch_new(s->api, s->fd[0], AVAHI_WATCH_IN, read_all, s);
        s->out = s->api->watch_new(s->api, s->fd[0], AVAHI_WATCH_OUT, write_once, s);
        assert_non_null(s->in);
        assert_non_null(s->out);
        run_until(s, &s->n_out, 1);
        assert_int_equal(s->n_in, 0); /* each is told what it asked for, and nothing else */
        for (int i = 0; i < 5; i++)
                turn(s);
        assert_int_equal(s->n_out, 1); /* it asked for no more */
        assert_int_equal(write(s->fd[1], "x", 1), 1);
        run_until(s, &s->n_in, 1);
        assert_int_equal(s->n_out, 1);
        s->api->watch_update(s->out, AVAHI_WATCH_OUT);
        run_until(s, &s->n_out, 2);
        s->api->watch_free(s->out);
        assert_int_equal(write(s->fd[1], "x", 1), 1);
        run_until(s, &s->n_in, 2); /* the other one lives on */
        s->api->watch_free(s->in);
}

static void free_both(AvahiWatch *w, int fd, AvahiWatchEvent event, void *userdata)
{
        struct stage *s = userdata;
        (void)w;
        (void)event;
        s->n_in++;
        s->api->watch_free(s->in);
        s->api->watch_free(s->out);
        /* D-Bus closes the descriptor here, and the next one it opens has the same number. */
        int again[2];
        close(fd);
        assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, again), 0);
        assert_int_equal(again[0], fd);
        close(s->fd[1]);
        s->fd[1] = again[1];
        s->later = s->api->watch_new(s->api, again[0], AVAHI_WATCH_IN, read_all, s);
        assert_non_null(s->later);
}

static void a_descriptor_may_come_back_inside_its_own_callback(void **state)
{
        struct stage *s = *state;
        s->in = s->api->watch_new(s->api, s->fd[0], AVAHI_WATCH_IN, free_both, s);
        s->out = s->api->watch_new(s->api, s->fd[0], AVAHI_WATCH_IN, free_both, s);
        assert_int_equal(write(s->fd[1], "x", 1), 1);
        run_until(s, &s->n_in, 1);
        assert_int_equal(s->n_in, 1); /* the freed twin was not called */
        assert_int_equal(write(s->fd[1], "y", 1), 1);
        run_until(s, &s->n_in, 2);
        s->api->watch_free(s->later);
}

static void end_of_file(AvahiWatch *w, int fd, AvahiWatchEvent event, void *userdata)
{
        struct stage *s = userdata;
        char byte;
        assert_true(event & (AVAHI_WATCH_IN | AVAHI_WATCH_HUP));
        assert_true(read(fd, &byte, 1) <= 0);
        s->n_in++;
        s->api->watch_free(w);
}

static void the_end_of_a_peer_is_told(void **state)
{
        struct stage *s = *state;
        s->in = s->api->watch_new(s->api, s->fd[0], AVAHI_WATCH_IN | AVAHI_WATCH_HUP, end_of_file, s);
        shutdown(s->fd[1], SHUT_RDWR);
        run_until(s, &s->n_in, 1);
        assert_int_equal(s->n_in, 1);
}

static void three_times(AvahiTimeout *t, void *userdata)
{
        struct stage *s = userdata;
        struct timeval soon;
        if (++s->n_timeout == 3)
                s->api->timeout_free(t);
        else
                s->api->timeout_update(t, avahi_elapse_time(&soon, 1, 0));
}

static void a_timeout_may_set_itself_again(void **state)
{
        struct stage *s = *state;
        struct timeval past = {.tv_sec = 1};
        s->timeout = s->api->timeout_new(s->api, NULL, three_times, s);
        turn(s);
        assert_int_equal(s->n_timeout, 0); /* none was set */
        s->api->timeout_update(s->timeout, &past);
        run_until(s, &s->n_timeout, 3);
        turn(s);
        assert_int_equal(s->n_timeout, 3);
}

static void a_timeout_can_be_taken_back(void **state)
{
        struct stage *s = *state;
        struct timeval past = {.tv_sec = 1};
        s->timeout = s->api->timeout_new(s->api, &past, three_times, s);
        s->api->timeout_update(s->timeout, NULL);
        turn(s);
        turn(s);
        assert_int_equal(s->n_timeout, 0);
        s->api->timeout_free(s->timeout);
}

static void what_is_left_is_given_back(void **state)
{
        struct stage *s = *state;
        /* tear_down() finds the watches below, and the loop must still close. */
        s->in = s->api->watch_new(s->api, s->fd[0], AVAHI_WATCH_IN, read_all, s);
        s->out = s->api->watch_new(s->api, s->fd[1], AVAHI_WATCH_OUT, write_once, s);
        assert_non_null(s->in);
        assert_non_null(s->out);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(two_watches_share_a_descriptor, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                        a_descriptor_may_come_back_inside_its_own_callback, set_up, tear_down),
                cmocka_unit_test_setup_teardown(the_end_of_a_peer_is_told, set_up, tear_down),
                cmocka_unit_test_setup_teardown(a_timeout_may_set_itself_again, set_up, tear_down),
                cmocka_unit_test_setup_teardown(a_timeout_can_be_taken_back, set_up, tear_down),
                cmocka_unit_test_setup_teardown(what_is_left_is_given_back, set_up, tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
