/* A sentence of a notice that no test shows is not built: what stands in config/notices is taken, and the
 * same without a sentence's tests, or with one that is not there, is refused (row L34 of tests/rights/rows).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define CLAIMS "visit-alerts-1.claims"

static char folder[] = "/tmp/claims-XXXXXX";

static int make_folder(void **state)
{
        (void)state;
        return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
        char path[128];
        (void)state;
        snprintf(path, sizeof path, "%s/%s", folder, CLAIMS);
        unlink(path);
        return rmdir(folder);
}

/* Writes the claims as they are kept, each line as `edit` has it; NULL leaves a line out. */
static void write_claims(const char *(*edit)(const char *line, bool *done))
{
        char path[128], line[1024];
        bool done = false;
        snprintf(path, sizeof path, "%s/%s", folder, CLAIMS);
        FILE *from = fopen(NOTICES_FOLDER "/" CLAIMS, "re"), *to = fopen(path, "we");
        assert_non_null(from);
        assert_non_null(to);
        while (fgets(line, sizeof line, from)) {
                const char *kept = edit(line, &done);
                if (kept)
                        assert_true(fputs(kept, to) >= 0);
        }
        fclose(from);
        assert_int_equal(fclose(to), 0);
}

/* What the build asks of each notice before anything is made of it. */
static bool is_built(void)
{
        int status = 0;
        fflush(NULL);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
                if (!freopen("/dev/null", "w", stderr))
                        _exit(126);
                execlp("node", "node", NOTICES_SCRIPT, "--check", folder, (char *)NULL);
                _exit(127);
        }
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFEXITED(status));
        assert_in_range(WEXITSTATUS(status), 0, 1); /* others say nothing of the claims */
        return WEXITSTATUS(status) == 0;
}

static bool is_test(const char *line)
{
        return strncmp(line, "test: ", 6) == 0;
}

static const char *as_it_is(const char *line, bool *done)
{
        (void)done;
        return line;
}

/* The first sentence loses all of its tests. */
static const char *without_tests(const char *line, bool *done)
{
        static bool among;
        if (!*done && is_test(line)) {
                among = true;
                return NULL;
        }
        if (among)
                *done = true;
        return line;
}

static const char *of_another_name(const char *line, bool *done)
{
        if (*done || !is_test(line))
                return line;
        *done = true;
        return "test: core/test_hub nobody_wrote_this\n";
}

static void a_sentence_without_a_test_is_not_built(void **state)
{
        (void)state;
        write_claims(as_it_is);
        assert_true(is_built());
        write_claims(without_tests);
        assert_false(is_built());
        write_claims(of_another_name);
        assert_false(is_built());
}

int main(void)
{
        const struct CMUnitTest tests[] = {cmocka_unit_test(a_sentence_without_a_test_is_not_built)};
        return cmocka_run_group_tests_name("claims", tests, make_folder, remove_folder);
}
