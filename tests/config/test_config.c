/* The configuration: the shipped file is the defaults, every kind of mistake has its own message, and no
 * mistake passes. */
#include "config/config.h"
#include "config/key.h"
#include "proto/base.h"
#include "server/core/dossier.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int parse(const char *text, struct config *config, struct config_error *error)
{
        return config_parse("/etc/x/maitred.conf", text, strlen(text), config, error);
}

/* The text must be refused with a message that has all the given parts (separated by "|"). */
static void refused(const char *text, int line, const char *parts)
{
        struct config config;
        struct config_error error;
        if (parse(text, &config, &error) != 1)
                fail_msg("accepted: %s", text);
        if (error.line != line)
                fail_msg("line %d, not %d: %s", error.line, line, error.text);
        char copy[512];
        snprintf(copy, sizeof copy, "%s", parts);
        for (char *rest = copy, *part; (part = strsep(&rest, "|")) != NULL;)
                if (strstr(error.text, part) == NULL)
                        fail_msg("\"%s\" is missing in: %s", part, error.text);
        assert_null(strpbrk(error.text, "\n\r\t\x1b"));
}

static void defaults(void **state)
{
        (void)state;
        struct config config;
        struct config_error error;
        assert_int_equal(parse("", &config, &error), 0);
        assert_string_equal(config.listen_address, "127.0.0.1");
        assert_int_equal(config.listen_port, 8443);
        assert_int_equal(config.hours_open, 600);
        assert_int_equal(config.import_keep, CONFIG_KEEP_ALL);
        assert_int_equal(config.alert_answer_within_s, 25);
}

static void values_are_read(void **state)
{
        (void)state;
        struct config c;
        struct config_error error;
        assert_int_equal(
                parse("\xef\xbb\xbf# comment\r\n[listen]\r\nport = 0 ; any\r\naddress=::1\r\n"
                      "[hours]\nopen = 09:30\nclose = 24:00\n[import]\nkeep = enrolled\n[data]\ndir = data\n"
                      "[store]\nname = Caf\xc3\xa9 & S\xc3\xb6hne\n[tls]\n",
                        &c, &error),
                0);
        assert_int_equal(c.listen_port, 0);
        assert_string_equal(c.listen_address, "::1");
        assert_int_equal(c.hours_open, 570);
        assert_int_equal(c.hours_close, 1440);
        assert_int_equal(c.import_keep, CONFIG_KEEP_ENROLLED);
        assert_string_equal(c.data_dir, "/etc/x/data");
        assert_string_equal(c.store_name, "Caf\xc3\xa9 & S\xc3\xb6hne");
}

/* What would be read back as something else is not taken: ";" came back from --print-config as nothing. */
static void what_cannot_be_written(void **state)
{
        (void)state;
        struct config c;
        struct config_error error;
        refused("[store]\nid=;\n", 2, "maitred.conf:2: |store.id|comment");
        refused("[store]\nid=;a\n", 2, "store.id|comment");
        config_defaults(&c);
        assert_int_equal(config_set(&c, "store.name", "Shoes ;-)", &error), 1);
        assert_int_equal(config_set(&c, "store.name", " Shoes", &error), 1);
        assert_int_equal(config_set(&c, "store.name", "Shoes\n[listen]", &error), 1);
        assert_int_equal(config_set(&c, "store.name", "Shoes;-)", &error), 0);
        assert_string_equal(c.store_name, "Shoes;-)");
        assert_int_equal(parse("[store]\nname=a;b\n", &c, &error), 0);
        assert_string_equal(c.store_name, "a;b");
        assert_int_equal(parse("[store]\nname = ;\n", &c, &error), 0);
        assert_string_equal(c.store_name, "");
}

static void misspelt_keys(void **state)
{
        (void)state;
        refused("[listen]\nprot = 1\n", 2,
                "/etc/x/maitred.conf:2: |no key \"listen.prot\"|did you mean \"listen.port\"|--print-config");
        refused("[lisen]\nport = 1\n", 2, "\"lisen.port\"|\"listen.port\"");
        refused("[store]\nanswer_within_s = 20\n", 2, "did you mean \"alert.answer_within_s\"");
        refused("listen.port = 1\n", 1, "under no section|[listen]");
        refused("port = 1\n", 1, "under no section");
        refused("[listen]\nport2\n", 2, "neither");
        refused("[listen\nport = 2\n", 1, "neither");
        refused("\n\n[listen]\n\n# x\nport = 1\nPort = 2\n", 7, "\"listen.Port\"|listen.port");
}

