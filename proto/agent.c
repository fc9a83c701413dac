#include "proto/agent.h"

#include "proto/json.h"

#include <string.h>

/* ---- the tables, from the one list */

#define AGENT_MESSAGE(NAME, name, wire, by) static const struct agent_field fields_##name[] = {
#define AGENT_NUMBER(m, field, least, most, required)                                                        \
        {#field, AGENT_IS_NUMBER, required, offsetof(struct agent_msg_##m, field), 0, least, most, 0, NULL},
#define AGENT_WORD(m, field, type, count, words)                                                             \
        {#field, AGENT_IS_WORD, true, offsetof(struct agent_msg_##m, field), 0, 0, (count) - 1, 0, words},
#define AGENT_TEXT(m, field, most, required)                                                                 \
        {#field, AGENT_IS_TEXT, required, offsetof(struct agent_msg_##m, field), 0, (required) ? 1 : 0,      \
                most, 0, NULL},
#define AGENT_HEX(m, field, least, most)                                                                     \
        {#field, AGENT_IS_HEX, true, offsetof(struct agent_msg_##m, field),                                  \
                offsetof(struct agent_msg_##m, field##_bytes), least, most, 0, NULL},
#define AGENT_LIST(m, field, most_items, least, most)                                                        \
        {#field, AGENT_IS_LIST, true, offsetof(struct agent_msg_##m, field),                                 \
                offsetof(struct agent_msg_##m, field##_items), least, most, most_items, NULL},
#define AGENT_END(m)                                                                                         \
        {                                                                                                    \
                NULL, AGENT_IS_NUMBER, false, 0, 0, 0, 0, 0, NULL                                            \
        }                                                                                                    \
        }                                                                                                    \
        ;
#include "proto/agent.def"

static const struct agent_info infos[AGENT_TYPE_COUNT] = {
#define AGENT_MESSAGE(NAME, name, wire, by)                                                                  \
        [AGENT_##NAME] = {wire, AGENT_BY_##by, fields_##name, ARRAY_LEN(fields_##name) - 1},
#define AGENT_NUMBER(m, field, least, most, required)
#define AGENT_WORD(m, field, type, count, words)
#define AGENT_TEXT(m, field, most, required)
#define AGENT_HEX(m, field, least, most)
#define AGENT_LIST(m, field, most_items, least, most)
#define AGENT_END(m)
#include "proto/agent.def"
};

/* The longest form of each message fits a frame: braces and "t", then per field its name with quotes, colon
 * and comma (at most 12 + 4), and its value. A byte of text becomes at most six (\u0000). */
#define AGENT_MESSAGE(NAME, name, wire, by)           _Static_assert(24
#define AGENT_NUMBER(m, field, least, most, required) +16 + 16
#define AGENT_WORD(m, field, type, count, words)      +16 + 10
#define AGENT_TEXT(m, field, most, required)          +16 + 2 + 6 * (most)
#define AGENT_HEX(m, field, least, most)              +16 + 2 + 2 * (most)
#define AGENT_LIST(m, field, most_items, least, most) +16 + 2 + 6 * (most_items)
#define AGENT_END(m)                                  <= AGENT_FRAME_MAX, "every message fits a frame");
#include "proto/agent.def"

const struct agent_info *agent_info(enum agent_type type)
{
        if ((int)type <= AGENT_NONE || type >= AGENT_TYPE_COUNT)
                return NULL;
        return &infos[type];
}

/* ---- writing */

static void put_word(struct json_out *j, const struct agent_field *f, uint32_t value)
{
        char word[16];
        const char *from = f->words;
        for (; value > 0 && strchr(from, '|'); value--)
                from = strchr(from, '|') + 1;
        size_t len = strcspn(from, "|");
        memcpy(word, from, len);
        word[len] = 0;
        json_text(j, f->name, word);
}

static void put_hex(struct json_out *j, const struct agent_field *f, const uint8_t *bytes, uint32_t n)
{
        static const char digit[] = "0123456789abcdef";
        char text[2 * AGENT_TAGS_BYTES + 2];
        size_t len = 0;
        text[len++] = '"';
        for (uint32_t i = 0; i < n && i < AGENT_TAGS_BYTES; i++) {
                text[len++] = digit[bytes[i] >> 4];
                text[len++] = digit[bytes[i] & 15];
        }
        text[len++] = '"';
        json_raw(j, f->name, text, len);
}

static void put_field(struct json_out *j, const struct agent_field *f, const char *base)
{
        const char *at = base + f->offset;
        uint32_t count = 0;
        int64_t number = 0;
        if (f->kind == AGENT_IS_HEX || f->kind == AGENT_IS_LIST)
                memcpy(&count, base + f->count_offset, sizeof count);
        switch (f->kind) {
        case AGENT_IS_NUMBER:
                memcpy(&number, at, sizeof number);
                if (f->required || number != 0)
                        json_number(j, f->name, number);
                break;
        case AGENT_IS_WORD:
                /* Our enumerations have the size of an int. */
                memcpy(&count, at, sizeof count);
                put_word(j, f, count);
                break;
        case AGENT_IS_TEXT:
                if (f->required || *at)
                        json_text(j, f->name, at);
                break;
        case AGENT_IS_HEX:
                put_hex(j, f, (const uint8_t *)at, count);
                break;
        case AGENT_IS_LIST:
                json_open(j, f->name, '[');
                for (uint32_t i = 0; i < count && i < f->most_items; i++) {
                        int32_t item;
                        memcpy(&item, at + i * sizeof item, sizeof item);
                        json_number(j, NULL, item);
                }
                json_close(j, '[');
                break;
        }
}

size_t agent_encode(const struct agent_message *m, char out[AGENT_FRAME_MAX])
{
        struct json_out j;
        const struct agent_info *info = agent_info(m->type);
        json_start(&j, out, AGENT_FRAME_MAX);
        json_open(&j, NULL, '{');
        json_text(&j, "t", info ? info->name : "");
        for (size_t i = 0; info && i < info->n_fields; i++)
                put_field(&j, &info->fields[i], (const char *)&m->hello);
        json_close(&j, '{');
        return j.len;
}
