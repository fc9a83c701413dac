#include "config/config.h"

#include "config/key.h"
#include "proto/base.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KEYS_MOST     128 /* rows in keys.def; checked where the file is parsed */
#define SHOWN_BYTES   40  /* of a faulty value, in an error */
#define LINE_LEAST    16  /* room that inih must leave for a line */
#define PRINT_COMMAND CONFIG_PROGRAM " --print-config"

/* One run over one file. */
struct reading {
        const char *path;
        const char *at;
        const char *end;
        int line;
        bool seen[KEYS_MOST];
        struct config *config;
        struct config_error *error;
};

#define fail config_fail /* what the rest of this file calls it */

int config_fail(struct config_error *error, int line, const char *fmt, ...)
{
        error->line = line;
        va_list args;
        va_start(args, fmt);
        vsnprintf(error->text, sizeof error->text, fmt, args);
        va_end(args);
        /* What the operator wrote may hold anything; the message stays one plain line. */
        for (char *c = error->text; *c != '\0'; c++)
                if ((unsigned char)*c < 0x20 || *c == 0x7f)
                        *c = '?';
        return 1;
}

static char *field_text(struct config *config, const struct key *key)
{
        return (char *)config + key->offset;
}

static void set_number(struct config *config, const struct key *key, int32_t value)
{
        memcpy((char *)config + key->offset, &value, sizeof value);
}

void config_defaults(struct config *config)
{
        memset(config, 0, sizeof *config);
        for (size_t i = 0; i < key_count; i++) {
                const struct key *key = &key_table[i];
                if (key->type == KEY_IS_TEXT || key->type == KEY_IS_PATH)
                        snprintf(field_text(config, key), key->bytes + 1, "%s", key->preset_text);
                else if (key->type != KEY_IS_SECTION)
                        set_number(config, key, key->preset);
        }
}

/* Where an error was found: "FILE:LINE: " or nothing for the command line. */
struct place {
        const char *path;
        int line;
};

static const char *place_text(const struct place *place, char out[CONFIG_PATH_BYTES])
{
        if (place->path == NULL)
                return "";
        snprintf(out, CONFIG_PATH_BYTES, "%.*s:%d: ", CONFIG_PATH_BYTES / 2, place->path, place->line);
        return out;
}

static int put_text(struct config *config, const struct key *key, const char *value,
        const struct place *place, struct config_error *error)
{
        char where[CONFIG_PATH_BYTES];
        size_t len = strlen(value);
        if (len > key->bytes)
                return fail(error, place->line, "%s%s.%s is %zu bytes long; at most %zu fit, so shorten it",
                        place_text(place, where), key->section, key->name, len, key->bytes);
        memcpy(field_text(config, key), value, len + 1);
        return 0;
}

/* A relative path belongs to the file's own folder: a store's folder can be moved whole. */
static int put_path(struct config *config, const struct key *key, const char *value,
        const struct place *place, struct config_error *error)
{
        const char *slash = place->path != NULL ? strrchr(place->path, '/') : NULL;
        if (value[0] == '\0' || value[0] == '/' || slash == NULL)
                return put_text(config, key, value, place, error);
        char joined[2 * CONFIG_PATH_BYTES];
        snprintf(joined, sizeof joined, "%.*s/%s", (int)(slash - place->path), place->path, value);
        return put_text(config, key, joined, place, error);
}

static int put_number(struct config *config, const struct key *key, const char *value,
        const struct place *place, struct config_error *error)
{
        char where[CONFIG_PATH_BYTES];
        char *end = NULL;
        errno = 0;
        long long n = strtoll(value, &end, 10);
        bool whole = value[0] != '\0' && *end == '\0' && value[0] != ' ';
        if (whole && errno == 0 && n >= key->least && n <= key->most) {
                set_number(config, key, (int32_t)n);
                return 0;
        }
        const char *unit = key->words;
        return fail(error, place->line,
                "%s%s.%s cannot be \"%.*s\": %s; write a whole number from %d to %d%s%s%s",
                place_text(place, where), key->section, key->name, SHOWN_BYTES, value,
                whole ? "it is out of range" : "it is not a whole number", key->least, key->most,
                unit[0] != '\0' ? " (in " : "", unit, unit[0] != '\0' ? ", without the unit)" : "");
}

static bool two_digits(const char *at, int32_t most, int32_t *out)
{
        if (at[0] < '0' || at[0] > '9' || at[1] < '0' || at[1] > '9')
                return false;
        *out = (at[0] - '0') * 10 + (at[1] - '0');
        return *out <= most;
}

static int put_time(struct config *config, const struct key *key, const char *value,
        const struct place *place, struct config_error *error)
{
        char where[CONFIG_PATH_BYTES];
        int32_t hour = 0, minute = 0;
        /* 24:00 is the end of the day, for a store that closes then or never. */
        if (strlen(value) != 5 || value[2] != ':' || !two_digits(value, 24, &hour) ||
                !two_digits(value + 3, 59, &minute) || hour * 60 + minute > 1440)
                return fail(error, place->line,
                        "%s%s.%s cannot be \"%.*s\": it is not a time of day; write it as HH:MM, such as "
                        "09:30",
                        place_text(place, where), key->section, key->name, SHOWN_BYTES, value);
        set_number(config, key, hour * 60 + minute);
        return 0;
}

