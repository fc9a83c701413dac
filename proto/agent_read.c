/* Strict reading of one flat frame. A cursor with a sticky error walks over the bytes once; what is wrong is
 * named by field. jansson would do, but it copies keys into memory that nobody wipes. */
#include "proto/agent.h"

#include "proto/utf8.h"

#include <stdio.h>
#include <string.h>

struct cursor {
        const char *at, *end;
        bool bad; /* sticky */
};

static void spaces(struct cursor *c)
{
        while (c->at < c->end && strchr(" \t\r\n", *c->at) && *c->at)
                c->at++;
}

/* Takes one mark if it is next, spaces around it included. */
static bool take(struct cursor *c, char mark)
{
        spaces(c);
        if (c->bad || c->at == c->end || *c->at != mark)
                return false;
        c->at++;
        spaces(c);
        return true;
}

static void need(struct cursor *c, char mark)
{
        if (!take(c, mark))
                c->bad = true;
}

static int hex_digit(char c)
{
        return c >= '0' && c <= '9'   ? c - '0'
               : c >= 'a' && c <= 'f' ? c - 'a' + 10
               : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                      : -1;
}

/* \uXXXX outside the surrogates, as UTF-8; 0 when it is none. Control characters are refused later. */
static size_t escaped_unit(struct cursor *c, char out[3])
{
        uint32_t v = 0;
        for (int i = 0; i < 4; i++, c->at++) {
                int d = c->at < c->end ? hex_digit(*c->at) : -1;
                if (d < 0)
                        return 0;
                v = v << 4 | (uint32_t)d;
        }
        if (v >= 0xd800 && v <= 0xdfff)
                return 0;
        if (v < 0x80) {
                out[0] = (char)v;
                return 1;
        }
        if (v < 0x800) {
                out[0] = (char)(0xc0 | v >> 6);
                out[1] = (char)(0x80 | (v & 63));
                return 2;
        }
        out[0] = (char)(0xe0 | v >> 12);
        out[1] = (char)(0x80 | (v >> 6 & 63));
        out[2] = (char)(0x80 | (v & 63));
        return 3;
}

/* What stands after a backslash; the cursor is on it. */
static size_t escaped(struct cursor *c, char out[3])
{
        static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
        char e = c->at < c->end ? *c->at++ : 0;
        const char *found = e ? strchr(from, e) : NULL;
        if (e == 'u')
                return escaped_unit(c, out);
        if (!found)
                return 0;
        out[0] = to[found - from];
        return 1;
}

/* A string into `out` (room for `most` bytes and a zero). Returns its length; too long is bad. */
static size_t text(struct cursor *c, char *out, size_t most)
{
        size_t len = 0;
        spaces(c);
        if (c->bad || c->at == c->end || *c->at != '"') {
                c->bad = true;
                return 0;
        }
        c->at++;
        while (c->at < c->end && *c->at != '"') {
                char piece[3] = {*c->at++};
                size_t n = piece[0] == '\\' ? escaped(c, piece) : 1;
                if (n == 0 || len + n > most) {
                        c->bad = true;
                        return 0;
                }
                memcpy(out + len, piece, n);
                len += n;
        }
        if (c->at == c->end || !utf8_plain(out, len))
                c->bad = true;
        else
                c->at++;
        out[len] = 0;
        return c->bad ? 0 : len;
}

/* A whole number as JSON has it: no leading zero, no fraction, at most 16 digits. */
static int64_t number(struct cursor *c)
{
        int64_t v = 0;
        int digits = 0;
        spaces(c);
        bool minus = c->at < c->end && *c->at == '-';
        if (minus)
                c->at++;
        const char *first = c->at;
        for (; c->at < c->end && *c->at >= '0' && *c->at <= '9' && digits <= 16; c->at++, digits++)
                v = v * 10 + (*c->at - '0');
        bool more = c->at < c->end && strchr(".eE", *c->at) && *c->at;
        if (digits == 0 || digits > 16 || more || (digits > 1 && *first == '0') || (minus && v == 0))
                c->bad = true;
        return minus ? -v : v;
}

static int wrong(struct agent_fault *fault, const char *name, const char *what)
{
        snprintf(fault->text, sizeof fault->text, "%s%s%s", name, *name ? " " : "", what);
        return 1;
}

static int read_number(struct cursor *c, const struct agent_field *f, char *base, struct agent_fault *fault)
{
        int64_t v = number(c);
        if (c->bad)
                return wrong(fault, f->name, "must be a whole number");
        if (v < f->least || v > f->most)
                return wrong(fault, f->name, "is out of range");
        memcpy(base + f->offset, &v, sizeof v);
        return 0;
}

static int read_word(struct cursor *c, const struct agent_field *f, char *base, struct agent_fault *fault)
{
        char word[16];
        size_t len = text(c, word, sizeof word - 1);
        uint32_t value = 0;
        for (const char *from = f->words; !c->bad && from; value++) {
                size_t n = strcspn(from, "|");
                if (n == len && memcmp(from, word, n) == 0) {
                        memcpy(base + f->offset, &value, sizeof value);
                        return 0;
                }
                from = from[n] ? from + n + 1 : NULL;
        }
        return wrong(fault, f->name, "must be one of the known words");
}

