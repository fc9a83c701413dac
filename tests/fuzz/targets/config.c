/* The operator's configuration file: what is taken prints to a file that reads back the same, and what is not
 * is refused with one plain line that names a place. */
#include "config/config.h"
#include "config/key.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>

#define PATH_LINE_MAX 170 /* a line has 198 bytes, of which the key takes some */

static const char path[] = "/c/maitred.conf";

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
        (void)argc, (void)argv;
        return 0;
}

static void check_error(const struct config_error *error)
{
        size_t len = strlen(error->text);
        MUST(len > 0 && len < sizeof error->text && error->line >= 0);
        for (size_t i = 0; i < len; i++)
                MUST((uint8_t)error->text[i] >= 0x20 && error->text[i] != 0x7f);
}

/* With its folder a path may be longer than the line that it came from. */
static size_t longest_path(const struct config *config)
{
        size_t most = 0;
        for (size_t i = 0; i < key_count; i++)
                if (key_table[i].type == KEY_IS_PATH) {
                        size_t len = strlen((const char *)config + key_table[i].offset);
                        most = len > most ? len : most;
                }
        return most;
}

static void check_printed(const struct config *config)
{
        struct config again;
        struct config_error error;
        char *text = NULL;
        size_t len = 0;
        FILE *out = open_memstream(&text, &len);
        MUST(out != NULL);
        config_print(out, config);
        MUST(fclose(out) == 0);
        if (config_parse(path, text, len, &again, &error) == 0)
                MUST(memcmp(config, &again, sizeof again) == 0);
        else
                MUST(longest_path(config) > PATH_LINE_MAX && strstr(error.text, "longer than"));
        free(text);
}

/* `--set key=value` on the command line. */
static void set_one(const char *pair)
{
        struct config config;
        struct config_error error;
        config_defaults(&config);
        const char *equals = strchr(pair, '=');
        char *key = fuzz_string((struct slice){pair, equals ? (size_t)(equals - pair) : strlen(pair)});
        int rc = config_set(&config, key, equals ? equals + 1 : "", &error);
        MUST(rc == 0 || rc == 1);
        if (rc != 0)
                check_error(&error);
        free(key);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        struct config config;
        struct config_error error;
        char *text = fuzz_copy((struct slice){(const char *)bytes, len});
        int rc = config_parse(path, text, len, &config, &error);
        MUST(rc == 0 || rc == 1);
        if (rc == 0)
                check_printed(&config);
        else
                check_error(&error);
        free(text);
        text = fuzz_string((struct slice){(const char *)bytes, len});
        set_one(text);
        free(text);
        return 0;
}
