/* The list of keys.def as a table: what the parser and the printer walk over. */
#ifndef CONFIG_KEY_H
#define CONFIG_KEY_H

#include "config/config.h"

#include <stddef.h>

enum key_type { KEY_IS_SECTION, KEY_IS_TEXT, KEY_IS_PATH, KEY_IS_NUMBER, KEY_IS_TIME, KEY_IS_CHOICE };

struct key {
        enum key_type type;
        const char *section;
        const char *name; /* "" for a section's own row */
        size_t offset;    /* of the field in struct config */
        size_t bytes;     /* longest text, without the zero byte */
        const char *preset_text;
        int32_t preset;
        int32_t least;
        int32_t most;
        const char *words; /* the choices, or the unit of a number */
        const char *help;
};

extern const struct key key_table[];
extern const size_t key_count;

/* NULL when there is none. */
const struct key *key_find(const char *section, const char *name);

/* The key or, failing that, the section whose name is most like the given one; never NULL. */
const struct key *key_nearest(const char *section, const char *name);

/* How many single-character changes make one text of the other; texts over 64 bytes count as far apart. */
size_t key_distance(const char *a, const char *b);

#endif
