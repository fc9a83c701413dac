/* The front wipes what passes through it, or does not start. */
#include "server/common/log.h"
#include "server/front/front.h"
#include "server/front/wipe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <openssl/crypto.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

/* What a process of its own makes of it: OpenSSL takes other memory only before its first use. */
static int apart(int (*what)(void))
{
        int status = 0;
        pid_t pid = fork();
        if (pid == 0)
                _exit(what());
        assert_int_equal(waitpid(pid, &status, 0), pid);
        return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static int before_its_first_use(void)
{
        int first = wipe_install();
        OPENSSL_free(OPENSSL_malloc(1));
        return first * 2 + wipe_install();
}

static int after_its_first_use(void)
{
        OPENSSL_free(OPENSSL_malloc(1));
        return wipe_install();
}

static int a_front_after_it(void)
{
        struct front_options options;
        static const char *const origins[] = {"https://localhost:8443"};
        log_open("front", LOG_ERROR);
        front_options_default(&options);
        options.origins = origins;
        options.n_origins = 1;
        options.web_root = "/nonexistent/pages"; /* else FRONT_WEB_ROOT is said */
        OPENSSL_free(OPENSSL_malloc(1));
        return front_run(&options, -1);
}

static void it_is_installed_or_says_so(void **state)
{
        (void)state;
        assert_int_equal(apart(before_its_first_use), 0);
        assert_int_equal(apart(after_its_first_use), 1);
        assert_int_equal(apart(a_front_after_it), FRONT_FAILED);
}

int main(void)
{
        const struct CMUnitTest tests[] = {cmocka_unit_test(it_is_installed_or_says_so)};
        return cmocka_run_group_tests(tests, NULL, NULL);
}
