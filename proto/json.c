#include "proto/json.h"

#include "proto/utf8.h"

#include <string.h>

static void put(struct json_out *j, const char *bytes, size_t len)
{
        if (j->overflow || len > j->room - j->len) {
                j->overflow = true;
                return;
        }
        memcpy(j->at + j->len, bytes, len);
        j->len += len;
}

static void put_escaped(struct json_out *j, char c)
{
        static const char hex[] = "0123456789abcdef";
        char text[6] = {'\\', 'u', '0', '0', hex[(uint8_t)c >> 4], hex[c & 15]};
        if (c == '"' || c == '\\') {
                text[1] = c;
                put(j, text, 2);
        } else if (c == '\n') {
                put(j, "\\n", 2);
        } else {
                put(j, text, sizeof text);
        }
}

static bool needs_escape(char c)
{
        return c == '"' || c == '\\' || (uint8_t)c < 0x20 || c == 0x7f;
}

/* Runs of harmless bytes go out together. A byte that is no UTF-8 becomes U+FFFD: one bad byte from an old
 * import must not make a whole card unreadable. */
static void put_string(struct json_out *j, const char *text)
{
        size_t len = strlen(text);
        size_t from = 0;
        put(j, "\"", 1);
        for (size_t i = 0; i < len;) {
                uint32_t v;
                size_t n = utf8_step(text + i, len - i, &v);
                if (n > 0 && !(n == 1 && needs_escape(text[i]))) {
                        i += n;
                        continue;
                }
                put(j, text + from, i - from);
                if (n == 0)
                        put(j, "\xef\xbf\xbd", 3);
                else
                        put_escaped(j, text[i]);
                from = ++i;
        }
        put(j, text + from, len - from);
        put(j, "\"", 1);
}

/* What stands before every value: a comma between neighbours, and the key inside an object. */
static void begin(struct json_out *j, const char *key)
{
        if (j->comma)
                put(j, ",", 1);
        if (key) {
                put_string(j, key);
                put(j, ":", 1);
        }
        j->comma = true;
}

void json_start(struct json_out *j, char *buffer, size_t room)
{
        *j = (struct json_out){.at = buffer, .room = room};
}

void json_open(struct json_out *j, const char *key, char bracket)
{
        begin(j, key);
        put(j, &bracket, 1);
        j->comma = false;
}

void json_close(struct json_out *j, char bracket)
{
        char closing = bracket == '{' ? '}' : bracket == '[' ? ']' : bracket;
        put(j, &closing, 1);
        j->comma = true;
}

void json_text(struct json_out *j, const char *key, const char *value)
{
        begin(j, key);
        put_string(j, value ? value : "");
}

void json_number(struct json_out *j, const char *key, int64_t value)
{
        char digits[20];
        size_t at = sizeof digits;
        /* Negated rather than made positive: the least int64 has no positive counterpart. */
        int64_t rest = value < 0 ? value : -value;
        do {
                digits[--at] = (char)('0' - rest % 10);
                rest /= 10;
        } while (rest != 0);
        if (value < 0)
                digits[--at] = '-';
        begin(j, key);
        put(j, digits + at, sizeof digits - at);
}

void json_flag(struct json_out *j, const char *key, bool value)
{
        begin(j, key);
        put(j, value ? "true" : "false", value ? 4 : 5);
}

void json_nil(struct json_out *j, const char *key)
{
        begin(j, key);
        put(j, "null", 4);
}

void json_raw(struct json_out *j, const char *key, const char *json, size_t len)
{
        begin(j, key);
        put(j, json, len);
}
