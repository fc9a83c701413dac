#include "proto/shown.h"

#include <string.h>

#define LAW "integrity=\"sha256-"

/* Where `what` stands in the text; its length if nowhere. */
static size_t find(struct slice text, const char *what)
{
        size_t len = strlen(what);
        for (size_t i = 0; i + len <= text.len; i++)
                if (memcmp(text.at + i, what, len) == 0)
                        return i;
        return text.len;
}

static struct slice from(struct slice text, size_t at)
{
        return (struct slice){text.at + at, text.len - at};
}

static bool plain(struct slice name)
{
        for (size_t i = 0; i < name.len; i++) {
                char c = name.at[i];
                if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
                        (c == 0 || !strchr("._-", c)))
                        return false;
        }
        return name.len > 0 && name.at[0] != '.';
}

/* The value of an attribute of the tag; *there says whether it has one. */
static struct slice value(struct slice tag, const char *attribute, bool *there)
{
        size_t at = find(tag, attribute);
        *there = at < tag.len;
        if (!*there)
                return (struct slice){"", 0};
        struct slice rest = from(tag, at + strlen(attribute));
        return (struct slice){rest.at, find(rest, "\"")};
}

/* 1 = it names a file of ours, 0 = it names none, -1 = it names one and does not pin it. */
static int read_tag(struct slice tag, struct shown_file *out)
{
        bool is, pinned;
        out->path = value(tag, " href=\"/", &is);
        if (!is)
                out->path = value(tag, " src=\"/", &is);
        if (!is)
                return 0;
        out->sha = value(tag, " " LAW, &pinned);
        bool named = out->path.len > 2 && out->path.len < SHOWN_PATH_MAX &&
                     memcmp(out->path.at, "a/", 2) == 0 && plain(from(out->path, 2));
        return named && pinned && out->sha.len == SHOWN_SHA_TEXT ? 1 : -1;
}

int shown_next(struct slice html, size_t *at, struct shown_file *out)
{
        while (*at < html.len) {
                struct slice rest = from(html, *at);
                size_t begin = find(rest, "<");
                struct slice tag = from(rest, begin);
                size_t len = find(tag, ">");
                *at += begin + len;
                int found = read_tag((struct slice){tag.at, len}, out);
                if (found != 0)
                        return found;
        }
        return 0;
}

/* ---- notices ---- */

bool shown_notice(struct slice path, struct slice language, uint32_t *version)
{
        static const char begin[] = "a/notice-";
        if (path.len < sizeof begin || memcmp(path.at, begin, sizeof begin - 1) != 0 || language.len == 0)
                return false;
        size_t dot = sizeof begin - 1 + find(from(path, sizeof begin - 1), ".");
        if (dot < sizeof begin + language.len ||
                memcmp(path.at + dot - language.len, language.at, language.len) != 0)
                return false;
        size_t end = dot - language.len;
        uint64_t number = 0, unit = 1;
        if (path.at[--end] != '-')
                return false;
        for (; end > sizeof begin - 1 && path.at[end - 1] >= '0' && path.at[end - 1] <= '9' &&
                unit < 1000000000;
                end--, unit *= 10)
                number += unit * (uint64_t)(path.at[end - 1] - '0');
        *version = (uint32_t)number;
        return number > 0 && path.at[end - 1] == '-';
}

bool shown_nearer(uint32_t agreed, uint32_t than, uint32_t version)
{
        if (than == 0)
                return true;
        if (than > agreed)
                return version < than;
        return version <= agreed && version > than;
}
