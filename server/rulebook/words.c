#include "server/rulebook/words.h"

#include <stddef.h>

static const char *const levels[LEVEL_COUNT] = {"hide", "tally", "kind", "brand", "item", "full"};
static const char *const channels[CHANNEL_COUNT] = {"in-store", "online"};
static const char *const statuses[STATUS_COUNT] = {"bought", "returned", "cancelled"};
static const char *const roles[ROLE_COUNT] = {"associate", "trainee", "manager"};
static const char *const seens[SEEN_COUNT] = {"checked-in", "sensed"};
static const char *const subjects[SUBJECT_COUNT] = {
        "purchase", "name", "greet", "hint", "wish", "sizes", "likes", "notes", "presence"};

static const char *word(const char *const *list, size_t count, unsigned value)
{
        return value < count ? list[value] : "?";
}

const char *level_word(enum level l)
{
        return word(levels, LEVEL_COUNT, (unsigned)l);
}

const char *channel_word(enum channel c)
{
        return word(channels, CHANNEL_COUNT, (unsigned)c);
}

const char *status_word(enum status s)
{
        return word(statuses, STATUS_COUNT, (unsigned)s);
}

const char *role_word(enum role r)
{
        return word(roles, ROLE_COUNT, (unsigned)r);
}

const char *seen_word(enum seen s)
{
        return word(seens, SEEN_COUNT, (unsigned)s);
}

const char *subject_word(enum subject s)
{
        return word(subjects, SUBJECT_COUNT, (unsigned)s);
}
