/* One strict step through UTF-8: what is not a whole, shortest-form scalar value is refused. */
#ifndef PROTO_UTF8_H
#define PROTO_UTF8_H

#include "proto/base.h"

/* Bytes of the character at the start of `text` (1-4), its value in *value; 0 if there is none: truncated,
 * overlong, a surrogate or over U+10FFFF. `len` must be at least 1. */
static inline size_t utf8_step(const char *text, size_t len, uint32_t *value)
{
        static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
        uint8_t first = (uint8_t)text[0];
        if (first < 0x80) {
                *value = first;
                return 1;
        }
        size_t n = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 0;
        if (n == 0 || first > 0xf4 || len < n)
                return 0;
        uint32_t v = first & (0xffu >> (n + 1));
        for (size_t i = 1; i < n; i++) {
                uint8_t b = (uint8_t)text[i];
                if ((b & 0xc0) != 0x80)
                        return 0;
                v = v << 6 | (b & 0x3f);
        }
        if (v < least[n] || v > 0x10ffff || (v >= 0xd800 && v <= 0xdfff))
                return 0;
        *value = v;
        return n;
}

/* A character that has no place in a line which is shown: a control character (C0, DEL, C1), an end of line
 * or paragraph, or one that turns the direction of what stands around it and so makes a text look like
 * another. */
static inline bool utf8_unshown(uint32_t v)
{
        return v < 0x20 || (v >= 0x7f && v < 0xa0) || v == 0x61c || v == 0x200e || v == 0x200f ||
               (v >= 0x2028 && v <= 0x202e) || (v >= 0x2066 && v <= 0x2069);
}

/* True when all of it is UTF-8 and nothing in it is a control character (C0, DEL, C1). */
static inline bool utf8_plain(const char *text, size_t len)
{
        for (size_t i = 0; i < len;) {
                uint32_t v;
                size_t n = utf8_step(text + i, len - i, &v);
                if (n == 0 || v < 0x20 || (v >= 0x7f && v < 0xa0))
                        return false;
                i += n;
        }
        return true;
}

#endif
