#include "proto/pin_text.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Every `each`-th digit is as much more than the one before, after 9 comes 0; a step of none is one digit
 * over and over. */
static bool even_steps(const char *text, size_t len, size_t each)
{
        int step = (text[each] - text[0] + 10) % 10;
        for (size_t i = each; i < len; i += each)
                if ((text[i] - text[i - each] + 10) % 10 != step)
                        return false;
        return true;
}

static bool twice_each(const char *text, size_t len)
{
        for (size_t i = 0; i < len; i += 2)
                if (i + 1 < len && text[i] != text[i + 1])
                        return false;
        return even_steps(text, len, 2);
}

static bool over_and_over(const char *text, size_t len)
{
        for (size_t block = 1; block <= len / 2; block++)
                if (memcmp(text, text + block, len - block) == 0)
                        return true;
        return false;
}

enum pin_judged pin_judge(const char *text)
{
        size_t len = strspn(text, "0123456789");
        if (text[len] != 0 || len < PIN_LEAST || len > PIN_MOST)
                return PIN_NONE;
        return even_steps(text, len, 1) || twice_each(text, len) || over_and_over(text, len) ? PIN_EASY
                                                                                             : PIN_FINE;
}
