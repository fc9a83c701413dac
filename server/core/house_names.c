#include "server/core/house_names.h"

#include <stdio.h>
#include <string.h>

#include "proto/utf8.h"

static struct slice trimmed(struct slice s)
{
        while (s.len && (s.at[0] == ' ' || s.at[0] == '\t'))
                s = (struct slice){s.at + 1, s.len - 1};
        while (s.len && (s.at[s.len - 1] == ' ' || s.at[s.len - 1] == '\t'))
                s.len--;
        return s;
}

/* The next character without its case, in ASCII and Latin-1: what the languages of the pages write. 0: the
 * end. */
static uint32_t next_folded(struct slice *s)
{
        uint32_t v = 0;
        size_t n = s->len ? utf8_step(s->at, s->len, &v) : 0;
        if (n == 0)
                return 0;
        *s = (struct slice){s->at + n, s->len - n};
        bool upper = (v >= 'A' && v <= 'Z') || (v >= 0xc0 && v <= 0xde && v != 0xd7);
        return upper ? v + 0x20 : v;
}

static int compared(struct slice a, struct slice b)
{
        for (;;) {
                uint32_t x = next_folded(&a), y = next_folded(&b);
                if (x != y)
                        return x < y ? -1 : 1;
                if (x == 0)
                        return 0;
        }
}

/* The name at the front of what is left of a canonical text. */
static struct slice first_of(struct slice left)
{
        size_t n = 0;
        while (n < left.len && left.at[n] != ',')
                n++;
        return (struct slice){left.at, n};
}

struct slice house_names_at(const struct house_names *names, int32_t i)
{
        struct slice left = slice_of(names->text);
        struct slice name = first_of(left);
        for (; i > 0 && name.len; i--) {
                size_t skip = name.len + 2 < left.len ? name.len + 2 : left.len;
                left = (struct slice){left.at + skip, left.len - skip};
                name = first_of(left);
        }
        return name;
}

bool house_names_has(const struct house_names *names, const char *name)
{
        struct slice wanted = trimmed(slice_of(name));
        for (int32_t i = 0; wanted.len && i < names->n; i++)
                if (compared(house_names_at(names, i), wanted) == 0)
                        return true;
        return false;
}

static bool is_name(struct slice s)
{
        if (s.len == 0 || s.len >= HOUSE_NAME_BYTES || compared(s, slice_of("none")) == 0)
                return false;
        for (size_t i = 0; i < s.len;) {
                uint32_t v;
                size_t n = utf8_step(s.at + i, s.len - i, &v);
                if (n == 0 || utf8_unshown(v) || v == ',' || v == '#')
                        return false;
                i += n;
        }
        return true;
}

/* Into its place; one that is there stays as it is written. False: the list is full. */
static bool put(struct house_names *names, struct slice name)
{
        char behind[HOUSE_NAMES_TEXT];
        size_t len = strlen(names->text);
        int32_t i = 0;
        while (i < names->n && compared(house_names_at(names, i), name) < 0)
                i++;
        struct slice next = house_names_at(names, i);
        if (i < names->n && compared(next, name) == 0)
                return true;
        if (names->n == HOUSE_NAMES_MAX || len + name.len + 2 >= HOUSE_NAMES_TEXT)
                return false;
        size_t at = i < names->n ? (size_t)(next.at - names->text) : len;
        snprintf(behind, sizeof(behind), "%s", names->text + at);
        snprintf(names->text + at, sizeof(names->text) - at, "%s%.*s%s%s", at && at == len ? ", " : "",
                (int)name.len, name.at, at < len ? ", " : "", behind);
        names->n++;
        return true;
}

int house_names_parse(struct slice text, struct house_names *out)
{
        struct house_names found = {0};
        text = trimmed(text);
        if (text.len == 4 && memcmp(text.at, "none", 4) == 0) {
                *out = found;
                return 0;
        }
        for (bool last = false; !last;) {
                struct slice name = first_of(text);
                last = name.len == text.len;
                text = last ? text : (struct slice){text.at + name.len + 1, text.len - name.len - 1};
                name = trimmed(name);
                if (!is_name(name) || !put(&found, name))
                        return 1;
        }
        *out = found;
        return 0;
}

void house_names_cut(struct house_names *names, int32_t n)
{
        if (n < 0 || n >= names->n)
                return;
        struct slice first = house_names_at(names, n);
        size_t from = n ? (size_t)(first.at - names->text) - 2 : 0;
        memset(names->text + from, 0, sizeof(names->text) - from);
        names->n = n;
}

size_t house_names_print(const struct house_names *names, char out[HOUSE_NAMES_TEXT])
{
        return (size_t)snprintf(out, HOUSE_NAMES_TEXT, "%s", names->n ? names->text : "none");
}