static int put_choice(struct config *config, const struct key *key, const char *value,
        const struct place *place, struct config_error *error)
{
        int32_t index = 0;
        for (const char *word = key->words; word != NULL; index++) {
                const char *bar = strchr(word, '|');
                size_t len = bar != NULL ? (size_t)(bar - word) : strlen(word);
                if (strlen(value) == len && strncmp(word, value, len) == 0) {
                        set_number(config, key, index);
                        return 0;
                }
                word = bar != NULL ? bar + 1 : NULL;
        }
        char where[CONFIG_PATH_BYTES];
        return fail(error, place->line, "%s%s.%s cannot be \"%.*s\"; write one of %s",
                place_text(place, where), key->section, key->name, SHOWN_BYTES, value, key->words);
}

/* What a line of the file can hold, so that whatever is taken can be written back: inih begins a comment at a
 * ';' after a space, and our own printing puts a space before the value. */
static const char *unwritable(const char *value)
{
        const char *semicolon = strchr(value, ';');
        for (; semicolon != NULL; semicolon = strchr(semicolon + 1, ';'))
                if (semicolon == value || isspace((unsigned char)semicolon[-1]))
                        return "has a ';' that would begin a comment; remove it, or the space before it";
        size_t len = strlen(value);
        if (len > 0 && (isspace((unsigned char)value[0]) || isspace((unsigned char)value[len - 1])))
                return "begins or ends with a space; remove it";
        if (strpbrk(value, "\r\n") != NULL)
                return "has more than one line; a value has one";
        return NULL;
}

static int put_value(struct config *config, const struct key *key, const char *value,
        const struct place *place, struct config_error *error)
{
        char where[CONFIG_PATH_BYTES];
        const char *fault = unwritable(value);
        if (fault != NULL && key->type != KEY_IS_SECTION)
                return fail(error, place->line, "%s%s.%s %s", place_text(place, where), key->section,
                        key->name, fault);
        switch (key->type) {
        case KEY_IS_TEXT:
                return put_text(config, key, value, place, error);
        case KEY_IS_PATH:
                return put_path(config, key, value, place, error);
        case KEY_IS_NUMBER:
                return put_number(config, key, value, place, error);
        case KEY_IS_TIME:
                return put_time(config, key, value, place, error);
        case KEY_IS_CHOICE:
                return put_choice(config, key, value, place, error);
        case KEY_IS_SECTION:
                break;
        }
        return fail(error, place->line, "%s is a section, not a key; write section.key", key->section);
}

static int fail_unknown(
        const struct place *place, const char *section, const char *name, struct config_error *error)
{
        char where[CONFIG_PATH_BYTES];
        place_text(place, where);
        const struct key *near = key_nearest(section, name);
        if (section[0] == '\0')
                return fail(error, place->line,
                        "%s\"%.*s\" stands under no section; the nearest key is \"%s\", written under [%s]",
                        where, SHOWN_BYTES, name, near->name, near->section);
        return fail(error, place->line,
                "%sthere is no key \"%.*s.%.*s\"; did you mean \"%s.%s\"? `%s` lists them all", where,
                SHOWN_BYTES, section, SHOWN_BYTES, name, near->section, near->name, PRINT_COMMAND);
}

/* inih's callback: 1 goes on, 0 is an error. Only the first error is kept. */
static int on_value(void *user, const char *section, const char *name, const char *value)
{
        struct reading *r = user;
        char where[CONFIG_PATH_BYTES];
        struct place place = {r->path, r->line};
        if (r->error->text[0] != '\0')
                return 0;
        const struct key *key = name[0] != '\0' ? key_find(section, name) : NULL;
        if (key == NULL)
                return fail_unknown(&place, section, name, r->error) == 0;
        size_t index = (size_t)(key - key_table);
        if (r->seen[index]) {
                fail(r->error, r->line, "%s%s.%s is given a second time; keep one of the two lines",
                        place_text(&place, where), section, name);
                return 0;
        }
        r->seen[index] = true;
        return put_value(r->config, key, value, &place, r->error) == 0;
}

/* inih's reader, as fgets: it also counts the lines, which inih keeps to itself, and refuses what inih would
 * quietly cut or glue together. */
static char *read_line(char *out, int room, void *stream)
{
        struct reading *r = stream;
        char where[CONFIG_PATH_BYTES];
        struct place place = {r->path, ++r->line};
        if (r->at == r->end || r->error->text[0] != '\0' || room < LINE_LEAST)
                return NULL;
        const char *newline = memchr(r->at, '\n', (size_t)(r->end - r->at));
        const char *stop = newline != NULL ? newline + 1 : r->end;
        size_t len = (size_t)(stop - r->at);
        size_t blank = 0;
        while (blank < len && (r->at[blank] == ' ' || r->at[blank] == '\t'))
                blank++;
        if (len >= (size_t)room) {
                fail(r->error, r->line, "%sthis line is longer than %d bytes; shorten it",
                        place_text(&place, where), room - 2);
                return NULL;
        }
        if (blank > 0 && blank < len && strchr("\r\n;#", r->at[blank]) == NULL) {
                fail(r->error, r->line, "%sthis line starts with a space; remove it, a value has one line",
                        place_text(&place, where));
                return NULL;
        }
        memcpy(out, r->at, len);
        out[len] = '\0';
        r->at = stop;
        return out;
}

