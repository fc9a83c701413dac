/* The log: one line whatever is in a value, nothing under a name that is not on the list, floods counted. */
#include "server/common/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FORMAT(out, ...)                                                                                     \
        log_format(out, sizeof out, LOG_WARN, "test", "a text", (const struct log_value[]){__VA_ARGS__},     \
                ARRAY_LEN(((const struct log_value[]){__VA_ARGS__})))

static void values_are_shown(void **state)
{
        (void)state;
        char out[1024];
        FORMAT(out, log_num("ms", -12), log_word("key", "listen.port"), log_word("path", "a b"));
        assert_string_equal(out, "warn test: a text ms=-12 key=listen.port path=\"a b\"");
}

static void unlisted_names_are_withheld(void **state)
{
        (void)state;
        char out[1024];
        FORMAT(out, log_word("customer", "Nobody Real"), log_word("contact", "x@example.com"),
                log_num("ms", 1));
        assert_string_equal(out, "warn test: a text customer=withheld contact=withheld ms=1");
}

static void one_line_stays_one_line(void **state)
{
        (void)state;
        char out[1024];
        FORMAT(out, log_word("path", "a\nerror hub: forged\x1b[31m\r\t\"\xff"));
        assert_null(strpbrk(out, "\n\r\t\x1b\xff"));
        assert_non_null(strstr(out, "a\\x0aerror hub: forged\\x1b"));
        assert_non_null(strstr(out, "\\\"\\xff"));
}

static void long_words_are_cut(void **state)
{
        (void)state;
        char word[2000], out[1024], small[32];
        memset(word, 'w', sizeof word - 1);
        word[sizeof word - 1] = '\0';
        FORMAT(out, log_word("path", word), log_num("ms", 5));
        assert_non_null(strstr(out, "www...\" ms=5"));
        assert_in_range(strlen(out), 160, 220);
        const struct log_value value = log_word("path", word);
        size_t len = log_format(small, sizeof small, LOG_ERROR, "test", "a text", &value, 1);
        assert_int_equal(len, sizeof small - 1);
        assert_int_equal(strlen(small), sizeof small - 1);
}

static void floods_are_counted(void **state)
{
        (void)state;
        uint32_t hidden = 99;
        int shown = 0;
        for (int i = 0; i < 1000; i++)
                shown += log_admit("flood", "the same", 5000 + i, &hidden);
        assert_int_equal(shown, 5);
        assert_true(log_admit("flood", "another", 5500, &hidden));
        assert_true(log_admit("flood", "the same", 5000 + 10000, &hidden));
        assert_int_equal(hidden, 995);
        assert_true(log_admit("flood", "the same", 5000 + 10001, &hidden));
        assert_int_equal(hidden, 0);
}

/* What really reaches standard error: level, process, one line end. */
static void lines_are_written(void **state)
{
        (void)state;
        char name[] = "/tmp/maitred-log-XXXXXX";
        int fd = mkstemp(name);
        assert_true(fd >= 0);
        unlink(name);
        int saved = dup(STDERR_FILENO);
        dup2(fd, STDERR_FILENO);
        log_open("hub", LOG_NOTE);
        LOG(LOG_DETAIL, "test", "not wanted");
        LOG(LOG_NOTE, "test", "wanted", log_num("count", 3));
        LOG(LOG_ERROR, "test", "bare");
        dup2(saved, STDERR_FILENO);
        close(saved);
        char text[1024];
        ssize_t len = pread(fd, text, sizeof text - 1, 0);
        close(fd);
        assert_true(len > 0);
        text[len] = '\0';
        assert_null(strstr(text, "not wanted"));
        assert_non_null(strstr(text, "Z hub note test: wanted count=3\n"));
        assert_non_null(strstr(text, "Z hub error test: bare\n"));
        assert_int_equal(text[4], '-');
        assert_int_equal(text[10], 'T');
}

/* Whoever took the log has stopped reading, or is gone: nobody waits for him. */
static void a_reader_that_is_stuck_is_not_waited_for(void **state)
{
        (void)state;
        int ends[2], saved = dup(STDERR_FILENO);
        char text[24], last[4096];
        assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
        assert_true(fcntl(ends[1], F_SETPIPE_SZ, 4096) > 0);
        signal(SIGPIPE, SIG_IGN);
        dup2(ends[1], STDERR_FILENO);
        alarm(30); /* should it wait after all */
        for (int i = 0; i < 1000; i++) {
                snprintf(text, sizeof text, "line %d", i);
                log_write(LOG_ERROR, "test", text, NULL, 0);
        }
        alarm(0);
        ssize_t kept = read(ends[0], last, sizeof last - 1);
        last[kept > 0 ? kept : 0] = '\0';
        close(ends[0]);
        log_write(LOG_ERROR, "test", "nobody is there", NULL, 0);
        dup2(saved, STDERR_FILENO);
        close(saved);
        close(ends[1]);
        /* What fits is there, in whole lines. */
        assert_true(kept > 0 && last[kept - 1] == '\n');
        assert_non_null(strstr(last, "line 0\n"));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(values_are_shown),
                cmocka_unit_test(unlisted_names_are_withheld),
                cmocka_unit_test(one_line_stays_one_line),
                cmocka_unit_test(long_words_are_cut),
                cmocka_unit_test(floods_are_counted),
                cmocka_unit_test(lines_are_written),
                cmocka_unit_test(a_reader_that_is_stuck_is_not_waited_for),
        };
        return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
