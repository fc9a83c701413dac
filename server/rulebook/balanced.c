/* The shipped books; their texts are those of config/rulebooks, embedded at build time. Balanced is the one
 * that a store starts with. */
#include "server/rulebook/rulebook.h"

extern const char rulebook_reserved_text[];
extern const char rulebook_balanced_text[];
extern const char rulebook_warm_text[];

struct rulebook *rulebook_balanced(void)
{
        struct rulebook_error error;
        return rulebook_parse(slice_of(rulebook_balanced_text), &error);
}

void rulebook_shipped(int which, const char **name, const char **text)
{
        static const struct {
                const char *name, *text;
        } shipped[RULEBOOK_SHIPPED] = {{"reserved", rulebook_reserved_text},
                {"balanced", rulebook_balanced_text}, {"warm", rulebook_warm_text}};
        *name = shipped[which].name;
        *text = shipped[which].text;
}