static void wrong_values(void **state)
{
        (void)state;
        refused("[listen]\nport = 65536\n", 2, "listen.port|\"65536\"|out of range|0 to 65535");
        refused("[listen]\nport = -1\n", 2, "out of range");
        refused("[listen]\nport = 99999999999999999999\n", 2, "out of range");
        refused("[listen]\nport =\n", 2, "not a whole number");
        refused("[listen]\nport = 8443x\n", 2, "not a whole number");
        refused("[limits]\nvisits = 8193\n", 2, "limits.visits|out of range|16 to 8192");
        refused("[door]\nstep_s = 30s\n", 2, "door.step_s|\"30s\"|5 to 600 (in s, without the unit)");
        refused("[hours]\nopen = 9:30\n", 2, "hours.open|HH:MM");
        refused("[hours]\nclose = 24:01\n", 2, "HH:MM");
        refused("[import]\nkeep = most\n", 2, "all|enrolled");
        refused("[import]\nkeep = al\n", 2, "all|enrolled");
        refused("[store]\ncurrency = EURO\n", 2, "4 bytes long|at most 3");
        refused("[store]\ncurrency = eur\n", 0, "capital letters");
        refused("[listen]\nport = 1\n[store]\nname = a\n[listen]\nport = 1\n", 6, "second time");
        refused("[listen]\nport = \x1b[31m\n", 2, "?[31m");
}

static void lines_that_the_parser_would_bend(void **state)
{
        (void)state;
        char text[600];
        snprintf(text, sizeof text, "[store]\nname = %0400d\n", 1);
        refused(text, 2, "longer than");
        refused("[store]\nname = a\n  b\n", 3, "starts with a space");
}

static void values_that_do_not_go_together(void **state)
{
        (void)state;
        refused("[tls]\nkey = k.pem\n", 0, "tls.certificate|tls.key");
        refused("[hours]\nopen = 20:00\n", 0, "hours.open");
        refused("[alert]\nnobody_after_s = 20\n", 0,
                "alert.answer_within_s (25 s)|alert.nobody_after_s (20 s)");
}

static void write_file(const char *path, const char *bytes, size_t len)
{
        FILE *f = fopen(path, "w");
        assert_non_null(f);
        assert_int_equal(fwrite(bytes, 1, len, f), len);
        fclose(f);
}

static void load_refused(const char *path, const char *part)
{
        struct config config;
        struct config_error error;
        assert_int_equal(config_load(path, &config, &error), 1);
        if (strstr(error.text, part) == NULL)
                fail_msg("\"%s\" is missing in: %s", part, error.text);
}

static void wrong_files(void **state)
{
        (void)state;
        char dir[] = "/tmp/maitred-config-XXXXXX";
        assert_non_null(mkdtemp(dir));
        char path[64];
        snprintf(path, sizeof path, "%s/f", dir);
        load_refused(path, "there is no such file");
        load_refused(dir, "is a folder");
        write_file(path, "SQLite format 3\0rest", 20);
        load_refused(path, "is a database");
        write_file(path, "-----BEGIN PRIVATE KEY-----\n", 28);
        load_refused(path, "certificate or a key");
        write_file(path, "[listen]\nport = 1\0\n", 19);
        load_refused(path, "not a text file");
        char *big = malloc(CONFIG_FILE_BYTES + 1);
        memset(big, '\n', CONFIG_FILE_BYTES + 1);
        write_file(path, big, CONFIG_FILE_BYTES + 1);
        load_refused(path, "larger than 64 KiB");
        write_file(path, big, CONFIG_FILE_BYTES);
        struct config config;
        struct config_error error;
        assert_int_equal(config_load(path, &config, &error), 0);
        free(big);
        unlink(path);
        rmdir(dir);
}

static void the_shipped_file_is_the_defaults(void **state)
{
        (void)state;
        struct config plain, shipped;
        struct config_error error;
        config_defaults(&plain);
        char *printed = NULL;
        size_t len = 0;
        FILE *out = open_memstream(&printed, &len);
        config_print(out, &plain);
        fclose(out);
        assert_int_equal(config_parse("/etc/x/maitred.conf", printed, len, &shipped, &error), 0);
        assert_memory_equal(&plain, &shipped, sizeof plain);

        static char file[CONFIG_FILE_BYTES];
        FILE *f = fopen(CONF_FILE, "r");
        assert_non_null(f);
        size_t n = fread(file, 1, sizeof file - 1, f);
        fclose(f);
        file[n] = '\0';
        if (strcmp(file, printed) != 0)
                fail_msg("config/maitred.conf differs from keys.def; make it anew: maitred --print-config > "
                         "%s",
                        CONF_FILE);
        free(printed);
}

