#include "server/rulebook/text.h"

#include <string.h>

#include "proto/utf8.h"

size_t text_character(const char *at, size_t len)
{
        uint32_t value;
        return len ? utf8_step(at, len, &value) : 0;
}

size_t text_first_bad(const char *at, size_t len)
{
        size_t i = 0;
        while (i < len) {
                size_t n = text_character(at + i, len - i);
                if (n == 0)
                        return i;
                i += n;
        }
        return len;
}

/* C0, DEL and C1: nothing a person reads, and the longest when escaped. */
static bool is_control(uint32_t value)
{
        return value < 0x20 || (value >= 0x7f && value < 0xa0);
}

size_t text_copy(char *out, size_t room, const char *in)
{
        size_t len = 0;
        size_t left = strnlen(in, room * 4); /* each byte kept comes from at most two read */
        while (left > 0) {
                uint32_t value = 0;
                size_t n = utf8_step(in, left, &value);
                size_t step = n ? n : 1;
                bool replaced = n == 0 || is_control(value);
                size_t cost = replaced ? 1 : n;
                if (len + cost + 1 > room)
                        break;
                if (replaced)
                        out[len] = n ? ' ' : '?';
                else
                        memcpy(out + len, in, n);
                len += cost;
                in += step;
                left -= step;
        }
        out[len] = '\0';
        return len;
}
