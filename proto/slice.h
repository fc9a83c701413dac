/* A borrowed run of bytes. The slice never owns: whoever made it says how long it lives. */
#ifndef PROTO_SLICE_H
#define PROTO_SLICE_H

#include <stddef.h>
#include <string.h>
#include <stdbool.h>

struct slice {
        const char *at;
        size_t len;
};

static inline struct slice slice_of(const char *text)
{
        return (struct slice){text, text ? strlen(text) : 0};
}

static inline bool slice_is(struct slice s, const char *text)
{
        return s.len == strlen(text) && (s.len == 0 || memcmp(s.at, text, s.len) == 0);
}

#endif
