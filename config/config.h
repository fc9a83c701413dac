/* The configuration: one value a key of keys.def, read strictly from one file. A file with a single doubt in
 * it is refused whole, with one sentence that says what is wrong, where, and what to do. */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include <stdint.h>
#include <stdio.h>

#define CONFIG_PATH_BYTES  1024  /* longest path, with its closing zero byte */
#define CONFIG_FILE_BYTES  65536 /* a larger file is not a configuration */
#define CONFIG_ERROR_BYTES 768

/* The list and the program it belongs to. The agent's reader is made of the same files with its own two. */
#ifndef CONFIG_KEYS_FILE
#define CONFIG_KEYS_FILE "config/keys.def"
#define CONFIG_PROGRAM   "maitred"
#endif

/* The choices' meaning, in the order of their words in keys.def. */
enum config_presence_sign { CONFIG_SIGN_MISSING, CONFIG_SIGN_HANGS };
enum config_import_keep { CONFIG_KEEP_ALL, CONFIG_KEEP_ENROLLED };
enum config_handhelds_key { CONFIG_KEY_ASKED, CONFIG_KEY_REQUIRED };
enum config_handhelds_pin { CONFIG_PIN_ON, CONFIG_PIN_OFF };
enum config_handhelds_at_once { CONFIG_AT_ONCE_ONE, CONFIG_AT_ONCE_ANY };
/* log.level has the order of enum log_level (server/common/log.h). */

/* A field is named section_key: `listen.port` is `listen_port`. Numbers are in the key's unit, times in
 * minutes after midnight, paths are absolute or as given on no file. */
struct config {
#define KEY_SECTION(section, help)
#define KEY_TEXT(section, name, bytes, preset, help)               char section##_##name[(bytes) + 1];
#define KEY_PATH(section, name, preset, help)                      char section##_##name[CONFIG_PATH_BYTES];
#define KEY_NUMBER(section, name, preset, least, most, unit, help) int32_t section##_##name;
#define KEY_TIME(section, name, preset, help)                      int32_t section##_##name;
#define KEY_CHOICE(section, name, preset, words, help)             int32_t section##_##name;
#include CONFIG_KEYS_FILE
#undef KEY_SECTION
#undef KEY_TEXT
#undef KEY_PATH
#undef KEY_NUMBER
#undef KEY_TIME
#undef KEY_CHOICE
};

/* The most that a number may be: CONFIG_MOST_section_key, for whoever has a limit of its own to hold against
 * it. */
enum config_most {
#define KEY_SECTION(section, help)
#define KEY_TEXT(section, name, bytes, preset, help)
#define KEY_PATH(section, name, preset, help)
#define KEY_NUMBER(section, name, preset, least, most, unit, help) CONFIG_MOST_##section##_##name = (most),
#define KEY_TIME(section, name, preset, help)
#define KEY_CHOICE(section, name, preset, words, help)
#include CONFIG_KEYS_FILE
#undef KEY_SECTION
#undef KEY_TEXT
#undef KEY_PATH
#undef KEY_NUMBER
#undef KEY_TIME
#undef KEY_CHOICE
};

/* What to tell the operator: one line, without a line end. */
struct config_error {
        int line; /* in the file; 0 when the fault is not in one line */
        char text[CONFIG_ERROR_BYTES];
};

/* Every key at its default. */
void config_defaults(struct config *config);

/* Defaults, then what the file says. 0; 1 with `error` filled in, and then `config` must not be used. */
int config_load(const char *path, struct config *config, struct config_error *error);

/* The same from text in memory; `path` is used in errors and for relative paths, `len` bytes at `text`. */
int config_parse(
        const char *path, const char *text, size_t len, struct config *config, struct config_error *error);

/* One value by the key's full name ("listen.port"), as given in a file. 0; 1 with `error` filled in. For
 * options of the command line. */
int config_set(struct config *config, const char *key, const char *value, struct config_error *error);

/* What no key can be wrong about alone; one such file a program. 0; 1 with `error` filled in. */
int config_check(const char *path, const struct config *config, struct config_error *error);
int config_fail(struct config_error *error, int line, const char *fmt, ...)
        __attribute__((format(printf, 3, 4)));

/* Writes a whole file that config_load would read back as `config`, with every key's help, range and
 * default. Only a path that is longer than a line may be is refused there: it came from the command line, or
 * is longer by its folder. */
void config_print(FILE *out, const struct config *config);

#endif