static int read_text(struct cursor *c, const struct agent_field *f, char *base, struct agent_fault *fault)
{
        size_t len = text(c, base + f->offset, (size_t)f->most);
        if (c->bad)
                return wrong(fault, f->name, "must be a plain text that is not too long");
        if (len < (size_t)f->least)
                return wrong(fault, f->name, "must not be empty");
        return 0;
}

/* Hexadecimal needs no escapes, so it is read where it stands and no copy of a key is made. */
static int read_hex(struct cursor *c, const struct agent_field *f, char *base, struct agent_fault *fault)
{
        uint32_t n = 0;
        uint8_t *out = (uint8_t *)base + f->offset;
        if (c->at == c->end || *c->at != '"')
                return wrong(fault, f->name, "must be a text of hexadecimal digits");
        c->at++;
        while (c->end - c->at >= 2 && *c->at != '"' && n < (uint64_t)f->most) {
                int high = hex_digit(c->at[0]), low = hex_digit(c->at[1]);
                if (high < 0 || low < 0)
                        break;
                out[n++] = (uint8_t)(high << 4 | low);
                c->at += 2;
        }
        if (c->at == c->end || *c->at != '"' || n < (uint64_t)f->least)
                return wrong(fault, f->name, "must be hexadecimal digits of the right number");
        c->at++;
        memcpy(base + f->count_offset, &n, sizeof n);
        return 0;
}

static int read_list(struct cursor *c, const struct agent_field *f, char *base, struct agent_fault *fault)
{
        uint32_t n = 0;
        need(c, '[');
        bool more = !c->bad && !take(c, ']');
        while (more && !c->bad) {
                int64_t v = number(c);
                if (c->bad || v < f->least || v > f->most || n >= f->most_items)
                        return wrong(fault, f->name, "must be a list of so many whole numbers in range");
                int32_t item = (int32_t)v;
                memcpy(base + f->offset + n++ * sizeof item, &item, sizeof item);
                more = take(c, ',');
                if (!more)
                        need(c, ']');
        }
        if (c->bad)
                return wrong(fault, f->name, "must be a list of whole numbers");
        memcpy(base + f->count_offset, &n, sizeof n);
        return 0;
}

static int read_value(struct cursor *c, const struct agent_field *f, char *base, struct agent_fault *fault)
{
        switch (f->kind) {
        case AGENT_IS_NUMBER:
                return read_number(c, f, base, fault);
        case AGENT_IS_WORD:
                return read_word(c, f, base, fault);
        case AGENT_IS_TEXT:
                return read_text(c, f, base, fault);
        case AGENT_IS_HEX:
                return read_hex(c, f, base, fault);
        case AGENT_IS_LIST:
                return read_list(c, f, base, fault);
        }
        return wrong(fault, f->name, "is of no known kind");
}

/* "t" comes first, so that the rest is read under its message's table. */
static enum agent_type read_type(struct cursor *c, enum agent_by by)
{
        char name[16] = "";
        need(c, '{');
        text(c, name, sizeof name - 1);
        need(c, ':');
        if (c->bad || strcmp(name, "t") != 0)
                return AGENT_NONE;
        text(c, name, sizeof name - 1);
        for (int t = AGENT_NONE + 1; !c->bad && t < AGENT_TYPE_COUNT; t++) {
                const struct agent_info *info = agent_info((enum agent_type)t);
                if (info->by == by && strcmp(info->name, name) == 0)
                        return (enum agent_type)t;
        }
        return AGENT_NONE;
}

static const struct agent_field *field_named(const struct agent_info *info, const char *name, size_t *at)
{
        for (*at = 0; *at < info->n_fields; ++*at)
                if (strcmp(info->fields[*at].name, name) == 0)
                        return &info->fields[*at];
        return NULL;
}

static int read_fields(struct cursor *c, const struct agent_info *info, char *base, struct agent_fault *fault)
{
        uint32_t seen = 0;
        while (take(c, ',')) {
                char name[16];
                size_t at;
                text(c, name, sizeof name - 1);
                need(c, ':');
                const struct agent_field *f = c->bad ? NULL : field_named(info, name, &at);
                if (!f)
                        return wrong(fault, "", "the message has a member that is not known here");
                if (seen & 1u << at)
                        return wrong(fault, f->name, "stands there twice");
                seen |= 1u << at;
                if (read_value(c, f, base, fault))
                        return 1;
        }
        need(c, '}');
        if (c->bad || c->at != c->end)
                return wrong(fault, "", "the frame is not one flat JSON object");
        for (size_t i = 0; i < info->n_fields; i++)
                if (info->fields[i].required && !(seen & 1u << i))
                        return wrong(fault, info->fields[i].name, "is missing");
        return 0;
}

int agent_decode(enum agent_by by, struct slice frame, struct agent_message *out, struct agent_fault *fault)
{
        struct cursor c = {frame.at, frame.at + frame.len, false};
        memset(out, 0, sizeof *out);
        if (frame.len == 0 || frame.len > AGENT_FRAME_MAX)
                return wrong(fault, "", "a frame has 1 to 4096 bytes");
        enum agent_type type = read_type(&c, by);
        if (type == AGENT_NONE)
                return wrong(fault, "t", "must come first and name a message that is known here");
        int rc = read_fields(&c, agent_info(type), (char *)&out->hello, fault);
        if (rc)
                memset(out, 0, sizeof *out);
        else
                out->type = type;
        return rc;
}
