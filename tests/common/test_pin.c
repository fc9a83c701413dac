/* The pin of a certificate is what OpenSSL's own tools say of its public key; another certificate of the same
 * key has the same one. */
#include "server/common/pin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
/* cmocka wants the six above */
#include <cmocka.h>

static char folder[] = "/tmp/maitred-pin.XXXXXX";

static void shell(const char *command, char *out, size_t room)
{
        char line[1024];
        snprintf(line, sizeof line, "cd %s && %s", folder, command);
        FILE *pipe = popen(line, "r");
        assert_non_null(pipe);
        size_t n = fread(out, 1, room - 1, pipe);
        out[n] = '\0';
        assert_int_equal(pclose(pipe), 0);
}

static int make(void **state)
{
        char out[8];
        (void)state;
        assert_non_null(mkdtemp(folder));
        shell("openssl ecparam -name prime256v1 -genkey -noout -out key.pem && "
              "openssl req -x509 -key key.pem -subj /CN=one -days 2 -out one.pem && "
              "openssl req -x509 -key key.pem -subj /CN=two -days 9 -out two.pem && : >empty.pem",
                out, sizeof out);
        return 0;
}

static int take_away(void **state)
{
        char out[8];
        (void)state;
        shell("rm -f key.pem one.pem two.pem empty.pem", out, sizeof out);
        return rmdir(folder);
}

static int pin_of(const char *name, char out[PIN_WORD_SIZE])
{
        char path[64];
        uint8_t pin[PIN_BYTES];
        snprintf(path, sizeof path, "%s/%s", folder, name);
        if (pin_of_certificate(path, pin) != 0)
                return -1;
        pin_word(pin, out);
        return 0;
}

static void a_pin_is_of_the_key(void **state)
{
        char one[PIN_WORD_SIZE], two[PIN_WORD_SIZE], said[128];
        (void)state;
        assert_int_equal(pin_of("one.pem", one), 0);
        assert_int_equal(pin_of("two.pem", two), 0);
        assert_string_equal(one, two);
        shell("openssl x509 -in one.pem -pubkey -noout | openssl pkey -pubin -outform der | openssl sha256 "
              "-hex -r",
                said, sizeof said);
        assert_int_equal(strlen(one), 16);
        assert_memory_equal(one, said, 16);
}

static void what_holds_no_certificate_has_none(void **state)
{
        char word[PIN_WORD_SIZE];
        (void)state;
        assert_int_equal(pin_of("empty.pem", word), -1);
        assert_int_equal(pin_of("key.pem", word), -1);
        assert_int_equal(pin_of("none.pem", word), -1);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_pin_is_of_the_key),
                cmocka_unit_test(what_holds_no_certificate_has_none),
        };
        return cmocka_run_group_tests(tests, make, take_away);
}
