#include "server/core/house_names.h"

#include <string.h>

#include "proto/utf8.h"

static char lower(char c)
{
        return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static int order(struct slice a, struct slice b)
{
        for (size_t i = 0; i < a.len && i < b.len; i++) {
                unsigned char x = (unsigned char)lower(a.at[i]), y = (unsigned char)lower(b.at[i]);
                if (x != y)
                        return x < y ? -1 : 1;
        }
        return a.len == b.len ? 0 : a.len < b.len ? -1 : 1;
}

static struct slice trimmed(struct slice s)
{
        while (s.len && (s.at[0] == ' ' || s.at[0] == '\t' || s.at[0] == '\r'))
                s = (struct slice){s.at + 1, s.len - 1};
        while (s.len && (s.at[s.len - 1] == ' ' || s.at[s.len - 1] == '\t' || s.at[s.len - 1] == '\r'))
                s.len--;
        return s;
}

/* The first name of *rest, and *rest behind its comma. False: there was none left. */
static bool take_name(struct slice *rest, struct slice *out)
{
        size_t n = 0;
        if (rest->at == NULL)
                return false;
        while (n < rest->len && rest->at[n] != ',')
                n++;
        *out = trimmed((struct slice){rest->at, n});
        *rest = n < rest->len ? (struct slice){rest->at + n + 1, rest->len - n - 1} : (struct slice){0};
        return true;
}

/* The names of a canonical text; an empty one has none. */
static struct slice names_of(const char *text)
{
        return text[0] ? (struct slice){text, strlen(text)} : (struct slice){0};
}

static bool has(const char *text, struct slice name)
{
        struct slice one, rest = names_of(text);
        while (take_name(&rest, &one))
                if (order(one, name) == 0)
                        return true;
        return false;
}

bool house_names_has(const struct house_names *names, const char *name)
{
        return has(names->text, (struct slice){name, strlen(name)});
}

/* Into its place; one that is there stays the only one. */
static bool put(struct house_names *names, struct slice name)
{
        size_t len = strlen(names->text), at = 0;
        bool first = names->n == 0;
        struct slice one, rest = names_of(names->text);
        if (has(names->text, name))
                return true;
        if (names->n == HOUSE_NAMES_MAX || len + (first ? 0 : 2) + name.len >= HOUSE_NAMES_TEXT)
                return false;
        while (take_name(&rest, &one) && order(one, name) < 0)
                at = (size_t)(one.at - names->text) + one.len + 2;
        names->n++;
        if (first) {
                memcpy(names->text, name.at, name.len);
        } else if (at > len) {
                memcpy(names->text + len, ", ", 2);
                memcpy(names->text + len + 2, name.at, name.len);
        } else {
                memmove(names->text + at + name.len + 2, names->text + at, len - at);
                memcpy(names->text + at, name.at, name.len);
                memcpy(names->text + at + name.len, ", ", 2);
        }
        return true;
}

int house_names_parse(struct slice text, struct house_names *out)
{
        static const struct slice none = {"none", 4};
        struct house_names found = {0};
        struct slice name, rest = trimmed(text);
        if (!utf8_plain(rest.at, rest.len) || rest.len == 0)
                return 1;
        if (order(rest, none) == 0) {
                *out = found;
                return 0;
        }
        while (take_name(&rest, &name))
                if (name.len == 0 || order(name, none) == 0 || !put(&found, name))
                        return 1;
        *out = found;
        return 0;
}

bool house_names_keep(const struct house_names *names, const char *firm)
{
        struct slice one, rest = names_of(firm);
        while (take_name(&rest, &one))
                if (!has(names->text, one))
                        return false;
        return true;
}

void house_names_hold(struct house_names *names, const char *firm)
{
        struct house_names held = {0};
        struct slice one, rest = names_of(firm);
        if (house_names_keep(names, firm))
                return;
        while (take_name(&rest, &one))
                (void)put(&held, one); /* a firm text is shorter than a list */
        rest = names_of(names->text);
        while (take_name(&rest, &one) && put(&held, one))
                ;
        *names = held;
}

const char *house_names_text(const struct house_names *names)
{
        return names->n ? names->text : "none";
}
