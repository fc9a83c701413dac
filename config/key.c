#include "config/key.h"

#include <stdio.h>
#include <string.h>

#define DISTANCE_BYTES 64

#define FIELD(section, name) offsetof(struct config, section##_##name)

const struct key key_table[] = {
#define KEY_SECTION(section_, help_)                                                                         \
        {.type = KEY_IS_SECTION, .section = #section_, .name = "", .help = help_},
#define KEY_TEXT(section_, name_, bytes_, preset_, help_)                                                    \
        {.type = KEY_IS_TEXT,                                                                                \
                .section = #section_,                                                                        \
                .name = #name_,                                                                              \
                .offset = FIELD(section_, name_),                                                            \
                .bytes = bytes_,                                                                             \
                .preset_text = preset_,                                                                      \
                .help = help_},
#define KEY_PATH(section_, name_, preset_, help_)                                                            \
        {.type = KEY_IS_PATH,                                                                                \
                .section = #section_,                                                                        \
                .name = #name_,                                                                              \
                .offset = FIELD(section_, name_),                                                            \
                .bytes = CONFIG_PATH_BYTES - 1,                                                              \
                .preset_text = preset_,                                                                      \
                .help = help_},
#define KEY_NUMBER(section_, name_, preset_, least_, most_, unit_, help_)                                    \
        {.type = KEY_IS_NUMBER,                                                                              \
                .section = #section_,                                                                        \
                .name = #name_,                                                                              \
                .offset = FIELD(section_, name_),                                                            \
                .preset = preset_,                                                                           \
                .least = least_,                                                                             \
                .most = most_,                                                                               \
                .words = unit_,                                                                              \
                .help = help_},
#define KEY_TIME(section_, name_, preset_, help_)                                                            \
        {.type = KEY_IS_TIME,                                                                                \
                .section = #section_,                                                                        \
                .name = #name_,                                                                              \
                .offset = FIELD(section_, name_),                                                            \
                .preset = preset_,                                                                           \
                .help = help_},
#define KEY_CHOICE(section_, name_, preset_, words_, help_)                                                  \
        {.type = KEY_IS_CHOICE,                                                                              \
                .section = #section_,                                                                        \
                .name = #name_,                                                                              \
                .offset = FIELD(section_, name_),                                                            \
                .preset = preset_,                                                                           \
                .words = words_,                                                                             \
                .help = help_},
#include CONFIG_KEYS_FILE
#undef KEY_SECTION
#undef KEY_TEXT
#undef KEY_PATH
#undef KEY_NUMBER
#undef KEY_TIME
#undef KEY_CHOICE
};

const size_t key_count = sizeof key_table / sizeof key_table[0];

const struct key *key_find(const char *section, const char *name)
{
        for (size_t i = 0; i < key_count; i++)
                if (strcmp(key_table[i].section, section) == 0 && strcmp(key_table[i].name, name) == 0)
                        return &key_table[i];
        return NULL;
}

static size_t least_of(size_t a, size_t b, size_t c)
{
        size_t ab = a < b ? a : b;
        return ab < c ? ab : c;
}

size_t key_distance(const char *a, const char *b)
{
        size_t a_len = strnlen(a, DISTANCE_BYTES + 1);
        size_t b_len = strnlen(b, DISTANCE_BYTES + 1);
        if (a_len > DISTANCE_BYTES || b_len > DISTANCE_BYTES)
                return 2 * DISTANCE_BYTES;
        size_t row[DISTANCE_BYTES + 1];
        for (size_t j = 0; j <= b_len; j++)
                row[j] = j;
        for (size_t i = 1; i <= a_len; i++) {
                size_t diagonal = row[0];
                row[0] = i;
                for (size_t j = 1; j <= b_len; j++) {
                        size_t above = row[j];
                        size_t same = a[i - 1] == b[j - 1] ? 0 : 1;
                        row[j] = least_of(above + 1, row[j - 1] + 1, diagonal + same);
                        diagonal = above;
                }
        }
        return row[b_len];
}

static void full_name(const char *section, const char *name, char out[2 * DISTANCE_BYTES])
{
        snprintf(out, 2 * DISTANCE_BYTES, "%s%s%s", section, name[0] != '\0' ? "." : "", name);
}

const struct key *key_nearest(const char *section, const char *name)
{
        char wanted[2 * DISTANCE_BYTES];
        full_name(section, name, wanted);
        const struct key *best = &key_table[0];
        size_t best_distance = SIZE_MAX;
        for (size_t i = 0; i < key_count; i++) {
                const struct key *key = &key_table[i];
                if ((key->name[0] == '\0') != (name[0] == '\0'))
                        continue;
                char have[2 * DISTANCE_BYTES];
                full_name(key->section, key->name, have);
                size_t distance = key_distance(wanted, have);
                /* The right key in the wrong section is a nearer guess than its spelling tells. */
                if (name[0] != '\0' && strcmp(key->name, name) == 0 && distance > 2)
                        distance = 2;
                if (distance < best_distance) {
                        best = key;
                        best_distance = distance;
                }
        }
        return best;
}
