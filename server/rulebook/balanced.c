/* The shipped default book; its text is config/rulebooks/balanced.rules, embedded at build time. */
#include "server/rulebook/rulebook.h"

extern const char rulebook_balanced_text[];

struct rulebook *rulebook_balanced(void)
{
        struct rulebook_error error;
        return rulebook_parse(slice_of(rulebook_balanced_text), &error);
}
