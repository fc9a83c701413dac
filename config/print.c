#include "config/config.h"

#include "config/key.h"

#include <string.h>

static int32_t get_number(const struct config *config, const struct key *key)
{
        int32_t value;
        memcpy(&value, (const char *)config + key->offset, sizeof value);
        return value;
}

static void print_choice(FILE *out, const char *words, int32_t index)
{
        const char *word = words;
        for (int32_t i = 0; i < index && strchr(word, '|') != NULL; i++)
                word = strchr(word, '|') + 1;
        fprintf(out, "%.*s", (int)strcspn(word, "|"), word);
}

static void print_text(FILE *out, const char *name, const char *value)
{
        fprintf(out, "\n%s =%s%s\n", name, value[0] != '\0' ? " " : "", value);
}

static void print_key(FILE *out, const struct config *config, const struct key *key)
{
        const char *name = key->name;
        fprintf(out, "\n# %s", key->help);
        if (key->type == KEY_IS_NUMBER)
                fprintf(out, " (%d to %d%s%s)", key->least, key->most, key->words[0] != '\0' ? " " : "",
                        key->words);
        if (key->type == KEY_IS_CHOICE)
                fprintf(out, " (%s)", key->words);
        if (key->type == KEY_IS_TEXT || key->type == KEY_IS_PATH)
                print_text(out, name, (const char *)config + key->offset);
        else if (key->type == KEY_IS_NUMBER)
                fprintf(out, "\n%s = %d\n", name, get_number(config, key));
        else if (key->type == KEY_IS_TIME)
                fprintf(out, "\n%s = %02d:%02d\n", name, get_number(config, key) / 60,
                        get_number(config, key) % 60);
        else {
                fprintf(out, "\n%s = ", name);
                print_choice(out, key->words, get_number(config, key));
                fprintf(out, "\n");
        }
}

void config_print(FILE *out, const struct config *config)
{
        fprintf(out,
                "# " CONFIG_PROGRAM
                "'s configuration. Every key is here with its default; what is left out keeps it.\n"
                "# A line is \"key = value\" under its [section]; # and ; start a comment. An unknown key "
                "is\n"
                "# an error. Relative paths start at this file's folder.\n");
        for (size_t i = 0; i < key_count; i++) {
                const struct key *key = &key_table[i];
                if (key->type == KEY_IS_SECTION)
                        fprintf(out, "\n# ---- %s\n[%s]\n", key->help, key->section);
                else
                        print_key(out, config, key);
        }
}