int config_parse(
        const char *path, const char *text, size_t len, struct config *config, struct config_error *error)
{
        *error = (struct config_error){0};
        config_defaults(config);
        struct reading r = {.path = path, .at = text, .end = text + len, .config = config, .error = error};
        if (key_count > KEYS_MOST)
                return fail(error, 0, "the list of keys has more than %d rows; raise KEYS_MOST", KEYS_MOST);
        int bad_line = ini_parse_stream(read_line, &r, on_value, &r);
        if (bad_line < 0)
                return fail(error, 0, "%s: there is not enough memory to read it; free some and start again",
                        path);
        if (bad_line > 0 && (error->text[0] == '\0' || error->line > bad_line))
                return fail(error, bad_line, "%s:%d: this line is neither \"key = value\" nor \"[section]\"",
                        path, bad_line);
        if (error->text[0] != '\0')
                return 1;
        return config_check(path, config, error);
}

/* Files that people hand over by mistake, by how they begin. */
static const char *what_is_it(const char *text, size_t len)
{
        static const struct {
                const char *begin;
                const char *what;
        } kinds[] = {
                {"SQLite format 3", "a database"},
                {"-----BEGIN", "a certificate or a key"},
                {"{", "a JSON file"},
                {"#!", "a script"},
                {"\x7f"
                 "ELF",
                        "a program"},
        };
        for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
                if (len >= strlen(kinds[i].begin) &&
                        memcmp(text, kinds[i].begin, strlen(kinds[i].begin)) == 0)
                        return kinds[i].what;
        return memchr(text, '\0', len) != NULL ? "not a text file" : NULL;
}

/* Reads at most size bytes. Returns how many, or -1 with errno set. */
static ssize_t read_all(const char *path, char *out, size_t size)
{
        int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
        if (fd < 0)
                return -1;
        size_t have = 0;
        ssize_t n = 1;
        while (n > 0 && have < size) {
                n = read(fd, out + have, size - have);
                if (n > 0)
                        have += (size_t)n;
                else if (n < 0 && errno == EINTR)
                        n = 1;
        }
        int saved = errno;
        close(fd);
        errno = saved;
        return n < 0 ? -1 : (ssize_t)have;
}

static int fail_open(const char *path, struct config_error *error)
{
        if (errno == ENOENT)
                return fail(error, 0,
                        "%s: there is no such file; name another with --config, or make one with "
                        "`" PRINT_COMMAND "`",
                        path);
        if (errno == EISDIR)
                return fail(error, 0, "%s is a folder; name the configuration file in it", path);
        if (errno == EACCES)
                return fail(error, 0, "%s may not be read by this user; change its owner or its mode", path);
        return fail(
                error, 0, "%s cannot be read: %s; name a readable file with --config", path, strerror(errno));
}

int config_load(const char *path, struct config *config, struct config_error *error)
{
        *error = (struct config_error){0};
        if (strlen(path) >= CONFIG_PATH_BYTES / 2)
                return fail(error, 0, "the configuration file's path is longer than %d bytes; move it",
                        CONFIG_PATH_BYTES / 2 - 1);
        char *text = malloc(CONFIG_FILE_BYTES + 1);
        if (text == NULL)
                return fail(error, 0, "%s: there is not enough memory to read it; free some and start again",
                        path);
        ssize_t len = read_all(path, text, CONFIG_FILE_BYTES + 1);
        int rc;
        const char *what = len > 0 ? what_is_it(text, (size_t)len) : NULL;
        if (len < 0)
                rc = fail_open(path, error);
        else if (what != NULL)
                rc = fail(error, 0, "%s is %s, not a configuration file; name the right one with --config",
                        path, what);
        else if (len > CONFIG_FILE_BYTES)
                rc = fail(error, 0,
                        "%s is larger than %d KiB, so it is no configuration file; name the right one with "
                        "--config",
                        path, CONFIG_FILE_BYTES / 1024);
        else
                rc = config_parse(path, text, (size_t)len, config, error);
        free(text);
        return rc;
}

int config_set(struct config *config, const char *key, const char *value, struct config_error *error)
{
        *error = (struct config_error){0};
        char section[64];
        const char *dot = strchr(key, '.');
        struct place nowhere = {0};
        if (dot == NULL || (size_t)(dot - key) >= sizeof section)
                return fail(error, 0,
                        "\"%.*s\" is not the name of a key; write section.key, such as listen.port",
                        SHOWN_BYTES, key);
        snprintf(section, sizeof section, "%.*s", (int)(dot - key), key);
        const struct key *found = key_find(section, dot + 1);
        if (found == NULL)
                return fail_unknown(&nowhere, section, dot + 1, error);
        return put_value(config, found, value, &nowhere, error);
}