/* Every key: its default is in its range, its line fits, its help is there, a value printed reads back. */
static void every_key_holds(void **state)
{
        (void)state;
        for (size_t i = 0; i < key_count; i++) {
                const struct key *key = &key_table[i];
                assert_true(strlen(key->help) >= 8);
                if (key->type == KEY_IS_SECTION)
                        continue;
                char name[128], value[32];
                snprintf(name, sizeof name, "%s.%s", key->section, key->name);
                assert_ptr_equal(key_find(key->section, key->name), key);
                assert_ptr_equal(key_nearest(key->section, key->name), key);
                struct config config;
                struct config_error error;
                config_defaults(&config);
                if (key->type != KEY_IS_NUMBER)
                        continue;
                assert_in_range(key->preset, key->least, key->most);
                snprintf(value, sizeof value, "%d", key->most);
                assert_int_equal(config_set(&config, name, value, &error), 0);
                snprintf(value, sizeof value, "%lld", (long long)key->most + 1);
                assert_int_equal(config_set(&config, name, value, &error), 1);
                snprintf(value, sizeof value, "%lld", (long long)key->least - 1);
                assert_int_equal(config_set(&config, name, value, &error), 1);
        }
}

/* More visits than a start reads back would be lost by a restart. */
static void as_many_visits_as_come_back(void **state)
{
        (void)state;
        assert_int_equal(key_find("limits", "visits")->most, LIVE_ROWS_MAX);
}

static void command_line_values(void **state)
{
        (void)state;
        struct config config;
        struct config_error error;
        config_defaults(&config);
        assert_int_equal(config_set(&config, "listen.port", "9000", &error), 0);
        assert_int_equal(config.listen_port, 9000);
        assert_int_equal(config_set(&config, "data.dir", "demo/data", &error), 0);
        assert_string_equal(config.data_dir, "demo/data");
        assert_int_equal(config_set(&config, "listen", "9000", &error), 1);
        assert_int_equal(config_set(&config, "listen.prt", "9000", &error), 1);
        assert_non_null(strstr(error.text, "listen.port"));
        assert_int_equal(config_set(&config, "listen.", "9000", &error), 1);
}

static void distances(void **state)
{
        (void)state;
        assert_int_equal(key_distance("", ""), 0);
        assert_int_equal(key_distance("port", "port"), 0);
        assert_int_equal(key_distance("prot", "port"), 2);
        assert_int_equal(key_distance("por", "port"), 1);
        assert_int_equal(key_distance("", "port"), 4);
        char far[80];
        memset(far, 'a', sizeof far - 1);
        far[sizeof far - 1] = '\0';
        assert_true(key_distance(far, "port") >= 64);
}

/* Random bytes and random damage to the shipped file: refused or read, never anything else. */
static void damage(void **state)
{
        (void)state;
        const char *given = getenv("MAITRED_SEED");
        unsigned seed = given != NULL ? (unsigned)strtoul(given, NULL, 10) : 20261122u;
        print_message("seed %u\n", seed);
        struct config config;
        struct config_error error;
        char *text = NULL;
        size_t len = 0;
        FILE *out = open_memstream(&text, &len);
        config_defaults(&config);
        config_print(out, &config);
        fclose(out);
        uint64_t x = seed;
        int accepted = 0;
        for (int run = 0; run < 3000; run++) {
                char *copy = malloc(len + 1);
                memcpy(copy, text, len + 1);
                for (int k = 0; k < 4; k++) {
                        x = x * 6364136223846793005u + 1442695040888963407u;
                        copy[(x >> 33) % len] = (char)(x >> 25);
                }
                int rc = config_parse("maitred.conf", copy, len, &config, &error);
                assert_true(rc == 0 || (rc == 1 && error.text[0] != '\0'));
                accepted += rc == 0;
                free(copy);
        }
        free(text);
        assert_in_range(accepted, 1, 2999);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(defaults),
                cmocka_unit_test(values_are_read),
                cmocka_unit_test(what_cannot_be_written),
                cmocka_unit_test(misspelt_keys),
                cmocka_unit_test(wrong_values),
                cmocka_unit_test(lines_that_the_parser_would_bend),
                cmocka_unit_test(values_that_do_not_go_together),
                cmocka_unit_test(wrong_files),
                cmocka_unit_test(the_shipped_file_is_the_defaults),
                cmocka_unit_test(every_key_holds),
                cmocka_unit_test(as_many_visits_as_come_back),
                cmocka_unit_test(command_line_values),
                cmocka_unit_test(distances),
                cmocka_unit_test(damage),
        };
        return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
